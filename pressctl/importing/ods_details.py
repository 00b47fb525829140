"""What python-calamine does not tell of a sheet in an OpenDocument spreadsheet (.ods). See sheet_details.py.

OpenDocument 1.3 part 3, 9 (tables) and 19.7 (attributes): a row or cell may stand for many (number-rows-repeated).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pressctl.importing.package import Package, protected, too_large
from pressctl.importing.sheet_details import MAX_CELLS, NOT_CALCULATED, Details

TYPES = (
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
)
_CONTENT = "content.xml"
_HIDDEN = ("collapse", "filter")
_ERROR = "in error"
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)|(?:Err|错误):\d+")
_MONTH = re.compile(r"\d{4}(?:年\d{1,2}月|[-/.]\d{1,2})|[A-Z][a-z]{2}[- ]\d{2,4}")
_DIGITS = re.compile(r"[(]?[0-9][0-9 .()/·-]*(?:年[0-9]{1,2}月)?")


def is_spreadsheet(package: Package) -> bool:
    return "mimetype" in package and package.read("mimetype").decode("ascii", "ignore").strip() in TYPES


def require_open(package: Package) -> None:
    """Raises BadData for a document under a password."""
    found = False

    def start(tag: str, _: Mapping[str, str]) -> None:
        nonlocal found
        found = found or tag == "encryption-data"

    if "META-INF/manifest.xml" in package:
        package.parse("META-INF/manifest.xml", start)
    if found:
        raise protected(package.path)


def in_order(package: Package) -> dict[str, bytes]:
    """The content without the blanks between elements, over which calamine stumbles."""
    return {_CONTENT: re.sub(rb">\s+<", b"><", package.read(_CONTENT))} if _CONTENT in package else {}


def first_day(package: Package) -> date:
    """From which bare numbers count as days: table:null-date, of which 1899-12-30 is the default (ODF 1.3 part 3, 9.4.2)."""
    found = date(1899, 12, 30)

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal found
        if tag == "null-date":
            with suppress(ValueError):
                found = date.fromisoformat(_plain(attributes).get("date-value", "")[:10])

    if _CONTENT in package:
        package.parse(_CONTENT, start)
    return found


def sheet_details(package: Package, name: str) -> Details:
    """One pass over the document. Raises BadData for damage, and for a sheet that reaches too far."""
    reader = _Sheet(package.path, name)
    package.parse(_CONTENT, reader.start, reader.end, reader.text)
    return reader.details.check(package.path)


class _Sheet:
    """The callbacks of the pass; only the sheet of the name is looked at."""

    def __init__(self, path: Path, name: str) -> None:
        self.details = Details()
        self._path, self._name = path, name
        self._depth = self._row = self._column = 0
        self._repeated = self._wide = 1
        self._cell: Mapping[str, str] = {}
        self._words: list[str] = []
        self._reading = False
        self._note = 0
        self._cells = 0
        self._in_cell = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            self._depth += bool(self._depth) or _plain(attributes).get("name") == self._name
        if self._depth != 1:
            return
        if tag == "p":
            if self._in_cell and not self._note:
                self._reading = True
                if self._words:
                    self._words.append("\n")
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell, self._words, self._in_cell = _plain(attributes), [], True
            self._wide = _count(self._cell, "number-columns-repeated")
        elif tag == "table-row":
            own = _plain(attributes)
            self._row += self._repeated if self._row else 1
            self._repeated = _count(own, "number-rows-repeated")
            self._column = 0
            if own.get("visibility") in _HIDDEN and self._repeated <= MAX_CELLS:
                self.details.hidden_rows.update(range(self._row, self._row + self._repeated))
        elif tag == "table-column":
            own = _plain(attributes)
            repeated = _count(own, "number-columns-repeated")
            if own.get("visibility") in _HIDDEN:
                self.details.hidden_columns.append((self._column, self._column + repeated - 1))
            self._column += repeated
        elif tag == "annotation":
            self._note += 1

    def text(self, data: str) -> None:
        if self._reading:
            self._words.append(data)

    def end(self, tag: str) -> None:
        if tag == "table" and self._depth:
            self._depth -= 1
        if self._depth != 1:
            return
        if tag == "p":
            self._reading = False
        elif tag == "annotation":
            self._note -= 1
        elif tag in ("table-cell", "covered-table-cell"):
            self._end_cell()

    def _end_cell(self) -> None:
        said, kind = "".join(self._words), self._cell.get("value-type", "")
        if said or kind:
            self._content(said, kind)
        if "number-rows-spanned" in self._cell or "number-columns-spanned" in self._cell:
            down = _count(self._cell, "number-rows-spanned") - 1
            right = _count(self._cell, "number-columns-spanned") - 1
            self.details.merge(self._row, self._column, self._row + down, self._column + right)
        self._column += self._wide
        self._in_cell = False

    def _content(self, said: str, kind: str) -> None:
        last = self._row + self._repeated - 1
        self._cells += self._repeated * self._wide
        if self._cells > MAX_CELLS:
            raise too_large(self._path, f"（第 {self._row} 行起有大量重复的格子）")
        self.details.reach(last, self._column + self._wide - 1)
        shown = _shown(self._cell, said, kind)
        if shown is None:
            return
        for row in range(self._row, last + 1):
            for column in range(self._column, self._column + self._wide):
                self.details.show(row, column, shown)


def _shown(cell: Mapping[str, str], said: str, kind: str) -> str | None:
    """What the sheet shows where that is not the stored value: an error, digits under a number format."""
    if _ERROR in cell or (said[:1] in ("#", "E", "错") and _ERRORS.fullmatch(said)):
        return said if said.startswith("#") else NOT_CALCULATED
    if kind == "date":
        return said if _MONTH.fullmatch(said) else None
    if kind != "float" or not _DIGITS.fullmatch(said):
        return None
    try:
        stored = Decimal(cell.get("value", ""))
        return None if stored == Decimal(said.strip()) and "." not in said else said.strip()
    except InvalidOperation:
        return said.strip()


def _plain(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes without their prefixes; of LibreOffice's own (calcext) only that a cell is in error."""
    plain = {
        key.rpartition(":")[2]: value for key, value in attributes.items() if not key.startswith("calcext")
    }
    if attributes.get("calcext:value-type") == "error":
        plain[_ERROR] = "true"
    return plain


def _count(attributes: Mapping[str, str], name: str) -> int:
    said = attributes.get(name)
    return max(int(said), 1) if said and said.isdecimal() else 1
