"""The vendor files are complete, small, and built only when something changed."""

import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from northing.ui import assets


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("vendor")
    assert assets.build(target)
    return target


def test_a_second_build_does_nothing(vendor: Path) -> None:
    before = (vendor / "vega.js").stat().st_mtime_ns
    assert not assets.build(vendor)
    assert (vendor / "vega.js").stat().st_mtime_ns == before


def test_a_broken_build_is_not_taken_for_a_finished_one(tmp_path: Path) -> None:
    (tmp_path / "stamp.json").write_text("{}", encoding="utf-8")
    (tmp_path / "vega.js").mkdir()  # cannot be written
    with pytest.raises(IsADirectoryError):
        assets.build(tmp_path)
    assert not (tmp_path / "stamp.json").exists()


def test_the_font_is_a_small_subset_with_its_weights(vendor: Path) -> None:
    font = TTFont(vendor / "inter.woff2")
    (weight,) = font["fvar"].axes
    assert (weight.axisTag, weight.minValue, weight.maxValue) == ("wght", 400, 700)
    assert {ord(one) for one in "aßőș€−–≥→"} <= font.getBestCmap().keys()
    assert (vendor / "inter.woff2").stat().st_size < 36_000


def test_licences_of_everything_that_ships(vendor: Path) -> None:
    text = (vendor / "LICENSES.txt").read_text(encoding="utf-8")
    assert all(name in text for name in ("SIL Open Font License", "htmx", "Vega-Lite", "Lucide", "ISC"))
    assert "vl-convert-python" in json.loads((vendor / "stamp.json").read_text(encoding="utf-8"))


def test_the_library_that_pages_load_is_htmx_2(vendor: Path) -> None:
    assert 'version:"2.' in (vendor / "htmx.js").read_text(encoding="utf-8")
