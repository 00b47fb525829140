"""What the regulation asks, as pure functions from facts to findings.

A rule is a row of data (core.policy.Rule: clause, quotation, strength) and a function of the same id here. The
functions see facts, policy, calendar and the day, nothing else; `check` stamps their verdicts with the rule's row,
applies recorded waivers and the days the rule is in force, and marks what rests on 本局口径 or an unpublished year.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from pressctl.core.facts import Facts, Record
from pressctl.core.findings import Finding
from pressctl.core.policy import Policy, Rule
from pressctl.core.rules import attendance, duties, network, plans, route  # noqa: F401 - so that CHECKS is full
from pressctl.core.rules.look import CHECKS, Look, Verdict
from pressctl.core.terms import RecordKind, Result, Strength
from pressctl.core.working_days import Calendar

__all__ = ["CHECKS", "check"]

_WAIVABLE = frozenset({Strength.PRINCIPLE, Strength.ADVISORY})
_UNMET = frozenset({Result.FAIL, Result.NO_EVIDENCE})


def check(
    facts: Facts,
    policy: Policy,
    calendar: Calendar,
    as_of: date,
    *,
    year: int | None = None,
    unit_id: int | None = None,
    rules: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Every rule in force, or those named, on every fact known on a day, in the order of the policy's rules."""
    look = Look(facts, policy, calendar, as_of, year or as_of.year)
    wanted = [
        r
        for r in policy.rules.values()
        if (rules is None or r.id in rules) and (r.since is None or r.since <= as_of)
    ]
    verdicts: dict[str, list[Verdict]] = {}
    for function in dict.fromkeys(CHECKS[r.id] for r in wanted):
        for verdict in function(look):
            verdicts.setdefault(verdict.rule, []).append(verdict)
    waivers = _Waivers(look)
    return tuple(
        _finding(look, row, verdict, waivers)
        for row in wanted
        for verdict in verdicts.get(row.id, ())
        if row.in_force(verdict.at or look.upto) and (unit_id is None or verdict.unit_id == unit_id)
    )


class _Waivers:
    """Recorded waivers: a rule, a subject, a reason and who allowed it. Only what the text says 原则上, 一般 or 及时 of."""

    def __init__(self, look: Look) -> None:
        self._by_rule: dict[str, list[Record]] = {}
        for record in look.records(RecordKind.WAIVER):
            if record.data.get("year", record.on.year) == look.year:
                self._by_rule.setdefault(str(record.data.get("rule")), []).append(record)

    def of(self, verdict: Verdict) -> Record | None:
        return next((w for w in self._by_rule.get(verdict.rule, ()) if _concerns(w, verdict)), None)


def _concerns(waiver: Record, verdict: Verdict) -> bool:
    if waiver.data.get("period") and waiver.data["period"] != verdict.period:
        return False
    if waiver.ref is not None:
        return waiver.ref == verdict.ref
    if waiver.person_id is not None:
        return verdict.person is not None and waiver.person_id == verdict.person.id
    if waiver.unit_id is not None:
        return waiver.unit_id == verdict.unit_id
    return waiver.data.get("period") is not None


def _finding(look: Look, row: Rule, verdict: Verdict, waivers: _Waivers) -> Finding:
    strength = verdict.strength or row.strength
    result, message, following = verdict.result, verdict.message, verdict.next or row.next
    waiver = waivers.of(verdict) if result in _UNMET and strength in _WAIVABLE else None
    if waiver is not None:
        result = Result.WAIVED
        message += f"已豁免：{waiver.data.get('reason')}（{waiver.data.get('by')}，{waiver.on}）。"
    elif verdict.provisional and result in (Result.PASS, Result.FAIL):
        result = Result.PROVISIONAL
    rests_on = look.policy.in_force(row.values, verdict.at or look.upto)
    return Finding(
        rule=row.id,
        clause=row.clause,
        quote=row.quote,
        strength=strength,
        result=result,
        message=message,
        unit_id=verdict.unit_id,
        unit=look.name(verdict.unit_id) if verdict.unit_id is not None else None,
        subject=verdict.ref or (verdict.person.name if verdict.person else None) or verdict.period,
        ref=verdict.ref,
        person_id=verdict.person.id if verdict.person else None,
        due=verdict.due,
        evidence=verdict.evidence,
        next=following if result in _UNMET or (result is Result.NOT_DUE and verdict.due) else None,
        local_reading=any(v.local for v in rests_on),
        profile=row.profile or next((v.profile for v in rests_on if v.profile), None),
    )
