"""Rosters into the register and out again: who is meant, nothing doubled, nothing lost, nothing run."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pressctl import bundled
from pressctl.usecases import imports
from tests.conftest import Shell

HEAD = "单位,类别,姓名,职务,手机,出生年月,办公室电话\n"


@pytest.fixture
def office(shell: Shell) -> Shell:
    shell("unit", "add", "市局", "--kind", "bureau")
    for name in ("甲分局", "乙分局"):
        shell("unit", "add", name, "--kind", "sub_bureau", "--parent", "市局")
    return shell


def _write(shell: Shell, rows: str, name: str = "名册.csv", head: str = HEAD) -> str:
    (shell.folder / name).write_text(head + rows, encoding="utf-8")
    return name


def _import(shell: Shell, rows: str, *more: str, **named: str) -> dict[str, Any]:
    result: dict[str, Any] = shell.json("register", "import", _write(shell, rows, **named), *more)
    return result


def _tally(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["added"], result["updated"], result["unchanged"]


# -- who is meant ----------------------------------------------------------------------------------

TWO = "甲分局,联络员,王伟,民警,13900000001,1980-01\n甲分局,联络员,王伟,民警,13900000002,1985-05\n"


@pytest.mark.parametrize(
    ("rows", "tally"),
    [
        (TWO, (0, 0, 2)),
        ("".join(reversed(TWO.splitlines(keepends=True))), (0, 0, 2)),
        ("甲分局,联络员,王伟,科员,13900000002,\n", (0, 1, 0)),
        ("甲分局,联络员,王伟,科员,,1985-05,8100\n", (0, 1, 0)),
        ("甲分局,联络员,王伟,民警,13900000009,1985-05\n", (0, 1, 0)),
        ("甲分局,联络员,王伟,民警,13900000003,1990-09\n", (1, 0, 0)),
        ("甲分局,联络员,王伟,民警,13900000002,1985-05\n甲分局,联络员,王伟,民警,13900000003,1990-09\n", (1, 0, 1)),
        ("甲分局,新闻发言人,王伟,民警,13900000001,1980-01\n", (1, 0, 0)),
    ],
    ids=["the same two", "in any order", "by mobile", "by birth month", "a new number", "a third", "one and a third", "another post"],
)  # fmt: skip
def test_namesakes_are_told_apart(office: Shell, rows: str, tally: tuple[int, int, int]) -> None:
    _import(office, TWO)
    assert _tally(_import(office, rows)) == tally


def test_a_namesake_that_could_be_either_is_asked_about(office: Shell) -> None:
    _import(office, TWO)
    name = _write(office, "甲分局,联络员,王伟,科长,,,8100\n")
    error = office.error("register", "import", name, code=4)
    (problem,) = error["rejected"] if "rejected" in error else error["details"]["rejected"]
    assert problem["row"] == 2 and problem["value"] == "王伟" and "看不出是哪一位" in problem["problem"]


def test_an_empty_cell_never_wipes(office: Shell) -> None:
    _import(office, "甲分局,联络员,李一,民警,13900000011,1980-01\n")
    assert _tally(_import(office, "甲分局,联络员,李一,民警,13900000011,\n")) == (0, 0, 1)
    (person,) = office.json("register", "list")
    assert (person["birth"], person["mobile"]) == ("1980-01", "13900000011")


def test_someone_registered_elsewhere_is_one_person_with_a_warning(office: Shell) -> None:
    _import(office, "甲分局,联络员,李一,民警,13900000011,1980-01\n")
    result = _import(office, "乙分局,联络员,李一,民警,13900000011,1980-01\n")
    (warning,) = [w for w in result["warnings"] if "已登记为" in w["problem"]]
    assert "register end" in warning["problem"]
    assert len({p["id"] for p in office.json("register", "list")}) == 1


def test_one_mobile_for_two_people_warns(office: Shell) -> None:
    _import(office, "甲分局,联络员,李一,民警,13900000011,1980-01\n")
    result = _import(office, "乙分局,联络员,李二,民警,13900000011,1981-01\n")
    assert any("李一" in w["problem"] and w["value"] == "13900000011" for w in result["warnings"])


# -- all or nothing --------------------------------------------------------------------------------


def test_a_dry_run_is_the_real_run_rolled_back(office: Shell) -> None:
    rows = TWO + "乙分局,联络员,张三,民警,13900000021,75-3\n"
    rehearsed = _import(office, rows, "--dry-run")
    assert office.json("register", "list") == []
    real = _import(office, rows)
    assert {**rehearsed, "dry_run": False} == real and real["added"] == 3


def test_skipped_rows_come_back_mended(office: Shell) -> None:
    rows = TWO + "没有的局,联络员,张三,民警,13900000021,1975-03\n乙分局,联络员,李四,民警,139,1975-03\n"
    error = office.error("register", "import", _write(office, rows), code=4)
    assert "2 行" in error["message"]
    assert office.json("register", "list") == []
    result = _import(office, rows, "--skip-bad")
    assert result["added"] == 2 and {p["row"] for p in result["rejected"]} == {4, 5}
    rejected = office.folder / "名册.csv.rejected.csv"
    text = rejected.read_text(encoding="utf-8-sig")
    assert "没有的局" in text and "139" in text and len(list(csv.reader(text.splitlines()))) == 3
    rejected.write_text(
        text.replace("没有的局", "乙分局").replace(",139,", ",13900000022,"), encoding="utf-8-sig"
    )
    mended = office.json("register", "import", rejected.name)
    assert mended["added"] == 2 and not mended["rejected"]


def test_undo_takes_a_whole_import_back(office: Shell) -> None:
    _import(office, "甲分局,联络员,李一,民警,13900000011,1980-01\n")
    before = office.json("register", "list")
    _import(office, TWO + "甲分局,联络员,李一,科长,13900000012,1980-01\n")
    assert len(office.json("register", "list")) == 3
    office("undo")
    assert office.json("register", "list") == before
    assert office.json("log", "verify")["ok"] and office.json("db", "check", "--deep")["ok"]


def test_an_import_is_one_group_of_the_log(office: Shell) -> None:
    _import(office, TWO)
    entries = [e for e in office.json("log", "list") if e["action"] == "register.import"]
    assert len(entries) >= 2 and len({e["command"] for e in entries}) == 1


# -- out and in again ------------------------------------------------------------------------------


@pytest.fixture
def sample(shell: Shell) -> Shell:
    folder = bundled.sample_dir()
    shell("unit", "import", str(folder / "units.csv"))
    assert shell.json("register", "import", str(folder / "roster.csv"))["added"] == 113
    shell("plan", "import", str(folder / "plan-2026.csv"))
    return shell


def test_undo_takes_back_plan_roster_and_units_one_after_the_other(sample: Shell) -> None:
    for listing, subjects in (("plan", None), ("register", 113 + 54), ("unit", None)):
        assert sample.json(listing, "list")
        said = sample("undo").stdout
        assert subjects is None or f"、P10 等 {subjects} 项）" in said
        assert sample.json(listing, "list") == []
        assert sample.json("db", "check", "--deep")["ok"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_what_is_exported_imports_as_unchanged(sample: Shell, ending: str) -> None:
    people = sample.json("register", "list")
    sample("register", "export", f"名册{ending}")
    result = sample.json("register", "import", f"名册{ending}")
    assert _tally(result) == (0, 0, 113) and not result["rejected"]
    assert sample.json("register", "list") == people
    sample("plan", "export", f"计划{ending}")
    assert _tally(sample.json("plan", "import", f"计划{ending}")) == (0, 0, 29)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_words_that_a_spreadsheet_would_run_stay_words(office: Shell, ending: str) -> None:
    rows = '甲分局,联络员,李一,"=HYPERLINK(""x"")",13900000011,1980-01\n甲分局,新闻发言人,李二,+1+1,13900000012,1980-01\n'
    _import(office, rows)
    before = office.json("register", "list")
    assert [p["title"] for p in before] == ['=HYPERLINK("x")', "+1+1"]
    office("register", "export", f"出{ending}")
    if ending == ".xlsx":
        book = openpyxl.load_workbook(office.folder / f"出{ending}")
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        assert all(c.data_type != "f" for c in cells)
    else:
        text = (office.folder / f"出{ending}").read_text(encoding="utf-8-sig")
        assert all(
            not cell.startswith(("=", "+", "-", "@")) for row in csv.reader(text.splitlines()) for cell in row
        )
    assert _tally(office.json("register", "import", f"出{ending}")) == (0, 0, 2)
    assert office.json("register", "list") == before


def test_the_template_is_filled_in_and_taken(office: Shell) -> None:
    office("register", "template", "空表.xlsx")
    path = office.folder / "空表.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert "电话：3089" in str(sheet["A2"].value), "whom to ask"
    lists = {str(v.sqref).split(":")[0][0]: v for v in sheet.data_validations.dataValidation}
    assert len(lists) >= 2, "drop-down lists for unit and role"
    header = next(r for r in sheet.iter_rows(max_row=6) if str(r[0].value).startswith("单位"))
    heads = {str(c.value): number for number, c in enumerate(header, start=1)}
    row = (
        next(n for n, r in enumerate(sheet.iter_rows(max_row=6), start=1) if r[0].value == header[0].value)
        + 1
    )
    told = {"单位": "甲分局", "类别": "联络员", "姓名": "赵六", "职务": "民警", "手机": "13900000099"}
    for label, value in told.items():
        column = next(n for head, n in heads.items() if label in head)
        sheet.cell(row, column, value)
    book.save(path)
    result = office.json("register", "import", "空表.xlsx")
    assert _tally(result) == (1, 0, 0), json.dumps(result, ensure_ascii=False)
    assert office.json("register", "list")[0]["mobile"] == "13900000099"


# -- units and plans alike -------------------------------------------------------------------------


def test_bad_units_are_skipped_and_handed_back(office: Shell) -> None:
    name = _write(office, "丙分局,分局,市局\n丁所,派出处,市局\n", "单位.csv", "单位名称,类别,上级单位\n")
    office.error("unit", "import", name, code=4)
    done = office.json("unit", "import", name, "--skip-bad")
    assert done["added"] == 1 and done["rejected"][0]["row"] == 3
    assert "派出处" in (office.folder / "单位.csv.rejected.csv").read_text(encoding="utf-8-sig")
    assert office.json("unit", "import", name, "--skip-bad", "--dry-run")["unchanged"] == 1


def test_bad_plans_are_skipped_and_handed_back(office: Shell) -> None:
    head = "发布名称,单位,形式,日期\n"
    name = _write(
        office, "春季发布,甲分局,新闻发布会,2026-03-03\n夏季发布,甲分局,茶话会,2026-06-03\n", "计划.csv", head
    )
    office.error("plan", "import", name, code=4)
    done = office.json("plan", "import", name, "--skip-bad")
    assert done["added"] == 1 and done["rejected"][0]["value"] == "茶话会"
    rejected = office.folder / "计划.csv.rejected.csv"
    rejected.write_text(
        rejected.read_text(encoding="utf-8-sig").replace("茶话会", "新闻通气会"), encoding="utf-8-sig"
    )
    assert office.json("plan", "import", rejected.name)["added"] == 1


def test_a_rejected_file_never_replaces_another(office: Shell) -> None:
    rows = "没有的局,联络员,张三,民警,13900000021,1975-03\n"
    kept = Path(office.folder / "名册.csv.rejected.csv")
    kept.write_text("别人的文件", encoding="utf-8")
    result = office("register", "import", _write(office, rows), "--skip-bad", "--json", code=2)
    assert "已存在" in result.stderr and kept.read_text(encoding="utf-8") == "别人的文件"
    assert office.json("register", "list") == []


# -- limits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [(), ("--skip-bad",)])
def test_more_rows_than_any_roster_has(
    option: tuple[str, ...], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell("unit", "add", "天宁分局", "--kind", "sub_bureau")
    monkeypatch.setattr(imports, "MAX_ROWS", 3)
    for rows, code in ((3, 0), (4, 4)):
        lines = [f"天宁分局,联络员,陈试{chr(0x4E00 + n)},民警,{13900000000 + n}" for n in range(rows)]
        text = "\n".join(["单位,类别,姓名,职务,手机", *lines])
        (shell.folder / "many.csv").write_text(text, encoding="utf-8")
        words = ("register", "import", "many.csv", *option)
        if code:
            error = shell.error(*words, code=4)
            assert error["code"] == "too_many_rows" and "3 行" in error["message"] and "分成" in error["next"]
        else:
            assert shell.json(*words)["added"] == 3
    assert len(shell.json("register", "list")) == 3


def test_so_many_errors_that_it_must_be_another_file(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("unit", "add", "天宁分局", "--kind", "sub_bureau")
    monkeypatch.setattr(imports, "MAX_BAD_ROWS", 3)
    lines = [f"天宁分局,联络员,陈试{chr(0x4E00 + n)},民警,139" for n in range(4)]
    text = "\n".join(["单位,类别,姓名,职务,手机", *lines])
    (shell.folder / "bad.csv").write_text(text, encoding="utf-8")
    error = shell.error("register", "import", "bad.csv", "--skip-bad", code=4)
    assert error["code"] == "too_many_errors" and "4 行有错" in error["message"]
    assert not (shell.folder / "bad.csv.rejected.csv").exists()


def test_warnings_beyond_the_limit_are_counted(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("unit", "add", "天宁分局", "--kind", "sub_bureau")
    monkeypatch.setattr(imports, "MAX_WARNINGS", 2)
    lines = [f"天宁分局,联络员,陈试{chr(0x4E00 + n)},民警,{13900000000 + n},不详" for n in range(5)]
    text = "\n".join(["单位,类别,姓名,职务,手机,性别", *lines])
    (shell.folder / "w.csv").write_text(text, encoding="utf-8")
    warnings = [w["problem"] for w in shell.json("register", "import", "w.csv")["warnings"]]
    assert len(warnings) == 3 and warnings[-1] == "另有 3 条提醒没有逐条列出"


def test_the_manual_tells_the_limits() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "import.md").read_text(encoding="utf-8")
    assert f"{imports.MAX_ROWS // 10_000} 万行" in manual
    assert f"有错的行超过 {imports.MAX_BAD_ROWS // 10_000} 万" in manual
    assert f"提醒超过 {imports.MAX_WARNINGS // 10_000} 万条" in manual


# -- the same judge at every door ------------------------------------------------------------------


def test_what_is_told_at_the_terminal_is_judged_as_a_row_is(shell: Shell) -> None:
    shell("unit", "add", "天宁分局", "--kind", "分局")
    add = ("register", "add", "--unit", "天宁分局", "--role", "联络员", "--title")
    refused = shell.error(*add, "民警", "刘?华", "--mobile", "1390000", code=4)
    assert "姓名“刘?华”" in refused["message"] and "手机“1390000”" in refused["message"]
    done = shell(*add, '="副局长"', "王莉（女）", "--mobile", "手机：13900000001（短号60001）", "--json")
    said = json.loads(done.stdout)
    assert (said["name"], said["title"], said["mobile"]) == ("王莉", "副局长", "13900000001")
    (person,) = shell.json("register", "list")
    assert person["remark"] == "女；手机短号60001"
    assert "记入备注" in done.stderr


def test_a_person_without_a_telephone_is_warned_of(shell: Shell) -> None:
    shell("unit", "add", "天宁分局", "--kind", "分局")
    add = ("register", "add", "陈试一", "--unit", "天宁分局", "--role", "发言人", "--title", "局长")
    assert "电话和手机都没有填" in shell(*add).stderr
    assert shell(*add[:2], "周试二", *add[3:], "--phone", "5123").stderr == ""


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("unit", "add", "甲\u202e局", "--kind", "市局"), "U+202E", 2),
        (("unit", "add", "\x07", "--kind", "市局"), "U+0007", 2),
        (("unit", "add", "—", "--kind", "市局"), "为空", 4),
        (("plan", "add", "甲\u202e", "--unit", "天宁分局", "--form", "通气会", "--date", "2026-10-09"), "U+202E", 2),
        (("plan", "add", " ", "--unit", "天宁分局", "--form", "通气会", "--date", "2026-10-09"), "为空", 4),
        (("plan", "add", "#REF!", "--unit", "天宁分局", "--form", "通气会", "--date", "2026-10-09"), "出错", 4),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_every_door(
    words: tuple[str, ...], said: str, code: int, shell: Shell
) -> None:
    """What can be no word at all is a wrong call; a word that is no name is bad data."""
    shell("unit", "add", "天宁分局", "--kind", "分局")
    assert said in shell.error(*words, code=code)["message"]


@pytest.mark.parametrize(
    ("kind", "value"), [("分局", "sub_bureau"), ("公安分局", "sub_bureau"), ("辖市（区）局", "county_bureau"), ("派出所", "station"), ("sub-bureau", "sub_bureau")]
)  # fmt: skip
def test_chinese_words_for_a_kind(kind: str, value: str, shell: Shell) -> None:
    assert shell.json("unit", "add", "甲局", "--kind", kind)["kind"] == value


@pytest.mark.parametrize(
    ("form", "value"), [("新闻发布会", "conference"), ("通气会", "briefing"), ("书面", "written")]
)
def test_chinese_words_for_a_form(form: str, value: str, shell: Shell) -> None:
    shell("unit", "add", "天宁分局", "--kind", "分局")
    words = ("plan", "add", "甲", "--unit", "天宁分局", "--date", "2026-10-09", "--form")
    assert shell.json(*words, form)["form"] == value


def test_an_unknown_word_is_told_what_there_is(shell: Shell) -> None:
    error = shell.error("register", "list", "--role", "厨师", code=2)
    assert "spokesperson（新闻发言人）" in error["message"]


def test_a_rejected_row_of_two_people_can_be_mended(shell: Shell) -> None:
    """The header of the rejected file is one line, and still says whose the columns are."""
    shell("unit", "add", "天宁分局", "--kind", "分局")
    head = "单位,新闻发言人,,,联络员,,\n,姓名,职务,手机,姓名,职务,手机\n"
    _write(shell, "天宁分局,严知微,副局长,13800000011,郁长安,科长,1380000001\n", "two.csv", head)
    done = shell.json("register", "import", "two.csv", "--skip-bad")
    assert (done["added"], len(done["rejected"])) == (1, 1)
    bad = shell.folder / "two.csv.rejected.csv"
    text = bad.read_text(encoding="utf-8-sig")
    assert (
        text.splitlines()[0]
        == "原因,单位,新闻发言人姓名,新闻发言人职务,新闻发言人手机,联络员姓名,联络员职务,联络员手机"
    )
    bad.write_text(text.replace(",1380000001\n", ",13800000012\n"), encoding="utf-8")
    again = shell.json("register", "import", str(bad))
    assert (again["added"], again["unchanged"]) == (1, 1)


# -- standard input --------------------------------------------------------------------------------


def test_standard_input_is_a_file_like_any_other(office: Shell) -> None:
    rows = "单位,类别,姓名,职务,手机\n甲分局,联络员,王一,科长,13900000001\n"
    done = json.loads(office("register", "import", "-", "--json", input=rows).stdout)
    assert (done["added"], done["file"]) == (1, "-")
    again = json.loads(office("register", "import", "-", "--json", input=rows).stdout)
    assert again["unchanged"] == 1
    office("unit", "import", "-", input="单位名称,类别\n丙分局,分局\n")
    office("plan", "import", "-", "--year", "2026", input="主题,单位,形式,时间\n甲,丙分局,发布会,6月\n")
    assert office.json("plan", "list")[0]["period"] == "2026-06"
    wrong = office("register", "import", "-", code=4, input=rows.replace("13900000001", "1"))
    assert "标准输入" in wrong.stderr and "现有 1 位" in wrong.stderr
    assert "空文件" in office("register", "import", "-", code=4, input="").stderr
    assert "没有地方写" in office("register", "import", "-", "--skip-bad", code=2, input=rows).stderr
    day = "date,kind,name\n2026-05-06,off,劳动节\n"
    office("calendar", "import", "-", "--yes", input=day)
    assert office.json("calendar", "is", "2026-05-06")["working"] is False
