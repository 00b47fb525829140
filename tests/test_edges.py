"""The edges of the file system: a path is a path, rights are left as they were, nothing is left lying about, and where
nothing can be written, reading works."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pressctl import durable
from pressctl.documents.files import new_file, write_batch, write_new
from pressctl.errors import BadData, DatabaseError, UsageError, reason
from pressctl.storage import backup
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.storage.place import locate
from pressctl.storage.revisions import HEAD
from pressctl.usecases.desk import Desk
from tests.bureau import Bureau
from tests.conftest import NOW, TODAY, Shell, restored

posix = pytest.mark.skipif(os.name != "posix", reason="权限、管道、信号只在 POSIX 上有")
ODD_PATHS = (
    "新闻%20发布/p.db", "x?y.db", "a#b.db", "a b/p.db", "a%20b/p.db", "a+b.db", "q'u\"o.db", "file:z.db", "a;b&c=d.db",
    "x?mode=memory", "%41.db", "a/../b/p.db", "-p.db", " .db", "p.db ", ":memory:", "㛃𬭚䶮.db", "e\u0301.db", "\u202ep.db",
    "n\nl.db", "a\\b.db", "~.db", "sqlite:p.db",
)  # fmt: skip
"""What means something in an address, to a shell or to SQLite, but nothing in the name of a file."""


def run(
    *words: str, folder: Path, preexec: Callable[[], None] | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "pressctl", *words]
    environment = os.environ | more.pop("env", {})
    more = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | more
    return subprocess.run(
        command, cwd=folder, env=environment, text=True, check=False, preexec_fn=preexec, timeout=60, **more
    )


# -- a path is a path --------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("name", ODD_PATHS)
def test_a_database_is_made_where_it_was_said_and_nowhere_else(shell: Shell, name: str) -> None:
    target = Path(os.path.normpath(shell.folder / name))
    before = set(shell.folder.rglob("*"))
    (shell.folder / "a").mkdir() if name.startswith("a/..") else None
    shell("init", f"--db={name}")
    shell("unit", "add", "写到哪里", "--kind", "division", f"--db={name}")
    with closing(sqlite3.connect(str(target))) as connection:
        assert connection.execute("SELECT name FROM unit_period").fetchall() == [("写到哪里",)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    there = {
        target,
        *target.parents,
        target.parent / "attachments",
        *(Path(f"{target}{s}") for s in ("-wal", "-shm")),
    }
    made = set(shell.folder.rglob("*")) - before - {shell.folder / "a"}
    assert target in made and made <= there
    shell("db", "backup", f"--db={name}", "b?%20#.zip")
    shell("db", "restore", f"--db={name}", "b?%20#.zip", "--yes")
    assert shell.json("db", "check", "--deep", f"--db={name}")["ok"]
    assert shell.json("unit", "list") == []


def test_namesakes_by_percent_signs_are_two_databases(shell: Shell) -> None:
    for folder, unit in (("a b", "甲"), ("a%20b", "乙")):
        shell("--db", f"{folder}/p.db", "init")
        shell("--db", f"{folder}/p.db", "unit", "add", unit, "--kind", "division")
    assert [u["name"] for u in shell.json("--db", "a b/p.db", "unit", "list")] == ["甲"]
    assert [u["name"] for u in shell.json("--db", "sqlite:///a%20b/p.db", "unit", "list")] == ["乙"]
    assert [u["name"] for u in shell.json("--db", f"sqlite:///{shell.folder}/a b/p.db", "unit", "list")] == [
        "甲"
    ]


@pytest.mark.parametrize(
    "address", ["postgresql://host/db", "mysql://x", "http://x/p.db", "sqlite://x", "sqlite:///", "SQLITE://"]
)
def test_other_addresses_are_wrong_usage(shell: Shell, address: str) -> None:
    assert shell.error("--db", address, "unit", "list", code=2)["code"] == "database_url"


def test_a_home_that_nobody_has_is_a_name() -> None:
    assert locate("~", Path("x")) == Path.home()
    assert locate("~nobody-here/p.db", Path("x")) == Path("~nobody-here/p.db").absolute()


@pytest.mark.parametrize("name", ["o?%41#.csv", "o ut.xlsx", "\u202eo.csv", "o\n.csv", "%2e%2e.csv"])
def test_outputs_and_attachments_stand_where_they_were_said(shell: Shell, name: str) -> None:
    shell("unit", "add", "某处", "--kind", "division")
    shell("register", "export", name)
    assert (shell.folder / name).is_file()
    if not set("\u202e\n") & set(name):
        who = ("--role", "liaison", "--unit", "某处", "--title", "民警", "--phone", "8100")
        shell("register", "add", "江若水", *who)
        shell("record", "meeting", "--topics", "计划", "--people", "江若水", "--file", name)
        assert shell.json("db", "check")["attachments"] == 1


@posix
def test_what_is_no_file_is_no_database(shell: Shell) -> None:
    os.mkfifo(shell.folder / "fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
        for place in (".", "/dev/null", "/dev/full", "fifo", "socket"):
            for words in (
                ("unit", "list"),
                ("init",),
                ("db", "restore", "x.zip", "--yes"),
                ("db", "upgrade"),
            ):
                assert shell.error("--db", place, *words, code=5)["code"] == "not_a_file", (place, words)


def test_an_empty_name_is_not_quietly_the_users_own_database(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--db "$X" with X unset; an empty PRESSCTL_DB is none, as everywhere."""
    assert shell.error("--db", "", "unit", "list", code=2)["code"] == "database_url"
    assert shell.error("unit", "list", "--db", "", code=2)["code"] == "database_url"
    monkeypatch.setenv("PRESSCTL_DB", "")
    assert shell.json("db", "path")["path"].endswith("pressctl.db")


