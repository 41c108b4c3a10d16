"""From samples of quantities to a ranking and its drivers, by a scoring method."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from northing.science.priorities.drivers import Driver, find_drivers, with_totals
from northing.science.priorities.methods import ScoringMethod
from northing.science.priorities.ranking import Ranker, Ranking
from northing.science.priorities.ranks import SLICE, Floats

Samples = Mapping[str, ArrayLike]
INPUTS_KEPT = 8_000_000  # values of estimates from which the drivers are found


@dataclass(frozen=True, slots=True)
class Priorities:
    """A ranking by a method, and the estimates that drive it, the most important first."""

    method: ScoringMethod
    ranking: Ranking
    drivers: tuple[Driver, ...]


def prioritise(
    method: ScoringMethod,
    keys: Sequence[str],
    samples: Samples | Iterable[Samples],
    *,
    draws: int | None = None,
    top: int = 10,
    drivers: int = 20,
) -> Priorities:
    """Score features on samples of their quantities, rank them, and find what drives the order.

    ``samples`` maps each quantity to an array that broadcasts to (features x draws), in the method's
    units; or it is an iterable of such blocks, with ``draws`` their number of draws in all (a fixed value
    has shape (features, 1)). ``drivers`` is how many to report; they are found from the first draws, up to
    8,000,000 values. Nothing depends on the order of the features.

    Raises ValueError as `rank` does, and where a quantity of the method is missing. First-order shares: Plischke,
    Borgonovo and Smith (2013); total shares: Jansen (1999).

    >>> from northing.science.priorities import VALUE_EFFORT
    >>> found = prioritise(VALUE_EFFORT, ["a", "b"], {"value": [[9.0], [8.0]], "effort": [[3.0], [1.0]]})
    >>> found.ranking.keys, found.ranking.mean_score, found.drivers
    (('b', 'a'), array([8., 3.]), ())
    """
    blocks: Iterable[Samples] = samples if not isinstance(samples, Mapping) else [samples]
    if isinstance(samples, Mapping):
        draws = _width(method, samples)
    if draws is None:
        raise ValueError("draws: say how many draws the blocks of samples hold in all")
    ranker = Ranker(keys, draws, top)
    kept = _KeptInputs(method, len(keys), draws)
    for block in blocks:
        for part in _slices(method, block, max(1, SLICE // len(keys))):
            ranker.add(np.broadcast_to(method.score(part), (len(keys), _width(method, part))))
            kept.add(part)
    ranking = ranker.result()
    ranks = ranker.ranks_of_first(kept.draws)
    found = find_drivers(keys, kept.samples, ranks, ranker.top, drivers)
    return Priorities(method, ranking, with_totals(found, keys, kept.all, ranks, method.score))


def _width(method: ScoringMethod, samples: Samples) -> int:
    """The number of draws in a block."""
    widths: list[int] = [np.atleast_2d(samples[name]).shape[1] for name in method.formula.demanded(samples)]
    return max(widths)


def _slices(method: ScoringMethod, samples: Samples, width: int) -> Iterator[dict[str, Floats]]:
    """A block cut along its draws, fixed values left whole."""
    arrays = {name: np.atleast_2d(np.asarray(samples[name], dtype=np.float64)) for name in method.quantities}
    for start in range(0, _width(method, samples), width):
        yield {
            name: values if values.shape[1] == 1 else values[:, start : start + width]
            for name, values in arrays.items()
        }


class _KeptInputs:
    """The first draws of the quantities that vary, and those that are fixed."""

    def __init__(self, method: ScoringMethod, features: int, draws: int) -> None:
        self._shape = (features, draws)
        self.draws = min(draws, INPUTS_KEPT // (features * max(1, len(method.quantities))))
        self.samples: dict[str, Floats] = {}
        self._fixed: dict[str, Floats] = {}
        self._filled = 0

    @property
    def all(self) -> dict[str, Floats]:
        """Every quantity, the fixed ones with one draw."""
        return {**self._fixed, **self.samples}

    def add(self, samples: Mapping[str, Floats]) -> None:
        """Keep what there is room for."""
        stop = min(self.draws, self._filled + max(values.shape[1] for values in samples.values()))
        for name, values in samples.items():
            if values.shape[1] > 1 and stop > self._filled:
                kept = self.samples.setdefault(name, np.zeros((self._shape[0], self.draws)))
                kept[:, self._filled : stop] = values[:, : stop - self._filled]
            elif values.shape[1] == 1:
                self._fixed[name] = values
        self._filled = stop
