"""What modules add to record types of earlier modules: columns, filters, panels, actions and menu entries.

An earlier module knows nothing of a later one; the later one registers here, in its `records.py` or `extensions.py`,
what it wants shown on the earlier one's lists and pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from northing.access.actor import Actor

if TYPE_CHECKING:
    from northing.kit.changes import ChangeSession

MENU_COUNTS_TO = 1_000  # a count in the menu stops here


def menu_count(count: int) -> str:
    """A count as the menu shows it; nothing for none.

    >>> menu_count(0), menu_count(7), menu_count(1_000)
    ('', '7', '999+')
    """
    return f"{MENU_COUNTS_TO - 1}+" if count >= MENU_COUNTS_TO else str(count or "")


class Loader(Protocol):
    """Values for the records of a page, by column name and record id; one query however many records and columns."""

    def __call__(
        self, actor: Actor, record_ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[str, Mapping[int, Any]]: ...


@dataclass(frozen=True, kw_only=True)
class Entry:
    """How the cells of a column come back from an export that was edited by hand; the type's importer writes them.

    `read` says how an export would write what was typed, and raises ValueError, telling the way out, for what cannot
    be read. `earlier` says, by record, what exports of about those times wrote: who still has that has edited nothing.
    """

    read: Callable[[Actor, str], str]
    earlier: Callable[[Actor, Mapping[int, datetime]], Mapping[int, Collection[str]]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column whose values live elsewhere: a measure, a count, a link to a later module's record.

    Columns with the same `load` are loaded together.
    `cell` draws the value, None where there is none.
    `ranking`, if given, makes the column sortable: a queryset of (record_id, sort value) rows as `values_list` pairs,
    filtered to the actor's workspace and ordered by nothing; it must be indexed by value.
    With `entry` what is typed into its cells of an export comes back.
    `unit` stands in the heading of a list; `{currency}` in it is the workspace's.
    The first click on the heading sorts numbers largest first, unless the least is the best: `ascending_first`.
    `numbers` gives a value's low, likely and high, which exports to spreadsheets and programs have beside the text; of
    what is counted (`is_fact`) the one number stands in the text's place.
    """

    name: str
    label: str
    load: Loader
    cell: Callable[[Any], SafeString]
    text: Callable[[Any], str]
    to_json: Callable[[Any], Any] = lambda value: value
    ranking: Callable[[Actor], QuerySet[Any, tuple[int, Any]]] | None = None
    numeric: bool = True
    entry: Entry | None = None
    unit: str = ""
    ascending_first: bool = False
    numbers: Callable[[Any], tuple[Any, Any, Any]] | None = None
    is_fact: bool = False

    def heading(self, currency: str) -> str:
        """What stands over the column in a list."""
        return f"{self.label}, {self.unit.format(currency=currency)}" if self.unit else self.label


def load_columns(actor: Actor, columns: Iterable[Column], record_ids: Sequence[int]) -> dict[str, Mapping[int, Any]]:
    """Values of some columns by name and record id."""
    together: dict[Loader, list[str]] = defaultdict(list)
    for column in columns:
        together[column.load].append(column.name)
    return {name: values for load, names in together.items() for name, values in load(actor, record_ids, names).items()}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter over what lives elsewhere: `where(actor, chosen values)` gives the condition on the record's model."""

    name: str
    label: str
    options: Callable[[Actor], Sequence[tuple[str, str]]]
    where: Callable[[Actor, Sequence[str]], Q]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A section of a record's page. `render` returns HTML, or "" to be left out. `lazy` ones load when opened."""

    name: str
    title: str
    render: Callable[[HttpRequest, Actor, Any], str]
    order: int = 50
    lazy: bool = False


