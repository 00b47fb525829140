"""三(二)4: a plan may name a month, a third of one, a quarter or a year; it is judged from its end until a day is fixed."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pressctl.core.period import parse_period, period_said, stored
from tests.conftest import Shell


@pytest.mark.parametrize(
    ("text", "kept", "first", "last"),
    [
        ("2026-06", "2026-06", date(2026, 6, 1), date(2026, 6, 30)),
        ("2026-02", "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028年2月", "2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-06上旬", "2026-06上旬", date(2026, 6, 1), date(2026, 6, 10)),
        ("6月中旬", "2026-06中旬", date(2026, 6, 11), date(2026, 6, 20)),
        ("6月下旬", "2026-06下旬", date(2026, 6, 21), date(2026, 6, 30)),
        ("２月下旬", "2026-02下旬", date(2026, 2, 21), date(2026, 2, 28)),
        ("十二月", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("第四季度", "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2027年第1季度", "2027Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("2026q3", "2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026年", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("全年", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("二〇二七年六月下旬", "2027-06下旬", date(2027, 6, 21), date(2027, 6, 30)),
        ("二○二六年第四季度", "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("元月", "2026-01", date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_a_period_and_its_days(text: str, kept: str, first: date, last: date) -> None:
    found = parse_period(text, 2026)
    assert (found.text, found.first, found.last, found.rough) == (kept, first, last, False)
    assert stored(kept) == found


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("10月底", "2026-10下旬"),
        ("上半年", "2026Q2"),
        ("6-7月", "2026-07"),
        ("10月中旬左右", "2026-10中旬"),
        ("拟于10月", "2026-10"),
        ("二〇二六年十月（暂定）", "2026-10"),
        ("年底前", "2026Q4"),
        ("6月上、中旬", "2026-06中旬"),
        ("6月初至7月底", "2026-07下旬"),
        ("2027年第三、四季度", "2027Q4"),
        ("6月下旬（具体时间待定）", "2026-06下旬"),
    ],
)
def test_words_that_are_no_period_of_the_plan_are_taken_for_the_nearest(text: str, kept: str) -> None:
    found = parse_period(text, 2026)
    assert (found.text, found.rough) == (kept, True)


@pytest.mark.parametrize(
    "text", ["13月", "6", "每季度", "待定", "2026-06-31", "6月31日", "Q5", "2026-00", "春节前"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
        parse_period(text, 2026)


def test_a_month_without_its_year_is_asked_for() -> None:
    with pytest.raises(ValueError, match="没有写年份"):
        parse_period("6月")


def test_how_documents_print_it() -> None:
    assert [period_said(p) for p in ("2026-06下旬", "2026-06", "2026Q4", "2026")] == [
        "2026年6月下旬", "2026年6月", "2026年第四季度", "2026年",
    ]  # fmt: skip


@pytest.fixture
def desk(shell: Shell) -> Shell:
    shell("unit", "add", "市局", "--kind", "市局")
    shell("unit", "add", "甲分局", "--kind", "分局", "--parent", "市局")
    return shell


def _add(desk: Shell, name: str, *when: str, bureau: bool = True) -> str:
    words = ["plan", "add", name, "--unit", "甲分局", "--form", "新闻发布会", *when]
    return str(desk.json(*words, *(["--in-bureau-name"] if bureau else []))["ref"])


def test_a_period_is_shown_as_such_and_sorted_by_its_end(desk: Shell) -> None:
    refs = [
        _add(desk, "季", "--period", "2026Q2"),
        _add(desk, "日", "--date", "2026-06-29"),
        _add(desk, "旬", "--period", "2026-06上旬"),
        _add(desk, "年", "--period", "2026"),
    ]
    listed = desk.json("plan", "list")
    assert [r["ref"] for r in listed] == [refs[2], refs[1], refs[0], refs[3]]
    assert {r["name"]: (r["date"], r["deadline"], r["period"]) for r in listed} == {
        "旬": (None, None, "2026-06上旬"),
        "日": ("2026-06-29", "2026-06-22", None),
        "季": (None, None, "2026Q2"),
        "年": (None, None, "2026"),
    }
    shown = desk("plan", "list").stdout
    assert "2026-06上旬" in shown and "2026-06-10" not in shown
    assert "2026Q2" in desk("plan", "show", refs[0]).stdout
    assert desk.json("plan", "show", refs[0])["deadline_count"] is None


def test_a_period_is_not_in_the_calendar_file(desk: Shell) -> None:
    _add(desk, "有时段的", "--period", "2026-06")
    _add(desk, "有日期的", "--date", "2026-06-29")
    desk("plan", "export", "p.ics")
    text = (desk.folder / "p.ics").read_text(encoding="utf-8")
    assert "有日期的" in text and "有时段的" not in text
    assert "2026-06" in desk("calendar", "show", "2026").stdout


def test_submission_waits_for_a_day(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-06下旬")
    error = desk.error("submit", ref, "--opinion", "同意", "--by", "陈试一", code=3)
    assert error["code"] == "no_day" and f"plan move {ref}" in error["next"] and error["clause"]


def test_fixing_the_day_is_no_change_of_the_plan(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-06下旬")
    moved = desk.json("plan", "move", ref, "--date", "2026-06-26", "--reason", "定期")
    assert (moved["date"], moved["planned_date"], moved["period"], moved["status"]) == (
        "2026-06-26", "2026-06-26", None, "planned",
    )  # fmt: skip
    assert "定期：日期由2026-06下旬改为2026-06-26" in desk("plan", "show", ref).stdout
    assert desk.error("submit", ref, "--opinion", "同意", "--by", "陈试一", code=3)["code"] != "no_day"


def test_the_last_day_of_the_period_can_be_the_day(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-06")
    moved = desk.json("plan", "move", ref, "--date", "2026-06-30", "--reason", "定期")
    assert (moved["date"], moved["period"]) == ("2026-06-30", None)


def test_a_day_outside_the_period_is_a_change_of_the_plan(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-06")
    moved = desk.json("plan", "move", ref, "--date", "2026-07-03", "--reason", "筹备未毕")
    assert (moved["date"], moved["planned_date"], moved["period"]) == ("2026-07-03", "2026-06-30", None)


def test_another_venue_leaves_the_period(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-06")
    moved = desk.json("plan", "move", ref, "--venue", "新闻发布厅", "--reason", "定地点")
    assert (moved["date"], moved["period"], moved["venue"]) == (None, "2026-06", "新闻发布厅")


def test_a_period_clashes_with_nothing_and_is_on_no_day_off(desk: Shell) -> None:
    """28 February 2026 is a make-up Saturday, 31 May a Sunday: neither matters where no day is fixed."""
    _add(desk, "日", "--date", "2026-06-30")
    words = ("plan", "add", "月", "--unit", "甲分局", "--form", "conference", "--period", "2026-05")
    assert desk(*words).stderr == ""
    judged = desk.json("check", "--year", "2026", "--rule", "PLN-03", "--all")
    assert [f["subject"] for f in judged["findings"]] == ["2026-001"]
    assert [r["period"] for r in desk.json("plan", "list")] == ["2026-05", None]


def test_date_and_period_exclude_each_other(desk: Shell) -> None:
    words = ("plan", "add", "甲", "--unit", "甲分局", "--form", "conference")
    assert desk.error(*words, code=2)["code"] == "date_or_period"
    assert (
        desk.error(*words, "--date", "2026-06-01", "--period", "2026-06", code=2)["code"] == "date_or_period"
    )
    assert "时段" in desk.error(*words, "--period", "六月某天", code=2)["message"]


def test_due_speaks_of_the_period_and_counts_from_its_end(desk: Shell) -> None:
    _add(desk, "甲", "--period", "2026-06下旬")
    (item,) = [d for d in desk.json("due", "--days", "300") if d["ref"] == "2026-001"]
    assert item["on"] == "2026-06-23" and "2026-06下旬" in item["what"]


def test_a_release_held_within_its_period_kept_to_the_plan(desk: Shell) -> None:
    desk(
        "register",
        "add",
        "陈试一",
        "--role",
        "发言人",
        "--unit",
        "甲分局",
        "--title",
        "副局长",
        "--mobile",
        "13900000001",
    )
    ref = _add(desk, "甲", "--period", "2026-06", bureau=False)
    desk.today("2026-06-12")
    held = desk.json(
        "record", "held", ref, "--on", "2026-06-12", "--seat", "host=陈试一", "--seat", "presenter=陈试一"
    )
    assert (held["date"], held["held_on"]) == ("2026-06-12", "2026-06-12")
    (row,) = [r for r in desk.json("plan", "progress", "2026") if r["unit"] == "甲分局"]
    assert (row["on_time"], row["moved"]) == (1, 0)


def test_the_plan_comes_back_as_it_was_exported(desk: Shell) -> None:
    for name, period in (("旬", "2026-06下旬"), ("季", "2026Q4"), ("月", "2026-09"), ("年", "2026")):
        _add(desk, name, "--period", period)
    for file in ("p.csv", "p.xlsx"):
        desk("plan", "export", file)
        again = desk.json("plan", "import", file)
        assert (again["unchanged"], again["added"], again["updated"]) == (4, 0, 0), file


def test_a_day_fixed_since_is_not_undone_by_the_plan_file(desk: Shell, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "发布名称,单位,形式,拟发布时间\n甲,甲分局,新闻发布会,2026年6月下旬\n", encoding="utf-8"
    )
    assert desk.json("plan", "import", str(tmp_path / "p.csv"))["added"] == 1
    desk("plan", "move", "2026-001", "--date", "2026-06-26", "--reason", "定期")
    assert desk.json("plan", "import", str(tmp_path / "p.csv"))["unchanged"] == 1
    assert desk.json("plan", "show", "2026-001")["date"] == "2026-06-26"
    (tmp_path / "p.csv").write_text(
        "发布名称,单位,形式,拟发布时间\n甲,甲分局,新闻发布会,2026年9月\n", encoding="utf-8"
    )
    assert desk.json("plan", "import", str(tmp_path / "p.csv"))["updated"] == 1
    assert desk.json("plan", "show", "2026-001")["period"] == "2026-09"


def test_no_document_prints_the_last_day_of_a_period_as_the_day(desk: Shell) -> None:
    ref = _add(desk, "甲", "--period", "2026-08中旬")
    _add(desk, "乙", "--date", "2026-08-27")
    files = ("a.docx", "a.html", "a.xlsx")
    desk("report", "annual", "2026", *(word for file in files for word in ("-o", file)))
    desk("report", "unit", "甲分局", "2026", "-o", "u.docx")
    desk("report", "quarter", "2026", "3", "-o", "q.docx")
    desk("form", "approval", ref, "-o", "f.docx")
    for file in (*files, "u.docx", "q.docx", "f.docx"):
        text = _text_of(desk.folder / file)
        assert "中旬" in text, file
        assert not any(day in text for day in ("2026-08-20", "8月20日", "2026-08-20 00:00:00")), file
        assert file == "f.docx" or re.search(r"8\D{1,9}27", text), file
    shown = desk("report", "unit", "甲分局", "2026").stdout + desk("due", "--days", "300").stdout
    assert "2026-08中旬" in shown


def _text_of(path: Path) -> str:
    """Everything that stands in a document, days of a workbook as ISO."""
    if path.suffix == ".html":
        return path.read_text(encoding="utf-8")
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return " ".join(str(c) for s in book for row in s.iter_rows(values_only=True) for c in row if c)
    with zipfile.ZipFile(path) as package:
        return re.sub("<[^>]*>", "", package.read("word/document.xml").decode())
