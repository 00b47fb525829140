"""An official Word document by GB/T 9704-2012, written as it is read: head, title, text, annexes, signature, imprint.

What stands in the text is the caller's; where it stands is decided here, and counted along: how many lines each
paragraph and each row takes is arithmetic (layout), so that it is known on which page the document ends, and the
版记 comes to stand at the foot of an even last page without a word processor at hand. Lengths are twips in the file,
points in the count.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil

from pressctl.documents.layout import (
    DOT,
    break_lines,
    line_width,
    measure,
    running_joint,
    running_width,
    unparted,
)
from pressctl.documents.official_parts import (
    BODY,
    CLOSER,
    HEAD,
    PITCH,
    SI_HAO,
    SUBHEAD,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TITLE,
    WU_HAO,
    XIAO_WU,
    document,
    faces,
    parts,
    section,
    size,
    twips,
)
from pressctl.documents.package import Package
from pressctl.documents.prose import balanced

_TYPE, _PITCH = 16.0, PITCH / 20
_CHARACTER = _TYPE + CLOSER / 20  # what a character of the text takes
_EMS = TEXT_WIDTH / 20 / _CHARACTER
_MARK_TOP = twips(35)  # below the text area's top edge: 72 mm from the paper's
_ROW_PITCH, _ROW_TYPE, _ROW_AROUND, _CELL_MARGIN = 300, 10.5, 20, 57
_MOST_LINES = 20
"""Of a row that is cut."""
_DOUBT, _SURELY = 4.0, 160
"""Points by which a word processor may fit a row or not, and twips that make sure that it does not."""
_IMPRINT_PITCH, _FOOTNOTE_PITCH, _BEFORE_IMPRINT = 480, 260, 240
_RED = "FF0000"


@dataclass(frozen=True, slots=True)
class _Atom:
    """A height that no page break parts, in points. `glued` keeps it with the next; `new_page` begins a page with it.

    `again` is the height of a table's header, which stands again on each page that the table goes on to.
    """

    height: float
    glued: bool = False
    new_page: bool = False
    again: float = 0.0


@dataclass
class _Flow:
    """The document as heights."""

    atoms: list[_Atom] = field(default_factory=list)

    def add(self, height: float, *, glued: bool = False, new_page: bool = False, again: float = 0.0) -> None:
        self.atoms.append(_Atom(height, glued, new_page, again))

    def lines(self, number: int, pitch: float, *, keep_next: bool = False, keep: bool = False) -> None:
        """A paragraph: neither its first nor its last line stands alone on a page."""
        if keep or number <= 3:
            self.add(number * pitch, glued=keep_next)
            return
        self.add(2 * pitch)
        for _ in range(number - 4):
            self.add(pitch)
        self.add(2 * pitch, glued=keep_next)

    def end(self) -> tuple[int, float]:
        """The last page's number and how much of it is used."""
        *_, last = self._placed()
        return last[1:]

    def page_of(self, number: int) -> int:
        """The page on which an atom comes to stand."""
        return next(page for first, page, _ in reversed(list(self._placed())) if first <= number)

    def doubtful(self, since: int) -> int | None:
        """The first atom, from a number on, of which a hair decides whether it still stands on its page."""
        first, used = 0, 0.0
        for group in self._groups():
            height, ends = sum(a.height for a in group), first + len(group)
            if group[0].new_page and used:
                used = 0.0
            elif used and ends > since and abs(used + height - _HEIGHT) < _DOUBT:
                return max(first, since)
            elif used + height > _HEIGHT:
                used = group[0].again
            used = (used + height) % _HEIGHT
            first = ends
        return None

    def _placed(self) -> Iterator[tuple[int, int, float]]:
        """Each group's first atom, its page, and how much of that is used with it."""
        first, page, used = 0, 1, 0.0
        yield first, page, used
        for group in self._groups():
            height = sum(a.height for a in group)
            if group[0].new_page and used:
                page, used = page + 1, 0.0
            elif used and used + height > _HEIGHT:
                page, used = page + 1, group[0].again
            used += height
            while used > _HEIGHT:
                page, used = page + 1, used - _HEIGHT
            yield first, page, used
            first += len(group)

    def _groups(self) -> Iterable[list[_Atom]]:
        group: list[_Atom] = []
        for atom in self.atoms:
            group.append(atom)
            if not atom.glued:
                yield group
                group = []
        if group:
            yield group


