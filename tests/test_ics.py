"""Calendar files: whole by the standard, and the same days that the terminal shows."""

from __future__ import annotations

import datetime as dt
import re
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


def _components(calendar: icalendar.Component, name: str = "VEVENT") -> list[Any]:
    """The parts of a calendar by name. The library gives each property the type of all it knows: here they are as read."""
    return list(calendar.walk(name))


def _read(path: Path) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(path.read_bytes())


def _events(path: Path) -> dict[str, Any]:
    """Summary → start; every event has what the standard demands."""
    whole = _read(path)
    assert whole["PRODID"] and whole["VERSION"] == "2.0" and whole.errors == []
    events = _components(whole)
    assert len({e["UID"] for e in events}) == len(events)
    assert all(e.get("DTSTAMP") and e.get("DTSTART") and not e.errors for e in events)
    return {str(e["SUMMARY"]): e["DTSTART"].dt for e in events}


def test_a_year_with_days_off_releases_and_deadlines(bureau: Bureau) -> None:
    view = bureau.on("2026-01-15", "calendar", "show", "2026", "--ics", "2026.ics")
    path = bureau.shell.folder / "2026.ics"
    whole = _read(path)
    starts = [e["DTSTART"].dt for e in _components(whole)]
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


# -- a newer file over an older one ----------------------------------------------------------------


