"""Every command's JSON and text on the sample year, and in a story that writes, against what was recorded: a key or a word
that goes, moves or changes shows.

Recorded anew with PRESSCTL_RECORD=1, after a change of the contract that the commit tells of.
"""

from __future__ import annotations

import json
import lzma
import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell

_STORED = Path(__file__).parent / "data" / "json"
_DAY = "2027-01-10"

_READING = """
calendar is 2026-10-01 | calendar is 2026-10-10 | calendar is 2031-10-01
calendar add 2026-09-28 5 | calendar add 2026-10-09 -5 | calendar between 2026-09-28 2026-10-12
calendar deadline 2026-10-09 | calendar deadline 2026-10-09 --days 3 --clear
calendar deadline 2026-10-09 --unit hour --days 48 --time 10:00 | calendar show 2026 | calendar show 2028
unit list | unit list --all | unit show 宣传处 | unit show 公交分局
register list | register list --role liaison | register list --all --on 2026-06-01
register show 1 | register show 20
plan list | plan list --status held | plan list --unit 公交分局 | plan progress 2026 | plan progress --unit 宣传处 | plan calendar 2026
approve | due | due --days 400 | due --on 2026-09-10 --days 30
check | check --year 2026 | check --year 2026 --all | check --unit 公交分局 --year 2026 | check --rule LED-01 --all --year 2026
check --year 2026 --on 2026-07-01
rules list | rules show LED-01 | rules show 三(三)3 | rules show submission.lead_days | rules check changzhou-2009
report annual 2026 | report annual 2026 --on 2026-08-01 | report quarter 2026 3 | report roster | report unit 公交分局 2026
record list | record list --kind waiver | record list --kind training --year 2026
log list | log list --limit 5 | log list 2026-009 | log list P1 | log show 1 | log show 40 | log verify
form fields approval | form fields spokesperson | form blank approval -o 空.docx
form approval 2026-001 -o 审.docx | form liaison --unit 公交分局 --out 登 | form spokesperson --unit 公交分局 --zip 登.zip
register export 名册.csv | register export 名册.xlsx --unit 公交分局 | register template 样.xlsx
plan export 计划.csv | plan export 计划.xlsx --year 2026 | plan export 计划.ics --year 2026
db path | db check | db check --deep | db clean --dry-run | db backup 备.bak | db upgrade | doctor | init
undo --dry-run
"""
_REFS = 26
"""Releases of the sample year."""


Tell: TypeAlias = Callable[[Shell, str], Any]
"""Runs a command and gives what it told."""


def _sample_year(shell: Shell, tell: Tell) -> Iterator[tuple[str, Any]]:
    shell.today("2026-12-31")
    yield "demo", tell(shell, "demo --dir demo")
    shell.use(shell.folder / "demo" / "data" / "pressctl.db")
    shell.today(_DAY)
    shell.act_as("演示")
    commands = [c.strip() for line in _READING.strip().splitlines() for c in line.split("|")]
    for command in (*commands, *(f"plan show 2026-{n:03}" for n in range(1, _REFS + 1))):
        yield command, tell(shell, command)


def _json(shell: Shell, command: str) -> Any:
    """The document on stdout, or the error where it is refused."""
    done = shell.run(*command.split(), "--json")
    if done.stdout:
        return {"exit": done.exit_code, "result": json.loads(done.stdout)}
    return json.loads(done.stderr.strip().splitlines()[-1])


def _text(shell: Shell, command: str) -> Any:
    """What a person reads, line by line."""
    done = shell.run(*command.split())
    lines = [*done.stdout.splitlines(), "", *done.stderr.splitlines()]
    return len(lines) if command == "doctor" else [line.rstrip() for line in lines]


_NOTICE = """国务院办公厅关于调整2026年国庆节假期安排的通知
国办发明电〔2026〕9号
2026年国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月27日（周日）、10月10日（周六）上班。
"""


