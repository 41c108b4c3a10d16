"""A list as a product manager keeps it: brought, edited, brought again, beside features that are there already."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.decisions.public import measures_of
from northing.features.models import Feature
from northing.features.records import FEATURE
from northing.insight.public import Theme
from northing.kit import changes
from northing.kit.extensions import extensions, load_columns
from northing.kit.importing import keeping, service, tasks
from northing.kit.importing.choices import NOTHING, Choices
from northing.kit.importing.importers import propose
from northing.kit.importing.previewing import Preview
from northing.kit.importing.running import Report, run_file
from northing.kit.jobs.worker import Worker
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
LIST = """#,Feature,Theme,Impact,Effort,Team,When?,Status
1,Sky masks,Masks,H,M,Editor,Q1 2027,planned
2,Tethering,Capture,L,4 PW,Capture,asap,parked
"""


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    return system(Workspace.objects.create(name="Orchard", slug="orchard", currency="EUR"), Origin.IMPORT)


def bring(actor: Actor, folder: Path, text: str = LIST, choices: Choices = NOTHING) -> Report:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    foreseen = run_file(actor, FEATURE, path, mapping={}, choices=choices, dry_run=True)
    report = run_file(actor, FEATURE, path, mapping={}, choices=choices)
    assert outcome(foreseen) == outcome(report)
    return report


def outcome(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.rejected


def live(actor: Actor) -> list[str]:
    return list(Feature.objects.within(actor).filter(archived_at=None).order_by("pk").values_list("title", flat=True))


def staged(actor: Actor, text: str = LIST, choices: Choices = NOTHING) -> Import:
    batch = service.begin(actor, FEATURE, "list.csv", [text.encode()])
    mapping = {column.source: column.target or "" for column in propose(FEATURE, service.recognised(batch))}
    tasks.ask_to_stage(batch, mapping, choices)
    Worker().run_due()
    batch.refresh_from_db()
    return batch


def test_what_the_list_says_goes_to_its_fields(actor: Actor, tmp_path: Path) -> None:
    report = bring(actor, tmp_path)
    sky, tethering = Feature.objects.within(actor).order_by("pk").select_related("team", "theme")
    assert (sky.team and sky.team.name, sky.theme and sky.theme.title, sky.target_text) == (
        "Editor",
        "Masks",
        "Q1 2027",
    )
    assert (tethering.status, tethering.target_text) == ("new", "later"), "it is parked"
    found = measures_of(actor, [sky.pk, tethering.pk], ["impact", "effort"])
    assert found[sky.pk]["impact"].p50 == pytest.approx(2)
    assert found[tethering.pk]["impact"].p50 == pytest.approx(0.5)
    assert found[tethering.pk]["effort"].p50 == pytest.approx(20)
    assert report.also_created == {"team": 2, "theme": 2}
    assert any("asap" in warning for warning in report.warnings)


def test_an_edited_row_updates_its_feature_wherever_it_stands(actor: Actor, tmp_path: Path) -> None:
    bring(actor, tmp_path)
    assert outcome(bring(actor, tmp_path)) == (0, 0, 2, 0)
    head, sky, tethering = LIST.splitlines()
    moved = "\n".join([head, "1,Plug-ins,,,,,,idea", tethering, f"3{sky[1:]}".replace(",M,", ",L,")])
    assert outcome(bring(actor, tmp_path, moved)) == (1, 1, 1, 0)
    assert live(actor) == ["Sky masks", "Tethering", "Plug-ins"]


def test_a_column_more_still_finds_the_features(actor: Actor, tmp_path: Path) -> None:
    bring(actor, tmp_path)
    wider = "\n".join(f"{line},{word}" for line, word in zip(LIST.splitlines(), ("Notes", "soon", ""), strict=True))
    assert outcome(bring(actor, tmp_path, wider)) == (0, 2, 0, 0)


def test_a_feature_of_the_same_title_is_updated_or_left_as_chosen(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, FEATURE, [{"title": "sky  Masks"}])
    batch = staged(actor)
    preview = Preview.of(keeping.folder(batch))
    assert (batch.created, batch.updated) == (1, 1)
    assert (preview.same_titles, preview.keys) == (1, ["F-1"])
    apart = staged(actor, choices=Choices(join=False))
    assert (apart.created, apart.updated) == (2, 0)
    assert Preview.of(keeping.folder(apart)).same_titles == 1
    report = bring(actor, tmp_path, choices=Choices(join=False))
    assert outcome(report) == (2, 0, 0, 0)
    assert "Rows with the title of a feature that is there: 1 (F-1); they make new features all the same." in (
        report.warnings
    )


def test_what_another_list_said_stays_with_the_feature(actor: Actor, tmp_path: Path) -> None:
    bring(actor, tmp_path, "Feature,Status,Who asks\nSky masks,idea,studios\n")
    assert outcome(bring(actor, tmp_path, "Feature,Status,Source\nSky masks,idea,a call\n")) == (0, 1, 0, 0)
    [feature] = Feature.objects.within(actor)
    assert "studios" in str(feature.custom)
    assert "a call" in str(feature.custom)


def test_a_title_that_stands_twice_takes_one_feature(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, FEATURE, [{"title": "Sky masks"}])
    assert outcome(bring(actor, tmp_path, "Feature,Status\nSky masks,idea\nSky masks,planned\n")) == (1, 1, 0, 0)
    assert outcome(bring(actor, tmp_path, "Feature,Status\nSky masks,idea\nSky masks,planned\n")) == (0, 0, 2, 0)


def test_names_are_kept_as_imported_where_nothing_is_to_be_made(actor: Actor, tmp_path: Path) -> None:
    report = bring(actor, tmp_path, choices=Choices(aside=("team", "theme")))
    assert outcome(report) == (2, 0, 0, 0)
    assert report.also_created == {}
    assert not registry.named("team").model.objects.within(actor).exists()
    assert not Theme.objects.within(actor).exists()
    assert Feature.objects.within(actor).order_by("pk")[0].custom["source"]["team as given"] == "Editor"


def test_a_field_of_which_nothing_is_made_cannot_be_kept(actor: Actor, tmp_path: Path) -> None:
    report = bring(actor, tmp_path, choices=Choices(aside=("owner",)))
    assert report.refused
    assert "product, team, theme" in report.errors[0].rule


def test_the_check_says_what_changes_and_how_efforts_are_read(actor: Actor, tmp_path: Path) -> None:
    bring(actor, tmp_path)
    batch = staged(actor, LIST.replace("4 PW", "2 PW").replace("planned", "in progress"))
    preview = Preview.of(keeping.folder(batch))
    told = {(row.title, one.label): (one.now, one.then) for row in preview.rows for one in row.changes}
    assert told["Sky masks", "Status"] == ("Planned", "In delivery")
    old, new = told["Tethering", "Effort"]
    assert (old[:2], new[:2]) == ("20", "10")
    assert preview.readings["effort"][0]["2 PW"].startswith("10")


def test_the_check_shows_what_is_estimated_now_rather_than_what_was_brought(actor: Actor, tmp_path: Path) -> None:
    bring(actor, tmp_path)
    tethering = Feature.objects.within(actor).get(title="Tethering")
    changes.create(actor, registry.named("estimate"), [{"about": tethering.pk, "quantity": "effort", "entered": "90"}])
    now = column_text(actor, "effort", tethering.pk)
    preview = Preview.of(keeping.folder(staged(actor, LIST.replace("4 PW", "2 PW"))))
    [row] = preview.rows
    [(old, new)] = [(one.now, one.then) for one in row.changes if one.label == "Effort"]
    assert (old, new[:2]) == (now, "10")
    assert old[:2] != "20"


def column_text(actor: Actor, name: str, pk: int) -> str:
    column = extensions.columns["feature"][name]
    return column.text(load_columns(actor, [column], [pk])[name][pk])


def test_an_effort_that_none_can_be_is_said_and_kept(actor: Actor, tmp_path: Path) -> None:
    report = bring(actor, tmp_path, LIST.replace("4 PW", "-4").replace("H,M", "H,9-3"))
    assert outcome(report) == (2, 0, 0, 0)
    assert "Effort: 1 cell is below 0, which no effort is ('-4' in row 3); kept with the record as imported." in (
        report.warnings
    )
    tethering = Feature.objects.within(actor).get(title="Tethering")
    assert tethering.custom["source"]["effort"] == -4
    assert "effort" not in measures_of(actor, [tethering.pk], ["effort"]).get(tethering.pk, {})


def test_columns_go_where_they_went_the_last_time(actor: Actor) -> None:
    first = staged(actor)
    chosen = Choices(statuses={"planned": "candidate"}, aside=("team",))
    kept = {"mapping": {**first.mapping, "When?": ""}, "choices": chosen.as_json(), "state": Import.State.DONE}
    Import.objects.filter(pk=first.pk).update(**kept)
    again = service.begin(actor, FEATURE, "list.csv", [LIST.encode()])
    mapping, choices = service.before(again, service.recognised(again))
    assert mapping["When?"] == ""
    assert choices == chosen
