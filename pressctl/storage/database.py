"""Open, create, upgrade, check and back up the one SQLite file, and the unit of work that all changes go through.

WAL, foreign keys on, synchronous FULL. A writer takes the lock at the start (BEGIN IMMEDIATE), so that
references and log numbers have neither gaps nor doubles; it waits for another writer a bounded time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pressctl import bundled
from pressctl.errors import DatabaseError, PressctlError, UsageError, reason
from pressctl.storage import durable

HEAD = "0005"
"""The revision this program works with; a test compares it with the migrations."""

SQLITE_VERSION = sqlite3.sqlite_version
WAIT_SECONDS = 15.0
_POLL_SECONDS = 0.25
_APPLICATION_ID = 0x70726373  # "prcs": tells `file` and us that this is our database


def locate(given: str | None, default: Path) -> Path:
    """The database file named by --db or PRESSCTL_DB: a path or an sqlite:/// URL."""
    if not given:
        return default
    if "://" not in given:
        return Path(given).expanduser().absolute()
    scheme, _, rest = given.partition(":///")
    if scheme != "sqlite" or not rest:
        raise UsageError(
            "database_url",
            f"数据库地址“{given}”不受支持。",
            next_step="请给出文件路径，或 sqlite:///文件路径。",
        )
    return Path(rest).expanduser().absolute()


