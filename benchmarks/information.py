"""What it takes to find what every estimate is worth knowing, and how near the figures are to closed forms.

The timed cases have 200 features with 5 estimates each and 10,000 draws; seconds are of the processor, so that more
cores do not help. The others have a ``reference`` in closed form: value and gap are those of scrambled Sobol' points,
and ``errors_off`` the distance in standard errors with random ones. ``--limit N`` takes the first N cases of each kind.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; read when NumPy is imported

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Options, Report, measured
from northing.science.estimates import normal_cdf, normal_quantile, uniforms
from northing.science.estimates.sampling import Method
from northing.science.information import (
    Budget,
    Choice,
    Input,
    Problem,
    Study,
    TopK,
    group_information,
    partial_information,
    study_information,
)

Floats = NDArray[np.float64]
FEATURES, DRAWS, TAKEN = 200, 10_000, 20
QUANTITIES = ("reach", "impact", "margin", "effort", "rate")
REFERENCE_DRAWS = 8192
GAP_ALLOWED, ERRORS_ALLOWED = 0.01, 3.0


@dataclass(frozen=True, slots=True)
class Timed:
    """A large case and the processor seconds it is held to."""

    instance: str
    choice: Choice
    correlation: float
    allowed: float | None = None

    def problem(self) -> tuple[Problem, dict[str, Floats]]:
        """Worth is gain less cost; all estimates of a quantity have one part in common where correlated."""
        random = np.random.default_rng(1)
        own, common = math.sqrt(1 - self.correlation), math.sqrt(self.correlation)
        samples = {}
        for name in QUANTITIES:
            middle = 0.3 * random.standard_normal((FEATURES, 1))
            noise = own * random.standard_normal((FEATURES, DRAWS)) + common * random.standard_normal(DRAWS)
            samples[name] = np.exp(middle + 0.4 * noise)
        gain = samples["reach"] * samples["impact"] * samples["margin"]
        values = gain - 0.5 * samples["effort"] * samples["rate"]
        return Problem([f"F-{i}" for i in range(FEATURES)], values, self.choice, "EUR"), samples

    def row(self) -> dict[str, Any]:
        """The median of three runs after one to warm up; each starts from the samples alone."""
        rows = sorted((self._once() for _ in range(4)), key=lambda row: float(row["seconds"]))
        return rows[1]

    def _once(self) -> dict[str, Any]:
        problem, samples = self.problem()
        with measured() as cost:
            found = partial_information(problem, samples, independent=self.correlation == 0)
        return {
            "instance": self.instance,
            "value": found[0].value,
            "bound": problem.perfect.value,
            "seconds": cost.cpu_seconds,
            "wall_seconds": cost.wall_seconds,
            "peak_mb": cost.peak_megabytes,
            "allowed": self.allowed,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """A case with a closed form: the figure found from samples of four normals, value and error."""

    instance: str
    reference: float
    find: Callable[[Floats], tuple[float, float]]

    def row(self) -> dict[str, Any]:
        """By Sobol' points, and how many standard errors random ones are off, of 20 seeds the typical distance."""
        with measured() as cost:
            value, _ = self.find(_normals("sobol", 1))
        off = []
        for seed in range(20):
            found, error = self.find(_normals("random", seed))
            off.append((found - self.reference) / error)
        return {
            "instance": self.instance,
            "value": value,
            "reference": self.reference,
            "gap": value / self.reference - 1,
            "errors_off": float(np.sqrt(np.mean(np.square(off)))),
            "beyond_3": sum(abs(each) > ERRORS_ALLOWED for each in off),
            "seconds": cost.cpu_seconds,
        }


def _normals(method: Method, seed: int) -> Floats:
    return normal_quantile(uniforms(REFERENCE_DRAWS, 4, seed, method)).T


def _loss(lead: float, spread: float) -> float:
    """The unit normal loss integral, scaled: E[max(X - lead, 0)]."""
    z = lead / spread
    return spread * (math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - z * (1 - float(normal_cdf(z))))


def _two(points: Floats, lead: float, correlation: float = 0.0) -> tuple[Problem, dict[str, Floats]]:
    """The better of two features, each 2 x + y."""
    x = np.stack([points[0], correlation * points[0] + math.sqrt(1 - correlation**2) * points[1]])
    values = 2 * x + points[2:] + np.array([[lead], [0.0]])
    return Problem(["a", "b"], values, TopK(1), "EUR"), {"x": x, "y": points[2:]}


def _perfect(lead: float, points: Floats) -> tuple[float, float]:
    found = _two(points, lead)[0].perfect
    return found.value, found.error


def _single(lead: float, correlation: float, independent: bool, points: Floats) -> tuple[float, float]:
    found = partial_information(*_two(points, lead, correlation), independent=independent)
    return next((each.value, each.error) for each in found if each.inputs == (Input("a", "x"),))


def _pair(lead: float, correlation: float, points: Floats) -> tuple[float, float]:
    group = {"x": [Input("a", "x"), Input("b", "x")]}
    found = group_information(*_two(points, lead, correlation), group, independent=False)["x"]
    return found.value, found.error


def _study(lead: float, error: float, points: Floats) -> tuple[float, float]:
    study = Study([Input("a", "x")], [error])
    found = study_information(*_two(points, lead), study, independent=True)
    return found.value, found.error


TIMED = [
    Timed("1,000 independent, top 20", TopK(TAKEN), 0.0, 0.5),
    Timed("1,000 correlated, top 20", TopK(TAKEN), 0.3, 5.0),
    Timed("1,000 independent, budget", Budget(np.linspace(1.0, 5.0, FEATURES), 60.0), 0.0),
    Timed("1,000 correlated, budget", Budget(np.linspace(1.0, 5.0, FEATURES), 60.0), 0.3),
]
KNOWN = [
    Known("all known, lead 0.7", _loss(0.7, math.sqrt(10)), partial(_perfect, 0.7)),
    Known("one input, separable, lead 0.7", _loss(0.7, 2.0), partial(_single, 0.7, 0.0, True)),
    Known("one input, general, lead 0.7", _loss(0.7, 2.0), partial(_single, 0.7, 0.0, False)),
    Known("one input, general, lead 2", _loss(2.0, 2.0), partial(_single, 2.0, 0.0, False)),
    Known("one input, correlated 0.6, lead 0.7", _loss(0.7, 0.8), partial(_single, 0.7, 0.6, False)),
    Known("two inputs, correlated 0.6, lead 0.7", _loss(0.7, 2 * math.sqrt(0.8)), partial(_pair, 0.7, 0.6)),
    Known("study, error 1, lead 0.7", _loss(0.7, math.sqrt(2)), partial(_study, 0.7, 1.0)),
]


def run(options: Options) -> Report:
    """The timed cases, then those with a closed form."""
    timed = [case.row() for case in TIMED[: options.limit]]
    known = [case.row() for case in KNOWN[: options.limit]]
    summary = {
        "missed": [row["instance"] for row in timed if row["allowed"] and row["seconds"] > row["allowed"]],
        "largest_gap": max(abs(row["gap"]) for row in known),
        "gap_allowed": GAP_ALLOWED,
        "share_beyond_3_errors": sum(row["beyond_3"] for row in known) / (20 * len(known)),
    }
    return Report(timed + known, summary)
