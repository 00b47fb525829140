"""plan, submit, approve, record filed/held/archived: load the release, ask the workflow, save it with its log entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.encoding import OPTIONAL, SPREAD
from pressctl.core.facts import (
    Appointment,
    Attachment,
    Person,
    Record,
    Release,
    SeatTaken,
    Unit,
    in_its_place,
)
from pressctl.core.moments import Moment
from pressctl.core.quota import DONE
from pressctl.core.terms import (
    Action,
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    RecordKind,
    Role,
    Seat,
    Status,
    Step,
    Word,
)
from pressctl.core.words import Asked
from pressctl.core.workflow import Act, Signer
from pressctl.core.working_days import Calendar, doubt
from pressctl.errors import BadData, Refused, UsageError
from pressctl.importing import values
from pressctl.storage.attachments import Attachments, Kept, Staging
from pressctl.usecases import views
from pressctl.usecases.desk import Desk, find_person, find_release, find_unit
from pressctl.usecases.views import DeadlineCount, Happened, ReleaseView

if TYPE_CHECKING:
    from pressctl.storage.repository import Repository


# -- what the use cases of a release share ---------------------------------------------------------


@dataclass
class _Room:
    """One transaction's look at the people, the units and the law."""

    desk: Desk
    repository: Repository
    units: tuple[Unit, ...] = ()
    people: Mapping[int, Person] = field(default_factory=dict)
    appointments: tuple[Appointment, ...] = ()

    def __post_init__(self) -> None:
        self.units = self.repository.units()
        self.people = self.repository.people()
        self.appointments = self.repository.appointments(self.people)
        self.policy, self.calendar = self.desk.law(self.repository)

    @property
    def unit_names(self) -> dict[int, str]:
        return {u.id: u.name for u in self.units}

    @cached_property
    def units_by_id(self) -> dict[int, Unit]:
        return {u.id: u for u in self.units}

    def release(self, ref: str) -> Release:
        """A release, in the bureau's name where the bureau or its office organises it."""
        return self.named(find_release(self.repository, ref))

    def named(self, release: Release) -> Release:
        return release.in_its_name(self.units_by_id.get(release.unit_id))

    def view(self, release: Release) -> ReleaseView:
        return views.release_view(
            release, self.units_by_id, self.people, self.policy, self.calendar, self.desk.today
        )

    def unit(self, text: str) -> Unit:
        return find_unit(self.units, text)

    def person(self, text: str) -> Appointment:
        return find_person(self.appointments, text)

    def holders(self, day: dt.date) -> dict[Role, tuple[str, ...]]:
        """Who holds which post on the day, for messages."""
        held: dict[Role, list[str]] = {}
        for appointment in self.appointments:
            if appointment.active_on(day):
                held.setdefault(appointment.role, []).append(appointment.person.name)
        return {role: tuple(names) for role, names in held.items()}

    def advance(self, release: Release, act: Act, warnings: list[str] | None = None) -> Release:
        """The release after the act; what was taken unproved is added to the warnings. Raises Refused with every reason
        at once."""
        unit = self.units_by_id.get(release.unit_id)
        act = replace(act, entered=self.desk.today)
        answer = workflow.advance(release, act, self.policy, self.calendar, unit)
        if isinstance(answer, workflow.Refusal):
            raise refused(answer)
        if warnings is not None:
            warnings += answer.warnings
        return answer.release

    def damaged(self, release: Release) -> tuple[str, ...]:
        """Attachments whose stored content is not what was taken in."""
        files = Attachments(self.desk.database.attachments)
        newest = {a.kind: a for a in release.attachments}
        return tuple(a.name for a in newest.values() if files.state(a.sha256) != "sound")


def refused(refusal: workflow.Refusal) -> Refused:
    """All reasons as one error; code and clause are those of the first."""
    first = refusal.reasons[0]
    message = (
        first.message
        if len(refusal.reasons) == 1
        else "".join(
            f"\n  {number}. {reason.message}{f'（{reason.clause}）' if reason.clause else ''}"
            for number, reason in enumerate(refusal.reasons, start=1)
        )
    )
    steps = list(dict.fromkeys(r.next for r in refusal.reasons if r.next))
    return Refused(first.code, message, clause=first.clause, next_step=" ".join(steps) or None)


def _warn_of_day(calendar: Calendar, release: Release) -> list[str]:
    day = calendar.day(release.on)
    warnings: list[str] = []
    if release.period is not None:
        return warnings
    if not day.working:
        warnings.append(f"{release.on} 是{day.said}，不是工作日。")
    if said := doubt(day, official=calendar.year(release.on.year).official):
        warnings.append(said)
    return warnings


