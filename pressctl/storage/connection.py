"""Connections to a SQLite file, by its path and nothing else, and what SQLite complains of, in words.

A path is never pasted into an address: % ? # and spaces in it are letters like any other. No connection makes a file.
Where nothing can be written, a file is read as it lies, if all of it is there.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from pressctl.errors import DatabaseError
from pressctl.storage import place

_CANNOT_OPEN, _READ_ONLY, _NO_PERMISSION, _FULL = 14, 8, 3, 13
"""SQLite's primary result codes for a place where its log cannot be written."""
_NO_ROOM = frozenset(10 | which << 8 for which in (3, 18, 19, 20, 21))
"""Its codes of failed writes and of the log's index that could not be made: a full disk, as SQLite tells it."""


class Still(sqlite3.Connection):
    """A file read as it lies, without locks: sound only as long as nobody writes to it."""

    path: Path
    seen: tuple[object, ...]

    def changed(self) -> bool:
        """Whether somebody wrote to the file since it was opened."""
        return _looks(self.path) != self.seen


def connect(path: Path, *, wait_seconds: float, reading: bool = False) -> sqlite3.Connection:
    """The driver's own connection to an existing file, which begins no transaction by itself.

    Raises sqlite3.Error, and DatabaseError where opening it would lose a log (`place.require_no_logs`) or, for
    `reading`, what was written last cannot be read from here.
    """
    place.require_no_logs(path)
    connection = sqlite3.connect(_address(path, "mode=rw"), wait_seconds, isolation_level=None, uri=True)
    if not reading:
        return connection
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()  # the first look opens the log
    except sqlite3.OperationalError as error:
        connection.close()
        code = getattr(error, "sqlite_errorcode", 0)
        nowhere = code & 0xFF in (_CANNOT_OPEN, _READ_ONLY, _NO_PERMISSION, _FULL) or code in _NO_ROOM
        if not nowhere or not path.is_file():
            raise
        return as_it_lies(path, error)
    except BaseException:
        connection.close()
        raise
    return connection


def as_it_lies(path: Path, refusal: Exception | None = None) -> Still:
    """A file that nobody is to write to, nor this program. Raises as `connect` does for reading; `refusal` where even
    that cannot be told."""
    try:
        if Path(f"{path}-wal").stat().st_size:
            raise DatabaseError(
                "log_unread",
                f"{path} 所在的位置只读或已满，而最近的改动还在 {path.name}-wal 中，写不进去就读不全，因此没有读。",
                next_step="请腾出空间，或由有写入权限的人运行一次 pressctl db check，或把这两个文件一起复制到可写的目录，用 --db 指过去。",
            )
    except FileNotFoundError:
        pass
    except OSError as error:
        raise (refusal or error) from None
    seen = _looks(path)
    address = _address(path, "mode=ro&immutable=1")
    connection = sqlite3.connect(address, isolation_level=None, uri=True, factory=Still)
    connection.path, connection.seen = path, seen
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def require_still(connection: sqlite3.Connection | None) -> None:
    """Raises DatabaseError when what was read as it lies has changed meanwhile."""
    if isinstance(connection, Still) and connection.changed():
        raise DatabaseError(
            "changed_meanwhile",
            f"读取期间 {connection.path} 被改动，读到的内容可能前后不一致。",
            next_step="请重试。",
        )


def _looks(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
        wal = Path(f"{path}-wal")
        log = wal.stat().st_size if wal.exists() else 0
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, log


def _address(path: Path, query: str) -> str:
    """The file's address for SQLite: absolute, each byte that means something quoted, no host even for \\\\server."""
    whole = quote(os.fsencode(path.absolute().as_posix()))
    return f"file://{'' if whole.startswith('/') else '/'}{whole}?{query}"
