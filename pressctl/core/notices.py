"""国务院办公厅关于某年部分节假日安排的通知: its text → days off and make-up days.

The wording has varied since 2008; what it says has not: dates, alone or as a span, followed by what happens on
them. So a sentence is read as groups of dates, each with the words up to the next group. Every weekday in brackets
and every 共N天 is compared with the calendar, every statutory day must be off, and what is moved must be made up
for; a contradiction is an error that quotes the sentence, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from typing import NoReturn
from unicodedata import normalize

from pressctl.core import published_days
from pressctl.core.dates import weekday_name
from pressctl.errors import BadData


@dataclass(frozen=True)
class Notice:
    """Days off with their names and make-up days of a year; the text stays with the days read from it."""

    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    number: str | None = None
    issued: date | None = None
    title: str | None = None
    source: str = ""
    text: str = ""
    amends: bool = False
    doubts: tuple[str, ...] = ()
    """What nothing in the text contradicts, but a clerk should compare with the original."""


def parse_notice(text: str) -> Notice:
    """A notice as copied from the web. Raises BadData `bad_notice`, quoting the sentence that cannot be."""
    plain = re.sub(r"\s+", "", normalize("NFKC", text)).replace("~", "至").replace("—", "至")
    title = _TITLE.search(plain)
    said = (title and title["year"]) or _YEAR.search(plain, title.end() if title else 0)
    if title is None or said is None:
        _refuse("没有找到通知的标题或年份", plain[:40], "请连同标题“关于X年部分节假日安排的通知”一起复制。")
    year = int(said if isinstance(said, str) else said[1])
    amends = "部分节假日安排" not in title[0]
    reading = _Reading(year)
    body = plain[title.end() :]
    for section in _sections(body, title[0]):
        section.read(reading)
    if not reading.off:
        _refuse("没有读到任何放假的日子", body[:40], "请检查文本是否完整，或改用 CSV（date,kind,name）导入。")
    if not amends:
        reading.require_whole()
    number = _NUMBER.search(plain)
    return Notice(
        year,
        dict(sorted(reading.off.items())),
        dict(sorted(reading.work.items())),
        number[0] if number else None,
        _signed(plain),
        title[0],
        f"{number[0] if number else title[0]}",
        text,
        amends,
        tuple(reading.doubts(amends)),
    )


_TITLE = re.compile(r"关于(?:[^。]{0,6}(?P<year>\d{4})年)?[^。]{0,40}?(?:安排|放假|假期)[^。]{0,6}?的通知")
_YEAR = re.compile(r"(\d{4})年")
_NUMBER = re.compile(r"国办发(?:明电|电)?[〔\[(]\d{4}[〕\])]\d+号")
_SIGNED = re.compile(
    r"([\d○〇零一二三四五六七八九]{4})年([\d一二三四五六七八九十]{1,2})月([\d一二三四五六七八九十]{1,3})日$"
)
_SECTION = re.compile(r"[一二三四五六七八九十]{1,2}、((?:元旦|春节|清明|劳动|端午|中秋|国庆)[^:。\d]{0,12}):")
_CLOSING = re.compile(r"节假日期间|假日期间|各地区、各部门|国务院办公厅\d{4}年")
_HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
_YEARLY = re.compile(r"(?:(?:元旦|农历除夕|春节|清明节|劳动节|端午节|中秋节|国庆节)(?:; )?)+")


@dataclass(frozen=True)
class _Section:
    """One holiday's paragraph."""

    name: str
    text: str

    def read(self, into: _Reading) -> None:
        before = set(into.off)
        for sentence in re.split(r"[。;]", self.text):
            if sentence:
                _Sentence(self.name, sentence).read(into, before)
        into.texts[self.name] = self.text


