import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.science.calibration import (
    History,
    Outcome,
    Settings,
    expected_ratios,
    recalibrated,
    record_for,
)
from northing.science.calibration.likeness import subject, weights
from northing.science.calibration.tests.outcomes import history, outcomes, question
from northing.science.estimates import USUAL_RECORD, Triple

pytestmark = pytest.mark.science

ratio_lists = st.lists(st.floats(0.05, 20), max_size=30)


@settings(deadline=None)
@given(ratio_lists)
def test_weights_sum_to_one(ratios: list[float]) -> None:
    known = history(ratios)
    weighed = weights(known, subject(known, question(40)))
    assert weighed.prior + weighed.outcomes.sum() == pytest.approx(1)
    assert np.all(weighed.outcomes >= 0)
    assert (weighed.prior == 1) == (not ratios)


@settings(deadline=None)
@given(ratio_lists)
def test_an_estimate_is_recalibrated_in_order(ratios: list[float]) -> None:
    triple = recalibrated(history(ratios), question(40))
    assert 0 < triple.p10 <= triple.p50 <= triple.p90


def test_without_outcomes_the_usual_record_is_left() -> None:
    record = record_for(History.of([]), question(0))
    assert (record.p10, record.p50, record.p90) == pytest.approx((USUAL_RECORD.p10, USUAL_RECORD.p50, USUAL_RECORD.p90))
    assert record.whose == "such numbers"


def test_a_newcomer_with_three_estimates_leans_on_the_team() -> None:
    team = outcomes(np.exp(np.random.default_rng(1).normal(0, 0.3, 200)), "A-1")
    newcomer = [replace(one, question=replace(one.question, who="N-2")) for one in outcomes([6.0, 7.0, 8.0])]
    known = History.of([*team, *newcomer])
    asked = question(210, "N-2")
    own = subject(known, asked).who
    share = weights(known, subject(known, asked)).outcomes[known.who == own].sum()
    assert 0.08 < share < 0.25
    record = record_for(known, asked)
    assert record.p50 < 1.3
    assert record.whose == "your team's numbers"


def test_outcomes_alike_in_all_but_the_person_have_the_shares_of_the_closed_form() -> None:
    """Five links of 50 outcomes alike, each with the share 50 / 80, then one of the own 10, with 10 / 40."""
    given_ = [Outcome(question(0, who), 5.0) for who in ["A-1"] * 40 + ["N-2"] * 10]
    known = History.of(given_)
    asked = subject(known, question(3, "N-2"))
    found = weights(known, asked, Settings(pooling=30))
    before = (3 / 8) ** 5
    assert found.prior == pytest.approx(3 / 4 * before)
    assert found.outcomes[known.who == asked.who].sum() == pytest.approx(1 / 4 + 3 / 4 * (1 - before) * 10 / 50)


def test_with_many_estimates_the_own_record_counts() -> None:
    slow, exact = outcomes([2.0] * 150, "S-1"), outcomes([1.0] * 150, "E-2")
    record = record_for(History.of([*slow, *exact]), question(151, "S-1"))
    assert record.p50 == pytest.approx(2.0)
    assert record.whose == "your own numbers"


def test_large_estimates_learn_from_large_ones() -> None:
    small, large = outcomes([0.5] * 100, likely=1.0), outcomes([2.0] * 100, likely=50.0)
    known = History.of([*small, *large])
    assert recalibrated(known, question(101, likely=40.0)).p50 == pytest.approx(80.0)
    assert recalibrated(known, question(101, likely=1.2)).p50 == pytest.approx(0.6)


def test_recent_outcomes_count_more() -> None:
    known = history([1.0] * 400 + [3.0] * 400)
    settings = Settings(memory_days=60)
    assert recalibrated(known, question(801), settings=settings).p50 == pytest.approx(15.0)
    assert recalibrated(known, question(401), settings=settings).p50 == pytest.approx(5.0)


def test_other_quantities_are_not_compared_by_size() -> None:
    known = history([3.0] * 300)
    of_days = weights(known, subject(known, question(301)))
    of_people = weights(known, subject(known, question(301, quantity="people")))
    assert of_days.outcomes.max() > of_days.outcomes.min() * 2
    assert np.ptp(of_people.outcomes) == 0


def test_only_earlier_days_count() -> None:
    known = history([2.0] * 50)
    later = [replace(one, actual=500.0) for one in outcomes([1.0] * 50)]
    future = [replace(o, question=replace(o.question, day=o.question.day + timedelta(50))) for o in later]
    both = History.of([*outcomes([2.0] * 50), *future])
    assert recalibrated(both, question(50)) == recalibrated(known, question(50))
    assert expected_ratios(both, question(0)).quantile(0.5) == expected_ratios(known, question(0)).quantile(0.5)


def test_stated_ranges_are_moved_to_where_they_would_have_held() -> None:
    rng = np.random.default_rng(4)
    stated = Triple(9.0, 10.0, 11.0)
    past = [
        Outcome(replace(question(day), estimate=stated), 10.0 * float(np.exp(rng.normal(0.2, 0.5))))
        for day in range(600)
    ]
    triple = recalibrated(History.of(past), replace(question(601), estimate=stated), settings=Settings(memory_days=1e6))
    truth = 10.0 * np.exp(0.2 + 0.5 * np.array([-1.2816, 0.0, 1.2816]))
    assert np.allclose(triple, truth, rtol=0.12)


def test_the_spike_is_part_of_the_expected_ratios() -> None:
    ratios = np.where(np.arange(300) % 3 == 0, 1.0, np.linspace(0.5, 2, 300))
    below, at_most = expected_ratios(history(list(ratios)), question(301)).between(0.0)
    assert at_most - below == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.parametrize("estimate", [(0, 1, 2), (3, 2, 4), (1, 2, math.inf)])
def test_estimates_without_a_logarithm_are_refused(estimate: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="above 0 and must not fall"):
        replace(question(0), estimate=Triple(*estimate))


@pytest.mark.parametrize("actual", [0.0, -1.0, math.nan])
def test_actual_values_without_a_logarithm_are_refused(actual: float) -> None:
    with pytest.raises(ValueError, match="must be above 0"):
        Outcome(question(0), actual)


def test_settings_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="pooling is 0"):
        Settings(pooling=0)


@settings(deadline=None)
@given(ratio_lists, st.floats(1, 4))
def test_worse_outcomes_never_lower_what_is_expected(ratios: list[float], factor: float) -> None:
    before = recalibrated(history(ratios), question(40))
    after = recalibrated(history([factor * ratio for ratio in ratios]), question(40))
    assert all(late >= early * (1 - 1e-9) for early, late in zip(before, after, strict=True))


@settings(deadline=None)
@given(ratio_lists, st.floats(0.01, 100))
def test_the_unit_does_not_matter(ratios: list[float], unit: float) -> None:
    plain = recalibrated(history(ratios), question(40))
    other = recalibrated(history(ratios, likely=5 * unit), question(40, likely=5 * unit))
    assert [value / unit for value in other] == pytest.approx(list(plain), rel=1e-6)


@settings(deadline=None)
@given(ratio_lists, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(ratios: list[float], random: object) -> None:
    given_rows = outcomes(ratios)
    mixed = random.sample(given_rows, len(given_rows))  # type: ignore[attr-defined]
    assert recalibrated(History.of(mixed), question(40)) == recalibrated(History.of(given_rows), question(40))
