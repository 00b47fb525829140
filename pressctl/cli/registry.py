"""unit and register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.app import desk
from pressctl.cli.framework import Words, choices, day, one_of
from pressctl.core.terms import Role, UnitKind

app = Words()
unit = Words(
    "单位：登记、导入、更名、撤销。\n\n单位有六类：市局、辖市(区)局、分局、支队、机关处室、基层所队。"
)
register = Words("新闻发言人、联络员登记备案（三(一)、三(四)1）。\n\n人员用编号指明，姓名不重复时可用姓名。")
app.add_typer(unit, name="unit")
app.add_typer(register, name="register")

On = Annotated[date | None, typer.Option("--on", parser=day, metavar="日期", help="生效日；缺省为今天")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只预演，不写入：同样的检查与结果")]
SkipBad = Annotated[
    bool, typer.Option("--skip-bad", help="跳过有错的行，其余照常导入，错行另存为“文件名.rejected.csv”")
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="表名", help="XLSX 中的工作表；缺省为第一张可见的表")
]
Force = Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")]
Full = Annotated[bool, typer.Option("--full", help="显示完整的手机号等个人信息")]
Reason = Annotated[str, typer.Option("--reason", metavar="原因", help="原因，记入日志")]
RoleOption = Annotated[
    Role | None, typer.Option("--role", parser=one_of(Role), metavar="身份", help=f"身份：{choices(Role)}")
]
UnitOption = Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")]


# -- unit ------------------------------------------------------------------------------------------


@unit.command("add")
def unit_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="单位名称")],
    kind: Annotated[
        UnitKind,
        typer.Option("--kind", parser=one_of(UnitKind), metavar="类别", help=f"类别：{choices(UnitKind)}"),
    ],
    parent: Annotated[str | None, typer.Option("--parent", metavar="单位", help="上级单位")] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="别名", help="别名")] = None,
    office: Annotated[bool, typer.Option("--office", help="市局新闻发言人办公室与它合署办公")] = False,
    since: Annotated[
        date | None, typer.Option("--since", parser=day, metavar="日期", help="设立日；缺省为自始")
    ] = None,
) -> None:
    """登记一个单位。"""
    from pressctl.usecases.units import NewUnit, unit_add

    new = NewUnit(name, kind, parent, tuple(alias or ()), office, since)
    ctx.obj.show(unit_add(desk(ctx), new), lambda u: print(f"已登记单位 {u['id']}：{u['name']}"))


@unit.command("import")
def unit_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 XLSX：单位名称、类别、上级单位、别名")],
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    sheet: Sheet = None,
) -> None:
    """从表格导入单位。同一文件再导入一次不会改变什么。"""
    from pressctl.usecases.units import unit_import

    ctx.obj.show(unit_import(desk(ctx), file, dry_run=dry_run, skip_bad=skip_bad, sheet=sheet), print_import)


@unit.command("list")
def unit_list(
    ctx: typer.Context,
    on: On = None,
    everything: Annotated[bool, typer.Option("--all", help="连同已撤销的单位")] = False,
) -> None:
    """列出单位。"""
    from pressctl.usecases.units import unit_list

    def show(units: list[dict[str, Any]]) -> None:
        rows = [
            (
                u["id"],
                u["name"],
                UnitKind(u["kind"]).label,
                u["parent"],
                "、".join(u["aliases"]),
                "是" if u["office"] else "",
                u["until"],
            )
            for u in units
        ]
        output.table(
            ["编号>", "名称", "类别", "上级", "别名", "办公室", "撤销"],
            rows,
            empty="还没有单位；用 unit add 或 unit import 登记。",
        )

    ctx.obj.show(unit_list(desk(ctx), on=on, everything=everything), show)


@unit.command("show")
def unit_show(
    ctx: typer.Context, name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")]
) -> None:
    """一个单位的沿革、在任人员和本年发布。"""
    from pressctl.usecases.units import unit_show

    def show(u: dict[str, Any]) -> None:
        kind = UnitKind(u["kind"]).label
        output.pairs(
            [
                ("编号", u["id"]),
                ("名称", u["name"]),
                ("类别", kind),
                ("上级", u["parent"]),
                ("别名", "、".join(u["aliases"])),
            ]
        )
        print("\n沿革")
        output.table(
            ["名称", "类别", "自", "至"],
            [(p["name"], UnitKind(p["kind"]).label, p["since"] or "自始", p["until"]) for p in u["periods"]],
        )
        print("\n在任人员")
        output.table(
            ["编号>", "姓名", "身份", "职务"],
            [(p["id"], p["name"], Role(p["role"]).label, p["title"]) for p in u["people"]],
        )
        print("\n本年发布")
        output.table(
            ["编号", "日期", "名称", "状态"],
            [(r["ref"], r["date"], r["name"], status_label(r["status"])) for r in u["releases"]],
        )

    ctx.obj.show(unit_show(desk(ctx), name), show)


def status_label(value: str) -> str:
    from pressctl.core.terms import Status

    return Status(value).label


@unit.command("rename")
def unit_rename(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="现名、别名或编号")],
    new: Annotated[str, typer.Argument(metavar="新名称", help="新名称")],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起")],
) -> None:
    """单位更名；旧名仍可用来查找。"""
    from pressctl.usecases.units import unit_rename

    ctx.obj.show(
        unit_rename(desk(ctx), name, new, on), lambda u: print(f"单位 {u['id']} 自 {on} 起名为{u['name']}")
    )


@unit.command("kind")
def unit_kind(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    kind: Annotated[
        UnitKind, typer.Argument(parser=one_of(UnitKind), metavar="类别", help=f"新类别：{choices(UnitKind)}")
    ],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起")],
) -> None:
    """单位改变类别（如辖市(区)局改为分局）；此前此后各按当日类别考核。"""
    from pressctl.usecases.units import unit_change_kind

    ctx.obj.show(
        unit_change_kind(desk(ctx), name, kind, on), lambda u: print(f"{u['name']}自 {on} 起为{kind.label}")
    )


@unit.command("close")
def unit_close(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="单位", help="名称、别名或编号")],
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起撤销")],
) -> None:
    """撤销单位；其在任人员须先免去或改任。"""
    from pressctl.usecases.units import unit_close

    ctx.obj.show(unit_close(desk(ctx), name, on), lambda u: print(f"{u['name']}自 {on} 起撤销"))


# -- imports, as people read them -------------------------------------------------------------------


def print_import(result: dict[str, Any]) -> None:
    """The tally of an import, its warnings on stderr."""
    for p in result["warnings"]:
        output.say(f"注意：{describe_problem(p)}")
    for p in result["rejected"]:
        output.say(f"跳过：{describe_problem(p)}")
    dry = "预演，未写入：" if result["dry_run"] else ""
    print(f"{result['file']}（{result['encoding']}）：{dry}{result['rows']} 行")
    print(
        f"新增 {result['added']}，更新 {result['updated']}，未变 {result['unchanged']}，有错 {len({p['row'] for p in result['rejected']})}"
    )
    if "rejected_file" in result:
        print(f"有错的行已另存为 {result['rejected_file']}，改好后可再导入。")
    for text in result.get("lacking", ()):
        output.say(f"名册仍缺：{text}")


def describe_problem(p: dict[str, Any]) -> str:
    """第 3 行，手机“139”：……"""
    where = f"第 {p['row']} 行"
    if p["column"]:
        where += f"，{p['column']}"
    if p["value"]:
        where += f"“{p['value']}”"
    return f"{where}：{p['problem']}" + (f"（{p['next']}）" if p.get("next") else "")


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


def _print_appointment(a: dict[str, Any]) -> None:
    print(
        f"{a['name']}（人员编号 {a['id']}）：{a['unit']}{Role(a['role']).label}，{a['title']}，{a['since']} 起"
        + (f"，至 {a['until']}" if a["until"] else "")
    )


@register.command("add")
def register_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="姓名", help="姓名")],
    role: Annotated[
        Role, typer.Option("--role", parser=one_of(Role), metavar="身份", help=f"身份：{choices(Role)}")
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
    """登记一人任一职（附件2、附件3 的内容）。"""
    from pressctl.usecases.register import register_add

    personal = _personal(gender, birth, ethnicity, politics, education, phone, mobile, email, qq, resume)
    added, warnings = register_add(desk(ctx), name, role, unit, title, personal, on=on)
    output.warn(warnings)
    ctx.obj.show(added, _print_appointment)


@register.command("import")
def register_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或 XLSX 名册")],
    role: RoleOption = None,
    on: On = None,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    sheet: Sheet = None,
) -> None:
    """从表格导入名册：所有行都检查完，有错则全部不导入。

    认得 UTF-8、GB18030、UTF-16 编码和常见的表头、合并单元格、页脚；同一文件再导入一次不会改变什么。
    """
    from pressctl.usecases.register import register_import

    size = file.stat().st_size if file.is_file() else 0
    with output.progress("导入", size // 100) as tell:
        result = register_import(
            desk(ctx), file, role=role, on=on, dry_run=dry_run, skip_bad=skip_bad, sheet=sheet, tell=tell
        )
    ctx.obj.show(result, print_import)


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

    def show(people: list[dict[str, Any]]) -> None:
        rows = [
            (
                p["id"],
                p["name"],
                Role(p["role"]).label,
                p["unit"],
                p["title"],
                p["office_phone"],
                output.masked(p["mobile"], full),
                p["until"],
            )
            for p in people
        ]
        output.table(
            ["编号>", "姓名", "身份", "单位", "职务", "办公电话", "手机", "免去"],
            rows,
            empty="名册为空；用 register add 或 register import 登记。",
        )

    ctx.obj.show(register_list(desk(ctx), unit=unit, role=role, on=on, everything=everything), show)


@register.command("show")
def register_show(ctx: typer.Context, person: Who, full: Full = False) -> None:
    """一个人的登记内容、任职经历和变更记录。"""
    from pressctl.usecases.register import register_show

    def show(p: dict[str, Any]) -> None:
        labels = [
            ("编号", "id"), ("姓名", "name"), ("性别", "gender"), ("民族", "ethnicity"), ("政治面貌", "politics"),
            ("学历", "education"), ("办公室电话", "office_phone"),
        ]  # fmt: skip
        private = [
            ("出生年月", "birth"),
            ("手机", "mobile"),
            ("电子邮件", "email"),
            ("QQ", "qq"),
            ("简历", "resume"),
        ]
        output.pairs((label, p[key]) for label, key in labels)
        output.pairs((label, output.masked(p[key], full)) for label, key in private)
        print("\n任职")
        rows = [
            (Role(a["role"]).label, a["unit"], a["title"], a["since"], a["until"], a["end_reason"])
            for a in p["appointments"]
        ]
        output.table(["身份", "单位", "职务", "自", "至", "免去原因"], rows)
        print("\n记录")
        output.table(
            ["日期", "操作人", "事项", "原因"],
            [(h["on"], h["actor"], h["summary"], h["reason"]) for h in p["history"]],
        )

    ctx.obj.show(register_show(desk(ctx), person), show)


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
    ctx.obj.show(
        register_change(desk(ctx), person, personal, name=name, title=title, role=role), _print_appointment
    )


@register.command("end")
def register_end(
    ctx: typer.Context,
    person: Who,
    on: Annotated[date, typer.Option("--on", parser=day, metavar="日期", help="自哪一天起不再担任")],
    reason: Reason,
    role: RoleOption = None,
) -> None:
    """免去：工作变动的应及时调整（三(四)1）。"""
    from pressctl.usecases.register import register_end

    ctx.obj.show(register_end(desk(ctx), person, on, reason, role=role), _print_appointment)


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
    replaced = register_replace(desk(ctx), person, new, title, personal, on=on, reason=reason, role=role)
    ctx.obj.show(replaced, _print_appointment)


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
    ctx.obj.show(result, lambda r: print(f"已导出 {r['rows']} 人次：{r['file']}"))


@register.command("template")
def register_template(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=".xlsx")],
    force: Force = False,
) -> None:
    """空白名册，单位和身份可下拉选择，发给各单位填写。"""
    from pressctl.usecases.register import register_template

    ctx.obj.show(
        register_template(desk(ctx), file, force=force), lambda r: print(f"已写出空白名册：{r['file']}")
    )


@register.command("freeze")
def register_freeze(
    ctx: typer.Context,
    year: Annotated[int, typer.Argument(metavar="年份", help="年份", min=1949, max=2100)],
    on: On = None,
) -> None:
    """封存当年名册（三(四)4：3月15日前报送），供以后比较。"""
    from pressctl.usecases.register import register_freeze

    ctx.obj.show(
        register_freeze(desk(ctx), year, on),
        lambda r: print(f"已封存 {r['year']} 年名册：{r['appointments']} 人次（{r['on']}）"),
    )


@register.command("diff")
def register_diff(
    ctx: typer.Context,
    earlier: Annotated[int, typer.Argument(metavar="前一年", help="已封存的年份")],
    later: Annotated[int, typer.Argument(metavar="后一年", help="已封存的年份")],
) -> None:
    """比较两年封存的名册：新任、离任、职务变动。"""
    from pressctl.usecases.register import register_diff

    def show(d: dict[str, Any]) -> None:
        rows = [
            (label, r["unit"], Role(r["role"]).label, r["name"], r["title"])
            for key, label in (("joined", "新任"), ("left", "离任"), ("changed", "职务变动"))
            for r in d[key]
        ]
        output.table(["变动", "单位", "身份", "姓名", "职务"], rows, empty="没有变动。")

    ctx.obj.show(register_diff(desk(ctx), earlier, later), show)


@register.command("forget")
def register_forget(ctx: typer.Context, person: Who, reason: Reason) -> None:
    """清除已离任人员的个人信息；任职事实保留。"""
    from pressctl.usecases.register import register_forget

    ctx.obj.show(register_forget(desk(ctx), person, reason), lambda p: print(f"已清除{p['name']}的个人信息"))
