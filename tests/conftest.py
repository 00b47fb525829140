"""What all tests share: an owner-only database in a fresh folder, a fixed clock, an invented bureau."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from typer.testing import CliRunner

from pressctl.cli import app as root
from pressctl.core.facts import Appointment, Person, UnitPeriod
from pressctl.core.names import speak
from pressctl.core.terms import Role, UnitKind
from pressctl.regulation import loader
from pressctl.storage.database import Database
from pressctl.storage.log import RESTORE, Command
from pressctl.storage.restore import Restored, restore

# A run that is red for one and green for another teaches nobody: the same examples each time. To look for new ones,
# run with PRESSCTL_EXPLORE=1.
settings.register_profile("steady", derandomize=True)
settings.load_profile("default" if os.environ.get("PRESSCTL_EXPLORE") else "steady")

NOW = dt.datetime(2026, 1, 15, 2, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 1, 15)


@pytest.fixture(autouse=True)
def shipped_names() -> None:
    """Tests read what the shipped regulation calls things, unless they open a database that keeps another."""
    speak(loader.shipped().names)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A new database at the newest revision."""
    made = Database(tmp_path / "data" / "pressctl.db")
    made.create()
    return made


@pytest.fixture
def small_bureau(database: Database) -> Database:
    """A bureau, its office and a branch, each with a person."""
    with database.writing("unit.import", actor="甲", day=TODAY, at=NOW) as repository:
        bureau = repository.add_unit(UnitPeriod("某市公安局", UnitKind.BUREAU))
        office = repository.add_unit(UnitPeriod("宣传处", UnitKind.DIVISION, bureau, office=True))
        branch = repository.add_unit(UnitPeriod("东城分局", UnitKind.SUB_BUREAU, bureau), ["东城公安分局"])
    with database.writing("register.add", actor="甲", day=TODAY, at=NOW) as repository:
        for unit, role, name in (
            (bureau, Role.CHIEF_LEADER, "高一鸣"),
            (office, Role.OFFICE_DIRECTOR, "林知远"),
            (branch, Role.SPOKESPERSON, "江若水"),
        ):
            person = Person(repository.add_person(Person(0, name)), name)
            repository.add_appointment(Appointment(0, person, unit, role, "某职", TODAY))
    return database


def restored(database: Database, file: Path, *, at: dt.datetime = NOW) -> Restored:
    """A backup put in place by 甲."""
    return restore(database, file, Command(RESTORE, "甲", TODAY, at, TODAY), stamp="1")


class Shell:
    """Runs commands in this process against one database, on a fixed day."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PRESSCTL_DB", str(folder / "data" / "p.db"))
        monkeypatch.setenv("PRESSCTL_TODAY", "2026-01-15")
        monkeypatch.setenv("PRESSCTL_ACTOR", "测试员")
        self._runner = CliRunner()

    def __call__(self, *words: str, code: int = 0, input: str | None = None) -> Any:
        result = self._runner.invoke(root.app, list(words), input=input)
        assert result.exit_code == code, (words, result.exit_code, result.stdout, result.stderr)
        assert "Traceback" not in result.stderr
        return result

    def run(self, *words: str) -> Any:
        """The same, whatever the exit code."""
        return self._runner.invoke(root.app, list(words))

    def today(self, day: str) -> None:
        """The business day from here on."""
        self._monkeypatch.setenv("PRESSCTL_TODAY", day)

    def use(self, database: Path) -> None:
        """Another database from here on."""
        self._monkeypatch.setenv("PRESSCTL_DB", str(database))

    def act_as(self, name: str) -> None:
        """Somebody else at the keyboard from here on."""
        self._monkeypatch.setenv("PRESSCTL_ACTOR", name)

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").stdout)

    def error(self, *words: str, code: int) -> dict[str, Any]:
        result = self(*words, "--json", code=code)
        assert result.stdout == ""
        error: dict[str, Any] = json.loads(result.stderr.strip().splitlines()[-1])["error"]
        assert error["exit"] == code and error["message"] and error["code"]
        return error


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    made("init")
    return made
