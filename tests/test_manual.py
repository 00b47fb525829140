"""The manual is drawn from the program, and every command stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pressctl.core.rules import CHECKS, DUTIES
from pressctl.core.terms import named
from pressctl.core.workflow import TRANSITIONS
from tools import manual

ROOT = Path(__file__).parent.parent


def test_generated_pages_are_fresh() -> None:
    assert manual.stale() == [], "run: python -m tools.manual"


def test_the_page_says_of_every_rule_what_opens_ends_and_discharges_it_and_what_is_too_late() -> None:
    page = (ROOT / "docs" / "regulation.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("\n## 期限\n")
    table = rest.partition("\n## ")[0]
    rows = [
        re.split(r"\s*\|\s*", line.strip("| ")) for line in re.findall(r"^\| [A-Z]{3}-\d\d.*$", table, re.M)
    ]
    told = {row[0].partition("（")[0]: row[1:] for row in rows}
    assert set(told) == set(DUTIES) == set(CHECKS)
    for id, duty in DUTIES.items():
        assert told[id][:4] == [named(t) for t in (duty.opened, duty.due, duty.by, duty.late)], id
        assert all(len(cell) >= 2 for cell in told[id]), id


def test_a_changed_duty_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DUTIES, "REP-01", replace(DUTIES["REP-01"], late="从不算迟"))
    assert manual.stale() == ["docs/regulation.md"]


def test_a_changed_transition_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "TRANSITIONS", TRANSITIONS[1:])
    assert manual.stale() == ["docs/workflow.md"]


def test_the_diagram_has_every_arrow_of_the_table() -> None:
    drawn = set(re.findall(r"^  (\w+) (?:==>|-\.->)\|", manual.workflow_page(), re.M))
    assert drawn == {t.before.value for t in manual._merged()}
    arrows = re.findall(r"^  (\w+) (?:==>|-\.->)\|.*\| (\w+)$", manual.workflow_page(), re.M)
    assert arrows == [(t.before.value, t.after.value) for t in manual._merged()]
