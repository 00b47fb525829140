"""iCalendar files, which Outlook, phones and Thunderbird take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pressctl.documents.files import write_new

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Event:
    """A day, or a time in Shanghai where `start` is a datetime."""

    uid: str
    start: date
    summary: str
    description: str = ""


def write(path: Path, events: Iterable[Event], *, name: str, stamp: datetime, force: bool = False) -> None:
    """One calendar; a release with a time lasts an hour, everything else a day."""
    from icalendar import Calendar
    from icalendar import Event as Entry

    made: Any = Calendar()
    for key, value in (("prodid", "-//pressctl//ZH"), ("version", "2.0"), ("x-wr-calname", name)):
        made.add(key, value)
    for event in events:
        entry: Any = Entry()
        entry.add("uid", f"{event.uid}@pressctl")
        entry.add("dtstamp", stamp)
        entry.add("summary", event.summary)
        timed = isinstance(event.start, datetime)
        start = event.start.replace(tzinfo=_SHANGHAI) if isinstance(event.start, datetime) else event.start
        entry.add("dtstart", start)
        entry.add("dtend", start + (timedelta(hours=1) if timed else timedelta(days=1)))
        if event.description:
            entry.add("description", event.description)
        made.add_component(entry)
    write_new(path, made.to_ical(), force=force)
