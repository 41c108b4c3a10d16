"""Trello: the export of a board. In JSON comments and moves stand apart from the cards, in a list of actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings
from northing.exchange.reading import flatten, json_values
from northing.exchange.records import Cells, Layout, SourceRow
from northing.exchange.values import parse_boolean
from northing.exchange.words import translate


def _cards(path: Path, layout: Layout) -> Iterator[SourceRow]:
    """Read the document twice: once for what cards refer to, once for the cards."""
    board = _Board(path, layout)
    number = 0
    for place, card in json_values(path, layout):
        if place == "cards[]" and isinstance(card, dict):
            number += 1
            yield SourceRow(number, board.cells(card), details=board.details(card))


class _Board:
    def __init__(self, path: Path, layout: Layout) -> None:
        self._names: dict[str, dict[str, str]] = defaultdict(dict)
        self._checklists: dict[str, list[str]] = defaultdict(list)
        self._actions: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._options: dict[str, str] = {}
        self._closed: set[str] = set()
        self._board = ""
        for place, value in json_values(path, layout):
            if place == "name":
                self._board = str(value)
            elif isinstance(value, dict):
                self._keep(place, value)

    def _keep(self, place: str, value: dict[str, Any]) -> None:
        if place == "lists[]" and value.get("closed"):
            self._closed.add(str(value.get("id")))
        if place == "customFields[]":
            self._options |= dict(_options(value))
        if place in ("lists[]", "labels[]", "customFields[]"):
            self._names[place][str(value.get("id"))] = str(value.get("name") or value.get("color") or "")
        elif place == "members[]":
            self._names[place][str(value.get("id"))] = str(value.get("fullName") or value.get("username") or "")
        elif place == "checklists[]":
            entries = [item for item in value.get("checkItems") or () if isinstance(item, dict)]
            self._checklists[str(value.get("idCard"))] += [
                f"[{'x' if item.get('state') == 'complete' else ' '}] {value.get('name')}: {item.get('name')}"
                for item in entries
            ]
        elif place == "actions[]" and isinstance(value.get("data"), dict):
            card = value["data"].get("card")
            if isinstance(card, dict) and value.get("type") in ("commentCard", "updateCard", "createCard"):
                self._actions[str(card.get("id"))].append(value)

    def cells(self, card: dict[str, Any]) -> Cells:
        cells = flatten(card)
        lists = self._names["lists[]"]
        cells["list"] = lists.get(str(card.get("idList")), "")
        cells["members"] = [self._names["members[]"].get(str(member), "") for member in card.get("idMembers") or ()]
        cells["labels"] = [_label(label) for label in card.get("labels") or () if isinstance(label, dict)] or [
            self._names["labels[]"].get(str(label), "") for label in card.get("idLabels") or ()
        ]
        if checklist := self._checklists.get(str(card.get("id"))):
            cells["checklist"] = checklist
        for item in card.get("customFieldItems") or ():
            if isinstance(item, dict):
                name = self._names["customFields[]"].get(str(item.get("idCustomField")), "")
                cells[name or "custom field"] = self._value(item)
        cells["created"] = _created(str(card.get("id", "")))
        cells["board"] = self._board
        return cells

    def details(self, card: dict[str, Any]) -> dict[str, Any]:
        actions = sorted(self._actions.get(str(card.get("id")), ()), key=lambda action: str(action.get("date")))
        found: dict[str, Any] = {}
        if comments := [_comment(action) for action in actions if action.get("type") == "commentCard"]:
            found["comments"] = comments
        steps = [step for action in actions if (step := _step(action))]
        if first := _where_it_began(card, actions, steps):
            steps.insert(0, first)
        if steps:
            found["state_times"] = steps
        if (card.get("closed") or str(card.get("idList")) in self._closed) and self._category(card) != "done":
            found |= {"resolution": "archived", "status_category": "cancelled"}
        return found

    def _category(self, card: dict[str, Any]) -> str | None:
        return translate("work_item_status", self._names["lists[]"].get(str(card.get("idList")), ""))

    def _value(self, item: dict[str, Any]) -> str:
        """A custom field's value; that of a drop-down refers to one of the field's options."""
        if isinstance(item.get("value"), dict):
            return str(next(iter(item["value"].values()), ""))
        return self._options.get(str(item.get("idValue")), "")


def _options(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for option in field.get("options") or ():
        if isinstance(option, dict) and isinstance(option.get("value"), dict):
            yield str(option.get("id")), str(option["value"].get("text") or "")


def _where_it_began(
    card: dict[str, Any], actions: list[dict[str, Any]], steps: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The list in which a card was before its first move, where the export no longer has its creation."""
    move = next((action for action in actions if action.get("type") == "updateCard" and _step(action)), None)
    before = move["data"].get("listBefore") if move else None
    began = parse_datetime(_created(str(card.get("id", ""))))
    if not isinstance(before, dict) or not began or not move or _step(move) != steps[0]:
        return None
    if began > steps[0]["entered_at"]:
        return None
    state = str(before.get("name") or "")
    return {"state": state, "category": translate("work_item_status", state), "entered_at": began}


