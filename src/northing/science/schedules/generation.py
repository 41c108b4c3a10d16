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
GUARDS = np.uint64(sum(1 << (FIELD * i + FIELD - 1) for i in range(FIELDS)))


class Network(NamedTuple):
    """A plain problem for the compiled search: one mode, constant capacities, minimum lags, the makespan.

    Of n tasks: ``days`` (n) and ``heads`` (n); ``demands`` (n, w) and ``capacities`` (w) packed into w words.
    Links by task: those into task j are ``before[first_in[j]:first_in[j + 1]]`` with lags ``lag_in``, those out of it
    ``after[first_out[j]:first_out[j + 1]]`` with ``lag_out``. ``tails`` (n): the least days from a task's start to the
    end of the plan, by links. ``horizon``: days after which all work is surely done.
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
    before, after, lag = plain.links.T
    into, out = np.argsort(after, kind="stable"), np.argsort(before, kind="stable")
    tasks = plain.days.size
    return Network(
        days=plain.days,
        heads=plain.heads,
        demands=packed(plain.demands),
        capacities=packed(plain.capacities[None])[0] | GUARDS,
        first_in=_firsts(after, tasks),
        before=before[into],
        lag_in=lag[into],
        first_out=_firsts(before, tasks),
        after=after[out],
        lag_out=lag[out],
        tails=_tails(plain.days, before, after, lag),
        horizon=int(plain.days.sum() + plain.heads.max(initial=0) + lag.sum()) + 1,
    )


def mirrored(network: Network) -> Network:
    """The network in reversed time, where links lead from finish to finish, and heads are gone."""
    tasks = np.arange(network.days.size)
    source = np.repeat(tasks, np.diff(network.first_out))
    target = np.repeat(tasks, np.diff(network.first_in))
    lag_in = network.lag_out + network.days[network.after] - network.days[source]
    return network._replace(
        heads=np.zeros_like(network.heads),
        first_in=network.first_out,
        before=network.after,
        lag_in=lag_in,
        first_out=network.first_in,
        after=network.before,
        lag_out=network.lag_in + network.days[target] - network.days[network.before],
        tails=_tails(network.days, network.after, source, lag_in),
    )


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


@numba.njit(cache=True, nogil=True)
def _fits(left: Words, day: int, demand: Words) -> bool:
    """Whether a day has room for a demand."""
    for word in range(demand.size):  # noqa: SIM110  (a generator is slow when compiled)
        if (left[day, word] - demand[word]) & GUARDS != GUARDS:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def earliest(left: Words, demand: Words, days: int, ready: int) -> int:
    """The first start from ``ready`` on with room for ``days`` days, which is taken."""
    start, checked = ready, ready
    while checked < start + days:
        # From the far end back, so that a full day moves the start as far as it can; no day is looked at twice.
        day, end = start + days - 1, start + days
        while day >= checked and _fits(left, day, demand):
            day -= 1
        if day >= checked:
            start = day + 1
        checked = end
    for day in range(start, start + days):
        for word in range(demand.size):
            left[day, word] -= demand[word]
    return start


@numba.njit(cache=True, nogil=True)
def forward(network: Network, order: Ints, limit: int, left: Words, starts: Ints) -> int:
    """Start every task, in order, as soon as links and resources let it; the makespan. Fills ``starts``.

    It gives up, and returns ``limit``, when a task's tail shows that the makespan will not be below.

    The order has every task behind those it waits for. ``left``, the profile, is free before and after.
    """
    makespan = 0
    for j in order:
        ready = network.heads[j]
        for link in range(network.first_in[j], network.first_in[j + 1]):
            ready = max(ready, starts[network.before[link]] + network.lag_in[link])
        days = network.days[j]
        start = earliest(left, network.demands[j], days, ready) if days > 0 else ready
        if start + network.tails[j] >= limit:
            _free(network, left, 0, max(makespan, start + days))
            return limit
        starts[j] = start
        makespan = max(makespan, start + days)
    _free(network, left, 0, makespan)
    return makespan


@numba.njit(cache=True, nogil=True)
def _free(network: Network, left: Words, first: int, end: int) -> None:
    """Make the days from ``first`` to before ``end`` free again."""
    for day in range(first, end):
        for word in range(network.capacities.size):
            left[day, word] = network.capacities[word]


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