def test_a_file_is_no_folder_for_a_database(shell: Shell) -> None:
    (shell.folder / "a.txt").write_text("记事")
    error = shell.error("--db", "a.txt/x/y.db", "init", code=5)
    assert error["code"] == "folder" and "不是文件夹" in error["message"]


@posix
def test_links_lead_to_the_real_file_and_its_attachments(shell: Shell) -> None:
    (shell.folder / "real").mkdir()
    (shell.folder / "link.db").symlink_to("real/x.db")
    shell("--db", "link.db", "init")
    shell("--db", "link.db", "unit", "add", "某处", "--kind", "division")
    told = shell.json("--db", "link.db", "db", "path")
    assert told["attachments"] == str(shell.folder / "real" / "attachments")
    shell("--db", "link.db", "db", "backup", "b.zip")
    kept = shell.json("--db", "link.db", "db", "restore", "b.zip", "--yes")["kept"]
    assert Path(kept).parent == shell.folder / "real" and (shell.folder / "link.db").is_symlink()
    assert {p.name for p in shell.folder.iterdir()} == {"data", "real", "link.db", "b.zip"}
    (shell.folder / "loop").symlink_to("loop")
    assert shell.error("--db", "loop", "init", code=5)["code"] == "not_a_file"


# -- rights ------------------------------------------------------------------------------------------------


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@posix
@pytest.mark.parametrize("rights", [0o755, 0o777, 0o1777, 0o750, 0o711])
def test_the_rights_of_a_folder_that_was_there_stay(shell: Shell, rights: int) -> None:
    shared = shell.folder / "shared"
    shared.mkdir()
    (shared / "letter.txt").write_text("别人的")
    shared.chmod(rights)
    shell("db", "backup", "b.zip")
    for words in (
        ("init",),
        ("init",),
        ("db", "restore", "b.zip", "--yes"),
        ("init", "--policy", "none.toml"),
    ):
        code = 4 if "--policy" in words else 0
        result = shell("--db", "shared/p.db", *words, code=code)
        assert mode(shared) == oct(rights), words
        assert ("不只本人可以进入" in result.stderr) is (code == 0), words
    told = {line["what"]: line for line in shell.json("--db", "shared/p.db", "doctor")}
    assert str(shared) in told["权限"]["found"] and "letter.txt" not in told["权限"]["found"]
    assert mode(shared / "p.db") == "0o600" and mode(shared / "attachments") == "0o700"


@posix
@pytest.mark.parametrize("stands", ["empty", "text", "database"])
def test_what_is_restored_is_its_owners_alone_whatever_stood_there(shell: Shell, stands: str) -> None:
    """What others could read was theirs to read; what comes now was not."""
    shell("unit", "add", "某处", "--kind", "division")
    shell("db", "backup", "b.zip")
    (folder := shell.folder / "shared").mkdir(mode=0o755)
    file = folder / "p.db"
    if stands == "database":
        shell("--db", "shared/p.db", "init")
    else:
        file.write_text("" if stands == "empty" else "记事")
    file.chmod(0o644)
    shell("--db", "shared/p.db", "db", "restore", "b.zip", "--yes")
    assert {mode(p) for p in folder.iterdir() if p.is_file()} == {"0o600"}


@posix
def test_a_database_that_others_may_read_is_not_said_to_be_the_owners_alone(shell: Shell) -> None:
    (folder := shell.folder / "shared").mkdir(mode=0o755)
    shell("--db", "shared/p.db", "init")
    (folder / "p.db").chmod(0o640)
    told = shell.json("--db", "shared/p.db", "init")["warnings"]
    assert f"chmod go-rwx {folder / 'p.db'}" in told[0] and "仅本人可读" not in "".join(told)


