"""The three forms as an office would file them: what stands in which cell, in which face, under which file name."""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pressctl.bundled import form_templates_dir
from pressctl.core.facts import SeatTaken
from pressctl.core.terms import Decision, FormKind, Role, Seat, Step
from pressctl.documents.forms import (
    NO_DATE,
    ORIGINS,
    FormWriter,
    approval_form,
    blank_form,
    fields,
    rare_characters,
    registration_form,
    write_folder,
)
from pressctl.documents.geometry import w
from pressctl.documents.package import read_parts
from tests.bureau import Bureau
from tests.conftest import Shell
from tests.papers import (
    DAY,
    DOCUMENT,
    HEAD,
    PEOPLE,
    UNITS,
    cells,
    changed_template,
    parts,
    post,
    release,
    said,
    step,
    text_of,
)

WRITERS = {kind: FormWriter(kind) for kind in FormKind}
ROOT = Path(__file__).parent.parent


def approval(**more: Any) -> bytes:
    form = approval_form(release(**more), unit_names=UNITS, people=PEOPLE, log_head=HEAD)
    return WRITERS[FormKind.APPROVAL].render(form)


def registration(**more: Any) -> bytes:
    form = registration_form(post(**more), unit_name="公交分局", on=DAY, log_head=HEAD)
    return WRITERS[form.kind].render(form)


# -- what stands where ---------------------------------------------------------------------------------


def test_an_approval_form_says_what_was_submitted_and_by_whom_it_was_signed() -> None:
    made = approval()
    assert cells(made) | {"盖章（签名）": ""} == cells(made) | {
        "发布会名称": "国庆客流安保新闻发布会",
        "组织单位": "公交分局",
        "发布时间": "2026年10月9日\n（星期五）10:00",
        "发布地点": "市局新闻发布厅",
        "发布人（姓名、职务）": "江若水　分局副局长",
        "联络员（姓名、职务）": "施联　宣教科民警",
        "联系电话": "0519-81000000",
        "发布会主题": "国庆客流安保",
        "发布对象及规模（拟邀请媒体）": "社会公众，约30人\n拟邀请媒体：市级媒体12家",
        "组织单位意见（准备情况）": "材料齐备，拟同意。",
        "市局新闻发言人办公室审核意见": "拟同意。",
        "市局领导审批意见": "",
        "盖章（签名）": "",
    }
    text = text_of(made)
    assert (
        text.index("陶建国　局长")
        < text.index("2026年9月24日")
        < text.index("林知远　局长")
        < text.index("2026年9月28日")
    )
    assert text.count(NO_DATE) == 1, "the leader's date is left to the pen"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"joint_units": (2,)}, ["公交分局、治安支队"]),
        ({"steps": (step(Step.UNIT, "陶建国", "同意。", unit_id=1), step(Step.UNIT, "成队", "赞成。", unit_id=2))},
         ["公交分局：同意。（陶建国　局长　2026年9月24日）\n治安支队：赞成。（成队　局长　2026年9月24日）", "\n陶建国、成队\n"]),
        ({"steps": (step(Step.LEADER, "朱副", "同意。", on_behalf_of="苏正"),)}, ["朱副（代苏正）　局长"]),
        ({"steps": (step(Step.OFFICE, "林知远", "补材料。", decision=Decision.RETURN),)}, ["（退回）补材料。"]),
        ({"seats": (SeatTaken(Seat.PRESENTER, 9, "何代", substitute_for="江若水"),)}, ["何代（代江若水）"]),
        ({"at": None, "venue": None}, ["2026年10月9日\n（星期五）\n"]),
    ],
)  # fmt: skip
def test_what_is_particular_about_a_release(more: dict[str, Any], told: list[str]) -> None:
    text = text_of(approval(**more))
    assert all(words in text for words in told), text


def test_a_new_round_shows_its_own_opinions_alone() -> None:
    steps = (step(Step.UNIT, "陶建国", "旧意见。"), step(Step.UNIT, "陶建国", "新意见。", round=2))
    text = text_of(approval(steps=steps, round=2))
    assert "新意见。" in text and "旧意见。" not in text


