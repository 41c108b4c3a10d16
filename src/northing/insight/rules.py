"""What makes accounts, feedback and its passages sensible, and whose voice is whose."""

from __future__ import annotations

import re
from collections.abc import Iterable

from northing.insight.models import State
from northing.insight.segments import RuleError, condition
from northing.kit.problems import Problem
from northing.kit.record_types import Values

TITLE_LENGTH = 300
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_account(before: Values | None, after: Values) -> Iterable[Problem]:
    if after["revenue"] is not None and after["revenue"] < 0:
        yield Problem("revenue", after["revenue"], "must not be negative")
    if after["currency"] and not _CURRENCY.fullmatch(after["currency"]):
        yield Problem("currency", after["currency"], "must be three capital letters such as EUR")


def check_segment(before: Values | None, after: Values) -> Iterable[Problem]:
    try:
        condition(after["subject"], after["rule"])
    except RuleError as error:
        yield Problem("rule", error.part, str(error))


def check_feedback(before: Values | None, after: Values) -> Iterable[Problem]:
    if after["rating"] is not None and not 0 <= after["rating"] <= 5:
        yield Problem("rating", after["rating"], "must be from 0 to 5 stars; a score out of 10 is half of it")
    if after["state"] == State.SNOOZED and after["snoozed_until"] is None:
        yield Problem("snoozed_until", None, "say until when it is snoozed")


def check_insight(before: Values | None, after: Values) -> Iterable[Problem]:
    start, end = after["start"], after["end"]
    if end and end - start != len(after["quote"]):
        rule = f"the passage has {len(after['quote'])} characters, so it ends at {start + len(after['quote'])}"
        yield Problem("end", end, f"{rule}; use 0 to 0 where its place is not known")
    if start > end:
        yield Problem("start", start, f"must not be after the end, {end}")


def check_passage(text: str, start: int, end: int) -> Iterable[Problem]:
    """Problems of marking `text[start:end]`."""
    if not 0 <= start < end <= len(text):
        yield Problem("end", end, f"mark from 0 to at most {len(text)} characters, the end after the start ({start})")
    elif not text[start:end].strip():
        yield Problem("start", start, "the passage is empty; mark some words")


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The passage without white space at its ends.

    >>> trimmed("It is slow. ", 5, 12)
    (6, 11)
    """
    passage = text[start:end]
    return start + len(passage) - len(passage.lstrip()), end - len(passage) + len(passage.rstrip())


_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|day|afternoon|evening)|hallo|moin|servus|guten (?:tag|morgen|abend)|liebes?"
    r"|sehr geehrte|bonjour|bonsoir|salut|hola|buenos días|ciao|buongiorno|ol[áa]|bom dia|hej|dag|beste)"
    r"(?: [^\s.?:;]{1,20}){0,3}\s?[,!.]{0,2}",
    re.IGNORECASE,
)


def title_from(text: str) -> str:
    """A title for feedback that has none: its first line with words that is no mere greeting, cut at a word.

    >>> title_from("  \\nExport fails\\nSince the update."), title_from("Hi there,\\n\\nExport fails")
    ('Export fails', 'Export fails')
    >>> title_from("Hello!"), title_from("Hi, the export fails")
    ('Hello!', 'Hi, the export fails')
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    line = next((line for line in lines if not _GREETING.fullmatch(line)), lines[0] if lines else "")
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"


_LEAST_CUT = 30  # characters to which tools cut a title at least


def whole_words(title: str, text: str) -> str:
    """A title that is the beginning of the text and was cut within a word ends at a word instead. A short one that says
    so by no sign was not cut: it is another form of the word.

    >>> whole_words("It rains and the pump sta…", "It rains and the pump starts all the same")
    'It rains and the pump…'
    >>> whole_words("It rains", "It rains and the pump starts"), whole_words("Water pump", "Water pumps are loud")
    ('It rains', 'Water pump')
    """
    begun = title.rstrip(". …")
    may_be_cut = len(begun) >= _LEAST_CUT or title.rstrip().endswith(("…", "..."))
    is_cut = may_be_cut and text.startswith(begun) and begun[-1:].isalnum() and text[len(begun) :][:1].isalnum()
    *words, _ = begun.rsplit(None, 1) if is_cut else [begun]
    return f"{words[0].rstrip(' ,;:–-')}…" if words else title


WHAT_A_VOICE_IS = (
    "A voice is a person: a known contact, else a name at an account or a source, else an account of which nobody is"
    " named, else whoever wrote one unnamed message. Everybody counts once, also those whose message was folded into"
    " one that says nearly the same."
)


def voice(feedback_id: int, contact_id: int | None, source: str, author: str, account_id: int | None) -> str:
    """Who speaks: a known contact, else a name at an account or else at a source, else an account of which nobody is
    named, else somebody unknown who counts for this feedback alone.

    >>> voice(5, None, "Mail", "Kim B. ", 4), voice(6, None, "Call", "kim b.", 4)
    ('account 4: kim b.', 'account 4: kim b.')
    >>> voice(7, None, "Play Store", "Kim B. ", None), voice(8, None, "play store", "kim b.", None)
    ('play store: kim b.', 'play store: kim b.')
    >>> voice(9, 3, "", "", 4), voice(10, None, "Mail", "", 4), voice(11, None, "Mail", "", None)
    ('contact 3', 'account 4', 'feedback 11')
    """
    if contact_id is not None:
        return f"contact {contact_id}"
    if name := author.strip().casefold():
        at = source.strip().casefold() if account_id is None else f"account {account_id}"
        return f"{at}: {name}"
    return f"feedback {feedback_id}" if account_id is None else f"account {account_id}"
