"""Every rule on readable cases; every clause accounted for; nothing passes for lack of facts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pressctl.core.facts import Facts
from pressctl.core.policy import Policy
from pressctl.core.rules import CHECKS, check, owed
from pressctl.core.terms import Result, Treatment
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader
from pressctl.regulation.cases import QUIET as _QUIET
from pressctl.regulation.cases import Case, problems
from tests.world import ELSEWHERE, ELSEWHERE_RULES, cases, changed_facts, with_values, world_facts

CASES = list(cases())


def _policy(profiles: tuple[str, ...] = ()) -> Policy:
    return loader.load([Path(p) for p in profiles])


@pytest.mark.parametrize("case", CASES, ids=[c.id for c in CASES])
def test_case(case: Case) -> None:
    policy = _policy(case.profiles)
    assert list(problems(case, policy)) == []
    if not case.expect and not case.quiet and case.rule not in _DOUBTS:
        found = check(case.facts, policy, Calendar(case.on), case.on, year=case.year, rules=[case.rule])
        assert any(f.result is Result.PASS for f in found), "a case that expects nothing must see a pass"


@pytest.mark.parametrize("case", [c for c in CASES if c.owed is not None], ids=lambda c: c.id)
def test_what_a_case_leaves_owed(case: Case) -> None:
    """Of the year judged: `day subject`, all that was due by then, and what can no longer be done but only explained."""
    left = [d.finding() for d in owed(case.facts, _policy(case.profiles), Calendar(case.on), case.on)]
    mine = [f for f in left if f.rule == case.rule and f.year == case.year and f.due]
    said = {f"{f.due} {f.subject or f.unit or ''}{' 只能说明' * f.lapsed}": f.due for f in mine}
    told = [(f.result, f.message) for f in mine]
    assert set(case.owed or ()) <= set(said), told
    assert {line for line, due in said.items() if due and due <= case.on} <= set(case.owed or ()), told


def test_the_world_keeps_every_rule() -> None:
    found = check(
        world_facts(), _policy(("archive",)), Calendar(date(2027, 2, 1)), date(2027, 2, 1), year=2026
    )
    assert [(f.rule, f.message) for f in found if f.result not in _QUIET] == []
    passed = {f.rule for f in found if f.result is Result.PASS}
    assert passed | _DOUBTS == set(_policy(("archive",)).rules), "and every rule has something to pass"


_DOUBTS = {"ROS-12"}
"""Rules that speak only where something looks wrong: silence is their pass."""


def test_each_rule_has_a_passing_and_a_failing_case() -> None:
    """The world passes every rule; the cases show each of them fail."""
    rules = set(_policy(("archive",)).rules)
    assert {case.rule for case in CASES} == rules
    assert {case.rule for case in CASES if case.expect} == rules


def test_each_case_stands_with_its_clause() -> None:
    rules = _policy(("archive",)).rules
    assert [c.id for c in CASES if rules[c.rule].clause != c.clause] == []


def test_every_function_is_a_rule_of_the_shipped_regulation_or_of_another() -> None:
    """What only other regulations list is proven on one that does, in the table of all rules."""
    assert set(CHECKS) == set(loader.load([Path("archive"), ELSEWHERE]).rules)
    assert set(_policy(("archive",)).rules) & set(ELSEWHERE_RULES) == set()


# -- every clause accounted for --------------------------------------------------------------------


def _plain(text: str) -> str:
    return "".join(text.split())


def test_the_clauses_are_the_whole_text() -> None:
    """Word for word, from the number to the imprint; only the numbering of items is left to the ids."""
    import re

    from pressctl import bundled

    text = (
        (bundled.regulation_dir() / "changzhou-2009" / "regulation.txt")
        .read_text(encoding="utf-8")
        .split("（附件一、二、三")[0]
    )
    numbering = re.compile(r"^(?:[一二三]、|（[一二三四]）|[1-8]\.)", re.M)
    inside = [
        c
        for c in loader.shipped().clauses.values()
        if not c.id.startswith(("附件1", "附件2", "附件3", "制度"))
    ]
    whole = _plain(numbering.sub("", text))
    joined = (
        _plain("".join(c.text for c in inside))
        .replace("2.新闻发言人登记表", "新闻发言人登记表")
        .replace("3.新闻发布工作联络员登记表", "新闻发布工作联络员登记表")
    )
    assert joined == whole


def test_no_part_is_left_without_treatment() -> None:
    counts: dict[Treatment, int] = defaultdict(int)
    for clause in loader.shipped().clauses.values():
        for part in clause.parts:
            counts[part.treatment] += 1
            if part.treatment is Treatment.CHECKED:
                assert part.rules, (clause.id, part.text)
            elif part.treatment is not Treatment.HEADING:
                assert part.where or part.why, (clause.id, part.text)
    assert counts[Treatment.CHECKED] > 50


# -- no facts, no pass -----------------------------------------------------------------------------

_MAY_PASS = {"ORG-01", "POL-01", "CAL-01", "AUD-01"}
"""About the units, the law, the calendar and the log: there they have facts."""


def test_units_alone_never_pass() -> None:
    facts = replace(world_facts(), appointments=(), releases=(), records=())
    found = check(facts, _policy(), Calendar(date(2027, 2, 1)), date(2027, 2, 1), year=2026)
    passed = {f.rule for f in found if f.result is Result.PASS} - _MAY_PASS
    # one office there is; that nobody directs it is another finding of the same rule
    assert passed == {"ROS-01"}
    assert [f.message for f in found if f.rule == "ROS-01" and f.result is Result.PASS] == [
        "新闻发言人办公室应有1个，2026-12-31 现有1个。"
    ]
    assert {f.rule for f in found if f.result in (Result.FAIL, Result.NO_EVIDENCE)} >= {
        "ROS-01", "ROS-02", "ROS-03", "ROS-04", "ROS-05", "ROS-06", "ROS-07", "ROS-08", "ROS-10", "QTA-01",
        "QTA-02", "QTA-03", "PLN-01", "PLN-02", "REP-02", "MTG-01", "PRF-01", "CTY-01",
    }  # fmt: skip


def test_an_empty_database_has_no_verdict_on_people() -> None:
    found = check(Facts(), _policy(), Calendar(date(2026, 6, 1)), date(2026, 6, 1))
    assert {f.rule for f in found if f.result is Result.PASS} <= {"POL-01", "CAL-01"}


# -- dated law -------------------------------------------------------------------------------------


def test_a_rule_says_nothing_of_days_before_it_applies() -> None:
    found = check(world_facts(), _policy(), Calendar(date(2009, 3, 1)), date(2009, 3, 1))
    assert {f.rule for f in found} <= {"POL-01"}


def test_what_rests_on_2027_is_provisional() -> None:
    case = next(c for c in CASES if c.rule == "LED-01" and c.year == 2027)
    found = check(case.facts, _policy(), Calendar(case.on), case.on, year=case.year, rules=[case.rule])
    assert [f.result for f in found] == [Result.PROVISIONAL]


def test_every_finding_quotes_the_clause_it_cites() -> None:
    policy = _policy()
    for finding in check(world_facts(), policy, Calendar(date(2027, 2, 1)), date(2027, 2, 1), year=2026):
        assert finding.quote in policy.clauses[finding.clause].text


@pytest.mark.parametrize(("asked", "open_yet"), [(2, True), (1, False)])
def test_one_of_two_who_left_last_year_is_still_missed(asked: int, open_yet: bool) -> None:
    """Two are asked for, one left in November and nobody came: the other one in post does not fill the place. Where one
    is asked for, nothing was ever vacant, and the new year says nothing of it."""
    post = {"unit": "天宁分局", "role": "spokesperson", "since": date(2020, 1, 6), "until": date(2025, 11, 3)}
    facts = changed_facts({"post": [{"who": "己三", **post}]})
    numbers = {"sub_bureau": [["ROS-03", "spokesperson", asked, 0]]}
    policy = with_values(_policy(), {"roster.numbers": numbers})
    found = check(facts, policy, Calendar(date(2026, 3, 2)), date(2026, 3, 2), year=2026, rules=["CHG-01"])
    mine = [(f.result, f.person_id is not None) for f in found if "己三" in f.message]
    assert mine == ([(Result.FAIL, True)] if open_yet else [])
