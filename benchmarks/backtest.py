"""Forecasts from finished work, tried on real histories: commits and releases as weekly throughput.

For each `*_commits.csv` and `*_tags.csv`, from one origin after another: in how many weeks will four times the
recent weekly pace be finished? Windows do not overlap, nothing later than an origin is known there, and an
outcome that falls on a forecast week is split by a random tie. Two plain bootstraps answer the same questions;
`pinball_ratio` is our loss at the P50 and P80 against the better of theirs.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

from benchmarks.report import Options, Report, measured
from northing.science.forecasts import Window, back_test, weekly_counts

# A repository with fewer windows says too little about coverage.
FEWEST_WINDOWS = 40
# An author whose subjects nearly all begin with the same word is a robot: "Bump", "Translated" ...
ROBOT_COMMITS, ROBOT_SHARE = 20, 0.9
# Words for what is no release yet, and numbers such as 1.0b2, 3.0-M1.
CANDIDATE = re.compile(
    r"(?<![a-z])(rc|alpha|beta|pre|dev|nightly|latest|snapshot|test|canary|unstable|milestone|pr(?=\d))"
    r"|[._]\d+[ab]\d+$|-m\d+$",
    re.IGNORECASE,
)
SAFE = 0.8
LEVELS = np.array([0.5, SAFE])
DRAWS, LONGEST, RECENT, BLOCK = 1_000, 300, 26, 4
SEED = 1

Counts = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One value per window: the outcome's place in the forecast (randomised PIT) and three pinball losses."""

    place: FloatArray
    loss: FloatArray
    plain_loss: FloatArray
    block_loss: FloatArray

    @classmethod
    def joined(cls, parts: Iterable["Judged"]) -> "Judged":
        """All windows of several."""
        found = list(parts)
        return cls(*(np.concatenate([getattr(part, column.name) for part in found]) for column in fields(cls)))

    def figures(self) -> dict[str, Any]:
        """Coverage at P50 and P80 with the exact binomial test, and the pinball ratio."""
        windows = self.place.size
        if not windows:
            return {"windows": 0}
        held = {50: int((self.place <= 0.5).sum()), 80: int((self.place <= 0.8).sum())}
        better = min(self.plain_loss.mean(), self.block_loss.mean())
        return {
            "windows": windows,
            **{f"cover_{level}": count / windows for level, count in held.items()},
            **{f"p_{level}": binomtest(count, windows, level / 100).pvalue for level, count in held.items()},
            "pinball_ratio": float(self.loss.mean() / better),
        }


def run(options: Options) -> Report:
    """Back-test every history of the folder."""
    files = sorted(path for kind in READERS for path in options.data_folder().rglob(f"*_{kind}.csv"))
    if not files:
        raise SystemExit(f"--data {options.data}: there is no *_commits.csv or *_tags.csv in it")
    rows, repositories = [], defaultdict(list)
    for file in files[: options.limit]:
        repository, kind = file.stem.rsplit("_", 1)
        with measured() as cost:
            found = judge(weekly(READERS[kind](file)))
        rows.append(_row(f"{repository} {kind}", found.figures(), cost.wall_seconds))
        repositories[repository].append(found)
    enough = {name: Judged.joined(parts) for name, parts in repositories.items()}
    enough = {name: found for name, found in enough.items() if found.place.size >= FEWEST_WINDOWS}
    if not enough:
        return Report(rows, {"windows": 0})
    by_repository = {name: found.figures() for name, found in enough.items()}
    return Report(rows, {**Judged.joined(enough.values()).figures(), "by_repository": by_repository})


def _row(instance: str, figures: dict[str, Any], seconds: float) -> dict[str, Any]:
    """The figures of one history; value is the share that was finished by the P80."""
    held = figures.get("cover_80")
    return {
        "instance": instance,
        "value": held,
        "bound": None,
        "reference": SAFE,
        "gap": None if held is None else held - SAFE,
        **figures,
        "seconds": seconds,
    }


def commits(file: Path) -> Iterator[datetime]:
    """When work landed; merges and what robots commit are no work of the team's."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["is_merge"] != "1"]
    first_words: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        first_words[row["author"]][row["subject"].split(" ", 1)[0]] += 1
    robots = {
        author
        for author, words in first_words.items()
        if words.total() >= ROBOT_COMMITS and max(words.values()) >= ROBOT_SHARE * words.total()
    }
    return (datetime.fromisoformat(row["commit_date"]) for row in rows if row["author"] not in robots)


def tags(file: Path) -> Iterator[datetime]:
    """When a release was tagged, once for each commit; candidates are no releases."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not CANDIDATE.search(row["tag"])]
    released: dict[str, datetime] = {}
    for row in rows:
        moment = datetime.fromisoformat(row["tag_date"])
        released[row["commit"]] = min(moment, released.get(row["commit"], moment))
    return iter(released.values())


READERS = {"commits": commits, "tags": tags}


def weekly(moments: Iterable[datetime]) -> Counts:
    """Counts of the whole weeks between the first moment and the last."""
    found = list(moments)
    return weekly_counts(found, max(found).date()) if found else np.zeros(0, dtype=np.int64)


def judge(counts: Counts) -> Judged:
    """Our forecasts and the plain ones against what happened."""
    windows = back_test(counts) if counts.any() else ()
    random = np.random.default_rng(SEED)
    ties = random.random(len(windows))
    losses = [
        (
            pinball(window, np.array([window.p50, window.p80])),
            pinball(window, plain(counts[: window.origin], window.items, random)),
            pinball(window, block(counts[: window.origin], window.items, random)),
        )
        for window in windows
    ]
    below, at_most = (np.array([getattr(w, name) for w in windows]) for name in ("below", "at_most"))
    return Judged(below + ties * (at_most - below), *np.array(losses, dtype=float).reshape(-1, 3).T)


def pinball(window: Window, quantiles: FloatArray) -> float:
    """Mean loss of the P50 and the P80."""
    late = window.took - quantiles
    return float(np.maximum(LEVELS * late, (LEVELS - 1) * late).mean())


def plain(history: Counts, items: int, random: np.random.Generator) -> FloatArray:
    """Quantiles of the weeks from independent draws of the last half-year's weeks."""
    return _quantiles(random.choice(history[-RECENT:], (DRAWS, LONGEST)), items)


def block(history: Counts, items: int, random: np.random.Generator) -> FloatArray:
    """Quantiles of the weeks from draws of four successive weeks out of all history."""
    first = random.integers(0, history.size - BLOCK + 1, (DRAWS, LONGEST // BLOCK, 1))
    return _quantiles(history[first + np.arange(BLOCK)].reshape(DRAWS, -1), items)


def _quantiles(paths: Counts, items: int) -> FloatArray:
    done = paths.cumsum(axis=1) >= items
    weeks = np.where(done.any(axis=1), done.argmax(axis=1) + 1, LONGEST)
    return np.quantile(weeks, LEVELS, method="inverted_cdf").astype(float)
