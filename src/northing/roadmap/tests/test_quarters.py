"""What is aimed at a quarter has a mark on its last day, the chance of it, and can be at risk."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from northing.access.actor import Actor
from northing.access.models import Member
from northing.decisions.moving import make_chosen_move
from northing.decisions.public import decide, open_decision
from northing.features.public import Feature, target_horizon
from northing.roadmap import actions, cards, drawing, lines, queries
from northing.roadmap.models import Milestone
from northing.roadmap.rules import aimed_day, pulled_by
from northing.ui import formats

from .conftest import Make, in_days, signed_in

TODAY = date(2026, 11, 20)
pytestmark = pytest.mark.django_db


def next_quarter() -> tuple[str, date]:
    """The words of the next quarter but one, and its last day."""
    today = timezone.localdate()
    after = today + timedelta(days=180)
    words = f"Q{(after.month - 1) // 3 + 1} {after.year}"
    span = target_horizon(None, words, today)
    assert span
    assert span.end
    return words, span.end


@pytest.mark.parametrize(
    ("target", "words", "day"),
    [
        (None, "Q1 2027", date(2027, 3, 31)),
        (None, "March 2027", date(2027, 3, 31)),
        (date(2027, 2, 3), "Q1 2027", date(2027, 2, 3)),
        (None, "", None),
        (None, "now", None),
        (None, "later", None),
    ],
)
def test_the_day_that_is_aimed_at(target: date | None, words: str, day: date | None) -> None:
    assert aimed_day(Feature(target=target, target_text=words), TODAY) == day
    assert aimed_day(Milestone(target=target), TODAY) == target


def test_a_quarter_is_drawn_at_its_end_in_its_words(actor: Actor, make: Make) -> None:
    words, end = next_quarter()
    make("feature", "Presets", effort="5-10-20", target_text=words)
    actions.refresh(actor)
    drawn = drawing.timeline(actor, lines.lines(actor), "area", "quarter")
    [bar] = [bar for lane in drawn.lanes for bar in lane.bars]
    assert (bar.target, bar.aimed) == (end, words)
    assert f"<title>Target {words}</title>" in drawing.draw(drawn)


def test_the_chance_of_a_quarter_is_counted_by_its_last_day(actor: Actor, make: Make) -> None:
    words, end = next_quarter()
    feature = make("feature", "Presets", effort="60-120-300", target_text=words)
    actions.refresh(actor)
    outlook = queries.outlooks(actor, [feature.pk])[feature.pk]
    assert 0 < outlook.chances[end.isoformat()] < 1


def test_a_quarter_that_the_forecast_does_not_bear_is_at_risk_and_asked_about(actor: Actor, make: Make) -> None:
    words, _ = next_quarter()
    feature = make("feature", "Presets", effort="200-300-400", target_text=words)
    actions.refresh(actor)
    [card] = cards.dates_at_risk(actor)
    assert lines.line_of(actor, feature).risk == "Target at risk"
    assert card.question == f"Presets: aimed at {words}. Move it, cut it or staff it?"
    assert card.options[0]["title"] == f"Keep {words}"


def test_moving_a_quarter_by_days_goes_from_its_end(actor: Actor, make: Make, member: Member) -> None:
    words, end = next_quarter()
    make("feature", "Presets", effort="5-10-20", target_text=words)
    moved = end + timedelta(days=7)
    client = signed_in(member)
    assert formats.day(moved) in client.get("/orchard/roadmap/F-1/preview?days=7").content.decode()
    client.post("/orchard/roadmap/F-1/target", {"days": "7"})
    feature = Feature.objects.within(actor).get()
    assert (feature.target, feature.target_text) == (moved, "")


def test_deciding_to_move_a_quarter_leaves_the_day_alone(actor: Actor, make: Make) -> None:
    words, _ = next_quarter()
    feature = make("feature", "Presets", effort="200-300-400", target_text=words)
    actions.refresh(actor)
    [card] = cards.dates_at_risk(actor)
    decision = open_decision(actor, {"question": card.question, "options": card.options}, {feature.pk: ""})
    move = card.options[1]
    decided = decide(actor, decision.pk, move["title"], forecast="It holds.", review_at=in_days(90).isoformat())
    make_chosen_move(actor, decided)
    feature.refresh_from_db()
    assert (feature.target.isoformat(), feature.target_text) == (move["moves"]["to"], "")


@pytest.mark.parametrize(
    ("words", "promised", "pulled"),
    [
        ("Q1 2027", None, date(2027, 3, 31)),
        ("Q1 2027", date(2027, 2, 1), date(2027, 2, 1)),
        ("now", date(2027, 2, 1), date(2026, 12, 31)),
        ("later", date(2027, 2, 1), date(2027, 2, 1)),
        ("later", None, None),
        ("", date(2027, 2, 1), date(2027, 2, 1)),
    ],
)
def test_the_day_that_pulls_ahead_is_the_end_of_what_is_aimed_at_or_an_earlier_promise(
    words: str, promised: date | None, pulled: date | None
) -> None:
    assert pulled_by(Feature(target_text=words, promised=promised), TODAY) == pulled
