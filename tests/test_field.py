"""Files as offices really send them, and what comes of each: tests/data/field/cases.toml, command by command."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pressctl import bundled
from tests.conftest import Shell

FOLDER = Path(__file__).parent / "data" / "field"
CASES: list[dict[str, Any]] = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
KEYS = frozenset(
    [
        "id",
        "run",
        "table",
        "as",
        "merge",
        "hide_rows",
        "hide_columns",
        "formats",
        "cells",
        "errors",
        "formulas",
        "since_1904",
        "escaped",
        "line_end",
        "today",
        "alone",
        "exit",
        "people",
        "plan",
        "told",
        "silent",
        "says",
        "rejected",
        "days",
    ]
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A database that holds the units of the sample."""
    folder = tmp_path_factory.mktemp("units")
    with pytest.MonkeyPatch.context() as patch:
        made = Shell(folder, patch)
        made("init")
        made("unit", "import", str(bundled.sample_dir() / "units.csv"))
        yield folder / "data"


def test_the_cases_say_what_they_mean() -> None:
    for case in CASES:
        assert case.keys() <= KEYS, case["id"]
        assert {"people", "plan", "days"} & case.keys(), f"{case['id']} expects nothing"
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))


def test_every_stored_file_has_its_case() -> None:
    run = " ".join(words for case in CASES for words in case["run"])
    stored = {p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*") if p.is_file()}
    assert {name for name in stored if name not in run} == {"cases.toml", ".gitattributes"}


def _written() -> list[Any]:
    """Each case, once for each kind of file that its table is written as."""
    return [
        pytest.param(case, kind, id=f"{case['id']}{f' ({kind})' if kind else ''}")
        for case in CASES
        for kind in (case.get("as", ["csv", "xlsx"]) if "table" in case else [""])
    ]


@pytest.mark.parametrize(("case", "kind"), _written())
def test_what_comes_of_it(
    case: dict[str, Any], kind: str, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(tmp_path, monkeypatch)
    file = _write(case, kind, tmp_path) if kind else None
    shell.today(str(case.get("today", "2026-11-23")))
    monkeypatch.chdir(FOLDER)
    said: list[dict[str, Any]] = []
    for number, words in enumerate(case["run"]):
        if number == 0 or case.get("alone"):
            said.clear()
            shutil.rmtree(tmp_path / "data", ignore_errors=True)
            shutil.copytree(prepared, tmp_path / "data")
        said.append(_run(shell, words.format(file=file), _exit(case, number)))
        if case.get("alone"):
            _compare(case, shell, said)
    _compare(case, shell, said)
    twice = len(case["run"]) > 1 and case["run"][-1] == case["run"][-2] and _exit(case, -1) == 0
    if twice:
        last = said[-1]
        assert (last["added"], last["updated"]) == (0, 0), "the second time it changes nothing"


def _run(shell: Shell, words: str, code: int) -> dict[str, Any]:
    result = shell(*shlex.split(words), "--json", code=code)
    if code:
        assert result.stdout == ""
        error: dict[str, Any] = json.loads(result.stderr.strip().splitlines()[-1])["error"]
        return error
    done: dict[str, Any] = json.loads(result.stdout)
    return done


def _exit(case: dict[str, Any], number: int) -> int:
    wanted = case.get("exit", 0)
    codes: Sequence[int] = [wanted] * len(case["run"]) if isinstance(wanted, int) else wanted
    return codes[number]


# -- what was expected -----------------------------------------------------------------------------


def _compare(case: dict[str, Any], shell: Shell, said: Sequence[dict[str, Any]]) -> None:
    if "people" in case:
        _same(case["people"], shell.json("register", "list"), ("unit", "role", "name"))
    if "plan" in case:
        planned = [r | {"when": r["date"] or r["period"]} for r in shell.json("plan", "list")]
        _same(case["plan"], planned, ("unit", "form", "name", "when"))
    for day, kind in case.get("days", {}).items():
        assert shell.json("calendar", "is", day)["working"] is (kind == "work"), day
    warnings = [str(w["problem"]) for s in said for w in s.get("warnings", []) if isinstance(w, dict)]
    for words in case.get("told", []):
        assert any(words in warning for warning in warnings), (words, warnings)
    if case.get("silent"):
        assert warnings == []
    refusals = [s for s in said if "exit" in s]
    for words in case.get("says", []):
        assert any(words in f"{s['message']}{s['next']}" for s in refusals), (words, refusals)
    _rejected(case, said)


def _rejected(case: dict[str, Any], said: Sequence[dict[str, Any]]) -> None:
    problems = [p for s in said for p in (s.get("rejected") or s.get("details", {}).get("rejected", []))]
    wanted = [line.split(" ", 2) for line in case.get("rejected", "").strip().splitlines()]
    for row, column, words in wanted:
        assert any((p["row"], p["column"]) == (int(row), column) and words in p["problem"] for p in problems), (
            row, problems,
        )  # fmt: skip
    assert {p["row"] for p in problems} == {int(row) for row, _, _ in wanted}


def _same(wanted: str, found: Sequence[dict[str, Any]], named: tuple[str, ...]) -> None:
    """Every line finds its item and no item is left."""
    left = list(found)
    for line in wanted.strip().splitlines():
        *parts, rest = (
            line.split(" ", len(named)) if line.count(" ") >= len(named) else (*line.split(" "), "")
        )
        pairs = dict(pair.split("=", 1) for pair in rest.split(" ") if pair)
        match = next(
            (f for f in left if all(str(f[k]) == v for k, v in zip(named, parts, strict=True))), None
        )
        assert match is not None, (line, found)
        for key, value in pairs.items():
            assert (match[key] or "") == value.replace("_", " "), (line, key, match[key])
        left.remove(match)
    assert left == []


# -- files -----------------------------------------------------------------------------------------


def _write(case: dict[str, Any], kind: str, folder: Path) -> Path:
    lines = case["table"].strip("\n").split("\n")
    rows = [[cell.strip(" ") for cell in line.split(" | ")] for line in lines]
    if case.get("escaped"):
        rows = [[_unescaped(cell) for cell in row] for row in rows]
    path = folder / f"table.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator=case.get("line_end", "\r\n")).writerows(rows)
        return path
    _workbook(case, rows).save(path)
    return path


def _unescaped(cell: str) -> str:
    text: str = json.loads(f'"{cell}"') if "\\" in cell else cell
    return text


def _workbook(case: dict[str, Any], rows: Sequence[Sequence[str]]) -> Workbook:
    book = Workbook()
    if case.get("since_1904"):
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, column)
                cell.value = text
                cell.data_type = "s"
    for place, value in case.get("cells", {}).items():
        sheet[place] = value if not isinstance(value, dt.date) else dt.datetime.combine(value, dt.time())
    for place, code in case.get("formats", {}).items():
        sheet[place].number_format = code
    for place, error in case.get("errors", {}).items():
        sheet[place].value, sheet[place].data_type = error, "e"
    for place, formula in case.get("formulas", {}).items():
        sheet[place] = formula
    for merged in case.get("merge", []):
        sheet.merge_cells(merged)
    for hidden in case.get("hide_rows", []):
        sheet.row_dimensions[hidden].hidden = True
    for hidden in case.get("hide_columns", []):
        sheet.column_dimensions[hidden].hidden = True
    return book
