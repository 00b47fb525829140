"""Every key of a policy, declared once: its name, the type of its value, its unit, and who reads it.

The loader holds a regulation's file against these declarations, readers get what they declare, and the manual prints
them. A key that stands nowhere here is misspelt; a value that its kind cannot read is refused with what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pressctl.core.own import Among, ByKind, Named, OwnKind
from pressctl.core.recurrence import Every
from pressctl.core.terms import (
    AttachmentKind,
    Form,
    Group,
    Nature,
    Occasion,
    Party,
    Role,
    Seat,
    Strength,
    Term,
    UnitKind,
)
from pressctl.core.text import fault
from pressctl.core.working_days import LeadUnit

T = TypeVar("T")
K = TypeVar("K", bound=Term)
V = TypeVar("V")


class Unfit(ValueError):
    """A value that a kind cannot read: `problem` says what is wrong, `allowed` what would be right; `word` is the word
    that is none of core's."""

    def __init__(self, problem: str, allowed: str, word: str = "") -> None:
        super().__init__(problem)
        self.problem, self.allowed, self.word = problem, allowed, word


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A type of value: `said` is how a regulation's file writes it, `read` takes it in. Raises Unfit.

    `by_name` reads one in which the regulation's own kinds may stand beside core's terms.
    """

    said: str
    read: Callable[[object], T]
    by_name: Callable[[object, Sequence[OwnKind]], T] | None = None

    def take(self, value: object, own: Sequence[OwnKind]) -> T:
        """The value, by the regulation's own names where it may hold them. Raises Unfit."""
        return self.by_name(value, own) if self.by_name else self.read(value)


@dataclass(frozen=True, slots=True)
class Key(Generic[T]):
    """A key. `readers` are the rules that read it and the guards and papers that do, by name.

    `required`: the workflow itself asks for it, whatever rules a regulation has. `default` holds where a regulation
    says nothing of it; it is a reading of ours. `optional`: whoever reads it does without where it is not set;
    `spares`: these of its readers do.
    """

    name: str
    kind: Kind[T]
    title: str
    unit: str
    readers: tuple[str, ...]
    required: bool = False
    default: T | None = None
    optional: bool = False
    spares: tuple[str, ...] = ()

    def needed_by(self, reader: str) -> bool:
        """Whether a reader cannot do without a value of it."""
        return self.default is None and not self.optional and reader not in self.spares


# -- the shapes of values ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of every year."""

    month: int
    day: int

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class HalfYearDue:
    """When the report on a half is due: a day of the year itself, or of so many years after."""

    half: int
    on: MonthDay
    years_after: int


@dataclass(frozen=True, slots=True)
class Route:
    """三(三)1: the posts that sign the office's step and the leader's."""

    office: Role
    leader: Role


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """三(二)4: so many releases in each year, half-year, month or the like, of any of the forms; held in the superior's
    name, in the unit's own, or (None) in either."""

    number: int
    forms: tuple[Named[Form], ...]
    every: Every = Every.YEAR
    in_bureau_name: bool | None = None


@dataclass(frozen=True, slots=True)
class BureauRoster:
    """三(一): how many bureau spokespersons at least, how many offices and directors exactly."""

    spokespersons: int
    offices: int
    directors: int


@dataclass(frozen=True, slots=True)
class RosterRow:
    """三(一): how many of a role a unit has. `most` None: no limit. One of them at least has a title with one of the words
    of `titled`, where there are any."""

    rule: str
    role: Named[Role]
    least: int
    most: int | None
    titled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """A row of the attendance table: so many distinct people of groups `present`, or a `seat` taken by `groups`.

    `each`: every group sits there, else any of them suffices. `apart`: not the taker of that other seat.
    `key_matter` narrows the row; `strength` where the clause's word differs from the rule's.
    """

    rule: str
    occasion: Occasion
    key_matter: bool | None = None
    present: Mapping[Group, int] = field(default_factory=lambda: MappingProxyType({}))
    seat: Seat | None = None
    groups: tuple[Group, ...] = ()
    each: bool = False
    apart: Seat | None = None
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """三(三)4: who prepares the material of releases of an occasion or nature; `supplied`: units supply theirs, too."""

    by: tuple[Party, ...]
    occasion: Occasion | None = None
    nature: Nature | None = None
    supplied: bool = False


