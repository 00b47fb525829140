"""The parts of an official document that do not hang on what it says: page, styles, settings, faces, footers, properties.

GB/T 9704-2012: A4, text area 156 mm by 225 mm under a top margin of 37 mm and beside a left one of 28 mm, 22 lines of
28 characters; page number 四号 宋体 between dashes, its dash 7 mm below the text area, odd pages right, even left.

A line of 28 characters of 三号 (16 pt) is 448 pt wide, the text area 442.2: each character is set .25 pt closer. A
grid of lines and characters, which would say the same, halves the characters of a line in LibreOffice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

TITLE, BODY, HEAD, SUBHEAD, LATIN, PAGE = (
    "方正小标宋简体",
    "仿宋_GB2312",
    "黑体",
    "楷体_GB2312",
    "Times New Roman",
    "宋体",
)
_SUBSTITUTES: Mapping[str, tuple[str, str, str, str]] = {
    TITLE: ("方正小标宋_GBK", "86", "script", "fixed"),
    BODY: ("仿宋", "86", "modern", "fixed"),
    HEAD: ("SimHei", "86", "modern", "fixed"),
    SUBHEAD: ("楷体", "86", "modern", "fixed"),
    PAGE: ("SimSun", "86", "auto", "variable"),
    LATIN: ("Liberation Serif", "00", "roman", "variable"),
}
"""What stands in where a face is missing, with charset, family and pitch."""

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, BOTTOM, LEFT, RIGHT, FOOTER = 2098, 1984, 1588, 1474, 1417
TEXT_WIDTH, TEXT_HEIGHT = PAGE_WIDTH - LEFT - RIGHT, PAGE_HEIGHT - TOP - BOTTOM
PITCH = 579  # a 22nd of the text area
SAN_HAO, ER_HAO, XIAO_ER, SI_HAO, WU_HAO, XIAO_WU = 32, 44, 36, 28, 21, 18  # half-points
CLOSER = -5


def twips(mm: float) -> int:
    return round(mm * 1440 / 25.4)


def xml(body: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{body}'.encode()


def faces(east: str, latin: str = LATIN, *, hint: bool = True) -> str:
    """Faces named outright: theme attributes would win over them. The hint makes quotation marks Chinese."""
    hinted = ' w:hint="eastAsia"' if hint else ""
    return f'<w:rFonts{hinted} w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east}" w:cs="{latin}"/>'


def size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


# -- styles --------------------------------------------------------------------------------------------


def _style(
    key: str,
    name: str,
    paragraph: str,
    run: str,
    *,
    based: str = "Normal",
    follows: str = "BodyText",
    more: str = "",
) -> str:
    on = f'<w:basedOn w:val="{based}"/><w:next w:val="{follows}"/>' if key != "Normal" else ""
    default = ' w:default="1"' if key == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{on}{more}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_TWO_IN = '<w:ind w:firstLineChars="200" w:firstLine="630"/>'
_LANGUAGE = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'  # Latin as Chinese: LibreOffice would part figures


def styles() -> bytes:
    """正文, 标题 1 to 3 with outline levels (the navigation pane lists them), 标题, 附件, 页脚."""
    pitch = f'<w:spacing w:before="0" w:after="0" w:line="{PITCH}" w:lineRule="exact"/>'
    closer = f'<w:spacing w:val="{CLOSER}"/>'
    body = f'{faces(BODY)}{closer}<w:kern w:val="0"/>{size(SAN_HAO)}{_LANGUAGE}'

    def heading(level: int, face: str) -> str:
        return _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/>{_TWO_IN}<w:outlineLvl w:val="{level - 1}"/>',
            faces(face),
        )

    return xml(
        f'<w:styles xmlns:w="{NAMESPACE}"><w:docDefaults><w:rPrDefault><w:rPr>{body}</w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        + _style(
            "Normal", "Normal", f'<w:widowControl/><w:snapToGrid w:val="0"/>{pitch}<w:jc w:val="both"/>', body
        )
        + _style("BodyText", "Body Text", _TWO_IN, "")
        + heading(1, HEAD)
        + heading(2, SUBHEAD)
        + heading(3, BODY)
        + _style(
            "Title",
            "Title",
            '<w:keepNext/><w:keepLines/><w:spacing w:line="720" w:lineRule="exact"/><w:jc w:val="center"/>',
            f'{faces(TITLE)}<w:spacing w:val="0"/>{size(ER_HAO)}',
        )
        + _style(
            "Annex",
            "附件",
            '<w:keepNext/><w:jc w:val="left"/><w:outlineLvl w:val="0"/>',
            faces(HEAD, HEAD),
            more='<w:uiPriority w:val="10"/>',
        )
        + _style(
            "AnnexTitle",
            "附件标题",
            '<w:keepNext/><w:spacing w:after="120" w:line="640" w:lineRule="exact"/><w:jc w:val="center"/>',
            f'{faces(TITLE)}<w:spacing w:val="0"/>{size(XIAO_ER)}',
            more='<w:uiPriority w:val="11"/>',
        )
        + _style(
            "Footer",
            "footer",
            '<w:spacing w:line="320" w:lineRule="exact"/>',
            f'{faces(PAGE, PAGE)}<w:spacing w:val="0"/>{size(SI_HAO)}',
            follows="Footer",
        )
        + '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>'
    )


def settings() -> bytes:
    """Odd and even footers; compatibility mode 15, else Word opens in 兼容模式; Chinese for everything."""
    return xml(
        f'<w:settings xmlns:w="{NAMESPACE}"><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/>'
        "<w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        "<w:adjustLineHeightInTable/><w:useFELayout/>"
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, (other, charset, family, pitch) in _SUBSTITUTES.items()
    )
    return xml(f'<w:fonts xmlns:w="{NAMESPACE}">{fonts}</w:fonts>')


def footer(side: str = "") -> bytes:
    """— 1 —, one character in from the outer edge (`right` or `left`); without a side an empty footer."""
    run = '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    field = "".join(
        f"{run}{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    indent = f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/>' if side else ""
    body = f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{indent}</w:pPr>{field if side else ""}</w:p>'
    return xml(f'<w:ftr xmlns:w="{NAMESPACE}">{body}</w:ftr>')


def section(kind: str = "", *, numbered: bool = True) -> str:
    """A section's page; `kind` evenPage begins it on an even page. Without numbers its footers are empty."""
    right, left = ("footer1", "footer2") if numbered else ("footer3", "footer3")
    begins = f'<w:type w:val="{kind}"/>' if kind else ""
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{right}"/>'
        f'<w:footerReference w:type="even" r:id="{left}"/>{begins}'
        f'<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
        f'w:footer="{FOOTER}" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="{PITCH}"/></w:sectPr>'
    )


