"""What success means: objectives, key results, and thirty weeks of their metrics."""

from __future__ import annotations

from northing.demo.story import Story
from northing.strategy.public import record_data_points

WEEKS = 30

# name, unit, direction, role, start, weekly drift, weekly noise
METRICS = (
    ("Weekly editors", "thousand", "up", "north_star", 182.0, 1.05, 2.1),
    ("Exports that succeed", "%", "up", "guardrail", 93.4, 0.08, 0.5),
    ("New users who finish a photo", "%", "up", "goal", 31.0, 0.22, 0.9),
    ("Pre-orders of Aria", "units", "up", "goal", 2100.0, 64.0, 90.0),
    ("Returns for comfort", "%", "down", "guardrail", 6.8, -0.03, 0.25),
)

OBJECTIVES = (
    ("More people finish a photo every week", "Finished photos bring people back; unfinished ones do not.", "Lumen"),
    ("Aria is the headphone to beat this season", "Two thirds of the year's units sell in ten weeks.", "Aria"),
)

# title, objective index, metric, baseline, target, due in days
KEY_RESULTS = (
    ("220 thousand weekly editors", 0, "Weekly editors", 182, 220, 60),
    ("38 % of new users finish a photo in week one", 0, "New users who finish a photo", 31, 38, 60),
    ("97 % of exports succeed", 0, "Exports that succeed", 93.4, 97, 60),
    ("6,000 pre-orders before launch", 1, "Pre-orders of Aria", 2100, 6000, 120),
    ("Returns for comfort below 5 %", 1, "Returns for comfort", 6.8, 5, 200),
)

INITIATIVES = (
    ("Nothing gets lost", 0, 35),
    ("First photo in five minutes", 0, 25),
    ("Quiet anywhere", 1, 40),
)


def write(story: Story) -> None:
    """Metrics with their history, objectives, key results and initiatives."""
    with story.happening(-7 * WEEKS - 3):
        metrics = [
            {"name": name, "unit": unit, "direction": direction, "role": role}
            for name, unit, direction, role, *_ in METRICS
        ]
        story.create("metric", metrics)
    with story.happening(-92):
        _goals(story)
    for name, _, _, _, start, drift, noise in METRICS:
        values = {
            story.day(7 * (week - WEEKS)): round(
                start + drift * week + story.dice.gauss(0, noise), 1 if start < 1000 else 0
            )
            for week in range(WEEKS)
        }
        *_, last = values
        with story.happening(-12):
            record_data_points(
                story.actor, story.id("metric", name), {day: values[day] for day in values if day < last}
            )
        with story.happening(-6):
            record_data_points(story.actor, story.id("metric", name), {last: values[last]})


def _goals(story: Story) -> None:
    story.create(
        "objective",
        [
            {
                "title": title,
                "why": why,
                "product": None,
                "period_start": story.day(-90),
                "period_end": story.day(90),
                "owner": story.lead,
            }
            for title, why, _ in OBJECTIVES
        ],
    )
    story.create(
        "key_result",
        [
            {
                "title": title,
                "objective": story.id("objective", OBJECTIVES[objective][0]),
                "metric": story.id("metric", metric),
                "baseline": baseline,
                "target": target,
                "due": story.day(due),
                "owner": story.lead,
            }
            for title, objective, metric, baseline, target, due in KEY_RESULTS
        ],
    )
    story.create(
        "initiative",
        [
            {
                "title": title,
                "objective": story.id("objective", OBJECTIVES[objective][0]),
                "share": share,
                "owner": story.lead,
            }
            for title, objective, share in INITIATIVES
        ],
    )
