"""Field specifications: the one validator. Pages, API, import and command line all parse through these."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from northing.access.actor import Actor
from northing.access.models import Member
from northing.kit.dates import read_day, read_moment
from northing.kit.models import Record, RecordModel
from northing.kit.problems import BadValue


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value of a record: how it is parsed, shown in JSON and text, described to the API and drawn in a form.

    `parse` takes what people and files give (text, numbers, dates) and returns the Python value, or raises
    `BadValue` with the rule. Empty input is handled here once: `parse` never sees it.
    """

    kind: ClassVar[str] = "text"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string"}
    name: str
    label: str = ""
    help: str = ""
    required: bool = False
    unique: bool = False
    editable: bool = True
    empty: Any = None
    unit: str = ""

    def clean(self, value: Any) -> Any:
        """The Python value, `empty` for empty input; raises `BadValue`."""
        if value is None or value == "":
            if self.required:
                raise BadValue("must be filled in")
            return self.empty
        return self.parse(value)

    def parse(self, value: Any) -> Any:
        raise NotImplementedError

    def to_json(self, value: Any) -> Any:
        """A JSON value that `parse` takes back."""
        return value

    def to_text(self, value: Any) -> str:
        """Plain text for exports and search."""
        return "" if value is None else str(value)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value, for OpenAPI."""
        schema = {**self.json_type, "title": self.label} | ({"description": self.help} if self.help else {})
        if not self.required:
            schema = {"anyOf": [schema, {"type": "null"}], "title": self.label}
        return schema

    @property
    def attribute(self) -> str:
        """The model attribute that holds the value."""
        return self.name


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    one_line: ClassVar[bool] = True
    longest: int = 200
    empty: Any = ""

    def parse(self, value: Any) -> str:
        if isinstance(value, (Mapping, list, tuple)):
            raise BadValue("must be a text")
        text = str(value).replace("\x00", "").strip()
        if self.one_line:  # of what parts lines, browsers would send nothing back
            text = " ".join(filter(None, map(str.strip, text.splitlines())))
        if not text and self.required:
            raise BadValue("must be filled in")
        if len(text) > self.longest:
            raise BadValue(f"at most {self.longest:,} characters, this has {len(text):,}; shorten it")
        return text

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"maxLength": self.longest}


@dataclass(frozen=True, kw_only=True)
class LongText(Text):
    kind: ClassVar[str] = "longtext"
    one_line: ClassVar[bool] = False
    longest: int = 100_000


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    kind: ClassVar[str] = "email"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "email"}

    def parse(self, value: Any) -> str:
        text = super().parse(value)
        with suppress(ValidationError):
            validate_email(text)
            return text.lower()
        raise BadValue("must be an e-mail address such as name@example.com")


@dataclass(frozen=True, kw_only=True)
class WebAddress(Text):
    kind: ClassVar[str] = "url"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "uri"}
    longest: int = 1000

    def parse(self, value: Any) -> str:
        text = super().parse(value)
        with suppress(ValueError):
            parts = urlsplit(text)
            if parts.scheme in {"http", "https"} and parts.netloc:
                return text
        raise BadValue("must be a web address that starts with http:// or https://")


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a fixed list. Takes the stored value or its label, in any case."""

    kind: ClassVar[str] = "choice"
    options: tuple[tuple[str, str], ...]
    empty: Any = ""
    by_word: Mapping[str, str] = field(init=False, repr=False, compare=False)
    labels: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = {label.casefold(): value for value, label in self.options}
        words |= {value.casefold(): value for value, _ in self.options}
        object.__setattr__(self, "by_word", words)
        object.__setattr__(self, "labels", dict(self.options))

    def parse(self, value: Any) -> str:
        word = str(value).strip().casefold()
        try:
            return self.by_word[word]
        except KeyError:
            allowed = ", ".join(label for _, label in self.options)
            raise BadValue(f"must be one of: {allowed}") from None

    def to_text(self, value: Any) -> str:
        return self.labels.get(value, value or "")

    def schema(self) -> dict[str, Any]:
        return super().schema() | {"enum": [value for value, _ in self.options] + ([] if self.required else [None, ""])}


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A decimal or whole number with optional bounds."""

    kind: ClassVar[str] = "number"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "number"}
    whole: bool = False
    low: float | None = None
    high: float | None = None
    places: int | None = None

    def parse(self, value: Any) -> Any:
        if isinstance(value, bool):
            raise BadValue("must be a number, not yes or no")
        number = self._number(value)
        if not math.isfinite(number):
            raise BadValue("must be a finite number")
        if self.low is not None and number < self.low:
            raise BadValue(f"must be at least {self.low:g}")
        if self.high is not None and number > self.high:
            raise BadValue(f"must be at most {self.high:g}")
        return number

    def _number(self, value: Any) -> Any:
        text = _with_point(str(value))
        try:
            if self.whole:
                number = float(text)
                if not number.is_integer():
                    raise BadValue("must be a whole number")
                return int(number)
            if self.places is not None:
                return round(Decimal(text), self.places)
            return float(text)
        except (ValueError, InvalidOperation, OverflowError) as error:
            if isinstance(error, BadValue):
                raise
            raise BadValue("must be a number such as 12 or 3.5") from None

    def to_json(self, value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else value

    def to_text(self, value: Any) -> str:
        return "" if value is None else f"{value:,}" if self.whole else f"{value:,.10g}"


def _with_point(text: str) -> str:
    """A number as people type it, without spaces and with a decimal point; a comma that may part thousands is refused.

    >>> _with_point(" 12 000,5"), _with_point("0,125")
    ('12000.5', '0.125')
    """
    plain = "".join(text.split())
    whole, comma, rest = plain.partition(",")
    if not comma or not rest.isdecimal() or "." in whole:
        return plain
    if len(rest) == 3 and whole.lstrip("+-") not in ("", "0"):
        raise BadValue(f"may be {whole}{rest} or {whole}.{rest}; write it without a comma")
    return f"{whole}.{rest}"


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    kind: ClassVar[str] = "flag"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "boolean"}
    empty: Any = False

    def parse(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = str(value).strip().casefold()
        if word in {"1", "true", "yes", "on", "y"}:
            return True
        if word in {"0", "false", "no", "off", "n"}:
            return False
        raise BadValue("must be yes or no")

    def to_text(self, value: Any) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    kind: ClassVar[str] = "day"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date"}

    def parse(self, value: Any) -> date:
        return read_day(value)

    def to_json(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def to_text(self, value: Any) -> str:
        return value.isoformat() if value else ""


@dataclass(frozen=True, kw_only=True)
class Moment(Field):
    """A point in time, kept in UTC; input without a zone is taken as UTC."""

    kind: ClassVar[str] = "moment"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "format": "date-time"}

    def parse(self, value: Any) -> datetime:
        return read_moment(value)

    def to_json(self, value: Any) -> Any:
        return value.isoformat() if value else None

    def to_text(self, value: Any) -> str:
        return value.strftime("%Y-%m-%d %H:%M") if value else ""


@dataclass(frozen=True, kw_only=True)
class Pointer(Field):
    """What is kept by its id: given as such or as what people call it; resolved for all rows at once."""

    @property
    def attribute(self) -> str:
        return f"{self.name}_id"

    def parse(self, value: Any) -> Any:
        if isinstance(value, (Record, RecordModel, Member)):
            return value.pk
        if not isinstance(value, (int, str)) or isinstance(value, bool):
            raise BadValue("must be an id, a key or a name")
        return value


@dataclass(frozen=True, kw_only=True)
class Reference(Pointer):
    """Another record of one type: given as id, key (`F-128`) or its natural key.

    With `makes`, a name that is typed into a form and not known yet makes the record; `made_with` says what it is like
    besides, from what else was typed.
    """

    kind: ClassVar[str] = "reference"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "Key such as F-128, or id"}
    to: type[RecordModel]
    makes: bool = False
    made_with: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda typed: {}


@dataclass(frozen=True, kw_only=True)
class Person(Pointer):
    """A member of the workspace: given as id, e-mail or name."""

    kind: ClassVar[str] = "person"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "Member's e-mail or id"}


@dataclass(frozen=True, kw_only=True)
class AnyRecord(Pointer):
    """A record of any type, or of those named: given as id, key (`F-128`), or a title that only one of them has."""

    kind: ClassVar[str] = "any_record"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "Key such as F-128, or whole title"}
    types: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tags(Field):
    kind: ClassVar[str] = "tags"
    json_type: ClassVar[Mapping[str, Any]] = {"type": "array", "items": {"type": "string"}}
    empty: Any = ()

    def parse(self, value: Any) -> tuple[str, ...]:
        names = value.split(",") if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)) or any(isinstance(name, (Mapping, list, tuple)) for name in names):
            raise BadValue("must be a list of words, or words separated by commas")
        tags = sorted({str(name).strip()[:60] for name in names} - {""})
        if len(tags) > 50:
            raise BadValue("at most 50 tags on one record")
        return tuple(tags)

    def to_json(self, value: Any) -> Any:
        return list(value or ())

    def to_text(self, value: Any) -> str:
        return ", ".join(value or ())


@dataclass(frozen=True, kw_only=True)
class Json(Field):
    """Structured data with a page of its own, unless it `is_typed` into forms; `longest` bounds its size as text."""

    is_typed: ClassVar[bool] = False
    kind: ClassVar[str] = "json"
    json_type: ClassVar[Mapping[str, Any]] = {}
    longest: int = 50_000

    def parse(self, value: Any) -> Any:
        try:
            data = json.loads(value) if isinstance(value, str) else value
            size = len(json.dumps(data, allow_nan=False))
        except (TypeError, ValueError, RecursionError):
            raise BadValue("must be valid JSON") from None
        if size > self.longest:
            raise BadValue(f"at most {self.longest:,} characters of JSON, this has {size:,}")
        return data

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False) if value else ""

    def in_words(self, actor: Actor, value: Any) -> str:
        """The value for people to read, who need not write it so."""
        return self.to_text(value)
