"""Killed at any point, on a full disk, on a read-only one: the state before or the state after, never a third.

Each run happens in a forked copy of this process on a copy of a folder. A run is killed by SIGKILL right before or
right after a commit, a rename, a link, an unlink, an fsync, or where a folder is made or removed, each in its turn,
found by wrapping the calls; by the long run also at every SQL statement, file opening and change of rights, and by a
clock, wherever it is.
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
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import dbapi2
from typing import Any

import pytest
from typer.main import get_command

from pressctl import durable
from pressctl.cli import app as root
from pressctl.regulation import skeleton
from pressctl.storage import log
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check
from tests.conftest import NOW, Shell
from tests.test_cli import ALL

pytestmark = pytest.mark.skipif(os.name != "posix", reason="fork、SIGKILL 和 RLIMIT_FSIZE 只在 POSIX 上有")

STORED = Path(__file__).parent / "data" / "databases"
NOTICES = Path(__file__).parent / "data" / "notices"
RANDOM_KILLS = 60
ROSTER = "单位,类别,姓名,职务,手机\n" + "".join(
    f"天宁分局,联络员,陈{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10]},民警,1390001{n:04d}\n"
    for n in range(40)
)
PROFILE = """kind = "profile"
number = "试〔2026〕2号"
title = "试行时限"
[[value]]
key = "emergency.first_hours"
clause = "三(三)5"
since = 2016-11-10
checked_on = 2026-09-01
value = 5
"""
PAPERS = ("programme", "source_material", "press_text")
SUBMIT = (
    *("submit", "2026-010", "--opinion", "拟同意。", "--by", "华言", "--presenter", "华言", "--liaison", "施联"),
    *("--phone", "8100", "--venue", "厅", "--time", "10:00", "--audience", "公众", "--media", "市级媒体"),
    *(word for kind in PAPERS for word in ("--attach", f"{kind}={kind}.txt")),
)  # fmt: skip
LATER = ("plan", "add", "后来", "--unit", "公交分局", "--form", "written", "--date", "2026-12-01")
BACKUP = ("db", "backup", "other.zip")


@dataclass(frozen=True)
class Scenario:
    """A command, what comes before it, and on which day. `again` where it may be run once more after it was done."""

    words: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    today: str = "2026-09-24"
    stored: str | None = HEAD
    again: bool = False
    refused: int = 0
    """The exit code where it is not, once it was done."""


def _out(*words: str) -> Scenario:
    """A command that writes a file over an older one."""
    return Scenario((*words, "--force"), again=True)


NEW = ("begun", "new.zip", "new.csv", "new.docx")
"""What commands of below write where nothing stood."""
SCENARIOS: dict[str, Scenario] = {
    "init": Scenario(("init",), stored=None, again=True),
    "init policy": Scenario(("init", "--policy", "again.toml"), again=True),
    "unit add": Scenario(("unit", "add", "新处", "--kind", "division", "--alias", "新")),
    "unit import": Scenario(("unit", "import", "units.csv"), again=True),
    "unit office": Scenario(("unit", "office", "天宁分局", "--on", "2026-09-20")),
    "unit rename": Scenario(("unit", "rename", "天宁分局", "天宁公安分局", "--on", "2026-09-20")),
    "unit kind": Scenario(("unit", "kind", "武进区公安局", "sub_bureau", "--on", "2026-09-20")),
    "unit close": Scenario(("unit", "close", "警官学院", "--on", "2026-09-20")),
    "register add": Scenario(
        ("register", "add", "新人", "--role", "liaison", "--unit", "天宁分局", "--title", "民警", "--mobile", "13912345678")
    ),
    "import": Scenario(("register", "import", "more.csv"), again=True),
    "import skip-bad": Scenario(("register", "import", "bad.csv", "--skip-bad"), again=True),
    "register change": Scenario(("register", "change", "喻联", "--mobile", "13900000077")),
    "register end": Scenario(("register", "end", "喻联", "--on", "2026-09-20", "--reason", "调离")),
    "register replace": Scenario(
        ("register", "replace", "窦言", "新言", "--title", "副局长", "--on", "2026-09-20", "--reason", "调离", "--mobile", "13912345679")
    ),
    "register freeze": Scenario(("register", "freeze", "2026")),
    "forget": Scenario(("register", "forget", "离任者", "--reason", "离任已久", "--yes"), again=True),
    "plan add": Scenario(LATER),
    "plan import": Scenario(("plan", "import", "plan.csv"), again=True),
    "plan move": Scenario(("plan", "move", "2026-010", "--date", "2026-10-20", "--reason", "场地")),
    "plan cancel": Scenario(("plan", "cancel", "2026-010", "--reason", "不再需要")),
    "submit": Scenario(SUBMIT),
    "withdraw": Scenario(("submit", "2026-006", "--withdraw", "--reason", "另行安排")),
    "approve": Scenario(("approve", "2026-006", "--by", "周主任", "--opinion", "拟同意。")),
    "filed": Scenario(("record", "filed", "2026-004", "--by", "喻联")),
    "held": Scenario(
        ("record", "held", "2026-003", "--seat", "host=周主任", "--seat", "presenter=华言", "--press-text", "approved.txt"),
        today="2026-10-09",
    ),
    "archived": Scenario(("record", "archived", "2026-002"), today="2026-10-12"),
    "meeting": Scenario(("record", "meeting", "--topics", "计划", "--people", "周主任", "--file", "programme.txt")),
    "delegation": Scenario(
        ("record", "delegation", "周主任", "--deputy", "喻联", "--role", "office_director", "--until", "2026-09-30")
    ),
    "calendar import": Scenario(("calendar", "import", str(NOTICES / "2024.txt"), "--yes"), again=True),
    "undo": Scenario(("undo",), before=(SUBMIT,)),
    "backup anew": Scenario(("db", "backup", "new.zip"), refused=2),
    "export anew": Scenario(("register", "export", "new.csv"), refused=2),
    "form anew": Scenario(("form", "liaison", "喻联", "-o", "new.docx"), refused=2),
    "backup": Scenario(("db", "backup", "out.zip", "--force"), again=True),
    "backup keep": Scenario(
        ("db", "backup", "n-3.zip", "--keep", "1", "--force"), before=(("db", "backup", "n-1.zip"), ("db", "backup", "n-2.zip")), again=True
    ),
    "restore": Scenario(("db", "restore", "other.zip", "--yes"), before=(SUBMIT, LATER, BACKUP, ("undo",))),
    "restore anew": Scenario(("db", "restore", "other.zip"), before=(BACKUP, ("rm",))),
    "restore beside a log": Scenario(("db", "restore", "other.zip"), before=(BACKUP, ("lose",))),
    "restore over a wreck": Scenario(("db", "restore", "other.zip", "--yes"), before=(BACKUP, ("wreck",))),
    "upgrade": Scenario(("db", "upgrade"), stored="0001", again=True),
    "clean": Scenario(("db", "clean"), before=(SUBMIT, ("orphan",)), again=True),
    "export": _out("register", "export", "out.csv"),
    "export workbook": _out("plan", "export", "out.xlsx"),
    "form": _out("form", "approval", "2026-001", "-o", "out.docx"),
    "forms": _out("form", "liaison", "--all", "--out", "forms"),
    "forms packed": _out("form", "liaison", "--all", "--zip", "out.zip"),
    "report": _out("report", "annual", "2026", "-o", "out.html"),
    "report quarter": _out("report", "quarter", "2026", "3", "-o", "out.csv"),
    "report roster": _out("report", "roster", "-o", "out.xlsx"),
    "report unit": _out("report", "unit", "公交分局", "2026", "-o", "out.docx"),
    "template": _out("register", "template", "out.xlsx"),
    "form blank": _out("form", "blank", "liaison", "-o", "out.docx"),
    "form spokesperson": _out("form", "spokesperson", "华言", "-o", "out.docx"),
    "due": _out("due", "--ics", "out.ics"),
    "calendar show": _out("calendar", "show", "2026", "--ics", "out.ics"),
    "rules adopt": Scenario(("rules", "adopt", "own"), before=(("init",), ("rules", "new", "own")), stored=None, again=True),
    "rules new": Scenario(("rules", "new", "begun"), refused=2),
}  # fmt: skip
READING = frozenset(
    [
        "unit list",
        "unit show",
        "register list",
        "register show",
        "register diff",
        "plan list",
        "plan show",
        "plan progress",
        "plan calendar",
        "record list",
        "form fields",
        "schema",
        "check",
        "rules list",
        "rules show",
        "rules check",
        "calendar is",
        "calendar add",
        "calendar between",
        "calendar deadline",
        "log list",
        "log show",
        "log verify",
        "db path",
        "db check",
        "doctor",
    ]
)
"""Commands that write nothing, or, as the doctor, only clear away."""
EVERYWHERE = ("init", "import", "submit", "approve", "forget", "backup", "restore", "upgrade")
"""Those whose every statement is tried, too."""


def test_every_command_that_writes_is_killed() -> None:
    """But for `demo`, which is a hundred of the others one after the other in a folder of its own."""
    leaves = {path for path, command in ALL if not hasattr(command, "commands")} - {("demo",)}
    killed = {scenario.words for scenario in SCENARIOS.values()}
    left = {path for path in leaves if not any(words[: len(path)] == path for words in killed)}
    # every kind of record goes the same way, some of them through two tables
    assert {" ".join(path) for path in left if path[0] != "record" or path[1] == "list"} == READING


# -- one run -------------------------------------------------------------------------------------------


def _command(folder: Path, words: tuple[str, ...], today: str = "2026-09-24") -> int:
    """A command in this process; its exit code."""
    os.chdir(folder)
    database = folder / "data" / "p.db"
    if words == ("rm",):
        for file in database.parent.glob("p.db*"):
            file.unlink()
        return 0
    if words == ("wreck",):
        database.write_bytes(b"no database" * 500)
        for suffix in ("-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
        return 0
    if words == ("lose",):  # the file is taken away by hand, while its last change stands in the log
        with closing(sqlite3.connect(database)) as writer:
            writer.execute("PRAGMA user_version = 7")
            shutil.copyfile(f"{database}-wal", folder / "lost-wal")
        database.unlink()
        shutil.copyfile(folder / "lost-wal", f"{database}-wal")
        return 0
    if words == ("orphan",):
        kept = Attachments(database.parent / "attachments").keep(folder / "more.csv")
        return 0 if kept else 1
    os.environ |= {"PRESSCTL_DB": str(database), "PRESSCTL_TODAY": today}
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
    """Counts the points a run passes, and kills it at one of them. With `everywhere` each SQL statement is one, too."""

    def __init__(self, fatal: int, *, everywhere: bool) -> None:
        self.fatal, self.everywhere, self.passed = fatal, everywhere, 0

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

    def said(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """A statement: a point where it makes something last."""
        lasting = self.around(real)

        def wrapped(connection: Any, statement: str, *more: Any) -> Any:
            last = statement.upper().startswith(
                ("COMMIT", "VACUUM", "PRAGMA WAL_CHECKPOINT", "PRAGMA JOURNAL_MODE")
            )
            return (lasting if last or self.everywhere else real)(connection, statement, *more)

        return wrapped

    def watch(self) -> None:
        """In the child only: commits of every connection, and what touches files."""
        around, said = self.around, self.said

        class Cursor(sqlite3.Cursor):
            execute = said(sqlite3.Cursor.execute)
            if self.everywhere:
                executemany = around(sqlite3.Cursor.executemany)

        class Connection(sqlite3.Connection):
            execute = said(sqlite3.Connection.execute)
            commit = around(sqlite3.Connection.commit)
            close = around(sqlite3.Connection.close)  # the last one moves the log into the file

            def backup(self, target: Any, *, progress: Any = None, **more: Any) -> None:
                real = super().backup

                def told(status: int, remaining: int, total: int) -> None:
                    # the first page takes the lock, the last one is the commit
                    point = around(progress or (lambda *_: None))
                    if remaining in (0, 1, total - 1):
                        point(status, remaining, total)
                    elif progress:
                        progress(status, remaining, total)

                around(lambda: real(target, progress=told, **more))()

            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

        real = sqlite3.connect

        def connect(*args: Any, **more: Any) -> Any:
            return real(*args, **{"factory": Connection, **more})

        sqlite3.connect = dbapi2.connect = connect
        for name in ("fsync", "link", "replace", "rename", "unlink", "remove", "mkdir", "rmdir"):
            setattr(os, name, around(getattr(os, name)))
        if self.everywhere:
            for name in ("open", "chmod"):
                setattr(os, name, around(getattr(os, name)))


# -- what must hold ------------------------------------------------------------------------------------

State = tuple[Any, ...]


def _state(folder: Path) -> State:
    """All rows of all tables but the log's, whose hashes and clocks differ from run to run: of it, the numbers."""
    path = folder / "data" / "p.db"
    if not path.exists():
        return ()
    if path.read_bytes()[:11] == b"no database":
        return ("wreck",)
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        rows = {n: connection.execute(f'SELECT * FROM "{n}" ORDER BY 1').fetchall() for n in names}
    entries = [
        (
            e["seq"],
            e["actor"],
            e["action"],
            e["subject"],
            e["opening"] is not None if "opening" in e else None,
        )
        for e in map(dict, rows.pop("log_entry", []))
    ]
    told = tuple(sorted((n, tuple(map(tuple, r))) for n, r in rows.items()))
    return (told, tuple(entries), tuple(name for name in NEW if (folder / name).exists()))


