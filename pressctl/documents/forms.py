"""The regulation's three forms, 附件1 to 附件3: from facts to named texts, from named texts to Word.

A `Form` is a kind and its values by field name; a `FormWriter` holds a template compiled once and turns forms
into documents. What a field is called, what it means and whether its label stands in the regulation is one
table for each kind, which `form fields` prints and every template is judged by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pressctl.bundled import form_templates_dir
from pressctl.core.dates import chinese_date, weekday_name
from pressctl.core.facts import Appointment, ApprovalStep, Release, SeatTaken
from pressctl.core.period import period_said
from pressctl.core.terms import Decision, FormKind, Role, Seat, Step, Word, named
from pressctl.documents import files
from pressctl.documents.pdf import to_pdf
from pressctl.documents.template import PAGE, PAGE_LABEL, PAGE_NOTE, PAGE_TEXT, Template
from pressctl.errors import BadData

Origin = Literal["extant", "reconstructed", "added"]
ORIGINS: Mapping[Origin, str] = {"extant": "规定原文", "reconstructed": "补全", "added": "本系统所加"}
"""Whether a label stands in the regulation, had to be reconstructed, or is this program's own."""
NO_DATE = "　　　　年　　月　　日"
"""What a blank form shows for a date: room for the pen."""
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class FormField:
    """A name that a template may use, and with `required` must."""

    name: str
    meaning: str
    example: str
    label: str
    origin: Origin = "extant"
    required: bool = True


@dataclass(frozen=True)
class Form:
    """A form filled or blank: values by field name, and what its file is called, without ending."""

    kind: FormKind
    values: Mapping[str, str] = field(repr=False)
    file_stem: str

    def copies(self, number: int) -> tuple[Form, ...]:
        """附件1注2: the form as often as it is signed, each copy marked 一式两份 第1份 and so on."""
        if number <= 1:
            return (self,)
        many = "两" if number == 2 else _NUMERALS[number]
        return tuple(
            replace(self, values={**self.values, "份号": f"一式{many}份　第{n}份"})
            for n in range(1, number + 1)
        )


# -- the fields ----------------------------------------------------------------------------------------


def _added(name: str, meaning: str, example: str, label: str) -> FormField:
    """What no template needs to have."""
    return FormField(name, meaning, example, label, "added", required=False)


_SHARED = (
    _added("份号", "一式几份中的第几份，只打印一份时为空", "一式两份　第1份", "（标题上方右侧）"),
    _added("表尾", "编号与日志校验值，--plain 时为空", "编号 2026-019", "（表格下方小字）"),
    _added(PAGE, "附页从这一段开始；内容放得下时不出附页", "附页", "（附页标题）"),
    _added(PAGE_NOTE, "附页属于哪一份表", "发布会名称：国庆交通安全新闻发布会", "（附页标题下方）"),
    _added(PAGE_LABEL, "续写的是哪一栏", "组织单位意见（准备情况）", "（附页表格）"),
    _added(PAGE_TEXT, "该栏放不下的内容", "……", "（附页表格）"),
)


def _opinion(prefix: str, label: str, opinion: str, signer: str, day: str) -> tuple[FormField, ...]:
    return (
        FormField(
            f"{prefix}意见", "签署的意见，几个单位联合的逐一列出，各写明签署人、职务、日期", opinion, label
        ),
        FormField(
            f"{prefix}签名",
            "签署人姓名、职务，代签的两人都写；留待手签时为空",
            signer,
            f"{label}盖章（签名）",
        ),
        FormField(f"{prefix}日期", "签署日期，联合的为最后一个；留待手签时为空格", day, f"{label}日期"),
    )


_APPROVAL = (
    FormField("发布会名称", "发布的名称", "国庆交通安全新闻发布会", "发布会名称"),
    FormField("组织单位", "组织发布的单位，联合组织的逐一列出", "公交{unit_kind.sub_bureau}", "组织单位"),
    FormField("发布时间", "日期、星期、时刻", "2026年10月9日（星期五）10:00", "发布时间"),
    FormField("发布地点", "场所", "{word.superior}新闻发布厅", "发布地点"),
    FormField("发布人", "通报人的姓名、职务", "江若水　{unit_kind.sub_bureau}副局长", "发布人（姓名、职务）"),
    FormField("联络员", "联络员的姓名、职务", "林知远　综合科科长", "联络员（姓名、职务）"),
    FormField("联系电话", "联络员的电话", "0519-81000000", "联系电话"),
    FormField("发布会主题", "发布的主题", "通报国庆期间交通安全保卫情况", "发布会主题"),
    FormField(
        "发布对象及规模",
        "发布对象、规模和拟邀请的媒体",
        "市级媒体12家，约30人",
        "发布对象及规模（拟邀请媒体）",
    ),
    *_opinion(
        "组织单位",
        "组织单位意见（准备情况）",
        "材料齐备，会场落实，拟同意召开。",
        "陶建国　{unit_kind.sub_bureau}局长",
        "2026年9月24日",
    ),
    *_opinion(
        "办公室",
        "{word.superior}{word.office}审核意见",
        "拟同意，请领导审批。",
        "林知远　{word.office_head}",
        "2026年9月28日",
    ),
    *_opinion("领导", "{word.leaders}审批意见", "同意。", "高一鸣　副局长", "2026年9月29日"),
)