_HEIGHT = TEXT_HEIGHT / 20


class OfficialDocument:
    """A document in the making; `bytes()` is the .docx.

    `bureau` and `office` are what its properties name as company and author, `made` the moment of making.
    """

    def __init__(self, title: str, *, bureau: str, office: str, made: dt.datetime) -> None:
        self._parts = parts(clean(title), clean(bureau), clean(office), made)
        self._body: list[str] = []
        self._flow = _Flow()
        self._imprint: list[tuple[str, str]] = []
        self._footnote = ""
        self._annexes: list[tuple[int, int]] = []  # where each begins, in the body and in the flow

    # -- head ------------------------------------------------------------------------------------

    def red_head(self, mark: str, number: str, signer: str | None = None) -> None:
        """发文机关标志, 72 mm from the paper's top edge; two lines below it the number; 4 mm below that the red rule.

        With `signer` (a report going up) the number stands one character in from the left, 签发人 from the right.
        """
        high = min(54.0, int(430 / max(measure(mark), 1) * 2) / 2)
        self._put(
            mark,
            style="Title",
            before=_MARK_TOP,
            line=round(high * 20),
            run=f'{faces(TITLE)}<w:color w:val="{_RED}"/><w:spacing w:val="0"/>{size(round(high * 2))}',
            glued=True,
        )
        self._blank(2, glued=True)
        rule = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="7" w:color="{_RED}"/></w:pBdr>'
        if signer is None:
            self._put(number, borders=rule, align="center", glued=True)
        else:
            self._put(
                f"　{number}",
                borders=rule,
                tabs=f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - 320}"/></w:tabs>',
                more=_run("\t签发人：") + _run(signer or "　　　", faces(SUBHEAD)),
                align="left",
                glued=True,
            )
        self._flow.add(8.5, glued=True)
        self._blank(2, glued=True)

    def title(self, text: str) -> None:
        """二号小标宋, centred, in lines as even as the words allow; an empty line below."""
        for line in balanced(text, int(TEXT_WIDTH / 20 / 22)):
            self._put(line, style="Title", line=720, glued=True)
        self._blank(1, glued=True)

    def addressee(self, text: str) -> None:
        self._put(text, align="left", glued=True)

    # -- text ------------------------------------------------------------------------------------

    def heading(self, text: str) -> None:
        """一、"""
        self._put(text, style="Heading1", first=2, glued=True)

    def subheading(self, text: str) -> None:
        """（一）"""
        self._put(text, style="Heading2", first=2, glued=True)

    def text(self, text: str, *, with_next: bool = False) -> None:
        """A paragraph, two characters in. `with_next` keeps it whole and on the page of what follows."""
        self._put(text, style="BodyText", first=2, glued=with_next, whole=with_next)

    def item(self, number: int, text: str, *, with_next: bool = False) -> None:
        """1.…"""
        self.text(f"{number}.{text}", with_next=with_next)

    def led(self, lead: str, text: str, *, with_next: bool = False) -> None:
        """A paragraph that begins with its own heading in 楷体."""
        self._put(
            lead,
            style="BodyText",
            first=2,
            run=faces(SUBHEAD),
            more=_runs(text, _EMS, 2 + measure(lead)),
            counted=lead + text,
            glued=with_next,
            whole=with_next,
        )

    def enclosures(self, *titles: str) -> None:
        """附件说明: a line below the text, two characters in, the titles under one another; kept with the text above."""
        self._blank(1, glued=True)
        for number, title in enumerate(titles, start=1):
            label = ("附件：" if number == 1 else "") + (f"{number}." if len(titles) > 1 else "")
            inward = 2 + 3 + (0.75 if len(titles) > 1 else 0)
            hanging = round(measure(label) * _TYPE * 20)
            left = round(inward * _TYPE * 20)
            self._put(
                f"{label}{title}",
                indent=f'w:left="{left}" w:hanging="{hanging}"',
                ems=_EMS - inward,
                first=-measure(label),
                align="left",
                glued=True,
            )

    def signature(self, issuer: str, day: str) -> None:
        """Room for the seal, kept with what stands above; the date four characters in from the right, the issuer
        centred over it, or the longer of the two one character in."""
        self._blank(2, glued=True)
        wide, narrow = line_width(issuer) * _CHARACTER, line_width(day) * _CHARACTER
        over = (wide - narrow) / 2
        date_in = max(4 * _TYPE, over + _TYPE)
        for line, right, last in ((issuer, date_in - over, False), (day, date_in, True)):
            self._put(
                line,
                align="right",
                indent=f'w:right="{round(right * 20)}"',
                ems=_EMS,
                glued=not last,
                whole=True,
            )

    # -- annexes ---------------------------------------------------------------------------------

    def appendix(self, label: str, title: str) -> None:
        """A new page with 附件 N in 黑体, flush left, and a centred title."""
        self._annexes.append((len(self._body), len(self._flow.atoms)))
        self._flow.add(0.0, glued=True, new_page=True)
        self._put(label, style="Annex", glued=True)
        lines = balanced(title, int(TEXT_WIDTH / 20 / 18))
        for line in lines:
            self._put(line, style="AnnexTitle", line=640, glued=True)
            self._flow.add(6, glued=True)

    def note(self, text: str) -> None:
        """Small print under a table."""
        self._put(
            text,
            line=320,
            run=f'<w:spacing w:val="0"/>{size(WU_HAO)}',
            align="left",
            ems=TEXT_WIDTH / 20 / _ROW_TYPE,
        )

    def caption(self, text: str) -> None:
        """A table's title in the text: centred, 黑体 五号, with its table."""
        self._put(
            text,
            line=500,
            align="center",
            run=f'{faces(HEAD)}<w:spacing w:val="0"/>{size(WU_HAO + 3)}',
            ems=40,
            glued=True,
        )

    def gap(self) -> None:
        """A little air, between a table and the text below."""
        self._put("", line=200, run=size(10))

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[object] | str],
        widths_mm: Sequence[float],
        *,
        together: bool = False,
    ) -> None:
        """A table with all borders alike, a header that repeats on every page, and rows that do not break.

        A text instead of a row is a heading across all columns. `together` keeps all of it on one page. Each row is as high as its lines by our own count at
        least, so that where the table ends does not hang on the word processor.
        """
        rows, widths = list(rows), [twips(w) for w in widths_mm]
        sides = [
            "left" if any(_is_long(r[n]) for r in rows if not isinstance(r, str)) else "center"
            for n in range(len(columns))
        ]
        edges = "".join(
            f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
            for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
        )
        out = [
            f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
            f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
            f'<w:left w:w="{_CELL_MARGIN}" w:type="dxa"/><w:right w:w="{_CELL_MARGIN}" w:type="dxa"/>'
            "</w:tblCellMar></w:tblPr><w:tblGrid>"
            + "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
            + "</w:tblGrid>"
        ]
        header = _Row([str(c) for c in columns], widths, ["center"] * len(columns), HEAD, header=True)
        out.append(header.xml(tied=True))
        self._flow.add(header.points(), glued=True)
        made: list[tuple[_Row, bool]] = []
        for number, row in enumerate(rows):
            across = isinstance(row, str)
            whole = (
                _Row([str(row)], [sum(widths)], ["left"], HEAD, span=len(widths))
                if across
                else _Row(["" if c is None else str(c) for c in row], widths, sides, BODY)
            )
            tied = (across or together) and number < len(rows) - 1
            made += [(part, tied) for part in whole.cut()]
        begins = len(self._flow.atoms)
        for part, tied in made:
            self._flow.add(part.points(), glued=tied, again=header.points())
        while (doubtful := self._flow.doubtful(begins)) is not None:
            part, tied = made[doubtful - begins]
            made[doubtful - begins] = part, tied = replace(part, air=part.air + _SURELY), tied
            self._flow.atoms[doubtful] = replace(self._flow.atoms[doubtful], height=part.points())
        out += [part.xml(tied=tied) for part, tied in made]
        self._body.append("".join(out) + "</w:tbl>")
        self._flow.add(1.0)  # the paragraph that must follow a table where a section ends

    # -- the foot of the last page ---------------------------------------------------------------

    def imprint(self, *rows: tuple[str, str]) -> None:
        """版记: what stands left and right in each of its rows, in 四号 between lines, at the foot of an even last page.

        A left text that begins with a word and a colon goes on under what follows the colon.
        """
        self._imprint = [(clean(left), clean(right)) for left, right in rows]

    def footnote(self, text: str) -> None:
        """Small print at the foot of the last page, above the 版记."""
        self._footnote = clean(text)

    def room_left(self) -> float:
        """The lines of text that still fit on the first page, below what stands there; negative when it runs over."""
        page, used = self._flow.end()
        foot = self._foot_height() / 20
        return (_HEIGHT - foot - used - (page - 1) * _HEIGHT) / _PITCH

    def bytes(self) -> bytes:
        page, used = self._flow.end()
        frames = self._foot() + _tiny()
        if not self._imprint or (page % 2 == 0 and used + self._foot_height() / 20 <= _HEIGHT):
            whole = self._sections(frames)
        elif page % 2:
            whole = self._sections() + frames + section("evenPage")
        else:
            # A page stays blank before the imprint's; neither of the two bears a number.
            turn = '<w:p><w:pPr><w:pageBreakBefore/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
            whole = self._sections() + _tiny() + turn + frames + section("oddPage", numbered=False)
        return Package(self._parts).with_parts({"word/document.xml": document(whole)})

    def _sections(self, ending: str = "") -> str:
        """Text and annexes, each annex on a page of the parity that we count: should a word processor come out a page
        sooner or later, it leaves a page blank, and what follows stands where it should. With an `ending` the last
        section is the document's; without one another follows."""
        out: list[str] = []
        kind = ""
        for (start, atom), (end, _) in pairwise([(0, 0), *self._annexes, (len(self._body), 0)]):
            if start:
                kind = "oddPage" if self._flow.page_of(atom) % 2 else "evenPage"
            out += self._body[start:end]
            if end < len(self._body) or not ending:
                out.append(_ended(out.pop(), section(kind)))
        return "".join(out) + (ending + section(kind) if ending else "")

    def _foot_height(self) -> int:
        """In twips, with a line's air above."""
        rows = sum(len(self._imprint_lines(left, right)) * _IMPRINT_PITCH for left, right in self._imprint)
        note = _FOOTNOTE_PITCH * len(self._footnote_lines()) if self._footnote else 0
        return rows + note + (_BEFORE_IMPRINT if rows or note else 0)

    def _footnote_lines(self) -> list[str]:
        return break_lines(self._footnote, TEXT_WIDTH / 20 / (XIAO_WU / 2))

    def _imprint_lines(self, left: str, right: str) -> list[str]:
        label = _label(left)
        ems = TEXT_WIDTH / 20 / 14 - 2 - (measure(label) if not right else 0)
        return break_lines(left[len(label) :] if not right else left, ems)

    def _foot(self) -> str:
        """Frames from the bottom upward, each at its place in the text area, so that no text moves them."""
        out: list[str] = []
        y = TEXT_HEIGHT
        for number, (left, right) in reversed(list(enumerate(self._imprint))):
            high = len(self._imprint_lines(left, right)) * _IMPRINT_PITCH
            y -= high
            last, first = number == len(self._imprint) - 1, number == 0
            # 粗线 .35 mm above and below all, 细线 .25 mm between
            lines = _edge("top", 8 if first else 6) + (_edge("bottom", 8) if last else "")
            out.insert(0, _framed(_imprint_paragraph(left, right, lines), y, high))
        if self._footnote:
            high = _FOOTNOTE_PITCH * len(self._footnote_lines())
            y -= high
            properties = f'<w:spacing w:line="{_FOOTNOTE_PITCH}" w:lineRule="exact"/><w:jc w:val="left"/>'
            run = f'{faces(BODY)}<w:spacing w:val="0"/>{size(XIAO_WU)}'
            out.insert(0, _framed(f"<w:pPr>{properties}</w:pPr>{_run(self._footnote, run)}", y, high))
        return "".join(out)

    # -- paragraphs ------------------------------------------------------------------------------

    def _blank(self, number: int, *, glued: bool = False) -> None:
        for _ in range(number):
            self._put("", glued=glued)

    def _put(
        self,
        text: str,
        *,
        style: str = "",
        first: float = 0.0,
        run: str = "",
        more: str = "",
        counted: str | None = None,
        line: int = PITCH,
        before: int = 0,
        align: str = "",
        indent: str = "",
        borders: str = "",
        tabs: str = "",
        ems: float = _EMS,
        glued: bool = False,
        whole: bool = False,
    ) -> None:
        """A paragraph, and its lines in the count. `first` are the ems its first line begins later."""
        text = clean(text)
        spacing = (f' w:before="{before}"' if before else "") + (
            f' w:line="{line}" w:lineRule="exact"' if line != PITCH else ""
        )
        properties = (
            (f'<w:pStyle w:val="{style}"/>' if style else "")
            + ("<w:keepNext/>" if glued else "")
            + ("<w:keepLines/>" if whole else "")
            + borders
            + tabs
            + (f"<w:spacing{spacing}/>" if spacing else "")
            + (f"<w:ind {indent}/>" if indent else "")
            + (f'<w:jc w:val="{align}"/>' if align else "")
        )
        justified = not align and style in ("", "BodyText")
        if text:
            runs = _runs(text, ems, first, run, justified=justified)
        else:
            runs = f"<w:r><w:rPr>{run}</w:rPr></w:r>" if run else ""
        self._body.append(f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}{more}</w:p>")
        number = len(break_lines(counted if counted is not None else text, ems, first, running=True))
        if before:
            self._flow.add(before / 20, glued=True)
        self._flow.lines(number, line / 20, keep_next=glued, keep=whole or style == "Title")


