"""The annual report as one self-contained page: inline CSS and SVG, no script, no network; for phone, screen and print."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from pressctl.core.annual import AnnualReport, UnitYear
from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.facts import Release
from pressctl.core.terms import Form, Result, Status, UnitKind
from pressctl.documents.official import clean

CSS = """
:root{--ink:#1c1c1c;--line:#c9c9c9;--met:#2f6f4e;--not:#b3392f;--none:#e9e9e9;--bar:#44617b}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem;color:var(--ink);background:#fff;
 font:16px/1.7 "Source Han Serif SC","Noto Serif CJK SC","Songti SC",SimSun,serif}
h1{font-size:1.6rem;text-align:center;margin:1.2rem 0 .2rem}h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
.sub{text-align:center;color:#555;margin:0 0 1.5rem}.note{color:#555;font-size:.85rem;overflow-wrap:anywhere}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.6rem}
.tile{border:1px solid var(--line);padding:.6rem;text-align:center}.tile b{display:block;font-size:1.7rem;line-height:1.3}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#f3f3f3;white-space:nowrap}
td.n{text-align:right}td.met{color:var(--met)}td.not{color:var(--not);font-weight:bold}
svg{max-width:100%;height:auto;display:block}svg text{font:11px sans-serif;fill:var(--ink)}
@media print{body{max-width:none;font-size:11pt}h2{break-after:avoid}tr,.tile{break-inside:avoid}}
""".strip()


def annual_html(report: AnnualReport) -> bytes:
    """The page, UTF-8."""
    title = f"{report.bureau}{report.year}年度新闻发布工作报告"
    parts = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escaped(title)}</title><style>{CSS}</style></head><body><main>",
        f"<h1>{escaped(title)}</h1>",
        f'<p class="sub">依据《{escaped(report.regulation)}》　截至{chinese_date(report.as_of)}'
        + ("　含推定日期" if report.provisional else "")
        + "</p>",
        _tiles(report),
        "<h2>全年时间线</h2>",
        _timeline(report),
        "<h2>市局定期新闻发布会</h2>",
        html_table(
            ("季度", "召开", "完成"),
            [
                (f"第{q.quarter}季度", q.held, _met(q.met if q.met or q.over else None))
                for q in report.quarters
            ],
        ),
        "<h2>各单位逐月发布</h2>",
        _heat_map(report),
        "<h2>各单位履职情况</h2>",
        _units([u for u in report.units if u.kind is not UnitKind.STATION]),
        "<h2>检查发现的问题</h2>",
        _findings(report),
        "<h2>豁免</h2>",
        html_table(("日期", "规则", "原因"), [(w.on, w.data.get("rule"), w.text) for w in report.waivers]),
        f'<p class="note">日志末条校验值：{escaped(report.log_head)}</p>',
        "</main></body></html>",
    ]
    return "\n".join(parts).encode("utf-8")


def escaped(value: object) -> str:
    return escape(clean(str(value)), quote=True)


def _tiles(report: AnnualReport) -> str:
    due = report.due
    tiles = [
        (len(report.held), "已举行"),
        (f"{sum(bool(u.met) for u in due)}/{len(due)}", "单位完成"),
        (f"{sum(q.met for q in report.quarters)}/4", "季度完成"),
        (sum(u.late for u in report.units), "迟报"),
        (report.counts[Result.FAIL], "不符合"),
        (report.counts[Result.NO_EVIDENCE], "无记录"),
    ]
    return (
        '<div class="tiles">'
        + "".join(f'<div class="tile"><b>{escaped(n)}</b>{escaped(label)}</div>' for n, label in tiles)
        + "</div>"
    )


def _timeline(report: AnnualReport) -> str:
    """One line for the year, a mark for each release; height tells the form."""
    width, left = 960, 20
    days = (date(report.year, 12, 31) - date(report.year, 1, 1)).days + 1
    step = (width - 2 * left) / days

    def x(day: date) -> float:
        return left + (day - date(report.year, 1, 1)).days * step

    marks = []
    for month in range(1, 13):
        at = x(date(report.year, month, 1))
        marks.append(
            f'<line x1="{at:.1f}" y1="92" x2="{at:.1f}" y2="100" stroke="#999"/><text x="{at + 3:.1f}" y="112">{month}月</text>'
        )
    heights = {Form.CONFERENCE: 60, Form.BRIEFING: 40, Form.WRITTEN: 24}
    for r in report.releases:
        at = x(_day_of(r))
        color = "var(--met)" if r.status in (Status.HELD, Status.ARCHIVED) else "var(--not)"
        said = f"{_day_of(r)} {report.names[r.unit_id]}：{r.name}（{r.form.label}，{r.status.label}）"
        marks.append(
            f'<line x1="{at:.1f}" y1="{92 - heights[r.form]}" x2="{at:.1f}" y2="92" stroke="{color}" stroke-width="4"><title>{escaped(said)}</title></line>'
        )
    return (
        f'<svg viewBox="0 0 {width} 140" role="img" aria-label="全年发布时间线">'
        f'<line x1="{left}" y1="92" x2="{width - left}" y2="92" stroke="#333"/>{"".join(marks)}'
        '<text x="20" y="132">绿：已举行　红：未举行；高：新闻发布会，中：通气会，低：书面发布</text></svg>'
    )


def _day_of(release: Release) -> date:
    return release.held_on or release.on


def _heat_map(report: AnnualReport) -> str:
    """Units by months; a cell says how many releases were held."""
    units = [u for u in report.units if u.releases or u.met is not None]
    if not units:
        return "<p>（无）</p>"
    left, cell, height = 150, 60, 22
    rows = []
    for month in range(1, 13):
        rows.append(f'<text x="{left + (month - 1) * cell + 20}" y="14">{month}月</text>')
    for number, unit in enumerate(units):
        y = 22 + number * height
        rows.append(f'<text x="0" y="{y + 15}">{escaped(unit.unit)}</text>')
        for month in range(1, 13):
            found = [r for r in unit.releases if r.held_on and r.held_on.month == month]
            fill = "var(--met)" if found else "var(--none)"
            opacity = min(0.45 + 0.25 * len(found), 1) if found else 1
            label = f"{unit.unit} {month}月：{len(found)}项（{monthrange(report.year, month)[1]}天）"
            rows.append(
                f'<rect x="{left + (month - 1) * cell}" y="{y}" width="{cell - 3}" height="{height - 3}" fill="{fill}" '
                f'fill-opacity="{opacity:.2f}"><title>{escaped(label)}</title></rect>'
            )
    size = 22 + len(units) * height
    return f'<div class="wide"><svg viewBox="0 0 {left + 12 * cell} {size}" role="img" aria-label="各单位逐月发布">{"".join(rows)}</svg></div>'


def _met(met: bool | None) -> str:
    return {True: "是", False: "否", None: "—"}[met]


def _units(units: Sequence[UnitYear]) -> str:
    rows = []
    for u in units:
        kind = {True: "met", False: "not", None: ""}[u.met]
        numbers = "".join(f'<td class="n">{n}</td>' for n in (u.required or "—", u.held))
        rest = "".join(f'<td class="n">{n}</td>' for n in (u.late, u.urgent, u.spokespersons, u.liaisons))
        rows.append(
            f'<tr><td>{escaped(u.unit)}</td><td>{escaped(u.kind.label)}</td>{numbers}<td class="{kind}">{_met(u.met)}</td>{rest}</tr>'
        )
    head = "".join(
        f"<th>{h}</th>" for h in ("单位", "类别", "应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员")
    )
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _findings(report: AnnualReport) -> str:
    return html_table(
        ("条款", "规则", "单位或事项", "问题", "下一步"),
        [
            (printed(f.clause), f.rule, f.unit or f.subject or f.ref or "", f.message, f.next or "")
            for f in report.failing()
        ],
    )


def html_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td>{escaped('' if c is None else c)}</td>" for c in row) + "</tr>" for row in rows
    )
    if not body:
        return "<p>（无）</p>"
    head = "".join(f"<th>{escaped(c)}</th>" for c in columns)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
