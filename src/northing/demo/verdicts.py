"""What was decided and what is open; an outcome that was measured and scored."""

from __future__ import annotations

from datetime import UTC, datetime, time

from northing.decisions.public import decide, enter_estimates, open_decision
from northing.demo.story import Story
from northing.kit.record_types import registry


def write(story: Story, members: list[int]) -> None:
    """One decision that has its outcome, two that wait, one effect forecast and measured."""
    effect = f"effect:M-{story.find('metric', 'New users who finish a photo').number}"
    guided = story.id("feature", "Guided first edit")
    enter_estimates(
        story.actor,
        [{"about": guided, "quantity": effect, "entered": "1 - 4 - 7", "unit": "points", "author": members[0]}],
    )
    said = registry.named("estimate").model.objects.within(story.actor).filter(about=guided)
    said.update(created_at=datetime.combine(story.day(-60), time(10), UTC))  # before it went out
    decided = open_decision(
        story.actor,
        {
            "question": "Guide newcomers through a first edit?",
            "context": "Seven in ten leave before their first finished photo.",
            "options": [
                {
                    "title": "Guide them",
                    "for": "Shows the value in two minutes",
                    "against": "Experienced people skip it",
                },
                {"title": "Video tour", "for": "Cheap", "against": "Nobody watches"},
            ],
            "review_at": story.day(-3),
            "owner": story.lead,
        },
        {guided: "The experiment"},
    )
    decide(story.actor, decided.pk, "Guide them", forecast="4 points more newcomers finish a photo (1–7).")
    rows = registry.named("decision").model.objects.within(story.actor).filter(pk=decided.pk)
    rows.update(decided_at=datetime.combine(story.day(-60), time(10), UTC))
    enter_estimates(
        story.actor,
        [
            {
                "about": guided,
                "quantity": effect,
                "entered": "2",
                "unit": "points",
                "p10": 1,
                "p50": 2,
                "p90": 3,
                "method": "measured",
            }
        ],
    )
    noise = story.id("feature", "Adaptive noise cancelling")
    open_decision(
        story.actor,
        {
            "question": "Order the second microphone before the tuning is done?",
            "context": "Its lead time drives the launch date.",
            "options": [
                {"title": "Order now", "for": "Saves about four weeks", "against": "38 thousand euro at risk"},
                {"title": "Wait for the tuning", "for": "No risk", "against": "The season may be missed"},
            ],
            "review_at": story.day(10),
            "owner": story.lead,
            "roles": {"driver": members[1], "approver": story.lead, "contributors": [members[2], members[3]]},
        },
        {noise: "Date and cost", story.id("work_package", "Second microphone part"): "Lead time"},
    )
    open_decision(
        story.actor,
        {
            "question": "Which export feature comes after resuming?",
            "options": [
                {"title": "Export in the background", "for": "Asked for most", "against": "Eight weeks"},
                {"title": "Export presets shared by a team", "for": "Four weeks", "against": "Fewer ask"},
            ],
            "review_at": story.day(21),
            "owner": story.lead,
        },
        {
            story.id("feature", "Export in the background"): "Candidate",
            story.id("feature", "Export presets shared by a team"): "Candidate",
        },
    )
