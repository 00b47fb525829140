"""Registers and plans as tables that import as unchanged: CSV for programs, XLSX for offices.

Every cell is text: phones keep their zeros, and what a spreadsheet would run as a formula is not run.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from pressctl.archives import Archive
from pressctl.core.facts import Appointment, Release
from pressctl.core.terms import Form, Nature, Occasion, Role, Word, named
from pressctl.documents.cells import exact, inert
from pressctl.documents.files import write_new
from pressctl.errors import UsageError

if TYPE_CHECKING:
    from openpyxl import Workbook

T = TypeVar("T")
_Look: TypeAlias = dict[str, Any]
Target: TypeAlias = Path | io.BytesIO

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

OCCASION_WORDS = {
    Occasion.PERIODIC: "定期",
    Occasion.MAJOR: "重大",
    Occasion.OPINION: "舆情",
    Occasion.EMERGENCY: "突发",
    Occasion.OWN: "单位",
}
NATURE_WORDS = {Nature.COMPREHENSIVE: "综合", Nature.SPECIAL: "专项"}


def _role(role: Role) -> str:
    """The word for a role in a cell."""
    return "联络员" if role is Role.LIAISON and role.label.endswith("联络员") else role.label


@dataclass(frozen=True, slots=True)
class _Column(Generic[T]):
    """A label that the readers know, what stands under it (given the row and the unit names), and its width in characters.

    `wide` text stands to the left; an `optional` column without any entry is left out.
    """

    label: str
    said: Callable[[T, Mapping[int, str]], str | None]
    width: int
    wide: bool = False
    optional: bool = False


_REGISTER: tuple[_Column[Appointment], ...] = (
    _Column("单位", lambda a, units: units[a.unit_id], 20),
    _Column("类别", lambda a, _: a.role_name or _role(a.role), 20),
    _Column("姓名", lambda a, _: a.person.name, 11),
    _Column("性别", lambda a, _: a.person.gender, 6),
    _Column("民族", lambda a, _: a.person.ethnicity, 9),
    _Column("出生年月", lambda a, _: a.person.birth, 10),
    _Column("政治面貌", lambda a, _: a.person.politics, 12),
    _Column("学历", lambda a, _: a.person.education, 12),
    _Column("职务", lambda a, _: a.title, 22, wide=True),
    _Column("办公室电话", lambda a, _: a.person.office_phone, 16),
    _Column("手机", lambda a, _: a.person.mobile, 13),
    _Column("电子邮件", lambda a, _: a.person.email, 22),
    _Column("QQ", lambda a, _: a.person.qq, 13),
    _Column("任职日期", lambda a, _: a.since.isoformat() if a.since else None, 12),
    _Column("备注", lambda a, _: a.remark, 14, wide=True, optional=True),
    _Column("简历", lambda a, _: a.person.resume, 30, wide=True, optional=True),
)

_PLAN: tuple[_Column[Release], ...] = (
    _Column("发布名称", lambda r, _: r.name, 42, wide=True),
    _Column("单位", lambda r, units: units[r.unit_id], 18),
    _Column("形式", lambda r, _: r.named_form.label, 12),
    _Column("日期", lambda r, _: r.period or r.on.isoformat(), 12),
    _Column("类型", lambda r, _: OCCASION_WORDS[r.occasion], 8),
    _Column("性质", lambda r, _: NATURE_WORDS[r.nature], 8),
    _Column("主题", lambda r, _: r.topic, 36, wide=True),
    _Column("内容类别", lambda r, _: ";".join(map(str, r.categories)), 10),
    _Column("{word.in_bureau_name}", lambda r, _: "是" if r.in_bureau_name else "否", 12),
    _Column("地点", lambda r, _: r.venue, 18, wide=True, optional=True),
    _Column("时间", lambda r, _: f"{r.at:%H:%M}" if r.at else None, 8, optional=True),
)

_REQUIRED = ("单位", "类别", "姓名", "职务")
_REASON = "原因"


# -- what is written -------------------------------------------------------------------------------


def write_register(
    target: Target,
    appointments: Sequence[Appointment],
    units: Mapping[int, str],
    *,
    fmt: str | None = None,
    force: bool = False,
) -> None:
    """The register, in the given order. In XLSX the first sheet holds all, then each role has one of its own.

    `fmt` csv or xlsx, else by the file's ending. Raises UsageError for another ending or an existing file without `force`.
    """
    if _format(target, fmt) == "csv":
        return _deliver(target, _csv(_REGISTER, appointments, units), force=force)
    sheets = [("名册", "新闻发布工作人员名册", appointments)]
    for role in Role:
        if holders := [a for a in appointments if a.role is role]:
            sheets.append((_role(role), f"{role.label}名册", holders))
    return _deliver(target, _xlsx(_REGISTER, sheets, units, frozen_columns=3), force=force)


def write_plan(
    target: Target,
    releases: Sequence[Release],
    units: Mapping[int, str],
    *,
    fmt: str | None = None,
    force: bool = False,
) -> None:
    """The planned releases, in the given order. In XLSX the first sheet holds all, then each form has one of its own."""
    if _format(target, fmt) == "csv":
        return _deliver(target, _csv(_PLAN, releases, units), force=force)
    sheets = [("计划", "新闻发布计划", releases)]
    for form in Form:
        if planned := [r for r in releases if r.form is form]:
            sheets.append((form.label, f"{form.label}计划", planned))
    return _deliver(target, _xlsx(_PLAN, sheets, units, frozen_columns=1), force=force)


def write_rejected(
    target: Target, header: Sequence[str], rejected: Iterable[tuple[Sequence[str], str]]
) -> None:
    """Rejected rows as they came, the reason before them, as CSV to be mended and imported again.

    `rejected` are (cells, reason). A reason column from an earlier round is left out. An earlier round's file is
    overwritten; anything else of that name is somebody's own: UsageError.
    """
    kept = [place for place, label in enumerate(header) if label != _REASON]
    dropped = set(range(len(header))) - set(kept)
    rows = (
        (reason, *(cell for place, cell in enumerate(cells) if place not in dropped))
        for cells, reason in rejected
    )
    ours = not isinstance(target, Path) or _is_rejected(target)
    _deliver(target, _csv_bytes((_REASON, *(header[place] for place in kept)), rows), force=ours)


def _is_rejected(path: Path) -> bool:
    """Whether a file begins as the rejected rows of an import do."""
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(64).decode("utf-8-sig", errors="ignore").startswith(_REASON)
    except OSError:
        return False


# -- CSV -------------------------------------------------------------------------------------------


def _csv(columns: Sequence[_Column[T]], items: Sequence[T], units: Mapping[int, str]) -> bytes:
    columns = _used(columns, items, units)
    rows = ([column.said(item, units) or "" for column in columns] for item in items)
    return _csv_bytes([named(column.label) for column in columns], rows)


def _used(
    columns: Sequence[_Column[T]], items: Sequence[T], units: Mapping[int, str]
) -> tuple[_Column[T], ...]:
    return tuple(c for c in columns if not c.optional or any(c.said(item, units) for item in items))


def _csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with BOM, so that Excel and WPS read it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([inert(cell) for cell in row] for row in chain([header], rows))
    return stream.getvalue().encode("utf-8-sig")


# -- XLSX ------------------------------------------------------------------------------------------

_HEADER_ROW = 2
_ROW_HEIGHT = 20
"""Points, of a row whose cells need one line; others find their own height."""
_SHADE = "DDEBF7"
_LINE = "A6A6A6"


class _Styles:
    """The looks of a cell, made once a workbook."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        side = Side(style="thin", color=_LINE)
        border = Border(left=side, right=side, top=side, bottom=side)
        text = Font(name="仿宋_GB2312", size=11)
        self.title: _Look = {
            "font": Font(name="方正小标宋简体", size=16),
            "alignment": Alignment(horizontal="centerContinuous", vertical="center"),
        }
        self.header: _Look = {
            "font": Font(name="黑体", size=11),
            "fill": PatternFill("solid", fgColor=_SHADE),
            "border": border,
            "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
        }
        self.centred: _Look = {
            "font": text,
            "border": border,
            "number_format": "@",
            "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
        }
        self.wide = {
            **self.centred,
            "alignment": Alignment(horizontal="left", vertical="center", wrap_text=True),
        }
        self.note: _Look = {
            "font": Font(name="楷体_GB2312", size=10),
            "alignment": Alignment(vertical="center"),
        }


