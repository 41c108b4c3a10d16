"""What a ranking takes in and what it left: candidates, their values, the stored runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from northing.access.actor import Actor
from northing.decisions.public import MeasureValue, current_run, measures_of, runs_of
from northing.features.actions import COUNTED, VOICES
from northing.features.models import Feature, Method, Status
from northing.features.prioritise.methods import Choice
from northing.features.prioritise.planning import KIND, must_have, read
from northing.kit.problems import Missing
from northing.kit.record_types import registry

RANK, SCORE = "rank", "score"
_NOTHING = (0.0, 0.0, 0.0, False)
CANDIDATES = (Status.NEW, Status.CANDIDATE, Status.PLANNED)
"""Statuses of features that one can still put before or after each other; what is being built already is not."""


def candidates(actor: Actor) -> QuerySet[Feature]:
    return Feature.objects.within(actor).filter(status__in=CANDIDATES, archived_at=None)


def inputs_of(actor: Actor, choice: Choice) -> dict[str, Any]:
    """The frozen inputs of a run: every candidate that has all the values the method needs."""
    numbers = dict(candidates(actor).order_by("pk").values_list("pk", "number"))
    names, must = read(choice.definition), set(must_have(choice.definition))
    counted = [name for name in names if name in COUNTED]
    found = measures_of(actor, numbers, names)
    prefix = registry.of(Feature).prefix
    features = {}
    for pk, number in numbers.items():
        values = {name: _numbers(value) for name, value in found.get(pk, {}).items()}
        for name in counted:
            values.setdefault(name, list(_NOTHING))
        if must <= values.keys() and all(values[name][1] > 0 for name in must.intersection(counted)):
            features[f"{prefix}-{number}"] = {name: values[name] for name in names if name in values}
    return {"features": features}


def _numbers(value: MeasureValue) -> list[Any]:
    return [value.p10, value.p50, value.p90, value.assumed]


def lacking(actor: Actor, names: Iterable[str]) -> QuerySet[Feature]:
    """Candidates without a value for one of these quantities, newest first; of what is counted, with none."""
    without = Q()
    for name in sorted(set(names)):
        without |= Q(~_counted(actor, name)) if name in COUNTED else ~Q(record__measures__name=name)
    return candidates(actor).filter(without).order_by("-pk") if without else candidates(actor).none()


def having(actor: Actor, name: str) -> QuerySet[Feature]:
    """Candidates with a value of this quantity, the largest first."""
    return candidates(actor).filter(record__measures__name=name).order_by("-record__measures__p50", "-pk")


def unasked(actor: Actor, definition: Mapping[str, Any]) -> QuerySet[Feature]:
    """Candidates that lack nothing but what is counted from who asks, of a method that is nothing without it."""
    counted, names = must_count(definition), set(must_have(definition))
    return lacking(actor, counted).exclude(pk__in=lacking(actor, names.difference(counted)).values("pk"))


def must_count(definition: Mapping[str, Any]) -> list[str]:
    """What of the numbers that a method is nothing without is counted from who asks."""
    return [name for name in must_have(definition) if name in COUNTED]


def _counted(actor: Actor, name: str) -> Exists:
    some = Feature.objects.within(actor).filter(record__measures__name=name, record__measures__p50__gt=0)
    return Exists(some.filter(pk=OuterRef("pk")))


def known_names(actor: Actor, names: Iterable[str]) -> list[set[str]]:
    """Which of these quantities each candidate has a value of; of what is counted, more than nought."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = candidates(actor).filter(record__measures__name__in=list(names))
    for pk, name, value in rows.values_list("pk", "record__measures__name", "record__measures__p50"):
        if name not in COUNTED or value > 0:
            found[pk].add(name)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class News:
    """What came in since an order was made: estimates, features for which more or less was said, and how many features
    have something new and are not in that order."""

    estimates: int
    asked: int
    unranked: int


def news_since(actor: Actor, run: Any) -> News:
    """What came in of what a run took in, and is other than it went by."""
    names, prefix = read(run.parameters["definition"]), registry.of(Feature).prefix
    newer = Q(record__measures__name__in=names, record__measures__as_of__gt=run.created_at)
    values = [f"record__measures__{name}" for name in ("name", "p10", "p50", "p90")]
    taken = run.inputs["features"]
    found = [
        (key, name)
        for number, name, *value in candidates(actor).filter(newer).values_list("number", *values)
        if value != list(taken.get(key := f"{prefix}-{number}", {}).get(name, _NOTHING if name in COUNTED else ()))[:3]
    ]
    asked = {key for key, name in found if name in COUNTED}
    return News(
        sum(name not in COUNTED for _, name in found), len(asked), len({key for key, _ in found} - taken.keys())
    )


def most_asked(actor: Actor, features: QuerySet[Feature]) -> QuerySet[Feature]:
    """Those that most voices ask for first, then the newest."""
    own = Feature.objects.within(actor).filter(pk=OuterRef("pk"), record__measures__name=VOICES)
    return features.annotate(asking=Subquery(own.values("record__measures__p50")[:1])).order_by(
        F("asking").desc(nulls_last=True), "-pk"
    )


def run_in_use(actor: Actor) -> Any:
    """The order that everybody goes by: the run behind the features' ranks; None before the first."""
    return current_run(actor, registry.of(Feature).name, SCORE)


def shown_run(actor: Actor, used: Any, word: str = "", formula: str = "", run_id: str = "") -> Any:
    """The run to show: the one that is named; else the order in use if it is by that method, else its newest."""
    if run_id.isdecimal():
        return ranking_of(actor, int(run_id))
    if not word or (used is not None and is_by(used, word, formula)):
        return used
    by_formula = {"definition__formula": formula} if formula else {}
    return runs_of(actor, KIND, word=word, **by_formula).first()


def ranking_of(actor: Actor, run_id: int) -> Any:
    """A stored order of the workspace. Raises `Missing`."""
    run = runs_of(actor, KIND).filter(pk=run_id).first()
    if run is None:
        raise Missing(f"run {run_id}")
    return run


def is_by(run: Any, word: str, formula: str = "") -> bool:
    """Whether a run is by this method; two own formulas are two methods."""
    same_formula = word != Method.CUSTOM or formula in ("", run.parameters["definition"].get("formula"))
    return run.parameters["word"] == word and same_formula


def run_before(actor: Actor, run: Any) -> Any:
    """The newest other run by the same method, to say what has changed."""
    word, definition = run.parameters["word"], run.parameters["definition"]
    by_formula = {"definition__formula": definition["formula"]} if word == Method.CUSTOM else {}
    return runs_of(actor, KIND, word=word, **by_formula).exclude(pk=run.pk).first()


def ids_of(actor: Actor, keys: Sequence[str]) -> dict[str, int]:
    """Record ids of features by key."""
    prefix = registry.of(Feature).prefix
    rows = Feature.objects.within(actor).filter(archived_at=None).values_list("number", "pk")
    wanted = set(keys)
    known = {f"{prefix}-{number}": pk for number, pk in rows}
    return {key: pk for key, pk in known.items() if key in wanted}


def shown_of(actor: Actor, keys: Iterable[str]) -> Mapping[str, tuple[int, str]]:
    """Record ids and titles by key, for as many keys as a page shows."""
    record_type = registry.of(Feature)
    numbers = [record_type.number_from(key) for key in keys]
    rows = Feature.objects.within(actor).filter(number__in=numbers)
    found = rows.values_list("number", "pk", "title")
    return {f"{record_type.prefix}-{number}": (pk, title) for number, pk, title in found}