@posix
@pytest.mark.parametrize("words", [("init",), ("db", "restore", "b.zip", "--yes")])
def test_a_link_whose_folder_is_gone_makes_none(shell: Shell, words: tuple[str, ...]) -> None:
    """A disk that is not there: a new database in its place would hide beneath it the day it comes back."""
    shell("db", "backup", "b.zip")
    (shell.folder / "link.db").symlink_to(shell.folder / "disk" / "x" / "p.db")
    error = shell.error("--db", "link.db", *words, code=5)
    assert error["code"] == "folder" and "符号链接" in error["message"]
    assert not (shell.folder / "disk").exists()


@posix
def test_refused_commands_change_no_rights_and_leave_nothing(shell: Shell) -> None:
    shared = shell.folder / "shared"
    shared.mkdir(mode=0o755)
    (shared / "p.db").write_bytes(b"another program's" * 100)
    (shell.folder / "bad.zip").write_bytes(b"no zip")
    before = sorted(shell.folder.rglob("*"))
    shell.error("--db", "shared/p.db", "init", code=5)
    shell.error("--db", "shared/p.db", "db", "restore", "bad.zip", "--yes", code=4)
    shell.error("--db", "other/deep/p.db", "db", "restore", "bad.zip", code=4)
    (shell.folder / "bad.toml").write_text("kind = 1")
    shell.error("--db", "other/deep/p.db", "init", "--policy", "bad.toml", code=4)
    assert mode(shared) == "0o755" and set(shell.folder.rglob("*")) - set(before) == {
        shell.folder / "bad.toml"
    }


@posix
def test_linked_attachments_are_used_and_their_rights_left(shell: Shell) -> None:
    store = shell.folder / "big-disk"
    store.mkdir(mode=0o755)
    (shell.folder / "new").mkdir(mode=0o700)
    (shell.folder / "new" / "attachments").symlink_to(store)
    assert (
        "big-disk" in shell("--db", "new/p.db", "init").stderr
        or "attachments" in shell("--db", "new/p.db", "init").stderr
    )
    assert mode(store) == "0o755"
    file = shell.folder / "纪要.txt"
    file.write_text("纪要")
    kept = Attachments(shell.folder / "new" / "attachments").keep(file)
    assert (store / kept.sha256[:2] / kept.sha256).is_file() and mode(store / kept.sha256[:2]) == "0o700"
    error = shell.error("--db", "new/p.db", "db", "clean", code=5)
    assert error["code"] == "shared_attachments" and (store / kept.sha256[:2] / kept.sha256).is_file()
    assert "没有删除" in error["message"]
    looked = shell.json("--db", "new/p.db", "db", "check")["orphans_unknown"]
    assert "符号链接" in looked and "删除" not in looked, "whoever only looks removes nothing anyway"


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there yet"])
@pytest.mark.parametrize(
    "words",
    [
        ("db", "backup", "data/attachments"),
        ("db", "backup", "data/attachments/"),
        ("db", "backup", "data/attachments/b.zip"),
        ("register", "export", "data/attachments/ab/名册.csv"),
        ("calendar", "show", "2026", "--ics", "data/attachments/日历.ics"),
        ("rules", "new", "data/attachments/law"),
        ("demo", "--dir", "data/attachments/demo"),
        ("register", "export", "link/名册.csv"),
        ("db", "backup", "data/../data/attachments/b.zip"),
    ],
    ids=" ".join,
)
def test_nothing_is_written_in_the_place_of_the_attachments(
    shell: Shell, there: bool, words: tuple[str, ...]
) -> None:
    shell("unit", "add", "某处", "--kind", "division")
    place = shell.folder / "data" / "attachments"
    (place / "ab").mkdir() if there else place.rmdir()
    (shell.folder / "link").symlink_to(place)
    assert shell.error(*words, code=2)["code"] == "holds_data"
    assert not any(p.is_file() for p in (shell.folder / "data").rglob("attachments/**/*"))
    assert place.exists() == there
    (shell.folder / "elsewhere" / "attachments").mkdir(parents=True)
    with sqlite3.connect(shell.folder / "elsewhere" / "others.db") as others:
        others.execute("CREATE TABLE t (x)")
    shell("db", "backup", "elsewhere/attachments")
    shell("db", "backup", "data/attachments/../b.zip" if there else "data/b.zip")


@posix
def test_a_name_that_leaves_no_room_for_a_log_is_refused(shell: Shell) -> None:
    """255 bytes are the most; -journal takes eight of them."""
    shell("--db", "n" * 247, "init")
    shell("--db", "n" * 247, "unit", "list")
    for words in (("init",), ("db", "restore", "b.zip")):
        (shell.folder / "b.zip").touch()
        assert shell.error("--db", "n" * 248, *words, code=5)["code"] == "name_too_long"
    assert not (shell.folder / ("n" * 248)).exists()


