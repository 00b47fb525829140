"""What is exported imports as unchanged, runs nothing, and looks like something an office sends."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pressctl import bundled
from pressctl.core.facts import Appointment, Person, Release
from pressctl.core.terms import Form, Nature, Occasion, Role
from pressctl.documents.spreadsheets import (
    write_plan,
    write_register,
    write_register_template,
    write_rejected,
)
from pressctl.errors import UsageError
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.importing.roster import RosterRow, UnitNames, read_roster
from pressctl.importing.tables import Rejected
from pressctl.importing.units import UnitRow, read_units

TODAY = date(2026, 1, 15)
PERSONAL = [f.name for f in fields(Person) if f.name != "id"]
SAMPLE = bundled.sample_dir()
_ROWS = [r for r in read_units(SAMPLE / "units.csv") if isinstance(r, UnitRow)]
UNITS = UnitNames.of((i, r.name, r.aliases, r.kind) for i, r in enumerate(_ROWS, start=1))
FORMATS = ("csv", "xlsx")


def _appointments() -> list[Appointment]:
    rows = [
        r for r in read_roster(SAMPLE / "roster.csv", units=UNITS, today=TODAY) if isinstance(r, RosterRow)
    ]
    return [
        Appointment(
            i, Person(i, **{k: getattr(r, k) for k in PERSONAL}), r.unit_id, r.role, r.title, date(2026, 1, 5)
        )
        for i, r in enumerate(rows, start=1)
    ]


def _as_known(a: Appointment) -> tuple[Any, ...]:
    return (a.unit_id, a.role, a.title, a.since, a.remark, *(getattr(a.person, k) for k in PERSONAL))


def _as_read(r: RosterRow | Rejected) -> tuple[Any, ...]:
    assert isinstance(r, RosterRow), r
    return (r.unit_id, r.role, r.title, r.since, r.remark, *(getattr(r, k) for k in PERSONAL))


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_sample_register_comes_back(tmp_path: Path, fmt: str) -> None:
    known = _appointments()
    assert len(known) == 113
    write_register(tmp_path / f"r.{fmt}", known, UNITS.names)
    rows = list(read_roster(tmp_path / f"r.{fmt}", units=UNITS, today=TODAY))
    assert [_as_read(r) for r in rows] == [_as_known(a) for a in known]
    assert not any(r.warnings for r in rows if isinstance(r, RosterRow))


@pytest.mark.parametrize("fmt", FORMATS)
@given(
    title=st.from_regex(
        r"['=+@＝-]{0,3}[a-z_x0-9一-十]{0,7}[a-z]{2}", fullmatch=True
    ),  # a title has a word in it
    remark=st.from_regex(r"['=+@＝-]{0,3}[A-Z(),\n\";_x0-9]{1,12}", fullmatch=True),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_dangerous_text_comes_back_exactly(tmp_path: Path, fmt: str, title: str, remark: str) -> None:
    """Formulas, apostrophes, quotes, the format's own escapes: put on in writing, taken off in reading."""
    target = tmp_path / f"r.{fmt}"
    first = read_back(target, replace(_one(), title=title, remark=remark))
    known = replace(_one(), title=first.title, remark=first.remark)
    again = read_back(target, known)
    assert (again.title, again.remark) == (first.title, first.remark)
    assert first.title == title
    assert first.remark in (remark.strip(), None)


def _one() -> Appointment:
    return replace(_FIRST, person=replace(_FIRST.person, resume="1998.07 参加工作\n2010.03 任职"))


_FIRST = _appointments()[0]


def read_back(target: Path, appointment: Appointment) -> RosterRow:
    write_register(target, [appointment], UNITS.names, force=True)
    (row,) = read_roster(target, units=UNITS, today=TODAY)
    assert isinstance(row, RosterRow), row
    return row


def test_nothing_exported_can_run(tmp_path: Path) -> None:
    risky = replace(_FIRST, title="=cmd|' /C calc'!A0", remark="＝1+1")
    write_register(tmp_path / "r.csv", [risky], UNITS.names)
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    write_register(tmp_path / "r.xlsx", [risky], UNITS.names)
    for sheet in load_workbook(tmp_path / "r.xlsx"):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_workbook_is_an_offices(tmp_path: Path) -> None:
    write_register(tmp_path / "r.xlsx", _appointments(), UNITS.names)
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == [
        "名册", "新闻发言人", "联络员", "应对媒体负责人", "新闻发言人办公室主任", "市局主要领导", "市局分管领导",
    ]  # fmt: skip
    sheet = book["名册"]
    assert sheet.freeze_panes == "D3"
    assert sheet.print_title_rows == "$1:$2"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    phone = next(cell for cell in sheet[2] if cell.value == "手机")
    assert sheet.cell(3, phone.column).value == "13900000000"
    assert sheet.cell(3, phone.column).number_format == "@"
    assert "备注" not in [cell.value for cell in sheet[2]]
    assert sum(s.max_row - 2 for s in book.worksheets[1:]) == 113


