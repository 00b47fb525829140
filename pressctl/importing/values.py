"""One cell at a time: pure functions from text to a value, a doubt or a fault.

Every function takes the cell as it came and gives the regular value itself (None for an empty cell), or a `Doubt` (a
value with a warning), or a `Fault` (no value, the reason and what to do). Nothing here knows of rows or files.
Functions on the hot path first try the spelling that needs no mending.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from pressctl.core.dates import in_digits, parse_date
from pressctl.core.text import fault, line_ends, seen, visible
from pressctl.core.words import plain
from pressctl.errors import BadData

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Doubt(Generic[T]):
    """Taken, with a warning. `aside` is what the cell says besides, for the remark; `other` a number of the other kind."""

    value: T
    warning: str
    aside: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Not taken: the problem, and the next step where it is not plain."""

    problem: str
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Void(Fault):
    """A word that says there is no value (不详, #N/A): an empty cell, but told."""


@dataclass(frozen=True, slots=True)
class Same(Fault):
    """同上, 〃: what stands above."""


Judged: TypeAlias = T | Doubt[T] | Fault | None
Text: TypeAlias = str | Doubt[str] | Fault | None

YOUNGEST, OLDEST = 18, 65
LONGEST = 20_000
"""Characters in one cell."""

_EMPTY = frozenset(("", "无", "暂无", "没有", "空", "/", "\\", "N/A", "NA", "NULL", "NONE", "NIL"))
_UNSAID = frozenset(
    ("不详", "未填", "待定", "待补", "待补充", "待核实", "未知", "不明", "暂缺", "保密", "略", "#N/A")
)
"""Words in the place of a value: taken as empty, but never without a word."""
DITTO = frozenset(("同上", "〃", "″", '"', "〞", "同前"))
"""Marks for what stands above."""

_DASHES = re.compile(r"[-‐‑‒–—―－_~～/、.。·]+")
_STRAY = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_GUARD = re.compile(r"\A'(?='*[=+\-@\t\r＝＋－＠])")
_TEXT_FORMULA = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
_SPREADSHEET_ERROR = re.compile(r"#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|未计算|#+)")
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE)
_SEVERAL = re.compile(r"[/、丶,，;；\n]+| {2,}")


# -- cleaning --------------------------------------------------------------------------------------


def clean(text: str) -> str | Fault | None:
    """The cell without what nobody typed: outer spaces, invisible characters, a spreadsheet's apostrophe, the ="…" that
    keeps digits text; None when empty.

    Line ends become \\n. Control characters, bidirectional marks and spreadsheet errors are faults; a word for
    "unknown" is a Void.
    """
    if not text:
        return None
    if wrong := fault(text):
        advice = "请从原表重新导出，或重新输入" if "乱码" in wrong else "请删去后重新输入"
        return Fault(wrong, f"{advice}该格内容。")
    text = _GUARD.sub("", as_text(seen(text).strip()), count=1)
    if _SPREADSHEET_ERROR.fullmatch(text):
        return Fault("表格公式出错或没有算出结果", "请在原表中改为数值。")
    if len(text) > LONGEST:
        return Fault(f"内容过长（{len(text)} 字），多半是引号没有配对", "请核对该格。")
    text = line_ends(text)
    if _is_empty(text):
        return None
    if text.upper() in _UNSAID:
        return Void(f"写作“{text}”，按未填处理")
    if text in DITTO:
        return Same(f"写作“{text}”", "请写明。")
    return text


def as_text(text: str) -> str:
    """What stands in ="…", the way to keep a number text in a CSV; any other text is itself."""
    while text.startswith("=") and (found := _TEXT_FORMULA.fullmatch(text)):
        text = found[1].replace('""', '"')
    return text


def label(text: str) -> str:
    """A heading as it can be compared and shown: invisible and control characters gone, ="…" undone."""
    return as_text(_STRAY.sub("", seen(text)).strip())


def without_strays(text: str) -> tuple[str, str]:
    """The text without stray control characters, and their names: ("郁长安", "U+0000")."""
    found = dict.fromkeys(f"U+{ord(character):04X}" for character in _STRAY.findall(text))
    return _STRAY.sub("", text), "、".join(found)


