"""The import's work outside the request, and what asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from northing.access.actor import Actor, Forbidden, Origin, for_member, system
from northing.access.models import Member, Workspace
from northing.kit.importing import keeping, service
from northing.kit.importing.applying import Overtaken
from northing.kit.importing.choices import NOTHING, Choices
from northing.kit.importing.shown import Pressed, Shown, how_read
from northing.kit.models import Import, Job

LOOK_AGAIN = timedelta(minutes=1)


@task()
def stage_import(workspace_id: int, import_id: int, pressed: Mapping[str, Any] | None = None) -> None:
    """Read an uploaded file into staged lines. Where a member has had it imported with other choices than those it was
    checked with, it goes on if it does nothing beyond what was shown; killed and run again it does so too."""
    batch = Import.objects.get(pk=import_id, workspace_id=workspace_id)
    if batch.state == Import.State.STAGING:
        service.stage(_actor(batch), batch)
        batch.refresh_from_db()
    if pressed is not None and (press := Pressed.kept(pressed)).allows(batch):
        with suppress(Forbidden):  # whoever may no longer import leaves it as it is checked
            ask_to_apply(_acting(workspace_id, press.member_id), batch)


@task()
def apply_import(workspace_id: int, import_id: int) -> None:
    """Apply a staged import from where it stands; killed and run again it goes on there."""
    batch = Import.objects.get(pk=import_id, workspace_id=workspace_id)
    try:
        service.apply(_actor(batch), batch)
    except Overtaken:
        finish_later(batch)
    except Forbidden as error:
        service.refuse(batch, str(error))


@task()
def take_back_import(workspace_id: int, import_id: int, member_id: int | None = None) -> None:
    """Undo an import in the name of a member; killed and run again it undoes the rest."""
    batch = Import.objects.get(pk=import_id, workspace_id=workspace_id)
    if batch.state == Import.State.UNDONE and batch.finished_at is None:
        service.take_back(_acting(workspace_id, member_id), batch)


@task()
def forget_files(workspace_id: int, import_id: int) -> None:
    """Delete the files of an old import. The records and the import's counts stay."""
    kept = Import.objects.filter(pk=import_id, workspace_id=workspace_id)
    for batch in kept.exclude(state=Import.State.APPLYING):
        shutil.rmtree(keeping.folder(batch), ignore_errors=True)


@task()
def drop_unfinished(workspace_id: int, import_id: int) -> None:
    """End an import that nobody went on with."""
    for batch in Import.objects.filter(pk=import_id, workspace_id=workspace_id):  # none if it was cancelled
        keeping.drop_unfinished(batch)


def _actor(batch: Import) -> Actor:
    """Whoever brought the file or had it applied."""
    return _acting(batch.workspace_id, batch.member_id)


def _acting(workspace_id: int, member_id: int | None) -> Actor:
    """The member with the right they have now; the command line has none."""
    if member_id is None:
        return system(Workspace.objects.get(pk=workspace_id), Origin.IMPORT)
    member = Member.objects.select_related("workspace").get(pk=member_id, workspace_id=workspace_id)
    return for_member(member, Origin.IMPORT)


def finish_later(batch: Import) -> None:
    """See that an import which another process is applying ends, should that process be killed."""
    apply_import.using(run_after=timezone.now() + LOOK_AGAIN).enqueue(batch.workspace_id, batch.pk)


def plan_forgetting(batch: Import) -> None:
    """Keep the files for a while."""
    now = timezone.now()
    drop_unfinished.using(run_after=now + keeping.KEEP_UNFINISHED).enqueue(batch.workspace_id, batch.pk)
    forget_files.using(run_after=now + keeping.KEEP_FINISHED).enqueue(batch.workspace_id, batch.pk)


def ask_to_stage(
    batch: Import, mapping: Mapping[str, str], choices: Choices = NOTHING, then_for: Actor | None = None
) -> None:
    """Have an uploaded file read, with these targets for its columns; also once more, with others. `then_for` whom it
    is to be applied, if that does nothing beyond what the import says now."""
    press = Pressed(then_for.member_id, how_read(mapping, choices), Shown.of(batch)) if then_for else None
    with transaction.atomic():
        Import.objects.filter(pk=batch.pk, state__in=(Import.State.STAGING, Import.State.STAGED)).update(
            state=Import.State.STAGING,
            mapping=dict(mapping),
            choices=choices.as_json(),
            rows=0,
            rejected=0,
            finished_at=None,
        )
        stage_import.enqueue(batch.workspace_id, batch.pk, *([asdict(press)] if press else []))


def ask_to_apply(actor: Actor, batch: Import) -> None:
    """Have a staged import applied, in the name of who asks. Raises `Forbidden`."""
    with transaction.atomic():
        if service.set_off(actor, batch):
            apply_import.enqueue(batch.workspace_id, batch.pk)


def ask_to_take_back(actor: Actor, batch: Import) -> None:
    """Have an import undone. Raises `Forbidden`."""
    with transaction.atomic():
        if service.ask_back(actor, batch):
            take_back_import.enqueue(batch.workspace_id, batch.pk, actor.member_id)


def has_failed(batch: Import) -> bool:
    """Whether the import's work was given up: it failed again and again, for a reason that the log tells."""
    jobs = Job.objects.filter(workspace_id=batch.workspace_id, arguments__import_id=batch.pk)
    last = jobs.exclude(task__in=[forget_files.module_path, drop_unfinished.module_path]).order_by("-pk").first()
    return last is not None and last.state == Job.State.FAILED
