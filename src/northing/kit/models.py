"""The spine: every record's identity, its history, and what can hang on any record."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils import timezone

from northing.access.models import Member, Workspace
from northing.access.scoping import ScopedManager

_SPOKEN_KEY = re.compile(r"#?\d{1,12}|[A-Za-z][A-Za-z0-9_]{0,19}[-#]\d{1,12}")


class Record(models.Model):
    """The identity of any record. Comments, links, tags, estimates and history point here."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="merged",
        db_index=False,
        help_text="What its key leads to since it was merged; never itself merged into something.",
    )

    objects = ScopedManager["Record"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "type", "number"], name="record_key")]
        indexes = [
            models.Index(fields=["merged_into"], name="record_merged", condition=models.Q(merged_into__isnull=False))
        ]


class RecordModel(models.Model):
    """What every concrete record has. Its primary key is its `Record`; it repeats workspace and number so that no
    list needs a join."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    owner = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    archived_at = models.DateTimeField(null=True, blank=True)
    external_source = models.CharField(max_length=80, blank=True, default="")
    external_id = models.CharField(max_length=200, blank=True, default="")
    external_hash = models.CharField(max_length=32, blank=True, default="", help_text="Of the row last imported.")
    custom = models.JSONField(default=dict, blank=True)

    objects: ScopedManager[Any] = ScopedManager()

    class Meta:
        abstract = True

    record_id: int

    @property
    def source_key(self) -> str:
        """What people call it by where it was imported from, such as VELO-301; empty for ids that only programs use."""
        return self.external_id if _SPOKEN_KEY.fullmatch(self.external_id) else ""

    workspace_id: int
    owner_id: int | None


def record_indexes(prefix: str, *sorts: str) -> list[models.Index]:
    """One index per declared sort, in the order lists ask for: workspace, archived, column, id.

    >>> [index.fields for index in record_indexes("team", "name")]
    [['workspace', 'archived_at', 'record'], ['workspace', 'archived_at', 'name', 'record']]
    """
    plain = models.Index(fields=["workspace", "archived_at", "record"], name=f"{prefix}_by_id")
    return [plain] + [
        models.Index(fields=["workspace", "archived_at", sort, "record"], name=f"{prefix}_by_{sort}"[:30])
        for sort in sorts
    ]


def external_identity(prefix: str) -> models.UniqueConstraint:
    """At most one record per source and id in that source: what makes a second import change nothing."""
    return models.UniqueConstraint(
        fields=["workspace", "external_source", "external_id"],
        condition=~models.Q(external_id=""),
        name=f"{prefix}_external",
    )


class Sequence(models.Model):
    """The next number of a record type in a workspace. Taken in blocks; gaps are allowed, reuse is not."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=32)
    next_number = models.PositiveBigIntegerField(default=1)

    objects = ScopedManager["Sequence"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "type"], name="sequence_once")]


class Change(models.Model):
    """One transaction's worth of changes: who, when, through which door, why. Changes of one import share a batch."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=8)
    event = models.CharField(max_length=80)
    batch = models.CharField(max_length=40, blank=True, default="")
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="undone_by")

    objects = ScopedManager["Change"]()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "at"], name="change_by_time"),
            models.Index(fields=["workspace", "batch"], name="change_by_batch", condition=~models.Q(batch="")),
        ]


class Kind(models.TextChoices):
    """What happened to one record in a change."""

    CREATED = "c", "created"
    UPDATED = "u", "changed"
    ARCHIVED = "a", "archived"
    RESTORED = "r", "brought back"
    MERGED = "m", "merged into another"
    MOVED = "v", "moved with a merge"


class ChangeEntry(models.Model):
    """What one change did to one record: the old values of the fields it changed. A creation stores none."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="entries")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=1, choices=Kind)
    version = models.PositiveIntegerField(help_text="The record's version after this change.")
    old = models.JSONField(default=dict)


