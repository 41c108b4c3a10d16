"""Many days of a packed profile at once, by vector instructions of the processor. Importing this module loads numba.

Loops over words compile to about twice the time: a comparison of vectors already is the mask that a loop must gather.
LLVM turns the same code into what the processor at hand has. Indices are not checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FIELD = 16  # bits of an amount and its guard
FIELDS = 4  # amounts of a word
GUARDS = sum(1 << (FIELD * i + FIELD - 1) for i in range(FIELDS))
SPAN = 32  # days that are looked at together
STRIDE = 16  # days that are taken together

_WORD = ir.IntType(FIELD * FIELDS)


def _compiled(build: Callable[..., Any]) -> Any:
    """A function for compiled code, from one that builds it."""
    return intrinsic(build)


def _days(context: Any, builder: Any, kind: Any, left: Any, at: list[Any], count: int) -> Any:
    """A pointer to so many days of the profile."""
    array = context.make_array(kind)(context, builder, left)
    first = cgutils.get_item_pointer(  # type: ignore[no-untyped-call]
        context, builder, kind, array, at, wraparound=False
    )
    return builder.bitcast(first, ir.VectorType(_WORD, count).as_pointer())


def _repeated(builder: Any, value: Any, count: int) -> Any:
    """A vector of a value so many times."""
    one = builder.insert_element(
        ir.Constant(ir.VectorType(value.type, count), ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), count), None))


@_compiled
def room(context: Any, left: Any, row: Any, day: Any, amount: Any) -> Any:
    """``room(left, row, day, amount)``: which of `SPAN` days from one on have room for an amount, the lowest bit first.

    A day has if subtracting the amount leaves the guards of all fields.
    """

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        left, row, day, amount = values
        place = _days(context, builder, signature.args[0], left, [row, day], SPAN)
        days = builder.load(place, align=_WORD.width // 8)
        guards = ir.Constant(ir.VectorType(_WORD, SPAN), [GUARDS] * SPAN)
        kept = builder.and_(builder.sub(days, _repeated(builder, amount, SPAN)), guards)
        bits = builder.bitcast(builder.icmp_unsigned("==", kept, guards), ir.IntType(SPAN))
        return builder.zext(bits, ir.IntType(64))

    return types.uint64(left, types.int64, types.int64, types.uint64), code


@_compiled
def take(context: Any, left: Any, row: Any, day: Any, amount: Any, days: Any) -> Any:
    """``take(left, row, day, amount, days)``: take an amount on the first ``days`` of `STRIDE` days from one on."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        left, row, day, amount, days = values
        place = _days(context, builder, signature.args[0], left, [row, day], STRIDE)
        before = builder.load(place, align=_WORD.width // 8)
        index = ir.Constant(ir.VectorType(days.type, STRIDE), list(range(STRIDE)))
        taken = builder.icmp_signed("<", index, _repeated(builder, days, STRIDE))
        nothing = ir.Constant(ir.VectorType(_WORD, STRIDE), None)
        amounts = builder.select(taken, _repeated(builder, amount, STRIDE), nothing)
        builder.store(builder.sub(before, amounts), place, align=_WORD.width // 8)
        return context.get_dummy_value()

    return types.void(left, types.int64, types.int64, types.uint64, types.int64), code


@_compiled
def lowest_bit(context: Any, bits: Any) -> Any:
    """``lowest_bit(bits)``: the place of the lowest bit that is set; one must be."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code
