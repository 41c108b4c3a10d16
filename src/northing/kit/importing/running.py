"""An import in one go, as the command line makes it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.records import ColumnMapping, Recognition, Refused
from northing.kit.importing import applying, importers, keeping, leaving_out, own, service, staging, tasks, telling
from northing.kit.importing.choices import NOTHING, Choices
from northing.kit.importing.collecting import seldom_collecting
from northing.kit.importing.joining import Joining
from northing.kit.importing.staging import RowError
from northing.kit.importing.titles import Titles
from northing.kit.models import Import
from northing.kit.record_types import RecordType, registry

_ERRORS_SHOWN = 10


@dataclass
class Report:
    """What an import did, or would do: created + updated + skipped + rejected = rows of the source. What comes back
    after an undo counts as created.

    Rows are numbered as a spreadsheet shows them; a refused file is an error of row 0. `errors` holds the first 1,000.
    `also_created` counts the records that were made besides (accounts, products), by type.
    """

    format: str
    record_type: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    skipped: int = 0
    rejected: int = 0
    warnings: list[str] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    also_created: dict[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(error.row == 0 for error in self.errors)

    @classmethod
    def of_refused(cls, record_type: str, field: str, value: str, reason: str) -> Report:
        """That nothing was read, and why."""
        return cls("", record_type, errors=[RowError(0, field, value, reason)])

    def as_json(self) -> dict[str, Any]:
        """What a program reads; what was made besides is told among the warnings."""
        told = asdict(self)
        del told["also_created"]
        return told | {"warnings": [*self.warnings, *self._besides]}

    def as_text(self) -> str:
        """The report in sentences."""
        if self.refused:
            return f"{self.errors[0].value} was refused. {self.errors[0].rule}"
        counts = ((self.created, "new"), (self.updated, "updated"), (self.skipped, "as before"))
        told = ", ".join(f"{count:,} {word}" for count, word in (*counts, (self.rejected, "rejected")))
        lines = [f"{self.rows:,} rows read ({self.format}): {told}."]
        lines += self._besides
        lines += [f"Warning: {warning}" for warning in self.warnings]
        for error in self.errors[:_ERRORS_SHOWN]:
            value = f" {error.value!r}" if error.value else ""
            lines.append(f"Row {error.row} of the file: {error.field}:{value} {error.rule}")
        if len(self.errors) > _ERRORS_SHOWN:
            lines.append("There are more errors; --json lists the first 1,000.")
        return "\n".join(lines)

    @property
    def _besides(self) -> list[str]:
        return [f"Also made: {others(self.also_created)}."] if self.also_created else []


def others(made: Mapping[str, int]) -> str:
    """Records that an import makes besides, in words: "3 accounts, 1 product"."""
    types = ((registry.named(name), count) for name, count in made.items())
    return ", ".join(f"{count:,} {one.noun if count == 1 else one.nouns}" for one, count in types)


@seldom_collecting()
def run_file(
    actor: Actor,
    record_type: RecordType,
    path: Path,
    *,
    mapping: Mapping[str, str],
    choices: Choices = NOTHING,
    leave_out: Sequence[int] = (),
    take_in: Sequence[int] = (),
    dry_run: bool = False,
) -> Report:
    """Import a file from start to end. A refused file is told in the report, and nothing is written. `leave_out` and
    `take_in` are numbers of rows that may be totals or headings.

    A dry run stages into a temporary folder and leaves no trace.
    """
    actor.require(Verb.IMPORT, record_type.name)
    with tempfile.TemporaryDirectory(prefix="northing-import-") as temporary:
        staging_folder = Path(temporary)
        try:
            if not record_type.importable:
                raise Refused(f"{record_type.nouns.capitalize()} cannot be imported.", "Northing makes them itself.")
            recognition = own.recognised(actor, record_type, path, path.name, choices)
            columns = service.chosen_mapping(record_type, recognition, mapping, choices)
            if not mapping:
                _refuse_wordless(record_type, recognition, columns)
            warnings = importers.warnings(record_type, recognition, columns)
            rows = leaving_out.doubtful(record_type, recognition)
            said = leaving_out.chosen_rows(rows, leave_out, take_in)
            people = {**service.people_said(actor), **choices.people}
            choices = replace(choices, people=people, left_out={**choices.left_out, **said})
            source = staging.Source(path, recognition, record_type, columns, choices)
            staged = staging.stage(actor, staging_folder, source)
            warnings += staged.noted.warnings(" Say what they stand for: --status 'WORD=CATEGORY'.")
            warnings += [*staged.told, *leaving_out.told(rows, choices, by_command=True)]
            warnings += leaving_out.told_of_more(record_type, recognition)
            titles = Titles.of(actor, record_type, recognition.format, choices)
            foreseen = None
            if dry_run or titles or _came_before(actor, record_type, recognition):
                joining = Joining(actor, record_type)
                foreseen = applying.foresee(actor, record_type, staging_folder, titles, choices.aside, joining.look)
                warnings += [*foreseen.warnings(record_type), *joining.warnings()]
            warnings += titles.warnings() if titles else ()
        except Refused as error:
            return Report.of_refused(record_type.name, "file", path.name, str(error))
        report = Report(
            recognition.format,
            record_type.name,
            staged.rows,
            rejected=staged.rejected,
            warnings=warnings,
            errors=staged.errors,
        )
        if dry_run and foreseen:
            report.created, report.updated, report.skipped = foreseen.counts.values()
            report.also_created = foreseen.also_created
            return report
        batch = _ready(actor, record_type, path, recognition, staging_folder)
        batch.warnings, batch.choices = warnings, choices.as_json()
    batch.rows, batch.rejected = staged.rows, staged.rejected
    _apply(actor, batch)
    if batch.rejected > staged.rejected:
        report.errors = staging.first_errors(keeping.folder(batch))
    report.created, report.updated = batch.created, batch.updated
    report.skipped, report.rejected, report.also_created = batch.skipped, batch.rejected, batch.also_created
    return report


def _came_before(actor: Actor, record_type: RecordType, recognition: Recognition) -> bool:
    """Whether records of this source are here: what the file changes of them is looked at first."""
    return record_type.model.objects.within(actor).filter(external_source=recognition.source).exists()


def _refuse_wordless(record_type: RecordType, recognition: Recognition, columns: Sequence[ColumnMapping]) -> None:
    """What says nothing in words would give records without sense. Whoever says which column is which goes on."""
    if recognition.format == importers.OWN or not importers.exchange_knows(record_type):
        return
    names = ", ".join(column.source for column in columns[:20])
    way_out = (
        f"If it is to be imported all the same, say which column names things: --map COLUMN=title. It has: {names}."
    )
    if recognition.unfit:
        raise Refused(recognition.unfit, way_out)
    if not importers.says_something(record_type, columns):
        raise Refused("No column of the file reads like a title or a text.", way_out)


def _ready(actor: Actor, record_type: RecordType, path: Path, recognition: Recognition, staged: Path) -> Import:
    batch = service.new_import(actor, record_type, path.name)
    batch.format = recognition.format
    shutil.copyfile(path, service.source_file(batch))
    for name in (staging.STAGED, staging.REJECTED, telling.TOLD):
        shutil.move(staged / name, keeping.folder(batch) / name)
    return batch


def _apply(actor: Actor, batch: Import) -> None:
    """Killed in the middle, it is ended by the next worker there is."""
    batch.state = Import.State.APPLYING
    with transaction.atomic():
        batch.save(force_insert=True)
        tasks.finish_later(batch)
        tasks.plan_forgetting(batch)
    service.apply_to_the_end(actor, batch)
