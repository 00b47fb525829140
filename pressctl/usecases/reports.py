"""report: the year's, a quarter's, the roster's and a unit's, each from the same figures and findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pressctl.core import json_text
from pressctl.core import policy_keys as keys
from pressctl.core.annual import AnnualReport, annual
from pressctl.core.citation import printed
from pressctl.core.dates import same_day
from pressctl.core.encoding import OPTIONAL, SPREAD, encoded
from pressctl.core.findings import Finding
from pressctl.core.own import Named
from pressctl.core.recurrence import Every, turns
from pressctl.core.terms import Result, Role, Word
from pressctl.core.wording import Genre
from pressctl.documents import annual_data, sections
from pressctl.documents.annual_html import annual_html
from pressctl.documents.annual_word import annual_docx
from pressctl.documents.annual_xlsx import annual_xlsx
from pressctl.documents.files import refuse_taken, write_new
from pressctl.errors import UsageError
from pressctl.usecases.compliance import Judged, judged
from pressctl.usecases.desk import Desk, find_unit


def _write(
    targets: Sequence[Path], makers: Mapping[str, Callable[[], bytes]], *, force: bool
) -> tuple[Path, ...]:
    """Every target by its ending; nothing is written when one of them is of an unknown kind or taken."""
    targets = list(dict.fromkeys(targets))
    for target in targets:
        if target.suffix.lower() not in makers:
            raise UsageError(
                "unknown_format",
                f"不能写出“{target.name}”：不认得的格式。",
                next_step=f"可用的格式：{' '.join(makers)}。",
            )
    refuse_taken(targets, force=force)
    made = [(target, makers[target.suffix.lower()]()) for target in targets]
    for target, data in made:
        write_new(target, data, force=force)
    return tuple(targets)


@dataclass(frozen=True, slots=True)
class Paper:
    """How the Word file is to look: up or down, on one page, with a red head, its number and 签发人."""

    genre: Genre = Genre.REPORT
    brief: bool = False
    redhead: bool = False
    number: str = ""
    signer: str = ""


@dataclass(frozen=True)
class AnnualWritten:
    report: annual_data.AnnualView = field(metadata=SPREAD)
    files: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class SectionReport:
    """A report of a title and tables, of a unit's year, a quarter or the roster."""

    title: str
    as_of: dt.date
    unit: str | None = field(default=None, metadata=OPTIONAL)
    year: int | None = field(default=None, metadata=OPTIONAL)
    quarter: int | None = field(default=None, metadata=OPTIONAL)
    tables: tuple[sections.Section, ...]
    findings: tuple[annual_data.FindingView, ...]
    summary: Mapping[Result, int]
    log_head: str


@dataclass(frozen=True)
class SectionsWritten:
    report: SectionReport = field(metadata=SPREAD)
    files: tuple[Path, ...]


def annual_report(
    desk: Desk,
    year: int,
    *,
    on: dt.date | None = None,
    targets: Sequence[Path] = (),
    paper: Paper | None = None,
    force: bool = False,
) -> AnnualWritten:
    """The year's report in every file asked for. The same numbers in each."""
    look = paper or Paper()
    _refuse_contradictions(look)
    seen = judged(desk, year, on)
    report: AnnualReport = annual(
        seen.facts, seen.findings, seen.policy, seen.calendar, year, seen.day, seen.head
    )
    years = _years(seen, report)
    view = annual_data.annual_view(report, years)
    made = desk.now()
    whole = annual_data.AnnualPaper(
        report,
        years,
        desk.wording(),
        office=_office(report.bureau),
        code=seen.policy.number.partition("〔")[0],
        issued=max(desk.today, seen.day),
        made=made,
        genre=look.genre,
        number=look.number,
        signer=look.signer,
        name_praised=seen.policy.get(keys.NAME_PRAISED, seen.day),
    )
    makers: dict[str, Callable[[], bytes]] = {
        ".docx": lambda: annual_docx(whole, redhead=look.redhead, brief=look.brief),
        ".xlsx": lambda: annual_xlsx(whole),
        ".html": lambda: annual_html(whole),
        ".csv": lambda: annual_data.annual_csv(report),
        ".json": lambda: _json(view),
    }
    return AnnualWritten(view, _write(targets, makers, force=force))


def _office(bureau: str) -> str:
    return f"{bureau}{Word.OFFICE.label}"


_TREND = 5
"""Years that the report looks back on, its own included."""


def _years(seen: Judged, report: AnnualReport) -> tuple[annual_data.YearFigures, ...]:
    """The totals of this year and of those before it that have data; a part of a year beside the same part."""
    found = [annual_data.figures(report)]
    for year in range(report.year - 1, report.year - _TREND, -1):
        day = same_day(report.as_of, year) if report.as_of.year == report.year else dt.date(year, 12, 31)
        past = annual(seen.facts, (), seen.policy, seen.calendar, year, day, seen.head)
        if past.releases:
            found.append(annual_data.figures(past))
    return tuple(reversed(found))


def _refuse_contradictions(look: Paper) -> None:
    if look.brief and look.redhead:
        raise UsageError(
            "brief_redhead", "--brief 只有一页，不用红头。", next_step="去掉 --redhead，或去掉 --brief。"
        )
    if (look.number or look.signer) and not look.redhead:
        raise UsageError("no_redhead", "--number、--signer 印在红头里。", next_step="加上 --redhead。")


