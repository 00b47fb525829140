"""What other cities' regulations ask and the shipped one does not: each shape of the law as a typed value, and the rules,
guards and papers that obey it. A value left out leaves everything as it is."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from pressctl.core.annual import annual
from pressctl.core.due import due
from pressctl.core.findings import Finding
from pressctl.core.moments import Moment
from pressctl.core.policy import Policy
from pressctl.core.recurrence import Every, turns
from pressctl.core.rules import check, owed
from pressctl.core.terms import Result, Strength
from pressctl.core.working_days import Calendar, LeadUnit
from pressctl.errors import BadData
from pressctl.regulation import loader
from tests.bureau import Bureau
from tests.conftest import Shell
from tests.papers import text_of
from tests.world import ELSEWHERE, changed_facts, with_values

_NEXT = date(2027, 2, 1)


def profile(tmp_path: Path, values: Mapping[str, str], rules: str = "", name: str = "他市") -> Path:
    """A profile that sets values, each as TOML writes it, from the shipped regulation's first day on."""
    text = ['kind = "profile"', f'profile = "{name}"', rules]
    for key, value in values.items():
        text += ["[[value]]", f'key = "{key}"', 'clause = "三(二)1"', "since = 2009-03-10"]
        text += ["checked_on = 2026-01-05", f"value = {value}"]
    path = tmp_path / f"{name}.toml"
    path.write_text("\n".join(text), encoding="utf-8")
    return path


def law(tmp_path: Path, values: Mapping[str, str], rules: str = "") -> Policy:
    return loader.load([profile(tmp_path, values, rules)])


def found(
    policy: Policy, rule: str, change: Mapping[str, Any], on: date = _NEXT, year: int = 2026
) -> list[Finding]:
    facts = changed_facts({"name": rule, **change})
    return list(check(facts, policy, Calendar(on), on, year=year, rules=[rule]))


def results(findings: list[Finding]) -> dict[str, Result]:
    return {f.subject or f.unit or "": f.result for f in findings}


# -- how often -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "number", "first", "last"),
    [
        (Every.YEAR, 1, date(2026, 1, 1), date(2026, 12, 31)),
        (Every.HALF_YEAR, 2, date(2026, 1, 1), date(2026, 12, 31)),
        (Every.QUARTER, 4, date(2026, 1, 1), date(2026, 12, 31)),
        (Every.MONTH, 12, date(2026, 1, 1), date(2026, 12, 31)),
        (Every.HALF_MONTH, 24, date(2026, 1, 1), date(2026, 12, 31)),
        (Every.WEEK, 53, date(2025, 12, 29), date(2027, 1, 3)),
    ],
)
def test_the_stretches_of_a_year_follow_on_one_another(
    every: Every, number: int, first: date, last: date
) -> None:
    found = turns(every, 2026)
    assert len(found) == number and found[0].first == first and found[-1].last == last
    for before, after in itertools.pairwise(found):
        assert after.first == before.last + timedelta(1)
    assert len({t.text for t in found}) == len({t.said for t in found}) == number


def test_a_half_month_ends_on_the_15th_and_february_on_its_own_last_day() -> None:
    third, fourth = turns(Every.HALF_MONTH, 2028)[2:4]
    assert (third.last, fourth.first, fourth.last) == (
        date(2028, 2, 15),
        date(2028, 2, 16),
        date(2028, 2, 29),
    )
    assert (third.text, third.said) == ("2028M02上", "2028年2月上半月")


def _conference(ref: str, on: date, **more: Any) -> dict[str, Any]:
    return {
        "ref": ref, "name": ref, "unit": "宣传处", "occasion": "periodic", "in_bureau_name": True, "on": on, **more,
    }  # fmt: skip


_EVERY_MONTH = {"quota.bureau_period": '"month"'}


def test_a_monthly_conference_is_judged_month_by_month(tmp_path: Path) -> None:
    """The world's periodic conferences stand in for nobody's month but their own; the last day of a month counts."""
    policy = law(tmp_path, _EVERY_MONTH)
    added = [_conference("2026-101", date(2026, 1, 31)), _conference("2026-102", date(2026, 2, 1))]
    judged = results(found(policy, "QTA-01", {"release": added}))
    assert set(judged) == {f"2026M{n:02}" for n in range(1, 13)}
    assert judged["2026M01"] is Result.PASS and judged["2026M02"] is Result.PASS
    only = results(found(policy, "QTA-01", {"release": added[:1]}))
    assert only["2026M02"] is Result.FAIL


def test_a_month_is_not_due_until_it_is_over(tmp_path: Path) -> None:
    policy = law(tmp_path, _EVERY_MONTH)
    for on, result in ((date(2026, 2, 28), Result.NOT_DUE), (date(2026, 3, 1), Result.FAIL)):
        (february,) = (f for f in found(policy, "QTA-01", {}, on=on) if f.subject == "2026M02")
        assert february.result is result
        assert february.message == "2026年2月市局召开定期新闻发布会0次，应召开1次。"
        assert february.due == date(2026, 2, 28)


def test_a_week_over_new_year_belongs_to_the_year_of_its_thursday(tmp_path: Path) -> None:
    """2026W53 runs from 28 December to 3 January 2027: a conference on 2 January is its own, not 2027's."""
    policy = law(tmp_path, {"quota.bureau_period": '"week"'})
    change = {"release": [_conference("2027-001", date(2027, 1, 2))]}
    assert results(found(policy, "QTA-01", change))["2026W53"] is Result.PASS
    assert results(found(policy, "QTA-01", {}))["2026W53"] is Result.FAIL
    assert "2027W53" not in results(found(policy, "QTA-01", change, year=2027))


def test_the_period_may_change_within_a_year(tmp_path: Path) -> None:
    """Quarterly to the end of June, where nothing is said; monthly since."""
    text = profile(tmp_path, _EVERY_MONTH).read_text("utf-8")
    path = tmp_path / "变.toml"
    path.write_text(text.replace("since = 2009-03-10", "since = 2026-07-01"), encoding="utf-8")
    judged = results(found(loader.load([path]), "QTA-01", {}))
    assert set(judged) == {"2026Q1", "2026Q2", *(f"2026M{n:02}" for n in range(7, 13))}


