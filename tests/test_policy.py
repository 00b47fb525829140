"""The regulation's files: strict when read, dated when asked, stacked by profiles, replaced by another city's."""

from __future__ import annotations

import json
import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pressctl import bundled
from pressctl.core import policy_keys as keys
from pressctl.core.policy import Policy, Value
from pressctl.core.policy_keys import Key
from pressctl.core.rules import CHECKS, check
from pressctl.core.rules.look import Check, Look
from pressctl.core.working_days import Calendar
from pressctl.errors import BadData
from pressctl.regulation import loader
from tests.conftest import Shell
from tests.world import ELSEWHERE, cases, with_values, world_facts

LINSHUI = Path(__file__).parent / "data" / "policies" / "linshui.toml"
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
        (f"value = {'9' * 5000}", "不是 TOML"),  # more digits than Python reads
        ('kind = "profile"', "没有条款、规则、数值或名称"),
        ('kind = "decree"\n' + PROFILE.split("\n", 2)[2], "不是 regulation 或 profile"),
        ('color = "red"\n' + PROFILE, "color"),
        (PROFILE.replace("submission.lead_days", "submission.lead_dayz"), "submission.lead_dayz"),
        (PROFILE.replace('clause = "三(三)3"\n', ""), "缺少 clause"),
        (PROFILE.replace("since = 2026-07-01\n", ""), "缺少 since"),
        (PROFILE.replace("checked_on = 2026-06-20\n", ""), "缺少 checked_on"),
        (PROFILE.replace("三(三)3", "三(九)9"), "三(九)9"),
        (PROFILE.replace("since = 2026-07-01", 'since = "明年"'), "应为日期"),
        (PROFILE + "until = 2026-07-01\n", "不晚于"),
        (PROFILE.replace("value = 3", 'value = "三"'), "1 至 366 的整数"),
        (PROFILE.replace("value = 3", "value = -3"), "1 至 366 的整数"),
        (PROFILE.replace("value = 3", "value = true"), "1 至 366 的整数"),
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


@dataclass(frozen=True, slots=True)
class _Watched(Policy):
    """A policy that remembers which keys were read."""

    read: set[str] = field(default_factory=set)

    def find(self, key: Key[Any], day: date) -> Value | None:
        self.read.add(key.name)
        return Policy.find(self, key, day)

    def get(self, key: Key[Any], day: date) -> Any:
        self.read.add(key.name)
        return Policy.get(self, key, day)


_OTHER_SHAPES: tuple[dict[str, Any], ...] = (
    {"training.before_post": True, "emergency.hours_by_level": {"重大": 4}},
    {"filing.when": "after", "filing.days_after": 3, "filing.own_days_after": 3},
)
"""Values under which rules read keys that the shipped regulation does without."""


def test_rules_read_what_the_keys_declare() -> None:
    """Each function, on every case and on the world, reads only keys that name one of its rules; and no key is idle."""
    policy = loader.load([Path("archive"), ELSEWHERE])
    read: dict[str, set[str]] = defaultdict(set)
    together: dict[Check, set[str]] = defaultdict(set)
    for rule, function in CHECKS.items():
        together[function].add(rule)
    worlds = [(policy, world_facts(), date(2027, 2, 1), 2026)]
    worlds += [(policy, case.facts, case.on, case.year) for case in cases()]
    worlds += [(with_values(policy, other), *worlds[0][1:]) for other in _OTHER_SHAPES]
    for law, facts, on, year in worlds:
        for function, rules in together.items():
            watched = _Watched(**{f.name: getattr(law, f.name) for f in fields(Policy)})
            list(function(Look(facts, watched, Calendar(on), on, year)))
            for rule in rules:
                read[rule] |= watched.read
    for rules in together.values():
        declared = {name for rule in rules for name in keys.readers_of(rule)}
        found = read[next(iter(rules))]
        assert found == declared & found, (rules, found - declared)
    for name, key in keys.KEYS.items():
        readers = [r for r in key.readers if r in CHECKS]
        flag = key.kind is keys.FLAG  # one may stand for its clause alone
        assert flag or not readers or any(name in read[r] for r in readers), f"no rule reads {name}"
        assert key.readers, name


def test_a_regulation_that_is_taken_stops_no_rule_for_want_of_a_value() -> None:
    policy = loader.load([Path("archive")])
    for rule in policy.rules:
        needed = {k for k in keys.readers_of(rule) if keys.KEYS[k].needed_by(rule)} | keys.REQUIRED
        only = replace(policy, values={k: v for k, v in policy.values.items() if k in needed})
        look = Look(world_facts(), only, Calendar(date(2027, 2, 1)), date(2027, 2, 1), 2026)
        list(CHECKS[rule](look))


