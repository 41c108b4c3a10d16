"""Formula text to a small tree: numbers, names, arithmetic, comparisons inside ``if``, listed functions.

A precedence-climbing parser (Pratt 1973, "Top down operator precedence"). Length, depth and number of
nodes are bounded, and numbers are floats, so neither parsing nor evaluation can blow up.
"""

import difflib
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from northing.expressions.errors import FormulaError

MAX_LENGTH = 1000
MAX_DEPTH = 12  # what the fixed stack of SQLite's parser can hold in the worst case
MAX_NODES = 300


class Span(NamedTuple):
    """Where a node stands in the text."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; ``80%`` is 0.8."""

    value: float
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A quantity."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an operand."""

    operand: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """``left operator right``, the operator one of ``+ - * / ^``."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A listed function of numbers."""

    function: str
    arguments: "tuple[Node, ...]"
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """The condition of an ``if``."""

    operator: str
    left: "Node"
    right: "Node"
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """``if(condition, yes, no)``."""

    condition: Comparison
    yes: "Node"
    no: "Node"
    span: Span


Node = Number | Name | Negative | Binary | Call | Choice

# How many arguments each function takes: fewest and most.
FUNCTIONS = {
    "min": (2, MAX_NODES),
    "max": (2, MAX_NODES),
    "sqrt": (1, 1),
    "log": (1, 1),
    "exp": (1, 1),
    "abs": (1, 1),
    "round": (1, 1),
    "clip": (3, 3),
}
COMPARISONS = {"<", "<=", ">", ">=", "=", "!="}

_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_NEGATIVE_BINDING = 3
_RIGHT_ASSOCIATIVE = {"^"}
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<symbol>\*\*|<=|>=|!=|<>|==|[-+*/^(),<>=%])"
)
_SPACE = re.compile(r"\s*")
_SYNONYMS = {"**": "^", "==": "=", "<>": "!="}


class _Token(NamedTuple):
    kind: str
    text: str
    span: Span


def parse(text: str, names: Collection[str] | None = None) -> Node:
    """The tree of a formula; ``names`` are the quantities it may use (``None``: any)."""
    if len(text) > MAX_LENGTH:
        rule = f"a formula has at most {MAX_LENGTH} characters and this one has {len(text)}"
        raise FormulaError(text, MAX_LENGTH, MAX_LENGTH + 1, rule, "shorten it")
    return _Parser(text, names).formula()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while (place := _end_of_space(text, place)) < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            rule = "this character has no meaning in a formula"
            way_out = "use numbers, quantities, + - * / ^ ( ) and the functions " + _listed()
            raise FormulaError(text, place, place + 1, rule, way_out)
        found = match.group()
        tokens.append(_Token(str(match.lastgroup), _SYNONYMS.get(found, found), Span(place, match.end())))
        place = match.end()
    tokens.append(_Token("end", "", Span(len(text), len(text))))
    return tokens


def _end_of_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _listed() -> str:
    return ", ".join([*FUNCTIONS, "if"])


class _Parser:
    def __init__(self, text: str, names: Collection[str] | None) -> None:
        self.text = text
        self.names = names
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0
        self.nodes = 0

    def formula(self) -> Node:
        node = self.expression()
        if self.token.text in COMPARISONS:
            self.fail(self.token.span, "a comparison stands only in the first place of if", "write if(a < b, x, y)")
        if self.token.kind != "end":
            self.fail(self.token.span, "the formula should have ended here", "an operator such as * may be missing")
        return node

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.token
        self.place += 1
        return token

    def expect(self, symbol: str, way_out: str) -> _Token:
        if self.token.text != symbol:
            self.fail(self.token.span, f"{symbol!r} is expected here", way_out)
        return self.take()

    def fail(self, span: Span, rule: str, way_out: str) -> NoReturn:
        raise FormulaError(self.text, *span, rule, way_out)

    def expression(self, binding: int = 0) -> Node:
        """Everything from here whose operators bind more tightly than ``binding``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(self.token.span, f"a formula nests at most {MAX_DEPTH} deep", "split it into two formulas")
        left = self.operand()
        while (power := _BINDING.get(self.token.text, 0)) > binding:
            operator = self.take().text
            right = self.expression(power - (operator in _RIGHT_ASSOCIATIVE))
            left = self.counted(Binary(operator, left, right, Span(left.span.start, right.span.stop)))
        self.depth -= 1
        return left

    def counted(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.fail(node.span, f"a formula has at most {MAX_NODES} parts", "split it into two formulas")
        return node

    def operand(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self.counted(self.number(token))
        if token.kind == "name":
            is_call = self.token.text == "("
            return self.counted(self.call(token) if is_call else self.name(token))
        if token.text == "-":
            operand = self.expression(_NEGATIVE_BINDING)
            return self.counted(Negative(operand, Span(token.span.start, operand.span.stop)))
        if token.text == "(":
            node = self.expression()
            self.expect(")", "close the bracket opened before")
            return node
        return self.fail(token.span, "a number or a quantity is expected here", "write for example 2 * reach")

    def number(self, token: _Token) -> Number:
        value = float(token.text)
        if not math.isfinite(value):
            self.fail(token.span, "this number is too large", "stay below 1e308")
        if self.token.text != "%":
            return Number(value, token.span)
        return Number(value / 100, Span(token.span.start, self.take().span.stop))

    def name(self, token: _Token) -> Name:
        if self.names is not None and token.text not in self.names:
            self.unknown(token, "quantity", self.names)
        return Name(token.text, token.span)

    def call(self, token: _Token) -> Node:
        if token.text == "if":
            return self.choice(token)
        if token.text not in FUNCTIONS:
            self.unknown(token, "function", [*FUNCTIONS, "if"])
        self.expect("(", "")
        arguments = [self.expression()]
        while self.token.text == ",":
            self.take()
            arguments.append(self.expression())
        end = self.expect(")", "close the bracket, or separate arguments by commas").span.stop
        span = Span(token.span.start, end)
        fewest, most = FUNCTIONS[token.text]
        if not fewest <= len(arguments) <= most:
            count = f"{fewest} arguments" if fewest == most else f"at least {fewest} arguments"
            self.fail(span, f"{token.text} takes {count}, not {len(arguments)}", "add or remove some")
        return Call(token.text, tuple(arguments), span)

    def choice(self, token: _Token) -> Choice:
        example = "write if(effort > 4, a, b)"
        self.expect("(", example)
        left = self.expression()
        if self.token.text not in COMPARISONS:
            self.fail(self.token.span, "if starts with a comparison (< <= > >= = !=)", example)
        operator = self.take().text
        right = self.expression()
        condition = Comparison(operator, left, right, Span(left.span.start, right.span.stop))
        self.expect(",", example)
        yes = self.expression()
        self.expect(",", example)
        no = self.expression()
        return Choice(condition, yes, no, Span(token.span.start, self.expect(")", example).span.stop))

    def unknown(self, token: _Token, kind: str, known: Collection[str]) -> NoReturn:
        near = difflib.get_close_matches(token.text, sorted(known), n=1)
        way_out = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
        self.fail(token.span, f"there is no such {kind}", way_out)
