"""What delivery adds to features: progress as a column, the work items as a panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.delivery import queries
from northing.delivery.queries import Progress
from northing.kit.extensions import Column, MenuEntry, Onward, Panel, extensions
from northing.ui import cells


def _cell(value: Progress | None) -> SafeString:
    return cells.progress(value.share, f"{value.done} of {value.done + value.open}") if value else cells.EMPTY


def _load(actor: Actor, record_ids: Sequence[int], names: Sequence[str]) -> Mapping[str, Mapping[int, Progress]]:
    return dict.fromkeys(names, queries.progress_of(actor, record_ids))


def _panel(request: HttpRequest, actor: Actor, record: Any) -> str:
    items = queries.items_of(actor, record.pk)
    if not items:
        return ""
    progress = queries.progress_of(actor, [record.pk]).get(record.pk)
    return render_to_string("delivery/panel.html", {"items": items, "progress": progress}, request)


def register() -> None:
    progress = Column(
        name="progress",
        label="Work done",
        load=_load,
        cell=_cell,
        text=lambda value: f"{value.done} of {value.done + value.open}",
        to_json=lambda value: {"done": value.done, "open": value.open},
    )
    extensions.add_column("feature", progress)
    extensions.add_panel("feature", Panel(name="work", title="Work items", render=_panel, order=70))
    extensions.add_menu(
        MenuEntry(
            group="Deliver",
            label="Delivery",
            path="delivery/",
            icon="activity",
            order=60,
            key="y",
            also="velocity throughput speed",
        ),
        MenuEntry(
            group="Deliver",
            label="Work items",
            path="work-items/",
            icon="list-checks",
            order=61,
            key="w",
            also="tickets tasks issues stories",
        ),
        MenuEntry(group="Deliver", label="Risks", path="risks/", icon="triangle-alert", order=62),
    )
    extensions.add_onward("work_item", Onward(label="See how fast work goes", path="delivery/", icon="activity"))
