"""Exports of many tools and languages, invented: told apart, mapped, and their words understood."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from northing.exchange import Record, RecordType, propose_mapping, read, recognise


def records_of(path: Path, record_type: RecordType | None = None) -> list[Record]:
    found = recognise(path)
    return list(read(path, found, record_type or found.record_type))


JIRA = {
    "english": (
        "Summary,Issue key,Issue Type,Status,Priority,Assignee,Reporter,Created,Resolved,Labels,Labels,Sprint,Sprint,"
        "Custom field (Story Points),Comment,Status Category\n"
        '"Export, faster",LUM-7,Story,In Review,High,Ada,Ben,22/Sep/25 9:26 AM,,speed,export,S1,S2,5,'
        '"21/Sep/25 9:05 AM;acct-1;First line\nsecond; line",In Progress\n',
        "utf-8",
    ),
    "german": (
        "Zusammenfassung;Vorgangsschlüssel;Vorgangstyp;Status;Priorität;Zugewiesene Person;Melder;Erstellt;Erledigt;"
        "Stichwörter;Stichwörter;Sprint;Sprint;Benutzerdefinierte Felder (Story Points);Kommentar;Statuskategorie\n"
        '"Export, faster";LUM-7;Story;Im Review;Hoch;Ada;Ben;22.09.2025 09:26;;speed;export;S1;S2;5;'
        '"21.09.2025 09:05;acct-1;First line\nsecond; line";In Arbeit\n',
        "cp1252",
    ),
    "french": (
        "Résumé,Clé de ticket,Type de ticket,État,Priorité,Personne assignée,Rapporteur,Création,Résolue,"
        "Étiquettes,Étiquettes,Sprint,Sprint,Champs personnalisés (Story Points),Commentaire,Catégorie d'état\n"
        '"Export, faster",LUM-7,Récit,Revue,Elevée,Ada,Ben,22/sept./25 9:26 AM,,speed,export,S1,S2,5,'
        '"21/sept./25 9:05 AM;acct-1;First line\nsecond; line",En cours\n',
        "utf-8-sig",
    ),
    "spanish": (
        "Resumen;Clave de incidencia;Tipo de Incidencia;Estado;Prioridad;Persona asignada;Informador;Creada;Resuelta;"
        "Etiquetas;Etiquetas;Sprint;Sprint;Campo personalizado (Story Points);Comentario;Categoría de estado\n"
        '"Export, faster";LUM-7;Historia;En pruebas;Alta;Ada;Ben;22/sep/25 9:26 AM;;speed;export;S1;S2;5;'
        '"21/sep/25 9:05 AM;acct-1;First line\nsecond; line";En curso\n',
        "utf-8",
    ),
    "portuguese": (
        "Resumo,Chave da item,Tipo de item,Status,Prioridade,Responsável,Relator,Criado,Resolvido,"
        "Categorias,Categorias,Sprint,Sprint,Campo personalizado (Story Points),Comentário,Categoria do status\n"
        '"Export, faster",LUM-7,História,Em teste,Alta,Ada,Ben,22/set/25 9:26 AM,,speed,export,S1,S2,5,'
        '"21/set/25 9:05 AM;acct-1;First line\nsecond; line",Em andamento\n',
        "utf-8",
    ),
    "japanese": (
        "要約,課題キー,課題タイプ,ステータス,優先度,担当者,報告者,作成日,解決日,"
        "ラベル,ラベル,スプリント,スプリント,カスタムフィールド (ストーリー ポイント),コメント,ステータス カテゴリ\n"
        '"Export, faster",LUM-7,ストーリー,レビュー,高,Ada,Ben,2025/09/22 9:26,,speed,export,S1,S2,5,'
        '"2025/09/21 9:05;acct-1;First line\nsecond; line",進行中\n',
        "cp932",
    ),
}


@pytest.mark.parametrize("language", JIRA)
def test_jira_in_its_languages(write, language: str) -> None:
    content, encoding = JIRA[language]
    path = write("Jira.csv", content, encoding)
    found = recognise(path)
    assert (found.format, found.record_type, found.id_columns) == ("jira-csv", "work_item", (found.layout.headers[1],))
    (record,) = records_of(path)
    assert record.problems == ()
    assert (record.external_id, record.source) == ("LUM-7", "jira")
    values = record.values
    assert values["title"] == "Export, faster"
    assert (values["kind"], values["status_category"], values["priority"]) == ("story", "in_progress", "high")
    assert (values["assignee"], values["reporter"]) == ("Ada", "Ben")
    assert values["created_at"] == datetime(2025, 9, 22, 9, 26, tzinfo=UTC)
    assert values["labels"] == ["speed", "export"]
    assert values["sprint"] == "S2"
    assert [entries for name, entries in record.extra.items() if name in ("Sprint", "スプリント")] == [["S1"]]
    assert values["comments"] == [
        {"author": "acct-1", "created_at": datetime(2025, 9, 21, 9, 5, tzinfo=UTC), "text": "First line\nsecond; line"}
    ]
    assert (values["estimate"], values["estimate_unit"]) == (5.0, "points")


def test_jira_seconds_become_hours_and_resolutions_cancel(write) -> None:
    path = write(
        "a.csv",
        "Summary,Issue key,Issue Type,Status,Resolution,Original estimate\n"
        "A,X-1,Bug,Done,Won't Do,7200\nB,X-2,Bug,Done,Done,\n",
    )
    first, second = records_of(path)
    assert (first.values["estimate"], first.values["estimate_unit"]) == (2.0, "hours")
    assert (first.values["status_category"], second.values["status_category"]) == ("cancelled", "done")


def test_a_key_that_repeats_does_not_identify(write) -> None:
    path = write("a.csv", "summary,id,key,status\nA,1,SD-1,Open\nB,2,SD-1,Open\n")
    assert recognise(path).id_columns == ("id",)
    assert [record.external_id for record in records_of(path)] == ["1", "2"]


def test_a_change_log_makes_one_item_per_issue(write) -> None:
    path = write(
        "log.csv",
        "Issue key,Summary,From status,To status,Changed at\n"
        "A-1,One,In Progress,Done,2024-01-05T10:00:00Z\n"
        "A-2,Two,,To Do,2024-01-01T10:00:00Z\n"
        "A-1,One,To Do,In Progress,2024-01-03T10:00:00Z\n"
        "A-1,One,,To Do,2024-01-02T10:00:00Z\n",
    )
    found = recognise(path)
    assert (found.format, found.estimated_rows) == ("jira-changes-csv", 4)
    first, second = records_of(path)
    assert (first.row, first.parts, second.row, second.parts) == (2, (4, 5), 3, ())
    assert [step["state"] for step in first.values["state_times"]] == ["To Do", "In Progress", "Done"]
    assert first.values["status_category"] == "done"
    assert first.values["started_at"] == datetime(2024, 1, 3, 10, tzinfo=UTC)
    assert first.values["finished_at"] == datetime(2024, 1, 5, 10, tzinfo=UTC)
    assert second.values["status"] == "To Do"


def board(**parts: Any) -> dict[str, Any]:
    cards = [
        {"id": "6500000000000000000000c1", "name": "Dark mode", "desc": "Please", "idList": "l2", "closed": False,
         "idMembers": ["m1"], "labels": [{"name": "", "color": "red"}, {"name": "UI", "color": "blue"}], "due": None,
         "pos": 1, "idBoard": "b", "url": "https://trello.com/c/x", "dateLastActivity": "2024-01-02T00:00:00.000Z",
         "customFieldItems": [{"idCustomField": "f1", "value": {"number": "8"}}]},
        {"id": "6500000000000000000000c2", "name": "Export", "desc": "", "idList": "l3", "closed": True,
         "idMembers": [], "labels": [], "due": "2024-05-01T10:00:00.000Z", "pos": 2, "idBoard": "b"},
    ]  # fmt: skip
    return {
        "id": "b", "name": "Lumen", "cards": cards,
        "lists": [{"id": "l1", "name": "Zu erledigen"},
                  {"id": "l2", "name": "In Arbeit"}, {"id": "l3", "name": "Fertig"}],
        "members": [{"id": "m1", "fullName": "Ada"}], "customFields": [{"id": "f1", "name": "Story Points"}],
        **parts,
    }  # fmt: skip


def test_trello_joins_what_its_cards_refer_to(write_json) -> None:
    def act(kind: str, day: int, **data: Any) -> dict[str, Any]:
        data["card"] = {"id": "6500000000000000000000c2"}
        return {
            "type": kind,
            "date": f"2024-01-{day:02}T10:00:00.000Z",
            "data": data,
            "memberCreator": {"fullName": "Ben"},
        }

    actions = [
        act("updateCard", 9, listBefore={"name": "In Arbeit"}, listAfter={"name": "Fertig"}),
        act("commentCard", 8, text="Nearly"),
        act("updateCard", 7, old={"pos": 3}),
        act("updateCard", 5, listBefore={"name": "Zu erledigen"}, listAfter={"name": "In Arbeit"}),
        act("createCard", 2, list={"name": "Zu erledigen"}),
    ]
    path = write_json("board.json", board(actions=actions))
    found = recognise(path)
    assert (found.format, found.estimated_rows) == ("trello-json", 2)
    first, second = records_of(path)
    assert first.values["labels"] == ["red", "UI"]
    assert (first.values["assignee"], first.values["status"], first.values["status_category"]) == (
        "Ada", "In Arbeit", "in_progress",
    )  # fmt: skip
    assert first.values["created_at"] == datetime.fromtimestamp(0x65000000, UTC)
    assert first.values["estimate"] == 8.0
    assert second.values["due_date"] == date(2024, 5, 1)
    assert [step["category"] for step in second.values["state_times"]] == ["new", "in_progress", "done"]
    assert second.values["finished_at"] == datetime(2024, 1, 9, 10, tzinfo=UTC)
    assert second.values["comments"][0]["text"] == "Nearly"
    assert second.extra["closed"] == ["true"]


def test_trello_without_actions_and_with_the_most_it_gives(write_json) -> None:
    assert len(records_of(write_json("bare.json", board()))) == 2
    capped = [{"type": "updateBoard", "data": {}, "date": "2024-01-01"}] * 1000
    assert any(
        "1,000 actions" in warning for warning in recognise(write_json("b.json", board(actions=capped))).warnings
    )


REST = {
    "url": "https://api.github.com/repos/acme/lumen/issues/7", "html_url": "https://github.com/acme/lumen/issues/7",
    "number": 7, "title": "Dark mode", "body": "Please", "state": "closed", "state_reason": "not_planned",
    "user": {"login": "ada"}, "labels": [{"name": "ui, dark"}], "created_at": "2024-01-02T03:04:05Z",
    "closed_at": "2024-02-02T03:04:05Z", "reactions": {"total_count": 4},
}  # fmt: skip
CLIENT = {
    "number": 7, "title": "Dark mode", "body": "Please", "state": "CLOSED", "stateReason": "NOT_PLANNED",
    "author": {"login": "ada"}, "labels": [{"name": "ui, dark"}], "createdAt": "2024-01-02T03:04:05Z",
    "closedAt": "2024-02-02T03:04:05Z", "url": "https://github.com/acme/lumen/issues/7",
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        [REST, REST | {"number": 8, "html_url": "https://github.com/acme/lumen/pull/8", "pull_request": {"url": "x"}}],
        {"total_count": 2, "items": [REST, REST | {"html_url": "https://github.com/acme/lumen/pull/8", "number": 8}]},
        [CLIENT, CLIENT | {"number": 8, "url": "https://github.com/acme/lumen/pull/8"}],
    ],
    ids=["rest", "search", "client"],
)
def test_github_forms_with_pull_requests_told_apart(write_json, document: Any) -> None:
    path = write_json("issues.json", document)
    found = recognise(path)
    assert found.format == "github-issues-json"
    assert any("1 of the first 2 records are pull requests" in warning for warning in found.warnings)
    issue, pull = records_of(path)
    assert (issue.values["is_pull_request"], pull.values["is_pull_request"]) == (False, True)
    assert (issue.values["title"], issue.values["description"], issue.values["reporter"]) == (
        "Dark mode",
        "Please",
        "ada",
    )
    assert (issue.values["status_category"], issue.values["project"]) == ("cancelled", "acme/lumen")
    assert issue.values["labels"] == ["ui, dark"]
    assert issue.external_id == "https://github.com/acme/lumen/issues/7"
    assert records_of(path, "feedback")[0].values["text"] == "Please"


@pytest.mark.parametrize(
    ("name", "content", "format_", "record_type", "expected"),
    [
        (
            "azure.csv",
            "ID,Work Item Type,Title,Assigned To,State,Tags,Story Points,Iteration Path\n"
            "4,User Story,Dark mode,Ada <ada@example.org>,Active,ui; dark,3,Lumen\\S1\n",
            "azure-devops-csv",
            "work_item",
            {"kind": "story", "title": "Dark mode", "status_category": "in_progress", "labels": ["ui", "dark"],
             "estimate": 3.0, "estimate_unit": "points", "sprint": "Lumen\\S1"},
        ),
        (
            "linear.csv",
            "ID,Team,Title,Description,Status,Estimate,Priority,Creator,Assignee,Labels,"
            "Cycle Name,Created,Completed,Archived\n"
            "LUM-3,Core,Dark mode,Please,Done,2,Urgent,ada@example.org,,ui,C1,"
            "Mon Apr 21 2025 10:17:06 GMT+0000 (GMT),Tue Apr 22 2025 01:02:18 GMT+0000 (GMT),\n",
            "linear-csv",
            "work_item",
            {"title": "Dark mode", "status_category": "done", "priority": "urgent", "sprint": "C1",
             "reporter_email": "ada@example.org", "finished_at": datetime(2025, 4, 22, 1, 2, 18, tzinfo=UTC)},
        ),
        (
            "plane.csv",
            "ID,Project,Name,Description,State,Start Date,Target Date,Priority,Created By,"
            "Assignee,Module Name,Created At\r\n"
            'LUM-4,Lumen,Dark mode,Please,Todo,,"Thu, 24 Apr 2025 10:17:06 UTC+0000",none,Ada,,,\r\n',
            "plane-csv",
            "work_item",
            {"title": "Dark mode", "status_category": "new", "due_date": date(2025, 4, 24), "project": "Lumen"},
        ),
        (
            "gitlab.csv",
            "Title,Description,Issue ID,URL,State,Author,Assignee,Due Date,Created At (UTC),"
            "Closed At (UTC),Milestone,Labels\n"
            'Dark mode,Please,17,https://gitlab.example/i/17,Closed,Ada,Ben,,'
            '2024-01-02 10:00:00,2024-01-05 10:00:00,M1,"ui,dark"\n',
            "tracker-table",
            "work_item",
            {"title": "Dark mode", "status_category": "done", "labels": ["ui", "dark"],
             "finished_at": datetime(2024, 1, 5, 10, tzinfo=UTC)},
        ),
        (
            "play.csv",
            "Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,"
            "Star Rating,Review Title,Review Text,Review Link\n"
            "org.lumen,12,1.2,de,panther,2024-01-02T10:00:00Z,2,,Stürzt ab,https://play.example/r/1\n",
            "app-reviews",
            "feedback",
            {"text": "Stürzt ab", "rating": 2.0, "app_version": "1.2", "language": "de", "device": "panther",
             "created_at": datetime(2024, 1, 2, 10, tzinfo=UTC)},
        ),
        (
            "scraped.csv",
            "reviewId,userName,content,score,thumbsUpCount,reviewCreatedVersion,at\n"
            "r-1,Ada,Crashes on export,1,7,3.1,2024-03-04 05:06:07\n",
            "app-reviews",
            "feedback",
            {"text": "Crashes on export", "rating": 1.0, "reactions": 7.0, "author": "Ada", "app_version": "3.1"},
        ),
        (
            "shop.csv",
            "Produkt;Bewertung;Titel;Rezension;Datum\nAria;4,5;Gut;Klingt gut;7. Januar 2024\n",
            "product-reviews",
            "feedback",
            {"product": "Aria", "rating": 4.5, "title": "Gut", "text": "Klingt gut",
             "created_at": datetime(2024, 1, 7, tzinfo=UTC)},
        ),
        (
            "posts.csv",
            "number,title,description,created_at,created_by,votes_count,comments_count,status,tags\n"
            "12,Dark mode,Please,2024-01-02T10:00:00Z,Ada,31,4,planned,ui\n",
            "feedback-board",
            "feedback",
            {"title": "Dark mode", "text": "Please", "reactions": 31.0, "state": "processed", "author": "Ada"},
        ),
        (
            "rice.csv",
            "Feature,Reach,Impact,Confidence,Effort,RICE score,Owner\nDark mode,\"10,5k\",2,80%,1.5,11200,Ada\n",
            "feature-table",
            "feature",
            {"title": "Dark mode", "reach": 10500.0, "impact": 2.0, "confidence": 0.8, "effort": 1.5, "owner": "Ada"},
        ),
        (
            "form.csv",
            "Zeitstempel;Name;E-Mail-Adresse;Nachricht\n02.01.2024 10:00:00;Ada;ada@example.org;Bitte dunkler\n",
            "feedback-form",
            "feedback",
            {"author": "Ada", "contact_email": "ada@example.org", "text": "Bitte dunkler",
             "created_at": datetime(2024, 1, 2, 10, tzinfo=UTC)},
        ),
        (
            "nps.csv",
            "Score,Comment,Email,Submitted at\n9,Lovely,ada@example.org,2024-01-02\n",
            "feedback-form",
            "feedback",
            {"rating": 4.5, "text": "Lovely", "contact_email": "ada@example.org"},
        ),
        (
            "roadmap.csv",
            "Feature reference #,Feature name,Feature status,Assigned to,Release name,Tags\n"
            "LUM-1,Dark mode,Shipped,ada@example.org,R1,ui\n",
            "feature-list",
            "feature",
            {"title": "Dark mode", "status_category": "released", "owner_email": "ada@example.org", "tags": ["ui"]},
        ),
        (
            "requests.jsonl",
            '{"id": "a#1", "repo": "acme/lumen", "number": 1, "state": "open",'
            ' "opened": "2024-01-02", "title": "Dark mode",'
            ' "summary": "Please", "url": "https://x.example/1", "reactions": null, "theme": "ui", "kind": "issue"}\n',
            "feature-requests",
            "feedback",
            {"title": "Dark mode", "text": "Please", "tags": ["ui"], "state": "new", "product": "acme/lumen"},
        ),
    ],
)  # fmt: skip
def test_tools(write, name: str, content: str, format_: str, record_type: str, expected: dict[str, Any]) -> None:
    path = write(name, content)
    found = recognise(path)
    assert (found.format, found.record_type) == (format_, record_type)
    (record,) = records_of(path)
    assert record.problems == ()
    assert {name: record.values.get(name) for name in expected} == expected


def test_jira_search_results(write_json) -> None:
    fields = {
        "summary": "Dark mode", "status": {"name": "In Arbeit", "statusCategory": {"name": "In Progress"}},
        "issuetype": {"name": "Story"}, "labels": ["ui"], "created": "2024-01-02T03:04:05.000+0100", "assignee": None,
        "description": {"content": [{"content": [{"text": "First"}, {"text": "second"}]}]},
    }  # fmt: skip
    path = write_json("search.json", {"total": 1, "issues": [{"key": "LUM-1", "id": "9", "fields": fields}]})
    assert recognise(path).format == "jira-json"
    (record,) = records_of(path)
    assert record.external_id == "LUM-1"
    assert record.values == {
        "title": "Dark mode", "status": "In Arbeit", "status_category": "in_progress", "kind": "story",
        "labels": ["ui"],
        "created_at": datetime(2024, 1, 2, 2, 4, 5, tzinfo=UTC), "description": "First\nsecond",
    }  # fmt: skip


def test_lists_of_plain_texts_have_one_column(write) -> None:
    path = write("a.txt", "Feedback\nGreat, but slow\nCrashes; often\nI like it\n")
    assert [record.values["text"] for record in records_of(path, "feedback")] == [
        "Great, but slow", "Crashes; often", "I like it",
    ]  # fmt: skip


def test_every_export_can_hold_every_record_type(write) -> None:
    content, encoding = JIRA["english"]
    path = write("Jira.csv", content, encoding)
    found = recognise(path)

    def mapped(kind: RecordType) -> set[str | None]:
        return {entry.target for entry in propose_mapping(found, kind)}

    assert {"title", "status", "tags", "effort"} <= mapped("feature")
    assert {"title", "status", "tags", "author"} <= mapped("feedback")
    assert records_of(path, "feedback")[0].values["text"] == "Export, faster"


@pytest.mark.parametrize(("rows", "warned"), [(999, False), (1000, True), (500, True)])
def test_an_export_of_a_round_number_of_rows_is_warned_of(write, rows: int, *, warned: bool) -> None:
    body = "".join(f"S{n},X-{n},Task,Open\n" for n in range(rows))
    found = recognise(write("a.csv", f"Summary,Issue key,Issue Type,Status\n{body}"))
    assert found.estimated_rows == rows
    assert any("cut off" in warning for warning in found.warnings) == warned


def test_a_word_nobody_knows_gives_no_category(write) -> None:
    [record] = records_of(write("a.csv", "Summary,Issue key,Issue Type,Status\nA,X-1,Task,Parked in orbit\n"))
    assert record.written == {"status": "Parked in orbit"}
    assert "status_category" not in record.values
