import numpy as np
import pytest

from northing.expressions import FormulaError
from northing.science.priorities import METHODS, RICE, Confidence, ScoringMethod, custom, weighted, width_of_confidence


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("rice", {"reach": 500, "impact": 2, "effort": 4}, 250),
        ("classic_rice", {"reach": 500, "impact": 2, "confidence": 0.8, "effort": 4}, 200),
        ("ice", {"impact": 8, "confidence": 5, "ease": 3}, 120),
        ("wsjf", {"business_value": 8, "time_criticality": 5, "risk_reduction": 2, "job_size": 3}, 5),
        ("value_effort", {"value": 12_000, "effort": 4}, 3_000),
        ("cost_of_delay", {"cost_of_delay": 9_000, "duration": 6}, 1_500),
        ("opportunity", {"importance": 9, "satisfaction": 4}, 14),
        ("opportunity", {"importance": 4, "satisfaction": 9}, 4),
    ],
)
def test_score_by_hand(name: str, values: dict[str, float], expected: float) -> None:
    assert METHODS[name].quantities == tuple(sorted(values))
    assert METHODS[name].score(values) == pytest.approx(expected, rel=1e-15)


def test_every_method_is_registered_under_its_name() -> None:
    assert all(name == method.name for name, method in METHODS.items())


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("reach * confidence", Confidence.WIDTH), ("reach * confidence", Confidence.UNUSED), ("reach", Confidence.FACTOR)],
)
def test_confidence_is_never_both(text: str, confidence: Confidence) -> None:
    with pytest.raises(ValueError, match="never both"):
        ScoringMethod("own", "Own", text, {"reach": "people", "confidence": "%"}, confidence)


def test_custom_formula_is_checked() -> None:
    method = custom("2 * revenue / effort * confidence", {"revenue": "EUR", "effort": "person-days", "confidence": ""})
    assert method.confidence is Confidence.FACTOR
    assert str(method.unit) == "EUR / day person"
    with pytest.raises(FormulaError, match="did you mean 'revenue'"):
        custom("revenu", {"revenue": "EUR"})


def test_unlike_quantities_are_plain_numbers_in_an_own_formula_and_nowhere_else() -> None:
    method = custom("(revenue + 500 * reach) / effort", {"revenue": "EUR", "reach": "people", "effort": "person-weeks"})
    assert method.unit is None
    assert [said.partition(":")[0] for said in method.mixtures] == ["revenue is in EUR, 500 * reach is in people"]
    assert method.score({"revenue": 1000, "reach": 2, "effort": 4}) == 500
    assert not any(one.mixtures for one in METHODS.values())


def test_weighted_is_the_weighted_mean() -> None:
    weights = {"value": 3.0, "fit": 1.0, "risk": -1.0}
    random = np.random.default_rng(1)
    values = {name: random.uniform(0, 10, 50) for name in weights}
    expected = sum(weight * values[name] for name, weight in weights.items()) / 5
    np.testing.assert_allclose(weighted(weights).score(values), expected, rtol=1e-12)


@pytest.mark.parametrize("weights", [{}, {"value": 0.0}, {"value": float("nan")}])
def test_weights_must_weigh(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        weighted(weights)


def test_width_falls_as_confidence_rises() -> None:
    assert [width_of_confidence(value) for value in (0.2, 0.5, 0.8, 1.0)] == pytest.approx([4, 4, 2, 1.3])
    widths = [width_of_confidence(value) for value in np.linspace(0, 1, 21)]
    assert widths == sorted(widths, reverse=True)
    with pytest.raises(ValueError, match="divide percentages by 100"):
        width_of_confidence(80)


def test_missing_quantity_is_named() -> None:
    with pytest.raises(ValueError, match="needs effort"):
        RICE.score({"reach": 1, "impact": 1})
