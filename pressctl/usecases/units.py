"""unit add, import, list, show, rename, kind, office, close."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core.encoding import SPREAD
from pressctl.core.facts import Unit, UnitPeriod
from pressctl.core.names import clause_of
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.terms import Role, Status, UnitKind, Word
from pressctl.core.words import Asked
from pressctl.errors import BadData, Refused
from pressctl.importing.units import UnitRow, read_units, unit_name
from pressctl.importing.values import Judgement
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, find_unit
from pressctl.usecases.imports import Deed, Outcome, Taken, Tell, read_through
from pressctl.usecases.views import Post, UnitView

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


@dataclass(frozen=True)
class NewUnit:
    """What `unit add` is told."""

    name: str
    kind: Asked[UnitKind]
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    office: bool = False
    since: dt.date | None = None


def unit_list(desk: Desk, *, on: dt.date | None = None, everything: bool = False) -> list[UnitView]:
    """Units in force on the day, or all that ever were, each with the name and the kind of that day."""
    day = on or desk.today
    with desk.reading() as repository:
        units = repository.units()
        names = {u.id: u.named_on(day) for u in units}
        return [views.unit_view(u, names, day) for u in units if everything or u.on(day)]


class Period(NamedTuple):
    """A unit's name and kind for a span, and whether it was the spokesperson office."""

    name: str
    kind: UnitKind
    kind_name: str | None
    since: dt.date | None
    until: dt.date | None
    office: bool

    @property
    def named_kind(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)


class UnitRelease(NamedTuple):
    """A release in one line; `date` None where only a period is known."""

    ref: str
    name: str
    date: dt.date | None
    period: str | None
    status: Status


@dataclass(frozen=True)
class UnitStory:
    """A unit with its periods, the people in post and the year's releases."""

    unit: UnitView = field(metadata=SPREAD)
    periods: tuple[Period, ...]
    people: tuple[Post, ...]
    releases: tuple[UnitRelease, ...]


def unit_show(desk: Desk, text: str) -> UnitStory:
    with desk.reading() as repository:
        units = repository.units()
        unit = find_unit(units, text)
        people = (
            views.appointment_view(a, unit.name)
            for a in repository.appointments()
            if a.unit_id == unit.id and a.active_on(desk.today)
        )
        releases = (
            UnitRelease(r.ref, r.name, None if r.period else r.on, r.period, r.status)
            for r in repository.releases()
            if r.unit_id == unit.id and r.on.year == desk.today.year
        )
        return UnitStory(
            views.unit_view(unit, {u.id: u.name for u in units}),
            tuple(
                Period(
                    name=p.name,
                    kind=p.kind,
                    kind_name=p.kind_name,
                    since=p.since,
                    until=p.until,
                    office=p.office,
                )
                for p in unit.periods
            ),
            tuple(people),
            tuple(releases),
        )


def unit_add(desk: Desk, new: NewUnit) -> tuple[UnitView, list[str]]:
    """Enter one unit. Returns it and what is doubtful about its names, judged as those of a file are."""
    kind = desk.meant(new.kind)
    judged = Judgement({"name": "单位名称", "alias": "别名"}, required=("name", "alias"))
    name = judged.take("name", new.name, unit_name)
    aliases = [judged.take("alias", alias, unit_name) for alias in new.aliases]
    judged.require()
    new = replace(new, name=name, aliases=tuple(aliases))
    with desk.writing("unit.add") as repository:
        units = repository.units()
        _require_free(units, (new.name, *new.aliases))
        parent = find_unit(units, new.parent).id if new.parent else None
        office = new.office or is_office(desk.policy(repository), new.name, kind.term, desk.today)
        period = UnitPeriod(new.name, kind.term, parent, office, new.since, kind_name=kind.name)
        unit_id = repository.add_unit(period, new.aliases)
        repository.note(f"U{unit_id}", f"登记单位：{period.name}（{kind.label}）")
        return _view(repository, unit_id), judged.warnings


