"""Many triples of one quantity at once: drawn by the million for ranks and portfolios."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from northing.science.estimates.metalog import feasible_share, three_terms
from northing.science.estimates.normal import FloatArray
from northing.science.estimates.sampling import Precision, Seed, open_uniforms
from northing.science.estimates.scales import Scale
from northing.science.estimates.triples import Fit, fit_triple

_CACHED = 1 << 16  # numbers worked on at a time, so that the steps of one draw stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Batch:
    """Distributions of one quantity over n records, all between the same bounds.

    ``coefficients`` holds a1, a2, a3 of the metalogs as three rows of n; ``special`` the fits of the columns
    that needed mending or a fall-back (they tell why in their notes).
    """

    coefficients: FloatArray
    scale: Scale
    special: dict[int, Fit] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.coefficients.shape[1])

    def quantile(self, p: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
        """Values at the chances ``p`` of shape (draws, n), column by column; float32 in, float32 out."""
        values = np.empty_like(p)
        a1, a2, a3 = self.coefficients.astype(p.dtype)
        step = max(1, _CACHED // max(len(self), 1))
        with np.errstate(over="ignore"):
            for start in range(0, len(p), step):
                chance = p[start : start + step]
                line = np.subtract(1, chance)
                np.divide(chance, line, out=line)
                np.log(line, out=line)
                slope = chance - p.dtype.type(0.5)
                slope *= a3
                slope += a2
                line *= slope
                line += a1
                values[start : start + step] = self.scale.stretch(line)
        for column, fit in self.special.items():
            values[:, column] = fit.distribution.quantile(p[:, column])
        return values

    def block(self, index: int, draws: int, seed: Seed, dtype: Precision = np.float64) -> npt.NDArray[np.floating]:
        """Block ``index`` of independent draws, shape (draws, n): the same on whichever worker makes it."""
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
        return self.quantile(open_uniforms(rng, (draws, len(self)), dtype))

    def blocks(
        self, draws: int, seed: Seed, dtype: Precision = np.float64, *, rows: int = 256
    ) -> Iterator[npt.NDArray[np.floating]]:
        """``draws`` independent draws as arrays of at most ``rows`` x n: memory does not grow with draws.

        Give each quantity a seed of its own, such as (run's seed, number of the quantity). The same seed
        repeats the same draws for the same ``rows``.
        """
        for index, start in enumerate(range(0, draws, rows)):
            yield self.block(index, min(rows, draws - start), seed, dtype)


def fit_triples(
    p10: Sequence[float] | FloatArray,
    p50: Sequence[float] | FloatArray,
    p90: Sequence[float] | FloatArray,
    *,
    lower: float | None = 0.0,
    upper: float | None = None,
) -> Batch:
    """``fit_triple`` for n records at once: the same distributions, ready to be drawn in bulk.

    ``p10``, ``p50``, ``p90`` hold n values each, in the quantity's unit. Raises ValueError where their lengths
    differ, a value is no finite number or the bounds are empty.

    >>> batch = fit_triples([3, 1, 2], [5, 1.01, 2], [9, 50, 2])
    >>> sorted(batch.special), batch.special[1].form
    ([1, 2], 'johnson')
    >>> batch.quantile(np.full((1, 3), 0.9)).round(6).tolist()
    [[9.0, 50.0, 2.0]]
    """
    triples = np.asarray([p10, p50, p90], dtype=float)
    if triples.ndim != 2:
        raise ValueError(f"p10, p50, p90 have shape {triples.shape[1:]}: give three lists of equal length")
    scale = Scale(lower, upper)
    low, high = scale.bounds
    with np.errstate(invalid="ignore"):
        line = scale.to_line(triples)
        plain = (triples[0] > low) & (triples[2] < high) & np.isfinite(triples).all(axis=0)
        plain &= feasible_share(*line)
    special = {
        int(column): fit_triple(*triples[:, column], lower=lower, upper=upper) for column in np.flatnonzero(~plain)
    }
    coefficients = np.zeros_like(triples)
    coefficients[:, plain] = three_terms(*line[:, plain])
    return Batch(coefficients, scale, special)
