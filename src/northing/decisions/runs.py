"""Stored computations: what makes two of them equal, and how each kind is repeated."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a computation gave: a JSON value without samples; bound and gap where there is an optimum."""

    result: Any
    status: str = "done"
    bound: float | None = None
    gap: float | None = None


Compute = Callable[[Any, Mapping[str, Any], int], Outcome]


@dataclass(frozen=True, slots=True)
class RunKind:
    """A kind of computation: `compute(inputs, parameters, seed)` must give the same outcome for the same arguments.

    `engine` names the version of the method; a new one makes new runs of the same inputs.
    """

    name: str
    engine: str
    compute: Compute


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything a run depends on: frozen JSON inputs and parameters, and a seed."""

    kind: str
    inputs: Any
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0

    def digest(self, engine: str) -> str:
        """SHA-256 over kind, engine, inputs, parameters and seed, whatever the order of keys.

        >>> one = Recipe("ranking", {"a": 1, "b": 2}, seed=7).digest("1")
        >>> one == Recipe("ranking", {"b": 2, "a": 1}, seed=7).digest("1"), one == Recipe("ranking", {}).digest("1")
        (True, False)
        """
        content = [self.kind, engine, self.inputs, self.parameters, self.seed]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


_kinds: dict[str, RunKind] = {}


def register_run_kind(kind: RunKind) -> None:
    """Make a kind known, so that its runs can be made and repeated. Its module calls this once, at import."""
    if kind.name in _kinds:
        raise ValueError(f"run kind {kind.name!r} is registered already")
    _kinds[kind.name] = kind


def kind_named(name: str) -> RunKind:
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"run kind {name!r} is not known; use one of: {', '.join(sorted(_kinds))}") from None


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two JSON values differ, numbers to a relative 1e-9 (other platforms round the last digit differently).

    >>> differences([1, 2.0], [1, 2.0000000000001]), differences({"ranks": [1, 2]}, {"ranks": [1, 3]})
    ([], ['ranks.1: 2 is now 3'])
    """
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [line for key in one for line in differences(one[key], other[key], f"{path}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            line
            for place, pair in enumerate(zip(one, other, strict=True))
            for line in differences(*pair, f"{path}.{place}")
        ]
    if _is_number(one) and _is_number(other):
        same = math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    else:
        same = one == other
    return [] if same else [f"{path.lstrip('.')}: {one!r} is now {other!r}"]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
