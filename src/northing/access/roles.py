"""What each role may do: one table, role x verb x record type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "Admin"
    EDITOR = "editor", "Editor"
    CONTRIBUTOR = "contributor", "Contributor"
    VIEWER = "viewer", "Viewer"


IN_WORDS: Mapping[Role, str] = {
    Role.ADMIN: "everything, members and settings too",
    Role.EDITOR: "everything but members, teams and settings",
    Role.CONTRIBUTOR: "adds feedback, links, ideas and estimates, which count in forecasts; changes no plans",
    Role.VIEWER: "reads and exports",
}


class Verb(StrEnum):
    VIEW = "view"
    COMMENT = "comment"
    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    IMPORT = "import"
    EXPORT = "export"
    MANAGE = "manage"  # members, tokens of others, workspace settings


_READ = frozenset({Verb.VIEW, Verb.EXPORT})
_DISCUSS = _READ | {Verb.COMMENT}
_WRITE = _DISCUSS | {Verb.CREATE, Verb.UPDATE, Verb.ARCHIVE, Verb.IMPORT}
ANY = "*"

# A row for ANY record type; a named record type overrides it.
# Contributors add evidence and estimates, from which dates are forecast; what is planned they leave alone.
_TABLE: Mapping[Role, Mapping[str, frozenset[Verb]]] = {
    Role.ADMIN: {ANY: _WRITE | {Verb.MANAGE}},
    Role.EDITOR: {ANY: _WRITE, "team": _DISCUSS},
    Role.CONTRIBUTOR: {
        ANY: _DISCUSS,
        "feedback": _DISCUSS | {Verb.CREATE, Verb.UPDATE, Verb.IMPORT},
        "insight": _DISCUSS | {Verb.CREATE, Verb.UPDATE},
        "feature_request": _DISCUSS | {Verb.CREATE, Verb.UPDATE},
        "estimate": _DISCUSS | {Verb.CREATE},
        "opportunity": _DISCUSS | {Verb.CREATE},
        "feature": _DISCUSS | {Verb.CREATE},
    },
    Role.VIEWER: {ANY: _READ},
}


def allows(role: str, verb: Verb, record_type: str) -> bool:
    """Whether the role may do this to records of the type.

    >>> allows("viewer", Verb.VIEW, "feature"), allows("viewer", Verb.UPDATE, "feature")
    (True, False)
    >>> allows("contributor", Verb.CREATE, "estimate"), allows("contributor", Verb.ARCHIVE, "feedback")
    (True, False)
    """
    row = _TABLE[Role(role)]
    return verb in row.get(record_type, row[ANY])
