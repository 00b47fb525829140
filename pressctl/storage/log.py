"""The append-only log: each entry carries the hash of the one before, over canonical JSON.

Invariant: a change to data and its entry are one transaction. Held by `Journal`, which listens to the
session's flushes, so that no row can be written without being told of; verified by `replay`, which
rebuilds every table from the log, and by triggers that refuse UPDATE and DELETE on the log itself.

Particulars of people are not in what is hashed: an entry holds the hash of a salted text that stands beside it,
in `opening`, and can be emptied when a person is to be forgotten, without a break in the chain.

Numbers follow each other without a gap, but for one place: after a restore they go on where the replaced log stopped, so
that no number names two entries. The restore's own entry says so, and carries the heads of both logs.

What it proves: against a head known from outside (printed on paper), that nothing up to that head was
altered, removed, inserted or reordered. What it does not: that the clock was right, that the actor was
who the system said, or that someone who rewrote the whole chain after the last known head did not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import JSON, Column, Connection, Time, event, inspect, select, update
from sqlmodel import Session

from pressctl.core.terms import Term
from pressctl.core.text import fault, from_json, visible
from pressctl.errors import BadData
from pressctl.storage.dialect import as_they_are, insert_many
from pressctl.storage.tables import JOURNALED, PRIVATE, LogRow, Row, table_of

GENESIS = "0" * 64
_LOG = table_of(LogRow)
_SIDES = ("values", "old", "new")
HASHED = ("action", "actor", "at", "changes", "command", "day", "prev", "reason", "seq", "subject", "summary")
"""The columns that the hash covers, in the order in which they are spelled; `desk` too, where it is known."""


def canonical(value: Any) -> bytes:
    """JSON with one spelling, as UTF-8: keys in their order, no spaces, characters as they are."""
    try:
        return to_json(value)
    except PydanticSerializationError:  # text that only a hand in the file can have put there
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogateescape")


def typed(column: Column[Any], value: Any) -> Any:
    """The inverse of `plain` for a column."""
    kind = column.type.python_type
    if value is None or not issubclass(kind, (dt.date, dt.time, Term)):
        return value
    return kind(value) if issubclass(kind, Term) else kind.fromisoformat(value)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it; bytes, which only a hand in the file can have put there, as no text could be."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Term):
        return value.value
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over every other column of the entry, the previous hash among them."""
    return _hash_of(
        canonical(_spelled({name: plain(entry[name]) for name in HASHED}, plain(entry.get("desk"))))
    )


def _spelled(entry: dict[str, Any], desk: str | None) -> dict[str, Any]:
    """What is hashed of an entry. The desk's day came with revision 0005: entries without it keep their hashes."""
    return entry if desk is None else {**entry, "desk": desk}


@dataclass(frozen=True, slots=True)
class Command:
    """What the log says of one command: the action's stable name, who, which business day it claims, when by the clock,
    and the desk's day: the business day on which it is entered."""

    action: str
    actor: str
    day: dt.date
    at: dt.datetime
    desk: dt.date

    @property
    def clock(self) -> str:
        return self.at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


