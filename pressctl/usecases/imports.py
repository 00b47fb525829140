"""What all imports share: the tally, the rejected rows, and the refusal to take half a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from pressctl import durable
from pressctl.core.encoding import OPTIONAL, SPREAD
from pressctl.core.facts import Unit
from pressctl.core.own import Named
from pressctl.errors import BadData
from pressctl.importing.tables import Problem, Reading, Rejected
from pressctl.importing.unit_names import UnitNames


def read_through(file: Path) -> None:
    """Fetch a file from wherever it is, before the lock is taken: a slow share then keeps no other desk waiting.

    Raises BadData for a pipe or a device, which could keep them waiting for ever. What else is wrong the reader says.
    """
    if durable.is_special(file):
        raise BadData(
            "not_a_file", f"{file} 不是普通文件（是设备或管道）。", next_step="请先存成文件，再导入。"
        )
    with suppress(OSError), file.open("rb") as stream:
        while stream.read(_BLOCK):
            pass


_BLOCK = 1 << 20


class ReadRow(Protocol):
    """What every kind of row carries besides its own content."""

    @property
    def row(self) -> int: ...
    @property
    def raw(self) -> tuple[str, ...]: ...
    @property
    def warnings(self) -> tuple[Problem, ...]: ...


T = TypeVar("T", bound=ReadRow)
Deed: TypeAlias = Literal["added", "updated", "unchanged"]
Tell: TypeAlias = Callable[[int], None]

MAX_ROWS = 500_000
"""Records in one file: hundreds of times what a city's offices have. Matching keeps some hundred bytes of each."""
MAX_BAD_ROWS = 20_000
"""Rejected rows, kept whole for FILE.rejected.csv."""
MAX_WARNINGS = 20_000
"""Warnings told one by one; of more, the number."""
_SHOWN = 100
_TOLD_EVERY = 500
_NEAR = 40


class Group(Protocol):
    """What the summary of an import is broken down by. Where the rows are no units themselves: whose they are, and in what
    role or form."""

    @property
    def place(self) -> str | None: ...
    @property
    def named(self) -> Named[Any]: ...


G = TypeVar("G", bound=Group)


@dataclass(frozen=True)
class Line:
    """A line of the summary."""

    group: Group = field(metadata=SPREAD)
    added: int
    updated: int
    unchanged: int


@dataclass(frozen=True)
class Taken:
    """What an import found and did. `rejected_file` is where the rejected rows went, or would go; `lacking` what a roster
    still lacks by the regulation."""

    file: Path
    encoding: str | None
    separator: str | None
    sheet: str | None
    rows: int
    added: int
    updated: int
    unchanged: int
    warnings: tuple[Problem, ...]
    rejected: tuple[Problem, ...]
    dry_run: bool
    summary: tuple[Line, ...]
    rejected_file: Path | None = field(default=None, metadata=OPTIONAL)
    lacking: tuple[str, ...] | None = field(default=None, metadata=OPTIONAL)


