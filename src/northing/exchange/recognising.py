"""Find out what a file holds: its format, dialect, columns and a proposed mapping."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from northing.exchange import cautions, hiding, json_layout, limits, workbook
from northing.exchange.dates import decide_order
from northing.exchange.dialects import DIALECTS, Dialect, Shape
from northing.exchange.doubting import Doubts
from northing.exchange.fields import IDENTIFIED_BY_TITLE, TARGETS
from northing.exchange.headers import find_headers, title_column
from northing.exchange.left_out import LeftOut, note
from northing.exchange.mapping import propose
from northing.exchange.notation import Notation
from northing.exchange.reading import read_raw, read_rows
from northing.exchange.records import (
    Column,
    ColumnMapping,
    DateOrder,
    Layout,
    NumberMarks,
    Recognition,
    RecordType,
    Refused,
    SourceRow,
)
from northing.exchange.sniffing import sniff
from northing.exchange.values import is_missing
from northing.exchange.words import concepts_of, fold, header_concepts

_SAMPLE_CHARACTERS = 200
_SPARSE = 0.2
"""Share of filled cells up to which a sheet is no table of records."""
_FILLED = 0.8
"""Share of rows that must have the id of a known tool: what stands below its table has none."""
_NUMBERS = ("#", "№", "no", "nr", "number", "lfd nr", "pos")
"""Headers of columns whose numbers identify records, or only count them."""


def recognise(
    path: Path,
    claimed_name: str | None = None,
    *,
    sheet: str = "",
    date_order: DateOrder | None = None,
    number_marks: NumberMarks | None = None,
) -> Recognition:
    """Tell what a file is and how its columns can be mapped.

    `claimed_name` is the name under which the file was handed over, if the one on disk is another. `sheet`,
    `date_order` and `number_marks` are a person's choice, where it is not left to the file. Raises `Refused` with
    reason and way out for what is not the format it claims, damaged, empty, or beyond `limits`.
    """
    path = Path(path)
    layout, sheets, lists, warnings = _lay_out(path, sniff(path, claimed_name), sheet)
    sample = list(islice(read_rows(path, layout), limits.SAMPLE_ROWS))
    if not sample:
        raise Refused("The file holds headers but no records.", "Export it again, with at least one record.")
    shape = _shape(layout, sample, lists)
    dialect = max(DIALECTS, key=lambda candidate: candidate.score(shape))
    reasons = dialect.reasons(shape)
    if dialect.rows is not read_rows:
        sample = list(islice(dialect.rows(path, layout), limits.SAMPLE_ROWS))
        shape = _shape(layout, sample, lists)
    left_out = LeftOut()
    hidden: list[int] = []
    notation = Notation(shape.columns, layout)
    doubts = Doubts(left_out)
    rows = _count(path, layout, lists, left_out, hidden, notation, doubts)
    for row in sample if layout.sheet and layout.sheet in lists else ():
        notation.add(row)
    record_type, *alternatives = dialect.record_types
    ids = _id_columns(dialect, shape, sample)
    mapping = propose(shape.columns, dialect, record_type, ids)
    order = date_order or _date_order(path, dialect, shape)
    columns = notation.columns(number_marks)
    marks = number_marks or notation.of_file(order)
    is_plain = dialect.rows is read_rows and not dialect.source
    return Recognition(
        format=dialect.name,
        title=dialect.title,
        source=dialect.source or f"{dialect.name}-{_fingerprint(shape.folded)}",
        layout=layout,
        columns=columns,
        record_type=record_type,
        alternatives=tuple(alternatives),
        mapping=mapping,
        id_columns=ids,
        date_order=order,
        estimated_rows=rows,
        warnings=(
            *warnings,
            *cautions.of_left_out(left_out),
            *cautions.of_hidden(hidden),
            *cautions.of_encoding(layout, sample),
            *cautions.of_cap(dialect, rows, lists),
            *cautions.of_mapping(mapping, record_type, order),
            *cautions.of_numbers(columns, mapping, marks),
            *cautions.of_scales(columns, mapping),
            *cautions.of_ids(dialect, ids, record_type),
            *cautions.of_rows(dialect, sample),
        ),
        unfit=dialect.unfit,
        reasons=reasons or (f"It is read as a {dialect.title}: no known tool writes these columns.",),
        sheets=sheets,
        number_marks=marks,
        doubtful=doubts.found() if is_plain else (),
        doubtful_beyond=doubts.beyond() if is_plain else {},
    )


def propose_mapping(recognition: Recognition, record_type: RecordType) -> tuple[ColumnMapping, ...]:
    """The mapping of a recognised file for another record type than the proposed one."""
    return propose(recognition.columns, dialect_of(recognition), record_type, recognition.id_columns)


def warnings_for(
    recognition: Recognition, record_type: RecordType | None, mapping: tuple[ColumnMapping, ...]
) -> tuple[str, ...]:
    """The warnings of a recognised file when it is read as another record type, or with another mapping; as None of
    them, what holds for any table."""
    order, dialect, ids = recognition.date_order, dialect_of(recognition), recognition.id_columns
    columns, marks = recognition.columns, recognition.number_marks
    proposed = {
        *cautions.of_mapping(recognition.mapping, recognition.record_type, order),
        *cautions.of_numbers(columns, recognition.mapping, marks),
        *cautions.of_scales(columns, recognition.mapping),
        *cautions.of_ids(dialect, ids, recognition.record_type),
    }
    others = tuple(warning for warning in recognition.warnings if warning not in proposed)
    numbers = tuple(cautions.of_numbers(columns, mapping, marks))
    if record_type is None:
        return (*others, *numbers)
    return (
        *others,
        *cautions.of_mapping(mapping, record_type, order),
        *numbers,
        *cautions.of_scales(columns, mapping),
        *cautions.of_ids(dialect, ids, record_type),
    )


def dialect_of(recognition: Recognition) -> Dialect:
    return next(dialect for dialect in DIALECTS if dialect.name == recognition.format)


def _lay_out(path: Path, layout: Layout, sheet: str) -> tuple[Layout, tuple[str, ...], Counter[str], list[str]]:
    """Where the records stand: sheet and headers of a table, list of a JSON document (with all lists' lengths)."""
    if layout.kind in ("json", "jsonl"):
        layout, lists, warnings = json_layout.lay_out(path, layout)
        return layout, (), lists, warnings
    if sheet and layout.kind not in ("xlsx", "ods"):
        raise Refused(f"The file has no sheets, and so none called {sheet!r}.", "Leave the sheet out.")
    warnings = []
    sheets: tuple[str, ...] = ()
    if layout.kind in ("xlsx", "ods"):
        layout, sheets, hidden = _sheet(path, layout, sheet)
        warnings += cautions.of_sheets(layout.sheet or "", sheets, hidden)
    else:
        layout = find_headers(layout, read_raw(path, layout))
    if layout.header_row == 0:
        warnings.append("The table has no header row; its columns are numbered.")
    elif len(layout.headers) == 1 and not concepts_of(layout.headers[0]):
        heading = layout.headers[0][:_SAMPLE_CHARACTERS]
        warnings.append(
            f"Row {layout.header_row}, “{heading}”, is taken for the heading of the only column, though it is none "
            "that is known; if it is a record, put a row with a heading above it."
        )
    elif layout.header_row > layout.header_rows:
        warnings.append(f"The headers stand in row {layout.header_row}; the rows above are left out.")
    if layout.short_rows:
        warnings.append("Many rows have fewer cells than the header; the missing ones are taken as empty.")
    return layout, sheets, Counter(), warnings


def _sheet(path: Path, layout: Layout, chosen: str) -> tuple[Layout, tuple[str, ...], frozenset[str]]:
    """The sheet that was chosen, or the likeliest; the names of all that hold a table, and of those that are hidden."""
    found: dict[str, Layout] = {}
    refusal = Refused("The workbook has no sheet.", "Export it again, with at least one record.")
    names = workbook.sheet_names(path)
    hidden = workbook.hidden_sheets(path)
    for name in names:
        try:
            found[name] = find_headers(replace(layout, sheet=name), workbook.rows(path, name))
        except Refused as empty:
            refusal = empty
    if not found:
        raise refusal
    if chosen and chosen not in found:
        raise Refused(f"The workbook has no sheet {chosen!r} with a table.", f"It has: {', '.join(found)}.")
    best = found[chosen] if chosen else max(found.values(), key=lambda one: _likelihood(path, one, hidden))
    return best, tuple(found), hidden


def _likelihood(path: Path, layout: Layout, hidden: frozenset[str]) -> tuple[object, ...]:
    """What speaks for a sheet: it is shown, names or describes something, knows what its columns mean, holds rows that
    are filled (lists of choices are not), has many columns."""
    known = {concept for header in layout.headers for concept, _ in header_concepts().get(fold(header), ())[:1]}
    rows = list(islice(workbook.rows(path, layout.sheet or ""), limits.SAMPLE_ROWS))[layout.header_row :]
    filled = [sum(map(bool, row)) for row in rows if any(row)]
    fullness = sum(filled) / max(1, len(filled) * len(layout.headers))
    named = title_column(layout.headers) is not None or "body" in known
    return layout.sheet not in hidden, named and fullness > _SPARSE, len(known), len(filled), len(layout.headers)


def _shape(layout: Layout, sample: list[SourceRow], lists: Counter[str]) -> Shape:
    counts = Counter(layout.headers) or _lengths(sample)
    names = list(dict.fromkeys([*layout.headers, *(name for row in sample for name in row.values)]))
    columns = tuple(Column(name, counts.get(name, 1), _samples(sample, name)) for name in names)
    folded = frozenset(map(fold, names))
    return Shape(layout, columns, folded, lists)


def _lengths(sample: list[SourceRow]) -> Counter[str]:
    """How many values a name has at most, where the format names its fields in every record."""
    lengths: Counter[str] = Counter()
    for row in sample:
        for name, value in row.values.items():
            lengths[name] = max(lengths[name], len(value) if isinstance(value, list) else 1)
    return lengths


def _samples(rows: list[SourceRow], name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for row in rows:
        value = row.values.get(name)
        for text in [value] if isinstance(value, str) else value or ():
            if text and not is_missing(text):
                found[text.strip()[:_SAMPLE_CHARACTERS]] = None
        if len(found) >= limits.COLUMN_SAMPLES:
            break
    return tuple(found)[: limits.COLUMN_SAMPLES]


def _count(
    path: Path,
    layout: Layout,
    lists: Counter[str],
    left_out: LeftOut,
    hidden: list[int],
    notation: Notation,
    doubts: Doubts,
) -> int:
    """How many records there are; notes which rows are none, which of those that are one are hidden, and how their
    numbers are written."""
    if layout.sheet and layout.sheet in lists:
        return lists[layout.sheet]
    is_sheet = layout.kind in ("xlsx", "ods")
    unseen = hiding.hidden_rows(path, layout.sheet or "") if is_sheet else frozenset()
    count = 0
    for row in read_rows(path, layout, left_out):
        count += 1 + len(row.parts)
        notation.add(row)
        if layout.headers:
            doubts.add(row)
        for number in unseen.intersection((row.number, *row.parts)) if unseen else ():
            note(hidden, number)
    return count


def _id_columns(dialect: Dialect, shape: Shape, sample: list[SourceRow]) -> tuple[str, ...]:
    by_word = {fold(column.name) or column.name.strip(): column.name for column in reversed(shape.columns)}
    wanted = list(dialect.ids)
    by_title = dialect.record_types[0] in IDENTIFIED_BY_TITLE
    share = _FILLED if dialect.source else 1.0
    titled = title_column([column.name for column in shape.columns])
    named = None if titled is None else shape.columns[titled].name
    if named and dialect.record_types[0] != "feedback":  # of other types, what has no name is no record
        sample = [row for row in sample if row.values.get(named)] or sample
    title = named if dialect.source else None
    if not dialect.source:
        wanted += [(word,) for word in [*_id_words(), *_NUMBERS] if word in by_word]
    for words in wanted:
        names = tuple(by_word[word] for word in words if word in by_word)
        if words[0] in _NUMBERS and names and by_title and _counts_rows(names[0], sample):
            continue
        if len(names) == len(words) and _identify(names, sample, title, share):
            return names
    return ()


def _id_words() -> list[str]:
    """Headers that mean an id, the best first."""
    ranked = sorted(
        (rank, word) for word, found in header_concepts().items() for concept, rank in found if concept == "id"
    )
    return [word for _, word in ranked]


def _counts_rows(name: str, sample: list[SourceRow]) -> bool:
    """Whether numbers only say where a row stands: with a row put in above they would be those of others."""
    first, *others = [str(row.values.get(name) or "").removesuffix(".") for row in sample]
    return first in ("0", "1") and others == [str(int(first) + at) for at in range(1, len(others) + 1)]


def _identify(names: tuple[str, ...], sample: list[SourceRow], title: str | None, share: float) -> bool:
    """Whether columns tell rows apart, at least that share of them being filled. Damaged rows do not speak against
    them, nor does the same record once more: rows of one id and `title`, or equal ones where there is none."""
    met: set[tuple[str, ...]] = set()
    keys: set[tuple[str, ...]] = set()
    for row in sample:
        if row.problems:
            continue
        key = tuple(str(row.values.get(name) or "") for name in names)
        met.add((*key, str(row.values.get(title, "")) if title else str(row.values)))
        keys |= {key} if all(key) else set()
    filled = sum(all(entry[: len(names)]) for entry in met)
    return bool(keys) and len(keys) == filled and filled >= share * len(met)


def _fingerprint(folded: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(sorted(folded)).encode(), digest_size=4).hexdigest()


def _date_order(path: Path, dialect: Dialect, shape: Shape) -> DateOrder:
    """From the samples where they decide, else from every date of the file."""
    dated = {
        entry.source
        for kind in TARGETS
        for entry in propose(shape.columns, dialect, kind)
        if entry.target in TARGETS[kind] and TARGETS[kind][entry.target].type in ("date", "datetime")
    }
    samples = (text for column in shape.columns if column.name in dated for text in column.samples)
    order = decide_order(samples)
    return decide_order(_texts(path, shape.layout, dated)) if order == "ambiguous" else order


def _texts(path: Path, layout: Layout, names: set[str]) -> Iterator[str]:
    for row in read_rows(path, layout):
        for name in names:
            value = row.values.get(name, "")
            yield from [value] if isinstance(value, str) else value
