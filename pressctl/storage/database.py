"""Open, create, upgrade, check and back up the one SQLite file, and the unit of work that all changes go through.

WAL, foreign keys on, synchronous FULL. A writer takes the lock at the start (BEGIN IMMEDIATE), so that
references and log numbers have neither gaps nor doubles; it waits for another writer a bounded time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pressctl import bundled
from pressctl.errors import DatabaseError, UsageError

HEAD = "0002"
"""The revision this program works with; a test compares it with the migrations."""

SQLITE_VERSION = sqlite3.sqlite_version
WAIT_SECONDS = 15.0
_POLL_SECONDS = 0.2
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
        make_private(self.path.parent)
        make_private(self.attachments)

    # -- the file itself -------------------------------------------------------------------------

    def create(self) -> bool:
        """Create folder and database, owner-only, at the newest revision. True when it is new."""
        self.make_folders()
        if self.path.exists():
            self.require_current()
            return False
        descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        os.close(descriptor)
        try:
            with self._raw() as connection:
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute("PRAGMA journal_mode = WAL")
            self._migrate()
        except BaseException:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            raise
        return True

    def revision(self) -> str | None:
        """The revision of the file; None where it is not a pressctl database. One statement, no Alembic."""
        try:
            with self._raw() as connection:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return None
            raise _trouble(self.path, error) from error
        except sqlite3.DatabaseError as error:
            raise _trouble(self.path, error) from error
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
        """Run the migrations with foreign keys off (batch mode would cascade), then check them all."""
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(bundled.migrations_dir()).replace("%", "%%"))
        engine = self._engine(foreign_keys=False)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                raise DatabaseError("migration", f"升级后有 {len(broken)} 处引用失效，已全部撤销。")
        engine.dispose()

    def backup(self, target: Path) -> None:
        """SQLite's online backup into a new owner-only file, checked, then renamed into place."""
        temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        try:
            copy = sqlite3.connect(temporary)
            try:
                with self._raw() as connection:
                    connection.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
                if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise DatabaseError("backup", "备份未通过完整性检查，未保留。")
            finally:
                copy.close()
            temporary.replace(target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()

    def overwrite(self, source: Path) -> None:
        """Replace the whole content by another database's, in one transaction of SQLite's backup."""
        self.make_folders()
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        other = sqlite3.connect(source)
        try:
            with self._raw() as connection:
                other.backup(connection)
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.Error as error:
            raise _trouble(self.path, error) from error
        finally:
            other.close()

    def notices(self) -> list[dict[str, Any]]:
        """The imported notices as plain columns, without loading the ORM: `calendar` answers at once."""
        import json

        with self._raw() as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute("SELECT * FROM notice ORDER BY id").fetchall()
        return [{**dict(row), "days": json.loads(row["days"])} for row in found]

    def check(self) -> tuple[list[str], list[str]]:
        """(what SQLite's integrity check complains of, rows whose foreign keys lead nowhere)."""
        try:
            with self._raw() as connection:
                integrity = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
                foreign = [
                    f"{row[0]} 第 {row[1]} 行" for row in connection.execute("PRAGMA foreign_key_check")
                ]
        except sqlite3.DatabaseError as error:
            raise _trouble(self.path, error) from error
        return [line for line in integrity if line != "ok"], foreign

    @contextlib.contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=self._wait, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

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
            cursor.execute("PRAGMA busy_timeout = 0")
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
        started = time.monotonic()
        told = False
        while True:
            try:
                connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                waited = time.monotonic() - started
                if "locked" not in str(error) and "busy" not in str(error):
                    raise
                if waited >= self._wait:
                    raise DatabaseError(
                        "locked",
                        f"数据库 {self.path} 正被另一个程序写入，等待 {waited:.0f} 秒后仍未空出。",
                        next_step="请稍后重试；若一直如此，请看是否有别的 pressctl 或数据库工具没有退出。",
                    ) from error
                if not told and waited > 1 and self._on_wait:
                    self._on_wait(waited)
                    told = True
                time.sleep(_POLL_SECONDS)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Any]:
        """A Repository on one consistent snapshot."""
        from pressctl.storage.repository import Repository

        with self._session(reading=True) as session:
            yield Repository(session)

    @contextlib.contextmanager
    def writing(
        self, action: str, *, actor: str, day: dt.date, at: dt.datetime, dry_run: bool = False
    ) -> Iterator[Any]:
        """A Repository in one write transaction: all of it is committed with its log entries, or nothing.

        A dry run is the real run, rolled back at the end.
        """
        from pressctl.storage.log import Command, Journal
        from pressctl.storage.repository import Repository

        journal = Journal(Command(action, actor, day, at))
        with self._session(reading=False) as session:
            journal.listen(session)
            repository = Repository(session, journal)
            yield repository
            session.flush()
            journal.append(session.connection())
            if dry_run:
                session.rollback()
            else:
                session.commit()

    @contextlib.contextmanager
    def _session(self, *, reading: bool) -> Iterator[Any]:
        from sqlalchemy.exc import DatabaseError as DriverError
        from sqlmodel import Session

        self.require_current()
        engine = self._engine()
        connection = engine.connect().execution_options(reading=reading)
        session = Session(bind=connection, expire_on_commit=False, autoflush=True)
        try:
            session.connection()  # begin now: a writer takes the lock before it reads what it decides by
            yield session
        except DriverError as error:
            session.rollback()
            if isinstance(error.orig, sqlite3.IntegrityError):
                raise  # a constraint that a use case should have spoken of first: a bug, so keep its traceback
            raise _trouble(self.path, error.orig or error) from error
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
            connection.close()
            engine.dispose()


def known_revisions() -> frozenset[str]:
    """Revisions that the shipped migrations can start from, read from their file names."""
    return frozenset(
        p.name.split("_", 1)[0] for p in (bundled.migrations_dir() / "versions").glob("[0-9]*.py")
    )


def make_private(folder: Path) -> None:
    """Create the folder with its parents; the folder itself is the owner's alone, whatever the umask."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise DatabaseError(
            "folder",
            f"无法建立数据目录 {folder}：{error.strerror}。",
            next_step="请检查路径与权限，或用 --db 另指位置。",
        ) from error


def _trouble(path: Path, error: BaseException) -> DatabaseError:
    """What SQLite complained of, in words, with the way out."""
    text = str(error)
    if "readonly" in text or "read-only" in text:
        return DatabaseError(
            "readonly", f"数据库 {path} 只读，无法写入。", next_step="请检查文件与目录的权限。"
        )
    if "disk" in text and "full" in text:
        return DatabaseError("disk_full", f"磁盘已满，{path} 未作任何改动。", next_step="请腾出空间后重试。")
    if "locked" in text:
        return DatabaseError("locked", f"数据库 {path} 正被占用。", next_step="请稍后重试。")
    if "not a database" in text or "malformed" in text:
        return DatabaseError(
            "damaged", f"{path} 已损坏，或不是数据库文件。", next_step="请用 pressctl db restore 从备份恢复。"
        )
    if "unable to open" in text:
        return DatabaseError("unreadable", f"无法打开数据库 {path}。", next_step="请检查路径与权限。")
    return DatabaseError(
        "sqlite", f"数据库 {path} 出错：{text}。", next_step="请运行 pressctl db check 检查。"
    )
