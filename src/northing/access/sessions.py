"""Sessions in the database, as Django keeps them; reading one, which every request does, is a prepared query."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from northing.access.prepared import PreparedQuery


class SessionStore(db.SessionStore):
    """Set as `SESSION_ENGINE`."""

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key or ""
        found = _with_key(key) if key.isascii() and key.isalnum() else []  # what a cookie brings may be anything
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None


_with_key = PreparedQuery(lambda key: Session.objects.filter(session_key=key))