class Judgement:
    """What is told at the terminal, item by item, judged as the cells of a file are. `labels` by key."""

    def __init__(self, labels: Mapping[str, str], *, required: Iterable[str] = ()) -> None:
        self._labels, self._required = labels, frozenset(required)
        self.warnings: list[str] = []
        self.doubts: list[Doubt[Any]] = []
        self._problems: list[dict[str, Any]] = []

    def take(self, key: str, text: str, judge: Callable[[str], Any]) -> Any:
        """The regular value, None where there is none; what is doubtful or wrong is kept."""
        label, judged = self._labels[key], judge(text)
        if isinstance(judged, Void):
            self.warnings.append(f"{label}“{visible(text)}”：{judged.problem}")
            judged = None
        if judged is None and key in self._required:
            judged = Fault(f"{label}为空")
        if isinstance(judged, Fault):
            wrong = {"column": label, "value": text, "problem": judged.problem, "next": judged.next}
            self._problems.append(wrong)
            return None
        if isinstance(judged, Doubt):
            self.warnings.append(f"{label}“{visible(text)}”：{judged.warning}")
            self.doubts.append(judged)
            return judged.value
        return judged

    def require(self) -> None:
        """Raises BadData naming every item that was wrong."""
        if not self._problems:
            return
        said = "；".join(f"{p['column']}“{visible(p['value'])}”{p['problem']}" for p in self._problems)
        advice = "".join(dict.fromkeys(p["next"] for p in self._problems if p["next"]))
        raise BadData(
            "bad_value",
            f"{said}。",
            next_step=advice or "请改正后重试。",
            details={"problems": self._problems},
        )


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

