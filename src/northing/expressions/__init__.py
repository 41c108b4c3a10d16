"""The one safe formula language: parsed, checked for units, run on arrays or as SQL.

Nothing but listed functions and given quantities can be reached from a formula, and its length, depth
and size are bounded; it may come from any user.
"""

from northing.expressions.errors import FormulaError
from northing.expressions.formula import Formula
from northing.expressions.sql import Dialect, Sql
from northing.expressions.units import Unit

__all__ = ["Dialect", "Formula", "FormulaError", "Sql", "Unit"]