def _story(shell: Shell, tell: Tell) -> Iterator[tuple[str, Any]]:
    bureau = Bureau(shell)
    bureau.file("notice.txt", _NOTICE)
    days = "date,kind,name\n2026-10-08,off,校庆\n2026-10-24,work,\n"
    bureau.file("days.csv", days)
    plans = "发布名称,单位,形式,日期\n反诈通气会,天宁分局,新闻通气会,2026-05-12\n夏季行动,公交分局,书面发布,2026年7月\n错,没有的局,书面发布,2026-07-01\n"
    bureau.file("plans.csv", plans)
    bureau.file(
        "bad.csv",
        "单位,类别,姓名,职务,手机\n公交分局,联络员,钱多,民警,139\n公交分局,联络员,钱少,民警,13911112222\n",
    )
    bureau.file("lines.csv", "单位名称,类别,上级单位\n水上支队,支队,常州市公安局\n")
    ref = "2026-001"
    add = "plan add 国庆客流安保 --unit 公交分局 --form conference --date 2026-10-09 --topic 客流 --in-bureau-name --category 2"
    wide = "--wide-impact --opinion 拟同意。"
    seats = "--seat host=周主任 --seat presenter=华言 --seat attendee=顾一"
    submit = " ".join(bureau.submission(ref, "--joint", "天宁分局:窦言:同意。"))
    again = " ".join(bureau.submission(ref, "--media", "省市媒体", "--joint", "天宁分局:窦言:同意。"))
    for day, command in (
        ("2026-01-15", "unit add 看守所 --kind 支队 --parent 常州市公安局 --alias 一看"),
        ("2026-01-15", "unit import lines.csv"),
        ("2026-01-15", "unit rename 看守所 第一看守所 --on 2026-02-01"),
        ("2026-01-15", "unit kind 武进区公安局 分局 --on 2026-03-01"),
        ("2026-01-15", "unit close 第一看守所 --on 2026-06-01"),
        ("2026-01-15", "unit show 武进区公安局"),
        ("2026-01-15", "unit list --all"),
        ("2026-01-15", "register add 新人 --role 联络员 --unit 天宁分局 --title 民警 --mobile 13900000099 --birth 1990-01 --gender 女"),
        ("2026-01-15", "register change 新人 --title 副所长 --qq 12345678"),
        ("2026-01-15", "register change 新人 --title 副所长"),
        ("2026-01-15", "register replace 新人 接任者 --title 民警 --on 2026-02-01 --reason 轮岗 --mobile 13900000098"),
        ("2026-03-02", "register end 接任者 --on 2026-03-01 --reason 退休"),
        ("2026-03-02", "register show 新人"),
        ("2026-03-02", "register import bad.csv"),
        ("2026-03-02", "register import bad.csv --skip-bad --dry-run"),
        ("2026-03-02", "register import bad.csv --skip-bad"),
        ("2026-03-02", "register import people.csv"),
        ("2026-03-02", "register freeze 2026"),
        ("2026-03-02", "register end 钱少 --on 2026-03-02 --reason 调离"),
        ("2026-03-03", "register freeze 2027"),
        ("2026-03-03", "register diff 2026 2027"),
        ("2026-03-03", "register forget 接任者 --reason 离任满三年 --yes"),
        ("2026-03-03", add),
        ("2026-03-03", "plan add 迎新 --unit 天宁分局 --form 书面发布 --period 2026-08下旬 --dry-run"),
        ("2026-03-03", "plan add 迎新 --unit 天宁分局 --form 书面发布 --period 2026-08下旬"),
        ("2026-03-03", "plan import plans.csv"),
        ("2026-03-03", "plan import plans.csv --skip-bad"),
        ("2026-03-03", "plan move 2026-002 --date 2026-08-20 --time 09:30 --venue 会议室 --reason 定日"),
        ("2026-03-03", "plan cancel 2026-002 --reason 并入他项"),
        ("2026-03-03", "calendar import notice.txt --dry-run"),
        ("2026-03-03", "calendar import notice.txt --yes"),
        ("2026-03-03", "calendar import days.csv --yes"),
        ("2026-03-03", "calendar show 2026"),
        ("2026-03-03", "plan export 计划.ics"),
        ("2026-09-18", submit),
        ("2026-09-18", "approve"),
        ("2026-09-18", f"record reminder {ref} --to 周主任"),
        ("2026-09-18", f"plan show {ref}"),
        ("2026-09-18", f"submit {ref} --withdraw --reason 补材料"),
        ("2026-09-18", submit),
        ("2026-09-21", f"approve {ref} --by 周主任 --opinion 请核对。 --return --resume"),
        ("2026-09-21", f"plan show {ref}"),
        ("2026-09-22", again),
        ("2026-09-23", "record delegation 朱副 --deputy 顾二 --role deputy_leader --until 2026-09-30"),
        ("2026-09-23", f"approve {ref} --by 周主任 {wide}"),
        ("2026-09-23", f"approve {ref} --by 华言 --opinion 同意。"),
        ("2026-09-24", f"approve {ref} --by 顾二 --opinion 同意召开。"),
        ("2026-09-24", f"record coorganise {ref} --asked-on 2026-09-24"),
        ("2026-09-24", f"record filed {ref} --by 喻联 --receipt 备1号 --at 09:00"),
        ("2026-09-24", f"record reviewed {ref} --person 华言"),
        ("2026-09-24", f"record material {ref} --by 公交分局 --author 施联 --supplied 天宁分局"),
        ("2026-09-24", f"record invitation {ref} --by 宣传处 --media 日报 --media 晚报"),
        ("2026-10-09", f"record held {ref} {seats} --press-text press_text.txt --at 10:00"),
        ("2026-10-10", f"record archived {ref}"),
        ("2026-10-10", f"plan show {ref}"),
        ("2026-10-10", "record statement 华言 --year 2026"),
        ("2026-10-10", "record meeting --topics 例会 --minutes 纪要 --people 顾一 --file press_text.txt"),
        ("2026-10-10", "record training --topic 培训 --hours 4 --people 华言 --people 施联"),
        ("2026-10-10", "record trigger 公交分局 --matter 突发 --kind emergency --happened 2026-10-10T08:00"),
        ("2026-10-10", "record waiver QTA-02 --subject 天宁分局 --by 苏正 --reason 另有安排"),
        ("2026-10-10", "record list"),
        ("2026-10-10", "record list --kind meeting"),
        ("2026-10-10", "plan progress 2026"),
        ("2026-10-10", "plan list"),
        ("2026-10-10", "undo --dry-run"),
        ("2026-10-10", "undo"),
        ("2026-10-10", "check --all"),
        ("2026-10-10", "report quarter 2026 4 -o 季.csv"),
        ("2026-10-10", "report annual 2026 -o 年.json"),
        ("2026-10-10", "rules adopt --dry-run"),
        ("2026-10-10", "rules new 我市规定"),
        ("2026-10-10", "db clean"),
        ("2026-10-10", "db backup 备.bak --keep 2"),
        ("2026-10-10", "db restore 备.bak --yes"),
        ("2026-10-10", "log list --limit 40"),
        ("2026-10-10", "log verify"),
    ):  # fmt: skip
        shell.today(day)
        yield f"{day} {command}", tell(shell, command)


