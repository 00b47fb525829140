"""The last day, the first, none and two: what the desk does exactly there, through the commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Release, Unit, UnitPeriod
from pressctl.core.rules import check
from pressctl.core.terms import Form, UnitKind
from pressctl.core.workflow import submission_deadline
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader
from tests.bureau import Bureau
from tests.conftest import Shell
from tests.world import world_facts

POLICY = loader.shipped()

_DELEGATION = ("record", "delegation", "周主任", "--deputy", "杨副", "--role", "office_director")


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def _submitted(bureau: Bureau) -> str:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    return ref


def _approved(bureau: Bureau) -> str:
    ref = _submitted(bureau)
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    return ref


@pytest.mark.parametrize(
    ("day", "signs"),
    [("2026-09-20", False), ("2026-09-21", True), ("2026-09-23", True), ("2026-09-24", False)],
)
def test_a_delegate_signs_from_the_first_day_to_the_last(bureau: Bureau, day: str, signs: bool) -> None:
    ref = _submitted(bureau)
    bureau.on("2026-09-18", *_DELEGATION, "--on", "2026-09-21", "--until", "2026-09-23")
    words = ("approve", ref, "--by", "杨副", "--opinion", "拟同意")
    if signs:
        assert bureau.on(day, *words)["status"] == "reviewed"
    else:
        assert bureau.refused(day, *words)["code"] == "post_not_held"


def test_who_comes_to_a_post_signs_on_the_first_day_and_not_on_the_day_of_leaving(bureau: Bureau) -> None:
    """`until` is the first day no longer in post."""
    bureau.on("2026-09-10", "register", "end", "周主任", "--on", "2026-09-21", "--reason", "调离")
    bureau.on(
        "2026-09-10", "register", "add", "严新", "--unit", "宣传处", "--role", "office_director",
        "--title", "处长", "--mobile", "13900000031", "--on", "2026-09-21",
    )  # fmt: skip
    ref = _submitted(bureau)
    assert bureau.refused("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")["code"]
    assert bureau.refused("2026-09-20", "approve", ref, "--by", "严新", "--opinion", "拟同意")["code"]
    assert (
        bureau.on("2026-09-21", "approve", ref, "--by", "严新", "--opinion", "拟同意")["status"] == "reviewed"
    )


def test_nothing_is_signed_whose_papers_are_no_longer_what_came_in(bureau: Bureau) -> None:
    ref = _submitted(bureau)
    folder = next(p for p in bureau.shell.folder.rglob("attachments") if p.is_dir())
    for stored in (p for p in folder.rglob("*") if p.is_file()):
        stored.chmod(0o600)
        stored.write_bytes(b"another text")
    error = bureau.refused("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    assert "press_text.txt" in error["message"] and "不符" in error["message"]


def test_a_release_is_held_today_at_the_latest(bureau: Bureau) -> None:
    ref = _approved(bureau)
    bureau.on("2026-09-23", "record", "filed", ref, "--by", "喻联")
    words = ("record", "held", ref, "--seat", "host=华言", "--seat", "presenter=华言")
    assert bureau.refused("2026-10-08", *words, "--on", "2026-10-09")["code"] == "future"
    assert bureau.on("2026-10-09", *words, "--on", "2026-10-09")["held_on"] == "2026-10-09"


def test_an_act_is_recorded_today_at_the_latest(bureau: Bureau) -> None:
    words = ("record", "meeting", "--topics", "季度选题")
    assert bureau.refused("2026-03-30", *words, "--on", "2026-03-31")["code"] == "future"
    assert bureau.on("2026-03-31", *words, "--on", "2026-03-31")["on"] == "2026-03-31"


def test_a_signature_is_due_two_working_days_before_what_must_be_filed(bureau: Bureau) -> None:
    """三(三)1: approved, then filed before it is held. Friday 2026-10-16: the two working days before are 15 and 14 October."""
    ref = bureau.plan(on="2026-10-16")
    bureau.on("2026-09-18", *bureau.submission(ref))
    (mine,) = [i for i in bureau.on("2026-09-21", "due") if i["ref"] == ref and i["what"].startswith("签署")]
    assert mine["on"] == "2026-10-14"


def test_what_is_overdue_stays_due(bureau: Bureau) -> None:
    """三(四)4: rosters are owed by 15 March; on 16 March and in May they still are."""
    for day in ("2026-03-15", "2026-03-16", "2026-05-20"):
        told = [i for i in bureau.on(day, "due") if i["on"] == "2026-03-15"]
        assert told, day


def test_a_masked_number_shows_three_digits_and_two(bureau: Bureau) -> None:
    shown = bureau.shell("register", "show", "华言").stdout
    assert "139******09" in shown and "1390" not in shown and "009" not in shown


def test_every_particular_stands_in_the_list(bureau: Bureau) -> None:
    told = {
        "--gender": "女", "--birth": "1980-04", "--ethnicity": "汉族", "--politics": "中共党员", "--education": "本科",
        "--phone": "81000009", "--email": "hua@example.cn", "--qq": "10001",
    }  # fmt: skip
    bureau.on("2026-02-02", "register", "change", "华言", *(w for pair in told.items() for w in pair))
    (row,) = [r for r in bureau.on("2026-02-02", "register", "list") if r["name"] == "华言"]
    keys = [option[2:].replace("phone", "office_phone") for option in told]
    assert {key: row[key] for key in keys} == dict(zip(keys, told.values(), strict=True))


def test_what_is_cancelled_fulfils_no_plan(bureau: Bureau) -> None:
    """三(二)4: the plan of a sub-bureau must hold a conference; one that was cancelled is counted as such and is none."""
    ref = bureau.plan()

    def row() -> dict[str, object]:
        return next(r for r in bureau.on("2026-02-02", "plan", "progress") if r["unit"] == "公交分局")

    assert (row()["complete"], row()["cancelled"], row()["open"]) == (True, 0, 1)
    bureau.on("2026-02-02", "plan", "cancel", ref, "--reason", "改为书面发布")
    assert (row()["complete"], row()["cancelled"], row()["open"]) == (False, 1, 0)


def test_two_people_of_one_name_are_told_apart_by_their_birth(bureau: Bureau) -> None:
    add = ("register", "add", "窦言", "--unit", "天宁分局", "--role", "spokesperson", "--title", "政委")
    bureau.on("2026-02-02", *add, "--mobile", "13900000041", "--birth", "1985-02", "--on", "2026-02-01")
    doubted = bureau.findings("ROS-12", "2026-02-03")
    assert any("窦言" in f["message"] for f in doubted)
    first = next(
        r for r in bureau.on("2026-02-03", "register", "list") if r["name"] == "窦言" and not r["birth"]
    )
    bureau.on("2026-02-03", "register", "change", f"P{first['id']}", "--birth", "1979-11")
    assert not [f for f in bureau.findings("ROS-12", "2026-02-04") if "窦言" in f["message"]]


def test_two_signers_of_one_name_are_two() -> None:
    """RTE-05: nobody signs two steps; two people of one name are two, by their numbers on the register."""
    facts = world_facts()
    release = facts.release_by_ref["2026-005"]
    unit, office, *rest = release.steps
    assert None not in (unit.person_id, office.person_id) and unit.person_id != office.person_id
    namesakes = (unit, replace(office, by=unit.by), *rest)
    others = tuple(r for r in facts.releases if r.ref != release.ref)
    on = date(2026, 12, 31)
    for steps, wrong in (
        (namesakes, False),
        ((unit, replace(office, person_id=unit.person_id), *rest), True),
    ):
        changed = replace(facts, releases=(*others, replace(release, steps=steps)))
        found = check(changed, POLICY, Calendar(on), on, rules=("RTE-05",))
        twice = [f for f in found if f.ref == "2026-005" and "签署了两个环节" in f.message]
        assert bool(twice) is wrong


def test_a_deadline_goes_by_the_law_of_the_day_it_is_asked_on() -> None:
    """三(三)3 with seven days from 1 July: what comes in on 30 June is judged by five, on 1 July by seven. Working days
    before Friday 10 July 2026: 9, 8, 7, 6, 3, 2, 1 July."""
    (now,) = POLICY.values[keys.LEAD_DAYS.name]
    new = date(2026, 7, 1)
    values = (replace(now, value=7, typed=7, since=new), replace(now, until=new))
    policy = replace(POLICY, values={**POLICY.values, keys.LEAD_DAYS.name: values})
    day = date(2026, 7, 10)
    release = Release("2026-001", "防汛", 5, Form.CONFERENCE, day, day, in_bureau_name=True)
    unit = Unit(5, (UnitPeriod("公交分局", UnitKind.SUB_BUREAU),))
    for asked, last in ((date(2026, 6, 30), date(2026, 7, 3)), (new, new)):
        deadline = submission_deadline(release, unit, policy, Calendar(asked), asked)
        assert deadline is not None and deadline.date == last
