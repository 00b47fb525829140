"""Rows under a header, cell by cell judged: what roster, unit and plan files have in common.

Knows what is no record (blank and repeated header rows, subtotals, headings, footers), makes several records of a row
that holds several people, and carries a unit down the rows that leave it out, where the file is written that way. What
was filled or passed over is told. Rows without fault pay for none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, TypeAlias

from pressctl.core.text import visible
from pressctl.errors import BadData
from pressctl.importing.headers import Group, Header, Vocabulary
from pressctl.importing.tables import ORDINAL, Problem, Rejected, Row, RowNumbers, Table, column_letters
from pressctl.importing.values import DITTO, Doubt, Fault, Same, Void, clean, without_strays

_SUBTOTAL = re.compile(
    r"(?:本页|单位)?(?:小\s*计|合\s*计|总\s*计|共\s*计|累\s*计|总人数)(?:[:：]?\s*\d*\s*[人名条项]?)?"
)
_COUNT = re.compile(r"[共计]?\s*\d+\s*[人名项]?")
_FOOTER = re.compile(
    r"(?:注|备注|说明|附注|填表说明|[填制]表(?:人|单位|日期|时间)?|填报(?:人|单位|日期|时间)?|审[核批](?:人)?|复核(?:人)?|经办人|负责人"
    r"|单位负责人|联系人|联系电话|报送(?:单位|日期|时间)?|日期|时间|签[字名]|盖章|单位[(（]盖章[)）])\s*[:：].*"
    r"|第\s*\d+\s*页.*|共\s*\d+\s*[页人项].*|截至.*|[(（]?以下(?:空白|无正文).*",
    re.DOTALL,
)

Judge: TypeAlias = Callable[[str], Any]


@dataclass(slots=True)
class Record:
    """A row as judged: `values` in the order of the reader's columns, with what was wrong and what is doubtful.

    `doubts` are the doubtful values as judged, by their place in `values`; `group` says whose columns these are.
    """

    row: int
    raw: tuple[str, ...]
    values: list[Any]
    warnings: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubts: ClassVar[tuple[tuple[int, Doubt[Any]], ...]] = ()
    group: ClassVar[int] = 0

    def rejected(self) -> Rejected:
        return Rejected(self.row, self.raw, self.problems)


class _Flawed(Record):
    """A record that has more to tell; one without fault pays for none of it."""

    __slots__ = ("doubts", "group")
    doubts: tuple[tuple[int, Doubt[Any]], ...]  # type: ignore[misc]
    group: int  # type: ignore[misc]


class _Slot(NamedTuple):
    """A column that the file has: its place in the values and in the row, and who judges it."""

    slot: int
    place: int
    judge: Judge


class Judging:
    """Judges the rows of a table. `columns` key → judge, in the order of the values; the first `required` must not be empty.

    `carried` is the column that a heading or a merged cell leaves empty in all rows but the first, `naming` the one that
    makes a row a record. A column that the file lacks has its value from `defaults`, else None. `section` is a column whose
    value a heading between the rows may give (二、联络员), and what reads it. Iterating fills `told`.
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
        section: tuple[str, Callable[[str], Any]] | None = None,
    ) -> None:
        header = table.header
        keys = list(columns)
        given = defaults or {}
        self._table, self._vocabulary, self._header = table, vocabulary, header
        self._required, self._keys = required, keys
        self._width = len(header.labels)
        self._judges = columns
        self._groups = [
            [
                _Slot(slot, group.places[key], columns[key])
                for slot, key in enumerate(keys)
                if key in group.places
            ]
            for group in header.groups
        ]
        self._blanks = [[_given(key, given, group) for key in keys] for group in header.groups]
        self._naming = tuple(group.places[naming] for group in header.groups if naming in group.places)
        self._section = section
        carried = carried if carried in header.places else None
        self._carried = (header.places[carried], columns[carried]) if carried else None
        self.told: list[Problem] = []

    def __iter__(self) -> Iterator[Record]:
        seen = _Passage(self._header)
        self._strays = _Unheaded(self._table)
        carried = _Carried(self._table, seen, *self._carried) if self._carried else None
        return self._many(seen, carried) if len(self._groups) > 1 else self._one(seen, carried)

    def _ended(self, seen: _Passage) -> None:
        self.told[:] = [*self._table.told(), *self._strays.told(), *seen.told()]

    def _one(self, seen: _Passage, carried: _Carried | None) -> Iterator[Record]:
        """Rows that hold one record each."""
        width, required = self._width, self._required
        (present,), (blank,) = self._groups, self._blanks
        fill = carried.fill if carried else None
        strays = self._strays
        last: list[str] | None = None
        for row in self._table.rows():
            number, cells = row
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            filled = fill(number, cells) if fill else False
            values = blank.copy()
            for slot, place, judge in present:
                values[slot] = judge(cells[place])
            if _FLAWS.isdisjoint(map(type, values)) and None not in values[:required] and len(cells) == width:
                if strays.places:
                    strays.look(row)
                if filled and carried:
                    yield Record(number, tuple(cells), values, carried.taken(number))
                else:
                    yield Record(number, tuple(cells), values)
                last = cells
            elif not self._is_furniture(row, seen, carried):
                seen.last = last
                strays.look(row)
                yield self._with_flaws(row, 0, values, seen, carried)
                last = cells
        self._ended(seen)

    def _many(self, seen: _Passage, carried: _Carried | None) -> Iterator[Record]:
        """Rows that hold several people; whose columns are empty is not there."""
        width, groups = self._width, self._header.groups
        for row in self._table.rows():
            number, cells = row
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            if carried:
                carried.fill(number, cells)
            if self._is_furniture(row, seen, carried):
                continue
            self._strays.look(row)
            there = [n for n, group in enumerate(groups) if any(_said(cells[place]) for place in group.own)]
            for n in there or [0]:
                values = self._blanks[n].copy()
                for slot, place, judge in self._groups[n]:
                    values[slot] = judge(cells[place])
                yield self._with_flaws(row, n, values, seen, carried)
            seen.last = cells
        self._ended(seen)

    def _with_flaws(
        self, row: Row, group: int, values: list[Any], seen: _Passage, carried: _Carried | None
    ) -> Record:
        """The record with its warnings and problems."""
        number, cells = row
        problems, warnings = self._overlong(row), list(carried.taken(number) if carried else ())
        doubts: list[tuple[int, Doubt[Any]]] = []
        for slot, place, judge in self._groups[group]:
            value, label = values[slot], self._header.labels[place]
            if isinstance(value, Same) and place not in self._naming:
                value = self._ditto(row, place, judge, seen)
            if isinstance(value, Fault) and (strays := without_strays(cells[place]))[1]:
                value = judge(strays[0])
                said = f"删去了看不见的控制字符（{strays[1]}），请核对"
                warnings.append(Problem(number, label, cells[place], said))
            if isinstance(value, Void) and slot < self._required:
                value = Fault(f"{value.problem.partition('，')[0]}，等于没有填", "请写明。")
            if isinstance(value, Void):
                warnings.append(Problem(number, label, cells[place], value.problem))
                value = None
            elif isinstance(value, Fault):
                problems.append(Problem(number, label, cells[place], value.problem, value.next))
            elif isinstance(value, Doubt):
                warnings.append(Problem(number, label, cells[place], value.warning))
                doubts.append((slot, value))
                value = value.value
            values[slot] = value
            if value is None and slot < self._required:
                problems.append(self._lacking(number, label, cells[place], place, carried))
        for slot in range(self._required):
            if values[slot] is None and self._keys[slot] not in self._header.groups[group].places:
                said = f"没有写明{self._vocabulary.columns[slot].label}"
                problems.append(Problem(number, None, None, said, self._vocabulary.columns[slot].instead))
        record = _Flawed(number, tuple(cells), values, tuple(warnings), tuple(problems))
        record.doubts, record.group = tuple(doubts), group
        return record

    def _lacking(self, number: int, label: str, cell: str, place: int, carried: _Carried | None) -> Problem:
        advice = carried.advice if carried and place == carried.place else None
        return Problem(number, label, cell.strip() or None, f"{label}为空", advice)

    def _ditto(self, row: Row, place: int, judge: Judge, seen: _Passage) -> Any:
        """同上: what stands above, written into the row."""
        number, cells = row
        above = seen.last[place] if seen.last and place < len(seen.last) else ""
        if not above.strip():
            return Fault(f"写作“{cells[place].strip()}”，上面没有内容可沿用", "请写明。")
        cells[place] = above
        seen.filled(place, number)
        return judge(above)

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

    def _is_furniture(self, row: Row, seen: _Passage, carried: _Carried | None) -> bool:
        """Blank, repeated header, subtotal, heading or footer. Each of them tells something about the unit carried down."""
        number, cells = row
        written = cells if carried is None else carried.as_written(cells)
        filled = {place: said for place, cell in enumerate(written) if (said := _said(cell))}
        if not filled:
            if carried:
                carried.interrupt()
            return True
        if self._repeats_header(row, filled):
            if carried:
                carried.look_past()
            return True
        first = next(iter(filled.values()))
        if len(filled) == 1 and self._is_heading(row, filled, seen, carried):
            return True
        if not self._recognised(filled):
            if carried:
                carried.interrupt(forget=True)
            seen.passed_over(number, first)
            return True
        if self._is_subtotal(filled) or _FOOTER.fullmatch(first):
            if carried:
                carried.interrupt()
            seen.passed_over(number, first)
            return True
        return False

    def _recognised(self, filled: Mapping[int, str]) -> bool:
        """Whether anything stands in a column that means something."""
        return any(place in filled for slots in self._groups for _, place, _ in slots)

    def _repeats_header(self, row: Row, filled: Mapping[int, str]) -> bool:
        """Whether the row is a header again. Raises BadData for one that says otherwise than the first."""
        if len(filled) < 2 or not all(
            self._vocabulary.known(said)
            or self._vocabulary.is_passed_over(said)
            or (place < self._width and said == self._header.labels[place])
            for place, said in filled.items()
        ):
            return False
        for group in self._header.groups:
            for key, place in group.places.items():
                known = self._vocabulary.known(filled[place]) if place in filled else None
                if known is not None and known.key != key and self._vocabulary.score(filled.values()) > 2:
                    raise _another_header(self._table, row[0])
        return True

    def _is_subtotal(self, filled: Mapping[int, str]) -> bool:
        named = next((filled[place] for place in self._naming if place in filled), None)
        if named is not None and not (_SUBTOTAL.fullmatch(named) or _COUNT.fullmatch(named)):
            return False
        return any(_SUBTOTAL.fullmatch(said) for said in filled.values())

    def _is_heading(
        self, row: Row, filled: Mapping[int, str], seen: _Passage, carried: _Carried | None
    ) -> bool:
        """One cell alone that is no record: a unit or a role as heading of the rows below it, or words."""
        number, (place, said) = row[0], next(iter(filled.items()))
        numbered = ORDINAL.match(said)
        bare = said[numbered.end() :].strip() if numbered else said.strip()
        if self._section and (value := self._section[1](bare)) is not None:
            slot = self._keys.index(self._section[0])
            for blank in self._blanks:
                blank[slot] = value
            if carried:
                carried.interrupt(forget=True)
            seen.sections.append((number, said))
            return True
        if carried and (numbered or place == carried.place) and not isinstance(carried.judge(bare), Fault):
            carried.head(bare)
            seen.passed_over(number, said)
            return True
        if place in self._naming and not numbered and not _SUBTOTAL.fullmatch(said):
            return False
        if place != 0 and not numbered and (carried is None or place != carried.place):
            return not self._recognised(filled) and self._pass(number, said, seen, carried)
        return self._pass(
            number, said, seen, carried, keep=bool(_SUBTOTAL.fullmatch(said) or _FOOTER.fullmatch(said))
        )

    def _pass(
        self, number: int, said: str, seen: _Passage, carried: _Carried | None, *, keep: bool = False
    ) -> bool:
        if carried:
            carried.interrupt(forget=not keep)
        seen.passed_over(number, said)
        return True


