"""Whatever bytes or cells come in: rows, problems or BadData, and nothing else."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl.core.terms import Role, UnitKind
from pressctl.errors import BadData
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.importing.roster import COLUMNS, RosterRow, UnitNames, read_roster
from pressctl.importing.tables import Reading, Rejected
from pressctl.importing.units import UnitRow, read_units

TODAY = date(2026, 1, 15)
UNITS = UnitNames.of(
    [(1, "常州市公安局", (), UnitKind.BUREAU), (2, "天宁分局", ("天宁公安分局",), UnitKind.SUB_BUREAU)]
)
FOLDER = Path(__file__).parent / "data" / "rosters"
WORKBOOKS = [(FOLDER / name).read_bytes() for name in ("merged-workbook.xlsx", "formulas-workbook.xlsx")]

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
long = settings(quick, max_examples=5_000)

HEADER = "单位,类别,姓名,职务,手机,出生年月"
GOOD = "天宁分局,联络员,陈试一,民警,13900000001,1975-03"
lines = st.lists(
    st.sampled_from([HEADER, GOOD, ",,,,,", "天宁分局", "小计,,3人", '"', "sep=;", "", "注：内部"])
    | st.text(max_size=40),
    max_size=12,
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])


def _judged(path: Path) -> None:
    """Reads as roster, units and plan; each reading ends in rows, rejected rows or BadData with a next step."""
    for read in (
        lambda: read_roster(path, units=UNITS, today=TODAY),
        lambda: read_roster(path, units=UNITS, role=Role.LIAISON, today=TODAY),
        lambda: read_units(path),
        lambda: read_plan(path, units=UNITS, today=TODAY),
    ):
        try:
            reading: Reading[RosterRow] | Reading[UnitRow] | Reading[PlanRow] = read()
            rows = list(reading)
        except BadData as refused:
            assert path.name in refused.message
            assert refused.next_step
            continue
        for row in rows:
            assert row.row >= 1
            if isinstance(row, Rejected):
                assert row.problems
        numbers = [row.row for row in rows]
        assert numbers == sorted(numbers)  # a row may hold several people


def _any_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    _judged(path)


@given(data=st.binary(max_size=400))
@quick
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    _any_bytes(tmp_path, data)


@given(rows=lines, encoding=encodings, cut=st.integers(0, 3))
@quick
def test_any_lines(tmp_path: Path, rows: list[str], encoding: str, cut: int) -> None:
    data = "\r\n".join([HEADER, *rows]).encode(encoding, errors="replace")
    _any_bytes(tmp_path, data[: len(data) - cut])


@given(cells=st.lists(st.text(max_size=20), min_size=len(COLUMNS), max_size=len(COLUMNS)))
@quick
def test_any_cells(tmp_path: Path, cells: list[str]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([[c.label for c in COLUMNS], cells])
    _any_bytes(tmp_path, stream.getvalue().encode("utf-8", errors="replace"))


@given(data=st.data())
@quick
def test_damaged_workbooks(tmp_path: Path, data: st.DataObject) -> None:
    _any_bytes(tmp_path, _damaged(data))


@given(data=st.data())
@quick
def test_workbooks_of_any_xml(tmp_path: Path, data: st.DataObject) -> None:
    _any_bytes(tmp_path, _rewritten(data))


def _damaged(data: st.DataObject) -> bytes:
    """A workbook with bytes changed or cut off."""
    book = bytearray(data.draw(st.sampled_from(WORKBOOKS)))
    for place in data.draw(st.lists(st.integers(0, len(book) - 1), max_size=8)):
        book[place] = data.draw(st.integers(0, 255))
    return bytes(book[: data.draw(st.integers(100, len(book)))])


def _rewritten(data: st.DataObject) -> bytes:
    """A sound zip whose parts were changed at places: attributes out of range, tags cut, wrong references."""
    source = zipfile.ZipFile(io.BytesIO(data.draw(st.sampled_from(WORKBOOKS))))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            part = bytearray(source.read(name))
            if data.draw(st.booleans()):
                for place in data.draw(st.lists(st.integers(0, len(part) - 1), max_size=4)):
                    part[place : place + 1] = data.draw(
                        st.sampled_from(
                            [b"9", b"99999999999", b"-1", b"", b"<", b'"', b"E9", b"\xff", b"/", b"A"]
                        )
                    )
            target.writestr(name, bytes(part))
    return stream.getvalue()


@pytest.mark.slow
@given(data=st.data())
@long
def test_long_run_over_workbooks(tmp_path: Path, data: st.DataObject) -> None:
    _any_bytes(tmp_path, data.draw(st.sampled_from([_damaged, _rewritten]))(data))


@pytest.mark.slow
@given(rows=lines, encoding=encodings, noise=st.binary(max_size=6), place=st.integers(0, 400))
@long
def test_long_run_over_text(tmp_path: Path, rows: list[str], encoding: str, noise: bytes, place: int) -> None:
    data = "\n".join([HEADER, *rows]).encode(encoding, errors="replace")
    _any_bytes(tmp_path, data[:place] + noise + data[place:])
