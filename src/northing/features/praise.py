"""How one tells praise of what is there from a wish for what is not."""

from __future__ import annotations

CONTENT = 4.5
"""Stars from which somebody is content."""
_CONTENTED = """
amazing awesome brilliant excellent excelente fantastic good great happy love nice perfect pleased satisfied smooth
wonderful toll zufrieden bravo parfait contento
"""
PRAISE = frozenset(_CONTENTED.split())
THANKS = frozenset(["thank", "thanks", "danke", "merci", "gracias"])
"""Praise as a title; at the end of a wish they are manners."""
_SHORT = 12  # words of a message that one of praise colours as a whole
_SIGNS = ".,:;!?\"'()“”"


def words_of(text: str) -> frozenset[str]:
    """The words of a text, without the signs around them.

    >>> sorted(words_of("Love it: thanks!"))
    ['it', 'love', 'thanks']
    """
    return frozenset(word.strip(_SIGNS) for word in text.casefold().replace(",", " ").split())


def praises(text: str) -> bool:
    """Whether a message says little but praise.

    >>> praises("Love the new colours!"), praises("A dark mode, please. Thanks")
    (True, False)
    """
    return len(text.split()) <= _SHORT and not PRAISE.isdisjoint(words_of(text))
