"""三(四): yearly reports, meetings, training, assessment, the county bureaus' own systems; and what the program asks of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.dates import last_of_month
from pressctl.core.facts import Appointment
from pressctl.core.rules.look import Look, Verdict, check, of_unit
from pressctl.core.terms import RecordKind, Result, Role, UnitKind


@check("REP-01")
def statements(look: Look) -> Iterator[Verdict]:
    """One from each spokesperson in post at the end of what is looked at; station liaisons owe none (Q20)."""
    due = look.due_day(look.value(keys.STATEMENT_DUE, look.last))
    for m in look.members_of(look.value(keys.STATEMENT_KINDS)):
        for a in look.active(m.unit.id, Role.SPOKESPERSON, look.upto):
            record = look.yearly(RecordKind.STATEMENT, a.person.id)
            said = f"于 {record.on} 收到" if record else "尚未收到"
            yield of_unit(
                m,
                "REP-01",
                look.judged(record is not None and record.on <= due, None if record else due),
                f"{m.period.name}新闻发言人{a.person.name}{look.year}年工作报告应于 {due} 前提交，{said}。",
                person=a.person,
                due=None if record else due,
            )


@check("REP-02")
def half_years(look: Look) -> Iterator[Verdict]:
    for m in look.members_of(frozenset({UnitKind.COUNTY_BUREAU})):
        for row in look.value(keys.HALF_YEAR_DUE, look.last):
            half, due = row.half, look.due_day(row.on, row.years_after)
            record = look.yearly(RecordKind.HALF_YEAR, m.unit.id, half)
            said = f"于 {record.on} 收到" if record else "尚未收到"
            yield of_unit(
                m,
                "REP-02",
                look.judged(record is not None and record.on <= due, None if record else due),
                f"{m.period.name}{look.year}年{'上' if half == 1 else '下'}半年工作情况应于 {due} 前报送，{said}。",
                period=f"{look.year}H{half}",
                due=None if record else due,
            )


@check("MTG-01", "MTG-02")
def meetings(look: Look) -> Iterator[Verdict]:
    """A meeting in every period of so many months; and each has its minutes."""
    months = look.value(keys.MEETING_MONTHS, look.last)
    held = [r for r in look.records(RecordKind.MEETING) if r.on.year == look.year]
    for start in range(1, 13, months):
        last = last_of_month(look.year, min(start + months - 1, 12))
        days = [r.on for r in held if start <= r.on.month < start + months]
        result = Result.PASS if days else Result.NOT_DUE if look.day <= last else Result.NO_EVIDENCE
        span = f"{start}至{last.month}月" if last.month != start else f"{start}月"
        yield Verdict(
            "MTG-01",
            result,
            f"{look.year}年{span}{f'召开例会{len(days)}次' if days else '没有例会的记录'}。",
            look.office_id,
            period=f"{look.year}-{start:02}",
            due=None if days else last,
        )
    for record in held:
        good = bool(record.data.get("minutes") or record.sha256 or record.text)
        said = "有纪要" if good else "没有纪要"
        yield Verdict(
            "MTG-02", look.judged(good), f"{record.on} 的例会{said}。", look.office_id, at=record.on
        )


@check("TRN-01", "TRN-02")
def training(look: Look) -> Iterator[Verdict]:
    """What share of those in post were trained this year; and newcomers within so many months."""
    attended: dict[int, list[date]] = {}
    for record in look.records(RecordKind.TRAINING):
        for person in record.data.get("people", ()):
            attended.setdefault(person, []).append(record.on)
    least, months = look.value(keys.TRAINING_SHARE), look.value(keys.TRAINING_MONTHS)
    in_post = [
        a
        for a in look.facts.appointments
        if a.role in (Role.SPOKESPERSON, Role.LIAISON) and a.active_on(look.upto)
    ]
    people = {a.person.id for a in in_post}
    trained = sum(any(d.year == look.year for d in attended.get(p, ())) for p in people)
    if people:
        result = (
            Result.NO_EVIDENCE
            if not trained and look.day > look.last
            else look.judged(trained / len(people) >= least, look.last)
        )
        yield Verdict(
            "TRN-01",
            result,
            f"{look.year}年在任的新闻发言人和联络员{len(people)}人，受训{trained}人"
            f"（{trained / len(people):.0%}，以{least:.0%}为限）。",
            look.office_id,
            evidence={"in_post": len(people), "trained": trained},
        )
    yield from _newcomers(look, in_post, attended, months)


def _newcomers(
    look: Look, in_post: list[Appointment], attended: dict[int, list[date]], months: int
) -> Iterator[Verdict]:
    """Those whose time to be trained ran out this year, as one verdict with their names."""
    fresh = {a.person.id: a for a in in_post if a.since and look.first <= a.since <= look.upto}
    late = []
    for person, a in fresh.items():
        assert a.since is not None
        due = a.since + timedelta(days=30 * months)
        if due < look.day and not any(a.since <= d <= due for d in attended.get(person, ())):
            late.append(a.person.name)
    if fresh:
        some = "、".join(late[:5]) + ("等" if len(late) > 5 else "")
        yield Verdict(
            "TRN-02",
            Result.NO_EVIDENCE if late else Result.PASS,
            f"{look.year}年到任{len(fresh)}人，"
            + (
                f"满{months}个月没有受训记录的{len(late)}人：{some}。"
                if late
                else f"没有满{months}个月未受训的。"
            ),
            look.office_id,
            evidence={"new": len(fresh), "untrained": late},
        )


@check("PRF-01")
def assessments(look: Look) -> Iterator[Verdict]:
    due = look.due_day(look.value(keys.ASSESSMENT_DUE, look.last), 1)
    for m in look.members_of(look.value(keys.ROSTER_KINDS)):
        record = look.yearly(RecordKind.ASSESSMENT, m.unit.id)
        said = f"得分 {record.data.get('score')}" if record else "尚无记录"
        yield of_unit(
            m,
            "PRF-01",
            look.judged(record is not None, due),
            f"{m.period.name}{look.year}年新闻发布工作考评（{due} 前）：{said}。",
            due=None if record else due,
        )


_ITEMS = (
    ("spokesperson", "新闻发言人"),
    ("department", "主管部门"),
    ("flow", "审批和发布流程"),
    ("requirements", "工作要求"),
)


@check("CTY-01")
def county_systems(look: Look) -> Iterator[Verdict]:
    systems = {r.unit_id: r for r in look.records(RecordKind.COUNTY_SYSTEM)}
    for m in look.members_of(frozenset({UnitKind.COUNTY_BUREAU})):
        record = systems.get(m.unit.id)
        lacking = [label for key, label in _ITEMS if record is None or not record.data.get(key)]
        yield of_unit(
            m,
            "CTY-01",
            Result.NO_EVIDENCE if record is None else look.judged(not lacking),
            f"{m.period.name}的新闻发布工作制度"
            + (
                "没有记录。"
                if record is None
                else f"没有明确{'、'.join(lacking)}。"
                if lacking
                else "四项都已明确。"
            ),
        )


@check("CAL-01")
def official_years(look: Look) -> Iterator[Verdict]:
    """Years that the releases of the year touch have their notice."""
    years = {look.year} | {d.year for r in look.releases for d in (r.on, r.submitted_on) if d is not None}
    for year in sorted(years):
        known = look.calendar.year(year)
        yield Verdict(
            "CAL-01",
            Result.PASS if known.official else Result.PROVISIONAL,
            f"{year}年放假安排{'已公布' if known.official else '尚未公布，工作日为推定'}（{known.source}）。",
            period=str(year),
        )


@check("AUD-01")
def log(look: Look) -> Iterator[Verdict]:
    if look.facts.log_sound is None:
        return
    said = "完整，逐条相接" if look.facts.log_sound else "校验不符，有人改动过"
    yield Verdict("AUD-01", look.judged(look.facts.log_sound), f"日志{said}。")
