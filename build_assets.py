"""The wheel's build hook: makes the files that come from other packages."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs the same builder as `manage.py build_assets`, before files are gathered."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(Path(self.root) / "src"))
        try:
            # importable only once the source folder is on the path
            from northing.science.text import vectors
            from northing.ui import assets
        finally:
            sys.path.pop(0)
        assets.build()
        vectors.build()
