"""What the page to pick features from themes proposes: evidence of features that are there, and new ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import northing.insight.public as insight
from northing.access.actor import Actor
from northing.features import ticks
from northing.features.members import Members, Name, evidence, read_alike
from northing.features.models import Feature
from northing.features.planning import said_first
from northing.features.praise import CONTENT
from northing.features.ticks import Doubt, Row
from northing.kit.reading import Label, labels
from northing.kit.record_types import registry

MOST_TITLES = 2_000
_OFFERS_AT, _LINKS_AT = 0.14, 0.3
"""Likeness from which a feature is offered for a theme, and from which it is taken for what the theme is about, unless
the person says otherwise."""
_EXAMPLES = 5
_READ = 300  # characters of an example
_RATED = 20  # messages of a theme by which it is known whether people are content
_FEWEST = 3  # how many came with stars
KNOWN, UNSURE = Doubt("linked already", small=True), Doubt("perhaps asked for", small=True)
_SEVERAL = 3  # features that the messages of a theme are about, from which it is about none of them


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: themes that are evidence of a feature, or one that may become a new one.

    `voices` and the sure ones of `members` are what is linked if nothing else is said. `perhaps` is a feature that it
    may be evidence of.
    """

    name: str
    themes: Sequence[Row]
    voices: int
    members: Members
    doubt: Doubt
    feature_id: int = 0
    feature: Label | None = None
    perhaps: Label | None = None

    @property
    def value(self) -> str:
        return ",".join(row.name for row in self.themes)

    @property
    def title(self) -> str:
        return self.feature.title if self.feature else self.themes[0].title

    @property
    def known_by(self) -> str:
        """What it goes by while the person is signed in: a feature keeps its key, a theme its title."""
        return self.feature.key if self.feature else self.title

    @property
    def example(self) -> str:
        """What was said for it most clearly."""
        return next((one for row in self.themes for one in row.examples), "")


@dataclass(frozen=True, slots=True)
class _Like:
    """The feature that a theme reads most like; `strong` where it is linked to it if nothing else is said, `scattered`
    where its messages read like several."""

    id: int
    strong: bool
    scattered: bool = False


def lines(actor: Actor, into: Mapping[Name, int]) -> list[Line]:
    """Every open decision, evidence first, then by voices; `into` says what somebody else wants of a theme: to link it
    to a feature, or (0) to make a new one."""
    rows = sorted([*_themes(actor), *_proposals(actor)], key=lambda row: (row.broad, -row.voices))
    elsewhere = {pk for row in rows if row.name in into for pk in row.members.sure}
    alike = read_alike(actor)
    likes = _likes(actor, rows, alike)
    alike = {pk: found.without(elsewhere) for pk, found in alike.items()}
    rows = [_read(row, like, into) for row, like in zip(rows, likes, strict=True)]
    doubts = [
        Doubt() if row.name in into else doubt
        for row, doubt in zip(rows, ticks.ticked(rows, _built(actor)), strict=True)
    ]
    titles = labels(actor, registry.of(Feature), [*(like.id for like in likes), *into.values(), *alike])
    told: dict[int, list[Row]] = defaultdict(list)
    new = []
    for row, like, doubt in zip(rows, likes, doubts, strict=True):
        if row.linked and not doubt.why:
            told[into.get(row.name, like.id)].append(row)
        else:
            offer = titles.get(like.id) if row.name not in into else None
            new.append(Line(row.name, [row], row.voices, row.members, doubt, perhaps=offer))
    for row in _alike(actor, {pk: found for pk, found in alike.items() if found.sure or found.perhaps}, titles):
        told[row.id].append(row)
    return [*_evidence(actor, told, titles), *new]


def _read(row: Row, like: _Like, into: Mapping[Name, int]) -> Row:
    if row.name in into:
        return replace(row, linked=bool(into[row.name]), members=replace(row.members, is_told=True))
    return replace(row, linked=like.strong, perhaps=like.id > 0 and not like.strong, scattered=like.scattered)


def _evidence(actor: Actor, told: Mapping[int, list[Row]], titles: Mapping[int, Label]) -> list[Line]:
    """A line for each feature, counted as one: who is in several of its themes counts once."""
    members = evidence(actor, {pk: [row.members for row in rows] for pk, rows in told.items()})
    voices = insight.voice_counts(actor, {pk: found.sure for pk, found in members.items()})
    made = [
        Line(f"feature-{pk}", rows, voices[pk], members[pk], _unsure(members[pk]), pk, titles[pk])
        for pk, rows in told.items()
    ]
    return sorted(made, key=lambda line: -line.voices)


def _unsure(found: Members) -> Doubt:
    if found.sure:
        return Doubt()
    return UNSURE if found.perhaps or found.far else KNOWN


