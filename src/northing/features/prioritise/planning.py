"""Ranking features on samples of their quantities: a stored, repeatable computation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np

from northing.decisions.public import Outcome, RunKind, quantity_named, register_run_kind
from northing.expressions import Formula, FormulaError
from northing.features.actions import COUNTED
from northing.features.models import Method
from northing.science import estimates, priorities

if TYPE_CHECKING:
    from numpy.typing import NDArray

KIND = "priorities"
DRAWS = 2_000  # a chance is then known to about 1 in 100
TOP = 10
SEED = 1  # always the same, so that the order moves only when what is known moves
_BLOCK = 250
_SKETCH = 500  # draws behind the picture and the budget line
_DRIVERS = 8

Floats: TypeAlias = "NDArray[np.float64]"
Samples: TypeAlias = "dict[str, Floats]"
Features = Mapping[str, Mapping[str, Sequence[Any]]]

# What is set against what in the picture: gain, and what it takes. Other methods: the score against the effort.
_AXES: Mapping[str, tuple[str, str]] = {
    Method.RICE: ("reach * impact", "effort"),
    Method.CLASSIC_RICE: ("reach * impact * confidence", "effort"),
    Method.ICE: ("impact * confidence", "ease"),
    Method.WSJF: ("business_value + time_criticality + risk_reduction", "job_size"),
    Method.VALUE_EFFORT: ("value", "effort"),
    Method.COST_OF_DELAY: ("cost_of_delay", "duration"),
    Method.OPPORTUNITY: ("importance", "satisfaction"),
}
# A quantity of a formula that nobody estimates under that name: the effort stands for how long it takes.
_STANDS_FOR = {"duration": "effort"}


def method_of(definition: Mapping[str, Any], currency: str = "EUR") -> priorities.ScoringMethod:
    """The scoring method that a run's parameters define. Raises `FormulaError` for a faulty formula."""
    name = definition["method"]
    if name == Method.CUSTOM:
        text = definition["formula"]
        return priorities.custom(text, {word: _unit(word, currency) for word in Formula(text).names})
    if name == Method.WEIGHTED:
        return priorities.weighted(definition["weights"])
    return priorities.METHODS[name]


def _unit(quantity: str, currency: str) -> str:
    known = quantity_named(quantity)
    return "weeks" if known.is_time else known.unit_in(currency)


