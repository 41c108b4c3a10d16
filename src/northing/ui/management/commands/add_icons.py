"""Adds Lucide icons to icons.json. For developers: needs the `lucide` package, which a running system does not."""

import json
import re
from typing import Any
from zipfile import ZipFile

from django.core.management.base import BaseCommand, CommandError, CommandParser

from northing.ui.icons import SHAPES_FILE


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Add icons of the Lucide set to the interface's own icons."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="+", help="names as on the Lucide site, such as calendar-check")

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        shapes: dict[str, str] = json.loads(SHAPES_FILE.read_text(encoding="utf-8"))
        with ZipFile(_archive()) as archive:
            available = set(archive.namelist())
            for name in names:
                if f"{name}.svg" not in available:
                    raise CommandError(f"names: {name!r} is not an icon of the installed lucide package")
                shapes[name] = _inner(archive.read(f"{name}.svg").decode())
        SHAPES_FILE.write_text(json.dumps(shapes, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        self.stdout.write(f"{len(names)} added, {len(shapes)} icons in all")


def _archive() -> str:
    try:
        import lucide  # a developer's tool, not a dependency
    except ImportError as error:
        raise CommandError("the lucide package is missing; install it with `pip install lucide`") from error
    return f"{lucide.__path__[0]}/lucide.zip"


def _inner(svg: str) -> str:
    """The shapes inside the svg element, on one line."""
    inside = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    return re.sub(r"\s+", " ", inside).replace(" />", "/>").replace("> <", "><").strip()
