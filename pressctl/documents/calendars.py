"""iCalendar files (RFC 5545), which Outlook, phones and Thunderbird take, and take again when something has changed.

What an event is about gives its UID, so that a newer file updates the older one's events; SEQUENCE grows with every
change, and what was taken back stays in the file as CANCELLED, so that calendars drop it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pressctl.core.due import Due
from pressctl.core.facts import Release
from pressctl.core.terms import Status
from pressctl.documents.files import write_new

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_PRODUCT = "-//pressctl//ZH"
_HOST = "@pressctl"
State = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]

_GIVEN_UP = frozenset({Status.CANCELLED, Status.REJECTED, Status.WITHDRAWN})
_SETTLED = frozenset({Status.APPROVED, Status.FILED, Status.HELD, Status.ARCHIVED})


def state_of(status: Status) -> State:
    """What a calendar says of a release: cancelled, settled, or not yet settled."""
    return "CANCELLED" if status in _GIVEN_UP else "CONFIRMED" if status in _SETTLED else "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Event:
    """A day, or a time in Shanghai where `start` is a datetime (it lasts an hour and keeps one busy).

    `uid` names what it is about. `sequence` grows when that changes.
    """

    uid: str
    start: date
    summary: str
    description: str = ""
    location: str = ""
    status: State = "CONFIRMED"
    sequence: int = 0


def write(path: Path, events: Iterable[Event], *, name: str, stamp: datetime, force: bool = False) -> None:
    """One calendar. Over an older file of ours (`force`) it carries on: what has changed since gets a higher SEQUENCE,
    what is no longer there is kept as cancelled."""
    from icalendar import Calendar

    made: Any = Calendar()
    for key, value in (
        ("prodid", _PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("x-wr-calname", name),
        ("x-wr-timezone", "Asia/Shanghai"),
    ):
        made.add(key, value)
    made.add_component(_china_time())
    entries = {str(e["uid"]): e for e in (_entry(event, stamp) for event in events)}
    older = _older(path) if force else {}
    for uid, entry in entries.items():
        if uid in older:
            _carry_on(entry, older[uid])
    gone = (_gone(entry, stamp) for uid, entry in older.items() if uid not in entries)
    for entry in (*entries.values(), *gone):
        made.add_component(entry)
    write_new(path, made.to_ical(), force=force)


def _china_time() -> Any:
    """Asia/Shanghai as it has been since 1991: eight hours ahead all the year."""
    from icalendar import Timezone, TimezoneStandard

    zone: Any = Timezone()
    zone.add("tzid", _SHANGHAI.key)
    standard: Any = TimezoneStandard()
    standard.add("dtstart", datetime(1991, 9, 15, 2))  # noqa: DTZ001  local time, as RFC 5545 has it here
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _entry(event: Event, stamp: datetime) -> Any:
    from icalendar import Event as Entry

    entry: Any = Entry()
    timed = isinstance(event.start, datetime)
    start = event.start.replace(tzinfo=_SHANGHAI) if isinstance(event.start, datetime) else event.start
    entry.add("uid", event.uid + _HOST)
    entry.add("dtstamp", stamp)
    entry.add("last-modified", stamp)
    entry.add("sequence", event.sequence)
    entry.add("summary", event.summary)
    entry.add("dtstart", start)
    entry.add("dtend", start + (timedelta(hours=1) if timed else timedelta(days=1)))
    entry.add("status", event.status)
    entry.add("transp", "OPAQUE" if timed and event.status != "CANCELLED" else "TRANSPARENT")
    if event.location:
        entry.add("location", event.location)
    if event.description:
        entry.add("description", event.description)
    return entry


# -- against an older file -------------------------------------------------------------------------

_TELLING = ("summary", "dtstart", "dtend", "status", "location", "description")


def _older(path: Path) -> Mapping[str, Any]:
    """The events of an older file of ours by UID; none where it is missing, unreadable or somebody else's."""
    from icalendar import Calendar

    if not path.is_file():
        return {}
    try:
        found: Any = Calendar.from_ical(path.read_bytes())
        if found.get("prodid") != _PRODUCT:
            return {}
        return {str(e["uid"]): e for e in found.walk("VEVENT")}
    except (OSError, ValueError, KeyError, IndexError):
        return {}


def _told(entry: Any) -> list[bytes]:
    return [entry[key].to_ical() if key in entry else b"" for key in _TELLING]


def _carry_on(entry: Any, older: Any) -> None:
    before = int(older.get("sequence", 0))
    wanted = max(int(entry["sequence"]), before if _told(entry) == _told(older) else before + 1)
    del entry["sequence"]
    entry.add("sequence", wanted)


def _gone(entry: Any, stamp: datetime) -> Any:
    """An event that is no longer: cancelled, once."""
    if entry.get("status") == "CANCELLED":
        return entry
    number = int(entry.get("sequence", 0)) + 1
    for key, value in (
        ("status", "CANCELLED"),
        ("transp", "TRANSPARENT"),
        ("sequence", number),
        ("dtstamp", stamp),
        ("last-modified", stamp),
    ):
        entry.pop(key, None)
        entry.add(key, value)
    return entry


# -- what is due -----------------------------------------------------------------------------------


def due_events(
    items: Iterable[Due], releases: Mapping[str, Release], sequences: Mapping[str, int]
) -> list[Event]:
    """An event for each thing owed; and for the releases that were given up, theirs as cancelled.

    `sequences` counts what the log tells of each release.
    """
    found: dict[str, Event] = {}
    for item in items:
        release = releases.get(item.ref or "")
        event = Event(
            _due_uid(item),
            item.on,
            f"{item.who}：{item.what}",
            item.clause or "",
            (release.venue or "") if release and item.key.startswith("hold|") else "",
            sequence=sequences.get(item.ref or "", 0),
        )
        number = 2
        while event.uid in found:  # nothing tells them apart
            event = replace(event, uid=f"{_due_uid(item)}-{number}")
            number += 1
        found[event.uid] = event
    for ref, release in releases.items():
        if release.status in _GIVEN_UP:
            for errand in ("submit", "hold"):
                uid = f"due-{errand}-{ref}"
                said = f"{release.name}：{release.status.label}"
                found.setdefault(
                    uid, Event(uid, release.on, said, ref, status="CANCELLED", sequence=sequences.get(ref, 0))
                )
    return list(found.values())


def _due_uid(item: Due) -> str:
    """From what is due, which its key says: no name, no day and no count, for these change while the duty does not. The
    errands of a release are told in words."""
    errand, _, ref = item.key.partition("|")
    if ref and ref == item.ref:
        return f"due-{errand}-{ref}"
    return f"due-{hashlib.sha256(item.key.encode()).hexdigest()[:16]}"
