"""Imports against what is registered: who is meant, one person in two posts, long files, units, plans, the terminal."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pressctl import bundled
from pressctl.cli import app as root
from pressctl.core.terms import Role
from pressctl.usecases import register
from tests.conftest import TODAY, Shell

HEAD = "单位,类别,姓名,职务,手机,出生年月,办公室电话,邮箱\n"
UNITS = "单位名称,类别,上级单位,别名\n市局,市局,,\n甲分局,分局,市局,甲公安分局\n乙分局,分局,市局,\n"


def told(shell: Shell, kind: str, text: str, *more: str) -> dict[str, Any]:
    """The result of importing a file of that text."""
    (shell.folder / "表.csv").write_text(text, encoding="utf-8")
    result: dict[str, Any] = shell.json(kind, "import", "表.csv", *more)
    return result


def roster(shell: Shell, *rows: str) -> dict[str, Any]:
    return told(shell, "register", HEAD + "".join(f"{row}\n" for row in rows))


def tally(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["added"], result["updated"], result["unchanged"]


def doubts(result: dict[str, Any]) -> str:
    return "；".join(w["problem"] for w in result["warnings"])


@pytest.fixture
def office(shell: Shell) -> Shell:
    told(shell, "unit", UNITS)
    return shell


# -- who is meant ----------------------------------------------------------------------------------

A = "甲分局,联络员,王伟,民警,13900000001,1980-01,,"
B = "甲分局,联络员,王伟,民警,13900000002,1985-05,,"


@pytest.mark.parametrize(
    ("known", "rows", "wanted", "doubt"),
    [
        ([A], ["甲分局,联络员,王伟,民警,13900000009,1980-01,,"], (0, 1, 0), "换了号码"),
        ([A], ["甲分局,联络员,王伟,民警,13900000001,1981-01,,"], (0, 1, 0), ""),
        ([A], ["甲分局,联络员,王伟,民警,,,8100,"], (0, 1, 0), ""),
        ([A], ["甲分局,联络员,王伟,民警,13900000009,,,"], (1, 0, 0), "按另一人登记"),
        ([A], ["甲分局,联络员,王伟,民警,13900000009,1980-01,,", A], (1, 0, 1), "按两人登记"),
        ([A, B], ["甲分局,联络员,王伟,民警,13900000002,1980-01,,"], (0, 1, 0), ""),
        ([A, B], [B, "甲分局,联络员,王伟,民警,,1980-01,8100,"], (0, 1, 1), "按两人登记"),
        (["乙分局,联络员,王伟,民警,13900000001,1980-01,,"], [A, "甲分局,联络员,王伟,民警,,1980-02,8100,"], (2, 0, 0), "register end"),
    ],
    ids=["a new number", "a mended month", "nothing against", "perhaps another", "the number keeps its row", "mobile before month",
         "month after mobile", "never twice in one post"],
)  # fmt: skip
def test_the_row_speaks_of(
    office: Shell, known: list[str], rows: list[str], wanted: tuple[int, int, int], doubt: str
) -> None:
    roster(office, *known)
    result = roster(office, *rows)
    assert tally(result) == wanted
    assert doubt in doubts(result)
    assert tally(roster(office, *rows)) == (0, 0, len(rows)), "the same file again changes nothing"
    assert office.json("db", "check", "--deep")["ok"]


def test_one_person_in_two_posts_is_one_person(office: Shell) -> None:
    rows = (
        "甲分局,联络员,李一,民警,13900000011,1980-01,,",
        "甲分局,新闻发言人,李一,民警,13900000011,,8101,a@example.cn",
        "乙分局,联络员,李一,民警,13900000011,,,b@example.cn",
    )
    result = roster(office, *rows)
    assert "电子邮件与本文件中同一人前面的行不同" in doubts(result)
    people = office.json("register", "list")
    assert {(p["id"], p["office_phone"], p["email"], p["birth"]) for p in people} == {
        (1, "8101", "a@example.cn", "1980-01")
    }
    assert tally(roster(office, *rows)) == (0, 0, 3)


def test_one_who_left_comes_back_as_the_same_person_unremarked(office: Shell) -> None:
    roster(office, A)
    office("register", "end", "王伟", "--on", "2026-02-01", "--reason", "调任")
    result = roster(office, "乙分局,联络员,王伟,民警,13900000001,1980-01,,")
    assert tally(result) == (1, 0, 0) and result["warnings"] == []
    assert {p["id"] for p in office.json("register", "list", "--all")} == {1}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "王伟", "--role", "liaison", "--unit", "甲分局", "--title", "民警"), "already_registered"),
        (("replace", "张三", "王伟", "--title", "民警", "--on", "2026-02-01", "--reason", "调任", "--mobile", "13900000001"),
         "already_registered"),
    ],
    ids=["add", "replace"],
)  # fmt: skip
def test_nobody_is_put_twice_into_one_post(office: Shell, words: tuple[str, ...], code: str) -> None:
    roster(office, A, "甲分局,联络员,张三,民警,13900000021,,,")
    assert office.error("register", *words, code=3)["code"] == code


def test_a_true_namesake_may_be_added(office: Shell) -> None:
    roster(office, A)
    words = (
        "add",
        "王伟",
        "--role",
        "liaison",
        "--unit",
        "甲分局",
        "--title",
        "民警",
        "--mobile",
        "13900000002",
    )
    assert office.json("register", *words)["id"] == 2


# -- long files ------------------------------------------------------------------------------------


def test_rows_far_apart_are_matched_as_near_ones(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "_CHUNK", 3)
    names = [f"{a}{b}" for a in "赵钱孙李" for b in "一二三四五"]
    rows = [f"甲分局,联络员,{n},民警,{13900000100 + i},,," for i, n in enumerate(names)]
    again = "乙分局,新闻发言人,赵一,副局长,13900000100,1975-03,,"
    assert tally(roster(office, *rows, again)) == (21, 0, 0)
    first, *_, last = office.json("register", "list")
    assert (first["id"], first["birth"]) == (last["id"], "1975-03")
    assert tally(roster(office, *reversed(rows), again)) == (0, 0, 21)


def test_progress_is_told_as_rows_are_read(office: Shell) -> None:
    from pressctl.storage.database import Database
    from pressctl.usecases.desk import Desk
    from tests.conftest import NOW

    rows = "".join(f"甲分局,联络员,某{chr(0x4E00 + i)},民警,{13900000000 + i},,,\n" for i in range(1200))
    (office.folder / "长.csv").write_text(HEAD + rows, encoding="utf-8")
    heard: list[int] = []
    desk = Desk(Path(os.environ["PRESSCTL_DB"]), "甲", TODAY, lambda: NOW)
    done = register.register_import(desk, office.folder / "长.csv", dry_run=True, tell=heard.append)
    assert heard == [500, 1000] and done.added == 1200
    with Database(desk.path).reading() as repository:
        assert repository.headcount(TODAY) == {}


# -- what is summed up, what is lacking ------------------------------------------------------------


def test_summary_and_lacks(office: Shell) -> None:
    result = roster(office, A, B, "乙分局,新闻发言人,张三,副局长,13900000021,,,")
    assert result["summary"] == [
        {"unit": "甲分局", "role": "liaison", "role_name": None, "added": 2, "updated": 0, "unchanged": 0},
        {
            "unit": "乙分局",
            "role": "spokesperson",
            "role_name": None,
            "added": 1,
            "updated": 0,
            "unchanged": 0,
        },
    ]
    lacks = "\n".join(result["lacking"])
    assert "甲分局应有新闻发言人" in lacks and "乙分局应有新闻发布工作联络员" in lacks
    assert "甲分局应有新闻发布工作联络员" not in lacks, "more than enough lacks nothing"


def test_headcount_is_of_the_day(office: Shell) -> None:
    roster(office, A)
    office("register", "end", "王伟", "--on", "2026-03-01", "--reason", "调任")
    told(office, "register", HEAD + "乙分局,新闻发言人,张三,局长,13900000021,,,\n", "--on", "2026-02-28")
    from pressctl.storage.database import Database

    with Database(Path(os.environ["PRESSCTL_DB"])).reading() as repository:
        counts = [
            {role.term for _, role in repository.headcount(TODAY.replace(month=m, day=28))} for m in (1, 2, 3)
        ]
    assert counts == [{Role.LIAISON}, {Role.LIAISON, Role.SPOKESPERSON}, {Role.SPOKESPERSON}]


# -- units -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "column", "said"),
    [
        ("丁所,基层所队,丙分局,\n丙分局,衙门,市局,\n", "类别", "不认识"),
        ("丁所,基层所队,丙分局,\n丙分局,分局,无此局,\n", "上级单位", "没有这个单位"),
        ("丙分局,分局,丁所,\n丁所,基层所队,丙分局,\n", "上级单位", "没有这个单位"),
        ("市局,市局,甲分局,\n", "上级单位", "互为上下级"),
        ("丙分局,分局,市局,甲公安分局\n", "别名", "已是甲分局"),
        ("甲分局,分局,市局,\n甲公安分局,分局,市局,\n", "单位名称", "同一单位"),
        ("老分局,分局,市局,\n", "单位名称", "撤销"),
        ("丙分局,分局,老分局,\n", "上级单位", "撤销"),
    ],
)
def test_units_that_do_not_fit_are_rejected_and_nothing_is_entered(
    office: Shell, rows: str, column: str, said: str
) -> None:
    office("unit", "add", "老分局", "--kind", "sub_bureau", "--parent", "市局")
    office("unit", "close", "老分局", "--on", "2026-01-10")
    before = office.json("unit", "list", "--all")
    (office.folder / "表.csv").write_text("单位名称,类别,上级单位,别名\n" + rows, encoding="utf-8")
    rejected = office.error("unit", "import", "表.csv", code=4)["rejected"]
    assert any(p["column"] == column and said in p["problem"] for p in rejected)
    office("unit", "import", "表.csv", "--skip-bad", "--dry-run")
    assert office.json("unit", "list", "--all") == before


def test_units_are_found_by_former_names(office: Shell) -> None:
    office("unit", "rename", "乙分局", "丙分局", "--on", "2026-01-10")
    result = told(office, "unit", UNITS)
    assert tally(result) == (0, 0, 3) and "按“丙分局”录入" in doubts(result)
    assert tally(roster(office, "乙分局,联络员,王伟,民警,13900000001,,,")) == (1, 0, 0)
    assert office.json("register", "list")[0]["unit"] == "丙分局"


def test_children_follow_their_parents_and_mended_units_come_in(office: Shell) -> None:
    rows = "戊所,基层所队,丙分局,戊\n丙分局,衙门,市局,\n己所,基层所队,甲公安分局,\n"
    result = told(office, "unit", "单位名称,类别,上级单位,别名\n" + rows, "--skip-bad")
    assert tally(result) == (1, 0, 0) and [p["row"] for p in result["rejected"]] == [2, 3]
    rejected = office.folder / "表.csv.rejected.csv"
    rejected.write_text(rejected.read_text(encoding="utf-8-sig").replace("衙门", "分局"), encoding="utf-8")
    assert tally(office.json("unit", "import", rejected.name)) == (2, 0, 0)
    assert office.json("unit", "show", "戊")["parent"] == "丙分局"


# -- plans -----------------------------------------------------------------------------------------

PLAN = "发布名称,单位,形式,日期,地点\n"


def test_a_plan_row_is_doubted_as_plan_add_doubts(office: Shell) -> None:
    rows = "甲,甲分局,新闻发布会,2026-10-03,厅\n乙,乙分局,新闻发布会,2026-10-09,厅\n丙,甲分局,新闻通气会,2026-10-09,厅\n"
    result = told(office, "plan", PLAN + rows)
    assert [w["row"] for w in result["warnings"]] == [2, 4]
    assert "不是工作日" in doubts(result) and "2026-002（乙分局）同日也在厅" in doubts(result)


def test_a_plan_of_a_unit_that_is_not_there_on_the_day_is_rejected(office: Shell) -> None:
    office("unit", "close", "乙分局", "--on", "2026-06-01")
    rows = "甲,乙分局,新闻发布会,2026-03-03,\n乙,乙分局,新闻发布会,2026-09-03,\n"
    result = told(office, "plan", PLAN + rows, "--skip-bad")
    assert tally(result) == (1, 0, 0) and [p["row"] for p in result["rejected"]] == [3]


def test_a_moved_release_comes_back_unchanged_even_from_another_year(office: Shell) -> None:
    told(office, "plan", PLAN + "甲,甲分局,新闻发布会,2026-12-30,\n")
    office("plan", "move", "2026-001", "--date", "2027-01-08", "--reason", "年终")
    office("plan", "export", "出.csv")
    assert tally(office.json("plan", "import", "出.csv")) == (0, 0, 1)


# -- the terminal ----------------------------------------------------------------------------------


def at_terminal(folder: Path, answer: str, *words: str) -> tuple[int, str]:
    """A command whose three streams are one terminal of 80 columns: its exit code and all it said."""
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "pressctl", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=os.environ | {"COLUMNS": "80", "TERM": "dumb"},
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    said = b""
    try:
        while part := os.read(ours, 1 << 16):
            said += part
    except OSError:  # how a terminal ends on Linux
        pass
    finally:
        os.close(ours)
    return process.wait(), said.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(
    ("words", "answer", "entered"), [((), "y", 113), ((), "n", 0), (("--yes",), "", 113)]
)
def test_the_plan_is_shown_and_confirmed(
    shell: Shell, words: tuple[str, ...], answer: str, entered: int
) -> None:
    from pressctl.cli.text import display_width

    shell("unit", "import", str(bundled.sample_dir() / "units.csv"))
    roster_file = str(bundled.sample_dir() / "roster.csv")
    code, said = at_terminal(shell.folder, answer, "register", "import", roster_file, *words)
    assert code == (0 if entered else 2) and len(shell.json("register", "list")) == entered
    assert ("是否写入" in said) is not bool(words)
    table = said.partition("单位")[2].partition("合计")[0]
    assert "沪宁高速公路大队" in table and max(map(display_width, table.splitlines())) <= 80
    assert ("没有导入" in said) is (entered == 0)


def test_every_problem_is_listed_when_a_file_is_refused_and_steers_no_terminal(office: Shell) -> None:
    rows = "甲分局,联络员,\x1b[31m红,民警,139,,,\n甲分局,联络员,\u202e李四,民警,13900000001,火星,,\n"
    (office.folder / "坏.csv").write_text(HEAD + rows, encoding="utf-8")
    said = office("register", "import", "坏.csv", code=4).stderr
    assert [line.partition("：")[0] for line in said.splitlines()] == ["有错"] * 4 + ["错误", "下一步"]
    assert "〔U+001B〕[31m红" in said and "〔U+202E〕李四" in said
    assert not {"\x1b", "\u202e"} & set(said)


# -- whatever comes --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("chunk", [2, 2000])
def test_files_of_namesakes_enter_whole_or_not_at_all_and_only_once(
    office: Shell, monkeypatch: pytest.MonkeyPatch, seed: int, chunk: int
) -> None:
    """Two names, three mobiles, two months, each often missing, in two units and roles, three files on end."""
    monkeypatch.setattr(register, "_CHUNK", chunk)
    dice = random.Random(seed)
    for _ in range(3):
        rows = [
            ",".join(
                dice.choice(words)
                for words in (
                    ("甲分局", "乙分局"), ("联络员", "新闻发言人"), ("王伟", "李静"), ("民警", "科长"),
                    ("", "13900000001", "13900000002", "13900000003"), ("", "1980-01", "1981-02"), ("8100",), ("", "a@example.cn"),
                )
            )
            for _ in range(dice.randint(1, 6))
        ]  # fmt: skip
        before = office.json("register", "list")
        (office.folder / "表.csv").write_text("\n".join([HEAD.strip(), *rows]), encoding="utf-8")
        done = CliRunner().invoke(root.app, ["register", "import", "表.csv", "--json"])
        assert done.exit_code in (0, 4), done.stderr
        if done.exit_code == 4:
            assert office.json("register", "list") == before
        else:
            assert sum(tally(json.loads(done.stdout))) == len(rows)
            assert tally(office.json("register", "import", "表.csv")) == (0, 0, len(rows))
    held = [(p["id"], p["unit"], p["role"]) for p in office.json("register", "list")]
    assert len(held) == len(set(held))
    assert office.json("db", "check", "--deep")["ok"]
