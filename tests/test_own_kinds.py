"""Kinds that a regulation names itself: 首席新闻发言人, 记者招待会, 高校. Stored, shown, counted and owed by name, judged
as core's term."""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pressctl import bundled
from pressctl.core import policy_keys as keys
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.terms import Form, Role, UnitKind
from pressctl.core.words import AskedWord, meant
from pressctl.errors import BadData
from pressctl.regulation import loader
from pressctl.regulation.package import read_package, shipped_package
from pressctl.storage.revisions import HEAD
from tests.conftest import TODAY, Shell

OWN = """
kind = "profile"
number = "试〔2026〕9号"
title = "自有的名称"

[[own]]
of = "role"
name = "首席新闻发言人"
under = "spokesperson"
aliases = ["首席发言人"]

[[own]]
of = "form"
name = "记者招待会"
under = "conference"

[[own]]
of = "unit_kind"
name = "高校"
under = "division"
aliases = ["学院"]
"""


def value(key: str, said: str, clause: str) -> str:
    dated = "since = 2009-03-10\nchecked_on = 2026-11-23"
    return f'\n[[value]]\nkey = "{key}"\nclause = "{clause}"\n{dated}\nvalue = {said}\n'


QUOTAS = value(
    "quota.units",
    '{sub_bureau = {number = 1, forms = ["记者招待会"]}, "高校" = {number = 2, forms = ["conference"]},'
    ' division = {number = 1, forms = ["written"]}}',
    "三(二)4",
)
NUMBERS = value(
    "roster.numbers",
    '{sub_bureau = [["ROS-03", "spokesperson", 2, 3], ["ROS-03", "首席新闻发言人", 1, 1]],'
    ' division = [["ROS-05", "spokesperson", 1, 0]], "高校" = [["ROS-06", "liaison", 2, 0]]}',
    "三(一)",
)
UNITS = """单位名称,类别,上级单位
某市公安局,市局,
宣传处,机关处室,某市公安局
东城分局,分局,某市公安局
警官大学,高校,某市公安局
海事学院,学院,某市公安局
法制处,机关处室,某市公安局
"""
PEOPLE = """单位,类别,姓名,职务,手机,任职日期
东城分局,首席新闻发言人,甲一,副局长,13900000001,2026-01-05
东城分局,新闻发言人,乙二,政委,13900000002,2026-01-05
东城分局,联络员,丙三,民警,13900000003,2026-01-05
警官大学,首席发言人,丁四,处长,13900000004,2026-01-05
"""


def policy(folder: Path, *texts: str) -> Policy:
    path = folder / "own.toml"
    path.write_text("".join(texts), encoding="utf-8")
    return loader.load((path,))


@pytest.fixture
def office(shell: Shell) -> Shell:
    (shell.folder / "own.toml").write_text(OWN + QUOTAS + NUMBERS, encoding="utf-8")
    shell("init", "--policy", "own.toml")
    for name, text in (("units.csv", UNITS), ("people.csv", PEOPLE)):
        (shell.folder / name).write_text(text, encoding="utf-8")
    shell("unit", "import", "units.csv")
    shell("register", "import", "people.csv")
    return shell


def rows(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found]


def held(office: Shell, name: str, unit: str, form: str, day: str) -> str:
    """A release of a unit's own, planned and held with a presenter on record."""
    ref: str = office.json("plan", "add", name, "--unit", unit, "--form", form, "--date", day)["ref"]
    office("record", "held", ref, "--on", day, "--seat", "host=甲一", "--seat", "presenter=乙二")
    return ref


def verdicts(office: Shell, rule: str, unit: str, on: str = "2026-12-31") -> list[tuple[str, str]]:
    found = office.run(
        "check", "--year", "2026", "--on", on, "--rule", rule, "--unit", unit, "--all", "--json"
    )
    import json

    return [(f["result"], f["message"]) for f in json.loads(found.stdout)["findings"]]


# -- the regulation's file -------------------------------------------------------------------------


