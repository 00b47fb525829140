"""One cell at a time: pure functions from text to a value, a doubt or a fault.

Every function takes the cell as it came and gives the regular value itself (None for an empty cell), or a `Doubt` (a
value with a warning), or a `Fault` (no value, the reason and what to do). Nothing here knows of rows or files.
Functions on the hot path first try the spelling that needs no mending.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

from pressctl.core.dates import parse_date
from pressctl.core.text import fault, line_ends, seen

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Doubt(Generic[T]):
    """Taken, with a warning."""

    value: T
    warning: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Not taken: the problem, and the next step where it is not plain."""

    problem: str
    next: str | None = None


Judged: TypeAlias = T | Doubt[T] | Fault | None
Text: TypeAlias = str | Doubt[str] | Fault | None

YOUNGEST, OLDEST = 18, 65
LONGEST = 20_000
"""Characters in one cell."""

_EMPTY = frozenset(
    (
        "",
        "无",
        "暂无",
        "没有",
        "空",
        "不详",
        "未填",
        "待定",
        "/",
        "\\",
        "N/A",
        "NA",
        "NULL",
        "NONE",
        "NIL",
        "#N/A",
    )
)
_DASHES = re.compile(r"[-‐‑‒–—―－_~～/、.。·]+")
_SPACES = re.compile(r"[^\S\n]+")
_GUARD = re.compile(r"\A'(?='*[=+\-@\t\r＝＋－＠])")
_SPREADSHEET_ERROR = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|未计算|#+)")
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_SEVERAL = re.compile(r"[/、,，;；\n]+| {2,}")


# -- cleaning --------------------------------------------------------------------------------------


def clean(text: str) -> str | Fault | None:
    """The cell without what nobody typed: outer spaces, invisible characters, a spreadsheet's apostrophe; None when empty.

    Line ends become \\n. Control characters, bidirectional marks and spreadsheet errors are faults.
    """
    if not text:
        return None
    if wrong := fault(text):
        advice = "请从原表重新导出，或重新输入" if "乱码" in wrong else "请删去后重新输入"
        return Fault(wrong, f"{advice}该格内容。")
    text = _GUARD.sub("", seen(text).strip(), count=1)
    if _SPREADSHEET_ERROR.fullmatch(text):
        return Fault("表格公式出错或没有算出结果", "请在原表中改为数值。")
    if len(text) > LONGEST:
        return Fault(f"内容过长（{len(text)} 字），多半是引号没有配对", "请核对该格。")
    text = line_ends(text)
    return None if _is_empty(text) else text


def _is_empty(text: str) -> bool:
    return text.upper() in _EMPTY or _DASHES.fullmatch(text) is not None


def line(text: str) -> Text:
    """Text on one line, spaces made single: a title, a topic."""
    cleaned = clean(text)
    if not isinstance(cleaned, str):
        return cleaned
    return _SPACES.sub(" ", cleaned.replace("\n", " "))


def passage(text: str) -> Text:
    """Text that may have paragraphs: a résumé, a remark."""
    return clean(text)


def _compact(text: str) -> str | Fault | None:
    """Half-width and without any space: numbers, addresses, dates."""
    cleaned = clean(text)
    if not isinstance(cleaned, str):
        return cleaned
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", cleaned)).removeprefix("'")


# -- names -----------------------------------------------------------------------------------------

_PLAIN_NAME = re.compile("[\u4e00-\u9fa5]{2,4}").fullmatch
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff\ue000-\uf8ff\U000e0100-\U000e01ef"
_DOTS = re.compile(r"\s*[·•‧∙⋅・･．●・]\s*")
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s*\.\s*(?=[{_HAN}])")
_HAN_NAME = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’·. -]+")
_SPACE_BY_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_SEVERAL_NAMES = re.compile(rf"[{_HAN}]{{2,4}}(?:\s*[、,，;；/\n]\s*[{_HAN}]{{2,4}})+")
_SPACED_NAMES = re.compile(rf"([{_HAN}]{{2,4}})(?:\s+[{_HAN}]{{2,4}})+")
_SURNAME_OF_TWO = re.compile(
    "欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|东方|南宫|西门|独孤|端木|轩辕|呼延|"
    "申屠|澹台|闻人|钟离|淳于|司空|赫连|拓跋|完颜|纳兰|万俟|太史|公冶|濮阳|单于|仲孙|鲜于|亓官|公羊|百里|东郭"
).fullmatch
_PRIVATE = re.compile("[\ue000-\uf8ff]")

