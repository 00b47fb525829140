"""Killed at any point, on a full disk, on a read-only one: the state before or the state after, never a third.

Each run happens in a forked copy of this process on a copy of a folder. A run is killed by SIGKILL before or after
one SQL statement, commit, file opening, fsync, rename or link, each in its turn; and by a clock, wherever it is.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import dbapi2
from typing import Any

import pytest
from typer.main import get_command

from pressctl.cli import app as root
from pressctl.storage import log
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import HEAD, Database
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check
from tests.conftest import NOW

pytestmark = pytest.mark.skipif(os.name != "posix", reason="fork、SIGKILL 和 RLIMIT_FSIZE 只在 POSIX 上有")

STORED = Path(__file__).parent / "data" / "databases"
RANDOM_KILLS = 60
ROSTER = "单位,类别,姓名,职务,手机\n" + "".join(
    f"天宁分局,联络员,陈{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10]},民警,1390001{n:04d}\n"
    for n in range(40)
)
PAPERS = ("programme", "source_material", "press_text")
SUBMIT = (
    *("submit", "2026-010", "--opinion", "拟同意。", "--by", "华言", "--presenter", "华言", "--liaison", "施联"),
    *("--phone", "8100", "--venue", "厅", "--time", "10:00", "--audience", "公众", "--media", "市级媒体"),
    *(word for kind in PAPERS for word in ("--attach", f"{kind}={kind}.txt")),
)  # fmt: skip
SCENARIOS: dict[str, tuple[str, ...]] = {
    "init": ("init",),
    "import": ("register", "import", "more.csv"),
    "submit": SUBMIT,
    "approve": ("approve", "2026-006", "--by", "周主任", "--opinion", "拟同意。"),
    "forget": ("register", "forget", "离任者", "--reason", "离任已久", "--yes"),
    "backup": ("db", "backup", "out.zip", "--force"),
    "restore": ("db", "restore", "other.zip", "--yes"),
    "upgrade": ("db", "upgrade"),
}


# -- one run -------------------------------------------------------------------------------------------


def _command(folder: Path, words: tuple[str, ...]) -> int:
    """A command in this process; its exit code."""
    os.chdir(folder)
    os.environ |= {"PRESSCTL_DB": str(folder / "data" / "p.db"), "PRESSCTL_TODAY": "2026-09-24"}
    main: Any = get_command(root.app)
    return int(main.main(args=list(words), standalone_mode=False) or 0)


def _forked(act: Callable[[], int]) -> int:
    """Run in a child of its own; starts it and returns its process id. 70 stands for whatever escaped."""
    if pid := os.fork():
        return pid
    code = 70
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        sys.stdout, sys.stderr = (os.fdopen(os.dup(quiet), "w", encoding="utf-8") for _ in range(2))
        code = act()
    finally:
        os._exit(code)


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


class _Points:
    """Counts the points a run passes, and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.passed = fatal, 0

    def pass_one(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **more: Any) -> Any:
            self.pass_one()
            result = real(*args, **more)
            self.pass_one()
            return result

        return wrapped

    def watch(self) -> None:
        """In the child only: every statement of every connection, and what touches files."""
        around = self.around

        class Cursor(sqlite3.Cursor):
            execute = around(sqlite3.Cursor.execute)
            executemany = around(sqlite3.Cursor.executemany)

        class Connection(sqlite3.Connection):
            execute = around(sqlite3.Connection.execute)
            commit = around(sqlite3.Connection.commit)
            backup = around(sqlite3.Connection.backup)

            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

        real = sqlite3.connect

        def connect(*args: Any, **more: Any) -> Any:
            return real(*args, factory=Connection, **more)

        sqlite3.connect = dbapi2.connect = connect  # type: ignore[assignment]
        for name in ("open", "fsync", "link", "replace", "unlink", "chmod"):
            setattr(os, name, around(getattr(os, name)))


