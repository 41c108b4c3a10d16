"""Reads of measures, estimates, decisions and attention, each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, ManyToOneRel, OuterRef, Q, QuerySet, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.prepared import PreparedQuery
from northing.access.scoping import Scope
from northing.decisions.models import (
    Attention,
    Decision,
    DecisionEvidence,
    DecisionStatus,
    Estimate,
    Measure,
    Run,
)
from northing.decisions.quantities import EFFECT
from northing.decisions.rules import MeasureValue, Voice, fires
from northing.decisions.scoring import Score, score
from northing.kit import cleaning
from northing.kit.batches import batched
from northing.kit.fields import AnyRecord
from northing.kit.models import RecordModel
from northing.kit.reading import Label, labels_of_any

Pair = tuple[int, str]
REVIEW = "review"  # the reason of cards whose decision has come up for its review
FIRED = "trigger-"  # how the reasons of cards begin whose decision has passed a limit
_EFFECTS = 200  # shown at once
_VALUE = MeasureValue._fields  # of which `detail` is the last


def measures_of(
    actor: Actor, record_ids: Iterable[int], names: Collection[str] = (), *, detailed: bool = True
) -> dict[int, dict[str, MeasureValue]]:
    """Current values by record id and name: those named, or all; on demand without their detail, as lists show them.

    One query per 500 records.
    """
    found: dict[int, dict[str, MeasureValue]] = defaultdict(dict)
    read = _current if detailed else _current_brief
    for some in batched(set(record_ids), 500):
        for row in read(actor, some, names) if names else read(actor, some):
            value = MeasureValue(*row)
            found[value.record_id][value.name] = value
    return dict(found)


def _reading(*columns: str) -> PreparedQuery[Measure, tuple[Any, ...]]:
    def build(scope: Scope, ids: Sequence[int], names: Sequence[str] = ()) -> QuerySet[Measure, tuple[Any, ...]]:
        rows = Measure.objects.within(scope).filter(record_id__in=ids)
        return (rows.filter(name__in=names) if names else rows).values_list(*columns)

    return PreparedQuery(build)


_current, _current_brief = _reading(*_VALUE), _reading(*_VALUE[:-1])


def measures_on(actor: Actor, record: RecordModel) -> dict[str, MeasureValue]:
    """Current values of one record by name, read once: several panels of its page ask for them.

    For pages only: who writes measures and reads them again uses `measures_of`.
    """
    if not hasattr(record, "measures"):
        record.measures = measures_of(actor, [record.pk]).get(record.pk, {})  # type: ignore[attr-defined]
    measures: dict[str, MeasureValue] = record.measures  # type: ignore[attr-defined]
    return measures


class EstimateLine(NamedTuple):
    """One person's (or source's) estimate, as pages show it."""

    id: int
    record_id: int
    quantity: str
    entered: str
    p10: float
    p50: float
    p90: float
    unit: str
    method: str
    author: str
    basis: str
    notes: str
    assumed: bool
    at: datetime
    superseded_at: datetime | None


_AUTHOR = Coalesce(NullIf("author__user__name", Value("")), "author__user__email", Value(""), output_field=TextField())
_ELSEWHERE: dict[str, str | Combinable] = {"id": "pk", "record_id": "about_id", "author": _AUTHOR, "at": "created_at"}
_LINE: list[str | Combinable] = [_ELSEWHERE.get(name, name) for name in EstimateLine._fields]


def estimates_of(
    actor: Actor, record_ids: Iterable[int], quantities: Collection[str] = (), *, history: bool = False
) -> list[EstimateLine]:
    """Who says what: the current estimates of some records, oldest first; with `history` the superseded ones too."""
    read = _entered if history else _standing
    lines: list[EstimateLine] = []
    for some in batched(set(record_ids), 500):
        lines += starmap(EstimateLine, read(actor, some, quantities) if quantities else read(actor, some))
    return lines


def _lines(scope: Scope, ids: Sequence[int], quantities: Sequence[str] = ()) -> QuerySet[Estimate, tuple[Any, ...]]:
    rows = Estimate.objects.within(scope).filter(about_id__in=ids, archived_at=None)
    rows = rows.filter(quantity__in=quantities) if quantities else rows
    return rows.order_by("created_at", "pk").values_list(*_LINE)


_entered = PreparedQuery(_lines)
_standing = PreparedQuery(lambda *which: _lines(*which).filter(superseded_at=None))


def own_entries(actor: Actor, record_ids: Iterable[int], quantity: str) -> dict[int, str]:
    """What the actor's member last entered for each record, as typed; nothing for an actor without a member."""
    rows = own_estimates(actor, quantity).filter(about_id__in=list(record_ids))
    return dict(rows.order_by("created_at", "pk").values_list("about_id", "entered"))