_CALLED = (
    "主任|局长|所长|处长|科长|队长|院长|部长|室长|警长|组长|站长|政委|教导员|指导员|书记(?!员)|调研员|协理员|参谋|干事|秘书|"
    "书记员|科员|警员|办事员|委员|专干|教官|警司|警督|警监|内勤|民警|辅警|警官|同志|先生|女士|总监|督察|联络[员人]|发言人|负责人|联系人"
)
"""Posts and forms of address that stand before or behind a name."""
_ENDS_OF_NOBODY = (
    "某某",
    "暂无",
    "没有",
    "不详",
    "未填",
    "待定",
    "待补",
    "补充",
    "核实",
    "未知",
    "不明",
    "暂缺",
    "保密",
    "同上",
    "同前",
)
_FIRST_OF_NOBODY = "待未暂拟见详另附无没由空出缺尚正同如"
"""With these begin words for nobody (待任命, 见附件, 尚未确定); but 尚 and 同 and 如 may be surnames."""
_NOBODY = re.compile(
    "[待未暂拟见详另附无没由].*|(?:岗位|职位|人员|现)?(?:空缺|出缺|缺额|缺位|缺|空岗)|(?:尚|正在|人选)(?:未|无|待|选|配|酝酿|研究).*|"
    "(?:同|如)(?:上|前|左|右|下|发言人|联络员|.*(?:栏|行|列|人|员)).*|轮[值流].*|(?:男|女)(?:性)?"
)
"""What stands in the place of a name where there is nobody yet, or where one must look elsewhere."""
_OFFICES = re.compile(
    ".*(?:[支大中]队|分局|市局|公安局|派出所|办公室|指挥[中部].*|警务.*[站室]|中心|"
    "(?:政治|政工|宣传|宣教|综合|秘书|法制|警务|治安|内勤|人事|纪检|督察|信访)[部处科室股组])"
)
_SUSPECT_ENDS = frozenset(
    word[-2:].strip("[]") for word in (*_CALLED.replace("[员人]", "员|联络人").split("|"), *_ENDS_OF_NOBODY)
)
_ENDS_OF_OFFICES = "局处所队室部组办"
_HARD_LAST = f"某男女兼等计缺科股{_ENDS_OF_OFFICES}"
_SUSPECT_LAST = "".join(sorted({end[-1] for end in _SUSPECT_ENDS}))
_SUSPECT_FIRST = "".join(
    sorted({word[0] for word in _CALLED.split("|")} | set("副代原正支大中分党轮人男女" + _FIRST_OF_NOBODY))
)
_PLAIN_NAME = re.compile(
    f"(?![{_SUSPECT_FIRST}])[\u4e00-\u9fa5]{{2,4}}(?<![{_HARD_LAST}{_SUSPECT_LAST}])"
).fullmatch
_HAN_ONLY = re.compile(f"(?![{_SUSPECT_FIRST}])[\u4e00-\u9fa5]{{2,4}}(?<![{_HARD_LAST}])").fullmatch
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U0003ffff\ue000-\uf8ff\U000e0100-\U000e01ef"
_DOTS = re.compile(r"\s*[·•‧∙⋅・･．●・]\s*")
_DOT_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s*\.\s*(?=[{_HAN}])")
_HAN_NAME = re.compile(rf"[{_HAN}]+(?:·[{_HAN}]+)*")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’·. -]+")
_SPACE_BY_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_SEVERAL_NAMES = re.compile(rf"[{_HAN}]{{2,4}}(?:\s*[、丶,，;；/\n]\s*[{_HAN}]{{2,4}})+")
_SPACED_NAMES = re.compile(rf"([{_HAN}]{{2,4}})(?:\s+[{_HAN}]{{2,4}})+")
_SURNAME_OF_TWO = re.compile(
    "欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|东方|南宫|西门|独孤|端木|轩辕|呼延|"
    "申屠|澹台|闻人|钟离|淳于|司空|赫连|拓跋|完颜|纳兰|万俟|太史|公冶|濮阳|单于|仲孙|鲜于|亓官|公羊|百里|东郭"
).fullmatch
_NOTE = re.compile(r"\s*[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]\s*")
_MARKS = re.compile(r"[*＊※★☆#\u2460-\u2473\u00b9\u00b2\u00b3]+\Z")
_POST = re.compile(
    rf"(?P<name>[{_HAN}]+?)(?P<gap>\s*)(?P<post>(?:副|代|原|正)?(?:支|大|中|分)?(?:{_CALLED})|副?(?:支|大|中)队长)"
)
_POST_BEFORE = re.compile(rf"(?P<post>[{_HAN}]{{0,12}}?(?:{_CALLED}))\s*[:：]?\s*(?P<name>[{_HAN}]{{2,4}})")
_BESIDE = re.compile(
    rf"[男女兼代]|[男女]性|[{_HAN}]{{1,4}}族|(?:[{_HAN}]{{0,12}}(?:{_CALLED}))|警号[:：]?[0-9]+",
    re.IGNORECASE,
).fullmatch
"""A word beside a name that is none itself."""
_BETWEEN_WORDS = re.compile(r"[\s、丶,，;；/／|]+")
_WITH_NUMBER = re.compile(rf"(?P<name>[{_HAN}]{{2,5}})[\s:：、,，]*(?P<number>[+0-9][0-9\s-]{{6,}}[0-9])")
_AS_GIVEN_NAME = "胜亚若亦竞超赛似如冠盛雅英亞梦喜招"
"""What stands before 男 in given names."""
_NOBODY_NAMED = Fault(
    "不是姓名：没有写明是谁",
    "请填写姓名；还没有确定人选的，请清空这个人的各格（一行只有这一人的，删去这一行），确定后再登记。",
)
_AND_OTHERS = re.compile(rf"[{_HAN}]{{2,5}}等(?:[0-9一二两三四五六七八九十]*(?:人|名|位|同志)*)?")
_ANONYMOUS = re.compile(r"[×✕✖xX]+|.{0,2}某{1,2}")
_LOST = re.compile(r"[?？□■◻▯×✕✖*＊_]")
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
    """A person's name. Rare characters stay exactly; spaces between Chinese characters go; the dot becomes U+00B7.

    A note in the cell (王莉（女）, 李四 主任, 副局长张三) is an aside, a number in it one to register. Digits, ×× and lost
    characters are faults: no name. So are words that stand for nobody: 空缺, 待任命, 见附件.
    """
    if _PLAIN_NAME(text) or (_HAN_ONLY(text) and text[-2:] not in _SUSPECT_ENDS):
        return text
    typed = clean(text)
    if not isinstance(typed, str):
        return typed
    typed = re.sub(r"\A(?:姓名|名字)\s*[:：]\s*", "", typed)
    if _NOBODY.fullmatch(typed):
        return _NOBODY_NAMED
    bare, notes, marks = _apart(_SPACES.sub(" ", typed))
    if _SEVERAL_NAMES.fullmatch(bare):
        return Fault("一格里有多个姓名", "请一人一行。")
    judged = _bare_name(bare.replace("\n", " "))
    if isinstance(judged, Fault) or judged is None or not (notes or marks):
        return judged
    number = next((n for note in notes if isinstance(n := phone(note), str)), None)
    said = "、".join(note for note in notes if phone(note) != number or number is None)
    told = [f"姓名格里的“{said}”不是姓名，记入备注"] if said else []
    told += [f"姓名格里的号码 {number} 按电话登记"] if number else []
    told += [f"姓名后面的“{marks}”未录入"] if marks else []
    if isinstance(judged, Doubt):
        told.insert(0, judged.warning)
        judged = judged.value
    return Doubt(judged, "；".join(told), said or None, number)


