"""The cases of the shipped regulation: the world that keeps every rule, and each change in it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pressctl.core.facts import Facts
from pressctl.core.policy import Policy, Value
from pressctl.core.policy_keys import KEYS
from pressctl.regulation.cases import Case, Cases
from pressctl.regulation.package import shipped_package

ELSEWHERE = Path(__file__).parent / "data" / "elsewhere.toml"
"""Rules that no shipped regulation lists, with the least that they ask for."""
ELSEWHERE_RULES = tuple(r["id"] for r in tomllib.loads(ELSEWHERE.read_text(encoding="utf-8"))["rule"])
_CASES = Cases.of(shipped_package())
assert _CASES is not None


def cases() -> Iterator[Case]:
    """Every case, each on its own copy of the world."""
    assert _CASES is not None
    yield from _CASES


def changed_facts(change: Mapping[str, Any]) -> Facts:
    """The world with one change."""
    assert _CASES is not None
    return _CASES.facts(change)


def world_facts() -> Facts:
    assert _CASES is not None
    return _CASES.facts()


def with_values(policy: Policy, values: Mapping[str, Any]) -> Policy:
    """The policy with other values from 1949 on, as a regulation's file writes them."""
    made = {
        key: (Value(key, value, KEYS[key].kind.read(value), "三(三)1", date(1949, 10, 1)),)
        for key, value in values.items()
    }
    return replace(policy, values={**policy.values, **made})
