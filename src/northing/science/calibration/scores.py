"""How good a forecast was: proper scores, and the probability integral transform."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def _numbers(name: str, values: npt.ArrayLike) -> FloatArray:
    """The values as an array. Raises ValueError where there is none, or one is not finite."""
    array = np.asarray(values, dtype=float)
    if not array.size:
        raise ValueError(f"{name} is empty: give at least one value")
    wrong = array[~np.isfinite(array)]
    if wrong.size:
        raise ValueError(f"{name} holds {wrong[0]}: every value must be a finite number")
    return array


def _chances(name: str, values: npt.ArrayLike) -> FloatArray:
    """The same for values from 0 to 1."""
    array = _numbers(name, values)
    wrong = array[(array < 0) | (array > 1)]
    if wrong.size:
        raise ValueError(f"{name} holds {wrong[0]}: every value must be from 0 to 1; give chances, not percentages")
    return array


def randomised_pit(below: npt.ArrayLike, at_most: npt.ArrayLike, seed: int) -> FloatArray:
    """The probability integral transform where forecasts put chance on single values (Brockwell 2007).

    ``below`` and ``at_most`` are the forecast chances of less than, and of at most, what happened. The result is
    uniform on (0, 1) where the forecasts are right; a closed interval would count a spike as inside twice.
    Arrays of one shape (n,). Raises ValueError where a chance of less exceeds that of no more, one is outside 0 to 1,
    or the shapes differ.

    >>> randomised_pit([0.2, 0.4], [0.2, 0.4], seed=1).tolist()
    [0.2, 0.4]
    """
    low, high = _chances("below", below), _chances("at_most", at_most)
    if low.shape != high.shape:
        raise ValueError(f"below {low.shape} and at_most {high.shape} differ in shape: give both for each forecast")
    if np.any(low > high):
        raise ValueError("below exceeds at_most: the chance of less is at most the chance of no more")
    place: FloatArray = np.random.default_rng(seed).random(low.shape)
    pit: FloatArray = low + place * (high - low)
    return pit


def coverage(pit: npt.ArrayLike, share: float) -> float:
    """How often the central ``share`` of the forecast held what happened; ``share`` itself is right.

    ``pit`` holds transforms of shape (n,). Raises ValueError for a share that is not between 0 and 1, or no
    transform at all.

    >>> coverage([0.05, 0.3, 0.5, 0.95], 0.8)
    0.5
    """
    if not 0 < share < 1:
        raise ValueError(f"share is {share}: give a share between 0 and 1, such as 0.8")
    values = _chances("pit", pit)
    return float(np.mean(np.abs(values - 0.5) <= share / 2))


def pinball(happened: npt.ArrayLike, quantiles: npt.ArrayLike, levels: npt.ArrayLike) -> float:
    """Mean pinball loss (Koenker and Bassett 1978) of ``quantiles`` (rows x levels); smaller is better.

    ``happened`` has one value for each row, ``levels`` one chance for each column; the loss is in the unit of both.
    Raises ValueError where the shapes do not fit, there is no row, or a value is not finite.

    >>> round(pinball([10.0], [[8.0, 12.0]], [0.1, 0.9]), 6)  # 2 too low costs 0.1 x 2, 2 too high as much
    0.2
    """
    p = _chances("levels", levels)
    y, q = _numbers("happened", happened), _numbers("quantiles", quantiles)
    if q.shape != (*y.shape, *p.shape) or q.ndim != 2:
        raise ValueError(
            f"quantiles has shape {q.shape}: {y.size} outcomes and {p.size} levels need {y.size} x {p.size}"
        )
    missed = y[:, None] - q
    return float(np.maximum(p * missed, (p - 1) * missed).mean())


def crps(happened: float, values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Continuous ranked probability score of a forecast given as (weighted) values, in their unit.

    E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007, equation 21), exact for the values as they stand.
    ``values`` has shape (n,), as have ``weights``. Raises ValueError where there is no value, no weight above 0, or
    a number that is not finite.

    >>> crps(2.0, [1.0, 3.0])
    0.5
    """
    x = _numbers("values", values)
    _numbers("happened", happened)
    share = np.ones_like(x) if weights is None else _numbers("weights", weights)
    if share.shape != x.shape or np.any(share < 0) or not share.sum() > 0:
        raise ValueError(f"weights {share.shape} of values {x.shape}: give a weight of 0 or more for each, not all 0")
    share = share / share.sum()
    order = np.argsort(x)
    x, share = x[order], share[order]
    chance = np.cumsum(share)[:-1]
    spread = float(np.sum(chance * (1 - chance) * np.diff(x)))
    return float(share @ np.abs(x - happened)) - spread


def brier(chances: npt.ArrayLike, happened: npt.ArrayLike) -> float:
    """Mean squared error of chances of yes/no events (Brier 1950): 0 is perfect, always saying 0.5 gets 0.25.

    ``chances`` and ``happened`` have the shape (n,). Raises ValueError for a chance outside 0 to 1, an
    event that neither happened nor did not, and shapes that differ.

    >>> round(brier([0.9, 0.2], [True, False]), 6)
    0.025
    """
    p, y = _chances("chances", chances), _chances("happened", happened)
    if p.shape != y.shape or np.any((y > 0) & (y < 1)):
        raise ValueError(f"happened {y.shape}: give true or false, once for each of the {p.size} chances")
    return float(np.mean((p - y) ** 2))
