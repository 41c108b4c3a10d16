"""Short notices at the foot of the page, with Undo where it can be undone."""

from django.http import HttpResponse
from django_htmx.http import trigger_client_event


def toast(
    response: HttpResponse, text: str, undo: str = "", url: str = "", onward: tuple[str, str] = ("", "")
) -> HttpResponse:
    """Have an htmx answer show a notice; `undo` is a URL that takes a POST and takes the change back, `url` the
    record that the notice is about, `onward` the name and URL of the page that shows what came of it.
    """
    detail = {"text": text, "undo": undo, "url": url, "onward": onward}
    return trigger_client_event(response, "toast", detail)


def changed(
    text: str, undo: str = "", also: str = "", url: str = "", onward: tuple[str, str] = ("", "")
) -> HttpResponse:
    """The htmx answer after records were changed: what shows them loads anew, and a notice says what was done.

    `also` names further events, such as `close-dialog`.
    """
    response = HttpResponse(status=204)
    for event in ("records-changed", *also.split()):
        trigger_client_event(response, event)
    return toast(response, text, undo=undo, url=url, onward=onward)
