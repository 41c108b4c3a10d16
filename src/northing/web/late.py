"""Modules that load when first used instead of when imported.

A process that answers a page needs Django and the records; number crunching and file formats only when somebody asks
for them. Imports stay where they belong, at the top of each file, as `from northing.science import forecasts`; a module
named here then waits until one of its names is used. `from northing.science.forecasts import Plan` uses it at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

LATE = frozenset(
    {
        "northing.expressions.arrays",
        "northing.kit.api.addresses",
        "northing.science.estimates",
        "northing.science.forecasts",
        "northing.science.priorities",
        "northing.science.text",
        "numpy",
        "xlsxwriter",
    }
)

# What the import system reads of a module besides `__path__`, which it reads only to load a part of a package.
_UNUSED = frozenset({"__class__", "__dict__", "__name__", "__spec__", "__file__", "__loader__"})
# One at a time, and whoever comes meanwhile waits: the standard library's lazy loader shows half a module to others
# (before Python 3.12). So that nobody waits in a circle, no module may use a late one while it is itself imported after
# the start, and no function may import a part of a late package: `numpy.linalg.norm`, not `from numpy.linalg import`.
_loading = RLock()


class _LateModule(ModuleType):
    def __getattribute__(self, name: str) -> Any:
        if name not in _UNUSED:
            _load(self)
        return ModuleType.__getattribute__(self, name)


class _LateLoader(Loader):
    def __init__(self, usual: Loader) -> None:
        self.usual = usual

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__class__ = _LateModule


class _LateFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in LATE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _LateLoader(spec.loader)
        return spec


def _load(module: ModuleType) -> None:
    with _loading:
        spec = module.__spec__
        late = spec.loader if spec else None
        if spec is None or not isinstance(late, _LateLoader):
            return  # loaded by another thread in the meantime, or by this one, which is in the midst of it
        spec.loader = module.__loader__ = late.usual
        try:
            late.usual.exec_module(module)
        except BaseException:
            spec.loader = module.__loader__ = late  # the next use says the same
            raise
        module.__class__ = ModuleType


def load_late() -> None:
    """Let the modules named here, from now on imported, wait for their first use."""
    if not any(isinstance(finder, _LateFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _LateFinder())


def load_all() -> None:
    """Load what still waits, so that nobody waits for it. It stays, so no one need look for garbage in it."""
    for name in sorted(LATE & sys.modules.keys()):
        _load(sys.modules[name])
    gc.freeze()
