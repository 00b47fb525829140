"""An office that is no police at all, made by writing data files: counties and departments, a conference each month,
three levels of approval, a day for the approver, a form of its own. The whole job runs under it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pressctl.usecases import regulations
from tests.conftest import Shell
from tools import build_form_templates as forms

_CLAUSES = """
kind = "regulation"
number = "云府办〔2024〕3号"
title = "云岭市政府新闻发布工作规定"
since = 2024-01-01
checked_on = 2026-01-01

[[clause]]
id = "1.1"
parts = [
  {text = "市政府新闻办公室负责全市新闻发布。", treatment = "value", values = ["bureau.name", "office.unit_name"], where = "unit add --office"},
  {text = "各县区、各部门确定新闻发言人一名。", treatment = "checked", rules = ["ROS-03", "ROS-05"], values = ["roster.numbers", "roster.due"], where = "register import"},
]

[[clause]]
id = "2.1"
parts = [
  {text = "市政府每月召开一次新闻发布会；", treatment = "checked", rules = ["QTA-01"], values = ["quota.bureau_quarterly", "quota.bureau_period"], where = "record held"},
  {text = "各部门每半年召开一次。", treatment = "checked", rules = ["QTA-03"], values = ["quota.units", "quota.months_minimum"], where = "record held"},
]

