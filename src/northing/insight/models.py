"""What customers and users say, and who they are."""

from __future__ import annotations

from typing import Any

from django.db import models

from northing.access.models import Member, Workspace
from northing.access.scoping import ScopedManager
from northing.kit.models import Change, RecordModel, external_identity, record_indexes


class AccountKind(models.TextChoices):
    COMPANY = "company", "Company"
    DEALER = "dealer", "Dealer"
    HOUSEHOLD = "household", "Household"


class AccountStatus(models.TextChoices):
    PROSPECT = "prospect", "Prospect"
    TRIAL = "trial", "On trial"
    CUSTOMER = "customer", "Customer"
    FORMER = "former", "Former customer"


class Account(RecordModel):
    """A company, dealer or household that buys or might buy."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=9, choices=AccountKind, default=AccountKind.COMPANY)
    status = models.CharField(max_length=8, choices=AccountStatus, default=AccountStatus.CUSTOMER)
    tier = models.CharField(max_length=60, blank=True, help_text="Your own word, such as Enterprise or Pro.")
    revenue = models.DecimalField(
        "revenue per year", max_digits=20, decimal_places=2, null=True, blank=True, help_text="What it pays you."
    )
    currency = models.CharField(
        max_length=3, blank=True, help_text="Three letters such as EUR; empty is the workspace's own."
    )
    size = models.PositiveIntegerField("people", null=True, blank=True, help_text="How many work or live there.")
    industry = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=60, blank=True)
    domain = models.CharField("web domain", max_length=120, blank=True, help_text="Such as example.com.")

    class Meta:
        verbose_name = "account"
        verbose_name_plural = "accounts"
        indexes = record_indexes("account", "name", "revenue", "size")
        constraints = [external_identity("account")]

    def __str__(self) -> str:
        return self.name


class Contact(RecordModel):
    """A person who uses, buys or asks; the one voice that counts once."""

    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    role = models.CharField(max_length=120, blank=True, help_text="What they do, such as photographer or buyer.")
    country = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=12, blank=True, help_text="A code such as en or pt-BR.")

    class Meta:
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        indexes = record_indexes("contact", "name")
        constraints = [external_identity("contact")]

    def __str__(self) -> str:
        return self.name


class Subject(models.TextChoices):
    """What a segment's rule picks from."""

    ACCOUNTS = "account", "Accounts"
    CONTACTS = "contact", "Contacts"


class Segment(RecordModel):
    """Accounts or contacts that meet a rule. Kept as the rule alone, so that membership is always of now."""

    name = models.CharField(max_length=120)
    subject = models.CharField("picks from", max_length=7, choices=Subject, default=Subject.ACCOUNTS)
    rule: Any = models.JSONField(help_text='Conditions, such as {"all": [{"field": "tier", "is": "Enterprise"}]}.')
    description = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "segment"
        verbose_name_plural = "segments"
        indexes = record_indexes("segment", "name")
        constraints = [external_identity("segment")]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """Where a piece of feedback stands in the inbox."""

    NEW = "new", "New"
    PROCESSED = "processed", "Processed"
    SNOOZED = "snoozed", "Snoozed"
    ARCHIVED = "archived", "Archived"


