"""What single inputs are worth knowing: exactly where they are independent, else by regression on all features."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from northing.science.information.estimator import worth
from northing.science.information.learning import curves, grids, is_discrete, levels, worth_of
from northing.science.information.problem import Input, Problem, Worth, chunks
from northing.science.information.samples import FEWEST_DRAWS, Inputs, Samples, in_folds, read
from northing.science.priorities.conditional import smoother, sorted_by, sorted_order
from northing.science.priorities.ranks import Floats

_TOGETHER = 16  # inputs worked on at a time, so that they stay in the processor's cache

Found = tuple[Input, float, float]


def partial_information(problem: Problem, samples: Samples, *, independent: bool) -> tuple[Worth, ...]:
    """The expected value of knowing each input exactly (EVPPI), the most valuable first.

    ``samples``: the draws of each quantity that made ``problem.values``: (features x draws) for one of each
    feature's own, (draws,) for one that all share. ``independent``: a feature's inputs tell nothing of another
    feature. Then knowing one moves its feature alone, across a single threshold, whatever the choice: with g the
    feature's worth given the input and m_(k) the k-th largest worth, of top k a feature taken is worth
    E[(m_(k+1) - g)+] to know, another E[(g - m_(k))+]; in general the threshold is the best total without the
    feature less the best rest with it. One regression finds g (Strong and Oakley 2013). Otherwise, and for shared
    inputs, all features are regressed on the input, and choices are made anew along it (Strong, Oakley and
    Brennan 2014). Either way the figure is cross-fitted; see `estimator.worth`.

    Draws of an input that are partly equal are taken as smooth where they have more than 32 different values.

    Raises ValueError for samples of another shape or that are not finite, and fewer than 100 draws.

    >>> from northing.science.information import TopK
    >>> random = np.random.default_rng(1)
    >>> x, y = random.standard_normal((2, 2, 4000))
    >>> problem = Problem(["a", "b"], 2 * x + y, TopK(1), "EUR")
    >>> for each in partial_information(problem, {"x": x, "y": y}, independent=True)[:2]:
    ...     print(each.inputs[0], round(each.value, 1))
    Input(key='a', quantity='x') 0.8
    Input(key='b', quantity='x') 0.8
    """
    inputs = read(problem, samples)
    found = list(_separable(problem, inputs) if independent else _joint(problem, inputs, own=True))
    found += _joint(problem, inputs, own=False)
    figures = [problem.worth([name], value, error) for name, value, error in found]
    return tuple(sorted(figures, key=lambda figure: (-figure.value, figure.inputs)))


def _joint(problem: Problem, inputs: Inputs, *, own: bool) -> Iterator[Found]:
    """Inputs that may tell of any feature."""
    smooth: list[Input] = []
    for name in inputs:
        if bool(name.key) != own:
            continue
        column = inputs.column(name)
        if is_discrete(column):
            yield name, *(worth_of(problem, levels(problem, column)) if np.ptp(column) else (0.0, 0.0))
        else:
            smooth.append(name)
    for start in range(0, len(smooth), _TOGETHER):
        names = smooth[start : start + _TOGETHER]
        for name, learnt in zip(names, curves(problem, [inputs.column(name) for name in names]), strict=True):
            yield name, *worth_of(problem, learnt)


def _separable(problem: Problem, inputs: Inputs) -> Iterator[Found]:
    """Inputs that tell of their own feature only."""
    if problem.draws < FEWEST_DRAWS or not inputs.own:  # then nothing varies
        yield from ((name, 0.0, 0.0) for name in inputs if name.key)
        return
    gain, sign = switches(problem)
    for quantity, samples in inputs.own.items():
        for start in range(0, len(problem.keys), _TOGETHER):
            rows = slice(start, start + _TOGETHER)
            values, errors = _own_worth(problem, samples[rows], rows, gain[rows], sign[rows])
            for i, value, error in zip(range(start, start + values.size), values, errors, strict=True):
                yield Input(problem.keys[i], quantity), float(value), float(error)


def switches(problem: Problem) -> tuple[Floats, Floats]:
    """What choosing otherwise about each feature would gain, by its own worth aside, and the sign of that.

    The gain (features x folds) of the best choice with the feature, where it is out today, or without it, where
    it is in; to be added: the sign times what its own worth is then known to be. Both are 0 where its place is no
    matter of choice.
    """
    base, means = problem.base.astype(np.float64), problem.means
    sign = 1 - 2 * base
    enough = 2 * np.abs(means).sum() + 1
    fold_means = problem.fold_means.T
    parts = []
    for own in chunks(np.arange(means.size), means.size):
        forced = np.repeat(means[None], own.size, axis=0)
        forced[np.arange(own.size), own] = sign[own] * enough
        picks = problem.choice.choose(forced)
        gain = (picks - base) @ fold_means - (sign[:, None] * fold_means)[own]
        is_switched = picks[np.arange(own.size), own] != problem.base[own]
        parts.append(np.where(is_switched[:, None], gain, 0.0))
        sign[own[~is_switched]] = 0.0
    return np.concatenate(parts), sign


def _own_worth(problem: Problem, samples: Floats, rows: slice, gain: Floats, sign: Floats) -> tuple[Floats, Floats]:
    """The worth and the error of one quantity of some features."""
    draws = problem.by_fold.shape[2]
    nodes, chances, _ = grids(draws)
    order, tied = sorted_order(in_folds(samples))
    outcomes = sorted_by(in_folds(problem.values[rows, : problem.draws]), order)
    expected = smoother(draws).coefficients(outcomes) @ nodes.T
    gains = gain[:, :, None] + sign[:, None, None] * expected
    values, errors = worth(gains[..., None], np.broadcast_to(chances, (gains.shape[1], chances.size)))
    for i in np.flatnonzero(tied.any(axis=1)):
        if is_discrete(samples[i]):
            values[i], errors[i] = _discrete_worth(problem, samples[i], rows.start + i, gain[i], sign[i])
    return values, errors


def _discrete_worth(problem: Problem, column: Floats, feature: int, gain: Floats, sign: float) -> tuple[float, float]:
    if not np.ptp(column):
        return 0.0, 0.0
    learnt = levels(problem, column)
    gains = gain[:, None] + sign * learnt.coefficients[:, feature]
    value, error = worth(gains[..., None], learnt.weights)
    return float(value), float(error)
