"""The demo workspace: made from a seed through the same doors as everything else, removed in one step."""

from __future__ import annotations

from random import Random

from django.db import transaction
from django.utils import timezone

from northing.access.actor import Actor, Origin, system
from northing.access.models import NAMELESS, ProductKinds, User, Workspace
from northing.access.roles import Role
from northing.decisions import public as decisions
from northing.demo import catalogue, effort, goals, market, people, verdicts, voices, week, work
from northing.demo.story import Story
from northing.features.prioritise import public as prioritise
from northing.insight import public as insight
from northing.roadmap import public as roadmap

SLUG = "demo"
FIRST_USER = "you@example.com"


def load(seed: int = 7, first_user: User | None = None) -> Workspace:
    """Make the demo workspace, or make it anew. `first_user` becomes its admin."""
    with transaction.atomic():
        Workspace.objects.filter(slug=SLUG, is_demo=True).delete()
        workspace = Workspace.objects.create(
            name="Demo: Lumen and Aria", slug=SLUG, kind=ProductKinds.HYBRID, is_demo=True
        )
        story = Story(system(workspace, Origin.DEMO), Random(seed), timezone.localdate())  # noqa: S311
        _write(story, first_user)
    _compute(story.actor)
    return workspace


def first_start() -> User:
    """What a new installation begins with: a first user, their own empty workspace, and the demo beside it."""
    user = User.objects.create_user(FIRST_USER, name=NAMELESS)
    own = Workspace.objects.open().filter(is_demo=False).order_by("pk").first()
    own = own or Workspace.objects.create(name="My workspace", slug="home")
    user.memberships.create(workspace=own, role=Role.ADMIN)
    load(first_user=user)
    return user


def _write(story: Story, first_user: User | None) -> None:
    members = people.write(story, first_user)
    goals.write(story)
    catalogue.write(story)
    market.write(story)
    voices.write(story)
    effort.write(story, members)
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
