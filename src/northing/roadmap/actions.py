"""Named writes: forecasts, moved targets, what goes out with what, and links that others may open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.access.secrets import hash_secret, new_secret
from northing.decisions.public import MeasureValue, Recipe, perform, remove_measures, write_measures
from northing.features.public import FORECAST, Feature, Status
from northing.kit import changes
from northing.kit.changes import ChangeSession, Edit
from northing.kit.problems import Invalid, Missing, Problem
from northing.kit.reading import get_record, labels_of_any
from northing.kit.record_types import RecordType, registry
from northing.roadmap import planning, queries
from northing.roadmap.freezing import WhatIf, freeze
from northing.roadmap.models import Dependency, Forecast, Placement, PublishedView, Release
from northing.roadmap.rules import (
    DATED,
    SHAREABLE,
    WAITING,
    Move,
    cycle_among,
    moved_words,
    moves,
    reasons,
    waits_between,
)

SEED = 20


def refresh(actor: Actor) -> Forecast:
    """Forecast the whole plan anew: a stored run, the measures it gives, and what moved. Call outside a transaction."""
    before = queries.current_forecast(actor)
    inputs = freeze(actor)
    run = perform(actor, Recipe(planning.KIND, inputs, {"draws": planning.DRAWS}, SEED))
    dates = run.result["dates"]
    old = before.run.result["dates"] if before else {}
    told = planning.told(inputs) & dates.keys()
    shown = {key: dates[key] for key in told}
    moved = moves(old, shown)
    words = ""
    if before:
        slightly = bool(moves(old, shown, least=1))
        because = reasons(before.run.inputs, inputs, is_new_method=before.run.engine != run.engine)
        words = moved_words(_counted(actor, moved), because, len(told - old.keys()), slightly=slightly)
    rough = planning.rough(inputs)
    values = [_measure(int(key), dates[key], run, key in rough) for key in sorted(told)]
    with transaction.atomic():
        remove_measures(actor, [(int(key), FORECAST) for key in old.keys() - dates.keys()])
        write_measures(actor, values)
        forecast, _ = Forecast.objects.within(actor).update_or_create(
            workspace=actor.workspace,
            defaults={"run": run, "made_at": timezone.now(), "words": words},
        )
    return forecast


def _counted(actor: Actor, moved: Sequence[Move]) -> list[str]:
    """How many of each type, in words; features first."""
    types = Counter(queries.types_of(actor, [move.record_id for move in moved]).values())
    return [registry.named(name).counted(types[name]) for name in DATED if types[name]]


def _measure(record_id: int, row: dict[str, Any], run: Any, assumed: bool) -> MeasureValue:
    p10, p50, p80, p90 = row["finish"]
    return MeasureValue(
        record_id,
        FORECAST,
        p10,
        p50,
        p90,
        is_date=True,
        assumed=assumed,
        source=f"simulation of the plan, {run.parameters['draws']:,} runs",
        detail={"p80": p80} | {name: row[name] for name in ("start", "by", "causes", "release", "work") if name in row},
        run_id=run.pk,
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """What a moved target would change: other records' likely day before and after, the furthest first."""

    record_id: int
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a target would mean: the outlook of the record's work with it, and whose work moves, its own among it."""

    outlook: queries.Outlook | None
    moved: Sequence[Moved] = ()


def preview_target(actor: Actor, record: Any, target: date) -> Preview:
    """What would move if the record's target did, which pulls its work ahead as far as it has to. Writes nothing."""
    inputs = freeze(actor)
    before, after = planning.what_moves(inputs, freeze(actor, WhatIf({record.pk: target})), SEED)
    told = planning.told(inputs)
    ids = [move.record_id for move in moves(before, after) if str(move.record_id) in told]
    moved = [Moved(pk, _likely(before, pk), _likely(after, pk)) for pk in ids]
    if any(one.record_id == record.pk for one in moved):
        return Preview(queries.Outlook.computed(after[str(record.pk)]), moved)
    outlook = queries.outlook_on(actor, record)
    return Preview(outlook and outlook.work, moved)  # as it stands, from more draws


def _likely(dates: dict[str, Any], record_id: int) -> date:
    return date.fromordinal(dates[str(record_id)]["finish"][1])


