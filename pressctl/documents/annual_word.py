"""The annual report as an official Word document: what was done, what fell short, what rests on local reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pressctl.core.annual import AnnualReport, UnitYear
from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.findings import Finding
from pressctl.core.terms import Form, Result, Strength, UnitKind
from pressctl.documents.official import OfficialDocument, Share

_NUMERALS = "一二三四五六七八九十"
_ORDER = f"()0123456789{_NUMERALS}附件"
"""How the characters of clause ids follow one another in the regulation."""
_CATEGORIES = (
    "重大决策",
    "重大行动部署",
    "法规及公告、通告",
    "重大案（事）件侦破、处置",
    "行政管理改革和便民利民措施",
    "先进典型和英模事迹",
    "澄清、辟谣事项",
    "其他情况",
)
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_OWING = (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION)


def annual_docx(report: AnnualReport, *, redhead: bool = False) -> bytes:
    """The report as .docx."""
    doc = OfficialDocument(f"{report.bureau}{report.year}年度新闻发布工作报告")
    if redhead:
        doc.red_head(report.bureau, f"　　　〔{report.as_of.year}〕　　号")
    doc.title(report.bureau, f"{report.year}年度新闻发布工作报告")
    doc.addressee("局领导，各辖市（区）局、分局、支队，市局机关各处室：")
    doc.text(_preface(report))
    _work_done(doc, report)
    _duties(doc, report)
    _submissions(doc, report)
    _roster(doc, report)
    _shortfalls(doc, report)
    _readings(doc, report)
    doc.enclosures(*(f"{report.year}年度{title}" for title, _ in _APPENDICES))
    doc.signature("市局新闻发言人办公室", chinese_date(report.as_of))
    for number, (title, write) in enumerate(_APPENDICES, start=1):
        doc.appendix(f"附件{number}", f"{report.year}年度{title}")
        write(doc, report)
    if report.copies_to:
        doc.imprint("报送：", "、".join(report.copies_to) + "。")
    return doc.bytes()


def _preface(report: AnnualReport) -> str:
    said = (
        f"根据《{report.regulation}》要求，现将{report.year}年度全市公安机关新闻发布工作情况报告如下。"
        f"统计截至{chinese_date(report.as_of)}。"
    )
    if report.provisional:
        said += "其中涉及放假安排尚未公布年份的工作日为推定，待国务院办公厅通知公布后复核。"
    return said


def _work_done(doc: OfficialDocument, report: AnnualReport) -> None:
    held = report.held
    doc.heading("一、新闻发布总体情况")
    doc.subheading("（一）发布数量")
    counts = [(form, sum(r.form is form for r in held)) for form in Form]
    said = "、".join(
        f"{form.label}{n}场" if form is not Form.WRITTEN else f"{form.label}{n}次" for form, n in counts
    )
    named = sum(r.in_bureau_name for r in held)
    doc.text(
        f"全年列入计划{len(report.releases)}项，已举行{len(held)}项，其中{said}；以市局名义举行{named}场。"
    )
    if report.categories:
        parts = "、".join(f"{_CATEGORIES[c - 1]}{n}项" for c, n in report.categories.items())
        doc.text(f"按发布内容分（一项可兼及数类）：{parts}。")
    doc.subheading("（二）市局定期新闻发布会")
    doc.text(_quarters(report))


def _quarters(report: AnnualReport) -> str:
    done = [q for q in report.quarters if q.met]
    lacking = [q for q in report.quarters if not q.met and q.over]
    coming = [q for q in report.quarters if not q.met and not q.over]
    said = f"按照三（二）1关于原则上市局每季度召开一次新闻发布会的规定，全年召开定期新闻发布会{sum(q.held for q in report.quarters)}场。"
    if len(done) == 4:
        return said + "四个季度均按规定召开。"
    for quarters, words in ((done, "已召开"), (lacking, "未召开"), (coming, "未结束")):
        if quarters:
            said += f"第{'、'.join(_NUMERALS[q.quarter - 1] for q in quarters)}季度{words}。"
    return said


def _duties(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("二、各单位履行发布职责情况")
    doc.text(
        "三（二）4规定，原则上各分局每年至少召开1场新闻发布会，各支队、市局机关处室每年至少召开1次新闻通气会或进行书面发布。"
    )
    owing = [(k, units) for k in _OWING if (units := [u for u in report.of_kind(k) if u.met is not None])]
    if owing:
        done = [sum(bool(u.met) for u in units) for _, units in owing]
        doc.table(
            ("类别", "应完成单位", "已完成单位", "完成比例"),
            [(k.label, len(u), n, Share(n, len(u))) for (k, u), n in zip(owing, done, strict=True)],
            (30, 30, 30, 66),
        )
        doc.gap()
    for number, (kind, units) in enumerate(owing):
        doc.subheading(f"（{_NUMERALS[number]}）{kind.label}")
        doc.text(_met(units))
    county = report.of_kind(UnitKind.COUNTY_BUREAU)
    if county:
        doc.subheading(f"（{_NUMERALS[len(owing)]}）辖市（区）局")
        held = "、".join(f"{u.unit}{u.held}项" for u in county if u.held)
        doc.text(
            f"{'、'.join(u.unit for u in county)}按三（四）3自行组织新闻发布，不计入上述考核。"
            + (f"报市局登记的发布：{held}。" if held else "本年度没有报市局登记的发布。")
        )


def _met(units: Sequence[UnitYear]) -> str:
    lacking = [u.unit for u in units if u.state == "否"]
    if not lacking:
        return f"应完成的{len(units)}个单位全部完成。"
    done = f"完成的有{_named([u.unit for u in units if u.met])}；" if len(lacking) < len(units) else ""
    return f"应完成{len(units)}个单位，完成{len(units) - len(lacking)}个。{done}未完成的有{_named(lacking)}。"


def _named(names: Sequence[str], most: int = 20) -> str:
    """Names with a count when there are too many to read."""
    said = "、".join(names[:most])
    return f"{said}等{len(names)}个" if len(names) > most else said


def _submissions(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("三、报送与审批情况")
    submitted = [r for r in report.releases if r.submitted_on]
    late = [u for u in report.units if u.late]
    urgent = sum(u.urgent for u in report.units)
    said = f"全年报送审批{len(submitted)}项。"
    if late:
        said += "按三（三）3应提前报送而迟报的：" + "、".join(f"{u.unit}{u.late}项" for u in late) + "。"
    else:
        said += "没有迟于三（三）3规定期限报送的。"
    said += f"因特殊情况紧急报送{urgent}项，均登记了原因和事先沟通的日期。" if urgent else "没有紧急报送。"
    doc.text(said)


def _roster(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("四、新闻发言人、联络员登记备案情况")
    spokespersons = sum(u.spokespersons for u in report.units)
    liaisons = sum(u.liaisons for u in report.units)
    doc.text(
        f"截至{chinese_date(report.as_of)}，在册新闻发言人{spokespersons}人次、新闻发布工作联络员{liaisons}人次。"
    )
    gaps = [f for f in report.failing() if f.rule.startswith("ROS-")]
    if not gaps:
        doc.text("各单位人员配备和登记备案均符合三（一）、三（四）的规定。")
        return
    doc.text(f"对照三（一）、三（四）的规定，尚有{len(gaps)}处不足，逐条列入附件2：")
    for number, (_, found) in enumerate(_by_rule(gaps), start=1):
        doc.item(number, _told(found))


def _by_rule(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    """Findings of one rule and one result together, in the order of the clauses."""

    def key(f: Finding) -> tuple[list[int], str, str]:
        return ([_ORDER.find(c) for c in f.clause], f.rule, f.result.value)

    for (_, rule, _), found in groupby(sorted(findings, key=key), key=key):
        yield rule, list(found)


def _told(found: Sequence[Finding]) -> str:
    """The demand in the regulation's words, and who fell short of it."""
    first = found[0]
    fell = "没有记录可查" if first.result is Result.NO_EVIDENCE else "未做到"
    if len(found) == 1:
        return f"{printed(first.clause)}“{first.quote}”，{fell}的1项：{in_chinese(first.message)}"
    about = list(dict.fromkeys(f.unit or f.subject or f.ref or "" for f in found))
    return f"{printed(first.clause)}“{first.quote}”，{fell}的{len(found)}项，涉及{_named(about, 6)}。"


