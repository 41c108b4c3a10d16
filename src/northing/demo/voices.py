"""What people say: feedback from several channels, in sentences that differ, with passages linked to features."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from northing.demo.story import Story
from northing.features.public import link_passage

# product, feature asked for (or ""), ways to say it, share
Topic = tuple[str, str, tuple[str, ...], int]
TOPICS: tuple[Topic, ...] = (
    (
        "Lumen",
        "Resume failed exports",
        (
            "Export fails on large files and I have to start over",
            "The export stopped at 80 percent and everything was lost",
            "My panorama export fails every second time",
            "When the network drops, the export is gone and begins from zero",
        ),
        46,
    ),
    (
        "Lumen",
        "Export in the background",
        (
            "I cannot keep editing while an export runs",
            "Exporting blocks the whole app for minutes",
            "Please let exports run in the background",
        ),
        26,
    ),
    (
        "Lumen",
        "One-tap subject mask",
        (
            "Cutting out a person takes me ten minutes of brushing",
            "I want to select the subject with one tap",
            "Masking hair by hand is painful",
        ),
        34,
    ),
    (
        "Lumen",
        "Copy masks between photos",
        (
            "I need to copy a mask to the next photo of the series",
            "Redoing the same mask on forty photos is no fun",
        ),
        18,
    ),
    (
        "Lumen",
        "Find photos by words",
        (
            "I can never find the photo I am looking for",
            "Let me search for beach or dog in my library",
        ),
        22,
    ),
    (
        "Lumen",
        "Import settings from other editors",
        (
            "I would switch if my old edits came with me",
            "Bringing presets over from my old editor does not work",
        ),
        14,
    ),
    ("Lumen", "", ("Love the new colours", "The update is smooth, thank you", "Good app, fair price"), 24),
    (
        "Aria",
        "Softer headband cushion",
        (
            "The headband hurts after two hours",
            "Pressure on top of my head on long flights",
            "Comfort is good for an hour, then the band presses",
        ),
        38,
    ),
    (
        "Aria",
        "Adaptive noise cancelling",
        (
            "On the train I still hear every announcement",
            "Noise cancelling is weak in windy streets",
            "It should notice where I am and cancel accordingly",
        ),
        40,
    ),
    (
        "Aria",
        "Forty hours of battery",
        (
            "The battery does not last a working week",
            "I charge it every other day, that is too often",
        ),
        30,
    ),
    (
        "Aria",
        "Stronger hinge",
        (
            "The hinge on the left side cracked after a month",
            "The hinge creaks and feels loose",
        ),
        24,
    ),
    (
        "Aria",
        "Ear cushions in two sizes",
        ("The ear cushions are too small for my ears", "My ears touch the inside"),
        16,
    ),
    ("Aria", "", ("Sound is warm and detailed", "Beautiful object", "Arrived on time and well packed"), 20),
    (
        "Aria app",
        "Two devices at once",
        (
            "Switching between laptop and phone means pairing again every time",
            "I want calls from the phone while listening on the laptop",
        ),
        28,
    ),
    (
        "Aria app",
        "Pair by holding it close",
        ("Pairing took me six tries", "Pairing should just work when I hold it close"),
        20,
    ),
)

CLOSERS = (
    "",
    " I teach evening classes.",
    " I commute by tram.",
    " My daughter noticed it first.",
    " It happened twice on Sunday.",
    " I travel for weeks at a stretch.",
    " We are a team of nine.",
    " I came from a competitor last spring.",
    " My old one managed that.",
    " I reported it in March already.",
    " Restarting did not help.",
    " I live in a cabin with slow internet.",
    " My hands are not the youngest.",
    " I record podcasts at night.",
    " It spoils an otherwise lovely evening.",
    " Support answered within an hour, kindly.",
    " I would gladly pay extra.",
    " My brother returned his.",
    " I wear glasses, if that matters.",
    " It began after the summer holidays.",
    " In winter it is worse.",
    " Nobody in our office understands it.",
    " I bought it for my retirement.",
    " The manual says nothing about it.",
    " I looked through the forum, in vain.",
    " My train leaves at six.",
    " We compared four brands.",
    " I am left-handed.",
    " The dog was unimpressed.",
    " I recommend it to students regardless.",
)
CHANNELS = (
    ("app store", "review"),
    ("help desk", "ticket"),
    ("sales call", "note"),
    ("survey", "answer"),
    ("e-mail", "mail"),
)
DEVICES = ("tablet", "laptop", "phone", "desktop")


def write(story: Story) -> None:
    """About four hundred pieces of feedback; two thirds of those that ask for something are linked."""
    contacts = [record for (kind, _), record in story.made.items() if kind == "contact"]
    rows, wishes = [], []
    for product, feature, ways, count in TOPICS:
        for _ in range(count):
            sentence = story.dice.choice(ways)
            rows.append(_feedback(story, product, sentence, contacts, unhappy=bool(feature)))
            wishes.append((feature, sentence))
    order = sorted(range(len(rows)), key=lambda index: rows[index]["created_at"])  # type: ignore[arg-type,return-value]
    week = datetime.combine(story.day(-7), time(), tzinfo=UTC)
    before = sum(row["created_at"] < week for row in rows)  # type: ignore[operator]
    with story.happening(-8):
        earlier = story.create("feedback", [rows[index] for index in order[:before]])
        _link(story, earlier, [wishes[index] for index in order[:before]])
    later = story.create("feedback", [rows[index] for index in order[before:]], "brought in")
    with story.happening(-1):
        _link(story, later, [wishes[index] for index in order[before:]])


def _link(story: Story, made: list[Any], wishes: list[tuple[str, str]]) -> None:
    for record, (feature, sentence) in zip(made, wishes, strict=True):
        if feature and story.dice.random() < 0.4:
            start = record.text.index(sentence)
            key = f"F-{story.find('feature', feature).number}"
            link_passage(
                story.actor,
                record.pk,
                start,
                start + len(sentence),
                key,
                story.dice.choice((1, 2, 2, 3)),
                processed=True,
            )


def _feedback(story: Story, product: str, sentence: str, contacts: list[object], *, unhappy: bool) -> dict[str, object]:
    channel, form = story.dice.choice(CHANNELS)
    text = f"{sentence}.{story.dice.choice(CLOSERS)}"
    contact = story.dice.choice(contacts) if story.dice.random() < 0.6 else None
    values: dict[str, object] = {
        "title": sentence,
        "text": text,
        "source": channel,
        "channel": form,
        "product": story.id("product", product),
        "language": "en",
        "device": story.dice.choice(DEVICES),
        "created_at": story.moment(-story.dice.triangular(1, 180, 20)),
    }
    if contact is not None:
        values |= {"contact": contact, "account": contact.account_id, "author": str(contact.name)}  # type: ignore[attr-defined]
    if form == "review":
        values["rating"] = story.dice.choice((1, 2, 2, 3)) if unhappy else story.dice.choice((4, 5))
    return values
