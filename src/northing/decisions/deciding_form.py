"""What the page Decide holds: a decision as it stands or as somebody typed it, with what is wrong beside each field."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from northing.access.actor import Actor
from northing.decisions import limits, queries
from northing.decisions.models import Decision
from northing.decisions.moving import Move
from northing.decisions.naming import records_named
from northing.decisions.quantities import named_by, quantity_named
from northing.decisions.rules import MeasureValue, day_of, fires, option_faults
from northing.kit.problems import BadValue, Problem
from northing.kit.reading import labels_of_any
from northing.kit.record_types import registry
from northing.kit.titles import record_named
from northing.kit.views.doors import whole

ROLES = {
    "driver": "Drives it",
    "approver": "Approves",
    "contributors": "Contribute",
    "informed": "Are told",
}
OF_ONE = ("driver", "approver")
TEXTS = ("context", "forecast", "review_at")
_OPTION, _TRIGGER = ("title", "for", "against"), ("name", "record", "is", "value")
_ROOM, _MORE = 6, 2  # options there is room for at least, and blank ones at least
_ROW = re.compile(r"title-(\d{1,3})")


@dataclass
class DecidingForm:
    """Everything as text, as it stands in the fields; `faults` are rules by field (`option-0`, `context`)."""

    version: str
    options: list[dict[str, Any]]
    texts: dict[str, str]
    triggers: list[dict[str, str]]
    roles: dict[str, list[str]]
    chosen: str = ""
    stay: set[int] = field(default_factory=set)  # options whose day is not to be moved with the decision
    more: list[int] = field(default_factory=list)  # records that it is to rest on as well
    unknown: str = ""  # what was typed to name them, and does not
    without: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def picked(self) -> str:
        """The title of the option that is marked; empty for none."""
        place = whole(self.chosen)
        return self.options[place]["title"] if place is not None and place < len(self.options) else ""

    @property
    def is_moving(self) -> bool:
        """Whether the day that the marked option moves is to be moved with the decision."""
        place = whole(self.chosen)
        return bool(self.picked and place not in self.stay and "moves" in self.options[place or 0])

    @property
    def kept(self) -> list[int]:
        """The records that it is to rest on as well, without those that are left out again."""
        return [pk for pk in self.more if str(pk) not in self.without]

    def rest_on(self, actor: Actor, text: str) -> None:
        """Take up the records that a text names; one that names none is kept as it was typed."""
        try:
            self.more += records_named(actor, text)
        except BadValue as error:
            self.unknown = ", ".join(filter(None, [self.unknown, text]))
            self.faults["evidence"].append(str(error))

    def option_rows(self, moves: Sequence[Move | None]) -> list[dict[str, Any]]:
        """The options with what they move, and room for more."""
        known = [
            {**option, "move": move, "stays": place in self.stay}
            for place, (option, move) in enumerate(zip(self.options, moves, strict=True))
        ]
        return self._rows("option", known, max(_MORE, _ROOM - len(self.options)))

    @property
    def trigger_rows(self) -> list[dict[str, Any]]:
        return self._rows("trigger", self.triggers, _MORE)

    def _rows(self, word: str, rows: Sequence[Mapping[str, Any]], blanks: int) -> list[dict[str, Any]]:
        ids = [f"{word}-{number}" for number in range(len(rows) + blanks)]
        return [
            {**row, "number": number, "id": one, "faults": self.faults.get(one)}
            for number, (one, row) in enumerate(zip(ids, [*rows, *[{}] * blanks], strict=True))
        ]

    def values(self, actor: Actor, decision: Decision) -> dict[str, Any]:
        """The decision's fields, as the change mechanism takes them; what cannot be read is among the faults."""
        self._check_options()
        for name in TEXTS:
            try:
                registry.of(Decision).specs[name].clean(self.texts[name])
            except BadValue as error:
                self.faults[name].append(str(error))
        roles = {name: [pk for one in ids if (pk := whole(one))] for name, ids in self.roles.items()}
        return {
            "options": [option for option in self.options if option["title"]],
            "roles": {name: ids[0] if name in OF_ONE else ids for name, ids in roles.items() if ids},
            "triggers": self._read_triggers(actor, decision),
            **self.texts,
        }

    def _check_options(self) -> None:
        for place, option in enumerate(self.options):
            if "moves" in option and day_of(option["moves"]["to"]) is None:
                self.faults[f"option-{place}"].append("say to which day it moves, such as 2027-02-28")
            if not option["title"] and any(option[name] for name in _OPTION):
                self.faults[f"option-{place}"].append("give this option a name, or empty its other fields")
        places = [place for place, option in enumerate(self.options) if option["title"]]
        for place, rule in option_faults([self.options[place] for place in places]):
            self.faults[f"option-{places[place]}"].append(rule)

    def _read_triggers(self, actor: Actor, decision: Decision) -> list[dict[str, Any]]:
        found = []
        for place, row in enumerate(self.triggers):
            try:
                trigger, now = _trigger(actor, row)
            except BadValue as error:
                self.faults[f"trigger-{place}"].append(str(error))
                continue
            if now is not None and fires(trigger, now.p50):
                trigger["passed"] = True
                self._ask_of_passed(row, place, now)
            # Words that came with a trigger hold for it as long as it stays as it was.
            found.append(next((old for old in decision.triggers if {**old, **trigger} == old), trigger))
        return found

    def _ask_of_passed(self, row: dict[str, str], place: int, now: MeasureValue) -> None:
        """A limit that its number is beyond already is a slip, unless somebody says it is meant."""
        row["is_now"] = limits.likely_in_words(now)
        if not row.get("meant"):
            rule = f"it is {row['is_now']} already; set another limit, or tick that you mean this one"
            self.faults[f"trigger-{place}"].append(rule)

    def place(self, problems: Iterable[Problem]) -> None:
        """Put what the change mechanism refused beside its field, or on top with the field's name."""
        for problem in problems:
            if problem.field in (*TEXTS, "options", "roles", "triggers", "evidence", "choice"):
                self.faults[problem.field].append(problem.rule)
            else:
                spec = registry.of(Decision).specs.get(problem.field)
                self.faults["top"].append(f"{spec.label if spec else problem.field}: {problem.rule}")


