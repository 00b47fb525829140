"""Builds the three shipped Word templates: `python tools/build_form_templates.py [DIR]`.

The templates are what an office edits in Word; this is where ours come from, so that every width, height
and face has one place and a reason. The same bytes come out on every run. Lengths are in twips (1/20 pt)
unless a name says otherwise.

The page is A4 by GB/T 9704-2012: the text area is 156 mm by 225 mm, and every height below is taken from
those 225 mm. Rows are `atLeast`, never `exact`: an exact row clips what does not fit.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

TITLE_FACE, TEXT_FACE, HEAD_FACE, PAGE_FACE, LATIN_FACE = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "宋体",
    "Times New Roman",
)
# name, other name tried where it is missing, family, pitch, charset
FONT_TABLE = (
    (TITLE_FACE, "方正小标宋_GBK", "script", "fixed", "86"),
    (TEXT_FACE, "仿宋", "modern", "fixed", "86"),
    (HEAD_FACE, "SimHei", "modern", "fixed", "86"),
    (PAGE_FACE, "SimSun", "auto", "variable", "86"),
    (LATIN_FACE, "Liberation Serif", "roman", "variable", "00"),
)
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# the day of the regulation: a form says nothing of who made its template, or when
DATED = "2009-03-10T00:00:00Z"
ZIP_DATED = (2009, 3, 10, 0, 0, 0)

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, BOTTOM, LEFT, RIGHT, FOOTER = 2098, 1984, 1588, 1474, 1417
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
SAN_HAO, ER_HAO, SI_HAO, XIAO_SI, WU_HAO, XIAO_WU, LIU_HAO = 32, 44, 28, 24, 21, 18, 15  # half-points
PITCH = 320  # 16 pt for 小四 in cells
OVER = 40  # above a text that begins at the top of its cell


# -- runs and paragraphs -------------------------------------------------------------------------------


def run(text: str, size: int = XIAO_SI, face: str = TEXT_FACE, latin: str = LATIN_FACE) -> str:
    """One run. Faces are named outright: theme attributes would win over them."""
    content = "".join(
        "<w:tab/>" if part == "\t" else f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in _tabs_apart(text)
    )
    return f"<w:r>{run_properties(size, face, latin)}{content}</w:r>"


def _tabs_apart(text: str) -> Iterable[str]:
    for number, part in enumerate(text.split("\t")):
        if number:
            yield "\t"
        if part:
            yield part


def run_properties(size: int, face: str, latin: str = LATIN_FACE) -> str:
    return (
        f'<w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{face}" '
        f'w:cs="{latin}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def paragraph(
    *runs: str,
    line: int = PITCH,
    align: str = "left",
    before: int = 0,
    after: int = 0,
    indent: str = "",
    tabs: str = "",
    new_page: bool = False,
    keep: bool = False,
) -> str:
    """A paragraph on an exact pitch, off the grid: the layout then does not hang on the font at hand."""
    return (
        "<w:p><w:pPr>"
        + ("<w:keepNext/>" if keep else "")
        + ("<w:pageBreakBefore/>" if new_page else "")
        + (f"<w:tabs>{tabs}</w:tabs>" if tabs else "")
        + '<w:snapToGrid w:val="0"/>'
        + f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'
        + (f"<w:ind {indent}/>" if indent else "")
        + f'<w:jc w:val="{align}"/>'
        + "</w:pPr>"
        + "".join(runs)
        + "</w:p>"
    )


# -- cells and rows ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """A cell of a row: how many grid columns it spans, its paragraphs, and how it sits."""

    span: int
    content: str
    borders: str = ""
    merge: str = ""
    align: str = "center"
    margins: tuple[int, int] | None = None


def label(span: int, *lines: str, merge: str = "restart", pitch: int = PITCH) -> Cell:
    """A label, centred both ways. Merged downward where `under` continues it."""
    return Cell(
        span, "".join(paragraph(run(line), align="center", line=pitch) for line in lines), merge=merge
    )


def single(span: int, *lines: str) -> Cell:
    return label(span, *lines, merge="")


def value(span: int, field: str, align: str = "left") -> Cell:
    return Cell(span, paragraph(run("{{" + field + "}}"), align=align))


def under(span: int) -> Cell:
    """The lower half of a merged label."""
    return Cell(span, paragraph(), merge="continue")


def narrative(span: int, field: str, borders: str = "") -> Cell:
    """A text of any length, from the top, its paragraphs indented by two characters.

    Not justified: LibreOffice 7 drops a mark that half hangs over the end of a justified line.
    """
    indent = 'w:firstLineChars="200" w:firstLine="480"'
    text = paragraph(run("{{" + field + "}}"), before=OVER, indent=indent)
    return Cell(span, text, borders=borders, align="top")


def opinion(span: int, field: str) -> Cell:
    """The upper part of an opinion, open below."""
    return narrative(span, field, _edges("bottom"))


def signed(span: tuple[int, int, int], field: str) -> tuple[Cell, ...]:
    """Below the opinion, open above and below: room for pen and seal, 盖章（签名）, and who signed, with the post.

    The names have a cell to themselves, so that several can stand under one another and a long post can step down.
    """
    blank, mark, names = span
    return (
        Cell(blank, paragraph(), borders=_edges("top", "bottom", "right")),
        Cell(
            mark,
            paragraph(run("盖章（签名）")),
            borders=_edges("top", "bottom", "left", "right"),
            margins=(108, 0),
        ),
        Cell(
            names,
            paragraph(run("{{" + field + "}}" if field else "")),
            borders=_edges("top", "bottom", "left"),
            margins=(60, 60),
        ),
    )


def dated(span: tuple[int, int], text: str) -> tuple[Cell, ...]:
    """The last line of an opinion: the date at the right, its 日 in one place whether typed or left to the pen."""
    blank, day = span
    return (
        Cell(blank, paragraph(), borders=_edges("top", "right")),
        Cell(
            day,
            paragraph(run(text), align="right", indent='w:right="480"'),
            borders=_edges("top", "left"),
            align="top",
        ),
    )


def _edges(*open_sides: str) -> str:
    """Cell borders left out, in the order that the schema wants."""
    return "".join(
        f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right") if side in open_sides
    )


def row(height: int, widths: Sequence[int], *cells: Cell, header: bool = False) -> str:
    """A row at least `height` high that stays on one page."""
    assert sum(c.span for c in cells) == len(widths)
    out, column = [], 0
    for cell in cells:
        width = sum(widths[column : column + cell.span])
        column += cell.span
        out.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
            + (f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else "")
            + (f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else "")
            + (f"<w:tcBorders>{cell.borders}</w:tcBorders>" if cell.borders else "")
            + _cell_margins(cell.margins)
            + f'<w:vAlign w:val="{cell.align}"/></w:tcPr>{cell.content}</w:tc>'
        )
    properties = (
        "<w:cantSplit/>"
        + f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>'
        + ("<w:tblHeader/>" if header else "")
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(out)}</w:tr>"


def _cell_margins(margins: tuple[int, int] | None) -> str:
    if margins is None:
        return ""
    left, right = margins
    return f'<w:tcMar><w:left w:w="{left}" w:type="dxa"/><w:right w:w="{right}" w:type="dxa"/></w:tcMar>'


def table(widths: Sequence[int], *rows: str) -> str:
    """Half-point borders, all alike; columns fixed, so that lines can be counted beforehand."""
    assert sum(widths) == TEXT_WIDTH
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        + f"</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


# -- the forms -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Office:
    """Whose forms these are: what its regulation prints on them."""

    approval: str
    spokesperson: str
    liaison: str
    steps: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    notes: tuple[str, ...]
    annex: tuple[str, str, str] = ("附件1", "附件2", "附件3")


CHANGZHOU = Office(
    "常州市公安局新闻发布会审批表",
    "新闻发言人登记表",
    "新闻发布工作联络员登记表",
    (("组织单位意见", "（准备情况）"), ("市局新闻发言人", "办公室审核意见"), ("市局领导", "审批意见")),
    (
        "1.本表根据发布内容由组织发布单位填写后按要求送领导审批；",
        "2.本表一式两份，市局新闻发言人办公室、组织单位各一份；",
        "3.随表报送新闻发布稿电子文档。",
    ),
)
LINSHUI = Office(
    "临水市公安局新闻发布送审单",
    "临水市公安局新闻发言人备案表",
    "临水市公安局新闻联络员备案表",
    (("承办单位意见",), ("新闻中心", "核稿意见"), ("局领导批示",)),
    (
        "1.本单由承办单位填写，连同发布方案送新闻中心；",
        "2.本单一式两份，新闻中心、承办单位各存一份；",
        "3.未经局领导批示，不得对外发布。",
    ),
    ("附表一", "附表二", "附表三"),
)


def heading(annex: str, title: str) -> str:
    """附件N flush left in 黑体 三号, the copy's number at the right; the title centred, 二号, not bold."""
    tab = f'<w:tab w:val="right" w:pos="{TEXT_WIDTH}"/>'
    return paragraph(
        run(annex, SAN_HAO, HEAD_FACE, HEAD_FACE), run("\t{{份号}}", WU_HAO), line=440, tabs=tab
    ) + paragraph(run(title, ER_HAO, TITLE_FACE), line=600, after=80, align="center")