# -- kinds of values -----------------------------------------------------------------------------------


def _nearest(text: object, words: Iterable[str]) -> str:
    found = get_close_matches(str(text), list(words), n=1, cutoff=0.5)
    return f"；是不是 {found[0]}？" if found else ""


def _said(value: object) -> str:
    if isinstance(value, str):
        return f"“{value}”"
    return "true" if value is True else "false" if value is False else repr(value)


def _bounded(value: object, least: float, most: float, what: str, *, whole: bool) -> float:
    number = isinstance(value, int) or (not whole and isinstance(value, float))
    if isinstance(value, bool) or not number or not least <= value <= most:  # type: ignore[operator]
        raise Unfit(f"{_said(value)} 不是 {what}", f"应为 {what}")
    return value  # type: ignore[return-value]


def _whole(least: int, most: int, what: str) -> Kind[int]:
    return Kind(what, lambda value: int(_bounded(value, least, most, what, whole=True)))


def _number(least: float, most: float, what: str) -> Kind[float]:
    return Kind(what, lambda value: _bounded(value, least, most, what, whole=False))


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{_said(value)} 不是 true 或 false", "应为 true 或 false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unfit(f"{_said(value)} 不是文字", "应为不空的文字，写在引号里")
    if wrong := fault(value):
        raise Unfit(f"文字{wrong}", "请删去看不见的字符")
    if set(value) & set("{}\n\r"):
        raise Unfit("文字中有花括号或换行", "应为一行文字，不用花括号")
    return value.strip()


def _list(value: object, what: str) -> list[object]:
    if not isinstance(value, list):
        raise Unfit(f"{_said(value)} 不是列表", f'应为列表，如 ["{what}"]')
    return value


def _table(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Unfit(f"{_said(value)} 不是“名称 = 值”的表", what)
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value, "文字"))


def _word(terms: type[K], value: object) -> K:
    """A term by its English value; the regulation's own word is told what to write instead."""
    if isinstance(value, str) and value in terms.__members__.values():
        return terms(value)
    words = (
        {member.value: member.value for member in terms}
        | {m.plain: m.value for m in terms}
        | {m.label: m.value for m in terms}
    )
    near = get_close_matches(str(value), list(words), n=1, cutoff=0.5)
    hint = f"；是不是 {words[near[0]]}？" if near else ""
    raise Unfit(f"不认识“{value}”{hint}", f"可用：{_words(terms)}", str(value))


def _words(terms: type[Term]) -> str:
    return "、".join(f"{member.value}（{member.label}）" for member in terms)


def _plain(terms: type[Term]) -> str:
    """The same while no regulation is in force yet."""
    return "、".join(f"{member.value}（{member.plain}）" for member in terms)


def _named(terms: type[K], value: object, own: Sequence[OwnKind]) -> Named[K]:
    """A term by its English value, or a kind of the regulation's own by its name."""
    names = {kind.name: kind.under for kind in own if isinstance(kind.under, terms)}
    if isinstance(value, str) and value in names:
        return Named(names[value], value)
    try:
        return Named(_word(terms, value))
    except Unfit as unfit:
        if not names:
            raise
        near = get_close_matches(str(value), list(names), n=1, cutoff=0.5)
        problem = f"不认识“{value}”；是不是 {near[0]}？" if near else unfit.problem
        listed = "、".join(f"{name}（属 {under.value}）" for name, under in names.items())
        raise Unfit(problem, f"{unfit.allowed}、{listed}") from None


def _choice(*allowed: str) -> Kind[str]:
    listed = "、".join(allowed)

    def read(value: object) -> str:
        if value not in allowed:
            raise Unfit(f"不认识“{value}”{_nearest(value, allowed)}", f"可用：{listed}")
        return str(value)

    return Kind(f"{listed} 之一", read)


