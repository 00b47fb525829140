"""A result becomes the JSON that its fields say, in their order; nothing of it is told by text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pressctl.core.encoding import HIDDEN, OPTIONAL, SPREAD, encoded
from pressctl.core.schema import schema_of
from pressctl.core.terms import Role, Status


class _Row(NamedTuple):
    from_: date
    role: Role


@dataclass(frozen=True)
class _Inner:
    ref: str
    status: Status
    warned: str | None = field(default=None, metadata=OPTIONAL)


@dataclass(frozen=True)
class _Outer:
    at: time | None
    inner: _Inner = field(metadata=SPREAD)
    rows: tuple[_Row, ...] = ()
    path: Path | None = None


def test_each_kind_of_value() -> None:
    row = _Row(date(2026, 1, 5), Role.LIAISON)
    told = _Outer(time(9, 5), _Inner("2026-001", Status.HELD), (row,), Path("a/b"))
    made = encoded(told)
    assert made == {
        "at": "09:05",
        "ref": "2026-001",
        "status": "held",
        "rows": [{"from": "2026-01-05", "role": "liaison"}],
        "path": str(Path("a/b")),
    }
    assert list(made) == ["at", "ref", "status", "rows", "path"]
    assert type(made["status"]) is str and type(made["rows"][0]["role"]) is str


def test_an_optional_key_is_there_only_where_it_says_something() -> None:
    assert encoded(_Inner("1", Status.PLANNED)) == {"ref": "1", "status": "planned"}
    assert encoded(_Inner("1", Status.PLANNED, "注意"))["warned"] == "注意"


@dataclass(frozen=True)
class _Keyed:
    ref: str
    key: str = field(default="", metadata=HIDDEN)


def test_what_is_the_programs_own_is_neither_told_nor_in_the_schema() -> None:
    assert encoded(_Keyed("1", "a")) == {"ref": "1"}
    assert list(schema_of(_Keyed)["properties"]) == schema_of(_Keyed)["required"] == ["ref"]


def test_mappings_lists_and_terms_as_keys() -> None:
    held = MappingProxyType({Status.HELD: [1, (2.5, None)], 3: {"on": date(2026, 1, 5)}})
    assert encoded(held) == {"held": [1, [2.5, None]], 3: {"on": "2026-01-05"}}
