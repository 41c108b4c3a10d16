"""The record types of this module."""

from __future__ import annotations

from northing.accounts.models import Team
from northing.accounts.rules import check_team
from northing.kit.extensions import MenuEntry, extensions
from northing.kit.record_types import RecordType, registry

TEAM = RecordType(
    model=Team,
    name="team",
    prefix="TM",
    icon="users",
    title="name",
    fields=("name", "function", "people", "focus", "working_days", "absences", "note"),
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
    MenuEntry(group="Settings", label="Teams", path="teams/", icon="users", order=90),
    MenuEntry(group="Settings", label="Settings", path="settings/", icon="settings", order=95),
)