def test_a_registration_form_says_who_it_is() -> None:
    made = registration()
    wanted = {
        "姓名": "江若水", "性别": "女", "民族": "汉族", "学历": "本科", "出生年月": "1975年3月", "政治面貌": "中共党员", "单位": "公交分局",
        "职务": "分局副局长", "办公室电话": "0519-81000000", "手机": "13900000000", "电子邮件": "jiang@example.org", "QQ": "1000000000",
        "简历": "1997年7月参加工作。\n2015年3月起任现职。", "单位意见": "",
    }  # fmt: skip
    assert {label: cells(made)[label] for label in wanted} == wanted
    assert "2026年9月24日" in text_of(made)
    assert text_of(registration(role=Role.LIAISON)).startswith("附件3\t\n新闻发布工作联络员登记表")


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_blank_form_holds_its_labels_and_room_for_dates(kind: FormKind) -> None:
    text = text_of(WRITERS[kind].render(blank_form(kind)))
    assert text.count("年　　月　　日") == (3 if kind is FormKind.APPROVAL else 2)
    assert not any(word in text for word in ("{{", "附页", "校验值", "第1份", "None"))
    notes = ("1.本表根据发布内容由组织发布单位填写后按要求送领导审批", "3.随表报送新闻发布稿电子文档")
    assert all(note in text for note in notes) == (kind is FormKind.APPROVAL)


def test_two_copies_are_marked_and_a_foot_line_names_the_log() -> None:
    form = approval_form(release(), unit_names=UNITS, people=PEOPLE, log_head=HEAD)
    text = text_of(WRITERS[FormKind.APPROVAL].render(*form.copies(2)))
    assert text.count("一式两份　第1份") == text.count("一式两份　第2份") == 1
    assert text.count(f"编号 2026-009　日志校验值 {HEAD}") == 2
    plain = approval_form(release(), unit_names=UNITS, people=PEOPLE)
    text = text_of(WRITERS[FormKind.APPROVAL].render(*plain.copies(1)))
    assert "一式两份　第" not in text and "校验值" not in text and "2026-009" not in text


# -- looks ---------------------------------------------------------------------------------------------

_FACES = {"方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"}


@pytest.mark.parametrize("kind", list(FormKind))
def test_every_run_names_its_faces_and_each_has_a_substitute(kind: FormKind) -> None:
    filled = blank_form(kind)
    long = {f.name: f.example * 60 for f in fields(kind)}
    for values in (filled.values, long):
        found = parts(WRITERS[kind].render(type(filled)(kind, values, "表")))
        used = set()
        for name in (DOCUMENT, "word/styles.xml", "word/footer1.xml", "word/footer2.xml"):
            runs = [r for r in found[name].iter(w("r")) if r.find(w("t")) is not None]
            assert all(r.find(f"{w('rPr')}/{w('rFonts')}") is not None for r in runs), name
            for fonts in found[name].iter(w("rFonts")):
                assert not [a for a in fonts.attrib if a.endswith("Theme")]
                assert fonts.get(w("hint")) == "eastAsia"
                used.add(fonts.get(w("eastAsia")))
        assert used == _FACES
        declared = {f.get(w("name")): f.find(w("altName")).get(w("val")) for f in found["word/fontTable.xml"]}
        assert used <= declared.keys() and all(declared.values())


@pytest.mark.parametrize("kind", list(FormKind))
def test_the_page_is_an_official_ones(kind: FormKind) -> None:
    found = parts(WRITERS[kind].render(blank_form(kind)))
    size, margins = (found[DOCUMENT].find(f".//{w(n)}") for n in ("pgSz", "pgMar"))
    assert [round(int(size.get(w(a))) / 56.69) for a in ("w", "h")] == [210, 297]
    assert [round(int(margins.get(w(a))) / 56.69) for a in ("top", "bottom", "left", "right")] == [
        37,
        35,
        28,
        26,
    ]
    assert {h.get(w("hRule")) for h in found[DOCUMENT].iter(w("trHeight"))} == {"atLeast"}
    assert all(r.find(f"{w('trPr')}/{w('cantSplit')}") is not None for r in found[DOCUMENT].iter(w("tr")))
    table = found[DOCUMENT].find(f".//{w('tbl')}")
    grid = sum(int(c.get(w("w"))) for c in table.iter(w("gridCol")))
    for row in table.iter(w("tr")):
        assert sum(int(c.get(w("w"))) for c in row.iter(w("tcW"))) == grid
    settings = found["word/settings.xml"]
    assert settings.find(f".//{w('compatSetting')}").get(w("val")) == "15"
    assert settings.find(w("themeFontLang")).get(w("eastAsia")) == "zh-CN"
    assert "PAGE" in "".join(found["word/footer1.xml"].itertext())


