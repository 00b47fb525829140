"""Which row is the header, and which column means what.

The header is the row in which most names are known; a second header row under it fills in what merged cells left open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

SEARCHED_ROWS = 60
"""How far down a header may stand: under a title, a notice, the name of the unit."""

_NOTE = re.compile(r"[(（\[【].*?[)）\]】]")
_ORNAMENT = re.compile(r"[\s*＊:：#]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a table may have. `aliases` in order of trust; the label itself comes first.

    `instead` says what else may be done where a required one is missing.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """`labels` as they stand in the file, `places` key → index, `last_row` the row number under which data begins."""

    labels: tuple[str, ...]
    places: Mapping[str, int]
    last_row: int
    ignored: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()

    def label(self, key: str) -> str | None:
        place = self.places.get(key)
        return None if place is None else self.labels[place]


class Vocabulary:
    """The known names of a kind of table."""

    def __init__(self, columns: Sequence[Column], passed_over: Iterable[str] = ()) -> None:
        self.columns = tuple(columns)
        self._known = {
            plain(alias): (column.key, trust)
            for column in columns
            for trust, alias in enumerate((column.label, *column.aliases))
        }
        self._passed_over = frozenset(map(plain, passed_over))

    def known(self, label: str) -> tuple[str, int] | None:
        """`(key, rank of the alias)`; a remark in brackets is looked past: 手机（必填）."""
        return self._known.get(plain(label)) or self._known.get(plain(_NOTE.sub("", label)))

    def score(self, cells: Iterable[str]) -> int:
        """How many different columns the cells name."""
        return len({known[0] for cell in cells if cell and (known := self.known(cell))})

    def missing(self, header: Header) -> list[Column]:
        return [c for c in self.columns if c.required and c.key not in header.places]

    def header(self, rows: Sequence[tuple[int, Sequence[str]]]) -> Header | None:
        """The header among the first rows; None when no row names at least two columns."""
        best, at = 1, -1
        for index, (_, cells) in enumerate(rows[:SEARCHED_ROWS]):
            if (score := self.score(cells)) > best:
                best, at = score, index
        if at < 0:
            return None
        number, labels = rows[at]
        if at + 1 < len(rows) and (both := self._two_lines(labels, rows[at + 1][1])):
            return self._read(both, rows[at + 1][0])
        if at > 0 and (both := self._two_lines(rows[at - 1][1], labels)):
            return self._read(both, number)
        return self._read(labels, number)

    def _two_lines(self, upper: Sequence[str], lower: Sequence[str]) -> list[str] | None:
        """The two rows as one header, when the lower adds names and is made of names, not of data."""
        strange = sum(1 for cell in lower if cell and not self.known(cell))
        if strange >= self.score(lower):
            return None
        both = [below or above for above, below in zip_longest(upper, lower, fillvalue="")]
        if self.score(upper) >= 1 and self.score(both) > max(self.score(upper), self.score(lower)):
            return both
        return None

    def _read(self, labels: Sequence[str], last_row: int) -> Header:
        """Places by the most trusted alias; a second column of the same meaning is ignored, an equal one is told."""
        places: dict[str, int] = {}
        trusts: dict[str, int] = {}
        ignored: list[str] = []
        twice: list[str] = []
        for index, label in enumerate(labels):
            known = self.known(label) if label else None
            if known is None:
                if label and plain(label) not in self._passed_over:
                    ignored.append(label)
                continue
            key, trust = known
            if key not in places or trust < trusts[key]:
                if key in places:
                    ignored.append(labels[places[key]])
                places[key], trusts[key] = index, trust
            elif trust == trusts[key]:
                twice.append(label)
            else:
                ignored.append(label)
        return Header(tuple(labels), places, last_row, tuple(ignored), tuple(twice))


def plain(label: str) -> str:
    """A header cell without width variants, spaces, asterisks and colons."""
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", label)).upper()