def _trigger(actor: Actor, row: Mapping[str, str]) -> tuple[dict[str, Any], MeasureValue | None]:
    """What a row watches, and where that stands. Raises `BadValue`."""
    if not row["name"]:
        raise BadValue("say which number to watch, such as Effort")
    if not row["record"]:
        raise BadValue(f"say whose {row['name']}: a key such as F-12, or a title")
    pk = record_named(actor, row["record"])
    if not (label := labels_of_any(actor, [pk]).get(pk)):
        raise BadValue(f"there is no {row['record']} that you may see")
    key, known = label.key, queries.measures_of(actor, [pk]).get(pk, {})
    name = named_by(row["name"], known)
    if not name:
        labels = ", ".join(sorted(quantity_named(one).label for one in known)) or "none yet"
        raise BadValue(f"{key} has no number “{row['name']}”. Its numbers: {labels}. Choose one, or estimate it first")
    try:
        limit = limits.read_limit(row["value"], name, known.get(name), actor.workspace.currency)
    except BadValue as error:
        raise BadValue(f"the limit {error}") from None
    side = "below" if row["is"] == "below" else "above"
    return {"record": key, "name": name, "is": side, "value": limit}, known.get(name)


def stored(actor: Actor, decision: Decision) -> DecidingForm:
    """The form of a decision as it stands."""
    triggers = [
        {
            "name": quantity_named(one.trigger["name"]).label,
            "record": one.trigger["record"],
            "is": one.trigger["is"],
            "value": limits.as_typed(one),
            **({"is_now": limits.likely_in_words(one.value)} if one.value and one.has_passed else {}),
            **({"meant": "yes"} if one.was_passed else {}),
        }
        for one in queries.watched(actor, [decision])
    ]
    titles = [option["title"] for option in decision.options]
    return DecidingForm(
        version=str(decision.version),
        options=[
            {name: option.get(name, "") for name in _OPTION}
            | ({"moves": dict(option["moves"])} if "moves" in option else {})
            for option in decision.options
        ],
        texts={name: stored_text(decision, name) for name in TEXTS},
        triggers=triggers,
        roles={name: _ids(decision.roles.get(name)) for name in ROLES},
        chosen=str(titles.index(decision.choice)) if decision.choice in titles else "",
    )


def stored_text(decision: Decision, name: str) -> str:
    return registry.of(Decision).specs[name].to_text(getattr(decision, name))


def _ids(given: Any) -> list[str]:
    return [str(one) for one in (given if isinstance(given, list) else [given]) if one]


def typed(actor: Actor, post: QueryDict) -> DecidingForm:
    """The form as somebody sent it."""
    numbers = sorted({int(found[1]) for name in post if (found := _ROW.fullmatch(name))})
    rows = [(number, _option(post, number)) for number in numbers]
    rows = [(number, row) for number, row in rows if any(row[name] for name in _OPTION)]
    chosen = next((place for place, (number, _) in enumerate(rows) if str(number) == post.get("chosen")), None)
    columns: Sequence[list[str]] = [[one.strip() for one in post.getlist(f"trigger-{name}")] for name in _TRIGGER]
    meant = set(post.getlist("trigger-meant"))  # by the place that the row had on the page
    triggers = [
        dict(zip(_TRIGGER, row, strict=True)) | ({"meant": "yes"} if str(place) in meant else {})
        for place, row in enumerate(zip(*columns, strict=False))
    ]
    form = DecidingForm(
        version=post.get("version", ""),
        options=[row for _, row in rows],
        texts={name: post.get(name, "") for name in TEXTS},
        triggers=[row for row in triggers if row["name"] or row["record"] or row["value"]],
        roles={name: [one for one in post.getlist(f"role-{name}") if one] for name in ROLES},
        chosen="" if chosen is None else str(chosen),
        stay={place for place, (number, _) in enumerate(rows) if f"move-{number}" not in post},
        without=post.getlist("without"),
    )
    for text in post.getlist("more"):
        form.rest_on(actor, text.strip())
    return form


def _option(post: QueryDict, number: int) -> dict[str, Any]:
    """One option's fields; what it moves stands in a hidden one, and to when beside its box."""
    option: dict[str, Any] = {name: post.get(f"{name}-{number}", "").strip().replace("\r\n", "\n") for name in _OPTION}
    record, _, moved = post.get(f"moves-{number}", "").partition(" ")
    if moved:
        option["moves"] = {"record": record, "field": moved, "to": post.get(f"to-{number}", "").strip()}
    return option
