"""Awkward files, byte for byte, each with the verdict on every row in tests/data/rosters/expected.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pressctl import bundled
from pressctl.core.terms import Role
from pressctl.errors import BadData
from pressctl.importing.roster import RosterRow, UnitNames, read_roster
from pressctl.importing.tables import Problem, Rejected
from pressctl.importing.units import UnitRow, read_units

FOLDER = Path(__file__).parent / "data" / "rosters"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 1, 15)


@pytest.fixture(scope="session")
def sample_units() -> UnitNames:
    rows = [r for r in read_units(bundled.sample_dir() / "units.csv") if isinstance(r, UnitRow)]
    return UnitNames.of((i, r.name, r.aliases, r.kind) for i, r in enumerate(rows, start=1))


def test_every_file_has_its_verdicts() -> None:
    assert {p.name for p in FOLDER.iterdir()} - {"expected.toml", ".gitattributes"} == set(EXPECTED)
    assert len(EXPECTED) >= 20


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if "rows" in e])
def test_verdict_on_every_row(name: str, sample_units: UnitNames) -> None:
    wanted = EXPECTED[name]
    role = Role(wanted["role"]) if "role" in wanted else None
    reading = read_roster(FOLDER / name, units=sample_units, role=role, today=TODAY)
    assert (reading.info.encoding, reading.info.separator, reading.info.sheet) == (
        wanted["encoding"],
        wanted.get("separator"),
        wanted.get("sheet"),
    )
    got = {row.row: row for row in reading}
    lines = [line.split(" ", 2) for line in wanted["rows"].strip().splitlines()]
    assert sorted(got) == sorted({int(row) for row, _, _ in lines})
    for row, verdict, rest in lines:
        _VERDICTS[verdict](got[int(row)], rest, sample_units)
    doubts = sum(verdict == "doubt" for _, verdict, _ in lines)
    assert sum(len(r.warnings) for r in got.values() if isinstance(r, RosterRow)) == doubts
    faults = sum(verdict == "rejected" for _, verdict, _ in lines)
    assert sum(len(r.problems) for r in got.values() if isinstance(r, Rejected)) == faults


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if "refused" in e])
def test_files_that_are_no_roster(name: str, sample_units: UnitNames) -> None:
    with pytest.raises(BadData) as caught:
        list(read_roster(FOLDER / name, units=sample_units, today=TODAY))
    assert caught.value.code == EXPECTED[name]["refused"]
    assert name in caught.value.message
    assert caught.value.next_step


def _taken(row: RosterRow | Rejected, rest: str, units: UnitNames) -> None:
    unit, role, name, *more = rest.split(" ")
    assert isinstance(row, RosterRow), row
    assert (units.names[row.unit_id], row.role.value, row.name) == (unit, role, _spaced(name))
    assert row.warnings == ()
    _assert_values(row, more)


def _doubted(row: RosterRow | Rejected, rest: str, units: UnitNames) -> None:
    said, _, values = rest.partition(" | ")
    column, _, words = said.partition(" ")
    assert isinstance(row, RosterRow), row
    assert any(_is(p, column, words) for p in row.warnings), row.warnings
    _assert_values(row, values.split(" "))


def _rejected(row: RosterRow | Rejected, rest: str, units: UnitNames) -> None:
    column, _, words = rest.partition(" ")
    assert isinstance(row, Rejected), row
    assert any(_is(p, column, words) for p in row.problems), row.problems


_VERDICTS = {"taken": _taken, "doubt": _doubted, "rejected": _rejected}


def _is(problem: Problem, column: str, words: str) -> bool:
    return (problem.column or "-") == column and words in problem.problem


def _assert_values(row: RosterRow, pairs: list[str]) -> None:
    for pair in pairs:
        key, _, value = pair.partition("=")
        assert _printed(getattr(row, key)) == _spaced(value), (row.row, key)


def _printed(value: Any) -> str:
    return "" if value is None else str(value)


def _spaced(text: str) -> str:
    return text.replace("_", " ").replace("⏎", "\n")
