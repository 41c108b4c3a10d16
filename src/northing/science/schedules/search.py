"""The compiled search on several threads. Importing this module loads numba: do it where used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

import numpy as np

from northing.science.schedules.generation import mirrored, network_of
from northing.science.schedules.plain import plain
from northing.science.schedules.population import BEST, MADE, Island, evolve, island
from northing.science.schedules.problem import Schedule
from northing.science.schedules.timeline import Ints, Timeline

ISLANDS = 2  # however many threads there are, so that the result does not depend on them
ROUND = 4_000  # schedules of an island between two looks at clock and caller: well below a tenth of a second


class Search:
    """Islands with a population each, which search side by side; a context manager that owns its threads."""

    def __init__(self, line: Timeline, seed: int, workers: int) -> None:
        self.line = line
        self.network = network_of(plain(line))
        self.mirror = mirrored(self.network)
        self.islands = [island(self.network, each) for each in np.random.SeedSequence(seed).spawn(ISLANDS)]
        self.pool = ThreadPoolExecutor(min(workers, ISLANDS))

    def __enter__(self) -> Search:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown()

    @property
    def made(self) -> int:
        """Schedules generated so far."""
        return sum(int(each.tally[MADE]) for each in self.islands)

    @property
    def value(self) -> int:
        """The best makespan so far."""
        return min(int(each.tally[BEST]) for each in self.islands)

    def round(self, target: int, threads: int) -> int:
        """Let every island generate `ROUND` schedules, or fewer if it meets the target; how many they were."""
        before = self.made
        if threads == 1:
            for each in self.islands:
                self._evolve(each, target)
        else:
            list(self.pool.map(self._evolve, self.islands, [target] * ISLANDS))
        return self.made - before

    def _evolve(self, home: Island, target: int) -> None:
        evolve(self.network, self.mirror, home, ROUND, target)

    def starts(self) -> Ints:
        """The starts of the best schedule, tasks in the order of the problem."""
        return min(self.islands, key=lambda each: int(each.tally[BEST])).best

    def schedule(self) -> Schedule:
        """The best schedule."""
        return self.line.placed(self.starts())
