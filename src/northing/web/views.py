"""Where people arrive."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from northing.access.requests import latest_membership


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The address without a workspace: on to the one used last."""
    member = latest_membership(request)
    if member is None:
        return render(request, "web/no_workspace.html")
    return redirect("home", workspace=member.workspace.slug)
