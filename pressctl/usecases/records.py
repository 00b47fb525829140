"""record: acts of duty that are no approval, as rows of one ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Appointment, Record, Release, Unit, in_its_place
from pressctl.core.policy import Policy
from pressctl.core.quota import DONE
from pressctl.core.record_kinds import BEFORE_EVENT, Detail, Shape
from pressctl.core.rules import WAIVABLE, may_waive, waivable
from pressctl.core.terms import Action, RecordKind, Role
from pressctl.core.words import plain, words_with
from pressctl.core.workflow import ROUTES, Act, Refusal, advance, may_sign
from pressctl.errors import BadData, Refused, UsageError
from pressctl.storage.attachments import Kept
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit, near
from pressctl.usecases.releases import refused

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


@dataclass(frozen=True)
class Recorded:
    """A record that was entered. `kind` is the command's word, `about` whom it was told to be about."""

    id: int
    kind: str
    label: str
    on: dt.date
    at: dt.time | None
    about: str | None
    ref: str | None
    text: str | None
    file: str | None
    sha256: str | None
    data: Mapping[str, Any]


class LedgerRow(NamedTuple):
    """A record in the ledger, and the day on which it was entered."""

    id: int
    kind: RecordKind
    label: str
    on: dt.date
    at: dt.time | None
    entered: dt.date | None
    about: str | None
    text: str | None
    data: Mapping[str, Any]


def record(
    desk: Desk,
    shape: Shape,
    about: str | None,
    details: Mapping[str, Any],
    *,
    text: str | None = None,
    file: Path | None = None,
    on: dt.date | None = None,
    at: dt.time | None = None,
) -> tuple[Recorded, list[str]]:
    """Enter one record. `details` by the names of the shape; people are named, and kept as ids. Returns it and warnings."""
    day = on or desk.today
    _has_been(desk, shape, day)
    with (
        desk.staging((file,) if file else ()) as staging,
        desk.writing(f"record.{shape.word}", on=on, staging=staging) as repository,
    ):
        units, appointments = repository.units(), repository.appointments()
        whom = _about(repository, shape, about, units, appointments)
        data = {
            d.name: _kept(d, details[d.name], units, appointments)
            for d in shape.details
            if details.get(d.name) not in (None, ())
        }
        if shape.kind is RecordKind.DELEGATION:
            data |= _role(desk.policy(repository), data["role"], day)
        _check(desk, shape, data, repository, day)
        if shape.kind is RecordKind.DELEGATION:
            _may_delegate(shape, whom["person_id"], data, day, appointments, units)
        if shape.kind is RecordKind.REMINDER:
            _may_remind(desk, repository, whom["ref"], day)
        if shape.kind is RecordKind.FIELD:
            _is_leader(appointments, whom["person_id"], day)
        if shape.kind is RecordKind.WAIVER:
            whom = _waived(repository, data, units, appointments)
            _may_waive(desk, repository, Record(0, shape.kind, day, data=data, **whom))
        release = find_release(repository, whom["ref"]) if whom.get("ref") else None
        if shape.kind in BEFORE_EVENT and release is not None and release.status in DONE:
            data["late"] = True
        (kept,) = staging.files or (None,)
        entry = Record(
            0, shape.kind, day, text=text, sha256=kept.sha256 if kept else None, data=data, at=at, **whom
        )
        number = repository.add_record(entry, kept.name if kept else None)
        repository.note(_subject(entry), f"记录：{shape.kind.label}", text)
        return _view(entry, number, shape, about, kept), [
            *_unproved(desk, entry, release),
            *_unlisted_level(desk.policy(repository), entry),
            *_odd_span(entry, desk.today),
        ]


_AHEAD = frozenset({RecordKind.DELEGATION, RecordKind.FIELD})
"""What may be laid down for days to come: the day is that from which it holds."""


def _has_been(desk: Desk, shape: Shape, day: dt.date) -> None:
    """A record tells what has happened: one of a day still to come tells nothing."""
    if day > desk.today and shape.kind not in _AHEAD:
        raise Refused(
            "future",
            f"{day} 尚未到（今天 {desk.today}），不能记录为已经做过的事（{shape.kind.label}）。",
            next_step="请在当日或以后记录，或核对 --on。",
        )


