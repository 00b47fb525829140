"""The two streams: what is written is not denied when it cannot be shown, and nothing that is shown steers a terminal."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pressctl.cli import app as root
from pressctl.cli.output import Drawn, rims
from pressctl.core.text import FORBIDDEN, escaped, fault, json_escaped, seen, visible
from pressctl.errors import BadData
from pressctl.storage.database import Database
from tests.bureau import Bureau
from tests.conftest import NOW, TODAY, Shell
from tests.test_edges import run
from tests.test_register import at_terminal

linux = pytest.mark.skipif(not Path("/dev/full").exists(), reason="没有 /dev/full")
posix = pytest.mark.skipif(os.name != "posix", reason="关闭标准输出只在 POSIX 的 shell 里写得出")
ADD = ("unit", "add", "新处", "--kind", "division")


def units(shell: Shell) -> list[str]:
    return [u["name"] for u in shell.json("unit", "list")]


# -- output that does not come out -------------------------------------------------------------------------


@linux
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["table", "json"])
def test_a_full_disk_for_output_denies_nothing(shell: Shell, more: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = run(*ADD, *more, folder=shell.folder, stdout=full)
    assert ended.returncode == 74 and "改动已经写入" in ended.stderr and "磁盘已满" in ended.stderr
    assert "未写入" not in ended.stderr and "Traceback" not in ended.stderr and units(shell) == ["新处"]
    if more:
        assert json.loads(ended.stderr)["error"]["exit"] == 74
    before = shell.json("log", "verify")["head"]
    with Path("/dev/full").open("wb") as full:
        for words in (
            ("unit", "list"),
            ("log", "list"),
            ("undo", "--dry-run"),
            ("--help",),
            ("--version",),
            ("check",),
        ):
            ended = run(*words, *more, folder=shell.folder, stdout=full)
            assert ended.returncode == 74 and ("没有改动" in ended.stderr), (words, ended.stderr)
    assert shell.json("log", "verify")["head"] == before


@linux
def test_every_kind_of_change_says_that_it_was_written(shell: Shell) -> None:
    Bureau(shell)
    (shell.folder / "again.csv").write_text("单位名称,类别\n又一处,机关处室\n", encoding="utf-8")
    changes = (
        ("unit", "import", "again.csv"), ("db", "backup", "b.zip"), ("db", "restore", "b.zip", "--yes"),
        ("register", "end", "喻联", "--on", "2026-01-15", "--reason", "调离"), ("--db", "new/p.db", "init"),
    )  # fmt: skip
    with Path("/dev/full").open("wb") as full:
        for words in changes:
            ended = run(*words, folder=shell.folder, stdout=full)
            assert ended.returncode == 74 and "改动已经写入" in ended.stderr, (words, ended.stderr)
            assert ("log list" in ended.stderr) != (words[1] == "backup"), "a backup has no entry"


@posix
@pytest.mark.parametrize(
    ("closed", "code"),
    [(">&-", 74), ("2>&-", 0), (">&- 2>&-", 74), ("<&-", 0), ("2>/dev/full", 0), (">&- 2>&- <&-", 74)],
)
def test_closed_streams(shell: Shell, closed: str, code: int) -> None:
    command = f'"{sys.executable}" -m pressctl unit add 新处 --kind division {closed}'
    ended = subprocess.run(
        ["sh", "-c", command], cwd=shell.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == code and units(shell) == ["新处"]
    assert "Traceback" not in ended.stderr and "Exception" not in ended.stderr
    assert shell.json("db", "check", "--deep")["ok"], "nothing was printed into the database"


@posix
def test_talk_that_is_lost_costs_nothing(shell: Shell) -> None:
    """A warning goes to a full disk; data goes where it should."""
    Bureau(shell)
    person = (
        "register",
        "add",
        "新人",
        "--role",
        "liaison",
        "--unit",
        "天宁分局",
        "--title",
        "民警",
        "--mobile",
        "13900000001",
    )
    with Path("/dev/full").open("wb") as full:
        ended = run(*person, "--json", folder=shell.folder, stderr=full)
    assert ended.returncode == 0 and json.loads(ended.stdout)["name"] == "新人"


@posix
def test_a_reader_who_goes_away_ends_it_quietly_with_the_commands_own_code(shell: Shell) -> None:
    Bureau(shell)
    for n in range(40):
        shell("unit", "add", f"处{n}", "--kind", "division")
    for words, code in (
        ("log list --json", 0), ("log list", 0), ("check --all", 1), ("unit list --json", 0), (" ".join(ADD), 0), ("--help", 0),
        ("unit show 没有的", 4), ("plan show 2026-001", 4), ("register freeze 2026", 0),
    ):  # fmt: skip
        shell_command = f'{{ "{sys.executable}" -m pressctl {words}; echo $? >&3; }} 3>code | true'
        ended = subprocess.run(
            ["sh", "-c", shell_command],
            cwd=shell.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (shell.folder / "code").read_text().strip() == str(code), (words, ended.stderr)
        assert "Exception" not in ended.stderr and "Broken pipe" not in ended.stderr, words
        assert (ended.stderr == "") is (code in (0, 1)), (words, ended.stderr)
    assert "新处" in units(shell)


def test_a_bug_before_the_commit_says_that_nothing_was_written(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("pressctl.usecases.units.views.unit_view", broken)  # used within the transaction
    result = CliRunner().invoke(root.app, [*ADD, "--json"])
    assert result.exit_code == 70 and "未写入任何数据" in result.stderr and units_of(shell) == []


def units_of(shell: Shell) -> list[str]:
    with closing(sqlite3.connect(shell.folder / "data" / "p.db")) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM unit_period ORDER BY id")]


@pytest.mark.parametrize(
    "raised", [ZeroDivisionError("x"), OSError(5, "x", "file"), OverflowError("x"), KeyboardInterrupt()]
)
def test_whatever_breaks_after_the_commit_the_commit_is_told(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, raised: BaseException
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise raised

    monkeypatch.setattr("pressctl.cli.output.Terminal.show", broken)
    result = CliRunner().invoke(root.app, ADD)
    assert units_of(shell) == ["新处"] and "改动已经写入" in result.stderr and "未写入" not in result.stderr
    assert result.exit_code in (70, 4, 2, 74) and "未作任何改动" not in result.stderr


# -- questions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["n", "", "不", "yess"])
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_question_answered_with_no_is_exit_2_and_nothing_done(shell: Shell, answer: str) -> None:
    Bureau(shell)
    shell("register", "end", "喻联", "--on", "2026-01-15", "--reason", "退休")
    shell("db", "backup", "b.zip")
    head = shell.json("log", "verify")["head"]
    for words in (
        ("register", "forget", "喻联", "--reason", "离任"),
        ("db", "restore", "b.zip"),
        ("unit", "import", "units2.csv"),
    ):
        (shell.folder / "units2.csv").write_text("单位名称,类别\n又一处,机关处室\n", encoding="utf-8")
        code, said = at_terminal(shell.folder, answer, *words)
        assert code == 2 and "未作任何改动" in said, (words, said)
    assert shell.json("log", "verify")["head"] == head
    assert shell.json("register", "show", "喻联")["mobile"] == "13900000007"


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_question_answered_with_yes_is_done(shell: Shell) -> None:
    Bureau(shell)
    shell("register", "end", "喻联", "--on", "2026-01-15", "--reason", "退休")
    code, said = at_terminal(shell.folder, "y", "register", "forget", "喻联", "--reason", "离任")
    assert code == 0 and "不能撤销" in said and shell.json("register", "show", "喻联")["mobile"] is None
    shell("db", "backup", "b.zip")
    code, _ = at_terminal(shell.folder, "是", "db", "restore", "b.zip")
    assert code == 0 and len(list((shell.folder / "data").glob("*.before-restore-*"))) == 1


def test_where_nobody_can_answer_it_needs_yes(shell: Shell) -> None:
    Bureau(shell)
    shell("register", "end", "喻联", "--on", "2026-01-15", "--reason", "退休")
    shell("db", "backup", "b.zip")
    for words in (("register", "forget", "喻联", "--reason", "离任"), ("db", "restore", "b.zip")):
        error = shell.error(*words, code=2)
        assert error["code"] == "confirmation" and "--yes" in error["next"]
    shell("--db", "fresh/p.db", "db", "restore", "b.zip")  # nothing is replaced


# -- text: the doors ---------------------------------------------------------------------------------------

STEERING = (
    "\x1b[31m",
    "\x07",
    "\x08",
    "\x00",
    "\x7f",
    "\x9b31m",
    "\u202e",
    "\u2066",
    "\u200f",
    "\u061c",
    "\ufffd",
    "\ufffe",
)


@pytest.fixture
def office(shell: Shell) -> Shell:
    Bureau(shell).plan()
    return shell


DOORS: tuple[tuple[str, ...], ...] = (
    ("plan", "add", "甲{}乙", "--unit", "天宁分局", "--form", "written", "--date", "2026-06-01"),
    ("plan", "add", "甲", "--unit", "天宁分局", "--form", "written", "--date", "2026-06-01", "--topic", "{}"),
    ("plan", "add", "甲", "--unit", "天宁分局", "--form", "written", "--date", "2026-06-01", "--venue", "{}"),
    ("plan", "move", "2026-001", "--date", "2026-10-12", "--reason", "场{}地"),
    ("plan", "cancel", "2026-001", "--reason", "场{}地"),
    ("unit", "add", "新{}处", "--kind", "division"),
    ("unit", "add", "新处", "--kind", "division", "--alias", "新{}"),
    ("unit", "rename", "天宁分局", "天{}宁", "--on", "2026-01-15"),
    ("register", "add", "新{}人", "--role", "liaison", "--unit", "天宁分局", "--title", "民警", "--phone", "8100"),
    ("register", "add", "新人", "--role", "liaison", "--unit", "天宁分局", "--title", "民{}警", "--phone", "8100"),
    ("register", "change", "喻联", "--resume", "简{}历"),
    ("register", "end", "喻联", "--on", "2026-01-15", "--reason", "调{}离"),
    ("submit", "2026-001", "--opinion", "同{}意", "--by", "华言"),
    ("submit", "2026-001", "--opinion", "同意", "--by", "华{}言"),
    ("submit", "2026-001", "--withdraw", "--reason", "x{}"),
    ("approve", "2026-001", "--by", "周主任", "--opinion", "同{}意"),
    ("record", "meeting", "--topics", "计{}划", "--people", "周主任"),
    ("record", "meeting", "--topics", "计划", "--people", "周主任", "--text", "{}"),
    ("record", "filed", "2026-001", "--receipt", "{}"),
    ("record", "held", "2026-001", "--seat", "host=周{}主任"),
    ("--actor", "张{}三", "unit", "add", "新处", "--kind", "division"),
)  # fmt: skip


@pytest.mark.parametrize("mark", [m for m in STEERING if m != "\x00"], ids=ascii)
def test_no_door_lets_in_what_would_steer(office: Shell, mark: str) -> None:
    head = office.json("log", "verify")["head"]
    for words in DOORS:
        error = office.error(*(word.format(mark) for word in words), code=2)
        assert "U+" in error["message"] or "乱码" in error["message"], words
    assert office.json("log", "verify")["head"] == head


def test_the_system_and_the_environment_are_doors_too(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSCTL_ACTOR", "张\u202e三")
    assert office.error(*ADD, code=2)["code"] == "actor"
    monkeypatch.delenv("PRESSCTL_ACTOR")
    monkeypatch.setattr("getpass.getuser", lambda: "evil\x1b[2J")
    assert office.error(*ADD, code=2)["code"] == "actor"
    monkeypatch.setenv("PRESSCTL_ACTOR", " 张\n三\u200b ")
    office(*ADD)
    assert office.json("log", "list")[-1]["actor"] == "张 三"


@pytest.mark.skipif(os.name != "posix", reason="Windows 不许这样的文件名")
def test_names_of_files_are_texts_once_they_are_kept(office: Shell) -> None:
    (office.folder / "稿\u202e.txt").write_text("稿", encoding="utf-8")
    meeting = ("record", "meeting", "--topics", "计划", "--people", "周主任", "--file", "稿\u202e.txt")
    assert office.error(*meeting, code=4)["code"] == "unreadable_text"
    (office.folder / "名册\x1b.csv").write_text("单位名称,类别\n又一处,机关处室\n", encoding="utf-8")
    assert office.json("db", "check")["orphans"] == [] and not list((office.folder / "data").rglob(".work-*"))


def test_the_last_door_is_the_log(small_bureau: Database) -> None:
    """Whoever writes, from wherever: no text of a row, a summary or a reason comes by it."""
    from pressctl.core.facts import Record, UnitPeriod
    from pressctl.core.terms import RecordKind, UnitKind

    def tried(act: Any, **more: Any) -> str:
        known: dict[str, Any] = {"actor": "甲", "day": TODAY, "at": NOW} | more
        with pytest.raises(BadData) as caught, small_bureau.writing("x", **known) as repository:
            act(repository)
        return caught.value.code

    def kept(**more: Any) -> Record:
        return Record(0, RecordKind.MEETING, TODAY, **more)

    for act in (
        lambda r: r.add_unit(UnitPeriod("坏\x1b处", UnitKind.DIVISION)),
        lambda r: r.add_record(kept(text="\u202e")),
        lambda r: r.add_record(kept(data={"topics": ["好", {"深": "\x07"}]})),
        lambda r: r.add_record(kept(data={"\u2066": 1})),
        lambda r: r.add_record(kept(), "稿\u202e.txt"),
        lambda r: r.note("office", "摘\x1b要"),
        lambda r: r.note("office", "摘要", "原\x1b因"),
    ):
        assert tried(act) == "unreadable_text"
    assert tried(lambda r: r.note("office", "摘要"), actor="甲\x9b") == "unreadable_text"
    with small_bureau.reading() as repository:
        assert len(repository.log_entries()) == 6 and repository.deviations() == []


def test_what_nobody_types_goes_and_line_ends_are_one(office: Shell) -> None:
    words = ("--unit", "天宁分局", "--form", "written", "--date", "2026-06-01")
    made = office.json("plan", "add", "夏\u200b季\r\n行动\ufeff", *words)
    assert made["name"] == "夏季 行动"
    noted = office.json(
        "record", "meeting", "--topics", "计划", "--people", "周主任", "--text", "一\r\n二\u2028三"
    )
    assert noted["text"] == "一\n二\n三"


# -- text: the rim -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [
    ("plan", "list"), ("plan", "show", "2026-001"), ("register", "list"), ("register", "show", "1"), ("unit", "list"), ("log", "list"),
    ("approve",), ("due",), ("check",), ("report", "annual", "2026"), ("doctor",), ("record", "list"), ("db", "check", "--deep"),
])  # fmt: skip
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["table", "json"])
def test_what_a_hand_left_in_the_database_steers_no_terminal(
    office: Shell, words: tuple[str, ...], more: tuple[str, ...]
) -> None:
    office("record", "meeting", "--topics", "计划", "--people", "周主任", "--text", "纪要")
    with closing(sqlite3.connect(office.folder / "data" / "p.db")) as connection, connection:
        for table, column in (
            ("release", "name"),
            ("person", "name"),
            ("unit_period", "name"),
            ("appointment", "title"),
            ("record", "text"),
        ):
            connection.execute(
                f"UPDATE {table} SET {column} = {column} || char(27) || '[2J' || char(8238, 155, 13) || 'x'"
            )
    result = CliRunner().invoke(root.app, [*words, *more])
    assert result.exit_code in (0, 1, 5), result.stderr
    said = result.stdout + result.stderr
    assert not (FORBIDDEN.search(said) or "\r" in said), ascii(said)
    if result.exit_code == 0 and more and words[0] in ("plan", "register", "unit"):
        assert "\x1b[2J" in json.dumps(json.loads(result.stdout), ensure_ascii=False).encode().decode(
            "unicode_escape", "ignore"
        )


@pytest.mark.parametrize("words", [
    ("unit", "show", "没\x1b有"), ("no\x1bsuch",), ("plan", "list", "--status", "\u202e"), ("plan", "show", "\x9b"),
    ("register", "import", "no\x1b.csv"), ("db", "restore", "no\u202e.zip", "--yes"), ("calendar", "is", "\x07"), ("--db", "\x1b/p.db", "unit", "list"),
])  # fmt: skip
def test_errors_quote_without_steering(office: Shell, words: tuple[str, ...]) -> None:
    for more in ((), ("--json",)):
        said = CliRunner().invoke(root.app, [*words, *more]).stderr
        assert said and not FORBIDDEN.search(said), ascii(said)


def test_a_terminal_still_gets_its_own_codes(office: Shell) -> None:
    """Tables and bars are drawn with colours; only what is in them is escaped."""
    code, said = at_terminal(office.folder, "", "unit", "list")
    assert code == 0 and "〔U+" not in said and "天宁分局" in said


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("好", None),
        ("一\n二\t三", None),
        ("a\x1bb", "U+001B"),
        ("\u202e", "U+202E"),
        ("\ufffd", "乱码"),
        ("é\u0301👩‍👩‍👧㛃𬭚", None),
        ("\ud800", "U+D800"),
        ("天宁\u206a分局", "U+206A"),  # asks to swap mirrored signs
        ("天宁\ufff9分局\ufffb", "U+FFF9"),  # a note under the line, which no terminal shows so
        ("天宁\U000e0041分局", "U+E0041"),  # letters that no screen shows
        ("\ufdd0", "U+FDD0"),
        ("葛\U000e0100", None),  # another shape of the same character, as names have them
    ],
)
def test_the_judge(text: str, wrong: str | None) -> None:
    assert (fault(text) is None) if wrong is None else (wrong in str(fault(text)))


def test_the_escape() -> None:
    assert escaped("a\x1b[31mb\r\u202e\n\tc") == "a〔U+001B〕[31mb〔U+000D〕〔U+202E〕\n\tc"
    assert (
        json.loads(json_escaped(json.dumps("\x1b\x9b\u202e\u2028", ensure_ascii=False)))
        == "\x1b\x9b\u202e\u2028"
    )
    assert visible("a\nb\x07" + "长" * 100, 5) == "a⏎b〔U+0007〕长…"
    assert seen("\ufeff甲\u200b乙") == "甲乙"
    assert seen("天宁\u3164分\u115f\u034f局\u180e\uffa0") == "天宁分局", (
        "a filler is no letter that anybody sees"
    )
    assert (
        escaped("a\U000e0041") == "a〔U+E0041〕" and json.loads(json_escaped('"\U000e0041"')) == "\U000e0041"
    )


def test_a_stream_that_takes_no_more_is_remembered_once() -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "full")

    drawn = Drawn(Full())
    assert drawn.write("好") == 1 and drawn.lost is not None and drawn.lost.errno == 28 and not drawn.unread
    assert Drawn(None).write("x") == 1
    closed = io.StringIO()
    closed.close()
    gone = Drawn(closed)
    gone.write("x")
    assert gone.lost is not None
    before = sys.stdout
    with rims():
        assert sys.stdout is not before
    assert sys.stdout is before
