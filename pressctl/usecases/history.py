"""log and undo: what happened, whether the log is whole, and taking back one's last command by a new entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core.encoding import OPTIONAL
from pressctl.errors import BadData, DatabaseError, Refused
from pressctl.usecases.desk import Desk, find_person

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


class FieldChange(NamedTuple):
    """One field of one row, before and after; `private` where tables show it masked."""

    table: str
    key: Any
    field: str
    old: Any
    new: Any
    private: bool


@dataclass(frozen=True)
class Entry:
    """An entry of the log. `n` counts them, `command` is the n of the first that the same command wrote; `at` the real
    clock, `on` the business day."""

    n: int
    command: int
    at: str
    on: dt.date
    actor: str
    action: str
    subject: str
    summary: str
    reason: str | None
    changes: tuple[FieldChange, ...]
    hash: str
    prev: str | None = field(default=None, metadata=OPTIONAL)


def log_list(desk: Desk, about: str | None = None, *, limit: int | None = None) -> list[Entry]:
    """Entries about a release, a person or everything, each with its changes field by field."""
    with desk.reading() as repository:
        entries = repository.log_entries(_subject(repository, about) if about else None)
    shown = entries[-limit:] if limit else entries
    return [_entry(row) for row in shown]


def _subject(repository: Repository, about: str) -> str:
    text = about.strip()
    if repository.release(text):
        return text
    if text[:1] in "PU" and text[1:].isdecimal():
        return text
    if repository.log_entries(text):
        return text
    return f"P{find_person(repository.appointments(), text).person.id}"


def log_show(desk: Desk, number: int) -> Entry:
    with desk.reading() as repository:
        for row in repository.log_entries():
            if row["seq"] == number:
                return replace(_entry(row), prev=row["prev"])
    raise BadData("unknown_entry", f"日志中没有第 {number} 条。", next_step="用 pressctl log list 查看。")


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        n=row["seq"],
        command=row["command"],
        at=row["at"],
        on=row["day"],
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        summary=row["summary"],
        reason=row["reason"],
        changes=tuple(told for change in row["changes"] for told in _fields(change)),
        hash=row["hash"],
    )


_UNTOLD = ("id", "ref", "seq")


def _fields(change: Mapping[str, Any]) -> Iterator[FieldChange]:
    """One a field; what was empty and stays empty is left out."""
    from pressctl.storage.tables import PRIVATE

    table, key = change["table"], change["key"]
    private = PRIVATE.get(table, ())
    whole = change.get("values", {})
    before = change.get("old", whole if change["op"] == "delete" else {})
    after = change.get("new", whole if change["op"] == "insert" else {})
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        empty = old in (None, "", False) and new in (None, "", False)
        if name not in _UNTOLD and old != new and not empty:
            yield FieldChange(table=table, key=key, field=name, old=old, new=new, private=name in private)
    if "sealed" in change:
        yield FieldChange(table=table, key=key, field="个人信息", old=None, new="（已清除）", private=False)


@dataclass(frozen=True)
class Verified:
    """The log is whole: so many entries, and the hash of the last."""

    ok: bool
    entries: int
    head: str


def log_verify(desk: Desk, known_head: str | None = None) -> Verified:
    """Whether the chain holds. Raises DatabaseError naming the first broken entry and its kind."""
    with desk.reading() as repository:
        verdict = repository.verify_log(known_head)
    if verdict.broken:
        raise DatabaseError(
            "log_broken",
            f"日志校验未通过：{verdict.broken.message}（{verdict.broken.kind}）。",
            next_step="请保留数据库原样，用 pressctl db check --deep 查明，并与最近的备份核对。",
            details={
                "ok": False,
                "entries": verdict.entries,
                "head": verdict.head,
                "broken": verdict.broken.seq,
                "kind": verdict.broken.kind,
            },
        )
    return Verified(True, verdict.entries, verdict.head)


# -- undo ------------------------------------------------------------------------------------------

_NEVER = frozenset({"undo", "register.freeze", "register.forget", "init", "db.restore", "db.upgrade"})


@dataclass(frozen=True)
class Undone:
    """The command that was taken back, by the n of its first entry, and of whom it had told."""

    undone: int
    action: str
    summary: str
    subjects: tuple[str, ...]
    entries: int
    dry_run: bool


def undo(desk: Desk, *, dry_run: bool = False) -> Undone:
    """Take back the actor's last command, by new entries that put every row back as it was.

    Refused when anyone has since acted on the same subjects, a signature above all (逐级: `route.order`).
    """
    with desk.writing("undo", dry_run=dry_run) as repository:
        live = _live(repository.log_entries())
        target = _last_command(live, desk.actor)
        order = desk.policy(repository).value(keys.ROUTE_ORDER, desk.today)
        _require_untouched(live, target, order.clause)
        said, subjects = target[0]["summary"], tuple(dict.fromkeys(e["subject"] for e in target))
        repository.revert(target)
        for subject in subjects:
            repository.note(subject, f"撤销：{said}")
        return Undone(
            undone=target[0]["command"],
            action=target[0]["action"],
            summary=said,
            subjects=subjects,
            entries=len(target),
            dry_run=dry_run,
        )


def _live(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries that still stand: neither taken back nor the taking back."""
    gone = {
        change["key"]
        for entry in entries
        if entry["action"] == "undo"
        for change in entry["changes"]
        if change["op"] == "undo"
    }
    return [e for e in entries if e["action"] != "undo" and e["command"] not in gone]


def _last_command(live: Sequence[Mapping[str, Any]], actor: str) -> list[Mapping[str, Any]]:
    own = [e for e in live if e["actor"] == actor]
    if not own:
        raise Refused(
            "nothing_to_undo", f"日志中没有{actor}的命令可撤销。", next_step="用 pressctl log list 查看。"
        )
    target = [e for e in live if e["command"] == own[-1]["command"]]
    if target[0]["action"] in _NEVER:
        raise Refused(
            "cannot_undo",
            f"上一条命令“{target[0]['summary']}”不能撤销。",
            next_step="请用相应的命令另行更正。",
        )
    return target


def _require_untouched(
    live: Sequence[Mapping[str, Any]], target: Sequence[Mapping[str, Any]], clause: str
) -> None:
    subjects = {e["subject"] for e in target}
    for later in live:
        if later["seq"] > target[-1]["seq"] and later["subject"] in subjects:
            raise Refused(
                "acted_on",
                f"“{target[0]['summary']}”之后，{later['actor']}已于 {later['day']} 办理“{later['summary']}”，不能撤销。",
                clause=clause,
                next_step="请用退回、改期或变更等命令更正。",
            )
