"""What is made and what might be built: products, areas, problems and features."""

from __future__ import annotations

from northing.demo.story import Story
from northing.features.public import Feature, report_health, serve

PRODUCTS = (
    # name, line, kind, stage, vision
    ("Lumen", "Software", "digital", "growth", "The photo editor that people open first, on any screen."),
    ("Aria", "Sound", "physical", "development", "Headphones that adapt to the room, the ear and the day."),
    ("Aria app", "Sound", "digital", "introduction", "Everything Aria can do, in the hand of its owner."),
)

AREAS = {
    "Lumen": ("Export", "Masks", "Library", "Onboarding"),
    "Aria": ("Sound", "Comfort", "Battery", "Case and parts"),
    "Aria app": ("Pairing", "Sound settings"),
}

OPPORTUNITIES = (
    ("Work is lost when a large export fails", "Lumen", "Export"),
    ("Selecting a subject takes longer than the edit", "Lumen", "Masks"),
    ("New users leave before their first finished photo", "Lumen", "Onboarding"),
    ("Headphones hurt after two hours", "Aria", "Comfort"),
    ("Open offices and trains drown the music", "Aria", "Sound"),
)

# title, product, area, status, kind, opportunity index or None, (reach, impact, value k EUR, effort weeks)
Row = tuple[str, str, str, str, str, int | None, tuple[float, float, float, float]]
FEATURES: tuple[Row, ...] = (
    ("Resume failed exports", "Lumen", "Export", "in_delivery", "improvement", 0, (5200, 2.0, 160, 5)),
    ("Export in the background", "Lumen", "Export", "planned", "capability", 0, (6100, 1.5, 140, 8)),
    ("Export presets shared by a team", "Lumen", "Export", "candidate", "capability", None, (1400, 1.0, 90, 4)),
    ("HDR export for the web", "Lumen", "Export", "candidate", "capability", None, (1800, 0.8, 45, 7)),
    ("Proof of colours before printing", "Lumen", "Export", "candidate", "capability", None, (700, 1.2, 35, 9)),
    ("One-tap subject mask", "Lumen", "Masks", "in_delivery", "capability", 1, (7400, 2.2, 240, 11)),
    ("Sky and background masks", "Lumen", "Masks", "planned", "capability", 1, (4300, 1.4, 110, 6)),
    ("Straight mask strokes", "Lumen", "Masks", "candidate", "improvement", 1, (1500, 0.8, 22, 1.5)),
    ("Masks follow lens correction", "Lumen", "Masks", "candidate", "debt", 1, (1100, 1.0, 18, 3)),
    ("Copy masks between photos", "Lumen", "Masks", "candidate", "improvement", 1, (3900, 1.3, 85, 3)),
    ("Faster import of raw photos", "Lumen", "Library", "released", "improvement", None, (6800, 1.6, 130, 6)),
    ("Face groups on the device", "Lumen", "Library", "candidate", "capability", None, (2900, 1.0, 70, 14)),
    ("Find photos by words", "Lumen", "Library", "planned", "capability", None, (5600, 1.5, 150, 12)),
    ("Duplicates folded in the library", "Lumen", "Library", "candidate", "improvement", None, (4100, 1.1, 60, 5)),
    ("Offline albums", "Lumen", "Library", "new", "capability", None, (2200, 1.2, 50, 8)),
    ("Keyboard shortcuts of your own", "Lumen", "Library", "candidate", "improvement", None, (900, 0.9, 14, 2)),
    ("Guided first edit", "Lumen", "Onboarding", "evaluated", "experiment", 2, (9000, 1.2, 120, 4)),
    ("Sample photos at the start", "Lumen", "Onboarding", "released", "experiment", 2, (8200, 0.8, 60, 1)),
    ("Import settings from other editors", "Lumen", "Onboarding", "candidate", "capability", 2, (2600, 1.6, 95, 6)),
    ("Ask for notifications later", "Lumen", "Onboarding", "candidate", "improvement", 2, (7000, 0.4, 25, 0.5)),
    ("Price page for families", "Lumen", "Onboarding", "new", "experiment", None, (3000, 0.7, 80, 3)),
    ("Replace the old colour engine", "Lumen", "Export", "candidate", "debt", None, (800, 0.5, 40, 16)),
    ("Accessible colour wheels", "Lumen", "Masks", "planned", "compliance", None, (600, 0.8, 20, 3)),
    ("Adaptive noise cancelling", "Aria", "Sound", "in_delivery", "capability", 4, (24000, 2.4, 900, 26)),
    ("Transparency mode that keeps voices natural", "Aria", "Sound", "planned", "capability", 4, (15000, 1.4, 380, 12)),
    ("Spatial sound for films", "Aria", "Sound", "candidate", "capability", None, (9000, 1.1, 260, 18)),
    ("Lossless playback by cable", "Aria", "Sound", "candidate", "capability", None, (3000, 0.9, 70, 4)),
    ("Softer headband cushion", "Aria", "Comfort", "planned", "improvement", 3, (18000, 1.6, 300, 6)),
    ("Ear cushions in two sizes", "Aria", "Comfort", "candidate", "capability", 3, (12000, 1.2, 180, 7)),
    ("Ten grams less weight", "Aria", "Comfort", "candidate", "improvement", 3, (16000, 1.0, 150, 15)),
    ("Forty hours of battery", "Aria", "Battery", "planned", "capability", None, (21000, 1.3, 420, 10)),
    ("Ten-minute quick charge", "Aria", "Battery", "candidate", "capability", None, (14000, 1.1, 210, 9)),
    ("Battery that owners can replace", "Aria", "Battery", "candidate", "compliance", None, (5000, 1.2, 90, 13)),
    ("Stronger hinge", "Aria", "Case and parts", "planned", "improvement", None, (8000, 1.5, 160, 5)),
    ("Recycled shell", "Aria", "Case and parts", "candidate", "improvement", None, (6000, 0.6, 60, 8)),
    ("Carry case with a cable pocket", "Aria", "Case and parts", "new", "improvement", None, (9000, 0.5, 35, 2)),
    ("Pair by holding it close", "Aria app", "Pairing", "in_delivery", "capability", None, (22000, 1.2, 190, 5)),
    ("Two devices at once", "Aria app", "Pairing", "planned", "capability", None, (17000, 1.5, 310, 8)),
    ("Find my headphones", "Aria app", "Pairing", "candidate", "capability", None, (11000, 0.9, 80, 4)),
    (
        "Hearing check and own sound profile",
        "Aria app",
        "Sound settings",
        "candidate",
        "capability",
        None,
        (13000, 1.4, 270, 10),
    ),
    ("Equaliser with presets", "Aria app", "Sound settings", "released", "improvement", None, (19000, 0.9, 120, 3)),
    (
        "Noise cancelling screen in the app",
        "Aria app",
        "Sound settings",
        "planned",
        "capability",
        4,
        (20000, 1.0, 150, 3),
    ),
    ("Firmware update without waiting", "Aria app", "Pairing", "candidate", "improvement", None, (23000, 0.6, 70, 4)),
)