# -- runs ----------------------------------------------------------------------------------------------

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_REFERENCE = re.compile(r"(?<!\d)(\d{4})-(\d{3,})(?!\d)")
_JOINED = re.compile(r"(?<!\d)\d{4}-(?=\d{3})|\d(?=%)|\d月(?=\d{1,2}日)")
"""What is not parted from what follows: the hyphen of a reference, the figure of a per cent, a month before its day.

The joint behind a month hides 1月15日 from a plain search near a line's end, and is kept: without it 4 of 1,200 paragraphs
full of days lost a mark in LibreOffice, with it none; forbidden line starts (w:noLineBreaksBefore) do nothing there."""
_HINT = '<w:rFonts w:hint="eastAsia"/>'
_DOT_FACE = (
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" '
    'w:cs="Times New Roman"/>'
)
_FACES = re.compile(r"<w:rFonts[^>]*/>")
_SEAM, _JOINT = "\u200b", "\ufeff"
_MARKS = frozenset("，。、；：！？")
_NEAR = 7.0
"""How many ems from the end of a line by our count a word processor may end it."""


def _run(text: str, properties: str = "") -> str:
    """A run; the hyphen of a reference (2026-001) does not break, a tab is one. The dot of a name gets a run of its own
    in a face whose dot is as wide everywhere."""
    first, *others = text.split(DOT)
    if others:
        look = f"{_DOT_FACE}{_FACES.sub('', properties)}"
        dot = f"<w:r><w:rPr>{look}</w:rPr><w:t>{DOT}</w:t></w:r>"
        return dot.join(_run(part, properties) if part else "" for part in (first, *others))
    if "w:rFonts" not in properties:
        properties = _HINT + properties
    said = clean(text, keep="\t").translate(_ESCAPES)
    said = _REFERENCE.sub(r'\1</w:t><w:noBreakHyphen/><w:t xml:space="preserve">\2', said)
    said = said.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{said}</w:t></w:r>'