class Database:
    """One database file and the attachments beside it."""

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self.path = path
        self._wait = wait_seconds
        self._on_wait = on_wait

    @property
    def attachments(self) -> Path:
        """The folder of attached files, each named by its SHA-256."""
        return self.path.parent / "attachments"

    def make_folders(self) -> None:
        """The data directory and its attachments, owner-only."""
        durable.make_private(self.path.parent)
        durable.make_private(self.attachments)

    # -- the file itself -------------------------------------------------------------------------

    def create(self, begin: Callable[[Path], None] | None = None) -> bool:
        """Create folder and database, owner-only, at the newest revision. True when it is new.

        It is made beside its place, where `begin` may write its first entries, and takes its name when it is whole;
        of two that make it at once, one does.
        """
        self.make_folders()
        if self.path.exists():
            self.require_current()
            return False
        with self._beside() as temporary:
            fresh = Database(temporary)
            with fresh._raw() as connection:
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute("PRAGMA journal_mode = WAL")
            fresh._migrate()
            if begin:
                begin(temporary)
            with fresh._raw() as connection:  # all of it into the one file that is renamed
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            try:
                os.link(temporary, self.path)
            except FileExistsError:
                self.require_current()
                return False
            except OSError:  # a file system without hard links
                temporary.replace(self.path)
            durable.sync_folder(self.path.parent)
        return True

    @contextlib.contextmanager
    def _beside(self, target: Path | None = None) -> Iterator[Path]:
        """An empty owner-only file beside its place, gone at the end unless it was renamed. Errors in words."""
        target = target or self.path
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
        try:
            os.close(durable.create(temporary))
            yield temporary
        except OSError as error:
            raise unwritten(target, error) from error
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                Path(f"{temporary}{suffix}").unlink(missing_ok=True)

    def revision(self) -> str | None:
        """The revision of the file; None where it is not a pressctl database. One statement, no Alembic."""
        with self._raw() as connection:
            try:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return None
                raise
        return str(row[0]) if row else None

    def require_current(self) -> None:
        """Raises DatabaseError when the file is missing, foreign, older or newer than this program."""
        if not self.path.exists():
            raise DatabaseError(
                "no_database", f"数据库 {self.path} 不存在。", next_step="请先运行 pressctl init 建立数据库。"
            )
        found = self.revision()
        if found == HEAD:
            return
        if found is None:
            raise DatabaseError(
                "foreign_database",
                f"{self.path} 不是 pressctl 的数据库。",
                next_step="请检查 --db 或 PRESSCTL_DB 所指的文件。",
            )
        if found in known_revisions():
            raise DatabaseError(
                "old_database",
                f"数据库 {self.path} 的版本 {found} 早于本程序（{HEAD}）。",
                next_step="请运行 pressctl db upgrade 升级，升级前会自动备份。",
            )
        raise DatabaseError(
            "newer_database",
            f"数据库 {self.path} 的版本 {found} 比本程序（{HEAD}）新。",
            next_step="请升级 pressctl 后再用，不要用旧程序改写它。",
        )

    def upgrade(self, backup_to: Path | None) -> tuple[str | None, str]:
        """Bring an older file to HEAD, after a backup. Returns (from, to)."""
        found = self.revision() if self.path.exists() else None
        if found is None or (found != HEAD and found not in known_revisions()):
            self.require_current()
        if found != HEAD:
            if backup_to is not None:
                self.backup(backup_to)
            self._migrate()
        return found, HEAD

    def _migrate(self) -> None:
        """Run the migrations with foreign keys off (batch mode would cascade), then check them all. One transaction."""
        from alembic import command
        from alembic.config import Config
        from sqlalchemy.exc import DatabaseError as DriverError

        config = Config()
        config.set_main_option("script_location", str(bundled.migrations_dir()).replace("%", "%%"))
        engine = self._engine(foreign_keys=False)
        try:
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise DatabaseError("migration", f"升级后有 {len(broken)} 处引用失效，已全部撤销。")
        except DriverError as error:
            raise _trouble(self.path, error.orig or error) from error
        finally:
            engine.dispose()

    def backup(self, target: Path) -> None:
        """SQLite's online backup into a new owner-only file, checked, then renamed into place."""
        with self._beside(target) as temporary:
            with Database(temporary)._raw() as copy, self._raw() as connection:
                connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise DatabaseError(
                        "damaged",
                        f"{self.path} 未通过完整性检查，没有备份。",
                        next_step="请用 pressctl db restore 从以前的备份恢复。",
                    )
            durable.put_in_place(temporary, target)

    def set_aside(self, target: Path) -> bool:
        """Keep what stands here under another name: a sound copy, or, of a damaged file, its very bytes. True when sound."""
        try:
            self.backup(target)
        except DatabaseError as error:
            if error.code != "damaged":
                raise
            for suffix in ("-wal", ""):  # the log first: a copy that has its name is complete
                if (source := Path(f"{self.path}{suffix}")).exists():
                    with self._beside(Path(f"{target}{suffix}")) as temporary:
                        shutil.copyfile(source, temporary)
                        durable.put_in_place(temporary, Path(f"{target}{suffix}"))
            return False
        return True

    def overwrite(self, source: Path, *, sound: bool) -> None:
        """Replace the whole content by another database's: where a sound database stands, in one transaction of
        SQLite's backup, so that others who have it open see the old or the new; else by a rename.
        """
        self.make_folders()
        if sound:
            with Database(source)._raw() as other, self._raw() as connection:
                other.backup(connection, progress=self._bounded())
                connection.execute("PRAGMA journal_mode = WAL")
            return
        with self._beside() as temporary:
            shutil.copyfile(source, temporary)
            with Database(temporary)._raw() as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            for suffix in ("-wal", "-shm"):  # of the damaged file; it must not be played into the new one
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            durable.put_in_place(temporary, self.path)

    def _bounded(self) -> Callable[[int, int, int], None]:
        """Told by SQLite's backup each time it could not go on: waits for others no longer than a writer does."""
        started = time.monotonic()

        def told(_status: int, _remaining: int, _total: int) -> None:
            if time.monotonic() - started > self._wait:
                raise self._locked(time.monotonic() - started)

        return told

    def notices(self) -> list[dict[str, Any]]:
        """The imported notices as plain columns, without loading the ORM: `calendar` answers at once."""
        import json

        with self._raw() as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute("SELECT * FROM notice ORDER BY id").fetchall()
        try:
            read = [{**dict(row), "days": json.loads(row["days"])} for row in found]
            for row in read:
                days = (*row["days"]["off"].keys(), *row["days"]["work"].keys())
                for day in (*days, row["issued"] or "2000-01-01"):
                    dt.date.fromisoformat(day)
        except (ValueError, TypeError, KeyError, AttributeError):
            with self.reading():  # whose boundary tells damage from a bug
                raise
        return read

    def check(self) -> tuple[list[str], list[str]]:
        """(what SQLite's integrity check complains of, rows whose foreign keys lead nowhere)."""
        with self._raw() as connection:
            integrity = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            foreign = [f"{row[0]} 第 {row[1]} 行" for row in connection.execute("PRAGMA foreign_key_check")]
        return [line for line in integrity if line != "ok"], foreign

    def schema_changes(self) -> list[str]:
        """Tables, indexes and triggers that are not as the migrations make them: altered, added or taken away by hand."""
        wanted, found = _migrated_schema(), self.schema()
        names = sorted(wanted.keys() | found.keys())
        return [name for name in names if wanted.get(name) != found.get(name)]

    def schema(self) -> dict[str, tuple[str, ...]]:
        """{kind and name: its SQL}, white space and quotes folded, clauses in order: Alembic writes those of a table
        built anew in any order."""
        with self._raw() as connection:
            rows = connection.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            ).fetchall()
        return {f"{kind} {name}": _clauses(sql) for kind, name, sql in rows}

    @contextlib.contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        """The driver's own connection; what SQLite complains of becomes a DatabaseError."""
        try:
            connection = sqlite3.connect(self.path, timeout=self._wait, isolation_level=None)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise _trouble(self.path, error) from error

    # -- the unit of work ------------------------------------------------------------------------

    def _engine(self, *, foreign_keys: bool = True) -> Any:
        from sqlalchemy import create_engine, event
        from sqlalchemy.pool import NullPool

        # hide_parameters: an unexpected error must not print a person's particulars
        engine = create_engine(f"sqlite:///{self.path}", poolclass=NullPool, hide_parameters=True)

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # pressctl begins by itself; the driver would begin too late
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in freed pages
            cursor.execute(f"PRAGMA busy_timeout = {self._wait * 1000:.0f}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begin(connection: Any) -> None:
            if connection.get_execution_options().get("reading"):
                connection.exec_driver_sql("BEGIN")
            else:
                self._begin_immediate(connection)

        return engine

    def _begin_immediate(self, connection: Any) -> None:
        """Take the write lock; wait for another writer up to the limit, telling who waits."""
        driver = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA busy_timeout = {_POLL_SECONDS * 1000:.0f}")
        started = time.monotonic()
        told = False
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - started
                if "locked" not in str(error) and "busy" not in str(error):
                    raise _trouble(self.path, error) from error
                if waited >= self._wait:
                    raise self._locked(waited) from error
                if not told and waited > 1 and self._on_wait:
                    self._on_wait(waited)
                    told = True
        driver.execute(f"PRAGMA busy_timeout = {self._wait * 1000:.0f}")

    def _locked(self, waited: float) -> DatabaseError:
        return DatabaseError(
            "locked",
            f"数据库 {self.path} 正被另一个程序写入，等待 {waited:.0f} 秒后仍未空出。",
            next_step="请稍后重试；若一直如此，请看是否有别的 pressctl 或数据库工具没有退出。",
        )

    @contextlib.contextmanager
    def reading(self) -> Iterator[Any]:
        """A Repository on one consistent snapshot."""
        from pressctl.storage.repository import Repository

        with self._session(reading=True) as session:
            yield Repository(session)

    @contextlib.contextmanager
    def writing(
        self,
        action: str,
        *,
        actor: str,
        day: dt.date,
        at: dt.datetime,
        desk: dt.date | None = None,
        dry_run: bool = False,
    ) -> Iterator[Any]:
        """A Repository in one write transaction: all of it is committed with its log entries, or nothing.

        `day` is the business day claimed, `desk` the one on which it is entered (the same where none is given), `at`
        the real clock. A dry run is the real run, rolled back at the end.
        """
        from pressctl.storage.log import Command, Journal
        from pressctl.storage.repository import Repository

        journal = Journal(Command(action, actor, day, at, desk or day))
        with self._session(reading=False) as session:
            journal.listen(session)
            repository = Repository(session, journal)
            yield repository
            session.flush()
            journal.append(session.connection())
            if dry_run:
                session.rollback()
                return
            session.commit()
        if journal.forgotten:
            with self._raw() as connection:  # the write-ahead log still holds the pages as they were
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextlib.contextmanager
    def _session(self, *, reading: bool) -> Iterator[Any]:
        """The one boundary to the tables: a value that no code of ours wrote is told as damage, not as a traceback."""
        from sqlalchemy.exc import DatabaseError as DriverError
        from sqlmodel import Session

        from pressctl.storage.log import tampering

        self.require_current()
        engine = self._engine()
        try:
            with engine.connect().execution_options(reading=reading) as connection:
                session = Session(bind=connection, expire_on_commit=False, autoflush=True)
                try:
                    session.connection()  # begin now: a writer takes the lock before it reads what it decides by
                    yield session
                except PressctlError:
                    raise
                except Exception as error:
                    if isinstance(error, DriverError) and not _of_content(error.orig):
                        raise
                    session.rollback()  # so that only what is committed is judged
                    if said := tampering(connection):
                        raise _unreadable(said) from error
                    raise  # a constraint or a case that a use case should have spoken of first: a bug
                finally:
                    session.close()
        except DriverError as error:
            if _of_content(error.orig):
                raise
            raise _trouble(self.path, error.orig or error) from error
        finally:
            engine.dispose()


def _clauses(sql: str) -> tuple[str, ...]:
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    inner, _, tail = body.rpartition(")")
    return (head.strip(), tail.strip(), *sorted(clause.strip() for clause in inner.split(",")))


@cache
def _migrated_schema() -> dict[str, tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Database(Path(folder) / "schema.db")
        fresh._migrate()
        return fresh.schema()


def known_revisions() -> frozenset[str]:
    """Revisions that the shipped migrations can start from, read from their file names."""
    return frozenset(
        p.name.split("_", 1)[0] for p in (bundled.migrations_dir() / "versions").glob("[0-9]*.py")
    )


def _of_content(error: BaseException | None) -> bool:
    """Whether the driver stumbled over what the rows hold, not over the file or the disk."""
    return isinstance(error, sqlite3.IntegrityError) or "decode to UTF-8" in str(error)


def _unreadable(where: str) -> DatabaseError:
    return DatabaseError(
        "unreadable_value",
        f"数据库中有无法读取的内容，不是本程序写入的：{where}。",
        next_step="请运行 pressctl db check --deep 查明，并用 pressctl db restore 从备份恢复。",
    )


def unwritten(path: Path, error: OSError) -> DatabaseError:
    """A refusal of the system, in words."""
    return DatabaseError(
        "not_written",
        f"{path} 无法写入：{reason(error)}。",
        next_step="请检查磁盘空间与权限。",
    )


def _trouble(path: Path, error: BaseException) -> DatabaseError:
    """What SQLite complained of, in words, with the way out."""
    text = str(error)
    if "readonly" in text or "read-only" in text:
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
    if "not a database" in text or "malformed" in text or "decode" in text:
        return DatabaseError(
            "damaged", f"{path} 已损坏，或不是数据库文件。", next_step="请用 pressctl db restore 从备份恢复。"
        )
    if "unable to open" in text:
        return DatabaseError("unreadable", f"无法打开数据库 {path}。", next_step="请检查路径与权限。")
    return DatabaseError(
        "sqlite", f"数据库 {path} 出错：{text}。", next_step="请运行 pressctl db check 检查。"
    )
