"""Azure DevOps: the CSV of a work item query."""

from __future__ import annotations

from northing.exchange.dialects.base import Dialect, headers, meanings

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
        aside="title 2, title 3, resolved date, severity",
    ),
    ids=(("id",),),
    caps=(20_000, 10_000, 1000),
    units={"original estimate": "hours", "story points": "points", "effort": "points", "remaining work": "hours"},
)
