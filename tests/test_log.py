"""The log: every write is told, the chain holds, and whatever a hand in the file does is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, TODAY
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Integer, Time
from sqlalchemy.types import TypeEngine

from pressctl.core.facts import Attachment, Record, Release, SeatTaken
from pressctl.core.terms import AttachmentKind, Form, RecordKind, Seat
from pressctl.storage import log
from pressctl.storage.database import Database
from pressctl.storage.tables import JOURNALED


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
        from pressctl.storage.repository import StoredNotice

        repository.add_notice(
            StoredNotice(2026, None, None, None, "x", "t", "c" * 64, False, {"off": {}, "work": {}})
        )
    with database.writing("approve", actor="甲", day=TODAY, at=NOW) as repository:
        from pressctl.core.facts import ApprovalStep
        from pressctl.core.terms import Decision, Step

        release = repository.release("2026-001")
        step = ApprovalStep(1, Step.UNIT, "某", "局长", Decision.AGREE, "同意", TODAY)
        repository.save_release(replace(release, steps=(step,)))


def _tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for trigger in ("log_entry_no_update", "log_entry_no_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        for statement in statements:
            connection.execute(statement)


def _verify(database: Database, head: str | None = None) -> log.Verdict:
    with database.reading() as repository:
        return repository.verify_log(head)


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
    for statement in ("UPDATE log_entry SET actor = 'x'", "DELETE FROM log_entry"):
        with (
            sqlite3.connect(small_bureau.path) as connection,
            pytest.raises(sqlite3.IntegrityError, match="append-only"),
        ):
            connection.execute(statement)


@pytest.mark.parametrize("column", [c for c in log.HASHED if c not in ("seq",)] + ["hash"])
def test_any_altered_column_of_an_entry_is_found(small_bureau: Database, column: str) -> None:
    change = {
        "changes": "'[]'",
        "day": "'2020-01-01'",
        "command": "99",
        "prev": f"'{'f' * 64}'",
        "hash": f"'{'e' * 64}'",
    }
    _tamper(
        small_bureau.path, f"UPDATE log_entry SET {column} = {change.get(column, repr('x'))} WHERE seq = 3"
    )
    verdict = _verify(small_bureau)
    assert not verdict.ok and verdict.broken is not None
    assert verdict.broken.seq in (3, 4)


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


def test_every_column_of_every_table_is_compared_with_the_log(small_bureau: Database) -> None:
    """Change each column of one row of each table by plain SQL: each change is found."""
    _fill(small_bureau)
    path, missed, tried = small_bureau.path, [], 0
    for name, row_type in JOURNALED.items():
        table = row_type.__table__  # type: ignore[attr-defined]
        for column in table.columns:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("PRAGMA ignore_check_constraints = ON")
                key = table.primary_key.columns.keys()[0]
                row = connection.execute(
                    f'SELECT "{key}", "{column.name}" FROM {name} ORDER BY 1 LIMIT 1'
                ).fetchone()
                new = _another(row[1], column.type)
                connection.execute(f'UPDATE {name} SET "{column.name}" = ? WHERE "{key}" = ?', (new, row[0]))
            tried += 1
            with small_bureau.reading() as repository:
                if not repository.deviations():
                    missed.append(f"{name}.{column.name}")
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("PRAGMA ignore_check_constraints = ON")
                where = new if column.name == key else row[0]
                connection.execute(
                    f'UPDATE {name} SET "{column.name}" = ? WHERE "{key}" = ?', (row[1], where)
                )
    assert missed == []
    assert tried > 80
    with small_bureau.reading() as repository:
        assert repository.deviations() == []


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
