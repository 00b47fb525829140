"""The annual report for scripts: one dictionary, and one row a unit."""

from __future__ import annotations

import csv
import io
from typing import Any

from pressctl.core.annual import AnnualReport
from pressctl.core.findings import Finding
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
                "state": u.state,
                "late": u.late,
                "urgent": u.urgent,
                "spokespersons": u.spokespersons,
                "liaisons": u.liaisons,
                "findings": [finding_view(f) for f in u.findings],
                "planned": u.planned,
                "counted": u.counted,
                "score": u.score,
                "forms": u.forms,
                "releases": [r.ref for r in u.releases],
            }
            for u in report.units
        ],
        "quarters": [
            {
                "quarter": q.quarter,
                "held": q.held,
                "met": q.met,
                "over": q.over,
                "state": q.state,
                "refs": list(q.refs),
            }
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
        "copies_to": list(report.copies_to),
        "waivers": [{"on": w.on.isoformat(), "text": w.text, **w.data} for w in report.waivers],
        "log_head": report.log_head,
    }


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


def unit_rows(report: AnnualReport) -> list[tuple[Any, ...]]:
    """One row a unit, in the order of COLUMNS. `计入` are the releases that count toward what is owed."""
    return [
        (
            u.unit,
            u.kind.label,
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
