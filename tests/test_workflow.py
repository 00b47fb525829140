"""The life of a release: every pair of state and action is named, every refusal says why and what can be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressctl.core import workflow
from pressctl.core.facts import ApprovalStep, Attachment, Release, SeatTaken
from pressctl.core.terms import Action, AttachmentKind, Decision, Form, Nature, Role, Seat, Status, Step
from pressctl.core.workflow import TRANSITIONS, Act, Advanced, Refusal, Signer, advance, allowed
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader

POLICY = loader.load()
EVENT = dt.date(2026, 10, 9)
LAST_DAY = dt.date(2026, 9, 24)
CALENDAR = Calendar(dt.date(2026, 9, 1))

UNIT = Signer("陶建国", "分局局长", unit_id=2)
DIRECTOR = Signer("林知远", "处长", 11, frozenset({Role.OFFICE_DIRECTOR}))
DEPUTY = Signer("江若水", "副局长", 12, frozenset({Role.DEPUTY_LEADER}))
CHIEF = Signer("高一鸣", "局长", 13, frozenset({Role.CHIEF_LEADER}))
FILES = tuple(
    Attachment(kind, f"{kind.label}.docx", f"{n}" * 64, 10, LAST_DAY)
    for n, kind in enumerate(
        (AttachmentKind.PROGRAMME, AttachmentKind.SOURCE_MATERIAL, AttachmentKind.PRESS_TEXT)
    )
)
CELLS: dict[str, Any] = {
    "venue": "市局新闻发布厅", "at": dt.time(10), "topic": "国庆客流安保", "audience": "市级媒体", "media": "12家",
    "liaison_id": 21, "phone": "81000000",
}  # fmt: skip
PRESENTER = SeatTaken(Seat.PRESENTER, 22, "华宏伟")


def planned(**more: Any) -> Release:
    release = Release("2026-009", "国庆安保发布会", 2, Form.CONFERENCE, EVENT, EVENT, in_bureau_name=True)
    return replace(release, **more)


def _opinion(step: Step, signer: Signer, on: dt.date, role: Role | None = None) -> ApprovalStep:
    return ApprovalStep(
        1, step, signer.name, signer.title, Decision.AGREE, "同意", on, signer.person_id, role
    )


def at(status: Status) -> Release:
    """A release that came to a state in the ordinary way."""
    if status in (Status.PLANNED, Status.CANCELLED):
        return planned(status=status)
    opinions = [_opinion(Step.UNIT, UNIT, LAST_DAY)]
    if status in (Status.REVIEWED, Status.APPROVED, Status.FILED, Status.HELD, Status.ARCHIVED):
        opinions.append(_opinion(Step.OFFICE, DIRECTOR, dt.date(2026, 9, 28), Role.OFFICE_DIRECTOR))
    if status in (Status.APPROVED, Status.FILED, Status.HELD, Status.ARCHIVED):
        opinions.append(_opinion(Step.LEADER, DEPUTY, dt.date(2026, 9, 29), Role.DEPUTY_LEADER))
    return planned(
        status=status, round=1, submitted_on=LAST_DAY, steps=tuple(opinions), attachments=FILES, seats=(PRESENTER,),
        filed_on=dt.date(2026, 9, 30) if status in (Status.FILED, Status.HELD, Status.ARCHIVED) else None,
        held_on=EVENT if status in (Status.HELD, Status.ARCHIVED) else None, **CELLS,
    )  # fmt: skip


def good(action: Action, status: Status) -> Act:
    """An act with everything in order for the state."""
    later = dt.date(2026, 9, 30)
    signer = DIRECTOR if status is Status.SUBMITTED else DEPUTY
    match action:
        case Action.SUBMIT:
            return Act(action, LAST_DAY, UNIT, "拟同意", changes=CELLS, attachments=FILES, seats=(PRESENTER,))
        case Action.REVIEW | Action.APPROVE | Action.RETURN | Action.SEND_BACK | Action.REJECT:
            return Act(action, dt.date(2026, 9, 29), signer, "同意")
        case Action.HOLD:
            seats = (SeatTaken(Seat.HOST, 11, "林知远", True), SeatTaken(Seat.PRESENTER, 22, "华宏伟", True))
            return Act(action, EVENT, seats=seats, reason="如期")
        case Action.ARCHIVE:
            return Act(action, EVENT, copies=(OFFICE, planned().unit_id), office_id=OFFICE)
        case Action.MOVE:
            return Act(action, later, reason="场地冲突", new_date=dt.date(2026, 10, 16))
        case _:
            return Act(action, later, reason="原因")


OFFICE = 900


EXPECTED: dict[Status, dict[Action, Status]] = {
    Status.PLANNED: {
        Action.SUBMIT: Status.SUBMITTED, Action.MOVE: Status.PLANNED, Action.CANCEL: Status.CANCELLED, Action.REMIND: Status.PLANNED,
    },
    Status.SUBMITTED: {
        Action.WITHDRAW: Status.WITHDRAWN, Action.REVIEW: Status.REVIEWED, Action.RETURN: Status.RETURNED, Action.REJECT: Status.REJECTED,
        Action.MOVE: Status.RETURNED, Action.CANCEL: Status.CANCELLED, Action.REMIND: Status.SUBMITTED,
    },
    Status.REVIEWED: {
        Action.APPROVE: Status.APPROVED, Action.RETURN: Status.RETURNED, Action.SEND_BACK: Status.SUBMITTED, Action.REJECT: Status.REJECTED,
        Action.MOVE: Status.RETURNED, Action.CANCEL: Status.CANCELLED, Action.REMIND: Status.REVIEWED,
    },
    Status.APPROVED: {
        Action.FILE: Status.FILED, Action.MOVE: Status.RETURNED, Action.CANCEL: Status.CANCELLED, Action.REMIND: Status.APPROVED,
    },
    Status.FILED: {Action.HOLD: Status.HELD, Action.MOVE: Status.RETURNED, Action.CANCEL: Status.CANCELLED},
    Status.HELD: {Action.ARCHIVE: Status.ARCHIVED, Action.HOLD: Status.HELD},
    Status.ARCHIVED: {Action.ARCHIVE: Status.ARCHIVED, Action.HOLD: Status.ARCHIVED},
    Status.RETURNED: {
        Action.SUBMIT: Status.SUBMITTED, Action.MOVE: Status.RETURNED, Action.CANCEL: Status.CANCELLED, Action.REMIND: Status.RETURNED,
    },
    Status.WITHDRAWN: {Action.SUBMIT: Status.SUBMITTED, Action.MOVE: Status.WITHDRAWN, Action.CANCEL: Status.CANCELLED},
    Status.REJECTED: {},
    Status.CANCELLED: {},
}  # fmt: skip


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("status", list(Status))
def test_every_state_and_action(status: Status, action: Action) -> None:
    """A conference in the bureau's name: what each action does in each state, also what is refused."""
    answer = advance(at(status), good(action, status), POLICY, CALENDAR)
    expected = EXPECTED[status].get(action)
    if expected is None:
        assert isinstance(answer, Refusal)
        (reason,) = answer.reasons
        assert reason.code in ("wrong_state", "not_filed", "not_approved")
        assert "2026-009" in reason.message and status.label in reason.message and reason.next
    else:
        assert isinstance(answer, Advanced), answer
        assert answer.release.status is expected


