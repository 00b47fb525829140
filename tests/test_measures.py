"""The annual report on paper, measured in the PDF that LibreOffice makes of it: GB/T 9704-2012 to the millimetre."""

from __future__ import annotations

import random
import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pressctl.core.facts import Record
from pressctl.core.terms import FormKind, RecordKind, Step
from pressctl.core.wording import Genre
from pressctl.documents.annual_word import annual_docx
from pressctl.documents.forms import FormWriter, approval_form
from pressctl.documents.official import OfficialDocument
from pressctl.documents.official_parts import LEFT, RIGHT, TEXT_HEIGHT
from tests import years
from tests.office import Converter, Word, program, words
from tests.papers import PEOPLE, release, step

pytestmark = pytest.mark.office

MM = 72 / 25.4
TYPE = 16.0  # 三号


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Converter:
    return Converter(tmp_path_factory.mktemp("profile"))


def _made(name: str, folder: Path, convert: Converter, data: bytes) -> Path:
    (folder / f"{name}.docx").write_bytes(data)
    return convert([folder / f"{name}.docx"], "pdf", folder)[0]


def _lines(placed: list[Word], page: int = 0) -> list[tuple[float, str]]:
    """The lines of a page from the top down: where each stands, and its text."""
    found: dict[float, list[Word]] = {}
    for word in placed:
        if word.page == page:
            near = next((y for y in found if abs(y - word.top) < 6), word.top)
            found.setdefault(near, []).append(word)
    return [(y, "".join(w.text for w in sorted(ws, key=lambda w: w.left))) for y, ws in sorted(found.items())]


# -- the page ------------------------------------------------------------------------------------------


def test_twenty_two_lines_of_twenty_eight_characters(convert: Converter, tmp_path: Path) -> None:
    doc = OfficialDocument("满页", bureau="局", office="办", made=years.MADE)
    doc.text("宣传" * 28 * 30)
    _, placed = words(_made("满页", tmp_path, convert, doc.bytes()))
    body = [line for line in _lines(placed) if "宣" in line[1]]
    assert len(body) == 22
    assert [len(text) for _, text in body] == [26, *[28] * 21], "two characters in, then full lines"
    pitch = [later - earlier for (earlier, _), (later, _) in pairwise(body)]
    assert all(abs(p - TEXT_HEIGHT / 20 / 22) < 0.1 for p in pitch), "a 22nd of 225 mm"
    left, right = (
        min(w.left for w in placed if "宣" in w.text),
        max(w.right for w in placed if "宣" in w.text),
    )
    assert abs(left - 28 * MM) < 0.5 and abs(595.3 - right - 26 * MM) < 0.5 * MM, "28 mm and 26 mm"
    assert (LEFT, RIGHT) == (1588, 1474)


def test_the_text_area_is_156_mm_by_225_mm(convert: Converter, tmp_path: Path) -> None:
    """By its rules: the upper edge of a table that begins a page, and the 版记's lowest line."""
    doc = OfficialDocument("版心", bureau="局", office="办", made=years.MADE)
    doc.table(("甲", "乙"), [("一", "二")] * 80, (78, 78))
    doc.imprint(("抄送：市委宣传部。", ""), ("办公室", "2027年1月20日印发"))
    pdf = _made("版心", tmp_path, convert, doc.bytes())
    wide = 156 / 25.4 * 300
    first = _rules(pdf, 1)
    assert abs(first[0][0] - 37) < 0.3, "37 mm above"
    last = _rules(pdf, words(pdf)[0])
    assert abs(last[-1][0] - (297 - 35)) < 0.4, "35 mm below"
    for _, left, right in (first[0], last[-1], last[-3]):
        assert (
            abs(left - 28) < 0.7
            and abs(210 - right - 26) < 0.7
            and abs((right - left) / 25.4 * 300 - wide) < 12
        )
    thick = [line for line in last if line[0] > 200]
    assert len(thick) == 3, "above all, between, below all"


