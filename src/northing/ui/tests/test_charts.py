"""Every chart is a valid specification, says itself in words, and shows the same numbers as a table."""

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date

import pytest
import vl_convert

from northing.ui import formats, samples
from northing.ui.cells import Interval
from northing.ui.charts import (
    Band,
    Bar,
    Chart,
    Density,
    Fan,
    Histogram,
    Line,
    Lines,
    Marker,
    Point,
    Scatter,
    Spot,
    Whiskers,
    render,
    render_png,
    render_svg,
)
from northing.ui.charts.base import finished
from northing.ui.charts.render import palette

CHARTS: list[Callable[[], Chart]] = [
    samples.fan,
    samples.tornado,
    samples.funnel,
    samples.heatmap,
    samples.scatter,
    samples.ranks,
    samples.lines,
    samples.density,
    lambda: Histogram([0, 1, 2, 4], [3, 5, 1], "Weeks", threshold=3, threshold_label="Promised"),
]


@pytest.mark.parametrize("make", CHARTS)
def test_a_chart_draws_in_both_themes(make: Callable[[], Chart]) -> None:
    chart = make()
    light, dark = render_svg(chart, "light"), render_svg(chart, "dark")
    assert "token:" not in light + dark
    assert light != dark
    assert "NaN" not in light
    assert len(re.findall(r"<(path|text|rect)", light)) > 10


@pytest.mark.parametrize("make", CHARTS)
def test_a_chart_says_itself(make: Callable[[], Chart]) -> None:
    chart = make()
    table = chart.table()
    html = render(chart)
    assert chart.summary().endswith(".")
    assert table.rows
    assert all(len(row) <= len(table.head) for row in table.rows)
    assert "Show table" in html
    assert json.loads(html.split('json">')[1].split("</script>")[0])["description"] == chart.summary()


def test_ticks_read_as_numbers_do_elsewhere() -> None:
    spots = [Spot("F-1", "One", Interval(1, 2, 4), Interval(1e3, 5e4, 4e6))]
    ticks = set(re.findall(r"<text[^>]*>([^<]*)</text>", render_svg(Scatter(spots, "Weeks", "Worth"), "light")))
    assert {formats.significant(value) for value in (5e3, 2e4, 1e6)} <= ticks


@pytest.mark.parametrize("make", CHARTS)
def test_colours_are_tokens_of_the_style_sheet(make: Callable[[], Chart]) -> None:
    spec = json.dumps(finished(make(), 240))
    used = set(re.findall(r"token:([\w-]+)", spec))
    assert used <= palette("light").keys() == palette("dark").keys()
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", spec)


def test_the_words_of_a_chart_cannot_end_its_script() -> None:
    chart = Whiskers([Bar("</script><script>alert(1)</script>", 1)], "x")
    assert "<script>alert" not in render(chart)


def test_charts_over_days() -> None:
    days = [date(2027, 1, day) for day in (1, 8, 15)]
    fan = Fan([Point(days[0], 1.0)], [Band(day, 1, 2, 3, 4, 5) for day in days], "", "Users")
    lines = Lines([Line("a", [Point(day, 1.0) for day in days])], "", "Users", [Marker(days[1], "1.0")])
    for chart in (fan, lines):
        compiled = vl_convert.vegalite_to_vega(chart.spec() | {"width": 100, "height": 100})
        assert any(scale["type"] == "time" for scale in compiled["scales"])


def test_png_has_twice_the_pixels() -> None:
    png = render_png(samples.tornado(), width=400)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 800


def test_the_frontier_keeps_what_no_other_beats() -> None:
    def spot(key: str, x: float, y: float) -> Spot:
        return Spot(key, "", Interval(x / 2, x, x * 2), Interval(y / 2, y, y * 2))

    spots = [spot("cheap", 1, 10), spot("beaten", 2, 9), spot("best", 3, 30), spot("dear", 9, 30)]
    assert [one.key for one in Scatter(spots, "x", "y").frontier()] == ["cheap", "best"]
    assert [one.key for one in Scatter(spots, "x", "y", better_x="high").frontier()] == ["dear"]
    told = Scatter(spots, "x", "y", best="no other gives more for less").summary()
    axes = "Where an axis has no 0, each line is about twice the one before."
    assert told == f"No other gives more for less than cheap or best. 4 in all. {axes}"


def alike(places: Sequence[tuple[float, float]]) -> Scatter:
    """Importance against satisfaction, each with a wide range."""
    spots = [
        Spot(f"F-{i}", f"Idea {i}", Interval(x - 1, x, x + 1), Interval(y - 1, y, y + 1))
        for i, (x, y) in enumerate(places, start=1)
    ]
    return Scatter(spots, "Satisfaction, points", "Importance, points", on_one_scale=True)


def test_of_two_numbers_on_one_scale_the_diagonal_parts_the_picture() -> None:
    scatter = alike([(2, 8), (6, 4)])
    axes = scatter.spec()["layer"][-1]["encoding"]
    assert [axes[name]["scale"] for name in "xy"] == [{"domainMin": 0}] * 2
    assert scatter.summary() == "2 in all; 1 stands above the line: more importance than satisfaction."
    assert "Dashed: as much of one as of the other." in scatter.legend()


def test_regions_that_would_cover_each_other_are_drawn_of_the_first_few_only() -> None:
    few, many = alike([(2, 8), (8, 2)]), alike([(5, 5 + i / 100) for i in range(60)])
    assert {row["key"] for row in few.spec()["datasets"]["regions"]} == {"F-1", "F-2"}
    assert {row["key"] for row in many.spec()["datasets"]["regions"]} == {"F-1", "F-2", "F-3"}
    assert "for the first 3" in many.legend()
    assert "for the first" not in few.legend()


def test_a_name_says_how_many_others_stand_at_its_place() -> None:
    names = [one.get("name") for one in alike([(2, 8), (2, 8), (2, 8), (7, 3)]).spec()["datasets"]["spots"]]
    assert names == ["Idea 1 +2", None, None, "Idea 4"]


def test_an_ellipse_holds_half_of_the_probability() -> None:
    """Counted on a grid of the two normals, against the closed form of the half-axis."""
    scatter = Scatter([Spot("a", "", Interval(1, 10, 100), Interval(1, 10, 100))], "x", "y")
    outline = scatter.spec()["datasets"]["regions"]
    radius = max(math.log(point["x"]) for point in outline) - math.log(10)
    sigma = math.log(10) / 1.2815515655446004
    steps = [-5 + i * 0.05 for i in range(201)]
    weight = {(a, b): math.exp(-(a * a + b * b) / 2) for a in steps for b in steps}
    inside = sum(w for (a, b), w in weight.items() if math.hypot(a, b) * sigma <= radius)
    assert inside / sum(weight.values()) == pytest.approx(0.5, abs=0.01)


def test_density_quarters_lie_at_the_quarters() -> None:
    xs = [i / 100 for i in range(101)]
    uniform = Density(xs, [1.0] * 101, 0.1, 0.5, 0.9, "x")
    filters = json.dumps(uniform.spec())
    assert "datum.x >= 0.25 && datum.x <= 0.75" in filters


def test_bad_input_names_the_rule() -> None:
    with pytest.raises(ValueError, match="one edge more than counts"):
        Histogram([1, 2], [3, 4], "x")
    with pytest.raises(ValueError, match="give one each or none"):
        Line("a", [Point(1, 1)], low=[1, 2])
    with pytest.raises(ValueError, match="1 to 4"):
        Lines([], "x", "y")
