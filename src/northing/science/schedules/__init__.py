"""When, given teams, dependencies, lags, lead times, calendars and gates? Schedules with a bound and a proof.

NumPy is all that is loaded; numba and OR-Tools are when `solve` first needs them.
"""

from northing.science.schedules.conflicts import Conflict, Requirement, explain
from northing.science.schedules.problem import (
    Change,
    Kind,
    Link,
    Mode,
    Objective,
    Placed,
    Problem,
    Schedule,
    Task,
    Team,
    value_of,
)
from northing.science.schedules.solve import Progress, Solution, Status, solve, warm_up
from northing.science.schedules.verifier import violations

__all__ = [
    "Change",
    "Conflict",
    "Kind",
    "Link",
    "Mode",
    "Objective",
    "Placed",
    "Problem",
    "Progress",
    "Requirement",
    "Schedule",
    "Solution",
    "Status",
    "Task",
    "Team",
    "explain",
    "solve",
    "value_of",
    "violations",
    "warm_up",
]
