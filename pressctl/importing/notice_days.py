"""Days off and make-up days as a table, date,kind,name: for what no notice says in words that can be read.

It lies over the year, unless it is said to hold the whole of it; the same checks hold as for a text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NoReturn

from pressctl.core.dates import parse_date
from pressctl.core.notices import Notice, check_days, parse_notice
from pressctl.errors import BadData
from pressctl.importing.encoding import detect, first_bytes

_COLUMNS = {"date": "date", "日期": "date", "kind": "kind", "类别": "kind", "name": "name", "名称": "name"}
_KINDS = {"off": "off", "放假": "off", "休": "off", "work": "work", "上班": "work", "班": "work"}
_LARGEST = 1 << 20  # a notice has two thousand characters, a table forty lines


def read_notice(path: Path, *, year: int | None = None, whole: bool = False) -> Notice:
    """A State Council notice as text, or the table. Raises BadData naming the file, and the row or the sentence.

    `year` is that of a notice which names none; `whole` says that a table holds all days of its year.
    """
    head = first_bytes(path, 8)
    if said := next((said for magic, said in _FOREIGN if head.startswith(magic)), None):
        raise BadData(
            "not_text",
            f"{path.name} 是{said}，不是文本。",
            next_step="请把通知的全文复制到文本文件（.txt）中，或把各日列成 CSV（date,kind,name）。",
        )
    encoding = detect(path)
    if path.stat().st_size > _LARGEST:
        raise BadData(
            "too_large", f"{path.name} 超过 1 MB，不像一份放假通知。", next_step="请核对是否选错了文件。"
        )
    text = path.read_text(encoding=encoding.codec)
    head_line = text.lstrip("\ufeff \n\r\t").split("\n", 1)[0].lower()
    if path.suffix.lower() == ".csv" or re.search(r"(?:date|日期)\s*[,\t，]", head_line):
        return _table(path.name, text, year=year, whole=whole)
    return parse_notice(text, year=year, whole=whole)


_FOREIGN = (
    (b"PK", "Word 文档或工作簿"),
    (b"\xd0\xcf\x11\xe0", "旧格式的 Word 文档或工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
)


def _table(file: str, text: str, *, year: int | None, whole: bool) -> Notice:
    """The days of a table. A weekday written as worked is one that an earlier arrangement gave off."""
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    again: set[date] = set()
    for row, day, kind, name in _rows(file, text):
        if day in off or day in work or day in again:
            _bad(file, row, "日期", str(day), "写了两次")
        if kind == "work" and day.weekday() < 5:
            if whole:
                _bad(file, row, "日期", str(day), "本来就是工作日，不必写作上班")
            again.add(day)
        else:
            (off if kind == "off" else work)[day] = name
    days = (*off, *work, *again)
    if not days:
        raise BadData("empty_file", f"{file} 中没有任何日子。", next_step="表头应为 date,kind,name。")
    of = Counter(d.year for d in days).most_common(1)[0][0] if year is None else year
    for d in days:
        if d.year != of and (d.year, d.month) != (of - 1, 12):
            raise BadData(
                "bad_notice",
                f"{file} 中的 {d} 不在 {of} 年。",
                next_step="一个文件只写一年（可含上一年12月）的安排；请核对日期或 --year。",
            )
    off, work = dict(sorted(off.items())), dict(sorted(work.items()))
    try:
        doubts = check_days(of, off, work, whole=whole)
    except BadData as wrong:
        said = wrong.message.removeprefix("通知读不通：").partition("。原句")[0]
        raise BadData(
            "bad_notice",
            f"{file}：{said}。",
            next_step="请改正后重新导入；只想改几天的，不要加 --whole-year。"
            if whole
            else "请改正后重新导入。",
        ) from wrong
    return Notice(
        of, off, work, source=file, text=text, amends=not whole, doubts=doubts, gone=frozenset(again), is_table=True
    )  # fmt: skip


def _rows(file: str, text: str) -> Iterator[tuple[int, date, str, str]]:
    reader = csv.reader(text.splitlines(), delimiter="\t" if "\t" in text.split("\n", 1)[0] else ",")
    columns: dict[str, int] = {}
    for cells in reader:
        if not any(c.strip() for c in cells):
            continue
        if not columns:
            columns = {
                _COLUMNS[c.strip().lower()]: n for n, c in enumerate(cells) if c.strip().lower() in _COLUMNS
            }
            if not {"date", "kind"} <= columns.keys():
                _bad(file, reader.line_num, "表头", ",".join(cells), "应为 date,kind,name")
            continue
        told = {name: cells[n].strip() if n < len(cells) else "" for name, n in columns.items()}
        try:
            day = parse_date(told["date"])
        except ValueError:
            _bad(file, reader.line_num, "date", told["date"], "不是日期")
        if told["kind"].lower() not in _KINDS:
            _bad(file, reader.line_num, "kind", told["kind"], "应为 off（放假）或 work（上班）")
        yield reader.line_num, day, _KINDS[told["kind"].lower()], told.get("name") or "放假"


def _bad(file: str, row: int, column: str, value: str, problem: str) -> NoReturn:
    raise BadData(
        "bad_notice", f"{file} 第 {row} 行“{column}”：“{value}”{problem}。", next_step="请改正后重新导入。"
    )
