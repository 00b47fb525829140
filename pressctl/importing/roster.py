"""Rosters: a table to judged rows, one appointment each. What the database knows is judged by the use case."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pressctl.core.facts import Person
from pressctl.core.own import Named, OwnKind
from pressctl.core.period import parse_period
from pressctl.core.terms import Role
from pressctl.core.words import plain, words_with
from pressctl.errors import BadData
from pressctl.importing import values
from pressctl.importing.headers import Column, Header, Vocabulary
from pressctl.importing.records import Judge, Judging, Record
from pressctl.importing.tables import Apart, Problem, Reading, Rejected, Table, hidden_advice, open_table
from pressctl.importing.unit_names import UnitNames
from pressctl.importing.values import Doubt, Fault, Void

__all__ = ["COLUMNS", "LABELS", "RosterRow", "UnitNames", "read_person", "read_roster", "same_person"]


def _with_fax(*names: str) -> Iterator[str]:
    """Headings under which a fax number may stand behind the telephone: 电话/传真."""
    yield from (f"{name}{between}传真" for name in names for between in ("/", "、", "及", "和", "与", ""))


COLUMNS = (
    Column("unit", "单位", ("单位名称", "工作单位", "所在单位", "现工作单位", "现任单位", "现单位", "所属单位", "责任单位", "机构名称", "部门", "所在部门", "部门名称"), required=True, instead="全表是同一个单位的，可用 --unit 指明单位。"),
    Column("role", "类别", ("角色", "身份", "人员类别", "人员类型", "登记类别"), required=True, instead="全表是同一类人员的，可用 --role 指明类别。"),
    Column("name", "姓名", ("名字", "人员姓名", "名称"), required=True),
    Column("title", "职务", ("现任职务", "职务名称", "行政职务", "职位", "岗位"), required=True),
    Column("gender", "性别"),
    Column("birth", "出生年月", ("出生日期", "出生时间", "生日", "出生")),
    Column("ethnicity", "民族"),
    Column("politics", "政治面貌", ("政治面目", "党派")),
    Column("education", "学历", ("文化程度", "最高学历")),
    Column("office_phone", "办公室电话", ("办公电话", "办公室座机", "办公座机", "座机", "固定电话", "固话", "单位电话", "内线", "内线电话", *_with_fax("办公电话", "办公室电话"))),
    Column("mobile", "手机", ("手机号码", "手机号", "移动电话", "联系手机", "移动号码")),
    Column("email", "电子邮件", ("邮箱", "电子邮箱", "邮件", "邮箱地址", "E-MAIL", "EMAIL", "MAIL")),
    Column("qq", "QQ", ("QQ号", "QQ号码", "QQ号码(微信)")),
    Column("resume", "简历", ("个人简历", "工作简历", "履历")),
    Column("since", "任职日期", ("任职时间", "任职年月日", "任命日期")),
    Column("remark", "备注", ("说明",)),
    Column("phone", "电话", ("联系电话", "联系方式", "电话号码", "新闻发布工作机构电话", "新闻发布机构电话", "工作机构电话", "机构电话", "工作电话", "对外电话", *_with_fax("电话", "联系电话", "工作电话"))),
)  # fmt: skip
"""Keys are those of RosterRow; `phone` may hold either kind of number."""

_PASSED_OVER = ("序号", "编号", "序", "号", "NO", "NO.", "原因", "错误原因", "人员编号", "年龄")
_SHARED = ("unit", "role", "remark")
"""Columns that belong to a whole row, however many people it holds."""
_NUMBERS = ("office_phone", "mobile", "phone")
_REQUIRED = 4

_WHOM = (
    (
        re.compile(
            r"(?:.{0,4}新闻|第[一二三四1-4]|[主副正]|单位|市局|分局){0,3}发言人[一二三四1-4AB甲乙]?|新闻发布人"
        ),
        Role.SPOKESPERSON,
    ),
    (re.compile(r".{0,10}(?:联络[员人]|联系人)[一二三四1-4AB甲乙]?"), Role.LIAISON),
    (re.compile(r".{0,4}(?:应对媒体|媒体应对|媒体)(?:的)?(?:负责人|责任人|负责同志)"), Role.MEDIA_LEAD),
)
_KIND_OF_ROLE = re.compile(r"(?:各?单位|全体|市局|各?分局)?(.+?)(?:名单|名册|一览表?|登记表)?")


def _whom(own: tuple[OwnKind, ...]) -> Callable[[str], Named[Role] | None]:
    """What tells the role that a heading speaks of: 新闻发言人, 第二发言人, 新闻发布工作联络员."""
    words = words_with(Role, own)

    def whom(text: str) -> Named[Role] | None:
        if (found := words.get(plain(text))) is not None:
            return found
        return next((Named(role) for spelling, role in _WHOM if spelling.fullmatch(text)), None)

    return whom


def _section_role(whom: Callable[[str], Named[Role] | None]) -> Callable[[str], Named[Role] | None]:
    """What tells the role that a heading between the rows gives to those below it: 二、联络员名单"""

    def section(text: str) -> Named[Role] | None:
        found = _KIND_OF_ROLE.fullmatch(text)
        return whom(found[1]) if found else None

    return section


class RosterRow(NamedTuple):
    """One appointment as the file states it, made regular. `raw` are the cells under `Reading.header`.

    `place` counts the records from 0: a row of the file may hold several people. `same_as` is the place of the earlier record of the
    same person in another post.
    """

    row: int
    place: int
    raw: tuple[str, ...]
    warnings: tuple[Problem, ...]
    unit_id: int
    role: Role
    name: str
    title: str
    gender: str | None
    birth: str | None
    ethnicity: str | None
    politics: str | None
    education: str | None
    office_phone: str | None
    mobile: str | None
    email: str | None
    qq: str | None
    resume: str | None
    since: date | None
    remark: str | None
    same_as: int | None = None
    role_name: str | None = None


_SLOTS = [column.key for column in COLUMNS]
_UNIT, _ROLE, _NAME = 0, 1, 2
_BIRTH, _OFFICE, _MOBILE, _REMARK = (
    _SLOTS.index(key) for key in ("birth", "office_phone", "mobile", "remark")
)


def read_roster(
    path: Path,
    *,
    units: UnitNames,
    role: Role | Named[Role] | None = None,
    unit: int | None = None,
    today: date,
    own: tuple[OwnKind, ...] = (),
    sheet: str | None = None,
    hidden: bool = False,
) -> Reading[RosterRow]:
    """The roster in a file, read as it is iterated. `role` and `unit` are those of rows which name none; `own` are the
    regulation's own names.

    Raises BadData for a file that is no roster: not a table, empty, without a needed column.
    """
    whom = _whom(own)
    section, default = _section_role(whom), Named.of(role) if role is not None else None
    vocabulary = Vocabulary(
        COLUMNS,
        _PASSED_OVER,
        whom=whom,
        shared=_SHARED,
        numbers=_NUMBERS,
        pairs=[_UNIT_AND_TITLE, frozenset(("name", "title"))],
    )
    given = {key: value for key, value in (("role", default), ("unit", unit)) if value is not None}
    table = open_table(
        path,
        vocabulary,
        sheet,
        hidden=hidden,
        given=given,
        sections={"role": section},
        above={"unit": units.stated},
        apart=_unit_and_title(units),
    )
    _require_numbers(path, table)
    given |= table.stated
    told: list[Problem] = []

    def rows() -> Iterator[RosterRow | Rejected]:
        judges = dict(
            zip(_SLOTS, _judges(units, _role_judge(default, own), today, table.first_day), strict=True)
        )
        records = Judging(
            table,
            vocabulary,
            judges,
            required=_REQUIRED,
            naming="name",
            carried="unit",
            defaults=given,
            section=("role", section) if "role" not in table.header.places else None,
        )
        yield from _rows(records, table)
        told[:] = records.told

    notes = (*table.notes, *_of_headings(table.header, default))
    return Reading(table.info, table.header.labels, notes, rows, told)


_BELOW = re.compile("派出所|分局|支队.|大队.|中队.|公安局")
_UNIT_AND_TITLE = frozenset(("unit", "title"))


def _unit_and_title(units: UnitNames) -> Apart:
    """天宁分局政治处主任 under 单位及职务: the unit that is known, and what follows it."""

    def apart(keys: tuple[str, ...], cell: str) -> list[str] | None:
        if frozenset(keys) != _UNIT_AND_TITLE or not (found := units.leading(cell)):
            return None
        if _BELOW.search(found[1]):  # a station that is not known is not the unit above it
            return None
        return list(found) if keys[0] == "unit" else list(found[::-1])

    return apart


def _require_numbers(path: Path, table: Table) -> None:
    for group in table.header.groups:
        if not set(_NUMBERS) & group.places.keys():
            of = f"{group.word}的" if group.word else ""
            raise BadData(
                "missing_columns",
                f"{path.name} 的表头（第 {table.header.last_row} 行）缺少：{of}办公室电话或手机。",
                next_step=f"请补上“办公室电话”列或“手机”列。{hidden_advice(table.notes)}",
            )


def _of_headings(header: Header, role: Named[Role] | None) -> Iterator[Problem]:
    """What the headings were taken to say of the people under them."""
    for group in header.groups:
        if group.value is None:
            continue
        said = f"“{group.word}”各列按{group.value.label}登记"
        if role is not None and role != group.value:
            said += f"，与指定的类别“{role.label}”不同"
        elif len(header.groups) == 1:
            continue
        yield Problem(header.last_row, None, group.word, said)
    for label in header.lent:
        yield Problem(header.last_row, label, None, f"“{label}”只有一列，同一行的人都登记这个号码，请核对")


def _judges(units: UnitNames, role: Judge, today: date, first_day: date) -> tuple[Judge, ...]:
    """In the order of `_SLOTS`."""
    return (
        units.resolver(),
        role,
        values.name,
        values.title,
        values.gender,
        values.birth_month(today, first_day),
        values.ethnicity,
        values.politics,
        values.education,
        values.office_phone,
        values.mobile,
        values.email,
        values.qq,
        values.passage,
        _since(first_day, today),
        values.passage,
        values.phone,
    )


_DATE = r"\d{4}(?:年|[./-])\d{1,2}(?!\d)(?:(?:月份?|[./-])(?:\d{1,2}(?!\d)日?)?)?"
_TERM = re.compile(
    rf"(?:任期|任职时间)?[:：]?(?:自|从|于)?(?P<first>{_DATE})(?:起|以来|开始|任.{{0,10}})?(?P<to>[-~至到—]+)?(?:(?P<last>{_DATE})(?:止)?|今|现在|目前)?"
)


def _since(first_day: date, today: date) -> Judge:
    """任职日期: a day; of a month alone, its first; of a term (2024.3-2026.3, 2024年3月至今), when it began."""
    day = values.day_from(first_day)

    def one(text: str, *, end: bool) -> date | None:
        if isinstance(found := day(text.rstrip(".-/")), date):
            return found
        try:
            month = parse_period(text.rstrip(".-/"))
        except ValueError:
            return None
        if "-" not in month.text or month.rough:
            return None
        return month.last if end else month.first

    @lru_cache(maxsize=1024)
    def judge(text: str) -> values.Judged[date]:
        found = day(text)
        if isinstance(found, date):
            late = f"{found} 晚于今天（{today}），请核对"
            return Doubt(found, late) if found > today else found
        compact = values.date_text(text)
        if not isinstance(compact, str) or not (term := _TERM.fullmatch(compact)):
            return found
        first = one(term["first"], end=False)
        last = one(term["last"], end=True) if term["last"] else None
        if first is None or (term["last"] and (last is None or last < first)):
            return found
        told = [] if isinstance(day(term["first"]), date) else [f"只写到月，按 {first} 登记"]
        if compact != term["first"]:
            told += [f"按 {first} 起任职登记"] * (not told)
        if last is not None:
            told.append(
                f"写明任到 {last}" + ("，已经过了，请核对是否仍在任" if last < today else "，没有登记")
            )
        return Doubt(first, "；".join(told))

    return judge


def _role_judge(default: Named[Role] | None, own: tuple[OwnKind, ...]) -> Judge:
    """A word for a role; where the file and --role differ, the file is followed, with a warning."""
    known = values.one_of(words_with(Role, own), "类别")
    names = [*(role.label for role in Role), *(kind.name for kind in own if isinstance(kind.under, Role))]

    @lru_cache(maxsize=1024)
    def judge(text: str) -> values.Judged[Named[Role]]:
        found = known(text)
        if found is None:
            return default
        if type(found) is Fault:
            return Fault(found.problem, f"可用：{'、'.join(names)}；一人兼两类请分两行。")
        if isinstance(found, Named) and default is not None and found != default:
            return Doubt(found, f"与指定的类别“{default.label}”不同，按文件所写登记")
        return found

    return judge


def _rows(records: Judging, table: Table) -> Iterator[RosterRow | Rejected]:
    seen = _Seen(table)
    more = [group.more for group in table.header.groups]
    plain = "phone" not in table.header.places and not any(more)
    place = -1
    for record in records:
        place += 1
        said = record.values
        phone = said.pop()
        if not plain or record.doubts:
            _sort_numbers(record, phone, more[record.group], table.header)
        if not record.problems and not said[_OFFICE] and not said[_MOBILE]:
            record.problems = (Problem(record.row, None, None, "办公室电话和手机都为空", "至少填写一项。"),)
        kind = said[_ROLE]
        if not record.problems:
            said[_ROLE] = kind.term
        same_as = None if record.problems else seen.judge(record, place)
        if record.problems:
            yield record.rejected()
        else:
            told = (record.row, place, record.raw, record.warnings, *said, same_as, kind.name)
            yield RosterRow._make(told)


def _sort_numbers(record: Record, phone: str | None, more: tuple[int, ...], header: Header) -> None:
    """Puts the numbers of 电话 and of further columns where they belong; what a cell says besides goes to the remark.

    A number for which there is no room is told.
    """
    said, asides = record.values, [doubt.aside for _, doubt in record.doubts if doubt.aside]
    found = [("电话", phone)] if isinstance(phone, str) else []
    found += [("电话", doubt.other) for _, doubt in record.doubts if doubt.other]
    for place in more:
        judged = values.phone(record.raw[place])
        if isinstance(judged, Fault):
            problem = Problem(
                record.row, header.labels[place], record.raw[place], judged.problem, judged.next
            )
            if isinstance(judged, Void):
                record.warnings += (problem,)
            else:
                record.problems += (problem,)
        elif isinstance(judged, Doubt):
            record.warnings += (Problem(record.row, header.labels[place], record.raw[place], judged.warning),)
            found += [(header.labels[place], n) for n in (judged.value, judged.other) if n]
            asides += [judged.aside] if judged.aside else []
        elif judged is not None:
            found.append((header.labels[place], judged))
    for label, number in found:
        slot = _MOBILE if values.mobile(number) == number else _OFFICE
        if said[slot] in (None, number):
            said[slot] = number
        else:
            taken = "手机" if slot == _MOBILE else "办公室电话"
            record.warnings += (Problem(record.row, label, number, f"已有一个{taken}，这个号码记入备注"),)
            asides.append(f"另有{taken}{number}")
    if asides and not isinstance(said[_REMARK], Fault):
        said[_REMARK] = "；".join(dict.fromkeys((*([said[_REMARK]] if said[_REMARK] else []), *asides)))


# -- within the file -------------------------------------------------------------------------------


def same_person(
    mobile: str | None, birth: str | None, other_mobile: str | None, other_birth: str | None
) -> bool | None:
    """Whether two rows of one name in one unit are one person: the mobile tells, else the birth month; None when neither can.

    Within one file nobody has two mobiles: against the register, where a mobile may have changed, ask more.
    """
    if mobile is not None and other_mobile is not None:
        return mobile == other_mobile
    if birth is not None and other_birth is not None:
        return birth == other_birth
    return None


class _Entry(NamedTuple):
    """What is compared of an earlier row."""

    row: int
    place: int
    unit_id: int
    role: Role
    name: str
    mobile: str | None
    birth: str | None


_LONGEST_INTERNAL, _MOBILE_DIGITS = 6, 11


class _Seen:
    """Who has come in the file so far, in some ninety bytes each: text kept packed, found through indexes of integers."""

    def __init__(self, table: Table) -> None:
        self._name, self._mobile = table.header.label("name"), table.header.label("mobile")
        self._packed, self._ends = bytearray(), array("Q", [0])
        self._rows, self._places = array("I"), array("I")
        self._by_name, self._by_mobile, self._by_office = _Index(), _Index(), _Index()
        self._office = table.header.label("office_phone")

    def judge(self, record: Record, place: int) -> int | None:
        """The place of the earlier record of the same person, if any. Doubts and a person entered twice are added to the record."""
        said = record.values
        unit_id, name, mobile = said[_UNIT], said[_NAME], said[_MOBILE]
        if (
            (office := said[_OFFICE]) is not None
            and mobile is None
            and len(office) == _MOBILE_DIGITS
            and values.mobile(office) == office
        ):
            mobile = office  # 办公室电话 that is a mobile tells whom it belongs to as well
        by_name = hash((unit_id, name))
        found: int | None = None
        for number in self._by_name.find(by_name):
            known = self._entry(number)
            if known.name == name and known.unit_id == unit_id and self._compared(record, known):
                found = known.place if found is None else found
        if record.problems:
            return None
        self._by_name.add(by_name)
        self._keep(record, place, mobile)
        if office is not None and office != mobile and len(office) > _LONGEST_INTERNAL:
            first = self._by_office.claim(hash(office))
            if first is not None:
                self._shared_office(record, self._entry(first))
        else:
            self._by_office.claim(None)
        first = self._by_mobile.claim(hash(mobile) if mobile is not None else None)
        if first is not None and (known := self._entry(first)).mobile == mobile:
            shared = self._shared(record, known)
            return found if shared is None else shared
        return found

    def _keep(self, record: Record, place: int, mobile: str | None) -> None:
        said = record.values
        told = (str(said[_UNIT]), said[_ROLE], said[_NAME], mobile or "", said[_BIRTH] or "")
        self._packed += "\0".join(told).encode("utf-8")
        self._ends.append(len(self._packed))
        self._rows.append(record.row)
        self._places.append(place)

    def _entry(self, number: int) -> _Entry:
        told = self._packed[self._ends[number] : self._ends[number + 1]].decode("utf-8")
        unit_id, role, name, mobile, birth = told.split("\0")
        row, place = self._rows[number], self._places[number]
        return _Entry(row, place, int(unit_id), Role(role), name, mobile or None, birth or None)

    def _compared(self, record: Record, known: _Entry) -> bool:
        """Against an earlier row of the same name in the same unit: whether they are one person."""
        said = record.values
        name, birth = said[_NAME], said[_BIRTH]
        same = same_person(said[_MOBILE], birth, known.mobile, known.birth)
        if same is False:
            warning = f"与第 {known.row} 行同单位同名，手机或出生年月不同，按两人登记，请核对"
            record.warnings += (Problem(record.row, self._name, name, warning),)
        elif known.role is said[_ROLE]:
            advice = (
                "是同一人请删去一行。" if same else "是同一人请删去一行；是两人请填写各自的手机或出生年月。"
            )
            found = f"与第 {known.row} 行是同一人（同单位、同类别、同名）"
            record.problems += (Problem(record.row, self._name, name, found, advice),)
        elif same and not _months_differ(birth, known.birth):
            roles = f"{known.role.label}、{said[_ROLE].label}"
            warning = f"与第 {known.row} 行是同一人，兼任{roles}，请核对"
            record.warnings += (Problem(record.row, self._name, name, warning),)
        elif same is None:
            warning = f"与第 {known.row} 行同单位同名，看不出是否一人，按两人登记，请填写手机或出生年月"
            record.warnings += (Problem(record.row, self._name, name, warning),)
        return same is True and not _months_differ(birth, known.birth)

    def _shared_office(self, record: Record, known: _Entry) -> None:
        """Within a unit a telephone may be everybody's; of two units one of them is likely wrong."""
        if known.unit_id != record.values[_UNIT]:
            warning = f"与第 {known.row} 行{known.name}（另一个单位）的办公室电话相同，请核对"
            record.warnings += (Problem(record.row, self._office, record.values[_OFFICE], warning),)

    def _shared(self, record: Record, known: _Entry) -> int | None:
        """Against an earlier row of the same mobile: that row, if they are one person in two units."""
        said = record.values
        if known.name != said[_NAME]:
            warning = f"与第 {known.row} 行{known.name}的手机号相同，请核对"
            record.warnings += (Problem(record.row, self._mobile, known.mobile, warning),)
        elif known.unit_id != said[_UNIT]:
            warning = f"与第 {known.row} 行是同一人，分在两个单位，请核对"
            record.warnings += (Problem(record.row, self._name, known.name, warning),)
            return None if _months_differ(said[_BIRTH], known.birth) else known.place
        return None


