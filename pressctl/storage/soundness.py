"""Whether a database is whole: the file and its marks, the schema, the log, and every row against what the log tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pressctl.storage import log, schema
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD
from pressctl.storage.sqlite import APPLICATION_ID


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: problems as sentences, and what the log and the rows come to."""

    problems: tuple[str, ...]
    entries: int
    head: str
    referenced: dict[str, str]
    """{sha256: where it is referenced} of every attachment and record file."""


def examine(database: Database, *, deep: bool, in_use: bool = True) -> Examined:
    """Look at a database of this program's revision; with `deep` at the schema and at every row, too.

    `in_use` is false of a copy, which keeps no write-ahead log.
    """
    problems = [*_file(database), *_marks(database, in_use=in_use)]
    with database.reading() as repository:
        referenced = repository.referenced_files()
        verdict = repository.verify_log()
        if verdict.broken:
            problems.append(f"日志：{verdict.broken.message}")
        elif deep:
            problems += [f"{d.table} {d.key}：{d.message}" for d in repository.deviations()]
    if deep:
        problems += _schema(database, HEAD)
    return Examined(tuple(problems), verdict.entries, verdict.head, referenced)


def examine_of(database: Database, revision: str) -> tuple[list[str], log.Verdict]:
    """What can be told of a copy of any revision as it stands: (problems, what its log comes to)."""
    problems = [*_file(database), *_marks(database, in_use=False)]
    verdict = log.verify(_entries(database))
    if verdict.broken:
        problems.append(f"日志：{verdict.broken.message}")
    return problems + list(_schema(database, revision)), verdict


def _file(database: Database) -> Iterator[str]:
    integrity, foreign_keys = database.store.check()
    yield from (f"完整性：{line}" for line in integrity)
    yield from (f"引用失效：{line}" for line in foreign_keys)


_MARKS = {"application_id": APPLICATION_ID, "user_version": 0, "encoding": "UTF-8", "journal_mode": "wal"}


def _marks(database: Database, *, in_use: bool) -> Iterator[str]:
    for name, found in database.store.marks().items():
        if found != _MARKS[name] and (in_use or name != "journal_mode"):
            yield f"文件标记：{name} 是 {found}，程序写的是 {_MARKS[name]}"


def _schema(database: Database, revision: str) -> list[str]:
    return [f"结构：{name} 与程序建立的不同" for name in schema.changes(database.store, revision)]


def _entries(database: Database) -> list[dict[str, Any]]:
    """The log as the file's raw values; a column that its revision did not have yet is empty."""
    with database.store.raw(reading=True) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        there = [row[1] for row in connection.execute("PRAGMA table_info(log_entry)")]
        named = (*log.HASHED, "desk", "hash")
        listed = [name for name in named if name in there]
        rows = connection.execute(f"SELECT {', '.join(listed)} FROM log_entry ORDER BY seq")  # noqa: S608 - our own names
        empty = dict.fromkeys(named)
        return [empty | dict(zip(listed, row, strict=True)) for row in rows]
