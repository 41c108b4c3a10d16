"""Addresses of the roadmap, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.roadmap import coming_next, placing, views

app_name = "roadmap"
urlpatterns = [
    path("roadmap/", views.roadmap, name="roadmap"),
    path("roadmap/refresh", views.refresh, name="refresh"),
    path("roadmap/next", coming_next.coming_next, name="coming-next"),
    path("roadmap/share", views.share, name="share"),
    path("roadmap/share/<int:view_id>/revoke", views.revoke, name="revoke"),
    path("roadmap/<slug:key>/preview", views.preview, name="preview"),
    path("roadmap/<slug:key>/target", views.move, name="move"),
    path("roadmap/<slug:key>/aim", views.aim, name="aim"),
    path("roadmap/place", placing.place_ticked, name="place-ticked"),
    path("roadmap/<slug:key>/why", views.why, name="why"),
    path("roadmap/<slug:key>/place", views.place, name="place"),
]
