"""The doors of sign-in that are open, below `/sign-in/`.

The rest of the sign-in package stays shut: who has an account is said by invitations, addresses are not changed by
whoever likes another one, and nothing is sent by mail.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("sessions/", include("allauth.usersessions.urls")),
]
