"""Everything killed at once in the middle of an edit and of a job: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from northing.access.actor import system
from northing.access.models import Workspace
from northing.accounts.models import Team
from northing.kit.models import ChangeEntry, Job
from northing.kit.tests.jobs.sample_tasks import mark_slowly
from northing.web.tests.running import Server, Writer, token_of_an_admin, wait_until

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not shutil.which("ps"), reason="finding the server's processes needs the program ps"),
]


def test_edits_are_neither_lost_nor_done_twice(enter: Any, start: Callable[[], Server], port: int) -> None:
    enter("shop", tables=True)
    writer = Writer(port, token_of_an_admin())
    server = start()
    with writer.at_work():
        server.kill()

    start()
    writer.write()  # repeats the request that got no answer
    writer.write()
    assert writer.made >= 11
    actor = system(Workspace.objects.get())
    teams = Team.objects.within(actor).order_by("number").values_list("name", "version")
    assert list(teams) == [(f"Crew {number}", 2) for number in range(1, writer.made + 1)]
    history = ChangeEntry.objects.order_by("record_id", "version").values_list("kind", "version", "old")
    steps = [step for n in range(1, writer.made + 1) for step in (("c", 1, {}), ("u", 2, {"name": f"Team {n}"}))]
    assert list(history) == steps


def test_a_job_is_run_again_and_its_effect_comes_once(enter: Any, start: Callable[[], Server], tmp_path: Path) -> None:
    enter("shop", tables=True)
    token_of_an_admin()
    steps = tmp_path / "steps"
    jobs = Job.objects.filter(task=mark_slowly.module_path)

    server = start()
    mark_slowly.enqueue(str(steps), 0.5)
    wait_until(lambda: steps.exists() and len(steps.read_text().splitlines()) == 2)
    server.kill()
    assert list(jobs.values_list("state", "attempts")) == [(Job.State.RUNNING, 1)]
    assert not Workspace.objects.filter(slug="marked").exists()

    jobs.update(leased_until=timezone.now() - timedelta(seconds=1))  # the dead worker's lease runs out
    start()
    wait_until(lambda: list(jobs.values_list("state", "attempts")) == [(Job.State.DONE, 2)])
    assert Workspace.objects.filter(slug="marked").count() == 1
    assert [line.split()[1] for line in steps.read_text().splitlines()] == ["0", "1", "0", "1", "2"]
