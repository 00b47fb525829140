"""calendar: working days, deadlines, the year at a glance, and .ics files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.amending import Replacement, settle
from pressctl.core.dates import weekday_name
from pressctl.core.due import moved_deadlines
from pressctl.core.facts import Release, Unit
from pressctl.core.notices import Notice
from pressctl.core.policy import Policy
from pressctl.core.terms import Status
from pressctl.core.working_days import Calendar, Day, LeadUnit, festival
from pressctl.errors import BadData
from pressctl.usecases import views
from pressctl.usecases.desk import Desk
from pressctl.usecases.views import Written

if TYPE_CHECKING:
    from pressctl.documents import calendars

# The storage layer and the readers are imported where they are used: `calendar is` answers without the ORM.


def _calendar(desk: Desk) -> Calendar:
    desk.database.require_current()
    return Calendar(desk.today, desk.database.notices())


def is_day(desk: Desk, day: dt.date) -> Day:
    found = _calendar(desk).day(day)
    return found._replace(name=festival(found.name)) if found.name else found


class Reached(NamedTuple):
    """So many working days on from a day, or back."""

    from_: dt.date
    days: int
    date: dt.date
    provisional: bool


class Between(NamedTuple):
    """The working days after one day, up to and including another."""

    from_: dt.date
    to: dt.date
    days: int
    provisional: bool


def add(desk: Desk, day: dt.date, days: int) -> Reached:
    span = _calendar(desk).add(day, days)
    return Reached(day, days, span.end, span.provisional)


def between(desk: Desk, start: dt.date, end: dt.date) -> Between:
    span = _calendar(desk).between(start, end)
    return Between(start, end, span.days, span.provisional)


def deadline(
    desk: Desk,
    event: dt.date,
    days: int | None,
    *,
    clear: bool | None = None,
    unit: LeadUnit | None = None,
    at: dt.time | None = None,
) -> views.DeadlineCount:
    """How the last day is counted; what is not told is taken from the policy in force."""
    with desk.reading() as repository:
        policy, today = desk.policy(repository), desk.today
    last = _calendar(desk).deadline(
        event,
        policy.get(keys.LEAD_DAYS, today) if days is None else days,
        clear=policy.get(keys.LEAD_COUNT, today) == "clear" if clear is None else clear,
        unit=policy.get(keys.LEAD_UNIT, today) if unit is None else unit,
        hour=at,
        rolls=policy.get(keys.REST_DAY_RECEIPT, today) == "next",
    )
    return views.DeadlineCount.of(last)


class DayOff(NamedTuple):
    date: dt.date
    name: str


class PlannedDay(NamedTuple):
    """A release in its year: its day, or the period where none is fixed, and the last day to submit it."""

    ref: str
    name: str
    unit: str
    date: dt.date | None
    period: str | None
    status: Status
    deadline: dt.date | None
    working: bool


class YearOverview(NamedTuple):
    """A year: official or not and from what, days off, make-up days, and the releases planned in it."""

    year: int
    official: bool
    source: str
    off: tuple[DayOff, ...]
    work: tuple[dt.date, ...]
    releases: tuple[PlannedDay, ...]


def year_overview(desk: Desk, year: int) -> YearOverview:
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        units = {u.id: u for u in repository.units()}
        releases = sorted(
            (r for r in repository.releases() if r.on.year == year), key=lambda r: (r.on, r.ref)
        )
    found = calendar.year(year)
    planned = (_planned(r, units[r.unit_id], policy, calendar, desk.today) for r in releases)
    off = (DayOff(day, festival(name)) for day, name in found.off)
    return YearOverview(
        year=year,
        official=found.official,
        source=found.source,
        off=tuple(off),
        work=found.work,
        releases=tuple(planned),
    )


def _planned(release: Release, unit: Unit, policy: Policy, calendar: Calendar, today: dt.date) -> PlannedDay:
    release = release.in_its_name(unit)
    last = workflow.submission_deadline(release, unit, policy, calendar, release.submitted_on or today)
    return PlannedDay(
        ref=release.ref,
        name=release.name,
        unit=unit.name,
        date=None if release.period else release.on,
        period=release.period,
        status=release.status,
        deadline=last.date if last and not release.period else None,
        working=calendar.day(release.on).working,
    )


# -- notices ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Import:
    """A notice read and held against what is known: nothing is stored yet."""

    notice: Notice
    changed: tuple[str, ...]
    """What it would change in a year that is already official, as sentences."""
    known: bool
    """This very text is in the database already."""
    replaced: tuple[Replacement, ...] = ()
    question: str | None = None
    """What has to be confirmed before it is stored."""


def notice_read(desk: Desk, file: Path, *, year: int | None = None, whole: bool = False) -> Import:
    """Read a notice, and say what it would change. Raises BadData for what cannot be read.

    `year` is that of a notice which names none, `whole` says that a table holds all days of its year.
    """
    from pressctl.importing.notice_days import read_notice

    notice = read_notice(file, year=year, whole=whole)
    with desk.reading() as repository:
        stored = repository.notices()
        before = desk.calendar(repository)
    official = before.year(notice.year).official
    if notice.amends and not notice.is_table and not official:
        raise BadData(
            "nothing_to_amend",
            f"{file.name} 调整的是 {notice.year} 年的放假安排，但该年的安排尚未公布。",
            next_step="请核对年份；年份无误的，先导入该年的放假通知。",
        )
    known = any(n.text == notice.text for n in stored)
    replaced: tuple[Replacement, ...] = ()
    if notice.amends and not known:
        notice, replaced = settle(notice, before.year(notice.year))
    after = Calendar(desk.today, (*stored, notice))
    changed = tuple(_differences(notice, before, after))
    question = None
    if changed:
        question = f"{notice.year} 年的放假安排已经公布，此次将改动 {len(changed)} 天，是否导入？"
    elif notice.amends and not official:
        question = f"{notice.year} 年的放假安排尚未公布，所列的日子将叠加在推定的安排之上，是否导入？"
    return Import(notice, changed, known, replaced, None if known else question)


def _differences(notice: Notice, before: Calendar, after: Calendar) -> Iterator[str]:
    """Days of an official year whose working changes; a year known only by law has nothing to contradict."""
    years = sorted({d.year for d in (*notice.off, *notice.work, *notice.gone)} | {notice.year})
    for year in years:
        if not before.year(year).official:
            continue
        day = dt.date(year, 1, 1)
        while day.year == year:
            was, now = before.is_working(day), after.is_working(day)
            if was != now:
                yield f"{day}（{weekday_name(day)}）由{_worked(was)}改为{_worked(now)}"
            day += dt.timedelta(1)


def _worked(working: bool) -> str:
    return "上班" if working else "放假"


class Moved(NamedTuple):
    """A release whose last day to be submitted a notice moves."""

    ref: str
    old: dt.date
    new: dt.date


class Imported(NamedTuple):
    """What a notice said, and what it changed."""

    year: int
    number: str | None
    title: str | None
    issued: dt.date | None
    off: tuple[dt.date, ...]
    work: tuple[dt.date, ...]
    gone: tuple[dt.date, ...]
    whole_year: bool
    replaced: tuple[Replacement, ...]
    changed: tuple[str, ...]
    affected: tuple[Moved, ...]
    warnings: tuple[str, ...]
    unchanged: bool
    dry_run: bool


def notice_import(desk: Desk, read: Import, *, dry_run: bool = False) -> Imported:
    """Store the notice with its text and the log's entry; say which open deadlines it moves."""
    notice = read.notice
    with desk.writing("calendar.import", dry_run=dry_run) as repository:
        policy, before = desk.law(repository)
        if not read.known:
            repository.add_notice(notice)
            repository.note("calendar", f"导入{notice.year}年放假安排：{notice.source}")
        units = {u.id: u for u in repository.units()}
        after = desk.calendar(repository)
        moved = moved_deadlines(repository.releases(), units, policy, before, after, desk.today)
        affected = tuple(Moved(r.ref, old, new) for r, old, new in moved)
    return Imported(
        year=notice.year,
        number=notice.number,
        title=notice.title,
        issued=notice.issued,
        off=tuple(notice.off),
        work=tuple(notice.work),
        gone=tuple(sorted(notice.gone)),
        whole_year=not notice.amends,
        replaced=read.replaced,
        changed=read.changed,
        affected=affected,
        warnings=tuple(notice.doubts),
        unchanged=read.known,
        dry_run=dry_run,
    )


