"""The annual report as an official paper, up to the leadership or down to the units: what was done, what fell short,
what is asked. The sentences are the office's (core.wording); what they say is counted from the report alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby

from pressctl.core.annual import AnnualReport, Quarter
from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.facts import Record, Release
from pressctl.core.findings import Finding
from pressctl.core.names import category_named
from pressctl.core.period import period_said
from pressctl.core.recurrence import Every
from pressctl.core.rules import OURS
from pressctl.core.terms import Form, Occasion, Result, Strength, UnitKind, Word
from pressctl.core.wording import Genre, filled
from pressctl.documents.annual_data import AnnualPaper, counted_in, figure_rows, joint_note
from pressctl.documents.official import OfficialDocument
from pressctl.documents.prose import (
    excerpt,
    in_chinese,
    listed,
    month_day,
    named,
    numeral,
    quoted,
    requoted,
    whom,
)

_ORDER = "()0123456789一二三四五六七八九十附件"
"""How the characters of clause ids follow one another in the regulation."""
_TOLD_KINDS = (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION)
_COLLECTIVE = 15
"""More units than this, and kinds that fell short as a whole are named as such."""
_FEW = 5
_SHORT = 120  # characters: some five lines


def annual_docx(paper: AnnualPaper, *, redhead: bool = False, brief: bool = False) -> bytes:
    """The paper as .docx: whole with its annexes and 版记, or `brief` on one page."""
    return _brief(paper) if brief else _whole(paper, redhead=redhead)


def _begun(paper: AnnualPaper, *, redhead: bool = False) -> OfficialDocument:
    report = paper.report
    title = paper.of_genre("title_redhead" if redhead else "title").strip()
    doc = OfficialDocument("".join(title.split()), bureau=report.bureau, office=paper.office, made=paper.made)
    if redhead:
        given = paper.number.strip().removesuffix("号")
        number = (
            f"{given}号"  # all of it was given, of whatever code and year
            if "〔" in given
            else paper.wording.say(
                "number", code=paper.code, issued=paper.issued.year, number=given or "　　"
            )
        )
        going_up = paper.genre is Genre.REPORT
        doc.red_head(paper.of_genre("mark"), number, paper.signer if going_up else None)
    doc.title(title)
    doc.addressee(paper.of_genre("addressee_redhead" if redhead else "addressee"))
    return doc


def _whole(paper: AnnualPaper, *, redhead: bool) -> bytes:
    report, say = paper.report, paper.wording.say
    doc = _begun(paper, redhead=redhead)
    doc.text(_preamble(paper))
    doc.heading(say("overall"))
    for said in _figures(paper):
        doc.text(said)
    _years_table(doc, paper)
    doc.heading(say("practice"))
    _numbered(doc, _practice(paper) or [say("nothing_to_tell", year=report.year)])
    doc.heading(say("problems"))
    _problems(doc, paper)
    doc.heading(say("demands"))
    asked = _demands(paper)
    closing = paper.of_genre("closing")
    for number, (lead, said) in enumerate(asked, start=1):
        last = (
            number == len(asked) and len(said) <= _SHORT
        )  # a long one would take the signature's page with it
        doc.led(f"（{numeral(number)}）{lead}。", said, with_next=last)
    if not asked:
        doc.text(say("nothing_owed"), with_next=True)
    doc.text(closing, with_next=True)
    annexes = _annexes(paper)
    doc.enclosures(*(title for _, title, _ in annexes))
    doc.signature(paper.of_genre("issuer_redhead" if redhead else "issuer"), chinese_date(paper.issued))
    for label, title, write in annexes:
        doc.appendix(label, title)
        write(doc)
    _foot(doc, paper, redhead=redhead)
    return doc.bytes()


def _foot(doc: OfficialDocument, paper: AnnualPaper, *, redhead: bool) -> None:
    """版记: who is sent a copy, who printed it and when; above it, the log's hash in small print."""
    report = paper.report
    superiors = redhead and paper.genre is Genre.REPORT  # then they are addressed, not sent a copy
    copies = "" if superiors else "、".join(report.copies_to)
    printer = paper.wording.say(
        "printer",
        bureau=report.bureau,
        office=paper.office,
        year=report.year,
        regulation=report.regulation,
        as_of=chinese_date(report.as_of),
        superiors="、".join(report.copies_to),
    )
    rows = [(f"报送：{copies}。", "")] if copies else []
    doc.imprint(*rows, (printer, f"{chinese_date(paper.issued)}印发"))
    doc.footnote(paper.wording.say("footnote", head=report.log_head))