@posix
def test_every_folder_that_is_made_is_the_owners_alone(shell: Shell) -> None:
    old = os.umask(0)
    try:
        shell("--db", "a/b/c/p.db", "init")
    finally:
        os.umask(old)
    assert {mode(shell.folder / part) for part in ("a", "a/b", "a/b/c", "a/b/c/attachments")} == {"0o700"}


# -- where nothing can be written --------------------------------------------------------------------------


def ordinary() -> None:
    """In a child: what root may read and write beyond its rights is given up, so that rights mean something."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                raise OSError(ctypes.get_errno(), "prctl")


def all_of(commands: tuple[tuple[str, ...], ...], folder: Path) -> list[tuple[list[str], int, str]]:
    """(words, exit code, stderr) of each, one after the other in one ordinary process."""
    code = (
        "import json, sys\n"
        "from typer.testing import CliRunner\n"
        "from pressctl.cli.app import app\n"
        "for words in json.loads(sys.argv[1]):\n"
        "    ended = CliRunner().invoke(app, words)\n"
        "    print(json.dumps([words, ended.exit_code, ended.stderr]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)],
        cwd=folder, preexec_fn=ordinary, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return [json.loads(line) for line in ended.stdout.splitlines()]


READS: tuple[tuple[str, ...], ...] = (
    ("unit", "list"), ("register", "list"), ("plan", "list"), ("check",), ("due",), ("approve",), ("log", "verify"), ("log", "list"),
    ("db", "check", "--deep"), ("db", "path"), ("doctor",), ("calendar", "is", "2026-01-05"), ("calendar", "show", "2026"),
    ("report", "annual", "2026"), ("report", "annual", "2026", "-o", "../out/r.docx"), ("register", "export", "../out/r.csv"),
    ("db", "backup", "../out/b.zip"), ("db", "clean", "--dry-run"), ("init",), ("record", "list"),
)  # fmt: skip
WRITES: tuple[tuple[str, ...], ...] = (
    ("unit", "add", "新处", "--kind", "division"), ("undo",), ("db", "clean"), ("db", "restore", "../out/b.zip", "--yes"),
    ("register", "freeze", "2026"),
)  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="放弃 root 的特权要用 Linux 的 prctl")
@pytest.mark.parametrize(
    "rights", [(0o500, 0o400), (0o500, 0o600), (0o700, 0o400)], ids=["both", "folder", "file"]
)
def test_reading_works_where_nothing_can_be_written(shell: Shell, rights: tuple[int, int]) -> None:
    shell("unit", "add", "某处", "--kind", "division")
    folder, file = shell.folder / "data", shell.folder / "data" / "p.db"
    (shell.folder / "out").mkdir(mode=0o700)
    before = sorted(p.name for p in folder.iterdir())
    file.chmod(rights[1])
    folder.chmod(rights[0])
    try:
        for words, code, stderr in all_of(READS, folder):
            assert code == (1 if words == ["check"] else 0), (words, stderr)
        assert (shell.folder / "out" / "b.zip").exists()
        for words, code, stderr in all_of(WRITES, folder):
            assert code == 5 and "Traceback" not in stderr, (words, stderr)
            assert "只读" in stderr or "没有权限" in stderr, (words, stderr)
    finally:
        folder.chmod(0o700)
        file.chmod(0o600)
    assert sorted(p.name for p in folder.iterdir() if not p.name.endswith(("-wal", "-shm"))) == before
    assert shell.json("unit", "list")[0]["name"] == "某处" and len(shell.json("unit", "list")) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="放弃 root 的特权要用 Linux 的 prctl")
def test_a_neighbour_that_cannot_be_read_is_not_taken_for_none(shell: Shell) -> None:
    """It may refer to what is to be cleaned away. A short note that others may not read is no database."""
    folder = shell.folder / "data"
    orphan = Attachments(folder / "attachments").keep(_file(shell.folder / "a.txt"))
    (note := _file(folder / "随手记.txt")).chmod(0)
    shell("--db", str(folder / "second.db"), "init")
    (folder / "second.db").chmod(0)
    clean = (("db", "clean", "--dry-run", "--json"),)
    ((_, code, stderr),) = all_of(clean, folder)
    assert code == 5 and str(folder / "second.db") in json.loads(stderr)["error"]["message"]
    (folder / "second.db").unlink()
    ((_, code, _),) = all_of(clean, folder)
    assert code == 0 and note.exists()
    assert shell.json("db", "clean")["removed"] == [orphan.sha256]


def _file(path: Path) -> Path:
    path.write_text("内容", encoding="utf-8")
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="放弃 root 的特权要用 Linux 的 prctl")
def test_what_stands_in_the_log_alone_is_not_silently_left_out(shell: Shell) -> None:
    """A copy with its -wal in a place where no -shm can be made: one sentence says what to do."""
    folder = shell.folder / "copy"
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(shell.folder / "data" / "p.db")) as connection:
        connection.execute("SELECT 1 FROM unit").fetchall()  # as long as it is open, the log stays
        shell("unit", "add", "只在日志中", "--kind", "division")
        for suffix in ("", "-wal"):
            (folder / f"p.db{suffix}").write_bytes((shell.folder / "data" / f"p.db{suffix}").read_bytes())
    assert (folder / "p.db-wal").stat().st_size
    folder.chmod(0o500)
    try:
        ended = run("--db", "copy/p.db", "unit", "list", "--json", folder=shell.folder, preexec=ordinary)
    finally:
        folder.chmod(0o700)
    assert ended.returncode == 5 and ended.stdout == ""
    assert json.loads(ended.stderr)["error"]["code"] == "log_unread"
    assert "只在日志中" in run("--db", "copy/p.db", "unit", "list", folder=shell.folder).stdout


@posix
def test_what_changes_while_it_is_read_as_it_lies_is_said(
    small_bureau: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pressctl.storage import connection, sqlite

    with closing(sqlite3.connect(small_bureau.path)) as own:
        own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    monkeypatch.setattr(sqlite, "connect", lambda path, **_more: connection.as_it_lies(path))
    with small_bureau.reading() as repository:
        assert len(repository.units()) == 3
    with pytest.raises(DatabaseError) as caught, small_bureau.reading() as repository:
        os.utime(small_bureau.path, (1, 1))
        repository.units()
    assert caught.value.code == "changed_meanwhile"


@pytest.mark.skipif(sys.platform != "linux", reason="放弃 root 的特权要用 Linux 的 prctl")
def test_a_place_that_cannot_be_entered_is_said(shell: Shell) -> None:
    (shell.folder / "data").chmod(0)
    try:
        for words in (("unit", "list"), ("init",), ("db", "path"), ("--db", "data/new/p.db", "init")):
            ended = run(*words, folder=shell.folder, preexec=ordinary)
            assert ended.returncode == 5 and "没有权限" in ended.stderr, (words, ended.stderr)
    finally:
        (shell.folder / "data").chmod(0o700)


# -- left lying about --------------------------------------------------------------------------------------


def killed_over(folder: Path, *words: str) -> None:
    """Run a command that is killed when it first gives a file its name."""
    code = (
        "import os, signal, sys\n"
        "def fatal(*_args, **_more):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.replace = os.rename = os.link = fatal\n"
        "from pressctl.cli.app import run\n"
        f"sys.argv = ['pressctl', *{list(words)!r}]\n"
        "run()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob(".*"))


@posix
@pytest.mark.parametrize(
    "words",
    [
        ("--db", "new/p.db", "init"),
        ("register", "export", "out.csv"),
        ("register", "template", "out.xlsx"),
        ("form", "blank", "liaison", "-o", "out.docx"),
        ("report", "annual", "2026", "-o", "out.html"),
        ("db", "backup", "out.zip"),
        ("db", "restore", "b.zip", "--yes"),
        ("record", "meeting", "--topics", "计划", "--people", "江若水", "--file", "b.zip"),
    ],
    ids=lambda words: "-".join(w for w in words if w.isalpha()),
)
def test_what_a_killed_command_left_goes_with_the_next_run(shell: Shell, words: tuple[str, ...]) -> None:
    shell("unit", "add", "某处", "--kind", "division")
    shell(
        "register",
        "add",
        "江若水",
        *("--role", "liaison", "--unit", "某处", "--title", "民警", "--phone", "8100"),
    )
    shell("db", "backup", "b.zip")
    killed_over(shell.folder, *words)
    assert left(shell.folder), "it was killed before it had begun to write"
    shell(*words)
    assert left(shell.folder) == []


@posix
def test_the_doctor_and_clean_remove_what_was_left_and_only_that(shell: Shell) -> None:
    data = shell.folder / "data"
    shell("db", "backup", "b.zip")
    killed_over(shell.folder, "db", "restore", "b.zip", "--yes")
    old = [data / ".p.db.0123456789ab.tmp", data / ".p.db.0123456789ab.tmp-wal", data / ".0123456789ab.tmp"]
    old += [data / "attachments" / ".0123456789abcdef.tmp", data / ".work-abcd_123"]
    for path in old[:-1]:
        path.touch()
    old[-1].mkdir()
    (old[-1] / "pressctl.db").touch()
    mine = [data / ".work-mine", data / ".letter.tmp"]
    mine[0].mkdir()
    (mine[0] / "novel.txt").touch()
    mine[1].touch()
    with durable.workshop(data) as busy:
        assert [p for p in old if p.exists() and p.parent == data] == [], "swept by the next who works there"
        for path in old[:-1]:
            path.touch()
        lines = [line for line in shell.json("doctor") if line["what"] == "残留文件"]
        assert (
            busy.exists() and not any(path.exists() for path in old) and all(path.exists() for path in mine)
        )
        assert old[0].name in lines[0]["found"] and "已经删去" in lines[0]["next"]
        assert ".letter.tmp" in lines[1]["found"] and ".work-mine" in lines[1]["found"]
        old[0].touch()
        assert shell.json("db", "clean")["leftovers"] == [old[0].name]
    assert not busy.exists()


def test_two_who_work_in_one_place_leave_each_other_alone(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(60):
                with durable.workshop(tmp_path) as folder:
                    (folder / "0").write_text("x")
                    time.sleep(0.0005)
                    assert (folder / "0").read_text() == "x"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and list(tmp_path.iterdir()) == []


# -- outputs -----------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("how", ["longer", "shorter", "other"])
def test_an_attachment_that_changes_while_it_is_read_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Half of the old and half of the new is a paper that nobody wrote."""
    source = tmp_path / "通稿.docx"
    source.write_bytes(b"a" * 3_000_000)

    class Slow:
        def __init__(self, writer: Any) -> None:
            self.writer, self.first = writer, True

        def __call__(self, chunk: bytes) -> int:
            if self.first:
                self.first = False
                time.sleep(0.02)  # past the clock's grain
                match how:
                    case "longer":
                        source.write_bytes(b"a" * 3_000_001)
                    case "shorter":
                        source.write_bytes(b"a" * 2_000_000)
                    case _:
                        with source.open("r+b") as file:
                            file.seek(2_500_000)
                            file.write(b"b")
            return int(self.writer(chunk))

    from pressctl.storage import attachments

    read = attachments._read
    monkeypatch.setattr(attachments, "_read", lambda source, write: read(source, Slow(write)))
    store = Attachments(tmp_path / "attachments")
    with pytest.raises(BadData) as caught:
        store.keep(source)
    assert caught.value.code == "attachment_changed"
    assert store.stored() == set() and not store.folder.exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_devices_pipes_and_sockets_are_never_written_over(shell: Shell, force: tuple[str, ...]) -> None:
    os.mkfifo(shell.folder / "out.csv")
    os.mkfifo(shell.folder / "out.docx")
    os.mkfifo(shell.folder / "out.zip")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("out.html")
        for words in (
            ("register", "export", "out.csv"), ("form", "blank", "liaison", "-o", "out.docx"), ("db", "backup", "out.zip"),
            ("report", "annual", "2026", "-o", "out.html"), ("plan", "export", "out.csv"),
        ):  # fmt: skip
            assert shell.error(*words, *force, code=2)["code"] == "not_a_file", words
    kinds = [
        stat.S_ISREG((shell.folder / f"out.{e}").lstat().st_mode) for e in ("csv", "docx", "zip", "html")
    ]
    assert kinds == [False] * 4
    os.mknod(
        shell.folder / "device.csv", 0o600 | stat.S_IFCHR, os.makedev(1, 3)
    ) if os.geteuid() == 0 else None
    if (shell.folder / "device.csv").exists():
        shell.error("register", "export", "device.csv", *force, code=2)
        assert stat.S_ISCHR((shell.folder / "device.csv").stat().st_mode)


