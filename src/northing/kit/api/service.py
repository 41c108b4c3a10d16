"""The API as one object: tokens in, every registered record type mounted, refusals in one shape."""

from __future__ import annotations

from difflib import get_close_matches
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from northing.access.actor import Actor, Forbidden, for_token
from northing.access.models import Token
from northing.access.secrets import hash_secret
from northing.kit.api.parsing import StrictParser
from northing.kit.api.routes import refusal, router_for
from northing.kit.api.schemas import EXTERNAL, sent
from northing.kit.problems import Conflict, Invalid, Merged, Missing, Problem
from northing.kit.record_types import registry

ROOT = "/api/v1/"


class TokenAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor behind an API token, or None. `last_used_at` is kept to the hour, so that reads stay reads."""
        found = (
            Token.objects.filter(secret_hash=hash_secret(token), revoked_at=None, member__is_active=True)
            .select_related("member__user", "workspace")
            .first()
        )
        if found is None or not found.member.user.is_active:
            return None
        now = timezone.now()
        if found.last_used_at is None or (now - found.last_used_at).total_seconds() > 3600:
            Token.objects.filter(pk=found.pk).update(last_used_at=now)
        return for_token(found)


class _API(NinjaAPI):
    """Knows where it is mounted without Django's addresses, which do not list those of the API."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        return ROOT


def build_api() -> NinjaAPI:
    """The API of every record type known when it is called."""
    api = _API(
        title="Northing",
        version="1",
        description="Every record type: list, read, create, change, archive, history. Tokens are made under Settings.",
        auth=TokenAuth(),
        parser=StrictParser(),
        urls_namespace="api",
        docs_url=None,  # the framework's page loads scripts from elsewhere, which the content policy forbids
    )
    for record_type in registry:
        api.add_router(f"/{record_type.path}", router_for(record_type))
    for error, status in ((Invalid, 422), (Missing, 404), (Forbidden, 403), (Conflict, 409)):
        api.add_exception_handler(error, partial(_refuse, status))
    api.add_exception_handler(Merged, _lead_on)
    api.add_exception_handler(ValidationError, _malformed)
    return api


def _refuse(status: int, request: HttpRequest, error: Exception) -> HttpResponse:
    return refusal(request, error, status)


def _lead_on(request: HttpRequest, merged: Any) -> HttpResponse:
    """To read a merged record is to read what it was merged into; to write to it is refused."""
    address = merged.leads_to(request.get_full_path())
    return HttpResponseRedirect(address) if request.method == "GET" and address else refusal(request, merged, 409)


def _malformed(request: HttpRequest, error: Any) -> HttpResponse:
    return refusal(request, Invalid([_problem(request, fault) for fault in error.errors]), 422)


def _problem(request: HttpRequest, fault: dict[str, Any]) -> Problem:
    """What the API framework found, said as the kit says it. The place is where it looked and for which argument,
    then the row if there are many, then the field."""
    place = fault["loc"][2:]
    row = place[0] if place and isinstance(place[0], int) else 0
    name = ".".join(part for part in place if isinstance(part, str)) or "body"
    rule = _unknown(request, name) if fault["type"] == "extra_forbidden" else fault["msg"]
    return Problem(name, fault.get("input"), rule, row)


def _unknown(request: HttpRequest, name: str) -> str:
    """Why a field cannot be sent, and what was probably meant."""
    record_type = registry.at_path(request.path_info.removeprefix(ROOT).split("/")[0])
    if name in ("id", "key", "version", "archived", *EXTERNAL, *record_type.all_specs):
        return "cannot be given here; Northing sets it, or it was set for good when the record was created"
    names = sent(record_type, new=request.method == "POST")
    near = get_close_matches(name, names, 1)
    meant = f"did you mean {near[0]!r}?" if near else f"use any of: {', '.join(names)}"
    return f"is not a field of {record_type.a_noun}; {meant}"