def in_chinese(text: str) -> str:
    """Dates in a sentence as documents print them."""
    return _ISO_DATE.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", text)


def _shortfalls(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("五、对照规定检查情况")
    counts = report.counts
    said = (
        f"对照规定逐条检查，符合{counts[Result.PASS]}项，不符合{counts[Result.FAIL]}项，"
        f"没有记录可查{counts[Result.NO_EVIDENCE]}项"
    )
    if counts[Result.WAIVED]:
        said += f"，经批准豁免{counts[Result.WAIVED]}项"
    if counts[Result.PROVISIONAL]:
        said += f"，因放假安排未公布暂按推定{counts[Result.PROVISIONAL]}项"
    doc.text(f"{said}。没有记录可查的，不视为符合。")
    rest = [f for f in report.failing() if not f.rule.startswith("ROS-")]
    chapters = (
        ("应当而未做到的", [f for f in rest if f.result is Result.FAIL and f.strength is Strength.MUST]),
        (
            "原则要求和提示事项中未做到的",
            [f for f in rest if f.result is Result.FAIL and f.strength is not Strength.MUST],
        ),
        ("没有记录可查的", [f for f in rest if f.result is Result.NO_EVIDENCE]),
    )
    number = 0
    for title, findings in chapters:
        if findings:
            number += 1
            doc.subheading(f"（{_NUMERALS[number - 1]}）{title}")
            for place, (_, found) in enumerate(_by_rule(findings), start=1):
                doc.item(place, _told(found))
    if report.waivers:
        doc.subheading(f"（{_NUMERALS[number]}）经批准豁免的")
        for place, w in enumerate(report.waivers, start=1):
            data = w.data
            doc.item(
                place,
                f"{chinese_date(w.on)}，{data.get('by', '')}批准豁免{data.get('subject', '')}的{data.get('rule', '')}，原因：{data.get('reason', '')}。",
            )


def _readings(doc: OfficialDocument, report: AnnualReport) -> None:
    local = sorted({f.clause for f in report.failing() if f.local_reading})
    doc.heading("六、说明")
    said = ["按三（四）2，各单位新闻发布工作纳入年度绩效考评，各项数字见附件1。"]
    if local:
        said.append(
            f"规定未写明具体数值或日期的，按本局口径掌握，涉及{'、'.join(printed(c) for c in local)}；附件2中标“口径”的均属此类。"
        )
    said.append(
        f"本报告的数字由登记的事实统计得出，日志末条校验值为{report.log_head[:16]}，可用以核对登记的事实未被改动。"
    )
    for number, text in enumerate(said, start=1):
        doc.item(number, text)


# -- appendices ----------------------------------------------------------------------------------------


def _unit_table(doc: OfficialDocument, report: AnnualReport) -> None:
    rows = [
        (
            u.unit,
            u.kind.label,
            u.required or "—",
            u.held,
            u.state or "—",
            u.late,
            u.urgent,
            u.spokespersons,
            u.liaisons,
            "—" if u.score is None else u.score,
        )
        for u in report.units
        if u.kind is not UnitKind.STATION
    ]
    columns = ("单位", "类别", "应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员", "得分")
    doc.table(columns, rows, (34, 22, 12, 12, 12, 12, 12, 14, 14, 12))
    doc.note("注：“应做”按三（二）4；“—”为不考核或没有记录。基层所队只考核名册，见附件2。")


def _findings_table(doc: OfficialDocument, report: AnnualReport) -> None:
    rows: list[Sequence[object] | str] = []
    for _, found in _by_rule(report.failing()):
        first = found[0]
        rows.append(f"{printed(first.clause)}　{first.quote}（{len(found)}项）")
        rows += [(f.unit or f.subject or f.ref, in_chinese(f.message), nature(f)) for f in found]
    doc.table(("单位或事项", "问题", "性质"), rows, (34, 96, 26))


def _release_table(doc: OfficialDocument, report: AnnualReport) -> None:
    rows = [
        (
            r.ref,
            f"{(r.held_on or r.on).month}月{(r.held_on or r.on).day}日",
            report.names[r.unit_id],
            r.name,
            r.form.label,
            r.status.label,
        )
        for r in report.releases
    ]
    doc.table(("编号", "日期", "单位", "名称", "形式", "状态"), rows, (19, 20, 27, 46, 22, 22))


def nature(finding: Finding) -> str:
    """How binding what fell short is, in a word; whether it rests on the bureau's own reading."""
    if finding.result is Result.NO_EVIDENCE:
        return "无记录"
    return finding.strength.label + ("（口径）" if finding.local_reading else "")


_APPENDICES = (
    ("各单位新闻发布工作考核表", _unit_table),
    ("检查发现的问题", _findings_table),
    ("新闻发布一览", _release_table),
)