@posix
def test_a_pipe_is_no_source_either(shell: Shell) -> None:
    """It may never speak, and a device may never end; read under the lock it would keep every desk waiting."""
    for ending in ("csv", "txt", "toml", "docx", "zip"):
        os.mkfifo(shell.folder / f"in.{ending}")
    for words in (
        ("register", "import", "in.csv"), ("unit", "import", "in.csv"), ("plan", "import", "in.csv"),
        ("calendar", "import", "in.txt", "--yes"), ("calendar", "import", "in.csv", "--yes"),
        ("calendar", "import", "/dev/zero", "--yes"), ("init", "--policy", "in.toml"), ("check", "--policy", "in.toml"),
        ("check", "--policy", "/dev/zero"), ("db", "restore", "in.zip", "--yes"),
        ("form", "blank", "liaison", "--template", "in.docx", "-o", "out.docx"),
        ("form", "blank", "liaison", "--template", "/dev/zero", "-o", "out.docx"),
    ):  # fmt: skip
        ended = run(*words, "--json", folder=shell.folder)
        assert ended.returncode == 4 and "不是普通文件" in ended.stderr, (words, ended)
    shell("unit", "add", "某处", "--kind", "division")
    error = shell.error("record", "meeting", "--topics", "x", "--people", "1", "--file", "in.csv", code=4)
    assert error["code"] == "no_attachment"


