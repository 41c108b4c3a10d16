"""The page on which features are picked from themes, and what is done with what was picked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.features import answering, members, ticks
from northing.features.answering import Answered, Evidence, Wanted
from northing.features.link_targets import features_named
from northing.features.members import Listed, Members, Name, Opened, numbered
from northing.features.models import Feature, FeatureRequest, Status
from northing.features.proposing import Line, lines
from northing.features.ticks import Row
from northing.kit.history import undo_url
from northing.kit.problems import Invalid, Problem
from northing.kit.reading import labels
from northing.kit.record_types import registry
from northing.kit.views.doors import go_to, page, whole_numbers
from northing.ui.formats import counted

MOST_OFFERED = 500
_MOST_SHOWN = 200  # features with evidence; more would make a form that takes seconds to read and to send

_MOST_NAMED = 8  # of the features that nobody names
_OPEN = (Status.NEW, Status.CANDIDATE, Status.PLANNED, Status.IN_DELIVERY)


@page("GET", "POST")
def pick(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept found themes and make features of those that are ticked, or link them to what is there, in one step."""
    answering.require_answering_themes(actor)
    form = Form(request.POST)
    if request.method == "GET":
        return _page(request, actor, form)
    if "keep" in request.POST:
        _keep_ticks(request, actor, form)
        return HttpResponse(status=204)
    into, faults = form.into(actor)
    if faults or "again" in request.POST:
        return _page(request, actor, form, into, faults)
    made = _made(actor, form, into)
    messages.success(request, _told(len(made.made), made.linked), extra_tags=undo_url(actor, made.change_id))
    return go_to(request, f"/{actor.workspace.slug}/sizing/")


class Form:
    """What somebody has filled in, by the name of a theme (`proposal-5`) or of a line (that, or `feature-12`)."""

    def __init__(self, given: QueryDict) -> None:
        self._given = given
        self.is_filled_in = "offered" in given
        self.lines = given.getlist("pick")
        self.picked = [name for value in self.lines for name in value.split(",")]

    def title(self, name: Name) -> str:
        """The title typed over the one that a theme came with."""
        return self._given.get(f"title-{name}", "").strip()

    def typed(self, name: Name) -> str:
        """What stands in the field for the feature that a theme is linked to."""
        return self._given.get(f"into-{name}", "").strip()

    def proposed(self, name: Name, otherwise: str) -> str:
        """What stood there to begin with."""
        return self._given.get(f"was-{name}", otherwise)

    def into(self, actor: Actor) -> tuple[dict[Name, int], dict[Name, str]]:
        """The features that themes are linked to, 0 for a new one; and why what was typed for some means none. These
        stand for themselves until it does."""
        typed = {name: self.typed(name) for key in self._given if (name := key.removeprefix("into-")) != key}
        texts = {text for text in typed.values() if text}
        if len(texts) > MOST_OFFERED:
            raise Invalid(
                [Problem("into", len(texts), f"name at most {MOST_OFFERED} features at once; pick the rest later")]
            )
        named, faults = features_named(actor, texts)
        known = {name: named.get(text, 0) for name, text in typed.items()}
        known |= {f"alike-{pk}": pk for pk in numbered(self.picked)["alike"]}
        return known, {name: faults[text] for name, text in typed.items() if text in faults}

    def moved(self, into: Mapping[Name, int]) -> dict[Name, int]:
        """What somebody wants otherwise than it was proposed."""
        return {name: pk for name, pk in into.items() if self.typed(name) != self.proposed(name, "")}

    def has_seen(self, line: str) -> bool:
        """Whether the messages of a line were looked at."""
        return f"shown-{line}" in self._given

    def asking(self, line: str, found: Members) -> list[int]:
        """The messages of a line that are linked."""
        return found.asking(self._ids(f"shown-{line}"), self._ids(f"member-{line}"))

    def left_out(self, line: str, found: Members) -> list[int]:
        """The messages of a line that somebody has seen and not ticked, though they would be linked."""
        seen = set(self._ids(f"shown-{line}")).difference(self._ids(f"member-{line}"))
        return [pk for pk in found.sure if pk in seen]

    def _ids(self, field: str) -> list[int]:
        return whole_numbers(field, self._given.getlist(field), "tick what is on the list")


