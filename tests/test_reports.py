"""Reports: the same numbers in every file, everything in its place, nothing in them that runs or calls home."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from typer.testing import CliRunner

from pressctl.cli.app import app
from pressctl.core.annual import AnnualReport, Quarter, UnitYear, beyond
from pressctl.core.citation import printed
from pressctl.core.facts import Record
from pressctl.core.findings import Finding
from pressctl.core.terms import RecordKind, Result, Status, Strength, UnitKind
from pressctl.core.wording import Genre
from pressctl.documents import sections
from pressctl.documents.annual_data import annual_csv, annual_view
from pressctl.documents.annual_html import annual_html
from pressctl.documents.annual_word import annual_docx
from pressctl.documents.annual_xlsx import annual_xlsx
from pressctl.documents.geometry import w
from pressctl.documents.workbook import DARK, LIGHT, MIDDLE, STRIPED
from pressctl.regulation import loader, wording
from tests import years
from tests.papers import DOCUMENT, charts_of, parts, release, said, text_of

ENDINGS = (".docx", ".xlsx", ".html", ".csv", ".json")
_NETWORK = re.compile(r"https?:|//|\bsrc\s*=|\bhref\s*=|url\(|@import|<script|<link|<iframe", re.IGNORECASE)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample year, played through."""
    folder = tmp_path_factory.mktemp("year") / "demo"
    done = CliRunner().invoke(app, ["demo", "--dir", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def run(year: Path, *words: str, code: int = 0) -> Any:
    done = CliRunner().invoke(app, ["--db", str(year / "data" / "pressctl.db"), "--json", *words])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout or done.stderr.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def annual(year: Path) -> dict[str, Path]:
    """The annual report in every format."""
    files = {ending: year / f"年度{ending}" for ending in ENDINGS}
    run(year, "report", "annual", "2026", "--on", "2026-12-31", *(f"-o{f}" for f in files.values()))
    return files


def page(path: Path) -> Any:
    """An HTML page that is well-formed XML too."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    return etree.fromstring(text.encode())


def html_rows(table: Any) -> list[list[str]]:
    return [["".join(c.itertext()) for c in row] for row in table.iter("tr")]


# -- one truth in five files ---------------------------------------------------------------------------


def test_all_files_say_the_same_of_every_unit(annual: dict[str, Path]) -> None:
    view = json.loads(annual[".json"].read_text(encoding="utf-8"))
    truth = {
        u["unit"]: tuple(str(x) for x in (u["required"], u["held"], u["state"], u["late"], u["urgent"], u["spokespersons"], u["liaisons"]))
        for u in view["units"]
    }  # fmt: skip
    names = ("应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员")
    assert len(truth) == 54, "every unit, the stations too"

    rows = csv.DictReader(io.StringIO(annual[".csv"].read_text(encoding="utf-8-sig")))
    assert {r["单位"]: tuple(r[n] for n in names) for r in rows} == truth

    head, *body = list(load_workbook(annual[".xlsx"])["单位"].iter_rows(min_row=2, values_only=True))
    *body, total, note = body
    table = [dict(zip(head, row, strict=True)) for row in body]
    assert total[0] == "合计" and str(note[0]).startswith("共同组织的发布在每个组织单位各计一次")
    assert {r["单位"]: tuple("" if r[n] is None else str(r[n]) for n in names) for r in table} == truth

    shown = {
        unit: tuple(
            {"—": {"应做": "0", "完成": ""}.get(n, "—")}.get(v, v) for n, v in zip(names, row, strict=True)
        )
        for unit, *row in _word_units(annual[".docx"])
    }
    assert shown == truth

    grid = next(t for t in page(annual[".html"]).iter("table") if "应做" in "".join(t.itertext()))
    web = {r[0]: r[1:] for r in html_rows(grid)[1:] if len(r) > 1}
    assert web == {u: [{"0": "—"}.get(r[0], r[0]), r[1], r[2] or "—", *r[3:]] for u, r in truth.items()}


def _word_units(path: Path) -> Iterator[list[str]]:
    """Unit and its seven figures, in the order of the other files."""
    for table in Document(str(path)).tables:
        rows = [[c.text for c in row.cells] for row in table.rows]
        if rows[0][:3] == ["单位", "应做", "计划"]:
            at = [
                rows[0].index(n) for n in ("单位", "应做", "已做", "完成", "迟报", "紧急", "发言人", "联络员")
            ]
            yield from ([r[n] for n in at] for r in rows[1:] if len(set(r)) > 1)


def test_all_files_say_the_same_of_findings_and_totals(annual: dict[str, Path]) -> None:
    view = json.loads(annual[".json"].read_text(encoding="utf-8"))
    total = view["summary"]
    book = load_workbook(annual[".xlsx"])
    messages = [str(r[4]) for r in book["检查"].iter_rows(min_row=3, values_only=True)]
    assert len(messages) == total["fail"] + total["no_evidence"] > 0
    assert len(list(book["发布"].iter_rows(min_row=3))) == total["planned"]

    assert {r[1] for r in book["检查"].iter_rows(min_row=3, values_only=True)} <= {
        printed(f["clause"]) for u in view["units"] for f in u["findings"]
    } | {"三（四）2"}

    web = page(annual[".html"])
    tables = {next(iter(html_rows(t)))[0]: html_rows(t)[1:] for t in web.iter("table")}
    assert len(
        [
            r
            for t in web.iter("table")
            for r in html_rows(t)[1:]
            if html_rows(t)[0][:3] == ["条款", "单位或事项", "问题"]
        ]
    ) == len(messages)
    assert len(tables["编号"]) == total["planned"]
    tiles = ["".join(d.itertext()) for d in web.iter("div") if d.get("class") == "tile"]
    assert tiles == [
        f"{total['held']}已举行", f"{total['units_met']}/{total['units_due']}单位完成", f"{total['quarters_met']}/4季度完成",
        f"{total['late']}迟报", f"{total['fail']}不符合", f"{total['no_evidence']}无记录",
    ]  # fmt: skip
    assert len(list(web.iter("rect"))) == total["planned"], "the timeline marks every release"

    text = text_of(annual[".docx"].read_bytes())
    spoken = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
    for message in messages:
        told = spoken.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", message)
        assert bare(told) in bare(text), told
    for words in (
        f"列入计划的新闻发布{total['planned']}项，已举行{total['held']}项",
        f"符合的{total['pass']}项，不符合的{total['fail']}项，没有记录可查的{total['no_evidence']}项",
        view["log_head"],
    ):
        assert words in text


def bare(text: str) -> str:
    """Without blanks, joints and levels of quotation."""
    return re.sub(r"[\s\u200b\ufeff]", "", text).translate(str.maketrans("‘’", "“”"))


def test_strict_fails_where_something_fails(year: Path) -> None:
    run(year, "report", "annual", "2026", "--on", "2026-12-31", "--strict", code=1)


# -- each in its own right -----------------------------------------------------------------------------


def test_the_word_report_is_an_official_document(annual: dict[str, Path]) -> None:
    found = parts(annual[".docx"].read_bytes())
    lines = said(found[DOCUMENT]).split("\n")
    order = ["常州市公安局新闻发言人办公室关于", "2026年度新闻发布工作情况的报告", "市局领导：", "一、总体情况", "2026年新闻发布工作情况", "二、主要做法和特点", "三、存在问题",
             "四、下一步要求", "特此报告。", "附件：1.2026年度各单位新闻发布工作情况", "2.2026年度检查发现的问题", "3.2026年度新闻发布一览",
             "常州市公安局新闻发言人办公室", "附件1", "附件2", "附件3"]  # fmt: skip
    places = [lines.index(line) for line in order]
    assert places == sorted(places)
    imprint = [line for line in lines if line.strip()][-3:]
    assert imprint[0].startswith("登记日志末条校验值 ")
    assert imprint[1] == "报送：市委宣传部、市政府新闻办、省厅政治部、省厅政治部宣传处。"
    assert re.fullmatch(r"常州市公安局办公室\t\d{4}年\d{1,2}月\d{1,2}日印发", imprint[2])
    assert "《关于进一步加强和改进全市公安机关新闻发布工作的意见》（常公局〔2009〕36号）" in lines[4], (
        "the number outside 《》"
    )
    fonts = {
        f.get(w("eastAsia"))
        for name in (DOCUMENT, "word/styles.xml", "word/footer1.xml")
        for f in found[name].iter(w("rFonts"))
    }
    assert fonts - {None} == {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"}
    declared = {f.get(w("name")) for f in found["word/fontTable.xml"] if f.find(w("altName")) is not None}
    assert fonts - {None} <= declared
    assert not [
        a for f in found["word/styles.xml"].iter(w("rFonts")) for a in f.attrib if a.endswith("Theme")
    ]
    assert {lang.get(w("eastAsia")) for lang in found["word/styles.xml"].iter(w("lang"))} == {"zh-CN"}
    numbered = ("word/footer1.xml", "word/footer2.xml")
    assert all("".join(found[n].itertext()) == "—  PAGE 1 —" for n in numbered)
    assert [found[n].find(f".//{w('jc')}").get(w("val")) for n in numbered] == ["right", "left"]
    levels = {
        s.find(w("name")).get(w("val")): s.find(f".//{w('outlineLvl')}").get(w("val"))
        for s in found["word/styles.xml"].iter(w("style"))
        if s.find(f".//{w('outlineLvl')}") is not None
    }
    assert levels == {"heading 1": "0", "heading 2": "1", "heading 3": "2", "附件": "0"}
    outline = [
        p.text for p in Document(str(annual[".docx"])).paragraphs if p.style and p.style.name == "Heading 1"
    ]
    assert outline == ["一、总体情况", "二、主要做法和特点", "三、存在问题", "四、下一步要求"]
    for table in found[DOCUMENT].iter(w("tbl")):
        first = table.find(w("tr"))
        assert first.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        assert sum(int(c.get(w("w"))) for c in table.iter(w("gridCol"))) <= 8850, "within 156 mm"
    text = "\n".join(lines)
    assert not re.search(r"\d{4}-\d{2}-\d{2}(?!\d)", text), "dates are written out"
    assert not re.search(r"None|True|False|\{|\}|MUST|pressctl", text)
    assert not re.search(r"\b[A-Z]{3}-\d{2}\b", text), "no ids of rules"
    assert not re.search(r"[一二三]\([一二三四]\)", text), "clause ids are full-width"
    hyphens = "".join(t.text or "" for t in found[DOCUMENT].iter(w("t")))
    assert re.search(r"2026-\d{3}", text) and not re.search(r"\d{4}-\d{3}", hyphens), (
        "references do not break"
    )


def test_the_file_says_who_made_it_and_when_and_nothing_else(annual: dict[str, Path]) -> None:
    with zipfile.ZipFile(annual[".docx"]) as package:
        names = package.namelist()
    assert not [n for n in names if "thumbnail" in n or "theme" in n or "customXml" in n]
    core = Document(str(annual[".docx"])).core_properties
    assert (core.author, core.last_modified_by) == ("常州市公安局新闻发言人办公室",) * 2
    assert (
        core.title == "常州市公安局新闻发言人办公室关于2026年度新闻发布工作情况的报告"
        and core.language == "zh-CN"
    )
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert core.created and abs((now - core.created.replace(tzinfo=None)).total_seconds()) < 3600
    app = parts(annual[".docx"].read_bytes())["docProps/app.xml"]
    assert "".join(app.itertext()) == "pressctl常州市公安局"
    book = load_workbook(annual[".xlsx"])
    assert book.properties.creator == core.author and book.properties.title == core.title


def test_a_circular_goes_down_and_a_red_head_bears_mark_and_number(year: Path, tmp_path: Path) -> None:
    def lines(*words: str) -> list[str]:
        run(
            year,
            "report",
            "annual",
            "2026",
            "--on",
            "2026-12-31",
            "--force",
            "-o",
            str(tmp_path / "r.docx"),
            *words,
        )
        return text_of((tmp_path / "r.docx").read_bytes()).split("\n")

    down = lines("--as", "通报", "--redhead", "--number", "12")
    assert down[0] == "常州市公安局文件" and re.fullmatch(r"常公局〔\d{4}〕12号", down[3])
    assert "2026年度新闻发布工作情况的通报" in down and "各辖市（区）局、分局、支队，市局机关各处室：" in down
    assert down[down.index("2.2026年度检查发现的问题") + 4] == "常州市公安局", "signed by whose mark it bears"
    for given in ("12号", "常公局〔2026〕12", "常公局〔2026〕12号", "常公办〔2025〕12号"):
        code = given.split("12")[0] or "常公局〔2026〕"
        assert lines("--as", "通报", "--redhead", "--number", given)[3] == f"{code}12号", "whole or not"
    up = lines("--as", "report", "--redhead", "--signer", "苏文博")
    assert re.fullmatch(r"　常公局〔\d{4}〕　　号\t签发人：苏文博", up[3]), (
        "a report going up names who signs"
    )
    assert "市委宣传部、市政府新闻办、省厅政治部、省厅政治部宣传处：" in up
    assert not [line for line in up if line.startswith("报送：")], "they are addressed already"
    brief = lines("--brief")
    assert "附件1" not in brief and not [line for line in brief if line.endswith("印发")]
    assert any("高新区分局" in line for line in brief), "problems name the unit"
    for words, code in ((("--brief", "--redhead"), "brief_redhead"), (("--number", "3"), "no_redhead")):
        assert run(year, "report", "annual", "2026", *words, code=2)["error"]["code"] == code


def test_praised_units_are_named_only_where_the_policy_says_so(year: Path, tmp_path: Path) -> None:
    profile = tmp_path / "表扬.toml"
    profile.write_text(
        'kind = "profile"\nprofile = "表扬"\n[[value]]\nkey = "report.name_praised"\nclause = "三(四)2"\n'
        "since = 2009-03-10\nchecked_on = 2026-11-23\nlocal = true\nvalue = true\n",
        encoding="utf-8",
    )
    texts = []
    for more in ((), ("--policy", str(profile))):
        target = tmp_path / f"{len(more)}.docx"
        run(year, "report", "annual", "2026", "--on", "2026-12-31", "-o", str(target), *more)
        texts.append(text_of(target.read_bytes()))
    assert "予以表扬" not in texts[0] and "予以表扬" in texts[1]


def test_problems_name_who_what_and_clause() -> None:
    report = years.year(11, number=29, releases=20, failing=40)
    text = text_of(annual_docx(years.paper(report)))
    body = text.split("三、存在问题")[1].split("四、下一步要求")[0]
    told = [line for line in body.split("\n") if "关于“" in line]
    groups = {(f.rule, f.result, f.strength) for f in report.failing()}
    assert len(told) == len(groups) > 10
    for finding in report.failing():
        assert printed(finding.clause) in body
        assert finding.unit and finding.unit in body


def _failed(rule: str, clause: str, quote: str, **more: Any) -> Finding:
    facts = {"result": Result.FAIL, "message": "x", "unit_id": 1, "unit": "常州市公安局", **more}
    return Finding(rule, clause, quote, Strength.MUST, **facts)


_BODY = ("三、存在问题", "四、下一步要求")


def _problems_of(report: AnnualReport) -> str:
    text = text_of(annual_docx(years.paper(report)))
    return text.split(_BODY[0])[1].split(_BODY[1])[0]


def test_what_is_none_of_the_regulations_words_is_not_put_into_its_mouth() -> None:
    """A profile's clause and what the program itself asks stand in no 意见."""
    policy = loader.load([Path("archive")])
    assert {"归档惯例", "制度"} <= beyond(policy) and not {"三(三)3", "附件1注1"} & beyond(policy)
    ours, theirs, text = (policy.rules[r] for r in ("AUD-01", "ARC-01", "LED-01"))
    found = tuple(_failed(r.id, r.clause, r.quote, local_reading=True) for r in (ours, theirs, text))
    report = replace(years.year(3, releases=0, failing=0), findings=found, beyond=beyond(policy), waivers=())
    body = _problems_of(report)
    assert "《意见》三（三）3关于“应提前5个工作日" in body
    assert "没有达到归档惯例关于“将通稿、录像、录音和照片一并归档”的要求" in body
    assert "没有达到新闻发布登记工作制度关于“登记、审批的每一步都有日志可查”的要求" in body
    assert "涉及三（三）3，" in body, "nor is it a reading of the regulation"
    waiver = Record(1, RecordKind.WAIVER, dt.date(2026, 5, 1), data={"rule": "ARC-01", "subject": "x", "by": "甲", "reason": "设备故障"})  # fmt: skip
    waived = replace(report, findings=(found[1]._replace(result=Result.WAIVED),), waivers=(waiver,))
    assert "不按归档惯例执行" in _problems_of(waived)


def test_the_annex_that_is_pointed_to_is_there_under_that_number() -> None:
    rule = loader.shipped().rules["LED-01"]
    found = (_failed(rule.id, rule.clause, rule.quote, local_reading=True),)
    base = replace(years.year(3, releases=3, failing=0), findings=found, waivers=())
    for report, label in (
        (base, "附件2"),
        (replace(base, units=()), "附件1"),
        (replace(base, units=(), releases=()), "附件"),
    ):
        lines = text_of(annual_docx(years.paper(report))).split("\n")
        assert lines[lines.index(f"{report.year}年度检查发现的问题", lines.index(label)) - 1] == label
        assert f"，{label}中注明“口径”。" in _problems_of(report)


def test_the_title_names_whoever_signs() -> None:
    """GB/T 9704-2012 7.3.1, 7.3.5: one authority in title and signature."""
    for genre in Genre:
        for redhead in (False, True):
            paper = years.paper(years.year(3, number=5, releases=0, failing=0), genre=genre)
            lines = text_of(annual_docx(paper, redhead=redhead)).split("\n")
            title = "".join(
                lines[lines.index(f"{paper.report.year}年度新闻发布工作情况的{genre.label}") - 1 :][:2]
            )
            signed = lines[lines.index("2027年1月20日") - 1]
            assert title.startswith(f"{signed}关于"), (genre, redhead)
    own = wording.wording_of('[report]\ntitle = "{bureau}{year}年新闻发布年报"', loader.shipped().names)
    assert own.genres[Genre.REPORT]["title_redhead"] == "{bureau}{year}年新闻发布年报", (
        "one of its own for both"
    )


def test_praise_says_no_more_than_the_facts() -> None:
    """One category of eight is not 广泛, one quarter of four not 坚持, and joint conferences grow only beside a year before."""
    base = years.year(3, number=12, releases=6, failing=0)
    joint = tuple(
        replace(r, joint_units=(2,), urgent=True, urgent_reason="停电", consulted_on=r.on) for r in base.held
    )
    kept = tuple(Quarter(n, 1, n == 1, True, ()) for n in range(1, 5))
    text = text_of(annual_docx(years.paper(replace(base, releases=joint, quarters=kept, categories={2: 1}))))
    body = text.split("二、主要做法和特点")[1].split(_BODY[0])[0]
    assert "第一季度召开" in body and "1类" in body and f"共同组织的{len(joint)}项" in body
    for praise in ("广泛", "坚持", "拓展", "较好", "均事先"):
        assert praise not in body, praise


def test_many_units_of_a_kind_are_told_by_their_number_and_a_year_alone_is_no_history() -> None:
    base = years.year(3, number=40, releases=0, failing=0)
    many = tuple(
        replace(u, kind=UnitKind.COUNTY_BUREAU, met=None) if u.unit_id > 1 else u for u in base.units
    )
    text = text_of(annual_docx(years.paper(replace(base, units=many))))
    assert (
        f"全部{len(many) - 1}个{UnitKind.COUNTY_BUREAU.label.replace('(', '（').replace(')', '）')}按《意见》"
        in text
    )
    assert f"{base.year}年新闻发布工作情况" in text.split("\n") and "历年" not in text
    assert "历年新闻发布工作情况" in text_of(annual_docx(years.paper(base, before=2)))
    book = load_workbook(io.BytesIO(annual_xlsx(years.paper(base))))
    assert book["历年"]["A1"].value == f"{base.year}年新闻发布工作情况"
    assert "历年" not in annual_html(years.paper(base)).decode()


def test_what_falls_due_on_one_day_is_one_sentence_and_months_in_a_row_are_one_stretch() -> None:
    base = years.year(3, releases=0, failing=0)
    day = dt.date(base.year + 1, 1, 15)
    rules = [loader.shipped().rules[r] for r in ("MTG-01", "TRN-01", "PRF-01")]
    owed = tuple(_failed(r.id, r.clause, r.quote, result=Result.NOT_DUE, due=day) for r in rules)
    text = text_of(annual_docx(years.paper(replace(base, findings=owed)))).replace("\ufeff", "")
    assert text.count(f"{base.year + 1}年1月15日前，") == 1
    (line,) = [x for x in text.split("\n") if "1月15日前" in x]
    assert line.count("；") == 2 and "纪要；" in line
    rule = loader.shipped().rules["QTA-01"]
    for subjects, told in (
        (("M01", "M02", "M03", "M05", "M07", "M08"), "1月至3月、5月、7月和8月没有"),
        (("Q1", "Q2", "Q4"), "第一季度、第二季度和第四季度没有"),
        (tuple(f"W{n:02}" for n in range(1, 53)), "第1周至第52周没有"),
        (("H1", "H2"), "上半年和下半年没有"),
    ):
        found = tuple(_failed(rule.id, rule.clause, rule.quote, subject=f"{base.year}{s}") for s in subjects)
        assert f"常州市公安局{told}" in _problems_of(replace(base, findings=found))


def test_a_kind_that_failed_as_a_whole_is_named_as_such_and_others_one_by_one() -> None:
    base = years.year(3, number=29, releases=0, failing=0)
    chosen = [
        u
        for u in base.units
        if u.kind in (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION, UnitKind.STATION)
    ]
    left_out = next(u for u in chosen if u.kind is UnitKind.STATION)
    failing = tuple(
        Finding("PRF-01", "三(四)2", "各单位、各部门新闻发布工作将纳入年度绩效考评内容", Strength.MUST, Result.FAIL, "x", u.unit_id, u.unit)
        for u in chosen
        if u is not left_out
    )  # fmt: skip
    text = text_of(annual_docx(years.paper(replace(base, findings=failing))))
    (line,) = [x for x in text.split("\n") if "没有纳入" in x]
    sub = sum(u.kind is UnitKind.SUB_BUREAU for u in chosen)
    assert f"全部{sub}个分局" in line and left_out.unit not in line
    others = [u.unit for u in chosen if u.kind is UnitKind.STATION and u is not left_out]
    assert all(name in line for name in others)


def test_the_year_before_and_the_years_stand_beside_it() -> None:
    report = years.year(5, number=12, releases=20)
    text = text_of(annual_docx(years.paper(report, before=4)))
    held = len(report.held)
    assert f"上年举行{held - 1}项，今年{held}项，增加1项" in text
    table = next(
        t
        for t in Document(io.BytesIO(annual_docx(years.paper(report, before=4)))).tables
        if t.cell(0, 0).text == "项目"
    )
    head = [c.text for c in table.rows[0].cells]
    assert head == ["项目", *(f"{report.year - n}年" for n in range(4, -1, -1)), "比上年"]
    assert [c.text for c in table.rows[2].cells] == [
        "已举行（项）",
        *(str(held - n) for n in range(4, -1, -1)),
        "+1",
    ]
    alone = text_of(annual_docx(years.paper(report)))
    assert f"{report.year - 1}年没有登记的新闻发布，不作比较" in alone and "比上年" not in alone


def test_the_page_needs_nothing_from_elsewhere(annual: dict[str, Path]) -> None:
    text = annual[".html"].read_text(encoding="utf-8")
    assert not _NETWORK.search(text.replace("<!DOCTYPE html>", ""))
    assert 'name="viewport"' in text and "@media print" in text and "prefers" not in text
    assert "@page{size:A4" in text and "break-before:page" in text
    web = page(annual[".html"])
    outside = "".join(
        "".join(e.itertext())
        for e in web.iter("td")
        if not [a for a in e.iterancestors() if a.tag == "details"]
    )
    assert "pressctl" not in outside and "pressctl" in text, "commands are for the clerks, folded away"
    assert not [s for s in web.iter("span") if s.get("class") == "whole" and not s.text]
    (svg,) = page(annual[".html"]).iter("svg")
    assert svg.get("role") == "img" and svg.get("aria-label")


def test_the_workbook_opens_with_filters_charts_and_print_set_up(annual: dict[str, Path]) -> None:
    book = load_workbook(annual[".xlsx"])
    assert book.sheetnames == ["单位", "季度", "历年", "发布", "检查", "名册缺口", "豁免", "图表"]
    for sheet in book.worksheets[:-1]:
        fitted = sheet.sheet_properties.pageSetUpPr
        assert sheet.auto_filter.ref and sheet.print_title_rows == "$1:$2" and sheet.freeze_panes == "B3"
        assert sheet.page_setup.orientation == "landscape" and fitted and fitted.fitToPage
        assert sheet.page_setup.fitToHeight == 0 and sheet.page_setup.fitToWidth in (None, 1)
    assert len(charts_of(book["图表"])) == 3
    assert len(book["单位"].conditional_formatting) == 2
    assert set(book.defined_names) == {f"表_{n}" for n in book.sheetnames[:-1]}
    units = book["单位"]
    total = units[units.max_row - 1]  # a sentence on joint releases stands below
    assert total[0].value == "合计" and total[2].value == f"=SUM(C3:C{len(units['A']) - 2})"
    drawings = [n for n in zipfile.ZipFile(annual[".xlsx"]).namelist() if n.startswith("xl/drawings/drawing")]
    with zipfile.ZipFile(annual[".xlsx"]) as package:
        told = re.findall(r'descr="([^"]+)"', package.read(drawings[0]).decode())
    assert len(told) == 3 and all(len(d) > 20 for d in told), "who does not see a chart is told it"


# -- hostile words -------------------------------------------------------------------------------------

_HOSTILE = "=cmd|'/c calc'!A0<script>alert(1)</script>&\x00\u202e{{x}}"


def hostile() -> AnnualReport:
    finding = Finding(
        "REP-01",
        "三(四)1",
        _HOSTILE,
        Strength.MUST,
        Result.FAIL,
        _HOSTILE,
        1,
        _HOSTILE,
        _HOSTILE,
        next=_HOSTILE,
    )
    held = replace(release(name=_HOSTILE), status=Status.HELD, held_on=dt.date(2026, 10, 9))
    unit = UnitYear(
        1, _HOSTILE, UnitKind.SUB_BUREAU, 1, "新闻发布会", 1, 1, 1, False, 0, 0, 1, 1, (finding,), (held,)
    )
    waiver = Record(
        1,
        RecordKind.WAIVER,
        dt.date(2026, 5, 1),
        data={"rule": "QTA-02", "subject": _HOSTILE, "by": _HOSTILE, "reason": _HOSTILE},
    )
    return AnnualReport(
        2026, dt.date(2026, 12, 31), _HOSTILE, _HOSTILE, (unit,), tuple(Quarter(n, 0, False, True, ()) for n in range(1, 5)),
        (finding,), (waiver,), (held,), {1: _HOSTILE}, dict.fromkeys(Result, 1), {2: 1}, True, "a" * 64,
    )  # fmt: skip


def test_words_from_users_neither_run_nor_break_a_file() -> None:
    report = hostile()
    paper = years.paper(report)
    found = parts(annual_docx(paper, redhead=True))
    assert "<script>alert(1)</script>" in said(found[DOCUMENT])
    web = annual_html(paper).decode()
    assert "<script" not in web and "\x00" not in web and etree.fromstring(web.encode()) is not None
    for sheet in load_workbook(io.BytesIO(annual_xlsx(paper))):
        own = [c for row in sheet.iter_rows() for c in row if c.data_type in "fe"]
        assert all(re.fullmatch(r'=(SUM|COUNTIF)\([A-Z]+\d+:[A-Z]+\d+(,"是")?\)', str(c.value)) for c in own)
    cells = [c for row in csv.reader(io.StringIO(annual_csv(report).decode("utf-8-sig"))) for c in row]
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]
    assert annual_view(report).units[0].unit == _HOSTILE


def test_a_year_without_anything_is_reported_too() -> None:
    none = replace(hostile(), bureau="某市公安局", regulation="某规定", units=(), findings=(), waivers=(), releases=(), categories={},
                   counts=dict.fromkeys(Result, 0), provisional=False)  # fmt: skip
    paper = years.paper(none)
    text = text_of(annual_docx(paper))
    assert "报送：" not in text, "a regulation may name nobody"
    for words in (
        "2026年没有列入计划的新闻发布",
        "没有召开市局定期新闻发布会",
        "尚没有可以总结的做法",
        "没有发现不符合",
        "继续按照《意见》要求",
    ):
        assert words in text
    assert "附件1" not in text and "附件：" not in text, "nothing to annex"
    assert "（无）" in annual_html(paper).decode()
    assert load_workbook(io.BytesIO(annual_xlsx(paper)))["图表"]["A1"].value == "类别"
    assert len(annual_csv(none).decode("utf-8-sig").splitlines()) == 1


# -- the smaller reports -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "title", "tables"),
    [
        (("quarter", "2026", "4"), "2026年第四季度新闻发布情况", ["发布", "检查发现的问题"]),
        (("roster",), "新闻发言人、联络员名册报告", ["各单位人数", "检查发现的问题", "在任人员"]),
        (
            ("unit", "高新区分局", "2026"),
            "高新区分局2026年度新闻发布工作情况",
            ["发布", "在任人员", "检查发现的问题"],
        ),
    ],
)
def test_smaller_reports_say_the_same_in_every_format(
    year: Path, tmp_path: Path, words: tuple[str, ...], title: str, tables: list[str]
) -> None:
    files = [tmp_path / f"r{ending}" for ending in ENDINGS]
    view = run(year, "report", *words, "--on", "2026-12-31", *(f"-o{f}" for f in files))
    assert [t["title"] for t in view["tables"]] == tables and view["title"] == title
    assert view["tables"][0]["rows"]
    word, book, web, table, script = files
    assert json.loads(script.read_text(encoding="utf-8"))["tables"] == view["tables"]
    text = text_of(word.read_bytes())
    assert title in text and view["log_head"] in text
    opened = load_workbook(book)
    lines = table.read_text(encoding="utf-8-sig")
    shown = page(web)
    assert not _NETWORK.search(web.read_text(encoding="utf-8").replace("<!DOCTYPE html>", ""))
    for t in view["tables"]:
        rows = [["" if c is None else str(c) for c in row] for row in t["rows"]]
        inside = list(opened[t["title"]].iter_rows(min_row=3, values_only=True))
        assert [["" if c is None else str(c) for c in r] for r in inside] == rows
        assert all(",".join(row) in lines for row in rows if not any('"' in c or "," in c for c in row))
        heads = [h for h in shown.iter("h2") if h.text == t["title"]]
        assert len(heads) == 1 and (not rows or html_rows(heads[0].getnext())[1:] == rows)