def _rules(pdf: Path, page: int) -> list[tuple[float, float, float]]:
    """The long horizontal rules of a page: where each stands and from where to where it goes, in mm."""
    wide, high, pixels = _rendered(pdf, page, "-gray")
    found: list[tuple[float, float, float]] = []
    for y in range(high):
        row = pixels[y * wide : (y + 1) * wide]
        runs = [m.span() for m in re.finditer(rb"[\x00-\x80]{900,}", row, re.DOTALL)]
        if runs and (not found or y * 25.4 / 300 - found[-1][0] > 0.5):
            found.append((y * 25.4 / 300, runs[0][0] * 25.4 / 300, runs[-1][1] * 25.4 / 300))
    return found


def _rendered(pdf: Path, page: int, *more: str) -> tuple[int, int, bytes]:
    """Width, height and pixels of a page at 300 dots an inch."""
    command = [program("pdftoppm"), "-r", "300", "-f", str(page), "-l", str(page), *more, str(pdf)]
    _, size, _, pixels = subprocess.run(command, check=True, capture_output=True).stdout.split(b"\n", 3)
    wide, high = map(int, size.split())
    return wide, high, pixels


def test_page_numbers_stand_outside_seven_millimetres_below(convert: Converter, tmp_path: Path) -> None:
    pdf = _made(
        "页码", tmp_path, convert, annual_docx(years.paper(years.year(7, number=12, releases=20, failing=12)))
    )
    pages, placed = words(pdf)
    for page in range(pages):
        number = [
            w for w in placed if w.page == page and w.text in ("—", str(page + 1)) and w.top > 841.9 - 35 * MM
        ]
        assert [w.text for w in sorted(number, key=lambda w: w.left)] == ["—", str(page + 1), "—"]
        dash = number[0]
        below = (dash.top + dash.bottom) / 2 - (841.9 - 35 * MM)
        assert abs(below - 7 * MM) < 1.5 * MM
        if page % 2 == 0:
            assert abs(595.3 - 26 * MM - 14 - max(w.right for w in number)) < 2, (
                "a character in from the right"
            )
        else:
            assert abs(28 * MM + 14 - min(w.left for w in number)) < 2, "a character in from the left"


def _red_rows(pdf: Path) -> list[float]:
    """Where something red stands on the first page, in mm from the paper's top edge."""
    wide, high, pixels = _rendered(pdf, 1)
    rows = []
    for y in range(high):
        row = pixels[y * wide * 3 : (y + 1) * wide * 3]
        red, green = row[0::3], row[1::3]
        if any(r > 200 and g < 80 for r, g in zip(red, green, strict=True)):
            rows.append(y * 25.4 / 300)
    return rows


@pytest.mark.parametrize("bureau", ["常州市公安局", "江苏省常州市公安局经济开发区分局", "某局"])
def test_the_mark_begins_72_mm_below_the_edge_and_the_rule_4_mm_below_the_number(
    convert: Converter, tmp_path: Path, bureau: str
) -> None:
    report = replace(years.year(7, number=12, releases=4, failing=3), bureau=bureau)
    pdf = _made(
        "红头", tmp_path, convert, annual_docx(years.paper(report, genre=Genre.CIRCULAR), redhead=True)
    )
    rows = _red_rows(pdf)
    assert abs(rows[0] - 72) < 1.5, "the upper edge of the mark"
    rule = rows[-1]
    assert max(y for y in rows if y < rule - 5) < rule - 25, "mark and rule apart"
    _, placed = words(pdf)
    number = next(w for w in placed if "常公局〔" in w.text)
    assert abs(rule - (number.top + number.bottom) / 2 / MM - TYPE / MM / 2 - 4) < 1.2
    wide = [w for w in placed if w.page == 0 and bureau in w.text and w.bottom - w.top > 26]
    assert min(w.left for w in wide) > 28 * MM - 1 and max(w.right for w in wide) < 595.3 - 26 * MM + 1
    first = next(w for w in placed if w.text.startswith("各辖市"))
    assert first.page == 0, "the first page shows text"