def foot(before: int) -> str:
    """The line under everything: reference and log hash. Word also wants a paragraph after a table."""
    return paragraph(run("{{表尾}}", LIU_HAO), line=160, before=before)


def continuation(annex: str, title: str) -> str:
    """The second page, made only when a text does not fit: the heading again, then what is left of each cell."""
    widths = (2000, TEXT_WIDTH - 2000)
    return (
        paragraph(
            run(annex, SAN_HAO, HEAD_FACE, HEAD_FACE),
            run("　{{附页}}", SAN_HAO, HEAD_FACE, HEAD_FACE),
            line=440,
            new_page=True,
        )
        + paragraph(run(title, ER_HAO, TITLE_FACE), line=600, after=80, align="center")
        + paragraph(run("{{附页说明}}"), line=400, keep=True)
        + table(
            widths,
            row(560, widths, single(1, "栏　目"), single(1, "续前页内容"), header=True),
            row(
                680,
                widths,
                single(1, "{{附页栏目}}"),
                Cell(1, paragraph(run("{{附页内容}}"), line=400), align="top"),
            ),
        )
        + paragraph(run("", LIU_HAO), line=180)
    )


def approval(of: Office) -> str:
    """附件1: 12,435 of the 12,756 twips. What is left is a line of 小四, should a word processor break a text later than we."""
    title = of.approval
    widths = (2000, 2200, 800, 800, 440, 2604)
    rows = [
        row(650, widths, single(1, "发布会名称"), value(5, "发布会名称")),
        row(640, widths, single(1, "组织单位"), value(5, "组织单位")),
        row(650, widths, single(1, "发布时间"), value(2, "发布时间", "center"), single(2, "发布地点"), value(1, "发布地点", "center")),
        row(650, widths, single(1, "发布人", "（姓名、职务）"), value(5, "发布人")),
        row(650, widths, single(1, "联络员", "（姓名、职务）"), value(2, "联络员", "center"), single(2, "联系电话"), value(1, "联系电话", "center")),
        row(650, widths, single(1, "发布会主题"), value(5, "发布会主题")),
        row(970, widths, single(1, "发布对象及规模", "（拟邀请媒体）"), value(5, "发布对象及规模")),
    ]  # fmt: skip
    for lines, name in zip(of.steps, ("组织单位", "办公室", "领导"), strict=True):
        rows += [
            row(1000, widths, label(1, *lines), opinion(5, f"{name}意见")),
            row(420, widths, under(1), *signed((1, 2, 2), f"{name}签名")),
            row(335, widths, under(1), *dated((1, 4), "{{" + name + "日期}}")),
        ]
    notes = "".join(
        paragraph(
            run(("注：" if number == 0 else "　　") + text, WU_HAO),
            line=290,
            before=60 if number == 0 else 0,
        )
        for number, text in enumerate(of.notes)
    )
    annex = of.annex[0]
    return (
        heading(annex, title) + table(widths, *rows) + notes + foot(before=100) + continuation(annex, title)
    )