def _apart(text: str) -> tuple[str, list[str], str]:
    """The name, what stands beside it (notes in brackets, a post, a number), and the marks that point to a footnote."""
    if not re.search(f"[{_HAN}]", text):
        return text, [], ""
    notes = [note.strip() for note in _NOTE.findall(text) if note.strip()]
    bare, marks = _NOTE.sub(" ", text).strip(), ""
    if (found := _MARKS.search(bare)) and len(bare[: found.start()].strip()) > 1:
        marks, bare = found[0], bare[: found.start()].strip()
    if found := _WITH_NUMBER.fullmatch(bare):
        notes.append(found["number"])
        bare = found["name"]
    words = [word for word in _BETWEEN_WORDS.split(bare) if word]
    own = [word for word in words if not _BESIDE(word)]
    if len(own) < len(words) and len("".join(own)) > 1:
        notes += [word for word in words if _BESIDE(word)]
        bare = " ".join(own)
    found = _POST.fullmatch(bare)
    if found and (len(found["name"]) < 2 or _SURNAME_OF_TWO(found["name"])):
        found = None  # 王主任, 欧阳局长
    elif not found and (found := _POST_BEFORE.fullmatch(bare)) and _BESIDE(found["name"]):
        found = None  # 联络员主任
    if found:
        notes.append(found["post"])
        bare = found["name"]
    if len(bare) > 2 and bare.endswith("兼"):
        notes.append("兼")
        bare = bare[:-1]
    return bare, notes, marks


def _bare_name(text: str) -> Text:
    mended = _DOT_BETWEEN_HAN.sub("·", _DOTS.sub("·", _SPACE_BY_HAN.sub("", text)))
    mended = _PRIVATE.sub(lambda found: _standard(found[0]), mended)
    spaced = _SPACED_NAMES.fullmatch(text)
    if spaced and not _SURNAME_OF_TWO(spaced[1]):
        return Doubt(mended, f"姓名中间有空格，合读作“{mended}”；若是几个人，请一人一行")
    return _judged_name(mended)


def _judged_name(text: str) -> Text:
    if not text:
        return Fault("不是姓名", "请填写姓名，说明写在备注里。")
    if _AND_OTHERS.fullmatch(text):
        return Fault("还有没写出姓名的人", "请写出每个人的姓名，一人一行。")
    if re.search(rf"[{_HAN}].*\d|\d.*[{_HAN}]", text):
        return Fault("不是姓名：夹有数字", "请核对是否错列，或改为姓名。")
    if _ANONYMOUS.fullmatch(text):
        return Fault("不是姓名：没有写明是谁", "请填写真实姓名。")
    if not any(letter.isalpha() for letter in text) and not re.search(f"[{_HAN}]", text):
        return Fault("不是姓名：没有文字", "请核对是否错列，或改为姓名。")
    if _NOBODY.fullmatch(text):
        return _NOBODY_NAMED
    if _OFFICES.fullmatch(text):
        return Fault("像是部门，不是姓名", "请核对是否错列，或改为姓名。")
    if _LOST.search(text):
        return Fault("姓名不完整：有的字丢失或被遮盖", "多半是生僻字没有保存下来，请从原表重新输入姓名。")
    if re.fullmatch(f"(?:党委|党组|[副代原正支大中分])*(?:{_CALLED})", text):
        return Fault("是身份，不是姓名", "请填写姓名。")
    if _POST.fullmatch(text) or (text[-1] in _ENDS_OF_OFFICES and _HAN_NAME.fullmatch(text)):
        return Doubt(text, "像是称呼，不是全名，请核对")
    if len(text) > 2 and (text[-1] == "女" or (text[-1] == "男" and text[-2] not in _AS_GIVEN_NAME)):
        return Doubt(text, f"末字“{text[-1]}”若是性别，请删去，写在“性别”列")
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
    return Doubt(text, "姓名含有汉字、拉丁字母以外的文字或符号，按原文录入，请核对")


# -- words from a list -----------------------------------------------------------------------------


_WITH_NOTE = re.compile(r"(?P<word>[^()]+)\((?P<note>[^()]+)\)").fullmatch