def own_estimates(actor: Actor, quantity: str) -> QuerySet[Estimate]:
    """What the actor's member says of a quantity now, of whatever record; nothing for an actor without a member."""
    current = _current_estimates(actor, quantity)
    return current.none() if actor.member_id is None else current.filter(author=actor.member_id)


def others_estimates(actor: Actor, quantity: str) -> QuerySet[Estimate]:
    """What other members say of a quantity now; what only a file says is nobody's word."""
    return _current_estimates(actor, quantity).exclude(author=None).exclude(author=actor.member_id)


def _current_estimates(actor: Actor, quantity: str) -> QuerySet[Estimate]:
    return Estimate.objects.within(actor).filter(quantity=quantity, superseded_at=None, archived_at=None)


def current_run(actor: Actor, type_name: str, name: str) -> Run | None:
    """The run behind the current values of a measure; None when nothing computed them."""
    newest = Measure.objects.within(actor).filter(type=type_name, name=name).exclude(run=None).order_by("-as_of", "-pk")
    measure = newest.select_related("run__member__user").first()
    return measure.run if measure else None


def runs_of(actor: Actor, kind: str, **parameters: Any) -> QuerySet[Run]:
    """Stored runs of a kind with these parameters, newest first."""
    wanted = {f"parameters__{name}": value for name, value in parameters.items()}
    rows = Run.objects.within(actor).filter(kind=kind, **wanted)
    return rows.select_related("member__user").order_by("-created_at", "-pk")


def measured_names(actor: Actor, type_name: str) -> list[str]:
    """The numbers that records of a type have values of, by name; days are none."""
    rows = Measure.objects.within(actor).filter(type=type_name, is_date=False).order_by("name")
    return list(rows.values_list("name", flat=True).distinct())


def records_measured(actor: Actor, name: str) -> list[int]:
    """Ids of the records that have a value of this measure."""
    return list(Measure.objects.within(actor).filter(name=name).values_list("record_id", flat=True))


def voices(actor: Actor, pairs: Iterable[Pair]) -> dict[Pair, list[Voice]]:
    """Everything ever said (and not archived) about each record's quantity, in order of time."""
    wanted = set(pairs)
    quantities = {quantity for _, quantity in wanted}
    found: dict[Pair, list[Voice]] = {pair: [] for pair in wanted}
    for some in batched({record_id for record_id, _ in wanted}, 500):
        rows = Estimate.objects.within(actor).filter(about_id__in=some, quantity__in=quantities, archived_at=None)
        for about_id, quantity, *voice in rows.order_by("created_at", "pk").values_list(
            "about_id", "quantity", "pk", "author_id", "method", "created_at", "p10", "p50", "p90", "unit", "assumed"
        ):
            if (about_id, quantity) in found:
                found[about_id, quantity].append(Voice(*voice))
    return found


def scorecard(actor: Actor, record_ids: Iterable[int]) -> dict[int, dict[str, Score]]:
    """Forecast beside measured, by record id and quantity, wherever both are known.

    The forecast is the pool of what was estimated before the measurement.
    """
    scores = {record_id: _scores(by_name) for record_id, by_name in measures_of(actor, record_ids).items()}
    return {record_id: by_name for record_id, by_name in scores.items() if by_name}


def scores_on(actor: Actor, record: RecordModel) -> dict[str, Score]:
    """The scorecard of the one record whose page it is, by quantity."""
    return _scores(measures_on(actor, record))


