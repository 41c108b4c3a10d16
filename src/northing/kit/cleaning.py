"""From what was given to what can be saved: parse every field, resolve every reference, check every rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from northing.access.actor import Actor
from northing.access.models import Member
from northing.kit.batches import batched
from northing.kit.fields import AnyRecord, Person, Reference
from northing.kit.models import Record, RecordModel
from northing.kit.people import People, members_in, once_each, replaced
from northing.kit.problems import BadValue, Missing, Problem
from northing.kit.record_types import RecordType, Values, registry
from northing.kit.titles import record_titled

_LONGEST_TITLE = 300
_UNKNOWN = "nothing with this name or key in this workspace"
Row = dict[str, Any]

# What a creation may say besides its fields: where the record came from, and when it began there.
IDENTITY = ("external_source", "external_id", "external_hash", "custom", "created_at")


def clean(
    actor: Actor, record_type: RecordType, rows: Sequence[Values], *, partial: bool = False
) -> tuple[list[Row], list[Problem]]:
    """Parsed rows and all their problems. With `partial`, only the fields given; otherwise every field of the type.

    References are resolved inside the actor's workspace, one query per table and kind of key, for all rows together.
    """
    cleaned: list[Row] = []
    problems: list[Problem] = []
    blank: Row = {} if partial else {name: spec.empty for name, spec in record_type.specs.items()}
    needed = set() if partial else {name for name, spec in record_type.specs.items() if spec.required}
    for index, given in enumerate(rows):
        row, faults = _parse(record_type, given, index, blank, needed)
        cleaned.append(row)
        problems += faults
    for spec in record_type.specs.values():
        if isinstance(spec, (Reference, Person, AnyRecord)):
            problems += _resolve_column(actor, spec, cleaned)
        elif isinstance(spec, People):
            problems += _resolve_people(actor, spec, cleaned)
    return cleaned, problems


def _parse(
    record_type: RecordType, given: Values, index: int, blank: Row, needed: Container[str]
) -> tuple[Row, list[Problem]]:
    specs = record_type.specs
    problems = [
        Problem(name, given[name], f"is not a field of {record_type.a_noun}", index)
        for name in given
        if name not in specs and name not in IDENTITY
    ]
    row = blank.copy()
    for name in [name for name in specs if name in given or name in needed]:
        try:
            row[name] = specs[name].clean(given.get(name))
        except BadValue as error:
            problems.append(Problem(name, given.get(name), str(error), index))
    return row, problems


def _resolve_column(actor: Actor, spec: Reference | Person | AnyRecord, rows: Sequence[Row]) -> list[Problem]:
    wanted = {row[spec.name] for row in rows if row.get(spec.name) not in (None, "")}
    if not wanted:
        return []
    found = resolve(actor, spec, wanted)
    faults = _resolve_titles(actor, spec, wanted, found) if isinstance(spec, AnyRecord) else {}
    problems = []
    for index, row in enumerate(rows):
        value = row.get(spec.name)
        if value in (None, ""):
            continue
        if value in found:
            row[spec.name] = found[value]
        else:
            problems.append(Problem(spec.name, value, faults.get(value, _UNKNOWN), index))
    return problems


def _resolve_people(actor: Actor, spec: People, rows: Sequence[Row]) -> list[Problem]:
    """Put ids in the place of e-mails and names; an id stays as it is, also of one who has left."""
    wanted = {who for row in rows for who in members_in(row.get(spec.name) or {}) if isinstance(who, str)}
    if not wanted:
        return []
    found = _members(actor, wanted)
    problems = []
    for index, row in enumerate(rows):
        given = row.get(spec.name) or {}
        unknown = [who for who in members_in(given) if isinstance(who, str) and who not in found]
        problems += [Problem(spec.name, who, "no member here has this e-mail or name", index) for who in unknown]
        row[spec.name] = once_each(replaced(given, lambda who: found.get(who, who)))
    return problems


def _resolve_titles(actor: Actor, spec: AnyRecord, wanted: Iterable[Any], found: dict[Any, int]) -> dict[Any, str]:
    """Add what titles stand for to what was found; returns why others stand for nothing."""
    faults = {}
    for value in wanted:
        if isinstance(value, str) and value not in found and len(value) <= _LONGEST_TITLE:
            try:
                found[value] = record_titled(actor, value, spec.types)
            except BadValue as error:
                faults[value] = str(error)
    return faults


def resolve(actor: Actor, spec: Reference | Person | AnyRecord, values: Iterable[Any]) -> dict[Any, int]:
    """Primary keys of the records or members that the values (ids, keys, names) stand for; of what was merged, those of
    what it was merged into."""
    if isinstance(spec, Person):
        return _members(actor, values)
    if isinstance(spec, AnyRecord):
        return _any_records(actor, values)
    target = registry.of(spec.to)
    numbers: dict[Any, int] = {}
    for value in values:
        with suppress(Missing):
            numbers[value] = target.number_from(str(value))
    words = (target.natural_key,) if target.natural_key else ()
    return _match(spec.to.objects.within(actor), values, numbers, words)


def _members(actor: Actor, values: Iterable[Any]) -> dict[Any, int]:
    return _match(Member.objects.within(actor).filter(is_active=True), values, {}, ("user__email", "user__name"))


def _any_records(actor: Actor, values: Iterable[Any]) -> dict[Any, int]:
    numbers: dict[str, dict[Any, int]] = defaultdict(dict)
    for value in values:
        keyed = registry.keyed(str(value))
        if keyed and not keyed.rest:
            numbers[keyed.record_type.name][value] = keyed.number
    spine = Record.objects.within(actor)
    found: dict[Any, int] = {}
    for name, some in numbers.items():
        found |= _numbered(spine.filter(type=name), some)
    return found | _match(spine, [v for v in values if v not in found], {}, ())


def _match(
    queryset: QuerySet[Any], values: Iterable[Any], numbers: Mapping[Any, int], words: Sequence[str]
) -> dict[Any, int]:
    values = list(values)
    found: dict[Any, int] = {}
    for word in words:
        found |= _match_words(queryset, [v for v in values if isinstance(v, str) and v not in found], word)
    found |= _numbered(queryset, numbers)
    ids = {int(v): v for v in values if v not in found and _is_id(v)}
    for some_ids in batched(ids, 500):
        rows = _standing(queryset.filter(pk__in=some_ids)).values_list("pk", "stands")
        found |= {ids[given]: pk for given, pk in rows}
    return found


def _numbered(queryset: QuerySet[Any], numbers: Mapping[Any, int]) -> dict[Any, int]:
    """Primary keys by value, of the records of one type with the numbers that the values stand for."""
    found: dict[int, int] = {}
    for some in batched(set(numbers.values()), 500):
        found |= dict(_standing(queryset.filter(number__in=some)).values_list("number", "stands"))
    return {value: found[number] for value, number in numbers.items() if number in found}


def _standing(queryset: QuerySet[Any]) -> QuerySet[Any]:
    """With the id that each row `stands` for: what a record was merged into, else its own."""
    if issubclass(queryset.model, Member):
        own: QuerySet[Any] = queryset.annotate(stands=F("pk"))
        return own
    merged = "merged_into" if queryset.model is Record else "record__merged_into"
    standing: QuerySet[Any] = queryset.annotate(stands=Coalesce(merged, "pk"))
    return standing


def _match_words(queryset: QuerySet[Any], values: Sequence[str], field: str) -> dict[Any, int]:
    """Ids by the values that a text field has, whatever their case; SQLite knows that of plain Latin letters only, so
    a text is also looked for as it is."""
    found: dict[Any, int] = {}
    # The last one counts: of records with the same name one that is not archived, and of these the first.
    order = [F("archived_at").asc(nulls_last=True), "-pk"] if issubclass(queryset.model, RecordModel) else ["-pk"]
    for some in batched(values, 500):
        lower, exact = {v.strip().lower() for v in some}, {v.strip() for v in some}
        rows = queryset.annotate(word=Lower(field)).filter(Q(word__in=lower) | Q(**{f"{field}__in": exact}))
        known: dict[str, int] = {}
        for pk, text, word in _standing(rows.order_by(*order)).values_list("stands", field, "word"):
            known |= {text: pk, word: pk}
        for value in some:
            pk_of = known.get(value.strip(), known.get(value.strip().lower()))
            if pk_of is not None:
                found[value] = pk_of
    return found


def _is_id(value: Any) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16
    )


def check_unique(
    actor: Actor, record_type: RecordType, rows: Sequence[Row], ids: Sequence[int | None]
) -> list[Problem]:
    """Problems of `unique` fields that repeat within the rows or against live records of the workspace."""
    problems = []
    for name in record_type.unique:
        words = [str(row.get(name, "")).lower() for row in rows]
        taken: dict[str, int | None] = {}
        for some in batched(set(words) - {""}, 500):
            live = record_type.model.objects.within(actor).filter(archived_at=None).annotate(word=Lower(name))
            taken |= dict(live.filter(word__in=some).values_list("word", "pk"))
        for index, (word, pk) in enumerate(zip(words, ids, strict=True)):
            if word and word in taken and (pk is None or taken[word] != pk):
                problems.append(Problem(name, rows[index][name], f"another {record_type.noun} has this {name}", index))
            elif word:
                taken[word] = pk
    return problems


def values_of(record_type: RecordType, record: RecordModel, tags: Sequence[str] = ()) -> Row:
    """A record's present values, as `clean` would return them: references as primary keys."""
    return {
        name: tuple(tags) if name == "tags" else getattr(record, spec.attribute)
        for name, spec in record_type.specs.items()
    }
