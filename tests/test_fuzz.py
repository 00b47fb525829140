"""Noise at the terminal: files of every kind that commands read, and command lines. No traceback, no half write.

Each run takes a sound file, damages it at random places or writes odd words into it, and gives it to the command that
reads it. It must end as the contract says, 0 to 5; and where it does not end well, nothing may have changed.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pressctl import bundled
from pressctl.cli import app as root
from tests.bureau import PEOPLE, UNITS
from tests.conftest import Shell
from tests.test_cli import ALL

DATA = Path(__file__).parent / "data"
STORED = max((DATA / "databases").glob("*.zip"))
FEW, SOME = 25, 120
SECONDS_A_KIND, SECONDS_OF_LINES = 25, 300
"""Of the long run: ten minutes and more in all."""
ODD = (
    *("", " ", "\t", "\u3000", "\u200b", "\u202e", "\ufeff", "\x07", "\x1b[31m", "\x00", "\ufffd", "\ufdd0", "é", "é"),
    *("𬭚", "䶮", "\U000e0001", "👩‍👩‍👧", "張三", "阿依古丽·买买提", "=1+1", "@x", "-", "--", "-o", "..", "/", "\\", "'", '"', "`"),
    *("%s", "{0}", "{{x}}", "[red]", "$(x)", "0", "-1", "99999999999999999999", "1e309", "nan", "²", "٣", "9" * 5000, "一", "2026-02-30"),
    *("2026-13-01", "0000-00-00", "9999-12-31", "2026年10月9日", "2026-001", "P1", "P99999999999999999999", "1", "是"),
    *("天宁分局", "喻联", "conference", "liaison", "ROS-01", "a" * 5000, "中" * 300, "\ud800", "\udcff"),
)  # fmt: skip
PLANS = "发布名称,单位,形式,日期,类型,性质,主题,内容类别,以市局名义\n夏季行动,天宁分局,新闻发布会,2026-07-06,定期,专项,治安,2,否\n"


def _plain(text: str | bytes) -> Callable[[Shell], dict[str, bytes]]:
    data = text.encode() if isinstance(text, str) else text
    return lambda _shell: {"": data}


def _parts(words: tuple[str, ...]) -> Callable[[Shell], dict[str, bytes]]:
    """The parts of a package that a command of ours writes."""

    def made(shell: Shell) -> dict[str, bytes]:
        shell(*words, "--force")
        with zipfile.ZipFile(shell.folder / words[-1]) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return made


def _archive(_shell: Shell) -> dict[str, bytes]:
    with zipfile.ZipFile(STORED) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _template(kind: str) -> Callable[[Shell], dict[str, bytes]]:
    """The parts of a template as it comes along."""
    with zipfile.ZipFile(bundled.form_templates_dir() / f"{kind}.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return lambda _shell: parts


def _elsewhere(shell: Shell) -> dict[str, bytes]:
    """A whole regulation, for a database that keeps no profile of another."""
    shell("--db", "other/p.db", "init")
    return {"": POLICY}


ROSTER = PEOPLE.replace("13900000", "13911111").replace("办公室,", "宣传处,")
POLICY = (Path(__file__).parent / "data" / "policies" / "linshui.toml").read_bytes()
PROFILE = (bundled.regulation_dir() / "profiles" / "national-2016.toml").read_bytes()
FILES: dict[str, tuple[Callable[[Shell], dict[str, bytes]], str, tuple[str, ...]]] = {
    "roster": (_plain(ROSTER), "in.csv", ("register", "import", "in.csv")),
    "roster, bad rows left out": (_plain(PEOPLE), "in.csv", ("register", "import", "in.csv", "--skip-bad")),
    "roster workbook": (_parts(("register", "export", "made.xlsx")), "in.xlsx", ("register", "import", "in.xlsx")),
    "roster in GB18030": (_plain(ROSTER.encode("gb18030")), "in.csv", ("register", "import", "in.csv")),
    "roster in UTF-16": (_plain(ROSTER.encode("utf-16")), "in.csv", ("register", "import", "in.csv")),
    "plan workbook": (_parts(("plan", "export", "made.xlsx")), "in.xlsx", ("plan", "import", "in.xlsx")),
    "units": (_plain(UNITS.replace("公交分局", "新城分局").replace("天宁分局", "新桥分局")), "in.csv", ("unit", "import", "in.csv")),
    "plan": (_plain(PLANS), "in.csv", ("plan", "import", "in.csv")),
    "notice": (_plain((DATA / "notices" / "2026.txt").read_bytes()), "in.txt", ("calendar", "import", "in.txt")),
    "days": (_plain("date,kind,name\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n"), "in.csv", ("calendar", "import", "in.csv", "--yes")),
    "template": (
        _template("approval"), "in.docx",
        ("form", "approval", "2026-001", "--template", "in.docx", "--force", "-o", "form.docx"),
    ),
    "policy": (_elsewhere, "in.toml", ("--db", "other/p.db", "check", "--policy", "in.toml")),
    "profile kept": (_plain(PROFILE), "in.toml", ("init", "--policy", "in.toml")),
    "template of a register form": (
        _template("liaison"), "in.docx",
        ("form", "liaison", "喻联", "--template", "in.docx", "--force", "-o", "form.docx"),
    ),
    "archive": (_plain(STORED.read_bytes()), "in.zip", ("db", "restore", "in.zip", "--yes")),
    "what an archive holds": (_archive, "in.zip", ("db", "restore", "in.zip", "--yes")),
}  # fmt: skip


def _noise(source: random.Random, data: bytes) -> bytes:
    """A few damages: bytes changed, cut out, doubled; lines and cells exchanged for odd words; cut short."""
    out = bytearray(data)
    for _ in range(source.choice((1, 1, 2, 4, 16))):
        if not out:
            break
        at, length = source.randrange(len(out)), source.choice((1, 1, 3, 30))
        match source.randrange(6):
            case 0:
                out[at] = source.randrange(256)
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length * 10]
            case 3:
                out[at:at] = source.choice(ODD).encode("utf-8", "surrogatepass")
            case 4:
                cells = list(re.finditer(rb"[^,\n\t=<>\"]+", out))
                if cells:
                    cell = source.choice(cells)
                    out[cell.start() : cell.end()] = source.choice(ODD).encode("utf-8", "surrogatepass")
            case 5:
                del out[at + length * 20 :]
    return bytes(out)


def _damaged(source: random.Random, parts: dict[str, bytes]) -> bytes:
    """The file from its parts, one of them damaged; now and then the package itself."""
    if "" in parts:
        return _noise(source, parts[""])
    names = [n for n in parts if n.endswith(".xml")] or ["pressctl.db", "pressctl.db", *parts]
    broken = source.choice(names)
    made = parts | {broken: _noise(source, parts[broken])}
    if broken == "pressctl.db":  # a manifest that speaks of the damaged one
        manifest = json.loads(made["manifest.json"])
        manifest["database_sha256"] = hashlib.sha256(made[broken]).hexdigest()
        made["manifest.json"] = json.dumps(manifest).encode()
    packed = _packed(made)
    return _noise(source, packed) if source.random() < 0.1 else packed


def _packed(parts: dict[str, bytes]) -> bytes:
    if "" in parts:
        return parts[""]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def office(shell: Shell) -> Shell:
    """The stored bureau; `whole` is its data folder as it was."""
    shell("db", "restore", str(STORED), "--yes")
    shell.today("2026-10-20")
    for kept in (shell.folder / "data").glob("*.before-*"):
        kept.unlink()
    shutil.copytree(shell.folder / "data", shell.folder / "whole")
    return shell


def _state(shell: Shell) -> tuple[Any, ...]:
    """What the log says, and which files are there."""
    with closing(sqlite3.connect(shell.folder / "data" / "p.db")) as connection:
        head = connection.execute("SELECT count(*), max(seq) FROM log_entry").fetchone()
        rows = connection.execute("SELECT count(*) FROM person").fetchone()
    files = {
        p.relative_to(shell.folder) for p in shell.folder.rglob("*") if not p.name.endswith(("-wal", "-shm"))
    }
    return (*head, *rows, frozenset(files))


def _again(shell: Shell) -> None:
    shutil.rmtree(shell.folder / "data")
    shutil.copytree(shell.folder / "whole", shell.folder / "data")


def _run(shell: Shell, words: list[str], said: str) -> int:
    result = CliRunner().invoke(root.app, words)
    assert result.exit_code in range(6), (said, words, result.stderr[-2000:])
    assert "Traceback" not in result.stderr
    return int(result.exit_code)


def _fuzz_file(office: Shell, kind: str, runs: Iterable[int]) -> tuple[int, int]:
    """(how many runs, how many of them were taken)."""
    make, name, words = FILES[kind]
    parts = make(office)
    source = random.Random(kind)
    place = office.folder / name
    place.write_bytes(_packed(parts))
    assert _run(office, list(words), f"{kind}, undamaged") <= 1, (
        "else every damage is refused for what is none"
    )
    for made in ("form.docx", "in.csv.rejected.csv"):
        (office.folder / made).unlink(missing_ok=True)
    _again(office)
    taken = number = 0
    for number in runs:
        place.write_bytes(_damaged(source, parts))
        before = _state(office)
        code = _run(office, list(words), f"{kind}, run {number}")
        if code > 1:
            assert _state(office) == before, f"{kind}, run {number}: refused, and yet something changed"
        else:
            taken += 1
            (office.folder / "form.docx").unlink(missing_ok=True)
            (office.folder / "in.csv.rejected.csv").unlink(missing_ok=True)
            _again(office)
    office("db", "check", "--deep")
    return number, taken


def _for(seconds: float) -> Iterator[int]:
    """Numbers from 1 until the time is over."""
    began = time.monotonic()
    for number in count(1):
        if time.monotonic() - began > seconds:
            return
        yield number


@pytest.mark.parametrize("kind", FILES)
def test_damaged_files(office: Shell, kind: str) -> None:
    _fuzz_file(office, kind, range(1, FEW + 1))


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_more_damaged_files(office: Shell, kind: str) -> None:
    _fuzz_file(office, kind, range(1, SOME + 1))


@pytest.mark.soak
@pytest.mark.parametrize("kind", FILES)
def test_many_damaged_files(office: Shell, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    runs, taken = _fuzz_file(office, kind, _for(SECONDS_A_KIND))
    with capsys.disabled():
        print(f"\n{kind}: {runs} runs in {SECONDS_A_KIND} s, {taken} taken")


# -- command lines -------------------------------------------------------------------------------------

_LEAVES = [(path, command) for path, command in ALL if not hasattr(command, "commands") and path != ("demo",)]


def _odd(source: random.Random, param: Any) -> str:
    """Not the root for a place to write to: there is one machine under these tests."""
    place = getattr(param.type, "name", "") == "path" or param.metavar in ("文件", "目录")
    return source.choice([word for word in ODD if word != "/"] if place else ODD)


def _line(source: random.Random) -> list[str]:
    """A command with some of its own options, and odd words for their values and its arguments."""
    path, command = source.choice(_LEAVES)
    words = list(path)
    for param in command.params:
        if param.name in ("shared_db", "help") or source.random() < 0.5:
            continue
        if param.param_type_name == "argument":
            words += [_odd(source, param) for _ in range(source.choice((1, 1, 1, 2)))]
        else:
            words.append(source.choice(param.opts))
            words += [] if param.is_flag else [_odd(source, param)]
    if source.random() < 0.2:
        words.insert(source.randrange(len(words) + 1), source.choice(ODD))
    return words


def _fuzz_lines(office: Shell, runs: Iterable[int]) -> int:
    source = random.Random(20260115)
    number = 0
    for number in runs:
        words = _line(source)
        before = _state(office)
        if _run(office, words, f"line {number}") > 1:
            assert _state(office) == before, words
        else:
            _again(office)
    office("db", "check", "--deep")
    return number


def test_odd_command_lines(office: Shell) -> None:
    _fuzz_lines(office, range(FEW * 6))


@pytest.mark.slow
def test_more_odd_command_lines(office: Shell) -> None:
    _fuzz_lines(office, range(SOME * 5))


@pytest.mark.soak
def test_many_odd_command_lines(office: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    runs = _fuzz_lines(office, _for(SECONDS_OF_LINES))
    with capsys.disabled():
        print(f"\ncommand lines: {runs} runs in {SECONDS_OF_LINES} s")
