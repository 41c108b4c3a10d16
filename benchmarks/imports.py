"""Import feedback from a CSV file through every check and with a history row each, while another process writes.

Held to: 3,000 rows a second, memory below 300 MB and flat, other writers waiting less than 2 s. The other process
creates a team every 200 ms and notes how long each took. ``--limit N`` rows (default: 100,000).
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import random
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.report import Options, Report, measured

ROWS = 100_000
WRITE_EVERY = 0.2  # seconds
WORDS = ("export", "crash", "sync", "photo", "filter", "battery", "pairing", "colour", "slow", "preset", "layer")


def run(options: Options) -> Report:
    """Import the file once into a new database, then once more, when nothing may change."""
    rows = options.limit or ROWS
    with tempfile.TemporaryDirectory(prefix="northing-imports-") as folder:
        _set_up(Path(folder))
        path = Path(folder) / "reviews.csv"
        _write_file(path, rows)
        found = [_measure(name, path, rows) for name in ("first time", "second time")]
    return Report(found, {"rows": rows})


def _set_up(home: Path) -> None:
    os.environ["NORTHING_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    from northing.web.commands.starting import start_django

    start_django()
    from northing.access.models import Workspace

    Workspace.objects.create(name="Benchmark", slug="benchmark")


def _write_file(path: Path, rows: int) -> None:
    draw = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Review ID", "Title", "Review", "Rating", "Date", "Device"])
        for number in range(rows):
            words = " ".join(draw.choices(WORDS, k=25))
            day = f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}T08:00:00Z"
            writer.writerow([f"r{number}", words[:40], words, draw.randint(1, 5), day, "Phone"])


def _measure(name: str, path: Path, rows: int) -> dict[str, object]:
    from django.db import connections

    from northing.access.actor import system
    from northing.access.models import Workspace
    from northing.kit.importing.running import run_file
    from northing.kit.record_types import registry

    actor = system(Workspace.objects.get(slug="benchmark"))
    spawn = multiprocessing.get_context("spawn")
    over, waits = spawn.Event(), spawn.Queue()
    connections.close_all()
    writer = spawn.Process(target=_keep_writing, args=(over, waits))
    writer.start()
    with measured() as cost:
        report = run_file(actor, registry.named("feedback"), path, mapping={})
    over.set()
    seconds = sorted(waits.get())
    writer.join()
    outcome = {"created": report.created, "skipped": report.skipped, "rejected": report.rejected}
    return {
        "instance": name,
        **outcome,
        "rows_per_second": rows / cost.wall_seconds,
        **cost.row(),
        "other_writes": len(seconds),
        "wait_p99_s": seconds[int(0.99 * (len(seconds) - 1))],
        "wait_max_s": seconds[-1],
    }


def _keep_writing(over: Event, waits: multiprocessing.Queue[list[float]]) -> None:
    """Create a team now and then, and say in the end how long each took."""
    from northing.web.commands.starting import start_django

    start_django()
    from northing.access.actor import system
    from northing.access.models import Workspace
    from northing.kit import changes
    from northing.kit.record_types import registry

    actor = system(Workspace.objects.get(slug="benchmark"))
    seconds: list[float] = []
    while not over.is_set():
        start = time.perf_counter()
        changes.create(actor, registry.named("team"), [{"name": f"Team {os.getpid()}-{len(seconds)}"}])
        seconds.append(time.perf_counter() - start)
        time.sleep(WRITE_EVERY)
    waits.put(seconds)
