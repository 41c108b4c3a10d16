"""Minimum cuts, compiled: the best closure at a price of capacity. Importing this module loads numba: do it where used.

Items have whole values and costs; arcs say what needs what. At the price p (in units of 1/``unit``) an item weighs
value - p cost; the closure of the largest weight is a minimum cut (Picard 1976, "Maximal closure of a graph").
The least over p of this weight plus p times the budget bounds every closure that fits the budget.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Marks = NDArray[np.int8]
Picks = NDArray[np.bool_]
INFINITE = 1 << 60
UNBOUNDED = 2**63 - 1
MOST_CUTS = 40
# Stop lowering the bound where less than this share of one unit of value can be won.
FINE = 64


# Loops, since NumPy's own forms of these, with the texts of their errors, take many times as long to compile.
@numba.njit(cache=True, nogil=True)
def copy(source: NDArray[Any], target: NDArray[Any]) -> None:
    """``target[:] = source``, of the same size."""
    for i in range(target.size):
        target[i] = source[i]


@numba.njit(cache=True, nogil=True)
def sum_of(numbers: Whole, chosen: Picks) -> int:
    """``numbers[chosen].sum()``."""
    found = 0
    for i in range(numbers.size):
        found += numbers[i] if chosen[i] else 0
    return found


@numba.njit(cache=True, nogil=True)
def max_flow(head: Whole, to: Whole, back: Whole, room: Whole, work: Whole, source: int, sink: int) -> int:
    """Flow from source to sink (Dinic 1970). ``room`` is left as the residual capacities; ``work`` is scratch."""
    nodes = head.size - 1
    level, place, queue, path = work[0], work[1], work[2], work[3]
    flow = 0
    while True:
        _levels(head, to, back, room, level, queue, source, sink)
        if level[source] < 0:
            return flow
        copy(head[:nodes], place)
        depth, node = 0, source
        while True:
            if node == sink:
                depth, found = _push(back, room, path, depth)
                flow += found
                node = to[back[path[depth]]]
                continue
            arc, end = place[node], head[node + 1]
            while arc < end and not (room[arc] > 0 and level[to[arc]] == level[node] - 1):
                arc += 1
            place[node] = arc
            if arc < end:
                path[depth] = arc
                depth += 1
                node = to[arc]
            elif node == source:
                break
            else:
                level[node] = -2
                depth -= 1
                node = to[back[path[depth]]]


@numba.njit(cache=True, nogil=True)
def _levels(
    head: Whole, to: Whole, back: Whole, room: Whole, level: Whole, queue: Whole, source: int, sink: int
) -> None:
    """Arcs to the sink, counted along residual capacity."""
    level[:] = -1
    level[sink] = 0
    queue[0] = sink
    first, last = 0, 1
    while first < last and level[source] < 0:
        node = queue[first]
        first += 1
        for arc in range(head[node], head[node + 1]):
            other = to[arc]
            if level[other] < 0 and room[back[arc]] > 0:
                level[other] = level[node] + 1
                queue[last] = other
                last += 1


@numba.njit(cache=True, nogil=True)
def _push(back: Whole, room: Whole, path: Whole, depth: int) -> tuple[int, int]:
    """Send what fits along the path; the depth of its first full arc, and the flow."""
    found = INFINITE
    for i in range(depth):
        found = min(found, int(room[path[i]]))
    first = 0
    for i in range(depth - 1, -1, -1):
        room[path[i]] -= found
        room[back[path[i]]] += found
        if room[path[i]] == 0:
            first = i
    return first, found


@numba.njit(cache=True, nogil=True)
def _reach(
    head: Whole, to: Whole, back: Whole, room: Whole, queue: Whole, side: Marks, start: int, mark: int, forward: bool
) -> None:
    """Mark what the start reaches along residual capacity, or what reaches it."""
    side[start] = mark
    queue[0] = start
    first, last = 0, 1
    while first < last:
        node = queue[first]
        first += 1
        for arc in range(head[node], head[node + 1]):
            if side[to[arc]] == 0 and room[arc if forward else back[arc]] > 0:
                side[to[arc]] = mark
                queue[last] = to[arc]
                last += 1


@numba.njit(cache=True, nogil=True)
def best_closure(
    head: Whole,
    to: Whole,
    back: Whole,
    needs: Whole,
    ends: Whole,
    weight: Whole,
    fixed: Marks,
    room: Whole,
    work: Whole,
    side: Marks,
) -> int:
    """The largest weight of a closure that keeps what is fixed (1 in, -1 out).

    ``ends`` holds each item's arc from the source and to the sink, ``needs`` the arcs of what needs what. ``side`` is
    left as 1 for items of the smallest best closure, 2 for those outside the largest, 0 between.
    """
    items = weight.size
    room[:] = 0
    room[needs] = INFINITE
    total = 0
    for item in range(items):
        # What is fixed neither takes nor gives flow: what it needs, or what needs it, is fixed as well.
        if fixed[item] == 1:
            total += weight[item]
        elif fixed[item] == 0 and weight[item] > 0:
            room[ends[0, item]] = weight[item]
            total += weight[item]
        elif fixed[item] == 0:
            room[ends[1, item]] = -weight[item]
    flow = max_flow(head, to, back, room, work, items, items + 1)
    side[:] = 0
    _reach(head, to, back, room, work[2], side, items, 1, True)
    _reach(head, to, back, room, work[2], side, items + 1, 2, False)
    for item in range(items):
        if fixed[item] != 0:
            side[item] = 1 if fixed[item] == 1 else 2
    return total - flow


@numba.njit(cache=True, nogil=True)
def lower_bound(
    head: Whole,
    to: Whole,
    back: Whole,
    needs: Whole,
    ends: Whole,
    value: Whole,
    cost: Whole,
    budget: int,
    unit: int,
    price: int,
    most_price: int,
    enough: int,
    fixed: Marks,
    low: Picks,
    high: Picks,
    known: tuple[bool, bool],
    room: Whole,
) -> tuple[int, int, bool, bool, int]:
    """Lower the bound by moving the price, until it is least or at most ``enough``.

    Returns the bound in 1/unit, its price, whether ``low`` (a closure that fits) and ``high`` (one that does not) were
    found, and the number of cuts; ``room`` is left as the residual at that price. ``known`` says whether low and high
    hold closures on entry. Two closures cross at the next price to try, as in Newton's method (Dinkelbach 1967).
    """
    items = value.size
    work = np.empty((4, items + 2), np.int64)
    side = np.empty(items + 2, np.int8)
    has_low, has_high = known
    if has_low and has_high:
        price, _ = _crossing(value, cost, low, high, budget, unit)
    best, best_price, last, cuts, step = UNBOUNDED, price, price, 0, 0
    cheapest, dearest = -1, most_price + 1
    while cuts < MOST_CUTS and best > enough and price <= most_price:
        weight = unit * value - price * cost
        bound = best_closure(head, to, back, needs, ends, weight, fixed, room, work, side) + price * budget
        cuts += 1
        last = price
        if bound < best:
            best, best_price = bound, price
        fits, exceeds = _keep(side[:items], cost, budget, low, high)
        if fits:
            has_low, dearest = True, price
        if exceeds:
            has_high, cheapest = True, price
        if cheapest == dearest or (price == 0 and not has_high):
            break
        if has_low and has_high:
            price, reachable = _crossing(value, cost, low, high, budget, unit)
            if best - reachable < unit // FINE or not cheapest < price < dearest:
                break
        else:
            step = max(step * 2, price // 16 + 1)
            price = price + step if has_high else max(price - step, 0)
    if last != best_price and best > enough:
        best_closure(head, to, back, needs, ends, unit * value - best_price * cost, fixed, room, work, side)
        cuts += 1
    return best, best_price, has_low, has_high, cuts


@numba.njit(cache=True, nogil=True)
def _keep(side: Marks, cost: Whole, budget: int, low: Picks, high: Picks) -> tuple[bool, bool]:
    """Take the smallest and the largest best closure into ``low`` if one fits, into ``high`` if one does not."""
    least, most = 0, 0
    for item in range(cost.size):
        least += cost[item] if side[item] == 1 else 0
        most += cost[item] if side[item] != 2 else 0
    for item in range(cost.size):
        if least <= budget:
            low[item] = side[item] != 2 if most <= budget else side[item] == 1
        if most > budget:
            high[item] = side[item] == 1 if least > budget else side[item] != 2
    return least <= budget, most > budget


@numba.njit(cache=True, nogil=True)
def _crossing(value: Whole, cost: Whole, low: Picks, high: Picks, budget: int, unit: int) -> tuple[int, int]:
    """The price at which a closure that fits and one that does not weigh the same, and the bound they allow there."""
    v_low, c_low = sum_of(value, low), sum_of(cost, low)
    extra = max(sum_of(cost, high) - c_low, 1)
    price = max(((sum_of(value, high) - v_low) * unit + extra // 2) // extra, 0)
    return price, unit * v_low + price * (budget - c_low)
