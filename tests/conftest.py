"""What all tests share: an owner-only database in a fresh folder, a fixed clock, an invented bureau."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pressctl.core.facts import Appointment, Person, UnitPeriod
from pressctl.core.terms import Role, UnitKind
from pressctl.storage.database import Database

NOW = dt.datetime(2026, 1, 15, 2, 30, tzinfo=dt.UTC)
TODAY = dt.date(2026, 1, 15)


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
