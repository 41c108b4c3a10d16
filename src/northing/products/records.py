"""The record types of this module."""

from __future__ import annotations

from northing.kit.record_types import RecordType, registry
from northing.products.models import Area, Product, ProductLine

PRODUCT_LINE = RecordType(
    model=ProductLine,
    name="product_line",
    prefix="PL",
    icon="layers",
    title="name",
    fields=("name", "description"),
    columns=("name", "owner"),
    sorts=("name",),
    default_sort="name",
    search=("description",),
    natural_key="name",
    unique=("name",),
    hint="A product line gathers products that are sold and steered together.",
)

PRODUCT = RecordType(
    model=Product,
    name="product",
    prefix="P",
    icon="package",
    title="name",
    fields=("name", "kind", "line", "stage", "vision"),
    columns=("name", "kind", "line", "stage", "owner"),
    filters=("kind", "line", "stage"),
    sorts=("name",),
    default_sort="name",
    search=("vision",),
    natural_key="name",
    unique=("name",),
    hint="What you make: an app, a device, a service, or a device with its app.",
)

AREA = RecordType(
    model=Area,
    name="area",
    prefix="A",
    icon="component",
    title="name",
    fields=("name", "product", "description"),
    columns=("name", "product", "owner"),
    filters=("product",),
    sorts=("name",),
    default_sort="name",
    search=("description",),
    natural_key="name",
    part_of="product",
    hint="Areas divide a product into parts that somebody looks after.",
)

registry.register(PRODUCT_LINE, PRODUCT, AREA)
