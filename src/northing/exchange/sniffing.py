"""What a file is, whatever it is called: its format, encoding and separator; or a refusal that says why."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePath

from charset_normalizer import from_bytes

from northing.exchange import limits
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
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LEGACY = ["cp1252", "cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1250", "cp1251", "cp1253", "cp1254", "koi8_r"]
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
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
            raise Refused(f"The file is {what}.", f"Export the records as a table instead. {_SUPPORTED}")
    encoding, lenient = _encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).lstrip("\ufeff")
    if len(_CONTROL.findall(text)) > max(8, len(text) / 200):
        raise Refused("The file is binary, not text.", _SUPPORTED)
    _refuse_markup(text)
    if kind := _json_kind(text):
        return Layout(kind, encoding, lenient)
    separator = _separator(text)
    return Layout("tsv" if separator == "\t" else "csv", encoding, lenient, separator)


def _refuse_markup(text: str) -> None:
    start = text.lstrip()[:2000].lower()
    if re.match(r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", start, re.DOTALL):
        raise Refused(
            "The file is a web page, often a sign-in or error page saved in place of the export.",
            "Sign in to the source and download the export again.",
        )
    if start.startswith("<?xml") or re.match(r"<[a-z][\w:-]*(?:\s[^<>]*)?>\s*<", start):
        raise Refused("The file is XML.", f"Export it as CSV or JSON. {_SUPPORTED}")


def _encoding(path: Path, head: bytes) -> tuple[str, bool]:
    """The encoding, and whether undecodable bytes have to be replaced."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, name == "utf-16" or _first_wrong_byte(path) is not None
    if head.count(b"\0") > len(head) / 5:
        even = head[0:2000:2].count(b"\0")
        return ("utf-16-be" if even > head[1:2000:2].count(b"\0") else "utf-16-le"), True
    wrong = _first_wrong_byte(path)
    if wrong is None:
        return "utf-8", False
    with path.open("rb") as file:
        file.seek(max(0, wrong - limits.SAMPLE_BYTES // 4))
        window = file.read(limits.SAMPLE_BYTES // 2)
    multibyte = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", window))
    replaced = window.decode("utf-8", "replace").count("\ufffd")
    if multibyte > 20 * replaced:
        return "utf-8", True
    lines = b"\n".join(line for line in window.split(b"\n")[1:] if not line.isascii()) or window
    guess = from_bytes(lines[:50_000], cp_isolation=_LEGACY, threshold=0.5).best()
    return (guess.encoding if guess else "cp1252"), True


def _first_wrong_byte(path: Path) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    passed = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return passed + error.start
            passed += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return passed - 1
    return None


def _json_kind(text: str) -> Kind | None:
    start = text.lstrip()
    if re.match(r"\[\s*(?:[\[{\]\"\-\d]|true|false|null)", start):
        return None if re.match(r"\[[^\[\]{}\"]*\]\s*[,;\t]", start) else "json"
    if not re.match(r"\{\s*[\"}]", start):
        return None
    first, _, rest = start.partition("\n")
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