def test_the_table_names_every_state() -> None:
    assert {t.before for t in TRANSITIONS} | {t.after for t in TRANSITIONS} == set(Status)
    assert {t.action for t in TRANSITIONS} == set(Action)
    for status in Status:
        assert set(EXPECTED[status]) <= set(allowed(status))


# -- guards ----------------------------------------------------------------------------------------


def refusals(release: Release, act: Act) -> dict[str, workflow.Reason]:
    answer = advance(release, act, POLICY, CALENDAR)
    assert isinstance(answer, Refusal), answer
    for reason in answer.reasons:
        assert reason.message.endswith("。") and reason.next, reason
    return {r.code: r for r in answer.reasons}


def _submission(**more: Any) -> Act:
    return replace(good(Action.SUBMIT, Status.PLANNED), **more)


def test_an_empty_submission_lists_all_that_is_missing_at_once() -> None:
    reason = refusals(planned(), Act(Action.SUBMIT, LAST_DAY))["incomplete"]
    for word in (
        "发布时间",
        "发布地点",
        "发布人",
        "联络员",
        "联系电话",
        "发布会主题",
        "拟邀请媒体",
        "组织单位意见",
        "发布方案",
        "新闻素材",
        "新闻发布稿",
    ):
        assert word in reason.message
    assert reason.clause and "--venue" in (reason.next or "")