def _runs(text: str, ems: float, first: float, properties: str = "", *, justified: bool = True) -> str:
    """The text as runs, made safe where its lines end by our count; elsewhere nothing is added.

    LibreOffice drops a mark from a justified line in two cases: when a figure or a Latin word begins the next, and a
    break of no width between them keeps it; and when the mark half hangs over the end. Such a line is set as wide
    before its mark as it will be stretched to in any case, so that the mark hangs as a whole. It also breaks behind
    the hyphen that must not (w:noBreakHyphen) and before a per cent; there stands a joint of no width, which every
    word processor heeds.
    """
    if not any(m in text for m in _MARKS) and not _JOINED.search(text):
        return _run(text, properties)
    lines = break_lines(text, ems, first, running=True)
    near = _near_ends(lines, ems, first)
    joints = {f.end() for f in _JOINED.finditer(text) if any(near[f.start() : f.end() + 3])}
    runs: list[tuple[str, str]] = []
    at = 0
    for number, line in enumerate(lines):
        said = ""
        for place, char in enumerate(line, at):
            if place in joints:
                said += _JOINT
            elif place and near[place - 1] and text[place - 1] in _MARKS and _is_latin(char):
                said += _SEAM
            said += char
        closed = sum(
            place - 1 >= at and text[place - 1] == "月" for place in joints if place < at + len(line)
        )
        wider = (
            _widened(line, ems - (first if number == 0 else 0.0), closed)
            if justified and number < len(lines) - 1
            else 0
        )
        at += len(line)
        look = f'{properties or _HINT}<w:spacing w:val="{CLOSER + wider}"/>' if wider else properties
        if runs and runs[-1][1] == look:
            runs[-1] = (runs[-1][0] + said, look)
        else:
            runs.append((said, look))
    return "".join(_run(said, look) for said, look in runs)


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _near_ends(lines: Sequence[str], ems: float, first: float) -> list[bool]:
    """By character: whether a word processor may end a line near it."""
    near = []
    for number, line in enumerate(lines):
        used = first if number == 0 else 0.0
        doubt = _NEAR + number  # every line adds to what our count is off
        for char in line:
            used += running_width(char)
            near.append(used > ems - doubt or (number > 0 and used < doubt))
    return near


