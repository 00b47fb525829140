"""What the regulation asks, as pure functions from facts to findings.

A rule is a row of data (core.policy.Rule: clause, quotation, strength), a duty in words and a function of the same id
here. The functions see facts, policy, calendar and the day, nothing else. What they yield is one list of obligations:
`check` tells how each of a year stands, `owed` which of whatever year are still open, the annual report counts those
of its year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Facts, Record, in_its_place
from pressctl.core.findings import Finding
from pressctl.core.policy import Policy, Rule
from pressctl.core.rules import answers, attendance, duties, network, papers, plans, route  # noqa: F401 - so that CHECKS is full
from pressctl.core.rules.look import CHECKS, DUTIES, OURS, Look, Verdict
from pressctl.core.terms import RecordKind, Result, Status, Strength
from pressctl.core.working_days import Calendar

__all__ = [
    "CHECKS", "DUTIES", "OURS", "WAIVABLE", "Open", "check", "may_waive", "owed", "waivable", "waiver_year"
]  # fmt: skip

WAIVABLE = frozenset({Strength.PRINCIPLE, Strength.ADVISORY})
"""What the text says 原则上, 一般 or 及时 of; 必须 and 应 nobody here can waive."""
_UNMET = frozenset({Result.FAIL, Result.NO_EVIDENCE})
_OPEN = frozenset({Result.FAIL, Result.NO_EVIDENCE, Result.NOT_DUE, Result.PROVISIONAL})


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
    judge = _Judge(Look(facts.as_of(as_of), policy, calendar, as_of, year or as_of.year))
    return tuple(
        judge.finding(row, verdict)
        for row, verdict in _verdicts(judge.look, rules)
        if unit_id is None or verdict.unit_id == unit_id
    )


_PART = ("role", "role_name", "vacant_from")
"""By what of the evidence several obligations of one rule and subject are told apart."""


class Open(NamedTuple):
    """An obligation still open: its rule, how it stands, the day by which it was or is due. `lapsed`: it can no longer
    be done, only explained or waived."""

    row: Rule
    verdict: Verdict
    due: date
    lapsed: bool
    judge: _Judge

    @property
    def year(self) -> int:
        return self.judge.look.year

    @property
    def unit(self) -> str | None:
        return self.judge.unit(self.verdict)

    @property
    def span(self) -> tuple[object, ...]:
        """The part of time it is of: what lasts, or is of a release or a matter, is of no year."""
        lasting = DUTIES[self.row.id].good_late is None or DUTIES[self.row.id].carried
        tied = self.verdict.ref or "matter" in self.verdict.evidence
        return (None if lasting or tied else self.year, self.verdict.period)

    @property
    def identity(self) -> tuple[object, ...]:
        """What stays the same as long as it is the same duty: its rule and subject, by their numbers; no name, no wording
        and no date that may move."""
        v, told = self.verdict, self.verdict.evidence
        about = told.get("matter", v.ref)  # a matter's release is found later
        return (
            self.row.id,
            *self.span,
            about,
            v.unit_id,
            v.person.id if v.person else None,
            v.part,
            *(told.get(key) for key in _PART),
        )

    def finding(self) -> Finding:
        return self.judge.finding(self.row, self.verdict)


def owed(
    facts: Facts,
    policy: Policy,
    calendar: Calendar,
    day: date,
    *,
    until: date | None = None,
    years: Collection[int] | None = None,
) -> Iterator[Open]:
    """Every obligation still open on a day, of whatever year or of those named; with `until`, only what falls due by then.

    What can be made good late stays until it is; what cannot, until the day by which it may be explained or waived
    (policy); a state, only as it stands now. Nothing is owed of years before the first one on record.
    """
    seen = facts.as_of(day)
    end = until or day
    first = min(seen.first_year or day.year, day.year)
    for year in range(first, min(end.year, day.year + 1) + 1):
        if years is not None and year not in years:
            continue
        explained = policy.get(keys.EXPLAIN_UNTIL, day).of(year + 1)
        wanted = frozenset(
            id
            for id, duty in DUTIES.items()
            if year == day.year
            or (duty.good_late and not duty.carried)
            or (duty.good_late is False and (year > day.year or day <= explained))
        )
        look = Look(seen, policy, calendar, day, year, open_only=year < day.year, asked=wanted)
        judge = _Judge(look)
        for row, verdict in _verdicts(look, wanted, _OPEN):
            due = verdict.due or _gone(row, verdict)
            if due is None or (until is not None and due > until):
                continue
            if (
                due < day
                and DUTIES[row.id].good_late is False
                and day > look.value(keys.EXPLAIN_UNTIL, day).of(due.year + 1)
            ):
                continue
            if judge.waiver(row, verdict)[1] is not Result.WAIVED:
                yield Open(row, verdict, due, _over(look, row, verdict), judge)


def _gone(row: Rule, verdict: Verdict) -> date | None:
    """The day of a release whose filing, lead time or attendance fell short, of an answer without a line, of an
    interview: it is kept to be explained or waived."""
    bound = DUTIES[row.id].good_late is False and verdict.result in _UNMET
    return verdict.at if bound else None


def _verdicts(
    look: Look, rules: Collection[str] | None, results: frozenset[Result] | None = None
) -> Iterator[tuple[Rule, Verdict]]:
    """What the rules in force, or those named, say; with `results`, only what came out as one of these."""
    wanted = [
        r
        for r in look.policy.rules.values()
        if (rules is None or r.id in rules) and (r.since is None or r.since <= look.day)
    ]
    by_rule: dict[str, list[Verdict]] = defaultdict(list)
    for function in dict.fromkeys(CHECKS[r.id] for r in wanted):
        for verdict in function(look):
            if results is None or verdict.result in results:
                by_rule[verdict.rule].append(verdict)
    for row in wanted:
        always = row.since is None and row.until is None
        for verdict in by_rule.get(row.id, ()):
            if always or row.in_force(verdict.at or look.upto):
                yield row, verdict


class _Waivers:
    """Recorded waivers: a rule, a subject, a reason, and by whom: one who held a post that may waive on that day."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._by_rule: dict[str, list[Record]] = {}
        for record in look.records(RecordKind.WAIVER):
            if waiver_year(look.facts, record) == look.year:
                self._by_rule.setdefault(str(record.data.get("rule")), []).append(record)

    def of(self, verdict: Verdict) -> Record | None:
        """The waiver of a verdict: one by somebody who may, where there is one."""
        found = [w for w in self._by_rule.get(verdict.rule, ()) if _concerns(w, verdict)]
        return next((w for w in found if self.good(w)), found[0] if found else None)

    def good(self, waiver: Record) -> bool:
        """Q31: a leader or the office director, in post that day."""
        return may_waive(self._look.facts, self._look.policy, str(waiver.data.get("by") or ""), waiver.on)


