"""A Word template, compiled once: what is fixed is bytes, what is named becomes a slot.

A name stands in double braces, {{发布会名称}}, anywhere in the text of the body, a header or a footer. Word and
WPS scatter such a mark over several runs when they check spelling; the compiler gathers it again. A template
is text and formatting alone: there are no conditions, loops or expressions in it, so there is nothing to run,
and a value goes in escaped, once, and is never read again for marks.

A field that fills a whole paragraph repeats that paragraph for each line of its value; elsewhere a line ends
in a line break. In a table cell of fixed width and row height the type steps down until the value fits; what
still does not fit goes on to the 附页, the part of the template from the paragraph that holds {{附页}} on, which
is left out when nobody needs it. In a template without 附页 the row grows instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from pressctl.documents.geometry import Styles, labels_height, room, row_height, w
from pressctl.documents.layout import Box, Level, fit, height, parted
from pressctl.documents.package import Package, read_parts
from pressctl.errors import BadData

_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_APART = re.compile(r"(\{\{[^{}]*\}\})")
_BRACES = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_SEAM = re.compile(rb"<\?seam (\w+)\?>")
_PLACE = re.compile(rb"<\?(slot|height) (\d+)\?>")
PAGE, PAGE_NOTE, PAGE_LABEL, PAGE_TEXT = "附页", "附页说明", "附页栏目", "附页内容"
_UNFITTED = frozenset((PAGE, PAGE_NOTE, PAGE_LABEL, PAGE_TEXT))
"""What the 附页 holds has all the room it wants."""


_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


# -- values --------------------------------------------------------------------------------------------

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def clean(text: str) -> str:
    """A value as a document can carry it: every line end is a newline, control characters go, half a surrogate pair is �.

    Everything else stays as it is: rare characters, braces, marks of direction, tabs.
    """
    if text.isprintable():
        return text
    return _HALF_PAIR.sub("\ufffd", _NOT_XML.sub("", _LINE_ENDS.sub("\n", text)))


def _run_content(line: str) -> bytes:
    """A line as the inside of a run."""
    texts = (
        f'<w:t xml:space="preserve">{part.translate(_ESCAPES)}</w:t>' if part else ""
        for part in line.split("\t")
    )
    return "<w:tab/>".join(texts).encode("utf-8")


# -- slots ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slot:
    """Where a value goes: the room it has and, for each level of type, what stands before and after a line.

    `repeats` when the field fills its paragraph, so that each line of a value gets a paragraph of its own.
    """

    field: str
    box: Box
    frames: tuple[tuple[bytes, bytes], ...]
    repeats: bool
    row: int | None = None

    def fill(self, value: str, keep: _Keep | None, box: Box | None = None) -> bytes:
        """The XML for a value. What does not fit is given to `keep`, nothing where it barely does; without one, all of
        it is shown."""
        box = box or self.box
        lines = clean(value).split("\n")
        fitted = fit(lines, box)
        shown: Sequence[str] = fitted.shown
        if keep and self.repeats:
            if fitted.rest or box.smallest(fitted.level):
                keep(self.field, fitted.rest)
        elif fitted.rest:
            shown = lines
        head, tail = self.frames[fitted.level]
        joint = tail + head if self.repeats else b"<w:br/>"
        if box.width <= 0 or not (fitted.rest or "\u3000" in value or "日" in value):
            return head + joint.join(map(_run_content, shown)) + tail
        level = box.levels[fitted.level]
        parts = (parted(line, box, level) for line in shown)
        return head + joint.join(b"<w:br/>".join(map(_run_content, part)) for part in parts) + tail


_Keep = Callable[[str, Sequence[str]], Any]


@dataclass(frozen=True)
class _Height:
    """The height of a row, in points, which may be lent: `labels` is what its fixed texts need."""

    row: int
    points: float
    labels: float

    def xml(self, points: float) -> bytes:
        return f'<w:trHeight w:val="{round(points * 20)}" w:hRule="atLeast"/>'.encode()


_Piece = bytes | _Slot | _Height
_Values = Mapping[str, str]


# -- the template --------------------------------------------------------------------------------------


class Template:
    """A .docx compiled for a set of names: `required` name → label, which every template must hold, and `optional`.

    Raises BadData, naming mark and place, for unknown, missing or broken marks and for templates that carry
    macros or reach outside themselves.
    """

    def __init__(
        self,
        path: Path,
        required: Mapping[str, str],
        optional: Iterable[str] = (),
        held: bytes | None = None,
    ) -> None:
        """`held` is the file's content where it is not to be read at `path`."""
        parts = read_parts(path, held)
        compiler = _Compiler(path, {*required, *optional, *_UNFITTED}, parts)
        compiler.refuse_what_runs()
        self._furniture = compiler.furniture()
        whole = compiler.body()
        self._rows = whole["form"]
        self._body = {name: _baked(pieces) for name, pieces in whole.items()}
        compiler.refuse_missing(required)
        self._path, self._labels, self._document = path, required, compiler.document
        changed = {self._document, *self._furniture}
        self._package = Package({name: data for name, data in parts.items() if name not in changed})

    def fill(self, pages: Sequence[_Values]) -> bytes:
        """The .docx with a page, or more where needed, for each set of values. A missing value is an empty one."""
        if len(pages) > 1 and self._furniture:
            raise BadData(
                "template_not_mergeable",
                f"模板 {self._path} 的页眉或页脚里有项目名，各页内容不同，不能合成一个文件。",
                next_step="改用 --out 或 --zip 分别写出，或把项目名移到正文。",
            )
        between = _filled(self._body["between"], {})
        forms = between.join(map(self._form, pages))
        document = b"".join((_filled(self._body["head"], {}), forms, _filled(self._body["tail"], {})))
        furniture = {name: _filled(pieces, pages[0]) for name, pieces in self._furniture.items()}
        return self._package.with_parts({self._document: document, **furniture})

    def _form(self, values: _Values) -> bytes:
        """One form, and its 附页 when something did not fit."""
        if "row" not in self._body:
            return _filled(self._body["form"], values)
        left: dict[str, Sequence[str]] = {}
        form = _filled(self._body["form"], values, left.setdefault)
        if left and (lent := _lent(self._rows, values)):
            left = {}
            form = _filled(self._rows, values, left.setdefault, lent)
        left = {name: rest for name, rest in left.items() if rest}
        if not left:
            return form
        page = {**values, PAGE: PAGE}
        rows = (
            {**page, PAGE_LABEL: self._labels.get(name, name) + ("（续）" if number else ""), PAGE_TEXT: text}
            for name, rest in left.items()
            for number, text in enumerate(_in_rows(rest))
        )
        return b"".join(
            (
                form,
                _filled(self._body["page"], page),
                *(_filled(self._body["row"], row) for row in rows),
                _filled(self._body["after"], page),
            )
        )


