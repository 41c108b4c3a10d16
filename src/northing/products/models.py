"""What the workspace makes: product lines, products and the areas they are divided into."""

from __future__ import annotations

from django.db import models

from northing.kit.models import RecordModel, external_identity, record_indexes


class ProductKind(models.TextChoices):
    """What a product is made of; sets the words and statuses of its features."""

    DIGITAL = "digital", "Digital"
    PHYSICAL = "physical", "Physical"
    SERVICE = "service", "Service"
    HYBRID = "hybrid", "Hybrid"


class Stage(models.TextChoices):
    """Where a product stands in its life."""

    CONCEPT = "concept", "Concept"
    DEVELOPMENT = "development", "Development"
    INTRODUCTION = "introduction", "Introduction"
    GROWTH = "growth", "Growth"
    MATURITY = "maturity", "Maturity"
    DECLINE = "decline", "Decline"
    END_OF_LIFE = "end_of_life", "End of life"


class ProductLine(RecordModel):
    """Products that are sold and steered together."""

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "product line"
        verbose_name_plural = "product lines"
        indexes = record_indexes("product_line", "name")
        constraints = [external_identity("product_line")]

    def __str__(self) -> str:
        return self.name


class Product(RecordModel):
    """An app, a device, a service, or a device with its app."""

    name = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=8, choices=ProductKind, default=ProductKind.DIGITAL, help_text="Sets words and statuses."
    )
    line = models.ForeignKey(ProductLine, null=True, blank=True, on_delete=models.SET_NULL, related_name="products")
    stage = models.CharField("lifecycle stage", max_length=12, choices=Stage, default=Stage.DEVELOPMENT)
    vision = models.TextField(
        blank=True,
        max_length=10_000,
        help_text="For whom it is, what it does for them, why it beats what they have.",
    )

    class Meta:
        verbose_name = "product"
        verbose_name_plural = "products"
        indexes = record_indexes("product", "name")
        constraints = [external_identity("product")]

    def __str__(self) -> str:
        return self.name


class Area(RecordModel):
    """A part of a product that somebody looks after: editing, export, battery and charging."""

    name = models.CharField(max_length=120)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="areas")
    description = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "area"
        verbose_name_plural = "areas"
        indexes = record_indexes("area", "name")
        constraints = [external_identity("area")]

    def __str__(self) -> str:
        return self.name
