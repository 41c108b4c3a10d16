"""Comments of records that hold them as lists of objects, which reading has turned into one list per name."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.records import SourceRow


def thread(row: SourceRow, text: str, author: tuple[str, ...], created: tuple[str, ...]) -> list[dict[str, Any]]:
    """The comments of a row with who wrote them and when, where the lists are of one length.

    >>> row = SourceRow(1, {"comments.body": ["Yes"], "comments.author.login": ["ada"], "comments.createdAt": [""]})
    >>> thread(row, "comments.body", ("comments.author.login",), ("comments.createdAt",))
    [{'author': 'ada', 'created_at': None, 'text': 'Yes'}]
    """
    texts = _list(row, text)
    authors, moments = (_of_length(row, names, len(texts)) for names in (author, created))
    return [
        {"author": who or "", "created_at": parse_datetime(when or ""), "text": words}
        for words, who, when in zip_longest(texts, authors, moments)
        if words
    ]


def _of_length(row: SourceRow, names: tuple[str, ...], length: int) -> list[str]:
    return next((found for name in names if len(found := _list(row, name)) == length), [])


def _list(row: SourceRow, name: str) -> list[str]:
    value = row.values.get(name, [])
    return value if isinstance(value, list) else [value]
