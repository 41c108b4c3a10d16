"""Teams: who does the work, when they work, and how much they can take."""

from __future__ import annotations

from typing import Any

from django.db import models

from northing.kit.models import RecordModel, external_identity, record_indexes


class Function(models.TextChoices):
    PRODUCT = "product", "Product"
    ENGINEERING = "engineering", "Engineering"
    DESIGN = "design", "Design"
    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    SUPPLY_CHAIN = "supply_chain", "Supply chain"
    QUALITY = "quality", "Quality"
    SUPPORT = "support", "Support"
    FINANCE = "finance", "Finance"
    LEGAL = "legal", "Legal"
    OTHER = "other", "Other"


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class Team(RecordModel):
    """A group of people with one function, one working calendar and a weekly capacity."""

    name = models.CharField(max_length=120)
    function = models.CharField(max_length=16, choices=Function, default=Function.ENGINEERING)
    people = models.FloatField(default=1.0, help_text="How many work on planned features, in full-time people.")
    focus = models.PositiveSmallIntegerField(
        "time for planned work, %",
        default=70,
        help_text="The rest goes to support, meetings and the unplanned.",
    )
    working_days = models.JSONField(default=monday_to_friday, blank=True, help_text="0 is Monday.")
    absences: Any = models.JSONField(
        default=list, blank=True, help_text="Planned absences: from, to and how many people are away."
    )
    note = models.TextField(blank=True, max_length=5000)

    class Meta:
        verbose_name = "team"
        verbose_name_plural = "teams"
        indexes = record_indexes("team", "name")
        constraints = [external_identity("team")]

    def __str__(self) -> str:
        return self.name

    @property
    def capacity_per_week(self) -> float:
        """Person-days a normal week gives to planned work."""
        return self.people * len(self.working_days) * self.focus / 100
