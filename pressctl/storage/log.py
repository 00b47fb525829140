"""The append-only log: each entry carries the hash of the one before, over canonical JSON.

Invariant: a change to data and its entry are one transaction. Held by `Journal`, which listens to the
session's flushes, so that no row can be written without being told of; verified by `replay`, which
rebuilds every table from the log, and by triggers that refuse UPDATE and DELETE on the log itself.

Particulars of people are not in the entries: an entry holds the hash of a salted text that stands in
`log_seal` and can be emptied when a person is to be forgotten, without a break in the chain.

What it proves: against a head known from outside (printed on paper), that nothing up to that head was
altered, removed, inserted or reordered. What it does not: that the clock was right, that the actor was
who the system said, or that someone who rewrote the whole chain after the last known head did not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, Time, event, inspect, select, update
from sqlmodel import Session

from pressctl.storage.tables import JOURNALED, PRIVATE, LogRow, Row, SealRow, table_of

GENESIS = "0" * 64
_LOG, _SEALS = table_of(LogRow), table_of(SealRow)
_SIDES = ("values", "old", "new")
HASHED = ("seq", "command", "at", "day", "actor", "action", "subject", "summary", "reason", "changes", "prev")


canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""JSON with one spelling: sorted keys, no spaces, characters as they are."""


def typed(column: Column[Any], value: Any) -> Any:
    """The inverse of `plain` for a column."""
    kind = column.type.python_type
    return kind.fromisoformat(value) if value is not None and kind in (dt.date, dt.time) else value


def plain(value: Any) -> Any:
    """A column's value as JSON holds it; bytes, which only a hand in the file can have put there, as no text could be."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of plain values, all with the same keys, through the driver itself: SQLAlchemy's handling of each
    parameter takes longer than SQLite's insert."""
    if rows:
        names = tuple(rows[0])
        marks = ", ".join("?" * len(names))
        listed = ", ".join(f'"{name}"' for name in names)
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608 - our own names
        connection.exec_driver_sql(statement, [tuple(row.values()) for row in rows])


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over every other column of the entry, the previous hash among them."""
    return _hash_of(canonical({name: plain(entry[name]) for name in HASHED}))


@dataclass(frozen=True, slots=True)
class Command:
    """What the log says of one command: the action's stable name, who, on which business day, when by the clock."""

    action: str
    actor: str
    day: dt.date
    at: dt.datetime

    @property
    def clock(self) -> str:
        return self.at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


