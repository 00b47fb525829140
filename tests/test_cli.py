"""The terminal: help in Chinese without loading anything heavy, options anywhere, errors with their exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from pressctl.cli import app as root
from pressctl.cli.help import summary_of
from pressctl.cli.text import display_width, wrap
from pressctl.cli.usage_errors import _PHRASES
from pressctl.core.rules import DUTIES
from pressctl.core.terms import named
from pressctl.errors import PressctlError
from pressctl.regulation import loader
from tests.conftest import Shell

# -- help ------------------------------------------------------------------------------------------


def _commands(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    found = [(path, command)]
    if isinstance(command, TyperGroup):
        import typer

        ctx = typer.Context(command)
        for name in command.list_commands(ctx):
            found += _commands(command.get_command(ctx, name), (*path, name))
    return found


ALL = _commands(get_command(root.app))


def test_the_table_of_the_root_says_what_the_commands_say() -> None:
    for path, command in ALL:
        if len(path) == 1:
            module, said = root.COMMANDS[path[0]]
            assert hasattr(import_module(module), "app")
            assert said and summary_of(command), path


@pytest.mark.parametrize("path", [p for p, _ in ALL], ids=" ".join)
def test_help_is_chinese_and_fits_80_columns(path: tuple[str, ...], shell: Shell) -> None:
    text = shell(*path, "--help").stdout
    assert text.startswith("用法: pressctl")
    for word in ("Usage", "Options", "Commands", "Arguments", "Show this", "[default", "required"):
        assert word not in text, word
    assert max(display_width(line) for line in text.splitlines()) <= 80
    for name, command in ALL:
        if name == path:
            assert command.help and re.search("[\u4e00-\u9fff]", named(command.help))


def test_every_option_has_a_chinese_help() -> None:
    silent = [
        (path, param.name)
        for path, command in ALL
        for param in command.params
        if not re.search("[\u4e00-\u9fff]|^\\.", named(param.help or ""))
    ]
    assert silent == []


def _named(text: str) -> list[tuple[tuple[str, ...], set[str]]]:
    """(command, options) of each command that a piece of advice or of the manual names."""
    paths = {
        path: {o for param in command.params for o in (*param.opts, *param.secondary_opts)}
        for path, command in ALL
    }
    found = []
    for piece in re.split(r"[；;，。（）、]\s*(?!--)", text):
        words = piece.replace("pressctl ", "").split()
        path: tuple[str, ...] = ()
        while len(path) < len(words) and any(p[: len(path) + 1] == (*path, words[len(path)]) for p in paths):
            path = (*path, words[len(path)])
        if path:
            told = set(re.findall(r"--[a-z][a-z-]*", piece))
            found.append((path, told - paths.get(path, set())))
    return found


def test_what_the_regulation_says_of_commands_exists() -> None:
    """Where a clause is entered, and how what is missing is told: no option that no command has."""
    policy = loader.shipped()
    texts = [part.where for clause in policy.clauses.values() for part in clause.parts]
    texts += [rule.next or "" for rule in policy.rules.values()]
    texts += [f"{duty.by}；{duty.late}；{duty.recorded}" for duty in DUTIES.values()]
    told = [(text, path, unknown) for text in texts for path, unknown in _named(text)]
    assert len(told) > 100
    assert [t for t in told if t[2] or t[1] not in dict(ALL)] == []


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['pressctl', '--help']\n"
        "from pressctl.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'sqlmodel', 'alembic', 'docx', 'holidays', 'openpyxl', 'icalendar', 'lxml', 'rich', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"


def test_wrapping_counts_columns() -> None:
    lines = wrap("发布会最迟于 2026-09-24 报送，逾期须说明原因。" * 3, 30)
    assert max(map(display_width, lines)) <= 32
    assert not any(line.startswith(("，", "。")) for line in lines)


# -- usage errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "没有命令“nonsense”"),
        (["plan", "ad"], "add"),
        (["plan", "add", "x"], "缺少选项 --unit"),
        (["submit"], "缺少参数 编号"),
        (["submit", "x", "--bogus"], "没有选项“--bogus”"),
        (["unit", "list", "extra"], "多出了参数"),
        (["calendar", "is", "2026-02-30"], "不存在"),
        (["calendar", "is", "明天"], "不是日期"),
        (["calendar", "add", "2026-01-05", "x"], "不是数字"),
        (["record", "assessment", "宣传处", "--year", "2026", "--score", "95.5"], "不是整数"),
        (["plan", "add", "x", "--unit", "u", "--form", "foo", "--date", "2026-01-05"], "不在可用的值之中"),
        (["plan", "add", "x", "--unit", "u", "--form", "briefing", "--date", "2026-01-05", "--category", "9"], "不在允许的范围"),
        (["plan", "add", "x", "--unit", "u", "--form", "briefing", "--date", "2026-01-05", "--time", "25:00"], "不是时间"),
        (["submit", "2026-001", "--attach", "稿.txt"], "种类=文件"),
        (["approve", "2026-001"], "缺少选项 --by"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_2_in_chinese(shell: Shell, words: list[str], said: str) -> None:
    error = shell.error(*words, code=2)
    assert said in error["message"] + error.get("next", "")
    assert not re.search(r"[A-Za-z]{4,} [a-z]{3,}", error["message"]), "English left in the message"


def test_every_phrase_of_typer_is_known() -> None:
    """The English that Typer may print is all in the table: read from its own source."""
    import typer

    folder = Path(typer.__file__).parent
    source = "".join(
        (folder / f).read_text() for f in ("core.py", "_click/core.py", "_click/parser.py", "_click/types.py")
    )
    assert "No such command {name!r}." in source
    assert "Got unexpected extra argument" in source
    assert "requires {msg}" in source
    known = [p for p, _ in _PHRASES]
    assert len(known) == len(set(known))


def test_no_command_shows_help(shell: Shell) -> None:
    assert "命令:" in shell("plan", code=2).stderr
    assert "命令:" in shell(code=2).stderr


# -- streams, globals --------------------------------------------------------------------------------


def test_json_stands_before_or_after(shell: Shell) -> None:
    assert json.loads(shell("--json", "unit", "list").stdout) == []
    assert json.loads(shell("unit", "--json", "list").stdout) == []
    assert json.loads(shell("unit", "list", "--json").stdout) == []


def test_db_and_actor_stand_anywhere(shell: Shell, tmp_path: Path) -> None:
    other = str(tmp_path / "other" / "x.db")
    shell("--db", other, "init")
    shell("unit", "add", "甲局", "--kind", "bureau", "--db", other, "--actor", "乙")
    entries = json.loads(shell("log", "list", "--db", other, "--json").stdout)
    assert entries[-1]["actor"] == "乙"
    assert shell.json("unit", "list") == []


def test_a_missing_database_exits_5_and_names_init(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = Shell(tmp_path, monkeypatch)
    for words in (["unit", "list"], ["log", "verify"], ["calendar", "is", "2026-01-05"], ["approve"]):
        error = bare.error(*words, code=5)
        assert error["code"] == "no_database" and "init" in error["next"]
    assert bare.json("db", "path")["exists"] is False
    assert not (tmp_path / "data").exists()


def test_an_odd_business_day_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSCTL_TODAY", "someday")
    assert "PRESSCTL_TODAY" in shell.error("unit", "list", code=2)["message"]


def test_a_bug_keeps_its_traceback_and_exits_70(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("pressctl.usecases.units.unit_list", broken)
    result = CliRunner().invoke(root.app, ["unit", "list", "--json"])
    assert result.exit_code == 70 and "Traceback" in result.stderr and result.stdout == ""
    assert json.loads(result.stderr.strip().splitlines()[-1])["error"]["code"] == "bug"


def test_errors_carry_what_scripts_need() -> None:
    error = PressctlError("x", "说明", next_step="做什么", clause="三(三)3", details={"rows": 1})
    assert error.as_dict() == {
        "code": "x",
        "exit": 70,
        "message": "说明",
        "clause": "三(三)3",
        "next": "做什么",
        "rows": 1,
    }


def test_an_unreadable_argument_is_refused(shell: Shell) -> None:
    assert shell.error("unit", "show", "\udcff", code=2)["code"] == "unreadable_argument"


# -- units, as a clerk meets them ----------------------------------------------------------------------


def test_units_end_to_end(shell: Shell) -> None:
    shell("unit", "add", "某市公安局", "--kind", "市局")
    branch = shell.json(
        "unit", "add", "东城分局", "--kind", "sub_bureau", "--parent", "某市公安局", "--alias", "东城公安分局"
    )
    assert branch["parent"] == "某市公安局" and branch["aliases"] == ["东城公安分局"]
    assert shell.json("unit", "show", "东城公安分局")["id"] == branch["id"]
    assert shell.error("unit", "add", "东城分局", "--kind", "sub_bureau", code=4)["code"] == "unit_exists"
    assert "东城分局" in shell.error("unit", "show", "东诚分局", code=4)["next"]
    renamed = shell.json("unit", "rename", "东城分局", "城东分局", "--on", "2026-02-01")
    assert renamed["name"] == "城东分局"
    assert [p["until"] for p in shell.json("unit", "show", "东城分局")["periods"]] == ["2026-02-01", None]
    closed = shell.json("unit", "close", "城东分局", "--on", "2026-06-30")
    assert closed["until"] == "2026-06-30"
    assert shell.error("unit", "close", "城东分局", "--on", "2026-07-01", code=3)["code"] == "unit_closed"
    assert len(shell.json("unit", "list", "--on", "2026-07-01")) == 1
    assert len(shell.json("unit", "list", "--all")) == 2


@pytest.mark.parametrize("kind", ["register", "unit", "plan", "calendar"])
def test_a_refusal_of_the_system_is_in_chinese(shell: Shell, kind: str) -> None:
    (shell.folder / "名册").mkdir()
    assert "（这是一个文件夹）" in shell.error(kind, "import", "名册", code=4)["message"]


def test_undo_takes_back_ones_own_last_command(shell: Shell) -> None:
    shell("unit", "add", "甲局", "--kind", "bureau")
    shell("unit", "add", "乙处", "--kind", "division", "--parent", "甲局")
    assert shell.json("undo", "--dry-run")["dry_run"] is True
    assert "乙处" in shell.json("undo")["summary"]
    assert [u["name"] for u in shell.json("unit", "list")] == ["甲局"]
    shell("undo")
    assert shell.json("unit", "list") == []
    assert shell.error("undo", code=3)["code"] == "cannot_undo"
    assert shell.json("log", "verify")["ok"] and shell.json("db", "check", "--deep")["ok"]


def test_undo_refuses_what_others_rest_on(shell: Shell) -> None:
    shell("unit", "add", "甲局", "--kind", "bureau")
    shell("unit", "add", "乙处", "--kind", "division", "--parent", "甲局", "--actor", "别人")
    assert shell.error("undo", code=3)["code"] == "in_use"
    shell("unit", "rename", "甲局", "甲公安局", "--on", "2026-03-01", "--actor", "别人")
    assert shell.error("undo", code=3)["code"] == "acted_on"


def test_a_day_of_the_spring_holiday_is_not_called_its_eve(shell: Shell) -> None:
    """2026: the eve is 16 February; the holiday begins on the 15th, and both days belong to 春节."""
    for on in ("2026-02-15", "2026-02-16", "2026-02-17"):
        assert shell.json("calendar", "is", on)["name"] == "春节"
    assert "除夕" not in shell("calendar", "is", "2026-02-15").stdout
    off = {d["date"]: d["name"] for d in shell.json("calendar", "show", "2026")["off"]}
    assert off["2026-02-15"] == "春节"
