import csv
import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from northing.science.calibration import (
    LEVELS,
    Backtest,
    History,
    Outcome,
    Question,
    Settings,
    backtest,
    coverage,
    expected_ratios,
    global_quantiles,
    pinball,
    randomised_pit,
)
from northing.science.calibration.tests.outcomes import history, outcomes, question
from northing.science.estimates import Triple

pytestmark = pytest.mark.science

DATA = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[6] / "shared" / "data")
TASKS = DATA / "estimates" / "tasks.csv"


def drawn(seed: int, size: int, spread: float = 0.5) -> np.ndarray:
    return np.exp(np.random.default_rng(seed).normal(0.0, spread, size))


def test_the_future_changes_no_forecast_of_the_past() -> None:
    past = drawn(5, 60)
    short, long = backtest(history(list(past))), backtest(history([*past, 40.0, 0.02, 9.0]))
    assert np.array_equal(short.quantiles, long.quantiles[:60])
    assert np.array_equal(short.below, long.below[:60])
    assert np.array_equal(global_quantiles(short.history), global_quantiles(long.history)[:60])


def test_outcomes_of_one_day_do_not_know_each_other() -> None:
    same_day = [Outcome(question(0), 5.0 * float(ratio)) for ratio in (0.1, 3.0, 10.0)]
    forecasts = backtest(History.of(same_day))
    assert np.all(forecasts.quantiles == forecasts.quantiles[0])


def test_the_order_of_input_does_not_matter() -> None:
    given = outcomes(list(drawn(2, 40)))
    forwards, backwards = backtest(History.of(given)), backtest(History.of(given[::-1]))
    assert np.array_equal(forwards.quantiles, backwards.quantiles)


def test_the_next_forecast_is_the_one_the_back_test_would_make() -> None:
    ratios = list(drawn(7, 80))
    known, longer = backtest(history(ratios)), backtest(history([*ratios, 1.0]))
    ahead = expected_ratios(known.history, question(80), correction=known.correction, plain=known.plain)
    assert np.allclose(ahead.quantile(LEVELS), longer.quantiles[-1])


def test_somebody_who_always_takes_twice_as_long_is_expected_to() -> None:
    forecasts = backtest(history(list(2 * drawn(1, 200, 0.1))))
    assert np.exp(forecasts.quantiles[-1, LEVELS.index(0.5)]) == pytest.approx(2, rel=0.1)


def test_exactly_as_estimated_is_given_its_share() -> None:
    ratios = np.where(np.random.default_rng(8).random(400) < 0.4, 1.0, drawn(9, 400))
    assert backtest(history(list(ratios))).exact[-100:].mean() == pytest.approx(0.4, abs=0.08)


def test_feedback_mends_what_pooling_gets_wrong() -> None:
    """Recent ranges have doubled in width, which a memory too long hides until forecasts are seen to fail."""
    ratios = np.concatenate([drawn(1, 400, 0.2), drawn(2, 600, 0.8)])

    def held(feedback: float) -> float:
        forecasts = backtest(history(list(ratios)), Settings(memory_days=400, feedback=feedback))
        return coverage(randomised_pit(forecasts.below[-400:], forecasts.at_most[-400:], seed=1), 0.8)

    assert abs(held(20.0) - 0.8) < abs(held(1e9) - 0.8)


def test_an_empty_history_forecasts_nothing() -> None:
    assert backtest(History.of([])).quantiles.shape == (0, 11)


@pytest.fixture(scope="module")
def tasks() -> Backtest:
    if not TASKS.is_file():
        pytest.skip(f"the finished tasks are not here: {TASKS}; set NORTHING_TEST_DATA")
    with TASKS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[:6_000]
    found = []
    for row in rows:
        estimate = Triple(*[float(row["estimate"])] * 3)
        asked = Question(date.fromisoformat(row["date"]), row["estimator"], row["group"], row["unit"], estimate)
        found.append(Outcome(asked, float(row["actual"])))
    return backtest(History.of(found))


@pytest.mark.real_data
def test_real_tasks_are_forecast_with_the_promised_chances(tasks: Backtest) -> None:
    test = slice(int(len(tasks.history) * 0.7), None)
    pits = [randomised_pit(tasks.below[test], tasks.at_most[test], seed) for seed in range(20)]
    assert 0.78 <= np.mean([coverage(pit, 0.8) for pit in pits]) <= 0.82
    assert 0.47 <= np.mean([coverage(pit, 0.5) for pit in pits]) <= 0.54


@pytest.mark.real_data
def test_real_tasks_are_forecast_better_than_by_global_quantiles(tasks: Backtest) -> None:
    test = slice(int(len(tasks.history) * 0.7), None)
    happened = tasks.history.errors[1, test]
    loss = pinball(happened, tasks.quantiles[test], LEVELS)
    assert loss <= 0.92 * pinball(happened, global_quantiles(tasks.history)[test], LEVELS)


def from_people(apart: float, seed: int) -> History:
    """Five people who are wrong by chance, and one from another by so much as well; sizes of no account."""
    random = np.random.default_rng(seed)
    who, size = random.integers(0, 5, 400), np.exp(random.normal(1.5, 1.0, 400))
    errors = apart * (who - 2) + random.normal(0, 0.5, 400)
    return History.of(
        Outcome(question(day, f"P-{who[day]}", likely=float(size[day])), float(size[day] * np.exp(errors[day])))
        for day in range(400)
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_likeness_is_used_where_it_pays_and_costs_little_where_it_does_not(seed: int) -> None:
    gains = {}
    for apart in (0.0, 0.3):
        known = backtest(from_people(apart, seed))
        late, errors = slice(280, None), known.history.errors[1, 280:]
        plain = pinball(errors, global_quantiles(known.history)[late], LEVELS)
        gains[apart] = 1 - pinball(errors, known.quantiles[late], LEVELS) / plain
        assert (known.plain > 0.5) == (apart == 0.0)
    assert gains[0.0] > -0.02
    assert gains[0.3] > 0.08
