"""Put a backup in place of the database, without losing what was acknowledged meanwhile.

The unpacked copy is looked at row by row before anything is touched. Then, under the write lock: what stands here is
set aside as a file of its own, the restored log gets an entry that names both logs, and the pages are replaced; to
others who have the database open, and after a crash, it is the old one or the new one. A change that another desk was
told is done is therefore in the one or in the other.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
import sqlite3
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR
from pathlib import Path
from typing import Any

from pressctl import durable
from pressctl.errors import BadData, DatabaseError, PressctlError, reason
from pressctl.storage import log, place
from pressctl.storage.attachments import Attachments, Staging
from pressctl.storage.backup import (
    DATABASE,
    MANIFEST,
    Backup,
    attachment_name,
    described,
    read_manifest,
    sha256_of,
)
from pressctl.storage.complaints import BROKEN, busy, is_wreck, told_of, trouble, unwritten
from pressctl.storage.connection import connect
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD, known_revisions, migrate
from pressctl.storage.soundness import examine, examine_of
from pressctl.storage.sqlite import APPLICATION_ID, POLL_SECONDS

_ATTACHMENT = re.compile(r"attachments/[0-9a-f]{2}/([0-9a-f]{64})")
_LIMIT = 64 << 30
_MAX_RATIO, _RATIO_COUNTS_FROM = 300, 256 << 20  # a register packs some ten times; a bomb a thousand times
_CHUNK = 1 << 20
_SHOWN = 10
_BEIJING = dt.timezone(dt.timedelta(hours=8))
"""The clock by which people read when a backup was made."""


@dataclass
class Restored:
    """What a restore did. `replaced` is None where no database stood, its `last` None where it could not be read."""

    backup: Backup
    entry: int = 0
    """The number of the restore's own entry."""
    kept: Path | None = None
    """Where the replaced database is."""
    replaced: log.Replaced | None = None
    references: dict[str, int] = field(default_factory=dict)
    """{year: the highest reference ever given out}, after which counting goes on."""
    warnings: list[str] = field(default_factory=list)


def restore(database: Database, source: Path, command: log.Command, *, stamp: str) -> Restored:
    """Verify a backup and put it in place; the replaced database is kept as `….before-restore-STAMP`.

    Raises BadData for a file that is no sound backup, DatabaseError for one of an unknown revision, and where the
    database is another program's or locked too long.
    """
    place.require_file(database.path)
    place.require_nameable(database.path)
    _require_ours(database)
    try:
        with (
            database.folder() as folder,
            durable.workshop(folder) as workshop,
            told_of(database.path, workshop),
        ):
            manifest = _unpack(source, workshop)
            copy = Database(workshop / DATABASE, wait_seconds=database.store.wait_seconds)
            _verify(source, copy, manifest)
            with (
                _altered_kept(workshop, database, command, stamp) as altered,
                _attachments_on_their_way(workshop, database) as staging,
            ):
                done = _Putting(database, copy, staging, command, stamp, described(source, manifest)).run()
                done.warnings += altered
    except FileExistsError as error:
        raise DatabaseError(
            "made_meanwhile",
            f"{database.path} 处刚刚出现了另一个文件，没有恢复。",
            next_step="请核对后重试。",
        ) from error
    except OSError as error:
        raise unwritten(database.path, error) from error
    database.written()
    return done


def _require_ours(database: Database) -> None:
    """Raises DatabaseError when another program's database stands here."""
    if not database.exists():
        return
    try:
        with database.store.raw(reading=True) as connection:
            (mark,) = connection.execute("PRAGMA application_id").fetchone()
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    except DatabaseError as error:
        if error.code == "locked":  # whose it is cannot be told now
            raise
        return  # damaged, or not to be read: which is why it is replaced
    if tables and mark != APPLICATION_ID and "log_entry" not in tables:
        raise DatabaseError(
            "foreign_database",
            f"{database.path} 是别的程序的数据库，没有替换。",
            next_step="请检查 --db 或 PRESSCTL_DB 所指的文件。",
        )


# -- under the lock ------------------------------------------------------------------------------------


