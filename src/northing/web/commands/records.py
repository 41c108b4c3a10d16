"""Records in and out: demo, import, export."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from northing.web import environment
from northing.web.commands import Commands
from northing.web.commands.starting import site, start_django, workspace_called
from northing.web.faults import Fault

if TYPE_CHECKING:
    from northing.access.actor import Actor
    from northing.access.models import Workspace
    from northing.kit.importing.running import Report
    from northing.kit.record_types import RecordType

REFUSED = 2


def register(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="make the demo workspace", description=_demo.__doc__)
    demo.add_argument("--anew", action="store_true", help="delete the one that is there, with all that was done in it")
    demo.set_defaults(run=_demo)
    imports = commands.add_parser("import", help="read records from a file", description=_import.__doc__)
    imports.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
    imports.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    imports.add_argument(
        "--map", action="append", default=[], type=_pair, metavar="COLUMN=FIELD", help="may be given several times"
    )
    imports.add_argument(
        "--status", action="append", default=[], type=_pair, metavar="WORD=CATEGORY", help="what a status stands for"
    )
    imports.add_argument(
        "--person", action="append", default=[], type=_pair, metavar="NAME=MEMBER", help="whom a name in the file means"
    )
    imports.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook to read")
    imports.add_argument("--dates", default="", metavar="ORDER", help="day-first or month-first, for dates like 03/04")
    imports.add_argument(
        "--numbers",
        default="",
        metavar="SIGN",
        help="decimal-comma, decimal-point or thousands, for numbers like 4.800",
    )
    imports.add_argument(
        "--keep", action="append", default=[], metavar="FIELD", help="make no records of unknown names: product, team"
    )
    for option, what in (("--leave-out", "leave out"), ("--take-in", "take in")):
        words = f"{what} a row that may be a total or a heading; may be given several times"
        imports.add_argument(option, action="append", default=[], type=int, metavar="ROW", help=words)
    imports.add_argument("--new", action="store_true", help="make new records even where one has the same title")
    imports.set_defaults(run=_import)
    export = commands.add_parser("export", help="write records to a file", description=_export.__doc__)
    export.add_argument("--format", choices=("csv", "xlsx", "json"), default="csv", help="default: csv")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: the standard output")
    export.add_argument("--query", default="", help="filter and sort as in a list's address: status=planned&sort=-id")
    export.set_defaults(run=_export)
    for command in (imports, export):
        command.add_argument("type", metavar="TYPE", help="such as feedback, work-items or features")
        command.add_argument("--workspace", metavar="SLUG", help="default: the only one that is no demo")
    imports.add_argument("file", metavar="FILE", type=Path)


def _pair(text: str) -> tuple[str, str]:
    column, separator, field = text.rpartition("=")
    if not separator or not column or not field:
        raise argparse.ArgumentTypeError(f"{text!r}: write both sides of =, as in 'Summary=title'")
    return column, field


def _demo(arguments: argparse.Namespace) -> int:
    """Make the demo workspace, for those who are in the one before, else for the oldest account; an admin can
    remove it on its settings page."""
    start_django()

    from northing.access.entry import one_time_address
    from northing.access.roles import Role
    from northing.demo import public as demo

    if (there := demo.there()) and not arguments.anew:
        way_out = "to delete it with all that was done in it, and make it anew: northing demo --anew"
        raise Fault(f"the demo is there already, in the workspace {there.name!r}; {way_out}")
    readers = demo.readers()
    members = readers or {demo.first_account(): Role.ADMIN}
    print(f"The demo is in the workspace {demo.load(members).name!r}, for {', '.join(one.email for one in members)}.")
    if not readers:
        print(f"Sign in, once and within the hour, with\n  {one_time_address(next(iter(members)), site())}")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    """Import a file: CSV, XLSX, ODS, JSON or JSON lines, a table of your own or another tool's export."""
    writes = arguments.file.is_file() and not arguments.dry_run
    with nullcontext() if writes or not _is_new_home() else _nowhere():
        start_django()

        from northing.kit.importing.running import Report

        try:
            report = _imported(arguments)
        except _Refusal as refusal:
            if not arguments.json:
                raise
            report = Report.of_refused(refusal.record_type, refusal.field, refusal.value, str(refusal))
    print(json.dumps(report.as_json(), ensure_ascii=False) if arguments.json else report.as_text())
    return REFUSED if report.refused else 0


