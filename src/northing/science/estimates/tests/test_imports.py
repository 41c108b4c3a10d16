"""The science core loads NumPy alone: solvers and statistics libraries load where they are used."""

import pkgutil
import subprocess
import sys

import pytest

import northing.science

pytestmark = pytest.mark.science

HEAVY = ("scipy", "numba", "ortools", "highspy", "pandas", "django")


def test_heavy_libraries_are_not_loaded_at_import() -> None:
    modules = pkgutil.iter_modules(northing.science.__path__)
    packages = [f"northing.science.{module.name}" for module in modules if module.ispkg]
    assert "northing.science.estimates" in packages
    code = f"import sys, {', '.join(packages)}; print(*(name for name in {HEAVY} if name in sys.modules))"
    assert said(code) == ""


def test_engines_load_when_they_are_named() -> None:
    code = (
        "import sys, northing.science as science; before = {*sys.modules};"
        "print('numpy' in before, *(getattr(science, name).__name__.count('.') for name in science.__all__))"
    )
    assert said(code) == "False 2 2 2 2 2 2 2 2"
    modules = pkgutil.iter_modules(northing.science.__path__)
    assert sorted(module.name for module in modules if module.ispkg) == northing.science.__all__
    with pytest.raises(AttributeError, match="no engine 'astrology'"):
        northing.science.astrology  # noqa: B018


def test_the_package_is_imported_in_a_fifth_of_a_second() -> None:
    code = "import time; began = time.process_time(); import northing.science; print(time.process_time() - began)"
    assert float(said(code)) < 0.2


def said(code: str) -> str:
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return found.stdout.strip()