def _xlsx(
    columns: Sequence[_Column[T]],
    sheets: Sequence[tuple[str, str, Sequence[T]]],
    units: Mapping[int, str],
    *,
    frozen_columns: int,
) -> bytes:
    """`sheets` are (name, title, items), the first holding all items."""
    from openpyxl import Workbook

    book, styles = Workbook(write_only=True), _Styles()
    columns = _used(columns, sheets[0][2], units)
    for name, title, items in sheets:
        sheet = book.create_sheet(name)
        _set_up(sheet, columns, frozen_columns, rows=len(items))
        _put(sheet, [styles.title] * len(columns), [[title]])
        _put(sheet, [styles.header] * len(columns), [[named(column.label) for column in columns]])
        looks = [styles.wide if column.wide else styles.centred for column in columns]
        rows = ([column.said(item, units) for column in columns] for item in items)
        _put(sheet, looks, _roomy(sheet, columns, rows))
    return _saved(book)


def _set_up(
    sheet: Any,
    columns: Sequence[_Column[Any]],
    frozen_columns: int,
    *,
    rows: int,
    top: int = _HEADER_ROW,
) -> None:
    """Widths, frozen header, filter; printed on A4 across, as wide as the page, the header on each."""
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[1].height = 30
    sheet.row_dimensions[top].height = 24
    sheet.freeze_panes = f"{get_column_letter(frozen_columns + 1)}{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(columns))}{top + max(rows, 1)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{top}"
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.7, 0.8
    sheet.oddFooter.center.text = "— &P —"


