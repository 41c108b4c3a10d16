"""The record types of this module."""

from __future__ import annotations

import northing.insight.extensions
import northing.insight.importers
import northing.insight.segment_panel  # noqa: F401 - all three register themselves
from northing.insight.hierarchy import refuse_cycles
from northing.insight.jobs import settle_accounts, settle_contacts, settle_feedback
from northing.insight.models import Account, Contact, Feedback, Insight, Segment, Theme
from northing.insight.rules import check_account, check_feedback, check_insight, check_segment
from northing.insight.segment_form import Rule
from northing.kit.record_types import RecordType, registry

ACCOUNT = RecordType(
    model=Account,
    name="account",
    prefix="AC",
    icon="building-2",
    title="name",
    fields=("name", "kind", "status", "tier", "revenue", "currency", "size", "industry", "country", "domain"),
    columns=("name", "status", "tier", "revenue", "currency", "size", "country"),
    filters=("kind", "status", "tier", "revenue", "size", "industry", "country"),
    sorts=("name", "revenue", "size"),
    default_sort="name",
    search=("domain", "industry", "country"),
    natural_key="name",
    unique=("name",),
    check=check_account,
    together=(("revenue", "currency"),),
    after=settle_accounts,
    also="customers clients companies revenue arr",
    hint="Who buys, and what they pay: the weight behind a request.",
)

CONTACT = RecordType(
    model=Contact,
    name="contact",
    prefix="CT",
    icon="circle-user",
    title="name",
    fields=("name", "email", "account", "role", "country", "language"),
    columns=("name", "email", "account", "role"),
    filters=("account", "role", "country", "language"),
    sorts=("name",),
    default_sort="name",
    search=("email", "role"),
    natural_key="email",
    unique=("email",),
    after=settle_contacts,
    hint="The people behind the feedback; each counts once, however often they ask.",
)

SEGMENT = RecordType(
    model=Segment,
    name="segment",
    prefix="SG",
    icon="chart-pie",
    title="name",
    fields=("name", "subject", Rule(name="rule", label="Rule", required=True), "description"),
    columns=("name", "subject", "owner"),
    filters=("subject",),
    sorts=("name",),
    default_sort="name",
    search=("description",),
    natural_key="name",
    unique=("name",),
    check=check_segment,
    hint="A rule that picks accounts or contacts, always as they are now.",
)

FEEDBACK = RecordType(
    model=Feedback,
    name="feedback",
    prefix="FB",
    icon="message-square",
    fields=(
        "title",
        "text",
        "source",
        "channel",
        "author",
        "account",
        "contact",
        "product",
        "language",
        "rating",
        "app_version",
        "device",
        "sku",
        "votes",
        "url",
        "state",
        "snoozed_until",
        "assignee",
        "folded_into",
        "kept_apart",
    ),
    columns=("title", "channel", "account", "state", "created_at"),
    filters=(
        "state",
        "channel",
        "source",
        "product",
        "account",
        "contact",
        "assignee",
        "language",
        "rating",
        "app_version",
        "device",
        "folded_into",
        "created_at",
    ),
    sorts=("created_at", "rating", "votes"),
    default_sort="-created_at",
    search=("text", "author", "source"),
    tones={"state": {"new": "accent", "processed": "good", "snoozed": "warn", "archived": "neutral"}},
    check=check_feedback,
    after=settle_feedback,
    hint="What users and customers say, from every channel.",
)

INSIGHT = RecordType(
    model=Insight,
    name="insight",
    prefix="I",
    icon="highlighter",
    title="quote",
    fields=("feedback", "quote", "start", "end", "note"),
    columns=("quote", "feedback", "owner", "created_at"),
    filters=("feedback",),
    search=("note",),
    part_of="feedback",
    check=check_insight,
    hint="Passages of feedback that say something worth keeping.",
)

THEME = RecordType(
    model=Theme,
    name="theme",
    prefix="TH",
    icon="tags",
    fields=("title", "parent", "origin", "description"),
    columns=("title", "parent", "origin", "owner"),
    filters=("parent", "origin"),
    sorts=("title",),
    default_sort="title",
    search=("description",),
    natural_key="title",
    unique=("title",),
    after=refuse_cycles,
    hint="What several pieces of feedback are about.",
)

registry.register(ACCOUNT, CONTACT, SEGMENT, FEEDBACK, INSIGHT, THEME)
