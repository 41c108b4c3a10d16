"""The job table's few moves, each one conditional statement: put, claim, extend, finish, run again, fail."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from northing.kit.models import Job

ERROR_LENGTH = 10_000
_CANDIDATES = 8  # other workers may take the first ones while we look


def put(job: Job) -> Job:
    """Queue a job in the caller's transaction. A waiting one with the same `dedupe` key stands for both."""
    if not job.dedupe:
        job.save(force_insert=True)
        return job
    with transaction.atomic():
        # The update locks the waiting job until our transaction ends, so that no worker starts it before the
        # change that asked for it can be seen. Where a worker took it between the two statements, ours goes
        # in after all.
        while not _hasten(job):
            Job.objects.bulk_create([job], ignore_conflicts=True)
        return _waiting(job.dedupe).get()


def _waiting(dedupe: str) -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.READY, dedupe=dedupe)


def _hasten(job: Job) -> int:
    return _waiting(job.dedupe).update(
        run_at=Least(F("run_at"), job.run_at), attempts=Greatest(F("attempts"), job.attempts)
    )


def claim(lease_for: timedelta) -> Job | None:
    """The next due job, now held by its `lease`; None when nothing is due, which only reads."""
    now = timezone.now()
    for condition, job in _due(now):
        lease = secrets.token_hex(16)
        taken = Job.objects.filter(condition, pk=job.pk).update(
            state=Job.State.RUNNING, lease=lease, leased_until=now + lease_for, attempts=F("attempts") + 1
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


def _due(now: datetime) -> Iterator[tuple[Q, Job]]:
    """Jobs whose worker died, then those that wait, oldest first, each with what makes it due."""
    abandoned = Q(state=Job.State.RUNNING, leased_until__lt=now)
    waiting = Q(state=Job.State.READY, run_at__lte=now)
    for condition in (abandoned, waiting):
        for job in Job.objects.filter(condition).order_by("run_at")[:_CANDIDATES]:
            yield condition, job


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease=job.lease)


def extend(job: Job, lease_for: timedelta) -> bool:
    """Keep the lease. False when it was lost."""
    return bool(_held(job).update(leased_until=timezone.now() + lease_for))


def finish(job: Job) -> bool:
    """Close a job that was done. False when the lease was lost: whoever holds it now decides."""
    return _close(job, Job.State.DONE, "")


def fail(job: Job, error: str) -> bool:
    """Close a job that will not be tried again. False when the lease was lost."""
    return _close(job, Job.State.FAILED, _storable(error))


def _close(job: Job, state: Job.State, error: str) -> bool:
    now = timezone.now()
    return bool(_held(job).update(state=state, lease="", leased_until=None, finished_at=now, error=error))


def _storable(error: str) -> str:
    """The end of an error text; PostgreSQL takes no NUL."""
    return error[-ERROR_LENGTH:].replace("\0", "")


def run_again(job: Job, *, after: timedelta, error: str) -> bool:
    """Let the job run again after a time. False when the lease was lost."""
    run_at = timezone.now() + after
    return _back_to_ready(_held(job), job, run_at=run_at, attempts=job.attempts, error=_storable(error))


def hand_back(job: Job) -> bool:
    """Return a job that was interrupted from outside: it is due at once, and this attempt does not count."""
    return _back_to_ready(_held(job), job, run_at=timezone.now(), attempts=job.attempts - 1, error=job.error)


def retry(job: Job) -> bool:
    """Let a failed job run again, with all its attempts. False when it is not failed."""
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    return _back_to_ready(failed, job, run_at=timezone.now(), attempts=0, error=job.error)


def _back_to_ready(row: QuerySet[Job], job: Job, *, run_at: datetime, attempts: int, error: str) -> bool:
    try:
        with transaction.atomic():
            return bool(
                row.update(
                    state=Job.State.READY,
                    lease="",
                    leased_until=None,
                    finished_at=None,
                    run_at=run_at,
                    attempts=attempts,
                    error=error,
                )
            )
    except IntegrityError:
        # The same work was asked for again meanwhile, and that job waits: it goes on for both.
        with transaction.atomic():
            _hasten(Job(dedupe=job.dedupe, run_at=run_at, attempts=attempts))
            return bool(row.delete()[0])
