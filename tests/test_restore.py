"""Restore: nothing acknowledged is lost, nothing numbered twice, nothing put in place that was tampered with."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pressctl import durable
from pressctl.core.facts import Release
from pressctl.core.terms import Form
from pressctl.errors import BadData, DatabaseError
from pressctl.storage import backup, log, place, restore
from pressctl.storage.backup import sha256_of
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD
from pressctl.storage.tables import METADATA
from pressctl.storage.unreferenced import neighbours
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check
from tests.conftest import NOW, TODAY, Shell, restored
from tests.test_log import _another, _mutants

STORED = Path(__file__).parent / "data" / "databases"


def plan(shell: Shell, *names: str) -> list[str]:
    """Planned releases; their references."""
    shell("unit", "add", "某处", "--kind", "division") if not shell.json("unit", "list") else None
    words = ("--unit", "某处", "--form", "written", "--date", "2026-06-01")
    return [shell.json("plan", "add", name, *words)["ref"] for name in names]


def entries(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM log_entry ORDER BY seq")]


def live(shell: Shell) -> Path:
    return shell.folder / "data" / "p.db"


# -- numbers and references --------------------------------------------------------------------------------


def test_numbers_and_references_go_on_where_the_replaced_database_stopped(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    restored_last = entries(live(shell))[-1]
    assert plan(shell, "二", "三") == ["2026-002", "2026-003"]
    replaced_last = entries(live(shell))[-1]
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert (done["entry"], done["references"]) == (replaced_last["seq"] + 1, {"2026": 3})
    assert done["replaced"] == {"entries": replaced_last["seq"], "head": replaced_last["hash"]}
    own = entries(live(shell))[-1]
    assert (own["seq"], own["command"], own["prev"]) == (done["entry"], done["entry"], restored_last["hash"])
    (told,) = json.loads(own["changes"])
    assert told["old"] == {"entries": replaced_last["seq"], "head": replaced_last["hash"]}
    assert told["new"] == {"entries": restored_last["seq"], "head": restored_last["hash"]}
    assert told["kept"] == Path(done["kept"]).name and own["action"] == "db.restore"
    assert plan(shell, "四") == ["2026-004"]
    assert entries(live(shell))[-1]["seq"] == done["entry"] + 1
    assert shell.json("log", "verify")["ok"] and shell.json("db", "check", "--deep")["ok"]
    assert [r["name"] for r in shell.json("plan", "list")] == ["一", "四"]
    shown = shell("log", "show", str(done["entry"])).stdout
    assert replaced_last["hash"] in shown and restored_last["hash"] in shown


def test_a_second_restore_remembers_what_the_first_one_knew(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    plan(shell, "二", "三", "四")
    shell("db", "restore", "b.zip", "--yes")
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert done["references"] == {"2026": 4} and plan(shell, "五") == ["2026-005"]
    numbers = [e["seq"] for e in entries(live(shell))]
    assert numbers == sorted(set(numbers)) and shell.json("log", "verify")["ok"]


def test_a_backup_newer_than_the_database_goes_on_after_itself(shell: Shell) -> None:
    shutil.copytree(shell.folder / "data", shell.folder / "early")
    plan(shell, "一", "二")
    shell("db", "backup", "b.zip")
    last = entries(live(shell))[-1]["seq"]
    shutil.rmtree(shell.folder / "data")
    shutil.copytree(shell.folder / "early", shell.folder / "data")
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert (done["entry"], done["replaced"]["entries"]) == (last + 1, 1)
    assert shell.json("log", "verify")["entries"] == last + 1


def test_where_nothing_stood_the_entry_follows_the_backup(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    last = entries(live(shell))[-1]["seq"]
    done = shell.json("--db", "new/x.db", "db", "restore", "b.zip")
    assert (done["entry"], done["replaced"], done["kept"]) == (last + 1, None, None)
    assert "原没有数据库" in entries(shell.folder / "new" / "x.db")[-1]["summary"]
    assert shell.json("--db", "new/x.db", "db", "check", "--deep")["ok"]


# -- a log that was left behind ---------------------------------------------------------------------------


def _left_behind(shell: Shell, tmp_path: Path) -> tuple[Path, bytes]:
    """The database taken away while a change stood only in its log: the file is gone, the log lies there."""
    plan(shell, "一")
    path = live(shell)
    shell("db", "backup", "b.zip")
    with closing(sqlite3.connect(path)) as keeper:  # as long as one has it open, the log is not emptied
        keeper.execute("SELECT count(*) FROM release").fetchone()
        plan(shell, "二")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{path}{suffix}", tmp_path / f"kept{suffix}")
    path.unlink()
    Path(f"{path}-shm").unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "kept-wal", f"{path}-wal")
    Path(f"{path}-wal").chmod(0o644)
    return path, (tmp_path / "kept-wal").read_bytes()


def test_a_log_left_behind_is_not_played_into_a_restored_database(shell: Shell, tmp_path: Path) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)
    assert log_of_old
    done = shell.json("db", "restore", "b.zip")
    assert [r["name"] for r in shell.json("plan", "list")] == ["一"]
    assert shell("log", "verify").exit_code == 0
    (aside,) = path.parent.glob("p.db.before-restore-*-wal")
    assert aside.read_bytes() == log_of_old
    assert os.name == "nt" or aside.stat().st_mode & 0o077 == 0
    assert any(aside.name in warning for warning in done["warnings"])


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_nothing_is_set_aside_under_a_name_that_has_a_log(
    small_bureau: Database, tmp_path: Path, ending: str
) -> None:
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    first = restored(small_bureau, tmp_path / "b.zip").kept
    assert first is not None
    first.unlink()
    log_of_old = Path(f"{first}{ending}")
    log_of_old.write_bytes(b"log")
    kept = restored(small_bureau, tmp_path / "b.zip").kept
    assert kept is not None and kept.name == f"{first.name}-2"
    assert log_of_old.read_bytes() == b"log"


def test_the_log_of_a_database_that_stands_is_not_one_left_behind(tmp_path: Path) -> None:
    path, its_log = tmp_path / "p.db", tmp_path / "p.db-wal"
    its_log.write_bytes(b"log")
    assert place.logs_left(path) == [its_log]
    path.touch()  # an empty file holds no database: SQLite would throw the log away
    assert place.logs_left(path) == [its_log]
    path.write_bytes(b"x")
    assert place.logs_left(path) == []


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
@pytest.mark.parametrize(
    "words",
    [
        ("init",),
        ("unit", "list"),
        ("plan", "add", "三", "--unit", "某处", "--form", "written", "--date", "2026-09-01"),
        ("check",),
        ("due",),
        ("calendar", "show", "2026"),
        ("report", "annual", "2026"),
        ("log", "verify"),
        ("db", "check"),
        ("db", "check", "--deep"),
        ("db", "upgrade"),
        ("db", "backup", "c.zip"),
        ("db", "clean"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_the_log_of_an_emptied_database_stays_whoever_asks(
    shell: Shell, tmp_path: Path, words: tuple[str, ...], ending: str
) -> None:
    """What is acknowledged may stand in the log alone; where the file beside it is empty, SQLite deletes the log."""
    path, log_of_old = _left_behind(shell, tmp_path)
    Path(f"{path}-wal").unlink()
    its_log = Path(f"{path}{ending}")
    its_log.write_bytes(log_of_old)
    path.touch()
    said = shell.run(*words)
    assert its_log.read_bytes() == log_of_old and path.read_bytes() == b""
    assert its_log.name in said.output
    assert said.exit_code == (0 if words == ("doctor",) else 5)


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_restore_over_an_emptied_database_keeps_its_log(shell: Shell, tmp_path: Path, ending: str) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)
    Path(f"{path}-wal").unlink()
    Path(f"{path}{ending}").write_bytes(log_of_old)
    path.touch()
    done = shell.json("db", "restore", "b.zip", "--yes")
    (aside,) = path.parent.glob(f"p.db.before-restore-*{ending}")
    assert aside.read_bytes() == log_of_old
    assert not Path(
        str(aside).removesuffix(ending)
    ).exists()  # beside it, the log would go when it is looked at
    assert any(aside.name in warning for warning in done["warnings"])
    assert [r["name"] for r in shell.json("plan", "list")] == ["一"]
    assert "空文件" in entries(live(shell))[-1]["summary"]


def test_the_log_of_a_database_that_another_restores_meanwhile_is_left_alone(
    small_bureau: Database, tmp_path: Path
) -> None:
    """A restore into an empty place waits for the other, and then meets its database."""
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    fresh = Database(tmp_path / "new" / "p.db")
    fresh.path.parent.mkdir()
    ended: list[str] = []

    def second() -> None:
        try:
            restored(fresh, tmp_path / "b.zip")
        except DatabaseError as error:
            ended.append(error.code)
        else:
            ended.append("done")

    its_log = Path(f"{fresh.path}-wal")
    waiting = threading.Thread(target=second)
    with durable.alone(fresh.path.parent):
        waiting.start()
        waiting.join(2)  # long enough to be done, were it not made to wait
        assert ended == []
        fresh.path.write_bytes(b"of the other")
        its_log.write_bytes(b"log")
    waiting.join()
    assert ended == ["made_meanwhile"]
    assert (fresh.path.read_bytes(), its_log.read_bytes()) == (b"of the other", b"log")


@pytest.mark.skipif(os.name != "posix", reason="权限位只在 POSIX 上有")
def test_what_a_link_in_a_logs_place_leads_to_keeps_its_rights(
    small_bureau: Database, tmp_path: Path
) -> None:
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    (tmp_path / "another's").write_bytes(b"x")
    (tmp_path / "another's").chmod(0o644)
    fresh = Database(tmp_path / "new" / "p.db")
    fresh.path.parent.mkdir()
    Path(f"{fresh.path}-wal").symlink_to(tmp_path / "another's")
    restored(fresh, tmp_path / "b.zip")
    assert Path(f"{fresh.path}.before-restore-1-wal").is_symlink()
    assert (tmp_path / "another's").stat().st_mode & 0o777 == 0o644


def test_a_database_is_not_made_beside_a_log_left_behind(shell: Shell, tmp_path: Path) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)
    refused = shell.error("init", code=5)
    assert refused["code"] == "log_left"
    assert "p.db-wal" in refused["message"]
    assert not path.exists()
    assert Path(f"{path}-wal").read_bytes() == log_of_old
    Path(f"{path}-wal").write_bytes(b"")  # nothing is in it: no reason to ask
    shell("init")
    assert shell.json("unit", "list") == []


def test_a_folder_in_the_place_of_a_log_is_no_place_for_a_database(shell: Shell, tmp_path: Path) -> None:
    path, _ = _left_behind(shell, tmp_path)
    Path(f"{path}-wal").unlink()
    Path(f"{path}-wal").mkdir()
    assert shell.error("init", code=5)["code"] == "log_left"
    shell("db", "restore", "b.zip")
    assert shell.json("db", "check")["ok"]
    assert len(plan(shell, "三")) == 1


def test_a_hot_journal_left_behind_is_not_rolled_back_into_another(shell: Shell, tmp_path: Path) -> None:
    path, _ = _left_behind(shell, tmp_path)
    Path(f"{path}-wal").unlink()
    Path(f"{path}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    assert shell.error("init", code=5)["code"] == "log_left"
    shell("db", "restore", "b.zip")
    assert not Path(f"{path}-journal").exists()
    assert len(list(path.parent.glob("p.db.before-restore-*-journal"))) == 1


def test_a_restore_that_fails_leaves_the_log_where_it_was(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)

    def full(_made: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pressctl.durable.put_new", full)
    assert shell.run("db", "restore", "b.zip").exit_code == 5
    assert Path(f"{path}-wal").read_bytes() == log_of_old
    assert not list(path.parent.glob("p.db.before-restore-*"))


def test_of_two_backups_that_keep_one_one_is_kept(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second gets its name while the first has not yet counted what is there: each would remove the other's."""
    others: list[threading.Thread] = []

    def one(name: str) -> None:
        backup.write(small_bureau, tmp_path / name, at=NOW, keep=1)

    def named(made: Path, target: Path, put: Callable[[Path, Path], None] = durable.put_new) -> None:
        put(made, target)
        if target.name == "b-1.zip":
            others.append(threading.Thread(target=one, args=("b-2.zip",)))
            others[0].start()
            others[0].join(1)  # long enough to be done, were it not made to wait

    monkeypatch.setattr(durable, "put_new", named)
    one("b-1.zip")
    others[0].join()
    assert [p.name for p in tmp_path.glob("b-*.zip")] == ["b-2.zip"]


