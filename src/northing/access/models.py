"""Who may enter: users, workspaces, members, invitations and API tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from northing.access.roles import Role
from northing.access.scoping import ScopedManager

INVENTED = "!"
"""The password of somebody the demo invented: nobody can sign in with it, and no other account has it."""


class UserManager(BaseUserManager["User"]):
    def people(self) -> models.QuerySet[User]:
        """All but those the demo invented; one of these who was let in by a link is a person from then on."""
        return self.exclude(password=INVENTED, last_login=None)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


NAMELESS = "You"  # what the first user is called until they say their name


class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    theme = models.CharField(max_length=8, default="auto", choices=[(t, t) for t in ("auto", "light", "dark")])
    expert = models.BooleanField(default=False, help_text="Show statistical terms and full detail.")
    shortcuts = models.BooleanField(default=True, help_text="Single-letter keyboard shortcuts.")

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_nameless(self) -> bool:
        return self.name == NAMELESS


class ProductKinds(models.TextChoices):
    """What a workspace makes; sets menu, words and templates."""

    DIGITAL = "digital", "Apps and services"
    PHYSICAL = "physical", "Devices"
    HYBRID = "hybrid", "Both"


CLOSED = "-"  # how the address of a workspace begins that is being deleted; no other can


class Workspaces(models.Manager["Workspace"]):
    def open(self) -> models.QuerySet[Workspace]:
        """All but those that are being deleted."""
        return self.exclude(slug__startswith=CLOSED)


class Workspace(models.Model):
    """A wall: nothing inside one workspace can be seen or referred to from another."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=ProductKinds, default=ProductKinds.HYBRID)
    time_zone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="EUR")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = Workspaces()

    def __str__(self) -> str:
        return self.name

    @property
    def workspace_id(self) -> int:
        return self.pk


class Member(models.Model):
    """A user in a workspace, with the role that says what they may do there."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.EDITOR)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["Member"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once_per_workspace")]

    def __str__(self) -> str:
        return str(self.user)


class Invitation(models.Model):
    """A link that lets one person join a workspace. Only the hash of its secret is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role, default=Role.EDITOR)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["Invitation"]()


class Scope(models.TextChoices):
    READ = "read", "Read"
    WRITE = "write", "Read and write"


class Token(models.Model):
    """An API token of a member. Shown once; only its hash is kept; acts with the member's role, never more."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tokens")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.READ)
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["Token"]()


class SignInLink(models.Model):
    """A one-time link printed by the command line, so that a fresh installation needs no password to enter."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
