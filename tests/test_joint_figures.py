"""What two units held together stands at each of them: where their numbers are added up, the paper says so."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.bureau import Bureau
from tests.conftest import Shell
from tests.papers import text_of


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def _report(bureau: Bureau) -> tuple[str, str]:
    """The words of the sheet 单位 and of the paper."""
    bureau.on("2027-01-05", "report", "annual", "2026", "-o", "a.xlsx", "-o", "a.docx", "--force")
    sheet = load_workbook(bureau.shell.folder / "a.xlsx")["单位"]
    cells = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None)
    return cells, text_of((bureau.shell.folder / "a.docx").read_bytes())


def test_a_joint_release_is_told_beside_the_sum(bureau: Bureau) -> None:
    seats = ("--seat", "host=华言", "--seat", "presenter=华言")
    plan = ("plan", "add", "各自发布", "--form", "conference", "--category", "2", "--unit", "公交分局")
    alone = bureau.on("2026-01-15", *plan, "--date", "2026-05-12")["ref"]
    bureau.on("2026-05-12", "record", "held", alone, *seats)
    for said in _report(bureau):
        assert "共同组织的发布" not in said

    both = bureau.on("2026-01-15", *plan, "--date", "2026-06-10", "--joint", "天宁分局")["ref"]
    bureau.on("2026-06-10", "record", "held", both, *seats)
    for said in _report(bureau):
        assert "共同组织的发布在每个组织单位各计一次" in said and "相加为3项，实际举行2项" in said
