"""The timeline of the roadmap: lanes of bars, and arrows between what waits for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.kit.reading import labels_of_any
from northing.roadmap import queries
from northing.roadmap.lines import Line, Lines, grouped
from northing.roadmap.rules import aimed_day
from northing.ui.timeline import Bar, Lane, Link, Timeline, Zoom, render
from northing.ui.tones import Tone

LIKELY = 0.5
"""From this chance on a dependency is drawn as a conflict."""
ZOOMS: Sequence[Zoom] = get_args(Zoom)
_USUAL_WIDTH = 948
"""Pixels that the chart has beside the names on a page 1440 wide."""
_MARK_TONES: dict[str, Tone] = {"RL": "good", "MS": "violet"}


def timeline(actor: Actor, shown: Lines, by: str, zoom: str) -> Timeline:
    """What is to be drawn."""
    lanes = [Lane("Releases and milestones", [_bar(line) for line in shown.marks if line.outlook])]
    lanes += [
        Lane(heading, sorted([_bar(line) for line in members if line.outlook], key=lambda bar: bar.mid))
        for heading, members in grouped(actor, shown.features, by)
    ]
    return Timeline([lane for lane in lanes if lane.bars], timezone.localdate(), _links(actor), cast("Zoom", zoom))


def draw(drawn: Timeline, base: str = "") -> SafeString:
    """The drawing. With `base`, the roadmap's address, bars can be moved."""
    urls = (f"{base}{{id}}/target", f"{base}{{id}}/preview") if base else ("", "")
    return render(drawn, *urls)


def fitting(shown: Lines) -> Zoom:
    """By quarter; by year where that would hide the end of the plan."""
    lane = Lane("", [_bar(line) for line in [*shown.features, *shown.marks] if line.outlook])
    drawn = Timeline([lane], timezone.localdate(), zoom="quarter")
    return "quarter" if drawn.fits(_USUAL_WIDTH) else "year"


def colours(shown: Lines) -> list[tuple[str, Tone]]:
    """What each colour of the drawn bars stands for."""
    words: dict[Tone, list[str]] = {}
    for line in [*shown.features, *shown.marks]:
        if line.outlook:
            named = words.setdefault(_tone(line), [])
            named += [word for word in [_kind(line)] if word not in named]
    return [(" or ".join(named).capitalize(), tone) for tone, named in words.items()]


def _kind(line: Line) -> str:
    word = {"RL": "Release", "MS": "Milestone"}.get(_prefix(line), line.status)
    return word if line.is_committed else f"{word}, not committed"


def _tone(line: Line) -> Tone:
    return _MARK_TONES.get(_prefix(line), line.tone)


def _prefix(line: Line) -> str:
    return line.key.split("-")[0]


def _bar(line: Line) -> Bar:
    assert line.outlook is not None  # lanes hold only what has a forecast
    outlook = line.outlook.work  # when that is out, the bar of its release says
    return Bar(
        line.key,
        line.title,
        line.url,
        min(outlook.start, outlook.low),
        outlook.low,
        outlook.likely,
        outlook.high,
        _tone(line),
        aimed_day(line, timezone.localdate()),
        line.promised,
        outlook.assumed,
        str(line.version),
        line.outlook.likely if line.outlook.own else None,
        "" if line.target else line.target_text,
        line.risk,
    )


def _links(actor: Actor) -> list[Link]:
    """Dependencies between rows, those that are likely to break a target as risks. A work package stands in the row
    of its feature."""
    dependencies = queries.live_dependencies(actor)
    forecast = queries.current_forecast(actor)
    conflicts = forecast.run.result["conflicts"] if forecast else {}
    ids = {end for one in dependencies for end in (one.predecessor_id, one.successor_id)}
    rows = {pk: pk for pk in ids} | queries.features_of_packages(actor, ids)
    labels = labels_of_any(actor, rows.values())
    risks: dict[tuple[str, str], bool] = {}
    for one in dependencies:
        first, waiting = rows[one.predecessor_id], rows[one.successor_id]
        if first != waiting and first in labels and waiting in labels:
            ends = (labels[first].key, labels[waiting].key)
            risks[ends] = risks.get(ends, False) or conflicts.get(str(one.pk), 0.0) >= LIKELY
    return [Link(*ends, is_risk) for ends, is_risk in risks.items()]
