"""Addresses of this module's pages, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.delivery import views

app_name = "delivery"
urlpatterns = [path("delivery/", views.delivery, name="delivery")]