def test_the_shipped_templates_are_those_of_the_builder(tmp_path: Path) -> None:
    built = runpy.run_path(str(ROOT / "tools" / "build_form_templates.py"))
    for name, wanted in built["templates"]().items():
        assert read_parts(form_templates_dir() / name) == {
            part: text.encode() for part, text in wanted.items()
        }
    built["main"](tmp_path)
    for name in built["templates"]():
        assert (tmp_path / name).read_bytes() == (form_templates_dir() / name).read_bytes()


# -- fields --------------------------------------------------------------------------------------------


def test_the_labels_that_had_to_be_reconstructed_are_told_apart() -> None:
    """The public copy of the text keeps these labels of 附件2 and 附件3, and all of 附件1."""
    kept = {"年　月　日", "出生年月", "政治面貌", "办公室电话", "电子邮件", "QQ"}
    for kind in (FormKind.SPOKESPERSON, FormKind.LIAISON):
        required = [f for f in fields(kind) if f.required]
        assert {f.label for f in required if f.origin == "extant"} == kept
        assert {f.origin for f in required} == {"extant", "reconstructed"}
    assert {f.origin for f in fields(FormKind.APPROVAL) if f.required} == {"extant"}


@pytest.mark.parametrize("kind", list(FormKind))
def test_every_field_has_its_label_in_the_template(kind: FormKind) -> None:
    text = "".join(text_of(WRITERS[kind].render(blank_form(kind))).split())
    for field in fields(kind):
        label = "".join(field.label.split()).removesuffix("日期").removesuffix("盖章（签名）")
        assert field.origin == "added" or label in text, field
        assert field.meaning and field.example and field.required == (field.origin != "added")


def test_the_manual_lists_the_fields_as_the_program_does() -> None:
    page = (ROOT / "docs" / "forms.md").read_text(encoding="utf-8")
    told = {line for line in page.splitlines() if line.startswith("| `{{")}
    assert told == {
        f"| `{{{{{f.name}}}}}` | {f.label} | {f.meaning} | {f.example} | {ORIGINS[f.origin]} |"
        for kind in FormKind
        for f in fields(kind)
    }


def test_every_example_fits_its_cell_in_the_largest_type() -> None:
    for kind, writer in WRITERS.items():
        examples = {f.name: f.example for f in fields(kind) if f.required}
        made = writer.render(type(blank_form(kind))(kind, examples, "表"))
        values = set(examples.values())
        for run in parts(made)[DOCUMENT].iter(w("r")):
            if said_by(run) in values:
                assert run.find(f"{w('rPr')}/{w('sz')}").get(w("val")) == "24", said_by(run)


def said_by(run: Any) -> str:
    return "".join(t.text or "" for t in run.iter(w("t")))


# -- batches -------------------------------------------------------------------------------------------


def test_file_names_sort_say_who_and_are_safe(tmp_path: Path) -> None:
    people = [post("张三"), post("张三", number=8), post("阿依古丽·买买提"), post('a/b:c*"?')]
    forms = [registration_form(p, unit_name="天宁分局", on=DAY) for p in people]
    written = write_folder(FormWriter(FormKind.SPOKESPERSON), forms, tmp_path / "表")
    assert [p.name for p in written] == [
        "天宁分局-新闻发言人-张三.docx",
        "天宁分局-新闻发言人-张三-2.docx",
        "天宁分局-新闻发言人-阿依古丽·买买提.docx",
        "天宁分局-新闻发言人-a／b：c＊＂？.docx",
    ]
    assert all("新闻发言人登记表" in text_of(p.read_bytes()) for p in written)


def test_characters_that_the_official_face_lacks_are_told() -> None:
    forms = [
        registration_form(post(name), unit_name="公交分局", on=None) for name in ("张堃", "李喆堃", "王一")
    ]
    assert rare_characters(forms) == "喆堃"
    assert rare_characters([blank_form(FormKind.APPROVAL)]) == ""


