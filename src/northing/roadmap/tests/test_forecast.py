"""From records to a stored run, and from there to dates, moves and cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, enter_estimates, measures_of, repeat, write_measures
from northing.features.public import RANK
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.problems import Invalid
from northing.kit.record_types import registry
from northing.roadmap import actions, cards, queries
from northing.roadmap.ageing import moved_since
from northing.roadmap.freezing import freeze
from northing.roadmap.lines import line_of
from northing.roadmap.rules import Move
from northing.roadmap.why import why

from .conftest import Make, in_days

pytestmark = pytest.mark.django_db
SURE = "10-10-10"


def workdays(count: int) -> date:
    """The day on which so many working days from today on are over."""
    day = timezone.localdate() - timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def depend(actor: Actor, first: Any, waiting: Any, **values: Any) -> Any:
    row = {"title": "needs it", "predecessor": first.pk, "successor": waiting.pk, **values}
    [made] = changes.create(actor, registry.named("dependency"), [row])
    return made


def likely(actor: Actor, record: Any) -> date:
    return queries.outlooks(actor, [record.pk])[record.pk].likely


def test_one_builder_does_the_earlier_target_first(actor: Actor, make: Make) -> None:
    later, sooner = make("feature", "Later", effort=SURE, due=200), make("feature", "Sooner", effort=SURE, due=100)
    actions.refresh(actor)
    assert (likely(actor, sooner), likely(actor, later)) == (workdays(10), workdays(20))


def test_begun_work_goes_first_and_without_a_day_the_better_rank(actor: Actor, make: Make) -> None:
    second, first = make("feature", "Second", effort=SURE), make("feature", "First", effort=SURE)
    aimed = make("feature", "Aimed", effort=SURE, due=35)
    begun = make("feature", "Begun", status="in_delivery", effort=SURE, due=300)
    write_measures(actor, [MeasureValue.exactly(second.pk, RANK, 7), MeasureValue.exactly(first.pk, RANK, 2)])
    forecast = actions.refresh(actor)
    in_line = (begun, aimed, first, second)
    assert [likely(actor, one) for one in in_line] == [workdays(10 * place) for place in (1, 2, 3, 4)]
    assert line_of(actor, begun).stretch == "now"
    assert repeat(forecast.run) == []
    write_measures(actor, [MeasureValue.exactly(second.pk, RANK, 1)])
    assert "1 rank changed" in actions.refresh(actor).words
    assert likely(actor, second) < likely(actor, first)


def test_two_that_are_begun_go_by_their_days(actor: Actor, make: Make) -> None:
    later = make("feature", "Later", status="in_delivery", effort=SURE, due=200)
    sooner = make("feature", "Sooner", status="in_delivery", effort=SURE, due=100)
    actions.refresh(actor)
    assert (likely(actor, sooner), likely(actor, later)) == (workdays(10), workdays(20))


def test_a_day_in_words_a_promise_and_a_release_make_urgent_too(actor: Actor, make: Make) -> None:
    plain, worded = make("feature", "Plain", effort=SURE, due=300), make("feature", "Soon", effort=SURE)
    changes.update(actor, registry.named("feature"), [Edit(worded.pk, {"target_text": "now"})])
    actions.refresh(actor)
    assert likely(actor, worded) < likely(actor, plain)
    release = make("release", "Autumn", due=-5)
    actions.place(actor, plain, release)
    actions.refresh(actor)
    assert likely(actor, plain) < likely(actor, worded)
    assert likely(actor, release) == likely(actor, plain)


def test_work_packages_count_instead_of_the_features_own_effort(actor: Actor, make: Make) -> None:
    feature = make("feature", "Camera", effort="100")
    make("work_package", "Lens", feature=feature.pk, effort=SURE, done=50)
    half_known = make("work_package", "Test", feature=feature.pk, kind="certification", days="calendar")
    actions.refresh(actor)
    found = queries.outlooks(actor, [feature.pk])[feature.pk]
    assert found.likely == workdays(5)
    assert found.assumed, "a part without an estimate makes the date a guess"
    enter_estimates(actor, [{"about": half_known.pk, "quantity": "lead_time", "entered": "70-70-70"}])
    actions.refresh(actor)
    assert likely(actor, feature) == in_days(69)


def test_dependencies_lags_and_milestones(actor: Actor, make: Make) -> None:
    first, then = make("feature", "First", effort=SURE, due=300), make("feature", "Then", effort=SURE, due=10)
    gate, fair = make("milestone", "Gate"), make("milestone", "Fair", due=400)
    tied = depend(actor, first, then, lag=5)
    depend(actor, then, gate)
    forecast = actions.refresh(actor)
    assert likely(actor, then) == workdays(25)
    assert likely(actor, gate) == likely(actor, then)
    assert likely(actor, fair) == in_days(400)
    assert forecast.run.result["conflicts"][str(tied.pk)] == 1.0


def test_what_has_no_estimate_or_is_not_planned_has_no_forecast(actor: Actor, make: Make) -> None:
    unsized, idea = make("feature", "Unsized"), make("feature", "Idea", status="new", effort=SURE)
    aimed = make("feature", "Aimed", status="candidate", effort=SURE, due=30)
    actions.refresh(actor)
    assert set(queries.outlooks(actor, [unsized.pk, idea.pk, aimed.pk])) == {aimed.pk}
    changes.update(actor, registry.named("feature"), [Edit(aimed.pk, {"status": "declined"})])
    actions.refresh(actor)
    assert not queries.outlooks(actor, [aimed.pk])


def test_runs_repeat_and_say_what_moved_and_why(actor: Actor, make: Make) -> None:
    feature = make("feature", "Presets", effort="5-10-20", due=100)
    forecast = actions.refresh(actor)
    assert (forecast.words, repeat(forecast.run)) == ("", [])
    value = measures_of(actor, [feature.pk], ["forecast"])[feature.pk]["forecast"]
    assert value.is_date
    assert value.run_id == forecast.run.pk
    assert value.p50 <= value.detail["p80"] <= value.p90
    assert actions.refresh(actor).words == "Nothing moved."
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "40-50-60"}])
    assert actions.refresh(actor).words == "1 feature moved by 3 days or more, because 1 estimate changed."


def test_moves_too_small_to_tell_are_not_called_none(actor: Actor, make: Make) -> None:
    make("milestone", "Fair", due=40)
    actions.refresh(actor)
    actions.move_target(actor, "MS-1", in_days(41))
    assert actions.refresh(actor).words == "Nothing moved by 3 days or more."
    make("feature", "Masks", effort=SURE)
    assert actions.refresh(actor).words == "1 has dates for the first time. Nothing else moved."


def test_own_work_that_moves_is_told_though_its_release_stays_and_a_release_is_told_too(
    actor: Actor, make: Make, together: tuple[Any, Any, Any]
) -> None:
    soon, long, _ = together
    enter_estimates(actor, [{"about": soon.pk, "quantity": "effort", "entered": "2-2-2"}])
    enter_estimates(actor, [{"about": long.pk, "quantity": "effort", "entered": "68-88-128"}])
    before = timezone.now()
    forecast = actions.refresh(actor)
    moved, _ = moved_since(actor, before)
    assert moved == [Move(soon.pk, -(workdays(10) - workdays(2)).days, is_of_work=True)]
    assert forecast.words == "1 feature moved by 3 days or more, because 2 estimates changed."
    enter_estimates(actor, [{"about": long.pk, "quantity": "effort", "entered": "90-110-150"}])
    assert (
        actions.refresh(actor).words == "2 features and 1 release moved by 3 days or more, because 1 estimate changed."
    )


def test_a_preview_says_what_a_refresh_would_do_and_writes_nothing(actor: Actor, make: Make) -> None:
    first, second = make("feature", "First", effort=SURE, due=50), make("feature", "Second", effort=SURE, due=100)
    actions.refresh(actor)
    moved = actions.preview_target(actor, first, in_days(150)).moved
    assert {one.record_id: one.after for one in moved} == {second.pk: workdays(10), first.pk: workdays(20)}
    assert likely(actor, second) == workdays(20)
    actions.move_target(actor, "F-1", in_days(150))
    actions.refresh(actor)
    assert likely(actor, second) == workdays(10)


def test_a_moved_target_leaves_the_promise_alone(actor: Actor, make: Make) -> None:
    feature = make("feature", "First", due=50, promised=in_days(60).isoformat(), target_text="Q1 2030")
    moved = actions.move_target(actor, "F-1", in_days(70), feature.version)
    assert (moved.target, moved.target_text, moved.promised) == (in_days(70), "", in_days(60))


def test_circles_are_refused_and_named(actor: Actor, make: Make) -> None:
    one, two = make("feature", "One"), make("feature", "Two")
    release = make("release", "Both")
    depend(actor, one, two)
    with pytest.raises(Invalid, match=r"F-1 → F-2 → F-1|F-2 → F-1 → F-2"):
        depend(actor, two, one)
    with pytest.raises(Invalid, match="cannot wait for itself"):
        depend(actor, one, one)
    with pytest.raises(Invalid, match="must be a feature, work package, milestone or release"):
        depend(actor, registry.named("team").model.objects.within(actor).get(), one)
    depend(actor, release, two)
    with pytest.raises(Invalid, match=r"wait for each other: .*RL-1"):
        actions.place(actor, two, release)
    assert not queries.releases_of(actor, [two.pk])


def test_a_plan_whose_packages_came_to_form_a_circle_is_still_forecast(actor: Actor, make: Make) -> None:
    one, two = make("feature", "One", effort=SURE), make("feature", "Two", effort=SURE)
    package = make("work_package", "Part", feature=one.pk, effort=SURE)
    depend(actor, one, make("feature", "Apart", effort=SURE))
    depend(actor, two, package)
    changes.update(actor, registry.named("work_package"), [Edit(package.pk, {"feature": two.pk})])
    assert len(freeze(actor)["dependencies"]) == 1, "only what closes the circle is left out"
    actions.refresh(actor)
    assert set(queries.outlooks(actor, [one.pk, two.pk])) == {one.pk, two.pk}


def test_dates_before_the_safe_day_want_attention(actor: Actor, make: Make) -> None:
    late = make("feature", "Late", effort="20-30-60", due=5, promised=in_days(6).isoformat(), promised_to="retail")
    aimed = make("feature", "Aimed", effort="20-30-60", due=7)
    make("feature", "Easy", effort=SURE, due=900)
    actions.refresh(actor)
    found = {item.record_id: item for item in cards.dates_at_risk(actor)}
    assert {pk: item.reason for pk, item in found.items()} == {late.pk: "promised", aimed.pk: "target"}
    assert "promised to retail" in found[late.pk].question
    assert "0 %" in found[late.pk].why_now


def test_a_promise_that_holds_is_not_asked_about_for_its_target(actor: Actor, make: Make) -> None:
    held = make("feature", "Held", effort=SURE, due=1, promised=in_days(300).isoformat(), promised_to="retail")
    actions.refresh(actor)
    assert list(cards.dates_at_risk(actor)) == []
    assert line_of(actor, held).risk == ""


def test_a_date_at_risk_comes_with_its_three_ways(actor: Actor, make: Make) -> None:
    late = make("feature", "Late", effort="10-20-60", due=40)
    enter_estimates(actor, [{"about": late.pk, "quantity": "cost_of_delay", "entered": "5000-5000-5000"}])
    actions.refresh(actor)
    [item] = cards.dates_at_risk(actor)
    found = queries.outlooks(actor, [late.pk])[late.pk]
    now = found.chances[late.target.isoformat()]
    assert [option["title"] for option in item.options][1].startswith("Move it to")
    assert "If work stands still for a week, the chance falls to" in item.cost_of_waiting
    assert "A week's waiting costs 5,000" in item.cost_of_waiting
    assert cards.chance(found, late.target) == pytest.approx(now, abs=0.01)
    assert cards.chance(found, late.target - timedelta(days=7)) < now < cards.chance(found, found.high)
    assert item.asks[0].what.startswith("Effort of Late")
    assert "of how uncertain the day is" in item.asks[0].worth
    slips, comes = item.triggers
    enter_estimates(actor, [{"about": late.pk, "quantity": "effort", "entered": "60-80-90"}])
    actions.refresh(actor)
    likely = measures_of(actor, [late.pk])[late.pk]["forecast"].p50
    assert likely > slips["value"] > comes["value"]


def test_a_chance_is_rounded_down_so_that_no_day_before_the_safe_one_reads_as_safe(actor: Actor, make: Make) -> None:
    late = make("feature", "Late", effort="10-20-60", due=40)
    actions.refresh(actor)
    found = replace(queries.outlooks(actor, [late.pk])[late.pk], chances={late.target.isoformat(): 0.7985})
    assert cards.chance(found, late.target) == 0.79


def test_the_plan_is_frozen_in_a_fixed_number_of_queries(
    actor: Actor, make: Make, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        feature = make("feature", f"Feature {number}", effort=SURE, due=number)
        make("work_package", "Part", feature=feature.pk, effort=SURE)
    with django_assert_max_num_queries(11):
        freeze(actor)


@pytest.fixture
def together(actor: Actor, make: Make) -> tuple[Any, Any, Any]:
    """What is soon done, what takes long, and the release that both go out with."""
    soon = make("feature", "Soon done", effort=SURE, promised=in_days(60).isoformat(), promised_to="retail", due=20)
    long = make("feature", "Takes long", effort="60-80-120", due=200)
    release = make("release", "Spring")
    for feature in (soon, long):
        actions.place(actor, feature, release)
    actions.refresh(actor)
    return soon, long, release


def test_a_feature_is_out_when_its_release_is_and_its_own_work_is_told_apart(
    actor: Actor, together: tuple[Any, Any, Any]
) -> None:
    soon, _, release = together
    found = queries.outlooks(actor, [soon.pk, release.pk])
    out, whole = found[soon.pk], found[release.pk]
    assert (out.low, out.likely, out.safe, out.high) == (whole.low, whole.likely, whole.safe, whole.high)
    assert out.work.likely == workdays(10)
    assert "with its release; its own work" in line_of(actor, soon).done
    assert "It goes out with RL-1 Spring" in " ".join(why(actor, soon))


def test_the_chance_of_a_promise_is_that_of_its_release(actor: Actor, together: tuple[Any, Any, Any]) -> None:
    soon, _, release = together
    found = queries.outlooks(actor, [soon.pk, release.pk])
    assert cards.chance(found[soon.pk], soon.promised) == cards.chance(found[release.pk], soon.promised) < 0.1
    [item] = [item for item in cards.dates_at_risk(actor) if item.record_id == soon.pk]
    assert item.question.startswith("Soon done: promised to retail")


def test_a_target_is_of_the_work_and_a_promise_of_when_it_is_out(
    actor: Actor, make: Make, together: tuple[Any, Any, Any]
) -> None:
    soon, _, release = together
    aimed = make("feature", "Aimed", effort=SURE, due=40)
    actions.place(actor, aimed, release)
    actions.refresh(actor)
    assert (line_of(actor, soon).risk, line_of(actor, aimed).risk) == ("Promise at risk", "")
    assert aimed.pk not in {item.record_id for item in cards.dates_at_risk(actor)}


def test_what_waits_for_a_feature_waits_for_its_work_not_for_its_release(
    actor: Actor, make: Make, together: tuple[Any, Any, Any]
) -> None:
    soon, *_ = together
    then = make("feature", "Then", effort=SURE, due=21)
    depend(actor, soon, then)
    actions.refresh(actor)
    assert likely(actor, then) == workdays(20)


def test_of_several_releases_the_last_one_counts_and_one_that_is_out_does_not(
    actor: Actor, make: Make, together: tuple[Any, Any, Any]
) -> None:
    soon, _, release = together
    early = make("release", "Early")
    actions.place(actor, soon, early)
    actions.refresh(actor)
    assert likely(actor, soon) == likely(actor, release) > likely(actor, early)
    changes.update(actor, registry.named("release"), [Edit(release.pk, {"status": "released"})])
    actions.refresh(actor)
    assert likely(actor, soon) == likely(actor, early) == workdays(10)


def test_what_is_released_is_not_forecast_any_more(actor: Actor, make: Make) -> None:
    feature = make("feature", "Masks", effort=SURE)
    actions.refresh(actor)
    values = {"status": "released", "released_at": timezone.localdate()}
    [feature] = changes.update(actor, registry.named("feature"), [Edit(feature.pk, values)])
    assert queries.outlooks(actor, [feature.pk]) == {}
    assert line_of(actor, feature).words == ""
    assert why(actor, feature) == ["It is out: nothing of when it comes is forecast any more."]