def test_a_written_release_needs_no_venue() -> None:
    release = planned(form=Form.WRITTEN, in_bureau_name=False)
    reason = refusals(release, Act(Action.SUBMIT, LAST_DAY))["incomplete"]
    assert "发布地点" not in reason.message and "发布方案" not in reason.message


@pytest.mark.parametrize(
    ("on", "late"), [(LAST_DAY, False), (dt.date(2026, 9, 25), True), (dt.date(2026, 9, 28), True)]
)
def test_five_working_days(on: dt.date, late: bool) -> None:
    if not late:
        assert isinstance(advance(planned(), _submission(on=on), POLICY, CALENDAR), Advanced)
        return
    reason = refusals(planned(), _submission(on=on))["late_submission"]
    assert reason.clause == "三(三)3" and "2026-09-24" in reason.message


def test_own_name_has_no_lead() -> None:
    answer = advance(planned(in_bureau_name=False), _submission(on=dt.date(2026, 10, 8)), POLICY, CALENDAR)
    assert isinstance(answer, Advanced)


def _urgent(**more: Any) -> Act:
    proof = {"urgent": True, "urgent_reason": "上级临时部署", "consulted_on": dt.date(2026, 9, 27), **more}
    return _submission(on=dt.date(2026, 9, 28), changes={**CELLS, **proof})


def test_the_urgent_path_needs_its_proof() -> None:
    assert isinstance(advance(planned(), _urgent(), POLICY, CALENDAR), Advanced)
    assert "urgent_unproved" in refusals(planned(), _urgent(urgent_reason=" "))
    assert "urgent_unproved" in refusals(planned(), _urgent(consulted_on=None))
    assert "consulted_late" in refusals(planned(), _urgent(consulted_on=EVENT + dt.timedelta(1)))
    by_hour = _urgent(consulted_on=EVENT, consulted_time=dt.time(9, 0), at=dt.time(10, 0))
    assert isinstance(advance(planned(), replace(by_hour, on=EVENT), POLICY, CALENDAR), Advanced)
    too_late = _urgent(consulted_on=EVENT, consulted_time=dt.time(10, 0), at=dt.time(10, 0))
    assert "consulted_late" in refusals(planned(), replace(too_late, on=EVENT))
    untold = advance(planned(), replace(_urgent(consulted_on=EVENT), on=EVENT), POLICY, CALENDAR)
    assert isinstance(untold, Advanced) and "没有写明钟点" in untold.warnings[0]
    assert "consulted_future" in refusals(planned(), _urgent(consulted_on=dt.date(2026, 9, 29)))


def test_nothing_is_submitted_after_the_event() -> None:
    assert "after_event" in refusals(planned(in_bureau_name=False), _submission(on=dt.date(2026, 10, 10)))


def _sign(action: Action, signer: Signer, **more: Any) -> Act:
    return Act(action, more.pop("on", dt.date(2026, 9, 29)), signer, more.pop("opinion", "同意"), **more)


def test_the_signer_holds_the_post_and_the_message_says_who_does() -> None:
    act = _sign(Action.REVIEW, DEPUTY, holders={Role.OFFICE_DIRECTOR: ("林知远",)})
    reason = refusals(at(Status.SUBMITTED), act)["post_not_held"]
    assert "江若水" in reason.message and "林知远" in (reason.next or "") and reason.clause == "三(三)1"


def test_the_nature_decides_the_leader() -> None:
    comprehensive = replace(at(Status.REVIEWED), nature=Nature.COMPREHENSIVE)
    assert "post_not_held" in refusals(comprehensive, _sign(Action.APPROVE, DEPUTY))
    assert isinstance(advance(comprehensive, _sign(Action.APPROVE, CHIEF), POLICY, CALENDAR), Advanced)
    chief = advance(at(Status.REVIEWED), _sign(Action.APPROVE, CHIEF), POLICY, CALENDAR)
    assert isinstance(chief, Advanced), "the chief leader may sign what a deputy may"
    assert chief.release.steps[-1].role is Role.CHIEF_LEADER