def registration(annex: str, title: str) -> str:
    """附件2 and 附件3 differ by title alone; 12,420 twips."""
    widths = (800, 900, 2722, 300, 1400, 2722)
    pairs = (
        (("姓　名", "姓名"), ("性　别", "性别")),
        (("民　族", "民族"), ("学　历", "学历")),
        (("出生年月", "出生年月"), ("政治面貌", "政治面貌")),
        (("单　位", "单位"), ("职　务", "职务")),
        (("办公室电话", "办公室电话"), ("手　机", "手机")),
        (("电子邮件", "电子邮件"), ("QQ", "QQ")),
    )
    rows = [
        row(
            680,
            widths,
            single(2, left),
            value(1, left_field, "center"),
            single(2, right),
            value(1, right_field, "center"),
        )
        for (left, left_field), (right, right_field) in pairs
    ]
    rows += [
        row(3700, widths, label(1, "简", "", "历", merge=""), narrative(5, "简历")),
        row(1900, widths, label(1, *"单位意见", pitch=400), opinion(5, "单位意见")),
        row(440, widths, under(1), *signed((2, 2, 1), "")),
        row(420, widths, under(1), *dated((2, 3), "　　　　年　　月　　日")),
    ]
    day = paragraph(run("{{填表日期}}"), align="right", line=400, indent='w:right="240"')
    return heading(annex, title) + day + table(widths, *rows) + foot(before=200) + continuation(annex, title)


