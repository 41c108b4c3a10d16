"""Import: drop a file, see what it is, say where its columns go, check, import, get rejected rows back, undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from northing import exchange
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.exchange.records import ColumnMapping, Recognition, Refused
from northing.exchange.records import Problem as SourceProblem
from northing.kit import reading
from northing.kit.extensions import extensions
from northing.kit.importing import importers, keeping, service, staging, tasks
from northing.kit.importing.choices import MARKS, NOTHING, ORDERS, Choices, marks_of
from northing.kit.importing.hanging import hanging
from northing.kit.importing.running import others
from northing.kit.importing.shown import how_read
from northing.kit.models import Import
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.record_types import RecordType, registry
from northing.kit.views.choosing import asked, chosen
from northing.kit.views.doors import record_page
from northing.ui import formats
from northing.ui.shell import layout
from northing.ui.tones import Tone

ERRORS_SHOWN = 100
PAST_SHOWN = 50
TONES: Mapping[str, Tone] = {
    Import.State.DONE: "good",
    Import.State.REFUSED: "bad",
    Import.State.STAGED: "accent",
    Import.State.APPLYING: "accent",
}
_PARTS: Mapping[str, str] = {
    Import.State.STAGING: "reading",
    Import.State.STAGED: "check",
    Import.State.APPLYING: "applying",
}
STEPS = ("File", "Columns", "Check", "Import")


@record_page("GET", "POST")
def start(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    """The place to drop a file, and past imports. POST takes the file; what cannot be read is refused here."""
    _require(actor, record_type)
    if request.method == "GET":
        return render(request, "kit/import.html", {"record_type": record_type, "past": _past(actor, record_type)})
    file = request.FILES.get("file")
    if file is None:
        raise Invalid([Problem("file", "", "choose a file")])
    batch = service.begin(actor, record_type, file.name or "file", file.chunks())
    if batch.state == Import.State.REFUSED:
        return render(request, "kit/import_refused.html", {"batch": batch}, status=422)
    tasks.plan_forgetting(batch)
    return _onwards(request, _url(actor, record_type, batch))


def _require(actor: Actor, record_type: RecordType) -> None:
    actor.require(Verb.IMPORT, record_type.name)
    if not record_type.importable:
        raise Missing(f"import of {record_type.nouns}")


def _url(actor: Actor, record_type: RecordType, batch: Import) -> str:
    return f"{reading.list_url(actor, record_type)}import/{batch.pk}/"


def _onwards(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _past(actor: Actor, record_type: RecordType) -> list[tuple[Import, str, Tone, list[str], str]]:
    """Past imports, newest first: import, state and its tone, counts, who."""
    batches = Import.objects.within(actor).filter(record_type=record_type.name).order_by("-created_at", "-pk")
    people = reading.member_names(actor)
    return [
        (
            batch,
            *_label(batch),
            [text for _, text in _counts(batch)],
            people.get(batch.member_id or 0, "Command line"),
        )
        for batch in batches[:PAST_SHOWN]
    ]


def _is_fresh(batch: Import) -> bool:
    """Whether nobody has said yet where the columns go."""
    return batch.state == Import.State.STAGING and not batch.mapping


def _label(batch: Import) -> tuple[str, Tone]:
    """How far an import is, in words, with the tone of its mark."""
    if _is_fresh(batch):
        return "Not checked yet", "neutral"
    if batch.state == Import.State.STAGED and batch.finished_at:
        return "Nothing to import", "neutral"
    return batch.get_state_display(), TONES.get(batch.state, "neutral")


def _rows(count: int) -> str:
    return formats.counted(count, "row")


def _counts(batch: Import) -> list[tuple[str, str]]:
    """Rows by outcome; of an import that was undone nothing stands as new or updated."""
    counts = {"New": batch.created, "Updated": batch.updated, "As before": batch.skipped, "Rejected": batch.rejected}
    gone = ("New", "Updated") if batch.state == Import.State.UNDONE else ()
    return [(word, formats.MISSING if word in gone else f"{count:,}") for word, count in counts.items()]


def _outcome(batch: Import) -> str:
    """What would become of the rows, in words: "22 new, 1 rejected"."""
    return ", ".join(f"{count} {word.lower()}" for word, count in _counts(batch) if count != "0") or "nothing new"


@record_page("GET")
def show(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """One import as it stands; while something is being done the page asks again every second."""
    batch = _batch(actor, record_type, import_id)
    context = {"record_type": record_type, "batch": batch, "list_url": reading.list_url(actor, record_type)}
    context |= _standing(actor, record_type, batch, remap="columns" in request.GET)
    context["was_chosen"] = "chosen" in request.GET
    name = "kit/import_state.html" if request.headers.get("HX-Target") == "import-state" else "kit/import_batch.html"
    return render(request, name, context)


def _batch(actor: Actor, record_type: RecordType, import_id: int) -> Import:
    _require(actor, record_type)
    return get_object_or_404(Import.objects.within(actor), pk=import_id, record_type=record_type.name)


def _open_batch(actor: Actor, record_type: RecordType, import_id: int) -> Import:
    """An import whose columns can still be mapped."""
    batch = _batch(actor, record_type, import_id)
    if not _is_fresh(batch) and batch.state != Import.State.STAGED:
        raise Invalid([Problem("file", batch.file_name, "is being read or imported already; look at it again")])
    return batch


@record_page("POST")
def cancel(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Drop a file that waits; nothing of it has been written."""
    keeping.cancel(_open_batch(actor, record_type, import_id))
    return HttpResponseRedirect(f"{reading.list_url(actor, record_type)}import/")


