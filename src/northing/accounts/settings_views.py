"""Settings: the workspace, its members, API tokens, and one's own preferences."""

from __future__ import annotations

from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from northing.access import entry
from northing.access.actor import Actor
from northing.access.membership import LastAdmin, settle_member
from northing.access.models import Invitation, Member, ProductKinds, Scope, Token, User, Workspace
from northing.access.requests import WorkspaceRequest, site_address
from northing.access.roles import IN_WORDS, Role, Verb
from northing.access.secrets import hash_secret, new_secret
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.views.doors import page

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "BRL", "INR", "CNY")
MANAGED = "workspace"


def _to(actor: Actor, place: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"/{actor.workspace.slug}/settings/{place}")


@page("GET", "POST")
def workspace(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Name, kind, time zone and currency."""
    may_manage = actor.may(Verb.MANAGE, MANAGED)
    if request.method == "POST":
        actor.require(Verb.MANAGE, MANAGED)
        Workspace.objects.filter(pk=actor.workspace_id).update(**_workspace_values(request))
        return _to(actor, "")
    context = {
        "kinds": ProductKinds.choices,
        "zones": sorted(available_timezones()),
        "currencies": CURRENCIES,
        "may_manage": may_manage,
        "workspace": actor.workspace,
    }
    return render(request, "accounts/settings_workspace.html", context)


def _workspace_values(request: HttpRequest) -> dict[str, str]:
    """What was sent, or every problem with it."""
    name = request.POST.get("name", "").strip()
    allowed = {"kind": set(ProductKinds.values), "time_zone": available_timezones(), "currency": set(CURRENCIES)}
    values = {field: request.POST.get(field, "") for field in allowed}
    problems = [
        Problem(field, value, "choose one from the list")
        for field, value in values.items()
        if value not in allowed[field]
    ]
    if not name or len(name) > 120:
        problems.append(Problem("name", name, "must be filled in, with at most 120 characters"))
    if problems:
        raise Invalid(problems)
    return values | {"name": name}


@page("GET", "POST")
def members(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who is here; inviting shows the link once."""
    address = ""
    if request.method == "POST":
        actor.require(Verb.MANAGE, MANAGED)
        address = _invite(request, actor)
    context = {
        "members": Member.objects.within(actor).select_related("user").order_by("-is_active", "user__name"),
        "invitations": Invitation.objects.within(actor).filter(
            accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
        ),
        "roles": Role.choices,
        "may": [(role.label, words) for role, words in IN_WORDS.items()],
        "address": address,
        "may_manage": actor.may(Verb.MANAGE, MANAGED),
    }
    return render(request, "accounts/settings_members.html", context)


def _invite(request: HttpRequest, actor: Actor) -> str:
    email, role = request.POST.get("email", "").strip().lower(), request.POST.get("role", "")
    if "@" not in email or len(email) > 254:
        raise Invalid([Problem("email", email, "must be an e-mail address such as name@example.com")])
    if role not in Role.values:
        raise Invalid([Problem("role", role, f"choose one of: {', '.join(Role.values)}")])
    inviting = Member.objects.within(actor).filter(pk=actor.member_id or 0).first()
    return entry.invitation_address(actor.workspace, email, Role(role), site_address(request), inviting)


@page("POST")
def change_member(request: HttpRequest, actor: Actor, member_id: int) -> HttpResponse:
    """Another role, or out. The last admin stays one."""
    actor.require(Verb.MANAGE, MANAGED)
    role, active = request.POST.get("role", ""), request.POST.get("active", "yes") == "yes"
    if role and role not in Role.values:
        raise Invalid([Problem("role", role, f"choose one of: {', '.join(Role.values)}")])
    try:
        member = settle_member(actor.workspace, member_id, Role(role) if role else None, active=active)
    except LastAdmin:
        raise Invalid([Problem("role", role, "somebody must stay admin; make another member admin first")]) from None
    if member is None:
        raise Missing(f"member {member_id}")
    return _to(actor, "members")


@page("POST")
def withdraw_invitation(request: HttpRequest, actor: Actor, invitation_id: int) -> HttpResponse:
    actor.require(Verb.MANAGE, MANAGED)
    Invitation.objects.within(actor).filter(pk=invitation_id).update(revoked_at=timezone.now())
    return _to(actor, "members")


@page("GET", "POST")
def tokens(request: WorkspaceRequest, actor: Actor) -> HttpResponse:
    """One's own API tokens. A new one is shown once; only its hash is kept."""
    secret = ""
    if request.method == "POST":
        secret = _new_token(request, actor)
    mine = Token.objects.within(actor).filter(member_id=request.member.pk, revoked_at=None).order_by("-created_at")
    context = {"tokens": mine, "scopes": Scope.choices, "secret": secret}
    return render(request, "accounts/settings_tokens.html", context)


def _new_token(request: WorkspaceRequest, actor: Actor) -> str:
    name, scope = request.POST.get("name", "").strip(), request.POST.get("scope", "")
    if not name or len(name) > 80:
        raise Invalid([Problem("name", name, "give the token a name of at most 80 characters")])
    if scope not in Scope.values:
        raise Invalid([Problem("scope", scope, f"choose one of: {', '.join(Scope.values)}")])
    secret = new_secret("nth")
    Token.objects.bulk_create(
        [
            Token(
                workspace=actor.workspace,
                member=request.member,
                name=name,
                scope=scope,
                secret_hash=hash_secret(secret),
            )
        ]
    )
    return secret


@page("POST")
def revoke_token(request: WorkspaceRequest, actor: Actor, token_id: int) -> HttpResponse:
    """End a token: one's own, or, as an admin, anybody's."""
    rows = Token.objects.within(actor).filter(pk=token_id)
    if not actor.may(Verb.MANAGE, MANAGED):
        rows = rows.filter(member_id=request.member.pk)
    if not rows.update(revoked_at=timezone.now()):
        raise Missing(f"token {token_id}")
    return _to(actor, "tokens")


@page("GET", "POST")
def preferences(request: WorkspaceRequest, actor: Actor) -> HttpResponse:
    """One's own look and keys. The frame's switches post single values here."""
    user = request.member.user
    if request.method == "GET":
        themes = (("auto", "As the device"), ("light", "Light"), ("dark", "Dark"))
        return render(request, "accounts/settings_preferences.html", {"user": user, "themes": themes})
    given = request.POST
    values: dict[str, object] = {}
    if given.get("theme") in ("auto", "light", "dark"):
        values["theme"] = given["theme"]
    if "single_keys" in given:
        values["shortcuts"] = given["single_keys"] == "on"
    if "expert" in given:
        values["expert"] = given["expert"] == "on"
    if name := given.get("name", "").strip()[:120]:
        values["name"] = name
    if values:
        User.objects.filter(pk=user.pk).update(**values)
    return (
        HttpResponse(status=204)
        if request.headers.get("HX-Request") or "name" not in given
        else _to(actor, "preferences")
    )
