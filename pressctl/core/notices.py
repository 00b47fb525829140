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
class Extension:
    """A holiday lengthened up to a day; which days that adds, the arrangement that is known tells. `resumes` is the day from
    which work goes on, where the notice names it, `days` the number of days it says.

    `among` are the holidays of which it may be, where the sentence names none or several: the last that is over by then.
    """

    name: str
    until: date
    resumes: date | None
    sentence: str
    days: int | None = None
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """Days off with their names and make-up days of a year; the text stays with the days read from it.

    One that amends lies over the year's arrangement: `names` are the holidays that it arranges anew, `gone` the days whose earlier
    arrangement it takes away (see amending.py).
    """

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
    names: tuple[str, ...] = ()
    gone: frozenset[date] = frozenset()
    recited: frozenset[date] = frozenset()
    """Days that it names only to say how they were arranged before."""
    is_table: bool = False
    """Days listed, not a notice's own words: they may stand before the year's notice."""
    extends: tuple[Extension, ...] = ()


def parse_notice(text: str, *, year: int | None = None, whole: bool = False) -> Notice:
    """A notice as copied from the web. `year` is that of a notice which names none, `whole` says that it arranges all of it.

    Raises BadData `bad_notice`, quoting the sentence that cannot be.
    """
    plain = re.sub("[~—–―]+", "至", re.sub(r"\s+", "", normalize("NFKC", text)))
    plain = re.sub('[“”‘’"『』《》]', "", plain)
    title = _TITLE.search(plain)
    if title is None:
        _refuse("没有找到通知的标题", plain[:40], "请连同标题“关于X年部分节假日安排的通知”一起复制。")
    number = _NUMBER.search(plain)
    amends = not whole and ("部分节假日安排" not in title[0] or bool(_ANEW.search(title[0])))
    of = _year_of(plain, title, number, year, amends=amends)
    reading = _Reading(of)
    body = plain[title.end() :]
    for section in _sections(body, title[0]):
        section.read(reading, title[0] if amends else "")
    if not reading.off and not reading.extends and not (amends and (reading.work or reading.gone)):
        _refuse("没有读到任何放假的日子", body[:40], "请检查文本是否完整，或改用 CSV（date,kind,name）导入。")
    if not amends:
        reading.require_whole()
    return Notice(
        of,
        dict(sorted(reading.off.items())),
        dict(sorted(reading.work.items())),
        number[0] if number else None,
        _signed(plain),
        title[0],
        f"{number[0] if number else title[0]}",
        text,
        amends,
        tuple(reading.doubts(amends)),
        tuple(_named(title[0], reading)) if amends else (),
        frozenset(reading.gone),
        frozenset(reading.recited - reading.off.keys() - reading.work.keys()),
        extends=tuple(reading.extends),
    )


def _year_of(
    plain: str, title: re.Match[str], number: re.Match[str] | None, given: int | None, *, amends: bool
) -> int:
    """The year a notice arranges: the title's, else the text's first, else (of one that amends) the year in its number."""
    said = title["year"]
    if said is None and (found := _YEAR.search(plain, title.end())):
        said = found[1]
    if said is None and amends and number is not None:
        said = number[1]
    if said is None and given is None:
        _refuse("没有找到通知的年份", title[0], "请连同标题一起复制，或用 --year 指明年份。")
    if given is not None and said is not None and int(said) != given:
        _refuse(f"写的是 {said} 年，不是 {given} 年", title[0], "请核对 --year，或去掉它。")
    return int(said) if said is not None else given or 0


def _named(title: str, reading: _Reading) -> Iterator[str]:
    """The holidays that an amending notice arranges: those of its paragraphs, and of its title."""
    said = " ".join((title, *reading.texts))
    for word in _HOLIDAYS:
        if word in said:
            yield _FULL.get(word, word)


def check_days(
    year: int, off: Mapping[date, str], work: Mapping[date, str], *, whole: bool
) -> tuple[str, ...]:
    """Days from elsewhere than a text held to the same law: what is doubtful about them. Raises BadData `bad_notice`."""
    reading = _Reading(year)
    for days, kind in ((off, "off"), (work, "work")):
        for day, name in days.items():
            reading.take([day], kind, name, str(day))
    if whole:
        reading.require_whole()
    return tuple(reading.doubts(not whole))


_TITLE = re.compile(
    r"关于(?:[^。]{0,6}?(?P<year>\d{4})年)?[^。]{0,40}?(?:安排|放假|假期|假日|调休)[^。]{0,6}?的(?:补充|紧急|调整)?通知"
)
_ANEW = re.compile(r"调整|延长|补充|变更|更正|缩短")
_YEAR = re.compile(r"(\d{4})年")
_NUMBER = re.compile(r"国(?:办)?发(?:明电|电)?[〔\[(](\d{4})[〕\])]\d+号")
_SIGNED = re.compile(
    r"([\d○〇零一二三四五六七八九]{4})年([\d一二三四五六七八九十]{1,2})月([\d一二三四五六七八九十]{1,3})日$"
)
_SECTION = re.compile(
    r"[一二三四五六七八九十]{1,2}、((?:元旦|春节|清明|五一|国际劳动|劳动|端午|中秋|国庆|十一)[^:。\d]{0,12}):"
)
_CLOSING = re.compile(
    r"(?<=。)(?:节?假日期间|放假期间|调休放假期间|各地区、各部门)|国务院(?:办公厅)?[\d〇○零一二三四五六七八九]{4}年[^。]{0,12}日\W*$"
)
_HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
_YEARLY = re.compile(r"(?:(?:元旦|农历除夕|春节|清明节|劳动节|端午节|中秋节|国庆节)(?:; )?)+")


