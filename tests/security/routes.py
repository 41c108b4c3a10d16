"""Every address below a workspace, found by walking Django's resolver, so that a new one is attacked like the rest."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

_PARAMETER = re.compile(r"<(\w+):(\w+)>")
BELOW = "<slug:workspace>/"


@dataclass(frozen=True)
class Route:
    """A pattern such as `<slug:workspace>/inbox/<slug:key>/state` and the methods its view takes."""

    pattern: str
    methods: tuple[str, ...]

    @property
    def parameters(self) -> dict[str, str]:
        """Converter by name."""
        return {name: kind for kind, name in _PARAMETER.findall(self.pattern)}

    def at(self, **values: object) -> str:
        """The address with these values; numbers not given are 1, words are `any`."""

        def given(match: re.Match[str]) -> str:
            kind, name = match.groups()
            return str(values.get(name, 1 if kind == "int" else "any"))

        return "/" + _PARAMETER.sub(given, self.pattern)


def _patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for found in resolver.url_patterns:
        pattern = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield pattern, found.callback
        else:
            yield from _patterns(found, pattern)


def workspace_routes(method: str = "") -> list[Route]:
    """The routes below a workspace, or those of them that take this method."""
    routes = [
        Route(pattern, tuple(inspect.getclosurevars(view).nonlocals.get("request_method_list", ())))
        for pattern, view in _patterns(get_resolver())
        if pattern.startswith(BELOW)
    ]
    return [route for route in routes if not method or method in route.methods]
