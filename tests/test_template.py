"""The template engine: what it takes, what it refuses and says why, and that a value is text and nothing else."""

from __future__ import annotations

import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pressctl.bundled import form_templates_dir
from pressctl.core.terms import FormKind
from pressctl.documents.forms import Form, FormWriter, fields
from pressctl.documents.geometry import w
from pressctl.documents.layout import CONTINUED, Box, Level, break_lines, fit, line_width, unparted
from pressctl.documents.package import read_parts
from pressctl.documents.template import clean
from pressctl.errors import BadData
from tests.papers import DOCUMENT, cells, changed_template, parts, said, text_of

SPOKESPERSON = FormKind.SPOKESPERSON
WRITER = FormWriter(SPOKESPERSON)


def form(**values: str) -> Form:
    return Form(SPOKESPERSON, values, "表")


# -- templates that are refused ------------------------------------------------------------------------

_LINK = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="x/%s" Target="http://example.org/a" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("change", "more", "code", "told"),
    [
        (lambda s: s.replace("{{姓名}}", "{{名字}}"), {}, "template_field_unknown", ("第1个表格第1行第2格", "{{名字}}")),
        (lambda s: s.replace("{{填表日期}}", "{{填表日}}"), {}, "template_field_unknown", ("正文第3段", "{{填表日}}", "{{填表日期}}")),
        (lambda s: s.replace("{{手机}}", ""), {}, "template_field_missing", ("{{手机}}",)),
        (lambda s: s.replace("{{手机}}", "").replace("{{QQ}}", ""), {}, "template_field_missing", ("{{手机}}、{{QQ}}",)),
        (lambda s: s.replace("{{姓名}}", "{{姓名}"), {}, "template_mark_broken", ("第1行第2格", "{{姓名}")),
        (lambda s: s.replace("{{姓名}}", "｛｛姓名｝｝"), {}, "template_mark_broken", ("半角",)),
        (lambda s: s.replace("{{姓名}}", "{{}}"), {}, "template_field_unknown", ("第1行第2格",)),
        (lambda s: s.replace("{{姓名}}", "{{ 姓名.__class__ }}"), {}, "template_field_unknown", ("{{姓名.__class__}}",)),
        (lambda s: s.replace("{{附页内容}}", ""), {}, "template_field_missing", ("{{附页内容}}",)),
        (lambda s: s.replace("<w:body>", "<w:body"), {}, "template_unreadable", ("document.xml",)),
        (lambda s: s.replace("<w:document", "<!DOCTYPE a [<!ENTITY b 'c'>]><w:document", 1), {}, "template_unsafe", ("DOCTYPE",)),
        (str, {"word__vbaProject.bin": b"x"}, "template_unsafe", ("宏", "vbaProject")),
        (str, {"word__embeddings__a.xlsx": b"x"}, "template_unsafe", ("嵌入",)),
        (str, {"word___rels__settings.xml.rels": _LINK % b"attachedTemplate"}, "template_unsafe", ("外部", "example.org")),
    ],
)  # fmt: skip
def test_a_bad_template_is_refused_with_name_and_place(
    tmp_path: Path, change: Any, more: dict[str, bytes], code: str, told: tuple[str, ...]
) -> None:
    path = changed_template(tmp_path, SPOKESPERSON, change, **more)
    with pytest.raises(BadData) as caught:
        FormWriter(SPOKESPERSON, path)
    message = f"{caught.value} {caught.value.next_step}"
    assert caught.value.code == code
    assert all(word in message for word in (*told, str(path))), message


@pytest.mark.parametrize("content", [None, b"", b"hello", b"PK\x03\x04 broken"])
def test_what_is_no_word_document_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "模板.docx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadData) as caught:
        FormWriter(SPOKESPERSON, path)
    assert caught.value.code == "template_unreadable" and str(path) in str(caught.value)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "模板.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(DOCUMENT, bytes(65 << 20))
    with pytest.raises(BadData, match="过大"):
        FormWriter(SPOKESPERSON, tmp_path / "模板.docx")


def test_a_hyperlink_is_no_danger(tmp_path: Path) -> None:
    more = {"word___rels__footer1.xml.rels": _LINK % b"hyperlink"}
    assert FormWriter(SPOKESPERSON, changed_template(tmp_path, SPOKESPERSON, str, **more))