@dataclass
class Journal:
    """Gathers the changes of one transaction by subject and appends them as the entries of one command."""

    command: Command
    summaries: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    # {subject: changes}; `hidden` holds what of a change is private, by side, until it is sealed
    changes: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    forgotten: set[str] = field(default_factory=set)
    first: int | None = None
    entries: int = 0
    """How many were written."""

    def listen(self, session: Session) -> None:
        """Hear of every row that the session writes."""
        event.listen(session, "after_flush", self._flushed)

    def note(self, subject: str, summary: str, reason: str | None = None) -> None:
        """The Chinese sentence that `log list` shows for a subject; recorded even when no row changed."""
        self.summaries[subject] = summary
        self.changes[subject] += []
        if reason:
            self.reasons[subject] = reason

    def inserted(
        self, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]], subjects: Iterable[str]
    ) -> None:
        """Tell of rows of plain values that are written without the session (bulk import); the key of each comes first."""
        private = PRIVATE.get(table, ())
        shown = [(name, place) for place, name in enumerate(names) if name not in private]
        kept = [(name, place) for place, name in enumerate(names) if name in private]
        for row, subject in zip(rows, subjects, strict=True):
            values = {name: row[place] for name, place in shown if row[place] is not None}
            change = {"table": table, "key": row[0], "op": "insert", "values": values}
            if kept:
                change["hidden"] = {"values": {n: row[place] for n, place in kept if row[place] is not None}}
            self.changes[subject].append(change)

    def undone(self, subject: str, command: int) -> None:
        """Tell that a command is taken back; the rows it wrote are told of as they change."""
        self.changes[subject].append({"table": "log_entry", "key": command, "op": "undo"})

    def forget(self, subject: str) -> None:
        """Empty every seal of a subject, those of this command too; the entries and their hashes stay."""
        self.forgotten.add(subject)
        self.changes[subject].append({"table": "log_entry", "key": subject, "op": "forget"})

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
            change = {"table": str(row.__tablename__), "key": key, "op": op, **what}
            if op != "delete" and self.command.action not in _GIVING_BACK:
                _require_plain(change["table"], what["new" if op == "update" else "values"])
            if private := PRIVATE.get(change["table"]):
                change["hidden"] = {
                    side: {n: v.pop(n) for n in private if n in v} for side, v in what.items()
                }
            self.changes[row.subject()].append(change)

    def append(self, connection: Connection) -> int:
        """Write what has gathered at the end of the chain; returns how many entries.

        Runs inside the caller's transaction. A long import calls it now and then, so that memory stays flat;
        all its entries carry the number of the first.
        """
        said = (self.command.actor, *self.summaries.values(), *self.reasons.values())
        if self.command.action not in _GIVING_BACK:
            _require_plain("log_entry", dict(enumerate(said)))
        seq, prev = head(connection)
        if self.first is None:
            self.first = seq + 1
        common = {
            "action": self.command.action,
            "actor": self.command.actor,
            "at": self.command.clock,
            "changes": "",  # here and below: its place in the spelling
            "command": self.first,
            "day": plain(self.command.day),
        }
        summary = self.summaries.get("", self.command.action)
        desk = plain(self.command.desk)
        rows: list[tuple[Any, ...]] = []
        salts = _salts()
        for subject, changes in self.changes.items():
            seq += 1
            openings = _seal(changes, salts)
            entry = {
                **common,
                "changes": canonical(changes).decode(),
                "prev": prev,
                "reason": self.reasons.get(subject),
                "seq": seq,
                "subject": subject,
                "summary": self.summaries.get(subject) or summary,
            }
            prev = _hash_of(
                canonical(_spelled(entry, desk))
            )  # all plain, in the order of HASHED: as entry_hash has it
            kept = openings and subject not in self.forgotten
            rows.append((*entry.values(), "\n".join(openings) if kept else None, prev, desk))
        insert_many(connection, _LOG, (*HASHED, "opening", "hash", "desk"), rows)
        if self.forgotten:
            connection.execute(update(_LOG).where(_LOG.c.subject.in_(self.forgotten)).values(opening=None))
        self.changes.clear()
        self.entries += len(rows)
        return len(rows)


_GIVING_BACK = frozenset(("undo",))
"""Actions that put back what was there, whatever it was."""
_WHOLE = frozenset((("notice", "text"), ("profile", "text")))
"""Texts of others, kept as they came."""


def _require_plain(table: str, values: Mapping[Any, Any]) -> None:
    """The last door: no text comes in that would steer a terminal or read in another order than it is written.

    Raises BadData.
    """
    for name, value in values.items():
        for text in () if (table, name) in _WHOLE else _texts(value):
            if wrong := fault(text):
                raise BadData(
                    "unreadable_text",
                    f"“{visible(text)}”{wrong}，没有写入。",
                    next_step="请删去后重新输入；文件名中有的，请先给文件改名。",
                )


