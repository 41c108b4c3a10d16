"""What a study of stated precision is worth, net of what it costs and how long it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from northing.science.estimates import normal_cdf, normal_quantile
from northing.science.information.groups import known_together
from northing.science.information.learning import NODES, Curves, curves, is_discrete, levels, worth_of
from northing.science.information.problem import Input, Problem
from northing.science.information.samples import Inputs, Samples, read
from northing.science.priorities.ranks import Floats

_ERRORS = 24  # points that stand for the study's error


@dataclass(frozen=True, slots=True)
class Study:
    """A study that measures some inputs, each with a normal error that is independent of all else.

    ``errors``: standard deviation of each result around the truth, in the input's unit (of a mean of n answers
    with spread s, s / sqrt(n)); 0 is perfect, infinity learns nothing. ``is_relative``: they are of the logarithm
    instead, 0.1 being ten per cent; the inputs must then be above 0. ``cost`` is in the problem's unit, as is
    ``delay_cost``, what one unit of time of ``delay`` costs because everything comes later.
    """

    inputs: Sequence[Input]
    errors: Sequence[float]
    is_relative: bool = False
    cost: float = 0.0
    delay: float = 0.0
    delay_cost: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", tuple(Input(*each) for each in self.inputs))
        object.__setattr__(self, "errors", tuple(self.errors))
        if not self.inputs or len(self.errors) != len(self.inputs):
            raise ValueError(f"errors: {len(self.errors)} for {len(self.inputs)} inputs; give one for each")
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError("inputs: one stands twice; give it once, with the error of both results together")
        if not all(error >= 0 for error in self.errors):
            raise ValueError(f"errors {self.errors}: each must be 0 or more")
        for field in ("cost", "delay", "delay_cost"):
            if not (math.isfinite(getattr(self, field)) and getattr(self, field) >= 0):
                raise ValueError(f"{field} {getattr(self, field)}: must be a finite number, 0 or more")


@dataclass(frozen=True, slots=True)
class StudyWorth:
    """What a study is worth, in the problem's unit.

    ``value``: expected value of its results (EVSI); ``error``: standard error of that; ``ceiling``: what knowing its
    inputs exactly would be worth (EVPPI); ``spent``: its cost, that of its delay included.
    """

    value: float
    error: float
    ceiling: float
    spent: float

    @property
    def net(self) -> float:
        """What is gained by doing the study."""
        return self.value - self.spent

    @property
    def verdict(self) -> str:
        """In plain words, whether the study pays; two standard errors decide.

        >>> StudyWorth(900.0, 10.0, 1200.0, 400.0).verdict
        'worth doing'
        """
        if self.spent >= self.ceiling:
            return "not worth doing, however precise"
        if abs(self.net) <= 2 * self.error:
            return "about breaks even"
        return "worth doing" if self.net > 0 else "not worth doing"


def study_information(
    problem: Problem, samples: Samples, study: Study, *, independent: bool, seed: int = 1
) -> StudyWorth:
    """The expected value of deciding after a study (EVSI), never above that of knowing its inputs exactly.

    Of one input, the posterior mean of every feature after each possible result is computed from the curves of
    `partial_information` by Bayes' rule, without simulation. Of several, results are simulated for every draw and
    features are regressed on them (Strong, Oakley, Brennan and Breeze 2015). ``samples`` and ``independent`` are as in
    `partial_information`.

    Raises ValueError as `group_information`, and where a relative error meets draws of 0 or less.

    >>> from northing.science.information import TopK
    >>> random = np.random.default_rng(1)
    >>> x = random.standard_normal((2, 4000))
    >>> problem = Problem(["a", "b"], x, TopK(1), "EUR")
    >>> study = Study([("a", "x")], [1.0], cost=0.1)
    >>> found = study_information(problem, {"x": x}, study, independent=True)
    >>> round(found.value, 2), round(found.ceiling, 2), found.verdict  # sqrt(1/2) of 0.4, and 0.4
    (0.28, 0.4, 'worth doing')
    """
    inputs = read(problem, samples)
    columns = {name: _on_line(study, inputs, name) for name in study.inputs}
    if len(columns) == 1:
        found = _of_one(problem, study.inputs[0], columns[study.inputs[0]], study.errors[0], independent=independent)
    else:
        found = _of_several(problem, study, columns, independent=independent, seed=seed)
    (value, error), (most, _) = found
    ceiling = problem.worth(study.inputs, most, 0.0).value
    spent = study.cost + study.delay * study.delay_cost
    return StudyWorth(min(max(value, 0.0), ceiling), error, ceiling, spent)


def _on_line(study: Study, inputs: Inputs, name: Input) -> Floats:
    """The draws of an input where the study's error has one size."""
    column = inputs.column(name)
    if not study.is_relative:
        return column
    if column.min() <= 0:
        raise ValueError(f"input {tuple(name)} has draws of 0 or less: a relative error needs values above 0")
    return np.log(column)


