"""Project scheduling instances in the format of PSPLIB, each for so many seconds on so many workers.

``--data`` is a folder of ``*.sm`` files, or one with such folders (or a folder ``psplib`` with them), each a set; with
``best_known.csv`` (set, parameter, instance, best_lower_bound, best_makespan) in it or beside it, gaps are to the best
known makespan. ``--limit N`` takes N instances of each set, evenly spread. A row's ``gap`` is (value - reference) /
reference and ``bound_gap`` is (value - bound) / value. The compiled search is warmed up before the clock starts, and
an instance stops when its value meets its bound.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.report import Options, Report, measured
from northing.science.schedules import Link, Mode, Problem, Task, Team, solve, violations, warm_up

SECONDS = 10.0
KNOWN = "best_known.csv"
GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Instance:
    """A file of a set, and the best known lower bound and makespan where they are stated."""

    set: str
    path: Path
    known: tuple[int, int] | None


def read(path: Path) -> Problem:
    """The project in a single-mode ``.sm`` file; source and sink are left in, they take no time."""
    try:
        return _parsed(path)
    except (ValueError, IndexError, StopIteration) as error:
        raise SystemExit(f"{path}: no single-mode project in the format of PSPLIB ({error!r})") from error


def _parsed(path: Path) -> Problem:
    lines = path.read_text(encoding="latin-1").splitlines()
    jobs = int(next(line for line in lines if line.startswith("jobs")).split(":")[1])
    capacities = [int(each) for each in lines[_heading(lines, "RESOURCEAVAILABILITIES") + 2].split()]
    teams = tuple(Team(f"R{i + 1}", amount) for i, amount in enumerate(capacities))
    first = _heading(lines, "REQUESTS/DURATIONS") + 3
    tasks = []
    for line in lines[first : first + jobs]:
        key, _, days, *demands = line.split()
        mode = Mode(int(days), {team.key: int(each) for team, each in zip(teams, demands, strict=True)})
        tasks.append(Task(key, (mode,)))
    first = _heading(lines, "PRECEDENCE RELATIONS") + 2
    links = [Link(key, after) for key, _, _, *afters in map(str.split, lines[first : first + jobs]) for after in afters]
    return Problem(tuple(tasks), teams, tuple(links))


def _heading(lines: list[str], start: str) -> int:
    return next(i for i, line in enumerate(lines) if line.startswith(start))


def instances(folder: Path, limit: int | None) -> Iterator[Instance]:
    """The instances of every set in a folder, ``limit`` of each evenly spread over its parameters."""
    if (folder / "psplib").is_dir():
        folder = folder / "psplib"
    sets = [folder] if any(folder.glob("*.sm")) else sorted(each for each in folder.iterdir() if each.is_dir())
    for each in sets:
        files = sorted(each.glob("*.sm"), key=lambda file: [int(part) for part in re.findall(r"\d+", file.stem)])
        known = _known(each) | _known(each.parent)
        for file in _spread(files, limit):
            yield Instance(each.name, file, known.get(file.stem))


def _spread(files: list[Path], limit: int | None) -> list[Path]:
    """One file of each of ``limit`` equal parts, at places that do not repeat: parameters come in regular steps."""
    count = len(files) if limit is None else min(limit, len(files))
    return [files[int((i + i * GOLDEN % 1) * len(files) / count)] for i in range(count)]


def _known(folder: Path) -> dict[str, tuple[int, int]]:
    """Best known lower bound and makespan by the stem of the file."""
    file = folder / KNOWN
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as stream:
        return {
            f"{row['set']}{row['parameter']}_{row['instance']}": (
                int(row["best_lower_bound"]),
                int(row["best_makespan"]),
            )
            for row in csv.DictReader(stream)
        }


def row(instance: Instance, problem: Problem, seconds: float, workers: int) -> dict[str, Any]:
    """One instance solved, its schedule verified."""
    with measured() as cost:
        found = solve(problem, seconds=seconds, workers=workers)
    if found.schedule is None or found.value is None:
        raise SystemExit(f"{instance.path.name}: no schedule, {found.status}")
    wrong = violations(problem, found.schedule)
    if wrong:
        raise SystemExit(f"{instance.path.name}: the schedule is wrong: {wrong[0]}")
    known = instance.known
    return {
        "set": instance.set,
        "instance": instance.path.stem,
        "value": found.value,
        "bound": found.bound,
        "bound_gap": found.gap,
        "status": found.status,
        "reference": known[1] if known else None,
        "reference_bound": known[0] if known else None,
        "gap": found.value / known[1] - 1 if known else None,
        "schedules": found.schedules,
        "seconds": cost.wall_seconds,
        "cpu_seconds": cost.cpu_seconds,
    }


def summary(rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What is said of the rows of one set."""
    rows = list(rows)
    known = [row for row in rows if row["reference"] is not None]
    return {
        "instances": len(rows),
        "proven": sum(row["status"] == "optimal" for row in rows),
        "equal": sum(row["value"] <= row["reference"] for row in known) if known else None,
        "better": sum(row["value"] < row["reference"] for row in known) if known else None,
        "mean_gap_percent": 100 * fmean(row["gap"] for row in known) if known else None,
        "mean_bound_gap_percent": 100 * fmean(row["bound_gap"] for row in rows),
        "bound_above_makespan": sum(row["bound"] > row["reference"] for row in known),
        "seconds": fmean(row["seconds"] for row in rows),
    }


def run(options: Options) -> Report:
    """Every instance of every set."""
    warm_up()
    seconds = SECONDS if options.seconds is None else options.seconds
    found = list(instances(options.data_folder(), options.limit))
    if not found:
        raise SystemExit(f"--data {options.data}: there are no *.sm files in it or in its folders")
    problems = [read(each.path) for each in found]  # all first, so that a file that is none is told at once
    rows = [row(each, problem, seconds, options.workers) for each, problem in zip(found, problems, strict=True)]
    sets = dict.fromkeys(each.set for each in found)
    by_set = {name: summary(row for row in rows if row["set"] == name) for name in sets}
    return Report(rows, {"seconds_each": seconds, "workers": options.workers} | by_set)
