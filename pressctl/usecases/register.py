"""register add, import, list, show, change, end, replace, export, template, freeze, diff, forget."""

from __future__ import annotations

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core.encoding import SPREAD, encoded
from pressctl.core.facts import Appointment, Facts, Person, Record, Unit
from pressctl.core.names import clause_of
from pressctl.core.own import Named
from pressctl.core.terms import RecordKind, Role
from pressctl.core.words import Asked
from pressctl.errors import BadData, Refused, UsageError
from pressctl.importing.roster import LABELS, RosterRow, read_person, read_roster, same_person
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, find_person, find_unit
from pressctl.usecases.imports import Deed, Outcome, Taken, Tell, read_through, unit_names
from pressctl.usecases.views import Happened, Post, Written

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository

_PERSONAL = tuple(f.name for f in fields(Person) if f.name not in ("id", "name"))
_CHUNK = 2000


# -- one person ------------------------------------------------------------------------------------


def register_add(
    desk: Desk,
    name: str,
    role: Asked[Role],
    unit: str,
    title: str,
    personal: Mapping[str, str | None],
    *,
    on: dt.date | None = None,
) -> tuple[Post, list[str]]:
    """One appointment, registered. The same rules as a row of an import."""
    day, kind = on or desk.today, desk.meant(role)
    with desk.writing("register.add", on=on) as repository:
        units = repository.units()
        place = find_unit(units, unit)
        person, post, remark, warnings = read_person(name, title, personal, today=desk.today)
        if not (person.office_phone or person.mobile):
            warnings.append("办公室电话和手机都没有填，请用 register change 补登记")
        held = repository.appointments()
        _require_absent(held, person, place, kind)
        known = _same_person(held, person)
        person_id = known.person.id if known else repository.add_person(person)
        if known:
            repository.change_person(_filled(known.person, person))
            if known.until is None:
                warnings.append(_elsewhere(known, {u.id: u.name for u in units}))
        others = {a.person.name: a.person.id for a in held if a.person.mobile == person.mobile is not None}
        warnings += [_one_mobile(n, id) for n, id in others.items() if n != person.name]
        appointment = Appointment(
            0,
            replace(person, id=person_id),
            place.id,
            kind.term,
            post,
            day,
            registered_on=desk.today,
            remark=remark,
            role_name=kind.name,
        )
        new_id = repository.add_appointment(appointment)
        repository.note(f"P{person_id}", f"登记：{person.name}任{place.name}{kind.label}")
        return views.appointment_view(replace(appointment, id=new_id), place.name), warnings


def _require_absent(held: Iterable[Appointment], person: Person, unit: Unit, role: Named[Role]) -> None:
    """Refused for someone in that very post, by whatever name; a namesake whose mobile or birth month differs is another
    person."""
    for a in held:
        there = (
            a.until is None and a.unit_id == unit.id and a.role is role.term and a.person.name == person.name
        )
        if there and same_person(person.mobile, person.birth, a.person.mobile, a.person.birth) is not False:
            raise Refused(
                "already_registered",
                f"{person.name}已登记为{unit.name}{a.named_role.label}（人员编号 {a.person.id}）。",
                clause=clause_of("CHG-01|ROS-09"),
                next_step=(
                    f"改任{role.label}的，先用 register end 免去，再用 register add 登记；"
                    if a.role_name != role.name
                    else ""
                )
                + "信息有变用 register change，换人用 register replace；是同名的另一人，请给出 --mobile 或 --birth。",
            )


def _same_person(held: Iterable[Appointment], person: Person) -> Appointment | None:
    """The same name with the same mobile or birth month, in whatever post; the one still held before one that ended."""
    same = [a for a in held if a.person.name == person.name and _is_same(person, a.person)]
    return next((a for a in same if a.until is None), same[0] if same else None)


def _elsewhere(known: Appointment, names: Mapping[int, str]) -> str:
    return (
        f"{known.person.name}已登记为{names[known.unit_id]}{known.named_role.label}（人员编号 {known.person.id}），"
        f"按同一人处理；如系调任，请用 pressctl register end {known.person.id} --role {known.role.value} --on 日期 --reason 调任 "
        "办理原岗位免去"
    )