def _json(view: annual_data.AnnualView | SectionReport) -> bytes:
    return (json_text.document(encoded(view)) + "\n").encode("utf-8")


def _section_report(
    desk: Desk,
    title: str,
    seen: Judged,
    tables: list[sections.Section],
    findings: Sequence[Finding],
    targets: Sequence[Path],
    *,
    force: bool,
    unit: str | None = None,
    year: int | None = None,
    quarter: int | None = None,
) -> SectionsWritten:
    """The report in every format asked for."""
    view = SectionReport(
        title=title,
        as_of=seen.day,
        unit=unit,
        year=year,
        quarter=quarter,
        tables=tuple(tables),
        findings=tuple(map(annual_data.finding_view, findings)),
        summary={result: sum(f.result is result for f in findings) for result in Result},
        log_head=seen.head,
    )
    bureau = seen.policy.get(keys.BUREAU_NAME, seen.day)
    makers: dict[str, Callable[[], bytes]] = {
        ".docx": lambda: sections.docx(
            bureau, _office(bureau), title, seen.day, tables, seen.head, desk.now()
        ),
        ".xlsx": lambda: sections.xlsx(bureau, _office(bureau), title, tables, desk.now()),
        ".html": lambda: sections.html(bureau, title, seen.day, tables, seen.head),
        ".csv": lambda: sections.csv_bytes(tables),
        ".json": lambda: _json(view),
    }
    return SectionsWritten(view, _write(targets, makers, force=force))


def _failing(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.result in (Result.FAIL, Result.NO_EVIDENCE)]


def quarter_report(
    desk: Desk,
    year: int,
    quarter: int,
    *,
    on: dt.date | None = None,
    targets: Sequence[Path] = (),
    force: bool = False,
) -> SectionsWritten:
    """A quarter's releases and what they lacked."""
    months = range(3 * quarter - 2, 3 * quarter + 1)
    seen = judged(desk, year, on)
    names = {u.id: u.name for u in seen.facts.units}
    chosen = [r for r in seen.facts.releases if (d := r.held_on or r.on).year == year and d.month in months]
    refs = {r.ref for r in chosen}
    within = {
        turn.text
        for every in Every
        for turn in turns(every, year)
        if every is not Every.QUARTER and turn.last.year == year and turn.last.month in months
    }
    findings = [
        f
        for f in seen.findings
        if f.ref in refs or f.evidence.get("quarter") == quarter or f.evidence.get("period") in within
    ]
    tables = [sections.releases(chosen, names), sections.findings(_failing(findings))]
    return _section_report(
        desk,
        f"{year}年第{'一二三四'[quarter - 1]}季度新闻发布情况",
        seen,
        tables,
        findings,
        targets,
        force=force,
        year=year,
        quarter=quarter,
    )


def roster_report(
    desk: Desk, *, on: dt.date | None = None, targets: Sequence[Path] = (), force: bool = False
) -> SectionsWritten:
    """Who is in post where, and what 三(一) still asks."""
    day = on or desk.today
    seen = judged(desk, day.year, day)
    names = {u.id: u.name for u in seen.facts.units}
    held = [a for a in seen.facts.appointments if a.active_on(day)]
    findings = [f for f in seen.findings if f.rule.startswith("ROS-")]
    roles = {
        Named(Role.SPOKESPERSON): "发言人",
        Named(Role.LIAISON): "联络员",
        Named(Role.MEDIA_LEAD): "媒体负责人",
    }
    roles |= {a.named_role: a.named_role.label for a in held if a.role_name}
    counts = [
        (
            u.name,
            printed(u.named_kind.label),
            *(sum(a.unit_id == u.id and role.covers(a.named_role) for a in held) for role in roles),
        )
        for u in seen.facts.units
        if u.on(day)
    ]
    tables = [
        sections.Section("各单位人数", ("单位", "类别", *roles.values()), tuple(counts)),
        sections.findings(_failing(findings)),
        sections.roster(held, names),
    ]
    return _section_report(desk, "新闻发言人、联络员名册报告", seen, tables, findings, targets, force=force)


def unit_report(
    desk: Desk,
    unit: str,
    year: int,
    *,
    on: dt.date | None = None,
    targets: Sequence[Path] = (),
    force: bool = False,
) -> SectionsWritten:
    """One unit's year: plan, releases, people, findings."""
    seen = judged(desk, year, on)
    found = find_unit(seen.facts.units, unit)
    names = {u.id: u.name for u in seen.facts.units}
    releases = [r for r in seen.facts.releases_by_unit.get(found.id, ()) if (r.held_on or r.on).year == year]
    refs = {r.ref for r in releases}
    findings = [f for f in seen.findings if f.unit_id == found.id or f.ref in refs]
    held = [a for a in seen.facts.appointments_by_unit.get(found.id, ()) if a.active_on(seen.day)]
    tables = [
        sections.releases(releases, names),
        sections.roster(held, names),
        sections.findings(_failing(findings)),
    ]
    return _section_report(
        desk,
        f"{found.name}{year}年度新闻发布工作情况",
        seen,
        tables,
        findings,
        targets,
        force=force,
        unit=found.name,
        year=year,
    )