# -- plan ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewRelease:
    """What `plan add` is told."""

    name: str
    unit: str
    form: Asked[Form]
    on: dt.date
    """The day, or the last of the period."""
    topic: str | None = None
    categories: tuple[int, ...] = ()
    occasion: Occasion = Occasion.OWN
    nature: Nature = Nature.SPECIAL
    in_bureau_name: bool | None = None
    key_matter: bool = False
    venue: str | None = None
    at: dt.time | None = None
    business_units: tuple[str, ...] = ()
    joint_units: tuple[str, ...] = ()
    local_unit: str | None = None
    period: str | None = None


def plan_add(desk: Desk, new: NewRelease, *, dry_run: bool = False) -> tuple[ReleaseView, list[str]]:
    """Enter one planned release. Returns it and the warnings."""
    form = desk.meant(new.form)
    judged = values.Judgement({"name": "发布名称", "topic": "主题", "venue": "地点"}, required=("name",))
    said = {"name": new.name, "topic": new.topic, "venue": new.venue}
    taken = {key: judged.take(key, text, values.line) for key, text in said.items() if text is not None}
    judged.require()
    new = replace(new, **taken)
    with desk.writing("plan.add", dry_run=dry_run) as repository:
        room = _Room(desk, repository)
        unit = room.unit(new.unit)
        if unit.on(new.on) is None:
            raise BadData(
                "unit_closed",
                f"{unit.name}在 {new.on} 不存在（已撤销或尚未设立）。",
                next_step="请核对单位与日期。",
            )
        release = Release(
            ref=repository.next_ref(new.on.year),
            name=new.name,
            unit_id=unit.id,
            form=form.term,
            form_name=form.name,
            on=new.on,
            planned_on=new.on,
            period=new.period,
            planned_at=desk.today,
            occasion=new.occasion,
            nature=new.nature,
            in_bureau_name=bool(new.in_bureau_name) or unit.is_bureau_or_office(new.on),
            key_matter=new.key_matter,
            topic=new.topic,
            categories=tuple(sorted(set(new.categories))),
            venue=new.venue,
            at=new.at,
            business_units=tuple(room.unit(u).id for u in new.business_units),
            joint_units=tuple(room.unit(u).id for u in new.joint_units),
            local_unit_id=room.unit(new.local_unit).id if new.local_unit else None,
        )
        repository.save_release(release)
        repository.note(release.ref, f"列入计划：{release.name}")
        warnings = [
            *judged.warnings,
            *_warn_of_day(room.calendar, release),
            *clashes(release, repository.releases(year=None), room.unit_names),
        ]
        if new.in_bureau_name is False and release.in_bureau_name:
            warnings.append(f"由{unit.name}组织的发布即以本局名义，不按 --own-name 登记。")
        return room.view(release), warnings


OPEN = frozenset(Status) - {Status.CANCELLED, Status.REJECTED, Status.HELD, Status.ARCHIVED}


def clashes(release: Release, others: Iterable[Release], unit_names: Mapping[int, str]) -> list[str]:
    """PLN-03: the same venue, or the same presenter or host, on the same day."""
    found: list[str] = []
    if release.period is not None:
        return found
    for other in others:
        if (
            other.period is not None
            or other.ref == release.ref
            or other.on != release.on
            or other.status not in OPEN
        ):
            continue
        if release.same_place(other):
            found.append(f"{other.ref}（{unit_names[other.unit_id]}）同日也在{other.venue}。")
        if both := release.in_both(other):
            found.append(f"{'、'.join(both)}同日也要出席 {other.ref}（{unit_names[other.unit_id]}）。")
    return found


def plan_list(
    desk: Desk, *, year: int | None = None, unit: str | None = None, status: Status | None = None
) -> list[ReleaseView]:
    """Releases by date; one that has but a period stands at its end."""
    with desk.reading() as repository:
        room = _Room(desk, repository)
        wanted = room.unit(unit).id if unit else None
        found = [
            r
            for r in map(room.named, repository.releases(people=room.people))
            if (year is None or r.on.year == year or r.year == year)
            and (wanted is None or r.unit_id == wanted)
            and (status is None or r.status is status)
        ]
        return [room.view(r) for r in sorted(found, key=lambda r: (r.on, r.ref))]


@dataclass(frozen=True)
class Awaited:
    """Whose signature comes next, and who is in that post today."""

    step: Step
    role: Role
    who: tuple[str, ...]


@dataclass(frozen=True)
class StageClauses:
    """The clauses on which the stages after the approval rest."""

    filed_on: str
    held_on: str


