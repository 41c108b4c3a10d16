"""From what other choices would gain, given what was learnt, to what learning is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from northing.science.priorities.ranks import Floats


def worth(gains: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """What it is worth to choose after learning, and the standard error.

    ``gains``: what each other choice is expected to gain over the one made today, of shape (..., folds, learnt,
    choices), each fold of draws on its own; ``weights``: the chance of what is learnt (folds x learnt), summing
    to 1 in each fold.

    Choosing by noisy means and counting by the same means flatters; counting each fold by the choice that the
    other folds advise (cross-fitting) falls short by as much, to first order. Their mean is without bias to first
    order; where two choices are equal today it falls short by about one standard error, since the better of two
    equal means looks better than it is. The error is that of the cross-fitted mean over folds.

    >>> gains = np.full((4, 2, 1), [[1.0], [-1.0]])
    >>> worth(gains, np.full((4, 2), 0.5))
    (array(0.5), array(0.))
    """
    folds = gains.shape[-3]
    weighted = gains * weights[:, :, None]
    total = weighted.sum(axis=-3)
    flattered = np.clip(total.max(axis=-1), 0.0, None).sum(axis=-1) / folds
    crossed = _crossed(gains, weights, total[..., None, :, :] - weighted)
    error = crossed.std(axis=-1, ddof=1) / np.sqrt(folds)
    return np.asarray((flattered + crossed.mean(axis=-1)) / 2), np.asarray(error)


def _crossed(gains: Floats, weights: Floats, others: Floats) -> Floats:
    """Each fold's gain from the choice that the other folds advise: (..., folds)."""
    if gains.shape[-1] == 1:
        counted = np.where(others > 0, gains, 0.0)[..., 0]
    else:
        advised = others.argmax(axis=-1)[..., None]
        counted = np.take_along_axis(gains, advised, axis=-1)
        counted = np.where(np.take_along_axis(others, advised, axis=-1) > 0, counted, 0.0)[..., 0]
    return np.asarray((counted * weights).sum(axis=-1))


def beyond_chance(explained: Floats, variance: Floats, terms: int, draws: int) -> NDArray[np.bool_]:
    """Whether a regression with so many terms explains more of a feature's variance than chance nearly ever does.

    A feature that is not told of is taken as unmoved: of many features with noisy curves some would be chosen for
    their noise. The quotient of variances of the F test must lie 3.7 of its standard deviations above 1.

    >>> beyond_chance(np.array([0.001, 0.01]), np.ones(2), 8, 10_000).tolist()
    [False, True]
    """
    chance = np.clip(variance - explained, 0.0, None) * (terms - 1) / (draws - terms)
    return np.asarray(explained > (1 + 3.7 * np.sqrt(2 / max(terms - 1, 1))) * chance)
