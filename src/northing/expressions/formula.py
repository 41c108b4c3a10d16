"""The face of the formula language: text in, values, unit or SQL out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from northing.expressions import arrays
from northing.expressions.sql import Dialect, Sql, compile_sql
from northing.expressions.syntax import Binary, Call, Choice, Name, Negative, Node, Number, parse
from northing.expressions.units import Unit, mixtures_of, unit_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula over named quantities.

    ``text`` may hold numbers (``80%`` is 0.8), quantities, ``+ - * / ^ ( )``, the functions min, max,
    sqrt, log (natural), exp, abs, round (halves away from zero), clip(x, low, high), and
    if(a < b, x, y). ``known`` are the quantities it may use (none given: any). Raises ``FormulaError``.

    >>> rice = Formula("reach * impact * 80% / effort", known={"reach", "impact", "effort"})
    >>> rice.names
    ('effort', 'impact', 'reach')
    >>> rice.evaluate({"reach": [100.0, 400.0], "impact": 2, "effort": [4.0, 8.0]})
    array([40., 80.])
    >>> rice.unit({"reach": "people/quarter", "impact": "", "effort": "person-weeks"})
    Unit(people / person quarter week)
    >>> Formula("2 * impct", known={"reach", "impact"})
    Traceback (most recent call last):
    northing.expressions.errors.FormulaError: 'impct' at position 5: there is no such quantity; did you mean 'impact'?
    """

    text: str
    known: Collection[str] | None = field(default=None, repr=False, compare=False)
    tree: Node = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", parse(self.text, self.known))

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities used, sorted."""
        return tuple(sorted(set(_names(self.tree))))

    def evaluate(self, values: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """The value for every element of the broadcast of the quantities' arrays; undefined is NaN."""
        return arrays.evaluate(self.tree, {name: values[name] for name in self.demanded(values)})

    def unit(self, units: Mapping[str, str]) -> Unit:
        """The unit of the value, given each quantity's unit; raises ``FormulaError`` where units clash."""
        return unit_of(self.text, self.tree, self._parsed(units)) or Unit()

    def mixtures(self, units: Mapping[str, str]) -> tuple[str, ...]:
        """Which unlike quantities the formula takes as plain numbers, in a sentence each; mostly none.

        >>> Formula("(revenue + reach) / 2").mixtures({"revenue": "EUR", "reach": "people"})
        ('revenue is in EUR, reach is in people: they are added as plain numbers; better multiply or divide them',)
        """
        return mixtures_of(self.text, self.tree, self._parsed(units), units)

    def _parsed(self, units: Mapping[str, str]) -> dict[str, Unit]:
        return {name: Unit.parse(units[name]) for name in self.demanded(units)}

    def sql(self, columns: Mapping[str, str], dialect: Dialect) -> Sql:
        """The formula as SQL over column expressions (trusted text, never user input).

        >>> Formula("reach * 80%").sql({"reach": "t.reach"}, "postgresql")
        Sql(text='(CAST(t.reach AS double precision) * CAST(%s AS double precision))', parameters=(0.8,))
        """
        return compile_sql(self.tree, {name: columns[name] for name in self.demanded(columns)}, dialect)

    def demanded(self, given: Collection[str]) -> tuple[str, ...]:
        """The names used, all of which must be given."""
        missing = [name for name in self.names if name not in given]
        if missing:
            raise ValueError(f"formula {self.text!r} needs {', '.join(missing)}: give a value for each quantity")
        return self.names


def _names(node: Node) -> Iterator[str]:
    match node:
        case Name(name):
            yield name
        case Number():
            return
        case Negative(operand):
            yield from _names(operand)
        case Binary(_, left, right):
            yield from (*_names(left), *_names(right))
        case Call(_, arguments):
            for argument in arguments:
                yield from _names(argument)
        case Choice(condition, yes, no):
            for part in (condition.left, condition.right, yes, no):
                yield from _names(part)
