"""register add, import, list, show, change, end, replace, export, template, freeze, diff, forget."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.facts import Appointment, Facts, Person, Record, Unit
from pressctl.core.terms import RecordKind, Role
from pressctl.errors import BadData, Refused, UsageError
from pressctl.importing.roster import RosterRow, UnitNames, read_person, read_roster, same_person
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, find_person, find_unit
from pressctl.usecases.imports import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressctl.storage.repository import NewAppointment, Repository

_PERSONAL = tuple(f.name for f in fields(Person) if f.name not in ("id", "name"))
_CHUNK = 5000


# -- one person ------------------------------------------------------------------------------------


def register_add(
    desk: Desk,
    name: str,
    role: Role,
    unit: str,
    title: str,
    personal: Mapping[str, str | None],
    *,
    on: dt.date | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """One appointment, registered. The same rules as a row of an import."""
    day = on or desk.today
    with desk.writing("register.add", on=on) as repository:
        units = repository.units()
        place = find_unit(units, unit)
        person, warnings = read_person(name, title, personal, today=desk.today)
        held = repository.appointments()
        same = [
            a
            for a in held
            if a.person.name == person.name and a.unit_id == place.id and a.role is role and a.until is None
        ]
        if same:
            raise Refused(
                "already_registered",
                f"{person.name}已登记为{place.name}{role.label}（人员编号 {same[0].person.id}）。",
                clause="三(四)1",
                next_step="信息有变用 register change，换人用 register replace。",
            )
        known = _same_person(held, person)
        person_id = known.person.id if known else repository.add_person(person)
        if known:
            repository.change_person(_filled(known.person, person))
            warnings += [_elsewhere(known, {u.id: u.name for u in units})]
        appointment = Appointment(
            0, replace(person, id=person_id), place.id, role, title.strip(), day, registered_on=desk.today
        )
        new_id = repository.add_appointment(appointment)
        repository.note(f"P{person_id}", f"登记：{person.name}任{place.name}{role.label}")
        return views.appointment_view(replace(appointment, id=new_id), place.name), warnings


def _same_person(held: Iterable[Appointment], person: Person) -> Appointment | None:
    """The same name with the same mobile or birth month, in whatever post."""
    for a in held:
        known = a.person
        if known.name == person.name and same_person(person.mobile, person.birth, known.mobile, known.birth):
            return a
    return None


def _elsewhere(known: Appointment, names: Mapping[int, str]) -> str:
    return (
        f"{known.person.name}已登记为{names[known.unit_id]}{known.role.label}（人员编号 {known.person.id}），"
        f"按同一人处理；如系调任，请用 register end {known.person.id} --role {known.role.value} 办理原岗位免去。"
    )


def _filled(known: Person, given: Person) -> Person:
    """What is given replaces what was known; an empty value never wipes one."""
    return replace(known, **{name: getattr(given, name) or getattr(known, name) for name in _PERSONAL})


def register_list(
    desk: Desk,
    *,
    unit: str | None = None,
    role: Role | None = None,
    on: dt.date | None = None,
    everything: bool = False,
) -> list[dict[str, Any]]:
    """Appointments in force on the day, or all that ever were."""
    day = on or desk.today
    with desk.reading() as repository:
        units = repository.units()
        names = {u.id: u.name for u in units}
        wanted = find_unit(units, unit).id if unit else None
        return [
            views.appointment_view(a, names[a.unit_id])
            for a in repository.appointments()
            if (everything or a.active_on(day))
            and (wanted is None or a.unit_id == wanted)
            and (role is None or a.role is role)
        ]


def register_show(desk: Desk, text: str) -> dict[str, Any]:
    """A person with every post ever held and what the log says."""
    with desk.reading() as repository:
        appointments = repository.appointments()
        person = find_person(appointments, text, repository.facts()).person
        names = {u.id: u.name for u in repository.units()}
        return {
            **{f.name: getattr(person, f.name) for f in fields(Person)},
            "appointments": [
                views.appointment_view(a, names[a.unit_id]) | {"end_reason": a.end_reason}
                for a in appointments
                if a.person.id == person.id
            ],
            "history": [
                {
                    "on": e["day"].isoformat(),
                    "actor": e["actor"],
                    "summary": e["summary"],
                    "reason": e["reason"],
                }
                for e in repository.log_entries(f"P{person.id}")
            ],
        }


def register_change(
    desk: Desk,
    text: str,
    personal: Mapping[str, str | None],
    *,
    name: str | None = None,
    title: str | None = None,
    role: Role | None = None,
) -> dict[str, Any]:
    """Mend a person's particulars or title; the change is logged field by field."""
    with desk.writing("register.change") as repository:
        post = _open_post(repository, text, role, desk.today)
        checked, _ = read_person(name or post.person.name, title or post.title, personal, today=desk.today)
        person = replace(_filled(post.person, checked), name=checked.name)
        after = replace(post, person=person, title=(title or post.title).strip())
        if after == post:
            raise UsageError("nothing", "没有要改的内容。", next_step="用选项给出要改的项，如 --mobile。")
        repository.change_person(person)
        repository.change_appointment(after)
        repository.note(f"P{person.id}", f"变更登记：{person.name}")
        return views.appointment_view(after, _unit_name(repository, after.unit_id))


