"""One count of voices: the list, the panel, the themes and the page to pick from say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import northing.insight.public as insight
from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member, User, Workspace
from northing.decisions.public import measures_of
from northing.features import actions, answering, queries
from northing.features.models import Feature
from northing.insight.models import Feedback, ThemeProposal
from northing.kit import changes
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", name="Ada")
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.CLI)


def said(actor: Actor, *authors: str) -> list[Feedback]:
    rows = [{"title": "Export is slow", "text": "Export is slow", "author": author} for author in authors]
    return changes.create(actor, registry.of(Feedback), rows)


def listed(actor: Actor, pk: int) -> float:
    return measures_of(actor, [pk], ["voices"])[pk]["voices"].p50


def proposed(actor: Actor, title: str, voices: int, **more: Any) -> ThemeProposal:
    [feedback] = said(actor, title)
    row = {"title": title, "voices": voices, "feedback_ids": [feedback.pk], "found_at": timezone.now(), **more}
    return ThemeProposal.objects.create(workspace=actor.workspace, **row)


def test_a_theme_its_feature_and_the_panel_count_the_same(actor: Actor) -> None:
    first, again, third, fourth = said(actor, "Kim", "Kim", "Lou", "")
    insight.fold(actor, first.pk, [fourth.pk])
    theme = changes.create(actor, registry.named("theme"), [{"title": "Exports"}])[0]
    insight.put_under(actor, theme.pk, [first.pk, again.pk, third.pk, fourth.pk])
    [feature] = answering.answer_themes(actor, [answering.Wanted(theme.pk)]).made
    assert insight.theme_voices(actor, [theme.pk]) == {theme.pk: 3}
    assert queries.who_asks(actor, [feature.pk])[feature.pk].voices == 3
    assert listed(actor, feature.pk) == 3


def test_the_list_follows_when_feedback_is_folded_apart_or_gets_an_author(actor: Actor) -> None:
    kim, lou, unknown = said(actor, "Kim", "Lou", "")
    [feature] = changes.create(actor, registry.named("feature"), [{"title": "Faster export"}])
    actions.link_passage(actor, kim.pk, 0, 6, registry.named("feature").key(feature), 2)
    assert listed(actor, feature.pk) == 1
    insight.fold(actor, kim.pk, [lou.pk, unknown.pk])
    assert listed(actor, feature.pk) == 3
    changes.update(actor, registry.of(Feedback), [changes.Edit(unknown.pk, {"author": "Lou"})])
    assert listed(actor, feature.pk) == 2
    insight.unfold(actor, [lou.pk, unknown.pk])
    assert listed(actor, feature.pk) == 1
    changes.archive(actor, registry.of(Feedback), [kim.pk])
    assert listed(actor, feature.pk) == 0


def test_what_many_ask_for_is_ticked_and_why_the_rest_is_not_is_said(actor: Actor, client: Client) -> None:
    for number in range(22):
        proposed(actor, f"Asked {number}", 40 - number)
    proposed(actor, "Rare", 2)
    proposed(actor, "Photo: page", 91, broad=True)
    client.force_login(User.objects.get())
    page = client.get("/orchard/themes/pick").content.decode()
    rows = re.findall(
        r'aria-label="Pick ([^"]+)"( checked)?>.*?<span class="pick-why">\s*(?:<small[^>]*>([^<]*)</small>)?',
        page,
        re.S,
    )
    assert [title for title, *_ in rows] == [*(f"Asked {number}" for number in range(22)), "Rare", "Photo: page"]
    assert [title for title, checked, _ in rows if checked] == [f"Asked {number}" for number in range(20)]
    assert [why for *_, why in rows[20:]] == ["After the first 20"] * 2 + ["Few voices", "One broad word"]
    assert page.index("Asked 21") < page.index("Show 1 more that few ask for") < page.index("Rare")
    assert page.index("Rare") < page.index("Show 1 that do") < page.index("Photo: page")


def test_a_request_put_to_another_feature_counts_there_and_no_longer_here(actor: Actor) -> None:
    [kim] = said(actor, "Kim")
    first, other = changes.create(actor, registry.named("feature"), [{"title": "Faster export"}, {"title": "Queue"}])
    request = actions.link_passage(actor, kim.pk, 0, 6, registry.named("feature").key(first))
    changes.update(actor, registry.named("feature_request"), [changes.Edit(request.pk, {"feature": other.pk})])
    assert (listed(actor, first.pk), listed(actor, other.pk)) == (0, 1)


def asked(actor: Actor, *accounts: str, **values: Any) -> str:
    """A feature that a message of each account asks for; its key."""
    names = list(dict.fromkeys(accounts))
    made = changes.create(actor, registry.named("account"), [{"name": name, **values} for name in names])
    ids = {name: account.pk for name, account in zip(names, made, strict=True)}
    rows = [{"title": f"Export {place}", "account": ids[name]} for place, name in enumerate(accounts)]
    feedback = changes.create(actor, registry.of(Feedback), rows)
    [feature] = changes.create(actor, registry.named("feature"), [{"title": "Faster export"}])
    key = registry.named("feature").key(feature)
    actions.link_messages(actor, [one.pk for one in feedback], key)
    return key


def test_an_account_of_which_nobody_is_named_is_one_voice(actor: Actor, client: Client) -> None:
    key = asked(actor, "Acme", "Acme", "Bolt")
    [found] = queries.who_asks(actor, [pk := Feature.objects.within(actor).get().pk]).values()
    assert (found.voices, found.messages, listed(actor, pk)) == (2, 3, 2)
    assert [(one.name, one.voices, one.messages) for one in found.accounts] == [("Acme", 1, 2), ("Bolt", 1, 1)]
    client.force_login(User.objects.get())
    shown = re.sub(r"(<[^>]+>|\s)+", " ", client.get(f"/orchard/features/{key}/asking").content.decode())
    assert "2 voices from 2 accounts, in 3 messages." in shown


def test_accounts_that_ask_are_listed_by_revenue_then_voices_and_none_is_kept_back(
    actor: Actor, client: Client
) -> None:
    key = asked(actor, *(f"Account {number:02}" for number in range(14)))
    account = registry.named("account")
    rich, loud = (account.model.objects.within(actor).get(name=f"Account {number}") for number in ("09", "12"))
    changes.update(actor, account, [changes.Edit(rich.pk, {"revenue": 900})])
    heard = [{"title": "Export", "account": loud.pk, "author": "Kim"}]
    [more] = changes.create(actor, registry.of(Feedback), heard)
    actions.link_messages(actor, [more.pk], key)
    client.force_login(User.objects.get())
    page = client.get(f"/orchard/features/{key}/asking").content.decode()
    names = re.findall(r"Account \d\d", page)
    assert names[:3] == ["Account 09", "Account 12", "Account 00"]
    assert len(names) == 14
    assert "<summary>4 more</summary>" in page


def test_an_importance_that_nobody_stated_is_not_told(actor: Actor, client: Client) -> None:
    key = asked(actor, "Acme", "Bolt")
    first = Feedback.objects.within(actor).order_by("pk")[0]
    client.force_login(User.objects.get())
    at = f"/orchard/features/{key}/"
    assert "Nice to have" not in client.get(f"{at}asking").content.decode()
    actions.link_passage(actor, first.pk, 0, 6, key, 3)
    page = client.get(f"{at}asking").content.decode()
    assert "Cannot do without: 1" in page
    assert "Nice to have" not in page
    assert "Nice to have" not in client.get(f"{at}panel/passages").content.decode()
