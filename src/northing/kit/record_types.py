"""One declaration per record type, and the registry of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from northing.kit.fields import Field, Reference, Tags
from northing.kit.models import RecordModel
from northing.kit.problems import Missing, Problem
from northing.kit.specifying import specify
from northing.ui.formats import counted
from northing.ui.tones import Tone

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from northing.access.actor import Actor
    from northing.kit.changes import ChangeSession

_KEY = re.compile(r"([A-Za-z]+)-([0-9]{1,15})(?!\S)")
Values = Mapping[str, Any]
Check = Callable[[Values | None, Values], Iterable[Problem]]
After = Callable[["ChangeSession", Sequence[Any]], None]

STANDARD_COLUMNS = ("created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class InWords:
    """The field that says in words what another leaves empty, and the order of both: rows of record id and sort value,
    like the `ranking` of a column; None where nothing is said in words."""

    field: str
    ranking: Callable[[Actor], QuerySet[Any, tuple[int, Any]] | None]


def _no_rules(before: Values | None, after: Values) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordType:
    """Everything the kit needs to give a model its list, form, history, search, API, import and export.

    `fields` are column names of the model (or specifications, where the column says too little), in form order;
    owner and tags are added. `say_title` puts the value of the title field into words. `check(before, after)` is pure
    and yields problems; `before` is None on creation. `after(change, records)` runs inside the change, for what must
    be written together with these records. `remarks(actor, record)` is what programs are told of values that were
    taken, but may be meant otherwise. `part_of` names the reference whose record owns this one: archived with
    it. `about` names the field with the record of any type that this one says something of: where it is mentioned,
    it goes by both. `natural_key` finds a record by what people call it; `unique` fields may not repeat within a
    workspace. `in_words` names the fields that say in words what others leave empty: lists show them in their place,
    and a new value there empties them. `tones` colours the values of choice fields. `asked` are the fields that the
    form of a new record shows, where those are not all; where `maker_owns`, who makes one owns it unless somebody says
    who does; `goes_on` is the page below the record's address where the work
    on a new one, and on what its form leaves out, goes on. `also` holds other words that people look for its list by.

    Of a `mergeable` type one record can be merged into another, which then has in its empty fields what the other one
    had; those `together` make one statement and are taken as a whole, and of a field with `stages`, from the least to
    the furthest, what is further counts, whichever record stays; what is no stage gives way to none and takes no
    other's place. Of two records that point to the same and agree in the fields that are `distinct_by`, a merge keeps
    the later; `when_moved` says what comes of the others.
    """

    model: type[RecordModel]
    name: str
    prefix: str
    icon: str
    fields: tuple[str | Field, ...]
    columns: tuple[str, ...]
    title: str = "title"
    say_title: Callable[[Any], str] = str
    filters: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    default_sort: str = "-id"
    in_words: Mapping[str, InWords] = field(default_factory=dict)
    search: tuple[str, ...] = ()
    natural_key: str = ""
    unique: tuple[str, ...] = ()
    part_of: str = ""
    about: str = ""
    tones: Mapping[str, Mapping[str, Tone]] = field(default_factory=dict)
    check: Check = _no_rules
    after: After | None = None
    remarks: Callable[[Actor, Any], Sequence[str]] | None = None
    asked: tuple[str, ...] = ()
    goes_on: str = ""
    maker_owns: bool = False
    in_menu: bool = True
    importable: bool = True
    mergeable: bool = False
    together: tuple[tuple[str, ...], ...] = ()
    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    distinct_by: tuple[str, ...] = ()
    when_moved: str = ""
    also: str = ""
    hint: str = field(default="", metadata={"about": "one sentence for the empty list: what this is for"})

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def nouns(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def a_noun(self) -> str:
        """`a feature`, `an estimate`."""
        return f"{'an' if self.noun[0] in 'aeiou' else 'a'} {self.noun}"

    def counted(self, count: int) -> str:
        """So many of them, in words: `1 feature`, `1,200 features`."""
        return counted(count, self.noun, self.nouns)

    @property
    def path(self) -> str:
        """The word in addresses and the API: `work-packages`."""
        return self.nouns.replace(" ", "-")

    @cached_property
    def specs(self) -> Mapping[str, Field]:
        """Every field by name, in form order."""
        given = [f if isinstance(f, Field) else specify(self.model, f) for f in self.fields]
        shared: list[Field] = [specify(self.model, "owner"), Tags(name="tags", label="Tags")]
        return {spec.name: spec for spec in [*given, *shared]}

    @cached_property
    def all_specs(self) -> Mapping[str, Field]:
        """The fields and, read-only, when the record was made and last changed."""
        times = {name: specify(self.model, name, editable=False) for name in STANDARD_COLUMNS}
        return {**self.specs, **times}

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        return {name: spec for name, spec in self.specs.items() if isinstance(spec, Reference)}

    def key(self, record: RecordModel) -> str:
        return f"{self.prefix}-{record.number}"

    def title_of(self, record: RecordModel) -> str:
        return self.say_title(getattr(record, self.title))

    def number_from(self, key: str) -> int:
        """The number in a key such as `F-128`; raises `Missing` for anything else."""
        keyed = registry.keyed(key)
        if keyed is None or keyed.rest or keyed.record_type is not self:
            raise Missing(key)
        return keyed.number


@dataclass(frozen=True, slots=True)
class Keyed:
    """A text that begins with the key of a type of record, such as `F-12 Dark mode`; `rest` is what comes after."""

    record_type: RecordType
    number: int
    rest: str

    @property
    def key(self) -> str:
        return f"{self.record_type.prefix}-{self.number}"


class Registry:
    """All record types, by name, by prefix, by path and by model."""

    def __init__(self) -> None:
        self._by_name: dict[str, RecordType] = {}
        self._by_prefix: dict[str, RecordType] = {}
        self._by_path: dict[str, RecordType] = {}
        self._by_model: dict[type[RecordModel], RecordType] = {}

    def register(self, *types: RecordType) -> None:
        for record_type in types:
            if record_type.name in self._by_name or record_type.prefix in self._by_prefix:
                raise ValueError(f"{record_type.name}: name or prefix {record_type.prefix} is taken")
            self._by_name[record_type.name] = record_type
            self._by_prefix[record_type.prefix] = record_type
            self._by_path[record_type.path] = record_type
            self._by_model[record_type.model] = record_type

    def __iter__(self) -> Iterator[RecordType]:
        return iter(self._by_name.values())

    def named(self, name: str) -> RecordType:
        return self._find(self._by_name, name.replace("-", "_"))

    def at_path(self, path: str) -> RecordType:
        return self._find(self._by_path, path)

    def keyed(self, text: str) -> Keyed | None:
        """The key that a text begins with, in whatever case, whether or not there is such a record."""
        text = text.strip()
        found = _KEY.match(text)
        record_type = self._by_prefix.get(found[1].upper()) if found else None
        return Keyed(record_type, int(found[2]), text[found.end() :].strip()) if found and record_type else None

    def of(self, model: type[RecordModel]) -> RecordType:
        return self._by_model[model]

    def parts_of(self, record_type: RecordType) -> Iterator[RecordType]:
        """The types whose records belong to records of this one and go with them."""
        for other in self:
            if other.part_of and other.references[other.part_of].to is record_type.model:
                yield other

    def referring_to(self, record_type: RecordType) -> Iterator[tuple[RecordType, Reference]]:
        for other in self:
            for spec in other.references.values():
                if spec.to is record_type.model and spec.name != other.part_of:
                    yield other, spec

    @staticmethod
    def _find(table: Mapping[str, RecordType], word: str) -> RecordType:
        try:
            return table[word]
        except KeyError:
            raise Missing(f"record type {word!r}") from None


registry = Registry()