@dataclass
class _Putting:
    """The copy on its way into the database's place."""

    database: Database
    copy: Database
    staging: Staging
    command: log.Command
    stamp: str
    backup: Backup
    done: Restored = field(init=False)
    _open: ExitStack = field(init=False)

    def run(self) -> Restored:
        """By SQLite's own backup where a lock can be had, by a rename where nothing stands, or nothing that anyone could
        open. Raises FileExistsError when another puts something here at this moment."""
        self.done = Restored(self.backup)
        with ExitStack() as self._open:
            if not self.database.exists() or place.logs_left(self.database.path):
                self._as_new()
            elif not self._under_lock() and not self._over_wreck():
                raise DatabaseError(
                    "made_meanwhile",
                    f"{self.database.path} 在恢复期间被别人换过，没有恢复。",
                    next_step="请核对现在的内容后重试。",
                )
        return self.done

    def _as_new(self) -> None:
        path = self.database.path
        found = "数据库是空文件" if self.database.exists() else "没有数据库"
        with closing(self._opened_copy()) as source:
            self._enter(source, log.Replaced(None, None), f"此处原{found}")
            source.execute("PRAGMA journal_mode = WAL")
        with place.logs_aside(path, self._aside()) as logs:
            put = durable.put_in_place if place.is_empty(path) else durable.put_new
            put(self.copy.path, path)
        if logs:
            names = "、".join(log.name for log in logs)
            self.done.warnings.append(
                f"原处{found}，却留有它的日志，已另存为 {names}：其中可能有没有写进数据库的改动，备份里没有。"
            )

    def _under_lock(self) -> bool:
        """False where SQLite cannot make out a database. The first page that SQLite's backup writes takes the write lock,
        which is held to the last: what happens between them, nobody writes into."""
        path = self.database.path
        begun = time.monotonic()
        locked = False

        def told(_status: int, remaining: int, total: int) -> None:
            nonlocal locked
            if remaining < total and not locked:
                locked = True
                for suffix in ("", "-wal", "-shm"):
                    durable.close_to_others(Path(f"{path}{suffix}"))
                self._set_aside()
                self._enter(source, self.done.replaced or log.Replaced(None, None))
            elif not locked and time.monotonic() - begun > self.database.store.wait_seconds:
                raise busy(path, time.monotonic() - begun)

        try:
            with closing(self._opened_copy()) as source, closing(self._opened_live()) as live:
                _same_pages(source, live)
                live.execute(
                    "PRAGMA busy_timeout = 0"
                )  # `told` counts the time; asking often, it gets its turn
                source.backup(live, pages=1, progress=told, sleep=POLL_SECONDS)
                live.execute("PRAGMA journal_mode = WAL")
        except BROKEN as error:
            if not locked and is_wreck(path, error):
                return False
            self._forget_aside()
            raise trouble(path, error) from error
        except BaseException:
            self._forget_aside()
            raise
        return True

    def _opened_live(self) -> sqlite3.Connection:
        live = connect(self.database.path, wait_seconds=self.database.store.wait_seconds)
        try:
            # else the lock would keep this program itself from reading what it replaces
            (mode,) = live.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":
                raise DatabaseError(
                    "no_wal",
                    f"{self.database.path} 所在的磁盘不支持 pressctl 需要的日志方式（WAL），没有恢复。",
                    next_step="请用 --db 恢复到本机磁盘。",
                )
        except BaseException:
            live.close()
            raise
        return live

    def _opened_copy(self) -> sqlite3.Connection:
        source = connect(self.copy.path, wait_seconds=self.database.store.wait_seconds)
        source.execute("PRAGMA secure_delete = ON")
        return source

    def _over_wreck(self) -> bool:
        """Nothing in place of a database: its very bytes are kept, and the new one takes the name. One restore at a time,
        and only if another has not put a database here meanwhile. False where what stands here is not any more the file
        whose bytes were kept."""
        path = self.database.path
        with durable.alone(path.parent):
            if self._under_lock():
                return True
            with self._open:  # no lock of SQLite's to lose here, and Windows replaces no open file
                before = _looks(path)
                self._keep_bytes()
            try:
                with closing(self._opened_copy()) as source:
                    self._enter(source, self.done.replaced or log.Replaced(None, None))
                    source.execute("PRAGMA journal_mode = WAL")
                if _looks(path) != before:
                    self._unkeep()
                    return False
                with _logs_away(path):  # of the wreck; they must not be played into the new one
                    durable.put_in_place(self.copy.path, path)
            except BaseException:
                self._forget_aside()
                raise
        return True

    def _aside(self) -> Path:
        return self.database.path.with_name(f"{self.database.path.name}.before-restore-{self.stamp}")

    def _set_aside(self) -> None:
        """A sound copy of what stands here, or, of a damaged file, its very bytes; and what can be read of it."""
        try:
            self.done.kept = self.database.store.copy(self._aside())
        except DatabaseError as error:
            if error.code not in ("damaged", "sqlite", "disk"):
                raise
            self._keep_bytes()
        else:
            self.done.replaced = _replaced_by(self.done.kept, damaged=False)

    def _keep_bytes(self) -> None:
        kept = self._aside()
        with durable.workshop(kept.parent) as workshop:
            for suffix in (
                "-wal",
                "",
            ):  # the log first: a checkpoint moves what is in it to the file, never back
                if (source := Path(f"{self.database.path}{suffix}")).exists():
                    # open until the lock is given back: POSIX drops the locks of a process with the first descriptor
                    # of the file that it closes
                    found = self._open.enter_context(source.open("rb"))
                    for name in ("copy", "read"):
                        found.seek(0)
                        with os.fdopen(durable.create(workshop / f"{name}{suffix}"), "wb") as copy:
                            shutil.copyfileobj(found, copy)
            self.done.kept = kept = durable.put_free(workshop / "copy", kept)
            if (workshop / "copy-wal").exists():
                durable.put_in_place(workshop / "copy-wal", Path(f"{kept}-wal"))
            self.done.replaced = _replaced_by(workshop / "read", damaged=True)

    def _forget_aside(self) -> None:
        """Drop what was set aside, if it is certain that nothing was replaced."""
        if not self.done.kept:
            return
        if _took_place(self.database, self.command) is False:
            self._unkeep()

    def _unkeep(self) -> None:
        for suffix in ("-wal", ""):
            Path(f"{self.done.kept}{suffix}").unlink(missing_ok=True)

    def _enter(self, source: sqlite3.Connection, replaced: log.Replaced, why: str | None = None) -> None:
        """Put the attachments in their places, and the restore's own entry at the end of the copy's log."""
        done = self.done
        last = source.execute("SELECT seq, hash FROM log_entry ORDER BY seq DESC LIMIT 1").fetchone()
        done.references = _higher(replaced.references, _references(source))
        kept = done.kept.name if done.kept else None
        told = log.Replaced(replaced.last, replaced.head, done.references)
        columns = {row[1] for row in source.execute("PRAGMA table_info(log_entry)")}
        entry = log.restoring(
            self.command,
            last or (0, log.GENESIS),
            told,
            summary=self._summary(why),
            kept=kept,
            dated="desk" in columns,
        )
        names = ", ".join(f'"{name}"' for name in entry)
        marks = ", ".join("?" * len(entry))
        self.staging.settle()
        with _one_transaction(source):
            source.execute(f"INSERT INTO log_entry ({names}) VALUES ({marks})", tuple(entry.values()))  # noqa: S608 - our own names
        done.entry = entry["seq"]
        if done.kept:
            done.warnings += _warnings(replaced, done, source)

    def _summary(self, why: str | None) -> str:
        at = dt.datetime.fromisoformat(self.backup.made_at).astimezone(_BEIJING)
        told = f"恢复到 {at:%Y-%m-%d %H:%M:%S} 的备份（日志 {self.backup.entries} 条）"
        return f"{told}；{why or '原数据库另存'}"


