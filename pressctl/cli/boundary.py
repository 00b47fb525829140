"""The one error boundary: what a command can end with, in words and as an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress

from pressctl.cli.desk import database_path
from pressctl.cli.output import Terminal, rims
from pressctl.cli.usage_errors import explain
from pressctl.errors import BadData, OutputLost, PressctlError, UsageError, reason


def bounded(words: list[str], terminal: Terminal, run: Callable[[], object]) -> int:
    """Run a command line. Every way it can end becomes a message and the exit code that is returned."""
    with rims() as out:
        try:
            _require_readable(words)
            code = run()
        except BaseException as error:
            code = _ended(error, terminal)
        code = code if isinstance(code, int) else 0
        if code == _INTERRUPTED:  # as Typer tells of Ctrl-C
            code = _aborted(terminal, code)
        out.flush()
        if out.lost and not out.unread:
            code = _unshown(out.lost, terminal)
    return code


def _require_readable(words: Iterable[str]) -> None:
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
    from pressctl.usecases.upkeep import damage

    with suppress(Exception):  # what it fails over is told already, with its traceback
        return damage(database_path(terminal))
    return None