# -- the package ---------------------------------------------------------------------------------------

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = (
    ("styles", "styles.xml", "styles"),
    ("settings", "settings.xml", "settings"),
    ("fonts", "fontTable.xml", "fontTable"),
    ("footer1", "footer1.xml", "footer"),
    ("footer2", "footer2.xml", "footer"),
    ("footer3", "footer3.xml", "footer"),
)
"""Relation id, name, kind."""


def _content_types() -> bytes:
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_WORD}.{kind}+xml"/>' for _, name, kind in _PARTS
    )
    return xml(
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


def _relations(rows: Sequence[tuple[str, str, str]]) -> bytes:
    inner = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in rows
    )
    return xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>')


def _core(title: str, office: str, made: dt.datetime) -> bytes:
    day = made.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return xml(
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(office)}</dc:creator>"
        f"<cp:lastModifiedBy>{escape(office)}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
        "<dc:language>zh-CN</dc:language></cp:coreProperties>"
    )


def _app(company: str) -> bytes:
    return xml(
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Application>pressctl</Application><Company>{escape(company)}</Company></Properties>"
    )


def parts(title: str, bureau: str, office: str, made: dt.datetime) -> dict[str, bytes]:
    """Every part but the document, by name. `made` is the moment of making, with its zone."""
    properties = f"{RELATIONSHIPS}/extended-properties"
    return {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            (
                ("rId1", f"{RELATIONSHIPS}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("rId3", properties, "docProps/app.xml"),
            )
        ),
        "docProps/core.xml": _core(title, office, made),
        "docProps/app.xml": _app(bureau),
        "word/_rels/document.xml.rels": _relations(
            tuple((key, f"{RELATIONSHIPS}/{kind}", name) for key, name, kind in _PARTS)
        ),
        "word/styles.xml": styles(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": font_table(),
        "word/footer1.xml": footer("right"),
        "word/footer2.xml": footer("left"),
        "word/footer3.xml": footer(),
    }


def document(body: str) -> bytes:
    return xml(
        f'<w:document xmlns:w="{NAMESPACE}" xmlns:r="{RELATIONSHIPS}"><w:body>{body}</w:body></w:document>'
    )
