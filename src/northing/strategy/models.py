"""What the company aims at: objectives, key results, the metrics behind them, and the bets."""

from __future__ import annotations

from django.db import models

from northing.kit.models import RecordModel, external_identity, record_indexes


class ObjectiveStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    ACHIEVED = "achieved", "Achieved"
    MISSED = "missed", "Missed"
    DROPPED = "dropped", "Dropped"


class Objective(RecordModel):
    """Where a product or the company wants to be by the end of a period."""

    title = models.CharField(max_length=200)
    why = models.TextField(blank=True, max_length=10_000)
    status = models.CharField(max_length=10, choices=ObjectiveStatus, default=ObjectiveStatus.ACTIVE)
    period_start = models.DateField("from", null=True, blank=True)
    period_end = models.DateField("to", null=True, blank=True)
    product = models.ForeignKey(
        "products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="objectives"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children", verbose_name="part of"
    )

    parent_id: int | None

    class Meta:
        verbose_name = "objective"
        verbose_name_plural = "objectives"
        indexes = record_indexes("objective", "title", "period_end")
        constraints = [external_identity("objective")]

    def __str__(self) -> str:
        return self.title


class Direction(models.TextChoices):
    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"


class MetricRole(models.TextChoices):
    NORTH_STAR = "north_star", "North star"
    GOAL = "goal", "Goal"
    GUARDRAIL = "guardrail", "Guardrail"
    DRIVER = "driver", "Driver"


class MetricSource(models.TextChoices):
    MANUAL = "manual", "Entered by hand, file or API"


class Metric(RecordModel):
    """A number that is watched over time."""

    name = models.CharField(max_length=120)
    definition = models.TextField(blank=True, max_length=5000, help_text="What is counted, over what time, from where.")
    unit = models.CharField(max_length=24, blank=True, help_text="Such as %, users or EUR.")
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    role = models.CharField(max_length=10, choices=MetricRole, default=MetricRole.GOAL)
    source = models.CharField(max_length=10, choices=MetricSource, default=MetricSource.MANUAL)

    class Meta:
        verbose_name = "metric"
        verbose_name_plural = "metrics"
        indexes = record_indexes("metric", "name")
        constraints = [external_identity("metric")]

    def __str__(self) -> str:
        return self.name


class DataPoint(RecordModel):
    """What a metric was on one day."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="data_points")
    at = models.DateField("day")
    value = models.FloatField()
    note = models.CharField(max_length=300, blank=True)

    metric_id: int

    class Meta:
        verbose_name = "data point"
        verbose_name_plural = "data points"
        indexes = [
            *record_indexes("data_point", "at"),
            models.Index(fields=["metric", "archived_at", "at"], name="data_point_by_metric"),
        ]
        constraints = [external_identity("data_point")]

    def __str__(self) -> str:
        return f"{self.at}: {self.value:g}"


class KeyResult(RecordModel):
    """How far a metric should get for an objective to be reached; its data points say how far it has."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="key_results")
    title = models.CharField(max_length=200)
    metric = models.ForeignKey(Metric, on_delete=models.RESTRICT, related_name="key_results")
    baseline = models.FloatField(help_text="Where the metric stood at the start.")
    target = models.FloatField()
    due = models.DateField(null=True, blank=True)

    objective_id: int
    metric_id: int

    class Meta:
        verbose_name = "key result"
        verbose_name_plural = "key results"
        indexes = record_indexes("key_result", "title", "due")
        constraints = [external_identity("key_result")]

    def __str__(self) -> str:
        return self.title


class Initiative(RecordModel):
    """A bet: work that goes together, and the share of capacity aimed at it."""

    title = models.CharField(max_length=200)
    why = models.TextField(blank=True, max_length=10_000)
    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.SET_NULL, related_name="initiatives"
    )
    share = models.FloatField(
        "share of capacity, %", null=True, blank=True, help_text="How much of all planned work should go to this."
    )
    period_start = models.DateField("from", null=True, blank=True)
    period_end = models.DateField("to", null=True, blank=True)

    class Meta:
        verbose_name = "initiative"
        verbose_name_plural = "initiatives"
        indexes = record_indexes("initiative", "title", "period_end")
        constraints = [external_identity("initiative")]

    def __str__(self) -> str:
        return self.title
