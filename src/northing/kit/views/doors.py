"""What stands in front of every view of records: workspace, record type, and the kit's refusals as answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from northing.access.actor import Actor, Forbidden
from northing.access.requests import workspace_view
from northing.kit.problems import Conflict, Invalid, Merged, Missing, Problem
from northing.kit.record_types import RecordType, registry
from northing.ui.shell import layout
from northing.ui.toasts import toast

P = ParamSpec("P")
MOST_AT_ONCE = 2000
Answer = Callable[..., HttpResponse]


def refusals(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Answer:
    """Answer the kit's refusals: 403, 404, 409 and 422, each with a page (or fragment) that says the way out."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Merged as error:
            return _led_on(request, error)
        except (Missing, Http404) as error:
            if not request.headers.get("HX-Request"):
                raise Http404(str(error)) from error
            return _fragment(request, 404, ["This is not here; it may have been moved or removed."])
        except Forbidden as error:
            return _refused(request, 403, [str(error)])
        except Conflict as error:
            return _refused(request, 409, [str(error)])
        except Invalid as error:
            return _refused(request, 422, error.problems)

    return inner


def _led_on(request: HttpRequest, merged: Merged) -> HttpResponse:
    """Whoever reads is led to what the record was merged into; what was to be done to it is not done to another."""
    address = merged.leads_to(request.get_full_path())
    if request.method != "GET" or not address:
        return _refused(request, 409, [str(merged)])
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") not in ("dialog", "drawer"):
        return HttpResponse(status=204)  # a part of its page, which leads on when it is next opened
    return HttpResponseRedirect(address)


def _refused(request: HttpRequest, status: int, problems: Sequence[object]) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return _fragment(request, status, problems)
    page = "kit/refused.html" if status == 422 else f"{status}.html"
    return render(request, page, {"problems": problems}, status=status)


def _fragment(request: HttpRequest, status: int, problems: Sequence[object]) -> HttpResponse:
    """The problems where they can be seen: in the dialog or drawer, else in a notice; never a page inside a page."""
    if request.headers.get("HX-Target") in ("dialog", "drawer"):
        return render(request, "kit/refused.html", {"problems": problems, "layout": layout(request)}, status=status)
    answer = render(request, "kit/refused_fragment.html", {"problems": problems}, status=status)
    answer["HX-Reswap"] = "none"
    # The frame itself says what 403 and 404 mean.
    return toast(answer, " ".join(map(str, problems))) if status in (409, 422) else answer


def _require_texts(request: HttpRequest) -> None:
    """What is asked or typed must be text: nobody types a NUL character, and PostgreSQL keeps and compares none."""
    for given in (request.GET, request.POST):
        for name, values in given.lists():
            if any("\x00" in text for text in (name, *values)):
                raise Invalid([Problem(name.replace("\x00", ""), "", "has a NUL character, which no text holds")])


def _require_ids(ids: Iterable[object]) -> None:
    """Nothing has an id beyond what a database can look for."""
    if too_large := [one for one in ids if isinstance(one, int) and one >= 2**63]:
        raise Missing(str(too_large[0]))


def page(*methods: str) -> Callable[[Callable[..., HttpResponse]], Answer]:
    """A workspace page that takes these methods: `view(request, actor, ...)`."""

    def decorate(view: Callable[..., HttpResponse]) -> Answer:
        @wraps(view)
        def with_texts(request: HttpRequest, actor: Actor, *args: Any, **kwargs: Any) -> HttpResponse:
            _require_texts(request)
            _require_ids(kwargs.values())
            return view(request, actor, *args, **kwargs)

        return require_http_methods(list(methods))(refusals(workspace_view(with_texts)))

    return decorate


def record_page(*methods: str) -> Callable[[Callable[..., HttpResponse]], Answer]:
    """A page of one record type, named by the address: `view(request, actor, record_type, ...)`."""

    def decorate(view: Callable[..., HttpResponse]) -> Answer:
        @wraps(view)
        def with_type(request: HttpRequest, actor: Actor, path: str, *args: Any, **kwargs: Any) -> HttpResponse:
            record_type: RecordType = registry.at_path(path)
            return view(request, actor, record_type, *args, **kwargs)

        return page(*methods)(with_type)

    return decorate


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the whole page to an address, also from within a dialog or drawer."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def whole_numbers(field: str, given: Iterable[str], way_out: str) -> list[int]:
    """The ids that a form carries in a field, parted by commas. Raises `Invalid`, with the way out, for anything else,
    and for more than can be done at once."""
    texts = [text for some in given for text in some.split(",") if text]
    ids = [pk for text in texts if (pk := whole(text)) is not None]
    if len(ids) < len(texts):
        raise Invalid([Problem(field, ",".join(texts)[:80], way_out)])
    if len(ids) > MOST_AT_ONCE:
        raise Invalid([Problem(field, len(ids), f"at most {MOST_AT_ONCE:,} at once")])
    return ids


def whole(text: str) -> int | None:
    """The whole number that a form carries (a version, an id); None for anything else.

    >>> whole("12"), whole("-1"), whole("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
