"""due, check and rules: the regulation applied to the facts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pressctl.core import policy_keys as keys
from pressctl.core.due import due as list_due
from pressctl.core.facts import Facts
from pressctl.core.findings import Finding
from pressctl.core.policy import Part, Policy, Rule, Value
from pressctl.core.rules import check as judge
from pressctl.core.rules import owed
from pressctl.core.terms import Result
from pressctl.core.working_days import Calendar
from pressctl.documents.annual_data import finding_view
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
    return Judged(facts, policy, calendar, found, head, day)


def check(
    desk: Desk,
    *,
    year: int | None = None,
    on: dt.date | None = None,
    unit: str | None = None,
    rule: str | None = None,
    everything: bool = False,
) -> dict[str, Any]:
    """Every rule on every fact. `pass` and `not_due` are counted, and listed only with `everything`."""
    seen = judged(desk, year, on, unit=unit, rule=rule)
    before = (seen.day.year - 1,) if year is None and seen.day.month == 1 else ()
    last_year = sum(1 for _ in owed(seen.facts, seen.policy, seen.calendar, seen.day, years=before))
    return ({"last_year_open": last_year} if last_year else {}) | {
        "as_of": seen.day.isoformat(),
        "findings": [finding_view(f) for f in seen.findings if everything or f.result not in _QUIET],
        "counts": {result.value: sum(f.result is result for f in seen.findings) for result in _COUNTED},
    }


# -- rules -----------------------------------------------------------------------------------------


def rules_list(desk: Desk, *, on: dt.date | None = None) -> dict[str, Any]:
    """Every clause with its parts and how each is treated, under the policy in force."""
    day = on or desk.today
    with desk.reading() as repository:
        policy = desk.policy(repository)
    return {
        "regulation": policy.name,
        "number": policy.number,
        "since": policy.since.isoformat(),
        "on": day.isoformat(),
        "profiles": list(policy.profiles),
        "clauses": [
            {"clause": c.id, "parts": [_part_view(p) for p in c.parts]} for c in policy.clauses.values()
        ],
        "rules": [_rule_view(r) for r in policy.rules.values()],
        "own": [
            {"name": k.name, "under": k.under.value, "of": k.of, "aliases": list(k.aliases)}
            for k in policy.own
        ],
    }


def rules_show(desk: Desk, name: str, *, on: dt.date | None = None) -> dict[str, Any]:
    """A rule, a clause or a value by its name, with everything it rests on, as in force on a day."""
    day = on or desk.today
    with desk.reading() as repository:
        policy = desk.policy(repository)
    wanted = normalize("NFKC", name).replace(" ", "")
    if rule := policy.rules.get(wanted.upper()):
        return _rule_view(rule) | {
            "kind": "rule",
            "on": day.isoformat(),
            "in_force": rule.in_force(day),
            "next": rule.next,
            "text": policy.clauses[rule.clause].text,
            "values": [_value_view(policy.value(keys.KEYS[key], day)) for key in rule.values],
        }
    if clause := policy.clauses.get(wanted):
        rules = dict.fromkeys(r for p in clause.parts for r in p.rules)
        values = dict.fromkeys(v for p in clause.parts for v in p.values)
        return {
            "kind": "clause",
            "clause": clause.id,
            "text": clause.text,
            "on": day.isoformat(),
            "parts": [_part_view(p) for p in clause.parts],
            "rules": [_rule_view(policy.rules[r]) for r in rules],
            "values": [_value_view(policy.value(keys.KEYS[key], day)) for key in values],
        }
    if wanted in policy.values:
        history = [_value_view(v) for v in policy.values[wanted]]
        return {"kind": "value", "on": day.isoformat(), "values": history} | _value_view(
            policy.value(keys.KEYS[wanted], day)
        )
    known = (*policy.rules, *policy.clauses, *policy.values)
    raise BadData(
        "unknown_rule",
        f"没有名为“{name}”的规则、条款或数值。",
        next_step=near(wanted, known) or "用 pressctl rules list 查看。",
    )


def _part_view(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "treatment": part.treatment.value,
        "rules": list(part.rules),
        "values": list(part.values),
        "where": part.where or None,
        "why": part.why or None,
    }


def _rule_view(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "clause": rule.clause,
        "quote": rule.quote,
        "strength": rule.strength.value,
        "title": rule.title,
        "since": rule.since.isoformat() if rule.since else None,
        "until": rule.until.isoformat() if rule.until else None,
        "profile": rule.profile,
    }


def _value_view(value: Value) -> dict[str, Any]:
    return {
        "key": value.key,
        "value": value.value,
        "clause": value.clause,
        "since": value.since.isoformat(),
        "until": value.until.isoformat() if value.until else None,
        "checked_on": value.checked_on.isoformat() if value.checked_on else None,
        "local_reading": value.local,
        "profile": value.profile,
    }


# -- due -------------------------------------------------------------------------------------------


def due(
    desk: Desk, *, days: int = 60, on: dt.date | None = None, ics: Path | None = None, force: bool = False
) -> list[dict[str, Any]]:
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
    return [
        {
            "on": i.on.isoformat(),
            "days_left": i.days_left,
            "what": i.what,
            "who": i.who,
            "clause": i.clause,
            "ref": i.ref,
            "provisional": i.provisional,
            "rule": i.rule,
            "lapsed": i.lapsed,
        }
        for i in items
    ]