def _count(folder: Path, words: tuple[str, ...]) -> int:
    """How many points a run passes when nobody kills it."""
    reader, writer = os.pipe()

    def act() -> int:
        points = _Points(0)
        points.watch()
        code = _command(folder, words)
        os.write(writer, str(points.passed).encode())
        return code

    assert _ended(_forked(act)) == 0
    os.close(writer)
    with os.fdopen(reader) as told:
        return int(told.read())


def _killed_at(point: int, folder: Path, words: tuple[str, ...]) -> int:
    def act() -> int:
        _Points(point).watch()
        return _command(folder, words)

    return _ended(_forked(act))


def _killed_after(seconds: float, folder: Path, words: tuple[str, ...]) -> int:
    pid = _forked(lambda: _command(folder, words))
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    return _ended(pid)


# -- what must hold ------------------------------------------------------------------------------------

State = tuple[Any, ...]


def _state(folder: Path) -> State:
    """All rows of all tables but the log's, whose hashes and clocks differ from run to run: of it, the numbers."""
    path = folder / "data" / "p.db"
    if not path.exists():
        return ()
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        rows = {n: connection.execute(f'SELECT * FROM "{n}" ORDER BY 1').fetchall() for n in names}
    entries = [
        (e["seq"], e["actor"], e["action"], e["subject"], e["summary"], e.get("opening") is not None)
        for e in map(dict, rows.pop("log_entry", []))
    ]
    return (tuple(sorted((n, tuple(map(tuple, r))) for n, r in rows.items())), tuple(entries))


