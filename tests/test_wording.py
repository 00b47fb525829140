"""The report's sentences as the office edits them: read strictly, refused in words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pressctl.bundled import regulation_dir
from pressctl.core.rules import CHECKS
from pressctl.core.wording import FALLBACK, OF_GENRE, OF_KIND, OF_PROBLEM, TEXT, Genre, facts_in, filled
from pressctl.errors import BadData
from pressctl.regulation import loader, wording

SHIPPED = regulation_dir() / "wording.toml"


def data() -> dict[str, Any]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


def test_every_rule_has_its_own_words() -> None:
    shipped = wording.wording_of(None, loader.shipped().names)
    assert set(shipped.rules) == {*CHECKS, FALLBACK}
    assert {p.kind for p in shipped.rules.values()} == set(shipped.kinds), "no kind stands empty"


def test_what_may_lack_a_record_says_which() -> None:
    """没有相应的记录 tells a leader nothing; each rule that can find so names what is not on record."""
    table = tomllib.loads((Path(__file__).parent / "data" / "rule_table.toml").read_text(encoding="utf-8"))
    shipped = wording.wording_of(None, loader.shipped().names)
    general = shipped.rules[FALLBACK].unproved
    lacking = {rule for rule, row in table.items() if not isinstance(row["lacks"], str)}
    assert len(lacking) > 30 and {r for r in lacking if shipped.rules[r].unproved == general} == set()


def test_problems_name_the_unit_and_speak_no_machine_language() -> None:
    for rule, problem in wording.wording_of(None, loader.shipped().names).rules.items():
        assert "{who}" in problem.said and "{who}" in problem.unproved, rule
        for text in (problem.said, problem.unproved, problem.demand):
            assert "pressctl" not in text and rule not in text and not text.endswith("。"), rule


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda d: d["text"].update(planned="{year}年{planed}项，{held}项"), ["[text] 的 planned", "不认识的事实“planed”", "planned"]),
        (lambda d: d["text"].update(planned="{year}年{held}项"), ["缺少事实“planned”", "{planned}"]),
        (lambda d: d["report"].update(title="{year.__class__}年报告"), ["year.__class__"]),
        (lambda d: d["report"].update(title="{year!r}年报告"), ["year!r"]),
        (lambda d: d["report"].update(title="{year}年{报告"), ["花括号不成对"]),
        (lambda d: d["report"].update(title="{year}年}报告"), ["花括号不成对"]),
        (lambda d: d["report"].update(title=" "), ["应为一句话"]),
        (lambda d: d["report"].update(title=7), ["应为一句话"]),
        (lambda d: d["report"].update(colour="红"), ["[report] 不认识“colour”", "title"]),
        (lambda d: d["report"].pop("closing"), ["[report] 缺少“closing”"]),
        (lambda d: d.pop("circular"), ["缺少“circular”"]),
        (lambda d: d.update(color={}), ["不认识“color”"]),
        (lambda d: d["problem"].update({"XYZ-01": {}}), ["没有规则“XYZ-01”"]),
        (lambda d: d["problem"].pop("any"), ["缺少 [problem.any]"]),
        (lambda d: d["problem"]["REP-01"].update(kind="dutys"), ["kind“dutys”不是", "duty"]),
        (lambda d: d["problem"]["REP-01"].update(said="没有报告"), ["[problem.REP-01] 的 said", "缺少事实“who”"]),
        (lambda d: d["problem"]["REP-01"].pop("demand"), ["[problem.REP-01] 缺少“demand”"]),
        (lambda d: d["kind"]["duty"].pop("short"), ["[kind.duty] 缺少“short”"]),
        (lambda d: d.update(problem=[1]), ["[problem] 应为一张表"]),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_with_its_place(
    change: Callable[[dict[str, Any]], Any], told: list[str]
) -> None:
    changed = data()
    change(changed)
    with pytest.raises(BadData) as caught:
        wording.read("wording.toml", changed)
    said = f"{caught.value.message}{caught.value.next_step}"
    assert caught.value.code == "bad_wording" and all(words in said for words in told), said


@pytest.mark.parametrize("text", ["[text", "[[" * 3000, f"text = {'9' * 5000}"])
def test_a_file_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadData, match=r"不是完好的 TOML"):
        wording.wording_of(text, loader.shipped().names)


def test_a_package_says_some_sentences_its_own_way() -> None:
    own = wording.wording_of('[report]\nclosing = "请{word.leaders}审阅。"', loader.shipped().names)
    assert own.of_genre(Genre.REPORT, "closing") == "请市局领导审阅。"
    assert own.say("no_quarters") == "没有召开市局定期新闻发布会。"


def test_an_edited_sentence_is_what_the_paper_says() -> None:
    changed = data()
    changed["report"]["closing"] = "以上报告，请审阅。"
    changed["problem"].pop("REP-01")
    edited = wording.read("wording.toml", changed)
    assert edited.of_genre(Genre.REPORT, "closing") == "以上报告，请审阅。"
    assert edited.problem("REP-01") == edited.rules[FALLBACK], (
        "a rule without words of its own takes the general ones"
    )


def test_what_stands_in_a_fact_is_not_read_again() -> None:
    assert filled("{who}没有做到", {"who": "{year}{who}分局"}) == "{year}{who}分局没有做到"
    assert facts_in("{year}年{held}项") == ["year", "held"]


def test_the_manual_lists_every_sentence_with_its_facts() -> None:
    page = (Path(__file__).parent.parent / "docs" / "reports.md").read_text(encoding="utf-8")
    told = {line for line in page.splitlines() if line.startswith("| `[")}

    def facts(names: frozenset[str]) -> str:
        return "、".join(f"`{name}`" for name in sorted(names)) or "—"

    assert told == {
        f"| {where} | `{name}` | {facts(slots.must)} | {facts(slots.may - slots.must)} |"
        for where, table in (
            ("`[report]`、`[circular]`", OF_GENRE),
            ("`[text]`", TEXT),
            ("`[kind.…]`", OF_KIND),
            ("`[problem.…]`", OF_PROBLEM),
        )
        for name, slots in table.items()
    }
