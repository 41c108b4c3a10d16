"""What makes dependencies sensible, where a feature stands in time, and the words for dates."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from northing.features.public import OUT, horizon, target_horizon
from northing.kit.problems import Problem
from northing.kit.record_types import Values
from northing.roadmap.models import ReleaseStatus
from northing.ui.formats import listed

WORK_DONE = "work_done"  # share of the work items that are done, in percent
AT_RISK = "at_risk"  # working days that open risks cost on average; `detail` has "risks": each one's id, chance, days
DATED = ("feature", "release", "milestone")
"""Record types with target, promised and forecast dates."""
WAITING = (*DATED, "work_package")
"""Record types that can wait for each other."""
SHAREABLE = {
    "status": "Status",
    "rank": "Rank",
    "target": "Target",
    "promised": "Promised date",
    "forecast": "Forecast",
    "releases": "Releases",
}
"""What a shared view may show besides titles."""
WORTH_TELLING = 3
"""A move of a likely day is told when it is of so many days."""
_MOST_REASONS = 6  # in a sentence
_LONGEST_LAG = 2_000
_ABOUT_A_YEAR = 300

_IS_OUT = frozenset({*OUT, ReleaseStatus.RELEASED})

Key = TypeVar("Key", bound=Hashable)
Stretch = Literal["now", "next", "later"]


def check_promise(before: Values | None, after: Values) -> Iterator[Problem]:
    """Whoever was promised something was told a day."""
    if after["promised_to"] and after["promised"] is None:
        yield Problem("promised", None, f"say for which day it was promised to {after['promised_to']}")


def check_release(before: Values | None, after: Values) -> Iterator[Problem]:
    """The promise, and the day of what is out."""
    yield from check_promise(before, after)
    if after["released_at"] and after["status"] != "released":
        yield Problem("released_at", after["released_at"], "only what is released has this day; set the status first")


def check_dependency(before: Values | None, after: Values) -> Iterator[Problem]:
    """Nothing waits for itself."""
    if after["predecessor"] == after["successor"]:
        yield Problem("successor", after["successor"], "cannot wait for itself; choose another record")
    if after["lag"] > _LONGEST_LAG:
        yield Problem("lag", after["lag"], f"must be at most {_LONGEST_LAG:,} working days")


def cycle_among(waits: Mapping[Key, Iterable[Key]]) -> list[Key]:
    """Some keys that wait for each other in a circle, the first again at the end; empty if there is no circle.

    >>> cycle_among({"b": ["a"], "c": ["b"]}), sorted(set(cycle_among({"b": ["a"], "a": ["b"]})))
    ([], ['a', 'b'])
    """
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def waits_between(
    dependencies: Iterable[tuple[int, int]], members: Mapping[int, Iterable[int]]
) -> dict[tuple[int, str], list[tuple[int, str]]]:
    """Who waits for whom, for `cycle_among`: every record has a start and an end, and holds those of its members.

    `dependencies` are pairs (first, waiting); `members` are work packages of features and features of releases.
    """
    waits: dict[tuple[int, str], list[tuple[int, str]]] = {}

    def wait(after: tuple[int, str], before: tuple[int, str]) -> None:
        waits.setdefault(after, []).append(before)

    pairs = list(dependencies)
    held = [(whole, part) for whole, parts in members.items() for part in parts]
    for key in {key for pair in [*pairs, *held] for key in pair}:
        wait((key, "end"), (key, "start"))
    for first, waiting in pairs:
        wait((waiting, "start"), (first, "end"))
    for whole, part in held:
        wait((part, "start"), (whole, "start"))
        wait((whole, "end"), (part, "end"))
    return waits


def is_out(record: Any) -> bool:
    """Whether a feature or release went out: nothing of when it comes is forecast any more."""
    return getattr(record, "status", "") in _IS_OUT


def _is_put(dated: Any) -> bool:
    """Whether somebody put it into now, next or later. That is a place in the plan: its end orders work and pulls it
    ahead, but is no day that anybody aims at, that has a chance or that could be missed."""
    return dated.target is None and getattr(dated, "target_text", "") in get_args(Stretch)


def aimed_until(dated: Any, today: date) -> date | None:
    """The last day of what is aimed at: the target, the last of a quarter or the like, or of the place it is put."""
    aimed = target_horizon(dated.target, getattr(dated, "target_text", ""), today)
    return aimed.end if aimed else None


def aimed_day(dated: Any, today: date) -> date | None:
    """The last day on which what somebody aims at is met, unless that is a mere place in the plan."""
    return None if _is_put(dated) else aimed_until(dated, today)


def pulled_by(dated: Any, today: date) -> date | None:
    """The day that pulls its work ahead: the end of what is aimed at, or the promise where that is earlier."""
    return min(filter(None, (aimed_until(dated, today), dated.promised)), default=None)


def stretch(dated: Any, likely: date | None, today: date) -> Stretch:
    """Now (this quarter), next (the one after) or later: where somebody put it, else where it is likely, else by what
    is aimed at."""
    until = likely if likely and not _is_put(dated) else aimed_until(dated, today)
    later = horizon("later", today).start
    if until is None or until >= later:
        return "later"
    return "next" if until >= horizon("next", today).start else "now"


def span(name: Stretch, today: date) -> str:
    """Which days a stretch has, in words.

    >>> [span(name, date(2026, 11, 20)) for name in ("now", "next", "later")]
    ['until 31 December', 'January to March', 'from April on']
    """
    days = horizon(name, today)
    if days.end is None:
        return f"from {days.start:%B}{_year(days.start, today)} on"
    if name == "now":
        return f"until {days.end.day} {days.end:%B}"
    return f"{days.start:%B} to {days.end:%B}"


def chance_by(day: date, ends: Sequence[tuple[date, float]]) -> float:
    """The chance of being finished by a day, between days whose chances are known.

    >>> ends = [(date(2027, 1, 4), 0.0), (date(2027, 1, 14), 0.5), (date(2027, 1, 24), 0.9)]
    >>> chance_by(date(2027, 1, 9), ends), chance_by(date(2026, 12, 1), ends), chance_by(date(2027, 2, 1), ends)
    (0.25, 0.0, 0.9)
    """
    for (before, low), (after, high) in pairwise(ends):
        if before <= day < after:
            return low + (high - low) * (day - before) / (after - before)
    return ends[0][1] if day < ends[0][0] else ends[-1][1]


def in_words(likely: date, safe: date, today: date) -> str:
    """A forecast as one says it.

    >>> in_words(date(2027, 1, 13), date(2027, 2, 2), date(2026, 11, 20))
    'likely mid-January, safe to promise 2 February'
    """
    return f"{roughly(likely, today)}, safe to promise {safe.day} {safe:%B}{_year(safe, today)}"


def roughly(likely: date, today: date) -> str:
    """A likely day, no finer than it is known: all that outsiders are told.

    >>> roughly(date(2027, 1, 4), date(2026, 11, 20)), roughly(date(2027, 12, 28), date(2026, 11, 20))
    ('likely early January', 'likely late December 2027')
    """
    return f"likely {part_of_month(likely, today)}"


def between(low: date, high: date, today: date) -> str:
    """The range around a likely day, in words as coarse; empty where both ends read the same.

    >>> between(date(2026, 11, 25), date(2027, 1, 12), date(2026, 11, 20))
    'between late November and mid-January'
    """
    first, last = part_of_month(low, today), part_of_month(high, today)
    return "" if first == last else f"between {first} and {last}"


def part_of_month(day: date, today: date) -> str:
    """A third of a month: `early January`."""
    part = "early " if day.day <= 10 else "mid-" if day.day <= 20 else "late "
    return f"{part}{day:%B}{_year(day, today)}"


def _year(day: date, today: date) -> str:
    """The year, where the month alone could be mistaken."""
    return f" {day.year}" if abs((day - today).days) >= _ABOUT_A_YEAR else ""


class Move(NamedTuple):
    """By how many days the likely day of a record moved: the day it is out, or where that is less, of its own work."""

    record_id: int
    by: int
    is_of_work: bool = False


def moves(before: Mapping[str, Any], after: Mapping[str, Any], least: int = WORTH_TELLING) -> list[Move]:
    """Records of both results that moved by at least so many days, the furthest first."""
    found = [_move(int(key), before[key], dates) for key, dates in after.items() if key in before]
    return sorted((move for move in found if abs(move.by) >= least), key=lambda move: (-abs(move.by), move.record_id))


def _move(record_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> Move:
    out = _shift(before, after)
    work = _shift(before.get("work", before), after.get("work", after))
    return Move(record_id, work, is_of_work=True) if abs(work) > abs(out) else Move(record_id, out)


def _shift(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    return int(after["finish"][1]) - int(before["finish"][1])


def reasons(before: Mapping[str, Any], after: Mapping[str, Any], *, is_new_method: bool = False) -> list[str]:
    """What differs between the inputs of two forecasts, in words, and whether their method does.

    >>> one = {"activities": {"a": {"work": [1, 2, 3]}}, "teams": {}, "dependencies": [], "start": "2026-11-20"}
    >>> two = one | {"activities": {"a": {"work": [1, 2, 9]}}, "start": "2026-11-27"}
    >>> reasons(one, two)
    ['1 estimate changed', '7 days passed']
    """
    old, new = before["activities"], after["activities"]
    both = old.keys() & new.keys()

    def differing(field: str) -> int:
        return sum((old[key].get(field) or None) != (new[key].get(field) or None) for key in both)

    counted = [
        (differing("work"), "{} estimate{s} changed"),
        (differing("done"), "{} piece{s} of work went on"),
        (differing("priority"), "{} target{s} moved"),
        (0 if is_new_method else differing("promised"), "{} promise{s} moved"),
        (differing("begun"), "{} piece{s} of work began or stopped"),
        (differing("candidate"), "{} piece{s} of work became planned or a candidate"),
        (differing("rank"), "{} rank{s} changed"),
        (differing("team"), "{} piece{s} of work changed team"),
        (len(new.keys() - old.keys()), "{} piece{s} of work joined"),
        (len(old.keys() - new.keys()), "{} piece{s} of work left"),
    ]
    told = [words.format(count, s="" if count == 1 else "s") for count, words in counted if count]
    if before["teams"] != after["teams"]:
        told.append("a team's capacity changed")
    if before.get("with", {}) != after.get("with", {}):
        told.append("what goes out together changed")
    if before["dependencies"] != after["dependencies"]:
        told.append("dependencies changed")
    if before.get("risks", {}) != after.get("risks", {}):
        told.append("risks changed")
    if days := (date.fromisoformat(after["start"]) - date.fromisoformat(before["start"])).days:
        told.append(f"{days} day{'' if days == 1 else 's'} passed")
    if is_new_method:
        told.append("the method of forecasting changed")
    return told


def moved_words(moved: Sequence[str], because: Sequence[str], new: int = 0, *, slightly: bool = False) -> str:
    """One line on what a refresh did: how many of each type moved as far as is worth telling, or whether anything did
    `slightly`; `new` records have dates for the first time.

    >>> moved_words(["2 features", "1 release"], ["2 estimates changed", "7 days passed"])
    '2 features and 1 release moved by 3 days or more, because 2 estimates changed and 7 days passed.'
    >>> moved_words([], ["6 pieces of work joined"], new=6, slightly=True)
    '6 have dates for the first time. Nothing else moved by 3 days or more.'
    """
    far = f" by {WORTH_TELLING} days or more" if moved or slightly else ""
    nothing = "Nothing else" if new else "Nothing"
    told = f"{listed(moved)} moved{far}, {because_of(because)}." if moved else f"{nothing} moved{far}."
    if new:
        have = "1 has dates" if new == 1 else f"{new} have dates"
        return f"{have} for the first time. {told}"
    return told


def because_of(told: Sequence[str]) -> str:
    """
    >>> because_of(["2 estimates changed", "1 rank changed", "7 days passed"])
    'because 2 estimates changed, 1 rank changed and 7 days passed'
    """
    if len(told) > _MOST_REASONS:
        told = [*told[: _MOST_REASONS - 1], "more"]
    return f"because {listed(told) if told else 'chances were redrawn'}"
