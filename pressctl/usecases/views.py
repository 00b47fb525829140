"""Results that several use cases give: frozen, with days and terms; the names of their fields are the contract's keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import Appointment, ApprovalStep, Person, Release, Unit
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    Role,
    Seat,
    Status,
    Step,
    UnitKind,
)
from pressctl.core.working_days import Calendar, Counted, Deadline, LeadUnit, Skipped


class UnitView(NamedTuple):
    id: int
    name: str
    kind: UnitKind
    kind_name: str | None
    parent: str | None
    aliases: tuple[str, ...]
    office: bool
    since: dt.date | None
    until: dt.date | None

    @property
    def named_kind(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)


def unit_view(unit: Unit, names: Mapping[int, str], day: dt.date | None = None) -> UnitView:
    """What a unit is last, or was on a day; it began and ended when it did."""
    period = (unit.on(day) if day else None) or unit.latest
    return UnitView(
        id=unit.id,
        name=period.name,
        kind=period.kind,
        kind_name=period.kind_name,
        parent=names.get(period.parent_id) if period.parent_id else None,
        aliases=unit.aliases,
        office=period.office,
        since=unit.since,
        until=unit.until,
    )


class Post(NamedTuple):
    """A row of the register: a person in a post. `id` is the person's."""

    id: int
    name: str
    role: Role
    role_name: str | None
    unit: str
    title: str
    gender: str | None
    birth: str | None
    ethnicity: str | None
    politics: str | None
    education: str | None
    office_phone: str | None
    mobile: str | None
    email: str | None
    qq: str | None
    since: dt.date | None
    until: dt.date | None
    remark: str | None
    appointment: int
    registered_on: dt.date | None

    @property
    def named_role(self) -> Named[Role]:
        return Named(self.role, self.role_name)


def appointment_view(appointment: Appointment, unit_name: str) -> Post:
    person = appointment.person
    return Post(
        id=person.id,
        name=person.name,
        role=appointment.role,
        role_name=appointment.role_name,
        unit=unit_name,
        title=appointment.title,
        gender=person.gender,
        birth=person.birth,
        ethnicity=person.ethnicity,
        politics=person.politics,
        education=person.education,
        office_phone=person.office_phone,
        mobile=person.mobile,
        email=person.email,
        qq=person.qq,
        since=appointment.since,
        until=appointment.until,
        remark=appointment.remark,
        appointment=appointment.id,
        registered_on=appointment.registered_on,
    )


class Happened(NamedTuple):
    """A line of a history, as the log tells it."""

    on: dt.date
    actor: str
    summary: str
    reason: str | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Happened:
        return cls(entry["day"], entry["actor"], entry["summary"], entry["reason"])


class Written(NamedTuple):
    """A file, and how many rows it holds."""

    file: Path
    rows: int


class DeadlineCount(NamedTuple):
    """A last day, and how it was counted."""

    event: dt.date
    days: int
    deadline: dt.date
    provisional: bool
    counted: tuple[Counted, ...]
    skipped: tuple[Skipped, ...]
    sentence: str
    unit: LeadUnit
    hour: dt.time | None

    @classmethod
    def of(cls, deadline: Deadline) -> DeadlineCount:
        return cls(
            event=deadline.event,
            days=deadline.days,
            deadline=deadline.date,
            provisional=deadline.provisional,
            counted=deadline.counted,
            skipped=deadline.skipped,
            sentence=deadline.sentence(),
            unit=deadline.unit,
            hour=deadline.hour,
        )


class StepView(NamedTuple):
    """An opinion on the way of a release, and the clause that asks for it."""

    step: Step
    clause: str
    by: str
    title: str
    decision: Decision
    opinion: str
    on: dt.date
    at: dt.time | None
    round: int
    on_behalf_of: str | None


class SeatView(NamedTuple):
    """Who sits where: planned, or as it was. `id` is the person's."""

    seat: Seat
    person: str
    id: int
    actual: bool
    substitute_for: str | None
    reason: str | None


class AttachmentView(NamedTuple):
    kind: AttachmentKind
    name: str
    sha256: str
    size: int
    round: int


