"""From a web request to an actor: the workspace in the address, the member behind the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member
from northing.access.prepared import PreparedQuery

P = ParamSpec("P")
View = Callable[..., HttpResponse]
LAST_WORKSPACE = "workspace"  # a cookie, for it outlives the session: which one was looked at last
YEAR = 365 * 24 * 60 * 60


class WorkspaceRequest(HttpRequest):
    """A request that `workspace_view` has let in: its actor, and where else its user may go."""

    actor: Actor
    member: Member
    memberships: Sequence[Member]


def site_address(request: HttpRequest) -> str:
    """The address that links for others begin with: the public one if it is set, else the one that was asked."""
    return str(settings.PUBLIC_URL) or f"{request.scheme}://{request.get_host()}"


def workspace_view(view: Callable[Concatenate[Any, Actor, P], HttpResponse]) -> View:
    """Let members of the workspace in the address (`workspace`, a slug) in; the view gets the request and the actor.

    Everybody else gets 404: whoever is outside cannot tell a workspace that exists from one that does not.
    """

    @wraps(view)
    def inner(request: Any, workspace: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        request.memberships = _read_memberships(request.user.pk)
        member = next((one for one in request.memberships if one.workspace.slug == workspace), None)
        if member is None:
            raise Http404("No such workspace")
        member.user = request.user
        request.member = member
        request.actor = for_member(member, Origin.WEB)
        response = view(request, request.actor, *args, **kwargs)
        # What members see (and secrets shown once) is kept by no cache and gone after signing out.
        response.headers.setdefault("Cache-Control", "private, no-store")
        _remember(request, response, workspace)
        return response

    return inner


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and from there back; a part of a page leads the whole of it there."""
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    back = ""
    with suppress(ValueError):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{page.path}?{page.query}" if page.query else page.path
    onward = redirect_to_login(back or "/", settings.LOGIN_URL)
    words = "You are signed out. Sign in again, and what you see here is still there."
    return HttpResponse(words, "text/plain", 401, headers={"HX-Redirect": onward["Location"]})


def _remember(request: HttpRequest, response: HttpResponse, workspace: str) -> None:
    if request.COOKIES.get(LAST_WORKSPACE) != workspace:
        secure = bool(settings.SESSION_COOKIE_SECURE)
        response.set_cookie(LAST_WORKSPACE, workspace, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")


def latest_membership(request: HttpRequest) -> Member | None:
    """Where a user goes on: the workspace this browser showed last, else the one of their latest visit, else a real
    one before the demo."""
    memberships = _memberships(request.user.pk or 0)
    by_visit = memberships.order_by(F("last_seen_at").desc(nulls_last=True), "workspace__is_demo", "pk")
    shown = memberships.filter(workspace__slug=request.COOKIES.get(LAST_WORKSPACE, "").replace("\x00", ""))
    return shown.first() or by_visit.first()


def _memberships(user_id: int) -> QuerySet[Member]:
    """Where a user may go, with the workspaces."""
    return Member.objects.filter(user_id=user_id, is_active=True).select_related("workspace")


_read_memberships = PreparedQuery(_memberships)
