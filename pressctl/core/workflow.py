"""The life of a release as one table: from which state, by which action, to which state, by whom, under which clause.

`advance()` walks the table and its guards. It answers `Advanced` or `Refusal`; a refusal carries every
reason at once, each with its clause or its workflow reason, and what can be done now. The manual's state
diagram is drawn from TRANSITIONS, and a test names every pair of state and action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from pressctl.core import policy_keys as keys
from pressctl.core.facts import ApprovalStep, Attachment, Release, SeatTaken, Unit
from pressctl.core.moments import Moment
from pressctl.core.period import stored
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key, Route
from pressctl.core.terms import (
    Action,
    Decision,
    Form,
    Nature,
    RecordKind,
    Role,
    Seat,
    Status,
    Step,
    Word,
)
from pressctl.core.working_days import Calendar, Deadline, LeadUnit, Span

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: a stable code, the sentence, the clause where one applies, and what can be done now."""

    code: str
    message: str
    clause: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    release: Release
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who acts. `roles` are the posts held on the day, by appointment or by delegation (`on_behalf_of`)."""

    name: str
    title: str
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    on_behalf_of: str | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One action on one release. `changes` are fields of the release that a submission fills in.

    `joint` holds the opinions of further organising units (会同, 共同商议). `resume` says that a returned
    release comes straight back to the returner. `damaged` names stored attachments whose content no longer
    has the hash they were taken in under. `at` is the hour of the act, where it is told. `copies` are the units that
    keep the copies of the form, `office_id` the unit that is the office on that day; `entered` is the desk's day.
    """

    action: Action
    on: date
    signer: Signer | None = None
    opinion: str = ""
    reason: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    seats: tuple[SeatTaken, ...] = ()
    joint: tuple[tuple[Signer, str], ...] = ()
    resume: bool = False
    receipt: str | None = None
    unfiled: bool = False
    unapproved: bool = False
    new_date: date | None = None
    at: time | None = None
    copies: tuple[int | None, ...] = ()
    office_id: int | None = None
    damaged: tuple[str, ...] = ()
    holders: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    entered: date | None = None

    @property
    def moment(self) -> Moment:
        return Moment(self.on, self.at)


@dataclass(frozen=True, slots=True)
class Case:
    """What a guard looks at: the release before, as it would be after, the act, the law, and the organising unit."""

    before: Release
    after: Release
    act: Act
    policy: Policy
    calendar: Calendar
    unit: Unit | None = None

    def value(self, key: Key[_T]) -> _T:
        return self.policy.get(key, self.act.on)

    def clause(self, key: Key[Any]) -> str:
        return self.policy.clause(key, self.act.on)


