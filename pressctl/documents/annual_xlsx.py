"""The annual report as a workbook: a sheet for each question, filters, print set-up, native charts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pressctl.core.annual import AnnualReport
from pressctl.core.findings import Finding
from pressctl.core.terms import Form, Result, UnitKind
from pressctl.documents.annual_data import COLUMNS, AnnualPaper, unit_rows
from pressctl.documents.cells import exact

_FINDING_COLUMNS = ("规则", "条款", "单位", "事项", "问题", "结果", "强度", "下一步")
_WIDEST, _SHORT, _NARROWEST = 44, 24, 8
"""Of a column, in half-width characters; up to `_SHORT` its cells are centred."""
_LINE_HEIGHT = 16
_MET, _NOT_MET, _BAR = "2F6F4E", "B3392F", "44617B"


def annual_xlsx(paper: AnnualPaper) -> bytes:
    """Sheets for units, quarters, releases, findings, roster gaps, waivers and charts."""
    from openpyxl import Workbook

    report = paper.report
    book = Workbook()
    book.remove(book.worksheets[0])
    units = book.create_sheet("单位")
    fill_sheet(units, f"{report.year}年度各单位新闻发布工作", COLUMNS, unit_rows(report))
    _mark(units)
    quarters = [(f"第{q.quarter}季度", q.held, "是" if q.met else "否") for q in report.quarters]
    fill_sheet(book.create_sheet("季度"), "市局定期新闻发布会", ("季度", "召开", "完成"), quarters)
    releases = [
        (r.ref, r.held_on or r.on, report.names[r.unit_id], r.name, r.form.label, r.occasion.label, r.nature.label, r.status.label, r.submitted_on, "是" if r.urgent else "")
        for r in report.releases
    ]  # fmt: skip
    fill_sheet(
        book.create_sheet("发布"),
        f"{report.year}年度新闻发布一览",
        ("编号", "日期", "单位", "名称", "形式", "类型", "性质", "状态", "报送日", "紧急"),
        releases,
    )
    failing = report.failing()
    gaps = [f for f in failing if f.rule.startswith("ROS-")]
    for name, title, found in (
        ("检查", "检查发现的问题", failing),
        ("名册缺口", "名册缺口（三（一）、三（四））", gaps),
    ):
        fill_sheet(book.create_sheet(name), title, _FINDING_COLUMNS, [_finding_row(f) for f in found])
    waivers = [
        (w.on, *(w.data.get(key) for key in ("rule", "subject", "by", "reason"))) for w in report.waivers
    ]
    fill_sheet(book.create_sheet("豁免"), "豁免", ("日期", "规则", "对象", "批准人", "原因"), waivers)
    _charts(book.create_sheet("图表"), report)
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _finding_row(f: Finding) -> tuple[Any, ...]:
    return (f.rule, f.clause, f.unit, f.subject or f.ref, f.message, f.result.label, f.strength.label, f.next)


# -- a sheet -------------------------------------------------------------------------------------------


def fill_sheet(sheet: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Title, header, bordered rows as high as their text needs, filter, frozen header; printed across, a page wide."""
    from openpyxl.utils import get_column_letter

    widths = _widths(columns, rows)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _put(
        sheet,
        1,
        [title, *[None] * (len(columns) - 1)],
        "方正小标宋简体",
        16,
        "centerContinuous",
        border=False,
    )
    _put(sheet, 2, columns, "黑体", 11, shade="E7E6E6")
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 30, 22
    for number, row in enumerate(rows, start=3):
        _put(sheet, number, row, "仿宋_GB2312", 11, wide=[w > _SHORT for w in widths])
        lines = max(-(-_half_widths(v) // (w - 2)) for v, w in zip(row, widths, strict=True))
        sheet.row_dimensions[number].height = _LINE_HEIGHT * max(lines, 1) + 2
    sheet.freeze_panes = "B3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{max(len(rows) + 2, 3)}"
    _print_across(sheet)
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:2"


def _print_across(sheet: Any) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.oddFooter.center.text = "— &P —"


def _put(
    sheet: Any,
    number: int,
    values: Sequence[Any],
    face: str,
    size: int,
    align: str = "center",
    *,
    wide: Sequence[bool] = (),
    shade: str = "",
    border: bool = True,
) -> None:
    """A row of cells; text is text, whatever it looks like. What is `wide` stands left and wraps."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    line = Side(style="thin", color="999999")
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        if isinstance(value, str):
            cell.value, cell.data_type = exact(value), "s"
        else:
            cell.value = value
        cell.font = Font(name=face, size=size)
        long = bool(wide) and wide[column - 1]
        cell.alignment = Alignment(horizontal="left" if long else align, vertical="center", wrap_text=long)
        if border:
            cell.border = Border(line, line, line, line)
        if shade:
            cell.fill = PatternFill("solid", fgColor=shade)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Wide enough for the longest text and for the header with its filter button, within bounds."""
    longest = (max(map(_half_widths, (row[n] for row in rows)), default=0) for n in range(len(columns)))
    return [
        min(max(text + 2, _half_widths(name) + 5, _NARROWEST), _WIDEST)
        for name, text in zip(columns, longest, strict=True)
    ]


def _half_widths(value: Any) -> int:
    text = "" if value is None else str(value)
    return sum(1 if character < "\u2000" else 2 for character in text)


# -- to look at ----------------------------------------------------------------------------------------


def _mark(sheet: Any) -> None:
    """Who fell short in red, and bars for the count of problems."""
    from openpyxl.formatting.rule import CellIsRule, DataBarRule
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    last = max(sheet.max_row, 3)
    met, problems = (get_column_letter(COLUMNS.index(name) + 1) for name in ("完成", "问题"))
    red = CellIsRule("equal", ['"否"'], font=Font(color=_NOT_MET, bold=True))  # type: ignore[no-untyped-call]
    bars = DataBarRule("num", 0, "max", color=_BAR)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(f"{met}3:{met}{last}", red)
    sheet.conditional_formatting.add(f"{problems}3:{problems}{last}", bars)


def _charts(sheet: Any, report: AnnualReport) -> None:
    """Native charts, one under another, each beside the cells that it is drawn from; one printed page."""
    due = {u.kind for u in report.due}
    kinds = [
        (kind.label, sum(bool(u.met) for u in units), sum(not u.met for u in units))
        for kind in UnitKind
        if kind in due
        for units in [[u for u in report.due if u.kind is kind]]
    ]
    months = [
        (f"{month}月", *(sum(r.form is form and r.held_on is not None and r.held_on.month == month for r in report.held) for form in Form))
        for month in range(1, 13)
    ]  # fmt: skip
    results = [
        (r.label, report.counts[r])
        for r in (Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED, Result.PROVISIONAL)
    ]
    _chart(sheet, 1, "各类单位完成情况", ("类别", "完成", "未完成"), kinds, (_MET, _NOT_MET), across=True)
    _chart(
        sheet, 18, "逐月发布", ("月份", *(form.label for form in Form)), months, (_BAR, "8FA9BF", "C9D5DF")
    )
    _chart(sheet, 35, "检查发现的问题", ("结果", "项数"), results, (_NOT_MET,), across=True)
    for column in "ABCD":
        sheet.column_dimensions[column].width = 13
    _print_across(sheet)
    sheet.page_setup.orientation = "portrait"


def _chart(
    sheet: Any,
    top: int,
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    colours: Sequence[str],
    *,
    across: bool = False,
) -> None:
    """A bar chart of rows, stacked where there are several columns of numbers."""
    from openpyxl.chart import BarChart, Reference

    for offset, row in enumerate((columns, *rows)):
        _put(sheet, top + offset, row, "黑体" if offset == 0 else "仿宋_GB2312", 11)
    if not rows:
        return
    chart = BarChart()
    chart.type, chart.title, chart.height, chart.width = "bar" if across else "col", title, 8, 16
    chart.grouping, chart.overlap, chart.gapWidth = "stacked", 100, 60
    last = top + len(rows)
    chart.add_data(
        Reference(sheet, min_col=2, max_col=len(columns), min_row=top, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=top + 1, max_row=last))
    for series, colour in zip(chart.series, colours, strict=False):
        series.graphicalProperties.solidFill = colour
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorUnit = 1 if max((sum(row[1:]) for row in rows), default=0) < 15 else None
    chart.y_axis.numFmt = "0"
    if across:
        chart.x_axis.scaling.orientation = "maxMin"
    if len(columns) == 2:
        chart.legend = None
    else:
        chart.legend.position = "b"
    sheet.add_chart(chart, f"F{top}")
