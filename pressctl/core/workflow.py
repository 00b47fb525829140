"""The life of a release as one table: from which state, by which action, to which state, by whom, under which clause.

`advance()` walks the table and its guards. It answers `Advanced` or `Refusal`; a refusal carries every
reason at once, each with its clause or its workflow reason, and what can be done now. The manual's state
diagram is drawn from TRANSITIONS, and a test names every pair of state and action.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from pressctl.core import policy_keys as keys
from pressctl.core.facts import ApprovalStep, Attachment, Release, SeatTaken
from pressctl.core.period import stored
from pressctl.core.policy import Policy
from pressctl.core.policy_keys import Key, Route
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Role,
    Seat,
    Status,
    Step,
    Term,
)
from pressctl.core.working_days import Calendar, Deadline

_T = TypeVar("_T")


class Action(Term):
    """What can happen to a release."""

    SUBMIT = "submit", "报送"
    WITHDRAW = "withdraw", "撤回"
    REVIEW = "review", "办公室审核"
    APPROVE = "approve", "领导审批"
    RETURN = "return", "退回"
    SEND_BACK = "send_back", "退回上一环节"
    REJECT = "reject", "不予批准"
    FILE = "file", "报备"
    HOLD = "hold", "记录发布"
    ARCHIVE = "archive", "归档"
    MOVE = "move", "改期、变更"
    CANCEL = "cancel", "取消"
    REMIND = "remind", "催办"


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
    has the hash they were taken in under; `released_sha256` is the text that was in fact released.
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
    new_date: date | None = None
    released_sha256: str | None = None
    damaged: tuple[str, ...] = ()
    holders: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What a guard looks at: the release before, as it would be after, the act, and the law."""

    before: Release
    after: Release
    act: Act
    policy: Policy
    calendar: Calendar

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


def lead_applies(release: Release, policy: Policy, day: date) -> bool:
    """三(三)3: a conference in the bureau's name must be submitted ahead."""
    return release.in_bureau_name and release.form in policy.get(keys.LEAD_FORMS, day)


def submission_deadline(release: Release, policy: Policy, calendar: Calendar, day: date) -> Deadline | None:
    """The last day to submit by the policy in force on `day`; None where no lead is demanded. Never stored."""
    if not lead_applies(release, policy, day):
        return None
    clear = policy.get(keys.LEAD_COUNT, day) == "clear"
    return calendar.deadline(release.on, policy.get(keys.LEAD_DAYS, day), clear=clear)


def filing_required(release: Release, policy: Policy, day: date) -> bool:
    """三(三)1: conferences in the bureau's name are filed with the city government before they are held."""
    return release.in_bureau_name and release.form in policy.get(keys.FILING_FORMS, day)


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
    form = case.after.form
    missing = [n for n in case.value(keys.REQUIRED_FIELDS).get(form, ()) if not _given(case, n)]
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
    """三(三)3: so many working days ahead, or the urgent path with its proof."""
    release, act = case.after, case.act
    deadline = submission_deadline(release, case.policy, case.calendar, act.on)
    if act.on > release.on:
        yield Reason(
            "after_event",
            f"报送日 {act.on} 晚于发布日 {release.on}。",
            case.clause(keys.LEAD_DAYS),
            "事后不能补报审批；请核对日期，或用 plan move 改期。",
        )
    elif deadline is not None and act.on > deadline.date and not release.urgent:
        late = case.calendar.between(deadline.date, act.on).days
        yield Reason(
            "late_submission",
            f"报送迟于规定：{release.on} 的发布会最迟应于 {deadline.date} 报送，"
            f"报送日 {act.on} 已晚 {late} 个工作日。{deadline.sentence()}",
            case.clause(keys.LEAD_DAYS),
            "改期（plan move），或确属特殊情况并已事先与新闻发言人办公室沟通的，"
            "用 --urgent --reason 原因 --consulted 沟通日期 报送。",
        )
    if release.urgent:
        yield from _urgent_proof(case)


