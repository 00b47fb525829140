"""Plan files: the year's releases, one a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from pressctl.core.dates import in_digits, weekday_name
from pressctl.core.own import Named, OwnKind
from pressctl.core.period import parse_period, period_said
from pressctl.core.terms import Form, Nature, Occasion
from pressctl.core.words import words_of, words_with
from pressctl.importing import values
from pressctl.importing.headers import Column, Vocabulary, plain
from pressctl.importing.records import Judge, Judging, Record
from pressctl.importing.tables import Problem, Reading, Rejected, RowNumbers, Table, open_table
from pressctl.importing.unit_names import UnitNames
from pressctl.importing.values import Doubt, Fault

__all__ = ["COLUMNS", "PlanRow", "When", "read_plan"]

COLUMNS = (
    Column("name", "发布名称", ("名称", "发布会名称", "活动名称", "发布活动名称", "题目", "发布主题", "发布会主题", "主题", "发布内容", "主要内容", "发布事项", "内容"), required=True),
    Column("unit", "单位", ("组织单位", "发布单位", "承办单位", "主办单位", "责任单位", "牵头单位", "责任部门", "承办部门", "部门"), required=True, instead="全表是同一个单位的，可用 --unit 指明单位。"),
    Column("form", "形式", ("发布形式", "发布方式", "方式"), required=True, instead="全表是同一种形式的，可用 --form 指明形式。"),
    Column("on", "日期", ("发布日期", "计划日期", "拟发布时间", "拟发布日期", "计划时间", "计划发布时间", "发布时间", "召开日期", "召开时间", "拟召开时间", "发布月份", "月份", "发布季度", "季度", "时间", "时间安排"), required=True),
    Column("occasion", "类型", ("发布类型", "事由")),
    Column("nature", "性质", ("发布性质",)),
    Column("topic", "主题内容", ()),
    Column("categories", "内容类别", ("类别", "内容分类")),
    Column("in_bureau_name", "{word.in_bureau_name}", ("以市局名义", "是否以市局名义", "市局名义", "以本级名义", "是否{word.in_bureau_name}")),
    Column("venue", "地点", ("发布地点", "召开地点", "会场")),
    Column("at", "具体时间", ("开始时间", "时刻")),
)  # fmt: skip

_PASSED_OVER = ("序号", "编号", "原因", "错误原因", "备注", "发布编号", "状态")
_YIELDING = {"name": "topic", "on": "at"}
"""Where two columns could mean the former, the less certain one means the latter: 发布名称 beside 主题, 日期 beside 时间."""
_TITLE_YEAR = re.compile(r"(20\d{2})\s*年")


@dataclass(frozen=True, slots=True)
class When:
    """What a plan says of the time: a day, or the period of which `on` is the last day; the hour where it is said too."""

    on: date
    period: str | None = None
    at: time | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One planned release as the file states it; None, or no category, where it does not say."""

    row: int
    raw: tuple[str, ...]
    warnings: tuple[Problem, ...]
    name: str
    unit_id: int
    form: Form
    on: date
    period: str | None
    occasion: Occasion | None
    nature: Nature | None
    topic: str | None
    categories: tuple[int, ...]
    in_bureau_name: bool | None
    venue: str | None
    at: time | None
    form_name: str | None = None


