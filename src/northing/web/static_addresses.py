"""The files that pages load: where they lie, and as they were when the server started."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import NOT_ALLOWED_RESPONSE, Response, StaticFile


class StaticAddresses(StaticFilesStorage):
    """Works each address out once: every page names fifteen of them."""

    def url(self, name: str | None) -> str:
        return _address(self, name)


@cache
def _address(storage: StaticAddresses, name: str | None) -> str:
    return StaticFilesStorage.url(storage, name)


class HeldFile(StaticFile):  # type: ignore[misc]
    """A file as it is now, whatever is written over it later. All of them together are about two megabytes."""

    def __init__(self, path: str, *given: Any, **named: Any) -> None:
        super().__init__(path, *given, **named)
        self.content = Path(path).read_bytes()

    def get_response(self, method: str, request_headers: Mapping[str, str]) -> Response:
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED_RESPONSE
        if self.is_not_modified(request_headers):
            return self.not_modified_response
        _, headers = self.get_path_and_headers(request_headers)
        return Response(HTTPStatus.OK, headers, BytesIO(self.content) if method == "GET" else None)


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """Answers with held files, whose addresses say what is in them, so that browsers keep them for good.

    In development (`NORTHING_DEBUG`) files are read anew each time.
    """

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        kind = StaticFile if self.autorefresh else HeldFile
        return kind(path, headers.items(), stat_cache=stat_cache)

    def immutable_file_test(self, path: str, url: str) -> bool:
        return not self.autorefresh
