"""Plan files: the year's releases, one a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from pressctl.core.terms import Form, Nature, Occasion
from pressctl.importing import values
from pressctl.importing.headers import Column, Vocabulary
from pressctl.importing.records import Judge, Judging, Record
from pressctl.importing.tables import Problem, Reading, Rejected, Table, open_table
from pressctl.importing.unit_names import UnitNames

__all__ = ["COLUMNS", "PlanRow", "read_plan"]

COLUMNS = (
    Column("name", "发布名称", ("名称", "发布会名称", "活动名称", "发布活动名称", "题目"), required=True),
    Column("unit", "单位", ("组织单位", "发布单位", "承办单位", "主办单位", "责任单位", "部门"), required=True),
    Column("form", "形式", ("发布形式", "发布方式", "方式"), required=True),
    Column("on", "日期", ("发布日期", "计划日期", "发布时间", "拟发布时间", "计划时间", "召开日期"), required=True),
    Column("occasion", "类型", ("发布类型", "事由")),
    Column("nature", "性质", ("发布性质",)),
    Column("topic", "主题", ("发布主题", "发布内容", "主要内容", "内容")),
    Column("categories", "内容类别", ("类别", "内容分类")),
    Column("in_bureau_name", "以市局名义", ("是否以市局名义", "市局名义")),
    Column("venue", "地点", ("发布地点", "召开地点", "会场")),
    Column("at", "时间", ("具体时间", "开始时间", "时刻")),
)  # fmt: skip

_PASSED_OVER = ("序号", "编号", "原因", "错误原因", "备注", "发布编号", "状态")

FORM_WORDS = {
    **{word: form for form in Form for word in (form.label, form.value)},
    **dict.fromkeys(("发布会", "召开新闻发布会"), Form.CONFERENCE),
    **dict.fromkeys(("通气会", "媒体通气会", "召开新闻通气会"), Form.BRIEFING),
    **dict.fromkeys(("书面", "书面新闻发布", "书面形式"), Form.WRITTEN),
}
OCCASION_WORDS: Mapping[str, Occasion] = {
    **dict.fromkeys(("定期", "例行"), Occasion.PERIODIC),
    **dict.fromkeys(("重大", "重大举措", "大要案件", "专项斗争"), Occasion.MAJOR),
    **dict.fromkeys(("舆情", "热点舆情", "敏感舆情"), Occasion.OPINION),
    **dict.fromkeys(("突发", "突发事件", "突发案件"), Occasion.EMERGENCY),
    **dict.fromkeys(("单位", "自行", "本单位"), Occasion.OWN),
    **{word: occasion for occasion in Occasion for word in (occasion.label, occasion.value)},
}
NATURE_WORDS: Mapping[str, Nature] = {
    **dict.fromkeys(("综合", "全局性", "综合性", "全局"), Nature.COMPREHENSIVE),
    **dict.fromkeys(("专项", "专项性", "业务性", "业务"), Nature.SPECIAL),
    **{word: nature for nature in Nature for word in (nature.label, nature.value)},
}


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
    occasion: Occasion | None
    nature: Nature | None
    topic: str | None
    categories: tuple[int, ...]
    in_bureau_name: bool | None
    venue: str | None
    at: time | None


def read_plan(path: Path, *, units: UnitNames, sheet: str | None = None) -> Reading[PlanRow]:
    """The planned releases in a file. Raises BadData for a file that is no plan.

    Within the file the same unit must not announce the same name twice in a year.
    """
    vocabulary = Vocabulary(COLUMNS, _PASSED_OVER)
    table = open_table(path, vocabulary, sheet)
    judges: dict[str, Judge] = {
        "name": values.line,
        "unit": units.resolver(),
        "form": values.one_of(FORM_WORDS, "形式"),
        "on": values.day,
        "occasion": values.one_of(OCCASION_WORDS, "类型"),
        "nature": values.one_of(NATURE_WORDS, "性质"),
        "topic": values.line,
        "categories": values.categories,
        "in_bureau_name": values.yes_no,
        "venue": values.line,
        "at": values.clock,
    }

    def rows() -> Iterator[PlanRow | Rejected]:
        seen: dict[tuple[int, int, str], int] = {}
        for record in Judging(table, vocabulary, judges, required=4, naming="name", carried="unit"):
            record.values[7] = record.values[7] or ()
            if not record.problems:
                record.problems = _twice(record, seen, table)
            if record.problems:
                yield record.rejected()
            else:
                yield PlanRow(record.row, record.raw, record.warnings, *record.values)

    return Reading(table.info, table.header.labels, table.notes, rows)


def _twice(record: Record, seen: dict[tuple[int, int, str], int], table: Table) -> tuple[Problem, ...]:
    name, unit_id, _, on, *_ = record.values
    earlier = seen.setdefault((on.year, unit_id, name), record.row)
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