def needed(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The quantities a feature must have a value of to be ranked.

    >>> needed({"method": "rice"}), needed({"method": "cost_of_delay"})
    (('effort', 'impact', 'reach'), ('cost_of_delay', 'effort'))
    """
    names = method_of(definition).quantities
    return tuple(sorted({_STANDS_FOR.get(name, name) for name in names}))


def must_have(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """What of `needed` leaves a feature out that lacks it. That nobody asks, or that no revenue is behind it, is a
    value like any other, except where nothing comes of it: a tie of such features would be no order.

    >>> must_have({"method": "custom", "formula": "voices / effort"})
    ('effort', 'voices')
    >>> must_have({"method": "custom", "formula": "value * (1 + voices) / effort"})
    ('effort', 'value')
    """
    is_custom = definition["method"] == Method.CUSTOM
    return tuple(
        name
        for name in needed(definition)
        if name not in COUNTED or (is_custom and _is_nothing_without(name, definition["formula"]))
    )


def _is_nothing_without(counted: str, text: str) -> bool:
    formula = Formula(text)
    score = float(formula.evaluate({name: 0.0 if name == counted else 2.0 for name in formula.names}))
    return score == 0 or not np.isfinite(score)


def check(definition: Mapping[str, Any], known: Collection[str]) -> None:
    """Raise `FormulaError` where an own formula is faulty or uses a quantity that nobody knows."""
    if definition["method"] == Method.CUSTOM:
        text = definition["formula"]
        formula = Formula(text, known=known)
        if not formula.names:
            raise FormulaError(text, 0, len(text), "it uses no quantity", "name at least one, such as reach")
        if np.isnan(formula.evaluate(_trial(formula.names))).all():
            rule = "it gives no number, whatever the quantities are"
            raise FormulaError(text, 0, len(text), rule, "look for what is divided by nought")
    method_of(definition)


def _trial(names: Sequence[str]) -> Samples:
    """Some values of each quantity, from tiny to huge."""
    random = np.random.default_rng(SEED)
    return {name: random.lognormal(0, 3, size=200) for name in names}


def mixtures(definition: Mapping[str, Any], currency: str) -> tuple[str, ...]:
    """Which unlike quantities a method takes as plain numbers, in a sentence each: `effort is in weeks, reach is in
    people/quarter: they are added as plain numbers; better multiply or divide them`."""
    return method_of(definition, currency).mixtures


def read(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The quantities a run takes in: those needed, those that help, and the effort for the budget line."""
    return tuple(dict.fromkeys([*needed(definition), "confidence", "effort"]))


def compute(inputs: Any, parameters: Mapping[str, Any], seed: int) -> Outcome:
    """Rank the features of `inputs`: key -> quantity -> [P10, P50, P90, assumed], in the units they are kept in.

    With RICE a stated confidence sets the width of what was entered as a bare number; with "Classic RICE" it is a
    factor and only likely values count, which gives the old order exactly. Equal arguments give equal outcomes.
    """
    definition = parameters["definition"]
    method = method_of(definition, parameters["currency"])
    features: Features = inputs["features"]
    keys = list(features)
    exact = definition["method"] == Method.CLASSIC_RICE
    batches = _batches(method, features, exact)
    draws = 1 if exact else parameters["draws"]
    blocks = (_block(batches, i, width, seed) for i, width in enumerate(_widths(draws)))
    found = priorities.prioritise(method, keys, blocks, draws=draws, top=parameters["top"], drivers=_DRIVERS)
    sketch = _sketch(method, definition, batches, found.ranking, keys, 1 if exact else _SKETCH, seed)
    return Outcome(
        {
            "rows": _rows(found.ranking),
            "groups": [[one.first, one.last, str(one.verdict)] for one in found.ranking.groups],
            "words": priorities.in_words(found.ranking.groups),
            "top": found.ranking.top,
            "drivers": [
                {
                    "key": one.key,
                    "quantity": _STANDS_FOR.get(one.quantity, one.quantity),
                    "places": _short(one.places),
                    "sway": _short(one.pick_sway),
                    "share": _short(one.rank_share),
                }
                for one in found.drivers
            ],
            **sketch,
        }
    )


register_run_kind(RunKind(KIND, "metalog-ranks-2", compute))


def _batches(method: priorities.ScoringMethod, features: Features, exact: bool) -> dict[str, estimates.Batch]:
    """The distributions of each quantity over all features, in the method's units."""
    names = set(method.quantities)
    if all("effort" in values for values in features.values()):
        names.add("effort")
    widen = method.confidence is priorities.Confidence.WIDTH
    return {name: _batch(name, features, exact, widen) for name in sorted(names)}


def _batch(name: str, features: Features, exact: bool, widen: bool) -> estimates.Batch:
    known = quantity_named(_STANDS_FOR.get(name, name))
    factor = 1 / estimates.judgements.DAYS_A_WEEK if known.is_time else 1.0
    rows = [_triple(values, known.name, widen) for values in features.values()]
    triples = factor * np.array(rows, dtype=np.float64).T
    if exact:
        triples[:] = triples[1]
    upper = known.upper if known.upper is None else known.upper * factor
    return estimates.fit_triples(*triples, lower=known.lower, upper=upper)


def _triple(values: Mapping[str, Sequence[Any]], name: str, widen: bool) -> Sequence[float]:
    """The quantiles; of a bare number as wide as the feature's stated confidence says, where that is wanted."""
    low, likely, high, assumed = values[name]
    if not (widen and assumed and "confidence" in values and likely > 0):
        return low, likely, high
    factor = priorities.width_of_confidence(values["confidence"][1])
    return likely / factor, likely, likely * factor


def _widths(draws: int) -> Iterator[int]:
    yield from (min(_BLOCK, draws - start) for start in range(0, draws, _BLOCK))


def _block(batches: Mapping[str, estimates.Batch], index: int, width: int, seed: int) -> Samples:
    """One block of samples (features x draws); each quantity has a stream of its own, whatever the method."""
    return {
        name: np.ascontiguousarray(batch.block(index, width, (seed, crc32(name.encode()))).T)
        for name, batch in batches.items()
    }


def _rows(ranking: priorities.Ranking) -> list[dict[str, Any]]:
    chances = [*ranking.beats_next.tolist(), None]
    return [
        {
            "key": key,
            "rank": _shorts(ranking.low_rank[i], ranking.median_rank[i], ranking.high_rank[i]),
            "score": _shorts(ranking.low_score[i], ranking.median_score[i], ranking.high_score[i]),
            "top": _short(ranking.top_probability[i]),
            "beats_next": None if chances[i] is None else _short(chances[i]),
        }
        for i, key in enumerate(ranking.keys)
    ]


def placed(result: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], tuple[int, int, int] | None]]:
    """The rows of a ranking, each with its place in the order and the places that it may as well have.

    None for those that surely score nothing: no order among them means anything.

    >>> rows = [{"rank": [1, 2, 6], "score": [3, 7, 9]}, {"rank": [2.5, 2.5, 2.5], "score": [0, 0, 0]}]
    >>> [place for _, place in placed({"rows": rows})]
    [(1, 1, 6), None]
    """
    for place, row in enumerate(result["rows"], start=1):
        low, _, high = row["rank"]
        yield row, (min(int(low), place), place, max(int(high), place)) if any(row["score"]) else None


