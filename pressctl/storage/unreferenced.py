"""Attached files that no row refers to any more, in any of the databases that keep theirs in one folder."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pressctl import durable
from pressctl.errors import DatabaseError
from pressctl.storage import unit_of_work
from pressctl.storage.attachments import Attachments
from pressctl.storage.complaints import BROKEN
from pressctl.storage.connection import as_it_lies, connect
from pressctl.storage.repository import Repository
from pressctl.storage.sqlite import Store, require_locked

_NEIGHBOUR_SECONDS = 1.0
"""For a neighbour's lock, as long as this database's own is held: the desks of this one wait meanwhile."""


def drop(
    store: Store, folder: Path, only: frozenset[str] | None = None, *, dry_run: bool = False
) -> list[str]:
    """Remove attached files that no row refers to, in any database that keeps its attachments here; under their write
    locks, so that none is being taken in meanwhile. `only` of these hashes. Returns what went.

    Raises DatabaseError when it cannot be told what is still referred to.
    """
    if folder.is_symlink():
        raise DatabaseError(
            "shared_attachments",
            f"{folder} 是符号链接，别处的数据库可能也用它{_untold(dry_run)}",
            next_step="请改为真实目录，或人工核对。",
        )
    files = Attachments(folder)
    with unit_of_work.session(store, reading=dry_run) as session, contextlib.ExitStack() as locks:
        wanted = set(Repository(session).referenced_files())
        for other in neighbours(store.path):
            wait = min(store.wait_seconds, _NEIGHBOUR_SECONDS)
            wanted |= locks.enter_context(_referenced_in(other, wait_seconds=wait, locking=not dry_run))
        gone = sorted(files.stored() - wanted if only is None else only - wanted)
        if not dry_run:
            require_locked(session.connection())
            for sha256 in gone:
                files.path(sha256).unlink(missing_ok=True)
        session.rollback()
    return gone


def _untold(dry_run: bool) -> str:
    return f"，无法判断哪些附件它还用得着{'' if dry_run else '；没有删除任何附件'}。"


def neighbours(database: Path) -> list[Path]:
    """Other databases in the folder of one, whose attachments are in the same place: those that a restore or an upgrade
    set aside, and any that bear pressctl's mark, each once. Another name of this very file is none, nor is a link to a
    database elsewhere, which keeps its attachments there."""
    known, found = {_identity(database)}, []
    here = os.path.realpath(database.parent)
    for path in sorted(database.parent.iterdir()):
        if not path.is_file() or (who := _identity(path)) in known:
            continue
        at_home = os.path.dirname(os.path.realpath(path)) == here  # noqa: PTH120 - of a text
        if _set_aside_of(database, path) or (at_home and _may_be_ours(path)):
            known.add(who)
            found.append(path)
    return found


def _set_aside_of(database: Path, file: Path) -> bool:
    """Whether the file is what a restore or an upgrade of the database set aside."""
    named = re.escape(database.name) + r"\.before-(?:restore|upgrade)-.+"
    return bool(re.fullmatch(named, file.name, re.DOTALL)) and not file.name.endswith(
        ("-wal", "-shm", "-journal")
    )


def _identity(file: Path) -> tuple[int, int]:
    """What a file is, whatever name it is found under; (0, 0) where nothing is."""
    try:
        found = file.stat()
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino


def _may_be_ours(file: Path) -> bool:
    """Whether it bears pressctl's mark; what cannot be read, yet has a size in whole pages as databases have, may."""
    try:
        with file.open("rb") as stream:
            head = stream.read(durable.HEAD_BYTES)
    except OSError:
        size = file.stat().st_size
        return size > 0 and size % 512 == 0
    return durable.bears_mark(head)


@contextlib.contextmanager
def _referenced_in(database: Path, *, wait_seconds: float, locking: bool) -> Iterator[set[str]]:
    """The hashes that another database refers to; with `locking` nobody writes to it as long as the block lasts. What was
    set aside with its log is not even opened, for that would write to it.

    Raises DatabaseError when it cannot be told.
    """
    connection: sqlite3.Connection | None = None
    with contextlib.ExitStack() as stack:
        try:
            if aside := ".before-" in database.name:
                connection = as_it_lies(Path(os.path.realpath(database)))  # where its log is, too
            else:
                connection = connect(database, wait_seconds=wait_seconds, reading=not locking)
            stack.enter_context(closing(connection))
            connection.execute("BEGIN IMMEDIATE" if locking and not aside else "BEGIN")
            rows = connection.execute(_REFERENCED).fetchall()
        except (*BROKEN, OSError, DatabaseError) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise DatabaseError(
                    "locked",
                    f"同目录的数据库 {database} 正被另一个程序写入{_untold(not locking)}",
                    next_step="请稍后重试。",
                ) from error
            raise DatabaseError(
                "neighbour_unread",
                f"同目录的数据库 {database} 读不出{_untold(not locking)}",
                next_step="请把它移走留存，或确认不再需要后删去，再试。",
            ) from error
        yield {str(row[0]) for row in rows}


_REFERENCED = "SELECT sha256 FROM attachment UNION SELECT sha256 FROM record WHERE sha256 IS NOT NULL"
