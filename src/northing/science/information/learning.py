"""What every feature is expected to be worth once one input is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from northing.science.information.estimator import beyond_chance, worth
from northing.science.information.problem import FOLDS, Problem
from northing.science.information.samples import in_folds
from northing.science.priorities.conditional import score_cells, smoother, sorted_order
from northing.science.priorities.ranks import Floats

NODES = 128  # where gains are integrated
SOLVED_NODES = 48  # where choices are made; half of them where these take time
MOST_LEVELS = 32  # an input with so few different values is taken value by value


@dataclass(frozen=True, eq=False)
class Curves:
    """Conditional means of features, fold by fold, as curves over what is learnt.

    ``coefficients``: (folds x features x terms); ``nodes``: the terms (nodes x terms) at what may be learnt, whose
    chances are ``weights`` (folds x nodes); ``solved``: the terms where choices are made; ``constant``: the
    coefficients of 1.
    """

    coefficients: Floats
    nodes: Floats
    weights: Floats
    solved: Floats
    constant: Floats

    def only(self, problem: Problem, feature: int) -> Curves:
        """The same, where no other feature moves."""
        kept = np.arange(len(problem.keys)) == feature
        return replace(self, coefficients=_moved(problem, self.coefficients, kept, self.constant))


@lru_cache(maxsize=8)
def grids(draws: int) -> tuple[Floats, Floats, Floats]:
    """The smoother's terms at the nodes, the chances of these, and the terms where choices are made."""
    scores, chances = score_cells(NODES)
    smooth = smoother(draws)
    return smooth.at(scores), chances, smooth.at(score_cells(SOLVED_NODES)[0])


def is_discrete(column: Floats) -> bool:
    """Whether an input takes so few values that each is its own class."""
    few = column[: 8 * MOST_LEVELS]  # most inputs show at once that they are not
    return np.unique(few).size <= MOST_LEVELS and np.unique(column).size <= MOST_LEVELS


def curves(problem: Problem, columns: Sequence[Floats]) -> list[Curves]:
    """The curves of all features over each of some inputs, none of which is discrete."""
    folds = problem.by_fold
    draws = folds.shape[2]
    smooth = smoother(draws)
    nodes, chances, solved = grids(draws)
    order, _ = sorted_order(in_folds(np.stack(columns)))
    # The design is sorted back instead of all features' values being sorted by each input.
    designs = np.empty((FOLDS, draws, len(columns), smooth.terms))
    for i, by_fold in enumerate(order):
        for fold in range(FOLDS):
            designs[fold, by_fold[fold], i] = smooth.design
    found = folds @ designs.reshape(FOLDS, draws, -1)
    found = found.reshape(FOLDS, len(problem.keys), len(columns), smooth.terms) / draws
    explained = (found[..., 1:].mean(axis=0) ** 2).sum(axis=-1)
    is_told = beyond_chance(explained, problem.variances[:, None], smooth.terms, problem.draws)
    constant = np.eye(smooth.terms)[0]
    weights = np.broadcast_to(chances, (FOLDS, chances.size))
    return [
        Curves(_moved(problem, found[:, :, i], is_told[:, i], constant), nodes, weights, solved, constant)
        for i in range(len(columns))
    ]


def levels(problem: Problem, column: Floats) -> Curves:
    """The curves over an input that takes few values: the means of each."""
    values, which = np.unique(column, return_inverse=True)
    member = np.eye(values.size)[which].reshape(FOLDS, -1, values.size)
    count = member.sum(axis=1)
    sums = problem.by_fold @ member
    overall = sums.sum(axis=0) / count.sum(axis=0)
    means = np.where(count[:, None, :] > 0, sums / np.maximum(count, 1)[:, None, :], overall)
    explained = (overall - problem.means[:, None]) ** 2 @ (count.sum(axis=0) / problem.draws)
    is_told = beyond_chance(explained, problem.variances, values.size, problem.draws)
    terms, constant = np.eye(values.size), np.ones(values.size)
    means = _moved(problem, means, is_told, constant)
    return Curves(means, terms, count / member.shape[1], terms, constant)


def _moved(problem: Problem, coefficients: Floats, is_moved: NDArray[np.bool_], constant: Floats) -> Floats:
    """The coefficients of the features that are moved, and the mean in each fold of the others."""
    return np.where(is_moved[:, None], coefficients, problem.fold_means[:, :, None] * constant)


def worth_of(problem: Problem, learnt: Curves) -> tuple[float, float]:
    """What it is worth to choose after learning, with its standard error; choices are made at some nodes only."""
    mean_curve = learnt.coefficients.mean(axis=0)
    step = 1 if problem.choice.is_quick else 2
    picks = problem.choice.choose(learnt.solved[::step] @ mean_curve.T)
    others = {row.tobytes(): row for row in picks}
    others.pop(problem.base.tobytes(), None)
    if not others:
        return 0.0, 0.0
    steps = np.array(list(others.values())).astype(np.float64) - problem.base
    gains = learnt.nodes @ (steps @ learnt.coefficients).transpose(0, 2, 1)
    value, error = worth(gains, learnt.weights)
    return float(value), float(error)
