"""A ticket is found, and shown, by the key that everybody knows it by."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from northing.access.actor import Actor
from northing.delivery.models import WorkItem
from northing.kit.importing.running import run_file
from northing.kit.record_types import registry
from northing.kit.search import search

pytestmark = pytest.mark.django_db
TICKETS = (
    "Issue key,Issue id,Summary,Status,Project key\nVELO-301,7,Crash on start,Done,VELO\nVELO-302,8,Sync,Done,VELO\n"
)


def test_a_ticket_is_found_by_its_key(admin_actor: Actor, signed_in: Client, tmp_path: Path) -> None:
    path = tmp_path / "jira.csv"
    path.write_text(TICKETS, encoding="utf-8")
    run_file(admin_actor, registry.named("work_item"), path, mapping={})
    crash = WorkItem.objects.within(admin_actor).get(title="Crash on start")
    assert [hit.record_id for hit in search(admin_actor, "VELO-301").hits] == [crash.pk]
    assert "Crash on start" in signed_in.get("/orchard/work-items/?q=velo-301").content.decode()
    assert "VELO-301" in signed_in.get(f"/orchard/work-items/W-{crash.number}/").content.decode()


def test_what_only_programs_call_it_is_not_shown(admin_actor: Actor) -> None:
    for known, key in (("VELO-301", "VELO-301"), ("#12", "#12"), ("title:sync", ""), ("c81128150294817bf40d", "")):
        assert WorkItem(external_id=known).source_key == key
