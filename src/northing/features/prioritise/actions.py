"""Making a ranking, and which of them is the order in use: the one whose places stand on the features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from northing.access.actor import Actor, Origin
from northing.access.roles import Verb
from northing.decisions.public import (
    KNOWN,
    MeasureValue,
    Recipe,
    measured_names,
    perform,
    quantity_named,
    remove_measures,
    write_measures,
)
from northing.expressions import FormulaError
from northing.features.models import Feature, ScoringModel
from northing.features.prioritise.methods import Choice, of_model
from northing.features.prioritise.planning import DRAWS, KIND, SEED, TOP, check, mixtures, needed, placed
from northing.features.prioritise.queries import RANK, SCORE, ids_of, inputs_of, is_by, must_count, run_in_use
from northing.features.prioritise.wording import name_of
from northing.kit.changes import ChangeSession
from northing.kit.problems import Invalid, Problem
from northing.kit.record_types import registry


def refresh(actor: Actor, choice: Choice) -> Any:
    """Rank the candidates anew; the stored run. The same inputs give the same run.

    The order in use goes on being in use as renewed, and so does the first one ever made; any other is only stored.

    Raises `FormulaError` for a faulty formula, and `Invalid` when no candidate has all that the method needs or a
    score is no number.
    """
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    check_choice(actor, choice)
    inputs = inputs_of(actor, choice)
    if not inputs["features"]:
        names = ", ".join(quantity_named(name).label.lower() for name in needed(choice.definition))
        first = "size some, and link who asks for them" if must_count(choice.definition) else "size some first"
        rule = f"no feature has all that it needs ({names}) yet; {first}"
        raise Invalid([Problem("method", choice.label, rule)])
    parameters = {
        "word": choice.word,
        "label": choice.label,
        "definition": dict(choice.definition),
        "currency": actor.workspace.currency,
        "draws": DRAWS,
        "top": TOP,
    }
    try:
        run = perform(actor, Recipe(KIND, inputs, parameters, SEED))
    except ValueError as error:
        raise Invalid([Problem("method", choice.label, str(error))]) from error
    used = run_in_use(actor)
    if used is None or is_by(used, choice.word, choice.definition.get("formula", "")):
        use(actor, run)
    return run


def check_choice(actor: Actor, choice: Choice) -> None:
    """Raise `FormulaError` where a formula cannot be read, gives no number, or names what nobody estimates."""
    check(choice.definition, known_quantities(actor))


def known_quantities(actor: Actor) -> list[str]:
    """The quantities that a formula may name: the usual ones, then what else features have values of."""
    others = {*measured_names(actor, registry.of(Feature).name)} - {*KNOWN, RANK, SCORE}
    return [*KNOWN, *sorted(filter(str.isidentifier, others))]


def refuse_what_cannot_work(change: ChangeSession, models: Sequence[ScoringModel]) -> None:
    """Raise `Invalid` for a formula that a person saves and that no order could be made by. What a file brings may name
    quantities that come in after it, and what an undo brings back was there before."""
    if change.actor.origin not in (Origin.WEB, Origin.API) or change.undoes is not None:
        return
    problems = []
    for row, model in enumerate(models):
        try:
            check_choice(change.actor, of_model(model))
        except FormulaError as error:
            problems.append(Problem("formula", model.formula, str(error), row))
    if problems:
        raise Invalid(problems)


def remarks_on(actor: Actor, model: ScoringModel) -> list[str]:
    """What is to be said of a model's formula that is taken as it is: which unlike quantities it mixes."""
    return list(mixtures(of_model(model).definition, actor.workspace.currency)) if model.formula else []


def use(actor: Actor, run: Any) -> None:
    """Make a stored order the one in use: score and place become the features' current values; those that have none
    in it lose theirs."""
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    rows = list(placed(run.result))
    ids = ids_of(actor, [row["key"] for row, _ in rows])
    source = f"ranked by {name_of(run)}"
    values = []
    for row, place in rows:
        for name, found in ((RANK, place), (SCORE, row[SCORE])) if row["key"] in ids else ():
            if found is not None:
                low, likely, high = found
                values.append(
                    MeasureValue(
                        ids[row["key"]], name, low, likely, high, source=source, run_id=run.pk, as_of=run.created_at
                    )
                )
    ranked = Feature.objects.within(actor).filter(record__measures__name__in=(RANK, SCORE))
    had = set(ranked.values_list("pk", "record__measures__name"))
    with transaction.atomic():
        remove_measures(actor, had - {(value.record_id, value.name) for value in values})
        write_measures(actor, values)