def read_plan(
    path: Path,
    *,
    units: UnitNames,
    today: date,
    unit: int | None = None,
    form: Form | Named[Form] | None = None,
    year: int | None = None,
    own: tuple[OwnKind, ...] = (),
    sheet: str | None = None,
    hidden: bool = False,
) -> Reading[PlanRow]:
    """The planned releases in a file. `unit` and `form` are those of rows which name none, `own` the regulation's own names; `year` that of a month without a year, else the one in
    the title, else this one. Raises BadData for a file that is no plan.

    Within the file the same unit must not announce the same name twice in a year.
    """
    vocabulary = Vocabulary(COLUMNS, _PASSED_OVER, yielding=_YIELDING)
    default = Named.of(form) if form is not None else None
    given = {key: value for key, value in (("unit", unit), ("form", default)) if value is not None}
    table = open_table(path, vocabulary, sheet, hidden=hidden, given=given, above={"unit": units.stated})
    given |= table.stated
    titled = _TITLE_YEAR.search(table.title)
    meant = year or (int(titled[1]) if titled else today.year)
    guessed = RowNumbers()
    told: list[Problem] = []
    judges: dict[str, Judge] = {
        "name": values.line,
        "unit": _unit_and_person(units, table.header.label("unit") or ""),
        "form": values.one_of(words_with(Form, own), "形式"),
        "on": _when(table.first_day, meant, _unit_of_time(table.header.label("on"))),
        "occasion": values.one_of(words_of(Occasion), "类型"),
        "nature": values.one_of(words_of(Nature), "性质"),
        "topic": values.line,
        "categories": values.categories,
        "in_bureau_name": values.yes_no,
        "venue": values.line,
        "at": values.clock,
    }

    def rows() -> Iterator[PlanRow | Rejected]:
        seen: dict[tuple[int, int, str], int] = {}
        records = Judging(
            table, vocabulary, judges, required=4, naming="name", carried="unit", defaults=given
        )
        place = table.header.places.get("on")
        for record in records:
            name, unit_id, of_form, when, occasion, nature, topic, categories, named, venue, at = (
                record.values
            )
            if not record.problems:
                record.problems = _twice(record, when.on.year, seen, table)
            if record.problems:
                yield record.rejected()
                continue
            if place is not None and not (year or titled or _names_year(record.raw[place])):
                guessed.add(record.row)
            yield PlanRow(
                record.row, record.raw, record.warnings, name, unit_id, of_form.term, when.on, when.period,
                occasion, nature, topic, categories or (), named, venue, at or when.at, of_form.name,
            )  # fmt: skip
        told[:] = records.told
        if guessed:
            said = f"第 {guessed} 行的时间没有写年份，按 {meant} 年登记"
            advice = "不是这一年的，请用 --year 指明。"
            told.append(Problem(guessed.first, table.header.label("on"), None, said, advice))

    return Reading(table.info, table.header.labels, table.notes, rows, told)


_PERSON = re.compile("[责负]任?人|联系人|联络[员人]|经办人")


def _unit_and_person(units: UnitNames, heading: str) -> Judge:
    """A unit, with the person who answers for the item where the cell names one too (天宁分局/张三): no field holds them."""
    resolve = units.resolver()

    @lru_cache(maxsize=1024)
    def judge(text: str) -> Any:
        found = resolve(text)
        if type(found) is not Fault:
            return found
        if (
            turned := re.fullmatch(r"\s*(?P<who>[^()（）]+)[(（](?P<unit>[^()（）]+)[)）]\s*", text)
        ) and isinstance(unit := resolve(turned["unit"]), int):
            who = turned["who"]
        elif led := units.leading(text):
            unit, who = resolve(led[0]), led[1]
            if not _PERSON.search(heading) and not re.search(r"[\s、,，/／:：]", text.strip()):
                return found
        else:
            return found
        if isinstance(values.name(who), Fault):
            return found
        return Doubt(unit, f"“{who}”未录入") if isinstance(unit, int) else found

    return judge