def _imported(arguments: argparse.Namespace) -> Report:
    """What an import did, or would do. Raises `_Refusal` for what keeps the file from being looked at."""
    from northing.kit.importing.choices import Choices
    from northing.kit.importing.running import run_file

    path, record_type = arguments.file, _type_called(arguments.type)
    if not path.is_file():
        rule = "is a folder; name a file in it" if path.is_dir() else "there is no such file"
        raise _Refusal(f"{path}: {rule}", record_type.name, "file", path.name)
    try:
        actor, _ = _door(arguments, only_look=arguments.dry_run)
    except Fault as fault:
        raise _Refusal(str(fault), record_type.name, "workspace", arguments.workspace or "") from None
    choices = Choices(
        dict(arguments.status),
        arguments.sheet,
        arguments.dates,
        tuple(arguments.keep),
        not arguments.new,
        arguments.numbers,
        _people(actor, record_type, dict(arguments.person)),
    )
    rows = {"leave_out": arguments.leave_out, "take_in": arguments.take_in}
    return run_file(
        actor, record_type, path, mapping=dict(arguments.map), choices=choices, dry_run=arguments.dry_run, **rows
    )


class _Refusal(Fault):
    """What a command cannot begin with: the value of a field."""

    def __init__(self, message: str, record_type: str, field: str, value: str) -> None:
        super().__init__(message, status=REFUSED)
        self.record_type, self.field, self.value = record_type, field, value


def _people(actor: Actor, record_type: RecordType, given: dict[str, str]) -> dict[str, int]:
    from northing.exchange import Refused
    from northing.kit.importing.people import named

    try:
        return named(actor, given)
    except Refused as error:
        raise _Refusal(str(error), record_type.name, "person", ", ".join(given)) from None


def _is_new_home() -> bool:
    return not environment.text("DATABASE_URL") and not (environment.home() / "northing.sqlite3").exists()


@contextmanager
def _nowhere() -> Iterator[None]:
    """A home folder that is gone afterwards, so that looking at a file does not make one."""
    given = os.environ.get("NORTHING_HOME")
    with tempfile.TemporaryDirectory(prefix="northing-dry-run-") as folder:
        os.environ["NORTHING_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("NORTHING_HOME")
            if given is not None:
                os.environ["NORTHING_HOME"] = given


def _export(arguments: argparse.Namespace) -> int:
    """Export the records of one type, all of them or those of a query."""
    if arguments.output is None and arguments.format == "xlsx" and sys.stdout.isatty():
        raise Fault("an XLSX file cannot be shown here; name one with -o FILE", status=2)
    actor, record_type = _door(arguments)

    from django.http import QueryDict

    from northing.kit import exporting, listing
    from northing.kit.problems import Invalid

    try:
        request = listing.from_query(record_type, QueryDict(arguments.query))
        parts = exporting.export(actor, record_type, request, arguments.format)
    except Invalid as error:
        raise Fault(f"--query: {error}", status=2) from None
    try:
        with arguments.output.open("wb") if arguments.output else nullcontext(sys.stdout.buffer) as file:
            file.writelines(parts)
    except OSError as error:
        raise Fault(f"{arguments.output or 'standard output'}: {error.strerror}") from None
    return 0


def _door(arguments: argparse.Namespace, *, only_look: bool = False) -> tuple[Actor, RecordType]:
    """Who acts, and on what type of record."""
    start_django()

    from northing.access.actor import Origin, system

    record_type = _type_called(arguments.type)
    if only_look and arguments.workspace is None:
        workspace = _own_workspace_as_is()
    else:
        workspace = workspace_called(arguments.workspace)
    return system(workspace, Origin.CLI), record_type


def _own_workspace_as_is() -> Workspace:
    """The workspace that records go to unless told; where there is none yet, one that is not kept."""
    from northing.access.models import Workspace

    if Workspace.objects.open().filter(is_demo=False).exists():
        return workspace_called(None)
    return Workspace(pk=-1, name="None yet", slug="none-yet")


def _type_called(word: str) -> RecordType:
    """A record type by what people call it: `work-items`, `work_item`, `Work item`."""
    from northing.kit.record_types import registry

    called = word.strip().lower().replace(" ", "-").replace("_", "-")
    for record_type in registry:
        if called in {record_type.path, record_type.name.replace("_", "-"), record_type.noun.replace(" ", "-")}:
            return record_type
    paths = ", ".join(sorted(one.path for one in registry))
    raise _Refusal(f"{word!r} is no record type; there are: {paths}", word, "type", word)
