"""Random walks over plans that keep those no other one beats in two objectives. Loads numba: import it where used."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from northing.science.portfolios.closure import reachable
from northing.science.portfolios.cuts import copy
from northing.science.portfolios.effort import Watch
from northing.science.portfolios.model import Model, Row, Whole
from northing.science.portfolios.moves import Lists, Picks
from northing.science.portfolios.steps import Step

Floats = NDArray[np.float64]
Columns = tuple[Whole, Whole, Whole]
Rows = tuple[Whole, Whole]
# Directions that are walked in, and how often each; one walk takes so many items' worth of steps.
DIRECTIONS, ROUNDS, STEPS_PER_COLUMN = 12, 2, 400
# Walks may take this share of the time, where time counts.
SHARE = 0.1
MOST_KEPT = 4_096
UNLIMITED = 2**62
# The share of the objectives' ranges that a step may lose at first.
WARMTH = 0.015
REPAIRS, REFILLS = 12, 6


class Table(NamedTuple):
    """A model for compiled code; its rows by column and by row: starts, then places and coefficients.

    ``low`` and ``high`` (columns) are 1 where an item must and where it may be in. ``down`` lists for each column all
    that it needs, ``up`` all that need it, itself included.
    """

    low: Whole
    high: Whole
    down: Lists
    up: Lists
    by_column: Columns
    by_row: Rows
    limits: Whole


def gather(model: Model, second: Whole, ends: tuple[Step, Step], watch: Watch) -> list[Step]:
    """Plans that beat each other in neither objective, found by annealing sums of both, from the ends' plans.

    The second objective is ``second``. The walks come in the same order whatever the time, so that less time only ends
    them sooner; where work counts, all are walked.
    """
    every = np.arange(second.size)
    # The objectives are counted as rows without a limit.
    table = tabulated(model.within(Row(every, model.objective, UNLIMITED), Row(every, second, UNLIMITED)))
    kept = np.zeros((MOST_KEPT, 2), dtype=np.int64), np.zeros((MOST_KEPT, second.size), dtype=bool)
    count = 0
    ranges = [max(abs(ends[0].first - ends[1].first), 1), max(abs(ends[0].second - ends[1].second), 1)]
    until = watch.seconds + SHARE * watch.left
    steps = STEPS_PER_COLUMN * second.size
    for turn in range(ROUNDS * DIRECTIONS):
        if watch.is_stopped or (watch.effort.work is None and watch.seconds > until):
            break
        share = (turn * 5 % DIRECTIONS + 0.5) / DIRECTIONS
        weights = np.array([share / ranges[0], (1 - share) / ranges[1]])
        start = ends[0] if share > 0.5 else ends[1]
        count = walk(table, weights, start.picks, steps, watch.effort.seed + turn, *kept, count)
    found = [Step(int(kept[0][i, 0]), int(kept[0][i, 1]), kept[1][i].copy()) for i in range(count)]
    return [step for step in found if model.allows(step.picks)]


def tabulated(model: Model) -> Table:
    """The model for compiled code."""
    size, none = model.objective.size, [np.zeros(0, dtype=np.int64)]
    places = np.repeat(np.arange(len(model.rows)), [row.columns.size for row in model.rows])
    columns = np.concatenate([row.columns for row in model.rows] + none)
    coefficients = np.concatenate([row.coefficients for row in model.rows] + none)
    order = np.argsort(columns, kind="stable")
    column_starts = np.searchsorted(columns[order], np.arange(size + 1))
    row_starts = np.searchsorted(places, np.arange(len(model.rows) + 1))
    return Table(
        model.low,
        model.high,
        reachable(size, model.implies),
        reachable(size, model.implies[:, ::-1]),
        (column_starts, places[order], coefficients[order]),
        (row_starts, columns),
        np.array([row.limit for row in model.rows], dtype=np.int64),
    )


@numba.njit(cache=True, nogil=True)
def walk(
    table: Table,
    weights: Floats,
    start: Picks,
    steps: int,
    seed: int,
    kept_values: Whole,
    kept_picks: Picks,
    count: int,
) -> int:
    """Anneal ``weights`` times the objectives; every plan on the way that none beats is kept; how many are now."""
    np.random.seed(seed)
    present, picks, used = start.copy(), start.copy(), amounts(table, start)
    spent = used.copy()
    worth = weights[0] * used[-2] + weights[1] * used[-1]
    for step in range(steps):
        is_kept = moved(table, picks, used)
        reached = weights[0] * used[-2] + weights[1] * used[-1]
        heat = WARMTH * (1.0 - step / steps)
        if is_kept and reached >= worth + heat * np.log(np.random.random() + 1e-12):
            worth = reached
            copy(picks, present)
            copy(used, spent)
            count = _keep(kept_values, kept_picks, count, used[-2], used[-1], picks)
        else:
            copy(present, picks)
            copy(spent, used)
    return count


@numba.njit(cache=True, nogil=True)
def amounts(table: Table, picks: Picks) -> Whole:
    """How much of each row a plan uses."""
    used = np.zeros(table.limits.size, np.int64)
    for item in range(picks.size):
        if picks[item]:
            _count_in(table, used, item, 1)
    return used


@numba.njit(cache=True, nogil=True)
def moved(table: Table, picks: Picks, used: Whole) -> bool:
    """Bring an item in or leave it out, repair that, and fill again; whether a plan is left."""
    item = int(np.random.randint(picks.size))
    if picks[item]:
        if table.low[item] == 1:
            return False
        _drop(table, picks, used, item)
    elif table.high[item] == 1:
        _take(table, picks, used, item)
    if not _repair(table, picks, used, item):
        return False
    for _ in range(REFILLS):
        _take_if_it_fits(table, picks, used, int(np.random.randint(picks.size)))
    return True


@numba.njit(cache=True, nogil=True)
def _count_in(table: Table, used: Whole, item: int, sign: int) -> None:
    starts, rows, coefficients = table.by_column
    for i in range(starts[item], starts[item + 1]):
        used[rows[i]] += sign * coefficients[i]


@numba.njit(cache=True, nogil=True)
def _too_full(used: Whole, limits: Whole) -> int:
    """The last row that is too full, -1 where none is."""
    for row in range(limits.size - 1, -1, -1):
        if used[row] > limits[row]:
            return row
    return -1


@numba.njit(cache=True, nogil=True)
def _take(table: Table, picks: Picks, used: Whole, item: int) -> None:
    needed, starts = table.down
    for i in range(starts[item], starts[item + 1]):
        other = needed[i]
        if not picks[other]:
            picks[other] = True
            _count_in(table, used, other, 1)


@numba.njit(cache=True, nogil=True)
def _drop(table: Table, picks: Picks, used: Whole, item: int) -> None:
    needing, starts = table.up
    for i in range(starts[item], starts[item + 1]):
        other = needing[i]
        if picks[other]:
            picks[other] = False
            _count_in(table, used, other, -1)


@numba.njit(cache=True, nogil=True)
def _take_if_it_fits(table: Table, picks: Picks, used: Whole, item: int) -> None:
    """Bring an item in, with what it needs, if that fits."""
    if picks[item] or table.high[item] == 0:
        return
    before = picks.copy()
    _take(table, picks, used, item)
    needed, starts = table.down
    fits = True
    for i in range(starts[item], starts[item + 1]):
        fits = fits and table.high[needed[i]] == 1
    if not fits or _too_full(used, table.limits) >= 0:
        for other in range(picks.size):
            if picks[other] and not before[other]:
                picks[other] = False
                _count_in(table, used, other, -1)


@numba.njit(cache=True, nogil=True)
def _repair(table: Table, picks: Picks, used: Whole, item: int) -> bool:
    """Drop others than the item from rows that are too full; whether a plan is left."""
    starts, columns = table.by_row
    for _ in range(REPAIRS):
        full = _too_full(used, table.limits)
        if full < 0:
            break
        other = columns[np.random.randint(starts[full], starts[full + 1])]
        if picks[other] and other != item:
            _drop(table, picks, used, other)
    if _too_full(used, table.limits) >= 0:
        return False
    for other in range(picks.size):
        if (picks[other] and table.high[other] == 0) or (not picks[other] and table.low[other] == 1):
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _keep(values: Whole, kept: Picks, count: int, gives: int, also: int, picks: Picks) -> int:
    """Keep a plan that none kept is as good as, and forget those that it beats; how many are kept."""
    for i in range(count):
        if values[i, 0] >= gives and values[i, 1] >= also:
            return count
    i = 0
    while i < count:
        if values[i, 0] <= gives and values[i, 1] <= also:
            count -= 1
            copy(values[count], values[i])
            copy(kept[count], kept[i])
        else:
            i += 1
    if count < values.shape[0]:
        values[count, 0], values[count, 1] = gives, also
        copy(picks, kept[count])
        count += 1
    return count