Guard = Callable[[Case], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table. `basis` is the policy value whose clause it rests on, None where it is mere practice.

    `when` narrows rows that share state and action; None always applies.
    """

    before: Status
    action: Action
    after: Status
    who: str
    basis: Key[Any] | None
    guards: tuple[Guard, ...] = ()
    when: Callable[[Release, Act, Policy], bool] | None = None
    condition: str = ""


# -- deadlines -----------------------------------------------------------------------------------


def lead_applies(release: Release, unit: Unit | None, policy: Policy, day: date) -> bool:
    """三(三)3: a conference in the bureau's name must be submitted ahead, by the units the clause speaks to; the
    office submits to nobody (Q36)."""
    if not release.in_bureau_name or release.named_form not in policy.get(keys.LEAD_FORMS, day):
        return False
    period = unit.on(release.day) or unit.latest if unit else None
    return period is None or (period.named_kind in policy.get(keys.LEAD_KINDS, day) and not period.office)


def submission_deadline(
    release: Release, unit: Unit | None, policy: Policy, calendar: Calendar, day: date
) -> Deadline | None:
    """The last day for a unit to submit, by the policy in force on `day`; None where no lead is demanded. Never stored."""
    if not lead_applies(release, unit, policy, day):
        return None
    return calendar.deadline(
        release.on,
        policy.get(keys.LEAD_DAYS, day),
        clear=policy.get(keys.LEAD_COUNT, day) == "clear",
        unit=policy.get(keys.LEAD_UNIT, day),
        hour=release.at,
        rolls=policy.get(keys.REST_DAY_RECEIPT, day) == "next",
    )


def in_time_after_all(
    release: Release, unit: Unit | None, policy: Policy, calendar: Calendar, receipt: Moment
) -> bool:
    """Whether an urgent submission was in time for the day that the release has been moved to."""
    deadline = submission_deadline(release, unit, policy, calendar, receipt.day)
    return deadline is not None and deadline.missed(release.first_receipt_moment or receipt) is False


def answer_day(release: Release, policy: Policy, calendar: Calendar, day: date) -> Span | None:
    """The last day for the leader to answer, where the law names one: so many working days before the event. Its `end` is
    that day."""
    found = policy.find(keys.APPROVAL_DAYS, day)
    if found is None or not release.in_bureau_name:
        return None
    return calendar.add(release.on, -policy.get(keys.APPROVAL_DAYS, day))


def filing_required(release: Release, policy: Policy, day: date) -> bool:
    """三(三)1: conferences in the bureau's name are filed with the city government; elsewhere a unit's own with the office,
    too."""
    if not release.in_bureau_name and policy.find(keys.FILING_OWN_DAYS, day) is None:
        return False
    return release.named_form in policy.get(keys.FILING_FORMS, day)


def files_before(release: Release, policy: Policy, day: date) -> bool:
    """三(三)1: whether it must be filed before it is held. What is a unit's own is filed afterwards, if at all."""
    before = policy.get(keys.FILING_WHEN, day) == "before"
    return before and release.in_bureau_name and filing_required(release, policy, day)


def last_to_file(release: Release, policy: Policy, calendar: Calendar, day: date) -> Span | None:
    """The last day to file what is filed after it was held: so many days after the event. Its `end` is that day."""
    if not filing_required(release, policy, day) or files_before(release, policy, day):
        return None
    days = policy.get(keys.FILING_DAYS if release.in_bureau_name else keys.FILING_OWN_DAYS, day)
    if policy.get(keys.FILING_UNIT, day) == "working_day":
        return calendar.add(release.day, days)
    return Span(release.day, release.day + timedelta(days), days, False)


# -- guards: each a pure function from a case to the reasons against it -----------------------------

_FIELD_LABELS = {
    "name": "发布会名称",
    "unit_id": "组织单位",
    "on": "发布日期",
    "at": "发布时间",
    "venue": "发布地点",
    "presenters": "发布人",
    "liaison": "联络员",
    "phone": "联系电话",
    "topic": "发布会主题",
    "audience": "发布对象及规模",
    "media": "拟邀请媒体",
    "opinion": "组织单位意见",
    "signer": "组织单位签名",
}
_FIELD_OPTIONS = {
    "at": "--time",
    "venue": "--venue",
    "presenters": "--presenter",
    "liaison": "--liaison",
    "phone": "--phone",
    "topic": "--topic",
    "audience": "--audience",
    "media": "--media",
    "opinion": "--opinion",
    "signer": "--by",
}


def _filled(release: Release, name: str) -> bool:
    match name:
        case "presenters":
            return bool(release.seated(Seat.PRESENTER, actual=False))
        case "liaison":
            return release.liaison_id is not None
        case "opinion" | "signer":
            own = [s for s in release.current_steps() if s.step is Step.UNIT]
            return any((s.opinion if name == "opinion" else s.by).strip() for s in own)
        case _:
            return getattr(release, name) not in (None, "")


def missing_fields(release: Release, required: Iterable[str]) -> list[str]:
    """附件1: labels of the form's cells that a submitted release leaves empty."""
    return [_FIELD_LABELS[n] for n in required if not _filled(release, n)]


def _given(case: Case, name: str) -> bool:
    """Filled in already, or by the act in hand."""
    match name:
        case "opinion":
            return bool(case.act.opinion.strip())
        case "signer":
            return case.act.signer is not None and bool(case.act.signer.name.strip())
        case _:
            return _filled(case.after, name)


def complete(case: Case) -> Iterator[Reason]:
    """附件1: every cell of the approval form is filled; 三(三)3 and 附件1注3: the papers are there."""
    form = case.after.named_form
    wanted = case.value(keys.REQUIRED_FIELDS).get(form, ())
    if case.value(keys.ROUTE_LEVELS) == 3 and "signer" not in wanted:
        wanted = (*wanted, "signer")  # the first of three levels is the unit's own signature
    missing = [n for n in wanted if not _given(case, n)]
    kinds = list(case.value(keys.PAPERS).get(form, ()))
    if case.after.in_bureau_name:
        kinds += case.value(keys.BUREAU_PAPERS).get(form, ())
    papers = [k for k in dict.fromkeys(kinds) if not case.after.attached(k)]
    if not missing and not papers:
        return
    said = [_FIELD_LABELS[n] for n in missing] + [f"附件（{k.label}）" for k in papers]
    options = [_FIELD_OPTIONS[n] for n in missing if n in _FIELD_OPTIONS]
    options += [f"--attach {k.value}=文件" for k in papers]
    key: Key[Any] = keys.REQUIRED_FIELDS if missing else keys.BUREAU_PAPERS
    yield Reason(
        "incomplete",
        f"报送不完整，缺 {len(said)} 项：{'、'.join(said)}。",
        case.clause(key),
        f"补齐后重新报送：{'；'.join(options)}。",
    )


def day_fixed(case: Case) -> Iterator[Reason]:
    """三(三)3 counts back from a day: a plan that names a period waits until one is fixed."""
    if case.before.period is not None:
        yield Reason(
            "no_day",
            f"{case.before.ref} 只定了时段（{case.before.period}），还没有定下日期，不能报送。",
            case.clause(keys.LEAD_DAYS),
            f"先用 pressctl plan move {case.before.ref} --date 日期 --reason 原因 定下日期。",
        )


def in_time(case: Case) -> Iterator[Reason]:
    """三(三)3: so many working days ahead, or the urgent path with its proof. What came in complete and in time stays
    in time when the office returned it (Q28)."""
    release, act = case.after, case.act
    deadline = submission_deadline(release, case.unit, case.policy, case.calendar, act.on)
    received = case.before.first_receipt_moment or act.moment
    missed = deadline is not None and deadline.missed(received)
    if act.on > release.on:
        yield Reason(
            "after_event",
            f"报送日 {act.on} 晚于发布日 {release.on}。",
            case.clause(keys.LEAD_DAYS),
            "事后不能补报审批；请核对日期，或用 plan move 改期；确未经审批即已召开的，用 record held --unapproved --reason 如实记录。",
        )
    elif act.at is not None and act.moment.before(release.event) is False:
        yield Reason(
            "after_event",
            f"报送（{act.moment}）不早于发布（{release.event}）。",
            case.clause(keys.LEAD_DAYS),
            "事后不能补报审批；请核对 --at，或用 plan move 改期；确未经审批即已召开的，用 record held --unapproved --reason 如实记录。",
        )
    elif deadline is not None and missed is None and not release.urgent:
        yield Reason(
            "no_hour",
            f"规定按小时提前报送：最迟 {deadline.moment}，同日的报送须写明钟点。",
            case.clause(keys.LEAD_DAYS),
            "请加 --at 时刻。",
        )
    elif deadline is not None and missed and not release.urgent:
        yield Reason(
            "late_submission",
            f"报送迟于规定：{release.on} 的发布会最迟应于 {deadline.moment} 报送，"
            f"报送日 {act.moment} 已晚{_late_by(case, deadline)}。{deadline.sentence()}",
            case.clause(keys.LEAD_DAYS),
            f"改期（plan move），或确属{Word.URGENT.label}并已事先与{Word.OFFICE.label}沟通的，"
            "用 --urgent --reason 原因 --consulted 沟通日期 报送。",
        )
    if release.urgent:
        yield from _urgent_proof(case)


def _late_by(case: Case, deadline: Deadline) -> str:
    """By how much an act came late, in the unit that the lead time is counted in, where it comes to one."""
    act, days = case.act.moment, (case.act.on - deadline.date).days
    if deadline.unit is LeadUnit.WORKING_DAY and (late := case.calendar.between(deadline.date, act.day).days):
        return f" {late} 个工作日"
    if deadline.hour is not None and act.hour is not None:
        last = datetime.combine(deadline.date, deadline.hour)
        over = datetime.combine(act.day, act.hour) - last
        hours, minutes = divmod(int(over.total_seconds()) // 60, 60)
        return "".join(f" {n} {unit}" for n, unit in ((hours, "小时"), (minutes, "分钟")) if n)
    return f" {days} 天"


def _urgent_proof(case: Case) -> Iterator[Reason]:
    release, act = case.after, case.act
    clause = case.clause(keys.URGENT)
    if not case.value(keys.URGENT):
        yield Reason(
            "urgent_unknown", f"规定没有{Word.URGENT.label}临时决定的例外。", clause, "请改期（plan move）。"
        )
    elif not (release.urgent_reason or "").strip() or release.consulted_on is None:
        yield Reason(
            "urgent_unproved",
            "紧急报送须写明原因和事先沟通的日期。",
            clause,
            "请加 --reason 原因 --consulted 日期。",
        )
    elif (told := release.consulted) is not None and told.before(release.event) is False:
        yield Reason(
            "consulted_late",
            f"沟通（{told}）不早于发布（{release.event}）：须在发布之前沟通。",
            clause,
            "请核对 --consulted；未事先沟通的应改期。",
        )
    elif release.consulted_on > act.on:
        yield Reason(
            "consulted_future",
            f"沟通日 {release.consulted_on} 晚于报送日 {act.on}。",
            clause,
            "请核对 --consulted 与 --on。",
        )


def dates_forward(case: Case) -> Iterator[Reason]:
    """三(三)1 逐级报批: no act is dated before the one it follows."""
    steps = case.before.steps
    last = max((s.on for s in steps), default=None)
    if case.act.action is Action.FILE and steps:
        last = steps[-1].on
    if last is not None and case.act.on < last:
        yield Reason(
            "date_backwards",
            f"日期 {case.act.on} 早于上一环节的 {last}。",
            case.clause(keys.ROUTE_ORDER),
            "请核对 --on；各环节日期须依次不早于前一环节。",
        )


def before_event(case: Case) -> Iterator[Reason]:
    """三(三)1: signed before the event is held."""
    late = case.act.at is not None and case.act.moment.before(case.before.event) is False
    if case.act.on > case.before.on or late:
        yield Reason(
            "after_event",
            f"{case.act.moment} 不早于发布（{case.before.event}），不能事后{case.act.action.label}。"
            if late
            else f"日期 {case.act.on} 晚于发布日 {case.before.on}，不能事后{case.act.action.label}。",
            case.clause(keys.ROUTE_ORDER),
            "请核对 --on，或用 plan move 改期。",
        )


def filed_before_event(case: Case) -> Iterator[Reason]:
    """三(三)1: filed before it is held; on the event's own day by the hour, and without one it is taken and not proven
    (Q27)."""
    if case.act.moment.before(case.before.event) is False:
        yield Reason(
            "filed_late",
            f"{Word.FILING.label}（{case.act.moment}）不早于发布（{case.before.event}）：须在召开之前{Word.FILING.label}。",
            case.clause(keys.FILING_FORMS),
            f"请核对 --on。确未{Word.FILING.label}即已召开的，先用 record held --unfiled --reason 如实记录，再补{Word.FILING.label}。",
        )


ROUTES = {Nature.COMPREHENSIVE: keys.ROUTE_COMPREHENSIVE, Nature.SPECIAL: keys.ROUTE_SPECIAL}
"""三(三)1: which route a release takes, by its nature."""


def _post_of(route: Route, step: Step) -> Role:
    return route.office if step is Step.OFFICE else route.leader


def _route_role(case: Case, step: Step) -> Role:
    return _post_of(case.value(ROUTES[case.before.nature]), step)


def may_sign(role: Role) -> frozenset[Role]:
    """The posts that may sign where a route names one: the chief leader may what a deputy may (Q37)."""
    return frozenset({role, Role.CHIEF_LEADER}) if role is Role.DEPUTY_LEADER else frozenset({role})


def _post_held(step: Step) -> Guard:
    def post_held(case: Case) -> Iterator[Reason]:
        role, signer = _route_role(case, step), case.act.signer
        if signer is not None and may_sign(role) & signer.roles:
            return
        holders = "、".join(case.act.holders.get(role, ())) or "（当日无人登记在任）"
        yield Reason(
            "post_not_held",
            f"{signer.name if signer else '签署人'}在 {case.act.on} 不担任{role.label}，"
            f"不能签署{step.label}（{case.before.nature.label}工作）。",
            case.clause(ROUTES[case.before.nature]),
            f"应由{role.label}签署：{holders}。",
        )

    return post_held


office_post_held = _post_held(Step.OFFICE)
leader_post_held = _post_held(Step.LEADER)


def signs_once(case: Case) -> Iterator[Reason]:
    """三(三)1 逐级: nobody signs two levels of one submission."""
    signer = case.act.signer
    if signer is None:
        return
    step = Step.OFFICE if case.before.status is Status.SUBMITTED else Step.LEADER
    for earlier in case.before.current_steps():
        same = earlier.person_id == signer.person_id if signer.person_id and earlier.person_id else None
        if earlier.step is not step and (earlier.by == signer.name if same is None else same):
            yield Reason(
                "signs_twice",
                f"{signer.name}已在 {earlier.on} 签署{earlier.step.label}，同一人不能签署两个环节。",
                case.clause(keys.ROUTE_ORDER),
                "请由另一位有权签署的人签署。",
            )
            return


def opinion_given(case: Case) -> Iterator[Reason]:
    """附件1 has a cell for each opinion; a return or rejection without one helps nobody."""
    if not case.act.opinion.strip():
        yield Reason(
            "no_opinion",
            f"{case.act.action.label}须写明意见。",
            case.clause(keys.REQUIRED_FIELDS),
            "请用 --opinion 写明意见。",
        )


def reason_given(case: Case) -> Iterator[Reason]:
    if not (case.act.reason or "").strip():
        yield Reason("no_reason", f"{case.act.action.label}须写明原因。", None, "请用 --reason 写明原因。")


def files_intact(case: Case) -> Iterator[Reason]:
    """附件1注3: what is signed is what was submitted."""
    if case.act.damaged:
        yield Reason(
            "attachment_changed",
            f"下列附件的内容与收件时不符或已丢失：{'、'.join(case.act.damaged)}。",
            case.clause(keys.PAPERS),
            "请运行 pressctl db check，并从备份恢复附件。",
        )


def held_on_day(case: Case) -> Iterator[Reason]:
    """Held no earlier than the last signature, and on the day approved where approval was needed."""
    release, act = case.before, case.act
    if release.in_bureau_name and act.on != release.on:
        yield Reason(
            "other_day",
            f"记录的发布日 {act.on} 与审批的日期 {release.on} 不同。",
            case.clause(keys.ROUTE_ORDER),
            "改期须重新报批：先用 plan move 改期并重新报送。",
        )


def has_seats(case: Case) -> Iterator[Reason]:
    """三(二): who hosted and who presented; a written release has neither."""
    if case.before.form is Form.WRITTEN:
        return
    taken = {s.seat for s in case.act.seats}
    lacking = [s.label for s in (Seat.HOST, Seat.PRESENTER) if s not in taken]
    if lacking and case.before.in_bureau_name:
        yield Reason(
            "no_seats",
            f"缺少出席记录：{'、'.join(lacking)}。",
            case.clause(keys.ATTENDANCE),
            "请用 --seat host=姓名 --seat presenter=姓名 记录。",
        )


def on_the_day_recorded(case: Case) -> Iterator[Reason]:
    """What is added to a release that was held speaks of that day."""
    if case.act.on != case.before.held_on:
        yield Reason(
            "other_day",
            f"{case.before.ref} 已于 {case.before.held_on} 发布，不能再记为 {case.act.on}。",
            None,
            "补记出席、实际发布稿或钟点时不写 --on，或写发布当日。",
        )


def only_what_was_left_out(case: Case) -> Iterator[Reason]:
    """What was told of the event stands: an hour, a text or a seat is not bettered afterwards, only undone."""
    before, act = case.before, case.act
    told = [
        *(["钟点"] if act.at and before.held_time else []),
        *(k.label for k in dict.fromkeys(a.kind for a in act.attachments) if before.attached(k)),
        *(s.label for s in dict.fromkeys(s.seat for s in act.seats) if before.seated(s, actual=True)),
    ]
    if told:
        yield Reason(
            "told_already",
            f"{before.ref} 的{'、'.join(told)}已有记录，不能事后改写。",
            None,
            "记错了的，用 pressctl undo 撤销那一条再记。",
        )


def something_added(case: Case) -> Iterator[Reason]:
    if not (case.act.seats or case.act.attachments or case.act.at):
        yield Reason(
            "nothing_new",
            f"{case.before.ref} 已记录发布，没有要补记的内容。",
            None,
            "用 --seat 补记出席，--press-text 补记实际发布稿，--at 补记钟点；更正用 undo。",
        )


def after_event(case: Case) -> Iterator[Reason]:
    """附件1注2: a form is filed away when it is done with."""
    if case.before.held_on is not None and case.act.on < case.before.held_on:
        yield Reason(
            "before_event",
            f"归档日 {case.act.on} 早于发布日 {case.before.held_on}。",
            case.clause(keys.REQUIRED_FIELDS),
            "请核对 --on。",
        )


def two_copies(case: Case) -> Iterator[Reason]:
    """附件1注2: one with the office, one with the organising unit."""
    wanted = {case.act.office_id, case.before.unit_id}
    if len(case.act.copies) != 2 or set(case.act.copies) != wanted:
        yield Reason(
            "two_copies",
            f"{Word.APPROVAL_FORM.label}一式两份，由{Word.OFFICE.label}和组织单位各存一份。",
            case.clause(keys.REQUIRED_FIELDS),
            f"用 --copy 持有单位=存放处 写两次，一份{Word.OFFICE_SHORT.label}、一份组织单位；不写 --copy 即按此记录。",
        )


_CHANGEABLE = (
    "on", "period", "at", "venue", "seats", "business_units", "joint_units", "local_unit_id", "in_bureau_name", "attachments",
)  # fmt: skip
"""三(三)1: what leaders approved. Another day, hour, place, presenter, organiser or text needs their approval anew."""


def something_new(case: Case) -> Iterator[Reason]:
    same = all(getattr(case.before, name) == getattr(case.after, name) for name in _CHANGEABLE)
    if same and case.before.period == case.after.period:
        yield Reason(
            "nothing_new",
            f"没有改变：{case.before.ref} 的日期、时间、地点、发布人、单位和发布稿都与原来相同。",
            None,
            "请用 --date、--time、--venue、--presenter、--joint、--business、--local 或 --press-text 写明新的安排。",
        )


# -- the table -----------------------------------------------------------------------------------

_SIGNING = (dates_forward, before_event, signs_once, files_intact)
_REVIEWING = (opinion_given, office_post_held, *_SIGNING)
_DECIDING = (opinion_given, leader_post_held, *_SIGNING)
_SUBMITTING = (day_fixed, complete, in_time, dates_forward)
_STOPPING = (reason_given,)
_MOVING = (reason_given, something_new)


def _needs_filing(release: Release, act: Act, policy: Policy) -> bool:
    return filing_required(release, policy, act.on)


def _not_filed_yet(release: Release, act: Act, policy: Policy) -> bool:
    return release.filed_on is None and filing_required(release, policy, act.on)


def _needs_no_filing(release: Release, act: Act, policy: Policy) -> bool:
    return not files_before(release, policy, act.on)


def _unfiled(release: Release, act: Act, policy: Policy) -> bool:
    return act.unfiled and files_before(release, policy, act.on)


def _unapproved(release: Release, act: Act, policy: Policy) -> bool:
    return act.unapproved


def _own_name(release: Release, act: Act, policy: Policy) -> bool:
    return not release.in_bureau_name


def _back_to_leader(release: Release, act: Act, policy: Policy) -> bool:
    return release.resume_at is Step.LEADER


def _from_the_start(release: Release, act: Act, policy: Policy) -> bool:
    return release.resume_at is not Step.LEADER


_UNIT, _OFFICE, _LEADER = "组织单位", "{word.office}", "{word.leaders}"
S, A, T = Status, Action, Transition

TRANSITIONS: tuple[Transition, ...] = (
    T(S.PLANNED, A.SUBMIT, S.SUBMITTED, _UNIT, keys.LEAD_DAYS, _SUBMITTING),
    T(S.WITHDRAWN, A.SUBMIT, S.SUBMITTED, _UNIT, keys.LEAD_DAYS, _SUBMITTING),
    T(S.RETURNED, A.SUBMIT, S.SUBMITTED, _UNIT, keys.LEAD_DAYS, _SUBMITTING, _from_the_start, "从头审核"),
    T(S.RETURNED, A.SUBMIT, S.REVIEWED, _UNIT, keys.LEAD_DAYS, _SUBMITTING, _back_to_leader, "直送退回的领导"),
    T(S.SUBMITTED, A.WITHDRAW, S.WITHDRAWN, _UNIT, None, (reason_given, dates_forward)),
    T(S.SUBMITTED, A.REVIEW, S.REVIEWED, _OFFICE, keys.ROUTE_ORDER, _REVIEWING),
    T(S.SUBMITTED, A.RETURN, S.RETURNED, _OFFICE, keys.ROUTE_ORDER, _REVIEWING),
    T(S.SUBMITTED, A.REJECT, S.REJECTED, _OFFICE, keys.ROUTE_ORDER, _REVIEWING),
    T(S.REVIEWED, A.APPROVE, S.APPROVED, _LEADER, keys.ROUTE_ORDER, _DECIDING),
    T(S.REVIEWED, A.RETURN, S.RETURNED, _LEADER, keys.ROUTE_ORDER, _DECIDING),
    T(S.REVIEWED, A.SEND_BACK, S.SUBMITTED, _LEADER, keys.ROUTE_ORDER, _DECIDING),
    T(S.REVIEWED, A.REJECT, S.REJECTED, _LEADER, keys.ROUTE_ORDER, _DECIDING),
    T(S.APPROVED, A.FILE, S.FILED, _OFFICE, keys.FILING_FORMS, (dates_forward, filed_before_event)),
    T(S.HELD, A.FILE, S.HELD, _OFFICE, keys.FILING_FORMS, (), _not_filed_yet, "补{word.filing}"),
    T(S.ARCHIVED, A.FILE, S.ARCHIVED, _OFFICE, keys.FILING_FORMS, (), _not_filed_yet, "补{word.filing}"),
    T(S.FILED, A.HOLD, S.HELD, _OFFICE, keys.ATTENDANCE, (held_on_day, has_seats, files_intact)),
    T(S.APPROVED, A.HOLD, S.HELD, _OFFICE, keys.ATTENDANCE, (held_on_day, has_seats, files_intact), _needs_no_filing, "不需事先{word.filing}的"),
    T(S.APPROVED, A.HOLD, S.HELD, _OFFICE, keys.FILING_FORMS, (reason_given, held_on_day, has_seats, files_intact), _unfiled, "未{word.filing}即召开"),
    T(S.PLANNED, A.HOLD, S.HELD, _UNIT, keys.QUOTAS, (has_seats,), _own_name, "以本单位名义"),
    *(T(s, A.HOLD, S.HELD, _OFFICE, keys.ROUTE_ORDER, (reason_given, has_seats, files_intact), _unapproved, "未经审批即召开") for s in (S.PLANNED, S.SUBMITTED, S.REVIEWED, S.RETURNED, S.WITHDRAWN, S.REJECTED)),
    *(T(s, A.HOLD, s, _OFFICE, keys.ATTENDANCE, (on_the_day_recorded, something_added, only_what_was_left_out), None, "补记出席、发布稿、钟点") for s in (S.HELD, S.ARCHIVED)),
    T(S.HELD, A.ARCHIVE, S.ARCHIVED, _OFFICE, keys.REQUIRED_FIELDS, (after_event, two_copies)),
    T(S.ARCHIVED, A.ARCHIVE, S.ARCHIVED, _OFFICE, keys.REQUIRED_FIELDS, (after_event, two_copies), None, "更正存放"),
    *(T(s, A.MOVE, s, _UNIT, None, _MOVING) for s in (S.PLANNED, S.RETURNED, S.WITHDRAWN)),
    *(T(s, A.MOVE, S.RETURNED, _UNIT, keys.ROUTE_ORDER, _MOVING, None, "须重新报批") for s in (S.SUBMITTED, S.REVIEWED, S.APPROVED, S.FILED)),
    *(T(s, A.CANCEL, S.CANCELLED, _UNIT, None, _STOPPING) for s in (S.PLANNED, S.SUBMITTED, S.REVIEWED, S.APPROVED, S.FILED, S.RETURNED, S.WITHDRAWN)),
    *(T(s, A.REMIND, s, _OFFICE, None, ()) for s in (S.PLANNED, S.SUBMITTED, S.REVIEWED, S.APPROVED, S.RETURNED)),
)  # fmt: skip


def allowed(status: Status) -> tuple[Action, ...]:
    """What can be done in a state, in the table's order; that an approval was passed over is no step to offer."""
    return tuple(
        dict.fromkeys(t.action for t in TRANSITIONS if t.before is status and t.when is not _unapproved)
    )


def advance(
    release: Release, act: Act, policy: Policy, calendar: Calendar, unit: Unit | None = None
) -> Advanced | Refusal:
    """Apply an act to a release of a unit. Pure: the same release, act and law give the same answer."""
    among = [t for t in TRANSITIONS if t.before is release.status and t.action is act.action]
    chosen = next((t for t in among if t.when is None or t.when(release, act, policy)), None)
    if chosen is None:
        return Refusal((_no_way(release, act, policy, among),))
    merged = _merged(release, act)
    case = Case(release, merged, act, policy, calendar, unit)
    reasons = tuple(reason for guard in chosen.guards for reason in guard(case))
    if reasons:
        return Refusal(reasons)
    after = _moved(merged, chosen, act)
    return Advanced(after, tuple(_unproved(after, act, policy)))


def _unproved(release: Release, act: Act, policy: Policy) -> Iterator[str]:
    """What was taken although it does not show yet that it came before the event."""
    signing = act.action in (Action.SUBMIT, Action.REVIEW, Action.APPROVE)
    if signing and act.entered is not None and act.entered > release.on:
        yield f"发布日 {release.on} 已过，{act.entered} 才登记{act.action.label}：事前审阅、沟通不能由此证明，检查时写明。"
    told = []
    if act.action is Action.FILE and files_before(release, policy, act.on):
        told.append((Word.FILING.label, act.moment))
    if act.action is Action.SUBMIT and release.urgent and release.consulted:
        told.append(("沟通", release.consulted))
    for what, moment in told:
        if moment.before(release.event) is None:
            lacking = "发布没有写明时间（--time）" if moment.hour else "没有写明钟点（--at）"
            yield f"{what}与发布同在 {moment.day}，{lacking}，看不出是否在发布之前：写明以前按无记录判断。"


def _no_way(release: Release, act: Act, policy: Policy, among: list[Transition]) -> Reason:
    tried = f"{release.ref}“{release.name}”{release.status.label}，不能{act.action.label}"
    if among and act.action is Action.HOLD:
        return _cannot_hold(release, policy, act, tried)
    can = "、".join(a.label for a in allowed(release.status)) or "无（已办结）"
    return Reason(
        "wrong_state", f"{tried}。", None, f"现在可以：{can}。用 pressctl plan show {release.ref} 查看全程。"
    )


def _cannot_hold(release: Release, policy: Policy, act: Act, tried: str) -> Reason:
    if release.status is Status.APPROVED:
        return Reason(
            "not_filed",
            f"{tried}：尚未{RecordKind.FILED.label}。",
            policy.value(keys.FILING_FORMS, act.on).clause,
            f"先用 pressctl record filed {release.ref} {Word.FILING.label}；确未{Word.FILING.label}即已召开的，用 --unfiled --reason 如实记录。",
        )
    first = f"请先用 pressctl submit {release.ref} 报送；" if Action.SUBMIT in allowed(release.status) else ""
    return Reason(
        "not_approved",
        f"{tried}：{Word.IN_BUREAU_NAME.label}的发布须先报送并审批。",
        policy.value(keys.ROUTE_ORDER, act.on).clause,
        f"{first}确未经审批即已召开的，用 --unapproved --reason 如实记录。",
    )


def _merged(release: Release, act: Act) -> Release:
    """The release with what the act brings along, before its state changes."""
    seats = release.seats
    if act.seats:
        actual = act.seats[0].actual
        # A seat that is named anew replaces those of the same kind; the others stay.
        named = {s.seat for s in act.seats}
        seats = tuple(s for s in seats if s.actual is not actual or s.seat not in named) + act.seats
    fixed: dict[str, Any] = {}
    if act.new_date is not None and release.period is not None:
        # A day within the period is what the plan meant; one outside it is a change of the plan.
        meant = stored(release.period)
        within = meant.first <= act.new_date <= meant.last
        fixed = {"period": None, "planned_on": act.new_date if within else release.planned_on}
    return replace(
        release,
        **act.changes,
        **fixed,
        on=act.new_date or release.on,
        seats=seats,
        attachments=release.attachments + act.attachments,
    )


_STEP_OF = {Status.SUBMITTED: Step.OFFICE, Status.REVIEWED: Step.LEADER}
_DECISION_OF = {
    Action.REVIEW: Decision.AGREE,
    Action.APPROVE: Decision.AGREE,
    Action.RETURN: Decision.RETURN,
    Action.SEND_BACK: Decision.RETURN,
    Action.REJECT: Decision.REJECT,
}


def _moved(release: Release, transition: Transition, act: Act) -> Release:
    moved = replace(release, status=transition.after)
    match act.action:
        case Action.SUBMIT:
            return _submitted(moved, act, release)
        case Action.REVIEW | Action.APPROVE | Action.RETURN | Action.SEND_BACK | Action.REJECT:
            return _signed(moved, transition, act)
        case Action.FILE:
            return replace(moved, filed_on=act.on, filed_time=act.at, receipt=act.receipt)
        case Action.HOLD:
            return replace(
                moved,
                held_on=act.on,
                held_time=act.at or moved.held_time,
                close_reason=act.reason or moved.close_reason,
                void_round=_void_round(release),
            )
        case Action.MOVE:
            again = transition.after is Status.RETURNED and (
                transition.before is not Status.RETURNED or release.resume_at is not None
            )
            if again:
                moved = replace(
                    moved,
                    resume_at=None,
                    filed_on=None,
                    filed_time=None,
                    receipt=None,
                    void_round=moved.round,
                )
            return replace(moved, close_reason=act.reason)
        case Action.WITHDRAW:  # what the unit itself took back was not received
            return replace(
                moved, close_reason=act.reason, closed_on=act.on, received_on=None, void_round=moved.round
            )
        case Action.CANCEL:
            return replace(moved, close_reason=act.reason, closed_on=act.on)
        case _:
            return moved


def _void_round(before: Release) -> int | None:
    """Also of one that was changed, or taken back, before that was kept: nobody returned it, yet it is returned."""
    steps = before.current_steps()
    undone = before.status in (Status.RETURNED, Status.WITHDRAWN)
    changed = undone and steps and steps[-1].decision is Decision.AGREE
    return before.round if changed else before.void_round


def _submitted(release: Release, act: Act, before: Release) -> Release:
    """A new round: the organising unit's opinion, where the route has one, then those of units that organise it together."""
    number = release.round + 1
    own = ((act.signer, act.opinion),) if act.signer is not None else ()
    signers = (*own, *act.joint)
    opinions = tuple(
        _opinion(number, Step.UNIT, signer, Decision.AGREE, opinion, act, None) for signer, opinion in signers
    )
    carried: tuple[ApprovalStep, ...] = ()
    if release.status is Status.REVIEWED:  # straight back to the leader: the office's opinion still stands
        office = next(
            s for s in reversed(release.steps) if s.step is Step.OFFICE and s.decision is Decision.AGREE
        )
        carried = (replace(office, round=number),)
    return replace(
        release,
        round=number,
        submitted_on=act.on,
        received_on=before.first_receipt or act.on,
        closed_on=None,
        resume_at=None,
        close_reason=None,
        steps=release.steps + opinions + carried,
    )


def _signed(release: Release, transition: Transition, act: Act) -> Release:
    assert act.signer is not None, "guarded by the post held"
    step = _STEP_OF[transition.before]
    decision = _DECISION_OF[act.action]
    role = Role.OFFICE_DIRECTOR if step is Step.OFFICE else _leader_role(act)
    entry = _opinion(release.round, step, act.signer, decision, act.opinion, act, role)
    resume = step if act.action is Action.RETURN and act.resume else None
    closed = act.on if decision is Decision.REJECT else release.closed_on
    return replace(release, steps=(*release.steps, entry), resume_at=resume, closed_on=closed)


def _leader_role(act: Act) -> Role | None:
    assert act.signer is not None
    return next((r for r in (Role.CHIEF_LEADER, Role.DEPUTY_LEADER) if r in act.signer.roles), None)


def _opinion(
    round: int, step: Step, signer: Signer, decision: Decision, opinion: str, act: Act, role: Role | None
) -> ApprovalStep:
    return ApprovalStep(
        round,
        step,
        signer.name,
        signer.title,
        decision,
        opinion.strip(),
        act.on,
        signer.person_id,
        role,
        signer.on_behalf_of,
        signer.unit_id,
        act.at,
        act.entered,
    )


def waits_for(release: Release, policy: Policy, day: date) -> tuple[Step, Role] | None:
    """Which step a release waits at and which post must sign it; None where no signature is owed."""
    step = _STEP_OF.get(release.status)
    if step is None:
        return None
    return step, _post_of(policy.get(ROUTES[release.nature], day), step)
