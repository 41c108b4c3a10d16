"""Which estimates drive the order? Sensitivity of ranks, from the samples that ranked them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from northing.science.priorities.conditional import explained_variance, sorted_by, sorted_order
from northing.science.priorities.ranks import Floats, Ranks

FEWEST_DRAWS = 80
RANKS_AT_ONCE = 250_000  # of some features, whose arrays then stay in the cache
SCORES_COMPARED = 1_000_000  # scores among which an estimate is drawn anew, of 500 draws at least


@dataclass(frozen=True, slots=True)
class Driver:
    """What would be learnt about a feature's place from knowing one of its estimates exactly.

    ``rank_share``: share of the variance of the feature's rank, Var E[rank | estimate] / Var rank (first order);
    ``rank_total``: the share that is left when all else is known, E Var[rank | all others] / Var rank (total).
    ``places``: how many places (standard deviation) the feature then moves.
    ``pick_share``: the same share for being among the top; ``pick_sway``: by how much (standard deviation)
    the chance to be among the top then moves: at 0 the estimate cannot change the pick.
    """

    key: str
    quantity: str
    rank_share: float
    places: float
    pick_share: float
    pick_sway: float
    rank_total: float = 0.0


def find_drivers(
    keys: Sequence[str], samples: Mapping[str, Floats], ranks: Ranks, top: int, limit: int
) -> tuple[Driver, ...]:
    """The estimates that matter most, by their sway on the pick, then by the places they move.

    ``samples``: each quantity's draws (features x draws), ``ranks``: doubled mid-ranks of the same draws.
    The conditional means are smooth curves over the draws sorted by the estimate (given-data estimation as in
    Plischke, Borgonovo and Smith 2013, with splines for their classes), less their expected noise. Estimates that
    hang together share what they explain. Fewer than 80 draws tell nothing: no drivers.
    """
    if ranks.shape[1] < FEWEST_DRAWS:
        return ()
    found: list[Driver] = []
    rows = max(1, RANKS_AT_ONCE // ranks.shape[1])
    for start in range(0, len(keys), rows):
        some = slice(start, start + rows)
        rank = ranks[some] / 2
        outcomes = {"rank": rank, "pick": (rank <= top).astype(np.float64)}
        for quantity, values in samples.items():
            found += _drivers(keys[some], quantity, values[some], outcomes)
    found.sort(key=lambda driver: (-driver.pick_sway, -driver.places, driver.key, driver.quantity))
    return tuple(found[:limit])


def _drivers(keys: Sequence[str], quantity: str, values: Floats, outcomes: Mapping[str, Floats]) -> Iterator[Driver]:
    order, _ = sorted_order(values)
    varies = values.min(axis=1) < values.max(axis=1)
    explained = {
        name: np.where(varies, explained_variance(sorted_by(outcome, order)), 0.0) for name, outcome in outcomes.items()
    }
    total = {name: outcome.var(axis=1) for name, outcome in outcomes.items()}
    share = {
        name: np.divide(part, total[name], out=np.zeros_like(part), where=total[name] > 0)
        for name, part in explained.items()
    }
    for i in np.flatnonzero(explained["rank"] > 0).tolist():
        yield Driver(
            key=keys[i],
            quantity=quantity,
            rank_share=float(share["rank"][i]),
            places=float(np.sqrt(explained["rank"][i])),
            pick_share=float(share["pick"][i]),
            pick_sway=float(np.sqrt(explained["pick"][i])),
        )


def with_totals(
    drivers: Sequence[Driver],
    keys: Sequence[str],
    samples: Mapping[str, Floats],
    ranks: Ranks,
    score: Callable[[Mapping[str, Floats]], Floats],
) -> tuple[Driver, ...]:
    """The drivers with their total shares, by pick-freeze (Jansen 1999): an estimate is drawn anew, all else stays.

    ``samples``: the draws of every quantity that ``score`` takes (features x draws, or x 1 where it is fixed). The new
    draws of an estimate are its own of half the draws further on, which holds for estimates that are independent of all
    else. Of large tables the first draws are used.
    """
    if not drivers:
        return ()
    draws = min(ranks.shape[1], max(500, SCORES_COMPARED // len(keys)))
    ranks, samples = ranks[:, :draws], {name: values[:, :draws] for name, values in samples.items()}
    scores = np.broadcast_to(score(samples), ranks.shape)
    place = {key: i for i, key in enumerate(keys)}
    found = []
    for driver in drivers:
        i = place[driver.key]
        own = {name: values[min(i, len(values) - 1)] for name, values in samples.items()}
        fresh = score({**own, driver.quantity: np.roll(own[driver.quantity], draws // 2)})
        rank = ranks[i] / 2
        moved = rank - _rank_of(fresh, scores, i)
        variance = rank.var()
        found.append(replace(driver, rank_total=float((moved**2).mean() / 2 / variance) if variance > 0 else 0.0))
    return tuple(found)


def _rank_of(fresh: Floats, scores: Floats, feature: int) -> Floats:
    """The mid-rank of a feature with other scores among the others, draw by draw."""
    own = scores[feature]
    above = (scores > fresh).sum(axis=0, dtype=np.int32) - (own > fresh)
    equal = (scores == fresh).sum(axis=0, dtype=np.int32) - (own == fresh)
    return np.asarray(1 + above + equal / 2)
