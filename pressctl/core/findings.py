"""A finding: which rule, by which clause, about whom, with what result and evidence, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from pressctl.core.terms import Result, Strength


class Finding(NamedTuple):
    """Data only; how it looks is decided at the rim.

    `subject` is the person's name, release reference or unit the finding is about. `provisional` is set
    when the verdict rests on days of a year without a State Council notice. `profile` names the optional
    policy a demand came from; None is the regulation itself. `year` is the one judged; `lapsed`: it can no longer be
    done, only explained or waived.
    """

    rule: str
    clause: str
    quote: str
    strength: Strength
    result: Result
    message: str
    unit_id: int | None = None
    unit: str | None = None
    subject: str | None = None
    ref: str | None = None
    person_id: int | None = None
    due: date | None = None
    evidence: Mapping[str, Any] = MappingProxyType({})
    next: str | None = None
    local_reading: bool = False
    profile: str | None = None
    year: int = 0
    lapsed: bool = False
