"""Addresses that work without signing in."""

from __future__ import annotations

from django.urls import path

from northing.roadmap import views

app_name = "shared"
urlpatterns = [path("shared/<slug:secret>/", views.shared, name="roadmap")]
