"""The page "Prioritise": the stored ranking, and the button that makes it anew."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tasks import default_task_backend
from django_tasks.exceptions import TaskResultDoesNotExist

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions.public import measures_of, quantity_named, repeat
from northing.expressions import FormulaError
from northing.features.actions import COUNTED
from northing.features.answering import may_answer_themes
from northing.features.models import Feature, Method, ScoringModel
from northing.features.prioritise import jobs, pictures, wording
from northing.features.prioritise.actions import check_choice, known_quantities, refresh, use
from northing.features.prioritise.left_out import left_out
from northing.features.prioritise.methods import Choice, choices, chosen, is_model, known_choices
from northing.features.prioritise.planning import mixtures, needed, placed
from northing.features.prioritise.queries import (
    candidates,
    known_names,
    news_since,
    ranking_of,
    run_before,
    run_in_use,
    shown_of,
    shown_run,
)
from northing.insight.public import REVENUE, has_proposals
from northing.kit.extensions import extensions
from northing.kit.problems import Invalid, Missing
from northing.kit.reading import get_record
from northing.kit.record_types import registry
from northing.kit.views.doors import page

IN_REQUEST = 300
LISTED, AT_MOST = 12, 300
TABS = 5  # methods that stand side by side; the others are in a menu
FORMULA = "reach * impact / effort"


@page("GET", "POST")
def prioritise(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The order as it was last computed, by the method asked for; a POST computes it anew."""
    actor.require(Verb.VIEW, registry.of(Feature).name)
    used = run_in_use(actor)
    if request.method == "GET":
        word, formula = request.GET.get("method", ""), request.GET.get("formula", "").strip()
        run = shown_run(actor, used, word, formula, request.GET.get("run", ""))
        return _page(request, actor, used, run, word, formula)
    word, formula = request.POST.get("method", ""), request.POST.get("formula", "")
    actor.require(Verb.UPDATE, registry.of(Feature).name)
    choice = chosen(actor, word, formula)
    back = {"method": choice.word} | ({"capacity": c} if (c := request.POST.get("capacity", "")) else {})
    try:
        check_choice(actor, choice)
        if candidates(actor).count() > IN_REQUEST:
            job = jobs.rank_features.enqueue(actor.workspace_id, actor.member_id, word, formula)
            back["job"] = job.id
        else:
            run = refresh(actor, choice)
            back |= {"run": run.pk} if run != run_in_use(actor) else {}
    except FormulaError as error:
        fault = wording.underlined(error)
    except Invalid as error:
        fault = format_html("{}", error.problems[0].rule)
    else:
        return HttpResponseRedirect(f"{request.path}?{urlencode(back)}")
    return _page(request, actor, used, shown_run(actor, used, word), word, formula, fault=fault)


