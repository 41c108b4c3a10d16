"""What was estimated leaves in an export and comes back from a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from northing.access.actor import Actor, Origin, for_member
from northing.access.models import Member, User, Workspace
from northing.decisions.models import Estimate
from northing.decisions.public import MeasureValue, enter_estimates, estimates_of, measures_of, write_measures
from northing.features.actions import VOICES
from northing.features.models import Feature
from northing.features.records import FEATURE, WORK_PACKAGE
from northing.kit import changes, exporting
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.running import Report, run_file
from northing.kit.listing import ListRequest
from northing.kit.models import Import
from northing.kit.record_types import RecordType

pytestmark = pytest.mark.django_db
EFFORT, REACH, VALUE = "Effort, days", "Reach, people/quarter", "Value"


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    workspace = Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR")
    return member(workspace, "Ada")


def member(workspace: Workspace, name: str) -> Actor:
    user = User.objects.create_user(f"{name.lower()}@example.com", name=name)
    return for_member(Member.objects.create(workspace=workspace, user=user, role="admin"), Origin.CLI)


@pytest.fixture
def feature(actor: Actor) -> Feature:
    [feature] = changes.create(actor, FEATURE, [{"title": "Large exports"}])
    entered = {"effort": "9-12-17", "reach": "15k", "value": "20k (10k-50k)", "impact": "2", "confidence": "80 %"}
    enter_estimates(actor, [{"about": feature.pk, "quantity": q, "entered": text} for q, text in entered.items()])
    return feature


def exported(actor: Actor, record_type: RecordType = FEATURE) -> list[dict[str, str]]:
    content = b"".join(exporting.export(actor, record_type, ListRequest(), "csv"))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def brought_back(actor: Actor, rows: list[dict[str, str]], folder: Path, record_type: RecordType = FEATURE) -> Report:
    path = folder / "edited.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return run_file(actor, record_type, path, mapping={})


def quantiles(actor: Actor, pk: int, quantity: str) -> tuple[float, float, float]:
    value = measures_of(actor, [pk], [quantity])[pk][quantity]
    return value.p10, value.p50, value.p90


def test_an_export_of_all_has_estimates_voices_and_rank(actor: Actor, feature: Feature) -> None:
    [row] = exported(actor)
    assert row[EFFORT] == "12 (9–17) days"
    assert row[VALUE] == "20 k (10–50 k) EUR"
    assert row["Confidence, %"] == "80 (48–100) %"
    assert {"Impact", "Voices", "Rank", "Score", REACH, "Exported at"} <= row.keys()


def test_numbers_stand_as_numbers_beside_the_text(actor: Actor, feature: Feature) -> None:
    write_measures(actor, [MeasureValue.exactly(feature.pk, VOICES, 11)])
    [row] = json.loads(b"".join(exporting.export(actor, FEATURE, ListRequest(), "json")))
    assert (row["effort"], row["voices"]) == ("12 (9–17) days", 11)
    assert [row[f"effort_{part}"] for part in ("low", "likely", "high")] == [9, 12, 17]
    assert row["confidence_likely"] == 80, "as it stands in the text"
    assert "voices_low" not in row
    headings = list(row)
    first = headings.index("effort")
    assert headings[first : first + 4] == ["effort", "effort_low", "effort_likely", "effort_high"]


@pytest.mark.parametrize("form", ["xlsx", "json"])
def test_an_export_with_numbers_changes_nothing_on_its_way_back(
    actor: Actor, feature: Feature, tmp_path: Path, form: exporting.Form
) -> None:
    path = tmp_path / f"features.{form}"
    path.write_bytes(b"".join(exporting.export(actor, FEATURE, ListRequest(), form)))
    report = run_file(actor, FEATURE, path, mapping={})
    assert (report.skipped, report.errors) == (1, [])


def test_what_a_record_goes_by_at_its_source_is_told_and_changes_nothing(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    path.write_text("Key,Feature,Effort\nVELO-7,Night mode,12\n", encoding="utf-8")
    run_file(actor, FEATURE, path, mapping={})
    [row] = exported(actor)
    assert row["Key at its source"] == "VELO-7"
    report = brought_back(actor, [row | {"Key at its source": "VELO-8"}], tmp_path)
    assert (report.updated, report.skipped) == (0, 1)
    assert any("Key at its source" in warning for warning in report.warnings)


def test_an_untouched_export_changes_nothing(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    before = len(estimates_of(actor, [feature.pk], history=True))
    report = brought_back(actor, exported(actor), tmp_path)
    assert (report.created, report.updated, report.rejected, report.skipped) == (0, 0, 0, 1)
    assert len(estimates_of(actor, [feature.pk], history=True)) == before


def test_an_edited_cell_is_the_estimate_of_who_brings_it(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    grace = member(actor.workspace, "Grace")
    [row] = exported(grace)
    report = brought_back(grace, [row | {EFFORT: "20 (15–30) days", REACH: "30k", VALUE: ""}], tmp_path)
    assert (report.updated, report.rejected) == (1, 0)
    own = {line.quantity: line for line in estimates_of(grace, [feature.pk]) if line.author == "Grace"}
    assert own.keys() == {"effort", "reach"}  # an emptied cell takes nothing away
    assert (own["effort"].p10, own["effort"].p50, own["effort"].p90) == (15, 20, 30)
    service.take_back(grace, Import.objects.get())
    assert quantiles(actor, feature.pk, "effort") == (9, 12, 17)


def test_an_edited_cell_corrects_what_a_file_said_before(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "first.csv"
    path.write_text("id,title,effort,value\n1,Large exports,10,3000\n", encoding="utf-8")
    run_file(actor, FEATURE, path, mapping={})
    pk = Feature.objects.get().pk
    said = quantiles(actor, pk, "effort")
    brought_back(actor, [exported(actor)[0] | {EFFORT: "3 weeks", VALUE: "12,5k"}], tmp_path)
    assert (quantiles(actor, pk, "effort")[1], quantiles(actor, pk, "value")[1]) == (15, 12_500)
    service.take_back(actor, Import.objects.latest("pk"))
    assert quantiles(actor, pk, "effort") == said


def test_what_others_estimated_since_the_export_stays(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    rows = exported(actor)
    grace = member(actor.workspace, "Grace")
    enter_estimates(grace, [{"about": feature.pk, "quantity": "effort", "entered": "30-40-60"}])
    pooled = quantiles(actor, feature.pk, "effort")
    report = brought_back(actor, rows, tmp_path)
    assert (report.updated, report.skipped) == (0, 1)
    assert quantiles(actor, feature.pk, "effort") == pooled


def test_what_cannot_be_read_is_said_and_a_new_row_is_estimated(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    [row] = exported(actor)
    new = dict.fromkeys(row, "") | {"Title": "Sky masks", EFFORT: "M"}
    report = brought_back(actor, [row | {EFFORT: "soon"}, new], tmp_path)
    assert (report.created, report.rejected) == (1, 1)
    assert "soon" in report.errors[0].rule
    made = Feature.objects.within(actor).get(title="Sky masks")
    assert quantiles(actor, made.pk, "effort") == (5, 10, 20)
    assert made.custom == {}


def test_the_effort_of_work_packages_comes_back_too(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    [package] = changes.create(actor, WORK_PACKAGE, [{"title": "Engine", "feature": feature.pk}])
    enter_estimates(actor, [{"about": package.pk, "quantity": "effort", "entered": "M"}])
    [row] = exported(actor, WORK_PACKAGE)
    assert row[EFFORT] == "10 (5–20) days"
    assert brought_back(actor, [row | {EFFORT: "2 (1–4) weeks"}], tmp_path, WORK_PACKAGE).updated == 0
    assert brought_back(actor, [row | {EFFORT: "3 (2–4) weeks"}], tmp_path, WORK_PACKAGE).updated == 1
    assert quantiles(actor, package.pk, "effort") == (10, 15, 20)


def test_another_workspace_takes_the_numbers_too(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    rows = exported(actor)
    stranger = member(Workspace.objects.create(name="Harbour", slug="harbour", currency="EUR"), "Cy")
    report = brought_back(stranger, rows, tmp_path)
    assert (report.format, report.created, report.rejected) == ("feature-table", 1, 0)
    made = Feature.objects.within(stranger).get()
    assert quantiles(stranger, made.pk, "effort") == (9, 12, 17)
    assert quantiles(stranger, made.pk, "value")[1] == 20_000


def test_a_value_typed_again_that_it_had_before_counts_once_the_export_shows_another(
    actor: Actor, feature: Feature, tmp_path: Path
) -> None:
    enter_estimates(actor, [{"about": feature.pk, "quantity": "effort", "entered": "30-40-60"}])
    long_ago = timezone.now() - timedelta(hours=1)
    Estimate.objects.within(actor).filter(entered="9-12-17").update(created_at=long_ago)
    Estimate.objects.within(actor).filter(entered="30-40-60").update(created_at=long_ago + timedelta(minutes=5))
    [row] = exported(actor)
    assert row[EFFORT] == "40 (30–60) days"
    assert brought_back(actor, [row | {EFFORT: "12 (9–17) days"}], tmp_path).updated == 1
    assert quantiles(actor, feature.pk, "effort") == (9, 12, 17)


def test_an_amount_in_another_currency_keeps_it(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    [row] = exported(actor)
    assert brought_back(actor, [row | {VALUE: "20 k (10–50 k) GBP"}], tmp_path).updated == 1
    assert [line.unit for line in estimates_of(actor, [feature.pk], ["value"])] == ["GBP"]


def test_an_export_of_the_last_day_there_is_is_one_of_now(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    [row] = exported(actor)
    late = row | {"Exported at": "9999-12-31T23:59:59+00:00", EFFORT: "20 (15–30) days"}
    assert brought_back(actor, [late], tmp_path).updated == 1


def test_an_endless_gap_in_an_amount_is_refused_at_once(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    [row] = exported(actor)
    begun = time.process_time()
    assert brought_back(actor, [row | {VALUE: f"20{' ' * 100_000}k x"}], tmp_path).rejected == 1
    assert time.process_time() - begun < 30  # minutes, when each blank was tried as the first


def test_a_part_of_a_year_typed_as_the_target_is_the_target_in_words(
    actor: Actor, feature: Feature, tmp_path: Path
) -> None:
    [row] = exported(actor)
    typed = [row | {"Target": "Q3 2027"}, dict.fromkeys(row, "") | {"Title": "Albums", "Target": "H2 2027"}]
    report = brought_back(actor, typed, tmp_path)
    assert (report.updated, report.created, report.rejected) == (1, 1, 0)
    found = Feature.objects.within(actor).order_by("pk").values_list("target", "target_text")
    assert list(found) == [(None, "Q3 2027"), (None, "H2 2027")]
    assert brought_back(actor, typed[:1], tmp_path).skipped == 1


def test_a_part_of_a_year_takes_the_place_of_a_day(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    changes.update(actor, FEATURE, [Edit(feature.pk, {"target": "2027-03-31"})])
    [row] = exported(actor)
    assert brought_back(actor, [row | {"Target": "Q3 2027"}], tmp_path).updated == 1
    feature.refresh_from_db()
    assert (feature.target, feature.target_text) == (None, "Q3 2027")
    report = brought_back(actor, [row | {"Target": "soonish"}], tmp_path)
    assert "must be a date" in report.errors[0].rule


def test_a_day_typed_into_an_export_takes_the_place_of_words(actor: Actor, feature: Feature, tmp_path: Path) -> None:
    changes.update(actor, FEATURE, [Edit(feature.pk, {"target_text": "Q3 2027"})])
    [row] = exported(actor)
    assert brought_back(actor, [row | {"Target": "2027-08-31"}], tmp_path).updated == 1
    feature.refresh_from_db()
    assert (feature.target, feature.target_text) == (date(2027, 8, 31), "")


def test_a_list_that_says_a_day_and_words_keeps_both_however_often_it_comes(actor: Actor, tmp_path: Path) -> None:
    path = tmp_path / "features.csv"
    for day, team in (("2027-03-31", "App"), ("2027-06-30", "App"), ("2027-06-30", "Web")):
        path.write_text(f"Id,Feature,Due,When,Team\n1,Sync,{day},Q1 2027,{team}\n", encoding="utf-8")
        run_file(actor, FEATURE, path, mapping={"Due": "target_date", "When": "target_text"})
        found = Feature.objects.within(actor).get()
        assert (str(found.target), found.target_text) == (day, "Q1 2027")
