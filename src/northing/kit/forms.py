"""Forms drawn from field specifications. They only draw and carry: the change mechanism validates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from northing.access.actor import Actor, Forbidden
from northing.kit import reading, tagging
from northing.kit.fields import (
    AnyRecord,
    Choice,
    Day,
    Field,
    Flag,
    Json,
    LongText,
    Moment,
    Number,
    Person,
    Reference,
    Tags,
)
from northing.kit.problems import Missing, Problem
from northing.kit.record_types import RecordType, registry

MOST_OPTIONS = 500


@dataclass(frozen=True, kw_only=True)
class DrawnJson(Json):
    """Structured data that people fill in by a widget of its own, which is made for an actor and with what else the
    form holds, and carries JSON text."""

    is_typed: ClassVar[bool] = True
    draw: Callable[[Actor, Mapping[str, Any]], forms.Widget]


class Carrier(forms.Field):
    """A form field that carries raw input; `required` only marks its label."""

    def validate(self, value: Any) -> None:
        return None


class RecordForm(forms.Form):
    """A form of one record type's fields; `values()` are the raw inputs for the change mechanism."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """What was submitted, without the version. A missing checkbox means no."""
        data: QueryDict = self.data  # type: ignore[assignment]
        drawn = {name: field.widget for name, field in self.fields.items() if name != "version"}
        given = {
            name: widget.value_from_datadict(data, {}, name)
            for name, widget in drawn.items()
            if not widget.value_omitted_from_data(data, {}, name)
        }
        flags = (name for name, field in self.fields.items() if isinstance(field.widget, forms.CheckboxInput))
        return given | {name: "yes" if name in data else "no" for name in flags}

    def show(self, problems: Iterable[Problem]) -> None:
        """Put each problem beside its field; those of fields not in the form go to the top."""
        self.is_valid()
        for problem in problems:
            is_shown = problem.field in self.fields and not self[problem.field].is_hidden
            field = problem.field if is_shown else None
            self.add_error(field, capfirst(problem.rule if field else str(problem)))


def record_form(
    actor: Actor,
    record_type: RecordType,
    *,
    record: Any = None,
    data: QueryDict | None = None,
    only: Sequence[str] = (),
    initial: Mapping[str, Any] | None = None,
) -> RecordForm:
    """A form for a new record, an existing one, or (with `only`) some of its fields."""
    names = only or [name for name, spec in record_type.specs.items() if _is_for_people(spec)]
    blank = {name: record_type.specs[name].empty for name in names} if record is None and data is None else {}
    start = {
        name: spec.to_text(blank[name]) if spec.kind == "json" else blank[name]
        for name, spec in record_type.specs.items()
        if blank.get(name) not in (None, "", ())
    } | dict(initial or {})
    if record is not None:
        tags = tagging.tags_of([record.pk]).get(record.pk, ()) if "tags" in names else ()
        start = {name: _shown(record_type.specs[name], record, tags) for name in names} | start
        start["version"] = record.version
    form = RecordForm(data, initial=start, auto_id="field-%s")
    for name in names:
        spec: Field = record_type.specs[name]
        value: Any = start.get(name)
        if isinstance(spec, Reference) and value:
            value = _chosen(actor, registry.of(spec.to), value)
        form.fields[name] = _carrier(actor, spec, value, start if data is None else data)
        if isinstance(spec, Reference) and value:
            form.initial[name] = _as_shown(actor, spec, form.fields[name].widget, value)
    return form


def _is_for_people(spec: Field) -> bool:
    """Structured data has pages of its own, unless people can write it or nothing can be made without it."""
    return spec.editable and (not isinstance(spec, Json) or spec.is_typed or spec.required)


def left_out(record_type: RecordType) -> list[str]:
    """The labels of what the record's form does not ask for."""
    return [spec.label for spec in record_type.specs.values() if spec.editable and not _is_for_people(spec)]


def _as_shown(actor: Actor, spec: Reference, widget: forms.Widget, record_id: int) -> Any:
    """What stands for a record in its field: its id in a list, its name or key where one types."""
    if isinstance(widget, forms.Select):
        return record_id
    label = reading.labels(actor, registry.of(spec.to), [record_id]).get(record_id)
    if label is None:
        return ""
    return label.title if spec.makes else label.key