_REGISTRATION = (
    FormField("填表日期", "登记的日期", "2026年3月10日", "年　月　日"),
    FormField("姓名", "姓名", "江若水", "姓　名", "reconstructed"),
    FormField("性别", "性别", "女", "性　别", "reconstructed"),
    FormField("民族", "民族", "汉族", "民　族", "reconstructed"),
    FormField("学历", "学历", "本科", "学　历", "reconstructed"),
    FormField("出生年月", "出生年月", "1975年3月", "出生年月"),
    FormField("政治面貌", "政治面貌", "中共党员", "政治面貌"),
    FormField("单位", "所在单位", "公交{unit_kind.sub_bureau}", "单　位", "reconstructed"),
    FormField("职务", "职务", "{unit_kind.sub_bureau}副局长", "职　务", "reconstructed"),
    FormField("办公室电话", "办公室电话", "0519-81000000", "办公室电话"),
    FormField("手机", "手机号码", "13900000000", "手　机", "reconstructed"),
    FormField("电子邮件", "电子邮件地址", "jiang@example.org", "电子邮件"),
    FormField("QQ", "QQ号码", "1000000000", "QQ"),
    FormField("简历", "简历，可有多段", "1997年参加工作，历任……", "简　历", "reconstructed"),
    FormField(
        "单位意见",
        "所在单位的意见；留空时手写，下方为盖章（签名）和日期",
        "同意推荐。",
        "单位意见",
        "reconstructed",
    ),
)

_FIELDS: Mapping[FormKind, tuple[FormField, ...]] = {
    FormKind.APPROVAL: (*_APPROVAL, *_SHARED),
    FormKind.SPOKESPERSON: (*_REGISTRATION, *_SHARED),
    FormKind.LIAISON: (*_REGISTRATION, *_SHARED),
}
_KIND_OF_ROLE = {Role.SPOKESPERSON: FormKind.SPOKESPERSON, Role.LIAISON: FormKind.LIAISON}


def fields(kind: FormKind) -> tuple[FormField, ...]:
    """The names that a template of the kind may use, in the form's order."""
    return tuple(
        replace(f, meaning=named(f.meaning), example=named(f.example), label=named(f.label))
        for f in _FIELDS[kind]
    )


# -- from facts ----------------------------------------------------------------------------------------

_OPINION_PREFIX = {Step.UNIT: "组织单位", Step.OFFICE: "办公室", Step.LEADER: "领导"}


def approval_form(
    release: Release,
    *,
    unit_names: Mapping[int, str],
    people: Mapping[int, Appointment],
    log_head: str | None = None,
    by_pen: bool = False,
) -> Form:
    """附件1 as the release stands: what was submitted, and the opinions of the submission in hand.

    `people` by person id gives posts to names. Without `log_head` there is no foot line. `by_pen` leaves signatures and
    their days to be written.
    """
    organisers = [unit_names.get(i, "") for i in (release.unit_id, *release.joint_units)]
    unit = organisers[0]
    values = {
        "发布会名称": release.name,
        "组织单位": "、".join(filter(None, organisers)),
        "发布时间": period_said(release.period)
        if release.period
        else f"{chinese_date(release.on)}\n（{weekday_name(release.on)}）"
        + (f"{release.at:%H:%M}" if release.at else ""),
        "发布地点": release.venue or "",
        "发布人": _presenters(release, people),
        "联络员": _liaison(release, people),
        "联系电话": release.phone or "",
        "发布会主题": release.topic or "",
        "发布对象及规模": _audience(release),
        **_opinions(release.current_steps(), unit_names, by_pen=by_pen),
        PAGE_NOTE: f"发布会名称：{release.name}",
        "表尾": _foot(f"编号 {release.ref}", log_head),
    }
    return Form(
        FormKind.APPROVAL, values, files.safe_name(f"{release.ref}-{unit}-{Word.APPROVAL_FORM.label}")
    )