def test_the_annual_figures_count_by_the_regulations_own_period(tmp_path: Path) -> None:
    policy = law(tmp_path, _EVERY_MONTH)
    facts = changed_facts({"name": "月"})
    calendar = Calendar(_NEXT)
    found = check(facts, policy, calendar, _NEXT, year=2026)
    report = annual(facts, found, policy, calendar, 2026, _NEXT, "")
    by_rule = {f.subject: f.result is Result.PASS for f in found if f.rule == "QTA-01"}
    assert [q.met for q in report.quarters] == list(by_rule.values()) and len(by_rule) == 12
    assert report.counted_by is Every.MONTH and report.quarters[2].name == "3月"


_HALF_YEARLY = {
    "quota.units": '{sub_bureau = {number = 1, forms = ["conference"], every = "half_year", in_bureau_name = false}}'
}


def _own(ref: str, on: date, **more: Any) -> dict[str, Any]:
    """A conference of 天宁分局 with somebody on record."""
    seats = {"host": ["己一"], "presenter": ["己一"]}
    return {"ref": ref, "name": ref, "unit": "天宁分局", "on": on, "status": "held", "seats": seats, **more}


def _halves(policy: Policy, *releases: dict[str, Any], **more: Any) -> dict[str, Result]:
    gone = [r.ref for r in changed_facts({"name": ""}).releases if r.form.value == "conference"]
    judged = found(policy, "QTA-02", {"without": gone, "release": list(releases), **more})
    return {f.subject or "": f.result for f in judged if f.unit == "天宁分局"}


def test_a_units_quota_of_each_half_year_has_two_ends(tmp_path: Path) -> None:
    policy = law(tmp_path, _HALF_YEARLY)
    both = _halves(policy, _own("2026-101", date(2026, 6, 30)), _own("2026-102", date(2026, 7, 1)))
    assert both == {"2026H1": Result.PASS, "2026H2": Result.PASS}
    twice = _halves(policy, _own("2026-101", date(2026, 7, 1)), _own("2026-102", date(2026, 12, 31)))
    assert twice == {"2026H1": Result.FAIL, "2026H2": Result.PASS}
    assert _halves(policy) == {"2026H1": Result.FAIL, "2026H2": Result.FAIL}


def test_a_conference_in_the_superiors_name_is_not_ones_own(tmp_path: Path) -> None:
    theirs = _own("2026-101", date(2026, 3, 2), in_bureau_name=True)
    assert _halves(law(tmp_path, _HALF_YEARLY), theirs)["2026H1"] is Result.FAIL
    superior = {"quota.units": _HALF_YEARLY["quota.units"].replace("false", "true")}
    assert _halves(law(tmp_path, superior), theirs)["2026H1"] is Result.PASS
    assert _halves(law(tmp_path, superior), _own("2026-101", date(2026, 3, 2)))["2026H1"] is Result.FAIL
    said = found(law(tmp_path, superior), "QTA-02", {})[0].message
    assert said.startswith("天宁分局2026年上半年应举行以市局名义的新闻发布会1次")


def test_a_unit_owes_a_half_year_only_when_it_was_there_for_the_whole(tmp_path: Path) -> None:
    policy = law(tmp_path, _HALF_YEARLY)
    for since, first in ((date(2026, 1, 1), Result.FAIL), (date(2026, 1, 2), Result.NOT_DUE)):
        judged = _halves(policy, set={"天宁分局": {"since": since}})
        assert judged == {"2026H1": first, "2026H2": Result.FAIL}
    closed = _halves(policy, set={"天宁分局": {"closed": date(2026, 7, 1)}})
    assert closed == {"2026H1": Result.FAIL}


def test_a_plan_holds_one_for_each_stretch(tmp_path: Path) -> None:
    policy = law(tmp_path, _HALF_YEARLY)
    gone = [r.ref for r in changed_facts({"name": ""}).releases if r.form.value == "conference"]
    planned = [_own("2026-101", date(2026, 6, 30)), _own("2026-102", date(2026, 5, 2))]
    judged = found(policy, "PLN-04", {"without": gone, "release": planned})
    assert {f.subject: f.result for f in judged if f.unit == "天宁分局"} == {
        "2026H1": Result.PASS, "2026H2": Result.FAIL,
    }  # fmt: skip


def test_what_is_owed_of_a_stretch_is_due_on_its_last_day(tmp_path: Path) -> None:
    policy = law(tmp_path, {**_HALF_YEARLY, **_EVERY_MONTH})
    facts, on = changed_facts({"name": ""}), date(2026, 6, 15)
    left = [d.finding() for d in owed(facts, policy, Calendar(on), on, until=date(2026, 6, 30))]
    assert {f.due for f in left if f.rule == "QTA-01" and f.result is Result.NOT_DUE} == {date(2026, 6, 30)}


def _refused(tmp_path: Path, values: Mapping[str, str], *said: str) -> None:
    with pytest.raises(BadData) as refused:
        law(tmp_path, values)
    text = f"{refused.value.message}{refused.value.next_step}"
    assert all(word in text for word in ("他市.toml", *values, *said)), text


def _bad_periods() -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    yield {"quota.bureau_period": '"monthly"'}, ("不认识“monthly”", "是不是 month？", "half_month（半月）")
    yield {"quota.bureau_period": '"季度"'}, ("是不是 quarter？",)
    yield {"quota.bureau_period": "3"}, ("不认识“3”",)
    row = '{{sub_bureau = {{number = 1, forms = ["conference"], {}}}}}'
    yield {"quota.units": row.format('every = "halfyear"')}, ("是不是 half_year？",)
    yield {"quota.units": row.format('in_bureau_name = "yes"')}, ("不是 true 或 false",)
    yield {"quota.units": row.format('evry = "year"')}, ("不认识“evry”", "是不是 every？")


@pytest.mark.parametrize(("values", "said"), list(_bad_periods()))
def test_a_period_nobody_knows_is_refused(
    tmp_path: Path, values: dict[str, str], said: tuple[str, ...]
) -> None:
    _refused(tmp_path, values, *said)


