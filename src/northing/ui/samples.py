"""Invented data for the gallery: a photo editing app and a pair of headphones."""

import math
from datetime import date, timedelta

from northing.ui import cells
from northing.ui.charts import (
    Band,
    Bar,
    Density,
    Driver,
    Fan,
    Heatmap,
    Line,
    Lines,
    Marker,
    Point,
    Rank,
    RankIntervals,
    Scatter,
    Spot,
    Tornado,
    Verdict,
    Whiskers,
)
from northing.ui.shell import MenuGroup, MenuItem, Shell
from northing.ui.timeline import Bar as TimeBar
from northing.ui.timeline import Lane, Link, Timeline
from northing.ui.tones import Tone

TODAY = date(2026, 11, 23)

SHELL = Shell(
    workspace="Lumen",
    workspaces=[MenuItem("Lumen", "#", "image", current=True), MenuItem("Aria", "#", "headphones")],
    home_url="/gallery/",
    member="Robin Vale",
    member_menu=[MenuItem("Preferences", "#", "settings"), MenuItem("Sign out", "#", "log-out", posts=True)],
    search_url="/gallery/search",
    menu=[
        MenuGroup(
            "",
            [
                MenuItem("Home", "/gallery/home/", "house", key="h"),
                MenuItem("Feedback", "/gallery/inbox/", "inbox", "38", key="i"),
                MenuItem("Decisions", "/gallery/components/", "scale", key="d"),
            ],
        ),
        MenuGroup(
            "Plan",
            [
                MenuItem("Features", "/gallery/table/", "list-tree", "5,000", key="f"),
                MenuItem("Board", "/gallery/board/", "columns-3", key="b"),
                MenuItem("Estimates", "/gallery/estimates/", "ruler", key="e"),
                MenuItem("Prioritise", "/gallery/prioritise/", "chart-scatter", key="p"),
                MenuItem("Roadmap", "/gallery/timeline/", "chart-gantt", key="r"),
            ],
        ),
        MenuGroup(
            "Deliver",
            [
                MenuItem("Launches", "/gallery/launches/", "rocket"),
                MenuItem("BOM and supply", "/gallery/supply/", "boxes"),
            ],
        ),
        MenuGroup(
            "Learn",
            [
                MenuItem("Analytics", "/gallery/analytics/", "chart-line"),
                MenuItem("Experiments", "/gallery/experiments/", "flask-conical"),
                MenuItem("Reports", "/gallery/reports/", "file-text"),
            ],
        ),
    ],
)

TITLES = (
    "Export large files without failing",
    "Presets shared with a team",
    "Offline editing on tablets",
    "Raw import from new cameras",
    "Batch rename on export",
    "Sign in with a work account",
    "Undo history kept between sessions",
    "Faster first open of a library",
    "Mask by subject",
    "Tone curve by channel",
    "Watermark on export",
    "Side by side comparison",
    "Colour labels in the grid",
    "Print layout for contact sheets",
    "Lens corrections for phones",
    "Comments on a shared album",
)
STATUSES: tuple[tuple[str, Tone], ...] = (
    ("Idea", "neutral"),
    ("Discovery", "violet"),
    ("Ready", "accent"),
    ("Building", "warn"),
    ("Launched", "good"),
)
PEOPLE = ("Robin Vale", "Ines Moor", "Tao Linde", "Mara Holm")


def _wave(i: int, salt: int) -> float:
    """A fixed number between 0 and 1 that looks irregular."""
    return (math.sin(12.9898 * i + 78.233 * salt) * 43758.5453) % 1


def value(i: int) -> cells.Interval:
    """A feature's yearly value in thousands, with its range."""
    mid = 8 * math.exp(2.9 * _wave(i, 1))
    width = math.exp(0.35 + 0.75 * _wave(i, 2))
    return cells.Interval(mid / width, mid, mid * width, guessed=i % 7 == 3, source="3 people, 12 Nov")


def effort(i: int) -> cells.Interval:
    """A feature's effort in person-weeks, with its range."""
    mid = math.exp(0.2 + 2.6 * _wave(i, 3))
    width = math.exp(0.25 + 0.5 * _wave(i, 4))
    return cells.Interval(mid / width, mid, mid * width)


def feature_rows(count: int = 32) -> list[dict[str, object]]:
    """Rows of the sample table, cells drawn."""
    intervals = [value(i) for i in range(count)]
    scale = cells.Scale.over(intervals)
    rows = []
    for i, interval in enumerate(intervals):
        title = TITLES[i % len(TITLES)]
        end = TODAY + timedelta(days=int(20 + 160 * _wave(i, 5)))
        forecast = cells.DayInterval(end - timedelta(days=9), end, end + timedelta(days=16))
        url = f"/gallery/features/{i}"
        rows.append(
            {
                "id": i,
                "key": cells.key(f"F-{120 + i}", url),
                "title": cells.link(title, url),
                "label": f"F-{120 + i} {title}",
                "status": cells.editable(cells.status(*STATUSES[i % 5]), "status", "Status"),
                "value": cells.interval(interval, scale) if i != 5 else cells.interval(None),
                "effort": cells.interval(effort(i)),
                "forecast": cells.day_interval(forecast, TODAY),
                "trend": cells.sparkline([_wave(i, k) + k / 6 for k in range(8)]),
                "owner": cells.avatar(PEOPLE[i % 4]),
            }
        )
    return rows


