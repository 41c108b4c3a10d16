"""A list narrowed to several values of one field keeps them all, in sight and in the menu."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
BOTH = "function=engineering&function=design"


def test_one_value_stands_in_the_bar(signed_in: Client) -> None:
    page = signed_in.get("/orchard/teams/?function=design").content.decode()
    assert re.search(r'<select name="function"[^>]* class="set">', page)
    assert 'class="filter-chip"' not in page


def test_several_values_stand_as_a_chip_and_go_with_every_other_filter(signed_in: Client) -> None:
    page = signed_in.get(f"/orchard/teams/?{BOTH}").content.decode()
    assert '<select name="function"' not in page
    assert "<b>Engineering, Design</b>" in page
    for value in ("engineering", "design"):
        assert f'<input type="hidden" name="function" value="{value}">' in page


def test_several_values_can_be_taken_off_one_by_one_in_the_menu(signed_in: Client) -> None:
    menu = signed_in.get(f"/orchard/teams/filters?{BOTH}").content.decode()
    assert re.findall(r'type="checkbox" name="function" value="(\w+)" checked', menu) == ["engineering", "design"]


def test_a_second_value_can_be_ticked_in_the_menu(signed_in: Client) -> None:
    menu = signed_in.get("/orchard/teams/filters?function=design").content.decode()
    boxes = re.findall(r'type="checkbox" name="function" value="(\w+)"( checked)?', menu)
    assert [value for value, ticked in boxes if ticked] == ["design"]
    assert len(boxes) > 2


def test_a_value_given_twice_is_one_value(signed_in: Client) -> None:
    page = signed_in.get("/orchard/teams/?function=design&function=design").content.decode()
    assert re.search(r'<select name="function"[^>]* class="set">', page)


def test_what_was_archived_is_chosen_in_the_menu_and_said_in_the_bar(signed_in: Client) -> None:
    assert '<select name="archived"' in signed_in.get("/orchard/teams/filters").content.decode()
    page = signed_in.get(f"/orchard/teams/?archived=yes&{BOTH}").content.decode()
    assert re.search(r"Archived.*<b>yes</b>", page)
    assert '<input type="hidden" name="archived" value="yes">' in page


@pytest.mark.parametrize(("query", "status"), [("archived=no", 200), ("archived=1", 200), ("archived=perhaps", 422)])
def test_archived_is_a_yes_or_a_no(signed_in: Client, query: str, status: int) -> None:
    page = signed_in.get(f"/orchard/teams/?{query}")
    assert page.status_code == status
    assert ('name="archived"' in page.content.decode()) == (query == "archived=1")


@pytest.mark.parametrize("query", ["nonsense=1", "format=json"])
def test_what_a_list_cannot_be_asked_is_refused_with_all_that_it_can(signed_in: Client, query: str) -> None:
    page = signed_in.get(f"/orchard/teams/?{query}")
    assert page.status_code == 422
    assert "Besides: q, sort, size, after, columns, archived" in page.content.decode()
