"""Open, create, upgrade, check and copy the one SQLite file, and the unit of work that all changes go through.

WAL, foreign keys on, synchronous FULL. A writer takes the lock at the start (BEGIN IMMEDIATE), so that
references and log numbers have neither gaps nor doubles; it waits for another writer a bounded time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl import bundled, durable
from pressctl.core.text import from_json
from pressctl.errors import DatabaseError, PressctlError, UsageError, reason
from pressctl.storage.connection import connect, require_still, told_of, trouble, unwritten

if TYPE_CHECKING:
    from pressctl.storage.attachments import Staging
    from pressctl.storage.log import Command

HEAD = "0006"
"""The revision this program works with; a test compares it with the migrations."""

SQLITE_VERSION = sqlite3.sqlite_version
WAIT_SECONDS = 15.0
_NEIGHBOUR_SECONDS = 1.0
"""For a neighbour's lock, as long as this database's own is held: the desks of this one wait meanwhile."""
POLL_SECONDS = 0.005
"""Often: of those who wait, SQLite's own way of waiting longer each time lets the newest win, again and again."""
APPLICATION_ID = 0x70726373  # "prcs": tells `file` and us that this is our database


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


class Database:
    """One database file and the attachments beside it."""

    def __init__(
        self,
        path: Path,
        *,
        wait_seconds: float = WAIT_SECONDS,
        on_wait: Callable[[float], None] | None = None,
        on_written: Callable[[], None] | None = None,
    ) -> None:
        # where a link stands, the file is where it leads, and so are its log, its attachments and its copies
        self._linked = os.path.islink(path)  # noqa: PTH114 - raises nothing
        self.path = Path(os.path.realpath(path)) if self._linked else path.absolute()
        self.wait_seconds = wait_seconds
        self._on_wait = on_wait
        self._on_written = on_written

    @property
    def attachments(self) -> Path:
        """The folder of attached files, each named by its SHA-256."""
        return self.path.parent / "attachments"

    def written(self) -> None:
        """Tell whoever wants to know that something has been written for good."""
        if self._on_written:
            self._on_written()

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """The data directory; if it had to be made, the owner's alone, and gone again when the work inside fails. Where
        a link leads nothing is made: the disk that it leads to may only be absent."""
        if self._linked and not self.path.parent.is_dir():
            raise DatabaseError(
                "folder",
                f"数据库是符号链接，通向 {self.path}，而目录 {self.path.parent} 不存在。",
                next_step="若在另一个磁盘上，请先接上；否则请改正链接，或用 --db 另指位置。",
            )
        made = durable.private(self.path.parent)
        try:
            made.__enter__()
        except OSError as error:
            raise DatabaseError(
                "folder",
                f"无法建立数据目录 {self.path.parent}：{reason(error)}。",
                next_step="请检查路径与权限，或用 --db 另指位置。",
            ) from error
        with contextlib.ExitStack() as stack:
            stack.push(made)
            yield self.path.parent

    # -- the file itself -------------------------------------------------------------------------

    def create(self, begin: Callable[[Path], None] | None = None) -> bool:
        """Create folder and database, owner-only, at the newest revision. True when it is new.

        It is made beside its place, where `begin` may write its first entries, and takes its name when it is whole;
        of two that make it at once, one does.
        """
        if self.exists():
            self.require_current()
            durable.sweep(self.path.parent)
            return False
        with self.folder() as place, self._made_in(place, self.path) as workshop:
            fresh = Database(workshop / "pressctl.db")
            os.close(durable.create(fresh.path))
            with fresh.raw() as connection:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute("PRAGMA journal_mode = WAL")
            fresh.migrate()
            if begin:
                begin(fresh.path)
            with fresh.raw() as connection:  # all of it into the one file that is renamed
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            try:
                durable.put_new(fresh.path, self.path)
            except FileExistsError:
                self.require_file()
                self.require_current()
                return False
        self.written()
        with contextlib.suppress(OSError):  # else the first attachment makes it, or says why it cannot
            durable.make_private(self.attachments)
        return True

    @contextlib.contextmanager
    def _made_in(self, place: Path, target: Path) -> Iterator[Path]:
        """A workshop there for what shall become the target. Errors in words, and of the target."""
        try:
            with durable.workshop(place) as workshop, told_of(target, workshop):
                yield workshop
        except OSError as error:
            raise unwritten(target, error) from error

    def revision(self) -> str | None:
        """The revision of the file; None where it is not a pressctl database. One statement, no Alembic."""
        with self.raw(reading=True) as connection:
            return _revision(self.path, connection)

    def require_current(self) -> None:
        """Raises DatabaseError when the file is missing, foreign, older or newer than this program."""
        self._require_there()
        self._require_head(self.revision())

    def exists(self) -> bool:
        """Whether anything stands at the path. Raises DatabaseError where that cannot be told."""
        try:
            return self.path.exists()
        except OSError as error:
            raise DatabaseError(
                "unreadable",
                f"无法打开数据库 {self.path}：{reason(error)}。",
                next_step="请检查路径与权限。",
            ) from error

    def _leads_nowhere(self) -> DatabaseError:
        return DatabaseError(
            "not_a_file",
            f"{self.path} 是一个不通向任何文件的符号链接，不能用作数据库。",
            next_step="请检查 --db 或 PRESSCTL_DB。",
        )

    def _require_there(self) -> None:
        self.require_file()
        if not self.exists():
            raise DatabaseError(
                "no_database", f"数据库 {self.path} 不存在。", next_step="请先运行 pressctl init 建立数据库。"
            )

    def require_file(self) -> None:
        """Raises DatabaseError where a folder, a device or a link in a circle stands in place of a file."""
        if os.path.islink(self.path) and not self.exists():  # noqa: PTH114 - raises nothing
            raise self._leads_nowhere()
        if self.exists() and not self.path.is_file():
            what = "是目录" if self.path.is_dir() else "不是普通文件（是设备或管道）"
            raise DatabaseError(
                "not_a_file",
                f"{self.path} {what}，不能用作数据库。",
                next_step="请检查 --db 或 PRESSCTL_DB。",
            )

    def _require_head(self, found: str | None) -> None:
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

    def upgrade(
        self,
        backup_to: Path | None,
        enter: Callable[[Any], None] | None = None,
        command: Command | None = None,
    ) -> tuple[str, str, Path | None]:
        """Bring an older file to HEAD, after a copy of it under `backup_to` or the next free name, and under one lock.

        What `enter` does with a repository, the log's entries for it under `command` included, belongs to the same
        transaction. Returns (from, to, the copy).
        """
        self._require_there()
        found = self.revision()
        if found not in {HEAD, *known_revisions()}:
            self._require_head(found)
        assert found is not None
        kept: list[Path] = []

        def keep() -> bool:
            if self.revision() == HEAD:  # another has done it while this one waited
                return False
            if backup_to is not None:
                kept.append(self.copy(backup_to))
            return True

        if found != HEAD:
            self.migrate(keep, finish=partial(_entered, command, enter) if enter and command else None)
            self.written()
        return found, HEAD, kept[0] if kept else None

    def migrate(
        self,
        wanted: Callable[[], bool] | None = None,
        *,
        to: str = "head",
        finish: Callable[[Any], None] | None = None,
    ) -> None:
        """Run the migrations with foreign keys off (batch mode would cascade), then check them all. One transaction.

        `wanted` is asked under the lock, before anything is changed; `finish` works on the connection afterwards.
        """
        from sqlalchemy.exc import DatabaseError as DriverError

        engine = self._engine(foreign_keys=False)
        try:
            with engine.begin() as connection:
                if wanted is None or wanted():
                    _run_migrations(connection, to)
                    if finish:
                        finish(connection)
        except DriverError as error:
            raise trouble(self.path, error.orig or error) from error
        finally:
            engine.dispose()

    def copy(self, target: Path) -> Path:
        """SQLite's online backup into a new owner-only file under the name or the next free one, checked before it has it.

        Returns the file. Raises DatabaseError `damaged` when the copy is not sound.
        """
        with self._made_in(target.parent, target) as workshop:
            copy = Database(workshop / "pressctl.db")
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
            while True:
                target = durable.free_name(target)
                with contextlib.suppress(FileExistsError):
                    durable.put_new(copy.path, target)
                    return target

    def notices(self) -> list[dict[str, Any]]:
        """The imported notices as plain columns, without loading the ORM: `calendar` answers at once."""
        with self.raw(reading=True) as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute("SELECT * FROM notice ORDER BY id").fetchall()
        try:
            read = [{**dict(row), "days": from_json(row["days"])} for row in found]
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
        with self.raw(reading=True) as connection:
            integrity = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            foreign = [f"{row[0]} 第 {row[1]} 行" for row in connection.execute("PRAGMA foreign_key_check")]
        return [line for line in integrity if line != "ok"], foreign

    def marks(self) -> dict[str, Any]:
        """What the file's head says besides the rows: the marks that a program leaves, and a hand may change."""
        with self.raw(reading=True) as connection:
            numbers = ("application_id", "user_version", "encoding")
            marks: dict[str, Any] = {n: connection.execute(f"PRAGMA {n}").fetchone()[0] for n in numbers}
        with self.path.open(
            "rb"
        ) as stream:  # asked where nothing can be written, SQLite itself says `delete`
            formats = stream.read(20)[18:]
        return marks | {"journal_mode": "wal" if formats == b"\2\2" else "delete"}

    def schema_changes(self, revision: str = HEAD) -> list[str]:
        """Tables, indexes and triggers that are not as the migrations make them: altered, added or taken away by hand."""
        wanted, found = _migrated_schema(revision), self.schema()
        names = sorted(wanted.keys() | found.keys())
        return [name for name in names if wanted.get(name) != found.get(name)]

    def schema(self) -> dict[str, tuple[str, ...]]:
        """{kind and name: its SQL}, white space and quotes folded, clauses in order: Alembic writes those of a table
        built anew in any order. What ANALYZE keeps is no schema."""
        with self.raw(reading=True) as connection:
            return _schema(connection)

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
        except sqlite3.Error as error:
            raise trouble(self.path, error) from error

    # -- the unit of work ------------------------------------------------------------------------

    def _engine(self, *, foreign_keys: bool = True, reading: bool = False) -> Any:
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
        def _connected(connection: Any, _record: object) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
            cursor.execute("PRAGMA synchronous = FULL")
            cursor.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in freed pages
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
                    raise self.locked(waited) from error
                if not told and waited > 1 and self._on_wait:
                    self._on_wait(waited)
                    told = True
                time.sleep(POLL_SECONDS)
        driver.execute(f"PRAGMA busy_timeout = {self.wait_seconds * 1000:.0f}")

    def locked(self, waited: float) -> DatabaseError:
        """That another holds the lock for longer than a writer waits."""
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
        staging: Staging | None = None,
    ) -> Iterator[Any]:
        """A Repository in one write transaction: all of it is committed with its log entries, or nothing.

        `day` is the business day claimed, `desk` the one on which it is entered (the same where none is given), `at`
        the real clock. `staging` holds files that its rows refer to; they take their places right before the commit. A
        dry run is the real run, rolled back at the end.
        """
        from pressctl.storage.log import Command, Journal
        from pressctl.storage.repository import Repository

        journal = Journal(Command(action, actor, day, at, desk or day))
        try:
            with self._session(reading=False) as session:
                journal.listen(session)
                repository = Repository(session, journal)
                yield repository
                session.flush()
                journal.append(session.connection())
                if dry_run:
                    session.rollback()
                    return
                if staging:
                    staging.settle()
                session.commit()
        except BaseException as error:
            # after a failed wait for the disk nobody knows what the next one to open the file will find
            if staging and staging.settled and getattr(error, "code", None) != "disk":
                with contextlib.suppress(PressctlError):
                    self.drop_unreferenced(staging.settled)
            raise
        if journal.entries:
            self.written()

    def drop_unreferenced(self, only: frozenset[str] | None = None, *, dry_run: bool = False) -> list[str]:
        """Remove attached files that no row refers to, in any database that keeps its attachments here; under their write
        locks, so that none is being taken in meanwhile. `only` of these hashes. Returns what went.

        Raises DatabaseError when it cannot be told what is still referred to.
        """
        from pressctl.storage.attachments import Attachments, referenced_in
        from pressctl.storage.repository import Repository

        if self.attachments.is_symlink():
            raise DatabaseError(
                "shared_attachments",
                f"{self.attachments} 是符号链接，别处的数据库可能也用它；没有删除任何附件。",
                next_step="请改为真实目录，或人工核对。",
            )
        files = Attachments(self.attachments)
        with self._session(reading=dry_run) as session, contextlib.ExitStack() as locks:
            wanted = set(Repository(session).referenced_files())
            for other in self.neighbours():
                wait = min(self.wait_seconds, _NEIGHBOUR_SECONDS)
                wanted |= locks.enter_context(referenced_in(other, wait_seconds=wait, locking=not dry_run))
            gone = sorted(files.stored() - wanted if only is None else only - wanted)
            if not dry_run:
                _require_locked(session.connection())
                for sha256 in gone:
                    files.path(sha256).unlink(missing_ok=True)
            session.rollback()
        return gone

    def neighbours(self) -> list[Path]:
        """Other databases in this folder, whose attachments are in the same place: those that a restore or an upgrade set
        aside, and any that bear pressctl's mark, each once. Another name of this very file is none, nor is a link to a
        database elsewhere, which keeps its attachments there."""
        known, found = {_identity(self.path)}, []
        here = os.path.realpath(self.path.parent)
        for path in sorted(self.path.parent.iterdir()):
            if not path.is_file() or (who := _identity(path)) in known:
                continue
            at_home = os.path.dirname(os.path.realpath(path)) == here  # noqa: PTH120 - of a text
            if set_aside_of(self.path, path) or (at_home and _may_be_ours(path)):
                known.add(who)
                found.append(path)
        return found

    @contextlib.contextmanager
    def _session(self, *, reading: bool) -> Iterator[Any]:
        """The one boundary to the tables: a value that no code of ours wrote is told as damage, not as a traceback."""
        from sqlalchemy.exc import DatabaseError as DriverError
        from sqlmodel import Session

        from pressctl.storage.log import tampering

        self._require_there()
        engine = self._engine(reading=reading)
        try:
            with engine.connect().execution_options(reading=reading) as connection:
                session = Session(bind=connection, expire_on_commit=False, autoflush=True)
                try:
                    session.connection()  # begin now: a writer takes the lock before it reads what it decides by
                    driver: Any = connection.connection.dbapi_connection
                    # inside, not before: while a writer waited, a restore may have put an older one here
                    self._require_head(_revision(self.path, driver))
                    yield session
                    require_still(driver)
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
            raise trouble(self.path, error.orig or error) from error
        except sqlite3.Error as error:
            raise trouble(self.path, error) from error
        finally:
            engine.dispose()


