"""Tables, constraints, indexes; no logic. The migrations create the same schema, and a test compares the two.

Vocabulary columns are terms here and text in the file (`Word`), with a CHECK that lists them: readable in any SQLite
tool, refused by the database itself when wrong. Dates are ISO text. No row is ever cascaded away.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    Index,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from pressctl.core import terms

# Names for every constraint, so that a later migration can address each of them.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


_GIVEN = {"autoincrement": False}
"""The repository gives every id: a row without one is refused, by whatever engine."""


class Word(TypeDecorator[terms.Term]):
    """A term, kept as its English value. Raises ValueError for what is none on the way in, KeyError on the way out."""

    impl = String
    cache_ok = True

    def __init__(self, term: type[terms.Term]) -> None:
        super().__init__()
        self.term = term

    @property
    def python_type(self) -> type[terms.Term]:
        return self.term

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.term(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Instead of `process_result_value`: text needs no other processing, and a look-up in a dict costs a tenth of a
        call of ours, which every check would make hundreds of thousands of times."""
        members: dict[str | None, terms.Term | None] = {member.value: member for member in self.term}
        return (members | {None: None}).__getitem__


def _word(term: type[terms.Term], **more: Any) -> Any:
    return Field(sa_type=cast(Any, Word(term)), **more)


def _one_of(column: str, term: type[terms.Term], *, optional: bool = False) -> CheckConstraint:
    words = ", ".join(f"'{member.value}'" for member in term)
    rule = f"{column} IN ({words})"
    return CheckConstraint(f"{column} IS NULL OR {rule}" if optional else rule, name=f"{column}_known")


def _said(column: str) -> CheckConstraint:
    return CheckConstraint(f"length(trim({column})) > 0", name=f"{column}_said")


def _sha256(column: str, *, optional: bool = False) -> CheckConstraint:
    rule = f"length({column}) = 64 AND {column} NOT GLOB '*[^0-9a-f]*'"
    return CheckConstraint(f"{column} IS NULL OR ({rule})" if optional else rule, name=f"{column}_hex")


def _span() -> CheckConstraint:
    return CheckConstraint("since IS NULL OR until IS NULL OR since <= until", name="span_forward")


class Row(SQLModel):
    """What all tables share: whom a row tells of in the log."""

    def subject(self) -> str:
        """A release's reference, P and a person's id, or U and a unit's id."""
        raise NotImplementedError


class UnitRow(Row, table=True):
    __tablename__ = "unit"

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)

    def subject(self) -> str:
        return f"U{self.id}"


