"""Who works on a feature, and why its date is what it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, User
from northing.decisions.public import MeasureValue, measures_on, write_measures
from northing.features.public import RANK, Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import registry
from northing.roadmap import actions, queries
from northing.roadmap.cards import chance
from northing.roadmap.lines import grouped, lines
from northing.roadmap.why import why
from northing.ui import formats

from .conftest import Make, in_days, signed_in

pytestmark = pytest.mark.django_db


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def test_a_feature_without_work_packages_is_worked_by_its_own_team(actor: Actor, make: Make) -> None:
    shared, other = make("feature", "Export", effort="10-10-10"), make("feature", "Masks", effort="10-10-10")
    team = make("team", "Imaging", people=2, focus=100)
    actions.refresh(actor)
    late = max(queries.outlooks(actor, [shared.pk, other.pk])[one.pk].likely for one in (shared, other))
    changes.update(actor, registry.named("feature"), [Edit(other.pk, {"team": "Imaging"})])
    forecast = actions.refresh(actor)
    teams = {row["team"] for row in forecast.run.inputs["activities"].values()}
    assert str(team.pk) in teams
    assert all(one.likely < late for one in queries.outlooks(actor, [shared.pk, other.pk]).values())
    assert {name for name, _ in grouped(actor, lines(actor).features, "team")} == {
        "Imaging",
        "No team: planned with Builders",
    }


def test_a_work_package_may_name_another_team(actor: Actor, make: Make) -> None:
    builders, imaging = (make("team", name, people=1) for name in ("Apps", "Imaging"))
    feature = make("feature", "Masks", team=imaging.pk)
    make("work_package", "Engine", feature=feature.pk, effort="M")
    make("work_package", "Page", feature=feature.pk, team=builders.pk, effort="S")
    inputs = actions.refresh(actor).run.inputs
    assert sorted(row["team"] for row in inputs["activities"].values()) == sorted([str(builders.pk), str(imaging.pk)])


def test_the_sentences_say_how_sure_whose_team_what_waits_and_what_drives(actor: Actor, make: Make) -> None:
    first = make("feature", "Storage", effort="10-20-60", due=50)
    feature = make("feature", "Sky masks", effort="5-10-20", due=90)
    row = {"title": "needs it", "predecessor": first.pk, "successor": feature.pk}
    changes.create(actor, registry.named("dependency"), [row])
    actions.refresh(actor)
    outlook = queries.outlooks(actor, [feature.pk])[feature.pk]
    told = " ".join(why(actor, fresh(feature)))
    assert f"by {formats.day(outlook.likely)} (P50), four times in five by {formats.day(outlook.safe)} (P80)" in told
    assert "Builders (1 person) works 10 (5–20) days on it; 1 other feature of that team begins before it." in told
    assert "It has no team: planned with Builders." in told
    assert "It waits for F-1 Storage." in told
    assert "depends most on the effort of F-1 Storage" in told
    changes.update(actor, registry.named("feature"), [Edit(feature.pk, {"team": "Builders"})])
    told = " ".join(why(actor, fresh(feature)))
    assert ("has no team" in told, "changed since" in told) == (False, True)


@pytest.mark.parametrize(("people", "before"), [(1, (0, 1, 2)), (2, (0, 0, 2))])
def test_as_many_are_said_to_begin_before_it_as_the_timeline_draws(
    actor: Actor, make: Make, people: int, before: tuple[int, ...]
) -> None:
    team = make("team", "Imaging", people=people)
    alike = [make("feature", title, effort="10-10-10", team=team.pk) for title in ("One", "Two", "Three")]
    actions.refresh(actor)
    begins = {pk: outlook.start for pk, outlook in queries.outlooks(actor, [one.pk for one in alike]).items()}
    ordered = sorted(alike, key=lambda one: begins[one.pk])
    said = ("no other feature of that team begins", "1 other feature of that", "2 other features of that team begin")
    for feature, count in zip(ordered, before, strict=True):
        assert sum(begin < begins[feature.pk] for begin in begins.values()) == count
        assert said[count] in " ".join(why(actor, feature))


def test_what_goes_ahead_of_a_better_rank_to_keep_a_date_is_said_first(actor: Actor, make: Make) -> None:
    better = make("feature", "Better", effort="10-10-10")
    aimed = make("feature", "Aimed", effort="10-10-10", due=16)
    write_measures(actor, [MeasureValue.exactly(aimed.pk, RANK, 2), MeasureValue.exactly(better.pk, RANK, 1)])
    forecast = actions.refresh(actor)
    said = "Ranked after it, but ahead of it in line to keep a date: F-2 Aimed."
    assert why(actor, fresh(better))[1] == said
    assert said not in why(actor, fresh(aimed))
    type(forecast.run).objects.filter(pk=forecast.run.pk).update(engine="network-0")
    assert said not in why(actor, fresh(better)), "another method put it in line"


def test_what_goes_ahead_to_keep_a_promise_is_told_from_what_keeps_a_date(actor: Actor, make: Make) -> None:
    better = make("feature", "Better", effort="10-10-10")
    promised = make("feature", "Promised", effort="4-4-4", promised=in_days(9))
    aimed = make("feature", "Aimed", effort="4-4-4", due=16)
    ranks = {better.pk: 1, promised.pk: 2, aimed.pk: 3}
    write_measures(actor, [MeasureValue.exactly(pk, RANK, rank) for pk, rank in ranks.items()])
    actions.refresh(actor)
    assert why(actor, fresh(better))[1:3] == [
        "Ranked after it, but ahead of it in line to keep a promise: F-2 Promised.",
        "Ranked after it, but ahead of it in line to keep a date: F-3 Aimed.",
    ]


def test_the_parts_of_a_feature_count_as_one_before_another(actor: Actor, make: Make) -> None:
    parts, after = make("feature", "Parts", status="in_delivery"), make("feature", "After", effort="5-5-5")
    for title in ("Lens", "Case"):
        make("work_package", title, feature=parts.pk, effort="5-5-5")
    actions.refresh(actor)
    assert "1 other feature of that team begins before it" in " ".join(why(actor, after))


def test_of_what_nobody_gave_a_range_it_is_said(actor: Actor, make: Make) -> None:
    ranged, bare = make("feature", "E-bike range", effort="10 weeks ±4"), make("feature", "Masks", effort="10")
    make("work_package", "Unsized", feature=ranged.pk)
    whole = make("feature", "Camera")
    for title, effort in (("Lens", "10"), ("Case", "5-10-20"), ("Test", "")):
        make("work_package", title, feature=whole.pk, effort=effort)
    spring = make("release", "Spring")
    for feature in (ranged, bare):
        actions.place(actor, feature, spring)
    actions.refresh(actor)
    outlooks = queries.outlooks(actor, [one.pk for one in (ranged, bare, whole, spring)])
    assert [outlooks[one.pk].assumed for one in (ranged, bare, whole, spring)] == [False, True, True, True]
    told = [" ".join(why(actor, fresh(one))) for one in (ranged, bare, whole, spring)]
    assert "range for" not in told[0]
    assert "Not counted" not in told[0], "its own effort is all of it"
    assert "Nobody gave a range for its effort: the usual one counts." in told[1]
    assert "Nobody gave a range for WP-2 Lens: the usual one counts." in told[2]
    assert "Not counted, because nobody said what it takes: WP-4 Test." in told[2]
    assert "Nobody gave a range for F-2 Masks: the usual one counts." in told[3]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "new", "effort": "M"}, "It is not planned, its status is New: what is planned"),
        ({"status": "planned"}, "Nobody has said what it takes"),
        ({"status": "planned", "effort": "M"}, "The plan has not been forecast yet: press Refresh"),
    ],
)
def test_without_a_forecast_it_is_said_what_is_missing(
    actor: Actor, make: Make, client: Client, values: dict[str, Any], sentence: str
) -> None:
    feature: Feature = make("feature", "Sky masks", **values)
    assert sentence in " ".join(why(actor, feature))
    assert "forecast" not in measures_on(actor, feature)
    client.force_login(User.objects.get())
    page = client.get(f"/{actor.workspace.slug}/features/F-1/").content.decode()
    assert "/roadmap/F-1/why" in page
    assert sentence in client.get(f"/{actor.workspace.slug}/roadmap/F-1/why").content.decode()


def test_a_target_and_a_promise_are_shown_with_their_chances(actor: Actor, make: Make, member: Member) -> None:
    feature = make("feature", "Masks", effort="10-20-60", due=40)
    make("feature", "Export", effort="10-20-60")
    actions.refresh(actor)
    page = signed_in(member).get("/orchard/features/F-1/").content.decode()
    by_target = chance(queries.outlooks(actor, [feature.pk])[feature.pk], feature.target)
    assert f"chance {formats.percent(by_target)}" in page
    assert "Promise a day" in page
    promise = {"ids": feature.pk, "field": "promised", "promised": in_days(900).isoformat()}
    assert signed_in(member).post("/orchard/features/bulk", promise).status_code < 400
    assert fresh(feature).promised == in_days(900)
    assert "· chance 100 %" in signed_in(member).get("/orchard/features/F-1/").content.decode()