@dataclass(frozen=True, kw_only=True)
class Action:
    """A named thing to do with a record, shown as a button or menu entry: a link, or a form post to `url`. With what a
    list shows: a link in its menu of views, opened in the dialog; both functions then take the `ListRequest`."""

    name: str
    label: str
    icon: str
    url: Callable[[Actor, Any], str]
    post: bool = False
    shown: Callable[[Actor, Any], bool] = lambda actor, record: True


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """A thing to do with ticked records: `path`, below the workspace's address, is posted to with their `ids`, and its
    answer is shown in the dialog."""

    label: str
    icon: str
    path: str
    shown: Callable[[Actor], bool] = lambda actor: True


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """A line in the sidebar. `path` is below the workspace's address; `count`, if given, must be one indexed query
    that counts no further than `MENU_COUNTS_TO`. `also` holds other words that the page is looked for by."""

    group: str
    label: str
    path: str
    icon: str
    order: int = 50
    key: str = ""
    count: Callable[[Actor], int] | None = None
    also: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A page that is not in the sidebar and yet is found by its name or by the words in `also`."""

    label: str
    path: str
    icon: str
    also: str = ""
    group: str = ""
    shown: Callable[[Actor], bool] = lambda actor: True


@dataclass(frozen=True, kw_only=True)
class Onward:
    """Where the work goes on once records of a type have come in: the first one `shown`. `path` is below the
    workspace's address; `why` says, where there is room for it, what waits there.

    `became` says, of the batch of an import, what has become of its records already; "" for nothing.
    """

    label: str
    path: str
    icon: str
    order: int = 50
    why: str = ""
    shown: Callable[[Actor], bool] = lambda actor: True
    became: Callable[[Actor, str], str] = lambda actor, batch: ""


@dataclass(frozen=True, kw_only=True)
class Tie:
    """What people hang on records, told before an undo takes these away: `words` say of one or of several records what
    they are, such as "in a release"; `tied` selects the ids of all records that are."""

    words: str
    tied: Callable[[Actor], QuerySet[Any, Any]]


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """Rows without a history of their own that hang on records by a `column`, and follow one that is merged into
    another. Of two rows that agree in the columns that are `distinct_by`, the one that was there already stays.

    `of` names the type of record; "" where any can be meant.
    """

    model: type[Model]
    column: str
    noun: str
    nouns: str
    of: str = ""
    distinct_by: tuple[str, ...] = ()


class AfterMerge(Protocol):
    """What follows from a merge, in its change: of a record, which is archived then, and what it was merged into."""

    def __call__(self, change: ChangeSession, merged: Any, into: Any, /) -> None: ...


@dataclass
class Extensions:
    columns: dict[str, dict[str, Column]] = field(default_factory=lambda: defaultdict(dict))
    filters: dict[str, dict[str, Filter]] = field(default_factory=lambda: defaultdict(dict))
    panels: dict[str, list[Panel]] = field(default_factory=lambda: defaultdict(list))
    actions: dict[str, list[Action]] = field(default_factory=lambda: defaultdict(list))
    list_actions: dict[str, list[Action]] = field(default_factory=lambda: defaultdict(list))
    bulk: dict[str, list[BulkAction]] = field(default_factory=lambda: defaultdict(list))
    menu: list[MenuEntry] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    onward: dict[str, list[Onward]] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    hanging: list[Hanging] = field(default_factory=list)
    after_merge: dict[str, list[AfterMerge]] = field(default_factory=lambda: defaultdict(list))

    def add_column(self, record_type: str, *columns: Column) -> None:
        self.columns[record_type] |= {column.name: column for column in columns}

    def add_filter(self, record_type: str, *filters: Filter) -> None:
        self.filters[record_type] |= {extra.name: extra for extra in filters}

    def add_panel(self, record_type: str, *panels: Panel) -> None:
        self.panels[record_type] = sorted([*self.panels[record_type], *panels], key=lambda panel: panel.order)

    def add_action(self, record_type: str, *actions: Action) -> None:
        self.actions[record_type] += actions

    def add_list_action(self, record_type: str, *actions: Action) -> None:
        self.list_actions[record_type] += actions

    def add_bulk(self, record_type: str, *actions: BulkAction) -> None:
        self.bulk[record_type] += actions

    def bulk_for(self, actor: Actor, record_type: str) -> list[tuple[BulkAction, str]]:
        """What the actor may do with ticked records, each with its address."""
        slug = actor.workspace.slug
        return [(one, f"/{slug}/{one.path}") for one in self.bulk[record_type] if one.shown(actor)]

    def add_menu(self, *entries: MenuEntry) -> None:
        self.menu = sorted([*self.menu, *entries], key=lambda entry: entry.order)

    def add_places(self, *places: Place) -> None:
        self.places += places

    def add_onward(self, record_type: str, *onward: Onward) -> None:
        every = [*self.onward.get(record_type, ()), *onward]
        self.onward[record_type] = sorted(every, key=lambda one: one.order)

    def onwards(self, actor: Actor, record_type: str) -> Iterator[Onward]:
        """The next steps of the actor's work now that there are records of a type: home and imports tell the same."""
        return (one for one in self.onward.get(record_type, ()) if one.shown(actor))

    def add_ties(self, *ties: Tie) -> None:
        self.ties += ties

    def add_hanging(self, *hanging: Hanging) -> None:
        self.hanging += hanging

    def add_after_merge(self, record_type: str, after: AfterMerge) -> None:
        self.after_merge[record_type].append(after)


extensions = Extensions()
