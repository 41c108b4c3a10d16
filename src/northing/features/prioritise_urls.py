"""Addresses of sizing and prioritising, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.features.prioritise import sizing, views

app_name = "prioritise"
urlpatterns = [
    path("prioritise/", views.prioritise, name="prioritise"),
    path("prioritise/formula", views.formula_said, name="formula"),
    path("prioritise/repeat/<int:run_id>", views.repeat_run, name="repeat"),
    path("prioritise/use/<int:run_id>", views.use_order, name="use"),
    path("prioritise/progress/<int:job_id>", views.progress, name="progress"),
    path("scoring-models/<slug:key>/rank", views.rank_by_model, name="rank"),
    path("sizing/", sizing.grid, name="sizing"),
    path("sizing/<int:record_id>", sizing.size, name="size"),
]