def _unproved(desk: Desk, entry: Record, release: Release | None) -> list[str]:
    """Taken, and said what it does not show: that it came before the event."""
    if entry.kind not in BEFORE_EVENT or release is None:
        return []
    if entry.moment.before(release.event) is False:
        return [f"{entry.moment} 不在发布（{release.event}）之前，不能证明事前已做。"]
    if entry.kind is RecordKind.IMPACT and entry.moment.before(release.event):
        return []
    if entry.data.get("late") or desk.today > release.day:
        return [
            f"登记于 {desk.today}，在发布（{release.event}）之后：照记，但不能证明事前已做；"
            "只有同日早已登记而缺钟点的，可以据此补上钟点。"
        ]
    if entry.moment.before(release.event) is None:
        lacking = "发布没有写明时间（--time）" if entry.at else "没有写明钟点（--at）"
        return [f"与发布同在 {entry.on}，{lacking}，看不出是否在发布之前：写明以前按无记录判断。"]
    return []


def _about(
    repository: Repository,
    shape: Shape,
    about: str | None,
    units: tuple[Unit, ...],
    appointments: tuple[Appointment, ...],
) -> dict[str, Any]:
    """Whom or what the record is about, as columns."""
    match shape.about:
        case "release":
            return {"ref": find_release(repository, about or "").ref}
        case "person":
            return {"person_id": find_person(appointments, about or "").person.id}
        case "unit":
            return {"unit_id": find_unit(units, about or "").id}
        case _:
            return {}


def _kept(detail: Detail, value: Any, units: tuple[Unit, ...], appointments: tuple[Appointment, ...]) -> Any:
    """A detail as the ledger keeps it: JSON, people and units as ids, days and moments as ISO, terms as English values.

    Raises UsageError for a term that is none of those it may be.
    """
    if detail.terms:
        allowed = [term.value for term in detail.terms]
        if value not in allowed:
            known = "、".join(f"{term.value}（{term.label}）" for term in detail.terms)
            raise UsageError(detail.name, f"{detail.label}“{value}”不可用。", next_step=f"可用：{known}。")
        return allowed[allowed.index(value)]
    match detail.type:
        case "person":
            return find_person(appointments, value).person.id
        case "people":
            return [find_person(appointments, name).person.id for name in value]
        case "unit":
            return find_unit(units, value).id
        case "units":
            return [find_unit(units, name).id for name in value]
        case "date":
            return value.isoformat()
        case "moment":
            return value.isoformat(timespec="minutes")
        case _:
            return value


def _role(policy: Policy, text: str, day: dt.date) -> dict[str, str]:
    """The post of a delegation as the ledger keeps it, with the regulation's own name where it was told by that. What
    the post of no route signs, nobody can sign for another."""
    routes = [policy.get(route, day) for route in ROUTES.values()]
    signing = {post for route in routes for post in (route.office, *may_sign(route.leader))}
    found = words_with(Role, policy.own).get(plain(text))
    if found is None or found.term not in signing:
        own = (f"、{k.name}（属 {k.under.value}）" for k in policy.own if k.under in signing)
        known = "、".join(f"{r.value}（{r.label}）" for r in Role if r in signing) + "".join(own)
        what = "不是岗位" if found is None else "不签署审批的意见，不能授权代签"
        raise UsageError("role", f"--role：“{text}”{what}。", next_step=f"可用：{known}。")
    return {"role": found.term.value} | ({"role_name": found.name} if found.name else {})


def _check(desk: Desk, shape: Shape, data: Mapping[str, Any], repository: Repository, day: dt.date) -> None:
    if "half" in data and data["half"] not in (1, 2):
        raise UsageError("half", f"上下半年应为 1 或 2，不是 {data['half']}。", next_step="请核对 --half。")
    if shape.kind in (RecordKind.TRIGGER, RecordKind.RESPONSE):
        if data.get("ref"):
            find_release(repository, data["ref"])
        _moments_follow(repository, shape.kind, data, max(day, desk.today))
        _line_whole(data)
    if shape.kind is RecordKind.ASSESSMENT:
        most = desk.policy(repository).get(keys.SCORE_MOST, day)
        if not 0 <= data["score"] <= most:
            raise BadData(
                "score", f"得分 {data['score']} 不在 0 至 {most} 之间。", next_step="请核对 --score。"
            )


