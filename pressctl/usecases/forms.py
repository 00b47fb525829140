"""form: the regulation's three Word forms from what the database holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressctl.core.facts import Appointment
from pressctl.core.terms import FormKind, Role
from pressctl.documents import forms
from pressctl.errors import BadData, UsageError
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit


@dataclass(frozen=True)
class Batch:
    """Which registration forms, and where they go."""

    people: tuple[str, ...] = ()
    unit: str | None = None
    everyone: bool = False
    target: Path | None = None
    out: Path | None = None
    zip: Path | None = None
    merge: Path | None = None
    on: dt.date | None = None
    plain: bool = False
    template: Path | None = None
    pdf: bool = False
    force: bool = False


_ROLE = {FormKind.SPOKESPERSON: Role.SPOKESPERSON, FormKind.LIAISON: Role.LIAISON}


def approval_form(
    desk: Desk,
    ref: str,
    target: Path | None = None,
    *,
    copies: int = 1,
    plain: bool = False,
    template: Path | None = None,
    pdf: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    """附件1 for a release, as it stands."""
    with desk.reading() as repository:
        release = find_release(repository, ref)
        names = {u.id: u.name for u in repository.units()}
        posts = repository.appointments()
        head = repository.log_head()
    people = {a.person.id: a for a in sorted(posts, key=lambda a: a.until is None)}
    form = forms.approval_form(release, unit_names=names, people=people, log_head=None if plain else head)
    writer = forms.FormWriter(FormKind.APPROVAL, template)
    path = target or Path(f"{form.file_stem}.docx")
    return {"files": _as_text(forms.write_one(writer, form, path, copies=copies, pdf=pdf, force=force))}


def registration_forms(
    desk: Desk, kind: FormKind, batch: Batch, *, tell: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """附件2 or 附件3 for the people named, a unit's, or everyone's."""
    day = batch.on or desk.today
    with desk.reading() as repository:
        units = repository.units()
        names = {u.id: u.name for u in units}
        chosen = _chosen(
            batch, _ROLE[kind], repository.appointments(), day, lambda text: find_unit(units, text).id
        )
        head = repository.log_head()
    if not chosen:
        raise BadData(
            "nobody", f"没有要填{kind.label}的在册人员。", next_step="用 pressctl register list 查看名册。"
        )
    filled = [
        forms.registration_form(
            a, unit_name=names[a.unit_id], on=a.registered_on or day, log_head=None if batch.plain else head
        )
        for a in chosen
    ]
    writer = forms.FormWriter(kind, batch.template)
    if batch.merge:
        return {
            "files": _as_text(
                forms.write_merged(writer, filled, batch.merge, pdf=batch.pdf, force=batch.force)
            )
        }
    if batch.zip:
        return {"files": _as_text(forms.write_zip(writer, filled, batch.zip, force=batch.force))}
    if len(filled) == 1 and not batch.out:
        path = batch.target or Path(f"{filled[0].file_stem}.docx")
        return {"files": _as_text(forms.write_one(writer, filled[0], path, pdf=batch.pdf, force=batch.force))}
    if batch.target and not batch.out:
        raise UsageError(
            "many_forms",
            f"共 {len(filled)} 份表格，不能写进一个文件 {batch.target}。",
            next_step="用 --out 目录、--zip 文件 或 --merge 文件。",
        )
    folder = batch.out or Path(kind.label)
    return {
        "files": _as_text(
            forms.write_folder(writer, filled, folder, pdf=batch.pdf, force=batch.force, tell=tell)
        )
    }


def _chosen(
    batch: Batch,
    role: Role,
    appointments: tuple[Appointment, ...],
    day: dt.date,
    unit_id: Callable[[str], int],
) -> list[Appointment]:
    """The appointments of the role in force on the day, in the register's order."""
    held = [a for a in appointments if a.role is role and a.active_on(day)]
    if batch.everyone:
        return held
    if batch.unit:
        wanted = unit_id(batch.unit)
        return [a for a in held if a.unit_id == wanted]
    chosen = []
    for text in batch.people:
        person = find_person(appointments, text).person
        posts = [a for a in held if a.person.id == person.id]
        if not posts:
            raise BadData(
                "not_in_role",
                f"{person.name}当日不是{role.label}。",
                next_step="用 pressctl register show 查看任职。",
            )
        chosen += posts
    return chosen


def blank_form(
    desk: Desk,
    kind: FormKind,
    target: Path | None = None,
    *,
    template: Path | None = None,
    pdf: bool = False,
    force: bool = False,
) -> dict[str, Any]:
    desk.database.require_current()
    form = forms.blank_form(kind)
    path = target or Path(f"{form.file_stem}.docx")
    return {
        "files": _as_text(forms.write_one(forms.FormWriter(kind, template), form, path, pdf=pdf, force=force))
    }


def form_fields(kind: FormKind) -> list[dict[str, Any]]:
    """The names that a template may use."""
    origin = {"extant": "规定原文", "reconstructed": "补全"}
    return [
        {
            "name": f.name,
            "label": f.label,
            "meaning": f.meaning,
            "example": f.example,
            "origin": f.origin,
            "origin_label": origin[f.origin],
        }
        for f in forms.fields(kind)
    ]


def _as_text(files: list[Path]) -> list[str]:
    return [str(f) for f in files]