def test_undone_numbers_are_free_again_but_lost_ones_are_not(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    plan(shell, "二")
    shell("undo")
    shell("db", "restore", "b.zip", "--yes")
    assert plan(shell, "三") == ["2026-002"]
    assert shell.error("undo", "--actor", "别人", code=3)["code"] == "nothing_to_undo"


def test_a_restore_itself_is_not_undone(shell: Shell) -> None:
    shell("db", "backup", "b.zip")
    shell("db", "restore", "b.zip", "--yes")
    assert shell.error("undo", code=3)["code"] == "cannot_undo"


def test_a_damaged_file_is_numbered_after_the_backup_and_after_what_can_be_read(shell: Shell) -> None:
    """Its log cannot be read; its releases can."""
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    last = entries(live(shell))[-1]["seq"]
    plan(shell, *(f"后{n}" for n in range(30)))
    with closing(sqlite3.connect(live(shell))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'log_entry'").fetchone()
    data = bytearray(live(shell).read_bytes())
    data[(root - 1) * 4096 : root * 4096] = os.urandom(4096)
    live(shell).write_bytes(data)
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert (done["entry"], done["replaced"]["entries"]) == (last + 1, None)
    assert done["references"] == {"2026": 31} and "2026-031" in done["warnings"][0]
    assert plan(shell, "新") == ["2026-032"]
    assert Path(done["kept"]).read_bytes() == bytes(data)
    assert shell.json("db", "check", "--deep")["ok"]


@pytest.mark.parametrize("wreck", [b"text" * 3000, b"", b"\0" * 8192, b"SQLite format 3\0" + b"x" * 5000])
def test_a_wreck_is_kept_byte_by_byte(shell: Shell, wreck: bytes) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    for suffix in ("-wal", "-shm"):
        Path(f"{live(shell)}{suffix}").unlink(missing_ok=True)
    live(shell).write_bytes(wreck)
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert done["warnings"] and done["references"] == {"2026": 1}
    if wreck:
        assert Path(done["kept"]).read_bytes() == wreck
    assert shell.json("db", "check", "--deep")["ok"] and plan(shell, "二") == ["2026-002"]


def test_another_programs_database_is_not_replaced(shell: Shell) -> None:
    shell("db", "backup", "b.zip")
    with closing(sqlite3.connect(shell.folder / "foreign.db")) as connection, connection:
        connection.execute("CREATE TABLE t (x)")
    before = (shell.folder / "foreign.db").read_bytes()
    error = shell.error("--db", "foreign.db", "db", "restore", "b.zip", "--yes", code=5)
    assert error["code"] == "foreign_database" and (shell.folder / "foreign.db").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA journal_mode = DELETE",
        "INSERT INTO alembic_version VALUES ('0001')",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '9999'",
        "PRAGMA application_id = 7",
        "DROP TRIGGER log_entry_no_delete",
    ],
)
def test_whatever_a_hand_did_to_what_stands_here_it_is_replaced_and_kept(shell: Shell, change: str) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    with closing(sqlite3.connect(live(shell))) as connection, connection:
        connection.execute(change)
    done = shell.json("db", "restore", "b.zip", "--yes")
    assert done["replaced"]["entries"] == 3 and Path(done["kept"]).exists()
    assert shell.json("db", "check", "--deep")["ok"] and shell.json("db", "check")["orphans"] == []