def _texts(value: Any) -> Iterator[str]:
    """Every text within a value as JSON holds it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from (*_texts(key), *_texts(held))
    elif isinstance(value, list):
        for held in value:
            yield from _texts(held)


def _image(row: Row) -> dict[str, Any]:
    """A row as the log tells of it: what is empty is not told."""
    columns = inspect(row).mapper.column_attrs
    return {c.key: plain(value) for c in columns if (value := getattr(row, c.key)) is not None}


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


def _salts() -> Iterator[str]:
    """Each of 128 random bits in hexadecimal; drawn many at a time, for every draw asks the system."""
    while True:
        drawn = secrets.token_hex(16 * 256)
        yield from (drawn[n : n + 32] for n in range(0, len(drawn), 32))


def _seal(changes: Iterable[dict[str, Any]], salts: Iterator[str]) -> list[str]:
    """Put the hash of what is hidden of a change in its place; returns the openings of those that hide anything, in order."""
    openings: list[str] = []
    for change in changes:
        hidden = change.pop("hidden", None)
        if hidden and any(hidden.values()):
            opening = canonical({"salt": next(salts), **hidden})
            change["sealed"] = _hash_of(opening)
            openings.append(opening.decode())
    return openings


def _hash_of(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def holds_openings(connection: Connection, subject: str) -> bool:
    """Whether the log still tells particulars of a subject."""
    where = (_LOG.c.subject == subject, _LOG.c.opening.is_not(None))
    return connection.execute(select(_LOG.c.seq).where(*where).limit(1)).first() is not None


def opened(changes: str, opening: str | None) -> list[dict[str, Any]]:
    """The changes of an entry with what their seals hold; where it was emptied, a change keeps the word `sealed`.

    Raises ValueError for a seal that was altered: it must not speak.
    """
    found: list[dict[str, Any]] = from_json(changes)
    if opening is not None:
        sealed = [change for change in found if "sealed" in change]
        if not _fit(sealed, opening):
            raise ValueError("a seal does not fit its opening")
        for change, line in zip(sealed, opening.split("\n"), strict=True):
            hidden = from_json(line)
            del change["sealed"]
            for side in _SIDES:
                if side in hidden:
                    change[side] |= hidden[side]
    return found


def _fit(sealed: Sequence[Mapping[str, Any]], opening: object) -> bool:
    """Whether the lines of an opening are what these changes were sealed over."""
    if not isinstance(opening, str):
        return False
    lines = [_hash_of(line.encode("utf-8", "surrogateescape")) for line in opening.split("\n")]
    return bool(sealed) and lines == [change["sealed"] for change in sealed]


def _seal_faults(told: Iterable[Mapping[str, Any]]) -> Iterator[Deviation]:
    """Seals that were altered, exchanged, added, or emptied without an entry that says so."""
    emptied: dict[str, int] = {}
    seals: list[tuple[int, str, list[dict[str, Any]], object]] = []
    for entry in told:
        changes, seq = from_json(entry["changes"]), entry["seq"]
        emptied |= {change["key"]: seq for change in changes if change["op"] == "forget"}
        sealed = [change for change in changes if "sealed" in change]
        if sealed or entry["opening"] is not None:
            seals.append((seq, entry["subject"], sealed, entry["opening"]))
    for seq, subject, sealed, opening in seals:
        forgotten = seq <= emptied.get(subject, 0)
        if opening is None and not forgotten:
            yield Deviation("log_entry", seq, f"{subject} 的封存内容被清空，而日志中没有清除的记录")
        elif opening is not None and (forgotten or not _fit(sealed, opening)):
            yield Deviation("log_entry", seq, f"{subject} 的封存内容被改动过")


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
    """Every entry in order, as the file's raw values."""
    return as_they_are(connection, _LOG, (*HASHED, "opening", "hash", "desk"))