def test_reports_speak_of_the_regulations_own_period(shell: Shell, tmp_path: Path) -> None:
    path = profile(tmp_path, {**_EVERY_MONTH, **_HALF_YEARLY})
    shell("init", "--policy", str(path))
    shell("unit", "add", "常州市公安局", "--kind", "bureau")
    shell("unit", "add", "天宁分局", "--kind", "sub_bureau", "--parent", "常州市公安局")
    view = shell.json("report", "annual", "2026", "--on", "2027-01-05", "-o", "年报.html", "-o", "年报.docx")
    assert view["quarters"] == [] and len(view["periods"]) == 12
    assert view["periods"][0] | {"name": "1月", "every": "month", "state": "否"} == view["periods"][0]
    assert view["summary"]["quarters_met"] == view["summary"]["periods_met"] == 0
    (unit,) = (u for u in view["units"] if u["unit"] == "天宁分局")
    assert unit["required"] == 2 and unit["state"] == "否"
    said = text_of((tmp_path / "年报.docx").read_bytes())
    assert "逐月排定并召开市局新闻发布会" in said and "1月至12月没有召开市局定期新闻发布会" in said
    assert "天宁分局上半年和下半年没有完成召开新闻发布会的任务" in said
    page = (tmp_path / "年报.html").read_text("utf-8")
    assert "季度" not in page and "0/12</b>月完成" in page
    quarter = shell.json("report", "quarter", "2026", "2", "--on", "2027-01-05")
    periods = {f["message"][:7] for f in quarter["findings"] if f["rule"] == "QTA-01"}
    assert periods == {"2026年4月", "2026年5月", "2026年6月"}


def test_one_units_half_year_can_be_waived_alone(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--policy", str(profile(tmp_path, _HALF_YEARLY)))
    shell("unit", "add", "常州市公安局", "--kind", "bureau")
    for name in ("天宁分局", "钟楼分局"):
        shell("unit", "add", name, "--kind", "sub_bureau", "--parent", "常州市公安局")
    shell("register", "add", "苏正", "--role", "chief_leader", "--unit", "常州市公安局", "--title", "局长")
    shell.today("2027-01-05")
    told = {
        f["unit"]: f["next"] for f in shell.json("check", "--year", "2026", "--rule", "QTA-02")["findings"]
    }
    assert '--subject "天宁分局 2026H2"' in told["天宁分局"]
    waiver = ("record", "waiver", "QTA-02", "--subject", "天宁分局 2026H2", "--year", "2026")
    shell(*waiver, "--by", "苏正", "--reason", "专项行动")
    after = shell.json("check", "--year", "2026", "--rule", "QTA-02")["findings"]
    assert {(f["unit"], f["subject"]): f["result"] for f in after} == {
        ("天宁分局", "2026H1"): "fail", ("天宁分局", "2026H2"): "waived",
        ("钟楼分局", "2026H1"): "fail", ("钟楼分局", "2026H2"): "fail",
    }  # fmt: skip


# -- the lead time -----------------------------------------------------------------------------------------------------


def _unit_and_number(unit: str, number: int, receipt: str = "same") -> dict[str, str]:
    return {
        "submission.lead_unit": f'"{unit}"',
        "submission.lead_days": str(number),
        "submission.rest_day_receipt": f'"{receipt}"',
    }


@pytest.mark.parametrize(
    ("unit", "number", "clear", "receipt", "last", "said"),
    [
        # Friday 9 October 2026: the 8th, then 1 to 7 October off, 30, 29, 28 September, 25 to 27 off, the 24th.
        ("working_day", 5, False, "same", "2026-09-24", "提前5个工作日，最迟2026年9月24日报送"),
        ("day", 5, False, "same", "2026-10-04", "提前5天，最迟2026年10月4日报送"),
        ("day", 5, True, "same", "2026-10-03", "中间隔满5天，最迟2026年10月3日报送"),
        ("day", 5, False, "next", "2026-09-30", "提前5天，最迟2026年9月30日报送"),
        ("day", 1, False, "next", "2026-10-08", "提前1天，最迟2026年10月8日报送"),
        (
            "hour",
            24,
            False,
            "next",
            "2026-10-08 00:00",
            "从零时数起），提前24小时，最迟2026年10月8日00:00报送",
        ),
    ],
)
def test_a_lead_time_in_each_unit(
    unit: str, number: int, clear: bool, receipt: str, last: str, said: str
) -> None:
    calendar = Calendar(date(2026, 1, 15))
    found = calendar.deadline(
        date(2026, 10, 9), number, clear=clear, unit=LeadUnit(unit), rolls=receipt == "next"
    )
    assert str(found.moment) == last and said in found.sentence()


def test_hours_are_counted_back_from_the_hour_of_the_event() -> None:
    found = Calendar(date(2026, 1, 15)).deadline(date(2026, 10, 9), 48, unit=LeadUnit.HOUR, hour=time(9, 30))
    assert str(found.moment) == "2026-10-07 09:30" and found.counted == () and not found.provisional
    told = {time(9, 29): False, time(9, 30): False, time(9, 31): True, None: None}
    for hour, missed in told.items():
        assert found.missed(Moment(date(2026, 10, 7), hour)) is missed
    assert (
        found.missed(Moment(date(2026, 10, 6))) is False and found.missed(Moment(date(2026, 10, 8))) is True
    )


def _lead(policy: Policy, **change: Any) -> Finding:
    """Of the world's major release: in the bureau's name, by 刑警支队, on 11 June at ten."""
    turned = {"set": {"2026-005": change}}
    (finding,) = (f for f in found(policy, "LED-01", turned) if f.ref == "2026-005")
    return finding


def test_a_lead_in_calendar_days_is_judged_on_its_last_day(tmp_path: Path) -> None:
    policy = law(tmp_path, _unit_and_number("day", 7))
    for days, result in ((7, Result.PASS), (6, Result.FAIL)):
        assert _lead(policy, submitted=days).result is result


def test_a_lead_in_hours_needs_the_hour_only_on_the_last_day(tmp_path: Path) -> None:
    """24 hours before 10:00: on the eve by ten; a receipt without its hour on that day proves nothing."""
    policy = law(tmp_path, _unit_and_number("hour", 24))
    for days, at, result in (
        (2, None, Result.PASS),
        (1, "10:00", Result.PASS),
        (1, "10:01", Result.FAIL),
        (1, None, Result.NO_EVIDENCE),
        (0, "09:00", Result.FAIL),
    ):
        steps = [{"step": "unit", "by": "庚一", "before": days, **({"at": at} if at else {})}]
        finding = _lead(policy, submitted=days, at="10:00", steps=steps)
        assert finding.result is result, (days, at, finding.message)


def test_what_was_taken_back_the_same_day_is_not_the_receipt(tmp_path: Path) -> None:
    """Taken back and submitted anew at 11:00: the hour of the second counts; returned by the office, that of the first."""
    policy = law(tmp_path, _unit_and_number("hour", 24))
    first = {"step": "unit", "by": "庚一", "before": 1, "at": "09:00", "round": 1}
    again = {"step": "unit", "by": "庚一", "before": 1, "at": "11:00", "round": 2}
    returned = {"step": "office", "by": "乙一", "before": 1, "at": "10:00", "round": 1, "decision": "return"}
    assert _lead(policy, submitted=1, at="10:00", steps=[first, again]).result is Result.FAIL
    assert _lead(policy, submitted=1, at="10:00", steps=[first, returned, again]).result is Result.PASS


def test_submissions_are_taken_by_the_hour(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--policy", str(profile(tmp_path, _unit_and_number("hour", 24))))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    assert (
        bureau.on("2026-06-01", "plan", "move", ref, "--time", "10:00", "--reason", "定时")["deadline_time"]
        == "10:00"
    )
    late = bureau.refused("2026-06-09", *bureau.submission(ref, "--at", "11:30"))
    assert late["code"] == "late_submission"
    assert "最迟应于 2026-06-09 10:00 报送" in late["message"] and "已晚 1 小时 30 分钟" in late["message"]
    assert "提前24小时" in late["message"] and "工作日" not in late["message"]
    assert bureau.refused("2026-06-09", *bureau.submission(ref))["code"] == "no_hour"
    assert bureau.refused("2026-06-10", *bureau.submission(ref, "--at", "10:00"))["code"] == "after_event"
    (owed_,) = (d for d in bureau.on("2026-06-08", "due") if d["ref"] == ref)
    assert owed_["on"] == "2026-06-09" and "最迟 10:00" in owed_["what"]
    assert bureau.on("2026-06-09", *bureau.submission(ref, "--at", "10:00"))["status"] == "submitted"


def test_a_late_submission_is_told_in_days(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--policy", str(profile(tmp_path, _unit_and_number("day", 5))))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    late = bureau.refused("2026-06-08", *bureau.submission(ref))
    assert "2026-06-05" in late["message"] and "已晚 3 天" in late["message"]
    assert "提前5天" in late["message"] and "工作日" not in late["message"]
    assert bureau.on("2026-06-05", *bureau.submission(ref))["status"] == "submitted"


def test_the_calendar_counts_in_the_regulations_unit(shell: Shell, tmp_path: Path) -> None:
    shell("init", "--policy", str(profile(tmp_path, _unit_and_number("hour", 72))))
    view = shell.json("calendar", "deadline", "2026-06-10", "--time", "15:00")
    assert (view["deadline"], view["hour"], view["unit"], view["days"]) == ("2026-06-07", "15:00", "hour", 72)
    said = shell("calendar", "deadline", "2026-06-10", "--time", "15:00").stdout
    assert "提前 72 小时：最迟 2026-06-07 15:00 报送" in said and "工作日" not in said
    asked = shell.json("calendar", "deadline", "2026-10-09", "--days", "5", "--unit", "working_day")
    assert asked["deadline"] == "2026-09-24" and asked["hour"] is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"workday"', ("不认识“workday”", "是不是 working_day？")),
        ('"小时"', ("是不是 hour？",)),
        ("24", ("不认识“24”", "day（天）")),
    ],
)
def test_a_unit_of_time_nobody_knows_is_refused(tmp_path: Path, value: str, said: tuple[str, ...]) -> None:
    _refused(tmp_path, {"submission.lead_unit": value}, *said)


