"""三(二)1, 4: the year's plan, the quarter's conference and the year's release of each unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Release
from pressctl.core.period import stored
from pressctl.core.quota import bureau_conferences, bureau_turns, counted, is_quarterly, quotas_of
from pressctl.core.recurrence import Every
from pressctl.core.rules.look import GIVEN_UP, Duty, Look, Member, Verdict, late_by, of_release, of_unit, rule
from pressctl.core.terms import Occasion, RecordKind, Result, Role, Status, Strength, UnitKind, Word

_BEFOREHAND = timedelta(184)
"""How long before its year a plan may be made for it."""


@rule(
    "QTA-01",
    Duty(
        opened="每个季度（或规定的周期）开始之日",
        due="季度（周期）的最后一天",
        by="季度（周期）之内{word.in_bureau_name}召开的定期新闻发布会；重大、舆情发布会不顶替",
        late="季度（周期）过后不能补开，只能说明或豁免",
        good_late=False,
        recorded="record held 编号 --on 日期 --seat 席位=人员",
    ),
)
def quarters(look: Look) -> Iterator[Verdict]:
    """So many periodic conferences each quarter, or each month, week or whatever the regulation asks for."""
    for turn in bureau_turns(look.policy, look.year):
        number = look.value(keys.QUARTERLY, turn.last)
        refs = [r.ref for r in bureau_conferences(look.facts, turn, look.day)]
        met = len(refs) >= number
        if number:
            quarter = {"quarter": turn.number} if turn.every is Every.QUARTER else {"period": turn.text}
            yield Verdict(
                "QTA-01",
                look.judged(met, turn.last),
                f"{turn.said}{Word.SUPERIOR.label}召开定期新闻发布会{len(refs)}次，应召开{number}次。",
                look.bureau_on(turn.last),
                period=None if turn.every is Every.YEAR else turn.text,
                at=turn.last,
                due=None if met else turn.last,
                next=f"安排并召开{turn.name}{Word.SUPERIOR.label}新闻发布会。"
                if look.day <= turn.last
                else None,
                evidence={**quarter, "refs": refs},
            )


_YEARLY = Duty(
    opened="单位成为该类别之日，或每年1月1日；当年作为该类别不足规定月数的不考核",
    due="当年的最后一天，或该类别的最后一天",
    by="该段时间之内举行的规定形式的发布；发布会、通气会须有主持或通报人的记录",
    late="该段时间过后不能补做，只能说明或豁免",
    good_late=False,
    recorded="record held 编号 --on 日期 --seat 席位=人员",
)


@rule("QTA-02", _YEARLY)
@rule("QTA-03", _YEARLY)
def quotas(look: Look) -> Iterator[Verdict]:
    """What each unit held of what it owed, for each kind it was in the year or in each part of it."""
    for unit in look.facts.units:
        for quota in quotas_of(unit, look.policy, look.year):
            span = quota.span
            if span.first > look.day:
                continue
            id = "QTA-02" if span.kind is UnitKind.SUB_BUREAU else "QTA-03"
            said = f"{unit.named_on(min(span.last, look.upto))}{quota.turn.said}"
            period = None if quota.turn.every is Every.YEAR else quota.turn.text
            if not quota.number:
                yield Verdict(
                    id, Result.NOT_DUE, f"{said}{quota.why}。", unit.id, period=period, at=span.last
                )
                continue
            count = counted(look.facts, unit, quota, look.policy, look.day)
            met = len(count.proved) >= quota.number
            bare = "、".join(r.ref for r in count.bare)
            unproved = not met and len(count.proved) + len(count.bare) >= quota.number
            result = look.judged(met, span.last)
            yield Verdict(
                id,
                Result.NO_EVIDENCE if unproved else result,
                f"{said}应举行{quota.said}{quota.number}次，已举行{len(count.proved)}次"
                + (f"；{bare} 没有主持、通报人的记录，不能证明已举行。" if bare else "。"),
                unit.id,
                period=period,
                at=span.last,
                due=None if met else span.last,
                next=f"用 pressctl record held {count.bare[0].ref} --seat host=人员 --seat presenter=人员 补记出席。"
                if unproved
                else None,
                local=count.jointly,
                evidence={"required": quota.number, "held": len(count.proved)},
            )


# -- the plan --------------------------------------------------------------------------------------


@rule(
    "PLN-01",
    Duty(
        opened="年初；排计划的最后一天存在的、当日属须排计划类别的单位",
        due="当年排计划的最后一天（含当日）",
        by="该单位（或与别的单位共同）列入计划的发布，或计划报送的记录（record plan）；后来取消的也算排过，涉警舆情、突发事件的发布不算计划",
        late="最后一天之后才列入：不符合，并写明迟了几天；单位撤销以后无从补报，不再列入待办",
        good_late=True,
    ),
)
@rule(
    "PLN-04",
    Duty(
        opened="计划排出之日",
        due="当年排计划的最后一天",
        by="计划中含有该类单位当年应举行的发布；后来取消的也算排过",
        late="随时补列",
        good_late=None,
    ),
)
@rule(
    "PLN-05",
    Duty(
        opened="计划排出之日",
        due="计划排出之日",
        by="计划报送的记录（record plan --by）写明当日在任的本单位新闻发言人",
        late="不适用：没有记录即为无记录",
        good_late=None,
    ),
)
def unit_plans(look: Look) -> Iterator[Verdict]:
    """Each unit's plan: there in time, with what the unit owes in it, and made by a spokesperson in post."""
    due = look.due_day(look.value(keys.PLAN_DUE, look.last))
    planned = _planned(look, due)
    for m in look.members_on(due, look.value(keys.PLAN_KINDS)):
        own = planned.get(m.unit.id, [])
        days = [r.planned_at for r in own if r.planned_at]
        told = look.yearly(RecordKind.PLAN, m.unit.id, since=look.first - _BEFOREHAND)
        first = min([*days, *([told.on] if told else [])], default=None)
        if look.open_only and first is not None:
            continue  # listed, in time or late
        good = first is not None and first <= due
        said = f"于 {first} 列入{late_by(first, due)}" if first else "尚未列入"
        gone = None if first else look.past_asking(m.unit, due)
        yield of_unit(
            m,
            "PLN-01",
            look.judged(good, None if first else due),
            f"{m.period.name}{look.year}年发布计划应于 {due} 前排出，{said}。",
            due=None if first or gone else due,
            next=gone,
            local=bool(days) and all(r.unit_id != m.unit.id for r in own),
            evidence={"due": due.isoformat(), "planned_on": first.isoformat() if first else None},
        )
        if first is not None:
            yield from _holds_quota(look, m, own, due)
            yield _made_by(look, m)


