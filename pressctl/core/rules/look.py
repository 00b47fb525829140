"""What every rule looks at, and what it answers: the facts with the look-ups rules share, the verdict, and the duty
behind each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast

from pressctl.core.facts import Appointment, Facts, Person, Record, Release, Unit, UnitPeriod
from pressctl.core.moments import Moment, proved_before
from pressctl.core.own import Among, Named
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key, MonthDay
from pressctl.core.quota import DONE
from pressctl.core.terms import RecordKind, Result, Role, Status, Strength, UnitKind
from pressctl.core.working_days import Calendar

_T = TypeVar("_T")


class Verdict(NamedTuple):
    """One obligation, judged: a tuple, made in a quarter of a frozen dataclass's time, for a year has tens of thousands.

    `at` is the day of the fact judged: a rule says nothing of days before it applies.

    `due` is set while something is still owed by that day, or owed since. `strength` is given where the clause's word
    for this part differs from the rule's own, `cite` where its words are another variant's (a kind of unit, an
    occasion). `provisional` marks a verdict that rests on days of a year without a notice, `local` one that rests on a
    reading of ours. `period` names a part of the year, as in 2026Q1. `gone` marks what nothing on record proves and
    nothing entered from now on can prove. `part` tells apart what one rule asks of one subject; it is no wording.
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
    local: bool = False
    cite: str | None = None
    gone: bool = False
    evidence: Mapping[str, Any] = MappingProxyType({})
    part: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """What a rule holds somebody to, in words for the manual: what opens it, when it is due, what discharges it, what
    counts as too late.

    `good_late`: True where late evidence still discharges it (it stays owed until then, across New Year), False where
    its time passes for good, None for a state that is judged as it stands. `recorded`: the command by which what was
    done in its time is entered afterwards. `carried`: while it lasts it is told by every year's look, so that past
    years need not be asked.
    """

    opened: str
    due: str
    by: str
    late: str
    good_late: bool | None
    recorded: str = ""
    carried: bool = False


OURS = frozenset({"AUD-01", "CAL-01"})
"""What the program itself asks: no words of any regulation."""
GIVEN_UP = frozenset({Status.CANCELLED, Status.REJECTED, Status.WITHDRAWN})
"""Releases that will not be held as they stand."""


class Member(NamedTuple):
    """A unit with its period in force on the day looked at."""

    unit: Unit
    period: UnitPeriod


