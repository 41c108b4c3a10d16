from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from northing.access.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> SessionStore:
    session = SessionStore()
    session["seen"] = "features"
    session.create()
    return session


def test_a_session_is_read_by_its_key(kept: SessionStore) -> None:
    assert SessionStore(kept.session_key).get("seen") == "features"


def test_a_session_that_has_ended_is_none(kept: SessionStore) -> None:
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    late = SessionStore(kept.session_key)
    assert late.get("seen") is None
    assert late.session_key is None


def test_a_made_up_key_is_no_session(kept: SessionStore) -> None:
    assert SessionStore("' OR 1=1 --".ljust(32)).get("seen") is None


def test_a_cookie_of_anything_is_no_session() -> None:
    for key in ("\x00" + "a" * 31, "é" * 32, ""):
        assert SessionStore(key).get("seen") is None