def _set(terms: type[K]) -> Kind[Among[K]]:
    def by_name(value: object, own: Sequence[OwnKind]) -> Among[K]:
        listed = (_named(terms, item, own) for item in _list(value, next(iter(terms)).value))
        return Among(tuple(dict.fromkeys(listed)))

    return Kind(f"列表，其中可用：{_plain(terms)}{_OWN_TOO}", lambda value: by_name(value, ()), by_name)


_OWN_TOO = "，或自有的名称"


def _by_kind(terms: type[K], kind: Kind[V]) -> Kind[ByKind[K, V]]:
    """A table by kinds, core's and the regulation's own."""

    def by_name(value: object, own: Sequence[OwnKind]) -> ByKind[K, V]:
        what = f"应为“名称 = 值”的表，名称可用：{_words(terms)}{_OWN_TOO}"
        rows = {_named(terms, name, own): kind.take(row, own) for name, row in _table(value, what).items()}
        return ByKind(MappingProxyType(rows))

    said = f"表：{_plain(terms)}{_OWN_TOO} = {kind.said}"
    return Kind(said, lambda value: by_name(value, ()), by_name)


def _by(terms: type[K], kind: Kind[V]) -> Kind[Mapping[K, V]]:
    def read(value: object) -> Mapping[K, V]:
        what = f"应为“名称 = 值”的表，名称可用：{_words(terms)}"
        read = {_word(terms, name): kind.read(item) for name, item in _table(value, what).items()}
        return MappingProxyType(read)

    return Kind(f"表：{_plain(terms)} = {kind.said}", read)


def _fields(value: object, required: Mapping[str, str], optional: Mapping[str, str] = MappingProxyType({})) -> dict[str, object]:  # fmt: skip
    known = {**required, **optional}
    what = "应写作 {" + "，".join(f"{name} = {said}" for name, said in known.items()) + "}"
    table = _table(value, what)
    for name in table:
        if name not in known:
            raise Unfit(f"不认识“{name}”{_nearest(name, known)}", what)
    if lacking := [name for name in required if name not in table]:
        raise Unfit(f"缺少 {'、'.join(lacking)}", what)
    return table


DAYS = _whole(1, 366, "1 至 366 的整数")
COUNT = _whole(0, 1000, "0 至 1000 的整数")
MONTHS = _whole(1, 12, "1 至 12 的整数")
HOURS = _number(0, 24 * 366, "不小于 0 的小时数")
SHARE = _number(0, 1, "0 至 1 之间的数")
FLAG = Kind("true 或 false", _flag)
TEXT = Kind("文字", _text)
TEXTS = Kind("文字的列表", _texts)
FORMS, KINDS, ROLES = _set(Form), _set(UnitKind), _set(Role)


def _month_day(value: object) -> MonthDay:
    what = "应写作 [月, 日]，如 [3, 15]"
    if not isinstance(value, list) or len(value) != 2 or not all(type(n) is int for n in value):
        raise Unfit(f"{_said(value)} 不是一年中的一天", what)
    try:
        date(2001, *value)  # a year without 29 February: the day must be there every year
    except ValueError:
        raise Unfit(f"{value[0]} 月 {value[1]} 日不是每年都有的一天", what) from None
    return MonthDay(*value)


MONTH_DAY = Kind("[月, 日]", _month_day)


def _halves(value: object) -> tuple[HalfYearDue, ...]:
    what = "应写作 [[1, 月, 日, 隔几年], [2, 月, 日, 隔几年]]，如 [[1, 7, 15, 0], [2, 1, 15, 1]]"
    found = []
    for row in value if isinstance(value, list) else [value]:
        if not isinstance(row, list) or len(row) != 4 or not all(type(n) is int for n in row):
            raise Unfit(f"{_said(row)} 不是一个半年的期限", what)
        half, month, day, after = row
        if half not in (1, 2) or after not in (0, 1):
            raise Unfit(f"{_said(row)} 中的半年或隔年写得不对", what)
        found.append(HalfYearDue(half, _month_day([month, day]), after))
    if len({due.half for due in found}) < len(found):
        raise Unfit("同一个半年写了两次", what)
    return tuple(found)


