"""Charts as HTML for pages, and as SVG and PNG for reports and slides."""

import json
import re
from functools import cache
from html import escape
from typing import Any, Literal

from django.utils.safestring import SafeString

from northing.ui.assets import HERE, VENDOR
from northing.ui.charts.base import Chart, DataTable, finished

Size = Literal["small", "medium", "large"]
Theme = Literal["light", "dark"]
HEIGHTS: dict[Size, int] = {"small": 160, "medium": 240, "large": 460}

_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_COLOUR = r"(#[0-9a-f]+|rgb\([^)]*\))"
_TOKEN = re.compile(rf"--([\w-]+):\s*light-dark\({_COLOUR},\s*{_COLOUR}\)")


def render(chart: Chart, size: Size = "medium") -> SafeString:
    """The chart as a figure: drawn by its island, with its summary beside it and its numbers one click away."""
    spec = json.dumps(finished(chart, HEIGHTS[size]), separators=(",", ":")).translate(_IN_SCRIPT)
    return SafeString(
        f'<figure class="chart"><nx-chart class="chart-{size}">'
        f'<script type="application/json">{spec}</script></nx-chart>'
        f"<figcaption>{escape(chart.summary())}</figcaption>"
        f"<details><summary>Show table</summary><div>{_table(chart.table())}</div></details></figure>"
    )


def _table(table: DataTable) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' if one else "<td></td>" for one in table.head)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def render_svg(chart: Chart, theme: Theme = "light", width: int = 720, size: Size = "medium") -> str:
    """The chart as an SVG document of a width in pixels; the fonts are named, not embedded."""
    svg: str = _converter().vegalite_to_svg(_themed(chart, theme, width, size))
    return svg


def render_png(chart: Chart, theme: Theme = "light", width: int = 720, size: Size = "medium") -> bytes:
    """The chart as a PNG at twice its size in pixels."""
    png: bytes = _converter().vegalite_to_png(_themed(chart, theme, width, size), scale=2)
    return png


@cache
def _converter() -> Any:
    import vl_convert  # heavy: only exports need it

    vl_convert.register_font_directory(str(VENDOR / "export"))
    return vl_convert


def _themed(chart: Chart, theme: Theme, width: int, size: Size) -> Any:
    colours = palette(theme)
    spec = json.dumps(finished(chart, HEIGHTS[size], width) | {"background": colours["raised"]})
    return json.loads(re.sub(r"token:([\w-]+)", lambda found: colours[found[1]], spec))


@cache
def palette(theme: Theme) -> dict[str, str]:
    """The colours of the style sheet in one theme, as the chart library writes them.

    >>> palette("light")["accent"], palette("light")["band-80"]
    ('#2a55c9', 'rgba(42, 85, 201, 0.17)')
    """
    css = (HERE / "static/ui/css/tokens.css").read_text(encoding="utf-8")
    side = 1 if theme == "light" else 2
    return {found[1]: _with_commas(found[side + 1]) for found in _TOKEN.finditer(css)}


def _with_commas(colour: str) -> str:
    """`rgb(42 85 201 / 0.17)` as `rgba(42, 85, 201, 0.17)`."""
    parts = re.findall(r"[\d.]+", colour)
    return f"rgba({', '.join(parts)})" if colour.startswith("rgb") else colour
