"""``python -m benchmarks NAME [--data DIR] [--json FILE] [--limit N] [--seconds S] [--workers W]``."""

import argparse
import importlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import cast

from benchmarks.report import Options, Report, measured


def names() -> list[str]:
    """The benchmarks there are: files of this folder that define ``run``, found without importing them."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return [file.stem for file in files if "\ndef run(" in file.read_text(encoding="utf-8")]


def count(text: str) -> int:
    """A whole number of 1 or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text}: must be 1 or more")
    return number


def duration(text: str) -> float:
    """A finite number of seconds above 0."""
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: must be a number of seconds above 0")
    return seconds


def arguments() -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure one figure of Northing.")
    parser.add_argument("name", choices=names())
    parser.add_argument("--data", type=Path, help="folder of real data")
    parser.add_argument("--json", type=Path, help="write rows and summary to this file")
    parser.add_argument("--limit", type=count, help="only so many instances")
    parser.add_argument("--seconds", type=duration, help="time for each instance")
    parser.add_argument("--workers", type=count, default=1, help="processes or threads to use")
    return parser.parse_args()


def main() -> None:
    """Run one benchmark, print its table, write its JSON."""
    given = arguments()
    module = importlib.import_module(f"benchmarks.{given.name}")
    run = cast("Callable[[Options], Report]", module.run)
    with measured() as cost:
        report = run(Options(given.data, given.limit, given.seconds, given.workers))
    summary = report.summary | {
        "wall_seconds": cost.wall_seconds,
        "cpu_seconds": cost.cpu_seconds,
        "peak_mb": cost.peak_megabytes,
    }
    report = Report(report.rows, summary)
    print(report.table())
    if given.json:
        report.write(given.json)


if __name__ == "__main__":
    main()
