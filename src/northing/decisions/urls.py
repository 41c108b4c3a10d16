"""Addresses of what this module adds to the pages of records, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.decisions import views

app_name = "decisions"
urlpatterns = [
    path("estimates/density", views.density, name="density"),
    path("estimates/of/<slug:key>", views.estimates, name="estimates"),
]
