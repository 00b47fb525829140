"""What a sheet holds besides its values, and how far it reaches.

The libraries that read workbooks (see workbooks.py) leave out what decides here whether a row may be taken: hidden rows
and columns, the digits that a number format shows, errors and formulas without a result, merged ranges of two formats.
This is the one shape for all formats; xlsx_details.py, ods_details.py and xlsb_details.py fill it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from pressctl.importing.package import too_large

MAX_CELLS = 5_000_000
"""Rows times columns of the range that holds content: the reading library sets aside room for all of it."""
MAX_COLUMNS = 1_000
MAX_MERGED = 200_000

NOT_CALCULATED = "#未计算"
"""Stands for a formula that was saved without its result."""


class Merge(NamedTuple):
    """A merged range, rows from 1 and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Details:
    """Rows from 1, columns from 0. `shown` are the cells that read otherwise than they are stored, by row and column."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    shown: dict[int, dict[int, str]] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    def show(self, row: int, column: int, text: str) -> None:
        self.shown.setdefault(row, {})[column] = text

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Keep a range that reaches over several cells."""
        if (bottom > top or right > left) and len(self.merges) < MAX_MERGED:
            self.merges.append(Merge(top, left, bottom, right))

    def reach(self, row: int, column: int) -> None:
        """There is content in a cell."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column + 1)

    def check(self, path: Path) -> Details:
        """Raises BadData for a sheet whose content reaches further than a table does."""
        if self.rows * self.columns > MAX_CELLS or self.columns > MAX_COLUMNS * 20:
            raise too_large(path, f"（内容到第 {self.rows} 行、第 {self.columns} 列）")
        return self

    def is_hidden(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


@dataclass(frozen=True)
class SheetPage:
    """A sheet as read: `rows` gives (number from 1, cells as the sheet shows them), hidden ones among them, each time anew."""

    rows: Callable[[], Iterator[tuple[int, list[str]]]]
    details: Details


def number_said(value: float) -> str:
    """A number as its digits: 13900000000.0 is 13900000000; the float noise of 1975.03 goes."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.10g}" if abs(value) < 1e10 else repr(value)


def moment_said(value: date | time) -> str:
    """A date as 2026-10-09, a time as 10:00, or both."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, datetime) and value.time() != time():
        return value.strftime("%Y-%m-%d %H:%M")
    return f"{value:%Y-%m-%d}"
