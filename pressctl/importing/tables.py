"""A file on disk as numbered rows of text, whatever it was saved as; and what is wrong with a row, as data.

Row numbers are physical: the line where a CSV record begins, the row of a sheet, from 1. The kind of file is told by
its content, not its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Generic, TextIO, TypeVar

from pressctl.core.text import visible
from pressctl.errors import BadData
from pressctl.importing import encoding
from pressctl.importing.headers import SEARCHED_ROWS, Header, Vocabulary
from pressctl.importing.xlsx import Workbook

T = TypeVar("T")
Row = tuple[int, list[str]]

_SEPARATORS = (",", "\t", ";", "，")
_SEP_LINE = re.compile(r'"?sep=([,;\t|，；])"?[\r\n]*', re.IGNORECASE)
_SAMPLE = 1 << 18
_LONGEST_LINE = 1 << 18
"""Characters. A file without line ends must not be drawn into memory whole."""

_FOREIGN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式（.xls、.et）或设了密码的工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"SQLite format 3\0", "数据库文件"),
    (b"Rar!", "压缩文件"),
    (b"7z\xbc\xaf", "压缩文件"),
    (b"\x1f\x8b", "压缩文件"),
)
"""Files that people send for a table, by their first bytes."""

_MARKUP = ("<html", "<!doctype", "<table", "<?xml", "<meta")


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was found: `encoding` UTF-8, UTF-8-BOM, GB18030, UTF-16-LE, UTF-16-BE or XLSX; `sheet` for XLSX only."""

    file: str
    encoding: str
    separator: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, or doubtful, at a place: physical row, the column as the file names it, the value as written."""

    row: int
    column: str | None
    value: str | None
    problem: str
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken, its cells as they can be mended (a merged unit filled in), and every reason."""

    row: int
    raw: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Reading(Generic[T]):
    """A file being read. Each iteration reads it anew, in file order, holding no more than a few rows.

    `header` is the file's own, for the rejected file; `notes` concern the file as a whole (columns and sheets left out).
    """

    info: TableInfo
    header: tuple[str, ...]
    notes: tuple[Problem, ...]
    rows: Callable[[], Iterator[T | Rejected]] = field(repr=False)

    def __iter__(self) -> Iterator[T | Rejected]:
        return self.rows()


@dataclass(frozen=True)
class Table:
    """A table whose header is known. `rows` gives what stands under it, blank rows included."""

    info: TableInfo
    header: Header
    notes: tuple[Problem, ...]
    _all_rows: Callable[[], Iterator[Row]] = field(repr=False)

    def rows(self) -> Iterator[Row]:
        below = self.header.last_row
        rows = self._all_rows()
        for number, cells in rows:
            if number > below:
                yield number, cells
                break
        yield from rows


def open_table(path: Path, vocabulary: Vocabulary, sheet: str | None = None) -> Table:
    """The table in a CSV or XLSX file. Raises BadData for what is none, or lacks a needed column."""
    info, rows, notes = _opened(path, vocabulary, sheet)
    first = [(n, [cell.strip() for cell in cells]) for n, cells in islice(rows(), SEARCHED_ROWS + 1)]
    header = vocabulary.header([row for row in first if any(row[1])])
    if header is None:
        raise _no_header(path, vocabulary, first)
    _check_header(path, vocabulary, header)
    if header.ignored:
        listed = visible("、".join(header.ignored), 200)
        notes = (*notes, Problem(header.last_row, None, listed, f"这些列不在登记项目之内，未读取：{listed}"))
    return Table(info, header, notes, rows)


def _opened(
    path: Path, vocabulary: Vocabulary, sheet: str | None
) -> tuple[TableInfo, Callable[[], Iterator[Row]], tuple[Problem, ...]]:
    head = encoding.first_bytes(path, 16)
    if head.startswith(b"PK"):
        return _open_sheet(path, sheet)
    for magic, said in _FOREIGN:
        if head.startswith(magic):
            raise _not_a_table(path, said)
    if sheet is not None:
        raise BadData(
            "no_sheets", f"{path.name} 是文本表格，没有工作表“{sheet}”。", next_step="请去掉 --sheet。"
        )
    return _open_text(path, vocabulary)


# -- workbooks -------------------------------------------------------------------------------------


def _open_sheet(
    path: Path, wanted: str | None
) -> tuple[TableInfo, Callable[[], Iterator[Row]], tuple[Problem, ...]]:
    book = Workbook.open(path)
    names = [sheet.name for sheet in book.sheets]
    if wanted is not None and wanted not in names:
        raise BadData(
            "no_sheet",
            f"{path.name} 没有工作表“{wanted}”，有：{visible('、'.join(names), 200)}。",
            next_step="请用 --sheet 指明其中之一。",
        )
    if wanted is None and not book.visible:
        raise BadData(
            "no_visible_sheet",
            f"{path.name} 的工作表都是隐藏的：{visible('、'.join(names), 200)}。",
            next_step="请用 --sheet 指明要读的工作表。",
        )
    chosen = wanted if wanted is not None else book.visible[0]
    others = "、".join(name for name in book.visible if name != chosen)
    notes: tuple[Problem, ...] = ()
    if others and wanted is None:
        notes = (
            Problem(
                1,
                None,
                others,
                f"只读取了工作表“{chosen}”，未读取：{others}",
                "要读其他工作表，请用 --sheet 指明。",
            ),
        )
    return TableInfo(path.name, "XLSX", None, chosen), lambda: book.rows(chosen), notes


