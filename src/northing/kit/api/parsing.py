"""Reading a request's JSON: only what every database can keep gets in."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

_LARGEST = 2**63 - 1
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # not the words backslash, u0000, whose backslash is escaped


class StrictParser(Parser):
    """Refuses (400) what JSON itself does not know or not every database holds: NaN, NUL, half characters, endless
    numbers."""

    def parse_body(self, request: HttpRequest) -> Any:
        data = json.loads(request.body, parse_int=_whole, parse_constant=_no_number)
        text = json.dumps(data, ensure_ascii=False)
        text.encode()  # half of a surrogate pair fails here
        if _NUL.search(text):
            raise ValueError("a NUL character, which no text holds")
        return data


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(f"{text[:20]}...: beyond 64 bits")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
