"""Addresses of the board, the tree, and what the inbox and the features' pages do, below `/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from northing.features import boards, linking, members, picking, views

app_name = "features"
urlpatterns = [
    path("inbox/<slug:key>/targets", linking.targets, name="targets"),
    path("inbox/<slug:key>/link", linking.link, name="link"),
    path("inbox/<slug:key>/suggestions", linking.suggestions, name="suggestions"),
    path("inbox/<slug:key>/unlink", linking.unlink, name="unlink"),
    path("themes/pick", picking.pick, name="pick"),
    path("themes/pick/messages", members.shown, name="members"),
    path("inbox/link", linking.link_ticked, name="link-ticked"),
    path("features/<slug:key>/asking", views.asking, name="asking"),
    path("features/<slug:key>/goals", views.goals, name="goals"),
    path("features/<slug:key>/health", views.health, name="health"),
    path("board/", boards.board, name="board"),
    path("board/<int:record_id>/move", boards.move, name="move"),
    path("tree/", views.tree, name="tree"),
    path("tree/<slug:key>/", views.branch, name="branch"),
]