@dataclass(frozen=True)
class Look:
    """Facts as they stood on the day, policy, calendar, the day and the year judged; with what several rules ask for,
    computed once."""

    facts: Facts
    policy: Policy
    calendar: Calendar
    day: date
    year: int
    open_only: bool = False
    """Whether only what is still owed on the day is asked for, as of years long past: what is over may be left out."""
    asked: frozenset[str] | None = None
    """The rules asked for, None for all: a function of several may leave out the others."""
    _values: dict[tuple[str, date], Any] = field(default_factory=dict, repr=False)
    _offices: dict[date, int | None] = field(default_factory=dict, repr=False)

    @cached_property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @cached_property
    def last(self) -> date:
        return date(self.year, 12, 31)

    def asks(self, rule: str) -> bool:
        return self.asked is None or rule in self.asked

    @cached_property
    def upto(self) -> date:
        """The last day of the year judged that has come."""
        return min(self.day, self.last)

    @property
    def begun(self) -> bool:
        """Whether anything of the year judged has come."""
        return self.day >= self.first

    def value(self, key: Key[_T], on: date | None = None) -> _T:
        asked = key.name, on or self.upto
        if asked not in self._values:
            self._values[asked] = self.policy.get(key, asked[1])
        return cast(_T, self._values[asked])

    def judged(self, good: bool, due: date | None = None) -> Result:
        """Pass, or fail once the due day is over; before that, not due."""
        return Result.PASS if good else Result.NOT_DUE if due is not None and self.day <= due else Result.FAIL

    # -- units and people ----------------------------------------------------------------------------

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Units that exist on the last day looked at."""
        return self._members_on(self.upto)

    def members_of(self, kinds: frozenset[UnitKind]) -> Iterator[Member]:
        return (m for m in self.members if m.period.kind in kinds)

    def members_on(self, day: date, kinds: Among[UnitKind]) -> Iterator[Member]:
        """Units that exist on a day and are of one of the kinds then: each duty is opened by the kind of its own day."""
        return (m for m in self._members_on(day) if kinds.holds(m.period.kind, m.period.kind_name))

    @cached_property
    def _by_day(self) -> dict[date, tuple[Member, ...]]:
        return {}

    def _members_on(self, day: date) -> tuple[Member, ...]:
        if day not in self._by_day:
            self._by_day[day] = tuple(Member(u, p) for u in self.facts.units if (p := u.on(day)) is not None)
        return self._by_day[day]

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

    def office_on(self, day: date) -> int | None:
        """The unit that was the spokesperson office on a day."""
        if day not in self._offices:
            self._offices[day] = next((u for u, p in self.facts.offices if _covers(p, day)), None)
        return self._offices[day]

    def offices_of(self, release: Release) -> set[int | None]:
        """The spokesperson office on the day of a release and on that of its submission, between which it may have moved."""
        return {self.office_on(release.day), self.office_on(release.submitted_on or release.day)}

    def bureau_on(self, day: date) -> int | None:
        return next((u for u, p in self.facts.bureaus if _covers(p, day)), None)

    def name(self, unit_id: int | None, day: date | None = None) -> str:
        """What a unit is called last, or was called on a day."""
        unit = self.facts.unit_by_id.get(unit_id) if unit_id is not None else None
        if unit is None:
            return "（未写明单位）"
        return unit.named_on(day) if day else unit.name

    def active(self, unit_id: int, role: Role | Named[Role], day: date) -> tuple[Appointment, ...]:
        return self.facts.holders(role, day, unit_id)

    def posts(self, person_id: int, day: date) -> tuple[Appointment, ...]:
        """The posts a person holds on a day."""
        return tuple(a for a in self.facts.appointments_by_person.get(person_id, ()) if a.active_on(day))

    def holds(self, person_id: object, day: date, roles: frozenset[Role]) -> bool:
        """Whether a person, by number, holds one of the roles on a day."""
        return isinstance(person_id, int) and any(a.role in roles for a in self.posts(person_id, day))

    def is_spokesperson(self, person_id: object, day: date) -> bool:
        return self.holds(person_id, day, _SPOKESPERSON)

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
            if r.submitted_on is not None and r.submitted_on <= self.day and r.status not in GIVEN_UP
        )

    def business_units(self, release: Release) -> tuple[int, ...]:
        """The units whose matter it is; the organising unit where none is named."""
        return release.business_units or (release.unit_id,)

    # -- the ledger ----------------------------------------------------------------------------------

    def records(self, kind: RecordKind) -> tuple[Record, ...]:
        return self.facts.records_by_kind.get(kind, ())

    def records_of(self, ref: str, kind: RecordKind) -> tuple[Record, ...]:
        return self.facts.records_of_releases.get((ref, kind), ())

    @cached_property
    def _yearly(self) -> Mapping[RecordKind, Mapping[Any, tuple[Record, ...]]]:
        """The records of each kind about a unit or a person for this year (and half), in the order of their days."""
        found: dict[RecordKind, dict[Any, tuple[Record, ...]]] = {}
        for kind in _YEARLY:
            of_kind = found.setdefault(kind, {})
            for record in sorted(self.records(kind), key=lambda r: (r.on, r.id)):
                if record.data.get("year") == self.year:
                    whose = (record.person_id or record.unit_id, record.data.get("half"))
                    of_kind[whose] = (*of_kind.get(whose, ()), record)
        return found

    def yearly(
        self, kind: RecordKind, whose: int | None, half: int | None = None, *, since: date | None = None
    ) -> Record | None:
        """The first record for this year that counts: one dated before `since` is about nothing yet."""
        found = self._yearly[kind].get((whose, half), ())
        return next((r for r in found if since is None or r.on >= since), None)

    def told(self, kind: RecordKind, whose: int | None) -> tuple[Record, ...]:
        """The records of the year, the newest last."""
        return self._yearly[kind].get((whose, None), ())

    def too_early(self, kind: RecordKind, whose: int, half: int | None, since: date) -> Record | None:
        return next((r for r in self._yearly[kind].get((whose, half), ()) if r.on < since), None)

    def past_asking(self, unit: Unit, due: date) -> str | None:
        """What is left to say of a duty of a unit that was closed since and did not do it: nobody is there to do it."""
        if unit.until is None or unit.until > self.day or due >= self.day:
            return None
        return f"{unit.name}已于 {unit.until} 撤销，无从补报，只能如实说明原因。"

    def due_day(self, on: MonthDay, years_after: int = 0) -> date:
        return on.of(self.year + years_after)


_YEARLY = (
    RecordKind.STATEMENT, RecordKind.HALF_YEAR, RecordKind.ROSTER, RecordKind.ASSESSMENT, RecordKind.PLAN,
    RecordKind.SCHEDULE,
)  # fmt: skip
_SPOKESPERSON = frozenset({Role.SPOKESPERSON})


def _covers(period: UnitPeriod, day: date) -> bool:
    return (period.since is None or period.since <= day) and (period.until is None or day < period.until)


Check = Callable[[Look], Iterator[Verdict]]
CHECKS: dict[str, Check] = {}
DUTIES: dict[str, Duty] = {}


def rule(id: str, duty: Duty) -> Callable[[Check], Check]:
    """Register the function that judges a rule, with the duty behind it. Which values it reads, each key declares."""

    def register(function: Check) -> Check:
        CHECKS[id] = function
        DUTIES[id] = duty
        return function

    return register


def of_release(release: Release, rule: str, result: Result, message: str, **more: Any) -> Verdict:
    """A verdict on a release, dated by the day it was or is to be held."""
    more.setdefault("at", release.day)
    told = f"{release.ref}“{release.name}”：{message}"
    return Verdict(rule, result, told, unit_id=release.unit_id, ref=release.ref, **more)


def of_unit(member: Member, rule: str, result: Result, message: str, **more: Any) -> Verdict:
    return Verdict(rule, result, message, unit_id=member.unit.id, **more)


def late_by(received: date, due: date) -> str:
    """“迟了3天”, or nothing."""
    return f"，迟了{(received - due).days}天" if received > due else ""


class Order(NamedTuple):
    """Whether an act is proved to precede an event; what is lacking where it is not; by which commands that is told.
    `first` is the earliest moment that counts; `gone`: nothing entered from now on can prove it."""

    result: Result
    lacking: str = ""
    next: str | None = None
    first: Moment | None = None
    gone: bool = False


def ordered(
    release: Release | None, acts: Iterable[Moment], command: str, *, event: Moment | None = None
) -> Order:
    """Acts against the event of a release, or against another moment; `command` enters such an act, but for its hour."""
    told = list(acts)
    end = event or (release.event if release else None)
    assert end is not None
    result = proved_before(told, end)
    first = min(told, key=lambda m: m.key, default=None)
    if result is Result.NO_EVIDENCE and told:
        said = f"与发布同在 {end.day}，没有写明钟点，看不出先后"
        asked = [f"pressctl {command} --on {end.day} --at 时刻"] * any(
            m.hour is None and m.day == end.day for m in told
        )
        if end.hour is None and release is not None:
            asked.append(_hour_of_event(release))
        return Order(result, said, f"补记钟点：{'；'.join(asked)}。", first)
    if result is Result.FAIL:
        return Order(result, f"最早在 {first}，不在发布（{end}）之前", None, first)
    return Order(result, first=first)


def entered_late(release: Release | None, record: Record, event: Moment | None = None) -> bool:
    """Whether a record was entered after what it must precede, whatever moment it claims (Q29): by the desk's day, or
    because the release was on record as held already."""
    if bool(record.data.get("late")):
        return True
    end = event or (release.event if release is not None and release.held_on else None)
    return end is not None and record.entered is not None and record.entered > end.day


def proved(
    release: Release | None,
    records: Iterable[Record],
    command: str,
    *,
    event: Moment | None = None,
    moment: Callable[[Record], Moment] = lambda r: r.moment,
    also: Moment | None = None,
) -> Order:
    """Records of an act against the event, as `ordered`. What was entered only afterwards proves nothing, as with a
    filing; it may still tell the hour of a day that was told in time. `also` is a moment told with the submission."""
    end = event or (release.event if release else None)
    assert end is not None
    timely: list[Moment] = [also] if also else []
    late: list[Record] = []
    for record in records:
        after = entered_late(release, record, event) and moment(record).before(end) is not False
        if after:
            late.append(record)
        else:
            timely.append(moment(record))
    bare = {m.day for m in timely if m.hour is None}
    hours = [m for m in map(moment, late) if m.hour is not None and m.day in bare]
    order = ordered(release, (*timely, *hours), command, event=event)
    if late and not timely:
        last = min(late, key=lambda r: (r.entered or date.min, r.id))
        when = f"于 {last.entered} " if last.entered else ""
        claimed = moment(last)
        said = f"称在 {claimed}，而{when}在发布之后才登记，不能证明事前已做"
        return Order(Result.NO_EVIDENCE, said, None, claimed, True)
    over = not timely and (release is None or release.held_on is not None)
    return order._replace(gone=True) if over else order


def _hour_of_event(release: Release) -> str:
    held = f"pressctl record held {release.ref} --at 时刻"
    return held if release.held_on else f"pressctl plan move {release.ref} --time 时刻 --reason 补正"
