"""三(一), 三(四)1, 4: who must be on the register, and what happens when a post changes hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Appointment, Person
from pressctl.core.rules.look import Look, Member, Verdict, check, of_unit
from pressctl.core.terms import RecordKind, Result, Role, Strength, UnitKind

_ONE = timedelta(1)


@check("ORG-01")
def placed(look: Look) -> Iterator[Verdict]:
    """Every unit but the bureau stands under another; there is one bureau."""
    bureaus = sum(m.period.kind is UnitKind.BUREAU for m in look.members)
    for m in look.members:
        if m.period.kind is UnitKind.BUREAU:
            good = bureaus == 1
            message = (
                f"{m.period.name}为{m.period.kind.label}。"
                if good
                else f"登记了{bureaus}个市局，应只有一个。"
            )
        else:
            good = m.period.parent_id in look.facts.unit_by_id
            under = (
                f"隶属{look.name(m.period.parent_id)}" if good else "没有写明上级单位，不知由谁统筹、向谁报送"
            )
            message = f"{m.period.name}（{m.period.kind.label}）{under}。"
        yield of_unit(m, "ORG-01", look.judged(good), message)


@check("POL-01")
def in_force(look: Look) -> Iterator[Verdict]:
    good = look.policy.since <= look.day
    said = "已施行" if good else "尚未施行"
    yield Verdict(
        "POL-01", look.judged(good), f"{look.policy.number}自 {look.policy.since} 施行，{look.day} {said}。"
    )


@check("ROS-01")
def top(look: Look) -> Iterator[Verdict]:
    """Two bureau spokespersons, one office, one director."""
    wanted = look.value(keys.BUREAU_ROSTER)
    bureau, office = look.bureau, look.office
    spokespersons = (
        len(look.active(bureau.unit.id, Role.SPOKESPERSON, look.upto)) if bureau is not None else 0
    )
    offices = sum(m.period.office for m in look.members)
    directors = len(look.active(office.unit.id, Role.OFFICE_DIRECTOR, look.upto)) if office is not None else 0
    for what, count, number, exactly, unit in (
        ("市局新闻发言人", spokespersons, wanted.spokespersons, False, bureau),
        ("新闻发言人办公室", offices, wanted.offices, True, bureau),
        ("新闻发言人办公室主任", directors, wanted.directors, True, office or bureau),
    ):
        good = count == number if exactly else count >= number
        each = "个" if what.endswith("办公室") else "名"
        yield Verdict(
            "ROS-01",
            look.judged(good),
            f"{what}应有{number}{each}{'' if exactly else '以上'}，{look.upto} 现有{count}{each}。",
            unit_id=unit.unit.id if unit else None,
            evidence={"what": what, "count": count, "wanted": number},
        )


@check("ROS-02")
def offices(look: Look) -> Iterator[Verdict]:
    set_up = {r.unit_id: r for r in look.records(RecordKind.OFFICE_SETUP)}
    for m in look.members_of(frozenset({UnitKind.SUB_BUREAU})):
        record = set_up.get(m.unit.id)
        said = f"于 {record.on} 设立" if record else "设立与否没有记录"
        yield of_unit(
            m,
            "ROS-02",
            Result.PASS if record else Result.NO_EVIDENCE,
            f"{m.period.name}新闻发言人办公室{said}。",
        )


@check("ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07", "ROS-10")
def numbers(look: Look) -> Iterator[Verdict]:
    """How many of each role a unit must and may have, by its kind on the day. Below is an error, above a warning."""
    table = look.value(keys.ROSTER_NUMBERS)
    due = look.due_day(look.value(keys.ROSTER_DUE, look.last))
    for m in look.members:
        for row in table.get(m.period.kind, ()):
            rule, role, least, most = row.rule, row.role, row.least, row.most
            count = len(look.active(m.unit.id, role, look.upto))
            many = most is not None and count > most
            wanted = f"{least}名" if least == most else f"{least}至{most}名" if most else f"至少{least}名"
            yield of_unit(
                m,
                rule,
                look.judged(count >= least and not many),
                f"{m.period.name}应有{role.label}{wanted}，{look.upto} 现有{count}名。",
                strength=Strength.PRINCIPLE if many else None,
                due=due if count < least else None,
                evidence={"role": role.value, "count": count, "least": least, "most": most},
            )


@check("ROS-08")
def roster_sent(look: Look) -> Iterator[Verdict]:
    """A roster counts as received when it was recorded, or when the unit's people were registered that year."""
    due = look.due_day(look.value(keys.ROSTER_DUE, look.last))
    for m in look.members_of(look.value(keys.ROSTER_KINDS)):
        record = look.yearly(RecordKind.ROSTER, m.unit.id)
        days = [record.on] if record else []
        days += [
            a.registered_on
            for a in look.facts.appointments_by_unit.get(m.unit.id, ())
            if a.registered_on and look.first <= a.registered_on <= look.upto
        ]
        received = min(days, default=None)
        good = received is not None and received <= due
        result = look.judged(good, None if received else due)
        said = f"于 {received} 报送" if received else "尚无报送记录"
        yield of_unit(
            m,
            "ROS-08",
            result,
            f"{m.period.name}{look.year}年名单应于 {due} 前报送，{said}。",
            due=None if received else due,
            evidence={"due": due.isoformat(), "received": received.isoformat() if received else None},
        )


