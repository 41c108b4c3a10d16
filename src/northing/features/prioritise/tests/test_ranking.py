"""The computation: against enumeration and closed forms, repeatable, and exact where it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from northing.access.actor import Actor
from northing.decisions.models import Run
from northing.decisions.public import enter_estimates, measures_of, repeat
from northing.expressions import FormulaError
from northing.features.models import Feature
from northing.features.prioritise import planning
from northing.features.prioritise.actions import refresh
from northing.features.prioritise.methods import chosen
from northing.features.prioritise.queries import inputs_of
from northing.features.records import FEATURE, SCORING_MODEL
from northing.kit import changes
from northing.kit.problems import Invalid, Missing

Sized = Callable[..., list[Feature]]


def ran(features: dict[str, Any], method: str, **definition: Any) -> Any:
    parameters = {"definition": {"method": method, **definition}, "currency": "EUR", "draws": 5000, "top": 2}
    return planning.compute({"features": features}, parameters, 1).result


def wide(effort: float, value: float, factor: float = 2.0) -> dict[str, list[Any]]:
    return {
        "effort": [effort / factor, effort, effort * factor, False],
        "value": [value / factor, value, value * factor, False],
    }


def test_two_equal_features_are_a_toss_up() -> None:
    result = ran({"F-1": wide(10, 100), "F-2": wide(10, 100)}, "value_effort")
    assert abs(result["rows"][0]["beats_next"] - 0.5) < 0.03
    assert result["groups"] == [[1, 2, "toss-up"]]


def test_a_score_is_per_week_and_its_median_that_of_the_quotient() -> None:
    """Symmetric on the log scale, the quotient of the medians is the median: 100 / (10 days = 2 weeks) = 50."""
    [row] = ran({"F-1": wide(10, 100)}, "value_effort")["rows"]
    assert row["score"][1] == pytest.approx(50, rel=0.05)


def test_efforts_add_up_down_the_list() -> None:
    exact = {"F-1": wide(5, 900, 1.0), "F-2": wide(10, 500, 1.0), "F-3": wide(20, 100, 1.0)}
    result = ran(exact, "value_effort")
    assert [row["key"] for row in result["rows"]] == ["F-1", "F-2", "F-3"]
    assert result["spent"] == [[1, 1, 1], [3, 3, 3], [7, 7, 7]]
    assert {key: spot[2] for key, spot in result["spots"].items()} == {"F-1": 1.0, "F-2": 0.0, "F-3": 0.0}


def test_the_frontier_agrees_with_enumeration() -> None:
    rng = np.random.default_rng(5)
    cost, gain = rng.random((6, 40)), rng.random((6, 40))
    beaten = [
        [any(cost[k, d] < cost[i, d] and gain[k, d] >= gain[i, d] for k in range(6)) for d in range(40)]
        for i in range(6)
    ]
    assert np.allclose(planning.frontier_chances(cost, gain), 1 - np.array(beaten).mean(axis=1))


def rice(reach: float, impact: float, confidence: float, effort: float, assumed: bool = True) -> dict[str, list[Any]]:
    values = {"reach": reach, "impact": impact, "confidence": confidence, "effort": effort}
    return {name: [0.6 * value, value, 1.8 * value, assumed] for name, value in values.items()}


def test_classic_rice_gives_the_old_order_exactly() -> None:
    rng = np.random.default_rng(2)
    features = {
        f"F-{i}": rice(*(float(x) for x in (rng.integers(50, 5000), rng.choice([0.5, 1, 2]), 0.8, rng.integers(1, 60))))
        for i in range(1, 41)
    }
    old = {
        key: v["reach"][1] * v["impact"][1] * v["confidence"][1] / (v["effort"][1] / 5) for key, v in features.items()
    }
    rows = ran(features, "classic_rice")["rows"]
    assert [row["key"] for row in rows] == sorted(old, key=lambda key: -old[key])
    assert all(row["score"] == pytest.approx([old[row["key"]]] * 3, rel=1e-5) for row in rows)


def test_with_rice_confidence_is_the_width_of_bare_numbers_only() -> None:
    def spread(confidence: float, assumed: bool) -> float:
        [row] = ran({"F-1": rice(1000, 1, confidence, 10, assumed)}, "rice")["rows"]
        return float(row["score"][2] / row["score"][0])

    assert spread(0.5, True) > 3 * spread(1.0, True)
    assert spread(0.5, False) == spread(1.0, False)


def test_equal_arguments_give_equal_outcomes() -> None:
    features = {f"F-{i}": wide(3 * i, 10 + i) for i in range(1, 9)}
    assert ran(features, "value_effort") == ran(features, "value_effort")


def test_an_own_formula_and_weights() -> None:
    features = {"F-1": wide(5, 10, 1.0), "F-2": wide(5, 30, 1.0)}
    assert ran(features, "custom", formula="value / effort ^ 2")["rows"][0]["score"][1] == pytest.approx(30)
    assert ran(features, "weighted", weights={"value": 1})["rows"][0]["key"] == "F-2"


@pytest.mark.django_db
def test_refreshing_writes_rank_and_score_and_repeats_exactly(actor: Actor, sized: Sized) -> None:
    low, high, bare = sized({"effort": "XL", "value": "1k"}, {"effort": "S", "value": "90k"}, {})
    run = refresh(actor, chosen(actor, "value_effort"))
    values = measures_of(actor, [low.pk, high.pk, bare.pk], ["rank", "score"])
    assert (values[high.pk]["rank"].p50, values[low.pk]["rank"].p50, bare.pk in values) == (1, 2, False)
    assert values[high.pk]["score"].run_id == run.pk
    assert repeat(run) == []
    assert refresh(actor, chosen(actor, "value_effort")).pk == run.pk
    assert Run.objects.within(actor).count() == 1


@pytest.mark.django_db
def test_a_rank_is_the_place_in_the_order_and_none_where_nothing_speaks_for_any(actor: Actor, sized: Sized) -> None:
    made = sized(*[{"effort": "M", "value": worth} for worth in ("8k", "9k", "10k", "0 sure", "0 sure")])
    run = refresh(actor, chosen(actor, "value_effort"))
    found = measures_of(actor, [feature.pk for feature in made], ["rank"])
    order = [row["key"] for row in run.result["rows"]]
    assert {f"F-{feature.number}": found[feature.pk]["rank"].p50 for feature in made[:3]} == {
        key: place for place, key in enumerate(order[:3], start=1)
    }
    assert not {feature.pk for feature in made[3:]} & found.keys()


@pytest.mark.django_db
def test_what_is_no_candidate_any_more_loses_its_rank(actor: Actor, sized: Sized) -> None:
    first, second = sized({"effort": "M", "value": "1k"}, {"effort": "S", "value": "9k"})
    refresh(actor, chosen(actor, "value_effort"))
    changes.update(actor, FEATURE, [changes.Edit(first.pk, {"status": "released"})])
    refresh(actor, chosen(actor, "value_effort"))
    assert set(measures_of(actor, [first.pk, second.pk], ["rank"])) == {second.pk}


@pytest.mark.django_db
def test_several_voices_enter_as_their_pool(actor: Actor, sized: Sized) -> None:
    [one] = sized({"effort": "M", "value": "1k"})
    enter_estimates(actor, [{"about": one.pk, "quantity": "effort", "entered": "30", "method": "model"}])
    taken_in = inputs_of(actor, chosen(actor, "value_effort"))["features"]["F-1"]["effort"]
    assert taken_in[0] < 10 < taken_in[2]


@pytest.mark.django_db
def test_refusals_say_what_is_missing(actor: Actor, sized: Sized) -> None:
    sized({"effort": "M"})
    with pytest.raises(Invalid, match="effort, impact, reach"):
        refresh(actor, chosen(actor, "rice"))
    with pytest.raises(FormulaError, match="did you mean 'impact'"):
        refresh(actor, chosen(actor, "custom", "impct * 2"))
    for empty in ("", "5"):
        with pytest.raises(FormulaError):
            refresh(actor, chosen(actor, "custom", empty))
    with pytest.raises(FormulaError, match="gives no number, whatever"):
        refresh(actor, chosen(actor, "custom", "1 / (effort - effort)"))
    with pytest.raises(Invalid, match="must be a finite number"):
        refresh(actor, chosen(actor, "custom", "log(effort - 100)"))
    with pytest.raises(Missing):
        chosen(actor, "tarot")


@pytest.mark.django_db
def test_a_saved_model_ranks(actor: Actor, sized: Sized) -> None:
    sized({"value": "2"}, {"value": "5"})
    changes.create(actor, SCORING_MODEL, [{"name": "Ours", "method": "weighted", "weights": {"value": 1}}])
    run = refresh(actor, chosen(actor, "SM-1"))
    assert (run.parameters["label"], run.result["rows"][0]["key"]) == ("Ours", "F-2")