def registration_form(
    appointment: Appointment,
    *,
    unit_name: str,
    on: dt.date | None,
    log_head: str | None = None,
    opinion: str = "",
) -> Form:
    """附件2 or 附件3, by the role. `on` is the day filled in; None leaves it to the pen."""
    person, role = appointment.person, appointment.role
    kind = _KIND_OF_ROLE[role]
    values = {
        "填表日期": chinese_date(on) if on else NO_DATE,
        "姓名": person.name,
        "性别": person.gender or "",
        "民族": person.ethnicity or "",
        "学历": person.education or "",
        "出生年月": _month(person.birth),
        "政治面貌": person.politics or "",
        "单位": unit_name,
        "职务": appointment.title,
        "办公室电话": person.office_phone or "",
        "手机": person.mobile or "",
        "电子邮件": person.email or "",
        "QQ": person.qq or "",
        "简历": person.resume or "",
        "单位意见": opinion,
        PAGE_NOTE: f"姓名：{person.name}　单位：{unit_name}",
        "表尾": _foot(f"登记编号 {person.id}", log_head),
    }
    return Form(kind, values, files.safe_name(f"{unit_name}-{appointment.named_role.label}-{person.name}"))


def blank_form(kind: FormKind) -> Form:
    """A form for the pen: no values, room for the dates."""
    dates = (f.name for f in fields(kind) if f.name.endswith("日期"))
    return Form(kind, dict.fromkeys(dates, NO_DATE), files.safe_name(f"空白-{kind.label}"))


def rare_characters(forms: Iterable[Form]) -> str:
    """Chinese characters in the forms that GB2312, and so 仿宋_GB2312, does not have, each once."""
    used = {c for form in forms for value in form.values.values() if not value.isascii() for c in value}
    return "".join(sorted(c for c in used if c >= "\u3400" and c.isalpha() and not _in_gb2312(c)))


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _presenters(release: Release, people: Mapping[int, Appointment]) -> str:
    seats = release.seated(Seat.PRESENTER, actual=False)
    named = [_named(_seated(seat), people.get(seat.person_id)) for seat in seats]
    return ("\n" if len(named) <= 2 else "；").join(named)


def _seated(seat: SeatTaken) -> str:
    return f"{seat.name}（代{seat.substitute_for}）" if seat.substitute_for else seat.name


def _liaison(release: Release, people: Mapping[int, Appointment]) -> str:
    post = people.get(release.liaison_id) if release.liaison_id is not None else None
    name = release.liaison or (post.person.name if post else "")
    return _named(name, post) if name else ""


def _named(name: str, post: Appointment | None) -> str:
    return f"{name}　{post.title}" if post and post.title else name


def _audience(release: Release) -> str:
    media = f"拟邀请媒体：{release.media}" if release.media else ""
    return "\n".join(filter(None, (release.audience, media)))


def _opinions(
    steps: Sequence[ApprovalStep], unit_names: Mapping[int, str], *, by_pen: bool
) -> dict[str, str]:
    """Every step's opinion, signers and date in the fields of its cell; steps not yet taken leave room for the pen.

    Of a joint opinion each unit has its line, with who said it, the post and the day.
    """
    values = {}
    for step, prefix in _OPINION_PREFIX.items():
        taken = _latest(s for s in steps if s.step is step)
        units = [unit_names.get(s.unit_id or 0, "") for s in taken]
        joint = len(taken) > 1
        values[f"{prefix}意见"] = "\n".join(
            _joint(s, unit, by_pen=by_pen) if joint else _said(s)
            for s, unit in zip(taken, units, strict=True)
        )
        if by_pen:
            signers = "\n".join(f"{unit}：" for unit in units) if joint else ""
        else:
            signers = "、".join(s.by for s in taken) if joint else "".join(map(_signer, taken))
        values[f"{prefix}签名"] = signers
        days = [] if by_pen else sorted({s.on for s in taken})
        values[f"{prefix}日期"] = chinese_date(days[-1]) if days else NO_DATE
    return values


def _joint(step: ApprovalStep, unit: str, *, by_pen: bool) -> str:
    """公交分局：材料齐备，拟同意。（陶建国　局长　2026年9月24日）"""
    said = (f"{unit}：" if unit else "") + _said(step)
    return said if by_pen else f"{said}（{_signer(step)}　{chinese_date(step.on)}）"


def _latest(steps: Iterable[ApprovalStep]) -> list[ApprovalStep]:
    """The last word of each unit."""
    return list({s.unit_id: s for s in steps}.values())


