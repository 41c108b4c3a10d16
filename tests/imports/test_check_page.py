"""The page of a checked file says what is true, also where nothing would be written; the record shows what was kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from northing import exchange
from northing.access.actor import for_member, system
from northing.access.models import Member, User, Workspace
from northing.accounts.models import Team
from northing.features.models import Feature
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing import tasks
from northing.kit.importing.choices import Choices
from northing.kit.importing.noted import MOST_STATUSES, MOST_TEXTS
from northing.kit.jobs.worker import Worker
from northing.kit.models import Import, Job
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
START = "/orchard/features/import/"
GOOD = b"Feature,Status,Effort,Risk\nSync,Cooking,TBD,battery\n"
COLUMNS = {"column-0": "title", "column-1": "status", "column-2": "effort", "column-3": ""}


@pytest.fixture
def editor(tmp_path: Path, settings: Any) -> Client:
    settings.NORTHING_HOME = tmp_path
    workspace = Workspace.objects.create(name="Orchard", slug="orchard")
    user = User.objects.create_user("ada@example.com", "pear-tree-7", name="Ada")
    Member.objects.create(workspace=workspace, user=user, role="editor")
    client = Client()
    client.force_login(user)
    return client


def checked(client: Client, content: bytes, columns: dict[str, Any]) -> tuple[str, str]:
    """The address of an import, and its page once the file has been checked."""
    url = client.post(START, {"file": SimpleUploadedFile("features.csv", content)}).headers["Location"]
    client.post(f"{url}check", columns)
    Worker().run_due()
    return url, client.get(url).content.decode()


def test_what_was_kept_stands_on_the_page_of_the_record(editor: Client) -> None:
    url, page = checked(editor, GOOD, COLUMNS)
    assert "1 cell cannot be read as an estimate" in page
    editor.post(f"{url}apply")
    Worker().run_due()
    record = editor.get("/orchard/features/F-1/").content.decode()
    kept = record.split("As imported")[1]
    assert "<dt>Risk</dt><dd>battery</dd>" in kept
    assert "<dt>Effort</dt><dd>TBD</dd>" in kept
    assert "<dt>Status in the file</dt><dd>Cooking</dd>" in kept


def test_import_takes_what_is_chosen_on_the_page_along(editor: Client) -> None:
    url, page = checked(editor, GOOD, COLUMNS)
    assert '<option value="">New (not known)</option>' in page
    chosen = {"word": ["Cooking"], "category": ["in_delivery"]}
    onwards = editor.post(f"{url}apply", chosen).headers["Location"]
    assert not Feature.objects.exists(), "what was checked is not what is chosen"
    Worker().run_due()
    assert Feature.objects.get().status == "in_delivery"
    assert "features.csv is in: 1 row written" in editor.get(onwards).content.decode()


def test_choices_that_do_more_than_the_page_showed_come_back_to_it(editor: Client) -> None:
    """The other row had been as before; with the choice it would be written too."""
    editor.post(f"{checked(editor, GOOD, COLUMNS)[0]}apply")
    Worker().run_due()
    url, page = checked(editor, GOOD + b"Albums,Cooking,3,\n", COLUMNS)
    assert "Import 1 row<" in page
    onwards = editor.post(f"{url}apply", {"word": ["Cooking"], "category": ["planned"]}).headers["Location"]
    Worker().run_due()
    assert Feature.objects.count() == 1
    page = editor.get(onwards).content.decode()
    assert "Import 2 rows<" in page
    assert "This is the check with your choices" in page


def test_records_that_nobody_was_told_of_are_not_made_besides(editor: Client) -> None:
    Member.objects.update(role="admin")  # editors make no teams
    content, columns = b"Feature,Status,Effort,Team\nSync,Cooking,3,Core\n", COLUMNS | {"column-3": "team"}
    url, _ = checked(editor, content, columns)
    editor.post(f"{url}choose", {"make-team": "aside"})
    Worker().run_due()
    onwards = editor.post(f"{url}apply", {"make-team": "make"}).headers["Location"]
    Worker().run_due()
    assert not Team.objects.exists()
    assert "Make them (1)" in editor.get(onwards).content.decode()


def test_records_that_nobody_saw_change_are_not_changed(editor: Client) -> None:
    """As many rows are written as the page had said, but of another feature that is there."""
    editor.post("/orchard/features/new", {"title": "Sync"})
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}choose", {"titles": "new"})
    Worker().run_due()
    onwards = editor.post(f"{url}apply", {"titles": "join"}).headers["Location"]
    Worker().run_due()
    assert Feature.objects.get().status == "new"
    assert "What would change" in editor.get(onwards).content.decode()


def test_a_page_of_columns_that_went_elsewhere_since_then_imports_nothing(editor: Client) -> None:
    """As one that stayed open, or to which somebody went back."""
    url, page = checked(editor, GOOD, COLUMNS)
    [shown] = re.findall(r'name="checked" value="([^"]+)"', page)
    editor.post(f"{url}check", COLUMNS | {"column-3": "description"})
    Worker().run_due()
    assert editor.post(f"{url}apply", {"checked": shown}).status_code == 422
    Worker().run_due()
    assert not Feature.objects.exists()


def test_what_somebody_else_chose_at_the_same_moment_is_not_imported(editor: Client) -> None:
    checked(editor, GOOD, COLUMNS)
    batch, member = Import.objects.get(), Member.objects.get()
    chosen = Choices(statuses={"Cooking": "planned"})
    tasks.ask_to_stage(batch, batch.mapping, chosen, then_for=for_member(member))
    tasks.ask_to_stage(batch, batch.mapping | {"Risk": "description"}, chosen)
    Worker().run_due()
    assert not Feature.objects.exists()


def test_one_press_imports_also_where_its_work_is_killed_after_the_check(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}apply", {"word": ["Cooking"], "category": ["planned"]})
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "ask_to_apply", lambda *asked: 1 / 0)
        Worker().run_due()
    Job.objects.filter(state=Job.State.READY, attempts__gt=0).update(run_at=timezone.now())
    Worker().run_due()
    assert Feature.objects.get().status == "planned"


def test_whoever_may_no_longer_import_imports_nothing_with_other_choices(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}apply", {"word": ["Cooking"], "category": ["planned"]})
    Member.objects.update(role="viewer")
    Worker().run_due()
    assert not Feature.objects.exists()


def test_a_status_over_two_lines_is_as_it_was_checked(editor: Client) -> None:
    content = b'Feature,Status,Effort,Risk\nSync,"In the\nkitchen",3,\n'
    url, _ = checked(editor, content, COLUMNS)
    editor.post(f"{url}apply", {"word": ["In the\r\nkitchen"], "category": [""]})
    Worker().run_due()
    assert Feature.objects.count() == 1


def test_a_status_that_is_none_is_refused(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    assert editor.post(f"{url}choose", {"word": ["Cooking"], "category": ["frying"]}).status_code == 422


def test_every_status_of_the_file_is_shown_with_what_it_is_read_as(editor: Client) -> None:
    """Also one that stands far down only, and more of them than a sample holds."""
    rows = [f"Feature {at},planned,3,\n" for at in range(1200)]
    rows += [f"Late {at},Cooking {at},3,\n" for at in range(30)]
    _, page = checked(editor, b"Feature,Status,Effort,Risk\n" + "".join(rows).encode(), COLUMNS)
    doubtful, known = (" ".join(part.split()) for part in page.split("Statuses: planned as Planned."))
    others = doubtful.split('<th scope="row">')[1:]
    assert len(others) == 30
    assert all("New (not known)" in other for other in others)
    [planned] = known.split('<th scope="row">')[1:]
    assert ">1,200</td>" in planned
    assert '<option value="planned" selected>Planned</option>' in planned


def test_statuses_beyond_a_bound_are_counted(editor: Client) -> None:
    rows = "".join(f"Feature {at},Word {at},3,\n" for at in range(MOST_STATUSES + 7))
    _, page = checked(editor, b"Feature,Status,Effort,Risk\n" + rows.encode(), COLUMNS)
    assert "7 rows more with other words" in page


def test_a_text_in_the_place_of_a_status_is_counted_and_not_sent_along(editor: Client) -> None:
    """A hundred of them would make a page of a hundred megabytes."""
    page = checked(editor, GOOD + b"Albums," + b"x" * 100_000 + b",3,\n", COLUMNS)[1]
    assert "1 row more with other words" in page
    assert len(page) < 50_000


def test_how_every_estimate_is_read_can_be_seen(editor: Client) -> None:
    rows = "".join(f"Feature {at},idea,{at},\n" for at in range(1, 44))
    page = checked(editor, b"Feature,Status,Effort,Risk\n" + rows.encode(), COLUMNS)[1]
    at_once, more = page.split('<summary class="help">Show 38 more</summary>')
    assert "<tr><td>5</td>" in at_once
    assert "<tr><td>43</td>" in more


def test_estimates_beyond_a_bound_are_said_to_be_there(editor: Client) -> None:
    rows = "".join(f"Feature {at},idea,{at},\n" for at in range(1, MOST_TEXTS + 2))
    page = checked(editor, b"Feature,Status,Effort,Risk\n" + rows.encode(), COLUMNS)[1]
    assert "There are more than 1,000 texts; these are the first." in page


def test_amounts_of_money_are_read_in_the_workspaces_currency(editor: Client) -> None:
    Workspace.objects.update(currency="CHF")
    page = checked(editor, b"Feature,Status,Value\nSync,idea,12k\n", {**COLUMNS, "column-2": "value"})[1]
    assert " CHF</td>" in page.split("Value as it is read")[-1]
    assert "{currency}" not in page


def test_all_that_one_should_know_stands_above_the_button(editor: Client) -> None:
    page = checked(editor, GOOD + b"Albums,idea,3,\n", COLUMNS)[1]
    above, below = page.split("Import 2 rows")
    assert above.count("Cooking") == 2, "once to be seen, and once to be sent"
    assert "New (not known)" in above
    assert "Effort as it is read" in above
    assert "<table" not in below


def test_what_stays_here_is_shown_beside_what_the_file_says(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}apply")
    Worker().run_due()
    feature = Feature.objects.get()
    changes.update(system(feature.workspace), registry.of(Feature), [Edit(feature.pk, {"status": "planned"})])
    page = checked(editor, GOOD.replace(b"Cooking", b"In progress").replace(b"battery", b"radio"), COLUMNS)[1]
    above, _ = page.split("Import 1 row")
    assert '<td class="wrap">Planned</td>' in above
    assert "Stays as it is here; the file says In delivery" in above
    assert '<td class="wrap">radio</td>' in above
    assert "what somebody changed here since then stays" in above


def test_an_import_that_was_undone_says_that_nothing_of_it_stands(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    for step in ("apply", "undo"):
        editor.post(f"{url}{step}")
        Worker().run_due()
    page = editor.get(url).content.decode()
    assert "The import was undone. 1 feature taken back." in page
    assert "kpi" not in page.split("was undone")[1]
    again = checked(editor, GOOD, COLUMNS)[1]
    assert "Import 1 row" in again
    assert "1 row came with an import that was undone; the feature comes back under its key." in again


def test_rows_that_are_here_and_rows_that_cannot_be_are_told_apart(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS)
    editor.post(f"{url}apply")
    Worker().run_due()
    assert "All rows are here already" in checked(editor, GOOD, COLUMNS)[1]
    assert "Nothing to import" in editor.get(START).content.decode()
    assert Import.objects.latest("pk").finished_at is not None
    page = checked(editor, GOOD + b",Cooking,3,\n", COLUMNS)[1]
    assert "1 row is here already, 1 cannot be imported" in page
    page = checked(editor, b"Feature,Status,Effort,Risk\n,Cooking,3,x\n", COLUMNS)[1]
    assert "No row can be imported. Below stands why" in page


def test_rows_that_are_not_listed_are_counted_with_what_they_are(editor: Client) -> None:
    page = checked(editor, GOOD + b",Cooking,3,\n" * 130, COLUMNS)[1]
    assert "and 88 more rows of the first 100 problems" in page
    assert "130 rows were rejected; these are the first 100 problems." in page


def test_the_same_file_read_as_the_last_time_changes_nothing(editor: Client) -> None:
    """A column that was sent elsewhere by hand, and a status whose meaning was chosen, are proposed so again."""
    columns = COLUMNS | {"column-3": "description"}
    url, _ = checked(editor, GOOD, columns)
    editor.post(f"{url}choose", {"word": ["Cooking"], "category": ["planned"]})
    Worker().run_due()
    editor.post(f"{url}apply")
    Worker().run_due()
    url, page = checked(editor, GOOD, columns)
    assert '<option value="planned" selected>' in page
    assert "All rows are here already" in page
    assert '<option value="description" selected>' in editor.get(f"{url}?columns").content.decode()


def test_a_file_that_was_undone_is_read_as_the_last_time(editor: Client) -> None:
    url, _ = checked(editor, GOOD, COLUMNS | {"column-3": "description"})
    editor.post(f"{url}choose", {"word": ["Cooking"], "category": ["planned"]})
    Worker().run_due()
    for step in ("apply", "undo"):
        editor.post(f"{url}{step}")
        Worker().run_due()
    url = editor.post(START, {"file": SimpleUploadedFile("features.csv", GOOD)}).headers["Location"]
    assert '<option value="description" selected>' in editor.get(url).content.decode()
    editor.post(f"{url}check", COLUMNS | {"column-3": "description"})
    Worker().run_due()
    assert '<option value="planned" selected>' in editor.get(url).content.decode()


def test_what_became_of_the_rows_is_said_of_them_and_not_of_what_was_made_besides(editor: Client) -> None:
    start = START.replace("features", "feedback")
    content = b"Review,Company,State\nExports fail,Acme,done\nSync is slow,Bolt,new\n"
    url = editor.post(start, {"file": SimpleUploadedFile("voices.csv", content)}).headers["Location"]
    for step in ("check", "apply"):
        editor.post(f"{url}{step}", {"column-0": "text", "column-1": "account", "column-2": "status"})
        Worker().run_due()
    told = " ".join(editor.get(url).content.decode().split())
    assert "2 rows written. Of these, 1 was closed already and counts as processed. Also made: 2 accounts." in told


def test_warnings_follow_the_mapping_while_it_is_chosen(editor: Client) -> None:
    start, content = START.replace("features", "feedback"), b"Title,Zeta\nSync,slow\nExport,odd\n"
    url = editor.post(start, {"file": SimpleUploadedFile("list.csv", content)}).headers["Location"]
    told = "No column holds the words of feedback"
    assert told in editor.get(url).content.decode()
    aside = editor.post(f"{url}warnings", {"column-0": "title", "column-1": ""}).content.decode()
    mapped = editor.post(f"{url}warnings", {"column-0": "title", "column-1": "text"}).content.decode()
    assert (told in aside, told in mapped) == (True, False)
    assert editor.post(f"{url}warnings", {"column-0": "colour"}).status_code == 422


def test_a_file_is_not_read_again_for_each_choice_of_a_column(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = editor.post(START, {"file": SimpleUploadedFile("features.csv", GOOD)}).headers["Location"]
    read: list[str] = []
    monkeypatch.setattr(exchange, "recognise", lambda *file, **choices: read.append("whole"))
    assert "No column holds the effort" in editor.post(f"{url}warnings", COLUMNS | {"column-2": ""}).content.decode()
    assert editor.post(f"{url}warnings", COLUMNS).status_code == 200
    assert read == []


def test_how_every_revenue_is_read_can_be_seen(editor: Client) -> None:
    content = "Text;Company;ARR\nExport fails;Orchard;14,400\nIt is slow;Grove;€31.000\n".encode()
    started = editor.post(START.replace("features", "feedback"), {"file": SimpleUploadedFile("list.csv", content)})
    url = started.headers["Location"]
    editor.post(f"{url}check", {"column-0": "text", "column-1": "account", "column-2": "account_revenue"})
    Worker().run_due()
    page = editor.get(url).content.decode()
    read = page.split("Revenue per year as it is read</h2>")[1]
    assert "<td>14,400</td><td>14,400 a year</td>" in read
    assert "<td>€31.000</td><td>31,000 a year</td>" in read
    assert "Numbers are read with a sign for thousands alone" in page


def test_how_targets_in_words_are_read_can_be_seen(editor: Client) -> None:
    content = b"Feature,Status,Effort,When\nSync,idea,3,H2 27\nAlbums,idea,2,later\nPrint,idea,2,soonish\n"
    read = checked(editor, content, COLUMNS | {"column-3": "target_date"})[1].split(
        "Target in words as it is read</h2>"
    )[1]
    assert "<td>H2 27</td><td>H2 2027, until 31 Dec 2027</td>" in read
    assert "<td>later</td><td>later, without an end</td>" in read


def test_a_list_of_no_tool_is_what_somebody_brings_it_as(editor: Client) -> None:
    content = b"Subject,Agent,State\nExport fails,Kim,open\nIt is slow,Sam,closed\n"
    kinds = {}
    for name in ("feedback", "work-items"):
        start = START.replace("features", name)
        url = editor.post(start, {"file": SimpleUploadedFile("list.csv", content)}).headers["Location"]
        kinds[name] = editor.get(url).content.decode().split("<dt>Kind</dt>")[1].split("<dt>Rows")[0]
        has_reasons = "Recognised as list of work items" in editor.get(url).content.decode()
        assert has_reasons == (name == "work-items")
    assert "A list, read as feedback" in kinds["feedback"]
    assert "List of work items" in kinds["work-items"]


def test_rows_that_may_be_headings_are_ticked_where_it_is_clear_and_one_press_decides(editor: Client) -> None:
    rows = b"Feature,Team,Effort\nSync,App,3\nMaps,App,2\nMasks,Web,2\nPhase 2,,\nHinge,App,1\nAlbums,,\nDrawers,,\n"
    rows += b"Export,Web,5\nLogin,App,1\nWidget,App,2\nAlarm,Web,2\nFan,App,1\nPump,App,1\n"
    columns = {"column-0": "title", "column-1": "", "column-2": "effort"}
    url, page = checked(editor, rows, columns)
    ticked = re.findall(r'name="leave" value="(\d+)" form="import-form"( checked)?> Row \d+: ([^<]+)<', page)
    assert ticked == [("5", " checked", "Phase 2"), ("7", "", "Albums"), ("8", "", "Drawers")]
    assert "Rows that look like totals" not in page, "the page asks instead"
    editor.post(f"{url}apply", {"row": ["5", "7", "8"], "leave": ["5", "8"]})
    Worker().run_due()
    titles = set(Feature.objects.values_list("title", flat=True))
    assert ("Albums" in titles, "Drawers" in titles, "Phase 2" in titles) == (True, False, False)
    assert "row 5 (“Phase 2”), row 8 (“Drawers”)" in editor.get(url).content.decode()


def test_names_of_teams_that_an_editor_may_not_make_are_kept_and_the_rows_come_in(editor: Client) -> None:
    url, page = checked(editor, b"Feature,Who\nSync,App\nMaps,Cloud\n", {"column-0": "title", "column-1": "team"})
    assert "Team: 2 cells name nobody or nothing that is known here" in page
    editor.post(f"{url}apply")
    Worker().run_due()
    assert Import.objects.get().state == Import.State.DONE
    assert (Feature.objects.count(), Team.objects.count()) == (2, 0)


def test_that_closed_tickets_are_new_is_said_once_in_a_sentence(editor: Client) -> None:
    told = "A closed ticket is new here until somebody has read it for the product."
    for words, is_told in (("Closed", True), ("Open", False)):
        content = f"Message,State\nThe export stops,{words}\n".encode()
        start = START.replace("features", "feedback")
        url = editor.post(start, {"file": SimpleUploadedFile(f"{words}.csv", content)}).headers["Location"]
        editor.post(f"{url}check", {"column-0": "text", "column-1": "status"})
        Worker().run_due()
        assert (told in editor.get(url).content.decode()) == is_told
