"""Plausible mistakes, each made in a copy of the project, and seen by the tests named beside it (tests/mutants.toml)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
MUTANTS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/mutants.toml").read_text("utf-8"))["mutant"]
_NEEDED = ("pressctl", "migrations", "forms_templates", "tests", "docs", "tools", "benchmarks")


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without what was built, to make mistakes in."""
    made = tmp_path_factory.mktemp("mutants")
    for name in _NEEDED:
        shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
    for each in ROOT.iterdir():
        if each.is_file():
            shutil.copy(each, made)
    return made


def _tests(copy: Path, chosen: str) -> subprocess.CompletedProcess[str]:
    words = ["-m", "pytest", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"]
    name, _, part = chosen.partition(" -k ")
    wanted = ["-m", "not slow and not office and not soak", f"tests/{name}", *(["-k", part] if part else [])]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PRESSCTL"))}
    env |= {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(copy),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / ".h"),
    }
    return subprocess.run(
        [sys.executable, *words, *wanted], cwd=copy, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("mutant", MUTANTS, ids=[m["why"] for m in MUTANTS])
def test_a_mutant_stands_where_it_is_made(mutant: dict[str, Any]) -> None:
    """Code that moved takes its mutant along."""
    assert (ROOT / mutant["file"]).read_text("utf-8").count(mutant["old"]) == 1, mutant["file"]
    assert all((ROOT / "tests" / chosen.split(" ")[0]).exists() for chosen in mutant["tests"])


@pytest.mark.soak
@pytest.mark.parametrize("mutant", MUTANTS, ids=[m["why"] for m in MUTANTS])
def test_a_mutant_is_noticed(mutant: dict[str, Any], copy: Path) -> None:
    file = copy / mutant["file"]
    sound = file.read_text("utf-8")
    try:
        file.write_text(sound.replace(mutant["old"], mutant["new"]), "utf-8")
        for chosen in mutant["tests"]:
            done = _tests(copy, chosen)
            assert done.returncode in (0, 1), done.stdout + done.stderr
            if done.returncode == 1:
                return
    finally:
        file.write_text(sound, "utf-8")
    pytest.fail(f"{mutant['why']}: nobody noticed")