def _built(actor: Actor) -> list[str]:
    """Titles of what is a feature already, the newest."""
    live = Feature.objects.within(actor).filter(archived_at=None)
    return list(live.order_by("-pk").values_list("title", flat=True)[:MOST_TITLES])


def _likes(actor: Actor, rows: Sequence[Row], alike: Mapping[int, Members]) -> list[_Like]:
    """For each row, the feature that half of its messages read like, one by one; else the one that its name and its
    clearest messages mean most."""
    said = [(f"{row.title}\n{row.about}", row.examples) for row in rows]
    meant = insight.most_meant(actor, registry.of(Feature), said, _OFFERS_AT)
    surely = {message: pk for pk, members in alike.items() for message in members.sure}
    perhaps = surely | {message: pk for pk, members in alike.items() for message in members.perhaps}
    likes = []
    for row, one in zip(rows, meant, strict=True):
        if asked := _most_asked(row, surely):
            likes.append(_Like(asked, strong=True))
        elif one and one.likeness >= _LINKS_AT:
            likes.append(_Like(one.record_id, strong=True))
        elif _is_scattered(row, perhaps):
            likes.append(_Like(0, strong=False, scattered=True))
        else:
            likes.append(_Like(_most_asked(row, perhaps) or (one.record_id if one else 0), strong=False))
    return likes


def _most_asked(row: Row, feature_of: Mapping[int, int]) -> int | None:
    """The feature that at least half of a theme's messages read like, if any."""
    asked = Counter(feature_of[pk] for pk in row.members.sure if pk in feature_of).most_common(1)
    return next((pk for pk, count in asked if 2 * count >= len(row.members.sure)), None)


def _is_scattered(row: Row, feature_of: Mapping[int, int]) -> bool:
    """Whether most of a theme's messages read like features, and like many: it is a phrase that people use."""
    asked = Counter(feature_of[pk] for pk in row.members.sure if pk in feature_of)
    return len(asked) >= _SEVERAL and 2 * asked.total() >= len(row.members.sure)


def _themes(actor: Actor) -> Iterator[Row]:
    """Accepted themes that no live feature answers yet, nor the theme that they are part of."""
    answered = Feature.objects.within(actor).filter(archived_at=None).exclude(theme=None).values("theme")
    rows = insight.Theme.objects.within(actor).filter(archived_at=None).exclude(pk__in=answered)
    found = list(rows.exclude(parent__in=answered).order_by("-pk")[:200])
    held = insight.feedback_ids_of_themes(actor, [theme.pk for theme in found])
    voices, examples = insight.voice_counts(actor, held), _examples(actor, held)
    for theme in found:
        pk = theme.pk
        yield Row("theme", pk, theme.title, theme.description, voices[pk], Members(held[pk]), examples=examples[pk])


def _alike(actor: Actor, found: Mapping[int, Members], titles: Mapping[int, Label]) -> Iterator[Row]:
    """What reads like a feature, whether or not a theme was found for it."""
    examples = _examples(actor, {pk: members.sure or members.perhaps for pk, members in found.items()})
    for pk, members in found.items():
        yield Row("alike", pk, titles[pk].title, "", len(members.sure), members, linked=True, examples=examples[pk])


def _proposals(actor: Actor) -> Iterator[Row]:
    found = insight.proposals(actor)
    held = {one.pk: one.feedback_ids for one in found}
    examples, content = _examples(actor, held), _content(actor, held)
    for one in found:
        yield Row(
            "proposal",
            one.pk,
            one.title,
            ", ".join(one.phrases),
            one.voices,
            Members(one.feedback_ids, perhaps=one.perhaps_ids),
            broad=one.broad,
            quoted=one.phrases == [insight.SAME_WORDS],
            praise=one.pk in content,
            examples=examples[one.pk],
        )


def _content(actor: Actor, feedback_ids: Mapping[int, Sequence[int]]) -> set[int]:
    """The groups of feedback whose clearest messages came with the most stars: they praise, and ask for nothing."""
    first = {key: ids[:_RATED] for key, ids in feedback_ids.items()}
    stars = insight.ratings(actor, _every(first))
    given = {key: [stars[pk] for pk in ids if pk in stars] for key, ids in first.items()}
    return {key for key, some in given.items() if len(some) >= _FEWEST and sum(some) >= CONTENT * len(some)}


def _examples(actor: Actor, feedback_ids: Mapping[int, Sequence[int]]) -> dict[int, list[str]]:
    """What the clearest messages of each group say."""
    first = {key: ids[:_EXAMPLES] for key, ids in feedback_ids.items()}
    said = insight.told(actor, _every(first))
    return {key: [said_first(said[pk])[:_READ] for pk in ids if pk in said] for key, ids in first.items()}


def _every(groups: Mapping[int, Sequence[int]]) -> Iterable[int]:
    return chain.from_iterable(groups.values())
