"""Help pages in Chinese. Typer's own are English, and laid out for letters of one width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from pressctl.cli.text import display_width, wrap
from pressctl.core.terms import named

_WIDTH = 80


def _definitions(rows: list[tuple[str, str]]) -> Iterator[str]:
    left = min(max(display_width(name) for name, _ in rows), 28)
    for name, text in rows:
        first, *rest = wrap(text, _WIDTH - left - 6) if text else [""]
        if display_width(name) > left:
            yield f"  {name}"
            name = ""
        yield f"  {name}{' ' * (left - display_width(name))}  {first}".rstrip()
        yield from (f"{' ' * (left + 4)}{line}" for line in rest)


def _extras(param: Any) -> str:
    extra = []
    if param.required and param.param_type_name == "option":
        extra.append("必填")
    if param.multiple if param.param_type_name == "option" else False:
        extra.append("可重复")
    if getattr(param, "show_envvar", False) and param.envvar:
        extra.append(f"环境变量 {param.envvar}")
    default = param.default
    if (
        getattr(param, "show_default", False)
        and isinstance(default, str | int)
        and not isinstance(default, bool)
        and default != ""
    ):
        extra.append(f"默认 {getattr(default, 'value', default)}")
    return f"（{'；'.join(extra)}）" if extra else ""


def _option_name(param: Any, ctx: typer.Context) -> str:
    names = "/".join([*param.opts, *param.secondary_opts])
    return names if param.is_flag else f"{names} {param.metavar or (param.name or '').upper()}"


def help_text(command: Any, ctx: typer.Context) -> str:
    """The whole help page of a command or a group, in Chinese, at 80 columns."""
    params = [p for p in command.get_params(ctx) if not getattr(p, "hidden", False)]
    arguments = [p for p in params if p.param_type_name == "argument"]
    options = [p for p in params if p.param_type_name == "option"]
    lines = [usage(command, ctx), ""]
    for paragraph in named(command.help or "").split("\n\n"):
        lines += [
            f"  {line}" for part in paragraph.splitlines() for line in wrap(part.strip(), _WIDTH - 4)
        ] + [""]
    if arguments:
        lines += [
            "参数:",
            *_definitions([(p.metavar or p.name or "", named(p.help or "") + _extras(p)) for p in arguments]),
            "",
        ]
    if isinstance(command, TyperGroup):
        shown = [(name, _summary(command, ctx, name)) for name in command.list_commands(ctx)]
        lines += ["命令:", *_definitions(shown), ""]
    lines += [
        "选项:",
        *_definitions([(_option_name(p, ctx), named(p.help or "") + _extras(p)) for p in options]),
    ]
    return "\n".join(lines)


def _summary(group: Any, ctx: typer.Context, name: str) -> str:
    if name in (table := getattr(group, "table", {})):  # the root's, which loads no command to tell of it
        return str(table[name][1])
    command = group.get_command(ctx, name)
    return summary_of(command) if command else ""


def summary_of(command: Any) -> str:
    """The first line of a command's help."""
    return named(command.help or "").strip().partition("\n")[0].rstrip("。")


def usage(command: Any, ctx: typer.Context) -> str:
    """The usage line."""
    words = [ctx.command_path, "[选项]"]
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = param.metavar or (param.name or "").upper()
            name = name if param.required else f"[{name}]"
            words.append(f"{name}…" if param.nargs == -1 else name)
    if isinstance(command, TyperGroup):
        words.append("命令 …")
    return f"用法: {' '.join(words)}"
