"""Registers the app with Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "northing.ui"
    label = "ui"
    verbose_name = "Interface"
