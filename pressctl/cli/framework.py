"""What every command shares: Chinese help and usage errors, global options accepted anywhere, the error boundary.

Typer carries its own copy of Click and prints English. Nothing of Click is imported here: help is laid out
anew, and errors are told apart by the names of their classes.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import east_asian_width

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command_from_info, get_group_from_info

from pressctl import durable
from pressctl.cli.output import Terminal, rims
from pressctl.core.dates import parse_date
from pressctl.core.moments import Moment, moment_of
from pressctl.core.names import Names, speak
from pressctl.core.period import Period, parse_period
from pressctl.core.terms import Term, named
from pressctl.core.text import fault, line_ends, seen
from pressctl.core.words import AskedWord, meaning
from pressctl.errors import BadData, OutputLost, PressctlError, UsageError, reason

_T = TypeVar("_T", bound=Term)
_WIDTH = 80


# -- help ----------------------------------------------------------------------------------------


def display_width(text: str) -> int:
    """Columns a text takes in a terminal: wide characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _pieces(text: str) -> list[str]:
    """What a line may be broken between: wide characters one by one, Latin words whole or after a bar."""
    return re.findall(r"[!-{}~]+[| ]?|.", text)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns; closing punctuation never starts a line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and display_width(line + piece.rstrip()) > width and piece not in "，。；：、）”":
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


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


def _summary(group: TyperGroup, ctx: typer.Context, name: str) -> str:
    if isinstance(group, LazyGroup):
        return group.table[name][1]
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


# -- options that every command takes ------------------------------------------------------------


def _remember(name: str) -> Callable[[typer.Context, Any, Any], None]:
    def remember(ctx: typer.Context, _param: Any, value: Any) -> None:
        given = value is not None if name == "db" else value  # an empty --db is refused, not passed over
        if given and isinstance(ctx.obj, Terminal):
            setattr(ctx.obj, name, value)

    return remember


def _names(terminal: Terminal) -> Names:
    """What the regulation of the database at hand calls things, for help and parsers, which open none."""
    from pressctl.cli.app import database_path
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


def _chinese_help_option(param: Any) -> Any:
    if param is not None:
        param.help = "显示本帮助"
    return param


class Command(TyperCommand):
    """A command that speaks Chinese and takes the shared options."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.params = [*self.params, *_shared_options(root=False)]

    def invoke(self, ctx: Any) -> Any:
        """Run; what no text may hold, and a year that no date can have, is refused before anything reckons with it."""
        for param in self.params:
            if param.name in ctx.params and getattr(param.type, "name", "") not in _PLACES:
                ctx.params[param.name] = _judged(ctx.params[param.name], param, ctx.command_path)
        for name in ("year", "earlier", "later"):
            year = ctx.params.get(name)
            if isinstance(year, int) and not _YEARS[0] <= year <= _YEARS[1]:
                raise UsageError("year", _no_such_year(year), next_step="请写四位年份，如 2026。")
        return super().invoke(ctx)

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return ["-h", "--help"]

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_help_option(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        return help_text(self, ctx)

    def get_usage(self, ctx: Any) -> str:
        return usage(self, ctx)


class Group(TyperGroup):
    """A group that speaks Chinese and takes the shared options."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.params = [*self.params, *_shared_options(root=False)]

    def get_help_option_names(self, ctx: Any) -> list[str]:
        return ["-h", "--help"]

    def get_help_option(self, ctx: Any) -> Any:
        return _chinese_help_option(super().get_help_option(ctx))

    def get_help(self, ctx: Any) -> str:
        return help_text(self, ctx)

    def get_usage(self, ctx: Any) -> str:
        return usage(self, ctx)


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
        """The one error boundary: every way a command can end becomes a message and an exit code."""
        words = list(sys.argv[1:] if args is None else args)
        terminal = Terminal(json="--json" in words)
        speak(lambda: _names(terminal))
        with rims() as out:
            try:
                _readable(words)
                code = super().main(
                    args=words,
                    prog_name="pressctl",
                    complete_var=complete_var,
                    standalone_mode=False,
                    obj=terminal,
                    **extra,
                )
            except BaseException as error:
                code = _ended(error, terminal)
            code = code if isinstance(code, int) else 0
            if code == _INTERRUPTED:  # as Typer tells of Ctrl-C
                code = _aborted(terminal, code)
            out.flush()
            if out.lost and not out.unread:
                code = _unshown(out.lost, terminal)
        if standalone_mode:
            sys.exit(code)
        return code


_YEARS = 1900, 2999
_ONE_LINE = frozenset(
    ("name", "new", "title", "unit", "parent", "alias", "topic", "venue", "phone", "by", "host", "presenter")
)
"""Parameters that are never a passage: a line end in one is a space."""


