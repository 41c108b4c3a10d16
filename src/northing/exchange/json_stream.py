"""JSON read piece by piece, so that memory holds one record at a time, whatever the size of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from northing.exchange import limits
from northing.exchange.records import Refused

_CHUNK = 1 << 16
_WALKED_DEPTH = 6
_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"
_WAY_OUT = "Export it again, or repair the file at that place."
_NEXT = re.compile(r"(?:[ \t\r]*\n)+\{")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that is no value: its number, how it begins, and from which of its characters on it is wrong."""

    number: int
    text: str
    character: int


def iterate(stream: IO[str]) -> Iterator[tuple[str, Any]]:
    """Yield the values of a JSON document with the place where they stand.

    A top-level array yields ("[]", element) for each element; a top-level object yields ("key[]", element) for
    each element of its arrays, also of those in its objects ("data.issues[]"), and ("key", value) for its other
    values, empty arrays too. Documents one after the other, and pages in a list of lists, as tools that fetch pages
    write them, are read as one. Raises `Refused` where the text is no JSON.

    >>> import io
    >>> list(iterate(io.StringIO('{"total": 2, "items": [{"id": 1}, {"id": 2}]}')))
    [('total', 2), ('items[]', {'id': 1}), ('items[]', {'id': 2})]
    >>> list(iterate(io.StringIO('{"data": {"issues": [{"id": 1}]}} {"data": {"issues": [{"id": 2}]}}')))
    [('data.issues[]', {'id': 1}), ('data.issues[]', {'id': 2})]
    """
    text = _Text(stream)
    if text.peek() not in ("[", "{"):
        raise Refused("The file is not JSON: it begins with neither a list nor an object.", _WAY_OUT)
    while opening := text.peek():
        if opening == "[":
            for element in _elements(text):
                yield from _page(element)
        elif opening == "{":
            yield from _members(text)
        else:
            reason = f"The file goes on with {opening!r} after its JSON ended (character {text.offset})."
            raise Refused(reason, _WAY_OUT)


def iterate_lines(stream: IO[str]) -> Iterator[tuple[str, Any]]:
    """Yield ("[]", value) for each JSON value of a file that holds one after the other, line by line or not.

    A line that is no value, with another that opens an object below it, is given as a `BrokenLine`.

    >>> import io
    >>> list(iterate_lines(io.StringIO('{"id": 1}\\n{"id": 2, \\n{"id": 3}\\n')))[1]
    ('[]', BrokenLine(number=2, text='{"id": 2,', character=11))
    """
    text = _Text(stream)
    while text.peek():
        yield from _page(text.value(by_lines=True))


def _page(value: Any) -> Iterator[tuple[str, Any]]:
    """A record, or the records of a page."""
    if isinstance(value, list) and value and all(isinstance(record, dict) for record in value):
        yield from (("[]", record) for record in value)
    else:
        yield "[]", value


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.take(",]") == "]":
            return


def _members(text: _Text, place: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    text.take("{")
    if text.peek() == "}":
        text.take("}")
        return
    while True:
        if text.peek() != '"':
            raise text.broken("a name in quotes")
        key = f"{place}{text.value()}"
        text.take(":")
        if text.peek() == "{" and depth < _WALKED_DEPTH:
            yield from _members(text, f"{key}.", depth + 1)
        elif text.peek() == "[":
            elements = _elements(text)
            first = next(elements, elements)
            yield (key, []) if first is elements else (f"{key}[]", first)
            yield from ((f"{key}[]", element) for element in elements)
        else:
            yield key, text.value()
        if text.take(",}") == "}":
            return


class _Text:
    """The document as a buffer that is filled from the stream as far as the next value needs."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._buffer = ""
        self._at = 0
        self._passed = 0
        self._lines = 0
        self._ended = False

    @property
    def offset(self) -> int:
        return self._passed + self._at

    def peek(self) -> str:
        """The next character that is not white space, empty at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACE:
                    return self._buffer[self._at]
                self._at += 1
            if not self._fill():
                return ""

    def take(self, expected: str) -> str:
        found = self.peek()
        if not found or found not in expected:
            raise self.broken(" or ".join(expected))
        self._at += 1
        return found

    def value(self, *, by_lines: bool = False) -> Any:
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise _too_deep(self.offset) from None
            except ValueError as error:
                if by_lines and (line := self._broken_line(error)):
                    return line
                if self._fill():
                    continue
                raise self._explained(error) from error
            # A number at the very end of the buffer may go on in the next chunk.
            if end == len(self._buffer) and self._fill():
                continue
            if _deeper_than(value, limits.JSON_DEPTH):
                raise _too_deep(self.offset)
            self._at = end
            return value

    def _broken_line(self, error: ValueError) -> BrokenLine | None:
        """The line at hand, where what is wrong stands in it and the next one begins anew; passed over then."""
        end = self._buffer.find("\n", self._at)
        following = _NEXT.match(self._buffer, end) if end >= 0 else None
        if not following or not isinstance(error, json.JSONDecodeError) or error.pos >= following.end():
            return None
        number = self._lines + self._buffer.count("\n", 0, self._at) + 1
        character = min(error.pos, end) - self._at + 1
        line, self._at = self._buffer[self._at : end].strip(), end
        return BrokenLine(number, line[:_SHOWN], character)

    def broken(self, expected: str) -> Refused:
        if self.peek() == "":
            return self._cut_off()
        near = self._buffer[self._at : self._at + 30]
        return Refused(
            f"The file is not valid JSON: expected {expected} at character {self.offset}, near {near!r}.", _WAY_OUT
        )

    def _explained(self, error: ValueError) -> Refused:
        """Whether a value that cannot be read ends with the file, or is wrong in itself."""
        ends = isinstance(error, json.JSONDecodeError) and (
            error.msg.startswith("Unterminated") or error.pos >= len(self._buffer.rstrip())
        )
        return self._cut_off() if ends else self.broken("a value")

    def _cut_off(self) -> Refused:
        end = self._passed + len(self._buffer)
        return Refused(f"The JSON is cut off: it ends at character {end}.", "Export or download it again.")

    def _fill(self) -> bool:
        """Read as much again as is held, so that a long value is tried only a few times."""
        if self._ended:
            return False
        held = len(self._buffer) - self._at
        if held > limits.JSON_RECORD_CHARACTERS:
            raise Refused(
                f"One JSON value is longer than {limits.JSON_RECORD_CHARACTERS:,} characters (or never closed).",
                _WAY_OUT,
            )
        chunk = self._stream.read(max(_CHUNK, held))
        self._passed += self._at
        self._lines += self._buffer.count("\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        self._ended = not chunk
        return bool(chunk)


def _too_deep(offset: int) -> Refused:
    return Refused(
        f"The JSON is nested deeper than {limits.JSON_DEPTH} levels (character {offset}).",
        "Export a flatter form: records with fields.",
    )


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