def _route(value: object) -> Route:
    table = _fields(value, {"office": "岗位", "leader": "岗位"})
    return Route(_word(Role, table["office"]), _word(Role, table["leader"]))


EVERY = Kind(_plain(Every), lambda value: _word(Every, value))


def _quota(value: object, own: Sequence[OwnKind] = ()) -> QuotaRow:
    table = _fields(
        value,
        {"number": "场次", "forms": "形式的列表"},
        {"every": "周期", "in_bureau_name": "true 或 false"},
    )
    row = QuotaRow(
        COUNT.read(table["number"]),
        tuple(_named(Form, item, own) for item in _list(table["forms"], "conference")),
        _word(Every, table["every"]) if "every" in table else Every.YEAR,
        _flag(table["in_bureau_name"]) if "in_bureau_name" in table else None,
    )
    if not row.forms:
        raise Unfit("没有写明形式", f"forms 可用：{_words(Form)}")
    return row


def _bureau(value: object) -> BureauRoster:
    table = _fields(value, {"spokespersons": "人数", "offices": "个数", "directors": "人数"})
    return BureauRoster(*(COUNT.read(table[name]) for name in ("spokespersons", "offices", "directors")))


def _roster_rows(value: object, own: Sequence[OwnKind] = ()) -> tuple[RosterRow, ...]:
    what = (
        '应写作 [["规则", "岗位", 至少, 至多]]，至多为 0 表示不限，如 [["ROS-04", "liaison", 1, 2]]；'
        '其中一人须任某职务的加第五项，如 [["ROS-03", "spokesperson", 2, 2, "副局长|政委"]]'
    )
    found = []
    for row in _list(value, "ROS-04"):
        if not isinstance(row, list) or len(row) not in (4, 5):
            raise Unfit(f"{_said(row)} 不是一项人数", what)
        rule, role = _text(row[0]), _named(Role, row[1], own)
        least, most = COUNT.read(row[2]), COUNT.read(row[3])
        if most and most < least:
            raise Unfit(f"{_said(row)} 的至多少于至少", what)
        titled = tuple(_text(word) for word in _text(row[4]).split("|")) if len(row) == 5 else ()
        if titled and not least:
            raise Unfit(f"{_said(row)} 至少为 0，不能又要求其中一人的职务", what)
        found.append(RosterRow(rule, role, least, most or None, titled))
    return tuple(found)


def _demand(value: object) -> Demand:
    table = _fields(
        value,
        {"occasion": "类型", "rule": "规则"},
        {"present": "表", "seat": "席位", "any": "列表", "each": "列表", "not_seat": "席位", "key_matter": "true", "strength": "E"},
    )  # fmt: skip
    groups = table.get("each", table.get("any", []))
    if ("present" in table) == ("seat" in table) or ("seat" in table) != bool(groups):
        raise Unfit("须写 present，或写 seat 和 any（或 each）", "见随带的 attendance.table")
    return Demand(
        _text(table["rule"]),
        _word(Occasion, table["occasion"]),
        _flag(table["key_matter"]) if "key_matter" in table else None,
        _by(Group, COUNT).read(table.get("present", {})),
        _word(Seat, table["seat"]) if "seat" in table else None,
        tuple(_word(Group, g) for g in _list(groups, "office_director")),
        "each" in table,
        _word(Seat, table["not_seat"]) if "not_seat" in table else None,
        _word(Strength, table["strength"]) if "strength" in table else None,
    )


