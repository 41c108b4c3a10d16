"""Django's tasks API over the job table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.utils import timezone
from django_tasks import TaskResult, TaskResultStatus
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError
from django_tasks.exceptions import InvalidTaskError, TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from northing.kit.jobs import queue
from northing.kit.models import Job

MAX_ATTEMPTS = 5

P = ParamSpec("P")
T = TypeVar("T")

_STATUS = {
    Job.State.READY: TaskResultStatus.READY,
    Job.State.RUNNING: TaskResultStatus.RUNNING,
    Job.State.DONE: TaskResultStatus.SUCCESSFUL,
    Job.State.FAILED: TaskResultStatus.FAILED,
}
_NAMED = {Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY}


class TaskNotFoundError(LookupError):
    """A job names something that is not a task of an installed app."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} is not a task of this installation; it may belong to another version.")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T]):
    """A task with what the job table adds: `once` and `max_attempts`, as the package says."""

    once: bool = False
    max_attempts: int = MAX_ATTEMPTS


class LeasedBackend(BaseTaskBackend):
    """Queues tasks in the `Job` table, for `northing.kit.jobs.worker` to run. Return values are not kept."""

    task_class = JobTask
    supports_defer = True
    supports_get_result = True

    def validate_task(self, task: Task[Any, Any]) -> None:
        BaseTaskBackend.validate_task(self, task)
        if task.takes_context:
            raise InvalidTaskError(f"{task.module_path}: takes_context is not supported")
        if any(one.kind not in _NAMED for one in signature(task.func).parameters.values()):
            raise InvalidTaskError(f"{task.module_path}: all parameters must have names (no * or **)")

    def enqueue(self, task: Task[P, T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[T]:
        """Write the job; its id is the result's. Raises `TypeError` when the arguments do not fit the
        function, or are not JSON."""
        self.validate_task(task)
        arguments = normalize_json(signature(task.func).bind(*args, **kwargs).arguments)
        job = Job(
            task=task.module_path,
            arguments=arguments,
            workspace_id=arguments.get("workspace_id"),
            dedupe=_key(task.module_path, arguments) if getattr(task, "once", False) else "",
            run_at=task.run_after or timezone.now(),
        )
        return self._result(task, queue.put(job))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=int(result_id)).first()
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return self._result(find_task(job.task), job)

    def _result(self, task: Task[P, T], job: Job) -> TaskResult[T]:
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=_STATUS[Job.State(job.state)],
            enqueued_at=job.created_at,
            started_at=None,
            finished_at=job.finished_at,
            last_attempted_at=None,
            args=[],
            kwargs=job.arguments,
            backend=self.alias,
            errors=[TaskError(exception_class_path="builtins.Exception", traceback=job.error)] if job.error else [],
            worker_ids=["worker"] * job.attempts,
        )


def _key(path: str, arguments: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([path, arguments], sort_keys=True).encode()).hexdigest()


def find_task(path: str) -> JobTask[Any, Any]:
    """The task at a dotted path. Only modules of installed apps are imported, and only tasks are returned: a
    row in the database must not be able to name any function at all. Raises `TaskNotFoundError`."""
    module, _, name = path.rpartition(".")
    if not any(module == app.name or module.startswith(f"{app.name}.") for app in apps.get_app_configs()):
        raise TaskNotFoundError(path)
    try:
        task = getattr(import_module(module), name, None)
    except ModuleNotFoundError:
        raise TaskNotFoundError(path) from None
    if not isinstance(task, JobTask) or task.module_path != path:
        raise TaskNotFoundError(path)
    return task