def _numbered(doc: OfficialDocument, said: Sequence[str]) -> None:
    """（一）with the first sentence as heading, where there are several."""
    for number, text in enumerate(said, start=1):
        lead, _, rest = text.partition("。")
        if len(said) > 1 and rest:
            doc.led(f"（{numeral(number)}）{lead}。", rest)
        else:
            doc.text(text)


def _preamble(paper: AnnualPaper) -> str:
    said = paper.of_genre("preamble")
    return said + paper.of_genre("provisional") if paper.report.provisional else said


# -- 一、总体情况 --------------------------------------------------------------------------------------


def _figures(paper: AnnualPaper) -> Iterator[str]:
    """The year in words, beside the year before; one paragraph for releases, one for duties, one for people."""
    report, say, now, last = paper.report, paper.wording.say, paper.now, paper.last
    if not now.planned:
        yield say("nothing_planned", year=report.year)
    else:
        said = say("planned", year=report.year, planned=now.planned, held=now.held, bureau=report.bureau)
        if now.held:
            forms = "、".join(
                _counted(form, number, now.form_names.get(form.value, {}))
                for form, number in zip(Form, (now.conference, now.briefing, now.written), strict=True)
                if number
            )
            said += say("forms", forms=forms, in_bureau_name=now.in_bureau_name)
        yield said + _compared(paper)
    duty = [
        say("quarters_kept", held=held, quarters=now.quarters, every=counted_in(report))
        if (held := sum(q.held for q in report.quarters))
        else say("no_quarters"),
        say("duty", due=now.due, met=now.met, share=now.share, lacking=now.due - now.met)
        if now.due
        else say("duty_none"),
        say("submitted", submitted=now.submitted, late=now.late, urgent=now.urgent)
        if now.submitted
        else say("nothing_submitted"),
    ]
    yield "".join(duty)
    people = say(
        "people",
        as_of=chinese_date(report.as_of),
        spokespersons=sum(u.spokespersons for u in report.units),
        liaisons=sum(u.liaisons for u in report.units),
    )
    own: Counter[str] = Counter()
    for names in (names for u in report.units for names in u.role_names.values()):
        own.update(names)
    if own:
        people += say("people_own", people="、".join(f"{name}{n}人次" for name, n in own.items()))
    county = report.of_kind(UnitKind.COUNTY_BUREAU)
    if county:
        people += say(
            "county", units=_all_of(report, [u.unit for u in county]), held=sum(u.held for u in county)
        )
    yield people
    assert last is None or last.year == report.year - 1


def _counted(form: Form, number: int, named: Mapping[str, int]) -> str:
    """新闻发布会3场（其中记者招待会1场）"""
    measure = "次" if form is Form.WRITTEN else "场"
    own = "、".join(f"{name}{n}{measure}" for name, n in named.items())
    return f"{form.label}{number}{measure}" + (f"（其中{own}）" if own else "")


def _compared(paper: AnnualPaper) -> str:
    say, now, last = paper.wording.say, paper.now, paper.last
    if last is None:
        return say("not_compared", last=paper.report.year - 1)
    if last.held == now.held:
        return say("compared_same", last=last.held, held=now.held)
    change = f"{'增加' if now.held > last.held else '减少'}{abs(now.held - last.held)}项"
    return say("compared", last=last.held, held=now.held, change=change, met_change=now.met - last.met)


def _years_table(doc: OfficialDocument, paper: AnnualPaper) -> None:
    """The figures of up to five years, and against last year's."""
    years = paper.years
    against = paper.last
    doc.caption(paper.table_title)
    columns = ["项目", *(f"{y.year}年" for y in years)] + (["比上年"] if against else [])
    rows = []
    for label, numbers in figure_rows(years, paper.report):
        row: list[object] = [label, *numbers]
        if against:
            more = numbers[-1] - numbers[years.index(against)]
            row.append(f"+{more}" if more > 0 else f"－{-more}" if more else "持平")
        rows.append(row)
    wide = 60.0
    doc.table(columns, rows, (wide, *[(156 - wide) / (len(columns) - 1)] * (len(columns) - 1)), together=True)
    doc.gap()


