"""The doors for those who come after: what runs before a commit is what runs before a change lands."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _steps(target: str) -> list[str]:
    """The commands of one target of the Makefile, as a shell would see them."""
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", rules, re.M)
    assert found, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in found[1].splitlines()]


def test_the_hooks_are_the_steps_of_lint_and_nothing_is_fetched() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^ +entry: (.+)$", hooks, re.M) == _steps("lint")
    assert re.findall(r"repo: (\S+)", hooks) == ["local"]
    assert set(re.findall(r"language: (\S+)", hooks)) == {"system"}
    assert "://" not in hooks
    assert re.search(r"^make lint$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.M)


def test_the_package_says_what_it_is() -> None:
    told = metadata("pressctl")
    assert told["License-Expression"] == "Apache-2.0" and told.get_all("License-File") == ["LICENSE"]
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert told["Author"] and told["Summary"] and told["Keywords"]
    assert {"Typing :: Typed", "Natural Language :: Chinese (Simplified)"} <= set(
        told.get_all("Classifier") or ()
    )
    assert (ROOT / "pressctl" / "py.typed").exists()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "urls" not in project and not any(": No license" in c for c in project["classifiers"])
