"""Which rows are the header, and which column means what of whom.

The header is the row in which most names are known, with the line above or below it where the two make one header: what
merged cells left open, or groups of columns (新闻发言人 over 姓名, 职务, 手机). A row may hold several people: under group headings, with
the group's name before each column (发言人姓名, 联络员手机), or one after the other (发言人, 职务, 联络员, 职务).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from pressctl.core.terms import named
from pressctl.importing.sheet_details import Merge
from pressctl.importing.values import label as cleaned

SEARCHED_ROWS = 60
"""How far down a header may stand: under a title, a notice, the name of the unit."""

_NOTE = re.compile(r"[(（\[【].*?[)）\]】]")
_ORNAMENT = re.compile(r"[\s*＊:：#]+")
_LISTED = re.compile(r"[、,，/／;；]|及|和|与")
_LONGEST_PAIR = 16
_IMPLIED = 50
"""Trust in a column that is named only by whom it holds: 新闻发言人 for 姓名."""


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


class Known(NamedTuple):
    """What a heading means: a column, the rank of the alias, and whom it speaks of (a word, and its value) if it says so."""

    key: str
    trust: int
    word: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one record of a row: key → index. `value` is what the heading `word` says of it (a role).

    `own` are the columns that no other record of the row shares; `more` further columns of telephone numbers.
    """

    places: Mapping[str, int]
    word: str = ""
    value: Any = None
    own: tuple[int, ...] = ()
    more: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """`labels` in one line as messages name them, `groups` the records of a row, `last_row` the row under which data begins.

    `parts` are cells that hold several columns at once, by the index of the first: 姓名、职务、电话. `unclear` are headings
    that stand twice without saying whose they are.
    """

    labels: tuple[str, ...]
    groups: tuple[Group, ...]
    last_row: int
    ignored: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    parts: Mapping[int, int] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    """Group headings over unclear columns."""
    lent: tuple[str, ...] = ()
    """Columns at the end of a row with several people that are taken for all of them."""

    @property
    def places(self) -> Mapping[str, int]:
        return self.groups[0].places

    def label(self, key: str) -> str | None:
        return next((self.labels[g.places[key]] for g in self.groups if key in g.places), None)