def _of_one(
    problem: Problem, name: Input, column: Floats, error: float, *, independent: bool
) -> tuple[tuple[float, float], tuple[float, float]]:
    if not np.ptp(column):
        return (0.0, 0.0), (0.0, 0.0)
    learnt = levels(problem, column) if is_discrete(column) else curves(problem, [column])[0]
    if independent and name.key:
        learnt = learnt.only(problem, problem.keys.index(name.key))
    exact = worth_of(problem, learnt)
    if error == 0 or not np.isfinite(error):
        return (exact if error == 0 else (0.0, 0.0)), exact
    return worth_of(problem, after_study(learnt, column, error)), exact


def after_study(learnt: Curves, column: Floats, error: float) -> Curves:
    """The curves over a study's results instead of the input itself, whose draws are ``column``.

    Results are binned so that the bins are as likely as the nodes; a bin's terms are the mean of the nodes' terms,
    weighted by the chance of the node given the bin.
    """
    prior = learnt.weights.mean(axis=0)
    # The chance of a result at or below each edge, given each node.
    values = _values_at(column, prior)
    edges = _edges(values, prior, error)
    below = normal_cdf((edges[:, None] - values) / error)
    bins = np.diff(below, axis=0, prepend=0.0, append=1.0)
    chances = bins @ prior
    possible = chances > 1e-12
    posterior = (bins * prior)[possible] / chances[possible, None]
    nodes = posterior @ learnt.nodes
    weights = learnt.weights @ bins[possible].T
    weights /= weights.sum(axis=1, keepdims=True)
    solved = nodes[:: max(1, len(nodes) // len(learnt.solved))]
    return Curves(learnt.coefficients, nodes, weights, solved, learnt.constant)


def _values_at(column: Floats, chances: Floats) -> Floats:
    """The mean of an input's sorted draws in cells of the given chances: its values at the nodes."""
    ordered = np.sort(column)
    total = np.concatenate([[0.0], np.cumsum(ordered)])
    edges = np.concatenate([[0.0], np.cumsum(chances)[:-1], [1.0]]) * ordered.size
    below = np.interp(edges, np.arange(ordered.size + 1), total)
    return np.asarray(np.diff(below) / np.diff(edges))


def _edges(values: Floats, prior: Floats, error: float) -> Floats:
    """Edges of bins of the results, that cut them as finely as the nodes cut the input, tails included."""
    levels_of_error = normal_quantile((np.arange(_ERRORS) + 0.5) / _ERRORS)
    results = (values[:, None] + error * levels_of_error).ravel()
    chances = np.repeat(prior, _ERRORS) / _ERRORS
    order = np.argsort(results)
    reached = np.cumsum(chances[order]) - chances[order] / 2
    wanted = normal_cdf(np.linspace(-3.5, 3.5, NODES - 1))
    return np.asarray(np.unique(np.interp(wanted, reached, results[order])))


def _of_several(
    problem: Problem, study: Study, columns: dict[Input, Floats], *, independent: bool, seed: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    exact = known_together(problem, columns, independent=independent)
    random = np.random.default_rng(np.random.SeedSequence(seed))
    noise = random.standard_normal((len(columns), problem.draws))
    results = {
        name: column + error * row
        for (name, column), error, row in zip(columns.items(), study.errors, noise, strict=True)
        if np.isfinite(error)
    }
    return known_together(problem, results, independent=independent), exact