def _material(value: object) -> MaterialRow:
    table = _fields(value, {"by": "列表"}, {"occasion": "类型", "nature": "性质", "supplied": "true"})
    return MaterialRow(
        tuple(_word(Party, who) for who in _list(table["by"], "office")),
        _word(Occasion, table["occasion"]) if "occasion" in table else None,
        _word(Nature, table["nature"]) if "nature" in table else None,
        _flag(table.get("supplied", False)),
    )


def _rows(read: Callable[[object], V], said: str) -> Kind[tuple[V, ...]]:
    return Kind(said, lambda value: tuple(read(row) for row in _list(value, "…")))


_FORM_FIELDS = (
    "name", "unit_id", "on", "at", "venue", "presenters", "liaison", "phone", "topic", "audience", "media",
    "opinion", "signer",
)  # fmt: skip


def _form_fields(value: object) -> tuple[str, ...]:
    field = _choice(*_FORM_FIELDS)
    return tuple(field.read(name) for name in _list(value, "name"))


def _papers(value: object) -> tuple[AttachmentKind, ...]:
    return tuple(_word(AttachmentKind, kind) for kind in _list(value, "press_text"))


ROUTE = Kind("{office = 岗位, leader = 岗位}", _route)


def _levels(value: object) -> int:
    if type(value) is not int or value not in (2, 3):
        raise Unfit(
            f"{_said(value)} 级审批不支持",
            "pressctl 支持二级或三级审批：3（组织单位、审核、审批）或 2（审核、审批）",
        )
    return value


def _no_joint_level(value: object) -> bool:
    if _flag(value):
        raise Unfit(
            "会签不能单设一级",
            "pressctl 支持二级或三级审批；会同单位的意见用 submit --joint 或 record joint 记录，由 RTE-01、RTE-03 判断",
        )
    return False


def _hours_by_level(value: object) -> Mapping[str, float]:
    what = '应写作 {"级别" = 小时数}，如 {"特别重大" = 2, "重大" = 4}'
    table = _table(value, what)
    if not table:
        raise Unfit("没有写明级别", what)
    found = {_text(level): HOURS.read(hours) for level, hours in table.items()}
    if none := [level for level, hours in found.items() if not hours]:
        raise Unfit(f"级别“{none[0]}”的小时数为 0", what)
    return MappingProxyType(found)


def _no_half_year_circular(value: object) -> bool:
    if _flag(value):
        raise Unfit(
            "每半年通报不支持",
            "半年的通报可用 report annual 年份 --as 通报 --on 6月30日 写出；发没发由人检查",
        )
    return False


def _announced(value: object) -> frozenset[str]:
    found = frozenset(_texts(value))
    if not found:
        raise Unfit("没有写明媒体", '应写作 ["日报", "电视台"]')
    return found


MEDIA = Kind("媒体名称的列表", _announced)
LEVELS = Kind("2 或 3", _levels)
FIELDS_BY_FORM = _by_kind(Form, Kind("表格栏目的列表", _form_fields))
PAPERS_BY_FORM = _by_kind(Form, Kind("附件种类的列表", _papers))

# -- the keys ------------------------------------------------------------------------------------------

KEYS: dict[str, Key[Any]] = {}


def _key(
    name: str,
    kind: Kind[T],
    title: str,
    *readers: str,
    unit: str = "",
    required: bool = False,
    default: T | None = None,
    optional: bool = False,
    spares: tuple[str, ...] = (),
) -> Key[T]:
    KEYS[name] = key = Key(name, kind, title, unit, readers, required, default, optional, spares)
    return key


_EVERY_KIND = Among.of(UnitKind)

BUREAU_NAME = _key("bureau.name", TEXT, "本局名称", "papers", required=True)
OFFICE_NAME = _key("office.unit_name", TEXT, "与{word.office}合署的单位", "INV-01", "units", required=True)
OFFICE_HEAD = _key("office.head_title", TEXT, "兼任办公室主任的职务", "CHG-01", "CHG-02")
OFFICE_PHONE = _key("office.phone", TEXT, "办公室联系电话", "papers")
NAME_PRAISED = _key("report.name_praised", FLAG, "年度报告表扬时点名", "papers", default=False)
REPORT_COPIES = _key("report.copies_to", TEXTS, "年度报告抄送单位", "papers")

