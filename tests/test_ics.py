"""Calendar files: whole by the standard, and the same days that the terminal shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    made = Bureau(shell)
    made.plan("国庆客流安保", "--venue", "市局新闻发布厅", "--time", "10:00")
    return made


def _events(path: Path) -> dict[str, Any]:
    """Summary → start; every event has what the standard demands."""
    whole = icalendar.Calendar.from_ical(path.read_bytes())
    assert whole["PRODID"] and whole["VERSION"] == "2.0" and whole.errors == []
    events = list(whole.walk("VEVENT"))
    assert len({e["UID"] for e in events}) == len(events)
    assert all(e.get("DTSTAMP") and e.get("DTSTART") and not e.errors for e in events)
    return {str(e["SUMMARY"]): e["DTSTART"].dt for e in events}


def test_a_year_with_days_off_releases_and_deadlines(bureau: Bureau) -> None:
    view = bureau.on("2026-01-15", "calendar", "show", "2026", "--ics", "2026.ics")
    path = bureau.shell.folder / "2026.ics"
    whole = icalendar.Calendar.from_ical(path.read_bytes())
    starts = [e["DTSTART"].dt for e in whole.walk("VEVENT")]
    assert {dt.date.fromisoformat(o["date"]) for o in view["off"]} <= {
        s for s in starts if not isinstance(s, dt.datetime)
    }
    told = _events(path)
    assert told["最迟报送：国庆客流安保"] == dt.date(2026, 9, 24)
    (at,) = [s for name, s in told.items() if name.endswith("：国庆客流安保") and not name.startswith("最迟")]
    assert at.replace(tzinfo=None) == dt.datetime(2026, 10, 9, 10) and at.utcoffset() == dt.timedelta(hours=8)


def test_what_is_due_as_a_calendar(bureau: Bureau) -> None:
    items = bureau.on("2026-09-01", "due", "--days", "60", "--ics", "due.ics")
    starts = sorted(_events(bureau.shell.folder / "due.ics").values())
    assert starts == sorted({(i["who"], i["what"]): dt.date.fromisoformat(i["on"]) for i in items}.values())


def test_the_plan_as_a_calendar_and_no_overwriting(bureau: Bureau) -> None:
    bureau.on("2026-01-15", "plan", "export", "plan.ics", "--year", "2026")
    assert any("国庆客流安保" in name for name in _events(bureau.shell.folder / "plan.ics"))
    error = bureau.refused("2026-01-15", "plan", "export", "plan.ics", "--year", "2026", code=2)
    assert "--force" in error["next"]
