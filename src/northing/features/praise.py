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
_WISHING = """
add allow but can cannot could except fix hope if improve let make missing need never no not only pay please pls should
want when wish without would aber bitte fehlt hätte kein keine könnte leider möchte nicht ohne statt wenn wunsch wäre
würde wünsche aimerais mais manque pas pourrait sans serait svp voudrais falta pero podría quisiera sería sin ma manca
non potrebbe sarebbe vorrei
"""
_WISHES = frozenset(_WISHING.split())
_SHORT = 12  # words of a message that one of praise colours as a whole
_SIGNS = ".,:;!?\"'()“”"


def words_of(text: str) -> frozenset[str]:
    """The words of a text, without the signs around them.

    >>> sorted(words_of("Love it: thanks!"))
    ['it', 'love', 'thanks']
    """
    return frozenset(word.strip(_SIGNS) for word in text.casefold().replace(",", " ").split())


def praises(text: str) -> bool:
    """Whether a message says little but praise: no wish, no lack, no question.

    >>> praises("Love the new colours!"), praises("A dark mode would be nice"), praises("Not happy: no dark mode")
    (True, False, False)
    """
    words = words_of(text)
    if len(text.split()) > _SHORT or "?" in text or PRAISE.isdisjoint(words):
        return False
    return _WISHES.isdisjoint(words) and not any(word.endswith(("n't", "n’t")) for word in words)
