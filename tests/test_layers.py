"""The layers are a contract, and the contract is known to bite: a planted violation must break it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINT = Path(sys.executable).with_name("lint-imports")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_hold() -> None:
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/citation.py", "from pressctl.storage import log"),
        ("cli/output.py", "import sqlmodel"),
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
