"""The State Council's notices: every wording since 2008, what cannot be, and what an import does to deadlines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pressctl.core import published_days
from pressctl.core.amending import settle
from pressctl.core.notices import Notice, parse_notice
from pressctl.core.working_days import Calendar, YearDays
from pressctl.errors import BadData
from pressctl.importing.notice_days import read_notice
from tests.conftest import Shell

DATA = Path(__file__).parent / "data" / "notices"
HEAD = "国务院办公厅关于{}年部分节假日安排的通知\n"

# Written for these tests in the wordings of their years; the days are those years' own.
Y2009 = (
    HEAD.format("２００９")
    + """国办发明电〔２００８〕３号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　现将2009年部分节假日安排通知如下。
一、元旦：１月１日至３日放假，共３天。其中，１月１日（星期四、新年）为法定节假日，１月３日（星期六）为公休日。１月４日（星期日）公休日调至１月２日（星期五）。１月４日（星期日）上班。
二、春节：1月25日（星期日，农历除夕）至31日（星期六，正月初六）放假，共7天。其中，1月25日、1月26日、1月27日为法定节假日，1月24日（星期六）公休日调至1月29日（星期四），2月1日（星期日）公休日调至1月30日（星期五），1月31日（星期六）照常公休；1月25日（星期日）公休日调至1月28日（星期三）。1月24日（星期六）、2月1日（星期日）上班。
三、清明节：4月4日（星期六、农历清明当日）为法定节假日，4月5日（星期日）照常公休，4月6日（星期一）补休。放假共3天。
四、劳动节：5月1日（星期五）为法定节假日，5月2日（星期六）、3日（星期日）照常公休。
五、端午节：5月28日至30日放假，共3天。其中5月28日（星期四）为法定节假日，5月31日（星期日）公休日调至5月29日（星期五）。
六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月27日(星期日)、10月10日(星期六)上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
国务院办公厅
二○○八年十二月九日"""
)
Y2015 = (
    HEAD.format(2015)
    + """国办发明电〔2014〕28号
一、元旦：1月1日至3日放假调休，共3天。1月4日（星期日）上班。
二、春节：2月18日至24日放假调休，共7天。2月15日（星期日）、2月28日（星期六）上班。
三、清明节：4月5日放假，4月6日（星期一）补休。
四、劳动节：5月1日放假，与周末连休。
五、端午节：6月20日放假，6月22日（星期一）补休。
六、中秋节：9月27日放假。
七、国庆节：10月1日至7日放假调休，共7天。10月10日（星期六）上班。
节假日期间，请妥善安排。国务院办公厅 2014年12月16日"""
)
Y2019 = (
    HEAD.format(2019)
    + """一、元旦：2018年12月30日至2019年1月1日放假调休，共3天。2018年12月29日（星期六）上班。
