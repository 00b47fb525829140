"""unit add, import, list, show, rename, close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.facts import Unit, UnitPeriod
from pressctl.core.policy import Policy
from pressctl.core.terms import UnitKind
from pressctl.errors import BadData, Refused
from pressctl.importing.units import UnitRow, read_units
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, find_unit
from pressctl.usecases.imports import Outcome

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


@dataclass(frozen=True)
class NewUnit:
    """What `unit add` is told."""

    name: str
    kind: UnitKind
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    office: bool = False
    since: dt.date | None = None


def unit_list(desk: Desk, *, on: dt.date | None = None, everything: bool = False) -> list[dict[str, Any]]:
    """Units in force on the day, or all that ever were."""
    day = on or desk.today
    with desk.reading() as repository:
        units = repository.units()
        names = {u.id: u.name for u in units}
        return [views.unit_view(u, names) for u in units if everything or u.on(day)]


def unit_show(desk: Desk, text: str) -> dict[str, Any]:
    """One unit with its periods, the people in post and the year's releases."""
    with desk.reading() as repository:
        units = repository.units()
        unit = find_unit(units, text)
        names = {u.id: u.name for u in units}
        people = [
            views.appointment_view(a, unit.name)
            for a in repository.appointments()
            if a.unit_id == unit.id and a.active_on(desk.today)
        ]
        releases = [
            {"ref": r.ref, "name": r.name, "date": r.on.isoformat(), "status": r.status.value}
            for r in repository.releases()
            if r.unit_id == unit.id and r.on.year == desk.today.year
        ]
        return views.unit_view(unit, names) | {
            "periods": [
                {
                    "name": p.name,
                    "kind": p.kind.value,
                    "since": p.since.isoformat() if p.since else None,
                    "until": p.until.isoformat() if p.until else None,
                }
                for p in unit.periods
            ],
            "people": people,
            "releases": releases,
        }


def unit_add(desk: Desk, new: NewUnit) -> dict[str, Any]:
    with desk.writing("unit.add") as repository:
        units = repository.units()
        _require_free(units, (new.name, *new.aliases))
        parent = find_unit(units, new.parent).id if new.parent else None
        office = new.office or is_office(desk.policy(repository), new.name, new.kind, desk.today)
        period = UnitPeriod(new.name.strip(), new.kind, parent, office, new.since)
        unit_id = repository.add_unit(period, new.aliases)
        repository.note(f"U{unit_id}", f"登记单位：{period.name}（{period.kind.label}）")
        return _view(repository, unit_id)


def _require_free(units: tuple[Unit, ...], names: tuple[str, ...]) -> None:
    taken = {name: u for u in units if u.until is None for name in (u.name, *u.aliases)}
    for name in names:
        if not name.strip():
            raise BadData("no_name", "单位名称和别名不能为空。")
        if name in taken:
            raise BadData(
                "unit_exists",
                f"“{name}”已是单位{taken[name].name}（{taken[name].id}）的名称或别名。",
                next_step="请换一个名称，或用 unit show 查看。",
            )


def is_office(policy: Policy, name: str, kind: UnitKind, day: dt.date) -> bool:
    """三(一): the spokesperson office shares its people with the division that the regulation names."""
    return kind is UnitKind.DIVISION and name == policy.get("office.unit_name", day)


def unit_rename(desk: Desk, text: str, new_name: str, on: dt.date) -> dict[str, Any]:
    """A new name from a day on; the old one still finds the unit."""
    return _succeed(desk, "unit.rename", text, on, f"更名为{new_name}", name=new_name.strip())


def unit_change_kind(desk: Desk, text: str, kind: UnitKind, on: dt.date) -> dict[str, Any]:
    """A new kind from a day on (a county bureau that becomes a sub-bureau): each duty is judged by the kind of its day."""
    return _succeed(desk, "unit.kind", text, on, f"改为{kind.label}", kind=kind)


def _succeed(desk: Desk, action: str, text: str, on: dt.date, said: str, **changes: Any) -> dict[str, Any]:
    with desk.writing(action, on=on) as repository:
        units = repository.units()
        unit = find_unit(units, text)
        _require_open(unit, on)
        if "name" in changes:
            _require_free(tuple(u for u in units if u.id != unit.id), (changes["name"],))
        repository.succeed_unit(unit.id, replace(unit.latest, since=on, until=None, **changes))
        repository.note(f"U{unit.id}", f"{unit.name}自 {on} 起{said}")
        return _view(repository, unit.id)


