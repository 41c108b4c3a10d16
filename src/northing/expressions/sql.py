"""Formula trees to one SQL expression with parameters, for SQLite and PostgreSQL.

Every argument is written once, so the text grows in proportion to the formula. What is undefined is
NULL. Beyond 1e308, SQLite carries an infinity to the end, where it becomes NULL; PostgreSQL refuses
sums and products.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from northing.expressions.syntax import Binary, Call, Choice, Name, Negative, Node, Number

Dialect = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class Sql:
    """A fragment with ``%s`` placeholders and its parameters, in order."""

    text: str
    parameters: tuple[float, ...]


def compile_sql(node: Node, columns: Mapping[str, str], dialect: Dialect) -> Sql:
    """The tree as SQL; ``columns`` maps each name to a column expression, which is trusted."""
    compiler = _Compiler(columns, dialect)
    text = _ROOTS[dialect].format(compiler.text(node))
    return Sql(text, tuple(compiler.parameters))


_ROOTS = {"sqlite": "NULLIF(NULLIF({}, 9e999), -9e999)", "postgresql": "({})"}
# What each function becomes. SQLite answers NULL outside a function's domain and infinity (9e999) on
# overflow; PostgreSQL refuses both, so its arguments are looked at first: x and y in the one row v.
_SQLITE = {
    "sqrt": "SQRT({})",
    "log": "LN({})",
    "exp": "EXP({})",
    "abs": "ABS({})",
    "round": "ROUND({})",
    "min": "MIN({})",
    "max": "MAX({})",
    "clip": "MIN(MAX({}, {}), {})",
    "^": "POWER({})",
}
_UNLESS_MISSING = "(SELECT CASE WHEN COUNT(v.x) = COUNT(*) THEN {}(v.x) END FROM UNNEST(ARRAY[{{}}]) AS v(x))"
_POSTGRESQL = {
    "sqrt": "(SELECT CASE WHEN v.x >= 0 THEN SQRT(v.x) END FROM (SELECT {} AS x) AS v)",
    "log": "(SELECT CASE WHEN v.x > 0 THEN LN(v.x) END FROM (SELECT {} AS x) AS v)",
    "exp": "(SELECT CASE WHEN v.x < -700 THEN 0.0 WHEN v.x < 709.7 THEN EXP(v.x) END FROM (SELECT {} AS x) AS v)",
    "abs": "ABS({})",
    "round": "CAST(ROUND(CAST({} AS numeric)) AS double precision)",
    "min": _UNLESS_MISSING.format("MIN"),
    "max": _UNLESS_MISSING.format("MAX"),
    "clip": "(SELECT CASE WHEN v.x >= v.low OR v.x < v.low THEN LEAST(GREATEST(v.x, v.low), v.high) END"
    " FROM (SELECT {} AS x, {} AS low, {} AS high) AS v WHERE v.high IS NOT NULL)",
    "^": "(SELECT CASE WHEN v.x IS NULL THEN NULL WHEN v.y = 0 THEN 1.0"
    " WHEN v.x = 0 THEN CASE WHEN v.y > 0 THEN 0.0 END"
    " WHEN v.x < 0 AND v.y <> FLOOR(v.y) THEN NULL"
    " WHEN v.y * LN(ABS(v.x)) < -700 THEN 0.0"
    " WHEN v.y * LN(ABS(v.x)) < 709.7 THEN POWER(v.x, v.y) END FROM (SELECT {} AS x, {} AS y) AS v)",
}
_TEMPLATES = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


@dataclass(slots=True)
class _Compiler:
    columns: Mapping[str, str]
    dialect: Dialect
    parameters: list[float] = field(default_factory=list)

    def text(self, node: Node) -> str:
        match node:
            case Number(value):
                self.parameters.append(value)
                return "CAST(%s AS double precision)"
            case Name(name):
                return f"CAST({self.columns[name]} AS double precision)"
            case Negative(operand):
                return f"-{self.bracketed(operand)}"
            case Binary():
                return self.binary(node)
            case Choice(condition, yes, no):
                operator = condition.operator.replace("!=", "<>")
                test = f"{self.text(condition.left)} {operator} {self.text(condition.right)}"
                return f"CASE WHEN {test} THEN {self.text(yes)} ELSE {self.text(no)} END"
            case Call(function, arguments):
                return self.call(function, arguments)

    def binary(self, node: Binary) -> str:
        """Brackets only where precedence needs them: SQLite's parser holds few open ones."""
        match node.operator:
            case "^":
                return self.call("^", (node.left, node.right))
            case "+" | "-":
                return f"{self.text(node.left)} {node.operator} {self.bracketed(node.right)}"
        is_sum = isinstance(node.left, Binary) and node.left.operator in "+-"
        left = self.bracketed(node.left) if is_sum else self.text(node.left)
        if node.operator == "/":
            return f"{left} / NULLIF({self.text(node.right)}, 0)"
        return f"{left} * {self.bracketed(node.right)}"

    def bracketed(self, node: Node) -> str:
        text = self.text(node)
        return f"({text})" if isinstance(node, Binary | Negative) else text

    def call(self, function: str, arguments: tuple[Node, ...]) -> str:
        texts = [self.text(argument) for argument in arguments]
        template = _TEMPLATES[self.dialect][function]
        return template.format(*texts) if template.count("{}") > 1 else template.format(", ".join(texts))