# -- the package ---------------------------------------------------------------------------------------


def xml(body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'


def document(body: str) -> str:
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
        f'w:footer="{FOOTER}" w:gutter="0"/></w:sectPr>'
    )
    return xml(
        f'<w:document xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONSHIPS}"><w:body>{body}{section}</w:body></w:document>'
    )


def footer(align: str) -> str:
    """— 1 —, one character in from the outer edge."""
    face = run_properties(SI_HAO, PAGE_FACE, PAGE_FACE)
    field = "".join(
        f"<w:r>{face}{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    dash = (run("— ", SI_HAO, PAGE_FACE, PAGE_FACE), field, run(" —", SI_HAO, PAGE_FACE, PAGE_FACE))
    body = paragraph(*dash, line=320, align=align, indent=f'w:{align}="280"')
    return xml(f'<w:ftr xmlns:w="{NAMESPACE}">{body}</w:ftr>')


def styles() -> str:
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    properties = run_properties(XIAO_SI, TEXT_FACE).replace("</w:rPr>", f"{language}</w:rPr>")
    return xml(
        f'<w:styles xmlns:w="{NAMESPACE}"><w:docDefaults><w:rPrDefault>{properties}</w:rPrDefault><w:pPrDefault/>'
        "</w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:snapToGrid w:val="0"/></w:pPr>{properties}</w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="a0"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style></w:styles>"
    )


def settings() -> str:
    """Odd and even footers; compatibility mode 15, else Word opens in 兼容模式."""
    return xml(
        f'<w:settings xmlns:w="{NAMESPACE}"><w:evenAndOddHeaders/><w:characterSpacingControl '
        'w:val="compressPunctuation"/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/>'
        "<w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, other, family, pitch, charset in FONT_TABLE
    )
    return xml(f'<w:fonts xmlns:w="{NAMESPACE}">{fonts}</w:fonts>')


def properties(title: str) -> str:
    return xml(
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator></dc:creator><cp:lastModifiedBy></cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{DATED}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{DATED}</dcterms:modified></cp:coreProperties>'
    )


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PARTS = (
    # part, content type, relationship type as seen from the document; rId1 up, in this order
    ("styles.xml", "styles", "styles"),
    ("settings.xml", "settings", "settings"),
    ("fontTable.xml", "fontTable", "fontTable"),
    ("footer1.xml", "footer", "footer"),
    ("footer2.xml", "footer", "footer"),
)


def content_types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_WORD}.{kind}+xml"/>' for name, kind, _ in PARTS
    )
    return xml(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def relationships(*rows: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(rows, 1)
    )
    return xml(
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def parts(title: str, body: str) -> dict[str, str]:
    """Every part of the package by name, as text."""
    return {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            (f"{RELATIONSHIPS}/officeDocument", "word/document.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ),
        "docProps/core.xml": properties(title),
        "word/_rels/document.xml.rels": relationships(
            *((f"{RELATIONSHIPS}/{kind}", name) for name, _, kind in PARTS)
        ),
        "word/document.xml": document(body),
        "word/styles.xml": styles(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": font_table(),
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
    }


def templates(of: Office = CHANGZHOU) -> dict[str, dict[str, str]]:
    """File name → parts."""
    return {
        "approval.docx": parts(of.approval, approval(of)),
        "spokesperson.docx": parts(of.spokesperson, registration(of.annex[1], of.spokesperson)),
        "liaison.docx": parts(of.liaison, registration(of.annex[2], of.liaison)),
    }


def main(folder: Path, of: Office = CHANGZHOU) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in templates(of).items():
        with zipfile.ZipFile(folder / name, "w") as package:
            for part, text in content.items():
                entry = zipfile.ZipInfo(part, ZIP_DATED)
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, text.encode("utf-8"))


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        main(root / "forms_templates")
        main(root / "pressctl" / "regulation" / "linshui-2020" / "forms", LINSHUI)
