"""Keeping everything safe: backup, restore."""

from __future__ import annotations

import argparse
from pathlib import Path

from northing.web.commands import Commands
from northing.web.commands.starting import load_django, reach_database


def register(commands: Commands) -> None:
    backup = commands.add_parser("backup", help="write everything into one file", description=_backup.__doc__)
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="bring back a backup", description=_restore.__doc__)
    restore.add_argument("--force", action="store_true", help="replace the data that is there")
    restore.set_defaults(run=_restore)
    for command in (backup, restore):
        command.add_argument("file", metavar="FILE", type=Path)


def _backup(arguments: argparse.Namespace) -> int:
    """Back up the database and all files, also while Northing runs. The key that signs sessions is left out."""
    load_django()
    reach_database()

    from northing.web import backup

    print(f"{arguments.file}: {backup.write(arguments.file).summary()}")
    return 0


def _restore(arguments: argparse.Namespace) -> int:
    """Verify a backup and restore it into an empty NORTHING_HOME. Northing must not be running on it."""
    load_django()

    from northing.web import backup

    print(f"Restored {backup.restore(arguments.file, force=arguments.force).summary()}")
    return 0
