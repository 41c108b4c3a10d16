"""Azure DevOps: the CSV of a work item query, and work items as its programming interface gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from northing.exchange.dialects.base import JSON, Dialect, headers, meanings
from northing.exchange.reading import read_rows
from northing.exchange.records import Layout, SourceRow
from northing.exchange.words import fold

_TITLE = re.compile(r"(?:title|titel|titre|titulo|titolo|タイトル|标题) (\d+)")


def _items(path: Path, layout: Layout) -> Iterator[SourceRow]:
    """A query of a tree writes a title into the column of its depth: Title 1, Title 2, ... Parents stand above."""
    depths = {name: int(found[1]) for name in layout.headers if (found := _TITLE.fullmatch(fold(name)))}
    own = next((name for name in layout.headers if fold(name) == "id"), "")
    above: dict[int, str] = {}
    for row in read_rows(path, layout):
        titled = {depth: str(row.values[name]).strip() for name, depth in depths.items() if row.values.get(name)}
        if titled:
            depth = min(titled)
            row.details = {"title": titled[depth]}
            above = {other: key for other, key in above.items() if other < depth}
            if above:
                row.details["parent"] = above[max(above)]
            above[depth] = str(row.values.get(own, ""))
        yield row


AZURE_DEVOPS = Dialect(
    name="azure-devops-csv",
    title="Azure DevOps query export",
    source="azure-devops",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("""
        work item type, arbeitselementtyp, type d element de travail, tipo de elemento de trabajo,
        tipo de item de trabalho, tipo di elemento di lavoro, 作業項目の種類, 工作项类型
    """),
        headers("title, title 1, titel, titre, titulo, titolo, タイトル, 标题"),
    ),
    signs=headers("id, state, assigned to, tags, area path, iteration path"),
    least=0.8,
    columns=meanings(
        title="title 1",
        kind="""
        arbeitselementtyp, type d element de travail, tipo de elemento de trabajo, tipo de item de
        trabalho, tipo di elemento di lavoro, 作業項目の種類, 工作项类型
    """,
        area="area path",
        sprint="iteration path",
        project="team project",
        status="state",
        started="activated date",
        finished="closed date",
        updated="changed date",
        due="target date",
        body="repro steps",
        aside="resolved date, severity",
    ),
    ids=(("id",),),
    rows=_items,
    caps=(20_000, 10_000, 1000),
    units={"original estimate": "hours", "story points": "points", "effort": "points", "remaining work": "hours"},
)

AZURE_DEVOPS_JSON = Dialect(
    name="azure-devops-json",
    title="list of Azure DevOps work items",
    source="azure-devops",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("fields system title"), headers("fields system work item type, fields system state")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        title="fields system title",
        body="fields system description, fields microsoft vsts tcm repro steps",
        kind="fields system work item type",
        status="fields system state",
        resolution="fields system reason",
        area="fields system area path",
        sprint="fields system iteration path",
        project="fields system team project",
        priority="fields microsoft vsts common priority",
        assignee="fields system assigned to display name, fields system assigned to",
        assignee_email="fields system assigned to unique name",
        author="fields system created by display name, fields system created by",
        author_email="fields system created by unique name",
        labels="fields system tags",
        estimate="""
        fields microsoft vsts scheduling story points, fields microsoft vsts scheduling effort,
        fields microsoft vsts scheduling original estimate
    """,
        parent="fields system parent",
        created="fields system created date",
        started="fields microsoft vsts common activated date",
        finished="fields microsoft vsts common closed date",
        updated="fields system changed date",
        due="fields microsoft vsts scheduling target date",
        aside="id, rev, url, fields system id, fields microsoft vsts common resolved date",
    ),
    ids=(("id",), ("fields system id",)),
    caps=(200, 1000, 20_000),
    units={
        "fields microsoft vsts scheduling story points": "points",
        "fields microsoft vsts scheduling effort": "points",
        "fields microsoft vsts scheduling original estimate": "hours",
    },
)