def one_of(words: Mapping[str, T], what: str) -> Callable[[str], Judged[T]]:
    """A judge for a closed list of words, keyed as `plain` writes them; what is not on it is a fault naming the first word
    of each value."""
    first: dict[T, str] = {}
    for word, value in words.items():
        first.setdefault(value, word)
    offered = "、".join(first.values())

    @lru_cache(maxsize=1024)
    def judge(text: str) -> Judged[T]:
        cleaned = _compact(text)
        if not isinstance(cleaned, str):
            return cleaned
        if (found := words.get(plain(cleaned))) is not None:
            return found
        if (noted := _WITH_NOTE(cleaned)) and (found := words.get(plain(noted["word"]))) is not None:
            return Doubt(found, f"“{noted['note']}”未录入")
        return Fault(f"不认识的{what}", f"可用：{offered}。")

    return judge


_GENDERS = {"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女"}
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
    return _in_words(text, "学历")


@lru_cache(maxsize=8192)
def title(text: str) -> Text:
    """职务, in the unit's own words; the same few hundred in every roster. What plainly belongs to another column is a fault."""
    said = _in_words(text, "职务")
    return Fault("像是学历，不是职务", "请核对是否错列，或改为职务。") if said in _DEGREES else said


_DEGREES = (
    "本科",
    "大专",
    "大学",
    "大学本科",
    "研究生",
    "硕士",
    "硕士研究生",
    "博士",
    "博士研究生",
    "高中",
    "中专",
)


def _in_words(text: str, what: str) -> Text:
    """Words of the unit's own. A number, a date, an address, or a word from another column's list is none."""
    said = line(text)
    if not isinstance(said, str):
        return said
    plain_text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", said))
    if (
        not re.search(rf"[{_HAN}A-Za-z]", said)
        and said[0] not in "=@"
        and not re.match(r"[+-]\d[+*/-]", said)
    ):
        return Fault(f"不是{what}：没有文字", f"请核对是否错列，或改为{what}。")
    if _ONLY_DATE.fullmatch(plain_text):
        return Fault(f"是日期，不是{what}", f"请核对是否错列，或改为{what}。")
    if _NUMBER_LABEL.sub("", plain_text, count=1).isdecimal() or _PLAIN_EMAIL(plain_text):
        return Fault(f"是号码或地址，不是{what}", f"请核对是否错列，或改为{what}。")
    if plain_text in _GENDERS or plain_text in _ETHNIC_GROUPS or plain_text in _POLITICS:
        return Fault(f"像是性别、民族或政治面貌，不是{what}", f"请核对是否错列，或改为{what}。")
    if _ELSEWHERE.fullmatch(plain_text):
        return Fault(f"没有写明{what}", f"请写明{what}。")
    return said  # what a spreadsheet would run (=1+1) is words like any other


_ONLY_DATE = re.compile(
    r"(?:自|从)?[0-9〇○零一二三四五六七八九十]{2,4}[年.](?:[0-9〇○零一二三四五六七八九十]{1,3}月?)?(?:[0-9一二三四五六七八九十]{1,3}日?)?(?:至今|起)?"
)
_ELSEWHERE = re.compile(
    "[见详参另附待未暂同](?:见|后|上|前|附|附[件表后]|表|名单|定|报|补|明|填|任命|明确|确定|缺)*|空缺|职务"
)
"""What says that the value stands elsewhere, or is not there yet: 见附件, 另附, 待明确."""


_YES_NO = {
    **dict.fromkeys(("是", "√", "✓", "✔", "y", "yes", "true", "1", "有", "对"), True),
    **dict.fromkeys(("否", "×", "✗", "✘", "n", "no", "false", "0", "不是"), False),
}
yes_no = one_of(_YES_NO, "是否")


# -- numbers that are text -------------------------------------------------------------------------

_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}").fullmatch
_PLAIN_OFFICE = re.compile(r"(?:0[1-9][0-9]{2}-)?[1-9][0-9]{6,7}").fullmatch
_COUNTRY = re.compile(r"\A(?:\+|00)86-?")
_INTERNAL = re.compile(r"[0-9]{4,6}")
_EXTENSION = r"-|转|分机|内线?|EXT\.?|#|X|\*"
_OFFICE = re.compile(
    r"\(?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))?\)?-?(?P<local>[2-9][0-9]{6,7})"
    rf"(?:-?(?:{_EXTENSION})[:：]?(?P<ext>[0-9]{{1,6}}))?",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"(400|800)-?([0-9]{3})-?([0-9]{4})")
