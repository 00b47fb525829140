"""Frozen records of what happened. Storage builds them, the core judges them, nobody changes them in place.

Every span is half-open: `since` is the first day, `until` the first day no longer; None is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar

from pressctl.core.moments import Moment, moment_of
from pressctl.core.own import Named
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    RecordKind,
    Role,
    Seat,
    Status,
    Step,
    UnitKind,
)

_K = TypeVar("_K")
_V = TypeVar("_V")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _begun(since: date | None, day: date) -> bool:
    return since is None or since <= day


def _ahead(until: date | None, day: date) -> bool:
    return until is not None and until > day


def covers(since: date | None, until: date | None, day: date) -> bool:
    """Whether a half-open span holds the day."""
    return (since is None or since <= day) and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """What a unit was called, what kind it was and under whom, for a span of days (renaming, change of kind).

    `kind_name` is the regulation's own name of the kind, where it has one; so is `role_name` of a post, `form_name` of a
    release.
    """

    name: str
    kind: UnitKind
    parent_id: int | None = None
    office: bool = False
    since: date | None = None
    until: date | None = None
    kind_name: str | None = None

    @property
    def named_kind(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the bureau. `periods` in order of time, never empty."""

    id: int
    periods: tuple[UnitPeriod, ...]
    aliases: tuple[str, ...] = ()

    @property
    def latest(self) -> UnitPeriod:
        return self.periods[-1]

    @property
    def name(self) -> str:
        return self.latest.name

    @property
    def kind(self) -> UnitKind:
        return self.latest.kind

    @property
    def named_kind(self) -> Named[UnitKind]:
        return self.latest.named_kind

    @property
    def office(self) -> bool:
        return self.latest.office

    @property
    def since(self) -> date | None:
        return self.periods[0].since

    @property
    def until(self) -> date | None:
        return self.latest.until

    def on(self, day: date) -> UnitPeriod | None:
        """The period in force on the day; None before the unit began or after it closed."""
        if len(self.periods) == 1:
            only = self.periods[0]
            return only if covers(only.since, only.until, day) else None
        return next((p for p in self.periods if covers(p.since, p.until, day)), None)

    def named_on(self, day: date) -> str:
        """What it was called on a day; outside its time, what it is called last."""
        period = self.on(day)
        return period.name if period else self.name

    def is_bureau_or_office(self, day: date) -> bool:
        period = self.on(day)
        return period is not None and (period.kind is UnitKind.BUREAU or period.office)

    def as_of(self, day: date) -> Unit | None:
        """The unit as it stood on a day: what happened to it later is not known yet."""
        if all(_begun(p.since, day) and not _ahead(p.until, day) for p in self.periods):
            return self
        begun = [p for p in self.periods if _begun(p.since, day)]
        if not begun:
            return None
        last = begun[-1]
        return replace(
            self, periods=(*begun[:-1], replace(last, until=None) if _ahead(last.until, day) else last)
        )


@dataclass(frozen=True, slots=True)
class Person:
    """附件2, 附件3. `birth` is YYYY-MM; phones and numbers are text."""

    id: int
    name: str
    gender: str | None = None
    birth: str | None = None
    ethnicity: str | None = None
    politics: str | None = None
    education: str | None = None
    office_phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    qq: str | None = None
    resume: str | None = None


