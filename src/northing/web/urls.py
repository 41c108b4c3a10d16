"""Addresses: sign-in, API, each module's workbenches, and below them the pages of every record type."""

from __future__ import annotations

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from northing.accounts import entry_views
from northing.kit.api import addresses
from northing.web import changed_page, home_page, views


def health(request: HttpRequest) -> HttpResponse:
    """For load balancers: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt  # who calls shows a token; no browser adds that by itself
def api(request: HttpRequest, path: str) -> HttpResponse:
    """The API, a door of its own: its addresses take as long to make as all the others, and wait for a first call."""
    return addresses.answer(request, path)


# In the order of the loop; what has pages of its own besides those of its records has a `urls` module.
MODULES = ("accounts", "decisions", "products", "insight", "strategy", "features", "roadmap", "delivery", "demo")
ROOMS = [
    f"northing.{name}.{room}" for name in MODULES for room in ("urls", "prioritise_urls", "goals_urls", "deciding_urls")
]
WORKBENCHES = [room for room in ROOMS if find_spec(room)]

urlpatterns = [
    path("", views.start, name="start"),
    path("health", health, name="health"),
    path("sign-in/link/<str:secret>", entry_views.sign_in_link, name="sign_in_link"),
    path("join/<str:secret>", entry_views.invitation, name="invitation"),
    path("sign-in/", include("northing.accounts.sign_in_urls")),
    re_path(r"^api/v1/(?P<path>.*)$", api),
    path("", include("northing.roadmap.shared_urls")),
    path("<slug:workspace>/", home_page.home, name="home"),
    path("<slug:workspace>/changed/", changed_page.show, name="changed"),
    path("<slug:workspace>/changed/line", changed_page.line, name="changed_line"),
    path("<slug:workspace>/changed/seen", changed_page.seen, name="changed_seen"),
    path("<slug:workspace>/kind", home_page.choose_kind, name="choose_kind"),
    path("<slug:workspace>/attention/<int:attention_id>/snooze", home_page.snooze, name="snooze"),
    *(path("<slug:workspace>/", include(room)) for room in WORKBENCHES),
    path("<slug:workspace>/", include("northing.kit.urls")),
]