def _stretches(report: AnnualReport, kept: Sequence[Quarter]) -> str:
    """第一、三季度; 1月、3月; 三十周 where they are many."""
    if report.counted_by is Every.QUARTER:
        return f"第{'、'.join(numeral(q.quarter) for q in kept)}季度"
    if len(kept) > _FEW:
        return f"{numeral(len(kept))}{counted_in(report)}"
    return listed(q.name for q in kept)


# -- 二、主要做法和特点 --------------------------------------------------------------------------------


def _practice(paper: AnnualPaper) -> list[str]:
    """What the facts show to have gone well; nobody is named unless the policy says so."""
    report, say, naming = paper.report, paper.wording.say, paper.name_praised
    said: list[str] = []
    kept = [q for q in report.quarters if q.met]
    periodic = sum(q.held for q in kept)
    if kept and len(kept) == len(report.quarters):
        said.append(say("all_quarters", held=periodic, all=f"{numeral(len(kept))}{counted_in(report)}"))
    elif kept:
        said.append(say("some_quarters", quarters=_stretches(report, kept), held=periodic))
    whole = [
        f"{len(units)}个{printed(kind.label)}"
        for kind in report.kinds
        if kind.term in _TOLD_KINDS
        and (units := [u for u in report.named(kind) if u.met is not None])
        and all(u.met for u in units)
    ]
    if whole:
        said.append(say("kinds_whole", kinds=listed(whole)))
    if report.categories:
        most = sorted(report.categories.items(), key=lambda item: (-item[1], item[0]))
        told = listed(f"{category_named(c)}{n}项" for c, n in most)
        said.append(say("categories", categories=told, number=len(most)))
    told_occasions = [
        f"{occasion.label}举行{number}项"
        for occasion in (Occasion.MAJOR, Occasion.OPINION, Occasion.EMERGENCY)
        if (number := sum(r.occasion is occasion for r in report.held))
    ]
    if told_occasions:
        said.append(say("occasions", occasions=printed(listed(told_occasions))))
    joint = [r for r in report.held if r.joint_units]
    if joint:
        names = named([report.names.get(i, "") for r in joint for i in (r.unit_id, *r.joint_units)])
        said.append(say("joint_named" if naming else "joint", number=len(joint), names=names))
    urgent = [r for r in report.held if r.urgent and r.consulted_on and (r.urgent_reason or "").strip()]
    if urgent:
        reasons = listed(dict.fromkeys(requoted((r.urgent_reason or "").strip("。 ")) for r in urgent))
        names = named([report.names.get(r.unit_id, "") for r in urgent])
        said.append(
            say("urgent_named" if naming else "urgent", reasons=reasons, number=len(urgent), names=names)
        )
    praised = [u.unit for u in report.due if u.met and not u.problems]
    if naming and praised:
        said.append(say("praised", units=named(praised)))
    return said


# -- 三、存在问题 --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Group:
    """Findings of one rule and one result: one sentence."""

    rule: str
    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        return self.findings[0]

    @property
    def units(self) -> list[str]:
        return list(dict.fromkeys(f.unit or Word.SUPERIOR.label for f in self.findings))


def _groups(findings: Iterable[Finding]) -> list[_Group]:
    """Findings of one rule, result and strength together, in the order of the clauses."""

    def key(f: Finding) -> tuple[list[int], str, str, str]:
        return ([_ORDER.find(c) for c in f.clause], f.rule, f.result.value, f.strength.value)

    return [_Group(k[1], tuple(found)) for k, found in groupby(sorted(findings, key=key), key=key)]


def _by_kind(paper: AnnualPaper, findings: Iterable[Finding]) -> list[tuple[str, list[_Group]]]:
    """Groups under their kinds, kinds in the wording's order."""
    groups = _groups(findings)
    wording = paper.wording
    return [
        (kind, mine)
        for kind in wording.kinds
        if (mine := [g for g in groups if wording.problem(g.rule).kind == kind])
    ]


