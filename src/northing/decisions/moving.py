"""The day that an option moves: said in words, and moved with the decision or later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import queries
from northing.decisions.models import Decision
from northing.decisions.rules import day_of
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.models import Record
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType, registry
from northing.ui import formats

_CALLED: Final[Mapping[str, str]] = {"promised": "promise"}  # what a day is called in a sentence, if not by its label


@dataclass(frozen=True, slots=True)
class Move:
    """A day of a record that an option moves: which one, and to when."""

    record_type: RecordType
    record: Any
    field: str
    to: date | None  # none while somebody types it

    @property
    def what(self) -> str:
        """Such as `the promise of F-24`."""
        label = self.record_type.specs[self.field].label.lower()
        return f"the {_CALLED.get(self.field, label)} of {self.record_type.key(self.record)}"

    @property
    def words(self) -> str:
        return f"{self.what} to {formats.day(self.to) if self.to else 'no day'}"

    @property
    def is_done(self) -> bool:
        return bool(getattr(self.record, self.field) == self.to)

    def may_be_made(self, actor: Actor) -> bool:
        return actor.may(Verb.UPDATE, self.record_type.name) and self.record.archived_at is None


def moves_of(actor: Actor, options: Sequence[Mapping[str, Any]]) -> list[Move | None]:
    """What each option moves; None for one that moves nothing, or names what is not there."""
    given: list[Mapping[str, str]] = [option.get("moves") or {} for option in options]
    keys = {one["record"] for one in given if one}
    ids = queries.resolve_keys(actor, keys) if keys else {}
    records = _records(actor, ids.values()) if ids else {}
    return [_move(one, records.get(ids.get(one["record"], 0))) if one else None for one in given]


def _records(actor: Actor, ids: Any) -> dict[int, Any]:
    types = dict(Record.objects.within(actor).filter(pk__in=list(ids)).values_list("pk", "type"))
    records: dict[int, Any] = {}
    for name in sorted(set(types.values())):
        rows = registry.named(name).model.objects.within(actor)
        records |= rows.in_bulk([pk for pk, own in types.items() if own == name])
    return records


def _move(given: Mapping[str, str], record: Any) -> Move | None:
    if record is None:
        return None
    record_type = registry.of(type(record))
    spec = record_type.specs.get(given["field"])
    is_day = spec is not None and spec.kind == "day" and spec.editable
    return Move(record_type, record, given["field"], day_of(given["to"])) if is_day else None


def move_faults(actor: Actor, options: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Options that move what is not there, or is no day."""
    for option, move in zip(options, moves_of(actor, options), strict=True):
        if "moves" in option and move is None:
            named = f"{option['moves']['record']} {option['moves']['field']}"
            rule = "is no day of a record of this workspace; name one such as F-12 and target"
            yield Problem("options", named, rule)


def chosen_move(actor: Actor, decision: Decision) -> Move | None:
    """What the option that was chosen moves."""
    chosen = [option for option in decision.options if option["title"] == decision.choice]
    return next(iter(moves_of(actor, chosen)), None)


def _event(decision: Decision, move: Move) -> str:
    return f"moved {move.what} as decided in {registry.of(Decision).key(decision)}"


def undo_url(actor: Actor, decision: Decision, move: Move) -> str:
    """Where a POST takes the move back; empty where it is not the last that was done with its record."""
    [latest, *_] = history.steps(move.record_type, move.record, limit=1)
    is_ours = latest.entry.change.event == _event(decision, move)
    return history.undo_url(actor, latest.entry.change_id) if is_ours else ""


def make_chosen_move(actor: Actor, decision: Decision) -> int | None:
    """Move what the chosen option moves; returns the change, which can be undone while the decision stands."""
    if not queries.standing(actor).filter(pk=decision.pk).exists():
        raise Invalid([Problem("options", decision.choice, "is not what holds now; look at the decision again")])
    move = chosen_move(actor, decision)
    if move is None or move.record.archived_at is not None:
        raise Invalid([Problem("options", decision.choice, "moves no day that is still there; change it by hand")])
    with changes.changing(actor, _event(decision, move)) as change:
        change.update(move.record_type, [Edit(move.record.pk, {move.field: move.to})])
    return change.change_id
