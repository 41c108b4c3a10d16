"""When will so many more items be finished, judging by finished work alone?

Two views of the history are mixed. *Drawn weeks*: the weeks ahead are drawn from those behind, recent ones
more often, once with a short memory and once with a long one, since a busy spell rarely lasts; exact, by
convolution. *Replay*: from each past week that was like the present one, how long did it take to finish as much?
Replay keeps what weeks owe to each other (bursts, lulls, holidays), which
independent weeks lose. Then the history corrects the forecast: replayed from the start without look-ahead,
every window nudges the levels by whether it held (adaptive conformal inference, Gibbs and Candès 2021,
equation 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from northing.science.estimates.normal import FloatArray

IntArray = npt.NDArray[np.int64]

# Weeks after which a week counts half: for the pace, for the long view, and for a replay.
_PACE_HALVES = 8.0
_LONG_HALVES = 52.0
_REPLAY_HALVES = 200.0
# The long view's share of the drawn weeks.
_LONG_SHARE = 0.4
# Past weeks are like the present one where pace, and the wait since the last item, are equal within these factors
# (as logarithms); the floor, in items a week, keeps idle times comparable.
_PACE_WIDTH = 0.7
_PACE_FLOOR = 0.02
_IDLE_WIDTH = 0.7
# Up to so many items are replayed as items, more as weeks of work.
_FEW_ITEMS = 3
# Replays from so many weeks weigh as much as the drawn weeks.
_TRUST = 30.0
# How far one window moves the levels.
_STEP = 0.03
# The pace that a window of the back-test is measured by, and the weeks before the first one.
_PACE_WEEKS = 8
_WARM_UP = 26
_HORIZON = 520
_LEVELS = np.arange(1, 20) / 20


@dataclass(frozen=True)
class Window:
    """One forecast of the past and its outcome.

    From week `origin` on, `items` took `took` weeks; beforehand the chance of needing fewer weeks was `below`,
    of needing at most as many `at_most`. `p50` and `p80` are the weeks that were forecast.
    """

    origin: int
    items: int
    took: int
    below: float
    at_most: float
    p50: int
    p80: int


@dataclass(frozen=True)
class ThroughputForecast:
    """Weeks to finish `items`, counted from the last week of the history.

    `chances[k]` is the chance of having finished after k weeks. `status` is "complete", or "open" where the
    chance does not reach 90 % within ten years; quantiles are then capped there.
    """

    items: int
    pace: float
    p10: int
    p50: int
    p80: int
    p90: int
    chances: tuple[float, ...]
    windows: int
    status: str
    notes: tuple[str, ...]

    def finish(self, weeks: int, since: date) -> date:
        """The last day of the week that is `weeks` after the one ending before `since`."""
        return since + timedelta(days=7 * weeks - 1)


def weekly_counts(finished: Iterable[date | datetime], today: date) -> IntArray:
    """Items finished in each whole week, Monday to Sunday (UTC), from the first one up to `today`.

    A moment without a zone is taken as UTC. Returns one count for each week, shape (weeks,), oldest first; empty where
    there is no whole week.

    The first week counts only if nothing says that it began before the record did: it is left out.

    >>> days = [date(2030, 1, 9), date(2030, 1, 15), date(2030, 1, 16), date(2030, 1, 29)]
    >>> weekly_counts(days, today=date(2030, 1, 30)).tolist()
    [2, 0]
    """
    days = [_utc(moment) for moment in finished]
    if not days:
        return np.zeros(0, dtype=np.int64)
    first = min(days) + timedelta(days=7 - min(days).weekday())
    weeks = (today - first).days // 7
    at = np.array([(day - first).days // 7 for day in days])
    return np.bincount(at[(at >= 0) & (at < weeks)], minlength=max(weeks, 0)).astype(np.int64)


def _utc(moment: date | datetime) -> date:
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def forecast_throughput(counts: Sequence[int] | IntArray, items: int) -> ThroughputForecast:
    """How many weeks it takes to finish `items`, from the weekly `counts` of finished work.

    Args:
        counts: items finished per week, oldest first, whole weeks only.
        items: items still to finish.

    Returns:
        Weeks from the last whole week on, and the chance of having finished after each.

    Raises:
        ValueError: no week, no item finished yet, a negative count, or nothing to finish.

    Convolution of drawn weeks and replays (Kaplan and Meier 1958), corrected as by Gibbs and Candes (2021, equation 2).

    >>> found = forecast_throughput([4, 6, 5, 5, 4, 6, 5, 5, 5, 5], items=20)
    >>> found.p50, found.p80, found.status
    (4, 5, 'complete')
    """
    history = _checked(counts)
    if not (items >= 1 and float(items).is_integer()):
        raise ValueError(f"items is {items}: it must be a whole number, 1 or more")
    pace = float(_paces(history)[-1])
    learner = _Learner()
    windows = list(_walk(history, items / max(pace, 1e-9), learner))
    chances = learner.corrected(_chances(history, items, _HORIZON))
    p10, p50, p80, p90 = _weeks(chances, (0.1, 0.5, 0.8, 0.9))
    certain = int(np.searchsorted(chances, 0.99))
    return ThroughputForecast(
        items=items,
        pace=pace,
        p10=p10,
        p50=p50,
        p80=p80,
        p90=p90,
        chances=tuple(chances[: certain + 1].tolist()),
        windows=len(windows),
        status="complete" if chances[-1] >= 0.9 else "open",
        notes=_notes(history, windows),
    )


def back_test(counts: Sequence[int] | IntArray, weeks_of_work: float = 4.0) -> tuple[Window, ...]:
    """Forecast the past: from one origin after another, `weeks_of_work` times the pace of eight weeks.

    Windows do not overlap, and nothing that came after an origin is known there. The first origin has 26 weeks behind
    it; a window that is not over by the end of `counts` is left out. Raises ValueError as `forecast_throughput`.

    >>> [window.took for window in back_test([3, 5] * 20)]
    [4, 4, 4]
    """
    if not 0 < weeks_of_work < np.inf:
        raise ValueError(f"weeks_of_work is {weeks_of_work}: it must be a finite number above 0")
    return tuple(_walk(_checked(counts), weeks_of_work, _Learner()))


def _checked(counts: Sequence[int] | IntArray) -> IntArray:
    history = np.asarray(counts)
    if history.ndim != 1 or not history.size:
        raise ValueError(f"counts has shape {history.shape}: give one number for each week")
    if not np.isfinite(history).all() or (history < 0).any() or (history != np.floor(history)).any():
        raise ValueError("counts has a value that is no count: give whole numbers from 0")
    if not history.any():
        raise ValueError("counts has no finished item yet: forecast from estimates until one is finished")
    return history.astype(np.int64)


class _Learner:
    """The levels at which forecasts are read, nudged by every window that is over."""

    def __init__(self) -> None:
        self._shift = np.zeros_like(_LEVELS)

    @property
    def _read_at(self) -> FloatArray:
        levels: FloatArray = np.maximum.accumulate(np.clip(_LEVELS + self._shift, 0.001, 0.999))
        return levels

    def corrected(self, chances: FloatArray) -> FloatArray:
        """`chances` with each level read where it has held so far."""
        read: FloatArray = np.interp(chances, [0, *self._read_at, 1], [0, *_LEVELS, 1])
        return read

    def learn(self, below: float, at_most: float) -> None:
        """An outcome to which the uncorrected forecast gave the chances from `below` to `at_most`."""
        held = np.clip((self._read_at - below) / max(at_most - below, 1e-12), 0, 1)
        self._shift += _STEP * (_LEVELS - held)


def _walk(history: IntArray, weeks_of_work: float, learner: _Learner) -> Iterator[Window]:
    origin = _WARM_UP
    total = np.cumsum(history)
    while origin < history.size:
        recent = history[origin - _PACE_WEEKS : origin].mean()
        items = max(1, round(weeks_of_work * recent))
        end = int(np.searchsorted(total, total[origin - 1] + items))
        if end >= history.size:
            return
        if recent:
            took = end - origin + 1
            chances = _chances(history[:origin], items, _HORIZON)
            corrected = learner.corrected(chances)
            below, at_most = corrected[took - 1 : took + 1].tolist()
            p50, p80 = _weeks(corrected, (0.5, 0.8))
            yield Window(origin, items, took, below, at_most, p50, p80)
            learner.learn(chances[took - 1], chances[took])
        origin += took if recent else 1


def _chances(history: IntArray, items: int, horizon: int) -> FloatArray:
    """Chance of having finished `items` after 0, 1 ... horizon weeks, before correction."""
    near, far = (_from_recent_weeks(history, items, horizon, halves) for halves in (_PACE_HALVES, _LONG_HALVES))
    drawn = (1 - _LONG_SHARE) * near + _LONG_SHARE * far
    replayed, replays = _from_replay(history, items, horizon)
    share = replays / (replays + _TRUST)
    return share * replayed + (1 - share) * drawn


def _from_recent_weeks(history: IntArray, items: int, horizon: int, halves: float) -> FloatArray:
    """The weeks ahead are independent draws from those behind, weighted by recency."""
    weights = 0.5 ** (np.arange(history.size)[::-1] / halves)
    values, which = np.unique(np.minimum(history, items), return_inverse=True)
    chance = np.bincount(which, weights) / weights.sum()
    # left[k] is the chance of having finished k items so far, for k below `items`.
    left = np.zeros(items)
    left[0] = 1.0
    chances = np.zeros(horizon + 1)
    for week in range(1, horizon + 1):
        ahead = np.zeros(items)
        for value, weight in zip(values[values < items], chance, strict=False):
            ahead[value:] += weight * left[: items - value]
        left = ahead
        chances[week] = 1 - left.sum()
        if chances[week] > 1 - 1e-6:
            chances[week:] = 1.0
            break
    return chances


def _from_replay(history: IntArray, items: int, horizon: int) -> tuple[FloatArray, float]:
    """How long as much took from each past week that was like the present one, and from how many such weeks.

    As much is as many items where there are few, else as many weeks' worth of work. A replay that is not over yet
    counts as long as it has lasted (Kaplan and Meier 1958).
    """
    paces, idle = _paces(history), _idle_weeks(history)
    origins = np.flatnonzero(paces[:-1] > 0)
    likeness = _alike(paces + _PACE_FLOOR, origins, _PACE_WIDTH) * 0.5 ** ((history.size - origins) / _REPLAY_HALVES)
    if items <= _FEW_ITEMS:
        asked = np.full(origins.size, items)
        likeness *= _alike(idle + 1.0, origins, _IDLE_WIDTH)
    else:
        worth = items / max(paces[-1], 1e-9) * paces[origins]
        asked = np.maximum(1, np.round(worth))
        # Fewer than three items say little about many.
        likeness *= np.minimum(1, (worth + 0.5) / _FEW_ITEMS)
    total = np.concatenate(([0], np.cumsum(history)))
    ends = np.searchsorted(total, total[origins] + asked)
    over = ends <= history.size
    lasted = np.minimum(np.where(over, ends, history.size) - origins, horizon)
    finished = np.bincount(lasted, likeness * over, minlength=horizon + 1)
    at_risk = np.bincount(lasted, likeness, minlength=horizon + 1)[::-1].cumsum()[::-1]
    hazard = np.divide(finished, at_risk, out=np.zeros(horizon + 1), where=at_risk > 1e-12)
    return 1 - np.cumprod(1 - hazard), float(likeness.sum())


def _alike(values: FloatArray, origins: npt.NDArray[np.intp], width: float) -> FloatArray:
    """A Gaussian kernel in the logarithm: 1 where a value at an origin equals the last one, less further off."""
    alike: FloatArray = np.exp(-((np.log(values[origins] / values[-1]) / width) ** 2) / 2)
    return alike


def _idle_weeks(history: IntArray) -> FloatArray:
    """Weeks since an item was last finished, before each week and after the last."""
    week = np.arange(history.size + 1)
    busy = np.concatenate(([0], np.where(history > 0, week[1:], 0)))
    idle: FloatArray = (week - np.maximum.accumulate(busy)).astype(np.float64)
    return idle


def _paces(history: IntArray) -> FloatArray:
    """Items a week as known before each week, and after the last: a mean in which recent weeks count more."""
    fade = 0.5 ** (1 / _PACE_HALVES)
    paces, sum_, weight = [0.0], 0.0, 0.0
    for count in history.tolist():
        sum_, weight = fade * sum_ + count, fade * weight + 1
        paces.append(sum_ / weight)
    return np.array(paces)


def _weeks(chances: FloatArray, levels: Sequence[float]) -> list[int]:
    """The fewest weeks within which the chance reaches each level."""
    found: list[int] = np.minimum(np.searchsorted(chances, np.array(levels) - 1e-12), len(chances) - 1).tolist()
    return found


def _notes(history: IntArray, windows: Sequence[Window]) -> tuple[str, ...]:
    if not windows:
        return (f"{history.size} weeks of history: too few to check this forecast against the past.",)
    kept = sum(window.took <= window.p80 for window in windows)
    return (f"Replayed {len(windows)} times on this history, {kept} finished by the week said to be 80 % safe.",)
