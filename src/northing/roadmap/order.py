"""Who goes first where several want the same people: by rank; a date that can be kept goes ahead only as far as it has
to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import accumulate, groupby
from math import inf
from typing import Any

FAR = date(2200, 1, 1)
"""The day of work that has none."""
_LAST = 9_999.0  # the rank of what has none
_MOST_ROUNDS = 20  # of looking again once days have been let go; more than a few are for plans nobody makes
_SAFE = 2 / 3  # of the way from P50 to P90 stands about the P80

Inputs = Mapping[str, Any]


class _Turn(IntEnum):
    """What of a team's work comes before all that is of a later turn."""

    BEGUN = 0
    PLANNED = 1
    CANDIDATE = 2


@dataclass(slots=True)
class _Job:
    """A piece of work in the line of its team: the days it takes all of them, how many they are, its rank, by when it
    has to be done, and how late all up to it may be done for that; days are counted from the start."""

    key: str
    days: float
    people: float
    rank: float
    due: float
    latest: float = inf


def in_line(inputs: Inputs) -> dict[str, float]:
    """When each piece of work would begin, in days from the start, if every team went through its line without a
    break; work that wants no team is absent.

    What is begun goes first, candidates last; each by rank, without one by its day; what has the same of both begins
    together, and the plan decides. Nothing stands so late that it would miss a day that is kept: each line is filled
    from its end, every time with the worst rank among those that may still come last (Smith 1956, Naval Research
    Logistics Quarterly 3). Where not all days can be kept, `_give_way` says which are not. What others wait for is as
    pressing as they are.
    """
    let_go: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        due, rank, turn = _pressing(inputs, let_go)
        found, gone = _lined_up(_lines(inputs, due, rank, turn))
        # A day that cannot be kept pulls nothing ahead that has it from there, in whatever team; nor is it kept for
        # what would have to wait for such work.
        new = _handed_on(inputs, gone, due) - let_go
        if not new:
            break
        let_go |= new
    return found


Lines = Mapping[tuple[str, _Turn], list[_Job]]


def _lines(inputs: Inputs, due: Mapping[str, float], rank: Mapping[str, float], turn: Mapping[str, _Turn]) -> Lines:
    """The work of each team by turn."""
    lines: dict[tuple[str, _Turn], list[_Job]] = defaultdict(list)
    for key, row in inputs["activities"].items():
        if row["team"] is not None:
            team = inputs["teams"][row["team"]]
            people = max(team["people"], 1)
            job = _Job(key, _days(row, _pace(team) * people), people, rank[key], due[key])
            lines[row["team"], turn[key]].append(job)
    return lines


def _lined_up(lines: Lines) -> tuple[dict[str, float], set[str]]:
    """When each piece of work begins, and that whose day gives way to a better rank."""
    found: dict[str, float] = {}
    gone: set[str] = set()
    for (team, its), jobs in lines.items():
        earlier = [job.days for before in _Turn if before < its for job in lines.get((team, before), ())]
        begin = sum(earlier)
        for job, latest in zip(jobs, _latest(jobs, earlier), strict=True):
            job.latest = latest
        _give_way(jobs, begin)
        if any(job.rank < _LAST for job in jobs):
            gone |= {job.key for job in jobs if job.latest == inf and job.due < inf}
        found |= _from_the_end(jobs, begin)
    return found, gone


def _latest(jobs: Iterable[_Job], earlier: Iterable[float]) -> Iterator[float]:
    """How late all up to each job may be done for it to be in time, by one of the team: whoever is free first.

    Until somebody is free, all but those with the largest pieces of what is `earlier`, however many these are, are busy
    with the rest (Graham 1969, SIAM Journal on Applied Mathematics 17); the least of these bounds counts. One long
    piece so holds up one person and no more.
    """
    largest = list(accumulate(sorted(earlier, reverse=True), initial=0.0))
    for job in jobs:
        begins = job.due - job.days * job.people
        held = range(min(int(job.people), len(largest)))
        yield job.days + max(begins * (1 - some / job.people) + largest[some] for some in held)


