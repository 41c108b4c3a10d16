"""The course of events compiled, one draw after another. Importing this module loads numba: do it where used.

Step by step the same arithmetic as in `dispatch`, so that both give the same times to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.forecasts.clocks import DAYS, HORIZON, MOMENT

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
ROW_BITS = 24
_ROW = (1 << ROW_BITS) - 1
# Division as in NumPy, without Python's check for zero; and no counting of references to arrays, which takes a third of
# the time: only `run` makes arrays, and they outlive all that it calls.
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function that makes no array."""
    return cast("_Function", numba.njit(**_OPTIONS)(function))


class Rows(NamedTuple):
    """What is known of each row, as in `Network`; team -1 takes nobody."""

    clock: Ints
    team: Ints
    people: Ints
    waits: Ints
    earliest: Floats
    finished: Floats


class Arrows(NamedTuple):
    """Those that leave row r stand from `first[r]` to before `first[r + 1]`."""

    first: Ints
    after: Ints
    lag: Floats
    from_start: Bools
    to_finish: Bools


class Time(NamedTuple):
    """The arrays of `Clocks`."""

    worked: Floats
    rate: Floats
    opens: Ints
    reaches: Ints
    amounts: int


class _Queues(NamedTuple):
    """Per team the turns of the rows that only it keeps from beginning, and how many they are.

    A turn is the day on which a row may begin and, in the last `ROW_BITS` bits, the row: the smallest is the next.
    `first` is the place in the queue of the next turn, -1 where it has to be looked for anew, and `turn` that turn
    with the day on which the team is free.
    """

    queue: NDArray[np.int64]
    waiting: Ints
    first: Ints
    turn: NDArray[np.int64]


@numba.njit(cache=True, error_model="numpy")
def run(rows: Rows, arrows: Arrows, time: Time, places: Ints, days: Floats, start: Floats, finish: Floats) -> None:
    """Fill `start` and `finish` (activities x draws) for durations `days`, with so many `places` in each team."""
    size, draws = days.shape
    work, begun, ended = np.empty(size), np.empty(size), np.empty(size)
    waits, stack = np.empty(size, np.intp), np.empty(size, np.intp)
    teams = places.size
    queues = _Queues(
        np.empty((teams, size), np.int64), np.zeros(teams, np.intp), np.empty(teams, np.intp), np.empty(teams, np.int64)
    )
    free = np.empty((teams, places.max() if teams else 0))
    earliest, must = rows.earliest, rows.waits
    for draw in range(draws):
        for row in range(size):
            work[row] = days[row, draw]
            begun[row] = earliest[row]
            waits[row] = must[row]
        for team in range(teams):
            queues.first[team] = -1
            for place in range(free.shape[1]):
                free[team, place] = 0.0 if place < places[team] else np.inf
        _course(rows, arrows, time, work, begun, ended, waits, stack, queues, free)
        for row in range(size):
            start[row, draw] = begun[row]
            finish[row, draw] = ended[row]


@compiled
def _set_out(
    rows: Rows,
    time: Time,
    work: Floats,
    begun: Floats,
    ended: Floats,
    waits: Ints,
    stack: Ints,
    queues: _Queues,
    free: Floats,
) -> tuple[int, int]:
    """Facts, and what waits for nothing: how many stand on the stack and in queues."""
    worked, rate, opens, reaches, amounts = time
    queue, waiting, first, turn = queues
    height, left = 0, 0
    for row in range(work.size):
        if not np.isnan(rows.finished[row]):
            begun[row] = ended[row] = rows.finished[row]
            stack[height] = row
            height += 1
        elif waits[row] == 0:
            begun[row] = _open(opens, rows.clock[row], begun[row])
            if _joins(queue, waiting, first, turn, rows.people, free, rows.team[row], row, begun[row]):
                left += 1
            else:
                ended[row] = _end(worked, rate, opens, reaches, amounts, rows.clock[row], begun[row], work[row])
                stack[height] = row
                height += 1
    return height, left


@compiled
def _course(
    rows: Rows,
    arrows: Arrows,
    time: Time,
    work: Floats,
    begun: Floats,
    ended: Floats,
    waits: Ints,
    stack: Ints,
    queues: _Queues,
    free: Floats,
) -> None:
    """One draw; `stack` holds rows that have just begun."""
    clock, team, people, _, _, _ = rows
    first, after, lag, from_start, to_finish = arrows
    worked, rate, opens, reaches, amounts = time
    queue, waiting, first_turn, turn = queues
    height, left = _set_out(rows, time, work, begun, ended, waits, stack, queues, free)
    while height or left:
        if not height:
            left -= 1
            row = _next(queue, waiting, first_turn, turn, people, free)
            begun[row] = max(begun[row], free[team[row], people[row] - 1])
            ended[row] = _end(worked, rate, opens, reaches, amounts, clock[row], begun[row], work[row])
            _occupy(free, team[row], people[row], begun[row], _open(opens, clock[row], ended[row]))
            stack[0] = row
            height = 1
        height -= 1
        before = stack[height]
        for arrow in range(first[before], first[before + 1]):
            row = after[arrow]
            moment = _either(from_start[arrow], begun[before], ended[before]) + lag[arrow]
            if to_finish[arrow]:
                moment = _begin_for(worked, rate, opens, reaches, amounts, clock[row], work[row], moment)
            begun[row] = max(begun[row], moment)
            waits[row] -= 1
            if not waits[row]:
                begun[row] = _open(opens, clock[row], begun[row])
                if _joins(queue, waiting, first_turn, turn, people, free, team[row], row, begun[row]):
                    left += 1
                else:
                    ended[row] = _end(worked, rate, opens, reaches, amounts, clock[row], begun[row], work[row])
                    stack[height] = row
                    height += 1