_AREA_LOST = re.compile(r"(?:10|2[0-9]|[3-9][0-9]{2})-?[2-9][0-9]{6,7}")
_NUMBER_LABEL = re.compile(
    r"\A\(?(?:(?:联系|办公)?电话[/、及(]?传真\)?|办公室?(?:电话|座机)?|内线|分机|座机|固定电话|固话|直线|总机|移动电话|联系电话|联系方式|联系手机|手机(?:号码?)?|电话(?:号码)?|"
    r"办|QQ(?:号码?)?|TEL|MOBILE|PHONE|MOB|CELL)\)?[:：.]?(?=[+(0-9])",
    re.IGNORECASE,
)
_PUNCTUATION = ",、丶;。"
_WORDED = re.compile(
    r"(?P<before>[\u4e00-\u9fff]*)[:]?(?P<number>[+(]?[0-9][0-9()-]*)(?P<after>[\u4e00-\u9fff]*)"
)
"""A number among words: 张三13800000011, 13800000011微信同号."""
_BEHIND = re.compile(r"(?P<number>.*?[0-9])\((?P<note>[^()]*)\)")
_SHORT = re.compile(
    rf"(?:手机|移动|集群|虚拟网|{_EXTENSION})?(?:短号|小号|V网)?[:：]?(?P<digits>[0-9]{{2,6}})", re.IGNORECASE
)


def _digits(text: str) -> str | Fault | None:
    """A number without its label and a spreadsheet's decimal places; digits lost to scientific notation are a fault."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    compact = _NUMBER_LABEL.sub("", compact.strip(_PUNCTUATION), count=1)
    if _LOST_DIGITS.fullmatch(compact):
        return Fault("表格把号码变成了科学计数法，后几位已丢失", "请在原表中把该列设为文本，重新输入号码。")
    return re.sub(r"(?<=\d)\.0+$", "", compact)


def _first_of(text: str, judge: Callable[[str], Text]) -> Text:
    """Where a cell holds several numbers the first is taken, with a warning that names the others."""
    parts = _parts(text)
    if len(parts) < 2:
        return Fault("")
    first = judge(parts[0])
    if isinstance(first, str) and all(isinstance(judge(part), str) for part in parts[1:]):
        return Doubt(first, f"一格里有多个号码或地址，取第一个，未录入：{'、'.join(parts[1:])}")
    return Fault("")


def _parts(text: str) -> list[str]:
    """A cell's pieces, by punctuation, line breaks and labels; by single spaces where nothing else parts them."""
    said = as_text(seen(text).strip())
    parts = [part.strip() for part in _SEVERAL.split(said) if part.strip()]
    return parts if len(parts) > 1 else said.split()


class _Numbers(NamedTuple):
    """What numbers a cell holds, each kind in order."""

    mobiles: list[str]
    offices: list[str]


def _numbers(text: str) -> _Numbers | None:
    """Several telephone numbers of either kind; None where there is but one, or something that is none."""
    parts = _parts(text)
    if len(parts) < 2:
        return None
    found = _Numbers([], [])
    for part in parts:
        digits = _digits(part)
        if not isinstance(digits, str):
            return None
        if mobile_number := _bare_mobile(digits):
            found.mobiles.append(mobile_number)
        elif isinstance(office := _known_office(digits), str):
            found.offices.append(office)
        else:
            return None
    return found


def _sorted(found: _Numbers, *, mobile_first: bool) -> Doubt[str]:
    """The first number of the kind that is meant (else of the other), the first of the other kind beside it; the rest is told."""
    one, two = (found.mobiles, found.offices) if mobile_first else (found.offices, found.mobiles)
    if not one:
        one, two = two, one
    left = [*one[1:], *two[1:]]
    said = "一格里有多个号码"
    if two:
        said += f"，{one[0]} 和 {two[0]} 按手机、办公室电话分别登记"
    else:
        said += "，取第一个"
    if left:
        said += f"，未录入：{'、'.join(left)}"
    return Doubt(one[0], said, other=two[0] if two else None)


_FAX = re.compile(
    r"[(（]?\s*(?:传真|fax)(?:号码?|电话)?\s*[)）]?\s*[:：]?\s*(?P<after>[+(（]?[0-9][0-9()（）\s-]{2,}[0-9])(?:\s*[)）])?"
    r"|(?P<before>[0-9][0-9-]{2,}[0-9])\s*[(（]\s*(?:传真|fax)\s*[)）]",
    re.IGNORECASE,
)