def unit_close(desk: Desk, text: str, on: dt.date) -> dict[str, Any]:
    """Closed from a day on. Refused while people are in post or releases are open there."""
    with desk.writing("unit.close", on=on) as repository:
        unit = find_unit(repository.units(), text)
        _require_open(unit, on)
        staying = [
            a.person.name for a in repository.appointments() if a.unit_id == unit.id and a.active_on(on)
        ]
        if staying:
            raise Refused(
                "people_in_post",
                f"{unit.name}在 {on} 仍有 {len(staying)} 人在册：{'、'.join(staying[:8])}。",
                clause="三(四)1",
                next_step="先用 register end 办理免去，或 register change 改任。",
            )
        repository.close_unit(unit.id, on)
        repository.note(f"U{unit.id}", f"{unit.name}自 {on} 起撤销")
        return _view(repository, unit.id)


def _require_open(unit: Unit, on: dt.date) -> None:
    if unit.until is not None:
        raise Refused(
            "unit_closed", f"{unit.name}已于 {unit.until} 撤销。", next_step="用 unit show 查看沿革。"
        )
    if unit.latest.since is not None and on <= unit.latest.since:
        raise Refused(
            "date_backwards",
            f"{on} 不晚于{unit.name}现名的起始日 {unit.latest.since}。",
            next_step="请核对 --on。",
        )


def _view(repository: Repository, unit_id: int) -> dict[str, Any]:
    units = repository.units()
    names = {u.id: u.name for u in units}
    return next(views.unit_view(u, names) for u in units if u.id == unit_id)


# -- import ----------------------------------------------------------------------------------------


def unit_import(
    desk: Desk, file: Path, *, dry_run: bool = False, skip_bad: bool = False, sheet: str | None = None
) -> dict[str, Any]:
    """Units from a table. All rows are judged; with any rejected nothing is imported, unless `skip_bad`."""
    reading = read_units(file, sheet=sheet)
    outcome = Outcome(reading)
    with desk.writing("unit.import", dry_run=dry_run) as repository:
        policy = desk.policy(repository)
        known = {name: u.id for u in repository.units() for name in (u.name, *u.aliases)}
        before = {u.id: u for u in repository.units()}
        rows = list(outcome.taken())
        in_file = {row.name for row in rows} | {a for row in rows for a in row.aliases}
        for row in rows:
            if row.parent and row.parent not in known and row.parent not in in_file:
                outcome.reject(row.row, "上级单位", row.parent, "没有这个单位", raw=row.raw)
        outcome.require_clean(skip_bad=skip_bad)
        for row in _parents_first(rows, known):
            if outcome.rejected_row(row.row):
                continue
            parent = known.get(row.parent) if row.parent else None
            office = (
                row.office if row.office is not None else is_office(policy, row.name, row.kind, desk.today)
            )
            period = UnitPeriod(row.name, row.kind, parent, office)
            if row.name not in known:
                known[row.name] = repository.add_unit(period, [a for a in row.aliases if a not in known])
                known |= {a: known[row.name] for a in row.aliases if a not in known}
                repository.note(f"U{known[row.name]}", f"导入单位：{row.name}")
                outcome.added += 1
            else:
                _update(repository, before[known[row.name]], period, row, known, outcome)
        return outcome.result(file, dry_run=dry_run)


def _update(
    repository: Repository,
    unit: Unit,
    period: UnitPeriod,
    row: UnitRow,
    known: dict[str, int],
    outcome: Outcome[UnitRow],
) -> None:
    """An empty cell never wipes a value: only what the file says is compared."""
    wanted = replace(
        unit.latest,
        kind=period.kind,
        parent_id=period.parent_id or unit.latest.parent_id,
        office=unit.office or period.office,
    )
    aliases = [a for a in row.aliases if a not in known]
    if wanted == unit.latest and not aliases:
        outcome.unchanged += 1
        return
    if wanted != unit.latest:
        repository.change_unit(unit.id, wanted)
    repository.add_aliases(unit.id, aliases)
    known |= dict.fromkeys(aliases, unit.id)
    repository.note(f"U{unit.id}", f"导入时更新单位：{unit.name}")
    outcome.updated += 1


def _parents_first(rows: list[UnitRow], known: Mapping[str, int]) -> list[UnitRow]:
    """In the file's order, except that a parent named later in the file comes before its children."""
    by_name = {name: row for row in rows for name in (row.name, *row.aliases)}
    done: dict[str, UnitRow] = {}

    def visit(row: UnitRow, above: tuple[str, ...]) -> None:
        if row.name in done or row.name in above:
            return
        if row.parent and row.parent not in known and row.parent in by_name:
            visit(by_name[row.parent], (*above, row.name))
        done[row.name] = row

    for row in rows:
        visit(row, ())
    return list(done.values())