def test_clear_hours_are_refused(tmp_path: Path) -> None:
    clear = {"submission.lead_unit": '"hour"', "submission.lead_count": '"clear"'}
    _refused(tmp_path, clear, "不能同用", "exclusive")


# -- the day by which the leader answers ---------------------------------------------------------------------------------------


def _elsewhere(tmp_path: Path, values: Mapping[str, str]) -> Policy:
    """The regulation whose rules the shipped one lacks, with other values."""
    return loader.load([ELSEWHERE, *([profile(tmp_path, values)] if values else [])])


def _answers(tmp_path: Path, **change: Any) -> Finding:
    turned = {"set": {"2026-005": change}} if change else {}
    (finding,) = (f for f in found(_elsewhere(tmp_path, {}), "RTE-09", turned) if f.ref == "2026-005")
    return finding


_UNIT_STEP = {"step": "unit", "by": "庚一", "before": 9}
_OFFICE_STEP = {"step": "office", "by": "乙一", "role": "office_director", "before": 8}


def _leader_step(before: int, decision: str = "agree") -> dict[str, Any]:
    return {"step": "leader", "by": "甲四", "role": "deputy_leader", "before": before, "decision": decision}


def test_a_return_in_time_is_an_answer_and_one_step_back_is_none(tmp_path: Path) -> None:
    """What the leader sends back to the office has not reached the unit; the office's own return has."""
    by = [_UNIT_STEP, _OFFICE_STEP]
    returned = _answers(tmp_path, status="returned", steps=[*by, _leader_step(3, "return")])
    assert returned.result is Result.PASS and "甲四于 2026-06-08 退回" in returned.message
    back = _answers(tmp_path, status="submitted", steps=[*by, _leader_step(5, "return")])
    assert back.result is Result.FAIL and "还没有答复" in back.message
    office = {**_OFFICE_STEP, "before": 3, "decision": "return"}
    assert _answers(tmp_path, status="returned", steps=[_UNIT_STEP, office]).result is Result.PASS


def test_who_submits_after_the_day_cannot_ask_for_an_answer_by_it(tmp_path: Path) -> None:
    steps = [{**_UNIT_STEP, "before": 2}, {**_OFFICE_STEP, "before": 2}, _leader_step(1)]
    late = _answers(tmp_path, submitted=2, steps=steps, urgent=True)
    assert late.result is Result.NOT_DUE and "报送时已过答复日 2026-06-08" in late.message
    steps = [{**_UNIT_STEP, "before": 3}, {**_OFFICE_STEP, "before": 3}, _leader_step(1)]
    assert _answers(tmp_path, submitted=3, steps=steps, urgent=True).result is Result.FAIL


def test_the_shipped_regulation_asks_for_no_answer_by_a_day() -> None:
    assert "RTE-09" not in loader.shipped().rules and "approval.answer_days" not in loader.shipped().values


