"""The annual report's figures, for every file alike: a year's totals, one record for scripts, one row a unit."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pressctl.core.annual import AnnualReport, UnitYear
from pressctl.core.dates import chinese_date
from pressctl.core.encoding import SPREAD
from pressctl.core.findings import Finding
from pressctl.core.own import Named, by_name
from pressctl.core.recurrence import Every
from pressctl.core.terms import Form, Result, Status, Strength, UnitKind, Word, named
from pressctl.core.wording import Genre, Wording
from pressctl.documents.cells import inert
from pressctl.documents.prose import titled


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A year's totals. `quarters` kept of four (or of the stretches that the regulation counts by), `due` units that owed
    a release and `met` of them, `submitted` for approval, of these `late` and `urgent`; `form_names` {form: {the
    regulation's own name: how many of it}}."""

    year: int
    planned: int
    held: int
    conference: int
    briefing: int
    written: int
    in_bureau_name: int
    quarters: int
    due: int
    met: int
    submitted: int
    late: int
    urgent: int
    form_names: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def share(self) -> str:
        """Of the units that owed a release, how many met it: 88%."""
        return f"{self.met / self.due:.0%}" if self.due else "—"


def figures(report: AnnualReport) -> YearFigures:
    """The totals that all files print."""
    held, due = report.held, report.due
    return YearFigures(
        year=report.year,
        planned=sum(r.status is not Status.CANCELLED for r in report.releases),
        held=len(held),
        conference=sum(r.form is Form.CONFERENCE for r in held),
        briefing=sum(r.form is Form.BRIEFING for r in held),
        written=sum(r.form is Form.WRITTEN for r in held),
        in_bureau_name=sum(r.in_bureau_name for r in held),
        quarters=sum(q.met for q in report.quarters),
        due=len(due),
        met=sum(bool(u.met) for u in due),
        submitted=sum(r.submitted_on is not None for r in report.releases),
        late=sum(u.late for u in report.units),
        urgent=sum(u.urgent for u in report.units),
        form_names=by_name(r.named_form for r in held),
    )


_FIGURES = (
    ("planned", "列入计划", "项"),
    ("held", "已举行", "项"),
    ("conference", "其中新闻发布会", "场"),
    ("briefing", "新闻通气会", "场"),
    ("written", "书面发布", "次"),
    ("in_bureau_name", "{word.in_bureau_name}", "项"),
    ("quarters", "按规定召开发布会的季度", "个"),
    ("due", "应完成任务的单位", "个"),
    ("met", "已完成任务的单位", "个"),
    ("submitted", "报送{word.superior}审批", "项"),
    ("late", "超过期限报送", "项"),
    ("urgent", "临时报送", "项"),
)
"""Figure, its name in tables, its measure."""


def stretch(report: AnnualReport) -> str:
    """What the bureau's periodic conferences are counted by: 季度, 月; 时段 where it changed within the year."""
    every = report.counted_by
    return every.label if every else "时段"


def counted_in(report: AnnualReport) -> str:
    """As counted: 个季度, 个月, 周."""
    every = report.counted_by
    return every.measure if every else "个时段"


def figure_names(report: AnnualReport | None = None) -> Iterator[tuple[str, str, str]]:
    """Figure, its name in tables, its measure, as the regulation in force calls them."""
    for name, label, measure in _FIGURES:
        yield name, named(label).replace("季度", stretch(report) if report else "季度"), measure


def figure_rows(years: Sequence[YearFigures], report: AnnualReport) -> Iterator[tuple[str, list[int]]]:
    """The rows of a table of years: what is counted, and how many in each; under a form the regulation's own names."""
    for name, label, measure in figure_names(report):
        yield f"{label}（{measure}）", [getattr(year, name) for year in years]
        own = dict.fromkeys(own for year in years for own in year.form_names.get(name, ()))
        for form in own:
            yield f"（{form}，{measure}）", [year.form_names.get(name, {}).get(form, 0) for year in years]


