"""The wheel's build hook: makes the static files that come from other packages."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the same builder as `manage.py build_assets`, before files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            from northing.ui import assets  # importable only once the source folder is on the path
        finally:
            sys.path.pop(0)
        assets.build()