def _line_whole(data: Mapping[str, Any]) -> None:
    """A line is told with who decided it, or it proves nothing."""
    told = [name for name in ("line", "decided_by") if data.get(name)]
    if len(told) == 1 or (data.get("decided") and not told):
        raise UsageError(
            "half_a_line",
            "口径须连同决定人一起写明。",
            next_step="请同时写 --line 口径 --decided-by 人员（决定的时间用 --decided）。",
        )


_MOMENTS = {"informed": "知悉时间", "responded": "首次发布（回应）时间", "conference": "召开发布会时间"}


def _moments_follow(
    repository: Repository, kind: RecordKind, data: Mapping[str, Any], today: dt.date
) -> None:
    """What is done about a matter comes after it, and not in days to come; a response names a matter on record."""
    happened = data.get("happened")
    if kind is RecordKind.RESPONSE:
        known = {r.id: r for r in repository.records() if r.kind is RecordKind.TRIGGER}
        trigger = known.get(data["trigger"])
        if trigger is None:
            listed = "、".join(f"{n}（{r.data.get('matter')}）" for n, r in list(known.items())[-5:])
            raise BadData(
                "unknown_trigger",
                f"没有编号为 {data['trigger']} 的事项记录。",
                next_step=f"最近的事项：{listed}。" if listed else "先用 pressctl record trigger 登记事项。",
            )
        before = trigger.data.get("happened")
        if before and happened:
            raise Refused(
                "already_told",
                f"这一事项的发生时间已登记为 {before.replace('T', ' ')}，不能再改。",
                next_step="去掉 --happened；登记有误的，用 pressctl undo 撤销后重新登记。",
            )
        happened = happened or before
        same = (r for r in repository.records() if r.kind is kind and r.data.get("trigger") == trigger.id)
        level = next((r.data["level"] for r in (trigger, *same) if r.data.get("level")), None)
        if level and data.get("level"):
            raise Refused(
                "already_told",
                f"这一事项的级别已登记为 {level}，不能再改。",
                next_step="去掉 --level；登记有误的，用 pressctl undo 撤销后重新登记。",
            )
        if set(data) == {"trigger"}:
            raise UsageError(
                "nothing_told",
                "没有写明处置的经过。",
                next_step="用 --ref、--happened、--informed、--responded、--conference、--facts、--handling、--regulation、--level，或 --line 和 --decided-by 写明。",
            )
    for name, label in {"happened": "发生时间", **_MOMENTS, "decided": "决定口径的时间"}.items():
        if data.get(name) and dt.date.fromisoformat(data[name][:10]) > today:
            raise BadData(
                "future",
                f"{label} {data[name].replace('T', ' ')} 尚未到（今天 {today}）。",
                next_step="请在发生之后记录，或核对时刻。",
            )
    for name, label in _MOMENTS.items():
        if happened and data.get(name) and data[name] < happened:
            raise BadData(
                "moment_order",
                f"{label} {data[name].replace('T', ' ')} 早于发生时间 {happened.replace('T', ' ')}。",
                next_step="请核对时刻。",
            )


def _is_leader(appointments: tuple[Appointment, ...], person_id: int, day: dt.date) -> None:
    held = [a for a in appointments if a.person.id == person_id and a.active_on(day)]
    if not any(a.role in (Role.DEPUTY_LEADER, Role.CHIEF_LEADER) for a in held):
        name = next(a.person.name for a in appointments if a.person.id == person_id)
        raise Refused(
            "not_a_leader",
            f"{name}在 {day} 不在领导岗位上，没有分管范围。",
            next_step="先用 pressctl register add --role deputy_leader 登记任职，或核对 --on。",
        )


