"""Benchmarks read any folder of the format, say what they cannot read, and write one form of JSON."""

import json
import math
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibration, psplib
from benchmarks.report import COLUMNS, Options, Report

pytestmark = pytest.mark.science

PROJECT = """\
jobs (incl. supersource/sink ):  4
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
--------------------------
  1      1     0       0
  2      1     3       2
  3      1     4       2
  4      1     0       0
RESOURCEAVAILABILITIES:
  R 1
   3
"""
TASKS = "note,actual,estimate,unit,group,estimator,date\n" + "".join(
    f"x,{4 + i % 3},4,days,app,B-{i % 2},2030-01-{i + 1:02}\n" for i in range(20)
)


@pytest.mark.parametrize("name", ["psplib", "nrp", "frontier", "calibration", "backtest"])
def test_a_folder_without_its_files_is_refused_with_what_is_missing(name: str, tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("notes")
    with pytest.raises(SystemExit, match=r"no (\*\.sm|nrp\*\.txt|CSV|\*_commits)"):
        import_module(f"benchmarks.{name}").run(Options(tmp_path))


def test_projects_are_solved_with_and_without_a_best_known_makespan(tmp_path: Path) -> None:
    for stem in ("j21_1", "own"):
        (tmp_path / f"{stem}.sm").write_text(PROJECT)
    assert [row["gap"] for row in psplib.run(Options(tmp_path, seconds=5)).rows] == [None, None]
    (tmp_path / psplib.KNOWN).write_text("set,parameter,instance,best_lower_bound,best_makespan\nj2,1,1,7,7\n")
    found = psplib.run(Options(tmp_path, seconds=5))
    assert {row["instance"]: (row["value"], row["reference"], row["gap"]) for row in found.rows} == {
        "j21_1": (7, 7, 0),  # both tasks need two of three: one after the other
        "own": (7, None, None),
    }


def test_a_file_that_is_no_project_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.sm").write_text("notes")
    with pytest.raises(SystemExit, match=r"notes\.sm: no single-mode project"):
        psplib.run(Options(tmp_path, seconds=1))


def test_tasks_are_read_in_any_order_of_columns_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "tasks.csv").write_text(TASKS)
    (tmp_path / "people.csv").write_text("estimator,age\nB-1,40\n")
    found = calibration.run(Options(tmp_path)).summary
    assert found["rows"] == 6  # the last 30 % of 20
    assert found["other_files"] == {"people.csv": "no column actual, date, estimate, group, unit"}


def test_json_has_the_same_columns_for_every_benchmark_and_no_number_that_is_none(tmp_path: Path) -> None:
    rows = [{"instance": "a", "value": np.float64(2.5), "gap": math.inf, "extra": np.arange(2)}]
    Report(rows, {"mean": math.nan, "by": {"x": (1, True)}}).write(tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text())
    assert found["rows"] == [dict.fromkeys(COLUMNS) | {"instance": "a", "value": 2.5, "extra": [0, 1]}]
    assert found["summary"] == {"mean": None, "by": {"x": [1, True]}}