@dataclass(frozen=True)
class AnnualPaper:
    """What the year's papers are made from. `years` are the totals of this year and up to four before it that have
    data, the oldest first.

    `issued` is the day on the paper, `made` the moment of making; `office` signs, `code` and `number` stand in the
    red head (a number of "" leaves room for the pen), `signer` is 签发人 of a report. `name_praised`: a policy.
    """

    report: AnnualReport
    years: Sequence[YearFigures]
    wording: Wording
    office: str
    code: str
    issued: dt.date
    made: dt.datetime
    genre: Genre = Genre.REPORT
    number: str = ""
    signer: str = ""
    name_praised: bool = False

    @property
    def now(self) -> YearFigures:
        return self.years[-1]

    @property
    def last(self) -> YearFigures | None:
        """The year before, where there is data."""
        return next((y for y in self.years if y.year == self.report.year - 1), None)

    @property
    def title(self) -> str:
        """On one line."""
        return "".join(self.of_genre("title").split())

    @property
    def table_title(self) -> str:
        """What the table of years is called; one that shows but one year speaks of no others."""
        name = "table_title" if len(self.years) > 1 else "table_title_one"
        facts = {"year": self.report.year} | ({"first": self.years[0].year} if len(self.years) > 1 else {})
        return self.wording.say(name, **facts)

    def of_genre(self, name: str) -> str:
        """A sentence of the genre, with the facts that all of them may name."""
        report = self.report
        return self.wording.of_genre(
            self.genre,
            name,
            bureau=report.bureau,
            office=self.office,
            year=report.year,
            regulation=titled(report.regulation),
            as_of=chinese_date(report.as_of),
            superiors="、".join(report.copies_to) or Word.LEADERS.label,
        )


class FindingView(NamedTuple):
    """A finding as scripts get it. `subject` is whom or what it is about, or the release."""

    rule: str
    clause: str
    quote: str
    strength: Strength
    result: Result
    unit: str | None
    subject: str | None
    message: str
    evidence: Mapping[str, Any]
    next: str | None
    due: dt.date | None
    local_reading: bool
    profile: str | None


def finding_view(finding: Finding) -> FindingView:
    return FindingView(
        rule=finding.rule,
        clause=finding.clause,
        quote=finding.quote,
        strength=finding.strength,
        result=finding.result,
        unit=finding.unit,
        subject=finding.subject or finding.ref,
        message=finding.message,
        evidence=finding.evidence,
        next=finding.next,
        due=finding.due,
        local_reading=finding.local_reading,
        profile=finding.profile,
    )


class UnitFigures(NamedTuple):
    """A unit's year in the annual report; `releases` are references."""

    unit: str
    kind: UnitKind
    kind_name: str | None
    required: int
    held: int
    met: bool | None
    state: str
    late: int
    urgent: int
    spokespersons: int
    liaisons: int
    role_names: Mapping[str, Mapping[str, int]]
    findings: tuple[FindingView, ...]
    planned: int
    counted: int
    score: int | None
    forms: str
    releases: tuple[str, ...]

    @property
    def named_kind(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)


class QuarterView(NamedTuple):
    quarter: int
    held: int
    met: bool
    over: bool
    state: str
    refs: tuple[str, ...]


class PeriodView(NamedTuple):
    """Of whatever length the regulation counts by."""

    every: Every
    number: int
    name: str
    held: int
    met: bool
    over: bool
    state: str
    refs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AnnualSummary:
    """The year's totals; `results` counts what the rules found."""

    planned: int
    held: int
    units_due: int
    units_met: int
    quarters_met: int
    periods_met: int
    late: int
    urgent: int
    conference: int
    briefing: int
    written: int
    form_names: Mapping[str, Mapping[str, int]]
    in_bureau_name: int
    submitted: int
    categories: Mapping[int, int]
    results: Mapping[Result, int] = field(metadata=SPREAD)