def _roomy(
    sheet: Any, columns: Sequence[_Column[Any]], rows: Iterable[Sequence[str | None]]
) -> Iterator[Sequence[str | None]]:
    """The rows, each given a comfortable height on its way if one line holds all its cells."""
    for number, row in enumerate(rows, start=_HEADER_ROW + 1):
        if all(_half_widths(text or "") <= column.width for text, column in zip(row, columns, strict=True)):
            sheet.row_dimensions[number].height = _ROW_HEIGHT
        yield row


def _half_widths(text: str) -> int:
    return sum(1 if character < "\u2000" else 2 for character in text)


def _put(sheet: Any, looks: Sequence[_Look], rows: Iterable[Sequence[str | None]]) -> None:
    """Appends rows of text cells, one look a column; short rows are filled up with empty cells.

    The same cell objects serve every row: a write-only sheet has written them out before they change, and styling anew
    would take twice the time.
    """
    from openpyxl.cell import WriteOnlyCell

    cells = [WriteOnlyCell(sheet) for _ in looks]
    for cell, look in zip(cells, looks, strict=True):
        for aspect, value in look.items():
            setattr(cell, aspect, value)
    for row in rows:
        for cell, text in zip_longest(cells, row):
            cell.value = _text_cell(text) if text else None
            if text:
                cell.data_type = "s"  # text, whatever it looks like: a formula, an error, a number
        sheet.append(cells)


def _text_cell(text: str) -> str:
    """Text as the format holds it, to be read back exactly."""
    return _LOOKS_ESCAPED.sub("_x005F_", exact(text))


