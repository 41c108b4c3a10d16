"""Which feedback says the same, what it is like, and what it is about? By words in any language, and by meaning."""

from northing.science.text.duplicates import Duplicate, near_duplicates
from northing.science.text.likeness import Match, likenesses, most_alike, most_alike_to_each
from northing.science.text.meaning import meant_alike
from northing.science.text.themes import Theme, find_themes
from northing.science.text.words import has_stop_words, without_greeting

__all__ = [
    "Duplicate",
    "Match",
    "Theme",
    "find_themes",
    "likenesses",
    "has_stop_words",
    "meant_alike",
    "most_alike",
    "most_alike_to_each",
    "near_duplicates",
    "without_greeting",
]