def one_person(one: Person, other: Person) -> bool:
    """Whether two entries may be one person: one name, and neither birth month nor gender tells them apart. Two mobile
    numbers do not: many have two."""
    if one.id == other.id:
        return True
    told = ((one.birth, other.birth), (one.gender, other.gender))
    return one.name == other.name and not any(a and b and a != b for a, b in told)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person in a role at a unit for a span. `registered_on` is the day the office entered it (三(四)1)."""

    id: int
    person: Person
    unit_id: int
    role: Role
    title: str
    since: date | None = None
    until: date | None = None
    registered_on: date | None = None
    end_reason: str | None = None
    remark: str | None = None
    role_name: str | None = None

    @property
    def named_role(self) -> Named[Role]:
        return Named(self.role, self.role_name)

    def active_on(self, day: date) -> bool:
        return covers(self.since, self.until, day)

    def as_of(self, day: date) -> Appointment | None:
        """The post as it stood on a day; None where it had not begun."""
        if not _begun(self.since or self.registered_on, day):
            return None
        return replace(self, until=None, end_reason=None) if _ahead(self.until, day) else self


def in_its_place(post: Appointment, units: Mapping[int, Unit], day: date) -> bool:
    """Whether a leader's post is one of the bureau, a director's one of its office: elsewhere it signs nothing here."""
    unit = units.get(post.unit_id)
    period = unit.on(day) if unit else None
    if post.role in (Role.CHIEF_LEADER, Role.DEPUTY_LEADER):
        return period is not None and period.kind is UnitKind.BUREAU
    return post.role is not Role.OFFICE_DIRECTOR or (period is not None and period.office)


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One opinion on 附件1. `round` counts submissions from 1; `person_id` where the signer is on the register.

    `on_behalf_of` names the holder of the post when a delegate signed; `unit_id` the unit whose opinion it is.
    `at` is the hour of signing, where it was given; `entered` the desk's day on which it was written down (None: not
    known).
    """

    round: int
    step: Step
    by: str
    title: str
    decision: Decision
    opinion: str
    on: date
    person_id: int | None = None
    role: Role | None = None
    on_behalf_of: str | None = None
    unit_id: int | None = None
    at: time | None = None
    entered: date | None = None


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """Who sits where. `actual` False as planned at submission, True as recorded after the event.

    `substitute_for` names the person replaced, with the reason (Q24).
    """

    seat: Seat
    person_id: int
    name: str
    actual: bool = False
    substitute_for: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file copied into the data directory under its SHA-256. The last of a kind is the one in force."""

    kind: AttachmentKind
    name: str
    sha256: str
    size: int
    added_on: date
    round: int = 1


@dataclass(frozen=True, slots=True)
class Release:
    """One release from plan to archive. `planned_on` is the plan's date, `on` the date now meant, `held_on` the day it was.

    `period` is what a plan names instead of a day (2026-06, 2026-06下旬, 2026Q4, 2026); `on` is then its last day.
    `at` is the event's own hour. `received_on` is the day of the first complete receipt (三(三)3): a return does not
    move it, a withdrawal empties it. `closed_on` is the day it was cancelled, rejected or withdrawn.
    `round` counts submissions; of those up to `void_round` the opinions are void, because what was agreed to was changed
    afterwards. `resume_at` is the step a returned release goes straight back to; None starts over.
    `business_units` own the matter (三(二)2-3), `joint_units` organise it together with `unit_id`.
    """

    ref: str
    name: str
    unit_id: int
    form: Form
    on: date
    planned_on: date
    occasion: Occasion = Occasion.OWN
    nature: Nature = Nature.SPECIAL
    status: Status = Status.PLANNED
    in_bureau_name: bool = False
    key_matter: bool = False
    wide_impact: bool | None = None
    topic: str | None = None
    categories: tuple[int, ...] = ()
    venue: str | None = None
    at: time | None = None
    host_id: int | None = None
    liaison_id: int | None = None
    liaison: str | None = None
    phone: str | None = None
    audience: str | None = None
    media: str | None = None
    urgent: bool = False
    urgent_reason: str | None = None
    consulted_on: date | None = None
    planned_at: date | None = None
    submitted_on: date | None = None
    held_on: date | None = None
    filed_on: date | None = None
    receipt: str | None = None
    close_reason: str | None = None
    resume_at: Step | None = None
    business_units: tuple[int, ...] = ()
    joint_units: tuple[int, ...] = ()
    local_unit_id: int | None = None
    round: int = 0
    filed_time: time | None = None
    held_time: time | None = None
    consulted_time: time | None = None
    received_on: date | None = None
    closed_on: date | None = None
    period: str | None = None
    form_name: str | None = None
    void_round: int | None = None
    steps: tuple[ApprovalStep, ...] = ()
    seats: tuple[SeatTaken, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    claimed_own: bool = False
    """Entered under the unit's own name although the bureau or its office organises it (三(三)6, Q35)."""

    @property
    def named_form(self) -> Named[Form]:
        return Named(self.form, self.form_name)

    @property
    def year(self) -> int:
        return int(self.ref[:4])

    @property
    def day(self) -> date:
        """The day it was held, or is meant for."""
        return self.held_on or self.on

    @property
    def undated(self) -> bool:
        """Only a period is known of when it will be: `on` is the period's last day, not the release's."""
        return self.period is not None and self.held_on is None

    @property
    def when(self) -> str:
        """When it was held or is meant for, as tables show it: 2026-10-09, or a period that has no day yet."""
        return self.period if self.period and self.undated else self.day.isoformat()

    @property
    def event(self) -> Moment:
        """When it is or was held: the hour recorded, else the one announced."""
        return Moment(self.day, self.held_time or self.at)

    @property
    def consulted(self) -> Moment | None:
        return Moment(self.consulted_on, self.consulted_time) if self.consulted_on else None

    @property
    def first_receipt(self) -> date | None:
        """The first complete receipt (三(三)3, Q28); what was taken back, or given up after that, has none. Before it
        was kept, it is told by the rounds that the office or a leader returned: the receipt of the first of them stands."""
        if self.status is Status.WITHDRAWN or (self.status is Status.CANCELLED and self.received_on is None):
            return None
        if self.status in _DONE and self.received_on is None and self.closed_on is not None:
            return None  # held although it had been taken back
        if self.received_on is not None or self.submitted_on is None:
            return self.received_on or self.submitted_on
        first = self._first_round
        return next((s.on for s in self.steps if s.round == first and s.step is Step.UNIT), self.submitted_on)

    @property
    def _first_round(self) -> int:
        """The round from which each was returned up to the last: what was taken back before it does not count."""
        returned = {s.round for s in self.steps if s.decision is Decision.RETURN}
        first = self.round
        while first - 1 in returned:
            first -= 1
        return first

    @property
    def first_receipt_moment(self) -> Moment | None:
        """The first complete receipt with its hour, where the submission told one."""
        day = self.first_receipt
        if day is None:
            return None
        own = [s for s in self.steps if s.step is Step.UNIT and s.on == day]
        first = [s for s in own if s.round == self._first_round] or own[-1:]
        return Moment(day, first[0].at if first else None)

    def in_its_name(self, unit: Unit | None) -> Release:
        """In the bureau's name, whatever was ticked, where the bureau or its office organises it (Q35)."""
        if self.in_bureau_name or unit is None or not unit.is_bureau_or_office(self.day):
            return self
        return replace(self, in_bureau_name=True, claimed_own=True)

    def as_of(self, day: date, later: tuple[Stage, ...] = ()) -> Release | None:
        """The release as it stood on a day; None where it was not planned yet.

        `later` are the changes of later days, the newest first: each is taken back where nothing came over it.
        Where they do not tell the status, it is read from the release's own dates.
        """
        if _ahead(self.planned_at, day):
            return None
        if not later and not self._touched_after(day):
            return self
        stood = self
        for stage in later:
            back = {k: old for k, (old, new) in stage.changed.items() if getattr(stood, k) == new}
            stood = replace(stood, **back) if back else stood
        if not stood._touched_after(day):
            return stood
        steps = tuple(s for s in stood.steps if s.on <= day)
        known: dict[str, Any] = {
            "steps": steps,
            "attachments": tuple(a for a in stood.attachments if a.added_on <= day),
            "round": max((s.round for s in steps), default=0),
            "seats": tuple(s for s in stood.seats if not (s.actual and _ahead(stood.held_on, day))),
        }
        for name, empty in _DATED.items():
            if _ahead(getattr(stood, name), day):
                known |= dict.fromkeys((name, *empty))
        if _ahead(stood.submitted_on, day):  # the round before, where there was one
            known["submitted_on"] = next((s.on for s in reversed(steps) if s.step is Step.UNIT), None)
        if not any("status" in stage.changed for stage in later):
            known["status"] = _status_on(stood, steps, day)
        return replace(stood, **known)

    def _touched_after(self, day: date) -> bool:
        """Whether anything of it is dated after a day; steps and attachments stand in the order of their days."""
        return (
            _ahead(self.steps[-1].on if self.steps else None, day)
            or _ahead(self.attachments[-1].added_on if self.attachments else None, day)
            or _ahead(self.submitted_on, day)
            or _ahead(self.filed_on, day)
            or _ahead(self.held_on, day)
            or _ahead(self.closed_on, day)
        )

    @property
    def void(self) -> bool:
        """Whether a change, or its being taken back, has made void what was signed of the submission in hand."""
        return bool(self.steps) and self.round <= (self.void_round or 0)

    def current_steps(self) -> tuple[ApprovalStep, ...]:
        """The steps of the submission in hand; none where they are void."""
        return () if self.void else tuple(s for s in self.steps if s.round == self.round)

    def entered_after(self, step: ApprovalStep) -> bool:
        """Whether an opinion was written down only after the day of the release, whatever day it claims."""
        return _ahead(step.entered, self.day)

    def attached(self, kind: AttachmentKind) -> Attachment | None:
        """The newest attachment of a kind."""
        return next((a for a in reversed(self.attachments) if a.kind == kind), None)

    def same_place(self, other: Release) -> bool:
        """At one venue, and at one hour or an hour unsaid; the day is the caller's to compare."""
        return (
            bool(self.venue)
            and self.venue == other.venue
            and (None in (self.at, other.at) or self.at == other.at)
        )

    def in_both(self, other: Release) -> list[str]:
        """Names of those who have a seat at either, sorted."""
        there = {s.person_id for s in other.seats}
        return sorted({s.name for s in self.seats if s.person_id in there})

    def seated(self, seat: Seat, *, actual: bool) -> tuple[SeatTaken, ...]:
        return tuple(s for s in self.seats if s.seat == seat and s.actual is actual)


