import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member, User, Workspace
from northing.access.prepared import PreparedQuery
from northing.access.roles import Role

pytestmark = pytest.mark.django_db
_EMAILS = ("ada@example.com", "bo@example.com", "cy@example.com")


@pytest.fixture
def people() -> list[Member]:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    users = [User.objects.create(email=email) for email in _EMAILS]
    return [Member.objects.create(workspace=workspace, user=user, role=Role.VIEWER) for user in users]


@pytest.fixture
def actor(people: list[Member]) -> Actor:
    return for_member(people[0])


@pytest.fixture
def stranger() -> Actor:
    return Actor(Workspace.objects.create(name="Quarry", slug="quarry"), Role.ADMIN, Origin.WEB)


named = PreparedQuery(
    lambda scope, ids: Member.objects.within(scope).filter(pk__in=ids).values_list("pk", "user__email")
)
whole = PreparedQuery(lambda scope: Member.objects.within(scope).select_related("user").order_by("pk"))
by_email = PreparedQuery(
    lambda scope, emails, role: Member.objects.within(scope).filter(user__email__in=emails, role=role)
)


def test_it_finds_what_the_query_finds(actor: Actor, people: list[Member]) -> None:
    for some in (people, people[:1], people[1:], people):
        ids = [one.pk for one in some]
        assert dict(named(actor, ids)) == {one.pk: one.user.email for one in some}


def test_records_come_whole_and_with_what_belongs_to_them(actor: Actor, people: list[Member]) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = whole(actor)
        assert [member.user.email for member in found] == list(_EMAILS)
    assert len(asked) == 1
    assert found == list(Member.objects.within(actor).order_by("pk"))


def test_one_workspace_is_not_another(actor: Actor, stranger: Actor, people: list[Member]) -> None:
    assert named(actor, [people[0].pk])
    assert named(stranger, [people[0].pk]) == []


def test_texts_are_values_and_never_sql(actor: Actor, people: list[Member]) -> None:
    assert [member.pk for member in by_email(actor, [_EMAILS[0], "') OR 1=1 --"], "viewer")] == [people[0].pk]
    assert by_email(actor, ["%s"], "viewer") == []


def test_of_no_values_none_is_found_and_nothing_asked(actor: Actor) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert named(actor, []) == []
        assert named.count(actor, []) == 0
    assert len(asked) == 0


def test_rows_are_counted_where_they_lie(actor: Actor, people: list[Member]) -> None:
    assert whole.count(actor) == Member.objects.within(actor).count()
    assert named.count(actor, [one.pk for one in people] * 2) == 3


def test_what_was_found_is_read_anew_each_time(actor: Actor, people: list[Member]) -> None:
    before = whole.count(actor)
    people[0].delete()
    assert len(whole(actor)) == before - 1


def test_a_value_kept_back_from_the_database_is_refused(actor: Actor) -> None:
    halved = PreparedQuery(lambda scope, pk: Member.objects.within(scope).filter(pk=pk // 2))
    with pytest.raises(ValueError, match="keeps no value back"):
        halved(actor, 4)


@given(st.lists(st.integers(1, 10**9), max_size=40))
def test_any_number_of_values_may_be_asked_for(ids: list[int]) -> None:
    found = PreparedQuery(lambda pks: User.objects.filter(pk__in=pks))(ids)
    assert found == list(User.objects.filter(pk__in=ids))
