"""The record types of this module."""

from __future__ import annotations

from northing.kit.record_types import RecordType, registry
from northing.kit.specifying import specify
from northing.roadmap import extensions as extensions
from northing.roadmap.actions import refuse_circles
from northing.roadmap.models import Dependency, Milestone, Release
from northing.roadmap.rules import WAITING, check_dependency, check_promise, check_release

RELEASE = RecordType(
    model=Release,
    name="release",
    prefix="RL",
    icon="rocket",
    fields=("title", "description", "status", "product", "target", "promised", "promised_to", "released_at"),
    columns=("title", "status", "product", "target", "promised", "owner"),
    filters=("status", "product", "target", "promised"),
    sorts=("title", "target", "promised"),
    search=("description",),
    tones={
        "status": {"planned": "accent", "in_progress": "warn", "released": "good", "cancelled": "neutral"},
    },
    check=check_release,
    hint="What goes out together, with the day it is aimed at, promised for and likely.",
)

MILESTONE = RecordType(
    model=Milestone,
    name="milestone",
    prefix="MS",
    icon="milestone",
    fields=("title", "description", "product", "target", "promised", "promised_to", "reached_at"),
    columns=("title", "product", "target", "promised", "reached_at", "owner"),
    filters=("product", "target", "promised"),
    sorts=("title", "target", "promised"),
    search=("description",),
    check=check_promise,
    hint="Days that matter: a trade fair, a certificate, the start of production.",
)

DEPENDENCY = RecordType(
    model=Dependency,
    name="dependency",
    prefix="DY",
    icon="git-branch",
    say_title=lambda why: why or "No reason given",
    fields=(
        specify(Dependency, "predecessor", types=WAITING),
        specify(Dependency, "successor", types=WAITING),
        specify(Dependency, "title", required=False),
        "type",
        "lag",
    ),
    columns=("title", "predecessor", "successor", "type", "lag"),
    filters=("type",),
    sorts=("title",),
    check=check_dependency,
    after=refuse_circles,
    distinct_by=("predecessor", "successor", "type", "lag"),
    in_menu=False,
    hint="What has to wait for what.",
)

registry.register(RELEASE, MILESTONE, DEPENDENCY)
