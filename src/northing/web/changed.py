"""What changed since a moment, grouped by kind and said in plain words: for the home page and a page of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from northing.access.actor import Actor
from northing.kit import reading, recent
from northing.kit.models import Kind
from northing.kit.reading import Label
from northing.kit.recent import Turn
from northing.kit.record_types import RecordType, registry
from northing.roadmap.public import WORTH_TELLING, Move, moved_since
from northing.ui.formats import counted, listed

SHOWN = 8
PLANNED = ("target", "promised")
"""The days that people set; the others say what has happened."""
_FIRST = ("estimate", "feature", "feedback", "decision")
_PIECES = {"feedback": ("piece of feedback", "pieces of feedback")}
_MADE = {"estimate": ("estimate made", "estimates made")}
_SILENT = frozenset({"insight"})  # a passage comes with the request that says what it asks for
_LEADERS = ("feedback", "feature", "work_item")  # what people bring in: what came with it is told in its line
_NEWS = frozenset({*_SILENT, *_FIRST})  # told for itself, whatever it came with


@dataclass(frozen=True, slots=True)
class Line:
    """A record, and what became of it."""

    label: Label
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one kind: what happened how often, the latest of them, how many more, where all records are, and what
    else is to be said."""

    title: str
    lines: Sequence[Line]
    more: int
    url: str = ""
    link: str = "All"
    note: str = ""


def changed(actor: Actor, since: datetime) -> list[Group]:
    """Dates that moved, forecasts that did, what is new, what is called or stands otherwise, what was archived; what
    did not happen is left out."""
    turned, is_cut = recent.turns(actor, since, ("day", "choice"))
    counts, newest = recent.counts(actor, since), recent.newest(actor, since, SHOWN)
    brought = {leader: _by_products(actor, since, leader, counts) for leader in _LEADERS}
    forecasts, because = moved_since(actor, since)
    about = _estimated(actor, newest.get("estimate", ()))
    ids = {turn.record_id for turns in turned.values() for turn in _first_of_each_field(turns)}
    ids |= {pk for pks in newest.values() for pk in pks} | {pk for pk, _ in about.values()}
    ids |= {move.record_id for move in forecasts[:SHOWN]}
    labels = reading.labels_of_any(actor, ids)
    more = "+" * is_cut

    def new(of_types: Sequence[RecordType]) -> Iterator[Group]:
        return _new(actor, since, counts, newest, labels, about, brought, of_types)

    return [
        *_moved(actor, turned, labels, more),
        *_forecast(actor, forecasts, because, labels),
        *new([registry.named(name) for name in _FIRST]),
        *_renamed(actor, turned, labels, more),
        *_otherwise(actor, turned, labels, more),
        *new([record_type for record_type in registry if record_type.name not in {*_FIRST, *_SILENT}]),
        *_gone(counts),
    ]


def _by_products(actor: Actor, since: datetime, leader: str, counts: dict[tuple[str, str], int]) -> str:
    """What came along with records of a type, in words; taken out of the counts, for it is told there."""
    made = {name for name, kind in counts if kind == Kind.CREATED}
    if leader not in made or not made - _NEWS - {leader}:
        return ""
    told = []
    for name, count in recent.along_with(actor, since, leader).items():
        if name not in _NEWS:
            counts[name, Kind.CREATED] -= count
            told.append(registry.named(name).counted(count))
    return f"with {listed(told)}" if told else ""


