"""What changed since a moment, grouped by kind and said in plain words: for the home page and a page of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from northing.access.actor import Actor
from northing.kit import reading, recent
from northing.kit.models import Kind
from northing.kit.reading import Label
from northing.kit.recent import Turn
from northing.kit.record_types import RecordType, registry

SHOWN = 8
PLANNED = ("target", "promised")
"""The days that people set; the others say what has happened."""
_FIRST = ("estimate", "feature", "feedback", "decision")
_PIECES = {"feedback": ("piece of feedback", "pieces of feedback")}
_MADE = {"estimate": ("estimate made", "estimates made")}
_SILENT = frozenset({"insight"})  # a passage comes with the request that says what it asks for


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and what became of it."""

    label: Label
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind: what happened how often, the latest of them, how many more, and where all records are."""

    title: str
    lines: Sequence[Line]
    more: int
    url: str = ""


def changed(actor: Actor, since: datetime) -> list[Group]:
    """Dates that moved, what stands otherwise, what is new, what was archived; what did not happen is left out."""
    turned, is_cut = recent.turns(actor, since, ("day", "choice"))
    counts, newest = recent.counts(actor, since), recent.newest(actor, since, SHOWN)
    about = _estimated(actor, newest.get("estimate", ()))
    ids = {turn.record_id for turns in turned.values() for turn in _first_of_each_field(turns)}
    ids |= {pk for pks in newest.values() for pk in pks} | {pk for pk, _ in about.values()}
    labels = reading.labels_of_any(actor, ids)
    more = "+" * is_cut
    return [
        *_moved(actor, turned, labels, more),
        *_new(actor, counts, newest, labels, about, [registry.named(name) for name in _FIRST]),
        *_otherwise(actor, turned, labels, more),
        *_new(actor, counts, newest, labels, about, [t for t in registry if t.name not in {*_FIRST, *_SILENT}]),
        *_archived(counts),
    ]


def _first_of_each_field(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Those that are shown; of the others only the number is told."""
    shown = Counter[str]()
    for turn in turns:
        shown[turn.field.name] += 1
        if shown[turn.field.name] <= SHOWN:
            yield turn


def _group(actor: Actor, title: str, told: Sequence[tuple[Label | None, str]], count: int, url: str = "") -> Group:
    lines = [Line(label, label.url(actor), text) for label, text in told if label is not None][:SHOWN]
    return Group(title, lines, count - len(lines), url)


def _moved(
    actor: Actor, turned: Mapping[str, Sequence[Turn]], labels: Mapping[int, Label], more: str
) -> Iterator[Group]:
    days = [turn for turns in turned.values() for turn in turns if turn.field.name in PLANNED]
    if days:
        told = [(labels.get(turn.record_id), _from_to(turn)) for turn in days]
        yield _group(actor, _counted(len(days), ("date moved", "dates moved"), more), told, len(days))


def _otherwise(
    actor: Actor, turned: Mapping[str, Sequence[Turn]], labels: Mapping[int, Label], more: str
) -> Iterator[Group]:
    """Records whose status, health or the like is another one."""
    for name, turns in turned.items():
        record_type = registry.named(name)
        nouns = _PIECES.get(name, (record_type.noun, record_type.nouns))
        for field in dict.fromkeys(turn.field for turn in turns if turn.field.kind == "choice"):
            some = [turn for turn in turns if turn.field is field]
            told = [(labels.get(turn.record_id), _from_to(turn)) for turn in some]
            title = f"{_counted(len(some), nouns, more)} with a new {field.label.lower()}"
            yield _group(actor, title, told, len(some), _list_url(actor, record_type))


def _from_to(turn: Turn) -> str:
    label = turn.field.label
    if not turn.old:
        return f"{label}: {turn.new}"
    return f"{label}: {turn.old} → {turn.new or 'none'}"


def _new(
    actor: Actor,
    counts: Mapping[tuple[str, str], int],
    newest: Mapping[str, Sequence[int]],
    labels: Mapping[int, Label],
    about: Mapping[int, tuple[int, str]],
    of_types: Sequence[RecordType],
) -> Iterator[Group]:
    for record_type in of_types:
        if not (count := counts.get((record_type.name, Kind.CREATED), 0)):
            continue
        one, many = _PIECES.get(record_type.name, (record_type.noun, record_type.nouns))
        words = _MADE.get(record_type.name, (f"new {one}", f"new {many}"))
        told = [
            (labels.get(about[pk][0]), about[pk][1]) if pk in about else (labels.get(pk), "")
            for pk in newest.get(record_type.name, ())
        ]
        yield _group(actor, _counted(count, words), told, count, _list_url(actor, record_type))


def _estimated(actor: Actor, estimate_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """What each estimate is about, and what it says."""
    if not estimate_ids:
        return {}
    record_type = registry.named("estimate")
    rows: Any = record_type.model.objects.within(actor).filter(pk__in=estimate_ids)
    return {row.pk: (row.about_id, f"{record_type.title_of(row)}: {row.entered or row.p50}") for row in rows}


def _archived(counts: Mapping[tuple[str, str], int]) -> Iterator[Group]:
    for (name, kind), count in counts.items():
        if kind == Kind.ARCHIVED and name not in _SILENT:
            record_type = registry.named(name)
            nouns = _PIECES.get(name, (record_type.noun, record_type.nouns))
            yield Group(f"{_counted(count, nouns)} archived", (), 0)


def _counted(count: int, words: tuple[str, str], more: str = "") -> str:
    """
    >>> _counted(1, ("date", "dates")), _counted(2000, ("date", "dates"), "+")
    ('1 date', '2,000+ dates')
    """
    return f"{count:,}{more} {words[0] if count == 1 and not more else words[1]}"


def _list_url(actor: Actor, record_type: RecordType) -> str:
    return reading.list_url(actor, record_type)
