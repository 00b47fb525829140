"""A workbook of reports: sheets with a title, a header, bordered rows and totals; native charts that a copier can print.

Written by XlsxWriter: formulas stand with their results, so that a reader which does not calculate (a preview, a
script) sees them too; charts carry alternative text and patterns.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pressctl.documents.cells import exact

_WIDEST, _SHORT, _NARROWEST = 44, 24, 8
"""Of a column, in half-width characters; up to `_SHORT` its cells are centred."""
_LINE_HEIGHT = 16
_TITLE_FACE, _HEAD_FACE, _TEXT_FACE = "方正小标宋简体", "黑体", "仿宋_GB2312"
TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class Look:
    """How a series is filled: a colour, or stripes of it on white; a dark line around both.

    Neighbours differ by 3:1 in lightness, so that grey print and any eye tell them apart.
    """

    colour: str
    stripes: bool = False


DARK, MIDDLE, LIGHT = Look("#1B3A57"), Look("#858585"), Look("#EBEBEB")
STRIPED = Look("#8C8C8C", stripes=True)


class Book:
    """A workbook in the making; `bytes()` is the file. `made` is the moment of making."""

    def __init__(self, title: str, *, author: str, company: str, made: dt.datetime) -> None:
        from xlsxwriter import Workbook

        self._stream = io.BytesIO()
        self._book = Workbook(self._stream, {"in_memory": True})
        self._book.set_properties(
            {
                "title": exact(title),
                "author": exact(author),
                "company": exact(company),
                "created": made.astimezone(dt.UTC).replace(tzinfo=None),
            }
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def bytes(self) -> bytes:
        self._book.close()
        return self._stream.getvalue()

    # -- a sheet ---------------------------------------------------------------------------------

    def sheet(
        self,
        name: str,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        *,
        sums: Sequence[str] = (),
        counts: Mapping[str, str] | None = None,
        marks: Mapping[str, str] | None = None,
        note: str = "",
    ) -> None:
        """Title, header, rows as high as their text needs, filter, frozen header; printed across, a page wide.

        A row 合计 below adds up the columns `sums` and counts in each of `counts` the cells that say its word.
        `marks` are columns to be looked at: "red" shows 否 in red, "bar" draws bars. A `note` stands under it all. The table's cells have a name:
        表_ and the sheet's.
        """
        from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

        sheet = self._book.add_worksheet(name)
        widths = _widths(columns, rows)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        sheet.set_row(0, 30)
        for at in range(len(columns)):
            _put(
                sheet, 0, at, title if at == 0 else None, self._format(_TITLE_FACE, 16, align="center_across")
            )
        self._line(sheet, 1, columns, _HEAD_FACE, 22, shade=True)
        for number, row in enumerate(rows, start=2):
            lines = max(-(-_half_widths(v) // (w - 2)) for v, w in zip(row, widths, strict=True))
            wide = [w > _SHORT for w in widths]
            self._line(sheet, number, row, _TEXT_FACE, _LINE_HEIGHT * max(lines, 1) + 2, wide=wide)
        last = max(len(rows) + 1, 2)
        if rows and (sums or counts):
            made: list[Any] = [TOTAL, *[None] * (len(columns) - 1)]
            self._line(sheet, last + 1, made, _HEAD_FACE, 22, shade=True)
            for column in (*sums, *(counts or {})):
                at = columns.index(column)
                cells = f"{xl_rowcol_to_cell(2, at)}:{xl_rowcol_to_cell(last, at)}"
                word = (counts or {}).get(column)
                formula = f'=COUNTIF({cells},"{word}")' if word else f"=SUM({cells})"
                values = [row[at] for row in rows]
                result = (
                    sum(v == word for v in values) if word else sum(v for v in values if isinstance(v, int))
                )
                sheet.write_formula(last + 1, at, formula, self._cell_format(_HEAD_FACE, shade=True), result)
        if note:
            _put(sheet, last + 2, 0, note, self._format(_TEXT_FACE, 10))
        for column, look in (marks or {}).items():
            self._mark(sheet, columns.index(column), last, look)
        self._book.define_name(f"表_{name}", f"='{name}'!{xl_range_abs(1, 0, last, len(columns) - 1)}")
        sheet.freeze_panes(2, 1)
        sheet.autofilter(1, 0, last, len(columns) - 1)
        sheet.repeat_rows(0, 1)
        _print(sheet, across=True, high=0)

    def _line(
        self,
        sheet: Any,
        number: int,
        values: Sequence[Any],
        face: str,
        height: float,
        *,
        wide: Sequence[bool] = (),
        shade: bool = False,
    ) -> None:
        sheet.set_row(number, height)
        for at, value in enumerate(values):
            long = bool(wide) and wide[at]
            day = isinstance(value, date)
            _put(sheet, number, at, value, self._cell_format(face, shade=shade, long=long, day=day))

    def _mark(self, sheet: Any, at: int, last: int, look: str) -> None:
        if look == "red":
            red = self._book.add_format({"font_color": "#B3392F", "bold": True})
            rule = {"type": "cell", "criteria": "==", "value": '"否"', "format": red}
        else:
            rule = {"type": "data_bar", "bar_color": "#9FB3C4"}
        sheet.conditional_format(2, at, last, at, rule)

    def _cell_format(self, face: str, *, shade: bool = False, long: bool = False, day: bool = False) -> Any:
        more: dict[str, Any] = {"border": 1, "border_color": "#999999", "text_wrap": long}
        if shade:
            more["bg_color"] = "#E7E6E6"
        if day:
            more["num_format"] = "yyyy-mm-dd"
        return self._format(face, 11, align="left" if long else "center", **more)

    def _format(self, face: str, size: int, **more: Any) -> Any:
        look = {"font_name": face, "font_size": size, "valign": "vcenter", **more}
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]

    # -- charts ----------------------------------------------------------------------------------

    def charts(self, name: str, charts: Sequence[Chart]) -> None:
        """A sheet of charts, one under another, each beside the cells that it is drawn from; printed on one page wide."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 4, 13)
        top = 0
        for chart in charts:
            self._line(sheet, top, chart.columns, _HEAD_FACE, 20)
            for number, row in enumerate(chart.rows, start=top + 1):
                self._line(sheet, number, row, _TEXT_FACE, 20)
            if chart.rows:
                self._draw(sheet, name, chart, top)
            top += max(len(chart.rows) + 2, 17)
        _print(sheet, across=False, high=0)

    def _draw(self, sheet: Any, name: str, chart: Chart, top: int) -> None:
        drawn: Any = self._book.add_chart(
            {"type": "bar" if chart.across else "column", "subtype": chart.subtype}
        )
        first, last = top + 1, top + len(chart.rows)
        for at, look in zip(range(1, len(chart.columns)), chart.looks, strict=False):
            fill = (
                {
                    "pattern": {
                        "pattern": "wide_upward_diagonal",
                        "fg_color": look.colour,
                        "bg_color": "#FFFFFF",
                    }
                }
                if look.stripes
                else {"fill": {"color": look.colour}}
            )
            drawn.add_series(
                {
                    "name": [name, top, at],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, at, last, at],
                    "border": {"color": "#222222", "width": 0.75},
                    "gap": 60,
                    "data_labels": {"value": True} if len(chart.columns) == 2 else {},
                    **fill,
                }
            )
        title = chart.title if chart.across else f"{chart.title}（{chart.measure}）"
        drawn.set_title({"name": title, "name_font": {"size": 13}})
        few = max((sum(v for v in row[1:] if isinstance(v, int)) for row in chart.rows), default=0) < 15
        values = {
            "num_format": "0",
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        } | ({"major_unit": 1} if few else {})
        if chart.across:
            # from the top down, and the axis of values still below
            drawn.set_y_axis({"reverse": True, "crossing": "max", "major_gridlines": {"visible": False}})
            drawn.set_x_axis(values | {"name": chart.measure})
        else:
            drawn.set_y_axis(values)
        drawn.set_legend({"none": True} if len(chart.columns) == 2 else {"position": "bottom"})
        drawn.set_size({"width": 600, "height": 320})
        sheet.insert_chart(top, 5, drawn, {"description": chart.said, "object_position": 1})