@posix
def test_a_pipe_in_place_of_an_output_is_not_read_either(shell: Shell) -> None:
    """What may be carried on from an older file is looked into first: a calendar, the rows left out of an import."""
    shell("unit", "add", "某处", "--kind", "division")
    for name in ("out.ics", "in.csv.rejected.csv"):
        os.mkfifo(shell.folder / name)
    (shell.folder / "in.csv").write_text(
        "单位,类别,姓名,职务,手机\n没有的,联络员,某甲,民警,1\n", encoding="utf-8"
    )
    for words in (
        ("due", "--ics", "out.ics", "--force"), ("calendar", "show", "2026", "--ics", "out.ics", "--force"),
        ("register", "import", "in.csv", "--skip-bad"),
    ):  # fmt: skip
        ended = run(*words, "--json", folder=shell.folder)
        assert ended.returncode == 2 and "不是普通文件" in ended.stderr, (words, ended)
    assert stat.S_ISFIFO((shell.folder / "out.ics").stat().st_mode)


@pytest.mark.parametrize("force", [True, False])
def test_a_file_open_in_word_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    """Windows refuses to replace an open file with EACCES, as if a right were lacking."""
    target = tmp_path / "表.docx"
    target.write_bytes(b"old") if force else None

    def shared(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(target))

    monkeypatch.setattr(os, "replace", shared)
    with pytest.raises(BadData) as caught:
        write_new(target, b"new", force=force)
    assert ("Word、WPS、Excel" in caught.value.message) is force
    assert ("没有权限" in caught.value.message) is not force
    if force:
        with pytest.raises(BadData, match="Word"):
            write_batch([(target, lambda: b"new")], force=True)
        assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == (["表.docx"] if force else [])


