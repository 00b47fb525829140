"""The spokesperson office moves to another unit in the middle of a year (三(一)): before and after are told apart."""

from __future__ import annotations

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def test_the_office_moves_from_a_day_on(bureau: Bureau) -> None:
    """Until 30 June with 宣传处, from 1 July with 办公室: one office on every day, its director signs only in his time."""
    told = bureau.said("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    assert "周主任" in told and "registeradd--roleoffice_director--unit办公室" in told
    assert "office.unit_name" in told
    offices = {
        day: [u["name"] for u in bureau.on("2026-07-02", "unit", "list", "--on", day) if u["office"]]
        for day in ("2026-06-30", "2026-07-01")
    }
    assert offices == {"2026-06-30": ["宣传处"], "2026-07-01": ["办公室"]}
    spans = [(p["since"], p["office"]) for p in bureau.on("2026-07-02", "unit", "show", "宣传处")["periods"]]
    assert spans == [(None, True), ("2026-07-01", False)]

    found = bureau.findings("ROS-01", "2026-07-02")
    assert [f["message"].split("，")[0] for f in found] == ["新闻发言人办公室主任应有1名"]
    assert bureau.findings("ROS-01", "2026-06-30") == []
    bureau.on("2026-07-02", "register", "end", "周主任", "--on", "2026-07-01", "--reason", "合署调整")
    post = ("--role", "office_director", "--unit", "办公室", "--title", "主任", "--mobile", "13900000099")
    bureau.on("2026-07-02", "register", "add", "郑主任", *post, "--on", "2026-07-01")
    assert bureau.findings("ROS-01", "2026-07-02") == []


def test_who_directed_the_former_office_signs_no_more(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    bureau.on("2026-09-21", *bureau.submission(ref))
    words = ("approve", ref, "--by", "周主任", "--opinion", "拟同意")
    assert bureau.refused("2026-09-22", *words)["code"] == "post_not_held"


def test_an_import_of_the_units_leaves_the_office_where_it_is(bureau: Bureau) -> None:
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    assert bureau.on("2026-07-02", "unit", "import", "units.csv")["updated"] == 0
    assert [u["name"] for u in bureau.on("2026-07-02", "unit", "list") if u["office"]] == ["办公室"]


def test_what_cannot_be_is_refused_and_what_was_done_can_be_undone(bureau: Bureau) -> None:
    assert (
        bureau.refused("2026-06-25", "unit", "office", "宣传处", "--on", "2026-07-01")["code"]
        == "nothing_new"
    )
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    again = bureau.refused("2026-06-26", "unit", "office", "宣传处", "--on", "2026-06-01")
    assert again["code"] == "date_backwards"
    bureau.on("2026-06-25", "undo")
    assert [u["name"] for u in bureau.on("2026-07-02", "unit", "list") if u["office"]] == ["宣传处"]
    assert len(bureau.on("2026-07-02", "unit", "show", "办公室")["periods"]) == 1


def test_a_list_of_a_past_day_tells_names_and_kinds_of_that_day(bureau: Bureau) -> None:
    bureau.on("2026-06-25", "unit", "kind", "武进区公安局", "分局", "--on", "2026-07-01")
    bureau.on("2026-07-01", "unit", "rename", "武进区公安局", "武进分局", "--on", "2026-07-01")
    listed = {
        day: [(u["name"], u["kind"]) for u in bureau.on("2026-07-02", "unit", "list", "--on", day)]
        for day in ("2026-06-30", "2026-07-01")
    }
    assert ("武进区公安局", "county_bureau") in listed["2026-06-30"]
    assert ("武进分局", "sub_bureau") in listed["2026-07-01"]


def test_what_was_owed_before_the_move_stays_with_the_former_office(bureau: Bureau) -> None:
    """A meeting of the first quarter was owed by 宣传处, of the third by 办公室."""
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    owed = {
        f["subject"]: f["unit"] for f in bureau.findings("MTG-01", "2026-12-31", "--year", "2026", "--all")
    }
    assert (owed["2026-01"], owed["2026-07"]) == ("宣传处", "办公室")
    bureau.on(
        "2026-12-31", "record", "meeting", "--topics", "计划", "--people", "周主任", "--on", "2026-03-20"
    )
    (minutes,) = bureau.findings("MTG-02", "2026-12-31")
    assert minutes["unit"] == "宣传处"


def test_a_director_is_lacking_since_the_office_moved(bureau: Bureau) -> None:
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    (found,) = bureau.findings("ROS-01", "2026-07-02")
    assert (found["due"], found["quote"]) == ("2026-07-01", "兼任新闻发言人办公室主任")


def test_who_invites_is_who_the_clause_names_though_the_office_moved(bureau: Bureau) -> None:
    """三(三)4 由局宣传处负责."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    held = ("--seat", "presenter=华言", "--seat", "host=杨副", "--unapproved", "--reason", "没有报批")
    bureau.on("2026-10-08", "record", "invitation", ref, "--by", "宣传处", "--media", "日报")
    bureau.on("2026-10-09", "record", "held", ref, *held)
    assert {f["result"] for f in bureau.findings("INV-01", "2026-10-09", "--all")} == {"pass"}
    bureau.on("2026-10-09", "undo")
    bureau.on("2026-10-08", "record", "invitation", ref, "--by", "天宁分局", "--media", "晚报")
    bureau.on("2026-10-09", "record", "held", ref, *held)
    assert "fail" in {f["result"] for f in bureau.findings("INV-01", "2026-10-09")}


def test_who_was_talked_with_was_the_office_that_day(bureau: Bureau) -> None:
    """三(三)1 与新闻发言人办公室共同商议: in May that was 宣传处, at the event in October it is 办公室."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-05-05", "record", "joint", ref, "--units", "宣传处")
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    held = ("--seat", "presenter=华言", "--seat", "host=杨副", "--unapproved", "--reason", "没有报批")
    bureau.on("2026-10-09", "record", "held", ref, *held)
    (talked,) = (f for f in bureau.findings("RTE-03", "2026-10-09", "--all") if "商议" in f["message"])
    assert talked["result"] == "pass"


def test_what_the_office_submitted_was_submitted_by_the_office_though_it_moved_before_the_event(
    bureau: Bureau,
) -> None:
    """三(三)1, 4: 综合性工作 is proposed, and its material prepared, by the office of that day."""
    name = "2026年第三季度常州市公安局新闻发布会"
    more = ("--form", "conference", "--date", "2026-07-06", "--topic", "治安", "--in-bureau-name")
    words = ("plan", "add", name, "--unit", "宣传处", *more, "--nature", "comprehensive", "--category", "1")
    ref = bureau.on("2026-01-15", *words)["ref"]
    bureau.on(
        "2026-06-15",
        *bureau.submission(ref, "--by", "杨副", "--joint", "办公室:戚办:同意。", leave_out=("--by",)),
    )
    bureau.on("2026-06-15", "record", "material", ref, "--by", "宣传处")
    bureau.on("2026-06-25", "unit", "office", "办公室", "--on", "2026-07-01")
    held = ("--seat", "presenter=顾一", "--seat", "host=顾二", "--unapproved", "--reason", "没有报批")
    bureau.on("2026-07-06", "record", "held", ref, *held)
    for rule in ("RTE-01", "MAT-01"):
        assert {f["result"] for f in bureau.findings(rule, "2026-07-06", "--all")} == {"pass"}, rule


def test_who_invites_is_the_office_where_the_unit_that_the_clause_names_was_renamed(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-07-01", "unit", "rename", "宣传处", "新闻宣传处", "--on", "2026-07-01")
    bureau.on("2026-10-08", "record", "invitation", ref, "--by", "新闻宣传处", "--media", "日报")
    held = ("--seat", "presenter=华言", "--seat", "host=杨副", "--unapproved", "--reason", "没有报批")
    bureau.on("2026-10-09", "record", "held", ref, *held)
    assert {f["result"] for f in bureau.findings("INV-01", "2026-10-09", "--all")} == {"pass"}
