"""What holds for every record type, whatever module declares it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from northing.access.actor import Actor, Forbidden, Origin, for_member
from northing.access.models import Member, Scope, Token, User, Workspace
from northing.access.roles import Role, Verb
from northing.access.secrets import hash_secret
from northing.kit import changes, history
from northing.kit.changes import Edit
from northing.kit.fields import LongText, Reference, Text
from northing.kit.models import Change, ChangeEntry, Record, SavedView
from northing.kit.problems import Invalid, Missing
from northing.kit.reading import list_url, record_url
from northing.kit.record_types import RecordType, registry

from .samples import make, sample

pytestmark = pytest.mark.django_db
TYPES = [pytest.param(record_type, id=record_type.name) for record_type in registry]
every_type = pytest.mark.parametrize("record_type", TYPES)


def member_of(workspace: Workspace, role: Role = Role.ADMIN) -> Member:
    user = User.objects.create_user(f"{role}-{workspace.slug}@example.com", "a-long-password", name=f"{role} person")
    return Member.objects.create(workspace=workspace, user=user, role=role)


@pytest.fixture
def member() -> Member:
    return member_of(Workspace.objects.create(name="Orchard", slug="orchard"))


@pytest.fixture
def actor(member: Member) -> Actor:
    return for_member(member)


@pytest.fixture
def stranger() -> Member:
    return member_of(Workspace.objects.create(name="Harbour", slug="harbour"))


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def api(member: Member, scope: Scope = Scope.WRITE) -> Client:
    secret = f"test-{member.pk}-{scope}"
    Token.objects.create(
        workspace=member.workspace, member=member, name="t", scope=scope, secret_hash=hash_secret(secret)
    )
    return Client(headers={"Authorization": f"Bearer {secret}"})


def a_text_field(record_type: RecordType) -> str | None:
    """A free text field that can be edited, for edits that break no rule."""
    names = [n for n, s in record_type.specs.items() if type(s) in (Text, LongText) and s.editable]
    return next((n for n in names if n not in ("currency", "entered", "formula", "unit", "quantity")), None)


@every_type
def test_list_shows_it_and_filters_by_owner(record_type: RecordType, member: Member, actor: Actor) -> None:
    record = make(actor, record_type)
    page = browser(member).get(list_url(actor, record_type))
    assert page.status_code == 200
    assert record_type.key(record) in page.content.decode()
    assert browser(member).get(list_url(actor, record_type) + "?owner=none&q=zzzunfindable").status_code == 200
    assert browser(member).get(list_url(actor, record_type) + "?nonsense=1").status_code == 422


@every_type
def test_menus_of_the_list_keep_what_it_was_asked_for(record_type: RecordType, member: Member, actor: Actor) -> None:
    make(actor, record_type)
    url, query = list_url(actor, record_type), f"owner=none&sort=-id&columns={record_type.title}"
    page = browser(member).get(f"{url}?{query}").content.decode()
    assert '<input type="hidden" name="owner" value="none">' in page
    assert "<b>Nobody</b>" in page
    assert (
        '<option value="none" selected>Nobody</option>' in browser(member).get(f"{url}filters?{query}").content.decode()
    )
    columns = browser(member).get(f"{url}columns?{query}").content.decode()
    assert f'value="{record_type.title}" checked' in columns
    assert '<input type="hidden" name="sort" value="-id">' in columns


@every_type
def test_a_view_is_saved_offered_and_deleted_by_those_who_may(
    record_type: RecordType, member: Member, actor: Actor
) -> None:
    url = list_url(actor, record_type)
    other = member_of(member.workspace, Role.EDITOR)
    browser(member).post(f"{url}save-view", {"name": "Mine alone", "query": "owner=me"})
    browser(member).post(f"{url}save-view", {"name": "For all", "query": "owner=none", "shared": "on"})
    assert "Mine alone" in browser(member).get(f"{url}views").content.decode()
    offered = browser(other).get(f"{url}views").content.decode()
    assert ("For all" in offered, "Mine alone" in offered, "Delete the view" in offered) == (True, False, False)
    shared = SavedView.objects.within(actor).get(name="For all")
    assert browser(other).post(f"{url}views/{shared.pk}/delete").status_code == 403
    assert browser(member).post(f"{url}views/{shared.pk}/delete").status_code == 302
    assert not SavedView.objects.within(actor).filter(name="For all").exists()


@every_type
def test_every_declared_sort_works_both_ways(record_type: RecordType, member: Member, actor: Actor) -> None:
    make(actor, record_type)
    make(actor, record_type)
    for sort in record_type.sorts:
        for mark in ("", "-"):
            assert browser(member).get(f"{list_url(actor, record_type)}?sort={mark}{sort}&size=1").status_code == 200


@every_type
def test_detail_edit_form_and_history_pages(record_type: RecordType, member: Member, actor: Actor) -> None:
    url = record_url(actor, record_type, make(actor, record_type))
    for page in ("", "edit", "history"):
        assert browser(member).get(url + page).status_code == 200, page
    assert browser(member).get(f"{list_url(actor, record_type)}new").status_code == 200


@every_type
def test_edit_history_restore(record_type: RecordType, actor: Actor) -> None:
    name = a_text_field(record_type)
    if name is None:
        pytest.skip("has no free text")
    record = make(actor, record_type)
    before = getattr(record, name)
    [after] = changes.update(actor, record_type, [Edit(record.pk, {name: "A different text"})])
    [latest, first] = history.steps(record_type, after)
    assert latest.fields == [(name, before, "A different text")]
    assert first.fields == []
    restored = history.restore(actor, record_type, after, 1)
    assert getattr(restored, name) == before


@every_type
def test_archive_and_undo(record_type: RecordType, actor: Actor) -> None:
    record = make(actor, record_type)
    changes.archive(actor, record_type, [record.pk])
    change = Change.objects.within(actor).latest("pk")
    assert not history.undo(actor, change.pk).changed
    assert record_type.model.objects.within(actor).get(pk=record.pk).archived_at is None


@every_type
def test_a_required_field_left_empty_is_named(record_type: RecordType, actor: Actor) -> None:
    required = [name for name, spec in record_type.specs.items() if spec.required]
    values = sample(actor, record_type)
    for name in required:
        with pytest.raises(Invalid) as caught:
            changes.create(actor, record_type, [values | {name: ""}])
        assert name in {problem.field for problem in caught.value.problems}


@every_type
def test_outsiders_find_nothing(record_type: RecordType, actor: Actor, stranger: Member) -> None:
    record = make(actor, record_type)
    key = record_type.key(record)
    for page in ("", "edit", "history"):
        assert browser(stranger).get(record_url(actor, record_type, record) + page).status_code == 404
    assert browser(stranger).get(f"/{stranger.workspace.slug}/{record_type.path}/{key}/").status_code == 404
    assert api(stranger).get(f"/api/v1/{record_type.path}/{key}").status_code == 404
    with pytest.raises(Missing):
        changes.archive(for_member(stranger), record_type, [record.pk])
    assert not ChangeEntry.objects.filter(record_id=record.pk, kind="a").exists()


@every_type
def test_foreign_references_are_refused(record_type: RecordType, actor: Actor, stranger: Member) -> None:
    for name, spec in record_type.specs.items():
        if isinstance(spec, Reference):
            foreign = make(for_member(stranger), registry.of(spec.to))
            with pytest.raises(Invalid) as caught:
                changes.create(actor, record_type, [sample(actor, record_type) | {name: foreign.pk}])
            assert name in {problem.field for problem in caught.value.problems}


@every_type
def test_readers_may_only_read(record_type: RecordType, actor: Actor) -> None:
    record = make(actor, record_type)
    viewer = member_of(actor.workspace, Role.VIEWER)
    url = record_url(actor, record_type, record)
    assert browser(viewer).get(url).status_code == 200
    assert browser(viewer).get(url + "edit").status_code == 403
    assert browser(viewer).post(url + "archive").status_code == 403
    assert browser(viewer).post(f"{list_url(actor, record_type)}new", {}).status_code == 403
    assert api(viewer).post(f"/api/v1/{record_type.path}", {}, content_type="application/json").status_code == 403
    with pytest.raises(Forbidden):
        changes.update(for_member(viewer), record_type, [Edit(record.pk, {})])


@every_type
def test_api_reads_creates_changes_archives(record_type: RecordType, member: Member, actor: Actor) -> None:
    client, path = api(member), f"/api/v1/{record_type.path}"
    values = json.loads(json.dumps(sample(actor, record_type), default=str))
    headers = {"Idempotency-Key": "one"}
    made = client.post(path, values, content_type="application/json", headers=headers)
    assert made.status_code == 201, made.content
    again = client.post(path, values, content_type="application/json", headers=headers)
    assert again.json()["key"] == made.json()["key"]
    assert (
        record_type.model.objects.within(actor).filter(number=int(made.json()["key"].rpartition("-")[2])).count() == 1
    )
    one = f"{path}/{made.json()['key']}"
    read = client.get(one)
    assert read.status_code == 200
    assert client.get(one, headers={"If-None-Match": read["ETag"]}).status_code == 304
    assert client.patch(one, {"version": 99}, content_type="application/json").status_code == 409
    assert client.get(f"{path}?size=1").json()["items"]
    assert client.delete(one).status_code == 204
    assert client.get(one).json()["archived"] is True


@every_type
def test_api_refuses_a_reading_token_and_none(record_type: RecordType, member: Member, actor: Actor) -> None:
    reading = api(member, Scope.READ)
    path = f"/api/v1/{record_type.path}"
    assert reading.get(path).status_code == 200
    assert reading.post(path, {}, content_type="application/json").status_code == 403
    assert Client().get(path).status_code == 401


@every_type
def test_bulk_edit_and_undo(record_type: RecordType, member: Member, actor: Actor) -> None:
    if not actor.may(Verb.UPDATE, record_type.name):
        pytest.skip("cannot be changed")
    records = [make(actor, record_type), make(actor, record_type)]
    ids = ",".join(str(record.pk) for record in records)
    url = f"{list_url(actor, record_type)}bulk"
    assert browser(member).post(url, {"ids": ids, "field": "owner"}).status_code == 200
    done = browser(member).post(url, {"ids": ids, "field": "owner", "owner": str(member.pk)})
    assert done.status_code == 204
    owners = record_type.model.objects.within(actor).filter(pk__in=[r.pk for r in records])
    assert {r.owner_id for r in owners} == {member.pk}
    history.undo(actor, Change.objects.within(actor).latest("pk").pk)
    assert {r.owner_id for r in owners.all()} != {member.pk} or records[0].owner_id == member.pk


@every_type
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_export(record_type: RecordType, member: Member, actor: Actor, form: str) -> None:
    record = make(actor, record_type)
    answer = browser(member).get(f"{list_url(actor, record_type)}export.{form}")
    content = b"".join(answer)  # type: ignore[call-overload]
    assert answer.status_code == 200
    if form != "xlsx":
        assert record_type.key(record) in content.decode()


@every_type
def test_query_count_does_not_grow_with_rows(
    record_type: RecordType, member: Member, actor: Actor, django_assert_max_num_queries: Any
) -> None:
    client = browser(member)
    for _ in range(3):
        make(actor, record_type)
    client.get(list_url(actor, record_type))
    with django_assert_max_num_queries(40) as few:
        client.get(list_url(actor, record_type))
    for _ in range(4):
        make(actor, record_type)
    with django_assert_max_num_queries(len(few)):
        client.get(list_url(actor, record_type))


def test_every_record_model_is_a_record_type() -> None:
    from django.apps import apps

    from northing.kit.models import RecordModel

    models = {model for model in apps.get_models() if issubclass(model, RecordModel)}
    assert models == {record_type.model for record_type in registry}


def test_origin_is_kept(actor: Actor) -> None:
    make(actor, registry.named("team"))
    assert Change.objects.within(actor).latest("pk").origin == Origin.WEB
    assert Record.objects.within(actor).count() == 1
