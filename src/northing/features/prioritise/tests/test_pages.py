"""The pages: what they show, who may do what, how many queries they take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tasks import default_task_backend
from pytest_django import DjangoAssertNumQueries

from northing.access.actor import Actor
from northing.decisions.models import Run
from northing.decisions.public import MeasureValue, enter_estimates, measures_of, write_measures
from northing.features.actions import VOICES
from northing.features.models import Feature
from northing.features.prioritise import jobs, views, wording
from northing.features.prioritise.methods import ASKED
from northing.kit.models import Job

pytestmark = pytest.mark.django_db
Sized = Callable[..., list[Feature]]
PAGE = "/orchard/prioritise/"
FULL = {"effort": "M", "reach": "100-300-900", "impact": "1"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_first_visit_says_what_is_needed(browser: Client, sized: Sized) -> None:
    sized({}, {})
    page = text(browser.get(PAGE))
    assert "RICE needs effort, impact, reach" in page
    assert "/orchard/sizing/?quantity=effort" in page


def test_with_efforts_alone_who_asks_makes_the_first_order(browser: Client, actor: Actor, sized: Sized) -> None:
    asked, unasked, unsized = sized({"effort": "M"}, {"effort": "M"}, {})
    write_measures(actor, [MeasureValue.exactly(asked.pk, VOICES, 12)])
    assert "can be ranked by Voices over effort" in text(browser.get(PAGE))
    assert browser.post(PAGE, {"method": ASKED}).status_code == 302
    result = Run.objects.get(workspace=actor.workspace).result
    assert [row["key"] for row in result["rows"]] == [f"F-{asked.number}"]
    page = text(browser.get(PAGE))
    assert "1 without a number, 1 without voices" in page
    assert page.index("Nobody is linked to this one yet") < page.index(unasked.title) < page.index("No number yet")
    assert page.index("No number yet") < page.index(unsized.title)
    assert "Size voices" not in page
    write_measures(actor, [MeasureValue.exactly(asked.pk, VOICES, 13), MeasureValue.exactly(unasked.pk, VOICES, 2)])
    assert "Evidence for 2 features (1 not in it yet) came in since this order was made." in text(browser.get(PAGE))


def test_where_nobody_asks_for_anything_that_is_what_is_missing(browser: Client, sized: Sized) -> None:
    sized({"effort": "M"}, {"effort": "S"})
    assert "Nobody is linked to a feature with effort yet" in text(browser.get(f"{PAGE}?method={ASKED}"))
    answer = browser.post(PAGE, {"method": ASKED})
    assert (answer.status_code, "link who asks for them" in text(answer)) == (422, True)


def test_a_formula_to_which_voices_only_add_ranks_what_nobody_asks_for(
    browser: Client, actor: Actor, sized: Sized
) -> None:
    sized({"effort": "M", "value": "9"})
    browser.post(PAGE, {"method": "custom", "formula": "value * (1 + voices) / effort"})
    assert len(Run.objects.get(workspace=actor.workspace).result["rows"]) == 1


def test_trying_a_formula_is_a_look_until_the_order_is_used(browser: Client, actor: Actor, sized: Sized) -> None:
    long, short = sized(FULL | {"effort": "L", "reach": "9000 sure"}, FULL | {"effort": "S", "reach": "10 sure"})

    def first_place() -> int:
        found = measures_of(actor, [long.pk, short.pk], ["rank"])
        return min(found, key=lambda pk: found[pk]["rank"].p50)

    browser.post(PAGE, {"method": "rice"})
    looked = browser.post(PAGE, {"method": "custom", "formula": "10 / effort"})["Location"]
    assert first_place() == long.pk
    assert "Ranked by RICE" in text(browser.get(PAGE))
    page = text(browser.get(looked))
    assert "the order in use is by RICE" in page
    assert "Ranked by own formula 10 / effort" in page
    browser.post(PAGE, {"method": "rice"})
    assert first_place() == long.pk
    run = Run.objects.within(actor).get(parameters__word="custom")
    assert browser.post(f"{PAGE}use/{run.pk}")["Location"] == PAGE
    assert first_place() == short.pk
    page = text(browser.get(PAGE))
    assert "Ranked by own formula 10 / effort" in page
    assert "Use this order" not in page
    assert "Ranked by own formula 10 / effort" in text(browser.get("/orchard/features/"))


def test_of_two_formulas_each_shows_its_own_order(browser: Client, sized: Sized) -> None:
    sized(FULL, FULL)
    browser.post(PAGE, {"method": "rice"})
    first, _, again = (
        browser.post(PAGE, {"method": "custom", "formula": formula})["Location"]
        for formula in ("1 / effort", "reach", "1 / effort")
    )
    assert first == again
    assert "Ranked by own formula 1 / effort" in text(browser.get(again))
    assert "Ranked by own formula reach" in text(browser.get(f"{PAGE}?method=custom&formula=reach"))
    fault = text(browser.post(PAGE, {"method": "custom", "formula": "impct"}))
    assert "The order below is by own formula reach" in fault
    assert "impact&#x27;?</span>" in fault


def test_only_who_may_edit_uses_an_order(viewer: Client, outsider: Client, browser: Client, sized: Sized) -> None:
    sized(FULL)
    browser.post(PAGE, {"method": "rice"})
    browser.post(PAGE, {"method": "custom", "formula": "reach"})
    run = Run.objects.get(parameters__word="custom")
    assert "Use this order" not in text(viewer.get(f"{PAGE}?run={run.pk}"))
    assert viewer.post(f"{PAGE}use/{run.pk}").status_code == 403
    assert outsider.post(f"/harbour/prioritise/use/{run.pk}").status_code == 404
    assert outsider.get(f"/harbour/prioritise/?run={run.pk}").status_code == 404


def test_a_formula_that_counts_the_effort_is_not_drawn_against_it(browser: Client, sized: Sized) -> None:
    sized(FULL, FULL)
    browser.post(PAGE, {"method": "custom", "formula": "reach"})
    assert "Show table" in text(browser.get(PAGE))
    looked = browser.post(PAGE, {"method": "custom", "formula": "reach / effort"})["Location"]
    assert "Show table" not in text(browser.get(looked))


def test_what_could_change_the_pick_is_asked_first_then_what_moves_most() -> None:
    some = [{"places": places, "sway": sway} for places, sway in ((7.2, 0.0), (3.1, 0.4), (5.8, 0.4), (9, 0.05))]
    assert [one["places"] for one in wording.most_gained_first(some)] == [5.8, 3.1, 9, 7.2]


def test_a_wrong_size_is_put_right_in_the_grid(browser: Client, actor: Actor, sized: Sized) -> None:
    small, huge = sized({"effort": "M"}, {})
    enter_estimates(actor, [{"about": huge.pk, "quantity": "effort", "entered": "30k", "method": "imported"}])
    page = text(browser.get("/orchard/sizing/"))
    assert "Show those that have one" in page
    page = text(browser.get("/orchard/sizing/?sized&quantity=effort"))
    assert page.index(huge.title) < page.index(small.title)
    assert "30 k <small>" in page
    browser.post(f"/orchard/sizing/{huge.pk}?quantity=effort", {"size": "30"})
    assert measures_of(actor, [huge.pk], ["effort"])[huge.pk]["effort"].p50 == 30


def test_the_first_order_is_by_what_is_known_of_the_most_features(browser: Client, actor: Actor, sized: Sized) -> None:
    asked, *_ = sized({"effort": "M"}, {"effort": "M", "value": "9"}, {"effort": "S", "value": "4"}, FULL)
    write_measures(actor, [MeasureValue.exactly(asked.pk, VOICES, 12)])
    assert "can be ranked by Value over effort" in text(browser.get(PAGE))


def test_what_comes_in_again_with_the_same_value_is_no_news(browser: Client, actor: Actor, sized: Sized) -> None:
    first, _ = sized(FULL, FULL)
    browser.post(PAGE, {"method": "rice"})
    [by_name] = measures_of(actor, [first.pk], ["effort", "reach"]).values()
    write_measures(actor, [by_name["effort"], by_name["reach"]])
    assert "came in since" not in text(browser.get(PAGE))


def test_refresh_then_the_order_with_its_words(browser: Client, sized: Sized) -> None:
    sized(FULL, {"effort": "S", "reach": "5000 sure", "impact": "3 sure"}, {})
    answer = browser.post(PAGE, {"method": "rice", "capacity": "4"})
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?method=rice&capacity=4")
    page = text(browser.get(answer["Location"]))
    assert page.index("Idea 1") < page.index("Idea 0")
    assert page.index("Idea 1 clearly comes first.") < page.index("Plan what comes next") < page.index("Clear, 1")
    for words in (
        "Clear, 1",
        "4 person-weeks end here: 2 fit",
        "1 without a number",
        "Repeat this run",
        "Show table",
    ):
        assert words in page, words
    assert "Top 10" not in page, "both are always among the first ten"


def test_nothing_moves_until_somebody_refreshes(browser: Client, actor: Actor, sized: Sized) -> None:
    first, _ = sized({**FULL, "reach": "9000 sure"}, FULL)
    browser.post(PAGE, {"method": "rice"})
    enter_estimates(actor, [{"about": first.pk, "quantity": "reach", "entered": "10 sure"}])
    page = text(browser.get(PAGE))
    assert "1 estimate came in since" in page
    assert measures_of(actor, [first.pk], ["rank"])[first.pk]["rank"].p50 == 1
    browser.post(PAGE, {"method": "rice"})
    assert "2 moved (F-2, F-1), because 1 estimate came in: reach of F-1." in text(browser.get(PAGE))


def test_a_faulty_formula_is_pointed_at(browser: Client, sized: Sized) -> None:
    sized(FULL)
    answer = browser.post(PAGE, {"method": "custom", "formula": "reach * <b>"})
    assert answer.status_code == 422
    assert "<mark>" in text(answer)
    assert "<b>;" not in text(answer)
    answer = browser.post(PAGE, {"method": "custom", "formula": "reach * impct"})
    assert "<mark>impct</mark>" in text(answer)
    assert 'value="reach * impct"' in text(answer)


def test_repeating_shows_that_it_is_the_same(browser: Client, actor: Actor, sized: Sized) -> None:
    sized(FULL, FULL)
    browser.post(PAGE, {"method": "rice"})
    run = Run.objects.within(actor).get()
    assert "exactly the same" in text(browser.post(f"{PAGE}repeat/{run.pk}"))
    run.result["rows"].reverse()
    run.save()
    assert "it differs" in text(browser.post(f"{PAGE}repeat/{run.pk}"))
    assert browser.post(f"{PAGE}repeat/{run.pk + 1}").status_code == 404


def test_who_may(viewer: Client, outsider: Client, browser: Client, sized: Sized) -> None:
    [one] = sized(FULL)
    browser.post(PAGE, {"method": "rice"})
    assert viewer.get(PAGE).status_code == 200
    assert "Refresh order" not in text(viewer.get(PAGE))
    assert viewer.post(PAGE, {"method": "rice"}).status_code == 403
    assert viewer.post(f"/orchard/sizing/{one.pk}", {"size": "M"}).status_code == 403
    assert "disabled" in text(viewer.get(f"/orchard/sizing/?ids={one.pk}"))
    for path in (PAGE, "/orchard/sizing/"):
        assert outsider.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert browser.get(f"{PAGE}?method=tarot").status_code == 404


def test_queries_do_not_grow(
    browser: Client, sized: Sized, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sized(*[FULL] * 30, *[{}] * 30)
    browser.post(PAGE, {"method": "rice"})
    with django_assert_max_num_queries(14):
        assert browser.get(PAGE).status_code == 200
    with django_assert_max_num_queries(10):
        assert browser.get("/orchard/sizing/").status_code == 200


def test_many_features_are_ranked_by_a_job(
    browser: Client, actor: Actor, outsider: Client, sized: Sized, monkeypatch: pytest.MonkeyPatch
) -> None:
    sized(FULL, FULL)
    monkeypatch.setattr(views, "IN_REQUEST", 1)
    answer = browser.post(PAGE, {"method": "rice"})
    job = Job.objects.get(task__endswith="rank_features")
    assert f"job={job.pk}" in answer["Location"]
    assert f"progress/{job.pk}" in text(browser.get(answer["Location"]))
    progress = f"{PAGE}progress/{job.pk}"
    assert "Ranking your features" in text(browser.get(progress))
    jobs.rank_features.func(**default_task_backend.get_result(str(job.pk)).kwargs)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE)
    assert browser.get(progress)["HX-Redirect"] == f"{PAGE}?method=rice"
    assert outsider.get(f"/harbour/prioritise/progress/{job.pk}").status_code == 404
    assert Run.objects.within(actor).get().member_id == actor.member_id


def test_the_grid_sizes_row_by_row(browser: Client, actor: Actor, sized: Sized) -> None:
    first, second, done = sized({}, {}, FULL)
    page = text(browser.get("/orchard/sizing/"))
    assert f'data-id="{first.pk}"' in page
    assert f'data-id="{done.pk}"' not in page
    answer = browser.post(f"/orchard/sizing/{second.pk}?quantity=effort", {"size": "L"})
    assert "30 <small>(15–60)</small> days" in text(answer)
    assert measures_of(actor, [second.pk], ["effort"])[second.pk]["effort"].p50 == 30
    page = text(browser.get(f"/orchard/sizing/?ids={second.pk},{first.pk}&ids=x"))
    assert page.index(f'data-id="{second.pk}"') < page.index(f'data-id="{first.pk}"')
    assert 'value="L" checked' in page


def test_the_grid_takes_numbers_and_refuses_what_is_none(browser: Client, sized: Sized) -> None:
    [one] = sized({})
    assert 'name="size"' in text(browser.get("/orchard/sizing/?quantity=reach"))
    answer = browser.post(f"/orchard/sizing/{one.pk}?quantity=reach", {"size": "300-800"})
    assert "people/quarter" in text(answer)
    refused = browser.post(f"/orchard/sizing/{one.pk}?quantity=reach", {"size": "lots"})
    assert (refused.status_code, "type 5, 3-9" in text(refused)) == (422, True)
    assert browser.post(f"/orchard/sizing/{one.pk + 99}", {"size": "M"}).status_code == 404
    assert browser.get("/orchard/sizing/?quantity=%3Cb%3E").status_code == 404


class Stored:
    def __init__(self, order: str, values: dict[str, int]) -> None:
        self.result = {"rows": [{"key": key} for key in order]}
        self.inputs = {"features": {key: {"effort": [1, values.get(key, 2), 3, False]} for key in order}}


def test_a_newcomer_does_not_make_the_others_move() -> None:
    assert wording.changed_since(Stored("ABC", {}), Stored("DABC", {})) == ["1 joined: D."]
    assert wording.changed_since(Stored("ABC", {}), Stored("BA", {})) == ["2 moved (B, A).", "1 left: C."]
    assert wording.changed_since(Stored("AB", {}), Stored("AB", {"A": 1})) == [
        "Nothing moved, though 1 estimate came in: effort of A."
    ]
    assert wording.changed_since(None, Stored("AB", {})) == []


def test_what_is_counted_from_who_asks_is_called_evidence() -> None:
    then, now = Stored("AB", {}), Stored("AB", {"B": 3})
    then.inputs["features"]["A"]["voices"], now.inputs["features"]["A"]["voices"] = [1, 1, 1, False], [2, 2, 2, False]
    assert wording.changed_since(then, now) == [
        "Nothing moved, though 1 estimate came in: effort of B and evidence came in for A."
    ]


def test_the_list_ranks_as_the_page_does_and_sorts_the_best_first(browser: Client, sized: Sized) -> None:
    sized({**FULL, "reach": "10 sure"}, {**FULL, "reach": "9000 sure"})
    browser.post(PAGE, {"method": "rice"})
    page = text(browser.get("/orchard/features/"))
    assert "?sort=rank" in page
    assert (
        '<span class="num" title="Ranked by RICE; in brackets its places in 8 of 10 runs">2 <small>(2)</small></span>'
        in page
    )


def test_sizes_stand_in_the_picture_as_they_were_given(browser: Client, sized: Sized) -> None:
    sized(FULL | {"effort": "M"}, FULL | {"effort": "M", "reach": "0 sure"})
    browser.post(PAGE, {"method": "rice"})
    page = text(browser.get(PAGE))
    assert "Effort, days of work" in page
    assert "No other feature gives more for less effort than " in page
    assert "10 (5–20)" in page
    assert "1 in all" in page  # what gains nothing stands on no frontier
