"""What was exported comes back in through import, for every record type, and the second time changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.access.actor import Actor, Forbidden, Origin, for_member
from northing.access.models import Member
from northing.access.roles import Role
from northing.kit import changes, exporting
from northing.kit.importing.running import Report, run_file
from northing.kit.listing import ListRequest
from northing.kit.record_types import RecordType, registry

from .samples import make

pytestmark = pytest.mark.django_db
every_type = pytest.mark.parametrize("record_type", [pytest.param(t, id=t.name) for t in registry if t.importable])


@pytest.fixture
def actor(admin: Member, settings: Any, tmp_path: Path) -> Actor:
    settings.NORTHING_HOME = tmp_path / "home"
    return for_member(admin, Origin.CLI)


def exported(actor: Actor, record_type: RecordType, folder: Path) -> Path:
    path = folder / f"{record_type.path}.csv"
    path.write_bytes(b"".join(exporting.export(actor, record_type, ListRequest(), "csv")))
    return path


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.skipped, report.rejected


@every_type
def test_an_export_comes_back_and_twice_is_once(record_type: RecordType, actor: Actor, tmp_path: Path) -> None:
    record = make(actor, record_type)
    before = changes.cleaning.values_of(record_type, record)
    path = exported(actor, record_type, tmp_path)
    changes.archive(actor, record_type, [record.pk])
    report = run_file(actor, record_type, path, mapping={})
    assert counts(report) == (1, 0, 0, 0), report.errors
    again = record_type.model.objects.within(actor).get(archived_at=None)
    after = changes.cleaning.values_of(record_type, again)
    assert after == before
    assert counts(run_file(actor, record_type, path, mapping={})) == (0, 0, 1, 0)


@every_type
def test_who_may_not_create_may_not_import(record_type: RecordType, actor: Actor, tmp_path: Path) -> None:
    make(actor, record_type)
    path = exported(actor, record_type, tmp_path)
    reader = Actor(actor.workspace, Role.VIEWER, Origin.CLI)
    with pytest.raises(Forbidden):
        run_file(reader, record_type, path, mapping={})
