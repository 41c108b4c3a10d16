"""The API's addresses. They are made while this module loads, so every record type must be registered before."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from northing.kit.api.service import build_api

_resolver = URLResolver(RegexPattern(r"^"), build_api().urls[0])


def answer(request: HttpRequest, path: str) -> HttpResponse:
    """Answer a request to an address below the API's own."""
    found = _resolver.resolve(path)
    response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return response
