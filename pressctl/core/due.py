"""What must be done, by whom, by when: the open obligations, and the next step of every release under way.

Each item is a plain record; the most pressing stands first. Dates are computed from the facts, the policy and the
calendar of the day asked about, never stored.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.encoding import HIDDEN
from pressctl.core.facts import Facts, Release, Unit
from pressctl.core.findings import Finding
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key
from pressctl.core.quota import DONE
from pressctl.core.rules import Open, owed
from pressctl.core.terms import Occasion, RecordKind, Role, Status, Word
from pressctl.core.working_days import Calendar


@dataclass(frozen=True, slots=True)
class Due:
    """One thing owed. `days_left` counts calendar days; negative is overdue. `rule` is the one that found it, None for
    a step of a release under way; `lapsed`: it can only be explained or waived. `key` says which duty it is, and stays
    while names, days and counts change."""

    on: date
    days_left: int
    what: str
    who: str
    clause: str | None
    ref: str | None = None
    provisional: bool = False
    rule: str | None = None
    lapsed: bool = False
    key: str = field(default="", metadata=HIDDEN)


@dataclass(frozen=True)
class _Desk:
    """What every source of duties looks at: the facts as they stand today."""

    facts: Facts
    policy: Policy
    calendar: Calendar
    today: date
    moved: Mapping[str, date] = field(default_factory=dict)

    def item(
        self, on: date, what: str, who: str, clause: str | None, ref: str | None = None, **more: Any
    ) -> Due:
        provisional = self.calendar.day(on).provisional
        return Due(on, (on - self.today).days, what, who, clause, ref, provisional, **more)

    def clause(self, key: Key[Any]) -> str:
        return self.policy.clause(key, self.today)

    def unit(self, unit_id: int) -> str:
        return self.facts.unit_by_id[unit_id].named_on(self.today)

    def holders(self, role: Role) -> str:
        names = "、".join(a.person.name for a in self.facts.holders(role, self.today))
        return f"{role.label}（{names or '当日无人在任'}）"

    def under_way(self) -> Iterator[Release]:
        """Releases whose day has not passed; of one that has, the rules say what is left to do."""
        return (r for r in self.facts.releases if r.on >= self.today)


def due(
    facts: Facts,
    policy: Policy,
    calendar: Calendar,
    today: date,
    *,
    days: int = 60,
    before: Calendar | None = None,
) -> tuple[Due, ...]:
    """Everything owed up to `days` ahead, and what is overdue, of whatever year; sorted by day.

    `before` is the calendar without the last imported notice: a deadline that the notice moved says so.
    """
    seen = facts.as_of(today)
    moved = moved_deadlines(seen.releases, seen.unit_by_id, policy, before, calendar, today) if before else ()
    desk = _Desk(seen, policy, calendar, today, {r.ref: old for r, old, _ in moved})
    until = today + timedelta(days)
    found = [item for source in _SOURCES for item in source(desk)]
    found += _of_rules(desk, owed(seen, policy, calendar, today, until=until))
    kept = {(i.on, i.what, i.who, i.ref, i.rule): i for i in found if i.on <= until}
    return tuple(sorted(kept.values(), key=lambda i: (i.on, i.ref or "", i.what)))


def moved_deadlines(
    releases: Iterable[Release],
    units: Mapping[int, Unit],
    policy: Policy,
    before: Calendar,
    after: Calendar,
    today: date,
) -> tuple[tuple[Release, date, date], ...]:
    """Releases still to be submitted whose last day differs between two calendars: (release, old, new)."""
    found = []
    for release in releases:
        if release.status not in _TO_SUBMIT:
            continue
        unit = units.get(release.unit_id)
        old, new = (workflow.submission_deadline(release, unit, policy, c, today) for c in (before, after))
        if old is not None and new is not None and old.date != new.date:
            found.append((release, old.date, new.date))
    return tuple(found)


_TO_SUBMIT = frozenset({Status.PLANNED, Status.RETURNED, Status.WITHDRAWN})


def _of_rules(desk: _Desk, duties: Iterable[Open]) -> Iterator[Due]:
    """What the rules found owed. Many of one rule on one day are one line: thirty statements are one errand; and what
    is left of years before the last is one line a rule and year; so are the weeks or months of a year that a unit missed,
    and what many releases of a year that are over lack alike: an office that begins to be asked for it is not flooded."""
    duties, missed = _stretches_missed([d for d in duties if not _told_as_step(desk, d)])
    duties, lacking = _releases_past(desk, duties)
    past = [(_key("missed", f[0].row.id, f[0].year, f[0].verdict.unit_id), f) for f in missed]
    past += [(_key("lacking", f[0].row.id, f[0].year, f[0].lapsed), f) for f in lacking]
    for key, found in past:
        rule, last, of = found[0].row, max(d.due for d in found), found[0].year
        said = "说明或豁免：" if found[0].lapsed else ""
        where = f"check --rule {rule.id}" + (f" --year {of}" if of != desk.today.year else "")
        told = f"{said}{rule.title}：过去的还差{len(found)}项（{where}）"
        yield desk.item(
            last, told, _units_named(found), rule.clause, rule=rule.id, lapsed=found[0].lapsed, key=key
        )
    groups: dict[tuple[str, date, bool], list[Open]] = defaultdict(list)
    for duty in duties:
        groups[duty.row.id, duty.due, duty.lapsed].append(duty)
    for (rule_id, day, lapsed), group in groups.items():
        rule = group[0].row
        said = "说明或豁免：" if lapsed else ""
        if len(group) <= _FEW and day.year >= desk.today.year - 1:
            for duty in group:
                f = duty.finding()
                who = f.unit or Word.OFFICE.label
                key = _key("hold", f.ref) if rule_id == "PLN-06" else _key(*duty.identity)
                yield desk.item(
                    day, said + _errand(desk, f), who, f.clause, f.ref, rule=rule_id, lapsed=lapsed, key=key
                )
        else:
            of = group[0].year  # what is due in January may be of the year before
            year = f"（{of}年，check --year {of}）" if day.year < desk.today.year - 1 else ""
            yield desk.item(
                day,
                f"{said}{rule.title}：还差{len(group)}项{year}",
                _units_named(group),
                rule.clause,
                rule=rule_id,
                lapsed=lapsed,
                key=_key("many", rule_id, *sorted({str(d.span) for d in group})),
            )


def _units_named(group: list[Open]) -> str:
    """The first units of many duties, and how many there are."""
    units = {duty.verdict.unit_id: duty for duty in reversed(group)}  # each by its first
    first = "、".join(d.unit or Word.OFFICE.label for d in itertools.islice(reversed(units.values()), _FEW))
    return first + (f"等{len(units)}个单位" if len(units) > _FEW else "")


def _key(*parts: object) -> str:
    return "|".join("" if part is None else str(part) for part in parts)


_FEW = 3
_QUARTERS = 4


def _releases_past(desk: _Desk, duties: list[Open]) -> tuple[list[Open], list[list[Open]]]:
    """What more releases than a year has quarters lack by one rule, their days being over: together; and the rest."""

    def alike(d: Open) -> tuple[object, ...] | None:
        past = d.verdict.ref is not None and d.due < desk.today
        return (d.row.id, d.lapsed, d.year) if past else None

    return _parted(duties, alike)


def _stretches_missed(duties: list[Open]) -> tuple[list[Open], list[list[Open]]]:
    """What lapsed of parts of a year, more of one rule and unit than a year has quarters: together; and the rest."""

    def stretches(d: Open) -> tuple[object, ...] | None:
        part = d.lapsed and d.verdict.period and d.verdict.ref is None and d.verdict.person is None
        return (d.row.id, d.verdict.unit_id, d.year) if part else None

    return _parted(duties, stretches)


def _parted(
    duties: list[Open], kind: Callable[[Open], tuple[object, ...] | None]
) -> tuple[list[Open], list[list[Open]]]:
    """The duties of a kind, where there are more of it than a year has quarters, together; and the rest, in their order.
    What is of no kind is of the rest."""
    kinds: dict[tuple[object, ...] | None, list[Open]] = defaultdict(list)
    for d in duties:
        kinds[kind(d)].append(d)
    many = [found for of, found in kinds.items() if of is not None and len(found) > _QUARTERS]
    gone = {id(d) for found in many for d in found}
    return [d for d in duties if id(d) not in gone], many


def _told_as_step(desk: _Desk, duty: Open) -> bool:
    """What is to be submitted and held stands among the steps, until the day of the release has passed."""
    if duty.row.id not in ("LED-01", "PLN-06", "RTE-09"):
        return False
    release = desk.facts.release_by_ref.get(duty.verdict.ref or "")
    return release is not None and release.on >= desk.today


def _errand(desk: _Desk, finding: Finding) -> str:
    release = desk.facts.release_by_ref.get(finding.ref or "")
    if finding.rule != "PLN-06" or release is None:
        # several rules may say the same of one release: the title tells which is meant
        title = desk.policy.rules[finding.rule].title
        return f"{title}：{finding.message}" if finding.ref else finding.message
    return f"补记是否已举行，或改期、取消：“{release.name}”（{release.named_form.label}）"


# -- releases --------------------------------------------------------------------------------------


def _submissions(desk: _Desk) -> Iterator[Due]:
    """三(三)3: what must be in by when; where no lead is asked, in time to be signed and filed (三(三)1)."""
    for release in desk.under_way():
        if release.status not in _TO_SUBMIT:
            continue
        unit = desk.facts.unit_by_id.get(release.unit_id)
        last = workflow.submission_deadline(release, unit, desk.policy, desk.calendar, desk.today)
        if release.first_receipt is not None or (last is None and release.in_bureau_name):
            again = "重新" if release.first_receipt else ""
            by = desk.calendar.add(release.on, -3 if _files(desk, release) else -2).end
            what = f"{again}报送审批：“{release.name}”（{release.period or release.on} 发布）"
            key = _key("submit", release.ref)
            yield desk.item(
                by, what, desk.unit(release.unit_id), desk.clause(keys.ROUTE_ORDER), release.ref, key=key
            )
        elif last is not None:
            was = desk.moved.get(release.ref)
            note = f"；原为 {was}，因放假安排改期" if was else ""
            hour = f"，最迟 {last.hour:%H:%M}" if last.hour else ""
            what = f"报送“{release.name}”的发布方案、新闻素材和新闻发布稿（{_day(release)}发布{hour}{note}）"
            key = _key("submit", release.ref)
            yield desk.item(
                last.date, what, desk.unit(release.unit_id), desk.clause(keys.LEAD_DAYS), release.ref, key=key
            )


def _day(release: Release) -> str:
    return f"计划 {release.period}，尚未定日期，" if release.period else f"{release.on} "


def _signatures(desk: _Desk) -> Iterator[Due]:
    """三(三)1: opinions waiting; owed before filing, so two working days before the event."""
    for release in desk.under_way():
        waits = workflow.waits_for(release, desk.policy, desk.today)
        if waits:
            step, role = waits
            by = desk.calendar.add(release.on, -2 if _files(desk, release) else -1).end
            answer = workflow.answer_day(release, desk.policy, desk.calendar, desk.today)
            told = answer is not None and answer.end <= by
            yield desk.item(
                answer.end if told and answer else by,
                f"签署{step.label}：“{release.name}”" + "（答复的最后一天）" * told,
                desk.holders(role),
                desk.clause(keys.APPROVAL_DAYS if told else keys.ROUTE_ORDER),
                release.ref,
                key=_key("sign", release.ref, step.value),
            )


def _files(desk: _Desk, release: Release) -> bool:
    return workflow.files_before(release, desk.policy, desk.today)


def _filings(desk: _Desk) -> Iterator[Due]:
    """What is to be filed before it is held. What is filed afterwards the rule tells, where the regulation has it."""
    if "FIL-01" not in desk.policy.rules:
        yield from _filings_after(desk)
    for release in desk.under_way():
        if release.status is Status.APPROVED and _files(desk, release):
            by = desk.calendar.add(release.on, -1).end
            yield desk.item(
                by,
                f"{RecordKind.FILED.label}：“{release.name}”",
                Word.OFFICE.label,
                desk.clause(keys.FILING_FORMS),
                release.ref,
                key=_key("file", release.ref),
            )


def _filings_after(desk: _Desk) -> Iterator[Due]:
    for release in desk.facts.releases:
        if release.status not in DONE or release.filed_on is not None:
            continue
        last = workflow.last_to_file(release, desk.policy, desk.calendar, release.day)
        if last is not None:
            what = f"{Word.FILING.label}已召开的“{release.name}”"
            clause = desk.clause(keys.FILING_FORMS)
            key = _key("file", release.ref)
            yield desk.item(last.end, what, Word.OFFICE.label, clause, release.ref, key=key)


_BASIS: Mapping[Occasion, Key[Any]] = {
    Occasion.PERIODIC: keys.QUARTERLY,
    Occasion.MAJOR: keys.MAJOR_DAYS,
    Occasion.OPINION: keys.OPINION_HOURS,
    Occasion.EMERGENCY: keys.EMERGENCY_HOURS,
    Occasion.OWN: keys.QUOTAS,
}
"""Which value's clause speaks of holding a release, by its occasion."""


def _events(desk: _Desk) -> Iterator[Due]:
    """What is to be held, and what should have been recorded as held."""
    ready = (Status.APPROVED, Status.FILED)
    for release in desk.under_way():
        own = release.status is Status.PLANNED and not release.in_bureau_name
        if own or (
            release.status in ready and not (release.status is Status.APPROVED and _files(desk, release))
        ):
            undated = f"，计划 {release.period}，尚未定日期" if release.period else ""
            what = f"举行：“{release.name}”（{release.named_form.label}{undated}）"
            basis = desk.policy.find(_BASIS[release.occasion], desk.today)
            clause = basis.clause if basis else desk.clause(keys.QUOTAS)
            key = _key("hold", release.ref)
            yield desk.item(release.on, what, desk.unit(release.unit_id), clause, release.ref, key=key)


_SOURCES: tuple[Callable[[_Desk], Iterator[Due]], ...] = (
    _submissions,
    _signatures,
    _filings,
    _events,
)