# -- what differs from run to run ----------------------------------------------------------------------

_HASHED = frozenset({"hash", "prev", "head", "log_head", "sha256"})
_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(\+00:00|Z)?|\d{8}-\d{6}")
_HASH = re.compile(r"\b[0-9a-f]{16}([0-9a-f]{48}|…)?(?![0-9a-f])")
_COMMAND_IDS = frozenset({"command", "undone"})


def _stable(value: Any, folder: str, key: str = "") -> Any:
    """The same on every day, in every folder and on every machine."""
    match value:
        case dict():
            return {k: _stable(v, folder, k) for k, v in value.items()}
        case list() if key == "result" and value and "found" in value[0] and "what" in value[0]:
            return sorted({(line["what"], *line) for line in value})  # the doctor: the machine's own lines
        case list():
            return [_stable(v, folder, key) for v in value]
        case str() if key in _HASHED and len(value) == 64:
            return "…"
        case str() if key in ("revision", "from", "to") and value.isdigit():
            return "…"
        case _ if key in _COMMAND_IDS:
            return type(value).__name__
        case str():
            return _CLOCK.sub("…", _HASH.sub("…", value.replace(folder, "…")))
        case _:
            return value


def _differences(old: Any, new: Any, at: str = "") -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        if list(old) != list(new):
            yield f"{at}: keys {list(old)} became {list(new)}"
        for key in old.keys() & new.keys():
            yield from _differences(old[key], new[key], f"{at}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{at}[{number}]")
    elif old != new or type(old) is not type(new):
        yield f"{at}: {old!r} became {new!r}"


@pytest.mark.parametrize(
    ("name", "play", "tell"),
    [
        ("sample_year", _sample_year, _json),
        ("story", _story, _json),
        pytest.param("sample_year_text", _sample_year, _text, marks=pytest.mark.slow),
        pytest.param("story_text", _story, _text, marks=pytest.mark.slow),
    ],
)
def test_every_command_tells_what_was_recorded(
    name: str, play: Callable[[Shell, Tell], Iterator[tuple[str, Any]]], tell: Tell, shell: Shell
) -> None:
    folder = str(shell.folder)
    said = [json.loads(json.dumps([command, _stable(told, folder)])) for command, told in play(shell, tell)]
    file = _STORED / f"{name}.jsonl.xz"
    if os.environ.get("PRESSCTL_RECORD"):
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in said)
        file.write_bytes(lzma.compress(lines.encode()))
    stored = [json.loads(line) for line in lzma.decompress(file.read_bytes()).decode().splitlines()]
    assert [command for command, _ in said] == [command for command, _ in stored]
    for (command, before), (_, after) in zip(stored, said, strict=True):
        found = [*islice(_differences(before, after), 10)]
        assert not found, (command, *found)