class Vocabulary:
    """The known names of a kind of table.

    `yielding` says what a column means where a more trusted one means the same: 主题 beside 发布名称. `whom` gives what a heading says of the records under it (联络员 → a role), `shared` the columns that belong to the whole
    row, `numbers` those that may stand several times, `pairs` keys that one heading may name together.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        passed_over: Iterable[str] = (),
        *,
        whom: Callable[[str], Any] | None = None,
        naming: str = "name",
        shared: Iterable[str] = (),
        numbers: Iterable[str] = (),
        yielding: Mapping[str, str] | None = None,
        pairs: Iterable[frozenset[str]] = (),
    ) -> None:
        self.columns = tuple(columns)
        self._by_alias = {
            plain(named(alias)): Known(column.key, trust)
            for column in columns
            for trust, alias in enumerate((column.label, *column.aliases))
        }
        self._passed_over = frozenset(map(plain, passed_over))
        self._whom, self._naming = whom, naming
        self._shared, self.numbers = frozenset(shared), frozenset(numbers)
        self.yielding = yielding or {}
        self._pairs = tuple(pairs)
        self.known = lru_cache(maxsize=4096)(self._known)

    # -- one heading

    def _known(self, label: str) -> Known | None:
        """What a heading means; a remark in brackets is looked past: 手机（必填）."""
        whole = plain(label)
        bare = plain(_NOTE.sub("", label))
        if found := self._by_alias.get(whole) or self._by_alias.get(bare):
            return self._of_note(found, label)
        if self._whom is None or not bare:
            return None
        for cut in range(len(bare) - 1, 0, -1):
            column = self._by_alias.get(bare[cut:].removeprefix("的"))
            if column and (value := self._whom(bare[:cut])) is not None:
                return Known(column.key, column.trust, bare[:cut], value)
        if (value := self._whom(bare)) is not None:
            return Known(self._naming, _IMPLIED, bare, value)
        return None

    def _of_note(self, found: Known, label: str) -> Known:
        """姓名（联络员） speaks of the liaison."""
        if self._whom is None:
            return found
        for note in _NOTE.findall(label):
            if (value := self._whom(plain(note[1:-1]))) is not None:
                return Known(found.key, found.trust, plain(note[1:-1]), value)
        return found

    def several(self, label: str) -> list[str] | None:
        """The headings in one: 新闻发言人（姓名、职务、电话）, 联系人及电话; None where the heading is but one."""
        note = _NOTE.search(label)
        before = _NOTE.sub("", label).strip()
        if pair := self._run_together(label, before, note[0][1:-1] if note else ""):
            return pair
        names = _LISTED.split(note[0][1:-1]) if note else _LISTED.split(label)
        names = [name.strip() for name in names if name.strip()]
        if len(names) < 2 or not all(self.known(name) for name in names):
            return None
        if not note:
            return names if self.known(label) is None else None
        said = self.known(before)
        if self._whom is not None and self._whom(plain(before)) is not None:
            return [before + name for name in names]
        return names if said is None or said.key == self._naming else None

    def _run_together(self, label: str, before: str, note: str) -> list[str] | None:
        """Two columns of `pairs` in one heading without a mark between them: 单位职务, 单位（职务）; None for others."""
        if len(label) > _LONGEST_PAIR or (self.known(label) is not None and not note):
            return None
        found = (
            [(before, note)] if note else [(before[:cut], before[cut:]) for cut in range(2, len(before) - 1)]
        )
        for one, other in found:
            first, second = self.known(one), self.known(other)
            if first and second and {first.key, second.key} in self._pairs:
                return [one, other]
        return None

    # -- rows of headings

    def score(self, cells: Iterable[str]) -> int:
        """How many different columns the cells name."""
        return len({known[::2] for cell in cells if cell and (known := self.known(cell))})

    def missing(self, header: Header) -> list[tuple[Group, Column]]:
        """What is required and lacking, and of whom; a role that the heading says is not lacking."""
        return [
            (group, column)
            for group in header.groups
            for column in self.columns
            if column.required
            and column.key not in group.places
            and not (column.key == "role" and group.value is not None)
        ]

    def header(
        self, rows: Sequence[tuple[int, Sequence[str]]], merges: Sequence[Merge] = ()
    ) -> Header | None:
        """The header among the first rows; None when no row names at least two columns."""
        rows = [(number, [cleaned(cell) for cell in cells]) for number, cells in rows[: SEARCHED_ROWS + 1]]
        best, at = 1, -1
        for index, (_, cells) in enumerate(rows[:SEARCHED_ROWS]):
            if (score := self.score(self._apart(cells))) > best:
                best, at = score, index
        if at < 0:
            return None
        found = self._read([rows[at]], merges)
        for first, last in ((at, at + 1), (at - 1, at), (at - 1, at + 1), (at, at + 2)):
            if first < 0 or last >= len(rows) or not self._is_block(rows[first : last + 1]):
                continue
            both = self._read(rows[first : last + 1], merges)
            if _worth(both) > _worth(found):
                found = both
        return found

    def _apart(self, cells: Iterable[str]) -> Iterable[str]:
        for cell in cells:
            yield from (self.several(cell) or [cell]) if cell else ()

    def _is_block(self, rows: Sequence[tuple[int, Sequence[str]]]) -> bool:
        """Whether lines make one header: the upper have several headings, the lower are made of names, not of data."""
        *upper, (_, lowest) = rows
        if any(len({cell for cell in cells if cell}) < 2 for _, cells in upper):
            return False
        for _, cells in [*upper[1:], (0, lowest)]:
            strange = sum(1 for cell in cells if cell and not self._is_name(cell))
            if strange >= max(self.score(self._apart(cells)), 1):
                return False
        return True

    def _is_name(self, cell: str) -> bool:
        return (
            self.known(cell) is not None or self.several(cell) is not None or plain(cell) in self._passed_over
        )

    def _read(self, rows: Sequence[tuple[int, Sequence[str]]], merges: Sequence[Merge]) -> Header:
        width = max(len(cells) for _, cells in rows)
        lines = [_line(number, cells, width, merges) for number, cells in rows]
        cells = [[*own, *[""] * (width - len(own))] for _, own in rows]
        paths: list[tuple[str, ...]] = []
        for column in range(width):
            # The lowest heading that stands in the column itself, under what was carried over it.
            lowest = next((n for n in reversed(range(len(rows))) if cells[n][column]), 0)
            path = [line[column] for line in lines[:lowest] if line[column]]
            paths.append(tuple(dict.fromkeys([*path, cells[lowest][column]])))
        return self._grouped(paths, rows[-1][0], _spans(rows[-1], merges))

    def _grouped(self, paths: Sequence[tuple[str, ...]], last_row: int, spans: Mapping[int, int]) -> Header:
        """The header of columns that are named by what stands over each, from the top down."""
        labels: list[str] = []
        known: list[Known | None] = []
        parts: dict[int, int] = {}
        waiting: list[str] = []
        for column, path in enumerate(paths):
            said = path[-1]
            if waiting and not said:  # a merged heading that lists the columns below it
                said, path = waiting.pop(0), ("",)
            elif said and (names := self.several(said)):
                if spans.get(column, 1) == len(names) or _blanks(paths, column) == len(names) - 1:
                    said, waiting, path = names[0], names[1:], ("",)
                else:
                    parts[len(labels)] = len(names)
                    labels += names
                    known += [self._said_of(path[:-1], name) for name in names]
                    continue
            labels.append(said)
            known.append(self._said_of(path[:-1], said))
        return _Sorting(self, labels, known, paths).header(last_row, parts)

    def _said_of(self, above: Sequence[str], label: str) -> Known | None:
        """What a heading means under those above it: the group that one of them names, the column that the lowest does."""
        if not label:
            return None
        found = self.known(label)
        for upper in reversed(above):
            if found is None:
                found = self.known(upper + label) or self.known(label + upper)
            value = self._whom(plain(_NOTE.sub("", upper))) if self._whom else None
            if found is not None and not found.word and value is not None:
                found = Known(found.key, found.trust, plain(_NOTE.sub("", upper)), value)
        return found

    def is_passed_over(self, label: str) -> bool:
        return plain(label) in self._passed_over

    def is_shared(self, key: str) -> bool:
        return key in self._shared


class _Sorting:
    """Columns sorted into the records of a row."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        labels: list[str],
        known: list[Known | None],
        paths: Sequence[tuple[str, ...]],
    ) -> None:
        self._vocabulary, self._labels, self._known, self._paths = vocabulary, labels, known, paths
        self._naming = vocabulary._naming
        self._common: dict[str, int] = {}
        self._people: list[_Person] = []
        self._ignored: list[str] = []
        self._unclear: list[str] = []
        self._lent: list[str] = []

    def header(self, last_row: int, parts: Mapping[int, int]) -> Header:
        current: _Person | None = None
        for index, known in enumerate(self._known):
            label = self._labels[index]
            if known is None:
                if label and not self._vocabulary.is_passed_over(label):
                    self._ignored.append(label)
                continue
            if known.word:
                current = self._person(known)
                self._put(current, index, known)
            elif self._vocabulary.is_shared(known.key):
                self._put(None, index, known)
            else:
                self._put(current if self._goes_on(current, known.key) else None, index, known)
        groups = self._groups()
        self._require_read(groups)
        return Header(
            tuple(self._said(index) for index in range(len(self._labels))),
            groups,
            last_row,
            tuple(self._ignored),
            tuple(self._unclear),
            dict(parts),
            tuple(dict.fromkeys(path[0] for path in self._paths if len(path) > 1)),
            tuple(dict.fromkeys(self._lent)),
        )

    def _require_read(self, groups: Sequence[Group]) -> None:
        """A column of the row that each of its records has of its own is nobody's: unclear."""
        read = {place for group in groups for place in (*group.places.values(), *group.more)}
        for index, known in enumerate(self._known):
            label = self._said(index)
            if known is None or index in read or label in self._ignored or label in self._unclear:
                continue
            self._unclear.append(label)

    def _goes_on(self, current: _Person | None, key: str) -> bool:
        """Whether a column without a group of its own belongs to the record that a column before it opened."""
        if current is None or not current.opened:
            return False
        return key not in current.places or key in self._vocabulary.numbers

    def _said(self, index: int) -> str:
        """A heading in one line: the group's word before that of the column."""
        label, known = self._labels[index], self._known[index]
        if known is None or not known.word or plain(known.word) in plain(label):
            return label
        return f"{known.word}{label}"

    def _person(self, known: Known) -> _Person:
        """The record that a heading speaks of: of its word, else of its role where the column is still free."""
        for person in self._people:
            if person.word == known.word:
                return person
        for person in self._people:
            if person.value == known.value and known.key not in person.places:
                return person
        person = _Person(known.word, known.value, opened=known.trust == _IMPLIED)
        self._people.append(person)
        return person

    def _put(self, person: _Person | None, index: int, known: Known) -> None:
        """A column to a record or to the row. Of two for one thing the more trusted stays; numbers may stand several times."""
        places = self._common if person is None else person.places
        before = places.get(known.key)
        if before is None:
            places[known.key] = index
            return
        trust = self._trust(before)
        if known.key in self._vocabulary.numbers:
            more = self._more if person is None else person.more
            if known.trust < trust:
                places[known.key], index = index, before
            more.append(index)
        elif known.trust == trust:
            self._unclear.append(self._said(index))
        else:
            if known.trust < trust:
                places[known.key], index = index, before
            self._yield(places, index, known.key)

    def _yield(self, places: dict[str, int], index: int, key: str) -> None:
        """A column that lost its place to a more trusted one: what it means then, or nothing."""
        other = self._vocabulary.yielding.get(key)
        if other is None:
            self._ignored.append(self._said(index))
        elif other not in places:
            places[other] = index
        else:
            trusted = min((index, places[other]), key=lambda n: self._trust(n))
            self._ignored.append(self._said(index if trusted != index else places[other]))
            places[other] = trusted

    def _trust(self, index: int) -> int:
        known = self._known[index]
        return _IMPLIED if known is None else known.trust

    @property
    def _more(self) -> list[int]:
        if not hasattr(self, "_common_more"):
            self._common_more: list[int] = []
        return self._common_more

    def _groups(self) -> tuple[Group, ...]:
        common, more = self._common, tuple(self._more)
        if not self._people:
            return (Group(common, more=more),)
        people = [p for p in self._people if p.places]
        if (
            self._naming in common
        ):  # somebody of whom no heading says what they are, before those of whom one does
            own = {k: i for k, i in common.items() if not self._vocabulary.is_shared(k)}
            rest = {k: i for k, i in common.items() if self._vocabulary.is_shared(k)}
            first = Group({**rest, **own}, own=(*own.values(), *more), more=more)
            return (first, *(self._group(p, rest, people) for p in people))
        return tuple(self._group(p, common, people, more) for p in people)

    def _group(
        self,
        person: _Person,
        common: Mapping[str, int],
        people: Sequence[_Person],
        more: tuple[int, ...] = (),
    ) -> Group:
        places = {**common, **person.places}
        if not self._vocabulary.numbers & places.keys():
            # The one telephone at the end of the row (部门, 发言人, 职务, 联络员, 职务, 电话) is everybody's.
            last = people[-1]
            for key in self._vocabulary.numbers & last.places.keys() - {"mobile"}:
                if last.opened and not any(key in p.places for p in people[:-1]):
                    places[key] = last.places[key]
                    self._lent.append(self._said(last.places[key]))
        own = (*person.places.values(), *person.more)
        return Group(places, person.word, person.value, own, (*person.more, *more))