class Diary:
    """A calendar as a phone keeps it (RFC 5546): by UID, the higher SEQUENCE wins, then the later stamp."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, path: Path) -> None:
        for event in _components(_read(path)):
            known = self.events.get(event["UID"])
            if known is None or self._age(event) >= self._age(known):
                self.events[event["UID"]] = event

    @staticmethod
    def _age(event: Any) -> tuple[int, dt.datetime]:
        return int(event.get("SEQUENCE", 0)), event["DTSTAMP"].dt

    def named(self, words: str) -> list[Any]:
        return [e for e in self.events.values() if words in e["SUMMARY"] and e["STATUS"] != "CANCELLED"]


def _second_reader(path: Path) -> dict[str, dict[str, str]]:
    """The events by another reader, written from RFC 5545 alone: lines unfolded, components nested, values unescaped."""
    data = path.read_bytes()
    assert b"\r\n" in data and b"\n" not in data.replace(b"\r\n", b""), "lines end in CRLF (3.1)"
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "and hold 75 octets at most"
    stack: list[str] = []
    events: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in data.decode("utf-8").replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        key = name.partition(";")[0]
        if key == "BEGIN":
            stack.append(value)
            current = {} if value == "VEVENT" else current
        elif key == "END":
            assert stack.pop() == value
            if value == "VEVENT":
                assert current["UID"] not in events
                events[current["UID"]] = current
        elif stack and stack[-1] == "VEVENT":
            assert key not in current, "each property once (3.6.1)"
            current[key] = (
                value.replace("\\,", ",").replace("\\;", ";").replace("\\n", "\n").replace("\\\\", "\\")
            )
            current[f"{key} as"] = name
    assert stack == []
    return events


@pytest.mark.parametrize(
    "words", [("plan", "export", "a.ics", "--year", "2026"), ("due", "--days", "300", "--ics", "a.ics")]
)
def test_every_event_is_whole_for_two_readers(bureau: Bureau, words: tuple[str, ...]) -> None:
    bureau.on("2026-02-15", *words)
    path = bureau.shell.folder / "a.ics"
    whole = _read(path)
    assert [z["TZID"] for z in _components(whole, "VTIMEZONE")] == ["Asia/Shanghai"]
    assert (whole["METHOD"], whole["CALSCALE"]) == ("PUBLISH", "GREGORIAN")
    second = _second_reader(path)
    first = {str(e["UID"]): e for e in _components(whole)}
    assert set(first) == set(second) and first
    for uid, event in first.items():
        assert not event.errors and event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
        timed = isinstance(event["DTSTART"].dt, dt.datetime)
        assert event["TRANSP"] == ("OPAQUE" if timed else "TRANSPARENT")
        assert second[uid]["SUMMARY"] == str(event["SUMMARY"])
        assert ("TZID=Asia/Shanghai" in second[uid]["DTSTART as"]) == timed
        assert event["DTEND"].dt > event["DTSTART"].dt


def test_a_release_moved_or_taken_back_is_one_event_still(bureau: Bureau) -> None:
    folder, diary = bureau.shell.folder, Diary()

    def export(day: str, name: str, *more: str) -> None:
        bureau.on(day, "plan", "export", name, "--year", "2026", *more)
        diary.take(folder / name)

    export("2026-01-16", "一月.ics")
    export("2026-01-16", "又.ics")
    (before,) = diary.named("公交分局：国庆客流安保")
    assert before["LOCATION"] == "市局新闻发布厅" and before["STATUS"] == "TENTATIVE"
    count = len(diary.events)
    bureau.on(
        "2026-05-06",
        "plan",
        "move",
        "2026-001",
        "--date",
        "2026-10-14",
        "--time",
        "14:30",
        "--reason",
        "调整",
    )
    export("2026-05-06", "五月.ics")
    (after,) = diary.named("公交分局：国庆客流安保")
    assert after["UID"] == before["UID"] and int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["DTSTART"].dt.replace(tzinfo=None) == dt.datetime(2026, 10, 14, 14, 30)
    (deadline,) = diary.named("最迟报送：国庆客流安保")
    assert deadline["DTSTART"].dt == dt.date(2026, 10, 8), "13, 12, the make-up Saturday 10, 9, 8 October"
    assert len(diary.events) == count
    diary.take(folder / "一月.ics")
    assert diary.named("公交分局：国庆客流安保") == [after], "an older file does not put it back"
    bureau.on("2026-06-01", "plan", "cancel", "2026-001", "--reason", "不办了")
    export("2026-06-01", "六月.ics")
    assert diary.named("国庆客流安保") == [] and len(diary.events) == count
    assert {diary.events[e["UID"]]["STATUS"] for e in (before, deadline)} == {"CANCELLED"}


def test_what_is_due_keeps_its_name_and_what_is_done_leaves_the_calendar(bureau: Bureau) -> None:
    path, diary = bureau.shell.folder / "due.ics", Diary()
    bureau.on("2026-09-01", "due", "--days", "200", "--ics", "due.ics")
    diary.take(path)
    uids = set(diary.events)
    (submit,) = diary.named("报送“国庆客流安保”")
    bureau.plan("较早的一项", on="2026-09-20")  # now another stands first
    bureau.on("2026-09-02", "due", "--days", "200", "--ics", "due.ics", "--force")
    diary.take(path)
    assert uids <= set(diary.events) and diary.named("报送“国庆客流安保”")[0]["UID"] == submit["UID"]
    assert int(diary.events[submit["UID"]]["SEQUENCE"]) == int(submit["SEQUENCE"]), (
        "nothing of it has changed"
    )
    bureau.on("2026-09-22", *bureau.submission("2026-001"))
    bureau.on("2026-09-22", "due", "--days", "200", "--ics", "due.ics", "--force")
    diary.take(path)
    assert diary.named("报送“国庆客流安保”") == [], "submitted"
    assert diary.events[submit["UID"]]["STATUS"] == "CANCELLED"
    assert int(diary.events[submit["UID"]]["SEQUENCE"]) > int(submit["SEQUENCE"])
    bureau.on("2026-09-22", "due", "--days", "200", "--ics", "due.ics", "--force")
    diary.take(path)
    assert len(diary.events) == len({str(e["UID"]) for e in diary.events.values()})


def test_somebody_elses_calendar_is_only_overwritten(bureau: Bureau) -> None:
    path = bureau.shell.folder / "due.ics"
    for content in (
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ):
        path.write_bytes(content)
        bureau.on("2026-09-01", "due", "--days", "60", "--ics", "due.ics", "--force")
        assert all(e["UID"].endswith("@pressctl") for e in _components(_read(path)))


def test_a_new_name_of_a_unit_or_a_person_is_no_new_duty(bureau: Bureau) -> None:
    """What is due is told by rule and subject, and those are the same under another name: no event twice on the phone."""
    path, diary = bureau.shell.folder / "due.ics", Diary()
    bureau.on("2026-09-01", "due", "--days", "300", "--ics", "due.ics")
    diary.take(path)
    before = {str(e["UID"]): str(e["SUMMARY"]) for e in diary.events.values()}
    assert len([s for s in before.values() if s.startswith("天宁分局：")]) > 2
    bureau.on("2026-09-01", "unit", "rename", "天宁分局", "新北分局", "--on", "2026-09-01")
    bureau.on("2026-09-01", "register", "change", "窦言", "--name", "窦正言")
    bureau.on("2026-09-01", "due", "--days", "300", "--ics", "due.ics", "--force")
    diary.take(path)
    after = {str(e["UID"]): str(e["SUMMARY"]) for e in diary.named("")}
    assert set(after) == set(before)
    theirs = {u for u in before if before[u].startswith("天宁分局：")}
    assert theirs == {u for u in after if after[u].startswith("新北分局：")}


def test_returned_and_submitted_anew_is_the_same_submission(bureau: Bureau) -> None:
    path, diary = bureau.shell.folder / "due.ics", Diary()
    words = ("due", "--days", "200", "--ics", "due.ics", "--force")
    bureau.on("2026-09-01", *words)
    diary.take(path)
    (first,) = diary.named("报送“国庆客流安保”")
    bureau.on("2026-09-22", *bureau.submission("2026-001"))
    bureau.on("2026-09-22", *words)
    diary.take(path)
    bureau.on("2026-09-23", "approve", "2026-001", "--by", "周主任", "--return", "--opinion", "口径再核。")
    bureau.on("2026-09-23", *words)
    diary.take(path)
    (again,) = diary.named("重新报送审批")
    assert again["UID"] == first["UID"] and int(again["SEQUENCE"]) > int(first["SEQUENCE"])


def test_two_duties_of_one_kind_are_two_events_whatever_their_place() -> None:
    from pressctl.core.due import Due
    from pressctl.documents.calendars import due_events

    day = dt.date(2026, 12, 31)
    one = Due(day, 3, "甲应提交年度报告", "天宁分局", "三(四)1", key="REP-01|2026|7|1")
    other = Due(day, 3, "甲应提交年度报告", "天宁分局", "三(四)1", key="REP-01|2026|7|2")
    later = Due(dt.date(2027, 1, 8), 9, "乙应提交年度报告", "新北分局", "三(四)1", key=one.key)

    def uids(*items: Due) -> list[str]:
        return [e.uid for e in due_events(items, {}, {})]

    assert uids(one, other) == uids(other, one)[::-1] and len({*uids(one, other)}) == 2
    assert uids(later) == uids(one), "a day moved, a person and a unit renamed: the same duty"
    assert len({*uids(one, one)}) == 2, "two that nothing tells apart are still two"


@pytest.mark.parametrize("name", ["changzhou-2009", "linshui-2020"])
def test_each_duty_has_a_key_of_its_own_and_keeps_it_under_other_names(name: str) -> None:
    """In every case's world: no two duties share one, and none changes when all units and people are renamed."""
    from dataclasses import replace

    from pressctl.core.due import due
    from pressctl.core.working_days import Calendar
    from pressctl.regulation.cases import Cases
    from pressctl.regulation.loader import of_package
    from pressctl.regulation.package import shipped_package

    package = shipped_package(name)
    policy, cases = of_package(package), Cases.of(package)
    assert cases is not None
    told: set[str] = set()
    by_name = {u for v in policy.values.values() for u in re.findall(r"[\u4e00-\u9fff]+", str(v[0].value))}
    for case in list(cases)[::5]:
        units = tuple(
            u
            if any(p.name in by_name for p in u.periods)  # a clause means it by that name
            else replace(u, periods=tuple(replace(p, name=f"改{p.name}") for p in u.periods))
            for u in case.facts.units
        )
        renamed = replace(case.facts, units=units)
        items, others = (
            due(facts, policy, Calendar(case.on), case.on, days=200) for facts in (case.facts, renamed)
        )
        keys = [i.key for i in items]
        assert all(keys) and len(set(keys)) == len(keys), (case.name, sorted(keys))
        assert sorted(keys) == sorted(i.key for i in others), case.name
        told |= set(keys)
    assert len(told) > 10


