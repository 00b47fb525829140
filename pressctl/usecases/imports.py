"""What all imports share: the tally, the rejected rows, and the refusal to take half a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pressctl.errors import BadData
from pressctl.importing.tables import Problem, Reading, Rejected


class ReadRow(Protocol):
    """What every kind of row carries besides its own content."""

    @property
    def row(self) -> int: ...
    @property
    def raw(self) -> tuple[str, ...]: ...
    @property
    def warnings(self) -> tuple[Problem, ...]: ...


T = TypeVar("T", bound=ReadRow)


@dataclass
class Outcome(Generic[T]):
    """The result of an import as it goes; `result()` has the contract's keys."""

    reading: Reading[T]
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: list[Problem] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    bad_rows: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def taken(self) -> Iterator[T]:
        """The rows that could be read, in file order, tallied; those that could not are kept as rejected."""
        self.warnings.extend(self.reading.notes)
        for row in self.reading:
            self.rows += 1
            if isinstance(row, Rejected):
                self.rejected.extend(row.problems)
                self.bad_rows[row.row] = row.raw
            else:
                read: T = row
                self.warnings.extend(read.warnings)
                yield read

    def reject(
        self,
        row: int,
        column: str | None,
        value: str | None,
        problem: str,
        *,
        raw: Sequence[str],
        next: str | None = None,
    ) -> None:
        """A row that the database refuses."""
        self.rejected.append(Problem(row, column, value, problem, next))
        self.bad_rows[row] = tuple(raw)

    def warn(self, row: int, column: str | None, value: str | None, problem: str) -> None:
        self.warnings.append(Problem(row, column, value, problem))

    def rejected_row(self, row: int) -> bool:
        return row in self.bad_rows

    def require_clean(self, *, skip_bad: bool) -> None:
        """Raises BadData naming every problem, unless bad rows are to be skipped."""
        if not self.rejected or skip_bad:
            return
        file = self.reading.info.file
        raise BadData(
            "rejected_rows",
            f"{file}：{len(self.bad_rows)} 行有错，全部未导入。",
            next_step="请按下列各行修改后重新导入，或用 --skip-bad 先导入其余各行。",
            details={"rejected": [problem_view(p) for p in self.rejected]},
        )

    def result(self, file: Path, *, dry_run: bool) -> dict[str, Any]:
        info = self.reading.info
        return {
            "file": str(file),
            "encoding": info.encoding,
            "separator": info.separator,
            "sheet": info.sheet,
            "rows": self.rows,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": [problem_view(p) for p in self.warnings],
            "rejected": [problem_view(p) for p in self.rejected],
            "dry_run": dry_run,
        }


def problem_view(problem: Problem) -> dict[str, Any]:
    view: dict[str, Any] = {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "problem": problem.problem,
    }
    return view | ({"next": problem.next} if problem.next else {})
