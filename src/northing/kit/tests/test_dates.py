"""Dates as people type them into fields."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from northing.kit.fields import Day, Moment
from northing.kit.problems import BadValue


@pytest.mark.parametrize("text", ["2027-07-01", "1.7.2027", "01.07.27", "1. 7. 2027", "1 July 2027", "July 1, 2027"])
def test_a_day_with_dots_has_the_day_first_and_one_with_a_name_either(text: str) -> None:
    assert Day(name="due").clean(text) == date(2027, 7, 1)


def test_a_moment_reads_the_same_dates() -> None:
    assert Moment(name="at").clean("1.7.2027 10:30") == datetime(2027, 7, 1, 10, 30, tzinfo=UTC)


def test_a_day_is_as_it_is_written_whatever_the_offset() -> None:
    assert Day(name="due").clean("2027-07-01T23:30:00-05:00") == date(2027, 7, 1)


def test_slashes_that_may_mean_two_days_are_asked_about() -> None:
    assert Day(name="due").clean("13/4/2027") == Day(name="due").clean("4/13/2027") == date(2027, 4, 13)
    assert Day(name="due").clean("3/3/2027") == date(2027, 3, 3)
    with pytest.raises(BadValue, match="may be 3 April or 4 March; write it as 2027-04-03 or as 2027-03-04"):
        Day(name="due").clean("3/4/2027")


@pytest.mark.parametrize("text", ["soon", "12", "45000", "1.7.", "32.1.2027", "Feb 2027"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="must be a date such as 2027-02-28"):
        Day(name="due").clean(text)
