"""A notice that amends, settled against the arrangement that is known: it replaces the named holiday's days and make-up days.

国务院办公厅 has amended by naming a holiday's whole new arrangement (2019), by lengthening it to a day (2020), and by days of their own
(2015). What the new arrangement no longer holds goes away; what is statutory of other holidays stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NoReturn

from pressctl.core import published_days
from pressctl.core.dates import weekday_name
from pressctl.core.notices import Extension, Notice
from pressctl.core.working_days import YearDays
from pressctl.errors import BadData

_ONE = timedelta(1)
_FARTHEST = 21
"""Days between a make-up day and its holiday."""


@dataclass(frozen=True)
class Arrangement:
    """A holiday's days off and make-up days."""

    off: tuple[date, ...]
    work: tuple[date, ...]


@dataclass(frozen=True)
class Replacement:
    """A holiday as it was arranged, and as it is from now on."""

    name: str
    before: Arrangement
    after: Arrangement


def settle(notice: Notice, known: YearDays) -> tuple[Notice, tuple[Replacement, ...]]:
    """An amending notice with every day it adds and takes away, and each holiday before and after.

    Raises BadData `bad_notice` for one that cannot be laid over the year: it extends to a day before the holiday's end, works
    a statutory day, or takes away what is not there.
    """
    lawful = published_days.statutory(known.year)
    for day in notice.work:
        if day in lawful:
            _refuse(f"{day} 是法定的{lawful[day]}，不能上班", notice)
    runs = list(_runs(known, lawful))
    off, gone = dict(notice.off), set(notice.gone)
    _check_taken_back(notice, known, lawful)
    doubts = list(notice.doubts)
    extends = [_meant(extension, runs, lawful) for extension in notice.extends]
    if extends:
        named = {n for e in notice.extends for n in e.among} - {e.name for e in extends}
        notice = replace(
            notice, extends=tuple(extends), names=tuple(n for n in notice.names if n not in named)
        )
    for extension in extends:
        run = _run_of(runs, extension.name, lawful)
        if run is None:
            _refuse(f"{known.year} 年没有{extension.name}的放假安排，无从延长", notice)
        last = run.off[-1]
        if extension.until < last:
            _refuse(f"{extension.name}原来就放到 {last}，{extension.until} 早于这一天", notice)
        added = [last + timedelta(n) for n in range(1, (extension.until - last).days + 1)]
        if len(added) > 31:
            _refuse(f"从 {last} 延长到 {extension.until} 太长", notice)
        if over := next((name for name, other in runs if other is not run and {*added} & {*other.off}), None):
            _refuse(f"{extension.name}延长到 {extension.until}，越过了{over}的假期", notice)
        if extension.days is not None and extension.days != len(added):
            _refuse(
                f"写明延长 {extension.days} 天，从 {last} 到 {extension.until} 却是 {len(added)} 天", notice
            )
        off |= dict.fromkeys(added, extension.name)
        if extension.resumes is not None:
            doubts += _between(extension.until, extension.resumes, known)
    replaced: list[Replacement] = []
    arranged = [name for name in notice.names if notice.off and _is_arranged(name, notice)]
    for name in arranged:
        run = _run_of(runs, name, lawful)
        if run is None:
            continue
        stays = {d for d, of in lawful.items() if not _is(name, of)} if len(arranged) == 1 else set()
        old = {*run.off, *run.work}
        gone |= {d for d in old if d not in notice.off and d not in notice.work and d not in stays}
        for day, of in lawful.items():
            if _is(name, of) and day not in notice.off:
                _refuse(f"{day} 是法定的{of}，通知中却没有放假", notice)
        doubts += _balance(name, notice, lawful)
    was = {*dict(known.off), *known.work}
    if strange := sorted(notice.recited - was):
        doubts.append(f"{strange[0]} 写作原来的安排，登记的安排里却没有，请与原文核对。")
    if not extends:  # what is lengthened stays
        gone |= {d for d in notice.recited & was if d not in lawful and d not in off}
    settled = replace(notice, off=dict(sorted(off.items())), gone=frozenset(gone), doubts=tuple(doubts))
    moved = [n for n in notice.names if (notice.work or gone) and not notice.off and not extends]
    for name in dict.fromkeys((*arranged, *moved, *(e.name for e in extends))):
        run = _run_of(runs, name, lawful)
        before = Arrangement(run.off, run.work) if run else Arrangement((), ())
        replaced.append(Replacement(name, before, _after(settled, before, name)))
    return settled, tuple(replaced)


def _meant(
    extension: Extension, runs: Sequence[tuple[str, Arrangement]], lawful: dict[date, str]
) -> Extension:
    """The holiday that is lengthened, where several are named: the last of them that is over by then."""
    over = [
        (run.off[-1], name)
        for name in extension.among
        if (run := _run_of(runs, name, lawful)) is not None and run.off[-1] <= extension.until
    ]
    return replace(extension, name=max(over)[1]) if over else extension


def _after(notice: Notice, before: Arrangement, name: str) -> Arrangement:
    """The holiday once the notice lies over what was."""
    own = [d for d, of in notice.off.items() if _is(name, of) or _is(of, name)]
    worked = [d for d, of in notice.work.items() if _is(name, of) or _is(of, name)]
    off = ({*before.off} - notice.gone - {*notice.work}) | {*own}
    work = ({*before.work} - notice.gone - {*notice.off}) | {*worked}
    return Arrangement(tuple(sorted(off)), tuple(sorted(work)))


