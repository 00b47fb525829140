"""interim"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Notice:
    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    number: str | None = None
    issued: date | None = None
    title: str | None = None
    source: str = ""
    text: str = ""
    amends: bool = False


def read_notice(text: str, name: str) -> Notice:
    raise NotImplementedError


def differences(old: Any, new: Notice) -> list[str]:
    return []
