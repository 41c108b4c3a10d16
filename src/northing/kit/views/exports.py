"""A list as a file."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from northing.access.actor import Actor
from northing.kit import exporting, listing
from northing.kit.problems import Missing
from northing.kit.record_types import RecordType
from northing.kit.views.doors import record_page


@record_page("GET")
def export(request: HttpRequest, actor: Actor, record_type: RecordType, form: str) -> HttpResponse:
    """Everything the list shows, all pages, as CSV, XLSX or JSON."""
    if form not in exporting.FORMS:
        raise Missing(f"export.{form}")
    wanted = listing.from_query(record_type, request.GET)
    listing.queryset(actor, record_type, wanted)  # what is wrong with a filter is said before the file begins
    content = exporting.export(actor, record_type, wanted, cast("exporting.Form", form))
    name = f"{record_type.path}-{timezone.localdate():%Y-%m-%d}.{form}"
    response = StreamingHttpResponse(content, content_type=exporting.FORMS[form][1])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast("HttpResponse", response)
