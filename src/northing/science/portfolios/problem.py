"""What there is to choose from: features, what they take and give, and the rules between them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

Amounts = Mapping[str, float]
DECIMALS = 6


@dataclass(frozen=True)
class Feature:
    """Something that is done whole or not at all.

    ``value`` is what it gives (any additive unit), ``costs`` what it takes of each capacity, ``needs`` the keys that
    must be done in the same period or before. ``must`` makes it a must-have; ``earliest`` is the first period (from 0)
    in which it can be done.
    """

    key: str
    value: float = 0.0
    costs: Amounts = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    must: bool = False
    earliest: int = 0


@dataclass(frozen=True)
class Together:
    """``value`` (a bonus, or a malus below 0) is earned when every one of ``keys`` is in, in the period of the last."""

    keys: tuple[str, ...]
    value: float


@dataclass(frozen=True)
class Shared:
    """``costs`` are paid once if any of ``keys`` is in, in the period of the first."""

    keys: tuple[str, ...]
    costs: Amounts


@dataclass(frozen=True)
class Portfolio:
    """Features and the capacities that they compete for.

    ``capacities`` gives for each capacity (a team, a budget) one amount per period; all have the same number of
    periods. ``excludes`` are groups of which at most one may be in. ``worth`` is the factor on value earned in each
    period (1 where not given): later is worth less. Amounts count to six decimals.

    >>> app = Portfolio(
    ...     (Feature("search", 8, {"team": 5}), Feature("export", 5, {"team": 3}), Feature("share", 4, {"team": 3})),
    ...     {"team": (6,)},
    ... )
    >>> app.value({"export": 0, "share": 0}), app.use({"export": 0, "share": 0})
    (9.0, {'team': (6.0,)})
    """

    features: tuple[Feature, ...]
    capacities: Mapping[str, tuple[float, ...]]
    together: tuple[Together, ...] = ()
    shared: tuple[Shared, ...] = ()
    excludes: tuple[tuple[str, ...], ...] = ()
    worth: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        self._check_capacities()
        self._check_features()
        groups: list[tuple[str, Iterable[str]]] = [("together", group.keys) for group in self.together]
        groups += [("shared", group.keys) for group in self.shared]
        groups += [("excludes", keys) for keys in self.excludes]
        for name, keys in groups:
            self._check_group(name, tuple(keys))
        for bonus in self.together:
            _finite(f"value of together {bonus.keys}", bonus.value)
        for group in self.shared:
            self._check_costs(f"shared {group.keys}", group.costs)

    def _check_capacities(self) -> None:
        lengths = {len(amounts) for amounts in self.capacities.values()}
        if len(lengths) > 1 or lengths == {0}:
            raise ValueError(f"capacities have {sorted(lengths)} periods: give each one amount for every period")
        for name, amounts in self.capacities.items():
            for amount in amounts:
                _finite(f"capacity {name!r}", amount, least=0.0)
        if self.worth is not None and len(self.worth) != self.periods:
            raise ValueError(f"worth has {len(self.worth)} factors: give one for each of the {self.periods} periods")
        for factor in self.worth or ():
            _finite("worth", factor, least=0.0)

    def _check_features(self) -> None:
        if len(self.by_key) < len(self.features):
            keys = [feature.key for feature in self.features]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise ValueError(f"features has {twice!r} twice: keys must differ")
        for feature in self.features:
            _finite(f"value of {feature.key!r}", feature.value)
            self._check_costs(repr(feature.key), feature.costs)
            if not 0 <= feature.earliest < self.periods:
                rule = f"a period from 0 to {self.periods - 1}"
                raise ValueError(f"earliest of {feature.key!r} is {feature.earliest}: it must be {rule}")
            for key in feature.needs:
                self._check_known(f"needs of {feature.key!r}", key)

    def _check_costs(self, name: str, costs: Amounts) -> None:
        for capacity, cost in costs.items():
            if capacity not in self.capacities:
                raise ValueError(f"costs of {name} name {capacity!r}: add it to capacities or remove the cost")
            _finite(f"cost of {name} in {capacity!r}", cost, least=0.0)

    def _check_group(self, name: str, keys: tuple[str, ...]) -> None:
        if not keys or len(set(keys)) < len(keys):
            raise ValueError(f"{name} has the group {keys}: give at least one key, each once")
        for key in keys:
            self._check_known(name, key)

    def _check_known(self, name: str, key: str) -> None:
        if key not in self.by_key:
            raise ValueError(f"{name} names {key!r}, which is no feature: add it or remove the reference")

    @cached_property
    def by_key(self) -> dict[str, Feature]:
        """The features by their keys."""
        return {feature.key: feature for feature in self.features}

    @property
    def periods(self) -> int:
        """The number of periods; one where there is no capacity."""
        return len(next(iter(self.capacities.values()), (0.0,)))

    def factor(self, period: int) -> float:
        """What value earned in the period counts."""
        return 1.0 if self.worth is None else self.worth[period]

    def value(self, when: Mapping[str, int], values: Amounts | None = None) -> float:
        """What a plan gives: ``when`` holds the period of each feature that is in, ``values`` other feature values."""
        total = math.fsum(
            (self.by_key[key].value if values is None else values.get(key, 0.0)) * self.factor(period)
            for key, period in when.items()
        )
        if values is not None:
            return total
        done = (bonus for bonus in self.together if all(key in when for key in bonus.keys))
        return total + math.fsum(b.value * self.factor(max(when[key] for key in b.keys)) for b in done)

    def use(self, when: Mapping[str, int]) -> dict[str, tuple[float, ...]]:
        """What a plan takes of each capacity in each period."""
        used = {name: [0.0] * self.periods for name in self.capacities}
        for key, period in when.items():
            for name, cost in self.by_key[key].costs.items():
                used[name][period] += cost
        for group in self.shared:
            periods = [when[key] for key in group.keys if key in when]
            for name, cost in group.costs.items() if periods else ():
                used[name][min(periods)] += cost
        return {name: tuple(amounts) for name, amounts in used.items()}

    def allows(self, when: Mapping[str, int]) -> bool:
        """Whether a plan keeps every rule and capacity."""
        used = self.use(when)
        room = all(
            amount <= limit + 10.0**-DECIMALS
            for name, limits in self.capacities.items()
            for amount, limit in zip(used[name], limits, strict=True)
        )
        kept = all(
            period >= self.by_key[key].earliest
            and all(need in when and when[need] <= period for need in self.by_key[key].needs)
            for key, period in when.items()
        )
        musts = all(feature.key in when for feature in self.features if feature.must)
        return room and kept and musts and all(sum(key in when for key in keys) <= 1 for keys in self.excludes)


def _finite(name: str, value: float, least: float = -math.inf) -> None:
    if not (math.isfinite(value) and value >= least):
        rule = "a finite number" if least == -math.inf else f"a finite number of {least:g} or more"
        raise ValueError(f"{name} is {value}: it must be {rule}")