@dataclass(frozen=True, slots=True)
class Record:
    """An act of duty that is no approval: kind, day, whom it concerns, a text, a file, and what its kind adds.

    `on` and `at` are the moment claimed, `entered` the desk's day: when somebody wrote it down (None: not known).
    """

    id: int
    kind: RecordKind
    on: date
    unit_id: int | None = None
    person_id: int | None = None
    ref: str | None = None
    text: str | None = None
    sha256: str | None = None
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    at: time | None = None
    entered: date | None = None

    @property
    def moment(self) -> Moment:
        return Moment(self.on, self.at)


@dataclass(frozen=True, slots=True)
class Stage:
    """What an entry of the log changed of a release: {field: (old, new)}, and its business day."""

    day: date
    changed: Mapping[str, tuple[Any, Any]]


_DATED: Mapping[str, tuple[str, ...]] = {
    "received_on": (),
    "filed_on": ("filed_time", "receipt"),
    "held_on": ("held_time",),
    "closed_on": (),
}
"""Days that a release owes to acts, with what came along with each."""
_DONE = frozenset({Status.HELD, Status.ARCHIVED})
_CLOSED = frozenset({Status.CANCELLED, Status.REJECTED, Status.WITHDRAWN})


def _status_on(release: Release, steps: tuple[ApprovalStep, ...], day: date) -> Status:
    """The status that a release's own dates tell of a day."""
    status = release.status
    if status in _DONE and not _ahead(release.held_on, day):
        return status
    if status in _CLOSED and release.closed_on is not None and release.closed_on <= day:
        return status
    if release.filed_on is not None and release.filed_on <= day:
        return Status.FILED
    if not steps:  # a route of two levels begins without the unit's signature
        return Status.SUBMITTED if release.submitted_on and release.submitted_on <= day else Status.PLANNED
    last = steps[-1]
    if last.decision is Decision.RETURN:
        return Status.RETURNED
    if last.decision is Decision.REJECT:
        return Status.REJECTED
    return {Step.UNIT: Status.SUBMITTED, Step.OFFICE: Status.REVIEWED, Step.LEADER: Status.APPROVED}[
        last.step
    ]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that had to be answered (三(二)2-3, 三(三)5): what was recorded of it, then and later.

    `happened` is when it began; `refs` are the releases about it.
    """

    id: int
    kind: Occasion
    what: str
    happened: Moment
    recorded_on: date
    unit_id: int | None = None
    refs: tuple[str, ...] = ()
    informed: Moment | None = None
    responded: Moment | None = None
    conference: Moment | None = None
    facts: str | None = None
    handling: str | None = None
    regulation: str | None = None
    lines: tuple[Record, ...] = ()
    """What was recorded with it of a line decided for the answer (--line, --decided-by)."""
    dated: bool = True
    """Whether it was told when it happened; else it counts from the day it was recorded."""
    level: str | None = None
    """Of an emergency: 特别重大, 重大 and the like, where it is told."""


def line_decided(record: Record) -> Moment:
    """When the line was decided: the moment told with it, else that of the record."""
    told = record.data.get("decided")
    return moment_of(datetime.fromisoformat(told)) if told else record.moment


def _matter(trigger: Record, responses: Sequence[Record]) -> Matter:
    """A matter with all that was recorded of it: of moments the first, of words the last."""
    told: dict[str, Any] = dict(trigger.data)
    refs = [trigger.ref, told.get("ref")]
    for response in responses:
        given = {k: v for k, v in response.data.items() if v not in (None, "")}
        refs.append(given.pop("ref", None))
        firsts = {k: min(v, told[k]) for k, v in given.items() if k in _FIRSTS and told.get(k)}
        told |= given | firsts

    def moment(name: str) -> Moment | None:
        return moment_of(datetime.fromisoformat(told[name])) if told.get(name) else None

    return Matter(
        trigger.id,
        Occasion(told.get("kind") or Occasion.MAJOR),
        str(told.get("matter") or ""),
        moment("happened") or trigger.moment,
        trigger.on,
        trigger.unit_id,
        tuple(dict.fromkeys(ref for ref in refs if ref)),
        moment("informed"),
        moment("responded"),
        moment("conference"),
        told.get("facts"),
        told.get("handling"),
        told.get("regulation"),
        tuple(r for r in (trigger, *responses) if r.data.get("decided_by")),
        bool(told.get("happened")),
        str(told.get("level") or "").strip() or None,
    )


_BY_DAY = attrgetter("on", "id")
_FIRSTS = frozenset({"informed", "responded", "conference"})


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at, with the look-ups they need."""

    units: tuple[Unit, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    releases: tuple[Release, ...] = ()
    records: tuple[Record, ...] = ()
    log_sound: bool | None = None
    """Whether the log's chain verified when the facts were read; None where nobody looked."""
    later: Mapping[str, tuple[Stage, ...]] = field(default_factory=lambda: _NOTHING)
    """By release, what entries of later days than the one asked about changed, the newest first."""
    stands_on: date | None = None
    """The day through which these facts are seen; None: all that is known."""

    def as_of(self, day: date) -> Facts:
        """The world as it stood on a day, by the days that acts claim: every figure is computed from this.

        Records stand in the order of their days, whenever they were entered. Releases in the bureau's name by who
        organises them are so here (Q35).
        """
        if self.stands_on == day:
            return self
        units = tuple(u for unit in self.units if (u := unit.as_of(day)) is not None)
        by_id = {u.id: u for u in units}
        releases = tuple(
            r.in_its_name(by_id.get(r.unit_id))
            for release in self.releases
            if (r := release.as_of(day, self.later.get(release.ref, ()))) is not None
        )
        return replace(
            self,
            units=units,
            appointments=tuple(a for post in self.appointments if (a := post.as_of(day)) is not None),
            releases=releases,
            records=tuple(sorted((r for r in self.records if r.on <= day), key=_BY_DAY)),
            stands_on=day,
        )

    def around(self, year: int) -> Facts:
        """The same without the releases that never were of a year, nor of the one before or after it; those of which
        something was waived stay, whose year tells that of the waiver."""
        near = range(year - 1, year + 2)
        kept = {*self.later, *(r.ref for r in self.records if r.kind is RecordKind.WAIVER)}
        return replace(
            self,
            releases=tuple(
                r for r in self.releases if r.on.year in near or r.day.year in near or r.ref in kept
            ),
        )

    @cached_property
    def unit_by_id(self) -> Mapping[int, Unit]:
        return {u.id: u for u in self.units}

    @cached_property
    def units_by_name(self) -> Mapping[str, tuple[Unit, ...]]:
        """Units under each name that they ever had."""
        return _grouped((name, u) for u in self.units for name in dict.fromkeys(p.name for p in u.periods))

    @cached_property
    def appointments_by_unit(self) -> Mapping[int, tuple[Appointment, ...]]:
        return _by(self.appointments, attrgetter("unit_id"))

    @cached_property
    def appointments_by_person(self) -> Mapping[int, tuple[Appointment, ...]]:
        return _by(self.appointments, attrgetter("person.id"))

    @cached_property
    def appointments_by_name(self) -> Mapping[str, tuple[Appointment, ...]]:
        return _by(self.appointments, attrgetter("person.name"))

    @cached_property
    def appointments_by_start(self) -> Mapping[int, tuple[Appointment, ...]]:
        """By the year in which each post was taken; without those of which nobody knows when."""
        return _by((a for a in self.appointments if a.since is not None), attrgetter("since.year"))

    @cached_property
    def spokespersons(self) -> tuple[Appointment, ...]:
        """Every post of a spokesperson, past ones too."""
        return tuple(a for a in self.appointments if a.role is Role.SPOKESPERSON)

    @cached_property
    def releases_by_unit(self) -> Mapping[int, tuple[Release, ...]]:
        return _by(self.releases, attrgetter("unit_id"))

    @cached_property
    def releases_by_year(self) -> Mapping[int, tuple[Release, ...]]:
        """By the year a release was held in, or is meant for."""
        return _by(self.releases, attrgetter("day.year"))

    @cached_property
    def releases_by_plan(self) -> Mapping[int, tuple[Release, ...]]:
        """By the year the plan first meant each for."""
        return _by(self.releases, attrgetter("planned_on.year"))

    @cached_property
    def releases_shared(self) -> Mapping[int, tuple[Release, ...]]:
        """Every release under each unit that organises it, alone or jointly (Q8)."""
        return _grouped(
            (unit, r) for r in self.releases for unit in dict.fromkeys((r.unit_id, *r.joint_units))
        )

    @cached_property
    def release_by_ref(self) -> Mapping[str, Release]:
        return {r.ref: r for r in self.releases}

    @cached_property
    def records_by_kind(self) -> Mapping[RecordKind, tuple[Record, ...]]:
        return _by(self.records, attrgetter("kind"))

    @cached_property
    def matters(self) -> tuple[Matter, ...]:
        """What had to be answered, in the order it happened, with all that was recorded of it since."""
        responses = _by(
            sorted(self.records_by_kind.get(RecordKind.RESPONSE, ()), key=_BY_DAY),
            lambda r: int(r.data["trigger"]),
        )
        found = (
            _matter(t, responses.get(t.id, ())) for t in self.records_by_kind.get(RecordKind.TRIGGER, ())
        )
        return tuple(sorted(found, key=lambda m: (m.happened.key, m.id)))

    @cached_property
    def matters_by_ref(self) -> Mapping[str, tuple[Matter, ...]]:
        return _grouped((ref, m) for m in self.matters for ref in m.refs)

    @cached_property
    def offices(self) -> tuple[tuple[int, UnitPeriod], ...]:
        """(unit, period) of each time in which a unit was the spokesperson office."""
        return tuple((u.id, p) for u in self.units for p in u.periods if p.office)

    @cached_property
    def bureaus(self) -> tuple[tuple[int, UnitPeriod], ...]:
        """(unit, period) of each time in which a unit was the bureau itself."""
        return tuple((u.id, p) for u in self.units for p in u.periods if p.kind is UnitKind.BUREAU)

    @cached_property
    def first_year(self) -> int | None:
        """The first year of which an act of duty, a plan or an entry in the register is on record; None: of none."""
        days = [r.on for r in self.records if r.kind not in _STANDING]
        days += [m.happened.day for m in self.matters]
        days += [r.planned_at or r.on for r in self.releases]
        days += [a.registered_on for a in self.appointments if a.registered_on]
        return min(days).year if days else None

    @cached_property
    def assessments(self) -> Mapping[tuple[int | None, int | None], Record]:
        """By unit and year, the first score on record."""
        found = reversed(self.records_by_kind.get(RecordKind.ASSESSMENT, ()))
        return {(r.unit_id, r.data.get("year")): r for r in found}

    @cached_property
    def records_of_releases(self) -> Mapping[tuple[str, RecordKind], tuple[Record, ...]]:
        """By the release they are about, and their kind."""
        return _by((r for r in self.records if r.ref is not None), attrgetter("ref", "kind"))

    def holders(
        self, role: Role | Named[Role], day: date, unit_id: int | None = None
    ) -> tuple[Appointment, ...]:
        """Who holds the role on the day, in one unit or anywhere; of an own name, who holds it by that name."""
        wanted = Named.of(role)
        among = self.appointments if unit_id is None else self.appointments_by_unit.get(unit_id, ())
        return tuple(
            a
            for a in among
            if a.role is wanted.term and wanted.name in (None, a.role_name) and a.active_on(day)
        )


_STANDING = frozenset({
    RecordKind.OFFICE_SETUP, RecordKind.COUNTY_SYSTEM, RecordKind.REGISTRATION, RecordKind.DELEGATION, RecordKind.FIELD
})  # fmt: skip
"""What is recorded once for good, often of days long before the register began."""


def _by(items: Iterable[_V], key: Callable[[_V], _K]) -> Mapping[_K, tuple[_V, ...]]:
    return _grouped((key(item), item) for item in items)


def _grouped(pairs: Iterable[tuple[_K, _V]]) -> Mapping[_K, tuple[_V, ...]]:
    groups: dict[_K, list[_V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
