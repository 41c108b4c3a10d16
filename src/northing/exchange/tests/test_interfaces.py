"""Records as the programming interfaces of tools give them, in the objects in which they come."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from northing.exchange import Record, RecordType, Refused, propose_mapping, read, recognise


def records_of(path: Path, record_type: RecordType) -> list[Record]:
    found = recognise(path)
    return list(read(path, found, record_type, propose_mapping(found, record_type)))


def test_azure_devops_work_items(write_json) -> None:
    fields = {
        "System.Title": "Faster export", "System.WorkItemType": "User Story", "System.State": "Active",
        "System.AssignedTo": {"displayName": "Ada", "uniqueName": "ada@example.org"}, "System.Tags": "ui; export",
        "System.IterationPath": "Lumen\\Sprint 4", "System.CreatedDate": "2024-03-12T09:15:00Z",
        "System.Description": "<div>Slow</div>", "Microsoft.VSTS.Scheduling.StoryPoints": 5.0, "System.Parent": 3,
    }  # fmt: skip
    path = write_json("items.json", {"count": 1, "value": [{"id": 7, "rev": 2, "fields": fields}]})
    (record,) = records_of(path, "work_item")
    assert (recognise(path).format, record.external_id) == ("azure-devops-json", "7")
    values = record.values
    assert (values["title"], values["kind"], values["status_category"]) == ("Faster export", "story", "in_progress")
    assert (values["assignee"], values["assignee_email"]) == ("Ada", "ada@example.org")
    assert (values["labels"], values["sprint"], values["parent"]) == (["ui", "export"], "Lumen\\Sprint 4", "3")
    assert (values["description"], values["estimate"], values["estimate_unit"]) == ("Slow", 5.0, "points")
    assert values["created_at"] == datetime(2024, 3, 12, 9, 15, tzinfo=UTC)


def test_linear_issues(write_json) -> None:
    node = {
        "id": "0b7", "identifier": "LUM-7", "title": "Faster export", "priority": 2, "priorityLabel": "High",
        "state": {"name": "Cooking", "type": "started"}, "assignee": {"name": "Ada"},
        "labels": {"nodes": [{"name": "ui"}]}, "parent": {"identifier": "LUM-1"}, "dueDate": "2024-05-01",
        "comments": {"nodes": [{"body": "Yes", "user": {"name": "Ben"}, "createdAt": "2024-03-13T09:15:00Z"}]},
    }  # fmt: skip
    path = write_json("linear.json", {"data": {"issues": {"nodes": [node]}}})
    (record,) = records_of(path, "work_item")
    assert (recognise(path).format, record.external_id) == ("linear-json", "LUM-7")
    values = record.values
    assert (values["status"], values["status_category"], values["priority"]) == ("Cooking", "in_progress", "high")
    assert (values["labels"], values["parent"], values["due_date"]) == (["ui"], "LUM-1", date(2024, 5, 1))
    assert [(comment["author"], comment["text"]) for comment in values["comments"]] == [("Ben", "Yes")]


def test_plane_work_items(write_json) -> None:
    item = {
        "id": "5c1", "name": "Faster export", "sequence_id": 7, "description_html": "<p>Slow</p>", "priority": "high",
        "state": {"name": "Cooking", "group": "started"}, "target_date": "2024-05-01",
    }  # fmt: skip
    (record,) = records_of(write_json("plane.json", {"total_count": 1, "results": [item]}), "work_item")
    assert (record.values["title"], record.values["description"]) == ("Faster export", "Slow")
    assert (record.values["status_category"], record.values["due_date"]) == ("in_progress", date(2024, 5, 1))


def test_jira_descriptions_in_paragraphs(write_json) -> None:
    text = [{"type": "paragraph", "content": [{"type": "text", "text": words}]} for words in ("Slow.", "And loud.")]
    issues = [
        {"key": "LUM-1", "fields": {"summary": "One", "description": "Plain"}},
        {"key": "LUM-2", "fields": {"summary": "Two", "description": {"type": "doc", "content": text}}},
    ]
    records = records_of(write_json("search.json", {"issues": issues}), "work_item")
    assert [record.values["description"] for record in records] == ["Plain", "Slow.\nAnd loud."]


def app_store(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {"feed": {"author": {"name": {"label": "Store"}}, "entry": entries}}


def test_reviews_of_the_app_stores(write_json) -> None:
    entry = {
        "id": {"label": "11"}, "title": {"label": "Crash"}, "content": {"label": "On export"},
        "im:rating": {"label": "2"}, "im:version": {"label": "4.2"}, "author": {"name": {"label": "Ada"}},
        "updated": {"label": "2024-03-12T09:15:00-07:00"},
    }  # fmt: skip
    attributes = {
        "title": "Crash", "body": "On export", "rating": 2, "reviewerNickname": "Ada",
        "createdDate": "2024-03-12T16:15:00Z",
    }  # fmt: skip
    comment = {"text": "On export", "starRating": 2, "appVersionName": "4.2", "lastModified": {"seconds": "1710260100"}}
    files = {
        "feed.json": app_store([entry]),
        "connect.json": {"data": [{"type": "customerReviews", "id": "11", "attributes": attributes}]},
        "play.json": {"reviews": [{"reviewId": "11", "authorName": "Ada", "comments": [{"userComment": comment}]}]},
    }
    for name, document in files.items():
        (record,) = records_of(write_json(name, document), "feedback")
        values = record.values
        assert (record.external_id, values["text"], values["rating"], values["author"]) == (
            "11",
            "On export",
            2.0,
            "Ada",
        )
        assert values["created_at"] == datetime(2024, 3, 12, 16, 15, tzinfo=UTC), name


def test_one_issue_alone_is_a_record_and_not_its_lists(write_json) -> None:
    issue = {
        "number": 7, "title": "Faster export", "state": "open", "user": {"login": "ada"},
        "html_url": "https://github.com/lumen/app/issues/7", "labels": [{"name": "ui"}, {"name": "slow"}],
    }  # fmt: skip
    path = write_json("issue.json", issue)
    (record,) = records_of(path, "work_item")
    assert (record.values["title"], record.values["labels"]) == ("Faster export", ["ui", "slow"])
    assert recognise(path).estimated_rows == 1


def test_a_merged_pull_request_is_finished_when_it_was_merged(write_json) -> None:
    pull = {"number": 7, "title": "Fix", "state": "MERGED", "url": "https://github.com/lumen/app/pull/7"}
    path = write_json("pulls.json", [pull | {"mergedAt": "2024-03-12T09:15:00Z"}])
    (record,) = records_of(path, "work_item")
    assert record.values["finished_at"] == datetime(2024, 3, 12, 9, 15, tzinfo=UTC)


CARDS = [{"id": "65e1a0b0c0c0c0c0c0c0c001", "name": "Dark mode", "idList": "a", "closed": True}]


@pytest.mark.parametrize(("record_type", "field"), [("work_item", "cancelled"), ("feature", "declined")])
def test_archived_cards_are_dropped_in_the_words_of_the_type(record_type: RecordType, field: str, write_json) -> None:
    path = write_json("board.json", {"name": "Lumen", "lists": [{"id": "a", "name": "To Do"}], "cards": CARDS})
    (record,) = records_of(path, record_type)
    assert record.values["status_category"] == field


def test_archived_cards_are_archived_feedback(write_json) -> None:
    path = write_json("board.json", {"name": "Lumen", "lists": [{"id": "a", "name": "To Do"}], "cards": CARDS})
    assert records_of(path, "feedback")[0].values["state"] == "archived"


def test_trello_as_a_table(write) -> None:
    header = "Card ID,Card Name,Card Description,Labels,Members,List Name,Board Name,Archived"
    rows = "65e1,Dark mode,At night,ui,Ada,To Do,Lumen,false\n65e2,Old,,,,To Do,Lumen,true"
    path = write("board.csv", f"{header}\n{rows}\n")
    first, second = records_of(path, "work_item")
    assert recognise(path).format == "trello-csv"
    assert (first.values["status_category"], first.values["assignee"], first.values["project"]) == (
        "new",
        "Ada",
        "Lumen",
    )
    assert second.values["status_category"] == "cancelled"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"name": "Lumen", "lists": [{"id": "a", "name": "To Do"}], "cards": []}, "The list 'cards'"),
        ({"columns": ["title", "text"], "data": [["A", "x"], ["B", "y"]]}, "have no names"),
        ([["title", "text"], ["A", "x"]], "have no names"),
    ],
)
def test_what_holds_no_records_with_names_is_refused(document: Any, reason: str, write) -> None:
    with pytest.raises(Refused, match=reason):
        recognise(write("a.json", json.dumps(document)))