def _one_mobile(name: str, number: int) -> str:
    return f"与已登记的{name}（人员编号 {number}）的手机号相同，请核对"


def _filled(known: Person, given: Person) -> Person:
    """What is given replaces what was known; an empty value never wipes one."""
    return replace(known, **{name: getattr(given, name) or getattr(known, name) for name in _PERSONAL})


def register_list(
    desk: Desk,
    *,
    unit: str | None = None,
    role: Asked[Role] | None = None,
    on: dt.date | None = None,
    everything: bool = False,
) -> list[Post]:
    """Appointments in force on the day, or all that ever were."""
    day, kind = on or desk.today, desk.meant(role) if role is not None else None
    with desk.reading() as repository:
        units = repository.units()
        names = {u.id: u.name for u in units}
        wanted = find_unit(units, unit).id if unit else None
        return [
            views.appointment_view(a, names[a.unit_id])
            for a in repository.appointments()
            if (everything or a.active_on(day))
            and (wanted is None or a.unit_id == wanted)
            and (kind is None or kind.covers(a.named_role))
        ]


@dataclass(frozen=True)
class PostHeld:
    """A post, and why it ended."""

    post: Post = field(metadata=SPREAD)
    end_reason: str | None


@dataclass(frozen=True)
class PersonStory:
    """A person with every post ever held and what the log says."""

    person: Person = field(metadata=SPREAD)
    appointments: tuple[PostHeld, ...]
    history: tuple[Happened, ...]


def register_show(desk: Desk, text: str) -> PersonStory:
    with desk.reading() as repository:
        appointments = repository.appointments()
        person = find_person(appointments, text, repository.facts()).person
        names = {u.id: u.name for u in repository.units()}
        posts = (
            PostHeld(views.appointment_view(a, names[a.unit_id]), a.end_reason)
            for a in appointments
            if a.person.id == person.id
        )
        history = map(Happened.of, repository.log_entries(f"P{person.id}"))
        return PersonStory(person, tuple(posts), tuple(history))


def register_change(
    desk: Desk,
    text: str,
    personal: Mapping[str, str | None],
    *,
    name: str | None = None,
    title: str | None = None,
    role: Asked[Role] | None = None,
) -> tuple[Post, list[str]]:
    """Mend a person's particulars or title; the change is logged field by field."""
    with desk.writing("register.change") as repository:
        post = _open_post(desk, repository, text, role, desk.today)
        if name is None and title is None and not any(personal.values()):
            raise _nothing_to_change()
        checked, new_title, aside, warnings = read_person(name, title, personal, today=desk.today)
        person = replace(_filled(post.person, checked), name=checked.name or post.person.name)
        remark = _joined(post.remark, aside)
        after = replace(post, person=person, title=new_title or post.title, remark=remark)
        if after == post:
            raise _nothing_to_change()
        repository.change_person(person)
        repository.change_appointment(after)
        repository.note(f"P{person.id}", f"变更登记：{person.name}")
        return views.appointment_view(after, _unit_name(repository, after.unit_id)), warnings


def _nothing_to_change() -> UsageError:
    return UsageError("nothing", "没有要改的内容。", next_step="用选项给出要改的项，如 --mobile。")


def _joined(remark: str | None, aside: str | None) -> str | None:
    """The remark with what is new in it."""
    if not aside or (remark and aside in remark):
        return remark
    return f"{remark}；{aside}" if remark else aside


