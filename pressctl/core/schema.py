"""The JSON Schema of a result, told by the same fields that `encoding` writes it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pressctl.core.encoding import HIDDEN, OPTIONAL, SPREAD, key_of

Schema: TypeAlias = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
    Path: {"type": "string"},
    Any: {},
}


def schema_of(kind: Any) -> Schema:
    """The schema of whatever a field may be declared as. Raises TypeError for what no result is made of."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _any_of([schema_of(each) for each in arguments])
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (list, tuple):
        return {"type": "array", "items": schema_of(arguments[0])}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(arguments[1])}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    if is_dataclass(kind) or (isinstance(kind, type) and hasattr(kind, "_fields")):
        return _object(kind)
    raise TypeError(f"no JSON is told of {kind!r}")


def _any_of(schemas: list[Schema]) -> Schema:
    """Plain types together, the rest side by side."""
    if all(list(each) == ["type"] for each in schemas):
        return {"type": [each["type"] for each in schemas]}
    return {"anyOf": schemas}


def _object(kind: Any) -> Schema:
    hints = get_type_hints(kind)
    how = {f.name: f.metadata for f in fields(kind)} if is_dataclass(kind) else {}
    names = tuple(how) or kind._fields
    found: Schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for name in names:
        if how.get(name) == HIDDEN:
            continue
        if how.get(name) == SPREAD:
            _spread(found, hints[name])
            continue
        found["properties"][key_of(name)] = schema_of(hints[name])
        if how.get(name) != OPTIONAL:
            found["required"].append(key_of(name))
    return found


def _spread(into: Schema, kind: Any) -> None:
    """The keys of a field that has none of its own: those of its record, of its terms, or whatever they may be."""
    keys, *_ = get_args(kind) or (None,)
    if isinstance(keys, type) and issubclass(keys, Enum):
        value = schema_of(get_args(kind)[1])
        into["properties"] |= {member.value: value for member in keys}
    elif keys is None and (is_dataclass(kind) or hasattr(kind, "_fields")):
        inner = schema_of(kind)
        into["properties"] |= inner["properties"]
        into["required"] += inner["required"]
    else:
        into["additionalProperties"] = True