def _widened(line: str, ems: float, closed: int) -> int:
    """By how many twips a character to widen a line whose last mark would half hang over its end, or to narrow it.
    `closed` are the gaps that a joint of no width closes."""
    if line[-1] not in _MARKS:
        return 0
    gaps = sum(map(running_joint, line, line[1:])) - closed * running_joint("月", "1")
    over = running_width(line) + gaps - ems
    if not -0.2 < over < _WHOLLY:
        return 0
    each = _CHARACTER * 20 / (len(line) - 1)
    return -ceil((over + 0.2) * each) if over < _SLIGHTLY else int((1 - over) * each)


_SLIGHTLY, _WHOLLY = 0.25, 0.86
"""Ems over the end: so little is won by closer setting, and the mark stands within the line; so much hangs as a whole by
itself. Found by printing some ten thousand paragraphs: with these none of the two hundred reports lost a mark."""


def clean(text: str, *, keep: str = "") -> str:
    """What XML can carry: control characters go, line ends become spaces."""
    return "".join(
        c if (c >= " " and not ("\ud800" <= c <= "\udfff") and c not in "\ufffe\uffff") or c in keep else " "
        for c in text
    )


# -- rows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """A row of a table: texts in cells of fixed widths (twips), each cell one paragraph."""

    texts: Sequence[str]
    widths: Sequence[int]
    sides: Sequence[str]
    face: str
    header: bool = False
    span: int = 1
    air: int = 0
    """Twips more than its lines need."""

    def height(self) -> int:
        """Twips: as many lines as the fullest cell takes by our count."""
        lines = max(map(len, map(_lines_in, self.texts, self.widths)))
        return lines * _ROW_PITCH + 2 * _ROW_AROUND + self.air

    def cut(self) -> list[_Row]:
        """The row, or where it is taller than a page the rows that it becomes: nobody can foresee where a word processor
        parts one."""
        if self.height() / 20 < _HEIGHT * 3 / 4:
            return [self]
        lines = list(map(_lines_in, self.texts, self.widths))
        rows = []
        for start in range(0, max(map(len, lines)), _MOST_LINES):
            texts = ["".join(each[start : start + _MOST_LINES]) for each in lines]
            rows.append(replace(self, texts=texts if not start else [texts[0] or "（续）", *texts[1:]]))
        return rows

    def points(self) -> float:
        return self.height() / 20 + 0.5  # and its border

    def xml(self, *, tied: bool) -> str:
        """The row; `tied` to the next when it may not be the last on a page."""
        cells = "".join(
            self._cell(*cell, tied) for cell in zip(self.texts, self.widths, self.sides, strict=True)
        )
        head = "<w:tblHeader/>" if self.header else ""
        return (
            f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{self.height()}" w:hRule="atLeast"/>{head}</w:trPr>'
            f"{cells}</w:tr>"
        )

    def _cell(self, text: str, width: int, side: str, tied: bool) -> str:
        across = f'<w:gridSpan w:val="{self.span}"/>' if self.span > 1 else ""
        keep = "<w:keepNext/>" if tied else ""
        run = f'{faces(self.face)}<w:spacing w:val="0"/>{size(WU_HAO)}'
        ems = _cell_ems(width)
        runs = [_runs(part, ems, 0.0, run, justified=False) for part in unparted(clean(text), ems)]
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}<w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr>{keep}<w:spacing w:before="{_ROW_AROUND}" w:after="{_ROW_AROUND}" '
            f'w:line="{_ROW_PITCH}" w:lineRule="exact"/><w:jc w:val="{side}"/></w:pPr>'
            f"{'<w:r><w:br/></w:r>'.join(runs)}</w:p></w:tc>"
        )


