"""What the programs of an office make of our documents: pages, text, room, and templates saved again by them."""

from __future__ import annotations

import re
import subprocess
from itertools import combinations
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from typer.testing import CliRunner

from pressctl.bundled import form_templates_dir
from pressctl.cli.app import app
from pressctl.core.terms import FormKind, Role
from pressctl.documents.forms import (
    Form,
    FormWriter,
    approval_form,
    blank_form,
    fields,
    registration_form,
    write_one,
)
from pressctl.documents.layout import CONTINUED
from pressctl.documents.template import clean
from tests.office import Converter, printed, program, tight, words
from tests.papers import DAY, HEAD, PEOPLE, UNITS, cells, charts_of, post, release, text_of

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Converter:
    return Converter(tmp_path_factory.mktemp("profile"))


# -- forms ---------------------------------------------------------------------------------------------

_LINE = "第{}项准备情况已经落实，材料齐备，会场和设备已经检查，记者已经邀请。"
_LONG = "".join(_LINE.format(n) for n in range(1, 25))
_STAGES = {"steps_down": _LONG[:90], "floor": _LONG[:135], "overleaf": _LONG}


def papers() -> dict[str, tuple[Form, int, int]]:
    """Name → form, copies, pages."""
    approval = approval_form(release(), unit_names=UNITS, people=PEOPLE, log_head=HEAD)
    # the second copy begins a sheet: a blank page between the two
    found = {"审批表": (approval, 1, 1), "审批表一式两份": (approval, 2, 3)}
    for role in (Role.SPOKESPERSON, Role.LIAISON):
        form = registration_form(post(role=role), unit_name="公交分局", on=DAY, log_head=HEAD)
        found[form.kind.value] = (form, 1, 1)
    for kind in FormKind:
        found[f"空白-{kind.value}"] = (blank_form(kind), 1, 1)
        full = {f.name: f.example for f in fields(kind) if f.required} | {
            "表尾": f"编号 1　日志校验值 {HEAD}"
        }
        found[f"满-{kind.value}"] = (Form(kind, full, "表"), 1, 1)
    for name, text in _STAGES.items():
        values = {**approval.values, "组织单位意见": text}
        found[name] = (Form(FormKind.APPROVAL, values, "表"), 1, 2 if name == "overleaf" else 1)
    nasty = {**approval.values, "发布会主题": "<b>{{x}}</b>&amp;\u202eעברית\u202c㛃𬭚", "发布地点": "x" * 70}
    found["怪"] = (Form(FormKind.APPROVAL, nasty, "表"), 1, 1)
    return found


PAPERS = papers()


