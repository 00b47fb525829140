"""Laws of time, on random small years: one list of obligations seen three ways, one glass on the facts, nothing undone.

A random year is the world that keeps every rule with some cells of the table of rules (tests/data/rule_table.toml) laid
over it: what one cell leaves out, another does too late, a third changes in kind.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl.core.annual import AnnualReport, annual
from pressctl.core.due import due
from pressctl.core.facts import Facts, Record, Release, Unit, UnitPeriod
from pressctl.core.findings import Finding
from pressctl.core.rules import DUTIES, check, owed
from pressctl.core.terms import Form, RecordKind, Result, Status, UnitKind
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader
from tests.test_rule_table import CELLS, TABLE
from tests.world import ELSEWHERE_RULES, changed_facts

POLICY = loader.shipped()
_UNMET = (Result.FAIL, Result.NO_EVIDENCE)
_OPEN = (*_UNMET, Result.NOT_DUE, Result.PROVISIONAL)
_CHANGES = ("passes", *CELLS[:3])
_PARTS = ("without", "set", "unit", "post", "release", "record")


# -- random years ---------------------------------------------------------------------------------------------------------


def _laid_over(cells: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several changes as one; what one leaves out another cannot alter."""
    whole: dict[str, Any] = {"without": [], "set": {}}
    for cell in cells:
        for part in _PARTS:
            value = deepcopy(cell.get(part))
            if isinstance(value, list):
                whole[part] = [*whole.get(part, []), *(v for v in value if v not in whole.get(part, []))]
            elif value:
                for name, told in value.items():
                    whole["set"].setdefault(name, {}).update(told)
    gone = set(whole["without"])
    emptied = {name for name, told in whole["set"].items() if {"records", "steps"} & set(told)}
    kept = {}
    for name, told in whole["set"].items():
        ref, _, part = name.partition("/")
        if not gone & {name, ref} and not (part and ref in emptied):
            kept[name] = told
    return whole | {"set": kept}


def _choices() -> list[tuple[str, str]]:
    return [
        (rule, cell)
        for rule, row in TABLE.items()
        for cell in _CHANGES
        if isinstance(row.get(cell), dict) and rule not in ELSEWHERE_RULES  # what POLICY does not judge
    ]


def _record(kind: str, on: date, **told: Any) -> dict[str, Any]:
    return {"record": [{"kind": kind, "on": on, **told}]}


_TWICE: dict[str, dict[str, Any]] = {
    "an older system of the county": _record(
        "county_system", date(2009, 5, 1), unit="武进区公安局", data={"spokesperson": True}
    ),
    "a field laid down later": _record("field", date(2026, 7, 1), person="甲四", data={"units": ["政治部"]}),
    "judged wide first": _record("impact", date(2026, 6, 8), ref="2026-005", data={"wide": True}),
    "judged wide no more": _record("impact", date(2026, 6, 9), ref="2026-005", data={"wide": False}),
    "a second statement": _record("statement", date(2027, 1, 9), person="甲一", data={"year": 2026}),
    "a second roster": _record("roster", date(2026, 4, 1), unit="天宁分局", data={"year": 2026}),
    "another copy": _record("archived", date(2026, 9, 1), ref="2026-005", unit="宣传处", data={"copy": 2}),
    "a plan of nobody's": _record("plan", date(2026, 1, 8), unit="天宁分局", data={"year": 2026}),
    "assessed again": _record(
        "assessment", date(2027, 1, 25), unit="天宁分局", data={"year": 2026, "score": 80}
    ),
    "became a branch": {
        "unit": [
            {
                "name": "金坛公安局", "kind": "county_bureau", "parent": "常州市公安局",
                "then": [{"on": date(2026, 7, 1), "kind": "sub_bureau", "name": "金坛分局"}],
            }
        ]
    },
    "a detachment closed": {
        "unit": [{"name": "旧支队", "kind": "detachment", "parent": "常州市公安局", "closed": date(2026, 9, 1)}]
    },
    "waived": _record(
        "waiver", date(2027, 1, 5), unit="天宁分局",
        data={"rule": "QTA-02", "year": 2026, "by": "甲三", "reason": "机构调整"},
    ),
}  # fmt: skip
"""What is recorded a second time, or changes in the middle of the year."""


