"""The ways to score features that a page can choose from: known methods, saved scoring models, one's own formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from northing.access.actor import Actor
from northing.features.actions import VOICES
from northing.features.models import Feature, Method, ScoringModel
from northing.kit.problems import Missing
from northing.kit.reading import get_record
from northing.kit.record_types import registry

KNOWN = (
    Method.RICE,
    Method.VALUE_EFFORT,
    Method.ICE,
    Method.WSJF,
    Method.CLASSIC_RICE,
    Method.COST_OF_DELAY,
    Method.OPPORTUNITY,
)


ASKED = "asked"
"""The word of the method that needs nothing but efforts: how many ask, which is counted, per week of work."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to score: its word in addresses, what people call it, and what defines it in a run."""

    word: str
    label: str
    definition: Mapping[str, Any]


def choices(actor: Actor) -> list[Choice]:
    """The known methods, then the workspace's own models by name."""
    return known_choices() + [
        of_model(model) for model in ScoringModel.objects.within(actor).filter(archived_at=None).order_by("name")[:50]
    ]


def known_choices() -> list[Choice]:
    """The known methods, in the order that pages offer them."""
    first, *others = [_known(method) for method in KNOWN]
    return [first, _asked(), *others]


def chosen(actor: Actor, word: str, formula: str = "") -> Choice:
    """The choice an address names: `rice`, `asked`, `SM-3`, or `custom` with its formula. Raises `Missing`."""
    if word == Method.CUSTOM:
        return Choice(word, "Own formula", {"method": Method.CUSTOM.value, "formula": formula.strip()})
    if word == ASKED:
        return _asked()
    if word == Method.WSJF and not _counts_job_sizes(actor):
        return _wsjf_by_effort()
    if word in KNOWN:
        return _known(Method(word))
    if word.upper().startswith(f"{registry.of(ScoringModel).prefix}-"):
        return of_model(get_record(actor, registry.of(ScoringModel), word))
    raise Missing(f"method {word!r}")


def _asked() -> Choice:
    formula = {"method": Method.CUSTOM.value, "formula": f"{VOICES} / effort", "gain": VOICES}
    return Choice(ASKED, "Voices over effort", formula)


def _wsjf_by_effort() -> Choice:
    """WSJF where job sizes are not the usual: the effort is one."""
    gain = "business_value + time_criticality + risk_reduction"
    formula = {"method": Method.CUSTOM.value, "formula": f"({gain}) / effort", "gain": gain}
    return Choice(Method.WSJF.value, str(Method.WSJF.label), formula)


def _counts_job_sizes(actor: Actor) -> bool:
    """Whether as many features have a job size as have an effort: points and days cannot be mixed in one order, and a
    first job size is to leave out no feature that has an effort."""
    live = Feature.objects.within(actor).filter(archived_at=None)
    sizes, efforts = (live.filter(record__measures__name=name).count() for name in ("job_size", "effort"))
    return sizes > 0 and sizes >= efforts


def _known(method: Method) -> Choice:
    return Choice(method.value, str(method.label), {"method": method.value})


def of_model(model: ScoringModel) -> Choice:
    definition: dict[str, Any] = {"method": model.method}
    if model.method == Method.CUSTOM:
        definition["formula"] = model.formula
    if model.method == Method.WEIGHTED:
        definition["weights"] = model.weights
    return Choice(registry.of(ScoringModel).key(model), model.name, definition)