@dataclass(frozen=True)
class Story:
    """The whole story of one release: how its last day is counted, whom it waits for, what can be done now, and what was."""

    release: ReleaseView = field(metadata=SPREAD)
    deadline_count: DeadlineCount | None
    clauses: StageClauses
    waits_for: Awaited | None
    can: tuple[Action, ...]
    warnings: tuple[str, ...]
    history: tuple[Happened, ...]


def plan_show(desk: Desk, ref: str) -> Story:
    with desk.reading() as repository:
        room = _Room(desk, repository)
        release, policy = room.release(ref), room.policy
        unit, received = room.units_by_id[release.unit_id], release.first_receipt or desk.today
        last = workflow.submission_deadline(release, unit, policy, room.calendar, received)
        attendance = keys.ATTENDANCE if release.in_bureau_name else keys.QUOTAS
        return Story(
            release=room.view(release),
            deadline_count=DeadlineCount.of(last) if last and release.period is None else None,
            clauses=StageClauses(
                policy.value(keys.FILING_FORMS, release.on).clause,
                policy.value(attendance, release.on).clause,
            ),
            waits_for=_waiting(room, release),
            can=tuple(workflow.allowed(release.status)),
            warnings=tuple(_warn_of_day(room.calendar, release)) if release.status in OPEN else (),
            history=tuple(map(Happened.of, repository.log_entries(release.ref))),
        )


def _waiting(room: _Room, release: Release) -> Awaited | None:
    waits = workflow.waits_for(release, room.policy, room.desk.today)
    if waits is None:
        return None
    step, role = waits
    return Awaited(step, role, room.holders(room.desk.today).get(role, ()))


@dataclass(frozen=True)
class Change:
    """What `plan move` is told; absent fields stay as they are."""

    on: dt.date | None = None
    at: dt.time | None = None
    venue: str | None = None
    presenters: Sequence[str] = ()
    business: Sequence[str] = ()
    joint: Sequence[str] = ()
    local: str | None = None
    in_bureau_name: bool | None = None
    press_text: Path | None = None


def plan_move(
    desk: Desk, ref: str, change: Change, reason: str, on: dt.date | None = None
) -> tuple[ReleaseView, list[str]]:
    """Another day, hour, place, presenter, organiser or text; what was already submitted must be submitted and approved
    again."""
    with (
        desk.staging((change.press_text,) if change.press_text else ()) as staging,
        desk.writing("plan.move", on=on, staging=staging) as repository,
    ):
        room = _Room(desk, repository)
        before = room.release(ref)
        given: dict[str, Any] = {
            "at": change.at,
            "venue": change.venue,
            "business_units": tuple(room.unit(u).id for u in change.business) or None,
            "joint_units": tuple(room.unit(u).id for u in change.joint) or None,
            "local_unit_id": room.unit(change.local).id if change.local else None,
            "in_bureau_name": change.in_bureau_name,
        }
        if change.in_bureau_name is not None:
            given["claimed_own"] = False
        people = [room.person(text).person for text in change.presenters]
        act = Act(
            Action.MOVE,
            on or desk.today,
            reason=reason,
            new_date=change.on,
            changes={name: value for name, value in given.items() if value is not None},
            seats=tuple(SeatTaken(Seat.PRESENTER, p.id, p.name) for p in people),
            attachments=_taken(staging, AttachmentKind.PRESS_TEXT, on or desk.today, before.round),
        )
        after = room.named(room.advance(before, act))
        repository.save_release(after)
        repository.note(after.ref, _moved(before, after), reason)
        warnings = _warn_of_day(room.calendar, after)
        warnings += clashes(after, repository.releases(people=room.people), room.unit_names)
        if after.status is Status.RETURNED and before.status is not Status.RETURNED:
            warnings.append(f"变更后须重新报送、审批（{room.policy.clause(keys.ROUTE_ORDER, act.on)}）。")
        return room.view(after), warnings


def _moved(before: Release, after: Release) -> str:
    """The log's line: 改期 when the day changed, else 变更, with what was and what is."""
    said = [
        f"{label}由{old or '（空）'}改为{new}"
        for label, old, new in (
            ("日期", before.period or before.on, after.period or after.on),
            ("时间", before.at, after.at),
            ("地点", before.venue, after.venue),
            ("发布人", _named(before), _named(after)),
        )
        if old != new
    ]
    if before.attachments != after.attachments:
        said.append("更换发布稿")
    if (before.joint_units, before.business_units, before.local_unit_id) != (
        after.joint_units,
        after.business_units,
        after.local_unit_id,
    ):
        said.append("变更会同、业务或事发地单位")
    if before.claimed_own or before.in_bureau_name != after.in_bureau_name:
        said.append(f"{'' if after.in_bureau_name else '不'}{Word.IN_BUREAU_NAME.label}")
    fixed = before.period is not None and after.period is None
    moved = "改期" if fixed or before.on != after.on else "变更"
    return f"{'定期' if fixed and after.planned_on == after.on else moved}：{'；'.join(said)}"


