"""What is SQLite's own about a database: opening, waiting, locking, PRAGMAs, copying, and what only the file can tell.

Another engine would have such a room of its own; the unit of work asks a store for a connection and knows neither.
WAL, foreign keys on, synchronous FULL. A writer takes the lock at the start (BEGIN IMMEDIATE), so that references and
numbers have neither gaps nor doubles; it waits for another writer a bounded time.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import durable
from pressctl.core.text import from_json
from pressctl.errors import DatabaseError
from pressctl.storage.complaints import BROKEN, busy, of_content, told_of, trouble, unwritten
from pressctl.storage.connection import connect, require_still

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

VERSION = sqlite3.sqlite_version
WAIT_SECONDS = 15.0
POLL_SECONDS = 0.005
"""Often: of those who wait, SQLite's own way of waiting longer each time lets the newest win, again and again."""
APPLICATION_ID = int.from_bytes(durable.MARK, "big")


class Store:
    """One SQLite file that is there. SQLAlchemy is loaded only where a connection of it is asked for."""

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self.path = path
        self.wait_seconds = wait_seconds
        self._on_wait = on_wait

    # -- connections -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def raw(self, *, reading: bool = False) -> Iterator[sqlite3.Connection]:
        """The driver's own connection; what SQLite complains of becomes a DatabaseError."""
        try:
            connection = connect(self.path, wait_seconds=self.wait_seconds, reading=reading)
            try:
                yield connection
                require_still(connection)
            finally:
                connection.close()
        except BROKEN as error:
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> Exception:
        """The same in words; what some other text did not let itself be decoded for is none of the file's."""
        if isinstance(error, UnicodeDecodeError):
            try:
                with closing(connect(self.path, wait_seconds=0)) as connection:
                    connection.execute("SELECT 1 FROM sqlite_master").fetchone()
                return error
            except BROKEN:
                pass
        return trouble(self.path, error)

    @contextlib.contextmanager
    def connected(self, *, reading: bool) -> Iterator[Connection]:
        """A connection of SQLAlchemy. It begins with a snapshot for reading, else with the write lock, which it waits for.

        What the driver complains of becomes a DatabaseError, unless it is of what the rows hold (`of_content`).
        """
        from sqlalchemy.exc import DatabaseError as DriverError

        with self.engine(reading=reading) as engine:
            try:
                with engine.connect().execution_options(reading=reading) as connection:
                    yield connection
                    require_still(driver_of(connection))
            except DriverError as error:
                if of_content(error.orig):
                    raise
                raise trouble(self.path, error.orig or error) from error
            except BROKEN as error:
                raise self._trouble(error) from error

    @contextlib.contextmanager
    def engine(self, *, foreign_keys: bool = True, reading: bool = False) -> Iterator[Engine]:
        """SQLAlchemy over connections of ours."""
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        def opened() -> sqlite3.Connection:
            return connect(self.path, wait_seconds=self.wait_seconds, reading=reading)

        # hide_parameters: an unexpected error must not print a person's particulars
        engine = create_engine(
            "sqlite://", creator=opened, poolclass=NullPool, hide_parameters=True, json_deserializer=from_json
        )

        @event.listens_for(engine, "connect")
        def _connected(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            connection.execute("PRAGMA synchronous = FULL")
            # what is forgotten leaves no trace in freed pages
            connection.execute("PRAGMA secure_delete = ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if connection.get_execution_options().get("reading"):
                driver_of(connection).execute("BEGIN")
            else:
                self._begin_immediate(driver_of(connection))

        try:
            yield engine
        finally:
            engine.dispose()

    def _begin_immediate(self, driver: sqlite3.Connection) -> None:
        """Take the write lock; wait for another writer up to the limit, telling who waits."""
        driver.execute("PRAGMA busy_timeout = 0")
        started = time.monotonic()
        told = False
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - started
                if "locked" not in str(error) and "busy" not in str(error):
                    raise trouble(self.path, error) from error
                if waited >= self.wait_seconds:
                    raise busy(self.path, waited) from error
                if not told and waited > 1 and self._on_wait:
                    self._on_wait(waited)
                    told = True
                time.sleep(POLL_SECONDS)
        driver.execute(f"PRAGMA busy_timeout = {self.wait_seconds * 1000:.0f}")

    # -- the file --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        """Make the file, owner-only and with its marks; when the block has filled it, all of it is in this one file."""
        os.close(durable.create(self.path))
        with self.raw() as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("PRAGMA journal_mode = WAL")
        yield
        with self.raw() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self, target: Path) -> Path:
        """SQLite's online backup into a new owner-only file under the name or the next free one, checked before it has it.

        Returns the file. Raises DatabaseError `damaged` when the copy is not sound.
        """
        try:
            with durable.workshop(target.parent) as workshop, told_of(target, workshop):
                copy = Store(workshop / "pressctl.db")
                os.close(durable.create(copy.path))
                with copy.raw() as written, self.raw(reading=True) as connection:
                    connection.backup(written)
                    written.execute("PRAGMA journal_mode = DELETE")
                    if written.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                        raise DatabaseError(
                            "damaged",
                            f"{self.path} 未通过完整性检查，没有备份。",
                            next_step="请用 pressctl db restore 从以前的备份恢复。",
                        )
                return durable.put_free(copy.path, target)
        except OSError as error:
            raise unwritten(target, error) from error

    def revision(self) -> str | None:
        """The revision of the file; None where it is not a pressctl database. One statement, no Alembic."""
        with self.raw(reading=True) as connection:
            return _revision(self.path, connection)

    def revision_in(self, connection: Connection) -> str | None:
        """The same, as a transaction sees it."""
        return _revision(self.path, driver_of(connection))

    def check(self) -> tuple[list[str], list[str]]:
        """(what SQLite's integrity check complains of, rows whose foreign keys lead nowhere)."""
        with self.raw(reading=True) as connection:
            integrity = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            foreign = [f"{row[0]} 第 {row[1]} 行" for row in connection.execute("PRAGMA foreign_key_check")]
        return [line for line in integrity if line != "ok"], foreign

    def marks(self) -> dict[str, Any]:
        """What the file's head says besides the rows: the marks that a program leaves, and a hand may change."""
        with self.raw(reading=True) as connection:
            numbers = ("application_id", "user_version", "encoding")
            marks: dict[str, Any] = {n: connection.execute(f"PRAGMA {n}").fetchone()[0] for n in numbers}
        # asked where nothing can be written, SQLite itself says `delete`
        with self.path.open("rb") as stream:
            formats = stream.read(20)[18:]
        return marks | {"journal_mode": "wal" if formats == b"\2\2" else "delete"}

    def definitions(self) -> dict[str, str]:
        """{kind and name: the SQL that made it} of every table, index and trigger."""
        with self.raw(reading=True) as connection:
            return definitions_in(connection)


# -- of an open connection -------------------------------------------------------------------------------


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's connection under one of SQLAlchemy."""
    driver: Any = connection.connection.dbapi_connection
    return driver  # type: ignore[no-any-return]


def _revision(path: Path, connection: sqlite3.Connection) -> str | None:
    """The revision that a file says it has; None where it is no database of pressctl."""
    try:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error) or "no such column" in str(error):
            return None
        raise
    if len(rows) > 1:
        listed = "、".join(sorted(str(row[0]) for row in rows))
        raise DatabaseError(
            "several_revisions",
            f"{path} 的 alembic_version 表有 {len(rows)} 行（{listed}），应只有一行：绕过程序改过，不知道是哪个版本。",
            next_step="请保留现有文件，用 pressctl db restore 从备份恢复。",
        )
    return str(rows[0][0]) if rows else None


def require_locked(connection: Connection) -> None:
    """SQLite gives a lock for writing on a file that may only be read, and takes none: only a write tells. Raises what
    the driver says of it."""
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def lost_references(connection: Connection) -> int:
    """How many rows have foreign keys that lead nowhere."""
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def definitions_in(connection: sqlite3.Connection) -> dict[str, str]:
    """As `Store.definitions`. What ANALYZE keeps is no schema."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {f"{kind} {name}": sql for kind, name, sql in rows if name not in _STATISTICS}


_STATISTICS = frozenset(("sqlite_stat1", "sqlite_stat4"))


@contextlib.contextmanager
def nowhere() -> Iterator[Connection]:
    """An empty database in memory, within one transaction."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
