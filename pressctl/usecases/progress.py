"""plan progress: whether each unit's plan holds what it owes (三(二)4), and what became of what was planned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pressctl.core.facts import Facts, Release, Unit
from pressctl.core.period import stored
from pressctl.core.policy import Policy
from pressctl.core.quota import DONE, held_by, quotas_of
from pressctl.core.terms import Status
from pressctl.usecases.desk import Desk, find_unit

_GIVEN_UP = frozenset({Status.CANCELLED, Status.REJECTED})


@dataclass(frozen=True)
class Progress:
    """A unit's plan against what was held. `planned_on` is the day it was first entered, `required` what the regulation
    asks, `complete` whether the plan holds it."""

    unit: str
    year: int
    planned_on: dt.date | None
    planned: int
    required: int
    complete: bool
    held: int
    on_time: int
    moved: int
    unplanned: int
    cancelled: int
    open: int
    refs: tuple[str, ...]


def progress(desk: Desk, year: int | None = None, *, unit: str | None = None) -> list[Progress]:
    """One row a unit that plans or owes something: plan against what was held, by the release's own two dates."""
    wanted_year = year or desk.today.year
    with desk.reading() as repository:
        policy = desk.policy(repository)
        facts = repository.facts(desk.today).as_of(desk.today)
    chosen = (find_unit(facts.units, unit),) if unit else facts.units
    rows = [_row(facts, policy, u, wanted_year) for u in chosen]
    return [r for r in rows if unit or r.required or r.planned or r.unplanned]


def _row(facts: Facts, policy: Policy, unit: Unit, year: int) -> Progress:
    quotas = quotas_of(unit, policy, year)
    own = [r for r in facts.releases_shared.get(unit.id, ()) if year in (r.planned_on.year, r.on.year)]
    planned = [r for r in own if _was_planned(r, year)]
    held = held_by(unit, own)
    kept = [r for r in planned if r.status not in _GIVEN_UP]
    first = min((r.planned_at for r in planned if r.planned_at), default=None)
    return Progress(
        unit=unit.name,
        year=year,
        planned_on=first,
        planned=len(planned),
        required=sum(q.number for q in quotas),
        complete=all(sum(q.planned(r) for r in kept) >= q.number for q in quotas),
        held=len(held),
        on_time=sum(r in planned and _as_planned(r) for r in held),
        moved=sum(r in planned and not _as_planned(r) for r in held),
        unplanned=sum(r not in planned for r in held),
        cancelled=sum(r.status in _GIVEN_UP for r in own),
        open=sum(r.status not in DONE and r.status not in _GIVEN_UP for r in own),
        refs=tuple(r.ref for r in own),
    )


def _as_planned(release: Release) -> bool:
    """Held on the day of the plan, or within its period."""
    if release.period is None or release.held_on is None:
        return release.held_on == release.planned_on
    meant = stored(release.period)
    return meant.first <= release.held_on <= meant.last


def _was_planned(release: Release, year: int) -> bool:
    """Part of the year's plan: entered before the day it was first meant for."""
    return release.planned_on.year == year and (
        release.planned_at is None or release.planned_at < release.planned_on
    )
