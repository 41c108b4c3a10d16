"""From what people enter to quantiles, and from several people's quantiles to one current value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from northing.access.actor import Actor
from northing.access.roles import Verb
from northing.decisions import rules
from northing.decisions.actions import remove_measures, write_measures
from northing.decisions.models import Estimate, Method
from northing.decisions.quantities import MOST_DAYS, Quantity, quantity_named
from northing.decisions.queries import Pair, score_of, voices
from northing.decisions.rules import QUANTILES, MeasureValue, Voice
from northing.decisions.scoring import Score
from northing.exchange.values import in_known_words
from northing.kit.batches import batched
from northing.kit.changes import ChangeSession
from northing.kit.problems import BadValue, Invalid, Problem
from northing.kit.record_types import Values
from northing.science import estimates as science

POOLED_AT_ONCE = 20
_READ = ("p10", "p50", "p90", "assumed", "notes", "basis", "unit", "author_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an estimate says: its quantiles, whether their width was only assumed, on what it rests, what was mended."""

    triple: science.Triple
    assumed: bool
    basis: str
    notes: tuple[str, ...]


def read_estimate(row: Values) -> Reading:
    """The quantiles of an estimate's row: those given, or read from the text. Contradictions are put in order.

    Raises `GuessError`, whose message says what to type instead.

    >>> row = {"quantity": "effort", "method": "person", "entered": "1-2 weeks", "p10": None, "p50": None, "p90": None}
    >>> [round(value, 1) for value in read_estimate(row).triple]
    [5.0, 7.1, 10.0]
    >>> read_estimate(row | {"entered": "", "p10": 9.0, "p50": 5.0, "p90": 3.0}).notes
    ('Put in order: low 3, likely 5, high 9.',)
    """
    quantity = quantity_named(row["quantity"])
    guess = _as_fractions(quantity, _guess(quantity, row))
    fit = science.fit_triple(*guess.triple, lower=quantity.lower, upper=quantity.upper)
    notes = guess.notes + (fit.notes if fit.triple != guess.triple else ())
    assumed = row["method"] == Method.ASSUMED or (guess.assumed and row["method"] != Method.MEASURED)
    return Reading(fit.triple, assumed, guess.basis, notes)


def can_be_read(quantity: str, entered: str) -> bool:
    """Whether a text is an estimate of the quantity.

    >>> can_be_read("effort", "3-9"), can_be_read("reach", "soon")
    (True, False)
    """
    return imported(quantity, entered) is not None


def is_doubtful(quantity: str, entered: str) -> bool:
    """Whether a text from a file is an estimate that can hardly be meant: work or a wait of more than twenty years.

    >>> is_doubtful("effort", "30k"), is_doubtful("effort", "30"), is_doubtful("value", "30k")
    (True, False, False)
    """
    reading = imported(quantity, entered)
    return reading is not None and quantity_named(quantity).is_time and reading.triple.p50 > MOST_DAYS


def imported(quantity: str, entered: str) -> Reading | None:
    """What a text from a file says of the quantity; None where it is no estimate of it."""
    try:
        return read_estimate(
            {"quantity": quantity, "entered": entered, "method": Method.IMPORTED, **dict.fromkeys(QUANTILES)}
        )
    except science.GuessError:
        return None


def _guess(quantity: Quantity, row: Values) -> science.Guess:
    low, likely, high = (row[name] for name in QUANTILES)
    if low is not None:
        return science.Guess(science.Triple(low, likely, high), science.Kind.TRIPLE, "")
    # Facts are not estimates: a number that was measured gets no width.
    record = _as_measured() if row["method"] == Method.MEASURED else science.USUAL_RECORD
    text = row["entered"] if likely is None else _plain(likely)
    return _parse(text, is_time=quantity.is_time, record=record)


def _parse(text: str, *, is_time: bool, record: science.Record) -> science.Guess:
    return science.parse_guess(in_known_words(text, is_time=is_time), time=is_time, record=record)


def read_number(text: str, *, is_time: bool) -> float:
    """One number as estimates are written, without a width; time is in working days. Raises `BadValue`.

    >>> read_number("6 weeks", is_time=True), read_number("30k", is_time=False)
    (30.0, 30000.0)
    """
    with suppress(science.GuessError):
        triple = _parse(text, is_time=is_time, record=_as_measured()).triple
        if triple.p10 == triple.p90:
            return triple.p50
    such_as = "12, 45 days or 6 weeks" if is_time else "12, 3.5 or 30k"
    raise BadValue(f"must be one number such as {such_as}")