def _planned(look: Look, due: date) -> dict[int, list[Release]]:
    """What each unit planned for the year, by the plan's own date: what was postponed, or given up after the day on
    which plans are due, was planned all the same."""
    jointly = look.value(keys.QUOTA_JOINT, look.last)
    found: dict[int, list[Release]] = defaultdict(list)
    for r in look.facts.releases_by_plan.get(look.year, ()):
        if r.status in GIVEN_UP and r.closed_on is not None and r.closed_on <= due:
            continue
        if r.occasion in _UNPLANNED:
            continue
        found[r.unit_id].append(r)
        if jointly and not is_quarterly(r):
            for unit in r.joint_units:
                if unit != r.unit_id:
                    found[unit].append(r)
    return found


_UNPLANNED = frozenset({Occasion.OPINION, Occasion.EMERGENCY})
"""What nobody can plan: a release that answers it is no part of a year's plan."""


def _holds_quota(look: Look, m: Member, own: list[Release], due: date) -> Iterator[Verdict]:
    """三(二)4: what the plan must hold, by the kind that the unit was when plans were due; until then it may be added."""
    for quota in quotas_of(m.unit, look.policy, look.year):
        yearly = quota.turn.every is Every.YEAR
        if not quota.holds(due) if yearly else quota.span.kind is not m.period.kind:
            continue
        count = sum(quota.planned(r) for r in own)
        when = "" if yearly else quota.turn.name
        owed = f"{when}应含{quota.said}{quota.number}次" if quota.number else f"{when}{quota.why}"
        yield of_unit(
            m,
            "PLN-04",
            look.judged(count >= quota.number, due) if quota.number else Result.NOT_DUE,
            f"{m.period.name}{look.year}年计划{owed}，计划中有{count}次。",
            period=None if yearly else quota.turn.text,
            cite=m.period.kind.value,
            evidence={"required": quota.number, "planned": count},
        )