def test_a_term_takes_in_what_stands_under_it_and_a_name_itself_alone(tmp_path: Path) -> None:
    chief, press, college = (
        Named(Role.SPOKESPERSON, "首席新闻发言人"),
        Named(Form.CONFERENCE, "记者招待会"),
        Named(UnitKind.DIVISION, "高校"),
    )
    found = policy(
        tmp_path,
        OWN,
        QUOTAS,
        NUMBERS,
        value("submission.lead_forms", '["记者招待会"]', "三(三)3"),
        value("filing.forms", '["conference"]', "三(三)1"),
        value("roster.kinds", '["sub_bureau", "高校"]', "三(四)4"),
        value("waiver.roles", '["首席新闻发言人", "chief_leader"]', "三(三)1"),
    )
    assert [(kind.name, kind.under, kind.aliases) for kind in found.own] == [
        ("首席新闻发言人", Role.SPOKESPERSON, ("首席发言人",)),
        ("记者招待会", Form.CONFERENCE, ()),
        ("高校", UnitKind.DIVISION, ("学院",)),
    ]
    lead, filing = found.get(keys.LEAD_FORMS, TODAY), found.get(keys.FILING_FORMS, TODAY)
    assert press in lead and Named(Form.CONFERENCE) not in lead
    assert press in filing and Named(Form.CONFERENCE) in filing and Named(Form.BRIEFING) not in filing
    kinds, roles = found.get(keys.ROSTER_KINDS, TODAY), found.get(keys.WAIVER_ROLES, TODAY)
    assert college in kinds and Named(UnitKind.DIVISION) not in kinds
    assert chief in roles and Named(Role.SPOKESPERSON) not in roles
    quotas, numbers = found.get(keys.QUOTAS, TODAY), found.get(keys.ROSTER_NUMBERS, TODAY)
    ours, others = quotas.get(college), quotas.get(Named(UnitKind.DIVISION))
    assert ours and ours.number == 2 and others and others.number == 1
    assert [row.role for row in numbers.get(Named(UnitKind.SUB_BUREAU)) or ()] == [
        Named(Role.SPOKESPERSON),
        chief,
    ]


def test_a_kind_without_a_row_of_its_own_has_that_of_its_term(tmp_path: Path) -> None:
    found = policy(tmp_path, OWN).get(keys.QUOTAS, TODAY)
    assert found.get(Named(UnitKind.DIVISION, "高校")) == found.get(Named(UnitKind.DIVISION))
    assert found.get(Named(UnitKind.STATION, "警务站")) is None


def test_a_profile_may_use_the_names_of_one_before_it(tmp_path: Path) -> None:
    for name, text in (("names", OWN), ("numbers", 'kind = "profile"\n' + NUMBERS), ("again", OWN)):
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    both = loader.load(tmp_path / f"{n}.toml" for n in ("names", "numbers", "again"))
    assert len(both.own) == 3, "what is said alike twice stands once"
    with pytest.raises(BadData, match="不认识“首席新闻发言人”"):
        loader.load((tmp_path / "numbers.toml", tmp_path / "names.toml"))


def test_the_shipped_regulation_names_none() -> None:
    assert loader.shipped().own == ()


def one(**fields: str) -> str:
    """A file with one own kind; a field given as "" is left out."""
    said = {"of": '"form"', "name": '"记者招待会"', "under": '"conference"'} | fields
    return 'kind = "profile"\n[[own]]\n' + "".join(f"{k} = {v}\n" for k, v in said.items() if v)


@pytest.mark.parametrize(
    ("text", "said", "next_step"),
    [
        (one(of='"forms"'), "own“记者招待会”的 of“forms”", "是不是 form？"),
        (one(of='"occasion"'), "of“occasion”没有自有的名称", "role、form、unit_kind"),
        (one(under='"conferense"'), "under“conferense”不是核心的名称", "是不是 conference？"),
        (one(under='"新闻发布会"'), "under“新闻发布会”不是核心的名称", "是不是 conference？"),
        (one(under='"liaison"'), "under“liaison”不是核心的名称", "conference（新闻发布会）"),
        (one(under=""), "own“记者招待会”缺少 under", "应写明 of"),
        (one(alias='["招待会"]'), "own“记者招待会”中不认识“alias”", ""),
        (one(aliases='"招待会"'), "aliases 写法不对", ""),
        (one(aliases="[1]"), "aliases 中一项 写法不对：1", ""),
        (one(name='""'), "name 写法不对", ""),
        (one(name='"记者 招待会"'), "名称“记者 招待会”写法不对", "不含空格和标点"),
        (one(name='"=招待会"'), "名称“=招待会”写法不对", ""),
        (one(name='"发布会"', under='"briefing"'), "名称“发布会”已指 conference（新闻发布会）", "改正 under"),
        (one(name='"新闻发布会"'), "名称“新闻发布会”就是核心的 conference", "请换一个名称"),
        (one(name='"Conference"'), "名称“Conference”就是核心的 conference", "请换一个名称"),
        (one(name='"书面发布"'), "名称“书面发布”就是核心的 written", ""),
        (one(aliases='["通气会"]'), "名称“通气会”已指 briefing", ""),
        (one() + one().partition("\n")[2], "名称“记者招待会”已用于“记者招待会”", "只能写一次"),
        (one(aliases='["记者招待会"]'), "名称“记者招待会”已用于“记者招待会”", "只能写一次"),
        (one() + one(under='"briefing"').partition("\n")[2], "名称“记者招待会”已用于“记者招待会”", ""),
        (
            OWN + value("filing.forms", '["记者招侍会"]', "三(三)1"),
            "数值“filing.forms”写作 [\"记者招侍会\"]，其中 不认识“记者招侍会”；是不是 记者招待会？",
            "记者招待会（属 conference）",
        ),
        (
            OWN + value("quota.units", '{"高效" = {number = 1, forms = ["written"]}}', "三(二)4"),
            "不认识“高效”；是不是 高校？",
            "高校（属 division）",
        ),
        (
            OWN + value("roster.numbers", '{"高校" = [["ROS-05", "首席发言人", 1, 0]]}', "三(一)"),
            "不认识“首席发言人”；是不是 首席新闻发言人？",
            "",
        ),
        (
            OWN + value("route.special", '{office = "office_director", leader = "首席新闻发言人"}', "三(三)1"),
            "数值“route.special”写到“首席新闻发言人”，这里不能按自有的名称写",
            "spokesperson（新闻发言人）",
        ),
        (
            OWN + value("filing.forms", '["高校"]', "三(三)1"),
            "不认识“高校”",
            "conference（新闻发布会）",
        ),
    ],
)  # fmt: skip
def test_what_is_misspelt_or_doubled_is_refused_in_words(
    tmp_path: Path, text: str, said: str, next_step: str
) -> None:
    with pytest.raises(BadData) as refused:
        policy(tmp_path, text)
    assert refused.value.code == "bad_policy" and refused.value.message.startswith("own.toml：")
    assert said in refused.value.message and next_step in (refused.value.next_step or "")


