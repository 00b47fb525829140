"""What SQLite and the system complain of, in words: one sentence with the way out for each."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pressctl import durable
from pressctl.errors import DatabaseError, reason

BROKEN = (sqlite3.Error, UnicodeDecodeError)
"""What the driver raises over a file: where the file's own words are no text, SQLite's complaint that quotes them is
none either."""


def unwritten(path: Path, error: OSError) -> DatabaseError:
    """A refusal of the system, in words."""
    too_long = error.errno == errno.ENAMETOOLONG  # what is set aside bears a longer name than the database
    return DatabaseError(
        "not_written",
        f"{path} 无法写入：{reason(error)}。",
        next_step="请改用短些的文件名。" if too_long else "请检查磁盘空间与权限。",
    )


@contextlib.contextmanager
def told_of(place: Path, folder: Path) -> Iterator[None]:
    """Errors about what is in the making in `folder` speak of the place that it is made for, which a user knows."""
    try:
        yield
    except DatabaseError as error:
        made = re.escape(str(folder)) + r"(?:[/\\][\w.-]+)*"
        error.message = re.sub(made, lambda _: str(place), error.message)
        raise


def trouble(path: Path, error: BaseException) -> DatabaseError:
    """What SQLite complained of, in words, with the way out."""
    text = str(error)
    if is_wreck(path, error):
        return DatabaseError(
            "damaged", f"{path} 已损坏，或不是数据库文件。", next_step="请用 pressctl db restore 从备份恢复。"
        )
    if "readonly" in text or "read-only" in text or ("unable to open" in text and _nowhere_to_write(path)):
        return DatabaseError(
            "readonly", f"数据库 {path} 只读，无法写入。", next_step="请检查文件与目录的权限。"
        )
    if "disk is full" in text:
        return DatabaseError("disk_full", f"磁盘已满，{path} 未作任何改动。", next_step="请腾出空间后重试。")
    if "disk I/O" in text:
        return DatabaseError(
            "disk",
            f"{path} 读写失败：磁盘已满、超出限额或有故障；未作任何改动。",
            next_step="请检查磁盘后重试。",
        )
    if "locked" in text:
        return DatabaseError("locked", f"数据库 {path} 正被占用。", next_step="请稍后重试。")
    if "unable to open" in text:
        return DatabaseError("unreadable", f"无法打开数据库 {path}。", next_step="请检查路径与权限。")
    return DatabaseError(
        "sqlite", f"数据库 {path} 出错：{text}。", next_step="请运行 pressctl db check 检查。"
    )


def is_wreck(path: Path, error: BaseException) -> bool:
    """Whether SQLite cannot make out a database, or one that it could write to; also where it blames a lack of rights
    that is none: a byte of the head says so."""
    text = str(error)
    if any(word in text for word in ("not a database", "malformed", "decode", "unsupported file format")):
        return True
    ours = path.is_file() and os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    way = durable.head(path)[18:19]  # by which it may be written: SQLite knows 1 and 2
    return "readonly" in text and ours and way not in (b"", b"\1", b"\2")


def _nowhere_to_write(path: Path) -> bool:
    """Whether the file can be read, but its folder takes no log beside it."""
    return path.is_file() and os.access(path, os.R_OK) and not os.access(path.parent, os.W_OK)


def busy(path: Path, waited: float) -> DatabaseError:
    """That another holds the lock for longer than a writer waits."""
    return DatabaseError(
        "locked",
        f"数据库 {path} 正被另一个程序写入，等待 {waited:.0f} 秒后仍未空出。",
        next_step="请稍后重试；若一直如此，请看是否有别的 pressctl 或数据库工具没有退出。",
    )


def of_content(error: BaseException | None) -> bool:
    """Whether the driver stumbled over what the rows hold, not over the file or the disk."""
    return isinstance(error, sqlite3.IntegrityError) or "decode to UTF-8" in str(error)


def unreadable(where: str) -> DatabaseError:
    """That a hand in the file left what no code of ours wrote."""
    return DatabaseError(
        "unreadable_value",
        f"数据库中有无法读取的内容，不是本程序写入的：{where}。",
        next_step="请运行 pressctl db check --deep 查明，并用 pressctl db restore 从备份恢复。",
    )