_PLACES = ("path", "file", "filename", "directory")
"""What Typer calls the types of paths, which are no words."""


def _no_such_year(year: int) -> str:
    return f"年份 {year} 不在 {_YEARS[0]} 到 {_YEARS[1]} 之间。"


def _judged(value: Any, param: Any, command: str) -> Any:
    """The words of a parameter without what nobody typed; paths, which are no words, as they are.

    Raises UsageError for control characters and marks of direction.
    """
    if isinstance(value, str) and type(value) is str:
        if wrong := fault(value):
            raise UsageError(
                "unreadable_text", f"{_named(param)}：“{value}”{wrong}。", next_step="请删去后重新输入。"
            )
        told = (
            line_ends(seen(value)) if "\r" in value or "\u2028" in value or "\x85" in value else seen(value)
        )
        return " ".join(told.split("\n")) if param.name in _ONE_LINE else told
    if isinstance(value, list | tuple):
        return type(value)(_judged(item, param, command) for item in value)
    if isinstance(value, AskedWord):
        return replace(value, text=_judged(value.text, param, command), option=_named(param), command=command)
    return value


def _readable(words: Iterable[str]) -> None:
    for word in words:
        if any("\ud800" <= c <= "\udfff" or c == "\0" for c in word):
            shown = word.encode("utf-8", "backslashreplace").decode()
            raise UsageError(
                "unreadable_argument",
                f"命令行参数“{shown}”含有无法识别的字符。",
                next_step="请检查终端的编码设置。",
            )


def _ended(error: BaseException, terminal: Terminal) -> int:
    """Say how it ended; returns the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 0
    if isinstance(error, PressctlError):
        terminal.fail(error)
        return error.exit_code
    name = type(error).__name__
    if name == "NoArgsIsHelpError":
        print(error.ctx.get_help(), file=sys.stderr)  # type: ignore[attr-defined]
        return 2
    if name == "Abort":
        return _aborted(terminal, UsageError.exit_code)
    if explained := explain(error):
        terminal.fail(explained)
        return explained.exit_code
    # the system's refusal, no bug of ours; of a file that is open already it names none
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _OF_THE_DISK):
        refused = f"{'文件' if error.filename is None else error.filename} 无法读写：{reason(error)}。"
        return _failed(
            BadData("file_refused", refused, next_step="请检查文件名、目录、权限和磁盘空间。"), terminal
        )
    if isinstance(error, OverflowError):
        said = "有数值或日期超出可用的范围。"
        return _failed(UsageError("out_of_range", said, next_step="请核对数值与日期。"), terminal)
    if isinstance(error, Exception) and (damage := _damage(terminal)):
        return _failed(damage, terminal)
    traceback.print_exception(error)
    message = f"程序内部错误（{name}）" + ("。" if terminal.written else "，未写入任何数据。")
    return _failed(PressctlError("bug", message, next_step="请把上面的出错信息交给维护人员。"), terminal)


_OF_THE_DISK = frozenset(
    getattr(errno, name, None) for name in ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EFBIG", "EMFILE", "ENFILE")
) - {None}
_INTERRUPTED = 130


def _aborted(terminal: Terminal, code: int) -> int:
    """Say that it was broken off, and what had been written by then."""
    if terminal.written:
        terminal.fail(OutputLost("interrupted", f"已中断。{_written(terminal)}", next_step=_look(terminal)))
        return OutputLost.exit_code
    terminal.fail(UsageError("aborted", "已取消，未作任何改动。"))
    return code


def _written(terminal: Terminal) -> str:
    return f"此前的改动已经写{'入数据库' if terminal.logged else '到磁盘'}，没有撤销。"


def _look(terminal: Terminal) -> str:
    """Where to see what was done: a backup and a clean-up leave no entry in the log."""
    where = (
        "用 pressctl log list 查看" if terminal.logged else "看看备份所在的目录，或用 pressctl db check 核对"
    )
    return f"请{where}，不要照原样重做。"


def _failed(error: PressctlError, terminal: Terminal) -> int:
    """Say an error that nobody foresaw; what had been written before it is not denied."""
    if terminal.written:
        error.message += _written(terminal)
        error.next_step = f"{error.next_step or ''}{_look(terminal)}"
    terminal.fail(error)
    return error.exit_code


def _unshown(lost: OSError, terminal: Terminal) -> int:
    """Say that the result did not come out, and whether anything was written."""
    where = f"没有写到标准输出：{reason(lost)}。"
    if terminal.written:
        error = OutputLost("output_lost", f"改动已经写入；只是结果{where}", next_step=_look(terminal))
    else:
        error = OutputLost(
            "output_lost",
            f"结果{where}数据库没有改动；写到文件里的不受影响。",
            next_step="请腾出磁盘空间，或换一处输出后重试。",
        )
    terminal.fail(error)
    return error.exit_code


def _damage(terminal: Terminal) -> PressctlError | None:
    """What a hand did to the database, where that is why a command came upon what it could not expect."""
    from pressctl.cli.app import database_path
    from pressctl.usecases.upkeep import damage

    with suppress(Exception):  # what it fails over is told already, with its traceback
        return damage(database_path(terminal))
    return None


# -- Typer's own complaints, in Chinese ------------------------------------------------------------

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
        said = f"缺少{kind} {_named(param)}。"
    elif "BadParameter" in kinds and param is not None:
        said = f"{_named(param)}：{said}"
    return UsageError("usage", said, next_step=_suggestion(error, ctx) or f"用 {path} --help 查看用法。")


def _named(param: Any) -> str:
    return str(
        param.opts[0] if param.param_type_name == "option" else param.metavar or (param.name or "").upper()
    )


def _suggestion(error: BaseException, ctx: Any) -> str | None:
    close = list(getattr(error, "possibilities", None) or ())
    found = re.match(r"No such command '(.*?)'", getattr(error, "message", "") or "")
    if found and ctx is not None and isinstance(ctx.command, TyperGroup):
        close = get_close_matches(found[1], ctx.command.list_commands(ctx))
    return f"是不是要用：{'、'.join(close)}？" if close else None


# -- standard input --------------------------------------------------------------------------------

STANDARD_INPUT = "标准输入"


def given_file(ctx: typer.Context, file: Path, *, skip_bad: bool = False) -> Path:
    """The file that is meant: `-` is standard input, kept in an owner-only folder while the command runs.

    Raises UsageError for `skip_bad`: rejected rows are written beside the file, and there is none.
    """
    if str(file) != "-":
        return file
    if skip_bad:
        raise UsageError(
            "no_place",
            "从标准输入导入时，被退回的行没有地方写，不能用 --skip-bad。",
            next_step="请先存成文件，再导入。",
        )
    folder = ctx.with_resource(durable.workshop(Path(tempfile.gettempdir())))
    with os.fdopen(durable.create(folder / STANDARD_INPUT), "wb") as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
    return folder / STANDARD_INPUT


# -- parsers of values -----------------------------------------------------------------------------


def day(text: str) -> date:
    """A date in any of the accepted spellings."""
    try:
        found = parse_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise typer.BadParameter(_no_such_year(found.year))
    return found


def period(text: str) -> Period:
    """A month, a third of one, a quarter or a year."""
    try:
        return parse_period(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def clock(text: str) -> time:
    """A time of day, HH:MM."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", text.strip())
    if not found:
        raise typer.BadParameter(f"“{text}”不是时间，应写作 HH:MM，如 10:00。")
    return time(int(found[1]), int(found[2]))