# -- the doors -------------------------------------------------------------------------------------


def test_units_are_kept_and_shown_by_the_own_name(office: Shell) -> None:
    office("unit", "add", "财经大学", "--kind", "学院", "--parent", "某市公安局")
    found = {u["name"]: (u["kind"], u["kind_name"]) for u in office.json("unit", "list")}
    assert found["警官大学"] == found["海事学院"] == found["财经大学"] == ("division", "高校")
    assert found["法制处"] == ("division", None) and found["东城分局"] == ("sub_bureau", None)
    told = office("unit", "list").stdout
    assert told.count("高校") == 3 and "类别：高校" in office("unit", "show", "财经大学").stdout
    assert "自 2026-02-01 起为高校" in office("unit", "kind", "法制处", "高校", "--on", "2026-02-01").stdout
    periods = office.json("unit", "show", "法制处")["periods"]
    assert rows(periods, "kind", "kind_name") == [("division", None), ("division", "高校")]
    office("unit", "kind", "法制处", "处室", "--on", "2026-03-01")
    assert office.json("unit", "show", "法制处")["kind_name"] is None


def test_people_are_kept_found_and_shown_by_the_own_name(office: Shell) -> None:
    people = office.json("register", "list")
    assert rows(people, "name", "role", "role_name") == [
        ("甲一", "spokesperson", "首席新闻发言人"),
        ("乙二", "spokesperson", None),
        ("丙三", "liaison", None),
        ("丁四", "spokesperson", "首席新闻发言人"),
    ]
    by_role = {
        role: [p["name"] for p in office.json("register", "list", "--role", role)]
        for role in ("spokesperson", "新闻发言人", "首席发言人", "首席新闻发言人", "联络员")
    }
    assert by_role == {
        "spokesperson": ["甲一", "乙二", "丁四"],
        "新闻发言人": ["甲一", "乙二", "丁四"],
        "首席发言人": ["甲一", "丁四"],
        "首席新闻发言人": ["甲一", "丁四"],
        "联络员": ["丙三"],
    }
    words = ("--unit", "法制处", "--title", "处长", "--mobile", "13900000009")
    said = office("register", "add", "戊五", "--role", "首席新闻发言人", *words).stdout
    assert "法制处首席新闻发言人" in said
    assert (
        "不能"
        not in office(
            "register", "end", "戊五", "--role", "首席发言人", "--on", "2026-03-01", "--reason", "调任"
        ).stdout
    )
    assert "首席新闻发言人" in office("register", "show", "戊五").stdout
    assert office.error("register", "end", "乙二", "--role", "首席发言人", "--on", "2026-03-01", "--reason", "调任", code=4)["code"] == "no_post"  # fmt: skip
    successor = office.json("register", "replace", "甲一", "己六", "--title", "局长", "--on", "2026-04-01", "--reason", "退休", "--mobile", "13900000010")  # fmt: skip
    assert successor["role_name"] == "首席新闻发言人"


def test_one_post_by_two_names_is_one_post(office: Shell) -> None:
    words = ("register", "add", "乙二", "--role", "首席新闻发言人", "--unit", "东城分局", "--title", "政委", "--mobile", "13900000002")  # fmt: skip
    refused = office.error(*words, code=3)
    assert refused["code"] == "already_registered" and "先用 register end" in refused["next"]
    office("register", "end", "乙二", "--on", "2026-02-01", "--reason", "改任首席")
    assert office.json(*words, "--on", "2026-02-01")["role_name"] == "首席新闻发言人"


def test_releases_are_kept_and_shown_by_the_own_name(office: Shell) -> None:
    made = office.json(
        "plan", "add", "甲", "--unit", "东城分局", "--form", "记者招待会", "--date", "2026-06-10"
    )
    assert (made["form"], made["form_name"]) == ("conference", "记者招待会")
    assert "记者招待会" in office("plan", "list").stdout
    assert "形式：记者招待会，" in office("plan", "show", made["ref"]).stdout
    assert "记者招待会" in office("due", "--days", "365").stdout


