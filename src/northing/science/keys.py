"""Keys by which the parts of an input name each other: each once, and only those that are there."""

from __future__ import annotations

from collections.abc import Iterable


def require_unique(name: str, keys: Iterable[str]) -> set[str]:
    """The keys as a set. Raises ValueError with the first that comes twice.

    >>> sorted(require_unique("tasks", ["design", "build"]))
    ['build', 'design']
    """
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ValueError(f"{name} has {key!r} twice: keys must differ")
        seen.add(key)
    return seen


def require_known(name: str, key: str, keys: Iterable[str], whole: str) -> None:
    """Raises ValueError for a key that names nothing in the whole (the "plan", the "problem")."""
    if key not in keys:
        raise ValueError(f"{name} names {key!r}, which is not in the {whole}: add it or remove the reference")
