"""Lists: what may be asked for, and one page of it. The same request serves page, fragment, export and API."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache, partial
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.access.roles import Verb
from northing.access.scoping import Scope
from northing.kit.extensions import extensions
from northing.kit.fields import Choice, Day, Field, Flag, Moment, Number, Person, Reference, Tags
from northing.kit.problems import BadValue, Invalid, Problem
from northing.kit.record_types import RecordType
from northing.kit.search import matching

PAGE_SIZE = 50
COUNT_LIMIT = 5_000
_LONGEST_SOUGHT = 1_000  # databases refuse to look for much longer texts
NONE = "none"
RANGES = (("_from", "gte"), ("_to", "lte"))
PARAMETERS = ("q", "sort", "size", "after", "columns", "archived")
"""What a list can be asked for besides filters."""
_CALLED_ELSEWHERE = {
    **dict.fromkeys(("limit", "page_size", "per_page", "count"), "size"),
    **dict.fromkeys(("page", "offset", "cursor"), "after"),
    **dict.fromkeys(("order", "order_by", "ordering"), "sort"),
    **dict.fromkeys(("search", "query"), "q"),
    "fields": "columns",
}


@dataclass(frozen=True)
class ListRequest:
    """What a list is asked for; `from_query` reads it from an address."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    after: str = ""
    archived: bool = False
    size: int = PAGE_SIZE

    def query(self, **changes: Any) -> str:
        """The request as a query string, with some parts changed; a page other than the first is never kept."""
        wanted = replace(self, **{"after": "", **changes})
        query = QueryDict(mutable=True)
        for name, values in wanted.filters.items():
            query.setlist(name, list(values))
        parts = {
            "q": wanted.text,
            "sort": wanted.sort,
            "columns": ",".join(wanted.columns),
            "after": wanted.after,
        }
        for name, value in parts.items():
            if value:
                query[name] = value
        if wanted.archived:
            query["archived"] = "1"
        return query.urlencode()


@dataclass(frozen=True)
class Page:
    """One page of a list. `total` is exact up to `COUNT_LIMIT`, beyond that `capped` is True."""

    records: Sequence[Any]
    next: str
    total: int
    capped: bool


def from_query(record_type: RecordType, query: QueryDict) -> ListRequest:
    """The request in a query string. Raises `Invalid` for a filter, sort or column that the type does not have."""
    known = filter_names(record_type)
    filters = {
        name: tuple(dict.fromkeys(filter(None, query.getlist(name)))) for name in query if name not in PARAMETERS
    }
    filters = {name: values for name, values in filters.items() if values}
    problems = [
        Problem(name, query[name], f"is not a filter here; {_way_out(name, known)}")
        for name in filters
        if name not in known
    ]
    sort = query.get("sort", "")
    if sort and sort.lstrip("-") not in sortable(record_type):
        problems.append(Problem("sort", sort, f"sort by one of: {', '.join(sortable(record_type))}"))
    columns = tuple(c for given in query.getlist("columns") for c in given.split(",") if c)
    problems += [
        Problem("columns", name, f"use any of: {', '.join(column_names(record_type))}")
        for name in columns
        if name not in column_names(record_type)
    ]
    size = query.get("size", str(PAGE_SIZE))
    if not size.isdecimal() or len(size) > 3 or not 1 <= int(size) <= 100:
        problems.append(Problem("size", size, "use a whole number from 1 to 100"))
    archived = False
    try:
        archived = Flag(name="archived").clean(query.get("archived"))
    except BadValue as error:
        problems.append(Problem("archived", query["archived"], str(error)))
    problems += [
        Problem(name, "", "has a NUL character, which no text holds")
        for name, values in query.lists()
        if any("\x00" in value for value in values)
    ]
    if problems:
        raise Invalid(problems)
    return ListRequest(
        filters,
        query.get("q", "").strip()[:200],
        sort,
        columns,
        query.get("after", ""),
        archived,
        int(size),
    )


def _way_out(name: str, filters: Collection[str]) -> str:
    """What was probably meant, and all that a list can be asked.

    >>> _way_out("limit", {"status"})
    'did you mean size? Filters: status. Besides: q, sort, size, after, columns, archived'
    """
    near = get_close_matches(name, [*PARAMETERS, *filters], 1)
    meant = _CALLED_ELSEWHERE.get(name.lower()) or "".join(near)
    hint = f"did you mean {meant}? " if meant else ""
    return f"{hint}Filters: {', '.join(sorted(filters))}. Besides: {', '.join(PARAMETERS)}"


def column_names(record_type: RecordType) -> list[str]:
    return [*record_type.all_specs, *extensions.columns[record_type.name]]