def _change(choice: tuple[str, str]) -> Mapping[str, Any]:
    rule, cell = choice
    found: Mapping[str, Any] = TABLE[rule][cell] if rule else _TWICE[cell]
    return found


@dataclass(frozen=True)
class Year:
    """A random year; its cells are what a failure shows."""

    cells: tuple[tuple[str, str], ...]

    @property
    def facts(self) -> Facts:
        told = _laid_over(map(_change, self.cells))
        return replace(changed_facts({"name": str(self.cells), **told}), log_sound=None)


def years() -> st.SearchStrategy[Year]:
    cells = st.lists(st.sampled_from(_choices()), max_size=5, unique_by=lambda c: c[0])
    twice = st.lists(st.sampled_from([("", name) for name in _TWICE]), max_size=3, unique=True)
    return st.builds(lambda one, other: Year((*one, *other)), cells, twice)


DAYS = st.dates(date(2026, 1, 1), date(2027, 5, 31))


class _Key(NamedTuple):
    """What an obligation is, whatever its state."""

    rule: str
    unit: int | None
    ref: str | None
    person: int | None
    subject: str | None
    due: date | None


def _key(f: Finding) -> _Key:
    return _Key(f.rule, f.unit_id, f.ref, f.person_id, f.subject, f.due)


def _judged(facts: Facts, on: date, year: int) -> tuple[Finding, ...]:
    return check(facts, POLICY, Calendar(on), on, year=year)


# -- one list, three views ------------------------------------------------------------------------------------------------


@given(a_year=years(), on=DAYS)
@settings(max_examples=60, deadline=None)
def test_what_is_owed_is_what_check_finds_open(a_year: Year, on: date) -> None:
    """`owed` lists nothing that `check` of that year does not find, and leaves out nothing that can still be done."""
    facts = a_year.facts
    left = [d.finding() for d in owed(facts, POLICY, Calendar(on), on)]
    for year in (2026, 2027):
        found = [f for f in _judged(facts, on, year) if f.result in _OPEN and f.due is not None]
        mine = [f for f in left if f.year == year]
        assert not {(_key(f), f.result) for f in mine} - {(_key(f), f.result) for f in found}
        for f in found:
            assert f.due is not None
            kept = _key(f) in {_key(x) for x in left}
            if DUTIES[f.rule].good_late or f.due >= on:
                assert kept or (DUTIES[f.rule].good_late is None and year != on.year) or year > on.year, f
            elif DUTIES[f.rule].good_late is False and not f.lapsed:
                assert kept or on > date(year + 1, 3, 31), f


@given(a_year=years(), on=DAYS)
@settings(max_examples=40, deadline=None)
def test_due_names_every_rule_and_day_that_is_owed(a_year: Year, on: date) -> None:
    """By its own line, by that of many, or as a step of its release."""
    facts = a_year.facts
    ahead = on + timedelta(60)
    items = due(facts, POLICY, Calendar(on), on, days=60)
    told = {(i.rule, i.on) for i in items}
    last = {i.rule: i.on for i in items if "过去的还差" in i.what}
    steps = {i.ref for i in items if i.rule is None}
    for f in (d.finding() for d in owed(facts, POLICY, Calendar(on), on, until=ahead)):
        together = f.rule in last and f.due is not None and f.due <= max(last[f.rule], on)
        step = f.rule in ("LED-01", "PLN-06") and f.ref in steps
        assert (f.rule, f.due) in told or together or step, f
    assert all(i.on <= ahead for i in items)
    assert len({(i.on, i.what, i.who, i.ref) for i in items}) == len(items)


