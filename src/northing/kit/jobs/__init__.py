"""Work outside the request, behind Django's tasks API, kept in one leased table.

Declare a task with `django_tasks.task` on a module-level function and call its `enqueue`: the job is written
in the caller's own transaction, so it exists exactly when the change that asked for it does. A `workspace_id`
argument also fills the job's workspace. Two options are ours:

- `@task(once=True)`: two waiting jobs with the same arguments are one ("recompute X"). A job that already
  runs does not count, for it may have read what has changed since. Enqueue it last in a transaction: on
  PostgreSQL, others who ask for the same job wait until that transaction ends.
- `@task(max_attempts=3)`: how often it is tried (5 unless told) before it is failed and its error kept.

`northing.kit.jobs.schedule.every` repeats a task; declare such tasks in the app's `jobs` module, where the
worker looks for them.

**A job runs at least once.** A worker holds a job by a lease that a heartbeat extends. When the worker is
killed, the lease expires and the job runs again from its start, so a task's work must be such that doing it
twice is doing it once: recompute instead of add, keep progress in the same transaction as the work, name what
was sent by a key. When one worker loses its lease to another, it can no longer finish the job. The clocks of
machines that run workers should agree to within a few seconds.
"""