def test_what_no_log_counts_gets_its_number_from_the_file_it_is_written_over(tmp_path: Path) -> None:
    from pressctl.documents.calendars import Event, write

    path, now = tmp_path / "a.ics", dt.datetime(2026, 1, 15, 2, 30, tzinfo=dt.UTC)

    def numbers(*events: Event) -> dict[str, tuple[int, str]]:
        write(path, events, name="甲", stamp=now, force=True)
        found = _components(_read(path))
        return {
            str(e["UID"]).removesuffix("@pressctl"): (int(e["SEQUENCE"]), str(e["STATUS"])) for e in found
        }

    day = dt.date(2026, 7, 15)
    report, statement = Event("a", day, "半年报送"), Event("b", day, "年度报告")
    assert numbers(report, statement) == {"a": (0, "CONFIRMED"), "b": (0, "CONFIRMED")}
    assert numbers(report, statement) == {"a": (0, "CONFIRMED"), "b": (0, "CONFIRMED")}, "nothing has changed"
    moved = Event("a", day.replace(day=20), "半年报送")
    assert numbers(moved) == {"a": (1, "CONFIRMED"), "b": (1, "CANCELLED")}, "moved; gone"
    assert numbers(moved) == {"a": (1, "CONFIRMED"), "b": (1, "CANCELLED")}, "gone once"
    assert numbers(moved, statement)["b"] == (2, "CONFIRMED"), "and there again"
