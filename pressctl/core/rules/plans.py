"""三(二): the year's plan, the quarter's conference, the year's release of each unit, and what must be answered fast."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from pressctl.core import policy_keys as keys
from pressctl.core.dates import last_of_month
from pressctl.core.facts import Record, Release
from pressctl.core.policy_keys import Key
from pressctl.core.quota import DONE, bureau_conferences, held_in, quota_of
from pressctl.core.rules.look import GIVEN_UP, Look, Member, Verdict, check, of_release, of_unit
from pressctl.core.terms import Form, Occasion, RecordKind, Result, Role, Strength, UnitKind


@check("QTA-01")
def quarters(look: Look) -> Iterator[Verdict]:
    """A periodic conference each quarter."""
    number = look.value(keys.QUARTERLY)
    for quarter in range(1, 5):
        end = last_of_month(look.year, 3 * quarter)
        refs = [r.ref for r in bureau_conferences(look.releases, look.year, quarter, look.upto)]
        met = len(refs) >= number
        yield Verdict(
            "QTA-01",
            look.judged(met, end),
            f"{look.year}年第{quarter}季度市局召开定期新闻发布会{len(refs)}次，应召开{number}次。",
            look.bureau_id,
            period=f"{look.year}Q{quarter}",
            at=end,
            due=None if met else end,
            next=None if met else f"安排并召开第{quarter}季度市局新闻发布会。",
            evidence={"quarter": quarter, "refs": refs},
        )


@check("QTA-02", "QTA-03")
def quotas(look: Look) -> Iterator[Verdict]:
    for unit in look.facts.units:
        quota = quota_of(unit, look.policy, look.year)
        if not quota.number or (unit.since and unit.since > look.upto):
            continue
        count = held_in(look.facts, unit, quota, look.year, look.upto)
        met = count >= quota.number
        kind = (unit.on(look.last) or unit.latest).kind
        yield Verdict(
            "QTA-02" if kind is UnitKind.SUB_BUREAU else "QTA-03",
            look.judged(met, look.last),
            f"{unit.name}{look.year}年应举行{quota.said}{quota.number}次，已举行{count}次。",
            unit.id,
            due=None if met else look.last,
            evidence={"required": quota.number, "held": count},
        )


# -- the plan --------------------------------------------------------------------------------------


@check("PLN-01", "PLN-04", "PLN-05")
def unit_plans(look: Look) -> Iterator[Verdict]:
    """Each unit's plan: there in time, with what the unit owes in it, and made by a spokesperson in post."""
    due = look.due_day(look.value(keys.PLAN_DUE, look.last))
    planned = _planned(look)
    for m in look.members_of(look.value(keys.PLAN_KINDS)):
        own = planned.get(m.unit.id, [])
        days = [r.planned_at for r in own if r.planned_at and r.planned_at <= look.upto]
        first = min(days, default=None)
        good = first is not None and first <= due
        yield of_unit(
            m,
            "PLN-01",
            look.judged(good, None if first else due),
            f"{m.period.name}{look.year}年发布计划应于 {due} 前排出，"
            f"{f'于 {first} 列入' if first else '尚未列入'}。",
            due=None if first else due,
            evidence={"due": due.isoformat(), "planned_on": first.isoformat() if first else None},
        )
        if first is not None:
            yield _holds_quota(look, m, own)
            has = bool(look.active(m.unit.id, Role.SPOKESPERSON, first))
            said = "有" if has else "没有"
            yield of_unit(
                m,
                "PLN-05",
                look.judged(has),
                f"{m.period.name}的计划于 {first} 列入时{said}在任的新闻发言人。",
            )


def _planned(look: Look) -> dict[int, list[Release]]:
    """What each unit planned for the year, by the plan's own date: a postponed release was still planned."""
    found: dict[int, list[Release]] = defaultdict(list)
    for r in look.facts.releases:
        if r.planned_on.year == look.year and r.status not in GIVEN_UP:
            for unit in dict.fromkeys((r.unit_id, *r.joint_units)):
                found[unit].append(r)
    return found