def test_no_mark_is_lost_where_a_justified_line_ends(convert: Converter, tmp_path: Path) -> None:
    """LibreOffice drops it where a figure follows, or where it half hangs: some thirty in these nine hundred paragraphs,
    which hold a mark and a figure in every line. Where our count of a line is off, one may go still."""
    dice = random.Random(3)
    han = "常州市公安局新闻发布工作情况年度报告单位完成计划意见办理登记接任人员综合规范"
    figures = ("2027年2月15日前，", "2026年", "12项", "3场", "88%，", "第5处室", "A类")

    def phrase() -> str:
        return "".join(dice.choice(han) for _ in range(dice.randint(2, 24)))

    said = [
        "".join(phrase() + dice.choice("，。、；：") + dice.choice(figures) for _ in range(9))
        + phrase()
        + "。"
        for _ in range(900)
    ]
    doc = OfficialDocument("标点", bureau="局", office="办", made=years.MADE)
    for text in said:
        doc.text(text)
    pdf = _made("标点", tmp_path, convert, doc.bytes())
    printed = "".join(_pages(pdf))
    assert len([text for text in said if text not in printed]) <= 1


def test_no_line_of_a_cell_parts_a_day_or_a_reference(convert: Converter, tmp_path: Path) -> None:
    doc = OfficialDocument("日期", bureau="局", office="办", made=years.MADE)
    days = ("2026年12月15日前", "2026年1月2日起", "12月15日、2026年10月9日和1月31日")
    doc.table(
        ("事项",),
        [(f"{'子' * pad}应于{day}办理，2026-001号事项另办",) for pad in range(40) for day in days],
        (96,),
    )
    pdf = _made("日期", tmp_path, convert, doc.bytes())
    made = subprocess.run([program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True)
    lines = [
        line.strip().replace(" ", "").replace("\ufeff", "") for line in made.stdout.decode().splitlines()
    ]
    said = [line for line in lines if line and "—" not in line]
    assert not [one + "|" + two for one, two in pairwise(said) if _parts_a_day(one, two)]
    assert sum(bool(re.search(r"2026[-\u2011]001", line)) for line in lines) == 40 * len(days)


def test_no_line_of_a_form_parts_a_day_or_a_name_from_its_post(convert: Converter, tmp_path: Path) -> None:
    """Neither in the cell nor on the 附页, however many sign, and whatever their opinions' length."""
    names = {n: f"第{n}支队" + "恐龙园景区及周边地带" * (n % 3) for n in range(1, 13)}
    files = []
    for pad in range(6):
        steps = tuple(
            step(Step.UNIT, f"陶建{'甲乙丙丁戊己庚辛壬癸子丑'[n - 1]}", "同意" * (pad + n) + "。", unit_id=n, title="支队长、党委副书记")
            for n in range(1, 13)
        )  # fmt: skip
        filled = approval_form(release(steps=steps), unit_names=names, people=PEOPLE)
        (tmp_path / f"{pad}.docx").write_bytes(FormWriter(FormKind.APPROVAL).render(filled))
        files.append(tmp_path / f"{pad}.docx")
    for pdf in convert(files, "pdf", tmp_path):
        made = subprocess.run(
            [program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True
        )
        lines = [re.sub(r"\s", "", line) for line in made.stdout.decode().splitlines()]
        assert sum(line.count("2026年9月24日") for line in lines) == 13, "twelve, and the day under the form"
        assert sum("（下转附页）" in line for line in lines) == 1
        assert sum(bool(re.search(r"陶建.支队长、党委副书记", line)) for line in lines) == 12


def _parts_a_day(one: str, two: str) -> bool:
    """Whether a day stands over the boundary of two lines."""
    return any(f.start() < len(one) < f.end() for f in re.finditer(r"\d{1,2}月\d{1,2}日", one + two))


_SIGNED = "2027年1月20日"


def test_a_row_is_never_taller_than_a_page_and_no_page_hangs_on_a_hair(
    convert: Converter, tmp_path: Path
) -> None:
    """Whether the last row of a page stands on it or not is certain, whatever the rows add up to; so is where a row goes
    on that is longer than a page."""
    files = []
    for filler in range(24):
        doc = OfficialDocument("长表", bureau="局", office="办", made=years.MADE)
        doc.text("见附件。")
        doc.appendix("附件1", "长表")
        long = "某单位第四季度没有召开工作例会的记录；" * (2 + filler * 7)
        doc.table(
            ("编号", "事项"),
            [*((str(n), "事" * (n % 29 + 1)) for n in range(20 + filler)), ("尾", long), ("末", "完")],
            (30, 60),
        )
        doc.imprint(("某市公安局办公室", f"{_SIGNED}印发"))
        (tmp_path / f"{filler:02}.docx").write_bytes(doc.bytes())
        files.append((tmp_path / f"{filler:02}.docx", doc._flow.end()[0], long))
    pdfs = convert([file for file, *_ in files], "pdf", tmp_path)
    for pdf, (_, counted, long) in zip(pdfs, files, strict=True):
        pages = _pages(pdf)
        (last,) = [n for n, text in enumerate(pages, 1) if "完" in text]
        assert last == counted and "印发" in pages[-1] and len(pages) % 2 == 0, pdf.name
        assert sum(p.count("某单位第四季度") for p in pages) >= long.count("某单位第四季度") - 4


def test_lines_with_days_end_where_we_foresee(convert: Converter, tmp_path: Path) -> None:
    """A word processor parts 2 from 月 in running text; a count that does not is off from that line on, and marks go."""
    dice = random.Random(7)
    han = "常州市公安局新闻发布工作情况年度报告单位完成计划意见办理登记接任人员综合规范"

    def phrase() -> str:
        said = "".join(dice.choice(han) for _ in range(dice.randint(6, 24)))
        return f"{dice.randint(2025, 2027)}年{dice.randint(1, 12)}月{dice.randint(1, 28)}日前，{said}。"

    said = ["".join(phrase() for _ in range(8)) for _ in range(300)]
    doc = OfficialDocument("日期", bureau="局", office="办", made=years.MADE)
    for text in said:
        doc.text(text)
    pages = _pages(_made("日期", tmp_path, convert, doc.bytes()))
    printed = "".join(pages)
    assert [text for text in said if text not in printed] == []
    assert abs(len(pages) - doc._flow.end()[0]) <= 1, "of some hundred"


def test_the_dot_of_a_name_is_as_wide_as_we_count_it(convert: Converter, tmp_path: Path) -> None:
    """Chinese faces have it half as wide or whole: then lines end elsewhere than we foresee, and a mark may be lost."""
    dice = random.Random(5)
    han = "常州市公安局新闻发布工作情况年度报告单位完成计划意见办理登记接任人员综合规范"
    names = ("阿依古丽·买买提", "古丽·艾力", "帕提·买")

    def phrase() -> str:
        return "".join(dice.choice(han) for _ in range(dice.randint(2, 20))) + dice.choice(names)

    said = ["".join(phrase() + dice.choice("，。、；：") for _ in range(9)) + "完。" for _ in range(400)]
    doc = OfficialDocument("姓名", bureau="局", office="办", made=years.MADE)
    for text in said:
        doc.text(text)
    pages = _pages(_made("姓名", tmp_path, convert, doc.bytes()))
    printed = "".join(pages)
    assert [text for text in said if text not in printed] == []
    assert abs(len(pages) - doc._flow.end()[0]) <= 1, "of some hundred"


# -- many reports --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[24, pytest.param(200, marks=pytest.mark.slow)])
def many(
    request: pytest.FixtureRequest, convert: Converter, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    """Reports of every length, in both genres, with and without a red head, with up to five years."""
    folder = tmp_path_factory.mktemp("many")
    for seed in range(request.param):
        paper = years.paper(years.year(seed), before=seed % 5, genre=list(Genre)[seed % 2])
        (folder / f"{seed:03}.docx").write_bytes(annual_docx(paper, redhead=seed % 3 == 0))
    return convert(sorted(folder.glob("*.docx")), "pdf", folder)


def _pages(pdf: Path) -> list[str]:
    count, placed = words(pdf)
    return [
        re.sub(r"[\s\u200b\ufeff]|—\d+—", "", "".join(w.text for w in placed if w.page == page))
        for page in range(count)
    ]


def test_the_imprint_stands_at_the_foot_of_an_even_last_page(many: list[Path]) -> None:
    for pdf in many:
        count, placed = words(pdf)
        printed = [w for w in placed if w.text.endswith("印发")]
        assert len(printed) == 1 and printed[0].page == count - 1 and count % 2 == 0, pdf.name
        lowest = max(w.bottom for w in placed if w.page == count - 1 and not re.fullmatch(r"—|\d+", w.text))
        assert printed[0].bottom == lowest, "nothing stands below it"
        assert abs(lowest - (841.9 - 35 * MM)) < 2.5 * MM, "at the foot of the text area"
        last = _pages(pdf)[-1]
        assert years.HEAD in last and last.index(years.HEAD) < last.index("印发")


def test_the_signature_is_never_alone(many: list[Path]) -> None:
    for pdf in many:
        pages = _pages(pdf)
        (page,) = [
            n
            for n, text in enumerate(pages)
            if (_SIGNED in text and not text.endswith("印发")) or text.count(_SIGNED) > 1
        ]
        above = pages[page].split(_SIGNED)[0]
        above = above.removesuffix("常州市公安局新闻发言人办公室").removesuffix("常州市公安局")
        assert len(above) >= 15, (pdf.name, above)


def test_without_annexes_the_last_sentence_goes_with_the_signature(
    convert: Converter, tmp_path: Path
) -> None:
    """Twenty-two lengths, so that the page ends before each line once: the closing sentence stands above the signature."""
    base = replace(years.year(3, releases=0, failing=0), units=(), releases=(), findings=())
    files = []
    for lines in range(22):
        waivers = tuple(
            Record(n, RecordKind.WAIVER, base.as_of, data={"rule": "x", "by": "甲", "reason": "因故"})
            for n in range(lines)
        )
        path = tmp_path / f"{lines:02}.docx"
        path.write_bytes(annual_docx(years.paper(replace(base, waivers=waivers))))
        files.append(path)
    for pdf in convert(files, "pdf", tmp_path):
        (page,) = [page for page in _pages(pdf) if re.search(rf"办公室{_SIGNED}(?!印发)", page)]
        assert "特此报告" in page and not page.startswith("特此报告"), "the demand above goes along"


def test_no_page_is_left_blank_but_before_the_imprint(many: list[Path]) -> None:
    blank = {pdf.name: [n + 1 for n, text in enumerate(_pages(pdf)) if not text] for pdf in many}
    for pdf in many:
        assert all(n == len(_pages(pdf)) - 1 for n in blank[pdf.name]) or len(blank[pdf.name]) <= 1
    unforeseen = [
        name for name, found in blank.items() for n in found if n < len(_pages(many[0].with_name(name))) - 1
    ]
    assert len(unforeseen) <= len(many) // 20, "our count of lines is rarely off by one"


def test_all_text_is_printed_and_no_reference_is_broken(many: list[Path]) -> None:
    from docx import Document

    # LibreOffice drops a mark that it hangs beyond the line's end, in one of some thousands: marks are not compared
    marks = str.maketrans(dict.fromkeys("、，。；：", ""))
    for pdf in many:
        text = "".join(_pages(pdf)).replace("\u2011", "-").translate(marks)
        for paragraph in Document(str(pdf.with_suffix(".docx"))).paragraphs:
            said = re.sub(r"[\s\u200b\ufeff]", "", paragraph.text).translate(marks)
            assert said in text, (pdf.name, said)
        made = subprocess.run(
            [program("pdftotext"), "-layout", str(pdf), "-"], check=True, capture_output=True
        )
        laid = made.stdout.decode().replace("\u200b", "").replace("\ufeff", "")
        assert not re.search(r"(?<!\d)\d{4}[-\u2011]\s*\n\s*\d{3}(?!\d)", laid), pdf.name
        assert not re.search(r"\d\s*\n\s*%", laid), pdf.name


def test_the_short_form_is_one_page_whatever_fell_short(convert: Converter, tmp_path: Path) -> None:
    files = []
    for seed in range(40):
        failing = (0, 1, 12, 40, 90)[seed % 5]
        paper = years.paper(years.year(seed, failing=failing), before=seed % 3, genre=list(Genre)[seed % 2])
        path = tmp_path / f"{seed:02}.docx"
        path.write_bytes(annual_docx(paper, brief=True))
        files.append(path)
    for pdf in convert(files, "pdf", tmp_path):
        pages, placed = words(pdf)
        assert pages == 1, pdf.name
        assert [w for w in placed if years.HEAD in w.text] and [w for w in placed if "日" in w.text]
