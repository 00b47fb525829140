"""Commands and groups that speak Chinese, take the shared options anywhere, and judge every text that is given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_group_from_info

from pressctl.cli.boundary import bounded
from pressctl.cli.desk import database_path
from pressctl.cli.help import help_text, usage
from pressctl.cli.output import Terminal
from pressctl.cli.usage_errors import spelled
from pressctl.core.names import Names, speak
from pressctl.core.text import fault, line_ends, seen
from pressctl.core.words import AskedWord
from pressctl.errors import UsageError

_ONE_LINE = frozenset(
    ("name", "new", "title", "unit", "parent", "alias", "topic", "venue", "phone", "by", "host", "presenter")
)
"""Parameters that are never a passage: a line end in one is a space."""
_PLACES = ("path", "file", "filename", "directory")
"""What Typer calls the types of paths, which are no words."""


class _Chinese:
    """What commands and groups have in common: they speak Chinese and take the shared options."""

    params: list[Any]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params = [*self.params, *_shared_options(root=False)]

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return ["-h", "--help"]

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]  # of Typer's class, behind this one
        if option is not None:
            option.help = "显示本帮助"
        return option

    def get_help(self, ctx: Any) -> str:
        return help_text(self, ctx)

    def get_usage(self, ctx: Any) -> str:
        return usage(self, ctx)


class Command(_Chinese, TyperCommand):
    """A command."""

    def invoke(self, ctx: Any) -> Any:
        """Run; what no text may hold is refused before anything reckons with it."""
        for param in self.params:
            if param.name in ctx.params and getattr(param.type, "name", "") not in _PLACES:
                ctx.params[param.name] = _judged(ctx.params[param.name], param, ctx.command_path)
        return super().invoke(ctx)


class Group(_Chinese, TyperGroup):
    """A group of commands."""


class Words(typer.Typer):
    """A Typer app whose commands and groups are ours."""

    def __init__(self, help: str = "", *, cls: type[TyperGroup] = Group, **more: Any) -> None:
        super().__init__(
            cls=cls,
            no_args_is_help=True,
            add_completion=False,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            **more,
        )
        if help:  # the root has none: its help is its callback's docstring
            self.info.help = help

    def command(self, name: str | None = None, **more: Any) -> Callable[[Any], Any]:
        """Register a command; its docstring is the help."""
        more.setdefault("cls", Command)
        return super().command(name, **more)


class LazyGroup(Group):
    """The root: a table of names, modules and help texts, so that --help loads no command's module."""

    table: dict[str, tuple[str, str]]

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.params = [p for p in self.params if not (p.name or "").startswith("shared_")]
        self.params += _shared_options(root=True)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.table:
            return None
        app: typer.Typer = import_module(self.table[cmd_name][0]).app
        for command in app.registered_commands:
            if command.name == cmd_name:
                return get_command_from_info(command, pretty_exceptions_short=False, rich_markup_mode=None)
        group = next(g for g in app.registered_groups if g.name == cmd_name)
        return get_group_from_info(
            group, pretty_exceptions_short=False, rich_markup_mode=None, suggest_commands=False
        )

    def main(
        self,
        args: Any = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run within the one error boundary (`boundary.bounded`)."""
        words = list(sys.argv[1:] if args is None else args)
        terminal = Terminal(json="--json" in words)
        speak(lambda: _names(terminal))
        run = partial(
            super().main,
            args=words,
            prog_name="pressctl",
            complete_var=complete_var,
            standalone_mode=False,
            obj=terminal,
            **extra,
        )
        code = bounded(words, terminal, run)
        if standalone_mode:
            sys.exit(code)
        return code


# -- options that every command takes ------------------------------------------------------------


def _remember(name: str) -> Callable[[typer.Context, Any, Any], None]:
    def remember(ctx: typer.Context, _param: Any, value: Any) -> None:
        given = value is not None if name == "db" else value  # an empty --db is refused, not passed over
        if given and isinstance(ctx.obj, Terminal):
            setattr(ctx.obj, name, value)

    return remember


def _names(terminal: Terminal) -> Names:
    """What the regulation of the database at hand calls things, for help and parsers, which open none."""
    from pressctl.usecases.desk import names_kept

    return names_kept(database_path(terminal))


def _shared_options(*, root: bool) -> list[Any]:
    """--json, --db, --actor: before or after the command. Shown in full on the root, --json alone elsewhere."""

    def option(name: str, **more: Any) -> Any:
        return TyperOption(
            param_decls=[f"--{name}", f"shared_{name}"],
            expose_value=False,
            is_eager=True,
            callback=_remember(name),
            **more,
        )

    return [
        option("json", is_flag=True, default=False, help="结果以一份 JSON 输出到标准输出"),
        option(
            "db",
            metavar="文件",
            envvar="PRESSCTL_DB" if root else None,
            show_envvar=root,
            hidden=not root,
            help="数据库文件；缺省为用户数据目录下的 pressctl.db",
        ),
        option(
            "actor",
            metavar="姓名",
            envvar="PRESSCTL_ACTOR" if root else None,
            show_envvar=root,
            hidden=not root,
            help="操作人，记入日志；缺省为系统用户名",
        ),
    ]


# -- texts ---------------------------------------------------------------------------------------


def _judged(value: Any, param: Any, command: str) -> Any:
    """The words of a parameter without what nobody typed; paths, which are no words, as they are.

    Raises UsageError for control characters and marks of direction.
    """
    if isinstance(value, str) and type(value) is str:
        if wrong := fault(value):
            raise UsageError(
                "unreadable_text", f"{spelled(param)}：“{value}”{wrong}。", next_step="请删去后重新输入。"
            )
        told = (
            line_ends(seen(value)) if "\r" in value or "\u2028" in value or "\x85" in value else seen(value)
        )
        return " ".join(told.split("\n")) if param.name in _ONE_LINE else told
    if isinstance(value, list | tuple):
        return type(value)(_judged(item, param, command) for item in value)
    if isinstance(value, AskedWord):
        return replace(
            value, text=_judged(value.text, param, command), option=spelled(param), command=command
        )
    return value
