"""How many lines a text takes in a cell of fixed width and exact pitch: arithmetic, so that overflow is foreseen.

A name and its post (a full-width blank between them) stay on one line where one line holds them, and so do a month and
its day.

Widths are in em, the width of a Chinese character: a full-width character 1, a half-width one .52 (capitals and
the widest more, as in Times New Roman), a quarter more at each boundary of the two. Closing punctuation never
starts a line, opening never ends one, a Latin word breaks only when it is wider than the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from unicodedata import category, east_asian_width

HALF, CAPITAL, WIDE, TAB, JOINT = 0.52, 0.73, 0.95, 4.0, 0.25
_WIDE = frozenset("MWmw@%&")
_GRACE = 0.5  # points: heights and pitches are rounded to twips
CONTINUED = "（下转附页）"
_SENT_ON = re.compile(f"{CONTINUED}$")
_NEVER_FIRST = frozenset("，。、；：？！）】》」』”’…—％%,.;:?!)]}·〉〕")
_NEVER_LAST = frozenset("（【《「『“‘([{〈〔￥$")
_MARKS = "\u0300-\u036f\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_ATOM = re.compile(rf"[\x21-\u02ff\u0370-\u1fff]+|\s|.[{_MARKS}]*", re.DOTALL)
_POST = re.compile(r"[^\s；，。、：（）(]{2,12}\u3000[^\s；，。：]{1,40}")
"""A name and its post: 江若水　党委委员、副局长."""
_DAY = re.compile(r"(?:(?<!\d)\d{4}年)?\d{1,2}月\d{1,2}日")
_MONTH_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
"""What stays together of a day where a line is too narrow for its year."""
_MONTH_ON = re.compile(r"月\d{1,2}(?=日)")
"""In running text a joint holds no more than this: a word processor parts 12 from 月, and 15 from 日."""
_HYPHENED = re.compile(r"[^-/]*[-/]+|[^-/]+")
_NO_WIDTH = frozenset(("Mn", "Me", "Cf"))


@dataclass(frozen=True)
class Level:
    """A size of type with its line pitch, both in points."""

    size: float
    pitch: float


@dataclass(frozen=True)
class Box:
    """What a field may fill, in points: `first` is what its first line has already used (an indent, a label),
    `around` what stands above and below each paragraph.

    A height of None grows without end. `levels` from the largest type to the smallest, never empty.
    """

    width: float
    height: float | None
    levels: tuple[Level, ...]
    first: float = 0.0
    around: float = 0.0

    def broken(self, paragraph: str, level: Level) -> list[str]:
        """A paragraph's lines at a level."""
        return break_lines(paragraph, self.width / level.size, self.first / level.size)

    def smallest(self, number: int) -> bool:
        """Whether a level is the last of several."""
        return 0 < number == len(self.levels) - 1

    def taken(self, lines: int, level: Level) -> float:
        """The height of a paragraph of so many lines."""
        return lines * level.pitch + self.around


@dataclass(frozen=True)
class Fit:
    """The level chosen, the paragraphs that fit, and those that do not."""

    level: int
    shown: tuple[str, ...]
    rest: tuple[str, ...] = ()


def fit(paragraphs: Sequence[str], box: Box) -> Fit:
    """The largest type in which all of it fits; else the smallest, cut where the cell is full."""
    if box.height is None:
        return Fit(0, tuple(paragraphs))
    for number in range(len(box.levels)):
        if height(paragraphs, box, number) <= box.height + _GRACE:
            return Fit(number, tuple(paragraphs))
    return _cut(paragraphs, box)


def height(paragraphs: Sequence[str], box: Box, number: int) -> float:
    """What the paragraphs take at the level of that number."""
    level = box.levels[number]
    return sum(box.taken(_count(p, box, level), level) for p in paragraphs)


def _count(paragraph: str, box: Box, level: Level) -> int:
    """How many lines; a text that is short beyond doubt is not counted character by character."""
    widest = measure(paragraph) if paragraph.isascii() else len(paragraph) * (1 + JOINT)
    if widest * level.size + box.first <= box.width and "\t" not in paragraph:
        return 1
    return len(box.broken(paragraph, level))


def _cut(paragraphs: Sequence[str], box: Box) -> Fit:
    """What the smallest type can show, ending in 下转附页, and the rest."""
    number = len(box.levels) - 1
    level = box.levels[number]
    left = (box.height or 0.0) + _GRACE
    shown: list[str] = []
    for index, paragraph in enumerate(paragraphs):
        lines = box.broken(paragraph, level)
        room = max(int((left - box.around) / level.pitch), 1)
        if len(lines) < room:
            shown.append(paragraph)
            left -= box.taken(len(lines), level)
            continue
        head = _well_ended(_with_room(lines[:room], box, level))
        rest = (paragraph[len(head) :], *paragraphs[index + 1 :])
        if not any(rest):  # nothing but blank lines is left
            return Fit(number, (*shown, paragraph) if paragraph else tuple(shown))
        return Fit(number, (*shown, head + CONTINUED), rest if rest[0] else rest[1:])
    return Fit(number, tuple(shown))