def test_nobody_signs_two_steps() -> None:
    both = replace(DIRECTOR, roles=frozenset({Role.OFFICE_DIRECTOR, Role.DEPUTY_LEADER}))
    assert "signs_twice" in refusals(at(Status.REVIEWED), _sign(Action.APPROVE, both))
    unit_head = Signer("陶建国", "处长", 30, frozenset({Role.OFFICE_DIRECTOR}))
    assert "signs_twice" in refusals(at(Status.SUBMITTED), _sign(Action.REVIEW, unit_head))


def test_dates_never_go_backwards_nor_past_the_event() -> None:
    assert "date_backwards" in refusals(
        at(Status.REVIEWED), _sign(Action.APPROVE, DEPUTY, on=dt.date(2026, 9, 27))
    )
    assert "after_event" in refusals(
        at(Status.REVIEWED), _sign(Action.APPROVE, DEPUTY, on=dt.date(2026, 10, 10))
    )


@pytest.mark.parametrize("action", [Action.REVIEW, Action.RETURN, Action.REJECT])
def test_a_decision_needs_an_opinion(action: Action) -> None:
    assert "no_opinion" in refusals(at(Status.SUBMITTED), _sign(action, DIRECTOR, opinion="  "))


def test_a_changed_attachment_stops_the_signature() -> None:
    assert "attachment_changed" in refusals(
        at(Status.SUBMITTED), _sign(Action.REVIEW, DIRECTOR, damaged=("稿.docx",))
    )


def test_filing_comes_after_approval_and_before_the_event() -> None:
    approved = at(Status.APPROVED)
    assert "filed_late" in refusals(approved, Act(Action.FILE, EVENT + dt.timedelta(1)))
    hour = replace(approved, at=dt.time(20, 0))
    noon = advance(hour, Act(Action.FILE, EVENT, at=dt.time(12, 0)), POLICY, CALENDAR)
    assert isinstance(noon, Advanced) and not noon.warnings and noon.release.filed_time == dt.time(12, 0)
    assert "filed_late" in refusals(hour, Act(Action.FILE, EVENT, at=dt.time(20, 0)))
    untold = advance(hour, Act(Action.FILE, EVENT), POLICY, CALENDAR)
    assert isinstance(untold, Advanced) and "没有写明钟点" in untold.warnings[0]
    assert "date_backwards" in refusals(approved, Act(Action.FILE, dt.date(2026, 9, 28)))


def test_an_unfiled_conference_is_not_held_unless_said() -> None:
    hold = good(Action.HOLD, Status.FILED)
    assert "not_filed" in refusals(at(Status.APPROVED), hold)
    said = advance(at(Status.APPROVED), replace(hold, unfiled=True), POLICY, CALENDAR)
    assert isinstance(said, Advanced) and said.release.filed_on is None
    late = advance(said.release, Act(Action.FILE, dt.date(2026, 10, 12)), POLICY, CALENDAR)
    assert isinstance(late, Advanced) and late.release.status is Status.HELD
    filed, held = late.release.filed_on, late.release.held_on
    assert filed and held and filed > held


@pytest.mark.parametrize(
    "status",
    [
        *[Status.PLANNED, Status.SUBMITTED, Status.REVIEWED, Status.RETURNED],
        *[Status.WITHDRAWN, Status.REJECTED],
    ],
)
def test_what_was_held_without_approval_is_recorded_as_that(status: Status) -> None:
    """三(三)1 was passed over altogether: never without being said, and never without a reason."""
    hold = good(Action.HOLD, Status.FILED)
    assert "not_approved" in refusals(at(status), replace(hold, unfiled=True))
    assert "no_reason" in refusals(at(status), replace(hold, unapproved=True, reason=None))
    said = advance(at(status), replace(hold, unapproved=True, reason="没有报批"), POLICY, CALENDAR)
    assert isinstance(said, Advanced) and said.release.status is Status.HELD
    assert said.release.steps == at(status).steps