def _label(label: dict[str, Any]) -> str:
    return str(label.get("name") or label.get("color") or "")


def _created(identifier: str) -> str:
    """The first eight hexadecimal digits of an id are the second in which it was given."""
    try:
        return datetime.fromtimestamp(int(identifier[:8], 16), UTC).isoformat() if len(identifier) == 24 else ""
    except ValueError:
        return ""


def _comment(action: dict[str, Any]) -> dict[str, Any]:
    author = action.get("memberCreator")
    return {
        "author": str(author.get("fullName") or author.get("username") or "") if isinstance(author, dict) else "",
        "created_at": parse_datetime(str(action.get("date"))),
        "text": str(action["data"].get("text") or ""),
    }


def _step(action: dict[str, Any]) -> dict[str, Any] | None:
    entered = action["data"].get("listAfter" if action.get("type") == "updateCard" else "list")
    moment = parse_datetime(str(action.get("date")))
    if action.get("type") == "commentCard" or not isinstance(entered, dict) or not moment:
        return None
    if action.get("type") == "updateCard" and "listBefore" not in action["data"]:
        return None
    state = str(entered.get("name") or "")
    return {"state": state, "category": translate("work_item_status", state), "entered_at": moment}


TRELLO = Dialect(
    name="trello-json",
    title="Trello board export",
    source="trello",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("id list, list"), headers("name")),
    signs=headers("id board, short link, pos"),
    least=0.7,
    kinds=JSON,
    records="cards[]",
    columns=meanings(
        title="name",
        body="desc",
        status="list",
        labels="labels",
        assignee="members",
        due="due",
        updated="date last activity",
        url="url",
        created="created",
        votes="badges votes",
        project="board",
        finished="date completed",
        started="start",
        aside="""
        id short, short url, short link, closed, labels name, labels id, email, labels uses,
        attachments url, attachments name, attachments date, checklist
    """,
    ),
    ids=(("id",), ("short link",)),
    list_caps={"actions[]": 1000, "cards[]": 1000},
    rows=_cards,
)


def _archived(row: SourceRow) -> dict[str, Any]:
    """An archived card is cancelled, unless it stood among what is done."""
    done = translate("work_item_status", str(row.values.get("List Name") or "")) == "done"
    is_archived = parse_boolean(str(row.values.get("Archived") or "")) and not done
    return {"resolution": "archived", "status_category": "cancelled"} if is_archived else {}


TRELLO_TABLE = Dialect(
    name="trello-csv",
    title="Trello board export",
    source="trello",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("card id"), headers("card name"), headers("list name")),
    least=0.95,
    kinds=TABLES,
    columns=meanings(
        title="card name",
        body="card description",
        status="list name",
        assignee="members",
        updated="last activity date",
        url="card url",
        project="board name",
        started="start date",
        votes="vote count",
        aside="archived, due complete, list id, board id, checklist item total count, comment count, attachment count",
    ),
    ids=(("card id",),),
    details=_archived,
)
