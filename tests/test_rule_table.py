"""The table of all rules: the fewest facts that pass, fail, lack evidence, come too late, and are not due yet.

The rows stand in tests/data/rule_table.toml. What is turned round is the one fact that the rule is about; each cell
is judged by the worst that the rule says of one subject.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pressctl.core.findings import Finding
from pressctl.core.policy import Policy
from pressctl.core.rules import CHECKS, DUTIES, check, owed
from pressctl.core.terms import Result
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader
from tests.world import ELSEWHERE, ELSEWHERE_RULES, changed_facts

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "data" / "rule_table.toml").read_text(encoding="utf-8")
)
CELLS = ("fails", "lacks", "late", "eve")
_ROW = {"about", "passes", *CELLS, "eve_about"}
_ON, _YEAR = date(2027, 2, 1), 2026
_LOUDEST = (
    Result.FAIL, Result.PROVISIONAL, Result.NO_EVIDENCE, Result.WAIVED, Result.NOT_DUE, Result.PASS,
)  # fmt: skip


@cache
def _policy(rule: str = "") -> Policy:
    """The shipped regulation; for a rule that only others list, one of those on top."""
    return loader.load([Path("archive"), *([ELSEWHERE] if rule in ELSEWHERE_RULES else [])])


def _about(finding: Finding) -> str:
    return finding.subject or finding.unit or ""


def _findings(rule: str, cell: Mapping[str, Any], about: str) -> list[Finding]:
    on = cell.get("on", _ON)
    facts = changed_facts({"name": rule, **cell})
    found = check(facts, _policy(rule), Calendar(on), on, year=cell.get("year", _YEAR), rules=[rule])
    return [f for f in found if _about(f) == cell.get("about", about)]


def _worst(found: list[Finding]) -> Result | None:
    return next((r for r in _LOUDEST if any(f.result is r for f in found)), None)


def _rows(cell: str) -> Iterator[tuple[str, Any]]:
    return ((rule, row[cell]) for rule, row in TABLE.items() if not isinstance(row[cell], str))


def _cells(cell: str) -> pytest.MarkDecorator:
    rows = list(_rows(cell))
    return pytest.mark.parametrize(("rule", "cell"), rows, ids=[rule for rule, _ in rows])


def test_every_rule_has_its_row() -> None:
    assert set(TABLE) == set(CHECKS) == {*_policy().rules, *ELSEWHERE_RULES}
    for rule, row in TABLE.items():
        assert set(row) <= _ROW and {"about", *CELLS} <= set(row), rule


@pytest.mark.parametrize("rule", TABLE)
def test_passes(rule: str) -> None:
    row = TABLE[rule]
    found = _findings(rule, row.get("passes", {}), row["about"])
    silent = rule == "ROS-12"  # says something only where something looks wrong
    assert _worst(found) is (None if silent else Result.PASS), [f.message for f in found]


@_cells("fails")
def test_one_fact_turned_round_flips_the_verdict(rule: str, cell: Mapping[str, Any]) -> None:
    found = _findings(rule, cell, TABLE[rule]["about"])
    assert _worst(found) is Result(cell.get("result", "fail")), [(f.result, f.message) for f in found]


@_cells("lacks")
def test_what_nothing_tells_is_no_evidence(rule: str, cell: Mapping[str, Any]) -> None:
    found = _findings(rule, cell, TABLE[rule]["about"])
    assert _worst(found) is Result.NO_EVIDENCE, [(f.result, f.message) for f in found]


@_cells("late")
def test_one_moment_too_late_is_too_late(rule: str, cell: Mapping[str, Any]) -> None:
    found = _findings(rule, cell, TABLE[rule]["about"])
    assert _worst(found) is Result(cell.get("result", "fail")), [(f.result, f.message) for f in found]


@_cells("eve")
def test_on_the_eve_nothing_is_wrong_yet(rule: str, cell: date) -> None:
    """The same facts on the last day on which it can still be done: not due, or not spoken of; a day later it is."""
    row = TABLE[rule]
    change = row["fails"] if not isinstance(row["fails"], str) else row["lacks"]
    about = row.get("eve_about", change.get("about", row["about"]))
    found = _findings(rule, {**change, "on": cell, "about": about}, about)
    assert _worst(found) in (Result.NOT_DUE, None), [(f.result, f.message) for f in found]


# -- what can be made good, what passes for good ---------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [r for r, d in DUTIES.items() if d.good_late is not None])
def test_what_is_owed_is_not_due_until_its_day_and_unmet_after_it(rule: str) -> None:
    """From the first day of the year to the last of March after it: once something is owed past its day, it is unmet
    until it is done; what can be made good stays, what cannot goes on 1 April."""
    row = TABLE[rule]
    change = row["fails"] if not isinstance(row["fails"], str) else row["lacks"]
    facts = changed_facts({"name": rule, **change})
    for on in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1)):
        found = (d.finding() for d in owed(facts, _policy(rule), Calendar(on), on))
        left = [f for f in found if f.rule == rule and f.year == _YEAR]
        for f in left:
            assert f.due is not None
            if f.due >= on:
                assert f.result is Result.NOT_DUE, (on, f.message)
            else:
                assert f.result in (Result.FAIL, Result.NO_EVIDENCE, Result.PROVISIONAL), (on, f.message)
        if DUTIES[rule].good_late is False and on == date(2027, 4, 1):
            assert left == [], [f.message for f in left]


def test_no_rule_is_without_facts_that_fail() -> None:
    """No evidence counts as failing only where the duty says that nothing else can tell."""
    never = [rule for rule, row in TABLE.items() if isinstance(row["fails"], str)]
    assert never == ["ROS-02", "ROS-09", "MTG-01", "MAT-02", "ATT-07"]
    for rule in never:
        assert not isinstance(TABLE[rule]["lacks"], str), rule
        duty = DUTIES[rule]
        assert "无记录" in duty.by + duty.late, rule


def test_a_reason_stands_where_a_cell_is_empty() -> None:
    for rule, row in TABLE.items():
        for cell in CELLS:
            if isinstance(row[cell], str):
                assert len(row[cell]) >= 4, (rule, cell)


def test_the_day_after_the_eve_is_another_day() -> None:
    """A table whose eves could be moved would prove nothing: one day later the same facts are found out."""
    for rule, eve in _rows("eve"):
        row = TABLE[rule]
        change = row["fails"] if not isinstance(row["fails"], str) else row["lacks"]
        about = row.get("eve_about", change.get("about", row["about"]))
        after = _findings(rule, {**change, "on": eve + timedelta(1), "about": about}, about)
        assert _worst(after) not in (Result.NOT_DUE, None), (rule, [(f.result, f.message) for f in after])
