"""wording.toml → Wording. Strict: a sentence nobody knows, a fact nobody can tell or one left out is refused in words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from pressctl import bundled
from pressctl.core.citation import printed
from pressctl.core.names import Names, in_force
from pressctl.core.rules import CHECKS
from pressctl.core.terms import named
from pressctl.core.wording import (
    FALLBACK,
    OF_GENRE,
    OF_KIND,
    OF_PROBLEM,
    TEXT,
    Genre,
    Problem,
    Slots,
    Wording,
    broken,
)
from pressctl.errors import BadData

_FILE = "wording.toml"
_TABLES = {**{g.value: OF_GENRE for g in Genre}, "text": TEXT}


@lru_cache(maxsize=8)
def wording_of(own: str | None, names: Names) -> Wording:
    """The report's sentences: a package's own, where it has any, else those that come along; in the regulation's words.

    Raises BadData `bad_wording`, naming table, sentence and fact.
    """
    path = bundled.regulation_dir() / _FILE
    data = _parsed(path.name, path.read_text(encoding="utf-8"))
    if own is not None:
        told = _parsed(_FILE, own)
        data = _over(data, told)
        for genre in Genre:  # one title of its own is that of both looks
            mine, whole = told.get(genre.value), data.get(genre.value)
            if isinstance(mine, dict) and isinstance(whole, dict) and "title" in mine:
                whole["title_redhead"] = mine.get("title_redhead", mine["title"])
    return read(_FILE, data, names)


def _parsed(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        _bad(file, f"读不出来，不是完好的 TOML 文件（{type(error).__name__}）。")


def _over(below: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Table by table, what the package says instead."""
    whole = dict(below)
    for name, told in own.items():
        held = whole.get(name)
        whole[name] = _over(held, told) if isinstance(told, dict) and isinstance(held, dict) else told
    return whole


def read(file: str, data: Mapping[str, Any], names: Names | None = None) -> Wording:
    """The tables of a wording file, judged."""
    data = _in_words(data, names or in_force())
    known = {*_TABLES, "kind", "problem"}
    if unknown := sorted(set(data) - known):
        _bad(file, f"不认识“{'、'.join(unknown)}”。", f"可用：{'、'.join(sorted(known))}。")
    if lacking := sorted(known - set(data)):
        _bad(file, f"缺少“{'、'.join(lacking)}”。")
    tables = {name: _sentences(file, name, data[name], slots) for name, slots in _TABLES.items()}
    kinds = {
        name: _sentences(file, f"kind.{name}", table, OF_KIND)
        for name, table in _table(file, "kind", data["kind"]).items()
    }
    return Wording(
        {genre: tables[genre.value] for genre in Genre},
        tables["text"],
        kinds,
        _problems(file, _table(file, "problem", data["problem"]), kinds),
    )


def _in_words(data: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """Every sentence with the regulation's own words in it."""
    return {
        name: _in_words(told, names)
        if isinstance(told, dict)
        else named(told, names=names, printed=printed)
        if isinstance(told, str)
        else told
        for name, told in data.items()
    }


def _problems(
    file: str, tables: Mapping[str, Any], kinds: Mapping[str, Mapping[str, str]]
) -> dict[str, Problem]:
    if unknown := sorted(set(tables) - set(CHECKS) - {FALLBACK}):
        _bad(file, f"没有规则“{'、'.join(unknown)}”。", "规则编号见 pressctl rules list。")
    if FALLBACK not in tables:
        _bad(file, f"缺少 [problem.{FALLBACK}]，没有单独写明的规则用它的文字。")
    found: dict[str, Problem] = {}
    for rule in sorted(tables, key=lambda name: name != FALLBACK):
        where = f"problem.{rule}"
        table = dict(_table(file, where, tables[rule]))
        kind = table.pop("kind", None)
        if kind not in kinds:
            _bad(file, f"[{where}] 的 kind“{kind}”不是：{'、'.join(kinds)}。")
        if rule != FALLBACK:
            table.setdefault("unproved", found[FALLBACK].unproved)
        said = _sentences(file, where, table, OF_PROBLEM)
        found[rule] = Problem(kind, said["said"], said["unproved"], said["demand"])
    return found


def _table(file: str, where: str, table: Any) -> Mapping[str, Any]:
    if not isinstance(table, dict):
        _bad(file, f"[{where}] 应为一张表。")
    return table


def _sentences(file: str, where: str, table: Any, slots: Mapping[str, Slots]) -> dict[str, str]:
    """A table's sentences: all there, none unknown, each with its facts and no others."""
    table = _table(file, where, table)
    if unknown := sorted(set(table) - set(slots)):
        _bad(file, f"[{where}] 不认识“{'、'.join(unknown)}”。", f"可用：{'、'.join(slots)}。")
    if lacking := sorted(set(slots) - set(table)):
        _bad(file, f"[{where}] 缺少“{'、'.join(lacking)}”。", "请照随带的 wording.toml 补上。")
    for name, text in table.items():
        place = f"[{where}] 的 {name}"
        if not isinstance(text, str) or not text.strip():
            _bad(file, f"{place} 应为一句话。")
        if broken(text):
            _bad(file, f"{place} 的花括号不成对。", "事实写作 {year}，左右各一个半角花括号。")
        of = slots[name]
        if unknown := of.unknown(text):
            may = "、".join(sorted(of.must | of.may)) or "（没有）"
            _bad(file, f"{place} 里有不认识的事实“{'、'.join(unknown)}”。", f"这一句可用的事实：{may}。")
        if missing := of.missing(text):
            _bad(file, f"{place} 里缺少事实“{'、'.join(missing)}”。", f"请写上 {{{missing[0]}}}。")
    return dict(table)


def _bad(file: str, problem: str, next_step: str = "请改正后重试。") -> NoReturn:
    raise BadData("bad_wording", f"{file}：{problem}", next_step=next_step)
