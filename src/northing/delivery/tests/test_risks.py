"""What may go wrong makes dates later by as much, and as often, as it says."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from northing.access.actor import Actor, for_member
from northing.access.models import Member, User, Workspace
from northing.access.roles import Role
from northing.decisions.models import Attention
from northing.decisions.public import enter_estimates, measures_of, refresh_attention
from northing.delivery import jobs
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.problems import Invalid
from northing.kit.record_types import registry
from northing.roadmap.public import AT_RISK, Outlook, chance, outlooks, place, refresh

pytestmark = pytest.mark.django_db
RISK = registry.named("risk")
SURE = "10-10-10"
NOISE = 0.035  # three standard errors of a share in 2,000 draws


@pytest.fixture
def actor() -> Actor:
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "a-long-password", name="Ada")
    actor = for_member(Member.objects.create(workspace=workspace, user=user, role=Role.ADMIN))
    for name in ("Builders", "Testers"):
        changes.create(actor, registry.named("team"), [{"name": name, "people": 1, "focus": 100}])
    return actor


def make(actor: Actor, kind: str, title: str, **values: Any) -> Any:
    record_type = registry.named(kind)
    [made] = changes.create(actor, record_type, [{record_type.title: title, **values}])
    return made


def feature(actor: Actor, title: str = "Masks", effort: str = SURE, **values: Any) -> Any:
    made = make(actor, "feature", title, status="planned", **values)
    if effort:
        enter_estimates(actor, [{"about": made.pk, "quantity": "effort", "entered": effort}])
    return made


def risk(actor: Actor, about: Any, chance: int, days: float, **values: Any) -> Any:
    return make(actor, "risk", "The glass arrives late", about=about.pk, probability=chance, delay=days, **values)


def days_at_risk(actor: Actor, record: Any) -> float | None:
    value = measures_of(actor, [record.pk], [AT_RISK]).get(record.pk, {}).get(AT_RISK)
    return value and value.p50


def workdays(count: int) -> date:
    """The day on which so many working days from today on are over."""
    day = timezone.localdate() - timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def outlook(actor: Actor, record: Any) -> Outlook:
    refresh(actor)
    return outlooks(actor, [record.pk])[record.pk]


def test_only_what_may_still_happen_counts(actor: Actor) -> None:
    masks, other = feature(actor), feature(actor, "Frames")
    likely, unlikely = risk(actor, masks, 30, 20), risk(actor, masks, 10, 5)
    risk(actor, masks, 50, 8, state="closed")
    make(actor, "risk", "Costs only", about=masks.pk, probability=50, cost="1000")
    assert days_at_risk(actor, masks) == pytest.approx(0.3 * 20 + 0.1 * 5)
    changes.update(actor, RISK, [Edit(likely.pk, {"about": other.pk}), Edit(unlikely.pk, {"state": "struck"})])
    assert (days_at_risk(actor, masks), days_at_risk(actor, other)) == (None, pytest.approx(6))
    changes.archive(actor, RISK, [likely.pk])
    assert days_at_risk(actor, other) is None


def test_what_came_in_by_another_way_counts_within_the_hour(actor: Actor) -> None:
    masks = feature(actor)
    made = risk(actor, masks, 30, 20)
    RISK.model.objects.within(actor).filter(pk=made.pk).update(delay=10)
    jobs.weigh_all_risks.func(actor.workspace_id)
    assert days_at_risk(actor, masks) == pytest.approx(3)


def test_a_risk_widens_the_forecast_by_its_chance_and_its_days(actor: Actor) -> None:
    masks = feature(actor, target=workdays(10))
    calm = outlook(actor, masks)
    assert (calm.likely, calm.safe, calm.high) == (workdays(10),) * 3
    risk(actor, masks, 30, 20)
    shaken = outlook(actor, masks)
    assert (shaken.likely, shaken.safe) == (workdays(10), workdays(10) + timedelta(weeks=4))
    assert chance(shaken, workdays(10)) == pytest.approx(0.7, abs=NOISE)


def test_several_risks_are_as_their_enumeration_says(actor: Actor) -> None:
    risks = ((30, 5), (50, 10), (20, 5))
    day = workdays(10) + timedelta(weeks=2)
    masks = feature(actor, target=day)
    for percent, days in risks:
        risk(actor, masks, percent, days)
    expected = 0.0
    for happens in product((True, False), repeat=len(risks)):
        odds, late = 1.0, 0
        for (percent, days), struck in zip(risks, happens, strict=True):
            odds *= percent / 100 if struck else 1 - percent / 100
            late += days * struck
        expected += odds * (late <= 10)
    assert chance(outlook(actor, masks), day) == pytest.approx(expected, abs=NOISE)


def test_a_feature_of_several_pieces_is_held_up_once(actor: Actor) -> None:
    masks = feature(actor, effort="")
    for title in ("Lens", "Strap"):
        part = make(actor, "work_package", title, feature=masks.pk)
        enter_estimates(actor, [{"about": part.pk, "quantity": "effort", "entered": SURE}])
    risk(actor, masks, 100, 5)
    risk(actor, part, 100, 10)
    assert outlook(actor, masks).likely == workdays(20) + timedelta(weeks=3)
    assert not outlooks(actor, [part.pk]), "a part has no date of its own"


def test_what_waits_for_it_and_what_it_goes_out_with_come_later_too(actor: Actor) -> None:
    first, then, beside = feature(actor, "First"), feature(actor, "Then", effort="5-5-5"), feature(actor, "Beside")
    release = make(actor, "release", "Autumn")
    place(actor, first, release)
    for waiting, kind in ((then, "FS"), (beside, "SS")):
        row = {"title": "x", "predecessor": first.pk, "successor": waiting.pk, "type": kind}
        changes.create(actor, registry.named("dependency"), [row])
    refresh(actor)
    before = outlooks(actor, [beside.pk])[beside.pk].likely
    risk(actor, first, 100, 40)
    risk(actor, release, 100, 5)
    refresh(actor)
    found = outlooks(actor, [first.pk, then.pk, beside.pk, release.pk])
    done = found[first.pk].work.likely
    assert done == workdays(10) + timedelta(weeks=8)
    assert found[then.pk].likely == done + timedelta(weeks=1)
    assert found[release.pk].likely == found[first.pk].likely == done + timedelta(weeks=1)
    assert found[beside.pk].likely == before, "what may begin together does not wait for the end"


def test_a_delay_beyond_all_calendars_is_refused_and_one_from_before_that_rule_is_cut(actor: Actor) -> None:
    masks = feature(actor)
    with pytest.raises(Invalid, match="at most 10,000 working days"):
        risk(actor, masks, 100, 1e300)
    made = [risk(actor, masks, 100, 10_000) for _ in range(2)]
    RISK.model.objects.within(actor).filter(pk__in=[one.pk for one in made]).update(delay=1.7e308)
    jobs.weigh_all_risks.func(actor.workspace_id)
    assert days_at_risk(actor, masks) == 20_000
    assert outlook(actor, masks).likely > workdays(1_000)


def test_the_card_names_the_risk_that_leaves_the_day_open(actor: Actor) -> None:
    masks = feature(actor, promised=workdays(12))
    risk(actor, masks, 30, 20)
    forecast = refresh(actor)
    causes = outlooks(actor, [masks.pk])[masks.pk].causes
    assert [kind for kind, _, _ in causes] == ["risk"]
    refresh_attention(actor)
    card = Attention.objects.within(actor).get(record=masks.pk)
    assert "The glass arrives late" in str(card.asks)
    risk(actor, masks, 60, 9)
    assert refresh(actor).words == "1 feature moved by 3 days or more, because risks changed."
    assert forecast.words == ""
