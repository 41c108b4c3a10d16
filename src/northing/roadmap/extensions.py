"""What this module adds to the frame and to records of earlier modules."""

from __future__ import annotations

from northing.access.roles import Verb
from northing.decisions.public import has_estimates, measure_column
from northing.features.public import FORECAST
from northing.kit.extensions import BulkAction, Hanging, MenuEntry, Onward, Panel, Place, Tie, extensions
from northing.roadmap import panels
from northing.roadmap.actions import refuse_waiting_for_itself
from northing.roadmap.models import Placement
from northing.roadmap.queries import is_dated
from northing.roadmap.rules import DATED

extensions.add_menu(
    MenuEntry(
        group="Plan",
        label="Roadmap",
        path="roadmap/",
        icon="chart-gantt",
        order=40,
        key="r",
        also="timeline gantt plan dates forecast schedule",
    )
)
extensions.add_places(
    Place(label="Now, next, later", path="roadmap/?view=now", icon="columns-3", also="roadmap", group="Plan"),
    Place(
        label="Share the roadmap",
        path="roadmap/share",
        icon="share-2",
        also="link publish send",
        group="Plan",
        shown=lambda actor: actor.may(Verb.UPDATE, "release"),
    ),
)
extensions.add_bulk(
    "feature",
    BulkAction(
        label="Put into a release",
        icon="package",
        path="roadmap/place",
        shown=lambda actor: actor.may(Verb.UPDATE, "release"),
    ),
)
extensions.add_ties(
    Tie(
        words="in a release",
        tied=lambda actor: Placement.objects.within(actor).filter(release__archived_at=None).values("feature"),
    )
)
extensions.add_hanging(
    Hanging(model=Placement, column="feature", noun="release", nouns="releases", of="feature", distinct_by=("release",))
)
extensions.add_onward(
    "feature",
    Onward(
        label="Plan what comes next",
        path="roadmap/next",
        icon="chart-gantt",
        order=30,
        why="Say how many people build it and what comes first. Each feature gets its likely day, and the roadmap a "
        "link to share.",
        shown=lambda actor: actor.may(Verb.UPDATE, "feature") and has_estimates(actor) and not is_dated(actor),
    ),
)
extensions.add_after_merge("feature", refuse_waiting_for_itself)
extensions.add_panel("release", Panel(name="features", title="Features", render=panels.features, order=12))
for _name in DATED:
    extensions.add_column(_name, measure_column(FORECAST, "Forecast", of=_name))
    extensions.add_panel(_name, Panel(name="dates", title="Dates", render=panels.dates, order=15))
