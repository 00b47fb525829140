"""unit and register."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.app import desk, present
from pressctl.cli.framework import STANDARD_INPUT, Words, choices, day, given_file, word_of
from pressctl.core.names import clause_of
from pressctl.core.own import Named
from pressctl.core.terms import Form, Role, Term, UnitKind, Word, named
from pressctl.core.words import AskedWord
from pressctl.errors import BadData

if TYPE_CHECKING:
    from pressctl.importing.tables import Problem
    from pressctl.usecases.imports import Line, Taken
    from pressctl.usecases.register import Compared, PersonStory
    from pressctl.usecases.units import UnitStory
    from pressctl.usecases.views import Post, UnitView

app = Words()
unit = Words(
    "单位：登记、导入、更名、撤销。\n\n单位有六类：{word.superior}、{unit_kind.county_bureau}、{unit_kind.sub_bureau}、{unit_kind.detachment}、{unit_kind.division}、{unit_kind.station}。"
)
register = Words(
    "新闻发言人、联络员登记备案（{clause:roster.numbers}）。\n\n人员用编号指明，姓名不重复时可用姓名。"
)
app.add_typer(unit, name="unit")
app.add_typer(register, name="register")

On = Annotated[date | None, typer.Option("--on", parser=day, metavar="日期", help="生效日；缺省为今天")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只预演，不写入：同样的检查与结果")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="跳过有错的行，其余照常导入，错行另存为“文件名.rejected.csv”")
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="表名", help="工作簿中的工作表；缺省为第一张可见的表")
]
Hidden = Annotated[bool, typer.Option("--hidden", help="连同工作表中隐藏或被筛选掉的行、列一起读取")]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问（在终端里导入时，先列出结果，确认后才写入）")]
Force = Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")]
Full = Annotated[bool, typer.Option("--full", help="显示完整的手机号等个人信息")]
Reason = Annotated[str, typer.Option("--reason", metavar="原因", help="原因，记入日志")]
RoleOption = Annotated[
    AskedWord[Role] | None,
    typer.Option("--role", parser=word_of(Role), metavar="身份", help=f"身份：{choices(Role)}"),
]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")]


# -- unit ------------------------------------------------------------------------------------------


@unit.command("add")
def unit_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="单位名称")],
    kind: Annotated[
        AskedWord[UnitKind],
        typer.Option("--kind", parser=word_of(UnitKind), metavar="类别", help=f"类别：{choices(UnitKind)}"),
    ],
    parent: Annotated[str | None, typer.Option("--parent", metavar="单位", help="上级单位")] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="别名", help="别名")] = None,
    office: Annotated[
        bool, typer.Option("--office", help="{word.superior}{word.office}与它合署办公")
    ] = False,
    since: Annotated[
        date | None, typer.Option("--since", parser=day, metavar="日期", help="设立日；缺省为自始")
    ] = None,
) -> None:
    """登记一个单位。"""
    from pressctl.usecases.units import NewUnit, unit_add

    new = NewUnit(name, kind, parent, tuple(alias or ()), office, since)
    added, warnings = unit_add(desk(ctx), new)
    output.warn(warnings)
    present(ctx, added, lambda u: print(f"已登记单位 {u.id}：{u.name}"))


@unit.command("import")
def unit_import(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="文件", help="CSV 或工作簿：单位名称、类别、上级单位、别名")
    ],
    kind: Annotated[
        AskedWord[UnitKind] | None,
        typer.Option("--kind", parser=word_of(UnitKind), metavar="类别", help="没有写类别的，都是这一类"),
    ] = None,
    parent: Annotated[
        str | None, typer.Option("--parent", metavar="单位", help="没有写上级单位的，都属于这个单位")
    ] = None,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    sheet: Sheet = None,
    hidden: Hidden = False,
    yes: Yes = False,
) -> None:
    """从表格导入单位：所有行都检查完，有错则全部不导入。同一文件再导入一次不会改变什么。"""
    from pressctl.usecases.units import unit_import

    file = given_file(ctx, file, skip_bad=skip_bad)
    run = partial(
        unit_import, desk(ctx), file, kind=kind, parent=parent, skip_bad=skip_bad, sheet=sheet, hidden=hidden
    )
    run_import(ctx, file, run, dry_run=dry_run, yes=yes)


@unit.command("list")
def unit_list(
    ctx: typer.Context,
    on: On = None,
    everything: Annotated[bool, typer.Option("--all", help="连同已撤销的单位")] = False,
) -> None:
    """列出单位。"""
    from pressctl.usecases.units import unit_list

    def show(units: list[UnitView]) -> None:
        rows = [
            (
                u.id,
                u.name,
                u.named_kind.label,
                u.parent,
                "、".join(u.aliases),
                "是" if u.office else "",
                u.until,
            )
            for u in units
        ]
        output.table(
            ["编号>", "名称", "类别", "上级", "别名", Word.OFFICE_SHORT.label, "撤销"],
            rows,
            empty="还没有单位；用 unit add 或 unit import 登记。",
        )

    present(ctx, unit_list(desk(ctx), on=on, everything=everything), show)


@unit.command("show")
def unit_show(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")]
) -> None:
    """一个单位的沿革、在任人员和本年发布。"""
    from pressctl.usecases.units import unit_show

    def show(story: UnitStory) -> None:
        u = story.unit
        output.pairs(
            [
                ("编号", u.id),
                ("名称", u.name),
                ("类别", u.named_kind.label),
                ("上级", u.parent),
                ("别名", "、".join(u.aliases)),
            ]
        )
        print("\n沿革")
        output.table(
            ["名称", "类别", Word.OFFICE_SHORT.label, "自", "至"],
            [
                (p.name, p.named_kind.label, "是" if p.office else "", p.since or "自始", p.until)
                for p in story.periods
            ],
        )
        print("\n在任人员")
        output.table(
            ["编号>", "姓名", "身份", "职务"],
            [(p.id, p.name, p.named_role.label, p.title) for p in story.people],
        )
        print("\n本年发布")
        output.table(
            ["编号", "日期", "名称", "状态"],
            [(r.ref, r.date or r.period, r.name, r.status.label) for r in story.releases],
        )

    present(ctx, unit_show(desk(ctx), name), show)


@unit.command("rename")
def unit_rename(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="现名、别名或编号")],
    new: Annotated[str, typer.Argument(metavar="新名称", help="新名称")],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起")],
) -> None:
    """单位更名；旧名仍可用来查找。"""
    from pressctl.usecases.units import unit_rename

    renamed, warnings = unit_rename(desk(ctx), name, new, on)
    output.warn(warnings)
    present(ctx, renamed, lambda u: print(f"单位 {u.id} 自 {on} 起名为{u.name}"))


@unit.command("kind")
def unit_kind(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    kind: Annotated[
        AskedWord[UnitKind],
        typer.Argument(parser=word_of(UnitKind), metavar="类别", help=f"新类别：{choices(UnitKind)}"),
    ],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起")],
) -> None:
    """单位改变类别（如{unit_kind.county_bureau}改为{unit_kind.sub_bureau}）；此前此后各按当日类别考核。"""
    from pressctl.usecases.units import unit_change_kind

    present(
        ctx,
        unit_change_kind(desk(ctx), name, kind, on),
        lambda u: print(f"{u.name}自 {on} 起为{u.named_kind.label}"),
    )


@unit.command("office")
def unit_office(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起")],
) -> None:
    """{word.office}改与另一单位合署办公；此前的仍归原来的单位。"""
    from pressctl.usecases.units import unit_make_office

    made, warnings = unit_make_office(desk(ctx), name, on)
    output.warn(warnings)
    present(ctx, made, lambda u: print(f"{Word.OFFICE.label}自 {on} 起与{u.name}合署"))


@unit.command("close")
def unit_close(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起撤销")],
) -> None:
    """撤销单位；其在任人员须先免去或改任。"""
    from pressctl.usecases.units import unit_close

    present(ctx, unit_close(desk(ctx), name, on), lambda u: print(f"{u.name}自 {on} 起撤销"))


# -- imports ---------------------------------------------------------------------------------------


def run_import(
    ctx: typer.Context, file: Path, run: Callable[..., Taken], *, dry_run: bool, yes: bool
) -> None:
    """`run(dry_run=, tell=)`; where somebody is there to answer, its plan is shown and confirmed first."""
    terminal: output.Terminal = ctx.obj

    def go(*, dry_run: bool) -> Taken:
        with output.progress("检查" if dry_run else "导入", _rows_about(file)) as tell:
            result = run(dry_run=dry_run, tell=tell)
        return replace(result, file=Path("-")) if file.name == STANDARD_INPUT else result

    try:
        if dry_run or yes or not output.answerable():
            return terminal.show(go(dry_run=dry_run), print_import)
        plan = go(dry_run=True)
        with redirect_stdout(sys.stderr):
            print_import(plan)
        if not (plan.added or plan.updated):
            return terminal.show(go(dry_run=False), lambda _: output.say("没有要写入的内容。"))
        output.confirm("是否写入？", yes=False, declined="没有导入，未作任何改动。")
        terminal.show(go(dry_run=False), _print_tally)
    except BadData as refused:
        if not terminal.json:
            _say_problems(refused.details.get("warnings", ()), refused.details.get("rejected", ()))
        raise


def _rows_about(file: Path) -> int:
    """How many rows a file may have, for the progress bar: its lines, or what a workbook of its size holds."""
    if not file.is_file():
        return 0
    with file.open("rb") as stream:
        if stream.read(2) == b"PK":
            return file.stat().st_size // _BYTES_A_ROW
        return sum(block.count(b"\n") for block in iter(partial(stream.read, 1 << 20), b""))


_BYTES_A_ROW = 80
"""Of a compressed workbook."""


def print_import(taken: Taken) -> None:
    """What an import found and did: doubts and lacks on stderr, the summary and the tally on stdout."""
    _say_problems(taken.warnings, taken.rejected)
    _print_summary(taken.summary)
    _print_tally(taken)
    if lacking := taken.lacking:
        by = clause_of("roster.numbers") or "规定"
        output.say(f"\n按{by}，名册仍缺 {len(lacking)} 项：")
        for text in lacking[:_SHOWN]:
            output.say(f"  {text}")
        if len(lacking) > _SHOWN:
            output.say(f"  ……另有 {len(lacking) - _SHOWN} 项，用 pressctl check 查看。")


_SHOWN = 20


def _say_problems(warnings: Iterable[Problem], rejected: Iterable[Problem]) -> None:
    for word, problems in (("注意", warnings), ("有错", rejected)):
        for problem in problems:
            output.say(f"{word}：{describe_problem(problem)}")


def describe_problem(p: Problem) -> str:
    """第 3 行，手机“139”：……"""
    from pressctl.core.text import visible

    where = f"第 {p.row} 行"
    if p.column:
        where += f"，{visible(p.column)}"
    if p.value:
        where += f"“{visible(p.value)}”"
    told = f"{where}：{p.problem}" + (f"（{p.next.rstrip('。')}）" if p.next else "")
    return visible(told, len(told))


def _print_tally(taken: Taken) -> None:
    dry = "（预演，没有写入）" if taken.dry_run else ""
    bad = len({p.row for p in taken.rejected})
    print(
        f"{taken.file}（{taken.encoding}）：{taken.rows} 行，新增 {taken.added}，更新 {taken.updated}，"
        f"未变 {taken.unchanged}，有错 {bad}{dry}"
    )
    if taken.rejected_file:
        done = "将另存为" if taken.dry_run else "已另存为"
        print(f"有错的行{done} {taken.rejected_file}，改好后导入这个文件即可。")


_SHORT: dict[str, str] = {
    Role.LIAISON: "联络员",
    Role.SPOKESPERSON: "发言人",
    Role.MEDIA_LEAD: "媒体负责人",
    Role.OFFICE_DIRECTOR: "{word.office_head_short}",
    Role.CHIEF_LEADER: "主要领导",
    Role.DEPUTY_LEADER: "分管领导",
}
"""Heads of columns: six roles and a unit have to fit a terminal."""
_HEADS: tuple[Term, ...] = (*map(Role, _SHORT), *Form, *UnitKind)


def _head(kind: Named[Any]) -> str:
    """The head of a column: the regulation's own name, else the short word for a role, else the term's label."""
    return kind.name or named(_SHORT.get(kind.term) or kind.term.label)


def _print_summary(lines: Iterable[Line]) -> None:
    """What is new or changed, a line for each unit that it concerns, a column for each role, form or kind."""
    changed: dict[str, Counter[tuple[Named[Any], str]]] = {}
    for line in lines:
        for unit in ("合计", line.group.place):
            for sign, number in (("+", line.added), ("改", line.updated)):
                if unit and number:
                    changed.setdefault(unit, Counter())[line.group.named, sign] += number
    if not changed:
        return
    kinds = {kind for kind, _ in changed["合计"]}
    heads = sorted(kinds, key=lambda kind: (_HEADS.index(kind.term), kind.name or ""))
    rows = [
        (
            unit,
            *(" ".join(f"{sign}{n}" for sign in "+改" if (n := counts[head, sign])) for head in heads),
        )
        for unit, counts in sorted(changed.items(), key=lambda item: item[0] == "合计")
    ]
    print("新增（+）、更新（改）：")
    output.table(["单位", *(f"{_head(kind)}>" for kind in heads)], rows)
    print()


# -- register --------------------------------------------------------------------------------------

Gender = Annotated[str | None, typer.Option("--gender", metavar="性别", help="男或女")]
Birth = Annotated[str | None, typer.Option("--birth", metavar="年月", help="出生年月，如 1975-03")]
Ethnicity = Annotated[str | None, typer.Option("--ethnicity", metavar="民族", help="民族")]
Politics = Annotated[str | None, typer.Option("--politics", metavar="面貌", help="政治面貌")]
Education = Annotated[str | None, typer.Option("--education", metavar="学历", help="学历")]
Phone = Annotated[str | None, typer.Option("--phone", metavar="电话", help="办公室电话")]
Mobile = Annotated[str | None, typer.Option("--mobile", metavar="手机", help="手机")]
Email = Annotated[str | None, typer.Option("--email", metavar="邮箱", help="电子邮件")]
Qq = Annotated[str | None, typer.Option("--qq", metavar="号码", help="QQ 号码")]
Resume = Annotated[str | None, typer.Option("--resume", metavar="简历", help="简历")]
Title = Annotated[str, typer.Option("--title", metavar="职务", help="职务")]
Who = Annotated[str, typer.Argument(metavar="人员", help="人员编号，或不重复的姓名")]


def _personal(*values: str | None) -> dict[str, str | None]:
    names = (
        "gender",
        "birth",
        "ethnicity",
        "politics",
        "education",
        "office_phone",
        "mobile",
        "email",
        "qq",
        "resume",
    )
    return dict(zip(names, values, strict=True))


def _print_post(p: Post) -> None:
    print(
        f"{p.name}（人员编号 {p.id}）：{p.unit}{p.named_role.label}，{p.title}，{p.since} 起"
        + (f"，至 {p.until}" if p.until else "")
    )


@register.command("add")
def register_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="姓名", help="姓名")],
    role: Annotated[
        AskedWord[Role],
        typer.Option("--role", parser=word_of(Role), metavar="身份", help=f"身份：{choices(Role)}"),
    ],
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="单位")],
    title: Title,
    gender: Gender = None,
    birth: Birth = None,
    ethnicity: Ethnicity = None,
    politics: Politics = None,
    education: Education = None,
    phone: Phone = None,
    mobile: Mobile = None,
    email: Email = None,
    qq: Qq = None,
    resume: Resume = None,
    on: On = None,
) -> None:
    """登记一人任一职（{word.registration_form}的内容）。"""
    from pressctl.usecases.register import register_add

    personal = _personal(gender, birth, ethnicity, politics, education, phone, mobile, email, qq, resume)
    added, warnings = register_add(desk(ctx), name, role, unit, title, personal, on=on)
    output.warn(warnings)
    present(ctx, added, _print_post)


@register.command("import")
def register_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="名册：CSV 或工作簿")],
    role: Annotated[
        AskedWord[Role] | None,
        typer.Option(
            "--role", parser=word_of(Role), metavar="身份", help=f"没有写类别的，都是：{choices(Role)}"
        ),
    ] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="单位", help="没有单位一列的，都属于这个单位")
    ] = None,
    on: On = None,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    sheet: Sheet = None,
    hidden: Hidden = False,
    yes: Yes = False,
) -> None:
    """从表格导入名册：所有行都检查完，有错则全部不导入。

    可读 .csv、.xlsx、.xls、.et、.ods、.xlsb；认得常见的编码、表头、合并单元格、页脚，一行写两个人的也可以。
    同一文件再导入一次不会改变什么。
    """
    from pressctl.usecases.register import register_import

    file = given_file(ctx, file, skip_bad=skip_bad)
    run = partial(
        register_import,
        desk(ctx),
        file,
        role=role,
        unit=unit,
        on=on,
        skip_bad=skip_bad,
        sheet=sheet,
        hidden=hidden,
    )
    run_import(ctx, file, run, dry_run=dry_run, yes=yes)


@register.command("list")
def register_list(
    ctx: typer.Context,
    unit: UnitOption = None,
    role: RoleOption = None,
    on: On = None,
    everything: Annotated[bool, typer.Option("--all", help="连同已免去的")] = False,
    full: Full = False,
) -> None:
    """列出在册人员。"""
    from pressctl.usecases.register import register_list

    def show(posts: list[Post]) -> None:
        rows = [
            (
                p.id,
                p.name,
                p.named_role.label,
                p.unit,
                p.title,
                p.office_phone,
                output.masked(p.mobile, full),
                p.until,
            )
            for p in posts
        ]
        output.table(
            ["编号>", "姓名", "身份", "单位", "职务", "办公电话", "手机", "免去"],
            rows,
            empty="名册为空；用 register add 或 register import 登记。",
        )

    present(ctx, register_list(desk(ctx), unit=unit, role=role, on=on, everything=everything), show)


@register.command("show")
def register_show(ctx: typer.Context, person: Who, full: Full = False) -> None:
    """一个人的登记内容、任职经历和变更记录。"""
    from pressctl.usecases.register import register_show

    def show(story: PersonStory) -> None:
        p = story.person
        output.pairs([
            ("编号", p.id), ("姓名", p.name), ("性别", p.gender), ("民族", p.ethnicity), ("政治面貌", p.politics),
            ("学历", p.education), ("办公室电话", p.office_phone),
        ])  # fmt: skip
        private = [
            ("出生年月", p.birth), ("手机", p.mobile), ("电子邮件", p.email), ("QQ", p.qq), ("简历", p.resume),
        ]  # fmt: skip
        output.pairs((label, output.masked(value, full)) for label, value in private)
        print("\n任职")
        rows = [
            (a.post.named_role.label, a.post.unit, a.post.title, a.post.since, a.post.until, a.end_reason)
            for a in story.appointments
        ]
        output.table(["身份", "单位", "职务", "自", "至", "免去原因"], rows)
        print("\n记录")
        output.table(["日期", "操作人", "事项", "原因"], story.history)

    present(ctx, register_show(desk(ctx), person), show)


@register.command("change")
def register_change(
    ctx: typer.Context,
    person: Who,
    name: Annotated[str | None, typer.Option("--name", metavar="姓名", help="改正姓名")] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="职务", help="新职务")] = None,
    role: RoleOption = None,
    gender: Gender = None,
    birth: Birth = None,
    ethnicity: Ethnicity = None,
    politics: Politics = None,
    education: Education = None,
    phone: Phone = None,
    mobile: Mobile = None,
    email: Email = None,
    qq: Qq = None,
    resume: Resume = None,
) -> None:
    """变更登记内容；任多个岗位的用 --role 指明。"""
    from pressctl.usecases.register import register_change

    personal = _personal(gender, birth, ethnicity, politics, education, phone, mobile, email, qq, resume)
    changed, warnings = register_change(desk(ctx), person, personal, name=name, title=title, role=role)
    output.warn(warnings)
    present(ctx, changed, _print_post)


@register.command("end")
def register_end(
    ctx: typer.Context,
    person: Who,
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起不再担任")],
    reason: Reason,
    role: RoleOption = None,
) -> None:
    """免去：工作变动的应及时调整（{clause:CHG-01}）。"""
    from pressctl.usecases.register import register_end

    present(ctx, register_end(desk(ctx), person, on, reason, role=role), _print_post)


@register.command("replace")
def register_replace(
    ctx: typer.Context,
    person: Who,
    new: Annotated[str, typer.Argument(metavar="接任者", help="接任者姓名")],
    title: Title,
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起接任")],
    reason: Reason,
    role: RoleOption = None,
    gender: Gender = None,
    birth: Birth = None,
    ethnicity: Ethnicity = None,
    politics: Politics = None,
    education: Education = None,
    phone: Phone = None,
    mobile: Mobile = None,
    email: Email = None,
    qq: Qq = None,
    resume: Resume = None,
) -> None:
    """免去一人并由另一人接任，同日交接，岗位不空缺。"""
    from pressctl.usecases.register import register_replace

    personal = _personal(gender, birth, ethnicity, politics, education, phone, mobile, email, qq, resume)
    replaced, warnings = register_replace(
        desk(ctx), person, new, title, personal, on=on, reason=reason, role=role
    )
    output.warn(warnings)
    present(ctx, replaced, _print_post)


@register.command("export")
def register_export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=".csv 或 .xlsx")],
    unit: UnitOption = None,
    role: RoleOption = None,
    on: On = None,
    force: Force = False,
) -> None:
    """导出名册；导出的文件可原样再导入。"""
    from pressctl.usecases.register import register_export

    result = register_export(desk(ctx), file, unit=unit, role=role, on=on, force=force)
    present(ctx, result, lambda w: print(f"已导出 {w.rows} 人次：{w.file}"))


@register.command("template")
def register_template(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=".xlsx")],
    force: Force = False,
) -> None:
    """空白名册，单位和身份可下拉选择，发给各单位填写。"""
    from pressctl.usecases.register import register_template

    present(
        ctx, register_template(desk(ctx), file, force=force), lambda w: print(f"已写出空白名册：{w.file}")
    )


@register.command("freeze")
def register_freeze(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="年份", help="年份", min=1949, max=2100)],
    on: On = None,
) -> None:
    """封存当年名册（{clause:ROS-08|ROS-10}），供以后比较。"""
    from pressctl.usecases.register import register_freeze

    present(
        ctx,
        register_freeze(desk(ctx), year, on),
        lambda f: print(f"已封存 {f.year} 年名册：{f.appointments} 人次（{f.on}）"),
    )


@register.command("diff")
def register_diff(
    ctx: typer.Context,
    earlier: Annotated[int, typer.Argument(metavar="前一年", help="已封存的年份")],
    later: Annotated[int, typer.Argument(metavar="后一年", help="已封存的年份")],
) -> None:
    """比较两年封存的名册：新任、离任、职务变动。"""
    from pressctl.usecases.register import register_diff

    def show(d: Compared) -> None:
        rows = [
            (said, p.unit, p.named_role.label, p.name, p.title)
            for said, posts in (
                ("新任", d.joined),
                ("离任", d.left),
                ("职务变动", [changed.post for changed in d.changed]),
            )
            for p in posts
        ]
        output.table(["变动", "单位", "身份", "姓名", "职务"], rows, empty="没有变动。")

    present(ctx, register_diff(desk(ctx), earlier, later), show)


@register.command("forget")
def register_forget(
    ctx: typer.Context,
    person: Who,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """清除已离任人员的个人信息；任职事实保留。不能撤销。"""
    from pressctl.usecases.register import register_forget

    question = f"将清除{person}的个人信息，不能撤销，是否清除？"
    output.confirm(question, yes=yes, declined="没有清除，未作任何改动。")
    done = register_forget(desk(ctx), person, reason)
    if done.remains:
        output.warn(["同样的内容在下列各处仍有，请自行处理："])
        for where in done.remains:
            output.say(f"  {where}")
    output.say(
        "别处的备份、导出和印出的表格、附件文件的内容，以及数据库版本 0001、0002 期间的日志条目，不在清除之列；见手册“数据安全”。"
    )
    if not done.searched:
        said = "的个人信息此前已清除，或从未登记；这次把数据库文件整个重写，不留旧页。自由填写的文字里有没有，无从再查"
    elif done.remains:
        said = "的个人信息已清除；其余在数据库文件中已查不到"
    else:
        said = "的个人信息已清除；数据库文件（连同 -wal 和空闲页）中已查不到"
    present(ctx, done, lambda f: print(f"{f.person.name}{said}"))
