"""Coming in: one-time links and invitations. Signing in with a password is allauth's."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, password_validation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from northing.access import entry
from northing.access.models import Invitation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class YourName(forms.Form):
    """What others see beside what the first user does; it can wait."""

    name = forms.CharField(
        max_length=120,
        required=False,
        label="Your name",
        help_text="As others will see it beside what you do. It can wait.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        """In one line, of what can be seen; else it waits."""
        name = " ".join(self.cleaned_data["name"].split())
        return name if name.isprintable() else ""


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link. Opening it shows a button, so that programs that follow links do not use it up; the first user
    may say their name."""
    if request.method == "GET":
        link = entry.find_link(secret)
        context = {"link": link, "form": YourName() if link and link.user.is_nameless else None}
        return render(request, "accounts/sign_in_link.html", context, status=200 if link else 410)
    user = entry.use_link(secret)
    if user is None:
        return render(request, "accounts/sign_in_link.html", {"link": None}, status=410)
    form = YourName(request.POST)
    if user.is_nameless and form.is_valid() and form.cleaned_data["name"]:
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
    login(request, user, backend=BACKEND)
    return redirect("start")


class NewAccount(forms.Form):
    """Name and password of somebody who was invited."""

    name = forms.CharField(max_length=120, label="Your name")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, email: str, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: with the account of its e-mail, or by making that account."""
    found = entry.find_invitation(secret)
    if found is None:
        return _gone(request)
    present = User.objects.filter(email=found.email).first()
    if present is not None:
        return _join(request, found, present)
    form = NewAccount(found.email, request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "accounts/invitation.html", {"invitation": found, "form": form}, status=status)
    user = entry.accept_as_newcomer(found, form.cleaned_data["name"], form.cleaned_data["password"])
    if user is None:
        return _gone(request)
    login(request, user, backend=BACKEND)
    return redirect("home", workspace=found.workspace.slug)


def _join(request: HttpRequest, found: Invitation, present: User) -> HttpResponse:
    """Somebody with an account joins signed in as that account, and as no other."""
    if not request.user.is_authenticated:
        return redirect(f"/sign-in/login/?next={request.path}")
    if request.user.pk != present.pk:
        context = {"invitation": found, "wrong_account": True}
        return render(request, "accounts/invitation.html", context, status=403)
    if request.method == "GET":
        return render(request, "accounts/invitation.html", {"invitation": found})
    if entry.accept_invitation(found, present) is None:
        return _gone(request)
    return redirect("home", workspace=found.workspace.slug)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_gone.html", status=410)
