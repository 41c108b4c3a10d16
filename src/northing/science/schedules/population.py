"""The compiled genetic search for the makespan. Importing this module loads numba: do it where used.

A population of schedules is bred forward and backward in time by turns, as in the bi-population algorithm of Debels and
Vanhoucke (2007): the tasks in the reverse order of their finishes, generated from the end of the plan, give a schedule
that is no longer than before (this is justification, which Valls, Ballestin and Quintanilla 2005 do twice to each
schedule). So a child takes one generation, and is justified by being bred from.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.generation import Ints, Network, Words, by_time, forward, profile

Random = NDArray[np.uint64]

SIZE = 60  # schedules of a population
MUTATION = 70  # per cent of children that are changed at random
PATIENCE = 50  # generations without anything better, after which it starts afresh
RUNS = 4  # such starts, after which the best of each are bred together


class Population(NamedTuple):
    """Schedules of one direction, ready to be generated in the other.

    ``orders`` (size, n): tasks in an order for the other direction; ``times`` (size, n): their starts in that
    direction, which sort the orders; ``lengths`` (size): makespans.
    """

    orders: Ints
    times: Ints
    lengths: Ints


class Island(NamedTuple):
    """A population in both directions, what it found, and room to work in.

    ``elite``: the best of the runs since they were last bred together. ``best`` (n): starts of the best schedule;
    ``tally``: its makespan, schedules generated, generations without anything better, the best length since the last
    start, whether there was one, and the runs in ``elite``.
    """

    ahead: Population
    back: Population
    elite: Population
    best: Ints
    tally: Ints
    random: Random
    left: Words
    counts: Ints


BEST, MADE, STALE, LOWEST, BEGUN, KEPT = range(6)
NOTHING = np.iinfo(np.int64).max


def island(network: Network, seed: np.random.SeedSequence) -> Island:
    """An empty island."""
    tasks = network.days.size

    def population() -> Population:
        shape = (SIZE, tasks)
        return Population(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(SIZE, np.int64))

    tally = np.zeros(6, dtype=np.int64)
    tally[BEST] = NOTHING
    return Island(
        population(),
        population(),
        population(),
        np.zeros(tasks, dtype=np.int64),
        tally,
        seed.generate_state(1, np.uint64) | np.uint64(1),
        profile(network),
        np.zeros(network.horizon + 3, dtype=np.int64),
    )


@numba.njit(cache=True, nogil=True)
def draw(random: Random, below: int) -> int:
    """A whole number from 0 to before ``below``: xorshift64* (Marsaglia 2003, Vigna 2016)."""
    state = random[0]
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    random[0] = state
    high = (state * np.uint64(2685821657736338717)) >> np.uint64(33)
    return np.int64(high % np.uint64(below))  # type: ignore[return-value]  # compiled, they are one type


@numba.njit(cache=True, nogil=True)
def _sample(network: Network, random: Random, order: Ints) -> None:
    """A random order that keeps the links, in which long tails come early: the longest of three drawn goes next."""
    waits = np.zeros_like(order)
    for j in network.after:
        waits[j] += 1
    eligible = np.empty_like(order)
    count = 0
    for j in range(order.size):
        if waits[j] == 0:
            eligible[count] = j
            count += 1
    for place in range(order.size):
        chosen = draw(random, count)
        for _ in range(2):
            other = draw(random, count)
            if network.tails[eligible[other]] > network.tails[eligible[chosen]]:
                chosen = other
        j = eligible[chosen]
        count -= 1
        eligible[chosen] = eligible[count]
        order[place] = j
        for link in range(network.first_out[j], network.first_out[j + 1]):
            waits[network.after[link]] -= 1
            if waits[network.after[link]] == 0:
                eligible[count] = network.after[link]
                count += 1


@numba.njit(cache=True, nogil=True)
def _cross(population: Population, father: int, mother: int, low: int, high: int, child: Ints) -> None:
    """The father's order of what he starts from ``low`` to before ``high``; the mother's before and after."""
    times = population.times[father]
    place = 0
    for j in population.orders[mother]:
        if times[j] < low:
            child[place] = j
            place += 1
    for j in population.orders[father]:
        if low <= times[j] < high:
            child[place] = j
            place += 1
    for j in population.orders[mother]:
        if times[j] >= high:
            child[place] = j
            place += 1


@numba.njit(cache=True, nogil=True)
def _linked(network: Network, before: int, after: int) -> bool:
    for link in range(network.first_in[after], network.first_in[after + 1]):  # noqa: SIM110  (compiled)
        if network.before[link] == before:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _mutate(network: Network, random: Random, order: Ints) -> None:
    """Move up to three tasks to random places that their links allow."""
    for _ in range(1 + draw(random, 3)):
        place = draw(random, order.size)
        j = order[place]
        low, high = place, place
        while low > 0 and not _linked(network, order[low - 1], j):
            low -= 1
        while high < order.size - 1 and not _linked(network, j, order[high + 1]):
            high += 1
        target = low + draw(random, high - low + 1)
        step = 1 if target > place else -1
        while place != target:
            order[place] = order[place + step]
            place += step
        order[place] = j


@numba.njit(cache=True, nogil=True)
def _keep(
    population: Population, place: int, network: Network, order: Ints, starts: Ints, end: int, counts: Ints
) -> None:
    """Put a schedule into a population, made ready for the other direction: its finishes, from its end."""
    population.lengths[place] = end
    for j in range(order.size):
        population.times[place, j] = end - starts[j] - network.days[j]
        population.orders[place, j] = order[order.size - 1 - j]
    by_time(population.times[place], counts, population.orders[place])


@numba.njit(cache=True, nogil=True)
def _note(home: Island, end: int, starts: Ints) -> None:
    """Count a forward schedule, and keep it if it is the best so far."""
    if end < home.tally[BEST]:
        home.tally[BEST] = end
        home.best[:] = starts


@numba.njit(cache=True, nogil=True)
def _copy(source: Population, place: int, target: Population, to: int) -> None:
    target.orders[to] = source.orders[place]
    target.times[to] = source.times[place]
    target.lengths[to] = source.lengths[place]


@numba.njit(cache=True, nogil=True)
def _renew(network: Network, home: Island) -> None:
    """Keep the best of a population that finds nothing better, and start afresh, or, after `RUNS`, with those kept."""
    tally = home.tally
    if tally[BEGUN]:
        share = SIZE // RUNS
        ranked = np.argsort(home.ahead.lengths, kind="mergesort")
        for k in range(share):
            _copy(home.ahead, ranked[k], home.elite, tally[KEPT] * share + k)
        tally[KEPT] = (tally[KEPT] + 1) % RUNS
    tally[STALE], tally[LOWEST] = 0, NOTHING
    if tally[BEGUN] and tally[KEPT] == 0:
        for place in range(SIZE):
            _copy(home.elite, place, home.ahead, place)
    else:
        _begin(network, home)
    tally[BEGUN] = 1


@numba.njit(cache=True, nogil=True)
def _begin(network: Network, home: Island) -> None:
    """A fresh population of sampled forward schedules."""
    order, starts = np.empty_like(home.best), np.empty_like(home.best)
    for place in range(SIZE):
        _sample(network, home.random, order)
        end = forward(network, order, NOTHING, home.left, starts)
        _note(home, end, starts)
        _keep(home.ahead, place, network, order, starts, end, home.counts)
    home.tally[MADE] += SIZE


@numba.njit(cache=True, nogil=True)
def _breed(network: Network, parents: Population, children: Population, home: Island, is_forward: bool) -> None:
    """One child in the place of each parent: the better of two that it has with a mother chosen of two.

    ``network`` is that of the children's direction. The window that the father hands on is from a quarter to three
    quarters of his length.
    """
    child, starts = np.empty_like(home.best), np.empty_like(home.best)
    random = home.random
    for place in range(SIZE):
        other, rival = draw(random, SIZE), draw(random, SIZE)
        if parents.lengths[rival] < parents.lengths[other]:
            other = rival
        best = NOTHING
        for turn in range(2):
            father, mother = (place, other) if turn == 0 else (other, place)
            length = parents.lengths[father]
            window = 1 + length // 4 + draw(random, max(1, length // 2))
            low = draw(random, max(1, length - window + 1))
            _cross(parents, father, mother, low, low + window, child)
            if father == mother or draw(random, 100) < MUTATION:
                _mutate(network, random, child)
            end = forward(network, child, best, home.left, starts)
            if end < best:
                best = end
                if is_forward:
                    _note(home, end, starts)
                _keep(children, place, network, child, starts, end, home.counts)
    home.tally[MADE] += 2 * SIZE


@numba.njit(cache=True, nogil=True)
def evolve(network: Network, mirror: Network, home: Island, schedules: int, target: int) -> None:
    """Search on until so many more schedules are generated, or one with a makespan of ``target`` is found."""
    tally = home.tally
    stop = tally[MADE] + schedules
    while tally[MADE] < stop and tally[BEST] > target:
        if tally[BEGUN] == 0 or tally[STALE] > PATIENCE:
            _renew(network, home)
        _breed(mirror, home.ahead, home.back, home, False)
        _breed(network, home.back, home.ahead, home, True)
        lowest = home.ahead.lengths.min()
        tally[STALE] = 0 if lowest < tally[LOWEST] else tally[STALE] + 1
        tally[LOWEST] = min(lowest, tally[LOWEST])