def moment(text: str) -> datetime:
    """A day and a time of day, as in 2026-10-09 14:30."""
    on, _, at = text.strip().replace("T", " ").rpartition(" ")
    if not on:
        raise typer.BadParameter(f"“{text}”不是时刻，应写作 2026-10-09 14:30。")
    return datetime.combine(day(on), clock(at))


def day_or_moment(text: str) -> Moment:
    """A day, or a day and a time of day: 2026-06-10, 2026-06-10T10:00."""
    try:
        return Moment(parse_date(text))
    except ValueError:
        if re.search(r"[:：]", text):
            return moment_of(moment(text))
        raise typer.BadParameter(f"“{text}”不是日期或时刻，应写作 2026-10-09 或 2026-10-09T14:30。") from None


def one_of(term: type[_T], among: Iterable[_T] | None = None) -> Callable[[str], _T]:
    """A parser for a term: its English value, the regulation's Chinese word, or what offices write for it."""
    allowed = tuple(term if among is None else among)

    def parse(text: str) -> _T:
        if (member := meaning(term, text)) in allowed:
            return member
        known = "、".join(f"{m.value}（{m.label}）" for m in allowed)
        raise typer.BadParameter(f"“{text}”不在可用的值之中：{known}。")

    return parse


def word_of(term: type[_T]) -> Callable[[str], AskedWord[_T]]:
    """A parser for a term under which a regulation may have names of its own: the desk reads the word."""

    def parse(text: str) -> AskedWord[_T]:
        return AskedWord(text, term)

    return parse


def choices(term: Iterable[Term]) -> str:
    """A term's values, as metavar."""
    return "|".join(m.value for m in term)
