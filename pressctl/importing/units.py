"""Unit files: 单位名称, 类别, 上级单位, 别名."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pressctl.core.own import Named, OwnKind
from pressctl.core.terms import UnitKind
from pressctl.core.words import words_with
from pressctl.importing import values
from pressctl.importing.headers import Column, Vocabulary
from pressctl.importing.records import Judge, Judging, Record
from pressctl.importing.tables import Problem, Reading, Rejected, Table, open_table
from pressctl.importing.values import Doubt, Fault

__all__ = ["COLUMNS", "UnitRow", "read_units"]

COLUMNS = (
    Column("name", "单位名称", ("单位", "名称", "单位全称", "机构名称", "部门名称"), required=True),
    Column("kind", "类别", ("单位类别", "类型", "单位类型", "单位性质"), required=True, instead="全表是同一类单位的，可用 --kind 指明类别。"),
    Column("parent", "上级单位", ("上级", "隶属单位", "主管单位", "所属单位")),
    Column("aliases", "别名", ("简称", "曾用名", "其他名称", "又名")),
    Column("office", "{word.office}", ("新闻发言人办公室", "是否{word.office}", "设{word.office}", "是否新闻发言人办公室", "设新闻发言人办公室", "发言人办公室")),
)  # fmt: skip

_WHOLE_UNIT = re.compile("(?:局|支队|大队|中队|处|科|室|所|部|中心|办|队|站|委|院|校)\\s*\\Z")
"""How a unit's name ends: 法制、督察支队 is one, 城东分局、城西分局 are two."""
_PASSED_OVER = ("序号", "编号", "原因", "错误原因")
_BETWEEN = re.compile(r"[;；、,，/|\n]+")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the file states it. `office` None where the file does not say."""

    row: int
    raw: tuple[str, ...]
    warnings: tuple[Problem, ...]
    name: str
    kind: UnitKind
    parent: str | None
    aliases: tuple[str, ...]
    office: bool | None
    kind_name: str | None = None


def read_units(
    path: Path,
    *,
    kind: UnitKind | Named[UnitKind] | None = None,
    parent: str | None = None,
    own: tuple[OwnKind, ...] = (),
    sheet: str | None = None,
    hidden: bool = False,
) -> Reading[UnitRow]:
    """The units in a file. `kind` and `parent` are those of rows which name none, `own` the regulation's own names. Raises BadData for a file that is not a
    list of units.

    Within the file: a name that came before, as name or alias, is rejected; so is a unit over itself.
    """
    vocabulary = Vocabulary(COLUMNS, _PASSED_OVER)
    default = Named.of(kind) if kind is not None else None
    given = {key: value for key, value in (("kind", default), ("parent", parent)) if value is not None}
    table = open_table(path, vocabulary, sheet, hidden=hidden, given=given)
    told: list[Problem] = []
    judges: dict[str, Judge] = {
        "name": unit_name,
        "kind": values.one_of(words_with(UnitKind, own), "单位类别"),
        "parent": unit_name,
        "aliases": _aliases,
        "office": values.yes_no,
    }

    def rows() -> Iterator[UnitRow | Rejected]:
        taken: dict[str, int] = {}
        records = Judging(table, vocabulary, judges, required=2, naming="name", defaults=given)
        for record in records:
            record.values[3] = record.values[3] or ()
            if not record.problems:
                record.problems = _clashes(record, taken, table)
            if record.problems:
                yield record.rejected()
            else:
                name, of_kind, above, aliases, office = record.values
                yield UnitRow(
                    record.row, record.raw, record.warnings, name, of_kind.term, above, aliases, office, of_kind.name
                )  # fmt: skip
        told[:] = records.told

    return Reading(table.info, table.header.labels, table.notes, rows, told)


def unit_name(text: str) -> values.Text:
    """A unit's name: no spaces between its characters, no control characters; odd signs are doubtful."""
    said = values.line(text)
    if not isinstance(said, str):
        return said
    parts = [part for part in re.split(r"[、丶,，;；/／]|\s{2,}|\n", text.strip()) if part.strip()]
    if len(parts) > 1 and all(_WHOLE_UNIT.search(part) for part in parts):
        return Fault("一格里有几个单位", "请一个单位一行（一条命令一个单位）。")
    if not re.search(r"[^\W\d_]", said):
        return Fault("不是单位名称：没有文字", "请核对是否错列，或改为单位名称。")
    name = said.replace(" ", "") if not said.isascii() else said
    words = said.split()
    if len(words) > 1 and all(len(word) > 1 and _WHOLE_UNIT.search(word) for word in words):
        return Doubt(name, f"单位名称中间有空格，合读作“{name}”；若是几个单位，请一个单位一行")
    if len(name) == 1 or len(name) > 40:
        return Doubt(name, "单位名称过短或过长，请核对")
    if re.search(r"[=+@<>{}|\\]", name):
        return Doubt(name, "单位名称含有符号，按原文录入，请核对")
    return name


def _aliases(text: str) -> values.Judged[tuple[str, ...]]:
    """Several, with ; between them; each once."""
    cleaned = values.clean(text)
    if not isinstance(cleaned, str):
        return cleaned
    names: list[str] = []
    for part in _BETWEEN.split(cleaned):
        name = unit_name(part) if part.strip() else None
        if isinstance(name, Fault):
            return name
        said = name.value if isinstance(name, Doubt) else name
        if said:
            names.append(said)
    return tuple(dict.fromkeys(names))


def _clashes(record: Record, taken: dict[str, int], table: Table) -> tuple[Problem, ...]:
    """Names that another row holds; the names of a sound row are held from now on."""
    name, _, parent, aliases, _ = record.values
    label = {key: table.header.label(key) for key in ("name", "aliases", "parent")}
    problems = [
        Problem(
            record.row,
            label["name" if said == name else "aliases"],
            said,
            f"与第 {taken[said]} 行的名称或别名相同",
        )
        for said in dict.fromkeys((name, *aliases))
        if said in taken
    ]
    if parent == name:
        problems.append(Problem(record.row, label["parent"], parent, "上级单位是它自己"))
    if not problems:
        taken.update(dict.fromkeys((name, *aliases), record.row))
    return tuple(problems)
