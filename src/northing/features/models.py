"""What to build: problems worth solving, features, what a feature takes, and who asked for it."""

from __future__ import annotations

from typing import Any

from django.db import models

from northing.access.models import Workspace
from northing.access.scoping import ScopedManager
from northing.kit.models import Record, RecordModel, external_identity, record_indexes


class OpportunityState(models.TextChoices):
    OPEN = "open", "Open"
    PURSUED = "pursued", "Pursued"
    SOLVED = "solved", "Solved"
    PARKED = "parked", "Parked"


class Opportunity(RecordModel):
    """A need or problem worth solving, in the words of those who have it. Its importance and satisfaction are
    estimates."""

    title = models.CharField(max_length=300)
    description = models.TextField(
        blank=True, max_length=100_000, help_text="Who has it, when, and what it costs them."
    )
    state = models.CharField(max_length=7, choices=OpportunityState, default=OpportunityState.OPEN)
    product = models.ForeignKey("products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    area = models.ForeignKey("products.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    segment = models.ForeignKey(
        "insight.Segment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="Who has it."
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")

    class Meta:
        verbose_name = "opportunity"
        verbose_name_plural = "opportunities"
        indexes = record_indexes("opportunity", "title")
        constraints = [external_identity("opportunity")]

    def __str__(self) -> str:
        return self.title


class FeatureKind(models.TextChoices):
    IMPROVEMENT = "improvement", "Improvement"
    CAPABILITY = "capability", "New capability"
    DEBT = "debt", "Debt"
    COMPLIANCE = "compliance", "Compliance"
    EXPERIMENT = "experiment", "Experiment"


class Status(models.TextChoices):
    """The fixed categories. What people read depends on the kind of product: `rules.status_words`."""

    NEW = "new", "New"
    CANDIDATE = "candidate", "Candidate"
    PLANNED = "planned", "Planned"
    IN_DELIVERY = "in_delivery", "In delivery"
    RELEASED = "released", "Released"
    EVALUATED = "evaluated", "Evaluated"
    DECLINED = "declined", "Declined"


class Health(models.TextChoices):
    NONE = "none", "Not reported"
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"


class Feature(RecordModel):
    """One object from idea to measured outcome."""

    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, max_length=100_000)
    kind = models.CharField(max_length=11, choices=FeatureKind, default=FeatureKind.IMPROVEMENT)
    status = models.CharField(max_length=11, choices=Status, default=Status.NEW)
    product = models.ForeignKey("products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    area = models.ForeignKey("products.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    team = models.ForeignKey(
        "accounts.Team",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who builds it; a work package may name another.",
    )
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="features"
    )
    theme = models.ForeignKey(
        "insight.Theme",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What it answers.",
    )
    target = models.DateField(null=True, blank=True, help_text="The day you aim at.")
    target_text = models.CharField("target in words", max_length=40, blank=True)
    promised = models.DateField(null=True, blank=True, help_text="The day somebody was told.")
    promised_to = models.CharField(max_length=200, blank=True)
    released_at = models.DateField("released on", null=True, blank=True, help_text="The day it went out.")
    health = models.CharField(max_length=9, choices=Health, default=Health.NONE)
    health_note = models.TextField(blank=True, max_length=2000)
    health_at = models.DateTimeField("health reported", null=True, blank=True, editable=False)
    url = models.URLField("web address", max_length=1000, blank=True)

    class Meta:
        verbose_name = "feature"
        verbose_name_plural = "features"
        constraints = [external_identity("feature")]
        indexes = [
            *record_indexes("feature", "title", "target", "promised", "created_at", "updated_at"),
            models.Index(fields=["workspace", "archived_at", "status", "record"], name="feature_board"),
        ]

    def __str__(self) -> str:
        return self.title


class FeatureGoal(models.Model):
    """A feature serves a goal: an objective, a key result or an initiative."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="goals", db_index=False)
    goal = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")

    objects = ScopedManager["FeatureGoal"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feature", "goal"], name="feature_goal_once")]


class Refusal(models.Model):
    """Somebody said that a piece of feedback does not ask for a feature, so that nobody is asked again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="+", db_index=False)
    feedback = models.ForeignKey("insight.Feedback", on_delete=models.CASCADE, related_name="+")

    objects = ScopedManager["Refusal"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feature", "feedback"], name="feedback_refused_once")]


class FeatureRequest(RecordModel):
    """A passage of feedback asks for a feature, or tells of an opportunity, with an importance from 0 to 3 where
    somebody stated it."""

    title = models.CharField("what is asked", max_length=300)
    insight = models.ForeignKey("insight.Insight", on_delete=models.CASCADE, related_name="requests")
    feature = models.ForeignKey(Feature, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests")
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    importance = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="0 not important, 1 nice to have, 2 important, 3 cannot do without; empty if nobody said.",
    )
    note = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "feature request"
        verbose_name_plural = "feature requests"
        indexes = record_indexes("feature_request", "importance")
        constraints = [external_identity("feature_request")]

    def __str__(self) -> str:
        return self.title


class PackageKind(models.TextChoices):
    EFFORT = "effort", "Effort of a team"
    ITEM_CHANGE = "item_change", "Item change"
    CERTIFICATION = "certification", "Certification"
    CAMPAIGN = "campaign", "Campaign"
    LEAD_TIME = "lead_time", "Lead time"


class DayCount(models.TextChoices):
    WORKING = "working", "Working days"
    CALENDAR = "calendar", "Calendar days"


class WorkPackage(RecordModel):
    """A part of what a feature takes. Its effort or lead time is an estimate on this record, not a column."""

    title = models.CharField(max_length=300)
    feature = models.ForeignKey(Feature, on_delete=models.CASCADE, related_name="work_packages")
    kind = models.CharField(max_length=13, choices=PackageKind, default=PackageKind.EFFORT)
    team = models.ForeignKey(
        "accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="work_packages"
    )
    days = models.CharField("counted in", max_length=8, choices=DayCount, default=DayCount.WORKING)
    done = models.PositiveSmallIntegerField("done, %", default=0)
    note = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "work package"
        verbose_name_plural = "work packages"
        indexes = record_indexes("work_package", "title")
        constraints = [external_identity("work_package")]

    def __str__(self) -> str:
        return self.title


class Method(models.TextChoices):
    """How a score is made of quantities."""

    RICE = "rice", "RICE"
    CLASSIC_RICE = "classic_rice", "Classic RICE"
    ICE = "ice", "ICE"
    WSJF = "wsjf", "WSJF"
    VALUE_EFFORT = "value_effort", "Value over effort"
    COST_OF_DELAY = "cost_of_delay", "Cost of delay"
    OPPORTUNITY = "opportunity", "Opportunity score"
    WEIGHTED = "weighted", "Weighted"
    CUSTOM = "custom", "Own formula"


class ScoringModel(RecordModel):
    """A way to score features: a known method, weighted quantities, or a formula of one's own."""

    name = models.CharField(max_length=120)
    method = models.CharField(max_length=14, choices=Method, default=Method.RICE)
    formula = models.TextField(
        blank=True, max_length=2000, help_text="For an own formula, such as reach * impact / effort."
    )
    weights: Any = models.JSONField(
        default=dict, blank=True, help_text='For weighted, such as {"value": 3, "risk": -1}: a number per quantity.'
    )
    unit = models.CharField(max_length=60, blank=True, help_text="What the score is counted in, if in anything.")
    description = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "scoring model"
        verbose_name_plural = "scoring models"
        indexes = record_indexes("scoring_model", "name")
        constraints = [external_identity("scoring_model")]

    def __str__(self) -> str:
        return self.name
