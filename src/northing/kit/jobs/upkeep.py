"""The job table's own jobs: forgetting old ones, and telling whether a worker is alive."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from northing.kit.jobs.schedule import every
from northing.kit.models import Job

KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)
PATIENCE = 5.0  # seconds; an idle worker looks every second


@every(hours=24)
@task
def prune() -> None:
    """Delete jobs that are long over; failed ones stay longer, for their error text."""
    now = timezone.now()
    done = Q(state=Job.State.DONE, finished_at__lt=now - KEEP_DONE)
    failed = Q(state=Job.State.FAILED, finished_at__lt=now - KEEP_FAILED)
    Job.objects.filter(done | failed).delete()


@task(once=True)
def answer() -> None:
    """Nothing: that it was run is the answer."""


def worker_alive() -> bool:
    """Whether a worker holds a job at this moment, or takes a new one before we lose patience."""
    if Job.objects.filter(state=Job.State.RUNNING, leased_until__gt=timezone.now()).exists():
        return True
    question = answer.enqueue()
    deadline = time.monotonic() + PATIENCE
    while not question.is_finished and time.monotonic() < deadline:
        time.sleep(0.1)
        question.refresh()
    return question.is_finished