def _open_post(repository: Repository, text: str, role: Role | None, day: dt.date) -> Appointment:
    """The post meant: the person's only open one, or the one of the role. Raises BadData when it is unclear."""
    appointments = repository.appointments()
    person = find_person(appointments, text, repository.facts()).person
    posts = [
        a
        for a in appointments
        if a.person.id == person.id and a.until is None and (role is None or a.role is role)
    ]
    if not posts:
        raise BadData(
            "no_post",
            f"{person.name}没有在任的{role.label if role else '岗位'}。",
            next_step="用 register show 查看任职。",
        )
    if len(posts) > 1:
        listed = "、".join(f"{a.role.value}（{a.title}）" for a in posts)
        raise BadData(
            "ambiguous_post", f"{person.name}在任多个岗位：{listed}。", next_step="请用 --role 指明。"
        )
    return posts[0]


def register_end(
    desk: Desk, text: str, on: dt.date, reason: str, *, role: Role | None = None
) -> dict[str, Any]:
    """三(四)1: out of post from a day on."""
    with desk.writing("register.end", on=on) as repository:
        ended = _end(repository, _open_post(repository, text, role, on), on, reason)
        return views.appointment_view(ended, _unit_name(repository, ended.unit_id))


def _end(repository: Repository, post: Appointment, on: dt.date, reason: str) -> Appointment:
    if not reason.strip():
        raise UsageError("no_reason", "免去须写明原因。", next_step="请用 --reason。")
    if post.since is not None and on < post.since:
        raise Refused(
            "date_backwards",
            f"免去日 {on} 早于任职日 {post.since}。",
            clause="三(四)1",
            next_step="请核对 --on。",
        )
    ended = replace(post, until=on, end_reason=reason.strip())
    repository.change_appointment(ended)
    repository.note(f"P{post.person.id}", f"免去{post.person.name}{post.role.label}", reason)
    return ended


def register_replace(
    desk: Desk,
    text: str,
    new_name: str,
    title: str,
    personal: Mapping[str, str | None],
    *,
    on: dt.date,
    reason: str,
    role: Role | None = None,
) -> dict[str, Any]:
    """三(四)1: the successor takes the post on the day the predecessor leaves it: no vacancy."""
    with desk.writing("register.replace", on=on) as repository:
        old = _open_post(repository, text, role, on)
        person, _ = read_person(new_name, title, personal, today=desk.today)
        known = _same_person(repository.appointments(), person)
        _end(repository, old, on, reason)
        person_id = known.person.id if known else repository.add_person(person)
        new = Appointment(
            0,
            replace(person, id=person_id),
            old.unit_id,
            old.role,
            title.strip(),
            on,
            registered_on=desk.today,
        )
        new_id = repository.add_appointment(new)
        name = _unit_name(repository, old.unit_id)
        repository.note(
            f"P{person_id}", f"登记：{person.name}接任{name}{old.role.label}（原{old.person.name}）", reason
        )
        return views.appointment_view(replace(new, id=new_id), name)


def register_forget(desk: Desk, text: str, reason: str) -> dict[str, Any]:
    """Blank the private particulars of someone long gone; the fact of office stays, and so does the log's own story."""
    with desk.writing("register.forget") as repository:
        appointments = repository.appointments()
        person = find_person(appointments, text, repository.facts()).person
        if any(a.person.id == person.id and a.active_on(desk.today) for a in appointments):
            raise Refused(
                "in_post",
                f"{person.name}仍在任，不能清除个人信息。",
                next_step="先用 register end 办理免去。",
            )
        if not reason.strip():
            raise UsageError("no_reason", "清除个人信息须写明原因。", next_step="请用 --reason。")
        emptied: dict[str, Any] = dict.fromkeys(_PERSONAL)
        blank = replace(person, **emptied)
        repository.change_person(blank)
        repository.note(f"P{person.id}", f"清除{person.name}的个人信息", reason)
        return {f.name: getattr(blank, f.name) for f in fields(Person)}


