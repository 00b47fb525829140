"""三(一), 三(四)1, 4: who must be on the register, and what happens when a post changes hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Appointment, Person, UnitPeriod, covers, one_person
from pressctl.core.own import Named
from pressctl.core.policy_keys import RosterRow
from pressctl.core.rules.look import Duty, Look, Member, Verdict, late_by, of_unit, rule
from pressctl.core.terms import RecordKind, Result, Role, Strength, UnitKind, Word

_ONE = timedelta(1)
_A_MONTH = timedelta(31)
"""How long before its year a roster may come in for it."""
_NUMBERS = Duty(
    opened="单位存在的每一天，按当日的类别",
    due="随时；当年名单报送的最后一天起列入待办，以后才缺的自离任之日起",
    by="当日在任并已登记的人数；同单位同岗位的同名者，没有年龄、性别可以区分的，只算一人",
    late="缺员之日即不符合，补上之日起符合",
    good_late=None,
)


@rule(
    "ORG-01",
    Duty(
        opened="单位登记之日",
        due="随时",
        by="单位的类别和上级单位；{word.superior}只有一个",
        late="不适用：随时补登",
        good_late=None,
    ),
)
def placed(look: Look) -> Iterator[Verdict]:
    """Every unit but the bureau stands under another; there is one bureau."""
    bureaus = sum(m.period.kind is UnitKind.BUREAU for m in look.members)
    there = {m.unit.id for m in look.members}
    for m in look.members:
        if m.period.kind is UnitKind.BUREAU:
            good = bureaus == 1
            message = (
                f"{m.period.name}为{m.period.named_kind.label}。"
                if good
                else f"登记了{bureaus}个{m.period.kind.label}，应只有一个。"
            )
        else:
            good = m.period.parent_id in there
            gone = m.period.parent_id in look.facts.unit_by_id
            under = (
                f"隶属{look.name(m.period.parent_id)}"
                if good
                else f"的上级单位{look.name(m.period.parent_id)}已经撤销"
                if gone
                else "没有写明上级单位，不知由谁统筹、向谁报送"
            )
            message = f"{m.period.name}（{m.period.named_kind.label}）{under}。"
        yield of_unit(m, "ORG-01", look.judged(good), message)


@rule(
    "POL-01",
    Duty(opened="所判之日", due="所判之日", by="规定的施行日不晚于所判之日", late="不适用", good_late=None),
)
def in_force(look: Look) -> Iterator[Verdict]:
    good = look.policy.since <= look.day
    said = "已施行" if good else "尚未施行"
    yield Verdict(
        "POL-01", look.judged(good), f"{look.policy.number}自 {look.policy.since} 施行，{look.day} {said}。"
    )


@rule(
    "ROS-01",
    Duty(
        opened="所判之日",
        due="随时；当年名单报送的最后一天起列入待办，以后才缺的自离任之日起",
        by="当日在任的{word.superior}新闻发言人、{word.office_short}和{word.office_head}的数目",
        late="缺员之日即不符合，补上之日起符合",
        good_late=None,
    ),
)
def top(look: Look) -> Iterator[Verdict]:
    """So many bureau spokespersons, one office, one director."""
    wanted = look.value(keys.BUREAU_ROSTER)
    bureau, office = look.bureau, look.office
    spokespersons = look.active(bureau.unit.id, Role.SPOKESPERSON, look.upto) if bureau is not None else ()
    directors = look.active(office.unit.id, Role.OFFICE_DIRECTOR, look.upto) if office is not None else ()
    offices = sum(m.period.office for m in look.members)
    told = look.policy.find(keys.ROSTER_DUE, look.last)
    due = look.due_day(told.typed) if told else look.first
    for what, each, count, sure, number, exactly, unit, role in (
        (f"{Word.SUPERIOR.label}新闻发言人", "名", len(spokespersons), _told_apart(spokespersons), wanted.spokespersons, False, bureau, Role.SPOKESPERSON),
        (Word.OFFICE.label, "个", offices, offices, wanted.offices, True, bureau, None),
        (Role.OFFICE_DIRECTOR.label, "名", len(directors), _told_apart(directors), wanted.directors, True, office or bureau, Role.OFFICE_DIRECTOR),
    ):  # fmt: skip
        left = _left(look, unit, role) if unit and role else None
        if role is Role.OFFICE_DIRECTOR and office is not None:  # which may be the office only since
            left = max((d for d in (left, office.period.since) if d), default=None)
        good = sure == number if exactly else sure >= number
        doubtful = not good and (count == number if exactly else count >= number)
        yield Verdict(
            "ROS-01",
            Result.NO_EVIDENCE if doubtful else look.judged(good),
            f"{what}应有{number}{each}{'' if exactly else '以上'}，{look.upto} 现有{count}{each}"
            + ("，其中有同名者，看不出是否同一人。" if doubtful else "。"),
            unit_id=unit.unit.id if unit else None,
            due=max(due, left or due) if sure < number else None,
            evidence={"what": what, "count": count, "wanted": number},
            part=role.value if role else "office",
            cite=role.value if role else None,
        )


def _told_apart(held: Iterable[Appointment]) -> int:
    """How many people hold these posts for sure: two of one name count as one while nothing tells them apart."""
    sure: list[Person] = []
    for a in held:
        if not any(one_person(a.person, other) for other in sure):
            sure.append(a.person)
    return len(sure)


@rule(
    "ROS-02",
    Duty(
        opened="单位成为{unit_kind.sub_bureau}之日",
        due="随时",
        by="设立{word.office}的记录（record office-setup）",
        late="不适用：没有记录即为无记录",
        good_late=None,
    ),
)
def offices(look: Look) -> Iterator[Verdict]:
    set_up = {r.unit_id: r for r in look.records(RecordKind.OFFICE_SETUP)}
    for m in look.members_of(frozenset({UnitKind.SUB_BUREAU})):
        record = set_up.get(m.unit.id)
        said = f"于 {record.on} 设立" if record else "设立与否没有记录"
        yield of_unit(
            m,
            "ROS-02",
            Result.PASS if record else Result.NO_EVIDENCE,
            f"{m.period.name}{Word.OFFICE.label}{said}。",
        )


@rule("ROS-03", _NUMBERS)
@rule("ROS-04", _NUMBERS)
@rule("ROS-05", _NUMBERS)
@rule("ROS-06", _NUMBERS)
@rule("ROS-07", _NUMBERS)
@rule("ROS-10", _NUMBERS)
def numbers(look: Look) -> Iterator[Verdict]:
    """How many of each role a unit must and may have, by its kind on the day. Below is an error, above a warning."""
    table = look.value(keys.ROSTER_NUMBERS)
    due = look.due_day(look.value(keys.ROSTER_DUE, look.last))
    for m in look.members if look.begun else ():
        for row in table.get(m.period.named_kind, ()):
            yield _number(look, m, row, due)


def _number(look: Look, m: Member, row: RosterRow, due: date) -> Verdict:
    held = look.active(m.unit.id, row.role, look.upto)
    count, sure = len(held), _told_apart(held)
    few, many = sure < row.least, row.most is not None and sure > row.most
    doubtful = (few and count >= row.least) or (
        not few and not many and row.most is not None and count > row.most
    )
    titled = not row.titled or any(word in a.title for a in held for word in row.titled)
    untold = not titled and any(not a.title.strip() for a in held)
    lacking = "或".join(row.titled)
    least, most = row.least, row.most
    wanted = f"{least}名" if least == most else f"{least}至{most}名" if most else f"至少{least}名"
    return of_unit(
        m,
        row.rule,
        Result.NO_EVIDENCE
        if doubtful or (untold and not few and not many)
        else look.judged(not few and not many and titled),
        f"{m.period.name}应有{row.role.label}{wanted}，{look.upto} 现有{count}名"
        + ("，其中有同名者，看不出是否同一人" if doubtful else "")
        + ("" if titled else f"，其中应有一名{lacking}，" + ("有人没有写明职务" if untold else "没有"))
        + "。",
        strength=Strength.PRINCIPLE if titled and not few and (many or doubtful) else None,
        due=max(due, m.period.since or due, _left(look, m, row.role.term) or due)
        if few
        else max(due, m.period.since or due)
        if not titled
        else None,
        evidence={
            "role": row.role.term.value,
            "count": count,
            "least": least,
            "most": most,
        }
        | ({"role_name": row.role.name} if row.role.name else {}),
    )


def _left(look: Look, m: Member, role: Role) -> date | None:
    """Since when a unit short of people in a role is so: the day on which the last of them left; None where nobody did."""
    posts = look.facts.appointments_by_unit.get(m.unit.id, ())
    return max((a.until for a in posts if a.role is role and a.until and a.until <= look.upto), default=None)


@rule(
    "ROS-08",
    Duty(
        opened="名单报送的最后一天存在的、当日属须报送类别的单位",
        due="当年名单报送的最后一天（含当日，遇休息日不顺延）",
        by="导入该单位的名册，或 record roster；逐人增补不算报送名单",
        late="最后一天之后收到：不符合，并写明迟了几天；单位撤销以后无从补报，不再列入待办",
        good_late=True,
    ),
)
def roster_sent(look: Look) -> Iterator[Verdict]:
    if not look.value(keys.ROSTER_RECURS, look.last) and look.year != look.policy.since.year:
        return
    due = look.due_day(look.value(keys.ROSTER_DUE, look.last))
    for m in look.members_on(due, look.value(keys.ROSTER_KINDS)):
        record = look.yearly(RecordKind.ROSTER, m.unit.id, since=look.first - _A_MONTH)
        received = record.on if record else None
        good = received is not None and received <= due
        said = f"于 {received} 报送{late_by(received, due)}" if received else "尚无报送记录"
        gone = None if received else look.past_asking(m.unit, due)
        yield of_unit(
            m,
            "ROS-08",
            look.judged(good, None if received else due),
            f"{m.period.name}{look.year}年名单应于 {due} 前报送，{said}。",
            due=None if received or gone else due,
            next=gone,
            evidence={"due": due.isoformat(), "received": received.isoformat() if received else None},
        )


@rule(
    "ROS-09",
    Duty(
        opened="新闻发言人到任之日",
        due="随时",
        by="{word.registration_form}收存的记录（record registration）；登记在册本身不算",
        late="不适用：没有收存的记录即为无记录",
        good_late=None,
    ),
)
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
                f"{m.period.name}新闻发言人{a.person.name}的{Word.REGISTRATION_FORM.label}{said}。",
                person=a.person,
            )


@rule(
    "ROS-12",
    Duty(
        opened="所判之日",
        due="随时",
        by="当日在任的人没有同名、同号，所在单位没有撤销",
        late="不适用：随时核实",
        good_late=None,
    ),
)
def doubtful(look: Look) -> Iterator[Verdict]:
    """One name in two units or twice in one, one mobile for two people, someone in post at a unit that is no more."""
    names: dict[str, dict[int, Appointment]] = defaultdict(dict)
    mobiles: dict[str, dict[int, Person]] = defaultdict(dict)
    for a in look.facts.appointments:
        if not a.active_on(look.upto):
            continue
        names[a.person.name].setdefault(a.person.id, a)
        if a.person.mobile:
            mobiles[a.person.mobile][a.person.id] = a.person
        unit = look.facts.unit_by_id.get(a.unit_id)
        if unit is not None and unit.on(look.upto) is None:
            yield Verdict(
                "ROS-12",
                Result.FAIL,
                f"{unit.name}已不存在，{a.person.name}仍在任{a.named_role.label}。",
                unit.id,
                a.person,
                part="closed",
            )
    for name, held in names.items():
        if len(held) > 1:
            yield from _namesakes(look, name, list(held.values()))
    for people in mobiles.values():
        if len(people) > 1:
            first_person = next(iter(people.values()))
            unit_id = look.facts.appointments_by_person[first_person.id][0].unit_id
            who = "、".join(p.name for p in people.values())
            said = f"{who}登记了同一个手机号码。"
            yield Verdict("ROS-12", Result.FAIL, said, unit_id, first_person, part="mobile")


def _namesakes(look: Look, name: str, held: list[Appointment]) -> Iterator[Verdict]:
    units = list(dict.fromkeys(a.unit_id for a in held))
    if len(units) > 1:
        said = "、".join(look.name(u) for u in units)
        yield Verdict(
            "ROS-12", Result.FAIL, f"{said}各有一位{name}，请核实是否一人。", units[0], held[0].person,
            part="units",
        )  # fmt: skip
    for unit_id in units:
        here = [a for a in held if a.unit_id == unit_id]
        if _told_apart(here) < len(here):
            yield Verdict(
                "ROS-12",
                Result.FAIL,
                f"{look.name(unit_id)}登记了{len(here)}位{name}，没有年龄、性别可以区分，请核实是否一人。",
                unit_id,
                here[0].person,
            )


_VACANT = Duty(
    opened="岗位人数因离任而不足之日，也跨年计算",
    due="空缺满规定的工作日",
    by="接任者到任；单位撤销或改了类别、不再设此岗位的，到此为止",
    late="空缺的工作日超过规定数",
    good_late=True,
    carried=True,
)


@rule("CHG-01", _VACANT)
@rule("CHG-02", replace(_VACANT, by="接任者登记在册"))
def changes(look: Look) -> Iterator[Verdict]:
    """Posts that fell vacant, in this year or before it and not filled by then: for how many working days, and whether
    a successor is registered."""
    roles = set(_demanded(look))
    for unit in look.facts.units if look.begun else ():
        by_role: dict[Role, list[Appointment]] = {}
        for a in look.facts.appointments_by_unit.get(unit.id, ()):
            by_role.setdefault(a.role, []).append(a)
        for role, held in by_role.items():
            if role not in roles:
                continue
            ended = [a for a in held if a.until is not None and a.until <= look.upto]
            if not ended:
                continue
            one = all(a.role_name is None for a in held) and all(
                _least(look, p, Named(role)) <= 1 for p in unit.periods
            )
            if one and any(
                a.since and a.since < look.first and (a.until is None or a.until >= look.first) for a in held
            ):
                ended = [
                    a for a in ended if a.until and a.until >= look.first
                ]  # on New Year's Eve it was held
            for gone in ended:
                assert gone.until is not None
                old = gone.until < look.first  # told by its own year, and by the present one while it lasts
                if old and (one and _held_between(held, gone.until, look.first)):
                    continue
                yield from _vacancy(look, Member(unit, unit.on(gone.until) or unit.latest), gone, held)
    yield from _director(look)


def _demanded(look: Look) -> Iterator[Role]:
    if look.policy.find(keys.BUREAU_ROSTER, look.upto) is not None:
        yield Role.SPOKESPERSON  # the bureau's own
    for rows in look.value(keys.ROSTER_NUMBERS).values():
        yield from (row.role.term for row in rows if row.least)


def _held_between(held: Iterable[Appointment], day: date, end: date) -> bool:
    """Whether anybody was in post on some day from `day` on and before `end`."""
    return any(
        a.since is not None and a.since < end and (a.until is None or a.until > max(day, a.since))
        for a in held
    )


def _in_post(held: Iterable[Appointment], day: date) -> int:
    return sum(covers(a.since, a.until, day) for a in held)


def _least(look: Look, period: UnitPeriod | None, role: Named[Role]) -> int:
    if period is None:
        return 0
    rows = look.value(keys.ROSTER_NUMBERS).get(period.named_kind, ())
    told = next((row.least for row in rows if row.role == role), 0)
    if told or period.kind is not UnitKind.BUREAU or role != Named(Role.SPOKESPERSON):
        return told
    bureau = look.policy.find(keys.BUREAU_ROSTER, look.upto)
    return bureau.typed.spokespersons if bureau else 0


def _vacancy(look: Look, m: Member, gone: Appointment, held: list[Appointment]) -> Iterator[Verdict]:
    """Judged by the row of the post's own name, where there is one; else by the role's."""
    assert gone.until is not None
    post, period = gone.named_role, m.unit.on(gone.until)
    if not _least(look, period, post):
        post = Named(gone.role)
    if not _least(look, period, post):
        return
    held = [a for a in held if post.covers(a.named_role)]
    filled = _filled_from(look, m, post, held, gone.until)
    if filled is not None and gone.until < look.first and filled < look.first:
        return  # of an earlier year
    end = min(filled or look.day + _ONE, look.day + _ONE)
    span = look.calendar.between(gone.until - _ONE, end - _ONE)
    days, most = look.value(keys.VACANCY_DAYS), look.value(keys.VACANCY_MOST)
    open_yet = filled is None or filled > look.day
    result = Result.FAIL if span.days > days else Result.NOT_DUE if open_yet else Result.PASS
    said = "至今空缺" if open_yet else "空缺"
    successor = f"用 pressctl register add 姓名 --role {gone.named_role.label} --unit {m.period.name} --title 职务 --on 日期 登记接任者。"
    told = f"{m.period.name}{gone.named_role.label}{gone.person.name}于 {gone.until} 离任，"
    unsure = span.provisional and look.calendar.add(gone.until - _ONE, days + 1).provisional
    yield of_unit(
        m,
        "CHG-01",
        result,
        f"{told}{said}{span.days}个工作日（以{days}个为限）。" if span.days else f"{told}岗位没有空缺。",
        person=gone.person,
        at=max(gone.until, look.first),
        strength=Strength.MUST if span.days > most else None,
        provisional=unsure,
        due=look.calendar.add(gone.until - _ONE, days).end if open_yet else None,
        next=successor if open_yet else None,
        evidence={
            "vacant_from": gone.until.isoformat(),
            "filled": filled.isoformat() if filled else None,
            "days": span.days,
        },
    )
    successors = [a for a in held if a.active_on(min(filled or look.day, look.day))]
    good = not open_yet and all(a.registered_on for a in successors)
    yield of_unit(
        m,
        "CHG-02",
        Result.PASS if good else Result.NOT_DUE if open_yet and span.days <= days else Result.FAIL,
        f"{told}{'接任者已登记' if good else '尚未登记接任者'}。",
        person=gone.person,
        at=max(gone.until, look.first),
        provisional=unsure and not good,
        next=successor,
    )


def _filled_from(look: Look, m: Member, role: Named[Role], held: list[Appointment], day: date) -> date | None:
    """The first day from `day` on when the post is held by enough people again, or no longer asked for; None when not
    yet."""
    changed = [p.since for p in m.unit.periods if p.since] + [m.unit.until] * (m.unit.until is not None)
    days = sorted(
        {day, *(a.since for a in held if a.since and a.since > day), *(d for d in changed if d and d > day)}
    )
    for d in days:
        least = _least(look, m.unit.on(d), role)
        if least <= 0 or _in_post(held, d) >= least:
            return d
    return None


def _director(look: Look) -> Iterator[Verdict]:
    """三(一): the head of the unit that is the office directs it; when the head changes, so does the director."""
    title, office = look.value(keys.OFFICE_HEAD), look.office
    if office is None:
        return
    for a in look.active(office.unit.id, Role.OFFICE_DIRECTOR, look.upto):
        good = holds_title(a.title, title)
        yield of_unit(
            office,
            "CHG-01",
            look.judged(good),
            f"{Role.OFFICE_DIRECTOR.label}{a.person.name}的职务为“{a.title}”，应由{office.period.name}{title}兼任。",
            person=a.person,
            strength=Strength.PRINCIPLE,
            next=f"换了人的用 pressctl register replace {a.person.id} 接任者 --title 职务 --on 日期 --reason 原因 登记；"
            f"职务写错的用 pressctl register change {a.person.id} --role {Role.OFFICE_DIRECTOR.value} --title 职务 改正。",
        )


_BESIDE = ("副", "原", "前", "前任", "代理", "代", "助理", "拟任", "候任", "见习")
_NOT_YET_OR_NO_MORE = ("原", "拟任", "候任")
_PARTING = str.maketrans(dict.fromkeys("，,；;/兼 　（）()", "、"))


def holds_title(held: str, wanted: str) -> bool:
    """Whether a title names the post itself: 宣传处处长 is 处长, 副处长 and 处长助理 are not."""
    for part in held.translate(_PARTING).split("、"):
        before = part.removesuffix(wanted)
        if (
            part.endswith(wanted)
            and not before.endswith(_BESIDE)
            and not before.startswith(_NOT_YET_OR_NO_MORE)
        ):
            return True
    return False