def test_windows_names_a_sharing_violation() -> None:
    error = PermissionError(errno.EACCES, "in use")
    assert reason(error) == "没有权限"
    error.winerror = 32  # type: ignore[attr-defined]
    assert reason(error) == "正被其他程序占用"


@pytest.mark.parametrize("place", [".", "..", "/", "folder", "folder/"])
def test_a_folder_is_no_place_for_a_file(shell: Shell, place: str) -> None:
    (shell.folder / "folder").mkdir()
    for words in (
        ("form", "approval", "2026-001", "-o"), ("form", "liaison", "1", "-o"), ("form", "liaison", "--all", "--zip"),
        ("form", "liaison", "--all", "--merge"), ("register", "template"), ("calendar", "show", "2026", "--ics"),
    ):  # fmt: skip
        assert shell.error(*words, place, code=2)["next"], words
    assert list((shell.folder / "folder").iterdir()) == []


def test_an_output_that_fails_midway_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_file(tmp_path / "a.csv") as file:
        file.write(b"half")
        raise RuntimeError
    with pytest.raises(UsageError):
        write_new(tmp_path / "no" / "a.csv", b"")
    assert list(tmp_path.iterdir()) == []


# -- attachments and the lock ------------------------------------------------------------------------------


def test_a_slow_source_keeps_nobody_waiting(small_bureau: Database, tmp_path: Path) -> None:
    source = type(tmp_path)(tmp_path / "慢.txt")
    source.write_text("稿")
    real = type(source).open
    reading = threading.Event()

    def slow(self: Path, *args: Any, **more: Any) -> Any:
        if self == source:
            reading.set()
            time.sleep(1.5)
        return real(self, *args, **more)

    desk = Desk(small_bureau.path, "甲", TODAY, lambda: NOW)
    from pressctl.core.record_kinds import SHAPES
    from pressctl.usecases import records

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(source), "open", slow)
        details = {"topics": "计划", "people": ["林知远"]}
        thread = threading.Thread(
            target=lambda: records.record(desk, SHAPES["meeting"], None, details, file=source)
        )
        thread.start()
        assert reading.wait(10)
        began = time.monotonic()
        with small_bureau.writing("x", actor="b", day=TODAY, at=NOW) as repository:
            repository.note("office", "别的桌子")
        waited = time.monotonic() - began
        thread.join()
    assert waited < 1
    with small_bureau.reading() as repository:
        assert [e["action"] for e in repository.log_entries()][-2:] == ["x", "record.meeting"]


# -- clocks ------------------------------------------------------------------------------------------------


