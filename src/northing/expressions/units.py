"""Units of formulas: products of powers of unit words, and the check that a formula adds like to like.

Every unit word is a dimension of its own, because its conversions are the user's business (a
"person-week" is not always five "person-days"). Numbers written in a formula take the unit of what they
stand beside, so ``max(revenue, 0)`` is fine; quantities never do.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from northing.expressions.errors import FormulaError
from northing.expressions.syntax import Binary, Call, Choice, Comparison, Name, Negative, Node, Number, Span

MAX_POWER = 12
_LONGEST_SAID = 40
_FACTOR = re.compile(r"(?P<word>[^\W\d_]+|%|1)(?:\^(?P<power>-?[0-9]{1,2}))?")
_DIMENSIONLESS = {"1", "%", "points"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of unit words, sorted by word.

    >>> Unit.parse("people/quarter") / Unit.parse("person-weeks")
    Unit(people / person quarter week)
    """

    powers: tuple[tuple[str, Fraction], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Unit":
        """A unit as people write it: "EUR", "person-weeks", "people/quarter", "EUR/person/week", "".

        ``-``, ``*`` and a space multiply, ``/`` divides by the one word (or hyphenated words) after it,
        ``^`` takes a whole power. Plurals are the same unit as their singular.
        """
        powers: dict[str, Fraction] = {}
        for place, part in enumerate(text.strip().split("/")):
            for factor in re.split(r"[-*\s·]+", part.strip()):
                match = _FACTOR.fullmatch(factor)
                if match is None and text.strip():
                    raise ValueError(f"unit {text!r}: {factor!r} is not a unit word; write for example EUR/week")
                if match and match["word"] not in _DIMENSIONLESS:
                    sign = -1 if place else 1
                    word = _singular(match["word"])
                    powers[word] = powers.get(word, Fraction()) + sign * int(match["power"] or 1)
        return cls._of(powers)

    @classmethod
    def _of(cls, powers: Mapping[str, Fraction]) -> "Unit":
        return cls(tuple(sorted((word, power) for word, power in powers.items() if power)))

    def __mul__(self, other: "Unit") -> "Unit":
        powers = dict(self.powers)
        for word, power in other.powers:
            powers[word] = powers.get(word, Fraction()) + power
        return self._of(powers)

    def __truediv__(self, other: "Unit") -> "Unit":
        return self * other.to_power(Fraction(-1))

    def to_power(self, power: Fraction) -> "Unit":
        """Every word's power times ``power``."""
        return self._of({word: own * power for word, own in self.powers})

    def __str__(self) -> str:
        above = " ".join(_word(word, power) for word, power in self.powers if power > 0)
        below = " ".join(_word(word, -power) for word, power in self.powers if power < 0)
        return f"{above or '1'} / {below}" if below else above or "no unit"

    def __repr__(self) -> str:
        return f"Unit({self})"


def _word(word: str, power: Fraction) -> str:
    return word if power == 1 else f"{word}^{power}"


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 2 and word.islower() and word.endswith("s") else word


def unit_of(text: str, node: Node, units: Mapping[str, Unit]) -> Unit | None:
    """The unit of a tree's value, ``None`` for a bare number; raises ``FormulaError`` where units clash."""
    checker = _Checker(text, units)
    unit = checker.of(node)
    for clash in checker.clashes:
        raise FormulaError(text, *clash.span, clash.rule, clash.way_out)
    return unit


def mixtures_of(text: str, node: Node, units: Mapping[str, Unit], written: Mapping[str, str]) -> tuple[str, ...]:
    """Where a tree takes quantities with a unit as plain numbers, as people say it, who know the units of quantities
    as they are `written`; empty where units agree."""
    checker = _Checker(text, units, written)
    checker.of(node)
    return tuple(dict.fromkeys(clash.words for clash in checker.clashes))


class _Clash(NamedTuple):
    span: Span
    words: str
    rule: str
    way_out: str


@dataclass(frozen=True, slots=True)
class _Checker:
    """Finds a tree's unit; what clashes is noted, and goes on as a plain number."""

    text: str
    units: Mapping[str, Unit]
    written: Mapping[str, str] = field(default_factory=dict)
    clashes: list[_Clash] = field(default_factory=list)

    def of(self, node: Node) -> Unit | None:
        match node:
            case Number():
                return None
            case Name(name, span):
                return self.named(name, span)
            case Negative(operand):
                return self.of(operand)
            case Binary("+", left, right, span):
                return self.alike([left, right], span, "added")
            case Binary("-", left, right, span):
                return self.alike([left, right], span, "subtracted")
            case Binary("^", base, exponent, span):
                return self.power(base, exponent, span)
            case Binary(operator, left, right):
                return self.product(operator, left, right)
            case Choice(Comparison(_, left, right, where), yes, no, span):
                self.alike([left, right], where, "compared")
                return self.alike([yes, no], span, "chosen between")
            case Call():
                return self.call(node)

    def call(self, node: Call) -> Unit | None:
        match node.function:
            case "log" | "exp":
                return self.pure(node)
            case "sqrt":
                unit = self.of(node.arguments[0])
                return unit and unit.to_power(Fraction(1, 2))
        return self.alike(node.arguments, node.span, "compared")

    def named(self, name: str, span: Span) -> Unit:
        if name not in self.units:
            raise FormulaError(self.text, *span, "the unit of this quantity is not known", "state it")
        return self.units[name]

    def alike(self, nodes: Iterable[Node], span: Span, verb: str) -> Unit | None:
        """The one unit of all the nodes; bare numbers take it."""
        found = [(node, unit) for node in nodes if (unit := self.of(node)) is not None]
        differing = next((one for one in found if one[1] != found[0][1]), None)
        if differing is None:
            return found[0][1] if found else None
        rule = f"{found[0][1]} and {differing[1]} cannot be added or compared"
        way_out = "bring both to one unit first, or divide one by the other"
        both = f"{self.said(*found[0])}, {self.said(*differing)}"
        words = f"{both}: they are {verb} as plain numbers; better multiply or divide them"
        self.clashes.append(_Clash(span, words, rule, way_out))
        return Unit()

    def said(self, node: Node, unit: Unit) -> str:
        """A part of the formula with its unit, a quantity's as it is written."""
        part = " ".join(self.text[node.span.start : node.span.stop].split())
        part = part if len(part) <= _LONGEST_SAID else f"{part[: _LONGEST_SAID - 1]}…"
        if not unit.powers:
            return f"{part} has no unit"
        return f"{part} is in {(self.written.get(node.name) if isinstance(node, Name) else None) or unit}"

    def product(self, operator: str, left: Node, right: Node) -> Unit | None:
        above, below = self.of(left), self.of(right)
        if above is None and below is None:
            return None
        above, below = above or Unit(), below or Unit()
        return above * below if operator == "*" else above / below

    def power(self, base: Node, exponent: Node, span: Span) -> Unit | None:
        unit, power = self.of(base), self.of(exponent)
        if power is not None and power.powers:
            rule = f"an exponent has no unit, this has {power}"
            words = f"{self.said(exponent, power)}: as a power it is a plain number"
            self.clashes.append(_Clash(exponent.span, words, rule, "divide it away"))
            return Unit()
        if unit is None or not unit.powers:
            return unit or power
        value = _constant(exponent)
        if value is None or abs(value) > MAX_POWER:
            rule = f"{unit} can be raised only to a number from -{MAX_POWER} to {MAX_POWER}"
            way_out = "write the power as a number, for example 2"
            words = f"{self.said(base, unit)}: raised to a power, it is a plain number"
            self.clashes.append(_Clash(span, words, rule, way_out))
            return Unit()
        return unit.to_power(Fraction(value).limit_denominator(1000))

    def pure(self, node: Call) -> Unit | None:
        unit = self.of(node.arguments[0])
        if unit is None or not unit.powers:
            return unit
        rule = f"{node.function} takes a number without unit, not {unit}"
        way_out = "divide by a quantity of the same unit first"
        words = f"{self.said(node.arguments[0], unit)}: its {node.function} is that of a plain number"
        self.clashes.append(_Clash(node.span, words, rule, way_out))
        return Unit()


def _constant(node: Node) -> float | None:
    match node:
        case Number(value):
            return value
        case Negative(Number(value)):
            return -value
    return None
