"""Rows ↔ facts. Reads build frozen facts from plain columns, without a row object between (`exec` would build one for
each, at several times the cost); writes go through the session, so that the journal hears of them, except the bulk
insert, which tells the journal itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import JSON, Column, ColumnElement, Integer, cast, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_rows

from pressctl.core.facts import (
    Appointment,
    ApprovalStep,
    Attachment,
    Facts,
    Person,
    Record,
    Release,
    SeatTaken,
    Stage,
    Unit,
    UnitPeriod,
)
from pressctl.core.notices import Notice
from pressctl.core.own import Named
from pressctl.core.record_kinds import BEFORE_EVENT
from pressctl.core.terms import (
    RecordKind,
    Role,
    Seat,
)
from pressctl.core.text import from_json
from pressctl.errors import BadData, Refused
from pressctl.storage import dialect, log
from pressctl.storage.dialect import any_of, insert_many, is_reference
from pressctl.storage.notices import columns_of, notice_of
from pressctl.storage.tables import (
    JOURNALED,
    PRIVATE,
    AppointmentRow,
    AttachmentRow,
    LogRow,
    NoticeRow,
    PersonRow,
    ProfileRow,
    RecordRow,
    ReleaseRow,
    ReleaseUnitRow,
    Row,
    SeatRow,
    StepRow,
    UnitAliasRow,
    UnitPeriodRow,
    UnitRow,
    Word,
    table_of,
)

Columns = Mapping[str, Any]
_R = TypeVar("_R", bound=Row)
_V = TypeVar("_V")
_REMOVED_AT_ONCE = 5000
_AT_ONCE = 5000
"""Rows read at once: their kinds are compared by column."""


class NewAppointment(NamedTuple):
    """One row of an import that is to be added; `person_id` where the person is known already.

    New ones that share one Person object are posts of one new person.
    """

    person: Person
    person_id: int | None
    unit_id: int
    role: Role
    title: str
    since: dt.date | None
    registered_on: dt.date
    remark: str | None = None
    role_name: str | None = None


class Repository:
    """Everything the use cases read and write, inside one transaction."""

    def __init__(self, session: Session, journal: log.Journal | None = None) -> None:
        self._session = session
        self._journal = journal

    # -- reading ---------------------------------------------------------------------------------

    def _rows(self, row_type: type[Row], *where: ColumnElement[bool]) -> Iterable[Columns]:
        """Rows by key. Raises TypeError for a value of another kind than its column, which SQLite would keep."""
        names = table_of(row_type).columns.keys()
        for row in self._told(row_type, names, *where):
            yield dict(zip(names, row, strict=True))

    def _told(
        self, row_type: type[Row], names: Sequence[str], *where: ColumnElement[bool]
    ) -> Iterator[Sequence[Any]]:
        """Some columns of rows by key, in their order. Raises TypeError as `_rows`."""
        table = table_of(row_type)
        columns = [table.columns[name] for name in names]
        statement = select(*columns).where(*where).order_by(*table.primary_key.columns)
        kinds = [_kind(column) for column in columns]
        for rows in self._session.connection().execute(statement).partitions(_AT_ONCE):
            for name, kind, held in zip(names, kinds, zip(*rows, strict=True), strict=True):
                for found in set(map(type, held)) - {kind, type(None)}:
                    raise TypeError(f"{table.name}.{name} holds {found.__name__}")
            yield from rows

    def units(self) -> tuple[Unit, ...]:
        """Every unit with its periods, in the order they were entered."""
        aliases: dict[int, list[str]] = {}
        for row in self._rows(UnitAliasRow):
            aliases.setdefault(row["unit_id"], []).append(row["alias"])
        periods: dict[int, list[UnitPeriod]] = {}
        for unit_id, *span in self._told(UnitPeriodRow, ("unit_id", *_PERIOD)):
            periods.setdefault(unit_id, []).append(UnitPeriod(*span))
        return tuple(Unit(id, tuple(spans), tuple(aliases.get(id, ()))) for id, spans in periods.items())

    def people(self, ids: Collection[int] | None = None) -> dict[int, Person]:
        """Everyone, or those of the numbers."""
        where = () if ids is None else (col(PersonRow.id).in_(any_of(ids)),)
        return {row[0]: Person(*row) for row in self._told(PersonRow, _PERSON, *where)}

    def appointments(
        self, people: Mapping[int, Person] | None = None, *where: ColumnElement[bool]
    ) -> tuple[Appointment, ...]:
        """Every appointment, past ones too, in the order they were entered."""
        known = people if people is not None else self.people()
        rows = self._told(AppointmentRow, ("id", "person_id", *_POST), *where)
        return tuple(Appointment(id, known[person_id], *rest) for id, person_id, *rest in rows)

    def appointments_named(self, names: Collection[str], *, upto: int) -> tuple[Appointment, ...]:
        """Every appointment, past ones too, of people with one of the names and a number up to one."""
        if not upto:
            return ()
        person = table_of(PersonRow).c
        bearing = (person.name.in_(any_of(names)), person.id <= upto)
        people = {row[0]: Person(*row) for row in self._told(PersonRow, _PERSON, *bearing)}
        if not people:
            return ()
        theirs = col(AppointmentRow.person_id).in_(select(person.id).where(*bearing))
        return self.appointments(people, theirs)

    def appointments_of(self, people: Collection[int]) -> tuple[Appointment, ...]:
        """Every open appointment of the people with these numbers."""
        theirs = (col(AppointmentRow.person_id).in_(any_of(people)), col(AppointmentRow.until).is_(None))
        return self.appointments(self.people(people), *theirs) if people else ()

    def owners(self, mobiles: Collection[str], *, upto: int) -> dict[str, Person]:
        """{mobile: the person who registered it first} among the people up to a number."""
        if not upto:
            return {}
        where = (col(PersonRow.mobile).in_(any_of(mobiles)), col(PersonRow.id) <= upto)
        found = [Person(*row) for row in self._told(PersonRow, _PERSON, *where)]
        return {str(person.mobile): person for person in reversed(found)}

    def headcount(self, on: dt.date) -> dict[tuple[int, Named[Role]], int]:
        """How many hold each role, by its own name, in each unit on a day."""
        post = table_of(AppointmentRow).c
        statement = (
            select(post.unit_id, post.role, post.role_name, func.count())
            .where(or_(post.since.is_(None), post.since <= on), or_(post.until.is_(None), post.until > on))
            .group_by(post.unit_id, post.role, post.role_name)
        )
        found = self._session.connection().execute(statement)
        return {(u, Named(role, name)): n for u, role, name, n in found}

    def last_ids(self) -> tuple[int, int]:
        """The newest person's id and the newest appointment's; 0 where there is none."""
        newest = select(
            func.max(col(PersonRow.id)), select(func.max(col(AppointmentRow.id))).scalar_subquery()
        )
        person, appointment = self._session.connection().execute(newest).one()
        return person or 0, appointment or 0

    def releases(
        self, *, year: int | None = None, people: Mapping[int, Person] | None = None
    ) -> tuple[Release, ...]:
        """Releases with their steps, seats and attachments, by reference."""
        of_year = None if year is None else f"{year}-"
        return tuple(self._releases(of_year, people if people is not None else self.people()))

    def release(self, ref: str) -> Release | None:
        return next(self._releases(ref, self.people(), exact=True), None)

    def _releases(
        self, ref: str | None, people: Mapping[int, Person], *, exact: bool = False
    ) -> Iterator[Release]:
        def chosen(row_type: Any) -> tuple[ColumnElement[bool], ...]:
            if ref is None:
                return ()
            return (row_type.ref == ref,) if exact else (row_type.ref.startswith(ref, autoescape=True),)

        def grouped(
            row_type: type[Row], columns: Sequence[str], built: Callable[..., _V]
        ) -> Mapping[str, list[_V]]:
            """By release, what is built of the columns of each row."""
            groups: dict[str, list[_V]] = defaultdict(list)
            for key, *row in self._told(row_type, ("ref", *columns), *chosen(row_type)):
                groups[key].append(built(*row))
            return groups

        def seat(seat: Seat, person_id: int, *rest: Any) -> SeatTaken:
            return SeatTaken(seat, person_id, people[person_id].name, *rest)

        parts = grouped(ReleaseUnitRow, ("part", "unit_id"), lambda part, unit_id: (part, unit_id))
        steps = grouped(StepRow, ("seq", *_STEP), lambda seq, *rest: (seq, ApprovalStep(*rest)))
        seats = grouped(SeatRow, _SEAT, seat)
        attachments = grouped(AttachmentRow, _ATTACHMENT, Attachment)
        for row in self._rows(ReleaseRow, *chosen(ReleaseRow)):
            key = row["ref"]
            yield Release(
                **{name: row[name] for name in _RELEASE},
                categories=_categories(row["categories"]),
                business_units=tuple(unit for part, unit in parts.get(key, ()) if part == "business"),
                joint_units=tuple(unit for part, unit in parts.get(key, ()) if part == "joint"),
                steps=tuple(step for _, step in sorted(steps.get(key, ()), key=itemgetter(0))),
                seats=tuple(seats.get(key, ())),
                attachments=tuple(attachments.get(key, ())),
            )

    def records(self) -> tuple[Record, ...]:
        return tuple(Record(*row) for row in self._told(RecordRow, _RECORD))

    def facts(self, day: dt.date | None = None) -> Facts:
        """Everything the rules look at. With a day, also what entries of later days changed of releases, so that the
        facts can be seen as they stood on it."""
        people = self.people()
        return Facts(
            self.units(),
            self.appointments(people),
            self.releases(people=people),
            (*self._marked_late(self.records()), *self._old_imports()),
            later=self._later(day) if day else {},
        )

    def _later(self, day: dt.date) -> dict[str, tuple[Stage, ...]]:
        """By release, what entries with a later business day changed of it, the newest first. What was taken back never
        was, on no day: neither the command nor its taking back changed anything."""
        table = table_of(LogRow).c
        statement = (
            select(table.command, table.subject, table.day, table.changes)
            .where(table.day > day, table.action != "undo", is_reference(table.subject))
            .order_by(table.seq.desc())
        )
        rows = self._session.connection().execute(statement).all()
        undone = self._undone() if rows else frozenset()
        found: dict[str, tuple[Stage, ...]] = {}
        for command, subject, on, changes in rows:
            if command in undone:
                continue
            for change in reversed(from_json(changes)):
                if change["table"] == "release" and change["op"] == "update":
                    changed = {
                        name: (_fact(name, old), _fact(name, change["new"].get(name)))
                        for name, old in change["old"].items()
                    }
                    found[subject] = (*found.get(subject, ()), Stage(on, changed))
        return found

    def _undone(self) -> frozenset[int]:
        """The commands that were taken back."""
        table = table_of(LogRow).c
        told = self._session.connection().execute(select(table.changes).where(table.action == "undo"))
        return frozenset(
            change["key"] for (text,) in told for change in from_json(text) if change["op"] == "undo"
        )

    def _marked_late(self, records: tuple[Record, ...]) -> tuple[Record, ...]:
        """Records of before revision 0005, whose desk's day is not known, with `late` where the log has them after the
        entry by which their release was held."""
        if all(r.entered is not None or r.ref is None for r in records):
            return records
        late = dialect.entered_after_held(self._session.connection())
        return tuple(
            replace(r, data={**r.data, "late": True})
            if r.id in late and r.entered is None and r.kind in BEFORE_EVENT
            else r
            for r in records
        )

    def _old_imports(self) -> tuple[Record, ...]:
        """Rosters that came by import before imports were recorded as received (revision 0005): told by the log."""
        found = dialect.imported_before_0005(self._session.connection())
        days = ((unit_id, dt.date.fromisoformat(day)) for unit_id, day in found)
        return tuple(
            Record(-n, RecordKind.ROSTER, day, unit_id=unit_id, data={"year": day.year, "imported": True})
            for n, (unit_id, day) in enumerate(days, start=1)
        )

    def notices(self) -> tuple[Notice, ...]:
        return tuple(map(notice_of, self._rows(NoticeRow)))

    def laws(self) -> dict[str, str]:
        """The regulation kept here and the optional policy files switched on: {name: SHA-256 of its text}."""
        table = table_of(ProfileRow)
        found = self._session.connection().execute(select(table.c.name, table.c.sha256).order_by(table.c.id))
        return {row.name: row.sha256 for row in found}

    def law_text(self, name: str) -> str:
        """The text of one of `laws`."""
        table = table_of(ProfileRow)
        return str(
            self._session.connection().execute(select(table.c.text).where(table.c.name == name)).scalar_one()
        )

    def log_entries(self, subject: str | None = None) -> list[dict[str, Any]]:
        """Entries with their changes as data, what is sealed opened."""
        connection, table = self._session.connection(), table_of(LogRow)
        where = () if subject is None else (table.c.subject == subject,)
        found = connection.execute(select(table).where(*where).order_by(table.c.seq)).mappings()
        return [{**row, "changes": log.opened(row["changes"], row["opening"])} for row in found]

    def particulars_told(self, person_id: int) -> set[str]:
        """What the log still tells of a person under its seals, present and past."""
        private = PRIVATE["person"]
        sides = [
            side
            for entry in self.log_entries(f"P{person_id}")
            for change in entry["changes"]
            if change["table"] == "person" and entry["opening"] is not None
            for side in (change.get(name) or {} for name in ("values", "old", "new"))
        ]
        return {side[name] for side in sides for name in private if side.get(name)}

    def log_head(self) -> str:
        return log.head(self._session.connection())[1]

    def verify_log(self, known_head: str | None = None) -> log.Verdict:
        return log.verify(log.entries(self._session.connection()), known_head)

    def deviations(self) -> list[log.Deviation]:
        """Rows that are not as the log tells them."""
        return log.deviations(self._session.connection())

    # -- writing ---------------------------------------------------------------------------------

    @property
    def desk_day(self) -> dt.date:
        """The desk's day of the command that writes."""
        assert self._journal is not None, "a reading repository writes nothing"
        return self._journal.command.desk

    def note(self, subject: str, summary: str, reason: str | None = None) -> None:
        """The log's sentence for a subject; "" sets the sentence of all subjects without one."""
        assert self._journal is not None, "a reading repository writes nothing"
        if subject:
            self._journal.note(subject, summary, reason)
        else:
            self._journal.summaries[""] = summary

    def _add(self, row_type: type[Row], **columns: Any) -> int:
        """Insert a row; returns its id."""
        return self._add_all(row_type, [columns])[0]

    def _add_all(self, row_type: type[Row], wanted: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows, numbered on from the newest; returns their ids.

        The ids are given here, under the write lock that a writing repository holds: what an engine counts by itself
        drifts from what a bulk insert, a restore or another engine counted, and the log tells of rows by their ids.
        """
        assert self._journal is not None, "a reading repository writes nothing"
        if not wanted:
            return []
        newest = self._session.exec(select_rows(func.max(table_of(row_type).c.id))).one() or 0
        numbered = {id: {"id": id, **columns} for id, columns in enumerate(wanted, newest + 1)}
        self._session.add_all(_valid(row_type, columns) for columns in numbered.values())
        self._session.flush()
        return list(numbered)

    def _get(self, row_type: type[_R], key: object) -> _R:
        row = self._session.get(row_type, key)
        assert row is not None, f"{row_type.__name__} {key} was read a moment ago"
        return row

    def add_unit(self, period: UnitPeriod, aliases: Iterable[str] = ()) -> int:
        unit_id = self._add(UnitRow)
        self._add(UnitPeriodRow, unit_id=unit_id, **_columns(period, _PERIOD))
        self.add_aliases(unit_id, aliases)
        return unit_id

    def add_aliases(self, unit_id: int, aliases: Iterable[str]) -> None:
        self._add_all(UnitAliasRow, [{"unit_id": unit_id, "alias": alias} for alias in aliases])

    def change_unit(self, unit_id: int, period: UnitPeriod) -> None:
        """Overwrite the open period: a correction, not an event."""
        self._assign(self._open_period(unit_id), _columns(period, _PERIOD))

    def succeed_unit(self, unit_id: int, period: UnitPeriod) -> None:
        """End the open period and begin another (renaming, change of kind) on `period.since`."""
        self.close_unit(unit_id, period.since)
        self._add(UnitPeriodRow, unit_id=unit_id, **_columns(period, _PERIOD))

    def close_unit(self, unit_id: int, on: dt.date | None) -> None:
        self._assign(self._open_period(unit_id), {"until": on})

    def _open_period(self, unit_id: int) -> UnitPeriodRow:
        is_open = (UnitPeriodRow.unit_id == unit_id, col(UnitPeriodRow.until).is_(None))
        return self._session.exec(select_rows(UnitPeriodRow).where(*is_open)).one()

    def _assign(self, row: Row, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        self._session.flush()

    def add_person(self, person: Person) -> int:
        return self._add(PersonRow, **_columns(person, _PARTICULARS))

    def change_person(self, person: Person) -> None:
        """Overwrite a person's row. One left without any particulars is forgotten: the log's copies go as well."""
        assert self._journal is not None, "a reading repository writes nothing"
        row = self._get(PersonRow, person.id)
        held = any(getattr(row, name) is not None for name in PRIVATE["person"])
        self._assign(row, _columns(person, _PARTICULARS))
        emptied = all(getattr(person, name) is None for name in PRIVATE["person"])
        if emptied and (held or log.holds_openings(self._session.connection(), row.subject())):
            self._journal.forget(row.subject())

    def add_appointment(self, appointment: Appointment) -> int:
        """`appointment.id` is ignored; returns the new one."""
        return self._add(AppointmentRow, person_id=appointment.person.id, **_columns(appointment, _POST))

    def change_appointment(self, appointment: Appointment) -> None:
        self._assign(self._get(AppointmentRow, appointment.id), _columns(appointment, _POST))

    def add_appointments(self, new: Iterable[NewAppointment]) -> list[int]:
        """Insert many at once, each with its log entry. Returns the number of each one's person."""
        assert self._journal is not None, "a reading repository writes nothing"
        person_id, appointment_id = self.last_ids()
        entered: dict[int, int] = {}
        people: list[tuple[Any, ...]] = []
        posts: list[tuple[Any, ...]] = []
        for item in (new := tuple(new)):
            holder = item.person_id or entered.get(id(item.person))
            if holder is None:
                person_id += 1
                holder = entered[id(item.person)] = person_id
                people.append((holder, *_person_fields(item.person)))
            appointment_id += 1
            posts.append(_post(appointment_id, holder, item))
        self._journal.inserted("person", _PERSON, people, (f"P{row[0]}" for row in people))
        self._journal.inserted("appointment", _POST_COLUMNS, posts, (f"P{row[1]}" for row in posts))
        connection = self._session.connection()
        insert_many(connection, table_of(PersonRow), _PERSON, people)
        insert_many(connection, table_of(AppointmentRow), _POST_COLUMNS, posts)
        self._journal.append(connection)
        return [post[1] for post in posts]

    def next_ref(self, year: int) -> str:
        """The next free reference of a year, e.g. 2026-030. Without gaps, for the write lock is held; but never one that
        was given out before a restore.

        Raises BadData for a year that no reference can name: a slip of the pen in a date.
        """
        if not 1000 <= year <= 2999:
            raise BadData(
                "year", f"{year} 年不能编号，编号的年份在 1000 到 2999 之间。", next_step="请核对日期。"
            )
        last = self._session.execute(
            select(func.max(cast(func.substr(ReleaseRow.ref, 6), Integer))).where(
                col(ReleaseRow.ref).startswith(f"{year}-")
            )
        ).scalar()
        before = log.references_before(self._session.connection()).get(str(year), 0)
        return f"{year}-{max(last or 0, before) + 1:03d}"

    def save_release(self, release: Release) -> None:
        """Insert or update a release; steps and attachments only ever grow, seats and units are replaced."""
        columns = _release_columns(release)
        row = self._session.get(ReleaseRow, release.ref)
        if row is None:
            self._session.add(_valid(ReleaseRow, columns))
            self._session.flush()
        else:
            self._assign(row, columns)
        self._grow(
            StepRow,
            release.ref,
            [{"seq": n, **_columns(s, _STEP)} for n, s in enumerate(release.steps, start=1)],
        )
        self._grow(AttachmentRow, release.ref, [_columns(a, _ATTACHMENT) for a in release.attachments])
        self._replace(SeatRow, release.ref, [_columns(s, _SEAT) for s in release.seats])
        parts = [(u, "business") for u in release.business_units] + [
            (u, "joint") for u in release.joint_units
        ]
        self._replace(ReleaseUnitRow, release.ref, [{"unit_id": u, "part": p} for u, p in parts])

    def _of_release(self, row_type: type[_R], ref: str) -> list[_R]:
        statement = select_rows(row_type).where(row_type.ref == ref).order_by(row_type.id)  # type: ignore[attr-defined]
        return list(self._session.exec(statement))

    def _grow(self, row_type: Any, ref: str, wanted: list[dict[str, Any]]) -> None:
        there = len(self._of_release(row_type, ref))
        self._add_all(row_type, [{"ref": ref, **columns} for columns in wanted[there:]])

    def _replace(self, row_type: Any, ref: str, wanted: list[dict[str, Any]]) -> None:
        for row in self._of_release(row_type, ref):
            columns = {name: getattr(row, name) for name in wanted[0]} if wanted else {}
            if columns in wanted:
                wanted = [w for w in wanted if w != columns]
            else:
                self._session.delete(row)
        self._session.flush()
        self._add_all(row_type, [{"ref": ref, **columns} for columns in wanted])

    def add_record(self, record: Record, file_name: str | None = None) -> int:
        """`record.id` and `record.entered` are ignored, the desk's day is kept; returns the new id."""
        return self._add(
            RecordRow,
            **_columns(record, _names(Record, "id", "data", "entered")),
            file_name=file_name,
            data=dict(record.data),
            entered=self.desk_day,
        )

    def add_notice(self, notice: Notice) -> None:
        self._add(NoticeRow, **columns_of(notice))

    def drop_law(self, name: str) -> None:
        """Take away a regulation or policy file that no longer holds."""
        row = self._session.exec(select_rows(ProfileRow).where(ProfileRow.name == name)).one()
        self._session.delete(row)

    def keep_profile(self, name: str, text: str, sha256: str) -> None:
        row = self._session.exec(select_rows(ProfileRow).where(ProfileRow.name == name)).first()
        if row is None:
            self._add(ProfileRow, name=name, text=text, sha256=sha256)
        else:
            self._assign(row, {"text": text, "sha256": sha256})

    def revert(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Put back every row that a command's entries tell of, newest change first.

        Raises Refused `in_use` when something entered since rests on a row that would go.
        """
        assert self._journal is not None, "a reading repository writes nothing"
        changes = [change for entry in entries for change in entry["changes"]]
        try:
            for op, run in groupby(reversed(changes), key=itemgetter("op")):
                if op == "insert":
                    self._remove(run)
                else:
                    for change in run:
                        self._put_back(change)
        except IntegrityError as error:
            raise Refused(
                "in_use",
                "其后登记的内容用到了这条命令写入的内容，不能撤销。",
                next_step="请先撤销或更正后来的内容。",
            ) from error
        self._journal.undone(entries[0]["subject"], entries[0]["command"])

    def _remove(self, inserted: Iterable[Mapping[str, Any]]) -> None:
        """Take out the rows of a run of inserts, what rests on others first; many at once, for an import may be long."""
        keys: dict[str, list[Any]] = {}
        for change in inserted:
            keys.setdefault(change["table"], []).append(change["key"])
        for table in reversed(SQLModel.metadata.sorted_tables):
            listed = keys.get(table.name, [])
            for start in range(0, len(listed), _REMOVED_AT_ONCE):
                some = listed[start : start + _REMOVED_AT_ONCE]
                (key,) = table.primary_key.columns
                rows = self._session.exec(
                    select_rows(JOURNALED[table.name]).where(key.in_(any_of(some)))
                ).all()
                assert len(rows) == len(some), f"rows of {table.name} were read a moment ago"
                for row in rows:
                    self._session.delete(row)
                self._session.flush()

    def _put_back(self, change: Mapping[str, Any]) -> None:
        """A row as it was before it was changed or deleted."""
        row_type = JOURNALED[change["table"]]
        columns = table_of(row_type).columns
        if change["op"] == "update":
            row = self._get(row_type, change["key"])
            for name, value in change["old"].items():
                setattr(row, name, log.typed(columns[name], value))
        elif change["op"] == "delete":
            values = change["values"].items()
            self._session.add(row_type(**{name: log.typed(columns[name], value) for name, value in values}))
        self._session.flush()

    def referenced_files(self) -> dict[str, str]:
        """{sha256: where it is referenced} of every attachment and record file; no other column is read."""
        return dialect.referenced_files(self._session.connection())


def _valid(row_type: type[_R], columns: Mapping[str, Any]) -> _R:
    """A row whose values are of the columns' types: SQLModel judges them only here, not where a row class is called.

    Raises ValidationError, for a bug. Where rows are many (`add_appointments`) or as they once were (`_put_back`) nobody
    asks: there the constraints of the tables judge.
    """
    return row_type.model_validate(columns, strict=True)


def _kind(column: Column[Any]) -> type:
    """What a column's values are in Python."""
    if isinstance(column.type, JSON):
        return dict
    own = column.type if isinstance(column.type, Word) else getattr(column.type, "impl_instance", column.type)
    kind: type = own.python_type
    return kind


def _names(fact: type[Any], *others: str) -> tuple[str, ...]:
    """The fields of a fact that are columns of its row, in the fact's order; the others are not."""
    return tuple(f.name for f in fields(fact) if f.name not in others)


_PERIOD = _names(UnitPeriod)
_PERSON = _names(Person)
_PARTICULARS = _names(Person, "id")
_POST = _names(Appointment, "id", "person")
_STEP = _names(ApprovalStep)
_SEAT = _names(SeatTaken, "name")
_ATTACHMENT = _names(Attachment)
_RECORD = _names(Record)
_RELEASE = _names(
    Release, "categories", "business_units", "joint_units", "steps", "seats", "attachments", "claimed_own"
)
_person_fields = attrgetter(*_PARTICULARS)


def _columns(fact: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in names}


def _categories(told: str) -> tuple[int, ...]:
    return tuple(int(c) for c in told.split(",") if c)


def _fact(name: str, told: Any) -> Any:
    """A column of a release, as the log tells it, as the fact has it."""
    if name == "categories" and told is not None:
        return _categories(told)
    return log.typed(table_of(ReleaseRow).columns[name], told)


def _release_columns(release: Release) -> dict[str, Any]:
    return _columns(release, _RELEASE) | {
        "in_bureau_name": release.in_bureau_name and not release.claimed_own,
        "categories": ",".join(str(c) for c in release.categories),
    }


_POST_COLUMNS = (
    "id",
    "person_id",
    "unit_id",
    "role",
    "title",
    "since",
    "registered_on",
    "remark",
    "role_name",
)


def _post(appointment_id: int, person_id: int, new: NewAppointment) -> tuple[Any, ...]:
    """A row as the file and the log hold it, in the order of `_POST_COLUMNS`: dates as ISO text."""
    return (
        appointment_id,
        person_id,
        new.unit_id,
        new.role.value,
        new.title,
        new.since.isoformat() if new.since else None,
        new.registered_on.isoformat(),
        new.remark,
        new.role_name,
    )