def _open_post(
    desk: Desk, repository: Repository, text: str, role: Asked[Role] | None, day: dt.date
) -> Appointment:
    """The post meant: the person's only open one, or the one of the role. Raises BadData when it is unclear."""
    kind = desk.meant(role, repository) if role is not None else None
    appointments = repository.appointments()
    person = find_person(appointments, text, repository.facts()).person
    posts = [
        a
        for a in appointments
        if a.person.id == person.id and a.until is None and (kind is None or kind.covers(a.named_role))
    ]
    if not posts:
        raise BadData(
            "no_post",
            f"{person.name}没有在任的{kind.label if kind else '岗位'}。",
            next_step="用 register show 查看任职。",
        )
    if len(posts) > 1:
        listed = "、".join(f"{a.role_name or a.role.value}（{a.title}）" for a in posts)
        raise BadData(
            "ambiguous_post", f"{person.name}在任多个岗位：{listed}。", next_step="请用 --role 指明。"
        )
    return posts[0]


def register_end(desk: Desk, text: str, on: dt.date, reason: str, *, role: Asked[Role] | None = None) -> Post:
    """三(四)1: out of post from a day on."""
    with desk.writing("register.end", on=on) as repository:
        ended = _end(repository, _open_post(desk, repository, text, role, on), on, reason)
        return views.appointment_view(ended, _unit_name(repository, ended.unit_id))


def _end(repository: Repository, post: Appointment, on: dt.date, reason: str) -> Appointment:
    if not reason.strip():
        raise UsageError("no_reason", "免去须写明原因。", next_step="请用 --reason。")
    if post.since is not None and on < post.since:
        raise Refused(
            "date_backwards",
            f"免去日 {on} 早于任职日 {post.since}。",
            clause=clause_of("CHG-01|ROS-09"),
            next_step="请核对 --on。",
        )
    ended = replace(post, until=on, end_reason=reason.strip())
    repository.change_appointment(ended)
    repository.note(f"P{post.person.id}", f"免去{post.person.name}{post.named_role.label}", reason)
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
    role: Asked[Role] | None = None,
) -> tuple[Post, list[str]]:
    """三(四)1: the successor takes the post on the day the predecessor leaves it: no vacancy."""
    with desk.writing("register.replace", on=on) as repository:
        old = _open_post(desk, repository, text, role, on)
        person, post, remark, warnings = read_person(new_name, title, personal, today=desk.today)
        if not (person.office_phone or person.mobile):
            warnings.append("办公室电话和手机都没有填，请用 register change 补登记")
        held = repository.appointments()
        unit = next(u for u in repository.units() if u.id == old.unit_id)
        _require_absent(held, person, unit, old.named_role)
        known = _same_person(held, person)
        _end(repository, old, on, reason)
        person_id = known.person.id if known else repository.add_person(person)
        new = Appointment(
            0,
            replace(person, id=person_id),
            old.unit_id,
            old.role,
            post,
            on,
            registered_on=desk.today,
            remark=remark,
            role_name=old.role_name,
        )
        new_id = repository.add_appointment(new)
        said = f"登记：{person.name}接任{unit.name}{old.named_role.label}（原{old.person.name}）"
        repository.note(f"P{person_id}", said, reason)
        return views.appointment_view(replace(new, id=new_id), unit.name), warnings


@dataclass(frozen=True)
class Forgotten:
    """A person without particulars; `remains` names the places where the same words still stand; `searched`: there were
    words to look for."""

    person: Person = field(metadata=SPREAD)
    remains: tuple[str, ...]
    searched: bool


def register_forget(desk: Desk, text: str, reason: str) -> Forgotten:
    """Blank the private particulars of someone long gone; the fact of office stays, and so does the log's own story.

    The file is then looked into: `remains` names the places where the same words still stand. Of someone blanked before
    nobody knows the words: the file is only written anew (`searched` is false). Raises DatabaseError `not_erased` when another program keeps the old pages alive.
    """
    from pressctl.storage.traces import erase

    if not reason.strip():
        raise UsageError("no_reason", "清除个人信息须写明原因。", next_step="请用 --reason。")
    with desk.writing("register.forget") as repository:
        appointments = repository.appointments()
        person = find_person(appointments, text, repository.facts()).person
        if any(a.person.id == person.id and a.active_on(desk.today) for a in appointments):
            raise Refused(
                "in_post",
                f"{person.name}仍在任，不能清除个人信息。",
                next_step="先用 register end 办理免去。",
            )
        told = repository.particulars_told(person.id)
        held = [value for name in _PERSONAL if (value := getattr(person, name)) is not None]
        emptied: dict[str, Any] = dict.fromkeys(_PERSONAL)
        blank = replace(person, **emptied)
        if told or held:
            repository.change_person(blank)
            repository.note(f"P{person.id}", f"清除{person.name}的个人信息", reason)
    remains = erase(desk.database, {*held, *told}, person.name)
    return Forgotten(blank, tuple(remains), bool(held or told))


