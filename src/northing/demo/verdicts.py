"""What was decided and what is open; an outcome that was measured and scored."""

from __future__ import annotations

from typing import Any

from northing.decisions.public import decide, enter_estimates, open_decision
from northing.demo.story import Story
from northing.kit.record_types import registry

# feature that went out -> days of work that its team counted in the end
TOOK = {
    "Faster import of raw photos": "36",
    "Sample photos at the start": "4",
    "Guided first edit": "27",
    "Equaliser with presets": "17",
}


def write(story: Story, members: list[int]) -> None:
    """One decision whose outcome is due, two that wait, and what was measured of what went out."""
    guided = story.id("feature", "Guided first edit")
    effect = {
        "about": guided,
        "quantity": f"effect:M-{story.find('metric', 'New users who finish a photo').number}",
        "unit": "points",
    }
    with story.happening(-67):
        asked = _ask_about(story, guided).pk
    with story.happening(-60):
        enter_estimates(story.actor, [effect | {"entered": "1 - 4 - 7", "author": members[0]}])
        decide(story.actor, asked, "Guide them", forecast="4 points more newcomers finish a photo (1–7).")
    rows = registry.named("decision").model.objects.within(story.actor).filter(pk=asked)
    rows.update(decided_at=story.at(-60))
    with story.happening(-14):
        _ask_what_waits(story, members)
    with story.happening(-10):
        came = {"entered": "2", "p10": 1, "p50": 2, "p90": 3}
        took = [{"about": story.id("feature", title), "quantity": "effort", "entered": d} for title, d in TOOK.items()]
        enter_estimates(story.actor, [row | {"method": "measured"} for row in (effect | came, *took)])


def _ask_about(story: Story, guided: int) -> Any:
    return open_decision(
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


def _ask_what_waits(story: Story, members: list[int]) -> None:
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
