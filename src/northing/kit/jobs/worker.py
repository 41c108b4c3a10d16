"""The worker: takes due jobs one after another, keeps their leases, and stops without losing one."""

from __future__ import annotations

import logging
import signal
import threading
import time
import traceback
from datetime import timedelta
from types import FrameType
from typing import Any

from django.db import DatabaseError, close_old_connections, connections

import northing.kit.jobs.upkeep  # noqa: F401 - declares the job table's own repeated tasks
from northing.kit.jobs import queue, schedule
from northing.kit.jobs.backend import MAX_ATTEMPTS, JobTask, find_task
from northing.kit.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
GRACE = 2.0  # seconds that a running job has to end when the worker is told to stop
_POLL = (0.1, 1.0)  # seconds between looks: right after work, and when long idle
_PLAN_EVERY = 60.0  # seconds between looks at the repeated tasks


class Interrupted(BaseException):
    """The running job must stop now. Not an `Exception`, so that no task catches it by accident."""


class Worker:
    """One thread that runs jobs.

    `run` works until SIGTERM or SIGINT; the job at hand then has `grace` seconds to end, or is handed back.
    `run_due` runs what is due and returns, in the caller's thread.
    """

    def __init__(self, *, lease: timedelta = LEASE, grace: float = GRACE) -> None:
        self._lease = lease
        self._grace = grace
        self._stopping = False
        self._interruptible = False
        self._plan_at = time.monotonic()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, self._interrupt)
        schedule.load()
        wait = _POLL[0]
        while not self._stopping:
            wait = _POLL[0] if self._look() else min(wait * 1.5, _POLL[1])
            time.sleep(0 if self._stopping else wait)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connections.close_all()

    def _look(self) -> bool:
        """Run all that is due. False when nothing was."""
        try:
            if time.monotonic() >= self._plan_at:
                schedule.plan_next()
                self._plan_at = time.monotonic() + _PLAN_EVERY
            ran = self.run_due()
            if ran:
                close_old_connections()
            return ran > 0
        except DatabaseError as error:
            logger.warning("The job table cannot be used just now: %s", error)
            connections.close_all()
            return False

    def run_due(self) -> int:
        """Run every job that is due, and those that they queue, and return how many ran."""
        count = 0
        while not self._stopping and self._run_one():
            count += 1
        return count

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        if not self._stopping:
            self._stopping = True
            signal.setitimer(signal.ITIMER_REAL, self._grace)

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        if self._interruptible:
            raise Interrupted

    def _run_one(self) -> bool:
        """Run the next due job. False when there is none."""
        job = queue.claim(self._lease)
        if job is None:
            return False
        with _Heartbeat(job, self._lease):
            kept = self._perform(job)
        if not kept:
            logger.warning("Job %s (%s): the lease was lost, and another worker decides.", job.pk, job.task)
        return True

    def _perform(self, job: Job) -> bool:
        """Run a job and note how it ended. False when the lease was lost meanwhile."""
        allowed = MAX_ATTEMPTS
        try:
            task = find_task(job.task)
            allowed = task.max_attempts
            if job.attempts > allowed:
                return queue.fail(job, f"{job.error}\nIts worker died in the last attempt.".lstrip())
            self._call(task, job)
        except Interrupted:
            connections.close_all()  # whatever it was in the middle of is rolled back
            return queue.hand_back(job)
        except Exception:
            return _after_error(job, allowed, traceback.format_exc())
        return queue.finish(job)

    def _call(self, task: JobTask[Any, Any], job: Job) -> None:
        self._interruptible = True
        try:
            if self._stopping:
                raise Interrupted
            task.call(**job.arguments)
        finally:
            self._interruptible = False


def _after_error(job: Job, allowed: int, error: str) -> bool:
    summary = error.rstrip().rpartition("\n")[2]
    if job.attempts >= allowed:
        logger.error("Job %s (%s) failed for good: %s", job.pk, job.task, summary)
        return queue.fail(job, error)
    wait = back_off(job.attempts)
    logger.warning("Job %s (%s) failed, again in %s: %s", job.pk, job.task, wait, summary)
    return queue.run_again(job, after=wait, error=error)


def back_off(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 5 s, doubled each time, at most an hour.

    >>> [back_off(n).total_seconds() for n in (1, 2, 5, 20)]
    [5.0, 10.0, 80.0, 3600.0]
    """
    return min(timedelta(seconds=5 * 2.0 ** min(attempts - 1, 20)), timedelta(hours=1))


class _Heartbeat:
    """Extends a job's lease while the job runs, from a thread that has a database connection of its own."""

    def __init__(self, job: Job, lease: timedelta) -> None:
        self._job = job
        self._lease = lease
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(self._lease.total_seconds() / 5):
                if not self._extend():
                    return
        finally:
            connections.close_all()

    def _extend(self) -> bool:
        try:
            return queue.extend(self._job, self._lease)
        except DatabaseError as error:
            logger.warning("Job %s: no heartbeat just now: %s", self._job.pk, error)
            return True
