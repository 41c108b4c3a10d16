"""Half a year of delivery: finished tickets, open ones, releases to come, and what may go wrong."""

from __future__ import annotations

from northing.demo.catalogue import WENT_OUT
from northing.demo.story import Story
from northing.roadmap.public import place

RELEASED = ("Faster import of raw photos", "Sample photos at the start", "Guided first edit", "Equaliser with presets")
IN_DELIVERY = (
    "Resume failed exports",
    "One-tap subject mask",
    "Adaptive noise cancelling",
    "Pair by holding it close",
)
GOES_OUT_WITH = {
    "Lumen 9.1": ("Resume failed exports", "One-tap subject mask", "Accessible colour wheels"),
    "Lumen 9.2": ("Export in the background", "Sky and background masks", "Find photos by words"),
    "Aria launch": (
        "Adaptive noise cancelling",
        "Softer headband cushion",
        "Stronger hinge",
        "Noise cancelling screen in the app",
    ),
}
VERBS = ("Review", "Simplify", "Test", "Measure", "Tidy", "Mend", "Speed up", "Document")
THINGS = (
    "the progress display",
    "the retry",
    "the hand-over",
    "the error messages",
    "memory use",
    "the settings page",
    "the start-up",
    "the read-out",
    "the cache",
    "the sample set",
)

RISKS = (
    (
        "Second microphone supplier misses the sample date",
        "Adaptive noise cancelling",
        35,
        20,
        "Order samples from a second source.",
    ),
    ("Certificate needs a second round", "Adaptive noise cancelling", 25, 15, "Book a pre-test with the laboratory."),
    (
        "Hinge fails the drop test again",
        "Stronger hinge",
        20,
        25,
        "Keep the old hinge as a fallback for the first lot.",
    ),
    ("Subject mask too slow on old tablets", "One-tap subject mask", 40, 10, "Fall back to a smaller model."),
)


def write(story: Story) -> None:
    """Tickets, releases, milestones and risks."""
    story.create("work_item", [_item(story, number) for number in range(260)])
    story.create(
        "risk",
        [
            {
                "title": title,
                "about": story.id("feature", feature),
                "probability": chance,
                "delay": delay,
                "response": response,
                "owner": story.find("feature", feature).owner_id,
            }
            for title, feature, chance, delay, response in RISKS
        ],
    )
    story.create(
        "release",
        [
            _dated(story, "Lumen 9.1", "Lumen", 60),
            _dated(story, "Lumen 9.2", "Lumen", 125),
            _dated(story, "Aria launch", "Aria", 170),
        ],
    )
    for release, features in GOES_OUT_WITH.items():
        for feature in features:
            place(story.actor, story.find("feature", feature), story.find("release", release))
    story.create(
        "milestone",
        [
            _dated(story, "Sound and vision fair", "Aria", 150),
            _dated(story, "Design freeze of Aria", "Aria", 70),
        ],
    )

    row = {
        "title": "The noise model decides the shell",
        "predecessor": story.id("work_package", "Noise model in firmware"),
        "successor": story.id("milestone", "Design freeze of Aria"),
    }
    story.create("dependency", [row])


def _dated(story: Story, title: str, product: str, days: int) -> dict[str, object]:
    """A release or milestone of a product, aimed at a day so many days ahead."""
    return {
        "title": title,
        "product": story.id("product", product),
        "target": story.day(days),
        "owner": story.lead,
    }


def _item(story: Story, number: int) -> dict[str, object]:
    dice = story.dice
    finished = -1 - dice.random() * 182 if number < 215 else None
    began = (finished if finished is not None else -dice.random() * 30) - dice.lognormvariate(1.4, 0.7)
    went_out_since = finished is not None and int(finished) < WENT_OUT
    features = RELEASED if went_out_since and number % 4 else IN_DELIVERY
    state = "done" if finished is not None else ("in_progress" if number % 3 == 0 else "new")
    return {
        "title": f"{dice.choice(VERBS)} {dice.choice(THINGS)}",
        "kind": dice.choice(("story", "task", "task", "bug")),
        "status": {"done": "Done", "in_progress": "In progress", "new": "To do"}[state],
        "status_category": state,
        "feature": story.id("feature", dice.choice(features)),
        "created_at": story.moment(began - 6),
        "started_at": None if state == "new" else story.moment(began - 1),
        "finished_at": story.moment(finished) if finished is not None else None,
    }
