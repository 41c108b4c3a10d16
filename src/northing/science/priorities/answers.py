"""What people's answers say about a feature, with the doubt that few answers leave: Kano, MoSCoW, opportunity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from northing.science.priorities.ranking import LEVELS, Ranking, rank
from northing.science.priorities.ranks import Floats

DRAWS = 4_000
PRIOR = 0.5  # Jeffreys' prior: half an answer of each kind

Interval = tuple[float, float, float]


class Kano(StrEnum):
    """What having a feature, or not having it, does to satisfaction (Kano et al. 1984)."""

    ATTRACTIVE = "attractive"
    ONE_DIMENSIONAL = "one-dimensional"
    MUST_BE = "must-be"
    INDIFFERENT = "indifferent"
    REVERSE = "reverse"
    QUESTIONABLE = "questionable"


class Moscow(StrEnum):
    """How much a feature is needed (Clegg and Barker 1994)."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"
    WONT = "won't"


@dataclass(frozen=True, slots=True)
class KanoClass:
    """A feature's class, the most frequent one among all who could have been asked.

    ``chance``: that it is the most frequent; ``chances``: the same for every class. ``better``: the satisfaction that
    having it adds, (A + O) / (A + O + M + I), ``worse``: that lacking it takes, -(O + M) / (A + O + M + I) (Berger
    et al. 1993), each as P10, P50, P90.
    """

    key: str
    kind: Kano
    chance: float
    chances: Mapping[Kano, float]
    better: Interval
    worse: Interval
    answers: int


@dataclass(frozen=True, slots=True)
class MoscowClass:
    """A feature's class: that of the median of all who could have voted.

    ``chance``: that the median is there; ``chances``: the same for every class; ``shares``: of the votes given.
    """

    key: str
    kind: Moscow
    chance: float
    chances: Mapping[Moscow, float]
    shares: Mapping[Moscow, float]
    answers: int


@dataclass(frozen=True, slots=True, eq=False)
class MoscowResult:
    """Features with their classes in the order of need (must 3, should 2, could 1, won't 0), and that ranking."""

    classes: tuple[MoscowClass, ...]
    ranking: Ranking


_ROWS = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
_LETTERS = dict(zip("AOMIRQ", Kano, strict=True))
_EVALUATION = [[_LETTERS[letter] for letter in row] for row in _ROWS]


def kano(answers: Mapping[str, Sequence[tuple[int, int]]], *, seed: int = 1) -> tuple[KanoClass, ...]:
    """Classify features by pairs of answers, in the order given.

    Each pair answers "if you had it?" and "if you had it not?": 1 like, 2 expect, 3 neutral, 4 can live with, 5
    dislike. Classes by the usual table of evaluation; shares are uncertain as after n answers of a larger crowd
    (Dirichlet posterior, 4,000 draws; each feature's depend on its own answers and the seed alone).

    Raises ValueError for an answer that is not from 1 to 5.

    >>> found = kano({"undo": [(2, 5)] * 9 + [(3, 3)]})[0]
    >>> str(found.kind), found.chance > 0.99, round(found.worse[1], 2)
    ('must-be', True, -0.85)
    """
    return tuple(_kano(key, given, seed) for key, given in answers.items())


def _kano(key: str, given: Sequence[tuple[int, int]], seed: int) -> KanoClass:
    kinds = list(Kano)
    counts = np.zeros(len(kinds))
    for functional, dysfunctional in given:
        if not (functional in range(1, 6) and dysfunctional in range(1, 6)):
            raise ValueError(f"answers of {key!r}: ({functional}, {dysfunctional}); each must be a number from 1 to 5")
        counts[kinds.index(_EVALUATION[functional - 1][dysfunctional - 1])] += 1
    shares = _shares(counts, seed)
    chances = np.bincount(shares.argmax(axis=1), minlength=len(kinds)) / DRAWS
    attractive, one_dimensional, must_be, indifferent = shares[:, :4].T
    whole = attractive + one_dimensional + must_be + indifferent
    best = int(chances.argmax())
    return KanoClass(
        key=key,
        kind=kinds[best],
        chance=float(chances[best]),
        chances=dict(zip(kinds, chances.tolist(), strict=True)),
        better=_interval((attractive + one_dimensional) / whole),
        worse=_interval(-(one_dimensional + must_be) / whole),
        answers=len(given),
    )


