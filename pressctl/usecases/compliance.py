"""due, check and rules: the regulation applied to the facts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple
from unicodedata import normalize

from pressctl.core import policy_keys as keys
from pressctl.core.due import Due
from pressctl.core.due import due as list_due
from pressctl.core.encoding import OPTIONAL, SPREAD
from pressctl.core.facts import Facts
from pressctl.core.findings import Finding
from pressctl.core.policy import Part, Policy, Rule, Value
from pressctl.core.rules import check as judge
from pressctl.core.rules import owed
from pressctl.core.terms import Form, Result, Role, Strength, Treatment, UnitKind
from pressctl.core.working_days import Calendar
from pressctl.documents.annual_data import FindingView, finding_view
from pressctl.errors import BadData
from pressctl.usecases.desk import Desk, find_unit, near

_COUNTED = (Result.PASS, Result.FAIL, Result.WAIVED, Result.NOT_DUE, Result.NO_EVIDENCE, Result.PROVISIONAL)
_QUIET = (Result.PASS, Result.NOT_DUE)


@dataclass(frozen=True)
class Judged:
    """Facts, law and findings of one moment, and the log's head that they stand under."""

    facts: Facts
    policy: Policy
    calendar: Calendar
    findings: tuple[Finding, ...]
    head: str
    day: dt.date


def judged(
    desk: Desk,
    year: int | None = None,
    on: dt.date | None = None,
    *,
    unit: str | None = None,
    rule: str | None = None,
) -> Judged:
    """Every rule on every fact of a year, as known on a day: today, also for a year that is over. Raises BadData."""
    day = on or desk.today
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        facts = replace(repository.facts(day), log_sound=repository.verify_log().ok).as_of(day)
        head = repository.log_head()
    if rule is not None and rule not in policy.rules:
        raise BadData(
            "unknown_rule",
            f"没有规则“{rule}”。",
            next_step=near(rule, policy.rules) or "用 pressctl rules list 查看。",
        )
    wanted = find_unit(facts.units, unit).id if unit else None
    found = judge(
        facts, policy, calendar, day, year=year or day.year, unit_id=wanted, rules=(rule,) if rule else None
    )
    return Judged(facts=facts, policy=policy, calendar=calendar, findings=found, head=head, day=day)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the rules found as of a day, and how often. `last_year_open`: in January, what the year before left open."""

    last_year_open: int = field(default=0, metadata=OPTIONAL)
    as_of: dt.date
    findings: tuple[FindingView, ...]
    counts: Mapping[Result, int]


def check(
    desk: Desk,
    *,
    year: int | None = None,
    on: dt.date | None = None,
    unit: str | None = None,
    rule: str | None = None,
    everything: bool = False,
) -> Checked:
    """Every rule on every fact. `pass` and `not_due` are counted, and listed only with `everything`."""
    seen = judged(desk, year, on, unit=unit, rule=rule)
    before = (seen.day.year - 1,) if year is None and seen.day.month == 1 else ()
    last_year = sum(1 for _ in owed(seen.facts, seen.policy, seen.calendar, seen.day, years=before))
    told = Counter(f.result for f in seen.findings)
    return Checked(
        last_year_open=last_year,
        as_of=seen.day,
        findings=tuple(finding_view(f) for f in seen.findings if everything or f.result not in _QUIET),
        counts={result: told[result] for result in _COUNTED},
    )


# -- rules -----------------------------------------------------------------------------------------


class PartView(NamedTuple):
    """Words of a clause, and what becomes of them."""

    text: str
    treatment: Treatment
    rules: tuple[str, ...]
    values: tuple[str, ...]
    where: str | None
    why: str | None

    @classmethod
    def of(cls, part: Part) -> PartView:
        return cls(
            text=part.text,
            treatment=part.treatment,
            rules=part.rules,
            values=part.values,
            where=part.where or None,
            why=part.why or None,
        )


class RuleView(NamedTuple):
    rule: str
    clause: str
    quote: str
    strength: Strength
    title: str
    since: dt.date | None
    until: dt.date | None
    profile: str | None

    @classmethod
    def of(cls, rule: Rule) -> RuleView:
        return cls(
            rule=rule.id,
            clause=rule.clause,
            quote=rule.quote,
            strength=rule.strength,
            title=rule.title,
            since=rule.since,
            until=rule.until,
            profile=rule.profile,
        )


class ValueView(NamedTuple):
    key: str
    value: Any
    clause: str
    since: dt.date
    until: dt.date | None
    checked_on: dt.date | None
    local_reading: bool
    profile: str | None

    @classmethod
    def of(cls, value: Value) -> ValueView:
        return cls(
            key=value.key,
            value=value.value,
            clause=value.clause,
            since=value.since,
            until=value.until,
            checked_on=value.checked_on,
            local_reading=value.local,
            profile=value.profile,
        )


class ClauseView(NamedTuple):
    clause: str
    parts: tuple[PartView, ...]


class OwnName(NamedTuple):
    """A name of the regulation's own, the term that it stands under, and of which vocabulary that is."""

    name: str
    under: Role | Form | UnitKind
    of: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Regulation:
    """Every clause with its parts and how each is treated, under the policy in force."""

    regulation: str
    number: str
    since: dt.date
    on: dt.date
    profiles: tuple[str, ...]
    clauses: tuple[ClauseView, ...]
    rules: tuple[RuleView, ...]
    own: tuple[OwnName, ...]


