"""The tables of docs/import.md: every example in them is read, and comes out as the manual says."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pressctl import bundled
from pressctl.core.terms import Role
from pressctl.errors import BadData
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.importing.roster import COLUMNS, RosterRow, read_roster
from pressctl.importing.tables import Rejected
from pressctl.importing.unit_names import UnitNames
from pressctl.importing.units import UnitRow, read_units

MANUAL = (Path(__file__).parent.parent / "docs" / "import.md").read_text(encoding="utf-8")
TODAY = date(2026, 1, 15)
KEYS = {column.label: column.key for column in COLUMNS}
SOUND = {
    "单位": "天宁分局", "类别": "联络员", "姓名": "甲一", "职务": "科员", "办公室电话": "5123", "手机": "13900000000",
}  # fmt: skip


def _table(heading: str) -> Iterator[list[str]]:
    """The rows of the first table under a heading."""
    under = MANUAL.split(f"\n### {heading}\n", 1)[1]
    rows = re.search(r"\n\|[-|]+\|\n((?:\|.*\|\n)+)", under)
    assert rows is not None
    for line in rows[1].strip().splitlines():
        yield [cell.strip() for cell in line[1:-1].split("|")]


def _written(cell: str) -> str:
    """An example as it stands in a file."""
    return cell.strip("`").replace("⏎", "\n").replace("␀", "\0")


@pytest.fixture(scope="module")
def units() -> UnitNames:
    rows = [r for r in read_units(bundled.sample_dir() / "units.csv") if isinstance(r, UnitRow)]
    ids = {row.name: number for number, row in enumerate(rows, start=1)}
    named = [(ids[r.name], r.name, r.aliases, r.kind) for r in rows]
    return UnitNames.of(named, {ids[r.name]: ids.get(r.parent or "") for r in rows})


@pytest.mark.parametrize("example", list(_table("名册的格")), ids=lambda e: f"{e[0]} {e[1]}")
def test_a_cell_of_a_roster(example: list[str], units: UnitNames, tmp_path: Path) -> None:
    column, cell, verdict, wanted, said = example
    row = SOUND | {column: _written(cell)}
    if column == "手机":
        row["办公室电话"] = ""
    path = _csv(tmp_path, [list(row), list(row.values())])
    (read,) = read_roster(path, units=units, today=TODAY)
    value = getattr(read, {"单位": "unit_id"}.get(column, KEYS[column]), None)
    _as_told(read, verdict, said)
    if verdict != "退回":
        assert _shown(value, units) == wanted


@pytest.mark.parametrize("example", list(_table("计划的时间")), ids=lambda e: f"{e[0]} {e[1]}")
def test_a_time_of_a_plan(example: list[str], units: UnitNames, tmp_path: Path) -> None:
    column, cell, verdict, wanted, said = example
    path = _csv(
        tmp_path, [["发布主题", "承办单位", "发布形式", column], ["甲", "天宁分局", "通气会", _written(cell)]]
    )
    (read,) = read_plan(path, units=units, today=TODAY)
    _as_told(read, verdict, said)
    if isinstance(read, PlanRow):
        assert (read.period or f"{read.on}{f' {read.at:%H:%M}' if read.at else ''}") == wanted


@pytest.mark.parametrize("example", list(_table("一张表")), ids=lambda e: e[0])
def test_a_table_as_a_whole(example: list[str], units: UnitNames, tmp_path: Path) -> None:
    _, file, verdict, said = example
    path = tmp_path / "table.csv"
    path.write_text(_written(file), encoding="utf-8")
    if verdict == "不读":
        with pytest.raises(BadData) as caught:
            list(read_roster(path, units=units, today=TODAY))
        assert said in caught.value.message
        return
    reading = read_roster(path, units=units, today=TODAY)
    rows = list(reading)
    bad = [row for row in rows if isinstance(row, Rejected)]
    told = [p.problem for p in (*reading.notes, *reading.told)]
    told += [p.problem for row in rows for p in (row.problems if isinstance(row, Rejected) else row.warnings)]
    if verdict == "退回":
        assert len(bad) == 1
    else:
        assert (f"收下 {len(rows)} 人", bad) == (verdict, [])
    assert any(said in words for words in told) if said else told == []


def test_the_manual_shows_what_is_made_regular_told_and_refused() -> None:
    verdicts = [example[2] for example in _table("名册的格")]
    assert {verdicts.count(v) > 10 for v in ("规整", "提醒", "退回")} == {True}


def _csv(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _as_told(read: Any, verdict: str, said: str) -> None:
    if verdict == "退回":
        assert isinstance(read, Rejected), read
        assert any(said in f"{p.problem}{p.next}" for p in read.problems), read.problems
        return
    assert not isinstance(read, Rejected), read.problems
    warnings = [w.problem for w in read.warnings]
    if verdict == "规整":
        assert warnings == []
    else:
        assert verdict == "提醒" and any(said in w for w in warnings), warnings


def _shown(value: Any, units: UnitNames) -> str:
    if isinstance(value, Role):
        return value.label
    return units.names[value] if isinstance(value, int) else str(value or "")


def test_what_is_read_is_a_roster_row() -> None:
    assert set(KEYS.values()) - {"unit", "phone"} <= set(RosterRow._fields)