def sortable(record_type: RecordType) -> list[str]:
    measures = [name for name, column in extensions.columns[record_type.name].items() if column.ranking is not None]
    return ["id", *record_type.sorts, *measures]


def filter_specs(record_type: RecordType) -> dict[str, Field]:
    """The fields that can be filtered by: those declared, and owner and tags."""
    return {name: record_type.all_specs[name] for name in (*record_type.filters, "owner", "tags")}


def filter_names(record_type: RecordType) -> set[str]:
    names = set(extensions.filters[record_type.name])
    for name, spec in filter_specs(record_type).items():
        is_range = isinstance(spec, (Number, Day, Moment))
        names |= {name + suffix for suffix, _ in RANGES} if is_range else {name}
    return names


def queryset(actor: Actor, record_type: RecordType, request: ListRequest) -> QuerySet[Any]:
    """All records the request asks for, in no order."""
    actor.require(Verb.VIEW, record_type.name)
    rows = record_type.model.objects.within(actor).filter(archived_at__isnull=not request.archived)
    specs = filter_specs(record_type)
    for name, values in request.filters.items():
        extra = extensions.filters[record_type.name].get(name)
        rows = rows.filter(extra.where(actor, values) if extra else _condition(actor, specs, name, values))
    if request.text:
        rows = rows.filter(pk__in=matching(actor, request.text, record_type))
    return rows


def _condition(actor: Actor, specs: Mapping[str, Field], name: str, values: Sequence[str]) -> Q:
    for suffix, lookup in RANGES:
        base = name.removesuffix(suffix)
        if base != name and base in specs:
            return Q(**{f"{base}__{lookup}": _bound(specs[base], name, values[-1], lookup)})
    spec = specs[name]
    if isinstance(spec, Tags):
        return Q(record__tags__name__in=values)
    if isinstance(spec, (Reference, Person)):
        return _reference_condition(actor, spec, values)
    if isinstance(spec, (Choice, Flag)):
        return Q(**{f"{name}__in": [_parsed(spec, name, value) for value in values]})
    if len(values[-1]) > _LONGEST_SOUGHT:
        raise Invalid([Problem(name, values[-1][:80], f"longer than {_LONGEST_SOUGHT:,} characters")])
    return Q(**{f"{name}__icontains": values[-1]})


def _reference_condition(actor: Actor, spec: Field, values: Sequence[str]) -> Q:
    is_person = isinstance(spec, Person)
    chosen = [str(actor.member_id) if is_person and value == "me" else value for value in values if value != NONE]
    if not all(value.isascii() and value.isdecimal() and len(value) < 16 for value in chosen):
        raise Invalid([Problem(spec.name, ", ".join(values), "use ids, or none" + ", or me" * is_person)])
    condition = Q(**{f"{spec.attribute}__in": [int(value) for value in chosen]})
    return condition | Q(**{f"{spec.attribute}__isnull": True}) if NONE in values else condition


def _bound(spec: Field, name: str, value: str, lookup: str) -> Any:
    parsed = _parsed(spec, name, value)
    if isinstance(parsed, datetime) and lookup == "lte" and len(value) == 10:
        return parsed.replace(hour=23, minute=59, second=59)
    return parsed


def _parsed(spec: Field, name: str, value: str) -> Any:
    try:
        return spec.clean(value)
    except BadValue as error:
        raise Invalid([Problem(name, value, str(error))]) from None


def page(
    actor: Actor, record_type: RecordType, request: ListRequest, *, count: bool = True, fields: Sequence[str] = ()
) -> Page:
    """One page by keyset: rows after the last one seen, so that a page deep down costs what the first one does.

    Where `fields` are named, no others are read.
    """
    rows = queryset(actor, record_type, request)
    if "tags" in request.filters:
        rows = rows.distinct()
    total = rows.order_by()[: COUNT_LIMIT + 1].count() if count else 0
    sort = request.sort or record_type.default_sort
    name = sort.lstrip("-")
    attributes = frozenset(_attributes(record_type, {*fields, name}) if fields else ())
    rows, read = _narrowed(rows, attributes), partial(_by_id(record_type, attributes), actor)
    cursor = _read_cursor(request.after, sort)
    size = request.size
    found = _in_order(rows, _ranking(actor, record_type, name), read, sort, cursor, size + 1)
    records, more = found[:size], len(found) > size
    next_cursor = signing.dumps([sort, *_position(records[-1])], salt="list") if more else ""
    return Page([record for record, _ in records], next_cursor, min(total, COUNT_LIMIT), total > COUNT_LIMIT)


