"""The steps of an import: keep and recognise a file, stage it, apply it, take it back. Pages, command line and jobs
all go through here."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import Workspace
from northing.access.roles import Verb
from northing.exchange.records import ColumnMapping, Recognition, Refused
from northing.kit import history
from northing.kit.batches import batched
from northing.kit.importing import applying, importers, leaving_out, own, staging
from northing.kit.importing.choices import NOTHING, Choices, check_statuses, marks_of
from northing.kit.importing.collecting import seldom_collecting
from northing.kit.importing.joining import Joining
from northing.kit.importing.keeping import folder, make_room, one_at_a_time
from northing.kit.importing.origins import brought_beside, forget_rows
from northing.kit.importing.previewing import MOST_KEYS, Looker, Preview
from northing.kit.importing.titles import Titles
from northing.kit.models import ChangeEntry, Import, Kind
from northing.kit.problems import Invalid
from northing.kit.record_types import RecordType, registry

_REMEMBERED = 50  # past imports in which a file with the same columns is looked for
_TELL_EVERY = 10_000  # rows between two looks at how far the reading is


def source_file(batch: Import) -> Path:
    return folder(batch) / "source"


def new_import(actor: Actor, record_type: RecordType, file_name: str) -> Import:
    """An import that is not saved yet, with its folder. Raises `Forbidden`."""
    actor.require(Verb.IMPORT, record_type.name)
    batch = Import(
        workspace=actor.workspace,
        member_id=actor.member_id,
        batch=secrets.token_hex(12),
        record_type=record_type.name,
        file_name=Path(file_name).name[:255],
    )
    folder(batch).mkdir(parents=True)
    return batch


def begin(actor: Actor, record_type: RecordType, file_name: str, chunks: Iterable[bytes]) -> Import:
    """Keep an uploaded file and recognise it. A file that is refused is said so in the import's `reason`."""
    batch = new_import(actor, record_type, file_name)
    try:
        with one_at_a_time():  # until it is known and counts; to recognise a large file can take minutes
            make_room(actor)
            _keep(chunks, source_file(batch))
            batch.save(force_insert=True)
        recognition = recognised(batch)
    except Refused as error:
        shutil.rmtree(folder(batch))
        batch.state, batch.reason = Import.State.REFUSED, str(error)
    except BaseException:  # a file that no import knows of would stay for ever, and count for nobody
        shutil.rmtree(folder(batch))
        if batch.pk is not None:
            batch.delete()
        raise
    else:
        batch.format = recognition.format
        batch.warnings = importers.warnings(record_type, recognition, importers.propose(record_type, recognition))
    batch.save()
    return batch


def _keep(chunks: Iterable[bytes], target: Path) -> None:
    size = 0
    with target.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.UPLOAD_LIMIT:
                limit = settings.UPLOAD_LIMIT // 2**20
                raise Refused(f"The file is larger than {limit} MB.", "Split it, or set NORTHING_UPLOAD_MB higher.")
            file.write(chunk)


def recognised(batch: Import, choices: Choices | None = None) -> Recognition:
    """What the kept file is, read as was chosen before, or now. Raises `Refused`."""
    record_type = registry.named(batch.record_type)
    choices = choices or Choices.of(batch.choices)
    return own.recognised(batch.workspace, record_type, source_file(batch), batch.file_name, choices)


