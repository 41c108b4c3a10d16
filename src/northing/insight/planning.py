"""What likeness of text says: near-duplicates to fold, themes to propose, records to suggest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import Truncator

from northing.access.actor import Actor
from northing.insight.actions import fold_into
from northing.insight.models import Feedback, State, Theme, ThemeProposal
from northing.insight.queries import inbox, open_proposals, said_often, voice_counts
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
MOST_COMPARED = 2_000
_MOST_HEARD, _MOST_PAIRS = 2_000, 400_000
READS_ALIKE = 0.12  # what is less like a text shares words with it by chance
MEANT_ALIKE = 0.18  # what is less like a title, words and meaning together, is mostly about something else
_NEARLY = 0.7  # of the messages that two themes have together, the share in both from which they are one
_FEELINGS = {"positive", "negative", "neutral", "mixed"}  # labels of sentiment analysis
_CANDIDATES, _NEWEST, _SEARCHES = 60, 200, 6
_READ_OF_EACH = 600  # characters of a candidate that count
_WORDS_OF_A_PART = 40
_LONGEST_NAME = 60
SAME_WORDS = "said in the same words"
"""The phrase of a theme that is one message, said by many."""


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

    First the labels that the feedback brought with it, then what its words say, phrases before what many said in the
    same words, and lone words last. What is a theme already, or was dismissed, is not proposed.
    """
    wanted = inbox(actor).exclude(state=State.ARCHIVED).order_by("-created_at", "-pk")
    rows = list(wanted.values_list("pk", "title", "text")[:MOST_READ])
    texts = [_read(title, text) for _, title, text in rows]
    smallest = max(3, len(texts) // 200)
    ids = [pk for pk, _, _ in rows]
    found = [_named(theme, ids) for theme in likeness.find_themes(texts, MOST_THEMES, smallest)]
    repeated = said_often(actor, smallest) - {pk for theme in found if not theme.lone for pk in theme.feedback}
    found += [theme for pk, text in zip(ids, texts, strict=True) if pk in repeated for theme in _said(pk, text)]
    found.sort(key=lambda theme: theme.lone)
    proposals = ThemeProposal.objects.within(actor)
    themes = Theme.objects.within(actor).filter(archived_at=None)
    known = {title.casefold() for title in themes.values_list("title", flat=True)}
    waiting = open_proposals(actor)
    dismissed = proposals.exclude(pk__in=waiting.values("pk"))
    known |= {title.casefold() for title in dismissed.values_list("title", flat=True)}
    fresh: list[_Found] = []
    for theme in [*_labelled(ids, smallest), *found]:
        title = theme.title[:200]
        if title.casefold() not in known:
            known.add(title.casefold())
            fresh.append(replace(theme, title=title))
    fresh = _apart(fresh)[:MOST_THEMES]
    voices = voice_counts(actor, dict(enumerate(theme.feedback for theme in fresh)))
    made = [
        ThemeProposal(
            workspace=actor.workspace,
            title=theme.title,
            phrases=theme.phrases,
            feedback_ids=theme.feedback,
            perhaps_ids=theme.perhaps,
            broad=theme.lone,
            voices=voices[place],
            found_at=timezone.now(),
        )
        for place, theme in enumerate(fresh)
    ]
    with changing(actor, "looked for themes"):
        waiting.delete()
        proposals.bulk_create(made)
    return len(made)


@dataclass(frozen=True, slots=True)
class _Found:
    """A theme to propose; `lone` when a single word is all that names it."""

    title: str
    phrases: list[str]
    feedback: list[int]
    perhaps: list[int] = field(default_factory=list)
    lone: bool = False


def _named(theme: likeness.Theme, ids: Sequence[int]) -> _Found:
    """A lone word says too little to be judged by, so what comes with it goes into the title."""
    feedback, perhaps = ([ids[place] for place in places] for places in (theme.texts, theme.perhaps))
    title, phrases = theme.title, list(theme.phrases)
    if is_lone := " " not in title:
        others = [phrase for phrase in phrases if title.casefold() not in phrase.casefold().split()][:2]
        title = ": ".join(filter(None, (title, ", ".join(others))))
    return _Found(title, phrases, feedback, perhaps, is_lone)


def _said(feedback_id: int, text: str) -> Iterator[_Found]:
    """What many said in the same words, called by the first of them; nothing where these say nothing, as "ok" does."""
    for piece in likeness.words.sentences(text):
        if len(_telling_words(piece)) > 1:
            yield _Found(Truncator(piece).chars(_LONGEST_NAME), [SAME_WORDS], [feedback_id])
            return


def _apart(found: Iterable[_Found]) -> list[_Found]:
    """Themes without those whose messages are nearly those of one before them, which takes them over, and without lone
    words half of whose messages stand under titles that say more than the word."""
    kept: list[tuple[_Found, dict[int, None]]] = []
    for theme in found:
        ids = dict.fromkeys(theme.feedback)
        same = next((place for place, (_, others) in enumerate(kept) if _nearly(ids, others)), None)
        if same is not None:
            kept[same] = (kept[same][0], kept[same][1] | ids)
        elif not theme.lone or 2 * len(_said_better(theme, kept) & ids.keys()) < len(ids):
            kept.append((theme, ids))
    return [
        replace(theme, feedback=list(ids), perhaps=[pk for pk in theme.perhaps if pk not in ids]) for theme, ids in kept
    ]


def _said_better(theme: _Found, kept: Iterable[tuple[_Found, Mapping[int, None]]]) -> set[int]:
    word = theme.title.partition(":")[0].casefold()
    return {pk for one, ids in kept if not one.lone and word in one.title.casefold() for pk in ids}


def _nearly(some: Mapping[int, None], others: Mapping[int, None]) -> bool:
    """Whether two sets of messages are nearly the same; those of very different size are not, without a look."""
    if min(len(some), len(others)) < _NEARLY * max(len(some), len(others)):
        return False
    return len(some.keys() & others.keys()) >= _NEARLY * len(some.keys() | others.keys())


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
    """Live records of a type that read most like a text, best first; those that hardly do are left out.

    Compared are what search finds for the text's longest words, and the newest 200, so that the time does not grow
    with the number of records.
    """
    found: dict[int, Alike] = {}
    for one in chain(*_compared(actor, _candidates(actor, record_type, text) - set(without), _parts(text), limit)):
        if one.record_id not in found or one.likeness > found[one.record_id].likeness:
            found[one.record_id] = one
    return tuple(sorted(found.values(), key=lambda one: -one.likeness)[:limit])


def _parts(text: str) -> list[str]:
    """A long text in parts, so that one that asks for something in passing is found by that."""
    said = text[: 4 * _READ_OF_EACH].split()
    return [" ".join(said[start : start + _WORDS_OF_A_PART]) for start in range(0, len(said), _WORDS_OF_A_PART)]


def most_meant(
    actor: Actor, record_type: RecordType, said: Sequence[tuple[str, Sequence[str]]], least: float
) -> list[Alike | None]:
    """For each name and the texts under it, the live record of a type that they mean most, by its title: the mean of
    how much the name does and how much the texts do. Sought among the newest 2,000; none where it is below `least`."""
    titles = _titles(actor, record_type)
    texts = chain((name for name, _ in said), *(texts for _, texts in said))
    read = [text[: 4 * _READ_OF_EACH] for text in texts]
    meant = iter(likeness.meant_alike(read, [title for _, title in titles]))
    by_name = list(islice(meant, len(said)))
    found: list[Alike | None] = []
    for own, (_, under) in zip(by_name, said, strict=True):
        both = (own + sum(islice(meant, len(under))) / len(under)) / 2 if under else own
        best = max(range(len(titles)), key=both.__getitem__, default=None)
        found.append(Alike(*titles[best], float(both[best])) if best is not None and both[best] >= least else None)
    return found


def _titles(actor: Actor, record_type: RecordType) -> list[tuple[int, str]]:
    """Id and title of the newest 2,000 live records of a type."""
    live = record_type.model.objects.within(actor).filter(archived_at=None)
    documents = _documents(actor, live.order_by("-pk").values_list("pk", flat=True)[:MOST_COMPARED])
    return [(pk, title) for pk, title, _ in documents]


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of feedback that reads like a record; `likeness` from 0 to 1."""

    feedback_id: int
    text: str
    likeness: float


def new_feedback_alike(actor: Actor, record_type: RecordType) -> dict[int, list[Heard]]:
    """By live record of a type, the feedback nobody has dealt with that is more like its title, by words and meaning,
    than like any other of the newest 2,000, the most alike first. What else is said of a record (whom it is for, what
    it waits for) is no wish for it.

    Read is the newest feedback, the less of it the more records there are: 1,300 pieces beside 300, 200 beside 2,000.
    Two queries.
    """
    titles = _titles(actor, record_type)
    new = inbox(actor).filter(state=State.NEW).order_by("-created_at", "-pk")
    newest = new.values_list("pk", "title", "text")[: min(_MOST_HEARD, _MOST_PAIRS // max(1, len(titles)))]
    said = [(pk, _read(title, text)) for pk, title, text in newest]
    meant = likeness.meant_alike([text[: 4 * _READ_OF_EACH] for _, text in said], [title for _, title in titles])
    found: dict[int, list[Heard]] = defaultdict(list)
    if meant.size:
        for (pk, text), column, most in zip(said, meant.argmax(axis=1), meant.max(axis=1), strict=True):
            if most >= MEANT_ALIKE:
                found[titles[column][0]].append(Heard(pk, text, float(most)))
    return {pk: sorted(some, key=lambda one: -one.likeness) for pk, some in found.items()}


def unlike(actor: Actor, record_type: RecordType, feedback_ids: Mapping[int, Sequence[int]]) -> dict[int, set[int]]:
    """By record, those of its feedback that do not read like it, as seen beside the newest 200 of its type. Read are
    the first 200 of each; three queries, and one more for each 500 pieces of feedback."""
    live = record_type.model.objects.within(actor).filter(archived_at=None).order_by("-pk")
    beside = set(live.values_list("pk", flat=True)[:_NEWEST]) | feedback_ids.keys()
    first = {pk: ids[:_NEWEST] for pk, ids in feedback_ids.items()}
    said: dict[int, str] = {}
    for some in batched(set(chain.from_iterable(first.values())), 500):
        rows = Feedback.objects.within(actor).filter(pk__in=some)
        said |= {
            pk: _read(title, text)[: 4 * _READ_OF_EACH] for pk, title, text in rows.values_list("pk", "title", "text")
        }
    documents = _documents(actor, beside)
    columns = {pk: column for column, (pk, _, _) in enumerate(documents)}
    reads = likeness.likenesses(list(said.values()), [text for *_, text in documents]) >= READS_ALIKE
    rows_of = {pk: row for row, pk in enumerate(said)}
    far = {
        record: {pk for pk in ids if pk in rows_of and record in columns and not reads[rows_of[pk], columns[record]]}
        for record, ids in first.items()
    }
    # What they mean takes longer to tell than their words, so only of those that words tell nothing of.
    doubtful = {pk: row for row, pk in enumerate(dict.fromkeys(chain.from_iterable(far.values())))}
    meant = likeness.meant_alike([said[pk] for pk in doubtful], [title for _, title, _ in documents]) >= MEANT_ALIKE
    return {record: {pk for pk in ids if not meant[doubtful[pk], columns[record]]} for record, ids in far.items()}


def _compared(actor: Actor, ids: Iterable[int], texts: Sequence[str], limit: int) -> list[tuple[Alike, ...]]:
    documents = _documents(actor, ids)
    asked = [text[: 4 * _READ_OF_EACH] for text in texts]
    return [
        tuple(Alike(*documents[match.index][:2], match.likeness) for match in matches)
        for matches in likeness.most_alike_to_each(asked, [text for *_, text in documents], limit, READS_ALIKE)
    ]


def _documents(actor: Actor, ids: Iterable[int]) -> list[tuple[int, str, str]]:
    """Id, title and what is read of records, the newest first."""
    documents = SearchDocument.objects.within(actor).filter(pk__in=list(ids)).order_by("-pk")
    rows = documents.values_list("pk", "title", "body")
    return [(pk, title, _read(title, body)[:_READ_OF_EACH]) for pk, title, body in rows]


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
    return text if title.rstrip("…") in text else f"{title}. {text}"
