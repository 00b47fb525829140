"""due and check: what is owed, and what falls short."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.app import desk
from pressctl.cli.framework import Words, day
from pressctl.cli.registry import Force, On
from pressctl.core.terms import Result, Strength

app = Words()

PolicyFiles = Annotated[
    list[Path] | None, typer.Option("--policy", metavar="文件", help="本次另加的附加规定（TOML）")
]


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

    def show(items: list[dict[str, Any]]) -> None:
        rows = [(i["on"], _left(i["days_left"]), i["what"], i["who"], i["clause"], i["ref"]) for i in items]
        output.table(["最迟", "还有", "事项", "由谁", "依据", "编号"], rows, empty=f"{days} 天之内没有待办。")

    items = due(desk(ctx, policy), days=days, on=on, ics=ics, force=force)
    if ics:
        output.say(f"已写出日历文件：{ics}")
    ctx.obj.show(items, show)


def _left(days: int) -> str:
    return "今天" if days == 0 else f"{days} 天" if days > 0 else f"逾期 {-days} 天"


@app.command("check")
def check(
    ctx: typer.Context,
    year: Annotated[int | None, typer.Option("--year", metavar="年份", help="检查哪一年；缺省为今年")] = None,
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
    ctx.obj.show(result, _print_findings)
    if any(f["result"] == Result.FAIL and f["strength"] == Strength.MUST for f in result["findings"]):
        raise typer.Exit(1)


def _print_findings(result: dict[str, Any]) -> None:
    """Grouped by rule: the clause and its words once, then each case."""
    for (rule, clause, quote), found in groupby(
        result["findings"], key=lambda f: (f["rule"], f["clause"], f["quote"])
    ):
        print(f"\n{rule}　{clause}　“{quote}”")
        for f in found:
            mark = "（口径）" if f["local_reading"] else ""
            print(f"  {Result(f['result']).label}・{Strength(f['strength']).label}{mark}　{f['message']}")
            if f["next"]:
                print(f"      → {f['next']}")
    counts = result["counts"]
    print(f"\n截至 {result['as_of']}：" + "，".join(f"{Result(r).label} {n}" for r, n in counts.items()))
