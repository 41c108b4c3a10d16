"""The API as one object: tokens in, every registered record type mounted, refusals in one shape."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from northing.access.actor import Actor, Forbidden, for_token
from northing.access.models import Token
from northing.access.secrets import hash_secret
from northing.kit.api.parsing import StrictParser
from northing.kit.api.routes import refusal, router_for
from northing.kit.problems import Conflict, Invalid, Missing, Problem
from northing.kit.record_types import registry


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


def build_api() -> NinjaAPI:
    """The API of every record type known when it is called."""
    api = NinjaAPI(
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
    api.add_exception_handler(ValidationError, _malformed)
    return api


def _refuse(status: int, request: HttpRequest, error: Exception) -> HttpResponse:
    return refusal(request, error, status)


def _malformed(request: HttpRequest, error: Any) -> Any:
    problems = [
        Problem(".".join(str(part) for part in fault["loc"][2:]) or "body", fault.get("input"), fault["msg"])
        for fault in error.errors
    ]
    return refusal(request, Invalid(problems), 422)