_LATE_ADDITIONS = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
"""GBK's private-use characters that got their code points after Python's table was made (GB 18030-2022)."""


def _standard(private: str) -> str:
    """The standard character for one that old GBK systems kept in the private-use area, FE50 to FEA0; itself if unknown."""
    code = ord(private)
    if late := _LATE_ADDITIONS.get(code):
        return chr(late)
    if not 0xE815 <= code <= 0xE864:
        return private
    trail = 0x50 + code - 0xE815
    return bytes((0xFE, trail + (trail >= 0x7F))).decode("gb18030")


def name(text: str) -> Text:
    """A person's name. Rare characters stay exactly; spaces between Chinese characters go; the dot becomes U+00B7."""
    if _PLAIN_NAME(text) and text not in _EMPTY:
        return text
    typed = clean(text)
    if not isinstance(typed, str):
        return typed
    if _SEVERAL_NAMES.fullmatch(typed):
        return Fault("一格里有多个姓名", "请一人一行。")
    cleaned = _SPACES.sub(" ", typed.replace("\n", " "))
    mended = _DOT_BETWEEN_HAN.sub("·", _DOTS.sub("·", _SPACE_BY_HAN.sub("", cleaned)))
    mended = _PRIVATE.sub(lambda found: _standard(found[0]), mended)
    spaced = _SPACED_NAMES.fullmatch(cleaned)
    if spaced and not _SURNAME_OF_TWO(spaced[1]):
        return Doubt(mended, f"姓名中间有空格，合读作“{mended}”；若是几个人，请一人一行")
    return _judged_name(mended)


def _judged_name(text: str) -> Text:
    if _PRIVATE.search(text):
        return Doubt(text, "姓名含自造字，其他电脑上可能显示不出，请核对")
    if _HAN_NAME.fullmatch(text):
        if len(text) == 1:
            return Doubt(text, "姓名只有一个字，请核对")
        if "·" not in text and len(text) > 5:
            return Doubt(text, "姓名超过五个字，请核对")
        return text
    if _LATIN_NAME.fullmatch(text):
        return text
    return Doubt(text, "姓名含有字母、数字或符号，按原文录入，请核对")


# -- words from a list -----------------------------------------------------------------------------


def one_of(words: Mapping[str, T], what: str) -> Callable[[str], Judged[T]]:
    """A judge for a closed list of words; what is not on it is a fault naming the first word of each value."""
    first: dict[T, str] = {}
    for word, value in words.items():
        first.setdefault(value, word)
    offered = "、".join(first.values())

    @lru_cache(maxsize=1024)
    def judge(text: str) -> Judged[T]:
        cleaned = _compact(text)
        if not isinstance(cleaned, str):
            return cleaned
        if cleaned in words:
            return words[cleaned]
        return Fault(f"不认识的{what}", f"可用：{offered}。")

    return judge


_GENDERS = {"男": "男", "女": "女", "男性": "男", "女性": "女", "M": "男", "F": "女"}
gender = one_of(_GENDERS, "性别")

_ETHNIC_GROUPS = frozenset(
    f"{name}族"
    for name in [
        "汉",
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
        "裕固",
        "京",
        "塔塔尔",
        "独龙",
        "鄂伦春",
        "赫哲",
        "门巴",
        "珞巴",
        "基诺",
    ]
)


@lru_cache(maxsize=1024)
def ethnicity(text: str) -> Text:
    """One of the 56; 汉 is 汉族. Others are doubtful (穿青人)."""
    cleaned = _compact(text)
    if not isinstance(cleaned, str):
        return cleaned
    full = cleaned if cleaned.endswith("族") else f"{cleaned}族"
    if full in _ETHNIC_GROUPS:
        return full
    return Doubt(cleaned, "不在 56 个民族名称之内，请核对")


