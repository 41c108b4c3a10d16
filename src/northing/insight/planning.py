"""What likeness of text says: near-duplicates to fold, themes to propose, records to suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from northing.access.actor import Actor
from northing.insight.actions import fold_into
from northing.insight.models import Feedback, State, Theme, ThemeProposal
from northing.insight.queries import inbox, voice_counts
from northing.kit.batches import batched
from northing.kit.changes import changing
from northing.kit.models import SearchDocument
from northing.kit.record_types import RecordType
from northing.kit.search import matching
from northing.kit.tagging import tags_of
from northing.science import text as likeness

FOLDS_AT = 0.8
MOST_READ = 100_000
MOST_THEMES = 40
_FEELINGS = {"positive", "negative", "neutral", "mixed"}  # labels of sentiment analysis
_CANDIDATES, _NEWEST, _SEARCHES = 60, 200, 6
_READ_OF_EACH = 600  # characters of a candidate that count


def fold_near_duplicates(actor: Actor) -> int:
    """Fold feedback that says the same of the same product into the first that said it; how much was folded.

    Reads the newest 100,000. What a person unfolded stays apart, and what stands for others goes on doing so.
    """
    stands_for_others = Exists(Feedback.objects.within(actor).filter(folded_into=OuterRef("pk")))
    newest = inbox(actor).order_by("-created_at", "-pk").annotate(leads=stands_for_others)
    rows = list(newest.values_list("product", "leads", "pk", "kept_apart", "title", "text")[:MOST_READ])
    rows.reverse()
    rows.sort(key=lambda row: not row[1])
    by_product: dict[int | None, list[tuple[int, bool, str]]] = defaultdict(list)
    for product, _, pk, kept_apart, title, text in rows:
        by_product[product].append((pk, kept_apart, _read(title, text)))
    leaders: dict[int, int] = {}
    for feedback in by_product.values():
        for found in likeness.near_duplicates([text for _, _, text in feedback], FOLDS_AT):
            pk, kept_apart, _ = feedback[found.index]
            if not kept_apart:
                leaders[pk] = feedback[found.of][0]
    for some in batched(leaders.items(), 500):
        with changing(actor, "folded near-duplicates") as change:
            fold_into(change, dict(some))
    return len(leaders)


def propose_themes(actor: Actor) -> int:
    """Replace the open proposals by the themes of the newest 100,000 pieces of feedback; how many were found.

    First the labels that the feedback brought with it, then what its words say, phrases before lone words. What is a
    theme already, or was dismissed, is not proposed.
    """
    wanted = inbox(actor).exclude(state=State.ARCHIVED).order_by("-created_at", "-pk")
    rows = list(wanted.values_list("pk", "title", "text")[:MOST_READ])
    texts = [_read(title, text) for _, title, text in rows]
    smallest = max(3, len(texts) // 200)
    found = [
        _named(theme, [rows[place][0] for place in theme.texts])
        for theme in likeness.find_themes(texts, smallest=smallest)
    ]
    found.sort(key=lambda theme: theme.lone)
    proposals = ThemeProposal.objects.within(actor)
    themes = Theme.objects.within(actor).filter(archived_at=None)
    known = {title.casefold() for title in themes.values_list("title", flat=True)}
    known |= {title.casefold() for title in proposals.filter(dismissed=True).values_list("title", flat=True)}
    fresh: list[ThemeProposal] = []
    for theme in [*_labelled([pk for pk, _, _ in rows], smallest), *found]:
        title = theme.title[:200]
        if title.casefold() not in known:
            known.add(title.casefold())
            proposal = ThemeProposal(title=title, phrases=theme.phrases, feedback_ids=theme.feedback, broad=theme.lone)
            proposal.workspace = actor.workspace
            fresh.append(proposal)
    del fresh[MOST_THEMES:]
    now = timezone.now()
    voices = voice_counts(actor, dict(enumerate(proposal.feedback_ids for proposal in fresh)))
    for place, proposal in enumerate(fresh):
        proposal.voices, proposal.found_at = voices[place], now
    with changing(actor, "looked for themes"):
        proposals.filter(dismissed=False).delete()
        proposals.bulk_create(fresh)
    return len(fresh)


@dataclass(frozen=True, slots=True)
class _Found:
    """A theme to propose; `lone` when a single word is all that names it."""

    title: str
    phrases: list[str]
    feedback: list[int]
    lone: bool = False


def _named(theme: likeness.Theme, feedback: list[int]) -> _Found:
    """A lone word says too little to be judged by, so what comes with it goes into the title."""
    phrases = list(theme.phrases)
    if " " in theme.title:
        return _Found(theme.title, phrases, feedback)
    word = theme.title.casefold()
    others = [phrase for phrase in phrases if word not in phrase.casefold().split()][:2]
    return _Found(": ".join(filter(None, (theme.title, ", ".join(others)))), phrases, feedback, lone=True)


def _labelled(feedback_ids: Sequence[int], smallest: int) -> list[_Found]:
    """The tags that enough feedback carries, the commonest first. How people felt is no theme, and what most of the
    feedback carries tells nothing apart."""
    carried: dict[str, list[int]] = defaultdict(list)
    tags = tags_of(feedback_ids)
    for pk in sorted(tags, reverse=True):
        for name in tags[pk]:
            if name.casefold() not in _FEELINGS:
                carried[name].append(pk)
    told = [(name, ids) for name, ids in carried.items() if smallest <= len(ids) <= len(feedback_ids) / 2]
    told.sort(key=lambda row: (-len(row[1]), row[0]))
    return [_Found(_as_title(name), [f"tag {name}"], ids) for name, ids in told]


def _as_title(tag: str) -> str:
    """A tag as a title; two letters are mostly an abbreviation.

    >>> _as_title("ai-masks"), _as_title("basic_edit")
    ('AI masks', 'Basic edit')
    """
    words_of_it = tag.replace("-", " ").replace("_", " ").split() or [tag]
    first = words_of_it[0]
    begins = first.upper() if len(first) <= 2 else first[:1].upper() + first[1:]
    return " ".join([begins, *words_of_it[1:]])


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that reads like a text; `likeness` from 0 to 1."""

    record_id: int
    title: str
    likeness: float