# -- templates as offices leave them -------------------------------------------------------------------


def test_a_mark_scattered_over_runs_is_gathered_and_keeps_its_looks(tmp_path: Path) -> None:
    def scatter(body: str) -> str:
        properties = re.search(r"<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>(?=<w:t [^>]*>\{\{姓名)", body)
        assert properties
        split = "".join(
            f"<w:proofErr w:type='spellStart'/><w:r>{properties[0]}<w:t>{piece}</w:t></w:r>"
            for piece in ("同志：{", "{姓", "名}", "}（正）")
        )
        return re.sub(
            r"<w:r><w:rPr>(?:(?!</w:rPr>).)*</w:rPr><w:t [^>]*>\{\{姓名\}\}</w:t></w:r>", split, body
        )

    made = FormWriter(SPOKESPERSON, changed_template(tmp_path, SPOKESPERSON, scatter)).render(
        form(姓名="江若水")
    )
    assert cells(made)["姓名"] == "同志：江若水（正）"
    run = next(t.getparent() for t in parts(made)[DOCUMENT].iter(w("t")) if t.text == "江若水")
    assert run.find(f"{w('rPr')}/{w('rFonts')}").get(w("eastAsia")) == "仿宋_GB2312"


def test_marks_in_a_footer_are_filled_and_keep_forms_apart(tmp_path: Path) -> None:
    footer = read_parts(form_templates_dir() / "spokesperson.docx")["word/footer1.xml"].decode()
    more = {"word__footer1.xml": footer.replace("— </w:t>", "{{姓名}}— </w:t>").encode()}
    writer = FormWriter(SPOKESPERSON, changed_template(tmp_path, SPOKESPERSON, str, **more))
    assert "江若水— " in said(parts(writer.render(form(姓名="江若水")))["word/footer1.xml"])
    with pytest.raises(BadData, match="页眉或页脚") as caught:
        writer.render(form(姓名="甲"), form(姓名="乙"))
    assert caught.value.code == "template_not_mergeable"


def test_without_a_continuation_page_the_row_grows(tmp_path: Path) -> None:
    def strip(body: str) -> str:
        start = body.rindex("<w:p>", 0, body.index("{{附页}}"))
        return (body[:start] + body[body.index("<w:sectPr>") :]).replace('hRule="atLeast"', 'hRule="exact"')

    writer = FormWriter(SPOKESPERSON, changed_template(tmp_path, SPOKESPERSON, strip))
    long = "很长的简历。" * 400
    made = writer.render(form(简历=long))
    assert cells(made)["简历"] == long
    rows = [r for r in parts(made)[DOCUMENT].iter(w("tr")) if long in said(r)]
    assert [r.find(f"{w('trPr')}/{w('trHeight')}").get(w("hRule")) for r in rows] == ["atLeast"]


def test_a_template_is_read_once_and_the_same_form_gives_the_same_bytes(tmp_path: Path) -> None:
    path = changed_template(tmp_path, SPOKESPERSON, lambda s: s.replace(">政治面貌<", ">政治身份<"))
    writer = FormWriter(SPOKESPERSON, path)
    path.unlink()
    assert writer.render(form(姓名="甲")) == writer.render(form(姓名="甲"))
    assert "政治身份" in text_of(writer.render(form(姓名="甲")))


def test_each_form_of_many_begins_a_sheet_and_counts_from_one() -> None:
    body = parts(WRITER.render(form(姓名="甲"), form(姓名="乙"), form(姓名="丙")))[DOCUMENT]
    sections = list(body.iter(w("sectPr")))
    assert len(sections) == 3
    assert [s.find(w("pgNumType")).get(w("start")) for s in sections] == ["1"] * 3
    assert [s.find(w("type")).get(w("val")) for s in sections] == ["oddPage"] * 3
    assert all(len(s.findall(w("footerReference"))) == 2 for s in sections)


# -- values are text -----------------------------------------------------------------------------------

