"""The regulation's files → Policy. Strict: uncited, undated, unknown, unaccounted for is an error, never a guess.

A package makes the base: clauses (every clause and its treatment), rules (what is checked), policy (every figure), names
(what things are called). A profile stacks values, rules and clauses on it; a package or a single file of
`kind = "regulation"` takes the base's place, so another city's regulation is data alone.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

from pressctl import bundled, durable
from pressctl.core.names import Names
from pressctl.core.own import OF, ByKind, OwnKind
from pressctl.core.policy import Cite, Clause, Part, Policy, Rule, Value
from pressctl.core.policy_keys import (
    FILING_DAYS,
    FILING_UNIT,
    FILING_WHEN,
    KEYS,
    LEAD_DAYS,
    LEAD_UNIT,
    REQUIRED,
    Demand,
    RosterRow,
    Unfit,
    readers_of,
)
from pressctl.core.rules import CHECKS
from pressctl.core.terms import WORDS, Nature, Occasion, Role, Step, Strength, Treatment, UnitKind
from pressctl.core.text import fault
from pressctl.core.words import plain, words_of
from pressctl.errors import BadData
from pressctl.regulation.package import DEFAULT, Package, is_packed, shipped_package
from pressctl.regulation.sense import at_odds

_P = ParamSpec("_P")
_T = TypeVar("_T")
_TABLES = frozenset({"clause", "rule", "value", "own", "names"})
_HEAD = frozenset({"kind", "number", "title", "since", "checked_on", "profile"})
_FIELDS = {
    "clause": ({"id", "parts"}, set()),
    "part": ({"text", "treatment"}, {"rules", "values", "where", "why"}),
    "rule": ({"id", "clause", "quote", "strength", "title"}, {"values", "next", "since", "until", "cites"}),
    "value": ({"key", "clause", "since", "checked_on", "value"}, {"until", "local"}),
    "own": ({"of", "name", "under"}, {"aliases"}),
}


@dataclass
class _Layer:
    """One file, read and checked by itself."""

    file: str
    kind: str = "part"
    number: str = ""
    title: str = ""
    since: date | None = None
    profile: str | None = None
    clauses: dict[str, Clause] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    own: tuple[OwnKind, ...] = ()
    """With those of the layers below."""


def load(
    profiles: Iterable[Path] = (),
    *,
    kept: Mapping[str, str | Package] | None = None,
    today: date | None = None,
) -> Policy:
    """The base, then profiles kept in the database, then those of this run; later ones win from their day on.

    With `today`, the day by the real clock, a file of this run that was checked on a later one is refused. Raises BadData `bad_policy` or `no_file`, naming the file, the table and the key.
    """
    packages: list[Package] = []
    files: list[tuple[str, dict[str, Any]]] = []
    for name, held in (kept or {}).items():
        if isinstance(held, Package) or is_packed(held):
            packages.append(held if isinstance(held, Package) else Package.unpacked(name, held))
        else:
            files.append((name, _parsed(name, held)))
    before = len(files)
    files += [(name, _parsed(name, text)) for name, text in map(read, profiles)]
    bases = {n: _alone(*told) for n, told in enumerate(files) if told[1].get("kind") == "regulation"}
    policy = _policy(bases[max(bases)]) if bases else of_package(packages[-1]) if packages else shipped()
    for number, (name, data) in enumerate(files):
        layer = bases.get(number) or _layer(name, data, own_kinds([(name, data)], policy))
        if number >= before:
            _not_ahead(name, layer.values, today)
        if number not in bases:
            policy = _stacked(policy, layer)
    return _bound(policy) if files else policy


def _alone(file: str, data: dict[str, Any]) -> _Layer:
    """A file that is a whole regulation."""
    return _layer(file, data, own_kinds([(file, data)], None))


@lru_cache(maxsize=8)
def of_package(package: Package) -> Policy:
    """A package's regulation. Raises BadData with all that is wrong, file by file."""
    whole = _Layer(package.name, "regulation")
    found: list[BadData] = []
    files = [
        (name, data)
        for name, text in package.tables()
        if (data := _tried(found, _parsed, name, text)) is not None
    ]
    whole.own = _tried(found, own_kinds, files, None) or ()
    for name, data in files:
        layer = _tried(found, _layer, name, data, whole.own)
        if layer is None:
            continue
        for mine, theirs in ((whole.clauses, layer.clauses), (whole.rules, layer.rules)):
            if twice := sorted(mine.keys() & theirs.keys()):
                found.append(_problem(name, f"“{'、'.join(twice)}”在别的文件里已经写过。"))
            mine.update(theirs)  # type: ignore[arg-type]
        whole.values += layer.values
        whole.names = _joined(whole.names, layer.names)
        if layer.kind == "regulation":
            whole.number, whole.title, whole.since = layer.number, layer.title, layer.since
    if whole.since is None and not found:
        found.append(
            _problem(
                package.name,
                '没有写明这是哪一份规定（kind = "regulation"、number、title、since）。',
                "写在 clauses.toml 的开头。",
            )
        )
    absent = [name for name in ("rules.toml", "policy.toml") if name not in package.files]
    lacking = _problem(
        package.name, f"缺少文件 {'、'.join(absent)}。", "可用 pressctl rules new 写出一份，照着补上。"
    )
    if absent and not whole.values:
        raise lacking
    raise_all(found)
    return _bound(replace(_policy(whole), package=package.name))