@dataclass
class Journal:
    """Gathers the changes of one transaction by subject and appends them as the entries of one command."""

    command: Command
    summaries: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    first: int | None = None

    def listen(self, session: Session) -> None:
        """Hear of every row that the session writes."""
        event.listen(session, "after_flush", self._flushed)

    def note(self, subject: str, summary: str, reason: str | None = None) -> None:
        """The Chinese sentence that `log list` shows for a subject; recorded even when no row changed."""
        self.summaries[subject] = summary
        self.changes.setdefault(subject, [])
        if reason:
            self.reasons[subject] = reason

    def inserted(self, table: str, key: Any, values: Mapping[str, Any], subject: str) -> None:
        """Tell of a row that was written without the session (bulk import)."""
        self.changes.setdefault(subject, []).append(
            {"table": table, "key": key, "op": "insert", "values": values}
        )

    def undone(self, subject: str, command: int) -> None:
        """Tell that a command is taken back; the rows it wrote are told of as they change."""
        self.changes.setdefault(subject, []).append({"table": "log_entry", "key": command, "op": "undo"})

    def forget(self, subject: str) -> None:
        """Empty every seal of a subject, those of this command too; the entries and their hashes stay."""
        self.forgotten.add(subject)
        self.changes.setdefault(subject, []).append({"table": "log_seal", "key": subject, "op": "forget"})

    def _flushed(self, session: Session, _context: object) -> None:
        for row in session.new:
            self._tell(row, "insert", {"values": _image(row)})
        for row in session.dirty:
            if changed := _difference(row):
                old, new = changed
                self._tell(row, "update", {"old": old, "new": new})
        for row in session.deleted:
            self._tell(row, "delete", {"values": _image(row)})

    def _tell(self, row: Any, op: str, what: dict[str, Any]) -> None:
        if isinstance(row, Row):
            (key,) = inspect(row).mapper.primary_key_from_instance(row)
            self.changes.setdefault(row.subject(), []).append(
                {"table": str(row.__tablename__), "key": key, "op": op, **what}
            )

    def append(self, connection: Connection) -> int:
        """Write what has gathered at the end of the chain; returns how many entries.

        Runs inside the caller's transaction. A long import calls it now and then, so that memory stays flat;
        all its entries carry the number of the first.
        """
        seq, prev = head(connection)
        if self.first is None:
            self.first = seq + 1
        at, day = self.command.clock, plain(self.command.day)
        rows: list[dict[str, Any]] = []
        seals: list[dict[str, Any]] = []
        for subject, changes in self.changes.items():
            seq += 1
            told = []
            for change in changes:
                public, opening = _sealed(change)
                told.append(public)
                if opening is not None:
                    kept = None if subject in self.forgotten else opening
                    seals.append({"hash": public["sealed"], "subject": subject, "opening": kept})
            entry = {
                "seq": seq,
                "command": self.first,
                "at": at,
                "day": day,
                "actor": self.command.actor,
                "action": self.command.action,
                "subject": subject,
                "summary": self.summaries.get(subject) or self.summaries.get("", self.command.action),
                "reason": self.reasons.get(subject),
                "changes": canonical(told),
                "prev": prev,
            }
            prev = entry["hash"] = _hash_of(canonical(entry))  # all plain: as entry_hash has it
            rows.append(entry)
        insert_many(connection, _LOG, rows)
        insert_many(connection, _SEALS, seals)
        if self.forgotten:
            connection.execute(
                update(_SEALS).where(_SEALS.c.subject.in_(self.forgotten)).values(opening=None)
            )
        self.changes.clear()
        return len(rows)


def _image(row: Row) -> dict[str, Any]:
    return {column.key: plain(getattr(row, column.key)) for column in inspect(row).mapper.column_attrs}


