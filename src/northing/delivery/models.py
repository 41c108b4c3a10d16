"""What is being done about it: work items from the trackers that teams use, and what may go wrong."""

from __future__ import annotations

from typing import Any

from django.db import models

from northing.access.models import Member
from northing.kit.models import Record, RecordModel, external_identity, record_indexes


class ItemKind(models.TextChoices):
    STORY = "story", "Story"
    TASK = "task", "Task"
    BUG = "bug", "Bug"
    EPIC = "epic", "Epic"
    FEATURE = "feature", "Feature"
    SUBTASK = "subtask", "Sub-task"
    PULL_REQUEST = "pull_request", "Pull request"
    OTHER = "other", "Other"


class StatusCategory(models.TextChoices):
    """What a tracker's own status amounts to; counting and forecasting go by these."""

    NEW = "new", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class Priority(models.TextChoices):
    URGENT = "urgent", "Urgent"
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class WorkItem(RecordModel):
    """One ticket. Its status is the tracker's own word; its category says what that means."""

    title = models.CharField(max_length=500)
    description = models.TextField(blank=True, max_length=100_000)
    kind = models.CharField(max_length=12, choices=ItemKind, default=ItemKind.TASK)
    status = models.CharField(max_length=80, blank=True)
    status_category = models.CharField("state", max_length=11, choices=StatusCategory, default=StatusCategory.NEW)
    priority = models.CharField(max_length=6, choices=Priority, blank=True, default="")
    feature = models.ForeignKey("features.Feature", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    work_package = models.ForeignKey(
        "features.WorkPackage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    assignee = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    assignee_name = models.CharField("assignee in the tracker", max_length=200, blank=True)
    reporter = models.CharField(max_length=200, blank=True)
    estimate = models.FloatField(null=True, blank=True)
    estimate_unit = models.CharField(max_length=40, blank=True)
    parent = models.CharField("parent in the tracker", max_length=200, blank=True)
    sprint = models.CharField(max_length=200, blank=True)
    project = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField("started", null=True, blank=True)
    finished_at = models.DateTimeField("finished", null=True, blank=True)
    due_date = models.DateField("due", null=True, blank=True)
    url = models.URLField("address", max_length=1000, blank=True)
    state_times: Any = models.JSONField(
        default=list, blank=True, help_text="When it entered each state, as the tracker told."
    )

    class Meta:
        verbose_name = "work item"
        verbose_name_plural = "work items"
        indexes = [
            *record_indexes("work_item", "title", "created_at", "finished_at"),
            models.Index(fields=["feature", "status_category"], name="work_item_by_feature"),
        ]
        constraints = [external_identity("work_item")]

    def __str__(self) -> str:
        return self.title


class RiskState(models.TextChoices):
    OPEN = "open", "Open"
    MITIGATED = "mitigated", "Being dealt with"
    STRUCK = "struck", "Happened"
    CLOSED = "closed", "Closed"


class Risk(RecordModel):
    """Something that may go wrong: how likely, what it would cost, what is done about it."""

    title = models.CharField(max_length=300)
    description = models.TextField(blank=True, max_length=20_000)
    about = models.ForeignKey(
        Record, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="What it threatens."
    )
    probability = models.PositiveSmallIntegerField("chance, %", default=20)
    delay = models.FloatField("delay if it happens, working days", null=True, blank=True)
    cost = models.DecimalField("cost if it happens", max_digits=14, decimal_places=2, null=True, blank=True)
    response = models.TextField(blank=True, max_length=20_000, help_text="What is done about it.")
    state = models.CharField(max_length=9, choices=RiskState, default=RiskState.OPEN)

    class Meta:
        verbose_name = "risk"
        verbose_name_plural = "risks"
        indexes = record_indexes("risk", "title", "probability")
        constraints = [external_identity("risk")]

    def __str__(self) -> str:
        return self.title
