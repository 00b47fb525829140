"""What every rule looks at, and what it answers: the facts with the look-ups rules share, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from pressctl.core.facts import Appointment, Facts, Person, Record, Release, Unit, UnitPeriod
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key, MonthDay
from pressctl.core.quota import DONE
from pressctl.core.terms import RecordKind, Result, Role, Status, Strength, UnitKind
from pressctl.core.working_days import Calendar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer of one rule. `at` is the day of the fact judged: a rule says nothing of days before it applies.

    `strength` is given where the clause's word for this part differs from the rule's own. `provisional` marks a
    verdict that rests on days of a year without a notice. `period` names a part of the year, as in 2026Q1.
    """

    rule: str
    result: Result
    message: str
    unit_id: int | None = None
    person: Person | None = None
    ref: str | None = None
    period: str | None = None
    at: date | None = None
    due: date | None = None
    next: str | None = None
    strength: Strength | None = None
    provisional: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)


GIVEN_UP = frozenset({Status.CANCELLED, Status.REJECTED, Status.WITHDRAWN})
"""Releases that will not be held as they stand."""


class Member(NamedTuple):
    """A unit with its period in force on the day looked at."""

    unit: Unit
    period: UnitPeriod


@dataclass(frozen=True)
class Look:
    """Facts, policy, calendar, the day and the year judged; with what several rules ask for, computed once."""

    facts: Facts
    policy: Policy
    calendar: Calendar
    day: date
    year: int

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def upto(self) -> date:
        """The last day of the year judged that has come."""
        return min(self.day, self.last)

    def value(self, key: Key[_T], on: date | None = None) -> _T:
        return self.policy.get(key, on or self.upto)

    def judged(self, good: bool, due: date | None = None) -> Result:
        """Pass, or fail once the due day is over; before that, not due."""
        return Result.PASS if good else Result.NOT_DUE if due is not None and self.day <= due else Result.FAIL

    # -- units and people ----------------------------------------------------------------------------

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Units that exist on the last day looked at."""
        return tuple(Member(u, p) for u in self.facts.units if (p := u.on(self.upto)) is not None)

    def members_of(self, kinds: frozenset[UnitKind]) -> Iterator[Member]:
        return (m for m in self.members if m.period.kind in kinds)

    @cached_property
    def bureau(self) -> Member | None:
        return next((m for m in self.members if m.period.kind is UnitKind.BUREAU), None)

    @cached_property
    def office(self) -> Member | None:
        return next((m for m in self.members if m.period.office), None)

    @property
    def bureau_id(self) -> int | None:
        return self.bureau.unit.id if self.bureau else None

    @property
    def office_id(self) -> int | None:
        return self.office.unit.id if self.office else None

    def name(self, unit_id: int | None) -> str:
        unit = self.facts.unit_by_id.get(unit_id) if unit_id is not None else None
        return unit.name if unit else "（未写明单位）"

    def active(self, unit_id: int, role: Role, day: date) -> tuple[Appointment, ...]:
        return self.facts.holders(role, day, unit_id)

    def posts(self, person_id: int, day: date) -> tuple[Appointment, ...]:
        """The posts a person holds on a day."""
        return tuple(a for a in self.facts.appointments_by_person.get(person_id, ()) if a.active_on(day))

    def is_spokesperson(self, person_id: int, day: date) -> bool:
        return any(a.role is Role.SPOKESPERSON for a in self.posts(person_id, day))

    # -- releases ------------------------------------------------------------------------------------

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """Releases of the year, by the day they were held or are meant for."""
        return self.facts.releases_by_year.get(self.year, ())

    @cached_property
    def held(self) -> tuple[Release, ...]:
        """Those held by the day looked at."""
        return tuple(
            r for r in self.releases if r.status in DONE and r.held_on is not None and r.held_on <= self.upto
        )

    @cached_property
    def bureau_held(self) -> tuple[Release, ...]:
        """Held in the bureau's name: what 三(三) is about."""
        return tuple(r for r in self.held if r.in_bureau_name)

    @cached_property
    def submitted(self) -> tuple[Release, ...]:
        """Submitted by the day looked at, and not given up."""
        return tuple(
            r
            for r in self.releases
            if r.submitted_on is not None and r.submitted_on <= self.upto and r.status not in GIVEN_UP
        )

    def business_units(self, release: Release) -> tuple[int, ...]:
        """The units whose matter it is; the organising unit where none is named."""
        return release.business_units or (release.unit_id,)

    # -- the ledger ----------------------------------------------------------------------------------

    def records(self, kind: RecordKind) -> Iterator[Record]:
        return (r for r in self.facts.records_by_kind.get(kind, ()) if r.on <= self.day)

    def records_of(self, ref: str, kind: RecordKind) -> tuple[Record, ...]:
        return tuple(r for r in self.facts.records_by_ref.get(ref, ()) if r.kind is kind and r.on <= self.day)

    @cached_property
    def _yearly(self) -> Mapping[RecordKind, Mapping[Any, Record]]:
        """The first record of each kind about a unit or a person for this year (and half)."""
        found: dict[RecordKind, dict[Any, Record]] = {}
        for kind in (RecordKind.STATEMENT, RecordKind.HALF_YEAR, RecordKind.ROSTER, RecordKind.ASSESSMENT):
            of_kind = found.setdefault(kind, {})
            for record in sorted(self.records(kind), key=lambda r: (r.on, r.id)):
                if record.data.get("year") == self.year:
                    of_kind.setdefault((record.person_id or record.unit_id, record.data.get("half")), record)
        return found

    def yearly(self, kind: RecordKind, whose: int, half: int | None = None) -> Record | None:
        return self._yearly[kind].get((whose, half))

    def due_day(self, on: MonthDay, years_after: int = 0) -> date:
        return on.of(self.year + years_after)


Check = Callable[[Look], Iterator[Verdict]]
CHECKS: dict[str, Check] = {}


def check(*rules: str) -> Callable[[Check], Check]:
    """Register the function that judges these rules. Which values it reads, each key declares."""

    def register(function: Check) -> Check:
        CHECKS.update(dict.fromkeys(rules, function))
        return function

    return register


def of_release(release: Release, rule: str, result: Result, message: str, **more: Any) -> Verdict:
    """A verdict on a release, dated by the day it was or is to be held."""
    more.setdefault("at", release.held_on or release.on)
    told = f"{release.ref}“{release.name}”：{message}"
    return Verdict(rule, result, told, unit_id=release.unit_id, ref=release.ref, **more)


def of_unit(member: Member, rule: str, result: Result, message: str, **more: Any) -> Verdict:
    return Verdict(rule, result, message, unit_id=member.unit.id, **more)
