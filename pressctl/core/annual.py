"""The year's figures, unit by unit: what each owed (三(二)4), held and submitted late, and what the rules found.

All reports are drawn from these figures, so that every file says the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import Facts, Record, Release, Unit
from pressctl.core.findings import Finding
from pressctl.core.own import Named, by_name
from pressctl.core.policy import Policy
from pressctl.core.quota import DONE, bureau_conferences, bureau_turns, counted, held_by, quotas_of, spans_of
from pressctl.core.recurrence import Every, Turn, named
from pressctl.core.rules import OURS, waiver_year
from pressctl.core.terms import RecordKind, Result, Role, Status, UnitKind
from pressctl.core.working_days import Calendar


@dataclass(frozen=True, slots=True)
class UnitYear:
    """A unit's year. `required` releases of `forms`; `met` is None where nothing is owed.

    `held` counts what it organised alone or jointly, so that a joint release stands at each of its organisers.
    """

    unit_id: int
    unit: str
    kind: UnitKind
    required: int
    forms: str
    planned: int
    held: int
    counted: int
    met: bool | None
    late: int
    urgent: int
    spokespersons: int
    liaisons: int
    findings: tuple[Finding, ...]
    releases: tuple[Release, ...]
    why: str = ""
    score: int | None = None
    """三(四)2: the year's assessment, where it is on record."""
    state: str = ""
    """Whether what was owed was done: 是, 否, 未结束, or nothing where nothing is owed; one word in every file."""
    kind_name: str | None = None
    role_names: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of those in post, how many by each of the regulation's own names: {role: {name: number}}."""

    @property
    def named_kind(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """What falls short; what was waived is none."""
        return tuple(f for f in self.findings if f.result is not Result.WAIVED)


@dataclass(frozen=True, slots=True)
class Quarter:
    """三(二)1: the bureau's periodic conferences of a quarter, or of whatever stretch the regulation counts by (`every`).
    `over` once it has ended; `state` is 是, 否 or 未结束: one word in every file."""

    quarter: int
    held: int
    met: bool
    over: bool
    refs: tuple[str, ...]
    every: Every = Every.QUARTER

    @property
    def name(self) -> str:
        return named(self.every, self.quarter)

    @property
    def state(self) -> str:
        return "是" if self.met else "否" if self.over else "未结束"


@dataclass(frozen=True)
class AnnualReport:
    """Everything an annual report says, in whatever file. `copies_to`: who is sent a copy. `beyond`: the clauses that
    findings may rest on which are none of the regulation's."""

    year: int
    as_of: date
    bureau: str
    regulation: str
    units: tuple[UnitYear, ...]
    quarters: tuple[Quarter, ...]
    findings: tuple[Finding, ...]
    waivers: tuple[Record, ...]
    releases: tuple[Release, ...]
    names: dict[int, str]
    counts: dict[Result, int]
    categories: dict[int, int]
    provisional: bool
    log_head: str
    copies_to: tuple[str, ...] = ()
    beyond: frozenset[str] = frozenset()

    @property
    def due(self) -> tuple[UnitYear, ...]:
        """Units that owed a release."""
        return tuple(u for u in self.units if u.met is not None)

    @property
    def kinds(self) -> tuple[Named[UnitKind], ...]:
        """The kinds that the units are of, in core's order, each followed by the own ones under it."""
        found = dict.fromkeys(u.named_kind for u in self.units)
        order = list(UnitKind)
        return tuple(sorted(found, key=lambda k: (order.index(k.term), k.name is not None)))

    def named(self, kind: Named[UnitKind]) -> tuple[UnitYear, ...]:
        """The units of a kind by its name, without those of own kinds under it."""
        return tuple(u for u in self.units if u.named_kind == kind)

    def of_kind(self, *kinds: UnitKind) -> tuple[UnitYear, ...]:
        return tuple(u for u in self.units if u.kind in kinds)

    @property
    def held(self) -> tuple[Release, ...]:
        return tuple(r for r in self.releases if r.status in DONE)

    @property
    def counted_by(self) -> Every | None:
        """By what stretch the bureau's periodic conferences are counted; None where it changed within the year."""
        found = {q.every for q in self.quarters}
        return found.pop() if len(found) == 1 else None

    def failing(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.result in (Result.FAIL, Result.NO_EVIDENCE))


def is_late(release: Release, unit: Unit | None, policy: Policy, calendar: Calendar) -> bool:
    """First received complete after the last day of 三(三)3, urgent or not."""
    received = release.first_receipt_moment
    if received is None:
        return False
    deadline = workflow.submission_deadline(release, unit, policy, calendar, received.day)
    return deadline is not None and deadline.missed(received) is True


def annual(
    facts: Facts,
    findings: Iterable[Finding],
    policy: Policy,
    calendar: Calendar,
    year: int,
    as_of: date,
    log_head: str,
) -> AnnualReport:
    """The figures of a year, all of them as the world stood on one day. Findings are those of the rules for the same
    year and day."""
    found = tuple(findings)
    facts = facts.around(year).as_of(as_of)
    by_unit: dict[int, list[Finding]] = {}
    for finding in found:
        if finding.unit_id is not None and finding.result in (Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED):
            by_unit.setdefault(finding.unit_id, []).append(finding)
    releases = facts.releases_by_year.get(year, ())
    day = min(as_of, date(year, 12, 31))
    units = tuple(
        _unit_year(unit, facts, tuple(by_unit.get(unit.id, ())), policy, calendar, year, day, as_of)
        for unit in facts.units
        if spans_of(unit, year)
    )
    names = {u.id: u.named_on(day) for u in facts.units}
    return AnnualReport(
        year=year,
        as_of=as_of,
        bureau=policy.get(keys.BUREAU_NAME, day),
        regulation=policy.title(day),
        units=units,
        quarters=tuple(
            _quarter(facts, turn, as_of, policy.get(keys.QUARTERLY, turn.last))
            for turn in bureau_turns(policy, year)
        ),
        findings=found,
        waivers=tuple(
            r for r in facts.records_by_kind.get(RecordKind.WAIVER, ()) if waiver_year(facts, r) == year
        ),
        releases=tuple(sorted(releases, key=lambda r: (r.day, r.ref))),
        names=names,
        counts={result: sum(f.result is result for f in found) for result in Result},
        categories=dict(
            sorted(Counter(c for r in releases if r.status in DONE for c in r.categories).items())
        ),
        provisional=any(f.result is Result.PROVISIONAL for f in found) or not calendar.year(year).official,
        log_head=log_head,
        copies_to=copies.typed if (copies := policy.find(keys.REPORT_COPIES, day)) else (),
        beyond=beyond(policy),
    )


def beyond(policy: Policy) -> frozenset[str]:
    """The clauses that are no words of the regulation: those of optional policies, and what the program itself asks."""
    return frozenset(
        c.id
        for c in policy.clauses.values()
        if c.profile or ((checked := {r for part in c.parts for r in part.rules}) and checked <= OURS)
    )


def _unit_year(
    unit: Unit,
    facts: Facts,
    findings: tuple[Finding, ...],
    policy: Policy,
    calendar: Calendar,
    year: int,
    day: date,
    as_of: date,
) -> UnitYear:
    own = tuple(r for r in facts.releases_shared.get(unit.id, ()) if r.day.year == year)
    held = held_by(unit, own)
    quotas = quotas_of(unit, policy, year)
    counts = [len(counted(facts, unit, q, policy, as_of).proved) for q in quotas]
    owing = [(q, n) for q, n in zip(quotas, counts, strict=True) if q.number]
    met = all(n >= q.number for q, n in owing)
    over = any(n < q.number and q.span.last < as_of for q, n in owing)
    state = "" if not owing else "是" if met else "否" if over else "未结束"
    last = quotas[-1] if quotas else None
    posts = [a for a in facts.appointments_by_unit.get(unit.id, ()) if a.active_on(day)]
    period = unit.on(day) or unit.latest
    return UnitYear(
        unit_id=unit.id,
        unit=period.name,
        kind=period.kind,
        required=sum(q.number for q in quotas),
        forms="；".join(dict.fromkeys(q.said for q, _ in owing)) or (last.said if last else ""),
        planned=sum(r.status is not Status.CANCELLED for r in own),
        held=len(held),
        counted=sum(counts),
        met=met if owing else None,
        late=sum(is_late(r, unit, policy, calendar) for r in own if r.unit_id == unit.id),
        urgent=sum(r.urgent and r.submitted_on is not None for r in own if r.unit_id == unit.id),
        spokespersons=sum(a.role is Role.SPOKESPERSON for a in posts),
        liaisons=sum(a.role is Role.LIAISON for a in posts),
        findings=findings,
        releases=own,
        why="；".join(q.why for q in quotas if q.why),
        score=_score(facts, unit, year),
        state=state,
        kind_name=period.kind_name,
        role_names=by_name(a.named_role for a in posts),
    )


def _score(facts: Facts, unit: Unit, year: int) -> int | None:
    told = facts.assessments.get((unit.id, year))
    return told.data.get("score") if told else None


def _quarter(facts: Facts, turn: Turn, as_of: date, wanted: int) -> Quarter:
    refs = tuple(r.ref for r in bureau_conferences(facts, turn, as_of))
    return Quarter(turn.number, len(refs), len(refs) >= wanted, as_of > turn.last, refs, turn.every)
