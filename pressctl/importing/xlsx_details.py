"""An .xlsx package: which part is which, and what python-calamine does not tell of a sheet. See sheet_details.py."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from html import escape
from xml.parsers import expat

from pressctl.archives import Archive
from pressctl.importing.number_formats import BUILT_IN, Show, show_of
from pressctl.importing.package import Package, local
from pressctl.importing.sheet_details import NOT_CALCULATED, Details

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_YES = ("1", "true")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it. `table` is False for charts, macro sheets and dialogs."""

    name: str
    part: str
    visible: bool
    table: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What the workbook part says: its sheets in order, and the day from which days are counted."""

    part: str
    sheets: tuple[SheetPart, ...]
    strings: str | None
    styles: str | None
    since_1904: bool

    @property
    def first_day(self) -> date:
        return date(1904, 1, 1) if self.since_1904 else date(1899, 12, 30)


def book_part(package: Package) -> str | None:
    """The workbook part that the package names; None where there is none."""
    return next((r.part for r in package.related() if r.kind == "officeDocument" and r.part in package), None)


def read_book(package: Package, part: str) -> Book | None:
    """The workbook; None for a part that is none (a letter, a slide show)."""
    relations = {r.id: r for r in package.related(part)}
    sheets: list[SheetPart] = []
    since_1904 = is_book = False

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal since_1904, is_book
        if tag == "workbook":
            is_book = True
        elif tag == "workbookPr":
            since_1904 = attributes.get("date1904") in _YES
        elif tag == "sheet" and "name" in attributes:
            relation = relations.get(next((v for k, v in attributes.items() if local(k) == "id"), ""))
            if relation is not None and relation.part in package:
                visible = attributes.get("state", "visible") == "visible"
                table = relation.kind in ("worksheet", "")
                sheets.append(SheetPart(attributes["name"], relation.part, visible, table))

    package.parse(part, start)
    of_kind = {r.kind or _named(r.part): r.part for r in relations.values() if r.part in package}
    if not is_book:
        return None
    return Book(part, tuple(sheets), of_kind.get("sharedStrings"), of_kind.get("styles"), since_1904)


def _named(part: str) -> str:
    """The kind of a part whose relation does not say it, by the usual name."""
    return next((kind for kind in ("sharedStrings", "styles") if kind.lower() in part.lower()), "")


def number_styles(package: Package, book: Book) -> dict[str, Show]:
    """The cell styles whose number format changes what a number says, by their number as a cell names it."""
    part = book.styles
    own: dict[str, str] = {}
    shows: dict[str, Show] = {}
    inside, count = False, 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside, count
        if tag == "numFmt":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            code = own.get(number) or BUILT_IN.get(int(number) if number.isdecimal() else 0, "")
            if show := show_of(code, book.first_day):
                shows[str(count)] = show
            count += 1

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    if part is not None and part in package:
        package.parse(part, start, end)
    return shows


def sheet_details(package: Package, part: str, styles: Mapping[str, Show]) -> Details:
    """One pass over a sheet. Raises BadData for damage, and for a sheet that reaches too far."""
    details = Details()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    row = column = 0
    cell: Mapping[str, str] = {}
    formula = valued = True
    pieces: list[str] = []

    def reach() -> None:
        if row > details.rows:
            details.rows = row
        if column >= details.columns:
            details.columns = column + 1

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal row, column, cell, formula, valued
        if ":" in tag:
            tag = local(tag)
        if tag == "c":
            if formula and not valued:
                details.show(row, column, NOT_CALCULATED)
                details.reach(row, column)
            cell, formula, valued = attributes, False, False
            reference = attributes.get("r")
            column = column_of(reference) if reference else column + 1
        elif tag == "v":
            valued = True
            reach()
            kind = cell.get("t", "n")
            if kind == "e" or formula or (kind == "n" and cell.get("s") in styles):
                pieces.clear()
                parser.CharacterDataHandler = pieces.append
                parser.EndElementHandler = end
        elif tag == "t":
            reach()
        elif tag == "f":
            formula = True
        elif tag == "row":
            if formula and not valued:
                details.show(row, column, NOT_CALCULATED)
            number = attributes.get("r", "")
            row = int(number) if number.isdecimal() else row + 1
            column, formula, valued = -1, False, True
            if attributes.get("hidden") in _YES or attributes.get("ht") == "0":
                details.hidden_rows.add(row)
        elif tag == "col":
            if attributes.get("hidden") in _YES or attributes.get("width") == "0":
                first, last = attributes.get("min", "1"), attributes.get("max", "1")
                details.hidden_columns.append((int(first) - 1, int(last) - 1))
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            (left, top), (right, bottom) = position(first), position(last or first)
            details.merge(top, left, bottom, right)

    def end(tag: str) -> None:
        parser.CharacterDataHandler = parser.EndElementHandler = None
        raw, kind = "".join(pieces), cell.get("t", "n")
        show = styles.get(cell.get("s", ""))
        if not raw:
            if formula and kind != "str":
                details.show(row, column, NOT_CALCULATED)
        elif kind == "e":
            details.show(row, column, raw)
        elif kind == "n" and show and (said := digits(raw, show)) is not None:
            details.show(row, column, said)

    parser.StartElementHandler = start
    package.feed(part, parser)
    if formula and not valued:
        details.show(row, column, NOT_CALCULATED)
    return details.check(package.path)


def digits(raw: str, show: Show) -> str | None:
    """A stored number as the sheet shows it; None where it is no plain positive number."""
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0 or value.adjusted() > 15:
        return None
    return show(Decimal(f"{value:.15g}"))


@lru_cache(maxsize=1 << 14)
def _letters(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def column_of(reference: str) -> int:
    return _letters(reference.rstrip("0123456789"))


def position(reference: str) -> tuple[int, int]:
    """`C5` as (column from 0, row from 1); (0, 0) for what is no reference."""
    found = _REFERENCE.fullmatch(reference)
    return (_letters(found[1]), int(found[2])) if found else (0, 0)


# -- a package put in order ------------------------------------------------------------------------

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def in_order(package: Package, book: Book, sheet: SheetPart) -> io.BytesIO:
    """One sheet as a package of the usual names, for the reader that takes names for granted where the file goes by relations."""
    parts = {"worksheet": ("worksheets/sheet1.xml", sheet.part)}
    if book.strings:
        parts["sharedStrings"] = ("sharedStrings.xml", book.strings)
    if book.styles:
        parts["styles"] = ("styles.xml", book.styles)
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, (target, _)) in enumerate(parts.items(), start=1)
    )
    epoch = '<workbookPr date1904="1"/>' if book.since_1904 else ""
    packed = io.BytesIO()
    with Archive(packed, zipfile.ZIP_STORED) as made:
        made.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        made.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{epoch}<sheets><sheet name="{escape(sheet.name)}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        made.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
        )
        for target, part in parts.values():
            made.writestr(f"xl/{target}", _in_utf_8(package.read(part)))
    packed.seek(0)
    return packed


def _in_utf_8(xml: bytes) -> bytes:
    if not xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return xml
    return re.sub(r"\A<\?xml[^>]*\?>", "", xml.decode("utf-16")).encode()
