"""The whole job under another city's regulation: no clause, name or sentence of the shipped one anywhere."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pressctl.cli.app import COMMANDS
from pressctl.core.names import category_named, speak
from pressctl.core.terms import FormKind
from pressctl.regulation import loader
from pressctl.regulation.package import read_package, shipped_package
from tests.conftest import Shell

CHANGZHOU, LINSHUI = "changzhou-2009", "linshui-2020"
_CHANGZHOU = (
    "常州", "常公局", "宣传处", "市政府新闻办", "新闻发言人办公室", "指挥中心", "事发地公安机关", "辖市", "《意见》", "3月15日",
    "机关处室", "基层所队", "市局主要领导", "市局分管领导", "市局领导", "新闻发布工作联络员", "新闻发布会审批表", "附件一",
    "全市公安机关", "本局口径", "重大行动部署",
)  # fmt: skip
_LINSHUI = (
    "临水",
    "警务行动",
    "临公规",
    "新闻中心",
    "网信办",
    "区分局",
    "《办法》",
    "送审单",
    "新闻联络员",
    "第八条",
)
_CLAUSE = re.compile(r"[一二三四][（(][一二三四五六七八][）)]\d?|附件[1-3]注")


class Told:
    """Everything that a user was shown or given, by the command that showed it."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.texts: list[tuple[str, str]] = []

    def __call__(self, *words: str, on: str | None = None) -> Any:
        if on:
            self.shell.today(on)
        done = self.shell.run(*words)
        assert "Traceback" not in done.stderr, (words, done.stderr)
        bad = [line for line in done.stderr.splitlines() if done.exit_code == 2 and "没有选项" in line]
        bad += [line for line in done.stderr.splitlines() if re.search("多出了参数|缺少(选项|参数)", line)]
        assert bad == [], (words, bad)
        self.texts.append((" ".join(words), done.stdout + done.stderr))
        return done

    def done(self, *words: str, on: str | None = None) -> Any:
        done = self(*words, on=on)
        assert done.exit_code == 0, (words, done.stdout, done.stderr)
        return done

    def files(self) -> None:
        for path in sorted(self.shell.folder.iterdir()):
            if path.suffix in (".docx", ".xlsx"):
                with zipfile.ZipFile(path) as package:
                    parts = [package.read(n).decode() for n in package.namelist() if n.endswith(".xml")]
                self.texts.append((path.name, re.sub(r"<[^>]+>", "", "\n".join(parts))))
            elif path.suffix in (".html", ".csv", ".json", ".ics") and not path.name.startswith("输入"):
                self.texts.append((path.name, path.read_text(encoding="utf-8-sig")))

    def foreign(self, words: tuple[str, ...]) -> list[tuple[str, str, str]]:
        found = []
        for source, text in self.texts:
            flat = re.sub(r"\s+", "", text)
            for word in words:
                if (at := flat.find(word)) >= 0:
                    found.append((source, word, flat[max(0, at - 25) : at + 25]))
        return found