def _but_for_fax(text: str, judge: Callable[[str], Text]) -> Text:
    """A cell that holds a fax number: no one's telephone, it goes to the remark."""
    if not re.search("传真|fax", text, re.IGNORECASE) or re.search(r"电话\s*[/、及(（]\s*传真", text):
        return None
    folded = unicodedata.normalize("NFKC", text)
    numbers = [re.sub(r"\s", "", found["after"] or found["before"]) for found in _FAX.finditer(folded)]
    if not numbers:
        return None
    rest = _FAX.sub(" ", folded).strip(" \n\t、,，;；/")
    said = "、".join(f"传真{number}" for number in numbers)
    judged = judge(rest)
    if judged is None:
        return Void("是传真号码，没有按电话登记")
    if isinstance(judged, Fault):
        return judged
    told = f"“{said}”不是电话，记入备注"
    if isinstance(judged, Doubt):
        aside = f"{judged.aside}；{said}" if judged.aside else said
        return Doubt(judged.value, f"{judged.warning}；{told}", aside, judged.other)
    return Doubt(judged, told, said)


def mobile(text: str) -> Text:
    """Eleven digits, 1[3-9]; spaces, hyphens, +86, a label, an apostrophe and a trailing .0 are taken off."""
    if _PLAIN_MOBILE(text):
        return text
    compact = _digits(text)
    if not isinstance(compact, str):
        return compact
    if number := _bare_mobile(compact):
        return number
    if (found := _BEHIND.fullmatch(compact)) and (number := _bare_mobile(found["number"])):
        return _with_note(number, found["note"], "手机短号")
    if (several := _numbers(text)) and several.mobiles:
        return _sorted(several, mobile_first=True)
    if (without := _but_for_fax(text, mobile)) is not None:
        return without
    if (found := _WORDED.fullmatch(compact)) and (number := _bare_mobile(found["number"])):
        return _with_note(number, found["before"] + found["after"], "手机短号", "旁边")
    return _not_a_mobile(_stripped(compact))


def _bare_mobile(compact: str) -> str | None:
    number = _stripped(compact)
    return number if _PLAIN_MOBILE(number) else None


def _stripped(compact: str) -> str:
    number = _COUNTRY.sub("", compact.replace("(", "").replace(")", ""), count=1)
    number = re.sub(r"[-‐‑‒–—―.·]", "", number)
    return number.removeprefix("86") if len(number) == 13 else number


def _with_note(number: str, note: str, short: str, where: str = "后面") -> Text:
    """A number behind which something stands in brackets: a short number, another number, a word. All of it is told."""
    if not note:
        return number
    found = _SHORT.fullmatch(note)
    aside = f"{short}{found['digits']}" if found else note
    return Doubt(number, f"号码{where}的“{note}”记入备注", aside)


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
    if (without := _but_for_fax(text, office_phone)) is not None:
        return without
    if (lines := _internal_numbers(text)) is not None:
        return lines
    known = _known_office(compact)
    if known is not None:
        return known
    if (found := _BEHIND.fullmatch(compact)) and (noted := _office_and_note(found["number"], found["note"])):
        return noted
    if several := _numbers(text):
        return _sorted(several, mobile_first=False)
    if (found := _WORDED.fullmatch(compact)) and isinstance(number := _known_office(found["number"]), str):
        return _with_note(number, found["before"] + found["after"], "分机", "旁边")
    return Fault("不是办公电话的写法", "可填 4—6 位内线、7—8 位号码，或 0519-81000000，分机写在后面：-8012。")


def _internal_numbers(text: str) -> Text:
    """Internal numbers one under the other, which written together would be another number; None for anything else."""
    parts = text.split()
    if "\n" not in text or len(parts) < 2 or not all(re.fullmatch("[1-9][0-9]{3,5}", part) for part in parts):
        return None
    return Doubt(parts[0], f"一格里有多个号码，取第一个，未录入：{'、'.join(parts[1:])}")


_COUNTRY_BEFORE_AREA = re.compile(r"\A(?:\+|00)86-?\(?0?\)?(?=[1-9])")


def _office_and_note(number: str, note: str) -> Text:
    """A number and what stands behind it in brackets: an extension, else a word for the remark; None for no number."""
    known = _known_office(number)
    if not isinstance(known, str):
        return None
    if note in ("内线", "座机", "办公", "办公室", "办"):
        return known
    if (short := _SHORT.fullmatch(note)) and not _INTERNAL.fullmatch(number) and known.count("-") < 2:
        whole = f"{known}-{short['digits']}"
        return whole if note != short["digits"] else Doubt(whole, f"括号里的 {note} 按分机登记，请核对")
    return _with_note(known, note, "分机")