def _problems(doc: OfficialDocument, paper: AnnualPaper) -> None:
    report, wording = paper.report, paper.wording
    counts = report.counts
    found = report.failing()
    if found:
        doc.text(
            wording.say(
                "found",
                **{r.value: counts[r] for r in (Result.PASS, Result.FAIL, Result.NO_EVIDENCE)},
            )
        )
    else:
        doc.text(wording.say("found_nothing", **{"pass": counts[Result.PASS]}))
    number = 0
    for kind, groups in _by_kind(paper, found):
        number += 1
        doc.subheading(f"（{numeral(number)}）{wording.kinds[kind]['title']}")
        for place, group in enumerate(groups, start=1):
            said = problem_sentence(paper, group)
            if len(groups) > 1:
                doc.item(place, said)
            else:
                doc.text(said)
    waived = list(_waived(paper))
    if waived:
        number += 1
        doc.subheading(f"（{numeral(number)}）{wording.say('waived_title')}")
        for place, said in enumerate(waived, start=1):
            if len(waived) > 1:
                doc.item(place, said)
            else:
                doc.text(said)
    local = sorted(
        {f.clause for f in found if f.local_reading and f.clause not in report.beyond},
        key=lambda c: [_ORDER.find(x) for x in c],
    )
    if local:
        doc.text(
            wording.say(
                "local", clauses=listed(printed(c) for c in local), annex=_label_of(paper, "annex_findings")
            )
        )


def problem_sentence(paper: AnnualPaper, group: _Group) -> str:
    """Who, what and the clause, in one sentence."""
    problem, first = paper.wording.problem(group.rule), group.first
    unproved = first.result is Result.NO_EVIDENCE
    said = _say(problem.unproved if unproved else problem.said, paper, group, _who(paper.report, group))
    name = "no_evidence" if unproved else "fail" if first.strength is Strength.MUST else "fail_short"
    basis = {"clause": printed(first.clause)}
    if first.clause in paper.report.beyond:
        name, basis = "no_evidence_beyond" if unproved else "fail_beyond", {"source": _source(paper, first)}
    return requoted(paper.wording.say(name, said=said, quote=requoted(excerpt(first.quote), 1), **basis))


def _source(paper: AnnualPaper, finding: Finding) -> str:
    """What a finding rests on that is none of the regulation's words: an optional policy, or the program itself."""
    clause = printed(finding.clause)
    return paper.wording.say("own_source", clause=clause) if finding.rule in OURS else clause


def _say(text: str, paper: AnnualPaper, group: _Group, who: str) -> str:
    """`each` is how often the bureau's conferences are owed, `span` whether the finding is of the whole year or a part."""
    part = any(_period(f.subject) for f in group.findings)
    every = paper.report.counted_by
    facts = {"who": who, "year": paper.report.year, "span": "" if part else "全年"}
    return filled(text, {**facts, "each": every.each if every else "按期"})


def _who(report: AnnualReport, group: _Group) -> str:
    """The units, each with its people, releases or periods; a long row of units by whole kinds where it can be."""
    units = group.units
    if len(units) > _COLLECTIVE:
        return _collectively(report, units)
    by_unit: dict[str, list[Finding]] = {}
    for f in group.findings:
        by_unit.setdefault(f.unit or Word.SUPERIOR.label, []).append(f)
    with_names = len(group.findings) <= _FEW
    return listed(unit + _particulars(report, found, with_names) for unit, found in by_unit.items())


def _all_of(report: AnnualReport, units: Sequence[str]) -> str:
    return _collectively(report, units) if len(units) > _COLLECTIVE else named(units)


def _collectively(report: AnnualReport, units: Sequence[str]) -> str:
    """全部5个分局、9个支队和天宁派出所: everyone is named, alone or with all of a kind."""
    left = dict.fromkeys(units)
    kinds = []
    for kind in report.kinds:
        members = [u.unit for u in report.named(kind)]
        if len(members) > 1 and all(m in left for m in members):
            kinds.append(f"{len(members)}个{printed(kind.label)}")
            for m in members:
                del left[m]
    said = (["全部" + listed(kinds)] if kinds else []) + ([named(list(left))] if left else [])
    return "以及".join(said)


