"""Closures made to fit, compiled. Importing this module loads numba: do it where used.

``down`` lists for each item all that it needs (itself too, directly or not), ``up`` all that need it; both as
(items, starts).
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.portfolios.cuts import copy, sum_of

Whole = NDArray[np.int64]
Marks = NDArray[np.int8]
Picks = NDArray[np.bool_]
Lists = tuple[Whole, Whole]
# The share of the best value that a step of annealing may lose at first.
WARMTH = 0.0005
# A step may fill the budget over by this share before it is peeled again.
OVERFILL = 0.1
# What is free is taken as costing this.
NOTHING = 1e-9


@numba.njit(cache=True, nogil=True)
def fill(value: Whole, cost: Whole, budget: int, fixed: Marks, down: Lists, up: Lists, picks: Picks) -> int:
    """Add, with all that it needs, what gives most for what it takes, while it fits; the value reached."""
    total, spent = sum_of(value, picks), sum_of(cost, picks)
    gain, extra = _sums(value, cost, up, ~picks)
    while True:
        best, ratio = -1, 0.0
        for item in range(value.size):
            fits = not picks[item] and fixed[item] == 0 and spent + extra[item] <= budget
            if fits and gain[item] > ratio * (extra[item] + NOTHING):
                best, ratio = item, gain[item] / (extra[item] + NOTHING)
        if best < 0:
            return total
        for i in range(down[1][best], down[1][best + 1]):
            item = down[0][i]
            if not picks[item]:
                picks[item] = True
                total += value[item]
                spent += cost[item]
                for j in range(up[1][item], up[1][item + 1]):
                    gain[up[0][j]] -= value[item]
                    extra[up[0][j]] -= cost[item]


@numba.njit(cache=True, nogil=True)
def peel(value: Whole, cost: Whole, budget: int, fixed: Marks, down: Lists, up: Lists, picks: Picks) -> bool:
    """Remove, with all that need it, what loses least for what it frees, until the rest fits and is of use."""
    loss, freed = _sums(value, cost, down, picks)
    spent = sum_of(cost, picks)
    while True:
        best, ratio = -1, np.inf
        for item in range(value.size):
            if picks[item] and fixed[item] != 1 and freed[item] > 0 and loss[item] < ratio * freed[item]:
                best, ratio = item, loss[item] / freed[item]
        if spent <= budget and ratio > 0.0:
            return True
        if best < 0:
            return spent <= budget
        for i in range(up[1][best], up[1][best + 1]):
            item = up[0][i]
            if picks[item]:
                picks[item] = False
                spent -= cost[item]
                for j in range(down[1][item], down[1][item + 1]):
                    loss[down[0][j]] -= value[item]
                    freed[down[0][j]] -= cost[item]


@numba.njit(cache=True, nogil=True)
def _sums(value: Whole, cost: Whole, lists: Lists, chosen: Picks) -> tuple[Whole, Whole]:
    """For each item the values and the costs of the chosen ones in whose list it is."""
    values, costs = np.zeros(value.size, np.int64), np.zeros(value.size, np.int64)
    for item in range(value.size):
        if chosen[item]:
            for i in range(lists[1][item], lists[1][item + 1]):
                values[lists[0][i]] += value[item]
                costs[lists[0][i]] += cost[item]
    return values, costs


@numba.njit(cache=True, nogil=True)
def _forcing(
    item: int, cost: Whole, fixed: Marks, down: Lists, up: Lists, room: Whole, ends: Whole
) -> tuple[int, int, int]:
    """What the bound loses at least if the item is brought in, what that takes, and what is lost if it is left out."""
    dear, extra, lost = 0, 0, 0
    for i in range(down[1][item], down[1][item + 1]):
        other = down[0][i]
        if fixed[other] == 0:
            dear += room[ends[1, other]]
            extra += cost[other]
    for i in range(up[1][item], up[1][item + 1]):
        if fixed[up[0][i]] == 0:
            lost += room[ends[0, up[0][i]]]
    return dear, extra, lost


@numba.njit(cache=True, nogil=True)
def tighten(
    cost: Whole, budget: int, slack: int, fixed: Marks, down: Lists, up: Lists, room: Whole, ends: Whole
) -> int:
    """Fix what cannot be otherwise in any plan better than the best known; how many, or -1 where there is none.

    To bring an item in costs at least the unused room to the sink of all that it needs, to leave it out the unused
    room from the source of all that need it; beyond ``slack`` (bound less best known) neither pays.
    """
    spent, count = sum_of(cost, fixed == 1), 0
    for item in range(cost.size):
        if spent > budget:
            return -1
        if fixed[item] != 0:
            continue
        dear, extra, lost = _forcing(item, cost, fixed, down, up, room, ends)
        if dear > slack or spent + extra > budget:
            if lost > slack:
                return -1
            _fix(fixed, up, item, -1)
            count += 1
        elif lost > slack:
            _fix(fixed, down, item, 1)
            spent += extra
            count += 1
    return count if spent <= budget else -1


@numba.njit(cache=True, nogil=True)
def _fix(fixed: Marks, lists: Lists, item: int, mark: int) -> None:
    for i in range(lists[1][item], lists[1][item + 1]):
        fixed[lists[0][i]] = mark


@numba.njit(cache=True, nogil=True)
def weigh(items: Whole, value: Whole, cost: Whole, fixed: Marks, down: Lists, up: Lists) -> NDArray[np.float64]:
    """How much hangs on each item: the value of all that need it times the cost of all that it needs."""
    found = np.zeros(items.size)
    for k in range(items.size):
        gives, takes = 0.0, 0.0
        for i in range(up[1][items[k]], up[1][items[k] + 1]):
            gives += abs(value[up[0][i]]) if fixed[up[0][i]] == 0 else 0.0
        for i in range(down[1][items[k]], down[1][items[k] + 1]):
            takes += cost[down[0][i]] if fixed[down[0][i]] == 0 else 0.0
        found[k] = gives * takes
    return found


@numba.njit(cache=True, nogil=True)
def anneal(
    value: Whole,
    cost: Whole,
    budget: int,
    fixed: Marks,
    down: Lists,
    up: Lists,
    best: Picks,
    present: Picks,
    part: tuple[int, int, int],
    seed: int,
) -> None:
    """Simulated annealing over plans that fit: force something in or out, overfill by blurred values, peel, fill.

    ``best`` and ``present`` are carried on; ``part`` says from which step up to which, of how many in all.
    """
    begin, end, steps = part
    np.random.seed(seed + begin)
    items = value.size
    best_value, present_value = sum_of(value, best), sum_of(value, present)
    for step in range(begin, end):
        picks = present.copy()
        for _ in range(1 + np.random.randint(2)):
            item = np.random.randint(items)
            if np.random.random() < 0.5:
                _force(fixed, down, up, picks, item)
            elif fixed[item] == 0:
                for i in range(up[1][item], up[1][item + 1]):
                    picks[up[0][i]] = False
        blurred = np.empty(items, np.int64)
        for item in range(items):
            blurred[item] = value[item] * np.random.randint(48, 80)
        fill(blurred, cost, budget + int(OVERFILL * budget * np.random.random()), fixed, down, up, picks)
        if not peel(blurred, cost, budget, fixed, down, up, picks):
            continue
        reached = fill(value, cost, budget, fixed, down, up, picks)
        heat = WARMTH * abs(best_value) * (1.0 - step / steps)
        if reached >= present_value + heat * np.log(np.random.random() + 1e-12):
            copy(picks, present)
            present_value = reached
            if reached > best_value:
                copy(picks, best)
                best_value = reached


@numba.njit(cache=True, nogil=True)
def _force(fixed: Marks, down: Lists, up: Lists, picks: Picks, item: int) -> None:
    """Bring in most of what needs the item."""
    for i in range(up[1][item], up[1][item + 1]):
        other = up[0][i]
        if fixed[other] == 0 and np.random.random() < 0.7:
            for j in range(down[1][other], down[1][other + 1]):
                picks[down[0][j]] = True
