"""The database: created owner-only, migrated to exactly the model, refused when foreign, backed up and restored."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import stat
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine
from sqlalchemy.exc import SAWarning, StatementError
from sqlalchemy.orm.exc import FlushError

from pressctl import bundled
from pressctl.core.facts import Appointment, Person, Record, Release
from pressctl.core.terms import Form, RecordKind, Role, UnitKind
from pressctl.errors import BadData, DatabaseError, Refused, UsageError
from pressctl.storage import backup, unit_of_work
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.storage.place import locate
from pressctl.storage.repository import NewAppointment
from pressctl.storage.revisions import HEAD, known_revisions
from pressctl.storage.tables import METADATA, PersonRow, Row, UnitPeriodRow
from pressctl.storage.unreferenced import neighbours
from tests.conftest import NOW, TODAY, restored

STORED = Path(__file__).parent / "data" / "databases"


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
    for given in ("postgresql://host/db", "", " "):
        with pytest.raises(UsageError):
            locate(given, Path("x"))


def test_references_have_no_gaps(database: Database, small_bureau: Database) -> None:
    for n in (1, 2):
        with small_bureau.writing("plan.add", actor="a", day=TODAY, at=NOW) as repository:
            ref = repository.next_ref(2026)
            assert ref == f"2026-{n:03d}"
            repository.save_release(Release(ref, "发布", 1, Form.WRITTEN, TODAY, TODAY))
    with small_bureau.reading() as repository:
        assert repository.next_ref(2027) == "2027-001"


def test_ids_are_given_by_the_repository_and_go_on_after_what_was_inserted_in_bulk(
    small_bureau: Database,
) -> None:
    """Never by the engine: one that counts by itself does not hear of ids that others gave."""
    with small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository:
        person, post = repository.last_ids()
        unit = repository.units()[0].id
        new = NewAppointment(Person(0, "甲"), None, unit, Role.LIAISON, "民警", None, TODAY)
        assert repository.add_appointments([new]) == [person + 1]
        assert repository.add_person(Person(0, "乙")) == person + 2
        later = Appointment(0, Person(person + 2, "乙"), unit, Role.LIAISON, "民警")
        assert repository.add_appointment(later) == post + 2
    with (
        pytest.raises(FlushError),
        pytest.warns(SAWarning, match="no explicit value is passed"),
        small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository,
    ):
        repository._session.add(PersonRow(name="丙"))  # type: ignore[call-arg]
        repository._session.flush()


@pytest.mark.parametrize(
    ("row", "values"),
    [
        (PersonRow, {"name": 3}),  # a number, which SQLite would keep as text
        (PersonRow, {"name": None}),
        (UnitPeriodRow, {"unit_id": 1, "name": "某处", "kind": "bureau"}),  # a word, not the term
        (UnitPeriodRow, {"unit_id": 1, "name": "某处", "kind": UnitKind.BUREAU, "since": "2026-01-01"}),
    ],
)
def test_a_row_of_other_types_than_its_columns_is_not_written(
    small_bureau: Database, row: type[Row], values: dict[str, Any]
) -> None:
    with (
        pytest.raises(ValidationError),
        small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository,
    ):
        repository._add(row, **values)


def test_a_term_is_kept_as_its_value_and_no_other_word_is(small_bureau: Database) -> None:
    with closing(sqlite3.connect(small_bureau.path)) as connection:
        kept = {kind for (kind,) in connection.execute("SELECT kind FROM unit_period")}
    with small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository:
        found = {unit.periods[-1].kind for unit in repository.units()}
        assert {type(kind) for kind in found} == {UnitKind} and {kind.value for kind in found} == kept
        row = repository._session.get(UnitPeriodRow, 1)
        assert row is not None and isinstance(row.kind, UnitKind)
    with (
        pytest.raises(StatementError, match="not a valid UnitKind"),
        small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository,
    ):
        row = repository._session.get(UnitPeriodRow, 1)
        assert row is not None
        row.kind = "party"  # type: ignore[assignment]
        repository._session.flush()


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
        assert release is not None and release.attachments[0].name == "稿.txt"
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
        release = repository.release("2026-001")
        assert release is not None and release.name == "后来的"


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


def test_backup_refuses_to_overwrite(small_bureau: Database, tmp_path: Path) -> None:
    backup.write(small_bureau, tmp_path / "p-1.zip", at=NOW)
    with pytest.raises(UsageError):
        backup.write(small_bureau, tmp_path / "p-1.zip", at=NOW)
    backup.write(small_bureau, tmp_path / "p-1.zip", at=NOW, force=True)
    assert not list(tmp_path.glob(".work-*")) and not list(small_bureau.path.parent.glob(".work-*"))


def _kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("夜间*"))


def test_keep_goes_by_the_time_inside_and_never_drops_the_new_one(
    small_bureau: Database, tmp_path: Path
) -> None:
    """Names and times of files say nothing: copied, touched, or written while the clock was wrong."""
    for number, days in ((1, 3), (2, 1), (3, 2)):
        file = tmp_path / f"夜间-{number}.zip"
        backup.write(small_bureau, file, at=NOW + dt.timedelta(days))
        os.utime(file, (2_000_000_000 - days, 2_000_000_000 - days))
    done = backup.write(small_bureau, tmp_path / "夜间-4.zip", at=NOW, keep=3)
    assert _kept(tmp_path) == ["夜间-1.zip", "夜间-3.zip", "夜间-4.zip"] and done.removed == ("夜间-2.zip",)
    done = backup.write(small_bureau, tmp_path / "夜间-5.zip", at=NOW - dt.timedelta(9), keep=1)
    assert _kept(tmp_path) == ["夜间-5.zip"] and len(done.removed) == 3


def test_keep_drops_nothing_but_whole_backups_of_this_database(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Database(tmp_path / "other" / "p.db")
    other.create()
    with other.writing("init", actor="乙", day=TODAY, at=NOW) as repository:
        repository.note("policy", "别的数据库")
    others: dict[str, Callable[[Path], object]] = {
        "夜间-1.zip": lambda file: backup.write(other, file, at=NOW),
        "夜间-2.zip": lambda file: file.write_bytes(b"no zip"),
        "夜间-3.zip": lambda file: zipfile.ZipFile(file, "w").writestr("letter.txt", "x"),
        "夜间-4.zip": lambda file: zipfile.ZipFile(file, "w").writestr("manifest.json", "{}"),
        "夜间-5.zip": lambda file: file.mkdir(),
        "夜间-6.zip": lambda file: file.symlink_to(tmp_path / "夜间-1.zip"),
        "夜间-7.zip": lambda file: _with_more(backup.write(small_bureau, file, at=NOW).file),
        "夜间-8.zip": lambda file: _cut(backup.write(small_bureau, file, at=NOW).file),
        "周末-1.zip": lambda file: backup.write(small_bureau, file, at=NOW),
        "夜间-1.zip.txt": lambda file: backup.write(small_bureau, file, at=NOW),
    }
    for name, make in others.items():
        make(tmp_path / name)
    backup.write(small_bureau, tmp_path / "夜间-9.zip", at=NOW - dt.timedelta(1))
    done = backup.write(small_bureau, tmp_path / "夜间-10.zip", at=NOW, keep=1)
    assert done.removed == ("夜间-9.zip",)
    assert all(os.path.lexists(tmp_path / name) for name in others) and (tmp_path / "夜间-10.zip").exists()


def _with_more(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("letter.txt", "x")


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def test_keep_that_cannot_delete_does_not_deny_the_backup(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.write(small_bureau, tmp_path / "夜间-1.zip", at=NOW - dt.timedelta(1))
    real = Path.unlink

    def refused(self: Path, missing_ok: bool = False) -> None:
        if self.name == "夜间-1.zip":
            raise PermissionError(13, "no")
        real(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refused)
    done = backup.write(small_bureau, tmp_path / "夜间-2.zip", at=NOW, keep=1)
    assert _kept(tmp_path) == ["夜间-1.zip", "夜间-2.zip"] and "夜间-1.zip" in done.warnings[0]


def test_keep_counts_on_after_a_restore(small_bureau: Database, tmp_path: Path) -> None:
    for number in (1, 2):
        backup.write(small_bureau, tmp_path / f"夜间-{number}.zip", at=NOW + dt.timedelta(number))
        with small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository:
            repository.note("office", "一件事")
    restored(small_bureau, tmp_path / "夜间-1.zip")
    backup.write(small_bureau, tmp_path / "夜间-3.zip", at=NOW + dt.timedelta(3), keep=1)
    assert _kept(tmp_path) == ["夜间-3.zip"], "those of the replaced log are of this database, too"


def test_a_backup_is_read_again_before_it_gets_its_name(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup._zip

    def failing(target: Path, *arguments: Any) -> None:
        real(target, *arguments)
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 1
        target.write_bytes(data)

    monkeypatch.setattr(backup, "_zip", failing)
    with pytest.raises(DatabaseError) as caught:
        backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    assert caught.value.code == "backup_unsound" and not list(tmp_path.glob("*.zip"))


def test_attachments_that_nothing_refers_to_are_told_and_removed(
    small_bureau: Database, tmp_path: Path
) -> None:
    files = Attachments(small_bureau.attachments)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    orphan, kept = files.keep(tmp_path / "a.txt"), files.keep(tmp_path / "b.txt")
    with small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository:
        repository.add_record(Record(0, RecordKind.MEETING, TODAY, sha256=kept.sha256), "b.txt")
    assert small_bureau.drop_unreferenced(dry_run=True) == [orphan.sha256]
    assert small_bureau.drop_unreferenced() == [orphan.sha256] and files.stored() == {kept.sha256}


def test_attachments_of_other_databases_in_the_folder_stay(small_bureau: Database, tmp_path: Path) -> None:
    """Those of one that a restore set aside, of a namesake, and of one nobody knows by name."""
    files = Attachments(small_bureau.attachments)
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    (tmp_path / "a.txt").write_text("a")
    kept = files.keep(tmp_path / "a.txt")
    with small_bureau.writing("x", actor="a", day=TODAY, at=NOW) as repository:
        repository.add_record(Record(0, RecordKind.MEETING, TODAY, sha256=kept.sha256), "a.txt")
    aside = restored(small_bureau, tmp_path / "b.zip").kept
    assert aside is not None and small_bureau.drop_unreferenced() == []
    aside.rename(aside.with_name("改了名的旧库"))
    assert small_bureau.drop_unreferenced() == [] and files.state(kept.sha256) == "sound"
    damaged = aside.with_name(f"{small_bureau.path.name}.before-restore-20260101-000000")
    damaged.write_bytes(b"no database")
    with pytest.raises(DatabaseError) as caught:
        small_bureau.drop_unreferenced()
    assert caught.value.code == "neighbour_unread" and files.state(kept.sha256) == "sound"
    damaged.unlink()
    aside.with_name("改了名的旧库").unlink()
    assert small_bureau.drop_unreferenced() == [kept.sha256]


@pytest.mark.skipif(os.name != "posix", reason="Windows 上建链接要特权")
@pytest.mark.parametrize("how", ["symlink", "hardlink", "symlink twice", "folder"])
def test_another_name_of_the_same_database_is_no_neighbour(
    small_bureau: Database, tmp_path: Path, how: str
) -> None:
    """It holds the very lock that a neighbour's would be waited for."""
    (tmp_path / "a.txt").write_text("a")
    orphan = Attachments(small_bureau.attachments).keep(tmp_path / "a.txt")
    place, live = small_bureau.path.parent, small_bureau
    match how:
        case "symlink":
            (place / "当前.db").symlink_to(small_bureau.path)
        case "hardlink":
            (place / "当前.db").hardlink_to(small_bureau.path)
        case "symlink twice":
            (place / "a.db").symlink_to(small_bureau.path.name)
            (place / f"{small_bureau.path.name}.before-restore-1").symlink_to(place / "a.db")
        case _:
            (tmp_path / "另一路").symlink_to(place)
            live = Database(tmp_path / "另一路" / small_bureau.path.name)
            (place / "当前.db").symlink_to(tmp_path / "另一路" / small_bureau.path.name)
    begun = time.monotonic()
    assert live.drop_unreferenced() == [orphan.sha256]
    assert time.monotonic() - begun < 2  # it would have waited for 15 s
    assert neighbours(live.path) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows 上建链接要特权")
