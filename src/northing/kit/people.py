"""Members by the part that each has: a field that takes them as people call them, and keeps their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from northing.access.actor import Actor
from northing.kit.fields import Json
from northing.kit.problems import BadValue
from northing.kit.reading import member_names
from northing.ui.formats import listed


@dataclass(frozen=True, kw_only=True)
class People(Json):
    """Members by part; those `of_one` have a single one, the others lists.

    Each is given as id, e-mail or name, or as the object that the API answers with.

    >>> spec = People(name="roles", parts={"driver": "Drives it", "informed": "Are told"}, of_one=("driver",))
    >>> spec.parse({"driver": {"id": 2, "name": "Ada"}, "informed": ["bo@example.com", 3]})
    {'driver': 2, 'informed': ['bo@example.com', 3]}
    """

    json_type: ClassVar[Mapping[str, Any]] = {
        "type": "object",
        "description": "Members by part. Each is given as id, e-mail or name, and comes with id and name.",
    }
    parts: Mapping[str, str]
    of_one: tuple[str, ...] = ()

    def parse(self, value: Any) -> Any:
        data = super().parse(value)
        if not isinstance(data, dict) or not set(data) <= set(self.parts):
            raise BadValue(f"must name {listed([*self.parts])}, or some of them")
        return once_each({part: self._given(part, some) for part, some in data.items()})

    def _given(self, part: str, some: Any) -> Any:
        if part in self.of_one:
            return None if some is None else _one(part, some)
        if some is not None and not isinstance(some, list):
            raise BadValue(f"{part} must be a list of members: their ids, e-mails or names")
        return some and [_one(part, who) for who in some]

    def in_words(self, actor: Actor, value: Any) -> str:
        names = member_names(actor, members_in(value))
        said = {part: ", ".join(names.get(pk, "–") for pk in members_in({part: some})) for part, some in value.items()}
        return "; ".join(f"{label}: {said[part]}" for part, label in self.parts.items() if said.get(part))


def _one(part: str, who: Any) -> int | str:
    pk = who.get("id") if isinstance(who, dict) else who
    if isinstance(pk, str) and pk.isascii() and pk.isdecimal() and len(pk) < 16:
        return int(pk)
    if isinstance(pk, bool) or not isinstance(pk, (int, str)) or pk == "":
        raise BadValue(f"{part}: a member is an id, an e-mail or a name")
    return pk


def once_each(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same parts with each member once in each: one may be named twice in different ways.

    >>> once_each({"driver": 3, "informed": [4, 5, 4], "approver": None})
    {'driver': 3, 'informed': [4, 5], 'approver': None}
    """
    return {part: list(dict.fromkeys(some)) if isinstance(some, list) else some for part, some in value.items()}


def members_in(value: Mapping[str, Any]) -> list[Any]:
    """All that are named, part by part.

    >>> members_in({"driver": 3, "informed": [4, 5], "approver": None})
    [3, 4, 5]
    """
    return [who for some in value.values() for who in (some if isinstance(some, list) else [some]) if who is not None]


def replaced(value: Mapping[str, Any], by: Callable[[Any], Any]) -> dict[str, Any]:
    """The same parts with something else in place of each member.

    >>> replaced({"driver": 3, "informed": [4], "approver": None}, str)
    {'driver': '3', 'informed': ['4'], 'approver': None}
    """
    return {
        part: [by(who) for who in some] if isinstance(some, list) else None if some is None else by(some)
        for part, some in value.items()
    }