_POLITICS = [
    "中共党员",
    "中共预备党员",
    "共青团员",
    "民革党员",
    "民盟盟员",
    "民建会员",
    "民进会员",
    "农工党党员",
    "致公党党员",
    "九三学社社员",
    "台盟盟员",
    "无党派人士",
    "群众",
]
_POLITICS_SPELLINGS = {
    **{word: word for word in _POLITICS},
    **dict.fromkeys(("党员", "中共", "共产党员", "中国共产党党员", "正式党员"), "中共党员"),
    **dict.fromkeys(("预备党员", "中国共产党预备党员"), "中共预备党员"),
    **dict.fromkeys(("团员", "共青团", "中国共产主义青年团团员"), "共青团员"),
    **{party_member[:-2]: party_member for party_member in _POLITICS[3:11]},
    **dict.fromkeys(("无党派", "无党派民主人士"), "无党派人士"),
    **dict.fromkeys(("普通群众", "公民"), "群众"),
}


@lru_cache(maxsize=1024)
def politics(text: str) -> Text:
    """The thirteen kinds of 政治面貌, by their usual names; others are doubtful."""
    cleaned = _compact(text)
    if not isinstance(cleaned, str):
        return cleaned
    if known := _POLITICS_SPELLINGS.get(cleaned):
        return known
    return Doubt(cleaned, "不是常用的政治面貌名称，请核对")


@lru_cache(maxsize=4096)
def education(text: str) -> Text:
    """学历, in the unit's own words."""
    return line(text)


@lru_cache(maxsize=8192)
def title(text: str) -> Text:
    """职务; the same few hundred in every roster."""
    return line(text)


_YES_NO = {
    **dict.fromkeys(("是", "√", "✓", "✔", "Y", "YES", "TRUE", "1", "有", "对"), True),
    **dict.fromkeys(("否", "×", "✗", "✘", "N", "NO", "FALSE", "0", "不是"), False),
}
yes_no = one_of(_YES_NO, "是否")


# -- numbers that are text -------------------------------------------------------------------------

_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_PLAIN_OFFICE = re.compile(r"(?:0[1-9][0-9]{2}-)?[1-9][0-9]{6,7}").fullmatch
_COUNTRY = re.compile(r"\A(?:\+|00)86-?")
_INTERNAL = re.compile(r"[0-9]{4,6}")
_OFFICE = re.compile(
    r"\(?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))?\)?-?(?P<local>[2-9][0-9]{6,7})(?:(?:-|转|EXT\.?|#|X)(?P<ext>[0-9]{1,6}))?",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"(400|800)-?([0-9]{3})-?([0-9]{4})")
_AREA_LOST = re.compile(r"(?:10|2[0-9]|[3-9][0-9]{2})-?[2-9][0-9]{6,7}")
_OFFICE_WORDS = re.compile(r"^(?:内线|分机|座机|电话|办公室|办)[:：]?|\(?内线\)?$")


