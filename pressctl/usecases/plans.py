"""plan import and export: the year's plan as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core.facts import Release
from pressctl.core.own import Named
from pressctl.core.period import stored
from pressctl.core.terms import Form, Status
from pressctl.core.words import Asked
from pressctl.core.working_days import Calendar
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.usecases.calendar import write_calendar
from pressctl.usecases.desk import Desk, find_unit
from pressctl.usecases.imports import Deed, Outcome, Taken, Tell, read_through, unit_names
from pressctl.usecases.releases import clashes
from pressctl.usecases.views import Written

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository

_TOLD = ("form", "occasion", "nature", "topic", "categories", "in_bureau_name", "venue", "at")
"""What a plan file says of a release, besides name, unit and date."""


class ByForm(NamedTuple):
    """What a unit plans in one form."""

    unit: str
    form: Form
    form_name: str | None

    @property
    def place(self) -> str:
        return self.unit

    @property
    def named(self) -> Named[Form]:
        return Named(self.form, self.form_name)


def plan_import(
    desk: Desk,
    file: Path,
    *,
    unit: str | None = None,
    form: Asked[Form] | None = None,
    year: int | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    sheet: str | None = None,
    hidden: bool = False,
    tell: Tell | None = None,
) -> Taken:
    """The year's plan from a table, all or nothing. The key is year, unit and name. `unit`, `form` and `year` are those of rows which name none."""
    default = desk.meant(form) if form is not None else None
    read_through(file)
    with desk.writing("plan.import", dry_run=dry_run) as repository:
        units = {u.id: u for u in repository.units()}
        reading = read_plan(
            file,
            units=unit_names(units.values(), desk.today),
            today=desk.today,
            unit=find_unit(units.values(), unit).id if unit else None,
            form=default,
            year=year,
            own=desk.policy(repository).own,
            sheet=sheet,
            hidden=hidden,
        )
        outcome: Outcome[PlanRow, ByForm] = Outcome(reading, tell)
        repository.note("", f"导入计划 {file.name}")
        schedule = _Schedule(
            desk.calendar(repository), {u.id: u.name for u in units.values()}, repository.releases()
        )
        for row in outcome.taken():
            planner = units[row.unit_id]
            if release := schedule.known(row):
                deed = _refresh(repository, release, row, outcome)
            elif planner.on(row.on) is None:
                said = f"{planner.name}在 {row.on} 不存在（已撤销或尚未设立）"
                outcome.reject(row, "日期", row.on.isoformat(), said, "请核对单位与日期。")
                continue
            else:
                new = _new(desk, repository, row)
                repository.save_release(new)
                for doubt in schedule.enter(new):
                    outcome.warn(row, "日期", row.on.isoformat(), doubt)
                deed = "added"
            outcome.count(deed, ByForm(planner.name, row.form, row.form_name))
        return outcome.settle(file, skip_bad=skip_bad, dry_run=dry_run)


class _Schedule:
    """All releases, to find the one a row speaks of and what a new one runs into."""

    def __init__(self, calendar: Calendar, units: Mapping[int, str], releases: Iterable[Release]) -> None:
        self._calendar, self._units = calendar, units
        self._days: dict[date, list[Release]] = {}
        self._named: dict[tuple[int, int, str], Release] = {}
        for release in releases:
            self._keep(release)

    def _keep(self, release: Release) -> None:
        self._days.setdefault(release.on, []).append(release)
        for year in {release.on.year, release.year}:
            self._named[year, release.unit_id, release.name] = release

    def known(self, row: PlanRow) -> Release | None:
        return self._named.get((row.on.year, row.unit_id, row.name))

    def enter(self, new: Release) -> list[str]:
        """What is doubtful about a new release's day, as `plan add` says it."""
        day = self._calendar.day(new.on)
        doubts = [] if day.working or new.period else [f"是{day.name or day.kind.label}，不是工作日"]
        doubts += [c.rstrip("。") for c in clashes(new, self._days.get(new.on, ()), self._units)]
        self._keep(new)
        return doubts


def _new(desk: Desk, repository: Repository, row: PlanRow) -> Release:
    return Release(
        repository.next_ref(row.on.year),
        row.name,
        row.unit_id,
        row.form,
        row.on,
        row.on,
        period=row.period,
        form_name=row.form_name,
        planned_at=desk.today,
        **_said(row),
    )


def _said(row: PlanRow) -> dict[str, Any]:
    """What the row says; an empty cell leaves the release as it is."""
    told = {name: getattr(row, name) for name in _TOLD if name != "form"}
    return {name: value for name, value in told.items() if value not in (None, ())}


def _refresh(
    repository: Repository, release: Release, row: PlanRow, outcome: Outcome[PlanRow, ByForm]
) -> Deed:
    after = replace(release, form=row.form, form_name=row.form_name, **_said(row))
    if release.status is Status.PLANNED and release.on == release.planned_on and not _fixed(release, row):
        after = replace(after, on=row.on, planned_on=row.on, period=row.period)
    if after == release:
        return "unchanged"
    if release.status is not Status.PLANNED:
        said = f"{release.ref} {release.status.label}，计划内容不再更新"
        outcome.warn(row, "发布名称", row.name, said)
        return "unchanged"
    repository.save_release(after)
    return "updated"


def _fixed(release: Release, row: PlanRow) -> bool:
    """Whether the row still names the period within which a day has been fixed since."""
    if row.period is None or release.period is not None:
        return False
    meant = stored(row.period)
    return meant.first <= release.on <= meant.last


def plan_export(desk: Desk, file: Path, *, year: int | None = None, force: bool = False) -> Written:
    """The plan as .csv or .xlsx that imports as unchanged, or as .ics."""
    if file.suffix.lower() == ".ics":
        return write_calendar(desk, file, year=year, force=force)
    with desk.reading() as repository:
        names = {u.id: u.name for u in repository.units()}
        chosen = _of_year(repository.releases(), year)
    from pressctl.documents import spreadsheets

    spreadsheets.write_plan(file, chosen, names, force=force)
    return Written(file, len(chosen))


def _of_year(releases: Iterable[Release], year: int | None) -> list[Release]:
    return [r for r in releases if year is None or r.on.year == year]