def _saved(book: Workbook) -> bytes:
    """As `book.save` does, but into an archive of ours, whatever year the clock says."""
    from openpyxl.writer.excel import ExcelWriter

    stream = io.BytesIO()
    ExcelWriter(book, Archive(stream)).save()
    return stream.getvalue()


# -- the template ----------------------------------------------------------------------------------

_ROOM = 500
"""Rows prepared for filling in."""

_NOTE = (
    "填写说明：带 * 的列必填；办公室电话和手机至少填一项；出生年月写作 1975-03；单位、类别请从下拉列表中选取；"
    "一人兼两类的分两行；本行以上及表头请勿改动。"
)
_CHOICES: dict[str, tuple[str, ...]] = {
    "性别": ("男", "女"),
    "政治面貌": ("中共党员", "中共预备党员", "共青团员", "民主党派", "无党派人士", "群众"),
    "学历": ("博士研究生", "硕士研究生", "本科", "大专", "中专", "高中"),
}


def write_register_template(
    target: Target,
    units: Sequence[str],
    *,
    roles: Sequence[str] = (),
    phone: str | None = None,
    force: bool = False,
) -> None:
    """An empty register for the units to fill in: drop-down lists of units and roles, text cells, what is required marked.

    `roles` are the regulation's own beside core's; `phone` is the office's, for questions.
    """
    from openpyxl import Workbook

    book, styles = Workbook(write_only=True), _Styles()
    sheet, lists = book.create_sheet("名册"), book.create_sheet("选项")
    lists.sheet_state = "hidden"
    choices = {"单位": tuple(units), "类别": (*(_role(role) for role in Role), *roles), **_CHOICES}
    for row in zip_longest(*choices.values()):
        lists.append(row)
    _set_up(sheet, _REGISTER, 3, rows=_ROOM, top=_HEADER_ROW + 1)
    _offer(sheet, choices)
    labels = [f"{c.label}*" if c.label in _REQUIRED else c.label for c in _REGISTER]
    _put(sheet, [styles.title] * len(labels), [["新闻发布工作人员名册"]])
    _put(
        sheet,
        [styles.note] * len(labels),
        [[_NOTE + (f"{Word.OFFICE.label}电话：{phone}。" if phone else "")]],
    )
    _put(sheet, [styles.header] * len(labels), [labels])
    looks = [styles.wide if column.wide else styles.centred for column in _REGISTER]
    _put(sheet, looks, repeat((), _ROOM))
    _deliver(target, _saved(book), force=force)


def _offer(sheet: Any, choices: Mapping[str, Sequence[str]]) -> None:
    """Drop-down lists from the hidden sheet. Units and roles admit nothing else; the others only suggest."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    first, last = _HEADER_ROW + 2, _HEADER_ROW + 1 + _ROOM
    places = {column.label: get_column_letter(number) for number, column in enumerate(_REGISTER, start=1)}
    for number, (label, words) in enumerate(choices.items(), start=1):
        if not words:
            continue
        column = get_column_letter(number)
        strict = label in ("单位", "类别")
        offered = DataValidation(
            type="list",
            formula1=f"选项!${column}$1:${column}${len(words)}",
            allow_blank=True,
            showErrorMessage=strict,
            errorTitle=label,
            error=f"请从下拉列表中选取{label}。",
        )
        offered.add(f"{places[label]}{first}:{places[label]}{last}")
        sheet.data_validations.append(offered)


# -- files -----------------------------------------------------------------------------------------


def _format(target: Target, fmt: str | None) -> str:
    chosen = (fmt or (target.suffix.lstrip(".") if isinstance(target, Path) else "")).lower()
    if chosen not in ("csv", "xlsx"):
        raise UsageError(
            "unknown_format",
            f"不能写成“{chosen or target}”格式。",
            next_step="文件名请以 .csv 或 .xlsx 结尾。",
        )
    return chosen


def _deliver(target: Target, data: bytes, *, force: bool) -> None:
    if isinstance(target, io.BytesIO):
        target.write(data)
    else:
        write_new(target, data, force=force)
