"""Rows under a header, cell by cell judged: what roster, unit and plan files have in common.

Knows what is no record (blank and repeated header rows, subtotals, headings, footers) and carries a unit down the rows
that a merged cell left empty. Rows without fault pay for none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pressctl.importing.headers import Header, Vocabulary
from pressctl.importing.tables import Problem, Rejected, Row, Table
from pressctl.importing.values import Doubt, Fault, clean

Judge: TypeAlias = Callable[[str], Any]

_SUBTOTAL = re.compile(
    r"(?:本页|单位)?(?:小\s*计|合\s*计|总\s*计|共\s*计|累\s*计|总人数)(?:[:：]?\s*\d*\s*[人名条]?)?"
)
_COUNT = re.compile(r"[共计]?\s*\d+\s*[人名]?")
_FOOTER = re.compile(
    r"(?:注|备注|说明|附注|填表说明|[填制]表(?:人|单位|日期|时间)?|填报(?:人|单位|日期|时间)?|审[核批](?:人)?|复核(?:人)?|经办人|负责人"
    r"|单位负责人|联系人|联系电话|报送(?:单位|日期|时间)?|日期|时间|签[字名]|盖章|单位[(（]盖章[)）])\s*[:：].*"
    r"|第\s*\d+\s*页.*|共\s*\d+\s*[页人].*|截至.*|[(（]?以下(?:空白|无正文).*",
    re.DOTALL,
)


@dataclass(slots=True)
class Record:
    """A row as judged: `values` in the order of the reader's columns, with what was wrong and what is doubtful."""

    row: int
    raw: tuple[str, ...]
    values: list[Any]
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    def rejected(self) -> Rejected:
        return Rejected(self.row, self.raw, self.problems)