def _sections(body: str, title: str) -> Iterator[_Section]:
    """The numbered paragraphs; an amending notice may be one paragraph under its title's holiday."""
    closing = _CLOSING.search(body)
    body = body[: closing.start()] if closing else body
    heads = list(_SECTION.finditer(body))
    for head, following in zip_longest(heads, heads[1:]):
        end = following.start() if following else len(body)
        yield _Section(head[1], body[head.end() : end])
    if not heads:
        name = next((h for h in _HOLIDAYS if h in title), "放假")
        yield _Section(_FULL.get(name, name), _PREFACE.sub("", body))


def _signed(plain: str) -> date | None:
    """The date under the text, in digits or in Chinese numerals (二○○八年十二月九日)."""
    found = _SIGNED.search(plain.rstrip("。()此件公开发布"))
    if found is None:
        return None
    year = "".join(
        str("〇一二三四五六七八九".find(c)) if not c.isdigit() else c
        for c in found[1].replace("○", "〇").replace("零", "〇")
    )
    month, day = (int(t) if t.isdigit() else _chinese(t) for t in (found[2], found[3]))
    return _day(int(year), month, day, sentence=found[0])


_FULL = {"清明": "清明节", "劳动": "劳动节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节"}
_PREFACE = re.compile(r"^.*?(?:如下|通知如下|安排)[:。]")


@dataclass
class _Reading:
    """What has been read so far, under the holiday of each day, and the paragraph of each holiday."""

    year: int
    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    bare: set[date] = field(default_factory=set)
    """Single days named without their weekday: a wrong digit in them contradicts nothing."""

    def take(self, days: Iterable[date], kind: str, name: str, sentence: str) -> None:
        """Enter days of a kind; one day cannot be both, and only a weekend day can be made up."""
        own, other = (self.off, self.work) if kind == "off" else (self.work, self.off)
        for day in days:
            if day in other:
                _refuse(f"{day} 既放假又上班", sentence)
            if kind == "work" and day.weekday() < 5:
                _refuse(f"{day} 是{weekday_name(day)}，本来就上班", sentence)
            if day.year not in (self.year, self.year - 1) or (day.year < self.year and day.month < 12):
                _refuse(f"{day} 不在 {self.year} 年", sentence)
            if own.setdefault(day, name) != name:
                _refuse(f"{day} 写在{own[day]}和{name}两处", sentence)

    def require_whole(self) -> None:
        """Every statutory day is off, and each weekday off beyond those is made up for by one weekend day."""
        lawful = {d: v for d, v in published_days.statutory(self.year).items() if _YEARLY.fullmatch(v)}
        for day, name in lawful.items():
            if day not in self.off:
                _refuse(f"{day} 是法定的{name}，通知中却没有放假", self._text_about(name))
        weekdays = [d for d in self.off if d.weekday() < 5]
        owed = len(weekdays) - sum(name.count(";") + 1 for name in lawful.values())  # 中秋 may fall on 国庆
        if owed != len(self.work):
            _refuse(
                f"放假的工作日比法定假日多 {owed} 天，调休上班却有 {len(self.work)} 天",
                "；".join(str(d) for d in sorted(self.work)) or "没有上班的日子",
            )

        for day in self.off:
            if not any(self._joined(day, other) for other in lawful):
                _refuse(f"{day} 放假，与法定的节日不相连", self._text_about(self.off[day]))
        for day in self.work:
            if self._distance(day) > _FARTHEST:
                _refuse(f"{day} 上班，离{self.work[day]}太远", self._text_about(self.work[day]))

    def doubts(self, amends: bool) -> Iterator[str]:
        """A weekend made up is nearly always the last before the holiday or the first after it."""
        for day, name in self.work.items():
            if self._distance(day) > _NEAR:  # not to any holiday's: 9月22日 for 29日 would pass, near 中秋节
                yield f"{day}（{weekday_name(day)}）调休上班，离{name}较远，请与原文核对。"
        lawful = published_days.statutory(self.year)
        for day in sorted(self.bare - lawful.keys()):
            if day in self.work or (day in self.off and day.weekday() < 5):
                said = "上班" if day in self.work else "放假"
                yield f"{day}（{weekday_name(day)}）{said}，通知没有写明星期，请与原文核对。"
        for day in sorted(self.off) if amends else ():  # a whole notice is held to the law instead
            if not self._joined(day, min(self.off)):
                yield f"{day}（{weekday_name(day)}）放假，与其他放假的日子不相连，请与原文核对。"

    def _joined(self, day: date, other: date) -> bool:
        """Whether only days off and weekends lie between the two: a holiday is one unbroken run."""
        first, last = sorted((day, other))
        between = (first + timedelta(n) for n in range(1, (last - first).days))
        return all(d in self.off or (d.weekday() >= 5 and d not in self.work) for d in between)

    def _distance(self, day: date) -> int:
        """Days from a make-up day to the nearest day off of its holiday."""
        name = self.work[day]
        return min((abs((day - d).days) for d, of in self.off.items() if of == name), default=0)

    def _text_about(self, name: str) -> str:
        return next((text for of, text in self.texts.items() if name[:2] in of), name)