@page("GET")
def formula_said(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be said of a formula while somebody types it."""
    actor.require(Verb.VIEW, registry.of(Feature).name)
    choice = chosen(actor, Method.CUSTOM, request.GET.get("formula", ""))
    context: dict[str, Any] = {}
    if choice.definition["formula"]:
        context = _checked(actor, choice)
    return render(request, "features/formula_said.html", context)


def _checked(actor: Actor, choice: Choice) -> dict[str, Any]:
    """What is wrong with a formula, or which unlike quantities it mixes."""
    try:
        check_choice(actor, choice)
        return {"mixtures": mixtures(choice.definition, actor.workspace.currency)}
    except FormulaError as error:
        return {"fault": wording.underlined(error)}


@page("GET")
def rank_by_model(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """From a scoring model to the order by it."""
    model = get_record(actor, registry.of(ScoringModel), key)
    word = registry.of(ScoringModel).key(model)
    return HttpResponseRedirect(f"/{actor.workspace.slug}/prioritise/?method={word}")


@page("POST")
def use_order(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """Make a stored order the one that everybody goes by."""
    use(actor, ranking_of(actor, run_id))
    return HttpResponseRedirect(f"/{actor.workspace.slug}/prioritise/")


def _page(
    request: HttpRequest,
    actor: Actor,
    used: Any,
    run: Any,
    word: str,
    formula: str,
    *,
    fault: SafeString | None = None,
) -> HttpResponse:
    if run or not word:
        word = run.parameters["word"] if run else _first_word(actor)
    kept = run.parameters["definition"].get("formula", "") if run else ""
    choice = chosen(actor, word, formula or kept or FORMULA)
    context: dict[str, Any] = {
        "choice": choice,
        "is_model": is_model(word),
        "mixtures": [],
        "quantities": _quantities(actor) if word == Method.CUSTOM else [],
        "tabs": (every := choices(actor))[:TABS],
        "others": every[TABS:],
        "is_tab": word in [one.word for one in every[:TABS]],
        "custom": word == Method.CUSTOM,
        "formula": choice.definition.get("formula", ""),
        "fault": fault,
        "run": run,
        "name": wording.name_of(run) if run else "",
        "used": used,
        "used_name": wording.name_of(used) if used else "",
        "job": request.GET.get("job", "") if request.GET.get("job", "").isdecimal() else "",
        "may_refresh": actor.may(Verb.UPDATE, registry.of(Feature).name),
        "expert": getattr(request.user, "expert", False),
        "slug": actor.workspace.slug,
        "capacity_text": request.GET.get("capacity", ""),
    }
    if word == Method.CUSTOM or is_model(word):
        context |= _checked(actor, choice) | ({"fault": fault} if fault else {})
        fault = context["fault"]
    if run is not None:
        context |= _ranking(request, actor, run)
        context["left"] = left_out(actor, run.parameters["definition"])
        context["is_reworded"] = is_model(word) and run.parameters["definition"] != choice.definition
    elif not fault:
        context["left"] = left_out(actor, choice.definition)
    if context.get("left") and context["left"].uncounted:
        context["link_url"] = f"/{actor.workspace.slug}/{_where_to_link(actor)}"
    return render(request, "features/prioritise.html", context, status=422 if request.method == "POST" else 200)


def _where_to_link(actor: Actor) -> str:
    """Where feedback that nobody has linked to a feature is linked to one: by its themes while there are any."""
    return "themes/pick" if may_answer_themes(actor) and has_proposals(actor) else "inbox/"


def _first_word(actor: Actor) -> str:
    """The method with all that it needs known of the most features, that anybody asks among it; where nothing but
    efforts is known yet, who asks, per week of work, is an order to begin with."""
    musts = {one.word: {*needed(one.definition)} for one in known_choices()}
    known = known_names(actor, {name for must in musts.values() for name in must})

    def ranked(word: str) -> tuple[int, int]:
        must = musts[word]
        return sum(must <= names for names in known), sum(must.difference(COUNTED) <= names for names in known)

    return max(musts, key=ranked)


def _quantities(actor: Actor) -> list[tuple[str, str]]:
    """What a formula may name, each with what it is and is counted in."""
    found = []
    for name in known_quantities(actor):
        known = quantity_named(name)
        unit = "weeks" if known.is_time else known.unit_in(actor.workspace.currency)
        found.append((name, f"{known.label}, {unit}" if unit else known.label))
    return found


def _ranking(request: HttpRequest, actor: Actor, run: Any) -> dict[str, Any]:
    result = run.result
    fits = _budget(request, result)
    listed = AT_MOST if "all" in request.GET else max(LISTED, min(fits.likely + 2, AT_MOST) if fits else 0)
    shown = [row["key"] for row in result["rows"][: max(listed, pictures.MOST_SPOTS)]]
    features = shown_of(actor, {*shown, *(driver["key"] for driver in result["drivers"])})
    titles = {key: title for key, (_, title) in features.items()}
    groups = _groups(result, features, listed, fits.likely if fits else None)
    return {
        "shows_top": len(result["rows"]) > result["top"],
        "revenue_remark": _revenue_remark(actor, run, [pk for pk, _ in features.values()]),
        "groups": groups,
        "who_leads": wording.who_leads([row["title"] for row in groups[0]["rows"]], groups[0]["verdict"])
        if groups
        else "",
        "bulk_actions": extensions.bulk_for(actor, registry.of(Feature).name),
        "more": max(len(result["rows"]) - listed, 0),
        "is_all": listed == AT_MOST,
        "scatter": pictures.scatter(run, titles),
        "drivers": [
            {**driver, "title": titles.get(driver["key"], ""), "words": wording.worth_asking(driver)}
            | {"label": quantity_named(driver["quantity"]).label}
            for driver in wording.most_gained_first(result["drivers"])[:5]
        ],
        "changed": wording.changed_since(run_before(actor, run), run),
        "since": wording.news(news_since(actor, run)),
        "budget": fits,
        "has_efforts": bool(result["spent"]),
        "repeatable": len(result["rows"]) <= IN_REQUEST,
    }


def _revenue_remark(actor: Actor, run: Any, feature_ids: Iterable[int]) -> str:
    """What the revenue of an order that counts it leaves out."""
    if REVENUE not in needed(run.parameters["definition"]):
        return ""
    behind = measures_of(actor, feature_ids, [REVENUE]).values()
    return wording.revenue_remark([by_name[REVENUE].detail for by_name in behind], actor.workspace.currency)


def _budget(request: HttpRequest, result: Any) -> wording.Budget | None:
    try:
        capacity = float(request.GET.get("capacity", "").replace(",", "."))
    except ValueError:
        return None
    usable = math.isfinite(capacity) and capacity > 0 and result["spent"]
    return wording.budget(result["spent"], capacity) if usable else None


def _groups(result: Any, features: Any, listed: int, fitting: int | None) -> list[dict[str, Any]]:
    """The first places in the groups that hang together; clear places next to each other share a heading."""
    runs: list[tuple[int, int, str]] = []
    for first, last, verdict in result["groups"]:
        if first > listed:
            break
        if runs and verdict == runs[-1][2] == "clear lead":
            runs[-1] = (runs[-1][0], last, verdict)
        else:
            runs.append((first, last, verdict))
    rows = list(placed(result))
    explained = {verdict: first for first, _, verdict in reversed(runs)}
    return [
        {
            "heading": wording.group_heading(first, last, verdict),
            "words": wording.group_words(verdict) if explained[verdict] == first < len(rows) else "",
            "verdict": verdict,
            "rows": [
                {
                    "place": own and place,
                    "key": row["key"],
                    "id": features.get(row["key"], (0, ""))[0],
                    "title": features.get(row["key"], (0, row["key"]))[1],
                    "places": wording.places(own[0], own[2]) if own else "",
                    "top": row["top"],
                    "top_words": wording.in_runs_of_ten(row["top"]),
                    "score": row["score"],
                    "last_that_fits": place == fitting,
                }
                for place, (row, own) in enumerate(rows[first - 1 : min(last, listed)], start=first)
            ],
        }
        for first, last, verdict in runs
    ]


@page("POST")
def repeat_run(request: HttpRequest, actor: Actor, run_id: int) -> HttpResponse:
    """Compute a stored run again and say whether it comes out the same. Writes nothing."""
    actor.require(Verb.VIEW, registry.of(Feature).name)
    run = ranking_of(actor, run_id)
    if len(run.result["rows"]) > IN_REQUEST:
        raise Missing(f"run {run_id}")
    return render(request, "features/prioritise_repeated.html", {"differences": repeat(run)[:5]})


@page("GET")
def progress(request: HttpRequest, actor: Actor, job_id: int) -> HttpResponse:
    """How a ranking in the background is going; asked every second, and on to the result when it is there."""
    try:
        result = default_task_backend.get_result(str(job_id))
    except TaskResultDoesNotExist:
        raise Missing(f"job {job_id}") from None
    if result.kwargs.get("workspace_id") != actor.workspace_id:
        raise Missing(f"job {job_id}")
    response = render(request, "features/prioritise_progress.html", {"result": result, "job": job_id})
    if result.is_finished and not result.errors:
        formula = {"formula": text} if (text := result.kwargs["formula"]) else {}
        made = urlencode({"method": result.kwargs["word"]} | formula)
        response["HX-Redirect"] = f"/{actor.workspace.slug}/prioritise/?{made}"
    return response
