"""The exact solvers. They are an extra: where one is missing, the error says how to get it.

Imported only by the modules that solve, and those only where they are used: the solvers are large.
"""

from __future__ import annotations

try:
    import highspy
    from ortools.sat.python import cp_model
except ModuleNotFoundError as error:
    way_out = "exact portfolios and schedules need the solvers: pip install 'northing[solvers]'"
    raise ModuleNotFoundError(f"{error.name} is not installed; {way_out}", name=error.name) from None

__all__ = ["cp_model", "highspy"]
