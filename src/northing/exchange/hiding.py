"""Rows that a workbook hides. The library that reads sheets gives them as any others, and does not tell."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from northing.exchange import workbook

_SHEET = re.compile(rb"<(?:\w+:)?(?P<tag>sheet|Relationship)\b(?P<attributes>[^<>]*)")
_ROW = re.compile(rb"<(?:\w+:)?(?P<tag>row)\b(?P<attributes>[^<>]*)")
_TABLE = re.compile(rb"<(?:\w+:)?(?P<tag>table-row|table)(?![\w:-])(?P<attributes>[^<>]*)")
_ATTRIBUTE = re.compile(rb"""\s(?:\w+:)?([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"[0-9]{1,7}")
_MAIN, _RELATIONS, _CONTENT = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "content.xml"
_SHOWN = ("", "visible")
_MOST_REPEATED = 100_000
"""Rows that one tag of an ODS sheet hides, at most: what is beyond are the empty ones down to a sheet's end."""
_MOST_HIDDEN = 2**20
"""As many rows as a sheet has; a small file can say of billions that they are hidden."""


def hidden_rows(path: Path, sheet: str) -> frozenset[int]:
    """Numbers of the rows that a sheet hides, as a spreadsheet shows them."""
    with zipfile.ZipFile(path) as archive:
        parts = set(archive.namelist())
        if _CONTENT in parts:
            return frozenset(islice(_of_ods(archive, sheet), _MOST_HIDDEN))
        part = _part_of(archive, sheet) if {_MAIN, _RELATIONS} <= parts else ""
        return frozenset(islice(_of_xlsx(archive, part), _MOST_HIDDEN)) if part in parts else frozenset()


def _of_xlsx(archive: zipfile.ZipFile, part: str) -> Iterator[int]:
    number = 0
    for _, attributes in workbook.tags(archive, part, _ROW):
        number += 1
        if b"hidden" in attributes and (told := _attributes(attributes)).get("hidden") in ("1", "true"):
            number = _whole(told.get("r", ""), number)
            yield number


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The part that holds a sheet; empty where the workbook does not say."""
    sheets = (_attributes(attributes) for _, attributes in workbook.tags(archive, _MAIN, _SHEET))
    relation = next((one.get("id", "") for one in sheets if one.get("name") == sheet), "")
    others = (_attributes(attributes) for _, attributes in workbook.tags(archive, _RELATIONS, _SHEET))
    target = next((one.get("Target", "") for one in others if relation and one.get("Id") == relation), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") if target else ""


def _of_ods(archive: zipfile.ZipFile, sheet: str) -> Iterator[int]:
    number, here = 0, False
    for tag, attributes in workbook.tags(archive, _CONTENT, _TABLE):
        told = _attributes(attributes)
        if tag == b"table":
            number, here = 0, told.get("name") == sheet
            continue
        count = _whole(told.get("number-rows-repeated", ""), 1)
        if here and told.get("visibility", "") not in _SHOWN:
            yield from range(number + 1, number + 1 + min(count, _MOST_REPEATED))
        number += count


def _whole(text: str, otherwise: int) -> int:
    return int(text) if _NUMBER.fullmatch(text) else otherwise


def _attributes(text: bytes) -> dict[str, str]:
    """Attributes without the prefixes of their names."""
    return {
        name.decode(): html.unescape((one or other).decode("utf-8", "replace"))
        for name, one, other in _ATTRIBUTE.findall(text)
    }