def _named(release: Release) -> str:
    return "、".join(s.name for s in release.seated(Seat.PRESENTER, actual=False))


def plan_cancel(desk: Desk, ref: str, reason: str, on: dt.date | None = None) -> ReleaseView:
    with desk.writing("plan.cancel", on=on) as repository:
        room = _Room(desk, repository)
        after = room.advance(room.release(ref), Act(Action.CANCEL, on or desk.today, reason=reason))
        repository.save_release(after)
        repository.note(after.ref, "取消", reason)
        return room.view(after)


# -- submit ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Submission:
    """What `submit` is told. Absent fields keep what the plan or the last submission said."""

    opinion: str = ""
    by: str = ""
    title: str = ""
    attach: Sequence[tuple[AttachmentKind, Path]] = ()
    presenters: Sequence[str] = ()
    host: str | None = None
    liaison: str | None = None
    phone: str | None = None
    venue: str | None = None
    at: dt.time | None = None
    topic: str | None = None
    audience: str | None = None
    media: str | None = None
    joint: Sequence[tuple[str, str, str]] = ()
    urgent: bool = False
    reason: str | None = None
    consulted: Moment | None = None
    hour: dt.time | None = None


class FieldChanged(NamedTuple):
    """What a submission says otherwise than the one before."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Submitted:
    """`changed` is told where there was a submission before."""

    release: ReleaseView = field(metadata=SPREAD)
    changed: tuple[FieldChanged, ...] | None = field(default=None, metadata=OPTIONAL)


def submit(
    desk: Desk, ref: str, submission: Submission, *, on: dt.date | None = None, dry_run: bool = False
) -> tuple[Submitted, list[str]]:
    """Take in a submission with the unit's opinion. Raises Refused with all that is missing or late."""
    day = on or desk.today
    with (
        desk.staging(path for _, path in submission.attach) as staging,
        desk.writing("submit", on=on, dry_run=dry_run, staging=staging) as repository,
    ):
        room = _Room(desk, repository)
        before = room.release(ref)
        kinds = [kind for kind, _ in submission.attach]
        kept = tuple(
            _kept(kind, file, day, before.round + 1) for kind, file in zip(kinds, staging.files, strict=True)
        )
        act = Act(
            Action.SUBMIT,
            day,
            signer=_unit_signer(room, submission, before, day) if submission.by.strip() else None,
            opinion=submission.opinion,
            changes=_filled_in(room, submission, before, Moment(day, submission.hour)),
            seats=_planned_seats(room, submission),
            attachments=kept,
            joint=tuple(
                (_signer_at(room, *_name_and_post(name), room.unit(unit).id, day), opinion)
                for unit, name, opinion in submission.joint
            ),
            at=submission.hour,
        )
        warnings = _counted_later(room, day)
        after = room.advance(before, act, warnings)
        if submission.joint:
            units = dict.fromkeys((*after.joint_units, *(s.unit_id for s, _ in act.joint if s.unit_id)))
            after = replace(after, joint_units=tuple(units))
        repository.save_release(after)
        urgent = "（紧急）" if after.urgent else ""
        again = f"第 {after.round} 次" if after.round > 1 else ""
        signed = f"：{submission.by}" if submission.by.strip() else ""
        repository.note(after.ref, f"{again}报送{urgent}{signed}", submission.reason)
        warnings += clashes(after, repository.releases(people=room.people), room.unit_names)
        view = room.view(after)
        changed = changes_between(room.view(before), view) if before.round else None
        return Submitted(view, changed), warnings


def _counted_later(room: _Room, day: dt.date) -> list[str]:
    """What comes in on a day off counts as come on the next working day (Q2), where the policy says so."""
    if room.calendar.is_working(day) or room.policy.get(keys.REST_DAY_RECEIPT, day) != "next":
        return []
    return [f"{day} 不是工作日，按 {room.calendar.next_working(day)} 收到计。"]


def _kept(kind: AttachmentKind, file: Kept, day: dt.date, round: int) -> Attachment:
    return Attachment(kind, file.name, file.sha256, file.size, day, round)


def _taken(staging: Staging, kind: AttachmentKind, day: dt.date, round: int) -> tuple[Attachment, ...]:
    return tuple(_kept(kind, file, day, round) for file in staging.files)


