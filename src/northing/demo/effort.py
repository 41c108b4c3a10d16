"""What it takes and what it brings: estimates by several people, and the work packages of what is planned."""

from __future__ import annotations

from typing import Any

from northing.decisions.public import enter_estimates
from northing.demo.catalogue import FEATURES
from northing.demo.story import Story

# feature -> (title, kind, team, what was typed, calendar or working days, share done)
PACKAGES: dict[str, tuple[tuple[str, str, str, str, str, int], ...]] = {
    "Adaptive noise cancelling": (
        ("Second microphone part", "lead_time", "Supply chain", "30-45-75 d", "calendar", 20),
        ("Noise model in firmware", "effort", "Firmware", "30-45-80 d", "working", 35),
        ("Tuning in the anechoic room", "effort", "Acoustics", "15-25-40 d", "working", 10),
        ("Radio and safety certificate", "certification", "Quality", "15-20-35 d", "working", 0),
        ("Campaign: quiet anywhere", "campaign", "Go to market", "10-15-25 d", "working", 0),
    ),
    "Noise cancelling screen in the app": (
        ("Screen design", "effort", "Product design", "M", "working", 0),
        ("Screen and settings", "effort", "Mobile app", "M", "working", 0),
    ),
    "Resume failed exports": (
        ("Resumable upload", "effort", "Imaging", "8-12-20 d", "working", 60),
        ("Error messages people understand", "effort", "Product design", "S", "working", 80),
    ),
    "One-tap subject mask": (
        ("Segmentation on the device", "effort", "Imaging", "20-30-55 d", "working", 45),
        ("Mask tool design", "effort", "Product design", "M", "working", 70),
    ),
    "Export in the background": (("Background worker", "effort", "Imaging", "L", "working", 0),),
    "Sky and background masks": (("Models and tool", "effort", "Imaging", "15-24-40 d", "working", 0),),
    "Find photos by words": (
        ("Index on the device", "effort", "Imaging", "L", "working", 0),
        ("Search in the library", "effort", "Mobile app", "M", "working", 0),
    ),
    "Pair by holding it close": (("Pairing flow", "effort", "Mobile app", "10-15-25 d", "working", 50),),
    "Two devices at once": (
        ("Dual link in firmware", "effort", "Firmware", "20-30-45 d", "working", 0),
        ("Device list in the app", "effort", "Mobile app", "M", "working", 0),
    ),
    "Softer headband cushion": (
        ("New foam and trials", "effort", "Acoustics", "M", "working", 0),
        ("Tooling change", "lead_time", "Supply chain", "25-35-60 d", "calendar", 0),
    ),
    "Stronger hinge": (("Hinge redesign and drop tests", "effort", "Quality", "12-18-30 d", "working", 10),),
    "Forty hours of battery": (
        ("Cell of higher density", "lead_time", "Supply chain", "40-60-90 d", "calendar", 0),
        ("Power management", "effort", "Firmware", "L", "working", 0),
    ),
    "Transparency mode that keeps voices natural": (("Voice model", "effort", "Acoustics", "L", "working", 0),),
    "Accessible colour wheels": (("Colour wheels", "effort", "Product design", "M", "working", 0),),
}

COST_OF_DELAY = {
    "Adaptive noise cancelling": "12k-20k-35k",
    "Export in the background": "1.5k-3k-6k",
    "Export presets shared by a team": "1k-2k-3.5k",
    "Forty hours of battery": "4k-8k-15k",
    "Resume failed exports": "3k-5k-8k",
}
"""In the workspace's currency, a week."""
WORKING_WEEK = 5
WEEKS_OF_VALUE = 40
"""A feature's value comes in over so many weeks, unless its cost of delay says otherwise."""

DEPENDENCIES = (
    ("Second microphone part", "Tuning in the anechoic room"),
    ("Noise model in firmware", "Tuning in the anechoic room"),
    ("Tuning in the anechoic room", "Radio and safety certificate"),
    ("Radio and safety certificate", "Campaign: quiet anywhere"),
    ("Noise model in firmware", "Screen and settings"),
    ("Screen design", "Screen and settings"),
    ("Resumable upload", "Background worker"),
    ("Cell of higher density", "Power management"),
)


