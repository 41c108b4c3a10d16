"""How long to try, on how much, who watches and who may stop it; and what came out of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from northing.science.portfolios.model import Picks


class Status(StrEnum):
    """How a solver ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Progress:
    """The best value so far (None before there is one), what no plan can exceed, and the seconds that it took."""

    value: float | None
    bound: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try.

    ``seconds`` limits the clock. With ``work`` the clock does not count: so many units of the solver's own count
    (about a second each) are done, and the same input gives the same plan whatever the machine and ``workers`` are.
    ``stop`` is asked often and ends the search when it answers true; ``progress`` is told of what is found.
    """

    seconds: float = 30.0
    work: float | None = None
    workers: int = 1
    seed: int = 0
    stop: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"seconds is {self.seconds}: it must be above 0")
        if self.work is not None and not self.work > 0:
            raise ValueError(f"work is {self.work}: it must be above 0, or None to go by the clock")
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}: it must be 1 or more")


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A solver's answer in the model's whole numbers; ``picks`` is None where there is no choice (yet).

    Where the solver has it, ``relaxed`` is the bound of the linear relaxation, and ``slope`` how fast that bound rises
    with the limit of the only row.
    """

    status: Status
    picks: Picks | None
    value: int
    bound: int
    relaxed: float | None = None
    slope: float = 0.0


class Watch:
    """The clock of one effort, shared by all its steps."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.start

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Meanwhile the clock stands."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.start += time.perf_counter() - began

    @property
    def left(self) -> float:
        """Seconds that are left, at least a hundredth; without end where work is what counts."""
        return 1e9 if self.effort.work is not None else max(self.effort.seconds - self.seconds, 0.01)

    @property
    def is_over(self) -> bool:
        """Whether to end: stopped, or out of time."""
        late = self.effort.work is None and self.seconds >= self.effort.seconds
        return late or self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """Whether somebody wants it to end."""
        return self.effort.stop is not None and self.effort.stop()

    def tell(self, value: float | None, bound: float) -> None:
        """Report progress to who asked for it."""
        if self.effort.progress is not None:
            self.effort.progress(Progress(value, bound, self.seconds))