def _unit_signer(room: _Room, submission: Submission, release: Release, day: dt.date) -> Signer:
    return _signer_at(room, submission.by, submission.title, release.unit_id, day)


def _signer_at(room: _Room, name: str, title: str, unit_id: int, day: dt.date) -> Signer:
    """Who signs for a unit, with the post on the register where none was told. He need not be on it: a chief of a branch
    often is not."""
    name = name.strip()
    held = [a for a in room.appointments if a.person.name == name and a.unit_id == unit_id]
    known = max(held, key=lambda a: (a.active_on(day), a.id), default=None)
    return Signer(
        name, title or (known.title if known else ""), known.person.id if known else None, unit_id=unit_id
    )


def _name_and_post(text: str) -> tuple[str, str]:
    """窦言 副局长: the post behind a blank, for who is not on the register."""
    name, _, post = text.strip().replace("\u3000", " ").partition(" ")
    return name, post.strip()


def _filled_in(room: _Room, submission: Submission, before: Release, receipt: Moment) -> dict[str, Any]:
    """What a submission says anew; what was proved urgent stays so when it comes back from a return, unless the release
    was moved so far that it is in time."""
    given = {
        "phone": submission.phone,
        "venue": submission.venue,
        "at": submission.at,
        "topic": submission.topic,
        "audience": submission.audience,
        "media": submission.media,
        "host_id": room.person(submission.host).person.id if submission.host else None,
        "liaison_id": room.person(submission.liaison).person.id if submission.liaison else None,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    told = submission.consulted if submission.urgent else None
    unit = room.units_by_id.get(before.unit_id)
    over = before.urgent and workflow.in_time_after_all(before, unit, room.policy, room.calendar, receipt)
    if submission.urgent or over or before.status is not Status.RETURNED:
        changes["urgent"] = submission.urgent
        changes["urgent_reason"] = submission.reason if submission.urgent else None
        changes["consulted_on"] = told.day if told else None
        changes["consulted_time"] = told.hour if told else None
    if submission.urgent and before.urgent:  # said again in part: the rest stands
        changes["urgent_reason"] = changes["urgent_reason"] or before.urgent_reason
        if told is None:
            changes["consulted_on"], changes["consulted_time"] = before.consulted_on, before.consulted_time
    return changes


def _planned_seats(room: _Room, submission: Submission) -> tuple[SeatTaken, ...]:
    named = [(Seat.PRESENTER, p) for p in submission.presenters]
    if submission.host:
        named.append((Seat.HOST, submission.host))
    seats = []
    for seat, text in named:
        person = room.person(text).person
        seats.append(SeatTaken(seat, person.id, person.name))
    return tuple(seats)


_COMPARED = ("date", "time", "venue", "topic", "host", "liaison", "phone", "audience", "media")


def changes_between(before: ReleaseView, after: ReleaseView) -> tuple[FieldChanged, ...]:
    sides = [(name, getattr(before, name), getattr(after, name)) for name in _COMPARED]
    sides += [
        ("presenters", _presenters(before), _presenters(after)),
        ("attachments", _newest_files(before), _newest_files(after)),
    ]
    return tuple(FieldChanged(name, old, new) for name, old, new in sides if old != new)


def _presenters(view: ReleaseView) -> list[str]:
    return [s.person for s in view.seats if s.seat is Seat.PRESENTER and not s.actual]


def _newest_files(view: ReleaseView) -> list[str]:
    newest = {a.kind: f"{a.name} {a.sha256[:8]}" for a in view.attachments}
    return sorted(newest.values())


def withdraw(desk: Desk, ref: str, reason: str, on: dt.date | None = None) -> ReleaseView:
    """The unit takes its submission back, while the office has not acted."""
    with desk.writing("submit.withdraw", on=on) as repository:
        room = _Room(desk, repository)
        after = room.advance(room.release(ref), Act(Action.WITHDRAW, on or desk.today, reason=reason))
        repository.save_release(after)
        repository.note(after.ref, "撤回报送", reason)
        return room.view(after)


# -- approve ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A release that waits for a signature, and since when."""

    ref: str
    name: str
    unit: str
    status: Status
    date: dt.date
    since: dt.date | None
    awaited: Awaited = field(metadata=SPREAD)


def inbox(desk: Desk) -> list[Waiting]:
    """What waits for whom, oldest first."""
    with desk.reading() as repository:
        room = _Room(desk, repository)
        waiting = []
        for r in map(room.named, repository.releases(people=room.people)):
            if awaited := _waiting(room, r):
                since = r.steps[-1].on if r.steps else r.submitted_on
                unit = room.unit_names[r.unit_id]
                waiting.append(
                    Waiting(
                        ref=r.ref,
                        name=r.name,
                        unit=unit,
                        status=r.status,
                        date=r.on,
                        since=since,
                        awaited=awaited,
                    )
                )
        return sorted(waiting, key=lambda w: (w.since or dt.date.min, w.ref))


@dataclass(frozen=True)
class Decided:
    """What `approve REF` is told."""

    by: str
    opinion: str
    decision: Decision = Decision.AGREE
    step: Step | None = None
    back_to: Step = Step.UNIT
    resume: bool = False
    wide_impact: bool | None = None
    at: dt.time | None = None


def approve(
    desk: Desk, ref: str, decided: Decided, *, on: dt.date | None = None, dry_run: bool = False
) -> ReleaseView:
    """The next step of the route: agree, return or reject. Raises Refused when the signer may not, or not yet."""
    day = on or desk.today
    with desk.writing("approve", on=on, dry_run=dry_run) as repository:
        room = _Room(desk, repository)
        before = room.release(ref)
        waits = workflow.waits_for(before, room.policy, day)
        if waits and decided.step and waits[0] is not decided.step:
            raise Refused(
                "other_step",
                f"{ref} 现在等待{waits[0].label}，不是{decided.step.label}。",
                clause=room.policy.value(keys.ROUTE_ORDER, day).clause,
                next_step="去掉 --step，或等前一环节签署后再签。",
            )
        signer = _signer(room, repository, decided.by, day)
        act = Act(
            _action(before, decided, waits[0] if waits else None),
            day,
            signer=signer,
            opinion=decided.opinion,
            resume=decided.resume,
            damaged=room.damaged(before),
            holders=room.holders(day),
            changes={} if decided.wide_impact is None else {"wide_impact": decided.wide_impact},
            at=decided.at,
        )
        after = room.advance(before, act)
        repository.save_release(after)
        step = after.steps[-1]
        behalf = f"（代{step.on_behalf_of}）" if step.on_behalf_of else ""
        repository.note(after.ref, f"{step.step.label}：{step.decision.label}，{step.by}{behalf}")
        return room.view(after)


def _action(release: Release, decided: Decided, step: Step | None) -> Action:
    match decided.decision:
        case Decision.REJECT:
            return Action.REJECT
        case Decision.RETURN:
            back = decided.back_to is Step.OFFICE and step is Step.LEADER
            return Action.SEND_BACK if back else Action.RETURN
        case _:
            return Action.REVIEW if release.status is Status.SUBMITTED else Action.APPROVE


def _signer(room: _Room, repository: Repository, by: str, day: dt.date) -> Signer:
    """The signer with the posts held on the day, one's own and those delegated for a period."""
    found = room.person(by)
    person = found.person
    held = [a for a in room.appointments if a.person.id == person.id and a.active_on(day)]
    roles = {a.role for a in held if in_its_place(a, room.units_by_id, day)}
    behalf = None
    for principal, role in _delegated(room, repository, person.id, day) if held else ():
        if role not in roles:
            roles.add(role)
            behalf = principal
    signing = {Role.OFFICE_DIRECTOR, Role.CHIEF_LEADER, Role.DEPUTY_LEADER}
    post = next((a for a in held if a.role in signing), held[0] if held else found)
    return Signer(person.name, post.title, person.id, frozenset(roles), behalf)


def _delegated(room: _Room, repository: Repository, deputy_id: int, day: dt.date) -> list[tuple[str, Role]]:
    """(principal's name, role) of every delegation to this person in force on the day, while the principal holds the post
    that signs."""
    found = []
    for record in repository.records():
        if record.kind is not RecordKind.DELEGATION or record.data.get("deputy") != deputy_id:
            continue
        if not record.on <= day <= dt.date.fromisoformat(record.data["until"]):
            continue
        role = Role(record.data["role"])
        for a in room.appointments:
            own = a.person.id == record.person_id and a.role is role and a.active_on(day)
            if own and in_its_place(a, room.units_by_id, day):
                found.append((a.person.name, role))
    return found


# -- what follows approval -------------------------------------------------------------------------


def filed(
    desk: Desk,
    ref: str,
    *,
    on: dt.date | None = None,
    at: dt.time | None = None,
    by: str | None = None,
    receipt: str | None = None,
) -> tuple[ReleaseView, list[str]]:
    """Filed with the authority that the regulation names; what is entered after the event is taken, and said to be late.

    Of a release that is filed already, an hour, a handler or a receipt is added to the filing that stands.
    """
    with desk.writing("record.filed", on=on) as repository:
        room = _Room(desk, repository)
        before = room.release(ref)
        if before.filed_on is not None and before.status is not Status.APPROVED:
            return _filing_completed(room, before, on, at, by, receipt)
        day = on or desk.today
        warnings: list[str] = []
        after = room.advance(before, Act(Action.FILE, day, at=at, receipt=receipt), warnings)
        last = workflow.last_to_file(after, room.policy, room.calendar, after.day)
        late = desk.today > last.end if last else before.status in DONE or desk.today > before.on
        repository.save_release(after)
        data = {"by": by, "receipt": receipt, "late": late}
        _ledger(repository, RecordKind.FILED, day, ref, receipt, data, at=at)
        repository.note(
            ref,
            f"补{Word.FILING.label}（{'期限以后' if last else '发布之后'}登记）"
            if late
            else RecordKind.FILED.label,
            receipt,
        )
        if late:
            clause = room.policy.clause(keys.FILING_FORMS, day)
            warnings = [
                f"登记于 {desk.today}，在最迟的 {last.end} 之后：属补{Word.FILING.label}，不符合{clause}的期限。"
                if last
                else f"登记于 {desk.today}，在发布（{after.event}）之后：属补{Word.FILING.label}，不符合{clause}的次序。"
            ]
        return room.view(after), warnings


def _filing_completed(
    room: _Room,
    before: Release,
    on: dt.date | None,
    at: dt.time | None,
    by: str | None,
    receipt: str | None,
) -> tuple[ReleaseView, list[str]]:
    """What was left out of a filing; its day stands, and whether it was late."""
    assert before.filed_on is not None
    if on is not None and on != before.filed_on:
        raise Refused(
            "already_filed",
            f"{before.ref} 已于 {before.filed_on} {Word.FILING.label}，不能再记为 {on}。",
            next_step="补记钟点、经办人、回执时不写 --on；更正日期用 undo。",
        )
    if at is None and by is None and receipt is None:
        raise Refused(
            "nothing_new",
            f"{before.ref} 已于 {before.filed_on} {Word.FILING.label}，没有要补记的内容。",
            next_step="用 --at 补记钟点，--by 补记经办人，--receipt 补记回执。",
        )
    if at is not None and before.filed_time is not None:
        raise Refused(
            "told_already",
            f"{before.ref} {Word.FILING.label}的钟点已记为 {before.filed_time:%H:%M}，不能事后改写。",
            next_step="记错了的，用 pressctl undo 撤销那一条再记。",
        )
    told = [r for r in room.repository.records() if r.kind is RecordKind.FILED and r.ref == before.ref]
    late = any(r.data.get("late") for r in told) or not told
    after = replace(before, filed_time=at or before.filed_time, receipt=receipt or before.receipt)
    room.repository.save_release(after)
    data = {"by": by, "receipt": receipt, "late": late, "completes": told[-1].id if told else None}
    _ledger(room.repository, RecordKind.FILED, before.filed_on, before.ref, receipt, data, at=at)
    room.repository.note(before.ref, f"补记{Word.FILING.label}的钟点、经办人或回执")
    return room.view(after), []


@dataclass(frozen=True)
class Held:
    """What `record held` is told. A seat is (seat, person, substituted person or None)."""

    seats: Sequence[tuple[Seat, str, str | None]] = ()
    substitution_reason: str | None = None
    press_text: Path | None = None
    unfiled: bool = False
    unapproved: bool = False
    reason: str | None = None
    at: dt.time | None = None


def held(desk: Desk, ref: str, event: Held, *, on: dt.date | None = None) -> tuple[ReleaseView, list[str]]:
    """The release took place, with who sat where and the text that went out; of one on record, what was left out."""
    with (
        desk.staging((event.press_text,) if event.press_text else ()) as staging,
        desk.writing("record.held", on=on, staging=staging) as repository,
    ):
        room = _Room(desk, repository)
        before = room.release(ref)
        day = on or before.held_on or desk.today
        if day > desk.today:
            raise Refused(
                "future",
                f"{day} 尚未到（今天 {desk.today}），不能记录为已发布。",
                next_step="请在发布之后记录。",
            )
        act = Act(
            Action.HOLD,
            day,
            reason=event.reason,
            seats=_actual_seats(room, event),
            unfiled=event.unfiled,
            unapproved=event.unapproved,
            at=event.at,
            attachments=_taken(staging, AttachmentKind.RELEASED_TEXT, day, before.round),
            damaged=room.damaged(before),
        )
        after = room.advance(before, act)
        repository.save_release(after)
        again = before.status in DONE
        said = "补记出席、发布稿或钟点" if again else "已发布" + _passed_over(before, event)
        repository.note(ref, said, event.reason)
        warnings = _other_text(after) + [
            f"{s.name}当日不在任何登记的岗位上。" for s in act.seats if not _in_post(room, s.person_id, day)
        ]
        return room.view(after), warnings + ([] if again and not act.seats else _absent(before, act.seats))


def _passed_over(before: Release, event: Held) -> str:
    """What was left out before the event, for the log."""
    if event.unapproved and before.status not in (Status.APPROVED, Status.FILED):
        return "（未经审批）"
    return f"（未{Word.FILING.label}）" if event.unfiled else ""


def _other_text(release: Release) -> list[str]:
    """附件1注3: the text that went out is not the one that was approved."""
    approved = release.attached(AttachmentKind.PRESS_TEXT)
    released = release.attached(AttachmentKind.RELEASED_TEXT)
    if approved is None or released is None or approved.sha256 == released.sha256:
        return []
    return [f"实际发布的“{released.name}”与审批的“{approved.name}”不同：已如实记录，检查时为不符合。"]


def _absent(approved: Release, seats: Iterable[SeatTaken]) -> list[str]:
    """Presenters that the leaders approved and who neither came nor were stood in for."""
    came = {s.name for s in seats} | {s.substitute_for for s in seats}
    return [
        f"审批的发布人{s.name}没有出席，也没有写明由谁代（--seat presenter=姓名/{s.name}）。"
        for s in approved.seated(Seat.PRESENTER, actual=False)
        if approved.steps and s.name not in came
    ]


def _in_post(room: _Room, person_id: int, day: dt.date) -> bool:
    return any(a.person.id == person_id and a.active_on(day) for a in room.appointments)


def _actual_seats(room: _Room, event: Held) -> tuple[SeatTaken, ...]:
    seats = []
    for seat, text, substituted in event.seats:
        person = room.person(text).person
        replaced = room.person(substituted).person.name if substituted else None
        if replaced and not (event.substitution_reason or "").strip():
            raise UsageError(
                "no_reason",
                f"{person.name}代{replaced}出席须写明原因。",
                next_step="请加 --substitution-reason。",
            )
        seats.append(
            SeatTaken(
                seat, person.id, person.name, True, replaced, event.substitution_reason if replaced else None
            )
        )
    if len({(s.seat, s.person_id) for s in seats}) < len(seats):
        raise UsageError("double_seat", "同一人在同一席位写了两次。", next_step="请检查 --seat。")
    return tuple(seats)


def archived(
    desk: Desk,
    ref: str,
    copies: Sequence[tuple[str, str]],
    items: Sequence[str] = (),
    *,
    on: dt.date | None = None,
) -> ReleaseView:
    """附件1注2: two copies, one with the office, one with the organising unit. `copies` are (holder, location).

    `items` are what else is kept (ARC-01, under a profile).
    """
    day = on or desk.today
    with desk.writing("record.archived", on=on) as repository:
        room = _Room(desk, repository)
        before = room.release(ref)
        if len(copies) not in (0, 2):
            raise UsageError(
                "two_copies",
                f"{Word.APPROVAL_FORM.label}一式两份，须写明两份各由谁存。",
                next_step="用 --copy 持有单位=存放处，写两次。",
            )
        office = next((u for u in room.units if (p := u.on(before.day)) and p.office), None)
        own = room.units_by_id[before.unit_id]
        holders = [(room.unit(holder), location) for holder, location in copies]
        holders = holders or [(office or own, ""), (own, "")]
        act = Act(
            Action.ARCHIVE,
            day,
            copies=tuple(u.id for u, _ in holders),
            office_id=office.id if office else before.unit_id,
        )
        after = room.advance(before, act)
        repository.save_release(after)
        for number, (unit, location) in enumerate(holders, start=1):
            data = {"copy": number, "holder": unit.name, "location": location, "items": list(items)}
            _ledger(repository, RecordKind.ARCHIVED, day, ref, None, data, unit_id=unit.id)
        again = before.status is Status.ARCHIVED
        repository.note(ref, "更正存放，一式两份" if again else "归档，一式两份")
        return room.view(after)


def _ledger(
    repository: Repository,
    kind: RecordKind,
    day: dt.date,
    ref: str,
    text: str | None,
    data: dict[str, Any],
    unit_id: int | None = None,
    at: dt.time | None = None,
) -> None:
    repository.add_record(Record(0, kind, day, unit_id=unit_id, ref=ref, text=text, data=data, at=at))
