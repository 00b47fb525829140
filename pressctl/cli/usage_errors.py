"""Typer's own complaints, in Chinese. It carries its own copy of Click: errors are told apart by the names of their
classes, and nothing of Click is imported."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from typer.core import TyperGroup

from pressctl.errors import UsageError

_PHRASES: tuple[tuple[str, str], ...] = (
    (r"No such command '(.*)'\.(?: Did you mean .*)?", "没有命令“{0}”。"),
    (r"Missing command\.", "缺少命令。"),
    (r"No such option: (.*)", "没有选项“{0}”。"),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", "多出了参数：{0}。"),
    (r"Option '(.*)' requires an argument\.", "选项 {0} 后面要有值。"),
    (r"Option '(.*)' requires (\d+) arguments\.", "选项 {0} 后面要有 {1} 个值。"),
    (r"Option '(.*)' does not take a value\.", "选项 {0} 不带值。"),
    (r"Argument '(.*)' takes (\d+) values\.", "参数 {0} 要有 {1} 个值。"),
    (r"'(\d+[.．]\d+)' is not a valid (?:integer|int)( range)?\.", "“{0}”不是整数。"),
    (r"'(.*)' is not a valid (?:integer|float|int)( range)?\.", "“{0}”不是数字。"),
    (r"(.*) is not in the range (.*)\.", "{0} 不在允许的范围（{1}）内。"),
    (r"'(.*)' is not one of (.*)\.", "“{0}”不在可用的值之中：{1}。"),
    (r"'(.*)' is not a valid boolean\..*", "“{0}”应为是或否。"),
    (r"(?:File|Path|Directory) '(.*)' does not exist\.", "文件或目录“{0}”不存在。"),
    (r"(?:File|Path|Directory) '(.*)' is a directory\.", "“{0}”是目录，应为文件。"),
    (r"(?:File|Path|Directory) '(.*)' is not readable\.", "“{0}”无法读取。"),
)  # fmt: skip


def _in_chinese(message: str) -> str:
    for pattern, phrase in _PHRASES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return phrase.format(*found.groups())
    return message


def explain(error: BaseException) -> UsageError | None:
    """A usage error of Typer as one of ours; None where it is no usage error."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "UsageError" not in kinds and "ClickException" not in kinds:
        return None
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "pressctl"
    param = getattr(error, "param", None)
    said = _in_chinese(getattr(error, "message", "") or "")
    if "MissingParameter" in kinds and param is not None:
        kind = "选项" if param.param_type_name == "option" else "参数"
        said = f"缺少{kind} {spelled(param)}。"
    elif "BadParameter" in kinds and param is not None:
        said = f"{spelled(param)}：{said}"
    return UsageError("usage", said, next_step=_suggestion(error, ctx) or f"用 {path} --help 查看用法。")


def spelled(param: Any) -> str:
    """A parameter as a user knows it: --month, 文件."""
    return str(
        param.opts[0] if param.param_type_name == "option" else param.metavar or (param.name or "").upper()
    )


def _suggestion(error: BaseException, ctx: Any) -> str | None:
    close = list(getattr(error, "possibilities", None) or ())
    found = re.match(r"No such command '(.*?)'", getattr(error, "message", "") or "")
    if found and ctx is not None and isinstance(ctx.command, TyperGroup):
        close = get_close_matches(found[1], ctx.command.list_commands(ctx))
    return f"是不是要用：{'、'.join(close)}？" if close else None
