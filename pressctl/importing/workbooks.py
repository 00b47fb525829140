"""A workbook of any kind as rows of text: .xlsx, .xlsm, .xlsb and .ods read by python-calamine, .xls and .et by xlrd.

Weighed on 100,000 rows of 14 columns and on the files of tests/data/field (one core, Python 3.11; openpyxl 3.1.5,
python-calamine 0.9.1, xlrd 2.0.2; "own" is the streaming reader that stood here before, 524 lines):

    .xlsx                        own       openpyxl   openpyxl     calamine   calamine with
                                                      read-only               xlsx_details.py
    seconds                      5.8       19.3       12.9         0.9        2.9
    peak MB                      15        706        32           142        149
    digits as stored             yes       yes        yes          yes        yes
    merged ranges                yes       yes        no           yes        yes
    hidden rows, columns         no        yes        no           no         yes
    digits as a format shows     no        code only  code only    no         yes
    error values (#N/A)          yes       yes        yes          read as "" yes
    formula without a result     yes       no         no           read as "" yes
    1904 day numbers             dates     yes        yes          dates      yes
    parts in other case, with \\  no        no         no           yes        yes
    parts by relation (../x)     yes       yes        yes          no         yes (put in order)
    WPS document properties      yes       refused    refused      yes        yes
    A1 and XFD1048576 filled     yes       yes        yes          aborts     refused
    .xlsb, .ods                  no        no         no           in part    yes (put in order)

So calamine reads the values, and of our own is kept what it leaves out (sheet_details.py and its three readers), in one
streaming pass that also refuses, before calamine sets room aside, a sheet that reaches too far. calamine passes over the short
cells of .xlsb and stumbles over blanks between the elements of .ods: such files are put in order first. For .xls and .et xlrd
tells all of this itself (50,000 rows in 1.0 s, 83 MB), calamine none of it but merged ranges. openpyxl reads nothing here; it
writes what pressctl exports.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from pressctl.errors import BadData
from pressctl.importing import ods_details, xls, xlsb_details, xlsx_details
from pressctl.importing.package import Package, damaged, protected
from pressctl.importing.sheet_details import Details, SheetPage, moment_said, number_said
from pressctl.importing.xlsx_details import SheetPart

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Rows = Iterator[tuple[int, list[str]]]


class Sheet(NamedTuple):
    """A sheet that holds a table."""

    name: str
    visible: bool


class Workbook:
    """A workbook of any kind. Raises BadData for what is none, is damaged, protected, or beyond the limits."""

    def __init__(self, path: Path, label: str, sheets: tuple[Sheet, ...], first_day: date) -> None:
        self.path, self.label, self.sheets, self.first_day = path, label, sheets, first_day

    @classmethod
    def open(cls, path: Path) -> Workbook:
        with path.open("rb") as file:
            if file.read(8) == OLE:
                return _Old(path)
        with Package(path) as package:
            if ods_details.is_spreadsheet(package):
                return _OpenDocument(path, package)
            part = xlsx_details.book_part(package)
            if part is not None and part.lower().endswith(".bin"):
                return _Binary(path, package, part)
            if part is not None and (book := xlsx_details.read_book(package, part)):
                return _Office(path, book)
            if "word/document.xml" in package:
                raise _is_document(path)
        raise _no_workbook(path)

    @property
    def visible(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in self.sheets if sheet.visible)

    def page(self, name: str) -> SheetPage:
        """One sheet. Raises BadData for damage, and for a sheet that reaches too far."""
        raise NotImplementedError


class _Old(Workbook):
    """.xls, .et"""

    def __init__(self, path: Path) -> None:
        kind = xls.kind_of(path)
        if kind == "protected":
            raise protected(path)
        if kind != "book":
            raise _other_file(path, kind)
        self._book = xls.OldBook(path)
        sheets = tuple(Sheet(name, visible) for name, visible in self._book.sheets)
        super().__init__(path, "XLS", sheets, self._book.first_day)

    def page(self, name: str) -> SheetPage:
        rows, details = self._book.read(name)
        return SheetPage(rows, details)


class _Office(Workbook):
    """.xlsx, .xlsm"""

    def __init__(self, path: Path, book: xlsx_details.Book) -> None:
        self._book = book
        super().__init__(path, "XLSX", _tables(path, book.sheets), book.first_day)

    def page(self, name: str) -> SheetPage:
        part = next(s for s in self._book.sheets if s.name == name)
        with Package(self.path) as package:
            styles = xlsx_details.number_styles(package, self._book)
            details = xlsx_details.sheet_details(package, part.part, styles)
            try:
                sheet = _calamine(self.path, self.path, name)
            except BadData:
                sheet = _calamine(self.path, xlsx_details.in_order(package, self._book, part), name)
        return SheetPage(_rows_of(sheet, details), details)


class _Binary(Workbook):
    """.xlsb"""

    def __init__(self, path: Path, package: Package, part: str) -> None:
        self._book = xlsb_details.read_book(package, part)
        super().__init__(path, "XLSB", _tables(path, self._book.sheets), self._book.first_day)

    def page(self, name: str) -> SheetPage:
        part = next(s for s in self._book.sheets if s.name == name)
        with Package(self.path) as package:
            details, ordered = xlsb_details.sheet_details(package, part.part, self._book)
            source = package.rewritten({part.part: ordered}) if ordered else self.path
        return SheetPage(_rows_of(_calamine(self.path, source, name), details), details)


class _OpenDocument(Workbook):
    """.ods"""

    def __init__(self, path: Path, package: Package) -> None:
        ods_details.require_open(package)
        try:
            self._source: Any = path
            sheets = _listed(path, path)
        except BadData:
            self._source = package.rewritten(ods_details.in_order(package))
            sheets = _listed(path, self._source)
        super().__init__(path, "ODS", sheets, ods_details.first_day(package))

    def page(self, name: str) -> SheetPage:
        with Package(self.path) as package:
            details = ods_details.sheet_details(package, name)
            try:
                sheet = _calamine(self.path, self._source, name)
            except BadData:
                ordered = package.rewritten(ods_details.in_order(package))
                sheet = _calamine(self.path, ordered, name)
        return SheetPage(_rows_of(sheet, details), details)


def _tables(path: Path, sheets: tuple[SheetPart, ...]) -> tuple[Sheet, ...]:
    """The sheets that hold cells: charts, macro sheets and dialogs are passed over."""
    found = tuple(Sheet(sheet.name, sheet.visible) for sheet in sheets if sheet.table)
    if not found:
        raise _no_workbook(path)
    return found


# -- calamine --------------------------------------------------------------------------------------


def _listed(path: Path, source: Any) -> tuple[Sheet, ...]:
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_object(source) as book:
            shown = python_calamine.SheetVisibleEnum.Visible
            return tuple(Sheet(sheet.name, sheet.visible == shown) for sheet in book.sheets_metadata)
    except BaseException as error:  # a panic in Rust is no Exception
        raise _unreadable(path, error) from error


def _calamine(path: Path, source: Any, name: str) -> Any:
    """The sheet's values, all of them. Raises BadData for what calamine cannot read."""
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_object(source).get_sheet_by_name(name)
    except BaseException as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: BaseException) -> BaseException:
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError, BadData)):
        return error
    return damaged(path)