def _whole_job(told: Told, city: dict[str, Any]) -> None:
    folder = told.shell.folder
    words: tuple[str, ...]

    def file(name: str, text: str) -> str:
        (folder / name).write_text(text, encoding="utf-8")
        return name

    bureau, office, field = city["bureau"], city["office"], city["field"]
    told.done("init", "--regulation", city["package"], on="2026-01-05")
    told("init", "--regulation", CHANGZHOU if city["package"] == LINSHUI else LINSHUI)
    told.done("unit", "add", bureau, "--kind", city["kinds"][0])
    told.done("unit", "add", office, "--kind", city["kinds"][1], "--parent", bureau, "--office")
    told("unit", "add", "甲", "--kind", "天文台")
    units = "单位名称,类别,上级单位\n" + f"{field},{city['kinds'][2]},{bureau}\n城西支队,没有这类,{bureau}\n"
    told("unit", "import", file("输入单位.csv", units), "--yes")
    told.done("unit", "add", field, "--kind", city["kinds"][2], "--parent", bureau)
    told("unit", "list")
    told("unit", "show", field)
    for unit, role, name, title in (
        (bureau, "spokesperson", "言大", "副局长"), (bureau, "chief_leader", "宋局", "局长"),
        (bureau, "deputy_leader", "朱副", "副局长"), (office, "office_director", "周任", city["head"]),
        (office, "liaison", "联一", "民警"),
    ):  # fmt: skip
        told.done("register", "add", name, "--unit", unit, "--role", role, "--title", title)
    told("register", "add", "言大", "--unit", bureau, "--role", "spokesperson", "--title", "副局长")
    told("register", "add", "某", "--unit", bureau, "--role", "观察员", "--title", "副局长")
    roster = f"单位,类别,姓名,职务,手机\n{field},{city['words'][0]},言二,副局长,13900001001\n{field},{city['words'][1]},联二,民警,13900001002\n{field},不明,某,民警,1\n没有的单位,{city['words'][1]},某某,民警,13900001003\n"
    told("register", "import", file("输入名册.csv", roster), "--yes", on="2026-02-10")
    good = "\n".join(roster.splitlines()[:3]) + "\n"
    told.done("register", "import", file("输入名册二.csv", good), "--yes")
    told("register", "list")
    told("register", "show", "言二")
    told("register", "end", "联一", "--on", "2025-01-01", "--reason", "调离")
    told("unit", "close", field, "--on", "2026-02-10")
    told("register", "template", "名册样表.xlsx")
    told("register", "export", "名册导出.xlsx")
    told("register", "export", "名册导出.csv")
    told.done("register", "freeze", "2026")
    told("register", "freeze", "2026")
    told("register", "diff", "2025", "2026")
    plan = ("plan", "add", "夏季治安", "--unit", field, "--form", "conference", "--in-bureau-name")
    told.done(
        *plan,
        "--date",
        "2026-06-10",
        "--occasion",
        "major",
        "--topic",
        "夏季治安",
        "--category",
        "2",
        on="2026-02-11",
    )
    told.done(*plan, "--date", "2026-09-10", "--occasion", "periodic")
    told("plan", "add", "秋季", "--unit", office, "--form", "讲座", "--date", "2026-10-10")
    plans = f"发布名称,单位,形式,日期,{city['named']}\n冬季,{field},新闻通气会,2026-12-02,是\n春季,{field},新闻发布会,不知道,否\n"
    told("plan", "import", file("输入计划.csv", plans), "--yes")
    told.done("plan", "import", file("输入计划二.csv", "\n".join(plans.splitlines()[:2]) + "\n"), "--yes")
    for words in (("list",), ("show", "2026-001"), ("progress",), ("calendar", "2026"), ("export", "计划.xlsx"), ("export", "计划.csv")):  # fmt: skip
        told("plan", *words)
    told("calendar", "deadline", "2026-06-10")
    for name in ("方案", "稿件", "素材"):
        file(f"{name}.txt", name)
    submit = ("submit", "2026-001", "--opinion", "材料齐备", "--by", "言二", "--title", "副局长", "--venue", "会议厅", "--time", "10:00",
              "--presenter", "言二", "--liaison", "联二", "--phone", "8100", "--audience", "公众", "--media", "本市媒体", "--topic", "夏季治安",
              "--attach", "programme=方案.txt", "--attach", "press_text=稿件.txt", "--attach", "source_material=素材.txt")  # fmt: skip
    told("approve", "2026-001", "--by", "周任", on="2026-05-20")
    told(*submit[:4])
    told(*submit, on="2026-06-09")
    told("record", "held", "2026-001", "--seat", "host=周任")
    told.done(*submit, on="2026-05-25")
    told("approve")
    told("approve", "2026-001", "--by", "联一", "--opinion", "同意")
    told.done("approve", "2026-001", "--by", "周任", "--opinion", "拟同意", on="2026-05-26")
    told("approve", "2026-001", "--by", "周任", "--opinion", "同意")
    told.done("approve", "2026-001", "--by", "朱副", "--opinion", "同意", on="2026-05-27")
    told("record", "held", "2026-001", "--seat", "host=周任", on="2026-06-10")
    filed = ("record", "filed", "2026-001", "--receipt", "回执一")
    if city["files_before"]:
        told.done(*filed, on="2026-05-28")
    told("record", "held", "2026-001", on="2026-06-10")
    told.done("record", "held", "2026-001", "--seat", "host=周任", "--seat", "presenter=言二")
    if not city["files_before"]:
        told.done(*filed, on="2026-06-12")
    told("record", "archived", "2026-001", "--copy", f"{field}=柜", on="2026-06-12")
    told.done("record", "archived", "2026-001")
    for words in (
        ("statement", "言二", "--year", "2025"), ("meeting", "--topics", "部署"), ("training", "--topic", "业务", "--people", "联二"),
        ("trigger", field, "--matter", "某事", "--kind", "opinion"), ("half-year", field, "--year", "2026", "--half", "1"),
        ("waiver", "QTA-02", "--subject", field, "--by", "宋局", "--reason", "整修"), ("waiver", "LED-01", "--subject", "2026-001", "--by", "宋局", "--reason", "整修"),
        ("delegation", "朱副", "--deputy", "周任", "--role", "office_director", "--until", "2026-12-01"), ("list",), ("reminder", "2026-002", "--to", "周任"),
        ("coorganise", "2026-002", "--asked-on", "2026-06-01"), ("field", "朱副", "--units", field), ("impact", "2026-002", "--wide"),
    ):  # fmt: skip
        told("record", *words)
    for kind in ("approval", "spokesperson", "liaison"):
        told("form", "blank", kind, "-o", f"空白{kind}.docx")
        told("form", "fields", kind)
    told("form", "approval", "2026-001", "-o", "审批表.docx")
    told("form", "spokesperson", "言二", "-o", "登记表一.docx")
    told("form", "liaison", "联二", "-o", "登记表二.docx")
    for words in (("check",), ("check", "--year", "2026", "--all"), ("due",), ("due", "--ics", "待办.ics"), ("check", "--json", "--all"), ("due", "--json")):  # fmt: skip
        told(*words, on="2027-02-01")
    told("check", on="2026-12-31")
    for ending in ("docx", "xlsx", "html", "csv", "json"):
        told.done("report", "annual", "2026", "-o", f"年报.{ending}", on="2027-02-01")
    told.done("report", "annual", "2026", "--as", "circular", "--redhead", "-o", "通报.docx")
    for name, more in (("quarter", ("2026", "2")), ("roster", ()), ("unit", (field, "2026"))):
        for ending in ("docx", "xlsx", "html", "csv"):
            told("report", name, *more, "-o", f"{name}.{ending}")
        told("report", name, *more)
    for words in (("log", "list"), ("doctor",), ("undo",), ("db", "check", "--deep"), ("rules", "list"), ("rules", "adopt"), ("rules", "show", "LED-01"), ("rules", "show", "submission.lead_days")):  # fmt: skip
        told(*words)
    for command in COMMANDS:
        page = told(command, "--help").stdout
        for inner in re.findall(r"^  ([a-z][a-z-]*)(?:  |$)", page.partition("命令:")[2], re.MULTILINE):
            told(command, inner, "--help")
    told("--help")
    told.files()


