"""Stored computations: equal ones are one, and can be repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from northing.access.actor import Actor
from northing.decisions import runs
from northing.decisions.actions import prune_runs
from northing.decisions.models import Run
from northing.decisions.public import (
    MeasureValue,
    Outcome,
    Recipe,
    RunKind,
    decide,
    open_decision,
    perform,
    register_run_kind,
    repeat,
    store_run,
    write_measures,
)

pytestmark = pytest.mark.django_db
Records = Callable[[int], list[int]]
computed: list[int] = []


def mean_of_draws(inputs: Any, parameters: Mapping[str, Any], seed: int) -> Outcome:
    computed.append(seed)
    draws = np.random.default_rng(seed).normal(inputs["mean"], 1, parameters["draws"])
    return Outcome({"mean": float(draws.mean())})


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> RunKind:
    monkeypatch.setattr(runs, "_kinds", {})
    computed.clear()
    kind = RunKind("mean", "1", mean_of_draws)
    register_run_kind(kind)
    return kind


RECIPE = Recipe("mean", {"mean": 3}, {"draws": 50}, seed=7)


def test_the_same_recipe_is_computed_once(actor: Actor) -> None:
    one, again = perform(actor, RECIPE), perform(actor, RECIPE)
    assert one.pk == again.pk
    assert computed == [7]
    assert perform(actor, Recipe("mean", {"mean": 3}, {"draws": 50}, seed=8)).pk != one.pk
    assert (one.member_id, one.engine, one.status) == (actor.member_id, "1", "done")


def test_storing_twice_keeps_the_first(actor: Actor) -> None:
    first = store_run(actor, RECIPE, Outcome({"mean": 3.0}, status="feasible", bound=2.5, gap=0.2))
    second = store_run(actor, RECIPE, Outcome({"mean": 9.0}))
    assert (second.pk, second.result, second.bound) == (first.pk, {"mean": 3.0}, 2.5)


def test_workspaces_do_not_share_runs(actor: Actor, stranger: Actor) -> None:
    assert perform(actor, RECIPE).pk != perform(stranger, RECIPE).pk


def test_a_repeated_run_gives_the_same(actor: Actor) -> None:
    run = perform(actor, RECIPE)
    assert repeat(Run.objects.within(actor).get(pk=run.pk)) == []
    run.result = {"mean": run.result["mean"] + 1e-6}
    [difference] = repeat(run)
    assert difference.startswith("mean: ")


def test_another_engine_makes_another_run(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    old = perform(actor, RECIPE)
    monkeypatch.setattr(runs, "_kinds", {"mean": RunKind("mean", "2", mean_of_draws)})
    assert perform(actor, RECIPE).pk != old.pk
    assert "engine '1'" in repeat(old)[0]


def test_an_unknown_kind_names_the_known_ones(actor: Actor) -> None:
    with pytest.raises(LookupError, match="use one of: mean"):
        perform(actor, Recipe("median", {}))


def test_runs_that_nothing_refers_to_are_pruned(actor: Actor, records: Records) -> None:
    [team] = records(1)
    loose, measured, decided = (perform(actor, Recipe("mean", {"mean": 1}, {"draws": 9}, seed)) for seed in range(3))
    write_measures(actor, [MeasureValue.exactly(team, "a", 1, run_id=decided.pk)])
    decision = open_decision(actor, {"question": "Which?"}, {team: ""})
    decide(actor, decision.pk, "the first")
    write_measures(actor, [MeasureValue.exactly(team, "a", 1, run_id=measured.pk)])
    assert prune_runs(actor, timedelta(days=1)) == 0
    assert prune_runs(actor, timedelta(0)) == 1
    assert set(Run.objects.within(actor)) == {measured, decided}
    assert loose not in Run.objects.within(actor)
