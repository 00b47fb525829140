"""Nobody in who shouldn't be: modes, links, overwriting, bombs, masks, forgetting, and what the doctor says of it."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pressctl import durable
from pressctl.cli import app as root
from pressctl.storage.database import Database
from pressctl.storage.repository import Repository
from pressctl.usecases.upkeep import network_share
from tests.conftest import Shell

STORED = Path(__file__).parent / "data" / "databases"
HEAD = max(STORED.glob("*.zip"))
PRIVATE = ("13900000007", "yu@example.cn", "10001", "二〇一〇年从警", "1985-11")
"""What the stored databases hold of 喻联."""
OUTPUTS = (
    *(("register", "export", f"out.{ending}") for ending in ("csv", "xlsx")),
    ("register", "template", "out.xlsx"),
    *(("plan", "export", f"out.{ending}") for ending in ("csv", "xlsx", "ics")),
    ("form", "approval", "2026-001", "-o", "out.docx"),
    ("form", "blank", "approval", "-o", "out.docx"),
    ("form", "liaison", "喻联", "-o", "out.docx"),
    *(("report", "annual", "2026", "-o", f"out.{ending}") for ending in ("docx", "xlsx", "html", "csv", "json")),
    ("report", "roster", "-o", "out.docx"),
    ("due", "--ics", "out.ics"),
    ("calendar", "show", "2026", "--ics", "out.ics"),
    ("db", "backup", "out.zip"),
)  # fmt: skip
"""Every command that writes a file where it is told."""


@pytest.fixture
def stored(shell: Shell) -> Shell:
    """The stored bureau at this program's revision."""
    shell("db", "restore", str(HEAD), "--yes")
    shell.today("2026-10-20")
    return shell


def _written(words: tuple[str, ...]) -> str:
    return next(word for word in words if word.startswith("out."))


# -- modes, links, overwriting -------------------------------------------------------------------------


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="权限位只在 POSIX 上有意义")
def test_whatever_is_written_is_its_owners_alone(stored: Shell, umask: int) -> None:
    for number, words in enumerate(OUTPUTS):
        stored(*(f"{number}-{w}" if w == _written(words) else w for w in words))
    (stored.folder / "bad.csv").write_text(
        "单位,类别,姓名,职务,手机\n无此单位,联络员,某甲,民警,1\n", encoding="utf-8"
    )
    stored("register", "import", "bad.csv", "--skip-bad")
    (stored.folder / "minutes.txt").write_text("纪要", encoding="utf-8")
    stored("record", "meeting", "--topics", "计划", "--people", "周主任", "--file", "minutes.txt")
    stored("--db", "new/deep/p.db", "init")
    stored("--db", "new/deep/p.db", "db", "restore", str(STORED / "0001.zip"), "--yes")
    stored("--db", "new/deep/p.db", "db", "upgrade")
    inputs = {stored.folder, stored.folder / "bad.csv", stored.folder / "minutes.txt"}
    found = [p for p in stored.folder.rglob("*") if p not in inputs]
    assert len(found) > len(OUTPUTS) + 10
    assert {oct(stat.S_IMODE(p.stat().st_mode)) for p in found if p.is_dir()} == {"0o700"}
    modes = {p: stat.S_IMODE(p.stat().st_mode) for p in found if p.is_file()}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o177} == {}
    ours = {path: mode for path, mode in modes.items() if path.name.startswith("p.db")}
    assert len(ours) > 3 and set(ours.values()) == {0o600}, "the program must be able to read it again"


