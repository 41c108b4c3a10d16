"""What later modules may use of this one."""

from __future__ import annotations

from northing.insight.actions import (
    accept_themes,
    assign,
    dismiss_themes,
    fold,
    put_under,
    set_state,
    snooze,
    unfold,
)
from northing.insight.fitting import fit
from northing.insight.hierarchy import refuse_cycles
from northing.insight.jobs import follow_voices
from northing.insight.models import Account, Contact, Feedback, Insight, Segment, State, Theme
from northing.insight.planning import Alike, alike, fold_near_duplicates, propose_themes
from northing.insight.queries import (
    Membership,
    Passage,
    Speaker,
    accounts,
    channels,
    feedback_of_themes,
    folded_counts,
    inbox,
    inbox_counts,
    members_of,
    memberships,
    passages,
    proposals,
    speakers,
    theme_voices,
    themes,
    tiers,
    voice_counts,
)
from northing.insight.rules import WHAT_A_VOICE_IS, check_passage, title_from, trimmed

__all__ = [
    "WHAT_A_VOICE_IS",
    "Account",
    "Alike",
    "Contact",
    "Feedback",
    "Insight",
    "Membership",
    "Passage",
    "Segment",
    "Speaker",
    "State",
    "Theme",
    "accept_themes",
    "accounts",
    "alike",
    "assign",
    "channels",
    "check_passage",
    "dismiss_themes",
    "feedback_of_themes",
    "fit",
    "fold",
    "fold_near_duplicates",
    "folded_counts",
    "follow_voices",
    "inbox",
    "inbox_counts",
    "members_of",
    "memberships",
    "passages",
    "proposals",
    "propose_themes",
    "put_under",
    "refuse_cycles",
    "set_state",
    "snooze",
    "speakers",
    "theme_voices",
    "themes",
    "tiers",
    "title_from",
    "trimmed",
    "unfold",
    "voice_counts",
]
