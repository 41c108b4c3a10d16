"""Points to evaluate distributions at: random, evenly spread, and correlated."""

from collections.abc import Sequence
from typing import Final, Literal, TypeVar, get_args

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray, normal_cdf, normal_quantile

Seed = int | Sequence[int]
Precision = type[np.float32] | type[np.float64]
Method = Literal["random", "latin", "sobol"]
_MOST_SOBOL: Final = 21_201
_Real = TypeVar("_Real", bound=np.floating)


def uniforms(draws: int, dimensions: int, seed: Seed, method: Method = "latin") -> FloatArray:
    """Points of the open unit cube, of shape (draws, dimensions), to put into quantile functions.

    ``latin``: Latin hypercube (McKay, Beckman, Conover 1979), each column has one point in each of ``draws``
    equal slices; ``sobol``: scrambled Sobol' points (Owen 1998), best with a power of two draws and at most
    21,201 dimensions; ``random``: independent points. Raises ValueError for fewer than one draw or dimension, more
    dimensions than Sobol' points have, and another method.

    >>> points = uniforms(4, 2, seed=1)
    >>> np.sort((points * 4).astype(int), axis=0).tolist()
    [[0, 0], [1, 1], [2, 2], [3, 3]]
    """
    if draws < 1 or dimensions < 1:
        raise ValueError(f"draws {draws} and dimensions {dimensions}: both must be at least 1")
    if method not in get_args(Method):
        raise ValueError(f"method {method!r} is none of {', '.join(get_args(Method))}")
    if method == "sobol" and dimensions > _MOST_SOBOL:
        raise ValueError(f"dimensions is {dimensions}: sobol has at most {_MOST_SOBOL:,}; take latin for more")
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    if method == "sobol":
        return _sobol(draws, dimensions, rng)
    points = rng.random((draws, dimensions))
    if method == "latin":
        slices = np.broadcast_to(np.arange(draws)[:, None], points.shape)
        points = (rng.permuted(slices, axis=0) + points) / draws
    return _inside(points)


def open_uniforms(rng: np.random.Generator, shape: tuple[int, ...], dtype: Precision) -> npt.NDArray[np.floating]:
    """Uniform draws without 0 and 1, whose quantiles may be infinite; ``dtype`` float32 or float64."""
    return _inside(rng.random(shape, dtype=dtype))


def correlate(points: FloatArray, correlation: npt.ArrayLike, *, ranks: bool = True) -> FloatArray:
    """Independent uniform points (draws, n) made dependent by a Gaussian copula; each column stays uniform.

    ``correlation`` is n x n: of the ranks (Spearman; what a person can judge), or of the underlying normals
    with ``ranks=False``. A rank correlation r belongs to the normal one 2 sin(pi r / 6) (Pearson 1907).
    Raises ValueError where the matrix is not symmetric, of the wrong shape, or contradicts itself.

    >>> points = correlate(uniforms(4096, 2, seed=1), [[1, 0.8], [0.8, 1]])
    >>> ranks = points.argsort(axis=0).argsort(axis=0)
    >>> bool(abs(np.corrcoef(ranks.T)[0, 1] - 0.8) < 0.01)
    True
    """
    matrix = np.asarray(correlation, dtype=float)
    n = points.shape[1]
    if matrix.shape != (n, n):
        raise ValueError(f"correlation has shape {matrix.shape}: {n} columns of points need {n} x {n}")
    if not (np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1) and np.all(np.abs(matrix) <= 1)):
        raise ValueError("correlation must be symmetric, with 1 on the diagonal and all values from -1 to 1")
    if ranks:
        matrix = 2 * np.sin(np.pi * matrix / 6)
    values, vectors = np.linalg.eigh(matrix)
    if values[0] < -1e-9:
        raise ValueError(
            f"correlation contradicts itself (smallest eigenvalue {values[0]:.3g}): no quantities are "
            "related so; bring the strongest values nearer to 0"
        )
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    return _inside(normal_cdf(normal_quantile(points) @ root))


def _sobol(draws: int, dimensions: int, rng: np.random.Generator) -> FloatArray:
    from scipy.stats import qmc  # heavy: loaded where it is used

    engine = qmc.Sobol(dimensions, scramble=True, rng=rng)
    whole = 1 << max(draws - 1, 0).bit_length()  # drawn to a power of two, the size for which it is balanced
    return _inside(engine.random(whole)[:draws])


def _inside(points: npt.NDArray[_Real]) -> npt.NDArray[_Real]:
    kind = points.dtype.type
    return np.clip(points, np.finfo(kind).eps / 4, np.nextafter(kind(1), kind(0)), out=points)
