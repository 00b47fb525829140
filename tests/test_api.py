"""`import pressctl` in a script: the same results as the commands, read-only."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pressctl
from pressctl.errors import BadData, DatabaseError
from tests.bureau import Bureau
from tests.conftest import Shell
from tests.test_void_opinions import approved

ROOT = Path(__file__).resolve().parent.parent
DAY = "2026-10-08"


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    made = Bureau(shell)
    approved(made)
    made.on("2026-09-30", "record", "meeting", "--topics", "三季度", "--people", "周主任")
    made.shell.today(DAY)
    return made


def _path(bureau: Bureau) -> Path:
    return bureau.shell.folder / "data" / "p.db"


def test_each_question_is_answered_as_its_command_answers(bureau: Bureau) -> None:
    def told(*words: str) -> Any:
        return bureau.shell.json(*words)

    with pressctl.open(_path(bureau), today=DAY) as asked:
        answers = {
            ("unit", "list"): asked.units(),
            ("unit", "list", "--all"): asked.units(everything=True),
            ("register", "list"): asked.people(),
            ("register", "list", "--unit", "公交分局"): asked.people(unit="公交分局"),
            ("plan", "list", "--year", "2026"): asked.releases(year=2026),
            ("record", "list"): asked.records(),
            ("due",): asked.due(),
            ("due", "--days", "10", "--on", "2026-10-05"): asked.due(days=10, on="2026-10-05"),
            ("report", "annual", "2026"): asked.report(2026),
        }
    for words, answer in answers.items():
        command = told(*words)
        if words[0] == "report":
            command.pop("files")
        assert json.loads(json.dumps(pressctl.as_json(answer))) == command, words


def test_check_is_check(bureau: Bureau) -> None:
    done = bureau.shell.run("check", "--json", "--unit", "公交分局", "--all")
    with pressctl.open(str(_path(bureau)), today=dt.date(2026, 10, 8)) as asked:
        found = asked.check(unit="公交分局", everything=True)
        assert json.loads(json.dumps(pressctl.as_json(found))) == json.loads(done.stdout)
        assert found.findings[0].rule and found.as_of == dt.date(2026, 10, 8)
        with pytest.raises(BadData):
            asked.check(rule="XXX-01")


def test_nothing_is_written(bureau: Bureau) -> None:
    def all_of_it() -> tuple[list[str], set[str]]:
        with closing(sqlite3.connect(_path(bureau))) as connection:
            rows = list(connection.iterdump())
        files = {str(p) for p in _path(bureau).parent.rglob("*") if not p.name.endswith(("-wal", "-shm"))}
        return rows, files

    before = all_of_it()
    with pressctl.open(_path(bureau), today=DAY) as asked:
        asked.check(), asked.due(), asked.report(2026)
        asked.units(), asked.people(), asked.releases(), asked.records()
    assert all_of_it() == before


def test_a_closed_bureau_answers_nothing(bureau: Bureau) -> None:
    with pressctl.open(_path(bureau)) as asked:
        pass
    with pytest.raises(ValueError, match="closed"):
        asked.units()


@pytest.mark.parametrize("name", ["nothing.db", "."])
def test_where_there_is_no_bureau_it_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(DatabaseError):
        pressctl.open(tmp_path / name)
    assert not (tmp_path / "nothing.db").exists()


def test_a_day_that_is_none_is_refused(bureau: Bureau) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        pressctl.open(_path(bureau), today="昨天")
    with pressctl.open(_path(bureau)) as asked, pytest.raises(ValueError, match="month"):
        asked.due(on="2026-13-01")


def test_the_example_of_the_manual_runs(bureau: Bureau) -> None:
    page = (ROOT / "docs" / "scripts.md").read_text(encoding="utf-8")
    for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        code = code.replace("data/pressctl.db", "data/p.db")
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=bureau.shell.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "三(" in done.stdout


def test_what_a_command_needs_loads_none_of_it() -> None:
    code = "import sys, pressctl.cli.app; sys.exit('pressctl.api' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with pytest.raises(AttributeError):
        pressctl.nothing  # noqa: B018 - asked for