def phone(text: str) -> Text:
    """电话 says not which: a mobile number where it is one, else an office number; of two kinds, both."""
    as_mobile = mobile(text)
    if not isinstance(as_mobile, Fault) or isinstance(as_mobile, Void):
        return as_mobile
    return office_phone(text)


def _known_office(compact: str) -> Text:
    number = re.sub(r"[‐‑‒–—―]", "-", _COUNTRY_BEFORE_AREA.sub("0", compact, count=1))
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
    address = re.sub(r"\A(?:mailto|e-?mail|电子邮[件箱]|邮箱)[:：]", "", compact, flags=re.IGNORECASE)
    address = address.rstrip(";,。.").replace("。", ".")
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
    number = re.sub(r"@qq\.com$", "", compact, flags=re.IGNORECASE)
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
    r"(?P<year>[0-9]{4}|[0-9]{2})[-/.年'](?P<month>[0-9]{1,2})(?:月份?)?(?:[-/.]?(?P<day>[0-9]{1,2})日?)?(?:出?生)?"
)
_RUN = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_NAMED_FIRST = re.compile(r"(?P<name>[A-Za-z]{3})[a-z]*[-/. ]?(?P<year>[0-9]{4}|[0-9]{2})")
_NAMED_LAST = re.compile(r"(?P<year>[0-9]{4}|[0-9]{2})[-/. ]?(?P<name>[A-Za-z]{3})[a-z]*")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.0+)?")
FIRST_DAY = date(1899, 12, 30)
"""From which a spreadsheet counts its days, unless the workbook says otherwise (1904)."""
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d|\d{4}/\d{1,2}/\d\d|\d{4}\.\d{1,2}\.\d\d|\d{8}|.*日)T?"
    r"(?P<time>\d{1,2}:\d\d(?::\d\d)?)(?:[.,]\d+)?(?P<zone>Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_HERE = "Asia/Shanghai"
_BARE_OCTOBER = re.compile(r"[0-9]{4}\.1")


def birth_month(today: date, first_day: date = FIRST_DAY) -> Callable[[str], Text]:
    """A judge for 出生年月 as YYYY-MM on the given day; memoised, for there are only a few hundred months.

    A bare day number counts from `first_day`.
    """

    @lru_cache(maxsize=8192)
    def judge(text: str) -> Text:
        month: Text = text if _PLAIN_MONTH(text) else _month(text, first_day)
        if not isinstance(month, str):
            return month
        if wrong := _wrong_age(month, today):
            return wrong
        if _BARE_OCTOBER.fullmatch(text.strip()):
            return Doubt(month, "也可能是 10 月（表格会把 .10 写成 .1），请核对")
        return month

    return judge


def _month(text: str, first_day: date) -> Text:
    compact = date_text(text)
    if not isinstance(compact, str):
        return compact
    compact = re.sub(r"\A(?:出生年月|出生日期|生于)[:：]?|\([0-9]{2}周?岁\)\Z", "", compact)
    if _SERIAL.fullmatch(compact):
        day = first_day + timedelta(days=int(compact.partition(".")[0]))
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


def date_text(text: str) -> str | Fault | None:
    """A date or month in plain digits, the day alone: Chinese numerals, 1975。03, the time of day, hours in another zone."""
    compact = _compact(text)
    if not isinstance(compact, str):
        return compact
    compact = re.sub(r"(?<=\d)[。、,，](?=\d)", ".", compact)
    compact = in_digits(compact)
    found = _MOMENT.fullmatch(compact)
    if found is None:
        return compact
    if not found["zone"]:
        return found["day"]
    try:
        zoned = datetime.fromisoformat(
            f"{parse_date(found['day'])}T{found['time']:0>5}{found['zone'].upper()}"
        )
    except ValueError:
        return found["day"]
    return zoned.astimezone(ZoneInfo(_HERE)).date().isoformat()


def day_from(first_day: date = FIRST_DAY) -> Callable[[str], Judged[date]]:
    """A judge for a date in any accepted spelling, or as a spreadsheet's day number counted from `first_day`."""

    @lru_cache(maxsize=8192)
    def judge(text: str) -> Judged[date]:
        compact = date_text(text)
        if not isinstance(compact, str):
            return compact
        if _SERIAL.fullmatch(compact):
            return first_day + timedelta(days=int(compact.partition(".")[0]))
        try:
            return parse_date(compact)
        except ValueError:
            return Fault("不是日期，或没有这一天", "请写作 2026-10-09。")

    return judge


day = day_from()


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