@dataclass(frozen=True, slots=True)
class _Theme:
    """A theme of a line: what is typed for the feature that it is evidence of, what was proposed, and what is wrong
    with what is typed."""

    row: Row
    typed: str
    proposed: str
    fault: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as it stands on the page; `messages` counts those that would be linked anew."""

    line: Line
    is_proposed: bool
    is_ticked: bool
    why: str
    title: str
    messages: int
    listed: Listed | None
    themes: Sequence[_Theme]

    @property
    def part(self) -> str:
        """The part of the page: what few would miss stands below, and last what says not what to build, unless somebody
        has taken it up."""
        if self.line.doubt.small and not self.is_ticked and not self.listed:
            return "vague" if self.line.doubt.vague else "rest"
        return "evidence" if self.line.feature else "new"


def _page(
    request: HttpRequest,
    actor: Actor,
    form: Form,
    into: Mapping[Name, int] | None = None,
    faults: Mapping[Name, str] | None = None,
) -> HttpResponse:
    """The page, or its lines, with all that was filled in already."""
    own = _kept_ticks(request, actor)
    found = lines(actor, form.moved(into or {}))
    lists = members.listed(actor, [_opened(line, form) for line in found if _is_open(line, form, faults or {})])
    parts: dict[str, list[_Shown]] = {"evidence": [], "new": [], "rest": [], "vague": []}
    for line in found:
        one = _shown(line, form, own, faults or {}, lists.get(line.name))
        parts[one.part].append(one)
    context = {
        **parts,
        "evidence": parts["evidence"][:_MOST_SHOWN],
        "later": max(0, len(parts["evidence"]) - _MOST_SHOWN),
        **_unheard(actor, found),
        "what_a_voice_is": insight.WHAT_A_VOICE_IS,
        "most": ticks.MOST_TICKED,
        "workspace": actor.workspace.slug,
    }
    part = "features/pick_lines.html" if request.headers.get("HX-Request") else "features/pick.html"
    return render(request, part, context, status=422 if faults and "again" not in request.POST else 200)


def _unheard(actor: Actor, found: Sequence[Line]) -> dict[str, Any]:
    """The first open features that no line is about and nobody asks for yet, and how many more there are."""
    with_line = [line.feature_id for line in found if line.feature]
    live = Feature.objects.within(actor).filter(archived_at=None, status__in=_OPEN).exclude(pk__in=with_line)
    asked = FeatureRequest.objects.within(actor).filter(feature=OuterRef("pk"), archived_at=None)
    silent = live.exclude(Exists(asked)).order_by("pk").values_list("pk", flat=True)
    named = list(labels(actor, registry.of(Feature), silent[:_MOST_NAMED]).values())
    more = silent.count() - len(named) if len(named) == _MOST_NAMED else 0
    return {"unheard": named, "unheard_more": more}


def _is_open(line: Line, form: Form, faults: Mapping[Name, str]) -> bool:
    return form.has_seen(line.name) or any(row.name in faults for row in line.themes)


def _opened(line: Line, form: Form) -> Opened:
    return Opened(line.name, line.members, form.asking(line.name, line.members))


def _shown(
    line: Line, form: Form, own: Mapping[str, bool], faults: Mapping[Name, str], listed: Listed | None
) -> _Shown:
    is_proposed = not line.doubt.why
    if form.is_filled_in:
        is_ticked = any(row.name in form.picked for row in line.themes)
    else:
        is_ticked = own.get(line.known_by, is_proposed)
    feature = f"{line.feature.key} {line.feature.title}" if line.feature else ""
    return _Shown(
        line,
        is_proposed,
        is_ticked,
        "" if is_ticked else line.doubt.why or "left out by you",
        form.title(line.themes[0].name) or line.title,
        len(set(form.asking(line.name, line.members)).difference(line.members.known)),
        listed,
        [_theme(row, form, feature, faults.get(row.name, "")) for row in line.themes],
    )


def _theme(row: Row, form: Form, feature: str, fault: str) -> _Theme:
    return _Theme(row, form.typed(row.name) if fault else feature, form.proposed(row.name, feature), fault)


def _keep_ticks(request: HttpRequest, actor: Actor, form: Form) -> None:
    """Remember, until the person signs out, which ticks are otherwise than the page proposed: coming back shows them
    so. What was proposed comes along, for to work it out takes all likenesses."""
    given = set(form.lines)
    offered = [text.split(" ", 2) for text in request.POST.getlist("offered")[:MOST_OFFERED] if text.count(" ") >= 2]
    request.session[f"picked in {actor.workspace_id}"] = {
        name[:200]: line in given for line, proposed, name in offered if (line in given) != (proposed == "ticked")
    }


def _kept_ticks(request: HttpRequest, actor: Actor) -> dict[str, bool]:
    kept: dict[str, bool] = request.session.get(f"picked in {actor.workspace_id}", {})
    return kept


def _made(actor: Actor, form: Form, into: Mapping[Name, int]) -> Answered:
    """Make what is ticked: themes that are evidence of a feature are linked to it, of each other one a feature is
    made."""
    if not form.picked:
        raise Invalid([Problem("pick", "", "tick at least one theme")])
    linked: dict[int, dict[Name, Members]] = defaultdict(dict)
    new: dict[Name, list[int]] = {}
    for name, found in _held(actor, form, into).items():
        if target := into.get(name, 0):
            linked[target][name] = found
        else:
            new[name] = form.asking(name, found)
    with transaction.atomic():
        evidence = _evidence(actor, form, linked)
        made = answering.answer_themes(actor, [*_named(actor, form, new), *_accepted(actor, form, new)], evidence)
        # What was found says no more of itself: its messages are under the feature.
        done = numbered(chain.from_iterable(linked.values()))["proposal"]
        insight.dismiss_themes(actor, done, made.change_id)
    return made


def _held(actor: Actor, form: Form, into: Mapping[Name, int]) -> dict[Name, Members]:
    """The messages of what is ticked. What is in a theme that somebody wants elsewhere reads like no feature."""
    moved = form.moved(into)
    held = members.held(actor, [*form.picked, *moved])
    elsewhere = {pk for name in moved if name in held for pk in held[name].sure}
    return {
        name: held[name].without(elsewhere) if name.startswith("alike") else replace(held[name], is_told=name in moved)
        for name in form.picked
        if name in held
    }


def _named(actor: Actor, form: Form, new: Mapping[Name, list[int]]) -> list[Wanted]:
    """The features of themes that were accepted before, which are called as was typed."""
    titles = {pk: form.title(f"theme-{pk}") for pk in numbered(new)["theme"]}
    insight.name_themes(actor, {pk: title for pk, title in titles.items() if title})
    return [Wanted(pk, title, new[f"theme-{pk}"]) for pk, title in titles.items()]


def _accepted(actor: Actor, form: Form, new: Mapping[Name, list[int]]) -> list[Wanted]:
    """The features of the themes that found ones become, called as was typed."""
    picked, found = numbered(new)["theme"], sorted(numbered(new)["proposal"])
    titles = {pk: form.title(f"proposal-{pk}") for pk in found}
    asking = {pk: new[f"proposal-{pk}"] for pk in found}
    every = set(chain.from_iterable(asking.values()))
    accepted = insight.accept_themes(actor, found, titles, asking)
    # What was left out of a theme that is picked too stays out.
    return [Wanted(theme.pk, asking=every if theme.pk in picked else None) for theme in accepted]


def _evidence(actor: Actor, form: Form, linked: Mapping[int, Mapping[Name, Members]]) -> dict[int, Evidence]:
    """By feature, what is linked to it, also under its own theme, where it has one."""
    own = dict(Feature.objects.within(actor).filter(pk__in=linked, theme__archived_at=None).values_list("pk", "theme"))
    found = members.evidence(actor, {pk: some.values() for pk, some in linked.items()})
    asking = {pk: form.asking(f"feature-{pk}", one) for pk, one in found.items()}
    for pk, theme in own.items():
        if theme is not None:
            insight.put_under(actor, theme, asking[pk])
    left_out = {pk: form.left_out(f"feature-{pk}", one) for pk, one in found.items()}
    return {pk: Evidence(asking[pk], numbered(some)["theme"], left_out[pk]) for pk, some in linked.items()}


def _told(made: int, linked: int) -> str:
    """
    >>> _told(2, 11), _told(0, 1)
    ('2 features made, 11 messages linked; now size them', '1 message linked')
    """
    told = [counted(made, "feature") + " made"] * (made > 0) + [counted(linked, "message") + " linked"] * (linked > 0)
    return (", ".join(told) or "Nothing new: what asks is linked already") + "; now size them" * (made > 0)