def test_pages_of_another_size_are_no_obstacle(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    with closing(sqlite3.connect(live(shell), isolation_level=None)) as connection:
        for statement in (
            "PRAGMA journal_mode = DELETE",
            "PRAGMA page_size = 8192",
            "VACUUM",
            "PRAGMA journal_mode = WAL",
        ):
            connection.execute(statement)
    shell("db", "restore", "b.zip", "--yes")
    assert shell.json("db", "check", "--deep")["ok"]


def test_the_forgotten_who_come_back_are_named(shell: Shell) -> None:
    shell("unit", "add", "某处", "--kind", "division")
    who = ("--role", "liaison", "--unit", "某处", "--title", "民警", "--mobile", "13912345678")
    person = shell.json("register", "add", "江若水", *who)["id"]
    shell("register", "end", "江若水", "--on", "2026-01-15", "--reason", "退休")
    shell("db", "backup", "b.zip")
    shell("register", "forget", "江若水", "--reason", "离任已久", "--yes")
    assert shell.json("register", "show", "江若水")["mobile"] is None
    (warning,) = shell.json("db", "restore", "b.zip", "--yes")["warnings"]
    assert f"P{person}" in warning and "register forget" in warning
    shell("register", "forget", "江若水", "--reason", "离任已久", "--yes")
    shell("db", "backup", "c.zip")
    assert shell.json("db", "restore", "c.zip", "--yes")["warnings"] == []


# -- the gap ---------------------------------------------------------------------------------------------


@pytest.fixture
def with_gap(shell: Shell) -> Shell:
    """Entries 1 to 3, the restore's 6, then 7 and 8; 4 and 5 are in the database set aside."""
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    plan(shell, "二", "三")
    shell("db", "restore", "b.zip", "--yes")
    plan(shell, "四", "五")
    assert [e["seq"] for e in entries(live(shell))] == [1, 2, 3, 6, 7, 8]
    return shell


def _tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("gone", [2, 3, 6, 7])
def test_no_entry_can_be_taken_out_beside_the_gap(with_gap: Shell, gone: int) -> None:
    _tamper(live(with_gap), f"DELETE FROM log_entry WHERE seq = {gone}")
    error = with_gap.error("log", "verify", code=5)
    assert error["kind"] in ("removed", "inserted", "reordered"), error


@pytest.mark.parametrize("moved", ["seq = 5 WHERE seq = 6", "seq = 9 WHERE seq = 8", "seq = 4 WHERE seq = 3"])
def test_no_number_can_be_changed_beside_the_gap(with_gap: Shell, moved: str) -> None:
    _tamper(live(with_gap), f"UPDATE log_entry SET {moved}")
    assert with_gap.error("log", "verify", code=5)["kind"] == "reordered"


def test_no_other_entry_may_leave_a_gap() -> None:
    def chain(action: str, changes: str, seq: int) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        prev = log.GENESIS
        for number, (act, told) in ((1, ("x", "[]")), (2, ("x", "[]")), (seq, (action, changes))):
            entry: dict[str, Any] = {
                "seq": number, "command": number, "at": "t", "day": TODAY, "actor": "a", "action": act,
                "subject": "s", "summary": "z", "reason": None, "changes": told, "prev": prev,
            }  # fmt: skip
            prev = entry["hash"] = log.entry_hash(entry)
            made.append(entry)
        return made

    told = json.dumps(
        [{"table": "log_entry", "key": 2, "op": "restore", "old": {"entries": 9}, "references": {}}]
    )
    assert log.verify(chain("db.restore", told, 10)).ok
    for wrong in (
        chain("x", "[]", 10),  # a gap without a restore
        chain("x", told, 10),  # another action that tells of one
        chain("db.restore", "[]", 10),
        chain("db.restore", "{", 10),
        chain("db.restore", told, 9),
        chain("db.restore", told, 11),
        chain("db.restore", told, 3),  # the replaced log's numbers once more
        chain("db.restore", told.replace("9", '"9"'), 10),
        chain("db.restore", told.replace("9", "[]"), 10),
    ):
        assert not log.verify(wrong).ok, wrong[-1]


def test_a_head_of_the_replaced_log_is_told_from_one_that_never_was(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    plan(shell, "二")
    middle = entries(live(shell))[-1]["hash"]
    plan(shell, "三")
    head = entries(live(shell))[-1]["hash"]
    done = shell.json("db", "restore", "b.zip", "--yes")
    plan(shell, "四")
    error = shell.error("log", "verify", "--head", head, code=5)
    assert (error["kind"], error["broken"]) == ("replaced", done["entry"])
    assert Path(done["kept"]).name in error["message"]
    error = shell.error("log", "verify", "--head", middle, code=5)
    assert error["kind"] == "truncated" and f"第 {done['entry']} 条" in error["message"]
    assert shell.json("--db", done["kept"], "log", "verify", "--head", middle)["ok"]


# -- archives that were tampered with ----------------------------------------------------------------------


@pytest.fixture
def filled(tmp_path: Path) -> Database:
    """The stored bureau, whose triggers and checks a hand has switched off."""
    database = Database(tmp_path / "filled" / "p.db")
    restored(database, STORED / f"{HEAD}.zip")
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return database


def _repacked(source: Path, target: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """The archive with its database changed, and a manifest that speaks of the changed one."""
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = target.with_suffix(".db")
    file.write_bytes(parts["pressctl.db"])
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        change(connection)
    parts["pressctl.db"] = file.read_bytes()
    manifest = json.loads(parts["manifest.json"]) | {"database_sha256": sha256_of(file)}
    parts["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target


def _without_triggers(connection: sqlite3.Connection) -> Iterator[str]:
    """Drops them; gives what makes them again."""
    for name, sql in connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
        yield sql


def _refused(database: Database, archive: Path) -> str:
    """The message; and nothing has changed."""
    before = sorted((p.name, p.stat().st_size) for p in database.path.parent.iterdir())
    with pytest.raises(BadData) as caught:
        restored(database, archive)
    assert caught.value.code == "bad_backup"
    assert sorted((p.name, p.stat().st_size) for p in database.path.parent.iterdir()) == before
    return caught.value.message


@pytest.mark.slow
@pytest.mark.parametrize("table", METADATA.tables)
def test_every_changed_column_is_refused_with_its_row(
    small_bureau: Database, filled: Database, tmp_path: Path, table: str
) -> None:
    """The mutations of the log's own tests, each in an archive whose manifest and triggers are in order."""
    _mutated(small_bureau, filled, tmp_path, table)


@pytest.mark.soak
def test_every_changed_column_of_every_entry_is_refused(
    small_bureau: Database, filled: Database, tmp_path: Path
) -> None:
    _mutated(small_bureau, filled, tmp_path, "log_entry", every_row=True)


def _mutated(
    small_bureau: Database, filled: Database, tmp_path: Path, table: str, *, every_row: bool = False
) -> None:
    whole = tmp_path / "whole.zip"
    backup.write(filled, whole, at=NOW)
    tried = 0
    for said, sql, values in _mutants(filled, table, every_row):

        def change(connection: sqlite3.Connection, sql: str = sql, values: tuple[Any, ...] = values) -> None:
            triggers = list(_without_triggers(connection))
            connection.execute(sql, values)
            for trigger in triggers:
                connection.execute(trigger)

        try:
            archive = _repacked(whole, tmp_path / "mutant.zip", change)
        except sqlite3.IntegrityError:  # an id that can only be a number
            continue
        message = _refused(small_bureau, archive)
        row = said.split()[1]
        named = f"{table} {row}" in message or f"第 {row} 条" in message or "CHECK constraint" in message
        moved = table == "log_entry" and ("日志" in message)  # a changed number is told of where it is missed
        assert named or moved or "引用失效" in message, (said, message)
        tried += 1
    assert tried >= len(METADATA.tables[table].columns)


@pytest.mark.parametrize("table", METADATA.tables)
def test_every_row_taken_away_or_added_is_refused(
    small_bureau: Database, filled: Database, tmp_path: Path, table: str
) -> None:
    whole = tmp_path / "whole.zip"
    backup.write(filled, whole, at=NOW)
    (key,) = METADATA.tables[table].primary_key.columns.keys()

    def taken(connection: sqlite3.Connection) -> None:
        triggers = list(_without_triggers(connection))
        connection.execute(f'DELETE FROM "{table}" WHERE "{key}" = (SELECT min("{key}") FROM "{table}")')
        for trigger in triggers:
            connection.execute(trigger)

    def added(connection: sqlite3.Connection) -> None:
        columns = {c.name: _another(None, c.type) for c in METADATA.tables[table].columns}
        names, marks = ", ".join(f'"{n}"' for n in columns), ", ".join("?" * len(columns))
        connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(columns.values()))

    for change in (taken, added):
        assert _refused(small_bureau, _repacked(whole, tmp_path / "mutant.zip", change))


@pytest.mark.parametrize("column", ["notice.days", "record.data", "log_entry.changes", "log_entry.opening"])
@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 50_000, "9" * 5_000], ids=["lists", "objects", "digits"]
)
def test_a_text_nested_without_end_is_told_as_damage(
    small_bureau: Database, filled: Database, tmp_path: Path, column: str, text: str
) -> None:
    """What no reader of JSON takes is refused in an archive, and told where it stands."""
    table, name = column.split(".")
    backup.write(filled, tmp_path / "whole.zip", at=NOW)

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        triggers = list(_without_triggers(connection))
        connection.execute(
            f"UPDATE {table} SET {name} = ? WHERE rowid = (SELECT max(rowid) FROM {table} WHERE {name} IS NOT NULL)",
            (text,),
        )
        for trigger in triggers:
            connection.execute(trigger)

    archive = _repacked(tmp_path / "whole.zip", tmp_path / "mutant.zip", change)
    assert _refused(small_bureau, archive)
    with closing(sqlite3.connect(filled.path, isolation_level=None)) as connection:
        change(connection)
    desk = Desk(filled.path, "查", TODAY, lambda: NOW)
    with pytest.raises(DatabaseError):
        db_check(desk, deep=True)
    for read in (Database.notices, _all_of):
        with contextlib.suppress(DatabaseError):
            read(filled)


def _all_of(database: Database) -> None:
    with database.reading() as repository:
        repository.facts(), repository.records(), repository.log_entries(), repository.notices()


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("trigger log_entry_no_delete", "DROP TRIGGER log_entry_no_delete"),
        (
            "trigger planted",
            "CREATE TRIGGER planted AFTER INSERT ON approval_step BEGIN UPDATE release SET name = 'x'; END",
        ),
        ("index ix_person_name", "DROP INDEX ix_person_name"),
        ("table extra", "CREATE TABLE extra (x)"),
        ("user_version", "PRAGMA user_version = 5"),
        ("application_id", "PRAGMA application_id = 5"),
        ("alembic_version", "INSERT INTO alembic_version VALUES ('0001')"),
        ("不是 pressctl 的", "DROP TABLE alembic_version"),
    ],
)
def test_a_changed_schema_or_mark_is_refused(
    small_bureau: Database, tmp_path: Path, said: str, statement: str
) -> None:
    archive = _repacked(STORED / f"{HEAD}.zip", tmp_path / "m.zip", lambda c: c.execute(statement))
    assert said in _refused(small_bureau, archive)


