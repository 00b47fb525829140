"""Sentences as an official paper writes them."""

from __future__ import annotations

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.documents import prose
from pressctl.documents.prose import balanced, excerpt, numeral, quoted, requoted, titled


def test_the_examples_hold() -> None:
    assert doctest.testmod(prose).failed == 0 and doctest.testmod(prose).attempted >= 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("国庆安保", "“国庆安保”"),
        ("关于“三所”启用的发布会", "“关于‘三所’启用的发布会”"),
        ("关于‘三所’启用的发布会", "“关于‘三所’启用的发布会”"),
        ('全市"净网"行动', "“全市‘净网’行动”"),
        ("“甲‘乙’丙”丁", "“‘甲“乙”丙’丁”"),
        ("《治安管理处罚法》施行", "“《治安管理处罚法》施行”"),
        ("未完的“引号", "“未完的‘引号’”"),
        ("多余的”引号", "“多余的引号”"),
        ("", "“”"),
    ],
)
def test_a_name_in_quotation_marks(name: str, said: str) -> None:
    assert quoted(name) == said


@given(st.text('甲乙“”‘’"《》', max_size=20))
def test_quotation_marks_are_balanced_and_alternate(text: str) -> None:
    depth = 0
    for c in quoted(text):
        if c in "“‘":
            assert c == "“‘"[depth % 2]
            depth += 1
        elif c in "”’":
            depth -= 1
            assert c == "”’"[depth % 2] and depth >= 0
    assert depth == 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("关于工作的意见（常公局〔2009〕36号）", "《关于工作的意见》（常公局〔2009〕36号）"),
        ("关于执行《条例》的意见（常公局〔2009〕36号）", "《关于执行〈条例〉的意见》（常公局〔2009〕36号）"),
        ("若干规定（试行）", "《若干规定（试行）》"),
        ("《办法》", "《办法》"),
    ],
)
def test_a_document_in_title_marks_its_number_outside(name: str, said: str) -> None:
    assert titled(name) == said


def test_quotations_are_whole_within_sentences() -> None:
    assert (
        requoted("原则上以“常州市公安局新闻发布会”为统一名称", 1)
        == "原则上以‘常州市公安局新闻发布会’为统一名称"
    )
    assert excerpt("担任常州市公安局新闻发言人，") == "担任常州市公安局新闻发言人"


def test_numerals_count_on() -> None:
    assert [numeral(n) for n in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一",
        "九",
        "十",
        "十一",
        "十九",
        "二十",
        "二十一",
        "九十九",
    ]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("短题目", ["短题目"]),
        ("甲局关于\n2026年度新闻发布工作情况的报告", ["甲局关于", "2026年度新闻发布工作情况的报告"]),
        (
            "江苏省常州市公安局经济开发区分局关于2026年度工作的报告",
            ["江苏省常州市公安局经济开发区", "分局关于2026年度工作的报告"],
        ),
    ],
)
def test_a_title_breaks_evenly_and_never_within_a_number(title: str, lines: list[str]) -> None:
    found = balanced(title, 20)
    assert "".join(found) == title.replace("\n", "") and all(len(line) <= 20 for line in found)
    assert not [1 for a, b in pairwise(found) if a[-1].isdigit() and (b[0].isdigit() or b[0] in "年月日")]
    assert len(found) == len(lines)
