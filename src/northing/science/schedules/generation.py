"""Serial schedule generation over packed resource profiles. Importing this module loads numba: do it where used.

Four resources share a 64-bit word: each has a field of 16 bits whose top bit is a guard. A day's word holds what is
left that day, guards set; a demand fits if subtracting its word leaves all guards set. One subtraction and one
comparison thus test four resources. Times are days; a link is S[after] >= S[before] + lag (start to start, so that
all four kinds of link with a minimum lag are one), and a task starts no sooner than its head.

Serial generation and justification: Valls, Ballestin and Quintanilla, European Journal of Operational Research 165
(2005), "Justification and RCPSP: a technique that pays".
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.plain import Plain

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

FIELD = 16
FIELDS = 4
LARGEST = (1 << (FIELD - 1)) - 1
BATCH = 4  # links into a task that are looked at together
SPAN = 64  # days that are looked at together
LOG_SPAN = 6
STRIDE = 16  # days that are taken together
# Where the lowest bit of a word is: it moves a sequence in which every six bits are different (de Bruijn).
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
LOWEST_BIT = np.zeros(64, dtype=np.int64)
for _bit in range(64):
    LOWEST_BIT[((int(DE_BRUIJN) << _bit) & (2**64 - 1)) >> 58] = _bit
GUARDS = np.uint64(sum(1 << (FIELD * i + FIELD - 1) for i in range(FIELDS)))


class Network(NamedTuple):
    """A plain problem for the compiled search: one mode, constant capacities, minimum lags, the makespan.

    Of n tasks: ``days`` (n) and ``heads`` (n); ``demands`` (n, w) and ``capacities`` (w) packed into w words.
    Links by task: those into task j are ``before[first_in[j]:first_in[j + 1]]`` with lags ``lag_in``, those out of it
    ``after[first_out[j]:first_out[j + 1]]`` with ``lag_out``. Those into a task are filled up, with the first of them,
    to a multiple of `BATCH`. ``tails`` (n): the least days from a task's start to the end of the plan, by links.
    ``horizon``: days after which all work is surely done.
    """

    days: Ints
    heads: Ints
    demands: Words
    capacities: Words
    first_in: Ints
    before: Ints
    lag_in: Ints
    first_out: Ints
    after: Ints
    lag_out: Ints
    tails: Ints
    horizon: int


def network_of(plain: Plain) -> Network:
    """The network of a plain problem."""
    return _network(
        plain.days,
        plain.heads,
        packed(plain.demands),
        packed(plain.capacities[None])[0] | GUARDS,
        plain.links,
        int(plain.days.sum() + plain.heads.max(initial=0) + plain.links[:, 2].sum()) + 1,
    )


def mirrored(network: Network) -> Network:
    """The network in reversed time, where links lead from finish to finish, and heads are gone."""
    days, after = network.days, network.after
    before = np.repeat(np.arange(days.size), np.diff(network.first_out))
    links = np.column_stack([after, before, network.lag_out + days[after] - days[before]])
    return _network(days, np.zeros_like(days), network.demands, network.capacities, links, network.horizon)


def _network(days: Ints, heads: Ints, demands: Words, capacities: Words, links: Ints, horizon: int) -> Network:
    out = links[np.argsort(links[:, 0], kind="stable")]
    into = _filled_up(links[np.argsort(links[:, 1], kind="stable")])
    return Network(
        days=days,
        heads=heads,
        demands=demands,
        capacities=capacities,
        first_in=_firsts(into[:, 1], days.size),
        before=np.ascontiguousarray(into[:, 0]),
        lag_in=np.ascontiguousarray(into[:, 2]),
        first_out=_firsts(out[:, 0], days.size),
        after=np.ascontiguousarray(out[:, 1]),
        lag_out=np.ascontiguousarray(out[:, 2]),
        tails=_tails(days, *links.T),
        horizon=horizon,
    )


def _filled_up(links: Ints) -> Ints:
    """Links sorted by the task they lead to, the first of each repeated until there are a multiple of `BATCH`."""
    _, first, count = np.unique(links[:, 1], return_index=True, return_counts=True)
    again = np.ones(len(links), dtype=np.int64)
    again[first] += -count % BATCH
    return np.repeat(links, again, axis=0)


def _tails(days: Ints, before: Ints, after: Ints, lag: Ints) -> Ints:
    found, last = days.copy(), np.zeros_like(days)
    while (found != last).any():
        last = found.copy()
        np.maximum.at(found, before, lag + last[after])
    return found


def _firsts(tasks: Ints, count: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(tasks, minlength=count))])


def packed(amounts: Ints) -> Words:
    """Rows of amounts (n, resources), each at most `LARGEST`, as rows of words."""
    count = amounts.shape[1]
    words = np.zeros((amounts.shape[0], max(1, -(-count // FIELDS))), dtype=np.uint64)
    for resource in range(count):
        shift = np.uint64(FIELD * (resource % FIELDS))
        words[:, resource // FIELDS] |= amounts[:, resource].astype(np.uint64) << shift
    return words


def profile(network: Network) -> Words:
    """What is left of the teams on each day, shape (words, days), all of it; with room to read on behind the end."""
    return np.tile(network.capacities[:, None], (1, network.horizon + SPAN + STRIDE))


@numba.njit(cache=True, nogil=True)
def _room(left: Words, amount: np.uint64, day: int) -> np.uint64:
    """Which of the `SPAN` days from ``day`` on have room for an amount: a bit each, the first day's the lowest."""
    bits = np.uint64(0)
    for k in range(np.uint64(SPAN)):
        free = (left[np.uint64(day) + k] - amount) & GUARDS
        bits |= np.uint64(free == GUARDS) << k
    return bits


