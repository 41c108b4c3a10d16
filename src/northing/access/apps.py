"""The application's name."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "northing.access"
