"""log and undo: what happened, whether the log is whole, and taking back one's last command by a new entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pressctl.core import policy_keys as keys
from pressctl.errors import BadData, DatabaseError, Refused
from pressctl.usecases.desk import Desk, find_person

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


def log_list(desk: Desk, about: str | None = None, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Entries about a release, a person or everything, each with its changes field by field."""
    with desk.reading() as repository:
        entries = repository.log_entries(_subject(repository, about) if about else None)
    shown = entries[-limit:] if limit else entries
    return [_view(entry) for entry in shown]


def _subject(repository: Repository, about: str) -> str:
    text = about.strip()
    if repository.release(text):
        return text
    if text[:1] in "PU" and text[1:].isdecimal():
        return text
    if repository.log_entries(text):
        return text
    return f"P{find_person(repository.appointments(), text).person.id}"


def log_show(desk: Desk, number: int) -> dict[str, Any]:
    with desk.reading() as repository:
        for entry in repository.log_entries():
            if entry["seq"] == number:
                return _view(entry) | {"prev": entry["prev"]}
    raise BadData("unknown_entry", f"日志中没有第 {number} 条。", next_step="用 pressctl log list 查看。")


def _view(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "n": entry["seq"],
        "command": entry["command"],
        "at": entry["at"],
        "on": entry["day"].isoformat(),
        "actor": entry["actor"],
        "action": entry["action"],
        "subject": entry["subject"],
        "summary": entry["summary"],
        "reason": entry["reason"],
        "changes": [field for change in entry["changes"] for field in _fields(change)],
        "hash": entry["hash"],
    }


_UNTOLD = ("id", "ref", "seq")


def _fields(change: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row a field: {table, key, field, old, new, private}; what was empty and stays empty is left out."""
    from pressctl.storage.tables import PRIVATE

    place = {"table": change["table"], "key": change["key"]}
    private = PRIVATE.get(change["table"], ())
    whole = change.get("values", {})
    before = change.get("old", whole if change["op"] == "delete" else {})
    after = change.get("new", whole if change["op"] == "insert" else {})
    pairs = {name: (before.get(name), after.get(name)) for name in {**before, **after}}
    rows = [
        place | {"field": name, "old": old, "new": new, "private": name in private}
        for name, (old, new) in pairs.items()
        if name not in _UNTOLD and old != new and not (old in (None, "", False) and new in (None, "", False))
    ]
    if "sealed" in change:
        rows.append(place | {"field": "个人信息", "old": None, "new": "（已清除）", "private": False})
    return rows


def log_verify(desk: Desk, known_head: str | None = None) -> dict[str, Any]:
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
    return {"ok": True, "entries": verdict.entries, "head": verdict.head}


# -- undo ------------------------------------------------------------------------------------------

_NEVER = frozenset({"undo", "register.freeze", "register.forget", "init", "db.restore", "db.upgrade"})


def undo(desk: Desk, *, dry_run: bool = False) -> dict[str, Any]:
    """Take back the actor's last command, by new entries that put every row back as it was.

    Refused when anyone has since acted on the same subjects, a signature above all (逐级: `route.order`).
    """
    with desk.writing("undo", dry_run=dry_run) as repository:
        live = _live(repository.log_entries())
        target = _last_command(live, desk.actor)
        order = desk.policy(repository).value(keys.ROUTE_ORDER, desk.today)
        _require_untouched(live, target, order.clause)
        said = target[0]["summary"]
        repository.revert(target)
        for subject in dict.fromkeys(e["subject"] for e in target):
            repository.note(subject, f"撤销：{said}")
        return {
            "undone": target[0]["command"],
            "action": target[0]["action"],
            "summary": said,
            "subjects": list(dict.fromkeys(e["subject"] for e in target)),
            "entries": len(target),
            "dry_run": dry_run,
        }


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
