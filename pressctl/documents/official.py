"""An official Word document by GB/T 9704-2012: page, faces, numbered headings, tables, page numbers.

A4, margins 37/35/28/26 mm; title 方正小标宋简体 二号, body 仿宋_GB2312 三号 on a 28.95 pt pitch, first-level
headings 黑体, second-level 楷体_GB2312; page number 四号 between dashes, odd right, even left.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from pressctl.documents.layout import line_width

TITLE, BODY, HEAD, SUBHEAD, LATIN, PAGE = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "Times New Roman",
    "宋体",
)
_SUBSTITUTES = {
    TITLE: "方正小标宋_GBK;FZXiaoBiaoSong-B05S;宋体",
    BODY: "仿宋;FangSong;FandolFang",
    HEAD: "SimHei;Noto Sans CJK SC",
    SUBHEAD: "楷体;KaiTi",
}
_PITCH = Pt(28.95)
_FIXED = dt.datetime(
    2009, 3, 10, tzinfo=dt.UTC
)  # the day of the regulation: a file says nothing of when it was made
_RED = RGBColor(0xFF, 0, 0)


@dataclass(frozen=True)
class Share:
    """A cell that shows a part of a whole as a bar."""

    done: int
    of: int


class OfficialDocument:
    """A document in the making; `bytes()` is the .docx."""

    def __init__(self, title: str) -> None:
        self._doc = Document()
        self._page(self._doc.sections[0])
        self._styles()
        self._settings()
        self._properties(title)

    # -- text ------------------------------------------------------------------------------------

    def red_head(self, issuer: str, number: str) -> None:
        """The optional red head: issuer in large red letters, the number, a red rule, two lines of air."""
        p = self._paragraph(f"{issuer}文件", TITLE, Pt(40), WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        p.runs[0].font.color.rgb = _RED
        p.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        rule = self._paragraph(number, BODY, Pt(16), WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        _edge(rule, '<w:bottom w:val="single" w:sz="18" w:space="8" w:color="FF0000"/>')
        for _ in range(2):
            self._paragraph("", BODY, Pt(16))

    def title(self, *lines: str) -> None:
        for line in lines:
            p = self._paragraph(line, TITLE, Pt(22), WD_ALIGN_PARAGRAPH.CENTER, indent=False)
            p.paragraph_format.line_spacing = Pt(36)
        self._paragraph("", BODY, Pt(16), indent=False)

    def addressee(self, text: str) -> None:
        self._paragraph(text, BODY, Pt(16), indent=False)

    def heading(self, text: str) -> None:
        """一、"""
        self._paragraph(text, HEAD, Pt(16)).paragraph_format.keep_with_next = True

    def subheading(self, text: str) -> None:
        """（一）"""
        self._paragraph(text, SUBHEAD, Pt(16)).paragraph_format.keep_with_next = True

    def text(self, text: str) -> None:
        """Running text. Not justified: LibreOffice 7 drops a mark that half hangs over the end of a justified line."""
        self._paragraph(text, BODY, Pt(16))

    def item(self, number: int, text: str) -> None:
        """1.…"""
        self.text(f"{number}.{text}")

    def enclosures(self, *titles: str) -> None:
        """附件说明: a line below the text, two characters in, the titles under one another."""
        self._paragraph("", BODY, Pt(16))
        for number, title in enumerate(titles, start=1):
            p = self._paragraph(
                f"{'附件：' if number == 1 else ''}{number}.{title}", BODY, Pt(16), indent=False
            )
            p.paragraph_format.left_indent = Pt(32 + 48)
            p.paragraph_format.first_line_indent = Pt(-48 if number == 1 else 0)

    def signature(self, issuer: str, day: str) -> None:
        """Room for the seal; the date four characters in from the right, the issuer centred above it."""
        for _ in range(2):
            self._paragraph("", BODY, Pt(16)).paragraph_format.keep_with_next = True
        overhang = (line_width(issuer) - line_width(day)) * 16 / 2
        for line, right in ((issuer, 64 - overhang), (day, 64)):
            p = self._paragraph(line, BODY, Pt(16), WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
            p.paragraph_format.right_indent = Pt(right)
            p.paragraph_format.keep_with_next = line is issuer

    def note(self, text: str) -> None:
        """Small print under a table."""
        p = self._paragraph(text, BODY, Pt(10.5), indent=False)
        p.paragraph_format.line_spacing = Pt(16)

    def gap(self) -> None:
        """A little air, between a table and the text below."""
        self._paragraph("", BODY, Pt(5)).paragraph_format.line_spacing = Pt(10)

    def appendix(self, label: str, title: str) -> None:
        """A new page with 附件 N in 黑体, flush left, and a centred title."""
        section = self._doc.add_section()
        self._page(section)
        self._paragraph(label, HEAD, Pt(16), indent=False)
        p = self._paragraph(title, TITLE, Pt(18), WD_ALIGN_PARAGRAPH.CENTER, indent=False)
        p.paragraph_format.line_spacing = Pt(30)
        p.paragraph_format.space_after = Pt(6)

    def imprint(self, label: str, text: str) -> None:
        """版记: who is sent a copy, in 四号 between two lines; what wraps stands under the first name."""
        self.gap()
        p = self._paragraph(f"{label}{text}", BODY, Pt(14), indent=False)
        p.paragraph_format.left_indent = Pt(14 * len(label))
        p.paragraph_format.first_line_indent = Pt(-14 * len(label))
        p.paragraph_format.keep_together = True
        line = 'w:val="single" w:sz="8" w:space="4" w:color="auto"'
        _edge(p, f"<w:top {line}/><w:bottom {line}/>")

    def _paragraph(self, text: str, face: str, size: Any, align: Any = None, *, indent: bool = True) -> Any:
        p = self._doc.add_paragraph()
        p.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        p.paragraph_format.line_spacing = _PITCH
        if align is not None:
            p.alignment = align
        if indent:
            p.paragraph_format.first_line_indent = Pt(32)
        run = p.add_run(clean(text))
        run.font.size = size
        set_faces(run._r.get_or_add_rPr(), face)
        return p

    # -- tables ----------------------------------------------------------------------------------

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[object] | str], widths_mm: Sequence[float]
    ) -> None:
        """A table with all borders alike, a header that repeats on every page, and rows that do not break.

        A text instead of a row is a heading across all columns; a `Share` is drawn as a bar.
        """
        table = parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(map(_twips, widths_mm))}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblBorders>'
            + "".join(
                f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
                for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
            '<w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{_twips(w)}"/>' for w in widths_mm)
            + "</w:tblGrid></w:tbl>"
        )
        rows = list(rows)
        sides = [
            "left" if any(_is_long(r[n]) for r in rows if not isinstance(r, str)) else "center"
            for n in range(len(columns))
        ]
        table.append(_row(columns, widths_mm, ["center"] * len(columns), HEAD, header=True))
        for row in rows:
            table.append(_row(row, widths_mm, sides, BODY))
        self._doc.element.body.insert(len(self._doc.element.body) - 1, table)

    # -- page, styles, settings --------------------------------------------------------------------

    def _page(self, section: Any) -> None:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        section.different_first_page_header_footer = False
        self._doc.settings.odd_and_even_pages_header_footer = True
        for footer, align in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            footer.is_linked_to_previous = False
            p = footer.paragraphs[0]
            p.alignment = align
            side = "right_indent" if align == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
            setattr(p.paragraph_format, side, Pt(14))
            for kind, value in (("text", "— "), ("field", "PAGE"), ("text", " —")):
                self._page_number_part(p, kind, value)

    @staticmethod
    def _page_number_part(p: Any, kind: str, value: str) -> None:
        run = p.add_run(value if kind == "text" else "")
        run.font.size = Pt(14)
        set_faces(run._r.get_or_add_rPr(), PAGE, latin=PAGE)
        if kind == "field":
            for mark in ("begin", None, "end"):
                if mark is None:
                    element = OxmlElement("w:instrText")
                    element.text = value
                else:
                    element = OxmlElement("w:fldChar")
                    element.set(qn("w:fldCharType"), mark)
                run._r.append(element)

    def _styles(self) -> None:
        normal = self._doc.styles["Normal"]
        normal.font.size = Pt(16)
        set_faces(normal.element.get_or_add_rPr(), BODY)
        for fonts in self._doc.styles.element.iter(qn("w:rFonts")):
            for name in [n for n in fonts.attrib if n.endswith("Theme")]:
                del fonts.attrib[name]
        for lang in self._doc.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:eastAsia"), "zh-CN")
        # no paragraph style is inherited with space that nobody asked for
        normal.paragraph_format.space_after = Pt(0)

    def _settings(self) -> None:
        settings = self._doc.settings.element
        for old in settings.findall(qn("w:themeFontLang")):
            old.set(qn("w:val"), "en-US")
            old.set(qn("w:eastAsia"), "zh-CN")
        compat = settings.find(qn("w:compat"))
        if compat is None:
            compat = OxmlElement("w:compat")
            settings.append(compat)
        for child in list(compat):
            compat.remove(child)
        compat.append(
            parse_xml(
                f'<w:compatSetting {nsdecls("w")} w:name="compatibilityMode" '
                'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
            )
        )
        self._font_table()

    def _font_table(self) -> None:
        """Declare what may stand in for faces that a machine lacks."""
        for rel in self._doc.part.rels.values():
            if rel.reltype.endswith("/fontTable"):
                root = parse_xml(rel.target_part.blob)
                for face, others in _SUBSTITUTES.items():
                    root.append(
                        parse_xml(
                            f'<w:font {nsdecls("w")} w:name="{face}"><w:altName w:val="{others.split(";")[0]}"/>'
                            '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
                        )
                    )
                rel.target_part._blob = etree.tostring(
                    root, xml_declaration=True, encoding="UTF-8", standalone=True
                )

    def _properties(self, title: str) -> None:
        properties = self._doc.core_properties
        properties.title, properties.author, properties.last_modified_by = clean(title), "", ""
        properties.comments, properties.keywords, properties.language = "", "", "zh-CN"
        properties.created = properties.modified = _FIXED.replace(tzinfo=None)

    def bytes(self) -> bytes:
        stream = io.BytesIO()
        self._doc.save(stream)
        return stream.getvalue()


def set_faces(rpr: Any, face: str, *, latin: str = LATIN) -> None:
    """Faces for Chinese and Latin; theme attributes would win over them, so they go."""
    fonts = rpr.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for slot, value in (("ascii", latin), ("hAnsi", latin), ("eastAsia", face), ("cs", latin)):
        fonts.set(qn(f"w:{slot}"), value)
    fonts.set(qn("w:hint"), "eastAsia")


def _edge(paragraph: Any, lines: str) -> None:
    """Lines along a paragraph, where the schema of its properties wants them."""
    properties = paragraph._p.get_or_add_pPr()
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{lines}</w:pBdr>")
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def clean(text: str) -> str:
    """What XML can carry: control characters go, line ends become spaces."""
    return "".join(
        c if c >= " " and not ("\ud800" <= c <= "\udfff") and c not in "\ufffe\uffff" else " " for c in text
    )


def _twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


def _is_long(value: object) -> bool:
    return len(str(value)) > 12


def _row(
    cells: Sequence[object] | str,
    widths_mm: Sequence[float],
    sides: Sequence[str],
    face: str,
    *,
    header: bool = False,
) -> Any:
    """A row as XML: python-docx's own cells are quadratic in a long table."""
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    if isinstance(cells, str):
        row.append(_cell(cells, _twips(sum(widths_mm)), HEAD, "left", span=len(widths_mm)))
        return row
    for value, width, side in zip(cells, widths_mm, sides, strict=True):
        if isinstance(value, Share):
            row.append(_bar(value, _twips(width)))
        else:
            row.append(_cell("" if value is None else str(value), _twips(width), face, side))
    return row


