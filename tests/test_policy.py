"""The regulation's files: strict when read, dated when asked, stacked by profiles, replaced by another city's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pressctl.core.rules import CHECKS, NEEDS, check
from pressctl.core.rules.look import Look
from pressctl.core.working_days import Calendar
from pressctl.errors import BadData
from pressctl.regulation import loader
from tests.cases import world_facts
from tests.conftest import Shell

LINSHUI = Path(__file__).parent.parent / "docs" / "examples" / "linshui.toml"
PROFILE = """
kind = "profile"
profile = "试行"
[[value]]
key = "submission.lead_days"
clause = "三(三)3"
since = 2026-07-01
checked_on = 2026-06-20
value = 3
"""


def _load(tmp_path: Path, text: str) -> None:
    file = tmp_path / "规定.toml"
    file.write_text(text, encoding="utf-8")
    loader.load([file])


# -- strict ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = [", "没有写完"),
        ("kind = ]", "第 1 行第 8 列"),
        ("[[" * 2000, "不是 TOML"),
        ('kind = "profile"', "没有条款、规则或数值"),
        ('kind = "decree"\n' + PROFILE.split("\n", 2)[2], "不是 regulation 或 profile"),
        ('color = "red"\n' + PROFILE, "color"),
        (PROFILE.replace("submission.lead_days", "submission.lead_dayz"), "submission.lead_dayz"),
        (PROFILE.replace('clause = "三(三)3"\n', ""), "缺少 clause"),
        (PROFILE.replace("since = 2026-07-01\n", ""), "缺少 since"),
        (PROFILE.replace("checked_on = 2026-06-20\n", ""), "缺少 checked_on"),
        (PROFILE.replace("三(三)3", "三(九)9"), "三(九)9"),
        (PROFILE.replace("since = 2026-07-01", 'since = "明年"'), "应为日期"),
        (PROFILE + "until = 2026-07-01\n", "不晚于"),
        (PROFILE.replace("value = 3", 'value = "三"'), "应写作 5 的样子"),
        (PROFILE.replace("value = 3", "value = -3"), "应写作 5 的样子"),
        (PROFILE.replace("value = 3", "value = true"), "应写作 5 的样子"),
        (PROFILE + 'colour = "red"\n', "colour"),
        (PROFILE + PROFILE.split("\n", 3)[3], "有两个值"),
        (
            PROFILE
            + '[[rule]]\nid = "XYZ-01"\nclause = "三(三)3"\nquote = "应"\nstrength = "E"\ntitle = "无此检查"\n',
            "XYZ-01",
        ),
        (
            PROFILE
            + '[[rule]]\nid = "LED-01"\nclause = "三(三)3"\nquote = "提前六个工作日"\nstrength = "E"\ntitle = "引文不符"\n',
            "提前六个工作日",
        ),
        (
            PROFILE
            + '[[rule]]\nid = "LED-01"\nclause = "三(三)3"\nquote = "应提前"\nstrength = "X"\ntitle = "强度不明"\n',
            "strength",
        ),
        (
            PROFILE + '[[clause]]\nid = "补一"\nparts = [{text = "应当。", treatment = "checked"}]\n',
            "没有写由哪条规则检查",
        ),
        (
            PROFILE + '[[clause]]\nid = "补一"\nparts = [{text = "应当。", treatment = "people"}]\n',
            "须写明原因",
        ),
        (
            PROFILE + '[[clause]]\nid = "补一"\nparts = [{text = "应当。", treatment = "magic"}]\n',
            "magic",
        ),
        (PROFILE + "[value.extra]\nx = 1\n", "extra"),
        ("value = 3", "[[value]]"),
        ("value = [1]", "名称 = 值"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadData) as caught:
        _load(tmp_path, text)
    assert said in str(caught.value.message) and "规定.toml" in caught.value.message
    assert caught.value.next_step


def test_a_missing_file_names_the_shipped_profiles(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        loader.load([tmp_path / "没有.toml"])
    assert "national-2016" in (caught.value.next_step or "")


def test_a_regulation_without_what_the_workflow_needs_is_refused(tmp_path: Path) -> None:
    text = re.sub(
        r'\[\[value\]\]\nkey = "route\.order"(.|\n)*?(?=\n\[\[value)', "", LINSHUI.read_text("utf-8")
    )
    assert "route.order" not in text.split("[[rule]]")[-1].split("[[value]]")[0]
    text = text.replace('values = ["route.order", ', "values = [").replace(
        'values = ["route.order"]', "values = []"
    )
    with pytest.raises(BadData, match=r"route\.order"):
        _load(tmp_path, text)


def test_every_shipped_value_is_cited_dated_and_checked() -> None:
    policy = loader.shipped()
    for values in policy.values.values():
        for value in values:
            assert value.clause in policy.clauses and value.since and value.checked_on
            assert value.checked_on >= value.since


def test_functions_read_only_what_the_loader_asks_for() -> None:
    """A regulation that the loader takes never stops a rule for want of a value."""
    policy = loader.load([Path("archive")])
    for rule in policy.rules:
        kept = {k: v for k, v in policy.values.items() if k in (*NEEDS[rule], *loader.REQUIRED)}
        only = replace(policy, values=kept)
        look = Look(world_facts(), only, Calendar(date(2027, 2, 1)), date(2027, 2, 1), 2026)
        assert list(CHECKS[rule](look)) or rule in {"ROS-12", "ARC-01"}


# -- dated -----------------------------------------------------------------------------------------


def test_a_profile_holds_from_its_day(tmp_path: Path) -> None:
    file = tmp_path / "试行.toml"
    file.write_text(PROFILE, encoding="utf-8")
    policy = loader.load([file])
    assert policy.get("submission.lead_days", date(2026, 6, 30)) == 5
    assert policy.get("submission.lead_days", date(2026, 7, 1)) == 3
    assert policy.value("submission.lead_days", date(2026, 7, 1)).profile == "试行"
    assert loader.load().get("submission.lead_days", date(2026, 7, 1)) == 5, "off by default"


def test_a_value_that_has_ended_is_not_in_force(tmp_path: Path) -> None:
    file = tmp_path / "试行.toml"
    file.write_text(PROFILE + "until = 2026-10-01\n", encoding="utf-8")
    policy = loader.load([file])
    assert [policy.get("submission.lead_days", date(2026, m, 1)) for m in (6, 7, 9, 10)] == [5, 3, 3, 5]


def test_the_national_profile_changes_no_finding_of_its_own_name_unless_named() -> None:
    facts, day = world_facts(), date(2027, 2, 1)
    plain = check(facts, loader.load(), Calendar(day), day, year=2026)
    stacked = check(facts, loader.load([Path("national-2016")]), Calendar(day), day, year=2026)
    assert {f.profile for f in plain} == {None}
    assert {f.rule for f in stacked if f.profile} == {"EMG-04", "OPN-02"}
    assert [f.rule for f in plain] == [f.rule for f in stacked]


def test_init_keeps_a_profile_in_the_database(shell: Shell) -> None:
    shell("init", "--policy", "national-2016")
    shown = shell.json("rules", "show", "opinion.response_hours")
    assert shown["value"] == 48 and shown["profile"] == "national-2016" and shown["clause"] == "三(二)3"
    assert shell.json("rules", "show", "opinion.response_hours", "--on", "2016-01-01")["value"] == 0
    assert shell.json("rules", "list")["profiles"] == ["national-2016"]


def test_a_profile_for_one_run_only(shell: Shell) -> None:
    assert shell.json("rules", "list", "--policy", "national-2016")["profiles"] == ["national-2016"]
    assert shell.json("rules", "list")["profiles"] == []


def test_rules_are_found_by_rule_clause_and_value(shell: Shell) -> None:
    rule = shell.json("rules", "show", "led-01")
    assert rule["clause"] == "三(三)3" and rule["quote"] in rule["text"]
    assert {v["key"] for v in rule["values"]} >= {"submission.lead_days"}
    clause = shell.json("rules", "show", "三（三）3")
    assert {r["rule"] for r in clause["rules"]} == {"LED-01", "LED-02", "URG-01", "URG-02"}
    error = shell.error("rules", "show", "LED-99", code=4)
    assert "LED-0" in error["next"]
    assert shell.error("check", "--rule", "LED-99", code=4)["code"] == "unknown_rule"
    assert (
        "三(三)3" in shell("rules", "list").stdout and "本局口径" in shell("rules", "show", "PLN-01").stdout
    )


# -- another city ----------------------------------------------------------------------------------


@pytest.fixture
def linshui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    made("init", "--policy", str(LINSHUI))
    made("unit", "add", "临水市公安局", "--kind", "bureau")
    made("unit", "add", "新闻中心", "--kind", "division", "--parent", "临水市公安局", "--office")
    made("unit", "add", "城东分局", "--kind", "sub_bureau", "--parent", "临水市公安局")
    return made


def test_another_citys_lead_time_and_words(linshui: Shell, tmp_path: Path) -> None:
    """Three clear working days before Tuesday 9 June: Wednesday the 3rd, and its own clause is cited."""
    plan = ("plan", "add", "夏季治安通报", "--unit", "城东分局", "--form", "briefing")
    added = linshui.json(*plan, "--date", "2026-06-09", "--in-bureau-name")
    assert added["deadline"] == "2026-06-03"
    (tmp_path / "方案.txt").write_text("方案", encoding="utf-8")
    submit = ("submit", "2026-001", "--opinion", "同意", "--by", "某某", "--attach", "programme=方案.txt")
    late = linshui.error(*submit, "--on", "2026-06-04", code=3)
    assert late["code"] == "late_submission" and late["clause"] == "第八条"
    assert linshui.json(*submit, "--on", "2026-06-03")["status"] == "submitted"


def test_another_citys_findings_cite_its_own_text(linshui: Shell) -> None:
    findings = json.loads(linshui("check", "--year", "2026", "--on", "2027-01-05", "--json", code=1).stdout)[
        "findings"
    ]
    assert {f["clause"] for f in findings} == {"第二条", "第五条"}
    by_rule = {f["rule"]: f for f in findings}
    assert by_rule["QTA-02"]["message"].endswith("应举行新闻通气会3次，已举行0次。")
    assert by_rule["ROS-03"]["evidence"] == {"role": "spokesperson", "count": 0, "least": 2, "most": 2}
    assert by_rule["QTA-01"]["quote"] == "市局每季度原则上举行新闻发布会二场"
    report = linshui.json("report", "annual", "2026", "--on", "2027-01-05")
    assert [u["required"] for u in report["units"] if u["unit"] == "城东分局"] == [3]
