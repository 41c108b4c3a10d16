"""The page on which features are picked from themes, and what is done with what was picked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.features import actions, members, ticks
from northing.features.actions import Evidence
from northing.features.link_targets import features_named
from northing.features.members import Members, Name, numbered
from northing.features.models import Feature
from northing.features.proposing import Line, lines
from northing.features.ticks import Row
from northing.kit.history import undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page, whole_numbers
from northing.ui.formats import counted

MOST_OFFERED = 500


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make features of those that are ticked, or link them to what is there, in one step."""
    actor.require(Verb.CREATE, registry.of(Feature).name)
    said = Said(request.POST)
    if request.method == "GET":
        return _page(request, actor, said)
    if "keep" in request.POST:
        _keep_ticks(request, actor, said)
        return HttpResponse(status=204)
    into, faults = said.into(actor)
    if faults or "again" in request.POST:
        return _page(request, actor, said, into, faults)
    made = _made(actor, said, into)
    messages.success(request, _told(len(made.made), made.linked), extra_tags=undo_url(actor, made.change_id))
    return go_to(request, f"/{actor.workspace.slug}/{'sizing' if made.made else 'features'}/")


class Said:
    """What somebody has filled in, by the name of a theme (`proposal-5`) or of a line (that, or `feature-12`)."""

    def __init__(self, form: QueryDict) -> None:
        self._form = form
        self.is_filled_in = "offered" in form
        self.lines = form.getlist("pick")
        self.picked = [name for value in self.lines for name in value.split(",")]

    def title(self, name: Name) -> str:
        """The title typed over the one that a theme came with."""
        return self._form.get(f"title-{name}", "").strip()

    def typed(self, name: Name) -> str:
        """What stands in the field for the feature that a theme is linked to."""
        return self._form.get(f"into-{name}", "").strip()

    def proposed(self, name: Name, otherwise: str) -> str:
        """What stood there to begin with."""
        return self._form.get(f"was-{name}", otherwise)

    def into(self, actor: Actor) -> tuple[dict[Name, int], dict[Name, str]]:
        """The features that themes are linked to, 0 for a new one; and why what was typed for some means none. These
        stand for themselves until it does."""
        typed = {name: self.typed(name) for key in self._form if (name := key.removeprefix("into-")) != key}
        named, faults = features_named(actor, typed.values())
        known = {name: named.get(text, 0) for name, text in typed.items()}
        return known, {name: faults[text] for name, text in typed.items() if text in faults}

    def has_seen(self, line: str) -> bool:
        """Whether the messages of a line were looked at."""
        return f"shown-{line}" in self._form

    def asking(self, line: str, found: Members) -> list[int]:
        """The messages of a line that are linked."""
        return found.asking(self._ids(f"shown-{line}"), self._ids(f"member-{line}"))

    def _ids(self, field: str) -> list[int]:
        return whole_numbers(field, self._form.getlist(field), "tick what is on the list")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as it stands on the page."""

    line: Line
    is_proposed: bool
    is_ticked: bool
    why: str
    title: str
    messages: int
    messages_shown: Mapping[str, Any] | None
    themes: list[tuple[Name, str, str, str, Row]]
    """Their names, with what is typed for the feature of each, what was proposed, and what is wrong with the first."""


def _page(
    request: HttpRequest,
    actor: Actor,
    said: Said,
    into: Mapping[Name, int] | None = None,
    faults: Mapping[Name, str] | None = None,
) -> HttpResponse:
    """The page, or its lines, with all that was filled in already."""
    own = _kept_ticks(request, actor)
    otherwise = {name: pk for name, pk in (into or {}).items() if said.typed(name) != said.proposed(name, "")}
    found = [_shown(actor, line, said, own, faults or {}) for line in lines(actor, otherwise)]
    evidence = [one for one in found if one.line.feature and (one.is_ticked or not one.line.doubt.small)]
    new = [
        one
        for one in found
        if not one.line.feature and (one.is_ticked or one.messages_shown or not one.line.doubt.small)
    ]
    context = {
        "evidence": evidence,
        "new": new,
        "rest": [one for one in found if one not in evidence and one not in new],
        "what_a_voice_is": insight.WHAT_A_VOICE_IS,
        "most": ticks.MOST_TICKED,
        "workspace": actor.workspace.slug,
    }
    part = "features/pick_lines.html" if request.headers.get("HX-Request") else "features/pick.html"
    return render(request, part, context, status=422 if faults and "again" not in request.POST else 200)


def _shown(actor: Actor, line: Line, said: Said, own: Mapping[str, bool], faults: Mapping[Name, str]) -> _Shown:
    proposed = not line.doubt.why
    if said.is_filled_in:
        is_ticked = any(row.name in said.picked for row in line.themes)
    else:
        is_ticked = own.get(line.known_by, proposed)
    asking = said.asking(line.name, line.members)
    is_open = said.has_seen(line.name) or any(row.name in faults for row in line.themes)
    feature = f"{line.feature.key} {line.feature.title}" if line.feature else ""
    themes = [
        (name, said.typed(name) if name in faults else feature, said.proposed(name, feature), faults.get(name, ""), row)
        for row in line.themes
        if (name := row.name)
    ]
    return _Shown(
        line,
        proposed,
        is_ticked,
        "" if is_ticked else line.doubt.why or "left out by you",
        said.title(line.themes[0].name) or line.title,
        len(set(asking).difference(line.members.known)),
        members.listed(actor, line.name, line.members, asking) if is_open else None,
        themes,
    )


def _keep_ticks(request: HttpRequest, actor: Actor, said: Said) -> None:
    """Remember, until the person signs out, which ticks are otherwise than the page proposed: coming back shows them
    so. What was proposed comes along, for to work it out takes all likenesses."""
    given = set(said.lines)
    offered = [text.split(" ", 2) for text in request.POST.getlist("offered")[:MOST_OFFERED] if text.count(" ") >= 2]
    request.session[f"picked in {actor.workspace_id}"] = {
        name[:200]: line in given for line, proposed, name in offered if (line in given) != (proposed == "ticked")
    }


def _kept_ticks(request: HttpRequest, actor: Actor) -> dict[str, bool]:
    kept: dict[str, bool] = request.session.get(f"picked in {actor.workspace_id}", {})
    return kept


def _made(actor: Actor, said: Said, into: Mapping[Name, int]) -> actions.Answered:
    """Make what is ticked: themes that are evidence of a feature are linked to it, of each other one a feature is
    made."""
    held = members.held(actor, said.picked)
    if not said.picked:
        raise Invalid([Problem("pick", "", "tick at least one theme")])
    linked: dict[int, list[Name]] = defaultdict(list)
    new: dict[Name, list[int]] = {}
    for name, found in held.items():
        if target := into.get(name, 0):
            linked[target].append(name)
        else:
            new[name] = said.asking(name, found)
    with transaction.atomic():
        evidence = _evidence(actor, said, {pk: {name: held[name] for name in names} for pk, names in linked.items()})
        themes = numbered(new)["theme"]
        titles = {pk: said.title(f"theme-{pk}") for pk in themes}
        insight.name_themes(actor, {pk: title for pk, title in titles.items() if title})
        asking = {pk: new[f"theme-{pk}"] for pk in themes}
        return actions.answer_themes(actor, [*themes, *_accepted(actor, said, new)], titles, asking, evidence)


def _accepted(actor: Actor, said: Said, new: Mapping[Name, list[int]]) -> list[int]:
    """The themes that found ones become, called as was typed."""
    found = sorted(numbered(new)["proposal"])
    titles = {pk: said.title(f"proposal-{pk}") for pk in found}
    return [
        theme.pk for theme in insight.accept_themes(actor, found, titles, {pk: new[f"proposal-{pk}"] for pk in found})
    ]


def _evidence(actor: Actor, said: Said, linked: Mapping[int, Mapping[Name, Members]]) -> dict[int, Evidence]:
    """By feature, what is linked to it. What was found says no more of itself: its messages are under the feature's own
    theme, where it has one."""
    own = dict(Feature.objects.within(actor).filter(pk__in=linked, theme__archived_at=None).values_list("pk", "theme"))
    found = members.evidence(actor, {pk: some.values() for pk, some in linked.items()})
    asking = {pk: said.asking(f"feature-{pk}", one) for pk, one in found.items()}
    for pk, theme in own.items():
        if theme is not None:
            insight.put_under(actor, theme, asking[pk])
    insight.dismiss_themes(actor, numbered(name for some in linked.values() for name in some)["proposal"])
    return {pk: Evidence(asking[pk], numbered(some)["theme"]) for pk, some in linked.items()}


def _told(made: int, linked: int) -> str:
    """
    >>> _told(2, 11), _told(0, 1)
    ('2 features made, 11 messages linked; now size them', '1 message linked')
    """
    told = [counted(made, "feature") + " made"] * (made > 0) + [counted(linked, "message") + " linked"] * (linked > 0)
    return (", ".join(told) or "Nothing new: what asks is linked already") + "; now size them" * (made > 0)
