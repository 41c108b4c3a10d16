"""Feedback from files: invented ones, and real ones where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.insight.actions import fold
from northing.insight.importers import adapt_feedback
from northing.insight.inbox import became
from northing.insight.models import Account, Feedback, State
from northing.insight.records import FEEDBACK
from northing.kit import changes
from northing.kit.importing.choices import Choices
from northing.kit.importing.running import Report, run_file
from northing.kit.models import Import

pytestmark = pytest.mark.django_db
DATA = Path(os.environ.get("NORTHING_TEST_DATA", Path(__file__).parents[5] / "shared" / "data"))


@pytest.fixture
def actor(tmp_path: Path, settings: object) -> Actor:
    settings.NORTHING_HOME = tmp_path  # type: ignore[attr-defined]
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.IMPORT)


def written(folder: Path, text: str) -> Path:
    path = folder / "reviews.csv"
    path.write_text(text, encoding="utf-8")
    return path


def adds_up(report: Report) -> bool:
    return report.created + report.updated + report.skipped + report.rejected == report.rows


def test_a_file_becomes_feedback_with_its_accounts(actor: Actor, tmp_path: Path) -> None:
    rows = 'id,review,company,email,rating,device\nr1,"Export stops.\nAgain.",Studio North,kim@example.com,2,Pad\n'
    report = run_file(actor, FEEDBACK, written(tmp_path, rows + "r2,Fast now,studio north,,5,Pad\n"), mapping={})
    assert (report.created, report.rejected) == (2, 0)
    assert adds_up(report)
    first = Feedback.objects.within(actor).select_related("account").get(external_id="r1")
    assert (first.title, first.rating, first.author) == ("Export stops.", 2, "kim@example.com")
    assert first.account
    assert first.account.name.casefold() == "studio north"
    assert Account.objects.within(actor).count() == 1
    again = run_file(actor, FEEDBACK, tmp_path / "reviews.csv", mapping={})
    assert (again.created, again.updated, again.skipped) == (0, 0, 2)


def test_what_does_not_fit_is_kept_beside() -> None:
    given = {"text": "It stops", "device": "d" * 200, "url": "not an address", "state": "snoozed", "reactions": -1.0}
    values = adapt_feedback(given)
    assert len(values["device"]) == 120
    assert values["device in full"] == "d" * 200
    assert values["url as given"] == "not an address"
    assert "url" not in values
    assert (values["state"], values["state as given"]) == ("new", "snoozed")
    assert values["votes as given"] == -1
    assert values["title"] == "It stops"


@pytest.mark.parametrize("name", ["photo/feature_requests.jsonl", "reviews/playstore_photo_reviews.csv"])
def test_real_files_add_up_and_change_nothing_the_second_time(actor: Actor, name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs {name} of the test data; set NORTHING_TEST_DATA to its folder")
    report = run_file(actor, FEEDBACK, path, mapping={})
    assert adds_up(report)
    assert report.created > 100
    again = run_file(actor, FEEDBACK, path, mapping={})
    assert adds_up(again)
    assert (again.created, again.updated) == (0, 0)


def test_an_import_says_what_was_folded_and_what_came_closed(actor: Actor, tmp_path: Path) -> None:
    rows = ["id,review,state"] + [
        f"r{n},Export number {n} fails,{state}" for n, state in enumerate(["", "", "", "done"])
    ]
    report = run_file(
        actor,
        FEEDBACK,
        written(tmp_path, "\n".join(rows) + "\n"),
        mapping={"id": "external_id", "review": "text", "state": "status"},
    )
    assert report.created == 4
    batch = Import.objects.within(actor).get().batch
    first, second, third, _ = Feedback.objects.within(actor).order_by("pk")
    fold(actor, first.pk, [second.pk])
    changes.update(actor, FEEDBACK, [changes.Edit(third.pk, {"state": State.PROCESSED})])
    assert became(actor, batch) == (
        "Of these, 1 said the same as others and was folded into them; 1 was closed already and counts as processed."
    )
    assert became(actor, "another") == ""


@pytest.mark.parametrize("word", ["Solved", "closed", "resolved", "pending", "on hold", "gelöst", "erledigt", "new"])
def test_what_a_support_tool_has_closed_stays_unread(actor: Actor, tmp_path: Path, word: str) -> None:
    path = written(tmp_path, f"id,review,state\n1,Export fails,{word}\n")
    run_file(actor, FEEDBACK, path, mapping={"id": "external_id", "review": "text", "state": "status"})
    feedback = Feedback.objects.within(actor).get()
    assert (feedback.state, feedback.custom["source"]["status"]) == (State.NEW, word)


@pytest.mark.parametrize("word", ["processed", "archived"])
def test_the_inboxs_own_words_are_taken_as_they_are(actor: Actor, tmp_path: Path, word: str) -> None:
    path = written(tmp_path, f"id,review,state\n1,Export fails,{word}\n")
    run_file(actor, FEEDBACK, path, mapping={"id": "external_id", "review": "text", "state": "status"})
    assert Feedback.objects.within(actor).get().state == word


def test_a_person_says_that_solved_means_processed(actor: Actor, tmp_path: Path) -> None:
    path = written(tmp_path, "id,review,state\n1,Export fails,Solved\n")
    columns = {"id": "external_id", "review": "text", "state": "status"}
    run_file(actor, FEEDBACK, path, mapping=columns, choices=Choices(statuses={"Solved": "processed"}))
    assert Feedback.objects.within(actor).get().state == State.PROCESSED


def test_a_subject_that_is_cut_within_a_word_ends_at_a_word() -> None:
    values = adapt_feedback(
        {
            "title": "It rains in the garden and the pump sta",
            "text": "It rains in the garden and the pump starts all the same",
        }
    )
    assert values["title"] == "It rains in the garden and the pump…"
    assert values["text"] == "It rains in the garden and the pump starts all the same"


@pytest.mark.parametrize("title", ["Water pump", "Add CSV export", "Support phone 1"])
def test_a_short_subject_that_is_another_form_of_a_word_stays(title: str) -> None:
    assert adapt_feedback({"title": title, "text": f"{title}5s, please"})["title"] == title


def test_a_tier_in_other_capitals_is_the_same_spelled_as_most_often(actor: Actor, tmp_path: Path) -> None:
    rows = "a1,Fine,Orchard,PRO\na2,Good,Orchard,Pro\na3,Bad,Meadow,Pro\na4,Slow,Grove,PRO\na5,Odd,Glen,Pro\n"
    report = run_file(actor, FEEDBACK, written(tmp_path, f"id,review,company,plan\n{rows}"), mapping={})
    assert set(Account.objects.within(actor).values_list("tier", flat=True)) == {"Pro"}
    assert not [one for one in report.warnings if "differ" in one]
