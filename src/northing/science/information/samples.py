"""The samples of uncertain inputs, told apart: those of one feature, and those that all features share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from northing.science.information.problem import FOLDS, Input, Problem
from northing.science.priorities.ranks import Floats

FEWEST_DRAWS = 100

Samples = Mapping[str, ArrayLike]


@dataclass(frozen=True, eq=False)
class Inputs:
    """Inputs of a problem on the draws that are used.

    ``own``: quantity -> (features x draws), a row for each feature; ``shared``: quantity -> (draws).
    """

    keys: tuple[str, ...]
    own: dict[str, Floats]
    shared: dict[str, Floats]

    def __iter__(self) -> Iterator[Input]:
        yield from (Input(key, quantity) for quantity in self.own for key in self.keys)
        yield from (Input("", quantity) for quantity in self.shared)

    def column(self, name: Input) -> Floats:
        """The draws of one input; raises ValueError where there is none of that name."""
        if name.key == "" and name.quantity in self.shared:
            return self.shared[name.quantity]
        if name.quantity in self.own and name.key in self.keys:
            return np.asarray(self.own[name.quantity][self.keys.index(name.key)])
        raise ValueError(f"input {tuple(name)}: there are no samples of it; give them, or correct its name")


def read(problem: Problem, samples: Samples) -> Inputs:
    """Check samples against the problem they drive.

    A quantity has shape (features, draws), or (features, 1) where it is fixed, or (draws,) where all features
    share it.
    """
    features, given = problem.values.shape
    inputs = Inputs(tuple(problem.keys), {}, {})
    for quantity, values in samples.items():
        array = np.asarray(values, dtype=np.float64)
        if not np.isfinite(array).all():
            raise ValueError(f"samples of {quantity!r}: every value must be a finite number")
        if array.shape == (given,) or (array.shape == (1, given) and features > 1):
            inputs.shared[quantity] = array.reshape(-1)[: problem.draws]
        elif array.shape in {(features, given), (features, 1)}:
            inputs.own[quantity] = np.broadcast_to(array, (features, given))[:, : problem.draws]
        else:
            raise ValueError(
                f"samples of {quantity!r} have shape {array.shape}: give ({features} features, {given} draws), or"
                f" ({given},) where all features share it"
            )
    columns = [*inputs.own.values(), *inputs.shared.values()]
    if problem.draws < FEWEST_DRAWS and any(np.ptp(column, axis=-1).any() for column in columns):
        raise ValueError(f"draws: {problem.draws} tell too little of an input; give at least {FEWEST_DRAWS}")
    return inputs


def in_folds(values: Floats) -> Floats:
    """The last axis cut into folds of draws."""
    return values.reshape(*values.shape[:-1], FOLDS, -1)
