"""A small invented bureau driven through the commands, for stories that need people in every post."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conftest import Shell

UNITS = "单位名称,类别,上级单位\n常州市公安局,市局,\n宣传处,机关处室,常州市公安局\n办公室,机关处室,常州市公安局\n公交分局,分局,常州市公安局\n天宁分局,分局,常州市公安局\n武进区公安局,辖市(区)局,常州市公安局\n"
PEOPLE = """单位,类别,姓名,职务,手机,任职日期
常州市公安局,新闻发言人,顾一,副局长,13900000001,2026-01-05
常州市公安局,新闻发言人,顾二,办公室主任,13900000002,2026-01-05
常州市公安局,市局主要领导,苏正,局长,13900000003,2026-01-05
常州市公安局,市局分管领导,朱副,副局长,13900000004,2026-01-05
宣传处,新闻发言人办公室主任,周主任,处长,13900000005,2026-01-05
宣传处,新闻发言人,杨副,副处长,13900000006,2026-01-05
宣传处,联络员,喻联,科员,13900000007,2026-01-05
办公室,新闻发言人,戚办,副主任,13900000008,2026-01-05
公交分局,新闻发言人,华言,副局长,13900000009,2026-01-05
公交分局,联络员,施联,民警,13900000010,2026-01-05
天宁分局,新闻发言人,窦言,副局长,13900000011,2026-01-05
"""


class Bureau:
    """Commands with the day given first; a release is told by its reference."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        (shell.folder / "units.csv").write_text(UNITS, encoding="utf-8")
        (shell.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
        for kind in ("programme", "source_material", "press_text"):
            (shell.folder / f"{kind}.txt").write_text(kind, encoding="utf-8")
        shell("unit", "import", "units.csv")
        shell("register", "import", "people.csv")

    def on(self, day: str, *words: str) -> Any:
        """One command on one business day, as JSON."""
        self.shell.today(day)
        return self.shell.json(*words)

    def said(self, day: str, *words: str) -> str:
        """What one command says on stderr, spaces and line breaks folded away."""
        self.shell.today(day)
        return "".join(self.shell(*words).stderr.split())

    def findings(self, rule: str, day: str, *words: str) -> list[dict[str, Any]]:
        """What `check` lists of one rule on one day."""
        self.shell.today(day)
        done = self.shell.run("check", "--rule", rule, *words, "--json")
        assert done.exit_code in (0, 1), done.output
        found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
        return found

    def refused(self, day: str, *words: str, code: int = 3) -> dict[str, Any]:
        self.shell.today(day)
        return self.shell.error(*words, code=code)

    def plan(
        self, name: str = "国庆客流安保", *more: str, unit: str = "公交分局", on: str = "2026-10-09"
    ) -> str:
        words = ("plan", "add", name, "--unit", unit, "--form", "conference", "--date", on, "--topic", "客流")
        return str(self.on("2026-01-15", *words, "--in-bureau-name", "--category", "2", *more)["ref"])

    def submission(self, ref: str, *more: str, leave_out: Iterable[str] = ()) -> tuple[str, ...]:
        told = {
            "--opinion": "材料齐备，拟同意。",
            "--by": "华言",
            "--presenter": "华言",
            "--liaison": "施联",
            "--phone": "8100",
            "--venue": "市局新闻发布厅",
            "--time": "10:00",
            "--audience": "社会公众",
            "--media": "市级媒体",
        }
        words = [w for key, value in told.items() if key not in leave_out for w in (key, value)]
        for kind in ("programme", "source_material", "press_text"):
            if kind not in leave_out:
                words += ["--attach", f"{kind}={kind}.txt"]
        return ("submit", ref, *words, *more)

    def file(self, name: str, text: str) -> Path:
        path = self.shell.folder / name
        path.write_text(text, encoding="utf-8")
        return path
