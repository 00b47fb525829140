"""What a finding says to do next can be done: the commands are taken from what `check` prints, filled in, and run."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def commands(finding: dict[str, Any], **values: str) -> list[list[str]]:
    """The commands of a finding's `next`, each blank filled in by its own word, options in brackets left out."""
    text = re.sub(r"（[^）]*）", "", finding["next"])
    found = [c.split() for c in re.findall(r"pressctl ([^，；。\u3000]+)", text)]
    kept = [
        [w for w in words if not re.fullmatch(r"补记|改期|取消|登记|改正|登记接任者", w)] for words in found
    ]
    return [[values.get(w, w) for w in words] for words in kept]


def test_minutes_of_a_meeting_can_be_entered_later(bureau: Bureau) -> None:
    """三(四)2, once held and once noted: it stays one meeting, and has its minutes."""
    bureau.on("2026-03-20", "record", "meeting", "--topics", "一季度安排")
    (found,) = bureau.findings("MTG-02", "2026-03-25")
    assert found["result"] == "fail"
    (words,) = commands(found, 议题="一季度安排", 纪要="议定三项")
    bureau.on("2026-03-25", *words)
    assert bureau.findings("MTG-02", "2026-03-25") == []
    (first, *_) = (f for f in bureau.findings("MTG-01", "2026-03-25", "--all"))
    assert first["result"] == "pass" and "例会1次" in first["message"]


def test_a_vacancy_is_filled_by_the_command_that_is_told(bureau: Bureau) -> None:
    """Who has left cannot be replaced any more; the successor is entered, and what is left is to explain."""
    bureau.on("2026-03-02", "register", "end", "华言", "--on", "2026-03-02", "--reason", "调离")
    (found,) = bureau.findings("CHG-01", "2026-04-01")
    (words,) = commands(found, 姓名="新言人", 职务="副局长", 日期="2026-04-01")
    bureau.on("2026-04-01", *words)
    assert bureau.findings("CHG-02", "2026-04-02") == []
    (found,) = bureau.findings("CHG-01", "2026-04-02")
    assert found["result"] == "fail" and "register" not in found["next"] and "已经做了" in found["next"]


def test_a_director_who_is_not_the_head_is_put_right(bureau: Bureau) -> None:
    bureau.on("2026-03-02", "register", "change", "周主任", "--title", "副处长")
    (found,) = bureau.findings("CHG-01", "2026-03-03")
    replaced, changed = commands(found, 接任者="王主任", 职务="处长", 日期="2026-03-03", 原因="任命")
    bureau.on("2026-03-03", *changed)
    assert bureau.findings("CHG-01", "2026-03-03") == []
    bureau.on("2026-03-03", "undo")
    bureau.on("2026-03-03", *replaced)
    assert bureau.findings("CHG-01", "2026-03-03") == []


def test_what_was_rejected_and_held_all_the_same_is_told_as_it_was(bureau: Bureau) -> None:
    """The gravest breach of 三(三)1 is not lost by being planned anew: the leader's no stands, and so does the event."""
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意。")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--reject", "--opinion", "不同意。")
    held = ["record", "held", ref, "--on", "2026-10-09", "--seat", "presenter=华言", "--seat", "host=周主任"]
    told = bureau.refused("2026-10-12", *held)
    assert told["code"] == "not_approved" and "--unapproved --reason" in told["next"]
    assert "submit" not in told["next"]  # which is closed to it
    done = bureau.on("2026-10-12", *held, "--unapproved", "--reason", "现场擅自召开")
    assert (done["status"], done["held_on"], done["steps"][-1]["decision"]) == (
        "held",
        "2026-10-09",
        "reject",
    )
    (led,) = bureau.findings("RTE-04", "2026-10-12")
    assert led["result"] == "fail"
    assert bureau.findings("PLN-06", "2026-10-12") == []