def _cell_ems(width: int) -> float:
    return (width - 2 * _CELL_MARGIN) / 20 / _ROW_TYPE


def _lines_in(text: str, width: int) -> list[str]:
    """A cell's lines by our count, which is at its worst."""
    ems = _cell_ems(width)
    return [line for part in unparted(clean(text), ems) for line in break_lines(part, ems)]


def _is_long(value: object) -> bool:
    return len(str(value)) > 12


# -- frames --------------------------------------------------------------------------------------------


def _edge(side: str, eighths: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'


def _framed(paragraph: str, y: int, high: int) -> str:
    """A paragraph in a frame of its own, y twips below the top of the text area."""
    frame = (
        f'<w:framePr w:w="{TEXT_WIDTH}" w:h="{high}" w:hRule="exact" w:wrap="around" w:vAnchor="margin" '
        f'w:hAnchor="margin" w:x="0" w:y="{y}"/>'
    )
    return f"<w:p>{paragraph.replace('<w:pPr>', f'<w:pPr>{frame}', 1)}</w:p>"


def _ended(last: str, section: str) -> str:
    """The last paragraph of a section with its page; a table gets a paragraph of one point behind it."""
    if not last.startswith("<w:p>"):
        return last + _tiny(section)
    if "<w:pPr>" not in last:
        return last.replace("<w:p>", f"<w:p><w:pPr>{section}</w:pPr>", 1)
    return last.replace("</w:pPr>", f"{section}</w:pPr>", 1)


def _tiny(section: str = "") -> str:
    """A paragraph of one point; with a section it ends that."""
    return f'<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/>{section}</w:pPr></w:p>'


def _label(text: str) -> str:
    """抄送： of 抄送：市委宣传部。"""
    found = re.match(r"[^：]{1,6}：", text)
    return found[0] if found else ""


def _imprint_paragraph(left: str, right: str, lines: str) -> str:
    """A row of the 版记, a character in on both sides."""
    inward, hanging = 280, round(measure(_label(left)) * 280)
    run = f'{faces(BODY)}<w:spacing w:val="0"/>{size(SI_HAO)}'
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - inward}"/></w:tabs>' if right else ""
    ind = (
        f'<w:ind w:left="{inward}" w:right="{inward}"/>'
        if right
        else f'<w:ind w:left="{inward + hanging}" w:right="{inward}" w:hanging="{hanging}"/>'
    )
    return (
        f'<w:pPr><w:pBdr>{lines}</w:pBdr>{tab}<w:spacing w:line="{_IMPRINT_PITCH}" w:lineRule="exact"/>{ind}'
        f'<w:jc w:val="left"/></w:pPr>{_run(left + (chr(9) + right if right else ""), run)}'
    )
