"""Unit names, unit files and plan files."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from pressctl import bundled
from pressctl.core.terms import Form, Nature, Occasion, UnitKind
from pressctl.errors import BadData
from pressctl.importing.plan import PlanRow, read_plan
from pressctl.importing.tables import Rejected
from pressctl.importing.unit_names import UnitNames
from pressctl.importing.units import UnitRow, read_units, unit_name
from pressctl.importing.values import Doubt, Fault

SAMPLE = bundled.sample_dir()


@pytest.fixture(scope="module")
def units() -> UnitNames:
    rows = [r for r in read_units(SAMPLE / "units.csv") if isinstance(r, UnitRow)]
    return UnitNames.of((i, r.name, r.aliases, r.kind) for i, r in enumerate(rows, start=1))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("天宁分局", "天宁分局"),
        (" 天 宁 分 局 ", "天宁分局"),
        ("天宁公安分局", "天宁分局"),
        ("常州市公安局天宁分局", "天宁分局"),
        ("市局宣传处", "宣传处"),
        ("市局办公室", "办公室"),
        ("市公安局", "常州市公安局"),
        ("交警支队", "交巡警支队"),
        ("武进", "武进区公安局"),
        ("出入境", "出入境管理处"),
    ],
)
def test_a_name_an_alias_or_a_short_form(units: UnitNames, text: str, unit: str) -> None:
    found = units.resolve(text)
    assert isinstance(found, int)
    assert units.names[found] == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [("车管所", "车辆管理所"), ("沪宁高速大队", "沪宁高速公路大队"), ("兰陵所", "兰陵派出所")],
)
def test_an_abbreviation_is_doubtful(units: UnitNames, text: str, unit: str) -> None:
    found = units.resolve(text)
    assert isinstance(found, Doubt)
    assert units.names[found.value] == unit
    assert unit in found.warning


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("天宁", ["天宁分局", "天宁派出所"]),
        ("天宁分局政工室", ["天宁分局"]),
        ("刑侦支队", ["刑警支队"]),
        ("外星基地XYZ", ["unit list"]),
    ],
)
def test_an_unknown_unit_is_told_the_nearest(units: UnitNames, text: str, named: list[str]) -> None:
    found = units.resolve(text)
    assert isinstance(found, Fault)
    assert all(name in (found.next or "") for name in named)


@pytest.mark.parametrize(
    "text", ["城东分局、城西分局", "交警支队/巡警支队", "办公室，政治部", "城东分局\n城西分局", "12345"]
)
def test_several_units_are_no_name(text: str) -> None:
    assert isinstance(unit_name(text), Fault)


@pytest.mark.parametrize("text", ["法制、督察支队", "交警（巡警）支队", "2号检查站", "网络安全保卫支队"])
def test_a_mark_within_a_name_is_its_own(text: str) -> None:
    assert unit_name(text) == text


def test_two_names_with_a_space_between_are_asked_about() -> None:
    assert isinstance(unit_name("城东分局 城西分局"), Doubt)


@pytest.mark.parametrize(
    ("text", "unit", "rest"),
    [
        ("天宁分局政治处主任", "天宁分局", "政治处主任"),
        ("常州市公安局天宁分局 副局长", "常州市公安局天宁分局", "副局长"),
        ("兰陵派出所长", "兰陵派出所", "所长"),
        ("市局宣传处处长", "市局宣传处", "处长"),
        ("天宁分局（张三）", "天宁分局", "张三"),
    ],
)
def test_the_unit_at_the_head_of_a_text(units: UnitNames, text: str, unit: str, rest: str) -> None:
    assert units.leading(text) == (unit, rest)


@pytest.mark.parametrize("text", ["局长", "天宁分局", "城外分局局长", "天宁"])
def test_no_unit_at_the_head(units: UnitNames, text: str) -> None:
    assert units.leading(text) is None


def test_every_name_and_alias_means_its_unit(units: UnitNames) -> None:
    for unit_id, name in units.names.items():
        assert units.resolve(name) == unit_id


def test_two_units_of_one_alias_are_ambiguous() -> None:
    two = UnitNames.of(
        [(1, "甲一分局", ("一分局",), UnitKind.SUB_BUREAU), (2, "乙一分局", ("一分局",), UnitKind.SUB_BUREAU)]
    )
    found = two.resolve("一分局")
    assert isinstance(found, Fault)
    assert "甲一分局、乙一分局" in (found.next or "")


# -- unit files ------------------------------------------------------------------------------------


def test_the_sample_units_read_clean() -> None:
    reading = read_units(SAMPLE / "units.csv")
    rows = list(reading)
    assert (len(rows), reading.info.encoding, reading.notes) == (54, "UTF-8-BOM", ())
    assert all(isinstance(r, UnitRow) and not r.warnings for r in rows)
    first = rows[1]
    assert isinstance(first, UnitRow)
    assert (first.kind, first.parent, first.aliases) == (
        UnitKind.COUNTY_BUREAU,
        "常州市公安局",
        ("武进分局", "武进公安分局"),
    )


def test_unit_rows(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    path.write_text(
        "2026年单位一览,,,,\n单位名称,类别,上级单位,别名,新闻发言人办公室\n"
        "甲 局,市局,,,\n乙分局,分局,甲局,乙公安分局、乙局；乙局,\n丙处,处室,甲局,,是\n丁所,派出所,乙分局,,否\n"
        "戊局,辖市（区）局,甲局,,\n己,衙门,,,\n庚分局,分局,甲局,乙局,\n乙公安分局,分局,甲局,,\n辛处,机关处室,辛处,,\n,分局,,,\n合计,9,,,\n",
        encoding="gb18030",
    )
    rows = list(read_units(path))
    taken = [(r.name, r.kind, r.parent, r.aliases, r.office) for r in rows if isinstance(r, UnitRow)]
    assert taken == [
        ("甲局", UnitKind.BUREAU, None, (), None),
        ("乙分局", UnitKind.SUB_BUREAU, "甲局", ("乙公安分局", "乙局"), None),
        ("丙处", UnitKind.DIVISION, "甲局", (), True),
        ("丁所", UnitKind.STATION, "乙分局", (), False),
        ("戊局", UnitKind.COUNTY_BUREAU, "甲局", (), None),
    ]
    rejected = {r.row: r.problems[0] for r in rows if isinstance(r, Rejected)}
    assert {row: (p.column, p.value) for row, p in rejected.items()} == {
        8: ("类别", "衙门"),
        9: ("别名", "乙局"),
        10: ("单位名称", "乙公安分局"),
        11: ("上级单位", "辛处"),
        12: ("单位名称", None),
    }
    assert "辖市(区)局" in (rejected[8].next or "")
    assert "第 4 行" in rejected[9].problem


# -- plan files ------------------------------------------------------------------------------------


def test_the_sample_plan_reads_clean(units: UnitNames) -> None:
    rows = list(read_plan(SAMPLE / "plan-2026.csv", units=units, today=date(2026, 1, 15)))
    assert len(rows) == 29
    assert all(isinstance(r, PlanRow) and not r.warnings for r in rows)


def test_plan_rows(tmp_path: Path, units: UnitNames) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "发布名称\t组织单位\t形式\t日期\t类型\t性质\t主题\t内容类别\t以市局名义\t时间\n"
        "甲\t天宁分局\t发布会\t2026年10月9日\t重大\t综合\t题\t2、5\t是\t上午10时\n"
        "乙\t同上\t书面\t20261010\t\t\t\t\t\t\n"
        "甲\t天宁分局\t通气会\t2026-12-01\t\t\t\t\t\t\n"
        "甲\t天宁分局\t通气会\t2027-12-01\t\t\t\t\t\t\n"
        "丙\t天宁分局\t座谈会\t2026-02-30\t随意\t杂项\t\t9\t也许\t25:00\n",
        encoding="utf-16",
    )
    first, second, twice, next_year, wrong = read_plan(path, units=units, today=date(2026, 1, 15))
    assert isinstance(first, PlanRow)
    assert (first.form, first.on, first.occasion, first.nature) == (
        Form.CONFERENCE,
        date(2026, 10, 9),
        Occasion.MAJOR,
        Nature.COMPREHENSIVE,
    )
    assert (first.topic, first.categories, first.in_bureau_name, first.at) == (
        "题",
        (2, 5),
        True,
        time(10, 0),
    )
    assert isinstance(second, PlanRow)
    assert (
        units.names[second.unit_id],
        second.occasion,
        second.nature,
        second.categories,
        second.in_bureau_name,
    ) == ("天宁分局", None, None, (), None)
    assert isinstance(twice, Rejected)
    assert "第 2 行" in twice.problems[0].problem
    assert isinstance(next_year, PlanRow)
    assert isinstance(wrong, Rejected)
    assert [p.column for p in wrong.problems] == [
        "形式",
        "日期",
        "类型",
        "性质",
        "内容类别",
        "以市局名义",
        "时间",
    ]
    assert all(p.next for p in wrong.problems)


def test_a_roster_is_no_plan(units: UnitNames) -> None:
    with pytest.raises(BadData) as caught:
        read_plan(SAMPLE / "roster.csv", units=units, today=date(2026, 1, 15))
    assert caught.value.code == "missing_columns"
    assert "发布名称" in caught.value.message