@pytest.mark.parametrize("fmt", FORMATS)
def test_plans_come_back(tmp_path: Path, fmt: str) -> None:
    day = date(2026, 10, 9)
    releases = [
        Release("2026-001", "=甲发布会", 5, Form.CONFERENCE, day, day, Occasion.PERIODIC, Nature.COMPREHENSIVE,
                in_bureau_name=True, topic="题", categories=(2, 5), venue="发布厅", at=time(10, 0)),
        Release("2026-002", "乙书面发布", 6, Form.WRITTEN, day, day, Occasion.EMERGENCY),
    ]  # fmt: skip
    write_plan(tmp_path / f"p.{fmt}", releases, UNITS.names)
    told = (
        "name",
        "unit_id",
        "form",
        "on",
        "occasion",
        "nature",
        "topic",
        "categories",
        "in_bureau_name",
        "venue",
        "at",
    )
    rows = list(read_plan(tmp_path / f"p.{fmt}", units=UNITS, today=TODAY))
    assert all(isinstance(r, PlanRow) and not r.warnings for r in rows)
    assert [[getattr(r, k) for k in told] for r in rows] == [[getattr(r, k) for k in told] for r in releases]


def test_the_template_is_empty_and_offers_what_may_be_chosen(tmp_path: Path) -> None:
    target = tmp_path / "t.xlsx"
    write_register_template(target, list(UNITS.names.values()))
    assert list(read_roster(target, units=UNITS, today=TODAY)) == []
    book = load_workbook(target)
    sheet, lists = book["名册"], book["选项"]
    assert lists.sheet_state == "hidden"
    offered = {v.formula1 for v in sheet.data_validations.dataValidation}
    assert {"选项!$A$1:$A$54", "选项!$B$1:$B$6"} <= offered
    assert [lists.cell(n, 1).value for n in (1, 54)] == ["常州市公安局", "车辆管理所"]
    header = {str(cell.value).rstrip("*"): number for number, cell in enumerate(sheet[3], start=1)}
    for label, value in {
        "单位": "天宁分局",
        "类别": "联络员",
        "姓名": "陈试一",
        "职务": "民警",
        "手机": "13900000001",
    }.items():
        sheet.cell(4, header[label]).value = value
    book.save(target)
    (row,) = read_roster(target, units=UNITS, today=TODAY)
    assert isinstance(row, RosterRow)
    assert (row.name, row.row, row.warnings) == ("陈试一", 4, ())


def test_rejected_rows_can_be_mended_and_imported(tmp_path: Path) -> None:
    source = tmp_path / "roster.csv"
    source.write_text(
        "单位,类别,姓名,职务,手机\n天宁分局,联络员,陈试一,民警,13900000001\n,联络员,周试二,=民警,139\n",
        encoding="utf-8",
    )
    reading = read_roster(source, units=UNITS, today=TODAY)
    bad = [(r.raw, "；".join(p.problem for p in r.problems)) for r in reading if isinstance(r, Rejected)]
    target = tmp_path / "roster.csv.rejected.csv"
    write_rejected(target, reading.header, bad)
    mended = target.read_text(encoding="utf-8-sig")
    assert "手机号应为 11 位" in mended
    target.write_text(
        mended.replace(",139\n", ",13900000002\n").replace(",139\r\n", ",13900000002\r\n"), encoding="utf-8"
    )
    again = read_roster(target, units=UNITS, today=TODAY)
    (row,) = again
    assert isinstance(row, RosterRow), row
    assert (UNITS.names[row.unit_id], row.title, again.notes) == ("天宁分局", "=民警", ())
    write_rejected(target, again.header, [(row.raw, "再次")])
    assert target.read_text(encoding="utf-8-sig").splitlines()[0].count("原因") == 1


def test_files_are_whole_private_and_never_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "r.csv"
    write_register(target, [_FIRST], UNITS.names)
    before = target.read_bytes()
    with pytest.raises(UsageError) as caught:
        write_register(target, [], UNITS.names)
    assert caught.value.code == "file_exists"
    assert target.read_bytes() == before
    assert target.stat().st_mode & 0o077 == 0
    write_register(target, [], UNITS.names, force=True)
    assert target.read_bytes() != before
    assert [p.name for p in tmp_path.iterdir()] == ["r.csv"]


@pytest.mark.parametrize(("name", "code"), [("r.pdf", "unknown_format"), ("no/such/r.csv", "no_folder")])
def test_where_nothing_can_be_written(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        write_register(tmp_path / name, [_FIRST], UNITS.names)
    assert caught.value.code == code
    assert caught.value.next_step


def test_a_stream_takes_it_too() -> None:
    stream = io.BytesIO()
    write_register(stream, [_FIRST], UNITS.names, fmt="csv")
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    assert Role.SPOKESPERSON.label in stream.getvalue().decode("utf-8-sig")