def _may_delegate(
    shape: Shape,
    principal: int,
    data: Mapping[str, Any],
    day: dt.date,
    appointments: tuple[Appointment, ...],
    units: tuple[Unit, ...],
) -> None:
    """A delegation that can never have any effect is refused when it is recorded, not when a signature fails."""
    places = {u.id: u for u in units}
    role, until = Role(data["role"]), dt.date.fromisoformat(data["until"])
    name = next(a.person.name for a in appointments if a.person.id == principal)
    if data["deputy"] == principal:
        raise Refused(
            "delegated_to_oneself",
            f"{name}不能授权给自己。",
            clause=shape.clause,
            next_step="请用 --deputy 写明代签人。",
        )
    if until < day:
        raise Refused(
            "date_backwards",
            f"授权到 {until} 为止，早于开始的 {day}。",
            clause=shape.clause,
            next_step="请核对 --until 和 --on。",
        )
    own = [a for a in appointments if a.person.id == principal and a.role is role and a.active_on(day)]
    if not any(in_its_place(a, places, day) for a in own):
        held = "、".join(
            f"{places[a.unit_id].named_on(day)}{a.title}（{a.named_role.label}）"
            for a in appointments
            if a.person.id == principal and a.active_on(day)
        )
        raise Refused(
            "post_not_held",
            f"{name}在 {day} 不任{role.label}，不能授权他人代签：{f'当日登记为{held}' if held else '当日没有在任的岗位'}。",
            clause=shape.clause,
            next_step="请核对授权人、--role 和 --on。",
        )
    deputies = [a for a in appointments if a.person.id == data["deputy"]]
    if not any((a.since or day) <= until and (a.until is None or a.until > day) for a in deputies):
        raise Refused(
            "deputy_not_in_post",
            f"{deputies[0].person.name}在 {day} 至 {until} 没有在任的岗位，不能代签。",
            clause=shape.clause,
            next_step="请核对 --deputy，或先用 pressctl register add 登记任职。",
        )


def _unlisted_level(policy: Policy, entry: Record) -> Iterator[str]:
    """A level that the regulation does not list is judged by the general hours: said, for it may be misspelt."""
    levels, level = policy.find(keys.EMERGENCY_LEVELS, entry.on), entry.data.get("level")
    if levels is not None and level and level not in levels.typed:
        yield (
            f"级别“{level}”不在规定所列（{'、'.join(levels.typed)}）之中，按没有单列的级别判断；写错了的请用 undo 撤销后重新登记"
        )


def _odd_span(entry: Record, today: dt.date) -> Iterator[str]:
    """What may be meant so, and may be a slip of the keyboard: a delegation entered when it is over, or for years."""
    if entry.kind is not RecordKind.DELEGATION:
        return
    until = dt.date.fromisoformat(entry.data["until"])
    if until < today:
        yield f"授权到 {until} 为止，已经过去，只对补录的、日期在其间的签署有效：请核对 --until 和 --on。"
    if (until.year - 1, until.month, until.day) > (entry.on.year, entry.on.month, entry.on.day):
        yield f"授权自 {entry.on} 到 {until}，超过一年：请核对 --until。"


def _may_remind(desk: Desk, repository: Repository, ref: str, day: dt.date) -> None:
    """催办 is a row of the workflow's table: only what still waits for somebody can be urged."""
    policy, calendar = desk.law(repository)
    answer = advance(find_release(repository, ref), Act(Action.REMIND, day), policy, calendar)
    if isinstance(answer, Refusal):
        raise refused(answer)


