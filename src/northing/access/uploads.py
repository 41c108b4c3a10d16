"""How much may be sent: bodies with files are bounded before any of it is written to disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FORM = 2**20  # what surrounds the file; a file just too large is still refused with the reason


class BoundedUpload(FileUploadHandler):
    """Stands before the handlers that keep files. Who is not signed in sends no more than a form holds."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        user = getattr(self.request, "user", None)
        is_known = user is not None and user.is_authenticated
        limit = settings.UPLOAD_LIMIT + FORM if is_known else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if content_length > limit:
            raise RequestDataTooBig(f"a body of {content_length} bytes where {limit} are allowed")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
