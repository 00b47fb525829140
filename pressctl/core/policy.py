"""The regulation as data: clauses with how each is treated, rules, and values with the days they are in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast

from pressctl.core.facts import covers
from pressctl.core.names import Names
from pressctl.core.own import OwnKind
from pressctl.core.policy_keys import KEYS, Key
from pressctl.core.terms import Strength, Treatment
from pressctl.errors import BadData

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a clause and what becomes of them.

    `rules` check them, `values` hold their figures, `where` names the command or form they live in; a part that
    is judged by people or not modelled says `why`.
    """

    text: str
    treatment: Treatment
    rules: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    where: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its number; its parts, joined, are its whole text. `profile` names the optional policy that brings it."""

    id: str
    parts: tuple[Part, ...]
    profile: str | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


class Cite(NamedTuple):
    """The clause and its words for one variant of a rule."""

    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table of rules. `values` are the policy keys it rests on; `since` is its first day.

    `cites` holds other words by the variant judged: an occasion, a nature, a kind of unit.
    """

    id: str
    clause: str
    quote: str
    strength: Strength
    title: str
    values: tuple[str, ...] = ()
    cites: Mapping[str, Cite] = field(default_factory=lambda: MappingProxyType({}))
    next: str = ""
    since: date | None = None
    until: date | None = None
    profile: str | None = None

    def in_force(self, day: date) -> bool:
        return covers(self.since, self.until, day)

    def cited(self, variant: str | None) -> Cite:
        """The clause and words that a verdict on a variant rests on."""
        return self.cites.get(variant or "", Cite(self.clause, self.quote))


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or table, in force from `since` to the day before `until`.

    `value` is as the file writes it, `typed` as its key declares it. `local` marks 本局口径, which the text itself does not say; `profile` names the optional policy that set it.
    `checked_on` is the day someone last compared it with the text.
    """

    key: str
    value: Any
    typed: Any
    clause: str
    since: date
    until: date | None = None
    checked_on: date | None = None
    local: bool = False
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A regulation with the profiles stacked on it. `values[key]` is in order of time, later ones first; `own` are the
    kinds that it names under core's terms; `package` is the name of the package it came from, None for a single file."""

    number: str
    name: str
    since: date
    clauses: Mapping[str, Clause]
    rules: Mapping[str, Rule]
    values: Mapping[str, tuple[Value, ...]]
    profiles: tuple[str, ...] = ()
    names: Names = field(default_factory=Names)
    package: str | None = None
    own: tuple[OwnKind, ...] = ()

    def find(self, key: Key[Any], day: date) -> Value | None:
        """The value in force on a day, None where there is none."""
        for value in self.values.get(key.name, ()):
            if value.since <= day and (value.until is None or day < value.until):
                return value
        return None

    def value(self, key: Key[Any], day: date) -> Value:
        """The value in force on a day. A day before the first value is judged by the first. Raises BadData."""
        found = self.find(key, day) or next(iter(self.values.get(key.name, ())[-1:]), None)
        if found is None or (found.until is not None and day >= found.until):
            raise BadData(
                "no_policy_value",
                f"规定数据中没有“{key.name}”在 {day} 的值。",
                next_step="请检查规定数据文件。",
            )
        return found

    def get(self, key: Key[_T], day: date) -> _T:
        """What a key says on a day; its default where the regulation says nothing of it, and before a profile does.
        Raises BadData."""
        if key.default is None:
            return cast(_T, self.value(key, day).typed)
        found = self.find(key, day)
        if found is None:
            first = next(iter(self.values.get(key.name, ())[-1:]), None)
            found = first if first and first.profile is None and day < first.since else None
        return key.default if found is None else cast(_T, found.typed)

    def latest(self, key: Key[_T]) -> _T:
        """What a key says last, or will say. Raises BadData."""
        first = next(iter(self.values.get(key.name, ())), None)
        return self.get(key, first.since if first else self.since)

    def clause(self, key: Key[Any], day: date) -> str:
        """The clause that a key rests on. Raises BadData."""
        return self.value(key, day).clause

    def title(self, day: date) -> str:
        """The regulation's name and number."""
        return f"{self.name}（{self.number}）"

    def in_force(self, keys: Iterable[str], day: date) -> tuple[Value, ...]:
        """The values of the keys of these names on a day; keys without one are left out."""
        return tuple(v for name in keys if (v := self.find(KEYS[name], day)) is not None)
