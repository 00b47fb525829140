"""The annual report as a workbook: a sheet for each question, totals by formula, filters, print set-up, native charts."""

from __future__ import annotations

from typing import Any

from pressctl.core.citation import printed
from pressctl.core.findings import Finding
from pressctl.core.terms import Form, Result, Word, named
from pressctl.documents.annual_data import COLUMNS, AnnualPaper, figure_rows, joint_note, stretch, unit_rows
from pressctl.documents.workbook import DARK, LIGHT, MIDDLE, STRIPED, Book, Chart

_FINDING_COLUMNS = ("规则", "条款", "单位", "事项", "问题", "结果", "强度", "下一步")
_ADDED_UP = ("应做", "计划", "已做", "计入", "迟报", "紧急", "发言人", "联络员", "问题")


def annual_xlsx(paper: AnnualPaper) -> bytes:
    """Sheets for units, quarters, years, releases, findings, roster gaps, waivers and charts."""
    report = paper.report
    book = Book(paper.title, author=paper.office, company=report.bureau, made=paper.made)
    book.sheet(
        "单位",
        f"{report.year}年度各单位新闻发布工作",
        COLUMNS,
        unit_rows(report),
        sums=_ADDED_UP,
        counts={"完成": "是"},
        marks={"完成": "red", "问题": "bar"},
        note=joint_note(paper),
    )
    quarters = [(q.name, q.held, q.state) for q in report.quarters]
    book.sheet(
        stretch(report),
        Word.PERIODIC.label,
        (stretch(report), "召开", "完成"),
        quarters,
        sums=("召开",),
        counts={"完成": "是"},
    )
    figures = [(label, *numbers) for label, numbers in figure_rows(paper.years, report)]
    book.sheet("历年", paper.table_title, ("项目", *(f"{y.year}年" for y in paper.years)), figures)
    releases = [
        (r.ref, r.when if r.undated else r.day, report.names[r.unit_id], r.name, r.named_form.label, r.occasion.label, r.nature.label, r.status.label, r.submitted_on, "是" if r.urgent else "")
        for r in report.releases
    ]  # fmt: skip
    book.sheet(
        "发布",
        f"{report.year}年度新闻发布一览",
        ("编号", "日期", "单位", "名称", "形式", "类型", "性质", "状态", "报送日", "紧急"),
        releases,
    )
    failing = report.failing()
    gaps = [f for f in failing if f.rule.startswith("ROS-")]
    for name, title, found in (
        ("检查", "检查发现的问题", failing),
        ("名册缺口", named("名册缺口（{clause:roster.numbers}）", printed=printed), gaps),
    ):
        book.sheet(name, title, _FINDING_COLUMNS, [_finding_row(f) for f in found])
    waivers = [
        (w.on, *(w.data.get(key) for key in ("rule", "subject", "by", "reason"))) for w in report.waivers
    ]
    book.sheet("豁免", "豁免", ("日期", "规则", "对象", "批准人", "原因"), waivers)
    book.charts("图表", _charts(paper))
    return book.bytes()


def _finding_row(f: Finding) -> tuple[Any, ...]:
    return (
        f.rule,
        printed(f.clause),
        f.unit,
        f.subject or f.ref,
        f.message,
        f.result.label,
        f.strength.label,
        f.next,
    )


def _charts(paper: AnnualPaper) -> list[Chart]:
    """Who met the year's duty, what was held when, what the rules found; and the years, where there are several."""
    report = paper.report
    due = {u.named_kind for u in report.due}
    kinds = [
        (printed(kind.label), *(sum(u.state == state for u in units) for state in ("是", "否", "未结束")))
        for kind in report.kinds
        if kind in due
        for units in [[u for u in report.due if u.named_kind == kind]]
    ]
    months = [
        (f"{month}月", *(sum(r.form is form and r.held_on is not None and r.held_on.month == month for r in report.held) for form in Form))
        for month in range(1, 13)
    ]  # fmt: skip
    results = [
        (r.label, report.counts[r])
        for r in (Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED, Result.PROVISIONAL)
    ]
    years = [(f"{y.year}年", y.conference, y.briefing, y.written) for y in paper.years]
    forms = tuple(form.label for form in Form)
    found = [
        Chart(
            "各类单位完成情况",
            ("类别", "完成", "未完成", "未结束"),
            kinds,
            (DARK, STRIPED, LIGHT),
            "单位数",
            across=True,
        ),
        Chart("逐月发布", ("月份", *forms), months, (DARK, MIDDLE, LIGHT), "项数"),
        Chart("检查发现的问题", ("结果", "项数"), results, (DARK,), "项数", across=True),
    ]
    if len(years) > 1:
        found.append(Chart("历年发布", ("年份", *forms), years, (DARK, MIDDLE, LIGHT), "项数"))
    return found
