"""A segment's rule as rows of a form: a field, what it must be, and a value, joined by all or by any."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from northing.access.actor import Actor
from northing.insight.models import Subject
from northing.insight.segments import FIELDS, RuleError, SegmentField, in_words, is_text
from northing.kit.fields import Number
from northing.kit.forms import DrawnJson
from northing.kit.listing import ListRequest
from northing.kit.problems import BadValue

JOINS = (("all", "All of these hold"), ("any", "At least one of these holds"))
WORDS = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "at_least": "is at least",
    "at_most": "is at most",
    "one_of": "is one of (with commas)",
    "filled": "is filled in",
    "empty": "is empty",
}
_WITHOUT_VALUE = ("filled", "empty")
_NUMBER = Number(name="value")


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as it stands in the form. `empty` is the form's word for not `filled`; several values have commas
    between them."""

    field: str
    operator: str = "is"
    value: str = ""

    @property
    def lacks_value(self) -> bool:
        return not self.value and self.operator not in _WITHOUT_VALUE


def rows_of(subject: str, rule: Any) -> tuple[str, list[Row]] | None:
    """How a rule is joined, and its rows; None for one that rows cannot hold: joins within joins, or unknown fields."""
    if not isinstance(rule, dict) or (len(rule) != 1 and "field" not in rule):
        return None
    [(join, parts)] = rule.items() if "field" not in rule else [("all", [rule])]
    if join not in dict(JOINS) or not isinstance(parts, list) or not parts:
        return None
    rows = [row for part in parts if (row := _row(FIELDS[subject], part))]
    return (join, rows) if len(rows) == len(parts) else None


def _row(fields: Mapping[str, SegmentField], part: Any) -> Row | None:
    if not isinstance(part, dict) or len(part) != 2 or part.get("field") not in list(fields):  # it may be a list too
        return None
    [(operator, value)] = [(key, value) for key, value in part.items() if key != "field"]
    if operator == "filled" and isinstance(value, bool):
        return Row(part["field"], "filled" if value else "empty")
    values = value if operator == "one_of" and isinstance(value, list) else [value]
    if operator not in WORDS or not all(isinstance(one, (str, int, float)) for one in values):
        return None
    texts = [f"{one:.15g}" if isinstance(one, float) else str(one) for one in values]
    if not all(map(is_text, texts)):
        return None
    has_own_commas = operator == "one_of" and any("," in text for text in texts)
    return None if has_own_commas else Row(part["field"], operator, ", ".join(texts))


def rule_of(subject: str, join: str, rows: Sequence[Row]) -> Any:
    """The rule that rows say; None for no rows. What makes no sense stays in it, for the check to name."""
    parts = [_part(FIELDS[subject].get(row.field), row) for row in rows]
    if len(parts) <= 1:
        return parts[0] if parts else None
    return {join: parts}


def _part(field: SegmentField | None, row: Row) -> dict[str, Any]:
    if row.operator in _WITHOUT_VALUE:
        return {"field": row.field, "filled": row.operator == "filled"}
    if row.operator != "one_of":
        return {"field": row.field, row.operator: _value(field, row.value)}
    values = [_value(field, text.strip()) for text in row.value.split(",") if text.strip()]
    return {"field": row.field, "one_of": values}


def _value(field: SegmentField | None, text: str) -> Any:
    if field and field.is_number:
        with suppress(BadValue):
            number = _NUMBER.parse(text)
            return int(number) if number.is_integer() else number
    return text


def rule_of_list(subject: str, request: ListRequest) -> tuple[Any, list[str]]:
    """The rule that picks what a list shows, and the names of what in the list no rule can ask for."""
    fields, rows, left_out = FIELDS[subject], [], []
    for name, values in request.filters.items():
        base = name.removesuffix("_from").removesuffix("_to")
        field = fields.get(base)
        if field is None:
            left_out.append(base)
        elif field.is_number:
            rows.append(Row(base, "at_least" if name.endswith("_from") else "at_most", values[-1]))
        elif field.options:
            rows.append(Row(base, "one_of" if len(values) > 1 else "is", ", ".join(values)))
        else:
            rows.append(Row(base, "contains", values[-1]))
    left_out += [word for word, given in (("searched words", request.text), ("archived", request.archived)) if given]
    return rule_of(subject, "all", rows), left_out


