"""Plane: the CSV of a project."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings

PLANE = Dialect(
    name="plane-csv",
    title="Plane CSV export",
    source="plane",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("name"),
        headers("state, state name"),
        headers("module name, module, cycle name"),
        headers("created by, created at"),
    ),
    kinds=TABLES | JSON,
    signs=headers("target date, start date, completed at, archived at, cycle name, priority"),
    least=0.8,
    columns=meanings(
        sprint="cycle name",
        area="module name",
        status="state name",
        aside="""
        cycle start date, cycle end date, module start date, module target date, archived at
    """,
    ),
    ids=(("id",), ("identifier",)),
    units={"estimate": "points"},
)
