"""Reading a request's JSON: only what every database can keep gets in."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

_LARGEST = 2**63 - 1


class StrictParser(Parser):
    """Refuses (400) what JSON itself does not know or no column can hold: NaN, half characters, endless numbers."""

    def parse_body(self, request: HttpRequest) -> Any:
        data = json.loads(request.body, parse_int=_whole, parse_constant=_no_number)
        json.dumps(data, ensure_ascii=False).encode()  # half of a surrogate pair fails here
        return data


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise ValueError(f"{text[:20]}...: beyond 64 bits")
    return number


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
