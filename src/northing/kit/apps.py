"""Start-up: find every module's record types."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KitConfig(AppConfig):
    name = "northing.kit"

    def ready(self) -> None:
        autodiscover_modules("records")
