"""Reports made of a title and tables (quarter, roster, unit), in every format."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pressctl.core.citation import printed
from pressctl.core.dates import chinese_date
from pressctl.core.facts import Appointment, Release
from pressctl.core.findings import Finding
from pressctl.documents.annual_html import escaped, html_page, html_table
from pressctl.documents.annual_word import nature
from pressctl.documents.cells import inert
from pressctl.documents.layout import line_width
from pressctl.documents.official import OfficialDocument
from pressctl.documents.prose import in_chinese, whom
from pressctl.documents.workbook import Book

_PAGE_MM, _EM_MM, _MARGINS_MM = 156.0, 10.5 * 25.4 / 72, 3.0
"""The width of the text, a character of 五号, and what a cell leaves free at its sides."""


@dataclass(frozen=True)
class Section:
    """A table with its title."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def releases(chosen: Iterable[Release], names: Mapping[int, str]) -> Section:
    rows = tuple(
        (r.ref, r.when, names[r.unit_id], r.name, r.named_form.label, r.status.label)
        for r in sorted(chosen, key=lambda r: (r.on, r.ref))
    )
    return Section("发布", ("编号", "日期", "单位", "名称", "形式", "状态"), rows)


def findings(found: Iterable[Finding]) -> Section:
    rows = tuple((printed(f.clause), whom(f.unit, f.subject, f.ref, ""), f.message, nature(f)) for f in found)
    return Section("检查发现的问题", ("条款", "单位或事项", "问题", "性质"), rows)


def roster(held: Iterable[Appointment], names: Mapping[int, str]) -> Section:
    """Names, posts and office telephones; nothing private."""
    rows = tuple(
        (names[a.unit_id], a.named_role.label, a.person.name, a.title, a.person.office_phone or "")
        for a in held
    )
    return Section("在任人员", ("单位", "身份", "姓名", "职务", "办公室电话"), rows)


def docx(
    bureau: str, office: str, title: str, day: date, tables: Sequence[Section], head: str, made: datetime
) -> bytes:
    """`office` signs; `made` is the moment of making."""
    doc = OfficialDocument(f"{bureau}{title}", bureau=bureau, office=office, made=made)
    doc.title(f"{bureau}\n{title}")
    doc.text(f"截至{chinese_date(day)}，情况如下。")
    for numeral, section in zip("一二三四五六七八九十", tables, strict=False):
        doc.heading(f"{numeral}、{section.title}")
        if section.rows:
            rows = [[in_chinese(str(cell)) for cell in row] for row in section.rows]
            doc.table(section.columns, rows, _widths(section.columns, rows))
            doc.gap()
        else:
            doc.text("没有。")
    doc.signature(office, chinese_date(day))
    doc.footnote(f"登记日志末条校验值 {head}")
    return doc.bytes()


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres: as wide as the longest text, the widest columns cut down alike until all fit the page."""
    wanted = [
        max(line_width(row[n]) for row in (columns, *rows)) * _EM_MM + _MARGINS_MM
        for n in range(len(columns))
    ]
    left, widest = _PAGE_MM, _PAGE_MM
    for number, width in enumerate(sorted(wanted)):
        widest = left / (len(wanted) - number)
        if width > widest:
            break
        left -= width
    spare = max(_PAGE_MM - sum(wanted), 0) / len(wanted)
    return [min(width, widest) + spare for width in wanted]


def xlsx(bureau: str, office: str, title: str, tables: Sequence[Section], made: datetime) -> bytes:
    book = Book(f"{bureau}{title}", author=office, company=bureau, made=made)
    for section in tables:
        book.sheet(section.title, section.title, section.columns, section.rows)
    return book.bytes()


def html(bureau: str, title: str, day: date, tables: Sequence[Section], head: str) -> bytes:
    return html_page(
        f"{bureau}{title}",
        f"截至{chinese_date(day)}",
        [f"<h2>{escaped(s.title)}</h2>{html_table(s.columns, s.rows)}" for s in tables],
        head,
    )


def csv_bytes(tables: Sequence[Section]) -> bytes:
    """Tables one under another, a blank line between; UTF-8 with BOM."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for number, section in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow([section.title])
        writer.writerow(section.columns)
        writer.writerows([inert(cell) for cell in row] for row in section.rows)
    return stream.getvalue().encode("utf-8-sig")
