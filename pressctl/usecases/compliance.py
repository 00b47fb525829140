"""due, check and rules: the regulation applied to the facts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from pressctl.core.due import due as owed
from pressctl.core.rules import check as judge
from pressctl.core.terms import Result
from pressctl.documents.annual_data import finding_view
from pressctl.usecases.desk import Desk, find_unit

_COUNTED = (Result.PASS, Result.FAIL, Result.WAIVED, Result.NOT_DUE, Result.NO_EVIDENCE, Result.PROVISIONAL)
_QUIET = (Result.PASS, Result.NOT_DUE)


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
    day = on or (min(desk.today, dt.date(year, 12, 31)) if year else desk.today)
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        facts = repository.facts()
    wanted = find_unit(facts.units, unit).id if unit else None
    found = judge(facts, policy, calendar, day, year=year or day.year, unit_id=wanted, rule=rule)
    return {
        "as_of": day.isoformat(),
        "findings": [finding_view(f) for f in found if everything or f.result not in _QUIET],
        "counts": {result.value: sum(f.result is result for f in found) for result in _COUNTED},
    }


def due(
    desk: Desk, *, days: int = 60, on: dt.date | None = None, ics: Path | None = None, force: bool = False
) -> list[dict[str, Any]]:
    """What is owed within so many days, and what is overdue."""
    day = on or desk.today
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        facts = repository.facts()
    findings = judge(facts, policy, calendar, day, year=day.year)
    items = owed(facts, policy, calendar, day, findings, days=days)
    if ics:
        from pressctl.documents import calendars

        events = [
            calendars.Event(f"due-{n}-{i.on}", i.on, f"{i.who}：{i.what}", i.clause or "")
            for n, i in enumerate(items, start=1)
        ]
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
        }
        for i in items
    ]