def _said(step: ApprovalStep) -> str:
    return step.opinion if step.decision is Decision.AGREE else f"（{step.decision.label}）{step.opinion}"


def _signer(step: ApprovalStep) -> str:
    """Who signed, with the post; a delegate with the name of the one who holds it."""
    name = f"{step.by}（代{step.on_behalf_of}）" if step.on_behalf_of else step.by
    return f"{name}　{step.title}" if step.title else name


def _month(birth: str | None) -> str:
    """1975-03 as 1975年3月; what is no month stays as it is."""
    year, _, month = (birth or "").partition("-")
    return f"{year}年{int(month)}月" if year.isdigit() and month.isdigit() else birth or ""


def _foot(reference: str, log_head: str | None) -> str:
    return f"{reference}　日志校验值 {log_head}" if log_head else ""


# -- to Word -------------------------------------------------------------------------------------------


def _opened_by_another(template: Path) -> None:
    """An office's own template must open for a reader that is not ours, as it must in Word. Raises BadData."""
    from docx import Document  # only here: a second reader takes as long to load as a form to fill

    try:
        Document(str(template))
    except Exception as error:  # whatever python-docx cannot make sense of
        raise BadData(
            "template_unreadable",
            f"模板 {template} 不是完好的 Word 文件（{type(error).__name__}）。",
            next_step="请在 Word 或 WPS 中打开，另存为 .docx 后再用。",
        ) from error


class FormWriter:
    """A kind's template, ours or an office's own, compiled once.

    Raises BadData for a template that is unreadable, unsafe, or has unknown, missing or broken field marks.
    """

    def __init__(self, kind: FormKind, template: Path | None = None, own: bytes | None = None) -> None:
        """`own` is the regulation's, where nobody names another."""
        self.kind = kind
        self._template = Template(
            template or (Path("forms") if own else form_templates_dir()) / f"{kind.value}.docx",
            {f.name: f.label for f in fields(kind) if f.required},
            [f.name for f in fields(kind) if not f.required],
            own if template is None else None,
        )
        if template is not None:
            _opened_by_another(template)

    def render(self, *forms: Form) -> bytes:
        """A .docx of one form, or of several, each beginning a page."""
        assert all(form.kind is self.kind for form in forms)
        return self._template.fill([form.values for form in forms])


def write_one(
    writer: FormWriter, form: Form, path: Path, *, copies: int = 1, pdf: bool = False, force: bool = False
) -> list[Path]:
    """One file, its copies following one another; with `pdf` the same beside it."""
    return write_merged(writer, form.copies(copies), path, pdf=pdf, force=force)


def write_merged(
    writer: FormWriter, forms: Sequence[Form], path: Path, *, pdf: bool = False, force: bool = False
) -> list[Path]:
    """One document for the printer, every form beginning a page."""
    _refuse_taken_pdf([path], pdf, force)
    return _with_pdf([files.write_new(path, writer.render(*forms), force=force)], pdf, force)


def write_folder(
    writer: FormWriter,
    forms: Sequence[Form],
    folder: Path,
    *,
    pdf: bool = False,
    force: bool = False,
    tell: Callable[[int], None] | None = None,
    tell_pdf: Callable[[int], None] | None = None,
) -> list[Path]:
    """A file for each form, named after it. Nothing is left behind if one cannot be written. `tell` and `tell_pdf` hear how many are."""
    stems = files.distinct(form.file_stem for form in forms)
    batch = [
        (folder / f"{stem}.docx", lambda form=form: writer.render(form))
        for stem, form in zip(stems, forms, strict=True)
    ]
    _refuse_taken_pdf([path for path, _ in batch], pdf, force)
    return _with_pdf(files.write_batch(batch, force=force, tell=tell), pdf, force, tell_pdf)


def write_zip(writer: FormWriter, forms: Sequence[Form], path: Path, *, force: bool = False) -> list[Path]:
    """All forms as files in a ZIP."""
    stems = files.distinct(form.file_stem for form in forms)
    documents = ((f"{stem}.docx", writer.render(form)) for stem, form in zip(stems, forms, strict=True))
    return [files.write_zip(path, documents, force=force)]


def _refuse_taken_pdf(paths: Iterable[Path], pdf: bool, force: bool) -> None:
    if pdf:
        files.refuse_taken((path.with_suffix(".pdf") for path in paths), force=force)


def _with_pdf(
    written: list[Path], pdf: bool, force: bool, tell: Callable[[int], None] | None = None
) -> list[Path]:
    return [*written, *to_pdf(written, force=force, tell=tell)] if pdf else written
