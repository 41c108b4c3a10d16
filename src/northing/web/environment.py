"""Settings from the environment: few, typed, and refused when they make no sense."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

_ADDRESS = re.compile(r"https?://(?:\w[\w.-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
"""Scheme, host and port: a name and password would stand in every link, a star would answer to every host."""


class BadSetting(SystemExit):
    """A setting that cannot be used; the process must not start with it."""

    def __init__(self, name: str, value: str, rule: str) -> None:
        super().__init__(f"northing: {name}={value!r}: {rule}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise BadSetting(name, value, "use 1 or 0")
    return value in {"1", "true", "yes"}


def whole_number(name: str, default: int, *, low: int, high: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not low <= int(value) <= high:
        raise BadSetting(name, value, f"use a whole number from {low} to {high}")
    return int(value)


def public_url() -> str:
    """The address that others reach Northing by, `NORTHING_URL`, with no slash at its end; empty where none is set."""
    value = text("NORTHING_URL").rstrip("/")
    if value and not _ADDRESS.fullmatch(value):
        raise BadSetting("NORTHING_URL", value, "use an address such as https://north.example.com, without a path")
    return value


def hosts(public: str) -> list[str]:
    """The host names that Northing answers to: those of `NORTHING_HOSTS`, and that of its public address."""
    given = text("NORTHING_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
    name = urlsplit(public).hostname or ""
    return [host for host in [*(one.strip() for one in given), f"[{name}]" if ":" in name else name] if host]


def home() -> Path:
    """The folder that holds everything Northing keeps: database, uploads, secret key."""
    return Path(text("NORTHING_HOME", "var")).expanduser().resolve()


def secret_key(folder: Path) -> str:
    """The signing key: `NORTHING_SECRET_KEY`, or one made on first start and kept in the home folder."""
    if given := text("NORTHING_SECRET_KEY"):
        if len(given) < 32:
            raise BadSetting("NORTHING_SECRET_KEY", "(hidden)", "use at least 32 characters")
        return given
    kept = folder / "secret.key"
    if not kept.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_first(kept, secrets.token_urlsafe(48))
    return kept.read_text().strip()


def _keep_first(target: Path, text: str) -> None:
    """Write a file that is whole from its first moment on. Of several processes that do so at once, one wins."""
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=target.parent)  # for its owner's eyes only
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        try:
            os.link(name, target)
        except FileExistsError:
            pass  # another process was first
        except OSError:
            os.replace(name, target)  # a volume without hard links, on which the last one wins
    finally:
        Path(name).unlink(missing_ok=True)


def database(folder: Path) -> dict[str, object]:
    """Django's database entry: SQLite in the home folder, or PostgreSQL by `DATABASE_URL`."""
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(folder / "northing.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting("DATABASE_URL", f"{parts.scheme}://…", "use postgresql://user@host/name or leave it unset")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": query | {"pool": {"min_size": 1, "max_size": 8}},
    }


def _sqlite(path: Path) -> dict[str, object]:
    # IMMEDIATE: every atomic block is a writer and waits for its turn at the start instead of failing half-way.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,  # opening reads the whole schema: as much work as a small page
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
            ),
        },
    }
