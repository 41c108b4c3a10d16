import csv
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from northing.science.portfolios import Effort, Feature, Portfolio, choose, frontier

pytestmark = [pytest.mark.science, pytest.mark.real_data]

DATA = Path(os.environ.get("NORTHING_TEST_DATA") or Path(__file__).parents[6] / "shared" / "data") / "nrp"
BUDGET = "budget"


def features(file: Path) -> Iterator[Feature]:
    """Requirements r1, r2 ..., then customers, which pay when all that they want is there."""
    numbers = map(int, file.read_text(encoding="latin-1").split())
    costs = [next(numbers) for _ in range(next(numbers)) for _ in range(next(numbers))]
    needs: list[set[str]] = [set() for _ in costs]
    for _ in range(next(numbers)):
        before, after = next(numbers), next(numbers)
        needs[after - 1].add(f"r{before}")
    for i, cost in enumerate(costs):
        yield Feature(f"r{i + 1}", 0, {BUDGET: cost}, tuple(sorted(needs[i])))
    for i in range(next(numbers)):
        profit, count = next(numbers), next(numbers)
        wanted = {f"r{next(numbers)}" for _ in range(count)}
        yield Feature(f"c{i + 1}", profit, {}, tuple(sorted(wanted)))


def optima() -> list[dict[str, str]]:
    table = DATA / "optima.csv"
    if not table.is_file():
        pytest.skip(f"the next release problems are not here: {table}; set NORTHING_TEST_DATA")
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("name", ["nrp1", "nrp5"])
def test_the_published_optimum_is_reached_and_proven(name: str) -> None:
    for row in (row for row in optima() if row["instance"] == name):
        portfolio = Portfolio(tuple(features(DATA / f"{name}.txt")), {BUDGET: (int(row["budget"]),)})
        plan = choose(portfolio, Effort(seconds=120))
        assert plan.value == plan.bound == int(row["optimum"])
        assert portfolio.allows(plan.when)
        assert portfolio.value(plan.when) == plan.value


def test_the_frontier_of_profit_and_cost_agrees_with_the_published_optima() -> None:
    known = {int(row["budget"]): int(row["optimum"]) for row in optima() if row["instance"] == "nrp1"}
    made = tuple(features(DATA / "nrp1.txt"))
    costs = {feature.key: -feature.costs.get(BUDGET, 0.0) for feature in made}
    free = Portfolio(tuple(Feature(f.key, f.value, {}, f.needs) for f in made), {})
    found = frontier(free, None, costs, most_points=8)
    for budget, optimum in known.items():
        assert max(point.first for point in found.points if -point.second <= budget) <= optimum
        assert min(point.first for point in found.points if -point.second > budget) >= optimum
