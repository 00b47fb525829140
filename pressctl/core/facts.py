"""Frozen records of what happened. Storage builds them, the core judges them, nobody changes them in place.

Every span is half-open: `since` is the first day, `until` the first day no longer; None is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

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


def covers(since: date | None, until: date | None, day: date) -> bool:
    """Whether a half-open span holds the day."""
    return (since is None or since <= day) and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """What a unit was called, what kind it was and under whom, for a span of days (renaming, change of kind)."""

    name: str
    kind: UnitKind
    parent_id: int | None = None
    office: bool = False
    since: date | None = None
    until: date | None = None


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
        return next((p for p in self.periods if covers(p.since, p.until, day)), None)


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

    def active_on(self, day: date) -> bool:
        return covers(self.since, self.until, day)


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """One opinion on 附件1. `round` counts submissions from 1; `person_id` where the signer is on the register.

    `on_behalf_of` names the holder of the post when a delegate signed; `unit_id` the unit whose opinion it is.
    `at` is the hour of signing, where it was given.
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
    `round` counts submissions. `resume_at` is the step a returned release goes straight back to; None starts over.
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
    steps: tuple[ApprovalStep, ...] = ()
    seats: tuple[SeatTaken, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def year(self) -> int:
        return int(self.ref[:4])

    def current_steps(self) -> tuple[ApprovalStep, ...]:
        """The steps of the submission in hand."""
        return tuple(s for s in self.steps if s.round == self.round)

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


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at, with the look-ups they need."""

    units: tuple[Unit, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    releases: tuple[Release, ...] = ()
    records: tuple[Record, ...] = ()
    log_sound: bool | None = None
    """Whether the log's chain verified when the facts were read; None where nobody looked."""

    @cached_property
    def unit_by_id(self) -> Mapping[int, Unit]:
        return {u.id: u for u in self.units}

    @cached_property
    def appointments_by_unit(self) -> Mapping[int, tuple[Appointment, ...]]:
        return _grouped((a.unit_id, a) for a in self.appointments)

    @cached_property
    def appointments_by_person(self) -> Mapping[int, tuple[Appointment, ...]]:
        return _grouped((a.person.id, a) for a in self.appointments)

    @cached_property
    def releases_by_unit(self) -> Mapping[int, tuple[Release, ...]]:
        return _grouped((r.unit_id, r) for r in self.releases)

    @cached_property
    def releases_by_year(self) -> Mapping[int, tuple[Release, ...]]:
        """By the year a release was held in, or is meant for."""
        return _grouped(((r.held_on or r.on).year, r) for r in self.releases)

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
        return _grouped((r.kind, r) for r in self.records)

    @cached_property
    def records_by_ref(self) -> Mapping[str, tuple[Record, ...]]:
        return _grouped((r.ref, r) for r in self.records if r.ref is not None)

    def holders(self, role: Role, day: date, unit_id: int | None = None) -> tuple[Appointment, ...]:
        """Who holds the role on the day, in one unit or anywhere."""
        among = self.appointments if unit_id is None else self.appointments_by_unit.get(unit_id, ())
        return tuple(a for a in among if a.role == role and a.active_on(day))


def _grouped(pairs: Iterable[tuple[_K, _V]]) -> Mapping[_K, tuple[_V, ...]]:
    groups: dict[_K, list[_V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
