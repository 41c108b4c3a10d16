"""The `northing` command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from northing.web.commands import archives, people, records, running
from northing.web.faults import Fault

INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 a fault, 2 a word not understood or a file refused."""
    arguments = _parser().parse_args(words)
    try:
        status: int = arguments.run(arguments)
    except Fault as fault:
        print(f"northing: {fault}", file=sys.stderr)
        return fault.status
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


class _Version(argparse.Action):
    """Looks the version up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *given: Any) -> None:
        parser.exit(message=f"northing {version('northing')}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="northing",
        description="Product management from evidence to measured outcome.",
        epilog="What Northing keeps is in the folder NORTHING_HOME (./var unless set).",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in (running, records, archives, people):
        group.register(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