def _standing(actor: Actor, record_type: RecordType, batch: Import, *, remap: bool) -> dict[str, Any]:
    """What the page shows, by how far the import is."""
    state = Import.State
    if _is_fresh(batch) or (batch.state == state.STAGED and remap):
        return {"part": "columns", "steps": _steps(1), **_columns(actor, record_type, batch)}
    if batch.state == state.UNDONE:
        part = "undone" if batch.finished_at else "undoing"
    else:
        part = _PARTS.get(batch.state, "done")
    standing: dict[str, Any] = {"part": part, "steps": _steps({"reading": 2, "check": 2, "applying": 3}.get(part, 4))}
    standing["working"] = part in ("reading", "applying", "undoing")
    if standing["working"] and tasks.has_failed(batch):
        return standing | {"part": "failed", "working": False}
    if part == "applying":
        standing["share"] = batch.offset / max(1, (keeping.folder(batch) / staging.STAGED).stat().st_size)
    if part in ("check", "done", "undone") and batch.rejected and service.source_file(batch).exists():
        standing["errors"] = staging.first_errors(keeping.folder(batch), ERRORS_SHOWN)
        standing["cut"] = len(standing["errors"]) >= ERRORS_SHOWN
        standing["rejected_text"] = _rows(batch.rejected)
    if part == "done":
        standing["may_undo"] = actor.may(Verb.ARCHIVE, record_type.name) and batch.offset > 0
        onwards = list(extensions.onwards(actor, record_type.name)) if batch.offset > 0 else []
        standing["onwards"] = onwards[:2]
        standing["became"] = next(filter(None, (one.became(actor, batch.batch) for one in onwards)), "")
    if part == "check":
        read = how_read(batch.mapping, Choices.of(batch.choices))
        standing |= asked(actor, record_type, batch) | {"outcome": _outcome(batch), "checked": read}
    to_write = batch.created + batch.updated
    texts = {"rows_text": _rows(batch.rows), "to_write": _rows(to_write) if to_write else ""}
    texts |= {"others": others(batch.also_created), "nothing": "" if to_write else _why_nothing(batch)}
    return standing | texts | {"counts": _counts(batch)}


