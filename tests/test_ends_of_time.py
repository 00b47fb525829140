"""Offices at the edges of years and spans: what is left of long ago, who is gone, and what is entered on one day."""

from __future__ import annotations

import re

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def test_what_is_left_of_years_long_past_names_the_year_in_which_it_is_found(bureau: Bureau) -> None:
    """The second half-year's report and the assessment fall due in the year after the one they are of."""
    lines = [i for i in bureau.on("2030-02-01", "due") if "check --year" in i["what"]]
    assert {i["rule"] for i in lines} >= {"REP-02", "PRF-01", "PLN-01"}
    for item in lines:
        (year,) = re.findall(r"check --year (\d+)", item["what"])
        found = bureau.findings(item["rule"], "2030-02-01", "--year", year)
        assert item["on"] in {f["due"] for f in found}, item["what"]


def test_what_was_moved_nearer_can_still_be_submitted_as_urgent(bureau: Bureau) -> None:
    """Submitted in time for 9 October, moved to 29 September: too late for that day, and the way out is told."""
    ref = bureau.plan()
    bureau.on("2026-09-24", *bureau.submission(ref))
    bureau.on("2026-09-24", "plan", "move", ref, "--date", "2026-09-29", "--reason", "提前")
    (found,) = bureau.findings("LED-01", "2026-09-25")
    assert found["result"] == "fail" and "--urgent" in found["next"]

    urgent = ("--urgent", "--reason", "提前召开", "--consulted", "2026-09-24")
    bureau.on("2026-09-25", *bureau.submission(ref, *urgent))
    assert bureau.findings("LED-01", "2026-09-25") == []


def test_a_unit_takes_another_kind_and_another_name_on_one_day(bureau: Bureau) -> None:
    """As it is done: 武进区公安局 is 武进分局 from 1 July on; in either order."""
    named = ("unit", "rename", "武进区公安局", "武进分局", "--on", "2026-07-01")
    bureau.on("2026-06-29", "unit", "kind", "武进区公安局", "分局", "--on", "2026-07-01")
    bureau.on("2026-06-29", *named)
    assert bureau.refused("2026-06-29", "unit", "rename", "武进分局", "武进新分局", "--on", "2026-07-01")
    shown = bureau.on("2026-07-02", "unit", "show", "武进区公安局")
    spans = [(p["name"], p["kind"], p["since"], p["until"]) for p in shown["periods"]]
    assert spans == [
        ("武进区公安局", "county_bureau", None, "2026-07-01"),
        ("武进分局", "sub_bureau", "2026-07-01", None),
    ]

    bureau.on("2026-07-02", "undo")
    bureau.on("2026-07-02", "undo")
    bureau.on("2026-07-02", *named)
    bureau.on("2026-07-02", "unit", "kind", "武进分局", "分局", "--on", "2026-07-01")
    again = bureau.on("2026-07-02", "unit", "show", "武进分局")
    assert [(p["name"], p["kind"], p["since"], p["until"]) for p in again["periods"]] == spans
    half = {f["message"] for f in bureau.findings("REP-02", "2026-07-16")}
    assert any("武进区公安局2026年上半年" in m for m in half), half


def test_what_an_organiser_held_after_it_was_closed_is_not_its_own(bureau: Bureau) -> None:
    """Planned with 天宁分局, which was closed before the day: the release is 公交分局's alone in every figure."""
    ref = bureau.plan("联合整治", "--joint", "天宁分局")
    bureau.on("2026-06-30", "register", "end", "窦言", "--on", "2026-08-01", "--reason", "撤并")
    bureau.on("2026-06-30", "unit", "close", "天宁分局", "--on", "2026-08-01")
    bureau.on("2026-09-21", *bureau.submission(ref))
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", "--opinion", "拟同意", "--no-wide-impact")
    bureau.on("2026-09-23", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.on("2026-09-24", "record", "filed", ref, "--by", "喻联")
    seats = ("--seat", "host=周主任", "--seat", "presenter=华言")
    bureau.on("2026-10-09", "record", "held", ref, "--at", "10:00", *seats)

    units = {u["unit"]: u for u in bureau.on("2027-01-05", "report", "annual", "2026")["units"]}
    assert (units["公交分局"]["held"], units["公交分局"]["met"]) == (1, True)
    assert (units["天宁分局"]["held"], units["天宁分局"]["met"]) == (0, False)
    progress = {p["unit"]: p for p in bureau.on("2027-01-05", "plan", "progress", "2026")}
    assert progress["天宁分局"]["held"] == 0
    (found,) = (
        f for f in bureau.findings("QTA-02", "2027-01-05", "--year", "2026") if f["unit"] == "天宁分局"
    )
    assert found["evidence"]["held"] == 0