[[clause]]
id = "2.2"
parts = [
  {text = "以市政府名义召开的，提前四十八小时报送，", treatment = "checked", rules = ["LED-01"], values = ["submission.lead_days", "submission.lead_unit", "submission.lead_count", "submission.lead_forms", "submission.rest_day_receipt", "submission.required", "submission.attachments", "submission.attachments_in_bureau_name", "submission.urgent"], where = "submit"},
  {text = "经单位负责人、新闻办公室、分管副秘书长三级审批，", treatment = "checked", rules = ["RTE-05"], values = ["route.order", "route.comprehensive", "route.special", "route.levels"], where = "approve"},
  {text = "副秘书长应在召开两个工作日前审定，", treatment = "checked", rules = ["RTE-09"], values = ["approval.answer_days"], where = "approve"},
  {text = "召开前报省政府新闻办公室备案。", treatment = "checked", rules = ["FIL-01"], values = ["filing.forms", "attendance.table"], where = "record filed"},
]
"""
_RULES = (
    ("ROS-03", "1.1", "各县区、各部门确定新闻发言人一名"),
    ("ROS-05", "1.1", "各县区、各部门确定新闻发言人一名"),
    ("QTA-01", "2.1", "市政府每月召开一次新闻发布会"),
    ("QTA-03", "2.1", "各部门每半年召开一次"),
    ("LED-01", "2.2", "提前四十八小时报送"),
    ("RTE-05", "2.2", "经单位负责人、新闻办公室、分管副秘书长三级审批"),
    ("RTE-09", "2.2", "副秘书长应在召开两个工作日前审定"),
    ("FIL-01", "2.2", "召开前报省政府新闻办公室备案"),
)
_VALUES = {
    "bureau.name": '"云岭市人民政府"', "office.unit_name": '"市政府新闻办公室"',
    "roster.numbers": '{county_bureau = [["ROS-03", "spokesperson", 1, 0]], division = [["ROS-05", "spokesperson", 1, 0]]}',
    "roster.due": "[12, 31]", "quota.bureau_quarterly": "1", "quota.bureau_period": '"month"',
    "quota.units": '{division = {number = 1, forms = ["conference"], every = "half_year"}}', "quota.months_minimum": "3",
    "submission.lead_days": "48", "submission.lead_unit": '"hour"', "submission.lead_count": '"exclusive"',
    "submission.lead_forms": '["conference"]', "submission.rest_day_receipt": '"same"', "submission.urgent": "false",
    "submission.required": '{conference = ["name", "on", "opinion", "signer"], briefing = ["name", "opinion", "signer"], written = ["opinion", "signer"]}',
    "submission.attachments": "{conference = [], briefing = [], written = []}",
    "submission.attachments_in_bureau_name": '{conference = ["programme"], briefing = [], written = []}',
    "route.order": "true", "route.levels": "3", "approval.answer_days": "2",
    "route.comprehensive": '{office = "office_director", leader = "deputy_leader"}',
    "route.special": '{office = "office_director", leader = "deputy_leader"}',
    "filing.forms": '["conference"]', "attendance.table": "[]",
}  # fmt: skip
_NAMES = """
kind = "part"
[names]
categories = ["政策", "数据", "民生"]
[names.unit_kind]
bureau = "市政府"
county_bureau = "县区"
division = "部门"
[names.role]
deputy_leader = "分管副秘书长"
office_director = "新闻办公室主任"
[names.step]
unit = "单位意见"
office = "新闻办公室意见"
leader = "副秘书长意见"
[names.word]
superior = "市政府"
in_bureau_name = "以市政府名义"
office = "新闻办公室"
office_head = "新闻办公室主任"
leaders = "秘书长"
authority = "省政府新闻办公室"
own_reading = "本办口径"
law = "《规定》"
[names.form_kind]
approval = "新闻发布呈批笺"
"""
_POLICE = re.compile("公安|警|市局|分局|支队|常州|临水|局长|所队")


def _office(folder: Path) -> None:
    """The package, as its office would write it: text files, and a Word form."""
    folder.mkdir()
    (folder / "clauses.toml").write_text(_CLAUSES, encoding="utf-8")
    (folder / "rules.toml").write_text(
        "".join(
            f'[[rule]]\nid = "{id}"\nclause = "{clause}"\nquote = "{quote}"\nstrength = "E"\ntitle = "{quote}"\n'
            for id, clause, quote in _RULES
        ),
        encoding="utf-8",
    )
    of = {v: c for c in ("1.1", "2.1", "2.2") for v in re.findall(r'"([a-z]+\.[a-z_]+)"', _CLAUSES.partition(f'id = "{c}"')[2].partition("[[clause]]")[0])}  # fmt: skip
    (folder / "policy.toml").write_text(
        "".join(
            f'[[value]]\nkey = "{key}"\nclause = "{of[key]}"\nsince = 2024-01-01\nchecked_on = 2026-01-01\nvalue = {value}\n'
            for key, value in _VALUES.items()
        ),
        encoding="utf-8",
    )
    (folder / "names.toml").write_text(_NAMES, encoding="utf-8")
    own = forms.Office(
        "云岭市政府新闻发布呈批笺", "新闻发言人信息表", "联络员信息表",
        (("单位意见",), ("新闻办公室", "意见"), ("副秘书长", "意见")), ("本笺一式两份。",), ("附件", "附件", "附件"),
    )  # fmt: skip
    forms.main(folder / "forms", own)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, monkeypatch)
    _office(tmp_path / "云岭")
    assert shell.json("rules", "check", "云岭")["rules"] == len(_RULES)
    shell("init", "--regulation", "云岭")
    shell("unit", "add", "云岭市人民政府", "--kind", "市政府")
    shell("unit", "add", "市政府新闻办公室", "--kind", "部门", "--parent", "云岭市人民政府", "--office")
    shell("unit", "add", "教育局", "--kind", "部门", "--parent", "云岭市人民政府")
    shell("unit", "add", "山阳县", "--kind", "县区", "--parent", "云岭市人民政府")
    for name, unit, role, title in (
        ("米言", "教育局", "spokesperson", "副主任"), ("穆秘", "云岭市人民政府", "分管副秘书长", "副秘书长"),
        ("倪任", "市政府新闻办公室", "新闻办公室主任", "主任"),
    ):  # fmt: skip
        shell("register", "add", name, "--unit", unit, "--role", role, "--title", title)
    return shell


def _submission(ref: str) -> tuple[str, ...]:
    return (
        "submit",
        ref,
        "--opinion",
        "已核",
        "--by",
        "米言",
        "--title",
        "副主任",
        "--attach",
        "programme=方案.txt",
    )


def test_the_whole_job_of_an_office_that_is_no_police(office: Shell) -> None:
    (office.folder / "方案.txt").write_text("方案", encoding="utf-8")
    plan = ("plan", "add", "教育发布会", "--unit", "教育局", "--form", "conference", "--in-bureau-name")
    office(*plan, "--date", "2026-03-12", "--time", "10:00")
    office.today("2026-03-10")
    late = office.error(*_submission("2026-001"), "--at", "10:01", code=3)
    assert (late["code"], late["clause"]) == ("late_submission", "2.2")
    assert office.json(*_submission("2026-001"), "--at", "10:00")["status"] == "submitted"
    assert office.json("approve", "2026-001", "--by", "倪任", "--opinion", "拟同意")["status"] == "reviewed"
    due = office.json("due")
    assert [d["on"] for d in due if "答复的最后一天" in d["what"]] == ["2026-03-10"]
    assert office.json("approve", "2026-001", "--by", "穆秘", "--opinion", "同意")["status"] == "approved"
    office.today("2026-03-11")
    office("record", "filed", "2026-001", "--receipt", "备1号")
    office.today("2026-03-12")
    office("record", "held", "2026-001", "--seat", "host=倪任", "--seat", "presenter=米言")
    office("form", "approval", "2026-001", "-o", "呈批笺.docx")
    with zipfile.ZipFile(office.folder / "呈批笺.docx") as package:
        form = re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())
    assert "云岭市政府新闻发布呈批笺" in form and "穆秘" in form and not _POLICE.search(form)
    office.today("2027-01-20")
    report = office.json("report", "annual", "2026", "-o", "年报.docx", "-o", "年报.html")
    assert {u["unit"]: u["required"] for u in report["units"] if u["unit"] == "教育局"} == {"教育局": 2}
    found = _findings(office)
    by_rule: dict[str, list[Any]] = {}
    for f in found:
        by_rule.setdefault(f["rule"], []).append(f)
    assert {f["clause"] for f in found} <= {"1.1", "2.1", "2.2"}
    assert [f["result"] for f in by_rule["RTE-09"]] == ["pass"] and [
        f["result"] for f in by_rule["FIL-01"]
    ] == ["pass"]
    assert len(by_rule["QTA-01"]) == 12, "a conference each month"
    assert [f["result"] for f in by_rule["ROS-03"]] == ["fail"], "the county has no spokesperson"
    page = (office.folder / "年报.html").read_text(encoding="utf-8")
    assert not _POLICE.search(re.sub(r"教育局", "", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)))


def _findings(office: Shell) -> list[dict[str, Any]]:
    told = office.run("check", "--year", "2026", "--all", "--json")
    found: list[dict[str, Any]] = json.loads(told.stdout)["findings"]
    return found


def test_what_is_missing_is_told_in_one_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with three faults in two files: all are told at once, file by file, and nothing is made."""
    shell = Shell(tmp_path, monkeypatch)
    folder = tmp_path / "云岭"
    _office(folder)
    policy = folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace('"hour"', '"hours"').replace("approval.answer_days", "approval.answerdays", 1), encoding="utf-8")  # fmt: skip
    names = folder / "names.toml"
    names.write_text(_NAMES.replace("deputy_leader =", "deputy_leeder ="), encoding="utf-8")
    for words in (("rules", "check", "云岭"), ("init", "--regulation", "云岭")):
        told = shell.error(*words, code=4)
        assert len(told["problems"]) == 3, told
        assert "是不是 hour" in told["message"] or "hour" in told["message"]
        assert "approval.answerdays" in told["message"] and "role.deputy_leeder" in told["message"]
    assert not (tmp_path / "data" / "p.db").exists()


