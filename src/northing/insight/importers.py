"""How feedback from files becomes records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from northing.insight.fitting import fit
from northing.insight.jobs import tidy_soon
from northing.insight.models import Feedback, State
from northing.insight.rules import title_from, whole_words
from northing.kit.changes import ChangeSession
from northing.kit.importing.importers import Brought, Importer, importers, shorten
from northing.kit.record_types import registry

_RENAMED = {"origin": "source", "contact_email": "author_email"}
_LONGEST_NAMES = {"account": 200, "product": 120}


def adapt_feedback(canonical: dict[str, Any]) -> dict[str, Any]:
    """Values of feedback from the canonical ones. Whoever gave only an address is known by it.

    >>> adapt_feedback({"text": "Export fails\\nagain", "reactions": 3.0, "contact_email": "kim@example.com"})["title"]
    'Export fails'
    """
    values = {_RENAMED.get(name, name): value for name, value in canonical.items()}
    values["author"] = values.get("author") or values.get("author_email")
    if not values.get("title"):
        values["title"] = title_from(values.get("text") or "")
    elif not values.get("text"):
        values["text"] = values["title"]
    else:
        values["title"] = whole_words(values["title"], values["text"])
    if values.get("state") == State.SNOOZED:  # other tools do not say until when
        values["state as given"], values["state"] = values["state"], State.NEW
    if (votes := values.pop("reactions", None)) is not None:
        values["votes" if votes >= 0 else "votes as given"] = round(votes)
    for name, longest in _LONGEST_NAMES.items():
        shorten(values, name, longest)
    return fit(registry.of(Feedback), values)


def read_as(name: str, value: Any, currency: str) -> str:
    """How a cell of revenues is read, in words; empty for any other. Cells name their currency themselves.

    >>> read_as("revenue", 14400.0, "EUR"), read_as("title", "Export fails", "EUR")
    ('14,400 a year', '')
    """
    is_revenue = name in ("account_revenue", "revenue") and isinstance(value, (int, float))
    return f"{value:,.12g} a year" if is_revenue else ""


def look_soon(change: ChangeSession, brought: Sequence[Brought]) -> None:
    """What follows an import: near-duplicates are folded and themes proposed."""
    if brought:
        tidy_soon(change.actor)


_SAID_OF_ACCOUNTS = {"account_tier": "tier", "account_revenue": "revenue", "account_currency": "currency"}

importers.register(
    "feedback",
    Importer(
        adapt=adapt_feedback,
        makes=("account", "product"),
        after=look_soon,
        status="state",
        of_closed="A closed ticket is new here until somebody has read it for the product. If that is done, choose"
        " Processed for its status.",
        tells={"account": _SAID_OF_ACCOUNTS},
        read_as=read_as,
    ),
)
importers.register(
    "account",
    Importer(
        adapt=dict,
        optional=("owner",),
        meanings={
            "name": ("account", "customer", "title"),
            "tier": ("tier",),
            "revenue": ("revenue",),
            "currency": ("currency",),
        },
        folds=True,
        read_as=read_as,
    ),
)
