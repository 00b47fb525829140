"""The working-day calendar: is, add, between, and how a deadline is counted.

A day's kind comes from the State Council's notices: those imported, then those the `holidays` package holds, then
the law alone, which is provisional. Each year is a table: a flag a day, the count of working days up to each day,
and the day of each count. `is` is a look-up, `between` a difference of two counts, `add` a look-up the other way.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from pressctl.core import published_days
from pressctl.core.dates import chinese_date
from pressctl.core.encoding import OPTIONAL
from pressctl.core.moments import Moment
from pressctl.core.notices import Notice
from pressctl.core.terms import DayKind, Term
from pressctl.errors import BadData

FIRST, LAST = 1990, 2100
_ONE = timedelta(1)
_NEVER = date.max.toordinal()
_LATE_DECEMBER = 25
"""From this day of December on, the next year's notice may still name days off or make-up days."""


class Day(NamedTuple):
    date: date
    working: bool
    kind: DayKind
    name: str | None
    provisional: bool

    @property
    def said(self) -> str:
        """春节放假, 调休休息, 周末: a day named after a festival is a day of its holiday, not the festival itself."""
        if self.kind is not DayKind.HOLIDAY or not self.name or self.name == published_days.MOVED:
            return self.name or self.kind.label
        return f"{festival(self.name)}放假"


def festival(name: str) -> str:
    """The holiday that a day off belongs to: the days called after the eve are two in some years."""
    return _FESTIVAL_OF.get(name, name)


_FESTIVAL_OF = {"农历除夕": "春节", "除夕": "春节"}


class Span(NamedTuple):
    start: date
    end: date
    days: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Counted:
    date: date
    n: int
    makeup: bool = field(default=False, metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class Skipped:
    date: date
    why: str


class LeadUnit(Term):
    """What a lead time is counted in."""

    WORKING_DAY = "working_day", "工作日"
    DAY = "day", "天"
    HOUR = "hour", "小时"

    @property
    def measure(self) -> str:
        return f"个{self.label}" if self is LeadUnit.WORKING_DAY else self.label


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to act so many working days before an event; the event's own day is not counted (开始当日不计入). By the
    hour it is a moment, counted back from the event's own; from midnight where that is not told."""

    event: date
    days: int
    date: date
    provisional: bool
    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]
    clear: bool = False
    """Full working days lie between: one more than `days` is counted."""
    unit: LeadUnit = LeadUnit.WORKING_DAY
    hour: time | None = None
    event_hour: time | None = None

    @property
    def moment(self) -> Moment:
        return Moment(self.date, self.hour)

    def missed(self, act: Moment) -> bool | None:
        """Whether an act came after it; None on its very day without the hour that would tell."""
        if self.hour is None or act.day != self.date:
            return act.day > self.date
        return None if act.hour is None else act.hour > self.hour

    def sentence(self) -> str:
        """What a clerk can paste into a reply."""
        ahead = "中间隔满" if self.clear else "提前"
        at, last = (f"{hour:%H:%M}" if hour else "" for hour in (self.event_hour, self.hour))
        told = "（没有写明钟点，从零时数起）" if self.hour is not None and self.event_hour is None else ""
        return f"{chinese_date(self.event)}{at}发布{told}，{ahead}{self.days}{self.unit.measure}，最迟{chinese_date(self.date)}{last}报送。"


@dataclass(frozen=True, slots=True)
class YearDays:
    """A year as published: `off` holds the weekdays and weekend days a notice names, `work` the make-up days."""

    year: int
    official: bool
    source: str
    off: tuple[tuple[date, str], ...]
    work: tuple[date, ...]


class _Table(NamedTuple):
    """A year's days by their distance from 1 January (`start`, an ordinal).

    `upto[n]` counts the working days of the first n days, `nth[k]` is the ordinal of the k-th working day from 0;
    days from the ordinal `provisional` on rest on no notice.
    """

    start: int
    working: bytes
    upto: array[int]
    nth: array[int]
    total: int
    provisional: int


def doubt(day: Day, *, official: bool) -> str | None:
    """Why a day's answer is provisional: its own year is not published, or the next one, which may reach back."""
    if not day.provisional:
        return None
    if official:
        return f"{day.date.year + 1} 年放假安排尚未公布，可能涉及 {day.date}，该日是否工作日为推定。"
    return f"{day.date.year} 年放假安排尚未公布，工作日为推定。"


