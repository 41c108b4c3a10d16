"""Home: what needs a decision, how the goals stand; on the first day a checklist of three steps instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from northing.access.actor import Actor
from northing.access.models import ProductKinds, Workspace
from northing.access.requests import WorkspaceRequest
from northing.access.roles import Verb
from northing.decisions import public as decisions
from northing.features.public import Feature, may_answer_themes
from northing.insight.public import inbox, inbox_counts, proposals
from northing.kit import history, reading
from northing.kit.extensions import Onward, Place, extensions
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import page, whole
from northing.roadmap.public import (
    Outlook,
    awaits_refresh,
    chance,
    is_dated,
    open_milestones,
    open_releases,
    outlooks,
)
from northing.strategy.public import Goal, Standing, goals, north_star, series
from northing.ui import cells, formats
from northing.web.changed_page import begins_visit

extensions.add_places(Place(label="Home", path="", icon="house", also="start today what needs a decision"))
COMING, LATEST, MOST_GOALS = 3, 6, 4
_PICK, _BRING = "themes/pick", "features/import/"
SNOOZES = {"tomorrow": 1, "week": 7, "month": 30}


@dataclass(frozen=True)
class Step:
    """One step of the first day; once it is done, `onward` leads to what came of it, unless it `is_next`."""

    number: int
    title: str
    text: str
    done: bool
    url: str
    action: str
    onward: Onward | None = None
    is_next: bool = False

    @property
    def is_over(self) -> bool:
        return self.done and not self.is_next


@dataclass(frozen=True)
class Card:
    """One thing that needs a decision, the address of what it is about, and whether it is a question asked already."""

    attention: Any
    url: str
    is_decision: bool


@dataclass(frozen=True)
class Coming:
    """A release or milestone ahead: its day, the chance of it, and the forecast."""

    label: reading.Label
    url: str
    target: date | None
    chance: float | None
    outlook: Outlook

    @property
    def span(self) -> str:
        """From when to when it is likely; the year stands on both days where it changes between them."""
        return f"{formats.day(self.outlook.low, self.outlook.high)} to {formats.day(self.outlook.high)}"


@dataclass(frozen=True)
class GoalRow:
    """A key result on the home page: where it stands, how it came there, and how far along it is."""

    standing: Standing
    course: SafeString
    progress: SafeString


@page("GET")
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    steps = _checklist(actor)
    if not all(step.done for step in steps):
        context = {
            "steps": steps,
            "kinds": ProductKinds.choices,
            "may_manage": actor.may(Verb.MANAGE, "workspace"),
            "may_plan": actor.may(Verb.UPDATE, "feature"),
        }
        return render(request, "web/first_day.html", context)
    coming = _coming(actor)
    shown = decisions.cards(actor)
    context = {
        "cards": _cards(actor, shown),
        "elsewhere": decisions.cards_elsewhere(actor, shown),
        "refreshing": not shown and decisions.is_refreshing(actor),
        "awaits": "" if shown else awaits_refresh(actor),
        "onwards": list(extensions.onwards(actor, "feature"))
        if not shown and actor.may(Verb.UPDATE, "feature") and not is_dated(actor)
        else [],
        "goals": _goals(actor),
        "star": (star := north_star(actor)),
        "star_course": cells.sparkline([point.value for point in star.course]) if star else "",
        "feedback": inbox_counts(actor),
        "coming": coming,
        "next": coming[0] if coming else None,
        "has_chances": any(one.chance is not None for one in coming),
        "changes": history.latest(actor, LATEST),
        "begins_visit": begins_visit(cast("WorkspaceRequest", request).member),
        "members": reading.member_names(actor),
        "may_decide": actor.may(Verb.CREATE, registry.named("decision").name),
        "may_refresh": actor.may(Verb.UPDATE, "feature"),
        "may_aim": actor.may(Verb.CREATE, "objective"),
        "may_wait": actor.may(Verb.UPDATE, registry.named("decision").name),
    }
    return render(request, "web/home.html", context)


def _checklist(actor: Actor) -> list[Step]:
    """Three steps from an empty workspace to a ranked list; each is done when its trace is there. With features there
    the next one is the one that an import of features leads to as well."""
    base = f"/{actor.workspace.slug}/"
    fed = inbox(actor).exists()
    picked = Feature.objects.within(actor).filter(archived_at=None).exists()
    sized = picked and decisions.has_estimates(actor)
    is_over = fed and sized  # what comes next is asked once on a page: by the checklist, or by what follows it
    onward = next(extensions.onwards(actor, "feature"), None) if picked and not is_over else None
    fed_onwards = list(extensions.onwards(actor, "feedback")) if fed and not picked else []
    steps = [
        Step(
            1,
            "Drop a file with what people ask for",
            "Reviews, tickets, a survey: CSV, Excel or JSON. What it is is found out for you.",
            fed,
            f"{base}feedback/import/",
            "Import feedback",
            fed_onwards[-1] if fed_onwards else None,
        ),
        _picking(actor, onward if picked else next(iter(fed_onwards), None), picked=picked),
        Step(3, "Size them", "S, M or L is enough: a key for each.", sized, f"{base}sizing/", "Open the sizing grid"),
    ]
    following = [step for step in steps if onward and step.url == base + onward.path]
    following += [step for step in steps if not step.done]
    return [replace(step, is_next=step in following[:1]) for step in steps]


def _picking(actor: Actor, onward: Onward | None, *, picked: bool) -> Step:
    """The step from what people ask for to features: by a list, from the themes that were found, or both."""
    may_pick, base = may_answer_themes(actor), f"/{actor.workspace.slug}/"
    themes = formats.counted(len(found), "theme") if may_pick and (found := proposals(actor)) else ""
    number, title = 2, "Pick what you might build"
    if onward and onward.path in (_PICK, _BRING):
        link = Onward(label=f"Pick from {themes}", path=_PICK, icon="tags") if themes and not picked else None
        return Step(number, title, onward.why, picked, base + onward.path, onward.label, link)
    if themes:
        text = f"{themes} found in the feedback. If you have a list of features, bring it first."
        link = Onward(label=f"Link what people say to them: {themes}", path=_PICK, icon="tags")
        return Step(number, title, text, picked, base + _PICK, "Pick features", link)
    text = f"{'Take themes from the feedback, bring' if may_pick else 'Bring'} a list of features, or type a few."
    return Step(number, title, text, picked, f"{base}features/", "Add features")


def _cards(actor: Actor, found: Sequence[Any]) -> list[Card]:
    labels = reading.labels_of_any(actor, (one.record_id for one in found))
    return [
        Card(one, label.url(actor), label.path == registry.named("decision").path)
        for one in found
        if (label := labels.get(one.record_id))
    ]


def _goals(actor: Actor) -> list[tuple[Goal, list[GoalRow]]]:
    """The first goals with their key results."""
    found = goals(actor)[:MOST_GOALS]
    courses = series(actor, {one.key_result.metric_id for goal in found for one in goal.standings})
    return [(goal, [_goal_row(one, courses) for one in goal.standings]) for goal in found]


def _goal_row(standing: Standing, courses: dict[int, Any]) -> GoalRow:
    points = courses.get(standing.key_result.metric_id, ())
    course = cells.sparkline([point.value for point in points])
    return GoalRow(standing, course, cells.progress(standing.progress))


def _coming(actor: Actor) -> list[Coming]:
    """The releases and milestones that are likely next."""
    dated: list[Any] = [*open_releases(actor), *open_milestones(actor)]
    records = {record.pk: record for record in dated}
    found = sorted(outlooks(actor, records).items(), key=lambda item: item[1].likely)[:COMING]
    labels = reading.labels_of_any(actor, [pk for pk, _ in found])
    return [
        Coming(labels[pk], labels[pk].url(actor), day, chance(outlook, day) if day else None, outlook)
        for pk, outlook in found
        if pk in labels
        for day in [records[pk].promised or records[pk].target]
    ]


@page("POST")
def choose_kind(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What this workspace makes: apps, devices, or both."""
    actor.require(Verb.MANAGE, "workspace")
    kind = request.POST.get("kind", "")
    if kind not in ProductKinds.values:
        raise Invalid([Problem("kind", kind, f"choose one of: {', '.join(ProductKinds.values)}")])
    Workspace.objects.filter(pk=actor.workspace_id).update(kind=kind)
    return HttpResponseRedirect(f"/{actor.workspace.slug}/")


@page("POST")
def snooze(request: HttpRequest, actor: Actor, attention_id: int) -> HttpResponse:
    """Wait with a card, for a day or for a number to pass its trigger, or give it to somebody else."""
    actor.require(Verb.UPDATE, registry.named("decision").name)
    if member := request.POST.get("member", ""):
        decisions.delegate(actor, attention_id, whole(member) or 0)
    elif trigger := request.POST.get("trigger", ""):
        decisions.wait_for(actor, attention_id, -1 if (number := whole(trigger)) is None else number)
    else:
        days = SNOOZES.get(request.POST.get("until", ""), 1)
        decisions.snooze(actor, attention_id, timezone.now() + timedelta(days=days))
    return HttpResponseRedirect(f"/{actor.workspace.slug}/")
