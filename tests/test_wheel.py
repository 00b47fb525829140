"""The wheel away from the checkout: what a user installs carries all that it needs and does the main job with it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = {
    "pressctl": "pressctl",
    "migrations": "pressctl/migrations",
    "forms_templates": "pressctl/forms_templates",
}
"""Folder of the checkout → where the wheel has it."""
Run = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("没有安装 hatchling，无法构建 wheel（make setup 会安装）")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a copy, so that nothing is built into the checkout or read out of it later
    left_out = shutil.ignore_patterns(
        ".*cache", ".venv", ".git", "__pycache__", "pressctl-demo", ".hypothesis"
    )
    shutil.copytree(ROOT, source, ignore=left_out)
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(build, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command of a fresh environment. Its dependencies are those of this one, told by a .pth: no network is needed,
    and an editable install's own .pth is not followed from there."""
    folder = tmp_path_factory.mktemp("away")
    home = folder / "venv"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, capture_output=True
    )
    scripts = home / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    place = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("PRESSCTL_")}
    env = {**kept, "PRESSCTL_TODAY": "2027-01-05", "PRESSCTL_ACTOR": "测试员"}

    def run(*words: str, code: int = 0, program: str = "pressctl") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [str(scripts / program), *words], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert done.returncode == code, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        return done

    # the wheel's own, else all that follows would test the checkout
    assert run("-c", "import pressctl; print(pressctl.__file__)", program="python").stdout.startswith(
        str(home)
    )
    return run


def test_every_file_of_the_program_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"{inside}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, inside in SHIPPED.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert wanted <= names, sorted(wanted - names)
    rest = {name for name in names - wanted if ".dist-info/" not in name}
    assert rest == set(), "nothing else: no tests, no tools"
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_a_user_does_the_main_job_with_it(installed: Run) -> None:
    assert installed("--version").stdout.strip()
    told = json.loads(installed("demo", "--dir", "demo", "--json").stdout)
    assert told
    (database,) = _databases(installed)
    db = ("--db", database)
    found = json.loads(installed(*db, "check", "--year", "2026", "--json", code=1).stdout)
    assert found["findings"] and found["counts"]["pass"] > 0
    refs = [r["ref"] for r in json.loads(installed(*db, "plan", "list", "--json").stdout)]
    installed(*db, "form", "approval", refs[0], "-o", "approval.docx")
    for kind in ("approval", "spokesperson", "liaison"):
        installed(*db, "form", "blank", kind, "-o", f"{kind}-blank.docx")
    installed(*db, "report", "annual", "2026", "-o", "r.docx", "-o", "r.xlsx", "-o", "r.html")
    assert json.loads(installed(*db, "log", "verify", "--json").stdout)["ok"]


def _databases(installed: Run) -> list[str]:
    listing = "from pathlib import Path; print(*(p.resolve() for p in Path('demo').rglob('*.db')), sep='\\n')"
    return installed("-c", listing, program="python").stdout.split()


@pytest.mark.parametrize("regulation", ["changzhou-2009", "linshui-2020", "national-2016", "archive"])
def test_the_regulations_that_come_along_are_whole(installed: Run, regulation: str) -> None:
    installed("rules", "check", regulation)


def test_a_database_of_the_first_version_is_upgraded(installed: Run, tmp_path: Path) -> None:
    """By the migrations inside the wheel: the checkout's are not there."""
    old = tmp_path / "p.db"
    with zipfile.ZipFile(ROOT / "tests" / "data" / "databases" / "0001.zip") as archive:
        old.write_bytes(archive.read("pressctl.db"))
    old.chmod(0o600)
    installed("--db", str(old), "unit", "list", code=5)
    installed("--db", str(old), "db", "upgrade")
    assert json.loads(installed("--db", str(old), "unit", "list", "--json").stdout)


def test_each_command_tells_its_schema(installed: Run) -> None:
    assert json.loads(installed("schema", "check").stdout)
