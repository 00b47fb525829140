"""A planned release's period: a month, a third of one, a quarter or a year, where no day is fixed yet (三(二)4, reading Q32).

Stored and shown as 2026-06, 2026-06下旬, 2026Q4 or 2026; everything that asks for a day is judged from the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import normalize

from pressctl.core.dates import in_digits, last_of_month

_THIRDS = {"上旬": 10, "中旬": 20, "下旬": None}
_STORED = re.compile(r"([12]\d{3})(?:-(\d{2})(上旬|中旬|下旬)?|Q([1-4]))?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_MONTHS = {
    word: number
    for number, word in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], start=1
    )
}

_YEAR = r"(?:(?P<year>\d{4})(?:年度?|[-/.])?)?"
_MONTH = re.compile(
    _YEAR
    + r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])(?:月份?)?(?P<third>上旬|中旬|下旬|初|中|底|末|上中旬|中下旬)?"
)
_RANGE = re.compile(_YEAR + r"\d{1,2}月?份?[-至到~—、和]+(?P<month>\d{1,2})月份?")
_COMPACT = re.compile(r"(?P<year>20\d{2})(?P<month>0[1-9]|1[0-2])")
_QUARTER = re.compile(_YEAR + r"(?:Q(?P<q>[1-4])|第?(?P<quarter>[一二三四1-4])季度?)", re.IGNORECASE)
_WHOLE = re.compile(r"(?P<year>\d{4})(?:年度?)?|(?:全年|年内|本年|年度内)")
_HALF = re.compile(_YEAR + r"(?P<half>上半年|下半年|年初|年中|年底|年末)")
_ROUGH = {"初": "上旬", "中": "中旬", "底": "下旬", "末": "下旬", "上中旬": "中旬", "中下旬": "下旬"}
_HALVES = {"上半年": "Q2", "下半年": "Q4", "年初": "Q1", "年中": "Q2", "年底": "Q4", "年末": "Q4"}


@dataclass(frozen=True, slots=True)
class Period:
    """`text` as stored, `first` and `last` its days; `rough` says that the words were taken for the nearest period."""

    text: str
    first: date
    last: date
    rough: bool = False


def stored(text: str) -> Period:
    """A period as stored. Raises ValueError for another text."""
    found = _STORED.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}”不是时段，应写作 2026-06、2026-06下旬、2026Q4 或 2026。")
    year, month, third, quarter = found.groups()
    of = int(year)
    if quarter:
        last = int(quarter) * 3
        return Period(text, date(of, last - 2, 1), last_of_month(of, last))
    if not month:
        return Period(text, date(of, 1, 1), date(of, 12, 31))
    if not 1 <= int(month) <= 12:
        raise ValueError(f"“{text}”没有这个月。")
    end = last_of_month(of, int(month))
    if not third:
        return Period(text, end.replace(day=1), end)
    day = _THIRDS[third]
    return Period(
        text,
        end.replace(day={"上旬": 1, "中旬": 11, "下旬": 21}[third]),
        end.replace(day=day) if day else end,
    )


def parse_period(text: str, year: int | None = None) -> Period:
    """A period as offices write it: 6月下旬, 2026年第四季度, 2026Q4, 全年. `year` is that of a text which names none.

    Raises ValueError with a Chinese sentence for what is no period, or lacks its year.
    """
    plain = in_digits(re.sub(r"\s+", "", normalize("NFKC", text)))
    try:
        return _exact(plain, text, year)
    except ValueError as error:
        for said in _loosely(plain):
            with suppress(ValueError):
                return replace(_exact(said, text, year), rough=True)
        raise error


_ABOUT = re.compile(
    r"\A(?:大?约|拟[于在定]?|计划[于在]?|预计[于在]?|初步[拟定]?[于在]?|暂定[于在]?|力争|争取|[于在])+"
    r"|\([^()]*\)|(?:左右|前后|[之以]?前|[之以]?内|期间|上下|[^\d()至到、,和及-]*待定|暂定)+\Z"
)
"""Words that make a time a rough one, and remarks in brackets."""
_FROM_TO = re.compile(
    r"(?P<year>\d{4}年?)?(?P<first>第?[一二三四1-4](?:季度?)?|(?P<month>\d{1,2}月)(?:份|[上中下]旬?|初|中|底|末)?)[至到~—、,和及-]+(?P<last>.+)"
)


def _loosely(plain: str) -> Iterator[str]:
    """What a text may mean without words like 左右, 拟 and 前; of several periods the last."""
    yield (bare := _ABOUT.sub("", _ABOUT.sub("", plain)))
    if found := _FROM_TO.fullmatch(bare):
        year, last = found["year"] or "", found["last"]
        yield f"{year}{last}"
        if found["month"]:
            yield f"{year}{found['month']}{last}"
        if "季" in last:
            yield f"{year}第{last.removeprefix('第')}"


def _exact(plain: str, text: str, year: int | None) -> Period:
    rough = False
    if found := _COMPACT.fullmatch(plain):
        return stored(f"{found['year']}-{found['month']}")
    if found := _WHOLE.fullmatch(plain):
        tail = ""
    elif found := _QUARTER.fullmatch(plain):
        tail = f"Q{found['q'] or _QUARTERS[found['quarter']]}"
    elif found := _HALF.fullmatch(plain):
        tail, rough = _HALVES[found["half"]], True
    elif (found := _RANGE.fullmatch(plain)) and 1 <= int(found["month"]) <= 12:
        tail, rough = f"-{int(found['month']):02d}", True
    elif (found := _MONTH.fullmatch(plain)) and ("月" in plain or found["year"]):
        month = int(found["month"]) if found["month"].isdigit() else _MONTHS[found["month"]]
        third = found["third"] or ""
        rough = third in _ROUGH
        tail = f"-{month:02d}{_ROUGH.get(third, third)}"
    else:
        raise ValueError(f"“{text}”不是时段，应写作 2026-06、2026-06下旬、2026Q4 或 2026。")
    named = found.groupdict().get("year")
    of = int(named) if named else year
    if of is None:
        raise ValueError(f"“{text}”没有写年份。")
    known = stored(f"{of}{tail}")
    return Period(known.text, known.first, known.last, rough)


def period_said(text: str) -> str:
    """As a document prints it: 2026年6月下旬, 2026年第四季度, 2026年."""
    found = _STORED.fullmatch(text)
    if found is None:
        return text
    year, month, third, quarter = found.groups()
    if quarter:
        return f"{year}年第{'一二三四'[int(quarter) - 1]}季度"
    return f"{year}年{int(month)}月{third or ''}" if month else f"{year}年"