def _tried(found: list[BadData], make: Callable[_P, _T], *told: _P.args, **more: _P.kwargs) -> _T | None:
    """What is made, or None with what is wrong put on the list."""
    try:
        return make(*told, **more)
    except BadData as error:
        found.append(error)
        return None


def raise_all(found: list[BadData]) -> None:
    """All problems as one error, in the order in which they were found."""
    if len(found) == 1:
        raise found[0]
    if found:
        told = [p for error in found for p in error.details.get("problems", [error.message])]
        steps = dict.fromkeys(error.next_step for error in found if error.next_step)
        listed = "".join(f"\n  {n}. {problem}" for n, problem in enumerate(told, start=1))
        raise BadData(
            found[0].code,
            f"规定数据有 {len(told)} 处不对：{listed}",
            next_step=next(iter(steps), None) if len(steps) == 1 else "请逐处改正后重试。",
            details={"problems": told},
        )


def _joined(first: Names, second: Names) -> Names:
    """What the later file calls things goes before."""
    return Names(
        {**first.labels, **second.labels},
        {**first.spellings, **second.spellings},
        second.categories or first.categories,
    )


def _lead_said(policy: Policy) -> str:
    """How long ahead a release is submitted, with its unit: 5 个工作日, 48 小时."""
    now = policy.latest
    unit = {"day": "天", "hour": "小时"}.get(now(LEAD_UNIT), "个工作日")
    return f"{now(LEAD_DAYS)} {unit}"


def _filing_said(policy: Policy) -> str:
    """When a release is filed, before or after it is held."""
    now = policy.latest
    if now(FILING_WHEN) == "before":
        return "召开之前"
    unit = "个工作日" if now(FILING_UNIT) == "working_day" else "天"
    return f"召开之后{now(FILING_DAYS)}{unit}之内"


_PHRASES: Mapping[str, Callable[[Policy], str]] = {
    "submission.lead": _lead_said,
    "filing.moment": _filing_said,
}
"""What help pages say in words of several values together."""


def _bound(policy: Policy) -> Policy:
    """The regulation with its names knowing its clauses and figures."""

    def values(key: str) -> tuple[Value, ...]:
        return policy.values.get(key, ())

    def clause(what: str) -> str | None:
        rule = policy.rules.get(what)
        return rule.clause if rule else next((v.clause for v in values(what)), None)

    def figure(key: str) -> object:
        if key in _PHRASES:
            return _PHRASES[key](policy)
        return next((v.value for v in values(key)), None)

    return replace(policy, names=replace(policy.names, clause=clause, figure=figure))