def _names_year(text: str) -> bool:
    said = in_digits(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    return re.search(r"[12]\d{3}", said) is not None or (said.isdecimal() and len(said) > 2)


def _unit_of_time(heading: str | None) -> str:
    """What a bare number means under a heading: 月份, 季度; nothing under others."""
    bare = re.search(r"(月)份?\Z|(季)度?\Z", plain(heading or ""))
    return (bare[1] or bare[2]) if bare else ""


def _when(first_day: date, year: int, bare: str = "") -> Judge:
    """A judge for the time of a planned release: a day with or without its hour, a month, a third of one, a quarter, a year.

    `bare` is what a number without a word counts: months, quarters.
    """
    day = values.day_from(first_day)

    @lru_cache(maxsize=1024)
    def judge(text: str) -> values.Judged[When]:
        said = values.line(text)
        if said is None or isinstance(said, Fault | Doubt):
            return said if isinstance(said, Fault) else None
        plain_text = in_digits(re.sub(r"\s+", "", unicodedata.normalize("NFKC", said)))
        if bare and plain_text.isdecimal() and len(plain_text) <= 2:
            plain_text += bare
        try:
            period = parse_period(plain_text, year)
        except ValueError:
            return _day_and_hour(day, plain_text, said, year)
        when = When(period.last, period.text)
        if period.rough:
            return Doubt(when, f"按“{period_said(period.text)}”登记，请核对")
        return when

    return judge


_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)([一二三四五六日天])[)]?")
_ASIDE = re.compile(
    r"\([^()]*\)|(?:左右|前后|[之以]?前|上午|下午|晚上|晚|中午|全天)\Z|\A(?:大?约|拟[于在定]?|计划[于在]?|预计[于在]?|暂定[于在]?)"
)
"""Words at a day that no field holds."""
_SHORT_DAY = re.compile(r"(?P<month>\d{1,2})(?P<by>[-/.月])(?P<day>\d{1,2})[日号]?")
_DAY = r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}[日号]?|\d{8}"
_LATER = re.compile(rf"(?P<day>{_DAY})[至到~—-]+(?:{_DAY}|\d{{1,2}}[日号])")
_ENDS_IN_HOUR = re.compile(
    r"(?P<day>.*?(?:日|号|-\d{1,2}|/\d{1,2}|\.\d{1,2}))T?(?P<hour>(?:上午|下午|晚上|中午)?\d{1,2}[:时点].*?)"
    r"(?P<until>[至到~—-]+(?:上午|下午|晚上|中午)?\d{1,2}[:时点].*)?"
)


def _day_and_hour(day: Judge, plain: str, said: str, year: int) -> values.Judged[When]:
    """A day, with its hour. What is said besides is told; a weekday must be the day's own."""
    told: list[str] = []
    weekday = _WEEKDAY.search(plain)
    plain = _WEEKDAY.sub("", plain)
    found = _ENDS_IN_HOUR.fullmatch(plain)
    on, hour = (found["day"], values.clock(found["hour"])) if found else (plain, None)
    if found and found["until"]:
        told.append("只登记开始的时间")
    asides: list[str] = []
    while aside := _ASIDE.search(on):
        asides.append(aside[0].strip("()"))
        on = on[: aside.start()] + on[aside.end() :]
    if asides:
        told.append(f"“{'、'.join(asides)}”未录入")
    if several := _LATER.fullmatch(on):
        told.append("写了几天，按第一天登记")
        on = several["day"]
    if short := _SHORT_DAY.fullmatch(on):
        on = f"{year}年{short['month']}月{short['day']}日"
        if short["by"] != "月":
            told.append(f"按 {on} 登记")
    judged = day(on.replace("号", "日"))
    if not isinstance(judged, date):
        return Fault(
            f"“{said}”看不出是哪一天或哪个时段",
            "请写作 2026-10-09，或 2026-10、10月下旬、第四季度、2026年。",
        )
    if isinstance(hour, Fault):
        return Fault("时间看不懂", "请写作 2026-10-09 10:00。")
    if weekday and weekday_name(judged)[-1] != weekday[1].replace("天", "日"):
        told.append(f"{judged} 是{weekday_name(judged)}，与所写的{weekday[0].strip('()')}不同")
    when = When(judged, at=hour if isinstance(hour, time) and hour != time() else None)
    return Doubt(when, f"{'；'.join(told)}，请核对") if told else when


def _twice(
    record: Record, year: int, seen: dict[tuple[int, int, str], int], table: Table
) -> tuple[Problem, ...]:
    name, unit_id, *_ = record.values
    earlier = seen.setdefault((year, unit_id, name), record.row)
    if earlier == record.row:
        return ()
    return (
        Problem(
            record.row,
            table.header.label("name"),
            name,
            f"与第 {earlier} 行重复（同年、同单位、同名称）",
            "请删去一行，或写明场次。",
        ),
    )
