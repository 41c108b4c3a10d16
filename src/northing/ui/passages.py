"""A message with its marked passages."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage by its offsets in code points, the record it became, and what it says on hover."""

    start: int
    end: int
    id: str
    title: str = ""


def marked(text: str, marks: Iterable[Mark]) -> SafeString:
    """The text with its passages in `<mark>`; of overlapping ones, the later keeps what is left of it.

    >>> marked("Export is slow & fails", [Mark(10, 14, "7")])
    'Export is <mark data-mark="7" title="">slow</mark> &amp; fails'
    """
    parts, at = [], 0
    for one in sorted(marks, key=lambda mark: (mark.start, mark.end)):
        start = max(one.start, at)
        if start >= one.end:
            continue
        parts.append(escape(text[at:start]))
        words = escape(text[start : one.end])
        parts.append(f'<mark data-mark="{escape(one.id)}" title="{escape(one.title)}">{words}</mark>')
        at = one.end
    return SafeString("".join([*parts, escape(text[at:])]))