def _cell(text: str, width: int, face: str, align: str, *, span: int = 1, next_run: str = "") -> Any:
    """A cell of one paragraph. A heading across several columns stays with the row below."""
    across = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    keep = "<w:keepNext/>" if span > 1 else ""
    cell = parse_xml(
        f'<w:tc {nsdecls("w")}><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr>{keep}<w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r>{_small(face)}<w:t xml:space="preserve"/></w:r>{next_run}</w:p></w:tc>'
    )
    next(cell.iter(qn("w:t"))).text = clean(text)
    return cell


def _small(face: str, more: str = "") -> str:
    """五号, as table cells are set."""
    return (
        f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{face}" w:cs="{LATIN}" w:hint="eastAsia"/>'
        f'<w:sz w:val="21"/><w:szCs w:val="21"/>{more}</w:rPr>'
    )


def _bar(share: Share, width: int) -> Any:
    """Blanks on grey, one for each tenth, then the figures."""
    tenths = round(10 * share.done / share.of) if share.of else 0
    figures = f"{round(100 * share.done / share.of)}%" if share.of else "—"
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="7F7F7F"/>'
    blanks, said = ("\u3000" * tenths, f"　{figures}")
    cell = _cell(
        "", width, BODY, "left", next_run=f'<w:r>{_small(BODY)}<w:t xml:space="preserve">{said}</w:t></w:r>'
    )
    first = next(cell.iter(qn("w:r")))
    first.replace(first[0], parse_xml(_small(BODY, shade).replace("<w:rPr>", f"<w:rPr {nsdecls('w')}>", 1)))
    next(cell.iter(qn("w:t"))).text = blanks
    return cell