@numba.njit(cache=True, nogil=True)
def _first_start(left: Words, demands: Words, j: np.uint64, days: int, ready: int) -> int:
    """The first start from ``ready`` on with room for ``days`` days, from 1 to `SPAN`.

    All days of a span are looked at, without branches: that is quicker than to guess which to skip.
    """
    while True:
        runs = _room(left[0], demands[j, 0], ready)
        for word in range(1, left.shape[0]):
            runs &= _room(left[word], demands[j, word], ready)
        length = 1
        for _ in range(LOG_SPAN):  # a bit stays where as many days from it on have room as ``length`` says
            step = min(length, days - length)
            runs &= runs >> np.uint64(step)
            length += step
        if runs:
            return ready + int(LOWEST_BIT[((runs & (~runs + np.uint64(1))) * DE_BRUIJN) >> np.uint64(58)])
        ready += SPAN - days + 1


@numba.njit(cache=True, nogil=True)
def _first_long_start(left: Words, demands: Words, j: np.uint64, days: int, ready: int) -> int:
    """The same for any number of days."""
    start, day = ready, ready
    while True:
        room = ~np.uint64(0)
        for word in range(left.shape[0]):
            room &= _room(left[word], demands[j, word], day)
        for _ in range(SPAN):
            if not room & np.uint64(1):
                start = day + 1
            room >>= np.uint64(1)
            day += 1
            if day == start + days:
                return start


@numba.njit(cache=True, nogil=True)
def _take(left: Words, amount: np.uint64, days: int, start: int) -> None:
    """Take an amount for some days, always so many together, since a loop of another length each time is slow."""
    for first in range(0, days, STRIDE):
        for k in range(np.uint64(STRIDE)):
            left[np.uint64(start + first) + k] -= amount if k < np.uint64(days - first) else np.uint64(0)


@numba.njit(cache=True, nogil=True)
def forward(network: Network, order: Ints, limit: int, left: Words, starts: Ints) -> int:
    """Start every task, in order, as soon as links and resources let it; the makespan. Fills ``starts``.

    It gives up, and returns ``limit``, when a task's tail shows that the makespan will not be below.

    The order has every task behind those it waits for. ``left``, the profile, is free before and after. Indices are
    without sign, for a negative one would be looked out for.
    """
    makespan = 0
    for place in range(np.uint64(order.size)):
        j = np.uint64(order[place])
        start = network.heads[j]
        for first in range(network.first_in[j], network.first_in[j + np.uint64(1)], BATCH):
            for k in range(BATCH):
                link = np.uint64(first + k)
                start = max(start, starts[np.uint64(network.before[link])] + network.lag_in[link])
        days = network.days[j]
        if days > SPAN:
            start = _first_long_start(left, network.demands, j, days, start)
        elif days > 0:
            start = _first_start(left, network.demands, j, days, start)
        _take(left[0], network.demands[j, 0], days, start)
        for word in range(1, left.shape[0]):
            _take(left[word], network.demands[j, word], days, start)
        if start + network.tails[j] >= limit:
            _free(network, left, max(makespan, start + days))
            return limit
        starts[j] = start
        makespan = max(makespan, start + days)
    _free(network, left, makespan)
    return makespan


@numba.njit(cache=True, nogil=True)
def _free(network: Network, left: Words, end: int) -> None:
    """Make the days before ``end`` free again."""
    for word in range(network.capacities.size):
        left[word, :end] = network.capacities[word]


@numba.njit(cache=True, nogil=True)
def by_time(times: Ints, counts: Ints, order: Ints) -> None:
    """Sort the order by the times of its tasks, ties as they stand; a counting sort with ``counts`` to work in."""
    low = times.min()
    width = times.max() - low + 1
    counts[: width + 1] = 0
    for j in order:
        counts[times[j] - low + 1] += 1
    for time in range(1, width + 1):
        counts[time] += counts[time - 1]
    before = order.copy()
    for j in before:
        order[counts[times[j] - low]] = j
        counts[times[j] - low] += 1