def _require_whole(folder: Path) -> None:
    """The log verifies, every row is as the log tells it, attachments are there, files written are old or new and whole."""
    path = folder / "data" / "p.db"
    database = Database(path)
    if _state(folder) not in ((), ("wreck",)):
        if database.store.revision() == HEAD:
            assert db_check(Desk(path, "查", NOW.date(), lambda: NOW), deep=True).ok
        else:
            with closing(sqlite3.connect(path)) as connection:
                connection.row_factory = sqlite3.Row
                told = connection.execute("SELECT * FROM log_entry ORDER BY seq")
                assert log.verify([dict(entry) for entry in told]).ok
                kept = connection.execute("SELECT sha256 FROM attachment").fetchall()
            assert {Attachments(database.attachments).state(row[0]) for row in kept} <= {"sound"}
    for file in (
        *folder.glob("out.*"),
        *folder.glob("n-*.zip"),
        *folder.glob("new.*"),
        *folder.glob("forms/[!.]*"),
        *folder.glob("*.rejected.csv"),
    ):
        _require_old_or_new(folder, file)
    if (folder / "begun").exists():
        assert {p.name for p in (folder / "begun").iterdir()} == set(skeleton.files())
    assert len(list(folder.glob("n-*.zip"))) != 0 or not (folder / "n-1.zip").exists()
    if (lost := folder / "lost-wal").exists():
        logs = [*path.parent.glob("p.db.before-*-wal"), *([] if path.exists() else [Path(f"{path}-wal")])]
        assert [log.read_bytes() for log in logs if log.exists()] == [lost.read_bytes()]
    for kept_copy in path.parent.glob("p.db.before-*"):
        if not kept_copy.name.endswith("-wal") and kept_copy.read_bytes()[:11] != b"no database":
            with closing(sqlite3.connect(kept_copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _require_old_or_new(folder: Path, file: Path) -> None:
    data = file.read_bytes()
    if data == OLD:
        return
    if file.suffix in (".docx", ".xlsx", ".zip"):
        with zipfile.ZipFile(file) as package:
            assert package.testzip() is None and package.namelist()
    else:
        assert data.rstrip().endswith((b"</html>", b"\n", b"\r\n")) or data.endswith(b"\n"), file
    if file.suffix == ".zip" and "pressctl.db" in zipfile.ZipFile(file).namelist():
        again = folder / "again"
        again.mkdir()
        shutil.copy(file, again / "out.zip")
        assert _ended(_forked(lambda: _command(again, ("db", "restore", "out.zip")))) == 0
        shutil.rmtree(again)


OLD = "旧".encode()


def _left(folder: Path) -> list[str]:
    return [str(p.relative_to(folder)) for p in folder.rglob(".*") if durable.WORK_FOLDER in p.name]


@dataclass
class Ground:
    """A folder to start from, copied for every run, and the two states that a run may end in."""

    folder: Path
    scenario: Scenario
    before: State
    after: State = ()
    seconds: float = 0.0
    ends: list[str] = field(default_factory=list)
    """How runs that were killed ended: before or after."""

    @contextlib.contextmanager
    def copy(self) -> Iterator[Path]:
        run = self.folder.with_name("run")
        shutil.copytree(self.folder, run)
        yield run
        os.chdir(self.folder)
        shutil.rmtree(run)

    def act(self, run: Path, points: _Points | None = None) -> int:
        if points:
            points.watch()
        return _command(run, self.scenario.words, self.scenario.today)

    def count(self, *, everywhere: bool) -> int:
        """How many points a run passes when nobody kills it."""
        reader, writer = os.pipe()
        with self.copy() as run:

            def act() -> int:
                points = _Points(0, everywhere=everywhere)
                code = self.act(run, points)
                os.write(writer, str(points.passed).encode())
                return code

            assert _ended(_forked(act)) == 0
            os.close(writer)
            with os.fdopen(reader) as told:
                return int(told.read())

    def kill_at(self, point: int, *, everywhere: bool) -> None:
        with self.copy() as run:
            code = _ended(_forked(lambda: self.act(run, _Points(point, everywhere=everywhere))))
            assert code == -signal.SIGKILL, f"point {point}: {code}"
            self.judge(run, f"point {point}")

    def kill_after(self, seconds: float) -> None:
        with self.copy() as run:
            pid = _forked(lambda: self.act(run))
            time.sleep(seconds)
            os.kill(pid, signal.SIGKILL)
            _ended(pid)
            self.judge(run, f"after {seconds:.3f} s")

    def judge(self, run: Path, where: str) -> State:
        """Before or after; where it is before, the same command now does its work; and nothing is left lying about."""
        found = _state(run)
        assert found in (self.before, self.after), f"{where}: neither the state before nor the state after"
        _require_whole(run)
        done = found == self.after != self.before
        self.ends.append("after" if done else "before")
        if not done or self.scenario.again:
            assert _ended(_forked(lambda: self.act(run))) == 0, where
            assert _state(run)[:1] == self.after[:1] if done else _state(run) == self.after, where
            _require_whole(run)
        elif self.scenario.refused:
            assert _ended(_forked(lambda: self.act(run))) == self.scenario.refused, where
        else:
            assert _ended(_forked(lambda: _command(run, ("doctor",)))) == 0
        assert _left(run) == [], where
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
    scenario = SCENARIOS[request.param]
    folder = tmp_path / "start"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    if scenario.stored:
        assert _command(folder, ("db", "restore", str(STORED / f"{scenario.stored}.zip"))) == 0
    for words in scenario.before:
        assert _command(folder, words) == 0
    for word in scenario.words:
        if word.startswith("out."):
            (folder / word).write_bytes(OLD)
    made = Ground(folder, scenario, _state(folder))
    with made.copy() as run:
        began = time.monotonic()
        assert _ended(_forked(lambda: made.act(run))) == 0
        made.seconds = time.monotonic() - began
        made.after = _state(run)
        _require_whole(run)
        assert _left(run) == []
    return made


FILES = {
    "more.csv": ROSTER,
    "bad.csv": ROSTER + "天宁分局,联络员,坏人,民警,1\n",
    "units.csv": "单位名称,类别,上级单位\n新一处,机关处室,\n新二处,机关处室,新一处\n",
    "plan.csv": "发布名称,单位,形式,日期\n冬季行动,天宁分局,新闻发布会,2026-12-07\n",
    "again.toml": PROFILE,
    "approved.txt": "press_text",
} | {f"{kind}.txt": f"{kind}，新的一份" for kind in PAPERS}


def _scenarios(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("ground", names, indirect=True, ids=names)


# -- crashes -------------------------------------------------------------------------------------------


@_scenarios("submit", "restore")
def test_killed_at_a_few_points(ground: Ground) -> None:
    last = ground.count(everywhere=False)
    for point in range(1, last + 1, max(last // 8, 1)):
        ground.kill_at(point, everywhere=False)


@pytest.mark.slow
@_scenarios(*SCENARIOS)
def test_killed_at_some_points_of_every_writing_command(ground: Ground) -> None:
    last = ground.count(everywhere=False)
    for point in sorted({1, last // 3, last * 2 // 3, last} - {0}):
        ground.kill_at(point, everywhere=False)


@pytest.mark.soak
@_scenarios(*SCENARIOS)
def test_killed_before_and_after_whatever_lasts(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    """Every commit, rename, link, unlink, fsync, folder made or removed, each before and after."""
    began = time.monotonic()
    last = ground.count(everywhere=False)
    for point in range(1, last + 1):
        ground.kill_at(point, everywhere=False)
    _report(ground, f"{last} kills around what lasts", began, capsys)


@pytest.mark.soak
@_scenarios(*EVERYWHERE)
def test_killed_at_every_statement_and_at_random(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    last = ground.count(everywhere=True)
    for point in range(1, last + 1):
        ground.kill_at(point, everywhere=True)
    source = random.Random(ground.scenario.words[0])
    for _ in range(RANDOM_KILLS):
        ground.kill_after(source.random() * ground.seconds)
    assert "before" in ground.ends and last > 20
    _report(ground, f"{last} kills at every statement, {RANDOM_KILLS} at random", began, capsys)


def _report(ground: Ground, said: str, began: float, capsys: pytest.CaptureFixture[str]) -> None:
    ends = f"{ground.ends.count('before')} before, {ground.ends.count('after')} after"
    with capsys.disabled():
        print(f"\n{' '.join(ground.scenario.words[:3])}: {said} ({ends}) in {time.monotonic() - began:.0f} s")


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
                return ground.act(run)

            code = _ended(_forked(act))
            assert code in (0, 5), (limit, code)
            stopped += code == 5
            assert (ground.judge(run, "a full disk") == ground.after) or code == 5
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


def _fill(place: Path) -> Path:
    filler = place / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)
    return filler


@_scenarios("import", "submit")
def test_a_disk_that_is_really_full(ground: Ground, small_disk: Path) -> None:
    run = small_disk / "run"
    shutil.copytree(ground.folder, run)
    filler = _fill(small_disk)
    assert _ended(_forked(lambda: ground.act(run))) == 5
    filler.unlink()
    assert ground.judge(run, "a full disk") == ground.before


def test_where_a_disk_is_full_reading_works_and_a_backup_to_another(small_disk: Path, shell: Shell) -> None:
    """It is the very hour in which one wants to look, and to save what is there."""
    db = ("--db", str(small_disk / "p.db"))
    shell(*db, "init")
    shell(*db, "unit", "add", "某处", "--kind", "division")
    filler = _fill(small_disk)
    assert [u["name"] for u in shell.json(*db, "unit", "list")] == ["某处"]
    for reading in (("due",), ("log", "verify"), ("db", "check", "--deep"), ("doctor",), ("plan", "list")):
        shell(*db, *reading)
    assert shell.json(*db, "db", "backup", "elsewhere.zip")["entries"] == 2
    for words in (
        ("unit", "add", "新处", "--kind", "division"),
        ("db", "backup", str(small_disk / "b.zip")),
        ("--db", str(small_disk / "new.db"), "init"),
        ("db", "restore", "elsewhere.zip", "--yes"),
    ):
        error = shell.error(*db, *words, code=5)
        assert "磁盘" in error["message"] and durable.WORK_FOLDER not in error["message"], (words, error)
    filler.unlink()
    shell("db", "restore", "elsewhere.zip", "--yes")
    for data in ((), db):
        assert [u["name"] for u in shell.json(*data, "unit", "list")] == ["某处"]
    assert {p.name for p in small_disk.iterdir()} == {"p.db", "attachments"}


@_scenarios("import", "submit", "backup", "upgrade")
def test_a_disk_that_is_read_only(ground: Ground, small_disk: Path) -> None:
    run = small_disk / "run"
    shutil.copytree(ground.folder, run)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert _ended(_forked(lambda: ground.act(run))) == 5
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert ground.judge(run, "a full disk") == ground.before
