"""One order from several people's estimates, and how far the order depends on whom one asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from northing.science.priorities.ranking import Ranking, rank
from northing.science.priorities.ranks import Floats, Indices, RankTable


@dataclass(frozen=True, slots=True)
class Contested:
    """Two features that people order differently: the chance that two of them, drawn by weight, do so."""

    key: str
    other: str
    chance: float


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """A ranking from several people's scores, their disagreement kept in it.

    ``asked_share``: for each place of ``ranking``, the share of the variance of the feature's rank that comes
    from whom one asks about it; ``differ``: the chance that two people order two features differently, over the
    features compared; ``contested``: pairs that some order differently, the most contested first; ``orders``:
    each person's own ranking of what they have scored.
    """

    ranking: Ranking
    asked_share: Floats
    differ: float
    contested: tuple[Contested, ...]
    orders: Mapping[str, Ranking]


def rank_together(
    keys: Sequence[str],
    scores: Mapping[str, ArrayLike],
    *,
    weights: Mapping[str, float] | None = None,
    top: int = 10,
    seed: int = 1,
) -> Together:
    """Rank features on the mixture of several people's scores: any of them may be right about any feature.

    ``scores``: each person's samples (features x draws), as many draws for all; a feature someone has not
    estimated is a row of NaN. In every draw each feature takes one person's score, chosen by weight among those who
    have one (a linear opinion pool, Stone 1961, for each feature). People are compared on the first 2 ``top`` features
    of the joint order, each by their own mean ranks. Nothing depends on the order of features or people.

    Raises ValueError for shapes that differ, a row that is NaN in part, a feature that nobody has estimated, and
    weights that are none or of nobody.

    >>> high, low = np.full((1, 100), 3.0), np.full((1, 100), 1.0)
    >>> ann, ben = np.vstack([high, low]), np.vstack([low, high])
    >>> found = rank_together(["a", "b"], {"Ann": ann, "Ben": ben, "Cy": ann}, top=1)
    >>> found.ranking.keys, found.contested[0].key, round(found.differ, 2)
    (('a', 'b'), 'a', 0.67)
    """
    names = sorted(scores)
    by_key = np.argsort(np.array(keys))
    samples = _read(keys, {name: scores[name] for name in names})[:, by_key]
    keys = [keys[i] for i in by_key]
    share = _weights(names, weights)
    has = ~np.isnan(samples[:, :, 0])
    if not has.any(axis=0).all():
        raise ValueError(f"scores of {keys[int(has.any(axis=0).argmin())]!r}: nobody has estimated it; leave it out")
    asked = _asked(has, share, samples.shape[2], seed)
    mixed = np.take_along_axis(samples, asked[None], axis=0)[0]
    ranking = rank(keys, mixed, top=top)
    place = {key: i for i, key in enumerate(keys)}
    order = np.array([place[key] for key in ranking.keys])
    orders = {name: _own(keys, samples[i], has[i], top) for i, name in enumerate(names) if has[i].any()}
    differ, contested = _differences(ranking.keys[: 2 * top], orders, dict(zip(names, share, strict=True)))
    return Together(ranking, _asked_share(mixed, asked, len(names))[order], differ, contested, orders)


def _read(keys: Sequence[str], scores: Mapping[str, ArrayLike]) -> Floats:
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in scores.items()}
    if not arrays:
        raise ValueError("scores: nobody has estimated anything; give at least one person's")
    shape = (len(keys), next(iter(arrays.values())).shape[-1] if next(iter(arrays.values())).ndim else 0)
    for name, values in arrays.items():
        if values.shape != shape:
            raise ValueError(f"scores of {name!r} have shape {values.shape}: everyone's must be {shape}")
        missing = np.isnan(values)
        if (missing.any(axis=1) != missing.all(axis=1)).any():
            raise ValueError(f"scores of {name!r}: a feature has some draws that are no number; give all or none")
    return np.stack(list(arrays.values()))


def _weights(names: Sequence[str], weights: Mapping[str, float] | None) -> Floats:
    if weights is None:
        return np.full(len(names), 1 / len(names))
    for name in weights:
        if name not in names:
            raise ValueError(f"weights name {name!r}, of whom there are no scores: give them or leave the weight out")
    found = np.array([weights.get(name, 0.0) for name in names])
    if not (np.isfinite(found).all() and (found >= 0).all() and found.sum() > 0):
        raise ValueError(f"weights {dict(weights)}: they must be finite, 0 or more, and not all 0")
    return np.asarray(found / found.sum())


def _asked(has: NDArray[np.bool_], share: Floats, draws: int, seed: int) -> Indices:
    """Whose score each feature takes in each draw (features x draws)."""
    chances = np.where(has, share[:, None], 0.0)
    # Where all who have estimated a feature have no weight, they count alike.
    chances = np.where(chances.sum(axis=0) > 0, chances, has)
    reached = np.cumsum(chances / chances.sum(axis=0), axis=0)
    points = np.random.default_rng(np.random.SeedSequence(seed)).random((has.shape[1], draws))
    asked = (points[None] >= reached[:-1, :, None]).sum(axis=0)
    last = has.shape[0] - 1 - has[::-1].argmax(axis=0)
    return np.asarray(np.minimum(asked, last[:, None]))


def _own(keys: Sequence[str], samples: Floats, has: NDArray[np.bool_], top: int) -> Ranking:
    return rank([key for key, is_known in zip(keys, has, strict=True) if is_known], samples[has], top=top)


def _asked_share(mixed: Floats, asked: Indices, people: int) -> Floats:
    """Between-person share of the variance of each row's ranks, less what chance alone would give."""
    ranks = _ranks(mixed)
    ranks -= ranks.mean(axis=1, keepdims=True)
    between, groups = np.zeros(len(ranks)), np.zeros(len(ranks))
    for person in range(people):
        chosen = asked == person
        count = chosen.sum(axis=1)
        total = np.where(chosen, ranks, 0.0).sum(axis=1)
        between += np.divide(total**2, count, out=np.zeros_like(total), where=count > 0)
        groups += count > 0
    draws = ranks.shape[1]
    whole = (ranks**2).sum(axis=1)
    noise = (whole - between) * (groups - 1) / np.maximum(draws - groups, 1)
    share = np.divide(between - noise, whole, out=np.zeros_like(whole), where=whole > 0)
    return np.asarray(np.clip(share, 0.0, 1.0))


