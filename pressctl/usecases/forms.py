"""form: the regulation's three Word forms from what the database holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pressctl.core.facts import Appointment
from pressctl.core.terms import FormKind, Role
from pressctl.documents import forms
from pressctl.documents.pdf import missing_faces
from pressctl.errors import BadData, UsageError
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""What is done and how much of it there is; gives what hears how much is done."""
_PDF_WEIGHS = 100  # forms are filled while LibreOffice turns one into PDF


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
    sign: bool = False
    template: Path | None = None
    pdf: bool = False
    force: bool = False


_ROLE = {FormKind.SPOKESPERSON: Role.SPOKESPERSON, FormKind.LIAISON: Role.LIAISON}


@dataclass(frozen=True)
class FormsWritten:
    """The files, and what to look at before they are printed."""

    files: tuple[Path, ...]
    advice: tuple[str, ...]


def approval_form(
    desk: Desk,
    ref: str,
    target: Path | None = None,
    *,
    copies: int = 1,
    plain: bool = False,
    sign: bool = False,
    template: Path | None = None,
    pdf: bool = False,
    force: bool = False,
) -> FormsWritten:
    """附件1 for a release, as it stands; with `sign` to be signed with a pen."""
    _refuse_ending(target, ".docx")
    with desk.reading() as repository:
        release = find_release(repository, ref)
        names = {u.id: u.name for u in repository.units()}
        posts = repository.appointments()
        head = repository.log_head()
    people = {a.person.id: a for a in sorted(posts, key=lambda a: a.until is None)}
    form = forms.approval_form(
        release, unit_names=names, people=people, log_head=None if plain else head, by_pen=sign
    )
    writer = forms.FormWriter(FormKind.APPROVAL, template, desk.template(FormKind.APPROVAL))
    path = target or Path(f"{form.file_stem}.docx")
    return _result(forms.write_one(writer, form, path, copies=copies, pdf=pdf, force=force), [form], pdf)


def registration_forms(
    desk: Desk,
    kind: FormKind,
    batch: Batch,
    *,
    progress: Progress = lambda _what, _total: nullcontext(lambda _done: None),
) -> FormsWritten:
    """附件2 or 附件3 for the people named, a unit's, or everyone's."""
    _refuse_contradictions(batch)
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
            a,
            unit_name=names[a.unit_id],
            on=None if batch.sign else a.registered_on or day,
            log_head=None if batch.plain else head,
        )
        for a in chosen
    ]
    if batch.target and len(filled) > 1:
        raise UsageError(
            "many_forms",
            f"共 {len(filled)} 份表格，不能写进一个文件 {batch.target}。",
            next_step="用 --out 目录、--zip 文件 或 --merge 文件。",
        )
    with progress("填表", len(filled) * (1 + _PDF_WEIGHS * batch.pdf)) as tell:
        return _result(_written(desk, kind, batch, filled, tell), filled, batch.pdf)


def _written(
    desk: Desk, kind: FormKind, batch: Batch, filled: list[forms.Form], tell: Callable[[int], None]
) -> list[Path]:
    """The forms where the batch wants them: one file, a ZIP, or a folder of files."""
    writer, force, pdf = forms.FormWriter(kind, batch.template, desk.template(kind)), batch.force, batch.pdf
    if batch.merge:
        return forms.write_merged(writer, filled, batch.merge, pdf=pdf, force=force)
    if batch.zip:
        return forms.write_zip(writer, filled, batch.zip, force=force)
    if len(filled) == 1 and not batch.out:
        path = batch.target or Path(f"{filled[0].file_stem}.docx")
        return forms.write_one(writer, filled[0], path, pdf=pdf, force=force)
    return forms.write_folder(
        writer,
        filled,
        batch.out or Path(kind.label),
        pdf=pdf,
        force=force,
        tell=tell,
        tell_pdf=lambda done: tell(len(filled) + done * _PDF_WEIGHS),
    )


def _refuse_contradictions(batch: Batch) -> None:
    who = [bool(batch.people), batch.unit is not None, batch.everyone]
    if sum(who) != 1:
        said = "只能写一种：人员、--unit 单位、--all" if any(who) else "没有指明人员"
        raise UsageError("nobody", f"{said}。", next_step="写明人员，或用 --unit 单位，或用 --all。")
    places = {"-o": batch.target, "--out": batch.out, "--zip": batch.zip, "--merge": batch.merge}
    given = [option for option, place in places.items() if place]
    if len(given) > 1:
        raise UsageError("two_places", f"{'、'.join(given)} 只能用一个。", next_step="每种写法各执行一次。")
    if batch.zip and batch.pdf:
        raise UsageError(
            "zip_of_pdf", "--zip 里只放 Word 文件，不能与 --pdf 同用。", next_step="用 --out 目录 --pdf。"
        )
    _refuse_ending(batch.target, ".docx")
    _refuse_ending(batch.merge, ".docx")
    _refuse_ending(batch.zip, ".zip")


def _refuse_ending(path: Path | None, ending: str) -> None:
    if path and path.is_dir():  # also . and / and .., which have no name that could be given an ending
        raise UsageError("is_folder", f"{path} 是目录，不能当作文件来写。", next_step="写明文件名。")
    if path and path.suffix.lower() != ending:
        raise UsageError(
            "unknown_format",
            f"{path} 应以 {ending} 结尾。",
            next_step=f"写作 {path.with_suffix(ending)}"
            + ("；要 PDF 的加 --pdf。" if ending == ".docx" else "。"),
        )


def _result(files: Sequence[Path], filled: Sequence[forms.Form], pdf: bool) -> FormsWritten:
    advice = []
    if rare := forms.rare_characters(filled):
        advice.append(f"{rare} 不在 GB2312 字库内，仿宋_GB2312 没有这些字，会用别的字体代替，打印前请核对。")
    if pdf and (lacking := missing_faces()):
        advice.append(
            f"本机没有字体 {'、'.join(lacking)}，PDF 用了替代字体；正式打印请在装有这些字体的电脑上进行。"
        )
    return FormsWritten(tuple(files), tuple(advice))


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
) -> FormsWritten:
    """A form for the pen."""
    _refuse_ending(target, ".docx")
    desk.database.require_current()
    form = forms.blank_form(kind)
    path = target or Path(f"{form.file_stem}.docx")
    writer = forms.FormWriter(kind, template, desk.template(kind))
    return _result(forms.write_one(writer, form, path, pdf=pdf, force=force), [form], pdf)


class FieldView(NamedTuple):
    """A name that a template may use."""

    name: str
    label: str
    meaning: str
    example: str
    origin: forms.Origin
    origin_label: str
    required: bool


def form_fields(kind: FormKind) -> tuple[FieldView, ...]:
    return tuple(
        FieldView(
            name=f.name,
            label=f.label,
            meaning=f.meaning,
            example=f.example,
            origin=f.origin,
            origin_label=forms.ORIGINS[f.origin],
            required=f.required,
        )
        for f in forms.fields(kind)
    )
