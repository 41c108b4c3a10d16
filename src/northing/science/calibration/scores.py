"""How good a forecast was: proper scores, and the probability integral transform."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def randomised_pit(below: npt.ArrayLike, at_most: npt.ArrayLike, seed: int) -> FloatArray:
    """The probability integral transform where forecasts put chance on single values (Brockwell 2007).

    ``below`` and ``at_most`` are the forecast chances of less than, and of at most, what happened. The result is
    uniform on (0, 1) where the forecasts are right; a closed interval would count a spike as inside twice.
    Arrays of one shape (n,). Raises ValueError where a chance of less exceeds that of no more.

    >>> randomised_pit([0.2, 0.4], [0.2, 0.4], seed=1).tolist()
    [0.2, 0.4]
    """
    low, high = np.asarray(below, dtype=float), np.asarray(at_most, dtype=float)
    if np.any(low > high):
        raise ValueError("below exceeds at_most: the chance of less is at most the chance of no more")
    place: FloatArray = np.random.default_rng(seed).random(low.shape)
    pit: FloatArray = low + place * (high - low)
    return pit


def coverage(pit: npt.ArrayLike, share: float) -> float:
    """How often the central ``share`` of the forecast held what happened; ``share`` itself is right.

    ``pit`` holds transforms of shape (n,). Raises ValueError for a share that is not between 0 and 1.

    >>> coverage([0.05, 0.3, 0.5, 0.95], 0.8)
    0.5
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}: give a share between 0 and 1, such as 0.8")
    values = np.asarray(pit, dtype=float)
    return float(np.mean(np.abs(values - 0.5) <= share / 2))


def pinball(happened: npt.ArrayLike, quantiles: npt.ArrayLike, levels: npt.ArrayLike) -> float:
    """Mean pinball loss (Koenker and Bassett 1978) of ``quantiles`` (rows x levels); smaller is better.

    ``happened`` has one value for each row, ``levels`` one chance for each column; the loss is in the unit of both.
    Raises ValueError where the shapes do not fit.

    >>> round(pinball([10.0], [[8.0, 12.0]], [0.1, 0.9]), 6)  # 2 too low costs 0.1 x 2, 2 too high as much
    0.2
    """
    p = np.asarray(levels, dtype=float)
    y, q = np.asarray(happened, dtype=float), np.asarray(quantiles, dtype=float)
    if q.shape != (*y.shape, *p.shape) or q.ndim != 2:
        raise ValueError(
            f"quantiles has shape {q.shape}: {y.size} outcomes and {p.size} levels need {y.size} x {p.size}"
        )
    missed = y[:, None] - q
    return float(np.maximum(p * missed, (p - 1) * missed).mean())


def crps(happened: float, values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Continuous ranked probability score of a forecast given as (weighted) values, in their unit.

    E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, equation 21), exact for the values as they stand.
    ``values`` has shape (n,), as have ``weights``. Raises ValueError where there is no value, or no weight above 0.

    >>> crps(2.0, [1.0, 3.0])
    0.5
    """
    x = np.asarray(values, dtype=float)
    share = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    if not x.size or share.shape != x.shape or np.any(share < 0) or not share.sum() > 0:
        raise ValueError(f"weights {share.shape} of values {x.shape}: give a weight of 0 or more for each, not all 0")
    share = share / share.sum()
    order = np.argsort(x)
    x, share = x[order], share[order]
    chance = np.cumsum(share)[:-1]
    spread = float(np.sum(chance * (1 - chance) * np.diff(x)))
    return float(share @ np.abs(x - happened)) - spread


def brier(chances: npt.ArrayLike, happened: npt.ArrayLike) -> float:
    """Mean squared error of chances of yes/no events (Brier 1950): 0 is perfect, always saying 0.5 gets 0.25.

    ``chances`` and ``happened`` have the shape (n,). Raises ValueError for a chance outside 0 to 1.

    >>> round(brier([0.9, 0.2], [True, False]), 6)
    0.025
    """
    p = np.asarray(chances, dtype=float)
    if np.any((p < 0) | (p > 1)):
        raise ValueError("chances holds a value outside 0 to 1: give chances, not percentages")
    return float(np.mean((p - np.asarray(happened, dtype=float)) ** 2))
