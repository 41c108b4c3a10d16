"""Jobs in one process: queued with their change, run once each, tried again, failed, repeated."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist

from northing.access.models import CLOSED, Workspace
from northing.kit.jobs import queue, schedule, upkeep
from northing.kit.jobs.backend import TaskNotFoundError, find_task
from northing.kit.jobs.worker import Worker
from northing.kit.models import Job, Tag
from northing.kit.tests.jobs.sample_tasks import (
    add_tag,
    always_fails,
    fails_in_one,
    recompute,
    recompute_fails,
    repeated,
)

pytestmark = pytest.mark.django_db
LEASE = timedelta(seconds=30)


@pytest.fixture
def workspace() -> Workspace:
    return Workspace.objects.create(name="Orchard", slug="orchard")


def run_due() -> int:
    return Worker().run_due()


def make_due(**filters: object) -> None:
    Job.objects.filter(**filters).update(run_at=timezone.now() - timedelta(seconds=1))


def test_a_job_runs_with_its_arguments_and_is_done(workspace: Workspace) -> None:
    result = add_tag.enqueue(workspace.pk, name="late")
    assert result.status == TaskResultStatus.READY
    job = Job.objects.get()
    assert (job.workspace_id, job.arguments) == (workspace.pk, {"workspace_id": workspace.pk, "name": "late"})
    assert run_due() == 1
    assert list(Tag.objects.values_list("name", flat=True)) == ["late"]
    result.refresh()
    assert (result.status, result.attempts, result.is_finished) == (TaskResultStatus.SUCCESSFUL, 1, True)
    assert run_due() == 0


def test_a_job_is_queued_exactly_when_its_change_is_committed(workspace: Workspace) -> None:
    with transaction.atomic():
        add_tag.enqueue(workspace.pk, "never")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_arguments_that_do_not_fit_are_refused_when_queued(workspace: Workspace) -> None:
    with pytest.raises(TypeError, match="missing a required argument"):
        add_tag.enqueue(workspace.pk)
    with pytest.raises(TypeError, match="Unsupported type"):
        add_tag.enqueue(workspace.pk, timezone.now())
    assert not Job.objects.exists()


def takes_anything(*names: str) -> None: ...


def test_a_task_whose_arguments_have_no_names_is_refused() -> None:
    with pytest.raises(InvalidTaskError, match="must have names"):
        task(takes_anything)


def test_later_jobs_wait_and_older_ones_go_first(workspace: Workspace) -> None:
    now = timezone.now()
    add_tag.using(run_after=now + timedelta(hours=1)).enqueue(workspace.pk, "later")
    add_tag.enqueue(workspace.pk, "second")
    add_tag.using(run_after=now - timedelta(hours=1)).enqueue(workspace.pk, "first")
    assert run_due() == 2
    assert list(Tag.objects.order_by("pk").values_list("name", flat=True)) == ["first", "second"]


class TestOnce:
    def test_two_waiting_jobs_with_equal_arguments_are_one(self, workspace: Workspace) -> None:
        first = recompute.enqueue(workspace.pk)
        assert recompute.enqueue(workspace_id=workspace.pk).id == first.id
        assert recompute.enqueue(workspace.pk, "dates").id != first.id
        assert run_due() == 2

    def test_a_running_job_does_not_stand_for_a_new_request(self, workspace: Workspace) -> None:
        first = recompute.enqueue(workspace.pk)
        assert queue.claim(LEASE)
        assert recompute.enqueue(workspace.pk).id != first.id

    def test_the_earlier_time_counts(self, workspace: Workspace) -> None:
        recompute.using(run_after=timezone.now() + timedelta(days=7)).enqueue(workspace.pk)
        assert run_due() == 0
        recompute.enqueue(workspace.pk)
        recompute.using(run_after=timezone.now() + timedelta(days=7)).enqueue(workspace.pk)
        assert run_due() == 1

    def test_a_failed_run_and_a_new_request_become_one_job(self) -> None:
        recompute_fails.enqueue()
        running = queue.claim(LEASE)
        assert running
        waiting = recompute_fails.enqueue()
        assert queue.run_again(running, after=timedelta(seconds=9), error="no")
        job = Job.objects.get()
        assert (str(job.pk), job.state, job.attempts) == (waiting.id, Job.State.READY, 1)

    def test_a_lost_lease_leaves_the_new_request_alone(self) -> None:
        recompute_fails.enqueue()
        running = queue.claim(LEASE)
        assert running
        Job.objects.update(lease="another")
        recompute_fails.enqueue()
        assert not queue.run_again(running, after=timedelta(), error="no")
        assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time anyway")
def test_a_waiting_job_is_not_started_before_a_second_request_is_committed(workspace: Workspace) -> None:
    recompute.enqueue(workspace.pk)
    claimed = threading.Event()

    def claim() -> None:
        assert queue.claim(LEASE)
        claimed.set()
        connections.close_all()

    worker = threading.Thread(target=claim)
    with transaction.atomic():
        recompute.enqueue(workspace.pk)
        worker.start()
        assert not claimed.wait(0.5)
    worker.join(60)
    assert claimed.is_set()


class TestFailure:
    def test_tried_again_later_then_failed_with_its_error_kept(self) -> None:
        always_fails.enqueue("the moon is full")
        before = timezone.now()
        assert run_due() == 1
        job = Job.objects.get()
        assert (job.state, job.attempts) == (Job.State.READY, 1)
        assert job.run_at >= before + timedelta(seconds=5)
        make_due()
        assert run_due() == 1
        job.refresh_from_db()
        assert (job.state, job.attempts) == (Job.State.FAILED, 2)
        assert job.error.endswith("ValueError: the moon is full\n")
        assert always_fails.get_result(str(job.pk)).status == TaskResultStatus.FAILED

    def test_a_failed_job_can_be_retried_with_all_its_attempts(self) -> None:
        always_fails.enqueue("no")
        for _ in range(2):
            make_due()
            run_due()
        job = Job.objects.get()
        assert queue.retry(job)
        assert not queue.retry(job)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.finished_at) == (Job.State.READY, 0, None)

    def test_a_job_that_kills_its_worker_is_given_up(self) -> None:
        always_fails.enqueue("never called")
        for _ in range(2):
            assert queue.claim(timedelta(seconds=-1))
        assert run_due() == 1
        job = Job.objects.get()
        assert (job.state, job.error) == (Job.State.FAILED, "Its worker died in the last attempt.")

    @pytest.mark.parametrize(
        "path",
        [
            "os.system",
            "northing.kit.tests.jobs.sample_tasks.not_a_task",
            "northing.kit.tests.jobs.sample_tasks.absent",
            "northing.kit.absent.task",
            "northing.kitchen.task",
            "northing.kit.tests.jobs.test_queue.add_tag",
            "",
        ],
    )
    def test_only_tasks_of_installed_apps_can_be_named(self, path: str) -> None:
        with pytest.raises(TaskNotFoundError, match="is not a task of this installation"):
            find_task(path)
        Job.objects.create(task=path)
        assert run_due() == 1
        assert "TaskNotFoundError" in Job.objects.get().error


class TestLease:
    def test_a_held_job_is_not_claimed_twice(self, workspace: Workspace) -> None:
        add_tag.enqueue(workspace.pk, "mine")
        assert queue.claim(LEASE)
        assert queue.claim(LEASE) is None

    def test_an_expired_lease_lets_another_take_over_and_the_first_cannot_finish(self, workspace: Workspace) -> None:
        add_tag.enqueue(workspace.pk, "mine")
        dead = queue.claim(timedelta(seconds=-1))
        heir = queue.claim(LEASE)
        assert dead
        assert heir
        assert (dead.pk, heir.attempts) == (heir.pk, 2)
        assert not queue.extend(dead, LEASE)
        assert not queue.finish(dead)
        assert not queue.fail(dead, "late")
        assert not queue.hand_back(dead)
        assert queue.finish(heir)
        assert Job.objects.get().state == Job.State.DONE

    def test_an_extended_lease_keeps_the_job(self, workspace: Workspace) -> None:
        add_tag.enqueue(workspace.pk, "mine")
        job = queue.claim(timedelta(seconds=-1))
        assert job
        assert queue.extend(job, LEASE)
        assert queue.claim(LEASE) is None
        assert queue.finish(job)

    def test_a_job_handed_back_is_due_and_has_lost_no_attempt(self, workspace: Workspace) -> None:
        add_tag.enqueue(workspace.pk, "mine")
        job = queue.claim(LEASE)
        assert job
        assert queue.hand_back(job)
        again = queue.claim(LEASE)
        assert again
        assert (again.pk, again.attempts) == (job.pk, 1)


class TestRepeated:
    path = repeated.module_path

    @pytest.fixture(autouse=True)
    def _only_this_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schedule, "_periods", {})
        assert schedule.every(hours=2)(repeated) == repeated

    def test_first_at_once_then_after_its_period_and_never_twice(self) -> None:
        schedule.plan_next()
        schedule.plan_next()
        assert Job.objects.filter(task=self.path).count() == 1
        assert run_due() >= 1
        before = timezone.now()
        schedule.plan_next()
        schedule.plan_next()
        waiting = Job.objects.get(task=self.path, state=Job.State.READY)
        assert waiting.run_at >= before + timedelta(hours=2)

    def test_missed_times_are_made_up_for_by_one_run(self) -> None:
        schedule.plan_next()
        Job.objects.update(run_at=timezone.now() - timedelta(days=30))
        run_due()
        schedule.plan_next()
        run_due()
        assert Job.objects.filter(task=self.path, state=Job.State.DONE).count() == 1

    def test_planning_only_reads_while_all_is_planned(self, django_assert_num_queries: Any) -> None:
        schedule.plan_next()
        with django_assert_num_queries(2) as captured:
            schedule.plan_next()
        assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)

    def test_where_it_fails_in_one_workspace_that_one_is_tried_again_and_the_others_go_on(
        self, workspace: Workspace
    ) -> None:
        harbour = Workspace.objects.create(name="Harbour", slug="harbour")
        Workspace.objects.create(name="Gone", slug=f"{CLOSED}removed-7")
        schedule.every(hours=2)(fails_in_one)
        schedule.plan_next()
        run_due()
        schedule.plan_next()
        assert [tag.workspace_id for tag in Tag.objects.filter(name="visited")] == [harbour.pk]
        waiting = Job.objects.filter(task=fails_in_one.module_path, state=Job.State.READY).order_by("workspace")
        assert [job.workspace_id for job in waiting] == [workspace.pk, harbour.pk]
        assert "not this one" in waiting[0].error
        assert waiting[0].run_at < timezone.now() + timedelta(minutes=1) < waiting[1].run_at

    def test_looking_for_work_only_reads_while_there_is_none(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(2) as captured:
            assert queue.claim(LEASE) is None
        assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


def test_old_jobs_are_forgotten() -> None:
    now = timezone.now()
    for state, days in (("done", 8), ("done", 6), ("failed", 8), ("failed", 91), ("ready", 400)):
        Job.objects.create(task=f"{state}-{days}", state=state, finished_at=now - timedelta(days=days))
    upkeep.prune.call()
    assert set(Job.objects.values_list("task", flat=True)) == {"done-6", "failed-8", "ready-400"}


def test_a_result_that_is_gone_says_so() -> None:
    with pytest.raises(TaskResultDoesNotExist):
        add_tag.get_result("123456")


def test_nobody_answers_without_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PATIENCE", 0.2)
    assert not upkeep.worker_alive()
    queue.claim(LEASE)
    assert upkeep.worker_alive()
