"""Kinds of a regulation's own under one of core's terms: 记者招待会 under conference, 高校 under division.

They are stored, shown and counted by name, and judged as the term they stand under.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from pressctl.core.terms import Form, Role, Term, UnitKind

T = TypeVar("T", bound=Term)
V = TypeVar("V")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """A term with the regulation's own name for it. `name` None: the term itself, which holds for all that stand under it."""

    term: T
    name: str | None = None

    @property
    def label(self) -> str:
        return self.name or self.term.label

    @classmethod
    def of(cls, kind: T | Named[T]) -> Named[T]:
        return kind if isinstance(kind, Named) else cls(kind)

    def covers(self, other: Named[T]) -> bool:
        """Whether the other is this kind, or stands under it."""
        return self.term is other.term and self.name in (None, other.name)


def by_name(kinds: Iterable[Named[T]]) -> dict[str, dict[str, int]]:
    """{term: {own name: how many}}, without those that have no own name."""
    found: dict[str, dict[str, int]] = {}
    for kind in kinds:
        if kind.name is not None:
            names = found.setdefault(kind.term.value, {})
            names[kind.name] = names.get(kind.name, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class OwnKind:
    """A row [[own]] of a regulation: a name, the term it stands under, and other spellings."""

    name: str
    under: Role | Form | UnitKind
    aliases: tuple[str, ...] = ()

    @property
    def of(self) -> str:
        """As `of` of its row."""
        return next(of for of, terms in OF.items() if isinstance(self.under, terms))


OF: Mapping[str, type[Role] | type[Form] | type[UnitKind]] = {
    "role": Role,
    "form": Form,
    "unit_kind": UnitKind,
}
"""The vocabularies under which a regulation may name kinds of its own, as `of` writes them."""


@dataclass(frozen=True, slots=True)
class Among(Generic[T]):
    """A list of kinds as a value of the policy. A term takes in all that stand under it, an own name itself alone."""

    listed: tuple[Named[T], ...] = ()

    @classmethod
    def of(cls, terms: Iterable[T]) -> Among[T]:
        return cls(tuple(Named(term) for term in terms))

    def __contains__(self, kind: Named[T]) -> bool:
        return self.holds(kind.term, kind.name)

    def holds(self, term: T, name: str | None) -> bool:
        """Whether a kind, by its term and own name, is among them; what every unit of every year is asked."""
        for one in self.listed:  # noqa: SIM110 - a third of the time of any()
            if one.term is term and (one.name is None or one.name == name):
                return True
        return False

    def __iter__(self) -> Iterator[Named[T]]:
        return iter(self.listed)


@dataclass(frozen=True, slots=True)
class ByKind(Generic[T, V]):
    """A table by kind as a value of the policy. The row of a term holds for what stands under it and has no row of its own."""

    rows: Mapping[Named[T], V]

    @overload
    def get(self, kind: Named[T]) -> V | None: ...
    @overload
    def get(self, kind: Named[T], default: D) -> V | D: ...
    def get(self, kind: Named[T], default: D | None = None) -> V | D | None:
        found = self.rows.get(kind)
        return found if found is not None else self.rows.get(Named(kind.term), default)

    def values(self) -> Iterable[V]:
        return self.rows.values()

    def items(self) -> Iterable[tuple[Named[T], V]]:
        return self.rows.items()
