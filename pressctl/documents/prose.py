"""Sentences as an official paper writes them: quotation marks by level, dates in Chinese, units named, numerals.

GB/T 15834—2011: “ ” outside, ‘ ’ inside, and so on in turn; 《 》 outside, 〈 〉 inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERALS = "零一二三四五六七八九十"
_OPENING, _CLOSING = "“‘", "”’"
_TITLE = {"《": ("《", "〈"), "〈": ("《", "〈"), "》": ("》", "〉"), "〉": ("》", "〉")}
_STRAIGHT = re.compile(r'"([^"]*)"')
_NUMBERED = re.compile(r"^(?P<name>.+?)（(?P<number>[^（）]*〔[^（）]*)）$")


def quoted(text: str) -> str:
    """The text in quotation marks, those inside it set one level down.

    >>> quoted("关于“三所”启用的发布会")
    '“关于‘三所’启用的发布会”'
    """
    return f"“{requoted(_paired(text), 1)}”"


def titled(name: str) -> str:
    """A document's name in title marks, its number outside them.

    >>> titled("关于执行《条例》的意见（常公局〔2009〕36号）")
    '《关于执行〈条例〉的意见》（常公局〔2009〕36号）'
    """
    found = _NUMBERED.match(name)
    inside, number = (found["name"], f"（{found['number']}）") if found else (name, "")
    return f"《{_retitled(inside.strip('《》') if inside.startswith('《') else inside)}》{number}"


def _retitled(text: str) -> str:
    """Title marks one level down, by their depth."""
    out, depth = [], 1
    for c in text:
        if c in "《〈":
            out.append(_TITLE[c][depth % 2])
            depth += 1
        elif c in "》〉":
            depth = max(depth - 1, 1)
            out.append(_TITLE[c][depth % 2])
        else:
            out.append(c)
    return "".join(out)


def _paired(text: str) -> str:
    """Straight marks in pairs become curled ones; one that is left without its fellow is dropped from the pairing."""
    text = _STRAIGHT.sub(r"“\1”", text)
    depth = 0
    kept = []
    for c in text:
        if c in _OPENING:
            depth += 1
        elif c in _CLOSING:
            if not depth:
                continue
            depth -= 1
        kept.append(c)
    return "".join(kept) + "”" * depth


def requoted(text: str, depth: int = 0) -> str:
    """The text with its quotation marks alternating by depth, whatever level they were typed at."""
    out = []
    for c in text:
        if c in _OPENING:
            out.append(_OPENING[depth % 2])
            depth += 1
        elif c in _CLOSING:
            depth = max(depth - 1, 0)
            out.append(_CLOSING[depth % 2])
        else:
            out.append(c)
    return "".join(out)


def excerpt(quote: str) -> str:
    """A clause's words as they stand in a sentence: whole, without what hangs over at either end.

    >>> excerpt("和1名新闻发布工作联络员，")
    '1名新闻发布工作联络员'
    """
    return quote.strip("，；：。、 ").removeprefix("并").removeprefix("和").removeprefix("也")


def in_chinese(text: str) -> str:
    """Dates in a sentence as documents print them, and no blanks around them.

    >>> in_chinese("应于 2026-07-15 前报送")
    '应于2026年7月15日前报送'
    """
    said = _ISO_DATE.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)
    return re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef]) +(?=[\d\u4e00-\u9fff])|(?<=\d日) +(?=[\u4e00-\u9fff])", "", said
    )


_PART_OF_YEAR = re.compile(r"(\d{4})(?:-(\d\d)|Q([1-4])|H([12]))")


def whom(unit: str | None, subject: str | None, ref: str | None, whole: str) -> str:
    """Whom or what a finding is about, as a document prints it; of all that is the `whole`.

    >>> whom(None, "2026-01", None, "市局"), whom(None, "2026Q4", None, ""), whom(None, "2026H1", None, "")
    ('2026年1月', '2026年第四季度', '2026年上半年')
    """
    found = unit or subject or ref or whole
    if not (part := _PART_OF_YEAR.fullmatch(found)):
        return found
    year, month, quarter, half = part.groups()
    if month:
        return f"{year}年{int(month)}月"
    return f"{year}年第{numeral(int(quarter))}季度" if quarter else f"{year}年{'上下'[int(half) - 1]}半年"


def month_day(day: date) -> str:
    """10月9日"""
    return f"{day.month}月{day.day}日"


def numeral(number: int) -> str:
    """1 to 99 as headings count: 一, 十二, 三十.

    >>> [numeral(n) for n in (1, 10, 12, 30, 41)]
    ['一', '十', '十二', '三十', '四十一']
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def listed(words: Iterable[str], last: str = "") -> str:
    """甲、乙、丙; with `last`, the two at the end are joined by it: 甲、乙和丙."""
    words = list(words)
    if last and len(words) > 1:
        return f"{'、'.join(words[:-1])}{last}{words[-1]}"
    return "、".join(words)


def balanced(text: str, most: int) -> list[str]:
    """A title in lines of at most so many characters, as even as words allow, the upper never the shorter by much.

    Breaks stand after 的, 和, 、 or before a name in title marks where one lies near; a number and its measure,
    a pair of marks and a word of Latin letters stay whole.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _broken_evenly(part, most)
    return lines


def _broken_evenly(text: str, most: int) -> list[str]:
    count = -(-len(text) // most)
    if count <= 1:
        return [text]
    aim = -(-len(text) // count)
    at = max(_places(text, aim, most), key=lambda place: place[1])[0]
    return [text[:at], *_broken_evenly(text[at:], most)]


_GOOD_AFTER, _NEVER_START, _NEVER_END = "的和与、及于，", "，。、；：）》〉”’？！的", "（《〈“‘"


def _places(text: str, aim: int, most: int) -> Iterator[tuple[int, int]]:
    """Where a line may end, each with how good it is."""
    for at in range(1, min(most, len(text) - 1) + 1):
        before, after = text[at - 1], text[at]
        if (
            after in _NEVER_START
            or before in _NEVER_END
            or (before.isalnum() and after.isascii() and after.isalnum())
        ):
            continue
        if before.isdigit() and after in "年月日号场项":
            continue
        yield at, (4 if before in _GOOD_AFTER else 0) - abs(at - aim)
    yield min(most, len(text) - 1), -100


def named(units: Sequence[str]) -> str:
    """Units one after another, each once."""
    return listed(dict.fromkeys(units))
