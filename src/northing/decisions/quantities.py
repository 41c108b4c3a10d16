"""The quantities that people estimate: their usual unit, and the bounds outside of which no value makes sense."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_SLUG = re.compile(r"[a-z][a-z0-9_]*(:[A-Za-z0-9-]+)?")
EFFECT: Final = "effect:"
"""How quantities begin that say how much something moves a metric; the metric's key follows."""
MOST_DAYS: Final = 5_000
"""Working days of about twenty years: a larger effort or lead time is probably in another unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is estimated, or `counted` from records. `unit` may hold `{currency}`, the workspace's own."""

    name: str
    label: str
    unit: str = ""
    lower: float | None = 0.0
    upper: float | None = None
    counted: bool = False

    @property
    def is_time(self) -> bool:
        """Kept in working days; sizes and suffixes such as `2w` are understood."""
        return self.unit == "days"

    @property
    def is_share(self) -> bool:
        """From 0 to 1; people write it as percent."""
        return self.upper == 1.0

    def unit_in(self, currency: str) -> str:
        return self.unit.format(currency=currency)


KNOWN: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        quantity.name: quantity
        for quantity in (
            Quantity("effort", "Effort", "days"),
            Quantity("lead_time", "Lead time", "days"),
            Quantity("reach", "Reach", "people/quarter"),
            Quantity("voices", "Voices", "people", counted=True),
            Quantity("revenue", "Revenue", "{currency}/year", counted=True),
            Quantity("impact", "Impact"),
            Quantity("confidence", "Confidence", upper=1.0),
            Quantity("risk", "Chance of failure", upper=1.0),
            Quantity("ease", "Ease", "points", upper=10.0),
            Quantity("value", "Value", "{currency}", lower=None),
            Quantity("cost", "Cost", "{currency}"),
            Quantity("cost_of_delay", "Cost of delay", "{currency}/week", lower=None),
            Quantity("business_value", "Business value", "points"),
            Quantity("time_criticality", "Time criticality", "points"),
            Quantity("risk_reduction", "Risk reduction", "points"),
            Quantity("job_size", "Job size", "points"),
        )
    }
)


UNSAID: Final = frozenset({"score"})
"""Numbers that say nothing without the method that gave them: the rank says what they mean."""


def is_quantity(name: str) -> bool:
    """Whether the word can name a quantity: small letters and digits, and after a colon the key of a record.

    >>> is_quantity("battery_life"), is_quantity("effect:M-3"), is_quantity("Battery life")
    (True, True, False)
    """
    return _SLUG.fullmatch(name) is not None


def quantity_named(name: str) -> Quantity:
    """The known quantity, or a free one without unit and bounds.

    >>> quantity_named("effort").unit, quantity_named("battery_life").label, quantity_named("effect:M-3").label
    ('days', 'Battery life', 'Effect on M-3')
    """
    if name in KNOWN:
        return KNOWN[name]
    label = f"Effect on {name.removeprefix(EFFECT)}" if name.startswith(EFFECT) else name.replace("_", " ").capitalize()
    return Quantity(name, label, lower=None)


def spelled(text: str) -> str:
    """The name that words stand for, as quantities are written.

    >>> spelled("Lead time "), spelled("effect: m-3")
    ('lead_time', 'effect:M-3')
    """
    word, colon, key = text.partition(":")
    return re.sub(r"[\s-]+", "_", word.strip().lower()) + colon + key.strip().upper()


def named_by(text: str, others: Iterable[str] = ()) -> str:
    """The name of the quantity that people mean, by name or label: a known one or one of the others; else empty.

    >>> named_by("Chance of failure"), named_by("at risk", ["at_risk"]), named_by("efort")
    ('risk', 'at_risk', '')
    """
    names = {*KNOWN, *others}
    labels = {quantity_named(name).label.casefold(): name for name in names}
    found = labels.get(text.strip().casefold()) or spelled(text)
    return found if found in names or (found.startswith(EFFECT) and is_quantity(found)) else ""


def effect_on(metric_key: str) -> str:
    """The quantity that says how much something moves a metric.

    >>> effect_on("M-3")
    'effect:M-3'
    """
    return EFFECT + metric_key
