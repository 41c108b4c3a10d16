"""Addresses of the inbox, and of what the form of a segment fetches, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.insight import segment_views, views

app_name = "insight"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<slug:key>/state", views.give_state, name="state"),
    path("inbox/<slug:key>/assign", views.give_assignee, name="assign"),
    path("inbox/<slug:key>/unfold", views.take_apart, name="unfold"),
    path("inbox/count", views.count, name="count"),
    path("inbox/themes", views.settle_theme, name="theme"),
    path("segments/rule", segment_views.rows, name="segment_rule"),
    path("segments/matching", segment_views.matching, name="segment_matching"),
]
