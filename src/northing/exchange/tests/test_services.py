"""Invented exports of further services: what each has of its own is read, and nothing of it is lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from northing.exchange import Record, RecordType, propose_mapping, read, recognise


def records_of(path: Path, record_type: RecordType) -> list[Record]:
    found = recognise(path)
    return list(read(path, found, record_type, propose_mapping(found, record_type)))


def issue(number: int, **more: Any) -> dict[str, Any]:
    page = f"https://github.com/lumen/app/issues/{number}"
    return {"number": number, "title": f"Issue {number}", "state": "OPEN", "url": page} | more


COMMENTS = [
    {"author": {"login": "ada"}, "body": "Seen\ntwice", "createdAt": "2026-04-03T11:00:00Z"},
    {"author": {"login": "ben"}, "body": "Me too", "createdAt": "2026-04-04T11:00:00Z"},
]


def test_github_in_all_the_ways_in_which_its_pages_come(write) -> None:
    nodes = [issue(number, labels={"nodes": [{"name": "bug"}, {"name": "ui"}]}) for number in (1, 2, 3)]
    connection = {"totalCount": 250, "pageInfo": {"hasNextPage": True}, "nodes": nodes}
    graph = {"data": {"repository": {"issues": connection}}}
    edges = {"data": {"repository": {"issues": {"edges": [{"cursor": "x", "node": node} for node in nodes]}}}}
    texts = {
        "graphql": json.dumps(graph, indent=1),
        "edges": json.dumps(edges),
        "pages": json.dumps(nodes[:2]) + "\n" + json.dumps(nodes[2:]),
        "slurped": json.dumps([nodes[:2], nodes[2:]]),
        "lines": "\n".join(map(json.dumps, nodes)),
        "answers": json.dumps(graph) + "\n" + json.dumps({"data": {"repository": {"issues": {"nodes": []}}}}),
    }
    for name, text in texts.items():
        path = write(f"{name}.json", text)
        found = recognise(path)
        assert (found.format, found.estimated_rows) == ("github-issues-json", 3), name
        rows = records_of(path, "work_item")
        assert [row.values["title"] for row in rows] == ["Issue 1", "Issue 2", "Issue 3"], name
        assert rows[0].values["labels"] == ["bug", "ui"]
    assert any("3 of 250" in warning for warning in recognise(write("graphql.json", texts["graphql"])).warnings)


def test_comments_keep_who_wrote_them_and_when(write_json) -> None:
    (record,) = records_of(write_json("issues.json", [issue(1, comments=COMMENTS)]), "work_item")
    assert record.values["comments"] == [
        {"author": "ada", "created_at": datetime(2026, 4, 3, 11, tzinfo=UTC), "text": "Seen\ntwice"},
        {"author": "ben", "created_at": datetime(2026, 4, 4, 11, tzinfo=UTC), "text": "Me too"},
    ]


def test_github_as_a_table_tells_pull_requests_apart(write) -> None:
    path = write(
        "issues.csv",
        "number,title,state,labels,url\n1,A,OPEN,bug,https://github.com/lumen/app/issues/1\n"
        "2,B,CLOSED,,https://github.com/lumen/app/pull/2\n",
    )
    assert [record.values["is_pull_request"] for record in records_of(path, "work_item")] == [False, True]


def test_gitlab_is_known_by_its_addresses_because_its_numbers_repeat_in_every_project(write) -> None:
    path = write(
        "issues.csv",
        "Title,Description,Issue ID,URL,State,Author,Author Username,Due Date,Created At (UTC),Closed At (UTC),"
        'Milestone,Weight,Labels\nCrash,"One\n\ntwo",1,https://gitlab.com/a/b/-/issues/1,Closed,Ada,ada,2026-05-01,'
        "2026-04-03 10:00:00,2026-04-05 10:00:00,1.0,3,bug\n",
    )
    (record,) = records_of(path, "work_item")
    assert record.external_id == "https://gitlab.com/a/b/-/issues/1"
    assert record.values["description"] == "One\n\ntwo"
    assert (record.values["sprint"], record.values["estimate"], record.values["estimate_unit"]) == (
        "1.0",
        3.0,
        "points",
    )
    assert record.values["finished_at"] == datetime(2026, 4, 5, 10, tzinfo=UTC)


def trello(**more: Any) -> dict[str, Any]:
    card = {"desc": "", "idBoard": "b", "labels": [], "pos": 1}
    return {
        "name": "Board",
        "lists": [{"id": "todo", "name": "To Do"}, {"id": "done", "name": "Done"}],
        "customFields": [
            {"id": "size", "name": "Shirt size", "options": [{"id": "m", "value": {"text": "Medium"}}]},
            {"id": "seen", "name": "Seen", "type": "checkbox"},
        ],
        "checklists": [{"idCard": "c1", "name": "QA", "checkItems": [{"name": "one", "state": "complete"}]}],
        "cards": [
            card | {"id": "c1", "shortLink": "1", "name": "Open", "idList": "todo", "closed": False} | more,
            card | {"id": "c2", "shortLink": "2", "name": "Given up", "idList": "todo", "closed": True},
            card | {"id": "c3", "shortLink": "3", "name": "Tidied away", "idList": "done", "closed": True},
        ],
    }


def test_archived_trello_cards_are_no_open_work(write_json) -> None:
    found = [record.values["status_category"] for record in records_of(write_json("b.json", trello()), "work_item")]
    assert found == ["new", "cancelled", "done"]


def test_trello_custom_fields_checklists_and_nameless_labels_are_kept(write_json) -> None:
    fields = [
        {"idCustomField": "size", "idValue": "m", "value": None},
        {"idCustomField": "seen", "value": {"checked": "true"}},
    ]
    board = trello(labels=[{"id": "l", "name": "", "color": "red"}], customFieldItems=fields)
    record = records_of(write_json("b.json", board), "work_item")[0]
    assert record.values["labels"] == ["red"]
    assert (record.extra["Shirt size"], record.extra["Seen"]) == (["Medium"], ["true"])
    assert record.extra["checklist"] == ["[x] QA: one"]


def test_azure_trees_have_titles_by_depth_and_parents_above(write) -> None:
    path = write(
        "query.csv",
        "ID,Work Item Type,Title 1,Title 2,State,Description,Created Date\n"
        '1,Epic,Export,,Active,"<div>See <b>this</b>&nbsp;&amp; <a href=""https://example.com/a"">that</a><br>'
        'second</div>",3/15/2026 10:15:00 AM\n2,Feature,,As PDF,New,,3/16/2026 1:15:00 PM\n'
        "3,Epic,Import,,Closed,,4/1/2026 1:15:00 PM\n",
    )
    first, second, third = records_of(path, "work_item")
    assert [record.values["title"] for record in (first, second, third)] == ["Export", "As PDF", "Import"]
    assert (second.values["parent"], "parent" in third.values) == ("1", False)
    assert first.values["description"] == "See this & that (https://example.com/a)\nsecond"
    assert first.extra["Description"][0].startswith("<div>See <b>"), "the original stays"
    assert second.values["created_at"] == datetime(2026, 3, 16, 13, 15, tzinfo=UTC)


def test_jira_prefers_points_and_keys_and_keeps_every_repeated_cell(write) -> None:
    path = write(
        "Jira.csv",
        "Summary,Issue key,Issue id,Status,Original estimate,Custom field (Story Points),Parent,Parent key,"
        "Sprint,Sprint,Attachment,Attachment,Comment,Comment\n"
        'Crash,LUM-1,1,To Do,14400,5.0,90,LUM-9,S1,S2,a.png,b.png,"01/Feb/26 3:05 PM;ada;One; two\nthree",Plain\n',
    )
    (record,) = records_of(path, "work_item")
    values = record.values
    assert (values["estimate"], values["estimate_unit"], values["parent"]) == (5.0, "points", "LUM-9")
    assert (values["sprint"], record.extra["Sprint"]) == ("S2", ["S1"])
    assert record.extra["Attachment"] == ["a.png", "b.png"]
    assert (record.extra["Original estimate"], record.extra["Parent"]) == (["14400"], ["90"])
    assert [comment["text"] for comment in values["comments"]] == ["One; two\nthree", "Plain"]


def test_asana_is_done_when_completed_whatever_the_section(write) -> None:
    path = write(
        "asana.csv",
        "Task ID,Created At,Completed At,Name,Section/Column,Notes\n"
        "12,2026-04-03,2026-04-06,Crash,To do,Text\n13,2026-04-03,,Dark,To do,\n",
    )
    found = records_of(path, "work_item")
    assert [record.values["status_category"] for record in found] == ["done", "new"]
    assert [record.external_id for record in found] == ["12", "13"]


def test_clickup_epochs_brackets_and_json_comments(write) -> None:
    path = write(
        "clickup.csv",
        "Task ID,Task Name,Task Content,Status,Date Created,Date Created Text,Due Date,Assignees,Tags,List Name,"
        'Comments\n86a,Crash,Text,in progress,1775210400000,"4/3/2026, 10:00:00 AM GMT+0",null,[Ben],"[bug,ui]",L,'
        '"[{""text"":""Seen"",""by"":""Ada"",""date"":""1775210400000""}]"\n86b,Dark,null,complete,1775210400000,,,[],[],'
        "L,[]\n",
    )
    first, second = records_of(path, "work_item")
    moment = datetime(2026, 4, 3, 10, tzinfo=UTC)
    assert (first.values["description"], first.values["created_at"]) == ("Text", moment)
    assert (first.values["assignee"], first.values["labels"]) == ("Ben", ["bug", "ui"])
    assert first.values["comments"] == [{"author": "Ada", "created_at": moment, "text": "Seen"}]
    assert not {"assignee", "labels", "comments", "due_date"} & second.values.keys()


def test_a_board_that_repeats_its_headers_for_each_group(write_workbook) -> None:
    head = ["Name", "Person", "Status", "Date"]
    rows = [["My board"], ["Group A"], head, ["Crash", "Ben", "Stuck", "2026-04-30"], []]
    rows += [["Group B"], head, ["Sync", "Ada", "Done", "2026-05-01"], ["Alone", "", "", ""]]
    first, second, third = records_of(write_workbook("board.xlsx", Board=rows), "work_item")
    assert [record.values["title"] for record in (first, second, third)] == ["Crash", "Sync", "Alone"]
    assert (second.extra["Group"], second.row) == (["Group B"], 8)
    assert first.values["status_category"] == "in_progress"


def test_a_survey_with_a_second_row_of_headers(write) -> None:
    path = write(
        "survey.csv",
        "Respondent ID,End Date,Email Address,First Name,What is the main reason for your score?,Which do you use?,\n"
        ",,,,Open-Ended Response,Desk,Phone\n114,04/13/2026 09:05:00 AM,,Kim,Fast and simple,Desk,\n"
        "115,04/03/2026 09:05:00 AM,,,Crashes,,Phone\n",
    )
    first, second = records_of(path, "feedback")
    assert (first.external_id, first.values["text"], second.values["text"]) == ("114", "Fast and simple", "Crashes")
    assert first.extra["Which do you use? Desk"] == ["Desk"]
    assert second.values["created_at"].date() == date(2026, 4, 3)


def test_tickets_of_a_help_desk_are_feedback(write) -> None:
    path = write(
        "tickets.csv",
        "Ticket ID,Subject,Description,Status,Requester,Requester email,Organization,Assignee,Created at,Via\n"
        '1,Export,"It fails\nalways",solved,Kim,kim@example.com,Orchard,Ben,2026-04-03T10:00:00Z,web\n',
    )
    found = recognise(path)
    assert (found.format, found.record_type) == ("support-tickets", "feedback")
    (record,) = records_of(path, "feedback")
    assert (record.values["author"], record.values["contact_email"], record.values["account"]) == (
        "Kim",
        "kim@example.com",
        "Orchard",
    )
    assert (record.values["text"], record.values["state"]) == ("It fails\nalways", "new")


def test_closed_on_a_board_is_declined_and_elsewhere_released(write) -> None:
    board = "ID,Title,Details,Status,Votes\n1,Sync,Text,closed,3\n"
    (record,) = records_of(write("posts.csv", board), "feature")
    assert record.values["status_category"] == "declined"
    (record,) = records_of(write("list.csv", "Feature,Owner,Status\nSync,Ada,Closed\n"), "feature")
    assert record.values["status_category"] == "released"


def test_ids_stand_in_for_titles_only_where_a_table_is_of_work(write) -> None:
    hours = write("tasks.csv", "id,date,unit,estimate,group\n7,2026-02-26,hour,14.0,Dev\n9,2026-02-27,hour,7.5,Dev\n")
    found = records_of(hours, "work_item")
    assert [(record.values["title"], record.values["estimate_unit"]) for record in found] == [
        ("7", "hours"),
        ("9", "hours"),
    ]
    users = write("users.csv", "object_id,creation_time,org_id\n1,2026-04-22,11\n2,2026-04-23,1\n")
    assert all(record.problems[0].rule == "empty" for record in records_of(users, "work_item"))


def test_parents_are_named_by_their_keys(write) -> None:
    head = "Issue key,Issue id,Summary,Status,Issue Type,Parent\n"
    path = write(
        "jira.csv", head + "W-1,10061,Menu,To Do,Epic,\nW-2,10062,Link,To Do,Story,10061\nW-3,3,X,To Do,Bug,77\n"
    )
    found = recognise(path)
    records = list(read(path, found, "work_item"))
    assert [record.values.get("parent") for record in records] == [None, "W-1", "77"]


def test_stories_of_pivotal_tracker(write) -> None:
    head = (
        "Id,Title,Labels,Iteration,Type,Estimate,Current State,Created at,Accepted at,Requested By,Owned By,Task,Task\n"
    )
    rows = '7,Menu,"ui,app",3,feature,2,accepted,"May 6, 2024","May 9, 2024",Ada,Ben,Draw,Build\n'
    rows += "8,Crash,,,bug,,unstarted,,,,,,\n"
    menu, crash = records_of(write("stories.csv", head + rows), "work_item")
    assert (menu.values["status_category"], menu.values["assignee"], menu.values["sprint"]) == ("done", "Ben", "3")
    assert (menu.values["estimate"], menu.values["estimate_unit"], menu.extra["Task"]) == (
        2.0,
        "points",
        ["Draw", "Build"],
    )
    assert (crash.values["kind"], crash.values["status_category"]) == ("bug", "new")


def test_conversations_of_a_messenger_have_the_first_message_as_their_words(write) -> None:
    head = "Conversation ID,Conversation title,First user message,Company name,Conversation tags\n"
    [first, second] = records_of(
        write("talks.csv", f"{head}21,,How do I export?,Alpen,export\n22,Sync,It breaks,Coast,\n"), "feedback"
    )
    assert [record.values["text"] for record in (first, second)] == ["How do I export?", "It breaks"]
    assert not first.problems + second.problems


def test_a_trackers_spans_of_time_are_efforts(write) -> None:
    rows = "LUM-1,Crash,Fixed,P1W2D\nLUM-2,Theme,To Verify,1w 2d\nLUM-3,Crop,Can't Reproduce,PT30M\n"
    records = records_of(write("issues.csv", f"Issue Id,Summary,State,Estimation\n{rows}"), "work_item")
    assert [(record.values["estimate"], record.values["estimate_unit"]) for record in records] == [
        (56.0, "hours"),
        (56.0, "hours"),
        (0.5, "hours"),
    ]
    assert [record.values["status_category"] for record in records] == ["done", "in_progress", "cancelled"]


def test_a_russian_tracker_has_its_days_and_states(write) -> None:
    head = "ID задачи,Заголовок,Создана,Обновлена,Решена,Состояние\n"
    [record] = records_of(
        write("ru.csv", f"{head}LUM-1,Сбой,2026-01-05,2026-01-06,2026-01-07,Исправлена\n"), "work_item"
    )
    moments = [record.values[name].date() for name in ("created_at", "updated_at", "finished_at")]
    assert moments == [date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)]
    assert (record.external_id, record.values["status_category"]) == ("LUM-1", "done")
