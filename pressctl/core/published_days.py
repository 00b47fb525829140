"""The one door to the `holidays` package: days off and make-up days of a year, and whether a notice stands behind them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def of(year: int) -> tuple[dict[date, str], frozenset[date], bool]:
    """(days off with their names, make-up days, official). Official is read from the package's own tables."""
    days = _china(year)
    off = {day: _named(str(name)) for day, name in days.items() if day.year == year}
    work = frozenset(day for day in days.weekend_workdays if day.year == year)
    return off, work, year in _official_years()


def _china(year: int) -> Any:
    from holidays.countries.china import China

    make: Any = China
    return make(years=[year, year + 1], language="zh_CN")  # next year's notice may name days of this December


def _named(name: str) -> str:
    return "调休休息" if name.startswith("休息日") else name.removesuffix("（补假）")


@lru_cache(maxsize=1)
def _official_years() -> frozenset[int]:
    from holidays.countries.china import ChinaStaticHolidays

    return frozenset(ChinaStaticHolidays.special_public_holidays)
