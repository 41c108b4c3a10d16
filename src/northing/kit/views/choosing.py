"""What people choose on the page of a checked file."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from northing.exchange.records import Refused
from northing.kit.importing import importers, keeping
from northing.kit.importing.choices import Choices, check_statuses
from northing.kit.importing.previewing import Preview
from northing.kit.models import Import
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.views.doors import whole


def chosen(request: HttpRequest, record_type: RecordType, batch: Import) -> Choices:
    """What is chosen on the page of a checked file. What the page does not ask stays as it was."""
    kept = Choices.of(batch.choices)
    asides = {name: "aside" if name in kept.aside else "make" for name in importers.importers.of(record_type).makes}
    aside = tuple(name for name, usual in asides.items() if request.POST.get(f"make-{name}", usual) == "aside")
    join = request.POST.get("titles", "join" if kept.join else "new") != "new"
    given = zip(map(_one_line, request.POST.getlist("word")), request.POST.getlist("category"), strict=False)
    words = dict(given)
    statuses, preview = dict(kept.statuses), Preview.of(keeping.folder(batch))
    for word, _, category in preview.statuses:
        if not (now := words.get(_one_line(word), category)):
            statuses.pop(word, None)
        elif now != category:
            statuses[word] = now
    try:
        check_statuses(record_type.name, statuses)
    except Refused as error:
        raise Invalid([Problem("category", "", str(error))]) from None
    return replace(kept, statuses=statuses, aside=aside, join=join, people=_chosen_people(request, kept, preview))


def _chosen_people(request: HttpRequest, kept: Choices, preview: Preview) -> dict[str, int]:
    """Whom the names of the file are said to be."""
    given = zip(map(_one_line, request.POST.getlist("name")), request.POST.getlist("member"), strict=False)
    members, people = dict(given), dict(kept.people)
    for name, _, member in preview.people:
        now = members.get(_one_line(name), str(member))
        if pk := whole(now):
            people[name] = pk
        else:
            people.pop(name, None)
    return people


def _one_line(word: str) -> str:
    """A word as it can be compared: forms send other ends of lines than they were given."""
    return " ".join(word.split())