_QUARTER, _HALF, _MONTH = (re.compile(p) for p in (r"\d{4}Q([1-4])", r"\d{4}H([12])", r"\d{4}-(\d{2})"))
_WEEK, _OF_MONTH = re.compile(r"\d{4}W(\d{2})"), re.compile(r"\d{4}M(\d{2})([上下]?)")


def _particulars(report: AnnualReport, found: Sequence[Finding], with_names: bool) -> str:
    """What of a unit it is about, as it stands behind the unit's name: 第四季度, “某发布会”（2026-004）, （张三）, （6人）."""
    periods = [str(f.subject) for f in found if _period(f.subject)]
    if periods:
        return listed(_in_runs(list(dict.fromkeys(periods))), last="和")
    refs = list(dict.fromkeys(f.ref for f in found if f.ref))
    if refs:
        if len(refs) > _FEW:
            return f"（{len(refs)}项）"
        names = {r.ref: r.name for r in report.releases}
        if with_names and all(ref in names for ref in refs):
            return listed(f"{quoted(names[ref])}（{ref}）" for ref in refs)
        return f"（{listed(refs)}）"
    people = list(dict.fromkeys(f.subject for f in found if f.person_id is not None and f.subject))
    if not people:
        return ""
    return f"（{len(people)}人）" if len(people) > _FEW else f"（{listed(people)}）"


def _in_runs(subjects: Sequence[str]) -> Iterator[str]:
    """The periods said; three or more that follow on one another as 1月至12月."""
    runs: list[list[str]] = []
    for subject in subjects:
        if runs and _follows(runs[-1][-1], subject):
            runs[-1].append(subject)
        else:
            runs.append([subject])
    for run in runs:
        yield from [f"{_period(run[0])}至{_period(run[-1])}"] if len(run) > 2 else map(_period, run)


_COUNTED = re.compile(r"(\d{4}[QWM])(\d+)")


def _follows(one: str, other: str) -> bool:
    """Whether a quarter, month or week is the next of its year."""
    before, after = _COUNTED.fullmatch(one), _COUNTED.fullmatch(other)
    return bool(before and after and before[1] == after[1] and int(after[2]) == int(before[2]) + 1)


def _period(subject: str | None) -> str:
    """2026Q4 as 第四季度, 2026H1 as 上半年; a year or anything else as nothing."""
    if subject is None:
        return ""
    if found := _QUARTER.fullmatch(subject):
        return f"第{numeral(int(found[1]))}季度"
    if found := _HALF.fullmatch(subject):
        return "上半年" if found[1] == "1" else "下半年"
    if found := _WEEK.fullmatch(subject):
        return f"第{int(found[1])}周"
    if found := _OF_MONTH.fullmatch(subject):
        return f"{int(found[1])}月" + (f"{found[2]}半月" if found[2] else "")
    if found := _MONTH.fullmatch(subject):
        month = int(found[1])
        return f"第{numeral((month + 2) // 3)}季度" if month % 3 == 1 else f"{month}月"
    return ""


def _waived(paper: AnnualPaper) -> Iterator[str]:
    """Each waiver: the reason first, then who allowed what, when, and the clause."""
    report = paper.report
    clauses = {f.rule: f.clause for f in report.findings}
    for w in report.waivers:
        clause = clauses.get(str(w.data.get("rule")), "有关条款")
        yield requoted(
            paper.wording.say(
                "waived_beyond" if clause in report.beyond else "waived",
                reason=str(w.data.get("reason") or "（没有写明原因）").strip("。"),
                by=w.data.get("by") or "（没有写明的人）",
                day=f"于{chinese_date(w.on)}",
                subject=_subject(report, w),
                **{"source" if clause in report.beyond else "clause": printed(clause)},
            )
        )


def _subject(report: AnnualReport, waiver: Record) -> str:
    ref = str(waiver.ref or waiver.data.get("subject") or "")
    release = next((r for r in report.releases if r.ref == ref), None)
    if release:
        return f"{report.names.get(release.unit_id, '')}{quoted(release.name)}（{release.ref}）"
    if waiver.unit_id is not None and waiver.unit_id in report.names:
        return report.names[waiver.unit_id]
    return ref or "有关单位"


# -- 四、下一步要求 ------------------------------------------------------------------------------------


