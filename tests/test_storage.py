"""The database: created owner-only, migrated to exactly the model, refused when foreign, backed up and restored."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from conftest import NOW, TODAY, restored
from sqlalchemy import create_engine

from pressctl import bundled
from pressctl.core.facts import Release
from pressctl.core.terms import Form
from pressctl.errors import BadData, DatabaseError, UsageError
from pressctl.storage import backup
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import HEAD, Database, known_revisions, locate
from pressctl.storage.tables import METADATA


def _schema(path: Path) -> dict[str, str]:
    """{name: SQL} of everything but what SQLite and Alembic keep for themselves, white space folded."""
    with closing(sqlite3.connect(path)) as connection, connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
        )
        return {name: _normal(sql) for name, sql in rows if not name.startswith(("sqlite_", "alembic_"))}


def _normal(sql: str) -> str:
    """Clauses in order: a table's constraints are a set, whatever order they were written in."""
    head, _, body = " ".join(sql.split()).partition("(")
    parts, depth, part = [], 0, ""
    for c in body.rpartition(")")[0]:
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
    head = head.replace('"', "").strip()  # a table built anew in batch mode is renamed, and its name quoted
    return f"{head}({', '.join(sorted([*parts, part.strip()]))})"


def test_migrations_and_model_never_differ(database: Database, tmp_path: Path) -> None:
    other = tmp_path / "model.db"
    METADATA.create_all(create_engine(f"sqlite:///{other}"))
    assert _schema(database.path) == _schema(other)


