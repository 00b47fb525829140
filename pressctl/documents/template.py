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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from pressctl.documents.layout import Box, Level, fit
from pressctl.documents.package import Package, read_parts
from pressctl.errors import BadData

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_STRAY = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_SEAM = re.compile(rb"<\?seam (\w+)\?>")
_STEPS = (Level(10.5, 13.5), Level(9.0, 10.8))
"""五号 and 小五: what a text steps down to. Smaller cannot be read."""

PAGE, PAGE_NOTE, PAGE_LABEL, PAGE_TEXT = "附页", "附页说明", "附页栏目", "附页内容"
_OVERFLOW = frozenset((PAGE, PAGE_LABEL, PAGE_TEXT))


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


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
        f'<w:t xml:space="preserve">{part.translate(_ESCAPES)}</w:t>' if part else "" for part in line.split("\t")
    )
    return "<w:tab/>".join(texts).encode("utf-8")


# -- slots ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slot:
    """Where a value goes: for each level of type what stands before and after a line, and between lines."""

    field: str
    box: Box
    frames: tuple[tuple[bytes, bytes], ...]
    joint: bytes
    may_overflow: bool

    def fill(self, value: str, keep: Callable[[str, Sequence[str]], None] | None) -> bytes:
        lines = clean(value).split("\n") if value else [""]
        fitted = fit(lines, self.box)
        shown = fitted.shown
        if fitted.rest:
            if keep and self.may_overflow:
                keep(self.field, fitted.rest)
            else:
                shown = tuple(lines)
        head, tail = self.frames[fitted.level]
        return head + self.joint.join(map(_run_content, shown)) + tail


_Piece = bytes | _Slot


# -- the template --------------------------------------------------------------------------------------


class Template:
    """A .docx compiled for a set of names: `required` name → label, which every template must hold, and `optional`.

    Raises BadData, naming mark and place, for unknown, missing or broken marks and for templates that carry
    macros or reach outside themselves.
    """

    def __init__(self, path: Path, required: Mapping[str, str], optional: Iterable[str] = ()) -> None:
        parts = read_parts(path)
        self._labels = required
        compiler = _Compiler(path, {*required, *optional, *_OVERFLOW, PAGE_NOTE}, parts)
        compiler.refuse_what_runs()
        self._around = compiler.marked_parts()
        body = compiler.body()
        compiler.refuse_missing(required)
        self._head, self._break, self._main = body["head"], body["break"], body["main"]
        self._before_row, self._row, self._after_row = body["page"], body["row"], body["after"]
        self._tail = body["tail"]
        changed = {compiler.document, *self._around}
        self._document = compiler.document
        self._package = Package({n: d for n, d in parts.items() if n not in changed})
        self._path = path

    def fill(self, pages: Sequence[Mapping[str, str]]) -> bytes:
        """The .docx with a page, or more where needed, for each set of values. A missing value is an empty one."""
        if len(pages) > 1 and self._around:
            raise BadData(
                "template_not_mergeable",
                f"模板 {self._path} 的页眉或页脚里有项目名，各页内容不同，不能合成一个文件。",
                next_step="改用 --out 或 --zip 分别写出，或把项目名移到正文。",
            )
        out = [_filled(self._head, pages[0])]
        for number, values in enumerate(pages):
            if number:
                out += self._break
            out.append(self._one(values))
        out.append(_filled(self._tail, pages[-1]))
        changed = {name: _filled(pieces, pages[0]) for name, pieces in self._around.items()}
        return self._package.with_parts({self._document: b"".join(out), **changed})

    def _one(self, values: Mapping[str, str]) -> bytes:
        left: dict[str, Sequence[str]] = {}
        main = _filled(self._main, values, left.setdefault if self._row else None)
        if not left:
            return main
        page = {**values, PAGE: PAGE}
        rows = [
            _filled(self._row, page | {PAGE_LABEL: self._labels.get(name, name), PAGE_TEXT: "\n".join(rest)})
            for name, rest in left.items()
        ]
        return b"".join((main, _filled(self._before_row, page), *rows, _filled(self._after_row, page)))


