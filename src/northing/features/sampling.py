"""Who is over- and under-heard among those who ask: said in words, from their shares against everybody's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from northing.ui.formats import counted, listed, number

_FEW = 5
_SURPRISING = 0.05
_MATTERS = 0.1  # a tier with fewer of all accounts is not missed


@dataclass(frozen=True, slots=True)
class Sample:
    """Counts among the distinct voices that ask, and among everybody.

    `channels` counts voices by how they came, `tiers` distinct accounts by tier, `by_account` voices by account name;
    `all_channels` counts all feedback, `all_tiers` all accounts.
    """

    voices: int
    channels: Mapping[str, int] = field(default_factory=dict)
    tiers: Mapping[str, int] = field(default_factory=dict)
    by_account: Mapping[str, int] = field(default_factory=dict)
    all_channels: Mapping[str, int] = field(default_factory=dict)
    all_tiers: Mapping[str, int] = field(default_factory=dict)


def bias(sample: Sample) -> tuple[str, ...]:
    """What to keep in mind about who asks, most important first; empty when nothing stands out.

    A channel is named when so many voices by it would come about by chance in fewer than 5 of 100 cases (binomial
    tail) at its share of all feedback; a tier when it has a tenth of all accounts and none among those who ask.

    >>> reviews, everybody = {"App-store review": 12}, {"App-store review": 40, "Ticket": 60}
    >>> for remark in bias(Sample(14, reviews, all_channels=everybody, all_tiers={"Pro": 30, "Enterprise": 1})):
    ...     print(remark)
    12 of 14 voices come by app-store review, which brings 40 % of all feedback.
    No Pro account among them.
    14 of 14 belong to no known account, so no revenue is counted for them.
    """
    if not sample.voices:
        return ()
    return tuple(_remarks(sample))


def _remarks(sample: Sample) -> Iterator[str]:
    if sample.voices < _FEW:
        yield f"Only {counted(sample.voices, 'voice')}: too few to say who else wants it."
    yield from _loud_channels(sample)
    yield from _missing_tiers(sample)
    name, count = max(sample.by_account.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if count > 1 and 2 * count > sample.voices:
        yield f"{count} of {sample.voices} voices are from one account, {name}."
    if sample.all_tiers:
        yield from of_no_account(sample.voices - sum(sample.by_account.values()), sample.voices)


def of_no_account(unknown: int, voices: int) -> Iterator[str]:
    """What the revenue behind a feature leaves out, where it does.

    >>> list(of_no_account(1, 12))
    ['1 of 12 belongs to no known account, so no revenue is counted for them.']
    """
    if unknown:
        verb = "belongs" if unknown == 1 else "belong"
        yield f"{unknown} of {voices} {verb} to no known account, so no revenue is counted for them."


def in_other_money(revenue: Mapping[str, Decimal], currency: str) -> Iterator[str]:
    """What a sum in one currency leaves out, where accounts pay in others.

    >>> list(in_other_money({"EUR": Decimal(900), "USD": Decimal(1200)}, "EUR"))
    ['1,200 USD a year are not in it, being in another currency.']
    """
    others = [f"{number(amount)} {other}" for other, amount in sorted(revenue.items()) if other != currency]
    if others:
        yield f"{listed(others)} a year are not in it, being in another currency."


def _loud_channels(sample: Sample) -> Iterator[str]:
    total = sum(sample.all_channels.values())
    for channel, count in Counter(sample.channels).most_common():
        share = sample.all_channels.get(channel, 0) / total if total else 1.0
        is_most = count > 1 and 2 * count > sample.voices
        if channel and is_most and _at_least(count, sample.voices, share) < _SURPRISING:
            way = channel[:1].lower() + channel[1:] if channel[1:].islower() else channel
            yield f"{count} of {sample.voices} voices come by {way}, which brings {100 * share:.0f} % of all feedback."


def _missing_tiers(sample: Sample) -> Iterator[str]:
    total = sum(sample.all_tiers.values())
    for tier, count in sorted(sample.all_tiers.items(), key=lambda item: (-item[1], item[0])):
        if tier and not sample.tiers.get(tier) and count >= _MATTERS * total:
            yield f"No {tier} account among them."


def _at_least(count: int, of: int, share: float) -> float:
    """The chance of `count` or more among `of` when each has the chance `share`."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))