@pytest.mark.parametrize("words", OUTPUTS, ids=lambda w: "-".join(w[:2]) + _written(w)[3:])
def test_nothing_is_overwritten_and_no_link_followed(stored: Shell, words: tuple[str, ...]) -> None:
    target, victim = stored.folder / _written(words), stored.folder / "victim"
    target.write_text("旧", encoding="utf-8")
    assert stored.error(*words, code=2)["code"] == "file_exists"
    assert target.read_text(encoding="utf-8") == "旧"
    victim.write_text("旧", encoding="utf-8")
    for pointed in (victim, stored.folder / "nowhere"):
        target.unlink()
        target.symlink_to(pointed)
        for more in ((), ("--force",)):
            stored.error(*words, *more, code=2)
    assert victim.read_text(encoding="utf-8") == "旧" and not (stored.folder / "nowhere").exists()
    target.unlink()
    target.write_text("旧", encoding="utf-8")
    stored(*words, "--force")
    assert target.read_bytes() != "旧".encode()


def test_names_from_data_stay_in_the_chosen_folder(stored: Shell) -> None:
    stored(
        "register",
        "add",
        "../../爬出",
        "--role",
        "liaison",
        "--unit",
        "天宁分局",
        "--title",
        "民警",
        "--phone",
        "8100",
    )
    stored("form", "liaison", "--all", "--out", "forms")
    assert any("爬出" in p.name for p in (stored.folder / "forms").iterdir())
    assert not list(stored.folder.parent.glob("*爬出*"))


# -- files from elsewhere ------------------------------------------------------------------------------

_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def _packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return stream.getvalue()


def _with_entity(data: bytes, head: str, entity: str) -> bytes:
    """A package each of whose XML parts declares entities and uses one."""
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {}
    for name in source.namelist():
        part = source.read(name)
        if name.endswith(("document.xml", "workbook.xml", "sharedStrings.xml", "sheet1.xml")):
            body = (
                part.decode("utf-8").partition("?>")[2] if part.startswith(b"<?xml") else part.decode("utf-8")
            )
            part = (head + body.replace("</", f"&{entity};</", 1)).encode("utf-8")
        parts[name] = part
    return _packed(parts)


@pytest.mark.parametrize(("head", "entity"), [(_LAUGHS, "i"), (_OUTSIDE, "a")], ids=["laughs", "outside"])
def test_entities_are_never_opened(stored: Shell, head: str, entity: str) -> None:
    stored("register", "template", "t.xlsx")
    stored("form", "blank", "approval", "-o", "t.docx")
    for name, words in (
        ("t.xlsx", ("register", "import", "evil.xlsx")),
        ("t.docx", ("form", "approval", "2026-001", "-o", "o.docx", "--template", "evil.docx")),
    ):
        evil = _with_entity((stored.folder / name).read_bytes(), head, entity)
        (stored.folder / f"evil{name[1:]}").write_bytes(evil)
        stored.error(*words, code=4)
    assert not (stored.folder / "o.docx").exists()


def _manifest(**changes: Any) -> bytes:
    with zipfile.ZipFile(HEAD) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    return json.dumps({k: v for k, v in (manifest | changes).items() if v is not ...}).encode()


def _database() -> bytes:
    with zipfile.ZipFile(HEAD) as archive:
        return archive.read("pressctl.db")


_WITHOUT_FILES: dict[str, Any] = {"attachments": []}
BACKUPS: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: _packed({"manifest.json": _manifest(**_WITHOUT_FILES), "pressctl.db": bytes(300 << 20)}),
    "a huge manifest": lambda: _packed({"manifest.json": b"[" * (40 << 20), "pressctl.db": _database()}),
    "a deep manifest": lambda: _packed({"manifest.json": b"[" * 200_000, "pressctl.db": _database()}),
    "no manifest": lambda: _packed({"pressctl.db": _database()}),
    "a name that climbs": lambda: _packed(
        {"manifest.json": _manifest(attachments=["../../x"]), "pressctl.db": _database(), "attachments/../../../x": b"x"}
    ),
    "no list of attachments": lambda: _packed({"manifest.json": _manifest(attachments=...), "pressctl.db": _database()}),
    "no head": lambda: _packed({"manifest.json": _manifest(log_head=..., **_WITHOUT_FILES), "pressctl.db": _database()}),
    "numbers for hashes": lambda: _packed({"manifest.json": _manifest(attachments=[1]), "pressctl.db": _database()}),
    "another database": lambda: _packed({"manifest.json": _manifest(**_WITHOUT_FILES), "pressctl.db": b"SQLite"}),
    "text": lambda: "这不是备份".encode(),
    "nothing": lambda: b"",
}  # fmt: skip


