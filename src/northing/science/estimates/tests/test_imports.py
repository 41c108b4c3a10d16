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
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