def _demands(paper: AnnualPaper) -> list[tuple[str, str]]:
    """What is asked, kind by kind: heading and sentences; then what will fall due, with its days."""
    report, wording = paper.report, paper.wording
    asked = []
    for kind, groups in _by_kind(paper, report.failing()):
        said = dict.fromkeys(_say(wording.problem(g.rule).demand, paper, g, _briefly(g)) for g in groups)
        asked.append((wording.kinds[kind]["demand"], f"{'；'.join(said)}。"))
    coming: dict[date, dict[str, list[Finding]]] = {}
    for f in report.findings:
        if f.result is Result.NOT_DUE and f.due is not None and f.due >= report.as_of:
            coming.setdefault(f.due, {}).setdefault(f.rule, []).append(f)
    told = []
    for day, by_rule in sorted(coming.items()):
        groups = [_Group(rule, tuple(found)) for rule, found in sorted(by_rule.items())]
        said = dict.fromkeys(_say(wording.problem(g.rule).demand, paper, g, _briefly(g)) for g in groups)
        told.append(wording.say("coming", day=chinese_date(day), said="；".join(said)))
    if told:
        asked.append((wording.say("coming_title"), "".join(told)))
    return asked


def _briefly(group: _Group) -> str:
    units = group.units
    return (
        named(units)
        if len(units) <= _FEW
        else f"上述{len(units)}个单位"
        if group.first.result is not Result.NOT_DUE
        else f"有关{len(units)}个单位"
    )


# -- 附件 ----------------------------------------------------------------------------------------------


def _annexes(paper: AnnualPaper) -> list[tuple[str, str, partial[None]]]:
    """Label, title and writer; one that would be empty is left out."""
    report, say = paper.report, paper.wording.say
    writers = {
        "annex_units": _unit_table,
        "annex_findings": _findings_table,
        "annex_releases": _release_table,
    }
    return [
        (_label_of(paper, name), say(name, year=report.year), partial(writers[name], paper=paper))
        for name in _annexed(report)
    ]


def _annexed(report: AnnualReport) -> list[str]:
    """The annexes that there are, by their titles' names."""
    rows = {
        "annex_units": report.units,
        "annex_findings": report.failing(),
        "annex_releases": report.releases,
    }
    return [name for name, found in rows.items() if found]


def _label_of(paper: AnnualPaper, name: str) -> str:
    """附件2; 附件 where it is the only one."""
    there = _annexed(paper.report)
    return f"附件{there.index(name) + 1}" if len(there) > 1 else "附件"


def _unit_table(doc: OfficialDocument, paper: AnnualPaper) -> None:
    """Every unit, under its kind."""
    rows: list[Sequence[object] | str] = []
    for kind in paper.report.kinds:
        units = paper.report.named(kind)
        rows.append(f"{printed(kind.label)}（{len(units)}个）")
        rows += [
            (
                u.unit,
                u.required or "—",
                u.planned,
                u.held,
                u.counted,
                u.state or "—",
                u.late,
                u.urgent,
                u.spokespersons,
                u.liaisons,
                len(u.problems),
                "—" if u.score is None else u.score,
            )
            for u in units
        ]
    columns = (
        "单位",
        "应做",
        "计划",
        "已做",
        "计入",
        "完成",
        "迟报",
        "紧急",
        "发言人",
        "联络员",
        "问题",
        "得分",
    )
    doc.table(columns, rows, (35.5, *[10.0] * 4, 13.5, 10.0, 10.0, 13.5, 13.5, 10.0, 10.0))
    doc.note(paper.wording.say("annex_note") + joint_note(paper))


def _findings_table(doc: OfficialDocument, paper: AnnualPaper) -> None:
    """Every finding, under its clause."""
    rows: list[Sequence[object] | str] = []
    for group in _groups(paper.report.failing()):
        first = group.first
        rows.append(requoted(f"{printed(first.clause)}　{excerpt(first.quote)}（{len(group.findings)}项）"))
        rows += [
            (whom(f.unit, f.subject, f.ref, paper.report.bureau), finding_said(paper.report, f), nature(f))
            for f in group.findings
        ]
    doc.table(("单位或事项", "问题", "性质"), rows, (34, 96, 26))


