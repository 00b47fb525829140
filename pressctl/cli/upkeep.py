"""init, demo, db and doctor."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present, today_and_now
from pressctl.cli.options import Force
from pressctl.cli.values import given_file

if TYPE_CHECKING:
    from pressctl.usecases.upkeep import Backup, Begun, Cleaned, Examined, Line, Restored, Upgraded

app = Words()
db = Words("数据库：位置、检查、备份、恢复、升级。")
app.add_typer(db, name="db")


@app.command("init")
def init(
    ctx: typer.Context,
    policy: Annotated[
        list[Path] | None,
        typer.Option("--policy", metavar="文件", help="附加规定（TOML），存入数据库，以后一直适用"),
    ] = None,
    regulation: Annotated[
        Path | None,
        typer.Option(
            "--regulation", metavar="文件夹", help="另一个城市的规定，或随带的规定的名称；存入数据库"
        ),
    ] = None,
) -> None:
    """建立数据库与数据目录（仅本人可读写），载入规定；重复运行无害。"""
    from pressctl.usecases.upkeep import init

    def show(b: Begun) -> None:
        print(f"{'已建立' if b.created else '已存在'}数据库：{b.path}")
        print(f"适用的规定：{b.regulation}")
        for name in b.profiles:
            print(f"附加规定已启用：{name}")
        if b.share:
            output.warn([f"数据库在网络共享（{b.share}）上，多机同时使用可能损坏；请用 --db 放到本机磁盘。"])
        output.warn(b.warnings)
        if b.created:
            print(
                "接下来：pressctl unit import 单位表，pressctl register import 名册，pressctl plan import 计划。"
            )

    present(ctx, init(desk(ctx), policy or (), regulation), show)


@app.command("demo")
def demo(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option("--dir", metavar="目录", help="写到哪里")] = Path("pressctl-demo"),
    force: Annotated[bool, typer.Option("--force", help="目录已存在时重做")] = False,
) -> None:
    """用虚构的一年演示：单位、名册、计划、报送、审批、表格、年度报告。

    只写在给定的目录里，不碰正式数据库。
    """
    from pressctl.usecases.demo import run

    def tell(line: str) -> None:
        if not ctx.obj.json:
            print(line)

    result = run(folder, now=lambda: today_and_now()[1], tell=tell, force=force, on_written=ctx.obj.wrote)
    present(ctx, result, lambda p: print(f"\n共写出 {len(p.files)} 个文件，在 {p.dir}。"))


# -- db --------------------------------------------------------------------------------------------


@db.command("path")
def db_path(ctx: typer.Context) -> None:
    """数据库在哪里。"""
    from pressctl.usecases.upkeep import db_path

    present(ctx, db_path(desk(ctx)), lambda location: print(location.path))


@db.command("check")
def db_check(
    ctx: typer.Context,
    deep: Annotated[bool, typer.Option("--deep", help="逐行与日志核对，找出绕过程序的改动")] = False,
) -> None:
    """检查数据库、附件和日志；有问题时以 5 退出。"""
    from pressctl.usecases.upkeep import db_check

    def show(e: Examined) -> None:
        print(f"完好：日志 {e.entries} 条，附件 {e.attachments} 个" + ("，逐行核对无误" if e.deep else ""))
        output.warn([e.orphans_unknown] if e.orphans_unknown else [])
        if e.orphans:
            output.warn(
                [
                    f"有 {len(e.orphans)} 个没有被引用的附件文件（撤销了的，或中断的命令留下的，无害），用 db clean 删去：",
                    *e.orphans,
                ]
            )

    present(ctx, db_check(desk(ctx), deep=deep), show)


@db.command("clean")
def db_clean(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出，不删去")] = False,
) -> None:
    """删去没有被引用的附件文件和被中断的命令留下的文件；另存的旧库还用得着的附件不动。"""
    from pressctl.usecases.upkeep import db_clean

    def show(c: Cleaned) -> None:
        for name in (*c.removed, *c.leftovers):
            print(name)
        done = "预演：可删去" if c.dry_run else "已删去"
        print(f"{done}没有被引用的附件 {len(c.removed)} 个，残留文件 {len(c.leftovers)} 个。")

    present(ctx, db_clean(desk(ctx), dry_run=dry_run), show)


@db.command("upgrade")
def db_upgrade(ctx: typer.Context) -> None:
    """把旧版本的数据库升级到本程序的版本；升级前自动备份。"""
    from pressctl.usecases.upkeep import db_upgrade

    def show(u: Upgraded) -> None:
        if u.backup:
            print(f"已从 {u.from_} 升级到 {u.to}；升级前的数据库在 {u.backup}")
        else:
            print(f"已是最新版本 {u.to}。")

    present(ctx, db_upgrade(desk(ctx)), show)


def place(text: str) -> tuple[Path, bool]:
    """A path, and whether it is spelled as a folder is."""
    if not text.strip():
        raise typer.BadParameter("没有写明备份到哪里。")
    if text == "-":
        raise typer.BadParameter("备份不能写到标准输出，请写明文件。")
    return Path(text), text.endswith(("/", os.sep))


@db.command("backup")
def db_backup(
    ctx: typer.Context,
    target: Annotated[
        Any,
        typer.Argument(parser=place, metavar="文件", help="备份文件，或目录（以 / 结尾；文件名按时间取）"),
    ],
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", metavar="N", min=1, help="本数据库同名（数字不同）的备份只留最近 N 份，别的文件不动"
        ),
    ] = None,
    force: Force = False,
) -> None:
    """备份数据库与全部附件到一个文件，写完即校验。"""
    from pressctl.usecases.upkeep import db_backup

    def show(b: Backup) -> None:
        print(f"已备份到 {b.file}：日志 {b.entries} 条，附件 {b.attachments} 个")
        for name in b.removed:
            print(f"已删去旧备份 {name}")

    file, folder = target
    made = db_backup(desk(ctx), file, folder=folder, keep=keep, force=force)
    output.warn(made.warnings)
    present(ctx, made, show)


@db.command("restore")
def db_restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="db backup 写出的备份；- 为标准输入")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
) -> None:
    """从备份恢复：先逐行校验备份，原数据库另存一份，恢复本身记入日志，发布编号接着原来的往下编。"""
    from pressctl.usecases.upkeep import db_restore

    working, source = desk(ctx), given_file(ctx, file)
    if working.database.exists():
        question = (
            f"将用 {source.name if source != file else file} 替换 {working.path}（原库另存），是否恢复？"
        )
        output.confirm(question, yes=yes, declined="没有恢复，未作任何改动。")

    def show(r: Restored) -> None:
        print(f"已恢复到 {r.path}：日志 {r.entries} 条，附件 {r.attachments} 个；恢复记为第 {r.entry} 条")
        if r.kept:
            print(f"原数据库另存为 {r.kept}")

    done = replace(db_restore(working, source), file=file)
    output.warn(done.warnings)
    present(ctx, done, show)


@app.command("doctor")
def doctor(ctx: typer.Context) -> None:
    """检查运行环境：字体、数据库、权限、日历、规定、升级，各一行，并说明怎么办。"""
    from pressctl.usecases.upkeep import doctor

    def show(lines: list[Line]) -> None:
        output.table(
            ["", "项目", "情况", "怎么办"],
            [("✓" if x.ok else "!", x.what, x.found, x.next) for x in lines],
        )

    present(ctx, doctor(desk(ctx)), show)