def test_what_was_held_without_any_approval_is_told_as_it_was(bureau: Bureau) -> None:
    """In the bureau's name, its day over, nothing submitted: it was held, or moved, or given up; each can be recorded.
    Held without 三(三)1, it fails there, and no filing of a later day mends it."""
    ref = bureau.plan()
    (found,) = bureau.findings("PLN-06", "2026-10-12")
    blanks = {"席位=人员": "presenter=华言", "日期": "2026-10-09", "原因": "没有报批"}
    held, moved, cancelled = commands(found, **blanks)
    assert "--unapproved --reason" in found["next"]
    held += ["--seat", "host=周主任"]
    assert bureau.refused("2026-10-12", *held)["code"] == "not_approved"
    assert bureau.on("2026-10-12", *cancelled)["status"] == "cancelled"
    bureau.on("2026-10-12", "undo")
    moved[moved.index("2026-10-09")] = "2026-10-20"
    assert bureau.on("2026-10-12", *moved)["date"] == "2026-10-20"
    bureau.on("2026-10-12", "undo")

    done = bureau.on("2026-10-12", *held, "--unapproved", "--reason", "没有报批")
    assert (done["status"], done["held_on"], done["steps"]) == ("held", "2026-10-09", [])
    assert bureau.findings("PLN-06", "2026-10-12") == []
    for rule in ("RTE-03", "RTE-04", "COO-02", "FIL-01", "LED-01", "FRM-01", "FRM-03", "FRM-04"):
        assert "fail" in {f["result"] for f in bureau.findings(rule, "2026-10-12")}, rule
    bureau.on("2026-10-12", "record", "filed", ref, "--on", "2026-10-08")
    (filed,) = bureau.findings("FIL-01", "2026-10-12")
    assert filed["result"] == "fail" and "补报备" in filed["message"]
    log = bureau.on("2026-10-12", "log", "list", ref)
    assert any("未经审批" in str(entry) and "没有报批" in str(entry) for entry in log)


def test_a_matter_answered_in_the_next_year_can_be_waived_where_it_is_judged(bureau: Bureau) -> None:
    """It happened on 29 December, and what answered it was held on 25 January: it is 2026 that judges it, and the waiver
    that is printed works there."""
    words = (
        "record",
        "trigger",
        "公交分局",
        "--kind",
        "major",
        "--matter",
        "大案",
        "--happened",
        "2026-12-29T09:00",
    )
    bureau.on("2026-12-29", *words)
    (one,) = (r for r in bureau.on("2026-12-29", "record", "list") if r["kind"] == "trigger")
    more = (
        "--unit",
        "公交分局",
        "--form",
        "written",
        "--date",
        "2027-01-25",
        "--topic",
        "大案",
        "--category",
        "2",
    )
    ref = bureau.on("2027-01-10", "plan", "add", "大案通报", *more, "--occasion", "major")["ref"]
    bureau.on("2027-01-10", "record", "response", str(one["id"]), "--ref", ref)
    bureau.on("2027-01-25", "record", "held", ref, "--seat", "presenter=华言")
    (found,) = bureau.findings("OCC-01", "2027-02-05", "--year", "2026")
    assert found["result"] == "fail"
    (waive,) = commands(found, 批准人="苏正", 原因="案情复杂")
    bureau.on("2027-02-05", *waive)
    (found,) = bureau.findings("OCC-01", "2027-02-05", "--year", "2026")
    assert found["result"] == "waived"


def test_what_cannot_be_mended_any_more_is_said_so(bureau: Bureau) -> None:
    """A release that was held can be neither given up nor entered anew: no advice to do so."""
    more = ("--unit", "天宁分局", "--form", "written", "--date", "2026-05-11")
    ref = bureau.on("2026-01-15", "plan", "add", "通报", *more)["ref"]
    (found,) = bureau.findings("CNT-01", "2026-01-16")
    assert "取消后重新列入计划" in found["next"]
    bureau.on("2026-05-11", "record", "held", ref, "--seat", "presenter=窦言")
    (found,) = bureau.findings("CNT-01", "2026-05-12")
    assert "取消" not in found["next"] and "说明" in found["next"]


def test_what_a_file_can_no_longer_tell_is_given_up_and_planned_anew(bureau: Bureau) -> None:
    """A submitted release takes nothing from a plan file any more."""
    more = (
        "--unit",
        "公交分局",
        "--form",
        "conference",
        "--date",
        "2026-10-09",
        "--topic",
        "客流",
        "--in-bureau-name",
    )
    ref = bureau.on("2026-01-15", "plan", "add", "国庆客流", *more)["ref"]
    bureau.on("2026-09-21", *bureau.submission(ref))
    (found,) = bureau.findings("CNT-01", "2026-09-22")
    (cancel,) = commands(found, 原因="重列")
    assert bureau.on("2026-09-22", *[w for w in cancel if not w.startswith("取消")])["status"] == "cancelled"
