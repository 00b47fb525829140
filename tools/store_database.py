"""Store a database of the revision that a checkout works with, as a backup: what tests/test_upgrade.py starts from.

    python tools/store_database.py CHECKOUT tests/data/databases

CHECKOUT is a working tree of the last commit before the revision changed (`git worktree add DIR COMMIT`); its own
commands play a small year, so that every table has rows and releases stand at every stage. To be run before a
migration is written; the file is named after the revision and never made again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

UNITS = """单位名称,类别,上级单位,别名
常州市公安局,市局,,
宣传处,机关处室,常州市公安局,新闻办
公交分局,分局,常州市公安局,公交公安分局
天宁分局,分局,常州市公安局,
武进区公安局,辖市(区)局,常州市公安局,
警官学院,高校,常州市公安局,
"""
PEOPLE = """单位,类别,姓名,性别,民族,出生年月,政治面貌,学历,职务,办公室电话,手机,电子邮件,QQ,简历,任职日期
常州市公安局,新闻发言人,顾一,男,汉族,1970-03,中共党员,本科,副局长,0519-81000001,13900000001,,,,2026-01-05
常州市公安局,市局主要领导,苏正,男,,,,,局长,,13900000003,,,,2026-01-05
常州市公安局,市局分管领导,朱副,男,,,,,副局长,,13900000004,,,,2026-01-05
宣传处,新闻发言人办公室主任,周主任,女,,,,,处长,,13900000005,,,,2026-01-05
宣传处,联络员,喻联,女,,1985-11,,,科员,,13900000007,yu@example.cn,10001,二〇一〇年从警,2026-01-05
公交分局,首席新闻发言人,华言,男,,,,,副局长,,13900000009,,,,2026-01-05
公交分局,联络员,施联,女,,,,,民警,,13900000010,,,,2026-01-05
天宁分局,新闻发言人,窦言,男,,,,,副局长,,13900000011,,,,2026-01-05
天宁分局,联络员,离任者,男,,1966-01,,,民警,,13900000012,,,,2026-01-05
"""
PROFILE = """kind = "profile"
number = "试〔2026〕1号"
title = "试行时限"
[[own]]
of = "unit_kind"
name = "高校"
under = "division"
[[own]]
of = "role"
name = "首席新闻发言人"
under = "spokesperson"
[[own]]
of = "form"
name = "记者招待会"
under = "conference"
[[value]]
key = "emergency.first_hours"
clause = "三(三)5"
since = 2016-11-10
checked_on = 2026-11-23
value = 5
"""
_FILES = {"units.csv": UNITS, "people.csv": PEOPLE, "trial.toml": PROFILE} | {
    f"{kind}.txt": kind for kind in ("programme", "source_material", "press_text", "minutes")
}
_SUBMITTED = (
    *("--opinion", "材料齐备，拟同意。", "--by", "华言", "--presenter", "华言", "--liaison", "施联", "--phone", "8100"),
    *("--venue", "市局新闻发布厅", "--time", "10:00", "--audience", "社会公众", "--media", "市级媒体"),
    *("--attach", "programme=programme.txt", "--attach", "source_material=source_material.txt"),
    *("--attach", "press_text=press_text.txt"),
)  # fmt: skip
_NAMED = (
    "--unit",
    "公交分局",
    "--form",
    "conference",
    "--topic",
    "客流",
    "--in-bureau-name",
    "--joint",
    "天宁分局",
)
_OFFICE = ("--by", "周主任", "--opinion", "拟同意。")
_LEADER = ("--by", "朱副", "--opinion", "同意。")
STORY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("2026-01-05", ("init", "--policy", "trial.toml")),
    ("2026-01-05", ("unit", "import", "units.csv")),
    ("2026-01-06", ("unit", "add", "科技处", "--kind", "division", "--parent", "常州市公安局", "--alias", "科信处")),
    ("2026-01-07", ("unit", "rename", "科技处", "科技信息化处", "--on", "2026-01-07")),
    ("2026-01-08", ("register", "import", "people.csv")),
    ("2026-01-09", ("register", "change", "施联", "--mobile", "13900000020")),
    ("2026-01-09", ("register", "end", "离任者", "--on", "2026-01-09", "--reason", "退休")),
    *(
        ("2026-01-15", ("plan", "add", name, *_NAMED, "--date", "2026-10-09"))
        for name in ("归档", "已举行", "已报备", "已审批", "已审核", "已报送", "退回", "撤回", "未批准", "改期")
    ),
    ("2026-01-15", ("plan", "add", "取消", "--unit", "天宁分局", "--form", "written", "--date", "2026-05-11")),
    ("2026-01-15", ("plan", "add", "校园", "--unit", "警官学院", "--form", "记者招待会", "--date", "2026-05-12")),
    ("2026-02-01", ("plan", "move", "2026-010", "--date", "2026-10-12", "--reason", "场地")),
    ("2026-02-01", ("plan", "cancel", "2026-011", "--reason", "不再需要")),
    *(("2026-09-20", ("submit", f"2026-{n:03d}", *_SUBMITTED)) for n in range(1, 10)),
    *(("2026-09-21", ("approve", f"2026-{n:03d}", *_OFFICE)) for n in range(1, 6)),
    ("2026-09-21", ("approve", "2026-007", "--by", "周主任", "--opinion", "请核对数据。", "--return")),
    ("2026-09-21", ("submit", "2026-008", "--withdraw", "--reason", "另行安排")),
    ("2026-09-21", ("approve", "2026-009", "--by", "周主任", "--opinion", "不宜发布。", "--reject")),
    *(("2026-09-22", ("approve", f"2026-{n:03d}", *_LEADER)) for n in range(1, 5)),
    *(("2026-09-23", ("record", "filed", f"2026-{n:03d}", "--by", "喻联")) for n in range(1, 4)),
    *(
        ("2026-10-09", ("record", "held", f"2026-{n:03d}", "--seat", "host=周主任", "--seat", "presenter=华言"))
        for n in range(1, 3)
    ),
    ("2026-10-10", ("record", "archived", "2026-001")),
    ("2026-10-12", ("record", "meeting", "--topics", "四季度计划", "--people", "周主任", "--file", "minutes.txt")),
    ("2026-10-12", ("record", "trigger", "公交分局", "--matter", "站台险情")),
    ("2026-10-13", ("unit", "kind", "科技信息化处", "高校", "--on", "2026-10-13")),
    ("2026-10-13", ("plan", "add", "误录", "--unit", "天宁分局", "--form", "written", "--date", "2026-12-01")),
    ("2026-10-13", ("undo",)),
)  # fmt: skip
NOTICE = """
import datetime as dt, sys
from pathlib import Path
from pressctl.core.notices import Notice
from pressctl.storage.database import Database
day = dt.date(2026, 10, 14)
with Database(Path(sys.argv[1])).writing("calendar.import", actor="喻联", day=day, at=dt.datetime.now(dt.UTC)) as repository:
    off = {dt.date(2027, 1, 1): "元旦"}
    repository.add_notice(Notice(2027, off, {}, "国办发明电〔2026〕0号", day, "试", "2027.txt", "元旦"))
    repository.note("calendar-2027", "导入 2027 年安排")
"""
"""Through the store: the first revision had no command for it yet."""


def store(checkout: Path, target: Path) -> Path:
    """Play the story with the checkout's program; returns the backup, named after its revision."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in _FILES.items():
            (folder / file).write_text(text, encoding="utf-8")
        database = folder / "data" / "pressctl.db"
        environment = os.environ | {
            "PYTHONPATH": str(checkout),
            "PRESSCTL_DB": str(database),
            "PRESSCTL_ACTOR": "喻联",
        }

        def run(day: str, *words: str) -> None:
            command = [sys.executable, *words]
            subprocess.run(command, cwd=folder, env=environment | {"PRESSCTL_TODAY": day}, check=True)  # noqa: S603 - our own interpreter

        for day, words in STORY:
            run(day, "-m", "pressctl", *words)
        run("2026-10-14", "-c", NOTICE, str(database))
        run("2026-10-15", "-m", "pressctl", "db", "backup", "stored.zip")
        with zipfile.ZipFile(folder / "stored.zip") as archive:
            revision = json.loads(archive.read("manifest.json"))["revision"]
        made = target / f"{revision}.zip"
        made.write_bytes((folder / "stored.zip").read_bytes())
        return made


if __name__ == "__main__":
    print(store(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
