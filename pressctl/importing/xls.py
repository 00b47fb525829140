"""The workbooks of Excel 97-2003 (.xls) and of WPS (.et, the same layout), read by xlrd.

xlrd and not calamine, because it gives what decides here: hidden rows and columns, number formats, merged ranges, error
values (see workbooks.py for the comparison).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from pressctl.errors import BadData
from pressctl.importing.number_formats import show_of
from pressctl.importing.package import damaged, protected
from pressctl.importing.sheet_details import Details, moment_said, number_said

_HIDDEN_BOOK = "EncryptedPackage".encode("utf-16-le")
_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OTHERS = {"WordDocument": "Word 文档", "PowerPoint Document": "PowerPoint 演示文稿"}


def kind_of(path: Path) -> str:
    """What an OLE file holds: `book`, `protected`, else its name in Chinese."""
    data = path.read_bytes()
    if _HIDDEN_BOOK in data:
        return "protected"
    for stream, said in _OTHERS.items():
        if stream.encode("utf-16-le") in data:
            return said
    return "book" if any(stream in data for stream in _STREAMS) else "其他程序的文件"


class OldBook:
    """An .xls or .et file. Raises BadData for what is damaged or under a password."""

    def __init__(self, path: Path) -> None:
        import xlrd

        self.path = path
        self._xlrd: Any = xlrd
        try:
            self._book = xlrd.open_workbook(
                str(path),
                formatting_info=True,
                logfile=io.StringIO(),
                ignore_workbook_corruption=True,
            )
            self.sheets = [(sheet.name, not sheet.visibility) for sheet in self._book.sheets()]
        except Exception as error:
            raise self._refusal(error) from error
        self.first_day = date(1904, 1, 1) if self._book.datemode else date(1899, 12, 30)

    def _refusal(self, error: Exception) -> BadData:
        """xlrd answers damage with whatever it stumbles over."""
        return protected(self.path) if "encrypted" in str(error) else damaged(self.path)

    def read(self, name: str) -> tuple[Callable[[], Iterator[tuple[int, list[str]]]], Details]:
        """A sheet's rows, each time anew, and its details."""
        try:
            sheet = self._book.sheet_by_name(name)
        except Exception as error:
            raise self._refusal(error) from error
        return partial(self._rows, sheet), _details(sheet).check(self.path)

    def _rows(self, sheet: Any) -> Iterator[tuple[int, list[str]]]:
        for row in range(sheet.nrows):
            yield row + 1, [self._said(cell) for cell in sheet.row(row)]

    def _said(self, cell: Any) -> str:
        kinds = self._xlrd
        value: Any = cell.value
        if cell.ctype == kinds.XL_CELL_TEXT:
            return str(value)
        if cell.ctype in (kinds.XL_CELL_NUMBER, kinds.XL_CELL_DATE):
            return self._number(value, cell)
        if cell.ctype == kinds.XL_CELL_BOOLEAN:
            return "是" if value else "否"
        if cell.ctype == kinds.XL_CELL_ERROR:
            return str(kinds.error_text_from_code.get(value, "#REF!"))
        return ""

    def _number(self, value: float, cell: Any) -> str:
        code = self._book.format_map[self._book.xf_list[cell.xf_index].format_key].format_str
        show = show_of(code, self.first_day) if value >= 0 else None
        if show and (said := show(Decimal(f"{value:.15g}"))) is not None:
            return said
        if cell.ctype == self._xlrd.XL_CELL_DATE:
            return _moment(self.first_day, value)
        return number_said(value)


def _details(sheet: Any) -> Details:
    details = Details(rows=sheet.nrows, columns=sheet.ncols)
    details.hidden_rows = {
        row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0
    }
    details.hidden_columns = [(column, column) for column, info in sheet.colinfo_map.items() if info.hidden]
    for top, bottom, left, right in sheet.merged_cells:
        details.merge(top + 1, left, bottom, right - 1)
    return details


def _moment(first_day: date, days: float) -> str:
    """A day number as 2026-10-09, 10:00 or both."""
    moment = datetime.combine(first_day, datetime.min.time()) + timedelta(seconds=round(days * 86400))
    return moment_said(moment.time() if 0 <= days < 1 else moment)