def alike(
    actor: Actor, record_type: RecordType, text: str, limit: int = 5, without: Iterable[int] = ()
) -> tuple[Alike, ...]:
    """Live records of a type that read most like a text, best first.

    Compared are what search finds for the text's longest words, and the newest 200, so that the time does not grow
    with the number of records.
    """
    ids = _candidates(actor, record_type, text) - set(without)
    documents = SearchDocument.objects.within(actor).filter(pk__in=ids).order_by("-pk")
    rows = list(documents.values_list("pk", "title", "body"))
    readings = [_read(title, body)[:_READ_OF_EACH] for _, title, body in rows]
    matches = likeness.most_alike(text[: 4 * _READ_OF_EACH], readings, limit)
    return tuple(Alike(rows[match.index][0], rows[match.index][1], match.likeness) for match in matches)


def _candidates(actor: Actor, record_type: RecordType, text: str) -> set[int]:
    live = record_type.model.objects.within(actor).filter(archived_at=None)
    ids = set(live.order_by("-pk").values_list("pk", flat=True)[:_NEWEST])
    if len(ids) == _NEWEST:
        for word in _telling_words(text):
            ids |= set(matching(actor, word, record_type, limit=_CANDIDATES))
    return ids


def _telling_words(text: str) -> Sequence[str]:
    """The longest words that are not stop words, cut so that other endings are found too."""
    telling = {
        word
        for word in likeness.words.words(text[: 4 * _READ_OF_EACH])
        if len(word) > 2 and word not in likeness.words.stop_words()
    }
    longest = sorted(telling, key=lambda word: (-len(word), word))[:_SEARCHES]
    return [word[:-2] if len(word) > 5 else word for word in longest]


def _read(title: str, text: str) -> str:
    """Title and text, without saying twice what the title took from the text."""
    return text if text.startswith(title.rstrip("…")) else f"{title}. {text}"