def _scores(measures: Mapping[str, MeasureValue]) -> dict[str, Score]:
    return {name: scored for name, value in measures.items() if (scored := score_of(value))}


def score_of(value: MeasureValue) -> Score | None:
    """What was measured beside what was forecast; None while either is not known."""
    return score(tuple(value.detail["forecast"]), value.p50) if "forecast" in value.detail else None


def effects(actor: Actor, type_name: str) -> list[MeasureValue]:
    """What records of a type are to do to metrics, or did; the latest first."""
    rows = Measure.objects.within(actor).filter(type=type_name, name__startswith=EFFECT)
    return [MeasureValue(*row) for row in rows.order_by("-as_of", "-pk")[:_EFFECTS].values_list(*_VALUE)]


@dataclass(frozen=True, slots=True)
class Watched:
    """One trigger of a decision: the record it names, if that is still known, and where its number stands."""

    decision: Decision
    place: int
    trigger: Mapping[str, Any]
    label: Label | None
    value: MeasureValue | None

    @property
    def has_passed(self) -> bool:
        """Whether the number is beyond the limit."""
        return self.value is not None and fires(self.trigger, self.value.p50)

    @property
    def was_passed(self) -> bool:
        """Whether it has been since the decision was made, which its makers knew."""
        return self.has_passed and bool(self.trigger.get("passed"))

    @property
    def has_fired(self) -> bool:
        """Whether it went beyond the limit since."""
        return self.has_passed and not self.was_passed


def watched(actor: Actor, decisions: Iterable[Decision]) -> list[Watched]:
    """The triggers of decisions, in their order."""
    triggers = [(decision, place, trigger) for decision in decisions for place, trigger in enumerate(decision.triggers)]
    if not triggers:
        return []
    ids = resolve_keys(actor, {trigger["record"] for *_, trigger in triggers})
    labels = labels_of_any(actor, ids.values())
    measures = measures_of(actor, ids.values(), {trigger["name"] for *_, trigger in triggers})
    return [
        Watched(decision, place, trigger, labels.get(pk), measures.get(pk, {}).get(trigger["name"]))
        for decision, place, trigger in triggers
        for pk in [ids.get(trigger["record"], 0)]
    ]


def fired_triggers(actor: Actor) -> list[Watched]:
    """Reopen triggers of decided decisions whose number has been passed."""
    return [one for one in watched(actor, standing(actor).exclude(triggers=[])) if one.has_fired]


def successor(actor: Actor, decision: Decision) -> Decision | None:
    """The decision that asks this one's question anew."""
    return Decision.objects.within(actor).filter(supersedes=decision.pk, archived_at=None).order_by("-pk").first()


def is_watched(actor: Actor, pairs: Iterable[Pair]) -> bool:
    """Whether a decision that stands, or a card that waits, watches one of these numbers of records."""
    decided = standing(actor).exclude(triggers=[]).values_list("triggers", flat=True)
    waiting = Attention.objects.within(actor).exclude(waiting_for={}).values_list("waiting_for", flat=True)
    triggers = [*(trigger for some in decided for trigger in some), *waiting]
    changed = set(pairs)
    names = {name for _, name in changed}
    ids = resolve_keys(actor, {trigger["record"] for trigger in triggers if trigger["name"] in names})
    return any((ids.get(trigger["record"]), trigger["name"]) in changed for trigger in triggers)


def standing(actor: Actor) -> QuerySet[Decision]:
    """Decisions that hold: decided, not superseded, and not asked anew."""
    asked_anew = Exists(Decision.objects.within(actor).filter(supersedes=OuterRef("pk"), archived_at=None))
    return Decision.objects.within(actor).filter(~asked_anew, status=DecisionStatus.DECIDED, archived_at=None)


def due_for_review(actor: Actor, today: date) -> QuerySet[Decision]:
    """Decisions whose review date has come and of which no outcome is known."""
    return standing(actor).filter(review_at__lte=today, outcome="")


