"""附件1, 附件2, 附件3: facts as named strings, put into the templates of forms_templates/."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pressctl import bundled
from pressctl.core.dates import chinese_date, weekday_name
from pressctl.core.facts import Appointment, Release
from pressctl.core.terms import Decision, FormKind, Role, Seat, Step
from pressctl.documents.files import safe_name, write_new
from pressctl.documents.template import Template
from pressctl.errors import BadData, UsageError

_BLANK_DATE = "　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class FormField:
    """A name that a template may use. `origin`: extant (the regulation's own label) or reconstructed."""

    name: str
    label: str
    meaning: str
    example: str
    origin: str = "extant"


def _f(name: str, meaning: str, example: str, origin: str = "extant", label: str | None = None) -> FormField:
    return FormField(name, label or name, meaning, example, origin)


_APPROVAL = (
    _f("发布会名称", "发布的名称", "国庆假期客流安保情况新闻发布会"),
    _f("组织单位", "组织发布的单位，会同单位并列", "公交分局"),
    _f("发布时间", "日期、星期和时间", "2026年10月9日（星期五）10:00"),
    _f("发布地点", "地点", "市局新闻发布厅"),
    _f("发布人", "发布人的姓名、职务", "江若水　副局长", label="发布人（姓名、职务）"),
    _f("联络员", "联络员的姓名、职务", "苏晚晴　科员", label="联络员（姓名、职务）"),
    _f("联系电话", "联系电话", "0519-81000000"),
    _f("发布会主题", "主题", "国庆假期客流安保情况"),
    _f("发布对象及规模", "对象、规模和拟邀请媒体", "市级媒体12家", label="发布对象及规模（拟邀请媒体）"),
    _f("组织单位意见", "组织单位意见（准备情况）", "材料齐备，拟同意召开。"),
    _f("组织单位签名", "组织单位签名人", "陶建国"),
    _f("组织单位日期", "组织单位签署日期", "2026年9月24日"),
    _f("办公室意见", "办公室审核意见", "拟同意，请领导审批。", label="市局新闻发言人办公室审核意见"),
    _f("办公室签名", "办公室签名人", "林知远"),
    _f("办公室日期", "办公室签署日期", "2026年9月28日"),
    _f("领导意见", "市局领导审批意见", "同意。", label="市局领导审批意见"),
    _f("领导签名", "市局领导签名", "高一鸣"),
    _f("领导日期", "市局领导签署日期", "2026年9月29日"),
)
_REGISTRATION = (
    _f("填表日期", "登记日期", "2026年1月5日", label="年 月 日"),
    _f("姓名", "姓名", "江若水", "reconstructed"),
    _f("性别", "性别", "女", "reconstructed"),
    _f("民族", "民族", "汉族", "reconstructed"),
    _f("学历", "学历", "本科", "reconstructed"),
    _f("出生年月", "出生年月", "1975年3月"),
    _f("政治面貌", "政治面貌", "中共党员"),
    _f("单位", "单位", "公交分局", "reconstructed"),
    _f("职务", "职务", "副局长", "reconstructed"),
    _f("办公室电话", "办公室电话", "0519-81000000"),
    _f("手机", "手机", "13900000000", "reconstructed"),
    _f("电子邮件", "电子邮件", "p@example.org"),
    _f("QQ", "QQ", "1000000000"),
    _f("简历", "简历", "2001年参加公安工作……", "reconstructed"),
    _f("单位意见", "单位意见，留待手写", "", "reconstructed"),
)
_OPTIONAL = ("份号", "表尾")
_FIELDS = {
    FormKind.APPROVAL: _APPROVAL,
    FormKind.SPOKESPERSON: _REGISTRATION,
    FormKind.LIAISON: _REGISTRATION,
}


def fields(kind: FormKind) -> tuple[FormField, ...]:
    """The names that a template of the kind may use."""
    return _FIELDS[kind]


@dataclass(frozen=True, slots=True)
class Form:
    """One form ready to be written: its values by field name, and a file name without ending."""

    kind: FormKind
    values: Mapping[str, str]
    file_stem: str


# -- facts to strings ------------------------------------------------------------------------------


def approval_form(
    release: Release,
    *,
    unit_names: Mapping[int, str],
    people: Mapping[int, Appointment],
    log_head: str | None,
) -> Form:
    """附件1 with the opinions, signers and dates of the submission in hand."""
    joint = [unit_names[u] for u in release.joint_units]
    presenters = [_named(people, s.person_id) for s in release.seated(Seat.PRESENTER, actual=False)]
    values = {
        "发布会名称": release.name,
        "组织单位": "、".join([unit_names[release.unit_id], *joint]),
        "发布时间": _when(release),
        "发布地点": release.venue or "",
        "发布人": "\n".join(presenters),
        "联络员": _named(people, release.liaison_id) if release.liaison_id else release.liaison or "",
        "联系电话": release.phone or "",
        "发布会主题": release.topic or "",
        "发布对象及规模": "；".join(t for t in (release.audience, release.media) if t),
        "表尾": f"编号 {release.ref}　日志校验值 {log_head[:16]}" if log_head else "",
    }
    for step, prefix in ((Step.UNIT, "组织单位"), (Step.OFFICE, "办公室"), (Step.LEADER, "领导")):
        values |= _opinion(release, step, prefix, unit_names)
    return Form(FormKind.APPROVAL, values, safe_name(f"审批表-{release.ref}-{unit_names[release.unit_id]}"))


def _when(release: Release) -> str:
    time = f"{release.at:%H:%M}" if release.at else ""
    return f"{chinese_date(release.on)}（{weekday_name(release.on)}）{time}"


def _named(people: Mapping[int, Appointment], person_id: int) -> str:
    post = people[person_id]
    return f"{post.person.name}　{post.title}"


def _opinion(release: Release, step: Step, prefix: str, unit_names: Mapping[int, str]) -> dict[str, str]:
    """The opinions of a step in the round in hand; several units' each under its name, a return said as such."""
    signed = [s for s in release.current_steps() if s.step is step]
    if not signed:
        return {f"{prefix}意见": "", f"{prefix}签名": "", f"{prefix}日期": _BLANK_DATE}
    joint = step is Step.UNIT and len(signed) > 1
    lines = []
    for s in signed if joint else signed[-1:]:
        head = f"{unit_names[s.unit_id]}：" if joint and s.unit_id else ""
        verdict = "" if s.decision is Decision.AGREE else f"（{s.decision.label}）"
        lines.append(f"{head}{verdict}{s.opinion}")
    signers = [
        s.by + (f"（代{s.on_behalf_of}）" if s.on_behalf_of else "")
        for s in (signed if joint else signed[-1:])
    ]
    return {
        f"{prefix}意见": "\n".join(lines),
        f"{prefix}签名": "、".join(signers),
        f"{prefix}日期": chinese_date(signed[-1].on),
    }


def registration_form(appointment: Appointment, *, unit_name: str, on: date, log_head: str | None) -> Form:
    """附件2 or 附件3, by the role."""
    person = appointment.person
    kind = FormKind.SPOKESPERSON if appointment.role is Role.SPOKESPERSON else FormKind.LIAISON
    birth = f"{person.birth[:4]}年{int(person.birth[5:7])}月" if person.birth else ""
    values = {
        "填表日期": chinese_date(on),
        "姓名": person.name,
        "性别": person.gender or "",
        "民族": person.ethnicity or "",
        "学历": person.education or "",
        "出生年月": birth,
        "政治面貌": person.politics or "",
        "单位": unit_name,
        "职务": appointment.title,
        "办公室电话": person.office_phone or "",
        "手机": person.mobile or "",
        "电子邮件": person.email or "",
        "QQ": person.qq or "",
        "简历": person.resume or "",
        "表尾": f"人员编号 {person.id}　日志校验值 {log_head[:16]}" if log_head else "",
    }
    role = "新闻发言人" if kind is FormKind.SPOKESPERSON else "联络员"
    return Form(kind, values, safe_name(f"{unit_name}-{role}-{person.name}"))


def blank_form(kind: FormKind) -> Form:
    """A form to be filled in by hand."""
    dates = {"填表日期": _BLANK_DATE, **{f"{p}日期": _BLANK_DATE for p in ("组织单位", "办公室", "领导")}}
    return Form(kind, dates, safe_name(f"空白-{kind.label}"))


# -- writing ---------------------------------------------------------------------------------------


class FormWriter:
    """A template compiled once. Raises BadData naming an unknown or missing field and its place."""

    def __init__(self, kind: FormKind, template: Path | None = None) -> None:
        path = template or bundled.form_templates_dir() / f"{kind.value}.docx"
        self._template = Template(path, {f.name: f.label for f in fields(kind)}, _OPTIONAL)

    def render(self, *forms: Form) -> bytes:
        """One document, a form a page."""
        return self._template.fill([f.values for f in forms])


def _copies(form: Form, copies: int) -> list[Form]:
    if copies == 1:
        return [form]
    return [replace(form, values={**form.values, "份号": f"一式两份　第{n}份"}) for n in range(1, copies + 1)]


def write_one(
    writer: FormWriter, form: Form, path: Path, *, copies: int = 1, pdf: bool = False, force: bool = False
) -> list[Path]:
    """One file; two copies are two pages of it."""
    _require_docx(path)
    write_new(path, writer.render(*_copies(form, copies)), force=force)
    return [path, *_pdfs([path], pdf)]


def write_merged(
    writer: FormWriter, forms: Sequence[Form], path: Path, *, pdf: bool = False, force: bool = False
) -> list[Path]:
    """One document for printing, a form a page."""
    _require_docx(path)
    write_new(path, writer.render(*forms), force=force)
    return [path, *_pdfs([path], pdf)]


def write_zip(writer: FormWriter, forms: Sequence[Form], path: Path, *, force: bool = False) -> list[Path]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, form in _distinct(forms):
            archive.writestr(zipfile.ZipInfo(name), writer.render(form))
    write_new(path, stream.getvalue(), force=force)
    return [path]


def write_folder(
    writer: FormWriter,
    forms: Sequence[Form],
    folder: Path,
    *,
    pdf: bool = False,
    force: bool = False,
    tell: Callable[[int], None] | None = None,
) -> list[Path]:
    """A file a form, in a folder that is made where it is missing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadData(
            "no_folder", f"目录 {folder} 无法建立：{error.strerror}。", next_step="请检查路径与权限。"
        ) from error
    written = []
    for number, (name, form) in enumerate(_distinct(forms), start=1):
        write_new(folder / name, writer.render(form), force=force)
        written.append(folder / name)
        if tell:
            tell(number)
    return [*written, *_pdfs(written, pdf)]


def _distinct(forms: Sequence[Form]) -> list[tuple[str, Form]]:
    """File names without doubles: namesakes are numbered."""
    seen: dict[str, int] = {}
    named = []
    for form in forms:
        seen[form.file_stem] = seen.get(form.file_stem, 0) + 1
        number = seen[form.file_stem]
        named.append((f"{form.file_stem}{f'-{number}' if number > 1 else ''}.docx", form))
    return named


def _require_docx(path: Path) -> None:
    if path.suffix.lower() != ".docx":
        raise UsageError(
            "unknown_format",
            f"表格只写成 .docx，不能写“{path.name}”。",
            next_step="请把后缀改为 .docx；要 PDF 另加 --pdf。",
        )


def _pdfs(files: Sequence[Path], wanted: bool) -> list[Path]:
    """The same as PDF, through LibreOffice."""
    if not wanted:
        return []
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise BadData(
            "no_libreoffice",
            "没有找到 LibreOffice，不能转成 PDF；Word 文件已写出。",
            next_step="请安装 LibreOffice，或在 Word 中另存为 PDF。",
        )
    with tempfile.TemporaryDirectory(prefix="pressctl-pdf-") as folder:
        command = [
            office,
            "--headless",
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
        ]
        subprocess.run([*command, *map(str, files)], capture_output=True, timeout=600, check=False)  # noqa: S603 - a fixed program found on the PATH, no shell
        made = []
        for file in files:
            pdf = Path(folder, f"{file.stem}.pdf")
            if not pdf.exists():
                raise BadData(
                    "no_pdf",
                    f"LibreOffice 没有写出 {file.name} 的 PDF。",
                    next_step="请在 Word 中另存为 PDF。",
                )
            write_new(file.with_suffix(".pdf"), pdf.read_bytes(), force=True)
            made.append(file.with_suffix(".pdf"))
    return made