@pytest.mark.parametrize(
    ("words", "option", "own"),
    [
        (("unit", "add", "某", "--kind", "高效"), "--kind", "高校（属 division）"),
        (("unit", "kind", "法制处", "高效", "--on", "2026-03-01"), "类别", "高校（属 division）"),
        (("unit", "import", "units.csv", "--kind", "高效"), "--kind", "高校（属 division）"),
        (("register", "list", "--role", "首席"), "--role", "首席新闻发言人（属 spokesperson）"),
        (("register", "add", "某", "--role", "首席", "--unit", "x", "--title", "y"), "--role", "首席新闻发言人（属 spokesperson）"),
        (("register", "import", "people.csv", "--role", "首席"), "--role", "首席新闻发言人（属 spokesperson）"),
        (("register", "export", "x.csv", "--role", "首席"), "--role", "首席新闻发言人（属 spokesperson）"),
        (("plan", "add", "某", "--unit", "x", "--form", "招待会", "--date", "2026-06-01"), "--form", "记者招待会（属 conference）"),
        (("plan", "import", "people.csv", "--form", "招待会"), "--form", "记者招待会（属 conference）"),
    ],
)  # fmt: skip
def test_an_unknown_word_is_refused_with_the_own_names(
    office: Shell, words: tuple[str, ...], option: str, own: str
) -> None:
    refused = office.error(*words, code=2)
    assert refused["code"] == "usage" and refused["message"].startswith(f"{option}：“")
    assert own in refused["message"] and refused["next"].endswith("--help 查看用法。")


def test_an_own_name_is_unknown_where_no_regulation_names_it(shell: Shell) -> None:
    refused = shell.error("unit", "add", "警官大学", "--kind", "高校", code=2)
    assert "“高校”不在可用的值之中" in refused["message"] and "属" not in refused["message"]
    shell("unit", "add", "警官大学", "--kind", "处室")
    assert shell.json("unit", "list")[0] | {"kind_name": None} == shell.json("unit", "list")[0]


# -- imports ---------------------------------------------------------------------------------------


def test_what_is_exported_comes_back_unchanged(office: Shell) -> None:
    office("plan", "add", "甲", "--unit", "东城分局", "--form", "记者招待会", "--date", "2026-06-10")
    office("plan", "add", "乙", "--unit", "东城分局", "--form", "新闻发布会", "--date", "2026-06-11")
    for ending in ("csv", "xlsx"):
        for what in ("register", "plan"):
            office(what, "export", f"{what}.{ending}")
            again = office.json(what, "import", f"{what}.{ending}")
            assert (again["added"], again["updated"]) == (0, 0), (what, ending)
            assert not [w for w in again["warnings"] if "登记的是" in w["problem"]]
    with (office.folder / "register.csv").open(encoding="utf-8-sig") as file:
        assert [row["类别"] for row in csv.DictReader(file)] == [
            "首席新闻发言人",
            "新闻发言人",
            "联络员",
            "首席新闻发言人",
        ]
    assert office.json("unit", "import", "units.csv")["unchanged"] == 6


def test_an_import_follows_the_file_and_says_so(office: Shell) -> None:
    (office.folder / "more.csv").write_text(PEOPLE.replace("首席新闻发言人", "新闻发言人"), encoding="utf-8")
    done = office.json("register", "import", "more.csv")
    assert (done["added"], done["updated"], done["unchanged"]) == (0, 1, 3)
    assert [w["problem"] for w in done["warnings"]] == [
        "登记的是首席新闻发言人，按文件所写改为新闻发言人，请核对"
    ]
    assert {(line["role"], line["role_name"], line["updated"]) for line in done["summary"]} == {
        ("spokesperson", None, 1), ("liaison", None, 0), ("spokesperson", "首席新闻发言人", 0)
    }  # fmt: skip
    (office.folder / "less.csv").write_text(UNITS.replace("学院,学院", "学院,处室"), encoding="utf-8")
    assert office.json("unit", "import", "less.csv")["updated"] == 1
    assert {u["name"]: u["kind_name"] for u in office.json("unit", "list")}["海事学院"] is None


def test_headings_and_defaults_take_the_own_name(office: Shell) -> None:
    wide = (
        "单位,首席新闻发言人,职务,手机,联络员,职务,手机\n法制处,庚七,处长,13900000011,辛八,科员,13900000012\n"
    )
    (office.folder / "wide.csv").write_text(wide, encoding="utf-8")
    office("register", "import", "wide.csv")
    found = {p["name"]: (p["role"], p["role_name"]) for p in office.json("register", "list")}
    assert found["庚七"] == ("spokesperson", "首席新闻发言人") and found["辛八"] == ("liaison", None)
    (office.folder / "bare.csv").write_text(
        "单位,姓名,职务,手机\n宣传处,壬九,处长,13900000013\n", encoding="utf-8"
    )
    office("register", "import", "bare.csv", "--role", "首席发言人")
    named = {p["name"]: p["role_name"] for p in office.json("register", "list")}
    assert named["壬九"] == "首席新闻发言人"
    (office.folder / "p.csv").write_text("发布名称,单位,日期\n丙,东城分局,2026-06-12\n", encoding="utf-8")
    office("plan", "import", "p.csv", "--form", "记者招待会")
    assert office.json("plan", "list")[0]["form_name"] == "记者招待会"
    (office.folder / "u.csv").write_text("单位名称,上级单位\n政法学院,某市公安局\n", encoding="utf-8")
    office("unit", "import", "u.csv", "--kind", "学院")
    assert office.json("unit", "show", "政法学院")["kind_name"] == "高校"


