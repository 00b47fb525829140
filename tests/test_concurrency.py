"""Several processes on one database, and processes that are killed: nothing lost, nothing doubled, nothing half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW

from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check

WORKER = """
import datetime as dt, random, sys
from pathlib import Path
from pressctl.core.terms import Form
from pressctl.usecases import releases, units, history, upkeep
from pressctl.usecases.desk import Desk
from pressctl.core.terms import UnitKind
who, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
desk = Desk(path, who, dt.date(2026, 1, 15), lambda: dt.datetime.now(dt.UTC))
random.seed(who)
for n in range(count):
    choice = random.random()
    if choice < 0.5:
        new = releases.NewRelease(f"{who}-{n}", "某市公安局", Form.WRITTEN, dt.date(2026, 6, 1 + n % 28))
        releases.plan_add(desk, new)
        print(f"release {who}-{n}", flush=True)
    elif choice < 0.8:
        units.unit_add(desk, units.NewUnit(f"{who}-所-{n}", UnitKind.STATION, "某市公安局"))
        print(f"unit {who}-所-{n}", flush=True)
    else:
        history.log_verify(desk)
"""


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _sound(database: Database) -> dict[str, Any]:
    desk = Desk(database.path, "查", NOW.date(), lambda: NOW)
    return db_check(desk, deep=True)


def _told(outputs: list[str]) -> tuple[list[str], list[str]]:
    lines = [line for text in outputs for line in text.splitlines()]
    return (
        [line.removeprefix("release ") for line in lines if line.startswith("release ")],
        [line.removeprefix("unit ") for line in lines if line.startswith("unit ")],
    )


def _run_together(database: Database, processes: int, each: int) -> None:
    running = [_start(f"w{n}", str(each), str(database.path)) for n in range(processes)]
    finished = [p.communicate(timeout=500) for p in running]
    assert [p.returncode for p in running] == [0] * processes, [err[-500:] for _, err in finished]
    releases, units = _told([out for out, _ in finished])
    with database.reading() as repository:
        stored = repository.releases()
        assert sorted(r.name for r in stored) == sorted(releases)
        assert [r.ref for r in stored] == [f"2026-{n:03d}" for n in range(1, len(stored) + 1)]
        assert {u.name for u in repository.units()} >= set(units)
        entries = repository.log_entries()
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert _sound(database)["ok"]


def test_three_processes_lose_and_double_nothing(small_bureau: Database) -> None:
    _run_together(small_bureau, processes=3, each=12)


@pytest.mark.slow
def test_eight_processes_a_thousand_operations(small_bureau: Database) -> None:
    _run_together(small_bureau, processes=8, each=125)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL 只在 POSIX 上有")
@pytest.mark.slow
def test_killed_at_random_nothing_is_half(small_bureau: Database) -> None:
    """What a killed process had reported is there; what is there is whole."""
    source = random.Random(20260115)
    reported: list[str] = []
    for round in range(60):
        process = _start(f"k{round}", "100000", str(small_bureau.path))
        time.sleep(0.9 + source.random() * 0.6)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate(timeout=60)
        complete = out[: out.rfind("\n") + 1]
        reported += _told([complete])[0]
    with small_bureau.reading() as repository:
        names = {r.name for r in repository.releases()}
        refs = [r.ref for r in repository.releases()]
    assert set(reported) <= names
    assert refs == [f"2026-{n:03d}" for n in range(1, len(refs) + 1)]
    assert _sound(small_bureau)["ok"]
    assert len(refs) > 20, "the processes were killed before they did anything"


# -- killed at each chosen point -----------------------------------------------------------------------

CRASHER = """
import datetime as dt, os, sys, signal
from pathlib import Path
which, path, folder = int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
scenario = sys.argv[4]
calls = 0

def deadly(real):
    def wrapped(*a, **k):
        global calls
        calls += 1
        if calls == which:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*a, **k)
        calls += 1
        if calls == which:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped

from pressctl.storage import attachments, backup, database
from pressctl.usecases import releases, units, upkeep, register
from pressctl.usecases.desk import Desk
import pathlib, sqlalchemy
desk = Desk(path, "崩溃", dt.date(2026, 1, 15), lambda: dt.datetime.now(dt.UTC))
from sqlmodel import Session
Session.commit = deadly(Session.commit)
Session.flush = deadly(Session.flush)
os.fsync = deadly(os.fsync)
pathlib.Path.replace = deadly(pathlib.Path.replace)
database.Database.backup = deadly(database.Database.backup)
database.Database.overwrite = deadly(database.Database.overwrite)
if scenario == "submit":
    from pressctl.core.terms import AttachmentKind
    s = releases.Submission(opinion="同意", by="江若水", attach=((AttachmentKind.PRESS_TEXT, folder / "稿.txt"),), liaison="江若水",
        phone="1", presenters=("江若水",), venue="厅", at=dt.time(9), topic="题", audience="众", media="媒")
    releases.submit(desk, "2026-001", s)