LEAD_DAYS = _key("submission.lead_days", DAYS, "提前报送", "LED-01", "in_time", unit="工作日", required=True)
LEAD_UNIT = _key("submission.lead_unit", Kind(_plain(LeadUnit), lambda value: _word(LeadUnit, value)), "submission.lead_days 按工作日、天或小时计", "LED-01", "in_time", default=LeadUnit.WORKING_DAY)  # fmt: skip
LEAD_COUNT = _key("submission.lead_count", _choice("exclusive", "clear"), "提前的算法：发布日不计，或中间隔满", "LED-01", "in_time", required=True)  # fmt: skip
LEAD_FORMS = _key("submission.lead_forms", FORMS, "须提前报送的形式", "LED-01", "in_time", required=True)
LEAD_KINDS = _key(
    "submission.lead_kinds", KINDS, "须提前报送的单位", "LED-01", "in_time", default=_EVERY_KIND
)
REST_DAY_RECEIPT = _key("submission.rest_day_receipt", _choice("same", "next"), "休息日收到的，按当日或下一工作日计", "LED-01", "in_time", "submit", required=True)  # fmt: skip
URGENT = _key("submission.urgent", FLAG, "{word.urgent}可临时决定", "URG-01", "in_time", required=True)
URGENT_SHARE = _key("urgent.share_most", SHARE, "临时发布所占比例的上限", "URG-02")
REQUIRED_FIELDS = _key(
    "submission.required",
    FIELDS_BY_FORM,
    "{word.approval_form}须填的栏目",
    "FRM-01",
    "complete",
    required=True,
)
PAPERS = _key(
    "submission.attachments",
    PAPERS_BY_FORM,
    "须随表报送的附件",
    "FRM-03",
    "RTE-06",
    "complete",
    required=True,
)
BUREAU_PAPERS = _key("submission.attachments_in_bureau_name", PAPERS_BY_FORM, "{word.in_bureau_name}发布另须报送的附件", "LED-02", "complete", required=True)  # fmt: skip

ROUTE_ORDER = _key("route.order", FLAG, "逐级报批", "RTE-04", "RTE-05", "dates_forward", required=True)
ROUTE_LEVELS = _key("route.levels", LEVELS, "几级审批：3 含组织单位的意见，2 只有审核和审批", "RTE-04", "FRM-04", "complete", unit="级", default=3)  # fmt: skip
ROUTE_JOINT = _key(
    "route.joint", Kind("false", _no_joint_level), "会签单设一级（不支持）", "loader", default=False
)
ROUTE_COMPREHENSIVE = _key("route.comprehensive", ROUTE, "综合性工作由谁审核、审定", "RTE-01", "RTE-02", "post_held", required=True)  # fmt: skip
ROUTE_SPECIAL = _key("route.special", ROUTE, "专项性工作由谁审核、审批", "RTE-03", "post_held", required=True)
APPROVAL_DAYS = _key(
    "approval.answer_days", DAYS, "领导最迟在发布前几个工作日答复", "RTE-09", "due", unit="工作日"
)
FILING_FORMS = _key(
    "filing.forms", FORMS, "须在召开前报备的形式", "FIL-01", "FIL-02", "filed_before_event", required=True
)
FILING_WHEN = _key("filing.when", _choice("before", "after"), "在召开之前，或之后若干天内{word.filing}", "FIL-01", "filed_before_event", default="before")  # fmt: skip
FILING_DAYS = _key("filing.days_after", DAYS, "召开之后几天内{word.filing}（filing.when 为 after）", "FIL-01", "due", optional=True)  # fmt: skip
FILING_OWN_DAYS = _key(
    "filing.own_days_after",
    DAYS,
    "以本单位名义的，之后几天内向{word.office}{word.filing}",
    "FIL-01",
    "due",
    optional=True,
)
FILING_UNIT = _key("filing.days_unit", _choice("working_day", "day"), "{word.filing}的天数按工作日或自然日计", "FIL-01", "due", default="working_day")  # fmt: skip