# -- .ics ------------------------------------------------------------------------------------------


def write_calendar(desk: Desk, file: Path, *, year: int | None = None, force: bool = False) -> Written:
    """Holidays, make-up days, releases and deadlines as one iCalendar file."""
    from pressctl.documents import calendars

    wanted = year or desk.today.year
    overview = year_overview(desk, wanted)
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        units = {u.id: u for u in repository.units()}
        # one moved out of the year stays in its calendar, at its new day
        releases = [r for r in repository.releases() if wanted in (r.on.year, r.planned_on.year)]
        notices = repository.notices()
    changes = desk.changes_of(r.ref for r in releases)
    events = list(_days_off(desk, overview, notices))
    for release in sorted(releases, key=lambda r: (r.on, r.ref)):
        if release.period:  # a period is no appointment
            continue
        r = _planned(release, units[release.unit_id], policy, calendar, desk.today)
        start: dt.date = dt.datetime.combine(release.on, release.at) if release.at else release.on
        state, sequence = calendars.state_of(release.status), changes[r.ref]
        events.append(
            calendars.Event(
                f"release-{r.ref}",
                start,
                f"{r.unit}：{r.name}",
                f"{r.ref} {release.status.label}",
                release.venue or "",
                state,
                sequence,
            )
        )
        if r.deadline:
            events.append(
                calendars.Event(
                    f"deadline-{r.ref}",
                    r.deadline,
                    f"最迟报送：{r.name}",
                    r.ref,
                    status="CANCELLED" if state == "CANCELLED" else "CONFIRMED",
                    sequence=sequence,
                )
            )
    calendars.write(file, events, name=f"{wanted}年新闻发布", stamp=desk.now(), force=force)
    return Written(file, len(events))


def _days_off(desk: Desk, overview: YearOverview, notices: Sequence[Notice]) -> Iterator[calendars.Event]:
    """Days off and make-up days; what an earlier notice said and a later one took back, as cancelled."""
    from pressctl.documents import calendars

    count = len(notices)
    off = {day: f"放假：{name}" for day, name in overview.off}
    work = dict.fromkeys(overview.work, "调休上班")
    for kind, days in (("off", off), ("work", work)):
        for day, said in days.items():
            yield calendars.Event(f"{kind}-{day}", day, said, sequence=count)
    earlier: dict[str, set[dt.date]] = {"off": set(), "work": set()}
    for number in range(count):
        known = Calendar(desk.today, tuple(notices[:number])).year(overview.year)
        earlier["off"] |= {day for day, _ in known.off}
        earlier["work"] |= set(known.work)
    for kind, days in (("off", off), ("work", work)):
        for day in sorted(earlier[kind] - set(days)):
            said = "放假" if kind == "off" else "调休上班"
            yield calendars.Event(f"{kind}-{day}", day, said, status="CANCELLED", sequence=count)