def _unit_name(repository: Repository, unit_id: int) -> str:
    return next(u.name for u in repository.units() if u.id == unit_id)


# -- import ----------------------------------------------------------------------------------------


@dataclass
class _Register:
    """The register as an import matches against it."""

    units: Mapping[int, str]
    by_key: dict[tuple[int, Role, str], list[Appointment]]
    by_name: dict[str, list[Appointment]]
    by_mobile: dict[str, str]

    @classmethod
    def of(cls, units: Iterable[Unit], held: Sequence[Appointment]) -> _Register:
        register = cls({u.id: u.name for u in units}, {}, {}, {})
        for a in held:
            if a.until is None:
                register.by_key.setdefault((a.unit_id, a.role, a.person.name), []).append(a)
            register.by_name.setdefault(a.person.name, []).append(a)
            if a.person.mobile:
                register.by_mobile[a.person.mobile] = a.person.name
        return register

    def match(self, row: RosterRow) -> Appointment | None:
        """The open appointment that a row speaks of; mobile or birth month tell namesakes apart."""
        for a in self.by_key.get((row.unit_id, row.role, row.name), ()):
            if same_person(row.mobile, row.birth, a.person.mobile, a.person.birth) is not False:
                return a
        return None


def register_import(
    desk: Desk,
    file: Path,
    *,
    role: Role | None = None,
    on: dt.date | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    sheet: str | None = None,
    tell: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """A roster from CSV or XLSX, all or nothing. `on` is the day the appointments begin and were received."""
    day = on or desk.today
    with desk.writing("register.import", on=on, dry_run=dry_run) as repository:
        units = repository.units()
        names = UnitNames.of((u.id, u.name, u.aliases, u.kind) for u in units if u.on(day))
        reading = read_roster(file, units=names, role=role, today=desk.today, sheet=sheet)
        outcome = Outcome(reading)
        register = _Register.of(units, repository.appointments())
        repository.note("", f"导入名册 {file.name}")
        rows = _counted(outcome.taken(), tell)
        _take(repository, register, rows, outcome, day)
        if outcome.rejected and skip_bad:
            outcome_file = file.with_name(f"{file.name}.rejected.csv")
            if not dry_run:
                from pressctl.documents import spreadsheets

                spreadsheets.write_rejected(outcome_file, reading.header, _rejected_rows(outcome))
        outcome.require_clean(skip_bad=skip_bad)
        result = outcome.result(file, dry_run=dry_run)
        if outcome.rejected and skip_bad:
            result["rejected_file"] = str(outcome_file)
        return result | {"lacking": _lacking(desk, repository, day)}


def _counted(rows: Iterable[RosterRow], tell: Callable[[int], None] | None) -> Iterator[RosterRow]:
    for number, row in enumerate(rows, start=1):
        if tell and number % 500 == 0:
            tell(number)
        yield row


def _rejected_rows(outcome: Outcome[RosterRow]) -> list[tuple[tuple[str, ...], str]]:
    reasons: dict[int, list[str]] = {}
    for p in outcome.rejected:
        reasons.setdefault(p.row, []).append(f"{p.column}：{p.problem}" if p.column else p.problem)
    return [(raw, "；".join(reasons[row])) for row, raw in outcome.bad_rows.items()]


def _take(
    repository: Repository,
    register: _Register,
    rows: Iterable[RosterRow],
    outcome: Outcome[RosterRow],
    day: dt.date,
) -> None:
    """Match each row against the register; additions go in by the thousand."""
    waiting: list[NewAppointment] = []
    for row in rows:
        if known := register.match(row):
            _refresh(repository, known, row, outcome)
            continue
        waiting.append(_new(register, row, outcome, day))
        if len(waiting) >= _CHUNK:
            outcome.added += repository.add_appointments(waiting)
            waiting.clear()
    outcome.added += repository.add_appointments(waiting)


def _refresh(repository: Repository, known: Appointment, row: RosterRow, outcome: Outcome[RosterRow]) -> None:
    """An empty cell never wipes a value."""
    person = replace(known.person, **{n: getattr(row, n) for n in _PERSONAL if getattr(row, n) is not None})
    after = replace(
        known,
        person=person,
        title=row.title or known.title,
        since=row.since or known.since,
        remark=row.remark or known.remark,
    )
    if after == known:
        outcome.unchanged += 1
        return
    repository.change_person(person)
    repository.change_appointment(after)
    outcome.updated += 1


def _new(register: _Register, row: RosterRow, outcome: Outcome[RosterRow], day: dt.date) -> NewAppointment:
    from pressctl.storage.repository import NewAppointment

    person = Person(0, row.name, **{n: getattr(row, n) for n in _PERSONAL})
    known = _same_person(register.by_name.get(row.name, ()), person)
    if known:
        outcome.warn(row.row, "姓名", row.name, _elsewhere(known, register.units))
    elif row.mobile and register.by_mobile.get(row.mobile, row.name) != row.name:
        outcome.warn(row.row, "手机", row.mobile, f"与已登记的{register.by_mobile[row.mobile]}的手机号相同")
    return NewAppointment(
        person,
        known.person.id if known else None,
        row.unit_id,
        row.role,
        row.title or "",
        row.since or day,
        day,
        row.remark,
    )


def _lacking(desk: Desk, repository: Repository, day: dt.date) -> list[str]:
    """What the roster still lacks by 三(一), in words."""
    from pressctl.core.rules import check
    from pressctl.core.terms import Result

    policy, calendar = desk.law(repository)
    facts = Facts(repository.units(), repository.appointments())
    found = check(facts, policy, calendar, day)
    return [f.message for f in found if f.rule in ROSTER_RULES and f.result is Result.FAIL]


ROSTER_RULES = ("ROS-01", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07")


# -- out -------------------------------------------------------------------------------------------


def register_export(
    desk: Desk,
    file: Path,
    *,
    unit: str | None = None,
    role: Role | None = None,
    on: dt.date | None = None,
    force: bool = False,
) -> dict[str, Any]:
    """The roster as a file that imports as unchanged."""
    day = on or desk.today
    with desk.reading() as repository:
        units = repository.units()
        wanted = find_unit(units, unit).id if unit else None
        names = {u.id: u.name for u in units}
        chosen = [
            a
            for a in repository.appointments()
            if a.active_on(day)
            and (wanted is None or a.unit_id == wanted)
            and (role is None or a.role is role)
        ]
    from pressctl.documents import spreadsheets

    spreadsheets.write_register(file, chosen, names, force=force)
    return {"file": str(file), "rows": len(chosen)}


def register_template(desk: Desk, file: Path, *, force: bool = False) -> dict[str, Any]:
    """An empty workbook for the units to fill in."""
    with desk.reading() as repository:
        names = [u.name for u in repository.units() if u.on(desk.today)]
    from pressctl.documents import spreadsheets

    spreadsheets.write_register_template(file, names, force=force)
    return {"file": str(file), "units": len(names)}


def register_freeze(desk: Desk, year: int, on: dt.date | None = None) -> dict[str, Any]:
    """三(四)4: the roster as it stood, kept for comparison. One a year."""
    day = on or desk.today
    with desk.writing("register.freeze", on=on) as repository:
        if _frozen(repository, year) is not None:
            raise Refused(
                "frozen",
                f"{year} 年名册已封存。",
                clause="三(四)4",
                next_step="用 register diff 与其他年份比较。",
            )
        names = {u.id: u.name for u in repository.units()}
        roster = [
            {
                "unit": names[a.unit_id],
                "role": a.role.value,
                "name": a.person.name,
                "title": a.title,
                "person": a.person.id,
            }
            for a in repository.appointments()
            if a.active_on(day)
        ]
        repository.add_record(
            Record(0, RecordKind.FREEZE, day, text=f"{year} 年名册", data={"year": year, "roster": roster})
        )
        repository.note("office", f"封存 {year} 年名册，{len(roster)} 人次")
        return {"year": year, "on": day.isoformat(), "appointments": len(roster)}


def _frozen(repository: Repository, year: int) -> list[dict[str, Any]] | None:
    for record in repository.records():
        if record.kind is RecordKind.FREEZE and record.data["year"] == year:
            roster: list[dict[str, Any]] = record.data["roster"]
            return roster
    return None


def register_diff(desk: Desk, earlier: int, later: int) -> dict[str, Any]:
    """What changed between two frozen rosters: joined, left, and changed title."""
    with desk.reading() as repository:
        rosters = {year: _frozen(repository, year) for year in (earlier, later)}
    for year, roster in rosters.items():
        if roster is None:
            raise BadData(
                "not_frozen",
                f"{year} 年名册没有封存。",
                next_step=f"用 pressctl register freeze {year} 封存。",
            )
    old, new = (
        {(r["unit"], r["role"], r["person"]): r for r in rosters[year] or ()} for year in (earlier, later)
    )
    return {
        "from": earlier,
        "to": later,
        "joined": [new[k] for k in new if k not in old],
        "left": [old[k] for k in old if k not in new],
        "changed": [
            new[k] | {"old_title": old[k]["title"]}
            for k in new
            if k in old and new[k]["title"] != old[k]["title"]
        ],
    }