def test_what_was_approved_is_not_recorded_as_unapproved() -> None:
    hold = replace(good(Action.HOLD, Status.FILED), unapproved=True, reason="没有报批")
    assert "not_filed" in refusals(at(Status.APPROVED), hold)


def test_a_briefing_needs_no_filing() -> None:
    briefing = replace(at(Status.APPROVED), form=Form.BRIEFING)
    assert isinstance(advance(briefing, good(Action.HOLD, Status.FILED), POLICY, CALENDAR), Advanced)


def test_an_own_release_is_recorded_without_approval() -> None:
    own = planned(in_bureau_name=False)
    assert isinstance(advance(own, good(Action.HOLD, Status.PLANNED), POLICY, CALENDAR), Advanced)


def test_what_was_released_is_kept_as_it_was() -> None:
    other = Attachment(AttachmentKind.RELEASED_TEXT, "实际.txt", "f" * 64, 1, EVENT)
    told = advance(
        at(Status.FILED), replace(good(Action.HOLD, Status.FILED), attachments=(other,)), POLICY, CALENDAR
    )
    assert isinstance(told, Advanced)
    assert told.release.attached(AttachmentKind.RELEASED_TEXT) == other
    assert told.release.attached(AttachmentKind.PRESS_TEXT) == FILES[2]


def test_another_day_than_approved_needs_a_move() -> None:
    assert "other_day" in refusals(
        at(Status.FILED), replace(good(Action.HOLD, Status.FILED), on=dt.date(2026, 10, 12))
    )


def test_a_conference_without_seats_is_not_recorded() -> None:
    assert "no_seats" in refusals(at(Status.FILED), replace(good(Action.HOLD, Status.FILED), seats=()))


def test_moving_an_approved_release_asks_for_approval_again_and_keeps_the_plan() -> None:
    answer = advance(at(Status.FILED), good(Action.MOVE, Status.FILED), POLICY, CALENDAR)
    assert isinstance(answer, Advanced)
    moved = answer.release
    assert (moved.status, moved.planned_on, moved.filed_on) == (Status.RETURNED, EVENT, None)
    assert moved.on == dt.date(2026, 10, 16)
    assert "nothing_new" in refusals(planned(), replace(good(Action.MOVE, Status.PLANNED), new_date=EVENT))


def _step(release: Release, act: Act) -> Release:
    answer = advance(release, act, POLICY, CALENDAR)
    assert isinstance(answer, Advanced), answer
    return answer.release


def test_a_return_to_the_leader_comes_straight_back() -> None:
    returned = _step(at(Status.REVIEWED), _sign(Action.RETURN, DEPUTY, resume=True))
    assert returned.resume_at is Step.LEADER
    again = _step(
        returned,
        _submission(
            on=dt.date(2026, 9, 29),
            changes={**CELLS, "urgent": True, "urgent_reason": "退回补正", "consulted_on": LAST_DAY},
        ),
    )
    assert again.status is Status.REVIEWED and again.round == 2
    assert [s.step for s in again.current_steps()] == [Step.UNIT, Step.OFFICE]


def test_a_return_from_the_start_is_reviewed_anew() -> None:
    returned = _step(at(Status.REVIEWED), _sign(Action.RETURN, DEPUTY))
    again = _step(returned, replace(_urgent(), on=dt.date(2026, 9, 29)))
    assert again.status is Status.SUBMITTED
    assert [s.step for s in again.current_steps()] == [Step.UNIT]


def test_joint_opinions_stand_beside_the_units() -> None:
    partner = Signer("周可", "支队长", unit_id=3)
    taken = _step(planned(), _submission(joint=((partner, "会同组织，同意"),)))
    assert [(s.by, s.unit_id) for s in taken.current_steps()] == [("陶建国", 2), ("周可", 3)]


def test_a_delegate_signs_and_both_names_stand() -> None:
    delegate = Signer("苏晚晴", "副处长", 40, frozenset({Role.OFFICE_DIRECTOR}), on_behalf_of="林知远")
    reviewed = _step(at(Status.SUBMITTED), _sign(Action.REVIEW, delegate))
    assert (reviewed.steps[-1].by, reviewed.steps[-1].on_behalf_of) == ("苏晚晴", "林知远")