def _check_taken_back(notice: Notice, known: YearDays, lawful: dict[date, str]) -> None:
    """A weekday that is to be worked again must have been off, and not by law; a weekend day that is not to be, worked."""
    off = dict(known.off)
    for day in notice.gone:
        if day.weekday() >= 5:
            if day.year == known.year and day not in known.work:
                _refuse(f"{day} 是{weekday_name(day)}，原来就不上班", notice)
            continue
        if day in lawful:
            _refuse(f"{day} 是法定的{lawful[day]}，不能上班", notice)
        if day.year == known.year and day not in off:
            _refuse(f"{day} 是{weekday_name(day)}，本来就是工作日，不必写作上班", notice)


def _is_arranged(name: str, notice: Notice) -> bool:
    """Whether the notice gives the holiday days of its own, rather than only lengthening it."""
    return not any(e.name == name for e in notice.extends)


def _between(until: date, resumes: date, known: YearDays) -> Iterator[str]:
    """Days between the last day off and the first worked that are weekdays nobody spoke of."""
    off = dict(known.off)
    day = until + _ONE
    while day < resumes:
        if day.weekday() < 5 and day not in off:
            yield f"{day}（{weekday_name(day)}）在延长的假期和上班日之间，通知没有说是否放假，请与原文核对。"
        day += _ONE


def _balance(name: str, notice: Notice, lawful: dict[date, str]) -> Iterator[str]:
    """A holiday whose weekdays off beyond the law are not made up for one by one."""
    own = [d for d, of in notice.off.items() if _is(name, of) or _is(of, name)]
    worked = [d for d, of in notice.work.items() if _is(name, of) or _is(of, name)]
    weekdays = sum(d.weekday() < 5 for d in own)
    by_law = sum(of.count(";") + 1 for d, of in lawful.items() if d in own)
    if own and weekdays - by_law != len(worked):
        yield (
            f"{name}放假占 {weekdays} 个工作日，其中法定 {by_law} 天，调休上班 {len(worked)} 天，数目不合，请与原文核对。"
        )


# -- what is known of a year, holiday by holiday ---------------------------------------------------


def _is(name: str, of: str) -> bool:
    """Whether two names speak of one holiday: 劳动节; 春节 of 农历除夕; 国庆节、中秋节."""
    if name[:2] in of:
        return True
    return name.startswith("春节") and "除夕" in of


def _run_of(
    runs: Sequence[tuple[str, Arrangement]], name: str, lawful: dict[date, str]
) -> Arrangement | None:
    """The days off around the named holiday's statutory days, with the make-up days that belong to them."""
    own = {day for day, of in lawful.items() if _is(name, of)}
    return next((run for _, run in runs if own & {*run.off}), None)


def _runs(known: YearDays, lawful: dict[date, str]) -> Iterator[tuple[str, Arrangement]]:
    """Stretches of days off, weekends between them included, each with its make-up days."""
    off, work = dict(known.off), set(known.work)
    stretches: list[list[date]] = []
    for day in sorted(off):
        if stretches and all(
            d in off or (d.weekday() >= 5 and d not in work) for d in _days(stretches[-1][-1] + _ONE, day)
        ):
            stretches[-1] += [*_days(stretches[-1][-1] + _ONE, day), day]
        else:
            stretches.append([day])
    shares = _shares(stretches, sorted(work), lawful)
    for stretch, share in zip(stretches, shares, strict=True):
        yield off[stretch[0]], Arrangement(tuple(stretch), tuple(share))


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += _ONE


def _shares(
    stretches: Sequence[Sequence[date]], work: Sequence[date], lawful: dict[date, str]
) -> list[list[date]]:
    """The make-up days of each stretch: as many as it has weekdays off beyond the law, the nearest ones overall.

    No notice says of the published days which make-up day is whose, and the nearest holiday may be another: 20 September 2026
    is made up for the National Day though Mid-Autumn is nearer.
    """
    owed = [
        sum(d.weekday() < 5 for d in stretch) - sum(lawful[d].count(";") + 1 for d in stretch if d in lawful)
        for stretch in stretches
    ]

    def distance(day: date, stretch: Sequence[date]) -> int:
        return min(abs((day - stretch[0]).days), abs((day - stretch[-1]).days))

    def assign(n: int, left: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """(total distance, the stretch of each day) from the n-th make-up day on."""
        if n == len(work):
            return sum(_UNPAID * rest for rest in left if rest > 0), ()
        best: tuple[int, tuple[int, ...]] = (_UNPAID * _UNPAID, (-1,) * (len(work) - n))
        for at, stretch in enumerate(stretches):
            apart = distance(work[n], stretch)
            if apart > _FARTHEST:
                continue
            extra = 0 if left[at] > 0 else _UNPAID
            rest, places = assign(n + 1, (*left[:at], left[at] - 1, *left[at + 1 :]))
            best = min(best, (apart + extra + rest, (at, *places)))
        return best

    shares: list[list[date]] = [[] for _ in stretches]
    for day, at in zip(work, assign(0, tuple(owed))[1], strict=True):
        if at >= 0:
            shares[at].append(day)
    return shares


_UNPAID = 1000


def _refuse(problem: str, notice: Notice) -> NoReturn:
    raise BadData(
        "bad_notice",
        f"{notice.title or notice.source}：{problem}。",
        next_step="请与国务院办公厅的原文核对；原文确实如此的，改用 CSV（date,kind,name）导入。",
    )
