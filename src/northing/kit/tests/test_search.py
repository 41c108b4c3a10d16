"""Search: words, beginnings, mistyped words, keys, and the wall around all of it."""

from __future__ import annotations

import pytest
from django.test import Client

from northing.access.actor import Actor, Origin, system
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.kit import changes
from northing.kit import search as searching
from northing.kit.record_types import registry
from northing.kit.search import Hits, matching, search

pytestmark = pytest.mark.django_db
TEAM = registry.named("team")


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.WEB)


def teams(actor: Actor, *names: str, note: str = "") -> list[int]:
    return [team.pk for team in changes.create(actor, TEAM, [{"name": name, "note": note} for name in names])]


def ids(found: Hits) -> list[int]:
    return [hit.record_id for hit in found.hits]


def test_all_words_count_and_the_last_may_be_a_beginning(actor: Actor) -> None:
    first, second = teams(actor, "Imaging export", "Imaging import")
    assert set(ids(search(actor, "imaging"))) == {first, second}
    assert ids(search(actor, "imaging exp")) == [first]
    assert ids(search(actor, "ex")) == [], "a beginning has three letters"
    assert ids(search(actor, 'imaging" OR NEAR(* -')) == []


def test_titles_come_first_short_ones_before_long_ones_then_the_newest(actor: Actor) -> None:
    [old] = teams(actor, "Sales", note="who export figures")
    long, short, begun = teams(actor, "Export of pictures", "Export", "Exporters")
    [new] = teams(actor, "Support", note="export again")
    assert ids(search(actor, "export")) == [short, long, begun, new, old]
    assert ids(search(actor, "export", limit=3)) == [short, long, begun]
    assert ids(search(actor, "EXPO")) == [short, begun, long, new, old]


def test_of_very_many_titles_the_newest_are_ranked(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "NEWEST", 3)
    _, *newest = teams(actor, "Export", "Export one", "Export it", "Export of it")
    found = search(actor, "export", limit=2)
    assert (ids(found), found.capped) == ([newest[1], newest[0]], True)
    assert not search(actor, "one").capped


def test_signs_within_words_part_them_as_the_index_does(actor: Actor) -> None:
    [team] = teams(actor, "photo_export Cafe\u0301 a\u19b0b a\u1cf2b")
    for text in ("photo_export", "photo export", "export_pho", "Caf\u00e9", "Cafe\u0301", "a\u19b0b", "a\u1cf2b"):
        assert ids(search(actor, text)) == [team], text


@pytest.mark.parametrize(
    "sought", ["F-2", "2 sim", "15.2", "15", "velo.example/maps", "maps", "ben@velo", "100", "bold"]
)
def test_every_word_is_found_whatever_stands_around_it(actor: Actor, sought: str) -> None:
    [team] = teams(actor, "F-2 simulator 15.2", note="www.velo.example/maps, ben@velo.example, 100% <b>bold</b> it's")
    assert ids(search(actor, sought)) == [team]


def test_a_filter_takes_the_newest_that_have_the_words(actor: Actor) -> None:
    first, second, begun = teams(actor, "Export", "Import", "Exporters")
    assert set(matching(actor, "export", TEAM)) == {first, begun}
    assert list(matching(actor, "export", TEAM, limit=1)) == [first], "enough have the word itself"
    assert list(matching(actor, "im", TEAM)) == list(matching(actor, "...", TEAM)) == []
    changes.archive(actor, TEAM, [first])
    assert set(matching(actor, "export", TEAM)) == {begun}
    changes.update(actor, TEAM, [changes.Edit(second, {"name": "Export anew"})])
    assert set(matching(actor, "export", TEAM)) == {begun, second}


@pytest.mark.parametrize("typed", ["exprot", "exportt", "exort", "Ezport", "bateries", "battreies"])
def test_a_mistyped_word_finds_the_likest_one(actor: Actor, typed: str) -> None:
    [team] = teams(actor, "Export", note="batteries")
    found = search(actor, typed)
    assert ids(found) == [team]
    assert found.instead in ("export", "batteries")


def test_words_that_are_found_are_not_mended(actor: Actor) -> None:
    exports, export = teams(actor, "Exporters", "Export")
    assert search(actor, "exporters") == Hits(search(actor, "exporters").hits, capped=False, instead="")
    assert ids(search(actor, "exporters")) == [exports]
    assert not search(actor, "zzzz").hits
    assert set(ids(search(actor, "export"))) == {exports, export}


def test_words_of_another_workspace_are_not_told(actor: Actor) -> None:
    stranger = system(Workspace.objects.create(name="Harbour", slug="harbour"))
    teams(stranger, "Stealthproject")
    found = search(actor, "stealthprojekt")
    assert (found.hits, found.instead) == ((), "")


def test_the_palette_opens_a_key_and_says_what_it_looked_for(actor: Actor) -> None:
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    Member.objects.create(workspace=actor.workspace, user=user, role=Role.ADMIN)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    teams(actor, "Export")
    assert "/orchard/teams/TM-1/" in client.get("/orchard/search?q=tm-1").content.decode()
    assert "Records with “export”" in client.get("/orchard/search?q=exprot").content.decode()
    assert client.get("/orchard/search?q=tm-99").status_code == 200
