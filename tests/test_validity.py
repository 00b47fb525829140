"""ECMA-376: every part of what we write, judged by the schemas and constraints of Microsoft's own validator (as
openxml-audit carries them), and opened and saved by another program without loss."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator

from pressctl.bundled import form_templates_dir
from pressctl.core.terms import FormKind
from pressctl.core.wording import Genre
from pressctl.documents.annual_word import annual_docx
from pressctl.documents.annual_xlsx import annual_xlsx
from pressctl.documents.forms import Form, FormWriter, approval_form, blank_form, fields
from pressctl.documents.official import OfficialDocument
from pressctl.documents.package import Package, read_parts
from tests import years
from tests.office import Converter
from tests.papers import DOCUMENT, HEAD, PEOPLE, UNITS, cells, release, text_of

_PERMITTED = "relationships/theme' is missing"
"""A theme part is permitted, not required (ECMA-376 Part 1, 14.2.7); ours have none, since it would win over the faces."""


def faults(path: Path) -> list[str]:
    found = OpenXmlValidator().validate(path)
    return [f"{e.part_uri}: {e.description}" for e in found.errors if _PERMITTED not in e.description]


def documents() -> dict[str, bytes]:
    """Every kind of file in its fullest and its emptiest form."""
    paper = years.paper(years.year(7, number=29, releases=45, failing=90), before=4)
    none = years.paper(years.year(5, number=0, releases=0, failing=0), genre=Genre.CIRCULAR)
    made = {
        "报告.docx": annual_docx(paper),
        "红头.docx": annual_docx(paper, redhead=True),
        "简.docx": annual_docx(paper, brief=True),
        "空通报.docx": annual_docx(none, redhead=True),
        "报告.xlsx": annual_xlsx(paper),
        "空.xlsx": annual_xlsx(none),
    }
    small = OfficialDocument("季度", bureau="局", office="办", made=years.MADE)
    small.title("某局\n季度情况")
    small.text("情况如下。")
    small.signature("办", "2027年1月20日")
    small.footnote(f"登记日志末条校验值 {HEAD}")
    made["季度.docx"] = small.bytes()
    for kind in FormKind:
        writer = FormWriter(kind)
        long = Form(kind, {f.name: f"{f.example}。" * 60 for f in fields(kind) if f.required}, "表")
        made[f"{kind.value}.docx"] = writer.render(blank_form(kind), long)
        made[f"模板-{kind.value}.docx"] = (form_templates_dir() / f"{kind.value}.docx").read_bytes()
    approval = approval_form(release(), unit_names=UNITS, people=PEOPLE, log_head=HEAD)
    made["一式两份.docx"] = FormWriter(FormKind.APPROVAL).render(*approval.copies(2))
    return made


MADE = documents()


@pytest.mark.parametrize("name", MADE)
def test_every_part_is_valid(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(MADE[name])
    assert faults(path) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<w:keepNext/>", "<w:keepNextt/>"),
        ('<w:jc w:val="right"/>', '<w:jc w:val="rechts"/>'),
        ("<w:trPr><w:cantSplit/>", "<w:trPr><w:tblW/>"),
        ('<w:pStyle w:val="Title"/><w:keepNext/>', '<w:keepNext/><w:pStyle w:val="Title"/>'),
    ],
)
def test_the_validator_is_known_to_bite(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(MADE["报告.docx"])
    parts = read_parts(path)
    body = parts[DOCUMENT].decode()
    assert old in body
    parts[DOCUMENT] = body.replace(old, new, 1).encode()
    path.write_bytes(Package({}).with_parts(parts))
    assert faults(path) != []


def _words(data: bytes) -> str:
    """All that a Word file says, text and tables in their order, without what only lays it out."""
    return "".join(
        "".join(text_of(data).split()).replace("\u200b", "").replace("\ufeff", "").replace("\u2011", "-")
    )


@pytest.mark.office
@pytest.mark.parametrize("name", [n for n in MADE if n.endswith(".docx")])
def test_libreoffice_opens_and_saves_it_without_loss(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(MADE[name])
    (tmp_path / "again").mkdir()
    convert = Converter(tmp_path / "profile")
    (again,) = convert([path], "docx:MS Word 2007 XML", tmp_path / "again")
    assert sorted(_words(again.read_bytes())) == sorted(_words(MADE[name])), "not a character lost or added"
    ours, theirs = Document(str(path)), Document(str(again))
    assert [len(t.rows) for t in theirs.tables] == [len(t.rows) for t in ours.tables]
    if name in ("报告.docx", "红头.docx"):
        heads = [p.text for p in ours.paragraphs if p.style and p.style.name == "Heading 1"]
        assert [p.text for p in theirs.paragraphs if p.style and p.style.name == "Heading 1"] == heads, (
            "the outline stays"
        )
        assert theirs.core_properties.title == ours.core_properties.title
        assert theirs.core_properties.author == ours.core_properties.author
    if name.startswith("模板"):
        assert cells(again.read_bytes()) == cells(MADE[name])


@pytest.mark.parametrize("name", [n for n in MADE if n.endswith(".xlsx")])
def test_a_second_reader_opens_the_workbook(name: str) -> None:
    book = load_workbook(io.BytesIO(MADE[name]))
    assert book.sheetnames[0] == "单位" and book.properties.creator == "常州市公安局新闻发言人办公室"


@pytest.mark.parametrize("name", MADE)
def test_no_part_points_to_what_is_not_there(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(MADE[name])) as package:
        names = set(package.namelist())
        assert package.testzip() is None and len(names) == len(package.namelist())
        assert not [
            n
            for n in names
            if any(word in n for word in ("thumbnail", "customXml", "vba", "printerSettings"))
        ]