@pytest.fixture(scope="module")
def pdfs(convert: Converter, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("表")
    writers = {kind: FormWriter(kind) for kind in FormKind}
    for name, (form, copies, _) in PAPERS.items():
        write_one(writers[form.kind], form, folder / f"{name}.docx", copies=copies)
    made = convert(sorted(folder.glob("*.docx")), "pdf", folder)
    return {p.stem: p for p in made}


@pytest.mark.parametrize("name", PAPERS)
def test_a_form_keeps_to_its_pages_with_all_its_text(pdfs: dict[str, Path], name: str) -> None:
    form, copies, pages = PAPERS[name]
    found, placed = words(pdfs[name])
    text = printed(pdfs[name]).replace(tight(CONTINUED), "")
    assert found == pages
    for field, value in form.values.items():
        lines = [tight(line) for line in clean(value).split("\n")]
        for line in lines if field != "附页说明" else ():
            if "עברית" not in line and len(line) < 40:
                assert text.count(line) >= copies, (field, line)
    for page in {w.page for w in placed}:
        bottom = max(w.bottom for w in placed if w.page == page and not re.search(r"—|^\d$", w.text))
        assert bottom < 842 - 35 / 25.4 * 72 + 2, "nothing stands below the margin"


def test_what_goes_overleaf_is_whole_and_under_a_repeated_header(pdfs: dict[str, Path]) -> None:
    text = printed(pdfs["overleaf"])
    for number in range(1, 25):
        assert tight(_LINE.format(number)) in text.replace(tight(CONTINUED), ""), number
    assert (
        text.count("常州市公安局新闻发布会审批表") == 2 and "附件1附页" in text and "栏目续前页内容" in text
    )


@pytest.mark.parametrize("name", PAPERS)
def test_no_word_stands_on_another(pdfs: dict[str, Path], name: str) -> None:
    _, placed = words(pdfs[name])
    assert [(a.text, b.text) for a, b in combinations(placed, 2) if a.covers(b)] == []


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_template_opened_and_saved_by_libreoffice_still_fills(
    convert: Converter, tmp_path: Path, kind: FormKind
) -> None:
    (saved,) = convert([form_templates_dir() / f"{kind.value}.docx"], "docx:MS Word 2007 XML", tmp_path)
    form = PAPERS["审批表" if kind is FormKind.APPROVAL else kind.value][0]
    again, first = FormWriter(kind, saved).render(form), FormWriter(kind).render(form)
    assert cells(again) == cells(first)
    assert text_of(again).split() == text_of(first).split()
    (tmp_path / "表.docx").write_bytes(again)
    (pdf,) = convert([tmp_path / "表.docx"], "pdf", tmp_path)
    assert words(pdf)[0] == 1


def test_the_command_makes_a_pdf_beside_the_word_file(convert: Converter, tmp_path: Path) -> None:
    runner, db = CliRunner(), str(tmp_path / "p.db")
    assert runner.invoke(app, ["--db", db, "init"]).exit_code == 0
    target = tmp_path / "空 白.docx"
    done = runner.invoke(app, ["--db", db, "form", "blank", "approval", "-o", str(target), "--pdf"])
    assert done.exit_code == 0, done.output
    assert words(target.with_suffix(".pdf"))[0] == 1
    target.unlink()
    again = runner.invoke(app, ["--db", db, "form", "blank", "approval", "-o", str(target), "--pdf"])
    assert again.exit_code == 2 and not target.exists(), "the PDF was in the way before anything was written"


# -- reports -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The annual report of the sample year in every format."""
    folder = tmp_path_factory.mktemp("year") / "demo"
    done = CliRunner().invoke(app, ["demo", "--dir", str(folder)])
    assert done.exit_code == 0, done.output
    return folder


def test_the_annual_report_prints_whole(convert: Converter, reports: Path, tmp_path: Path) -> None:
    word = reports / "2026年度报告.docx"
    (pdf,) = convert([word], "pdf", tmp_path)
    pages, placed = words(pdf)
    assert 6 <= pages <= 20
    text = printed(pdf)
    paragraphs = [p.text for p in Document(str(word)).paragraphs]
    table_cells = {c.text for t in Document(str(word)).tables for row in t.rows for c in row.cells}
    running = re.sub(r"—\d+—", "", text)
    assert [line for line in map(tight, paragraphs) if line not in running] == []
    assert not [c for c in table_cells if len(c) < 12 and tight(c) not in text]
    numbers = re.findall(r"—(\d+)—", text)
    assert {str(n) for n in range(1, pages + 1)} <= set(numbers)
    assert [(a.text, b.text) for a, b in combinations(placed, 2) if a.covers(b)] == []
    assert max(w.right for w in placed) < (210 - 26) / 25.4 * 72 + 16.5, (
        "but for one mark hanging in the margin"
    )


def test_the_workbook_opens_in_libreoffice_and_comes_back(
    convert: Converter, reports: Path, tmp_path: Path
) -> None:
    book = reports / "2026年度报告.xlsx"
    (again,) = convert([book], "xlsx:Calc MS Excel 2007 XML", tmp_path)
    ours, theirs = load_workbook(book), load_workbook(again)
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours.worksheets:
        assert [[c for c in r if c is not None] for r in sheet.iter_rows(values_only=True)] == [
            [c for c in r if c is not None]
            for r in theirs[sheet.title].iter_rows(
                max_row=sheet.max_row, max_col=sheet.max_column, values_only=True
            )
        ]
    counted = load_workbook(again, data_only=True)["单位"]
    stated = load_workbook(book, data_only=True)["单位"]
    last = stated.max_row - 1  # a sentence on joint releases stands below the sums
    totals = [c.value for c in stated[last]]
    assert totals[0] == "合计" and [c.value for c in counted[last]][: len(totals)] == totals
    assert len(charts_of(theirs["图表"])) == 3 and set(ours.defined_names) <= set(theirs.defined_names)
    (pdf,) = convert([book], "pdf", tmp_path)
    charts = printed(pdf)
    assert all(title in charts for title in ("各类单位完成情况", "逐月发布"))


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_the_page_fits_phone_and_desk_without_sideways_scrolling(
    reports: Path, tmp_path: Path, width: int
) -> None:
    browser = program("chromium", "chromium-browser", "google-chrome")
    page = (reports / "2026年度报告.html").read_text(encoding="utf-8")
    frame = tmp_path / "frame.html"
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    frame.write_text(
        f'<iframe id="f" src="page.html" style="width:{width}px;height:900px;border:0"></iframe><script>'
        'onload=()=>{const d=f.contentDocument.documentElement,s=[...d.querySelectorAll("*")].filter(e=>!e.closest("svg")&&e.scrollWidth>e.clientWidth+1&&e.clientWidth>0&&getComputedStyle(e).display!="inline");'
        'document.title=d.clientWidth+" "+d.scrollWidth+" "+s.length+" "+parseFloat(f.contentWindow.getComputedStyle(d.querySelector("td")).fontSize)}</script>',
        encoding="utf-8",
    )
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", f"--user-data-dir={tmp_path / 'b'}",
         "--window-size=1400,1000", "--virtual-time-budget=3000", "--dump-dom", frame.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = re.search(r"<title>(\d+) (\d+) (\d+) ([\d.]+)</title>", done.stdout.decode())
    assert found, done.stdout.decode()[:400]
    client, scroll, clipped = map(int, found.groups()[:3])
    assert width - 20 <= client <= width and scroll <= client and clipped == 0
    assert float(found[4]) >= 11, "readable"


def test_the_page_prints_its_map_on_one_sheet_and_parts_no_day(reports: Path, tmp_path: Path) -> None:
    """The months of thirty units stand under one header; a day is not broken at the end of a line."""
    browser = program("chromium", "chromium-browser", "google-chrome")
    pdf = tmp_path / "页.pdf"
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'b'}", "--no-pdf-header-footer",
         f"--print-to-pdf={pdf}", (reports / "2026年度报告.html").as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    made = subprocess.run([program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True)
    pages = [re.sub(r"[ \t]", "", page) for page in made.stdout.decode().split("\f")]
    assert sum("单位/月" in page for page in pages) == 1
    (page,) = [page for page in pages if "单位/月" in page]
    assert "天宁分局" in page and "科技处" in page
    whole = "\n".join(pages)
    assert not re.search(r"\d年?\n\d{1,2}月\d|月\n\d{1,2}日|\d\n[年月日]", whole)
    assert "截至2026年12月31日" in whole
