"""Azure DevOps: the CSV of a work item query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from northing.exchange.dialects.base import Dialect, headers, meanings
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
