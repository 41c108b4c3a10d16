"""An import of features and home tell the same next step."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.access.actor import Actor
from northing.kit import changes
from northing.kit.jobs.worker import Worker
from northing.kit.record_types import registry

pytestmark = pytest.mark.django_db
START = "/orchard/features/import/"
PRIMARY = re.compile(r'<a class="button primary" href="(?:/orchard/)?([a-z/]+)"')


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, settings: Any) -> None:
    settings.NORTHING_HOME = tmp_path


def next_steps(client: Client, content: str) -> tuple[str, str]:
    """Where the work goes on by the page of an import of features, and by home."""
    url = client.post(START, {"file": SimpleUploadedFile("list.csv", content.encode())}).headers["Location"]
    client.post(f"{url}check", {"column-0": "title", "column-1": "effort"})
    Worker().run_due()
    client.post(f"{url}apply")
    Worker().run_due()
    [after_import] = PRIMARY.findall(client.get(url).content.decode())
    [at_home] = PRIMARY.findall(client.get("/orchard/").content.decode().split("<main")[1])
    return after_import, at_home


@pytest.mark.parametrize("effort", ["", "3 weeks"])
def test_without_feedback_both_lead_to_its_import(admin_actor: Actor, signed_in: Client, effort: str) -> None:
    assert next_steps(signed_in, f"Feature,Effort\nSky masks,{effort}\n") == ("feedback/import/",) * 2


@pytest.mark.parametrize("effort", ["", "3 weeks"])
def test_where_messages_wait_both_lead_to_picking(admin_actor: Actor, signed_in: Client, effort: str) -> None:
    changes.create(admin_actor, registry.named("feedback"), [{"title": "Masks for the sky, please"}])
    assert next_steps(signed_in, f"Feature,Effort\nSky masks,{effort}\n") == ("themes/pick",) * 2


@pytest.mark.parametrize(
    "row", [{"title": "Masks for the sky, please", "state": "processed"}, {"title": "An empty box"}]
)
@pytest.mark.parametrize(("effort", "step"), [("", "sizing/"), ("3 weeks", "roadmap/next")])
def test_where_nothing_is_to_be_linked_both_lead_to_sizes_and_then_to_the_plan(
    admin_actor: Actor, signed_in: Client, effort: str, step: str, row: dict[str, str]
) -> None:
    changes.create(admin_actor, registry.named("feedback"), [row])
    assert next_steps(signed_in, f"Feature,Effort\nSky masks,{effort}\n") == (step,) * 2
