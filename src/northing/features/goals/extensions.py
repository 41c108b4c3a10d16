"""The goals in the menu, and on a feature's page what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from northing.access.actor import Actor
from northing.decisions.public import record_in_words, scores_on
from northing.features.goals import standing
from northing.kit.extensions import MenuEntry, Panel, extensions
from northing.kit.reading import labels_of_any
from northing.kit.record_types import registry


def _metric_titles(actor: Actor, quantities: list[str]) -> dict[str, str]:
    """Names of the metrics that effects are on, by quantity such as `effect:M-3`."""
    metric = registry.named("metric")
    numbers = {name: metric.number_from(name.partition(":")[2]) for name in quantities if name.startswith("effect:")}
    rows = metric.model.objects.within(actor).filter(number__in=numbers.values()).values_list("number", "pk")
    by_number = dict(rows)
    labels = labels_of_any(actor, by_number.values())
    return {
        name: labels[by_number[number]].title
        for name, number in numbers.items()
        if number in by_number and by_number[number] in labels
    }


def _outcome(request: HttpRequest, actor: Actor, feature: Any) -> str:
    """Forecast beside measured, scored in plain words; nothing while nothing was measured."""
    scores = scores_on(actor, feature)
    if not scores:
        return ""
    titles = _metric_titles(actor, list(scores))
    rows = [{"title": titles.get(name, name), "score": score} for name, score in sorted(scores.items())]
    context = {"rows": rows, "words": record_in_words(list(scores.values())), "expert": request.user.expert}  # type: ignore[union-attr]
    return render_to_string("features/outcome.html", context, request)


extensions.add_panel("feature", Panel(name="outcome", title="Outcome", render=_outcome, order=20))
extensions.add_panel(
    "objective", Panel(name="key_results", title="Key results", render=standing.of_objective, order=10)
)
extensions.add_panel(
    "key_result", Panel(name="standing", title="Where it stands", render=standing.of_key_result, order=10)
)
extensions.add_panel("metric", Panel(name="standing", title="Where it stands", render=standing.of_metric, order=10))
extensions.add_menu(
    MenuEntry(
        group="Learn", label="Goals", path="goals/", icon="target", order=80, key="o", also="okr objectives key results"
    ),
    MenuEntry(
        group="Learn", label="Metrics", path="metrics/", icon="chart-line", order=82, also="kpi numbers north star"
    ),
)
