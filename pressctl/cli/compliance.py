"""due, check and rules: what is owed, what falls short, and by which words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present, today_and_now
from pressctl.cli.options import Force, On, PolicyFiles
from pressctl.cli.values import day, year
from pressctl.core.terms import Result, Strength, Treatment, Word

if TYPE_CHECKING:
    from pressctl.core.due import Due
    from pressctl.usecases.compliance import (
        Checked,
        PartView,
        Regulation,
        ShownClause,
        ShownRule,
        ShownValue,
    )
    from pressctl.usecases.regulations import Adopted, PackageBegun, PackageChecked

app = Words()
dumps = partial(json.dumps, ensure_ascii=False)


@app.command("due")
def due(
    ctx: typer.Context,
    days: Annotated[int, typer.Option("--days", metavar="N", min=0, max=3660, help="看多少天之内的")] = 60,
    on: On = None,
    ics: Annotated[Path | None, typer.Option("--ics", metavar="文件", help="另存为日历文件")] = None,
    force: Force = False,
    policy: PolicyFiles = None,
) -> None:
    """待办：什么事、由谁、最迟哪天，最紧迫的在前；已逾期的也在内。"""
    from pressctl.usecases.compliance import due

    def show(items: tuple[Due, ...]) -> None:
        if not items:
            print(f"{days} 天之内没有待办。")
        for i in items:
            marks = [i.who, i.clause and f"依据 {i.clause}", i.ref, "推定" * i.provisional]
            print(f"{i.on}　{_left(i.days_left)}　" + "　".join(m for m in marks if m))
            output.paragraph(i.what, first="    ", rest="    ")

    items = due(desk(ctx, policy), days=days, on=on, ics=ics, force=force)
    if ics:
        output.say(f"已写出日历文件：{ics}")
    present(ctx, items, show)


def _left(days: int) -> str:
    return "今天" if days == 0 else f"{days} 天" if days > 0 else f"逾期 {-days} 天"


@app.command("check")
def check(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Option("--year", parser=year, metavar="年份", help="检查哪一年；缺省为今年")
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="日期", help="截至哪一天；缺省为今天")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="规则", help="只看这条规则，如 LED-01")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="连同符合的和未到期的")] = False,
    policy: PolicyFiles = None,
) -> None:
    """逐条对照规定检查全部登记的事实；有“应当”而未做到的，以 1 退出。"""
    from pressctl.usecases.compliance import check

    result = check(desk(ctx, policy), year=year, on=on, unit=unit, rule=rule, everything=everything)
    present(ctx, result, _print_findings)
    if left := result.last_year_open:
        before = result.as_of.year - 1
        output.say(
            f"{before} 年还有 {left} 项没有了结：用 pressctl check --year {before} 查看，pressctl due 列出期限。"
        )
    if any(f.result is Result.FAIL and f.strength is Strength.MUST for f in result.findings):
        raise typer.Exit(1)


def _print_findings(checked: Checked) -> None:
    """Grouped by rule: the clause and its words once, then each case; what to do stands once where all agree."""
    for (rule, clause, quote), group in groupby(checked.findings, key=lambda f: (f.rule, f.clause, f.quote)):
        found = list(group)
        print()
        output.paragraph(f"“{quote}”", first=f"{rule}　{clause}　", rest="    ")
        for f in found:
            marks = [f.result.label, f.strength.label]
            marks += [Word.OWN_READING.label] * f.local_reading
            marks += [f"附加规定 {f.profile}"] if f.profile else []
            output.paragraph(f.message, first=f"  {'・'.join(marks)}　", rest="      ")
        for following in dict.fromkeys(f.next for f in found if f.next):
            output.paragraph(following, first="    → ", rest="      ")
    counts = "，".join(f"{result.label} {n}" for result, n in checked.counts.items())
    print(f"\n截至 {checked.as_of}：{counts}")


rules = Words("规定的条款、检查规则和现行数值。")
app.add_typer(rules, name="rules")


@rules.command("list")
def rules_list(ctx: typer.Context, on: On = None, policy: PolicyFiles = None) -> None:
    """逐条列出规定的文字，以及每一处如何处理、由哪条规则检查。"""
    from pressctl.usecases.compliance import rules_list

    present(ctx, rules_list(desk(ctx, policy), on=on), _print_clauses)


def _print_clauses(listed: Regulation) -> None:
    profiles = f"；附加规定：{'、'.join(listed.profiles)}" if listed.profiles else ""
    print(f"{listed.regulation}（{listed.number}），{listed.since} 起{profiles}\n")
    if listed.own:
        print("自有的名称：" + "、".join(f"{k.name}（属 {k.under}）" for k in listed.own) + "\n")
    for clause in listed.clauses:
        _print_parts(clause.clause, clause.parts)


def _print_parts(clause: str, parts: Iterable[PartView]) -> None:
    """A clause, and what becomes of its words; a heading needs no remark."""
    print(clause)
    for part in parts:
        output.paragraph(part.text, first="    ", rest="    ")
        if part.treatment is not Treatment.HEADING:
            remark = "；".join(t for t in (" ".join(part.rules), part.why, part.where) if t)
            output.paragraph(f"{part.treatment.label}：{remark}", first="      → ", rest="        ")


@rules.command("check")
def rules_check(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="文件夹", help="规定的文件夹、附加规定的文件，或随带的名称")
    ],
) -> None:
    """检查一份规定是否完整，并运行它的案例；不用数据库。

    例：pressctl rules check linshui-2020
    """
    from pressctl.usecases.regulations import check_package

    def show(p: PackageChecked) -> None:
        print(
            f"完好：{p.regulation}（{p.number}），条款 {p.clauses} 个，规则 {p.rules} 条，数值 {p.values} 个，案例 {p.cases} 个"
        )

    present(ctx, check_package(folder, today=today_and_now()[0].date()), show)


@rules.command("new")
def rules_new(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="写到哪里，须不存在或是空的")],
) -> None:
    """写出一份带注释的规定，供照着填写自己城市的。

    例：pressctl rules new 我市规定
    """
    from pressctl.usecases.regulations import new_package

    def show(begun: PackageBegun) -> None:
        for name in begun.files:
            print(name)
        print(f"\n照着自己的规定改写，再用 pressctl rules check {begun.folder} 检查。")

    present(ctx, new_package(folder), show)


@rules.command("adopt")
def rules_adopt(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="文件夹", help="规定的文件夹或随带的名称；缺省为随程序的新版")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说有哪些改动，不写入")] = False,
) -> None:
    """采用规定的新版，或改用另一份规定；写入日志。

    例：pressctl rules adopt --dry-run
    """
    from pressctl.usecases.regulations import adopt

    def show(a: Adopted) -> None:
        for line in a.changes:
            print(line)
        done = "已采用" if a.adopted else "没有改动" if not a.changes else "可以采用（没有写入）"
        print(f"{done}：{a.regulation}（{a.number}）")

    present(ctx, adopt(desk(ctx), folder, dry_run=dry_run), show)


@rules.command("show")
def rules_show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="规则（如 LED-01）、条款或数值的名称")],
    on: On = None,
    policy: PolicyFiles = None,
) -> None:
    """一条规则、一个条款或一个数值：原文、依据和某日有效的值。"""
    from pressctl.usecases.compliance import rules_show

    present(ctx, rules_show(desk(ctx, policy), name, on=on), _print_rule)


def _print_rule(shown: ShownRule | ShownClause | ShownValue) -> None:
    if shown.kind == "rule":
        rule = shown.rule
        print(f"{rule.rule}　{rule.title}（{rule.strength.label}）\n依据 {rule.clause}：")
        output.paragraph(shown.text, first="    ", rest="    ")
        output.paragraph(f"“{rule.quote}”", first="所引：", rest="    ")
        print(f"自 {rule.since} 起" + ("" if shown.in_force else f"，{shown.on} 不适用"))
        output.paragraph(shown.next, first="怎么办：", rest="    ")
    elif shown.kind == "clause":
        _print_parts(shown.clause, shown.parts)
    else:
        print(f"{shown.value.key}　依据 {shown.value.clause}")
    if shown.values:
        print("\n历次的值：" if shown.kind == "value" else f"\n{shown.on} 有效的数值：")
    for v in shown.values:
        marks = f"，{Word.OWN_READING.label}" * v.local_reading
        marks += f"，附加规定 {v.profile}" if v.profile else ""
        said = v.value if isinstance(v.value, str | int | float) else dumps(v.value)
        print(f"  {v.key} = {said}（{v.clause}，{v.since} 起，{v.checked_on} 核对{marks}）")
