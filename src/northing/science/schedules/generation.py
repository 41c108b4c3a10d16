"""Serial schedule generation over packed resource profiles. Importing this module loads numba: do it where used.

Four resources share a 64-bit word: each has a field of 16 bits whose top bit is a guard. A day's word holds what is
left that day, guards set; a demand fits if subtracting its word leaves all guards set. One subtraction and one
comparison thus test four resources. Times are days; a link is S[after] >= S[before] + lag (start to start, so that
all four kinds of link with a minimum lag are one), and a task starts no sooner than its head.

In reversed time a gate is work that is still to be waited for after a task, so that a mirrored schedule turned round
keeps the gates.

Serial generation and justification: Valls, Ballestin and Quintanilla, European Journal of Operational Research 165
(2005), "Justification and RCPSP: a technique that pays".
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.plain import Plain
from northing.science.schedules.vectors import FIELD, FIELDS, GUARDS, SPAN, STRIDE, lowest_bit, room, take

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

LARGEST = (1 << (FIELD - 1)) - 1
BATCH = 4  # links into a task that are looked at together
LOG_SPAN = 5


class Network(NamedTuple):
    """A plain problem for the compiled search: one mode, constant capacities, minimum lags, the makespan.

    Of n tasks: ``days`` (n) and ``heads`` (n); ``demands`` (n, w) and ``capacities`` (w) packed into w words.
    Links by task: those into task j are ``before[first_in[j]:first_in[j + 1]]`` with lags ``lag_in``, those out of it
    ``after[first_out[j]:first_out[j + 1]]`` with ``lag_out``. Those into a task are filled up, with the first of them,
    to a multiple of `BATCH`. ``tails`` (n): the least days from a task's start to the end of the plan, by links and, in
    reversed time, by gates.
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
        np.zeros_like(plain.heads),
        packed(plain.demands),
        packed(plain.capacities[None])[0] | np.uint64(GUARDS),
        plain.links,
        int(plain.days.sum() + plain.heads.max(initial=0) + plain.links[:, 2].sum()) + 1,
    )


def mirrored(network: Network) -> Network:
    """The network in reversed time, where links lead from finish to finish, and heads come after a task."""
    days, after = network.days, network.after
    before = np.repeat(np.arange(days.size), np.diff(network.first_out))
    links = np.column_stack([after, before, network.lag_out + days[after] - days[before]])
    return _network(
        days, np.zeros_like(days), network.heads, network.demands, network.capacities, links, network.horizon
    )


def _network(
    days: Ints, heads: Ints, waits: Ints, demands: Words, capacities: Words, links: Ints, horizon: int
) -> Network:
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
        tails=_tails(days + waits, *links.T),
        horizon=horizon,
    )


def _filled_up(links: Ints) -> Ints:
    """Links sorted by the task they lead to, the first of each repeated until there are a multiple of `BATCH`."""
    _, first, count = np.unique(links[:, 1], return_index=True, return_counts=True)
    again = np.ones(len(links), dtype=np.int64)
    again[first] += -count % BATCH
    return np.repeat(links, again, axis=0)


def _tails(least: Ints, before: Ints, after: Ints, lag: Ints) -> Ints:
    found, last = least.copy(), np.zeros_like(least)
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
def _first_start(left: Words, demands: Words, j: np.uint64, days: int, ready: int) -> int:
    """The first start from ``ready`` on with room for ``days`` days, from 1 to `SPAN`.

    All days of a span are looked at, without branches: that is quicker than to guess which to skip.
    """
    while True:
        runs = room(left, 0, ready, demands[j, 0])
        for word in range(1, left.shape[0]):
            runs &= room(left, word, ready, demands[j, word])
        length = 1
        for _ in range(LOG_SPAN):  # a bit stays where as many days from it on have room as ``length`` says
            step = min(length, days - length)
            runs &= runs >> np.uint64(step)
            length += step
        if runs:
            return ready + int(lowest_bit(runs))
        ready += SPAN - days + 1


@numba.njit(cache=True, nogil=True)
def _first_long_start(left: Words, demands: Words, j: np.uint64, days: int, ready: int) -> int:
    """The same for any number of days."""
    start, day = ready, ready
    while True:
        free = ~np.uint64(0)
        for word in range(left.shape[0]):
            free &= room(left, word, day, demands[j, word])
        for _ in range(SPAN):
            if not free & np.uint64(1):
                start = day + 1
            free >>= np.uint64(1)
            day += 1
            if day == start + days:
                return start


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
        if start + network.tails[j] >= limit:
            _free(network, left, makespan)
            return limit
        for word in range(left.shape[0]):
            for first in range(0, days, STRIDE):
                take(left, word, start + first, network.demands[j, word], days - first)
        starts[j] = start
        makespan = max(makespan, start + network.tails[j])
    _free(network, left, makespan)
    return makespan


@numba.njit(cache=True, nogil=True)
def _free(network: Network, left: Words, end: int) -> None:
    """Make the days before ``end`` free again."""
    for word in range(network.capacities.size):
        left[word, :end] = network.capacities[word]


@numba.njit(cache=True, nogil=True)
def turned(network: Network, order: Ints, starts: Ints, end: int, counts: Ints, times: Ints, back: Ints) -> None:
    """A schedule seen from its end: fills ``times`` with its starts in that direction, and ``back`` with its order.

    Ties stand as in ``order``, turned round. A counting sort with ``counts`` to work in.
    """
    counts[: end + 2] = 0
    for j in range(order.size):
        times[j] = end - starts[j] - network.days[j]
        counts[times[j] + 1] += 1
    for time in range(1, end + 1):
        counts[time] += counts[time - 1]
    for place in range(order.size - 1, -1, -1):
        j = order[place]
        back[counts[times[j]]] = j
        counts[times[j]] += 1
