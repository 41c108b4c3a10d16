"""Running Northing: serve, worker, migrate, check."""

from __future__ import annotations

import argparse
from functools import partial

from northing.web.commands import Commands
from northing.web.commands.starting import load_django, start_django
from northing.web.faults import Fault


def register(commands: Commands) -> None:
    serve = commands.add_parser("serve", help="start the web server and a job worker", description=_serve.__doc__)
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=partial(_whole, 1, 65535), default=8321, help="default: %(default)s")
    serve.add_argument("--workers", type=partial(_whole, 1, 64), default=1, help="web processes (default: 1)")
    serve.add_argument("--no-worker", action="store_true", help="run no job worker here")
    serve.set_defaults(run=_serve)
    worker = commands.add_parser("worker", help="run one more job worker", description=_worker.__doc__)
    worker.set_defaults(run=_worker)
    migrate = commands.add_parser("migrate", help="bring the database up to date", description=_migrate.__doc__)
    migrate.set_defaults(run=_migrate)
    check = commands.add_parser("check", help="say whether all is well", description=_check.__doc__)
    check.set_defaults(run=_check)


def _whole(low: int, high: int, text: str) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r}: use a whole number from {low} to {high}")
    return int(text)


def _serve(arguments: argparse.Namespace) -> int:
    """Start the web server with one job worker, print the address, and stop both on Ctrl-C."""
    from northing.web import server

    return server.serve(
        arguments.host, arguments.port, web_workers=arguments.workers, job_worker=not arguments.no_worker
    )


def _worker(arguments: argparse.Namespace) -> int:
    """Run background jobs until stopped; as many of these may run as you like."""
    from northing.web import environment, home, server

    with home.using(environment.home()):
        server.run_job_worker()
    return 0


def _migrate(arguments: argparse.Namespace) -> int:
    """Apply all database migrations that are not applied yet."""
    start_django(migrate=True)
    print("The database is up to date.")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    """Look at the database, the folder, the assets and the job worker; exit status 1 when something is wrong."""
    load_django()

    from northing.web import health

    findings = health.examine()
    for finding in findings:
        print(f"{'ok ' if finding.ok else 'BAD'}  {finding.subject:<11} {finding.text}")
    if bad := [finding.subject for finding in findings if not finding.ok]:
        raise Fault(f"not well: {', '.join(bad)}")
    return 0
