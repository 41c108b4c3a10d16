"""What a person says about how a file is to be read, where that is not left to the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, cast

from northing import exchange
from northing.exchange.fields import DERIVED_WORD
from northing.exchange.records import ColumnMapping, DateOrder, NumberMarks, Recognition, Refused
from northing.exchange.words import vocabularies

ORDERS: Mapping[str, str] = {"day-first": "The day first (31/12)", "month-first": "The month first (12/31)"}
MARKS: Mapping[str, str] = {
    "decimal-point": "decimal point, thousands by comma (1,234.5)",
    "decimal-comma": "decimal comma, thousands by dot (1.234,5)",
    "thousands": "sign for thousands alone (1,234 or 1.234)",
}


@dataclass(frozen=True)
class Choices:
    """`statuses` gives words of the file the category that they stand for; `sheet`, `dates` and `numbers` are "" where
    the file decides. `aside` names the fields whose unknown names are kept as imported rather than made records of.
    With `join` a row whose title a record of another origin has is that record's; otherwise it makes a new one.
    `people` gives names that no member goes by the id of one. `left_out` says of rows that may be totals or headings,
    by what they go by (`leaving_out.names`), whether they are left out."""

    statuses: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    dates: str = ""
    aside: tuple[str, ...] = ()
    join: bool = True
    numbers: str = ""
    people: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Choices:
        """Those that an import keeps."""
        return cls(**{**kept, "aside": tuple(kept.get("aside", ()))})

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "aside": list(self.aside)}

    @property
    def date_order(self) -> DateOrder | None:
        """Raises `Refused` for what is no order."""
        if self.dates and self.dates not in ORDERS:
            raise Refused(f"{self.dates!r} is no order of dates.", f"Use one of: {', '.join(ORDERS)}.")
        return cast("DateOrder", self.dates) if self.dates else None

    @property
    def number_marks(self) -> NumberMarks | None:
        """Raises `Refused` for what is no way to write numbers."""
        if self.numbers and self.numbers not in MARKS:
            raise Refused(f"{self.numbers!r} is no way to write numbers.", f"Use one of: {', '.join(MARKS)}.")
        return cast("NumberMarks", self.numbers) if self.numbers else None


NOTHING = Choices()


def marks_of(recognition: Recognition, mapping: Iterable[ColumnMapping] | None = None) -> str:
    """How the file's numbers are read where they leave it open; "" where those that go somewhere have no signs in
    them."""
    used = None if mapping is None else {entry.source for entry in mapping if entry.target}
    columns = (column for column in recognition.columns if used is None or column.name in used)
    marks = {column.marks for column in columns} - {"unambiguous"}
    if not marks:
        return ""
    if marks == {"thousands"} or recognition.number_marks == "thousands":
        return "thousands"
    return "decimal-comma" if recognition.number_marks == "decimal-comma" else "decimal-point"


def categories(record_type: str) -> dict[str, str]:
    """Categories that a status of the file can stand for, with what people call them; none where types have none."""
    if record_type not in exchange.TARGETS:
        return {}
    vocabulary = exchange.TARGETS[record_type][DERIVED_WORD[record_type]].vocabulary or ""
    return {word: word.replace("_", " ").capitalize() for word in dict.fromkeys(vocabularies()[vocabulary].values())}


def check_statuses(record_type: str, statuses: Mapping[str, str]) -> None:
    """Raises `Refused` for a category that the type does not have."""
    known = categories(record_type)
    for word, category in statuses.items():
        if category not in known:
            way_out = f"Use one of: {', '.join(known)}." if known else "Records of this type take statuses as they are."
            raise Refused(f"{category!r}, given for the status {word!r}, is no category.", way_out)
