"""A year's days off and make-up days as a table, date,kind,name: for what no notice says in words that can be read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NoReturn

from pressctl.core.dates import parse_date
from pressctl.core.notices import Notice, parse_notice
from pressctl.errors import BadData
from pressctl.importing.encoding import detect

_COLUMNS = {"date": "date", "日期": "date", "kind": "kind", "类别": "kind", "name": "name", "名称": "name"}
_KINDS = {"off": "off", "放假": "off", "休": "off", "work": "work", "上班": "work", "班": "work"}
_LARGEST = 1 << 20  # a notice has two thousand characters, a table forty lines


def read_notice(path: Path) -> Notice:
    """A State Council notice as text, or the table. Raises BadData naming the file, and the row or the sentence."""
    encoding = detect(path)
    if path.stat().st_size > _LARGEST:
        raise BadData(
            "too_large", f"{path.name} 超过 1 MB，不像一份放假通知。", next_step="请核对是否选错了文件。"
        )
    text = path.read_text(encoding=encoding.codec)
    head = text.lstrip().split("\n", 1)[0].lower()
    if path.suffix.lower() == ".csv" or ("," in head and "date" in head):
        return _table(path.name, text)
    return parse_notice(text)


def _table(file: str, text: str) -> Notice:
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for row, day, kind, name in _rows(file, text):
        if day in off or day in work:
            _bad(file, row, "日期", str(day), "写了两次")
        if kind == "work" and day.weekday() < 5:
            _bad(file, row, "日期", str(day), "本来就是工作日，不必写作上班")
        (off if kind == "off" else work)[day] = name
    if not off and not work:
        raise BadData("empty_file", f"{file} 中没有任何日子。", next_step="表头应为 date,kind,name。")
    year = Counter(d.year for d in (*off, *work)).most_common(1)[0][0]
    for d in (*off, *work):
        if d.year != year and (d.year, d.month) != (year - 1, 12):
            raise BadData(
                "bad_notice",
                f"{file} 中的 {d} 不在 {year} 年。",
                next_step="一个文件只写一年（可含上一年12月）的安排。",
            )
    return Notice(year, dict(sorted(off.items())), dict(sorted(work.items())), source=file, text=text)


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
