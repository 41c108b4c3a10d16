"""The course of events in every draw: people who come free take the most urgent work that is ready.

This is the parallel schedule generation scheme (Kolisch 1996) with a fixed order of urgency, a policy that
uses nothing a team could not know at the time. In NumPy alone all draws advance together: in each step every
draw begins one activity, the most urgent of those that can begin on its earliest possible day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.clocks import MOMENT, IntArray
from northing.science.forecasts.network import Arrow, Network

# Draws that advance together: more would take too much memory, fewer too many steps.
BLOCK = 10_000
# From so many durations (activities x draws) on it pays to load the compiled code, and never in a web page.
COMPILED_FROM = 500_000
_NEVER = np.iinfo(np.int32).max

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Courses:
    """Calendar times of every activity in every draw, each of shape (activities, draws)."""

    start: FloatArray
    finish: FloatArray


def simulate(network: Network, days: FloatArray) -> Courses:
    """Run `network` with durations `days`, in worked days of each row's clock, shape (activities, draws).

    From `COMPILED_FROM` durations on the draws are taken one by one in compiled code: the same times to the bit.
    """
    if days.size >= COMPILED_FROM:
        return _compiled(network, days)
    courses = Courses(np.empty_like(days), np.empty_like(days))
    layers = _layers(network)
    for first in range(0, days.shape[1], BLOCK):
        part = slice(first, first + BLOCK)
        block = _Block(network, layers, days[:, part])
        block.run()
        courses.start[:, part] = block.start.reshape(len(days), -1)
        courses.finish[:, part] = block.finish.reshape(len(days), -1)
    return courses


def _compiled(network: Network, days: FloatArray) -> Courses:
    from northing.science.forecasts import compiled  # numba is loaded for large simulations only

    courses = Courses(np.empty_like(days), np.empty_like(days))
    every = _Outgoing.of(network.arrows, len(days))
    clocks = network.clocks
    compiled.run(
        compiled.Rows(network.clock, network.team, network.people, network.waits, network.earliest, network.finished),
        compiled.Arrows(
            np.append(every.first, len(network.arrows)), every.after, every.lag, every.from_start, every.to_finish
        ),
        compiled.Time(clocks.worked, clocks.rate, clocks.opens, clocks.reaches, clocks.amounts),
        network.places,
        days,
        courses.start,
        courses.finish,
    )
    return courses


@dataclass(frozen=True)
class _Outgoing:
    """Arrows that leave each row, no two of them to the same: `count` of them per row from `first` on."""

    first: IntArray
    count: IntArray
    after: IntArray
    lag: FloatArray
    from_start: BoolArray
    to_finish: BoolArray

    @property
    def plain(self) -> bool:
        """Whether all arrows lead from a finish to a start."""
        return not (self.from_start.any() or self.to_finish.any())

    @classmethod
    def of(cls, arrows: Sequence[Arrow], rows: int) -> _Outgoing:
        """Lay out `arrows`, which are sorted by the row they leave."""
        count = np.bincount(np.array([arrow.before for arrow in arrows], dtype=np.intp), minlength=rows)
        return cls(
            first=np.cumsum(count) - count,
            count=count,
            after=np.array([arrow.after for arrow in arrows], dtype=np.intp),
            lag=np.array([arrow.lag for arrow in arrows], dtype=np.float64),
            from_start=np.array([arrow.link.startswith("start") for arrow in arrows], dtype=np.bool_),
            to_finish=np.array([arrow.link.endswith("finish") for arrow in arrows], dtype=np.bool_),
        )

    def follow(self, row: IntArray) -> tuple[IntArray, IntArray]:
        """All arrows from each of the rows: their numbers, and the place in `row` that each belongs to."""
        count = self.count[row]
        place = np.repeat(np.arange(row.size), count)
        ends = np.cumsum(count)
        return (self.first[row] - (ends - count))[place] + np.arange(place.size), place


def _layers(network: Network) -> list[_Outgoing]:
    """All arrows; a second one between the same two activities stands in the second layer, and so on."""
    layers: dict[int, list[Arrow]] = defaultdict(list)
    met: Counter[tuple[int, int]] = Counter()
    for arrow in network.arrows:
        pair = arrow.before, arrow.after
        layers[met[pair]].append(arrow)
        met[pair] += 1
    return [_Outgoing.of(layer, len(network.activities)) for layer in layers.values()]


class _Block:
    """Some draws under way. Arrays over activities and draws are flat, addressed by row * draws + draw."""

    def __init__(self, network: Network, layers: Sequence[_Outgoing], days: FloatArray) -> None:
        activities, self.draws = days.shape
        self.network, self.layers, self.days = network, layers, days.ravel()
        self.draw = np.arange(self.draws)
        # When each activity begins; until it has begun, the earliest time so far at which it may.
        self.start = np.repeat(network.earliest, self.draws)
        self.finish = np.empty_like(self.start)
        self.waits = np.repeat(network.waits.astype(np.int32), self.draws)
        # The day on which it may begin, times the number of rows, plus its row: the smallest is the next.
        self.turn = np.full(days.size, _NEVER, dtype=np.int32)
        # Rows that may be next in some draw, and the number of draws in which each has begun.
        self.listed = np.zeros(activities, dtype=np.bool_)
        self.begun = np.zeros(activities, dtype=np.intp)
        # Times at which each place of a team comes free, rising, in column team * draws + draw.
        place = np.arange(max(network.places, default=1))[:, None]
        self.free = np.repeat(np.where(place < network.places, 0.0, np.inf), self.draws, axis=1)
        # Which (team, people) each row needs: those who need the same are free on the same day.
        needs = np.stack((network.team, network.people - 1))
        self.crews, self.crew = np.unique(needs, axis=1, return_inverse=True)
        self.crew_sizes = np.unique(network.people[network.team >= 0]).tolist()

    def run(self) -> None:
        """Take every activity to its end in every draw."""
        done = ~np.isnan(self.network.finished)
        unhindered = ~done & (self.network.waits == 0)
        for row in np.flatnonzero(done):
            fact = row * self.draws + self.draw
            self.start[fact] = self.finish[fact] = self.network.finished[row]
            self._release(np.full_like(self.draw, row), self.draw)
        for row in np.flatnonzero(unhindered):
            self._release(*self._enable(np.full_like(self.draw, row), self.draw))
        for _ in range(int((~done & (self.network.team >= 0)).sum())):
            self._step()

    def _step(self) -> None:
        """Let a team begin one more activity in every draw."""
        network, row = self.network, self._next()
        at, place = row * self.draws + self.draw, network.team[row] * self.draws + self.draw
        people = network.people[row]
        self.start[at] = begin = np.maximum(self.start[at], self.free[people - 1, place])
        self.turn[at] = _NEVER
        finish = self._finish(row, at, begin)
        self._occupy(place, people, begin, network.clocks.open(network.clock[row], finish))
        self._release(row, self.draw)

    def _next(self) -> IntArray:
        """The row to begin next in each draw."""
        rows = len(self.crew)
        active = np.flatnonzero(self.listed & (self.network.team >= 0) & (self.begun < self.draws))
        team, people = self.crews
        free = self.free.reshape(len(self.free), -1, self.draws)[people, team]
        free_turn = (free + MOMENT).astype(np.int32) * np.int32(rows)
        turn = free_turn[self.crew[active]]
        turn += active.astype(np.int32)[:, None]
        np.maximum(turn, self.turn.reshape(rows, -1)[active], out=turn)
        row: IntArray = (turn.min(axis=0) % rows).astype(np.intp)
        self.begun += np.bincount(row, minlength=rows)
        return row

    def _finish(self, row: IntArray, at: IntArray, begin: FloatArray) -> FloatArray:
        """Carry out activities that begin at `begin`; returns when they finish."""
        clocks, clock = self.network.clocks, self.network.clock[row]
        end = clocks.elapsed(clock, begin) + self.days[at]
        self.finish[at] = finish = np.maximum(clocks.until(clock, end), begin)
        return finish

    def _occupy(self, place: IntArray, people: IntArray, begin: FloatArray, end: FloatArray) -> None:
        """Take as many places as `people`: those that came free last, so that others can begin earlier."""
        for crew in self.crew_sizes:
            some = np.flatnonzero(people == crew)
            at, until = place[some], end[some]
            free = self.free.take(at, axis=1)
            # Of the times not after `begin` the last ones go out, and `until` comes in as often, in order.
            kept = free[crew:] <= begin[some]
            merged = np.maximum(free[:-crew], np.minimum(free[crew:], until))
            free[:-crew] = np.where(kept, free[:-crew], merged)
            free[-crew:] = np.maximum(free[-crew:], until)
            for times, taken in zip(self.free, free, strict=True):
                times[at] = taken

    def _release(self, row: IntArray, draw: IntArray) -> None:
        """Let those that wait for `row` know when it began and finished."""
        begun = [(row, draw)]
        while begun:
            row, draw = begun.pop()
            for layer in self.layers:
                arrow, place = layer.follow(row)
                if arrow.size:
                    begun += self._apart(*self._arrive(layer, arrow, row[place], draw[place]))

    def _apart(self, row: IntArray, draw: IntArray) -> list[tuple[IntArray, IntArray]]:
        """The same in parts with each draw once: an activity that waits for two of a part would hear of one only."""
        count = np.bincount(draw, minlength=self.draws)
        if count.max() <= 1:
            return [(row, draw)]
        order = np.argsort(draw, kind="stable")
        turn = np.arange(draw.size) - (np.cumsum(count) - count)[draw[order]]
        return [(row[some], draw[some]) for some in (order[turn == part] for part in range(count.max()))]

    def _arrive(self, layer: _Outgoing, arrow: IntArray, row: IntArray, draw: IntArray) -> tuple[IntArray, IntArray]:
        """Follow one arrow from each `row`; returns who begins at once because of it, in which draws."""
        source, after = row * self.draws + draw, layer.after[arrow]
        at = after * self.draws + draw
        time = self.finish[source] + layer.lag[arrow]
        if not layer.plain:
            time = np.where(layer.from_start[arrow], self.start[source] + layer.lag[arrow], time)
            to_finish = np.flatnonzero(layer.to_finish[arrow])
            time[to_finish] = self._begin_for(after[to_finish], at[to_finish], time[to_finish])
        self.start[at] = np.maximum(self.start[at], time)
        self.waits[at] = waits = self.waits[at] - 1
        last = np.flatnonzero(waits == 0)
        return self._enable(after[last], draw[last])

    def _begin_for(self, row: IntArray, at: IntArray, finish: FloatArray) -> FloatArray:
        """When to begin so as not to finish before `finish`."""
        clocks, clock = self.network.clocks, self.network.clock[row]
        worked = clocks.elapsed(clock, finish)
        closed = clocks.until(clock, worked) < finish - MOMENT
        return clocks.until(clock, worked - self.days[at] + 2 * MOMENT * closed)

    def _enable(self, row: IntArray, draw: IntArray) -> tuple[IntArray, IntArray]:
        """Nothing keeps `row` from beginning any more, except its team; what needs no team begins at once."""
        at = row * self.draws + draw
        self.start[at] = start = self.network.clocks.open(self.network.clock[row], self.start[at])
        team = self.network.team[row]
        turn = (start + MOMENT).astype(np.int32) * np.int32(len(self.crew)) + row.astype(np.int32)
        self.turn[at] = np.where(team >= 0, turn, _NEVER)
        self.listed[row] = True
        alone = np.flatnonzero(team < 0)
        row, at = row[alone], at[alone]
        self._finish(row, at, start[alone])
        return row, draw[alone]