def finding_said(report: AnnualReport, finding: Finding) -> str:
    """A finding's message as a document prints it: Chinese dates, quotation marks by level."""
    message = finding.message
    name = next((r.name for r in report.releases if r.ref == finding.ref), None) if finding.ref else None
    if name is not None and message.startswith(f"{finding.ref}“{name}”"):
        rest = message[len(f"{finding.ref}“{name}”") :]
        return f"{finding.ref}{quoted(name)}{requoted(in_chinese(rest))}"
    return requoted(in_chinese(message))


def _day_or_period(release: Release) -> str:
    """10月9日; 10月下旬, 第四季度, 全年 of what has no day yet."""
    if release.undated and release.period:
        return period_said(release.period).partition("年")[2] or "全年"
    return month_day(release.day)


def _release_table(doc: OfficialDocument, paper: AnnualPaper) -> None:
    report = paper.report
    rows = [
        (
            r.ref,
            _day_or_period(r),
            report.names[r.unit_id],
            r.name,
            r.named_form.label,
            r.status.label,
        )
        for r in report.releases
    ]
    doc.table(("编号", "日期", "单位", "名称", "形式", "状态"), rows, (20, 21, 27, 44, 22, 22))


def nature(finding: Finding) -> str:
    """How binding what fell short is, in a word; whether it rests on the bureau's own reading."""
    if finding.result is Result.NO_EVIDENCE:
        return "无记录"
    return finding.strength.label + ("（口径）" if finding.local_reading else "")


# -- one page ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    """How much the short form says: units by name of each kind, kinds of problems, and what can be missed."""

    names: int
    kinds: int = 99
    terse: bool = False


_SHORTER = (
    *map(_Measure, (1000, _COLLECTIVE, 8)),
    *(_Measure(names, terse=True) for names in (15, 8, 5, 3, 2, 1, 0)),
    *(_Measure(0, kinds, terse=True) for kinds in (6, 4, 2)),
)


def _brief(paper: AnnualPaper) -> bytes:
    """The short form: figures, who fell short in what, what is asked. Always one page: a long row of units is cut to
    as many names as there is room for, and their number."""
    for measure in _SHORTER:
        doc = _brief_with(paper, measure)
        if doc.room_left() >= 0:
            break
    return doc.bytes()


def _brief_with(paper: AnnualPaper, measure: _Measure) -> OfficialDocument:
    """`terse` leaves out the year before and the closing sentence."""
    report, say, now, terse = paper.report, paper.wording.say, paper.now, measure.terse
    doc = _begun(paper)
    doc.text(paper.of_genre("brief") + (paper.of_genre("provisional") if report.provisional else ""))
    said = say(
        "brief_figures",
        year=report.year,
        planned=now.planned,
        held=now.held,
        quarters=now.quarters,
        every=counted_in(report),
        due=now.due,
        met=now.met,
        submitted=now.submitted,
        late=now.late,
        urgent=now.urgent,
    )
    doc.text(said + (_compared(paper) if paper.last and not terse else ""))
    kinds = _by_kind(paper, report.failing())
    if kinds:
        told = []
        for kind, groups in kinds[: measure.kinds]:
            units = list(dict.fromkeys(u for g in groups for u in g.units))
            told.append(f"{paper.wording.kinds[kind]['short']}的有{_cut(report, units, measure.names)}")
        values = {r.value: report.counts[r] for r in (Result.FAIL, Result.NO_EVIDENCE)}
        problems = "；".join(told) + (f"；等{len(kinds)}类问题" if len(told) < len(kinds) else "")
        doc.text(say("brief_problems", problems=problems, **values), with_next=terse)
        if not terse:
            doc.text(say("brief_owed", number=len(kinds)), with_next=True)
    else:
        doc.text(say("found_nothing", **{"pass": report.counts[Result.PASS]}))
        doc.text(say("nothing_owed"), with_next=True)
    doc.signature(paper.of_genre("issuer"), chinese_date(paper.issued))
    doc.footnote(say("footnote", head=report.log_head))
    return doc


def _cut(report: AnnualReport, units: Sequence[str], most: int) -> str:
    if len(units) <= most:
        return _all_of(report, units)
    return f"{named(units[:most])}等{len(units)}个单位" if most else f"{len(units)}个单位"
