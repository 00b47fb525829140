"""The rules that stand so far: rosters (三(一)), quotas (三(二)1, 4) and lateness (三(三)3). Pure functions to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pressctl.core import workflow
from pressctl.core.facts import Facts
from pressctl.core.findings import Finding
from pressctl.core.policy import Policy
from pressctl.core.quota import DONE, held_in, quota_of
from pressctl.core.terms import Form, Occasion, Result, Role, Strength, UnitKind
from pressctl.core.working_days import Calendar


@dataclass(frozen=True, slots=True)
class _Case:
    facts: Facts
    policy: Policy
    calendar: Calendar
    day: date
    year: int


_QUOTES = {
    "三(一)": "各分局应设立新闻发言人办公室，确定1—2名新闻发言人和1名新闻发布工作联络员",
    "三(二)1": "原则上市局每季度召开一次新闻发布会",
    "三(二)4": "原则上各分局每年至少召开1场新闻发布会，各支队、市局机关处室每年至少召开1次新闻通气会或进行书面发布",
    "三(三)3": "应提前5个工作日向新闻发言人办公室报送发布方案及新闻素材",
}


def _roster(case: _Case) -> Iterator[Finding]:
    """三(一): how many of each role a unit of each kind must and may have."""
    numbers = case.policy.value("roster.numbers", case.day)
    for unit in case.facts.units:
        period = unit.on(case.day)
        if period is None:
            continue
        for rule, role_value, least, most in numbers.value.get(period.kind.value, ()):
            role = Role(role_value)
            count = len(case.facts.holders(role, case.day, unit.id))
            few, many = count < least, bool(most) and count > most
            wanted = f"{least}名" if least == most else f"{least}至{most}名" if most else f"至少{least}名"
            yield Finding(
                rule,
                numbers.clause,
                _QUOTES["三(一)"],
                Strength.PRINCIPLE if many else Strength.MUST,
                Result.FAIL if few or many else Result.PASS,
                f"{period.name}应有{role.label}{wanted}，现有{count}名。",
                unit.id,
                period.name,
                evidence={"role": role.value, "count": count, "least": least, "most": most or None},
                next=f"用 pressctl register add 登记{role.label}。"
                if few
                else "请核实名册，多出的用 register end 免去。"
                if many
                else None,
            )


def _quarters(case: _Case) -> Iterator[Finding]:
    """三(二)1: a periodic conference each quarter."""
    value = case.policy.value("quota.bureau_quarterly", case.day)
    bureau = next((u for u in case.facts.units if u.kind is UnitKind.BUREAU), None)
    for quarter in range(1, 5):
        end = date(case.year + quarter // 4, 3 * quarter % 12 + 1, 1) - timedelta(1)
        refs = [
            r.ref
            for r in case.facts.releases
            if r.status in DONE and r.occasion is Occasion.PERIODIC and r.form is Form.CONFERENCE and r.held_on
            and r.held_on.year == case.year and (r.held_on.month - 1) // 3 == quarter - 1 and r.held_on <= case.day
        ]  # fmt: skip
        met = len(refs) >= value.value
        yield Finding(
            "QTA-01",
            value.clause,
            _QUOTES["三(二)1"],
            Strength.PRINCIPLE,
            Result.PASS if met else Result.FAIL if case.day >= end else Result.NOT_DUE,
            f"{case.year}年第{quarter}季度市局召开定期新闻发布会{len(refs)}次，应召开{value.value}次。",
            bureau.id if bureau else None,
            bureau.name if bureau else None,
            due=None if met else end,
            evidence={"quarter": quarter, "refs": refs},
            next=None if met else f"召开第{quarter}季度市局新闻发布会。",
        )


def _quotas(case: _Case) -> Iterator[Finding]:
    """三(二)4: the year's release of each unit."""
    value = case.policy.value("quota.units", case.day)
    end = date(case.year, 12, 31)
    for unit in case.facts.units:
        quota = quota_of(unit, case.policy, case.year)
        if not quota.number or (unit.since and unit.since > case.day):
            continue
        count = held_in(case.facts, unit, quota, case.year, case.day)
        met = count >= quota.number
        yield Finding(
            "QTA-02" if unit.kind is UnitKind.SUB_BUREAU else "QTA-03",
            value.clause,
            _QUOTES["三(二)4"],
            Strength.PRINCIPLE,
            Result.PASS if met else Result.FAIL if case.day >= end else Result.NOT_DUE,
            f"{unit.name}{case.year}年应举行{quota.said}{quota.number}次，已举行{count}次。",
            unit.id,
            unit.name,
            due=None if met else end,
            evidence={"required": quota.number, "held": count},
            next=None if met else "尽快安排并举行；用 pressctl plan add 列入计划。",
        )


def _lead(case: _Case) -> Iterator[Finding]:
    """三(三)3: submitted so many working days ahead."""
    value = case.policy.value("submission.lead_days", case.day)
    for release in case.facts.releases:
        if release.submitted_on is None or release.on.year != case.year or release.submitted_on > case.day:
            continue
        deadline = workflow.submission_deadline(release, case.policy, case.calendar, release.submitted_on)
        if deadline is None:
            continue
        unit = case.facts.unit_by_id[release.unit_id]
        late = release.submitted_on > deadline.date
        urgent = "，按特殊情况报送" if release.urgent else ""
        yield Finding(
            "LED-01",
            value.clause,
            _QUOTES["三(三)3"],
            Strength.MUST,
            Result.PROVISIONAL
            if deadline.provisional
            else Result.FAIL
            if late and not release.urgent
            else Result.PASS,
            f"{release.ref}“{release.name}”最迟应于 {deadline.date} 报送，实于 {release.submitted_on} 报送{urgent}。",
            unit.id,
            unit.name,
            ref=release.ref,
            evidence={
                "deadline": deadline.date.isoformat(),
                "submitted": release.submitted_on.isoformat(),
                "urgent": release.urgent,
            },
        )


Rule = Callable[[_Case], Iterator[Finding]]
RULES: dict[str, Rule] = {
    **dict.fromkeys(("ROS-01", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07"), _roster),
    "QTA-01": _quarters,
    **dict.fromkeys(("QTA-02", "QTA-03"), _quotas),
    "LED-01": _lead,
}


def check(
    facts: Facts,
    policy: Policy,
    calendar: Calendar,
    as_of: date,
    *,
    year: int | None = None,
    unit_id: int | None = None,
    rule: str | None = None,
) -> tuple[Finding, ...]:
    """Every rule on every fact, in the order of the rules."""
    case = _Case(facts, policy, calendar, as_of, year or as_of.year)
    found = (f for function in dict.fromkeys(RULES.values()) for f in function(case))
    return tuple(
        f for f in found if (unit_id is None or f.unit_id == unit_id) and (rule is None or f.rule == rule)
    )