def test_the_signer_is_told_the_day_to_answer(shell: Shell, tmp_path: Path) -> None:
    """Wednesday 10 June: five working days before is Wednesday the 3rd; what comes in later is due as it always was."""
    shell("init", "--policy", str(profile(tmp_path, {"approval.answer_days": "5"})))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    bureau.on("2026-06-02", *bureau.submission(ref))
    (waits,) = (d for d in bureau.on("2026-06-02", "due") if d["ref"] == ref)
    assert waits["on"] == "2026-06-03" and waits["what"].endswith("（答复的最后一天）")
    assert "周主任" in waits["who"] and waits["clause"] == "三(二)1"


@pytest.mark.parametrize(
    ("value", "said"), [("0", "1 至 366 的整数"), ('"三"', "1 至 366 的整数"), ("2.5", "1 至 366 的整数")]
)
def test_days_to_answer_are_whole_and_at_least_one(tmp_path: Path, value: str, said: str) -> None:
    _refused(tmp_path, {"approval.answer_days": value}, said)


# -- filed after it was held ------------------------------------------------------------------------------------------------


_AFTER = {"filing.when": "after", "filing.days_after": 3}


def _filed(values: Mapping[str, Any], on: date = _NEXT, **change: Any) -> Finding:
    policy = with_values(loader.shipped(), values)
    (finding,) = (f for f in found(policy, "FIL-01", change, on=on) if f.ref == "2026-005")
    return finding


@pytest.mark.parametrize(
    ("unit", "days", "last"),
    # Thursday 11 June 2026: three working days after is Tuesday the 16th, three days Sunday the 14th.
    [("working_day", 3, date(2026, 6, 16)), ("day", 3, date(2026, 6, 14)), ("day", 1, date(2026, 6, 12))],
)
def test_filed_after_the_event_by_the_last_of_its_days(unit: str, days: int, last: date) -> None:
    values = {**_AFTER, "filing.days_unit": unit, "filing.days_after": days}
    after = (last - date(2026, 6, 11)).days
    for late, result in ((0, Result.PASS), (1, Result.FAIL)):
        filed = _filed(values, set={"2026-005/filed": {"before": -after - late}})
        assert filed.result is result and str(last) in filed.message
    entered = _filed(values, set={"2026-005/filed": {"before": -1, "desk_after": after + 1}})
    assert entered.result is Result.FAIL and "才登记" in entered.message
    before = _filed(values, set={"2026-005/filed": {"before": 1}})
    assert before.result is Result.PASS


def test_what_is_not_filed_yet_is_due_on_the_last_day() -> None:
    for on, result in ((date(2026, 6, 16), Result.NOT_DUE), (date(2026, 6, 17), Result.FAIL)):
        none = _filed(_AFTER, on, without=["2026-005/filed"])
        assert none.result is result and none.due == date(2026, 6, 16)


def test_a_units_own_conference_is_filed_afterwards() -> None:
    policy = with_values(loader.shipped(), {"filing.own_days_after": 5})
    own = {f.ref: f for f in found(policy, "FIL-01", {}) if f.ref == "2026-006"}
    assert own["2026-006"].result is Result.FAIL and "最迟应于 2026-05-28 报备" in own["2026-006"].message
    filed = found(policy, "FIL-01", {"set": {"2026-006": {"filed_on": date(2026, 5, 28)}}})
    assert {f.result for f in filed if f.ref == "2026-006"} == {Result.PASS}
    assert not [f for f in found(loader.shipped(), "FIL-01", {}) if f.ref == "2026-006"]


def _regulation(tmp_path: Path, values: Mapping[str, str]) -> Path:
    """Linshui's regulation with other values, for the bureau of these tests."""
    text = (Path(__file__).parent / "data" / "policies" / "linshui.toml").read_text("utf-8")
    text = text.replace('value = "新闻中心"', 'value = "宣传处"')
    for key, value in values.items():
        assert f'key = "{key}"' not in text
        text += f'\n[[value]]\nkey = "{key}"\nclause = "第八条"\nsince = 2020-07-01\nchecked_on = 2026-01-05\nvalue = {value}\n'
    path = tmp_path / "他市规定.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_held_before_it_is_filed_where_the_regulation_says_so(shell: Shell, tmp_path: Path) -> None:
    after = {"filing.when": '"after"', "filing.days_after": "3", "filing.own_days_after": "5"}
    shell("init", "--policy", str(_regulation(tmp_path, after)))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    bureau.on("2026-06-01", *bureau.submission(ref))
    bureau.on("2026-06-02", "approve", ref, "--by", "周主任", "--opinion", "同意")
    bureau.on("2026-06-03", "approve", ref, "--by", "朱副", "--opinion", "同意")
    held = ("record", "held", ref, "--seat", "host=顾一", "--seat", "presenter=华言")
    assert bureau.on("2026-06-10", *held)["status"] == "held"
    (left,) = (d for d in bureau.on("2026-06-11", "due") if d["ref"] == ref)
    assert left["on"] == "2026-06-15" and left["days_left"] == 4 and "备案" in left["what"]
    assert bureau.on("2026-06-15", "record", "filed", ref, "--by", "喻联")["filed_on"] == "2026-06-15"
    assert [d for d in bureau.on("2026-06-15", "due") if d["ref"] == ref] == []
    own = bureau.on("2026-06-16", "plan", "add", "安检", "--unit", "天宁分局", "--form", "conference", "--date", "2026-06-17", "--topic", "安检", "--category", "2")["ref"]  # fmt: skip
    bureau.on("2026-06-17", "record", "held", own, "--seat", "host=窦言", "--seat", "presenter=窦言")
    (left,) = (d for d in bureau.on("2026-06-18", "due") if d["ref"] == own)
    assert left["on"] == "2026-06-25"  # 19 June 2026 is the Dragon Boat Festival
    said = bureau.said("2026-06-26", "record", "filed", own)
    assert "2026-06-25之后：属补备案" in said


def test_before_stays_before(shell: Shell) -> None:
    """Without a word in the regulation, holding what is not filed is refused as it was."""
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    bureau.on("2026-06-01", *bureau.submission(ref))
    bureau.on("2026-06-02", "approve", ref, "--by", "周主任", "--opinion", "同意")
    bureau.on("2026-06-03", "approve", ref, "--by", "朱副", "--opinion", "同意")
    held = ("record", "held", ref, "--seat", "host=顾一", "--seat", "presenter=华言")
    assert bureau.refused("2026-06-10", *held)["code"] == "not_filed"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"filing.when": '"afterwards"'}, ("不认识“afterwards”", "是不是 after？")),
        ({"filing.when": '"after"'}, ("没有写明几天之内", "filing.days_after")),
        ({"filing.when": '"after"', "filing.days_after": "3"}, ("FIL-02", "不能同用")),
        ({"filing.days_unit": '"hour"'}, ("不认识“hour”", "working_day、day")),
        ({"filing.own_days_after": "0"}, ("1 至 366 的整数",)),
    ],
)
def test_filing_that_hangs_together_badly_is_refused(
    tmp_path: Path, values: dict[str, str], said: tuple[str, ...]
) -> None:
    with pytest.raises(BadData) as refused:
        law(tmp_path, values)
    text = f"{refused.value.message}{refused.value.next_step}"
    assert all(word in text for word in said), text