def _filled(
    pieces: Iterable[_Piece],
    values: Mapping[str, str],
    keep: Callable[[str, Sequence[str]], Any] | None = None,
) -> bytes:
    return b"".join(
        p if isinstance(p, bytes) else p.fill(values.get(p.field, ""), keep) for p in pieces
    )


# -- the compiler --------------------------------------------------------------------------------------

_BODY_PARTS = ("head", "break", "main", "page", "row", "after", "tail")
_RUNS_CODE = re.compile(r"vbaProject|activeX|/embeddings/|\.bin$", re.IGNORECASE)
_NOISE = frozenset(map(_w, ("proofErr", "bookmarkStart", "bookmarkEnd", "lastRenderedPageBreak")))
_FIRST_IN_PARAGRAPH = frozenset(map(_w, ("pStyle", "keepNext", "keepLines")))


class _Compiler:
    """From parts to pieces. Lives as long as the compiling takes."""

    def __init__(self, path: Path, known: set[str], parts: Mapping[str, bytes]) -> None:
        self._path, self._known, self._parts = path, known, parts
        self._found: set[str] = set()
        self._slots: dict[bytes, _Slot] = {}
        self._styles = _Styles(self._tree("word/styles.xml") if "word/styles.xml" in parts else None)
        self.document = "word/document.xml"
        if self.document not in parts:
            raise self._bad("template_unreadable", "里没有正文（word/document.xml），不是 Word 文档")

    def refuse_what_runs(self) -> None:
        """Macros, embedded objects, and parts fetched from elsewhere when the document is opened."""
        for name in self._parts:
            if _RUNS_CODE.search(name):
                raise self._bad("template_unsafe", f"里有宏或嵌入对象（{name}）")
            if name.endswith(".rels"):
                for link in self._tree(name):
                    if link.get("TargetMode") == "External" and not link.get("Type", "").endswith("/hyperlink"):
                        raise self._bad("template_unsafe", f"引用了外部文件（{link.get('Target')}）")

    def refuse_missing(self, required: Mapping[str, str]) -> None:
        missing = [name for name in required if name not in self._found]
        if missing:
            marks = "、".join("{{" + name + "}}" for name in missing)
            raise self._bad("template_field_missing", f"缺少项目 {marks}", "把它们补进相应的单元格。")

    def marked_parts(self) -> dict[str, list[_Piece]]:
        """Headers and footers that hold marks, compiled."""
        found = {}
        for name in self._parts:
            kind = re.fullmatch(r"word/(header|footer)\d*\.xml", name)
            if kind:
                root = self._tree(name)
                place = {"header": "页眉", "footer": "页脚"}[kind[1]]
                if self._place_slots(root, lambda p, place=place: place):
                    found[name] = self._pieces(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))
        return found

    def body(self) -> dict[str, list[_Piece]]:
        """The document in its parts: before the first form, a form, its 附页 with the row that repeats, the end."""
        root = self._tree(self.document)
        for element in [e for e in root.iter() if e.tag in _NOISE]:
            element.getparent().remove(element)
        body = root.find(_w("body"))
        page, row = self._overflow_part(body)
        self._place_slots(root, lambda p: _place(body, p))
        children = [c for c in body if c.tag != _w("sectPr")]
        seams: list[tuple[str, Any, bool]] = [("main", children[0], True)] if children else []
        for name, element in (("page", page), ("row", row)):
            if element is not None:
                seams.append((name, element, True))
        for name, element, _ in seams:
            element.addprevious(_seam(name))
        if row is not None:
            row.addnext(_seam("after"))
        section = body.find(_w("sectPr"))
        end = _seam("tail")
        if section is not None:
            section.addprevious(end)
        else:
            body.append(end)
        raw = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
        return self._split(raw)
