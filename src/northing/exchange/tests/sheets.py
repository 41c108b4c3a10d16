"""Lists of features as people keep them, written cell by cell, and what is read of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from northing.exchange import Recognition, Record, read, recognise

OWN_LIST = [
    ["#", "Feature", "Theme", "Impact (H/M/L)", "Effort", "Team", "When?", "Status"],
    ["1", "Sky masks", "Masks", "H", "M", "Editor", "Q1", "planned"],
    ["2", "Tethering", "Capture", "mittel", "4 PW", "Capture", "31.03.2027", "idea"],
    ["3", "Plug-ins", "Platform", "L", "TBD", "Editor", "Mär 27", "parked"],
    ["", "TOTAL", "", "", "ca. 55 weeks", "", "", ""],
]


def features(path: Path, **choices: Any) -> tuple[Recognition, list[Record]]:
    found = recognise(path, **choices)
    return found, list(read(path, found, "feature"))


def write_rows(page: Any, first: int, *rows: list[Any]) -> None:
    for at, row in enumerate(rows, first):
        page.write_row(at, 0, row)
