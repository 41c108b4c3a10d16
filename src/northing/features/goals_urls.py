"""Addresses of the goals, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.features.goals import views

app_name = "goals"
urlpatterns = [
    path("goals/", views.show_goals, name="goals"),
    path("goals/metrics/<int:metric_id>", views.enter_point, name="enter_point"),
    path("goals/features/<slug:key>/say", views.say, name="say_outcome"),
    path("goals/features/<slug:key>/released", views.say_when, name="say_when"),
    path("goals/key-results/<slug:key>/expect", views.state_expectation, name="expect"),
]
