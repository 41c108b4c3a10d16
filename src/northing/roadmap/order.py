"""Who goes first where several want the same people: by rank; a date that can be kept goes ahead only as far as it has
to, what is promised before what is aimed at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from itertools import accumulate, groupby
from math import ceil, inf
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
    has to be done, by when as promised, and how late all up to it may be done for either (`kept` as promised); days
    are counted from the start."""

    key: str
    days: float
    people: int
    rank: float
    due: float
    promised: float
    latest: float = inf
    kept: float = inf


def in_line(inputs: Inputs) -> dict[str, float]:
    """When each piece of work would begin, in days from the start, if every team went through its line without a
    break; work that wants no team is absent.

    What is begun goes first, candidates last; each by rank, without one by its day; what has the same of both begins
    together, and the plan decides. Nothing stands so late that it would miss a day that is kept: each line is filled
    from its end, every time with the worst rank among those that may still come last (Smith 1956, Naval Research
    Logistics Quarterly 3). Where not all days can be kept, `_give_way` says which are not: targets before promises.
    What others wait for is as pressing as they are.
    """
    return _settled(inputs)[0]


def _settled(inputs: Inputs) -> tuple[dict[str, float], set[str]]:
    """When each piece of work begins, and that which a promise holds where it is."""
    let_go: set[str] = set()
    broken: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        due, promised, *_ = pressing = _pressing(inputs, let_go, broken)
        lines = _lines(inputs, pressing)
        found, gone, unkept = _lined_up(lines)
        # A day that cannot be kept pulls nothing ahead that has it from there, in whatever team; nor is it kept for
        # what would have to wait for such work.
        missed, failed = _handed_on(inputs, gone, due), _handed_on(inputs, unkept, promised)
        if missed <= let_go and failed <= broken:
            break
        let_go |= missed
        broken |= failed
    return found, {job.key for jobs in lines.values() for job in jobs if job.latest == job.kept < inf}


Lines = Mapping[tuple[str, _Turn], list[_Job]]
Pressing = tuple[dict[str, float], dict[str, float], dict[str, float], dict[str, _Turn]]


def _lines(inputs: Inputs, pressing: Pressing) -> Lines:
    """The work of each team by turn."""
    due, promised, rank, turn = pressing
    lines: dict[tuple[str, _Turn], list[_Job]] = defaultdict(list)
    for key, row in inputs["activities"].items():
        if row["team"] is not None:
            team = inputs["teams"][row["team"]]
            people = _places(team)
            job = _Job(key, _days(row, _pace(team) * people), people, rank[key], due[key], promised[key])
            lines[row["team"], turn[key]].append(job)
    return lines


def _lined_up(lines: Lines) -> tuple[dict[str, float], set[str], set[str]]:
    """When each piece of work begins, that whose day gives way to a better rank or a promise, and that whose promise
    cannot be kept: it has but a day like others."""
    found: dict[str, float] = {}
    gone: set[str] = set()
    broken: set[str] = set()
    for (team, its), jobs in lines.items():
        earlier = [job.days for before in _Turn if before < its for job in lines.get((team, before), ())]
        largest = list(accumulate(sorted(earlier, reverse=True), initial=0.0))
        begin = sum(earlier)
        promises = [job for job in jobs if job.promised < inf]
        for job in promises:
            job.latest = _latest(job, job.promised, largest)
        _give_way(promises, begin)
        broken |= {job.key for job in promises if job.latest == inf}
        for job in jobs:
            job.kept, job.latest = job.latest, _latest(job, job.due, largest)
            job.promised = job.promised if job.kept < inf else inf
        _give_way(jobs, begin)
        if any(job.rank < _LAST for job in jobs):
            gone |= {job.key for job in jobs if job.latest == job.kept and job.due < job.promised}
        found |= _from_the_end(jobs, begin)
    return found, gone, broken


def _latest(job: _Job, due: float, largest: Sequence[float]) -> float:
    """How late all up to the job may be done for it to be in time, by one of the team: whoever is free first.

    Until somebody is free, all but those with the largest pieces of what is earlier, however many these are, are busy
    with the rest (Graham 1969, SIAM Journal on Applied Mathematics 17); the least of these bounds counts. One long
    piece so holds up one person and no more. The `largest` are the sums of the 0, 1, 2... largest pieces.
    """
    begins = due - job.days * job.people
    held = range(min(job.people, len(largest)))
    return job.days + max(begins * (1 - some / job.people) + largest[some] for some in held)


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


def ahead_by_date(inputs: Inputs, keys: Collection[str]) -> dict[str, bool]:
    """The work that goes ahead of some of these in their team's line although its rank is worse, which it does only to
    keep a day; in line, and whether that is promised."""
    *_, rank, turn = _pressing(inputs)
    begins, promised = _settled(inputs)
    team = {key: inputs["activities"][key]["team"] for key in begins}
    own = [key for key in keys if key in begins]
    found = {
        other
        for other, begin in begins.items()
        for key in own
        if begin < begins[key] and rank[other] > rank[key] and (team[other], turn[other]) == (team[key], turn[key])
    }
    return {key: key in promised for key in sorted(found.difference(keys), key=begins.__getitem__)}


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
    is_promised = {bool(row.get("promised")) for row in waiting if row["priority"] < FAR.toordinal()}
    decides = ["targets give way before promises"] if len(is_promised) > 1 else []
    if True in is_ranked and is_promised:
        told.append("a date goes ahead only as far as it has to")
        decides.append("rank decides")
    if decides:
        told.append(f"where not all dates can be kept, {', then '.join(decides)}")
    return f"In line: {'; '.join(told)}."


