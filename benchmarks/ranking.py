"""Rank distributions from draws, on one core: time and memory of ranking alone, and with drawing.

The cases with ties round the scores; the last one draws four quantities per feature, scores them by the
classic RICE formula, and finds the estimates that drive the order. ``--limit N`` takes the first N cases.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter, process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Cost, Options, Report, measured
from northing.science.priorities import CLASSIC_RICE, Ranker, prioritise

Floats = NDArray[np.float64]
BLOCK = 128_000  # scores drawn at once, which stay in the processor's cache until they are ranked


@dataclass(frozen=True, slots=True)
class Case:
    """One size of problem and the seconds it is held to, from draws and with drawing."""

    features: int
    draws: int
    allowed: float | None = None
    allowed_with_drawing: float | None = None
    has_ties: bool = False

    @property
    def instance(self) -> str:
        """Its name in the table."""
        return f"{self.features:,} x {self.draws:,}" + (" with ties" if self.has_ties else "")

    @property
    def keys(self) -> list[str]:
        """Names of the features."""
        return [f"F-{number}" for number in range(self.features)]

    def widths(self) -> Iterator[int]:
        """Draws in each block."""
        width = max(1, BLOCK // self.features)
        for start in range(0, self.draws, width):
            yield min(width, self.draws - start)

    def blocks(self) -> Iterator[Floats]:
        """Normal scores around means that lie a little apart, drawn block by block into one array, draw by draw."""
        random = np.random.Generator(np.random.SFC64(1))
        means = np.linspace(3.0, 0.0, self.features)
        scores = np.empty((next(self.widths()), self.features))
        for width in self.widths():
            random.standard_normal(out=scores)
            np.add(scores, means, out=scores)
            if self.has_ties:
                np.round(scores, 1, out=scores)
            yield scores[:width].T


CASES = [
    Case(1_000, 10_000, allowed=0.1),
    Case(1_000, 10_000, has_ties=True),
    Case(10_000, 10_000, allowed=1.5, allowed_with_drawing=2.5),
    Case(10_000, 10_000, has_ties=True),
]


def run(options: Options) -> Report:
    """Warm up (compilation), then take the median of three runs of every case."""
    _rank(Case(1_000, 5_000))
    _rank(Case(1_000, 5_000, has_ties=True))
    rows = [_median(partial(_measure, case)) for case in CASES[: options.limit]]
    if options.limit is None:
        rows.append(_median(partial(_measure_rice, Case(1_000, 10_000))))
    missed = [row["instance"] for row in rows if row["seconds"] > (row["allowed"] or np.inf)]
    return Report(rows, {"missed": missed})


def _median(measure: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    return sorted((measure() for _ in range(3)), key=lambda row: float(row["seconds"]))[1]


def _measure(case: Case) -> dict[str, Any]:
    with measured() as whole:
        ranking = _rank(case)
    return {
        "instance": case.instance,
        "seconds": ranking.wall_seconds,
        "cpu_seconds": ranking.cpu_seconds,
        "peak_mb": whole.peak_megabytes,
        "allowed": case.allowed,
        "with_drawing": whole.wall_seconds,
        "allowed_with_drawing": case.allowed_with_drawing,
    }


def _rank(case: Case) -> Cost:
    """The seconds of ranking, drawing left out."""
    ranking = Cost()
    ranker = Ranker(case.keys, case.draws)
    for block in case.blocks():
        _add_seconds(ranking, partial(ranker.add, block))
    _add_seconds(ranking, ranker.result)
    return ranking


def _add_seconds(total: Cost, work: Callable[[], object]) -> None:
    """By clocks fine enough for one block, which takes a thousandth of a second."""
    wall, cpu = perf_counter(), process_time()
    work()
    total.wall_seconds += perf_counter() - wall
    total.cpu_seconds += process_time() - cpu


def _measure_rice(case: Case) -> dict[str, Any]:
    random = np.random.default_rng(1)
    drawing = Cost()

    def blocks() -> Iterator[dict[str, Floats]]:
        for width in case.widths():
            with measured() as cost:
                shape = (width, case.features)
                block = {name: random.lognormal(0.0, 0.5, shape).T for name in CLASSIC_RICE.quantities}
            drawing.wall_seconds += cost.wall_seconds
            drawing.cpu_seconds += cost.cpu_seconds
            yield block

    with measured() as whole:
        prioritise(CLASSIC_RICE, case.keys, blocks(), draws=case.draws)
    return {
        "instance": f"{case.instance}, RICE and drivers",
        "seconds": whole.wall_seconds - drawing.wall_seconds,
        "cpu_seconds": whole.cpu_seconds - drawing.cpu_seconds,
        "peak_mb": whole.peak_megabytes,
        "allowed": None,
        "with_drawing": whole.wall_seconds,
    }
