"""Where the headers of a table stand, and what they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from statistics import median

from northing.exchange import limits
from northing.exchange.dates import parse_datetime
from northing.exchange.numbers import parse_number
from northing.exchange.records import Layout, Refused
from northing.exchange.words import fold, header_concepts

_SEARCHED_ROWS = 50
_LONGEST_NAME = 100
"""Characters of a header that are looked at for what it names."""
_ANSWER_KINDS = frozenset({"open ended response", "response", "antwort", "reponse", "respuesta", "resposta"})


def find_headers(layout: Layout, table: Iterable[list[str]]) -> Layout:
    """Find the header row below title blocks, or see that there is none, in which case columns are numbered.

    >>> find_headers(Layout("csv"), [["Report of May"], [], ["Title", "Votes"], ["Dark mode", "3"]]).header_row
    3
    """
    sample = list(islice(table, limits.SAMPLE_ROWS))
    if max(map(len, sample), default=0) > limits.COLUMNS:
        raise Refused(f"The table has more than {limits.COLUMNS:,} columns.", "Leave out columns you do not need.")
    at = _header_index(sample)
    rows = 1
    if (keyed := _import_ids(sample)) is not None:
        at, rows = keyed, 3
        sample[at - 2 : at + 1] = [[], [], _asked(sample[at - 2], sample[at - 1])]
    elif at is not None and _has_second_row(sample, at):
        at, rows = at + 1, 2
        sample[at - 1 : at + 1] = [[], _joined(sample[at - 1], sample[at])]
    known = at is not None and (rows > 1 or _known(sample[at]) > 0)
    below = [row for row in sample[(-1 if at is None else at) + 1 :] if any(map(str.strip, row))]
    widths = Counter(map(len, below))
    if at is None:
        names = [f"Column {number}" for number in range(1, max(widths, default=0) + 1)]
    else:
        names = _names(sample[at], below)
    if not known and (widths[len(names)] < len(below) / 2 or (len(names) == 1 and _is_prose(sample))):
        raise Refused(
            "The rows have no common number of cells: it is running text or a damaged table.",
            "Hand over a table, one record a row, with a header row.",
        )
    short = sum(count for width, count in widths.items() if width < len(names))
    return replace(
        layout,
        header_row=0 if at is None else at + 1,
        headers=tuple(names),
        header_rows=rows,
        short_rows=short > len(below) / 20 and short > 1,
    )


def title_column(headers: Sequence[str]) -> int | None:
    """Which column most likely names the records.

    >>> title_column(["ID", "User story title", "Owner"]), title_column(["ID", "Owner"])
    (1, None)
    """
    ranked = [(rank, at) for at, header in enumerate(headers) if (rank := _title_rank(header)) is not None]
    return min(ranked)[1] if ranked else None


def numbers_records(header: str) -> bool:
    """Whether a header such as "Task #" is that of numbers, whatever its words mean."""
    return header.rstrip().endswith(("#", "№"))


def _title_rank(header: str) -> int | None:
    if numbers_records(header):
        return None
    words = fold(header[:_LONGEST_NAME]).split()
    for at in range(len(words)):
        for concept, rank in header_concepts().get(" ".join(words[at:]), ()):
            if concept == "title":
                return rank + 100 * (at > 0)
    return None


def _is_prose(sample: list[list[str]]) -> bool:
    """Whether lines without a separator are a text: paragraphs with gaps, or rulers under headings."""
    lines = ["".join(row).strip() for row in sample]
    rulers = sum(len(line) > 3 and not any(map(str.isalnum, line)) for line in lines)
    return rulers > 0 or lines.count("") > len(lines) / 10


def _has_second_row(sample: list[list[str]], at: int) -> bool:
    """Survey tools write the kind of answer, or the choices, into a row below the questions. Only that row says
    nothing about who answered when."""
    below = sample[at + 1] if at + 1 < len(sample) else []
    filled = [cell.strip() for cell in below if cell.strip()]
    telling = any(fold(cell) in _ANSWER_KINDS for cell in filled)
    return telling and not below[0].strip() and _known(sample[at]) > 0


def _import_ids(sample: list[list[str]]) -> int | None:
    """The row below the questions in which a survey tool says by which ids it takes them in again."""
    rows = range(2, min(len(sample), 6))
    return next((at for at in rows if "".join(sample[at][:1]).startswith('{"ImportId"')), None)


def _asked(codes: list[str], questions: list[str]) -> list[str]:
    """Each question once; where several read alike, with the code of its column.

    >>> _asked(["EndDate", "Q1", "Q2"], ["End Date", "Why?", "Why?"])
    ['End Date', 'Why? (Q1)', 'Why? (Q2)']
    """
    met = Counter(questions)
    pairs = zip(codes, questions, strict=False)
    return [f"{question} ({code})" if question and met[question] > 1 else question or code for code, question in pairs]


def _joined(questions: list[str], choices: list[str]) -> list[str]:
    """Each choice with the question that stands above or left of it; the kind of answer adds nothing to a question.

    >>> _joined(["ID", "Why?", "Which?", ""], ["", "Open-Ended Response", "Desk", "Phone"])
    ['ID', 'Why?', 'Which? Desk', 'Which? Phone']
    """
    names, question = [], ""
    for at in range(max(len(questions), len(choices))):
        own = questions[at].strip() if at < len(questions) else ""
        choice = choices[at].strip() if at < len(choices) else ""
        question = own or question
        names.append(f"{question if choice else own} {'' if fold(choice) in _ANSWER_KINDS else choice}".strip())
    return names


def _names(header: list[str], below: list[list[str]]) -> list[str]:
    widths = Counter(map(len, below))
    names = [name.strip().replace("\n", " ") for name in header]
    usual = max(widths, key=lambda width: widths[width], default=len(names))
    while len(names) > usual and not names[-1]:
        names.pop()
    if usual == len(names) + 1 and any(row[-1].strip() for row in below if len(row) == usual):
        # Statistics programs write row names without a header; a separator at the end of rows looks alike, but empty.
        names.insert(0, "")
    return [name or f"Column {at}" for at, name in enumerate(names, 1)]


def _header_index(sample: list[list[str]]) -> int | None:
    filled = [sum(1 for cell in row if cell.strip()) for row in sample]
    if not any(filled):
        raise Refused("The table is empty.", "Export it again, with at least one record.")
    usual = Counter(count for count in filled if count > 1).most_common(1)
    enough = max(2, usual[0][0] * 0.6) if usual else 1
    candidates = [at for at in range(min(len(sample), _SEARCHED_ROWS)) if filled[at] >= enough]
    telling = [(_telling(sample[at]), -at) for at in candidates if _known(sample[at]) >= min(3, max(2, filled[at] / 2))]
    if telling:
        return -max(telling)[1]
    if not candidates:
        return None
    first = candidates[0]
    return first if _reads_like_headers(sample[first], sample[first + 1 : first + 20]) else None


def _telling(row: list[str]) -> int:
    """How many headers of a row mean something; one that names the records counts more than others."""
    return _known(row) + 2 * (title_column(row) is not None)


def _known(row: list[str]) -> int:
    return sum(fold(cell) in header_concepts() for cell in row)


def _reads_like_headers(row: list[str], below: list[list[str]]) -> bool:
    """Headers are words. A first row with a number or date where the rows below have one too is data, and so is the
    first of a list of sentences."""
    if not _known(row):
        lengths = [len(other[0]) for other in below if other]
        if len(row) == 1 and lengths and row[0][-1:] not in ("?", ":") and 2 * len(row[0]) > median(lengths):
            return False
        for at, cell in enumerate(row):
            column = [other[at] for other in below if at < len(other) and other[at].strip()]
            if _is_value(cell) and column and sum(map(_is_value, column)) > len(column) / 2:
                return False
    return True


def _is_value(cell: str) -> bool:
    return parse_number(cell) is not None or parse_datetime(cell) is not None
