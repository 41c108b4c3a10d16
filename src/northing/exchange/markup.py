"""Rich text that tools export as HTML, as plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_RICH = re.compile(
    r"\s*<(?P<tag>div|p|ul|ol|span|table|h[1-6]|blockquote|body|html)\b[^<>]*>.*</[a-z][a-z0-9]*>\s*", re.DOTALL
)
_BREAK = re.compile(r"(?<![ \t])[ \t]*<br ?/?>[ \t]*")  # from where a gap begins: long ones are looked at once
_BREAKS = frozenset(
    {"br", "p", "div", "li", "tr", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_UNSEEN = frozenset({"script", "style", "head"})


def plain_text(text: str) -> str:
    """The words of a text that is HTML as a whole; any other text as it is, but for line breaks. Addresses of links
    stay in brackets.

    >>> plain_text('<div>See <a href="https://example.com">this</a>,<br>please</div>')
    'See this (https://example.com),\\nplease'
    >>> plain_text("a < b and <b>bold</b>"), plain_text("Good.<br />Loud.")
    ('a < b and <b>bold</b>', 'Good.\\nLoud.')
    """
    if "<br" in text and not _RICH.fullmatch(text):
        return _BREAK.sub("\n", text)
    if (text[:1] != "<" and not text[:20].lstrip().startswith("<")) or not _RICH.fullmatch(text):
        return text
    words = _Words()
    words.feed(text)
    words.close()
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(words.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._addresses: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BREAKS and self.found and not self.found[-1].endswith("\n"):
            self.found.append("\n")
        if tag == "li":
            self.found.append("- ")
        elif tag == "a":
            self._addresses.append(given.get("href") or "")
        elif tag == "img":
            self.found.append(f"({given.get('src') or given.get('alt') or 'image'})")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and self._addresses:
            address = self._addresses.pop()
            if address and address not in self.found[-1]:
                self.found.append(f" ({address})")
        elif tag in _BREAKS - {"br"} and self.found and not self.found[-1].endswith("\n"):
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(data.replace("\n", " "))
