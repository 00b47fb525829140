"""calendar: working days, deadlines, the year at a glance, the State Council's notices, and .ics files."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core import workflow
from pressctl.core.facts import Release
from pressctl.core.notices import Notice, differences, read_notice
from pressctl.core.policy import Policy
from pressctl.core.terms import Status
from pressctl.core.working_days import Calendar, Span
from pressctl.errors import BadData, Refused
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, as_notice, notice_of

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository, StoredNotice


def _calendar(desk: Desk) -> Calendar:
    desk.database.require_current()
    return Calendar(desk.today, tuple(notice_of(n) for n in desk.database.notices()))


def is_day(desk: Desk, day: dt.date) -> dict[str, Any]:
    found = _calendar(desk).day(day)
    return {
        "date": day.isoformat(),
        "working": found.working,
        "kind": found.kind.value,
        "name": found.name,
        "provisional": found.provisional,
    }


def add(desk: Desk, day: dt.date, days: int) -> dict[str, Any]:
    span = _calendar(desk).add(day, days)
    return {
        "from": day.isoformat(),
        "days": days,
        "date": span.end.isoformat(),
        "provisional": span.provisional,
    }


def between(desk: Desk, start: dt.date, end: dt.date) -> dict[str, Any]:
    span: Span = _calendar(desk).between(start, end)
    return {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "days": span.days,
        "provisional": span.provisional,
    }


def deadline(desk: Desk, event: dt.date, days: int | None, *, clear: bool | None = None) -> dict[str, Any]:
    """How the last day is counted; without `days` and `clear` by the policy in force."""
    if days is None or clear is None:
        with desk.reading() as repository:
            policy = desk.policy(repository)
        days = policy.get("submission.lead_days", desk.today) if days is None else days
        clear = policy.get("submission.lead_count", desk.today) == "clear" if clear is None else clear
    return views.deadline_view(_calendar(desk).deadline(event, days, clear=clear))


def year_view(desk: Desk, year: int) -> dict[str, Any]:
    """A year: official or not and from what, days off, make-up days, and the releases planned in it."""
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        names = {u.id: u.name for u in repository.units()}
        releases = [r for r in repository.releases() if r.on.year == year]
    found = calendar.year(year)
    return {
        "year": year,
        "official": found.official,
        "source": found.source,
        "off": [{"date": day.isoformat(), "name": name} for day, name in found.off],
        "work": [day.isoformat() for day in found.work],
        "releases": [
            _planned(r, names, policy, calendar, desk.today)
            for r in sorted(releases, key=lambda r: (r.on, r.ref))
        ],
    }


def _planned(
    release: Release, names: dict[int, str], policy: Policy, calendar: Calendar, today: dt.date
) -> dict[str, Any]:
    last = workflow.submission_deadline(release, policy, calendar, release.submitted_on or today)
    day = calendar.day(release.on)
    return {
        "ref": release.ref,
        "name": release.name,
        "unit": names[release.unit_id],
        "date": release.on.isoformat(),
        "status": release.status.value,
        "deadline": last.date.isoformat() if last else None,
        "working": day.working,
    }


# -- notices ---------------------------------------------------------------------------------------


def calendar_import(
    desk: Desk, file: Path, *, replace_official: bool = False, dry_run: bool = False
) -> dict[str, Any]:
    """Take in a State Council notice: stored with its text, logged, and open deadlines computed anew.

    Raises Refused `official_year` when it would change a year already official and that was not confirmed.
    """
    text = _read(file)
    notice = read_notice(text, file.name)
    with desk.writing("calendar.import", dry_run=dry_run) as repository:
        policy, before = desk.law(repository)
        stored = _as_stored(notice, text, file.name)
        same = any(n.sha256 == stored.sha256 for n in repository.notices())
        changes = differences(before.year(notice.year), notice)
        if changes and before.year(notice.year).official and not replace_official and not same:
            listed = "；".join(changes)
            raise Refused(
                "official_year",
                f"{notice.year} 年的安排已经公布，导入会改变：{listed}。",
                next_step="确认无误后加 --yes。",
            )
        releases = repository.releases()
        if not same:
            repository.add_notice(stored)
            repository.note(f"calendar-{notice.year}", f"导入放假安排：{notice.title or notice.source}")
        after = desk.calendar(repository)
        affected = _affected(releases, policy, before, after, desk.today)
        found = after.year(notice.year)
        return {
            "year": notice.year,
            "number": notice.number,
            "issued": notice.issued.isoformat() if notice.issued else None,
            "off": sorted(d.isoformat() for d in notice.off),
            "work": sorted(d.isoformat() for d in notice.work),
            "official": found.official,
            "unchanged": same,
            "changes": list(changes),
            "affected": affected,
            "dry_run": dry_run,
        }


def _read(file: Path) -> str:
    """Text in UTF-8 or GB18030, as saved from a web page."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadData(
            "no_file", f"文件 {file} 无法读取：{error.strerror}。", next_step="请检查路径。"
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadData("not_text", f"{file} 不是文本文件。", next_step="请另存为纯文本（UTF-8）。")


