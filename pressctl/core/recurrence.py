"""How often something is owed, and the stretches of a year in which it is: 三(二)1 每季度, 三(二)4 每年; elsewhere each
week, half-month, month or half-year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from pressctl.core.dates import last_of_month
from pressctl.core.terms import Term


class Every(Term):
    """Once in each of these."""

    WEEK = "week", "周"
    HALF_MONTH = "half_month", "半月"
    MONTH = "month", "月"
    QUARTER = "quarter", "季度"
    HALF_YEAR = "half_year", "半年"
    YEAR = "year", "年"

    @property
    def measure(self) -> str:
        """As counted: 四个季度, 三十周."""
        return "周" if self is Every.WEEK else "个年度" if self is Every.YEAR else f"个{self.label}"

    @property
    def each(self) -> str:
        """As an adverb: 逐季, 每半年."""
        single = {Every.WEEK: "逐周", Every.MONTH: "逐月", Every.QUARTER: "逐季"}
        return single.get(self, f"每{self.label}")

    @property
    def months(self) -> int | None:
        """Whole months in one; None for what is shorter."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}.get(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch, both days counted, with its number in the year. A week is of the year in which its Thursday lies
    (ISO 8601), so that its days may be another year's."""

    every: Every
    year: int
    number: int
    first: date
    last: date

    @property
    def text(self) -> str:
        """As findings and waivers name it: 2026Q1, 2026H1, 2026M03, 2026M03上, 2026W05, 2026."""
        n = self.number
        match self.every:
            case Every.WEEK:
                return f"{self.year}W{n:02}"
            case Every.HALF_MONTH:
                return f"{self.year}M{(n + 1) // 2:02}{'上' if n % 2 else '下'}"
            case Every.MONTH:
                return f"{self.year}M{n:02}"
            case Every.QUARTER:
                return f"{self.year}Q{n}"
            case Every.HALF_YEAR:
                return f"{self.year}H{n}"
            case _:
                return str(self.year)

    @property
    def name(self) -> str:
        return named(self.every, self.number)

    @property
    def said(self) -> str:
        """2026年第1季度, 2026年3月上半月, 2026年."""
        return f"{self.year}年{'' if self.every is Every.YEAR else self.name}"

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def named(every: Every, number: int) -> str:
    """The stretch without its year: 第1季度, 3月上半月, 全年."""
    match every:
        case Every.WEEK | Every.QUARTER:
            return f"第{number}{every.label}"
        case Every.HALF_MONTH:
            return f"{(number + 1) // 2}月{'上' if number % 2 else '下'}半月"
        case Every.MONTH:
            return f"{number}月"
        case Every.HALF_YEAR:
            return "上半年" if number == 1 else "下半年"
        case _:
            return "全年"


@cache
def turns(every: Every, year: int) -> tuple[Turn, ...]:
    """The stretches of a year, in order."""
    return tuple(
        Turn(every, year, n, first, last) for n, (first, last) in enumerate(_stretches(every, year), start=1)
    )


def _stretches(every: Every, year: int) -> Iterator[tuple[date, date]]:
    if every is Every.WEEK:
        for week in range(1, date(year, 12, 28).isocalendar().week + 1):  # 28 December is in the last one
            monday = date.fromisocalendar(year, week, 1)
            yield monday, monday + timedelta(6)
    elif every is Every.HALF_MONTH:
        for month in range(1, 13):
            yield date(year, month, 1), date(year, month, 15)
            yield date(year, month, 16), date(year, month, monthrange(year, month)[1])
    else:
        step = every.months or 12
        for month in range(1, 13, step):
            yield date(year, month, 1), last_of_month(year, month + step - 1)