def _handed_on(inputs: Inputs, gone: Set[str], due: Mapping[str, float]) -> set[str]:
    """Work whose own day is let go, as far as that is another's too: what hands it on, and what it is handed to, which
    may have a later one."""
    takes, waiting = _takes(inputs), defaultdict(list)
    shared: set[str] = set()
    for first, after, kind, lag in inputs["dependencies"].values():
        shared |= gone & {*inputs["groups"][first], *inputs["groups"][after]}
        for key in inputs["groups"][first]:
            waiting[key].append((after, kind, lag))
    open_ = list(gone)
    while open_:
        key = open_.pop()
        for after, kind, lag in waiting[key]:
            for one in inputs["groups"][after]:
                by = due[one] - (takes[one] + lag * 7 / 5 if kind == "FS" else 0)
                if one not in shared and by <= due[key] < inf:
                    shared.add(one)
                    open_.append(one)
    return shared


def ahead_by_date(inputs: Inputs, keys: Collection[str]) -> list[str]:
    """The work that goes ahead of some of these in their team's line although its rank is worse, which it does only to
    keep a day; in line."""
    _, rank, turn = _pressing(inputs)
    begins = in_line(inputs)
    team = {key: inputs["activities"][key]["team"] for key in begins}
    own = [key for key in keys if key in begins]
    found = {
        other
        for other, begin in begins.items()
        for key in own
        if begin < begins[key] and rank[other] > rank[key] and (team[other], turn[other]) == (team[key], turn[key])
    }
    return sorted(found.difference(keys), key=begins.__getitem__)


def rule(inputs: Inputs) -> str:
    """In words, by what the work of these inputs is put in line; "" where all of it is begun."""
    waiting = [row for row in inputs["activities"].values() if row["team"] is not None and _turn(row) > _Turn.BEGUN]
    if not waiting:
        return ""
    is_ranked = {row.get("rank") is not None for row in waiting}
    told = ["begun first", "then by rank" if True in is_ranked else "then, as nothing is ranked, the earliest date"]
    if is_ranked == {True, False}:
        told.append("what has no rank after that, the earliest date first")
    if len({_turn(row) for row in waiting}) > 1:
        told.append("candidates last")
    if True in is_ranked and any(row["priority"] < FAR.toordinal() for row in waiting):
        told.append("a date goes ahead only as far as it has to; where not all dates can be kept, rank decides")
    return f"In line: {'; '.join(told)}."


def _turn(row: Mapping[str, Any]) -> _Turn:
    if row.get("begun") or row["done"]:
        return _Turn.BEGUN
    return _Turn.CANDIDATE if row.get("candidate") else _Turn.PLANNED


def _give_way(jobs: Sequence[_Job], begin: float) -> None:
    """Let go of the days that cannot be kept: they pull nothing ahead any more.

    Days can be kept together just if the work is done in time with the earliest day first (Jackson 1955, Research
    Report 43, Management Sciences Research Project, UCLA). Up to the last day where it is not, rank alone decides:
    a day is kept where it is met after all that is ranked before and cannot wait until after these days, or has none.
    What is alike keeps its day or not as a whole. What would be late even alone crowds nobody, unless nothing is
    ranked: then the earlier day goes first all the same.
    """
    is_ranked = any(job.rank < _LAST for job in jobs)
    for job in jobs:
        if is_ranked and begin + job.days > job.latest:
            job.latest = inf
    dated = sorted((job for job in jobs if job.latest < inf), key=lambda job: job.latest)
    taken = accumulate(job.days for job in dated)
    crowded = max((job.due for job, days in zip(dated, taken, strict=True) if begin + days > job.latest), default=-inf)
    until = max((job.latest for job in dated if job.due <= crowded), default=-inf)
    end = begin
    for _, group in groupby(sorted(jobs, key=_choice), _choice):
        alike = [job for job in group if not until < job.latest < inf]
        end += sum(job.days for job in alike)
        if any(end > job.latest for job in alike):
            for job in alike:
                job.latest = inf