def test_a_regulation_kept_from_before_is_still_taken() -> None:
    """The bureau's vacancies and their day are told where the values are, and no rule is refused for want of them."""
    for rule, key in (("CHG-01", "roster.bureau"), ("CHG-02", "roster.bureau"), ("ROS-01", "roster.due")):
        assert not keys.KEYS[key].needed_by(rule)
    assert keys.KEYS["roster.bureau"].needed_by("ROS-01") and keys.KEYS["roster.due"].needed_by("ROS-08")


_BASE = (bundled.regulation_dir() / "changzhou-2009" / "policy.toml").read_text("utf-8")


def _misspelt(key: str, value: str) -> str:
    clause = tomllib.loads(_BASE)["value"]
    cited = next(v["clause"] for v in clause if v["key"] == key)
    return (
        'kind = "profile"\nprofile = "试行"\n[[value]]\n'
        f'key = "{key}"\nclause = "{cited}"\nsince = 2026-07-01\nchecked_on = 2026-06-20\nvalue = {value}\n'
    )


@pytest.mark.parametrize(
    ("key", "value", "said", "way_out"),
    [
        ("submission.lead_forms", '["press-conference"]', "press-conference", "conference（新闻发布会）"),
        ("submission.lead_forms", '["新闻发布会"]', "是不是 conference", "conference"),
        ("submission.lead_count", '"claer"', "是不是 clear", "exclusive、clear"),
        ("filing.forms", '["Conference"]', "是不是 conference", "briefing"),
        ("filing.forms", '"conference"', "不是列表", "列表"),
        ("quota.units", '{subbureau = {number = 1, forms = ["conference"]}}', "是不是 sub_bureau", "sub_bureau（分局）"),
        ("quota.units", '{sub_bureau = {number = 1, form = ["conference"]}}', "是不是 forms", "number"),
        ("quota.units", '{sub_bureau = {number = 1, forms = []}}', "没有写明形式", "conference"),
        ("submission.lead_days", '"五"', "“五” 不是 1 至 366 的整数", "1 至 366"),
        ("submission.lead_days", "0", "0 不是", "1 至 366"),
        ("submission.lead_days", "2.5", "2.5 不是", "整数"),
        ("submission.lead_days", "true", "true 不是", "整数"),
        ("submission.urgent", '"yes"', "不是 true 或 false", "true"),
        ("roster.due", "[2, 29]", "2 月 29 日", "[月, 日]"),
        ("roster.due", '"03-15"', "不是一年中的一天", "[3, 15]"),
        ("half_year.due", "[[3, 7, 15, 0]]", "半年", "[1, 7, 15, 0]"),
        ("half_year.due", "[[1, 7, 15, 0], [1, 1, 15, 1]]", "写了两次", "半年"),
        ("training.coverage_least", "80", "80 不是 0 至 1", "0 至 1"),
        ("opinion.response_hours", "-1", "不小于 0", "小时"),
        ("quota.months_minimum", "13", "13 不是", "1 至 12"),
        ("route.special", '{office = "office_director", leader = "deputy"}', "是不是 deputy_leader", "市局分管领导"),
        ("route.special", '{office = "office_director"}', "缺少 leader", "leader"),
        ("roster.bureau", "{spokespersons = 2, offices = 1}", "缺少 directors", "directors"),
        ("roster.numbers", '{sub_bureau = [["ROS-03", "spokesman", 1, 2]]}', "是不是 spokesperson", "spokesperson"),
        ("roster.numbers", '{sub_bureau = [["ROS-03", "spokesperson", 3, 2]]}', "至多少于至少", "至少"),
        ("roster.numbers", '{sub_bureau = [["ROS-30", "spokesperson", 1, 2]]}', "ROS-30", "是不是 ROS-"),
        ("roster.kinds", '["subbureau"]', "是不是 sub_bureau", "sub_bureau"),
        ("submission.required", '{conference = ["venu"]}', "是不是 venue", "venue"),
        ("submission.attachments", '{conference = ["presstext"]}', "是不是 press_text", "press_text（新闻发布稿）"),
        ("attendance.table", '[{occasion = "major", rule = "ATT-03", seat = "hst", any = ["office_director"]}]', "是不是 host", "host"),
        ("attendance.table", '[{occasion = "major", rule = "ATT-03"}]', "须写 present", "attendance.table"),
        ("attendance.table", '[{occasion = "major", rule = "ATT-03", present = {director = 1}}]', "是不是 office_director", "office_director"),
        ("attendance.responsible", '{majr = ["办公室"]}', "是不是 major", "major"),
        ("material.table", '[{by = ["offices"]}]', "是不是 office", "office"),
        ("venue.fixed", '[""]', "不是文字", "文字"),
        ("bureau.name", "5", "5 不是文字", "引号"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused_in_words(
    tmp_path: Path, key: str, value: str, said: str, way_out: str
) -> None:
    with pytest.raises(BadData) as caught:
        _load(tmp_path, _misspelt(key, value))
    message = caught.value.message
    assert message.startswith("规定.toml") and f"“{key}”" in message
    told = message + (caught.value.next_step or "")
    assert said in told and way_out in told


def test_a_misspelt_key_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadData) as caught:
        _load(tmp_path, PROFILE.replace("submission.lead_days", "submission.lead_day"))
    assert "submission.lead_days" in (caught.value.next_step or "")


def test_nobody_has_checked_a_value_tomorrow(tmp_path: Path) -> None:
    file = tmp_path / "试行.toml"
    file.write_text(PROFILE.replace("2026-06-20", "2026-11-28"), encoding="utf-8")
    with pytest.raises(BadData, match="checked_on 2026-11-28 在今天"):
        loader.load([file], today=date(2026, 11, 27))
    assert loader.load([file], today=date(2026, 11, 28)).profiles == ("试行",)


def test_another_citys_bad_figure_is_refused_before_anything_is_made(shell: Shell, tmp_path: Path) -> None:
    (shell.folder / "data" / "p.db").unlink()
    text = LINSHUI.read_text("utf-8").replace('key = "submission.lead_days"\nclause = "第八条"\nsince = 2020-07-01\nchecked_on = 2026-11-23\nvalue = 3', 'key = "submission.lead_days"\nclause = "第八条"\nsince = 2020-07-01\nchecked_on = 2026-11-23\nvalue = "五"')  # fmt: skip
    assert text != LINSHUI.read_text("utf-8")
    (tmp_path / "临水.toml").write_text(text, encoding="utf-8")
    error = shell.error("init", "--policy", str(tmp_path / "临水.toml"), code=4)
    assert "临水.toml" in error["message"] and "submission.lead_days" in error["message"]
    assert not (shell.folder / "data" / "p.db").exists()


# -- dated -----------------------------------------------------------------------------------------


def test_a_profile_holds_from_its_day(tmp_path: Path) -> None:
    file = tmp_path / "试行.toml"
    file.write_text(PROFILE, encoding="utf-8")
    policy = loader.load([file])
    assert policy.get(keys.LEAD_DAYS, date(2026, 6, 30)) == 5
    assert policy.get(keys.LEAD_DAYS, date(2026, 7, 1)) == 3
    assert policy.value(keys.LEAD_DAYS, date(2026, 7, 1)).profile == "试行"
    assert loader.load().get(keys.LEAD_DAYS, date(2026, 7, 1)) == 5, "off by default"


def test_a_value_that_has_ended_is_not_in_force(tmp_path: Path) -> None:
    file = tmp_path / "试行.toml"
    file.write_text(PROFILE + "until = 2026-10-01\n", encoding="utf-8")
    policy = loader.load([file])
    assert [policy.get(keys.LEAD_DAYS, date(2026, m, 1)) for m in (6, 7, 9, 10)] == [5, 3, 3, 5]


def test_the_national_profile_changes_no_finding_of_its_own_name_unless_named() -> None:
    facts, day = world_facts(), date(2027, 2, 1)
    plain = check(facts, loader.load(), Calendar(day), day, year=2026)
    stacked = check(facts, loader.load([Path("national-2016")]), Calendar(day), day, year=2026)
    assert {f.profile for f in plain} == {None}
    assert {f.rule for f in stacked if f.profile} == {"EMG-04", "OPN-02"}
    others = {f.rule for f in plain} - {"EMG-04", "OPN-02"}
    assert [f.rule for f in plain if f.rule in others] == [f.rule for f in stacked if f.rule in others]
    conference = [f for f in stacked if f.rule == "EMG-04" and "24小时" in f.message]
    assert len(conference) == 1 and not [f for f in plain if f.rule == "EMG-04" and "小时为限" in f.message]


def test_init_keeps_a_profile_in_the_database(shell: Shell) -> None:
    shell("init", "--policy", "national-2016")
    shown = shell.json("rules", "show", "opinion.response_hours")
    assert (
        shown["value"] == 48
        and shown["profile"] == "national-2016"
        and shown["clause"] == "国办发〔2016〕61号"
    )
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