def test_statistics_are_no_damage(small_bureau: Database, tmp_path: Path) -> None:
    archive = _repacked(STORED / f"{HEAD}.zip", tmp_path / "m.zip", lambda c: c.execute("ANALYZE"))
    restored(small_bureau, archive)


def _manifest(target: Path, source: Path, **changes: Any) -> Path:
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | changes).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target


@pytest.mark.parametrize(
    "changes",
    [
        {"log_entries": 63},
        {"log_head": "0" * 64},
        {"revision": "0001"},
        {"revision": "9999"},
        {"database_sha256": "0" * 64},
        {"database": "a" * 64},
        {"database": "0" * 64},
        {"database": 7},
        {"attachments": []},
        {"made_at": "昨天"},
        {"made_at": "2026-01-01T00:00:00"},
        {"format": 2},
        {"format": True},
    ],
    ids=str,
)
def test_a_manifest_that_does_not_tell_the_truth_is_refused(
    small_bureau: Database, tmp_path: Path, changes: Mapping[str, Any]
) -> None:
    backup.write(_from(tmp_path), tmp_path / "b.zip", at=NOW)
    _refused(small_bureau, _manifest(tmp_path / "m.zip", tmp_path / "b.zip", **changes))


def test_true_is_no_number_of_entries(tmp_path: Path) -> None:
    """To Python true is 1, and a database just made has one entry."""
    one = Database(tmp_path / "one" / "p.db")
    one.create()
    with one.writing("unit.add", actor="测试员", day=TODAY, at=NOW) as repository:
        repository.note("unit", "一条", None)
    backup.write(one, tmp_path / "b.zip", at=NOW)
    _refused(one, _manifest(tmp_path / "m.zip", tmp_path / "b.zip", log_entries=True))