_TEXTS = {
    "markup": "<w:p/>&amp;]]></w:t><!-- -->",
    "jinja": "{{ 7*7 }}{% for x in y %}{_{{#}}",
    "a mark of the form": "{{姓名}}｛｛手机｝｝",
    "instruction": "<?slot 0?><?seam row?>",
    "tabs and lines": "甲\t乙\n丙",
    "other line ends": "甲\r\n乙\x0b丙",
    "control characters": "甲\x00\x08\x1b乙\x7f\ufffe",
    "half a pair": "甲\ud800乙",
    "rare and supplementary": "㛃𬭚䶮𠮷🙂葛\U000e0100",
    "right to left": "\u202eעברית\u202c\u200f",
    "quotes": "“国庆”'a'\"b\"",
    "blanks": "  两个空格　全角  ",
}


@pytest.mark.parametrize("text", _TEXTS.values(), ids=list(_TEXTS))
@pytest.mark.parametrize("field", ["姓名", "简历", "填表日期"])
def test_user_text_is_only_text(field: str, text: str) -> None:
    document = WRITER.render(form(**{field: text, "手机": "13900000000"}))
    assert clean(text) in text_of(document)
    assert cells(document)["手机"] == "13900000000"
    empty, filled = (list(parts(d)[DOCUMENT].iter(w("tc"))) for d in (WRITER.render(form()), document))
    assert len(empty) == len(filled), "a value makes no structure"


@given(st.text(st.characters(), max_size=12))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    assert cells(WRITER.render(form(简历=text)))["简历"] == clean(text)