def _with_room(lines: Sequence[str], box: Box, level: Level) -> str:
    """The lines as one text, shortened until the words that send the reader on stand in the last of them."""
    text = "".join(lines)
    atoms = list(_atoms(text, box.width / level.size, _together(text, days=_DAY)))
    while atoms and (
        len(box.broken("".join(atoms) + CONTINUED, level)) > len(lines) or atoms[-1] in _NEVER_LAST
    ):
        atoms.pop()
    return "".join(atoms)


_HANGING = frozenset("，。、；：！？")
"""What may stand over the right margin, as Word and LibreOffice have it by default in running text."""
DOT = "\u00b7"
"""Between the parts of a name, as in 阿依古丽·买买提."""
_RUNNING_DOT = 0.24
"""In Times New Roman, as running text sets it; Chinese faces have it of any width."""
_RUNNING_HALF, _RUNNING_JOINT = 0.027, 0.205
"""In running text, where lines are to be counted as they will be and not at their worst: by how much a half-width
character is narrower, and how wide the joint is (measured in LibreOffice with Times New Roman's metrics)."""


_SENTENCE_ENDS, _CLAUSE_ENDS = "；。！？", "，"


def _well_ended(head: str) -> str:
    """The text up to where it may well be left: behind a sentence, else a clause, if half of it stays; never inside a
    name and its post."""
    for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS):
        at = max(map(head.rfind, ends)) + 1
        if at > len(head) // 2:
            return head[:at]
    *_, last = (None, *posts(head))
    return head[: last.start()] if last and last.end() == len(head) and last.start() else head


def parted(paragraph: str, box: Box, level: Level) -> list[str]:
    """The paragraph in parts, each to begin a line, so that what belongs together is not broken at a line's end.

    Mostly it is one part: a word processor breaks anywhere between Chinese characters, and is told to only where it
    would break there.
    """
    starts = {found.start() for days in (_DAY, _MONTH_DAY) for found in _together(paragraph, days=days)}
    if not starts:
        return [paragraph]
    parts, at = [""], 0
    for line in box.broken(paragraph, level):
        begins = at in starts or (line[:1] in _NEVER_LAST and at + 1 in starts)
        if at and begins:
            parts.append(line)
        else:
            parts[-1] += line
        at += len(line)
    return parts


def unparted(text: str, ems: float) -> list[str]:
    """The text of a cell in parts, each to begin a line, so that no day is broken at a line's end.

    A word processor breaks between 12, 月, 15 and 日 wherever its line is full, and heeds no joint there: what it would
    break, by the widest or by the narrowest widths, begins a line instead.
    """
    parts, rest = [], text
    while len(rest) > 1:
        ends = {end for how in _HOW for end in _ends(rest, ems, *how)}
        broken = (
            f.start()
            for days in (_DAY, _MONTH_DAY)
            for f in days.finditer(rest)
            if f.start() and ends & set(range(f.start() + 1, f.end()))
        )
        if not (at := min(broken, default=0)):
            break
        parts.append(rest[:at])
        rest = rest[at:]
    return [*parts, rest]


_HOW = ((False, False), (True, False), (True, True))
"""By the widest widths; by those of running text; and with a mark over the line's end."""


def _ends(text: str, ems: float, running: bool, hanging: bool) -> list[int]:
    """Where the lines end if nothing but words stays together."""
    lines = break_lines(text, ems, running=running, hanging=hanging, together=False)
    return list(accumulate(map(len, lines)))[:-1]


def break_lines(
    text: str,
    ems: float,
    indent: float = 0.0,
    *,
    running: bool = False,
    hanging: bool = True,
    together: bool = True,
) -> list[str]:
    """The paragraph line by line; joined, they are the text. Never empty.

    By itself the widths are at their worst, so that a cell never holds more than was counted. `running` text is
    counted as it comes out, one mark hanging over the end of a line.
    """
    joint = _RUNNING_JOINT if running else JOINT
    width = running_width if running else measure
    lines, line, used, before = [], "", indent, ""
    wholes: list[tuple[int, int]] = []  # where the line's words and days begin and end
    whole = _together(text, days=_MONTH_ON if running else _DAY) if together else []
    waiting = list(reversed(list(_atoms(text, ems, whole))))
    while waiting:
        atom = waiting.pop()
        gap = joint if before and not atom.isspace() and _boundary(before, atom) else 0.0
        wide = width(atom)
        if not running and len(atom) > 1:
            wide += joint * sum(map(_boundary, atom, atom[1:]))
        hangs = running and hanging and atom in _HANGING and used + gap <= ems
        if line and used + gap + wide > ems and not atom.isspace() and not hangs:
            kept, moved = _kinsoku(line, atom, wholes)
            lines.append(kept)
            line, used, wholes = moved, width(moved), []
            if not running:
                used += joint * sum(map(_boundary, moved, moved[1:]))
            gap = joint if moved and _boundary(moved[-1], atom) else 0.0
            if moved and len(atom) > 1 and used + gap + wide > ems:
                # What came along leaves the word less than a line: it breaks as a word wider than a line does.
                waiting += reversed(list(_pieces(atom, max(ems - used - gap, 1.0))))
                before = moved[-1]
                continue
        if len(atom) > 1:
            wholes.append((len(line), len(line) + len(atom)))
        line += atom
        used += gap + wide
        before = atom[-1]
    lines.append(line)
    return lines


