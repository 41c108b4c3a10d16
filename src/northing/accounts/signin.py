"""How people sign in: by e-mail and password; new people come by invitation only."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up: an account is made by accepting an invitation, never from the sign-in page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SignInForm(LoginForm):  # type: ignore[misc]
    """The words of the house, and labels alone: placeholders that repeat them say nothing."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["login"].label = "E-mail"
        self.fields["remember"].label = "Stay signed in"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
