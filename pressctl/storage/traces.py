"""What is left of words that were to be forgotten: in the database's pages, used and free, in its write-ahead log, in
other rows, and in the copies beside it.

Rows are emptied by whoever forgets; here the pages that held them are brought to nothing, and that is looked into, not
taken for granted. What only a person can judge (free text, older entries of the log) is named, not touched.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from pressctl.errors import DatabaseError
from pressctl.storage.complaints import BROKEN
from pressctl.storage.connection import as_it_lies
from pressctl.storage.database import Database
from pressctl.storage.unreferenced import neighbours

_SHORTEST = 5
"""Characters: what is shorter (男, 本科) is said of many, and finding it means nothing."""
_PIECE = 16
"""Characters of a longer text that are looked for at once: SQLite lays a long text over several pages."""
_BLOCK = 1 << 22
_OWN = {"person": ("name", "resume"), "appointment": ("title", "end_reason", "remark")}
"""Tables of particulars: what stands in other columns of them may be said of many, these are free text."""


def erase(database: Database, texts: Iterable[str], name: str) -> list[str]:
    """Bring the pages that held the texts to nothing. Returns where they still stand, in words; in a copy beside the
    database only if it is not somebody else than `name` of whom it tells the same. Without texts to look for, no page
    from before is left.

    Raises DatabaseError `not_erased` when pages cannot be brought to nothing now; what was committed stays committed.
    Its `remains` names those places too: the next run no longer knows what to look for.
    """
    pieces = sorted({piece for text in texts for piece in _pieces(text)})
    why = _pages_left(database, pieces)
    found = pieces if why else _held(database.path, pieces)
    rows = list(_rows(database, found))
    if not why and set(found) - {piece for piece, _ in rows}:
        why = "有几页没有清除干净"
    copies = [p for p in neighbours(database.path) if _tells(p, name, pieces)]
    remains = list(dict.fromkeys(where for _, where in rows if where)) + [f"另存的旧库 {p}" for p in copies]
    if why:
        raise _not_erased(database, why, remains)
    return remains


def _pieces(text: str) -> Iterator[str]:
    """A text as it may be found, plain and as JSON spells it."""
    for spelled in {text, json.dumps(text, ensure_ascii=False)[1:-1]}:
        if len(spelled) <= _PIECE:
            yield from (spelled,) if len(spelled) >= _SHORTEST else ()
        else:
            yield from (spelled[at : at + _PIECE] for at in range(0, len(spelled) - _PIECE + 1, _PIECE))


def _pages_left(database: Database, pieces: list[str]) -> str | None:
    """Bring the pages from before to nothing; why some are left, None where none are."""
    try:
        why = _log_left(database)
        if not why and (not pieces or _held(database.path, pieces)):
            # what was freed may hold it, where no row can be reached any more
            with database.store.raw() as connection:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("VACUUM")  # the whole file anew, without free pages
            why = _log_left(database)
    except DatabaseError as error:
        return f"的空闲页没有清除：{error.message.rstrip('。')}"
    return why


def _log_left(database: Database) -> str | None:
    """Move the write-ahead log into the file and cut it to nothing; waits for those who still read older pages."""
    with database.store.raw() as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    log = Path(f"{database.path}-wal")
    if busy or (log.exists() and log.stat().st_size):
        return f"还有清除前的页（{log.name}），因为别的程序正在读这个数据库"
    return None


def _not_erased(database: Database, why: str, remains: list[str]) -> DatabaseError:
    elsewhere = f"同样的内容在下列各处也有，请自行处理：{'、'.join(remains)}。" if remains else ""
    return DatabaseError(
        "not_erased",
        f"登记和日志中的个人信息已经清除并写入，但 {database.path} {why}。{elsewhere}",
        next_step="请关闭别的 pressctl 和数据库工具，再运行一次同样的 register forget，直到没有这个提示"
        f"{'；上面各处请先记下，那时已不知道要找什么' if remains else ''}。",
        details={"remains": remains},
    )


def _held(file: Path, pieces: Iterable[str]) -> list[str]:
    """Which of the pieces the bytes of a file hold, wherever in it."""
    wanted = {piece: piece.encode() for piece in pieces}
    longest = max(map(len, wanted.values()), default=0)
    found: set[str] = set()
    if not wanted or not file.exists():
        return []
    with file.open("rb") as stream:
        tail = b""
        while block := stream.read(_BLOCK):
            held = tail + block
            found |= {piece for piece, spelled in wanted.items() if piece not in found and spelled in held}
            tail = held[-longest:]
    return sorted(found)


def _tells(copy: Path, name: str, pieces: list[str]) -> bool:
    """Whether a copy holds a piece anywhere but in other people's particulars; so it does where it cannot be told."""
    if _held(Path(f"{copy}-wal"), pieces):
        return True
    if not (held := _held(copy, pieces)):
        return False
    try:
        with closing(as_it_lies(copy)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            others = list(_of_others(connection, name))
    except (*BROKEN, OSError, DatabaseError):
        return True
    data = copy.read_bytes()  # what stands in no row of another's is more than the rows have
    return any(data.count(piece.encode()) > sum(text.count(piece) for text in others) for piece in held)


def _of_others(connection: sqlite3.Connection, name: str) -> Iterator[str]:
    """What a database tells of those who bear another name: their rows and what the log tells of them."""
    others = {f"P{key}" for key, said in connection.execute("SELECT id, name FROM person") if said != name}
    for table, whose in (("person", "'P' || id"), ("log_entry", "subject"), ("log_seal", "subject")):
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
            for subject, *row in connection.execute(f"SELECT {whose}, * FROM {table}"):  # noqa: S608 - our own names
                if subject in others:
                    yield from (value for value in row if isinstance(value, str))


def _rows(database: Database, pieces: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """(piece, where a row holds it); None for where, of other people's own particulars."""
    if not (wanted := list(pieces)):
        return
    with database.store.raw(reading=True) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in sorted(tables):
            found = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name that the file itself gives
            columns = [description[0] for description in found.description]
            for row in found:
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, str):
                        for piece in wanted:
                            if piece in value:
                                yield piece, _where(table, column, row)


_LABELS = {
    "person": "人员 {}",
    "appointment": "任职登记 {}",
    "release": "发布 {}",
    "record": "记录 {}",
    "attachment": "附件 {}",
    "log_entry": "日志第 {} 条",
    "notice": "放假通知 {}",
}


def _where(table: str, column: str, row: tuple[object, ...]) -> str | None:
    if (table in _OWN and column not in _OWN[table]) or (table, column) == ("log_entry", "opening"):
        return None
    return _LABELS.get(table, f"{table} {{}}").format(row[0])
