"""The log: every write is told, the chain holds, and whatever a hand in the file does is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Integer, Time, create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine
from typer.testing import CliRunner

from pressctl.cli import app as root
from pressctl.core.facts import Attachment, Record, Release, SeatTaken
from pressctl.core.terms import AttachmentKind, Form, RecordKind, Seat
from pressctl.errors import DatabaseError
from pressctl.storage import log, schema
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD
from pressctl.storage.tables import JOURNALED, METADATA
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check
from tests.conftest import NOW, TODAY, Shell, restored


def _fill(database: Database) -> None:
    """At least one row in every journaled table."""
    with database.writing("plan.add", actor="甲", day=TODAY, at=NOW) as repository:
        release = Release("2026-001", "发布", 1, Form.CONFERENCE, TODAY, TODAY, business_units=(1,))
        repository.save_release(release)
        repository.note("2026-001", "列入计划")
        repository.save_release(
            replace(
                release,
                seats=(SeatTaken(Seat.HOST, 1, "高一鸣"),),
                attachments=(Attachment(AttachmentKind.PRESS_TEXT, "稿.txt", "a" * 64, 3, TODAY),),
            )
        )
        repository.add_record(Record(0, RecordKind.MEETING, TODAY, text="例会", data={"topics": "计划"}))
        repository.keep_profile("national", "text", "b" * 64)
        from pressctl.core.notices import Notice

        repository.add_notice(Notice(2026, {}, {}, source="x", text="t"))
    with database.writing("approve", actor="甲", day=TODAY, at=NOW) as repository:
        from pressctl.core.facts import ApprovalStep
        from pressctl.core.terms import Decision, Step

        planned = repository.release("2026-001")
        assert planned is not None
        step = ApprovalStep(1, Step.UNIT, "某", "局长", Decision.AGREE, "同意", TODAY)
        repository.save_release(replace(planned, steps=(step,)))


def _tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for trigger in ("log_entry_no_update", "log_entry_no_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.execute(statement)


def _verify(database: Database, head: str | None = None) -> log.Verdict:
    with database.reading() as repository:
        found: log.Verdict = repository.verify_log(head)
    return found


def test_every_write_is_told_and_the_chain_holds(small_bureau: Database) -> None:
    _fill(small_bureau)
    verdict = _verify(small_bureau)
    assert verdict.ok and verdict.entries > 5
    with small_bureau.reading() as repository:
        assert repository.deviations() == []
        told = {c["table"] for e in repository.log_entries() for c in e["changes"]}
    assert told == set(JOURNALED)


def test_one_command_is_one_group(small_bureau: Database) -> None:
    with small_bureau.reading() as repository:
        entries = repository.log_entries()
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    groups = {e["command"] for e in entries}
    assert all(min(e["seq"] for e in entries if e["command"] == g) == g for g in groups)
    assert len(groups) == 2


def test_the_log_refuses_update_and_delete(small_bureau: Database) -> None:
    columns = [c.name for c in METADATA.tables["log_entry"].columns if c.name != "opening"]
    updates = [
        f'UPDATE log_entry SET "{c}" = {"seq + 1" if c == "seq" else "7"}, opening = NULL' for c in columns
    ]
    updates.append("UPDATE log_entry SET rowid = rowid + 1, opening = NULL")
    for statement in (*updates, "DELETE FROM log_entry"):
        with (
            sqlite3.connect(small_bureau.path) as connection,
            pytest.raises(sqlite3.IntegrityError, match="append-only"),
        ):
            connection.execute(statement)
    with (
        sqlite3.connect(small_bureau.path) as connection,
        pytest.raises(sqlite3.IntegrityError, match="only be emptied"),
    ):
        connection.execute("UPDATE log_entry SET opening = '{}'")


@pytest.mark.parametrize(
    ("kind", "where"), [("removed", 3), ("inserted", 3), ("reordered", 3), ("altered", 3)]
)
def test_the_kind_of_damage_and_the_entry_are_named(kind: str, where: int) -> None:
    chain = _chain([(f"s{n}", "摘要") for n in range(1, 7)])
    if kind == "removed":
        del chain[2]
    elif kind == "inserted":
        forged = {**chain[2], "summary": "伪造"}
        forged["hash"] = log.entry_hash(forged)
        chain.insert(2, forged)
    elif kind == "reordered":
        chain[2]["seq"], chain[3]["seq"] = 4, 3
        chain[2], chain[3] = chain[3], chain[2]
    else:
        chain[2]["summary"] = "改过"
    broken = log.verify(chain).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (kind, where)


def test_a_truncated_log_is_found_by_its_head(small_bureau: Database) -> None:
    head = _verify(small_bureau).head
    last = _verify(small_bureau).entries
    _tamper(small_bureau.path, f"DELETE FROM log_entry WHERE seq = {last}")
    assert _verify(small_bureau).ok, "a cut at the end shows only against a known head"
    verdict = _verify(small_bureau, head)
    assert verdict.broken is not None and verdict.broken.kind == "truncated"


def _another(value: Any, kind: TypeEngine[Any]) -> Any:
    if isinstance(kind, JSON):
        return '{"changed": 1}'
    if isinstance(kind, Date):
        return "1999-09-09"
    if isinstance(kind, Time):
        return "09:09:09.000000"
    if isinstance(kind, Boolean):
        return 0 if value else 1
    if isinstance(kind, Integer):
        return (value or 0) + 77
    return f"{value}x"


def test_rows_added_and_removed_behind_our_back_are_found(small_bureau: Database) -> None:
    with closing(sqlite3.connect(small_bureau.path)) as connection, connection:
        connection.execute("INSERT INTO person (id, name) VALUES (99, '不速之客')")
        connection.execute("DELETE FROM appointment WHERE id = 1")
    with small_bureau.reading() as repository:
        found = {(d.table, d.key) for d in repository.deviations()}
    assert found == {("person", 99), ("appointment", 1)}


def test_a_dry_run_leaves_nothing(small_bureau: Database) -> None:
    before = _verify(small_bureau)
    with small_bureau.writing("x", actor="甲", day=TODAY, at=NOW, dry_run=True) as repository:
        repository.save_release(Release("2026-001", "发布", 1, Form.CONFERENCE, TODAY, TODAY))
        assert repository.release("2026-001") is not None
    assert _verify(small_bureau) == before
    with small_bureau.reading() as repository:
        assert repository.release("2026-001") is None


def test_an_error_leaves_nothing(small_bureau: Database) -> None:
    before = _verify(small_bureau)
    with pytest.raises(RuntimeError), small_bureau.writing("x", actor="甲", day=TODAY, at=NOW) as repository:
        repository.save_release(Release("2026-001", "发布", 1, Form.CONFERENCE, TODAY, TODAY))
        raise RuntimeError("in the middle")
    assert _verify(small_bureau) == before


_text = st.text(max_size=20)
_entries = st.lists(st.tuples(_text, _text), min_size=2, max_size=8)


@given(st.dictionaries(st.sampled_from(log.HASHED), st.text() | st.integers() | st.none()))
def test_law_entries_are_spelled_as_every_json_library_spells_them(entry: dict[str, Any]) -> None:
    """A hash made by one version must hold in the next, and with tools of others."""
    spelled = log.canonical({name: entry[name] for name in log.HASHED if name in entry})
    usual = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert spelled == usual.encode("utf-8", "surrogateescape")


def _chain(summaries: list[tuple[str, str]]) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    prev = log.GENESIS
    for seq, (subject, summary) in enumerate(summaries, start=1):
        entry: dict[str, Any] = {
            "seq": seq, "command": seq, "at": "t", "day": TODAY, "actor": "a", "action": "x",
            "subject": subject, "summary": summary, "reason": None, "changes": "[]", "prev": prev,
        }  # fmt: skip
        prev = entry["hash"] = log.entry_hash(entry)
        chain.append(entry)
    return chain


@given(_entries, st.data())
@settings(max_examples=200, deadline=None)
def test_law_any_single_damage_to_a_chain_is_found(
    summaries: list[tuple[str, str]], data: st.DataObject
) -> None:
    chain = _chain(summaries)
    head = chain[-1]["hash"]
    assert log.verify(chain, head).ok
    where = data.draw(st.integers(0, len(chain) - 1))
    damage = data.draw(st.sampled_from(["alter", "remove", "swap", "double"]))
    damaged = [dict(e) for e in chain]
    if damage == "alter":
        damaged[where]["summary"] += "!"
    elif damage == "remove":
        del damaged[where]
    elif damage == "double":
        damaged.insert(where, dict(damaged[where]))
    else:
        other = (where + 1) % len(chain)
        damaged[where], damaged[other] = damaged[other], damaged[where]
    assert not log.verify(damaged, head).ok


# -- a hand in the file ----------------------------------------------------------------------------


STORED = Path(__file__).parent / "data" / "databases" / f"{HEAD}.zip"
_OTHERS: tuple[Any, ...] = ("垃圾", b"\xff\xfe", -77, "1999-09-09", None)


@pytest.fixture
def filled(tmp_path: Path) -> Database:
    """A database with rows in every table, whose triggers a hand has dropped."""
    database = Database(tmp_path / "filled" / "p.db")
    restored(database, STORED)
    with closing(sqlite3.connect(database.path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return database


def _mutants(
    database: Database, table: str, every_row: bool = False
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """(what is changed, SQL, its values): each column, of the first row or of every one, to each other value."""
    columns = METADATA.tables[table].columns
    (key,) = METADATA.tables[table].primary_key.columns.keys()
    with closing(sqlite3.connect(database.path)) as connection:
        rows = connection.execute(f'SELECT "{key}", * FROM "{table}" ORDER BY 1').fetchall()
    assert rows, f"{table} has no rows to change"
    for id, *values in rows if every_row else rows[:1]:
        for column, value in zip(columns, values, strict=True):
            for other in _OTHERS:
                if other != value and (other is not None or column.nullable):
                    sql = f'UPDATE "{table}" SET "{column.name}" = ? WHERE "{key}" = ?'
                    yield f"{table} {id} {column.name}: {value!r} to {other!r}", sql, (other, id)
                if isinstance(value, str) and isinstance(other, bytes):  # text that is no UTF-8
                    sql = f'UPDATE "{table}" SET "{column.name}" = CAST(? AS TEXT) WHERE "{key}" = ?'
                    yield f"{table} {id} {column.name}: {value!r} to no UTF-8", sql, (other, id)


@pytest.mark.parametrize("table", METADATA.tables)
def test_every_change_of_every_column_by_plain_sql_is_found(filled: Database, table: str) -> None:
    """Each column of each table, and each entry of the log: a new column is covered as soon as it exists."""
    missed, tried = [], 0
    engine = create_engine(f"sqlite:///{filled.path}")
    with engine.connect() as connection:
        assert log.tampering(connection) is None
        connection.rollback()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for said, sql, values in _mutants(filled, table, every_row=table == "log_entry"):
            try:
                connection.exec_driver_sql(sql, values)
            except IntegrityError:  # an id that can only be a number
                connection.rollback()
                continue
            tried += 1
            if not log.tampering(connection):
                missed.append(said)
            connection.rollback()
    engine.dispose()
    assert missed == []
    assert tried >= 2 * len(METADATA.tables[table].columns) - 2


@pytest.mark.parametrize("table", METADATA.tables)
def test_every_row_taken_away_or_added_is_found(filled: Database, table: str) -> None:
    (key,) = METADATA.tables[table].primary_key.columns.keys()
    engine = create_engine(f"sqlite:///{filled.path}")
    with engine.connect() as connection:
        # of the log the last that tells of a row: what a cut at the end without one leaves shows only against a known head
        told = " WHERE action <> 'db.restore'" if table == "log_entry" else ""
        last = connection.exec_driver_sql(f'SELECT max("{key}") FROM "{table}"{told}').scalar()
        connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE "{key}" = ?', (last,))
        assert log.tampering(connection), "taken away"
        connection.rollback()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        columns = {c.name: _another(None, c.type) for c in METADATA.tables[table].columns}
        names, marks = ", ".join(f'"{n}"' for n in columns), ", ".join("?" * len(columns))
        connection.exec_driver_sql(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(columns.values())
        )
        assert log.tampering(connection), "added"
        connection.rollback()
    engine.dispose()


def test_a_changed_schema_is_found(filled: Database) -> None:
    """The fixture dropped the triggers; one more is planted, which would forge whatever is approved next."""
    with closing(sqlite3.connect(filled.path)) as connection, connection:
        connection.execute(
            "CREATE TRIGGER planted AFTER INSERT ON approval_step BEGIN UPDATE release SET name = 'x'; END"
        )
    names = {
        "log_entry_no_delete",
        "log_entry_no_update",
        "log_entry_only_emptied",
        "planted",
    }
    assert {said.removeprefix("trigger ") for said in schema.changes(filled.store)} == names
    with pytest.raises(DatabaseError) as caught:
        db_check(Desk(filled.path, "查", TODAY, lambda: NOW), deep=True)
    assert "planted" in caught.value.message


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("INSERT INTO alembic_version VALUES ('0001')", "alembic_version"),
        ("PRAGMA user_version = 7", "user_version 是 7"),
        ("PRAGMA application_id = 7", "application_id 是 7"),
        ("PRAGMA journal_mode = DELETE", "journal_mode 是 delete"),
        ("ANALYZE", None),
        ("PRAGMA optimize", None),
        ("VACUUM", None),
        ("REINDEX", None),
    ],
)
def test_marks_of_the_file_are_told_and_upkeep_is_no_damage(
    shell: Shell, statement: str, said: str | None
) -> None:
    with closing(sqlite3.connect(shell.folder / "data" / "p.db", isolation_level=None)) as connection:
        connection.execute(statement)
    for words in (("db", "check"), ("db", "check", "--deep")):
        if said is None:
            assert shell.json(*words)["ok"]
        else:
            assert said in shell.error(*words, code=5)["message"], words
    told = {line["what"]: line for line in shell.json("doctor")}
    assert said is None or said in told.get("日志", told["数据库"])["found"]


# -- values that no code of ours wrote -----------------------------------------------------------------

_READS = (
    *(("unit", "list"), ("unit", "show", "公交分局"), ("register", "list", "--all"), ("register", "show", "喻联")),
    *(("plan", "list"), ("plan", "show", "2026-001"), ("record", "list"), ("due",), ("check",), ("approve",)),
    *(("rules", "show", "ROS-01"), ("report", "annual", "2026"), ("log", "list"), ("log", "list", "2026-001")),
    *(("calendar", "show", "2027"), ("calendar", "is", "2027-01-01"), ("doctor",), ("db", "check", "--deep")),
    *(("register", "change", "喻联", "--mobile", "13900000088"), ("undo", "--dry-run"), ("db", "backup", "x.zip")),
)  # fmt: skip


def _tried(
    shell: Shell, said: str, sql: str, values: tuple[Any, ...], commands: Iterable[tuple[str, ...]]
) -> None:
    """Each command ends with a result or with an error of ours; what cannot be read is told with its table and row."""
    path = shell.folder / "data" / "p.db"
    shutil.copy(shell.folder / "whole.db", path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        try:
            with connection:
                connection.execute(sql, values)
        except sqlite3.IntegrityError:
            return
    table, row, *_ = said.split()
    for words in commands:
        result = CliRunner().invoke(root.app, list(words))
        assert result.exit_code != 70, (said, words, result.stderr[-1500:])
        if result.exit_code == 5 and "unreadable_value" in result.stderr:
            assert f"{table} {row}" in result.stderr or "log_" in table, (said, words, result.stderr)
        (shell.folder / "x.zip").unlink(missing_ok=True)


@pytest.fixture
def tampered(shell: Shell, filled: Database) -> Shell:
    """Commands on the filled database; `whole.db` is what it was."""
    shutil.rmtree(shell.folder / "data")
    shutil.copytree(filled.path.parent, shell.folder / "data")
    with closing(sqlite3.connect(filled.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    shutil.copy(filled.path, shell.folder / "whole.db")
    shell.today("2026-10-20")
    return shell


@pytest.mark.parametrize(
    ("table", "column", "value", "command"),
    [
        ("unit_period", "since", "去年", ("unit", "list")),
        ("person", "name", b"\xff", ("register", "list", "--all")),
        ("appointment", "role", "局长助理", ("register", "list", "--all")),
        ("release", "status", "done", ("plan", "list")),
        ("release", "on", "2026-02-30", ("due",)),
        ("approval_step", "decision", "maybe", ("plan", "show", "2026-001")),
        ("record", "data", "{", ("check",)),
        ("notice", "days", '{"off": 1}', ("calendar", "show", "2027")),
        ("log_entry", "day", "昨天", ("log", "list")),
    ],
)
def test_a_value_no_code_wrote_is_told_with_its_row(
    tampered: Shell, table: str, column: str, value: Any, command: tuple[str, ...]
) -> None:
    path = tampered.folder / "data" / "p.db"
    (key,) = METADATA.tables[table].primary_key.columns.keys()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(f'UPDATE "{table}" SET "{column}" = ?', (value,))
        (first,) = connection.execute(f'SELECT min("{key}") FROM "{table}"').fetchone()
    error = tampered.error(*command, code=5)
    assert error["code"] == "unreadable_value" and "db restore" in error["next"]
    assert f"{table} {first}" in error["message"] or f"第 {first} 条" in error["message"]


@pytest.mark.parametrize("hash", ["a\0b", "../../../etc/passwd", "", "é" * 64, "A" * 64])
def test_what_is_no_hash_is_a_missing_file(tampered: Shell, hash: str) -> None:
    with closing(sqlite3.connect(tampered.folder / "data" / "p.db")) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE attachment SET sha256 = ? WHERE ref = '2026-006'", (hash,))
    for words in (("db", "check"), ("db", "check", "--deep"), ("db", "backup", "x.zip"), ("db", "clean")):
        result = CliRunner().invoke(root.app, list(words))
        assert result.exit_code in (0, 5) and "Traceback" not in result.stderr, (words, result.stderr)
    assert "附件丢失" in tampered.error("db", "check", code=5)["message"]
    error = tampered.error("approve", "2026-006", "--by", "周主任", "--opinion", "同意", code=3)
    assert "丢失" in error["message"]


@pytest.mark.slow
@pytest.mark.parametrize("table", METADATA.tables)
def test_no_stored_value_ends_in_a_traceback(tampered: Shell, filled: Database, table: str) -> None:
    for mutant in _mutants(filled, table):
        _tried(tampered, *mutant, commands=_READS)