def _require_whole(folder: Path) -> None:
    """The log verifies, every row is as the log tells it, attachments are there, a backup is none or a sound one."""
    path = folder / "data" / "p.db"
    database = Database(path)
    if path.exists() and database.revision() == HEAD:
        assert db_check(Desk(path, "查", NOW.date(), lambda: NOW), deep=True)["ok"]
    elif path.exists():
        with closing(sqlite3.connect(path)) as connection:
            connection.row_factory = sqlite3.Row
            told = connection.execute("SELECT * FROM log_entry ORDER BY seq")
            assert log.verify([dict(entry) for entry in told]).ok
            kept = connection.execute("SELECT sha256 FROM attachment").fetchall()
        assert {Attachments(database.attachments).state(row[0]) for row in kept} <= {"sound"}
    if (folder / "out.zip").exists():
        again = folder / "again"
        again.mkdir()
        shutil.copy(folder / "out.zip", again / "out.zip")
        assert _ended(_forked(lambda: _command(again, ("db", "restore", "out.zip")))) == 0
        shutil.rmtree(again)
    for kept_copy in path.parent.glob("p.db.before-*"):
        with closing(sqlite3.connect(kept_copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@dataclass
class Ground:
    """A folder to start from, copied for every run, and the two states that a run may end in."""

    folder: Path
    words: tuple[str, ...]
    before: State
    after: State
    seconds: float

    @contextlib.contextmanager
    def copy(self) -> Iterator[Path]:
        run = self.folder.with_name("run")
        shutil.copytree(self.folder, run)
        yield run
        os.chdir(self.folder)
        shutil.rmtree(run)

    def judge(self, run: Path) -> State:
        """Before or after; and where it is before, the same command now does its work."""
        found = _state(run)
        assert found in (self.before, self.after), "neither the state before nor the state after"
        _require_whole(run)
        if found == self.before != self.after:
            assert _ended(_forked(lambda: _command(run, self.words))) == 0
            assert _state(run) == self.after
            _require_whole(run)
        return found


@pytest.fixture
def ground(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ground:
    monkeypatch.chdir(tmp_path)
    for name in (
        "PRESSCTL_DB",
        "PRESSCTL_TODAY",
        "PRESSCTL_ACTOR",
    ):  # those that commands set are taken back too
        monkeypatch.setenv(name, "测试员")
    scenario = request.param
    folder = tmp_path / "start"
    folder.mkdir()
    (folder / "more.csv").write_text(ROSTER, encoding="utf-8")
    for kind in PAPERS:
        (folder / f"{kind}.txt").write_text(f"{kind}，新的一份", encoding="utf-8")
    stored = STORED / f"{'0001' if scenario == 'upgrade' else HEAD}.zip"
    if scenario != "init":
        assert _command(folder, ("db", "restore", str(stored))) == 0
    if scenario == "restore":
        other = ("plan", "add", "后来", "--unit", "公交分局", "--form", "written", "--date", "2026-12-01")
        assert _command(folder, SUBMIT) == _command(folder, other) == 0
        assert _command(folder, ("db", "backup", "other.zip")) == 0
        assert _command(folder, ("undo",)) == 0
    words = SCENARIOS[scenario]
    made = Ground(folder, words, _state(folder), (), 0.0)
    with made.copy() as run:
        began = time.monotonic()
        assert _ended(_forked(lambda: _command(run, words))) == 0
        made.seconds = time.monotonic() - began
        made.after = _state(run)
        _require_whole(run)
    return made


def _scenarios(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("ground", names, indirect=True, ids=names)


# -- crashes -------------------------------------------------------------------------------------------


@_scenarios("submit")
def test_killed_at_a_few_points(ground: Ground) -> None:
    with ground.copy() as run:
        last = _count(run, ground.words)
    for point in range(1, last + 1, last // 12):
        with ground.copy() as run:
            assert _killed_at(point, run, ground.words) == -signal.SIGKILL
            ground.judge(run)


@pytest.mark.slow
@_scenarios(*SCENARIOS)
def test_killed_at_every_point_and_at_random(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    began, seen = time.monotonic(), []
    with ground.copy() as run:
        last = _count(run, ground.words)
    for point in range(1, last + 1):
        with ground.copy() as run:
            assert _killed_at(point, run, ground.words) == -signal.SIGKILL
            seen.append(ground.judge(run))
    source = random.Random(ground.words[0])
    for _ in range(RANDOM_KILLS):
        with ground.copy() as run:
            _killed_after(source.random() * ground.seconds, run, ground.words)
            seen.append(ground.judge(run))
    assert ground.before in seen
    assert last > 20, "too few points to prove anything"
    with capsys.disabled():
        seconds = time.monotonic() - began
        print(f"\n{' '.join(ground.words[:2])}: {last} points + {RANDOM_KILLS} at random in {seconds:.0f} s")


# -- a full disk, a read-only one ----------------------------------------------------------------------


@_scenarios("import", "submit", "backup", "restore", "upgrade", "init")
def test_a_limit_of_size_stands_in_for_a_full_disk(ground: Ground) -> None:
    """Whatever the size at which writing stops, the command says so with 5 and changes nothing."""
    stopped = 0
    for limit in (0, 100, 4_096, 20_000, 40_000, 80_000, 160_000, 260_000):
        with ground.copy() as run:

            def act(limit: int = limit, run: Path = run) -> int:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                return _command(run, ground.words)

            code = _ended(_forked(act))
            assert code in (0, 5), (limit, code)
            stopped += code == 5
            assert (ground.judge(run) == ground.after) or code == 5
    assert stopped


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A memory disk of 4 MB; the tests are skipped where one may not be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "pressctl-test", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("不能挂载内存盘")
    yield place
    os.chdir(tmp_path)
    subprocess.run(["umount", str(place)], check=True)


@_scenarios("import", "submit")
def test_a_disk_that_is_really_full(ground: Ground, small_disk: Path) -> None:
    run = small_disk / "run"
    shutil.copytree(ground.folder, run)
    filler = small_disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    assert _ended(_forked(lambda: _command(run, ground.words))) == 5
    filler.unlink()
    assert ground.judge(run) == ground.before


@_scenarios("import", "submit", "backup", "upgrade")
def test_a_disk_that_is_read_only(ground: Ground, small_disk: Path) -> None:
    run = small_disk / "run"
    shutil.copytree(ground.folder, run)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert _ended(_forked(lambda: _command(run, ground.words))) == 5
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert ground.judge(run) == ground.before