def _made_by(look: Look, m: Member) -> Verdict:
    """The newest record that names a maker: one that names none leaves it open."""
    made = [record for record in look.told(RecordKind.PLAN, m.unit.id) if record.data.get("by")]
    if not made:
        return of_unit(m, "PLN-05", Result.NO_EVIDENCE, f"{m.period.name}{look.year}年计划由谁制订没有记录。")
    told = made[-1]
    maker = told.data["by"]
    held = any(
        a.unit_id == m.unit.id and a.role is Role.SPOKESPERSON for a in look.posts(int(maker), told.on)
    )
    names = look.facts.appointments_by_person.get(int(maker), ())
    name = names[0].person.name if names else "（不在册）"
    return of_unit(
        m,
        "PLN-05",
        look.judged(held),
        f"{m.period.name}{look.year}年计划由{name}制订，{told.on} {'是' if held else '不是'}本单位在任的新闻发言人。",
    )


@rule(
    "PLN-02",
    Duty(
        opened="年初",
        due="当年排计划的最后一天",
        by="统筹安排的记录（record schedule），或每个须排计划的单位都已列入",
        late="最后一天之后才统筹：不符合，并写明迟了几天",
        good_late=True,
    ),
)
def master_plan(look: Look) -> Iterator[Verdict]:
    """The office's schedule of the whole year: one planned release is none."""
    due = look.due_day(look.value(keys.PLAN_DUE, look.last))
    planned = _planned(look, due)
    owing = list(look.members_on(due, look.value(keys.PLAN_KINDS)))
    told = look.yearly(RecordKind.SCHEDULE, None, since=look.first - _BEFOREHAND)
    firsts = {
        m.unit.id: min((r.planned_at for r in planned.get(m.unit.id, ()) if r.planned_at), default=None)
        for m in owing
    }
    lacking = [m.period.name for m in owing if firsts[m.unit.id] is None]
    whole = max((d for d in firsts.values() if d), default=None) if not lacking else None
    made = min((d for d in (whole, told.on if told else None) if d), default=None)
    named = "、".join(lacking[:5]) + (f"等{len(lacking)}个单位" if len(lacking) > 5 else "")
    said = (
        f"于 {made} 排定{late_by(made, due)}"
        if made
        else f"{named}没有列入，也没有统筹安排的记录"
        if owing
        else "没有统筹安排的记录"
    )
    yield Verdict(
        "PLN-02",
        look.judged(made is not None and made <= due, None if made else due),
        f"{look.year}年全局计划应于 {due} 前统筹安排，{said}。",
        look.office_on(due) or look.office_id,
        due=None if made else due,
        evidence={"lacking": lacking},
    )


