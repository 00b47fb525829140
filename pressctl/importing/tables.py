"""A file on disk as numbered rows of text, whatever it was saved as; and what is wrong with a row, as data.

Row numbers are physical: the line where a CSV record begins, the row of a sheet, from 1. The kind of file is told by
its content, not its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from io import StringIO
from itertools import islice, takewhile
from pathlib import Path
from typing import Any, Generic, TextIO, TypeVar

from pressctl.core.encoding import OPTIONAL
from pressctl.core.terms import named
from pressctl.core.text import visible
from pressctl.errors import BadData
from pressctl.importing import encoding, web_pages
from pressctl.importing.headers import SEARCHED_ROWS, Column, Group, Header, Vocabulary
from pressctl.importing.sheet_details import Details, Merge, SheetPage
from pressctl.importing.values import FIRST_DAY, label

ORDINAL = re.compile(
    r"\A\s*(?:第[一二三四五六七八九十\d]+[章节部分]+|[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．:：)）]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．])\s*"
)
"""What a heading between the rows begins with: 一、分局"""

T = TypeVar("T")
Row = tuple[int, list[str]]
Apart = Callable[[tuple[str, ...], str], list[str] | None]
"""How a cell parts that holds the columns of these keys; None where it knows no better than its marks."""

_SEPARATORS = (",", "\t", ";", "，")
_SEP_LINE = re.compile(r'"?sep=([,;\t|，；])"?[\r\n]*', re.IGNORECASE)
_SAMPLE = 1 << 18
_LONGEST_LINE = 1 << 18
"""Characters. A file without line ends must not be drawn into memory whole."""

_FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"SQLite format 3\0", "数据库文件"),
    (b"Rar!", "压缩文件"),
    (b"7z\xbc\xaf", "压缩文件"),
    (b"\x1f\x8b", "压缩文件"),
    (b"\x09\x08\x04\0", "1990 年代的 Excel 文件"),
    (b"\x09\x04\x06\0", "1990 年代的 Excel 文件"),
)
"""Files that people send for a table, by their first bytes."""

_MARKUP = (
    (("<?xml", "<workbook"), "XML（可能是“XML 表格 2003”）"),
    (("mime-version:",), "单个文件网页（.mht）"),
    (("id;p",), "SYLK 文件"),
    (("{",), "JSON 或程序数据"),
)
"""What begins a text that is no table, without capitals."""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was found: `encoding` UTF-8, UTF-8-BOM, GB18030, UTF-16-LE, UTF-16-BE, or of a workbook XLSX, XLSB, XLS, ODS;
    `sheet` for workbooks only."""

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
    next: str | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken, its cells as they can be mended (a merged unit filled in), and every reason."""

    row: int
    raw: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Reading(Generic[T]):
    """A file being read. Each iteration reads it anew, in file order, holding no more than a few rows.

    `header` is the file's own, for the rejected file; `notes` concern the file as a whole (columns and sheets left out),
    `told` is known when an iteration has come to its end (what was filled in, what was passed over).
    """

    info: TableInfo
    header: tuple[str, ...]
    notes: tuple[Problem, ...]
    rows: Callable[[], Iterator[T | Rejected]] = field(repr=False)
    told: Sequence[Problem] = ()

    def __iter__(self) -> Iterator[T | Rejected]:
        return self.rows()


class RowNumbers:
    """Many row numbers in little room: 3、5—9."""

    def __init__(self) -> None:
        self._runs: list[list[int]] = []
        self._more = 0

    def add(self, number: int) -> None:
        if self._runs and self._runs[-1][1] in (number, number - 1):
            self._runs[-1][1] = number
        elif len(self._runs) < _RUNS:
            self._runs.append([number, number])
        else:
            self._more += 1

    @property
    def first(self) -> int:
        return self._runs[0][0]

    def __bool__(self) -> bool:
        return bool(self._runs)

    def __str__(self) -> str:
        said = "、".join(str(a) if a == b else f"{a}—{b}" for a, b in self._runs)
        return f"{said} 等 {sum(b - a + 1 for a, b in self._runs) + self._more}" if self._more else said


_RUNS = 50


@dataclass(frozen=True)
class _Source:
    """A file opened: what it is, its rows anew each time, and what was noted on the way. `hidden` rows and columns are
    left out of the rows."""

    info: TableInfo
    rows: Callable[[], Iterator[Row]]
    notes: tuple[Problem, ...] = ()
    merges: tuple[Merge, ...] = ()
    in_workbook: bool = False
    first_day: date = FIRST_DAY


@dataclass(frozen=True)
class Table:
    """A table whose header is known. `rows` gives what stands under it, blank rows included.

    `first_day` is the day from which the workbook counts. In a workbook merged values stand in every row of their first column.
    """

    info: TableInfo
    header: Header
    notes: tuple[Problem, ...]
    title: str
    """What stands above the header."""
    stated: Mapping[str, Any]
    """Columns that the file lacks, with what the lines above the header say of all rows."""
    _source: _Source = field(repr=False)
    _apart: Apart | None = field(default=None, repr=False)
    _merged: dict[int, RowNumbers] = field(default_factory=dict, repr=False)
    _split: dict[int, RowNumbers] = field(default_factory=dict, repr=False)

    @property
    def in_workbook(self) -> bool:
        return self._source.in_workbook

    @property
    def first_day(self) -> date:
        return self._source.first_day

    def rows(self) -> Iterator[Row]:
        below = self.header.last_row
        self._merged.clear()
        rows: Iterator[Row] = self._source.rows()
        if self._source.merges:
            rows = _filled(rows, self._source.merges, self._merged, below)
        if self.header.parts:
            self._split.clear()
            rows = _parted(rows, self.header, self._apart, self._split)
        for number, cells in rows:
            if number > below:
                yield number, cells
                break
        yield from rows

    def told(self) -> Iterator[Problem]:
        """What merged cells were filled with, once the rows have been read."""
        meant = {place for group in self.header.groups for place in (*group.places.values(), *group.more)}
        for column, numbers in sorted(self._merged.items()):
            if column in meant and (name := self.header.labels[column]):
                said = f"第 {numbers} 行的{name}由合并单元格沿用上面的内容"
                yield Problem(numbers.first, name, None, said)
        for column, numbers in sorted(self._split.items()):
            names = "、".join(self.header.labels[column : column + self.header.parts[column]])
            said = f"第 {numbers} 行的{names}写在一格里，按已登记的单位分开，请核对"
            yield Problem(numbers.first, self.header.labels[column], None, said)

    def stands_at_heads(self, place: int) -> bool:
        """Whether a text writes a column's value only at the head of a group of rows: never twice in succession, and left
        out under more than one head, or in as many rows as half of those that write it, or where the number is left out
        too."""
        ordinals = [n for n, name in enumerate(self.header.labels) if name in ("序号", "编号", "序", "号")]
        written = left_out = without_number = 0
        heads: set[int] = set()
        before = ""
        for _, cells in self.rows():
            filled = [cell for cell in cells if cell.strip()]
            value = cells[place].strip() if place < len(cells) else ""
            if len(filled) < 2:
                before = value or before
                continue
            if value and value == before and written:
                return False
            if value:
                written += 1
            else:
                left_out += 1
                heads.add(written)
                without_number += bool(ordinals) and not any(
                    cells[n].strip() for n in ordinals if n < len(cells)
                )
            before = value or before
        return len(heads) > 1 or 2 * left_out >= written or without_number == left_out > 0


def open_table(
    path: Path,
    vocabulary: Vocabulary,
    sheet: str | None = None,
    *,
    hidden: bool = False,
    given: Iterable[str] = (),
    sections: Mapping[str, Callable[[str], Any]] | None = None,
    above: Mapping[str, Callable[[str], Any]] | None = None,
    apart: Apart | None = None,
) -> Table:
    """The table in a file. `given` are the columns whose value is given once, for the whole file; `sections` what headings
    between the rows may say instead of a column, `above` what a cell above the header may say of all rows; `apart` parts
    cells that hold several columns.

    Raises BadData for what is no table, or lacks a needed column.
    """
    source = _opened(path, vocabulary, sheet, hidden=hidden)
    first = list(islice(source.rows(), SEARCHED_ROWS + 2))
    header = vocabulary.header([row for row in first if any(map(label, row[1]))], source.merges)
    if header is None and any(note.problem == WEB_PAGE for note in source.notes):
        raise _not_a_table(path, "网页，其中的表格没有认得的表头")
    if header is None:
        raise _no_header(path, vocabulary, first)
    by_heading = {
        key for key, read in (sections or {}).items() if key not in header.places and _headed(source, read)
    }
    lacking = {
        key: read
        for key, read in (above or {}).items()
        if key not in header.places and key not in given and key not in by_heading
    }
    stated, found = _stated(source, header.last_row, lacking)
    _check_header(path, vocabulary, header, source, frozenset(given) | by_heading | frozenset(stated))
    notes = (*source.notes, *found)
    if header.ignored:
        listed = visible("、".join(header.ignored), 200)
        notes = (*notes, Problem(header.last_row, None, listed, f"这些列不在登记项目之内，未读取：{listed}"))
    title = " ".join(cell for n, cells in first if n < header.last_row for cell in cells if cell.strip())
    return Table(source.info, header, notes, title, stated, source, apart)


def _stated(
    source: _Source, last_row: int, lacking: Mapping[str, Callable[[str], Any]]
) -> tuple[dict[str, Any], list[Problem]]:
    """What the lines above the header, which ends in `last_row`, say of all rows, and that it was taken. Nothing where a
    line says another thing, as in two forms one under the other."""
    stated: dict[str, Any] = {}
    told: list[Problem] = []
    for key, read in lacking.items():
        above = [
            (number, cell, value)
            for number, cells in takewhile(lambda row: row[0] < last_row, source.rows())
            for cell in cells
            if (value := read(cell)) is not None
        ]
        if above and _agree(source, read, above[0][2]):
            number, cell, stated[key] = above[0]
            told.append(Problem(number, None, visible(cell), "表头上面写明，全表各行都按此登记，请核对"))
    return stated, told


def _agree(source: _Source, read: Callable[[str], Any], value: object) -> bool:
    return all(
        read(cell) in (None, value)
        for _, cells in source.rows()
        for cell in cells
        if ":" in cell or "：" in cell
    )


def _headed(source: _Source, read: Callable[[str], Any]) -> bool:
    """Whether a heading between the rows says what no column does."""
    for _, cells in source.rows():
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) == 1 and read(ORDINAL.sub("", filled[0].strip(), count=1)) is not None:
            return True
    return False


def _opened(path: Path, vocabulary: Vocabulary, sheet: str | None, *, hidden: bool) -> _Source:
    head = encoding.first_bytes(path, 16)
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return _open_sheet(path, sheet, hidden=hidden)
    for magic, said in _FOREIGN:
        if head.startswith(magic):
            raise _not_a_table(path, said)
    if sheet is not None:
        raise BadData(
            "no_sheets", f"{path.name} 是文本表格，没有工作表“{sheet}”。", next_step="请去掉 --sheet。"
        )
    return _open_text(path, vocabulary, hidden=hidden)


# -- workbooks -------------------------------------------------------------------------------------


def _open_sheet(path: Path, wanted: str | None, *, hidden: bool) -> _Source:
    from pressctl.importing.workbooks import Workbook  # a text is read without

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
    page = book.page(chosen)
    notes: list[Problem] = []
    others = "、".join(name for name in book.visible if name != chosen)
    if others and wanted is None:
        said = f"只读取了工作表“{chosen}”，未读取：{others}"
        notes.append(Problem(1, None, others, said, "要读其他工作表，请用 --sheet 指明。"))
    notes += _hidden_told(page, taken=hidden)
    merges = tuple(sorted(page.details.merges))
    info = TableInfo(path.name, book.label, None, chosen)

    def rows() -> Iterator[Row]:
        return page.rows() if hidden else _shown(page.rows(), page.details)

    return _Source(info, rows, tuple(notes), merges, True, book.first_day)


def _shown(rows: Iterator[Row], details: Details) -> Iterator[Row]:
    """The rows that the sheet shows, what stands in hidden columns left out."""
    away, hidden = details.hidden_rows, details.hidden_columns
    for number, cells in rows:
        if number in away:
            continue
        for first, last in hidden:
            for column in range(first, min(last + 1, len(cells))):
                cells[column] = ""
        yield number, cells


def _filled(
    rows: Iterator[Row], merges: Sequence[Merge], told: dict[int, RowNumbers], below: int
) -> Iterator[Row]:
    """Carries the value of a merged range down its first column."""
    waiting = iter([merge for merge in merges if merge.bottom > merge.top])
    following = next(waiting, None)
    open_: list[tuple[Merge, str]] = []
    for number, cells in rows:
        if open_:
            open_ = [(merge, value) for merge, value in open_ if merge.bottom >= number]
            for merge, value in open_:
                if any(cells) and _put(cells, merge.left, value) and number > below:
                    told.setdefault(merge.left, RowNumbers()).add(number)
        while following and following.top <= number:
            if following.top == number and following.left < len(cells) and cells[following.left]:
                open_.append((following, cells[following.left]))
            following = next(waiting, None)
        yield number, cells


def _put(cells: list[str], column: int, value: str) -> bool:
    cells.extend([""] * (column + 1 - len(cells)))
    if cells[column]:
        return False
    cells[column] = value
    return True


_BETWEEN = re.compile(r"[、,，;；/／\n\t]+|\s+")


_BRACKETS = re.compile(r"[（(]|[）)]\Z")


def _parted(
    rows: Iterator[Row], header: Header, apart: Apart | None, told: dict[int, RowNumbers]
) -> Iterator[Row]:
    """A cell that holds several columns (严知微、副局长、13800000011) as so many cells; what does not part stays in the first.

    `told` are the rows parted by what is known rather than by marks, by column.
    """
    parts = header.parts
    keys = {place: key for group in header.groups for key, place in group.places.items()}
    for number, cells in rows:
        wide: list[str] = []
        for cell in cells:
            count = parts.get(len(wide), 1)
            if count < 2 or not cell.strip():
                wide += [cell, *[""] * (count - 1)]
                continue
            named = tuple(keys.get(len(wide) + n, "") for n in range(count))
            by_marks = _by_marks(cell.strip(), count)
            known = apart(named, cell) if apart else None
            if known and known != by_marks and number > header.last_row:
                told.setdefault(len(wide), RowNumbers()).add(number)
            wide += known or by_marks
        yield number, wide


def _by_marks(cell: str, count: int) -> list[str]:
    for marks in (_BETWEEN, _BRACKETS):
        pieces = [piece.strip() for piece in marks.split(cell) if piece.strip()]
        if len(pieces) == count:
            return pieces
    return [cell, *[""] * (count - 1)]


# -- text ------------------------------------------------------------------------------------------


def _open_page(path: Path, found: encoding.Encoding, *, hidden: bool) -> _Source:
    """A web page that holds the table."""
    read, details = web_pages.read(path, found.codec)
    page = SheetPage(partial(web_pages.numbered, read), details)
    notes = (Problem(1, None, None, WEB_PAGE), *_hidden_told(page, taken=hidden))
    info = TableInfo(path.name, found.label)

    def rows() -> Iterator[Row]:
        return page.rows() if hidden else _shown(page.rows(), details)

    return _Source(info, rows, notes, tuple(sorted(details.merges)), True)


WEB_PAGE = "文件是网页（有的办公系统把网页存成 .xls），按其中的表格读取"


def _open_text(path: Path, vocabulary: Vocabulary, *, hidden: bool) -> _Source:
    found = encoding.detect(path)
    with path.open(encoding=found.codec, newline="") as file:
        sample = list(StringIO(file.read(_SAMPLE), newline=""))
    begins = "".join(sample[:40]).lstrip("\ufeff \t\r\n")[:200].lower()
    begins = re.sub(r"\A(?:<!--.*?-->|\s)+", "", begins, flags=re.DOTALL)
    begins = re.sub(r"\A<\?xml[^>]*\?>\s*(?=<(?:!doctype )?html)", "", begins)
    if begins.startswith(web_pages.OPENINGS):
        return _open_page(path, found, hidden=hidden)
    for openings, said in _MARKUP:
        if begins.startswith(openings):
            raise _not_a_table(path, said)
    declared = _declared_separator(sample[0])
    separator = declared or _separator(sample, vocabulary)
    info = TableInfo(path.name, found.label, separator)
    return _Source(info, lambda: _text_rows(path, found.codec, separator, 1 if declared else 0))


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
    needed = "、".join(named(c.label) for c in vocabulary.columns if c.required)
    return BadData(
        "no_header",
        f"{path.name} 的前 {SEARCHED_ROWS} 行里找不到表头，首行内容是“{shown}”。",
        next_step=f"请让表头一行写明各列名称，至少有：{needed}。",
    )


def _check_header(
    path: Path, vocabulary: Vocabulary, header: Header, source: _Source, given: frozenset[str]
) -> None:
    where = f"{path.name} 的表头（第 {header.last_row} 行）"
    page = any(note.problem == WEB_PAGE for note in source.notes)
    if page:
        where = f"{path.name} 是网页，其中表格的表头（第 {header.last_row} 行）"
    if header.unclear:
        raise _unclear(where, header)
    missing = [(group, column) for group, column in vocabulary.missing(header) if column.key not in given]
    if missing:
        raise BadData(
            "missing_columns",
            f"{where}缺少：{_lacking(missing)}；"
            f"现有：{visible('、'.join(label for label in header.labels if label), 200)}。",
            next_step="".join(
                (
                    "请补上所缺的列，或把列名改成上面的写法。",
                    *dict.fromkeys(c.instead for _, c in missing),
                    hidden_advice(source.notes),
                    "或在 Excel 或 WPS 中打开，另存为 .xlsx 后再导入。" if page else "",
                )
            ),
        )


def _lacking(missing: Sequence[tuple[Group, Column]]) -> str:
    """职务、手机; of whom, where the row holds several people."""
    by_word: dict[str, list[str]] = {}
    for group, column in missing:
        by_word.setdefault(group.word, []).append(named(column.label))
    return "；".join(
        f"{word}的{'、'.join(labels)}" if word else "、".join(labels) for word, labels in by_word.items()
    )


def _unclear(where: str, header: Header) -> BadData:
    """Two columns of one name: whose they are must be said, for leaving one out would leave people out."""
    twice = visible("、".join(dict.fromkeys(header.unclear)))
    if header.above:
        groups = visible("、".join(dict.fromkeys(header.above)), 120)
        advice = f"上面一行的“{groups}”看不出是哪一类人员。请把一行分成几行、每人一行并写明类别，或把上面一行改为“新闻发言人”“联络员”等。"
    else:
        advice = "一行写了几个人的，请每人一行，或在表头上面一行写明各是哪一类（新闻发言人、联络员）；否则请改正列名。"
    return BadData("ambiguous_header", f"{where}有重复的列：{twice}。", next_step=advice)


# -- hidden ----------------------------------------------------------------------------------------

_HIDDEN_COLUMNS = "隐藏的列"


def hidden_advice(notes: Iterable[Problem]) -> str:
    """What else may be done where a column is missing that may be hidden."""
    hidden = next((note for note in notes if note.column == _HIDDEN_COLUMNS and note.next), None)
    return f"{hidden.problem}；要读隐藏的列，请加 --hidden。" if hidden else ""


def _hidden_told(page: SheetPage, *, taken: bool) -> Iterator[Problem]:
    """Which rows and columns the sheet does not show though they hold something."""
    details = page.details
    away = RowNumbers()
    columns: dict[int, int] = {}
    if not details.hidden_rows and not details.hidden_columns:
        return
    for number, cells in page.rows():
        if number in details.hidden_rows and any(cell.strip() for cell in cells):
            away.add(number)
        for first, last in details.hidden_columns:
            for column in range(first, min(last + 1, len(cells))):
                if cells[column].strip():
                    columns.setdefault(column, number)
    done = "也已读取" if taken else "未读取"
    advice = None if taken else "要读隐藏和被筛选掉的内容，请加 --hidden；不要的请从表中删去。"
    if away:
        yield Problem(away.first, None, None, f"第 {away} 行在表中是隐藏的或被筛选掉的，{done}", advice)
    if columns:
        named = "、".join(column_letters(column) for column in sorted(columns))
        yield Problem(
            min(columns.values()), _HIDDEN_COLUMNS, named, f"{named} 列在表中是隐藏的，{done}", advice
        )


def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