def _require_free(units: tuple[Unit, ...], names: tuple[str, ...]) -> None:
    taken = {name: u for u in units if u.until is None for name in (u.name, *u.aliases)}
    for name in names:
        if name in taken:
            raise BadData(
                "unit_exists",
                f"“{name}”已是单位{taken[name].name}（{taken[name].id}）的名称或别名。",
                next_step="请换一个名称，或用 unit show 查看。",
            )


def is_office(policy: Policy, name: str, kind: UnitKind, day: dt.date) -> bool:
    """三(一): the spokesperson office shares its people with the division that the regulation names."""
    return kind is UnitKind.DIVISION and name == policy.get(keys.OFFICE_NAME, day)


def unit_rename(desk: Desk, text: str, new_name: str, on: dt.date) -> tuple[UnitView, list[str]]:
    """A new name from a day on; the old one still finds the unit. Returns it and what is doubtful about the name."""
    judged = Judgement({"name": "单位名称"}, required=("name",))
    name = judged.take("name", new_name, unit_name)
    judged.require()
    return _succeed(desk, "unit.rename", text, on, f"更名为{name}", name=name), judged.warnings


def unit_change_kind(desk: Desk, text: str, kind: Asked[UnitKind], on: dt.date) -> UnitView:
    """A new kind from a day on (a county bureau that becomes a sub-bureau): each duty is judged by the kind of its day."""
    named = desk.meant(kind)
    return _succeed(desk, "unit.kind", text, on, f"改为{named.label}", kind=named.term, kind_name=named.name)


def unit_make_office(desk: Desk, text: str, on: dt.date) -> tuple[UnitView, list[str]]:
    """三(一): the spokesperson office is with another unit from a day on; what was done before stays with the former one.
    Returns the unit and what is still to be done about it."""
    with desk.writing("unit.office", on=on) as repository:
        units = repository.units()
        unit = find_unit(units, text)
        if unit.office:
            raise Refused(
                "nothing_new",
                f"{Word.OFFICE.label}已与{unit.name}合署。",
                next_step="用 unit show 查看沿革。",
            )
        former = [u for u in units if u.office and u.until is None]
        for each, office in ((unit, True), *((u, False) for u in former)):
            _change(repository, each, on, {"office": office})
            said = "与" if office else "不再与"
            repository.note(f"U{each.id}", f"{Word.OFFICE.label}自 {on} 起{said}{each.name}合署")
        warnings = [
            f"{a.person.name}（{u.name}）自 {on} 起不能以{Role.OFFICE_DIRECTOR.label}签署：用 register end 免去，"
            f"新任的用 register add --role office_director --unit {unit.name} 登记。"
            for u in former
            for a in repository.appointments()
            if a.unit_id == u.id and a.role is Role.OFFICE_DIRECTOR and a.active_on(on)
        ]
        named = desk.policy(repository).get(keys.OFFICE_NAME, on)
        if named != unit.name:
            warnings.append(
                f"规定写明与{named}合署（{keys.OFFICE_NAME.name}），与{unit.name}不同：规定已改的，在附加规定中写明自 {on} 起的值。"
            )
        return _view(repository, unit.id), warnings


def _succeed(desk: Desk, action: str, text: str, on: dt.date, said: str, **changes: Any) -> UnitView:
    with desk.writing(action, on=on) as repository:
        units = repository.units()
        unit = find_unit(units, text)
        others = tuple(u for u in units if u.id != unit.id)
        _change(repository, unit, on, changes, others)
        repository.note(f"U{unit.id}", f"{unit.name}自 {on} 起{said}")
        return _view(repository, unit.id)


def _change(
    repository: Repository, unit: Unit, on: dt.date, changes: Mapping[str, Any], others: tuple[Unit, ...] = ()
) -> None:
    """What a unit is from a day on; a name must be free among the others."""
    same_day = _fresh(unit, on, changes)
    if not same_day:
        _require_open(unit, on)
    if "name" in changes:
        _require_free(others, (changes["name"],))
    if same_day:
        repository.change_unit(unit.id, replace(unit.latest, **changes))
    else:
        repository.succeed_unit(unit.id, replace(unit.latest, since=on, until=None, **changes))