def _urgent_proof(case: Case) -> Iterator[Reason]:
    release, act = case.after, case.act
    clause = case.clause(keys.URGENT)
    if not (release.urgent_reason or "").strip() or release.consulted_on is None:
        yield Reason(
            "urgent_unproved",
            "紧急报送须写明原因和事先沟通的日期。",
            clause,
            "请加 --reason 原因 --consulted 日期。",
        )
    elif release.consulted_on >= release.on:
        yield Reason(
            "consulted_late",
            f"沟通日 {release.consulted_on} 不早于发布日 {release.on}：须在发布之前沟通。",
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
    if case.act.on > case.before.on:
        yield Reason(
            "after_event",
            f"日期 {case.act.on} 晚于发布日 {case.before.on}，不能事后{case.act.action.label}。",
            case.clause(keys.ROUTE_ORDER),
            "请核对 --on，或用 plan move 改期。",
        )


def filed_before_event(case: Case) -> Iterator[Reason]:
    """三(三)1: filed before it is held; counted in days, so the day of the event is too late."""
    if case.act.on >= case.before.on:
        yield Reason(
            "filed_late",
            f"报备日 {case.act.on} 不早于发布日 {case.before.on}：须在召开之前报备。",
            case.clause(keys.FILING_FORMS),
            "请核对 --on。确未报备即已召开的，先用 record held --unfiled --reason 如实记录，再补报备。",
        )


ROUTES = {Nature.COMPREHENSIVE: keys.ROUTE_COMPREHENSIVE, Nature.SPECIAL: keys.ROUTE_SPECIAL}
"""三(三)1: which route a release takes, by its nature."""


def _post_of(route: Route, step: Step) -> Role:
    return route.office if step is Step.OFFICE else route.leader


def _route_role(case: Case, step: Step) -> Role:
    return _post_of(case.value(ROUTES[case.before.nature]), step)


def _post_held(step: Step) -> Guard:
    def post_held(case: Case) -> Iterator[Reason]:
        role, signer = _route_role(case, step), case.act.signer
        if signer is not None and role in signer.roles:
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


def released_as_approved(case: Case) -> Iterator[Reason]:
    """附件1注3: the text released is the text approved."""
    approved = case.before.attached(AttachmentKind.PRESS_TEXT)
    released = case.act.released_sha256
    if released and approved and released != approved.sha256:
        yield Reason(
            "text_changed",
            f"实际发布的新闻发布稿与审批的“{approved.name}”不一致（校验值不同）。",
            case.clause(keys.PAPERS),
            "发布稿改动后须重新报送审批：先用 plan move 退回重报。",
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


_CHANGEABLE = ("on", "at", "venue", "seats", "period")
"""三(三)1: what leaders approved. Another day, hour, place or presenter needs their approval anew."""


def something_new(case: Case) -> Iterator[Reason]:
    if all(getattr(case.before, name) == getattr(case.after, name) for name in _CHANGEABLE):
        yield Reason(
            "nothing_new",
            f"没有改变：{case.before.ref} 的日期、时间、地点和发布人都与原来相同。",
            None,
            "请用 --date、--time、--venue 或 --presenter 写明新的安排。",
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


def _needs_no_filing(release: Release, act: Act, policy: Policy) -> bool:
    return not filing_required(release, policy, act.on)


def _unfiled(release: Release, act: Act, policy: Policy) -> bool:
    return act.unfiled and filing_required(release, policy, act.on)


def _own_name(release: Release, act: Act, policy: Policy) -> bool:
    return not release.in_bureau_name


def _back_to_leader(release: Release, act: Act, policy: Policy) -> bool:
    return release.resume_at is Step.LEADER


def _from_the_start(release: Release, act: Act, policy: Policy) -> bool:
    return release.resume_at is not Step.LEADER


_UNIT, _OFFICE, _LEADER = "组织单位", "新闻发言人办公室", "市局领导"
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
    T(S.HELD, A.FILE, S.HELD, _OFFICE, keys.FILING_FORMS, (), lambda r, a, p: r.filed_on is None and _needs_filing(r, a, p), "补报备"),
    T(S.FILED, A.HOLD, S.HELD, _OFFICE, keys.ATTENDANCE, (held_on_day, has_seats, files_intact, released_as_approved)),
    T(S.APPROVED, A.HOLD, S.HELD, _OFFICE, keys.ATTENDANCE, (held_on_day, has_seats, files_intact, released_as_approved), _needs_no_filing, "不需报备的形式"),
    T(S.APPROVED, A.HOLD, S.HELD, _OFFICE, keys.FILING_FORMS, (reason_given, held_on_day, has_seats, files_intact, released_as_approved), _unfiled, "未报备即召开"),
    T(S.PLANNED, A.HOLD, S.HELD, _UNIT, keys.QUOTAS, (has_seats,), _own_name, "以本单位名义"),
    T(S.HELD, A.ARCHIVE, S.ARCHIVED, _OFFICE, keys.REQUIRED_FIELDS, ()),
    *(T(s, A.MOVE, s, _UNIT, None, _MOVING) for s in (S.PLANNED, S.RETURNED, S.WITHDRAWN)),
    *(T(s, A.MOVE, S.RETURNED, _UNIT, keys.ROUTE_ORDER, _MOVING, None, "须重新报批") for s in (S.SUBMITTED, S.REVIEWED, S.APPROVED, S.FILED)),
    *(T(s, A.CANCEL, S.CANCELLED, _UNIT, None, _STOPPING) for s in (S.PLANNED, S.SUBMITTED, S.REVIEWED, S.APPROVED, S.FILED, S.RETURNED, S.WITHDRAWN)),
    *(T(s, A.REMIND, s, _OFFICE, None, ()) for s in (S.PLANNED, S.SUBMITTED, S.REVIEWED, S.APPROVED, S.RETURNED)),
)  # fmt: skip


def allowed(status: Status) -> tuple[Action, ...]:
    """What can be done in a state, in the table's order."""
    return tuple(dict.fromkeys(t.action for t in TRANSITIONS if t.before is status))


def advance(release: Release, act: Act, policy: Policy, calendar: Calendar) -> Advanced | Refusal:
    """Apply an act. Pure: the same release, act and law give the same answer."""
    among = [t for t in TRANSITIONS if t.before is release.status and t.action is act.action]
    chosen = next((t for t in among if t.when is None or t.when(release, act, policy)), None)
    if chosen is None:
        return Refusal((_no_way(release, act, policy, among),))
    merged = _merged(release, act)
    case = Case(release, merged, act, policy, calendar)
    reasons = tuple(reason for guard in chosen.guards for reason in guard(case))
    if reasons:
        return Refusal(reasons)
    return Advanced(_moved(merged, chosen, act))


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
            f"{tried}：尚未向市政府新闻办报备。",
            policy.value(keys.FILING_FORMS, act.on).clause,
            f"先用 pressctl record filed {release.ref} 报备；确未报备即已召开的，用 --unfiled --reason 如实记录。",
        )
    return Reason(
        "not_approved",
        f"{tried}：以市局名义的发布须先报送并审批。",
        policy.value(keys.ROUTE_ORDER, act.on).clause,
        f"请先用 pressctl submit {release.ref} 报送。",
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
            return _submitted(moved, act)
        case Action.REVIEW | Action.APPROVE | Action.RETURN | Action.SEND_BACK | Action.REJECT:
            return _signed(moved, transition, act)
        case Action.FILE:
            return replace(moved, filed_on=act.on, receipt=act.receipt)
        case Action.HOLD:
            return replace(moved, held_on=act.on, close_reason=act.reason)
        case Action.MOVE:
            again = transition.after is Status.RETURNED and transition.before is not Status.RETURNED
            if again:
                moved = replace(moved, resume_at=None, filed_on=None, receipt=None)
            return replace(moved, close_reason=act.reason)
        case Action.WITHDRAW | Action.CANCEL:
            return replace(moved, close_reason=act.reason)
        case _:
            return moved


def _submitted(release: Release, act: Act) -> Release:
    """A new round: the organising unit's opinion, then those of units that organise it together."""
    assert act.signer is not None, "guarded by completeness"
    number = release.round + 1
    signers = ((act.signer, act.opinion), *act.joint)
    opinions = tuple(
        _opinion(number, Step.UNIT, signer, Decision.AGREE, opinion, act.on, None)
        for signer, opinion in signers
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
        resume_at=None,
        close_reason=None,
        steps=release.steps + opinions + carried,
    )


def _signed(release: Release, transition: Transition, act: Act) -> Release:
    assert act.signer is not None, "guarded by the post held"
    step = _STEP_OF[transition.before]
    decision = _DECISION_OF[act.action]
    role = Role.OFFICE_DIRECTOR if step is Step.OFFICE else _leader_role(act)
    entry = _opinion(release.round, step, act.signer, decision, act.opinion, act.on, role)
    resume = step if act.action is Action.RETURN and act.resume else None
    return replace(release, steps=(*release.steps, entry), resume_at=resume)


def _leader_role(act: Act) -> Role | None:
    assert act.signer is not None
    return next((r for r in (Role.CHIEF_LEADER, Role.DEPUTY_LEADER) if r in act.signer.roles), None)


def _opinion(
    round: int, step: Step, signer: Signer, decision: Decision, opinion: str, on: date, role: Role | None
) -> ApprovalStep:
    return ApprovalStep(
        round,
        step,
        signer.name,
        signer.title,
        decision,
        opinion.strip(),
        on,
        signer.person_id,
        role,
        signer.on_behalf_of,
        signer.unit_id,
    )


def waits_for(release: Release, policy: Policy, day: date) -> tuple[Step, Role] | None:
    """Which step a release waits at and which post must sign it; None where no signature is owed."""
    step = _STEP_OF.get(release.status)
    if step is None:
        return None
    return step, _post_of(policy.get(ROUTES[release.nature], day), step)