def test_an_attachment_that_was_altered_is_kept_beside_the_one_put_back(tmp_path: Path) -> None:
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    (whole, *_) = sorted(p for p in database.attachments.glob("*/*") if p.is_file())
    told = whole.read_bytes()
    whole.write_bytes(b"altered")
    done = restored(database, tmp_path / "b.zip")
    (kept,) = whole.parent.glob(f"{whole.name}.before-restore-*")
    assert (whole.read_bytes(), kept.read_bytes()) == (told, b"altered")
    assert any(str(kept) in warning for warning in done.warnings)
    assert os.name == "nt" or kept.stat().st_mode & 0o077 == 0
    whole.write_bytes(b"again")
    with pytest.raises(BadData):
        restored(database, _manifest(tmp_path / "m.zip", tmp_path / "b.zip", log_entries=1))
    assert whole.read_bytes() == b"again" and list(whole.parent.glob(f"{whole.name}.*")) == [kept]


def test_a_name_too_long_for_what_is_set_aside_is_said_so(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    name = "x" * 240
    shell("--db", name, "db", "restore", "b.zip")
    before = (shell.folder / name).read_bytes()
    error = shell.error("--db", name, "db", "restore", "b.zip", "--yes", code=5)
    assert "名称太长" in error["message"] and "短" in error["next"]
    assert (shell.folder / name).read_bytes() == before


def _from(tmp_path: Path) -> Database:
    database = Database(tmp_path / "from" / "p.db")
    restored(database, STORED / f"{HEAD}.zip")
    return database


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("person 1", "UPDATE person SET mobile = '13000000000' WHERE id = 1"),
        ("release 2026-001", "UPDATE release SET name = 'x' WHERE ref = '2026-001'"),
        ("第 7 条", "UPDATE log_entry SET summary = 'x' WHERE seq = 7"),
        ("trigger log_entry_no_delete", "DROP TRIGGER log_entry_no_delete"),
    ],
)
def test_older_archives_are_looked_at_as_closely(
    small_bureau: Database, tmp_path: Path, revision: str, said: str, statement: str
) -> None:
    def change(connection: sqlite3.Connection) -> None:
        triggers = [] if "TRIGGER" in statement else list(_without_triggers(connection))
        connection.execute(statement)
        for trigger in triggers:
            connection.execute(trigger)

    assert said in _refused(small_bureau, _repacked(STORED / f"{revision}.zip", tmp_path / "m.zip", change))


def test_a_refused_restore_leaves_nothing_where_there_was_nothing(shell: Shell) -> None:
    (shell.folder / "bad.zip").write_bytes(b"PK")
    before = sorted(shell.folder.rglob("*"))
    for words in (("bad.zip",), ("none.zip",)):
        shell.error("--db", "new/deep/x.db", "db", "restore", *words, code=4)
    assert sorted(shell.folder.rglob("*")) == before