def _first_of_each_field(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Those that are shown; of the others only the number is told."""
    shown = Counter[str]()
    for turn in turns:
        shown[turn.field.name] += 1
        if shown[turn.field.name] <= SHOWN:
            yield turn


def _group(
    actor: Actor, title: str, told: Sequence[tuple[Label | None, str]], count: int, url: str = "", **words: str
) -> Group:
    lines = [Line(label, label.url(actor), text) for label, text in told if label is not None][: min(SHOWN, count)]
    return Group(title, lines, count - len(lines), url, **words)


def _moved(
    actor: Actor, turned: Mapping[str, Sequence[Turn]], labels: Mapping[int, Label], more: str
) -> Iterator[Group]:
    """Days that people set: those that moved, and those that there were none before."""
    days = [turn for turns in turned.values() for turn in turns if turn.field.name in PLANNED]
    for some, words in (
        ([turn for turn in days if turn.old or turn.first], ("date moved", "dates moved")),
        (
            [turn for turn in days if not (turn.old or turn.first)],
            ("date set for the first time", "dates set for the first time"),
        ),
    ):
        if some:
            told = [(labels.get(turn.record_id), _from_to(turn)) for turn in some]
            yield _group(actor, _counted(len(some), words, more), told, len(some))


def _forecast(actor: Actor, moved: Sequence[Move], because: str, labels: Mapping[int, Label]) -> Iterator[Group]:
    """Forecasts that stand on another day."""
    if moved:
        told = [(labels.get(move.record_id), _shift(move)) for move in moved]
        title = f"{_counted(len(moved), ('forecast', 'forecasts'))} moved by {WORTH_TELLING} days or more"
        url = f"/{actor.workspace.slug}/roadmap/"
        yield _group(actor, title, told, len(moved), url, link="Roadmap", note=because)


def _shift(move: Move) -> str:
    likely = "its own work likely" if move.is_of_work else "likely"
    return f"{likely} {counted(abs(move.by), 'day')} {'later' if move.by > 0 else 'earlier'}"


def _renamed(
    actor: Actor, turned: Mapping[str, Sequence[Turn]], labels: Mapping[int, Label], more: str
) -> Iterator[Group]:
    """Records that are called otherwise."""
    for name, turns in turned.items():
        record_type = registry.named(name)
        if some := [turn for turn in turns if turn.field.name == record_type.title]:
            told = [(labels.get(turn.record_id), f"was {turn.old}") for turn in some]
            nouns = _nouns(record_type)
            yield _group(actor, f"{_counted(len(some), nouns, more)} renamed", told, len(some))


def _otherwise(
    actor: Actor, turned: Mapping[str, Sequence[Turn]], labels: Mapping[int, Label], more: str
) -> Iterator[Group]:
    """Records whose status, health or the like is another one."""
    for name, turns in turned.items():
        record_type = registry.named(name)
        nouns = _nouns(record_type)
        for field in dict.fromkeys(turn.field for turn in turns if turn.field.kind == "choice"):
            some = [turn for turn in turns if turn.field is field]
            told = [(labels.get(turn.record_id), _from_to(turn)) for turn in some]
            title = f"{_counted(len(some), nouns, more)} with a new {field.label.lower()}"
            yield _group(actor, title, told, len(some), reading.list_url(actor, record_type))


def _from_to(turn: Turn) -> str:
    label = turn.field.label
    if turn.first:
        return f"{label}: {turn.new}, first {turn.first}"
    if not turn.old:
        return f"{label}: {turn.new}"
    return f"{label}: {turn.old} → {turn.new or 'none'}"


def _new(
    actor: Actor,
    since: datetime,
    counts: Mapping[tuple[str, str], int],
    newest: Mapping[str, Sequence[int]],
    labels: Mapping[int, Label],
    about: Mapping[int, tuple[int, str]],
    brought: Mapping[str, str],
    of_types: Sequence[RecordType],
) -> Iterator[Group]:
    for record_type in of_types:
        if (count := counts.get((record_type.name, Kind.CREATED), 0)) <= 0:
            continue
        one, many = _nouns(record_type)
        words = _MADE.get(record_type.name, (f"new {one}", f"new {many}"))
        told = [
            (labels.get(about[pk][0]), about[pk][1]) if pk in about else (labels.get(pk), "")
            for pk in newest.get(record_type.name, ())
        ]
        url, note = reading.list_url(actor, record_type), brought.get(record_type.name, "")
        link = "Newest first"
        if record_type.name == "feature":  # of feedback and work items the day is that of the source
            url, link = f"{url}?created_at_from={timezone.localdate(since).isoformat()}", "All"
        yield _group(actor, _counted(count, words), told, count, url, link=link, note=note)


def _estimated(actor: Actor, estimate_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """What each estimate is about, and what it says; where it took another's place, what that said."""
    if not estimate_ids:
        return {}
    record_type = registry.named("estimate")
    every: Any = record_type.model.objects.within(actor)
    rows = list(every.filter(pk__in=estimate_ids))
    earlier = list(every.filter(about__in={row.about_id for row in rows}).order_by("-pk"))
    found = {}
    for row in rows:
        old = next((one for one in earlier if one.pk < row.pk and _voice(one) == _voice(row)), None)
        said = f"{_entered(old)} → {_entered(row)}" if old and _entered(old) != _entered(row) else _entered(row)
        found[row.pk] = row.about_id, f"{record_type.title_of(row)}: {said}"
    return found


def _voice(estimate: Any) -> tuple[int, str, int | None]:
    return estimate.about_id, estimate.quantity, estimate.author_id


def _entered(estimate: Any) -> str:
    return estimate.entered or f"{estimate.p50:g}"


def _gone(counts: Mapping[tuple[str, str], int]) -> Iterator[Group]:
    words = {Kind.ARCHIVED.value: "archived", Kind.MERGED.value: "merged into others"}
    for (name, kind), count in counts.items():
        if kind in words and name not in _SILENT:
            yield Group(f"{_counted(count, _nouns(registry.named(name)))} {words[kind]}", (), 0)


def _nouns(record_type: RecordType) -> tuple[str, str]:
    return _PIECES.get(record_type.name, (record_type.noun, record_type.nouns))


def _counted(count: int, words: tuple[str, str], more: str = "") -> str:
    """
    >>> _counted(1, ("date", "dates")), _counted(2000, ("date", "dates"), "+")
    ('1 date', '2,000+ dates')
    """
    return f"{count:,}+ {words[1]}" if more else counted(count, *words)
