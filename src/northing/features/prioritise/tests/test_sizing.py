"""The grid's scales, and WSJF by efforts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from northing.access.actor import Actor, for_member
from northing.access.models import Workspace
from northing.access.roles import Role
from northing.decisions.planning import preview_estimate
from northing.decisions.public import MeasureValue, enter_estimates, measures_of, own_estimates, write_measures
from northing.features.actions import VOICES
from northing.features.models import Feature
from northing.features.prioritise.methods import chosen
from northing.features.prioritise.scales import SCALES, TABS
from northing.features.prioritise.tests.conftest import browser_of, member

PAGE = "/orchard/prioritise/"
Sized = Callable[..., list[Feature]]


@pytest.mark.parametrize("quantity", SCALES)
def test_each_step_can_be_entered_and_they_rise(quantity: str) -> None:
    steps = [preview_estimate(quantity, step.entered).triple.p50 for step in SCALES[quantity].steps]
    assert steps == sorted(set(steps))
    assert len(steps) in (0, 5)


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", TABS)
def test_the_grid_asks_a_question_and_keeps_the_step_chosen(browser: Client, sized: Sized, quantity: str) -> None:
    [feature] = sized({})
    step = SCALES[quantity].steps[3]
    page = browser.get(f"/orchard/sizing/?quantity={quantity}").content.decode()
    assert SCALES[quantity].question.format(currency="CHF") in page
    assert browser.post(f"/orchard/sizing/{feature.pk}?quantity={quantity}", {"size": step.entered}).status_code == 200
    again = browser.get(f"/orchard/sizing/?quantity={quantity}&ids={feature.pk}").content.decode()
    assert f'value="{step.entered}" checked' in again
    assert 'name="size" value=""' in again, "what is chosen does not stand in the box too"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["15 Tage", "3 Wochen", "15"])
def test_units_of_other_languages_are_read_as_imports_do(
    actor: Actor, browser: Client, sized: Sized, typed: str
) -> None:
    [feature] = sized({})
    assert browser.post(f"/orchard/sizing/{feature.pk}?quantity=effort", {"size": typed}).status_code == 200
    assert measures_of(actor, [feature.pk], ["effort"])[feature.pk]["effort"].p50 == 15


@pytest.mark.django_db
def test_wsjf_takes_the_effort_for_the_job_size_until_as_many_have_one(
    actor: Actor, browser: Client, sized: Sized
) -> None:
    points = {"business_value": "5", "time_criticality": "3", "risk_reduction": "1"}
    large, small = sized(points | {"effort": "L"}, points | {"effort": "S"})
    assert browser.post(PAGE, {"method": "wsjf"}).status_code == 302
    assert measures_of(actor, [small.pk], ["rank"])[small.pk]["rank"].p50 == 1
    page = browser.get(f"{PAGE}?method=wsjf").content.decode()
    assert "Ranked by WSJF" in page
    enter_estimates(actor, [{"about": large.pk, "quantity": "job_size", "entered": "1"}])
    assert chosen(actor, "wsjf").definition != {"method": "wsjf"}, "the other would have no place any more"
    enter_estimates(actor, [{"about": small.pk, "quantity": "job_size", "entered": "3"}])
    assert chosen(actor, "wsjf").definition == {"method": "wsjf"}


@pytest.mark.django_db
def test_what_most_ask_for_is_sized_first_and_steps_are_told_in_words(
    actor: Actor, browser: Client, sized: Sized
) -> None:
    few, many, _ = sized({}, {}, {})
    write_measures(actor, [MeasureValue.exactly(one.pk, VOICES, count) for one, count in ((few, 3), (many, 7))])
    page = browser.get("/orchard/sizing/").content.decode()
    assert page.index("Idea 1") < page.index("Idea 0") < page.index("Idea 2")
    assert "7 voices" in page
    assert "<b>S</b> 2 to 8 days" in page


@pytest.mark.django_db
def test_a_second_estimator_is_asked_and_does_not_see_the_first_before(
    workspace: Workspace, browser: Client, sized: Sized
) -> None:
    first, _, _ = sized(*[{"effort": "10-20-40"}] * 3)
    ben = browser_of(member(workspace, "Ben", Role.EDITOR))
    page = ben.get("/orchard/sizing/").content.decode()
    assert "Every candidate has one, 3 by others alone" in page
    assert 'href="?yours&amp;quantity=effort"' in page
    page = ben.get("/orchard/sizing/?yours&quantity=effort").content.decode()
    assert "0 of 3 sized by you" in page
    assert "(10–40)" not in page
    assert page.count("by Ada</small>") == 3
    assert "(10–40)" in ben.get("/orchard/sizing/?yours&quantity=effort&shown").content.decode()
    answer = ben.post(f"/orchard/sizing/{first.pk}?quantity=effort", {"size": "M"}).content.decode()
    assert "days" in answer, "once given, what counts is shown"
    assert "2 have one by others" in ben.get("/orchard/sizing/?sized&quantity=effort").content.decode()
    assert "Nothing is left to size here" in browser.get("/orchard/sizing/").content.decode()


@pytest.mark.django_db
def test_what_only_a_file_said_is_nobodys_opinion_to_hide(workspace: Workspace, actor: Actor, sized: Sized) -> None:
    [one] = sized({})
    row = {"about": one.pk, "quantity": "effort", "entered": "10-20-40", "method": "imported", "author": None}
    enter_estimates(actor, [row])
    ben = member(workspace, "Ben", Role.EDITOR)
    page = browser_of(ben).get("/orchard/sizing/?sized&quantity=effort").content.decode()
    assert "(10–40)" in page
    assert ">from a file</small>" in page
    assert "by others" not in page
    assert own_estimates(for_member(ben), "effort").count() == 0


@pytest.mark.django_db
def test_who_may_not_size_sees_the_ranges_and_is_asked_for_none(viewer: Client, sized: Sized) -> None:
    sized({"effort": "10-20-40"})
    page = viewer.get("/orchard/sizing/?sized&quantity=effort").content.decode()
    assert "(10–40)" in page
    assert "Give yours" not in page
