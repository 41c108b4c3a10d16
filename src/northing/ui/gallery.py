"""Every component on sample pages, for development: `path("gallery/", include("northing.ui.gallery"))`."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString

from northing.ui import cells, formats, samples
from northing.ui.charts import render as chart
from northing.ui.passages import Mark, marked
from northing.ui.shell import layout
from northing.ui.timeline import render as render_timeline
from northing.ui.toasts import toast

MESSAGE = (
    "We shoot weddings and deliver about 900 photos per job. Since the last update the export stops at around 4 GB "
    "and I have to split every album by hand.\n\n"
    "It would also help if my two assistants could use my presets without me mailing files around. We would pay for "
    "a team plan if it had that."
)


class SampleForm(forms.Form):
    """A form with everything that a form can have."""

    title = forms.CharField(help_text="What the user can do afterwards, in a few words.")
    status = forms.ChoiceField(choices=[(one, one) for one, _ in samples.STATUSES])
    effort = forms.FloatField(min_value=0, required=False, label="Effort, person-weeks")
    note = forms.CharField(widget=forms.Textarea, required=False)


def _page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    shell = samples.SHELL.at(request.path)
    return render(request, f"ui/gallery/{name}.html", {"shell": shell, "layout": layout(request), **context})


def _table(request: HttpRequest) -> HttpResponse:
    return _page(request, "table", rows=samples.feature_rows(), statuses=samples.STATUSES)


def _board(request: HttpRequest) -> HttpResponse:
    columns = []
    for at, (status, tone) in enumerate(samples.STATUSES):
        own = range(at, 32, 5)
        cards = [
            {
                "id": i,
                "key": f"F-{120 + i}",
                "title": cells.link(samples.TITLES[i % 16], f"/gallery/features/{i}"),
                "value": cells.interval(samples.value(i), unit="k€"),
                "owner": samples.PEOPLE[i % 4],
            }
            for i in own
        ]
        columns.append({"status": status, "tone": tone, "cards": cards})
    return _page(request, "board", columns=columns)


def _inbox(request: HttpRequest) -> HttpResponse:
    slow = MESSAGE.index("the export stops at around 4 GB")
    message = marked(MESSAGE, [Mark(slow, slow + 31, "1", "Linked to F-120")])
    return _page(request, "inbox", message=message, titles=samples.TITLES[:9], people=samples.PEOPLE)


def _timeline(request: HttpRequest) -> HttpResponse:
    drawn = render_timeline(samples.timeline(), "/gallery/timeline/{id}/move", "/gallery/timeline/{id}/preview")
    return _page(request, "timeline", timeline=drawn)


def _prioritise(request: HttpRequest) -> HttpResponse:
    ranked = [(i + 1, samples.TITLES[i], formats.percent(0.98 - 0.08 * i)) for i in range(11)]
    return _page(
        request, "prioritise", scatter=chart(samples.scatter(), "large"), ranks=chart(samples.ranks()), ranked=ranked
    )


def _home(request: HttpRequest) -> HttpResponse:
    charts = (samples.fan, samples.tornado, samples.heatmap, samples.funnel, samples.lines, samples.density)
    return _page(request, "home", **{one.__name__: chart(one()) for one in charts})


def _components(request: HttpRequest) -> HttpResponse:
    bound = SampleForm({"title": "", "status": "Idea", "effort": "-2"})
    return _page(
        request, "components", form=bound, people=samples.PEOPLE, statuses=samples.STATUSES, rows=_every_cell()
    )


def _every_cell() -> list[tuple[str, SafeString]]:
    interval = cells.Interval(9.2, 12.3, 17.4, source="3 people, 12 Nov")
    scale = cells.Scale(0, 24)
    return [
        ("text", cells.text("Plain words")),
        ("key", cells.key("F-128", "/gallery/features/1")),
        ("status", cells.status("Building", "warn")),
        ("interval", cells.interval(interval, scale, "weeks")),
        ("interval, guessed", cells.interval(cells.Interval(3, 5, 9, guessed=True), scale, "weeks")),
        ("interval, none", cells.interval(None)),
        ("number", cells.number(1234567)),
        ("money", cells.money(41.2, "EUR")),
        ("day", cells.day(samples.TODAY, samples.TODAY)),
        ("person", cells.person("Ines Moor")),
        ("tags", cells.tags(["export", "pro", "wedding", "batch", "raw"])),
        ("flag", cells.flag(True)),
        ("progress", cells.progress(0.62)),
        ("sparkline", cells.sparkline([3, 4, 3.5, 5, 6, 5.8, 7])),
        ("empty", cells.text(None)),
    ]


def _estimates(request: HttpRequest) -> HttpResponse:
    return _page(request, "estimates", titles=list(enumerate(samples.TITLES[:8])), sizes=("XS", "S", "M", "L", "XL"))


def _feature(request: HttpRequest, number: int) -> HttpResponse:
    return _page(request, "feature", heading=samples.TITLES[number % 16], number=number, people=samples.PEOPLE)


def _new(request: HttpRequest) -> HttpResponse:
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = HttpResponse(status=204, headers={"HX-Trigger": '{"close-dialog": null}'})
        return toast(done, "Feature created", undo="/gallery/undo")
    return _page(request, "new", heading="New feature", form=form)


def _cell(request: HttpRequest, number: int) -> HttpResponse:
    names = [one for one, _ in samples.STATUSES]
    if request.method == "POST":
        status, tone = samples.STATUSES[names.index(request.POST["status"])]
        shown = cells.editable(cells.status(status, tone), "status", "Status")
        return toast(HttpResponse(shown), f"F-{120 + number} is now {status}", undo="/gallery/undo")
    return render(request, "ui/gallery/cell.html", {"names": names, "current": names[number % 5], "number": number})


def _search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "").lower()
    found = [
        {"label": title, "url": f"/gallery/features/{i}", "key": f"F-{120 + i}", "icon": "square-check-big"}
        for i, title in enumerate(samples.TITLES)
        if asked in title.lower()
    ]
    return render(
        request, "ui/palette_results.html", {"groups": [{"label": "Features", "items": found}] if found else []}
    )


def _density(request: HttpRequest) -> HttpResponse:
    given = {name: float(request.GET[name]) for name in ("low", "mid", "high") if request.GET.get(name)}
    mid = given.get("mid", 12)
    low, mid, high = sorted((given.get("low", mid * 0.6), mid, given.get("high", mid * 1.8)))
    curve = samples.density(low, mid, high)
    words = f"Likely {formats.number_range(low, mid, high, 'weeks')}"
    answer = {"x": curve.x, "y": curve.y, "low": low, "mid": mid, "high": high, "guessed": len(given) < 3}
    return JsonResponse({**answer, "words": words})


def _preview(request: HttpRequest, id: str) -> HttpResponse:
    days = int(request.GET["days"])
    text = f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
    return render(request, "ui/gallery/preview.html", {"text": text, "title": samples.TITLES[int(id)]})


def _counted(request: HttpRequest, page: str) -> HttpResponse:
    """The counts of the menu stay."""
    return HttpResponse(status=204)


def _done(request: HttpRequest, **_: object) -> HttpResponse:
    return toast(HttpResponse(status=204), "Saved", undo="/gallery/undo")


def _refused(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse("Someone moved this card meanwhile.", status=409, content_type="text/plain")


def _sized(request: HttpRequest, id: str) -> HttpResponse:
    spans = {"XS": (0.1, 0.2, 0.5), "S": (0.4, 0.8, 1.6), "M": (1, 2, 4), "L": (3, 6, 12), "XL": (8, 16, 32)}
    return HttpResponse(
        cells.interval(cells.Interval(*spans[request.POST["size"]]), cells.Scale(0.1, 32, log=True), "weeks")
    )


def _static(name: str) -> Callable[[HttpRequest], HttpResponse]:
    return lambda request: _page(request, name)


urlpatterns = [
    path("", _components),
    path("components/", _components),
    path("<slug:page>/count", _counted),
    path("table/", _table),
    path("board/", _board),
    path("board/<id>/move", _done),
    path("board/<id>/refused", _refused),
    path("inbox/", _inbox),
    path("timeline/", _timeline),
    path("timeline/<id>/preview", _preview),
    path("timeline/<id>/move", _done),
    path("prioritise/", _prioritise),
    path("home/", _home),
    path("estimates/", _estimates),
    path("estimates/<id>/size", _sized),
    path("density", _density),
    path("features/new", _new),
    path("features/bulk", _done),
    path("features/<int:number>", _feature),
    path("table/<int:number>/cell/status/", _cell),
    path("undo", _done),
    path("search", _search),
    path("blank/", _static("blank")),
]
