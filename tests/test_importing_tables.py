"""Files as tables: line numbers, sheets, headers, limits, and how little is held in memory."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook as OpenpyxlWorkbook

from pressctl.core.terms import Role, UnitKind
from pressctl.errors import BadData
from pressctl.importing import package, sheet_details
from pressctl.importing.headers import Vocabulary
from pressctl.importing.roster import COLUMNS, RosterRow, UnitNames, read_person, read_roster
from pressctl.importing.sheet_details import number_said
from pressctl.importing.tables import Rejected, open_table
from pressctl.importing.workbooks import Workbook

TODAY = date(2026, 1, 15)
UNITS = UnitNames.of([(1, "天宁分局", (), UnitKind.SUB_BUREAU)])
HEADER = "单位,类别,姓名,职务,手机"


def _good(number: int) -> str:
    return f"天宁分局,联络员,陈试{chr(0x4E00 + number)},民警,{13900000000 + number}"


def _read(
    path: Path, text: str, *, encoding: str = "utf-8", sheet: str | None = None
) -> list[RosterRow | Rejected]:
    path.write_bytes(text.encode(encoding))
    return list(read_roster(path, units=UNITS, today=TODAY, sheet=sheet))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_physical_lines(tmp_path: Path, end: str) -> None:
    lines = ["名单", "", HEADER, _good(1), "", '天宁分局,联络员,陈试二,"民', '警",13900000002', _good(3)]
    rows = _read(tmp_path / "r.csv", end.join(lines))
    assert [row.row for row in rows] == [4, 6, 8]


def test_a_reading_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"{HEADER}\n{_good(1)}\n{_good(1)}\n", encoding="utf-8")
    reading = read_roster(path, units=UNITS, today=TODAY)
    assert list(reading) == list(reading)
    assert [type(row) for row in reading] == [RosterRow, Rejected]


def test_ditto_is_the_unit_above(tmp_path: Path) -> None:
    first, second = _read(tmp_path / "r.csv", f"{HEADER}\n{_good(1)}\n同上,联络员,陈试二,民警,13900000002\n")
    assert isinstance(first, RosterRow)
    assert isinstance(second, RosterRow)
    assert (second.unit_id, second.warnings, second.raw[0]) == (first.unit_id, (), "天宁分局")


def test_columns_left_out_are_told(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"序号,{HEADER},微信,部门\n1,{_good(1)},x,y\n", encoding="utf-8")
    (note,) = read_roster(path, units=UNITS, today=TODAY).notes
    assert "微信、部门" in note.problem
    assert note.row == 1


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        (["姓　名*", "手机（必填）", "E-mail"], {"name": 0, "mobile": 1, "email": 2}),
        (["部门", "单位", "姓名"], {"unit": 1, "name": 2}),
        (["联系电话(办公)", "手机号码", "姓名:"], {"phone": 0, "mobile": 1, "name": 2}),
    ],
)
def test_header_spellings(labels: list[str], places: dict[str, int]) -> None:
    header = Vocabulary(COLUMNS).header([(1, labels)])
    assert header is not None
    assert dict(header.places) == places


def test_the_first_visible_sheet_or_the_one_named(tmp_path: Path) -> None:
    book = OpenpyxlWorkbook()
    hidden = book.worksheets[0]
    hidden.title, hidden.sheet_state = "旧", "hidden"
    for name, number in (("甲", 1), ("乙", 2)):
        sheet = book.create_sheet(name)
        sheet.append(HEADER.split(","))
        sheet.append(_good(number).split(","))
    path = tmp_path / "r.xlsx"
    book.save(path)
    for asked, found in ((None, "甲"), ("乙", "乙")):
        reading = read_roster(path, units=UNITS, today=TODAY, sheet=asked)
        assert reading.info.sheet == found
    with pytest.raises(BadData) as caught:
        read_roster(path, units=UNITS, today=TODAY, sheet="丙")
    assert caught.value.code == "no_sheet"
    assert "甲、乙" in caught.value.message


def test_a_text_file_has_no_sheets(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        _read(tmp_path / "r.csv", HEADER, sheet="甲")
    assert caught.value.code == "no_sheets"


@pytest.mark.parametrize("made", ["missing", "folder"])
def test_what_cannot_be_opened(tmp_path: Path, made: str) -> None:
    path = tmp_path / made
    if made == "folder":
        path.mkdir()
    with pytest.raises(BadData) as caught:
        open_table(path, Vocabulary(COLUMNS))
    assert caught.value.code == {"missing": "no_file", "folder": "unreadable_file"}[made]


@pytest.mark.parametrize(
    ("stored", "said"),
    [(13900000000.0, "13900000000"), (1.39e10, "13900000000"), (139.0, "139"), (1975.03, "1975.03"),
     (0.1, "0.1"), (-5.0, "-5"), (1975.0300000000001, "1975.03"), (123456789012.0, "123456789012")],
)  # fmt: skip
def test_numbers_of_a_workbook(stored: float, said: str) -> None:
    assert number_said(stored) == said


def _package(path: Path, sheet: str, **parts: str) -> Path:
    """A workbook written by hand: one sheet, with a namespace prefix, as some systems write it."""
    relation = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("_rels/.rels", f'<r:Relationships xmlns:r="x"><r:Relationship Id="a" Type="{relation}/officeDocument" Target="/xl/workbook.xml"/></r:Relationships>')  # fmt: skip
        package.writestr("xl/workbook.xml", '<x:workbook xmlns:x="x" xmlns:r="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="甲" r:id="s"/></x:sheets></x:workbook>')  # fmt: skip
        package.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="s" Target="worksheets/../worksheets/s.xml"/><Relationship Id="t" Target="sharedStrings.xml"/><Relationship Id="u" Target="styles.xml"/></Relationships>')  # fmt: skip
        package.writestr("xl/worksheets/s.xml", f'<x:worksheet xmlns:x="x"><x:sheetData>{sheet}</x:sheetData></x:worksheet>')  # fmt: skip
        for name, text in parts.items():
            package.writestr(f"xl/{name}.xml", text)
    return path


def test_a_workbook_of_another_maker(tmp_path: Path) -> None:
    """Prefixes, Strict namespaces, rich text with phonetic guides, the 1904 calendar, Chinese date formats, no references."""
    path = _package(
        tmp_path / "r.xlsx",
        '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c s="1"><x:v>1</x:v></x:c><x:c s="1"><x:v>0.5</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>一_x000A_二</x:t></x:is></x:c><x:c t="e"><x:v>#REF!</x:v></x:c></x:row>'
        '<x:row r="9"><x:c r="B9" t="str"><x:f>A1</x:f><x:v>算</x:v></x:c><x:c r="C9"><x:f>1+1</x:f><x:v/></x:c></x:row>',
        sharedStrings="<sst><si><r><t>陈</t></r><r><t>试</t></r><rPh><t>chén</t></rPh></si></sst>",
        styles='<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="57"/></cellXfs></styleSheet>',
    )
    rows = {n: cells for n, cells in Workbook.open(path).page("甲").rows() if any(cells)}
    assert rows == {
        1: ["陈试", "1904-01", "12:00", "是", "一\n二", "#REF!"],  # format 57 shows 1904年1月
        9: ["", "算", "#未计算", "", "", ""],
    }


def test_limits_of_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _package(tmp_path / "r.xlsx", "<x:row>" + "<x:c><x:v>1</x:v></x:c>" * 50 + "</x:row>")
    assert len(list(Workbook.open(path).page("甲").rows())) == 1
    monkeypatch.setattr(sheet_details, "MAX_CELLS", 49)
    with pytest.raises(BadData) as caught:
        Workbook.open(path).page("甲")
    assert caught.value.code == "workbook_too_large"
    monkeypatch.setattr(package, "MAX_UNPACKED", 100)
    with pytest.raises(BadData) as caught:
        Workbook.open(path)
    assert caught.value.code == "workbook_too_large"


def test_a_file_without_line_ends_is_not_drawn_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"{HEADER}\n" + "天宁分局,联络员," * 1_000_000, encoding="utf-8")
    tracemalloc.start()
    try:
        with pytest.raises(BadData) as caught:
            list(read_roster(path, units=UNITS, today=TODAY))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.code == "broken_csv"
    assert peak < path.stat().st_size / 2


def test_memory_is_that_of_telling_people_apart(tmp_path: Path) -> None:
    """Twenty times the résumé does not take more memory: 8 MB of text pass through."""
    peaks = []
    for words in (100, 2_000):
        path = tmp_path / f"{words}.csv"
        rows = (f"{_good(n)},{'历' * words}" for n in range(2_000))
        path.write_text("\n".join([f"{HEADER},简历", *rows]), encoding="utf-8")
        tracemalloc.start()
        try:
            assert sum(isinstance(r, RosterRow) for r in read_roster(path, units=UNITS, today=TODAY)) == 2_000
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 3_000_000


def test_one_person_is_judged_as_a_row_is() -> None:
    person, title, remark, warnings = read_person(
        "陈　试一", "民警", {"mobile": "+86 13900000001", "ethnicity": "穿青人", "email": None}, today=TODAY
    )
    assert (person.name, person.mobile, person.ethnicity, person.email) == (
        "陈试一",
        "13900000001",
        "穿青人",
        None,
    )
    assert (title, remark, len(warnings)) == ("民警", None, 1)
    with pytest.raises(BadData) as caught:
        read_person("", "民警", {"mobile": "139", "birth": "2020-01"}, today=TODAY)
    assert [p["column"] for p in caught.value.details["problems"]] == ["姓名", "手机", "出生年月"]


def test_the_file_goes_before_the_option(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"{HEADER}\n{_good(1)}\n天宁分局,,陈试二,民警,13900000002\n", encoding="utf-8")
    first, second = read_roster(path, units=UNITS, role=Role.SPOKESPERSON, today=TODAY)
    assert isinstance(first, RosterRow)
    assert isinstance(second, RosterRow)
    assert (first.role, len(first.warnings)) == (Role.LIAISON, 1)
    assert (second.role, len(second.warnings)) == (Role.SPOKESPERSON, 0)