def test_a_link_to_a_database_elsewhere_keeps_nothing_here_but_one_set_aside_does(
    small_bureau: Database, tmp_path: Path
) -> None:
    """A database keeps its attachments beside the real file; what a restore set aside may be carried to another disk."""
    files = Attachments(small_bureau.attachments)
    (tmp_path / "a.txt").write_text("a")
    kept = files.keep(tmp_path / "a.txt")
    other = Database(tmp_path / "elsewhere" / "other.db")
    other.create()
    with other.writing("x", actor="a", day=TODAY, at=NOW) as repository:
        repository.add_record(Record(0, RecordKind.MEETING, TODAY, sha256=kept.sha256), "a.txt")
    link = small_bureau.path.with_name("other.db")
    link.symlink_to(other.path)
    assert small_bureau.drop_unreferenced(dry_run=True) == [kept.sha256]
    link.rename(small_bureau.path.with_name(f"{small_bureau.path.name}.before-restore-1"))
    assert small_bureau.drop_unreferenced(dry_run=True) == small_bureau.drop_unreferenced() == []


def test_a_neighbour_that_is_being_written_is_not_waited_for_long(
    small_bureau: Database, tmp_path: Path
) -> None:
    """Whoever waits holds the lock of his own database meanwhile; two who clean at once must not wait for each other."""
    (tmp_path / "a.txt").write_text("a")
    orphan = Attachments(small_bureau.attachments).keep(tmp_path / "a.txt")
    neighbour = Database(small_bureau.path.with_name("second.db"))
    neighbour.create()
    begun = time.monotonic()
    with unit_of_work.session(neighbour.store, reading=False), pytest.raises(DatabaseError) as caught:
        small_bureau.drop_unreferenced()
    assert caught.value.code == "locked" and str(neighbour.path) in caught.value.message
    assert time.monotonic() - begun < 5
    assert small_bureau.drop_unreferenced() == [orphan.sha256]