def _ranks(scores: Floats) -> Floats:
    features, draws = scores.shape
    table = RankTable(features, draws, 1)
    for start in range(0, draws, table.width):
        table.add(scores[:, start : start + table.width])
    return table.ranks / 2


def _differences(
    keys: Sequence[str], orders: Mapping[str, Ranking], share: Mapping[str, float]
) -> tuple[float, tuple[Contested, ...]]:
    """How often two people order two features differently, in all and pair by pair."""
    places = {name: dict(zip(order.keys, order.mean_rank.tolist(), strict=True)) for name, order in orders.items()}
    found, asked = [], []
    for key, other in combinations(keys, 2):
        views = [
            (share[name], np.sign(place[other] - place[key]))
            for name, place in places.items()
            if key in place and other in place
        ]
        pairs = [(one[0] * two[0], one[1] * two[1] < 0) for one, two in combinations(views, 2)]
        weight = sum(pair[0] for pair in pairs)
        if weight > 0:
            asked.append(weight)
            found.append(Contested(key, other, float(sum(pair[0] for pair in pairs if pair[1]) / weight)))
    differ = float(np.average([each.chance for each in found], weights=asked)) if found else 0.0
    contested = [each for each in found if each.chance > 0]
    contested.sort(key=lambda each: (-each.chance, keys.index(each.key), keys.index(each.other)))
    return differ, tuple(contested)
