"""The demo workspace: made from a seed through the same doors as everything else, removed in one step."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from django.db import transaction
from django.utils import timezone

from northing.access.actor import Actor, Origin, system
from northing.access.models import NAMELESS, Member, ProductKinds, User, Workspace
from northing.access.roles import Role
from northing.decisions import public as decisions
from northing.demo import catalogue, effort, goals, market, people, verdicts, voices, week, work
from northing.demo.story import Story
from northing.features.prioritise import public as prioritise
from northing.insight import public as insight
from northing.kit import clearing
from northing.roadmap import public as roadmap

SLUG = "demo"
FIRST_USER = "you@example.com"


def there() -> Workspace | None:
    """The demo, where it is there."""
    return Workspace.objects.open().filter(slug=SLUG, is_demo=True).first()


def load(members: Mapping[User, Role], seed: int = 7) -> Workspace:
    """Make the demo for these people, in place of one that is there; the first of them looks after its products."""
    with transaction.atomic():
        if old := there():
            clearing.remove(old)
        workspace = Workspace.objects.create(
            name="Demo: Lumen and Aria", slug=SLUG, kind=ProductKinds.HYBRID, is_demo=True
        )
        story = Story(system(workspace, Origin.DEMO), Random(seed), timezone.localdate())  # noqa: S311
        _write(story, members)
    _compute(story.actor)
    return workspace


def readers() -> dict[User, Role]:
    """Whom a new demo is for: the people in the one that is there, else the oldest account alone, since people of
    different workspaces do not learn of each other by a demo. An admin comes first; where there is none, the oldest
    account becomes it."""
    before = Member.objects.within(old).filter(is_active=True) if (old := there()) else ()
    known = {member.user_id: Role(member.role) for member in before}
    people = User.objects.people().filter(is_active=True).order_by("pk")
    found = {user: known[user.pk] for user in people if user.pk in known} or dict.fromkeys(people[:1], Role.ADMIN)
    first = next((user for user, role in found.items() if role == Role.ADMIN), next(iter(found), None))
    return {first: Role.ADMIN} | {user: role for user, role in found.items() if user != first} if first else {}


def first_start() -> User:
    """What a new installation begins with: an account with an empty workspace of its own, and the demo beside it."""
    user = first_account()
    if demo := there():
        user.memberships.create(workspace=demo, role=Role.ADMIN)
    else:
        load({user: Role.ADMIN})
    return user


def first_account() -> User:
    """An account for the first person, who says their name as they sign in, with a workspace of its own."""
    user = User.objects.create_user(FIRST_USER, name=NAMELESS)
    own = Workspace.objects.open().filter(is_demo=False).order_by("pk").first()
    own = own or Workspace.objects.create(name="My workspace", slug="home")
    user.memberships.create(workspace=own, role=Role.ADMIN)
    return user


def _write(story: Story, given: Mapping[User, Role]) -> None:
    with story.happening(-330):
        members = people.write(story, given)
        market.write(story)
    goals.write(story)
    catalogue.write(story)
    voices.write(story)
    with story.happening(-70):
        effort.write(story, members)
    with story.happening(-36):
        work.write(story)
    verdicts.write(story, members)
    week.write(story, members)


def _compute(actor: Actor) -> None:
    """What jobs would compute a little later, at once, so that the first page shows it."""
    insight.fold_near_duplicates(actor)
    insight.propose_themes(actor)
    roadmap.refresh(actor)
    for choice in prioritise.choices(actor):  # the first one, RICE, becomes the order in use
        prioritise.refresh(actor, choice)
    decisions.refresh_attention(actor)
