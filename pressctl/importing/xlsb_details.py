"""What python-calamine does not tell of a binary workbook (.xlsb). See sheet_details.py.

A part is a chain of records: a type and a length of seven bits a byte, then the content. [MS-XLSB] 2.4: the few records
that say what is hidden, merged, in error or under a number format are looked at, all others passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pressctl.importing.number_formats import BUILT_IN, Show, show_of
from pressctl.importing.package import Package, damaged
from pressctl.importing.sheet_details import NOT_CALCULATED, Details
from pressctl.importing.xlsx_details import Book, SheetPart

_ROW, _CELLS, _FORMULA_ERROR, _CELL_ERROR = 0, range(1, 12), 11, 3
_COLUMN, _MERGE, _FORMAT, _LOOK, _BOOK, _SHEET = 60, 176, 44, 47, 153, 156
_LOOKS, _LOOKS_END = 617, 618
_ERRORS = {
    0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"
}  # fmt: skip


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


_SHORT = range(12, 19)
"""Cells without a column of their own: each stands in the one behind the last. Excel reads them and seldom writes them,
SheetJS writes them, calamine passes over them."""
_LONGER = 11
"""What the type of such a record is higher than that of its long form."""


def in_order(data: bytes) -> bytes | None:
    """A sheet in which every cell names its column; None where each does already."""
    parts: list[bytes] = []
    column, short = -1, False
    for kind, content in records(data):
        if kind == _ROW:
            column = -1
        elif kind in _CELLS:
            column = struct.unpack_from("<I", content)[0]
        elif kind in _SHORT:
            column, short = column + 1, True
            kind, content = kind - _LONGER, struct.pack("<I", column) + content
        parts += (_number(kind), _number(len(content)), content)
    return b"".join(parts) if short else None


def _number(value: int) -> bytes:
    """A record's type or size, seven bits a byte."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*written, value))


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A string of UTF-16 behind its length, and where it ends."""
    (count,) = struct.unpack_from("<I", data, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    return data[at + 4 : end].decode("utf-16-le"), end


def read_book(package: Package, part: str) -> Book:
    """The workbook's sheets. Raises BadData for damage."""
    relations = {r.id: r for r in package.related(part)}
    sheets: list[SheetPart] = []
    since_1904 = False
    try:
        for kind, data in records(package.read(part)):
            if kind == _BOOK:
                since_1904 = bool(data[0] & 1)
            elif kind == _SHEET:
                (state,) = struct.unpack_from("<I", data)
                number, at = _text(data, 8)
                name, _ = _text(data, at)
                if (relation := relations.get(number)) is not None and relation.part in package:
                    sheets.append(
                        SheetPart(name, relation.part, state == 0, relation.kind in ("worksheet", ""))
                    )
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise damaged(package.path) from error
    styles = next((r.part for r in relations.values() if r.kind == "styles" and r.part in package), None)
    return Book(part, tuple(sheets), None, styles, since_1904)


def number_styles(package: Package, book: Book) -> dict[int, Show]:
    """The cell styles whose number format changes the digits."""
    own: dict[int, str] = {}
    shows: dict[int, Show] = {}
    if book.styles is None:
        return shows
    inside, count = False, 0
    for kind, data in records(package.read(book.styles)):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif kind in (_LOOKS, _LOOKS_END):
            inside = kind == _LOOKS
        elif kind == _LOOK and inside:
            (number,) = struct.unpack_from("<H", data, 2)
            if show := show_of(own.get(number) or BUILT_IN.get(number, ""), book.first_day):
                shows[count] = show
            count += 1
    return shows


def sheet_details(package: Package, part: str, book: Book) -> tuple[Details, bytes | None]:
    """One pass over a sheet, and the sheet put in order where that is needed. Raises BadData for damage, and for a sheet that
    reaches too far."""
    try:
        data = package.read(part)
        ordered = in_order(data)
        return _read(ordered or data, number_styles(package, book)).check(package.path), ordered
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise damaged(package.path) from error


def _read(data: bytes, shows: Mapping[int, Show]) -> Details:
    details = Details()
    row = 0
    for kind, content in records(data):
        if kind == _ROW:
            row = struct.unpack_from("<I", content)[0] + 1
            if content[11] & 0x10:
                details.hidden_rows.add(row)
        elif kind in _CELLS:
            column, look = struct.unpack_from("<II", content)
            details.reach(row, column)
            if kind in (_CELL_ERROR, _FORMULA_ERROR):
                details.show(row, column, _ERRORS.get(content[8], NOT_CALCULATED))
            elif kind in (2, 5, 9) and (show := shows.get(look & 0xFFFFFF)):
                number = _small(content) if kind == 2 else struct.unpack_from("<d", content, 8)[0]
                said = show(Decimal(f"{number:.15g}")) if number >= 0 else None
                if said is not None:
                    details.show(row, column, said)
        elif kind == _COLUMN:
            first, last = struct.unpack_from("<II", content)
            if content[16] & 1:
                details.hidden_columns.append((first, last))
        elif kind == _MERGE:
            top, bottom, left, right = struct.unpack_from("<IIII", content)
            details.merge(top + 1, left, bottom + 1, right)
    return details


def _small(content: bytes) -> float:
    """A number in thirty bits ([MS-XLSB] 2.5.122): an integer or the upper half of a double, perhaps a hundredfold."""
    (raw,) = struct.unpack_from("<I", content, 8)
    number: float
    if raw & 2:
        number = struct.unpack_from("<i", content, 8)[0] >> 2
    else:
        (number,) = struct.unpack("<d", struct.pack("<II", 0, raw & 0xFFFFFFFC))
    return number / 100 if raw & 1 else number
