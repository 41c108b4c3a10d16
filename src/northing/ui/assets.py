"""Builds `static/vendor/`: the third-party files that pages load, made from Python packages alone.

Used by the wheel's build hook and by `manage.py build_assets`, so it must import without Django settings.
"""

import hashlib
import json
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
_PACKAGES = ("vl-convert-python", "fontpkg-inter", "fonttools", "django-htmx")
_STAMP = "stamp.json"

# Western and Central European Latin, dashes and quotes, the euro, arrows and the few mathematical signs used here.
_CHARACTERS = (
    "U+0020-017F,U+0218-021B,U+0394,U+03BC,U+2013,U+2014,U+2018-201E,U+2022,U+2026,U+2030,U+20AC,"
    "U+2190-2193,U+2212,U+2248,U+2264,U+2265"
)
_FONT_FEATURES = "kern,liga,calt,tnum,cv11,ss03,case"
_TEXT_SIZE = 14
_WEIGHTS = (400, 700)
# The renderer of exported charts cannot vary a font, so these weights are files of their own.
_EXPORT_WEIGHTS = {"Regular": 400, "SemiBold": 600}


def build(target: Path = VENDOR, *, force: bool = False) -> bool:
    """Write every vendor file into a folder; True when something was built, False when all was up to date."""
    stamp = target / _STAMP
    wanted = _versions()
    if not force and stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return False
    target.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    _write_chart_library(target / "vega.js")
    _write_htmx(target / "htmx.js")
    _write_fonts(target)
    _write_licences(target / "LICENSES.txt")
    stamp.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    return True


def digest(package: Path = HERE.parent) -> str:
    """What all files that pages load are like, in twelve characters: another one when any of them differs."""
    found = hashlib.blake2b(digest_size=6)
    for path in sorted(package.glob("*/static/**/*")):
        if path.is_file():
            found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _versions() -> dict[str, str]:
    """What the vendor files depend on: the packages, and this recipe with its licence texts."""
    recipe = hashlib.sha256()
    for path in (Path(__file__), *_licence_files()):
        recipe.update(path.read_bytes())
    return {**{name: version(name) for name in _PACKAGES}, "recipe": recipe.hexdigest()}


def _write_chart_library(path: Path) -> None:
    import vl_convert  # a heavy library that only the build and exports need

    path.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"), encoding="utf-8")


def _write_htmx(path: Path) -> None:
    path.write_bytes(files("django_htmx").joinpath("static/django_htmx/htmx-2.min.js").read_bytes())


def _write_fonts(target: Path) -> None:
    """Subset Inter for the browser (one variable file) and for exports (one file per weight).

    The subset is saved and loaded again before it is instanced: instancing in the same session keeps the
    tables of the characters that were dropped.
    """
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    source = files("fontpkg_inter").joinpath("files/Inter[opsz,wght].ttf")
    reduced = target / "subset.ttf"
    subset.main(
        [
            str(source),
            f"--unicodes={_CHARACTERS}",
            f"--layout-features={_FONT_FEATURES}",
            f"--output-file={reduced}",
        ]
    )
    browser = instancer.instantiateVariableFont(TTFont(reduced), {"opsz": _TEXT_SIZE, "wght": _WEIGHTS})
    browser.flavor = "woff2"
    browser.save(target / "inter.woff2")
    exports = target / "export"
    exports.mkdir(exist_ok=True)
    for name, weight in _EXPORT_WEIGHTS.items():
        fixed = {"opsz": _TEXT_SIZE, "wght": weight}
        instancer.instantiateVariableFont(TTFont(reduced), fixed, updateFontNames=True).save(
            exports / f"Inter-{name}.ttf"
        )
    reduced.unlink()


def _licence_files() -> Iterator[Path]:
    yield from sorted((HERE / "licences").glob("*.txt"))


def _write_licences(path: Path) -> None:
    inter = files("fontpkg_inter").joinpath("LICENSE").read_text(encoding="utf-8")
    texts = [one.read_text(encoding="utf-8") for one in _licence_files()]
    rule = f"\n{'-' * 100}\n\n"
    path.write_text(rule.join([*texts, f"Inter typeface: SIL Open Font License 1.1\n\n{inter}"]), encoding="utf-8")