# -- how many levels -------------------------------------------------------------------------------------------------------------


def test_two_levels_ask_for_no_opinion_of_the_unit() -> None:
    policy = with_values(loader.shipped(), {"route.levels": 2})
    steps = [_OFFICE_STEP, _leader_step(7)]
    for law_, result in ((policy, Result.PASS), (loader.shipped(), Result.FAIL)):
        judged = found(law_, "RTE-04", {"set": {"2026-005": {"steps": steps}}})
        (levels,) = (f for f in judged if f.ref == "2026-005" and "报备经办人" not in f.message)
        assert levels.result is result, levels.message
    (none,) = (
        f.result
        for f in found(policy, "RTE-04", {"set": {"2026-005": {"steps": [_OFFICE_STEP]}}})
        if f.ref == "2026-005" and "缺" in f.message
    )
    assert none is Result.FAIL


def test_the_whole_route_of_two_levels(shell: Shell, tmp_path: Path) -> None:
    path = _regulation(tmp_path, {"route.levels": "2"})
    path.write_text(path.read_text("utf-8").replace(', "opinion", "signer"]', "]"), encoding="utf-8")
    shell("init", "--policy", str(path))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    taken = bureau.on("2026-06-01", *bureau.submission(ref, leave_out=("--by", "--opinion")))
    assert taken["status"] == "submitted" and taken["steps"] == [] and taken["round"] == 1
    (waits,) = (d for d in bureau.on("2026-06-01", "due") if d["ref"] == ref)
    assert "周主任" in waits["who"]
    returned = ("approve", ref, "--by", "周主任", "--opinion", "缺图", "--return")
    assert bureau.on("2026-06-02", *returned)["status"] == "returned"
    again = bureau.on("2026-06-02", *bureau.submission(ref, leave_out=("--by", "--opinion")))
    assert again["received_on"] == "2026-06-01" and again["round"] == 2
    bureau.on("2026-06-03", "approve", ref, "--by", "周主任", "--opinion", "同意")
    done = bureau.on("2026-06-04", "approve", ref, "--by", "朱副", "--opinion", "同意")
    assert done["status"] == "approved" and [s["step"] for s in done["steps"]] == [
        "office",
        "office",
        "leader",
    ]
    (lead,) = bureau.findings("LED-01", "2026-06-05", "--on", "2026-06-01", "--all")
    assert lead["result"] == "pass" and "实于 2026-06-01 报送" in lead["message"]
    assert bureau.on("2026-06-05", "form", "approval", ref)["files"]


def test_three_levels_ask_for_a_signature_whatever_the_form_asks(shell: Shell, tmp_path: Path) -> None:
    path = _regulation(tmp_path, {})
    path.write_text(path.read_text("utf-8").replace(', "opinion", "signer"]', "]"), encoding="utf-8")
    shell("init", "--policy", str(path))
    bureau = Bureau(shell)
    ref = bureau.plan("客流", on="2026-06-10")
    refused = bureau.refused("2026-06-01", *bureau.submission(ref, leave_out=("--by", "--opinion")))
    assert refused["code"] == "incomplete" and "组织单位签名" in refused["message"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"route.levels": "4"}, ("4 级审批不支持", "pressctl 支持二级或三级审批")),
        ({"route.levels": "1"}, ("pressctl 支持二级或三级审批",)),
        ({"route.levels": '"三级"'}, ("pressctl 支持二级或三级审批",)),
        ({"route.levels": "true"}, ("pressctl 支持二级或三级审批",)),
        ({"route.joint": "true"}, ("会签不能单设一级", "pressctl 支持二级或三级审批", "record joint")),
        ({"route.levels": "2"}, ("submission.required", "opinion")),
    ],
)
def test_levels_that_are_not_supported_are_refused_in_words(
    tmp_path: Path, values: dict[str, str], said: tuple[str, ...]
) -> None:
    with pytest.raises(BadData) as refused:
        law(tmp_path, values)
    text = f"{refused.value.message}{refused.value.next_step}"
    assert all(word in text for word in said), text


# -- who must be among them, and trained when ---------------------------------------------------------------------------------------


def _titled(tmp_path: Path, **change: Any) -> Finding:
    numbers = '{sub_bureau = [["ROS-03", "spokesperson", 1, 2, "副局长|政委"]]}'
    judged = found(law(tmp_path, {"roster.numbers": numbers}), "ROS-03", change)
    (finding,) = (f for f in judged if f.unit == "天宁分局")
    return finding


def test_one_of_the_spokespersons_holds_the_title(tmp_path: Path) -> None:
    """The world's spokesperson of 天宁分局 is an officer without rank; a second one is enough, and so is either title."""
    second = {"who": "己三", "unit": "天宁分局", "role": "spokesperson"}
    for title, result in (
        ("副局长（分管治安）", Result.PASS),
        ("政委", Result.PASS),
        ("局长", Result.FAIL),
        ("", Result.NO_EVIDENCE),
    ):
        judged = _titled(tmp_path, post=[{**second, "title": title}])
        assert judged.result is result, (title, judged.message)
    none = _titled(tmp_path)
    assert none.result is Result.FAIL and none.strength is Strength.MUST
    assert none.message.endswith("现有1名，其中应有一名副局长或政委，没有。")
    for until, result in ((date(2027, 1, 1), Result.PASS), (date(2026, 12, 31), Result.FAIL)):
        assert _titled(tmp_path, post=[{**second, "title": "副局长", "until": until}]).result is result
    assert _titled(tmp_path, without=["己一"]).result is Result.FAIL


