"""Word documents taken apart for tests: their parts, what they say, and people and releases to fill forms with."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree

from pressctl.bundled import form_templates_dir
from pressctl.core.facts import Appointment, ApprovalStep, Person, Release, SeatTaken
from pressctl.core.terms import Decision, Form, FormKind, Role, Seat, Step
from pressctl.documents.geometry import w
from pressctl.documents.package import Package, read_parts

DAY = dt.date(2026, 9, 24)
HEAD = "0123456789abcdef" * 4
DOCUMENT = "word/document.xml"
_SAID = {w("tab"): "\t", w("br"): "\n", w("noBreakHyphen"): "-"}


def parts(data: bytes) -> dict[str, Any]:
    """Every XML part by name, parsed; one that is not well-formed raises."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {
            n: etree.fromstring(package.read(n)) for n in package.namelist() if n.endswith((".xml", ".rels"))
        }


def said(element: Any) -> str:
    """The text of an element, a line for each paragraph."""
    return "\n".join(
        "".join((t.text or "") if t.tag == w("t") else _SAID[t.tag] for t in p.iter(w("t"), *_SAID) if t.getparent().tag == w("r"))
        for p in element.iter(w("p"))
    )  # fmt: skip


def text_of(data: bytes) -> str:
    return said(parts(data)[DOCUMENT])


def cells(data: bytes) -> dict[str, str]:
    """The first table as label → what stands in the cell to its right, labels without blanks."""
    table = parts(data)[DOCUMENT].find(f".//{w('tbl')}")
    found: dict[str, str] = {}
    for row in table.iter(w("tr")):
        texts = [said(cell) for cell in row.iter(w("tc"))]
        labels = ["".join(text.split()) for text in texts]
        found.update(zip(labels, texts[1:], strict=False))
    return found


def charts_of(sheet: Any) -> list[Any]:
    """Of a sheet as openpyxl read it, which tells its charts in no public way."""
    return list(sheet._charts)


def changed_template(folder: Path, kind: FormKind, change: Callable[[str], str], **more: bytes) -> Path:
    """A copy of a shipped template with another text of its body, and with parts added (their names' slashes written __)."""
    known = read_parts(form_templates_dir() / f"{kind.value}.docx")
    body = known[DOCUMENT].decode()
    assert not (change(body) == body and not more), "the change must change something"
    known[DOCUMENT] = change(body).encode()
    known |= {name.replace("__", "/"): data for name, data in more.items()}
    path = folder / "模板.docx"
    path.write_bytes(Package({}).with_parts(known))
    return path


def post(
    name: str = "江若水",
    role: Role = Role.SPOKESPERSON,
    *,
    number: int = 7,
    title: str = "分局副局长",
    resume: str | None = None,
) -> Appointment:
    person = Person(
        number, name, "女", "1975-03", "汉族", "中共党员", "本科", "0519-81000000", "13900000000", "jiang@example.org", "1000000000",
        resume if resume is not None else "1997年7月参加工作。\n2015年3月起任现职。",
    )  # fmt: skip
    return Appointment(number, person, 1, role, title, dt.date(2026, 1, 5))


def step(which: Step, by: str, opinion: str, on: dt.date = DAY, **more: Any) -> ApprovalStep:
    return replace(ApprovalStep(1, which, by, "局长", Decision.AGREE, opinion, on), **more)


def release(**more: Any) -> Release:
    made = Release(
        ref="2026-009", name="国庆客流安保新闻发布会", unit_id=1, form=Form.CONFERENCE,
        on=dt.date(2026, 10, 9), planned_on=dt.date(2026, 10, 9), topic="国庆客流安保", venue="市局新闻发布厅",
        at=dt.time(10, 0), liaison="施联", liaison_id=8, phone="0519-81000000", audience="社会公众，约30人",
        media="市级媒体12家", round=1, seats=(SeatTaken(Seat.PRESENTER, 7, "江若水"),),
        steps=(step(Step.UNIT, "陶建国", "材料齐备，拟同意。"), step(Step.OFFICE, "林知远", "拟同意。", dt.date(2026, 9, 28))),
    )  # fmt: skip
    return replace(made, **more)


UNITS = {1: "公交分局", 2: "治安支队"}
PEOPLE = {7: post(), 8: post("施联", Role.LIAISON, number=8, title="宣教科民警")}