@pytest.mark.parametrize("how", ["refused", "dry run", "broken"])
def test_what_is_not_taken_in_leaves_no_attachment(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    (tmp_path / "a.txt").write_text("a")
    files = Attachments(small_bureau.attachments)
    more: dict[str, Any] = {"actor": "a", "day": TODAY, "at": NOW, "dry_run": how == "dry run"}
    with (
        contextlib.suppress(Refused, DatabaseError),
        files.staging([tmp_path / "a.txt"]) as staging,
        small_bureau.writing("x", staging=staging, **more) as repository,
    ):
        record = Record(0, RecordKind.MEETING, TODAY, sha256=staging.files[0].sha256)
        repository.add_record(record, "a.txt")
        if how == "refused":
            raise Refused("x", "不行")
        if how == "broken":  # between the file's place and the commit
            monkeypatch.setattr(repository._session, "commit", _full)
    assert files.stored() == set() and not list(small_bureau.attachments.rglob(".*"))
    with small_bureau.reading() as repository:
        assert repository.records() == ()


def _full() -> None:
    raise sqlite3.OperationalError("database or disk is full")


def test_two_upgrades_at_once_keep_one_copy_from_before(tmp_path: Path) -> None:
    database = Database(tmp_path / "d" / "p.db")
    restored(database, STORED / "0001.zip")
    done: list[tuple[str, str, Path | None]] = []
    threads = [
        threading.Thread(
            target=lambda: done.append(
                Database(database.path).upgrade(tmp_path / "d" / "p.db.before-upgrade-1")
            )
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    copies = [copy for _, _, copy in done if copy]
    assert len(done) == 3 and len(copies) == 1 and Database(copies[0]).store.revision() == "0001"
    assert Database(database.path).store.revision() == HEAD


def test_upgrade_is_for_known_revisions_only(database: Database) -> None:
    assert database.upgrade(None) == (HEAD, HEAD, None)
    with closing(sqlite3.connect(database.path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError) as caught:
        database.upgrade(None)
    assert caught.value.code == "newer_database"
