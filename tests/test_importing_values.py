"""One cell at a time: the spellings that people use, and laws that hold for any text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressctl.importing import values
from pressctl.importing.values import Doubt, Fault

TODAY = date(2026, 1, 15)
month = values.birth_month(TODAY)

JUDGES: dict[str, Callable[[str], object]] = {
    "name": values.name,
    "gender": values.gender,
    "birth": month,
    "ethnicity": values.ethnicity,
    "politics": values.politics,
    "office_phone": values.office_phone,
    "mobile": values.mobile,
    "email": values.email,
    "qq": values.qq,
    "title": values.title,
    "remark": values.passage,
    "day": values.day,
    "clock": values.clock,
    "categories": values.categories,
}


@pytest.mark.parametrize(
    ("judge", "text", "wanted"),
    [
        (month, "Mar-1975", "1975-03"),
        (month, "1975-Mar", "1975-03"),
        (month, "19750309", "1975-03"),
        (month, "1975年03月09日", "1975-03"),
        (month, "1975-03-01 00:00:00", "1975-03"),
        (month, "1975.10", "1975-10"),
        (month, "75.3", "1975-03"),
        (month, "—", None),
        (values.mobile, "0086-139 0000 0001", "13900000001"),
        (values.mobile, "8613900000001", "13900000001"),
        (values.mobile, "139.0000.0001", "13900000001"),
        (values.mobile, "'19344000860", "19344000860"),
        (values.mobile, "N/A", None),
        (values.office_phone, "内线5123", "5123"),
        (values.office_phone, "010-81000001", "010-81000001"),
        (values.office_phone, "+86-519-81000001", "0519-81000001"),
        (values.office_phone, "(0519)80086123", "0519-80086123"),
        (values.office_phone, "81000001-12", "81000001-12"),
        (values.office_phone, "400 800 1234", "400-800-1234"),
        (values.email, "mailto:a.b@example.cn；", "a.b@example.cn"),
        (values.qq, "12345@qq.com", "12345"),
        (values.politics, "民盟", "民盟盟员"),
        (values.ethnicity, "维吾尔", "维吾尔族"),
        (values.day, "46027", date(2026, 1, 5)),
        (values.day, "2026-01-05 00:00:00", date(2026, 1, 5)),
        (values.clock, "下午2时30分", time(14, 30)),
        (values.clock, "上午十点", Fault),
        (values.clock, "0.4166666667", time(10, 0)),
        (values.clock, "25:00", Fault),
        (values.categories, "1、5", (1, 5)),
        (values.categories, "4.发布重大案（事）件的侦破、处置情况", (4,)),
        (values.categories, "9", Fault),
        (values.categories, "1-5", Fault),
        (values.yes_no, "√", True),
        (values.name, "欧阳试一", "欧阳试一"),
        (values.name, "A", Doubt),
        (values.name, "张\n试", "张试"),
        (values.name, "欧阳 试一", "欧阳试一"),
        (values.name, "张试 李试", Doubt),
        (values.name, "张试\n李试", Fault),
        (values.name, "张试、 李试", Fault),
        (values.name, "\ue000试", Doubt),
        (values.title, "#REF!", Fault),
        (values.title, "字" * 20_001, Fault),
        (values.passage, " '=1+1", "=1+1"),
        (values.passage, "一\r\n 二\u2028三", "一\n二\n三"),
    ],
)
def test_spellings(judge: Any, text: str, wanted: Any) -> None:
    judged = judge(text)
    if isinstance(wanted, type):
        assert isinstance(judged, wanted), judged
    else:
        assert judged == wanted


@pytest.mark.parametrize(
    ("months_ago", "taken"), [(18 * 12 - 1, False), (18 * 12, True), (66 * 12, True), (66 * 12 + 1, False)]
)
def test_age_bounds(months_ago: int, taken: bool) -> None:
    total = TODAY.year * 12 + TODAY.month - 1 - months_ago
    assert isinstance(month(f"{total // 12}-{total % 12 + 1:02d}"), str) is taken


@pytest.mark.parametrize("key", JUDGES)
@given(text=st.text(max_size=60) | st.from_regex(r"[0-9年月日./:+E ()（）-]{0,20}", fullmatch=True))
def test_any_text_is_judged(key: str, text: str) -> None:
    """Never an exception; a fault says something; a warning comes with a value."""
    judged = JUDGES[key](text)
    if isinstance(judged, Fault):
        assert judged.problem
    if isinstance(judged, Doubt):
        assert judged.warning
        assert judged.value not in (None, "")


@pytest.mark.parametrize(
    "key", ["name", "birth", "office_phone", "mobile", "email", "qq", "title", "remark", "gender"]
)
@given(text=st.text(max_size=30) | st.from_regex(r"[0-9年月./+ ()（）'=-]{0,16}", fullmatch=True))
def test_what_was_made_regular_stays(key: str, text: str) -> None:
    """A regular value, read again, is itself: what is exported imports as unchanged."""
    judged = JUDGES[key](text)
    value = judged.value if isinstance(judged, Doubt) else judged
    if not isinstance(value, str) or value.startswith("'"):
        return
    again = JUDGES[key](value)
    assert (again.value if isinstance(again, Doubt) else again) == value


_GIVEN = st.characters(
    min_codepoint=0x4E00, max_codepoint=0x9FFF, exclude_characters="男女兼等某计局处所队室部组办科股丶族"
)


@given(
    st.sampled_from(["王", "欧阳", "尚", "代", "支", "党", "高", "柯"]),
    st.text(_GIVEN, min_size=1, max_size=2),
)
def test_chinese_names_are_kept_exactly(surname: str, given: str) -> None:
    assert values.name(surname + given) == surname + given


@pytest.mark.parametrize(
    ("text", "wanted", "aside"),
    [
        ("王莉女", "王莉女", None),
        ("王胜男", "王胜男", ""),
        ("王莉/女", "王莉", "女"),
        ("副局长张三", "张三", "副局长"),
        ("城东分局政治处主任李四", "李四", "城东分局政治处主任"),
        ("一级警督王大力", "王大力", "一级警督"),
        ("新闻发言人：张三", "张三", "新闻发言人"),
        ("王莉、副局长", "王莉", "副局长"),
        ("张三兼", "张三", "兼"),
        ("张三（挂职）", "张三", "挂职"),
        ("欧阳局长", "欧阳局长", None),
        ("方局", "方局", None),
    ],
)
def test_what_stands_beside_a_name(text: str, wanted: str, aside: str | None) -> None:
    """`aside` "" where there is nothing to tell, None where only a doubt is."""
    judged = values.name(text)
    if aside == "":
        assert judged == wanted
    else:
        assert isinstance(judged, Doubt) and (judged.value, judged.aside) == (wanted, aside)


@pytest.mark.parametrize(
    "text", ["张三（13800000011）", "张三 13800000011", "张三13800000011", "张三：138 0000 0011"]
)
def test_a_number_beside_a_name_is_kept(text: str) -> None:
    judged = values.name(text)
    assert isinstance(judged, Doubt) and (judged.value, judged.other) == ("张三", "13800000011")


@pytest.mark.parametrize(
    "text",
    ["བསྟན་འཛིན", "ئەركىن تۇرسۇن", "ᠪᠠᠲᠤ", "Андрей Иванов", "김철수", "たなか", "ＢＯＬＯＲ", "Nguyễn Văn An"],
)
def test_a_name_in_another_script_is_one_to_look_at(text: str) -> None:
    """An identity card may bear it so; a table with such a name must not lose the person."""
    judged = values.name(text)
    assert isinstance(judged, Doubt) and judged.value == text


@pytest.mark.parametrize("text", ["〇〇", "\ue5e5\ue5e6"])
def test_what_python_calls_no_letter_may_be_a_name(text: str) -> None:
    """〇 is a number to Unicode, a character made for one name is nothing; both stand in names."""
    judged = values.name(text)
    assert (judged.value if isinstance(judged, Doubt) else judged) == text


@pytest.mark.parametrize("text", ["12345", "！？", "٣٤", "※", "( )"])
def test_what_has_no_letter_is_no_name(text: str) -> None:
    assert isinstance(values.name(text), Fault)


@pytest.mark.parametrize(
    "text",
    [
        *["空缺", "岗位空缺", "待定", "待任命", "暂缺", "暂定", "未定", "尚未确定", "人选待定", "拟任", "无人", "没有人", "另报"],
        *["见附件", "详见名单", "附后", "同发言人", "如上", "由张三兼任", "轮值", "男", "政治处", "宣传科", "某支队", "副局长", "张三等3人"],
    ],
)  # fmt: skip
def test_what_names_nobody(text: str) -> None:
    assert isinstance(values.name(text), Fault)


@pytest.mark.parametrize(
    "text",
    [
        *["12345", "2026年3月", "2024-03-05", "二〇二四年三月", "13800000011", "手机：13800000011", "0519-81000011", "a@b.cn"],
        *["男", "汉族", "中共党员", "本科", "见附件", "空缺", "待明确", "√", "同上"],
    ],
)  # fmt: skip
def test_what_is_no_post(text: str) -> None:
    assert isinstance(values.title(text), Fault)


@pytest.mark.parametrize(
    "text", ["副局长", "110指挥中心主任", "三级高级警长", "科长（2024.3任）", "=1+1", "+1+1", "CIO"]
)
def test_what_is_a_post(text: str) -> None:
    assert values.title(text) == text


@given(st.integers(min_value=13_000_000_000, max_value=19_999_999_999))
def test_mobiles_in_any_dress(number: int) -> None:
    plain = str(number)
    dressed = [
        f"+86 {plain}",
        f"{plain[:3]}-{plain[3:7]}-{plain[7:]}",
        f"'{plain}",
        f"{plain}.0",
        f"　{plain} ",
    ]
    assert [values.mobile(text) for text in dressed] == [plain] * len(dressed)
