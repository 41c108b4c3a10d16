"""A plan begins: people by team, the features that come next, and a forecast at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.access.models import Member, Role
from northing.accounts.models import Team
from northing.decisions.public import MeasureValue, write_measures
from northing.features.public import RANK, VOICES, Feature, Status
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.models import Change
from northing.kit.record_types import registry
from northing.roadmap import queries

from .conftest import Make

pytestmark = pytest.mark.django_db
NEXT = "/orchard/roadmap/next"


@pytest.fixture
def client(client: Client, member: Member) -> Client:
    client.force_login(member.user)
    return client


def ranked(actor: Actor, feature: Feature, rank: float, name: str = RANK) -> None:
    write_measures(actor, [MeasureValue(feature.pk, name, rank, rank, rank)])


def test_what_is_undecided_is_offered_by_rank_then_by_who_asks_then_the_newest(actor: Actor, make: Make) -> None:
    titles = ("Late", "Asked", "Old", "First", "New")
    late, asked, old, first, new = (make("feature", title, status="new") for title in titles)
    make("feature", "Decided")
    ranked(actor, late, 2)
    ranked(actor, first, 1)
    ranked(actor, asked, 7, VOICES)
    assert queries.undecided_in_order(actor, 9) == [first, late, asked, new, old]
    assert queries.undecided_in_order(actor, 2) == [first, late]


def test_people_and_what_comes_next_make_a_plan_with_dates(actor: Actor, make: Make, client: Client) -> None:
    Team.objects.within(actor).delete()
    masks, export = make("feature", "Masks", status="new", effort="10"), make("feature", "Export", status="new")
    ranked(actor, masks, 1)
    ranked(actor, export, 2)
    page = client.get(NEXT).content.decode()
    assert f'value="{masks.pk}" aria-label="Plan F-1 Masks" checked' in page
    assert f'value="{export.pk}" aria-label="Plan F-2 Export">' in page, "without effort it would get no date"
    answer = client.post(NEXT, {"people": "2,5", "feature": [masks.pk]}, follow=True)
    assert "The plan has its first forecast" in answer.content.decode()
    assert [(team.name, team.people) for team in Team.objects.within(actor)] == [("Our team", 2.5)]
    masks.refresh_from_db()
    assert (masks.status, queries.outlook_on(actor, masks) is not None) == (Status.PLANNED, True)
    history.undo(actor, Change.objects.within(actor).filter(event__startswith="planned").latest("pk").pk)
    masks.refresh_from_db()
    assert (masks.status, Team.objects.within(actor).filter(archived_at=None).count()) == (Status.NEW, 0)


def test_what_is_put_off_is_offered_and_not_proposed(make: Make, client: Client, actor: Actor) -> None:
    masks = make("feature", "Masks", status="new", effort="10", target_text="later")
    ranked(actor, masks, 1)
    page = client.get(NEXT).content.decode()
    assert f'value="{masks.pk}" aria-label="Plan F-1 Masks">' in page


def test_teams_get_their_people_and_features_their_teams(actor: Actor, make: Make, client: Client) -> None:
    app, device = make("team", "App"), make("team", "Device")
    there, new = make("feature", "Hinge"), make("feature", "Masks", status="new")
    form = {
        f"people-{app.pk}": "4",
        f"people-{device.pk}": "",
        f"team-{there.pk}": str(device.pk),
        f"team-{new.pk}": "",
    }
    assert client.post(NEXT, form).status_code == 302
    teams = dict(Team.objects.within(actor).values_list("name", "people"))
    assert teams == {"Builders": 1.0, "App": 4.0, "Device": 1.0}, "what is left empty stays"
    there.refresh_from_db()
    new.refresh_from_db()
    assert (there.team_id, new.team_id, new.status) == (device.pk, None, Status.NEW)
    assert Change.objects.within(actor).latest("pk").event == "said who builds what"


def test_a_team_that_is_said_is_kept_also_of_what_is_not_ticked(actor: Actor, make: Make, client: Client) -> None:
    app, _ = make("team", "App"), make("feature", "Hinge")
    new = make("feature", "Masks", status="new")
    assert client.post(NEXT, {f"team-{new.pk}": str(app.pk)}).status_code == 302
    new.refresh_from_db()
    assert (new.team_id, new.status) == (app.pk, Status.NEW)


def untouched(page: str) -> dict[str, Any]:
    """What a browser would send back of the page."""
    form: dict[str, Any] = dict(re.findall(r'name="((?:was-)?people-\d+)" value="([^"]*)"', page))
    form |= dict(re.findall(r'name="(was-team-\d+|taken|was-feature)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select class="field" [^>]*?name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="(\d+)" selected', options)
        form[name] = chosen[1] if chosen else ""
    return form


def test_what_nobody_touched_stays_as_it_is_by_then(actor: Actor, make: Make, client: Client) -> None:
    app, old = make("team", "App", people=2.25), make("team", "Old")
    moved, kept = make("feature", "Hinge", team=app.pk), make("feature", "Masks", team=old.pk)
    changes.archive(actor, registry.named("team"), [old.pk])
    form = untouched(client.get(NEXT).content.decode())
    assert form[f"people-{app.pk}"] == "2.25"
    builders = Team.objects.within(actor).get(name="Builders")
    changes.update(actor, registry.named("team"), [Edit(builders.pk, {"people": 6})])
    changes.update(actor, registry.named("feature"), [Edit(moved.pk, {"team": builders.pk})])
    assert client.post(NEXT, form).status_code == 302
    people = dict(Team.objects.within(actor).values_list("name", "people"))
    assert (people["App"], people["Builders"]) == (2.25, 6)
    for one in (moved, kept):
        one.refresh_from_db()
    assert (moved.team_id, kept.team_id) == (builders.pk, old.pk)


def ticked(page: str) -> list[str]:
    """The titles of what is ticked."""
    return re.findall(r'aria-label="Plan F-\d+ ([^"]*)" checked', page)


def pressed(page: str) -> str:
    """The way in which it was ticked."""
    return "".join(re.findall(r'aria-pressed="true">([^<]*)<', page))


@pytest.fixture
def wishes(actor: Actor, make: Make) -> list[Feature]:
    """Ranked: a small one, one that takes a year, a small one, one without effort, four more small ones."""
    efforts = ("5", "200", "5", None, "5", "5", "5", "5")
    made = [
        make("feature", f"Wish {place}", status="new", effort=effort) for place, effort in enumerate(efforts, start=1)
    ]
    for place, feature in enumerate(made, start=1):
        ranked(actor, feature, place)
    return made


SMALL = ["Wish 1", "Wish 3", "Wish 5", "Wish 6", "Wish 7", "Wish 8"]


def test_what_the_people_likely_get_done_in_time_is_proposed_and_why(
    actor: Actor, wishes: list[Feature], client: Client
) -> None:
    page = client.get(NEXT).content.decode()
    assert ticked(page) == ["Wish 1"], "the second takes the only builder a year"
    assert "the 1 that these people likely get done by " in page
    assert pressed(page).startswith("Likely done by ")
    team = queries.teams_in_order(actor)[0]
    form = untouched(page) | {"feature": [wishes[0].pk], f"people-{team.pk}": "2", "take": "again"}
    assert ticked(client.post(NEXT, form).content.decode()) == SMALL
    assert not queries.planned_features(actor).exists(), "a proposal writes nothing"
    team.refresh_from_db()
    assert team.people == 1


def test_a_team_that_is_chosen_counts_and_so_does_what_is_planned(
    actor: Actor, make: Make, wishes: list[Feature], client: Client
) -> None:
    other = make("team", "Other", people=1)
    form = untouched(client.get(NEXT).content.decode())
    form |= {"feature": [wishes[0].pk], f"team-{wishes[1].pk}": str(other.pk), "take": "again"}
    page = client.post(NEXT, form).content.decode()
    assert ticked(page) == SMALL
    assert untouched(page)[f"was-team-{wishes[1].pk}"] == "", "what is stored is told apart from what is chosen"
    make("feature", "Large", effort="200")
    page = client.get(NEXT).content.decode()
    assert ticked(page) == ["Wish 1"]
    assert "after what is in the plan already" in page


def test_a_team_cell_that_named_two_is_told_beside_the_one_that_is_planned(
    make: Make, wishes: list[Feature], client: Client
) -> None:
    make("team", "Cloud")
    Feature.objects.filter(pk=wishes[0].pk).update(custom={"source": {"team as given": "App / Cloud"}})
    assert client.get(NEXT).content.decode().count("In the file: App / Cloud<") == 1


@pytest.mark.parametrize(
    ("way", "count", "said"), [("5", 5, "First 5"), ("sized", 7, "All 7 with an effort"), ("none", 0, "None")]
)
def test_the_first_few_all_or_none_are_ticked_at_once(
    wishes: list[Feature], client: Client, way: str, count: int, said: str
) -> None:
    page = client.post(NEXT, {"take": way}).content.decode()
    assert (len(ticked(page)), pressed(page)) == (count, said)
    assert "Wish 4" not in ticked(page), "without an effort it would get no date"


def test_what_somebody_ticked_stays_when_the_people_change(wishes: list[Feature], client: Client) -> None:
    page = client.get(NEXT).content.decode()
    form = untouched(page) | {"feature": [wishes[3].pk, wishes[6].pk], "take": "again"}
    page = client.post(NEXT, form).content.decode()
    assert (ticked(page), pressed(page)) == (["Wish 4", "Wish 7"], "")
    assert len(ticked(client.post(NEXT, untouched(page) | {"take": "5"}).content.decode())) == 5


def test_a_number_of_people_that_no_team_can_have_changes_no_proposal(
    actor: Actor, wishes: list[Feature], client: Client
) -> None:
    team = queries.teams_in_order(actor)[0]
    for typed in ("", "two", "-3", "1e9"):
        assert ticked(client.post(NEXT, {f"people-{team.pk}": typed, "take": "fitting"}).content.decode()) == ["Wish 1"]


def test_a_first_team_is_proposed_for_as_its_people_are_typed(
    actor: Actor, wishes: list[Feature], client: Client
) -> None:
    Team.objects.within(actor).delete()
    assert pressed(client.get(NEXT).content.decode()) == "First 5", "nobody is there to count on"
    assert ticked(client.post(NEXT, {"people": "2", "take": "fitting"}).content.decode()) == SMALL
    assert not Team.objects.within(actor).exists()


def test_without_ranks_and_voices_nothing_is_proposed(make: Make, client: Client) -> None:
    make("feature", "Masks", status="new", effort="5")
    page = client.get(NEXT).content.decode()
    assert (ticked(page), pressed(page)) == ([], "None")
    assert ticked(client.post(NEXT, {"take": "sized"}).content.decode()) == ["Masks"]


def test_what_is_gone_or_no_team_is_said(actor: Actor, make: Make, client: Client) -> None:
    there, gone = make("feature", "Hinge"), make("feature", "Masks", status="new")
    changes.archive(actor, registry.named("feature"), [gone.pk])
    assert client.post(NEXT, {"feature": [gone.pk]}).status_code == 404
    answer = client.post(NEXT, {f"team-{there.pk}": "x1", f"was-team-{there.pk}": "7"}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, "choose one of the list" in str(answer.headers) + answer.content.decode()) == (
        422,
        True,
    )


@pytest.mark.parametrize(("form", "said"), [({}, "tick at least one"), ({"people": "many"}, "number")])
def test_nothing_is_planned_by_halves(
    actor: Actor, make: Make, client: Client, form: dict[str, str], said: str
) -> None:
    feature = make("feature", "Masks", status="new")
    answer = client.post(NEXT, form if not form else form | {"feature": str(feature.pk)}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, said in answer.content.decode() + answer.headers.get("HX-Trigger", "")) == (422, True)
    feature.refresh_from_db()
    assert (feature.status, Team.objects.within(actor).count()) == (Status.NEW, 1)


def test_an_editor_plans_but_staffs_no_team(actor: Actor, make: Make, client: Client, member: Member) -> None:
    make("feature", "Masks", status="new")
    Member.objects.filter(pk=member.pk).update(role=Role.EDITOR)
    page = client.get(NEXT).content.decode()
    assert ("What comes next?" in page, "How many people" in page) == (True, False)
    Member.objects.filter(pk=member.pk).update(role=Role.CONTRIBUTOR)
    assert client.get(NEXT).status_code == 403