def rules_list(desk: Desk, *, on: dt.date | None = None) -> Regulation:
    with desk.reading() as repository:
        policy = desk.policy(repository)
    return Regulation(
        regulation=policy.name,
        number=policy.number,
        since=policy.since,
        on=on or desk.today,
        profiles=tuple(policy.profiles),
        clauses=tuple(ClauseView(c.id, tuple(map(PartView.of, c.parts))) for c in policy.clauses.values()),
        rules=tuple(map(RuleView.of, policy.rules.values())),
        own=tuple(OwnName(k.name, k.under, k.of, k.aliases) for k in policy.own),
    )


@dataclass(frozen=True)
class ShownRule:
    rule: RuleView = field(metadata=SPREAD)
    kind: Literal["rule"]
    on: dt.date
    in_force: bool
    next: str
    text: str
    values: tuple[ValueView, ...]


@dataclass(frozen=True)
class ShownClause:
    kind: Literal["clause"]
    clause: str
    text: str
    on: dt.date
    parts: tuple[PartView, ...]
    rules: tuple[RuleView, ...]
    values: tuple[ValueView, ...]


@dataclass(frozen=True)
class ShownValue:
    """`value` is the one in force on the day, `values` all there ever were."""

    kind: Literal["value"]
    on: dt.date
    values: tuple[ValueView, ...]
    value: ValueView = field(metadata=SPREAD)


def rules_show(desk: Desk, name: str, *, on: dt.date | None = None) -> ShownRule | ShownClause | ShownValue:
    """A rule, a clause or a value by its name, with everything it rests on, as in force on a day."""
    day = on or desk.today
    with desk.reading() as repository:
        policy = desk.policy(repository)

    def value(key: str) -> ValueView:
        return ValueView.of(policy.value(keys.KEYS[key], day))

    wanted = normalize("NFKC", name).replace(" ", "")
    if rule := policy.rules.get(wanted.upper()):
        text, values = policy.clauses[rule.clause].text, tuple(map(value, rule.values))
        return ShownRule(
            rule=RuleView.of(rule),
            kind="rule",
            on=day,
            in_force=rule.in_force(day),
            next=rule.next,
            text=text,
            values=values,
        )
    if clause := policy.clauses.get(wanted):
        rules = dict.fromkeys(r for p in clause.parts for r in p.rules)
        return ShownClause(
            kind="clause",
            clause=clause.id,
            text=clause.text,
            on=day,
            parts=tuple(map(PartView.of, clause.parts)),
            rules=tuple(RuleView.of(policy.rules[r]) for r in rules),
            values=tuple(map(value, dict.fromkeys(v for p in clause.parts for v in p.values))),
        )
    if wanted in policy.values:
        history = tuple(map(ValueView.of, policy.values[wanted]))
        return ShownValue("value", day, history, value(wanted))
    known = (*policy.rules, *policy.clauses, *policy.values)
    raise BadData(
        "unknown_rule",
        f"没有名为“{name}”的规则、条款或数值。",
        next_step=near(wanted, known) or "用 pressctl rules list 查看。",
    )


# -- due -------------------------------------------------------------------------------------------


def due(
    desk: Desk, *, days: int = 60, on: dt.date | None = None, ics: Path | None = None, force: bool = False
) -> tuple[Due, ...]:
    """What is owed within so many days, and what is overdue."""
    day = on or desk.today
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        facts, notices = repository.facts(day), repository.notices()
    before = Calendar(desk.today, notices[:-1]) if notices else None
    items = list_due(facts, policy, calendar, day, days=days, before=before)
    if ics:
        from pressctl.documents import calendars

        events = calendars.due_events(items, facts.release_by_ref, desk.changes_of(facts.release_by_ref))
        calendars.write(ics, events, name="新闻发布工作待办", stamp=desk.now(), force=force)
    return tuple(items)