_PACKED_FROM = 200_000
"""Cells. Of 100,000 rows calamine's values take 90 MB, packed 8 MB; they are let go before anything is entered."""
_ROWS_PACKED = 500


def _rows_of(sheet: Any, details: Details) -> Callable[[], Rows]:
    """The rows anew each time; those of a large sheet packed, so that calamine's values need not be held meanwhile."""
    if details.rows * details.columns < _PACKED_FROM:
        return partial(_said, sheet, details)
    packed: list[bytes] = []
    rows = _said(sheet, details)
    while some := list(islice(rows, _ROWS_PACKED)):
        packed.append(zlib.compress(marshal.dumps(some), 1))
    return partial(_unpacked, packed)


def _unpacked(packed: Sequence[bytes]) -> Rows:
    for block in packed:
        yield from marshal.loads(zlib.decompress(block))  # noqa: S302 - our own, made above


def _said(sheet: Any, details: Details) -> Rows:
    """The rows as text, what the sheet shows otherwise put in. Rows that hold nothing but an error come too."""
    # iter_rows gives every row from the first, but the columns only from the first that holds something.
    left, shown = (sheet.start or (0, 0))[1], details.shown
    number = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value if value.__class__ is str else _cell(value) for value in values]
        if left:
            cells[:0] = [""] * left
        if number in shown:
            _put(cells, shown[number])
        yield number, cells
    for last in sorted(row for row in shown if row > number):
        cells = []
        _put(cells, shown[last])
        yield last, cells


def _put(cells: list[str], shown: dict[int, str]) -> None:
    cells.extend([""] * (max(shown) + 1 - len(cells)))
    for column, text in shown.items():
        cells[column] = text


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return number_said(value)
    if isinstance(value, (date, time)):
        return moment_said(value)
    return str(value) if not isinstance(value, timedelta) else _hours(value)


def _hours(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# -- refusals --------------------------------------------------------------------------------------


def _is_document(path: Path) -> BadData:
    return BadData(
        "not_a_table",
        f"{path.name} 是 Word 文档，不是工作簿。",
        next_step="请在 Word 或 WPS 中选中其中的表格，复制到 Excel 或 WPS 表格，另存为 .xlsx 后再导入。",
    )


def _no_workbook(path: Path) -> BadData:
    return BadData(
        "not_a_table",
        f"{path.name} 是压缩包格式，但里面没有可读的工作表（可能是 Word 文档、只有图表的工作簿或普通压缩文件）。",
        next_step="请在 Excel 或 WPS 中另存为 .xlsx 或 CSV 后再导入。",
    )


def _other_file(path: Path, said: str) -> BadData:
    return BadData(
        "not_a_table",
        f"{path.name} 不是工作簿，而是{said}。",
        next_step="请在 Excel 或 WPS 中把表格另存为 .xlsx 后再导入。",
    )