def _digits(text: str) -> str | Fault | None:
    """A number without a spreadsheet's decimal places; digits lost to scientific notation are a fault."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    if _LOST_DIGITS.fullmatch(compact):
        return Fault("表格把号码变成了科学计数法，后几位已丢失", "请在原表中把该列设为文本，重新输入号码。")
    return re.sub(r"(?<=\d)\.0+$", "", compact)


def _first_of(text: str, judge: Callable[[str], Text]) -> Text:
    """Where a cell holds several numbers the first is taken, with a warning that names the others."""
    parts = [part for part in _SEVERAL.split(text.strip()) if part.strip()]
    if len(parts) < 2:
        return Fault("")
    first = judge(parts[0])
    if isinstance(first, str) and all(isinstance(judge(part), str) for part in parts[1:]):
        return Doubt(first, f"一格里有多个号码或地址，取第一个，未录入：{'、'.join(parts[1:])}")
    return Fault("")


def mobile(text: str) -> Text:
    """Eleven digits, 1[3-9]; spaces, hyphens, +86, an apostrophe and a trailing .0 are taken off."""
    if _PLAIN_MOBILE(text):
        return text
    compact = _digits(text)
    if not isinstance(compact, str):
        return compact
    number = _COUNTRY.sub("", compact.replace("(", "").replace(")", ""), count=1)
    number = re.sub(r"[-‐‑‒–—―.·]", "", number)
    if len(number) == 13:
        number = number.removeprefix("86")
    if _PLAIN_MOBILE(number):
        return number
    several = _first_of(text, mobile)
    return several if isinstance(several, Doubt) else _not_a_mobile(number)


def _not_a_mobile(number: str) -> Fault:
    if not (number.isascii() and number.isdecimal()):
        return Fault("手机号应全是数字", "请改正号码；座机填入“办公室电话”列。")
    if number.startswith("0") or len(number) in (7, 8):
        return Fault("不是手机号，像是座机", "座机请填入“办公室电话”列。")
    if len(number) != 11:
        return Fault(f"手机号应为 11 位，现有 {len(number)} 位", "请核对号码。")
    return Fault("手机号应以 13 至 19 开头", "请核对号码。")


def office_phone(text: str) -> Text:
    """An internal number of 4-6 digits, 7-8 digits, with area code and extension: 0519-81000000-8012."""
    if _PLAIN_OFFICE(text):
        return text
    compact = _digits(text)
    if not isinstance(compact, str):
        return compact
    number = re.sub(r"[‐‑‒–—―]", "-", _COUNTRY_BEFORE_AREA.sub("0", compact, count=1))
    number = _OFFICE_WORDS.sub("", number)
    known = _known_office(number)
    if known is not None:
        return known
    several = _first_of(text, office_phone)
    if isinstance(several, Doubt):
        return several
    return Fault("不是办公电话的写法", "可填 4—6 位内线、7—8 位号码，或 0519-81000000，分机写在后面：-8012。")


_COUNTRY_BEFORE_AREA = re.compile(r"\A(?:\+|00)86-?\(?0?\)?(?=[1-9])")


def _known_office(number: str) -> Text:
    if _INTERNAL.fullmatch(number):
        return number
    if found := _OFFICE.fullmatch(number):
        return "-".join(part for part in found.group("area", "local", "ext") if part)
    if found := _SERVICE.fullmatch(number):
        return "-".join(found.groups())
    if _PLAIN_MOBILE(number.replace("-", "")):
        return Doubt(number.replace("-", ""), "办公室电话栏填的是手机号，请核对")
    if _AREA_LOST.fullmatch(number) and isinstance(whole := _known_office(f"0{number}"), str):
        return Doubt(whole, "区号少了开头的 0（表格按数字处理所致），已补上，请核对")
    return None


_PLAIN_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}").fullmatch  # fmt: skip


def email(text: str) -> Text:
    """An address; full-width characters and spaces are mended."""
    if _PLAIN_EMAIL(text) and ".." not in text:
        return text
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    address = compact.removeprefix("mailto:").rstrip(";,。.").replace("。", ".")
    if _PLAIN_EMAIL(address) and ".." not in address:
        return address
    several = _first_of(text, email)
    if isinstance(several, Doubt):
        return several
    return Fault("不是电子邮件地址", "应形如 name@example.cn。")


_PLAIN_QQ = re.compile(r"[1-9][0-9]{4,11}").fullmatch


def qq(text: str) -> Text:
    """Five to twelve digits."""
    if _PLAIN_QQ(text):
        return text
    compact = _digits(text)
    if not isinstance(compact, str):
        return compact
    number = re.sub(r"^QQ[:：]?", "", compact, flags=re.IGNORECASE)
    number = re.sub(r"@qq\.com$", "", number, flags=re.IGNORECASE)
    if _PLAIN_QQ(number):
        return number
    several = _first_of(text, qq)
    return several if isinstance(several, Doubt) else Fault("不是 QQ 号", "应为 5—12 位数字。")


# -- months, days, times ---------------------------------------------------------------------------

_MONTH_NAMES = {
    word: number
    for number, word in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], start=1
    )
}
_PLAIN_MONTH = re.compile(r"19[0-9]{2}-(?:0[1-9]|1[0-2])").fullmatch
_YEAR_MONTH = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{2})[-/.年'](?P<month>[0-9]{1,2})月?(?:[-/.]?(?P<day>[0-9]{1,2})日?)?(?:(?:T|(?<=\d\d))00:00(?::00)?)?(?:出?生)?"
)
_RUN = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_NAMED_FIRST = re.compile(r"(?P<name>[A-Za-z]{3})[a-z]*[-/. ]?(?P<year>[0-9]{4}|[0-9]{2})")
_NAMED_LAST = re.compile(r"(?P<year>[0-9]{4}|[0-9]{2})[-/. ]?(?P<name>[A-Za-z]{3})[a-z]*")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.0+)?")
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_TIME_OF_DAY = re.compile(r"(?<=\d\d)T?\d\d:\d\d(?::\d\d)?$|(?<=日)\d{1,2}:\d\d(?::\d\d)?$")
_BARE_OCTOBER = re.compile(r"[0-9]{4}\.1")


def birth_month(today: date) -> Callable[[str], Text]:
    """A judge for 出生年月 as YYYY-MM on the given day; memoised, for there are only a few hundred months."""

    @lru_cache(maxsize=8192)
    def judge(text: str) -> Text:
        month: Text = text if _PLAIN_MONTH(text) else _month(text)
        if not isinstance(month, str):
            return month
        if wrong := _wrong_age(month, today):
            return wrong
        if _BARE_OCTOBER.fullmatch(text.strip()):
            return Doubt(month, "也可能是 10 月（表格会把 .10 写成 .1），请核对")
        return month

    return judge


def _month(text: str) -> Text:
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    if _SERIAL.fullmatch(compact):
        day = _FIRST_SERIAL_DAY + timedelta(days=int(compact.partition(".")[0]))
        return f"{day.year:04d}-{day.month:02d}"
    for pattern in (_YEAR_MONTH, _RUN, _NAMED_FIRST, _NAMED_LAST):
        if found := pattern.fullmatch(compact):
            return _month_of(found.groupdict())
    return Fault("看不懂的年月", "请写作 1975-03。")


def _month_of(found: Mapping[str, str | None]) -> Text:
    year_text, day_text = found["year"] or "", found.get("day")
    year = int(year_text) if len(year_text) == 4 else 1900 + int(year_text)
    word = found.get("name")
    month = _MONTH_NAMES.get(word.upper(), 0) if word else int(found["month"] or 0)
    try:
        date(year, month, int(day_text or 1))
    except ValueError:
        return Fault("没有这个年月", "请写作 1975-03。")
    return f"{year:04d}-{month:02d}"


def _wrong_age(month: str, today: date) -> Fault | None:
    """18 to 65 on the day. Only the month is known, so the month of a birthday counts either way."""
    months = (today.year - int(month[:4])) * 12 + today.month - int(month[5:])
    if YOUNGEST * 12 <= months <= (OLDEST + 1) * 12:
        return None
    if months < 0:
        return Fault(f"读作 {month}，晚于今天", "请核对年月，年份写四位。")
    return Fault(
        f"读作 {month}，年龄 {months // 12} 岁，不在 {YOUNGEST}—{OLDEST} 岁之间", "请核对年月，年份写四位。"
    )


@lru_cache(maxsize=8192)
def day(text: str) -> Judged[date]:
    """A date in any accepted spelling, or as a spreadsheet's day number."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    compact = _TIME_OF_DAY.sub("", compact)
    if _SERIAL.fullmatch(compact):
        return _FIRST_SERIAL_DAY + timedelta(days=int(compact.partition(".")[0]))
    try:
        return parse_date(compact)
    except ValueError:
        return Fault("不是日期，或没有这一天", "请写作 2026-10-09。")


