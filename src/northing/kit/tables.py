"""A page of records as table cells: labels fetched once per column, every cell one escaped string."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import reading, tagging
from northing.kit.extensions import Column, extensions, load_columns
from northing.kit.fields import AnyRecord, Choice, Day, Field, Flag, Moment, Number, Person, Reference, Tags, WebAddress
from northing.kit.listing import ListRequest, column_names, sortable
from northing.kit.reading import list_url
from northing.kit.record_types import RecordType, registry
from northing.ui import cells

Draw = Callable[[Any], SafeString]
ON_PHONE = 2
INLINE = ("text", "choice", "number", "day", "flag", "person", "tags")


@dataclass(frozen=True)
class Heading:
    name: str
    label: str
    style: str
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True)
class Table:
    head: SafeString
    body: SafeString


def shown_columns(record_type: RecordType, request: ListRequest) -> list[str]:
    """The columns asked for, or the type's own choice, as far as they exist; the title is always among them."""
    wanted = request.columns or record_type.columns
    names = [name for name in wanted if name in column_names(record_type)]
    return names if record_type.title in names else [record_type.title, *names]


def table(actor: Actor, record_type: RecordType, records: Sequence[Any], request: ListRequest) -> Table:
    """The headings and the rows of one page, ready to be put into a table."""
    names = shown_columns(record_type, request)
    headings = [_heading(actor, record_type, request, name, place) for place, name in enumerate(names)]
    draws = _drawers(actor, record_type, names, records)
    columns = [(f'<td class="{heading.style}">', draws[heading.name]) for heading in headings]
    rows, base = [], list_url(actor, record_type)
    for record in records:
        key = record_type.key(record)
        drawn = "".join([f"{opening}{draw(record)}</td>" for opening, draw in columns])
        rows.append(
            f'<tr data-id="{record.pk}" data-record="{key}" data-title="{escape(record_type.title_of(record))}">'
            f'<td class="pick"><input type="checkbox" aria-label="Select {key}"></td>'
            f'<td class="hide-narrow">{cells.key(key, base + key + "/")}</td>{drawn}</tr>'
        )
    return Table(SafeString("".join(map(_drawn, headings))), SafeString("".join(rows)))


def editable_cell(actor: Actor, record_type: RecordType, name: str, record: Any) -> SafeString:
    """One cell again after its inline edit."""
    return _editable(_cell_drawer(actor, record_type, name, [record]), record_type, name)(record)


def _drawers(actor: Actor, record_type: RecordType, names: Sequence[str], records: Sequence[Any]) -> dict[str, Draw]:
    """By column a function from record to cell; whatever it needs for all records of the page is fetched here, once."""
    extra = [extensions.columns[record_type.name][name] for name in names if name not in record_type.all_specs]
    loaded = load_columns(actor, extra, [record.pk for record in records])
    draws = {column.name: _column_drawer(column, loaded[column.name]) for column in extra}
    base = list_url(actor, record_type)
    draws[record_type.title] = lambda record: cells.link(
        record_type.title_of(record), f"{base}{record_type.key(record)}/"
    )
    may_edit = actor.may(Verb.UPDATE, record_type.name)
    for name in names:
        if name not in draws:
            draw = _cell_drawer(actor, record_type, name, records)
            draws[name] = _editable(draw, record_type, name) if may_edit and _is_inline(record_type, name) else draw
    return draws


def _cell_drawer(actor: Actor, record_type: RecordType, name: str, records: Sequence[Any]) -> Draw:
    """A function from record to the cell of a field, or of the words that stand in its place."""
    draw = field_drawer(actor, record_type, record_type.all_specs[name], records)
    if name not in record_type.in_words:
        return draw
    words = record_type.in_words[name].field
    return lambda record: draw(record) if getattr(record, name) is not None else cells.text(getattr(record, words))


def _column_drawer(column: Column, values: Mapping[int, Any]) -> Draw:
    return lambda record: column.cell(values.get(record.pk))