class ReleaseView(NamedTuple):
    """The release of the contract. `deadline` is computed for the day it was first received, or for today; `date` of one
    that has but a period is the day it was held."""

    ref: str
    name: str
    status: Status
    unit: str
    form: Form
    form_name: str | None
    occasion: Occasion
    nature: Nature
    date: dt.date | None
    planned_date: dt.date | None
    period: str | None
    time: dt.time | None
    venue: str | None
    topic: str | None
    categories: tuple[int, ...]
    in_bureau_name: bool
    key_matter: bool
    wide_impact: bool | None
    urgent: bool
    urgent_reason: str | None
    consulted: dt.date | None
    consulted_time: dt.time | None
    deadline: dt.date | None
    deadline_time: dt.time | None
    provisional: bool
    submitted_on: dt.date | None
    received_on: dt.date | None
    filed_on: dt.date | None
    filed_time: dt.time | None
    receipt: str | None
    held_on: dt.date | None
    held_time: dt.time | None
    reason: str | None
    host: str | None
    liaison: str | None
    phone: str | None
    audience: str | None
    media: str | None
    business_units: tuple[str, ...]
    joint_units: tuple[str, ...]
    local_unit: str | None
    round: int
    steps: tuple[StepView, ...]
    seats: tuple[SeatView, ...]
    attachments: tuple[AttachmentView, ...]

    @property
    def named_form(self) -> Named[Form]:
        return Named(self.form, self.form_name)

    @property
    def when(self) -> str:
        """The day, or the period where none is fixed yet."""
        return str(self.date or self.period)


def release_view(
    release: Release,
    units: Mapping[int, Unit],
    people: Mapping[int, Person],
    policy: Policy,
    calendar: Calendar,
    today: dt.date,
) -> ReleaseView:
    unit = units[release.unit_id]
    last = workflow.submission_deadline(release, unit, policy, calendar, release.first_receipt or today)
    dated = last if release.period is None else None
    host = people.get(release.host_id) if release.host_id else None
    liaison = people.get(release.liaison_id) if release.liaison_id else None
    return ReleaseView(
        ref=release.ref,
        name=release.name,
        status=release.status,
        unit=unit.name,
        form=release.form,
        form_name=release.form_name,
        occasion=release.occasion,
        nature=release.nature,
        date=release.on if release.period is None else release.held_on,
        planned_date=release.planned_on if release.period is None else release.held_on,
        period=release.period,
        time=release.at,
        venue=release.venue,
        topic=release.topic,
        categories=release.categories,
        in_bureau_name=release.in_bureau_name,
        key_matter=release.key_matter,
        wide_impact=release.wide_impact,
        urgent=release.urgent,
        urgent_reason=release.urgent_reason,
        consulted=release.consulted_on,
        consulted_time=release.consulted_time,
        deadline=dated.date if dated else None,
        deadline_time=dated.hour if dated else None,
        provisional=last.provisional if last else calendar.day(release.on).provisional,
        submitted_on=release.submitted_on,
        received_on=release.first_receipt,
        filed_on=release.filed_on,
        filed_time=release.filed_time,
        receipt=release.receipt,
        held_on=release.held_on,
        held_time=release.held_time,
        reason=release.close_reason,
        host=host.name if host else None,
        liaison=liaison.name if liaison else release.liaison,
        phone=release.phone,
        audience=release.audience,
        media=release.media,
        business_units=tuple(units[u].name for u in release.business_units),
        joint_units=tuple(units[u].name for u in release.joint_units),
        local_unit=units[release.local_unit_id].name if release.local_unit_id else None,
        round=release.round,
        steps=tuple(_step(s, release, policy) for s in release.steps),
        seats=tuple(
            SeatView(
                seat=s.seat,
                person=s.name,
                id=s.person_id,
                actual=s.actual,
                substitute_for=s.substitute_for,
                reason=s.reason,
            )
            for s in release.seats
        ),
        attachments=tuple(
            AttachmentView(a.kind, a.name, a.sha256, a.size, a.round) for a in release.attachments
        ),
    )


def _step(step: ApprovalStep, release: Release, policy: Policy) -> StepView:
    key: Key[Any] = keys.REQUIRED_FIELDS if step.step is Step.UNIT else workflow.ROUTES[release.nature]
    return StepView(
        step=step.step,
        clause=policy.clause(key, step.on),
        by=step.by,
        title=step.title,
        decision=step.decision,
        opinion=step.opinion,
        on=step.on,
        at=step.at,
        round=step.round,
        on_behalf_of=step.on_behalf_of,
    )
