"""The rules of segments: conditions over listed fields, turned into a database condition, and into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import DecimalField, IntegerField, Model, Q

from northing.insight.models import Account, Contact, Subject

DEEPEST = 5
MOST_CONDITIONS = 100
MOST_COMPARISONS = 500  # all values of all conditions; SQLite refuses to join 1,000
_LONGEST = 1_000  # databases refuse to look for much longer texts
_LARGEST = 2**53  # exact in every database
_JOINS = ("all", "any")
_TEXT_OPERATORS = ("is", "is_not", "contains", "one_of", "filled")
_NUMBER_OPERATORS = ("is", "is_not", "at_least", "at_most", "one_of", "filled")


class RuleError(ValueError):
    """A segment's rule cannot be read. `part` is the piece at fault; the message says what to write instead."""

    def __init__(self, part: object, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True, slots=True)
class SegmentField:
    """A field that rules may ask about: where it stands, what people call it, and how its values are read."""

    path: str
    label: str
    is_number: bool = False
    options: tuple[tuple[str, str], ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        return _NUMBER_OPERATORS if self.is_number else _TEXT_OPERATORS

    def read(self, value: Any) -> str | float:
        """The value as the database holds it."""
        if self.is_number:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise RuleError(value, "must be a number such as 5000")
            if not abs(value) <= _LARGEST:  # also what is no number at all
                raise RuleError(value, f"must lie between -{_LARGEST:,} and {_LARGEST:,}")
            return value
        if not isinstance(value, str) or not value.strip():
            raise RuleError(value, "must be a text that is not empty")
        if len(value) > _LONGEST:
            raise RuleError(value, f"has {len(value):,} characters, of which at most {_LONGEST:,} can be looked for")
        if not is_text(value):
            raise RuleError(value.encode(errors="replace").decode(), "has characters that no text holds")
        word = value.strip().casefold()
        if not self.options:
            return value.strip()
        for stored, label in self.options:
            if word in (stored.casefold(), label.casefold()):
                return stored
        raise RuleError(value, f"must be one of: {', '.join(label for _, label in self.options)}")

    def say(self, value: Any) -> str:
        """A value as people write it."""
        read = self.read(value)
        return f"{read:,.15g}" if self.is_number else dict(self.options).get(str(read), str(read))


def _field(model: type[Model], name: str) -> SegmentField:
    """A field as the model's column has it."""
    column: Any = model._meta.get_field(name)
    is_number = isinstance(column, (DecimalField, IntegerField))
    return SegmentField(name, str(column.verbose_name), is_number, tuple(column.choices or ()))


_ACCOUNT = {
    name: _field(Account, name)
    for name in ("name", "kind", "status", "tier", "revenue", "size", "industry", "country", "domain")
}
FIELDS: Mapping[str, Mapping[str, SegmentField]] = {
    Subject.ACCOUNTS: _ACCOUNT,
    Subject.CONTACTS: {name: _field(Contact, name) for name in ("name", "email", "role", "country", "language")}
    | {
        f"account.{name}": replace(field, path=f"account__{field.path}", label=f"account\u2019s {field.label}")
        for name, field in _ACCOUNT.items()
    },
}
"""What rules over accounts and over contacts may ask about."""


def condition(subject: str, rule: object) -> Q:
    """The database condition of a rule on accounts or contacts. Raises `RuleError`.

    A rule is one condition, or conditions joined: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}`. A condition
    names a field and what it must be: `is`, `is_not`, `contains`, `one_of`, `at_least`, `at_most` or `filled`.
    Texts are compared without regard to case. Revenue is compared in each account's own currency.

    >>> condition("account", {"all": [{"field": "tier", "is": "Pro"}, {"field": "revenue", "at_least": 5000}]})
    <Q: (AND: ('tier__iexact', 'Pro'), ('revenue__gte', 5000))>
    >>> condition("account", {"field": "plan", "is": "Pro"})
    Traceback (most recent call last):
    ...
    northing.insight.segments.RuleError: ask about one of: name, kind, status, tier, revenue, size, industry, \
country, domain
    """
    budget = [MOST_CONDITIONS]
    found = _read(FIELDS[subject], rule, 1, budget)
    check_size(found)
    return found


def check_size(test: Q) -> None:
    """Raise `RuleError` for more comparisons than a database takes at once."""
    if (count := _comparisons(test)) > MOST_COMPARISONS:
        raise RuleError(f"{count:,} comparisons", f"at most {MOST_COMPARISONS} values in all conditions together")


def _comparisons(test: Q) -> int:
    return sum(_comparisons(part) if isinstance(part, Q) else 1 for part in test.children)


def is_text(value: str) -> bool:
    """Whether databases hold it: JSON can also write NUL characters and halves of surrogate pairs."""
    return "\x00" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _read(fields: Mapping[str, SegmentField], rule: object, depth: int, budget: list[int]) -> Q:
    if depth > DEEPEST:
        raise RuleError(rule, f"at most {DEEPEST} levels of all, any and not; make it flatter")
    if not isinstance(rule, dict):
        raise RuleError(rule, 'must be a condition such as {"field": "tier", "is": "Pro"}')
    if "field" in rule:
        budget[0] -= 1
        if budget[0] < 0:
            raise RuleError(rule, f"at most {MOST_CONDITIONS} conditions; use one_of with a list")
        return _read_condition(fields, rule)
    if len(rule) != 1 or next(iter(rule)) not in (*_JOINS, "not"):
        raise RuleError(rule, "must have a field, or be joined by exactly one of: all, any, not")
    [(join, inner)] = rule.items()
    if join == "not":
        return ~_read(fields, inner, depth + 1, budget)
    if not isinstance(inner, list) or not inner:
        raise RuleError(inner, f"{join} needs a list of at least one condition")
    parts = [_read(fields, part, depth + 1, budget) for part in inner]
    return reduce(and_ if join == "all" else or_, parts)


def _read_condition(fields: Mapping[str, SegmentField], rule: Mapping[str, Any]) -> Q:
    name = rule["field"]
    if not isinstance(name, str) or name not in fields:
        raise RuleError(name, f"ask about one of: {', '.join(fields)}")
    field = fields[name]
    operators = [key for key in rule if key != "field"]
    if len(operators) != 1 or operators[0] not in field.operators:
        raise RuleError(rule, f"{name} takes exactly one of: {', '.join(field.operators)}")
    try:
        return _compare(field, operators[0], rule[operators[0]])
    except RuleError as error:
        raise RuleError(error.part, f"{name}: {error}") from None


def _compare(field: SegmentField, operator: str, value: Any) -> Q:
    if operator == "filled":
        if not isinstance(value, bool):
            raise RuleError(value, "filled must be true or false")
        empty = Q(**{f"{field.path}__isnull": True})
        if not field.is_number:
            empty |= Q(**{field.path: ""})
        return ~empty if value else empty
    if operator == "one_of":
        if not isinstance(value, list) or not value or len(value) > MOST_CONDITIONS:
            raise RuleError(value, f"one_of needs a list of 1 to {MOST_CONDITIONS} values")
        return reduce(or_, [_compare(field, "is", one) for one in value])
    same = field.path if field.is_number else f"{field.path}__iexact"
    lookup = {"contains": "icontains", "at_least": "gte", "at_most": "lte"}.get(operator)
    test = Q(**{f"{field.path}__{lookup}" if lookup else same: field.read(value)})
    return ~test if operator == "is_not" else test


_SAID = {"is": "is", "is_not": "is not", "contains": "contains", "at_least": "is at least", "at_most": "is at most"}


def in_words(subject: str, rule: Any) -> str:
    """A rule as one says it. Raises `RuleError`.

    >>> in_words("account", {"all": [{"field": "tier", "one_of": ["Pro", "Max"]}, {"field": "size", "at_most": 5000}]})
    'Tier is Pro or Max and people is at most 5,000'
    >>> in_words("contact", {"any": [{"field": "role", "filled": False}, {"field": "account.kind", "is": "dealer"}]})
    'Role is empty or account’s kind is Dealer'
    """
    condition(subject, rule)
    said = _said(FIELDS[subject], rule)
    return f"{said[:1].upper()}{said[1:]}"


def _said(fields: Mapping[str, SegmentField], rule: Mapping[str, Any], *, inside: bool = False) -> str:
    if "field" in rule:
        return _said_condition(fields[rule["field"]], rule)
    [(join, inner)] = rule.items()
    if join == "not":
        return f"not ({_said(fields, inner)})"
    parts = [_said(fields, part, inside=True) for part in inner]
    said = (" and " if join == "all" else " or ").join(parts)
    return f"({said})" if inside and len(parts) > 1 else said


def _said_condition(field: SegmentField, rule: Mapping[str, Any]) -> str:
    [(operator, value)] = [(key, value) for key, value in rule.items() if key != "field"]
    if operator == "filled":
        return f"{field.label} is {'filled in' if value else 'empty'}"
    if operator == "one_of":
        return f"{field.label} is {' or '.join(map(field.say, value))}"
    return f"{field.label} {_SAID[operator]} {field.say(value)}"
