"""Dates as people write them, and as documents print them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from unicodedata import normalize

_SPELLINGS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
)


def parse_date(text: str) -> date:
    """A date in any accepted spelling. Raises ValueError with a Chinese sentence."""
    plain = in_digits(normalize("NFKC", text).replace(" ", ""))
    for spelling in _SPELLINGS:
        if found := spelling.fullmatch(plain):
            try:
                return date(*map(int, found.groups()))
            except ValueError as error:
                raise ValueError(f"“{text}”这一天不存在。") from error
    raise ValueError(f"“{text}”不是日期，应写作 2026-10-09 或 2026年10月9日。")


def in_digits(text: str) -> str:
    """Years, months and days in Chinese numerals as digits: 二〇二六年十二月廿一日 is 2026年12月21日."""
    return _NUMERAL.sub(lambda found: _digits(found[0]), text)


_NUMERAL = re.compile(r"[〇○零一二三四五六七八九十廿]{1,4}(?=[年月日号])|元(?=月)")
_NUMERALS = str.maketrans("〇○零一二三四五六七八九元", "0001234567891")


def _digits(numeral: str) -> str:
    ten, tens, one = numeral.replace("廿", "二十").partition("十")
    if not tens:
        return ten.translate(_NUMERALS)
    return f"{ten.translate(_NUMERALS) or 1}{one.translate(_NUMERALS) or 0}"


def chinese_date(day: date) -> str:
    """2026年10月9日"""
    return f"{day.year}年{day.month}月{day.day}日"


def last_of_month(year: int, month: int) -> date:
    """The month's last day; a quarter's is that of its third month."""
    return date(year, month, monthrange(year, month)[1])


@lru_cache(maxsize=4096)
def months_later(day: date, months: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return min(date(year, month + 1, 1) + timedelta(day.day - 1), last_of_month(year, month + 1))


def in_all(spans: Iterable[tuple[date, date]], months: int) -> tuple[int, date | None]:
    """How many days spans hold in all, both ends counted, and the last day of the first so many months of them; None
    where they are fewer. They stand in order; they add up by whole months and days, thirty of which are a month.

    >>> in_all([(date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 10, 1), date(2026, 12, 31))], 6)
    (182, datetime.date(2026, 12, 31))
    """
    total, whole, odd, end = 0, 0, 0, date.min
    for first, last in spans:
        start = max(first, end + _ONE)
        if start > last:
            continue
        full = months_later(start, months - whole) - timedelta(odd) - _ONE
        if full <= last:
            return total + (full - start).days + 1, full
        n, days = _length(start, last)
        whole, odd = whole + n + (odd + days) // _MONTH, (odd + days) % _MONTH
        total, end = total + (last - start).days + 1, last
    return total, None


_ONE = timedelta(1)
_MONTH = 30


def _length(first: date, last: date) -> tuple[int, int]:
    """A span of days, both counted, as whole months and the days beyond them."""
    months = 0
    while months_later(first, months + 1) <= last + _ONE:
        months += 1
    return months, (last + _ONE - months_later(first, months)).days


def same_day(day: date, year: int) -> date:
    """The same day of another year; 29 February is the 28th where there is none.

    >>> same_day(date(2024, 2, 29), 2023)
    datetime.date(2023, 2, 28)
    """
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def weekday_name(day: date) -> str:
    """星期五"""
    return f"星期{'一二三四五六日'[day.weekday()]}"
