"""What likeness of text suggests, and what a stated confidence means."""

from __future__ import annotations

from collections.abc import Mapping

from northing.access.actor import Actor
from northing.features.models import Feature, FeatureRequest
from northing.insight.public import Alike, alike
from northing.kit.record_types import registry
from northing.science import priorities
from northing.science import text as likeness


def is_turn_of_phrase(title: str) -> bool:
    """Whether there are words in a title that say nothing by themselves: it reads like a piece of a sentence. What is
    written in capitals is an abbreviation.

    >>> is_turn_of_phrase("Left and died"), is_turn_of_phrase("Offline maps"), is_turn_of_phrase("AI noise")
    (True, False, False)
    """
    return likeness.has_stop_words(" ".join(word for word in title.split() if len(word) == 1 or not word.isupper()))


def said_first(text: str) -> str:
    """A text from where it begins to say something, after greetings.

    >>> said_first("Hello team, the export fails")
    'the export fails'
    """
    return likeness.without_greeting(text)


def suggest_features(actor: Actor, text: str, feedback_id: int | None = None, limit: int = 5) -> tuple[Alike, ...]:
    """Features that read like a text, best first, without those that the feedback is linked to already."""
    linked = FeatureRequest.objects.within(actor).filter(insight__feedback=feedback_id, archived_at=None)
    without: Mapping[int, None] = {}
    if feedback_id is not None:
        without = dict.fromkeys(linked.exclude(feature=None).values_list("feature", flat=True))
    return alike(actor, registry.of(Feature), text, limit, without)


def widened(number: float, confidence: float) -> tuple[float, float, float]:
    """Low, likely and high of a number above 0 with a confidence from 0 to 1: 80 % is ÷ and × 2.

    >>> widened(10, 0.8)
    (5.0, 10, 20.0)
    """
    width = priorities.width_of_confidence(confidence)
    return number / width, number, number * width
