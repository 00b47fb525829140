"""Tables in a web page as rows of text: what Chinese office systems export under the name .xls.

Only cells are read, no scripts and styles. A cell that spans rows or columns is a merged range, a row that the page hides
a hidden one. Of tables within tables (a page's layout) the innermost count, one under the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from pressctl.errors import BadData
from pressctl.importing.package import too_large
from pressctl.importing.sheet_details import MAX_CELLS, MAX_COLUMNS, Details

OPENINGS = ("<html", "<!doctype html", "<table", "<meta", "<head", "<body", "<style", "<div")
"""What begins a page, without capitals."""
_SILENT = ("script", "style", "title", "noscript")
_BREAKS = ("br", "p", "div", "li")
_HIDDEN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE
)
_LARGEST = 64 << 20
"""Bytes of a page: it is held whole."""


def read(path: Path, codec: str) -> tuple[list[list[str]], Details]:
    """The rows, their merged ranges and hidden rows. Raises BadData for a page without a table, or one that is too large."""
    if path.stat().st_size > _LARGEST:
        raise too_large(path)
    page = _Page(path)
    page.feed(path.read_text(encoding=codec))
    page.close()
    page.finish()
    if not any(any(row) for row in page.rows):
        raise BadData(
            "not_a_table",
            f"{path.name} 是网页，里面没有表格。",
            next_step="请在 Excel 或 WPS 中打开，另存为 .xlsx（不设密码）或“CSV UTF-8”后再导入。",
        )
    return page.rows, page.details


def numbered(read_rows: list[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """From 1, each row anew: what reads them may change them."""
    for number, cells in enumerate(read_rows, start=1):
        yield number, cells.copy()


@dataclass
class _Table:
    """A table while it is read. `taken` are the columns of later rows that a cell above reaches into."""

    rows: list[list[str]] = field(default_factory=list)
    details: Details = field(default_factory=Details)
    taken: dict[int, set[int]] = field(default_factory=dict)
    row: list[str] | None = None
    words: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    is_layout: bool = False

    def begin_row(self, *, hidden: bool) -> None:
        self.end_row()
        self.row = []
        if hidden:
            self.details.hidden_rows.add(len(self.rows) + 1)

    def begin_cell(self, down: int, right: int) -> None:
        self.end_cell()
        self.row = [] if self.row is None else self.row
        self.words, self.span = [], (down, right)

    def end_cell(self) -> None:
        if self.words is None or self.row is None:
            return
        lines = (line.strip(" \xa0") for line in "".join(self.words).split("\n"))
        said, self.words = "\n".join(line for line in lines if line), None
        (down, right), number, row = self.span, len(self.rows) + 1, self.row
        while len(row) in self.taken.get(number, ()):
            row.append("")
        left = len(row)
        row += [said, *[""] * (right - 1)]
        for below in range(number + 1, number + down):
            self.taken.setdefault(below, set()).update(range(left, left + right))
        self.details.merge(number, left, number + down - 1, left + right - 1)

    def end_row(self) -> None:
        self.end_cell()
        if self.row is not None:
            self.rows.append(self.row)
            self.taken.pop(len(self.rows), None)
            self.row = None


class _Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.details = Details()
        self._path = path
        self._open: list[_Table] = []
        self._silent = self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            if self._open:
                self._open[-1].is_layout = True
            self._open.append(_Table())
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].begin_row(hidden=_HIDDEN.search(told.get("style", "")) is not None)
        elif tag in ("td", "th"):
            down, right = _count(told.get("rowspan")), _count(told.get("colspan"))
            self._cells += down * right
            if self._cells > MAX_CELLS:
                raise too_large(self._path)
            self._open[-1].begin_cell(down, right)
        elif tag in _BREAKS and (words := self._open[-1].words) is not None:
            words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif not self._open:
            return
        elif tag == "table":
            self._close()
        elif tag == "tr":
            self._open[-1].end_row()
        elif tag in ("td", "th"):
            self._open[-1].end_cell()

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent and (words := self._open[-1].words) is not None:
            words.append(re.sub(r"[ \t\r\n]+", " ", data))

    def finish(self) -> None:
        """What was left open when the page ended."""
        while self._open:
            self._close()

    def _close(self) -> None:
        table = self._open.pop()
        table.end_row()
        if table.is_layout:
            return
        above = len(self.rows)
        self.rows += table.rows
        self.details.hidden_rows.update(row + above for row in table.details.hidden_rows)
        for merge in table.details.merges:
            self.details.merge(merge.top + above, merge.left, merge.bottom + above, merge.right)


def _count(said: str | None) -> int:
    return min(max(int(said), 1), MAX_COLUMNS) if said and said.strip().isdecimal() else 1