def _fresh(unit: Unit, on: dt.date, changes: Mapping[str, Any]) -> bool:
    """Whether a change joins another of the same day: a new kind and a new name from one day on are one step, as long as
    that step left what is changed now as it was."""
    if unit.until is not None or len(unit.periods) < 2 or unit.latest.since != on:
        return False
    before = unit.periods[-2]
    return all(getattr(unit.latest, name) == getattr(before, name) for name in changes)


def unit_close(desk: Desk, text: str, on: dt.date) -> UnitView:
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
                clause=clause_of("CHG-01|ROS-09"),
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


def _view(repository: Repository, unit_id: int) -> UnitView:
    units = repository.units()
    names = {u.id: u.name for u in units}
    return next(views.unit_view(u, names) for u in units if u.id == unit_id)


# -- import ----------------------------------------------------------------------------------------


class ByKind(NamedTuple):
    """Units of one kind in a file."""

    kind: UnitKind
    kind_name: str | None

    @property
    def place(self) -> None:
        return None

    @property
    def named(self) -> Named[UnitKind]:
        return Named(self.kind, self.kind_name)


def unit_import(
    desk: Desk,
    file: Path,
    *,
    kind: Asked[UnitKind] | None = None,
    parent: str | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    sheet: str | None = None,
    hidden: bool = False,
    tell: Tell | None = None,
) -> Taken:
    """Units from a table. `kind` and `parent` are those of rows which name none. All rows are judged; with any rejected nothing is imported, unless `skip_bad`."""
    default = desk.meant(kind) if kind is not None else None
    read_through(file)
    with desk.writing("unit.import", dry_run=dry_run) as repository:
        above = find_unit(repository.units(), parent).name if parent else None
        policy = desk.policy(repository)
        reading = read_units(
            file,
            kind=default,
            parent=above,
            own=policy.own,
            sheet=sheet,
            hidden=hidden,
        )
        outcome: Outcome[UnitRow, ByKind] = Outcome(reading, tell)
        taking = _Taking(repository, outcome, policy, desk.today)
        for row in _parents_first(list(outcome.taken())):
            taking.take(row)
        return outcome.settle(file, skip_bad=skip_bad, dry_run=dry_run)


def _parents_first(rows: list[UnitRow]) -> list[UnitRow]:
    """In the file's order, except that a parent comes before its children."""
    by_name = {name: row for row in rows for name in (row.name, *row.aliases)}
    done: dict[str, UnitRow] = {}

    def visit(row: UnitRow, above: tuple[str, ...]) -> None:
        if row.name in done or row.name in above:
            return
        if row.parent in by_name:
            visit(by_name[row.parent], (*above, row.name))
        done[row.name] = row

    for row in rows:
        visit(row, ())
    return list(done.values())


