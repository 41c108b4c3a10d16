"""Prerequisites and one capacity: branch and bound on minimum cuts. Loads numba: import it where used.

The next release problem is of this kind. At a price of the capacity the best closure is a minimum cut; the price that
lowers the bound most gives the linear relaxation's bound, a plan that fits and one that does not. What the two agree
on is mostly fixed by reduced costs; branching is on what they disagree about.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cache

import numpy as np

from northing.science.portfolios import cuts, moves
from northing.science.portfolios.effort import Answer, Effort, Status, Watch
from northing.science.portfolios.model import Layout, Model, Picks, Whole
from northing.science.portfolios.problem import Feature, Portfolio

# Items on which a branching is tried before one is chosen.
CANDIDATES = 3
CUTS_PER_WORK = 2_000
# Where the first bound leaves more than this share open, annealing looks for a better plan to begin with.
WIDE = 2e-3
ANNEALED_ITEMS, MOST_STEPS = 1_200_000, 300
# Before that, values and costs are shaken by up to this share, so often.
SHAKE, SHAKEN_ITEMS, MOST_SHAKES = 0.15, 30_000, 30
# After it, around the best plan, as often as there were shakes: this share of what gives or takes value stays as it is,
# and so many cuts are made. Where items are few, branching alone is as quick.
KEPT, CUTS_AROUND, FEW_ITEMS = 0.2, 100, 500
# Steps between looks at the clock.
STRETCH = 20
LARGEST = 2**61


def applies(model: Model) -> bool:
    """Whether the model is nothing but implications and at most one capacity."""
    return len(model.rows) <= 1 and all(np.all(row.coefficients >= 0) and row.limit >= 0 for row in model.rows)


def solve(model: Model, watch: Watch, hint: Picks | None = None, work: float | None = None) -> Answer:
    """The best closure within the capacity, with its proven bound."""
    with watch.paused():
        _warm_up()
    return _Search(model, watch, hint, work).answer()


@cache
def _warm_up() -> None:
    """Load the compiled code, or compile it, the first time after an installation; that is nobody's effort."""
    pair = Feature("b", 9, {"team": 4}, ("a",)), Feature("c", 6, {"team": 2}, ("a",))
    features = (Feature("a", 0, {"team": 3}), *pair, Feature("d", 4, {"team": 2}))
    _Search(Layout(Portfolio(features, {"team": (7,)})).model(), Watch(Effort(work=1)), None, None).answer()


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A part of the search: what is fixed, its bound and price, a closure that fits and one that does not."""

    fixed: cuts.Marks
    bound: int
    price: int
    low: Picks
    high: Picks


class _Search:
    def __init__(self, model: Model, watch: Watch, hint: Picks | None, work: float | None) -> None:
        self.model = model
        self.watch = watch
        items = model.objective.size
        self.value = model.objective
        self.cost = np.zeros(items, dtype=np.int64)
        for row in model.rows:
            np.add.at(self.cost, row.columns, row.coefficients)
        self.budget = model.rows[0].limit if model.rows else 0
        gives, takes = int(np.abs(self.value).sum()), int(self.cost.sum())
        self.unit = 1 << max(min(16, 61 - gives.bit_length()), 0)
        self.most_price = LARGEST // (takes + self.budget + 1)
        self.first_price = min(self.unit * gives // (takes + 1), self.most_price)
        self.down, self.up = reachable(items, model.implies), reachable(items, model.implies[:, ::-1])
        self.graph = _network(items, model.implies)
        self.best: Picks | None = None
        self.best_value = -(2**60)
        self.cuts = 0
        limit = watch.effort.work if work is None else work
        self.most_cuts = None if watch.effort.work is None or limit is None else int(limit * CUTS_PER_WORK)
        self.root: Node | None = None
        if hint is not None and model.allows(hint):
            self._keep(hint)

    def answer(self) -> Answer:
        """Search until nothing is left or the effort is spent."""
        fixed = self._given()
        self.root = self._look(fixed, self.first_price) if fixed is not None else None
        if self.root is not None:
            self._anneal(self.root)
            self._search_around(self.root)
        bound = self._branch(self.root) if self.root else self.best_value
        if self.best is None:
            done = self.root is None or bound < -(2**59)
            most = int(np.maximum(self.value, 0).sum())
            return Answer(Status.INFEASIBLE if done else Status.UNKNOWN, None, 0, most)
        status = Status.OPTIMAL if bound <= self.best_value else Status.FEASIBLE
        relaxed, slope = None, 0.0
        if self.root is not None:
            relaxed, slope = self.root.bound / self.unit, self.root.price / self.unit
        return Answer(status, self.best, self.best_value, max(bound, self.best_value), relaxed, slope)

    def _given(self) -> cuts.Marks | None:
        """What the model fixes, with all that follows from it."""
        fixed = np.zeros(self.value.size, dtype=np.int8)
        for item in np.flatnonzero(self.model.low == 1).tolist():
            fixed[_list(self.down, item)] = 1
        for item in np.flatnonzero(self.model.high == 0).tolist():
            above = _list(self.up, item)
            if np.any(fixed[above] == 1):
                return None
            fixed[above] = -1
        return fixed

    def _is_wide(self, root: Node) -> bool:
        return self.best is None or root.bound / self.unit - self.best_value >= WIDE * abs(self.best_value)

    def _shake(self, root: Node) -> None:
        """Plans from the best closures of slightly other values and costs: they differ in whole structures."""
        graph, size = self.graph, self.value.size
        room, work = np.empty(graph.to.size, dtype=np.int64), np.empty((4, size + 2), dtype=np.int64)
        side = np.empty(size + 2, dtype=np.int8)
        random = np.random.default_rng(self.watch.effort.seed)
        for _ in range(_turns(size)):
            if self.watch.is_over or not self._is_wide(root):
                return
            other = random.uniform(1 - SHAKE, 1 + SHAKE, (2, size))
            weight = (self.unit * self.value * other[0] - root.price * self.cost * other[1]).astype(np.int64)
            cuts.best_closure(
                graph.head, graph.to, graph.back, graph.needs, graph.ends, weight, root.fixed, room, work, side
            )
            self._fit(side[:size] != 2, root.fixed)

    def _anneal(self, root: Node) -> None:
        self._shake(root)
        if self.best is None or not self._is_wide(root):
            return
        steps = min(ANNEALED_ITEMS // self.value.size, MOST_STEPS)
        best, present = self.best.copy(), self.best.copy()
        for begin in range(0, steps, STRETCH):
            if self.watch.is_over:
                break
            part = (begin, min(begin + STRETCH, steps), steps)
            moves.anneal(
                self.value, self.cost, self.budget, root.fixed, self.down, self.up,
                best, present, part, self.watch.effort.seed,
            )  # fmt: skip
        self._keep(best)

    def _search_around(self, root: Node) -> None:
        """Better plans among those that share a random part of the best one (large neighbourhood search, Shaw 1998)."""
        random = np.random.default_rng(self.watch.effort.seed)
        open_ = np.flatnonzero((self.value != 0) & (root.fixed == 0))
        for _ in range(_turns(self.value.size) if self.value.size > FEW_ITEMS else 0):
            if self.best is None or self._is_spent() or not self._is_wide(root):
                return
            fixed = root.fixed.copy()
            for item in random.permutation(open_)[: int(KEPT * open_.size)].tolist():
                if self.best[item]:
                    fixed[_list(self.down, item)] = 1
                else:
                    fixed[_list(self.up, item)] = -1
            part = self._look(fixed, root.price)
            if part is not None:
                self._branch(part, self.cuts + CUTS_AROUND)

    def _branch(self, root: Node, until: int | None = None) -> int:
        """Deeper into the better branch first, then the best of what was left; the bound of all that is left.

        ``until`` so many cuts have been made, where it is given.
        """
        queue: list[tuple[int, int, Node]] = [(-root.bound, 0, root)]
        count = 0
        while queue:
            _, _, node = heapq.heappop(queue)
            while node is not None and self._pays(node.bound):
                if self._is_spent() or (until is not None and self.cuts >= until):
                    return max([node.bound, *(-bound for bound, _, _ in queue)]) // self.unit
                children = self._children(node)
                for child in children[1:]:
                    count += 1
                    heapq.heappush(queue, (-child.bound, count, child))
                node = children[0] if children else None  # type: ignore[assignment]
        return self.best_value

    def _is_spent(self) -> bool:
        return self.watch.is_over or (self.most_cuts is not None and self.cuts >= self.most_cuts)

    def _pays(self, bound: int) -> bool:
        return bound >= self.unit * (self.best_value + 1)

    def _children(self, node: Node) -> list[Node]:
        """The two parts of a node, split at the item that lowers the bounds most; the better part first."""
        free = np.flatnonzero((node.fixed == 0) & node.high & ~node.low)
        if not free.size:
            free = np.flatnonzero(node.fixed == 0)
        weights = moves.weigh(free, self.value, self.cost, node.fixed, self.down, self.up)
        best: list[Node] = []
        best_fall = -1.0
        for item in free[np.argsort(-weights, kind="stable")[:CANDIDATES]]:
            parts = [self._part(node, item, 1), self._part(node, item, -1)]
            falls = [node.bound - (part.bound if part else self.unit * self.best_value) for part in parts]
            fall = float(max(falls[0], 1)) * max(falls[1], 1)
            found = [part for part in parts if part]
            if fall > best_fall or len(found) < 2:
                best, best_fall = found, fall
            if len(found) < 2:
                break
        return sorted(best, key=lambda part: -part.bound)

    def _part(self, node: Node, item: int, mark: int) -> Node | None:
        fixed = node.fixed.copy()
        fixed[_list(self.down if mark == 1 else self.up, item)] = mark
        # A closure of the whole node is one of this part if it has the item as the part wants it.
        known = (bool(node.low[item]) == (mark == 1), bool(node.high[item]) == (mark == 1))
        return self._look(fixed, node.price, node.low, node.high, known)

    def _look(
        self,
        fixed: cuts.Marks,
        price: int,
        low: Picks | None = None,
        high: Picks | None = None,
        known: tuple[bool, bool] = (False, False),
    ) -> Node | None:
        """Bound a part, make plans from its closures, and fix what must be; None where nothing better is in it."""
        low = np.zeros(fixed.size, dtype=bool) if low is None else low.copy()
        high = np.zeros(fixed.size, dtype=bool) if high is None else high.copy()
        for _ in range(2):
            room = np.empty(self.graph.to.size, dtype=np.int64)
            enough = self.unit * (self.best_value + 1) - 1 if self.best is not None else -cuts.UNBOUNDED
            graph = self.graph
            bound, price, fits, exceeds, count = cuts.lower_bound(
                graph.head, graph.to, graph.back, graph.needs, graph.ends, self.value, self.cost, self.budget,
self.unit, price, self.most_price, enough, fixed, low, high, known, room,
            )  # fmt: skip
            self.cuts += count
            if bound <= enough or not fits:
                return None
            self._fit(low, fixed)
            if not exceeds:
                return None
            self._fit(high, fixed)
            if not self._pays(bound):
                return None
            slack = bound - self.unit * (self.best_value + 1)
            fixings = moves.tighten(self.cost, self.budget, slack, fixed, self.down, self.up, room, self.graph.ends)
            if fixings < 0:
                return None
            if fixings < fixed.size // 20:
                break
            known = (False, False)
        return Node(fixed, bound, price, low, high)

    def _fit(self, closure: Picks, fixed: cuts.Marks) -> None:
        """Make a plan of a closure, and keep it if it is the best."""
        picks = closure.copy()
        if moves.peel(self.value, self.cost, self.budget, fixed, self.down, self.up, picks):
            moves.fill(self.value, self.cost, self.budget, fixed, self.down, self.up, picks)
            self._keep(picks)

    def _keep(self, picks: Picks) -> None:
        value = self.model.value(picks)
        if value > self.best_value:
            self.best, self.best_value = picks, value
            bound = self.root.bound // self.unit if self.root else int(np.maximum(self.value, 0).sum())
            self.watch.tell(value / self.model.scale, bound / self.model.scale)


def _turns(items: int) -> int:
    """How often to try something that takes as long as there are items."""
    return min(SHAKEN_ITEMS // items, MOST_SHAKES)


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """Arcs by their start, each with its reverse; items, then source and sink."""

    head: Whole
    to: Whole
    back: Whole
    needs: Whole
    ends: Whole


def _network(items: int, implies: Whole) -> _Graph:
    every = np.arange(items)
    start = np.concatenate([implies[:, 0], np.full(items, items), every])
    end = np.concatenate([implies[:, 1], every, np.full(items, items + 1)])
    arcs = start.size
    order = np.argsort(np.concatenate([start, end]), kind="stable")
    place = np.empty(2 * arcs, dtype=np.int64)
    place[order] = np.arange(2 * arcs)
    to = np.concatenate([end, start])[order]
    back = np.empty(2 * arcs, dtype=np.int64)
    back[place[:arcs]], back[place[arcs:]] = place[arcs:], place[:arcs]
    head = np.searchsorted(np.concatenate([start, end])[order], np.arange(items + 3))
    given = len(implies)
    ends = np.stack([place[given : given + items], place[given + items : arcs]])
    return _Graph(head.astype(np.int64), to.astype(np.int64), back, place[:given], ends)


def reachable(items: int, arcs: Whole) -> moves.Lists:
    """For each item all that it reaches, itself included."""
    beyond: list[list[int]] = [[] for _ in range(items)]
    for a, b in arcs.tolist():
        beyond[a].append(b)
    found = [_closure(item, beyond) for item in range(items)]
    starts = np.cumsum([0, *(len(each) for each in found)])
    return np.array([i for each in found for i in each], dtype=np.int64), starts.astype(np.int64)


def _closure(item: int, beyond: list[list[int]]) -> list[int]:
    seen, stack = {item}, [item]
    while stack:
        for other in beyond[stack.pop()]:
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return sorted(seen)


def _list(lists: moves.Lists, item: int) -> Whole:
    return lists[0][lists[1][item] : lists[1][item + 1]]