def verify(found: Iterable[Mapping[str, Any]], known_head: str | None = None) -> Verdict:
    """Walk the chain. With a head known from elsewhere, also whether the log was cut short or replaced."""
    chain = list(found)
    hashes = {GENESIS, *(entry["hash"] for entry in chain)}
    numbers = {*range(1, len(chain) + 1), *(int(entry["seq"]) for entry in chain)}
    before = prev = GENESIS
    last = 0
    for place, entry in enumerate(chain, start=1):
        following = chain[place]["prev"] if place < len(chain) else None
        genuine = entry_hash(entry) == entry["hash"]
        due = max(last, _replaced_last(entry) if genuine else 0) + 1
        if not (genuine and entry["prev"] == prev and entry["seq"] == due):
            broken = _fault(entry, (last, due), (before, prev, following), hashes, numbers)
            return Verdict(False, len(chain), prev, broken)
        before, prev, last = prev, entry["hash"], due
    if known_head and known_head not in hashes:
        return Verdict(False, len(chain), prev, _missing(known_head, chain, last + 1))
    return Verdict(True, len(chain), prev)


def _fault(
    entry: Mapping[str, Any],
    around_numbers: tuple[int, int],
    around: tuple[str, str, str | None],
    hashes: set[str],
    numbers: set[int],
) -> Break:
    """What is wrong with an entry that does not fit.

    `around_numbers` are the number before it and the one due here; `around` holds the hash before the one before, the
    hash before, and what the next entry points back to; `numbers` are those that an entry of this log may once have had.
    """
    last, due = around_numbers
    before, prev, following = around
    seq = int(entry["seq"])
    genuine = entry_hash(entry) == entry["hash"]
    if not genuine and any(entry_hash({**entry, "seq": n}) == entry["hash"] for n in {*numbers, due}):
        return Break(seq, "reordered", f"第 {seq} 条的序号被改动过")
    if last and entry["prev"] == before:
        return Break(last, "inserted", f"第 {last} 条是后来插入的：它后面一条接的是它前面一条")
    if following == prev:
        return Break(seq, "inserted", f"第 {seq} 条是后来插入的：它后面一条接的是它前面一条")
    if not genuine:
        return Break(seq, "altered", f"第 {seq} 条的内容与其校验值不符：被改动过")
    if entry["prev"] not in hashes:
        return Break(due, "removed", f"第 {seq} 条之前缺少条目：被删去过")
    return Break(seq, "reordered", f"第 {seq} 条接不上前一条：顺序被改动过")


def _missing(known_head: str, chain: Iterable[Mapping[str, Any]], after: int) -> Break:
    """A head that the log does not have: cut off, or of a log that a restore openly replaced."""
    restores = [(entry["seq"], told) for entry in chain if (told := _restoring(entry))]
    said = f"日志中没有已知的校验值 {known_head[:12]}…"
    for seq, told in restores:
        if told["old"].get("head") == known_head:
            where = f"（{told['kept']}）" if told["kept"] else ""
            return Break(
                seq,
                "replaced",
                f"{said}：它是第 {seq} 条恢复所替换的日志的末条，请到当时另存的旧库{where}核对",
            )
    said += "：其后的条目被删去，或整本日志被换过"
    if restores:
        listed = "、".join(str(seq) for seq, _ in restores)
        said += f"；其间有过恢复（第 {listed} 条），也可能在当时另存的旧库中"
    return Break(after, "truncated", said)


# -- restores ------------------------------------------------------------------------------------------

RESTORE = "db.restore"
_DATABASE = "database"
"""The subject of a restore's entry."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What stood where a backup is put. `last` and `head` are of its log's last entry, None where it cannot be read;
    `references` the highest number given out in each year: {"2026": 47}."""

    last: int | None
    head: str | None
    references: Mapping[str, int] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    """Subjects whose particulars were emptied."""