def write(story: Story, members: list[int]) -> None:
    """Estimates of reach, impact, confidence, value and effort for most features; two people where they disagree.

    What each method to prioritise needs is there for the features that can still be built.
    """
    for title, _, _, status, kind, _, numbers in FEATURES:
        if status != "new" and story.dice.random() > 0.06:
            enter_estimates(story.actor, _estimates(story, story.id("feature", title), numbers, members))
        if status in ("candidate", "planned", "in_delivery"):
            enter_estimates(story.actor, _for_methods(story.id("feature", title), title, kind, numbers, members[0]))
    packages = [
        {
            "title": package,
            "feature": story.id("feature", feature),
            "kind": kind,
            "team": story.id("team", team),
            "days": days,
            "done": done,
        }
        for feature, several in PACKAGES.items()
        for package, kind, team, _, days, done in several
    ]
    story.create("work_package", packages)
    enter_estimates(
        story.actor,
        [
            {
                "about": story.id("work_package", package),
                "quantity": _quantity(kind),
                "entered": typed,
                "author": story.dice.choice(members),
            }
            for several in PACKAGES.values()
            for package, kind, _, typed, _, _ in several
        ],
    )
    story.create(
        "dependency",
        [
            {
                "title": f"{first} before {then}"[:200],
                "predecessor": story.id("work_package", first),
                "successor": story.id("work_package", then),
            }
            for first, then in DEPENDENCIES
        ],
    )


def _quantity(kind: str) -> str:
    return "lead_time" if kind == "lead_time" else "effort"


def _estimates(
    story: Story, feature: int, numbers: tuple[float, float, float, float], members: list[int]
) -> list[dict[str, Any]]:
    reach, impact, value, effort = numbers
    rows: list[dict[str, Any]] = []
    middles = {"reach": reach, "impact": impact, "value": value * 1000, "effort": effort * WORKING_WEEK}
    for quantity, middle in middles.items():
        voices = 2 if story.dice.random() < 0.25 else 1
        for author in story.dice.sample(members, voices):
            own = middle * story.dice.lognormvariate(0, 0.25 if voices == 2 else 0.05)
            rows.append({"about": feature, "quantity": quantity, "author": author, "entered": _typed(story, own)})
    confidence = story.dice.choice(("50", "80", "80", "100"))
    rows.append({"about": feature, "quantity": "confidence", "author": members[0], "entered": confidence})
    return rows


def _for_methods(
    feature: int, title: str, kind: str, numbers: tuple[float, float, float, float], author: int
) -> list[dict[str, Any]]:
    """Cost of delay, the points of WSJF, the ease of ICE, how important it is and how well it is met so far."""
    _, impact, value, effort = numbers
    week = value * 1000 / WEEKS_OF_VALUE
    urgency = {"compliance": 13, "debt": 3}.get(kind, 8 if title in COST_OF_DELAY else 3)
    typed = {
        "cost_of_delay": COST_OF_DELAY.get(title, f"{_short(week / 1.8)} - {_short(week)} - {_short(week * 1.9)}"),
        "business_value": str(_points(value / 20)),
        "time_criticality": str(urgency),
        "risk_reduction": str({"compliance": 13, "debt": 8, "experiment": 5}.get(kind, 2)),
        "job_size": str(_points(effort)),
        "ease": _short(10 / (1 + effort / 4)),
        "importance": _short(min(10, 3 + 3 * impact)),
        "satisfaction": _short(max(1, 6 - 2 * impact)),
    }
    return [
        {"about": feature, "quantity": quantity, "author": author, "entered": entered}
        for quantity, entered in typed.items()
    ]


def _points(size: float) -> int:
    """The nearest step of the scale on which points are given.

    >>> _points(4.2), _points(26)
    (5, 20)
    """
    return min((1, 2, 3, 5, 8, 13, 20), key=lambda step: abs(step - size))


def _typed(story: Story, middle: float) -> str:
    """The way people type: mostly three numbers, sometimes a bare one or one with a word of confidence."""
    dice = story.dice.random()
    if dice < 0.2:
        return _short(middle)
    if dice < 0.35:
        return f"{_short(middle)} {story.dice.choice(('sure', 'fairly sure', 'guess'))}"
    low, high = middle / story.dice.uniform(1.3, 2.2), middle * story.dice.uniform(1.3, 2.6)
    return f"{_short(low)} - {_short(middle)} - {_short(high)}"


def _short(number: float) -> str:
    """Two digits, as people write them.

    >>> _short(5234.0), _short(0.526), _short(1_644_000.0)
    ('5200', '0.53', '1600000')
    """
    rounded = float(f"{number:.2g}")
    return f"{rounded:.0f}" if rounded >= 10 else f"{rounded:g}"
