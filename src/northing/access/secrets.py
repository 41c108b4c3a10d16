"""Secrets that are shown once: only their SHA-256 is kept, which suffices because they carry 256 random bits."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets

_SECRET = re.compile(r"\b(n[a-z]{2})_[\w-]{16,}")


def new_secret(prefix: str) -> str:
    """A secret such as `nth_...`; the prefix lets scanners find leaked ones."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def masked(text: str) -> str:
    """The text without the secrets in it; their prefixes stay.

    >>> masked("Forbidden: /join/niv_Zf3kq9-Lw0aTtB2xXn7c")
    'Forbidden: /join/niv_...'
    """
    return _SECRET.sub(r"\1_...", text)


class MaskingFormatter(logging.Formatter):
    """Log lines without secrets: refused requests are logged with their address, and links carry theirs in it."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