def read(path: Path) -> tuple[str, str]:
    """A policy file's name and text; a bare name such as national-2016 is one of the shipped profiles."""
    own = bundled.regulation_dir() / "profiles" / f"{path.name}.toml"
    chosen = own if path.parent == Path() and not path.exists() and own.exists() else path
    if durable.is_special(chosen):
        raise BadData("not_a_file", f"{path} 不是普通文件（是设备或管道）。", next_step="请先存成文件。")
    try:
        return chosen.name, chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(
            "no_file",
            f"文件 {path} 无法读取。",
            next_step=f"规定数据为 UTF-8 的 TOML 文件；随带的附加规定有：{'、'.join(shipped_profiles())}。",
        ) from error


def shipped_profiles() -> tuple[str, ...]:
    """Names of the optional profiles that come along, all off until named."""
    return tuple(sorted(p.stem for p in (bundled.regulation_dir() / "profiles").glob("*.toml")))


@lru_cache(maxsize=1)
def shipped() -> Policy:
    """The regulation that comes along and holds where a database keeps no other."""
    return of_package(shipped_package(DEFAULT))


# -- reading one file ------------------------------------------------------------------------------


_MEND = "请改正规定数据后重试。"


def _problem(file: str, problem: str, next_step: str = _MEND) -> BadData:
    return BadData("bad_policy", f"{file}：{problem}", next_step=next_step)


def _bad(file: str, problem: str, next_step: str = _MEND) -> NoReturn:
    raise _problem(file, problem, next_step)


