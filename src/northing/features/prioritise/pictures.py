"""The ranking as a picture: gain against cost, each with its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from northing.decisions.public import quantity_named
from northing.features.models import Method
from northing.features.prioritise.planning import axis_of, needed
from northing.ui.cells import Interval
from northing.ui.charts import Scatter, Spot, render

MOST_SPOTS = 60  # beyond, ellipses hide each other; the list has them all
_EFFORT = "Effort, days of work"
_TITLES: Mapping[str, tuple[str, str]] = {
    Method.RICE: ("People reached per quarter × impact on each", _EFFORT),
    Method.CLASSIC_RICE: ("People reached per quarter × impact × confidence", _EFFORT),
    Method.ICE: ("Impact × confidence, points", "Ease, points (more is easier)"),
    Method.WSJF: ("Cost of delay, points", "Size of the job, points"),
    Method.VALUE_EFFORT: ("Value, {currency}", _EFFORT),
    Method.COST_OF_DELAY: ("What a week of delay costs, {currency}", _EFFORT),
    Method.OPPORTUNITY: ("Importance, points", "Satisfaction, points"),
}
_BEST: Mapping[str, str] = {
    Method.ICE: "no other feature gives more and is easier",
    Method.WSJF: "no other feature gives more for a smaller job",
}
_MORE_FOR_LESS = "no other feature gives more for less effort"


def titles_of(run: Any) -> tuple[str, str]:
    """What stands on the y and on the x axis."""
    definition = run.parameters["definition"]
    plain = "Score"
    if "gain" in definition:
        known = quantity_named(definition["gain"])
        plain = f"{known.label}, {known.unit}" if known.unit else known.label
    gain, cost = _TITLES.get(definition["method"], (plain, _EFFORT))
    return gain.format(currency=run.parameters["currency"]), cost


def scatter(run: Any, titles: Mapping[str, str]) -> tuple[SafeString, str] | None:
    """The best-placed features by gain and cost, with what the marks mean; None where a method has no cost to set
    against: an own formula that counts the cost already would draw it against itself.

    An estimate stands there as it was made; what is worked out from several has the range that was found. What surely
    gains nothing is left out: with the least cost of all, nothing would beat it on both.
    """
    definition, features = run.parameters["definition"], run.inputs["features"]
    if definition["method"] == Method.CUSTOM and "gain" not in definition and "effort" in needed(definition):
        return None
    gains, costs = axis_of(definition, features, 0), axis_of(definition, features, 1)
    spots = []
    for key in [row["key"] for row in run.result["rows"][:MOST_SPOTS]]:
        if spot := run.result["spots"].get(key):
            x, y = Interval(*costs.get(key, spot[0])), Interval(*gains.get(key, spot[1]))
            if y.high > 0:
                spots.append(Spot(key, titles.get(key, ""), x, y, spot[2]))
    if not spots:
        return None
    gain, cost = titles_of(run)
    is_ease, on_one_scale = (definition["method"] == method for method in (Method.ICE, Method.OPPORTUNITY))
    drawn = Scatter(
        spots, cost, gain, "high" if is_ease else "low", on_one_scale, _BEST.get(definition["method"], _MORE_FOR_LESS)
    )
    return render(drawn, "large"), drawn.legend()
