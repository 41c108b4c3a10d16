"""What the strict content policy and WCAG AA ask of templates and style sheets."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from northing.ui import icons
from northing.ui.charts.render import palette
from northing.ui.passages import Mark, marked

UI = Path(__file__).parents[1]
TEMPLATES = sorted((UI / "templates").rglob("*.html"))
STYLES = sorted((UI / "static/ui/css").glob("*.css"))
ISLANDS = sorted((UI / "static/ui/islands").glob("*.js"))

TEXTS = ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad", "violet")
GROUNDS = ("bg", "surface", "surface-2", "raised")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *((tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad", "violet")),
    ("ink", "accent-soft"),
    ("ink-2", "accent-soft"),
    ("ink-3", "accent-soft"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-hover"),
    ("ink", "mark"),
    ("heat-ink", "heat-high"),
    ("ink", "heat-low"),
]


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(one * 2 for one in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(a: str, b: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_contrast(theme: str) -> None:
    colours = palette(theme)  # type: ignore[arg-type]
    weak = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in PAIRS}
    assert not {pair: ratio for pair, ratio in weak.items() if ratio < 4.5}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_control_borders_and_marks_stand_out(theme: str) -> None:
    colours = palette(theme)  # type: ignore[arg-type]
    names = ("line-strong", "viz-blue", "viz-violet", "viz-green", "viz-mute")
    assert all(_contrast(colours[name], colours["surface"]) >= 3 for name in names)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_load_and_keep_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    get_template(path.relative_to(UI / "templates").as_posix())
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|<style|hx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_style_sheets_use_tokens_for_colours() -> None:
    allowed = {"#c3c9d3", "#3a414e", "#a9c1ff", "#2a55c9", "#e3e7ee", "#2c323e"}
    for path in STYLES:
        if path.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8"))) <= allowed, path.name


def test_every_token_asked_for_exists() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in STYLES)
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= set(re.findall(r"(--[\w-]+):", text))


def test_every_island_import_exists() -> None:
    for path in ISLANDS:
        for name in re.findall(r'from "\./([\w-]+\.js)"|import "\./([\w-]+\.js)"', path.read_text(encoding="utf-8")):
            assert (path.parent / (name[0] or name[1])).is_file(), (path.name, name)


@pytest.mark.parametrize("path", [*STYLES, *ISLANDS], ids=lambda path: path.name)
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_an_unknown_icon_says_how_to_add_it() -> None:
    with pytest.raises(ValueError, match="add_icons no-such-icon"):
        icons.icon("no-such-icon")


def test_every_icon_named_in_a_template_exists() -> None:
    named = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert named <= set(icons.names())


def test_an_icon_with_a_label_is_an_image() -> None:
    assert 'role="img" aria-label="a &quot;b&quot;"' in icons.icon("plus", 'a "b"')


def test_overlapping_passages_keep_the_text_whole() -> None:
    html = marked("abcdefgh", [Mark(4, 8, "2"), Mark(1, 6, "1"), Mark(2, 3, "3")])
    assert re.sub(r"<[^>]+>", "", html) == "abcdefgh"
    assert html.count("<mark") == 2
