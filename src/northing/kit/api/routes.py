"""The routes of one record type: list, read, create (one or many), change, archive, history.

Annotations are evaluated here (no postponed ones): the API framework reads the types made for each record type.
"""

import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.kit import changes, history, listing, reading
from northing.kit.api.schemas import History, Listed, Many, Refusal, answer, creation, edit
from northing.kit.api.serializing import serialize, serialize_steps
from northing.kit.changes import Edit, changing
from northing.kit.idempotency import once
from northing.kit.problems import Conflict, Invalid, Problem
from northing.kit.record_types import RecordType, registry

MOST_AT_ONCE = 1000
# All refusals have this shape, whatever their code; one code stands for them, since each costs start-up time.
_REFUSALS = {422: Refusal}


def router_for(record_type: RecordType) -> Router:
    """The router of one type, to be mounted at its path."""
    router = Router(tags=[record_type.nouns.capitalize()])
    one, name = answer(record_type), record_type.name
    new_body, edit_body = creation(record_type), edit(record_type)
    filters = [
        {"name": filter_name, "in": "query", "required": False, "schema": {"type": "string"}}
        for filter_name in sorted(listing.filter_names(record_type) | {*listing.PARAMETERS})
    ]

    @router.get(
        "",
        response={200: Listed[one], **_REFUSALS},
        operation_id=f"list_{name}",
        summary=f"List {record_type.nouns}",
        openapi_extra={"parameters": filters},
    )
    def list_records(request: HttpRequest) -> HttpResponse:
        """Pages by `after`: the answer's `next` is the value for the next page, null on the last."""
        actor = _actor(request)
        wanted = listing.from_query(record_type, request.GET)
        page = listing.page(
            actor, record_type, wanted, count=False, fields=wanted.columns or list(record_type.all_specs)
        )
        return JsonResponse(
            {
                "items": serialize(actor, record_type, page.records, wanted.columns),
                "next": page.next or None,
            }
        )

    # Before `/{key}`, which would take the word for a key.
    @router.post(
        "/bulk",
        response={201: Many[one], **_REFUSALS},
        operation_id=f"create_{name}_many",
        summary=f"Create up to {MOST_AT_ONCE:,} {record_type.nouns}: all or none",
    )
    def create_many(request: HttpRequest, body: list[new_body]) -> HttpResponse:
        if len(body) > MOST_AT_ONCE:
            raise Invalid([Problem("body", len(body), f"at most {MOST_AT_ONCE:,} at once; send the rest after")])
        return _once(request, record_type, lambda: _create_many(request, record_type, [_given(row) for row in body]))

    @router.get(
        "/{key}", response={200: one, **_REFUSALS}, operation_id=f"get_{name}", summary=f"Read {record_type.a_noun}"
    )
    def get_record(request: HttpRequest, key: str) -> HttpResponse:
        record = reading.get_record(_actor(request), record_type, key)
        return _one(request, record_type, record)

    @router.post(
        "", response={201: one, **_REFUSALS}, operation_id=f"create_{name}", summary=f"Create {record_type.a_noun}"
    )
    def create(request: HttpRequest, body: new_body) -> HttpResponse:
        """Send an `Idempotency-Key` header and a repeated request gets the first one's answer."""
        return _once(request, record_type, lambda: _create(request, record_type, _given(body)))

    @router.patch(
        "/{key}",
        response={200: one, **_REFUSALS},
        operation_id=f"change_{name}",
        summary=f"Change {record_type.a_noun}",
    )
    def change(request: HttpRequest, key: str, body: edit_body) -> HttpResponse:
        """Give the version you read (in the body, or as `If-Match`) to be told, by 409, if it is outdated."""
        record = reading.get_record(_actor(request), record_type, key)
        values = _given(body)
        version = _version(request, values.pop("version", None))
        [record] = changes.update(_actor(request), record_type, [Edit(record.pk, values, version)])
        return _one(request, record_type, record)

    @router.delete(
        "/{key}",
        response={204: None, **_REFUSALS},
        operation_id=f"archive_{name}",
        summary=f"Archive {record_type.a_noun}",
    )
    def archive(request: HttpRequest, key: str) -> HttpResponse:
        record = reading.get_record(_actor(request), record_type, key)
        with changing(_actor(request), "archived") as session:
            session.archive(record_type, [record.pk])
        return HttpResponse(status=204)

    @router.get(
        "/{key}/history",
        response={200: History, **_REFUSALS},
        operation_id=f"history_{name}",
        summary=f"History of {record_type.a_noun}",
    )
    def show_history(request: HttpRequest, key: str) -> HttpResponse:
        """Newest first. Where a field holds members or records, `old` and `new` give them as the record itself does."""
        actor = _actor(request)
        record = reading.get_record(actor, record_type, key)
        return JsonResponse({"items": serialize_steps(actor, record_type, history.steps(record_type, record))})

    return router


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def _given(body: Any) -> dict[str, Any]:
    """Only what was sent: an absent field is not an empty one."""
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    return given


def _once(request: HttpRequest, record_type: RecordType, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Create once per idempotency key. An answer that was kept is for those only who may ask for it."""
    _actor(request).require(Verb.CREATE, record_type.name)
    try:
        return once(request, _actor(request), act)
    except IntegrityError as error:
        if "external" not in str(error):
            raise
        rule = f"{record_type.a_noun} with this id in its source is here already; change that one instead"
        raise Invalid([Problem("external_id", None, rule)]) from None


def _create(request: HttpRequest, record_type: RecordType, values: dict[str, Any]) -> HttpResponse:
    [record] = changes.create(_actor(request), record_type, [values])
    return _one(request, record_type, record, status=201)


def _create_many(request: HttpRequest, record_type: RecordType, rows: list[dict[str, Any]]) -> HttpResponse:
    records = changes.create(_actor(request), record_type, rows) if rows else []
    return JsonResponse({"items": serialize(_actor(request), record_type, records)}, status=201)


def _one(request: HttpRequest, record_type: RecordType, record: Any, status: int = 200) -> HttpResponse:
    etag = f'"{record.version}"'
    if status == 200 and request.method == "GET" and request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    [body] = serialize(_actor(request), record_type, [record])
    return JsonResponse(body, status=status, headers={"ETag": etag})


def _version(request: HttpRequest, given: Any) -> int | None:
    value = str(given if given is not None else request.headers.get("If-Match", "")).strip('" ')
    if value in ("", "*"):
        return None
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise Invalid([Problem("version", value, "must be the whole number that the record's version shows")])
    return int(value)


def refusal(request: HttpRequest, error: Exception, status: int) -> HttpResponse:
    """One shape for every refusal; a conflict also carries the record as it stands."""
    body: dict[str, Any] = {"error": str(error)}
    if isinstance(error, Invalid):
        body["problems"] = [
            {"row": p.row, "field": p.field, "value": json.loads(json.dumps(p.value, default=str)), "rule": p.rule}
            for p in error.problems
        ]
    if isinstance(error, Conflict):
        record: Any = error.fresh
        [body["fresh"]] = serialize(_actor(request), registry.of(type(record)), [record])
    return JsonResponse(body, status=status)
