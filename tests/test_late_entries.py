"""What is entered after the event, and what is dated ahead: taken and told, or refused; by the commands themselves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def _approved(bureau: Bureau, *more: str) -> str:
    """A conference of 9 October at 10:00, approved and filed."""
    ref = bureau.plan("国庆客流安保", *more)
    bureau.on("2026-09-21", *bureau.submission(ref))
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", "--opinion", "拟同意", "--no-wide-impact")
    bureau.on("2026-09-23", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.on("2026-09-24", "record", "filed", ref, "--by", "喻联")
    return ref


def _held(bureau: Bureau, ref: str, day: str = "2026-10-09") -> None:
    seats = ("--seat", "host=周主任", "--seat", "presenter=华言", "--seat", "answerer=华言")
    bureau.on(day, "record", "held", ref, "--on", "2026-10-09", "--at", "10:00", *seats)


def _results(bureau: Bureau, rule: str, day: str = "2026-10-20") -> set[str]:
    """How a rule stands, passes too."""
    return {f["result"] for f in bureau.findings(rule, day, "--all")}


_ACTS = {
    "RTE-03": ("joint", "--units", "宣传处"),
    "INV-01": ("invitation", "--by", "宣传处", "--media", "日报"),
}


@pytest.mark.parametrize(("rule", "words"), _ACTS.items(), ids=_ACTS)
def test_what_is_entered_after_it_was_held_proves_nothing(
    bureau: Bureau, rule: str, words: tuple[str, ...]
) -> None:
    """Entered the day before, on the day before `held`, on the day after `held`, the day after; all claim the day before."""
    kind, *more = words
    for entered, first, good in (
        ("2026-10-08", True, True),
        ("2026-10-09", True, True),
        ("2026-10-09", False, False),
        ("2026-10-10", False, False),
    ):
        ref = _approved(bureau)
        told = ("record", kind, ref, *more, "--on", "2026-10-08", "--at", "09:00")
        if first:
            bureau.on(entered, *told)
            _held(bureau, ref)
        else:
            _held(bureau, ref)
            said = bureau.said(entered, *told)
            assert "之后：照记，但不能证明事前已做" in said
        found = bureau.findings(rule, "2026-10-20", "--all")
        mine = [f for f in found if f["subject"] == ref and not f["local_reading"]]
        assert ("no_evidence" in {f["result"] for f in mine}) is not good, (entered, first)
        for f in mine:
            if f["result"] == "no_evidence":
                assert f["next"].startswith("已不能补正"), f["next"]


def test_an_hour_can_be_added_afterwards_to_a_day_told_in_time(bureau: Bureau) -> None:
    ref = _approved(bureau)
    bureau.on("2026-10-09", "record", "invitation", ref, "--by", "宣传处", "--media", "日报")
    _held(bureau, ref)
    (f,) = bureau.findings("INV-01", "2026-10-20")
    assert f["result"] == "no_evidence" and f"record invitation {ref}" in f["next"]
    bureau.on(
        "2026-10-20", "record", "invitation", ref, "--by", "宣传处", "--on", "2026-10-09", "--at", "08:00"
    )
    assert _results(bureau, "INV-01") == {"pass"}


def test_the_desk_of_an_older_database_is_told_by_the_order_of_its_log(bureau: Bureau) -> None:
    early, late = _approved(bureau), _approved(bureau)
    told = ("--units", "宣传处", "--on", "2026-10-08")
    bureau.on("2026-10-08", "record", "joint", early, *told)
    _held(bureau, early)
    _held(bureau, late)
    bureau.on("2026-10-12", "record", "joint", late, *told)
    path = bureau.shell.folder / "data" / "p.db"
    with closing(sqlite3.connect(path)) as connection, connection:  # as before revision 0005
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE log_entry SET desk = NULL")
        connection.execute("UPDATE record SET entered = NULL, data = json_remove(data, '$.late')")
    found = {
        f["subject"]: f["result"]
        for f in bureau.findings("RTE-03", "2026-10-20", "--all")
        if "商议" in f["message"]
    }
    assert found == {early: "pass", late: "no_evidence"}


_WORDS: dict[str, Any] = {
    "statement": ("华言", "--year", "2026"),
    "half-year": ("武进区公安局", "--year", "2026", "--half", "1"),
    "roster": ("公交分局", "--year", "2026"),
    "meeting": ("--topics", "年终"),
    "training": ("--topic", "媒体", "--people", "华言"),
    "registration": ("华言",),
    "interview": ("公交分局", "--outlet", "日报", "--matter", "客流", "--arranged-by", "华言"),
    "assessment": ("公交分局", "--year", "2026", "--score", "90"),
    "trigger": ("公交分局", "--matter", "便民措施"),
    "waiver": ("QTA-01", "--subject", "2026Q1", "--by", "周主任", "--reason", "统筹"),
}


@pytest.mark.parametrize("kind", _WORDS)
def test_what_has_not_been_yet_is_not_recorded(bureau: Bureau, kind: str) -> None:
    """Tomorrow is refused and leaves nothing; today is taken."""
    bureau.shell.today("2026-04-20")
    before = bureau.shell.json("record", "list")
    words = ("record", kind, *_WORDS[kind])
    refused = bureau.refused("2026-04-20", *words, "--on", "2026-04-21")
    assert refused["code"] == "future" and "2026-04-21 尚未到（今天 2026-04-20）" in refused["message"]
    assert bureau.shell.json("record", "list") == before
    bureau.on("2026-04-20", *words, "--on", "2026-04-20")


def test_what_is_laid_down_for_days_to_come_may_be_dated_ahead(bureau: Bureau) -> None:
    bureau.on("2026-04-20", "record", "field", "朱副", "--units", "公交分局", "--on", "2026-05-01")
    bureau.on(
        "2026-04-20", "record", "delegation", "苏正", "--deputy", "朱副", "--role", "chief_leader",
        "--on", "2026-05-01", "--until", "2026-05-10",
    )  # fmt: skip


def test_an_opinion_answered_without_a_release_needs_its_line_too(bureau: Bureau) -> None:
    trigger = bureau.on(
        "2026-04-20", "record", "trigger", "公交分局", "--kind", "opinion", "--matter", "网传停运",
        "--happened", "2026-04-20 09:00",
    )["id"]  # fmt: skip
    assert bureau.findings("OPN-01", "2026-04-20") == []
    bureau.on("2026-04-20", "record", "response", str(trigger), "--responded", "2026-04-20 15:00")
    (f,) = bureau.findings("OPN-01", "2026-04-20")
    assert f["result"] == "fail" and f["clause"] == "三(二)3"
    half = bureau.refused("2026-04-20", "record", "response", str(trigger), "--line", "照常运行", code=2)
    assert half["code"] == "half_a_line"
    bureau.on(
        "2026-04-20", "record", "response", str(trigger), "--line", "照常运行", "--decided-by", "华言",
        "--decided", "2026-04-20 14:59",
    )  # fmt: skip
    assert _results(bureau, "OPN-01", "2026-04-20") == {"pass"}
    due = bureau.on("2026-04-21", "due")
    assert not [d for d in due if d["rule"] == "OPN-01"]


def test_what_was_taken_back_never_was_on_any_day(bureau: Bureau) -> None:
    """A filing entered after the event and undone since is none in the picture of the days between, as on every day."""
    ref = bureau.plan("国庆客流安保")
    bureau.on("2026-09-21", *bureau.submission(ref))
    bureau.on("2026-09-22", "approve", ref, "--by", "周主任", "--opinion", "拟同意", "--no-wide-impact")
    bureau.on("2026-09-23", "approve", ref, "--by", "朱副", "--opinion", "同意")
    seats = ("--seat", "host=周主任", "--seat", "presenter=华言")
    bureau.on("2026-10-09", "record", "held", ref, "--at", "10:00", "--unfiled", "--reason", "漏报", *seats)
    bureau.on("2026-10-10", "record", "filed", ref, "--on", "2026-09-28", "--by", "喻联")
    bureau.on("2026-10-12", "undo")

    for on in ("2026-10-09", "2026-10-10", "2026-10-11", "2026-10-12"):
        found = bureau.findings("FIL-01", "2026-10-20", "--on", on, "--all")
        assert [f["result"] for f in found] == ["fail"], on
        assert "没有报备的记录" in found[0]["message"], on
        assert bureau.findings("FIL-02", "2026-10-20", "--on", on, "--all") == [], on


def test_a_change_taken_back_does_not_come_back_when_it_is_made_again_for_an_earlier_day(
    bureau: Bureau,
) -> None:
    """Moved by mistake as of a later day, taken back, moved again as of today: from today on it is the new date."""
    ref = bureau.plan("国庆客流安保")
    move = ("plan", "move", ref, "--date", "2026-10-16", "--reason", "场地冲突")
    bureau.on("2026-08-03", *move, "--on", "2026-08-10")
    bureau.on("2026-08-03", "undo")
    bureau.on("2026-08-03", *move)

    found = bureau.findings("PLN-06", "2026-08-20", "--on", "2026-08-05", "--all")
    assert ["2026-10-16" in f["message"] for f in found if f["subject"] == ref] == [True]
