"""Pure rules: what may be entered, whose estimates count, when a trigger fires, how a forecast did."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from northing.decisions.models import DecisionStatus, Method
from northing.decisions.quantities import is_quantity, quantity_named
from northing.kit.problems import Problem
from northing.kit.record_types import Values

QUANTILES = ("p10", "p50", "p90")
_STATED_ONCE = ("about", "quantity", "entered", "unit", *QUANTILES, "method", "author")
_LONGEST = {"title": 300, "for": 5000, "against": 5000}  # the title is kept as the choice
_OPTIONS = (
    'must be a list; each has a "title" and, as text, "for" and "against"; one that moves a day has "moves" as well, '
    'with "record" (a key), "field" and "to" (a day such as 2027-02-28)'
)
_AFTER_DECIDING = frozenset({"status", "outcome", "outcome_at", "owner", "tags"})


class MeasureValue(NamedTuple):
    """The current value of one number of a record: P10, P50, P90. A date is its proleptic ordinal day.

    A tuple, since a list makes hundreds of them at once.
    """

    record_id: int
    name: str
    p10: float
    p50: float
    p90: float
    unit: str = ""
    is_date: bool = False
    assumed: bool = False
    source: str = ""
    run_id: int | None = None
    as_of: datetime | None = None
    detail: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def exactly(cls, record_id: int, name: str, value: float, **details: Any) -> MeasureValue:
        """A fact: a number without a band."""
        return cls(record_id, name, value, value, value, **details)

    def check(self) -> None:
        """Raise ValueError unless the quantiles are finite numbers that do not fall."""
        values = (self.p10, self.p50, self.p90)
        if not all(map(math.isfinite, values)) or list(values) != sorted(values):
            raise ValueError(f"{self.name} of record {self.record_id}: {values} must be finite, P10 <= P50 <= P90")


def check_estimate(before: Values | None, after: Values) -> Iterator[Problem]:
    """An estimate names a quantity and holds a value; once entered it is history."""
    if before is not None:
        for name in _STATED_ONCE:
            if before[name] != after[name]:
                yield Problem(
                    name, after[name], "an estimate is not edited; enter a new one, it takes this one's place"
                )
        return
    if not is_quantity(after["quantity"]):
        rule = "must be a word such as effort or battery_life, or effect: and the key of a metric"
        yield Problem("quantity", after["quantity"], rule)
        return
    given = [name for name in QUANTILES if after[name] is not None]
    if not given and not after["entered"]:
        yield Problem("entered", "", "must be filled in: a number (5), a range (3-9) or a size (M)")
    elif given and given not in (["p50"], list(QUANTILES)):
        yield Problem(given[0], after[given[0]], "give low, likely and high, or only the likely value")
    if quantity_named(after["quantity"]).is_time and after["unit"] not in ("", "days"):
        rule = "this is kept in working days: leave the unit out and write it into the estimate (3 weeks)"
        yield Problem("unit", after["unit"], rule)


@dataclass(frozen=True, slots=True)
class Voice:
    """One estimate, as far as pooling needs it."""

    id: int
    author_id: int | None
    method: str
    at: datetime
    p10: float
    p50: float
    p90: float
    unit: str
    assumed: bool

    @property
    def speaker(self) -> tuple[object, ...]:
        """Whose word it is: a person's, or without one a method's. What was measured never replaces a forecast."""
        measured = self.method == Method.MEASURED
        return (measured, self.author_id) if self.author_id is not None else (measured, None, self.method)

    @property
    def is_of_member(self) -> bool:
        """Whether a member gave it as an estimate, by hand or in a file under their name."""
        return self.author_id is not None and self.method in _GIVEN


_GIVEN = frozenset({Method.PERSON, Method.ROUND, Method.IMPORTED})
_FROM_A_FILE = (False, None, Method.IMPORTED)  # who speaks in what was imported without an author


def latest_of_each(voices: Iterable[Voice]) -> list[Voice]:
    """The last word of every speaker; `voices` in order of time.

    What a file says and nobody stands for counts until a member gives an estimate, which is then no second opinion.
    """
    last: dict[tuple[object, ...], Voice] = {}
    for voice in voices:
        if voice.is_of_member:
            last.pop(_FROM_A_FILE, None)
        last[voice.speaker] = voice
    return list(last.values())


@dataclass(frozen=True, slots=True)
class Heard:
    """Which of the current voices make the value, and how many were left out for their unit."""

    voices: Sequence[Voice]
    left_out: int = 0


def heard(current: Sequence[Voice]) -> Heard:
    """What counts: the last measurement if there is one, else what was said, else what was assumed for want of it.

    Values in another unit than the latest one's cannot be pooled and are left out.
    """
    measured = [voice for voice in current if voice.method == Method.MEASURED]
    if measured:
        return Heard([max(measured, key=lambda voice: voice.at)])
    said = [voice for voice in current if voice.method != Method.ASSUMED] or current
    unit = max(said, key=lambda voice: voice.at).unit
    same = [voice for voice in said if voice.unit == unit]
    return Heard(same, len(said) - len(same))


def forecasts_before(history: Iterable[Voice], measured: Voice) -> Sequence[Voice]:
    """The estimates that stood when the measurement was made, so that hindsight does not count."""
    earlier = [v for v in history if v.method != Method.MEASURED and v.at <= measured.at and v.unit == measured.unit]
    return heard(latest_of_each(earlier)).voices if earlier else []


def check_decision(before: Values | None, after: Values) -> Iterator[Problem]:
    """Options, roles and triggers are well formed; to decide is to choose; what is decided stays."""
    if before is not None and before["status"] != DecisionStatus.OPEN:
        yield from _check_decided(before, after)
        return
    yield from _check_options(after["options"], after["choice"])
    yield from _check_triggers(after["triggers"])
    if after["status"] == DecisionStatus.DECIDED and not after["choice"]:
        yield Problem("choice", "", "must be filled in to decide: name what was chosen")


def _check_decided(before: Values, after: Values) -> Iterator[Problem]:
    for name in after:
        if after[name] != before[name] and name not in _AFTER_DECIDING:
            yield Problem(name, after[name], "this was decided and stays as it was; reopen it to decide anew")
    if after["status"] == DecisionStatus.OPEN:
        yield Problem("status", after["status"], "was decided; reopen it, which asks the question again")


def _check_options(options: Any, choice: str) -> Iterator[Problem]:
    if not isinstance(options, list) or not all(_is_option(option) for option in options):
        yield Problem("options", options, _OPTIONS)
        return
    titles = [option["title"] for option in options]
    for place, rule in option_faults(options):
        yield Problem("options", titles[place], rule)
    if choice and titles and choice not in titles:
        yield Problem("choice", choice, f"must be one of the options: {', '.join(titles)}")


def option_faults(options: Sequence[Mapping[str, str]]) -> Iterator[tuple[int, str]]:
    """What is wrong with the texts of options, each with the option's place.

    >>> list(option_faults([{"title": "Buy"}, {"title": "Buy"}]))
    [(1, 'another option has this title; tell them apart')]
    """
    titles = [option["title"] for option in options]
    for place, option in enumerate(options):
        if titles[place] in titles[:place]:
            yield place, "another option has this title; tell them apart"
        for name, longest in _LONGEST.items():
            if (length := len(option.get(name, ""))) > longest:
                word = "the title" if name == "title" else f"what is {name} it"
                yield place, f"{word} has {length:,} characters; shorten it to {longest:,}"


def _is_option(option: Any) -> bool:
    texts = ("title", "for", "against")
    return (
        isinstance(option, dict)
        and set(option) <= {*texts, "moves"}
        and all(isinstance(option.get(name, ""), str) for name in texts)
        and bool(option.get("title", "").strip())
        and ("moves" not in option or _is_move(option["moves"]))
    )


def _is_move(move: Any) -> bool:
    names = {"record", "field", "to"}
    is_full = isinstance(move, dict) and set(move) == names and all(isinstance(move[name], str) for name in names)
    return is_full and day_of(move["to"]) is not None


def day_of(text: str) -> date | None:
    """
    >>> day_of("2027-07-07"), day_of("soon")
    (datetime.date(2027, 7, 7), None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check_triggers(triggers: Any) -> Iterator[Problem]:
    if not isinstance(triggers, list):
        yield Problem("triggers", triggers, "must be a list")
        return
    for trigger in triggers:
        if not _is_trigger(trigger):
            rule = (
                'each needs "record" (a key), "name" of a number, "is" above or below, "value" and, if you like, "text"'
            )
            yield Problem("triggers", trigger, rule)


def _is_trigger(trigger: Any) -> bool:
    return (
        isinstance(trigger, dict)
        and set(trigger) <= {"record", "name", "is", "value", "text", "passed"}
        and all(isinstance(trigger.get(name), str) and trigger[name] for name in ("record", "name"))
        and trigger.get("is") in ("above", "below")
        and isinstance(trigger.get("value"), (int, float))
        and not isinstance(trigger["value"], bool)
        and isinstance(trigger.get("text", ""), str)
        and isinstance(trigger.get("passed", False), bool)
    )


def fires(trigger: Mapping[str, Any], likely: float) -> bool:
    """Whether a watched number's likely value has passed the trigger's.

    >>> fires({"is": "above", "value": 30}, 31), fires({"is": "below", "value": 30}, 31)
    (True, False)
    """
    return bool(likely > trigger["value"] if trigger["is"] == "above" else likely < trigger["value"])


def marked(trigger: Mapping[str, Any], passed: bool) -> dict[str, Any]:
    """A trigger that says whether its number had passed it when the decision was made.

    >>> marked({"is": "above", "value": 30, "passed": True}, False), marked({"is": "above", "value": 30}, True)
    ({'is': 'above', 'value': 30}, {'is': 'above', 'value': 30, 'passed': True})
    """
    plain = {name: value for name, value in trigger.items() if name != "passed"}
    return plain | {"passed": True} if passed else plain
