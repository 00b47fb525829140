"""log and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.options import DryRun, Full

if TYPE_CHECKING:
    from pressctl.usecases.history import Entry, Undone

app = Words()
log = Words("只增不改的日志：谁在何时做了什么，逐项可查，首尾以校验值相连。")
app.add_typer(log, name="log")


@log.command("list")
def log_list(
    ctx: typer.Context,
    about: Annotated[
        str | None, typer.Argument(metavar="编号或人员", help="发布编号或人员；不带则列出全部")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="只看最后 N 条")] = None,
    full: Full = False,
) -> None:
    """列出日志；带编号或人员时逐项列出改动。"""
    from pressctl.usecases.history import log_list

    def show(entries: list[Entry]) -> None:
        rows = [(e.n, e.on, e.actor, e.subject, e.summary, e.reason) for e in entries]
        output.table(["序号>", "日期", "操作人", "对象", "事项", "原因"], rows, empty="日志为空。")
        if about:
            for e in entries:
                print(f"\n第 {e.n} 条　{e.summary}")
                _print_changes(e, full)

    present(ctx, log_list(desk(ctx), about, limit=limit), show)


def _print_changes(entry: Entry, full: bool) -> None:
    rows = [
        (c.table, c.field, *(output.masked(side, full or not c.private) for side in (c.old, c.new)))
        for c in entry.changes
    ]
    output.table(["表", "项目", "原", "现"], rows, empty="（没有改动数据）")


@log.command("show")
def log_show(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(metavar="序号", help="日志序号")],
    full: Full = False,
) -> None:
    """一条日志的全部内容。"""
    from pressctl.usecases.history import log_show

    def show(e: Entry) -> None:
        output.pairs(
            [
                ("序号", e.n),
                ("时刻", e.at),
                ("业务日", e.on),
                ("操作人", e.actor),
                ("命令", e.action),
                ("对象", e.subject),
                ("事项", e.summary),
                ("原因", e.reason),
                ("前一条校验值", e.prev),
                ("校验值", e.hash),
            ]
        )
        _print_changes(e, full)

    present(ctx, log_show(desk(ctx), number), show)


@log.command("verify")
def log_verify(
    ctx: typer.Context,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="校验值", help="印在年度报告或表格上的校验值，用来核对日志未被截短或更换"
        ),
    ] = None,
) -> None:
    """校验日志是否完整；不完整时指出第一处断裂并以 5 退出。"""
    from pressctl.usecases.history import log_verify

    present(
        ctx, log_verify(desk(ctx), head), lambda v: print(f"日志完整：{v.entries} 条，末条校验值 {v.head}")
    )


@app.command("undo")
def undo(ctx: typer.Context, dry_run: DryRun = False) -> None:
    """撤销自己的上一条命令：以新的日志条目恢复原状，不删除任何记录。

    别人已在其后办理的，不能撤销。
    """
    from pressctl.usecases.history import undo

    def show(u: Undone) -> None:
        said, subjects = "将撤销" if u.dry_run else "已撤销", u.subjects
        listed = "、".join(subjects[:10]) + (f" 等 {len(subjects)} 项" if len(subjects) > 10 else "")
        print(f"{said}第 {u.undone} 号命令“{u.summary}”（{listed}）")

    present(ctx, undo(desk(ctx), dry_run=dry_run), show)