class RowEntry(models.Model):
    """What one change did to one row that hangs on a record and has no history of its own: it made the row, or moved it
    there from another record."""

    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="row_entries")
    table = models.CharField(max_length=60, help_text="Label of its model.")
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=40, help_text="Which points to the record.")
    old = models.ForeignKey(
        Record, null=True, on_delete=models.CASCADE, related_name="+", help_text="What it hung on before."
    )


class Tag(models.Model):
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    records = models.ManyToManyField(Record, through="RecordTag", related_name="tags")

    objects = ScopedManager["Tag"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class RecordTag(models.Model):
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="record_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="record_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "tag"], name="record_tag_once")]


class Comment(models.Model):
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=20_000)
    created_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["Comment"]()


class Link(models.Model):
    """A plain 'see also' from one record to another, or to an address on the web."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Record, null=True, on_delete=models.CASCADE, related_name="linked_from")
    url = models.URLField(max_length=1000, blank=True, default="")
    label = models.CharField(max_length=200, blank=True, default="")
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager["Link"]()


class SavedView(models.Model):
    """A named list: filters, sort and columns as the list's own query string."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    query = models.TextField(max_length=4000, blank=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=True)

    objects = ScopedManager["SavedView"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "type", "member", "name"], name="saved_view_once")]


class SearchDocument(models.Model):
    """What search knows of a record. The full-text index over it is made by a migration, per database."""

    record = models.OneToOneField(Record, primary_key=True, on_delete=models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=32)
    title = models.TextField()
    body = models.TextField(blank=True)

    objects = ScopedManager["SearchDocument"]()


class Job(models.Model):
    """Work to do outside the request, kept in the same transaction as the change that asked for it."""

    class State(models.TextChoices):
        READY = "ready", "Ready"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    workspace = models.ForeignKey(Workspace, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    task = models.CharField(max_length=200, help_text="Dotted path of the task function.")
    arguments = models.JSONField(default=dict)
    dedupe = models.CharField(
        max_length=120, blank=True, default="", help_text="A ready job with the same key is not queued twice."
    )
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(
        max_length=32,
        blank=True,
        default="",
        help_text="The holder's secret: a lost lease cannot finish the job.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    objects = ScopedManager["Job"]()

    class Meta:
        indexes = [models.Index(fields=["state", "run_at"], name="job_next")]
        constraints = [
            models.UniqueConstraint(
                fields=["dedupe"], condition=models.Q(state="ready") & ~models.Q(dedupe=""), name="job_dedupe"
            )
        ]


class Import(models.Model):
    """One file's way in: recognised, staged with all its row errors known, then applied in committed steps."""

    class State(models.TextChoices):
        STAGING = "staging", "Reading"
        STAGED = "staged", "Ready to import"
        APPLYING = "applying", "Importing"
        DONE = "done", "Imported"
        REFUSED = "refused", "Refused"
        UNDONE = "undone", "Undone"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    batch = models.CharField(max_length=40, unique=True)
    record_type = models.CharField(max_length=32)
    file_name = models.CharField(max_length=255)
    format = models.CharField(max_length=60, blank=True, default="")
    mapping = models.JSONField(default=dict)
    choices = models.JSONField(default=dict, help_text="How the file is to be read: sheet, order of dates, statuses.")
    state = models.CharField(max_length=10, choices=State, default=State.STAGING)
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes of the staged file already applied.")
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    also_created = models.JSONField(default=dict, help_text="Records that were made besides, by type.")
    warnings = models.JSONField(default=list)
    reason = models.TextField(blank=True, default="", help_text="Why the file was refused.")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager["Import"]()

    class Meta:
        indexes = [models.Index(fields=["workspace", "created_at"], name="import_by_time")]


class Reply(models.Model):
    """The answer once given to an API request with an idempotency key, so that a repeat gets it again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedManager["Reply"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="reply_once")]
