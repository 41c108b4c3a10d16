"""What decides a date: critical chains draw by draw, and shares of variance by cause."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray
from northing.science.forecasts.clocks import MOMENT, IntArray
from northing.science.forecasts.dispatch import BoolArray, Courses
from northing.science.forecasts.network import Arrow, Network

# Chains are followed in so many draws: a share is then known to within two points in a hundred.
CHAIN_DRAWS = 1_000
# Shares of variance are taken over so many: a third of the variance is then known to within two points.
SHARE_DRAWS = 4_000
Bits = npt.NDArray[np.uint8]


def critical_chains(network: Network, courses: Courses, ends: Sequence[Sequence[int]]) -> Bits:
    """In which draws each activity lies on a chain without slack that leads to an end.

    An end is the latest finish among some rows. The chain goes back from it over whatever kept an activity
    from beginning earlier: a dependency, or those whose place in the team it took.

    Args:
        network: the plan that was simulated.
        courses: what happened in every draw.
        ends: the rows that make up each end.

    Returns:
        One bit for each of the first `CHAIN_DRAWS` draws, shape (activities, ends, bytes); see `share_of`.
    """
    start, finish = courses.start[:, :CHAIN_DRAWS], courses.finish[:, :CHAIN_DRAWS]
    draws = start.shape[1]
    on_chain = np.zeros((len(start), len(ends), (draws + 7) // 8), dtype=np.uint8)
    for end, rows in enumerate(ends):
        on_chain[rows, end] = np.packbits(finish[rows] >= finish[rows].max(axis=0) - MOMENT, axis=1)
    causes = _causes(network, start, finish)
    last_first = np.argsort(-start.mean(axis=1), kind="stable")
    moved = True
    while moved:
        moved = False
        for row in last_first:
            before, when = causes[row]
            grown = on_chain[before] | (on_chain[row] & when[:, None])
            if not np.array_equal(grown, on_chain[before]):
                on_chain[before] = grown
                moved = True
    return on_chain


def share_of(bits: Bits, draws: int) -> FloatArray:
    """The share of the first `CHAIN_DRAWS` of `draws` whose bit is set, over the last axis."""
    counted: FloatArray = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64) / min(draws, CHAIN_DRAWS)
    return counted


def _causes(network: Network, start: FloatArray, finish: FloatArray) -> list[tuple[IntArray, Bits]]:
    """For every row the rows that kept it from beginning earlier, and the draws in which each did."""
    found: list[list[tuple[int, Bits]]] = [[] for _ in start]
    # Where neither a dependency nor its earliest date kept an activity back, its team did.
    held = start > network.clocks.open(network.clock, network.earliest)[:, None] + MOMENT
    for arrow in network.arrows:
        binds = _binds(network, arrow, start, finish)
        held[arrow.after] &= ~binds
        found[arrow.after].append((arrow.before, np.packbits(binds)))
    for team in range(len(network.places)):
        mates = np.flatnonzero(network.team == team)
        freed = network.clocks.open(np.array(team), finish[mates])
        for row in mates:
            took_over = np.packbits(held[row] & (np.abs(freed - start[row]) <= MOMENT), axis=1)
            did = took_over.any(axis=1)
            found[row] += zip(mates[did].tolist(), took_over[did], strict=True)
    return [_merged(row, arcs, (start.shape[1] + 7) // 8) for row, arcs in enumerate(found)]


def _merged(row: int, arcs: list[tuple[int, Bits]], width: int) -> tuple[IntArray, Bits]:
    """Each cause once, and without those that never were one."""
    merged: dict[int, Bits] = {}
    for before, when in arcs:
        if before != row and when.any():
            merged[before] = merged.get(before, np.zeros(width, dtype=np.uint8)) | when
    return np.array(list(merged), dtype=np.intp), np.array(list(merged.values()), dtype=np.uint8).reshape(-1, width)


def _binds(network: Network, arrow: Arrow, start: FloatArray, finish: FloatArray) -> BoolArray:
    """In which draws `arrow` kept its `after` from beginning earlier."""
    clock = network.clock[arrow.after]
    time = (start if arrow.link.startswith("start") else finish)[arrow.before] + arrow.lag
    if arrow.link.endswith("start"):
        held: BoolArray = network.clocks.open(clock, time) >= start[arrow.after] - MOMENT
        return held
    worked, needed = (network.clocks.elapsed(clock, end) for end in (finish[arrow.after], time))
    bound: BoolArray = worked <= needed + 4 * MOMENT
    return bound


def cruciality(durations: FloatArray, end: FloatArray) -> FloatArray:
    """How far the end of the plan moves with each duration: their correlation over all draws (Williams 1992).

    Unlike criticality it is high only where an activity is both uncertain and decisive: a certain activity that is
    always on the chain has criticality 1 and cruciality 0.

    Args:
        durations: one row for each activity, shape (activities, draws).
        end: the end of the plan in the same draws, shape (draws,).

    Returns:
        Correlations from -1 to 1, shape (activities,); 0 where either does not vary.

    >>> ends = np.array([1.0, 2.0, 3.0])
    >>> cruciality(np.array([[2.0, 4.0, 6.0], [5.0, 5.0, 5.0]]), ends).round(6).tolist()
    [1.0, 0.0]
    """
    target = end - end.mean()
    squares = np.einsum("ad,ad->a", durations, durations)
    own = squares - durations.mean(axis=1) ** 2 * end.size
    # What is left of squares that should cancel is rounding.
    varies = (own > 1e-12 * squares) & (np.ptp(end) > MOMENT)
    spread = np.sqrt(np.where(varies, own, 1.0) * max(target @ target, MOMENT**2))
    found: FloatArray = np.where(varies, durations @ target / spread, 0.0).clip(-1, 1)
    return found


def variance_shares(causes: Sequence[FloatArray], targets: FloatArray) -> FloatArray:
    """The share of each target's variance that each cause explains on its own.

    First-order indices (Sobol' 1993) by projection on each cause and, as far as that is something new, on its
    square (a polynomial chaos of degree two, Sudret 2008), less what chance alone would project.

    Args:
        causes: independent standardised draws, each of shape (draws,).
        targets: draws to be explained, shape (targets, draws).

    Returns:
        Shares from 0 to 1, shape (targets, causes); 0 where a target does not vary.
    """
    explained = _standardised(targets[:, :SHARE_DRAWS].astype(np.float32))
    draws = explained.shape[1]
    slopes = np.array([cause[:draws] for cause in causes], dtype=np.float32).reshape(len(causes), draws)
    bends = slopes**2 - 1
    bends -= np.mean(bends * slopes, axis=1, keepdims=True) * slopes
    shares = np.zeros((len(targets), len(causes)))
    for basis in (slopes, _standardised(bends)):
        projected = (explained @ basis.T / draws) ** 2
        shares += np.maximum(projected - (1 - projected) / draws, 0)
    scaled: FloatArray = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return scaled


def _standardised(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    standardised: npt.NDArray[np.float32] = centred / np.where(spread > MOMENT, spread, np.float32(np.inf))
    return standardised
