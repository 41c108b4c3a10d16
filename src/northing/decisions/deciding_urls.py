"""Addresses of deciding, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.decisions import deciding_views as views

app_name = "deciding"
urlpatterns = [
    path("decisions/<slug:key>/decide", views.decide, name="decide"),
    path("attention/<int:attention_id>/decide", views.decide_card, name="decide_card"),
    path("decisions/<slug:key>/move", views.move, name="move"),
    path("decisions/<slug:key>/reopen", views.reopen, name="reopen"),
    path("decisions/<slug:key>/outcome", views.record_outcome, name="outcome"),
]