def test_a_word_that_no_file_may_use_is_rejected_with_the_own_names(office: Shell) -> None:
    (office.folder / "bad.csv").write_text(
        "单位,类别,姓名,职务,手机\n法制处,首席,庚七,处长,13900000011\n", encoding="utf-8"
    )
    refused = office.error("register", "import", "bad.csv", code=4)
    assert "首席新闻发言人" in refused["rejected"][0]["next"]
    (office.folder / "bad.csv").write_text(
        "发布名称,单位,形式,日期\n丙,东城分局,招待会,2026-06-12\n", encoding="utf-8"
    )
    refused = office.error("plan", "import", "bad.csv", code=4)
    assert "记者招待会" in refused["rejected"][0]["next"]


def test_the_template_offers_the_own_roles(office: Shell) -> None:
    office("register", "template", "t.xlsx")
    offered = [row[1] for row in load_workbook(office.folder / "t.xlsx")["选项"].iter_rows(values_only=True)]
    assert "首席新闻发言人" in offered and "新闻发言人" in offered


# -- judged ----------------------------------------------------------------------------------------


def test_a_quota_by_name_is_met_by_that_name_alone(office: Shell) -> None:
    office.today("2026-12-31")
    held(office, "发布会", "东城分局", "新闻发布会", "2026-05-10")
    assert verdicts(office, "QTA-02", "东城分局", "2027-01-01") == [
        ("fail", "东城分局2026年应举行记者招待会1次，已举行0次。")
    ]
    held(office, "招待会", "东城分局", "记者招待会", "2026-05-11")
    assert verdicts(office, "QTA-02", "东城分局", "2027-01-01") == [
        ("pass", "东城分局2026年应举行记者招待会1次，已举行1次。")
    ]


def test_a_quota_by_term_counts_what_stands_under_it_and_a_kind_has_its_own_row(office: Shell) -> None:
    office.today("2026-12-31")
    held(office, "一", "警官大学", "记者招待会", "2026-05-10")
    assert verdicts(office, "QTA-03", "警官大学", "2027-01-01") == [
        ("fail", "警官大学2026年应举行新闻发布会2次，已举行1次。")
    ]
    held(office, "二", "警官大学", "新闻发布会", "2026-06-10")
    assert [r for r, _ in verdicts(office, "QTA-03", "警官大学", "2027-01-01")] == ["pass"]
    assert verdicts(office, "QTA-03", "法制处", "2027-01-01") == [
        ("fail", "法制处2026年应举行书面发布1次，已举行0次。")
    ]


def test_a_change_of_own_kind_parts_the_year(office: Shell) -> None:
    """As a division from 1 January to 30 June, as a college from 1 July to 31 December: six months each, both owed."""
    office("unit", "kind", "法制处", "高校", "--on", "2026-07-01")
    assert [m for _, m in verdicts(office, "QTA-03", "法制处", "2027-01-01")] == [
        "法制处2026年应举行书面发布1次，已举行0次。",
        "法制处2026年应举行新闻发布会2次，已举行0次。",
    ]


def test_an_own_form_is_judged_as_its_term(office: Shell) -> None:
    """A conference of which nobody is on record as host or presenter is no evidence of one, by whatever name."""
    office.today("2026-12-31")
    ref = office.json(
        "plan", "add", "招待会", "--unit", "东城分局", "--form", "记者招待会", "--date", "2026-05-11"
    )["ref"]
    office("record", "held", ref, "--on", "2026-05-11")
    assert [r for r, _ in verdicts(office, "QTA-02", "东城分局", "2027-01-01")] == ["no_evidence"]