def _require_locked(connection: Any) -> None:
    """SQLite gives a lock for writing on a file that may only be read, and takes none: only a write tells. Raises what
    the driver says of it."""
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def set_aside_of(database: Path, file: Path) -> bool:
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
            head = stream.read(72)
    except OSError:
        size = file.stat().st_size
        return size > 0 and size % 512 == 0
    return head.startswith(b"SQLite format 3\0") and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _revision(path: Path, connection: sqlite3.Connection) -> str | None:
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


def _run_migrations(connection: Any, to: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled.migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
        raise DatabaseError("migration", f"升级后有 {len(broken)} 处引用失效，已全部撤销。")


def _entered(command: Command, enter: Callable[[Any], None], connection: Any) -> None:
    """Let `enter` write within the transaction of a connection, with its log entries; whoever began it commits."""
    from sqlmodel import Session

    from pressctl.storage.log import Journal
    from pressctl.storage.repository import Repository

    journal = Journal(command)
    with Session(bind=connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        journal.listen(session)
        enter(Repository(session, journal))
        session.flush()
        journal.append(connection)


def _schema(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {f"{kind} {name}": _clauses(sql) for kind, name, sql in rows if name not in _STATISTICS}


_STATISTICS = frozenset(("sqlite_stat1", "sqlite_stat4"))


def _clauses(sql: str) -> tuple[str, ...]:
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    inner, _, tail = body.rpartition(")")
    return (head.strip(), tail.strip(), *sorted(clause.strip() for clause in inner.split(",")))


@cache
def _migrated_schema(revision: str) -> dict[str, tuple[str, ...]]:
    """As the migrations make it, in memory."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            _run_migrations(connection, revision)
            driver: Any = connection.connection.dbapi_connection
            return _schema(driver)
    finally:
        engine.dispose()


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