def test_a_restore_that_fails_after_all_takes_its_attachments_back(small_bureau: Database) -> None:
    """Another desk holds the lock for longer than it waits."""
    waiting = Database(small_bureau.path, wait_seconds=0.3)
    before = sorted(p.name for p in small_bureau.path.parent.rglob("*") if p.is_file())
    with closing(sqlite3.connect(small_bureau.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError) as caught:
            restored(waiting, STORED / f"{HEAD}.zip")
        assert caught.value.code == "locked"
        other.execute("ROLLBACK")
    files = sorted(p.name for p in small_bureau.path.parent.rglob("*") if p.is_file())
    assert [f for f in files if not f.endswith(("-wal", "-shm"))] == [
        f for f in before if not f.endswith(("-wal", "-shm"))
    ]


def test_what_backup_writes_restore_takes(shell: Shell) -> None:
    """A database that a hand has changed is not backed up: the archive could never be restored."""
    plan(shell, "一")
    shell("db", "backup", "夜间-1.zip")
    with closing(sqlite3.connect(live(shell))) as connection, connection:
        connection.execute("UPDATE release SET name = '改' WHERE ref = '2026-001'")
    error = shell.error("db", "backup", "夜间-2.zip", "--keep", "1", code=5)
    assert "release 2026-001" in error["message"]
    assert [p.name for p in shell.folder.glob("夜间-*")] == ["夜间-1.zip"]


# -- others at work ----------------------------------------------------------------------------------------

WRITER = """
import datetime as dt, sys
from pathlib import Path
from pressctl.core.terms import Form
from pressctl.usecases import releases
from pressctl.usecases.desk import Desk
who, path, stop = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
desk = Desk(path, who, dt.date(2026, 1, 15), lambda: dt.datetime.now(dt.UTC))
n = 0
while not stop.exists():
    new = releases.NewRelease(f"{who}-{n}", "某市公安局", Form.WRITTEN, dt.date(2026, 6, 1 + n % 28))
    ref = releases.plan_add(desk, new)[0].ref
    print(ref, f"{who}-{n}", flush=True)
    n += 1
"""


def restore_under_writers(
    database: Database, folder: Path, *, writers: int, restores: int
) -> tuple[int, float]:
    """Every acknowledged change is in the live database or in one set aside, under a number of its own.

    Returns how many were acknowledged and the longest a restore took.
    """
    backup.write(database, folder / "b.zip", at=NOW)
    stop = folder / "stop"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, f"w{n}", str(database.path), str(stop)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for n in range(writers)
    ]  # fmt: skip
    longest = 0.0
    first = [process.stdout.readline() for process in running if process.stdout]
    try:
        for _ in range(restores):
            began = time.monotonic()
            restored(database, folder / "b.zip")
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.05)
    finally:
        stop.touch()
        ended = [process.communicate(timeout=60) for process in running]
        stop.unlink()
    assert [p.returncode for p in running] == [0] * writers, [err[-800:] for _, err in ended]
    told = [line.split() for out in (*first, *(out for out, _ in ended)) for line in out.splitlines()]
    held: set[tuple[str, str]] = set()
    for file in [database.path, *neighbours(database.path)]:
        with closing(sqlite3.connect(file)) as connection:
            held |= set(connection.execute("SELECT ref, name FROM release").fetchall())
    assert [tuple(each) for each in told if tuple(each) not in held] == []
    assert len({ref for ref, _ in told}) == len(told), "a reference was given out twice"
    with database.reading() as repository:
        assert repository.verify_log().ok and repository.deviations() == []
    return len(told), longest


def test_a_restore_under_eight_writers_loses_nothing(small_bureau: Database, tmp_path: Path) -> None:
    acknowledged, _ = restore_under_writers(small_bureau, tmp_path, writers=8, restores=3)
    assert acknowledged > 8


def test_a_writer_who_waited_does_not_write_into_an_older_database(small_bureau: Database) -> None:
    """What was put here while it waited is of another revision: it says so and writes nothing."""
    with closing(sqlite3.connect(small_bureau.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE alembic_version SET version_num = '0001'")

        def released(_waited: float) -> None:
            other.execute("COMMIT")

        waiting = Database(small_bureau.path, on_wait=released)
        with (
            pytest.raises(DatabaseError) as caught,
            waiting.writing("x", actor="b", day=TODAY, at=NOW) as repository,
        ):
            repository.save_release(Release("2026-001", "发布", 1, Form.WRITTEN, TODAY, TODAY))
    assert caught.value.code == "old_database"


# -- damaged files, and what nobody may lose over them ----------------------------------------------------


def _page_of(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return int(size * (root - 1))


def _overwritten(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(data)


_OTHER_DESK = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=0) as connection:  # any command that reads and ends
    connection.execute("SELECT count(*) FROM release").fetchone()
connection.close()
try:
    connection = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("written")
except sqlite3.OperationalError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="系统的文件锁是 POSIX 的")
def test_the_lock_is_held_over_a_damaged_database_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its very bytes are copied under the lock; to close the file would give the lock away, and another desk would write
    what is then in neither file."""
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    _overwritten(database.path, _page_of(database.path, "ix_record_person_id"), b"\xff" * 64)
    said: list[str] = []
    real = restore._Putting._keep_bytes

    def then_another_desk(putting: restore._Putting) -> None:
        real(putting)
        command = [sys.executable, "-c", _OTHER_DESK, str(database.path)]
        said.append(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())

    monkeypatch.setattr(restore._Putting, "_keep_bytes", then_another_desk)
    done = restored(database, tmp_path / "b.zip")
    assert done.kept is not None and said == ["database is locked"]


@pytest.mark.parametrize(
    ("at", "byte"), [(18, 3), (18, 255), (47, 5), (47, 255), (0, 0)], ids=lambda value: f"{value}"
)
def test_whatever_byte_of_the_head_is_lost_a_restore_is_possible(shell: Shell, at: int, byte: int) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    path = live(shell)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _overwritten(path, at, bytes([byte]))
    wreck = path.read_bytes()
    kept = Path(shell.json("db", "restore", "b.zip", "--yes")["kept"])
    assert kept.read_bytes()[:100] == wreck[:100]
    assert [r["name"] for r in shell.json("plan", "list")] == ["一"]


def test_a_name_in_the_schema_that_is_no_text_is_damage(shell: Shell, tmp_path: Path) -> None:
    """SQLite's complaint quotes it, and cannot be decoded."""
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    path = live(shell)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _overwritten(path, path.read_bytes().index(b"indexix_release_status") + 8, b"\xa4")
    for words in (("db", "check"), ("unit", "list"), ("db", "backup", "c.zip"), ("check",), ("doctor",)):
        said = shell.run(*words)
        assert said.exit_code == (0 if words == ("doctor",) else 5), (words, said.output)
        assert "损坏" in said.output + said.stderr, words
    archive = _mutated_bytes(tmp_path / "m.zip", shell.folder / "b.zip", path.read_bytes())
    assert shell.error("db", "restore", str(archive), "--yes", code=4)["code"] == "bad_backup"
    shell("db", "restore", "b.zip", "--yes")
    assert shell.json("db", "check", "--deep")["ok"]


def _mutated_bytes(target: Path, source: Path, database: bytes) -> Path:
    with zipfile.ZipFile(source) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = {"database_sha256": hashlib.sha256(database).hexdigest()}
    parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | told).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in (parts | {"pressctl.db": database}).items():
            archive.writestr(name, data)
    return target


def test_the_log_of_a_wreck_is_not_played_into_what_takes_its_place(shell: Shell, tmp_path: Path) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)
    path.write_bytes(b"no database at all, fifty bytes of something else.")
    Path(f"{path}-wal").write_bytes(log_of_old)
    shell("db", "restore", "b.zip", "--yes")
    assert [r["name"] for r in shell.json("plan", "list")] == ["一"]
    assert shell.json("db", "check", "--deep")["ok"]