def test_columns_share_the_page_by_what_stands_in_them() -> None:
    for rows in ([["a" * 8, "2026年10月15日", "中" * 60]], [["a", "b", "c"]], [["中" * 60] * 3]):
        widths = sections._widths(("编号", "日期", "名称"), rows)
        assert sum(widths) == pytest.approx(156) and min(widths) > 10
    assert widths == pytest.approx([52] * 3)


@pytest.mark.parametrize(
    ("targets", "code"), [(["a.docx", "b.odt"], "unknown_format"), (["a.docx", "taken.csv"], "file_exists")]
)
def test_one_bad_target_and_nothing_is_written(
    year: Path, tmp_path: Path, targets: list[str], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken.csv").write_bytes(b"mine")
    error = run(year, "report", "annual", "2026", *(f"-o{t}" for t in targets), code=2)["error"]
    assert error["code"] == code
    assert [p.name for p in tmp_path.iterdir()] == ["taken.csv"] and Path("taken.csv").read_bytes() == b"mine"


# -- seen without colour -------------------------------------------------------------------------------


def _lightness(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = (int(colour.lstrip("#")[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_lightness(one), _lightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_neighbours_in_a_chart_differ_in_lightness_or_by_stripes() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast(DARK.colour, MIDDLE.colour) >= 3 and contrast(MIDDLE.colour, LIGHT.colour) >= 3
    assert STRIPED.stripes and contrast(DARK.colour, "#FFFFFF") >= 3, "stripes on white beside the dark"
    book = annual_xlsx(years.paper(years.year(7, number=29, releases=45), before=3))
    with zipfile.ZipFile(io.BytesIO(book)) as package:
        charts = [package.read(n).decode() for n in sorted(package.namelist()) if "charts/chart" in n]
    assert len(charts) == 4
    looks = {DARK.colour, MIDDLE.colour, LIGHT.colour}
    for chart in charts:
        filled = re.findall(
            r'<c:ser>.*?<c:spPr>(?:<a:solidFill><a:srgbClr val="(\w+)"/>|<a:pattFill prst="(\w+)">)', chart
        )
        assert filled and all(pattern == "wdUpDiag" or f"#{solid}" in looks for solid, pattern in filled)
        assert len({*filled}) == len(filled), "no two series look alike"
    across = [c for c in charts if 'barDir val="bar"' in c]
    assert len(across) == 2 and all(
        'crosses val="max"' in c and 'orientation val="maxMin"' in c for c in across
    ), "the axis stands below"


def test_a_chart_of_the_kinds_shows_every_unit_that_owes() -> None:
    """Done, not done, not over: the three are all that owe; in a running year most are not over yet."""
    report = years.year(7, number=60, releases=45)
    assert {u.state for u in report.due} == {"是", "否", "未结束"}
    sheet = load_workbook(io.BytesIO(annual_xlsx(years.paper(report))))["图表"]
    rows = list(sheet.iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if row[0] == "类别")
    assert rows[at][:4] == ("类别", "完成", "未完成", "未结束")
    kinds = {k.label.replace("(", "（").replace(")", "）"): len(report.named(k)) for k in report.kinds}
    told = [row[:4] for row in rows[at + 1 :] if row[0] in kinds]
    assert told and sum(int(str(n)) for row in told for n in row[1:]) == len(report.due)
    assert sum(int(str(row[3])) for row in told) == sum(u.state == "未结束" for u in report.due) > 0


def test_the_heat_map_can_be_read_in_grey() -> None:
    css = annual_html(years.paper(years.year(7))).decode()
    colours = dict(re.findall(r"--(\w+):(#\w{6})", css))
    some, many = colours["some"], colours["many"]
    assert contrast("#FFFFFF", some) >= 3 and contrast(some, many) >= 3, "none, one, several"
    assert ".heat td.on{background:var(--some);color:#111}" in css and contrast(some, "#111111") >= 4.5
    assert ".heat td.hot{background:var(--many);color:#fff}" in css and contrast(many, "#FFFFFF") >= 4.5
    for name in ("ink", "met", "not"):
        assert contrast(colours[name], "#FFFFFF") >= 4.5, name
    assert contrast("#555555", "#FAFAFA") >= 4.5


def test_the_imprint_begins_an_even_page_whatever_the_text_takes() -> None:
    """版记置于公文最后一面, which is an even one: behind an odd last page it turns over, on a full even one a leaf is added."""
    from pressctl.documents.official import OfficialDocument

    turned = dict.fromkeys(("", "evenPage", "oddPage"), 0)
    for lines in range(1, 60):
        doc = OfficialDocument("题", bureau="局", office="办", made=years.MADE)
        for _ in range(lines):
            doc.text("一行")
        doc.imprint(("抄送：市委宣传部。", ""), ("办公室", "2027年1月20日印发"))
        text, _ = doc._flow.end()
        body = zipfile.ZipFile(io.BytesIO(doc.bytes())).read("word/document.xml").decode()
        begins = re.findall(r'<w:type w:val="(\w+)"/>', body.rpartition("<w:sectPr>")[2])
        kind = begins[0] if begins else ""
        last = {"": text, "evenPage": text + text % 2, "oddPage": text + 2 - text % 2}[kind]
        assert last % 2 == 0, (lines, text, kind)
        turned[kind] += 1
    assert all(turned.values()), turned
