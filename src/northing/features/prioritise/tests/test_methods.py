"""Methods: what each says of itself, revenue as a gain, own formulas that work and those that cannot, saved ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor, Origin
from northing.decisions.models import Run
from northing.decisions.public import MeasureValue, repeat, write_measures
from northing.features.actions import VOICES
from northing.features.models import Feature, ScoringModel, Status
from northing.features.prioritise.actions import refresh
from northing.features.prioritise.methods import chosen, known_choices
from northing.features.records import FEATURE, SCORING_MODEL
from northing.insight.public import REVENUE
from northing.kit import changes
from northing.kit.api.serializing import serialize
from northing.kit.changes import Edit

pytestmark = pytest.mark.django_db
Sized = Callable[..., list[Feature]]
PAGE = "/orchard/prioritise/"
NEW = "/orchard/scoring-models/new"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def behind(actor: Actor, feature: Feature, revenue: float, **detail: Any) -> None:
    write_measures(actor, [MeasureValue.exactly(feature.pk, REVENUE, revenue, unit="CHF/year", detail=detail)])


def model(actor: Actor, **values: Any) -> ScoringModel:
    [made] = changes.create(actor, SCORING_MODEL, [{"name": "Ours", "method": "custom", **values}])
    found: ScoringModel = made
    return found


def test_each_method_says_what_it_divides_and_where_confidence_goes() -> None:
    for choice in known_choices():
        assert "divided" in choice.words, choice.word
    by_word = {choice.word: choice.words for choice in known_choices()}
    assert "takes the place of confidence" in by_word["rice"]
    assert "times confidence" in by_word["classic_rice"]


def test_the_page_says_it_too(browser: Client, sized: Sized, actor: Actor) -> None:
    sized({"effort": "M"})
    assert "The range takes the place of confidence" in text(browser.get(f"{PAGE}?method=rice"))
    model(actor, method="weighted", weights={"value": 3, "risk": -1})
    assert "weighted by value 3, risk -1" in text(browser.get(f"{PAGE}?method=SM-1"))


def test_revenue_over_effort_ranks_what_revenue_is_behind(browser: Client, actor: Actor, sized: Sized) -> None:
    small, large, nobody = sized(*[{"effort": "M"}] * 3)
    behind(actor, small, 100, voices=4, unknown=1)
    behind(actor, large, 9000, voices=6, unknown=2)
    answer = browser.post(PAGE, {"method": "revenue"})
    run = Run.objects.within(actor).get()
    assert [row["key"] for row in run.result["rows"]] == [f"F-{large.number}", f"F-{small.number}"]
    assert repeat(run) == []
    page = text(browser.get(answer["Location"]))
    assert "Revenue over effort" in page
    assert "a year in CHF, each once; 3 of the 10 voices belong to no known account." in page
    assert "1 without revenue" in page
    assert page.index("No account with a revenue asks for this one") < page.index(nobody.title)


def test_revenue_in_a_formula_is_nought_where_none_is_behind(actor: Actor, sized: Sized) -> None:
    one, other = sized({"effort": "5 sure", "value": "10 sure"}, {"effort": "5 sure", "value": "10 sure"})
    behind(actor, one, 500)
    rows = refresh(actor, chosen(actor, "custom", "value + revenue / 100")).result["rows"]
    found = {row["key"]: row["score"][1] for row in rows}
    assert found == pytest.approx({f"F-{one.number}": 15, f"F-{other.number}": 10}, rel=0.02)


def test_unlike_quantities_are_added_as_plain_numbers_which_is_said(
    browser: Client, actor: Actor, sized: Sized
) -> None:
    [one] = sized({"effort": "5 sure", "reach": "100 sure", "impact": "2 sure"})
    write_measures(actor, [MeasureValue.exactly(one.pk, VOICES, 3)])
    model(actor, name="Demand per week", formula="(reach * impact + 500 * voices) / (effort + 1)")
    assert browser.post(PAGE, {"method": "SM-1"}).status_code == 302
    run = Run.objects.within(actor).get()
    assert run.result["rows"][0]["score"][1] == pytest.approx((100 * 2 + 500 * 3) / 2, rel=0.02)
    said = "reach * impact is in people / quarter, 500 * voices is in people: they are added as plain numbers"
    assert said in text(browser.get(f"{PAGE}?method=SM-1"))
    assert "as plain numbers" not in text(browser.get(f"{PAGE}?method=asked"))


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("effort + reach", "effort is in weeks, reach is in people/quarter: they are added as plain numbers"),
        ("effort + rech", "did you mean &#x27;reach&#x27;?"),
        ("cost_of_delay * effort + value", ""),
        ("", ""),
    ],
)
def test_a_formula_is_checked_while_one_types(browser: Client, formula: str, told: str) -> None:
    answer = browser.get(f"{PAGE}formula", {"formula": formula})
    assert (answer.status_code, bool(text(answer).strip())) == (200, bool(told))
    assert told in text(answer)


def test_programs_are_told_which_unlike_quantities_a_formula_mixes(actor: Actor) -> None:
    unlike, alike = model(actor, formula="effort + reach"), model(actor, name="Other", formula="reach / effort")
    [first, second] = serialize(actor, SCORING_MODEL, [unlike, alike])
    assert first["remarks"][0].startswith("effort is in weeks, reach is in people/quarter")
    assert second["remarks"] == []


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("arr / effort", "&#x27;arr&#x27; at position 1: there is no such quantity; known are"),
        ("reach / (effort - effort)", "it gives no number, whatever the quantities are; look for what is divided"),
        ("rank * 2", "there is no such quantity"),
        ("reach * (", "a number or a quantity is expected here"),
    ],
)
def test_a_formula_that_cannot_work_is_refused_at_the_form(browser: Client, formula: str, told: str) -> None:
    answer = browser.post(NEW, {"name": "Ours", "method": "custom", "formula": formula})
    assert answer.status_code == 422
    assert told in text(answer)
    assert not ScoringModel.objects.exists()


def test_a_file_may_bring_a_formula_before_its_quantities(actor: Actor) -> None:
    by_import = Actor(actor.workspace, actor.role, Origin.IMPORT, actor.member_id, actor.user_id)
    assert model(by_import, formula="battery_life / effort").pk


def test_a_model_that_cannot_rank_any_more_says_why_and_can_be_edited(
    browser: Client, viewer: Client, actor: Actor, sized: Sized
) -> None:
    sized({"effort": "M"})
    by_import = Actor(actor.workspace, actor.role, Origin.IMPORT, actor.member_id, actor.user_id)
    model(by_import, formula="battery_life / effort")
    page = text(browser.get(f"{PAGE}?method=SM-1"))
    assert "<mark>battery_life</mark>" in page
    assert "/orchard/scoring-models/SM-1/edit" in page
    assert "needs" not in page[page.index('id="formula-said"') :]
    assert "/edit" not in text(viewer.get(f"{PAGE}?method=SM-1"))


def test_an_order_by_what_a_formula_was_before_says_so(browser: Client, actor: Actor, sized: Sized) -> None:
    sized({"effort": "M", "value": "9"}, {"effort": "S", "value": "4"})
    made = model(actor, formula="value / effort")
    browser.post(PAGE, {"method": "SM-1"})
    assert "has changed since" not in text(browser.get(f"{PAGE}?method=SM-1"))
    changes.update(actor, SCORING_MODEL, [Edit(made.pk, {"formula": "value"})])
    assert "Ours has changed since this order was made" in text(browser.get(f"{PAGE}?method=SM-1"))
    browser.post(PAGE, {"method": "SM-1"})
    assert "has changed since" not in text(browser.get(f"{PAGE}?method=SM-1"))


def test_what_is_typed_is_kept_and_the_kept_one_shown(browser: Client, sized: Sized) -> None:
    sized({"effort": "M"})
    page = text(browser.get(f"{PAGE}?method=custom&formula=2*voices/effort"))
    assert f"{NEW}?method=custom&amp;formula=2%2Avoices%2Feffort" in page
    assert "2*voices/effort</textarea>" in text(browser.get(f"{NEW}?method=custom&formula=2*voices/effort"))
    kept = browser.post(NEW, {"name": "Ours", "method": "custom", "formula": "2*voices/effort"})
    shown = browser.get(kept["Location"])
    assert shown["Location"] == f"{PAGE}?method=SM-1"
    assert "2*voices/effort, over the ranges" in text(browser.get(shown["Location"]))


def test_what_a_formula_may_name_stands_beside_it_in_plain_words(browser: Client, actor: Actor, sized: Sized) -> None:
    [one] = sized({"effort": "M"})
    write_measures(
        actor,
        [
            MeasureValue.exactly(one.pk, "battery_life", 9),
            MeasureValue.exactly(one.pk, "forecast", 739_000, is_date=True),
            MeasureValue.exactly(one.pk, "effect:M-1", 2),
        ],
    )
    page = text(browser.get(f"{PAGE}?method=custom"))
    for name, label in (
        ("effort", "Effort, weeks"),
        ("revenue", "Revenue, CHF/year"),
        ("job_size", "Job size, points"),
        ("battery_life", "Battery life"),
    ):
        assert f'data-insert="{name}"' in page
        assert f"{label}&nbsp;" in page
    assert 'data-insert="forecast"' not in page, "a day is no number to reckon with"
    assert 'data-insert="effect' not in page, "it cannot be written in a formula"


def test_after_a_fault_the_order_shown_says_what_it_left_out_itself(browser: Client, sized: Sized) -> None:
    sized({"effort": "M", "reach": "9"}, {"effort": "M"}, {})
    browser.post(PAGE, {"method": "custom", "formula": "reach / effort"})
    fault = text(browser.post(PAGE, {"method": "custom", "formula": "arr / effort"}))
    assert "The order below is by own formula reach / effort" in fault
    assert "2 without a number" in fault


def test_what_is_in_delivery_is_said_to_be_no_candidate(browser: Client, actor: Actor, sized: Sized) -> None:
    first, *_ = sized(*[{"effort": "M", "value": "9"}] * 3, {})
    changes.update(actor, FEATURE, [Edit(first.pk, {"status": Status.IN_DELIVERY})])
    browser.post(PAGE, {"method": "value_effort"})
    for page in (PAGE, "/orchard/sizing/"):
        assert '<a class="link" href="/orchard/features/?status=in_delivery">1 in delivery</a>' in text(
            browser.get(page)
        )


def test_what_close_call_and_toss_up_mean_is_said_once(browser: Client, sized: Sized) -> None:
    sized(*[{"effort": "M", "value": "9k"}] * 3)
    browser.post(PAGE, {"method": "value_effort"})
    page = text(browser.get(PAGE))
    assert page.count("Any order will do: the first leads the last in fewer than 2 of 3 runs.") == 1


def test_the_top_column_stands_where_more_are_ranked_than_are_the_top(browser: Client, sized: Sized) -> None:
    sized(*[{"effort": "M", "value": "9k"}] * 11)
    browser.post(PAGE, {"method": "value_effort"})
    assert "Top 10" in text(browser.get(PAGE))


def test_of_importance_and_satisfaction_the_picture_is_where_one_exceeds_the_other(
    browser: Client, sized: Sized
) -> None:
    sized({"importance": "7-8-9", "satisfaction": "2-3-4"}, {"importance": "3-4-5", "satisfaction": "5-6-7"})
    browser.post(PAGE, {"method": "opportunity"})
    page = text(browser.get(PAGE))
    assert "How important against how well served" in page
    assert "2 in all; 1 stands above the line: more importance than satisfaction." in page
