"""A worksheet as rows of text, streamed from the XML with expat.

Read here and not through a library, because what a roster needs is lost there: the digits as stored (a phone number is
not a float), merged cells while streaming, Chinese built-in date formats. Hostile files are bounded: no DTD, hence no
entities, and limits on size, compression ratio, cells and rows.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import IO
from xml.parsers import expat

from pressctl.errors import BadData

MAX_UNPACKED = 512 << 20
MAX_RATIO = 300
MAX_CELLS = 20_000_000
MAX_COLUMNS = 1_000
MAX_MERGED = 200_000
_RATIO_COUNTS_FROM = 4 << 20
_BLOCK = 1 << 16

_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats that show a date or time; 27-36 and 50-58 are the Chinese ones."""

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

NOT_CALCULATED = "#未计算"
"""Stands for a formula that was saved without its result."""


class _Stop(Exception):
    """Raised inside a parser callback to end the parse early."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    visible: bool


@dataclass(frozen=True, slots=True)
class _Merge:
    """A merged range, rows and columns from 0 within the sheet, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Workbook:
    """An .xlsx file, checked for size. `rows` streams one sheet; everything is text as a reader would see it."""

    path: Path
    sheets: tuple[_Sheet, ...] = ()
    _since: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no zone
    _strings: list[str] = field(default_factory=list)
    _dates: frozenset[int] = frozenset()

    @classmethod
    def open(cls, path: Path) -> Workbook:
        """Raises BadData for what is no workbook, is damaged, or unpacks beyond the limits."""
        book = cls(path)
        with book._parts() as parts:
            book._load(parts)
        return book

    @property
    def visible(self) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in self.sheets if sheet.visible)

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """`(row number from 1, cells)` of the sheet; a merged value stands in each row of its first column."""
        sheet = next(s for s in self.sheets if s.name == name)
        with self._parts() as parts:
            merges = _merges(parts, sheet.part)
            yield from _filled(_SheetRows(self, parts, sheet.part), merges)

    def _parts(self) -> _Parts:
        return _Parts(self.path)

    def _load(self, parts: _Parts) -> None:
        book_part = parts.office_document()
        targets = parts.relations(book_part)
        sheets: list[_Sheet] = []
        since = self._since

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            nonlocal since
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                since = datetime(1904, 1, 1)  # noqa: DTZ001
            elif tag == "sheet" and "name" in attributes:
                relation = next((v for k, v in attributes.items() if _local(k) == "id"), "")
                part = targets.get(relation, "")
                sheets.append(
                    _Sheet(attributes["name"], part, attributes.get("state", "visible") == "visible")
                )

        parts.parse(book_part, start)
        self._since = since
        self.sheets = tuple(s for s in sheets if s.part in parts)
        if not self.sheets:
            raise _not_a_workbook(self.path)
        for part in targets.values():
            if part.endswith("sharedStrings.xml") and part in parts:
                self._strings = _shared_strings(parts, part)
            elif part.endswith("styles.xml") and part in parts:
                self._dates = _date_styles(parts, part)

    def text(self, kind: str, style: int, raw: str) -> str:
        """What a cell says: `kind` is its type in the file, `raw` its stored value."""
        if kind == "s":
            return self._strings[int(raw)] if raw.isdecimal() and int(raw) < len(self._strings) else ""
        if kind in ("", "n"):
            return self._moment(raw) if style in self._dates else _number(raw)
        if kind == "b":
            return "是" if raw == "1" else "否"
        if kind == "d":
            return raw.removesuffix("T00:00:00")
        return _unescaped(raw)

    def _moment(self, raw: str) -> str:
        """An Excel date number as 2026-10-09, 10:00 or both; out of range it stays a number."""
        try:
            days = float(raw)
            moment = self._since + timedelta(seconds=round(days * 86400))
        except (ValueError, OverflowError):
            return _number(raw)
        if 0 <= days < 1:
            return moment.strftime("%H:%M")
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return moment.date().isoformat()
        return moment.strftime("%Y-%m-%d %H:%M")


