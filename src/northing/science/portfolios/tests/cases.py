"""Small invented portfolios, and every plan that they allow: the second method for all that is solved."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from northing.science.portfolios import Feature, Portfolio, Shared, Together

TEAMS = ("design", "engineering")


def portfolio(seed: int, features: int = 6, periods: int = 1, teams: int = 2) -> Portfolio:
    """One with every kind of rule in it."""
    random = np.random.default_rng(seed)
    keys = [f"f{i}" for i in range(features)]
    made = []
    for i, key in enumerate(keys):
        costs = {team: float(random.integers(1, 9)) for team in TEAMS[:teams] if random.random() < 0.8}
        needs = (keys[random.integers(i)],) if i and random.random() < 0.4 else ()
        earliest = int(random.integers(periods)) if random.random() < 0.2 else 0
        made.append(
            Feature(key, float(random.integers(-4, 40)) / 2, costs, needs, bool(random.random() < 0.1), earliest)
        )
    groups = [tuple(random.choice(keys, 2, replace=False).tolist()) for _ in range(5)]
    return Portfolio(
        tuple(made),
        {team: tuple(float(x) for x in random.integers(4, 14, periods)) for team in TEAMS[:teams]},
        together=(
            Together(groups[0], float(random.integers(1, 12))),
            Together(groups[1], -float(random.integers(1, 12))),
        ),
        shared=(Shared(groups[2], {TEAMS[0]: 2.0}),),
        excludes=(groups[3],),
        worth=tuple(0.9**t for t in range(periods)) if periods > 1 else None,
    )


def release(seed: int, features: int = 9) -> Portfolio:
    """Prerequisites and one capacity only, some features being worth something only beside others."""
    random = np.random.default_rng(seed)
    keys = [f"f{i}" for i in range(features)]
    made = [
        Feature(
            key,
            float(random.integers(-3, 20)),
            {"team": float(random.integers(0, 9))},
            tuple(sorted({keys[j] for j in random.integers(0, i, random.integers(0, 3))})) if i else (),
            bool(random.random() < 0.5 / features),
        )
        for i, key in enumerate(keys)
    ]
    group = tuple(random.choice(keys, 2, replace=False).tolist())
    return Portfolio(
        tuple(made),
        {"team": (float(random.integers(0, 3 * features)),)},
        together=(Together(group, float(random.integers(1, 20))),),
        shared=(Shared(tuple(random.choice(keys, 3, replace=False).tolist()), {"team": 3.0}),),
    )


def plans(portfolio: Portfolio) -> Iterator[dict[str, int]]:
    """Every plan that the portfolio allows."""
    keys = [feature.key for feature in portfolio.features]
    for periods in product(range(-1, portfolio.periods), repeat=len(keys)):
        when = {key: period for key, period in zip(keys, periods, strict=True) if period >= 0}
        if portfolio.allows(when):
            yield when


def best_value(portfolio: Portfolio) -> float | None:
    """The largest value of any plan, None where there is no plan."""
    return max((portfolio.value(when) for when in plans(portfolio)), default=None)