def test_what_was_set_aside_stays_when_all_was_done_but_the_last(
    small_bureau: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error after the pages were replaced: what was replaced is only in the file set aside."""
    backup.write(small_bureau, tmp_path / "b.zip", at=NOW)
    real = restore._Putting._opened_live

    def failing_at_the_end(putting: restore._Putting) -> Any:
        class Live:
            def __init__(self, connection: sqlite3.Connection) -> None:
                self.connection = connection

            def __getattr__(self, name: str) -> Any:
                return getattr(self.connection, name)

            def execute(self, statement: str) -> Any:
                if "journal_mode" in statement:
                    raise sqlite3.OperationalError("disk I/O error")
                return self.connection.execute(statement)

        return Live(real(putting))

    def backed_up(source: sqlite3.Connection, target: Any, **more: Any) -> None:
        sqlite3.Connection.backup(source, target.connection, **more)

    class Source(sqlite3.Connection):
        backup = backed_up

    def opened_copy(putting: restore._Putting) -> sqlite3.Connection:
        source = sqlite3.connect(putting.copy.path, isolation_level=None, factory=Source)
        source.execute("PRAGMA secure_delete = ON")
        return source

    monkeypatch.setattr(restore._Putting, "_opened_live", failing_at_the_end)
    monkeypatch.setattr(restore._Putting, "_opened_copy", opened_copy)
    with pytest.raises(DatabaseError):
        restored(small_bureau, tmp_path / "b.zip")
    (kept,) = small_bureau.path.parent.glob(f"{small_bureau.path.name}.before-restore-*")
    assert entries(kept)


def test_an_altered_attachment_is_as_it_was_when_the_restore_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    (altered, *_) = sorted(p for p in database.attachments.glob("*/*") if p.is_file())
    altered.write_bytes(b"altered")

    def broken(*_: Any) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(restore, "_one_transaction", broken)
    with pytest.raises(DatabaseError):
        restored(database, tmp_path / "b.zip", at=NOW + dt.timedelta(seconds=1))
    assert altered.read_bytes() == b"altered"
    assert [p.name for p in altered.parent.iterdir()] == [altered.name]


def test_another_programs_database_that_is_busy_is_not_replaced(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    known = Database.__init__.__kwdefaults__
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {**(known or {}), "wait_seconds": 0.2})
    with closing(sqlite3.connect(shell.folder / "other.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN EXCLUSIVE")
        assert shell.error("--db", "other.db", "db", "restore", "b.zip", "--yes", code=5)["code"] == "locked"
    assert (
        shell.error("--db", "other.db", "db", "restore", "b.zip", "--yes", code=5)["code"]
        == "foreign_database"
    )


def test_an_attachment_listed_twice_is_no_manifest(tmp_path: Path) -> None:
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        listed = json.loads(archive.read("manifest.json"))["attachments"]
    _refused(database, _manifest(tmp_path / "m.zip", tmp_path / "b.zip", attachments=[*listed, *listed]))


@pytest.mark.skipif(os.name != "posix", reason="命名管道是 POSIX 的")
def test_a_pipe_in_an_attachments_place_is_not_waited_for(tmp_path: Path) -> None:
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    (one, *_) = sorted(p for p in database.attachments.glob("*/*") if p.is_file())
    one.unlink()
    os.mkfifo(one)
    with pytest.raises(DatabaseError, match="附件丢失"):
        db_check(Desk(database.path, "测试员", TODAY, lambda: NOW))
    restored(database, tmp_path / "b.zip")
    assert one.is_file()


def test_a_backup_is_read_from_standard_input_and_written_to_no_stream(shell: Shell) -> None:
    plan(shell, "一")
    shell("db", "backup", "b.zip")
    done = subprocess.run(
        [sys.executable, "-m", "pressctl", "--db", "new/x.db", "db", "restore", "-", "--json"],
        cwd=shell.folder, input=(shell.folder / "b.zip").read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["file"] == "-"
    assert shell.error("db", "backup", "-", code=2)["code"] == "usage"
    assert not (shell.folder / "-").exists()


def _two_restores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, list[str], list[str]]:
    """Two restores over one wreck, the first stopped between keeping its bytes and replacing it; between them another
    desk writes as soon as it can. Gives the database, the names of the releases that were acknowledged, and the ends."""
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    database.path.write_bytes(b"no database" * 1000)
    for suffix in ("-wal", "-shm"):
        Path(f"{database.path}{suffix}").unlink(missing_ok=True)
    kept, go_on = threading.Event(), threading.Event()
    real, first = restore._Putting._keep_bytes, threading.Lock()

    def stopped(putting: restore._Putting) -> None:
        real(putting)
        if first.acquire(blocking=False):
            kept.set()
            assert go_on.wait(30)

    monkeypatch.setattr(restore._Putting, "_keep_bytes", stopped)
    ends: list[str] = []
    acknowledged: list[str] = []

    def put() -> None:
        try:
            restored(database, tmp_path / "b.zip")
            ends.append("done")
        except DatabaseError as error:
            ends.append(error.code)

    one, two = threading.Thread(target=put), threading.Thread(target=put)
    one.start()
    assert kept.wait(30)
    two.start()
    two.join(1.5)
    try:
        with database.writing("unit.add", actor="测试员", day=TODAY, at=NOW) as repository:
            repository.note("unit", "恢复之间", None)
        acknowledged.append("恢复之间")
    except DatabaseError:
        pass  # a wreck still: nothing is acknowledged
    go_on.set()
    one.join()
    two.join()
    return database, acknowledged, ends


@pytest.mark.skipif(os.name != "posix", reason="系统的文件锁是 POSIX 的")
def test_two_restores_over_a_wreck_lose_nothing_acknowledged_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, acknowledged, ends = _two_restores(tmp_path, monkeypatch)
    aside = list(database.path.parent.glob(f"{database.path.name}.before-restore-*"))
    told = {e["summary"] for p in (database.path, *aside) if p.stat().st_size > 50_000 for e in entries(p)}
    assert set(acknowledged) <= told
    assert "done" in ends and examine_deep(database)


def examine_deep(database: Database) -> bool:
    return db_check(Desk(database.path, "测试员", TODAY, lambda: NOW), deep=True).ok


def test_a_wreck_that_cannot_be_replaced_keeps_its_log(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, log_of_old = _left_behind(shell, tmp_path)
    path.write_bytes(b"no database at all, fifty bytes of something else.")
    its_log = Path(f"{path}-wal")
    its_log.write_bytes(log_of_old)
    real = durable.put_in_place

    def refused(made: Path, target: Path) -> None:
        if target == path:
            raise OSError(errno.EBUSY, "busy")
        real(made, target)

    monkeypatch.setattr(durable, "put_in_place", refused)
    shell.error("db", "restore", "b.zip", "--yes", code=5)
    assert its_log.read_bytes() == log_of_old
    assert path.read_bytes().startswith(b"no database")
    assert {p.name for p in path.parent.glob("p.db*")} - {"p.db-shm"} == {"p.db", "p.db-wal"}


def test_no_wreck_is_open_when_it_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows replaces no file that anybody has open, this program included."""
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    database.path.write_bytes(b"no database" * 1000)
    opened: list[bool] = []
    real_enter, real_put = restore._Putting._keep_bytes, durable.put_in_place
    held: list[Any] = []

    def remembering(putting: restore._Putting) -> None:
        real_open = Path.open

        def spy(path: Path, *words: Any, **more: Any) -> Any:
            stream = real_open(path, *words, **more)
            if path == database.path:
                held.append(stream)
            return stream

        with monkeypatch.context() as spying:
            spying.setattr(Path, "open", spy)
            real_enter(putting)

    def looking(made: Path, target: Path) -> None:
        if target == database.path:
            opened.extend(not stream.closed for stream in held)
        real_put(made, target)

    monkeypatch.setattr(restore._Putting, "_keep_bytes", remembering)
    monkeypatch.setattr(durable, "put_in_place", looking)
    restored(database, tmp_path / "b.zip")
    assert opened == [False]


def test_an_altered_attachment_is_not_put_back_over_what_was_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    (whole, *_) = sorted(p for p in database.attachments.glob("*/*") if p.is_file())
    told = whole.read_bytes()
    whole.write_bytes(b"altered")
    real = restore._Putting.run

    def failing_at_the_end(putting: restore._Putting) -> Any:
        real(putting)
        raise DatabaseError("disk", "坏了")

    monkeypatch.setattr(restore._Putting, "run", failing_at_the_end)
    with pytest.raises(DatabaseError):
        restored(database, tmp_path / "b.zip")
    assert whole.read_bytes() == told


def test_what_may_be_a_damaged_database_is_not_written_over(shell: Shell) -> None:
    plan(shell, "一")
    beside = shell.folder / "hurt" / "attachments" / "ab" / ("ab" + "0" * 62)
    beside.parent.mkdir(parents=True)
    beside.touch()
    wreck = shell.folder / "hurt" / "p.db"
    wreck.write_bytes(b"\0" * 8192)
    assert shell.error("db", "backup", "hurt/p.db", "--force", code=2)["code"] == "holds_data"
    assert wreck.read_bytes() == b"\0" * 8192
    (shell.folder / "hurt" / "empty.zip").touch()
    (shell.folder / "letter.txt").write_bytes(b"mine")
    for name in ("hurt/empty.zip", "hurt/empty.zip", "letter.txt"):
        shell("db", "backup", name, "--force")


@pytest.mark.skipif(os.name != "posix", reason="关闭标准输入的写法是 POSIX 的")
def test_a_closed_standard_input_is_told_in_words(shell: Shell) -> None:
    plan(shell, "一")
    for words in ("db restore - --yes", "register import -"):
        command = f"{sys.executable} -m pressctl {words} <&-"
        done = subprocess.run(
            command, shell=True, cwd=shell.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 4 and "标准输入读不出" in done.stderr, done.stderr


def test_another_text_that_cannot_be_decoded_is_not_blamed_on_the_database(small_bureau: Database) -> None:
    with pytest.raises(UnicodeDecodeError), small_bureau.store.raw():
        b"\xff".decode("utf-8")
    with pytest.raises(UnicodeDecodeError), small_bureau.reading():
        b"\xff".decode("utf-8")


def test_another_file_in_the_place_of_the_wreck_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put there between the keeping of its bytes and the replacing, by a program that asks for no lock of ours."""
    database = _from(tmp_path)
    backup.write(database, tmp_path / "b.zip", at=NOW)
    database.path.write_bytes(b"no database" * 1000)
    real = restore._Putting._keep_bytes

    def then_another(putting: restore._Putting) -> None:
        real(putting)
        (tmp_path / "other").write_bytes(b"of another")
        (tmp_path / "other").replace(database.path)

    monkeypatch.setattr(restore._Putting, "_keep_bytes", then_another)
    with pytest.raises(DatabaseError) as refused:
        restored(database, tmp_path / "b.zip")
    assert refused.value.code == "made_meanwhile"
    assert database.path.read_bytes() == b"of another"
