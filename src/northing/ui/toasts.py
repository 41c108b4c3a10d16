"""Short notices at the foot of the page, with Undo where it can be undone."""

from django.http import HttpResponse
from django_htmx.http import trigger_client_event


def toast(response: HttpResponse, text: str, undo: str = "") -> HttpResponse:
    """Have an htmx answer show a notice; `undo` is a URL that takes a POST and takes the change back."""
    return trigger_client_event(response, "toast", {"text": text, "undo": undo})