def _months_differ(birth: str | None, other: str | None) -> bool:
    return birth is not None and other is not None and birth != other


class _Index:
    """Places in order of adding, by hash, those of one slot chained: a dictionary would take five times the room."""

    def __init__(self) -> None:
        self._heads = array("i", [-1]) * (1 << 17)
        self._mask = len(self._heads) - 1
        self._next, self._hashes = array("i"), array("q")

    def find(self, hashed: int) -> Sequence[int]:
        """The places added under a hash, in order."""
        place = self._heads[hashed & self._mask]
        if place < 0:
            return ()
        hashes, following = self._hashes, self._next
        found: list[int] = []
        while place >= 0:
            if hashes[place] == hashed:
                found.append(place)
            place = following[place]
        return found[::-1] if found else ()

    def add(self, hashed: int | None) -> None:
        """The next place, found under a hash, or never."""
        heads, place = self._heads, len(self._hashes)
        if hashed is None:
            self._hashes.append(0)
            self._next.append(_UNLINKED)
            return
        self._hashes.append(hashed)
        slot = hashed & self._mask
        self._next.append(heads[slot])
        heads[slot] = place
        if place >= len(heads):
            self._spread()

    def claim(self, hashed: int | None) -> int | None:
        """The first place added under a hash; where there is none, the next place is found under it from now on."""
        heads, hashes, following = self._heads, self._hashes, self._next
        number = len(hashes)
        if hashed is not None:
            slot = hashed & self._mask
            place = head = heads[slot]
            while place >= 0:
                if hashes[place] == hashed:
                    break
                place = following[place]
            else:
                hashes.append(hashed)
                following.append(head)
                heads[slot] = number
                if number >= len(heads):
                    self._spread()
                return None
            hashes.append(0)
            following.append(_UNLINKED)
            return place
        hashes.append(0)
        following.append(_UNLINKED)
        return None

    def _spread(self) -> None:
        self._heads = array("i", [-1]) * (len(self._heads) * 4)
        self._mask = len(self._heads) - 1
        for place, hashed in enumerate(self._hashes):
            if self._next[place] != _UNLINKED:
                slot = hashed & self._mask
                self._next[place] = self._heads[slot]
                self._heads[slot] = place