@rule(
    "PLN-03",
    Duty(
        opened="发布列入计划之日",
        due="发布之日",
        by="同日没有同地、同人的发布，且当日是工作日",
        late="发布之后不能改期，只能说明或豁免",
        good_late=False,
    ),
)
def scheduled(look: Look) -> Iterator[Verdict]:
    """No two at one place and time, nobody in two places, none on a day off. Judged while it can still be moved, and as held."""
    by_day: dict[date, list[Release]] = defaultdict(list)
    for r in look.releases:
        if r.status not in GIVEN_UP and not (r.period and r.held_on is None):
            by_day[r.day].append(r)
    for day, releases in sorted(by_day.items()):
        kind = look.calendar.day(day)
        for n, r in enumerate(releases):
            clashes = [f"与 {other.ref} {why}" for other in releases[:n] for why in _clash(r, other)]
            off = [] if kind.working else [f"{day} 是{kind.said}，不是工作日"]
            wrong = clashes + off
            yield of_release(
                r,
                "PLN-03",
                look.judged(not wrong),
                "；".join(wrong) + "。" if wrong else f"{day} 是工作日，没有冲突。",
                provisional=kind.provisional,
                next=f"用 pressctl plan move {r.ref} --date 日期 --reason 原因 改期。"
                if r.held_on is None
                else None,
            )


def _clash(one: Release, other: Release) -> Iterator[str]:
    if one.same_place(other):
        yield f"同在{one.venue}"
    if both := one.in_both(other):
        yield "、".join(both) + "都要出席"


@rule(
    "PLN-06",
    Duty(
        opened="发布列入计划之日",
        due="计划的日期，或时段的最后一天",
        by="如期举行、改期（plan move）或取消（plan cancel）的记录",
        late="日期过后没有记录即为无记录，仍可补记举行、改期或取消；没有改期而在别的日子举行的不符合",
        good_late=True,
    ),
)
def kept(look: Look) -> Iterator[Verdict]:
    """A planned day that has passed with nothing on record: neither held, nor moved, nor given up."""
    for r in look.releases:
        if r.status in _STILL_TO_COME:
            passed = r.on < look.day
            yield of_release(
                r,
                "PLN-06",
                Result.NO_EVIDENCE if passed else Result.NOT_DUE,
                f"计划于 {r.period or r.on} 发布，{'日期已过，' * passed}没有举行、改期或取消的记录。",
                strength=Strength.PRINCIPLE,
                due=r.on,
                next=_what_became(r) if passed else None,
            )
        elif r.status is not Status.CANCELLED and not look.open_only:
            meant = stored(r.period) if r.period else None
            as_meant = r.held_on is None or (
                meant.first <= r.held_on <= meant.last if meant else r.held_on == r.on
            )
            said = "" if as_meant else f"：计划于 {r.period or r.on}，没有改期而于 {r.held_on} 举行"
            yield of_release(
                r,
                "PLN-06",
                look.judged(as_meant),
                f"{r.status.label}{said}。",
                strength=Strength.PRINCIPLE,
                next=None
                if as_meant
                else f"当时没有改期，已不能补，只能说明原因，或经批准豁免：pressctl record waiver PLN-06 --subject {r.ref} --year {look.year} --by 批准人 --reason 原因。",
            )


def _what_became(r: Release) -> str:
    """How to tell what happened to a planned release whose day has passed."""
    held = f"pressctl record held {r.ref} --on 日期 --seat 席位=人员"
    if r.status is Status.APPROVED:
        held += f"（未{Word.FILING.label}的加 --unfiled --reason 原因）"
    elif r.status is not Status.FILED and (r.in_bureau_name or r.status is not Status.PLANNED):
        held += "（未经审批的加 --unapproved --reason 原因）"
    return (
        f"举行了的用 {held} 补记；没有举行的用 pressctl plan move {r.ref} --date 日期 --reason 原因 改期，"
        f"或 pressctl plan cancel {r.ref} --reason 原因 取消。"
    )


_STILL_TO_COME = frozenset({
    Status.PLANNED, Status.SUBMITTED, Status.REVIEWED, Status.APPROVED, Status.FILED, Status.RETURNED, Status.WITHDRAWN
})  # fmt: skip