# -- laws ------------------------------------------------------------------------------------------

_days = st.dates(dt.date(2026, 8, 1), dt.date(2026, 11, 30))
_signers = st.sampled_from([UNIT, DIRECTOR, DEPUTY, CHIEF])


@st.composite
def _acts(draw: st.DrawFn) -> Act:
    action = draw(st.sampled_from(list(Action)))
    full = draw(st.booleans())
    return Act(
        action,
        draw(_days),
        draw(st.one_of(st.none(), _signers)),
        draw(st.sampled_from(["", "同意"])),
        draw(st.sampled_from([None, "原因"])),
        CELLS if full else {},
        FILES if full else (),
        (SeatTaken(Seat.HOST, 11, "林", True), SeatTaken(Seat.PRESENTER, 22, "华", True)) if full and action is Action.HOLD else (PRESENTER,) if full else (),
        resume=draw(st.booleans()),
        unfiled=draw(st.booleans()),
        unapproved=draw(st.booleans()),
        new_date=draw(_days) if action is Action.MOVE else None,
    )  # fmt: skip


@given(
    st.lists(_acts(), max_size=25), st.sampled_from(list(Form)), st.sampled_from(list(Nature)), st.booleans()
)
@settings(max_examples=300, deadline=None)
def test_law_no_walk_leaves_the_table(acts: list[Act], form: Form, nature: Nature, named: bool) -> None:
    """Whatever is tried in whatever order: only rows of the table are taken, and what was signed stays signed."""
    release = planned(form=form, nature=nature, in_bureau_name=named)
    rows = {(t.before, t.action, t.after) for t in TRANSITIONS}
    for act in acts:
        answer = advance(release, act, POLICY, CALENDAR)
        if isinstance(answer, Refusal):
            assert answer.reasons
            assert all(r.message and (r.clause or r.next) for r in answer.reasons)
            continue
        after = answer.release
        assert (release.status, act.action, after.status) in rows
        assert after.steps[: len(release.steps)] == release.steps
        assert after.attachments[: len(release.attachments)] == release.attachments
        assert (after.ref, after.planned_on) == (release.ref, release.planned_on)
        if after.status is Status.APPROVED and act.action is Action.APPROVE:
            signed = {s.step: s for s in after.current_steps() if s.decision is Decision.AGREE}
            assert {Step.UNIT, Step.OFFICE, Step.LEADER} <= set(signed)
            assert len({s.by for s in signed.values()}) == len(signed)
        release = after


def test_law_the_same_act_gives_the_same_answer() -> None:
    act = good(Action.SUBMIT, Status.PLANNED)
    assert advance(planned(), act, POLICY, CALENDAR) == advance(planned(), act, POLICY, CALENDAR)


@pytest.mark.parametrize("status", [Status.RETURNED, Status.WITHDRAWN])
@pytest.mark.parametrize("last", [Decision.AGREE, Decision.RETURN])
def test_what_was_undone_before_that_was_kept_is_void_once_it_is_held(status: Status, last: Decision) -> None:
    """Databases of revision 0006 and before tell of no void round: all agreed, and yet it is returned or taken back.
    Where somebody returned it, what the others signed stands as it was."""
    day = dt.date(2026, 10, 9)
    steps = tuple(
        ApprovalStep(1, step, name, "局长", decision, "同意", dt.date(2026, 9, 21))
        for step, name, decision in ((Step.UNIT, "甲", Decision.AGREE), (Step.OFFICE, "乙", last))
    )
    before = Release(
        "2026-001", "发布会", 1, Form.CONFERENCE, day, day, status=status, in_bureau_name=True, round=1, steps=steps
    )  # fmt: skip
    seats = (SeatTaken(Seat.PRESENTER, 1, "甲", True), SeatTaken(Seat.HOST, 2, "乙", True))
    held = advance(
        before, Act(Action.HOLD, day, reason="x", unapproved=True, seats=seats), POLICY, Calendar(day)
    )
    assert isinstance(held, Advanced), held
    assert held.release.void is (last is Decision.AGREE)
    assert held.release.current_steps() == (() if last is Decision.AGREE else steps)