def _unit_name(repository: Repository, unit_id: int) -> str:
    return next(u.name for u in repository.units() if u.id == unit_id)


# -- import ----------------------------------------------------------------------------------------


class ByRole(NamedTuple):
    """A unit's people in one role."""

    unit: str
    role: Role
    role_name: str | None

    @property
    def place(self) -> str:
        return self.unit

    @property
    def named(self) -> Named[Role]:
        return Named(self.role, self.role_name)


def register_import(
    desk: Desk,
    file: Path,
    *,
    role: Asked[Role] | None = None,
    unit: str | None = None,
    on: dt.date | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    sheet: str | None = None,
    hidden: bool = False,
    tell: Tell | None = None,
) -> Taken:
    """A roster from a table, all or nothing. `role` and `unit` are those of rows which name none; `on` is the day the
    appointments begin and were received."""
    day, default = on or desk.today, desk.meant(role) if role is not None else None
    read_through(file)
    with desk.writing("register.import", on=on, dry_run=dry_run) as repository:
        units = repository.units()
        reading = read_roster(
            file,
            units=unit_names(units, day),
            role=default,
            unit=find_unit(units, unit).id if unit else None,
            today=desk.today,
            own=desk.policy(repository).own,
            sheet=sheet,
            hidden=hidden,
        )
        repository.note("", f"导入名册 {file.name}")
        outcome: Outcome[RosterRow, ByRole] = Outcome(reading, tell)
        taking = _Taking(repository, outcome, {u.id: u.name for u in units}, day)
        rows = outcome.taken()
        while some := list(islice(rows, _CHUNK)):
            taking.take(some)
        result = outcome.settle(file, skip_bad=skip_bad, dry_run=dry_run)
        _received(repository, taking.units, day, file.name)
        return replace(result, lacking=tuple(_lacking(desk, repository, day)))


def _received(repository: Repository, unit_ids: Iterable[int], day: dt.date, name: str) -> None:
    """三(四)4: a roster that is imported was sent in; the first of a year is what counts."""
    known = {
        r.unit_id
        for r in repository.records()
        if r.kind is RecordKind.ROSTER and r.data.get("year") == day.year
    }
    for unit_id in sorted(set(unit_ids) - known):
        repository.add_record(
            Record(
                0,
                RecordKind.ROSTER,
                day,
                unit_id=unit_id,
                text=name,
                data={"year": day.year, "imported": True},
            )
        )


@dataclass(slots=True)
class _Someone:
    """A person as an import knows them so far: `number` 0 until added, `told` once a row of the file has spoken of them,
    `posts` the units and roles held."""

    number: int
    person: Person
    told: bool
    posts: set[tuple[int, Role]]