def test_rows_of_four_say_nothing_of_titles(tmp_path: Path) -> None:
    numbers = '{sub_bureau = [["ROS-03", "spokesperson", 1, 2]]}'
    judged = found(law(tmp_path, {"roster.numbers": numbers}), "ROS-03", {})
    assert {f.result for f in judged} == {Result.PASS} and "职务" not in judged[0].message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('["ROS-03", "spokesperson", 1, 2, 3]', "不是文字"),
        ('["ROS-03", "spokesperson", 1, 2, ""]', "不是文字"),
        ('["ROS-03", "spokesperson", 1, 2, "副局长|"]', "不是文字"),
        ('["ROS-03", "spokesperson", 0, 2, "副局长"]', "至少为 0"),
        ('["ROS-03", "spokesperson", 1, 2, "副局长", 1]', "不是一项人数"),
    ],
)
def test_a_bad_title_is_refused(tmp_path: Path, row: str, said: str) -> None:
    _refused(tmp_path, {"roster.numbers": f"{{sub_bureau = [{row}]}}"}, said)


@pytest.mark.parametrize(
    ("trained", "result"),
    [
        (date(2024, 3, 1), Result.PASS),
        (date(2026, 5, 15), Result.PASS),
        (date(2026, 5, 16), Result.FAIL),
        (None, Result.NO_EVIDENCE),
    ],
)
def test_trained_no_later_than_the_first_day_in_the_post(trained: date | None, result: Result) -> None:
    policy = with_values(loader.shipped(), {"training.before_post": True})
    post = [{"who": "庚三", "unit": "刑警支队", "role": "liaison", "since": date(2026, 5, 15)}]
    record = [{"kind": "training", "on": trained, "data": {"topic": "应对", "people": ["庚三"]}}]
    # 庚二 came on 2 March 2026 and was trained afterwards: not spoken of here
    change = {"post": post, "record": record if trained else [], "set": {"庚二": {"since": date(2025, 1, 6)}}}
    (judged,) = found(policy, "TRN-02", change)
    assert judged.result is result, judged.message
    assert ("庚三" in judged.message) is (result is not Result.PASS)


def test_who_has_not_come_yet_may_still_be_trained() -> None:
    policy = with_values(loader.shipped(), {"training.before_post": True})
    post = [{"who": "庚三", "unit": "刑警支队", "role": "liaison", "since": date(2026, 5, 15)}]
    change = {"post": post, "set": {"庚二": {"since": date(2025, 1, 6)}}}
    for on, result in ((date(2026, 5, 15), Result.NOT_DUE), (date(2026, 5, 16), Result.NO_EVIDENCE)):
        (judged,) = found(policy, "TRN-02", change, on=on)
        assert judged.result is result, (on, judged.message)


# -- emergencies by level --------------------------------------------------------------------------------------------------------------

_LEVELS = {"emergency.hours_by_level": {"特别重大": 2, "重大": 4}, "emergency.first_hours": 24}


def _emergency(
    level: str | None, responded: str | None, on: date = _NEXT, values: Mapping[str, Any] = _LEVELS
) -> Finding:
    """An explosion on Monday 21 September 2026 at nine."""
    data = {"kind": "emergency", "matter": "燃气爆炸", "happened": "2026-09-21T09:00"}
    data |= {"level": level} if level else {}
    data |= {"responded": responded} if responded else {}
    trigger = {"kind": "trigger", "id": 903, "unit": "天宁分局", "on": date(2026, 9, 21), "data": data}
    policy = with_values(loader.shipped(), values)
    return _of_903(found(policy, "EMG-04", {"record": [trigger]}, on=on))


def _of_903(judged: list[Finding]) -> Finding:
    (one,) = (f for f in judged if f.evidence["matter"] == 903)
    return one


@pytest.mark.parametrize(
    ("level", "responded", "result"),
    [
        ("特别重大", "2026-09-21T11:00", Result.PASS),
        ("特别重大", "2026-09-21T11:01", Result.FAIL),
        ("重大", "2026-09-21T13:00", Result.PASS),
        ("重大", "2026-09-21T13:01", Result.FAIL),
        ("较大", "2026-09-22T09:00", Result.PASS),
        ("较大", "2026-09-22T09:01", Result.FAIL),
        (None, "2026-09-21T09:30", Result.NO_EVIDENCE),
        ("特别重大", None, Result.FAIL),
        (None, None, Result.NO_EVIDENCE),
    ],
)
def test_an_emergency_is_answered_in_the_hours_of_its_level(
    level: str | None, responded: str | None, result: Result
) -> None:
    judged = _emergency(level, responded)
    assert judged.result is result, judged.message
    assert ("没有写明级别（特别重大、重大）" in judged.message) is (level is None)
    assert ("按一般时限" in judged.message) is (level == "较大")


def test_the_level_may_be_told_later() -> None:
    data = {
        "kind": "emergency",
        "matter": "燃气爆炸",
        "happened": "2026-09-21T09:00",
        "responded": "2026-09-21T11:30",
    }
    trigger = {"kind": "trigger", "id": 903, "unit": "天宁分局", "on": date(2026, 9, 21), "data": data}
    later = {"kind": "response", "on": date(2026, 9, 23), "data": {"trigger": 903, "level": "特别重大"}}
    judged = _of_903(found(with_values(loader.shipped(), _LEVELS), "EMG-04", {"record": [trigger, later]}))
    assert judged.result is Result.FAIL and judged.message.startswith("特别重大：")


def test_without_levels_a_level_changes_nothing() -> None:
    told, untold = (
        _emergency(level, "2026-09-22T08:00", values={"emergency.first_hours": 24})
        for level in ("重大", None)
    )
    assert told == untold and told.result is Result.PASS


def test_a_level_is_recorded_by_command(shell: Shell, tmp_path: Path) -> None:
    path = profile(tmp_path, {"emergency.hours_by_level": '{"重大" = 4}', "emergency.first_hours": "24"})
    shell("init", "--policy", str(path))
    bureau = Bureau(shell)
    bureau.on("2026-05-06", "record", "trigger", "天宁分局", "--matter", "火灾", "--kind", "emergency", "--happened", "2026-05-06T09:00", "--responded", "2026-05-06T14:00")  # fmt: skip
    (lacking,) = bureau.findings("EMG-04", "2026-05-08")
    assert lacking["result"] == "no_evidence" and "--level" in lacking["next"]
    number = lacking["evidence"]["matter"]
    bureau.on("2026-05-08", "record", "response", str(number), "--level", "重大")
    (late,) = bureau.findings("EMG-04", "2026-05-08")
    assert late["result"] == "fail" and "应在 2026-05-06 13:00 以前" in late["message"]
    again = bureau.refused("2026-05-08", "record", "response", str(number), "--level", "一般")
    assert again["code"] == "already_told" and "重大" in again["message"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{}", "没有写明级别"),
        ('{"重大" = 0}', "小时数为 0"),
        ('{"重大" = "四"}', "不小于 0 的小时数"),
        ("4", "不是“名称 = 值”的表"),
    ],
)
def test_bad_levels_are_refused(tmp_path: Path, value: str, said: str) -> None:
    _refused(tmp_path, {"emergency.hours_by_level": value}, said)