def _given(key: str, given: Mapping[str, Any], group: Group) -> Any:
    """The value of a column that the file lacks: what its heading says, else the default."""
    if key == "role" and group.value is not None:
        return group.value
    return given.get(key)


_FLAWS = frozenset((Doubt, Fault, Void, Same))


def _said(cell: str) -> str | None:
    """The cell's text, None when it says nothing; a fault still says something."""
    cleaned = clean(cell)
    return cell if isinstance(cleaned, Fault) else cleaned


def _another_header(table: Table, number: int) -> BadData:
    return BadData(
        "another_header",
        f"{table.info.file} 第 {number} 行是另一个表头，各列与第 {table.header.last_row} 行的不同。",
        next_step="多半是几个文件接在了一起，请分开，一个文件导入一次。",
    )


@dataclass
class _Passage:
    """What a pass over the rows has met that is told at its end."""

    header: Header
    last: list[str] | None = None
    sections: list[tuple[int, str]] = field(default_factory=list)
    _filled: dict[int, RowNumbers] = field(default_factory=dict)
    _passed: list[tuple[int, str]] = field(default_factory=list)
    _more: int = 0

    def filled(self, place: int, number: int) -> None:
        self._filled.setdefault(place, RowNumbers()).add(number)

    def passed_over(self, number: int, said: str) -> None:
        if len(self._passed) < _LISTED:
            self._passed.append((number, said))
        else:
            self._more += 1

    def told(self) -> Iterator[Problem]:
        for place, numbers in sorted(self._filled.items()):
            label = self.header.labels[place]
            said = f"第 {numbers} 行的{label}为空或写作“同上”，沿用了上面的内容，请核对"
            yield Problem(numbers.first, label, None, said)
        for number, said in self.sections:
            yield Problem(number, None, said, "按小标题登记其下各行的类别")
        if self._passed:
            listed = "、".join(f"第 {number} 行“{visible(said, 20)}”" for number, said in self._passed)
            more = f"等 {len(self._passed) + self._more} 行" if self._more else ""
            yield Problem(self._passed[0][0], None, None, f"标题、小计、说明，未作为记录读取：{listed}{more}")