class _Taking:
    """Rows against the register, some at a time, so that neither the file nor the register is held whole.

    No appointment is given to two rows. Where rows of one file contradict each other about a person, the first
    stands: else importing the file again would change what it had just entered.
    """

    def __init__(
        self,
        repository: Repository,
        outcome: Outcome[RosterRow, ByRole],
        units: Mapping[int, str],
        day: dt.date,
    ) -> None:
        self._repository, self._outcome, self._units, self._day = repository, outcome, units, day
        self._last_person, self._last_post = repository.last_ids()
        self._told, self._given = bytearray(self._last_person + 1), bytearray(self._last_post + 1)
        self.units: set[int] = set()
        """The units that rows were taken for."""
        self._row_people = array("q")
        """The number of the person whom a record speaks of, by its place in the file."""
        self._ambiguous: set[int] = set()

    def take(self, rows: Sequence[RosterRow]) -> None:
        """Match the rows, change what they change, add what is new."""
        self._look_up(rows)
        matched = self._match(rows)
        added: list[tuple[RosterRow, _Someone]] = []
        deeds: Counter[tuple[Deed, int, Role, str | None]] = Counter()
        for row in rows:
            post = matched.get(row.place)
            if post is None and row.same_as is not None:
                post = self._post_of_same(row)
            if self._ambiguous and row.place in self._ambiguous:
                continue
            if post and self._still_fits(post, row):
                someone = self._someone(post.person)
                deed = self._refresh(post, someone, row)
            else:
                someone = self._whose(row)
                added.append((row, someone))
                deed = "added"
            self._by_row[row.place] = someone
            deeds[deed, row.unit_id, row.role, row.role_name] += 1
        for (deed, unit_id, role, name), number in deeds.items():
            self.units.add(unit_id)
            self._outcome.count(deed, ByRole(self._units[unit_id], role, name), number)
        self._enter(added)

    def _look_up(self, rows: Sequence[RosterRow]) -> None:
        """What the register knows of the people in these rows, and who of them came in rows before."""
        self._known: dict[str, list[Appointment]] = {}
        for a in self._repository.appointments_named({row.name for row in rows}, upto=self._last_person):
            self._known.setdefault(a.person.name, []).append(a)
        mobiles = {row.mobile for row in rows if row.mobile}
        self._owners = self._repository.owners(mobiles, upto=self._last_person)
        before = {
            row.same_as for row in rows if row.same_as is not None and row.same_as < len(self._row_people)
        }
        self._people: dict[int, _Someone] = {}
        for a in self._repository.appointments_of({self._row_people[row] for row in before}):
            self._someone(a.person, told=True).posts.add((a.unit_id, a.role))
        self._by_row = {row: self._people[self._row_people[row]] for row in before}

    def _enter(self, added: Sequence[tuple[RosterRow, _Someone]]) -> None:
        from pressctl.storage.repository import NewAppointment

        new = [
            NewAppointment(
                who.person,
                who.number or None,
                row.unit_id,
                row.role,
                row.title,
                row.since or self._day,
                self._day,
                row.remark,
                row.role_name,
            )
            for row, who in added
        ]
        for (_, who), number in zip(added, self._repository.add_appointments(new), strict=True):
            who.number = number
        if self._by_row:
            self._row_people.extend([0] * (max(self._by_row) + 1 - len(self._row_people)))
        for number, who in self._by_row.items():
            self._row_people[number] = who.number

    # -- whom a row speaks of

    def _match(self, rows: Iterable[RosterRow]) -> dict[int, Appointment]:
        """{place of the record: the open appointment it speaks of}. Of namesakes in one post those of equal mobile come first, then those
        of equal birth month, then one whom nothing tells apart; a row that could mean several is rejected."""
        found: dict[int, Appointment] = {}
        named = [(row, posts) for row in rows if row.name in self._known and (posts := self._posts(row))]
        for fits in _FITS:
            for row, posts in named:
                fitting = [a for a in posts if not self._given[a.id] and fits(row, a.person)]
                if row.place in found or not fitting:
                    continue
                if len(fitting) > 1 and fits is _nothing_against:
                    who = "、".join(str(a.person.id) for a in fitting)
                    said = f"名册中同单位、同类别有 {len(fitting)} 位{row.name}（人员编号 {who}），看不出是哪一位"
                    self._outcome.reject(row, "姓名", row.name, said, "请填写手机或出生年月。")
                    self._ambiguous.add(row.place)
                else:
                    found[row.place] = fitting[0]
                    self._given[fitting[0].id] = True
        return found

    def _still_fits(self, post: Appointment, row: RosterRow) -> bool:
        """Whether the row can still mean the post's holder after what earlier rows said of them; else the post is free again."""
        person = self._someone(post.person).person
        fits = any(fits(row, person) for fits in _FITS)
        self._given[post.id] = fits
        return fits

    def _post_of_same(self, row: RosterRow) -> Appointment | None:
        """The row's post where it is held by the person of the earlier row that this one is the same as."""
        if row.same_as is None or (someone := self._by_row.get(row.same_as)) is None:
            return None
        for a in self._posts(row):
            if a.person.id == someone.number and not self._given[a.id]:
                self._given[a.id] = True
                return a
        return None

    def _posts(self, row: RosterRow) -> list[Appointment]:
        """The open appointments of the row's unit, role and name from before this import."""
        held = self._known.get(row.name)
        return [a for a in held if _in_post(a, row) and a.id <= self._last_post] if held else []

    def _someone(self, person: Person, *, told: bool = False) -> _Someone:
        if person.id not in self._people:
            posts = {
                (a.unit_id, a.role)
                for a in self._known.get(person.name, ())
                if a.person.id == person.id and a.until is None
            }
            told = told or bool(self._told[person.id])
            self._people[person.id] = _Someone(person.id, person, told, posts)
        return self._people[person.id]

    def _whose(self, row: RosterRow) -> _Someone:
        """Whom a row adds to a post: someone of an earlier row, someone registered in another post, or someone new."""
        post = row.unit_id, row.role
        someone = self._by_row.get(row.same_as) if row.same_as is not None else None
        if someone is None or post in someone.posts:
            known = self._elsewhere(row) if self._known else None
            someone = self._someone(known.person) if known else None
            if known and known.until is None:
                self._outcome.warn(row, "姓名", row.name, _elsewhere(known, self._units))
        if someone is None:
            someone = _Someone(0, Person(0, row.name, *_particulars(row)), told=True, posts=set())
            if self._known:
                self._warn_of_namesakes(row)
            if self._owners:
                self._warn_of_mobile(row)
        else:
            self._state(someone, row)
        someone.posts.add(post)
        return someone

    def _elsewhere(self, row: RosterRow) -> Appointment | None:
        """Another post of the same person, one still held before one that ended; never of somebody in the row's post."""
        held = self._known.get(row.name)
        if not held:
            return None
        same = [
            a
            for a in held
            if (row.unit_id, row.role) not in (someone := self._someone(a.person)).posts
            and _is_same(row, someone.person)
        ]
        return next((a for a in same if a.until is None), same[0] if same else None)

    # -- what it says

    def _refresh(self, post: Appointment, someone: _Someone, row: RosterRow) -> Deed:
        before = someone.person
        self._state(someone, row)
        since, remark = row.since or post.since, row.remark or post.remark
        if row.role_name != post.role_name:
            said = f"登记的是{post.named_role.label}，按文件所写改为{Named(row.role, row.role_name).label}，请核对"
            self._outcome.warn(row, "姓名", row.name, said)
        after = replace(post, title=row.title, since=since, remark=remark, role_name=row.role_name)
        if after != post:
            self._repository.change_appointment(after)
            return "updated"
        return "unchanged" if someone.person == before else "updated"

    def _state(self, someone: _Someone, row: RosterRow) -> None:
        """What the row gives replaces what was known; after another row of this file it only fills in. Empty wipes nothing."""
        person = someone.person
        given = {n: value for n in _PERSONAL if (value := getattr(row, n)) not in (None, getattr(person, n))}
        against = [n for n in given if getattr(person, n) is not None]
        if someone.told and against:
            labels = "、".join(LABELS[n] for n in against)
            said = f"{labels}与本文件中同一人前面的行不同，以前面的为准，请核对"
            self._outcome.warn(row, "姓名", row.name, said)
            given = {n: value for n, value in given.items() if n not in against}
        elif "mobile" in given:
            if "mobile" in against:
                self._outcome.warn(row, "手机", row.mobile, "与登记的手机号不同，按同一人换了号码更新")
            self._warn_of_mobile(row)
        someone.told = True
        if person.id <= self._last_person:
            self._told[person.id] = True
        if given:
            someone.person = replace(person, **given)
            if person.id:
                self._repository.change_person(someone.person)

    def _warn_of_namesakes(self, row: RosterRow) -> None:
        """A namesake in the same post whom no row of this file spoke of: perhaps the same person after all."""
        for a in self._posts(row):
            if not self._given[a.id]:
                said = f"同单位、同类别已登记有{row.name}（人员编号 {a.person.id}），手机或出生年月不同，按另一人登记，请核对"
                self._outcome.warn(row, "姓名", row.name, said)

    def _warn_of_mobile(self, row: RosterRow) -> None:
        owner = self._owners.get(row.mobile) if row.mobile else None
        if owner and owner.name != row.name:
            self._outcome.warn(row, "手机", row.mobile, _one_mobile(owner.name, owner.id))


