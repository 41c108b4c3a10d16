"""Date forecasts with their uncertainty: of a whole plan, and from finished work alone.

NumPy is all that is loaded, so that a what-if can be answered while a page is made; large simulations load
compiled code.
"""

from northing.science.forecasts.course import FEWEST, Course, follow_course
from northing.science.forecasts.drift import Change, Drift, explain_drift
from northing.science.forecasts.outlook import (
    Cause,
    Dates,
    DependencyOutlook,
    Outlook,
    PlanForecast,
    forecast_plan,
)
from northing.science.forecasts.plan import (
    Absence,
    Activity,
    Amount,
    Calendar,
    Dependency,
    Gate,
    Plan,
    Risk,
    Team,
)
from northing.science.forecasts.throughput import (
    ThroughputForecast,
    Window,
    back_test,
    forecast_throughput,
    weekly_counts,
)
from northing.science.forecasts.whatif import Baseline, Shift, WhatIf
from northing.science.forecasts.words import (
    chance_words,
    drift_words,
    driver_words,
    outlook_words,
    range_words,
)

__all__ = [
    "FEWEST",
    "Absence",
    "Activity",
    "Amount",
    "Baseline",
    "Calendar",
    "Cause",
    "Change",
    "Course",
    "Dates",
    "Dependency",
    "DependencyOutlook",
    "Drift",
    "Gate",
    "Outlook",
    "Plan",
    "PlanForecast",
    "Risk",
    "Shift",
    "Team",
    "ThroughputForecast",
    "WhatIf",
    "Window",
    "back_test",
    "chance_words",
    "drift_words",
    "driver_words",
    "explain_drift",
    "follow_course",
    "forecast_plan",
    "forecast_throughput",
    "outlook_words",
    "range_words",
    "weekly_counts",
]
