"""Why a plan cannot hold: a smallest set of its requirements that contradict each other, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from northing.science.schedules.bounds import earliest_dates
from northing.science.schedules.effort import Effort
from northing.science.schedules.problem import MOST, Change, Link, Mode, Problem, Task, Team
from northing.science.schedules.timeline import timeline

_END = "\0"  # after a task's key: its end; no key of a plan has this sign


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a plan asks for, by kind and where it stands: the key of a task or team, the place of a link or
    change among its like; ``text`` says it in plain words."""

    kind: str
    at: tuple[str | int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Requirements that cannot all hold, and whether it is proven that any one fewer could: then none is idle."""

    requirements: tuple[Requirement, ...]
    is_smallest: bool

    @property
    def text(self) -> str:
        """The conflict in a sentence.

        >>> gate, wait = Requirement("", (), "the gate of build"), Requirement("", (), "the deadline of ship")
        >>> Conflict((gate, wait), True).text
        'The gate of build and the deadline of ship cannot both hold.'
        """
        texts = [each.text for each in self.requirements]
        if len(texts) == 1:
            said = f"{texts[0]} cannot hold."
        else:
            said = f"{', '.join(texts[:-1])} and {texts[-1]} cannot {'both' if len(texts) == 2 else 'all'} hold."
        return said[:1].upper() + said[1:]


def explain(problem: Problem, *, seconds: float = 10.0, cancelled: Callable[[], bool] | None = None) -> Conflict | None:
    """A smallest conflict of an infeasible problem; None if it is feasible, or not proven to be infeasible in time.

    Gates, deadlines, least and most lags, durations, changes of capacity (holidays) and capacities may be given up, one
    by one; the pattern of the week may not. The set is halved and tried (QuickXplain, Junker 2004), and in the end
    every requirement left out once more: ``is_smallest`` if a schedule was found for each. Smallest means that none can
    be spared, not that there is no other conflict with fewer.

    >>> from northing.science.schedules import Mode
    >>> tasks = (Task("tool", (Mode(30),)), Task("build", (Mode(5),), deadline=20), Task("box", (Mode(9),)))
    >>> explain(Problem(tasks, links=(Link("tool", "build"),))).text
    'The lead time of tool (30 days), the deadline of build (day 20) and that build waits for tool cannot all hold.'
    """
    effort = Effort(seconds, None, cancelled)
    every = list(requirements(problem))
    if _is_possible(problem, every, every, effort) is not False:
        return None
    least = _smallest(problem, every, effort)
    if _is_possible(problem, every, least, effort) is not False:
        least = every
    return _without_the_idle(problem, every, least, effort)


def _without_the_idle(
    problem: Problem, every: Sequence[Requirement], conflict: list[Requirement], effort: Effort
) -> Conflict:
    """The conflict without what can be spared. Halving leaves such where giving up a holiday makes a plan harder: a
    task that must end late enough pauses on it."""
    needed = []
    for each in conflict:
        rest = [one for one in conflict if one is not each]
        needed.append(_is_possible(problem, every, rest, effort))
        if needed[-1] is False:
            return _without_the_idle(problem, every, rest, effort)
    return Conflict(tuple(conflict), all(needed))


def requirements(problem: Problem) -> Iterator[Requirement]:
    """Everything in a problem that may be given up, tasks first."""
    for task in problem.tasks:
        yield from _of_task(task)
    for place, link in enumerate(problem.links):
        yield Requirement("lag", (place,), _lag_words(link))
        if link.max_lag is not None:
            words = f"that {link.after} follows {link.before} within {link.max_lag} days ({link.kind})"
            yield Requirement("max_lag", (place,), words)
    for team in problem.teams:
        for place, change in enumerate(team.changes):
            words = f"the {change.name} of {team.key} (days {change.first} to {change.last})"
            yield Requirement("change", (team.key, place), words)
        yield Requirement("capacity", (team.key,), f"the capacity of {team.key} ({max(team.pattern)})")


def _of_task(task: Task) -> Iterator[Requirement]:
    if task.release:
        yield Requirement("release", (task.key,), f"the gate of {task.key} (day {task.release})")
    days = min(mode.days for mode in task.modes)
    if days:
        waits = not any(mode.demands for mode in task.modes)
        words = f"the {'lead time' if waits else 'work'} of {task.key} ({days} days)"
        yield Requirement("days", (task.key,), words)
    if task.deadline is not None:
        yield Requirement("deadline", (task.key,), f"the deadline of {task.key} (day {task.deadline})")


def _lag_words(link: Link) -> str:
    kind = "" if link.kind == "finish-start" else f" ({link.kind})"
    lag = f" for {link.lag} days more" if link.lag > 0 else ""
    return f"that {link.after} waits for {link.before}{lag}{kind}"


def _smallest(problem: Problem, every: list[Requirement], effort: Effort) -> list[Requirement]:
    """QuickXplain: what is not known to be feasible within the effort is taken to be, and so kept."""

    def search(kept: list[Requirement], is_new: bool, rest: list[Requirement]) -> list[Requirement]:
        if is_new and _is_possible(problem, every, kept, effort) is False:
            return []
        if len(rest) == 1:
            return rest
        first, second = rest[: len(rest) // 2], rest[len(rest) // 2 :]
        later = search(kept + first, True, second)
        sooner = search(kept + later, bool(later), first)
        return sooner + later

    return search([], False, every) if every else []


def _is_possible(
    problem: Problem, every: Sequence[Requirement], kept: Sequence[Requirement], effort: Effort
) -> bool | None:
    """Whether a schedule keeps what is kept; None if that was not found out in time."""
    from northing.science.schedules import exact, solving  # loads OR-Tools

    relaxed = without(problem, [each for each in every if each not in kept])
    line = timeline(relaxed)
    if earliest_dates(line) is None:
        return False
    answer = solving.run(exact.model_of(relaxed, line, is_decision=True), effort, 1.0, workers=1, seed=1)
    return {"infeasible": False, "unknown": None}.get(answer.outcome, True)


def without(problem: Problem, dropped: Sequence[Requirement]) -> Problem:
    """The problem with some requirements given up, so that every schedule that kept them is still one."""
    gone = {(each.kind, *each.at) for each in dropped}
    most = sum(max(max(mode.demands.values(), default=0) for mode in task.modes) for task in problem.tasks)
    free = {task.key for task in problem.tasks if ("days", task.key) in gone}
    return Problem(
        tuple(part for task in problem.tasks for part in _task_without(task, gone)),
        tuple(_team_without(team, gone, most) for team in problem.teams),
        (
            *(_link_without(place, _moved(link, free), gone) for place, link in enumerate(problem.links)),
            *(Link(key, key + _END) for key in sorted(free)),
        ),
    )


def _task_without(task: Task, gone: set[tuple[str | int, ...]]) -> tuple[Task, ...]:
    """The task; its start and its end as two, if it may take as long as it likes."""
    if ("release", task.key) in gone:
        task = replace(task, release=0)
    if ("deadline", task.key) in gone:
        task = replace(task, deadline=None)
    if ("days", task.key) not in gone:
        return (task,)
    return Task(task.key, (Mode(0),), release=task.release), Task(task.key + _END, (Mode(0),), deadline=task.deadline)


def _moved(link: Link, free: Set[str]) -> Link:
    """The link with its ends on the ends of tasks that may take as long as they like."""
    before_end, after_end = (end == "finish" for end in link.kind.split("-"))
    before = link.before + _END * (before_end and link.before in free)
    return replace(link, before=before, after=link.after + _END * (after_end and link.after in free))


def _team_without(team: Team, gone: set[tuple[str | int, ...]], most: int) -> Team:
    changes: list[Change] = []
    for place, change in enumerate(team.changes):
        is_gone = ("change", team.key, place) in gone
        changes += _raised(team, change) if is_gone else [change]
    pattern = team.pattern
    if ("capacity", team.key) in gone:
        # Enough for all at once on every day of the pattern on which there is anybody.
        pattern = tuple(max(each, most) if each else 0 for each in pattern)
    return replace(team, capacity=pattern, changes=tuple(changes))


def _raised(team: Team, change: Change) -> Iterator[Change]:
    """What a change gives beyond the usual; what it takes is given up."""
    if change.capacity > min(team.pattern):
        for day in range(change.first, change.last + 1):
            if change.capacity > team.pattern[day % len(team.pattern)]:
                yield replace(change, first=day, last=day)


def _link_without(place: int, link: Link, gone: set[tuple[str | int, ...]]) -> Link:
    if ("lag", place) in gone:
        link = replace(link, lag=-MOST)
    if ("max_lag", place) in gone:
        link = replace(link, max_lag=None)
    return link
