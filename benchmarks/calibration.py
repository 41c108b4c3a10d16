"""How good recalibrated estimates are on finished tasks: the last 30 % by date, each forecast from earlier days.

Reads every CSV file of the folder, or of its folder ``estimates``, with the columns date, estimator, group, unit,
estimate, actual in any order; files without them are named in ``other_files``. The first row of a file is all of it,
the others one estimator each; value is the share of randomised PIT values (20 seeds) in [.1, .9]. The summary's
``rms_by_estimator`` is the root-mean-square deviation from 80 % over the ``estimators`` with 50 test rows or more, and
``noise_by_estimator`` what chance alone explains.
"""

import csv
import math
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.report import Options, Report, measured
from northing.science.calibration import (
    LEVELS,
    Backtest,
    History,
    Outcome,
    Question,
    backtest,
    coverage,
    global_quantiles,
    pinball,
    randomised_pit,
)
from northing.science.estimates import Triple

COLUMNS = {"date", "estimator", "group", "unit", "estimate", "actual"}
TEST_SHARE = 0.3
SEEDS = range(20)
ENOUGH_ROWS = 50

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Test rows: who estimated, what happened, the chances and quantiles of both forecasts."""

    who: npt.NDArray[np.str_]
    happened: FloatArray
    below: FloatArray
    at_most: FloatArray
    quantiles: FloatArray
    global_quantiles: FloatArray
    exact: FloatArray

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Judged":
        """The chosen rows."""
        return Judged(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def figures(self) -> dict[str, float]:
        """The shares of PIT values in the middle 80 % and 50 %, and the pinball losses."""
        pits = [randomised_pit(self.below, self.at_most, seed) for seed in SEEDS]
        return {
            "pit_80": float(np.mean([coverage(pit, 0.8) for pit in pits])),
            "pit_50": float(np.mean([coverage(pit, 0.5) for pit in pits])),
            "pinball": pinball(self.happened, self.quantiles, LEVELS),
            "pinball_global": pinball(self.happened, self.global_quantiles, LEVELS),
        }


def run(options: Options) -> Report:
    """Back-test every file of the folder."""
    rows: list[dict[str, Any]] = []
    judged: list[Judged] = []
    left_out = 0
    files, others = _files(options.data_folder())
    for file in files:
        outcomes, refused = _read(file)
        outcomes = sorted(outcomes, key=lambda outcome: outcome.question.day)[: options.limit]
        left_out += refused
        with measured() as cost:
            tested = _test_rows(file.name, backtest(History.of(outcomes)))
        judged.append(tested)
        rows.append(_row(file.name, tested) | {"seconds": cost.wall_seconds})
        rows += [_row(name, tested.only(tested.who == name)) for name in np.unique(tested.who)]
    return Report(rows, _summary(_joined(judged)) | {"left_out": left_out, "other_files": others})


def _files(folder: Path) -> tuple[list[Path], dict[str, str]]:
    """The files with estimates, and what others lack."""
    inner = folder / "estimates"
    found = sorted((inner if inner.is_dir() else folder).glob("*.csv"))
    if not found:
        raise SystemExit(f"{folder}: no CSV file in it or in its folder estimates")
    lacking = {file: ", ".join(sorted(COLUMNS - _columns(file))) for file in found}
    others = {file.name: f"no column {lack}" for file, lack in lacking.items() if lack}
    if len(others) == len(found):
        raise SystemExit("; ".join(f"{name}: {reason}" for name, reason in others.items()))
    return [file for file in found if not lacking[file]], others


def _columns(file: Path) -> set[str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return set(next(csv.reader(lines), []))


def _read(file: Path) -> tuple[list[Outcome], int]:
    """The outcomes of a file, and how many rows lack a date or an estimate and an actual above 0."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    outcomes = [_outcome(row) for row in rows]
    found = [outcome for outcome in outcomes if outcome]
    if not found:
        raise SystemExit(f"{file.name}: no row with a date (2024-03-31), an estimate and an actual above 0")
    return found, len(rows) - len(found)


def _outcome(row: dict[str, str]) -> Outcome | None:
    try:
        day = datetime.fromisoformat(row["date"]).date()
        estimate, actual = float(row["estimate"]), float(row["actual"])
    except ValueError:
        return None
    if not (0 < estimate < math.inf and 0 < actual < math.inf):
        return None
    triple = Triple(estimate, estimate, estimate)
    return Outcome(Question(day, row["estimator"], row["group"], row["unit"], triple), actual)


def _test_rows(file: str, forecasts: Backtest) -> Judged:
    history = forecasts.history
    test = slice(int(len(history) * (1 - TEST_SHARE)), None)
    names = np.array([f"{file} {name}" for name in history.names])
    return Judged(
        names[history.who[test]],
        history.errors[1, test],
        forecasts.below[test],
        forecasts.at_most[test],
        forecasts.quantiles[test],
        global_quantiles(history)[test],
        forecasts.exact[test],
    )


def _joined(parts: list[Judged]) -> Judged:
    return Judged(*(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Judged)))


def _row(instance: str, judged: Judged) -> dict[str, Any]:
    figures = judged.figures()
    share = figures.pop("pit_80")
    return {
        "instance": instance,
        "value": share,
        "bound": None,
        "reference": 0.8,
        "gap": share - 0.8,
        "rows": len(judged.who),
    } | figures


def _summary(every: Judged) -> dict[str, Any]:
    names, counts = np.unique(every.who, return_counts=True)
    large = counts >= ENOUGH_ROWS
    off = [every.only(every.who == name).figures()["pit_80"] - 0.8 for name in names[large]]
    return every.figures() | {
        "rms_by_estimator": float(np.sqrt(np.mean(np.square(off)))) if off else None,
        "noise_by_estimator": float(np.sqrt(np.mean(0.8 * 0.2 / counts[large]))) if off else None,
        "rows": len(every.who),
        "estimators": len(off),
        "exact_forecast": float(every.exact.mean()),
        "exact_happened": float(np.mean(every.happened == 0)),
    }
