"""Why a date is what it is, in sentences: how sure, who works on it, what stands before it, what it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from northing.access.actor import Actor
from northing.decisions.public import measures_on
from northing.features.public import Feature, Status, packages_of
from northing.kit.reading import Label, labels_of_any
from northing.roadmap import order, planning, queries
from northing.roadmap.models import Forecast
from northing.roadmap.queries import Outlook
from northing.roadmap.rules import is_out
from northing.ui import formats
from northing.ui.formats import listed

_WORTH_TELLING = 0.05  # of the variance
_MOST_NAMED = 3  # in a sentence
_CHANGED = "It was changed since: Refresh on the roadmap takes that in."
_ENDING = "of how uncertain the day is"
Labels = Mapping[int, Label]
Activities = Mapping[str, Mapping[str, Any]]


def why(actor: Actor, record: Any) -> list[str]:
    """Sentences on the forecast of a feature, release or milestone; without one, what is missing."""
    if is_out(record):
        return ["It is out: nothing of when it comes is forecast any more."]
    outlook = queries.outlook_on(actor, record)
    forecast = queries.current_forecast(actor)
    if outlook is None or forecast is None:
        return [_what_is_missing(actor, record)]
    inputs = forecast.run.inputs
    dates = forecast.run.result["dates"]
    members = inputs["groups"].get(str(record.pk), ())
    keys = [key for key in members if inputs["activities"][key]["team"]]
    teams = sorted({int(inputs["activities"][key]["team"]) for key in keys})
    waits = [first for first, then in queries.dependencies_of(actor, record.pk) if then == record.pk]
    together = [int(release) for release in inputs.get("with", {}).get(str(record.pk), ())]
    guessed = [_record(key) for key in members if inputs["activities"][key].get("assumed")]
    unsized = inputs.get("unsized", {}).get(str(record.pk), ())
    rough = [*guessed[:_MOST_NAMED], *unsized[:_MOST_NAMED]]
    causes = [_record(key) for _, key, _ in outlook.causes]
    ahead = _ahead(record, keys, forecast)
    first = [pk for features in ahead.values() for pk in features[:_MOST_NAMED]]
    named = labels_of_any(actor, [*teams, *waits, *together, *rough, *causes, *first])
    return [
        _how_sure(outlook),
        *_kept_dates(named, ahead),
        *_roughly(named, record.pk, guessed, unsized),
        *_goes_out_with(named, outlook, together),
        *(_who(named[team], team, keys, inputs, dates) for team in teams if team in named),
        *_of_feature(actor, record, {team: named[team] for team in teams if team in named}),
        *_waits(named, waits),
        *_drivers(named, outlook, record.pk),
        *([_CHANGED] if record.updated_at > forecast.made_at else []),
    ]


def _what_is_missing(actor: Actor, record: Any) -> str:
    if not isinstance(record, Feature):
        return "It is forecast from what goes out with it or what it waits for: nothing of that has a range yet."
    if not queries.is_forecast(record):
        status = record.get_status_display()
        forecast = "what is planned or in delivery is forecast, and candidates that have a target"
        return f"It is not planned, its status is {status}: {forecast}."
    if "effort" in measures_on(actor, record):
        if queries.current_forecast(actor) is None:
            return "The plan has not been forecast yet: press Refresh on the roadmap."
        return "The plan was last forecast before this came in: press Refresh on the roadmap."
    return "Nobody has said what it takes: estimate its effort, or that of its work packages."


def _how_sure(outlook: Outlook) -> str:
    likely, safe = formats.day(outlook.likely), formats.day(outlook.safe)
    return f"As likely as not by {likely} (P50), four times in five by {safe} (P80)."


def _ahead(record: Any, keys: Sequence[str], forecast: Forecast) -> dict[str, list[int]]:
    """The features that go ahead of one of a better rank, by what they keep, by the method that made the forecast."""
    if not isinstance(record, Feature) or forecast.run.engine != planning.ENGINE:
        return {}
    activities: Activities = forecast.run.inputs["activities"]
    ahead = order.ahead_by_date(forecast.run.inputs, keys)
    found: dict[str, list[int]] = {"a promise": [], "a date": []}
    for key, is_promised in sorted(ahead.items(), key=lambda one: not one[1]):
        feature = activities[key].get("feature") or _record(key)
        if not any(feature in features for features in found.values()):
            found["a promise" if is_promised else "a date"].append(feature)
    return found


def _kept_dates(named: Labels, ahead: Mapping[str, Sequence[int]]) -> Iterator[str]:
    for kept, features in ahead.items():
        if told := _titles(named, features):
            yield f"Ranked after it, but ahead of it in line to keep {kept}: {told}."


def _roughly(named: Labels, record_id: int, guessed: Sequence[int], unsized: Sequence[int]) -> Iterator[str]:
    """What of the work nobody gave a range, or no size at all."""
    if record_id in guessed:
        yield "Nobody gave a range for its effort: the usual one counts."
    elif told := _titles(named, guessed):
        yield f"Nobody gave a range for {told}: the usual one counts."
    if told := _titles(named, unsized):
        yield f"Not counted, because nobody said what it takes: {told}."


def _titles(named: Labels, ids: Sequence[int]) -> str:
    """The first few of them, and how many more there are."""
    shown = [f"{named[pk].key} {named[pk].title}" for pk in ids[:_MOST_NAMED] if pk in named]
    more = [f"{len(ids) - _MOST_NAMED} more"] if len(ids) > _MOST_NAMED else []
    return listed(shown + more)


def _goes_out_with(named: Labels, outlook: Outlook, releases: Sequence[int]) -> Iterator[str]:
    """What is out when its release is may be done earlier."""
    told = [f"{named[pk].key} {named[pk].title}" for pk in releases if pk in named]
    if told and outlook.own:
        likely, safe = formats.day(outlook.own.likely), formats.day(outlook.own.safe)
        yield f"It goes out with {listed(told)}, when all of that is done."
        yield f"Its own work is done as likely as not by {likely}, four times in five by {safe}."


def _who(
    label: Label, team: int, keys: Sequence[str], inputs: Mapping[str, Any], dates: Mapping[str, Mapping[str, Any]]
) -> str:
    """Which team does how much of it, and how many of its other features begin before, as the timeline draws them."""
    activities: Activities = inputs["activities"]
    own = [key for key in keys if activities[key]["team"] == str(team)]
    days = [sum(activities[key]["work"][at] * (1 - activities[key]["done"]) for key in own) for at in range(3)]
    people = inputs["teams"][str(team)]["people"]
    size = formats.number_range(days[0], days[1], days[2], "days" if days[1] != 1 else "day")
    size = size if len(own) == 1 else f"{formats.significant(days[1])} days in {len(own)} parts"
    begins = min(dates[str(_record(key))]["start"] for key in own)
    earlier = {
        row.get("feature", key)
        for key, row in activities.items()
        if key not in keys and row["team"] == str(team) and row["done"] < 1
        if dates[str(_record(key))]["start"] < begins
    }
    others = formats.counted(len(earlier), "other feature", "other features") if earlier else "no other feature"
    line = f"{others} of that team begin{'' if len(earlier) > 1 else 's'} before it"
    return f"{_of_team(label.title, people, len(own))} works {size} on it; {line}."


def _of_team(title: str, people: float, parts: int) -> str:
    """Who of a team works on so many pieces of work: a person on each, which people who count days by heads ask first.

    >>> _of_team("Firmware", 3, 1), _of_team("Firmware", 3, 2), _of_team("Firmware", 0.5, 1)
    ('One of the 3 people of Firmware', 'Firmware (3 people, one on each part)', 'Firmware (0.5 people)')
    """
    if people > 1 and parts == 1:
        return f"One of the {formats.number(people)} people of {title}"
    heads = "1 person" if people == 1 else f"{formats.number(people)} people"
    return f"{title} ({heads}, one on each part)" if people > 1 else f"{title} ({heads})"


def _of_feature(actor: Actor, record: Any, teams: Labels) -> Iterator[str]:
    """With whom it is planned where nobody said so, and that a candidate is no plan."""
    if not isinstance(record, Feature):
        return
    packages = packages_of(actor, [record.pk]).get(record.pk, [])
    chosen = {pk for pk in (record.team_id, *(package.team_id for package in packages)) if pk}
    if taken := listed([label.title for team, label in teams.items() if team not in chosen]):
        what = "What of it has no team with people is" if chosen else "It has no team:"
        yield f"{what} planned with {taken}."
    if record.status == Status.CANDIDATE:
        yield "It is a candidate, not committed: what is planned goes first, unless that waits for it."


def _waits(named: Labels, waits: Sequence[int]) -> Iterator[str]:
    told = [f"{named[pk].key} {named[pk].title}" for pk in waits if pk in named]
    if told:
        yield f"It waits for {listed(told)}."


def _drivers(named: Labels, outlook: Outlook, record_id: int) -> Iterator[str]:
    told = [
        f"{_cause(named, kind, key, record_id)} ({formats.percent(share)})"
        for kind, key, share in outlook.causes
        if share >= _WORTH_TELLING and (kind == "estimates" or _record(key) in named)
    ]
    if told:
        yield f"The day depends most on {listed(told)}; in brackets the share {_ENDING}."


def _cause(named: Labels, kind: str, key: str, record_id: int) -> str:
    if kind == "estimates":
        return "whether all estimates are too low or too high together"
    label = named[_record(key)]
    if kind == "capacity":
        return f"how much time other work takes of {label.title}"
    if kind == "risk":
        return f"the risk “{label.title}”"
    whose = "its own effort" if _record(key) == record_id else f"the effort of {label.key} {label.title}"
    return whose if kind == "work" else whose.replace("effort", "lead time", 1)


def _record(key: str) -> int:
    """The record that a cause's key stands for; those of work have a letter before it."""
    digits = key.lstrip("wfem")
    return int(digits) if digits.isdecimal() else 0
