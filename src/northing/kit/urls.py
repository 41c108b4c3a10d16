"""Addresses of every record type's pages, below `/<workspace>/`. One set for all: the type is in the path."""

from __future__ import annotations

from django.urls import path

from northing.kit.views import cell_edit, details, exports, filters, finding, imports, lists, merging, saved_views

app_name = "kit"
urlpatterns = [
    path("search", finding.palette, name="search"),
    path("known", finding.known, name="known"),
    path("changes/<int:change_id>/undo", details.undo_change, name="undo"),
    path("<slug:path>/", lists.list_records, name="list"),
    path("<slug:path>/new", details.new, name="new"),
    path("<slug:path>/filters", filters.filters, name="filters"),
    path("<slug:path>/columns", filters.columns, name="columns"),
    path("<slug:path>/bulk", lists.bulk, name="bulk"),
    path("<slug:path>/merge", merging.merge_ticked, name="merge_ticked"),
    path("<slug:path>/views", saved_views.views, name="views"),
    path("<slug:path>/save-view", saved_views.save_view, name="save_view"),
    path("<slug:path>/views/<int:view_id>/delete", saved_views.delete_view, name="delete_view"),
    path("<slug:path>/export.<slug:form>", exports.export, name="export"),
    path("<slug:path>/import/", imports.start, name="import"),
    path("<slug:path>/import/<int:import_id>/", imports.show, name="import_batch"),
    path("<slug:path>/import/<int:import_id>/type", imports.retype, name="import_retype"),
    path("<slug:path>/import/<int:import_id>/check", imports.check, name="import_check"),
    path("<slug:path>/import/<int:import_id>/warnings", imports.warn, name="import_warnings"),
    path("<slug:path>/import/<int:import_id>/choose", imports.choose, name="import_choose"),
    path("<slug:path>/import/<int:import_id>/apply", imports.apply, name="import_apply"),
    path("<slug:path>/import/<int:import_id>/cancel", imports.cancel, name="import_cancel"),
    path("<slug:path>/import/<int:import_id>/undo", imports.undo, name="import_undo"),
    path("<slug:path>/import/<int:import_id>/rejected.csv", imports.rejected, name="import_rejected"),
    path("<slug:path>/<slug:key>/", details.show, name="record"),
    path("<slug:path>/<slug:key>/edit", details.edit, name="edit"),
    path("<slug:path>/<slug:key>/archive", details.archive, name="archive"),
    path("<slug:path>/<slug:key>/merge", merging.merge, name="merge"),
    path("<slug:path>/<slug:key>/history", details.show_history, name="history"),
    path("<slug:path>/<slug:key>/restore/<int:version>", details.restore, name="restore"),
    path("<slug:path>/<slug:key>/panel/<slug:name>", details.panel, name="panel"),
    path("<slug:path>/<slug:key>/cell/<slug:field>/", cell_edit.cell, name="cell"),
    path("<slug:path>/<slug:key>/comments", details.comment, name="comment"),
    path("<slug:path>/<slug:key>/comments/<int:comment_id>/delete", details.delete_comment, name="delete_comment"),
    path("<slug:path>/<slug:key>/links", details.link, name="link"),
]
