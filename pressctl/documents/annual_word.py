"""The annual report as an official Word document: what was done, what fell short, what rests on local reading."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pressctl.core.annual import AnnualReport, UnitYear
from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.findings import Finding
from pressctl.core.terms import Form, Result, Strength, UnitKind
from pressctl.documents.official import OfficialDocument

_NUMERALS = "一二三四五六七八九十"
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
_OWING = (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION)


def annual_docx(report: AnnualReport, *, redhead: bool = False) -> bytes:
    """The report as .docx."""
    doc = OfficialDocument(f"{report.bureau}{report.year}年度新闻发布工作报告")
    if redhead:
        doc.red_head(report.bureau, "")
    doc.title(report.bureau, f"{report.year}年度新闻发布工作报告")
    doc.addressee("局领导，各辖市（区）局、分局、支队，市局机关各处室：")
    doc.text(_preface(report))
    _work_done(doc, report)
    _duties(doc, report)
    _submissions(doc, report)
    _roster(doc, report)
    _shortfalls(doc, report)
    _readings(doc, report)
    doc.signature("市局新闻发言人办公室", chinese_date(report.as_of))
    _appendices(doc, report)
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
    doc.subheading("（一）市局定期新闻发布会")
    doc.text(_quarters(report))


def _quarters(report: AnnualReport) -> str:
    done = [q for q in report.quarters if q.met]
    lacking = [q for q in report.quarters if not q.met and q.over]
    coming = [q for q in report.quarters if not q.met and not q.over]
    said = f"按照三（二）1关于原则上市局每季度召开一次新闻发布会的规定，全年召开定期新闻发布会{sum(q.held for q in report.quarters)}场。"
    if len(done) == 4:
        return said + "四个季度均按规定召开。"
    for quarters, words in ((done, "已召开"), (lacking, "未召开"), (coming, "尚未召开、季度未结束")):
        if quarters:
            said += f"第{'、'.join(_NUMERALS[q.quarter - 1] for q in quarters)}季度{words}。"
    return said


def _duties(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("二、各单位履行发布职责情况")
    doc.text(
        "三（二）4规定，原则上各分局每年至少召开1场新闻发布会，各支队、市局机关处室每年至少召开1次新闻通气会或进行书面发布。"
    )
    for number, kind in enumerate(_OWING):
        units = [u for u in report.of_kind(kind) if u.met is not None]
        if units:
            doc.subheading(f"（{_NUMERALS[number]}）{kind.label}")
            doc.text(_met(units))
    county = report.of_kind(UnitKind.COUNTY_BUREAU)
    if county:
        doc.subheading(f"（{_NUMERALS[len(_OWING)]}）辖市（区）局")
        held = "、".join(f"{u.unit}{u.held}项" for u in county if u.held)
        doc.text(
            f"{'、'.join(u.unit for u in county)}按三（四）3自行组织新闻发布，不计入上述考核。"
            + (f"报市局登记的发布：{held}。" if held else "本年度没有报市局登记的发布。")
        )


def _met(units: Sequence[UnitYear]) -> str:
    done = [u.unit for u in units if u.met]
    lacking = [u.unit for u in units if not u.met]
    said = f"应完成{len(units)}个单位，完成{len(done)}个。"
    if done:
        said += f"完成的有：{'、'.join(done)}。"
    if lacking:
        said += f"未完成的有：{'、'.join(lacking)}。"
    return said


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
    gaps = [f for f in report.failing() if f.rule.startswith("ROS-") and printed(f.clause) == "三（一）"]
    doc.text(
        f"截至{chinese_date(report.as_of)}，在册新闻发言人{spokespersons}人次、新闻发布工作联络员{liaisons}人次。"
    )
    if gaps:
        doc.text(
            f"按三（一）尚有{len(gaps)}处不足："
            + "".join(f.message for f in gaps[:12])
            + ("余见附件2。" if len(gaps) > 12 else "")
        )
    else:
        doc.text("各单位人员配备均符合三（一）的规定。")


def _shortfalls(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.heading("五、对照规定检查情况")
    counts = report.counts
    doc.text(
        f"对照规定逐条检查，符合{counts[Result.PASS]}项，不符合{counts[Result.FAIL]}项，无记录可查{counts[Result.NO_EVIDENCE]}项，"
        f"豁免{counts[Result.WAIVED]}项，推定{counts[Result.PROVISIONAL]}项。无记录可查的不视为符合。"
    )
    musts = [f for f in report.failing() if f.strength is Strength.MUST and f.result is Result.FAIL]
    if musts:
        by_clause = groupby(sorted(musts, key=lambda f: f.clause), key=lambda f: f.clause)
        parts = [f"违反{printed(clause)}的{len(list(of))}项" for clause, of in by_clause]
        doc.text(f"其中属于应当而未做到的：{'，'.join(parts)}，具体见附件2。")
    for waiver in report.waivers:
        doc.text(f"豁免：{waiver.data.get('rule', '')}，{waiver.text or ''}。")


def _readings(doc: OfficialDocument, report: AnnualReport) -> None:
    local = sorted({f.clause for f in report.failing() if f.local_reading})
    doc.heading("六、说明")
    doc.text("本报告由登记的事实自动统计，各单位新闻发布工作纳入年度绩效考评（三（四）2）的考核表见附件1。")
    if local:
        doc.text(
            f"规定未写明具体数值或日期的，按本局口径掌握，涉及{'、'.join(printed(c) for c in local)}；附件2中标“口径”的均属此类。"
        )
    doc.text(f"统计所依据的日志末条校验值为{report.log_head[:16]}，可用以核对日志未被改动。")


def _appendices(doc: OfficialDocument, report: AnnualReport) -> None:
    doc.appendix("附件1", f"{report.year}年度各单位新闻发布工作考核表")
    rows = [
        (
            u.unit,
            u.kind.label,
            u.required or "—",
            u.held,
            {True: "是", False: "否", None: "—"}[u.met],
            u.late,
            u.urgent,
            u.spokespersons,
            u.liaisons,
        )
        for u in report.units
        if u.kind is not UnitKind.STATION
    ]
    columns = ("单位", "类别", "应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员")
    doc.table(columns, rows, (38, 24, 12, 12, 12, 12, 12, 17, 17))
    doc.note("注：“应做”按三（二）4；“—”为不考核。基层所队只考核名册，见附件2。")
    failing = sorted(report.failing(), key=_order)
    doc.appendix("附件2", f"{report.year}年度检查发现的问题")
    doc.table(
        ("条款", "单位或事项", "问题", "性质"),
        [(printed(f.clause), f.unit or f.subject or f.ref, f.message, _nature(f)) for f in failing],
        (20, 32, 86, 18),
    )
    doc.appendix("附件3", f"{report.year}年度新闻发布一览")
    doc.table(
        ("编号", "日期", "单位", "名称", "形式", "状态"),
        [
            (r.ref, r.held_on or r.on, report.names[r.unit_id], r.name, r.form.label, r.status.label)
            for r in report.releases
        ],
        (20, 22, 26, 52, 20, 16),
    )


def _order(finding: Finding) -> tuple[str, str, str]:
    return (finding.clause, finding.rule, finding.unit or finding.subject or "")


def _nature(finding: Finding) -> str:
    return (
        "无记录"
        if finding.result is Result.NO_EVIDENCE
        else finding.strength.label + ("（口径）" if finding.local_reading else "")
    )
