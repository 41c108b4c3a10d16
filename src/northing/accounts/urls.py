"""Addresses of the settings, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.accounts import api_views, workspace_views
from northing.accounts import settings_views as views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.workspace, name="workspace"),
    path("settings/new-workspace", workspace_views.new, name="new_workspace"),
    path("settings/new-workspace/address", workspace_views.address, name="workspace_address"),
    path("settings/remove", workspace_views.remove, name="remove_workspace"),
    path("settings/members", views.members, name="members"),
    path("settings/members/<int:member_id>", views.change_member, name="change_member"),
    path("settings/invitations/<int:invitation_id>/withdraw", views.withdraw_invitation, name="withdraw"),
    path("settings/tokens", views.tokens, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", views.revoke_token, name="revoke_token"),
    path("settings/api", api_views.guide, name="api_guide"),
    path("settings/preferences", views.preferences, name="preferences"),
]
