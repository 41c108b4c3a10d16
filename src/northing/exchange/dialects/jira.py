"""Jira: issue lists as CSV in any of its languages, and change logs with one row per transition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from northing.exchange.dates import parse_datetime
from northing.exchange.dialects.base import JSON, Dialect, headers, meanings
from northing.exchange.dialects.threads import thread
from northing.exchange.occurrences import Lookup, grouped
from northing.exchange.reading import read_rows
from northing.exchange.records import Layout, SourceRow
from northing.exchange.words import concepts_of, fold, header_concepts, translate

_KEYS = headers("""
        issue key, key, vorgangsschlussel, cle de ticket, cle de la demande, cle, clave de
        incidencia, clave, chave da item, chave do item, chave do ticket, chave, chiave
        segnalazione, chiave, klucz zgloszenia, klucz, 課題キー, キー, 问题关键字, 关键字, 이슈 키, 키, код, ключ,
        issuesleutel, sleutel, nyckel, arendenyckel, talep anahtarı, klucz sprawy
    """)
_SUMMARIES = headers("""
        summary, zusammenfassung, resume, resumen, resumo, riepilogo, podsumowanie, 要約, 概要, 摘要, 主题,
        요약, резюме, тема, samenvatting, sammanfattning, ozet
    """)
_ORIGINAL_ESTIMATES = headers("""
        original estimate, ursprungliche schatzung, estimation originale, estimacion original, estimativa original,
        stima originale, stima originaria, 初期見積り, 初期見積もり, 最初の見積もり, ursprüngliche schätzung,
        szacowanie pierwotne, oorspronkelijke schatting, orijinal tahmin, ursprunglig uppskattning, 初始预估,
        最初预估时间, 최초 추정치, первоначальная оценка, estimation d origine
    """)
_NUMBERS = headers("""
        issue id, vorgangs id, id de la incidencia, id zgloszenia, id du ticket, id de ticket, id de la demande,
        id da item, id do item, id do ticket, id segnalazione, id van issue, 課題 id, 问题 id, 이슈 id,
        arende id, talep kimliği, идентификатор задачи
    """)
_PARAGRAPH = re.compile(r"fields\.description(?:\.content)+\.text")
_NEVER = datetime.max.replace(tzinfo=UTC)
_FROM = headers("""
        from status, from, from state, old status, previous status, von status, statut precedent, de
        status
    """)
_TO = headers("""
        to status, to, to state, new status, nach status, zu status, nouveau statut, para status
    """)


def _issues(path: Path, layout: Layout) -> Iterator[SourceRow]:
    """Issues whose parents are named by their keys, where an export names them by numbers that nobody sees."""
    key, number = (_column(layout, words) for words in (_KEYS, _NUMBERS))
    parents = [name for name in layout.headers if any(concept == "parent" for concept, _ in concepts_of(name))]
    if not key or not number or not parents:
        yield from read_rows(path, layout)
        return
    pairs = ((str(row.values.get(number, "")), str(row.values.get(key, ""))) for row in read_rows(path, layout))
    with closing(Lookup(pairs)) as keys:
        for row in read_rows(path, layout):
            for name in parents:
                parent = row.values.get(name)
                if isinstance(parent, str) and parent.isdecimal():
                    row.values[name] = keys.get(parent) or parent
            yield row


def _column(layout: Layout, words: frozenset[str]) -> str | None:
    return next((name for name in layout.headers if fold(name) in words), None)


JIRA = Dialect(
    name="jira-csv",
    title="Jira CSV export",
    source="jira",
    record_types=("work_item", "feature", "feedback"),
    needs=(_SUMMARIES, _KEYS),
    signs=headers("issue type, project key, status category, watchers, reporter, resolution"),
    least=0.75,
    columns=meanings(
        labels="components",
        version="fix versions",
        sprint="sprint",
        parent="parent key",
        priority="p",
        kind="t",
        comments="yorum",
        started="actual start",
        finished="actual end",
        aside="creator, watchers, epic name, project name, id, comments count, start date",
    )
    | dict.fromkeys(_ORIGINAL_ESTIMATES, "effort"),
    ids=tuple((key,) for key in ("issue key", "key", *sorted(_KEYS), "issue id", "id", "vorgangs id")),
    caps=(1000, 500, 100, 50),
    units=dict.fromkeys(_ORIGINAL_ESTIMATES, "seconds"),
    rows=_issues,
)


def _comments_and_text(row: SourceRow) -> dict[str, Any]:
    """The newer interface gives a description as a tree of paragraphs, each in its own way."""
    place = "fields.comment.comments"
    comments = thread(row, f"{place}.body", (f"{place}.author.displayName",), (f"{place}.created",))
    found: dict[str, Any] = {"comments": comments} if comments else {}
    if not row.values.get("fields.description"):
        texts = (cells for name, cells in row.values.items() if _PARAGRAPH.fullmatch(name))
        if words := [text for cells in texts for text in ([cells] if isinstance(cells, str) else cells) if text]:
            found["description"] = found["text"] = "\n".join(words)
    return found


JIRA_JSON = Dialect(
    name="jira-json",
    title="Jira search result",
    source="jira",
    record_types=("work_item", "feature", "feedback"),
    needs=(headers("key"), headers("fields summary")),
    least=0.95,
    kinds=JSON,
    columns=meanings(
        title="fields summary",
        body="fields description",
        status="fields status name",
        status_category="fields status status category name",
        kind="fields issuetype name",
        priority="fields priority name",
        resolution="fields resolution name",
        assignee="fields assignee display name",
        assignee_email="fields assignee email address",
        author="fields reporter display name",
        author_email="fields reporter email address",
        labels="fields labels, fields components name",
        created="fields created",
        updated="fields updated",
        finished="fields resolutiondate",
        due="fields duedate",
        parent="fields parent key",
        project="fields project key",
        votes="fields votes votes",
        comments="fields comment comments body",
    ),
    ids=(("key",),),
    caps=(1000, 500, 100, 50),
    details=_comments_and_text,
)


def _transitions(path: Path, layout: Layout) -> Iterator[SourceRow]:
    """One row per issue: its transitions in the order of time, the last one telling the status."""
    names = _Names(layout)
    for rows in grouped(read_rows(path, layout), lambda row: str(row.values.get(names.key, ""))):
        steps = sorted((_step(row, names) for row in rows), key=lambda step: step["entered_at"] or _NEVER)
        first, *others = rows
        merged = {
            name: list(dict.fromkeys(str(row.values.get(name, "")) for row in rows if row.values.get(name)))
            for name in first.values
        }
        dated = [step for step in steps if step["entered_at"]]
        yield SourceRow(
            first.number,
            {name: found[0] if len(found) == 1 else found for name, found in merged.items()},
            first.line,
            tuple(problem for row in rows for problem in row.problems),
            tuple(row.number for row in others),
            {"state_times": dated, "status": (dated or steps)[-1]["state"]},
        )


class _Names:
    """Which column of a change log is which."""

    def __init__(self, layout: Layout) -> None:
        folded = {fold(name): name for name in reversed(layout.headers)}
        self.key = next(name for word, name in folded.items() if word in _KEYS | {"id issue", "issue id", "id"})
        self.source = next(name for word, name in folded.items() if word in _FROM)
        self.target = next(name for word, name in folded.items() if word in _TO)
        concepts = header_concepts()
        self.moments = [
            name
            for word, name in folded.items()
            if any(concept in ("created", "updated") for concept, _ in concepts.get(word, ()))
            or word in ("changed", "changed at", "transition date", "transitioned at")
            or translate("work_item_status", word)
        ]


def _step(row: SourceRow, names: _Names) -> dict[str, Any]:
    state = str(row.values.get(names.target, ""))
    written = [str(row.values[name]) for name in names.moments if row.values.get(name)]
    moments = [moment for moment in map(parse_datetime, written) if moment]
    return {
        "state": state,
        "category": translate("work_item_status", state),
        "entered_at": min(moments) if moments else None,
    }


JIRA_CHANGES = Dialect(
    name="jira-changes-csv",
    title="change log of a tracker, one row per transition",
    source="jira",
    record_types=("work_item",),
    needs=(_KEYS | {"id issue", "issue id", "id"}, _FROM, _TO),
    least=0.95,
    columns=dict.fromkeys(_FROM | _TO) | {"done": None, "created": None, "date": None, "status": None, "author": None},
    ids=tuple((key,) for key in ("id issue", "issue key", *sorted(_KEYS), "issue id", "id")),
    rows=_transitions,
)
