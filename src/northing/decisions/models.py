"""What can be about any record: estimates, current values of numbers, stored runs, decisions, attention."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from northing.access.models import Member, Workspace
from northing.access.scoping import ScopedManager
from northing.kit.models import Record, RecordModel, external_identity, record_indexes


class Method(models.TextChoices):
    PERSON = "person", "A person's judgement"
    ROUND = "round", "A group's round"
    MODEL = "model", "Computed by a model"
    MEASURED = "measured", "Measured"
    IMPORTED = "imported", "Imported"
    ASSUMED = "assumed", "Assumed"


class Estimate(RecordModel):
    """What one voice holds possible for one number of one record. Never edited: a new one supersedes it.

    `entered` is kept as typed. The quantiles may be left out on creation: they are read from it in the same change.
    """

    about = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="estimates", verbose_name="record")
    quantity = models.CharField(max_length=60, help_text="Such as effort, reach, value, cost or confidence.")
    entered = models.CharField(
        "estimate",
        max_length=80,
        blank=True,
        help_text="A number (5), a range (3-9), low - likely - high, or a size (M).",
    )
    unit = models.CharField(max_length=24, blank=True, help_text="Left empty: the quantity's usual unit.")
    p10 = models.FloatField("low (P10)", null=True, blank=True)
    p50 = models.FloatField("likely (P50)", null=True, blank=True)
    p90 = models.FloatField("high (P90)", null=True, blank=True)
    method = models.CharField(max_length=10, choices=Method, default=Method.PERSON)
    author = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    basis = models.TextField(blank=True, max_length=5000, help_text="What it rests on.")
    assumed = models.BooleanField(default=False, editable=False)
    notes = models.TextField(blank=True, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)

    about_id: int
    author_id: int | None

    class Meta:
        verbose_name = "estimate"
        verbose_name_plural = "estimates"
        indexes = [
            *record_indexes("estimate", "quantity"),
            models.Index(fields=["about", "quantity"], name="estimate_by_about"),
        ]
        constraints = [external_identity("estimate")]

    def __str__(self) -> str:
        return f"{self.quantity}: {self.entered or self.p50}"


class Run(models.Model):
    """A stored computation: frozen inputs, parameters, seed and engine, and what came out. Equal ones are one row."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, help_text="SHA-256 of kind, engine, inputs, parameters and seed.")
    inputs: Any = models.JSONField()
    parameters: Any = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    engine = models.CharField(max_length=40)
    result: Any = models.JSONField()
    status = models.CharField(max_length=20, default="done")
    bound = models.FloatField(null=True, blank=True)
    gap = models.FloatField(null=True, blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager["Run"]()

    class Meta:
        indexes = [models.Index(fields=["workspace", "kind", "created_at"], name="run_by_time")]
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="run_once")]

    workspace_id: int


class Measure(models.Model):
    """The current value of one number of one record, with its 80 % band. Dates are proleptic ordinal days."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="measures", db_index=False)
    type = models.CharField(max_length=32, help_text="The record's type, repeated for sorting.")
    name = models.CharField(max_length=60)
    p10 = models.FloatField()
    p50 = models.FloatField()
    p90 = models.FloatField()
    unit = models.CharField(max_length=24, blank=True, default="")
    is_date = models.BooleanField(default=False)
    assumed = models.BooleanField(default=False)
    as_of = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=200, blank=True, default="")
    detail: Any = models.JSONField(default=dict)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="measures")

    objects = ScopedManager["Measure"]()

    class Meta:
        indexes = [models.Index(fields=["workspace", "type", "name", "p50", "record"], name="measure_by_value")]
        constraints = [models.UniqueConstraint(fields=["record", "name"], name="measure_once")]

    record_id: int
    run_id: int | None


class DecisionStatus(models.TextChoices):
    OPEN = "open", "Open"
    DECIDED = "decided", "Decided"
    SUPERSEDED = "superseded", "Superseded"


class Decision(RecordModel):
    """A question, what was chosen and what was known then. Once decided, only what came of it may be added."""

    question = models.CharField(max_length=300)
    context = models.TextField(blank=True, max_length=20_000)
    options: Any = models.JSONField(
        default=list, blank=True, help_text="Each with a title, and what is for and against it."
    )
    choice = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=DecisionStatus, default=DecisionStatus.OPEN)
    forecast = models.TextField(blank=True, max_length=5000, help_text="What we expect to come of it.")
    roles: Any = models.JSONField(
        default=dict, blank=True, help_text="Driver, approver, contributors and informed, as members."
    )
    review_at = models.DateField("review on", null=True, blank=True)
    triggers: Any = models.JSONField(
        "reopen triggers",
        default=list,
        blank=True,
        help_text="Numbers that are watched: past them, look at this again.",
    )
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="successors")
    outcome = models.TextField(blank=True, max_length=5000, help_text="What came of it.")
    outcome_at = models.DateField("outcome on", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    snapshot: Any = models.JSONField(default=list, blank=True, editable=False)
    runs = models.ManyToManyField(Run, related_name="+", editable=False, help_text="Kept as long as the decision.")

    supersedes_id: int | None

    class Meta:
        verbose_name = "decision"
        verbose_name_plural = "decisions"
        indexes = record_indexes("decision", "question", "review_at")
        constraints = [external_identity("decision")]

    def __str__(self) -> str:
        return self.question


class DecisionEvidence(models.Model):
    """A record that a decision rests on."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="evidence")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="decisions")
    note = models.CharField(max_length=500, blank=True, default="")

    objects = ScopedManager["DecisionEvidence"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "record"], name="evidence_once")]

    decision_id: int
    record_id: int


class Attention(models.Model):
    """One thing that needs a decision, as a provider found it: the question, why now, and what waiting costs."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.CharField(max_length=40)
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="attention", db_index=False)
    reason = models.CharField(max_length=60)
    question = models.CharField(max_length=300)
    why_now = models.CharField(max_length=500)
    cost_of_waiting = models.CharField(max_length=300, blank=True, default="")
    cost_per_week = models.FloatField(null=True, blank=True)
    verb = models.CharField(max_length=40, default="Decide")
    url_name = models.CharField(max_length=80, blank=True, default="")
    since = models.DateTimeField(default=timezone.now)
    for_member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    delegated_to = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    waiting_for: Any = models.JSONField(default=dict, blank=True, help_text="A trigger that ends the snooze early.")
    options: Any = models.JSONField(default=list, blank=True)
    asks: Any = models.JSONField(default=list, blank=True)
    triggers: Any = models.JSONField(default=list, blank=True)

    objects = ScopedManager["Attention"]()

    class Meta:
        indexes = [models.Index(fields=["workspace", "provider"], name="attention_by_provider")]
        constraints = [models.UniqueConstraint(fields=["record", "provider", "reason"], name="attention_once")]

    record_id: int
