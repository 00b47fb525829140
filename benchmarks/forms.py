"""1,000 filled registration forms: pressctl beside docxtpl, docx-mailmerge2 and the floor, in one run.

    python benchmarks/forms.py [FORMS] [ROUNDS]

Every contender fills the same fields of the same page, the shipped 附件2 without its 附页, and gives the bytes of a
.docx. docxtpl opens its template per document, as its documentation shows; docx-mailmerge2 alike. The floor is
what no filler can do without: a ZIP written by zipfile with a document already filled, its other parts packed
beforehand and copied. Rounds are interleaved; medians and their ratios are printed, then the memory of a long run.
Peers come with `pip install '.[bench]'`; one that is missing is named and left out.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import re
import statistics
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pressctl.bundled import form_templates_dir
from pressctl.core.facts import Appointment, Person
from pressctl.core.terms import FormKind, Role
from pressctl.documents.forms import FormWriter, registration_form
from pressctl.documents.package import Package, read_parts

DOCUMENT = "word/document.xml"
SHIPPED = form_templates_dir() / "spokesperson.docx"
Values = dict[str, str]
Maker = Callable[[Values], bytes]
T = TypeVar("T")


def people(number: int) -> list[Appointment]:
    return [
        Appointment(
            n,
            Person(
                n, f"张若{chr(0x4E00 + n)}", "女", "1975-03", "汉族", "中共党员", "本科",
                f"0519-81{n:06d}", f"139{n:08d}", f"p{n:04d}@example.org", str(1000000000 + n),
                "1997年7月参加工作。\n1997年7月至2005年3月在派出所工作，历任民警、副所长。",
            ),
            1, Role.SPOKESPERSON, "分局党委委员、副局长",
        )
        for n in range(number)
    ]  # fmt: skip


def one_page(folder: Path) -> Path:
    """The shipped template without its 附页: peers have no such thing, so no one fills it."""
    parts = read_parts(SHIPPED)
    text = parts[DOCUMENT].decode()
    start, end = text.rindex("<w:p>", 0, text.index("{{附页}}")), text.index("<w:sectPr>")
    parts[DOCUMENT] = (text[:start] + text[end:]).encode()
    path = folder / "one-page.docx"
    path.write_bytes(Package({}).with_parts(parts))
    return path


def floor(template: Path, values: Values) -> Maker:
    """zipfile and a fixed document; parts packed beforehand."""
    document = re.sub(
        r"\{\{(\w+)\}\}", lambda m: values.get(m[1], ""), read_parts(template)[DOCUMENT].decode()
    ).encode()
    others = io.BytesIO()
    with zipfile.ZipFile(others, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in read_parts(template).items():
            if name != DOCUMENT:
                package.writestr(name, data)
    packed = others.getvalue()

    def make(_: Values) -> bytes:
        out = io.BytesIO(packed)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
            package.writestr(DOCUMENT, document)
        return out.getvalue()

    return make


def ours(template: Path) -> Callable[[Appointment], bytes]:
    writer = FormWriter(FormKind.SPOKESPERSON, template)
    day = dt.date(2026, 3, 10)
    return lambda post: writer.render(
        registration_form(post, unit_name="天宁分局", on=day, log_head="a" * 64)
    )


def docxtpl(template: Path) -> Maker:
    from docxtpl import DocxTemplate

    def make(values: Values) -> bytes:
        document = DocxTemplate(template)
        document.render(values, autoescape=True)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return make


def mailmerge(template: Path, folder: Path) -> Maker:
    """docx-mailmerge2 reads MERGEFIELDs, so the marks become such."""
    from mailmerge import MailMerge

    parts = read_parts(template)
    text = re.sub(
        r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)<w:t xml:space=\"preserve\">\{\{(\w+)\}\}</w:t></w:r>",
        r'<w:fldSimple w:instr=" MERGEFIELD \2 "><w:r>\1<w:t>«\2»</w:t></w:r></w:fldSimple>',
        parts[DOCUMENT].decode(),
    )
    parts[DOCUMENT] = text.encode()
    path = folder / "merge.docx"
    path.write_bytes(Package({}).with_parts(parts))

    def make(values: Values) -> bytes:
        out = io.BytesIO()
        with MailMerge(path) as document:
            document.merge(**values)
            document.write(out)
        return out.getvalue()

    return make


def repeated(make: Callable[[T], bytes], inputs: Sequence[T]) -> Callable[[], object]:
    """The whole run of a contender; each document is let go as soon as it is made."""

    def run() -> None:
        for one in inputs:
            make(one)

    return run


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(number: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), number, rounds)


def compare(folder: Path, number: int, rounds: int) -> None:
    template, posts = one_page(folder), people(number)
    values = [dict(registration_form(p, unit_name="天宁分局", on=dt.date(2026, 3, 10)).values) for p in posts]
    fill = ours(template)
    contenders: dict[str, Callable[[], object]] = {
        "floor": repeated(floor(template, values[0]), values),
        "pressctl": repeated(fill, posts),
    }
    if importlib.util.find_spec("docxtpl"):
        contenders["docxtpl"] = repeated(docxtpl(template), values)
    if importlib.util.find_spec("mailmerge"):
        contenders["docx-mailmerge2"] = repeated(mailmerge(template, folder), values)
    for missing in {"docxtpl", "docx-mailmerge2"} - contenders.keys():
        print(f"{missing}: not installed, left out")
    prove_alike(folder, template, posts[0], values[0])
    seconds: dict[str, list[float]] = {who: [] for who in contenders}
    for _ in range(rounds):
        for who, work in contenders.items():
            seconds[who].append(timed(work))
    report(seconds, number)
    print_memory(fill, posts)
    print(f"bytes a form: {len(fill(posts[0]))}")


def prove_alike(folder: Path, template: Path, post: Appointment, values: Values) -> None:
    """What the contenders make must say the same, or speeds mean nothing."""
    made = {"pressctl": ours(template)(post)}
    if importlib.util.find_spec("docxtpl"):
        made["docxtpl"] = docxtpl(template)(values)
    if importlib.util.find_spec("mailmerge"):
        made["docx-mailmerge2"] = mailmerge(template, folder)(values)
    for who, data in made.items():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            text = re.sub(r"<[^>]*>", "", package.read(DOCUMENT).decode())
        for field in ("姓名", "职务", "手机", "电子邮件"):
            assert values[field] in text, (who, field)


def report(seconds: dict[str, list[float]], number: int) -> None:
    medians = {who: statistics.median(times) for who, times in seconds.items()}
    print(f"{number} forms, median of {len(seconds['floor'])} rounds")
    for who, median in medians.items():
        print(f"  {who:16} {median:8.3f} s  {number / median:8.0f} forms/s")
    for peer in ("docxtpl", "docx-mailmerge2"):
        if peer in medians:
            print(f"  pressctl is {medians[peer] / medians['pressctl']:.1f} times as fast as {peer}")
    print(f"  pressctl takes {medians['pressctl'] / medians['floor']:.2f} times as long as the floor")


def print_memory(fill: Callable[[Appointment], bytes], posts: Sequence[Appointment]) -> None:
    """The peak while forms are made one after another and let go: it must not grow with their number."""
    for share in (len(posts) // 10, len(posts)):
        tracemalloc.start()
        for post in posts[:share]:
            fill(post)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"  peak memory over {share} forms: {peak / 1024:.0f} KB")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [1000, 3][len(given) :]))
