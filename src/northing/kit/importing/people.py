"""Whom a name in a file means: members by what people call them, or by what somebody has said of the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from northing.access.actor import Actor
from northing.access.models import Member
from northing.exchange.records import Problem, Refused
from northing.exchange.words import fold
from northing.kit.fields import Person
from northing.kit.importing.digests import digest
from northing.kit.importing.importers import Incoming, importers
from northing.kit.record_types import RecordType

NOBODY = "names nobody or nothing that is known here"
MOST_NAMES = 100
_LONGEST = 320  # an address may be as long; no name is longer
_ADDRESS = re.compile(r"<\s*([^\s<>@]+@[^\s<>@]+)\s*>")


@dataclass
class People:
    """The members of a workspace by what they may be called. `unknown` counts the rows of each name that is nobody's,
    or only by a person's choice."""

    known: Mapping[str, frozenset[int]]
    exact: frozenset[str]
    chosen: Mapping[str, int]
    unknown: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, chosen: Mapping[str, int]) -> People:
        found: dict[str, set[int]] = defaultdict(set)
        exact: set[str] = set()
        members = Member.objects.within(actor).filter(is_active=True).values_list("pk", "user__name", "user__email")
        ids = set()
        for pk, name, email in members:
            ids.add(pk)
            exact |= {name.strip().lower(), email.lower()}
            for form in called(name, email):
                found[form].add(pk)
        known = {form: frozenset(pks) for form, pks in found.items()}
        return cls(known, frozenset(exact), {name: pk for name, pk in chosen.items() if pk in ids})

    def find(self, text: str) -> int | None:
        """The member a name means; None where it is nobody's, or that of several.

        >>> people = People({"ana": frozenset({7}), "a costa": frozenset({7, 9})}, frozenset(), {"AC": 9})
        >>> people.find("Ana"), people.find("A. Costa"), people.find("AC")
        (7, None, 9)
        """
        if text in self.chosen:
            return self.chosen[text]
        if len(text) > _LONGEST:
            return None
        if address := _ADDRESS.search(text):
            text = address[1]
        last, comma, first = text.partition(",")
        found = self.known.get(fold(f"{first} {last}" if comma else text), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def put(self, record_type: RecordType, records: Iterable[Incoming]) -> None:
        """Put members in the place of their names; names of others are left, and noted."""
        names = [name for name, spec in record_type.specs.items() if isinstance(spec, Person)]
        optional = importers.of(record_type).optional
        for record in records:
            for name in names:
                text = record.values.get(name)
                if not isinstance(text, str) or not text.strip() or text.strip().lower() in self.exact:
                    continue
                text = text.strip()
                pk = self.find(text)
                if pk is None or text in self.chosen:
                    self._note(text, record.rows)
                if pk is not None:
                    record.values[name] = pk
                    record.identity["external_hash"] = digest([record.identity["external_hash"], name, pk])
                elif name in optional and any(other == text for key, other in record.values.items() if key != name):
                    del record.values[name]  # another field has the name already
                    record.unread += (Problem(name.capitalize(), text[:80], NOBODY),)

    def _note(self, text: str, rows: int) -> None:
        if text in self.unknown or len(self.unknown) < MOST_NAMES:
            self.unknown[text] = self.unknown.get(text, 0) + rows

    def asked(self) -> list[tuple[str, int, int]]:
        """Names that a person may say something of, with their rows and the member they were said to be (0: none)."""
        return [(name, rows, self.chosen.get(name, 0)) for name, rows in self.unknown.items()]


def called(name: str, email: str) -> set[str]:
    """What people call somebody, folded.

    >>> sorted(called("Ana Costa", "acosta@example.com"))
    ['a costa', 'acosta', 'acosta example com', 'ana', 'ana c', 'ana costa']
    """
    forms = {fold(name), fold(email), fold(email.partition("@")[0])}
    words = fold(name).split()
    if len(words) > 1:
        first, *_, last = words
        forms |= {first, f"{first[0]} {last}", f"{first} {last[0]}", f"{first} {last}"}
    return forms - {""}


def named(actor: Actor, given: Mapping[str, str]) -> dict[str, int]:
    """Ids of the members that names of a file are said to be. Raises `Refused` for nobody."""
    people = People.of(actor, {})
    found = {}
    for name, member in given.items():
        if (pk := people.find(member)) is None:
            raise Refused(f"{member!r}, given for {name!r}, is no member, or may be several.", "Use an e-mail address.")
        found[name] = pk
    return found
