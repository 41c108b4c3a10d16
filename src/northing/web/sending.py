"""Answers that are made while they are sent: whoever stops reading one must not keep others waiting.

Only an answer in one piece leaves the thread that made it at once. Of one in many, the server takes four ahead, and
then the thread waits for the reader. So what is short is put into one piece, and what is long has threads of its own,
one each; a further one is refused rather than given those for pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from northing.web.server import LONG_ANSWERS

WHOLE = 1_000_000  # bytes; every script and style is shorter


class LongAnswers:
    """Middleware around whatever streams."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._places = BoundedSemaphore(LONG_ANSWERS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        if not isinstance(answer, StreamingHttpResponse):
            return answer
        pieces = iter(answer)
        beginning, is_all = _beginning(pieces)
        if is_all:
            answer.streaming_content = [beginning]
        elif self._places.acquire(blocking=False):
            answer.streaming_content = _Placed(chain([beginning], pieces), self._places)
        else:
            return _refusal(request)
        return answer


def _beginning(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """What comes first, in one, and whether it is all there is."""
    taken, size = [], 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size > WHOLE:
            return b"".join(taken), False
    return b"".join(taken), True


class _Placed:
    """Pieces that hold a place until the server closes them, whether all are taken or none."""

    def __init__(self, pieces: Iterator[bytes], places: BoundedSemaphore) -> None:
        self._pieces = pieces
        self._places = places

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._places.release()


def _refusal(request: HttpRequest) -> HttpResponse:
    answer = render(request, "503.html", status=503)
    answer["Retry-After"] = "60"
    return answer
