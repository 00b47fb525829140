"""What scripts get: plain dictionaries with the keys of the contract. Dates and terms are left to the JSON writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import Appointment, ApprovalStep, Person, Release, Unit
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key
from pressctl.core.terms import Role, Step, UnitKind
from pressctl.core.working_days import Calendar, Counted, Deadline, LeadUnit, Skipped

PRIVATE = ("birth", "mobile", "email", "qq", "resume")
"""Fields of a person that tables show masked unless asked for in full."""


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
        unit.id,
        period.name,
        period.kind,
        period.kind_name,
        names.get(period.parent_id) if period.parent_id else None,
        unit.aliases,
        period.office,
        unit.since,
        unit.until,
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
        person.id,
        person.name,
        appointment.role,
        appointment.role_name,
        unit_name,
        appointment.title,
        person.gender,
        person.birth,
        person.ethnicity,
        person.politics,
        person.education,
        person.office_phone,
        person.mobile,
        person.email,
        person.qq,
        appointment.since,
        appointment.until,
        appointment.remark,
        appointment.id,
        appointment.registered_on,
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


@dataclass(frozen=True)
class Written:
    """A file, and how many rows it holds."""

    file: Path
    rows: int


@dataclass(frozen=True)
class DeadlineCount:
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
            deadline.event,
            deadline.days,
            deadline.date,
            deadline.provisional,
            deadline.counted,
            deadline.skipped,
            deadline.sentence(),
            deadline.unit,
            deadline.hour,
        )


def step_view(step: ApprovalStep, release: Release, policy: Policy) -> dict[str, Any]:
    key: Key[Any] = keys.REQUIRED_FIELDS if step.step is Step.UNIT else workflow.ROUTES[release.nature]
    return {
        "step": step.step.value,
        "clause": policy.clause(key, step.on),
        "by": step.by,
        "title": step.title,
        "decision": step.decision.value,
        "opinion": step.opinion,
        "on": step.on.isoformat(),
        "at": _clock(step.at),
        "round": step.round,
        "on_behalf_of": step.on_behalf_of,
    }


def release_view(
    release: Release,
    units: Mapping[int, Unit],
    people: Mapping[int, Person],
    policy: Policy,
    calendar: Calendar,
    today: dt.date,
) -> dict[str, Any]:
    """The release of the contract. `deadline` is computed for the day it was first received, or for today."""
    unit = units[release.unit_id]
    deadline = workflow.submission_deadline(release, unit, policy, calendar, release.first_receipt or today)
    host = people.get(release.host_id) if release.host_id else None
    liaison = people.get(release.liaison_id) if release.liaison_id else None
    return {
        "ref": release.ref,
        "name": release.name,
        "status": release.status.value,
        "unit": unit.name,
        "form": release.form.value,
        "form_name": release.form_name,
        "occasion": release.occasion.value,
        "nature": release.nature.value,
        "date": _day(release, release.on),
        "planned_date": _day(release, release.planned_on),
        "period": release.period,
        "time": _clock(release.at),
        "venue": release.venue,
        "topic": release.topic,
        "categories": list(release.categories),
        "in_bureau_name": release.in_bureau_name,
        "key_matter": release.key_matter,
        "wide_impact": release.wide_impact,
        "urgent": release.urgent,
        "urgent_reason": release.urgent_reason,
        "consulted": _iso(release.consulted_on),
        "consulted_time": _clock(release.consulted_time),
        "deadline": deadline.date.isoformat() if deadline and release.period is None else None,
        "deadline_time": _clock(deadline.hour) if deadline and release.period is None else None,
        "provisional": deadline.provisional if deadline else calendar.day(release.on).provisional,
        "submitted_on": _iso(release.submitted_on),
        "received_on": _iso(release.first_receipt),
        "filed_on": _iso(release.filed_on),
        "filed_time": _clock(release.filed_time),
        "receipt": release.receipt,
        "held_on": _iso(release.held_on),
        "held_time": _clock(release.held_time),
        "reason": release.close_reason,
        "host": host.name if host else None,
        "liaison": liaison.name if liaison else release.liaison,
        "phone": release.phone,
        "audience": release.audience,
        "media": release.media,
        "business_units": [units[u].name for u in release.business_units],
        "joint_units": [units[u].name for u in release.joint_units],
        "local_unit": units[release.local_unit_id].name if release.local_unit_id else None,
        "round": release.round,
        "steps": [step_view(s, release, policy) for s in release.steps],
        "seats": [
            {
                "seat": s.seat.value,
                "person": s.name,
                "id": s.person_id,
                "actual": s.actual,
                "substitute_for": s.substitute_for,
                "reason": s.reason,
            }
            for s in release.seats
        ],
        "attachments": [
            {"kind": a.kind.value, "name": a.name, "sha256": a.sha256, "size": a.size, "round": a.round}
            for a in release.attachments
        ],
    }


def _day(release: Release, day: dt.date) -> str | None:
    """The release's day; of one that has but a period, the day it was held."""
    return _iso(release.held_on) if release.period is not None else day.isoformat()


def _clock(hour: dt.time | None) -> str | None:
    return hour.strftime("%H:%M") if hour else None


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