def _holds_quota(look: Look, m: Member, own: list[Release]) -> Verdict:
    quota = quota_of(m.unit, look.policy, look.year)
    count = sum(quota.counts(r) for r in own)
    owed = f"应含{quota.said}{quota.number}次，" if quota.number else "不单独考核，"
    return of_unit(
        m,
        "PLN-04",
        look.judged(count >= quota.number),
        f"{m.period.name}{look.year}年计划{owed}计划中有{count}次。",
        evidence={"required": quota.number, "planned": count},
    )


@check("PLN-02")
def master_plan(look: Look) -> Iterator[Verdict]:
    due = look.due_day(look.value(keys.PLAN_DUE, look.last))
    count = sum(r.planned_at is not None and r.planned_at <= look.upto for r in look.releases)
    yield Verdict(
        "PLN-02",
        look.judged(count > 0, due),
        f"{look.year}年全局计划列有{count}项发布。",
        look.office_id,
        due=None if count else due,
    )


@check("PLN-03")
def scheduled(look: Look) -> Iterator[Verdict]:
    """No two at one place and time, nobody in two places, none on a day off. Judged while it can still be moved, and as held."""
    by_day: dict[date, list[Release]] = defaultdict(list)
    for r in look.releases:
        if r.status not in GIVEN_UP and (r.held_on or r.period is None):
            by_day[r.held_on or r.on].append(r)
    for day, releases in sorted(by_day.items()):
        kind = look.calendar.day(day)
        for n, r in enumerate(releases):
            clashes = [f"与 {other.ref} {why}" for other in releases[:n] for why in _clash(r, other)]
            off = [] if kind.working else [f"{day} 是{kind.name or kind.kind.label}，不是工作日"]
            wrong = clashes + off
            yield of_release(
                r,
                "PLN-03",
                look.judged(not wrong),
                "；".join(wrong) + "。" if wrong else f"{day} 是工作日，没有冲突。",
                provisional=kind.provisional,
            )


def _clash(one: Release, other: Release) -> Iterator[str]:
    if one.same_place(other):
        yield f"同在{one.venue}"
    if both := one.in_both(other):
        yield "、".join(both) + "都要出席"


# -- what must be answered -------------------------------------------------------------------------


@check("OCC-01")
def answered(look: Look) -> Iterator[Verdict]:
    """Every recorded matter of weight was released, and how soon."""
    most = look.value(keys.MAJOR_DAYS)
    for record in _triggers(look, None):
        if record.on.year != look.year or record.data.get("kind", "major") != "major":
            continue
        matter = record.data.get("matter", "")
        release = look.facts.release_by_ref.get(str(record.data.get("ref") or record.ref))
        day = release.held_on if release and release.status in DONE else None
        late = (day or look.upto) - record.on
        result = (
            Result.FAIL if late.days > most else Result.PASS if day else Result.NOT_DUE
        )  # text says 及时; the figure is ours
        said = f"{late.days}天后发布" if day else f"{late.days}天仍未发布"
        yield Verdict(
            "OCC-01",
            result,
            f"{record.on}“{matter}”{said}（以{most}天为限）。",
            record.unit_id,
            ref=release.ref if release else None,
            at=record.on,
            evidence={"days": late.days},
        )


def _on(look: Look, occasion: Occasion) -> Iterator[Release]:
    return (r for r in look.held if r.occasion is occasion)


@check("OPN-01", "OPN-03")
def opinion(look: Look) -> Iterator[Verdict]:
    """Answers to public opinion: one line first, and the place of incident named."""
    for r in _on(look, Occasion.OPINION):
        yield _line_before(look, r, "OPN-01", "发布前已定统一口径")
        local = r.local_unit_id is not None
        yield of_release(
            r,
            "OPN-03",
            look.judged(local),
            f"事发地公安机关为{look.name(r.local_unit_id)}。" if local else "没有写明事发地公安机关。",
        )


@check("OPN-02")
def opinion_told(look: Look) -> Iterator[Verdict]:
    """Facts and handling both told, and in time."""
    for r in _on(look, Occasion.OPINION):
        told = _triggers(look, r.ref)
        lacking = [label for key, label in _TOLD if not any(t.data.get(key) for t in told)]
        yield of_release(
            r,
            "OPN-02",
            Result.NO_EVIDENCE if not told else look.judged(not lacking),
            f"没有{'、'.join(lacking)}的记录。" if lacking else "事实真相和处理情况都已公布。",
        )
        yield from _in_hours(look, r, told, "OPN-02", keys.OPINION_HOURS, "responded", "回应")