def test_the_roster_is_counted_by_name(office: Shell) -> None:
    assert verdicts(office, "ROS-03", "东城分局") == [
        ("pass", "东城分局应有新闻发言人2至3名，2026-12-31 现有2名。"),
        ("pass", "东城分局应有首席新闻发言人1名，2026-12-31 现有1名。"),
    ]
    words = ("--unit", "东城分局", "--title", "副政委", "--mobile", "13900000015")
    office("register", "add", "癸十", "--role", "首席新闻发言人", *words)
    assert verdicts(office, "ROS-03", "东城分局") == [
        ("pass", "东城分局应有新闻发言人2至3名，2026-12-31 现有3名。"),
        ("fail", "东城分局应有首席新闻发言人1名，2026-12-31 现有2名。"),
    ]
    for name in ("癸十", "甲一"):
        office("register", "end", name, "--on", "2026-02-02", "--reason", "调任")
    assert [r for r, _ in verdicts(office, "ROS-03", "东城分局")] == ["fail", "fail"]
    office("register", "add", "癸十", "--role", "新闻发言人", *words, "--on", "2026-02-02")
    assert verdicts(office, "ROS-03", "东城分局") == [
        ("pass", "东城分局应有新闻发言人2至3名，2026-12-31 现有2名。"),
        ("fail", "东城分局应有首席新闻发言人1名，2026-12-31 现有0名。"),
    ]
    assert "警官大学应有新闻发布工作联络员至少2名" in verdicts(office, "ROS-06", "警官大学")[0][1]
    assert verdicts(office, "ROS-05", "警官大学") == [], "its own row stands in the place of the divisions'"
    assert len(verdicts(office, "ROS-05", "法制处")) == 1


def test_a_post_by_name_is_vacant_until_one_of_that_name_comes(office: Shell) -> None:
    """2 February 2026 is a Monday. The chief goes; another spokesperson comes the same day, a chief only on the 9th, five
    working days later."""
    office("register", "end", "甲一", "--on", "2026-02-02", "--reason", "调任")
    more = ("--unit", "东城分局", "--title", "副局长", "--mobile")
    office("register", "add", "癸十", "--role", "新闻发言人", *more, "13900000015", "--on", "2026-02-02")
    (still,) = [m for _, m in verdicts(office, "CHG-01", "东城分局", "2026-02-06")]
    assert "东城分局首席新闻发言人甲一于 2026-02-02 离任，至今空缺5个工作日" in still
    office("register", "add", "子一", "--role", "首席新闻发言人", *more, "13900000016", "--on", "2026-02-09")
    (filled,) = verdicts(office, "CHG-01", "东城分局")
    assert filled[0] == "pass" and "空缺5个工作日" in filled[1]


def test_lists_in_the_policy_go_by_name(office: Shell) -> None:
    """Only 记者招待会 must be submitted beforehand and filed; only 高校 send rosters."""
    text = OWN + QUOTAS + NUMBERS
    text += value("submission.lead_forms", '["记者招待会"]', "三(三)3") + value(
        "filing.forms", '["记者招待会"]', "三(三)1"
    )
    text += value("roster.kinds", '["高校"]', "三(四)4")
    (office.folder / "own.toml").write_text(text, encoding="utf-8")
    office("init", "--policy", "own.toml")
    add = ("plan", "add", "--unit", "东城分局", "--in-bureau-name", "--date", "2026-10-09", "--form")
    assert office.json(*add, "记者招待会", "甲")["deadline"] == "2026-09-24"
    assert office.json(*add, "新闻发布会", "乙")["deadline"] is None
    assert [m[:4] for _, m in verdicts(office, "ROS-08", "警官大学")] == ["警官大学"]
    assert verdicts(office, "ROS-08", "法制处") == verdicts(office, "ROS-08", "东城分局") == []


# -- papers ----------------------------------------------------------------------------------------


@pytest.fixture
def year(office: Shell) -> Shell:
    office.today("2026-12-31")
    held(office, "治安通报", "东城分局", "记者招待会", "2026-05-10")
    held(office, "年中通报", "东城分局", "新闻发布会", "2026-06-10")
    return office


def _docx(path: Path) -> str:
    import re

    with zipfile.ZipFile(path) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())


def test_the_annual_report_counts_and_prints_by_name(year: Shell) -> None:
    names = [f"r.{ending}" for ending in ("docx", "xlsx", "html", "csv", "json")]
    view = year.json("report", "annual", "2026", *(word for name in names for word in ("-o", name)))
    assert view["summary"]["conference"] == 2, "the term counts what stands under it"
    assert (
        view["summary"]["form_names"] == view["trend"][-1]["form_names"] == {"conference": {"记者招待会": 1}}
    )
    units = {u["unit"]: u for u in view["units"]}
    assert (units["警官大学"]["kind"], units["警官大学"]["kind_name"]) == ("division", "高校")
    assert units["东城分局"]["spokespersons"] == 2
    assert units["东城分局"]["role_names"] == {"spokesperson": {"首席新闻发言人": 1}}
    assert units["法制处"]["kind_name"] is None and units["法制处"]["role_names"] == {}
    paper = _docx(year.folder / "r.docx")
    for said in (
        "新闻发布会2场（其中记者招待会1场）",
        "其中首席新闻发言人2人次",
        "高校（2个）",
        "机关处室（2个）",
        "（记者招待会，场）",
    ):
        assert said in paper, said
    html = (year.folder / "r.html").read_text(encoding="utf-8")
    assert "记者招待会" in html and "高校" in html
    kinds = [
        row["类别"]
        for row in csv.DictReader(io.StringIO((year.folder / "r.csv").read_text(encoding="utf-8-sig")))
    ]
    assert kinds.count("高校") == 2 and kinds.count("机关处室") == 2
    book = load_workbook(year.folder / "r.xlsx")
    for sheet, word in (("单位", "高校"), ("发布", "记者招待会"), ("历年", "（记者招待会，场）")):
        assert word in {cell for row in book[sheet].iter_rows(values_only=True) for cell in row}, sheet