_LISTED = 10


class _Unheaded:
    """Columns without a heading that hold something all the same: what is not read is told. A running number is nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.places = [place for place, label in enumerate(table.header.labels) if not label]
        self._found: dict[int, tuple[RowNumbers, str]] = {}
        self._records = 0

    def look(self, row: Row) -> None:
        number, cells = row
        self._records += 1
        for place in self.places:
            said = cells[place].strip()
            if not said or said == str(self._records):
                continue
            rows, _ = self._found.setdefault(place, (RowNumbers(), said))
            rows.add(number)

    def told(self) -> Iterator[Problem]:
        for place, (rows, said) in sorted(self._found.items()):
            column = column_letters(place) if self._table.in_workbook else f"第 {place + 1}"
            yield Problem(
                rows.first,
                None,
                visible(said, 20),
                f"{column} 列没有列名，未读取（第 {rows} 行有内容，如“{visible(said, 20)}”）",
                "要登记的，请在表头写明列名。",
            )


class _Carried:
    """The unit that stands for the empty cells below it.

    In a workbook only what is merged fills (the table has done that), and a heading. In a text, where nothing can be merged, an
    empty cell stands for the unit above where the file is written that way (`Table.stands_at_heads`).
    """

    def __init__(self, table: Table, seen: _Passage, place: int, judge: Judge) -> None:
        self.place, self.judge = place, judge
        self.warning: str | None = None
        self.filled = False
        self.advice: str | None = None
        self._table, self._seen = table, seen
        self._label = table.header.labels[place]
        self._text = self._before = ""
        self._headed = self._interrupted = self._unsettled = False
        self._at_heads: bool | None = None

    def fill(self, number: int, cells: list[str]) -> bool:
        """Puts the unit into a row that leaves it empty or says 同上, where that is what the file means; says whether it did."""
        text = cells[self.place]
        self._before = self._text
        if text and text not in DITTO and not text.isspace():
            self._text = text
            if self._unsettled:
                self.warning, self.filled = None, False
                self._unsettled = self._interrupted = self._headed = False
            return False
        self.warning, self._unsettled = None, True
        self.filled = bool(self._text) and any(cells) and (text.strip() in DITTO or self._may_fill(cells))
        if self.filled:
            cells[self.place] = self._text
            if self._interrupted:
                self.warning = f"{self._label}为空，隔行沿用上文的“{self._text}”，请核对"
        return self.filled

    def _may_fill(self, cells: Sequence[str]) -> bool:
        """Whether an empty cell means the unit above."""
        if self._headed:
            return True
        if self._table.in_workbook:
            self.advice = "请写明单位；几行同属一个单位的，请合并单元格或逐行填写。"
            return False
        if self._at_heads is None:
            self._at_heads = self._table.stands_at_heads(self.place)
        self.advice = None if self._at_heads else "别的行都逐行写了单位，请写明这一行的单位。"
        return self._at_heads

    def as_written(self, cells: Sequence[str]) -> list[str]:
        """The cells before filling."""
        return ["" if self.filled and place == self.place else cell for place, cell in enumerate(cells)]

    def taken(self, number: int) -> tuple[Problem, ...]:
        """The row is a record: its filled cell is told, at once where it is doubtful, else with all others at the end."""
        if self.warning:
            return (Problem(number, self._label, None, self.warning),)
        if self.filled:
            self._seen.filled(self.place, number)
        return ()

    def head(self, unit: str) -> None:
        """A heading names the unit of the rows below it."""
        self._text, self._headed, self._interrupted = unit, True, False
        self._unsettled = True

    def look_past(self) -> None:
        """The row was no record: what stands in its unit column is no unit."""
        self._text = self._before

    def interrupt(self, *, forget: bool = False) -> None:
        """A row came between; `forget` when it may have been the heading of another unit."""
        self._text = "" if forget else self._before
        self._interrupted = not self._headed
        self._unsettled = True
