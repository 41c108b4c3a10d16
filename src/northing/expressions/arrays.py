"""Formula trees to NumPy operations over broadcastable arrays.

What is undefined (division by zero, root or logarithm of a negative number, overflow) is missing: NaN,
as NULL in SQL. A missing value fails every comparison.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from northing.expressions.syntax import Binary, Call, Choice, Comparison, Name, Negative, Node, Number

Floats = NDArray[np.float64]


def evaluate(node: Node, values: Mapping[str, ArrayLike]) -> Floats:
    """The tree's value for every element of the broadcast of ``values``."""
    with np.errstate(all="ignore"):
        return _finite(_value(node, values))


def _value(node: Node, values: Mapping[str, ArrayLike]) -> Floats:
    match node:
        case Number(value):
            return np.float64(value)  # type: ignore[return-value]  # a scalar broadcasts like an array
        case Name(name):
            return np.asarray(values[name], dtype=np.float64)
        case Negative(operand):
            return np.negative(_value(operand, values))
        case Binary(operator, left, right):
            return _OPERATORS[operator](_value(left, values), _value(right, values))
        case Choice(condition, yes, no):
            return np.where(_holds(condition, values), _value(yes, values), _value(no, values))
        case Call(function, arguments):
            return _FUNCTIONS[function](*(_value(argument, values) for argument in arguments))


def _holds(condition: Comparison, values: Mapping[str, ArrayLike]) -> NDArray[np.bool_]:
    left, right = _value(condition.left, values), _value(condition.right, values)
    if condition.operator == "!=":  # NaN != 1 is true in NumPy, unknown in SQL
        return (left < right) | (left > right)
    compare: Callable[..., NDArray[np.bool_]] = _COMPARISONS[condition.operator]
    return compare(left, right)


def _finite(values: Floats) -> Floats:
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values) if infinite.any() else values


def _divide(left: Floats, right: Floats) -> Floats:
    """Missing where the divisor is 0, at once: else ``min(1, 1 / 0)`` would be 1."""
    return _finite(np.divide(left, right))


def _power(base: Floats, exponent: Floats) -> Floats:
    """Missing where either is missing (to NumPy, NaN to the power of 0 is 1)."""
    missing = np.isnan(base) | np.isnan(exponent)
    return np.where(missing, np.nan, _finite(np.power(base, exponent)))


def _round(values: Floats) -> Floats:
    """To the nearest whole number, halves away from zero as in SQL (NumPy rounds halves to even)."""
    return np.copysign(np.floor(np.abs(values) + 0.5), values)


def _minimum(*values: Floats) -> Floats:
    return reduce(np.minimum, values)


def _maximum(*values: Floats) -> Floats:
    return reduce(np.maximum, values)


def _clip(values: Floats, low: Floats, high: Floats) -> Floats:
    return np.minimum(np.maximum(values, low), high)


_OPERATORS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide,
    "^": _power,
}
_COMPARISONS: dict[str, Any] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
}
_FUNCTIONS: dict[str, Callable[..., Floats]] = {
    "min": _minimum,
    "max": _maximum,
    "sqrt": np.sqrt,
    "log": lambda values: _finite(np.log(values)),
    "exp": np.exp,
    "abs": np.abs,
    "round": _round,
    "clip": _clip,
}