@dataclass(frozen=True)
class WaiverView:
    on: dt.date
    text: str | None
    data: Mapping[str, Any] = field(metadata=SPREAD)


@dataclass(frozen=True)
class AnnualView:
    """The report of the contract; `trend` holds the totals of the years with data."""

    year: int
    as_of: dt.date
    provisional: bool
    units: tuple[UnitFigures, ...]
    quarters: tuple[QuarterView, ...]
    periods: tuple[PeriodView, ...]
    summary: AnnualSummary
    copies_to: tuple[str, ...]
    waivers: tuple[WaiverView, ...]
    trend: tuple[YearFigures, ...]
    log_head: str


def annual_view(report: AnnualReport, years: Sequence[YearFigures] = ()) -> AnnualView:
    turns = report.quarters
    quarters = tuple(q for q in turns if q.every is Every.QUARTER)
    return AnnualView(
        year=report.year,
        as_of=report.as_of,
        provisional=report.provisional,
        units=tuple(map(_unit_figures, report.units)),
        quarters=tuple(
            QuarterView(quarter=q.quarter, held=q.held, met=q.met, over=q.over, state=q.state, refs=q.refs)
            for q in quarters
        ),
        periods=tuple(
            PeriodView(
                every=q.every,
                number=q.quarter,
                name=q.name,
                held=q.held,
                met=q.met,
                over=q.over,
                state=q.state,
                refs=q.refs,
            )
            for q in turns
        ),
        summary=_summary(report, sum(q.met for q in quarters)),
        copies_to=report.copies_to,
        waivers=tuple(WaiverView(w.on, w.text, w.data) for w in report.waivers),
        trend=tuple(years),
        log_head=report.log_head,
    )


def _unit_figures(u: UnitYear) -> UnitFigures:
    return UnitFigures(
        unit=u.unit,
        kind=u.kind,
        kind_name=u.kind_name,
        required=u.required,
        held=u.held,
        met=u.met,
        state=u.state,
        late=u.late,
        urgent=u.urgent,
        spokespersons=u.spokespersons,
        liaisons=u.liaisons,
        role_names=u.role_names,
        findings=tuple(map(finding_view, u.findings)),
        planned=u.planned,
        counted=u.counted,
        score=u.score,
        forms=u.forms,
        releases=tuple(r.ref for r in u.releases),
    )


def _summary(report: AnnualReport, quarters_met: int) -> AnnualSummary:
    total = figures(report)
    return AnnualSummary(
        planned=total.planned,
        held=total.held,
        units_due=total.due,
        units_met=total.met,
        quarters_met=quarters_met,
        periods_met=total.quarters,
        late=total.late,
        urgent=total.urgent,
        conference=total.conference,
        briefing=total.briefing,
        written=total.written,
        form_names=total.form_names,
        in_bureau_name=total.in_bureau_name,
        submitted=total.submitted,
        categories=report.categories,
        results=report.counts,
    )


COLUMNS = (
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
    "得分",
)


def joint_note(paper: AnnualPaper) -> str:
    """What the sum of the units' releases means where some were held by several: each of them counts it."""
    report = paper.report
    added, held = sum(u.held for u in report.units), figures(report).held
    return paper.wording.say("annex_joint", sum=added, held=held) if added != held else ""


def unit_rows(report: AnnualReport) -> list[tuple[Any, ...]]:
    """One row a unit, in the order of COLUMNS. `计入` are the releases that count toward what is owed."""
    return [
        (
            u.unit,
            u.named_kind.label,
            u.required,
            u.forms,
            u.planned,
            u.held,
            u.counted,
            u.state,
            u.late,
            u.urgent,
            u.spokespersons,
            u.liaisons,
            len(u.problems),
            u.score,
        )
        for u in report.units
    ]


def annual_csv(report: AnnualReport) -> bytes:
    """One row a unit; UTF-8 with BOM, so that Excel reads it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in unit_rows(report):
        writer.writerow([inert(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")