@dataclass(frozen=True)
class _Section:
    """One holiday's paragraph."""

    name: str
    text: str

    def read(self, into: _Reading, amending: str = "") -> None:
        """Enter the paragraph's days. `amending` is the title of a notice that changes an arrangement: it may recite the old one."""
        before = set(into.off)
        into.month = None
        text = self._new(into) if amending else self.text
        for sentence in re.split(r"[。;]", text):
            if sentence:
                _Sentence(self.name, sentence, amending).read(into, before)
        into.texts[self.name] = self.text

    def _new(self, into: _Reading) -> str:
        """The paragraph without the old arrangement that it recites before 现调整为: its days are kept as recited."""
        turn = _last_turn(self.text)
        if turn is None or not _RECITES.search(self.text[: turn.start()]):
            return ";".join(_turned(s, self.name, into) for s in re.split(r"[。;]", self.text))
        old = self.text[: turn.start()]
        return _turned(f"{re.sub('[。;]', ',', old)}{self.text[turn.start() :]}", self.name, into)


_TURN = re.compile(
    r"(?:现(?:将其)?|拟)?(?:调整|变更|更改|更正|修改|修订|改)(?:后)?(?:为|至|到|如下)[:,]?|调整后[:,]?|现(?=延长)"
)
"""Between what was and what is from now on."""
_RECITES = re.compile(r"原|此前|文件|明确|规定|关于|之前")
_ARRANGED = re.compile(r"放假|上班")


def _last_turn(text: str) -> re.Match[str] | None:
    return max(_TURN.finditer(text), key=lambda found: found.start(), default=None)


def _turned(sentence: str, name: str, into: _Reading) -> str:
    """A sentence without what stands before its 调整为, where days do; what becomes of them is said before it or behind."""
    turn = _last_turn(sentence)
    if turn is None:
        return sentence
    old, new = sentence[: turn.start()], sentence[turn.end() :]
    said = _ARRANGED.findall(old)
    if not _SPAN.search(old) or not said or not _SPAN.search(new):
        return sentence
    for group in _Sentence(name, old)._groups(into):
        into.recited.update(group.days)
    first = next(iter(_Sentence(name, new)._groups(into)))
    if not re.match("[,。;]?(?:共|$)", first.words) and not (first.words.startswith(",") and first.span):
        return new
    end = new.rfind(first.words) if first.words else len(new)
    at = new.find(first.words) if first.words else end
    return f"{new[:at]}{said[-1] if not first.span else '放假'}{new[at:]}"


def _sections(body: str, title: str) -> Iterator[_Section]:
    """The numbered paragraphs; an amending notice may be one paragraph under its title's holiday."""
    closing = _CLOSING.search(
        body
    )  # a sentence: its words stand in the preface too, 为便于各地区、各部门及早合理安排
    body = body[: closing.start()] if closing else body
    heads = list(_SECTION.finditer(body))
    for head, following in zip_longest(heads, heads[1:]):
        end = following.start() if following else len(body)
        yield _Section(_usual(head[1]), body[head.end() : end])
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


def _usual(name: str) -> str:
    """五一国际劳动节, 五一 and 十一 of the notices before 2010."""
    return re.sub(r"(?:五一)?国际劳动节|五一劳动节|五一", "劳动节", name).replace("十一", "国庆节")


_FULL = {"清明": "清明节", "劳动": "劳动节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节"}
_PREFACE = re.compile(r"^.*?(?:如下|通知如下|安排)[:。]")