@dataclass
class _Person:
    """The columns of one record while they are sorted; `opened` by a column that names only whom it holds."""

    word: str
    value: Any
    opened: bool
    places: dict[str, int] = field(default_factory=dict)
    more: list[int] = field(default_factory=list)


def _worth(header: Header) -> int:
    """How much is understood: every column of every record, less what stands twice unexplained."""
    named = sum(len({*group.own} or {*group.places.values()}) for group in header.groups)
    return 2 * named - 3 * len(header.unclear)


def _line(number: int, cells: Sequence[str], width: int, merges: Sequence[Merge]) -> list[str]:
    """A line of headings over others, each carried to the right: as far as it is merged, else over what is empty."""
    reach = {m.left: m.right for m in merges if m.top <= number <= m.bottom}
    said, until, line = "", width, []
    for column in range(width):
        cell = cells[column] if column < len(cells) else ""
        if cell:
            said, until = cell, reach.get(column, width)
        line.append(said if column <= until else "")
    return line


def _spans(row: tuple[int, Sequence[str]], merges: Sequence[Merge]) -> dict[int, int]:
    """How many columns a merged heading reaches over."""
    return {m.left: m.right - m.left + 1 for m in merges if m.top <= row[0] <= m.bottom}


def _blanks(paths: Sequence[tuple[str, ...]], column: int) -> int:
    """How many columns behind one are without a heading."""
    for n in count(1):
        if column + n >= len(paths) or paths[column + n][-1]:
            return n - 1
    return 0


def plain(label: str) -> str:
    """A header cell without width variants, invisible characters, spaces, asterisks and colons."""
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", cleaned(label))).upper()
