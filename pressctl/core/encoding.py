"""Results as JSON: the one place where a frozen record becomes an object, a term its value and a day its ISO text.

A result is a frozen dataclass or a NamedTuple whose field names are the keys, in their order; a name that Python keeps
for itself ends in an underscore, which the key does not. What else a key needs is said where the field stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import Enum
from operator import attrgetter, methodcaller
from types import MappingProxyType, NoneType
from typing import Any

_KIND = "json"
OPTIONAL: Mapping[str, str] = MappingProxyType({_KIND: "optional"})
"""Of a field that is no key at all while it has its default: `field(default=None, metadata=OPTIONAL)`."""
HIDDEN: Mapping[str, str] = MappingProxyType({_KIND: "hidden"})
"""Of a field that is no key: the program's own."""
SPREAD: Mapping[str, str] = MappingProxyType({_KIND: "spread"})
"""Of a field whose own keys stand in its place."""

_AS_IT_IS = frozenset({str, int, float, bool, NoneType})


def encoded(value: Any) -> Any:
    """A result as dictionaries, lists and plain values; what is none of these already is told by its type."""
    kind = value.__class__
    return value if kind in _AS_IT_IS else _WAYS[kind](value)


class _Ways(dict[type, Callable[[Any], Any]]):
    """How values of a type are told, found out when the first of them is met."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        self[kind] = way = _way(kind)
        return way


_WAYS = _Ways()


def _way(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, Enum):
        return attrgetter("_value_")  # what `value` gives by way of a call
    if is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return _row(kind._fields)
    if issubclass(kind, Mapping):
        return lambda value: {
            key if key.__class__ is str else encoded(key): each
            if each.__class__ in _AS_IT_IS
            else encoded(each)
            for key, each in value.items()
        }
    if issubclass(kind, (list, tuple)):
        return lambda value: [encoded(each) for each in value]
    if issubclass(kind, date):
        return methodcaller("isoformat")
    if issubclass(kind, time):
        return lambda value: f"{value:%H:%M}"
    return str


def _row(names: tuple[str, ...]) -> Callable[[Any], dict[str, Any]]:
    keys = tuple(map(key_of, names))

    def way(row: Any) -> dict[str, Any]:
        return {
            key: each if each.__class__ in _AS_IT_IS else _WAYS[each.__class__](each)
            for key, each in zip(keys, row, strict=True)
        }

    return way


def _record(kind: type) -> Callable[[Any], dict[str, Any]]:
    """As a row; and the few fields that say more of themselves, each in its turn."""
    told = fields(kind)
    names = tuple(f.name for f in told)
    row = _row(names)
    get = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)
    if not any(_KIND in f.metadata for f in told):
        return lambda value: row(get(value))
    hows = tuple((key_of(f.name), f.metadata.get(_KIND), f.default) for f in told)

    def way(value: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for (key, how, default), each in zip(hows, get(value), strict=True):
            if how == "spread":
                made |= encoded(each)
            elif how != "hidden" and (how is None or default is MISSING or each != default):
                made[key] = encoded(each)
        return made

    return way


def key_of(name: str) -> str:
    """The key of a field: `from_` is from."""
    return name.rstrip("_")