@dataclass(frozen=True)
class Chart:
    """Rows drawn as bars, stacked where there are several columns of numbers; `across` lays them down.

    `measure` stands at the axis of values, or with the title where that axis is upright; `said` tells the same to who does not see it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    looks: Sequence[Look]
    measure: str
    across: bool = False

    @property
    def subtype(self) -> str | None:
        return "stacked" if len(self.columns) > 2 else None

    @property
    def said(self) -> str:
        told = "；".join(
            f"{row[0]}：" + "，".join(f"{c}{v}" for c, v in zip(self.columns[1:], row[1:], strict=True))
            for row in self.rows
        )
        return exact(f"{self.title}。{told}。")[:1000]


def _put(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    """A cell; text is text, whatever it looks like."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, column, exact(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), look)
    else:
        sheet.write_number(row, column, value, look)


def _print(sheet: Any, *, across: bool, high: int) -> None:
    if across:
        sheet.set_landscape()
    else:
        sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, high)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5)
    sheet.set_footer("&C— &P —")


def _widths(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """Wide enough for the longest text and for the header with its filter button, within bounds."""
    longest = (max(map(_half_widths, (row[n] for row in rows)), default=0) for n in range(len(columns)))
    return [
        min(max(text + 2, _half_widths(name) + 5, _NARROWEST), _WIDEST)
        for name, text in zip(columns, longest, strict=True)
    ]


def _half_widths(value: Any) -> int:
    text = "" if value is None else str(value)
    return sum(1 if character < "\u2000" else 2 for character in text)
