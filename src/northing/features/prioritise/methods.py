"""The ways to score features that a page can choose from: known methods, saved scoring models, one's own formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from northing.access.actor import Actor
from northing.features.actions import VOICES
from northing.features.models import Feature, Method, ScoringModel
from northing.insight.public import REVENUE
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
_COUNTED: Mapping[str, tuple[str, str]] = {
    ASKED: ("Voices over effort", VOICES),
    REVENUE: ("Revenue over effort", REVENUE),
}
"""By word what it is called, and what is counted that it sets against the effort."""
_RANGES = "The range takes the place of confidence"
_WORDS: Mapping[str, str] = {
    ASKED: "How many voices ask, divided by the weeks of work. Voices are counted; the effort has its range.",
    REVENUE: "What the accounts that ask pay a year, each counted once, divided by the weeks of work.",
    Method.RICE: f"People reached times impact on each, divided by the weeks of work. {_RANGES}: one that is stated "
    "widens bare numbers. Classic RICE multiplies by it.",
    Method.CLASSIC_RICE: "Reach times impact times confidence, divided by the weeks of work; likely values only, as in "
    "a spreadsheet.",
    Method.VALUE_EFFORT: f"What it is worth in all, divided by the weeks of work. {_RANGES}.",
    Method.ICE: "Impact times confidence times ease: nothing is divided, and confidence is a factor.",
    Method.WSJF: "Business value, time criticality and risk reduction added up, divided by the size of the job. "
    f"{_RANGES}.",
    Method.COST_OF_DELAY: f"What each week of waiting costs, divided by the weeks of work. {_RANGES}.",
    Method.OPPORTUNITY: "Importance, and once more as much as it is above satisfaction: important and badly served "
    f"comes first. Nothing is divided. {_RANGES}.",
    Method.CUSTOM: "Your formula, over the ranges of what it names. Confidence counts only where you multiply by it.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to score: its word in addresses, what people call it, what defines it in a run, and a sentence on what it
    divides by what and where confidence goes."""

    word: str
    label: str
    definition: Mapping[str, Any]
    words: str = ""


def choices(actor: Actor) -> list[Choice]:
    """The known methods, then the workspace's own models by name."""
    return known_choices() + [
        of_model(model) for model in ScoringModel.objects.within(actor).filter(archived_at=None).order_by("name")[:50]
    ]


def known_choices() -> list[Choice]:
    """The known methods, in the order that pages offer them."""
    first, *others = [_known(method) for method in KNOWN]
    return [first, *map(_counted, _COUNTED), *others]


def chosen(actor: Actor, word: str, formula: str = "") -> Choice:
    """The choice an address names: `rice`, `asked`, `SM-3`, or `custom` with its formula. Raises `Missing`."""
    if word == Method.CUSTOM:
        definition = {"method": Method.CUSTOM.value, "formula": formula.strip()}
        return Choice(word, "Own formula", definition, _WORDS[word])
    if word in _COUNTED:
        return _counted(word)
    if word == Method.WSJF and not _counts_job_sizes(actor):
        return _wsjf_by_effort()
    if word in KNOWN:
        return _known(Method(word))
    if is_model(word):
        return of_model(get_record(actor, registry.of(ScoringModel), word))
    raise Missing(f"method {word!r}")


def is_model(word: str) -> bool:
    """Whether a word is the key of one of the workspace's own models."""
    return word.upper().startswith(f"{registry.of(ScoringModel).prefix}-")


def _counted(word: str) -> Choice:
    label, gain = _COUNTED[word]
    definition = {"method": Method.CUSTOM.value, "formula": f"{gain} / effort", "gain": gain}
    return Choice(word, label, definition, _WORDS[word])


def _wsjf_by_effort() -> Choice:
    """WSJF where job sizes are not the usual: the effort is one."""
    gain = "business_value + time_criticality + risk_reduction"
    formula = {"method": Method.CUSTOM.value, "formula": f"({gain}) / effort", "gain": gain}
    words = f"{_WORDS[Method.WSJF]} The effort is the size until as many features have a job size."
    return Choice(Method.WSJF.value, str(Method.WSJF.label), formula, words)


def _counts_job_sizes(actor: Actor) -> bool:
    """Whether as many features have a job size as have an effort: points and days cannot be mixed in one order, and a
    first job size is to leave out no feature that has an effort."""
    live = Feature.objects.within(actor).filter(archived_at=None)
    sizes, efforts = (live.filter(record__measures__name=name).count() for name in ("job_size", "effort"))
    return sizes > 0 and sizes >= efforts


def _known(method: Method) -> Choice:
    return Choice(method.value, str(method.label), {"method": method.value}, _WORDS[method])


def of_model(model: ScoringModel) -> Choice:
    """The choice that a saved model is."""
    definition: dict[str, Any] = {"method": model.method}
    words = _WORDS.get(model.method, "")
    if model.method == Method.CUSTOM:
        definition["formula"] = model.formula
        words = f"{model.formula}, over the ranges of what it names; time counts in weeks."
    if model.method == Method.WEIGHTED:
        definition["weights"] = model.weights
        heaviest_first = dict(sorted(model.weights.items(), key=lambda one: (-one[1], one[0])))
        named = registry.of(ScoringModel).specs["weights"].to_text(heaviest_first)
        words = f"The mean of what each feature has, weighted by {named}. {_RANGES}."
    return Choice(registry.of(ScoringModel).key(model), model.name, definition, words)