_particulars = attrgetter(*_PERSONAL)


def _in_post(a: Appointment, row: RosterRow) -> bool:
    return a.until is None and a.unit_id == row.unit_id and a.role is row.role


def _is_same(one: Person | RosterRow, other: Person) -> bool:
    """Whether two of one name in different posts are one person: one mobile or birth month, and nothing against it."""
    against = one.birth and other.birth and one.birth != other.birth
    return not against and same_person(one.mobile, one.birth, other.mobile, other.birth) is True


def _same_both(row: RosterRow, person: Person) -> bool:
    return _same_mobile(row, person) and _same_birth(row, person)


def _same_mobile(row: RosterRow, person: Person) -> bool:
    return row.mobile is not None and row.mobile == person.mobile


def _same_birth(row: RosterRow, person: Person) -> bool:
    return row.birth is not None and row.birth == person.birth


def _nothing_against(row: RosterRow, person: Person) -> bool:
    return same_person(row.mobile, row.birth, person.mobile, person.birth) is None


_FITS = (_same_both, _same_mobile, _same_birth, _nothing_against)
"""How a row may mean someone in its own post, the surest first."""

_ENOUGH = 10
"""More than any unit must have in one role: how many more there are, nobody asks here."""
_NUMBERS = ("ROS-01", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07")


def _lacking(desk: Desk, repository: Repository, day: dt.date) -> list[str]:
    """What the roster still lacks by 三(一), in words, whether due yet or not. Who is in post does not matter, only how many."""
    from pressctl.core.rules import check

    policy, calendar = desk.law(repository)
    posts: list[Appointment] = []
    for (unit_id, role), number in repository.headcount(day).items():
        post = Appointment(0, Person(0, ""), unit_id, role.term, "", role_name=role.name)
        posts += [post] * min(number, _ENOUGH)
    facts = Facts(repository.units(), tuple(posts))
    found = check(facts, policy, calendar, day, rules=_NUMBERS)
    return [
        f.message for f in found if f.evidence["count"] < f.evidence.get("least", f.evidence.get("wanted"))
    ]


# -- out -------------------------------------------------------------------------------------------


def register_export(
    desk: Desk,
    file: Path,
    *,
    unit: str | None = None,
    role: Asked[Role] | None = None,
    on: dt.date | None = None,
    force: bool = False,
) -> Written:
    """The roster as a file that imports as unchanged."""
    day, kind = on or desk.today, desk.meant(role) if role is not None else None
    with desk.reading() as repository:
        units = repository.units()
        wanted = find_unit(units, unit).id if unit else None
        names = {u.id: u.name for u in units}
        chosen = [
            a
            for a in repository.appointments()
            if a.active_on(day)
            and (wanted is None or a.unit_id == wanted)
            and (kind is None or kind.covers(a.named_role))
        ]
    from pressctl.documents import spreadsheets

    spreadsheets.write_register(file, chosen, names, force=force)
    return Written(file, len(chosen))


@dataclass(frozen=True)
class Template:
    """A file for so many units to fill in."""

    file: Path
    units: int


def register_template(desk: Desk, file: Path, *, force: bool = False) -> Template:
    """An empty workbook for the units to fill in."""
    with desk.reading() as repository:
        names = [u.name for u in repository.units() if u.on(desk.today)]
        policy = desk.policy(repository)
        phone = policy.find(keys.OFFICE_PHONE, desk.today)
    from pressctl.documents import spreadsheets

    asked = phone.value if phone else None
    roles = [kind.name for kind in policy.own if isinstance(kind.under, Role)]
    spreadsheets.write_register_template(file, names, roles=roles, phone=asked, force=force)
    return Template(file, len(names))


class FrozenPost(NamedTuple):
    """Who held what when a roster was frozen, as the ledger keeps it. `person` is the id."""

    unit: str
    role: Role
    role_name: str | None
    name: str
    title: str
    person: int

    @property
    def key(self) -> tuple[str, Role, int]:
        """One post of one person, whatever its title."""
        return self.unit, self.role, self.person

    @property
    def named_role(self) -> Named[Role]:
        return Named(self.role, self.role_name)


@dataclass(frozen=True)
class Frozen:
    year: int
    on: dt.date
    appointments: int


def register_freeze(desk: Desk, year: int, on: dt.date | None = None) -> Frozen:
    """三(四)4: the roster as it stood, kept for comparison. One a year."""
    day = on or desk.today
    with desk.writing("register.freeze", on=on) as repository:
        if _frozen(repository, year) is not None:
            raise Refused(
                "frozen",
                f"{year} 年名册已封存。",
                clause=clause_of("ROS-08|ROS-10"),
                next_step="用 register diff 与其他年份比较。",
            )
        names = {u.id: u.name for u in repository.units()}
        roster = [
            FrozenPost(
                unit=names[a.unit_id],
                role=a.role,
                role_name=a.role_name,
                name=a.person.name,
                title=a.title,
                person=a.person.id,
            )
            for a in repository.appointments()
            if a.active_on(day)
        ]
        kept = {"year": year, "roster": encoded(roster)}
        repository.add_record(Record(0, RecordKind.FREEZE, day, text=f"{year} 年名册", data=kept))
        repository.note("office", f"封存 {year} 年名册，{len(roster)} 人次")
        return Frozen(year, day, len(roster))


def _frozen(repository: Repository, year: int) -> list[FrozenPost] | None:
    for record in repository.records():
        if record.kind is RecordKind.FREEZE and record.data["year"] == year:
            return [_frozen_post(row) for row in record.data["roster"]]
    return None


def _frozen_post(row: Mapping[str, Any]) -> FrozenPost:
    """Rosters frozen before a role could have a name of its own tell none."""
    own = row.get("role_name")
    return FrozenPost(
        unit=row["unit"],
        role=Role(row["role"]),
        role_name=own,
        name=row["name"],
        title=row["title"],
        person=row["person"],
    )


@dataclass(frozen=True)
class Retitled:
    """A post whose title or role is another now, with what it was."""

    post: FrozenPost = field(metadata=SPREAD)
    old_title: str
    old_role_name: str | None


@dataclass(frozen=True)
class Compared:
    """What changed between two frozen rosters."""

    from_: int
    to: int
    joined: tuple[FrozenPost, ...]
    left: tuple[FrozenPost, ...]
    changed: tuple[Retitled, ...]


def register_diff(desk: Desk, earlier: int, later: int) -> Compared:
    with desk.reading() as repository:
        rosters = {year: _frozen(repository, year) for year in (earlier, later)}
    for year, roster in rosters.items():
        if roster is None:
            raise BadData(
                "not_frozen",
                f"{year} 年名册没有封存。",
                next_step=f"用 pressctl register freeze {year} 封存。",
            )
    old, new = ({p.key: p for p in rosters[year] or ()} for year in (earlier, later))
    return Compared(
        earlier,
        later,
        tuple(post for key, post in new.items() if key not in old),
        tuple(post for key, post in old.items() if key not in new),
        tuple(
            Retitled(post, was.title, was.role_name)
            for key, post in new.items()
            if (was := old.get(key)) and (post.title, post.role_name) != (was.title, was.role_name)
        ),
    )
