"""Tables of no known tool: told by what their columns mean."""

from __future__ import annotations

from northing.exchange.dialects.base import JSON, TABLES, Dialect, headers, meanings, saying

FEATURE_TABLE = Dialect(
    name="feature-table",
    title="list of features with scores",
    source="",
    record_types=("feature", "feedback", "work_item"),
    needs=(saying("title"), saying("reach", "impact", "value"), saying("effort", "confidence")),
    signs=headers("reach, impact, confidence, effort, value"),
    least=0.6,
    kinds=TABLES | JSON,
    columns=meanings(
        effort="effort, aufwand",
        aside="score, rice, rice score",
    ),
    caps=(1000, 500, 100),
)

PARTS_LIST = Dialect(
    name="parts-list",
    title="bill of materials",
    source="",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        headers("quantity, qty, menge, anzahl, stückzahl, quantité, qté, cantidad, quantidade, 数量"),
        headers("""
        designator, designators, reference designator, ref des, refdes, reference, references, footprint, package,
        part number, partno, part no, mpn, manufacturer part number, mfr part number, manufacturer, bauteil,
        artikelnummer, level, bom level
        """),
    ),
    without=saying("rating", "status", "author", "author_email", "votes", "priority", "assignee", "account"),
    least=0.8,
    kinds=TABLES | JSON,
    unfit="The file is a bill of materials: it lists parts, not what people say or what is to be done.",
)

_FEATURES = """
    feature, feature name, feature title, capability, initiative name, funktion, fonctionnalité, funcionalidad,
    funcionalidade, 機能, 機能名, 功能, функция
"""

FEATURE_LIST = Dialect(
    name="feature-list",
    title="list of features",
    source="",
    record_types=("feature", "work_item", "feedback"),
    needs=(
        headers(_FEATURES),
        saying("status", "assignee", "due", "priority", "effort", "sprint") | headers("feature status, release name"),
    ),
    least=0.9,
    kinds=TABLES | JSON,
    columns=meanings(
        title=_FEATURES,
        status="feature status",
        body="feature description",
        kind="feature type",
        area="component name",
        due="release date, feature due date",
    ),
    ids=(("feature reference",), ("feature id",)),
    caps=(1000, 500, 100),
)

TRACKER_TABLE = Dialect(
    name="tracker-table",
    title="list of work items",
    source="",
    record_types=("work_item", "feature", "feedback"),
    needs=(
        saying("title"),
        saying("status") | {"section column", "progress", "completed at", "list"},
        saying("assignee", "kind", "priority", "sprint", "estimate", "due"),
    ),
    signs=headers("status, assignee, priority, due date, type, labels"),
    least=0.4,
    most=0.74,
    kinds=TABLES | JSON,
    columns=meanings(
        status="section column, progress",
        sprint="bucket name",
        body="notes",
        estimate="weight",
    ),
    caps=(1000, 500, 100),
)

GENERIC = Dialect(
    name="table",
    title="table",
    source="",
    record_types=("feedback", "work_item", "feature"),
    needs=(),
    least=0.1,
    kinds=TABLES | JSON,
    caps=(1000, 500, 100),
)
