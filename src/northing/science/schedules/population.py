"""The compiled genetic search for the makespan. Importing this module loads numba: do it where used.

A population of schedules is bred forward and backward in time by turns, as in the bi-population algorithm of Debels and
Vanhoucke (2007): the tasks in the reverse order of their finishes, generated from the end of the plan, give a schedule
that is no longer than before (this is justification, which Valls, Ballestin and Quintanilla 2005 do twice to each
schedule). So a child takes one generation, and is justified by being bred from.

When breeding finds nothing better, the best schedules walk on, each by itself: changed at random and generated in the
other direction by turns, each change stays if the schedule is no longer, and sometimes if it is a day longer (simulated
annealing, Kirkpatrick, Gelatt and Vecchi 1983, at one temperature). A change that does not stay is given up early.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.schedules.generation import Ints, Network, Words, forward, profile, turned

Bools = NDArray[np.bool_]
Random = NDArray[np.uint64]

SIZE = 60  # schedules of a population
MUTATION = 70  # per cent of children that are changed at random
PATIENCE = 20  # generations without anything better, after which the best walk on
WALKERS = 4  # schedules that do
LONGER = 15  # per cent of changes that may make a schedule a day longer
WALK = 400_000  # schedules of a walk, after which a population starts afresh


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

    ``best`` (n): starts of the best schedule; ``tally``: its makespan, schedules generated, generations without
    anything better, the best length since the last start, and what is left of the walk, or `BREEDING` or `NEW`.
    ``is_back``: which of the walkers are in the population of reversed time. To work in: ``child`` and ``rest``
    (n + 1), ``starts`` (n), ``is_linked`` (n; false before and after), the profile, and counts by day.
    """

    ahead: Population
    back: Population
    best: Ints
    tally: Ints
    is_back: Bools
    random: Random
    child: Ints
    rest: Ints
    starts: Ints
    is_linked: Bools
    left: Words
    counts: Ints


BEST, MADE, STALE, LOWEST, LEFT = range(5)
BREEDING, NEW = 0, -1
NOTHING = np.iinfo(np.int64).max


