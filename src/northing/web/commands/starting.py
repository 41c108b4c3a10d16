"""Getting ready for a command: Django, the database, the workspace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from northing.web.faults import Fault

if TYPE_CHECKING:
    from northing.access.models import Workspace


def load_django() -> None:
    """Load the application, without its database. Raises `Fault` when there can be no home folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "northing.web.settings")

    import django
    from django.conf import settings

    django.setup()
    try:
        settings.NORTHING_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(f"{settings.NORTHING_HOME} cannot be made ({error.strerror}); set NORTHING_HOME") from None


def reach_database() -> None:
    """Raise `Fault` when the database cannot be used."""
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Fault(f"the database cannot be used: {' '.join(str(error).split())}") from None


def start_django(*, migrate: bool = False) -> None:
    """Load the application with its database. A new database is set up; an older one only when told to `migrate`, for
    another process may be running on it. Raises `Fault`."""
    load_django()
    reach_database()
    _see_to_migrations(migrate)


def _see_to_migrations(migrate: bool) -> None:
    from django.core.management import call_command

    pending, is_new = pending_migrations()
    if pending and not (migrate or is_new):
        raise Fault(f"the database lacks {pending} migrations; back it up and run: northing migrate")
    if pending:
        call_command("migrate", verbosity=0, interactive=False)


def pending_migrations() -> tuple[int, bool]:
    """How many migrations are still to be applied, and whether none is applied yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return len(plan), not executor.loader.applied_migrations


def site(given: str = "") -> str:
    """The address that links begin with: the one given, `NORTHING_URL`, or that of the server that runs here."""
    from django.conf import settings

    from northing.web import home

    address: str = given or settings.PUBLIC_URL or home.served_at(settings.NORTHING_HOME) or "http://127.0.0.1:8321"
    return address.rstrip("/")


def workspace_called(slug: str | None) -> Workspace:
    """The workspace of that slug; without one, the only workspace that is no demo, made if there is none yet."""
    from northing.access.models import Workspace

    if slug is not None:
        if found := Workspace.objects.open().filter(slug=slug).first():
            return found
        raise Fault(f"there is no workspace {slug!r}; there are: {_slugs()}")
    own = list(Workspace.objects.open().filter(is_demo=False)[:2])
    if len(own) > 1:
        raise Fault(f"several workspaces: choose one with --workspace: {_slugs()}")
    return own[0] if own else Workspace.objects.create(name="My products", slug="my-products")


def _slugs() -> str:
    from northing.access.models import Workspace

    return ", ".join(Workspace.objects.open().order_by("slug").values_list("slug", flat=True)) or "none"