def fan() -> Fan:
    """A north star with its forecast."""
    weeks = [Point(i, 52 + 3.2 * math.sin(i / 4) + i * 0.12 + _wave(i, 9)) for i in range(30)]
    start = weeks[-1].y
    bands = [
        Band(29 + j, m - 1.28 * s, m - 0.67 * s, m, m + 0.67 * s, m + 1.28 * s)
        for j, m, s in ((j, start + 0.35 * j, 1.1 * math.sqrt(j)) for j in range(13))
    ]
    return Fan(weeks, bands, "Week", "Weekly editors, %", target=60)


def tornado() -> Tornado:
    """What moves three-year profit."""
    inputs = (
        ("Attach rate", -420, 510),
        ("Unit cost", -330, 260),
        ("Launch date", -240, 90),
        ("Churn, year 1", -180, 170),
        ("Support load", -90, 70),
    )
    return Tornado([Driver(*one) for one in inputs], "Change in 3-year profit, k€")


def funnel() -> Whiskers:
    """Steps of a first use."""
    steps = (
        Bar("Opened a photo", 1840),
        Bar("Edited", 1290, 1240, 1335),
        Bar("Exported", 905, 852, 958),
        Bar("Back in week 2", 612, 560, 664),
    )
    return Whiskers(steps, "Accounts, last 28 days")


def heatmap() -> Heatmap:
    """Retention by start week."""
    names = [f"{month} wk {week}" for month in ("Sep", "Oct", "Nov") for week in (1, 2, 3)][:8]
    rows = [[100 * 0.62 * 0.91 ** (w - 1) if w else 100.0 for w in range(8 - i)] for i in range(8)]
    return Heatmap(names, [str(w) for w in range(8)], rows, "Weeks since first use")


def scatter() -> Scatter:
    """Value against effort."""
    spots = [Spot(f"F-{120 + i}", TITLES[i % 16], effort(i), value(i), _wave(i, 6)) for i in range(26)]
    return Scatter(spots, "Effort, person-weeks", "Value, k€ per year")


_SPREADS: tuple[tuple[float, Verdict], ...] = (
    (0.4, "clear lead"),
    (0.8, "clear lead"),
    (1.4, "close call"),
    (2.6, "toss-up"),
    (2.8, "toss-up"),
    (2.2, "toss-up"),
)


def ranks() -> RankIntervals:
    """Likely places."""
    return RankIntervals(
        [
            Rank(TITLES[i], max(1, i + 1 - spread), i + 1, i + 1 + spread, verdict)
            for i, (spread, verdict) in enumerate(_SPREADS)
        ]
    )


def lines() -> Lines:
    """Exports by plan, with a release."""
    days = [TODAY - timedelta(days=7 * (20 - i)) for i in range(20)]
    pro = [Point(day, 62 + 1.3 * i + 4 * _wave(i, 1)) for i, day in enumerate(days)]
    free = [Point(day, 40 + 0.4 * i + 3 * _wave(i, 2)) for i, day in enumerate(days)]
    band = (tuple(one.y - 4 for one in pro), tuple(one.y + 4 for one in pro))
    return Lines((Line("Pro", pro, *band), Line("Free", free)), "", "Exports per account", (Marker(days[9], "4.2"),))


def density(low: float = 9, mid: float = 12, high: float = 17) -> Density:
    """A two-piece normal through three quantiles; good enough for a sample."""
    left, right = (mid - low) / 1.2816 or 1, (high - mid) / 1.2816 or 1
    xs = [mid - 3 * left + i * (3 * left + 3 * right) / 80 for i in range(81)]
    ys = [math.exp(-(((x - mid) / (left if x < mid else right)) ** 2) / 2) for x in xs]
    return Density(xs, ys, low, mid, high, "Effort, person-weeks")


def timeline() -> Timeline:
    """Three lanes of features."""
    tones: tuple[Tone, ...] = ("warn", "accent", "accent", "violet", "violet")
    lanes, number = [], 0
    for lane, count in (("Editor", 5), ("Sharing", 5), ("Aria headphones", 4)):
        bars = []
        for k in range(count):
            start = TODAY + timedelta(days=-45 + 22 * k + int(30 * _wave(number, 2)))
            low = start + timedelta(days=20 + int(30 * _wave(number, 3)))
            mid = low + timedelta(days=5 + int(16 * _wave(number, 4)))
            high = mid + timedelta(days=8 + int(30 * _wave(number, 5)))
            target = mid + timedelta(days=int(26 * _wave(number, 6)) - 12) if k % 2 else None
            bars.append(
                TimeBar(
                    f"{number}",
                    TITLES[number],
                    f"/gallery/features/{number}",
                    start,
                    low,
                    mid,
                    high,
                    tones[k],
                    target,
                    promised=high if k == 3 else None,
                    guessed=k == 4,
                )
            )
            number += 1
        lanes.append(Lane(lane, bars))
    links = (
        Link("1", "2"),
        Link("2", "3"),
        Link("3", "4", risk=True),
        Link("5", "6", risk=True),
        Link("7", "8"),
        Link("10", "12"),
    )
    return Timeline(lanes, TODAY, links)
