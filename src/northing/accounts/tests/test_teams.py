"""A team's calendar is typed as people write it."""

from __future__ import annotations

import pytest

from northing.accounts.models import Team
from northing.accounts.records import ABSENCES, TEAM, WORKING_DAYS
from northing.accounts.rules import check_team
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


@pytest.mark.parametrize(("people", "is_fine"), [(0, True), (0.01, True), (10_000, True), (1e-9, False), (-1, False)])
def test_less_than_a_hundredth_of_a_person_is_nobody(people: float, is_fine: bool) -> None:
    values = {name: TEAM.specs[name].empty for name in ("working_days", "absences")} | {"people": people, "focus": 70}
    assert (not list(check_team(None, values))) is is_fine