def moscow(votes: Mapping[str, Sequence[Moscow | str]], *, top: int = 10, seed: int = 1) -> MoscowResult:
    """Classify features by votes, and rank them by how much they are needed.

    Classes have an order, so the middle vote decides, not the most frequent one: four "must" against three "could" and
    three "won't" make a "could". The doubt is that of a Dirichlet posterior, as for `kano`.

    Raises ValueError for a vote that is no class, and where there is no feature.

    >>> found = moscow({"undo": ["must"] * 8 + ["should"], "themes": ["could"] * 5 + ["won't"] * 4})
    >>> [(one.key, str(one.kind), round(one.chance, 2)) for one in found.classes]
    [('undo', 'must', 0.97), ('themes', 'could', 0.73)]
    """
    kinds = list(Moscow)
    found: dict[str, MoscowClass] = {}
    needs = []
    for key, given in votes.items():
        counts = np.zeros(len(kinds))
        for vote in given:
            if vote not in kinds:
                raise ValueError(f"votes of {key!r}: {vote!r}; each must be one of {', '.join(kinds)}")
            counts[kinds.index(Moscow(vote))] += 1
        shares = _shares(counts, seed)
        middle = (np.cumsum(shares, axis=1) < 0.5).sum(axis=1)
        chances = np.bincount(middle, minlength=len(kinds)) / DRAWS
        best = int(chances.argmax())
        given_shares = counts / max(len(given), 1)
        found[key] = MoscowClass(
            key=key,
            kind=kinds[best],
            chance=float(chances[best]),
            chances=dict(zip(kinds, chances.tolist(), strict=True)),
            shares=dict(zip(kinds, given_shares.tolist(), strict=True)),
            answers=len(given),
        )
        needs.append(_shares(counts, seed, key) @ np.array([3.0, 2.0, 1.0, 0.0]))
    ranking = rank(list(votes), np.stack(needs) if needs else np.empty((0, DRAWS)), top=top)
    return MoscowResult(tuple(found[key] for key in ranking.keys), ranking)


def opportunity_samples(ratings: Mapping[str, Sequence[int]], *, draws: int, seed: int = 1) -> Floats:
    """Samples of importance, or of satisfaction, from ratings of 1 to 5: ten times the share of 4 and 5 (Ulwick 2005).

    Shape (features x draws), in the order given, for `prioritise` with the method ``OPPORTUNITY``; the doubt is that of
    a beta posterior. Give importance and satisfaction seeds of their own.

    Raises ValueError for a rating that is not from 1 to 5, and less than one draw.

    >>> samples = opportunity_samples({"undo": [5, 5, 4, 2], "themes": [1, 2, 3, 5]}, draws=2000)
    >>> samples.mean(axis=1).round(0).tolist()
    [7.0, 3.0]
    """
    if draws < 1:
        raise ValueError(f"draws: {draws}; at least 1 is needed")
    rows = []
    for key, given in ratings.items():
        if not all(rating in range(1, 6) for rating in given):
            raise ValueError(f"ratings of {key!r}: {list(given)}; each must be a number from 1 to 5")
        high = sum(rating >= 4 for rating in given)
        rows.append(10 * _random(seed, key).beta(high + PRIOR, len(given) - high + PRIOR, draws))
    return np.array(rows).reshape(len(rows), draws)


def _shares(counts: Floats, seed: int, key: str = "") -> Floats:
    """Draws of the shares of all who could have answered (draws x kinds)."""
    return _random(seed, key).dirichlet(counts + PRIOR, DRAWS)


def _random(seed: int, key: str) -> np.random.Generator:
    """A stream of draws for each key, whatever others there are."""
    return np.random.default_rng(np.random.SeedSequence([seed, *key.encode()]))


def _interval(values: ArrayLike) -> Interval:
    low, middle, high = np.quantile(np.asarray(values), LEVELS).tolist()
    return low, middle, high
