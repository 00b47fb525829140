"""unit."""

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
from pressctl.cli.options import DryRun, Hidden, On, Sheet, SkipBad, Yes
from pressctl.cli.values import choices, day, given_file, word_of
from pressctl.core.terms import UnitKind, Word
from pressctl.core.words import AskedWord

if TYPE_CHECKING:
    from pressctl.usecases.units import UnitStory
    from pressctl.usecases.views import UnitView

app = Words()
unit = Words(
    "单位：登记、导入、更名、撤销。\n\n单位有六类：{word.superior}、{unit_kind.county_bureau}、{unit_kind.sub_bureau}、{unit_kind.detachment}、{unit_kind.division}、{unit_kind.station}。"
)
app.add_typer(unit, name="unit")


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
