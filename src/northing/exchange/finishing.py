"""What follows from a record's own values: categories from status words, dates from state times, required text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from northing.exchange.fields import DERIVED_WORD, TARGETS
from northing.exchange.numbers import currency_in
from northing.exchange.records import Problem, Record, RecordType
from northing.exchange.values import estimate_unit
from northing.exchange.words import translate

_TITLE_CHARACTERS = 120
_EMAILS = {
    "author": "contact_email",
    "reporter": "reporter_email",
    "assignee": "assignee_email",
    "owner": "owner_email",
}


def finish(record: Record, record_type: RecordType, constants: Mapping[str, Any]) -> None:
    """Complete a record in place, and add a problem where it says nothing at all."""
    values = record.values
    _derive_word(values, record_type)
    _take_emails(values, record_type)
    if record_type == "work_item":
        _from_state_times(values)
        if "finished_at" in values:
            values.setdefault("status_category", "done")
        _estimate(values, constants)
        if (
            values.get("status_category") == "done"
            and translate("work_item_status", values.get("resolution", "")) == "cancelled"
        ):
            values["status_category"] = "cancelled"
    if record_type == "feature":
        _put_off(record)
    if record_type == "feedback":
        if currency := values.get("account_currency"):
            values["account_currency"] = currency_in(currency) or currency
        _require_text(record)
    else:
        _require_title(record)


def _put_off(record: Record) -> None:
    """What is parked is new, and for later where nothing else says when."""
    values = record.values
    status = values.get("status", "")
    is_timed = values.get("target_date") or values.get("target_text")
    if values.get("status_category") == "new" and not is_timed and translate("not_now", status):
        values["target_text"] = "later"
        record.unread += (Problem("status", status[:80], "is for later, which becomes the target"),)


def _derive_word(values: dict[str, Any], record_type: RecordType) -> None:
    name = DERIVED_WORD[record_type]
    if name not in values and "status" in values:
        vocabulary = TARGETS[record_type][name].vocabulary or ""
        if word := translate(vocabulary, values["status"]):
            values[name] = word


def _take_emails(values: dict[str, Any], record_type: RecordType) -> None:
    for person, email in _EMAILS.items():
        name = values.get(person)
        if name and email not in values and email in TARGETS[record_type] and "@" in name and " " not in name:
            values[email] = name


def _from_state_times(values: dict[str, Any]) -> None:
    """First entry into work, and last into done where the item still is done. It was there at its first step."""
    steps = values.get("state_times") or []
    started = [step["entered_at"] for step in steps if step["category"] == "in_progress"]
    done = [step["entered_at"] for step in steps if step["category"] == "done"]
    if started:
        values.setdefault("started_at", started[0])
    if done and values.get("status_category") == "done":
        values.setdefault("finished_at", done[-1])
    if steps:
        values.setdefault("created_at", steps[0]["entered_at"])
        values.setdefault("updated_at", steps[-1]["entered_at"])


def _estimate(values: dict[str, Any], constants: Mapping[str, Any]) -> None:
    if "estimate" not in values:
        return
    for name, value in constants.items():
        values.setdefault(name, value)
    if unit := values.get("estimate_unit"):
        values["estimate_unit"] = estimate_unit(unit) or unit
    if values.get("estimate_unit") == "seconds":
        values["estimate"] /= 3600
        values["estimate_unit"] = "hours"


def _require_text(record: Record) -> None:
    if "text" in record.values:
        return
    if title := record.values.get("title"):
        record.values["text"] = title
    else:
        record.problems += (Problem("text", "", "empty"),)


def _require_title(record: Record) -> None:
    if "title" in record.values:
        return
    if text := record.values.get("description"):
        record.values["title"] = text.splitlines()[0][:_TITLE_CHARACTERS]
    else:
        record.problems += (Problem("title", "", "empty"),)