class Judging:
    """Judges the rows of a table. `columns` key → judge, in the order of the values; the first `required` must not be empty.

    `carried` is the column that a merged cell leaves empty in all rows but the first, `naming` the one that makes a row a
    record. A column that the file lacks has its value from `defaults`, else None.
    """

    def __init__(
        self,
        table: Table,
        vocabulary: Vocabulary,
        columns: Mapping[str, Judge],
        *,
        required: int,
        naming: str,
        carried: str | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        header = table.header
        self._table, self._vocabulary, self._header = table, vocabulary, header
        self._required = required
        self._width = len(header.labels)
        self._blank = [(defaults or {}).get(key) for key in columns]
        self._present = [
            (slot, header.places[key], judge)
            for slot, (key, judge) in enumerate(columns.items())
            if key in header.places
        ]
        self._naming = header.places[naming]
        self._carried = (header.places[carried], columns[carried]) if carried else None

    def __iter__(self) -> Iterator[Record]:
        width, present, blank, required = self._width, self._present, self._blank, self._required
        carried = _Carried(self._header, *self._carried) if self._carried else None
        for row in self._table.rows():
            number, cells = row
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            if carried:
                carried.fill(cells)
            values = blank.copy()
            for slot, place, judge in present:
                values[slot] = judge(cells[place])
            sound = _FLAWS.isdisjoint(map(type, values)) and None not in values[:required]
            if sound and len(cells) == width:
                if carried and carried.warning:
                    yield Record(number, tuple(cells), values, carried.taken(number))
                else:
                    yield Record(number, tuple(cells), values)
            elif record := self._with_flaws(row, values, carried):
                yield record

    def _with_flaws(self, row: Row, values: list[Any], carried: _Carried | None) -> Record | None:
        """The record with its warnings and problems; None for a row that is no record."""
        number, cells = row
        if self._is_furniture(row, carried):
            return None
        problems, warnings = self._overlong(row), list(carried.taken(number) if carried else ())
        for slot, place, _ in self._present:
            value, label = values[slot], self._header.labels[place]
            if isinstance(value, Fault):
                problems.append(Problem(number, label, cells[place], value.problem, value.next))
            elif isinstance(value, Doubt):
                warnings.append(Problem(number, label, cells[place], value.warning))
                values[slot] = value.value
            elif value is None and slot < self._required:
                problems.append(Problem(number, label, cells[place].strip() or None, f"{label}为空"))
        return Record(number, tuple(cells), values, tuple(warnings), tuple(problems))

    def _overlong(self, row: Row) -> list[Problem]:
        number, cells = row
        extra = [cell for cell in cells[self._width :] if cell.strip()]
        if not extra:
            return []
        return [
            Problem(
                number,
                None,
                "、".join(extra)[:60],
                f"这一行比表头多出 {len(extra)} 格有内容，各列可能错位",
                "请核对是否有未加引号的分隔符。",
            )
        ]

    # -- rows that are no records

    def _is_furniture(self, row: Row, carried: _Carried | None) -> bool:
        """Blank, repeated header, subtotal, heading or footer. Each of them tells something about the unit carried down."""
        _, cells = row
        written = cells if carried is None else carried.as_written(cells)
        filled = {place: said for place, cell in enumerate(written) if (said := _said(cell))}
        if not self._recognised(filled):
            if carried:
                carried.interrupt(forget=bool(filled))
            return True
        if self._repeats_header(filled):
            if carried:
                carried.look_past()
            return True
        if self._is_subtotal(filled) or _FOOTER.fullmatch(next(iter(filled.values()))):
            if carried:
                carried.interrupt()
            return True
        return self._is_heading(filled, carried)

    def _recognised(self, filled: Mapping[int, str]) -> bool:
        """Whether anything stands in a column that means something."""
        return any(place in filled for _, place, _ in self._present)

    def _repeats_header(self, filled: Mapping[int, str]) -> bool:
        return len(filled) > 1 and all(
            self._vocabulary.known(said) or (place < self._width and said == self._header.labels[place])
            for place, said in filled.items()
        )

    def _is_subtotal(self, filled: Mapping[int, str]) -> bool:
        named = filled.get(self._naming)
        if named is not None and not (_SUBTOTAL.fullmatch(named) or _COUNT.fullmatch(named)):
            return False
        return any(_SUBTOTAL.fullmatch(said) for said in filled.values())

    def _is_heading(self, filled: Mapping[int, str], carried: _Carried | None) -> bool:
        """One cell alone that is no name: a unit as heading of the rows below it, or words that belong to no record."""
        (place, said), *others = filled.items()
        if others or place == self._naming:
            return False
        if carried is None or place != carried.place:
            if carried:
                carried.interrupt(forget=True)
            return place == 0
        if isinstance(carried.judge(said), Fault):
            carried.interrupt(forget=True)
        return True


_DITTO = frozenset(("同上", "〃", "″", '"'))
_FLAWS = frozenset((Doubt, Fault))


def _said(cell: str) -> str | None:
    """The cell's text, None when it says nothing; a fault still says something."""
    cleaned = clean(cell)
    return cell if isinstance(cleaned, Fault) else cleaned


class _Carried:
    """The unit that stands for the empty cells below it."""

    def __init__(self, header: Header, place: int, judge: Judge) -> None:
        self.place, self.judge = place, judge
        self.warning: str | None = None
        self._label = header.labels[place]
        self._text = self._before = ""
        self._filled = self._interrupted = self._repeats = False

    def fill(self, cells: list[str]) -> None:
        """Puts the unit into a row that leaves it empty or says 同上; doubtful after a gap, or where the file otherwise repeats it."""
        text = cells[self.place]
        self._before, self.warning = self._text, None
        if text and not text.isspace() and text not in _DITTO:
            if text == self._text:
                self._repeats = True
            self._text = text
            self._filled = self._interrupted = False
            return
        self._filled = bool(self._text)
        if self._filled and any(cells):
            cells[self.place] = self._text
            if self._interrupted:
                self.warning = f"{self._label}为空，隔行沿用上文的“{self._text}”，请核对"
            elif self._repeats:
                self.warning = f"{self._label}为空，沿用上一行的“{self._text}”，请核对"

    def as_written(self, cells: Sequence[str]) -> list[str]:
        """The cells before filling."""
        return ["" if self._filled and place == self.place else cell for place, cell in enumerate(cells)]

    def taken(self, number: int) -> tuple[Problem, ...]:
        return (Problem(number, self._label, None, self.warning),) if self.warning else ()

    def look_past(self) -> None:
        """The row was no record: what stands in its unit column is no unit."""
        self._text = self._before

    def interrupt(self, *, forget: bool = False) -> None:
        """A row came between; `forget` when it may have been the heading of another unit."""
        self._text = "" if forget else self._before
        self._interrupted = True
