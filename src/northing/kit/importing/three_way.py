"""Rows that were brought before: of three, what the source said last, what it says now and what people have made of it
here, only what the source has changed is written, and where both have changed the same, what people wrote stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from northing.access.actor import Actor
from northing.kit import cleaning, tagging
from northing.kit.importing import origins
from northing.kit.importing.last_words import LastWord, last_words
from northing.kit.importing.origins import LISTS, OVER, SAID, SOURCE, source_of
from northing.kit.importing.staging import StagedRow
from northing.kit.record_types import RecordType, Values

Known = tuple[StagedRow, Any]
"""A row with the record that it stands for."""
Said = Callable[[StagedRow, Any], Values]
"""What the source of a row said last, by field and as JSON, where that is not what a record holds."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A row with those of its values only that are to be written; `kept` holds those of the file that are not, though
    they are new, because somebody has changed the same here."""

    row: StagedRow
    record: Any
    kept: Values = field(default_factory=dict)


def narrowed(actor: Actor, record_type: RecordType, known: Sequence[Known], imports: Collection[str]) -> list[Narrowed]:
    """The rows of records that a source has brought, narrowed to what may be written. A fixed number of queries.

    What the source said last is read from the record and its history. Where several sources bring a record, what one
    says as it did the last time is not written over what another has said since.
    """
    brought = [(row, record) for row, record in known if row.record_id is None and record.external_source]

    def said(row: StagedRow, record: Any) -> Values:
        return origins.said_last(record.custom, source_of(row))

    found = _narrowed(actor, record_type, brought, imports, said, by_turns=True)
    return [found.get(row.row) or Narrowed(row, record) for row, record in known]


def narrowed_beside(
    actor: Actor, record_type: RecordType, known: Sequence[Known], imports: Collection[str], said: Mapping[int, Values]
) -> list[Narrowed]:
    """Rows narrowed to what may be written to other records than their own. What the source said last is handed in, by
    row, as JSON values; what no file has brought to such a record was written by hand."""
    brought = [(row, record) for row, record in known if row.record_id is None]
    found = _narrowed(actor, record_type, brought, imports, lambda row, _: said[row.row], by_turns=False)
    return [found.get(row.row) or Narrowed(row, record) for row, record in known]


def _narrowed(
    actor: Actor,
    record_type: RecordType,
    known: Sequence[Known],
    imports: Collection[str],
    said: Said,
    *,
    by_turns: bool,
) -> dict[int, Narrowed]:
    """Rows of records in which people have changed a field that the row has, or, where sources bring a record by turns,
    other sources."""
    words = last_words(actor, [record.pk for _, record in known], imports) if known else {}
    by_hand = {row.row: _by_hand(record_type, row, record, words.get(record.pk, {})) for row, record in known}
    known = [(row, record) for row, record in known if by_hand[row.row] or (by_turns and _has_others(record, row))]
    records = record_type.model.objects.within(actor).in_bulk([record.pk for _, record in known]) if known else {}
    cleaned, _ = cleaning.clean(actor, record_type, [row.values for row, _ in known], partial=True)
    tags = tagging.tags_of(list(records))
    found = {}
    for (row, record), values in zip(known, cleaned, strict=True):
        has = cleaning.values_of(record_type, records[record.pk], tags.get(record.pk, ()))
        last = said(row, records[record.pk])
        again = last if by_turns and source_of(row) in record.custom.get(LISTS, {}) else {}
        found[row.row] = _compared(record_type, Narrowed(row, record), by_hand[row.row], last, again, has, values)
    return found


def _has_others(record: Any, row: StagedRow) -> bool:
    """Whether another source than the row's has brought a record."""
    return LISTS in record.custom or record.external_source != source_of(row)


def _by_hand(record_type: RecordType, row: StagedRow, record: Any, words: Mapping[str, LastWord]) -> dict[str, Any]:
    """The fields that a row has, or says more of, in which a record has a person's word, each with what it held
    before."""
    unchanged = LastWord(by_hand=not record.external_source)
    beside = {name for group in record_type.together if row.values.keys() & {*group} for name in group}
    found = {name: words.get(name, unchanged) for name in beside | row.values.keys()}
    return {name: word.before for name, word in found.items() if word.by_hand}


def _compared(
    record_type: RecordType,
    one: Narrowed,
    by_hand: Values,
    said: Values,
    again: Values,
    has: Values,
    cleaned: Values,
) -> Narrowed:
    """A row narrowed by comparing what its source `said` last with what it says now and what the record `has`. What is
    said `again` is not written over what others have said since."""
    values, specs = one.row.values, record_type.specs
    last = {**by_hand, **said}
    now = {name: specs[name].to_json(has[name]) for name in {*values, *by_hand}}
    new = {name: specs[name].to_json(cleaned[name]) for name in values if name in cleaned}
    told = values | new  # a name that nobody has yet stands for itself
    stays = {name for name in by_hand if now[name] not in (last[name], told.get(name, last[name]))}
    stays |= {name for name in values if name in again and told[name] == again[name] != now[name]}
    stays |= {name for group in record_type.together if stays & {*group} for name in group}
    stays &= values.keys()
    agreed = {name for name in values if name in by_hand and now[name] == told[name]}
    other = {name: values[name] for name in stays if told[name] != now[name]}
    kept = {name: value for name, value in other.items() if name not in last or told[name] != last[name]}
    words = {name: told[name] for name in stays | agreed}
    over = {name: by_hand.get(name, now[name]) for name in values if name not in stays and told[name] != now[name]}
    return Narrowed(_without(one.row, stays, other, {SAID: words, OVER: over}), one.record, kept)


def _without(row: StagedRow, stays: Collection[str], given: Values, words: Values) -> StagedRow:
    """The row without the values of fields that stay as they are; what is `given` for these is kept as imported."""
    values = {name: value for name, value in row.values.items() if name not in stays}
    custom = row.identity["custom"]
    told = {f"{name} as given": value for name, value in given.items() if value not in (None, "")}
    source = told | custom.get(SOURCE, {})
    custom = custom | ({SOURCE: source} if source else {}) | words
    return replace(row, values=values, identity={**row.identity, "custom": custom})
