"""三(二)4: what a unit owes in a year, by its kind and the months it existed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Facts, Release, Unit
from pressctl.core.policy import Policy
from pressctl.core.terms import Form, Occasion, Status

DONE = frozenset({Status.HELD, Status.ARCHIVED})


@dataclass(frozen=True, slots=True)
class UnitQuota:
    """`number` releases of any of `forms`; 0 where nothing is owed, and `why`."""

    number: int
    forms: tuple[Form, ...]
    why: str = ""

    @property
    def said(self) -> str:
        return "或".join(f.label for f in self.forms)

    def counts(self, release: Release) -> bool:
        return release.form in self.forms


def quota_of(unit: Unit, policy: Policy, year: int) -> UnitQuota:
    """A unit is judged by its kind at the year's end, or at its own."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    period = unit.on(last) or unit.latest
    row = policy.get(keys.QUOTAS, last).get(period.kind)
    if row is None:
        return UnitQuota(0, ())
    forms = row.forms
    if period.office:
        return UnitQuota(0, forms, "与新闻发言人办公室合署办公，不单独考核")
    start, end = max(unit.since or first, first), min(unit.until or last, last)
    if (end - start).days < policy.get(keys.QUOTA_MONTHS, last) * 30:
        return UnitQuota(0, forms, "当年存续不足规定月数")
    return UnitQuota(row.number, forms)


def bureau_conferences(
    releases: Iterable[Release], year: int, quarter: int, day: date
) -> tuple[Release, ...]:
    """三(二)1: the periodic conferences in the bureau's name held in a quarter, up to a day. Major and opinion
    conferences do not stand in for them (Q9)."""
    return tuple(
        r
        for r in releases
        if r.status in DONE
        and (r.occasion, r.form, r.in_bureau_name) == (Occasion.PERIODIC, Form.CONFERENCE, True)
        and r.held_on is not None
        and (r.held_on.year, (r.held_on.month + 2) // 3) == (year, quarter)
        and r.held_on <= day
    )


def held_in(facts: Facts, unit: Unit, quota: UnitQuota, year: int, day: date) -> int:
    """How many releases count towards the quota up to a day."""
    return sum(
        r.status in DONE
        and r.held_on is not None
        and r.held_on.year == year
        and r.held_on <= day
        and quota.counts(r)
        for r in facts.releases_shared.get(unit.id, ())
    )