def _took_place(database: Database, command: log.Command) -> bool | None:
    """Whether the restore's own entry stands in the live database; None where that cannot be told."""
    try:
        with database.store.raw(reading=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM log_entry WHERE action = ? AND at = ?", (log.RESTORE, command.clock)
            ).fetchone()
    except DatabaseError as error:
        return False if error.code in ("damaged", "log_left") else None
    return found is not None


def _looks(path: Path) -> tuple[object, ...]:
    """What tells a file and its log from others that came into their places."""
    return tuple(
        (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        for suffix in ("", "-wal")
        if (found := _stat(Path(f"{path}{suffix}")))
    )


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


@contextlib.contextmanager
def _logs_away(path: Path) -> Iterator[None]:
    """The log of a database and its index out of the way by other names; gone afterwards, back when the block fails."""
    both = [(Path(f"{path}{suffix}"), Path(f"{path}.replaced{suffix}")) for suffix in ("-wal", "-shm")]
    there = [(log, aside) for log, aside in both if os.path.lexists(log)]
    with durable.renamed(there):
        yield
    for _, aside in there:
        with contextlib.suppress(OSError):
            aside.unlink()


@contextlib.contextmanager
def _one_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _same_pages(source: sqlite3.Connection, live: sqlite3.Connection) -> None:
    """SQLite's backup into a file with a write-ahead log asks for pages of its size; only a hand can have chosen another."""
    (size,) = live.execute("PRAGMA page_size").fetchone()
    if source.execute("PRAGMA page_size").fetchone() != (size,):
        source.execute(f"PRAGMA page_size = {size:d}")
        source.execute("VACUUM")


# -- what is replaced ----------------------------------------------------------------------------------


def _replaced_by(file: Path, *, damaged: bool) -> log.Replaced:
    """What a restore must know of the database it replaces, from a copy of it. Of a damaged one, what can be read."""
    try:
        connection = connect(file, wait_seconds=0)
    except BROKEN:
        return log.Replaced(None, None)
    with closing(connection):
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        last, head = _last_entry(connection)
        references = _references(connection, damaged=damaged)
        return log.Replaced(last, head, references, frozenset(_all(connection, _FORGOTTEN)))


_FORGOTTEN = "SELECT subject FROM log_entry WHERE action = 'register.forget'"


def _last_entry(connection: sqlite3.Connection) -> tuple[int | None, str | None]:
    """Number and hash of the log's last entry; (None, None) where the log cannot be read from end to end."""
    try:
        found = connection.execute("SELECT seq, hash FROM log_entry ORDER BY seq").fetchall()
    except BROKEN:
        return None, None
    seq, head = found[-1] if found else (0, log.GENESIS)
    fits = isinstance(head, str) and re.fullmatch("[0-9a-f]{64}", head) and 0 <= seq < 1 << 53
    return (seq, head) if fits else (None, None)


_REFERRING = ("release", "approval_step", "attachment", "seat", "release_unit", "record")
_RESTORES = f"SELECT changes FROM log_entry WHERE action = '{log.RESTORE}'"  # noqa: S608 - our own word
_REFERENCE = re.compile(r"([12]\d{3})-(\d{3,12})")


def _references(connection: sqlite3.Connection, *, damaged: bool = False) -> dict[str, int]:
    """{year: the highest reference given out}, from the rows and from what earlier restores told. Of a damaged file from
    wherever one can be read."""
    told = log.references_of(_all(connection, _RESTORES))
    texts = _all(connection, "SELECT ref FROM release")
    if damaged:
        for table in _REFERRING:
            texts += _all(connection, f"SELECT ref FROM {table} ORDER BY rowid DESC")  # noqa: S608 - our own names
        texts += _all(connection, "SELECT subject FROM log_entry ORDER BY seq DESC")
    found: dict[str, int] = {}
    for text in texts:
        if match := _REFERENCE.fullmatch(text):
            found[match[1]] = max(int(match[2]), found.get(match[1], 0))
    return _higher(told, found)


def _higher(one: Any, other: Any) -> dict[str, int]:
    return {year: max(one.get(year, 0), other.get(year, 0)) for year in sorted({*one, *other})}


def _all(connection: sqlite3.Connection, statement: str) -> list[str]:
    """The texts of a column, up to where it cannot be read."""
    found = []
    with contextlib.suppress(*BROKEN):
        for (value,) in connection.execute(statement):
            if isinstance(value, str):
                found.append(value)
    return found


def _warnings(replaced: log.Replaced, done: Restored, restored: sqlite3.Connection) -> Iterator[str]:
    """What the one who restores should know."""
    if replaced.last is None:
        after = "、".join(f"{year}-{number:03d}" for year, number in done.references.items()) or "（无）"
        yield (
            f"被替换的数据库读不出日志：恢复的记录编为第 {done.entry} 条，其后的序号可能与原日志的重复；"
            f"发布编号从能读到的最大编号之后接续：{after}。原文件在 {done.kept}，请与纸面核对。"
        )
    again = replaced.forgotten - frozenset(_all(restored, _FORGOTTEN))
    if again:
        yield (
            f"{'、'.join(sorted(again))} 的个人信息在这份备份之后清除过，恢复后又在数据库里；"
            "请再次运行 pressctl register forget。"
        )


# -- the file ------------------------------------------------------------------------------------------


def _bad(source: Path, why: str) -> BadData:
    return BadData(
        "bad_backup", f"{source} 不是完好的备份：{why}。现有数据库未动。", next_step="请换一份备份。"
    )


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Take out only what a backup may hold, under names of our own; sizes are bounded by what was declared."""
    with _unread(source):
        found = source.stat()
    if not stat.S_ISREG(found.st_mode):
        what = "是目录，应为文件" if stat.S_ISDIR(found.st_mode) else "不是普通文件"
        raise BadData("no_file", f"{source} {what}。", next_step="请检查路径。")
    try:
        with ExitStack() as opened:
            with _unread(source):
                archive = opened.enter_context(zipfile.ZipFile(source))
                names = {i.filename: i for i in archive.infolist()}
            _require_bounded(source, names, len(archive.infolist()), folder)
            with _unread(source):
                manifest = read_manifest(archive, names)
            wanted = {attachment_name(sha256) for sha256 in manifest["attachments"]}
            if set(names) != {MANIFEST, DATABASE} | wanted or not all(map(_ATTACHMENT.fullmatch, wanted)):
                raise _bad(source, "内容与清单不符")
            for name in {DATABASE} | wanted:
                durable.make_private((folder / name).parent)
                with os.fdopen(durable.create(folder / name), "wb") as writer:
                    for piece in _pieces(source, archive, name):
                        writer.write(piece)
            return manifest
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        why = str(error) if str(error).startswith(("缺少", "清单")) else "文件已损坏或格式不对"
        raise _bad(source, why) from error


def _pieces(source: Path, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with _unread(source):
        reader = archive.open(name)
    with reader:
        piece = b" "
        while piece:
            with _unread(source):
                piece = reader.read(_CHUNK)
            yield piece


@contextlib.contextmanager
def _unread(source: Path) -> Iterator[None]:
    """What the system refuses here, it refuses of the backup: the database has no part in it."""
    try:
        yield
    except FileNotFoundError as error:
        raise BadData("no_file", f"文件 {source} 不存在。", next_step="请检查路径。") from error
    except OSError as error:
        raise BadData(
            "no_file",
            f"文件 {source} 无法读取：{reason(error)}。",
            next_step="请检查路径、权限和存放它的磁盘。",
        ) from error


def _require_bounded(source: Path, names: dict[str, zipfile.ZipInfo], entries: int, folder: Path) -> None:
    """Python unpacks no more than an entry declares, so it is enough to judge what is declared."""
    size = sum(i.file_size for i in names.values())
    packed = sum(i.compress_size for i in names.values())
    if len(names) != entries or size > _LIMIT or (size > _RATIO_COUNTS_FROM and size > packed * _MAX_RATIO):
        raise _bad(source, "条目重复，或展开后过大")
    if any(i.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for i in names.values()):
        raise _bad(source, "压缩方式不对")
    if size > shutil.disk_usage(folder).free:
        raise DatabaseError(
            "disk_full", f"磁盘空间不足以展开 {source}，现有数据库未动。", next_step="请腾出空间后重试。"
        )


def _verify(source: Path, copy: Database, manifest: dict[str, Any]) -> None:
    """Everything that `db check --deep` would find, before anything is touched; and that the manifest tells the truth."""
    _require_timed(source, manifest)
    if sha256_of(copy.path) != manifest["database_sha256"]:
        raise _bad(source, "数据库与清单的校验值不符")
    for sha256 in manifest["attachments"]:
        if sha256_of(copy.path.parent / attachment_name(sha256)) != sha256:
            raise _bad(source, f"附件 {sha256[:12]}… 已损坏")
    try:
        revision = copy.store.revision()
        _require_known(source, revision, manifest)
        problems, verdict = examine_of(copy, str(revision))
        _require_none(source, problems)
        if (verdict.entries, verdict.head) != (manifest["log_entries"], manifest["log_head"]):
            raise _bad(source, "清单所记的日志条数或末条校验值与数据库不符")
        examined = examine(_at_head(copy, str(revision)), deep=True, in_use=False)
        _require_none(source, examined.problems)
    except DatabaseError as error:
        if error.code == "newer_database":
            raise
        said = error.message.replace(str(copy.path), "").strip().rstrip("。")
        raise _bad(source, f"其中的数据库{said}") from error
    if set(examined.referenced) != set(manifest["attachments"]):
        raise _bad(source, "清单所列的附件与数据库所引用的不符")
    with copy.store.raw() as connection:
        first = connection.execute("SELECT hash FROM log_entry WHERE seq = 1").fetchone()
    own = first[0] if first else log.GENESIS
    if manifest.get("database", own) != own:
        raise _bad(source, "清单所记的首条校验值与数据库不符")


def _require_timed(source: Path, manifest: dict[str, Any]) -> None:
    try:
        made = dt.datetime.fromisoformat(manifest["made_at"])
        timed = made.tzinfo is not None and MINYEAR < made.year < MAXYEAR  # a clock may stand anywhere
    except ValueError:
        timed = False
    if not timed:
        raise _bad(source, "清单所记的备份时间读不出")


def _require_none(source: Path, problems: Any) -> None:
    if problems:
        listed = "；".join(problems[:_SHOWN]) + ("……" if len(problems) > _SHOWN else "")
        raise _bad(source, f"其中有 {len(problems)} 处被改动过或已损坏：{listed}")


def _require_known(source: Path, revision: str | None, manifest: dict[str, Any]) -> None:
    if revision is None:
        raise _bad(source, "其中的数据库不是 pressctl 的")
    if revision not in {HEAD, *known_revisions()}:
        raise DatabaseError(
            "newer_database",
            f"备份的版本 {revision} 比本程序（{HEAD}）新。",
            next_step="请升级 pressctl 后再恢复。",
        )
    if revision != manifest["revision"]:
        raise _bad(source, f"清单所记的版本 {manifest['revision']} 与数据库的版本 {revision} 不符")


def _at_head(copy: Database, revision: str) -> Database:
    """The copy, or where it is of an older revision a copy of it that is upgraded, for the rows can only be read so."""
    if revision == HEAD:
        return copy
    second = Database(copy.store.copy(copy.path.with_name("upgraded.db")))
    try:
        migrate(second.store)
    except PressctlError:
        raise
    except Exception as error:  # what a hand put there can stop an upgrade anywhere
        raise DatabaseError("damaged", "无法升级到本程序的版本来核对。") from error
    return second


@contextlib.contextmanager
def _altered_kept(folder: Path, database: Database, command: log.Command, stamp: str) -> Iterator[list[str]]:
    """Files that are not what their names say, copied under names of their own before the backup's take their places;
    in their places again when nothing was restored after all. Gives the warnings that tell of them."""
    files = Attachments(database.attachments)
    kept: list[Path] = []
    try:
        for sound in sorted((folder / "attachments").glob("*/*")):
            if files.state(sound.name) == "altered":
                found = files.path(sound.name)
                aside = durable.free_name(found.with_name(f"{found.name}.before-restore-{stamp}"))
                try:
                    with os.fdopen(durable.create(aside), "wb") as copy, found.open("rb") as altered:
                        shutil.copyfileobj(altered, copy)
                except BaseException:
                    aside.unlink(missing_ok=True)
                    raise
                kept.append(aside)
        yield [f"附件 {k.name[:12]}… 被改动过，已用备份中的换回；改动过的另存为 {k}。" for k in kept]
    except BaseException:
        if not kept or _took_place(database, command) is not False:
            raise
        for path in kept:
            with contextlib.suppress(OSError):
                durable.put_in_place(path, path.with_name(path.name.partition(".")[0]))
        raise


@contextlib.contextmanager
def _attachments_on_their_way(folder: Path, database: Database) -> Iterator[Staging]:
    """Those that are not there, copied beside the others; in their places only when the lock is held. Files are named by
    their content: putting one in can only add. What was added goes again when the rest fails."""
    files = Attachments(database.attachments)
    missing = [f for f in sorted((folder / "attachments").glob("*/*")) if files.state(f.name) != "sound"]
    with files.staging(missing) as staging:
        try:
            yield staging
        except BaseException:
            if staging.settled and not database.path.exists():
                for sha256 in staging.settled:
                    files.path(sha256).unlink(missing_ok=True)
            elif staging.settled:
                with contextlib.suppress(PressctlError):
                    database.drop_unreferenced(staging.settled)
            raise
