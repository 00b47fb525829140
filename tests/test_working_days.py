"""The calendar against an independent witness, on every day; and the deadlines that offices ask about."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl.core.notices import Notice
from pressctl.core.working_days import Calendar
from pressctl.errors import BadData
from pressctl.storage.database import Database

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
_any_days = st.dates(dt.date(1991, 1, 1), dt.date(2099, 1, 1))


@given(_days, st.integers(1, 40))
def test_law_add_and_between_are_inverse(day: dt.date, n: int) -> None:
    end = CALENDAR.add(day, n).end
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(day, end).days == n
    working = CALENDAR.next_working(day)
    assert CALENDAR.add(CALENDAR.add(working, n).end, -n).end == working


@given(_days, st.integers(-600, 600), st.integers(-600, 600))
def test_law_adding_twice_is_adding_the_sum(day: dt.date, n: int, m: int) -> None:
    working = CALENDAR.next_working(day)
    assert CALENDAR.add(CALENDAR.add(working, n).end, m).end == CALENDAR.add(working, n + m).end


@given(_any_days, _any_days, _any_days)
@settings(max_examples=60, deadline=None)
def test_law_between_adds_up_and_turns_round(a: dt.date, b: dt.date, c: dt.date) -> None:
    assert CALENDAR.between(a, b).days + CALENDAR.between(b, c).days == CALENDAR.between(a, c).days
    assert CALENDAR.between(a, b).days == -CALENDAR.between(b, a).days


def _walked(day: dt.date, n: int) -> tuple[dt.date, bool]:
    """The slow way: one day at a time, asking each whether it counts and whether it is certain."""
    step, left, guessed = dt.timedelta(1 if n > 0 else -1), abs(n), False
    while left:
        day += step
        seen = CALENDAR.day(day)
        left -= seen.working
        guessed |= seen.provisional
    return day, guessed


@given(st.dates(dt.date(2024, 1, 1), dt.date(2029, 1, 1)), st.integers(-300, 300))
@settings(max_examples=150, deadline=None)
def test_law_the_tables_say_what_a_walk_says(day: dt.date, n: int) -> None:
    span = CALENDAR.add(day, n)
    assert (span.end, span.provisional) == _walked(day, n)
    assert CALENDAR.between(*sorted((day, span.end))).provisional in (span.provisional, True)


@given(_days, st.integers(0, 30))
def test_law_a_deadline_counts_what_between_counts(event: dt.date, n: int) -> None:
    found = CALENDAR.deadline(event, n)
    assert found.date == CALENDAR.add(event, -n).end
    clear = CALENDAR.deadline(event, n, clear=True)
    assert clear.date == CALENDAR.add(event, -n - 1).end and clear.date < event


def test_every_day_between_is_counted_or_skipped() -> None:
    found = CALENDAR.deadline(dt.date(2026, 10, 9), 5)
    told = sorted([c.date for c in found.counted] + [s.date for s in found.skipped])
    assert told == [dt.date(2026, 9, 24) + dt.timedelta(n) for n in range(15)]
    assert {s.why for s in found.skipped} == {"中秋节", "国庆节", "调休休息"}, (
        "weekends too, where the notice names them"
    )
    assert {s.why for s in CALENDAR.deadline(dt.date(2026, 7, 14)).skipped} == {"周末"}
    assert [c.date for c in CALENDAR.deadline(dt.date(2026, 9, 22), 2).counted if c.makeup] == [
        dt.date(2026, 9, 20)
    ]


@pytest.mark.parametrize(
    ("clear", "said"),
    [(False, "提前5个工作日，最迟2026年9月24日"), (True, "中间隔满5个工作日，最迟2026年9月23日")],
)
def test_the_sentence_for_a_reply(clear: bool, said: str) -> None:
    found = CALENDAR.deadline(dt.date(2026, 10, 9), 5, clear=clear)
    assert found.sentence() == f"2026年10月9日发布，{said}报送。"
    assert CALENDAR.between(found.date, found.event).days - clear == 5


def test_late_december_waits_for_the_next_notice() -> None:
    """2026 is official, 2027 is not: the last days of December may yet be moved, until they are past."""
    assert [CALENDAR.day(dt.date(2026, 12, n)).provisional for n in (24, 25, 31)] == [False, True, True]
    later = Calendar(dt.date(2027, 1, 4))
    assert not later.day(dt.date(2026, 12, 31)).provisional and later.day(dt.date(2027, 1, 4)).provisional


def test_a_receipt_on_a_day_off_counts_on_the_next_working_day() -> None:
    assert CALENDAR.next_working(dt.date(2026, 10, 3)) == dt.date(2026, 10, 8)
    assert CALENDAR.next_working(dt.date(2026, 9, 20)) == dt.date(2026, 9, 20)


def test_days_off_hold_the_weekend_days_a_notice_names() -> None:
    off = {d for d, _ in CALENDAR.year(2026).off}
    assert {dt.date(2026, 1, 3), dt.date(2026, 10, 4)} <= off and dt.date(2026, 10, 11) not in off
    assert {d for d, _ in CALENDAR.year(2024).off if d.month == 6} == {dt.date(2024, 6, 10)}, "与周末连休"


@pytest.mark.parametrize("year", range(2009, 2027))
def test_a_packaged_year_imported_as_its_own_notice_changes_nothing(year: int) -> None:
    """A notice does not name the late December that the next year's notice arranges (2011, 2018)."""
    known = CALENDAR.year(year)
    early = dt.date(year, 12, 25)
    notice = Notice(year, {d: n for d, n in known.off if d < early}, {d: "" for d in known.work if d < early})
    after = Calendar(dt.date(2026, 11, 23), [notice]).year(year)
    assert (after.off, after.work) == (known.off, known.work)


def test_of_two_notices_for_a_year_the_one_given_last_holds() -> None:
    dated = Notice(
        2027, {dt.date(2027, 1, 1): "元旦", dt.date(2027, 3, 1): "误"}, {}, issued=dt.date(2026, 11, 4)
    )
    mended = Notice(2027, {dt.date(2027, 1, 1): "元旦"}, {})
    days = [
        Calendar(dt.date(2026, 11, 23), order).is_working(dt.date(2027, 3, 1))
        for order in ([dated, mended], [mended, dated])
    ]
    assert days == [True, False]


def test_asking_for_a_day_loads_no_orm(tmp_path: Path) -> None:
    """`calendar is` answers from a plain SELECT; the layers above it must not pull SQLAlchemy in again."""
    Database(tmp_path / "p.db").create()
    asked = (
        "import sys; from pressctl.__main__ import main\n"
        "sys.argv = ['pressctl', 'calendar', 'is', '2026-10-09']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'pressctl.usecases.calendar' in sys.modules\n"
        "sys.exit(','.join(sorted({'sqlalchemy', 'sqlmodel', 'alembic'} & sys.modules.keys())) or 0)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        env={**os.environ, "PRESSCTL_DB": str(tmp_path / "p.db")},
    )
    assert told.returncode == 0, told.stderr
    assert "2026-10-09" in told.stdout


def test_years_out_of_range_are_refused() -> None:
    with pytest.raises(BadData, match="1990—2100"):
        CALENDAR.is_working(dt.date(2101, 1, 1))
