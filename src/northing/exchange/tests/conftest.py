"""Invented files of every kind, written into a temporary folder."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

ODS = "application/vnd.oasis.opendocument.spreadsheet"
WriteText = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteText:
    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def write_json(write: WriteText) -> Callable[[str, Any], Path]:
    return lambda name, value: write(name, json.dumps(value, ensure_ascii=False))


@pytest.fixture
def write_workbook(tmp_path: Path) -> Callable[..., Path]:
    def write_workbook(name: str, **sheets: Sequence[Sequence[Any]]) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
            for title, rows in sheets.items():
                page = book.add_worksheet(title)
                for at, row in enumerate(rows):
                    page.write_row(at, 0, row)
        return path

    return write_workbook


@pytest.fixture
def write_ods(tmp_path: Path) -> Callable[[str, str], Path]:
    """An ODS file around the given table rows in XML."""

    def write_ods(name: str, rows: str) -> Path:
        path = tmp_path / name
        content = (
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2"'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="Ideas">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        )
        manifest = (
            '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/"'
            f' manifest:media-type="{ODS}"/>'
            "</manifest:manifest>"
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
            archive.writestr("META-INF/manifest.xml", manifest)
            archive.writestr("content.xml", content)
        return path

    return write_ods


@pytest.fixture
def sheet(tmp_path: Path) -> Any:
    """A workbook to be written by hand, with merged cells and all."""

    @contextmanager
    def book(name: str = "features.xlsx") -> Any:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            yield workbook, path

    return book