def _difference(row: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    if not isinstance(row, Row):
        return None
    old, new = {}, {}
    state = inspect(row)
    for column in state.mapper.column_attrs:
        history = state.attrs[column.key].history
        if history.has_changes() and history.deleted and history.deleted[0] != history.added[0]:
            old[column.key] = plain(history.deleted[0])
            new[column.key] = plain(history.added[0])
    return (old, new) if new else None


# -- seals ---------------------------------------------------------------------------------------------


def _sealed(change: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """A change as an entry holds it, and the opening of its seal; None where nothing in it is private."""
    private = PRIVATE.get(change["table"])
    if private is None:
        return dict(change), None
    public, hidden = dict(change), {}
    for side in _SIDES:
        if side in change:
            public[side] = {k: v for k, v in change[side].items() if k not in private}
            hidden[side] = {k: v for k, v in change[side].items() if k in private}
    if not any(v is not None for side in hidden.values() for v in side.values()):
        return public, None
    opening = canonical({"salt": secrets.token_hex(16), **hidden})
    public["sealed"] = _hash_of(opening)
    return public, opening


def _hash_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def openings(connection: Connection, subject: str | None = None) -> dict[str, str | None]:
    """{hash: opening}, of one subject or all."""
    where = () if subject is None else (_SEALS.c.subject == subject,)
    found = connection.execute(select(_SEALS.c.hash, _SEALS.c.opening).where(*where))
    return {row[0]: row[1] for row in found}


def opened(changes: str, seals: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The changes of an entry with what their seals hold; a change whose seal was emptied keeps the word `sealed`.

    Raises ValueError for a seal that was altered: it must not speak.
    """
    found: list[dict[str, Any]] = json.loads(changes)
    for change in found:
        opening = seals.get(change.get("sealed", ""))
        if opening is not None:
            if not _fits(change["sealed"], opening):
                raise ValueError(f"seal {change['sealed']} does not fit its opening")
            hidden = json.loads(opening)
            del change["sealed"]
            for side in _SIDES:
                if side in hidden:
                    change[side] |= hidden[side]
    return found


def _fits(seal: str, opening: object) -> bool:
    return isinstance(opening, str) and _hash_of(opening) == seal


def _seal_faults(connection: Connection, told: Iterable[Mapping[str, Any]]) -> Iterator[Deviation]:
    """Seals that were altered, exchanged, taken away, added, or emptied without an entry that says so."""
    stored = {
        r[0]: (r[1], r[2]) for r in connection.exec_driver_sql("SELECT hash, subject, opening FROM log_seal")
    }
    wanted: dict[str, str] = {}
    emptied: set[str] = set()
    for entry in told:
        for change in json.loads(entry["changes"]):
            if change["op"] == "forget":
                emptied |= {seal for seal, subject in wanted.items() if subject == change["key"]}
            elif "sealed" in change:
                wanted[change["sealed"]] = entry["subject"]
    for seal, subject in wanted.items():
        found, opening = stored.pop(seal, (None, None))
        if found is None:
            yield Deviation("log_seal", seal[:12], f"{subject} 的封存内容缺失或被换名")
        elif found != subject:
            yield Deviation("log_seal", seal[:12], f"{subject} 的封存内容被移到别处")
        elif opening is None and seal not in emptied:
            yield Deviation("log_seal", seal[:12], f"{subject} 的封存内容被清空，而日志中没有清除的记录")
        elif opening is not None and (seal in emptied or not _fits(seal, opening)):
            yield Deviation("log_seal", seal[:12], f"{subject} 的封存内容被改动过")
    for seal in stored:
        yield Deviation("log_seal", str(seal)[:12], "日志中没有这份封存内容：绕过程序添加")


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last entry; (0, GENESIS) on an empty log."""
    row = connection.execute(select(_LOG.c.seq, _LOG.c.hash).order_by(_LOG.c.seq.desc()).limit(1)).first()
    return (row[0], row[1]) if row else (0, GENESIS)


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not fit: its number, what kind of damage, and the sentence for people."""

    seq: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying the chain found. `head` is the last good hash."""

    ok: bool
    entries: int
    head: str
    broken: Break | None = None


def entries(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every entry in order, as the file's raw values: a hand may have left anything."""
    listed = ", ".join((*HASHED, "hash"))
    result = _as_found(connection).exec_driver_sql(f"SELECT {listed} FROM log_entry ORDER BY seq")  # noqa: S608 - our own names
    return (dict(row) for row in result.mappings())


def _as_found(connection: Connection) -> Connection:
    """Let text that is no UTF-8 be read, as something that no hash and no log agrees with."""
    driver: Any = connection.connection.dbapi_connection
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def verify(found: Iterable[Mapping[str, Any]], known_head: str | None = None) -> Verdict:
    """Walk the chain. With a head known from elsewhere, also whether the log was cut short or replaced."""
    chain = list(found)
    hashes = {GENESIS, *(entry["hash"] for entry in chain)}
    before = prev = GENESIS
    for position, entry in enumerate(chain, start=1):
        following = chain[position]["prev"] if position < len(chain) else None
        if broken := _fault(entry, position, (before, prev, following), hashes):
            return Verdict(False, len(chain), prev, broken)
        before, prev = prev, entry["hash"]
    if known_head and known_head not in hashes:
        gone = Break(
            len(chain) + 1,
            "truncated",
            f"日志中没有已知的校验值 {known_head[:12]}…：其后的条目被删去，或整本日志被换过",
        )
        return Verdict(False, len(chain), prev, gone)
    return Verdict(True, len(chain), prev)


def _fault(
    entry: Mapping[str, Any], position: int, around: tuple[str, str, str | None], hashes: set[str]
) -> Break | None:
    """What is wrong with an entry at its position; None when it fits.

    `around` holds the hash before the one before, the hash before, and what the next entry points back to.
    """
    before, prev, following = around
    seq = int(entry["seq"])
    genuine = entry_hash(entry) == entry["hash"]
    if genuine and entry["prev"] == prev and seq == position:
        return None
    numbers = range(1, len(hashes) + 1)
    if not genuine and any(entry_hash({**entry, "seq": n}) == entry["hash"] for n in numbers):
        return Break(seq, "reordered", f"第 {seq} 条的序号被改动过")
    if position > 1 and entry["prev"] == before:
        return Break(
            position - 1, "inserted", f"第 {position - 1} 条是后来插入的：它后面一条接的是它前面一条"
        )
    if following == prev:
        return Break(seq, "inserted", f"第 {seq} 条是后来插入的：它后面一条接的是它前面一条")
    if not genuine:
        return Break(seq, "altered", f"第 {seq} 条的内容与其校验值不符：被改动过")
    if entry["prev"] not in hashes:
        return Break(position, "removed", f"第 {seq} 条之前缺少条目：被删去过")
    return Break(seq, "reordered", f"第 {seq} 条接不上前一条：顺序被改动过")


def replay(
    found: Iterable[Mapping[str, Any]], seals: Mapping[str, str | None]
) -> dict[tuple[str, Any], dict[str, Any]]:
    """The tables as the log tells them: {(table, key): row}."""
    rows: dict[tuple[str, Any], dict[str, Any]] = {}
    for entry in found:
        for change in opened(entry["changes"], seals):
            place = (change["table"], change["key"])
            if change["op"] == "insert":
                rows[place] = change["values"]
            elif change["op"] == "update":
                # a seal that was emptied is of someone forgotten, whose particulars are empty in the end
                forgotten = PRIVATE[change["table"]] if "sealed" in change else ()
                rows.setdefault(place, {}).update(change["new"] | dict.fromkeys(forgotten))
            elif change["op"] == "delete":
                rows.pop(place, None)
    return rows


@dataclass(frozen=True, slots=True)
class Deviation:
    """A row that is not as the log tells it."""

    table: str
    key: Any
    message: str


def deviations(connection: Connection) -> list[Deviation]:
    """Rows and seals changed, added or removed behind pressctl's back, read as the file's raw values.

    The chain must have been verified: what the entries say is taken for true.
    """
    told = replay(
        entries(connection), {seal: text for seal, text in openings(connection).items() if _fits(seal, text)}
    )
    found = list(_seal_faults(connection, entries(connection)))
    for name, row_type in JOURNALED.items():
        columns = table_of(row_type).columns
        (key,) = table_of(row_type).primary_key.columns.keys()
        for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings():  # noqa: S608 - our own table's name
            expected = told.pop((name, row[key]), None)
            if expected is None:
                found.append(Deviation(name, row[key], "日志中没有这一行：绕过程序添加"))
            elif wrong := [c.name for c in columns if not _as_told(c, expected.get(c.name), row[c.name])]:
                found.append(Deviation(name, row[key], f"与日志不符的列：{'、'.join(wrong)}"))
    found.extend(Deviation(table, key, "日志中有、数据库中没有：绕过程序删除") for table, key in told)
    return found


def _as_told(column: Column[Any], told: Any, raw: Any) -> bool:
    """Whether a raw value of the file is the one that the log tells of."""
    if raw is None or told is None:
        return raw is told
    if isinstance(column.type, JSON):
        try:
            return bool(json.loads(raw) == told)
        except (ValueError, TypeError):
            return False
    if isinstance(column.type, Time):
        return bool(raw == dt.time.fromisoformat(told).isoformat(timespec="microseconds"))
    return bool(raw == told)


def tampering(connection: Connection) -> str | None:
    """What a hand in the file has done, if anything: told when a stored value cannot be read."""
    verdict = verify(entries(connection))
    if verdict.broken:
        return verdict.broken.message
    found = deviations(connection)
    return "；".join(f"{d.table} {d.key}：{d.message}" for d in found[:3]) or None
