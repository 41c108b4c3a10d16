"""A team's calendar is typed as people write it."""

from __future__ import annotations

import pytest

from northing.accounts.models import Team
from northing.accounts.records import ABSENCES, TEAM, WORKING_DAYS
from northing.kit.problems import BadValue


def test_the_calendar_is_shown_as_it_is_typed() -> None:
    days, away = [0, 2, 4], [{"from": "2026-12-24", "to": "2027-01-02", "people": 2.5}]
    assert WORKING_DAYS.parse(WORKING_DAYS.to_text(days)) == days
    assert ABSENCES.parse(ABSENCES.to_text(away)) == away
    assert WORKING_DAYS.parse("[0, 6]") == [0, 6]
    assert ABSENCES.parse("2026-12-24 to 2027-01-02") == [away[0] | {"people": 1.0}]


@pytest.mark.parametrize("typed", ["Mon, Funday", "[0, 1"])
def test_what_is_no_weekday_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        WORKING_DAYS.parse(typed)


def test_what_is_no_period_is_refused() -> None:
    with pytest.raises(BadValue, match="is no period"):
        ABSENCES.parse("over Christmas")


def test_the_calendar_is_blank_as_the_model_says() -> None:
    assert TEAM.specs["working_days"].empty == Team().working_days
    assert TEAM.specs["absences"].empty == Team().absences