def chosen_mapping(
    record_type: RecordType, recognition: Recognition, chosen: Mapping[str, str], choices: Choices = NOTHING
) -> tuple[ColumnMapping, ...]:
    """The proposal with other targets for some columns, and with what statuses stand for; an empty target keeps a
    column aside. Raises `Refused`."""
    check_statuses(record_type.name, choices.statuses)
    makes = importers.importers.of(record_type).makes
    if wrong := sorted(set(choices.aside) - set(makes)):
        way_out = f"Use one of: {', '.join(makes)}." if makes else f"Those of {record_type.nouns} never are."
        raise Refused(f"No records are made of what {wrong[0]!r} names.", way_out)
    known = importers.targets(record_type, recognition)
    columns = {column.name for column in recognition.columns}
    for column, target in chosen.items():
        if column not in columns:
            raise Refused(f"The file has no column {column!r}.", f"It has: {', '.join(sorted(columns))}.")
        if target and target not in known:
            raise Refused(f"{target!r} is not a field of {record_type.nouns}.", f"Use one of: {', '.join(known)}.")
    mapping = (
        proposed
        if chosen.get(proposed.source, proposed.target or "") == (proposed.target or "")
        else ColumnMapping(proposed.source, chosen[proposed.source] or None)
        for proposed in importers.propose(record_type, recognition)
    )
    return tuple(
        replace(column, translation={**column.translation, **choices.statuses}) if column.target == "status" else column
        for column in mapping
    )


def before(batch: Import, recognition: Recognition) -> tuple[Mapping[str, str], Choices]:
    """Where the columns went, and what else was chosen, when a file with the same columns was last imported, so that
    the same file changes nothing the second time, and brings back the same after an undo; nothing for one that is
    new."""
    earlier = Import.objects.filter(
        workspace_id=batch.workspace_id,
        record_type=batch.record_type,
        format=recognition.format,
        state__in=(Import.State.DONE, Import.State.UNDONE),
    )
    columns = {column.name for column in recognition.columns}
    for mapping, choices in earlier.order_by("-pk").values_list("mapping", "choices")[:_REMEMBERED]:
        if mapping.keys() == columns:
            return mapping, Choices.of(choices)
    return {}, NOTHING


def people_said(where: Actor | Workspace) -> dict[str, int]:
    """Whom names were said to be in earlier imports, whatever these brought; the last word counts."""
    done = Import.objects.within(where).filter(state__in=(Import.State.DONE, Import.State.UNDONE)).order_by("-pk")
    said: dict[str, int] = {}
    for choices in done.values_list("choices", flat=True)[:_REMEMBERED]:
        said = {**choices.get("people", {}), **said}
    return said


@seldom_collecting()
def stage(actor: Actor, batch: Import) -> None:
    """Read the kept file with the import's mapping, and foresee what applying would do. Staging again starts anew; an
    import that would change nothing has ended with that, though its columns can still be changed."""
    record_type = registry.named(batch.record_type)
    try:
        recognition = recognised(batch)
        choices = Choices.of(batch.choices)
        mapping = chosen_mapping(record_type, recognition, batch.mapping, choices)
        source = staging.Source(source_file(batch), recognition, record_type, mapping, choices)
        staged = staging.stage(actor, folder(batch), source, _Progress(batch).rows_read)
    except Refused as error:
        refuse(batch, str(error))
        return
    titles = Titles.of(actor, record_type, recognition.format, choices)
    preview = Preview.noting(staged.noted)
    joining = Joining(actor, record_type)
    look = Looker(actor, record_type, preview, joining).look
    foreseen = applying.foresee(actor, record_type, folder(batch), titles, choices.aside, look)
    if titles:
        preview.same_titles, preview.keys = len(titles.met), [*titles.met.values()][:MOST_KEYS]
    preview.people = staged.people
    preview.known = importers.warnings(record_type, recognition, mapping)
    rows = leaving_out.doubtful(record_type, recognition)
    told_of_rows = [*leaving_out.told(rows, choices)]
    left_out = leaving_out.rows_left_out(rows, choices)
    preview.doubtful = [(one.row, one.text, one.row in left_out) for one in rows]
    preview.asked = [*staged.noted.asked([name for name, *_ in staged.people]), *told_of_rows]
    preview.marks = marks_of(recognition, mapping)
    preview.write(folder(batch))
    Import.objects.filter(pk=batch.pk, state=Import.State.STAGING).update(
        state=Import.State.STAGED,
        format=recognition.format,
        rows=staged.rows,
        rejected=staged.rejected,
        warnings=[
            *preview.known,
            *staged.noted.warnings(),
            *staged.told,
            *told_of_rows,
            *leaving_out.told_of_more(record_type, recognition),
            *foreseen.warnings(record_type),
            *joining.warnings(),
        ],
        also_created=foreseen.also_created,
        finished_at=timezone.now() if foreseen.changes_nothing else None,
        **foreseen.counts,
    )


