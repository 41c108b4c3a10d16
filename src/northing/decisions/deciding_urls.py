"""Addresses of deciding, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.decisions import deciding_views as views

app_name = "deciding"
urlpatterns = [
    path("decisions/<slug:key>/decide", views.decide, name="decide"),
    path("decisions/<slug:key>/reopen", views.reopen, name="reopen"),
    path("decisions/<slug:key>/outcome", views.record_outcome, name="outcome"),
]