def restoring(
    command: Command,
    restored: tuple[int, str],
    replaced: Replaced,
    *,
    summary: str,
    kept: str | None,
    dated: bool,
) -> dict[str, Any]:
    """The entry of a restore, as plain columns with its hash: it follows the restored log's last entry, in number also
    the replaced log's.

    `restored` is the restored log's last entry: its number and its hash; `kept` the file that the replaced one is in;
    `dated` says that this log keeps the desk's day, as since revision 0005.
    """
    number, head = restored
    seq = max(number, replaced.last or 0) + 1
    change = {
        "table": _LOG.name,
        "key": number,
        "op": "restore",
        "old": {"entries": replaced.last, "head": replaced.head} if replaced.last is not None else {},
        "new": {"entries": number, "head": head},
        "references": dict(replaced.references),
        "kept": kept,
    }
    entry = {
        "action": RESTORE,
        "actor": command.actor,
        "at": command.clock,
        "changes": canonical([change]).decode(),
        "command": seq,
        "day": plain(command.day),
        "prev": head,
        "reason": None,
        "seq": seq,
        "subject": _DATABASE,
        "summary": summary,
    }
    if dated:
        entry["desk"] = plain(command.desk)
    return entry | {"hash": entry_hash(entry)}


def _restoring(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a restore's entry tells of it; None for any other."""
    if entry["action"] != RESTORE:
        return None
    return _told_of_restore(entry["changes"])


def _told_of_restore(changes: str) -> dict[str, Any] | None:
    """None also for what only a hand can have put there, which is told of elsewhere."""
    try:
        told = next(change for change in from_json(changes) if change["op"] == "restore")
        whole = {"old": dict(told["old"]), "references": dict(told["references"]), "kept": told.get("kept")}
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration):
        return None
    numbers = (*whole["references"].values(), whole["old"].get("entries", 0))
    return whole if all(isinstance(n, int) and 0 <= n < _UNCOUNTABLE for n in numbers) else None


_UNCOUNTABLE = 1 << 53
"""No log has so many entries, no year so many releases."""


def _replaced_last(entry: Mapping[str, Any]) -> int:
    """The number of the last entry that a restore replaced; 0 of any other entry, and where it could not be read."""
    told = _restoring(entry)
    return int(told["old"].get("entries", 0)) if told else 0


def references_of(changes: Iterable[str]) -> dict[str, int]:
    """{year: the highest number given out before a restore}, from what the restores' entries tell."""
    highest: dict[str, int] = {}
    for text in changes:
        told = _told_of_restore(text) or {"references": {}}
        for year, number in told["references"].items():
            highest[year] = max(number, highest.get(year, 0))
    return highest


def references_before(connection: Connection) -> dict[str, int]:
    """The same, of this log. By subject, which is indexed."""
    where = (_LOG.c.subject == _DATABASE, _LOG.c.action == RESTORE)
    return references_of(connection.execute(select(_LOG.c.changes).where(*where)).scalars())


def replay(found: Iterable[Mapping[str, Any]]) -> dict[tuple[str, Any], dict[str, Any]]:
    """The tables as the log tells them: {(table, key): what is not empty of the row}. Altered seals stay shut."""
    rows: dict[tuple[str, Any], dict[str, Any]] = {}
    for entry in found:
        try:
            changes = opened(entry["changes"], entry["opening"])
        except ValueError:
            changes = opened(entry["changes"], None)
        for change in changes:
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
    told = replay(entries(connection))
    found = list(_seal_faults(entries(connection)))
    for name, row_type in JOURNALED.items():
        columns = table_of(row_type).columns
        (key,) = table_of(row_type).primary_key.columns.keys()
        for row in as_they_are(connection, table_of(row_type)):
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
            return bool(from_json(raw) == told)
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