_UNLINKED = -2


# -- one person from the command line --------------------------------------------------------------

_PERSONAL: Mapping[str, Callable[[str], values.Text]] = {
    "gender": values.gender,
    "ethnicity": values.ethnicity,
    "politics": values.politics,
    "education": values.education,
    "office_phone": values.office_phone,
    "mobile": values.mobile,
    "email": values.email,
    "qq": values.qq,
    "resume": values.passage,
}


class Entered(NamedTuple):
    """A person as told at the terminal: their particulars (id 0), the post, what the remark holds, what is doubtful."""

    person: Person
    title: str
    remark: str | None
    warnings: list[str]


def read_person(
    name: str | None, title: str | None, personal: Mapping[str, str | None], *, today: date
) -> Entered:
    """A person as `register add` is told, judged as a row of a roster is.

    `personal` by the names of Person; None is not told. Raises BadData naming every item that is wrong.
    """
    judges: dict[str, Callable[[str], values.Text]] = {
        "name": values.name,
        "title": values.title,
        "birth": values.birth_month(today),
        **_PERSONAL,
    }
    given = {"name": name, "title": title, **personal}
    told = {key: text for key, text in given.items() if text is not None}
    judged = values.Judgement(LABELS, required=("name", "title"))
    taken = {key: judged.take(key, text, judges[key]) for key, text in told.items()}
    for doubt in judged.doubts:
        if doubt.other:
            slot = "mobile" if values.mobile(doubt.other) == doubt.other else "office_phone"
            taken[slot] = taken.get(slot) or doubt.other
    judged.require()
    post = taken.pop("title", None) or ""
    asides = [doubt.aside for doubt in judged.doubts if doubt.aside]
    person = Person(0, taken.pop("name", None) or "", **taken)
    return Entered(person, post, "；".join(asides) or None, judged.warnings)


LABELS = {column.key: column.label for column in COLUMNS}
