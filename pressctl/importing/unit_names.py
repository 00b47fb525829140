"""Which unit a text means: its name, an alias, or a short form that fits no other. Units are matched, never invented."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import TypeAlias

from pressctl.core.terms import UnitKind
from pressctl.importing.values import Doubt, Fault, clean

Resolved: TypeAlias = int | Doubt[int] | Fault

_SHORTEST = 2
_SHORTEST_ABBREVIATION = 3
_SUGGESTED = 3
_LONGEST_COMPARED = 40
"""Nearness is measured only for what could be a name; it takes time that grows with the length."""

_BETWEEN = "-—－/／·、,，>|:：的"
"""What may stand between a unit and the one above it."""

_LISTING = "、,，;；"
_NOTED = re.compile(r"(?P<unit>[^()]+)\((?P<note>[^()]+)\)")
"""A remark behind a unit: 天宁分局（张三）"""

_STATED = re.compile(r"单位(?:名称)?(?:\((?:盖章|公章|章|签章)\))?\s*:\s*([^\s()、,，;；:]+)")
"""What a form says at its head: 填报单位（盖章）：天宁分局"""

_BUREAU_WORDS = ("市局", "市公安局")


@dataclass(frozen=True)
class UnitNames:
    """The names in force, each with its unit. Build with `of`."""

    names: Mapping[int, str]
    _spellings: Mapping[str, frozenset[int]] = field(repr=False)
    _bureaus: tuple[str, ...] = field(default=(), repr=False)
    _parents: Mapping[int, int | None] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        units: Iterable[tuple[int, str, Iterable[str], UnitKind]],
        parents: Mapping[int, int | None] | None = None,
    ) -> UnitNames:
        """From `(unit id, name, aliases, kind)`, and the unit above each."""
        names: dict[int, str] = {}
        spellings: dict[str, set[int]] = {}
        bureaus: list[tuple[int, str]] = []
        for unit_id, name, aliases, kind in units:
            names[unit_id] = name
            for spelling in (name, *aliases):
                spellings.setdefault(_plain(spelling), set()).add(unit_id)
                if kind is UnitKind.BUREAU:
                    bureaus.append((unit_id, _plain(spelling)))
        if len({unit_id for unit_id, _ in bureaus}) == 1:
            for word in _BUREAU_WORDS:
                spellings.setdefault(word, {bureaus[0][0]})
        prefixes = (*(name for _, name in bureaus), *_BUREAU_WORDS)
        return cls(
            names,
            {spelling: frozenset(ids) for spelling, ids in spellings.items()},
            tuple(sorted(prefixes, key=len, reverse=True)),
            parents or {},
        )

    def stated(self, text: str) -> int | None:
        """The unit of 填报单位（盖章）：天宁分局 above a table; None where a text says no such thing, or not which unit."""
        said = _STATED.search(unicodedata.normalize("NFKC", text))
        found = self.resolve(said[1]) if said else None
        return found.value if isinstance(found, Doubt) else found if isinstance(found, int) else None

    def resolve(self, text: str) -> Resolved | None:
        """The unit's id; a Doubt for an abbreviation; a Fault with the nearest names; None for an empty cell."""
        cleaned = clean(text)
        if not isinstance(cleaned, str):
            return cleaned
        said = _plain(cleaned)
        for spelling in (said, *self._without_bureau(said)):
            if ids := self._spellings.get(spelling):
                return self._one_of(ids)
        for spelling in (said, *self._without_bureau(said)):
            if found := self._within(spelling):
                return found
        if (noted := _NOTED.fullmatch(said)) and isinstance(found := self.resolve(noted["unit"]), int):
            return Doubt(found, f"“{noted['note']}”未录入")
        return self._short(said)

    def leading(self, text: str) -> tuple[str, str] | None:
        """The unit with which a text begins, in full, and what follows: 天宁分局政治处主任; None where it begins with none."""
        said = _plain(text)
        for end in range(len(said) - 1, 1, -1):
            unit, rest = said[:end], said[end:].lstrip(_BETWEEN + "（(").rstrip("）)")
            if not isinstance(self._named(unit), int) or not rest:
                continue
            # 宣传处长 is the 处长 of 宣传处.
            return unit, f"{unit[-1]}{rest}" if rest.startswith("长") else rest
        return None

    def _named(self, said: str) -> Resolved | None:
        """What is spelt in full, behind the unit above it or alone; a known name that several bear is None."""
        for spelling in (said, *self._without_bureau(said)):
            if (ids := self._spellings.get(spelling)) and len(ids) == 1:
                return next(iter(ids))
        return next(
            (f for s in (said, *self._without_bureau(said)) if (f := self._within(s, whole=True))), None
        )

    def resolver(self) -> Callable[[str], Resolved | None]:
        """`resolve` with a memory, for a file that says the same units over and over."""
        return lru_cache(maxsize=4096)(self.resolve)

    def _without_bureau(self, said: str) -> list[str]:
        """常州市公安局天宁分局 and 市局宣传处 are 天宁分局 and 宣传处."""
        return [said.removeprefix(bureau) for bureau in self._bureaus if said.startswith(bureau)]

    def _within(self, said: str, *, whole: bool = False) -> Resolved | None:
        """A unit written behind the one above it: 天宁分局兰陵派出所. `whole` asks for its name in full."""
        heads = [head for head in self._spellings if said.startswith(head) and len(head) < len(said)]
        for head in sorted(heads, key=len, reverse=True):
            over, rest = self._spellings[head], said[len(head) :].lstrip(_BETWEEN)
            there = self._spellings.get(rest)
            if not there and len(rest) >= _SHORTEST and not whole:
                there = self._spelt_with(rest)
            if there:
                if below := self._under(there, over):
                    return self._one_of(below)
                if said[len(head)] in _LISTING:
                    return Fault("一格里有几个单位", "请只写一个单位；会同的单位另行登记。")
                names = "、".join(self.names[i] for i in sorted(there))
                parents = "、".join(self.names[i] for i in sorted(over))
                return Fault(f"{names}不属于{parents}", "请核对单位。")
            short = self._under(self._abbreviated(rest), over) if len(rest) >= _SHORTEST_ABBREVIATION else ()
            if len(short) == 1 and not whole:
                (found,) = short
                return Doubt(found, f"按“{self.names[found]}”录入，请核对")
        return None

    def _under(self, ids: frozenset[int], over: frozenset[int]) -> frozenset[int]:
        """Those that stand under one of the others."""
        return frozenset(i for i in ids if over & set(self._above(i)))

    def _above(self, unit_id: int) -> Iterator[int]:
        seen: set[int] = set()
        at = self._parents.get(unit_id)
        while at is not None and at not in seen:
            yield at
            seen.add(at)
            at = self._parents.get(at)

    def _short(self, said: str) -> Resolved:
        if len(said) >= _SHORTEST:
            if ids := self._spelt_with(said):
                return self._one_of(ids)
            if len(said) >= _SHORTEST_ABBREVIATION and (ids := self._abbreviated(said)):
                found = self._one_of(ids)
                return (
                    Doubt(found, f"按“{self.names[found]}”录入，请核对") if isinstance(found, int) else found
                )
        return self._unknown(said)

    def _spelt_with(self, said: str) -> frozenset[int]:
        """Units of which the text is the beginning of a name or alias: 武进 of 武进区公安局."""
        return frozenset(
            i for spelling, ids in self._spellings.items() if spelling.startswith(said) for i in ids
        )

    def _abbreviated(self, said: str) -> frozenset[int]:
        """Units whose name begins with the text's first character and holds the others in order: 车管所 of 车辆管理所."""
        return frozenset(
            i
            for spelling, ids in self._spellings.items()
            if spelling[0] == said[0] and _in_order(said, spelling)
            for i in ids
        )

    def _one_of(self, ids: frozenset[int]) -> int | Fault:
        if len(ids) == 1:
            return next(iter(ids))
        candidates = "、".join(self.names[i] for i in sorted(ids)[:8])
        return Fault("单位名称不够明确", f"可能是：{candidates}。请写全称。")

    def _unknown(self, said: str) -> Fault:
        near: list[str] = []
        if len(said) <= _LONGEST_COMPARED:
            for spelling in get_close_matches(said, self._spellings, n=_SUGGESTED * 2, cutoff=0.4):
                near += [self.names[i] for i in sorted(self._spellings[spelling])]
        if suggested := list(dict.fromkeys(near))[:_SUGGESTED]:
            return Fault("没有这个单位", f"相近的有：{'、'.join(suggested)}。")
        return Fault("没有这个单位", "用 unit list 查看单位，新单位先用 unit add 登记。")


def _plain(name: str) -> str:
    """Without width variants and spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


def _in_order(said: str, spelling: str) -> bool:
    rest = iter(spelling)
    return all(character in rest for character in said)