@dataclass
class _Reading:
    """What has been read so far, under the holiday of each day, and the paragraph of each holiday."""

    year: int
    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    extends: list[Extension] = field(default_factory=list)
    gone: set[date] = field(default_factory=set)
    """Days of which the notice says that what was arranged for them is so no more."""
    recited: set[date] = field(default_factory=set)
    month: int | None = None
    """The month last named in the paragraph: 2月18日至24日放假。其中18日……"""
    bare: set[date] = field(default_factory=set)
    """Single days named without their weekday: a wrong digit in them contradicts nothing."""
    vouched: set[date] = field(default_factory=set)
    """Days named with their weekday somewhere."""

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
        for day in sorted(self.bare - self.vouched - lawful.keys()):
            if day in self.work or (day in self.off and day.weekday() < 5):
                said = "上班" if day in self.work else "放假"
                yield f"{day}（{weekday_name(day)}）{said}，通知没有写明星期，请与原文核对。"
        for day in sorted(self.off) if amends else ():  # a whole notice is held to the law instead
            if not self._joined(day, min(d for d, name in self.off.items() if name == self.off[day])):
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
_MOVED_TO = re.compile(
    r"(?:[两二三四]个)?(?:公休日|休息日)?(?:及[一-龥]{2,3}节)?(?:\([^()]*\))?(?:分别)?(?:调整?至|调整?到|移至|与)"
)
_OFF = re.compile(r"放假|补休|调休|休息|连休|公休|法定节假日|法定假日")
_WORK = re.compile(r"(?:调休|正常|照常)?上班")
_EXTENDS = re.compile(
    r"延长(?:\d{4}年)?(?P<name>[一-龥、]{0,12}?)(?:假期|放假)[^\d]{0,6}至"
    r"|(?P<of>[一-龥、]{0,12}?)(?:假期|放假|休假)(?:时间)?(?:由[\d年月日至]+(?:\([^()]*\))?)?延长(?:(?P<days>\d{1,2})天,?)?[至到]"
)
_AGAIN = re.compile("(?:起|均|也)*(?:正常|恢复|照常)上班")
"""Of weekdays: they are no days off any more."""
_TAKES_BACK = re.compile(r"取消|不再|停止执行")
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
    amending: str = ""

    def read(self, into: _Reading, before: set[date]) -> None:
        """Enter the sentence's days. `before` are those off in other paragraphs: a lone 放假共N天 counts the rest."""
        if self.amending and _TAKES_BACK.search(self.text):
            _Sentence(self.name, self._without_taken_back(into), self.amending).read(into, before)
            return
        groups = list(_led_on(self._groups(into)))  # which checks every weekday named
        if found := _EXTENDS.search(self.text):
            self._extend(found, into)
            return
        if groups and _TAKES_BACK.search(self.text):
            _refuse("取消了哪一天的安排，看不懂", self.text)
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
            elif self.amending and _AGAIN.match(group.words) and all(d.weekday() < 5 for d in group.days):
                into.gone.update(group.days)
            elif _WORK.match(_led(group.words)):
                into.take(group.days, "work", self.name, self.text)
            elif _OFF.match(_led(group.words)):
                into.take(group.days, "off", self.name, self.text)
                spans.append(group.days)
            else:
                _refuse(f"“{group.words[:12] or '日期之后'}”看不懂", self.text)
        self._count({day for days in spans for day in days} or into.off.keys() - before)

    def _without_taken_back(self, into: _Reading) -> str:
        """The sentence without the clauses that end an arrangement (5月9日不再上班), whose days are gone."""
        kept: list[str] = []
        for clause in self.text.split(","):
            if not _TAKES_BACK.search(clause):
                kept.append(clause)
                continue
            days = [day for group in _Sentence(self.name, clause)._groups(into) for day in group.days]
            if not days or re.search("不再(?:调整|另行)", clause):
                _refuse("取消了哪一天的安排，看不懂", self.text)
            into.gone.update(days)
        return ",".join(kept)

    def _extend(self, found: re.Match[str], into: _Reading) -> None:
        """延长春节假期至2月2日,2月3日起正常上班: the last day off, and the first worked."""
        groups = list(_Sentence(self.name, self.text[found.end() :])._groups(into))
        named = found["name"] or found["of"] or ""
        said = [h for h in _HOLIDAYS if h in named] or [
            h for h in _HOLIDAYS if h in self.text[: found.start()]
        ]
        if not said:
            said = [h for h in _HOLIDAYS if h in self.name]
            if self.name in into.texts or self.name in self.amending:  # a paragraph of no heading of its own
                said = [h for h in _HOLIDAYS if h in self.amending] or said
        name = said[0] if said else named or self.name
        if not groups or len(groups[0].days) != 1 or len(groups) > 2:
            _refuse("延长到哪一天看不懂", self.text)
        until = groups[0].days[0]
        resumes = groups[1].days[0] if len(groups) == 2 else None
        if resumes is not None and not (resumes > until and _WORK.match(_led(groups[1].words))):
            _refuse(f"“{groups[1].words[:12]}”看不懂", self.text)
        holiday = next((_FULL.get(h, h) for h in _HOLIDAYS if h in name), name)
        days = int(found["days"]) if found["days"] else None
        among = tuple(_FULL.get(h, h) for h in said) if len(said) > 1 else ()
        into.extends.append(Extension(holiday, until, resumes, self.text, days, among))
        into.texts.setdefault(holiday, self.text)

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
        month, span = into.month, False
        for match, following in zip_longest(matches, matches[1:]):
            found, month = self._days(match, into, month)
            into.month = month
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
            (into.vouched if _WEEKDAY.search(match["b1"] or "") else into.bare).add(first)
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
    return re.sub(
        r"^(?:\([^()]*\)|[,、:]|正常|恢复|全国|均|起|为(?:(?:元旦|[一-龥]{1,2}节)(?=法定))?|照常|这?[一二三四五六两]天|也)+",
        "",
        words,
    )


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
