"""What a file says of accounts: beside feedback, and in a list of its own where a customer may stand several times."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Origin, system
from northing.access.models import Workspace
from northing.insight.models import Account
from northing.kit import changes
from northing.kit.changes import Edit
from northing.kit.importing import service
from northing.kit.importing.running import Report, run_file
from northing.kit.models import Import
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
ACCOUNT = registry.named("account")
ROWS = """Datum;Kunde;Tarif;ARR (€);Rückmeldung
05.03.2027;Orchard GmbH;Pro;6.200,00;Slow sync
01.02.2027;Orchard GmbH;Team;4.800,00;Lost a note
02.02.2027;Harbour Co;Free;TBD;Likes it
"""


@pytest.fixture
def actor(tmp_path: Path, settings: Any) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    return system(Workspace.objects.create(name="Orchard", slug="orchard"), Origin.CLI)


def imported(actor: Actor, kind: str, folder: Path, text: str = ROWS) -> Report:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return run_file(actor, registry.named(kind), path, mapping={})


def known(actor: Actor) -> dict[str, tuple[str, Decimal | None, str]]:
    live = Account.objects.within(actor).filter(archived_at=None)
    return {one.name: (one.tier, one.revenue, one.currency) for one in live}


def test_feedback_fills_the_plan_and_revenue_of_its_account_from_the_latest_row(actor: Actor, tmp_path: Path) -> None:
    report = imported(actor, "feedback", tmp_path)
    assert (report.created, report.rejected) == (3, 0)
    assert known(actor) == {"Orchard GmbH": ("Pro", Decimal(6200), "EUR"), "Harbour Co": ("Free", None, "")}
    [told] = [warning for warning in report.warnings if "differ" in warning]
    assert told.startswith("Rows about the same account differ: revenue per year of 1 account, tier of 1 account; the")


def test_what_a_person_has_typed_or_emptied_stays(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Orchard GmbH", "revenue": 9000}])
    imported(actor, "feedback", tmp_path)
    assert known(actor)["Orchard GmbH"] == ("Pro", Decimal(9000), "")
    harbour = Account.objects.within(actor).get(name="Harbour Co")
    changes.update(actor, ACCOUNT, [Edit(harbour.pk, {"tier": ""})])
    imported(actor, "feedback", tmp_path, f"{ROWS}06.06.2027;Harbour Co;Pro;1;Still here\n")
    assert known(actor)["Harbour Co"] == ("", Decimal(1), "EUR")


def test_a_later_file_has_the_last_word_over_an_earlier_one(actor: Actor, tmp_path: Path) -> None:
    imported(actor, "feedback", tmp_path)
    imported(actor, "feedback", tmp_path, f"{ROWS}06.06.2027;Orchard GmbH;Enterprise;22.900;Grown\n")
    assert known(actor)["Orchard GmbH"] == ("Enterprise", Decimal(22900), "EUR")


def test_an_undo_takes_back_what_the_file_said_of_an_account(actor: Actor, tmp_path: Path) -> None:
    changes.create(actor, ACCOUNT, [{"name": "Orchard GmbH"}])
    imported(actor, "feedback", tmp_path)
    service.take_back(actor, Import.objects.get())
    assert known(actor) == {"Orchard GmbH": ("", None, "")}
    imported(actor, "feedback", tmp_path)
    assert known(actor)["Orchard GmbH"] == ("Pro", Decimal(6200), "EUR")


def test_a_customer_on_several_rows_is_one_account(actor: Actor, tmp_path: Path) -> None:
    report = imported(actor, "account", tmp_path)
    assert (report.rows, report.created, report.rejected) == (3, 3, 0)
    assert known(actor) == {"Orchard GmbH": ("Pro", Decimal(6200), "EUR"), "Harbour Co": ("Free", None, "")}
    assert "Rows with the same name are one: 1 account. They differ (revenue per year of 1, tier of 1); the latest" in (
        " ".join(report.warnings)
    )
    kept = Account.objects.within(actor).get(name="Orchard GmbH").custom["source"]
    assert kept["Rückmeldung"] == ["Slow sync", "Lost a note"]
    again = imported(actor, "account", tmp_path)
    assert (again.skipped, again.updated) == (3, 0)


@pytest.mark.parametrize("heading", ["Kunde", "Customer", "Firma", "Client", "Company", "顧客", "Клиент", "Entreprise"])
@pytest.mark.parametrize("revenue", ["ARR", "Jahresumsatz", "Umsatz pro Jahr", "Chiffre d'affaires", "Выручка"])
def test_a_list_of_accounts_is_known_by_its_headings(actor: Actor, tmp_path: Path, heading: str, revenue: str) -> None:
    text = f"{heading};Plan;{revenue}\nOrchard;Team;4.800\nHarbour;Pro;31.000 €\nMeadow;;TBD\n"
    report = imported(actor, "account", tmp_path, text)
    assert report.rejected == 0
    assert known(actor) == {
        "Orchard": ("Team", Decimal(4800), ""),
        "Harbour": ("Pro", Decimal(31000), "EUR"),
        "Meadow": ("", None, ""),
    }
    assert any("is not a number ('TBD' in row 4)" in warning for warning in report.warnings)


def test_a_cell_that_is_kept_aside_is_told_with_its_own_row(actor: Actor, tmp_path: Path) -> None:
    report = imported(actor, "account", tmp_path, "Customer,ARR\nOrchard,4800\nOrchard,n/a\n")
    assert any("('n/a' in row 3)" in warning for warning in report.warnings)
