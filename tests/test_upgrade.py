"""A stored database of every revision is brought here, upgraded, judged and used; newer and older ones are refused in words."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pressctl.errors import DatabaseError
from pressctl.storage.revisions import HEAD, known_revisions
from pressctl.usecases import regulations
from tests.conftest import Shell

STORED = Path(__file__).parent / "data" / "databases"
USED = (
    ("unit", "list"),
    ("register", "list", "--all"),
    ("register", "show", "喻联"),
    ("plan", "list"),
    ("plan", "show", "2026-001"),
    ("record", "list"),
    ("due",),
    ("rules", "list"),
    ("log", "list"),
    ("report", "annual", "2026"),
    ("calendar", "show", "2027"),
    ("db", "check", "--deep"),
    ("plan", "add", "升级以后", "--unit", "公交分局", "--form", "written", "--date", "2026-12-08"),
    ("approve", "2026-006", "--by", "周主任", "--opinion", "拟同意。", "--on", "2026-09-22"),
    ("register", "change", "喻联", "--mobile", "13900000099"),
    ("record", "meeting", "--topics", "年终", "--people", "周主任"),
    ("undo",),
    ("register", "forget", "离任者", "--reason", "离任已久", "--yes"),
    ("log", "verify"),
    ("db", "check", "--deep"),
)
"""Commands that every table answers for, reading and writing."""


def _rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """{table: rows}, without what SQLite and Alembic keep for themselves."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        wanted = [n for n in names if not n.startswith(("sqlite_", "alembic_"))]
        return {n: [dict(r) for r in connection.execute(f'SELECT * FROM "{n}" ORDER BY 1')] for n in wanted}


def _openings(rows: dict[str, list[dict[str, Any]]]) -> set[str]:
    """What stands under the log's seals: in a table of its own in revision 0003, in the entries since 0004."""
    found = [row.get("opening") for name in ("log_seal", "log_entry") for row in rows.get(name, ())]
    return {line for opening in found if opening for line in opening.split("\n")}


def test_every_revision_is_stored() -> None:
    assert {p.stem for p in STORED.glob("*.zip")} == known_revisions()


@pytest.mark.parametrize("revision", sorted(known_revisions()))
def test_a_stored_database_is_upgraded_and_used(shell: Shell, revision: str) -> None:
    (shell.folder / "data" / "p.db").unlink()
    shell("db", "restore", str(STORED / f"{revision}.zip"))
    path = shell.folder / "data" / "p.db"
    before = _rows(path)
    assert all(before.values()), "every table of the stored database has rows"
    shell.today("2026-10-20")
    if revision != HEAD:
        refused = shell.error("plan", "list", code=5)
        assert refused["code"] == "old_database" and "db upgrade" in refused["next"]
        done = shell.json("db", "upgrade")
        assert (done["from"], done["to"]) == (revision, HEAD)
        assert _rows(Path(done["backup"])) == before
        assert Path(done["backup"]).stat().st_mode & 0o077 == 0
    after = _rows(path)
    if revision != HEAD:
        kept, told = after["profile"].pop(), after["log_entry"].pop()
        assert kept["name"] == "changzhou-2009", "from now on the database keeps its regulation"
        assert (told["action"], told["subject"]) == ("db.upgrade", "policy")
    assert _openings(after) == _openings(before)
    before.pop("log_seal", None)
    assert {n: [{k: r[k] for k in rows[0]} for r in after[n]] for n, rows in before.items()} == before
    assert shell.json("db", "upgrade")["backup"] is None
    assert shell.json("db", "check", "--deep")["attachments"] > 0
    if revision != HEAD:
        assert shell.error("undo", code=3)["code"] == "cannot_undo", "the regulation stays in the database"
    for words in USED:
        shell(*words)


@pytest.mark.parametrize(
    "tampering",
    (
        "UPDATE log_seal SET opening = NULL WHERE subject = 'P5'",
        "UPDATE log_seal SET opening = replace(opening, '1985', '1986') WHERE opening LIKE '%1985%'",
        "DELETE FROM log_seal WHERE subject = 'P5'",
    ),
)
def test_an_upgrade_does_not_hide_what_a_hand_did_to_a_seal(shell: Shell, tampering: str) -> None:
    path = shell.folder / "data" / "p.db"
    path.unlink()
    shell("db", "restore", str(STORED / "0003.zip"))
    with closing(sqlite3.connect(path)) as connection, connection:
        for trigger in ("log_seal_no_delete", "log_seal_only_emptied"):
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(tampering).rowcount
    shell("db", "upgrade")
    assert "封存内容" in shell.error("db", "check", "--deep", code=5)["message"]


def test_a_newer_database_is_refused_and_left_alone(shell: Shell, tmp_path: Path) -> None:
    path = shell.folder / "data" / "p.db"
    shell("db", "backup", "before.zip")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = _rows(path)
    for words in (("plan", "list"), ("db", "upgrade"), ("db", "backup", "x.zip"), ("init",), ("db", "check")):
        assert shell.error(*words, code=5)["code"] == "newer_database", words
    assert _rows(path) == before and not (shell.folder / "x.zip").exists()


@pytest.mark.parametrize("revision", sorted(known_revisions() - {HEAD}))
def test_the_tables_and_the_regulation_are_one_upgrade(
    shell: Shell, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops between them leaves what was there before: a database at this revision keeps its regulation."""
    path = shell.folder / "data" / "p.db"
    path.unlink()
    shell("db", "restore", str(STORED / f"{revision}.zip"))
    before = _rows(path)

    def stopped(*_: object) -> None:
        raise DatabaseError("disk_full", "磁盘已满。")

    with monkeypatch.context() as patched:
        patched.setattr(regulations, "keep", stopped)
        shell.error("db", "upgrade", code=5)
    assert _rows(path) == before
    assert shell.json("db", "upgrade")["from"] == revision
    assert shell.json("db", "check", "--deep")["ok"]


def test_those_who_upgrade_at_once_say_so_once(shell: Shell) -> None:
    path = shell.folder / "data" / "p.db"
    path.unlink()
    shell("db", "restore", str(STORED / "0001.zip"))
    command = [sys.executable, "-m", "pressctl", "db", "upgrade"]
    running = [subprocess.Popen(command, cwd=shell.folder, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait(120) for process in running] == [0] * 4
    told = [e for e in _rows(path)["log_entry"] if e["action"] == "db.upgrade"]
    assert len(told) == 1 and shell.json("db", "check", "--deep")["ok"]


def test_an_upgrade_that_fails_changes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that points nowhere stops the upgrade; it is rolled back whole."""
    path = shell.folder / "data" / "p.db"
    path.unlink()
    shell("db", "restore", str(STORED / "0001.zip"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE appointment SET unit_id = 999 WHERE id = 1")
    before = _rows(path)
    assert shell.error("db", "upgrade", code=5)["code"] == "migration"
    assert _rows(path) == before
    assert shell.error("plan", "list", code=5)["code"] == "old_database"
    shutil.rmtree(path.parent)