def waiver_year(facts: Facts, waiver: Record) -> int:
    """Of which year something was waived: the one told, else that of its release, else that of its day."""
    release = facts.release_by_ref.get(waiver.ref or "")
    told = waiver.data.get("year")
    return int(told) if told else (release.day if release else waiver.on).year


def may_waive(facts: Facts, policy: Policy, name: str, day: date) -> bool:
    roles = policy.get(keys.WAIVER_ROLES, day)
    held = facts.appointments_by_name.get(name.strip(), ())
    return any(
        a.named_role in roles and a.active_on(day) and in_its_place(a, facts.unit_by_id, day) for a in held
    )


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


def waivable(
    facts: Facts, policy: Policy, calendar: Calendar, day: date, waiver: Record
) -> tuple[bool, bool]:
    """(whether the rule finds anything to waive of the subject, whether that may be waived), as things stand on a day; of
    a release still to come, as if it had been held as it is planned."""
    seen = facts.as_of(day)
    coming = seen.release_by_ref.get(waiver.ref or "")
    year = int(waiver.data.get("year") or (coming.day if coming else day).year)
    if coming is not None and coming.held_on is None and coming.on >= day:
        held = replace(coming, status=Status.HELD, held_on=coming.on)
        others = (r for r in seen.releases if r.ref != coming.ref)
        seen, day = replace(seen, releases=(*others, held), stands_on=coming.on), coming.on
    look = Look(seen, policy, calendar, day, year)
    unmet = [
        (row, v)
        for row, v in _verdicts(look, (str(waiver.data["rule"]),))
        if _concerns(waiver, v) and v.result in _OPEN
    ]
    if (
        coming is not None and coming.held_on is None
    ):  # nobody knows yet how it will be: what the rule says of it counts
        unmet = [(row, v) for row, v in _verdicts(look, (str(waiver.data["rule"]),)) if _concerns(waiver, v)]
    return bool(unmet), any((v.strength or row.strength) in WAIVABLE for row, v in unmet)


