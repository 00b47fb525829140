"""An import at the terminal: shown and confirmed where somebody looks on, then what it did."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pressctl.cli import output
from pressctl.cli.values import STANDARD_INPUT
from pressctl.core.names import clause_of
from pressctl.core.own import Named
from pressctl.core.terms import Form, Role, Term, UnitKind, named
from pressctl.errors import BadData

if TYPE_CHECKING:
    from pressctl.importing.tables import Problem
    from pressctl.usecases.imports import Line, Taken


def run_import(
    ctx: typer.Context, file: Path, run: Callable[..., Taken], *, dry_run: bool, yes: bool
) -> None:
    """`run(dry_run=, tell=)`; where somebody is there to answer, its plan is shown and confirmed first."""
    terminal: output.Terminal = ctx.obj

    def go(*, dry_run: bool) -> Taken:
        with output.progress("检查" if dry_run else "导入", _rows_about(file)) as tell:
            result = run(dry_run=dry_run, tell=tell)
        return replace(result, file=Path("-")) if file.name == STANDARD_INPUT else result

    try:
        if dry_run or yes or not output.answerable():
            return terminal.show(go(dry_run=dry_run), print_import)
        plan = go(dry_run=True)
        with redirect_stdout(sys.stderr):
            print_import(plan)
        if not (plan.added or plan.updated):
            return terminal.show(go(dry_run=False), lambda _: output.say("没有要写入的内容。"))
        output.confirm("是否写入？", yes=False, declined="没有导入，未作任何改动。")
        terminal.show(go(dry_run=False), _print_tally)
    except BadData as refused:
        if not terminal.json:
            _say_problems(refused.details.get("warnings", ()), refused.details.get("rejected", ()))
        raise


def _rows_about(file: Path) -> int:
    """How many rows a file may have, for the progress bar: its lines, or what a workbook of its size holds."""
    if not file.is_file():
        return 0
    with file.open("rb") as stream:
        if stream.read(2) == b"PK":
            return file.stat().st_size // _BYTES_A_ROW
        return sum(block.count(b"\n") for block in iter(partial(stream.read, 1 << 20), b""))


_BYTES_A_ROW = 80
"""Of a compressed workbook."""


def print_import(taken: Taken) -> None:
    """What an import found and did: doubts and lacks on stderr, the summary and the tally on stdout."""
    _say_problems(taken.warnings, taken.rejected)
    _print_summary(taken.summary)
    _print_tally(taken)
    if lacking := taken.lacking:
        by = clause_of("roster.numbers") or "规定"
        output.say(f"\n按{by}，名册仍缺 {len(lacking)} 项：")
        for text in lacking[:_SHOWN]:
            output.say(f"  {text}")
        if len(lacking) > _SHOWN:
            output.say(f"  ……另有 {len(lacking) - _SHOWN} 项，用 pressctl check 查看。")


_SHOWN = 20


def _say_problems(warnings: Iterable[Problem], rejected: Iterable[Problem]) -> None:
    for word, problems in (("注意", warnings), ("有错", rejected)):
        for problem in problems:
            output.say(f"{word}：{describe_problem(problem)}")


def describe_problem(p: Problem) -> str:
    """第 3 行，手机“139”：……"""
    from pressctl.core.text import visible

    where = f"第 {p.row} 行"
    if p.column:
        where += f"，{visible(p.column)}"
    if p.value:
        where += f"“{visible(p.value)}”"
    told = f"{where}：{p.problem}" + (f"（{p.next.rstrip('。')}）" if p.next else "")
    return visible(told, len(told))


def _print_tally(taken: Taken) -> None:
    dry = "（预演，没有写入）" if taken.dry_run else ""
    bad = len({p.row for p in taken.rejected})
    print(
        f"{taken.file}（{taken.encoding}）：{taken.rows} 行，新增 {taken.added}，更新 {taken.updated}，"
        f"未变 {taken.unchanged}，有错 {bad}{dry}"
    )
    if taken.rejected_file:
        done = "将另存为" if taken.dry_run else "已另存为"
        print(f"有错的行{done} {taken.rejected_file}，改好后导入这个文件即可。")


_SHORT: dict[str, str] = {
    Role.LIAISON: "联络员",
    Role.SPOKESPERSON: "发言人",
    Role.MEDIA_LEAD: "媒体负责人",
    Role.OFFICE_DIRECTOR: "{word.office_head_short}",
    Role.CHIEF_LEADER: "主要领导",
    Role.DEPUTY_LEADER: "分管领导",
}
"""Heads of columns: six roles and a unit have to fit a terminal."""
_HEADS: tuple[Term, ...] = (*map(Role, _SHORT), *Form, *UnitKind)


def _head(kind: Named[Any]) -> str:
    """The head of a column: the regulation's own name, else the short word for a role, else the term's label."""
    return kind.name or named(_SHORT.get(kind.term) or kind.term.label)


def _print_summary(lines: Iterable[Line]) -> None:
    """What is new or changed, a line for each unit that it concerns, a column for each role, form or kind."""
    changed: dict[str, Counter[tuple[Named[Any], str]]] = {}
    for line in lines:
        for unit in ("合计", line.group.place):
            for sign, number in (("+", line.added), ("改", line.updated)):
                if unit and number:
                    changed.setdefault(unit, Counter())[line.group.named, sign] += number
    if not changed:
        return
    kinds = {kind for kind, _ in changed["合计"]}
    heads = sorted(kinds, key=lambda kind: (_HEADS.index(kind.term), kind.name or ""))
    rows = [
        (
            unit,
            *(" ".join(f"{sign}{n}" for sign in "+改" if (n := counts[head, sign])) for head in heads),
        )
        for unit, counts in sorted(changed.items(), key=lambda item: item[0] == "合计")
    ]
    print("新增（+）、更新（改）：")
    output.table(["单位", *(f"{_head(kind)}>" for kind in heads)], rows)
    print()