@given(a_year=years(), on=DAYS, year=st.sampled_from((2026, 2027)))
@settings(max_examples=40, deadline=None)
def test_the_annual_report_counts_what_check_finds(a_year: Year, on: date, year: int) -> None:
    facts = a_year.facts
    found = _judged(facts, on, year)
    report = annual(facts, found, POLICY, Calendar(on), year, on, "0" * 64)
    _same_findings(report, found)
    quarters = {f.subject: f.result for f in found if f.rule == "QTA-01"}
    for q in report.quarters:
        result = quarters[f"{year}Q{q.quarter}"]
        assert q.state == {Result.PASS: "是", Result.NOT_DUE: "未结束"}.get(result, "否"), (q, result)
    for unit in report.units:
        asked = [
            f for f in found if f.rule in ("QTA-02", "QTA-03") and f.unit_id == unit.unit_id and f.evidence
        ]
        if asked:
            results = {f.result for f in asked}
            state = (
                "是" if results == {Result.PASS} else "否" if results & {*_UNMET, Result.WAIVED} else "未结束"
            )
            if any(f.result is Result.NO_EVIDENCE and f.due and f.due >= on for f in asked):
                state = "未结束"  # it may still be held, or proved
            assert unit.state == state, (unit.unit, results)
        elif on >= date(year, 1, 1):
            assert unit.met is None and unit.state == "", unit.unit


def _same_findings(report: AnnualReport, found: tuple[Finding, ...]) -> None:
    counted = Counter(f.result for f in found)
    assert {r: n for r, n in report.counts.items() if n} == counted
    for unit in report.units:
        loud = [f for f in found if f.unit_id == unit.unit_id and f.result in (*_UNMET, Result.WAIVED)]
        assert list(unit.findings) == loud
        assert list(unit.problems) == [f for f in loud if f.result is not Result.WAIVED]
    assert report.failing() == tuple(f for f in found if f.result in _UNMET)


# -- over New Year, and onwards ---------------------------------------------------------------------------------------------


@given(a_year=years())
@settings(max_examples=60, deadline=None)
def test_what_is_open_on_31_december_is_open_on_1_january(a_year: Year) -> None:
    """But for what lapses: that is kept as something to explain until 31 March; and for what stands as it stands. Nothing
    is done on New Year's Day itself."""
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    facts = replace(a_year.facts.as_of(last), stands_on=None)
    before = [d.finding() for d in owed(facts, POLICY, Calendar(last), last)]
    after = {_key(f): f for f in (d.finding() for d in owed(facts, POLICY, Calendar(first), first))}
    for f in before:
        if DUTIES[f.rule].good_late is None:
            continue
        kept = after.get(_key(f))
        assert kept is not None, f
        over = kept.due is not None and kept.due < first
        assert kept.lapsed is (DUTIES[f.rule].good_late is False and over and _no_way(kept)), kept


def _no_way(f: Finding) -> bool:
    """Whether nothing is left to do about it but to explain."""
    return f.next is None or f.next.startswith(("已不能", "当时做过"))


@given(a_year=years(), on=DAYS, more=st.integers(1, 200))
@settings(max_examples=80, deadline=None)
def test_more_days_never_undo_what_has_lapsed(a_year: Year, on: date, more: int) -> None:
    """What failed for good on a day has failed on every later one; what passed in its time stays passed."""
    facts = a_year.facts
    year, later = 2026, on + timedelta(more)
    then, now = (_judged(facts, day, year) for day in (on, later))
    results: dict[_Key, set[Result]] = {}
    for f in now:
        results.setdefault(_key(f)._replace(due=None), set()).add(f.result)
    for f in then:
        if f.result is Result.FAIL and f.lapsed and DUTIES[f.rule].good_late is False:
            there = results.get(_key(f)._replace(due=None), set())
            assert there & {Result.FAIL, Result.WAIVED}, (f, there)


