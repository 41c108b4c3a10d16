"""One any-time interface to the engines: what was found, what is proven, and how far apart they are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Literal

from northing.science.schedules.bounds import lower_bound
from northing.science.schedules.effort import Effort
from northing.science.schedules.plain import is_plain
from northing.science.schedules.problem import Mode, Problem, Schedule, Task, Team, value_of
from northing.science.schedules.rules import by_rules
from northing.science.schedules.timeline import Timeline, timeline
from northing.science.schedules.verifier import violations

if TYPE_CHECKING:
    from northing.science.schedules.arranging import Arranging
    from northing.science.schedules.search import Search
    from northing.science.schedules.solving import Answer

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

# Of a plain problem, shares of the effort: for the compiled search at first, and for the proof. What is left goes to
# the search again. With two workers search and proof then run side by side.
SEARCH_SHARE = 0.05
PROOF_SHARE = 0.3
# A plan of more tasks than these is too large to be proven.
PROVABLE = 60
# Up to so many tasks the proof has the larger share, if beside the search, and all but this part of it from above: a
# quarter of that where the bound is farther away than this share of the makespan, for then it seldom finds anything.
IMPROVABLE = 70
LONG_PROOF_SHARE = 0.6
BELOW = 0.2
NEAR = 0.1
# Of any other problem, the share for changing orders; its days are those of the first plan and one in so many more.
ARRANGE_SHARE = 0.3
ROOM = 10
# So many tasks are searched for this share of the effort when there are two workers.
SMALL = 40
SMALL_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: best objective so far (None before the first schedule), bound, seconds."""

    value: int | None
    bound: int
    seconds: float


@dataclass(frozen=True)
class Solution:
    """What is known at the end.

    ``status``: ``optimal`` (proven), ``feasible``, ``infeasible`` (proven), or ``unknown`` (no schedule, no proof).
    ``value`` is the objective of ``schedule``; none can be below ``bound``. ``schedules`` counts what the compiled
    search generated, ``seconds`` is the time taken, ``seed`` what it was drawn with.
    """

    status: Status
    schedule: Schedule | None
    value: int | None
    bound: int
    schedules: int
    seconds: float
    seed: int

    @property
    def gap(self) -> float:
        """How far the value may be above the optimum, as a share of the value; infinite without a schedule.

        >>> Solution("feasible", {}, 50, 45, 0, 0.1, 1).gap
        0.1
        """
        if self.value is None:
            return float("inf")
        return (self.value - self.bound) / max(self.value, 1)


