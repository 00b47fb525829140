"""What the regulation in force calls things, and under which number it says them.

Core's terms have plain words of their own; a regulation gives them its own (市局, 新闻发言人办公室, 市政府新闻办). Texts name
them in braces: a word by its key, {word.authority} or {role.liaison}; the clause that a rule or a value rests on, {clause:LED-01};
a figure, {value:submission.lead_days}. What is in force belongs to the context, as a language does: a desk sets it when
it opens its database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType

SLOT = re.compile(r"\{((?:clause|value):[\w.|-]+|\w+\.\w+(?:\.\w+)?)\}")
ASIDE = re.compile(r"（[^（）]*?\{clause:[^（）]*）")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def _none(_: str) -> None:
    return None


@dataclass(frozen=True, eq=False)
class Names:
    """A regulation's own words by term (`role.liaison`), what else is written for them, its clauses and figures.

    `clause` gives the number under which a rule or a value stands, `figure` what a value says; None where the
    regulation has no such thing. `categories` are the kinds of content that it lists, in order.
    """

    labels: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    categories: tuple[str, ...] = ()
    clause: Callable[[str], str | None] = _none
    figure: Callable[[str], object] = _none

    def found(self, what: str) -> str | None:
        """The clause of the first of several rules or values, A|B, that the regulation has."""
        return next((c for each in what.split("|") if (c := self.clause(each)) is not None), None)


_PLAIN = Names()
_IN_FORCE: ContextVar[Names | Callable[[], Names]] = ContextVar("names", default=_PLAIN)


def speak(names: Names | Callable[[], Names]) -> None:
    """From here on, in this context, things are called as a regulation calls them; a callable is asked when the first
    word is needed."""
    _IN_FORCE.set(names)


def in_force() -> Names:
    """The names of the regulation in force."""
    names = _IN_FORCE.get()
    if isinstance(names, Names):
        return names
    _IN_FORCE.set(_PLAIN)  # while it is looked up
    found = names()
    _IN_FORCE.set(found)
    return found


def category_named(number: int) -> str:
    """What the regulation in force calls a category of content, counted from 1; by its number where it has no word."""
    names = in_force().categories
    return names[number - 1] if number <= len(names) else f"第{number}类"


def clause_of(what: str) -> str | None:
    """The clause that a rule (LED-01) or a value (submission.lead_days) rests on; of several, A|B, the first that is
    there. None where the regulation has none.
    """
    return in_force().found(what)
