"""What later modules may use of this one."""

from __future__ import annotations

from northing.products.models import ProductKind, Stage
from northing.products.records import AREA, PRODUCT, PRODUCT_LINE

__all__ = ["AREA", "PRODUCT", "PRODUCT_LINE", "ProductKind", "Stage"]
