"""Builds the third-party static files in a checkout; a wheel has them already."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from northing.ui import assets


class Command(BaseCommand):
    help = "Build static/vendor: chart library, htmx, fonts and their licences."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even when up to date")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        built = assets.build(force=force)
        self.stdout.write(f"{'Built' if built else 'Up to date:'} {assets.VENDOR}")
