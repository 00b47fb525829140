"""三(二)1, 4: what a unit owes in a year, by the kinds it was and for how long, and which releases count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.dates import in_all
from pressctl.core.facts import Facts, Release, Unit
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import QuotaRow
from pressctl.core.recurrence import Every, Turn, turns
from pressctl.core.terms import Form, Occasion, Seat, Status, UnitKind, Word

DONE = frozenset({Status.HELD, Status.ARCHIVED})
_ONE = timedelta(1)


@dataclass(frozen=True, slots=True)
class Span:
    """A unit's time in one kind within a year or a part of it: first and last day, both counted."""

    named: Named[UnitKind]
    office: bool
    first: date
    last: date

    @property
    def kind(self) -> UnitKind:
        return self.named.term


def spans_of(unit: Unit, year: int) -> tuple[Span, ...]:
    """The kinds a unit was in a year, in order; a renaming does not part them. The year is taken to its end."""
    return spans_within(unit, date(year, 1, 1), date(year, 12, 31))


def spans_within(unit: Unit, since: date, until: date) -> tuple[Span, ...]:
    """The same between two days, both counted."""
    found: list[Span] = []
    for period in unit.periods:
        first = max(period.since or date.min, since)
        last = min((period.until or date.max) - _ONE, until)
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
    """`number` releases of any of `forms` within the span, which lies in `turn`; 0 where nothing is owed, and `why`.
    `earlier` are the times of the same turn at whose end the unit ceased to be of the kind, until it was so again."""

    number: int
    forms: tuple[Named[Form], ...]
    span: Span
    turn: Turn
    why: str = ""
    in_bureau_name: bool | None = None
    earlier: tuple[Span, ...] = ()

    def holds(self, day: date) -> bool:
        """Whether the unit was of the kind on a day of the turn."""
        return any(s.first <= day <= s.last for s in (*self.earlier, self.span))

    @property
    def said(self) -> str:
        name = {None: "", True: f"{Word.IN_BUREAU_NAME.label}的", False: "以本单位名义的"}[
            self.in_bureau_name
        ]
        return name + "或".join(f.label for f in self.forms)

    def fits(self, release: Release) -> bool:
        """By its form, and the name where that is asked."""
        named = self.in_bureau_name in (None, release.in_bureau_name)
        return named and any(form.covers(release.named_form) for form in self.forms)

    def planned(self, release: Release) -> bool:
        """Whether a release of the year's plan is one of those owed: in its own stretch, where there are several."""
        return self.fits(release) and (self.turn.every is Every.YEAR or self.turn.holds(release.planned_on))


def quotas_of(unit: Unit, policy: Policy, year: int) -> tuple[UnitQuota, ...]:
    """What a unit owes of a year, for each kind it was in it (Q25, Q33), in each stretch for which its row asks; a kind
    too short owes nothing and says so.

    Kinds that owe the same are one: the clause asks one thing of 支队 and 处室, whichever of them a unit became, and
    once a year also of a unit that was another kind in between.
    """
    asked = {row.every for value in policy.values.get(keys.QUOTAS.name, ()) for row in value.typed.values()}
    found: list[UnitQuota] = []
    for turn in (turn for every in Every if every in asked for turn in turns(every, year)):
        owing: list[tuple[QuotaRow, tuple[Span, ...]]] = []
        for span in spans_within(unit, turn.first, turn.last):
            row = policy.get(keys.QUOTAS, span.last).get(span.named)
            if row is None or row.every is not turn.every:
                continue
            same = next((o for o in owing if o[0] == row and o[1][-1].office is span.office), None)
            if same is None:
                owing.append((row, (span,)))
                continue
            owing.remove(same)
            *before, last = same[1]
            if last.last + _ONE == span.first:
                owing.append((row, (*before, replace(span, first=last.first))))
            else:
                owing.append((row, (*before, last, span)))
        found += [_quota(row, spans, turn, policy) for row, spans in owing]
    return tuple(found)


def _quota(row: QuotaRow, spans: tuple[Span, ...], turn: Turn, policy: Policy) -> UnitQuota:
    """Of a stretch shorter than the months that the law asks for, the unit must have been of the kind for the whole."""
    *before, span = spans
    least = policy.get(keys.QUOTA_MONTHS, span.last)
    months = turn.every.months
    whole = (spans[0].first, span.last) == (turn.first, turn.last) and not before
    if span.office:
        return UnitQuota(0, row.forms, span, turn, f"与{Word.OFFICE.label}合署办公，不单独考核")
    enough = months is not None and least <= months
    if not (whole or (enough and in_all(((s.first, s.last) for s in spans), least)[1])):
        short = f"不足{least}个月" if enough else f"不满整{turn.every.measure}"
        then = "当年" if turn.every is Every.YEAR else ""
        why = f"作为{span.named.label}{then}{short}，不考核"
        return UnitQuota(0, row.forms, span, turn, why, earlier=tuple(before))
    return UnitQuota(
        row.number, row.forms, span, turn, in_bureau_name=row.in_bureau_name, earlier=tuple(before)
    )


def is_quarterly(release: Release) -> bool:
    """三(二)1: the bureau's periodic conference. Major and opinion conferences do not stand in for it (Q9)."""
    kind = (release.occasion, release.form, release.in_bureau_name)
    return kind == (Occasion.PERIODIC, Form.CONFERENCE, True)


def bureau_turns(policy: Policy, year: int) -> tuple[Turn, ...]:
    """三(二)1: the stretches of a year in each of which the bureau owes its periodic conference: the year's quarters, or
    what the law in force at the end of each asks for."""
    period = keys.BUREAU_PERIOD
    asked = {period.default, *(value.typed for value in policy.values.get(period.name, ()))}
    found = (turn for every in Every if every in asked for turn in turns(every, year))
    return tuple(turn for turn in found if policy.get(period, turn.last) is turn.every)


def bureau_conferences(facts: Facts, turn: Turn, day: date) -> tuple[Release, ...]:
    """三(二)1: the periodic conferences in the bureau's name held in a stretch, up to a day."""
    years = sorted({turn.first.year, turn.last.year})
    return tuple(
        r
        for year in years
        for r in facts.releases_by_year.get(year, ())
        if r.status in DONE
        and is_quarterly(r)
        and r.held_on is not None
        and turn.holds(r.held_on)
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


def held_by(unit: Unit, releases: Iterable[Release]) -> tuple[Release, ...]:
    """Of the releases that a unit organises, those held; what others held of a plan made with it after it was closed
    is theirs alone."""
    return tuple(
        r for r in releases if r.status in DONE and (r.unit_id == unit.id or unit.on(r.day) is not None)
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
        and r.held_on <= day
        and quota.holds(r.held_on)
        and quota.fits(r)
    ]
    proved = tuple(r for r in held if r.form is Form.WRITTEN or _somebody_sat(r))
    bare = tuple(r for r in held if r not in proved)
    return Count(proved, bare, any(r.unit_id != unit.id for r in proved))


def _somebody_sat(release: Release) -> bool:
    return any(release.seated(seat, actual=True) for seat in (Seat.HOST, Seat.PRESENTER))