def _is_late(day: date) -> bool:
    return day.month == 12 and day.day >= _LATE_DECEMBER


class Calendar:
    """Working days as known on a day, with the notices imported so far. Years outside 1990-2100 raise BadData.

    Of two notices for one year the one given last holds; amendments lie on top of it, and take away what they have settled.
    """

    def __init__(self, today: date, notices: Iterable[Notice] = ()) -> None:
        self._today = today
        self._notices = tuple(sorted(notices, key=lambda n: (n.year, n.amends)))
        self._years: dict[int, YearDays] = {}
        self._tables: dict[int, _Table] = {}
        self._names: dict[int, dict[date, str]] = {}
        self._added: dict[tuple[date, int], Span] = {}
        self._deadlines: dict[tuple[object, ...], Deadline] = {}

    # -- years ---------------------------------------------------------------------------------------

    def year(self, year: int) -> YearDays:
        """What is known of a year: an imported notice over the package's over the law; amendments on top."""
        if year not in self._years:
            if not FIRST <= year <= LAST:
                raise BadData(
                    "date_out_of_range",
                    f"{year} 年超出可计算的范围（{FIRST}—{LAST}）。",
                    next_step="请核对年份。",
                )
            self._years[year] = self._published(year)
        return self._years[year]

    def _published(self, year: int) -> YearDays:
        off, published, official = published_days.of(year)
        off, work = dict(off), set(published)
        source = "holidays" if official else "法定节假日（推定）"
        for notice in self._notices:
            if notice.year == year and not notice.amends:
                # Late December stays: the package has it from the next year's notice.
                off = {d: v for d, v in off.items() if official and _is_late(d)}
                work = {d for d in work if _is_late(d)}
                official, source = True, notice.source
            of_year = {d: v for d, v in notice.off.items() if d.year == year}
            made_up = {d for d in notice.work if d.year == year}
            off = {d: v for d, v in off.items() if d not in notice.gone}
            off = {d: v for d, v in (off | of_year).items() if d not in made_up}
            work = (work - notice.gone | made_up) - set(of_year)
        return YearDays(year, official, source, tuple(sorted(off.items())), tuple(sorted(work)))

    def _table(self, year: int) -> _Table:
        """The year's table, made when first asked for."""
        known = self._tables.get(year)
        return known if known is not None else self._made(year)

    def _made(self, year: int) -> _Table:
        found = self.year(year)
        start, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
        off, work = {d.toordinal() for d, _ in found.off}, {d.toordinal() for d in found.work}
        # Day 1 of the calendar was a Monday: an ordinal modulo 7 is 1 to 5 on weekdays.
        working = bytes(d in work or (d not in off and 0 < d % 7 < 6) for d in range(start, end))
        upto, nth = array("H", [0]), array("L")
        for n, flag in enumerate(working):
            upto.append(upto[-1] + flag)
            if flag:
                nth.append(start + n)
        table = _Table(start, working, upto, nth, upto[-1], self._provisional_from(found))
        self._tables[year] = table
        return table

    def _provisional_from(self, found: YearDays) -> int:
        """The ordinal from which the year's days rest on no notice; late December waits for the next year's."""
        if not found.official:
            return date(found.year, 1, 1).toordinal()
        if found.year == LAST or self.year(found.year + 1).official:
            return _NEVER
        late = date(found.year, 12, _LATE_DECEMBER)
        return max(late, self._today).toordinal() if self._today.year <= found.year else _NEVER

    # -- days ----------------------------------------------------------------------------------------

    def day(self, d: date) -> Day:
        table, year = self._table(d.year), d.year
        if year not in self._names:
            self._names[year] = dict(self.year(year).off)
        working = bool(table.working[d.toordinal() - table.start])
        name = None if working else self._names[year].get(d)
        if working:
            kind = DayKind.WORKDAY if d.weekday() < 5 else DayKind.MAKEUP
        else:
            kind = DayKind.HOLIDAY if name else DayKind.WEEKEND
        return Day(d, working, kind, name, d.toordinal() >= table.provisional)

    def is_working(self, d: date) -> bool:
        table = self._tables.get(d.year) or self._made(d.year)
        return table.working[d.toordinal() - table.start] == 1

    def next_working(self, d: date) -> date:
        """The day itself, or the first working day after it: what is received on a day off counts then (Q2)."""
        return d if self.is_working(d) else self.add(d, 1).end

    def add(self, d: date, n: int) -> Span:
        """The n-th working day after d, or before it for negative n; d itself for 0."""
        known = self._added.get((d, n))
        if known is None:
            known = self._added[d, n] = self._counted(d, n)
        return known

    def _counted(self, d: date, n: int) -> Span:
        if n == 0:
            return Span(d, d, 0, False)
        table = self._tables.get(d.year) or self._made(d.year)
        place, year = d.toordinal() - table.start, d.year
        # Working days of the year up to and including d; going back, those before d.
        k = table.upto[place + 1] + n - 1 if n > 0 else table.upto[place] + n
        while k >= table.total:
            k -= table.total
            year += 1
            table = self._table(year)
        while k < 0:
            year -= 1
            table = self._table(year)
            k += table.total
        end = table.nth[k]
        low, high = (d.toordinal() + 1, end) if n > 0 else (end, d.toordinal() - 1)
        provisional = high >= table.provisional if year == d.year else self._rests_on_guess(low, high)
        return Span(d, date.fromordinal(end), n, provisional)

    def between(self, a: date, b: date) -> Span:
        """Working days after a up to and including b; negative when b comes first."""
        low, high = (a, b) if a <= b else (b, a)
        first = self._tables.get(low.year) or self._made(low.year)
        count = -first.upto[low.toordinal() - first.start + 1]
        if low.year == high.year:
            last, provisional = first, high > low and high.toordinal() >= first.provisional
        else:
            count += sum(self._table(year).total for year in range(low.year, high.year))
            last = self._table(high.year)
            provisional = self._rests_on_guess(low.toordinal() + 1, high.toordinal())
        count += last.upto[high.toordinal() - last.start + 1]
        return Span(a, b, count if a <= b else -count, provisional)

    def _rests_on_guess(self, low: int, high: int) -> bool:
        """Whether any day of the closed range of ordinals is provisional; each year's guesses are its tail."""
        for year in range(date.fromordinal(low).year, date.fromordinal(high).year + 1):
            table = self._table(year)
            last = min(high, table.start + len(table.working) - 1)
            if last >= max(low, table.provisional):
                return True
        return False

    def deadline(
        self,
        event: date,
        days: int = 5,
        *,
        clear: bool = False,
        unit: LeadUnit = LeadUnit.WORKING_DAY,
        hour: time | None = None,
        rolls: bool = False,
    ) -> Deadline:
        """The last day so many working days before the event, and each day counted or skipped on the way.

        `clear` asks for full working days between: one more is counted (the other reading of Q1). Calendar days are
        all counted; `rolls`: what comes in on a day off counts as the next working day's, so that a last day which is
        one moves to the working day before it. Hours are counted back from the event's `hour`.
        """
        asked = event, days, clear, unit, hour, rolls
        known = self._deadlines.get(asked)
        if known is None:
            known = self._deadlines[asked] = self._last_day(*asked)
        return known

    def _last_day(
        self, event: date, days: int, clear: bool, unit: LeadUnit, hour: time | None, rolls: bool
    ) -> Deadline:
        if unit is LeadUnit.HOUR:
            last = datetime.combine(event, hour or time.min) - timedelta(hours=days)
            return Deadline(event, days, last.date(), False, (), (), False, unit, last.time(), hour)
        if unit is LeadUnit.DAY:
            return self._by_calendar_days(event, days, clear=clear, rolls=rolls)
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
        return Deadline(event, days, at, provisional, tuple(counted), tuple(skipped), clear)

    def _by_calendar_days(self, event: date, days: int, *, clear: bool, rolls: bool) -> Deadline:
        counted = tuple(Counted(event - n * _ONE, n, False) for n in range(1, days + clear + 1))
        at = counted[-1].date if counted else event
        skipped: list[Skipped] = []
        provisional = False
        while rolls:
            day = self.day(at)
            provisional |= day.provisional
            if day.working:
                break
            skipped.append(Skipped(at, f"{day.name or '周末'}，收到的计入下一工作日"))
            at -= _ONE
        return Deadline(event, days, at, provisional, counted, tuple(skipped), clear, LeadUnit.DAY)