def _choice(job: _Job) -> tuple[float, float]:
    return job.rank, job.due


def _from_the_end(jobs: Iterable[_Job], begin: float) -> Iterator[tuple[str, float]]:
    """Each job and when it begins, the last first."""
    open_ = sorted(jobs, key=lambda job: job.latest)
    left = begin + sum(job.days for job in open_)
    may_be_last: list[tuple[float, float, str, float]] = []
    while open_ or may_be_last:
        while open_ and (open_[-1].latest >= left or not may_be_last):
            job = open_.pop()
            heappush(may_be_last, (-job.rank, -job.due, job.key, job.days))
        alike = [heappop(may_be_last)]
        while may_be_last and may_be_last[0][:2] == alike[0][:2]:
            alike.append(heappop(may_be_last))
        left -= sum(days for *_, days in alike)
        yield from ((key, left) for *_, key, _ in alike)


def _pressing(
    inputs: Inputs, let_go: Set[str] = frozenset()
) -> tuple[dict[str, float], dict[str, float], dict[str, _Turn]]:
    """By when each activity has to be done, in days from the start, its rank and its turn: its own, or what those that
    wait for it leave it; what is not begun does not become so. Those `let_go` have no day of their own."""
    activities: Mapping[str, Mapping[str, Any]] = inputs["activities"]
    start = date.fromisoformat(inputs["start"]).toordinal()
    far = FAR.toordinal()
    due = {
        key: row["priority"] - start + 1.0 if row["priority"] < far and key not in let_go else inf
        for key, row in activities.items()
    }
    rank = {key: _LAST if row.get("rank") is None else min(row["rank"], _LAST) for key, row in activities.items()}
    turn = {key: _turn(row) for key, row in activities.items()}
    takes = _takes(inputs)
    for dependency in _last_first(inputs):
        first, waiting, kind, lag = inputs["dependencies"][dependency]
        after = inputs["groups"][waiting]
        by = min(due[key] - (takes[key] + lag * 7 / 5 if kind == "FS" else 0) for key in after)
        best = min(rank[key] for key in after)
        first_turn = max(min(turn[key] for key in after), _Turn.PLANNED)
        for key in inputs["groups"][first]:
            due[key], rank[key], turn[key] = min(due[key], by), min(rank[key], best), min(turn[key], first_turn)
    return due, rank, turn


def _takes(inputs: Inputs) -> dict[str, float]:
    """The working days of each activity at the pace of one person."""
    rows: Mapping[str, Mapping[str, Any]] = inputs["activities"]
    return {key: _days(row, _pace(inputs["teams"].get(row["team"]))) for key, row in rows.items()}


def _last_first(inputs: Inputs) -> list[str]:
    """The dependencies, each after those that hold up what waits in it, so that one look at each will do."""
    dependencies: Mapping[str, Any] = inputs["dependencies"]
    order: TopologicalSorter[str] = TopologicalSorter()
    for key, (first, waiting, _, _) in dependencies.items():
        order.add(key, *inputs["groups"][waiting])
        for activity in inputs["groups"][first]:
            order.add(activity, key)
    return [key for key in order.static_order() if key in dependencies]


def _days(row: Mapping[str, Any], pace: float) -> float:
    """Days of the calendar that the work left takes to be safe, at so much of it a day."""
    _, likely, high = row["work"]
    left = (likely + (high - likely) * _SAFE) * (1 - row["done"])
    if row["unit"] == "calendar-days":
        return float(left)
    return float(left / pace) if row["unit"] == "person-days" else float(left * 7 / 5)


def _pace(team: Mapping[str, Any] | None) -> float:
    """Person-days that one of the team, or all that there is of one, does a day of the calendar; at least one in a
    hundred days."""
    return max(len(team["working_days"]) / 7 * team["focus"] / 100 * min(team["people"], 1), 0.01) if team else 5 / 7