class _Judge:
    """Makes findings of what the rules say in one look."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self._waivers = _Waivers(look)
        self._grounds: dict[tuple[str, date], tuple[bool, str | None]] = {}

    def unit(self, verdict: Verdict) -> str | None:
        """The name that the unit had when it was judged."""
        if verdict.unit_id is None:
            return None
        return self.look.name(verdict.unit_id, min(verdict.at or self.look.upto, self.look.day))

    def waiver(self, row: Rule, verdict: Verdict) -> tuple[Record | None, Result]:
        """The waiver that was recorded of a verdict, and what comes of both."""
        if verdict.result in _UNMET and (verdict.strength or row.strength) in WAIVABLE:
            waiver = self._waivers.of(verdict)
            if waiver is not None:
                return waiver, Result.WAIVED if self._waivers.good(waiver) else verdict.result
        if verdict.provisional and verdict.result in (Result.PASS, Result.FAIL):
            return None, Result.PROVISIONAL
        return None, verdict.result

    def _rests_on(self, row: Rule, day: date) -> tuple[bool, str | None]:
        """Whether a rule rests on a reading of ours on a day, and the profile that one of its values came from."""
        found = self._grounds.get((row.id, day))
        if found is None:
            values = self.look.policy.in_force(row.values, day)
            found = any(v.local for v in values), next((v.profile for v in values if v.profile), None)
            self._grounds[row.id, day] = found
        return found

    def _next(self, row: Rule, verdict: Verdict, strength: Strength, over: bool) -> str | None:
        late = _made_late(row, verdict)
        if over or late:
            return _explain(self.look, row, verdict, strength, late=late)
        return verdict.next or row.next

    def finding(self, row: Rule, verdict: Verdict) -> Finding:
        look = self.look
        strength = verdict.strength or row.strength
        message = verdict.message
        over = _over(look, row, verdict)
        waiver, result = self.waiver(row, verdict)
        if waiver is not None and result is Result.WAIVED:
            message += f"已豁免：{waiver.data.get('reason')}（{waiver.data.get('by')}，{waiver.on}）。"
        elif waiver is not None:
            message += f"{waiver.on} 的豁免不算：{waiver.data.get('by')}当日不在可以批准豁免的岗位上。"
        local, profile = self._rests_on(row, verdict.at or look.upto)
        cite = row.cited(verdict.cite) if verdict.cite else row
        unmet = verdict.result in _UNMET and result is not Result.WAIVED
        told = unmet or (result is Result.NOT_DUE and verdict.due is not None)
        return Finding(
            rule=row.id,
            clause=cite.clause,
            quote=cite.quote,
            strength=strength,
            result=result,
            message=message,
            unit_id=verdict.unit_id,
            unit=self.unit(verdict),
            subject=verdict.ref or (verdict.person.name if verdict.person else None) or verdict.period,
            ref=verdict.ref,
            person_id=verdict.person.id if verdict.person else None,
            due=verdict.due or _gone(row, verdict),
            evidence=verdict.evidence,
            next=self._next(row, verdict, strength, over) if told else None,
            local_reading=verdict.local or local,
            profile=row.profile or profile,
            year=look.year,
            lapsed=over,
        )


def _over(look: Look, row: Rule, verdict: Verdict) -> bool:
    """Whether what was found can no longer be mended: its time has passed, and there is nothing left to do about it."""
    if DUTIES[row.id].good_late is not False or verdict.result not in _UNMET or verdict.next is not None:
        return False
    if verdict.due is not None:
        return verdict.due < look.day
    return verdict.result is Result.FAIL or verdict.gone


def _made_late(row: Rule, verdict: Verdict) -> bool:
    """Whether a duty that can be made good was, too late: nothing is asked for any more, and nothing can change it."""
    return (
        DUTIES[row.id].good_late is True
        and verdict.result is Result.FAIL
        and verdict.due is None
        and verdict.next is None
    )


def _explain(look: Look, row: Rule, verdict: Verdict, strength: Strength, *, late: bool) -> str:
    """What is left to do when nothing can be mended any more: a command that works, or plainly that there is none."""
    recorded = DUTIES[row.id].recorded
    done = f"当时做过而没有登记的，用 pressctl {recorded} 补记；没有做的，" if recorded else ""
    made = "已经做了，迟了不能改变" if late else None
    if strength not in WAIVABLE:
        return f"{done}{made or '已不能补正'}，只能如实说明原因；“应当”的要求不能豁免。"
    unit = look.facts.unit_by_id.get(verdict.unit_id) if verdict.unit_id is not None else None
    part = verdict.period
    if part and unit and unit.id not in (look.bureau_on(look.upto), look.office_on(look.upto)):
        part = f'"{unit.name} {part}"'  # a period alone would speak of every unit
    subject = (
        verdict.ref or (verdict.person and str(verdict.person.id)) or part or (unit.name if unit else "对象")
    )
    return (
        f"{done}{made or '已不能补做'}，只能说明原因，或经批准豁免："
        f"pressctl record waiver {row.id} --subject {subject} --year {look.year} --by 批准人 --reason 原因。"
    )