def solve(
    problem: Problem,
    *,
    seconds: float | None = None,
    work: int | None = None,
    workers: int = 1,
    seed: int = 1,
    start: Schedule | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best schedule found within ``seconds`` (10 unless told), or by ``work``, with a bound.

    A plain problem (makespan, one mode each, constant capacities, minimum lags only) is searched by a compiled genetic
    algorithm, and proven by a constraint solver in between; any other goes from the schedule of a priority rule through
    a compiled search over orders, unless there are most lags, to the constraint solver. It ends as soon as the value
    meets the bound.

    ``work``: so many schedules of the compiled search, and a proof in proportion: the same input in any order, seed
    and work give the same result, on any number of ``workers`` (threads). ``start``: a schedule known from before,
    which the result will not be worse than. ``progress`` is called when value or bound improve; ``cancelled`` is asked
    about twenty times a second, and a cancelled solve returns what it has.

    Raises ValueError where a setting is out of range or ``start`` is not feasible.

    >>> from northing.science.schedules import Link, Mode, Task, Team
    >>> design, build, order = Mode(2, {"team": 1}), Mode(3, {"team": 1}), Mode(4)
    >>> tasks = (Task("design", (design,)), Task("build", (build,)), Task("order", (order,)))
    >>> links = (Link("design", "build"), Link("order", "build"))
    >>> found = solve(Problem(tasks, (Team("team"),), links), work=1000)
    >>> found.status, found.value, found.schedule["build"]
    ('optimal', 7, Placed(start=4, finish=7, mode=0))
    """
    _check(seconds, work, workers, seed)
    if seconds is None and work is None:
        seconds = 10.0
    effort = Effort(seconds, work, cancelled)
    line = timeline(_in_order(problem))
    run = Run(line, effort, workers, seed, progress)
    if start is not None:
        wrong = violations(problem, start)
        if wrong:
            raise ValueError(f"start is not feasible: {wrong[0]}; give a schedule of this problem or none")
        run.found(start)
    run.solve()
    return run.solution()


class Run:
    """One solve under way: the best schedule, the bound, what is spent."""

    def __init__(
        self, line: Timeline, effort: Effort, workers: int, seed: int, progress: Callable[[Progress], None] | None
    ) -> None:
        self.line, self.effort, self.workers, self.seed, self.progress = line, effort, workers, seed, progress
        self.problem = line.problem
        self.lock = Lock()  # engines run side by side
        self.best: Schedule | None = None
        self.value: int | None = None
        bound = lower_bound(line)
        self.infeasible = bound is None
        self.is_cut = False  # whether the days may be too few for the best schedule
        self.bound = bound or 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to find."""
        return self.infeasible or (self.value is not None and self.value <= self.bound)

    def found(self, schedule: Schedule) -> None:
        """Keep a schedule if it is the best so far."""
        value = value_of(self.problem, schedule)
        with self.lock:
            if self.value is None or value < self.value:
                self.best, self.value = schedule, value
                self._tell()

    def proved(self, bound: int | None) -> None:
        """Keep a bound if it is the best so far, unless it holds for too few days only."""
        with self.lock:
            if bound is not None and bound > self.bound and not self.is_cut:
                self.bound = bound
                self._tell()

    def solve(self) -> None:
        """Go through the engines that fit the problem."""
        if self.is_done:
            return
        if is_plain(self.line):
            self._search_and_prove()
            if self.value is None and not self.effort.is_cancelled():  # too many tasks to begin a search in the time
                self._follow_rules()
        else:
            self._follow_rules()
            self._arrange_and_solve()

    def _follow_rules(self) -> None:
        for schedule in by_rules(self.line):
            self.found(schedule)
            if self.is_done:
                return

    def solution(self) -> Solution:
        """What is known now."""
        if self.infeasible:
            status: Status = "infeasible"
        elif self.value is None:
            status = "unknown"
        else:
            status = "optimal" if self.value <= self.bound else "feasible"
        effort = self.effort
        return Solution(status, self.best, self.value, self.bound, effort.schedules, effort.elapsed, self.seed)

    def _arrange_and_solve(self) -> None:
        """Change the order of the best schedule for a share of the effort, where that can be done, then solve exactly.

        With two workers one goes on with the orders of a plan that is too large to be proven.
        """
        if self.is_done:
            return
        arranging = self._arranging()
        while arranging is not None and not (self.is_done or self.effort.spent(ARRANGE_SHARE)):
            self._arrange(arranging)
        if self.is_done:
            return
        is_large = len(self.problem.tasks) > PROVABLE
        self._shorten(is_large)
        if arranging is None or self.workers == 1 or self.effort.work is not None or not is_large:
            self._exact(self.workers)
            return
        with ThreadPoolExecutor(1) as pool:
            exact = pool.submit(self._exact, self.workers - 1)
            while not (exact.done() or self.is_done or self.effort.spent()):
                self._arrange(arranging)
            exact.result()

    def _shorten(self, is_large: bool) -> None:
        """Leave out the days behind the best schedule, for the model grows with them.

        The shortest plan does not need them. One that is late as little as can be might: then nothing is proven any
        more, so it is done only where the plan is too large for that.
        """
        if self.best is None or self.value is None:
            return
        if self.problem.objective == "makespan":
            self.line = Timeline(self.problem, self.value)
        elif is_large:
            end = max(at.finish for at in self.best.values())
            self.line, self.is_cut = Timeline(self.problem, min(self.line.horizon, end + end // ROOM + 1)), True

    def _arranging(self) -> Arranging | None:
        """The search over orders, from the best schedule, if there is one and its days are not too many."""
        if self.best is None or self.value is None:
            return None
        from northing.science.schedules import arranging  # loads numba

        line = self.line
        if self.problem.objective == "makespan":  # some days more than the best, to go through what is worse
            line = Timeline(self.problem, min(line.horizon, self.value + self.value // ROOM + 1))
        return arranging.Arranging(line, self.best, self.seed) if arranging.is_arrangeable(line) else None

    def _arrange(self, arranging: Arranging) -> None:
        self.effort.schedules += arranging.round()
        if self.value is None or arranging.value < self.value:
            self.found(arranging.schedule())

    def _search_and_prove(self) -> None:
        from northing.science.schedules import search  # loads numba

        with search.Search(self.line, self.seed, self.workers) as searching:
            self._search(searching, SEARCH_SHARE)
            if self.is_done or self.effort.spent():
                return
            if self.effort.work is not None or self.workers == 1:
                self._prove(PROOF_SHARE)
            else:
                self._search_while_proving(searching)
            self._search(searching, 1.0)

    def _search(self, search: Search, share: float) -> None:
        """Rounds of the compiled search until a share of the whole effort is spent."""
        while not (self.is_done or self.effort.spent(share)):
            self._round(search, self.workers)

    def _search_while_proving(self, search: Search) -> None:
        """The proof on one core, the search on the others; few tasks are soon searched, then both cores prove."""
        is_small = len(self.problem.tasks) <= SMALL
        with ThreadPoolExecutor(1) as pool:
            proof = pool.submit(self._refute, 1.0) if is_small else pool.submit(self._prove, LONG_PROOF_SHARE)
            while not (proof.done() or self.is_done or self.effort.spent(SMALL_SHARE if is_small else 1.0)):
                self._round(search, self.workers - 1)
            if is_small and not proof.done():
                self._improve(1.0, self.seed + 1)  # another way than that of the proof
            proof.result()

    def _round(self, search: Search, threads: int) -> None:
        self.effort.schedules += search.round(self.bound, threads)
        if self.value is None or search.value < self.value:
            self.found(search.schedule())

    def _prove(self, share: float) -> None:
        """The proof from below; of neither few nor many tasks soon from above, which finds better schedules too."""
        if not SMALL < len(self.problem.tasks) <= IMPROVABLE:
            self._refute(PROOF_SHARE)
            return
        self._refute(BELOW * share)
        if self.value is not None:
            is_near = self.value - self.bound <= NEAR * self.value
            self._improve((1 - BELOW) * share / (1 if is_near else 4), self.seed)

    def _refute(self, share: float) -> None:
        """Ask whether there is a schedule that ends by a day, from the bound upward, in steps that double.

        A no raises the bound behind that day, which is quick while it is far below the optimum; a yes ends at it. The
        last question is for anything better than the best. After a step too long the next is one day; that unanswered
        is the end. One worker without linear relaxations: more of either proved less.
        """
        step = 1
        while not (self.is_done or self.effort.is_cancelled()) and share > 0:
            end = self.bound + step - 1
            end = end if self.value is None else min(end, self.value - 1)
            answer = self._ask(end, share if step == 1 else share / 2, self.seed)
            share -= answer.share
            if answer.outcome == "infeasible":
                step *= 2
            elif step > 1:
                step = 1
            else:
                return

    def _improve(self, share: float, seed: int) -> None:
        """Ask for a schedule better than the best, until there is no answer: a no is the proof of the best."""
        while self.value is not None and not (self.is_done or self.effort.is_cancelled()) and share > 0:
            end = self.value - 1
            answer = self._ask(end, share, seed)
            share -= answer.share
            if self.value > end:
                return

    def _ask(self, end: int, share: float, seed: int) -> Answer:
        """Whether a schedule ends by a day; there is no answer where the search finds one first."""
        from northing.science.schedules import exact, solving  # loads OR-Tools

        line = Timeline(self.problem, end)
        model = exact.model_of(self.problem, line, least=self.bound, most=end, is_decision=True)
        answer = solving.run(model, self.effort, share, seed=seed, watcher=_Question(self, end), is_linear=False)
        if answer.outcome == "infeasible":
            self.proved(end + 1)
        return answer

    def _exact(self, workers: int) -> None:
        """The constraint solver alone, from the best schedule, if there is one."""
        from northing.science.schedules import exact, solving  # loads OR-Tools

        model = exact.model_of(self.problem, self.line, least=self.bound)
        if self.best is not None:
            model.hint(self.best)
        answer = solving.run(model, self.effort, 1.0, workers=workers, seed=self.seed, watcher=self)
        self.infeasible = answer.outcome == "infeasible"
        self.proved(answer.bound)

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(Progress(self.value, self.bound, self.effort.elapsed))


@dataclass(frozen=True)
class _Question:
    """Whether a schedule of a run ends by a day: it is settled when any engine has found one."""

    run: Run
    end: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to find."""
        return self.run.is_done or (self.run.value is not None and self.run.value <= self.end)

    def found(self, schedule: Schedule) -> None:
        """A schedule that ends by that day."""
        self.run.found(schedule)

    def proved(self, bound: int | None) -> None:
        """A bound; a question has none."""


def _in_order(problem: Problem) -> Problem:
    """The problem with its parts sorted, so that the order of input changes nothing."""
    return replace(
        problem,
        tasks=tuple(sorted(problem.tasks, key=lambda task: task.key)),
        teams=tuple(sorted(problem.teams, key=lambda team: team.key)),
        links=tuple(sorted(problem.links, key=lambda link: (link.before, link.after, link.kind, link.lag))),
    )


def _check(seconds: float | None, work: int | None, workers: int, seed: int) -> None:
    if seconds is not None and work is not None:
        raise ValueError(f"seconds is {seconds} and work is {work}: give one of them")
    if seconds is not None and not 0 <= seconds < float("inf"):
        raise ValueError(f"seconds is {seconds}: it must be a number, 0 or more")
    for name, number, least in (("work", work, 0), ("workers", workers, 1), ("seed", seed, 0)):
        if number is not None and not (number >= least and float(number).is_integer()):
            raise ValueError(f"{name} is {number}: it must be a whole number, {least} or more")


def warm_up() -> None:
    """Load and compile what `solve` needs, so that the first call is as quick as the next; compiled code is kept."""
    # The bound, 4, is below the optimum, 6: all engines are asked.
    one, other = Mode(2, {"team": 2}), Mode(3, {"team": 2})
    for modes in (one,), (one, other):
        solve(Problem(tuple(Task(key, modes) for key in "abc"), (Team("team", 3),)), work=1)