# -- leaders in person, announced media, circulars ----------------------------------------------------------------------------------------------


def _seats(ref: str, on: date, **more: Any) -> dict[str, Any]:
    return {"ref": ref, "name": ref, "unit": "天宁分局", "on": on, "status": "held", **more}


def test_a_leader_counts_only_in_person_and_in_post() -> None:
    """One sent in the leader's place is not the leader; nor is one who came into the post the day after."""
    policy = loader.load([ELSEWHERE])
    one = _seats("2026-801", date(2026, 3, 2), seats={"attendee": ["甲三"]})
    sent = _seats("2026-802", date(2026, 3, 3), seats={"attendee": ["甲四/甲三"]})
    for releases, change, number in (
        ([one, sent], {}, 1),
        ([one], {"set": {"甲三": {"since": date(2026, 3, 2)}}}, 1),
        ([one], {"set": {"甲三": {"since": date(2026, 3, 3)}}}, 0),
    ):
        judged = found(policy, "ATT-09", {"release": releases, **change})
        (bureau,) = (f for f in judged if f.unit == "常州市公安局")
        assert len(bureau.evidence["refs"]) == number, bureau.message


def test_a_unit_whose_chief_is_on_record_owes_the_same() -> None:
    policy = loader.load([ELSEWHERE])
    post = [{"who": "己九", "unit": "天宁分局", "role": "chief_leader", "title": "分局长"}]
    both = [_seats(f"2026-80{n}", date(2026, 3, n), seats={"presenter": ["己九"]}) for n in (1, 2)]
    judged = results(found(policy, "ATT-09", {"post": post, "release": both}))
    assert judged == {"常州市公安局": Result.FAIL, "天宁分局": Result.PASS}
    assert "天宁分局" not in results(found(policy, "ATT-09", {"release": both[:0]}))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"attendance.leader_yearly": "0"}, "1 至 366 的整数"),
        ({"media.announced": "[]"}, "没有写明媒体"),
        ({"media.announced": '"日报"'}, "不是列表"),
        ({"circular.half_yearly": "true"}, "每半年通报不支持"),
    ],
)
def test_what_is_asked_badly_of_leaders_and_media_is_refused(
    tmp_path: Path, values: dict[str, str], said: str
) -> None:
    _refused(tmp_path, values, said)


def test_a_misspelt_shape_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadData) as refused:
        law(tmp_path, {"media.anounced": '["日报"]'})
    assert "是不是 media.announced？" in str(refused.value.next_step)


def test_a_list_of_media_binds_from_its_first_day(tmp_path: Path) -> None:
    """Nobody had to keep to a list before there was one."""
    text = ELSEWHERE.read_text("utf-8")
    head, _, tail = text.rpartition("since = 2009-03-10")
    for since, judged in ((date(2026, 6, 11), {"2026-005"}), (date(2026, 6, 12), set())):
        path = tmp_path / f"{since}.toml"
        path.write_text(f"{head}since = {since}{tail}", encoding="utf-8")
        outside = {"set": {"2026-005/invitation": {"data": {"by": "宣传处", "media": ["某网"]}}}}
        failing = found(loader.load([path]), "INV-02", outside)
        assert {f.ref for f in failing if f.result is Result.FAIL} == judged


def test_what_is_lacking_is_told_before_what_does_not_go_together(tmp_path: Path) -> None:
    """A regulation without the form's fields or the way of counting is told what it lacks."""
    path = _regulation(tmp_path, {"route.levels": "2"})
    text = path.read_text("utf-8").replace('value = "clear"', 'value = "exclusive"')
    whole = text.split("[[value]]")
    path.write_text(
        "[[value]]".join(v for v in whole if 'key = "submission.required"' not in v), encoding="utf-8"
    )
    with pytest.raises(BadData) as refused:
        loader.load([path])
    assert "submission.required" in str(refused.value.message)


def test_the_keys_are_declared_before_any_regulation_is_known() -> None:
    """A label asks for the regulation in force, and that for the keys: to declare one must not ask for a label."""
    asks = "from pressctl.core.names import speak; speak(lambda: 1 / 0); import pressctl.core.policy_keys"
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_many_weeks_missed_are_one_line_of_what_is_due(tmp_path: Path) -> None:
    """Four quarters are told each, as they were; fifty weeks are one errand, and the week to come is its own."""
    facts, on = (
        changed_facts({"name": "", "without": ["2026-001", "2026-002", "2026-003", "2026-004"]}),
        date(2027, 1, 6),
    )
    for values, lapsed, coming in (
        ({"quota.bureau_period": '"week"'}, 1, 9),  # Sundays from 10 January to 7 March
        ({"quota.bureau_period": '"quarter"'}, 4, 0),
    ):
        items = [d for d in due(facts, law(tmp_path, values), Calendar(on), on) if d.rule == "QTA-01"]
        assert len([d for d in items if d.lapsed]) == lapsed
        assert len([d for d in items if not d.lapsed]) == coming, [d.what for d in items]
    assert any(
        "还差" in d.what
        for d in due(facts, law(tmp_path, {"quota.bureau_period": '"week"'}), Calendar(on), on)
    )


@pytest.mark.parametrize(("level", "listed"), [("重大", True), ("特大", False)])
def test_a_level_that_the_regulation_does_not_list_is_told(
    shell: Shell, tmp_path: Path, level: str, listed: bool
) -> None:
    """特大 for 特别重大 would be judged by the general hours, and nobody would see why."""
    path = profile(tmp_path, {"emergency.hours_by_level": '{"重大" = 4}', "emergency.first_hours": "24"})
    shell("init", "--policy", str(path))
    Bureau(shell)
    words = ("record", "trigger", "天宁分局", "--matter", "火灾", "--kind", "emergency", "--level", level)
    told = shell(*words).stderr
    assert ("不在规定所列（重大）之中" in told) is not listed
