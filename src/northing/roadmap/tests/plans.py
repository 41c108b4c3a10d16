"""Plans of a few pieces of work, to be put in line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from northing.roadmap.order import FAR, in_line

START = date(2026, 11, 23)
Waits = dict[str, list[Any]]


class Job(NamedTuple):
    """Days of work, in so many days it has to be done, its rank, which team does it, and in how many it is promised."""

    days: int
    due: int | None = None
    rank: int | None = None
    team: int = 0
    begun: bool = False
    candidate: bool = False
    promised: int | None = None


def day(number: int | None) -> int:
    return (START + timedelta(days=number - 1) if number else FAR).toordinal()


def plan(*jobs: Any, dependencies: Waits | None = None, people: Sequence[float] = (1,)) -> dict[str, Any]:
    """The inputs of a plan of teams of so many `people` that work every day."""
    week = {"focus": 100, "working_days": list(range(7)), "absences": []}
    activities = {
        f"f{number}": {
            "work": [job.days] * 3,
            "unit": "person-days",
            "team": str(job.team),
            "done": 0.0,
            "begun": job.begun,
            "candidate": job.candidate,
            "priority": min(day(job.due), day(job.promised)),
            "promised": day(job.promised) if job.promised else None,
            "rank": job.rank,
        }
        for number, job in enumerate(Job(*given) for given in jobs)
    }
    return {
        "start": START.isoformat(),
        "teams": {str(team): {"people": count, **week} for team, count in enumerate(people)},
        "activities": activities,
        "groups": {key[1:]: [key] for key in activities},
        "dependencies": dependencies or {},
    }


def order(inputs: dict[str, Any]) -> list[str]:
    begins = in_line(inputs)
    return sorted(begins, key=begins.__getitem__)