QUARTERLY = _key(
    "quota.bureau_quarterly",
    COUNT,
    "每季度（或 quota.bureau_period 所写的周期）的{word.periodic}",
    "QTA-01",
    unit="场",
    required=True,
)
BUREAU_PERIOD = _key("quota.bureau_period", EVERY, "{word.periodic}的周期，quota.bureau_quarterly 即每个周期的场次", "QTA-01", default=Every.QUARTER)  # fmt: skip
QUOTAS = _key("quota.units", _by_kind(UnitKind, Kind("{number, forms, every, in_bureau_name}", _quota, _quota)), "各类单位每年（或 every 所写的周期）应发布", "QTA-02", "QTA-03", "PLN-04", required=True)  # fmt: skip
QUOTA_MONTHS = _key("quota.months_minimum", MONTHS, "当年存续满几个月才考核", "QTA-02", "QTA-03", "PLN-04", unit="月", required=True)  # fmt: skip
QUOTA_JOINT = _key("quota.joint_counts", FLAG, "联合举办的对各组织单位都算", "QTA-02", "QTA-03", "PLN-01", "PLN-02", "PLN-04", "PLN-05", default=True)  # fmt: skip

BUREAU_ROSTER = _key("roster.bureau", Kind("{spokespersons, offices, directors}", _bureau), "{word.superior}新闻发言人、{word.office}及其负责人的数目", "ROS-01", "CHG-01", "CHG-02", spares=("CHG-01", "CHG-02"))  # fmt: skip
ROSTER_NUMBERS = _key("roster.numbers", _by_kind(UnitKind, Kind("[[规则, 岗位, 至少, 至多]]", _roster_rows, _roster_rows)), "各类单位的人数", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07", "ROS-10", "CHG-01", "CHG-02", unit="人", required=True)  # fmt: skip
ROSTER_DUE = _key("roster.due", MONTH_DAY, "名单报送的最后一天", "ROS-01", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07", "ROS-08", "ROS-10", spares=("ROS-01",))  # fmt: skip
ROSTER_KINDS = _key("roster.kinds", KINDS, "须报送名单、纳入考评的单位", "ROS-08", "PRF-01")
ROSTER_RECURS = _key("roster.recurs", FLAG, "名单每年报送", "ROS-08", default=True)
VACANCY_DAYS = _key("vacancy.days", DAYS, "岗位可空缺", "CHG-01", "CHG-02", unit="工作日")
VACANCY_MOST = _key("vacancy.days_most", DAYS, "岗位空缺超过即为不符合", "CHG-01", "CHG-02", unit="工作日")

PLAN_DUE = _key("plan.due", MONTH_DAY, "年度计划排出的最后一天", "PLN-01", "PLN-02", "PLN-04", "PLN-05")
PLAN_KINDS = _key("plan.kinds", KINDS, "须排出年度计划的单位", "PLN-01", "PLN-02", "PLN-04", "PLN-05")
STATEMENT_DUE = _key("statement.due", MONTH_DAY, "年度工作报告的最后一天", "REP-01")
STATEMENT_KINDS = _key("statement.kinds", KINDS, "其新闻发言人须报告工作的单位", "REP-01")
STATEMENT_MONTHS = _key(
    "statement.months_minimum", MONTHS, "当年在任满几个月才须报告", "REP-01", unit="月", default=6
)
HALF_YEAR_DUE = _key(
    "half_year.due", Kind("[[半年, 月, 日, 隔几年]]", _halves), "半年报送的最后一天", "REP-02"
)
MEETING_MONTHS = _key("meeting.months", MONTHS, "几个月内须有例会", "MTG-01", "MTG-02", unit="月")
TRAINING_SHARE = _key("training.coverage_least", SHARE, "当年受训的比例", "TRN-01", "TRN-02")
TRAINING_MONTHS = _key("training.months", MONTHS, "新任者须在几个月内受训", "TRN-01", "TRN-02", unit="月")
TRAINING_FIRST = _key("training.before_post", FLAG, "先受训再上岗：最迟到任当日", "TRN-02", default=False)
ASSESSMENT_DUE = _key("assessment.due", MONTH_DAY, "次年考评的最后一天", "PRF-01")
SCORE_MOST = _key("assessment.score_most", _whole(1, 1000, "1 至 1000 的整数"), "考评的满分", "assessment", unit="分", default=100)  # fmt: skip
ARCHIVE_DAYS = _key("archive.days", DAYS, "发布后归档", "FRM-02", "ARC-01", unit="工作日")
ARCHIVE_ITEMS = _key("archive.items", TEXTS, "一并归档的资料", "ARC-01")

MAJOR_DAYS = _key("occasion.major_days", DAYS, "重大事项发布", "OCC-01", unit="天")
ANSWER_DAYS = _key(
    "answer.days", DAYS, "舆情、突发事件未作回应可等", "OPN-02", "EMG-04", unit="工作日", default=2
)
OPINION_HOURS = _key("opinion.response_hours", HOURS, "舆情回应（0：没有数字）", "OPN-02", unit="小时")
EMERGENCY_HOURS = _key(
    "emergency.first_hours", HOURS, "突发事件首次发布（0：没有数字）", "EMG-04", unit="小时"
)
EMERGENCY_LEVELS = _key("emergency.hours_by_level", Kind('{"级别" = 小时数}', _hours_by_level), "突发事件首次发布，按级别；没有列出的级别按 emergency.first_hours", "EMG-04", unit="小时", optional=True)  # fmt: skip
EMERGENCY_CONFERENCE = _key(
    "emergency.conference_hours", HOURS, "突发事件发布会（0：没有数字）", "EMG-04", unit="小时"
)

NAME_PATTERN = _key("name.pattern", TEXT, "发布会的统一名称", "NAM-01")
VENUES = _key("venue.fixed", TEXTS, "固定的发布场所", "VEN-01")
ATTENDANCE = _key("attendance.table", _rows(_demand, "出席要求的列表"), "谁出席、谁主持、谁通报、谁答问", "ATT-01", "ATT-02", "ATT-03", "ATT-04", "ATT-05", "ATT-06", "ATT-08", required=True)  # fmt: skip
LEADER_YEARLY = _key("attendance.leader_yearly", _whole(1, 366, "1 至 366 的整数"), "主要领导每年至少出席", "ATT-09", unit="场")  # fmt: skip
ANNOUNCED_MEDIA = _key("media.announced", MEDIA, "可以邀请的媒体（已公布的名单）", "INV-02")
CIRCULAR_HALF_YEARLY = _key("circular.half_yearly", Kind("false", _no_half_year_circular), "每半年通报（不支持）", "loader", default=False)  # fmt: skip
RESPONSIBLE = _key(
    "attendance.responsible",
    _by(Occasion, TEXTS),
    "各类发布由哪些单位负责（单位名称，或 business、local）",
    "ATT-07",
)
MATERIAL = _key(
    "material.table", _rows(_material, "材料准备的列表"), "材料由谁准备", "MAT-01", "MAT-02", "MAT-04"
)

WAIVER_ROLES = _key("waiver.roles", ROLES, "可以批准豁免的岗位", "waiver", default=Among.of((Role.CHIEF_LEADER, Role.DEPUTY_LEADER, Role.OFFICE_DIRECTOR)))  # fmt: skip
EXPLAIN_UNTIL = _key("lapse.explain_until", MONTH_DAY, "不能补做的事，次年此日以前仍列入待办以便说明或豁免", "due", default=MonthDay(3, 31))  # fmt: skip


REQUIRED = frozenset(name for name, key in KEYS.items() if key.required)


def readers_of(rule: str) -> tuple[str, ...]:
    """The keys that a rule reads."""
    return tuple(name for name, key in KEYS.items() if rule in key.readers)
