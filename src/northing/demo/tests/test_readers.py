"""Whom a demo is for, and who goes with it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from northing.access.models import INVENTED, Member, User, Workspace
from northing.access.roles import Role
from northing.demo import public as demo
from northing.kit import clearing

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Workspace:
    """A demo with one invented colleague, and nothing else in it."""
    workspace = Workspace.objects.create(name="Demo", slug=demo.SLUG, is_demo=True)
    join(workspace, User.objects.create(email="mira@example.com", name="Mira", password=INVENTED), Role.EDITOR)
    return workspace


def person(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", name=name)


def join(workspace: Workspace, user: User, role: Role) -> None:
    Member.objects.create(workspace=workspace, user=user, role=role)


def clear_away(workspace: Workspace) -> None:
    clearing.remove(workspace)
    clearing.clear.call(workspace.pk)


def test_whoever_was_in_the_demo_keeps_their_place_and_an_admin_comes_first(there: Workspace) -> None:
    ada, kim, _ = person("Ada"), person("Kim"), person("Elsewhere")
    join(there, ada, Role.VIEWER)
    join(there, kim, Role.ADMIN)
    assert list(demo.readers().items()) == [(kim, Role.ADMIN), (ada, Role.VIEWER)]


def test_who_was_put_out_of_it_is_not_let_in_again(there: Workspace) -> None:
    join(there, kim := person("Kim"), Role.ADMIN)
    join(there, person("Ada"), Role.EDITOR)
    Member.objects.within(there).exclude(user=kim).update(is_active=False)
    assert demo.readers() == {kim: Role.ADMIN}


def test_a_demo_nobody_is_in_is_for_the_oldest_account_alone(there: Workspace) -> None:
    """Whoever is in a workspace sees who else is: people of different workspaces are not brought together by it."""
    User.objects.create_user("gone@example.org", name="Gone", is_active=False)
    ada, _ = person("Ada"), person("Kim")
    assert demo.readers() == {ada: Role.ADMIN}


def test_of_a_demo_without_an_admin_the_oldest_account_becomes_it(there: Workspace) -> None:
    ada, kim = person("Ada"), person("Kim")
    for user in (kim, ada):
        join(there, user, Role.VIEWER)
    assert demo.readers() == {ada: Role.ADMIN, kim: Role.VIEWER}


def test_invented_people_are_nobody_until_somebody_signs_in_as_one(there: Workspace) -> None:
    assert demo.readers() == {}
    mira = User.objects.get()
    User.objects.update(last_login=timezone.now())
    assert demo.readers() == {mira: Role.ADMIN}


def test_the_first_account_joins_a_demo_that_is_there(there: Workspace) -> None:
    user = demo.first_start()
    assert {one.workspace.slug: one.role for one in user.memberships.all()} == {"home": "admin", "demo": "admin"}
    assert demo.there() == there


def test_invented_people_go_with_their_demo(there: Workspace) -> None:
    join(there, ada := person("Ada"), Role.ADMIN)
    clear_away(there)
    assert list(User.objects.all()) == [ada]


def test_an_invented_account_stays_once_somebody_signed_in_with_it(there: Workspace) -> None:
    User.objects.update(last_login=timezone.now())
    clear_away(there)
    assert User.objects.get().name == "Mira"


def test_an_invented_account_stays_that_is_in_another_workspace(there: Workspace) -> None:
    join(Workspace.objects.create(name="Mine", slug="mine"), User.objects.get(), Role.EDITOR)
    clear_away(there)
    assert User.objects.get().name == "Mira"


def test_an_account_that_nobody_invented_stays_though_nobody_has_signed_in(there: Workspace) -> None:
    join(there, noor := person("Noor"), Role.VIEWER)
    clear_away(there)
    assert list(User.objects.all()) == [noor]