def _as_measured() -> science.Record:
    """The record of those whose numbers have no width."""
    return science.Record(1.0, 1.0, 1.0, "as measured")


def _plain(value: float) -> str:
    """A number without exponent, which nobody types."""
    return f"{value:.15f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"


def _as_fractions(quantity: Quantity, guess: science.Guess) -> science.Guess:
    """A share above 1 was meant as percent; what lies above 100 % is cut off later, with its note."""
    if not quantity.is_share or guess.triple.p50 <= 1:
        return guess
    percent = science.Triple(*(value / 100 for value in guess.triple))
    return science.Guess(percent, guess.kind, guess.basis, (*guess.notes, "Read as percent."))


@dataclass(frozen=True, slots=True)
class Preview:
    """What an estimate would mean, before it is saved: points of its density, its quantiles, and what was mended."""

    x: list[float]
    y: list[float]
    triple: science.Triple
    assumed: bool
    notes: tuple[str, ...]


def preview_estimate(quantity: str, entered: str) -> Preview:
    """The distribution that a text stands for. Raises `GuessError`, whose message says what to type instead.

    >>> preview_estimate("effort", "M").triple
    Triple(p10=5.0, p50=10.0, p90=20.0)
    """
    empty: Values = dict.fromkeys(QUANTILES)
    reading = read_estimate({"quantity": quantity, "entered": entered, "method": Method.PERSON, **empty})
    bounds = quantity_named(quantity)
    fit = science.fit_triple(*reading.triple, lower=bounds.lower, upper=bounds.upper)
    curve = fit.distribution.curve(80)
    x, y = ([float(f"{value:.5g}") for value in values] for values in curve)
    return Preview(x, y, reading.triple, reading.assumed, reading.notes)


def check_estimate(before: Values | None, after: Values) -> Iterator[Problem]:
    """The rules of an estimate, and that it can be read."""
    problems = list(rules.check_estimate(before, after))
    yield from problems
    if before is None and not problems:
        try:
            read_estimate(after)
        except ValueError as error:  # a text that is no estimate, or numbers whose range has no end
            yield Problem("entered", after["entered"], str(error))


def settle_estimates(change: ChangeSession, estimates: Sequence[Estimate]) -> list[Pair]:
    """What follows from writing estimates: they are read, supersede older ones, and their measures are renewed.

    Returns the pairs of record and quantity left to pool by a job, because there are too many to do at once.
    """
    actor = change.actor
    fresh = [estimate for estimate in estimates if estimate.version == 1]
    _refuse_words_of_others(actor, fresh)
    if fresh:
        for estimate in fresh:
            _fill_in(actor, estimate)
        # An upsert of rows just inserted: many times faster than an update row by row.
        Estimate.objects.within(actor).bulk_create(
            fresh, update_conflicts=True, unique_fields=["record"], update_fields=_READ
        )
    left = change.left(estimates, "about")
    about = {(estimate.about_id, estimate.quantity) for estimate in estimates}
    histories = voices(actor, about | {(left[one.pk], one.quantity) for one in estimates if one.pk in left})
    _mark_superseded(change, histories)
    crowded = [pair for pair, history in histories.items() if len(rules.latest_of_each(history)) > 1]
    later = crowded if len(crowded) > POOLED_AT_ONCE else []
    renew_measures(actor, {pair: history for pair, history in histories.items() if pair not in set(later)})
    return later


def _refuse_words_of_others(actor: Actor, estimates: Sequence[Estimate]) -> None:
    """Who may not edit estimates speaks for themselves, and measures nothing: a measurement silences everybody."""
    if actor.may(Verb.UPDATE, "estimate"):
        return
    for row, estimate in enumerate(estimates):
        if estimate.author_id not in (None, actor.member_id):
            raise Invalid([Problem("author", estimate.author_id, "enter your own estimate; leave the author out", row)])
        if estimate.method != Method.PERSON:
            raise Invalid([Problem("method", estimate.method, "leave it out; this is your own estimate", row)])


def _fill_in(actor: Actor, estimate: Estimate) -> None:
    row = {name: getattr(estimate, name) for name in ("quantity", "entered", "method", *QUANTILES)}
    reading = read_estimate(row)
    estimate.p10, estimate.p50, estimate.p90 = reading.triple
    estimate.assumed = reading.assumed
    estimate.notes = " ".join(reading.notes)
    estimate.basis = estimate.basis or reading.basis
    estimate.unit = estimate.unit or quantity_named(estimate.quantity).unit_in(actor.workspace.currency)
    if estimate.author_id is None and estimate.method == Method.PERSON:
        estimate.author_id = actor.member_id