def _parsed(file: str, text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 列写得不对" if place else "没有写完，或套得太深"
        _bad(file, f"不是 TOML 文件（{where}）。")
    if unknown := set(data) - _TABLES - _HEAD:
        _bad(file, f"不认识“{'、'.join(sorted(unknown))}”。", f"可用：{'、'.join(sorted(_TABLES | _HEAD))}。")
    return data


def _layer(file: str, data: Mapping[str, Any], own: tuple[OwnKind, ...]) -> _Layer:
    """A file, read and checked by itself; `own` are the kinds that it and what is below and beside it name."""
    layer = _Layer(file, data.get("kind", "part"), str(data.get("number", "")), str(data.get("title", file)))
    layer.profile = data.get("profile", Path(file).stem) if layer.kind == "profile" else None
    for name in ("number", "title"):
        if (wrong := fault(said := getattr(layer, name))) or "\n" in said:
            _bad(file, f"{name}{wrong or '中有换行'}。", "应为一行文字。")
    if layer.kind == "regulation":
        layer.since = _day(file, "since", data.get("since"))
    layer.own = own
    found: list[BadData] = []

    def each(table: str, make: Callable[[dict[str, Any]], _T]) -> Iterator[_T]:
        for entry in _tried(found, _entries, file, data, table) or ():
            if (made := _tried(found, _made, make, file, table, entry)) is not None:
                yield made

    for clause in each("clause", lambda entry: _clause(file, entry)):
        if clause.id in layer.clauses:
            found.append(_problem(file, f"条款“{clause.id}”写了两次。"))
        layer.clauses[clause.id] = clause
    for rule in each("rule", lambda entry: _rule(file, entry, layer.profile)):
        if rule.id in layer.rules:
            found.append(_problem(file, f"规则“{rule.id}”写了两次。"))
        layer.rules[rule.id] = rule
    layer.values = list(each("value", lambda entry: _value(file, entry, layer.profile, own)))
    layer.names = _names_told(file, data.get("names", {}), found)
    raise_all(found)
    if not any(data.get(table) for table in _TABLES):
        _bad(file, "没有条款、规则、数值或名称（[[clause]]、[[rule]]、[[value]]、[[own]]、[names]）。")
    return layer


def _made(make: Callable[[dict[str, Any]], _T], file: str, table: str, entry: Any) -> _T:
    return make(_checked(file, table, entry))


def _entries(file: str, data: Mapping[str, Any], table: str) -> list[Any]:
    entries = data.get(table, [])
    if not isinstance(entries, list):
        _bad(file, f"“{table}”应写作 [[{table}]]。")
    return entries


_SHORT = {f"step.{step.value}.short" for step in Step}
_WORDS = {**{key: key for key in WORDS if "." in key}, **{key: key for key in _SHORT}}
_GROUPS = sorted({key.partition(".")[0] for key in _WORDS} - {"word"})


def _names_told(file: str, told: Any, found: list[BadData]) -> Names:
    """[names]: what the regulation calls each term, by the term's kind; spellings beside; the categories of content."""
    if not isinstance(told, dict):
        found.append(_problem(file, "names 应写作 [names.类别]，如 [names.role]。"))
        return Names()
    labels: dict[str, str] = {}
    spellings: dict[str, tuple[str, ...]] = {}
    categories: tuple[str, ...] = ()
    for group, table in told.items():
        if group == "categories":
            categories = tuple(_tried(found, _categories, file, table) or ())
            continue
        if not isinstance(table, dict):
            found.append(_problem(file, f"names.{group} 应为一张表。"))
            continue
        for name, said in table.items():
            if group == "spellings":
                key, words = name, said if isinstance(said, list) else [said]
            else:
                key = f"step.{name}.short" if group == "step_short" else f"{group}.{name}"
                words = [said]
            if _tried(found, _name, file, key, words) is None:
                continue
            if group == "spellings":
                spellings[key] = tuple(words)
            else:
                labels[key] = said
    return Names(labels, spellings, categories)


def _name(file: str, key: str, words: Iterable[Any]) -> bool:
    if key not in _WORDS:
        group, _, _ = key.partition(".")
        near = get_close_matches(key, _WORDS, n=1, cutoff=0.5)
        listed = sorted(k for k in _WORDS if k.startswith(f"{group}.")) or [f"{g}.*" for g in _GROUPS]
        hint = f"是不是 {near[0]}？" if near else f"可用：{'、'.join(listed)}。"
        _bad(file, f"名称“{key}”不存在。", hint)
    for word in words:
        if (
            not isinstance(word, str)
            or not word.strip()
            or fault(word)
            or len(word) > _LONGEST
            or set(word) & set("{}\n\t")
        ):
            _bad(
                file, f"名称“{key}”写作 {_short(word)}，写法不对。", f"应为不超过 {_LONGEST} 个字的一行文字。"
            )
    return True


_LONGEST = 40
_MOST_CATEGORIES = 8


def _categories(file: str, told: Any) -> list[str]:
    if not isinstance(told, list) or not 1 <= len(told) <= _MOST_CATEGORIES:
        _bad(
            file,
            "names.categories 应为发布内容各类的名称，一至八个。",
            "超过八类的请合并；pressctl 不支持更多。",
        )
    for name in told:
        if not isinstance(name, str) or not name.strip() or fault(name) or len(name) > _LONGEST:
            _bad(file, f"发布内容类别 {_short(name)} 写法不对。", "应为一行文字。")
    return list(told)


def _checked(file: str, table: str, entry: Any) -> dict[str, Any]:
    """The entry, once it has all the fields it must have and none that nobody knows."""
    required, optional = _FIELDS[table]
    if not isinstance(entry, dict):
        _bad(file, f"“{table}”中应为“名称 = 值”，不是 {entry!r}。")
    name = entry.get("id") or entry.get("key") or entry.get("text") or entry.get("name") or "？"
    if missing := required - set(entry):
        _bad(
            file,
            f"{table}“{name}”缺少 {'、'.join(sorted(missing))}。",
            _LACKING.get(table, "请补全：每一项都要有出处和日期。"),
        )
    if unknown := set(entry) - required - optional:
        _bad(file, f"{table}“{name}”中不认识“{'、'.join(sorted(unknown))}”。")
    for key in required | optional:
        if key in entry and key not in ("value", "since", "until", "checked_on"):
            _typed(file, f"{table}“{name}”的 {key}", key, entry[key])
    return entry


_LISTS, _FLAGS = frozenset({"rules", "values", "parts", "cites", "aliases"}), frozenset({"local"})
_LACKING = {"own": "应写明 of（role、form 或 unit_kind）、name（自有的名称）和 under（所属的核心名称）。"}


def _typed(file: str, what: str, key: str, value: Any) -> None:
    if key in _LISTS:
        good = isinstance(value, list)
    elif key in _FLAGS:
        good = isinstance(value, bool)
    else:
        good = isinstance(value, str) and bool(value.strip() or key in ("where", "why", "next"))
    if isinstance(value, str) and (wrong := fault(value)):
        _bad(file, f"{what}{wrong}。", "请删去看不见的字符。")
    if not good:
        _bad(file, f"{what} 写法不对：{value!r}。")


def _day(file: str, what: str, value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        _bad(file, f"{what} 应为日期，如 2009-03-10，不是 {value!r}。")
    return value


def _names(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(name) for name in entry.get(key, ()))


def _clause(file: str, entry: Mapping[str, Any]) -> Clause:
    return Clause(entry["id"], tuple(_part(file, entry["id"], part) for part in entry["parts"]))


def _part(file: str, clause: str, entry: Any) -> Part:
    _checked(file, "part", entry)
    if entry["treatment"] not in set(Treatment):
        _bad(file, f"条款“{clause}”的 treatment“{entry['treatment']}”不是：{'、'.join(Treatment)}。")
    part = Part(
        entry["text"],
        Treatment(entry["treatment"]),
        _names(entry, "rules"),
        _names(entry, "values"),
        entry.get("where", ""),
        entry.get("why", ""),
    )
    if part.treatment is Treatment.CHECKED and not part.rules:
        _bad(file, f"条款“{clause}”的“{part.text[:20]}”标为 checked，却没有写由哪条规则检查。")
    if part.treatment in (Treatment.PEOPLE, Treatment.NOT_MODELLED) and not part.why:
        _bad(file, f"条款“{clause}”的“{part.text[:20]}”不由程序检查，须写明原因（why）。")
    return part


def _rule(file: str, entry: Mapping[str, Any], profile: str | None) -> Rule:
    if entry["strength"] not in set(Strength):
        _bad(file, f"规则“{entry['id']}”的 strength“{entry['strength']}”不是：{'、'.join(Strength)}。")
    if entry["id"] not in CHECKS:
        _bad(file, f"规则“{entry['id']}”没有对应的检查。", f"可用：{'、'.join(sorted(CHECKS))}。")
    since, until = (
        _day(file, f"规则“{entry['id']}”的 {k}", entry[k]) if k in entry else None for k in ("since", "until")
    )
    return Rule(
        entry["id"],
        entry["clause"],
        entry["quote"],
        Strength(entry["strength"]),
        entry["title"],
        _names(entry, "values"),
        _cites(file, entry),
        entry.get("next", ""),
        since,
        until,
        profile,
    )


def _cites(file: str, entry: Mapping[str, Any]) -> dict[str, Cite]:
    """Other words by variant: [{when = "major", clause = "三(二)2", quote = "…"}]."""
    found = {}
    for row in entry.get("cites", ()):
        if (
            not isinstance(row, dict)
            or set(row) != {"when", "clause", "quote"}
            or not all(isinstance(v, str) for v in row.values())
        ):
            _bad(file, f'规则“{entry["id"]}”的 cites 应写作 {{when = "…", clause = "…", quote = "…"}}。')
        if row["when"] not in _VARIANTS:
            near = get_close_matches(row["when"], _VARIANTS, n=1, cutoff=0.5)
            hint = f"是不是 {near[0]}？" if near else f"可用：{'、'.join(sorted(_VARIANTS))}。"
            _bad(file, f"规则“{entry['id']}”的 cites 中不认识“{row['when']}”。", hint)
        found[row["when"]] = Cite(row["clause"], row["quote"])
    return found


_VARIANTS = frozenset(m.value for term in (Occasion, Nature, UnitKind, Role) for m in term)


_OWN_NAME = re.compile(r"[\w·()（）-]{1,20}")


def own_kinds(files: Iterable[tuple[str, Mapping[str, Any]]], below: Policy | None) -> tuple[OwnKind, ...]:
    """The kinds that files name together, after those that the policy below them names. Raises BadData with all that is
    wrong."""
    known, names, files = below.own if below else (), below.names if below else Names(), list(files)
    for file, data in files:
        names = _joined(names, _names_told(file, data.get("names", {}), []))
    found: list[BadData] = []
    for file, data in files:
        for entry in _tried(found, _entries, file, data, "own") or ():
            known = _tried(found, _with_own, file, entry, known, below, names) or known
    raise_all(found)
    return known


def _with_own(
    file: str, entry: Any, known: tuple[OwnKind, ...], below: Policy | None, names: Names
) -> tuple[OwnKind, ...]:
    """The own kinds with one more; what is below says alike stands. Raises BadData for a name that means something else
    already."""
    _checked(file, "own", entry)
    name = entry["name"]
    if entry["of"] not in OF:
        near = get_close_matches(entry["of"], OF, n=1, cutoff=0.5)
        hint = f"是不是 {near[0]}？" if near else f"可用：{'、'.join(OF)}。"
        _bad(file, f"own“{name}”的 of“{entry['of']}”没有自有的名称。", hint)
    terms = OF[entry["of"]]
    called = {m: names.labels.get(m.key, m.plain) for m in terms}
    if entry["under"] not in terms.__members__.values():
        words = {m.value: m.value for m in terms} | {label: m.value for m, label in called.items()}
        near = get_close_matches(entry["under"], list(words), n=1, cutoff=0.5)
        hint = f"是不是 {words[near[0]]}？" if near else ""
        allowed = "、".join(f"{m.value}（{label}）" for m, label in called.items())
        _bad(file, f"own“{name}”的 under“{entry['under']}”不是核心的名称。", f"{hint}可用：{allowed}。")
    for alias in entry.get("aliases", ()):
        _typed(file, f"own“{name}”的 aliases 中一项", "alias", alias)
    kind = OwnKind(name, terms(entry["under"]), _names(entry, "aliases"))
    if below and kind in below.own:
        return known
    meanings = words_of(terms, names)
    taken = {
        plain(word): k.name for k in known if isinstance(k.under, terms) for word in (k.name, *k.aliases)
    }
    for word in (name, *kind.aliases):
        if not _OWN_NAME.fullmatch(word):
            _bad(
                file,
                f"own“{name}”的名称“{word}”写法不对。",
                "应为 20 个字以内的文字，不含空格和标点（括号除外）。",
            )
        for core, label in called.items():
            if plain(word) in (plain(core.value), plain(label)):
                _bad(
                    file,
                    f"own“{name}”的名称“{word}”就是核心的 {core.value}（{label}）。",
                    "请换一个名称；不需要分开的，不必写 [[own]]。",
                )
        if (other := meanings.get(plain(word))) not in (None, kind.under):
            _bad(
                file,
                f"own“{name}”的名称“{word}”已指 {other}（{called[other]}），不能又属 {kind.under.value}。",
                "请换一个名称，或改正 under。",
            )
        if plain(word) in taken:
            _bad(file, f"own“{name}”的名称“{word}”已用于“{taken[plain(word)]}”。", "同一名称只能写一次。")
        taken[plain(word)] = name
    return (*known, kind)


def _value(file: str, entry: Mapping[str, Any], profile: str | None, own: tuple[OwnKind, ...]) -> Value:
    key = entry["key"]
    since = _day(file, f"“{key}”的 since", entry["since"])
    until = _day(file, f"“{key}”的 until", entry["until"]) if "until" in entry else None
    if until is not None and until <= since:
        _bad(file, f"“{key}”的 until {until} 不晚于 since {since}。")
    checked = _day(file, f"“{key}”的 checked_on", entry["checked_on"])
    declared = KEYS.get(key)
    if declared is None:
        near = get_close_matches(key, KEYS, n=1, cutoff=0.6)
        hint = f"是不是 {near[0]}？" if near else "请核对名称；全部名称见 docs/policy.md。"
        _bad(file, f"没有名为“{key}”的数值。", hint)
    try:
        typed = declared.kind.take(entry["value"], own)
    except Unfit as unfit:
        if kind := next((k for k in own if k.name == unfit.word), None):
            said = f"{kind.under.value}（{kind.under.label}）"
            _bad(
                file,
                f"数值“{key}”写到“{kind.name}”，这里不能按自有的名称写。",
                f"请写它所属的 {said}。",
            )
        _bad(file, f"数值“{key}”写作 {_short(entry['value'])}，其中 {unfit.problem}。", f"{unfit.allowed}。")
    local = entry.get("local", False)
    return Value(key, entry["value"], typed, entry["clause"], since, until, checked, local, profile)


def _short(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= 80 else f"{said[:77]}…"


def not_ahead(package: Package, policy: Policy, today: date | None) -> None:
    """Refused for a package with a value that was checked on a day to come. Raises BadData."""
    _not_ahead(package.name, (v for values in policy.values.values() for v in values), today)


def is_regulation(name: str, text: str) -> bool:
    """Whether a text kept in a database is a single file that takes the shipped regulation's place."""
    return not is_packed(text) and _parsed(name, text).get("kind") == "regulation"


def _not_ahead(file: str, values: Iterable[Value], today: date | None) -> None:
    """Nobody has compared a value with the text on a day that has not come."""
    for value in values:
        if today is not None and value.checked_on is not None and value.checked_on > today:
            _bad(
                file,
                f"“{value.key}”的 checked_on {value.checked_on} 在今天（{today}）之后。",
                "checked_on 是最近一次与原文核对的日期。",
            )


# -- putting the layers together -------------------------------------------------------------------


def _policy(base: _Layer) -> Policy:
    assert base.since is not None, "a regulation is dated"
    rules = {r.id: replace(r, since=r.since or base.since) for r in base.rules.values()}
    policy = Policy(
        base.number,
        base.title,
        base.since,
        base.clauses,
        rules,
        _timed(base.file, base.values),
        own=base.own,
        names=base.names,
    )
    _hangs_together(base.file, policy)
    return policy


def _stacked(policy: Policy, layer: _Layer) -> Policy:
    """A profile on top: its values win from their first day on; its rules and clauses are added."""
    if layer.kind not in ("profile", "part"):
        _bad(layer.file, f"kind“{layer.kind}”不是 regulation 或 profile。")
    for rule_id in layer.rules.keys() & policy.rules.keys():
        if policy.rules[rule_id].profile is not None:
            _bad(layer.file, f"规则“{rule_id}”已由附加规定 {policy.rules[rule_id].profile} 写明。")
    own = _timed(layer.file, layer.values)
    name = layer.profile or Path(layer.file).stem
    brought = {
        i: replace(clause, profile=name) if layer.kind == "profile" and i not in policy.clauses else clause
        for i, clause in layer.clauses.items()
    }
    stacked = replace(
        policy,
        clauses={**policy.clauses, **brought},
        rules={**policy.rules, **layer.rules},
        values={**policy.values, **{k: v + policy.values.get(k, ()) for k, v in own.items()}},
        profiles=(*policy.profiles, name),
        names=_joined(policy.names, layer.names),
        own=layer.own,
    )
    _hangs_together(layer.file, stacked)
    return stacked


def _timed(file: str, values: Iterable[Value]) -> dict[str, tuple[Value, ...]]:
    """By key, the latest first; two of one key may not hold on the same day."""
    by_key: dict[str, list[Value]] = {}
    for value in values:
        by_key.setdefault(value.key, []).append(value)
    for key, of_key in by_key.items():
        of_key.sort(key=lambda v: v.since, reverse=True)
        for later, earlier in itertools.pairwise(of_key):
            if earlier.since == later.since or (earlier.until is not None and earlier.until > later.since):
                _bad(file, f"“{key}”在 {later.since} 有两个值。", "请写明前一个的 until，或删去一处。")
    return {key: tuple(of_key) for key, of_key in by_key.items()}


def _rules_named(value: Value) -> Iterator[str]:
    """The rules that the rows of a table name."""
    tables = value.typed.values() if isinstance(value.typed, (Mapping, ByKind)) else (value.typed,)
    rows = (row for table in tables if isinstance(table, tuple) for row in table)
    return (row.rule for row in rows if isinstance(row, (Demand, RosterRow)))


def _hangs_together(file: str, policy: Policy) -> None:
    """Every rule and value stands on a clause, every quotation on its words, every checked part on a rule."""
    found: list[BadData] = []

    def bad(problem: str, next_step: str = _MEND) -> None:
        found.append(_problem(file, problem, next_step))

    for odd, instead in at_odds(policy):
        bad(odd, instead)
    for rule in policy.rules.values():
        for cite in (rule.cited(None), *rule.cites.values()):
            clause = policy.clauses.get(cite.clause)
            if clause is None:
                bad(f"规则“{rule.id}”所依的条款“{cite.clause}”不存在。")
            elif cite.quote not in clause.text:
                bad(f"规则“{rule.id}”所引的“{cite.quote}”不在条款“{cite.clause}”的文字中。")
        read = readers_of(rule.id)
        if unread := [k for k in rule.values if k not in read]:
            bad(
                f"规则“{rule.id}”不依据数值“{'、'.join(unread)}”。",
                f"它依据：{'、'.join(read) or '（无）'}。",
            )
        if lacking := [k for k in read if k not in policy.values and KEYS[k].needed_by(rule.id)]:
            bad(f"规则“{rule.id}”所依的数值“{'、'.join(lacking)}”不存在。")
    for values in policy.values.values():
        for value in values:
            if value.clause not in policy.clauses:
                bad(f"数值“{value.key}”所依的条款“{value.clause}”不存在。")
            if strangers := sorted(set(_rules_named(value)) - CHECKS.keys()):
                near = get_close_matches(strangers[0], CHECKS, n=1, cutoff=0.5)
                hint = f"是不是 {near[0]}？" if near else f"可用：{'、'.join(sorted(CHECKS))}。"
                bad(f"数值“{value.key}”写到的规则“{strangers[0]}”没有对应的检查。", hint)
    for clause in policy.clauses.values():
        for part in clause.parts:
            if lacking := [r for r in part.rules if r not in policy.rules]:
                bad(f"条款“{clause.id}”写由“{'、'.join(lacking)}”检查，但没有这样的规则。")
            if lacking := [k for k in part.values if k not in policy.values]:
                bad(f"条款“{clause.id}”写有数值“{'、'.join(lacking)}”，但没有这样的数值。")
    cited = {rule for clause in policy.clauses.values() for part in clause.parts for rule in part.rules}
    if unread_rules := sorted(set(policy.rules) - cited):
        bad(f"规则“{'、'.join(unread_rules)}”不检查任何条款。")
    if not policy.profiles and (lacking := sorted(REQUIRED - set(policy.values))):
        bad(f"缺少数值：{'、'.join(lacking)}。", "请补上；可照随带的 policy.toml 填写。")
    raise_all(found)
