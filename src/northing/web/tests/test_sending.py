"""Answers made while they are sent: whoever stops reading a long one keeps nobody else waiting."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from northing.access.actor import for_member
from northing.access.models import Member
from northing.kit import changes
from northing.kit.record_types import registry
from northing.web import sending
from northing.web.server import LONG_ANSWERS
from northing.web.tests.running import Server, token_of_an_admin
from tests.conftest import BACKEND

pytestmark = pytest.mark.django_db
ASKED = RequestFactory().get("/")


def streamed(pieces: int) -> tuple[Callable[[Any], Any], list[int]]:
    """A view that streams, and how many pieces have been asked of it."""
    made: list[int] = []

    def content() -> Iterator[bytes]:
        for number in range(pieces):
            made.append(number)
            yield bytes(100_000)

    return lambda _: StreamingHttpResponse(content()), made


def test_what_is_short_leaves_in_one_piece() -> None:
    answer: Any = sending.LongAnswers(streamed(10)[0])(ASKED)
    assert [len(piece) for piece in answer] == [1_000_000]


def test_what_is_long_is_made_as_it_is_read() -> None:
    view, made = streamed(30)
    answer: Any = sending.LongAnswers(view)(ASKED)
    assert len(made) == 11
    assert sum(map(len, answer)) == 3_000_000


def test_so_many_are_sent_at_once_and_each_that_ends_makes_room_for_another() -> None:
    ask = sending.LongAnswers(streamed(30)[0])
    sent = [ask(ASKED) for _ in range(LONG_ANSWERS)]
    refused = ask(ASKED)
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "Try again in a minute" in refused.content.decode()  # type: ignore[attr-defined]
    sent[0].close()  # nothing of it was read
    assert [ask(ASKED).status_code, ask(ASKED).status_code] == [200, 503]
    assert sending.LongAnswers(lambda _: HttpResponse("short"))(ASKED).status_code == 200


def test_readers_that_stop_reading_an_export_leave_pages_their_threads(
    enter: Any, start: Callable[[], Server], port: int
) -> None:
    (enter("shop", tables=True) / "secret.key").write_text(settings.SECRET_KEY)
    token_of_an_admin()
    member = Member.objects.select_related("workspace", "user").get()
    texts = [{"title": str(number), "text": "long " * 9_000} for number in range(300)]
    changes.create(for_member(member), registry.named("feedback"), texts)
    client = Client()
    client.force_login(member.user, backend=BACKEND)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    start()
    with ExitStack() as readers:
        for _ in range(LONG_ANSWERS):
            reader = readers.enter_context(socket.create_connection(("127.0.0.1", port)))
            lines = ("GET /orchard/feedback/export.json HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Cookie: {cookie}")
            reader.sendall("\r\n".join([*lines, "", ""]).encode())
            assert reader.recv(15) == b"HTTP/1.1 200 OK"
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        page.request("GET", "/orchard/feedback/", headers={"Cookie": cookie})
        assert page.getresponse().status == 200
