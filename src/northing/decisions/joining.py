"""What would count once numbers of a file join what people have said here: looked at before an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions import rules
from northing.decisions.columns import text_of
from northing.decisions.models import Method
from northing.decisions.planning import measure_from, read_estimate
from northing.decisions.quantities import quantity_named
from northing.decisions.queries import voices
from northing.decisions.rules import QUANTILES, Voice
from northing.kit.importing.importers import Joined
from northing.kit.record_types import Values
from northing.ui.formats import counted


def estimates_joined(actor: Actor, rows: Sequence[Values]) -> Mapping[int, Mapping[str, Joined]]:
    """What becomes of estimates of a file, by record and quantity, where somebody has said or measured the same; the
    others simply count. One query for 500 records."""
    found: dict[int, dict[str, Joined]] = defaultdict(dict)
    histories = voices(actor, {(row["about"], row["quantity"]) for row in rows})
    for row in rows:
        pk, quantity = row["about"], row["quantity"]
        history = histories[pk, quantity]
        current = rules.latest_of_each(history)
        people = sum(voice.is_of_member for voice in current)
        measured = any(voice.method == Method.MEASURED for voice in current)
        if people or measured:
            then = text_of(measure_from(pk, quantity, [*history, _voice(actor, row)]))
            words = f"joins what {counted(people, 'person', 'people')} said here"
            found[pk][quantity] = Joined(then, "" if measured else words)
    return found


def _voice(actor: Actor, row: Values) -> Voice:
    """The voice that an estimate's row will be, said now."""
    reading = read_estimate({"entered": "", **dict.fromkeys(QUANTILES), **row})
    unit = quantity_named(row["quantity"]).unit_in(actor.workspace.currency)
    return Voice(0, None, Method.IMPORTED, timezone.now(), *reading.triple, unit, reading.assumed)
