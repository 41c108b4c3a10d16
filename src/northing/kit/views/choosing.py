"""What people choose on the page of a checked file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from northing.access.actor import Actor
from northing.exchange.numbers import parse_number
from northing.exchange.records import Refused
from northing.exchange.words import is_doubted, translate
from northing.kit import reading
from northing.kit.fields import Person
from northing.kit.importing import importers, keeping, leaving_out
from northing.kit.importing.choices import MARKS, Choices, categories, check_statuses
from northing.kit.importing.noted import otherwise
from northing.kit.importing.previewing import Preview
from northing.kit.importing.referring import target_of
from northing.kit.models import Import
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.views.doors import whole
from northing.ui import formats

READINGS_SHOWN = 5
_NAMED = 8


def asked(actor: Actor, record_type: RecordType, batch: Import) -> dict[str, Any]:
    """What the import would change, how it reads estimates, and what a person can choose before it: what is in doubt
    apart from what is known."""
    preview, choices = Preview.of(keeping.folder(batch)), Choices.of(batch.choices)
    elsewhere = {*preview.known, *preview.asked}
    return {
        "changes": preview.rows,
        "more_changes": batch.updated - len(preview.rows),
        "readings": [_reading(record_type, name, *read) for name, read in preview.readings.items()],
        "marks": MARKS.get(preview.marks, ""),
        "warnings": [warning for warning in batch.warnings if warning not in elsewhere],
        "known_warnings": preview.known,
        "doubtful_rows": preview.doubtful,
        "people": [(name, f"{rows:,}", member) for name, rows, member in preview.people],
        "people_text": _people_text(record_type, preview),
        "members": list(reading.member_names(actor).items()),
        "same_titles": preview.same_titles,
        "same_keys": preview.keys,
        "join": choices.join,
        "made": _made(record_type, batch, choices),
        **_statuses(record_type, preview, choices),
    }


def _reading(
    record_type: RecordType, name: str, texts: Mapping[str, str], others: str
) -> tuple[str, list[tuple[str, str]], list[tuple[str, str]], str]:
    """How a field's texts are read, the first and the rest, and whether there are more; numbers, with signs in them or
    of which the unit is said elsewhere, come first."""
    rows = sorted(texts.items(), key=lambda read: (parse_number(read[0]) is None, read[0].isdecimal()))
    return importers.label_of(record_type, name), rows[:READINGS_SHOWN], rows[READINGS_SHOWN:], others


def _made(record_type: RecordType, batch: Import, choices: Choices) -> list[tuple[str, str, int, bool]]:
    """Fields whose names make records, with what these are called, how many they are, and whether they are not to be
    made."""
    made = {name: target_of(record_type, name) for name in importers.importers.of(record_type).makes}
    return [
        (name, other.nouns, batch.also_created.get(other.name, 0), name in choices.aside)
        for name, other in made.items()
        if name in choices.aside or batch.also_created.get(other.name)
    ]


def _statuses(record_type: RecordType, preview: Preview, choices: Choices) -> dict[str, Any]:
    """Words of the file's statuses with what they are read as: those that nobody knows or is sure of, and the others,
    with these in a sentence."""
    labels = categories(record_type.name)
    doubtful: list[tuple[str, str, str, bool]] = []
    sure: list[tuple[str, str, str, bool]] = []
    for word, rows, category in preview.statuses:
        is_chosen = word in choices.statuses
        is_sure = category and (is_chosen or not is_doubted(word))
        (sure if is_sure else doubtful).append((word, f"{rows:,}", category, is_chosen))
    importer = importers.importers.of(record_type)
    status = importer.status
    closed = [
        word for word, _, category, _ in sure if category == "new" and translate("work_item_status", word) == "done"
    ]
    return {
        "of_closed": importer.of_closed if closed else "",
        "doubtful_statuses": doubtful,
        "sure_statuses": sure,
        "sure_text": _named([f"{word[:60]} as {labels.get(category, category)}" for word, _, category, _ in sure]),
        "other_statuses": formats.counted(preview.other_statuses, "row") if preview.other_statuses else "",
        "categories": list(labels.items()),
        "otherwise": otherwise(record_type, status) if status else "",
    }


def _people_text(record_type: RecordType, preview: Preview) -> str:
    """Whose names nobody here goes by, and what becomes of them."""
    nobody = [name[:60] for name, _, member in preview.people if not member]
    if not nobody:
        return "Names that were said to be members"
    people = {name for name, spec in record_type.specs.items() if isinstance(spec, Person)}
    are_kept = bool(people & {*importers.importers.of(record_type).optional})
    becomes = "kept with the record as imported" if are_kept else "not imported"
    return f"Nobody here goes by {_named(nobody)}: {becomes}"


def _named(texts: Sequence[str]) -> str:
    """The first of some texts, and how many more there are."""
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return f"{', '.join(texts[:_NAMED])}{more}"


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
    return replace(
        kept,
        statuses=statuses,
        aside=aside,
        join=join,
        people=_chosen_people(request, kept, preview),
        left_out=_chosen_rows(request, kept, preview),
    )


def _chosen_rows(request: HttpRequest, kept: Choices, preview: Preview) -> dict[str, bool]:
    """Whether rows are left out, where that is said otherwise than the file was checked with."""
    shown, ticked = {*request.POST.getlist("row")}, {*request.POST.getlist("leave")}
    names = leaving_out.names((number, text) for number, text, _ in preview.doubtful)
    said = {
        names[number]: str(number) in ticked
        for number, _, is_out in preview.doubtful
        if str(number) in shown and (str(number) in ticked) != is_out
    }
    return {**kept.left_out, **said}


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
