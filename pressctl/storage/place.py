"""Where a database file is to be, and what stands there."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from pressctl import durable
from pressctl.errors import DatabaseError, UsageError, reason

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://(.*)", re.DOTALL)
"""An address. One letter before the colon is a drive of Windows."""


def locate(given: str | None, default: Path) -> Path:
    """The database file named by --db or PRESSCTL_DB: a path, letter by letter, or sqlite:/// and such a path."""
    if given is None:
        return default
    if not given.strip():  # as from a variable that is not set: never quietly another database
        raise UsageError("database_url", "--db 没有写明文件。", next_step="请给出文件路径，或去掉 --db。")
    if address := _SCHEME.fullmatch(given):
        scheme, rest = address.groups()
        if scheme.lower() != "sqlite" or not rest.startswith("/") or rest == "/":
            raise UsageError(
                "database_url",
                f"数据库地址“{given}”不受支持。",
                next_step="请给出文件路径，或 sqlite:///文件路径。",
            )
        given = rest[1:]
    return Path(os.path.expanduser(given)).absolute()  # noqa: PTH111 - what pathlib does not know stays as it is


def exists(path: Path) -> bool:
    """Whether anything stands at the path. Raises DatabaseError where that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise DatabaseError(
            "unreadable",
            f"无法打开数据库 {path}：{reason(error)}。",
            next_step="请检查路径与权限。",
        ) from error


def require_file(path: Path) -> None:
    """Raises DatabaseError where a folder, a device or a link in a circle stands in place of a file."""
    if os.path.islink(path) and not exists(path):  # noqa: PTH114 - raises nothing
        raise DatabaseError(
            "not_a_file",
            f"{path} 是一个不通向任何文件的符号链接，不能用作数据库。",
            next_step="请检查 --db 或 PRESSCTL_DB。",
        )
    if exists(path) and not path.is_file():
        what = "是目录" if path.is_dir() else "不是普通文件（是设备或管道）"
        raise DatabaseError(
            "not_a_file",
            f"{path} {what}，不能用作数据库。",
            next_step="请检查 --db 或 PRESSCTL_DB。",
        )


def require_nameable(path: Path) -> None:
    """Raises DatabaseError for a name so long that SQLite could not name its log beside it."""
    longest = 255 - max(map(len, durable.LOGS))
    if len(os.fsencode(path.name)) > longest:
        raise DatabaseError(
            "name_too_long",
            f"数据库文件名“{path.name}”太长：旁边的日志要再加几个字母，系统容不下。",
            next_step=f"请改用不超过 {longest} 个字节的文件名（一个汉字三个字节）。",
        )


def require_there(path: Path) -> None:
    """The same, and where nothing stands."""
    require_file(path)
    if not exists(path):
        raise DatabaseError(
            "no_database", f"数据库 {path} 不存在。", next_step="请先运行 pressctl init 建立数据库。"
        )


def logs_left(path: Path) -> list[Path]:
    """Logs with something in them where no database stands: of one that was taken away by hand, or emptied. The next
    database of this name would get what is in them, and SQLite deletes them beside an empty file; a folder or a link in
    a log's place would keep a database from having one."""
    found = [log for ending in durable.LOGS if _holds(log := Path(f"{path}{ending}"))]
    stands = found and exists(path) and not is_empty(path)
    return [] if stands else found  # asked last: who made a database meanwhile has a log of its own


def is_empty(path: Path) -> bool:
    """Whether a file without a single byte stands there: what is left of one that was cut short. No database is."""
    return path.is_file() and path.stat().st_size == 0


def _holds(log: Path) -> bool:
    return os.path.lexists(log) and not is_empty(log)


def require_no_logs(path: Path) -> None:
    """Raises DatabaseError where logs were left behind."""
    if left := logs_left(path):
        names = "、".join(log.name for log in left)
        emptied = exists(path)
        found = (
            f"数据库 {path} 成了空文件（0 字节）" if emptied else f"{path.parent} 中没有数据库 {path.name}"
        )
        raise DatabaseError(
            "log_left",
            f"{found}，却留有它的日志 {names}，其中可能有没有写进数据库的改动；什么都没有动。",
            next_step=f"请把原来的 {path.name} 放回原处，或用 pressctl db restore 从备份恢复（日志会另存）；"
            f"确实不要了的，把 {f'{path.name}、' if emptied else ''}{names} 移走后重试。",
        )


@contextlib.contextmanager
def logs_aside(path: Path, aside: Path) -> Iterator[list[Path]]:
    """Logs left behind, out of the way under names that begin as `aside`, or the next free ones; back again when the
    block fails. Gives where they are. One command at a time: the log of a database that another restores here
    meanwhile is not taken for one left behind."""
    with durable.alone(path.parent):
        left = logs_left(path)
        aside = durable.free_name(aside) if left else aside
        kept = [Path(f"{aside}{log.name.removeprefix(path.name)}") for log in left]
        with durable.renamed(zip(left, kept, strict=True)):
            for log in kept:
                if not log.is_symlink():
                    durable.close_to_others(log)
            yield kept


@contextlib.contextmanager
def folder(path: Path, *, linked: bool) -> Iterator[Path]:
    """The folder of a database; if it had to be made, the owner's alone, and gone again when the work inside fails. Where
    a link leads (`linked`) nothing is made: the disk that it leads to may only be absent."""
    if linked and not path.parent.is_dir():
        raise DatabaseError(
            "folder",
            f"数据库是符号链接，通向 {path}，而目录 {path.parent} 不存在。",
            next_step="若在另一个磁盘上，请先接上；否则请改正链接，或用 --db 另指位置。",
        )
    made = durable.private(path.parent)
    try:
        made.__enter__()
    except OSError as error:
        raise DatabaseError(
            "folder",
            f"无法建立数据目录 {path.parent}：{reason(error)}。",
            next_step="请检查路径与权限，或用 --db 另指位置。",
        ) from error
    with contextlib.ExitStack() as stack:
        stack.push(made)
        yield path.parent
