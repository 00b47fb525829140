"""record: acts of duty that are no approval, as rows of one ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.facts import Appointment, Record, Unit
from pressctl.core.record_kinds import Detail, Shape
from pressctl.core.terms import RecordKind, Role
from pressctl.errors import BadData, UsageError
from pressctl.storage.attachments import Attachments, Kept
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit

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
    with desk.writing(f"record.{shape.word}", on=on) as repository:
        units, appointments = repository.units(), repository.appointments()
        whom = _about(repository, shape, about, units, appointments)
        data = {
            d.name: _kept(d, details[d.name], appointments)
            for d in shape.details
            if details.get(d.name) not in (None, ())
        }
        _check(shape, data, details, repository)
        kept = Attachments(desk.database.attachments).keep(file) if file else None
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


def _kept(detail: Detail, value: Any, appointments: tuple[Appointment, ...]) -> Any:
    """A detail as the ledger keeps it: JSON, people as ids, days as ISO."""
    match detail.type:
        case "person":
            return find_person(appointments, value).person.id
        case "people":
            return [find_person(appointments, name).person.id for name in value]
        case "date":
            return value.isoformat()
        case _:
            return value


def _check(shape: Shape, data: Mapping[str, Any], details: Mapping[str, Any], repository: Repository) -> None:
    if "half" in data and data["half"] not in (1, 2):
        raise UsageError("half", f"上下半年应为 1 或 2，不是 {data['half']}。", next_step="请核对 --half。")
    if shape.kind is RecordKind.DELEGATION and data["role"] not in {r.value for r in Role}:
        known = "、".join(f"{r.value}（{r.label}）" for r in Role)
        raise UsageError("role", f"“{data['role']}”不是岗位。", next_step=f"可用：{known}。")
    if shape.kind is RecordKind.WAIVER:
        from pressctl.core.rules import RULES

        if data["rule"] not in RULES:
            raise BadData(
                "unknown_rule", f"没有规则“{data['rule']}”。", next_step="用 pressctl rules list 查看。"
            )


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
