"""Garbage collection while rows go by."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (50_000, 20, 100)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cycles less often: rows are made by the thousand and are in none, and looking at them again and again
    takes a fifth of an import's time.

    >>> with seldom_collecting():
    ...     gc.get_threshold()
    (50000, 20, 100)
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