WENT_OUT = -35
"""The day, from today, on which what is released went out."""

TARGETS = {
    "Resume failed exports": (24, "", 38, "Pro customers"),
    "One-tap subject mask": (52, "", None, ""),
    "Export in the background": (80, "", None, ""),
    "Sky and background masks": (110, "", None, ""),
    "Find photos by words": (None, "next half", None, ""),
    "Adaptive noise cancelling": (130, "", 165, "Retail partners"),
    "Pair by holding it close": (40, "", None, ""),
    "Two devices at once": (120, "", None, ""),
    "Softer headband cushion": (95, "", None, ""),
    "Stronger hinge": (75, "", None, ""),
    "Forty hours of battery": (150, "", None, ""),
    "Noise cancelling screen in the app": (115, "", None, ""),
    "Transparency mode that keeps voices natural": (None, "later", None, ""),
}


def write(story: Story) -> None:
    """Products and everything that might be built for them, the goals it serves and how it goes."""
    with story.happening(-310):
        _all_that_might_be_built(story)
    with story.happening(-89):
        _goals_served(story)
    with story.happening(-10):
        _health_told(story)


def _all_that_might_be_built(story: Story) -> None:
    story.create("product_line", [{"name": name} for name in ("Software", "Sound")])
    story.create(
        "product",
        [
            {"name": name, "line": story.id("product_line", line), "kind": kind, "stage": stage, "vision": vision}
            for name, line, kind, stage, vision in PRODUCTS
        ],
    )
    story.create(
        "area",
        [{"name": area, "product": story.id("product", product)} for product, areas in AREAS.items() for area in areas],
    )
    story.create(
        "opportunity",
        [
            {
                "title": title,
                "product": story.id("product", product),
                "area": story.id("area", area),
                "state": "pursued",
                "owner": story.owners.get(area, story.lead),
            }
            for title, product, area in OPPORTUNITIES
        ],
    )
    story.create("feature", [_feature(story, row) for row in FEATURES])


