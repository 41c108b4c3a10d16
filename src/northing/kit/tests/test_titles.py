"""Records as people name them: what counts as a key, and what is looked up for a text that begins with one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.kit import changes
from northing.kit.problems import BadValue
from northing.kit.record_types import registry
from northing.kit.titles import offered, record_named, record_titled

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def made(actor: Actor, type_name: str, *titles: str) -> list[Any]:
    return changes.create(actor, registry.named(type_name), [{"title": title} for title in titles])


@pytest.mark.parametrize(
    ("text", "key", "rest"),
    [
        (" f-012 Dark mode ", "F-12", "Dark mode"),
        ("WP-3", "WP-3", ""),
        ("F-12, F-13", None, ""),
        ("UTF-8 files", None, ""),
        ("F-12x", None, ""),
        (f"F-{'9' * 16}", None, ""),
        ("F-١", None, ""),
    ],
)
def test_a_key_is_the_prefix_of_a_type_and_a_number_that_stand_alone(text: str, key: str | None, rest: str) -> None:
    read = registry.keyed(text)
    assert (read and read.key, read.rest if read else "") == (key, rest)


def test_a_key_of_another_type_is_said_to_be_one(actor: Actor) -> None:
    made(actor, "feature", "DATEV interface")
    with pytest.raises(BadValue, match=r"^F-1 is a feature; an opportunity is needed here$"):
        record_named(actor, "F-1", ["opportunity"])
    with pytest.raises(BadValue, match=r"F-1 is a feature; a team or a release is needed here"):
        record_named(actor, "F-1 DATEV interface", ["team", "release"])


def test_a_key_counts_more_than_the_title_after_it_unless_another_is_called_so(actor: Actor) -> None:
    first, second = made(actor, "feature", "Accounting link", "Invoices")
    assert record_named(actor, "F-1 DATEV interface") == first.pk
    with pytest.raises(BadValue, match="F-1 is called “Accounting link” now, and “invoices” is F-2 Invoices"):
        record_named(actor, "F-1 invoices")
    assert record_named(actor, "F-2 invoices") == second.pk


def test_a_title_that_begins_like_a_key_is_found_though_the_key_is_there(actor: Actor) -> None:
    plane, *_ = made(actor, "feature", "F-2 simulator", "Round trips")
    assert record_named(actor, "F-2 simulator") == plane.pk
    assert record_named(actor, "F-1 F-2 simulator") == plane.pk


def test_a_title_is_taken_with_its_own_key_before_it(actor: Actor) -> None:
    first, second = made(actor, "feature", "Lists, long", "Invoices")
    assert record_titled(actor, "F-1 lists, long") == first.pk
    with pytest.raises(BadValue, match="there is no F-2 Lists, long"):
        record_titled(actor, "F-2 Lists, long")
    assert record_titled(actor, "Invoices") == second.pk


def test_what_no_title_has_is_searched_for_once(actor: Actor) -> None:
    made(actor, "feature", "Large exports")
    with CaptureQueriesContext(connection) as named:
        record_named(actor, "exports")
    with CaptureQueriesContext(connection) as titled, pytest.raises(BadValue):
        record_titled(actor, "exports")
    searches = [sum("kit_search" in query["sql"] for query in some) for some in (named, titled)]
    assert searches[0] == searches[1] > 0


def test_the_one_with_the_key_is_offered_first_where_its_type_is_asked_for(actor: Actor) -> None:
    made(actor, "feature", "Sky masks", "Sky F-1 masks")
    assert [one.key for one in offered(actor, "f-1", ["feature"])] == ["F-1"]
    assert [one.key for one in offered(actor, "f-1 Sky", ["feature"])] == ["F-1", "F-2"], "its title begins like a key"
    assert offered(actor, "F-1", ["release"]) == []
    assert [one.key for one in offered(actor, "sky", ["feature"])] == ["F-1", "F-2"]
