"""A ranking in plain words: what moved and why, how sure each place is, what fits a budget, whom to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from northing.decisions.public import quantity_named
from northing.expressions import FormulaError
from northing.features.actions import COUNTED
from northing.features.models import Method
from northing.features.prioritise.queries import News
from northing.ui.formats import counted, listed

_NAMED = 3
_FORMULA_SHOWN = 100
_SWAYS = 0.1  # a chance to be picked that moves by less than this is no change of the pick

_GROUPS = {"clear lead": "Clear", "close call": "Close call", "toss-up": "Toss-up"}


def name_of(run: Any) -> str:
    """What people call an order: its method, an own formula by what it says.

    `run` has `parameters`, as stored.
    """
    parameters = run.parameters
    if parameters["word"] != Method.CUSTOM:
        return str(parameters["label"])
    return f"own formula {shorten(parameters['definition']['formula'], _FORMULA_SHOWN, placeholder='…')}"


def changed_since(before: Any, run: Any) -> list[str]:
    """What is different from the run before, each as a sentence; empty when there is nothing to compare.

    `before` and `run` have `inputs` and `result`, as stored.
    """
    if before is None:
        return []
    then, now = _places(before.result), _places(run.result)
    both = [key for key in now if key in then]
    # Places among the same features, so that one newcomer at the top does not make everything below it move.
    old_order = sorted(both, key=then.__getitem__)
    moved = [key for key, old in zip(both, old_order, strict=True) if key != old]
    estimates = _renewed(before.inputs["features"], run.inputs["features"])
    sentences = []
    if moved:
        because = f", because {_came_in(estimates)}" if estimates else ""
        sentences.append(f"{len(moved)} moved ({_list(moved)}){because}.")
    elif estimates:
        sentences.append(f"Nothing moved, though {_came_in(estimates)}.")
    if came := [key for key in now if key not in then]:
        sentences.append(f"{len(came)} joined: {_list(came)}.")
    if left := [key for key in then if key not in now]:
        sentences.append(f"{len(left)} left: {_list(left)}.")
    return sentences


def news(since: News) -> str:
    """What came in since an order was made, for a sentence that begins with it.

    >>> news(News(2, 1, 0)), news(News(0, 3, 1)), news(News(0, 0, 0))
    ('2 estimates and evidence for 1 feature', 'Evidence for 3 features (1 not in it yet)', '')
    """
    estimates = counted(since.estimates, "estimate") if since.estimates else ""
    told = f"evidence for {counted(since.asked, 'feature')}" if since.asked else ""
    words = " and ".join(filter(None, (estimates, told)))
    unranked = f" ({since.unranked:,} not in it yet)" if since.unranked else ""
    return words[:1].upper() + words[1:] + unranked


def _places(result: Mapping[str, Any]) -> dict[str, int]:
    return {row["key"]: place for place, row in enumerate(result["rows"])}


def _renewed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (key, name)
        for key, values in now.items()
        if key in then
        for name, value in values.items()
        if then[key].get(name) != value
    ]


def _came_in(renewed: Sequence[tuple[str, str]]) -> str:
    """What is counted from who asks is no estimate."""
    counted_for = dict.fromkeys(key for key, quantity in renewed if quantity in COUNTED)
    estimates = [_estimate(*one) for one in renewed if one[1] not in COUNTED]
    parts = [f"{counted(len(estimates), 'estimate')} came in: {_list(estimates)}"] if estimates else []
    return " and ".join([*parts, *([f"evidence came in for {_list(list(counted_for))}"] if counted_for else ())])


def _estimate(key: str, quantity: str) -> str:
    return f"{quantity_named(quantity).label.lower()} of {key}"


def _list(words: Sequence[str]) -> str:
    rest = len(words) - _NAMED
    return ", ".join(words[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def in_runs_of_ten(chance: float) -> str:
    """A chance as people count.

    >>> in_runs_of_ten(0.93), in_runs_of_ten(1), in_runs_of_ten(0.02)
    ('9 of 10', 'always', 'hardly ever')
    """
    if chance >= 0.995:
        return "always"
    if chance < 0.05:
        return "never" if chance == 0 else "hardly ever"
    return f"{min(max(round(10 * chance), 1), 9)} of 10"


def places(low: float, high: float) -> str:
    """A rank's range.

    >>> places(2, 5.5), places(3, 3)
    ('2–5', '3')
    """
    first, last = int(low), int(high)
    return str(first) if first == last else f"{first}–{last}"


def group_heading(first: int, last: int, verdict: str) -> str:
    """A run of places that hang together.

    >>> group_heading(5, 9, "toss-up"), group_heading(1, 1, "clear lead")
    ('Toss-up, 5–9', 'Clear, 1')
    """
    return f"{_GROUPS[verdict]}, {places(first, last)}"


def who_leads(titles: Sequence[str], verdict: str) -> str:
    """The first group of an order in one sentence.

    >>> who_leads(["Dark theme"], "clear lead"), who_leads(["Dark theme", "Offline mode"], "toss-up")
    ('Dark theme clearly comes first.', 'Dark theme and Offline mode come first; which of them leads is a toss-up.')
    """
    if verdict == "clear lead":
        return f"{titles[0]} clearly comes first."
    if len(titles) == 1:
        return f"{titles[0]} comes first."
    more = [f"{len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    return f"{listed([*titles[:_NAMED], *more])} come first; which of them leads is a {verdict}."


def group_words(verdict: str) -> str:
    """What a heading means for the places below it, by the limits of `science.priorities.verdicts`.

    >>> group_words("toss-up")
    'Any order will do: the first leads the last in fewer than 2 of 3 runs.'
    """
    if verdict == "clear lead":
        return "Ahead of all below in 9 of 10 runs or more."
    if verdict == "close call":
        return "The first leads the last in 2 of 3 runs or more, but in fewer than 9 of 10."
    return "Any order will do: the first leads the last in fewer than 2 of 3 runs."


def revenue_remark(details: Sequence[Mapping[str, Any]], currency: str) -> str:
    """Whom the revenue behind features leaves out. `details` are those of its measures.

    >>> revenue_remark([{"voices": 9, "unknown": 2}, {"voices": 3, "unknown": 0}], "EUR")
    'Revenue is what the accounts that ask pay a year in EUR, each once; 2 of the 12 voices belong to no known account.'
    """
    voices, unknown = (sum(detail.get(name, 0) for detail in details) for name in ("voices", "unknown"))
    belong = "belongs" if unknown == 1 else "belong"
    left = f"; {unknown} of the {voices} voices {belong} to no known account" if unknown else ""
    return f"Revenue is what the accounts that ask pay a year in {currency}, each once{left}."


@dataclass(frozen=True, slots=True)
class Budget:
    """How many of the first places fit into a capacity: P10, P50 and P90 of their number."""

    surely: int
    likely: int
    at_best: int

    def __str__(self) -> str:
        return f"{self.likely} fit" + (f" ({self.surely}–{self.at_best})" if self.surely < self.at_best else "")


def budget(spent: Sequence[Sequence[float]], capacity: float) -> Budget:
    """What fits, in the order of the ranking. `spent` holds P10, P50, P90 of the effort down to each place.

    Efforts only add up, so that k places fit as often as the effort down to the k-th stays within the capacity.

    >>> str(budget([[1, 2, 3], [3, 4, 6], [6, 8, 11]], 6))
    '2 fit (2–3)'
    """
    at_best, likely, surely = (sum(row[i] <= capacity for row in spent) for i in range(3))
    return Budget(surely, likely, at_best)


def worth_asking(driver: Mapping[str, Any]) -> str:
    """What knowing an estimate exactly would do.

    >>> worth_asking({"places": 4.1, "sway": 0.3}), worth_asking({"places": 0.4, "sway": 0.01})
    ('Could change the pick: knowing it moves the feature by about 4 places', 'Moves the feature by less than a place')
    """
    count = places_moved(driver)
    moves = f"about {counted(count, 'place')}" if count else "less than a place"
    if sways(driver):
        return f"Could change the pick: knowing it moves the feature by {moves}"
    return f"Moves the feature by {moves}"


def places_moved(driver: Mapping[str, Any]) -> int:
    return round(float(driver["places"]))


def sways(driver: Mapping[str, Any]) -> bool:
    """Whether knowing an estimate exactly could change which features come first."""
    return bool(driver["sway"] >= _SWAYS)


def most_gained_first(drivers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What could change the pick before what could not, then by the places that a feature would move."""
    return sorted(drivers, key=lambda driver: (not sways(driver), -places_moved(driver)))


def underlined(error: FormulaError) -> SafeString:
    """The formula with its fault marked, and what to do about it."""
    before, part, after = error.text[: error.start], error.text[error.start : error.stop], error.text[error.stop :]
    end = "" if error.way_out.endswith("?") else "."
    return format_html(
        "<code>{}<mark>{}</mark>{}</code> {}; {}{}", before, part or " ", after, error.rule, error.way_out, end
    )
