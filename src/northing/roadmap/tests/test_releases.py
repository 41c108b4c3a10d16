"""A feature and its release agree wherever both are told of; a release at risk says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from northing.access.actor import Actor
from northing.access.models import Member
from northing.decisions.public import MeasureValue, write_measures
from northing.features.public import RANK
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import registry
from northing.roadmap import actions, cards, drawing, lines, queries
from northing.roadmap.lines import line_of
from northing.roadmap.why import why
from northing.ui import formats

from .conftest import Make, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(actor: Actor, make: Make) -> list[Any]:
    """What is soon done, and the release that it goes out with, months later."""
    soon, long = make("feature", "Soon done", effort="10-10-10"), make("feature", "Takes long", effort="90-100-120")
    release = make("release", "Spring", due=60)
    for feature in (soon, long):
        actions.place(actor, feature, release)
    actions.refresh(actor)
    return [soon, long, release]


def shared_page(member: Member, fields: list[str]) -> str:
    answer = signed_in(member).post("/orchard/roadmap/share", {"title": "For retail", "fields": fields})
    [path] = set(re.findall(r"/shared/[\w-]+/", answer.content.decode()))
    return " ".join(strip_tags(Client().get(path).content.decode()).split())


def test_a_shared_page_says_with_what_a_feature_is_out(held: list[Any], member: Member, actor: Actor) -> None:
    release = line_of(actor, held[2])
    page = shared_page(member, ["forecast", "releases"])
    assert f"Soon done L{release.roughly[1:]} with Spring" in page
    unnamed = shared_page(member, ["forecast"])
    assert "with its release" in unnamed
    assert "Spring" not in unnamed


def test_a_shared_page_goes_by_rank_where_that_was_chosen(held: list[Any], member: Member, actor: Actor) -> None:
    soon, long, _ = held
    write_measures(actor, [MeasureValue.exactly(long.pk, RANK, 1), MeasureValue.exactly(soon.pk, RANK, 2)])
    page = shared_page(member, ["rank"])
    assert page.index("Takes long Rank 1.") < page.index("Soon done Rank 2.")
    assert "Rank" not in shared_page(member, ["forecast"])


def test_the_timeline_and_the_shared_page_tell_the_same_day(held: list[Any], actor: Actor) -> None:
    shown = lines.lines(actor)
    bars = {bar.id: bar for lane in drawing.timeline(actor, shown, "area", "year").lanes for bar in lane.bars}
    [soon] = [line for line in shown.features if line.key == "F-1"]
    assert soon.outlook
    assert bars["F-1"].out == soon.outlook.likely == bars["RL-1"].mid
    assert soon.release == "Spring"


def test_a_release_that_overruns_its_target_says_so_wherever_it_is_shown(
    held: list[Any], actor: Actor, member: Member
) -> None:
    client = signed_in(member)
    assert "RL-1" in [one.key for one in lines.lines(actor).marks if one.risk == "Target at risk"]
    listed = client.get("/orchard/roadmap/?view=list").content.decode()
    drawn = client.get("/orchard/roadmap/").content.decode()
    panel = client.get("/orchard/releases/RL-1/").content.decode()
    assert "Target at risk" in listed[listed.index("Spring") : listed.index("Soon done")]
    assert re.search(r'data-id="RL-1".*?<tspan class="warning">Target at risk</tspan>', drawn, re.DOTALL)
    assert "Target at risk" in panel[panel.index("All of it:") : panel.index("<table", panel.index("All of it:"))]
    [card] = cards.dates_at_risk(actor)
    assert card.question == f"Spring: aimed at {formats.day(held[2].target)}. Move it, cut it or staff it?"


@pytest.mark.parametrize(("status", "word"), [("new", "New"), ("candidate", "Candidate"), ("declined", "Declined")])
def test_what_is_in_a_release_but_not_planned_is_said_so_everywhere(
    held: list[Any], actor: Actor, make: Make, member: Member, status: str, word: str
) -> None:
    idea = make("feature", "Idea", effort="5-5-5")
    actions.place(actor, idea, held[2])
    changes.update(actor, registry.named("feature"), [Edit(idea.pk, {"status": status})])
    client = signed_in(member)
    page = " ".join(client.get("/orchard/features/F-3/").content.decode().split())
    assert "Goes out with" not in page
    assert f"RL-1 Spring · not planned: {word}" in page
    idea.refresh_from_db()
    assert why(actor, idea)[0].startswith(f"It is not planned, its status is {word}")
    panel = client.get("/orchard/releases/RL-1/").content.decode()
    assert "1 of these features is not planned, so not counted." in panel


def test_what_is_planned_goes_out_with_its_release(held: list[Any], member: Member) -> None:
    page = signed_in(member).get("/orchard/features/F-1/").content.decode()
    assert "Goes out with" in page
    assert "not planned" not in page


@pytest.mark.parametrize("status", ["new", "candidate", "planned", "in_delivery", "released", "declined"])
def test_of_one_feature_the_same_is_said_as_of_all(actor: Actor, make: Make, status: str) -> None:
    made = [make("feature", "Plain", status=status), make("feature", "Aimed", status=status, target_text="later")]
    for is_it, all_of_them in (
        (queries.is_planned, queries.planned_features),
        (queries.is_forecast, queries.forecast_features),
    ):
        assert {one.pk for one in made if is_it(one)} == set(all_of_them(actor).values_list("pk", flat=True))
    changes.archive(actor, registry.named("feature"), [one.pk for one in made])
    assert not any(queries.is_forecast(one) for one in [*type(made[0]).objects.within(actor)])
