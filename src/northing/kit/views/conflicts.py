"""Two people edit one record: the second gets the form again, with what both have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from northing.access.actor import Actor
from northing.kit import cleaning, history
from northing.kit.fields import Field, Flag, Reference
from northing.kit.forms import RecordForm, record_form
from northing.kit.problems import BadValue, Problem
from northing.kit.record_types import RecordType
from northing.kit.views.doors import whole


def meanwhile(actor: Actor, record_type: RecordType, record: Any, posted: QueryDict) -> tuple[RecordForm, str]:
    """The form of the record as it is now, with what was typed; and who changed the record meanwhile.

    What only the others changed stands as they left it; what both did stands as it was typed, with theirs beside it.
    Saved again, it takes the place of what is there now.
    """
    typed = record_form(actor, record_type, data=posted).values()
    version = whole(posted.get("version", "")) or 0
    before, now = (
        history.values_at(record_type, record, version),
        history.values_at(record_type, record, record.version),
    )
    theirs = {name for name in typed if before.get(name) != now.get(name)}
    present = record_form(actor, record_type, record=record)
    data = posted.copy()
    data["version"] = str(record.version)
    problems = []
    who = history.changed_by(actor, record)
    for name in theirs:
        spec = record_type.specs[name]
        mine = _json(actor, spec, typed)
        if mine == before[name]:
            _put(data, spec, present.get_initial_for_field(present.fields[name], name))
        elif mine != now[name]:
            problems.append(
                Problem(name, str(typed[name]), f"{who} made this “{_said(actor, present, name, spec, now)}” meanwhile")
            )
    form = record_form(actor, record_type, data=data)
    form.show(problems)
    return form, who


def _json(actor: Actor, spec: Field, typed: Mapping[str, Any]) -> Any:
    """What was typed as the history keeps it; the text itself where it is no such value."""
    text = typed[spec.name]
    if isinstance(spec, Reference):
        return cleaning.resolve(actor, spec, [str(text)]).get(str(text)) if text else None
    try:
        return spec.to_json(spec.clean(text))
    except BadValue:
        return text


def _put(data: QueryDict, spec: Field, value: Any) -> None:
    if not isinstance(spec, Flag):
        data[spec.name] = "" if value is None else str(value)
    elif value:
        data[spec.name] = "yes"
    else:
        data.pop(spec.name, None)


def _said(actor: Actor, form: RecordForm, name: str, spec: Field, now: Mapping[str, Any]) -> str:
    """A value as the form's own choices call it."""
    choices = dict(getattr(form.fields[name].widget, "choices", ()))
    return str(choices.get(now[name]) or history.said(actor, spec, now[name]) or "empty")