class UnitPeriodRow(Row, table=True):
    __tablename__ = "unit_period"
    __table_args__ = (
        _one_of("kind", terms.UnitKind),
        _said("name"),
        _span(),
        Index("uq_unit_period_name_open", "name", unique=True, sqlite_where=text("until IS NULL")),
        Index("uq_unit_period_unit_id_open", "unit_id", unique=True, sqlite_where=text("until IS NULL")),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    name: str
    kind: terms.UnitKind = _word(terms.UnitKind)
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    office: bool = False
    since: dt.date | None = None
    until: dt.date | None = None
    kind_name: str | None = None

    def subject(self) -> str:
        return f"U{self.unit_id}"


class UnitAliasRow(Row, table=True):
    __tablename__ = "unit_alias"
    __table_args__ = (_said("alias"),)

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    alias: str = Field(unique=True)

    def subject(self) -> str:
        return f"U{self.unit_id}"


class PersonRow(Row, table=True):
    __tablename__ = "person"
    __table_args__ = (
        _said("name"),
        CheckConstraint("birth IS NULL OR birth GLOB '[12][0-9][0-9][0-9]-[01][0-9]'", name="birth_month"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    name: str = Field(index=True)
    gender: str | None = None
    birth: str | None = None
    ethnicity: str | None = None
    politics: str | None = None
    education: str | None = None
    office_phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    qq: str | None = None
    resume: str | None = Field(default=None, sa_type=Text)

    def subject(self) -> str:
        return f"P{self.id}"


class AppointmentRow(Row, table=True):
    __tablename__ = "appointment"
    __table_args__ = (
        _one_of("role", terms.Role),
        _said("title"),
        _span(),
        Index(
            "uq_appointment_open",
            "person_id",
            "unit_id",
            "role",
            unique=True,
            sqlite_where=text("until IS NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: terms.Role = _word(terms.Role)
    title: str
    since: dt.date | None = None
    until: dt.date | None = None
    registered_on: dt.date | None = None
    end_reason: str | None = None
    remark: str | None = None
    role_name: str | None = None

    def subject(self) -> str:
        return f"P{self.person_id}"


class ReleaseRow(Row, table=True):
    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("ref GLOB '[12][0-9][0-9][0-9]-[0-9][0-9][0-9]*'", name="ref_form"),
        _one_of("form", terms.Form),
        _one_of("occasion", terms.Occasion),
        _one_of("nature", terms.Nature),
        _one_of("status", terms.Status),
        _said("name"),
        CheckConstraint("categories NOT GLOB '*[^1-8,]*'", name="categories_known"),
        CheckConstraint(
            "urgent = 0 OR (urgent_reason IS NOT NULL AND consulted_on IS NOT NULL)", name="urgent_proved"
        ),
        CheckConstraint("held_on IS NOT NULL OR status NOT IN ('held', 'archived')", name="held_dated"),
        CheckConstraint("filed_on IS NOT NULL OR status <> 'filed'", name="filed_dated"),
        CheckConstraint("submitted_on IS NOT NULL OR status NOT IN ('submitted', 'reviewed', 'approved')",
                        name="submitted_dated"),
    )  # fmt: skip

    ref: str = Field(primary_key=True)
    name: str
    unit_id: int = Field(foreign_key="unit.id", index=True)
    form: terms.Form = _word(terms.Form)
    occasion: terms.Occasion = _word(terms.Occasion)
    nature: terms.Nature = _word(terms.Nature)
    status: terms.Status = _word(terms.Status, index=True)
    on: dt.date = Field(index=True)
    planned_on: dt.date
    planned_at: dt.date | None = None
    at: dt.time | None = None
    in_bureau_name: bool = False
    key_matter: bool = False
    wide_impact: bool | None = None
    topic: str | None = None
    categories: str = ""
    venue: str | None = None
    host_id: int | None = Field(default=None, foreign_key="person.id")
    liaison_id: int | None = Field(default=None, foreign_key="person.id")
    liaison: str | None = None
    phone: str | None = None
    audience: str | None = None
    media: str | None = None
    urgent: bool = False
    urgent_reason: str | None = None
    consulted_on: dt.date | None = None
    submitted_on: dt.date | None = None
    held_on: dt.date | None = None
    filed_on: dt.date | None = None
    receipt: str | None = None
    close_reason: str | None = None
    resume_at: terms.Step | None = _word(terms.Step, default=None)
    local_unit_id: int | None = Field(default=None, foreign_key="unit.id")
    round: int = 0
    filed_time: dt.time | None = None
    held_time: dt.time | None = None
    consulted_time: dt.time | None = None
    received_on: dt.date | None = None
    closed_on: dt.date | None = None
    period: str | None = None
    form_name: str | None = None
    void_round: int | None = None

    def subject(self) -> str:
        return self.ref


class _OfRelease(Row):
    """A row that belongs to a release."""

    def subject(self) -> str:
        return str(self.ref)  # type: ignore[attr-defined]


class ReleaseUnitRow(_OfRelease, table=True):
    __tablename__ = "release_unit"
    __table_args__ = (
        CheckConstraint("part IN ('business', 'joint')", name="part_known"),
        UniqueConstraint("ref", "unit_id", "part"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    ref: str = Field(foreign_key="release.ref")
    unit_id: int = Field(foreign_key="unit.id")
    part: str


class StepRow(_OfRelease, table=True):
    __tablename__ = "approval_step"
    __table_args__ = (
        _one_of("step", terms.Step),
        _one_of("decision", terms.Decision),
        _one_of("role", terms.Role, optional=True),
        _said("by"),
        CheckConstraint("decision = 'agree' OR length(trim(opinion)) > 0", name="opinion_given"),
        UniqueConstraint("ref", "seq"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    ref: str = Field(foreign_key="release.ref")
    seq: int
    round: int
    step: terms.Step = _word(terms.Step)
    by: str
    title: str
    decision: terms.Decision = _word(terms.Decision)
    opinion: str = Field(sa_type=Text)
    on: dt.date
    person_id: int | None = Field(default=None, foreign_key="person.id")
    role: terms.Role | None = _word(terms.Role, default=None)
    on_behalf_of: str | None = None
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    at: dt.time | None = None
    entered: dt.date | None = None


class SeatRow(_OfRelease, table=True):
    __tablename__ = "seat"
    __table_args__ = (
        _one_of("seat", terms.Seat),
        CheckConstraint("substitute_for IS NULL OR reason IS NOT NULL", name="substitution_explained"),
        UniqueConstraint("ref", "seat", "person_id", "actual"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    ref: str = Field(foreign_key="release.ref")
    seat: terms.Seat = _word(terms.Seat)
    person_id: int = Field(foreign_key="person.id")
    actual: bool = False
    substitute_for: str | None = None
    reason: str | None = None


class AttachmentRow(_OfRelease, table=True):
    __tablename__ = "attachment"
    __table_args__ = (
        _one_of("kind", terms.AttachmentKind),
        _said("name"),
        _sha256("sha256"),
        CheckConstraint("size >= 0", name="size_counted"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    ref: str = Field(foreign_key="release.ref", index=True)
    kind: terms.AttachmentKind = _word(terms.AttachmentKind)
    name: str
    sha256: str
    size: int
    added_on: dt.date
    round: int = 1


class RecordRow(Row, table=True):
    __tablename__ = "record"
    __table_args__ = (
        _one_of("kind", terms.RecordKind),
        _sha256("sha256", optional=True),
        CheckConstraint("json_valid(data)", name="data_json"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    kind: terms.RecordKind = _word(terms.RecordKind, index=True)
    on: dt.date
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    ref: str | None = Field(default=None, foreign_key="release.ref", index=True)
    text: str | None = Field(default=None, sa_type=Text)
    file_name: str | None = None
    sha256: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    at: dt.time | None = None
    entered: dt.date | None = None

    def subject(self) -> str:
        if self.ref:
            return self.ref
        if self.person_id:
            return f"P{self.person_id}"
        return f"U{self.unit_id}" if self.unit_id else "office"


class NoticeRow(Row, table=True):
    """A State Council notice as imported: its text and source stay with the days read from it."""

    __tablename__ = "notice"
    __table_args__ = (CheckConstraint("json_valid(days)", name="days_json"), _sha256("sha256"))

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    year: int = Field(index=True)
    number: str | None = None
    issued: dt.date | None = None
    title: str | None = None
    source: str
    text: str = Field(sa_type=Text)
    sha256: str
    amends: bool = False
    days: dict[str, Any] = Field(sa_type=JSON, nullable=False)

    def subject(self) -> str:
        return f"calendar-{self.year}"


class ProfileRow(Row, table=True):
    """An optional policy file that this bureau switched on: kept whole, so a judgement can be repeated."""

    __tablename__ = "profile"
    __table_args__ = (_said("name"), _sha256("sha256"))

    id: int = Field(primary_key=True, sa_column_kwargs=_GIVEN)
    name: str = Field(unique=True)
    text: str = Field(sa_type=Text)
    sha256: str

    def subject(self) -> str:
        return "policy"


class LogRow(SQLModel, table=True):
    """One entry of the append-only log. What could be said of a value by a constraint, the chain of hashes says.

    `day` is the business day claimed, `desk` the day on which somebody entered it (None: before revision 0005).
    `command` is the seq of the first entry that the same command wrote; `changes` a list of
    {table, key, op, values|old|new}. A person's particulars stand apart in `opening`, so that they can be forgotten:
    of each such change the entry itself holds only the SHA-256 of its line there, a JSON text with a random salt.
    Without the line nobody can guess them from the hash, and with it nobody can have changed them. Forgetting empties
    `opening`; triggers refuse any other UPDATE, and DELETE.
    """

    __tablename__ = "log_entry"

    seq: int = Field(primary_key=True)
    command: int
    at: str
    day: dt.date = Field(index=True)
    actor: str
    action: str
    subject: str = Field(index=True)
    summary: str = Field(sa_type=Text)
    reason: str | None = None
    changes: str = Field(sa_type=Text)
    opening: str | None = Field(default=None, sa_type=Text)
    prev: str
    hash: str
    desk: dt.date | None = None


METADATA: MetaData = SQLModel.metadata


def table_of(row_type: type[SQLModel]) -> Table:
    """The plain table behind a row class, for reads that need no objects."""
    return METADATA.tables[str(row_type.__tablename__)]


JOURNALED: dict[str, type[Row]] = {
    str(row.__tablename__): row
    for row in (
        UnitRow,
        UnitPeriodRow,
        UnitAliasRow,
        PersonRow,
        AppointmentRow,
        ReleaseRow,
        ReleaseUnitRow,
        StepRow,
        SeatRow,
        AttachmentRow,
        RecordRow,
        NoticeRow,
        ProfileRow,
    )
}

PRIVATE: dict[str, tuple[str, ...]] = {
    "person": tuple(name for name in PersonRow.model_fields if name not in ("id", "name"))
}
"""{table: columns} that enter the log only under a seal."""
