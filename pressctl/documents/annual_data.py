"""The annual report for scripts and spreadsheets: one dictionary, CSV, XLSX with charts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from pressctl.core.annual import AnnualReport
from pressctl.core.findings import Finding
from pressctl.core.terms import Result, UnitKind
from pressctl.documents.cells import inert


def finding_view(finding: Finding) -> dict[str, Any]:
    """A finding with the contract's keys."""
    return {
        "rule": finding.rule,
        "clause": finding.clause,
        "quote": finding.quote,
        "strength": finding.strength.value,
        "result": finding.result.value,
        "unit": finding.unit,
        "subject": finding.subject or finding.ref,
        "message": finding.message,
        "evidence": dict(finding.evidence),
        "next": finding.next,
        "due": finding.due.isoformat() if finding.due else None,
        "local_reading": finding.local_reading,
        "profile": finding.profile,
    }


def annual_view(report: AnnualReport) -> dict[str, Any]:
    """The report of the contract."""
    due = report.due
    return {
        "year": report.year,
        "as_of": report.as_of.isoformat(),
        "provisional": report.provisional,
        "units": [
            {
                "unit": u.unit,
                "kind": u.kind.value,
                "required": u.required,
                "held": u.held,
                "met": u.met,
                "late": u.late,
                "urgent": u.urgent,
                "spokespersons": u.spokespersons,
                "liaisons": u.liaisons,
                "findings": [finding_view(f) for f in u.findings],
                "planned": u.planned,
                "counted": u.counted,
                "forms": u.forms,
                "releases": [r.ref for r in u.releases],
            }
            for u in report.units
        ],
        "quarters": [
            {"quarter": q.quarter, "held": q.held, "met": q.met, "over": q.over, "refs": list(q.refs)}
            for q in report.quarters
        ],
        "summary": {
            "planned": len(report.releases),
            "held": len(report.held),
            "units_due": len(due),
            "units_met": sum(bool(u.met) for u in due),
            "quarters_met": sum(q.met for q in report.quarters),
            "late": sum(u.late for u in report.units),
            "urgent": sum(u.urgent for u in report.units),
            "categories": {str(c): n for c, n in report.categories.items()},
            **{result.value: n for result, n in report.counts.items()},
        },
        "waivers": [{"on": w.on.isoformat(), "text": w.text, **w.data} for w in report.waivers],
        "log_head": report.log_head,
    }


_COLUMNS = (
    "单位",
    "类别",
    "应做",
    "应做形式",
    "计划",
    "已做",
    "计入",
    "完成",
    "迟报",
    "紧急",
    "发言人",
    "联络员",
    "问题",
)
_MET = {True: "是", False: "否", None: ""}


def unit_rows(report: AnnualReport) -> list[tuple[Any, ...]]:
    """One row a unit, in the order of _COLUMNS."""
    return [
        (
            u.unit,
            u.kind.label,
            u.required,
            u.forms,
            u.planned,
            u.held,
            u.counted,
            _MET[u.met],
            u.late,
            u.urgent,
            u.spokespersons,
            u.liaisons,
            len(u.findings),
        )
        for u in report.units
    ]


def annual_csv(report: AnnualReport) -> bytes:
    """One row a unit; UTF-8 with BOM, so that Excel reads it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for row in unit_rows(report):
        writer.writerow([inert(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def annual_xlsx(report: AnnualReport) -> bytes:
    """Sheets for units, quarters, releases, findings, roster gaps and waivers, with filters, print set-up and charts."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    fill_sheet(book.create_sheet("单位"), f"{report.year}年度各单位新闻发布工作", _COLUMNS, unit_rows(report))
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
    columns = ("规则", "条款", "单位", "事项", "问题", "结果", "强度", "下一步")
    fill_sheet(book.create_sheet("检查"), "检查发现的问题", columns, [_finding_row(f) for f in failing])
    gaps = [f for f in failing if f.rule.startswith("ROS-")]
    fill_sheet(
        book.create_sheet("名册缺口"),
        "名册缺口（三（一）、三（四））",
        columns,
        [_finding_row(f) for f in gaps],
    )
    waivers = [(w.on, w.data.get("rule"), w.data.get("subject"), w.text) for w in report.waivers]
    fill_sheet(book.create_sheet("豁免"), "豁免", ("日期", "规则", "对象", "原因"), waivers)
    _charts(book, report)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _finding_row(f: Finding) -> tuple[Any, ...]:
    return (f.rule, f.clause, f.unit, f.subject or f.ref, f.message, f.result.label, f.strength.label, f.next)


def fill_sheet(sheet: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Title, header in grey, borders, widths by content, frozen header, filter, landscape on one page's width."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    line = Side(style="thin", color="999999")
    border = Border(line, line, line, line)
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font, sheet["A1"].alignment = (
        Font(name="方正小标宋简体", size=16),
        Alignment(horizontal="center"),
    )
    sheet.append(list(columns))
    for row in rows:
        sheet.append([inert(cell) for cell in row])
    for cells in sheet.iter_rows(min_row=2, max_col=len(columns)):
        for cell in cells:
            cell.border, cell.font = border, Font(name="仿宋_GB2312", size=11)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for cell in sheet[2]:
        cell.font, cell.fill = Font(name="黑体", size=11), PatternFill("solid", fgColor="E7E6E6")
        cell.alignment = Alignment(horizontal="center", vertical="center")
    for number, name in enumerate(columns, start=1):
        longest = max([len(str(row[number - 1] or "")) for row in rows] + [len(name)])
        sheet.column_dimensions[get_column_letter(number)].width = min(max(2 * longest + 2, 8), 60)
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{max(len(rows) + 2, 2)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    sheet.oddFooter.center.text = "— &P —"


def _charts(book: Any, report: AnnualReport) -> None:
    """Native charts on a sheet of their own, drawn from cells beside them."""
    from openpyxl.chart import BarChart, PieChart, Reference

    sheet = book.create_sheet("图表")
    kinds = [k for k in UnitKind if report.of_kind(k) and k in {u.kind for u in report.due}]
    sheet.append(["类别", "完成", "未完成"])
    for kind in kinds:
        units = [u for u in report.due if u.kind is kind]
        sheet.append([kind.label, sum(bool(u.met) for u in units), sum(not u.met for u in units)])
    bars = BarChart()
    bars.type, bars.grouping, bars.overlap, bars.title = "bar", "stacked", 100, "各类单位完成情况"
    bars.add_data(
        Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=len(kinds) + 1), titles_from_data=True
    )
    bars.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=len(kinds) + 1))
    sheet.add_chart(bars, "E2")
    start = len(kinds) + 4
    results = [
        r
        for r in Result
        if r in (Result.PASS, Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED, Result.PROVISIONAL)
    ]
    sheet.cell(start, 1, "结果")
    sheet.cell(start, 2, "项数")
    for offset, result in enumerate(results, start=1):
        sheet.cell(start + offset, 1, result.label)
        sheet.cell(start + offset, 2, report.counts[result])
    pie = PieChart()
    pie.title = "检查结果"
    pie.add_data(
        Reference(sheet, min_col=2, min_row=start, max_row=start + len(results)), titles_from_data=True
    )
    pie.set_categories(Reference(sheet, min_col=1, min_row=start + 1, max_row=start + len(results)))
    sheet.add_chart(pie, "E18")
