"""The calendar against an independent witness, on every day; and the deadlines that offices ask about."""

from __future__ import annotations

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.core.working_days import Calendar

CALENDAR = Calendar(dt.date(2026, 11, 23))


def test_every_day_of_2009_to_2026_equals_chinesecalendar() -> None:
    day, different, count = dt.date(2009, 1, 1), [], 0
    while day <= dt.date(2026, 12, 31):
        count += 1
        if CALENDAR.is_working(day) != chinese_calendar.is_workday(day):
            different.append(day)
        day += dt.timedelta(1)
    assert different == [] and count == 6574


@pytest.mark.parametrize(
    ("event", "last"),
    [("2026-10-09", "2026-09-24"), ("2026-09-21", "2026-09-15"), ("2026-02-25", "2026-02-11"), ("2009-02-03", "2009-01-22")],
)  # fmt: skip
def test_five_working_days_before(event: str, last: str) -> None:
    found = CALENDAR.deadline(dt.date.fromisoformat(event), 5)
    assert (found.date.isoformat(), found.provisional) == (last, False)
    assert [c.n for c in found.counted] == [1, 2, 3, 4, 5]


def test_an_unpublished_year_is_provisional() -> None:
    assert CALENDAR.deadline(dt.date(2027, 2, 15)).provisional
    assert CALENDAR.day(dt.date(2031, 3, 5)).provisional
    assert CALENDAR.day(dt.date(2026, 12, 30)).provisional, "late December belongs to the next year's notice"


_days = st.dates(dt.date(2009, 3, 1), dt.date(2026, 10, 1))


@given(_days, st.integers(1, 40))
def test_law_add_and_between_are_inverse(day: dt.date, n: int) -> None:
    end = CALENDAR.add(day, n).end
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(day, end).days == n
    working = CALENDAR.next_working(day)
    assert CALENDAR.add(CALENDAR.add(working, n).end, -n).end == working
