"""Which estimates drive the order? First-order sensitivity of ranks, from the samples that ranked them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from northing.science.priorities.ranks import Floats, Ranks

SMALLEST_CLASS = 40
MOST_CLASSES = 20


@dataclass(frozen=True, slots=True)
class Driver:
    """What would be learnt about a feature's place from knowing one of its estimates exactly.

    ``rank_share``: share of the variance of the feature's rank, Var E[rank | estimate] / Var rank.
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


def find_drivers(
    keys: Sequence[str], samples: Mapping[str, Floats], ranks: Ranks, top: int, limit: int
) -> tuple[Driver, ...]:
    """The estimates that matter most, by their sway on the pick, then by the places they move.

    ``samples``: each quantity's draws (features x draws), ``ranks``: doubled mid-ranks of the same draws.
    The conditional means are those of classes of equally many draws, sorted by the estimate (the
    given-data estimator of Plischke, Borgonovo and Smith 2013, section 3), less their expected noise. Estimates
    that hang together share what they explain. Fewer than two classes of draws tell nothing: no drivers.
    """
    classes = min(MOST_CLASSES, ranks.shape[1] // SMALLEST_CLASS)
    if classes < 2:
        return ()
    used = classes * (ranks.shape[1] // classes)
    rank = ranks[:, :used] / 2
    outcomes = {"rank": rank, "pick": (rank <= top).astype(np.float64)}
    found = [
        driver
        for quantity, values in samples.items()
        for driver in _drivers(keys, quantity, values[:, :used], outcomes, classes)
    ]
    found.sort(key=lambda driver: (-driver.pick_sway, -driver.places, driver.key, driver.quantity))
    return tuple(found[:limit])


def _drivers(
    keys: Sequence[str], quantity: str, values: Floats, outcomes: Mapping[str, Floats], classes: int
) -> Iterator[Driver]:
    order = np.argsort(values, axis=1)
    varies = values.min(axis=1) < values.max(axis=1)
    explained = {
        name: np.where(varies, explained_variance(np.take_along_axis(outcome, order, axis=1), classes), 0.0)
        for name, outcome in outcomes.items()
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


def explained_variance(outcomes: Floats, classes: int) -> Floats:
    """Variance of the class means of each row, less the part that chance alone would give, at least 0.

    Rows are sorted by the explaining value and cut into equally large classes: one-way analysis of
    variance, sum of squares between less (classes - 1) times the mean square within, per draw.
    """
    rows, draws = outcomes.shape
    by_class = outcomes.reshape(rows, classes, draws // classes)
    between = by_class.mean(axis=2).var(axis=1)
    within = by_class.var(axis=2).mean(axis=1)
    noise = within * (classes - 1) / (draws - classes)
    return np.asarray(np.clip(between - noise, 0.0, None))
