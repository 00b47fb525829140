"""The manual is drawn from the program, and every command stands in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pressctl.core.workflow import TRANSITIONS
from tools import manual

ROOT = Path(__file__).parent.parent


def test_generated_pages_are_fresh() -> None:
    assert manual.stale() == [], "run: python -m tools.manual"


def test_a_changed_transition_makes_the_page_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "TRANSITIONS", TRANSITIONS[1:])
    assert manual.stale() == ["docs/workflow.md"]


def test_the_diagram_has_every_arrow_of_the_table() -> None:
    drawn = set(re.findall(r"^  (\w+) (?:==>|-\.->)\|", manual.workflow_page(), re.M))
    assert drawn == {t.before.value for t in manual._merged()}
    arrows = re.findall(r"^  (\w+) (?:==>|-\.->)\|.*\| (\w+)$", manual.workflow_page(), re.M)
    assert arrows == [(t.before.value, t.after.value) for t in manual._merged()]