@record_page("POST")
def choose(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Choose what statuses stand for, whom names mean, and what becomes of names nobody knows and of titles that are
    there, and have the file checked again."""
    batch = _open_batch(actor, record_type, import_id)
    tasks.ask_to_stage(batch, batch.mapping, chosen(request, record_type, batch))
    return HttpResponseRedirect(_url(actor, record_type, batch))


def _why_nothing(batch: Import) -> str:
    """Why an import would write no row."""
    if not batch.rows:
        return "The file holds no rows."
    if not batch.rejected:
        return "All rows are here already; the import would change nothing."
    if batch.skipped:
        here = f"{_rows(batch.skipped)} {'is' if batch.skipped == 1 else 'are'} here already"
        return f"The import would change nothing: {here}, {batch.rejected:,} cannot be imported."
    return "No row can be imported. Below stands why; where a column went to the wrong field, change the columns."


def _steps(current: int) -> list[tuple[str, str]]:
    return [(word, "done" if at < current else "now" if at == current else "") for at, word in enumerate(STEPS)]


def _columns(actor: Actor, record_type: RecordType, batch: Import) -> dict[str, Any]:
    """What was recognised, and where each column goes."""
    recognition = _recognised(batch)
    choices = Choices.of(batch.choices)
    mapping = batch.mapping
    if _is_fresh(batch):
        mapping, _ = service.before(batch, recognition)
    proposed = service.chosen_mapping(record_type, recognition, mapping)
    targets = {column.source: column.target or "" for column in proposed}
    kind, reasons = importers.kind_of(record_type, recognition)
    rows = [(f"column-{at}", column, targets[column.name]) for at, column in enumerate(recognition.columns)]
    return {
        "recognition": recognition,
        "kind": kind,
        "reasons": reasons,
        "warnings": importers.warnings(record_type, recognition, proposed),
        "rows_text": f"{recognition.estimated_rows:,}",
        "rows": rows,
        "targets": list(importers.targets(record_type, recognition).items()),
        "types": list(_types(actor, record_type)),
        "proposed_type": _proposed_type(record_type, recognition),
        "orders": list(ORDERS.items()) if recognition.date_order != "unambiguous" else (),
        "dates": choices.dates,
        "marks": list(MARKS.items()) if marks_of(recognition) else (),
        "mark": marks_of(recognition),
    }


def _recognised(batch: Import) -> Recognition:
    """A file that was recognised before and no longer is has been deleted."""
    try:
        return service.recognised(batch)
    except (Refused, FileNotFoundError):
        raise Missing(f"the file {batch.file_name}") from None


def _types(actor: Actor, record_type: RecordType) -> Iterator[RecordType]:
    """What the file can be read as: the types whose exports are known, and the one it was brought for."""
    for other in registry:
        known = other.name in exchange.TARGETS and other.importable and actor.may(Verb.IMPORT, other.name)
        if known or other is record_type:
            yield other


def _proposed_type(record_type: RecordType, recognition: Recognition) -> str:
    """What such files usually hold, where the person brought it for something else."""
    usual = {recognition.record_type, *recognition.alternatives}
    is_own = recognition.format == importers.OWN
    if is_own or record_type.name in usual or not importers.exchange_knows(record_type):
        return ""
    return recognition.record_type.replace("_", " ")


@record_page("POST")
def retype(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Read the file as another record type, from another sheet, with another order of dates or other decimals."""
    batch = _open_batch(actor, record_type, import_id)
    other = registry.named(request.POST.get("type", ""))
    _require(actor, other)
    given = request.POST
    choices = Choices(sheet=given.get("sheet", ""), dates=given.get("dates", ""), numbers=given.get("numbers", ""))
    if choices.numbers == marks_of(_recognised(batch)):  # what the file says of itself is nobody's choice
        choices = replace(choices, numbers=Choices.of(batch.choices).numbers)
    try:
        service.recognised(batch, choices)
    except Refused as error:
        raise Invalid([Problem("type", "", str(error))]) from None
    still_open = Import.objects.filter(pk=batch.pk, state__in=keeping.WAITING)  # nobody has set it off meanwhile
    still_open.update(
        record_type=other.name, mapping={}, choices=choices.as_json(), state=Import.State.STAGING, finished_at=None
    )
    return HttpResponseRedirect(_url(actor, other, batch))


@record_page("POST")
def warn(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """What is to be known of the columns while a person sends them here and there."""
    recognition = _recognised(_open_batch(actor, record_type, import_id))
    mapping = _mapped(record_type, recognition, _targets(request, recognition))
    context = {"warnings": importers.warnings(record_type, recognition, mapping)}
    return render(request, "kit/import_column_warnings.html", context)


def _targets(request: HttpRequest, recognition: Recognition) -> dict[str, str]:
    return {column.name: request.POST.get(f"column-{at}", "") for at, column in enumerate(recognition.columns)}


def _mapped(
    record_type: RecordType, recognition: Recognition, given: Mapping[str, str], choices: Choices = NOTHING
) -> tuple[ColumnMapping, ...]:
    try:
        return service.chosen_mapping(record_type, recognition, given, choices)
    except Refused as error:
        raise Invalid([Problem("column", "", str(error))]) from None


@record_page("POST")
def check(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Take the columns' targets and have the file read; nothing is imported yet."""
    batch = _open_batch(actor, record_type, import_id)
    recognition, choices = _recognised(batch), Choices.of(batch.choices)
    given = _targets(request, recognition)
    if _is_fresh(batch):
        _, earlier = service.before(batch, recognition)
        said = service.people_said(actor)
        choices = replace(
            choices, aside=earlier.aside, statuses=earlier.statuses, people=said, left_out=earlier.left_out
        )
    _mapped(record_type, recognition, given, choices)
    tasks.ask_to_stage(batch, given, choices)
    return HttpResponseRedirect(_url(actor, record_type, batch))


@record_page("POST")
def apply(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Have a checked file imported, as the page shows it. With other choices than it was checked with, it is checked
    again first, and comes back to the page where it would do more than that shows."""
    batch = _batch(actor, record_type, import_id)
    if batch.state == Import.State.STAGED:
        wanted, kept = chosen(request, record_type, batch), Choices.of(batch.choices)
        if request.POST.get("checked", read := how_read(batch.mapping, kept)) != read:
            raise Invalid([Problem("file", batch.file_name, "was checked in another way since then; look at it again")])
        if replace(wanted, aside=()) != replace(kept, aside=()) or set(wanted.aside) != set(kept.aside):
            tasks.ask_to_stage(batch, batch.mapping, wanted, then_for=actor)
            return HttpResponseRedirect(f"{_url(actor, record_type, batch)}?chosen")
    tasks.ask_to_apply(actor, batch)
    return HttpResponseRedirect(_url(actor, record_type, batch))


@record_page("POST")
def undo(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """Have an import taken back; where people have hung things on what it brought, only once they are sure."""
    batch = _batch(actor, record_type, import_id)
    told = hanging(actor, batch) if "sure" not in request.POST and batch.state != Import.State.UNDONE else []
    if told:
        url = _url(actor, record_type, batch)
        context = {"batch": batch, "told": told, "layout": layout(request), "url": url}
        return render(request, "kit/import_undo.html", context)
    tasks.ask_to_take_back(actor, batch)
    return _onwards(request, _url(actor, record_type, batch))


@record_page("GET")
def rejected(request: HttpRequest, actor: Actor, record_type: RecordType, import_id: int) -> HttpResponse:
    """The rejected rows in the source's own columns, with their reasons."""
    batch = _batch(actor, record_type, import_id)
    source = _recognised(batch).layout
    if not batch.rejected:
        raise Missing("rejected rows")
    reasons: dict[int, tuple[SourceProblem, ...]] = {}
    for row in staging.rejected_rows(keeping.folder(batch)):
        reasons |= dict.fromkeys((row.row, *row.parts), row.problems)
    content = exchange.write_rejected(service.source_file(batch), source, reasons)
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{record_type.path}-{batch.pk}.csv"'
    return cast("HttpResponse", response)