_CITIES: dict[str, dict[str, Any]] = {
    LINSHUI: {
        "bureau": "临水市公安局", "office": "新闻中心", "field": "城东分局", "head": "新闻中心主任",
        "kinds": ("市公安局", "机关部门", "区分局"), "words": ("新闻发言人", "新闻联络员"), "named": "以市公安局名义", "files_before": False,
    },
    CHANGZHOU: {
        "bureau": "常州市公安局", "office": "宣传处", "field": "天宁分局", "head": "宣传处处长",
        "kinds": ("市局", "机关处室", "分局"), "words": ("新闻发言人", "联络员"), "named": "以市局名义", "files_before": True,
    },
}  # fmt: skip


@pytest.mark.parametrize("package", [LINSHUI, CHANGZHOU])
def test_the_whole_job_says_nothing_of_the_other_city(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Help, refusals, tables, forms, reports in every format: what is said is the regulation in force's."""
    told = Told(Shell(tmp_path, monkeypatch))
    _whole_job(told, _CITIES[package] | {"package": package})
    other = CHANGZHOU if package == LINSHUI else LINSHUI
    mine = {c.text for c in loader.of_package(shipped_package(package)).clauses.values()}
    quotes = {r.quote for r in loader.of_package(shipped_package(other)).rules.values()}
    foreign = tuple(q for q in quotes if len(q) > 8 and not any(q in text for text in mine))
    words = _CHANGZHOU if package == LINSHUI else _LINSHUI
    told.texts = [(s, t.replace(CHANGZHOU, "").replace(LINSHUI, "")) for s, t in told.texts]
    found = told.foreign((*words, *foreign))
    assert found == [], "\n".join(map(str, found))
    if package == LINSHUI:
        flat = [
            (s, m[0], t[max(0, m.start() - 20) : m.end() + 10])
            for s, t in told.texts
            for m in _CLAUSE.finditer(t)
        ]
        assert flat == []


def test_a_category_of_content_goes_by_the_regulations_own_word() -> None:
    """The second is 警务行动 in one city, 重大行动部署 in the other; a seventh that Linshui has no word for is told by number."""
    said = []
    for package in (LINSHUI, CHANGZHOU):
        speak(loader.of_package(shipped_package(package)).names)
        said.append([category_named(n) for n in (1, 2, 6, 7, 8)])
    assert said == [
        ["决策部署", "警务行动", "情况说明", "第7类", "第8类"],
        ["重大决策", "重大行动部署", "先进典型和英模事迹", "澄清、辟谣事项", "其他情况"],
    ]


def test_the_packages_and_profiles_that_come_along_are_whole(shell: Shell) -> None:
    for name in (CHANGZHOU, LINSHUI, "national-2016", "archive"):
        told = shell.json("rules", "check", name)
        assert told["rules"] and told["regulation"], name
    assert read_package(Path(LINSHUI)).form(FormKind.APPROVAL), "its own forms are within"
