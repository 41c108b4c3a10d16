"""Features from files: fields, kept extras, and numbers that become estimates."""

from __future__ import annotations

from pathlib import Path

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.decisions.public import estimates_of, measures_of
from northing.exchange import doubting
from northing.features.models import Feature
from northing.features.records import FEATURE
from northing.kit.importing import running, service
from northing.kit.models import Import

pytestmark = pytest.mark.django_db
SHEET = """id,title,status,owner,reach,impact,confidence,effort,votes,due date
1,Large exports,In progress,Somebody,500,2,80%,12,31,2027-03-31
2,Sky masks,Backlog,,,,,,4,
3,Broken,Backlog,,-5,1,150%,3,,
"""


@pytest.fixture
def actor(tmp_path: Path, settings: object) -> Actor:
    settings.NORTHING_HOME = tmp_path  # type: ignore[attr-defined]
    return system(Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR"), Origin.IMPORT)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "ideas.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


def test_numbers_become_estimates_and_confidence_a_width(actor: Actor, sheet: Path) -> None:
    report = running.run_file(actor, FEATURE, sheet, mapping={})
    assert report.created + report.rejected == report.rows == 3
    feature = Feature.objects.within(actor).get(external_id="1")
    assert (feature.status, str(feature.target), feature.owner) == ("in_delivery", "2027-03-31", None)
    assert "Somebody" in str(feature.custom)
    assert "31" in str(feature.custom)
    found = measures_of(actor, [feature.pk], ["effort", "reach", "impact", "confidence"])[feature.pk]
    assert found["impact"].p90 == pytest.approx(4)
    assert found["impact"].p10 == pytest.approx(1)
    assert found["confidence"].p50 == pytest.approx(0.8)
    assert found["reach"].p50 == pytest.approx(500)
    assert {line.method for line in estimates_of(actor, [feature.pk])} == {"imported"}


def test_the_second_time_changes_nothing_and_undo_takes_all_back(actor: Actor, sheet: Path) -> None:
    running.run_file(actor, FEATURE, sheet, mapping={})
    again = running.run_file(actor, FEATURE, sheet, mapping={})
    assert (again.created, again.updated) == (0, 0)
    service.take_back(actor, Import.objects.order_by("pk")[0])
    assert not Feature.objects.within(actor).filter(archived_at=None).exists()


def test_sizes_ranges_and_units_become_estimates(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    rows = ["Sky masks,M,1k-4k", "Large exports,3-9,", "Presets,2 weeks,800", "Print,5 sure,", "Dark theme,8,"]
    path.write_text("Feature,Effort,Reach\n" + "\n".join(rows), encoding="utf-8")
    report = running.run_file(actor, FEATURE, path, mapping={})
    assert (report.created, report.rejected) == (5, 0)
    ids = dict(Feature.objects.within(actor).values_list("title", "pk"))
    entered = {(line.record_id, line.quantity): line.entered for line in estimates_of(actor, list(ids.values()))}
    assert [entered[ids[title], "effort"] for title in ("Sky masks", "Large exports", "Presets", "Print")] == [
        "M",
        "3-9",
        "2 weeks",
        "5 sure",
    ]
    effort = {title: measures_of(actor, [pk], ["effort"])[pk]["effort"] for title, pk in ids.items()}
    assert effort["Large exports"].p10 == pytest.approx(3)
    assert effort["Presets"].p50 == pytest.approx(10)
    assert measures_of(actor, [ids["Sky masks"]], ["reach"])[ids["Sky masks"]]["reach"].p90 == pytest.approx(4000)


def test_short_numbers_stay_as_they_were_typed(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Feature,Reach,Confidence,Effort\nSky masks,30k,80%,5m\n", encoding="utf-8")
    report = running.run_file(actor, FEATURE, path, mapping={})
    feature = Feature.objects.within(actor).get()
    entered = {line.quantity: line.entered for line in estimates_of(actor, [feature.pk])}
    assert (report.rejected, entered["reach"], entered["effort"]) == (0, "30k", "5m")
    measured = measures_of(actor, [feature.pk], ["reach", "effort"])[feature.pk]
    assert measured["reach"].p50 == pytest.approx(30_000)
    assert measured["reach"].p10 == pytest.approx(15_000)  # the confidence says how wide it is
    assert measured["effort"].p50 == pytest.approx(105, rel=0.1)  # five months, not millions


def test_an_effort_of_more_than_twenty_years_is_told_with_its_row_and_taken_in(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Feature,Reach,Effort\nSky masks,30k,30k\nPrint,400,M\n", encoding="utf-8")
    report = running.run_file(actor, FEATURE, path, mapping={})
    [warning] = [line for line in report.warnings if "20 years" in line]
    assert warning.startswith("Effort: 1 cell is read as more than 20 years of work ('30k' as 30 k (")
    assert "days, in row 2); imported all the same: a bare number is days" in warning
    feature = Feature.objects.within(actor).get(title="Sky masks")
    assert measures_of(actor, [feature.pk], ["effort"])[feature.pk]["effort"].p50 == pytest.approx(30_000)


def test_the_heading_says_the_unit_of_bare_numbers(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Feature,Status,Effort (person weeks)\nSky masks,Candidate,3\n", encoding="utf-8")
    running.run_file(actor, FEATURE, path, mapping={})
    feature = Feature.objects.within(actor).get()
    assert measures_of(actor, [feature.pk], ["effort"])[feature.pk]["effort"].p50 == pytest.approx(15)


def test_words_that_are_no_estimates_leave_the_column_as_it_is(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Feature,Status,Effort\nSky masks,Candidate,High\nPrint,Candidate,Low\n", encoding="utf-8")
    report = running.run_file(actor, FEATURE, path, mapping={})
    assert (report.created, report.rejected) == (2, 0)
    assert "High" in str(Feature.objects.within(actor).get(title="Sky masks").custom)


PARTS = """Feature,Team,Status,Effort
Sync,App,idea,3
Export,Web,idea,5
Masks,App,idea,2
Phase 2,,,
Hinge,Web,idea,1
TOTAL,,,11 days
without masks,,,9 days
"""


def titles(actor: Actor) -> list[str]:
    return [*Feature.objects.within(actor).order_by("pk").values_list("title", flat=True)]


def test_headings_and_totals_in_a_list_are_left_out_and_told(actor: Actor, sheet: Path) -> None:
    sheet.write_text(PARTS, encoding="utf-8")
    report = running.run_file(actor, FEATURE, sheet, mapping={})
    assert titles(actor) == ["Sync", "Export", "Masks", "Hinge", "without masks"]
    assert report.created == report.rows == 5
    told = "are left out: row 5 (“Phase 2”), row 7 (“TOTAL”). To take one in: --take-in 5."
    assert any(told in one for one in report.warnings)
    assert any("row 8 (“without masks”). To leave one out: --leave-out 8." in one for one in report.warnings)
    again = running.run_file(actor, FEATURE, sheet, mapping={})
    assert (again.created, again.updated, again.skipped) == (0, 0, 5)


def test_somebody_says_which_rows_are_left_out(actor: Actor, sheet: Path) -> None:
    sheet.write_text(PARTS, encoding="utf-8")
    running.run_file(actor, FEATURE, sheet, mapping={}, leave_out=[8], take_in=[5])
    assert titles(actor) == ["Sync", "Export", "Masks", "Phase 2", "Hinge"]
    report = running.run_file(actor, FEATURE, sheet, mapping={}, leave_out=[2])
    assert report.refused
    assert "Row 2 looks like no total" in report.errors[0].rule


def test_rows_beyond_those_to_decide_on_are_taken_in_and_told(
    actor: Actor, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doubting, "MOST_DOUBTED", 1)
    lists = "Sync,App,idea,3\nMasks,App,idea,2\nMaps,Web,idea,1\nTOTAL,,,6 days\n"
    sheet.write_text("Feature,Team,Status,Effort\n" + lists * 3 + "Hinge,Web,idea,1\n", encoding="utf-8")
    report = running.run_file(actor, FEATURE, sheet, mapping={})
    assert titles(actor).count("TOTAL") == 2
    assert "2 more rows may be totals and are taken in; remove what is no record from the file." in report.warnings
