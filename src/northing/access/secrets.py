"""Secrets that are shown once: only their SHA-256 is kept, which suffices because they carry 256 random bits."""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str) -> str:
    """A secret such as `nth_...`; the prefix lets scanners find leaked ones."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