def _mark_superseded(change: ChangeSession, histories: dict[Pair, list[Voice]]) -> None:
    """The last of each speaker is current, so that what is archived or undone lets the one before it count again."""
    current = {voice.id for history in histories.values() for voice in rules.latest_of_each(history)}
    known = {voice.id for history in histories.values() for voice in history}
    rows = Estimate.objects.within(change.actor)
    for some in batched(current, 500):
        rows.filter(pk__in=some, superseded_at__isnull=False).update(superseded_at=None)
    for some in batched(known - current, 500):
        rows.filter(pk__in=some, superseded_at=None).update(superseded_at=change.at)


def values_between(
    actor: Actor, spans: Mapping[int, tuple[datetime, datetime]], quantity: str
) -> dict[int, list[MeasureValue]]:
    """The values that records had from one moment to another, by record; the voices of archived estimates are gone."""
    found: dict[int, list[MeasureValue]] = {}
    for (pk, _), history in voices(actor, [(pk, quantity) for pk in spans]).items():
        start, end = spans[pk]
        first = sum(voice.at <= start for voice in history)
        last = sum(voice.at <= end for voice in history)
        found[pk] = [measure_from(pk, quantity, history[:count]) for count in range(max(first, 1), last + 1)]
    return found


def scores_before(actor: Actor, moments: Mapping[Pair, datetime]) -> dict[Pair, Score]:
    """What was measured of records' quantities beside what stood at a moment of each: what was said after it counts as
    little as what was said after the measurement. One query."""
    found = {}
    for pair, history in voices(actor, moments).items():
        fair = [voice for voice in history if voice.method == Method.MEASURED or voice.at < moments[pair]]
        if fair and (scored := score_of(measure_from(*pair, fair))):
            found[pair] = scored
    return found


def pool_estimates(actor: Actor, pairs: Iterable[Pair]) -> None:
    """Renew the measures of these records' quantities from everything that was said."""
    renew_measures(actor, voices(actor, pairs))


def renew_measures(actor: Actor, histories: dict[Pair, list[Voice]]) -> None:
    """Write the current value of each record's quantity, or forget it where nobody says anything any more."""
    remove_measures(actor, [pair for pair, history in histories.items() if not history])
    write_measures(actor, [measure_from(*pair, history) for pair, history in histories.items() if history])


def measure_from(record_id: int, quantity: str, history: Sequence[Voice]) -> MeasureValue:
    """The current value of a record's quantity after all that was said, in order of time."""
    heard = rules.heard(rules.latest_of_each(history))
    latest = max(heard.voices, key=lambda voice: voice.at)
    p10, p50, p90 = pooled(quantity, heard.voices)
    return MeasureValue(
        record_id,
        quantity,
        p10,
        p50,
        p90,
        unit=latest.unit,
        assumed=all(voice.assumed for voice in heard.voices),
        source=_source(heard.voices),
        detail=_detail(quantity, heard, history),
        as_of=latest.at,
    )


def pooled(quantity: str, some: Sequence[Voice]) -> science.Triple:
    """One voice as it is; several as their equally weighted linear pool."""
    if len(some) == 1:
        return science.Triple(some[0].p10, some[0].p50, some[0].p90)
    pool = science.linear_pool(_distributions(quantity, some))
    return science.Triple(*sorted(float(value) for value in pool.quantile((0.1, 0.5, 0.9))))


def _distributions(quantity: str, some: Sequence[Voice]) -> list[science.Distribution]:
    bounds = quantity_named(quantity)
    return [science.fit_triple(v.p10, v.p50, v.p90, lower=bounds.lower, upper=bounds.upper).distribution for v in some]


def _source(some: Sequence[Voice]) -> str:
    if len(some) > 1:
        return f"{len(some)} estimates pooled"
    return _said(some[0].method)


def _said(method: str) -> str:
    return Method(method).label.lower()


MEASURED = _said(Method.MEASURED)
"""The source of a value that was measured, not estimated."""


def _detail(quantity: str, heard: rules.Heard, history: Sequence[Voice]) -> dict[str, Any]:
    detail: dict[str, Any] = {"people": len(heard.voices)}
    if len(heard.voices) > 1:
        apart = science.disagreement(_distributions(quantity, heard.voices))
        detail |= {"disagreement": apart.share, "words": apart.words}
    if heard.left_out:
        detail["left_out"] = heard.left_out
    [first, *_] = heard.voices
    if first.method == Method.MEASURED and (before := rules.forecasts_before(history, first)):
        detail["forecast"] = list(pooled(quantity, before))
    return detail