def test_a_package_is_kept_and_a_newer_one_adopted_not_in_silence(office: Shell) -> None:
    """What is judged by stays in the database when the folder changes; adopting tells what changed, and is logged."""
    folder = office.folder / "云岭"
    policy = folder / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("value = 48", "value = 72"), encoding="utf-8"
    )
    assert office.json("rules", "show", "submission.lead_days")["values"][0]["value"] == 48
    assert office.error("init", "--regulation", "云岭", code=3)["code"] == "other_regulation"
    dry = office.json("rules", "adopt", "云岭", "--dry-run")
    assert (dry["adopted"], dry["changes"]) == (False, ["数值 submission.lead_days 有改动"])
    assert office.json("rules", "show", "submission.lead_days")["values"][0]["value"] == 48
    assert office.json("rules", "adopt", "云岭")["adopted"] is True
    assert office.json("rules", "show", "submission.lead_days")["values"][0]["value"] == 72
    assert office.json("rules", "adopt", "云岭") | {"sha256": ""} == {
        **dry,
        "adopted": False,
        "changes": [],
        "sha256": "",
    }
    last = office.json("log", "list")[-1]
    assert last["action"] == "rules.adopt" and "1 处改动" in last["summary"]
    assert office.error("rules", "adopt", code=3)["code"] == "not_shipped"
    assert office.json("db", "check", "--deep")["ok"]


def test_a_new_package_is_whole_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell(tmp_path, monkeypatch)
    shell("rules", "new", "我市")
    assert shell.json("rules", "check", "我市")["rules"] == 4
    shell("init", "--regulation", "我市")
    assert shell.error("rules", "new", "我市", code=2)["code"] == "exists"
    (tmp_path / "我市" / "policy.toml").unlink()
    assert "缺少文件 policy.toml" in shell.error("rules", "check", "我市", code=4)["message"]


