"""A request sent twice with the same idempotency key is done once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from northing.access.actor import Actor
from northing.kit.models import Reply
from northing.kit.problems import Invalid, Problem


def once(request: HttpRequest, actor: Actor, act: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of `act`, or the one kept from the first time this key came. Answer and work commit together."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return act()
    if len(key) > 100:
        raise Invalid([Problem("Idempotency-Key", key, "at most 100 characters")])
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    kept = _kept(actor, key, digest)
    if kept is not None:
        return kept
    try:
        with transaction.atomic():
            response = act()
            Reply.objects.create(
                workspace=actor.workspace,
                key=key,
                request_hash=digest,
                status=response.status_code,
                body=json.loads(response.content),
            )
    except IntegrityError:
        kept = _kept(actor, key, digest)
        if kept is None:
            raise
        return kept
    return response


def _kept(actor: Actor, key: str, digest: str) -> HttpResponse | None:
    reply = Reply.objects.within(actor).filter(key=key).first()
    if reply is None:
        return None
    if reply.request_hash != digest:
        raise Invalid([Problem("Idempotency-Key", key, "was used for another request; take a new one")])
    return JsonResponse(reply.body, status=reply.status, headers={"Idempotent-Replayed": "true"})