def _may_waive(desk: Desk, repository: Repository, waiver: Record) -> None:
    """Only a rule that applies to the subject, only what the text says 原则上, 一般 or 及时 of, and only by somebody who
    may: a leader or the office director in post that day (Q31)."""
    policy, calendar = desk.law(repository)
    rule = policy.rules.get(waiver.data["rule"])
    if rule is None:
        raise BadData(
            "unknown_rule",
            f"没有规则“{waiver.data['rule']}”。",
            next_step=near(waiver.data["rule"], policy.rules) or "用 pressctl rules list 查看。",
        )
    facts = repository.facts(desk.today)
    applies, may = waivable(facts, policy, calendar, desk.today, waiver)
    if not applies and rule.strength in WAIVABLE:
        raise Refused(
            "not_applicable",
            f"{rule.id}（{rule.title}）对“{waiver.data['subject']}”没有可豁免的事项。",
            clause=rule.clause,
            next_step=f"用 pressctl check --rule {rule.id} --all 查看它涉及谁；上一年的加 --year。",
        )
    if not may:
        raise Refused(
            "not_waivable",
            f"{rule.id}（{rule.title}）在此是“应当”的要求，不能豁免。",
            clause=rule.clause,
            next_step="只有原则性、提示性的要求可以豁免；请如实记录未能做到的原因。",
        )
    by = waiver.data["by"]
    if not may_waive(facts, policy, by, waiver.on):
        roles = "、".join(sorted(role.label for role in policy.get(keys.WAIVER_ROLES, waiver.on)))
        holders = [
            a.person.name
            for a in facts.appointments
            if a.named_role in policy.get(keys.WAIVER_ROLES, waiver.on) and a.active_on(waiver.on)
        ]
        raise Refused(
            "may_not_waive",
            f"{by}在 {waiver.on} 不在可以批准豁免的岗位上（{roles}）。",
            next_step=f"应由：{'、'.join(dict.fromkeys(holders)) or '（当日无人登记在任）'}。",
        )


_PERIOD = re.compile(r"\d{4}(Q[1-4]|H[12]|-\d\d|W\d\d|M\d\d[上下]?)")


def _waived(
    repository: Repository,
    data: dict[str, Any],
    units: tuple[Unit, ...],
    appointments: tuple[Appointment, ...],
) -> dict[str, Any]:
    """A waiver's subject as columns: a part of the year, a release, a unit, or else a person."""
    subject = data["subject"]
    if _PERIOD.fullmatch(subject):
        data["period"] = subject
        data.setdefault("year", int(subject[:4]))
        return {}
    whose, _, part = subject.rpartition(" ")
    if whose.strip() and _PERIOD.fullmatch(part):  # of one unit only: 天宁分局 2026H1
        data["period"], subject = part, whose.strip()
        data.setdefault("year", int(part[:4]))
        return {"unit_id": find_unit(units, subject).id}
    if repository.release(subject) is not None:
        return {"ref": subject}
    try:
        return {"unit_id": find_unit(units, subject).id}
    except BadData as no_unit:
        try:
            return {"person_id": find_person(appointments, subject).person.id}
        except BadData:
            raise BadData(
                "unknown_subject",
                f"“{subject}”不是单位、人员、发布编号或时段（如 2026Q1）。",
                next_step=no_unit.next_step,
            ) from None


def _subject(entry: Record) -> str:
    if entry.ref:
        return entry.ref
    if entry.person_id:
        return f"P{entry.person_id}"
    return f"U{entry.unit_id}" if entry.unit_id else "office"


def _view(entry: Record, number: int, shape: Shape, about: str | None, kept: Kept | None) -> Recorded:
    return Recorded(
        id=number,
        kind=shape.word,
        label=shape.kind.label,
        on=entry.on,
        at=entry.at,
        about=about,
        ref=entry.ref,
        text=entry.text,
        file=kept.name if kept else None,
        sha256=entry.sha256,
        data=entry.data,
    )


def record_list(desk: Desk, kind: RecordKind | None = None, *, year: int | None = None) -> list[LedgerRow]:
    """The ledger, by day."""
    with desk.reading() as repository:
        units = {u.id: u.name for u in repository.units()}
        people = repository.people()
        found = repository.records()
    return [
        LedgerRow(
            id=r.id,
            kind=r.kind,
            label=r.kind.label,
            on=r.on,
            at=r.at,
            entered=r.entered,
            about=r.ref or (people[r.person_id].name if r.person_id else units.get(r.unit_id or 0)),
            text=r.text,
            data=r.data,
        )
        for r in sorted(found, key=lambda r: (r.on, r.id))
        if (kind is None or r.kind is kind) and (year is None or r.on.year == year)
    ]