def test_alembic_sees_no_difference(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with create_engine(f"sqlite:///{database.path}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_head_is_the_newest_migration() -> None:
    assert max(known_revisions()) == HEAD
    for file in (bundled.migrations_dir() / "versions").glob("[0-9]*.py"):
        assert "pressctl" not in [
            line.split()[1].split(".")[0]
            for line in file.read_text().splitlines()
            if line.startswith(("import ", "from "))
        ]


@pytest.mark.skipif(os.name != "posix", reason="权限位只在 POSIX 上有意义")
def test_all_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        database = Database(tmp_path / "d" / "p.db")
        database.create()
        source = tmp_path / "稿.txt"
        source.write_text("x")
        kept = Attachments(database.attachments).keep(source)
        backup.write(database, tmp_path / "b.zip", at=NOW)
    finally:
        os.umask(old)
    places = [database.path, database.path.parent, database.attachments, tmp_path / "b.zip"]
    places += [Attachments(database.attachments).path(kept.sha256)]
    assert [p for p in places if stat.S_IMODE(p.stat().st_mode) & 0o077] == []


def test_pragmas_hold(database: Database) -> None:
    with database.reading() as repository:
        execute = repository._session.connection().exec_driver_sql
        assert execute("PRAGMA foreign_keys").scalar() == 1
        assert execute("PRAGMA synchronous").scalar() == 2
        assert execute("PRAGMA journal_mode").scalar() == "wal"


def test_a_missing_foreign_old_or_newer_file_is_told_apart(tmp_path: Path, database: Database) -> None:
    def code(path: Path) -> str:
        with pytest.raises(DatabaseError) as caught, Database(path).reading():
            pass
        assert caught.value.exit_code == 5 and caught.value.next_step
        return caught.value.code

    assert code(tmp_path / "none.db") == "no_database"
    text = tmp_path / "text.db"
    text.write_text("这不是数据库" * 100)
    assert code(text) == "damaged"
    with closing(sqlite3.connect(tmp_path / "other.db")) as other, other:
        other.execute("CREATE TABLE t (x)")
    assert code(tmp_path / "other.db") == "foreign_database"
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert code(database.path) == "newer_database"


def test_locate() -> None:
    assert locate(None, Path("/d/x.db")) == Path("/d/x.db")
    assert locate("sqlite:////tmp/y.db", Path("x")) == Path("/tmp/y.db")
    with pytest.raises(UsageError):
        locate("postgresql://host/db", Path("x"))


def test_references_have_no_gaps(database: Database, small_bureau: Database) -> None:
    for n in (1, 2):
        with small_bureau.writing("plan.add", actor="a", day=TODAY, at=NOW) as repository:
            ref = repository.next_ref(2026)
            assert ref == f"2026-{n:03d}"
            repository.save_release(Release(ref, "发布", 1, Form.WRITTEN, TODAY, TODAY))
    with small_bureau.reading() as repository:
        assert repository.next_ref(2027) == "2027-001"


def test_a_writer_waits_a_bounded_time_and_says_so(small_bureau: Database) -> None:
    waited: list[float] = []
    second = Database(small_bureau.path, wait_seconds=2.0, on_wait=waited.append)
    release = threading.Event()
    started = threading.Event()

    def hold() -> None:
        with small_bureau.writing("x", actor="a", day=TODAY, at=NOW):
            started.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    started.wait(10)
    try:
        with pytest.raises(DatabaseError) as caught, second.writing("x", actor="b", day=TODAY, at=NOW):
            pass
    finally:
        release.set()
        thread.join()
    assert caught.value.code == "locked" and waited
    begun = time.monotonic()
    with second.writing("x", actor="b", day=TODAY, at=NOW):
        pass
    assert time.monotonic() - begun < 2


# -- backup ----------------------------------------------------------------------------------------


def test_backup_and_restore_carry_everything(small_bureau: Database, tmp_path: Path) -> None:
    source = tmp_path / "稿.txt"
    source.write_text("新闻发布稿")
    kept = Attachments(small_bureau.attachments).keep(source)
    with small_bureau.writing("plan.add", actor="a", day=TODAY, at=NOW) as repository:
        from pressctl.core.facts import Attachment
        from pressctl.core.terms import AttachmentKind

        attachment = Attachment(AttachmentKind.PRESS_TEXT, kept.name, kept.sha256, kept.size, TODAY)
        repository.save_release(
            Release("2026-001", "发布", 1, Form.WRITTEN, TODAY, TODAY, attachments=(attachment,))
        )
    made = backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    assert made.attachments == 1
    elsewhere = Database(tmp_path / "new" / "pressctl.db")
    done = restored(elsewhere, tmp_path / "b.zip")
    assert (done.backup.entries, done.kept, done.replaced) == (made.entries, None, None)
    with elsewhere.reading() as repository:
        release = repository.release("2026-001")
        assert release.attachments[0].name == "稿.txt"
        assert repository.verify_log(made.head).ok and repository.deviations() == []
    assert Attachments(elsewhere.attachments).state(kept.sha256) == "sound"


def test_restore_keeps_what_it_replaces(small_bureau: Database, tmp_path: Path) -> None:
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    with small_bureau.writing("plan.add", actor="a", day=TODAY, at=NOW) as repository:
        repository.save_release(Release("2026-001", "后来的", 1, Form.WRITTEN, TODAY, TODAY))
    kept = restored(small_bureau, tmp_path / "b.zip").kept
    with small_bureau.reading() as repository:
        assert repository.releases() == ()
    assert kept is not None
    with Database(kept).reading() as repository:
        assert repository.release("2026-001").name == "后来的"


@pytest.mark.parametrize("damage", ["truncate", "byte", "not zip", "extra entry", "missing entry"])
def test_a_damaged_backup_touches_nothing(small_bureau: Database, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "b.zip"
    backup.write(small_bureau, file, at=NOW)
    data = bytearray(file.read_bytes())
    if damage == "truncate":
        data = data[: len(data) // 2]
    elif damage == "byte":
        data[len(data) // 2] ^= 0xFF
    elif damage == "not zip":
        data = bytearray(b"hello")
    file.write_bytes(bytes(data))
    if damage == "extra entry":
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("../../evil.txt", "x")
    elif damage == "missing entry":
        with zipfile.ZipFile(file) as archive:
            manifest = archive.read("manifest.json")
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", manifest)
    with pytest.raises(BadData) as caught:
        restored(small_bureau, file)
    assert caught.value.code == "bad_backup"
    with small_bureau.reading() as repository:
        assert len(repository.units()) == 3
    assert not (tmp_path.parent / "evil.txt").exists()


def test_backup_refuses_to_overwrite_and_keeps_the_newest(small_bureau: Database, tmp_path: Path) -> None:
    backup.write(small_bureau, tmp_path / "p-1.zip", at=NOW)
    with pytest.raises(UsageError):
        backup.write(small_bureau, tmp_path / "p-1.zip", at=NOW)
    for n in (2, 3):
        time.sleep(0.01)
        backup.write(small_bureau, tmp_path / f"p-{n}.zip", at=NOW, keep=2)
    assert sorted(p.name for p in tmp_path.glob("p-*.zip")) == ["p-2.zip", "p-3.zip"]
    assert not list(tmp_path.glob(".*tmp*")) and not list(small_bureau.path.parent.glob(".backup-*"))


def test_upgrade_is_for_known_revisions_only(database: Database) -> None:
    assert database.upgrade(None) == (HEAD, HEAD, None)
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError) as caught:
        database.upgrade(None)
    assert caught.value.code == "newer_database"