def _feature(story: Story, row: Row) -> dict[str, object]:
    title, product, area, status, kind, opportunity, _ = row
    values: dict[str, object] = {
        "title": title,
        "product": story.id("product", product),
        "area": story.id("area", area),
        "status": status,
        "kind": kind,
        "owner": story.owners.get(area, story.lead),
        "opportunity": story.id("opportunity", OPPORTUNITIES[opportunity][0]) if opportunity is not None else None,
        "released_at": story.day(WENT_OUT) if status in ("released", "evaluated") else None,
        "created_at": story.moment(-_age(story, status)),
    }
    if title in TARGETS:
        target, words, promised, promised_to = TARGETS[title]
        values |= {"target": story.day(target) if target else None, "target_text": words}
        values |= {"promised": story.day(promised) if promised else None, "promised_to": promised_to}
    return values


def _age(story: Story, status: str) -> int:
    """How many days ago a feature was written down: where there is work on it, before all of that."""
    age = story.dice.randint(40 if status == "new" else 100, 300)
    return 240 + age // 5 if status in ("in_delivery", "released", "evaluated") else age


def _health_told(story: Story) -> None:
    """What the teams said last about the features that they are building."""
    late = story.id("feature", "Adaptive noise cancelling")
    building = [story.id("feature", title) for title, _, _, status, *_ in FEATURES if status == "in_delivery"]
    report_health(story.actor, [late], "at_risk", "Waiting for the second microphone sample.")
    report_health(story.actor, [pk for pk in building if pk != late], "on_track")
    Feature.objects.within(story.actor).filter(pk__in=building).update(health_at=story.at(-10))


SERVES = {
    "More people finish a photo every week": (
        "Resume failed exports",
        "Export in the background",
        "One-tap subject mask",
        "Guided first edit",
        "Sample photos at the start",
        "Sky and background masks",
        "Find photos by words",
        "Import settings from other editors",
        "Copy masks between photos",
    ),
    "Aria is the headphone to beat this season": (
        "Adaptive noise cancelling",
        "Softer headband cushion",
        "Stronger hinge",
        "Forty hours of battery",
        "Pair by holding it close",
        "Two devices at once",
        "Noise cancelling screen in the app",
    ),
}


def _goals_served(story: Story) -> None:
    for objective, titles in SERVES.items():
        serve(story.actor, [story.id("feature", title) for title in titles], [story.id("objective", objective)])
    first = [story.id("feature", title) for title in ("Guided first edit", "Sample photos at the start")]
    serve(story.actor, first, [story.id("key_result", "38 % of new users finish a photo in week one")])