_TOLD = (("facts", "事实真相"), ("handling", "处理情况"))


@check("EMG-01", "EMG-02", "EMG-03")
def emergencies(look: Look) -> Iterator[Verdict]:
    """On-site releases: the territorial unit, the rules followed, the moments on record, and who decided the line."""
    for r in _on(look, Occasion.EMERGENCY):
        local = r.local_unit_id is not None
        yield of_release(
            r,
            "EMG-01",
            look.judged(local),
            f"属地单位为{look.name(r.local_unit_id)}。" if local else "没有写明属地单位。",
        )
        told = _triggers(look, r.ref)
        cited = any(t.data.get("regulation") for t in told)
        yield of_release(
            r,
            "EMG-01",
            look.judged(cited) if told else Result.NO_EVIDENCE,
            "写明了所依的规定。" if cited else "没有写明所依的规定。",
            strength=Strength.PRINCIPLE,
        )
        lacking = [label for key, label in _TIMES if not any(t.data.get(key) for t in told)]
        yield of_release(
            r,
            "EMG-02",
            look.judged(not lacking) if told else Result.NO_EVIDENCE,
            f"没有{'、'.join(lacking)}。" if lacking else "发生、知悉和首次发布的时间都有记录。",
        )
        yield _line_before(look, r, "EMG-03", "口径由在任的新闻发言人在发布前决定", spokesperson=True)


@check("EMG-04")
def fast(look: Look) -> Iterator[Verdict]:
    for r in _on(look, Occasion.EMERGENCY):
        told = _triggers(look, r.ref)
        yield from _in_hours(look, r, told, "EMG-04", keys.EMERGENCY_HOURS, "responded", "首次发布")
        if r.form is Form.CONFERENCE:
            yield from _in_hours(
                look, r, told, "EMG-04", keys.EMERGENCY_CONFERENCE, "conference", "召开发布会"
            )


_TIMES = (("happened", "发生时间"), ("informed", "知悉时间"), ("responded", "首次发布时间"))


def _triggers(look: Look, ref: str | None) -> list[Record]:
    """The recorded matters that led to a release; all of them where none is asked for."""
    found = look.records(RecordKind.TRIGGER)
    return [t for t in found if ref is None or ref in (t.ref, t.data.get("ref"))]


def _line_before(look: Look, r: Release, rule: str, good: str, *, spokesperson: bool = False) -> Verdict:
    lines = [
        line
        for line in look.records_of(r.ref, RecordKind.LINE)
        if r.held_on is None or line.on <= r.held_on
        if not spokesperson or look.is_spokesperson(int(line.data.get("decided_by") or 0), line.on)
    ]
    if lines:
        return of_release(r, rule, Result.PASS, f"{good}（{lines[0].on}）。")
    return of_release(r, rule, Result.FAIL, f"没有“{good}”的记录。")


def _in_hours(
    look: Look, r: Release, told: list[Record], rule: str, key: Key[float], moment: str, what: str
) -> Iterator[Verdict]:
    """The hours from the incident to a moment; judged only where a policy gives a figure."""
    limit = look.value(key, r.held_on)
    times = [(t.data.get("happened"), t.data.get(moment)) for t in told]
    known = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in times if a and b]
    if not known:
        if limit:
            yield of_release(r, rule, Result.NO_EVIDENCE, f"没有{what}的时间。", strength=Strength.ADVISORY)
        return
    hours = min((b - a).total_seconds() for a, b in known) / 3600
    bound = f"（以{limit:g}小时为限）" if limit else "（规定没有数字）"
    yield of_release(
        r,
        rule,
        look.judged(not limit or hours <= limit),
        f"{what}在发生{hours:.1f}小时之后{bound}。",
        strength=Strength.ADVISORY,
        evidence={"hours": round(hours, 2), "limit": limit or None},
    )