class _Parts:
    """The parts of the package, each parsed as XML without DTD, the sum of bytes bounded."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _damaged(path) from error
        self._names = {info.filename.lstrip("/"): info for info in self._zip.infolist()}
        self._check_size()

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, part: object) -> bool:
        return part in self._names

    def _check_size(self) -> None:
        infos = self._names.values()
        bomb = any(
            i.file_size > _RATIO_COUNTS_FROM and i.file_size > MAX_RATIO * max(i.compress_size, 1)
            for i in infos
        )
        if bomb or sum(i.file_size for i in infos) > MAX_UNPACKED:
            raise _too_large(self.path)

    def office_document(self) -> str:
        """The workbook part that the package names. Raises BadData where there is none."""
        if "_rels/.rels" in self:
            for kind, target in self._relation_list("_rels/.rels", PurePosixPath()):
                if kind == "officeDocument" and target in self and target.endswith(".xml"):
                    return target
        raise _not_a_workbook(self.path)

    def relations(self, part: str) -> dict[str, str]:
        """`{relation id: part}` of a part."""
        where = PurePosixPath(part)
        rels = f"{where.parent}/_rels/{where.name}.rels"
        found: dict[str, str] = {}
        if rels in self:

            def start(tag: str, attributes: Mapping[str, str]) -> None:
                if tag == "Relationship" and attributes.get("TargetMode") != "External":
                    found[attributes.get("Id", "")] = _joined(where.parent, attributes.get("Target", ""))

            self.parse(rels, start)
        return found

    def _relation_list(self, rels: str, base: PurePosixPath) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship":
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.append((kind, _joined(base, attributes.get("Target", ""))))

        self.parse(rels, start)
        return found

    def parse(
        self,
        part: str,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """One pass over a part; `_Stop` from a callback ends it."""
        try:
            for _ in self.feed(part, start, end, text):
                pass
        except _Stop:
            return

    def feed(
        self,
        part: str,
        start: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
        """Parses block by block, yielding after each, so that the caller can drain what the callbacks collected."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
        if end is not None:
            ended = end
            parser.EndElementHandler = lambda tag: ended(_local(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            with self._zip.open(self._names[part]) as stream:
                yield from _blocks(parser, stream)
        except (
            expat.ExpatError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            LookupError,
            ValueError,
            OverflowError,
            NotImplementedError,
            RuntimeError,  # zipfile's word for an encrypted member
        ) as error:
            raise _damaged(self.path) from error

    def _refuse_doctype(self, *_: object) -> None:
        raise BadData(
            "unsafe_workbook",
            f"{self.path.name} 含有文档类型定义（DTD），正常的工作簿不会有，已拒绝读取。",
            next_step="请在 Excel 或 WPS 中打开后另存为新的 .xlsx。",
        )


def _local(tag: str) -> str:
    """A tag without its namespace prefix: some writers say x:row, and Strict files have namespaces of their own."""
    return tag.rpartition(":")[2] if ":" in tag else tag


def _blocks(parser: expat.XMLParserType, stream: IO[bytes]) -> Iterator[None]:
    while block := stream.read(_BLOCK):
        parser.Parse(block, False)
        yield
    parser.Parse(b"", True)
    yield


def _joined(base: PurePosixPath, target: str) -> str:
    """A relation's target as a part name; `..` never leaves the package because parts are only looked up."""
    if target.startswith("/"):
        return target.lstrip("/")
    steps: list[str] = []
    for step in (*base.parts, *PurePosixPath(target).parts):
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def _shared_strings(parts: _Parts, part: str) -> list[str]:
    """The string table: runs of rich text joined, phonetic guides left out."""
    strings: list[str] = []
    pieces: list[str] = []
    reading = phonetic = False

    def start(tag: str, _: Mapping[str, str]) -> None:
        nonlocal reading, phonetic
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            phonetic = True
        elif tag == "t":
            reading = not phonetic

    def end(tag: str) -> None:
        nonlocal reading, phonetic
        if tag == "si":
            strings.append(_unescaped("".join(pieces)))
        elif tag == "rPh":
            phonetic = False
        elif tag == "t":
            reading = False

    def text(data: str) -> None:
        if reading:
            pieces.append(data)

    parts.parse(part, start, end, text)
    return strings


def _date_styles(parts: _Parts, part: str) -> frozenset[int]:
    """Numbers of the cell styles that show a date or a time."""
    own: dict[str, bool] = {}
    dates: set[int] = set()
    inside = False
    count = 0

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal inside, count
        if tag == "numFmt":
            code = _QUOTED.sub("", attributes.get("formatCode", "").split(";")[0])
            own[attributes.get("numFmtId", "")] = bool(_DATE_LETTERS.search(code))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = attributes.get("numFmtId", "0")
            if own.get(number, number.isdecimal() and int(number) in _DATE_FORMATS):
                dates.add(count)
            count += 1

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    parts.parse(part, start, end)
    return frozenset(dates)


def _merges(parts: _Parts, part: str) -> list[_Merge]:
    """Ranges that reach over several rows; they stand behind the cells in the file, hence a pass of their own."""
    found: list[_Merge] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            (left, top), (right, bottom) = _position(first), _position(last or first)
            if bottom > top and len(found) < MAX_MERGED:
                found.append(_Merge(top, left, bottom, right))

    parts.parse(part, start)
    return sorted(found, key=lambda m: m.top)


def _position(reference: str) -> tuple[int, int]:
    """`C5` as (column from 0, row from 1); (0, 0) for what is no reference."""
    found = _REFERENCE.fullmatch(reference.replace("$", ""))
    if not found:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1, int(found[2])


class _SheetRows:
    """The sheet's rows as they come out of the parser, a block of XML at a time."""

    def __init__(self, book: Workbook, parts: _Parts, part: str) -> None:
        self._book, self._parts, self._part = book, parts, part
        self._done: list[tuple[int, list[str]]] = []
        self._cells: dict[int, str] = {}
        self._row = self._column = self._count = self._style = 0
        self._kind = ""
        self._formula = False
        self._phonetic = False
        self._reading = False
        self._value: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for _ in self._parts.feed(self._part, self._start, self._end, self._text):
            yield from self._done
            self._done.clear()

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdecimal() else self._row + 1
            self._column = -1
            self._cells = {}
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._reading = True

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        column, row = _position(attributes.get("r", ""))
        self._column = column if row else self._column + 1
        self._kind = attributes.get("t", "")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() else 0
        self._formula = False
        self._value.clear()
        self._count += 1
        if self._count > MAX_CELLS:
            raise _too_large(self._book.path)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._reading = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._end_cell()
        elif tag == "row":
            width = max(self._cells, default=-1) + 1
            self._done.append((self._row, [self._cells.get(i, "") for i in range(width)]))

    def _end_cell(self) -> None:
        raw = "".join(self._value)
        if raw:
            said = self._book.text(self._kind, self._style, raw)
        else:
            said = NOT_CALCULATED if self._formula and self._kind != "str" else ""
        if said and self._column < MAX_COLUMNS:
            self._cells[self._column] = said

    def _text(self, data: str) -> None:
        if self._reading:
            self._value.append(data)


def _filled(
    rows: Iterator[tuple[int, list[str]]] | _SheetRows, merges: list[_Merge]
) -> Iterator[tuple[int, list[str]]]:
    """Carries the value of a merged range down its first column."""
    waiting = iter(merges)
    following = next(waiting, None)
    open_: list[tuple[_Merge, str]] = []
    for number, cells in rows:
        open_ = [(merge, value) for merge, value in open_ if merge.bottom >= number]
        for merge, value in open_:
            _put(cells, merge.left, value)
        while following and following.top <= number:
            if following.top == number and following.left < len(cells) and cells[following.left]:
                open_.append((following, cells[following.left]))
            following = next(waiting, None)
        yield number, cells


def _put(cells: list[str], column: int, value: str) -> None:
    if not any(cells):
        return  # an empty row inside a merged range is still an empty row
    cells.extend([""] * (column + 1 - len(cells)))
    cells[column] = cells[column] or value


def _number(raw: str) -> str:
    """A stored number as its digits: 1.39E10 is 13900000000, 139.0 is 139; the float noise of 1975.03 goes."""
    if raw.isdecimal():
        return raw
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return raw
    if not value.is_finite() or abs(value.adjusted()) > 20:
        return raw
    if value == value.to_integral_value():
        return str(value.quantize(Decimal(1)))
    return f"{float(value):.10g}" if len(value.as_tuple().digits) > 12 else format(value.normalize(), "f")


def _unescaped(text: str) -> str:
    """`_x000D_` is how the format writes characters that XML cannot hold; half a surrogate pair stays as written."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _damaged(path: Path) -> BadData:
    return BadData(
        "damaged_workbook",
        f"{path.name} 不是完好的 .xlsx 工作簿，可能已损坏、加密或未传完。",
        next_step="请在 Excel 或 WPS 中打开确认，另存为新的 .xlsx（不设密码）后再导入。",
    )


def _not_a_workbook(path: Path) -> BadData:
    return BadData(
        "not_a_table",
        f"{path.name} 是压缩包格式，但里面没有 Excel 工作表（可能是 Word 文档、OpenDocument 表格或普通压缩文件）。",
        next_step="请在 Excel 或 WPS 中另存为 .xlsx 或 CSV 后再导入。",
    )


def _too_large(path: Path) -> BadData:
    return BadData(
        "workbook_too_large",
        f"{path.name} 解开后超出安全限度，已拒绝读取。",
        next_step="请删去表格中多余的空行、空列和其他工作表，另存后再导入。",
    )
