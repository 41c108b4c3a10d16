"""Inline SVG icons (Lucide, ISC licence). The shapes stand in icons.json; `add_icons` adds more."""

import json
from html import escape
from pathlib import Path

from django.utils.safestring import SafeString

SHAPES_FILE = Path(__file__).with_name("icons.json")
_OPEN = '<svg class="icon" viewBox="0 0 24 24" '


def _load() -> dict[str, str]:
    shapes: dict[str, str] = json.loads(SHAPES_FILE.read_text(encoding="utf-8"))
    return shapes


_SHAPES = _load()
_HIDDEN = {name: SafeString(f'{_OPEN}aria-hidden="true">{shape}</svg>') for name, shape in _SHAPES.items()}


def names() -> list[str]:
    """Every icon that can be asked for."""
    return sorted(_SHAPES)


def icon(name: str, label: str = "") -> SafeString:
    """An icon that takes the colour and size of its surroundings.

    Without a label it is decoration and hidden from screen readers; with one it is an image of that name.
    Raises ValueError for an unknown name.

    >>> icon("plus")[:30]
    '<svg class="icon" viewBox="0 0'
    """
    if name not in _SHAPES:
        raise ValueError(
            f"icon {name!r} is not among the {len(_SHAPES)} icons of icons.json; pick one of those, or add it "
            f"with `manage.py add_icons {name}`"
        )
    if not label:
        return _HIDDEN[name]
    return SafeString(f'{_OPEN}role="img" aria-label="{escape(label)}">{_SHAPES[name]}</svg>')