def test_the_other_papers_print_the_own_name(year: Shell) -> None:
    year("report", "roster", "-o", "r.csv", "-o", "r.docx")
    roster = (year.folder / "r.csv").read_text(encoding="utf-8-sig")
    assert "单位,类别,发言人,联络员,媒体负责人,首席新闻发言人" in roster
    assert "东城分局,分局,2,1,0,1" in roster and "警官大学,高校,1,0,0,1" in roster
    assert "首席新闻发言人" in _docx(year.folder / "r.docx")
    year("report", "unit", "东城分局", "2026", "-o", "u.csv")
    assert "记者招待会" in (year.folder / "u.csv").read_text(encoding="utf-8-sig")
    year("report", "quarter", "2026", "2", "-o", "q.csv")
    assert "记者招待会" in (year.folder / "q.csv").read_text(encoding="utf-8-sig")
    (made,) = year.json("form", "spokesperson", "甲一")["files"]
    assert "首席新闻发言人" in Path(made).name


def test_frozen_rosters_tell_who_became_chief(office: Shell) -> None:
    office("register", "freeze", "2025")
    office("register", "end", "乙二", "--on", "2026-02-01", "--reason", "改任")
    office("register", "add", "乙二", "--role", "首席新闻发言人", "--unit", "东城分局", "--title", "政委", "--mobile", "13900000002", "--on", "2026-02-01")  # fmt: skip
    office.today("2026-03-15")
    office("register", "freeze", "2026")
    (changed,) = office.json("register", "diff", "2025", "2026")["changed"]
    assert (changed["role_name"], changed["old_role_name"]) == ("首席新闻发言人", None)
    assert "首席新闻发言人" in office("register", "diff", "2025", "2026").stdout


# -- the log ---------------------------------------------------------------------------------------


def test_the_log_carries_the_names_and_undo_takes_them_back(office: Shell) -> None:
    office("unit", "kind", "法制处", "高校", "--on", "2026-02-01")
    office("undo")
    assert office.json("unit", "show", "法制处")["kind_name"] is None
    office("plan", "add", "甲", "--unit", "东城分局", "--form", "记者招待会", "--date", "2026-06-10")
    (office.folder / "p.csv").write_text(
        "发布名称,单位,形式,日期\n甲,东城分局,新闻发布会,2026-06-10\n", encoding="utf-8"
    )
    office("plan", "import", "p.csv")
    assert office.json("plan", "show", "2026-001")["form_name"] is None
    office("undo")
    assert office.json("plan", "show", "2026-001")["form_name"] == "记者招待会"
    office("register", "end", "甲一", "--on", "2026-02-01", "--reason", "调任")
    office("undo")
    assert office.json("register", "list", "--role", "首席新闻发言人", "--unit", "东城分局")
    assert office.json("log", "verify")["ok"] is True
    office("db", "check", "--deep")


def test_a_name_changed_by_hand_is_found(office: Shell) -> None:
    with closing(sqlite3.connect(office.folder / "data" / "p.db")) as connection, connection:
        assert connection.execute(
            "UPDATE unit_period SET kind_name = '党校' WHERE kind_name = '高校'"
        ).rowcount
    assert office.error("db", "check", "--deep", code=5)


def test_names_stay_where_a_regulation_no_longer_has_them(office: Shell) -> None:
    """What was entered by a name keeps it, and is judged as the term it stood under."""
    (office.folder / "own.toml").write_text(
        'kind = "profile"\n' + value("lapse.explain_until", "[4, 1]", "三(四)2"), encoding="utf-8"
    )
    office("init", "--policy", "own.toml")
    assert office.json("unit", "show", "警官大学")["kind_name"] == "高校"
    assert "应举行" in verdicts(office, "QTA-03", "警官大学", "2027-01-01")[0][1]
    office.error("unit", "add", "政法大学", "--kind", "高校", code=2)


def test_a_database_of_the_revision_before_takes_names(shell: Shell) -> None:
    """Entries of the log from before keep their hashes; what stood there has no name, what comes has one."""
    path = shell.folder / "data" / "p.db"
    path.unlink()
    shell("db", "restore", str(Path(__file__).parent / "data" / "databases" / "0005.zip"))

    def entries() -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT seq, changes, hash FROM log_entry ORDER BY seq").fetchall()

    shell.today("2026-10-20")
    before = entries()
    assert shell.json("db", "upgrade")["to"] == HEAD
    assert entries()[: len(before)] == before
    assert {u["kind_name"] for u in shell.json("unit", "list")} == {None}
    (shell.folder / "own.toml").write_text(OWN + QUOTAS + NUMBERS, encoding="utf-8")
    shell("init", "--policy", "own.toml")
    shell("unit", "add", "警官大学", "--kind", "高校", "--parent", "常州市公安局")
    shell("unit", "kind", "科技信息化处", "高校", "--on", "2026-10-20")
    shell(
        "register",
        "add",
        "子一",
        "--role",
        "首席新闻发言人",
        "--unit",
        "警官大学",
        "--title",
        "校长",
        "--mobile",
        "13900000031",
    )
    shell("plan", "add", "校园", "--unit", "警官大学", "--form", "记者招待会", "--date", "2026-12-08")
    shell("undo")
    shell("plan", "add", "校园", "--unit", "警官大学", "--form", "记者招待会", "--date", "2026-12-09")
    assert shell.json("log", "verify")["ok"] is True
    shell("db", "check", "--deep")
    shell("db", "backup", "after.zip")
    path.unlink()
    shell("db", "restore", "after.zip")
    assert shell.json("register", "show", "子一")["appointments"][0]["role_name"] == "首席新闻发言人"


