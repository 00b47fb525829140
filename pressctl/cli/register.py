"""register."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.imports import run_import
from pressctl.cli.options import (
    DryRun,
    Force,
    Full,
    Hidden,
    On,
    Reason,
    RoleOption,
    Sheet,
    SkipBad,
    UnitOption,
    Year,
    Yes,
)
from pressctl.cli.values import choices, day, given_file, word_of, year
from pressctl.core.terms import Role
from pressctl.core.words import AskedWord

if TYPE_CHECKING:
    from pressctl.usecases.register import Compared, PersonStory
    from pressctl.usecases.views import Post

app = Words()
register = Words(
    "新闻发言人、联络员登记备案（{clause:roster.numbers}）。\n\n人员用编号指明，姓名不重复时可用姓名。"
)
app.add_typer(register, name="register")

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
    year: Year,
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
    earlier: Annotated[int, typer.Argument(parser=year, metavar="前一年", help="已封存的年份")],
    later: Annotated[int, typer.Argument(parser=year, metavar="后一年", help="已封存的年份")],
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
