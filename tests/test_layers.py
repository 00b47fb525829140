"""The layers are a contract, and the contract is known to bite: a planted violation must break it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = Path(sys.executable).with_name("lint-imports")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


_SQLITES_OWN = re.compile(
    r"exec_driver_sql|PRAGMA|json_each|json_extract|text_factory|GLOB|BEGIN IMMEDIATE|sqlite_master"
)
_ABOVE_THE_ENGINE = ("attachments", "backup", "database", "log", "notices", "place", "repository", "revisions", "schema", "unit_of_work")  # fmt: skip


@pytest.mark.parametrize("room", _ABOVE_THE_ENGINE)
def test_above_the_engine_nothing_is_said_in_its_words(room: str) -> None:
    assert not _SQLITES_OWN.findall((ROOT / f"pressctl/storage/{room}.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("room", ["sqlite", "dialect"])
def test_the_engines_words_are_known_when_seen(room: str) -> None:
    assert _SQLITES_OWN.search((ROOT / f"pressctl/storage/{room}.py").read_text(encoding="utf-8"))


def _circles(package: str) -> list[tuple[str, str]]:
    """(a file, one that it imports) wherever that one leads back to it, also by imports within functions."""
    graph = grimp.build_graph(package, cache_dir=None)
    if package == "pressctl":  # the door `pressctl.open` is loaded only when somebody asks for it
        graph.remove_import(importer="pressctl", imported="pressctl.api")
    edges = ((m, other) for m in graph.modules for other in graph.find_modules_directly_imported_by(m))
    return [(m, other) for m, other in edges if graph.chain_exists(importer=other, imported=m)]


def test_no_file_imports_itself_by_a_way_around() -> None:
    assert _circles("pressctl") == []


def test_a_way_around_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "around").mkdir()
    (tmp_path / "around" / "__init__.py").touch()
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / "around" / f"{name}.py").write_text(f"def later():\n    from around import {other}\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert len(_circles("around")) == 3


def test_the_contracts_hold() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/citation.py", "from pressctl.storage import log"),
        ("cli/output.py", "import sqlmodel"),
        ("cli/output.py", "def later() -> None:\n    from pressctl.cli import desk"),
        ("importing/values.py", "from pressctl.documents import cells"),
        ("core/dates.py", "import typer"),
        ("storage/sqlite.py", "from pressctl.storage import revisions"),
        ("storage/tables.py", "def later() -> None:\n    from pressctl.storage import repository"),
        ("storage/unit_of_work.py", "import sqlite3"),
        ("storage/repository.py", "from pressctl.storage import connection"),
        ("storage/quick.py", "import sqlalchemy"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, file: str, line: str) -> None:
    shutil.copytree(ROOT / "pressctl", tmp_path / "pressctl", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / "pressctl" / file
    target.write_text(target.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout
