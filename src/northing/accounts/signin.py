"""How people sign in: by e-mail and password; new people come by invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed sign-up: an account is made by accepting an invitation, never from the sign-in page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
