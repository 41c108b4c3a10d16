"""Who asks, where, and with what right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from northing.access.models import Member, Scope, Token, Workspace
from northing.access.roles import Role, Verb, allows


class Origin(StrEnum):
    """Through which door a request came; kept in the history."""

    WEB = "web"
    API = "api"
    CLI = "cli"
    IMPORT = "import"
    DEMO = "demo"
    JOB = "job"


class Forbidden(Exception):
    """The actor's role, or the token that it came with, does not allow the verb on the record type."""

    def __init__(self, actor: Actor, verb: Verb, record_type: str) -> None:
        if actor.origin == Origin.API and actor.read_only and allows(actor.role, verb, record_type):
            why = "this token may only read; make one that may read and write under Settings, API tokens."
        else:
            why = f"not allowed for the role {actor.role.label!r}; ask an admin of the workspace."
        super().__init__(f"{record_type}: {verb}: {why}")


@dataclass(frozen=True, slots=True)
class Actor:
    """A member (or the system itself, with no member) acting inside one workspace.

    Every read and write takes an actor: it carries the wall (`workspace_id`), the right (`role`, `read_only`)
    and what the history will say (`member_id`, `origin`).
    """

    workspace: Workspace
    role: Role
    origin: Origin
    member_id: int | None = None
    user_id: int | None = None
    read_only: bool = False

    @property
    def workspace_id(self) -> int:
        return self.workspace.pk

    def may(self, verb: Verb, record_type: str) -> bool:
        if self.read_only and verb not in (Verb.VIEW, Verb.EXPORT):
            return False
        return allows(self.role, verb, record_type)

    def require(self, verb: Verb, record_type: str) -> None:
        """Raise `Forbidden` unless the actor may do this."""
        if not self.may(verb, record_type):
            raise Forbidden(self, verb, record_type)


def for_member(member: Member, origin: Origin = Origin.WEB) -> Actor:
    """The member as an actor. One who has left changes nothing any more, not even by work begun before."""
    return Actor(member.workspace, Role(member.role), origin, member.pk, member.user_id, read_only=not member.is_active)


def for_token(token: Token) -> Actor:
    member = token.member
    return Actor(
        token.workspace,
        Role(member.role),
        Origin.API,
        member.pk,
        member.user_id,
        read_only=token.scope == Scope.READ,
    )


def system(workspace: Workspace, origin: Origin = Origin.JOB) -> Actor:
    """Northing itself: jobs, the command line and the demo act with an admin's right and no member's name."""
    return Actor(workspace, Role.ADMIN, origin)


def system_in(workspace_id: int) -> Actor:
    """Northing itself in the workspace that a job is about."""
    return system(Workspace.objects.get(pk=workspace_id))