def axis_of(definition: Mapping[str, Any], features: Features, axis: int) -> dict[str, Sequence[float]]:
    """What is set against what, as it was estimated: by key the quantiles on the y axis (0) or on the x axis (1).

    In the units that estimates are kept in; empty where the axis is made of several quantities.
    """
    name = _axes(definition)[axis]
    name = _STANDS_FOR.get(name, name)
    widen = method_of(definition).confidence is priorities.Confidence.WIDTH
    found = {key: _triple(values, name, widen) for key, values in features.items() if name in values}
    exact = definition["method"] == Method.CLASSIC_RICE
    return {key: [values[1]] * 3 for key, values in found.items()} if exact else found


def _axes(definition: Mapping[str, Any]) -> tuple[str, str]:
    return _AXES.get(definition["method"], (definition.get("gain", ""), "effort"))


def _sketch(
    method: priorities.ScoringMethod,
    definition: Mapping[str, Any],
    batches: Mapping[str, estimates.Batch],
    ranking: priorities.Ranking,
    keys: Sequence[str],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """What the picture and the budget line need, from the first draws: both axes, the frontier, efforts summed up."""
    parts = [_block(batches, i, width, seed) for i, width in enumerate(_widths(draws))]
    samples = {name: np.concatenate([part[name] for part in parts], axis=1) for name in batches}
    place = {key: i for i, key in enumerate(keys)}
    order = [place[key] for key in ranking.keys]
    gain_text, cost = _axes(definition)
    found: dict[str, Any] = {"spots": {}, "spent": []}
    if "effort" in samples:
        found["spent"] = [_shorts(*row) for row in _quantiles(np.cumsum(samples["effort"][order], axis=0))]
    if cost in samples:
        gain = Formula(gain_text).evaluate(samples) if gain_text else method.score(samples)
        better_x = -1.0 if definition["method"] == Method.ICE else 1.0
        chances = frontier_chances(better_x * samples[cost], gain)
        xs, ys = _quantiles(samples[cost]), _quantiles(gain)
        found["spots"] = {keys[i]: [_shorts(*xs[i]), _shorts(*ys[i]), _short(chances[i])] for i in order}
    return found


def frontier_chances(cost: Floats, gain: Floats) -> Floats:
    """The share of draws (features x draws) in which no other feature has both less cost and at least the gain.

    >>> frontier_chances(np.array([[1.0], [2.0], [3.0]]), np.array([[5.0], [4.0], [6.0]]))
    array([1., 0., 1.])
    """
    order = np.lexsort((-gain, cost), axis=0)
    ordered = np.take_along_axis(gain, order, axis=0)
    best_before = np.maximum.accumulate(ordered, axis=0)
    on_it = np.ones_like(ordered)
    on_it[1:] = ordered[1:] > best_before[:-1]
    chances = np.empty_like(on_it)
    np.put_along_axis(chances, order, on_it, axis=0)
    return np.asarray(chances.mean(axis=1))


def _quantiles(samples: Floats) -> list[list[float]]:
    found: list[list[float]] = np.quantile(samples, (0.1, 0.5, 0.9), axis=1).T.tolist()
    return found


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _shorts(*values: float) -> list[float]:
    return [_short(value) for value in values]