class _Progress:
    """Writes down how far the reading is, not too often."""

    def __init__(self, batch: Import) -> None:
        self._batch = batch
        self._next = _TELL_EVERY

    def rows_read(self, rows: int) -> None:
        if rows >= self._next:
            self._next = rows + _TELL_EVERY
            Import.objects.filter(pk=self._batch.pk).update(rows=rows)


def refuse(batch: Import, reason: str) -> None:
    """End an import that cannot go on; what it has written stays, and can be taken back."""
    Import.objects.filter(pk=batch.pk).update(state=Import.State.REFUSED, reason=reason, finished_at=timezone.now())


def set_off(actor: Actor, batch: Import) -> bool:
    """Let a staged import be applied: by whoever says so, in their name and with their right, whoever brought the file.

    False when it was already, or is not ready. Raises `Forbidden`.
    """
    actor.require(Verb.IMPORT, batch.record_type)
    ready = Import.objects.filter(pk=batch.pk, state=Import.State.STAGED)
    begun = {"state": Import.State.APPLYING, "member_id": actor.member_id, "finished_at": None}
    return bool(ready.update(**begun, created=0, updated=0, skipped=0))


@seldom_collecting()
def apply(actor: Actor, batch: Import) -> None:
    """Apply what is left of an import that was set off; safe to call again after a kill, and by two processes at once.

    Raises `Overtaken` when another process goes on with it, and `Forbidden`.
    """
    batch.refresh_from_db()
    if batch.state == Import.State.APPLYING:
        applying.apply(actor, folder(batch), batch)


def apply_to_the_end(actor: Actor, batch: Import) -> None:
    """Apply together with whoever else does, until all is in."""
    while batch.state == Import.State.APPLYING:
        with suppress(applying.Overtaken):
            apply(actor, batch)
        batch.refresh_from_db()


def ask_back(actor: Actor, batch: Import) -> bool:
    """Mark an import as undone. False when there is nothing to undo. Raises `Forbidden`."""
    actor.require(Verb.IMPORT, batch.record_type)
    actor.require(Verb.ARCHIVE, batch.record_type)
    ended = Import.objects.filter(pk=batch.pk, state__in=(Import.State.DONE, Import.State.REFUSED), offset__gt=0)
    return bool(ended.update(state=Import.State.UNDONE, finished_at=None))


def take_back(actor: Actor, batch: Import) -> None:
    """Take an import back; what was changed since stays; `reason` tells of both.

    The rows taken back are as if never brought: importing the file again brings them back. Those that stay are known
    still, so that it leaves them as people have them.
    """
    undone = history.Undone()
    try:
        undone = history.undo_batch(actor, batch.batch)
        outcome = undone.sentences
    except Invalid as error:
        outcome = str(error)
    _forget_rows(actor, batch, kept=undone.changed[batch.record_type] | undone.with_them[batch.record_type])
    Import.objects.filter(pk=batch.pk).update(reason=outcome, finished_at=timezone.now())


def _forget_rows(actor: Actor, batch: Import, kept: Collection[int]) -> None:
    record_type = registry.named(batch.record_type)
    brought = ChangeEntry.objects.filter(change__workspace=actor.workspace, change__batch=batch.batch)
    if batch.format == importers.OWN:  # what it changed had come from elsewhere
        brought = brought.filter(kind=Kind.CREATED)
    changed = brought.order_by().values_list("record_id", flat=True).distinct().iterator()
    for ids in (changed, brought_beside(actor, record_type, batch.pk)):
        for some in batched((pk for pk in ids if pk not in kept), 500):
            forget_rows(actor, record_type, list(some), batch.pk)