@given(st.text(st.characters()))
def test_cleaning_keeps_what_xml_can_carry_and_is_done_once(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    kept = [c for c in text if c.isprintable()]
    assert [c for c in cleaned if c.isprintable() and c != "\ufffd"] == [c for c in kept if c != "\ufffd"]


# -- room ----------------------------------------------------------------------------------------------

_LEVELS = (Level(12, 16), Level(10.5, 13), Level(9, 10.7))
_HEIGHT = 70.0
_BOX = Box(200.0, _HEIGHT, _LEVELS, first=24.0, around=2.0)
_WORDS = st.sampled_from(
    ["公安机关", "新闻发布会", "2026年", "（", "）", "“", "”", "，", "。", "0519-81000000", "p0001@example.org", " ", "x" * 60, "A4", "\t", "𬭚"]
)  # fmt: skip
_PARAGRAPHS = st.lists(st.lists(_WORDS, max_size=40).map("".join), min_size=1, max_size=6)


@given(_PARAGRAPHS)
@settings(deadline=None)
def test_what_is_shown_and_what_is_left_are_the_whole_text(paragraphs: list[str]) -> None:
    fitted = fit(paragraphs, _BOX)
    shown = "".join(fitted.shown)
    assert bool(fitted.rest) == shown.endswith(CONTINUED)
    assert shown.removesuffix(CONTINUED) + "".join(fitted.rest) == "".join(paragraphs)
    level = _LEVELS[fitted.level]
    taken = sum(_BOX.taken(len(_BOX.broken(p, level)), level) for p in fitted.shown)
    assert taken <= _HEIGHT + _BOX.around + 0.5


@given(st.lists(_WORDS, max_size=40).map("".join), st.integers(8, 40))
@example("公安机关（（（0519-81000000", 8)
@settings(deadline=None)
def test_lines_are_the_text_and_break_by_the_rules(text: str, ems: int) -> None:
    lines = break_lines(text, ems)
    assert "".join(lines) == text
    for before, line in pairwise(lines):
        assert line[0] not in "，。）”" or len(before) == 1
        assert before[-1] not in "（“" or len(before) == 1
    assert all(line_width(line.rstrip()) <= ems + 1.5 for line in lines)


def _heights(made: bytes) -> list[int]:
    table = parts(made)[DOCUMENT].find(f".//{w('tbl')}")
    return [int(h.get(w("val"))) for h in table.iter(w("trHeight"))]


@pytest.mark.parametrize(
    ("times", "size", "continued"),
    [(3, None, False), (14, "21", False), (22, "21", False), (32, "18", False), (60, "18", True)],
)
def test_long_text_steps_down_and_then_goes_on_overleaf(
    times: int, size: str | None, continued: bool
) -> None:
    sentences = [f"第{n}项工作经历写在这里，内容有二十几个字的样子，够长。" for n in range(times)]
    made = WRITER.render(form(简历="".join(sentences), 姓名="江若水", 附页说明="姓名：江若水"))
    document = parts(made)[DOCUMENT]
    cell = next(c for c in document.iter(w("tc")) if sentences[0] in said(c))
    sizes = {s.get(w("val")) for s in cell.iter(w("sz"))}
    assert sizes == {size or "24"}
    text = text_of(made)
    assert ("附件2　附页" in text, CONTINUED in text) == (continued, continued)
    assert all(s in text.replace(CONTINUED, "").replace("\n", "") for s in sentences) or continued
    heights, before = _heights(made), _heights(WRITER.render(form(姓名="江若水")))
    assert sum(heights) == sum(before) and (heights != before) == (times in (22, 32)), (
        "rows lend, none is lost"
    )
    assert all(new >= 0.6 * old for new, old in zip(heights, before, strict=True)), "and keep room for a pen"
    if continued:
        head, rest = cells(made)["简历"].removesuffix(CONTINUED), text.split("续前页内容\n")[1]
        assert head.endswith("。"), "it is left behind a sentence"
        rows = re.split(r"\n?简　历(?:（续）)?\n", rest)[1:]
        assert len(rows) == 2 and head + "".join(rows).split("\n")[0] == "".join(sentences)
        repeated = [r for r in document.iter(w("tr")) if r.find(f"{w('trPr')}/{w('tblHeader')}") is not None]
        assert [said(r) for r in repeated] == ["栏　目\n续前页内容"]


def test_a_name_and_its_post_stay_together_in_line_and_at_the_end() -> None:
    writer = FormWriter(FormKind.APPROVAL)
    people = [f"某某{c}　市公安局党委委员、分局副局长" for c in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    made = writer.render(
        Form(FormKind.APPROVAL, {"发布人": "；".join(people), "发布会名称": "某发布会"}, "表")
    )
    text = text_of(made)
    assert all(text.count(person) == 1 for person in people), "never parted, none lost"
    shown = cells(made)["发布人（姓名、职务）"].removesuffix(CONTINUED)
    assert CONTINUED not in text and shown.endswith(people[-1]), "the empty rows had room to lend"
    assert all(line.count("　") == 1 for line in shown.split("\n")), "two do not fit a line"


def test_a_month_and_its_day_are_not_parted_at_the_end_of_a_line() -> None:
    for pad in range(30):
        text = f"{'子' * pad}于2026年12月15日前完成各项准备工作，会场已经落实，材料齐备。"
        lines = break_lines(text, 27.0)
        assert "".join(lines) == text and any("12月15日" in line for line in lines), pad
        made = WRITER.render(form(简历=text))
        assert "2026年12月15日" in text_of(made)
        assert any("2026年12月15日" in line for line in lines), "nor is the year from its word"


def test_where_a_line_is_too_narrow_for_the_year_month_and_day_stay_together() -> None:
    for ems in (5.0, 6.0, 7.5):
        for pad in range(12):
            text = f"{'子' * pad}于2026年12月15日前完成"
            lines = break_lines(text, ems)
            assert "".join(lines) == text and any("12月15日" in line for line in lines), (ems, pad)
            parts = unparted(text, ems)
            assert "".join(parts) == text
            for part in parts:
                for line in break_lines(part, ems, together=False)[:-1]:
                    assert not re.search(r"月\d{0,2}$", line), (ems, pad, parts)


def test_every_field_overflows_to_its_own_row() -> None:
    long = {f.name: f"{f.name}：" + "囗" * 900 for f in fields(FormKind.APPROVAL) if f.required}
    text = text_of(FormWriter(FormKind.APPROVAL).render(Form(FormKind.APPROVAL, long, "表")))
    kept = text.replace(CONTINUED, "").replace("\n", "")
    assert text.count(CONTINUED) == len(long)
    assert kept.count("囗") == 900 * len(long)
    assert all(f"{name}：" in kept for name in long)


def test_a_template_that_no_other_reader_opens_is_refused(tmp_path: Path) -> None:
    """Its text is whole, but the package does not say that it is a document: Word would ask to repair it."""
    source = form_templates_dir() / "liaison.docx"
    broken = tmp_path / "模板.docx"
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(broken, "w") as cut:
        for name in whole.namelist():
            data = whole.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b"wordprocessingml.document.main+xml", b"wordprocessingml.nonsense+xml")
            cut.writestr(name, data)
    with pytest.raises(BadData) as caught:
        FormWriter(FormKind.LIAISON, broken)
    assert "模板.docx" in caught.value.message and caught.value.next_step