二、春节：2月4日至10日放假调休，共7天。2月2日（星期六）、3日（星期日）上班。
三、清明节：4月5日放假，与周末连休。
四、劳动节：5月1日放假。
五、端午节：6月7日放假，与周末连休。
六、中秋节：9月13日放假，与周末连休。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日），10月12日（星期六）上班。"""
)
AMENDS = "国务院办公厅关于调整2019年劳动节假期安排的通知\n国办发明电〔2019〕3号\n现就2019年劳动节假期安排通知如下：2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。"
JUBILEE = "国务院关于胜利70周年纪念日调休放假的通知\n2015年9月3日至5日调休放假，共3天。其中9月3日（星期四）放假，9月4日（星期五）调休，9月6日（星期日）上班。"


def _text(year: int) -> str:
    return (DATA / f"{year}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_years_notice_gives_the_days_that_were_published(year: int) -> None:
    """The notices in full, as they were worded, with those that amended them: the `holidays` package is the witness."""
    notice = parse_notice(_text(year))
    assert notice.year == year and not notice.amends and notice.number
    laid = [notice, *(parse_notice(f.read_text(encoding="utf-8")) for f in DATA.glob(f"{year}-*.txt"))]
    known: list[Notice] = []
    for each in laid:
        before = Calendar(date(year, 1, 1), known).year(year)
        known.append(settle(each, before)[0] if each.amends else each)
    calendar, witness = Calendar(date(year, 1, 1), known), Calendar(date(year, 1, 1))
    first = date(year, 1, 1)
    for day in (first + timedelta(n) for n in range(366)):
        if day.year == year:
            assert calendar.is_working(day) is witness.is_working(day), day
    december = {d: d in notice.off for d in (*notice.off, *notice.work) if d.year < year}
    assert all(witness.is_working(day) is not off for day, off in december.items())


def test_the_three_that_amended_are_there() -> None:
    assert {f.stem for f in DATA.glob("20??-*.txt")} == {"2015-70", "2019-labour", "2020-extension"}


def test_the_wording_of_2009() -> None:
    notice = parse_notice(Y2009)
    off, work, _ = published_days.of(2009)
    assert (set(notice.off), set(notice.work)) == (set(off), set(work))


def test_numbers_dates_and_names_are_kept() -> None:
    notice = parse_notice(Y2009)
    assert (notice.number, notice.issued) == ("国办发明电〔2008〕3号", date(2008, 12, 9))
    assert notice.off[date(2009, 10, 8)] == "国庆节、中秋节" and notice.work[date(2009, 1, 4)] == "元旦"
    assert parse_notice(Y2015).issued == date(2014, 12, 16)
    assert notice.text == Y2009


def test_wordings_that_leave_the_weekend_unnamed() -> None:
    notice = parse_notice(Y2015)
    assert {d for d in notice.off if d.month in (4, 5, 6, 9)} == {
        date(2015, 4, 5), date(2015, 4, 6), date(2015, 5, 1), date(2015, 6, 20), date(2015, 6, 22), date(2015, 9, 27),
    }  # fmt: skip


def test_days_of_the_december_before() -> None:
    notice = parse_notice(Y2019)
    assert {date(2018, 12, 30), date(2018, 12, 31)} <= set(notice.off) and date(2018, 12, 29) in notice.work
    assert {date(2019, 2, 2), date(2019, 2, 3)} <= set(notice.work), "an omitted second month"
    assert date(2019, 10, 12) in notice.work, "a comma between the days"


@pytest.mark.parametrize(
    ("text", "off", "work"),
    [
        (AMENDS, {date(2019, 5, n) for n in range(1, 5)}, {date(2019, 4, 28), date(2019, 5, 5)}),
        (JUBILEE, {date(2015, 9, n) for n in (3, 4, 5)}, {date(2015, 9, 6)}),
    ],
)
def test_amending_notices_move_single_days(text: str, off: set[date], work: set[date]) -> None:
    notice = parse_notice(text)
    assert notice.amends and (set(notice.off), set(notice.work)) == (off, work)


def test_an_amendment_lies_on_top() -> None:
    calendar = Calendar(date(2019, 4, 1), [parse_notice(AMENDS), parse_notice(Y2019)])
    assert [calendar.is_working(date(2019, 5, n)) for n in range(1, 7)] == [False] * 4 + [True] * 2
    assert calendar.is_working(date(2019, 4, 28)) and not calendar.is_working(date(2019, 10, 1))


def test_a_rest_day_moved_without_a_word_of_work_is_worked() -> None:
    assert date(2009, 5, 31) in parse_notice(Y2009).work


def test_an_eve_that_is_named_is_not_off() -> None:
    assert date(2024, 2, 9) not in parse_notice(_text(2024)).off


@pytest.mark.parametrize("form", ["plain", "one line", "full width", "title on two lines", "spaces"])
def test_copied_however(form: str) -> None:
    text = _text(2026)
    altered = {
        "plain": text,
        "one line": text.replace("\n", ""),
        "full width": text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}),
        "title on two lines": text.replace("年部分", "年\n部分"),
        "spaces": text.replace("月", " 月 ").replace("日", "\u3000日"),
    }[form]
    assert parse_notice(altered).off == parse_notice(text).off


# -- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1月4日（周日）", "1月4日（周六）", "星期日，通知写作周六"),
        ("共9天", "共8天", "共 8 天，日期却是 9 天"),
        ("2月28日（周六）", "2月28日（周六）、2月30日", "2月30日这一天不存在"),
        ("1月4日（周日）上班", "1月2日上班", "既放假又上班"),
        ("1月4日（周日）上班", "1月5日上班", "本来就上班"),
        ("1月4日（周日）上班。", "", "调休上班却有"),
        ("1日（周三）至7日", "7日至1日", ""),
        ("三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n", "", "法定的清明节"),
        ("至3日（周六）放假调休，共3天", "至3日（周六）值班", "看不懂"),
        ("关于2026年\n部分节假日安排的通知", "", "没有找到通知的标题"),
        ("关于2026年", "关于2025年", "通知写作"),
    ],
)
def test_a_contradiction_quotes_the_sentence(old: str, new: str, said: str) -> None:
    text = _text(2026)
    if old not in text:
        old, new = "10月1日（周四）至7日（周三）", "10月7日（周三）至1日（周四）"
    assert old in text
    with pytest.raises(BadData) as caught:
        parse_notice(text.replace(old, new))
    assert said in caught.value.message and "原句：" in caught.value.message and caught.value.next_step


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (Y2015, "4月6日（星期一）补休", "7月6日（星期一）补休", "2015-07-06 放假，与法定的节日不相连"),
        (Y2009, "5月28日至30日放假", "1月28日至30日放假", "2009-01-28 写在春节和端午节两处"),
    ],
)
def test_a_day_far_from_its_holiday_is_refused_though_its_weekday_is_right(
    text: str, old: str, new: str, said: str
) -> None:
    assert old in text
    with pytest.raises(BadData, match=said):
        parse_notice(text.replace(old, new))


def test_a_single_day_without_its_weekday_is_a_doubt() -> None:
    far = "2026-09-20（星期日）调休上班，离国庆节较远，请与原文核对。"  # true, but for the reader to say so
    assert parse_notice(_text(2026)).doubts == (far,)
    doubts = parse_notice(_text(2026).replace("1月4日（周日）上班", "1月4日上班")).doubts
    assert doubts == (far, "2026-01-04（星期日）上班，通知没有写明星期，请与原文核对。")


EXTENDS = (
    "关于延长2026年春节假期的通知 一、延长2026年春节假期至2月26日（星期四），2月27日（星期五）起正常上班。"
)


def _settled(text: str, *known: Notice) -> tuple[Notice, YearDays]:
    notice = parse_notice(text)
    calendar = Calendar(date(2026, 1, 1), known)
    settled, _ = settle(notice, calendar.year(notice.year))
    return settled, Calendar(date(2026, 1, 1), [*known, settled]).year(notice.year)


def test_an_extension_adds_the_days_up_to_the_one_named() -> None:
    notice, year = _settled(EXTENDS)
    assert set(notice.off) == {date(2026, 2, n) for n in (24, 25, 26)}
    before = Calendar(date(2026, 1, 1)).year(2026)
    assert set(year.off) - set(before.off) == {(d, "春节") for d in notice.off}
    assert year.work == before.work


def test_an_extension_over_a_make_up_day_takes_it() -> None:
    _, year = _settled(
        EXTENDS.replace("2月26日（星期四）", "3月1日（星期日）").replace(
            "2月27日（星期五）", "3月2日（星期一）"
        )
    )
    assert date(2026, 2, 28) not in year.work and date(2026, 2, 28) in dict(year.off)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2月26日（星期四）", "2月20日（星期五）", "早于这一天"),
        ("2月27日（星期五）", "2月25日（星期三）", "看不懂"),
        ("2月26日（星期四）", "2月26日（星期五）", "通知写作星期五"),
        ("2月26日（星期四）", "4月30日（星期四）", "看不懂"),
    ],
)
def test_an_extension_that_cannot_be(old: str, new: str, said: str) -> None:
    with pytest.raises(BadData, match=said):
        _settled(EXTENDS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("延长2026年春节假期至", "2026年春节假期延长至"),
        ("延长2026年春节假期至", "将春节放假时间延长到"),
        ("起正常上班", "恢复上班"),
        ("，2月27日（星期五）起正常上班", ""),
    ],
)
def test_an_extension_in_other_words(old: str, new: str) -> None:
    assert old in EXTENDS
    notice, _ = _settled("关于延长2026年春节假期的通知 " + EXTENDS.split(" ", 1)[1].replace(old, new))
    assert set(notice.off) == {date(2026, 2, n) for n in (24, 25, 26)}


def test_several_holidays_arranged_anew() -> None:
    text = (
        "关于调整2026年部分节假日安排的通知\n一、劳动节：5月1日（星期五）至3日（星期日）放假，共3天。\n"
        "二、端午节：6月19日（星期五）至22日（星期一）放假调休，共4天。6月27日（星期六）上班。"
    )
    notice, year = _settled(text)
    assert notice.names == ("劳动节", "端午节")
    assert {d for d, _ in year.off if d.month in (5, 6)} == {
        *(date(2026, 5, n) for n in (1, 2, 3)), *(date(2026, 6, n) for n in (19, 20, 21, 22)),
    }  # fmt: skip
    assert {d for d in year.work if d.month in (5, 6)} == {date(2026, 6, 27)}


def test_one_of_two_holidays_in_one_run_leaves_the_other() -> None:
    """2025: National Day and Mid-Autumn are one run of eight days; only the former is arranged anew."""
    text = "关于调整2025年国庆节放假安排的通知\n2025年10月1日（星期三）至5日（星期日）放假调休，共5天。10月11日（星期六）上班。"
    _, year = _settled(text)
    off = {d for d, _ in year.off if d.month == 10}
    assert date(2025, 10, 6) in off, "中秋节 stays"
    assert date(2025, 10, 8) not in off and date(2025, 9, 28) not in year.work


def test_a_gap_between_the_extension_and_work_is_a_doubt() -> None:
    notice, _ = _settled(EXTENDS.replace("2月27日（星期五）", "3月2日（星期一）"))
    assert any("2026-02-27" in doubt for doubt in notice.doubts)


# -- what an amending notice takes away ------------------------------------------------------------

MOVED = (
    "国务院办公厅关于调整2026年劳动节假期安排的通知\n2026年5月1日至{}放假{}。{}\n国务院办公厅\n2026年3月22日"
)


@pytest.mark.parametrize(
    ("until", "rest", "work", "off", "worked"),
    [
        ("5日", "调休", "4月26日（星期日）上班。", {1, 2, 3, 4, 5}, {date(2026, 4, 26)}),
        ("3日", "", "", {1, 2, 3}, set()),
        (
            "6日",
            "调休，共6天",
            "4月26日（星期日）、5月9日（星期六）上班。",
            {1, 2, 3, 4, 5, 6},
            {date(2026, 4, 26), date(2026, 5, 9)},
        ),
    ],
)
def test_the_new_arrangement_takes_the_place_of_the_old(
    until: str, rest: str, work: str, off: set[int], worked: set[date]
) -> None:
    notice, year = _settled(MOVED.format(until, rest, work))
    before = Calendar(date(2026, 1, 1)).year(2026)
    assert {d.day for d, _ in year.off if d.month == 5} == off
    assert {d for d in year.work if d.month in (4, 5)} == worked
    assert [d for d in year.off if d[0].month != 5] == [d for d in before.off if d[0].month != 5]
    assert notice.names == ("劳动节",)


_OLD_AND_NEW = "国务院办公厅关于{}的通知\n国办发明电〔2026〕3号\n{}\n国务院办公厅\n2026年2月20日\n"
_TO_THE_4TH = ({1, 2, 3, 4}, {date(2026, 4, 26)})


@pytest.mark.parametrize(
    ("text", "off", "worked"),
    [
        (
            "原定5月1日至5日放假调休，5月9日（星期六）上班，现调整为：5月1日至3日放假，共3天。",
            {1, 2, 3},
            set(),
        ),
        (
            "一、劳动节：原安排为5月1日（周五）至5日（周二）放假调休，共5天，5月9日（周六）上班；"
            "调整后为5月1日（周五）至4日（周一）放假调休，共4天，4月26日（周日）上班。",
            *_TO_THE_4TH,
        ),
        (
            "国办发明电〔2025〕7号文件关于“劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班”"
            "的安排，调整为“5月1日（周五）至4日（周一）放假调休，共4天。4月26日（周日）上班”。",
            *_TO_THE_4TH,
        ),
        (
            "有关文件明确，5月1日至5日放假调休，共5天。5月9日（星期六）上班。现调整如下：5月1日至4日放假调休，共4天。"
            "4月26日（星期日）上班。",
            *_TO_THE_4TH,
        ),
        (
            "放假时间由5月1日至5日调整为5月1日至4日，共4天。4月26日（星期日）上班，5月9日（星期六）不再上班。",
            *_TO_THE_4TH,
        ),
        ("原定于5月9日（星期六）的调休上班调整至4月26日（星期日）。", {1, 2, 3, 4, 5}, {date(2026, 4, 26)}),
        ("5月9日（星期六）上班调整为4月26日（星期日）上班。", {1, 2, 3, 4, 5}, {date(2026, 4, 26)}),
        ("5月9日（星期六）不再上班，5月4日（星期一）、5月5日（星期二）正常上班。", {1, 2, 3}, set()),
    ],
)
def test_what_is_recited_is_not_arranged(text: str, off: set[int], worked: set[date]) -> None:
    _, year = _settled(_OLD_AND_NEW.format("调整2026年劳动节假期安排", text))
    before = Calendar(date(2026, 1, 1)).year(2026)
    assert {d.day for d, _ in year.off if d.month == 5} == off
    assert {d for d in year.work if d.month in (4, 5)} == worked
    assert [d for d in year.off if d[0].month != 5] == [d for d in before.off if d[0].month != 5]


@pytest.mark.parametrize(
    "text",
    [
        "延长国庆节假期至10月9日（星期五），10月10日（星期六）起正常上班。",
        "2026年国庆节假期延长至10月9日（星期五），10月10日（星期六）起正常上班。",
        "延长假期至10月9日（星期五），10月10日（星期六）起正常上班。",
        "原定10月1日至7日放假调休，共7天。现延长国庆节假期至10月9日（星期五）。",
        "国庆节假期由10月7日延长2天，至10月9日（星期五）。",
    ],
)
@pytest.mark.parametrize("title", ["延长2026年中秋节、国庆节假期", "延长2026年中秋节和国庆节假期"])
def test_an_extension_under_a_title_of_two_holidays(title: str, text: str) -> None:
    notice, year = _settled(_OLD_AND_NEW.format(title, text))
    added = {date(2026, 10, 8), date(2026, 10, 9)}
    before = Calendar(date(2026, 1, 1)).year(2026)
    assert {d for d, _ in year.off} == {d for d, _ in before.off} | added
    assert set(year.work) == set(before.work)
    assert [e.name for e in notice.extends] == ["国庆节"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("延长中秋节假期至10月9日（星期五）。", "越过了国庆节"),
        ("国庆节假期延长3天，至10月9日（星期五）。", "写明延长 3 天"),
        ("取消10月11日（星期日）上班。", "原来就不上班"),
    ],
)
def test_an_amendment_that_contradicts_what_is_known(text: str, said: str) -> None:
    with pytest.raises(BadData, match=said):
        _settled(_OLD_AND_NEW.format("延长2026年中秋节、国庆节假期", text))


def test_each_holiday_arranged_anew_stands_by_itself() -> None:
    text = "一、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n二、国庆节：10月1日（周四）至6日（周二）放假调休，共6天。10月10日（周六）上班。"
    notice, _ = _settled(_OLD_AND_NEW.format("调整2026年国庆节、中秋节假期安排", text))
    assert not any("不相连" in doubt for doubt in notice.doubts)


def test_a_make_up_day_belongs_to_the_holiday_that_owes_it() -> None:
    """20 September 2026 is nearer to Mid-Autumn and belongs to the National Day: moving Mid-Autumn leaves it."""
    text = "国务院办公厅关于调整2026年中秋节假期安排的通知\n9月25日（星期五）至27日（星期日）放假，共3天。"
    notice, year = _settled(text.replace("9月25日", "2026年9月25日"))
    assert notice.gone == frozenset() and date(2026, 9, 20) in year.work
    _, year = _settled(
        "关于调整2026年国庆节假期安排的通知\n2026年10月1日（星期四）至6日（星期二）放假调休，共6天。10月10日（星期六）上班。"
    )
    assert date(2026, 9, 20) not in year.work and date(2026, 10, 10) in year.work
    assert date(2026, 10, 7) not in dict(year.off) and date(2026, 9, 25) in dict(year.off)


def test_a_statutory_day_cannot_be_taken_away() -> None:
    with pytest.raises(BadData, match="法定的劳动节"):
        _settled(MOVED.format("5日", "", "").replace("5月1日", "5月3日"))


def test_an_amendment_of_an_amendment() -> None:
    first, _ = _settled(MOVED.format("3日", "", ""))
    second, year = _settled(MOVED.format("5日", "调休", "4月26日（星期日）上班。"), first)
    assert {d.day for d, _ in year.off if d.month == 5} == {1, 2, 3, 4, 5}
    assert date(2026, 5, 9) not in year.work and second.gone == frozenset()


@pytest.mark.parametrize(
    ("text", "year", "of"),
    [
        (
            "关于纪念日调休放假的通知\n国发明电〔2015〕1号\n9月3日至5日调休放假，共3天。9月6日（星期日）上班。",
            None,
            2015,
        ),
        ("关于纪念日调休放假的通知\n9月3日至5日调休放假，共3天。9月6日（星期日）上班。", 2015, 2015),
    ],
)
def test_the_year_from_the_number_or_the_option(text: str, year: int | None, of: int) -> None:
    assert parse_notice(text, year=year).year == of


def test_a_year_is_asked_for_and_not_contradicted() -> None:
    text = "关于纪念日调休放假的通知\n9月3日至5日调休放假。"
    with pytest.raises(BadData) as caught:
        parse_notice(text)
    assert "--year" in (caught.value.next_step or "")
    with pytest.raises(BadData, match="不是 2025 年"):
        parse_notice(_text(2026), year=2025)


def test_a_make_up_day_is_not_read_as_a_day_off() -> None:
    text = MOVED.format("5日", "调休", "4月26日（星期日）调休上班。")
    assert set(parse_notice(text).work) == {date(2026, 4, 26)}
    text = MOVED.format("3日", "", "取消5月9日（星期六）调休上班。")
    assert dict(parse_notice(text).work) == {} and parse_notice(text).gone == {date(2026, 5, 9)}
    with pytest.raises(BadData, match="取消"):
        parse_notice(MOVED.format("3日", "", "取消调休。").replace("取消调休", "5月9日，取消调休"))


def _bare(text: str) -> str:
    return re.sub(r"[（(](?:星期|周).[)）]", "", text)


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    "text",
    [Y2009, Y2015, Y2019, AMENDS, JUBILEE, _text(2024), _text(2026)],
    ids=["2009", "2015", "2019", "amends", "jubilee", "2024", "2026"],
)
def test_no_corrupted_digit_passes_silently(text: str, bare: bool) -> None:
    """Caught, or without effect, or said as a doubt: never a day moved in silence, weekdays given or not."""
    text = _bare(text) if bare else text
    good = parse_notice(text)
    tried = caught = 0
    for place, digit in enumerate(text):
        for other in "0123456789" if digit.isdigit() else "":
            if other == digit:
                continue
            tried += 1
            try:
                bad = parse_notice(text[:place] + other + text[place + 1 :])
            except BadData:
                caught += 1
                continue
            same = (bad.year, bad.off, bad.work) == (good.year, good.off, good.work)
            # A single day that no weekday vouches for is a doubt from the first, right or wrong.
            said = bad.doubts if bare else bad.doubts[len(good.doubts) :]
            elsewhere = bad.amends and bad.year != good.year  # the import refuses it or shows each difference
            assert same or said or elsewhere, text[max(place - 20, 0) : place + 20]
    assert tried > 100 and caught > 0.5 * tried


# -- parse(render(days)) = days --------------------------------------------------------------------

_NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


def _spans(year: int, stretch: list[int]) -> dict[str, list[date]]:
    """Each holiday of a year stretched over the days around it, long enough for its lawful days; {} if two meet."""
    lawful = published_days.statutory(year)
    spans = {}
    for name, (before, after) in zip(_NAMES, zip(stretch[::2], stretch[1::2], strict=True), strict=True):
        own = [d for d, v in lawful.items() if v == name or (name == "春节" and "除夕" in v)]
        if not own:  # 中秋节 within 国庆节
            return {}
        first, last = min(own) - timedelta(before), max(own) + timedelta(after)
        while sum((first + timedelta(n)).weekday() < 5 for n in range((last - first).days + 1)) < len(own):
            last += timedelta(1)
        spans[name] = [first + timedelta(n) for n in range((last - first).days + 1)]
    days = [d for span in spans.values() for d in span]
    return spans if len(days) == len(set(days)) else {}


def _makeups(spans: Mapping[str, list[date]], year: int) -> dict[str, list[date]]:
    """Weekend days beside each holiday, one for each weekday beyond the law, none used twice; {} if too few."""
    lawful = published_days.statutory(year)
    taken = {d for span in spans.values() for d in span}
    found: dict[str, list[date]] = {}
    for name, span in spans.items():
        owed = sum(d.weekday() < 5 for d in span) - sum(
            v == name or (name == "春节" and "除夕" in v) for v in lawful.values()
        )
        beside = [span[0] - timedelta(n) for n in range(1, 13)] + [
            span[-1] + timedelta(n) for n in range(1, 13)
        ]
        free = [
            d
            for d in beside
            if d.weekday() >= 5 and d not in taken and (d.year == year or (d.month == 12 and d < span[0]))
        ]
        if len(free) < owed:
            return {}
        found[name] = sorted(free[:owed])
        taken |= set(found[name])
    return found


def _said(day: date, year: int, month: int | None, weekday: str) -> str:
    """A date as a notice says it: the year where it is another, the month where it is new."""
    of_year = f"{day.year}年" if day.year != year else ""
    of_month = f"{day.month}月" if day.month != month or of_year else ""
    bracket = f"（{weekday}{'一二三四五六日'[day.weekday()]}）" if weekday else ""
    return f"{of_year}{of_month}{day.day}日{bracket}"


def render(
    year: int, spans: Mapping[str, list[date]], makeups: Mapping[str, list[date]], weekday: str
) -> str:
    """A notice in the wording usual since 2010."""
    lines = [HEAD.format(year).strip(), f"国办发明电〔{year - 1}〕1号"]
    for n, (name, days) in enumerate(spans.items()):
        span = _said(days[0], year, None, weekday)
        if len(days) > 1:
            span += f"至{_said(days[-1], days[0].year, days[0].month, weekday)}"
        moved = "调休" if makeups[name] else ""
        line = f"{'一二三四五六七'[n]}、{name}：{span}放假{moved}，共{len(days)}天。"
        month = None
        worked = []
        for day in makeups[name]:
            worked.append(_said(day, year, month, weekday or "星期"))
            month = day.month
        lines.append(line + ("、".join(worked) + "上班。" if worked else ""))
    return "\n".join(
        [*lines, "节假日期间，各地区、各部门要妥善安排好值班。", "国务院办公厅", f"{year - 1}年11月4日"]
    )


@given(
    year=st.integers(2009, 2035),
    stretch=st.lists(st.integers(0, 4), min_size=14, max_size=14),
    weekday=st.sampled_from(["星期", "周", ""]),
)
@settings(max_examples=150, deadline=None)
def test_law_parsing_what_was_rendered_gives_the_days_back(
    year: int, stretch: list[int], weekday: str
) -> None:
    spans = _spans(year, stretch)
    assume(spans)
    makeups = _makeups(spans, year)
    assume(makeups)
    notice = parse_notice(render(year, spans, makeups, weekday))
    assert set(notice.off) == {d for span in spans.values() for d in span}
    assert set(notice.work) == {d for days in makeups.values() for d in days}
    assert notice.issued == date(year - 1, 11, 4)


@given(
    st.text(max_size=300)
    | st.text("年月日至放假上班共天0123456789、。：（）星期一二三关于部分节假日安排的通知2026", max_size=300)
)
@settings(max_examples=300, deadline=None)
def test_law_any_text_is_a_notice_or_a_refusal(text: str) -> None:
    for whole in (text, HEAD.format(2026) + text, _text(2026) + text):
        try:
            assert isinstance(parse_notice(whole), Notice)
        except BadData as refusal:
            assert refusal.message and refusal.next_step


# -- the command -----------------------------------------------------------------------------------

# An invented arrangement for a year that has none yet.
Y2027 = render(
    2027,
    spans := _spans(2027, [0, 2, 1, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4]),
    _makeups(spans, 2027),
    "星期",
)


@pytest.fixture
def planned(shell: Shell) -> Shell:
    shell.today("2026-11-23")
    shell("unit", "add", "市局", "--kind", "bureau")
    shell("unit", "add", "甲分局", "--kind", "sub_bureau", "--parent", "市局")
    for name, day in (("一", "2027-02-15"), ("二", "2027-06-24")):
        shell(
            "plan", "add", name, "--unit", "甲分局", "--form", "conference", "--date", day, "--in-bureau-name"
        )
    (shell.folder / "2027.txt").write_text(Y2027, encoding="utf-8")
    return shell


def test_a_notice_makes_a_year_official_and_moves_deadlines(planned: Shell) -> None:
    assert planned.json("calendar", "show", "2027")["official"] is False
    before = {r["ref"]: r["deadline"] for r in planned.json("plan", "list")}
    rehearsed = planned.json("calendar", "import", "2027.txt", "--dry-run")
    assert planned.json("calendar", "show", "2027")["official"] is False
    done = planned.json("calendar", "import", "2027.txt")
    assert rehearsed | {"dry_run": False} == done
    assert set(done) >= {"year", "off", "work", "affected"} and done["year"] == 2027
    after = {r["ref"]: r["deadline"] for r in planned.json("plan", "list")}
    moved = [{"ref": r, "old": before[r], "new": after[r]} for r in before if before[r] != after[r]]
    assert moved and done["affected"] == moved
    year = planned.json("calendar", "show", "2027")
    assert year["official"] and year["work"] == done["work"]
    assert [o["date"] for o in year["off"]] == [d for d in done["off"] if d.startswith("2027")]
    due = planned.json("due", "--days", "400")
    assert any(f"原为 {moved[0]['old']}" in d["what"] and d["on"] == moved[0]["new"] for d in due)
    assert "2027" in planned.json("log", "list")[-1]["summary"]


def test_the_same_notice_again_changes_nothing(planned: Shell) -> None:
    planned("calendar", "import", "2027.txt")
    again = planned.json("calendar", "import", "2027.txt")
    assert again["unchanged"] and again["affected"] == []
    entries = planned.json("log", "list")
    assert len({e["command"] for e in entries if e["action"] == "calendar.import"}) == 1


def test_an_official_year_is_changed_only_when_said(planned: Shell) -> None:
    text = _text(2026).replace("至7日（周三）放假调休，共7天", "至8日（周四）放假调休，共8天")
    text = text.replace("9月20日（周日）", "9月19日（周六）、9月20日（周日）")
    (planned.folder / "other.txt").write_text(text, encoding="utf-8")
    refused = planned("calendar", "import", "other.txt", code=2)
    assert "2026-10-08（星期四）由上班改为放假" in refused.stderr and "--yes" in refused.stderr
    assert planned.json("calendar", "is", "2026-10-08")["working"] is True
    planned("calendar", "import", "other.txt", "--yes")
    assert planned.json("calendar", "is", "2026-10-08") == {
        "date": "2026-10-08", "working": False, "kind": "holiday", "name": "国庆节", "provisional": False,
    }  # fmt: skip


def test_a_table_corrects_the_notice_that_was_imported(planned: Shell) -> None:
    done = planned.json("calendar", "import", "2027.txt")
    last, made_up = date.fromisoformat(done["off"][-1]), done["work"][-1]
    assert last.weekday() < 5 and last.month == 10
    (planned.folder / "mend.csv").write_text(
        f"date,kind,name\n{last},work,\n{made_up},off,周末\n", encoding="utf-8"
    )
    refused = planned("calendar", "import", "mend.csv", code=2)
    assert "将改动 2 天" in refused.stderr
    mended = planned.json("calendar", "import", "mend.csv", "--yes")
    assert len(mended["changed"]) == 2 and mended["gone"] == [last.isoformat()] and not mended["whole_year"]
    assert planned.json("calendar", "is", str(last))["working"] is True
    assert planned.json("calendar", "is", made_up)["working"] is False
    year = planned.json("calendar", "show", "2027")
    assert year["official"] and len(year["off"]) == len(done["off"])


def test_a_whole_year_in_a_table_is_held_to_the_law(planned: Shell) -> None:
    done = planned.json("calendar", "import", "2027.txt", "--dry-run")
    rows = [f"{d},off,放假" for d in done["off"]] + [f"{d},work," for d in done["work"]]
    whole = "\n".join(["date,kind,name", *rows])
    (planned.folder / "y.csv").write_text(whole, encoding="utf-8")
    assert planned.json("calendar", "import", "y.csv", "--whole-year")["whole_year"] is True
    assert planned.json("calendar", "show", "2027")["official"] is True
    for missing, said in (("2027-10-01,off,放假\n", "法定的国庆节"), (rows[-1], "调休上班却有")):
        (planned.folder / "z.csv").write_text(whole.replace(missing, ""), encoding="utf-8")
        error = planned.error("calendar", "import", "z.csv", "--whole-year", "--yes", code=4)
        assert said in error["message"] and "z.csv" in error["message"]


def test_a_few_days_before_the_years_notice_are_asked_about(planned: Shell) -> None:
    (planned.folder / "one.csv").write_text("date,kind,name\n2027-02-15,off,春节\n", encoding="utf-8")
    refused = planned("calendar", "import", "one.csv", code=2)
    assert "尚未公布" in refused.stderr
    planned("calendar", "import", "one.csv", "--yes")
    year = planned.json("calendar", "show", "2027")
    assert year["official"] is False and "2027-10-01" in {o["date"] for o in year["off"]}
    assert planned.json("calendar", "is", "2027-02-15")["working"] is False


def test_a_day_that_cannot_be_worked_in_a_table(planned: Shell) -> None:
    for day, said in (
        ("2026-10-01", "法定的国庆节"),
        ("2026-07-01", "本来就是工作日"),
        ("2026-10-03", "法定的国庆节"),
    ):
        (planned.folder / "bad.csv").write_text(f"date,kind,name\n{day},work,\n", encoding="utf-8")
        assert said in planned.error("calendar", "import", "bad.csv", "--yes", code=4)["message"]


def test_before_and_after_are_printed(planned: Shell) -> None:
    text = MOVED.format("5日", "调休", "4月26日（星期日）上班。")
    (planned.folder / "moved.txt").write_text(text, encoding="utf-8")
    shown = planned("calendar", "import", "moved.txt", "--yes").stdout
    assert (
        "劳动节\n  原：放假 2026-05-01 至 05-05；调休上班 2026-05-09\n  现：放假 2026-05-01 至 05-05；调休上班 2026-04-26"
        in shown
    )
    again = planned.json("calendar", "import", "moved.txt", "--yes")
    assert again["unchanged"] is True
    planned("undo")
    assert planned.json("calendar", "is", "2026-05-09")["working"] is True


def test_a_document_is_no_text(planned: Shell) -> None:
    (planned.folder / "n.txt").write_bytes(b"PK\x03\x04 not a text")
    error = planned.error("calendar", "import", "n.txt", code=4)
    assert error["code"] == "not_text" and ".txt" in error["next"]


def test_an_amendment_needs_a_year_to_amend(planned: Shell) -> None:
    text = AMENDS.replace("2019", "2027").replace("（星期日）", "")
    text = text.replace("4月28日", "4月25日").replace("5月5日", "5月9日")
    (planned.folder / "moved.txt").write_text(text, encoding="utf-8")
    error = planned.error("calendar", "import", "moved.txt", code=4)
    assert error["code"] == "nothing_to_amend" and "2027 年" in error["message"]
    assert planned.json("calendar", "show", "2027")["official"] is False
    planned("calendar", "import", "2027.txt")
    assert planned.json("calendar", "import", "moved.txt", "--yes")["year"] == 2027


def test_the_true_notice_of_an_official_year_needs_no_yes(planned: Shell) -> None:
    (planned.folder / "2026.txt").write_text(_text(2026), encoding="gb18030")
    done = planned.json("calendar", "import", "2026.txt")
    assert done["changed"] == [] and len(done["off"]) == 33 and len(done["work"]) == 6
    shown = planned.json("calendar", "show", "2026")
    assert shown["source"] == "国办发明电〔2025〕7号"


def test_a_year_in_the_terminal(planned: Shell) -> None:
    """Each stretch of days off is a row of its own, marks stand in the months, and nothing is wider than 80."""
    planned(
        "plan",
        "add",
        "三",
        "--unit",
        "甲分局",
        "--form",
        "conference",
        "--date",
        "2026-10-09",
        "--in-bureau-name",
    )
    lines = planned("calendar", "show", "2026").stdout.splitlines()
    assert max(map(cell_len, lines)) <= 80
    (october,) = [line for line in lines if line.startswith(" 5* 6* 7* 8  9#10+11")]
    assert october
    rows = [line.split() for line in lines if line.startswith("2026-") and " 至 " in line]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("2026-01-01", "01-03", "3"), ("2026-02-15", "02-23", "9"), ("2026-04-04", "04-06", "3"),
        ("2026-05-01", "05-05", "5"), ("2026-06-19", "06-21", "3"), ("2026-09-25", "09-27", "3"),
        ("2026-10-01", "10-07", "7"),
    ]  # fmt: skip
    assert any("三" in line and "2026-09-24" in line for line in lines), "the release with its last day"


def test_undo_takes_a_notice_back(planned: Shell) -> None:
    planned("calendar", "import", "2027.txt")
    planned("undo")
    assert planned.json("calendar", "show", "2027")["official"] is False


# -- the table form --------------------------------------------------------------------------------


def _csv(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "days.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_table_says_the_same(tmp_path: Path) -> None:
    notice = parse_notice(_text(2026))
    rows = [f"{d},off,{name}" for d, name in notice.off.items()] + [f"{d},work," for d in notice.work]
    table = read_notice(_csv(tmp_path, "date,kind,name\n" + "\n".join(rows)))
    assert (table.year, table.off, set(table.work)) == (2026, notice.off, set(notice.work))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,what\n2027-01-01,off", "第 1 行“表头”"),
        ("date,kind,name\n2027-13-01,off,元旦", "第 2 行“date”：“2027-13-01”"),
        ("date,kind,name\n2027-01-01,rest,元旦", "第 2 行“kind”：“rest”"),
        ("date,kind,name\n2027-01-01,off,元旦\n2027-01-01,off,元旦", "第 3 行“日期”：“2027-01-01”写了两次"),
        (
            "date,kind,name\n2027-01-01,off,元旦\n2025-05-01,off,x\n2027-02-01,off,y",
            "2025-05-01 不在 2027 年",
        ),
        ("date,kind,name\n", "没有任何日子"),
    ],
)
def test_a_bad_table_names_row_column_and_value(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadData) as caught:
        read_notice(_csv(tmp_path, text))
    assert said in caught.value.message


def test_what_is_not_there_or_not_text(planned: Shell, tmp_path: Path) -> None:
    assert planned.error("calendar", "import", "没有.txt", code=4)["code"] == "no_file"
    (planned.folder / "x.txt").write_bytes(b"\x00\x01\x02" * 50)
    planned.error("calendar", "import", "x.txt", code=4)
    (planned.folder / "big.txt").write_text("放假" * 600_000, encoding="utf-8")
    assert planned.error("calendar", "import", "big.txt", code=4)["code"] == "too_large"
