"""What a file is, whatever it is called: its format, encoding and separator; or a refusal that says why."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePath

from northing.exchange import limits
from northing.exchange.charsets import encoding_of
from northing.exchange.records import Kind, Layout, Refused
from northing.exchange.workbook import DAMAGED

_FAMILY: dict[str, tuple[Kind, ...]] = {
    "csv": ("csv", "tsv"), "tsv": ("csv", "tsv"), "tab": ("csv", "tsv"),
    "json": ("json", "jsonl"), "jsonl": ("json", "jsonl"), "ndjson": ("json", "jsonl"),
    "xlsx": ("xlsx",), "xlsm": ("xlsx",), "ods": ("ods",),
}  # fmt: skip
_NAMES: dict[Kind, str] = {
    "csv": "a table of separated text",
    "tsv": "a table of tab-separated text",
    "json": "JSON",
    "jsonl": "JSON lines",
    "xlsx": "an XLSX workbook",
    "ods": "an ODS spreadsheet",
}
_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a media file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"(\xb5/\xfd", "a zstd archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old XLS workbook, or one protected by a password"),
)
_JSON_LINES = ("jsonl", "ndjson")
_SUPPORTED = "Northing reads CSV, TSV, XLSX, ODS, JSON and JSON lines."
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# Comments are taken out first: in one pattern with the rest they can be told apart in too many ways to try.
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
_WEB_PAGE = re.compile(r"(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body|table|meta)\b")
_SEPARATORS = ",;\t|"
ONE_COLUMN = "\x1f"
"""Separator of a table that has one column and so needs none: a character that texts do not hold."""


def sniff(path: Path, claimed_name: str | None = None) -> Layout:
    """Find kind, encoding and separator of a file. `claimed_name` is what it was called where it comes from.

    Raises `Refused` for what is empty, is none of the supported formats, or is not what its name claims.
    """
    with path.open("rb") as file:
        head = file.read(limits.SAMPLE_BYTES)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused("The file is empty.", "Export it again, with at least one record.")
    extension = PurePath(claimed_name or path.name).suffix.lower().lstrip(".")
    layout = _workbook(path) if head.startswith(b"PK") else _text(path, head)
    _check_claim(layout.kind, extension)
    # One record alone looks like a plain JSON document; only the name tells that it is a line.
    return replace(layout, kind="jsonl") if layout.kind == "json" and extension in _JSON_LINES else layout


def _check_claim(kind: Kind, extension: str) -> None:
    family = _FAMILY.get(extension)
    if family and kind not in family:
        raise Refused(
            f"The file is called .{extension} but is {_NAMES[kind]}.",
            f"If that is what you want to import, rename it to end in .{kind}.",
        )


def _workbook(path: Path) -> Layout:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except DAMAGED as error:
        raise Refused(
            f"The file is a damaged ZIP archive or workbook ({error}).", "Export or download it again."
        ) from error
    if unpacked > limits.WORKBOOK_BYTES:
        raise Refused(
            f"The workbook unpacks to {unpacked:,} bytes, more than the {limits.WORKBOOK_BYTES:,} allowed.",
            "Save the sheet as CSV, which has no such bound.",
        )
    if "xl/workbook.xml" in names:
        return Layout("xlsx")
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Layout("ods")
    what = "a text document" if "word/document.xml" in names or b"opendocument.text" in mimetype else "a ZIP archive"
    if "xl/workbook.bin" in names:
        what = "a binary XLSB workbook"
    raise Refused(f"The file is {what}.", f"Unpack it, or save it as XLSX or CSV. {_SUPPORTED}")


def _text(path: Path, head: bytes) -> Layout:
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            way_out = "Unpack it" if what.endswith("archive") else "Export the records as a table instead"
            raise Refused(f"The file is {what}.", f"{way_out}. {_SUPPORTED}")
    encoding, lenient = encoding_of(path, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff")
    if len(_CONTROL.findall(text)) > max(8, len(text) / 200):
        raise Refused("The file is binary, not text.", _SUPPORTED)
    _refuse_markup(text)
    if kind := _json_kind(text):
        return Layout(kind, encoding, lenient)
    separator = _separator(text)
    return Layout("tsv" if separator == "\t" else "csv", encoding, lenient, separator)


def _refuse_markup(text: str) -> None:
    start = text.lstrip()[:4000].lower()
    if not re.match(r"<(?:\?xml|!--|!doctype|[a-z])", start):
        return
    page = _WEB_PAGE.match(_COMMENT.sub("", start))
    if page and ("office:" in start or "ms-excel" in start or "<table" in start or ".issuekey" in start):
        raise Refused(
            "The file is a web page with a table, as some tools write under the name of an Excel workbook.",
            "Export it as CSV (in Jira: Export CSV), or open it in a spreadsheet and save it as XLSX.",
        )
    if page:
        raise Refused(
            "The file is a web page, often a sign-in or error page saved in place of the export.",
            "Sign in to the source and download the export again.",
        )
    if start.startswith("<?xml") or re.match(r"<[a-z][\w:-]*(?:\s[^<>]*)?>\s*<", start):
        raise Refused("The file is XML.", f"Export it as CSV or JSON. {_SUPPORTED}")


def _json_kind(text: str) -> Kind | None:
    start = text.lstrip()
    if re.match(r"\[\s*(?:[\[{\]\"\-\d]|true|false|null)", start):
        return None if re.match(r"\[[^\[\]{}\"]*\]\s*[,;\t]", start) else "json"
    if not re.match(r"\{\s*[\"}]", start):
        return None
    first, _, rest = start.partition("\n")
    if re.match(r'\{\s*"data"\s*:\s*\{', first):  # answers of a GraphQL service, page after page
        return "json"
    following = rest.lstrip()
    return "jsonl" if first.rstrip().endswith("}") and following.startswith("{") else "json"


def _separator(text: str) -> str:
    """The separator whose number of cells is the most constant over the first rows."""
    lines = text.splitlines()
    sample = lines[: min(len(lines), 200)]
    if declared := re.fullmatch(r"sep=(.)", sample[0].strip()) if sample else None:
        return declared[1]
    best = max(_SEPARATORS, key=lambda separator: _consistency(sample, separator))
    first = next((line for line in sample if line.strip()), "")
    if _consistency(sample, best)[0] < 0.5 and not any(separator in first for separator in _SEPARATORS):
        return ONE_COLUMN
    return best


def _consistency(lines: list[str], separator: str) -> tuple[float, int]:
    """Share of rows with the commonest width above 1, and that width."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return 0.0, 0
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0, 0
    width = max(wide, key=lambda candidate: (wide[candidate], candidate))
    return round(wide[width] / widths.total(), 2), width
