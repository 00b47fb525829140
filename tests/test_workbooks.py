"""Workbooks of every kind: parts by relation, what the reading libraries leave out, and what is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook as Written
from openpyxl.chart import BarChart, Reference

from pressctl.errors import BadData
from pressctl.importing import sheet_details, workbooks
from pressctl.importing.number_formats import show_of, shows_month
from pressctl.importing.workbooks import Workbook
from pressctl.importing.xlsb_details import in_order, records

FORMATS = Path(__file__).parent / "data" / "field" / "formats"
FIRST_DAY = date(1899, 12, 30)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml"


def _rows(path: Path, sheet: str | None = None) -> list[tuple[int, list[str]]]:
    book = Workbook.open(path)
    return [row for row in book.page(sheet or book.visible[0]).rows() if any(row[1])]


# -- parts by their relation -----------------------------------------------------------------------


def _package(
    path: Path,
    *,
    folder: str = "xl",
    book: str = "workbook.xml",
    sheet: str = "worksheets/sheet1.xml",
    strings: str = "sharedStrings.xml",
    target: str | None = None,
    id_name: str = "r:id",
    prefix: str = "",
    strict: bool = False,
    renamed: Callable[[str], str] = str,
    xml: str = "",
    kinds: bool = True,
) -> Path:
    """Two cells, 单位 and 5, in a package spelt as told."""
    office = f"{STRICT}/officeDocument/relationships" if strict else OFFICE
    main = f"{STRICT}/spreadsheetml/main" if strict else MAIN
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{main}"' if prefix else f'xmlns="{main}"'
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    kind = {
        k: f'Type="{office}/{k}"' if kinds else "" for k in ("officeDocument", "worksheet", "sharedStrings")
    }
    parts = {
        "_rels/.rels": f'<Relationships {relations}><Relationship Id="a" Type="{office}/officeDocument" Target="{folder}/{book}"/></Relationships>',
        f"{folder}/{book}": f'{xml}<{p}workbook {space} xmlns:{id_name[:-3]}="{office}"><{p}sheets><{p}sheet name="甲" sheetId="1" {id_name}="s"/></{p}sheets></{p}workbook>',
        f"{folder}/_rels/{book}.rels": f'<Relationships {relations}><Relationship Id="s" {kind["worksheet"]} Target="{target or sheet}"/><Relationship Id="t" {kind["sharedStrings"]} Target="{strings}"/></Relationships>',
        f"{folder}/{sheet}": f'{xml}<{p}worksheet {space}><{p}sheetData><{p}row r="1"><{p}c r="A1" t="s"><{p}v>0</{p}v></{p}c><{p}c r="B1"><{p}v>5</{p}v></{p}c></{p}row></{p}sheetData></{p}worksheet>',
        f"{folder}/{strings}": f"<{p}sst {space}><{p}si><{p}t>单位</{p}t></{p}si></{p}sst>",
    }
    wide = "UTF-16" in xml
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts.items():
            declared = wide and text.startswith("<?xml")
            package.writestr(renamed(name), text.encode("utf-16" if declared else "utf-8"))
    return path


def _backslashed(name: str) -> str:
    return name.replace("/", "\\")


@pytest.mark.parametrize(
    "spelt",
    [
        {},
        {"book": "book.xml"},
        {"folder": "excel"},
        {"target": "../xl/worksheets/sheet1.xml"},
        {"target": "/xl/worksheets/sheet1.xml"},
        {"target": "./worksheets/sheet1.xml"},
        {"target": "worksheets\\sheet1.xml"},
        {"target": "WORKSHEETS/Sheet1.XML"},
        {"sheet": "sheets/a%20b.xml"},
        {"strings": "texte.xml"},
        {"id_name": "ns0:id"},
        {"prefix": "x"},
        {"strict": True},
        {"renamed": str.upper},
        {"renamed": _backslashed},
        {"xml": '<?xml version="1.0" encoding="UTF-16"?>'},
        {"kinds": False},
        {"kinds": False, "book": "book.xml", "renamed": str.lower},
    ],
    ids=lambda spelt: "-".join(f"{k}={getattr(v, '__name__', v)}" for k, v in spelt.items()) or "plain",
)  # fmt: skip
def test_parts_are_found_by_their_relation(spelt: dict[str, Any], tmp_path: Path) -> None:
    assert _rows(_package(tmp_path / "p.xlsx", **spelt)) == [(1, ["单位", "5"])]


# -- what the libraries leave out ------------------------------------------------------------------


def _saved(path: Path, *rows: list[Any], more: Callable[[Any], None] = lambda sheet: None) -> Path:
    book = Written()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    more(sheet)
    book.save(path)
    return path


def test_errors_and_formulas_without_a_result_are_not_blank(tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet["B1"] = "#N/A"
        sheet["B1"].data_type = "e"
        sheet["C1"] = "=1+1"

    assert _rows(_saved(tmp_path / "e.xlsx", ["甲"], more=more)) == [(1, ["甲", "#N/A", "#未计算"])]


def test_a_row_of_nothing_but_errors_is_there(tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet["A3"] = "=1+1"

    assert _rows(_saved(tmp_path / "e.xlsx", ["甲"], more=more)) == [(1, ["甲"]), (3, ["#未计算"])]


def test_what_stands_far_from_the_corner_keeps_its_place(tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet["C5"], sheet["D7"] = "甲", "乙"

    assert _rows(_saved(tmp_path / "g.xlsx", more=more)) == [(5, ["", "", "甲", ""]), (7, ["", "", "", "乙"])]


def test_hidden_rows_and_columns(tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = sheet.column_dimensions["B"].hidden = True

    path = _saved(tmp_path / "h.xlsx", ["甲", "乙"], ["丙", "丁"], more=more)
    details = Workbook.open(path).page("Sheet").details
    assert details.hidden_rows == {2}
    assert details.is_hidden(1) and not details.is_hidden(0)


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.00", "1975.1", "1975.10"),
        ("0.00_ ", "1975.1", "1975.10"),
        ("0.00_);[Red]\\(0.00\\)", "1975.1", "1975.10"),
        ("0000-00000000", "51981000011", "0519-81000011"),
        ("(0000)00000000", "51981000011", "(0519)81000011"),
        ("000 0000 0000", "13800000011", "138 0000 0011"),
        ("000000", "123", "000123"),
        ("0", "1975.03", "1975"),
        ('0000"年"00"月"', "197503", "1975年03月"),
        ("0000\\.00", "197503", "1975.03"),
        ("0.0", "1975.10", "1975.1"),
        ('yyyy"年"m"月"', "27454", "1975-03"),
        ("mmm-yy", "27454", "1975-03"),
        ("#,##0", "13800000011", None),
        ("0.00E+00", "13800000011", None),
        ("0%", "5", None),
        ("General", "5", None),
        ("@", "5", None),
        ("yyyy-mm-dd", "27454", None),
        ("h:mm", "0.5", None),
    ],
)
def test_how_a_format_shows_a_number(code: str, number: str, shown: str | None) -> None:
    show = show_of(code, FIRST_DAY)
    assert (show(Decimal(number)) if show else None) == shown


def test_minutes_are_no_month() -> None:
    assert not shows_month("h:mm") and not shows_month("mm:ss") and shows_month("yyyy-mm")


def test_a_chart_first_is_passed_over(tmp_path: Path) -> None:
    book = Written()
    sheet = book.worksheets[0]
    sheet.append(["单位", "姓名"])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=1))
    book.create_chartsheet("图", 0).add_chart(chart)
    book.save(tmp_path / "c.xlsx")
    assert [s.name for s in Workbook.open(tmp_path / "c.xlsx").sheets] == ["Sheet"]


@pytest.mark.parametrize("name", ["libreoffice.xls", "wps.et", "libreoffice.ods", "sheetjs.xlsb"])
def test_the_formats_tell_the_same(name: str) -> None:
    """One roster, written by three programs: what is hidden, merged and shown."""
    page = Workbook.open(FORMATS / name).page("名册")
    rows = {number: cells[:7] for number, cells in page.rows()}
    assert rows[3] == [
        "天宁分局",
        "新闻发言人",
        "严知微",
        "副局长",
        "0519-81000011",
        "13800000011",
        "1975.10",
    ]
    assert rows[4] == ["", "联络员", "郁长安", "宣教科长", "81000012", "13800000012", "1984.03"]
    assert page.details.hidden_rows == {6}
    assert (3, 0, 4, 0) in page.details.merges


def test_short_cells_of_a_binary_workbook_are_written_out() -> None:
    """BrtShort*: a cell behind the last has no column of its own ([MS-XLSB] 2.4)."""
    row, cell, short = b"\0\x19" + b"\0" * 25, b"\x06\x0c" + b"\x02" + b"\0" * 11, b"\x11\x08" + b"\0" * 8
    ordered = in_order(row + cell + short + short)
    assert ordered is not None
    columns = [data[0] for kind, data in records(ordered) if kind == 6]
    assert columns == [2, 3, 4]
    assert in_order(row + cell) is None


# -- what is refused -------------------------------------------------------------------------------


def _refused(path: Path) -> BadData:
    with pytest.raises(BadData) as caught:
        book = Workbook.open(path)
        list(book.page(book.visible[0]).rows())
    assert path.name in caught.value.message and caught.value.next_step
    return caught.value


def test_two_cells_at_the_ends_of_the_sheet(tmp_path: Path) -> None:
    """The library would set aside room for seventeen thousand million cells, and end the process."""

    def more(sheet: Any) -> None:
        sheet["XFD1048576"] = "远"

    assert _refused(_saved(tmp_path / "far.xlsx", ["甲"], more=more)).code == "workbook_too_large"


def test_formatted_rows_to_the_end_of_the_sheet_are_no_content(tmp_path: Path) -> None:
    def more(sheet: Any) -> None:
        sheet.cell(1_000_000, 14).number_format = "@"

    assert _rows(_saved(tmp_path / "f.xlsx", ["甲"], more=more)) == [(1, ["甲"])]


def test_an_ods_that_repeats_a_cell_a_million_times(tmp_path: Path) -> None:
    path = tmp_path / "r.ods"
    content = (
        '<d xmlns:t="t" xmlns:o="o" xmlns:x="x"><t:table t:name="甲"><t:table-row t:number-rows-repeated="1000000">'
        '<t:table-cell t:number-columns-repeated="100" o:value-type="string"><x:p>a</x:p></t:table-cell></t:table-row></t:table></d>'
    )
    with zipfile.ZipFile(FORMATS / "sheetjs.ods") as whole, zipfile.ZipFile(path, "w") as made:
        for name in whole.namelist():
            made.writestr(name, content if name == "content.xml" else whole.read(name))
    from pressctl.importing.ods_details import sheet_details as details
    from pressctl.importing.package import Package

    with Package(path) as package, pytest.raises(BadData) as caught:
        details(package, "甲")
    assert caught.value.code == "workbook_too_large"


def test_an_ods_under_a_password(tmp_path: Path) -> None:
    path = tmp_path / "p.ods"
    with zipfile.ZipFile(FORMATS / "sheetjs.ods") as whole, zipfile.ZipFile(path, "w") as made:
        for name in whole.namelist():
            text = whole.read(name)
            if name == "META-INF/manifest.xml":
                text = text.replace(
                    b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
                )
            made.writestr(name, text)
    assert _refused(path).code == "protected_workbook"


def test_a_workbook_under_a_password() -> None:
    assert _refused(FORMATS / "password.xlsx").code == "protected_workbook"


@pytest.mark.parametrize("name", ["libreoffice.xls", "libreoffice.ods", "sheetjs.xlsb", "pyxlsbwriter.xlsb"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_damaged(name: str, part: float, tmp_path: Path) -> None:
    data = (FORMATS / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * part)])
    try:
        rows = _rows(tmp_path / name)
    except BadData as refused:
        assert refused.code in ("damaged_workbook", "not_a_table") and refused.next_step
    else:
        assert rows, "what could be read of an old file is read"


@pytest.mark.parametrize(("stream", "said"), [("WordDocument", "Word"), ("Contents", "其他程序")])
def test_other_documents_of_the_old_kind(stream: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "d.xls").write_bytes(workbooks.OLE + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 400)
    assert said in _refused(tmp_path / "d.xls").message


def test_the_limits_are_those_of_the_manual() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "import.md").read_text(encoding="utf-8")
    assert f"{sheet_details.MAX_CELLS // 10_000} 万格" in manual