@pytest.mark.parametrize("kind", BACKUPS)
def test_a_hostile_backup_is_refused_and_changes_nothing(stored: Shell, kind: str) -> None:
    (stored.folder / "evil.zip").write_bytes(BACKUPS[kind]())
    before = {p: p.stat().st_size for p in stored.folder.rglob("*")}
    assert stored.error("db", "restore", "evil.zip", "--yes", code=4)["code"] == "bad_backup"
    assert {p: p.stat().st_size for p in stored.folder.rglob("*")} == before


# -- personal data -------------------------------------------------------------------------------------


def test_particulars_are_masked_unless_asked_for(stored: Shell) -> None:
    for words in (("register", "list", "--all"), ("register", "show", "喻联"), ("log", "list", "喻联")):
        masked, full = stored(*words).stdout, stored(*words, "--full").stdout
        assert [p for p in PRIVATE if p in masked] == [], words
        assert "13900000007" in full, words


def test_the_forgotten_leave_no_trace_in_the_database(stored: Shell) -> None:
    path = stored.folder / "data" / "p.db"
    assert all(p.encode() in path.read_bytes() for p in PRIVATE)
    head = stored.json("log", "verify")["head"]
    stored("register", "change", "喻联", "--email", "second@example.cn")
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    stored("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    for file in path.parent.glob("p.db*"):
        if "before" not in file.name:
            held = file.read_bytes()
            assert [p for p in (*PRIVATE, "second@example.cn") if p.encode() in held] == [], file.name
    shown = stored("log", "list", "喻联", "--full").stdout
    assert "（已清除）" in shown and "退休" in shown and "喻联" in shown
    assert stored.json("register", "show", "喻联")["appointments"][0]["role"] == "liaison"
    assert stored.json("log", "verify", "--head", head)["ok"], "the chain is as it was printed"
    assert stored.json("db", "check", "--deep")["ok"]
    stored.error("undo", code=3)


def _gone(shell: Shell) -> list[str]:
    """Which of the words the database's own files still hold."""
    files = [f for f in (shell.folder / "data").glob("p.db*") if "before" not in f.name]
    return [word for word in PRIVATE for file in files if word.encode() in file.read_bytes()]


def test_forgetting_says_where_the_same_words_still_stand(stored: Shell) -> None:
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    (stored.folder / "喻联13900000007.txt").write_text("纪要", encoding="utf-8")
    meeting = ("record", "meeting", "--people", "周主任", "--file", "喻联13900000007.txt")
    stored("record", "meeting", "--topics", "联系 13900000007", "--people", "周主任")
    number = stored.json(*meeting, "--topics", "计划")["id"]
    stored("db", "backup", "b.zip")
    kept = stored.json("db", "restore", "b.zip", "--yes")["kept"]
    done = stored.json("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    assert f"记录 {number}" in done["remains"] and f"另存的旧库 {kept}" in done["remains"]
    assert any(where.startswith("日志第") for where in done["remains"])
    assert _gone(stored) == ["13900000007"], "the rest is nowhere any more"
    again = stored("register", "forget", "喻联", "--reason", "再看一次", "--yes")
    assert "已查不到" not in again.stdout, (
        "nobody knows any more what to look for, and a meeting still tells it"
    )
    assert "此前已清除" in again.stdout
    forgot = [e for e in stored.json("log", "list") if e["action"] == "register.forget"]
    assert len(forgot) == 1, "and nothing was written a second time"


def test_forgetting_waits_for_those_who_read_and_says_what_it_could_not_do(
    stored: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader keeps the pages from before alive: it is said, not called done, and the next run does it."""
    known = Database.__init__.__kwdefaults__
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {**(known or {}), "wait_seconds": 0.3})
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    with closing(sqlite3.connect(stored.folder / "data" / "p.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        error = stored.error("register", "forget", "喻联", "--reason", "离任已久", "--yes", code=5)
    assert (
        error["code"] == "not_erased" and "已经清除并写入" in error["message"] and "再运行" in error["next"]
    )
    assert stored.json("register", "show", "喻联")["mobile"] is None
    stored("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    assert _gone(stored) == []


def test_a_remark_of_the_post_is_one_of_the_places(stored: Shell) -> None:
    """What an office wrote there is its own to judge, so it is named, whoever's post it is."""
    row = "单位,类别,姓名,职务,办公室电话,任职日期,备注\n天宁分局,联络员,甲某人,民警,8123,2026-01-05,找不到人时打13900000007\n"
    (stored.folder / "甲.csv").write_text(row, encoding="utf-8")
    stored("register", "import", "甲.csv")
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休，手机13900000007已停用")
    done = stored.json("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    assert sum(where.startswith("任职登记 ") for where in done["remains"]) == 2


def test_where_the_words_still_stand_is_said_though_a_reader_kept_the_pages(
    stored: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run no longer knows what to look for: said now, or never."""
    known = Database.__init__.__kwdefaults__
    monkeypatch.setattr(Database.__init__, "__kwdefaults__", {**(known or {}), "wait_seconds": 0.3})
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    number = stored.json("record", "meeting", "--people", "周主任", "--topics", "联系 13900000007")["id"]
    stored("db", "backup", "b.zip")
    kept = stored.json("db", "restore", "b.zip", "--yes")["kept"]
    with closing(sqlite3.connect(stored.folder / "data" / "p.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        error = stored.error("register", "forget", "喻联", "--reason", "离任已久", "--yes", code=5)
    assert {f"记录 {number}", f"另存的旧库 {kept}"} <= set(error["remains"])
    assert all(place in error["message"] for place in error["remains"])
    assert "记下" in error["next"]


def test_words_that_are_not_known_any_more_are_brought_to_nothing_too(
    stored: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept from it by a reader, the first run could not look; the second no longer knows what for, and writes all anew."""
    _free_pages(stored)
    known = Database.__init__.__kwdefaults__
    with (
        monkeypatch.context() as hurried,
        closing(sqlite3.connect(stored.folder / "data" / "p.db")) as reader,
    ):
        hurried.setattr(Database.__init__, "__kwdefaults__", {**(known or {}), "wait_seconds": 0.3})
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM person").fetchone()
        stored.error("register", "forget", "喻联", "--reason", "离任已久", "--yes", code=5)
    assert _gone(stored)
    done = stored.json("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    assert _gone(stored) == [] and stored.json("db", "check", "--deep")["ok"]
    assert (done["searched"], done["remains"]) == (False, [])


@pytest.mark.parametrize("known", [False, True], ids=["hers alone", "his too"])
def test_a_month_of_birth_that_others_share_is_no_trace_of_the_forgotten(stored: Shell, known: bool) -> None:
    """A copy from before is named when it tells of the one who is forgotten, not when it tells of somebody else."""
    one = (
        "--role",
        "liaison",
        "--unit",
        "天宁分局",
        "--title",
        "民警",
        "--on",
        "2026-01-05",
        "--phone",
        "8123",
    )
    stored("register", "add", "甲某人", *one, "--birth", "1961-07")
    stored("register", "add", "乙某人", *one)
    stored("register", "change", "乙某人", "--birth", "1961-07") if known else None
    stored("db", "backup", "b.zip")
    kept = stored.json("db", "restore", "b.zip", "--yes")["kept"]
    stored("register", "change", "乙某人", "--birth", "1961-07") if not known else None
    stored("register", "end", "乙某人", "--on", "2026-10-19", "--reason", "退休")
    done = stored.json("register", "forget", "乙某人", "--reason", "离任已久", "--yes")
    assert done["remains"] == ([f"另存的旧库 {kept}"] if known else [])


def test_what_was_freed_without_care_is_brought_to_nothing(stored: Shell) -> None:
    """Another tool deleted a row and left its bytes in a free page."""
    _free_pages(stored)
    assert stored.json("register", "forget", "喻联", "--reason", "离任已久", "--yes")["remains"] == []
    assert _gone(stored) == [] and stored.json("db", "check", "--deep")["ok"]


def _free_pages(stored: Shell) -> None:
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    with closing(sqlite3.connect(stored.folder / "data" / "p.db", isolation_level=None)) as other:
        other.execute("PRAGMA secure_delete = OFF")
        other.execute("CREATE TABLE scratch (x)")
        other.execute("INSERT INTO scratch VALUES (?)", ("13900000007 yu@example.cn 二〇一〇年从警" * 300,))
        other.execute("DROP TABLE scratch")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert _gone(stored)


def test_a_long_text_is_looked_for_in_pieces(stored: Shell) -> None:
    """SQLite lays it over several pages."""
    resume = "".join(f"{year}年在某所任民警，" for year in range(1990, 2026)) * 20
    stored("register", "change", "喻联", "--resume", resume)
    stored("register", "change", "喻联", "--resume", "短")
    stored("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    stored("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    held = (stored.folder / "data" / "p.db").read_bytes()
    assert "年在某所任民警".encode() not in held and _gone(stored) == []


def test_what_an_earlier_revision_wrote_in_the_log_stays_there(shell: Shell) -> None:
    """The manual says so: entries of revisions before 0003 hold particulars in the open, and the chain covers them."""
    shell("db", "restore", str(STORED / "0001.zip"), "--yes")
    shell("db", "upgrade")
    shell.today("2026-10-20")
    shell("register", "end", "喻联", "--on", "2026-10-20", "--reason", "退休")
    shell("register", "forget", "喻联", "--reason", "离任已久", "--yes")
    assert shell.json("register", "show", "喻联")["mobile"] is None
    assert "13900000007" in shell("log", "list", "喻联", "--full").stdout
    assert "13900000007" not in shell("log", "list", "喻联").stdout
    assert shell.json("db", "check", "--deep")["ok"]


def test_an_error_report_names_nobody(stored: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A constraint broken by a bug: the traceback shows no value of the row."""
    real = Repository.change_person

    def doubled(self: Repository, person: Any) -> None:
        real(self, person)
        self.keep_profile("", person.mobile, "no hash")

    monkeypatch.setattr(Repository, "change_person", doubled)
    words = ["register", "change", "喻联", "--mobile", "13912345678"]
    result = CliRunner().invoke(root.app, words)
    assert result.exit_code == 70 and "Traceback" in result.stderr
    assert "13912345678" not in result.stderr and "yu@example.cn" not in result.stderr
    assert stored.json("register", "show", "喻联")["mobile"] == "13900000007"


# -- upkeep --------------------------------------------------------------------------------------------


def test_backups_rotate(stored: Shell) -> None:
    (stored.folder / "b").mkdir()
    other = stored.folder / "b" / "另一个-1.zip"
    other.write_text("不动", encoding="utf-8")
    for n in range(1, 5):
        stored("db", "backup", f"b/夜间-{n}.zip", "--keep", "2")
        os.utime(stored.folder / "b" / f"夜间-{n}.zip", (10 - n, 10 - n))
    assert sorted(p.name for p in (stored.folder / "b").iterdir()) == sorted(
        [other.name, "夜间-3.zip", "夜间-4.zip"]
    )
    stored("db", "backup", "b")
    (made,) = (stored.folder / "b").glob("pressctl-*.zip")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    stored("db", "backup", "b/x.zip", "--keep", "0", code=2)


def test_those_who_back_up_at_once_leave_as_many_as_were_asked_for(stored: Shell) -> None:
    """None of them removes what another counts on, and none takes another's name."""
    (stored.folder / "b").mkdir(exist_ok=True)
    for round_ in range(3):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "pressctl", "db", "backup", place, "--keep", "2"],
                cwd=stored.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            )
            for place in (f"b/n-{round_}1.zip", f"b/n-{round_}2.zip", f"b/n-{round_}3.zip", "c/", "c/", "c/")
        ]  # fmt: skip
        said = [process.communicate(timeout=120)[1] for process in running]
        assert [process.returncode for process in running] == [0] * 6, said
        for place in ("b", "c"):
            assert len(list((stored.folder / place).iterdir())) == 2, (round_, place)


def test_a_path_that_ends_as_a_folder_does_is_one(stored: Shell) -> None:
    places = ("备份/", "备份/", "备份", "备份/.", "深/处/")
    made = [Path(stored.json("db", "backup", place)["file"]) for place in places]
    assert {p.parent.name for p in made[:4]} == {"备份"} and made[4].parent == Path("深/处")
    assert len(set(made)) == 5 and all(p.name.startswith("pressctl-") and p.suffix == ".zip" for p in made)
    assert stat.S_IMODE((stored.folder / "备份").stat().st_mode) == 0o700
    assert stored.json("db", "backup", "备份/", "--keep", "1")["removed"]
    assert len(list((stored.folder / "备份").iterdir())) == 1
    (stored.folder / "file").touch()
    stored.error("db", "backup", "file/", code=2)
    stored.error("db", "backup", "", code=2)
    (stored.folder / "data" / "p.db").unlink()
    stored.error("db", "backup", "新的/", code=5)
    assert not (stored.folder / "新的").exists()


def test_a_damaged_database_can_be_restored_and_is_kept(stored: Shell) -> None:
    stored("db", "backup", "b.zip")
    path = stored.folder / "data" / "p.db"
    data = bytearray(path.read_bytes())
    data[4096 : len(data) // 2] = os.urandom(len(data) // 2 - 4096)
    for damaged in (bytes(data), b"text" * 1000, b""):
        path.write_bytes(damaged)
        kept = stored.json("db", "restore", "b.zip", "--yes")["kept"]
        assert stored.json("db", "check", "--deep")["ok"]
        if damaged:
            assert Path(kept).read_bytes() == damaged
        assert stat.S_IMODE(Path(kept).stat().st_mode) == 0o600


def _told(shell: Shell) -> dict[str, dict[str, Any]]:
    return {line["what"]: line for line in shell.json("doctor")}


def test_the_doctor_says_what_to_do(stored: Shell) -> None:
    assert all(_told(stored)[what]["ok"] for what in ("数据库", "权限", "日志", "规定"))
    (stored.folder / "data").chmod(0o755)
    left = stored.folder / "data" / f"{durable.WORK_FOLDER}x"
    left.mkdir(mode=0o700)
    told = _told(stored)
    assert not told["权限"]["ok"] and "chmod go-rwx" in told["权限"]["next"]
    assert not told["残留文件"]["ok"] and left.name in told["残留文件"]["found"] and not left.exists()
    assert "残留文件" not in _told(stored)
    stored("db", "restore", str(STORED / "0001.zip"), "--yes")
    assert "db upgrade" in _told(stored)["数据库"]["next"]
    (stored.folder / "data" / "p.db").unlink()
    assert "pressctl init" in _told(stored)["数据库"]["next"]


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/srv/share/office/p.db", "cifs"),
        ("/srv/share disk/p.db", "nfs4"),
        ("/srv/shared/p.db", None),
        ("/p.db", None),
    ],
)
def test_a_network_share_is_recognised(tmp_path: Path, place: str, kind: str | None) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/a / ext4 rw 0 0\n//server/x /srv/share cifs rw 0 0\nserver:/y /srv/share\\040disk nfs4 rw 0 0\n",
        encoding="utf-8",
    )
    assert network_share(Path(place), mounts) == kind


def test_a_share_is_warned_of(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pressctl.usecases.upkeep.network_share", lambda _path: "nfs4")
    assert "网络共享（nfs4）" in shell("init").stderr
    assert "nfs4" in _told(shell)["存放位置"]["found"] and "db backup" in _told(shell)["存放位置"]["next"]