@check("ROS-09")
def registered(look: Look) -> Iterator[Verdict]:
    """Every spokesperson's registration form has been received; an entry in the register alone does not show it."""
    forms = {r.person_id: r for r in look.records(RecordKind.REGISTRATION)}
    for m in look.members_of(frozenset({UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION})):
        for a in look.active(m.unit.id, Role.SPOKESPERSON, look.upto):
            record = forms.get(a.person.id)
            said = f"于 {record.on} 收存" if record else "没有收存的记录"
            yield of_unit(
                m,
                "ROS-09",
                Result.PASS if record else Result.NO_EVIDENCE,
                f"{m.period.name}新闻发言人{a.person.name}的登记表{said}。",
                person=a.person,
            )


@check("ROS-12")
def doubtful(look: Look) -> Iterator[Verdict]:
    """One name in two units, one mobile for two people, someone in post at a unit that is no more."""
    names: dict[str, dict[int, Appointment]] = defaultdict(dict)
    mobiles: dict[str, dict[int, Person]] = defaultdict(dict)
    for a in look.facts.appointments:
        if not a.active_on(look.upto):
            continue
        names[a.person.name].setdefault(a.person.id, a)
        if a.person.mobile:
            mobiles[a.person.mobile][a.person.id] = a.person
        unit = look.facts.unit_by_id[a.unit_id]
        if unit.on(look.upto) is None:
            yield Verdict(
                "ROS-12",
                Result.FAIL,
                f"{unit.name}已不存在，{a.person.name}仍在任{a.role.label}。",
                unit.id,
                a.person,
            )
    for name, held in names.items():
        units = list(dict.fromkeys(look.name(a.unit_id) for a in held.values()))
        if len(units) > 1:
            first = next(iter(held.values()))
            yield Verdict(
                "ROS-12",
                Result.FAIL,
                f"{'、'.join(units)}各有一位{name}，请核实是否一人。",
                first.unit_id,
                first.person,
            )
    for people in mobiles.values():
        if len(people) > 1:
            first_person = next(iter(people.values()))
            unit_id = look.facts.appointments_by_person[first_person.id][0].unit_id
            who = "、".join(p.name for p in people.values())
            yield Verdict("ROS-12", Result.FAIL, f"{who}登记了同一个手机号码。", unit_id, first_person)


@check("CHG-01", "CHG-02")
def changes(look: Look) -> Iterator[Verdict]:
    """Posts that fell vacant in the year: for how many working days, and whether a successor is registered."""
    table = look.value(keys.ROSTER_NUMBERS)
    for m in look.members:
        for row in table.get(m.period.kind, ()):
            if not row.least:
                continue
            role, least = row.role, row.least
            held = [a for a in look.facts.appointments_by_unit.get(m.unit.id, ()) if a.role is role]
            for gone in held:
                if gone.until is not None and look.first <= gone.until <= look.upto:
                    yield from _vacancy(look, m, role, least, gone, held)
    yield from _director(look)


def _vacancy(
    look: Look, m: Member, role: Role, least: int, gone: Appointment, held: list[Appointment]
) -> Iterator[Verdict]:
    assert gone.until is not None
    filled = _filled_from(held, least, gone.until)
    end = min(filled or look.upto + _ONE, look.upto + _ONE)
    span = look.calendar.between(gone.until - _ONE, end - _ONE)
    days, most = look.value(keys.VACANCY_DAYS), look.value(keys.VACANCY_MOST)
    open_yet = filled is None or filled > look.upto
    result = (
        Result.FAIL
        if span.days > days
        else Result.NOT_DUE
        if open_yet
        else Result.PASS
    )  # fmt: skip
    said = "至今空缺" if open_yet else "空缺"
    told = f"{m.period.name}{role.label}{gone.person.name}于 {gone.until} 离任，"
    yield of_unit(
        m,
        "CHG-01",
        result,
        f"{told}{said}{span.days}个工作日（以{days}个为限）。" if span.days else f"{told}岗位没有空缺。",
        person=gone.person,
        at=gone.until,
        strength=Strength.MUST if span.days > most else None,
        provisional=span.provisional,
        due=look.calendar.add(gone.until - _ONE, days).end if open_yet else None,
        evidence={
            "vacant_from": gone.until.isoformat(),
            "filled": filled.isoformat() if filled else None,
            "days": span.days,
        },
    )
    successors = [a for a in held if a.active_on(min(filled or look.upto, look.upto))]
    good = not open_yet and all(a.registered_on for a in successors)
    yield of_unit(
        m,
        "CHG-02",
        Result.PASS if good else Result.NOT_DUE if open_yet and span.days <= days else Result.FAIL,
        f"{told}{'接任者已登记' if good else '尚未登记接任者'}。",
        person=gone.person,
        at=gone.until,
    )


def _filled_from(held: list[Appointment], least: int, day: date) -> date | None:
    """The first day from `day` on when the post is held by enough people again; None when not yet."""
    days = sorted({day, *(a.since for a in held if a.since is not None and a.since > day)})
    return next((d for d in days if sum(a.active_on(d) for a in held) >= least), None)


def _director(look: Look) -> Iterator[Verdict]:
    """三(一): the head of the unit that is the office directs it; when the head changes, so does the director."""
    title, office = look.value(keys.OFFICE_HEAD), look.office
    if office is None:
        return
    for a in look.active(office.unit.id, Role.OFFICE_DIRECTOR, look.upto):
        good = title in a.title
        yield of_unit(
            office,
            "CHG-01",
            look.judged(good),
            f"新闻发言人办公室主任{a.person.name}的职务为“{a.title}”，应由{office.period.name}{title}兼任。",
            person=a.person,
            strength=Strength.PRINCIPLE,
        )