_NEAR, _FARTHEST = 7, 14  # days: the weekend before or after; twice that is some other holiday's


# -- sentences -------------------------------------------------------------------------------------

_DATE = r"(?:(?P<y{0}>\d{{4}})年)?(?:(?P<m{0}>\d{{1,2}})月)?(?P<d{0}>\d{{1,2}})日(?:\((?P<b{0}>[^()]*)\))?"
_SPAN = re.compile(_DATE.format(1) + r"(?:(?:至|到|-)" + _DATE.format(2) + ")?")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
_JOINS = re.compile(r"[、和及与]|以及")
_COUNT = re.compile(r"共(\d{1,2}|[一二三四五六七八九十]{1,2})天")
_MOVED_TO = re.compile(r"(?:公休日|休息日)?(?:\([^()]*\))?(?:分别)?(?:调整?至|调整?到|移至|与)")
_OFF = re.compile(r"放假|补休|调休|休息|连休|公休|法定节假日|法定假日")
_WORK = re.compile(r"上班")
_EXTENDS = re.compile(r"延长.*假期.*至")
_IDLE = re.compile(r"鼓励|不放假|带薪")


@dataclass(frozen=True)
class _Group:
    """Days named together, and the words that follow them up to the next days."""

    days: tuple[date, ...]
    words: str
    span: bool