def _attributes(record_type: RecordType, fields: Collection[str]) -> set[str]:
    """What of the model holds these fields, and what stands for a record in links and answers."""
    shown = {*fields, *(words.field for name, words in record_type.in_words.items() if name in fields)}
    held = (spec for name, spec in record_type.all_specs.items() if name in shown and not isinstance(spec, Tags))
    always = {"record", "workspace", "number", "version", "archived_at", record_type.title}
    return {*always, *(spec.attribute for spec in held)}


Placed = tuple[Any, Any]  # a record and its sort value


def _position(placed: Placed) -> list[Any]:
    record, value = placed
    return [_json(value), record.pk]


def _json(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read_cursor(cursor: str, sort: str) -> tuple[Any, int] | None:
    if not cursor:
        return None
    try:
        kept_sort, value, record_id = signing.loads(cursor, salt="list")
    except (signing.BadSignature, json.JSONDecodeError, ValueError):
        kept_sort = None
    if kept_sort != sort:
        raise Invalid([Problem("after", cursor[:40], "is not a page of this list; start from the first page")])
    return value, record_id


Read = Callable[[Sequence[int]], list[Any]]


@lru_cache(maxsize=256)
def _by_id(record_type: RecordType, attributes: frozenset[str]) -> PreparedQuery[Any, Any]:
    """Records by their ids: with these attributes, or whole."""

    def build(scope: Scope, ids: Sequence[int]) -> QuerySet[Any]:
        rows = record_type.model.objects.within(scope).filter(pk__in=ids)
        return _narrowed(rows, attributes)

    return PreparedQuery(build)


def _narrowed(rows: QuerySet[Any], attributes: frozenset[str]) -> QuerySet[Any]:
    return rows.only(*attributes) if attributes else rows


def _in_order(
    rows: QuerySet[Any],
    ranking: QuerySet[Any, Any] | None,
    read: Read,
    sort: str,
    cursor: tuple[Any, int] | None,
    size: int,
) -> list[Placed]:
    """Records with a value in order, then those without, newest first."""
    name, descending = sort.lstrip("-"), sort.startswith("-")
    if name == "id":
        after = Q() if cursor is None else Q(**{"pk__lt" if descending else "pk__gt": cursor[1]})
        return [(record, None) for record in rows.filter(after).order_by("-pk" if descending else "pk")[:size]]
    placed: list[Placed] = []
    if cursor is None or cursor[0] is not None:
        if ranking is not None:
            placed = _by_ranking(rows, ranking, read, cursor, descending, size)
        else:
            placed = _by_column(rows, name, cursor, descending, size)
        cursor = None
    if len(placed) < size:
        if ranking is not None:
            without = rows.filter(~Exists(ranking.filter(record_id=OuterRef("pk"))))
        else:
            without = rows.filter(**{f"{name}__isnull": True})
        after = Q() if cursor is None else Q(pk__lt=cursor[1])
        placed += [(r, None) for r in without.filter(after).order_by("-pk")[: size - len(placed)]]
    return placed


def _ranking(actor: Actor, record_type: RecordType, name: str) -> QuerySet[Any, Any] | None:
    """The order of what is not a column of the record's own, or says in words what that leaves empty."""
    if words := record_type.in_words.get(name):
        return words.ranking(actor)
    extra = extensions.columns[record_type.name].get(name)
    return extra.ranking(actor) if extra and extra.ranking else None


def _after(column: str, id_column: str, cursor: tuple[Any, int] | None, descending: bool) -> Q:
    if cursor is None:
        return Q()
    value, record_id = cursor
    beyond = "lt" if descending else "gt"
    return Q(**{f"{column}__{beyond}": value}) | Q(**{column: value, f"{id_column}__{beyond}": record_id})


def _by_column(
    rows: QuerySet[Any], name: str, cursor: tuple[Any, int] | None, descending: bool, size: int
) -> list[Placed]:
    mark = "-" if descending else ""
    some = rows.filter(_after(name, "pk", cursor, descending), **{f"{name}__isnull": False})
    return [(record, getattr(record, name)) for record in some.order_by(f"{mark}{name}", f"{mark}pk")[:size]]


def _by_ranking(
    rows: QuerySet[Any],
    ranking: QuerySet[Any, Any],
    read: Read,
    cursor: tuple[Any, int] | None,
    descending: bool,
    size: int,
) -> list[Placed]:
    mark = "-" if descending else ""
    value = [*ranking.query.values_select, *ranking.query.annotation_select][1]
    some = ranking.filter(Exists(rows.filter(pk=OuterRef("record_id"))), _after(value, "record_id", cursor, descending))
    ordered = list(some.order_by(f"{mark}{value}", f"{mark}record_id")[:size])
    records = {record.pk: record for record in read([record_id for record_id, _ in ordered])}
    return [(records[record_id], number) for record_id, number in ordered if record_id in records]