def _filled(
    pieces: Iterable[_Piece],
    values: _Values,
    keep: _Keep | None = None,
    heights: Mapping[int, float] | None = None,
) -> bytes:
    """The pieces with the values; rows of other `heights` give their slots the difference."""
    out = []
    for piece in pieces:
        if isinstance(piece, bytes):
            out.append(piece)
        elif isinstance(piece, _Slot):
            box, row = None, piece.row
            if heights and row is not None and row in heights and piece.box.height is not None:
                box = replace(piece.box, height=piece.box.height + heights[row])
            out.append(piece.fill(values.get(piece.field, ""), keep, box))
        else:
            out.append(piece.xml(piece.points + (heights or {}).get(piece.row, 0.0)))
    return b"".join(out)


def _baked(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The same with rows as high as the template has them: what most forms are filled from."""
    out: list[_Piece] = []
    for piece in pieces:
        made = piece.xml(piece.points) if isinstance(piece, _Height) else piece
        if isinstance(made, bytes) and out and isinstance(out[-1], bytes):
            out[-1] += made
        else:
            out.append(made)
    return out


_LENDS = 0.4
"""How much of its height a row may lend at most: what is left is still a row, with room for a pen."""


def _lent(pieces: Sequence[_Piece], values: _Values) -> dict[int, float]:
    """By how much each row grows or shrinks so that no text need go to the 附页 or be set in the smallest type; nothing
    where that is not enough.

    Rows whose cells are empty lend first, and of them the nearest; each keeps what its labels and its text take.
    """
    rows = {p.row: p for p in pieces if isinstance(p, _Height)}
    wanting: dict[int, _Slot] = {}
    spare = {number: min(row.points * _LENDS, row.points - row.labels) for number, row in rows.items()}
    empty = dict.fromkeys(rows, True)
    for slot in pieces:
        if not isinstance(slot, _Slot) or slot.row is None or slot.box.height is None:
            continue
        lines = clean(values.get(slot.field, "")).split("\n")
        fitted = fit(lines, slot.box)
        empty[slot.row] &= lines == [""]
        if slot.repeats and (fitted.rest or slot.box.smallest(fitted.level)):
            wanting[slot.row] = slot
        else:
            spare[slot.row] = min(spare[slot.row], slot.box.height - height(lines, slot.box, fitted.level))
    changes: dict[int, float] = {}
    for number, slot in wanting.items():
        lenders = sorted(
            (n for n in rows if n not in wanting and spare[n] > 1),
            key=lambda n: (not empty[n], abs(n - number)),
        )
        missing = _missing(slot, values, sum(spare[n] for n in lenders))
        if missing is None:
            continue
        changes[number] = missing
        for lender in lenders:
            part = min(spare[lender], missing)
            changes[lender] = changes.get(lender, 0.0) - part
            spare[lender] -= part
            missing -= part
            if missing <= 0:
                break
    return changes


def _missing(slot: _Slot, values: _Values, most: float) -> float | None:
    """What the slot lacks to hold its text in the largest type for which half of so much is enough, or all of it; None
    where that is too little, or nothing is lacking."""
    lines = clean(values.get(slot.field, "")).split("\n")
    lacking = [height(lines, slot.box, n) - (slot.box.height or 0.0) for n in range(len(slot.box.levels))]
    much = next((much for share in (most / 2, most) for much in lacking if much <= share), 0.0)
    return much if much > 0 else None


_ROW_HOLDS, _LINE_HOLDS = 600, 27
"""Characters of a row of the 附页, and of a line in it: under a page's worth, so that each page says whose text it is."""
_PAUSES = (re.compile(r"[，、,;]\s*"), re.compile(r"\s+"))
"""Where a sentence that is longer than a row may be left: behind a clause, else behind a word."""
_SENTENCE = re.compile(r"[^；。！？]*[；。！？]?")


_PERSON = re.compile(r"(?<=；)(?=[^\s；，。、：]{2,24}\u3000)")
"""Where the next of several people begins: each has a line of his own, name and post together."""


def _in_rows(paragraphs: Sequence[str]) -> list[str]:
    """The text for the rows of the 附页, parted behind a sentence where it is longer than one holds."""
    rows, held = [""], 0
    for paragraph in (part for whole in paragraphs for part in _PERSON.split(whole)):
        held += -held % _LINE_HOLDS
        for number, piece in enumerate(_sentences(paragraph)):
            if rows[-1] and held + len(piece) > _ROW_HOLDS:
                rows.append(piece)
                held = len(piece)
            else:
                rows[-1] += ("\n" if rows[-1] and not number else "") + piece
                held += max(len(piece), 1)
    return rows


def _sentences(paragraph: str) -> Iterator[str]:
    """Sentence by sentence; one that is longer than a row in pieces that end with a clause or a word, where there is
    one. An empty paragraph is one empty sentence."""
    for sentence in filter(None, _SENTENCE.findall(paragraph)):
        rest = sentence
        while len(rest) > _ROW_HOLDS:
            ends = (max((f.end() for f in how.finditer(rest, 0, _ROW_HOLDS)), default=0) for how in _PAUSES)
            at = next((end for end in ends if end > _ROW_HOLDS // 2), _ROW_HOLDS)
            yield rest[:at]
            rest = rest[at:]
        yield rest
    if not paragraph:
        yield ""


# -- the compiler --------------------------------------------------------------------------------------

_RUNS_CODE = re.compile(r"vbaProject|activeX|/embeddings/|\.bin$", re.IGNORECASE)
_NOISE = frozenset(map(w, ("proofErr", "bookmarkStart", "bookmarkEnd")))
_BEFORE_TYPE = frozenset(map(w, ("headerReference", "footerReference", "footnotePr", "endnotePr")))
_BEFORE_PAGE_NUMBERS = frozenset(
    map(
        w,
        (
            "headerReference",
            "footerReference",
            "footnotePr",
            "endnotePr",
            "type",
            "pgSz",
            "pgMar",
            "paperSrc",
            "pgBorders",
            "lnNumType",
        ),
    )
)
_PLAIN_RUN = frozenset(map(w, ("rPr", "t", "lastRenderedPageBreak")))
_FURNITURE = {"header": "页眉", "footer": "页脚"}


class _Compiler:
    """From parts to pieces. Lives as long as the compiling takes."""

    document = "word/document.xml"

    def __init__(self, path: Path, known: set[str], parts: Mapping[str, bytes]) -> None:
        self._path, self._known, self._parts = path, known, parts
        self._found: set[str] = set()
        self._slots: list[_Slot] = []
        self._heights: list[_Height] = []
        self._slots_of: dict[Any, list[int]] = {}  # by row; as keys, rows stay the same objects
        if self.document not in parts:
            raise self._bad("template_unreadable", "里没有正文，不是 Word 文档")
        self._styles = Styles(self._tree("word/styles.xml") if "word/styles.xml" in parts else None)

    # -- what a template must and must not be

    def refuse_what_runs(self) -> None:
        """Macros, embedded objects, and whatever is fetched from elsewhere when the document is opened."""
        for name in self._parts:
            if _RUNS_CODE.search(name):
                raise self._bad("template_unsafe", f"里有宏或嵌入对象（{name}）")
            if name.endswith(".rels"):
                for link in self._tree(name):
                    if link.get("TargetMode") == "External" and not link.get("Type", "").endswith(
                        "/hyperlink"
                    ):
                        raise self._bad("template_unsafe", f"引用了外部文件（{link.get('Target')}）")

    def refuse_missing(self, required: Mapping[str, str]) -> None:
        missing = [name for name in required if name not in self._found]
        if missing:
            marks = "、".join("{{" + name + "}}" for name in missing)
            raise self._bad("template_field_missing", f"缺少项目 {marks}", "把它们补进相应的单元格。")

    # -- parts

    def furniture(self) -> dict[str, list[_Piece]]:
        """Headers and footers that hold marks."""
        found = {}
        for name in self._parts:
            kind = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
            if kind is None:
                continue
            root = self._tree(name)
            if self._place_slots(root, lambda _, where=_FURNITURE[kind[1]]: where):  # type: ignore[misc]
                found[name] = self._pieces(_serialised(root))
        return found

    def body(self) -> dict[str, list[_Piece]]:
        """The document apart: `head`, a `form`, its 附页 (`page`, `row`, `after`), what stands `between` forms, `tail`."""
        root = self._tree(self.document)
        for element in list(root.iter(*_NOISE)):
            element.getparent().remove(element)
        body = root.find(w("body"))
        page, row = self._overflow_part(body)
        self._place_slots(root, lambda p: _place(body, p))
        self._set_heights(body, page)
        self._set_seams(body, page, row)
        return self._split(_serialised(root))

    def _overflow_part(self, body: Any) -> tuple[Any, Any]:
        """The paragraph where the 附页 begins and the row that repeats, or neither."""
        start = next((c for c in body if _has_mark(c, PAGE)), None)
        if start is None:
            return None, None
        row = next((r for r in body.iter(w("tr")) if _has_mark(r, PAGE_TEXT)), None)
        if row is None or start.tag != w("p"):
            raise self._bad(
                "template_field_missing",
                "有 {{附页}} 而没有带 {{附页内容}} 的表格行",
                "补上带 {{附页栏目}} 和 {{附页内容}} 的一行，或删去整个附页。",
            )
        return start, row

    def _set_heights(self, body: Any, page: Any) -> None:
        """The heights of the form's rows become places, and slots learn which row they stand in."""
        for child in body:
            if child is page:
                break
            for row in child.iter(w("tr")):
                points = row_height(row)
                stated = row.find(f"{w('trPr')}/{w('trHeight')}")
                if points is None or row not in self._slots_of:
                    continue
                number = len(self._heights)
                self._heights.append(_Height(number, points, labels_height(row, self._styles)))
                for slot in self._slots_of[row]:
                    self._slots[slot] = replace(self._slots[slot], row=number)
                stated.getparent().replace(stated, _instruction("height", str(number)))

    def _set_seams(self, body: Any, page: Any, row: Any) -> None:
        body.insert(0, _instruction("seam", "form"))
        if page is not None:
            page.addprevious(_instruction("seam", "page"))
            row.addprevious(_instruction("seam", "row"))
            row.addnext(_instruction("seam", "after"))
        section = body.find(w("sectPr"))
        if section is None:
            section = etree.SubElement(body, w("sectPr"))
        _begin_anew(section)
        for part in (_instruction("seam", "between"), _end_of(section), _instruction("seam", "tail")):
            section.addprevious(part)

    def _split(self, raw: bytes) -> dict[str, list[_Piece]]:
        _, *found = ("head", *_SEAM.split(raw))
        names = ("head", *(name.decode() for name in found[1::2]))
        return {name: self._pieces(text) for name, text in zip(names, found[0::2], strict=True)}

    def _pieces(self, raw: bytes) -> list[_Piece]:
        """Bytes, slots and heights in turn."""
        made: list[_Piece] = []
        at = 0
        for place in _PLACE.finditer(raw):
            if place.start() > at:
                made.append(raw[at : place.start()])
            made.append((self._slots if place[1] == b"slot" else self._heights)[int(place[2])])
            at = place.end()
        return [*made, raw[at:]] if at < len(raw) else made

    # -- marks

    def _place_slots(self, root: Any, where: Callable[[Any], str]) -> bool:
        """Every mark under root becomes a slot. Whether there was one."""
        before = len(self._slots)
        for paragraph in list(root.iter(w("p"))):
            texts = [t for t in paragraph.iter(w("t")) if next(t.iterancestors(w("p"))) is paragraph]
            joined = "".join(t.text or "" for t in texts)
            if not _BRACES.search(joined):
                continue
            self._judge(joined, lambda p=paragraph: where(p))  # type: ignore[misc]
            _gather(texts, joined)
            self._cut_out(paragraph, [t for t in texts if _MARK.search(t.text or "")])
        return len(self._slots) > before

    def _judge(self, text: str, where: Callable[[], str]) -> None:
        """Refuses marks that are broken or unknown."""
        broken = _BRACES.search(_MARK.sub("", text))
        if broken:
            raise self._bad(
                "template_mark_broken",
                f"的{where()}里“{text.strip()[:40]}”的花括号不成对或用了全角",
                "项目名写作 {{名称}}，花括号用半角，左右各两个。",
                place=where(),
            )
        for name in _MARK.findall(text):
            if name not in self._known:
                close = difflib.get_close_matches(name, self._known, 1, 0.4)
                hint = f"是不是要写 {{{{{close[0]}}}}}？" if close else ""
                raise self._bad(
                    "template_field_unknown",
                    f"的{where()}里有不认得的项目 {{{{{name}}}}}",
                    f"{hint}可用的项目名见 pressctl form fields。",
                    field=name,
                    place=where(),
                )

    def _cut_out(self, paragraph: Any, texts: Sequence[Any]) -> None:
        row = next(paragraph.iterancestors(w("tr")), None)
        runs = [run for t in texts for run in _isolated(t)]
        whole = len(runs) == 1 and _stands_alone(paragraph, runs[0])
        _let_grow(paragraph)
        for run in runs:
            field = _MARK.fullmatch(_text(run))[1]  # type: ignore[index]
            self._found.add(field)
            element = paragraph if whole else run
            box = room(paragraph, run, _APART.sub("", _text(paragraph)), self._styles)
            if field in _UNFITTED:
                box = replace(box, height=None)
            frames = (_frame(element, run, None), *(_frame(element, run, level) for level in box.levels[1:]))
            if row is not None:
                self._slots_of.setdefault(row, []).append(len(self._slots))
            self._slots.append(_Slot(field, box, frames, whole))
            mark = _instruction("slot", str(len(self._slots) - 1))
            mark.tail = element.tail
            element.getparent().replace(element, mark)

    # -- help

    def _tree(self, name: str) -> Any:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self._parts[name], parser)
        except etree.XMLSyntaxError as error:
            raise self._bad("template_unreadable", f"的 {name} 不是完好的 XML") from error
        if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
            raise self._bad("template_unsafe", f"的 {name} 带有 DOCTYPE")
        return root

    def _bad(self, code: str, what: str, next_step: str | None = None, **details: Any) -> BadData:
        return BadData(
            code,
            f"模板 {self._path} {what}。",
            next_step=next_step or "用 Word 或 WPS 打开模板改正后再试。",
            details=details,
        )


# -- elements ------------------------------------------------------------------------------------------


def _serialised(root: Any) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def _instruction(target: str, text: str) -> Any:
    """A processing instruction: a place in the tree that shows in the bytes."""
    return etree.ProcessingInstruction(target, text)


def _text(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter(w("t")))


def _has_mark(element: Any, name: str) -> bool:
    return name in _MARK.findall(_text(element))


def _gather(texts: Sequence[Any], joined: str) -> None:
    """Puts each mark whole into the run where it begins, whatever runs it was scattered over."""
    starts = [0]
    for t in texts:
        starts.append(starts[-1] + len(t.text or ""))
    for found in reversed(list(_MARK.finditer(joined))):
        first = max(n for n, start in enumerate(starts[:-1]) if start <= found.start())
        for n, t in enumerate(texts):
            low, high = max(found.start(), starts[n]) - starts[n], min(found.end(), starts[n + 1]) - starts[n]
            if low < high:
                text = t.text
                t.text = text[:low] + (found.group() if n == first else "") + text[high:]


def _isolated(text: Any) -> list[Any]:
    """Splits the run of a text so that each mark has a run of its own; those runs, in order."""
    run = text.getparent()
    content = [c for c in run if c.tag != w("rPr")]
    at = content.index(text)
    pieces = [[piece] for piece in _APART.split(text.text) if piece]
    marks, last = [], run
    for piece in (content[:at], *pieces, content[at + 1 :]):
        if not piece:
            continue
        new = _run_like(run, piece)
        last.addnext(new)
        last = new
        if isinstance(piece[0], str) and _MARK.fullmatch(piece[0]):
            marks.append(new)
    run.getparent().remove(run)
    return marks


def _run_like(run: Any, content: Sequence[Any]) -> Any:
    """A run with the same formatting and other content: elements, or a text."""
    new = etree.Element(w("r"), nsmap=run.nsmap)
    properties = run.find(w("rPr"))
    if properties is not None:
        new.append(deepcopy(properties))
    for item in content:
        if isinstance(item, str):
            t = etree.SubElement(new, w("t"))
            t.text = item
            t.set(_SPACE, "preserve")
        else:
            new.append(item)
    return new


def _stands_alone(paragraph: Any, run: Any) -> bool:
    """Whether the run is all that its paragraph shows."""
    if run.getparent() is not paragraph or _text(paragraph).strip() != _text(run):
        return False
    return all(c.tag in _PLAIN_RUN for r in paragraph.iter(w("r")) for c in r)


def _frame(element: Any, run: Any, level: Level | None) -> tuple[bytes, bytes]:
    """What stands before and after the content of the field's run, in its own type or at a smaller level."""
    copy = deepcopy(element)
    copy.tail = None
    inner = copy if element is run else next(r for r in copy.iter(w("r")) if _MARK.search(_text(r)))
    if level is not None:
        _set_size(inner, level)
        if element is not run:
            _set_pitch(copy, level)
    for t in inner.findall(w("t")):
        inner.remove(t)
    inner.append(_instruction("here", "x"))
    head, tail = etree.tostring(copy, encoding="unicode").split("<?here x?>")
    opening, rest = head.split(">", 1)
    for prefix, uri in element.nsmap.items():  # the document's root declares them already
        opening = opening.replace(f' xmlns:{prefix}="{uri}"', "")
    return f"{opening}>{rest}".encode(), tail.encode()


def _set_size(run: Any, level: Level) -> None:
    properties = run.find(w("rPr"))
    if properties is None:
        properties = etree.Element(w("rPr"))
        run.insert(0, properties)
    for name in ("sz", "szCs"):
        size = properties.find(w(name))
        if size is None:
            size = etree.SubElement(properties, w(name))
        size.set(w("val"), str(round(level.size * 2)))


def _set_pitch(paragraph: Any, level: Level) -> None:
    """An exact pitch follows the type; any other does so by itself."""
    spacing = paragraph.find(f"{w('pPr')}/{w('spacing')}")
    if spacing is not None and spacing.get(w("lineRule")) == "exact":
        spacing.set(w("line"), str(round(level.pitch * 20)))


def _let_grow(paragraph: Any) -> None:
    """A row of exact height would clip what does not fit; with a field in it, it is a least height."""
    for row in paragraph.iterancestors(w("tr")):
        for stated in row.iterfind(f"{w('trPr')}/{w('trHeight')}"):
            stated.set(w("hRule"), "atLeast")


def _begin_anew(section: Any) -> None:
    """Each form begins a sheet, should both sides be printed, and counts from one, also in the midst of others."""
    kind = section.find(w("type"))
    if kind is None:
        kind = etree.Element(w("type"))
        section.insert(sum(c.tag in _BEFORE_TYPE for c in section), kind)
    kind.set(w("val"), "oddPage")
    numbers = section.find(w("pgNumType"))
    if numbers is None:
        numbers = etree.Element(w("pgNumType"))
        section.insert(sum(c.tag in _BEFORE_PAGE_NUMBERS for c in section), numbers)
    if numbers.get(w("start")) is None:
        numbers.set(w("start"), "1")


def _end_of(section: Any) -> Any:
    """A paragraph of one point that ends a section like the given one; what follows begins a page."""
    paragraph = etree.Element(w("p"))
    properties = etree.SubElement(paragraph, w("pPr"))
    spacing = {"before": "0", "after": "0", "line": "20", "lineRule": "exact"}
    etree.SubElement(properties, w("spacing"), {w(name): value for name, value in spacing.items()})
    copied = deepcopy(section)
    copied.tail = None
    properties.append(copied)
    return paragraph


def _place(body: Any, paragraph: Any) -> str:
    """Where a paragraph stands, as one would say it: 表格第3行第2格, 正文第2段."""
    cell = next(paragraph.iterancestors(w("tc")), None)
    if cell is None:
        return f"正文第{list(body.iter(w('p'))).index(paragraph) + 1}段"
    row, table = next(cell.iterancestors(w("tr"))), next(cell.iterancestors(w("tbl")))
    tables = list(body.iter(w("tbl")))
    which = f"第{tables.index(table) + 1}个表格" if len(tables) > 1 else "表格"
    return f"{which}第{table.findall(w('tr')).index(row) + 1}行第{row.findall(w('tc')).index(cell) + 1}格"
