"""The decision science core: frozen values and arrays in, frozen results out; no database, no web.

Each engine loads when it is first named: after ``import northing.science as science`` a notebook has
``science.estimates``, ``science.portfolios`` and so on.

>>> import northing.science as science
>>> science.estimates.from_number(5).triple
Triple(p10=3.0, p50=5.0, p90=9.0)
"""

from importlib import import_module
from types import ModuleType

__all__ = ["calibration", "estimates", "forecasts", "information", "portfolios", "priorities", "schedules", "text"]


def __getattr__(name: str) -> ModuleType:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no engine {name!r}; there are {', '.join(__all__)}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
