"""The working-day calendar: is, add, between, and how a deadline is counted.

A day's kind comes from the State Council's notices: those imported, then those the `holidays` package
holds, then the law alone, which is provisional. Years are tables of bytes; counts are differences of
prefix sums.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from pressctl.core import published_days
from pressctl.core.dates import chinese_date
from pressctl.core.notices import Notice
from pressctl.core.terms import DayKind
from pressctl.errors import BadData

FIRST, LAST = 1990, 2100
_ONE = timedelta(1)


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    working: bool
    kind: DayKind
    name: str | None
    provisional: bool


@dataclass(frozen=True, slots=True)
class Span:
    start: date
    end: date
    days: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Counted:
    date: date
    n: int
    makeup: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    date: date
    why: str


@dataclass(frozen=True, slots=True)
class Deadline:
    event: date
    days: int
    date: date
    provisional: bool
    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]

    def sentence(self) -> str:
        """What a clerk can paste into a reply."""
        return f"{chinese_date(self.event)}发布，提前{self.days}个工作日，最迟{chinese_date(self.date)}报送。"


@dataclass(frozen=True, slots=True)
class YearDays:
    year: int
    official: bool
    source: str
    off: tuple[tuple[date, str], ...]
    work: tuple[date, ...]


class Calendar:
    def __init__(self, today: date, notices: Iterable[Notice] = ()) -> None:
        self._today = today
        self._notices = tuple(notices)
        self._years: dict[int, YearDays] = {}

    def year(self, year: int) -> YearDays:
        if not FIRST <= year <= LAST:
            raise BadData(
                "date_out_of_range",
                f"{year} 年超出可计算的范围（{FIRST}—{LAST}）。",
                next_step="请核对年份。",
            )
        if year not in self._years:
            published_off, published_work, official = published_days.of(year)
            off, work = dict(published_off), set(published_work)
            source = "holidays" if official else "法定节假日（推定）"
            for n in self._notices:
                if n.year == year and not n.amends:
                    off, work, official, source = {}, set(), True, n.source
                off = {**off, **{d: v for d, v in n.off.items() if d.year == year}}
                work = (set(work) | {d for d in n.work if d.year == year}) - set(n.off)
                for d in n.work:
                    off.pop(d, None)
            self._years[year] = YearDays(
                year, official, source, tuple(sorted(off.items())), tuple(sorted(work))
            )
        return self._years[year]

    @cached_property
    def _off(self) -> dict[int, dict[date, str]]:
        return {}

    def day(self, d: date) -> Day:
        found = self.year(d.year)
        off = self._off.setdefault(d.year, dict(found.off))
        provisional = not found.official or (
            d.month == 12 and d.day >= 25 and d >= self._today and not self.year(d.year + 1).official
        )
        if d in found.work:
            return Day(d, True, DayKind.MAKEUP, None, provisional)
        if d in off:
            return Day(d, False, DayKind.HOLIDAY, off[d], provisional)
        if d.weekday() >= 5:
            return Day(d, False, DayKind.WEEKEND, None, provisional)
        return Day(d, True, DayKind.WORKDAY, None, provisional)

    def is_working(self, d: date) -> bool:
        return self.day(d).working

    def next_working(self, d: date) -> date:
        while not self.is_working(d):
            d += _ONE
        return d

    def add(self, d: date, n: int) -> Span:
        step, left, at, provisional = (_ONE if n > 0 else -_ONE), abs(n), d, False
        while left:
            at += step
            day = self.day(at)
            provisional |= day.provisional
            left -= day.working
        return Span(d, at, n, provisional)

    def between(self, a: date, b: date) -> Span:
        low, high = min(a, b), max(a, b)
        days = [self.day(low + timedelta(n)) for n in range(1, (high - low).days + 1)]
        count = sum(x.working for x in days)
        return Span(a, b, count if b >= a else -count, any(x.provisional for x in days))

    def deadline(self, event: date, days: int = 5, *, clear: bool = False) -> Deadline:
        counted: list[Counted] = []
        skipped: list[Skipped] = []
        at, provisional = event, False
        while len(counted) < days + clear:
            at -= _ONE
            day = self.day(at)
            provisional |= day.provisional
            if day.working:
                counted.append(Counted(at, len(counted) + 1, day.kind is DayKind.MAKEUP))
            else:
                skipped.append(Skipped(at, day.name or "周末"))
        return Deadline(event, days, at, provisional, tuple(counted), tuple(skipped))
