"""Named writes: measures, runs, estimates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from northing.access.actor import Actor
from northing.decisions import queries
from northing.decisions.models import Estimate, Measure, Run
from northing.decisions.rules import MeasureValue
from northing.decisions.runs import Outcome, Recipe, differences, kind_named
from northing.kit import changes
from northing.kit.batches import batched
from northing.kit.models import Record
from northing.kit.problems import Missing
from northing.kit.record_types import Values, registry

_MEASURED = ("type", "p10", "p50", "p90", "unit", "is_date", "assumed", "source", "detail", "run", "as_of")
KEEP_RUNS = timedelta(days=30)


# Measures


def write_measures(actor: Actor, values: Sequence[MeasureValue]) -> None:
    """Set current values, each replacing the one of the same record and name. Derived data: no history of its own.

    Raises `Missing` for a record outside the workspace and ValueError for quantiles that fall or are not finite.
    """
    types = _types_of(actor, {value.record_id for value in values})
    now = timezone.now()
    rows = {}
    for value in values:
        value.check()
        if value.record_id not in types:
            raise Missing(f"record {value.record_id}")
        rows[value.record_id, value.name] = Measure(
            workspace=actor.workspace,
            record_id=value.record_id,
            type=types[value.record_id],
            name=value.name,
            p10=value.p10,
            p50=value.p50,
            p90=value.p90,
            unit=value.unit,
            is_date=value.is_date,
            assumed=value.assumed,
            source=value.source,
            detail=dict(value.detail),
            run_id=value.run_id,
            as_of=value.as_of or now,
        )
    Measure.objects.within(actor).bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["record", "name"], update_fields=_MEASURED
    )


def _types_of(actor: Actor, record_ids: Iterable[int]) -> dict[int, str]:
    types: dict[int, str] = {}
    for some in batched(record_ids, 500):
        types |= dict(Record.objects.within(actor).filter(pk__in=some).values_list("pk", "type"))
    return types


def remove_measures(actor: Actor, pairs: Iterable[tuple[int, str]]) -> None:
    """Forget values that nothing stands behind any more, given as record id and name."""
    by_name: dict[str, list[int]] = {}
    for record_id, name in pairs:
        by_name.setdefault(name, []).append(record_id)
    for name, ids in by_name.items():
        for some in batched(ids, 500):
            Measure.objects.within(actor).filter(name=name, record_id__in=some).delete()


# Runs


def perform(actor: Actor, recipe: Recipe) -> Run:
    """The run of this recipe: the stored one, or computed now and stored. Call it outside a transaction."""
    kind = kind_named(recipe.kind)
    stored = Run.objects.within(actor).filter(digest=recipe.digest(kind.engine)).first()
    return stored or store_run(actor, recipe, kind.compute(recipe.inputs, recipe.parameters, recipe.seed))


def store_run(actor: Actor, recipe: Recipe, outcome: Outcome) -> Run:
    """Keep an outcome that was computed elsewhere. The same recipe and engine give the same run, whoever stores it."""
    engine = kind_named(recipe.kind).engine
    digest = recipe.digest(engine)
    run = Run(
        workspace=actor.workspace,
        kind=recipe.kind,
        digest=digest,
        inputs=recipe.inputs,
        parameters=dict(recipe.parameters),
        seed=recipe.seed,
        engine=engine,
        result=outcome.result,
        status=outcome.status,
        bound=outcome.bound,
        gap=outcome.gap,
        member_id=actor.member_id,
    )
    Run.objects.within(actor).bulk_create([run], ignore_conflicts=True)
    return Run.objects.within(actor).get(digest=digest)


def repeat(run: Run) -> list[str]:
    """Compute a run again and say where its result differs; empty when it is the same. Writes nothing."""
    kind = kind_named(run.kind)
    if kind.engine != run.engine:
        return [f"made with engine {run.engine!r}; this installation has {kind.engine!r}"]
    return differences(run.result, kind.compute(run.inputs, run.parameters, run.seed).result)


def prune_runs(actor: Actor, older_than: timedelta = KEEP_RUNS) -> int:
    """Delete runs that nothing points to; how many went."""
    return queries.unused_runs(actor, older_than).delete()[0]


# Estimates


def enter_estimates(actor: Actor, rows: Sequence[Values], event: str = "estimated") -> list[Estimate]:
    """Estimates as people or models give them: `about` (id or key), `quantity`, and `entered` or the three quantiles.

    They supersede what the same person (or method) said before, and the pooled measures follow in the same change.
    """
    return changes.create(actor, registry.of(Estimate), rows, event)


def enter_estimate(actor: Actor, row: Values) -> tuple[Estimate, int]:
    """One person's estimate, with the id of the change that takes it back."""
    with changes.changing(actor, "estimated") as change:
        [estimate] = change.create(registry.of(Estimate), [row])
    return estimate, change.change.pk
