"""The roadmap's pages: views, moving, placing, sharing, and who may do what."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from northing.access.actor import Actor
from northing.access.models import Member, Workspace
from northing.access.roles import Role
from northing.features.public import Feature
from northing.kit import changes
from northing.kit.models import Job
from northing.kit.record_types import registry
from northing.roadmap import actions, drawing, jobs, lines, queries, views
from northing.roadmap.cards import chance
from northing.roadmap.jobs import refresh_forecast
from northing.roadmap.models import Forecast, PublishedView
from northing.ui import formats

from .conftest import Make, in_days, member_of, signed_in

pytestmark = pytest.mark.django_db
BASE = "/orchard/roadmap/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(member: Member) -> Client:
    return signed_in(member)


@pytest.fixture
def plan(actor: Actor, make: Make) -> list[Any]:
    """Two features for one builder, the first promised, and a release."""
    first = make("feature", "Big exports", effort="10-10-10", due=20, promised=in_days(30).isoformat())
    second = make("feature", "Shared presets", effort="5-10-20", due=100)
    release = make("release", "Autumn", due=120)
    actions.place(actor, first, release)
    actions.refresh(actor)
    return [first, second, release]


@pytest.mark.parametrize("query", ["", "?view=now", "?view=list", "?by=team", "?by=goal", "?by=release&zoom=year"])
def test_every_view_shows_the_features(client: Client, plan: list[Any], query: str) -> None:
    answer = client.get(BASE + query)
    assert answer.status_code == 200
    assert all(title in answer.content.decode() for title in ("Big exports", "Shared presets"))


def test_a_zoom_that_was_chosen_holds(client: Client, plan: list[Any]) -> None:
    def lit(query: str) -> list[str]:
        page = client.get(BASE + query).content.decode()
        return re.findall(r'zoom=(\w+)" aria-current', page)

    assert lit("") == ["quarter"]
    assert lit("?zoom=year") == lit("?by=team") == lit("") == ["year"]


def test_views_before_there_is_anything(client: Client, actor: Actor, make: Make) -> None:
    assert "Nothing is planned yet" in client.get(BASE).content.decode()
    make("feature", "Unsized")
    assert "No forecast yet" in client.get(BASE).content.decode()
    actions.refresh(actor)
    assert "No dates yet" in client.get(BASE).content.decode()


def test_the_timeline_tells_the_three_dates_apart(client: Client, plan: list[Any]) -> None:
    page = client.get(BASE).content.decode()
    bar = next(part for part in page.split('<g class="bar') if 'data-id="F-1"' in part)
    assert 'class="target' in bar
    assert 'class="promised"' in bar
    assert "likely end" in bar


def test_queries_do_not_grow_with_the_plan(
    client: Client, actor: Actor, make: Make, plan: list[Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        make("feature", f"More {number}", effort="3", due=number)
    actions.refresh(actor)
    for query in ("", "?view=now", "?by=goal"):
        with django_assert_max_num_queries(30):
            client.get(BASE + query)


def test_a_target_moves_by_days_and_can_be_taken_back(client: Client, plan: list[Any], actor: Actor) -> None:
    answer = client.post(f"{BASE}F-1/target", {"days": "7", "version": str(plan[0].version)}, headers=HTMX)
    assert answer.status_code == 204
    assert Feature.objects.within(actor).get(pk=plan[0].pk).target == in_days(27)
    undo = re.search(r'"undo": "([^"]+)"', answer.headers["HX-Trigger"])
    assert undo
    client.post(undo[1])
    assert Feature.objects.within(actor).get(pk=plan[0].pk).target == in_days(20)


def test_a_move_of_an_old_version_is_refused(client: Client, plan: list[Any]) -> None:
    client.post(f"{BASE}F-1/target", {"days": "1", "version": "1"})
    assert client.post(f"{BASE}F-1/target", {"days": "1", "version": "1"}).status_code == 409


@pytest.mark.parametrize("days", ["", "soon", "1.5", "99999999"])
def test_days_must_be_days(client: Client, plan: list[Any], days: str) -> None:
    assert client.post(f"{BASE}F-1/target", {"days": days}).status_code == 422
    assert client.get(f"{BASE}F-1/preview", {"days": days}).status_code == 422


def test_a_preview_names_what_else_moves_which_the_promised_does_not(client: Client, plan: list[Any]) -> None:
    assert "Nothing else moves" in client.get(f"{BASE}F-2/preview", {"days": "-95"}).content.decode()
    Feature.objects.filter(pk=plan[0].pk).update(promised=None)
    text = client.get(f"{BASE}F-2/preview", {"days": "-95"}).content.decode()
    assert "Big exports" in text
    assert "→" in text
    assert "Nothing else moves" in client.get(f"{BASE}RL-1/preview", {"days": "1"}).content.decode()


def test_a_preview_says_first_what_the_target_means(client: Client, plan: list[Any], actor: Actor) -> None:
    text = " ".join(strip_tags(client.get(f"{BASE}F-2/preview", {"days": "-1"}).content.decode()).split())
    outlook = queries.outlook_on(actor, plan[1])
    assert outlook
    odds = formats.percent(chance(outlook, in_days(99)))
    likely, safe = formats.day(outlook.likely), formats.day(outlook.safe)
    assert f"Ready by {formats.day(in_days(99))}: {odds}; likely {likely}, safe to promise {safe}." in text


@pytest.mark.parametrize("named", ["big exports", "F-1"])
def test_a_dependency_takes_a_title_or_a_key_and_needs_no_reason(
    client: Client, plan: list[Any], actor: Actor, named: str
) -> None:
    form = client.get("/orchard/dependencies/new").content.decode()
    assert 'hx-get="/orchard/known?types=feature,release,milestone,work_package"' in form
    row = {"predecessor": named, "successor": "Shared presets", "type": "FS", "lag": "0", "title": ""}
    client.post("/orchard/dependencies/new", row)
    [made] = queries.live_dependencies(actor)
    assert (made.predecessor_id, made.successor_id) == (plan[0].pk, plan[1].pk)
    assert "No reason given" in client.get("/orchard/dependencies/").content.decode()


def test_a_title_that_several_bear_is_refused_with_their_keys(client: Client, plan: list[Any], make: Make) -> None:
    make("feature", "Big exports")
    row = {"predecessor": "Big exports", "successor": "No such thing", "type": "FS", "lag": "0"}
    page = client.post("/orchard/dependencies/new", row).content.decode()
    assert "F-1 Big exports" in page
    assert "F-3 Big exports" in page
    assert "There is no No such thing in this workspace" in page


@pytest.mark.parametrize(
    ("types", "offered"), [("feature,release", '<option value="F-1">Big exports</option>'), ("release", "")]
)
def test_what_fits_is_offered_of_the_types_that_can_wait(
    client: Client, plan: list[Any], types: str, offered: str
) -> None:
    for typed in ("export", "F-1"):
        answer = client.get("/orchard/known", {"types": types, "predecessor": typed})
        assert answer.content.decode().strip() == offered


def test_large_plans_are_left_to_the_job(client: Client, plan: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    monkeypatch.setattr(views, "PREVIEWED", 1)
    assert "in a minute" in client.post(f"{BASE}refresh", headers=HTMX).headers["HX-Trigger"]
    assert Job.objects.filter(task__endswith="refresh_forecast").exists()
    assert "refresh after saving" in client.get(f"{BASE}F-1/preview?days=1").content.decode()


def test_cards_can_be_aimed_at_now_next_and_later(client: Client, plan: list[Any], actor: Actor) -> None:
    assert client.post(f"{BASE}F-2/aim", {"column": "later"}).status_code == 204
    feature = Feature.objects.within(actor).get(pk=plan[1].pk)
    assert (feature.target, feature.target_text) == (None, "later")
    assert client.post(f"{BASE}F-2/aim", {"column": "never"}).status_code == 422


def test_refreshing_says_what_moved(client: Client, plan: list[Any], actor: Actor) -> None:
    answer = client.post(f"{BASE}refresh", headers=HTMX)
    assert "Nothing moved." in answer.headers["HX-Trigger"]
    assert client.post(f"{BASE}refresh").status_code == 302


def test_the_job_forecasts_too(plan: list[Any], actor: Actor) -> None:
    Forecast.objects.within(actor).delete()
    refresh_forecast.call(actor.workspace_id)
    assert queries.current_forecast(actor)


def test_a_feature_is_placed_and_taken_out_in_its_drawer(client: Client, plan: list[Any], actor: Actor) -> None:
    assert client.post(f"{BASE}F-2/place", {"release": "RL-1"}).status_code == 302
    assert "Autumn" in client.get("/orchard/features/F-2/").content.decode()
    client.post(f"{BASE}F-2/place", {"remove": "RL-1"})
    assert not queries.releases_of(actor, [plan[1].pk])


def test_the_picker_leaves_out_releases_that_have_gone_out(client: Client, make: Make) -> None:
    make("feature", "Masks")
    for title, status in (("Spring", "released"), ("Summer", "cancelled"), ("Winter", "planned")):
        make("release", title, status=status)
    picker = client.get(f"{BASE}F-1/place").content.decode()
    assert re.findall(r"<option[^>]*>(\w+)</option>", picker) == ["Winter"]


@pytest.mark.parametrize(("status", "said"), [("released", "released already"), ("declined", "It is declined")])
def test_the_picker_says_what_speaks_against_a_release(client: Client, make: Make, status: str, said: str) -> None:
    make("feature", "Masks", status=status)
    make("release", "Winter")
    picker = client.get(f"{BASE}F-1/place").content.decode()
    assert said in picker
    assert ("<select" in picker) is (status != "declined")


def test_a_release_that_has_gone_out_is_marked_on_its_feature(client: Client, make: Make, actor: Actor) -> None:
    actions.place(actor, make("feature", "Masks"), make("release", "Spring", status="released"))
    assert "RL-1 Spring · out already" in client.get("/orchard/features/F-1/").content.decode()


def test_the_drawer_says_the_forecast_in_words(client: Client, plan: list[Any]) -> None:
    for path in ("features/F-1", "releases/RL-1"):
        assert "safe to promise" in client.get(f"/orchard/{path}/").content.decode()


def test_features_can_be_listed_by_forecast(client: Client, plan: list[Any]) -> None:
    page = client.get("/orchard/features/?columns=title,forecast&sort=-forecast").content.decode()
    assert re.findall(r'data-title="([^"]+)"', page) == ["Shared presets", "Big exports"]


def test_a_shared_view_shows_what_was_chosen_and_ends_when_revoked(
    client: Client, plan: list[Any], actor: Actor, make: Make, django_assert_max_num_queries: Any
) -> None:
    make("feature", "Vague idea", status="candidate", due=90)
    answer = client.post(f"{BASE}share", {"title": "For retail", "fields": ["forecast"]}).content.decode()
    [path] = set(re.findall(r"/shared/[\w-]+/", answer))
    outsider = Client()
    with django_assert_max_num_queries(8):
        page = outsider.get(path).content.decode()
    assert "For retail" in page
    assert "Big exports" in page
    assert "ikely" in page
    for secret in ("Vague idea", "safe to promise", "F-1", "Planned", "Promised", "/orchard/", "admin person"):
        assert secret not in page
    [view] = queries.published_views(actor)
    assert path.split("/")[2] not in view.secret_hash
    assert client.post(f"{BASE}share/{view.pk}/revoke").status_code == 302
    assert outsider.get(path).status_code == 404
    assert client.post(f"{BASE}share/{view.pk}/revoke").status_code == 404
    assert outsider.get("/shared/guess/").status_code == 404


def test_after_a_link_is_revoked_the_next_is_one_press_away(actor: Actor, client: Client) -> None:
    actions.publish(actor, "For sales", ["forecast"])
    [view] = queries.published_views(actor)
    page = client.post(f"{BASE}share/{view.pk}/revoke", HTTP_HX_REQUEST="true").content.decode()
    assert f'name="title" value="{actor.workspace.name} roadmap"' in page


def test_sharing_needs_a_title_and_known_fields(client: Client, plan: list[Any], actor: Actor) -> None:
    assert client.get(f"{BASE}share").status_code == 200
    assert client.post(f"{BASE}share", {"title": " "}).status_code == 422
    assert client.post(f"{BASE}share", {"title": "x", "fields": ["revenue"]}).status_code == 422
    assert not PublishedView.objects.within(actor).exists()


@pytest.mark.parametrize(("public", "said"), [("http://127.0.0.1:8321", True), ("https://north.example.com", False)])
def test_a_link_that_only_works_here_says_so(client: Client, settings: Any, public: str, said: bool) -> None:
    settings.PUBLIC_URL = public
    page = client.post(f"{BASE}share", {"title": "For retail"}).content.decode()
    assert f'value="{public}/shared/' in page
    assert ("works on this computer only" in page) is said


WRITES = ["F-1/target", "F-1/aim", "F-1/place", "refresh", "share"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR])
def test_viewers_look_and_do_not_touch(plan: list[Any], member: Member, role: Role) -> None:
    client = signed_in(member_of(member.workspace, role))
    page = client.get(BASE).content.decode()
    assert "Big exports" in page
    assert "data-move-url" not in page
    for path in WRITES:
        values = {"days": "1", "column": "now", "release": "RL-1", "title": "x"}
        assert client.post(BASE + path, values).status_code == 403, path
    assert client.get(f"{BASE}F-1/preview?days=1").status_code == 403


def test_outsiders_find_nothing(plan: list[Any]) -> None:
    client = signed_in(member_of(Workspace.objects.create(name="Other", slug="other")))
    assert client.get(BASE).status_code == 404
    assert client.post(f"{BASE}F-1/target", {"days": "1"}).status_code == 404
    assert client.get("/other/roadmap/F-1/preview?days=1").status_code == 404


def test_arrows_run_between_features_whose_work_packages_wait(actor: Actor, make: Make) -> None:
    first, then = make("feature", "First"), make("feature", "Then")
    lens = make("work_package", "Lens", feature=first.pk, effort="10")
    test = make("work_package", "Test", feature=then.pk, effort="10")
    own = make("work_package", "Mount", feature=first.pk, effort="10")
    row = {"title": "needs it", "predecessor": lens.pk}
    changes.create(actor, registry.named("dependency"), [row | {"successor": one.pk} for one in (test, own)])
    actions.refresh(actor)
    drawn = drawing.draw(drawing.timeline(actor, lines.lines(actor), "area", "quarter"))
    assert drawn.count('class="arrow') == 1
    assert 'data-ends="F-1 F-2"' in drawn


def test_a_release_lists_its_features_with_their_forecast(client: Client, plan: list[Any]) -> None:
    page = client.get("/orchard/releases/RL-1/").content.decode()
    panel = page[page.index('id="panel-features"') :]
    assert "Big exports" in panel
    assert "All of it:" in panel
    assert "Shared presets" not in panel
    assert "No range yet" not in panel[: panel.index("</section>")]


def test_an_empty_release_says_how_features_come_into_it(client: Client, make: Make) -> None:
    make("release", "Winter")
    assert "Put into a release" in client.get("/orchard/releases/RL-1/").content.decode()


def shared_page(client: Client, fields: list[str]) -> str:
    answer = client.post(f"{BASE}share", {"title": "For retail", "fields": fields}).content.decode()
    [path] = set(re.findall(r"/shared/[\w-]+/", answer))
    return Client().get(path).content.decode()


def test_a_shared_view_shows_releases_when_they_were_chosen(
    client: Client, plan: list[Any], actor: Actor, make: Make
) -> None:
    vague = make("feature", "Vague idea", status="candidate", due=90)
    actions.place(actor, vague, plan[2])
    page = shared_page(client, ["forecast", "releases"])
    assert "Autumn" in page
    assert "With Big exports</p>" in page
    assert "Vague idea" not in page
    assert "Autumn" not in shared_page(client, ["forecast"])


def columns_of(page: str) -> dict[str, str]:
    """What stands in each column of a shared page."""
    parts = page.split('<section class="card span-4">')[1:]
    return {re.findall("<h2>(\\w+)</h2>", part)[0]: part for part in parts}


def test_the_columns_that_outsiders_see_go_by_the_days_they_see(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Slow", effort="900-900-900", due=0, status="in_delivery")
    make("feature", "Wished")
    actions.refresh(actor)
    by_forecast = columns_of(shared_page(client, ["forecast"]))
    assert "Slow" in by_forecast["Later"]
    assert "Wished" in by_forecast["Later"]
    assert "Slow" in columns_of(shared_page(client, ["target"]))["Now"]
    assert "else by its likely day, else by its target." in shared_page(client, ["forecast"])
    assert "where somebody put a feature, else by its target." in shared_page(client, ["target"])


def test_inside_and_outside_a_feature_stands_in_the_same_column(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Put there", effort="1-1-1", target_text="later")
    make("feature", "Aimed", effort="900-900-900", due=0)
    make("feature", "Wished", target_text="next")
    actions.refresh(actor)
    page = client.get(f"{BASE}?view=now").content.decode()
    inside = {part.split('"')[0]: part for part in page.split('data-column="')[1:]}
    outside = columns_of(shared_page(client, ["forecast", "target"]))
    for title, column in (("Put there", "later"), ("Aimed", "later"), ("Wished", "next")):
        assert title in inside[column]
        assert title in outside[column.capitalize()]
    for shown in (*inside.values(), *outside.values()):
        assert "Target later" not in shown
        assert "Target next" not in shown
    assert "else by its likely day, else by its target." in page


def test_the_list_goes_by_the_likely_day(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Aimed", due=50)
    make("feature", "Slow", effort="90-90-90", due=1)
    make("feature", "Quick", effort="1-1-1", due=0)
    make("feature", "Someday", target_text="later")
    actions.refresh(actor)
    page = client.get(f"{BASE}?view=list").content.decode()
    shown = re.findall(r'class="title" href="[^"]+" data-drawer>([^<]+)<', page)
    assert shown == ["Quick", "Aimed", "Slow", "Someday"]


def test_where_no_forecast_is_shared_nothing_tells_of_it(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Quick", effort="1-1-1")
    actions.refresh(actor)
    assert "Quick" in columns_of(shared_page(client, ["forecast"]))["Now"]
    page = shared_page(client, ["target"])
    assert "Quick" in columns_of(page)["Later"]
    assert "As of" not in page


def test_outsiders_are_told_the_range_in_plain_words(client: Client, actor: Actor, make: Make) -> None:
    make("feature", "Big exports", effort="10-40-200")
    actions.refresh(actor)
    page = " ".join(shared_page(client, ["forecast"]).split())
    assert re.search(r"Likely [\w -]+, 8 times in 10 between [\w -]+ and [\w -]+\.", page)
