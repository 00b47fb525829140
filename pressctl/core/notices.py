"""A State Council notice on a year's days off, as the calendar takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Notice:
    """Days off with their names and make-up days of a year; the text stays with the days read from it."""

    year: int
    off: Mapping[date, str]
    work: Mapping[date, str]
    number: str | None = None
    issued: date | None = None
    title: str | None = None
    source: str = ""
    text: str = ""
    amends: bool = False