def _is_inline(record_type: RecordType, name: str) -> bool:
    spec = record_type.specs.get(name)
    return spec is not None and spec.editable and spec.kind in INLINE


def _editable(draw: Draw, record_type: RecordType, name: str) -> Draw:
    label = record_type.specs[name].label
    return lambda record: cells.editable(draw(record), name, label)


def _drawn(heading: Heading) -> str:
    order = f' aria-sort="{heading.sorted}"' if heading.sorted else ""
    label, url = escape(heading.label), escape(heading.sort_url)
    content = f'<a href="{url}" hx-get="{url}">{label}</a>' if url else label
    return f'<th class="{heading.style}"{order}>{content}</th>'


def _style(record_type: RecordType, name: str, place: int, numeric: bool) -> str:
    """Classes of a column's cells; on a phone the title and one more stay."""
    if name == record_type.title:
        return "wide"
    return " ".join(["right"] * numeric + ["hide-narrow"] * (place >= ON_PHONE))


def _heading(actor: Actor, record_type: RecordType, request: ListRequest, name: str, place: int) -> Heading:
    extra = extensions.columns[record_type.name].get(name)
    spec = record_type.all_specs.get(name)
    label = extra.heading(actor.workspace.currency) if extra else spec.label if spec else name
    numeric = extra.numeric if extra else isinstance(spec, Number)
    style = _style(record_type, name, place, numeric)
    if name not in sortable(record_type):
        return Heading(name, label, style)
    current = request.sort or record_type.default_sort
    descending_first = not extra.ascending_first if extra and numeric else isinstance(spec, (Number, Moment, Day))
    opposite = {name: f"-{name}", f"-{name}": name}
    wanted = opposite.get(current, f"-{name}" if descending_first else name)
    state = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return Heading(name, label, style, "?" + request.query(sort=wanted), state)


def field_drawer(actor: Actor, record_type: RecordType, spec: Field, records: Sequence[Any]) -> Draw:
    """A function from record to the cell of one of its fields."""
    if isinstance(spec, Tags):
        tags = tagging.tags_of([record.pk for record in records])
        return lambda record: cells.tags(tags.get(record.pk, ()))
    if isinstance(spec, Person):
        names = reading.member_names(actor, (getattr(r, spec.attribute) for r in records))
        return lambda record: _person(names, getattr(record, spec.attribute))
    if isinstance(spec, (Reference, AnyRecord)):
        return _reference_drawer(actor, spec, records)
    draw = _value_drawer(spec, record_type.tones.get(spec.name, {}))
    return lambda record: draw(getattr(record, spec.attribute))


def _person(names: Mapping[int, str], member_id: int | None) -> SafeString:
    return cells.person(names[member_id]) if member_id is not None and member_id in names else cells.EMPTY


def _reference_drawer(actor: Actor, spec: Reference | AnyRecord, records: Sequence[Any]) -> Draw:
    ids = [getattr(record, spec.attribute) for record in records]
    if isinstance(spec, AnyRecord):
        found = reading.labels_of_any(actor, ids)
    else:
        found = reading.labels(actor, registry.of(spec.to), ids)

    def draw(record: Any) -> SafeString:
        label = found.get(getattr(record, spec.attribute))
        return cells.link(label.title, label.url(actor)) if label else cells.EMPTY

    return draw


def _value_drawer(spec: Field, tones: Mapping[str, Any]) -> Draw:
    if isinstance(spec, Choice):
        labels = spec.labels
        if tones:
            return lambda value: cells.status(labels.get(value, value), tones.get(value, "neutral"))
        return lambda value: cells.text(labels.get(value, value) or None)
    if isinstance(spec, Number):
        return lambda value: cells.number(value)
    if isinstance(spec, WebAddress):
        return lambda value: cells.link(value, value, drawer=False) if value else cells.EMPTY
    for kind, draw in ((Flag, cells.flag), (Day, cells.day), (Moment, cells.moment)):
        if isinstance(spec, kind):
            return draw
    return lambda value: cells.text(spec.to_text(value) or None)
