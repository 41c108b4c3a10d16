"""Whether a schedule keeps every rule, read from the problem's words alone: the engines never check themselves."""

from __future__ import annotations

from collections import Counter

from northing.science.schedules.problem import Link, Mode, Placed, Problem, Schedule, Task, Team


def violations(problem: Problem, schedule: Schedule) -> list[str]:
    """Every rule that a schedule breaks, in plain words; none where it is feasible.

    What is not scheduled, or is no task or mode, is told first and alone.

    >>> problem = Problem((Task("a", (Mode(3),), release=2),))
    >>> violations(problem, {"a": Placed(0, 3)})
    ['a starts on day 0, before its release 2']
    """
    missing = [f"{task.key} is not scheduled" for task in problem.tasks if task.key not in schedule]
    if missing:
        return missing
    modes = {task.key: len(task.modes) for task in problem.tasks}
    unknown = [f"{key} is no task" for key in schedule if key not in modes]
    placed = [(key, schedule[key].mode) for key in modes]
    unknown += [f"{key} has no mode {mode}" for key, mode in placed if not 0 <= mode < modes[key]]
    if unknown:
        return unknown
    teams = {team.key: team for team in problem.teams}
    found = [text for task in problem.tasks for text in _of_task(task, schedule[task.key], teams)]
    found += [text for link in problem.links for text in _of_link(link, schedule)]
    return found + _of_teams(problem, schedule, teams)


def days_worked(mode: Mode, at: Placed, teams: dict[str, Team]) -> list[int]:
    """The days from start to finish on which a task in this mode is worked on."""
    return [
        day
        for day in range(at.start, at.finish)
        if all(teams[key].on(day) >= amount for key, amount in mode.demands.items())
    ]


def _of_task(task: Task, at: Placed, teams: dict[str, Team]) -> list[str]:
    mode = task.modes[at.mode]
    found = []
    worked = days_worked(mode, at, teams)
    if len(worked) != mode.days:
        found.append(f"{task.key} is worked on {len(worked)} days, not {mode.days}")
    if mode.days and worked and (worked[0] != at.start or worked[-1] != at.finish - 1):
        found.append(f"{task.key} starts or finishes on a day on which it is not worked on")
    if at.finish < at.start or (mode.days == 0 and at.finish != at.start):
        found.append(f"{task.key} finishes at {at.finish}, which its start {at.start} does not lead to")
    if at.start < task.release:
        found.append(f"{task.key} starts on day {at.start}, before its release {task.release}")
    if task.deadline is not None and at.finish > task.deadline:
        found.append(f"{task.key} finishes at {at.finish}, after its deadline {task.deadline}")
    return found


def _of_link(link: Link, schedule: Schedule) -> list[str]:
    before, after = link.kind.split("-")
    passed = getattr(schedule[link.after], after) - getattr(schedule[link.before], before)
    if passed < link.lag or (link.max_lag is not None and passed > link.max_lag):
        most = "" if link.max_lag is None else f", at most {link.max_lag}"
        return [f"{link.before} -> {link.after} ({link.kind}) has a lag of {passed}, not at least {link.lag}{most}"]
    return []


def _of_teams(problem: Problem, schedule: Schedule, teams: dict[str, Team]) -> list[str]:
    used: Counter[tuple[str, int]] = Counter()
    for task in problem.tasks:
        at = schedule[task.key]
        mode = task.modes[at.mode]
        for day in days_worked(mode, at, teams):
            for key, amount in mode.demands.items():
                used[key, day] += amount
    return [
        f"{key} is asked for {amount} on day {day} and has {teams[key].on(day)}"
        for (key, day), amount in sorted(used.items())
        if amount > teams[key].on(day)
    ]