@compiled
def _either(first: bool, one: float, other: float) -> float:
    return one if first else other


@compiled
def _joins(
    queue: Ints, waiting: Ints, first: Ints, turn: Ints, people: Ints, free: Floats, team: int, row: int, begin: float
) -> bool:
    """Put `row`, which may begin at `begin`, into the queue of its team; false where it needs none."""
    if team < 0:
        return False
    place = waiting[team]
    queue[team, place] = (int(begin + MOMENT) << ROW_BITS) | row
    waiting[team] = place + 1
    if first[team] >= 0:
        own = _turn(queue[team, place], people, free, team)
        if own < turn[team]:
            first[team], turn[team] = place, own
    return True


@compiled
def _turn(queued: int, people: Ints, free: Floats, team: int) -> int:
    """A queued turn with the day on which enough of the team is free."""
    row = queued & _ROW
    return max(queued, (int(free[team, people[row] - 1] + MOMENT) << ROW_BITS) | row)


@compiled
def _next(queue: Ints, waiting: Ints, first: Ints, turn: Ints, people: Ints, free: Floats) -> int:
    """Take the most urgent of the rows that can begin on the earliest day out of its queue."""
    chosen = -1
    for team in range(waiting.size):
        if waiting[team]:
            if first[team] < 0:
                first[team], turn[team] = _first(queue, waiting, team, people, free)
            if chosen < 0 or turn[team] < turn[chosen]:
                chosen = team
    waiting[chosen] -= 1
    queue[chosen, first[chosen]] = queue[chosen, waiting[chosen]]
    first[chosen] = -1
    row: int = turn[chosen] & _ROW
    return row


@compiled
def _first(queue: Ints, waiting: Ints, team: int, people: Ints, free: Floats) -> tuple[int, int]:
    """Of one team's queue: the place of the next to begin, and its turn."""
    chosen, earliest = 0, (HORIZON + 2) << ROW_BITS
    for place in range(waiting[team]):
        turn = _turn(queue[team, place], people, free, team)
        if turn < earliest:
            chosen, earliest = place, turn
    return chosen, earliest


@compiled
def _occupy(free: Floats, team: int, people: int, begin: float, until: float) -> None:
    """Take the places of a team that came free last, so that others can begin earlier; keeps them in order."""
    most = free.shape[1]
    idle = people
    while idle < most and free[team, idle] <= begin:
        idle += 1
    place = idle - people
    while idle < most and free[team, idle] < until:
        free[team, place] = free[team, idle]
        place += 1
        idle += 1
    for _ in range(people):
        free[team, place] = until
        place += 1


@compiled
def _open(opens: Ints, clock: int, moment: float) -> float:
    return max(moment, float(opens[clock * DAYS + int(min(moment + MOMENT, HORIZON))]))


@compiled
def _elapsed(worked: Floats, rate: Floats, clock: int, moment: float) -> float:
    moment = min(max(moment, 0.0), float(HORIZON))
    day = int(moment)
    passed: float = worked[clock * DAYS + day] + (moment - day) * rate[clock * DAYS + day]
    return passed


@compiled
def _until(worked: Floats, rate: Floats, opens: Ints, reaches: Ints, amounts: int, clock: int, wanted: float) -> float:
    short = min(max(wanted - MOMENT, 0.0), float(amounts))
    at = reaches[clock * (amounts + 1) + int(short)]
    while worked[at] + rate[at] < short:
        at = clock * DAYS + opens[at + 1]
    reached: float = at - clock * DAYS + (wanted - worked[at]) / rate[at]
    return reached


@compiled
def _end(
    worked: Floats, rate: Floats, opens: Ints, reaches: Ints, amounts: int, clock: int, begin: float, work: float
) -> float:
    wanted = _elapsed(worked, rate, clock, begin) + work
    return max(_until(worked, rate, opens, reaches, amounts, clock, wanted), begin)


@compiled
def _begin_for(
    worked: Floats, rate: Floats, opens: Ints, reaches: Ints, amounts: int, clock: int, work: float, finish: float
) -> float:
    """When to begin so as not to finish before `finish`."""
    wanted = _elapsed(worked, rate, clock, finish)
    closed = _until(worked, rate, opens, reaches, amounts, clock, wanted) < finish - MOMENT
    return _until(worked, rate, opens, reaches, amounts, clock, wanted - work + (2 * MOMENT if closed else 0.0))
