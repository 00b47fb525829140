"""The annual report as one self-contained page: inline CSS and SVG, no script, no network; for phone, screen and print.

What is told by colour is told by lightness and by word too: 3:1 between neighbours, 4.5:1 for text. Commands stand in
a part that unfolds, for the clerks; it does not print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import Any

from pressctl.core.annual import AnnualReport, UnitYear
from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.facts import Release
from pressctl.core.findings import Finding
from pressctl.core.period import stored
from pressctl.core.terms import Form, Result, Status, Word
from pressctl.documents.annual_data import AnnualPaper, figure_rows, stretch
from pressctl.documents.annual_word import finding_said
from pressctl.documents.official import clean
from pressctl.documents.prose import titled, whom

_CSS = """
:root{--ink:#1c1c1c;--line:#c9c9c9;--met:#1e4a35;--not:#b3392f;--some:#6f9c84;--many:#1e4a35}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1rem;color:var(--ink);background:#fff;overflow-wrap:anywhere;
 font:16px/1.7 "Source Han Serif SC","Noto Serif CJK SC","Songti SC",SimSun,serif}
h1{font-size:1.6rem;line-height:1.4;text-align:center;margin:1.2rem 0 .2rem;text-wrap:balance}
h2{font-size:1.15rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
.sub{text-align:center;color:#555;margin:0 0 1.5rem}.note{color:#555;font-size:.85rem}
.whole{white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(6.5rem,1fr));gap:.6rem}
.tile{border:1px solid var(--line);padding:.5rem;text-align:center}.tile b{display:block;font-size:1.7rem;line-height:1.3}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}thead th{background:#f3f3f3}
.cards thead th{white-space:nowrap}.grid td,.grid thead th{text-align:center}.grid tbody th{font-weight:normal;white-space:nowrap}
.grid th[scope=rowgroup]{background:#fafafa;color:#555}
td.met{color:var(--met)}td.not{color:var(--not);font-weight:bold}
.heat{table-layout:fixed}.heat th:first-child{width:8.5em;white-space:normal}.heat td,.heat th{padding:.15rem .1rem}
.heat td.on{background:var(--some);color:#111}.heat td.hot{background:var(--many);color:#fff}
svg{width:100%;max-width:52rem;height:auto;display:block;margin:0 auto}svg text{font:12px sans-serif;fill:var(--ink)}
details{margin:1rem 0;border:1px solid var(--line);padding:.3rem .8rem}summary{cursor:pointer}
@media screen and (max-width:40rem){
 body{padding:.6rem}h1{font-size:1.3rem}table{font-size:.8rem}.grid th,.grid td{padding:.15rem .2rem}.heat{font-size:.7rem}
 .cards thead{display:none}.cards tr{display:block;border:1px solid var(--line);margin:0 0 .6rem;padding:.3rem .5rem}
 .cards td{display:block;border:0;padding:0}.cards td::before{content:attr(data-label)"：";color:#555}.cards td:empty{display:none}}
@page{size:A4;margin:25mm 20mm 22mm}
@media print{.tiles{grid-template-columns:repeat(6,1fr)}.tile b{font-size:14pt}th,td{padding:.1rem .4rem}body{max-width:none;font-size:10.5pt;padding:0}h1{margin-top:0}h2{break-after:avoid}h2.new{break-before:page;margin-top:0}
 tr,.tile,svg,.short{break-inside:avoid}thead{display:table-header-group}table{font-size:9pt}details{display:none}
 .heat{font-size:8pt;line-height:1.5}.heat td,.heat th,.heat th:first-child{padding:0 .1rem}.heat td,.tile,thead th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
""".strip()
_STATE = {"是": "met", "否": "not", "未结束": "", "": ""}
"""The look of what was done, was not, is not over, was not owed."""
_HEIGHTS = {Form.CONFERENCE: 60, Form.BRIEFING: 40, Form.WRITTEN: 24}
_DONE = (Status.HELD, Status.ARCHIVED)
_SHORT = 15  # rows: such a table stays on one page


def annual_html(paper: AnnualPaper) -> bytes:
    """The page, UTF-8."""
    report = paper.report
    said = f"依据{titled(report.regulation)}　截至{chinese_date(report.as_of)}"
    failing = report.failing()
    parts = [
        _tiles(paper),
        f"<h2>{escaped(paper.table_title)}</h2>",
        _years(paper),
        "<h2>全年时间线</h2>",
        _timeline(report),
        f"<h2>{Word.PERIODIC.label}</h2>",
        _grid(
            (stretch(report), "召开", "完成"),
            [(q.name, q.held, q.state) for q in report.quarters],
        ),
        "<h2>各单位逐月发布</h2>",
        _heat_map(report),
        '<h2 class="new">各单位履职情况</h2>',
        _units(report.units),
        '<h2 class="new">检查发现的问题</h2>',
        html_table(
            ("条款", "单位或事项", "问题", "结果", "强度"),
            [
                (
                    printed(f.clause),
                    whom(f.unit, f.subject, f.ref, report.bureau),
                    finding_said(report, f),
                    f.result.label,
                    f.strength.label,
                )
                for f in failing
            ],
        ),
        _for_clerks(failing),
        "<h2>经批准豁免的</h2>",
        html_table(
            ("日期", "对象", "批准人", "原因"),
            [(w.on, *(w.data.get(key) for key in ("subject", "by", "reason"))) for w in report.waivers],
        ),
        '<h2 class="new">全年发布一览</h2>',
        html_table(
            ("编号", "日期", "单位", "名称", "形式", "状态"),
            [
                (r.ref, r.when, report.names[r.unit_id], r.name, r.named_form.label, r.status.label)
                for r in report.releases
            ],
        ),
    ]
    return html_page(
        paper.title, said + ("　含推定日期" if report.provisional else ""), parts, report.log_head
    )


def _for_clerks(findings: Iterable[Finding]) -> str:
    """What to type, folded away: a leader reads the page, a clerk works from it."""
    told = dict.fromkeys((printed(f.clause), f.rule, f.next) for f in findings if f.next)
    if not told:
        return ""
    return f"<details><summary>办理办法（供经办人员）</summary>{html_table(('条款', '规则', '下一步'), told)}</details>"


_WHOLE = re.compile(
    r"[一二三四五六七八九十]（[一二三四五六七八九十]）\d*|附件\d(?:注\d)?|(?<!\d)\d{4}-\d{3,}(?!\d)|(?<!\d)\d{4}-\d\d-\d\d"
    r"|(?:截至)?(?<!\d)(?:\d{4}年)?\d{1,2}月\d{1,2}日"
)


def unbroken(text: str) -> str:
    """HTML of a text whose clause ids, references and dates are not parted by a line's end."""
    return _WHOLE.sub(lambda found: f'<span class="whole">{found[0]}</span>', escaped(text))


def html_page(title: str, said: str, parts: Iterable[str], head: str) -> bytes:
    """A whole page around parts that are HTML already, UTF-8."""
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="zh-CN"><head><meta charset="utf-8"/>',
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
            f"<title>{escaped(title)}</title><style>{_CSS}</style></head><body><main>",
            f'<h1>{escaped(title)}</h1><p class="sub">{unbroken(said)}<br/><small>日志末条校验值 {escaped(head)}</small></p>',
            *parts,
            "</main></body></html>\n",
        )
    ).encode("utf-8")


def escaped(value: object) -> str:
    return escape(clean(str(value)), quote=True)


def html_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; on a phone each row becomes a card with its labels."""
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{escaped(name)}"{_whole(c)}>{unbroken("" if c is None else str(c))}</td>'
            for name, c in zip(columns, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    if not body:
        return "<p>（无）</p>"
    return f'<table class="cards"><thead><tr>{_heads(columns)}</tr></thead><tbody>{body}</tbody></table>'


def _whole(value: Any) -> str:
    """A short word does not break in its cell."""
    return ' class="whole"' if value is not None and 0 < len(str(value)) <= 4 else ""


def _heads(columns: Iterable[str]) -> str:
    return "".join(f"<th>{escaped(c)}</th>" for c in columns)


def _tiles(paper: AnnualPaper) -> str:
    report, now = paper.report, paper.now
    tiles = [
        (now.held, "已举行"),
        (f"{now.met}/{now.due}", "单位完成"),
        (f"{now.quarters}/{len(report.quarters)}", f"{stretch(report)}完成"),
        (now.late, "迟报"),
        (report.counts[Result.FAIL], "不符合"),
        (report.counts[Result.NO_EVIDENCE], "无记录"),
    ]
    return (
        '<div class="tiles">'
        + "".join(f'<div class="tile"><b>{escaped(n)}</b>{escaped(label)}</div>' for n, label in tiles)
        + "</div>"
    )


def _years(paper: AnnualPaper) -> str:
    """A row a figure, a column a year."""
    columns = ("项目", *(f"{y.year}年" for y in paper.years))
    return _grid(
        columns,
        [(label, *numbers) for label, numbers in figure_rows(paper.years, paper.report)],
    )


def _timeline(report: AnnualReport) -> str:
    """One line for the year, a mark for each release; its height tells the form, a hollow mark was not held."""
    width, left, right, base = 560, 70, 8, 70
    first = date(report.year, 1, 1)
    step = (width - left - right) / ((date(report.year, 12, 31) - first).days + 1)

    def x(day: date) -> float:
        return left + (day - first).days * step

    marks = [
        f'<text x="2" y="{base - tall + 4}">{form.label}</text>'
        f'<line x1="{left - 3}" y1="{base - tall}" x2="{width - right}" y2="{base - tall}" stroke="#ddd"/>'
        for form, tall in _HEIGHTS.items()
    ]
    for month in range(1, 13):
        at = x(date(report.year, month, 1))
        marks.append(
            f'<line x1="{at:.1f}" y1="{base}" x2="{at:.1f}" y2="{base + 6}" stroke="#999"/>'
            f'<text x="{at + 2:.1f}" y="{base + 17}">{month}月</text>'
        )
    for r in report.releases:
        at, tall = x(_day_of(r)), _HEIGHTS[r.form]
        look = 'fill="var(--met)"' if r.status in _DONE else 'fill="#fff" stroke="var(--not)"'
        said = f"{r.when} {report.names[r.unit_id]}：{r.name}（{r.named_form.label}，{r.status.label}）"
        marks.append(
            f'<rect x="{at - 1.5:.1f}" y="{base - tall}" width="3" height="{tall}" {look}><title>{escaped(said)}</title></rect>'
        )
    held = sum(r.status in _DONE for r in report.releases)
    told = f"全年发布时间线：{len(report.releases)}项，已举行{held}项"
    return (
        f'<svg viewBox="0 0 {width} {base + 20}" role="img" aria-label="{told}">'
        f'<line x1="{left}" y1="{base}" x2="{width - right}" y2="{base}" stroke="#333"/>{"".join(marks)}</svg>'
        '<p class="note">实心：已举行；空心：未举行。高度表示形式。</p>'
    )


def _day_of(release: Release) -> date:
    """Where it stands on the line; what is planned for a period, in its middle."""
    if release.undated and release.period:
        period = stored(release.period)
        return period.first + (period.last - period.first) / 2
    return release.held_on or release.on


def _heat_map(report: AnnualReport) -> str:
    """Units by months; a cell says how many releases were held."""
    rows = []
    for unit in report.units:
        if not unit.releases and unit.met is None:
            continue
        months = [r.held_on.month for r in unit.releases if r.held_on]
        cells = "".join(_warm(months.count(m)) for m in range(1, 13))
        rows.append(f"<tr><th>{escaped(unit.unit)}</th>{cells}</tr>")
    if not rows:
        return "<p>（无）</p>"
    head = _heads(("单位 / 月", *map(str, range(1, 13))))
    return f'<table class="grid heat"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'


def _warm(number: int) -> str:
    look = "hot" if number > 1 else "on"
    return f'<td class="{look}">{number}</td>' if number else "<td></td>"


def _units(units: Sequence[UnitYear]) -> str:
    """A row a unit, under a heading for each kind."""
    columns = ("单位", "应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员")
    return _grid(
        columns,
        [
            row
            for kind in dict.fromkeys(u.named_kind for u in units)
            for row in (
                printed(kind.label),
                *(
                    (
                        u.unit,
                        u.required or "—",
                        u.held,
                        u.state,
                        u.late,
                        u.urgent,
                        u.spokespersons,
                        u.liaisons,
                    )
                    for u in units
                    if u.named_kind == kind
                ),
            )
        ],
    )


def _grid(columns: Sequence[str], rows: Sequence[Sequence[Any] | str]) -> str:
    """A table of short cells, the first naming its row; a text alone is a heading, a truth value 是 or 否."""
    body = (
        f'<tr><th scope="rowgroup" colspan="{len(columns)}">{escaped(row)}</th></tr>'
        if isinstance(row, str)
        else f"<tr><th>{escaped(row[0])}</th>{''.join(map(_short, row[1:]))}</tr>"
        for row in rows
    )
    short = " short" if len(rows) <= _SHORT else ""
    return f'<table class="grid{short}"><thead><tr>{_heads(columns)}</tr></thead><tbody>{"".join(body)}</tbody></table>'


def _short(value: Any) -> str:
    if isinstance(value, str) and value in _STATE:
        look, word = _STATE[value], value or "—"
        return f'<td class="{look}">{word}</td>'
    return f"<td>{escaped(value)}</td>"
