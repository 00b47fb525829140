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
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from pressctl.documents.geometry import Styles, room, w
from pressctl.documents.layout import Box, Level, fit
from pressctl.documents.package import Package, read_parts
from pressctl.errors import BadData

_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_APART = re.compile(r"(\{\{[^{}]*\}\})")
_BRACES = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_SEAM = re.compile(rb"<\?seam (\w+)\?>")
_SLOT = re.compile(rb"<\?slot (\d+)\?>")
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

    def fill(self, value: str, keep: Callable[[str, Sequence[str]], Any] | None) -> bytes:
        """The XML for a value. What does not fit is given to `keep`; without one, all of it is shown."""
        lines = clean(value).split("\n")
        fitted = fit(lines, self.box)
        shown: Sequence[str] = fitted.shown
        if fitted.rest:
            if keep and self.repeats:
                keep(self.field, fitted.rest)
            else:
                shown = lines
        head, tail = self.frames[fitted.level]
        joint = tail + head if self.repeats else b"<w:br/>"
        return head + joint.join(map(_run_content, shown)) + tail


_Piece = bytes | _Slot
_Values = Mapping[str, str]


# -- the template --------------------------------------------------------------------------------------


class Template:
    """A .docx compiled for a set of names: `required` name → label, which every template must hold, and `optional`.

    Raises BadData, naming mark and place, for unknown, missing or broken marks and for templates that carry
    macros or reach outside themselves.
    """

    def __init__(self, path: Path, required: Mapping[str, str], optional: Iterable[str] = ()) -> None:
        parts = read_parts(path)
        compiler = _Compiler(path, {*required, *optional, *_UNFITTED}, parts)
        compiler.refuse_what_runs()
        self._furniture, self._body = compiler.furniture(), compiler.body()
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
        if not left:
            return form
        page = {**values, PAGE: PAGE}
        rows = (
            {**page, PAGE_LABEL: self._labels.get(name, name), PAGE_TEXT: "\n".join(rest)}
            for name, rest in left.items()
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
    pieces: Iterable[_Piece], values: _Values, keep: Callable[[str, Sequence[str]], Any] | None = None
) -> bytes:
    return b"".join(p if isinstance(p, bytes) else p.fill(values.get(p.field, ""), keep) for p in pieces)


# -- the compiler --------------------------------------------------------------------------------------

_RUNS_CODE = re.compile(r"vbaProject|activeX|/embeddings/|\.bin$", re.IGNORECASE)
_NOISE = frozenset(map(w, ("proofErr", "bookmarkStart", "bookmarkEnd")))
_BEFORE_PAGE_NUMBERS = frozenset(
    map(
        w,
        (
            "headerReference",
            "footerReference",
            "footnotePr",
            "endnotePr",
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
        """Bytes and slots in turn."""
        parts = _SLOT.split(raw)
        return [self._slots[int(part)] if n % 2 else part for n, part in enumerate(parts) if n % 2 or part]

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
    """Each form begins a page and counts from one, also in the midst of others."""
    kind = section.find(w("type"))
    if kind is not None:
        section.remove(kind)  # what is left is the default: a new page
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