@dataclass(frozen=True)
class _Sentence:
    name: str
    text: str

    def read(self, into: _Reading, before: set[date]) -> None:
        """Enter the sentence's days. `before` are those off in other paragraphs: a lone 放假共N天 counts the rest."""
        groups = list(_led_on(self._groups(into)))  # which checks every weekday named
        if _EXTENDS.search(self.text):
            _refuse("只说延长到哪一天，没有写明放假的每一天", self.text)
        if _IDLE.search(self.text):  # an eve that is named but not off
            return
        spans: list[tuple[date, ...]] = []
        moved = False
        for group in groups:
            if moved:  # the day a weekend day was moved to
                into.take(group.days, "off", self.name, self.text)
                moved = bool(_MOVED_TO.match(group.words))
                if _WORK.search(group.words):
                    moved = False
                continue
            if _MOVED_TO.match(group.words):
                # A rest day that is a day off itself only lends its rest; any other is then worked.
                into.take([d for d in group.days if d not in into.off], "work", self.name, self.text)
                moved = True
            elif _WORK.match(_led(group.words)):
                into.take(group.days, "work", self.name, self.text)
            elif _OFF.match(_led(group.words)):
                into.take(group.days, "off", self.name, self.text)
                spans.append(group.days)
            else:
                _refuse(f"“{group.words[:12] or '日期之后'}”看不懂", self.text)
        self._count({day for days in spans for day in days} or into.off.keys() - before)

    def _count(self, named: Set[date]) -> None:
        said = _COUNT.search(self.text)
        if said is None:
            return
        number = int(said[1]) if said[1].isdigit() else _chinese(said[1])
        if len(named) != number:
            _refuse(f"写明共 {number} 天，日期却是 {len(named)} 天", self.text)

    def _groups(self, into: _Reading) -> Iterator[_Group]:
        """Dates one after another, joined by 、 or 和, with what is said of them."""
        days: list[date] = []
        matches = list(_SPAN.finditer(self.text))
        month, span = None, False
        for match, following in zip_longest(matches, matches[1:]):
            found, month = self._days(match, into, month)
            days += found
            span |= len(found) > 1
            words = self.text[match.end() : following.start() if following else len(self.text)]
            if following is not None and _JOINS.fullmatch(words):
                continue
            yield _Group(tuple(days), words, span)
            days, span = [], False

    def _days(self, match: re.Match[str], into: _Reading, month: int | None) -> tuple[list[date], int]:
        first_month = int(match["m1"]) if match["m1"] else month
        if first_month is None:
            _refuse("日期没有写月份", self.text)
        first = self._one(match, 1, into.year, first_month)
        if match["d2"] is None:
            if not _WEEKDAY.search(match["b1"] or ""):
                into.bare.add(first)
            return [first], first_month
        last_month = int(match["m2"]) if match["m2"] else first.month
        last = self._one(match, 2, into.year, last_month, after=first)
        if not first < last or (last - first).days > 15:
            _refuse(f"{first} 至 {last} 不像一段假期", self.text)
        return [first + timedelta(n) for n in range((last - first).days + 1)], last_month

    def _one(self, match: re.Match[str], n: int, year: int, month: int, after: date | None = None) -> date:
        """A date with its year inferred: December at the New Year's holiday is the year before."""
        given = match[f"y{n}"]
        if given:
            of = int(given)
        elif after is not None:
            of = after.year + (month < after.month)
        else:
            of = year - 1 if month == 12 and self.name.startswith("元旦") else year
        day = _day(of, month, int(match[f"d{n}"]), sentence=self.text)
        said = _WEEKDAY.search(match[f"b{n}"] or "")
        if said and "一二三四五六日"[day.weekday()] != said[1].replace("天", "日"):
            _refuse(f"{day} 是{weekday_name(day)}，通知写作{said[0]}", self.text)
        return day


def _led_on(groups: Iterator[_Group]) -> Iterator[_Group]:
    """Days with nothing but a comma after them go with the next: 4月26日,5月9日上班. A day moved to stands alone."""
    waiting: tuple[date, ...] = ()
    moved = False
    for group in groups:
        if group.words == "," and not moved:
            waiting += group.days
            continue
        moved = bool(_MOVED_TO.match(group.words))
        yield _Group(waiting + group.days, group.words, group.span)
        waiting = ()


def _led(words: str) -> str:
    """The words that say what happens: punctuation, brackets and 期间 before them are left out."""
    return re.sub(r"^(?:\([^()]*\)|[,、:]|正常|全国|均|起|为|照常|这?[一二三四五六两]天|也)+", "", words)


def _day(year: int, month: int, day: int, *, sentence: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        _refuse(f"{year}年{month}月{day}日这一天不存在", sentence)


def _chinese(number: str) -> int:
    ten, _, one = number.rpartition("十")
    digits = "一二三四五六七八九"
    return (digits.index(ten) + 1 if ten else 1) * 10 * ("十" in number) + (
        digits.index(one) + 1 if one else 0
    )


def _refuse(problem: str, sentence: str, next_step: str | None = None) -> NoReturn:
    raise BadData(
        "bad_notice",
        f"通知读不通：{problem}。原句：“{sentence[:80]}”",
        next_step=next_step or "请与国务院办公厅的原文核对；原文确实如此的，改用 CSV（date,kind,name）导入。",
    )