def dated_record(actor: Actor, key: str) -> tuple[RecordType, Any]:
    """The feature, release or milestone with this key. Raises `Missing`."""
    for name in DATED:
        record_type = registry.named(name)
        if key.upper().startswith(f"{record_type.prefix}-"):
            return record_type, get_record(actor, record_type, key)
    raise Missing(key)


def move_target(actor: Actor, key: str, target: date, version: int | None = None) -> Any:
    """Aim at another day. Promises and forecasts stay as they are."""
    record_type, record = dated_record(actor, key)
    edit = Edit(record.pk, {"target": target}, version)
    [moved] = changes.update(actor, record_type, [edit], "moved the target")
    return moved


def aim(actor: Actor, key: str, words: str) -> Feature:
    """Aim at now, next or later instead of a day."""
    feature_type = registry.of(Feature)
    record = get_record(actor, feature_type, key)
    edit = Edit(record.pk, {"target": None, "target_text": words})
    feature: Feature
    [feature] = changes.update(actor, feature_type, [edit], "moved the target")
    return feature


def place(actor: Actor, feature: Feature, release: Release) -> None:
    """Let a feature go out with a release. Refused where one waits for the other already, or it is declined."""
    actor.require(Verb.UPDATE, "release")
    _refuse_declined([feature])
    with changes.changing(actor, _put_into(release, 1)) as change:
        _put(change, [feature.pk], release)


@dataclass(frozen=True, slots=True)
class Planned:
    """The release that features were put into, and the change that all of it is, where anything is otherwise."""

    release: Release | None
    change_id: int | None


def plan(actor: Actor, ids: Sequence[int], release: Release | str | None, aim: str, *, decided: bool) -> Planned:
    """Put features into a release (one, or the title of a new one), aim them at now, next or later, and plan, where
    `decided`, those that are new or candidates; in one change.

    Refused where they would wait for each other, or one is declined.
    """
    actor.require(Verb.UPDATE, "release")
    feature_type = registry.of(Feature)
    features = Feature.objects.within(actor).filter(archived_at=None).in_bulk(list(ids))
    if unknown := [pk for pk in ids if pk not in features]:
        raise Missing(f"feature {unknown[0]}")
    _refuse_declined(features.values())
    aimed: dict[str, Any] = {"target": None, "target_text": aim} if aim else {}
    edits = [
        Edit(pk, aimed | ({"status": Status.PLANNED} if decided and feature.status in queries.UNDECIDED else {}))
        for pk, feature in features.items()
    ]
    planned = f"planned {feature_type.counted(len(features))}"
    event = _put_into(release, len(features)) if isinstance(release, Release) else planned
    with changes.changing(actor, event) as change:
        change.update(feature_type, edits)
        into = change.create(registry.of(Release), [{"title": release}])[0] if isinstance(release, str) else release
        if into is not None:
            _put(change, list(features), into)
    return Planned(into, change.change_id)


def begin_plan(
    actor: Actor,
    ids: Sequence[int],
    teams: Mapping[int, int | None],
    people: Mapping[int, str],
    new_team: Mapping[str, str] | None = None,
) -> int | None:
    """Plan undecided features, say the team of some, planned or not, and how many people teams have, in one change;
    returns it, if anything is otherwise. A new team builds what is nobody else's.

    Raises `Invalid`, and where one to plan is gone or decided on otherwise, `Missing`.
    """
    feature_type, team_type = registry.of(Feature), registry.named("team")
    there = queries.plannable(actor).in_bulk([*ids, *teams])
    if gone := [pk for pk in ids if pk not in there]:
        raise Missing(f"feature {gone[0]} among what can be planned")
    edits: dict[int, Any] = {pk: {"status": Status.PLANNED} for pk in ids if there[pk].status in queries.UNDECIDED}
    words = f"planned {feature_type.counted(len(edits))}" if edits else "said who builds what"
    for pk, team in teams.items():
        if pk in there:
            edits[pk] = edits.get(pk, {}) | {"team": team}
    with changes.changing(actor, words) as change:
        if new_team:
            change.create(team_type, [new_team])
        if people:
            change.update(team_type, [Edit(pk, {"people": text}) for pk, text in people.items()])
        change.update(feature_type, [Edit(pk, edit) for pk, edit in edits.items()])
    return change.change_id


