"""Which features fit, and what do we trade? Exact choice under capacities, with bound and gap.

The solvers load where they are used, not with the package.
"""

from northing.science.portfolios.aims import Chance, Expected, WorstCases
from northing.science.portfolios.choice import Plan, choose
from northing.science.portfolios.effort import Effort, Progress, Status
from northing.science.portfolios.problem import Feature, Portfolio, Shared, Together
from northing.science.portfolios.reasons import Change, Reason, explain
from northing.science.portfolios.scenarios import choose_under_risk
from northing.science.portfolios.surfaces import Spot, Surface, surface
from northing.science.portfolios.tradeoffs import Box, Frontier, Point, frontier
from northing.science.portfolios.variants import alternatives

__all__ = [
    "Box",
    "Chance",
    "Change",
    "Effort",
    "Expected",
    "Feature",
    "Frontier",
    "Plan",
    "Point",
    "Portfolio",
    "Progress",
    "Reason",
    "Shared",
    "Spot",
    "Status",
    "Surface",
    "Together",
    "WorstCases",
    "alternatives",
    "choose",
    "choose_under_risk",
    "explain",
    "frontier",
    "surface",
]
