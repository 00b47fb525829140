"""The root command: the table of commands, the version, the entry point."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pressctl import __version__
from pressctl.cli.commands import LazyGroup, Words

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("pressctl.cli.upkeep", "建立数据库与数据目录"),
    "demo": ("pressctl.cli.upkeep", "用虚构的一年演示全部流程"),
    "unit": ("pressctl.cli.units", "单位：登记、更名、撤销"),
    "register": ("pressctl.cli.register", "新闻发言人、联络员登记备案"),
    "plan": ("pressctl.cli.releases", "年度新闻发布计划"),
    "submit": ("pressctl.cli.releases", "报送发布方案与单位意见，或撤回"),
    "approve": ("pressctl.cli.releases", "审核、审批；不带编号时列出待办"),
    "record": ("pressctl.cli.records", "记录报备、发布、归档等履职事项"),
    "form": ("pressctl.cli.documents", "填制 Word 表格"),
    "due": ("pressctl.cli.compliance", "待办与期限，最紧迫的在前"),
    "check": ("pressctl.cli.compliance", "逐条对照规定检查"),
    "rules": ("pressctl.cli.compliance", "规定的条款、检查规则和现行数值"),
    "report": ("pressctl.cli.documents", "年度、季度、名册、单位报告"),
    "calendar": ("pressctl.cli.calendar", "工作日、调休与期限"),
    "log": ("pressctl.cli.history", "只增不改的日志"),
    "undo": ("pressctl.cli.history", "撤销自己的上一条命令"),
    "db": ("pressctl.cli.upkeep", "数据库：检查、备份、恢复、升级"),
    "doctor": ("pressctl.cli.upkeep", "检查运行环境"),
    "schema": ("pressctl.cli.schema", "命令的 JSON 结果有哪些项目"),
}


class Root(LazyGroup):
    """pressctl itself."""

    table = COMMANDS


app = Words(cls=Root)


def _version(value: bool) -> None:
    if value:
        print(f"pressctl {__version__}")
        raise typer.Exit


def _install(value: bool) -> None:
    if value:
        from typer._completion_shared import install

        shell, path = install(prog_name="pressctl")
        print(f"已为 {shell} 安装命令补全：{path}。重新打开终端后生效。")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本")
    ] = False,
    install_completion: Annotated[
        bool, typer.Option("--install-completion", callback=_install, help="为当前 shell 安装命令补全")
    ] = False,
) -> None:
    """新闻发布工作：登记、计划、报送、审批、督办与年度报告。

    依据的规定用 pressctl rules list 查看。
    单位可用名称、别名或编号；人员可用编号，姓名不重复时可用姓名；发布用编号，如 2026-003。
    """


def run() -> None:
    """The entry point: streams that never fail on a character, then the root command."""
    for number in (
        0,
        1,
        2,
    ):  # else the first file opened, be it the database, would be taken for a closed stream
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors)
    app()
