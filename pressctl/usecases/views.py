"""What scripts get: plain dictionaries with the keys of the contract. Dates and terms are left to the JSON writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import Appointment, ApprovalStep, Person, Release, Unit
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key
from pressctl.core.terms import Step
from pressctl.core.working_days import Calendar, Counted, Deadline, LeadUnit, Skipped

PRIVATE = ("birth", "mobile", "email", "qq", "resume")
"""Fields of a person that tables show masked unless asked for in full."""


def unit_view(unit: Unit, names: Mapping[int, str], day: dt.date | None = None) -> dict[str, Any]:
    """What a unit is last, or was on a day; it began and ended when it did."""
    period = (unit.on(day) if day else None) or unit.latest
    return {
        "id": unit.id,
        "name": period.name,
        "kind": period.kind.value,
        "kind_name": period.kind_name,
        "parent": names.get(period.parent_id) if period.parent_id else None,
        "aliases": list(unit.aliases),
        "office": period.office,
        "since": _iso(unit.since),
        "until": _iso(unit.until),
    }


def appointment_view(appointment: Appointment, unit_name: str) -> dict[str, Any]:
    person = appointment.person
    return {
        "id": person.id,
        "name": person.name,
        "role": appointment.role.value,
        "role_name": appointment.role_name,
        "unit": unit_name,
        "title": appointment.title,
        "gender": person.gender,
        "birth": person.birth,
        "ethnicity": person.ethnicity,
        "politics": person.politics,
        "education": person.education,
        "office_phone": person.office_phone,
        "mobile": person.mobile,
        "email": person.email,
        "qq": person.qq,
        "since": _iso(appointment.since),
        "until": _iso(appointment.until),
        "remark": appointment.remark,
        "appointment": appointment.id,
        "registered_on": _iso(appointment.registered_on),
    }


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
