"""plan import and export: the year's plan as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.facts import Release
from pressctl.core.terms import Status
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.importing.roster import UnitNames
from pressctl.usecases.calendar import write_calendar
from pressctl.usecases.desk import Desk
from pressctl.usecases.imports import Outcome

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository

_TOLD = ("form", "occasion", "nature", "topic", "categories", "in_bureau_name", "venue", "at")
"""What a plan file says of a release, besides name, unit and date."""


def plan_import(
    desk: Desk, file: Path, *, dry_run: bool = False, skip_bad: bool = False, sheet: str | None = None
) -> dict[str, Any]:
    """The year's plan from a table, all or nothing. The key is year, unit and name."""
    with desk.writing("plan.import", dry_run=dry_run) as repository:
        units = repository.units()
        names = UnitNames.of((u.id, u.name, u.aliases, u.kind) for u in units if u.until is None)
        reading = read_plan(file, units=names, sheet=sheet)
        outcome = Outcome(reading)
        repository.note("", f"导入计划 {file.name}")
        known = {(r.year, r.unit_id, r.name): r for r in repository.releases()}
        for row in outcome.taken():
            if release := known.get((row.on.year, row.unit_id, row.name)):
                _refresh(repository, release, row, outcome)
            else:
                new = _new(desk, repository, row)
                repository.save_release(new)
                known[new.year, new.unit_id, new.name] = new
                outcome.added += 1
        outcome.require_clean(skip_bad=skip_bad)
        return outcome.result(file, dry_run=dry_run)


def _new(desk: Desk, repository: Repository, row: PlanRow) -> Release:
    return Release(
        repository.next_ref(row.on.year),
        row.name,
        row.unit_id,
        row.form,
        row.on,
        row.on,
        planned_at=desk.today,
        **_said(row),
    )


def _said(row: PlanRow) -> dict[str, Any]:
    """What the row says; an empty cell leaves the release as it is."""
    told = {name: getattr(row, name) for name in _TOLD if name != "form"}
    return {name: value for name, value in told.items() if value not in (None, ())}


def _refresh(repository: Repository, release: Release, row: PlanRow, outcome: Outcome[PlanRow]) -> None:
    after = replace(release, form=row.form, **_said(row))
    if release.status is Status.PLANNED and release.on == release.planned_on:
        after = replace(after, on=row.on, planned_on=row.on)
    if after == release:
        outcome.unchanged += 1
    elif release.status is not Status.PLANNED:
        outcome.warn(row.row, "发布名称", row.name, f"{release.ref} {release.status.label}，计划内容不再更新")
        outcome.unchanged += 1
    else:
        repository.save_release(after)
        outcome.updated += 1


def plan_export(desk: Desk, file: Path, *, year: int | None = None, force: bool = False) -> dict[str, Any]:
    """The plan as .csv or .xlsx that imports as unchanged, or as .ics."""
    if file.suffix.lower() == ".ics":
        return write_calendar(desk, file, year=year, force=force)
    with desk.reading() as repository:
        names = {u.id: u.name for u in repository.units()}
        chosen = _of_year(repository.releases(), year)
    from pressctl.documents import spreadsheets

    spreadsheets.write_plan(file, chosen, names, force=force)
    return {"file": str(file), "rows": len(chosen)}


def _of_year(releases: Iterable[Release], year: int | None) -> list[Release]:
    return [r for r in releases if year is None or r.on.year == year]