class Feedback(RecordModel):
    """Something a user or customer said. `created_at` is when they said it."""

    title = models.CharField(max_length=300, help_text="The first line of the text will do.")
    text = models.TextField(blank=True, max_length=100_000)
    source = models.CharField(max_length=80, blank=True, help_text="Where it was gathered, such as Play Store.")
    channel = models.CharField(
        max_length=60, blank=True, help_text="How it came, such as app-store review, support ticket or interview."
    )
    author = models.CharField(max_length=200, blank=True, help_text="The name it was signed with.")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="feedback", db_index=False
    )
    product = models.ForeignKey(
        "products.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    language = models.CharField(max_length=12, blank=True, help_text="A code such as en or pt-BR.")
    rating = models.FloatField(null=True, blank=True, help_text="Stars, from 0 to 5.")
    app_version = models.CharField(max_length=60, blank=True)
    device = models.CharField(max_length=120, blank=True)
    sku = models.CharField("SKU", max_length=80, blank=True)
    votes = models.PositiveIntegerField(default=0, help_text="How many others said that they want it too.")
    url = models.URLField("web address", max_length=1000, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    snoozed_until = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    folded_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="folded",
        db_index=False,
        editable=False,
        help_text="The feedback that says the same and stands for this one.",
    )
    kept_apart = models.BooleanField(
        default=False, editable=False, help_text="A person unfolded it, so it is not folded again by itself."
    )

    class Meta:
        verbose_name = "feedback"
        verbose_name_plural = "feedback"
        constraints = [external_identity("feedback")]
        # References are mostly empty here and rows come by the million: each is indexed only where it is filled.
        indexes = [
            *record_indexes("feedback", "created_at", "rating", "votes"),
            models.Index(fields=["workspace", "archived_at", "state", "created_at", "record"], name="feedback_inbox"),
            *(
                models.Index(
                    fields=[name, "workspace", "archived_at"],
                    name=f"feedback_of_{name}",
                    condition=models.Q(**{f"{name}__isnull": False}),
                )
                for name in ("account", "contact", "product", "assignee", "folded_into")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def passage_text(self) -> str:
        """What passages are marked in: the text, or the title where there is no text."""
        return self.text or self.title


class Insight(RecordModel):
    """A passage of feedback that says something worth keeping."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="insights")
    quote = models.TextField(max_length=20_000, help_text="The passage, word for word.")
    start = models.PositiveIntegerField(
        "starts at", default=0, help_text="Characters of the text before it; 0 to 0 where its place is not known."
    )
    end = models.PositiveIntegerField("ends at", default=0)
    note = models.TextField(blank=True, max_length=10_000)

    class Meta:
        verbose_name = "insight"
        verbose_name_plural = "insights"
        indexes = record_indexes("insight")
        constraints = [external_identity("insight")]

    def __str__(self) -> str:
        return self.quote


class ThemeOrigin(models.TextChoices):
    MADE = "made", "Made by a person"
    FOUND = "found", "Found in the feedback"


class Theme(RecordModel):
    """What several pieces of feedback are about."""

    title = models.CharField(max_length=200)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    origin = models.CharField(max_length=5, choices=ThemeOrigin, default=ThemeOrigin.MADE, editable=False)
    description = models.TextField(blank=True, max_length=10_000)
    feedback = models.ManyToManyField(Feedback, through="ThemeFeedback", related_name="themes")

    class Meta:
        verbose_name = "theme"
        verbose_name_plural = "themes"
        indexes = record_indexes("theme", "title")
        constraints = [external_identity("theme")]

    def __str__(self) -> str:
        return self.title


class ThemeFeedback(models.Model):
    """Feedback that a theme holds."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="+", db_index=False)
    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="+")

    objects = ScopedManager["ThemeFeedback"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "feedback"], name="theme_feedback_once")]


class ThemeProposal(models.Model):
    """A theme found in the feedback that nobody has accepted or dismissed yet. Each search replaces the open ones."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    phrases = models.JSONField(default=list)
    feedback_ids = models.JSONField(default=list, help_text="The clearest examples first.")
    perhaps_ids = models.JSONField(default=list, help_text="Feedback that may be about it too, the likest first.")
    voices = models.PositiveIntegerField(default=0, editable=False)
    broad = models.BooleanField(default=False, editable=False, help_text="One word is all that names it.")
    dismissed = models.BooleanField(default=False)
    dismissed_in = models.ForeignKey(
        Change, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Undone, it says no no longer."
    )
    found_at = models.DateTimeField()

    objects = ScopedManager["ThemeProposal"]()
