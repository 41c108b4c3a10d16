"""Run a command with DATABASE_URL pointing at a private PostgreSQL that lives as long as the command.

    python tests/with_postgres.py python -m pytest ...

Without PostgreSQL binaries it says so and succeeds: the default database has been tested by then.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def binaries() -> Path | None:
    """The newest folder that holds a real `initdb` and `pg_ctl`."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).parent)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def main(command: list[str]) -> int:
    folder = binaries()
    if folder is None:
        print("PostgreSQL: no binaries found; its part of the tests is skipped (install the package postgresql).")
        return 0
    # PostgreSQL refuses to run as root; any unprivileged user will do.
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="northing-pg-") as home:
        if as_user:
            os.chown(home, pwd.getpwnam("nobody").pw_uid, -1)
        data = f"{home}/data"
        quiet = {"stdout": subprocess.DEVNULL, "check": True, "cwd": "/"}
        subprocess.run(
            [*as_user, folder / "initdb", "-D", data, "-U", "northing", "-A", "trust", "-E", "UTF8"], **quiet
        )
        # Tests roll their rows back. Statistics gathered between two of them call the tables empty, and the plans
        # chosen by them take minutes on the rows of the next.
        options = (
            f"-k {home} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c max_connections=60"
            " -c autovacuum=off"
        )
        subprocess.run(
            [*as_user, folder / "pg_ctl", "-D", data, "-o", options, "-l", f"{home}/log", "-w", "start"], **quiet
        )
        try:
            url = f"postgresql://northing@/postgres?host={home}"
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
        finally:
            subprocess.run([*as_user, folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **quiet)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