def test_the_rules_say_which_names_there_are(office: Shell) -> None:
    assert rows(office.json("rules", "list")["own"], "of", "name", "under", "aliases") == [
        ("role", "首席新闻发言人", "spokesperson", ["首席发言人"]),
        ("form", "记者招待会", "conference", []),
        ("unit_kind", "高校", "division", ["学院"]),
    ]
    assert "记者招待会（属 conference）" in office("rules", "list").stdout


def test_a_delegation_of_an_own_kind_that_signs_nothing_is_refused(office: Shell) -> None:
    """The word is understood: it is refused for what it stands under, not as unknown."""
    until = ("--deputy", "乙二", "--until", "2026-06-30")
    refused = office.error("record", "delegation", "甲一", "--role", "首席新闻发言人", *until, code=2)
    assert "首席新闻发言人”不签署审批的意见" in refused["message"]
    assert office.json("record", "list", "--kind", "delegation") == []


def test_a_citys_regulation_may_name_its_own_too(tmp_path: Path) -> None:
    """部门 is a usual spelling of division; a regulation may give the word a kind of its own under the same term."""
    linshui = (Path(__file__).parent / "data/policies/linshui.toml").read_text(encoding="utf-8")
    own = '\n[[own]]\nof = "unit_kind"\nname = "部门"\nunder = "division"\n'
    found = policy(tmp_path, linshui, own)
    assert meant(AskedWord("部 门", UnitKind), found.own) == Named(UnitKind.DIVISION, "部门")
    assert meant(AskedWord("处室", UnitKind), found.own) == Named(UnitKind.DIVISION)
    assert meant(AskedWord("部门", UnitKind), ()) == Named(UnitKind.DIVISION)


def test_units_stand_under_one_heading_a_kind_however_they_were_entered(office: Shell) -> None:
    office("unit", "add", "财经大学", "--kind", "高校", "--parent", "某市公安局")
    office("report", "annual", "2026", "-o", "r.html")
    assert (office.folder / "r.html").read_text(encoding="utf-8").count(">高校</th>") == 1


def linshui(folder: Path, own: str, quota: str = "") -> Path:
    """A copy of the shipped package with kinds of its own, named in one file and owed in another."""
    package = folder / "linshui"
    shutil.copytree(bundled.regulation_dir() / "linshui-2020", package)
    for name, more in (("names.toml", own), ("policy.toml", quota)):
        with (package / name).open("a", encoding="utf-8") as file:
            file.write(more)
    return package


COLLEGE = '\n[[own]]\nof = "unit_kind"\nname = "高校"\nunder = "division"\n'


def test_a_package_names_kinds_in_one_file_and_uses_them_in_another(tmp_path: Path) -> None:
    quota = value("plan.kinds", '["高校"]', "第五条")
    found = loader.of_package(read_package(linshui(tmp_path, COLLEGE, quota)))
    assert "高校" in {kind.name for kind in found.own}
    kinds = found.get(keys.PLAN_KINDS, TODAY)
    assert Named(UnitKind.DIVISION, "高校") in kinds and Named(UnitKind.DIVISION) not in kinds


def test_a_name_that_is_the_packages_word_for_a_term_is_refused(tmp_path: Path) -> None:
    """Linshui calls its divisions otherwise than Changzhou; its own word for a term is no name of a kind under it."""
    label = loader.of_package(shipped_package("linshui-2020")).names.labels["unit_kind.division"]
    with pytest.raises(BadData) as refused:
        loader.of_package(read_package(linshui(tmp_path, COLLEGE.replace("高校", label))))
    assert f"名称“{label}”就是核心的 division（{label}）" in refused.value.message


def test_the_whole_job_under_a_package_with_names(shell: Shell) -> None:
    linshui(shell.folder, COLLEGE)
    (shell.folder / "data" / "p.db").unlink()
    shell("rules", "check", "linshui")
    shell("init", "--regulation", "linshui")
    shell("unit", "add", "临水市公安局", "--kind", "bureau")
    shell("unit", "add", "警官学院", "--kind", "高校", "--parent", "临水市公安局")
    assert shell.json("unit", "show", "警官学院")["kind_name"] == "高校"
