"""The one door to the `holidays` package: days off and make-up days of a year, and whether a notice stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

MOVED = "调休休息"
_ONE = timedelta(1)


@lru_cache(maxsize=256)
def of(year: int) -> tuple[dict[date, str], frozenset[date], bool]:
    """(days off with their names, make-up days, official). Official is read from the package's own tables.

    Of an official year the weekend days that the notice names are days off too; of any other year only what the
    law (《全国年节及纪念日放假办法》) says is.
    """
    days = _china(year)
    work = frozenset(days.weekend_workdays)
    off = {day: _named(str(name)) for day, name in days.items()}
    if year in _official_years():
        off |= _weekends(off, work)
    return (
        {day: name for day, name in sorted(off.items()) if day.year == year},
        frozenset(day for day in work if day.year == year),
        year in _official_years(),
    )


def statutory(year: int) -> dict[date, str]:
    """The days the law itself gives in a year, by name: what every notice must contain."""
    days = _china(year)
    named = {day: str(name) for day, name in days.items() if day.year == year}
    return {
        day: name.removesuffix("（补假）")
        for day, name in named.items()
        if not name.startswith("休息日") and not name.endswith("（补假）")
    }


def _china(year: int) -> Any:
    from holidays.countries.china import China

    make: Any = China
    return make(years=[year, year + 1], language="zh_CN")  # next year's notice may name days of this December


def _named(name: str) -> str:
    return MOVED if name.startswith("休息日") else name.removesuffix("（补假）")


# Notices that leave the weekend unnamed (与周末连休, 补休): the days off whose neighbours are ordinary weekends.
# Source: the State Council's notices for the years 2014 to 2019 and 2024.
_ALONE = frozenset(
    date(*day)
    for day in (
        (2014, 4, 5), (2014, 4, 7), (2014, 6, 2), (2014, 9, 8), (2015, 4, 5), (2015, 4, 6), (2015, 5, 1),
        (2015, 6, 20), (2015, 6, 22), (2015, 9, 27), (2016, 1, 1), (2016, 4, 4), (2016, 5, 1), (2016, 5, 2),
        (2017, 1, 1), (2017, 1, 2), (2017, 5, 1), (2018, 1, 1), (2018, 6, 18), (2018, 9, 24), (2019, 4, 5),
        (2019, 6, 7), (2019, 9, 13), (2024, 1, 1), (2024, 6, 10),
    )
)  # fmt: skip


def _weekends(off: Mapping[date, str], work: frozenset[date]) -> dict[date, str]:
    """The weekend days that touch a run of days off, under the name of the holiday nearest to them."""
    holidays = [day for day, name in off.items() if name != MOVED]
    found = set()
    for step in (_ONE, -_ONE):
        for day in off.keys() - _ALONE:
            at = day + step
            while at.weekday() >= 5 and at not in off and at not in work:
                found.add(at)
                at += step
    return {day: off[min(holidays, key=lambda h: abs(h - day))] for day in found}


@lru_cache(maxsize=1)
def _official_years() -> frozenset[int]:
    from holidays.countries.china import ChinaStaticHolidays

    return frozenset(ChinaStaticHolidays.special_public_holidays)