def _kinsoku(line: str, atom: str, wholes: Sequence[tuple[int, int]]) -> tuple[str, str]:
    """Where the line really ends: characters that may not stand last, or before one that may not stand first, move on,
    and with them the rest of what stays together."""
    cut = len(line)
    if atom[0] in _NEVER_FIRST:
        cut -= 1
        while cut > 1 and line[cut] in _NEVER_FIRST:
            cut -= 1
    while cut > 1 and line[cut - 1] in _NEVER_LAST:
        cut -= 1
    cut = next((start for start, end in wholes if 0 < start < cut < end), cut)
    return (line[:cut], line[cut:]) if cut > 0 else (line, "")


def _atoms(text: str, ems: float, kept: Sequence[re.Match[str]]) -> Iterator[str]:
    """What stays together: a Chinese character, a Latin word, a blank, and what is `kept`, a name with its post, a month
    with its day. What is wider than a line breaks at hyphens, then anywhere."""
    at = 0
    for found in kept:
        start, end = found.span()
        if measure(found.group()) > ems and (inner := _MONTH_DAY.search(text, start, end)):
            start, end = inner.span()  # too narrow for the year as well
        if start >= at and measure(text[start:end]) <= ems:
            yield from _words(text[at:start], ems)
            yield text[start:end]
            at = end
    yield from _words(text[at:], ems)


def _words(text: str, ems: float) -> Iterator[str]:
    for word in _ATOM.findall(text):
        if len(word) == 1:
            yield word
        else:
            yield from _pieces(word, ems)


def posts(text: str) -> list[re.Match[str]]:
    """Each name with its post."""
    return list(_POST.finditer(text)) if "\u3000" in text else []


def _together(text: str, *, days: re.Pattern[str]) -> list[re.Match[str]]:
    """Names with their posts, days, and the words that send the reader on, in their order."""
    found = list(days.finditer(text)) if "日" in text else []
    found += _SENT_ON.finditer(text) if text.endswith(CONTINUED) else ()
    return sorted(posts(text) + found, key=lambda match: match.start()) if found else posts(text)


def _pieces(word: str, ems: float) -> Iterator[str]:
    """The word whole where it fits, else at its hyphens, else anywhere."""
    if measure(word) <= ems:
        yield word
    else:
        for part in _HYPHENED.findall(word):
            yield from _chopped(part, ems)


def _chopped(word: str, ems: float) -> Iterator[str]:
    """A word in pieces as wide as the line."""
    piece, wide = "", 0.0
    for char in word:
        if piece and wide + _char_width(char) > ems:
            yield piece
            piece, wide = "", 0.0
        piece += char
        wide += _char_width(char)
    yield piece


def measure(text: str) -> float:
    """The width of a text in em, joints apart."""
    return _char_width(text) if len(text) == 1 else sum(map(_char_width, text))


def running_width(text: str) -> float:
    """The width of running text in em, joints apart."""
    return sum(map(_running_char, text))


def _running_char(char: str) -> float:
    if char == DOT:
        return _RUNNING_DOT
    return _char_width(char) - (0.0 if _full(char) else _RUNNING_HALF)


def running_joint(one: str, other: str) -> float:
    """What stands between two characters of running text."""
    return _RUNNING_JOINT if one and _boundary(one, other) else 0.0


def line_width(text: str) -> float:
    """The width of a text on one line in em, joints included."""
    return measure(text) + JOINT * sum(map(_boundary, text, text[1:]))


@lru_cache(maxsize=8192)
def _char_width(char: str) -> float:
    if category(char) in _NO_WIDTH:
        return 0.0
    if char == "\t":
        return TAB
    if _full(char):
        return 1.0
    return WIDE if char in _WIDE else CAPITAL if char.isupper() else HALF


@lru_cache(maxsize=8192)
def _full(char: str) -> bool:
    # 宋体 and its kin set ambiguous characters (“ ” — …) a full em wide
    return east_asian_width(char) in "WFA"


def _boundary(one: str, other: str) -> bool:
    """Between a Chinese character and a Latin letter or digit Word sets a quarter em."""
    a, b = one[-1], other[0]
    return _full(a) != _full(b) and a.isalnum() and b.isalnum()