_CLOCK = re.compile(
    r"(?P<half>上午|下午|晚上|晚|中午)?(?P<hour>[0-9]{1,2})(?:[:.时点](?P<minute>[0-9]{1,2}|半)?分?)(?::00)?"
)
_DAY_FRACTION = re.compile(r"0\.[0-9]+")


def clock(text: str) -> Judged[time]:
    """A time of day: 10:00, 下午2时30分, a spreadsheet's fraction of a day."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    if _DAY_FRACTION.fullmatch(compact):
        minutes = round(float(compact) * 1440) % 1440
        return time(minutes // 60, minutes % 60)
    if found := _CLOCK.fullmatch(compact):
        minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
        hour = int(found["hour"])
        if found["half"] in ("下午", "晚上", "晚") and hour < 12:
            hour += 12
        if hour < 24 and minute < 60:
            return time(hour, minute)
    return Fault("不是时间", "请写作 10:00。")


_CATEGORIES = frozenset("12345678")
_RANGE = re.compile(r"[0-9][-.~][0-9]")


def categories(text: str) -> Judged[tuple[int, ...]]:
    """二(二)1-8: one or several numbers; the words after a number are looked past."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    numbers = re.findall(r"[0-9]+", compact)
    if numbers and all(n in _CATEGORIES for n in numbers) and not _RANGE.search(compact):
        return tuple(sorted({int(n) for n in numbers}))
    return Fault("内容类别应为 1 至 8", "多个类别用“;”隔开，如 2;5。")