@given(a_year=years(), on=DAYS)
@settings(max_examples=60, deadline=None)
def test_nothing_fails_while_it_is_not_due(a_year: Year, on: date) -> None:
    """A finding that names a last day still to come has not failed; but for a plan for a day off, which is wrong
    at once and can be moved until then (PLN-03)."""
    facts = a_year.facts
    for year in (2026, 2027):
        for f in _judged(facts, on, year):
            if (
                f.due is not None
                and f.due >= on
                and DUTIES[f.rule].good_late is not None
                and f.rule != "PLN-03"
            ):
                assert f.result in (Result.NOT_DUE, Result.NO_EVIDENCE), f


@given(a_year=years(), on=DAYS)
@settings(max_examples=40, deadline=None)
def test_the_glass_is_clear(a_year: Year, on: date) -> None:
    """Looked at through a later day first, the facts of a day are the same; and nothing in them is of a later day."""
    facts = a_year.facts
    seen = facts.as_of(on)
    assert seen.as_of(on) is seen
    assert all(r.on <= on for r in seen.records)
    assert all(a.since is None or a.since <= on for a in seen.appointments)
    assert all(a.until is None or a.until <= on for a in seen.appointments)
    for r in seen.releases:
        for day in (r.submitted_on, r.filed_on, r.held_on, r.closed_on, *(s.on for s in r.steps)):
            assert day is None or day <= on
        assert (r.held_on is not None) == (r.status.value in ("held", "archived"))
    a, b = (_judged(facts, on, 2026), _judged(seen, on, 2026))
    assert a == b


@given(a_year=years(), on=DAYS, seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_the_order_of_entry_does_not_matter_where_days_are_equal(a_year: Year, on: date, seed: int) -> None:
    """Rows in another order: the same findings, the same errands."""
    facts = a_year.facts
    rng = random.Random(seed)

    def mixed(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(rng.sample(rows, len(rows)))

    other = replace(
        facts,
        appointments=mixed(facts.appointments),
        releases=mixed(facts.releases),
        records=mixed(facts.records),
    )
    for year in (2026, 2027):
        one, two = (Counter(_told(f) for f in _judged(x, on, year)) for x in (facts, other))
        assert one == two, (one - two, two - one)


def _told(f: Finding) -> tuple[Any, ...]:
    """A finding without its words; of two whose entries clash, either may be named."""
    whom = () if f.rule == "ROS-12" else (f.unit_id, f.subject)
    return (f.rule, *whom, f.ref, f.result, f.strength, f.due)


@pytest.mark.parametrize("name", [n for n in _TWICE if "record" in _TWICE[n]])
def test_what_is_entered_later_of_an_earlier_day_does_not_stand_before_what_is_newer(name: str) -> None:
    """A record with its fellows of the same kind, entered in order of their days and the other way round."""
    facts = Year((("", name),)).facts
    other = replace(facts, records=tuple(reversed(facts.records)))
    for on in (date(2026, 6, 30), date(2027, 2, 1)):
        assert Counter(map(_told, _judged(facts, on, 2026))) == Counter(map(_told, _judged(other, on, 2026)))


def test_a_waiver_belongs_to_the_year_of_its_release() -> None:
    """Also in the figures of a year that has nothing else to do with that release."""
    day = date(2021, 3, 10)
    old = Release("2021-001", "反诈宣传", 1, Form.CONFERENCE, day, day, status=Status.HELD, held_on=day)
    waiver = Record(
        1, RecordKind.WAIVER, date(2026, 5, 6), 1, ref=old.ref, data={"rule": "ATT-01", "by": "高远"}
    )
    facts = Facts((Unit(1, (UnitPeriod("市局", UnitKind.BUREAU),)),), releases=(old,), records=(waiver,))
    on = date(2026, 12, 31)
    assert annual(facts, (), POLICY, Calendar(on), 2026, on, "").waivers == ()
    assert annual(facts, (), POLICY, Calendar(on), 2021, on, "").waivers == (waiver,)
