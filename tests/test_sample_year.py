"""The sample year, played through: the program finds what a reader of the regulation finds, no more and no less."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pressctl.cli.app import app

EXPECTED = tomllib.loads((Path(__file__).parent / "data" / "sample_year.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("year") / "demo"
    done = CliRunner().invoke(app, ["demo", "--dir", str(folder)])
    assert done.exit_code == 0, done.output
    return folder / "data" / "pressctl.db"


def _run(db: Path, *words: str) -> Any:
    done = CliRunner().invoke(app, ["--db", str(db), "--json", *words])
    assert done.exit_code in (0, 1), done.output
    return done.exit_code, json.loads(done.stdout)


def _expected() -> Counter[tuple[str, str, str, str]]:
    found: Counter[tuple[str, str, str, str]] = Counter()
    for e in EXPECTED["expect"]:
        units = [u for group in e.get("groups", ()) for u in EXPECTED[group]] + e.get("units", [])
        found.update((e["rule"], e["result"], e.get("strength", "E"), unit) for unit in units)
    return found


def test_check_finds_what_a_reader_finds(year: Path) -> None:
    code, result = _run(year, "check", "--year", "2026", "--on", EXPECTED["on"].isoformat())
    found = Counter((f["rule"], f["result"], f["strength"], f["unit"]) for f in result["findings"])
    assert found == _expected()
    assert code == 1, "E fails: the yearly and half-yearly reports"
    for f in result["findings"]:
        assert f["quote"] and f["clause"] and f["message"] and (f["next"] or f["result"] == "waived")


def test_check_counts_what_it_does_not_list(year: Path) -> None:
    on = EXPECTED["on"].isoformat()
    _, short = _run(year, "check", "--year", "2026", "--on", on)
    _, whole = _run(year, "check", "--year", "2026", "--on", on, "--all")
    assert Counter(f["result"] for f in whole["findings"]) == Counter(
        {result: n for result, n in whole["counts"].items() if n}
    )
    assert short["counts"] == whole["counts"] and len(short["findings"]) < len(whole["findings"])


def test_the_annual_report_rests_on_the_same_findings(year: Path) -> None:
    on = EXPECTED["on"].isoformat()
    _, report = _run(year, "report", "annual", "2026", "--on", on)
    _, checked = _run(year, "check", "--year", "2026", "--on", on)
    per_unit = Counter(f["unit"] for f in checked["findings"] if f["unit"])
    assert {u["unit"]: len(u["findings"]) for u in report["units"] if u["findings"]} == per_unit
