"""What was agreed to and then changed was not agreed to; what was written down only afterwards proves nothing before."""

from __future__ import annotations

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def approved(bureau: Bureau) -> str:
    """A conference of 9 October, submitted on 21 September, approved on the 23rd."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-09-21", *bureau.submission(ref))
    opinion = ("--opinion", "同意。")
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", *opinion, "--no-wide-impact")
    bureau.on("2026-09-23", "approve", ref, "--by", "苏正", *opinion)
    return ref


def _results(bureau: Bureau, rule: str, day: str) -> set[str]:
    return {f["result"] for f in bureau.findings(rule, day, "--all")}


_HELD = ("--seat", "presenter=华言", "--seat", "host=周主任", "--unapproved", "--reason", "来不及重新报批")


def test_a_change_after_approval_that_nobody_approved_again_fails(bureau: Bureau) -> None:
    """三(三)1 逐级报批: on the very eve of the change everything was signed; after it nothing is."""
    ref = approved(bureau)
    bureau.on("2026-09-28", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    shown = bureau.on("2026-09-28", "plan", "show", ref)
    assert [s["step"] for s in shown["steps"]] == ["unit", "office", "leader"], (
        "what was signed is still told"
    )
    bureau.on("2026-10-12", "record", "held", ref, *_HELD)
    for rule in ("RTE-04", "RTE-03", "COO-02"):
        assert "fail" in _results(bureau, rule, "2026-10-12"), rule
    (found,) = (f for f in bureau.findings("RTE-04", "2026-10-12") if f["result"] == "fail")
    assert "没有重新报送、审批" in found["message"] and "领导审批 2026-09-23" in found["message"]


def test_before_the_change_it_stands_approved(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-28", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    bureau.on("2026-10-12", "record", "held", ref, *_HELD)
    bureau.shell.today("2026-10-13")
    seen = bureau.shell.json("check", "--on", "2026-09-25", "--rule", "PLN-06", "--all")
    (mine,) = (f for f in seen["findings"] if f["subject"] == ref)
    assert mine["result"] == "not_due"


def test_approved_again_it_is_approved(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-24", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    bureau.on("2026-09-24", *bureau.submission(ref))
    bureau.on("2026-09-25", "approve", ref, "--by", "周主任", "--opinion", "同意。", "--no-wide-impact")
    bureau.on("2026-09-25", "approve", ref, "--by", "苏正", "--opinion", "同意。")
    bureau.on("2026-09-28", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    bureau.on("2026-10-12", "record", "held", ref, "--seat", "presenter=华言", "--seat", "host=周主任")
    assert _results(bureau, "RTE-04", "2026-10-12") == {"pass"}
    assert "pass" in _results(bureau, "FIL-01", "2026-10-12")


def test_a_change_taken_back_leaves_the_approval(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-28", "plan", "move", ref, "--venue", "二楼", "--reason", "换场地")
    bureau.on("2026-09-28", "undo")
    assert bureau.on("2026-09-28", "plan", "show", ref)["status"] == "approved"
    bureau.on("2026-09-28", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    bureau.on("2026-10-09", "record", "held", ref, "--seat", "presenter=华言", "--seat", "host=周主任")
    assert _results(bureau, "RTE-04", "2026-10-09") == {"pass"}


def test_a_filing_that_a_change_undid_is_told(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-24", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    bureau.on("2026-09-28", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    bureau.on("2026-10-12", "record", "held", ref, *_HELD)
    (found,) = (f for f in bureau.findings("FIL-01", "2026-10-12") if f["result"] == "fail")
    assert "2026-09-24 的报备因变更作废" in found["message"]


def test_an_urgent_submission_written_down_afterwards_proves_no_consultation(bureau: Bureau) -> None:
    """The event was on the 9th; on the 10th the office writes that it was consulted on the 8th."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    urgent = ("--urgent", "--reason", "临时", "--consulted", "2026-10-08", "--on", "2026-10-08")
    said = bureau.said("2026-10-10", *bureau.submission(ref), *urgent)
    assert "2026-10-10才登记" in said
    for who in ("周主任", "苏正"):
        words = ("approve", ref, "--by", who, "--opinion", "同意。", "--on", "2026-10-08")
        bureau.on("2026-10-10", *words, *(["--no-wide-impact"] if who == "周主任" else []))
    held = ("--seat", "presenter=华言", "--seat", "host=周主任", "--on", "2026-10-09")
    bureau.on("2026-10-10", "record", "held", ref, *held, "--unfiled", "--reason", "来不及")
    (found,) = bureau.findings("URG-01", "2026-10-10")
    assert found["result"] == "fail" and "在发布之后才登记" in found["message"]
    (found,) = bureau.findings("MAT-03", "2026-10-10")
    assert found["result"] == "no_evidence" and "在发布之后才登记" in found["message"]
    (found, *_) = bureau.findings("RTE-04", "2026-10-10", "--all")
    assert found["result"] == "pass" and "发布之后才登记" in found["message"], "signatures keep their days"