def _chosen(actor: Actor, target: RecordType, value: Any) -> int | None:
    """The id of the record that an id or a key stands for."""
    text = str(value)
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return int(text)
    try:
        return reading.id_of(actor, target, text)
    except (Missing, Forbidden):
        return None


def _shown(spec: Field, record: Any, tags: Sequence[str]) -> Any:
    if isinstance(spec, Tags):
        return ", ".join(tags)
    value = getattr(record, spec.attribute)
    if isinstance(spec, AnyRecord):
        label = registry.named(record.about.type) if value and hasattr(record, "about") else None
        return f"{label.prefix}-{record.about.number}" if label else value
    return spec.to_text(value) if isinstance(spec, (Json, Day, Moment)) else value


def _carrier(actor: Actor, spec: Field, value: Any, others: Mapping[str, Any]) -> Carrier:
    unit = f" ({spec.unit})" if spec.unit else ""
    widget = spec.draw(actor, others) if isinstance(spec, DrawnJson) else _widget(actor, spec, value)
    return Carrier(label=spec.label + unit, help_text=spec.help, required=spec.required, widget=widget)


def _widget(actor: Actor, spec: Field, value: Any) -> forms.Widget:
    if isinstance(spec, Choice):
        empty = [] if spec.required or spec.empty else [("", "–")]
        return forms.Select(choices=[*empty, *spec.options])
    if isinstance(spec, Person):
        return forms.Select(choices=[("", "Nobody"), *reading.member_names(actor).items()])
    if isinstance(spec, Reference):
        return _reference_widget(actor, spec, value)
    if isinstance(spec, AnyRecord):
        return RecordInput(f"/{actor.workspace.slug}/known?types={','.join(spec.types)}")
    if isinstance(spec, Number):
        # A browser's own number field drops the comma of "12,5" before anyone could ask what it means.
        return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    plain: Mapping[type[Field], forms.Widget] = {
        Flag: forms.CheckboxInput(),
        LongText: forms.Textarea(attrs={"rows": 5}),
        Json: forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "code"}),
        Day: forms.DateInput(attrs={"type": "date"}),
    }
    return plain.get(type(spec), forms.TextInput())


class NameInput(forms.TextInput):
    """A field for a name, which offers the known ones."""

    def __init__(self, names: Sequence[str], noun: str) -> None:
        super().__init__(attrs={"placeholder": f"Choose a {noun}, or name a new one", "autocomplete": "off"})
        self.names = names

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, {**(attrs or {}), "list": f"names-{name}"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((known,) for known in self.names))
        return format_html('{}<datalist id="names-{}">{}</datalist>', field, name, options)


class RecordInput(forms.TextInput):
    """A field for the key or title of a record of any type, which offers those that fit while one types."""

    def __init__(self, known_url: str) -> None:
        asks = {"hx-get": known_url, "hx-trigger": "input changed delay:150ms", "hx-sync": "this:replace"}
        super().__init__(attrs={"placeholder": "F-12, or its title", "autocomplete": "off", **asks})

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        known = f"known-{name}"
        field = super().render(name, value, {**(attrs or {}), "list": known, "hx-target": f"#{known}"}, renderer)
        return format_html('{}<datalist id="{}"></datalist>', field, known)


def _reference_widget(actor: Actor, spec: Reference, value: Any) -> forms.Widget:
    """A list to choose from while it is short; beyond that a field for the key or name."""
    target = registry.of(spec.to)
    live = spec.to.objects.within(actor).filter(archived_at=None).order_by("-pk")
    rows = list(live.values_list("pk", target.title)[: MOST_OPTIONS + 1])
    if spec.makes:
        return NameInput(sorted((title for _, title in rows), key=str.casefold), target.noun)
    if len(rows) > MOST_OPTIONS:
        return forms.TextInput(attrs={"placeholder": f"{target.prefix}-… or name"})
    if value and all(pk != value for pk, _ in rows):
        rows += [(pk, label.title) for pk, label in reading.labels(actor, target, [value]).items()]
    rows.sort(key=lambda row: str(row[1]).casefold())
    return forms.Select(choices=[("", "–"), *rows])
