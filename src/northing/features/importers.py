"""How features from files become records, and their numbers estimates."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from northing.access.actor import Actor
from northing.decisions.public import can_be_read, estimate_text, estimate_typed, estimates_joined, is_doubtful
from northing.exchange.numbers import parse_number
from northing.features.horizons import definite, horizon
from northing.features.models import Feature
from northing.features.planning import widened
from northing.features.prioritise.scales import SCALES
from northing.insight.public import fit
from northing.kit.changes import ChangeSession
from northing.kit.importing.importers import Brought, Importer, Joined, Said, importers, shorten
from northing.kit.record_types import Values, registry
from northing.ui.formats import day

_RENAMED = {"status_category": "status", "status": "status as given", "target_date": "target"}
_QUANTITIES = ("impact", "reach", "effort", "value")
_TOO_LARGE = 1e12
_LONGEST_NAMES = {"product": 120, "team": 120, "theme": 200}
_IMPACTS = dict(zip(("tiny", "low", "medium", "high", "huge"), SCALES["impact"].steps, strict=True))
"""Steps of the scale by the words that files have for them."""


def adapt_feature(canonical: dict[str, Any]) -> dict[str, Any]:
    """Values of a feature from the canonical ones; numbers to be estimated, votes and comments have no field.

    >>> adapt_feature({"title": "Sync", "status": "Doing", "status_category": "in_delivery"})["status"]
    'in_delivery'
    """
    values = {_RENAMED.get(name, name): value for name, value in canonical.items()}
    if "target" in values:  # a day, words or nothing yet: one of them is how it stands
        values.setdefault("target_text", "")
    if email := values.pop("owner_email", None):
        values["owner"] = email
    for name, longest in _LONGEST_NAMES.items():
        shorten(values, name, longest)
    return fit(registry.of(Feature), values)


def estimate_imported(change: ChangeSession, brought: Sequence[Brought]) -> None:
    """Enter effort, reach, impact and value of what was imported as estimates, in the import's own change."""
    rows = [row for one in brought for row in _news(one.record.pk, one.canonical, one.before)]
    change.create(registry.named("estimate"), rows)
    estimate_typed(change, brought)


def joined(actor: Actor, said: Said) -> Mapping[int, Mapping[str, Joined]]:
    """What becomes of estimates that the file says otherwise than the last time, where people have given some too."""
    return estimates_joined(actor, [row for pk, words in said.items() for row in _news(pk, *words)])


def _news(feature_id: int, canonical: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Values]:
    """The estimates of what the file says otherwise than the last time: the same number again is no second opinion."""
    rows = list(_estimates(feature_id, canonical))
    news = {name for name in (*_QUANTITIES, "confidence") if canonical.get(name) != before.get(name)}
    if "confidence" in news:  # it makes the width of another number too
        news |= {row["quantity"] for row in rows if "basis" in row}
    return (row for row in rows if row["quantity"] in news)


def _estimates(feature_id: int, canonical: Mapping[str, Any]) -> Iterator[Values]:
    """Estimates of one feature. An imported confidence sets the width of one number of them, once; it is also kept
    as it is, for the classic order."""
    entries = {name: _entry(name, canonical.get(name)) for name in _QUANTITIES}
    numbers = {name: entry for name, entry in entries.items() if entry is not None and not _rule(name, entry)}
    confidence = canonical.get("confidence")
    confidence = confidence if confidence is not None and 0 <= confidence <= 1 else None
    amounts = {name: _amount(name, number) for name, number in numbers.items()}
    widest = next((name for name, amount in amounts.items() if amount > 0), None)
    common = {"about": feature_id, "method": "imported"}
    for name, number in numbers.items():
        row = common | {"quantity": name, "entered": _as_text(number)}
        if confidence is not None and name == widest:
            low, likely, high = widened(amounts[name], confidence)
            row |= {"p10": low, "p50": likely, "p90": high, "basis": f"imported with a confidence of {confidence:.0%}"}
        yield row
    if confidence is not None:
        yield common | {"quantity": "confidence", "p10": confidence, "p50": confidence, "p90": confidence}


def _entry(name: str, value: Any) -> Any:
    """What is entered for a value of the file: a step of the scale for a word such as high."""
    step = _IMPACTS.get(value) if name == "impact" and isinstance(value, str) else None
    return float(step.entered) if step else value


def _amount(name: str, number: Any) -> float:
    """What a bare number amounts to, `30k` too; 0 for a size, a range or a number with its unit."""
    if isinstance(number, str):
        return 0.0 if name == "effort" else parse_number(number) or 0.0
    return float(number)


def _as_text(number: Any) -> str:
    return number if isinstance(number, str) else f"{number:.12g}"


def read_as(name: str, value: Any, currency: str) -> str:
    """How a cell of a quantity, or of a target in words, is read; empty for what is neither.

    >>> read_as("impact", "high", "EUR"), read_as("title", "high", "EUR")
    ('2 (1.2–3.6)', '')
    """
    if name == "target_text" and isinstance(value, str):
        return _until(value)
    entry = _entry(name, value)
    if name not in _QUANTITIES or entry is None or _rule(name, entry):
        return ""
    return estimate_text(name, _as_text(entry), currency)


def _until(words: str) -> str:
    """A target in words with its year and its last day; empty for words that are none."""
    today = date.today()  # noqa: DTZ011 - as the field itself reads them
    try:
        end = horizon(words, today).end
        return f"{definite(words, today)}, {f'until {day(end)}' if end else 'without an end'}"
    except ValueError:
        return ""


def doubt(name: str, value: Any) -> str:
    """Why a value of the file, which is taken in, is hardly what was meant; empty where nothing speaks against it.

    >>> doubt("effort", "30k"), doubt("effort", 30.0)
    ('is read as more than 20 years of work', '')
    """
    entry = _entry(name, value)
    usable = name in _QUANTITIES and entry is not None and not _rule(name, entry)
    return "is read as more than 20 years of work" if usable and is_doubtful(name, _as_text(entry)) else ""


def unusable(name: str, value: Any) -> str:
    """By which rule a value of the file cannot be an estimate; empty where it can, or is no estimate at all.

    >>> unusable("effort", -4.0), unusable("value", -4.0), unusable("title", -4.0)
    ('is below 0, which no effort is', '', '')
    """
    return _rule(name, _entry(name, value)) if name in _QUANTITIES else ""


def _rule(name: str, number: Any) -> str:
    if isinstance(number, str):
        return "" if can_be_read(name, number) else "cannot be read as an estimate"
    if not isinstance(number, (int, float)) or not math.isfinite(number) or abs(number) >= _TOO_LARGE:
        return "is too large for an estimate"
    return f"is below 0, which no {name} is" if number < 0 and name != "value" else ""


importers.register(
    "feature",
    Importer(
        adapt=adapt_feature,
        makes=("product", "team", "theme"),
        optional=("owner", "area", "parent", "target_text"),
        after=estimate_imported,
        by_title=True,
        read_as=read_as,
        unusable=unusable,
        doubt=doubt,
        joined=joined,
        way_out="a bare number is days; mend the file, or the sizing grid under “Show those that have one”",
        status="status",
    ),
)
importers.register("work_package", Importer(adapt=dict, after=estimate_typed))
