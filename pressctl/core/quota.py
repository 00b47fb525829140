"""三(二)1, 4: what a unit owes in a year, by the kinds it was and for how long, and which releases count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.dates import months_later
from pressctl.core.facts import Facts, Release, Unit
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import QuotaRow
from pressctl.core.terms import Form, Occasion, Seat, Status, UnitKind, Word

DONE = frozenset({Status.HELD, Status.ARCHIVED})
_ONE = timedelta(1)


@dataclass(frozen=True, slots=True)
class Span:
    """A unit's time in one kind within a year: first and last day, both counted."""

    named: Named[UnitKind]
    office: bool
    first: date
    last: date

    @property
    def kind(self) -> UnitKind:
        return self.named.term

    def lasts(self, months: int) -> bool:
        """Whether it holds so many months: from 1 July to 31 December are six."""
        return months_later(self.first, months) <= self.last + _ONE


def spans_of(unit: Unit, year: int) -> tuple[Span, ...]:
    """The kinds a unit was in a year, in order; a renaming does not part them. The year is taken to its end."""
    found: list[Span] = []
    for period in unit.periods:
        first = max(period.since or date.min, date(year, 1, 1))
        last = min((period.until or date.max) - _ONE, date(year, 12, 31))
        if first > last:
            continue
        before = found[-1] if found else None
        if before and (before.named, before.office, before.last + _ONE) == (
            period.named_kind,
            period.office,
            first,
        ):
            found[-1] = replace(before, last=last)
        else:
            found.append(Span(period.named_kind, period.office, first, last))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class UnitQuota:
    """`number` releases of any of `forms` within the span; 0 where nothing is owed, and `why`."""

    number: int
    forms: tuple[Named[Form], ...]
    span: Span
    why: str = ""

    @property
    def said(self) -> str:
        return "或".join(f.label for f in self.forms)

    def fits(self, release: Release) -> bool:
        """By its form alone, as for a plan."""
        return any(form.covers(release.named_form) for form in self.forms)


def quotas_of(unit: Unit, policy: Policy, year: int) -> tuple[UnitQuota, ...]:
    """What a unit owes of a year, for each kind it was in it (Q25, Q33); a kind too short owes nothing and says so.

    Kinds that owe the same are one: the clause asks one thing of 支队 and 处室, whichever of them a unit became.
    """
    owing: list[tuple[QuotaRow, Span]] = []
    for span in spans_of(unit, year):
        row = policy.get(keys.QUOTAS, span.last).get(span.named)
        if row is None:
            continue
        if owing and _one_duty(owing[-1], row, span):
            span = replace(span, first=owing.pop()[1].first)
        owing.append((row, span))
    return tuple(_quota(row, span, policy) for row, span in owing)


def _one_duty(before: tuple[QuotaRow, Span], row: QuotaRow, span: Span) -> bool:
    asked, then = before
    return asked == row and then.office is span.office and then.last + _ONE == span.first


def _quota(row: QuotaRow, span: Span, policy: Policy) -> UnitQuota:
    months = policy.get(keys.QUOTA_MONTHS, span.last)
    if span.office:
        return UnitQuota(0, row.forms, span, f"与{Word.OFFICE.label}合署办公，不单独考核")
    if not span.lasts(months):
        return UnitQuota(0, row.forms, span, f"作为{span.named.label}当年不足{months}个月，不考核")
    return UnitQuota(row.number, row.forms, span)


def is_quarterly(release: Release) -> bool:
    """三(二)1: the bureau's periodic conference. Major and opinion conferences do not stand in for it (Q9)."""
    kind = (release.occasion, release.form, release.in_bureau_name)
    return kind == (Occasion.PERIODIC, Form.CONFERENCE, True)


def bureau_conferences(
    releases: Iterable[Release], year: int, quarter: int, day: date
) -> tuple[Release, ...]:
    """三(二)1: the periodic conferences in the bureau's name held in a quarter, up to a day."""
    return tuple(
        r
        for r in releases
        if r.status in DONE
        and is_quarterly(r)
        and r.held_on is not None
        and (r.held_on.year, (r.held_on.month + 2) // 3) == (year, quarter)
        and r.held_on <= day
    )


def shared(facts: Facts, unit: Unit, policy: Policy, day: date) -> tuple[Release, ...]:
    """The releases that are a unit's own or, where joint ones count (Q8), organised by it together with others. Taking
    part in the bureau's quarterly conference is what 三(二)1 asks of some units; it is no release of theirs (Q34)."""
    jointly = policy.get(keys.QUOTA_JOINT, day)
    return tuple(
        r
        for r in facts.releases_shared.get(unit.id, ())
        if r.unit_id == unit.id or (jointly and not is_quarterly(r))
    )


@dataclass(frozen=True, slots=True)
class Count:
    """Releases that count towards a quota: proved to have been held, or held without a word on who sat there."""

    proved: tuple[Release, ...]
    bare: tuple[Release, ...]
    jointly: bool
    """Whether one of the proved is another unit's, organised together (Q8)."""


def counted(facts: Facts, unit: Unit, quota: UnitQuota, policy: Policy, day: date) -> Count:
    """What a unit held within the span of a quota, up to a day. A conference or briefing of which nobody is on record
    as host or presenter is no evidence of one."""
    span = quota.span
    held = [
        r
        for r in shared(facts, unit, policy, span.last)
        if r.status in DONE
        and r.held_on is not None
        and span.first <= r.held_on <= min(span.last, day)
        and quota.fits(r)
    ]
    proved = tuple(r for r in held if r.form is Form.WRITTEN or _somebody_sat(r))
    bare = tuple(r for r in held if r not in proved)
    return Count(proved, bare, any(r.unit_id != unit.id for r in proved))


def _somebody_sat(release: Release) -> bool:
    return any(release.seated(seat, actual=True) for seat in (Seat.HOST, Seat.PRESENTER))
