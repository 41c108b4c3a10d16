"""Linear: the CSV of a workspace or team."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings

LINEAR = Dialect(
    name="linear-csv",
    title="Linear CSV export",
    source="linear",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("title"),
        headers("status"),
        headers("cycle name, cycle number, cycle start"),
        headers("completed, canceled, archived, triaged"),
    ),
    kinds=TABLES | JSON,
    signs=headers("creator, project, team, labels, started, due date"),
    least=0.8,
    columns=meanings(
        body="issue description",
        sprint="cycle name",
        author="creator",
        area="team",
        parent="parent issue",
        aside="""
        cycle number, cycle start, cycle end, canceled, archived, project id, initiatives
    """,
    ),
    ids=(("id",), ("identifier",)),
    caps=(2000, 250),
    units={"estimate": "points"},
)