def open_decisions(actor: Actor) -> QuerySet[Decision]:
    return Decision.objects.within(actor).filter(status=DecisionStatus.OPEN, archived_at=None)


def asked(actor: Actor, question: str, record_ids: Iterable[int]) -> Decision | None:
    """The decision that asks this of one of these records, or has answered it: open, or made and standing."""
    rows = open_decisions(actor) | standing(actor)
    return rows.filter(question=question, evidence__record__in=list(record_ids)).order_by("-pk").first()


def already_asked(actor: Actor, questions: Iterable[str]) -> set[tuple[int, str]]:
    """Which of these questions are open or decided already, each with the records that its decision rests on."""
    found: set[tuple[int, str]] = set()
    for some in batched(questions, 500):
        for rows in (open_decisions(actor), standing(actor)):
            found |= set(
                rows.filter(question__in=some, evidence__isnull=False).values_list("evidence__record", "question")
            )
    return found


def decisions_about(actor: Actor, record_id: int) -> QuerySet[Decision]:
    """Decisions that rest on the record, newest first."""
    rows = Decision.objects.within(actor).filter(evidence__record_id=record_id, archived_at=None)
    return rows.select_related("owner__user").order_by("-pk")


def evidence_of(actor: Actor, decision_id: int) -> QuerySet[DecisionEvidence]:
    return (
        DecisionEvidence.objects.within(actor).filter(decision_id=decision_id).select_related("record").order_by("pk")
    )


def resolve_keys(actor: Actor, keys: Iterable[str]) -> dict[str, int]:
    """Record ids of keys such as `F-128`; unknown keys are absent."""
    return cleaning.resolve(actor, AnyRecord(name="record"), set(keys))


def has_estimates(actor: Actor) -> bool:
    """Whether anybody has estimated anything yet."""
    return Estimate.objects.within(actor).exists()


def cards(actor: Actor, limit: int = 5) -> list[Attention]:
    """What needs a decision now: the actor's own first, then nobody's.

    Of each, first what passed a limit or a day that somebody set to be told, then what costs most to leave.

    What was delegated is the delegate's; what is another's, or snoozed, is not shown.
    """
    awake = _awake(actor).select_related("record", "for_member__user", "delegated_to__user")
    mine = Q(delegated_to_id=actor.member_id) | Q(delegated_to=None, for_member_id=actor.member_id)
    told = Case(When(Q(reason__startswith=FIRED) | Q(reason=REVIEW), then=0), default=1)
    order = (told, F("cost_per_week").desc(nulls_last=True), "since", "pk")
    found = list(awake.filter(mine).order_by(*order)[:limit]) if actor.member_id is not None else []
    if len(found) < limit:
        nobodys = awake.filter(delegated_to=None, for_member=None)
        found += nobodys.order_by(*order)[: limit - len(found)]
    return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Cards that a home page does not show: how many, and whose they are, as far as they are others'."""

    count: int
    names: Sequence[str]


def cards_elsewhere(actor: Actor, shown: Iterable[Attention]) -> Elsewhere:
    """The awake cards beyond those shown to the actor."""
    left = _awake(actor).exclude(pk__in=[card.pk for card in shown])
    whose = list(
        left.values_list(Coalesce("delegated_to", "for_member"), Coalesce(_name("delegated_to"), _name("for_member")))
    )
    names = {name for member, name in whose if member not in (None, actor.member_id)}
    return Elsewhere(len(whose), sorted(names))


def _awake(actor: Actor) -> QuerySet[Attention]:
    return Attention.objects.within(actor).filter(Q(snoozed_until=None) | Q(snoozed_until__lte=timezone.now()))


def _name(member: str) -> Combinable:
    return NullIf(f"{member}__user__name", Value(""))


def unused_runs(actor: Actor, older_than: timedelta) -> QuerySet[Run]:
    """Runs that nothing points to, whichever module's table it would be."""
    runs = Run.objects.within(actor).filter(created_at__lt=timezone.now() - older_than)
    for relation in Run._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            pointing = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            runs = runs.filter(~Exists(pointing))
    return runs