# -- from the terminal ---------------------------------------------------------------------------------


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def test_all_forms_go_into_a_folder_a_zip_or_one_document(bureau: Bureau) -> None:
    shell = bureau.shell
    made = shell.json("form", "spokesperson", "--all", "--out", "表")["files"]
    assert len(made) == 6 and "表/公交分局-新闻发言人-华言.docx" in made
    assert shell.json("form", "spokesperson", "--all", "--zip", "表.zip")["files"] == ["表.zip"]
    with zipfile.ZipFile("表.zip") as package:
        assert {f"表/{name}": package.read(name) for name in package.namelist()} == {
            f: Path(f).read_bytes() for f in made
        }
    (merged,) = shell.json("form", "spokesperson", "--all", "--merge", "合.docx")["files"]
    document = parts(Path(merged).read_bytes())[DOCUMENT]
    assert said(document).count("新闻发言人登记表") == len(list(document.iter(w("sectPr")))) == 6
    assert len(shell.json("form", "liaison", "--unit", "公交分局")["files"]) == 1


def test_a_release_is_approved_on_paper(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-24", *bureau.submission(ref))
    bureau.on("2026-09-28", "approve", ref, "--by", "周主任", "--opinion", "拟同意。")
    bureau.on("2026-09-29", "approve", ref, "--by", "朱副", "--opinion", "同意。")
    (file,) = bureau.on("2026-09-29", "form", "approval", ref, "--copies", "2")["files"]
    assert file == f"{ref}-公交分局-审批表.docx"
    text = text_of(Path(file).read_bytes())
    for words in (
        "材料齐备，拟同意。",
        "华言　副局长",
        "周主任　处长",
        "2026年9月28日",
        "朱副　副局长",
        "2026年9月29日",
        "第2份",
        "校验值",
    ):
        assert words in text, words
    assert bureau.shell.json("log", "verify")["head"] in text
    bureau.shell("form", "approval", ref, "--plain", "-o", "净.docx")
    assert "校验值" not in text_of(Path("净.docx").read_bytes())


def test_an_offices_own_template_fills_too(bureau: Bureau, tmp_path: Path) -> None:
    own = changed_template(tmp_path, FormKind.LIAISON, lambda s: s.replace(">手　机<", ">移动电话<"))
    bureau.shell("form", "liaison", "施联", "-o", "a.docx", "--template", str(own))
    assert cells(Path("a.docx").read_bytes())["移动电话"] == "13900000010"


@pytest.mark.parametrize(
    ("words", "code", "name"),
    [
        (("spokesperson",), 2, "nobody"),
        (("spokesperson", "华言", "--all"), 2, "nobody"),
        (("spokesperson", "--all", "--out", "d", "--zip", "a.zip"), 2, "two_places"),
        (("spokesperson", "--all", "-o", "a.docx"), 2, "many_forms"),
        (("spokesperson", "--all", "--zip", "a.zip", "--pdf"), 2, "zip_of_pdf"),
        (("spokesperson", "--all", "--zip", "a.docx"), 2, "unknown_format"),
        (("spokesperson", "华言", "-o", "a.pdf"), 2, "unknown_format"),
        (("blank", "approval", "-o", "a.txt"), 2, "unknown_format"),
        (("blank", "letter"), 2, None),
        (("blank", "approval", "-o", "没有/a.docx"), 2, "no_folder"),
        (("blank", "approval", "-o", "taken.docx"), 2, "file_exists"),
        (("spokesperson", "--all", "--out", "taken.docx"), 4, "not_written"),
        (("spokesperson", "查无此人"), 4, None),
        (("spokesperson", "施联"), 4, "not_in_role"),
        (("liaison", "施联", "--on", "2026-01-01"), 4, "not_in_role"),
        (("spokesperson", "--unit", "武进区公安局"), 4, "nobody"),
        (("approval", "2026-999"), 4, "unknown_release"),
        (("blank", "approval", "--template", "taken.docx"), 4, "template_unreadable"),
        (("blank", "approval", "--template", str(form_templates_dir() / "liaison.docx")), 4, "template_field_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    bureau: Bureau, words: tuple[str, ...], code: int, name: str | None
) -> None:
    Path("taken.docx").write_bytes(b"mine")
    before = sorted(p.name for p in bureau.shell.folder.iterdir())
    error = bureau.shell.error("form", *words, code=code)
    assert name in (None, error["code"]) and error["next"]
    assert sorted(p.name for p in bureau.shell.folder.iterdir()) == before
    assert Path("taken.docx").read_bytes() == b"mine"


def test_advice_comes_with_the_files(bureau: Bureau) -> None:
    bureau.shell(
        "register",
        "add",
        "张堃",
        "--role",
        "liaison",
        "--unit",
        "天宁分局",
        "--title",
        "民警",
        "--mobile",
        "13900000099",
    )
    told = bureau.shell.json("form", "liaison", "张堃")
    assert len(told["files"]) == 1 and [a[:1] for a in told["advice"]] == ["堃"]
    assert bureau.shell.json("form", "liaison", "施联")["advice"] == []
    assert "提示：堃" in bureau.shell("form", "liaison", "张堃", "--force").stderr


def test_without_libreoffice_a_pdf_is_refused_and_the_word_file_stays(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    error = bureau.shell.error("form", "blank", "approval", "-o", "a.docx", "--pdf", code=4)
    assert error["code"] == "no_libreoffice" and "Word 文件已经写出" in error["message"]
    assert Path("a.docx").exists() and not Path("a.pdf").exists()


# -- for the pen, for several, for both sides of the sheet ---------------------------------------------


def test_a_joint_opinion_names_each_with_unit_post_opinion_and_day() -> None:
    steps = tuple(
        step(Step.UNIT, by, said, day, unit_id=unit, title=title)
        for unit, by, title, said, day in (
            (1, "陶建国", "分局局长", "材料齐备。", DAY),
            (2, "成队", "支队长", "赞成。", DAY.replace(day=25)),
        )
    )
    made = approval(steps=steps)
    assert cells(made)["组织单位意见（准备情况）"] == (
        "公交分局：材料齐备。（陶建国　分局局长　2026年9月24日）\n治安支队：赞成。（成队　支队长　2026年9月25日）"
    )
    text = text_of(made)
    assert "\n陶建国、成队\n" in text and text.count("2026年9月25日") == 2, "the last day stands for all"


def test_signing_by_pen_leaves_names_and_days_out_and_everything_else_in() -> None:
    steps = (step(Step.UNIT, "陶建国", "材料齐备。", unit_id=1), step(Step.OFFICE, "林知远", "拟同意。"))
    typed = approval_form(release(steps=steps), unit_names=UNITS, people=PEOPLE)
    by_pen = approval_form(release(steps=steps), unit_names=UNITS, people=PEOPLE, by_pen=True)
    changed = {name for name in typed.values if typed.values[name] != by_pen.values[name]}
    assert changed == {"组织单位签名", "组织单位日期", "办公室签名", "办公室日期"}
    text = text_of(WRITERS[FormKind.APPROVAL].render(by_pen))
    assert text.count("盖章（签名）") == text.count(NO_DATE) == 3 and "林知远" not in text
    joint = (*steps[:1], step(Step.UNIT, "成队", "赞成。", unit_id=2))
    lines = approval_form(release(steps=joint), unit_names=UNITS, people=PEOPLE, by_pen=True).values
    assert lines["组织单位签名"] == "公交分局：\n治安支队：", "each has a line to sign on"
    assert "成队" not in "".join(lines.values())


def test_the_days_of_blank_and_filled_forms_end_at_one_place() -> None:
    blank = parts(WRITERS[FormKind.APPROVAL].render(blank_form(FormKind.APPROVAL)))[DOCUMENT]
    for document in (blank, parts(approval())[DOCUMENT]):
        days = [
            p
            for p in document.iter(w("p"))
            if said(p).strip().endswith("日") and "月" in said(p) and len(said(p)) < 16
        ]
        looks = {
            (p.find(f"{w('pPr')}/{w('jc')}").get(w("val")), p.find(f"{w('pPr')}/{w('ind')}").get(w("right")))
            for p in days
            if p.find(f"{w('pPr')}/{w('ind')}") is not None
        }
        assert looks == {("right", "480")}


def test_rows_lend_before_an_annex_page_is_begun_and_one_spilling_name_costs_none() -> None:
    names = "、".join(f"某某{c}" for c in "甲乙丙丁戊己庚辛壬癸")
    form = blank_form(FormKind.APPROVAL)
    made = WRITERS[FormKind.APPROVAL].render(
        type(form)(
            FormKind.APPROVAL, {**form.values, "组织单位签名": names, "组织单位意见": "材料齐备。" * 45}, "表"
        )
    )
    text = text_of(made)
    assert "附页" not in text and "下转" not in text and names in text and text.count("材料齐备。") == 45
    table = parts(made)[DOCUMENT].find(f".//{w('tbl')}")
    plain = parts(WRITERS[FormKind.APPROVAL].render(form))[DOCUMENT].find(f".//{w('tbl')}")
    heights = [[int(h.get(w("val"))) for h in t.iter(w("trHeight"))] for t in (table, plain)]
    assert abs(sum(heights[0]) - sum(heights[1])) <= len(heights[0]) and heights[0] != heights[1]


def test_the_annex_page_says_on_every_page_whose_text_it_is() -> None:
    form = blank_form(FormKind.APPROVAL)
    long = "".join(
        f"第{n}项准备情况已经落实，材料齐备，会场和设备已经检查，记者已经邀请。" for n in range(80)
    )
    made = WRITERS[FormKind.APPROVAL].render(
        type(form)(FormKind.APPROVAL, {**form.values, "组织单位意见": long}, "表")
    )
    page = parts(made)[DOCUMENT].findall(f".//{w('tbl')}")[1]
    head, *rows = page.findall(w("tr"))
    assert head.find(f"{w('trPr')}/{w('tblHeader')}") is not None
    told = ["".join(said(row.findall(w("tc"))[0]).split()) for row in rows]
    assert (
        told == ["组织单位意见（准备情况）", *["组织单位意见（准备情况）（续）"] * (len(rows) - 1)]
        and len(rows) > 3
    )
    assert all(row.find(f"{w('trPr')}/{w('cantSplit')}") is not None for row in rows)
    texts = [said(row.findall(w("tc"))[1]) for row in rows]
    assert all(text.endswith("。") and len(text) <= 600 for text in texts)
    shown = cells(made)["组织单位意见（准备情况）"].removesuffix("（下转附页）")
    assert shown + "".join(texts) == long and shown.endswith("。")


def test_a_row_of_the_annex_page_ends_with_a_word() -> None:
    form = blank_form(FormKind.APPROVAL)
    for long, whole in (("Xinhua News Agency, " * 90, "Agency, "), ("参加单位有江南分局，" * 140, "分局，")):
        values = {**form.values, "组织单位意见": long.strip()}
        made = WRITERS[FormKind.APPROVAL].render(type(form)(FormKind.APPROVAL, values, "表"))
        _, *rows = parts(made)[DOCUMENT].findall(f".//{w('tbl')}")[1].findall(w("tr"))
        texts = [said(row.findall(w("tc"))[1]) for row in rows]
        assert len(texts) > 1 and all(text.endswith(whole) for text in texts[:-1]), texts


def test_each_copy_begins_a_sheet() -> None:
    form = approval_form(release(), unit_names=UNITS, people=PEOPLE)
    document = parts(WRITERS[FormKind.APPROVAL].render(*form.copies(2)))[DOCUMENT]
    assert [s.find(w("type")).get(w("val")) for s in document.iter(w("sectPr"))] == ["oddPage", "oddPage"]


def test_a_form_for_the_pen_from_the_terminal(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-24", *bureau.submission(ref))
    bureau.on("2026-09-24", "form", "approval", ref, "--sign", "-o", "签.docx")
    text = text_of(Path("签.docx").read_bytes())
    assert "材料齐备，拟同意。" in text and "华言　副局长\n" in text, "the presenter stays"
    assert text.count(NO_DATE) == 3
    bureau.shell("form", "spokesperson", "华言", "--sign", "-o", "登.docx")
    assert text_of(Path("登.docx").read_bytes()).count("年　　月　　日") == 2