def test_a_regulation_that_the_kept_profiles_do_not_fit_is_not_adopted(office: Shell) -> None:
    """Else nobody could judge by the database any more: a profile that rests on clause 2.2 stands on no clause of Linshui."""
    (office.folder / "试行.toml").write_text(
        'kind = "profile"\nprofile = "试行"\n[[value]]\nkey = "submission.lead_days"\nclause = "2.2"\n'
        "since = 2026-01-01\nchecked_on = 2026-01-01\nvalue = 24\n",
        encoding="utf-8",
    )
    office("init", "--policy", "试行.toml")
    refused = office.error("rules", "adopt", "linshui-2020", code=3)
    assert (
        refused["code"] == "profiles_do_not_fit"
        and "试行" in refused["message"]
        and "2.2" in refused["message"]
    )
    assert office.json("rules", "show", "submission.lead_days")["values"][0]["value"] == 24
    assert office.json("db", "check", "--deep")["ok"]


def test_a_package_whose_cases_fail_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The county has no spokesperson in this world, and a case says that it has; without a world no case can be read."""
    shell = Shell(tmp_path, monkeypatch)
    folder = tmp_path / "云岭"
    _office(folder)
    (folder / "cases").mkdir()
    case = 'clause = "1.1"\n[[case]]\nrule = "ROS-03"\nname = "县里没有人"\nexpect = {expect}\n'
    (folder / "cases" / "1.toml").write_text(case.replace("{expect}", "[]"), encoding="utf-8")
    assert "world.toml" in shell.error("rules", "check", "云岭", code=4)["message"]
    (folder / "cases" / "world.toml").write_text(
        'unit = [{name = "市政府", kind = "bureau"}, {name = "山阳县", kind = "county_bureau", parent = "市政府"}]\n',
        encoding="utf-8",
    )
    for words in (("rules", "check", "云岭"), ("init", "--regulation", "云岭")):
        assert shell.error(*words, code=4)["code"] == "cases_fail"
    assert not (tmp_path / "data" / "p.db").exists()
    (folder / "cases" / "1.toml").write_text(case.replace("{expect}", '["fail 山阳县"]'), encoding="utf-8")
    assert shell.json("rules", "check", "云岭")["cases"] == 1
    shell("init", "--regulation", "云岭")


def test_two_desks_that_adopt_one_package_log_it_once(office: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is through while this one still compares."""
    policy = office.folder / "云岭" / "policy.toml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("value = 48", "value = 72"), encoding="utf-8"
    )
    before = [e["action"] for e in office.json("log", "list")].count("rules.adopt")
    compared = regulations.differences

    def meanwhile(*both: Any) -> Any:
        monkeypatch.setattr(regulations, "differences", compared)
        assert office.json("rules", "adopt", "云岭")["adopted"] is True
        return compared(*both)

    monkeypatch.setattr(regulations, "differences", meanwhile)
    assert office.json("rules", "adopt", "云岭")["adopted"] is False
    assert [e["action"] for e in office.json("log", "list")].count("rules.adopt") == before + 1


def test_a_newer_version_that_only_words_otherwise_is_told(office: Shell) -> None:
    """The report's sentences and the Word forms are part of what is adopted: who looks first sees that they changed."""
    wording = office.folder / "云岭" / "wording.toml"
    held = wording.read_text(encoding="utf-8") if wording.exists() else ""
    assert "[report]" not in held
    wording.write_text(held + '\n[report]\nclosing = "以上报告，请审阅。"\n', encoding="utf-8")
    dry = office.json("rules", "adopt", "云岭", "--dry-run")
    assert dry["changes"] == ["报告的文字（wording.toml）有改动"]
    assert office.json("rules", "adopt", "云岭")["adopted"] is True
    assert office.json("rules", "adopt", "云岭", "--dry-run")["changes"] == []


def test_doctor_tells_that_the_program_brings_a_newer_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pressctl.regulation.package import Package, shipped_package

    shell = Shell(tmp_path, monkeypatch)
    shell("init")

    def law() -> str:
        return next(str(line) for line in shell.json("doctor") if line["what"] == "规定")

    assert "rules adopt" not in law()
    own = shipped_package()
    files = {**own.files, "wording.toml": own.files["wording.toml"] + b"\n# 2027\n"}
    monkeypatch.setattr(regulations, "shipped_package", lambda *_: Package(own.name, files))
    assert "rules adopt" in law()