class RuleInput(forms.Widget):
    """Rows to fill in; the JSON itself for a rule that rows cannot hold."""

    template_name = "insight/rule.html"
    use_fieldset = True

    def __init__(self, actor: Actor, others: Mapping[str, Any]) -> None:
        super().__init__()
        self.base = f"/{actor.workspace.slug}/segments/"
        self.subject = subject_of(others)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        rule = None
        with suppress(ValueError, RecursionError):
            rule = json.loads(value) if value else rule_of(self.subject, "all", [Row(next(iter(FIELDS[self.subject])))])
        found = rows_of(self.subject, rule)
        return {"widget": self.drawn(*found) if found else {"base": self.base, "name": name, "text": value}}

    def drawn(
        self, join: str, rows: Sequence[Row], *, new: int | None = None, keeps_typed: bool = False
    ) -> dict[str, Any]:
        """What the template needs to draw rows; the `new` one gets the focus. With `keeps_typed`, what somebody types
        meanwhile stays."""
        return {
            "base": self.base,
            "joins": JOINS,
            "join": join,
            "rows": [self._drawn(row, is_new=place == new) for place, row in enumerate(rows)],
            "keeps_typed": keeps_typed,
        }

    def _drawn(self, row: Row, *, is_new: bool) -> dict[str, Any]:
        fields = FIELDS[self.subject]
        field = fields[row.field]
        stored = {word: value for value, label in field.options for word in (value.casefold(), label.casefold())}
        return {
            "row": row,
            "is_new": is_new,
            "fields": [(name, one.label[:1].upper() + one.label[1:]) for name, one in fields.items()],
            "operators": [(one, WORDS[one]) for one in operators_of(field)],
            "options": field.options if row.operator in ("is", "is_not") else (),
            "chosen": stored.get(row.value.strip().casefold(), row.value),
            "takes_value": row.operator not in _WITHOUT_VALUE,
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and "rule-field" not in data

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return written_rule(data, name)


@dataclass(frozen=True, kw_only=True)
class Rule(DrawnJson):
    """The rule of a segment: JSON for programs and in files, rows for people."""

    json_type: ClassVar[Mapping[str, Any]] = {
        "description": 'Conditions, such as {"all": [{"field": "tier", "is": "Enterprise"}]}.'
    }
    draw: Callable[[Actor, Mapping[str, Any]], forms.Widget] = RuleInput

    def in_words(self, actor: Actor, value: Any) -> str:
        """As the segment's page says it: fields that accounts and contacts share go by the same words."""
        for subject in Subject:
            with suppress(RuleError):
                return in_words(subject, value)
        return self.to_text(value)


def subject_of(given: Mapping[str, Any]) -> str:
    """What the rule picks from; accounts unless contacts are said."""
    return Subject.CONTACTS if str(given.get("subject", "")).casefold() in ("contact", "contacts") else Subject.ACCOUNTS


def written_rows(data: QueryDict) -> list[Row]:
    """The rows of a form; a field without a value (it takes none) sends an empty one all the same."""
    columns = (data.getlist(f"rule-{part}") for part in ("field", "is", "value"))
    return [Row(*map(str.strip, row)) for row in zip(*columns, strict=False)]


def written_rule(data: QueryDict, name: str = "rule") -> str:
    """The JSON text that a form gives, typed or as rows; "" where there are none."""
    if name in data or "rule-field" not in data:
        return str(data.get(name, ""))
    rule = rule_of(subject_of(data), data.get("rule-join", "all"), written_rows(data))
    return json.dumps(rule, ensure_ascii=False) if rule else ""


def fitted(subject: str, row: Row) -> Row:
    """The row after another field, operator or subject was chosen: what does not go with the field any more becomes
    the first that does."""
    fields = FIELDS[subject]
    tries = (row.field, f"account.{row.field}", row.field.removeprefix("account."))
    name = next((one for one in tries if one in fields), next(iter(fields)))
    operators = operators_of(fields[name])
    return Row(name, row.operator if row.operator in operators else operators[0], row.value)


def operators_of(field: SegmentField) -> list[str]:
    """What the form offers a field to be."""
    return [word for word in WORDS if word in (*field.operators, "empty")]