def _as_stored(notice: Notice, text: str, file_name: str) -> StoredNotice:
    from pressctl.storage.repository import StoredNotice

    return StoredNotice(
        year=notice.year,
        number=notice.number,
        issued=notice.issued,
        title=notice.title,
        source=notice.source or file_name,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        amends=notice.amends,
        days={
            "off": {day.isoformat(): name for day, name in notice.off.items()},
            "work": {day.isoformat(): name for day, name in notice.work.items()},
        },
    )


_AWAITING = frozenset({Status.PLANNED, Status.RETURNED, Status.WITHDRAWN})


def _affected(
    releases: tuple[Release, ...], policy: Policy, before: Calendar, after: Calendar, today: dt.date
) -> list[dict[str, str]]:
    """Open deadlines that a notice moved."""
    moved = []
    for release in releases:
        if release.status not in _AWAITING:
            continue
        old = workflow.submission_deadline(release, policy, before, today)
        new = workflow.submission_deadline(release, policy, after, today)
        if old and new and old.date != new.date:
            moved.append({"ref": release.ref, "old": old.date.isoformat(), "new": new.date.isoformat()})
    return moved


def moved_deadlines(desk: Desk, repository: Repository, policy: Policy) -> list[dict[str, str]]:
    """What the notice imported last moved, for `due`: the same count without it."""
    notices = tuple(as_notice(n) for n in repository.notices())
    if not notices:
        return []
    before, after = Calendar(desk.today, notices[:-1]), Calendar(desk.today, notices)
    return _affected(repository.releases(), policy, before, after, desk.today)


# -- .ics ------------------------------------------------------------------------------------------


def write_calendar(desk: Desk, file: Path, *, year: int | None = None, force: bool = False) -> dict[str, Any]:
    """Holidays, make-up days, releases and deadlines as one iCalendar file."""
    from pressctl.documents import calendars

    wanted = year or desk.today.year
    view = year_view(desk, wanted)
    events = [
        *(
            calendars.Event(f"off-{o['date']}", dt.date.fromisoformat(o["date"]), f"放假：{o['name']}")
            for o in view["off"]
        ),
        *(calendars.Event(f"work-{day}", dt.date.fromisoformat(day), "调休上班") for day in view["work"]),
    ]
    with desk.reading() as repository:
        times = {r.ref: r.at for r in repository.releases()}
    for r in view["releases"]:
        day, at = dt.date.fromisoformat(r["date"]), times[r["ref"]]
        start: dt.date = dt.datetime.combine(day, at) if at else day
        events.append(
            calendars.Event(
                f"release-{r['ref']}",
                start,
                f"{r['unit']}：{r['name']}",
                f"{r['ref']} {Status(r['status']).label}",
            )
        )
        if r["deadline"]:
            events.append(
                calendars.Event(
                    f"deadline-{r['ref']}",
                    dt.date.fromisoformat(r["deadline"]),
                    f"最迟报送：{r['name']}",
                    r["ref"],
                )
            )
    calendars.write(file, events, name=f"{wanted}年新闻发布", stamp=desk.now(), force=force)
    return {"file": str(file), "rows": len(events)}
