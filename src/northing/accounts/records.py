"""The record types of this module."""

from __future__ import annotations

from northing.access.workspaces import administered
from northing.accounts.fields import Absences, Weekdays
from northing.accounts.models import Team, monday_to_friday
from northing.accounts.rules import check_team
from northing.kit.extensions import MenuEntry, Place, extensions
from northing.kit.record_types import RecordType, registry

WORKING_DAYS = Weekdays(
    name="working_days", label="Working days", help="Such as Mon, Tue, Wed, Thu, Fri.", empty=monday_to_friday()
)
ABSENCES = Absences(
    name="absences",
    label="Absences",
    help="When and how many people are away, such as 2026-12-24 to 2027-01-02: 3. Several with a semicolon.",
    empty=[],
)
TEAM = RecordType(
    model=Team,
    name="team",
    prefix="TM",
    icon="users",
    title="name",
    fields=("name", "function", "people", "focus", WORKING_DAYS, ABSENCES, "note"),
    columns=("name", "function", "people", "focus"),
    filters=("function",),
    sorts=("name",),
    default_sort="name",
    search=("note",),
    natural_key="name",
    unique=("name",),
    check=check_team,
    hint="Teams and their capacity turn effort into dates.",
)

registry.register(TEAM)
extensions.add_menu(
    MenuEntry(group="Settings", label="Teams", path="teams/", icon="users", order=90, also="people capacity"),
    MenuEntry(
        group="Settings", label="Settings", path="settings/", icon="settings", order=95, also="workspace currency demo"
    ),
)
extensions.add_places(
    Place(
        label="New workspace",
        path="settings/new-workspace",
        icon="plus",
        also="add create make",
        group="Settings",
        shown=lambda actor: bool(administered(actor.user_id or 0)),
    ),
    Place(
        label="Members", path="settings/members", icon="user-plus", also="invite people users roles", group="Settings"
    ),
    Place(label="API tokens", path="settings/tokens", icon="key-round", also="programs", group="Settings"),
    Place(label="How to call the API", path="settings/api", icon="braces", also="openapi programs", group="Settings"),
    Place(
        label="Your preferences",
        path="settings/preferences",
        icon="sliders-horizontal",
        also="theme dark keys shortcuts expert password",
        group="Settings",
    ),
)