def _refuse_declined(features: Iterable[Feature]) -> None:
    if declined := [registry.of(Feature).key(one) for one in features if one.status == Status.DECLINED]:
        rule = "is declined" if len(declined) == 1 else "are declined"
        raise Invalid([Problem("status", ", ".join(declined), f"{rule}; set another status first, or leave out")])


def _put_into(release: Release, count: int) -> str:
    return f"put {registry.of(Feature).counted(count)} into {registry.of(Release).key(release)}"


def _put(change: ChangeSession, feature_ids: Sequence[int], release: Release) -> None:
    """Place features in a release; those that are there stay."""
    [into] = change.load(registry.of(Release), [release.pk])
    there = set(Placement.objects.within(change.actor).filter(release=into).values_list("feature", flat=True))
    workspace = change.actor.workspace
    new = [Placement(workspace=workspace, feature_id=pk, release=into) for pk in feature_ids if pk not in there]
    change.add_rows(new, "feature")
    if circle := _circle(change.actor):
        raise Invalid([Problem("release", release.title, f"they would wait for each other: {circle}")])


def displace(actor: Actor, feature: Feature, release: Release) -> None:
    """Take a feature out of a release."""
    actor.require(Verb.UPDATE, "release")
    Placement.objects.within(actor).filter(feature=feature, release=release).delete()


def refuse_circles(change: ChangeSession, dependencies: Sequence[Dependency]) -> None:
    """Raise `Invalid` if a dependency just written joins what cannot wait, or makes records wait in a circle."""
    actor = change.actor
    ends = {end for one in dependencies for end in (one.predecessor_id, one.successor_id)}
    types = queries.types_of(actor, sorted(ends))
    problems = [
        Problem(name, types[pk], "must be a feature, work package, milestone or release", row)
        for row, one in enumerate(dependencies)
        for name, pk in (("predecessor", one.predecessor_id), ("successor", one.successor_id))
        if types[pk] not in WAITING
    ]
    if not problems and (circle := _circle(actor)):
        rule = f"they would wait for each other: {circle}; remove one of these dependencies"
        problems = [Problem("successor", dependencies[0].title, rule)]
    if problems:
        raise Invalid(problems)


def refuse_waiting_for_itself(change: ChangeSession, merged: Feature, into: Feature) -> None:
    """Raise `Invalid` if what two features have together makes records wait in a circle."""
    if circle := _circle(change.actor):
        rule = f"they would wait for each other: {circle}; remove one of these dependencies first"
        raise Invalid([Problem("into", registry.of(Feature).key(into), rule)])


def _circle(actor: Actor) -> str:
    """The keys of records that wait in a circle, such as `F-1 → F-2 → F-1`; empty if there is none."""
    pairs = [(one.predecessor_id, one.successor_id) for one in queries.live_dependencies(actor)]
    found = [pk for pk, _ in cycle_among(waits_between(pairs, queries.members(actor)))]
    ids = [pk for pk, _ in groupby(found)]
    labels = labels_of_any(actor, ids)
    return " → ".join(labels[pk].key for pk in ids if pk in labels)


def publish(actor: Actor, title: str, fields: Sequence[str]) -> str:
    """A link that shows the roadmap without signing in; returns its secret, which is not kept."""
    actor.require(Verb.UPDATE, "release")
    if not title.strip():
        raise Invalid([Problem("title", title, "must be filled in: it heads the shared page")])
    if unknown := [name for name in fields if name not in SHAREABLE]:
        raise Invalid([Problem("fields", unknown[0], f"must be among {', '.join(SHAREABLE)}")])
    secret = new_secret("nts")
    PublishedView.objects.within(actor).create(
        workspace=actor.workspace,
        title=title.strip()[:120],
        secret_hash=hash_secret(secret),
        fields=[name for name in SHAREABLE if name in fields],
        created_by_id=actor.member_id,
    )
    return secret


def revoke(actor: Actor, view_id: int) -> None:
    """Let a link work no more."""
    actor.require(Verb.UPDATE, "release")
    if not PublishedView.objects.within(actor).filter(pk=view_id, revoked_at=None).update(revoked_at=timezone.now()):
        raise Missing(f"shared view {view_id}")