def _turn(row: Mapping[str, Any]) -> _Turn:
    if row.get("begun") or row["done"]:
        return _Turn.BEGUN
    return _Turn.CANDIDATE if row.get("candidate") else _Turn.PLANNED


def _give_way(jobs: Sequence[_Job], begin: float) -> None:
    """Let go of the days that cannot be kept: they pull nothing ahead any more, only a promise `kept` does.

    Days can be kept together just if the work is done in time with the earliest day first (Jackson 1955, Research
    Report 43, Management Sciences Research Project, UCLA). Up to the last day where it is not, rank alone decides:
    a day is kept where it is met after all that is ranked before and cannot wait until after these days, or has none,
    and after the promises that cannot wait for it. What is alike keeps its day or not as a whole. What would be late
    even alone crowds nobody, unless nothing is ranked: then the earlier day goes first all the same.
    """
    is_ranked = any(job.rank < _LAST for job in jobs)
    for job in jobs:
        if is_ranked and begin + job.days > job.latest:
            job.latest = job.kept
    dated = sorted((job for job in jobs if job.latest < inf), key=lambda job: job.latest)
    taken = accumulate(job.days for job in dated)
    crowded = max((job.due for job, days in zip(dated, taken, strict=True) if begin + days > job.latest), default=-inf)
    until = max((job.latest for job in dated if job.due <= crowded), default=-inf)
    end = begin
    counted: set[str] = set()
    promises = list(_as_late_as_possible(job for job in dated if job.kept < inf and job.latest <= until))
    for _, group in groupby(sorted(jobs, key=_choice), _choice):
        alike = [job for job in group if not until < job.latest < inf]
        goes = alike
        while goes:
            end += sum(job.days for job in goes if job.key not in counted)
            counted |= {job.key for job in goes}
            goes = [promises.pop()[1]] if promises and promises[-1][0] < end else []
        if any(end > job.latest for job in alike):
            for job in alike:
                job.latest = job.kept


def _as_late_as_possible(promises: Iterable[_Job]) -> Iterator[tuple[float, _Job]]:
    """When each has to begin for all to be kept, the last first."""
    begin = inf
    for job in sorted(promises, key=lambda job: -job.kept):
        begin = min(begin, job.kept) - job.days
        yield begin, job


def _choice(job: _Job) -> tuple[float, float, float]:
    return job.rank, job.due, job.promised


def _from_the_end(jobs: Iterable[_Job], begin: float) -> Iterator[tuple[str, float]]:
    """Each job and when it begins, the last first."""
    open_ = sorted(jobs, key=lambda job: job.latest)
    left = begin + sum(job.days for job in open_)
    may_be_last: list[tuple[float, float, float, str, float]] = []
    while open_ or may_be_last:
        while open_ and (open_[-1].latest >= left or not may_be_last):
            job = open_.pop()
            heappush(may_be_last, (-job.rank, -job.due, -job.promised, job.key, job.days))
        alike = [heappop(may_be_last)]
        while may_be_last and may_be_last[0][:3] == alike[0][:3]:
            alike.append(heappop(may_be_last))
        left -= sum(days for *_, days in alike)
        yield from ((key, left) for *_, key, _ in alike)


def _pressing(inputs: Inputs, let_go: Set[str] = frozenset(), broken: Set[str] = frozenset()) -> Pressing:
    """By when each activity has to be done, in days from the start, by when as promised, its rank and its turn: its
    own, or what those that wait for it leave it; what is not begun does not become so. Those `let_go` have no day of
    their own but the promise, those whose promise is `broken` have it as a mere day."""
    activities: Mapping[str, Mapping[str, Any]] = inputs["activities"]
    start = date.fromisoformat(inputs["start"]).toordinal()
    far = FAR.toordinal()
    promised = {key: row["promised"] - start + 1.0 if row.get("promised") else inf for key, row in activities.items()}
    promised |= dict.fromkeys(broken, inf)
    due = {key: row["priority"] - start + 1.0 if row["priority"] < far else inf for key, row in activities.items()}
    due |= {key: promised[key] for key in let_go}
    rank = {key: _LAST if row.get("rank") is None else min(row["rank"], _LAST) for key, row in activities.items()}
    turn = {key: _turn(row) for key, row in activities.items()}
    takes = _takes(inputs)
    for dependency in _last_first(inputs):
        first, waiting, kind, lag = inputs["dependencies"][dependency]
        after = inputs["groups"][waiting]
        for days in (due, promised):
            by = min(days[key] - (takes[key] + lag * 7 / 5 if kind == "FS" else 0) for key in after)
            days |= {key: min(days[key], by) for key in inputs["groups"][first]}
        best = min(rank[key] for key in after)
        first_turn = max(min(turn[key] for key in after), _Turn.PLANNED)
        for key in inputs["groups"][first]:
            rank[key], turn[key] = min(rank[key], best), min(turn[key], first_turn)
    return due, promised, rank, turn


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
    """Person-days that one of the team does a day of the calendar, where fractions share a place; at least one in a
    hundred days."""
    if not team:
        return 5 / 7
    pace: float = len(team["working_days"]) / 7 * team["focus"] / 100 * team["people"] / _places(team)
    return max(pace, 0.01)


def _places(team: Mapping[str, Any]) -> int:
    """How much work the team carries side by side, as the forecast has it (`science.forecasts.clocks.places`)."""
    people: float = team["people"]
    return max(ceil(people - 1e-9), 1)
