"""Addresses of the inbox, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.insight import views

app_name = "insight"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<slug:key>/state", views.give_state, name="state"),
    path("inbox/<slug:key>/assign", views.give_assignee, name="assign"),
    path("inbox/<slug:key>/unfold", views.take_apart, name="unfold"),
    path("inbox/themes", views.settle_theme, name="theme"),
]
