"""What this module adds to lists, pages and the menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import estimate_column, measure_column
from northing.features import panels
from northing.features.actions import VOICES
from northing.features.answering import answer_both, may_answer_themes
from northing.features.members import awaits_linking, read_alike
from northing.features.models import Feature, FeatureGoal, FeatureRequest, Refusal
from northing.features.queries import serves_nothing
from northing.insight.public import REVENUE, inbox
from northing.kit.extensions import BulkAction, Filter, Hanging, MenuEntry, Onward, Panel, Place, Tie, extensions
from northing.ui import cells, formats


def _voices(shown: Any) -> SafeString:
    """How many ask: a count, so that none is nought and not a missing range."""
    return cells.number(shown.value.p50 if shown else 0)


def _revenue(shown: Any) -> SafeString:
    """A sum of facts, with what it leaves out."""
    if not shown:
        return cells.EMPTY
    told = f"{shown.value.unit.replace('/', ' a ')}. {shown.value.source}".strip()
    return format_html('<span class="num" title="{}">{}</span>', told, formats.number(shown.value.p50))


def _without_goal(actor: Actor, chosen: Sequence[str]) -> Q:
    return Q(pk__in=serves_nothing(actor).values("pk")) if "none" in chosen else Q()


def _lacks_features(actor: Actor) -> bool:
    return actor.may(Verb.IMPORT, "feature") and not Feature.objects.within(actor).filter(archived_at=None).exists()


def _reads_like_features(actor: Actor) -> bool:
    """Whether new messages read like features that are there."""
    return may_answer_themes(actor) and any(found.sure for found in read_alike(actor).values())


extensions.add_menu(
    MenuEntry(
        group="Plan",
        label="Features",
        path="features/",
        icon="sparkles",
        order=10,
        key="l",
        also="ideas backlog list merge duplicates export",
    ),
    MenuEntry(
        group="Plan",
        label="Board",
        path="board/",
        icon="square-kanban",
        order=12,
        key="b",
        also="kanban status columns",
    ),
    MenuEntry(
        group="Plan", label="Tree", path="tree/", icon="list-tree", order=14, key="t", also="outline hierarchy parts"
    ),
)
extensions.add_places(
    Place(
        label="Pick features",
        path="themes/pick",
        icon="sparkles",
        also="themes topics found",
        group="Plan",
        shown=may_answer_themes,
    )
)
_asked = FeatureRequest.objects
extensions.add_ties(
    Tie(
        words="linked to what they ask for",
        tied=lambda actor: _asked.within(actor).filter(archived_at=None).values("insight__feedback"),
    ),
    Tie(
        words="asked for in feedback",
        tied=lambda actor: _asked.within(actor).filter(archived_at=None, feature__isnull=False).values("feature"),
    ),
)
extensions.add_hanging(
    Hanging(model=FeatureGoal, column="feature", noun="goal", nouns="goals", of="feature", distinct_by=("goal",))
)
extensions.add_hanging(
    Hanging(
        model=Refusal,
        column="feature",
        noun="message left out",
        nouns="messages left out",
        of="feature",
        distinct_by=("feedback",),
    )
)
extensions.add_after_merge("feature", answer_both)
extensions.add_bulk(
    "feedback",
    BulkAction(
        label="Link to feature…",
        icon="link-2",
        path="inbox/link",
        shown=lambda actor: actor.may(Verb.CREATE, "feature_request"),
    ),
)
extensions.add_column(
    "feature",
    replace(measure_column(VOICES, "Voices", of="feature"), cell=_voices, is_fact=True),
    replace(measure_column(REVENUE, "Revenue behind it", of="feature"), cell=_revenue, is_fact=True),
    *(estimate_column(name, of="feature") for name in ("value", "effort", "reach", "impact", "confidence")),
)
extensions.add_filter(
    "feature",
    Filter(name="goals", label="Goals", options=lambda actor: (("none", "Serves no goal"),), where=_without_goal),
)
extensions.add_panel(
    "feature",
    Panel(name="health", title="Health", render=panels.health, order=10),
    Panel(name="who-asks", title="Who asks", render=panels.who_asks, order=20),
    Panel(name="passages", title="What they say", render=panels.passages, order=22, lazy=True),
    Panel(name="goals", title="Goals it serves", render=panels.goals, order=30),
    Panel(name="packages", title="Work packages", render=panels.packages, order=40),
    Panel(name="children", title="Parts", render=panels.children, order=42),
)
extensions.add_panel("feedback", Panel(name="link-to", title="Link to", render=panels.link_to, order=10))
extensions.add_onward(
    "feedback",
    Onward(
        label="Bring your list of features",
        path="features/import/",
        icon="upload",
        order=10,
        why="What people say is linked to it then. Without one, pick from what they say, or type a few.",
        shown=_lacks_features,
    ),
    Onward(label="Pick features", path="themes/pick", icon="sparkles", order=20, shown=_reads_like_features),
)
extensions.add_onward(
    "feature",
    Onward(
        label="Pick features",
        path="themes/pick",
        icon="sparkles",
        order=10,
        why="Messages that wait may ask for your newest features: link them, and pick what else to build.",
        shown=lambda actor: may_answer_themes(actor) and awaits_linking(actor),
    ),
    Onward(
        label="Import feedback",
        path="feedback/import/",
        icon="upload",
        order=20,
        shown=lambda actor: not inbox(actor).exists(),
    ),
    Onward(label="Size them", path="sizing/", icon="ruler"),
)
