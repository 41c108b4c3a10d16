"""The next release problem: which requirements, within a budget, for the customers that pay most?

Reads every ``nrp*.txt`` of the folder, or of its folder ``nrp``. Each is solved for the ratios of cost that
``optima.csv`` names; where it names none, for 0.3 and 0.5 (0.7 as well for the five classic ones). ``value`` and
``bound`` are of the exact search, limited to ``--seconds``; ``fast`` is what the same search has within one second of
its own, ``fast_gap`` how far that is below the reference, or below the bound where there is none.
"""

import csv
import math
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.report import Options, Report, measured
from northing.science.portfolios import Effort, Feature, Plan, Portfolio, choose

SECONDS = 60.0
FAST_SECONDS = 0.9
CLASSIC = re.compile(r"nrp\d")
BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Case:
    """An instance, the share of its total cost that may be spent, and the optimum where it is known."""

    file: Path
    ratio: str
    reference: int | None

    @property
    def name(self) -> str:
        """As in the table."""
        return f"{self.file.stem} {self.ratio}"


@dataclass(frozen=True, slots=True)
class Releases:
    """Requirements with costs and prerequisites (pairs: before, after), customers with profit and requirements."""

    costs: list[int]
    prerequisites: list[tuple[int, int]]
    customers: list[tuple[int, list[int]]]

    def portfolio(self, ratio: str) -> Portfolio:
        """Requirements cost and give nothing; a customer is a feature that costs nothing and needs them."""
        needs: list[list[str]] = [[] for _ in self.costs]
        for before, after in self.prerequisites:
            needs[after].append(f"r{before + 1}")
        features = [
            Feature(f"r{i}", 0, {BUDGET: cost}, tuple(dict.fromkeys(before)))
            for i, (cost, before) in enumerate(zip(self.costs, needs, strict=True), 1)
        ]
        features += [
            Feature(f"c{i}", profit, {}, tuple(f"r{j + 1}" for j in dict.fromkeys(wanted)))
            for i, (profit, wanted) in enumerate(self.customers, 1)
        ]
        return Portfolio(tuple(features), {BUDGET: (budget(sum(self.costs), ratio),)})


def budget(total: int, ratio: str) -> int:
    """The share of the total, rounded down, without the error of a binary fraction."""
    whole, _, decimals = ratio.partition(".")
    return total * int((whole or "0") + decimals) // 10 ** len(decimals)


def run(options: Options) -> Report:
    """Solve every case, several at once with ``--workers``."""
    found = cases(options.data_folder())[: options.limit]
    work = partial(solve, seconds=options.seconds or SECONDS)
    with measured() as cost, ProcessPoolExecutor(options.workers, get_context("spawn"), _warm) as pool:
        rows = list(pool.map(work, found))
    return Report(rows, _summary(rows, cost.wall_seconds))


def files(folder: Path) -> list[Path]:
    """The instances of a folder, or of its folder ``nrp``."""
    inner = folder / "nrp"
    found = sorted((inner if inner.is_dir() else folder).glob("nrp*.txt"))
    if not found:
        raise SystemExit(f"{folder}: no nrp*.txt in it or in its folder nrp")
    return found


def cases(folder: Path) -> list[Case]:
    """Every instance with its ratios."""
    found = files(folder)
    optima: dict[str, dict[str, int]] = {}
    table = found[0].parent / "optima.csv"
    if table.is_file():
        with table.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                optima.setdefault(row["instance"], {})[row["cost_ratio"]] = int(row["optimum"])
    return [
        Case(file, ratio, reference)
        for file in found
        for ratio, reference in optima.get(file.stem, _usual(file.stem)).items()
    ]


def _usual(name: str) -> dict[str, None]:
    return dict.fromkeys(("0.3", "0.5", "0.7") if CLASSIC.fullmatch(name) else ("0.3", "0.5"))


def read(file: Path) -> Releases:
    """An instance: levels with the costs of their requirements, dependencies, customers."""
    try:
        return _parsed(file)
    except (ValueError, IndexError, StopIteration) as error:
        raise SystemExit(f"{file}: no next release problem, which is numbers alone ({error!r})") from error


def _parsed(file: Path) -> Releases:
    numbers = map(int, file.read_text(encoding="latin-1").split())
    costs: list[int] = []
    for _ in range(next(numbers)):
        costs += [next(numbers) for _ in range(next(numbers))]
    pairs = [(next(numbers) - 1, next(numbers) - 1) for _ in range(next(numbers))]
    customers = []
    for _ in range(next(numbers)):
        profit, count = next(numbers), next(numbers)
        customers.append((profit, [next(numbers) - 1 for _ in range(count)]))
    return Releases(costs, pairs, customers)


def solve(case: Case, seconds: float) -> dict[str, Any]:
    """One case, exactly and within a second."""
    portfolio = read(case.file).portfolio(case.ratio)
    fast = choose(portfolio, Effort(seconds=FAST_SECONDS))
    plan = choose(portfolio, Effort(seconds=seconds)) if fast.gap else fast
    reference = case.reference
    target = plan.bound if reference is None else reference
    return {
        "instance": case.name,
        "value": plan.value,
        "bound": plan.bound,
        "reference": reference,
        "gap": plan.gap,
        "seconds": plan.seconds,
        "fast": fast.value,
        "fast_gap": 1 - fast.value / target if target else 0.0,
        "fast_seconds": fast.seconds,
        "is_allowed": portfolio.allows(plan.when) and math.isclose(portfolio.value(plan.when), plan.value),
    }


def _warm() -> None:
    """Compile, or load what has been compiled, before the clock runs."""
    features = (Feature("a", 2, {BUDGET: 2}), Feature("b", 2, {BUDGET: 2}, ("a",)), Feature("c", 3, {BUDGET: 3}))
    plan: Plan = choose(Portfolio(features, {BUDGET: (4,)}))
    assert plan.value == 4


def _summary(rows: list[dict[str, Any]], wall_seconds: float) -> dict[str, Any]:
    known = [row for row in rows if row["reference"] is not None]
    return {
        "cases": len(rows),
        "proven": sum(row["gap"] == 0 for row in rows),
        "known": len(known),
        "equal": sum(row["value"] == row["reference"] == row["bound"] for row in known),
        "allowed": sum(row["is_allowed"] for row in rows),
        "worst_fast_gap": max(row["fast_gap"] for row in rows),
        "worst_fast_seconds": max(row["fast_seconds"] for row in rows),
        "seconds": sum(row["seconds"] for row in rows),
        "all_seconds": wall_seconds,
    }
