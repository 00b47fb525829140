"""record: acts of duty that are no approval, as rows of one ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.facts import Appointment, Record, Unit
from pressctl.core.policy import Policy
from pressctl.core.record_kinds import Detail, Shape
from pressctl.core.terms import RecordKind, Role, Strength
from pressctl.core.workflow import Act, Action, Refusal, advance
from pressctl.errors import BadData, Refused, UsageError
from pressctl.storage.attachments import Kept
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit
from pressctl.usecases.releases import refused

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


def record(
    desk: Desk,
    shape: Shape,
    about: str | None,
    details: Mapping[str, Any],
    *,
    text: str | None = None,
    file: Path | None = None,
    on: dt.date | None = None,
) -> dict[str, Any]:
    """Enter one record. `details` by the names of the shape; people are named, and kept as ids."""
    day = on or desk.today
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
        _check(desk, shape, data, repository)
        if shape.kind is RecordKind.DELEGATION:
            _may_delegate(shape, whom["person_id"], data, day, appointments)
        if shape.kind is RecordKind.REMINDER:
            _may_remind(desk, repository, whom["ref"], day)
        if shape.kind is RecordKind.WAIVER:
            whom = _waived(repository, data, units, appointments)
        (kept,) = staging.files or (None,)
        entry = Record(0, shape.kind, day, text=text, sha256=kept.sha256 if kept else None, data=data, **whom)
        number = repository.add_record(entry, kept.name if kept else None)
        repository.note(_subject(entry), f"记录：{shape.kind.label}", text)
        return _view(entry, number, shape, about, kept)


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
    """A detail as the ledger keeps it: JSON, people and units as ids, days and moments as ISO."""
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


_TRIGGERS = ("major", "opinion", "emergency")


def _check(desk: Desk, shape: Shape, data: Mapping[str, Any], repository: Repository) -> None:
    if "half" in data and data["half"] not in (1, 2):
        raise UsageError("half", f"上下半年应为 1 或 2，不是 {data['half']}。", next_step="请核对 --half。")
    if shape.kind is RecordKind.DELEGATION and data["role"] not in {r.value for r in Role}:
        known = "、".join(f"{r.value}（{r.label}）" for r in Role)
        raise UsageError("role", f"“{data['role']}”不是岗位。", next_step=f"可用：{known}。")
    if shape.kind is RecordKind.TRIGGER and data.get("kind", "major") not in _TRIGGERS:
        raise UsageError(
            "kind", f"“{data['kind']}”不是事项的类别。", next_step=f"可用：{'、'.join(_TRIGGERS)}。"
        )
    if shape.kind is RecordKind.TRIGGER and data.get("ref"):
        find_release(repository, data["ref"])
    if shape.kind is RecordKind.WAIVER:
        _may_waive(desk.policy(repository), data["rule"])


def _may_delegate(
    shape: Shape,
    principal: int,
    data: Mapping[str, Any],
    day: dt.date,
    appointments: tuple[Appointment, ...],
) -> None:
    """A delegation that can never have any effect is refused when it is recorded, not when a signature fails."""
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
    if not any(a.person.id == principal and a.role is role and a.active_on(day) for a in appointments):
        held = "、".join(a.role.label for a in appointments if a.person.id == principal and a.active_on(day))
        raise Refused(
            "post_not_held",
            f"{name}在 {day} 不任{role.label}（{f'任{held}' if held else '没有在任的岗位'}），不能授权他人代签。",
            clause=shape.clause,
            next_step="请核对授权人、--role 和 --on。",
        )


def _may_remind(desk: Desk, repository: Repository, ref: str, day: dt.date) -> None:
    """催办 is a row of the workflow's table: only what still waits for somebody can be urged."""
    policy, calendar = desk.law(repository)
    answer = advance(find_release(repository, ref), Act(Action.REMIND, day), policy, calendar)
    if isinstance(answer, Refusal):
        raise refused(answer)


def _may_waive(policy: Policy, rule_id: str) -> None:
    """What the text says 必须 or 应 of cannot be waived by anybody here."""
    rule = policy.rules.get(rule_id)
    if rule is None:
        raise BadData("unknown_rule", f"没有规则“{rule_id}”。", next_step="用 pressctl rules list 查看。")
    if rule.strength is Strength.MUST:
        raise Refused(
            "not_waivable",
            f"{rule_id}（{rule.title}）是“应当”的要求，不能豁免。",
            clause=rule.clause,
            next_step="只有“原则上”“一般”“及时”的要求可以豁免；请如实记录未能做到的原因。",
        )


_PERIOD = re.compile(r"\d{4}(Q[1-4]|H[12]|-\d\d)")


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


def _view(entry: Record, number: int, shape: Shape, about: str | None, kept: Kept | None) -> dict[str, Any]:
    return {
        "id": number,
        "kind": shape.word,
        "label": shape.kind.label,
        "on": entry.on.isoformat(),
        "about": about,
        "ref": entry.ref,
        "text": entry.text,
        "file": kept.name if kept else None,
        "sha256": entry.sha256,
        "data": dict(entry.data),
    }


def record_list(
    desk: Desk, kind: RecordKind | None = None, *, year: int | None = None
) -> list[dict[str, Any]]:
    """The ledger, by day."""
    with desk.reading() as repository:
        units = {u.id: u.name for u in repository.units()}
        people = repository.people()
        found = repository.records()
    return [
        {
            "id": r.id,
            "kind": r.kind.value,
            "label": r.kind.label,
            "on": r.on.isoformat(),
            "about": r.ref or (people[r.person_id].name if r.person_id else units.get(r.unit_id or 0)),
            "text": r.text,
            "data": dict(r.data),
        }
        for r in sorted(found, key=lambda r: (r.on, r.id))
        if (kind is None or r.kind is kind) and (year is None or r.on.year == year)
    ]
