"""What every benchmark takes and gives back, and what a piece of work costs."""

import json
import math
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MEGABYTE = 1e6
# What every row of the JSON has, null where a benchmark knows no such thing.
COLUMNS = ("instance", "value", "bound", "reference", "gap", "seconds")


@dataclass(frozen=True, slots=True)
class Options:
    """What a benchmark is run on: the data folder, how many instances, the time for each, the processes."""

    data: Path | None = None
    limit: int | None = None
    seconds: float | None = None
    workers: int = 1

    def data_folder(self) -> Path:
        """The folder of real data; a benchmark that needs none never asks."""
        if self.data is None:
            raise SystemExit("this benchmark reads real data: say where with --data DIR")
        if not self.data.is_dir():
            raise SystemExit(f"--data {self.data}: there is no such folder")
        return self.data


@dataclass(frozen=True, slots=True)
class Report:
    """Rows (one per instance) and a summary of them, as a table for people and JSON for machines."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any] = field(default_factory=dict)

    def table(self) -> str:
        """The rows as aligned columns, the summary as lines below them."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        cells = [columns, *([_cell(row.get(name)) for name in columns] for row in self.rows)]
        summary = [[name, _cell(value)] for name, value in self.summary.items()]
        return "\n".join([*_aligned(cells), "", *_aligned(summary)])

    def write(self, path: Path) -> None:
        """Write ``{"rows": [...], "summary": {...}}``; what is no finite number becomes null."""
        rows = [dict.fromkeys(COLUMNS) | row for row in self.rows]
        document = _plain({"rows": rows, "summary": self.summary})
        path.write_text(json.dumps(document, indent=1, allow_nan=False) + "\n", encoding="utf-8")


@dataclass(slots=True, eq=False)
class Cost:
    """Wall and processor seconds (children that have ended included) and the peak of resident memory."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0

    def row(self) -> dict[str, float]:
        """The cost as columns of a report's row."""
        return {"seconds": self.wall_seconds, "cpu_seconds": self.cpu_seconds, "peak_mb": self.peak_megabytes}


_open: list[Cost] = []


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the block; the figures are in the yielded object when the block has ended.

    Where the system can restart its count of the peak (Linux) the peak is the block's, else the process's.
    """
    cost = Cost()
    for enclosing in _open:
        enclosing.peak_megabytes = max(enclosing.peak_megabytes, _peak_megabytes())
    _open.append(cost)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    wall, cpu = time.perf_counter(), _cpu_seconds()
    try:
        yield cost
    finally:
        cost.wall_seconds = time.perf_counter() - wall
        cost.cpu_seconds = _cpu_seconds() - cpu
        cost.peak_megabytes = max(cost.peak_megabytes, _peak_megabytes())
        _open.remove(cost)


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_megabytes() -> float:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MEGABYTE
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (peak if sys.platform == "darwin" else peak * 1024) / MEGABYTE


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    return str(value)


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    if not lines:
        return []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or type(value) in (int, bool) else str(value)
