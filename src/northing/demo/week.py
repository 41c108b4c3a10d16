"""What happened in the last week; everything before happened earlier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member
from northing.decisions.public import enter_estimates
from northing.demo.catalogue import FEATURES, TARGETS
from northing.demo.story import Story
from northing.features.public import Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.record_types import registry

# feature -> the day that it was aimed at before, from today
AIMED_BEFORE = {"Export in the background": 66, "Two devices at once": 106, "Stronger hinge": 82}
STOOD_BEFORE = {"Accessible colour wheels": "candidate", "Pair by holding it close": "planned"}
# feature -> its cost of delay, in the workspace's currency a week
ESTIMATED = {"Find photos by words": "2k-4k-7k", "Two devices at once": "3k-5k-9k"}


def write(story: Story, members: list[int]) -> None:
    """Dates that moved, work that began, estimates that were made: by the people who look after it."""
    with story.happening(-30):
        _edit(story, story.actor, {title: {"target": story.day(days)} for title, days in AIMED_BEFORE.items()})
        _edit(story, story.actor, {title: {"status": status} for title, status in STOOD_BEFORE.items()})
    first, second = (for_member(Member.objects.within(story.actor).get(pk=pk), Origin.DEMO) for pk in members[:2])
    _edit(story, first, {title: {"target": story.day(TARGETS[title][0] or 0)} for title in AIMED_BEFORE})
    status = {title: status for title, _, _, status, *_ in FEATURES}
    _edit(story, second, {title: {"status": status[title]} for title in STOOD_BEFORE})
    about = {title: story.id("feature", title) for title in ESTIMATED}
    rows = [{"about": about[title], "quantity": "cost_of_delay", "entered": said} for title, said in ESTIMATED.items()]
    enter_estimates(first, [row | {"author": members[0]} for row in rows])


def _edit(story: Story, actor: Actor, values: Mapping[str, Mapping[str, Any]]) -> None:
    edits = [Edit(story.id("feature", title), given) for title, given in values.items()]
    changes.update(actor, registry.of(Feature), edits)