# -- text ------------------------------------------------------------------------------------------


def _open_text(
    path: Path, vocabulary: Vocabulary
) -> tuple[TableInfo, Callable[[], Iterator[Row]], tuple[Problem, ...]]:
    found = encoding.detect(path)
    with path.open(encoding=found.codec, newline="") as file:
        sample = list(StringIO(file.read(_SAMPLE), newline=""))
    if sample[0].lstrip().lower().startswith(_MARKUP):
        raise _not_a_table(path, "网页或 XML（有的系统把它存成 .xls）")
    declared = _declared_separator(sample[0])
    separator = declared or _separator(sample, vocabulary)
    info = TableInfo(path.name, found.label, separator)
    return info, lambda: _text_rows(path, found.codec, separator, 1 if declared else 0), ()


def _declared_separator(line: str) -> str | None:
    """Excel's own first line, `sep=;`."""
    found = _SEP_LINE.fullmatch(line)
    return found[1] if found else None


def _separator(sample: Sequence[str], vocabulary: Vocabulary) -> str:
    """The separator under which the header is best understood; a tie goes to the usual ones, in order."""

    def understood(separator: str) -> int:
        best = 0
        with suppress(csv.Error):  # the sample may end within a quoted cell
            for _, cells in islice(_records(sample, separator), SEARCHED_ROWS):
                best = max(best, vocabulary.score(cells))
        return best

    return max(_SEPARATORS, key=understood)


def _records(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """csv's records, each with the number of the line where it begins."""
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _text_rows(path: Path, codec: str, separator: str, skipped: int) -> Iterator[Row]:
    number = 0
    with path.open(encoding=codec, newline="") as file:
        lines = _lines(file)
        for _ in range(skipped):
            next(lines)
        try:
            for number, cells in _records(lines, separator):
                yield number + skipped, cells
        except csv.Error as error:
            raise _broken_record(path, number + skipped, error) from error


def _lines(file: TextIO) -> Iterator[str]:
    for line in iter(partial(file.readline, _LONGEST_LINE), ""):
        if len(line) == _LONGEST_LINE:
            raise csv.Error("line larger than any row")
        yield line


def _broken_record(path: Path, after: int, error: csv.Error) -> BadData:
    long = "larger than" in str(error)
    what = "内容过长，多半是引号没有配对，或文件没有换行" if long else "引号没有配对"
    return BadData(
        "broken_csv",
        f"{path.name} 第 {after} 行之后的一条记录读不通：{what}。",
        next_step='请核对该处的英文双引号：成对使用，格内的引号写作两个 ""；或另存为 .xlsx 后再导入。',
    )


# -- refusals --------------------------------------------------------------------------------------


def _not_a_table(path: Path, said: str) -> BadData:
    return BadData(
        "not_a_table",
        f"{path.name} 不是可读的表格，而是{said}。",
        next_step="请在 Excel 或 WPS 中打开，另存为 .xlsx（不设密码）或“CSV UTF-8”后再导入。",
    )


def _no_header(path: Path, vocabulary: Vocabulary, rows: Sequence[Row]) -> BadData:
    seen = next((cells for _, cells in rows if any(cells)), None)
    if seen is None:
        return BadData(
            "empty_table", f"{path.name} 里没有内容。", next_step="请核对文件或工作表（--sheet）。"
        )
    shown = visible("、".join(cell for cell in seen if cell))
    needed = "、".join(c.label for c in vocabulary.columns if c.required)
    return BadData(
        "no_header",
        f"{path.name} 的前 {SEARCHED_ROWS} 行里找不到表头，首行内容是“{shown}”。",
        next_step=f"请让表头一行写明各列名称，至少有：{needed}。",
    )


def _check_header(path: Path, vocabulary: Vocabulary, header: Header) -> None:
    if header.twice:
        raise BadData(
            "ambiguous_header",
            f"{path.name} 的表头（第 {header.last_row} 行）有重复的列：{visible('、'.join(header.twice))}。",
            next_step="请只保留一列，或改正列名。",
        )
    if missing := vocabulary.missing(header):
        raise BadData(
            "missing_columns",
            f"{path.name} 的表头（第 {header.last_row} 行）缺少：{'、'.join(c.label for c in missing)}；"
            f"现有：{visible('、'.join(label for label in header.labels if label), 200)}。",
            next_step="".join(("请补上所缺的列，或把列名改成上面的写法。", *(c.instead for c in missing))),
        )