@dataclass
class Outcome(Generic[T, G]):
    """The result of an import as it goes."""

    reading: Reading[T]
    tell: Tell | None = None
    rows: int = 0
    counts: Counter[tuple[Deed, G]] = field(default_factory=Counter)
    warnings: list[Problem] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    bad_rows: dict[int, tuple[str, ...]] = field(default_factory=dict)
    untold: int = 0

    def taken(self) -> Iterator[T]:
        """The rows that could be read, in file order, tallied; those that could not are kept as rejected."""
        self.warnings.extend(self.reading.notes)
        for row in self.reading:
            self.rows += 1
            if self.rows % _TOLD_EVERY == 0:
                self._bound()
                if self.tell:
                    self.tell(self.rows)
            if isinstance(row, Rejected):
                # Two people of one row may share a fault; it is one.
                known = self.rejected[-_NEAR:] if row.row in self.bad_rows else ()
                self.rejected.extend(problem for problem in row.problems if problem not in known)
                self.bad_rows[row.row] = row.raw
            else:
                read: T = row
                if read.warnings:
                    self._warn(read.warnings)
                yield read
        self._bound()
        self._warn(self.reading.told, always=True)

    def _warn(self, problems: Iterable[Problem], *, always: bool = False) -> None:
        """Keep what is doubtful, up to a number; how many more there are is told in the end."""
        for problem in problems:
            if always or len(self.warnings) < MAX_WARNINGS:
                self.warnings.append(problem)
            else:
                self.untold += 1

    def _bound(self) -> None:
        """Raises BadData for a file that no roster or plan is: what is kept of each row is bounded, the rows are too."""
        file = self.reading.info.file
        if self.rows > MAX_ROWS:
            raise BadData(
                "too_many_rows",
                f"{file} 超过 {MAX_ROWS:,} 行，一次导入不了，没有导入任何内容。",
                next_step="请核对是否选错了文件；确有这么多的，请分成几个文件。",
            )
        if len(self.bad_rows) > MAX_BAD_ROWS:
            raise BadData(
                "too_many_errors",
                f"{file} 读到第 {self.rows:,} 行，已有 {len(self.bad_rows):,} 行有错，不再往下读，没有导入任何内容。",
                next_step="多半是列名对错了列，或选错了文件；请先改正下面所列的问题。",
                details={
                    "rejected": _in_order(self.rejected[:_SHOWN]),
                    "warnings": _in_order(self.reading.notes),
                },
            )

    def count(self, deed: Deed, group: G, number: int = 1) -> None:
        """What became of a row, or of so many alike; `group` says which line of the summary it belongs to."""
        self.counts[deed, group] += number

    def reject(
        self, row: T, column: str | None, value: str | None, problem: str, advice: str | None = None
    ) -> None:
        """A row that what is registered already does not admit."""
        self.rejected.append(Problem(row.row, column, value, problem, advice))
        self.bad_rows[row.row] = row.raw

    def warn(self, row: T, column: str | None, value: str | None, problem: str) -> None:
        self._warn((Problem(row.row, column, value, problem),))

    def settle(self, file: Path, *, skip_bad: bool, dry_run: bool) -> Taken:
        """The result. Rejected rows are skipped and written to FILE.rejected.csv, or, without
        `skip_bad`, all problems are raised as BadData."""
        result = self._result(file, dry_run=dry_run)
        if not self.rejected:
            return result
        if not skip_bad:
            raise BadData(
                "rejected_rows",
                f"{self.reading.info.file}：{self.rows} 行中 {len(self.bad_rows)} 行有错，全部未导入。",
                next_step="请按所列各行修改后重新导入，或用 --skip-bad 先导入其余各行。",
                details={"rejected": result.rejected, "warnings": result.warnings},
            )
        beside = file.with_name(f"{file.name}.rejected.csv")
        if not dry_run:
            from pressctl.documents import spreadsheets

            spreadsheets.write_rejected(beside, self.reading.header, self._reasons())
        return replace(result, rejected_file=beside)

    def _reasons(self) -> Iterator[tuple[Sequence[str], str]]:
        """Every bad row with all that is wrong in it, in file order."""
        reasons: dict[int, list[str]] = {}
        for p in self.rejected:
            reasons.setdefault(p.row, []).append(f"{p.column}：{p.problem}" if p.column else p.problem)
        for row in sorted(self.bad_rows):
            yield self.bad_rows[row], "；".join(reasons[row])

    def _result(self, file: Path, *, dry_run: bool) -> Taken:
        info = self.reading.info
        if self.untold:
            self.warnings.append(Problem(self.rows, None, None, f"另有 {self.untold:,} 条提醒没有逐条列出"))
            self.untold = 0
        total: Counter[Deed] = Counter()
        lines: dict[G, Counter[Deed]] = {}
        for (deed, group), number in self.counts.items():
            total[deed] += number
            lines.setdefault(group, Counter())[deed] = number
        return Taken(
            file=file,
            encoding=info.encoding,
            separator=info.separator,
            sheet=info.sheet,
            rows=self.rows,
            added=total["added"],
            updated=total["updated"],
            unchanged=total["unchanged"],
            warnings=_in_order(self.warnings),
            rejected=_in_order(self.rejected),
            dry_run=dry_run,
            summary=tuple(Line(g, n["added"], n["updated"], n["unchanged"]) for g, n in lines.items()),
        )


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda p: p.row))


def unit_names(units: Iterable[Unit], day: dt.date) -> UnitNames:
    """The units that exist on a day, for a reader. A former name still means its unit, unless another bears it now."""
    there = [u for u in units if u.on(day)]
    borne = {name for u in there for name in (u.name, *u.aliases)}
    return UnitNames.of(
        (
            (u.id, u.name, (*u.aliases, *(p.name for p in u.periods if p.name not in borne)), u.kind)
            for u in there
        ),
        {u.id: u.latest.parent_id for u in there},
    )