class _Taking:
    """Rows against the units there are. A unit is known by its name, its aliases and what it was called before."""

    def __init__(
        self, repository: Repository, outcome: Outcome[UnitRow, ByKind], policy: Policy, today: dt.date
    ) -> None:
        self._repository, self._outcome, self._policy, self._today = repository, outcome, policy, today
        self._units = {u.id: u for u in repository.units()}
        self._names = {u.id: u.name for u in self._units.values()}
        self._parents = {u.id: u.latest.parent_id for u in self._units.values()}
        self._rows: dict[int, int] = {}
        self._known: dict[str, int] = {}
        for u in sorted(self._units.values(), key=lambda u: u.until is None):
            self._known |= dict.fromkeys((p.name for p in u.periods), u.id)
        for u in sorted(self._units.values(), key=lambda u: u.until is None):
            self._known |= dict.fromkeys((u.name, *u.aliases), u.id)

    def take(self, row: UnitRow) -> None:
        """Add or mend one unit; its parent has had its turn."""
        unit = self._units.get(self._known.get(row.name, 0))
        if wrong := self._wrong(row):
            self._outcome.reject(row, *wrong)
            return
        parent = self._known[row.parent] if row.parent else None
        deed = self._update(unit, row, parent) if unit else self._add(row, parent)
        unit_id = self._known[row.name]
        self._known |= dict.fromkeys(row.aliases, unit_id)
        self._parents[unit_id] = parent or self._parents.get(unit_id)
        self._rows[unit_id] = row.row
        self._outcome.count(deed, ByKind(row.kind, row.kind_name))

    def _wrong(self, row: UnitRow) -> tuple[str, str, str, str | None] | None:
        """(column, value, problem, advice) where the row does not fit what is registered."""
        own = self._known.get(row.name)
        if own is not None and own in self._rows:
            return "单位名称", row.name, f"与第 {self._rows[own]} 行是同一单位（{self._names[own]}）", None
        if gone := self._closed(own):
            return "单位名称", row.name, gone, "请删去这一行；重新设立的用 pressctl unit add 登记。"
        for alias in row.aliases:
            owner = self._known.get(alias)
            if owner is not None and owner != own:
                return "别名", alias, f"已是{self._names[owner]}的名称或别名", None
        if not row.parent:
            return None
        parent = self._known.get(row.parent)
        if parent is None:
            advice = "请核对名称；若在本文件中，则那一行有错，或与本行互为上下级。"
            return "上级单位", row.parent, "没有这个单位", advice
        if gone := self._closed(parent):
            return "上级单位", row.parent, gone, "请改为现在的上级单位。"
        if own is not None and own in self._above(parent):
            return "上级单位", row.parent, f"与{self._names[own]}互为上下级", None
        return None

    def _closed(self, unit_id: int | None) -> str | None:
        unit = self._units.get(unit_id) if unit_id is not None else None
        return f"{unit.name}已于 {unit.until} 撤销" if unit and unit.until else None

    def _above(self, unit_id: int | None) -> Iterator[int]:
        """The unit and those it stands under."""
        seen: set[int] = set()
        while unit_id is not None and unit_id not in seen:
            yield unit_id
            seen.add(unit_id)
            unit_id = self._parents.get(unit_id)

    def _office(self, row: UnitRow) -> bool:
        return is_office(self._policy, row.name, row.kind, self._today) if row.office is None else row.office

    def _stays_office(self, unit: Unit, row: UnitRow) -> bool:
        """Where the file says nothing: as it was; by its name only while no other unit is the office."""
        taken = any(u.office and u.until is None for u in self._units.values() if u.id != unit.id)
        return unit.office or (self._office(row) and not taken)

    def _add(self, row: UnitRow, parent: int | None) -> Deed:
        unit_id = self._repository.add_unit(
            UnitPeriod(row.name, row.kind, parent, self._office(row), kind_name=row.kind_name), row.aliases
        )
        self._known[row.name], self._names[unit_id] = unit_id, row.name
        self._repository.note(f"U{unit_id}", f"导入单位：{row.name}")
        return "added"

    def _update(self, unit: Unit, row: UnitRow, parent: int | None) -> Deed:
        """An empty cell never wipes a value: only what the file says is compared."""
        if row.name != unit.name:
            self._outcome.warn(row, "单位名称", row.name, f"按“{unit.name}”录入，请核对")
        wanted = replace(
            unit.latest,
            kind=row.kind,
            kind_name=row.kind_name,
            parent_id=parent or unit.latest.parent_id,
            office=self._stays_office(unit, row) if row.office is None else row.office,
        )
        aliases = [a for a in row.aliases if a not in (unit.name, *unit.aliases)]
        if wanted == unit.latest and not aliases:
            return "unchanged"
        if wanted != unit.latest:
            self._repository.change_unit(unit.id, wanted)
        self._repository.add_aliases(unit.id, aliases)
        self._repository.note(f"U{unit.id}", f"导入时更新单位：{unit.name}")
        return "updated"