elif scenario == "units":
    units.unit_import(desk, folder / "units.csv")
elif scenario == "backup":
    upkeep.db_backup(desk, folder / "b.zip", force=True)
elif scenario == "restore":
    upkeep.db_restore(desk, folder / "ready.zip")
print("points", calls, flush=True)
"""


def _crash(database: Database, folder: Path, scenario: str, point: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CRASHER, str(point), str(database.path), str(folder), scenario],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL 只在 POSIX 上有")
@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["submit", "units", "backup", "restore"])
def test_killed_at_every_point(small_bureau: Database, tmp_path: Path, scenario: str) -> None:
    """Before and after each write, rename, fsync and commit: the state is the one before or the one after."""
    from pressctl.core.facts import Release
    from pressctl.core.terms import Form
    from pressctl.storage import backup

    (tmp_path / "稿.txt").write_text("新闻发布稿", encoding="utf-8")
    (tmp_path / "units.csv").write_text(
        "单位名称,类别,上级单位\n西城分局,分局,某市公安局\n北城分局,分局,某市公安局\n", encoding="utf-8"
    )
    with small_bureau.writing("plan.add", actor="甲", day=NOW.date(), at=NOW) as repository:
        import datetime as dt

        day = dt.date(2026, 3, 2)
        repository.save_release(Release("2026-001", "发布", 3, Form.BRIEFING, day, day))
    backup.write(small_bureau, tmp_path / "start.zip", at=NOW)
    backup.write(small_bureau, tmp_path / "ready.zip", at=NOW)

    def state() -> tuple[object, ...]:
        with small_bureau.reading() as repository:
            release = repository.release("2026-001")
            return (
                release.status,
                len(release.attachments),
                len(repository.units()),
                len(repository.log_entries()),
            )

    before = state()
    point, seen, points = 0, set(), 1
    while point < points:
        point += 1
        result = _crash(small_bureau, tmp_path, scenario, point)
        if result.returncode == 0:
            points = point
        else:
            assert result.returncode == -signal.SIGKILL, result.stderr[-800:]
            points = point + 1
        assert _sound(small_bureau)["ok"]
        seen.add(state())
        for attachment in _referenced(small_bureau):
            assert Attachments(small_bureau.attachments).state(attachment) == "sound"
        if scenario == "backup" and (tmp_path / "b.zip").exists():
            backup.restore(Database(tmp_path / "check" / f"{point}.db"), tmp_path / "b.zip", stamp="x")
        if state() != before:
            backup.restore(small_bureau, tmp_path / "start.zip", stamp=str(point))
    assert point > 4, "the scenario has too few points to prove anything"
    assert len(seen) <= 2, "a state that is neither the one before nor the one after"


def _referenced(database: Database) -> dict[str, str]:
    with database.reading() as repository:
        return repository.referenced_files()


@pytest.mark.skipif(os.name != "posix", reason="RLIMIT_FSIZE 只在 POSIX 上有")
def test_a_full_disk_writes_nothing_and_says_so(small_bureau: Database, tmp_path: Path) -> None:
    """A file-size limit stands in for a full disk: the command fails in words, the database is as before."""
    rows = "".join(f"分局{n},分局,某市公安局\n" for n in range(3000))
    (tmp_path / "units.csv").write_text(f"单位名称,类别,上级单位\n{rows}", encoding="utf-8")
    limit = small_bureau.path.stat().st_size + 100_000
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "from pressctl.cli.app import run\n"
        f"sys.argv = ['pressctl', '--db', {str(small_bureau.path)!r}, 'unit', 'import', {str(tmp_path / 'units.csv')!r}]\n"
        "run()\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 5, result.stderr
    assert "错误：" in result.stderr and "Traceback" not in result.stderr
    with small_bureau.reading() as repository:
        assert len(repository.units()) == 3
    assert _sound(small_bureau)["ok"]


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root 不受文件权限限制")
def test_a_read_only_database_says_so(small_bureau: Database) -> None:
    small_bureau.path.chmod(0o400)
    small_bureau.path.parent.chmod(0o500)
    try:
        from pressctl.core.terms import UnitKind
        from pressctl.errors import DatabaseError
        from pressctl.usecases.units import NewUnit, unit_add

        with pytest.raises(DatabaseError) as caught:
            unit_add(
                Desk(small_bureau.path, "甲", NOW.date(), lambda: NOW), NewUnit("新所", UnitKind.STATION)
            )
        assert caught.value.code in ("readonly", "unreadable")
    finally:
        small_bureau.path.parent.chmod(0o700)