def island(network: Network, seed: np.random.SeedSequence) -> Island:
    """An empty island."""
    tasks = network.days.size

    def population() -> Population:
        shape = (SIZE, tasks)
        return Population(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(SIZE, np.int64))

    return Island(
        population(),
        population(),
        np.zeros(tasks, dtype=np.int64),
        np.array([NOTHING, 0, 0, NOTHING, NEW]),
        np.zeros(WALKERS, dtype=np.bool_),
        seed.generate_state(1, np.uint64) | np.uint64(1),
        np.zeros(tasks + 1, dtype=np.int64),
        np.zeros(tasks + 1, dtype=np.int64),
        np.zeros(tasks, dtype=np.int64),
        np.zeros(tasks, dtype=np.bool_),
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
def _cross(home: Island, parents: Population, father: int, mother: int, low: int, high: int) -> None:
    """The child: the father's order of what he starts from ``low`` to before ``high``, the mother's before and after.

    Tasks are written first and counted if they belong there, since branches that cannot be guessed are slow.
    """
    times, child, rest = parents.times[father], home.child, home.rest
    place, after = 0, 0
    for j in parents.orders[mother]:
        child[place] = rest[after] = j
        place += times[j] < low
        after += times[j] >= high
    for j in parents.orders[father]:
        child[place] = j
        place += (times[j] >= low) & (times[j] < high)
    child[place : place + after] = rest[:after]


@numba.njit(cache=True, nogil=True)
def _mutate(network: Network, home: Island, order: Ints) -> None:
    """Move up to three tasks to random places that their links allow."""
    random, is_linked = home.random, home.is_linked
    for _ in range(1 + draw(random, 3)):
        place = draw(random, order.size)
        j = order[place]
        low, high = place, place
        before = network.before[network.first_in[j] : network.first_in[j + 1]]
        after = network.after[network.first_out[j] : network.first_out[j + 1]]
        for one in before:
            is_linked[one] = True
        for one in after:
            is_linked[one] = True
        while low > 0 and not is_linked[order[low - 1]]:
            low -= 1
        while high < order.size - 1 and not is_linked[order[high + 1]]:
            high += 1
        for one in before:
            is_linked[one] = False
        for one in after:
            is_linked[one] = False
        target = low + draw(random, high - low + 1)
        step = 1 if target > place else -1
        while place != target:
            order[place] = order[place + step]
            place += step
        order[place] = j


@numba.njit(cache=True, nogil=True)
def _keep(network: Network, home: Island, is_forward: bool, place: int, order: Ints, end: int) -> None:
    """Put the schedule of ``starts`` into a population, seen from its end: ready for the other direction."""
    population = home.ahead if is_forward else home.back
    population.lengths[place] = end
    turned(network, order, home.starts, end, home.counts, population.times[place], population.orders[place])
    if is_forward and end < home.tally[BEST]:
        home.tally[BEST] = end
        home.best[:] = home.starts


@numba.njit(cache=True, nogil=True)
def _begin(network: Network, home: Island) -> None:
    """A fresh population of sampled forward schedules."""
    order = home.child[:-1]
    for place in range(SIZE):
        _sample(network, home.random, order)
        end = forward(network, order, NOTHING, home.left, home.starts)
        _keep(network, home, True, place, order, end)
    tally = home.tally
    tally[MADE] += SIZE
    tally[STALE], tally[LOWEST], tally[LEFT] = 0, NOTHING, BREEDING


@numba.njit(cache=True, nogil=True)
def _breed(network: Network, home: Island, is_forward: bool) -> None:
    """One child in the place of each parent: the better of two that it has with a mother chosen of two.

    ``network`` is that of the children's direction. The window that the father hands on is from a quarter to three
    quarters of his length.
    """
    parents = home.back if is_forward else home.ahead
    random, child = home.random, home.child[:-1]
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
            _cross(home, parents, father, mother, low, low + window)
            if father == mother or draw(random, 100) < MUTATION:
                _mutate(network, home, child)
            end = forward(network, child, best, home.left, home.starts)
            if end < best:
                best = end
                _keep(network, home, is_forward, place, child, end)
    home.tally[MADE] += 2 * SIZE


@numba.njit(cache=True, nogil=True)
def _breed_both(network: Network, mirror: Network, home: Island) -> None:
    """A generation back and one forward; if nothing got better for long, the best are made ready to walk."""
    _breed(mirror, home, False)
    _breed(network, home, True)
    tally, ahead = home.tally, home.ahead
    lowest = ahead.lengths.min()
    tally[STALE] = 0 if lowest < tally[LOWEST] else tally[STALE] + 1
    tally[LOWEST] = min(lowest, tally[LOWEST])
    if tally[STALE] > PATIENCE:
        ranked = np.argsort(ahead.lengths, kind="mergesort")
        ahead.orders[:], ahead.times[:], ahead.lengths[:] = (
            ahead.orders[ranked],
            ahead.times[ranked],
            ahead.lengths[ranked],
        )
        home.is_back[:] = False
        tally[LEFT] = WALK


@numba.njit(cache=True, nogil=True)
def _step(network: Network, home: Island, is_forward: bool, place: int) -> None:
    """Change a walker and generate it in the direction of ``network``; if it stays, that is where it is then.

    One that is better than the best is not changed before it is a forward schedule.
    """
    walkers = home.back if is_forward else home.ahead
    child = home.child[:-1]
    child[:] = walkers.orders[place]
    limit = walkers.lengths[place] + 1
    if limit > home.tally[BEST]:
        _mutate(network, home, child)
        limit += draw(home.random, 100) < LONGER
    end = forward(network, child, limit, home.left, home.starts)
    if end < limit:
        _keep(network, home, is_forward, place, child, end)
        home.is_back[place] = not is_forward


@numba.njit(cache=True, nogil=True)
def _walk(network: Network, mirror: Network, home: Island) -> None:
    """One step of every walker."""
    for place in range(WALKERS):
        if home.is_back[place]:
            _step(network, home, True, place)
        else:
            _step(mirror, home, False, place)
    home.tally[MADE] += WALKERS
    home.tally[LEFT] = max(home.tally[LEFT] - WALKERS, 0)
    if home.tally[LEFT] == 0:
        home.tally[LEFT] = NEW


@numba.njit(cache=True, nogil=True)
def evolve(network: Network, mirror: Network, home: Island, schedules: int, target: int) -> None:
    """Search on until so many more schedules are generated, or one with a makespan of ``target`` is found."""
    tally = home.tally
    stop = tally[MADE] + schedules
    while tally[MADE] < stop and tally[BEST] > target:
        if tally[LEFT] > 0:
            _walk(network, mirror, home)
        elif tally[LEFT] == BREEDING:
            _breed_both(network, mirror, home)
        else:
            _begin(network, home)
