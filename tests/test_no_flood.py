"""An office that begins to be asked for what it never recorded is not flooded: `due` stays within a screen or two."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def test_a_year_kept_the_old_way_is_told_by_the_rule_and_not_by_the_release(bureau: Bureau) -> None:
    """Ten conferences with all that was asked before: none has a released text, a deputy's fields, an invitation."""
    for n in range(10):
        day = dt.date(2026, 6, 3) + dt.timedelta(7 * n)  # Wednesdays
        ref = bureau.plan(f"例行发布{n}", on=day.isoformat())
        back = [(day - dt.timedelta(d)).isoformat() for d in (14, 9, 8, 7)]
        bureau.on(back[0], *bureau.submission(ref))
        bureau.on(back[1], "approve", ref, "--by", "周主任", "--opinion", "拟同意")
        bureau.on(back[2], "approve", ref, "--by", "朱副", "--opinion", "同意")
        bureau.on(back[3], "record", "filed", ref, "--by", "喻联")
        seats = ("--seat", "host=周主任", "--seat", "presenter=华言")
        bureau.on(day.isoformat(), "record", "held", ref, *seats)
    items = bureau.on("2026-11-20", "due")
    told = [i for i in items if i["rule"] in ("RTE-03", "RTE-06", "COO-01", "INV-01", "NAM-01", "FRM-02")]
    assert len({i["rule"] for i in told}) == 6
    assert len(told) <= 7  # what can be put right of RTE-03, and what cannot
    assert all(i["ref"] is None and f"check --rule {i['rule']}" in i["what"] for i in told)
    (texts,) = (i for i in told if i["rule"] == "RTE-06")
    assert "还差10项" in texts["what"] and texts["who"] == "公交分局" and not texts["lapsed"]
    assert len(bureau.findings("RTE-06", "2026-11-20")) == 10

    later = [i for i in bureau.on("2027-01-10", "due") if i["rule"] == "RTE-06"]
    assert len(later) == 1 and "check --rule RTE-06 --year 2026" in later[0]["what"]


def test_a_few_are_still_told_one_by_one(bureau: Bureau) -> None:
    for n in range(4):
        bureau.plan(f"没有举行{n}", on=f"2026-06-0{n + 1}")
    late = [i for i in bureau.on("2026-06-20", "due") if i["rule"] == "PLN-06"]
    assert len(late) == 4 and all(i["ref"] for i in late)
