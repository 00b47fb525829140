"""Reports: the same numbers in every file, everything in its place, nothing in them that runs or calls home."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
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
from pressctl.core.annual import AnnualReport, Quarter, UnitYear
from pressctl.core.facts import Record
from pressctl.core.findings import Finding
from pressctl.core.terms import RecordKind, Result, Status, Strength, UnitKind
from pressctl.documents import sections
from pressctl.documents.annual_data import annual_csv, annual_view
from pressctl.documents.annual_html import annual_html
from pressctl.documents.annual_word import annual_docx
from pressctl.documents.annual_xlsx import annual_xlsx
from pressctl.documents.geometry import w
from tests.papers import DOCUMENT, parts, release, said, text_of

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
    assert len(truth) == 54

    rows = csv.DictReader(io.StringIO(annual[".csv"].read_text(encoding="utf-8-sig")))
    assert {r["单位"]: tuple(r[n] for n in names) for r in rows} == truth

    head, *body = list(load_workbook(annual[".xlsx"])["单位"].iter_rows(min_row=2, values_only=True))
    table = [dict(zip(head, row, strict=True)) for row in body]
    assert {r["单位"]: tuple("" if r[n] is None else str(r[n]) for n in names) for r in table} == truth

    shown = {
        unit: tuple(
            {"—": {"应做": "0", "完成": ""}.get(n, "—")}.get(v, v) for n, v in zip(names, row, strict=True)
        )
        for unit, *row in _word_units(annual[".docx"])
    }
    stations = {u["unit"] for u in view["units"] if u["kind"] == "station"}
    assert shown == {unit: row for unit, row in truth.items() if unit not in stations}

    grid = next(t for t in page(annual[".html"]).iter("table") if "应做" in "".join(t.itertext()))
    web = {r[0]: r[1:] for r in html_rows(grid)[1:] if len(r) > 1}
    assert web == {
        u: [{"0": "—"}.get(r[0], r[0]), r[1], r[2] or "—", *r[3:]]
        for u, r in truth.items()
        if u not in stations
    }


def _word_units(path: Path) -> Iterator[list[str]]:
    for table in Document(str(path)).tables:
        rows = [[c.text for c in row.cells] for row in table.rows]
        if rows[0][:3] == ["单位", "类别", "应做"]:
            yield from ([r[0], *r[2:9]] for r in rows[1:])


def test_all_files_say_the_same_of_findings_and_totals(annual: dict[str, Path]) -> None:
    view = json.loads(annual[".json"].read_text(encoding="utf-8"))
    total = view["summary"]
    book = load_workbook(annual[".xlsx"])
    messages = [r[4] for r in book["检查"].iter_rows(min_row=3, values_only=True)]
    assert len(messages) == total["fail"] + total["no_evidence"] > 0
    assert len(list(book["发布"].iter_rows(min_row=3))) == total["planned"]

    web = page(annual[".html"])
    tables = {next(iter(html_rows(t)))[0]: html_rows(t)[1:] for t in web.iter("table")}
    assert [r[2] for r in tables["条款"]] == messages
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
        assert spoken.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", message) in text
    for words in (
        f"全年列入计划{total['planned']}项，已举行{total['held']}项",
        f"符合{total['pass']}项，不符合{total['fail']}项，没有记录可查{total['no_evidence']}项",
        view["log_head"][:16],
    ):
        assert words in text


def test_strict_fails_where_something_fails(year: Path) -> None:
    run(year, "report", "annual", "2026", "--on", "2026-12-31", "--strict", code=1)


# -- each in its own right -----------------------------------------------------------------------------


def test_the_word_report_is_an_official_document(annual: dict[str, Path]) -> None:
    found = parts(annual[".docx"].read_bytes())
    lines = said(found[DOCUMENT]).split("\n")
    order = ["2026年度新闻发布工作报告", "局领导，各辖市（区）局、分局、支队，市局机关各处室：", "一、新闻发布总体情况", "（一）发布数量", "（二）市局定期新闻发布会",
             "二、各单位履行发布职责情况", "三、报送与审批情况", "四、新闻发言人、联络员登记备案情况", "五、对照规定检查情况", "六、说明",
             "附件：1.2026年度各单位新闻发布工作考核表", "2.2026年度检查发现的问题", "市局新闻发言人办公室", "2026年12月31日", "附件1", "附件2", "附件3"]  # fmt: skip
    places = [lines.index(line) for line in order]
    assert places == sorted(places)
    assert [line for line in lines if line.strip()][
        -1
    ] == "报送：市委宣传部、市政府新闻办、省厅政治部、省厅政治部宣传处。"
    fonts = {
        f.get(w("eastAsia")) for name in (DOCUMENT, "word/styles.xml") for f in found[name].iter(w("rFonts"))
    }
    assert fonts - {None} == {"方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"}
    assert not [
        a for f in found["word/styles.xml"].iter(w("rFonts")) for a in f.attrib if a.endswith("Theme")
    ]
    declared = {f.get(w("name")) for f in found["word/fontTable.xml"] if f.find(w("altName")) is not None}
    assert fonts - {None} <= declared
    footers = [n for n in found if "footer" in n and n.endswith(".xml")]
    assert all("".join(found[n].itertext()) == "— PAGE —" for n in footers) and len(footers) >= 2
    for table in found[DOCUMENT].iter(w("tbl")):
        first = table.find(w("tr"))
        assert first.find(f"{w('trPr')}/{w('tblHeader')}") is not None
        width = sum(int(c.get(w("w"))) for c in table.iter(w("gridCol")))
        assert width <= 8850, "within 156 mm"
    assert not re.search(r"\d{4}-\d{2}-\d{2}(?!\d)", "\n".join(lines)), "dates are written out"
    assert not re.search(r"None|True|False|\{|\}|MUST|pressctl", "\n".join(lines))


def test_the_page_needs_nothing_from_elsewhere(annual: dict[str, Path]) -> None:
    text = annual[".html"].read_text(encoding="utf-8")
    assert not _NETWORK.search(text.replace("<!DOCTYPE html>", ""))
    assert 'name="viewport"' in text and "@media print" in text and "prefers" not in text
    (svg,) = page(annual[".html"]).iter("svg")
    assert svg.get("role") == "img" and svg.get("aria-label")


def test_the_workbook_opens_with_filters_charts_and_print_set_up(annual: dict[str, Path]) -> None:
    book = load_workbook(annual[".xlsx"])
    assert book.sheetnames == ["单位", "季度", "发布", "检查", "名册缺口", "豁免", "图表"]
    for sheet in book.worksheets[:-1]:
        assert sheet.auto_filter.ref and sheet.print_title_rows == "$1:$2" and sheet.freeze_panes == "B3"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert len(book["图表"]._charts) == 3
    assert len(book["单位"].conditional_formatting) == 2


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
    found = parts(annual_docx(report, redhead=True))
    assert "<script>alert(1)</script>" in said(found[DOCUMENT])
    web = annual_html(report).decode()
    assert "<script" not in web and "\x00" not in web and etree.fromstring(web.encode()) is not None
    for sheet in load_workbook(io.BytesIO(annual_xlsx(report))):
        assert not [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type in "fe"]
    cells = [c for row in csv.reader(io.StringIO(annual_csv(report).decode("utf-8-sig"))) for c in row]
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]
    assert annual_view(report)["units"][0]["unit"] == _HOSTILE


def test_a_year_without_anything_is_reported_too() -> None:
    none = replace(hostile(), bureau="某市公安局", regulation="某规定", units=(), findings=(), waivers=(), releases=(), categories={},
                   counts=dict.fromkeys(Result, 0), provisional=False)  # fmt: skip
    text = text_of(annual_docx(none))
    assert "报送：" not in text, "a regulation may name nobody"
    assert "全年列入计划0项" in text and "第一、二、三、四季度未召开。" in text
    assert "（无）" in annual_html(none).decode()
    assert load_workbook(io.BytesIO(annual_xlsx(none)))["图表"]["A1"].value == "类别"
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