@pytest.fixture(params=["1970-01-02", "1979-12-30", "1980-01-02", "1999-06-01", "2107-12-30", "2201-01-01", "2250-01-01"])  # fmt: skip
def wrong_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A machine whose battery is empty, or whose year somebody mistyped."""
    now = datetime.fromisoformat(f"{request.param}T08:00+00:00")
    monkeypatch.setattr(time, "time", now.timestamp)
    monkeypatch.setattr(time, "localtime", lambda at=None: time.gmtime(now.timestamp() if at is None else at))
    return now


@pytest.mark.usefixtures("wrong_clock")
def test_tables_are_written_and_read_whatever_the_clock_says(shell: Shell) -> None:
    """The dates of a ZIP file begin in 1980 and end in 2107; a register is needed in any year."""
    Bureau(shell)
    for words in (
        ("register", "export", "r.xlsx"),
        ("plan", "export", "p.xlsx"),
        ("register", "template", "t.xlsx"),
    ):
        shell(*words)
        with zipfile.ZipFile(shell.folder / words[-1]) as package:
            assert package.testzip() is None
    assert shell.json("register", "import", "r.xlsx")["unchanged"] == 11


def test_what_a_wrong_clock_backed_up_is_restored(
    small_bureau: Database, tmp_path: Path, wrong_clock: datetime
) -> None:
    """A backup that says it was made and cannot be restored is worse than none."""
    before = _rows(small_bureau)
    backup.write(small_bureau, tmp_path / "b.zip", at=wrong_clock)
    again = Database(tmp_path / "again" / "p.db")
    assert restored(again, tmp_path / "b.zip", at=wrong_clock).backup.made_at.startswith(
        str(wrong_clock.year)
    )
    assert _rows(again) == before


def _rows(database: Database) -> list[Any]:
    with closing(sqlite3.connect(database.path)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("unit", "person", "appointment")
        ]


# -- links and names that lead nowhere ---------------------------------------------------------------------


@posix
@pytest.mark.parametrize("source", ["loop", "loop/b.zip", "长" * 200, "file/b.zip"])
def test_a_source_that_cannot_be_reached_is_not_laid_to_the_database(shell: Shell, source: str) -> None:
    (shell.folder / "loop").symlink_to("loop")
    (shell.folder / "file").touch()
    error = shell.error("db", "restore", source, "--yes", code=4)
    assert error["code"] == "no_file" and source in error["message"] and "p.db" not in error["message"]


def test_a_backup_on_a_failing_disk_is_not_laid_to_the_database(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("db", "backup", "b.zip")
    real = zipfile.ZipExtFile.read

    def failing(self: Any, *size: int) -> bytes:
        if self.name == "pressctl.db":
            raise OSError(errno.EIO, "I/O error")
        return real(self, *size)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", failing)
    error = shell.error("db", "restore", "b.zip", "--yes", code=4)
    assert error["message"].startswith("文件 b.zip 无法读取：磁盘读写出错") and error["code"] == "no_file"


@posix
def test_a_link_in_a_circle_is_no_database(shell: Shell) -> None:
    (shell.folder / "circle.db").symlink_to("circle.db")
    shell("db", "backup", "b.zip")
    for words in (
        ("init",),
        ("unit", "list"),
        ("db", "restore", "b.zip", "--yes"),
        ("unit", "add", "某处", "--kind", "division"),
    ):
        error = shell.error("--db", "circle.db", *words, code=5)
        assert error["code"] == "not_a_file" and "符号链接" in error["message"], (words, error)


def test_attachments_that_cannot_be_kept_are_told_by_their_own_names(shell: Shell) -> None:
    stored = Path(__file__).parent / "data" / "databases" / f"{HEAD}.zip"
    (shell.folder / "elsewhere").mkdir()
    (shell.folder / "elsewhere" / "attachments").write_text("不是目录", encoding="utf-8")
    error = shell.error("--db", "elsewhere/p.db", "db", "restore", str(stored), "--yes", code=5)
    assert "attachments" in error["message"] and "p.db" not in error["message"], error


@posix
def test_a_demonstration_is_not_played_through_a_link(shell: Shell) -> None:
    (shell.folder / "there").mkdir()
    (shell.folder / "link").symlink_to("there")
    for place in ("link", "link/"):
        assert shell.error("demo", "--dir", place, "--force", code=2)["code"] == "symlink"
    assert list((shell.folder / "there").iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_disk_that_fails_without_saying_where_is_no_bug(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A file that was opened is written to later; what the system says then names no file."""

    def full(*_: object, **__: object) -> int:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "write_text", full)
    error = shell.error("demo", "--dir", "here", code=4)
    assert error["code"] == "file_refused" and reason(OSError(number, "")) in error["message"]