def test_the_same_written_down_on_the_day_proves_it(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    urgent = ("--urgent", "--reason", "临时", "--consulted", "2026-10-08")
    assert "才登记" not in bureau.said("2026-10-08", *bureau.submission(ref), *urgent)
    for who in ("周主任", "苏正"):
        words = ("approve", ref, "--by", who, "--opinion", "同意。")
        bureau.on("2026-10-08", *words, *(["--no-wide-impact"] if who == "周主任" else []))
    held = ("--seat", "presenter=华言", "--seat", "host=周主任")
    bureau.on("2026-10-09", "record", "held", ref, *held, "--unfiled", "--reason", "来不及")
    for rule in ("URG-01", "MAT-03"):
        assert _results(bureau, rule, "2026-10-10") == {"pass"}, rule


def test_what_was_urgent_is_urgent_no_more_once_it_is_moved_so_far_that_it_is_in_time(bureau: Bureau) -> None:
    """Received on 8 October: for the 9th it was urgent, for the 15th it is five working days ahead, for the 14th four.
    (10 October is a make-up day: 8, 9, 10, 12, 13, 14.)"""
    ref = bureau.plan("2026年公交分局新闻发布会")
    urgent = ("--urgent", "--reason", "临时", "--consulted", "2026-10-08")
    bureau.on("2026-10-08", *bureau.submission(ref), *urgent)
    last = next(
        day
        for day in ("2026-10-13", "2026-10-14", "2026-10-15", "2026-10-16")
        if bureau.on("2026-10-08", "calendar", "deadline", day)["deadline"] >= "2026-10-08"
    )
    bureau.on("2026-10-08", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    assert bureau.on("2026-10-08", *bureau.submission(ref))["urgent"], "four days or fewer are late still"
    bureau.on("2026-10-09", "plan", "move", ref, "--date", last, "--reason", "改期")
    done = bureau.on("2026-10-09", *bureau.submission(ref))
    assert not done["urgent"], "the first receipt, of the 8th, was in time for this day"


def _held(bureau: Bureau, ref: str, day: str, *more: str) -> None:
    bureau.on(day, "record", "held", ref, "--seat", "presenter=华言", "--seat", "host=周主任", *more)


def test_what_was_taken_back_was_not_received_though_it_was_held(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-09-21", *bureau.submission(ref))
    bureau.on("2026-09-22", "submit", ref, "--withdraw", "--reason", "撤")
    assert _results(bureau, "LED-01", "2026-10-08") == {"fail"}
    _held(bureau, ref, "2026-10-09", "--unapproved", "--reason", "x")
    assert _results(bureau, "LED-01", "2026-10-10") == {"fail"}
    assert "fail" in _results(bureau, "RTE-04", "2026-10-10")


def test_straight_back_to_the_leader_is_no_inversion(bureau: Bureau) -> None:
    """The office signed on the 22nd, before the unit handed in again on the 24th: that is what straight back means."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-09-21", *bureau.submission(ref))
    opinion = ("--opinion", "同意。")
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", *opinion, "--no-wide-impact")
    bureau.on("2026-09-23", "approve", ref, "--by", "苏正", "--opinion", "补正", "--return", "--resume")
    bureau.on("2026-09-24", *bureau.submission(ref))
    bureau.on("2026-09-25", "approve", ref, "--by", "苏正", *opinion)
    bureau.on("2026-09-28", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    _held(bureau, ref, "2026-10-09")
    assert _results(bureau, "RTE-04", "2026-10-10") == {"pass"}


def test_a_change_while_it_is_to_go_straight_back_goes_past_the_office_again(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-09-21", *bureau.submission(ref))
    opinion = ("--opinion", "同意。")
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", *opinion, "--no-wide-impact")
    bureau.on("2026-09-22", "approve", ref, "--by", "苏正", "--opinion", "补正", "--return", "--resume")
    bureau.on("2026-09-22", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    assert bureau.on("2026-09-23", *bureau.submission(ref))["status"] == "submitted"


def test_a_filing_that_was_undone_does_not_make_a_late_one_timely(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-23", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    bureau.on("2026-09-23", "plan", "move", ref, "--venue", "体育场", "--reason", "换场地")
    bureau.on("2026-09-23", *bureau.submission(ref, "--venue", "体育场", leave_out=("--venue",)))
    for who in ("周主任", "苏正"):
        more = ["--no-wide-impact"] if who == "周主任" else []
        bureau.on("2026-09-23", "approve", ref, "--by", who, "--opinion", "同意。", *more)
    _held(bureau, ref, "2026-10-09", "--unfiled", "--reason", "漏")
    bureau.on("2026-10-13", "record", "filed", ref, "--on", "2026-09-23")
    assert _results(bureau, "FIL-01", "2026-10-13") == {"fail"}
    assert _results(bureau, "FIL-02", "2026-10-13") == {"fail"}


def test_a_consultation_told_in_time_stays_told(bureau: Bureau) -> None:
    """Told with the first round on the 8th; the second round was written down only after the event of the 9th."""
    ref = bureau.plan("2026年公交分局新闻发布会")
    urgent = ("--urgent", "--reason", "急", "--consulted", "2026-10-08")
    bureau.on("2026-10-08", *bureau.submission(ref), *urgent)
    bureau.on("2026-10-08", "approve", ref, "--by", "周主任", "--opinion", "补正", "--return")
    bureau.on("2026-10-10", *bureau.submission(ref), "--on", "2026-10-08")
    for who in ("周主任", "苏正"):
        more = ["--no-wide-impact"] if who == "周主任" else []
        words = ("approve", ref, "--by", who, "--opinion", "同意。", "--on", "2026-10-08")
        bureau.on("2026-10-10", *words, *more)
    _held(bureau, ref, "2026-10-10", "--on", "2026-10-09", "--unfiled", "--reason", "x")
    assert _results(bureau, "URG-01", "2026-10-10") == {"pass"}


def test_a_move_does_not_make_a_late_entry_timely(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    urgent = ("--urgent", "--reason", "急", "--consulted", "2026-10-08", "--on", "2026-10-08")
    bureau.on("2026-10-12", *bureau.submission(ref), *urgent)
    bureau.on("2026-10-12", "plan", "move", ref, "--time", "11:00", "--reason", "x", "--on", "2026-10-09")
    _held(bureau, ref, "2026-10-12", "--on", "2026-10-09", "--unapproved", "--reason", "x")
    assert _results(bureau, "URG-01", "2026-10-12") == {"fail"}
    (route,) = (f for f in bureau.findings("RTE-04", "2026-10-12") if f["result"] == "fail")
    assert "发布之后才登记" in route["message"]


def test_who_read_the_old_text_did_not_read_the_new_one(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    signed = ("--by", "李政委 政委")
    bureau.on("2026-09-14", "record", "reviewed", ref, "--person", "华言")
    bureau.on("2026-09-14", *bureau.submission(ref, *signed, leave_out=("--by",)))
    bureau.file("press_text.txt", "改过的通稿")
    bureau.on("2026-09-15", "approve", ref, "--by", "周主任", "--opinion", "通稿要改", "--return")
    bureau.on("2026-09-16", *bureau.submission(ref, *signed, leave_out=("--by",)))
    for who in ("周主任", "苏正"):
        more = ["--no-wide-impact"] if who == "周主任" else []
        bureau.on("2026-09-17", "approve", ref, "--by", who, "--opinion", "同意。", *more)
    bureau.on("2026-09-18", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    _held(bureau, ref, "2026-10-09")
    assert _results(bureau, "MAT-03", "2026-10-10") == {"no_evidence"}
    bureau.on("2026-10-10", "undo")
    bureau.on("2026-09-16", "record", "reviewed", ref, "--person", "华言")
    _held(bureau, ref, "2026-10-09")
    assert _results(bureau, "MAT-03", "2026-10-10") == {"pass"}


def test_a_review_that_is_void_decides_nothing_of_the_impact(bureau: Bureau) -> None:
    ref = approved(bureau)
    bureau.on("2026-09-28", "plan", "move", ref, "--date", "2026-10-12", "--reason", "改期")
    bureau.on("2026-10-12", "record", "held", ref, *_HELD)
    assert _results(bureau, "COO-01", "2026-10-12") == {"fail"}


def test_hours_are_compared_across_a_step_without_one(bureau: Bureau) -> None:
    ref = bureau.plan("2026年公交分局新闻发布会")
    bureau.on("2026-09-21", *bureau.submission(ref, "--at", "16:00"))
    opinion = ("--opinion", "同意。")
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", *opinion, "--no-wide-impact")
    bureau.on("2026-09-21", "approve", ref, "--by", "苏正", *opinion, "--at", "08:00")
    bureau.on("2026-09-28", "record", "filed", ref, "--receipt", "备1", "--by", "喻联")
    _held(bureau, ref, "2026-10-09")
    assert "fail" in _results(bureau, "RTE-04", "2026-10-10")
