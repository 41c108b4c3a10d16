"""When things come: releases, milestones, what waits for what, the current forecast, and what others may see."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from northing.access.models import Member, Workspace
from northing.access.scoping import ScopedManager
from northing.access.secrets import hash_secret
from northing.kit.models import Record, RecordModel, external_identity, record_indexes


class ReleaseStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    IN_PROGRESS = "in_progress", "In progress"
    RELEASED = "released", "Released"
    CANCELLED = "cancelled", "Cancelled"


class Release(RecordModel):
    """What goes out together, on one day: an app version, a firmware, a product launch."""

    title = models.CharField("name", max_length=200)
    description = models.TextField(blank=True, max_length=100_000)
    status = models.CharField(max_length=11, choices=ReleaseStatus, default=ReleaseStatus.PLANNED)
    product = models.ForeignKey("products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    target = models.DateField(null=True, blank=True, help_text="The day you aim at.")
    promised = models.DateField(null=True, blank=True, help_text="The day somebody was told.")
    promised_to = models.CharField(max_length=200, blank=True)
    released_at = models.DateField("released on", null=True, blank=True)

    class Meta:
        verbose_name = "release"
        verbose_name_plural = "releases"
        indexes = record_indexes("release", "title", "target", "promised")
        constraints = [external_identity("release")]

    def __str__(self) -> str:
        return self.title


class Milestone(RecordModel):
    """A day that matters: a trade fair, a certificate, the start of production."""

    title = models.CharField("name", max_length=200)
    description = models.TextField(blank=True, max_length=100_000)
    product = models.ForeignKey("products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    target = models.DateField(null=True, blank=True, help_text="The day you aim at, or that others have set.")
    promised = models.DateField(null=True, blank=True, help_text="The day somebody was told.")
    promised_to = models.CharField(max_length=200, blank=True)
    reached_at = models.DateField("reached on", null=True, blank=True)

    class Meta:
        verbose_name = "milestone"
        verbose_name_plural = "milestones"
        indexes = record_indexes("milestone", "title", "target", "promised")
        constraints = [external_identity("milestone")]

    def __str__(self) -> str:
        return self.title


class LinkType(models.TextChoices):
    """Which end of the first holds which end of the second."""

    FINISH_START = "FS", "Starts after it is finished"
    START_START = "SS", "Starts after it has started"
    FINISH_FINISH = "FF", "Finishes after it is finished"
    START_FINISH = "SF", "Finishes after it has started"


class Dependency(RecordModel):
    """One feature, work package, milestone or release waits for another."""

    title = models.CharField("why", max_length=300, help_text="Such as: needs the new file format.")
    predecessor = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", verbose_name="comes first")
    successor = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+", verbose_name="waits for it")
    type = models.CharField(max_length=2, choices=LinkType, default=LinkType.FINISH_START)
    lag = models.PositiveSmallIntegerField(
        "least time between, working days", default=0, help_text="Such as 10 for two weeks of review."
    )

    predecessor_id: int
    successor_id: int

    class Meta:
        verbose_name = "dependency"
        verbose_name_plural = "dependencies"
        indexes = record_indexes("dependency", "title")
        constraints = [external_identity("dependency")]

    def __str__(self) -> str:
        return self.title


class Placement(models.Model):
    """A feature goes out with a release."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    feature = models.ForeignKey("features.Feature", on_delete=models.CASCADE, related_name="placements", db_index=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="placements")

    objects = ScopedManager["Placement"]()

    feature_id: int
    release_id: int

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feature", "release"], name="placement_once")]


class Forecast(models.Model):
    """The forecast that a workspace's plan shows now, and in words what moved when it replaced the one before."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey("decisions.Run", on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=300, blank=True, default="")

    objects = ScopedManager["Forecast"]()


class PublishedView(models.Model):
    """A link to the roadmap that works without signing in. Only the hash of its secret is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=120)
    secret_hash = models.CharField(max_length=64, unique=True)
    fields: Any = models.JSONField(default=list)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["PublishedView"]()

    @classmethod
    def behind(cls, secret: str) -> PublishedView | None:
        """The view that a secret opens. The secret itself says which workspace: nobody else could know it. A
        workspace that nobody can enter any more, for it is being removed, shows nothing either."""
        found = cls._base_manager.filter(secret_hash=hash_secret(secret), revoked_at=None)
        found = found.filter(workspace__members__is_active=True)
        return found.select_related("workspace").first()
