"""The revenue behind a feature: what the distinct accounts that ask pay, kept up to date wherever voices are."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

import northing.insight.public as insight
from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member, User, Workspace
from northing.decisions.public import MeasureValue, add_evidence, measures_of, open_decision
from northing.features import actions, jobs, queries
from northing.features.models import Feature
from northing.insight.models import Account, Contact, Feedback
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.models import Job
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
TEXT = "Export is slow"


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR")
    user = User.objects.create_user("ada@example.com", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.WEB)


def made(actor: Actor, model: Any, **values: Any) -> Any:
    [record] = changes.create(actor, registry.of(model), [values])
    return record


def edit(actor: Actor, record: Any, **values: Any) -> None:
    changes.update(actor, registry.of(type(record)), [Edit(record.pk, values)])


def account(actor: Actor, name: str, revenue: float | None = None, currency: str = "") -> Account:
    found: Account = made(actor, Account, name=name, revenue=revenue, currency=currency)
    return found


def asked(actor: Actor, feature: Feature, author: str, **who: Any) -> Feedback:
    feedback: Feedback = made(actor, Feedback, title=TEXT, text=TEXT, author=author, **who)
    actions.link_passage(actor, feedback.pk, 0, 6, registry.of(Feature).key(feature))
    return feedback


def value(actor: Actor, feature: Feature) -> MeasureValue | None:
    return measures_of(actor, [feature.pk]).get(feature.pk, {}).get("revenue")


def revenue(actor: Actor, feature: Feature) -> float | None:
    found = value(actor, feature)
    return found.p50 if found else None


@pytest.fixture
def feature(actor: Actor) -> Feature:
    found: Feature = made(actor, Feature, title="Faster export")
    return found


def test_each_account_counts_once_as_on_the_page(actor: Actor, feature: Feature) -> None:
    mill, barn = account(actor, "Mill", 900), account(actor, "Barn", 250)
    for author, who in (("Kim", mill), ("Lou", mill), ("Sam", barn)):
        asked(actor, feature, author, account=who.pk)
    assert revenue(actor, feature) == 1150
    assert queries.who_asks(actor, [feature.pk])[feature.pk].revenue == {"EUR": 1150}


def test_who_is_left_out_is_said_with_the_number(actor: Actor, feature: Feature) -> None:
    asked(actor, feature, "Kim", account=account(actor, "Mill", 900).pk)
    asked(actor, feature, "Lou", account=account(actor, "Cove", 1200, "USD").pk)
    asked(actor, feature, "Sam")
    found = value(actor, feature)
    assert found is not None
    assert (found.p50, found.unit, found.detail) == (900, "EUR/year", {"voices": 3, "unknown": 1})
    assert "1 of 3 belongs to no known account" in found.source
    assert "1,200 USD a year are not in it" in found.source


def test_where_no_revenue_is_known_there_is_no_number(actor: Actor, feature: Feature) -> None:
    feedback = asked(actor, feature, "Kim", account=(mill := account(actor, "Mill")).pk)
    assert revenue(actor, feature) is None
    edit(actor, mill, revenue=70)
    assert revenue(actor, feature) == 70
    changes.archive(actor, registry.of(Feedback), [feedback.pk])
    assert revenue(actor, feature) is None


def test_it_follows_accounts_contacts_and_whose_the_feedback_is(actor: Actor, feature: Feature) -> None:
    mill, barn = account(actor, "Mill", 900), account(actor, "Barn", 250)
    kim: Contact = made(actor, Contact, name="Kim", account=mill.pk)
    feedback = asked(actor, feature, "", contact=kim.pk)
    assert revenue(actor, feature) == 900
    edit(actor, kim, account=barn.pk)
    assert revenue(actor, feature) == 250
    edit(actor, barn, revenue=300)
    assert revenue(actor, feature) == 300
    edit(actor, feedback, account=mill.pk)
    assert revenue(actor, feature) == 900
    edit(actor, mill, currency="USD")
    assert revenue(actor, feature) == 0


def test_what_is_folded_under_another_counts_where_that_one_asks(actor: Actor, feature: Feature) -> None:
    first = asked(actor, feature, "Kim")
    mill = account(actor, "Mill", 900)
    second = made(actor, Feedback, title=TEXT, text=TEXT, author="Lou", account=mill.pk)
    insight.fold(actor, first.pk, [second.pk])
    assert revenue(actor, feature) == 900
    edit(actor, mill, revenue=1000)
    assert revenue(actor, feature) == 1000


def test_behind_many_features_the_worker_counts(
    actor: Actor, feature: Feature, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = account(actor, "Mill", 900)
    for one in (feature, made(actor, Feature, title="Second")):
        asked(actor, one, "Kim", account=mill.pk)
    monkeypatch.setattr(jobs, "AT_ONCE", 1)
    edit(actor, mill, revenue=1000)
    assert revenue(actor, feature) == 900
    assert Job.objects.filter(task__endswith="count_all_voices", workspace=actor.workspace).exists()
    jobs.count_all_voices.func(actor.workspace_id)
    assert revenue(actor, feature) == 1000


def test_the_list_sorts_by_it_and_exports_it(actor: Actor, client: Client, feature: Feature) -> None:
    other: Feature = made(actor, Feature, title="Second")
    asked(actor, feature, "Kim", account=account(actor, "Barn", 250).pk)
    asked(actor, other, "Lou", account=account(actor, "Mill", 74281).pk)
    client.force_login(User.objects.get())
    page = client.get("/orchard/features/?columns=title,revenue&sort=-revenue").content.decode()
    assert "Revenue behind it" in page
    assert page.index(">74,281<") < page.index(">250<")
    written = client.get("/orchard/features/export.csv?columns=title,revenue").getvalue().decode()
    assert "74,281 EUR/year" in written


def test_a_decision_that_rests_on_an_account_says_what_it_pays(actor: Actor, client: Client) -> None:
    mill = account(actor, "Mill", 74281)
    decision = open_decision(actor, {"question": "Build it for Mill?"})
    add_evidence(actor, decision.pk, {mill.pk: ""})
    client.force_login(User.objects.get())
    assert "74,281 EUR/year" in client.get("/orchard/decisions/D-1/").content.decode()
    edit(actor, mill, revenue=None)
    assert measures_of(actor, [mill.pk]) == {}
