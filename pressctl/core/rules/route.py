"""三(三)1, 3: lead time, opinions level by level, the final decision, filing. Judged on releases in the bureau's name."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import ApprovalStep, Record, Release
from pressctl.core.moments import Moment
from pressctl.core.rules.look import (
    Duty,
    Look,
    Order,
    Verdict,
    entered_late,
    of_release,
    ordered,
    proved,
    rule,
)
from pressctl.core.terms import (
    Decision,
    Nature,
    RecordKind,
    Result,
    Role,
    Status,
    Step,
    Strength,
    Word,
)
from pressctl.core.working_days import Span

# -- 三(三)3: in time and complete -----------------------------------------------------------------

_GONE = Duty(opened="", due="发布之日", by="", late="发布之后不能补，只能说明", good_late=False)


@rule(
    "LED-01",
    Duty(
        opened="须提前报送的发布列入计划之日",
        due="发布日往前数规定的工作日",
        by="首次收到齐全材料的报送（退回以后再报的，以首次为准；撤回的不算），或{word.urgent}的紧急报送",
        late="最迟日以后才首次报送，又不是{word.urgent}",
        good_late=False,
    ),
)
def lead(look: Look) -> Iterator[Verdict]:
    """So many working days ahead, or the urgent path; counted by the calendar known today."""
    for r in look.releases:
        receipt = r.first_receipt_moment
        received = receipt.day if receipt else None
        if not r.in_bureau_name or (received is None and r.status in (Status.CANCELLED, Status.REJECTED)):
            continue
        deadline = workflow.submission_deadline(
            r, look.facts.unit_by_id.get(r.unit_id), look.policy, look.calendar, received or look.day
        )
        if deadline is None:
            continue
        late = deadline.missed(receipt) if receipt else True
        unproved = late is None and not r.urgent
        urgent = f"，按{Word.URGENT.label}报送" if r.urgent else ""
        again = f"（退回以后于 {r.submitted_on} 再报）" if received != r.submitted_on else ""
        passed = f"，{r.when} 已过" if r.on < look.day else ""
        said = f"实于 {receipt} 报送{again}{urgent}" if received else f"至 {look.day} 没有报送{passed}"
        said += "，没有写明钟点，看不出是否按时" * unproved
        yield of_release(
            r,
            "LED-01",
            Result.NO_EVIDENCE
            if unproved
            else look.judged(
                not late or (r.urgent and received is not None), None if received else deadline.date
            ),
            f"最迟应于 {deadline.moment} 报送，{said}。",
            due=None if received else deadline.date,
            provisional=deadline.provisional,
            next=None
            if passed or (received and r.status is not Status.RETURNED)
            else f"改期（plan move {r.ref}），或按{Word.URGENT.label}用 submit {r.ref} --urgent --reason 原因 --consulted 日期 报送。",
            evidence={
                "deadline": deadline.date.isoformat(),
                "submitted": received.isoformat() if received else None,
                "counted": [c.date.isoformat() for c in deadline.counted],
                "urgent": r.urgent,
                "rounds": r.round,
            },
        )


@rule("LED-02", replace(_GONE, opened="报送之时", by="随报送收到的发布方案、新闻素材"))
def papers(look: Look) -> Iterator[Verdict]:
    for r in look.submitted:
        if not r.in_bureau_name:
            continue
        wanted = look.value(keys.BUREAU_PAPERS, r.submitted_on).get(r.named_form, ())
        lacking = [k.label for k in wanted if not r.attached(k)]
        if wanted:
            yield of_release(
                r,
                "LED-02",
                look.judged(not lacking),
                f"缺{'、'.join(lacking)}。" if lacking else "发布方案、新闻素材齐全。",
            )


@rule(
    "URG-01",
    Duty(
        opened="紧急报送之时",
        due="发布之前",
        by="发布之前与{word.office_short}沟通的时刻（submit --consulted，或 record consulted）和原因",
        late="发布以后才沟通或才登记的不算；同日沟通须有钟点才看得出先后",
        good_late=False,
    ),
)
def urgent(look: Look) -> Iterator[Verdict]:
    """The proof of each urgent submission."""
    for r in look.submitted:
        if not r.urgent:
            continue
        notes = look.records_of(r.ref, RecordKind.CONSULTED)
        told = [s for s in r.steps if s.step is Step.UNIT and r.consulted and s.on >= r.consulted.day]
        unseen = bool(told) and all(map(r.entered_after, told))
        found = proved(r, notes, f"record consulted {r.ref}", also=None if unseen else r.consulted)
        if unseen and found.first is None:
            found = found._replace(lacking=f"称在 {r.consulted}，而报送在发布之后才登记，不能证明事前已沟通")
        result, lacking, hour, first, _ = found
        reason = (r.urgent_reason or "").strip()
        if not reason:
            result, lacking, hour = look.judged(False), f"{lacking}；没有写明原因".lstrip("；"), None
        elif first is None or found.gone:
            result, lacking = look.judged(False), lacking or "没有事先沟通的日期"
        yield of_release(
            r,
            "URG-01",
            result,
            f"{first} 事先沟通，原因：{reason}。"
            if result is Result.PASS
            else f"沟通：{first or '没有记录'}；{lacking}。",
            next=hour,
        )


@rule(
    "URG-02",
    Duty(
        opened="每年1月1日",
        due="当年12月31日",
        by="该单位当年报送中紧急的比例",
        late="不适用：逐次累计",
        good_late=None,
    ),
)
def urgent_share(look: Look) -> Iterator[Verdict]:
    """How common urgent submissions are at each unit; a single one is no habit."""
    by_unit: dict[int, list[Release]] = defaultdict(list)
    for r in look.submitted:
        if r.in_bureau_name:
            by_unit[r.unit_id].append(r)
    most = look.value(keys.URGENT_SHARE)
    for unit_id, releases in by_unit.items():
        count = sum(r.urgent for r in releases)
        if count:
            yield Verdict(
                "URG-02",
                look.judged(count < 2 or count / len(releases) <= most),
                f"{look.name(unit_id, look.upto)}{look.year}年报送{len(releases)}次，其中紧急{count}次（以{most:.0%}为限）。",
                unit_id,
                evidence={"urgent": count, "submitted": len(releases)},
            )


# -- 三(三)1: level by level -----------------------------------------------------------------------


def agreed(r: Release, step: Step) -> ApprovalStep | None:
    """The opinion of a step that the release went ahead with."""
    return next(
        (s for s in reversed(r.current_steps()) if s.step is step and s.decision is Decision.AGREE), None
    )


def _discussed(look: Look, r: Release) -> Order:
    """Whether office and business department are on record as having talked before the event. A record that names
    units names one of the two: the other is who keeps it; one that names none is about both, as its kind says."""
    office = look.office_on(r.day)
    between: set[int | None] = {*look.business_units(r), r.unit_id, office}
    if r.unit_id == office:  # with whom: anyone but itself
        between = {u.id for u in look.facts.units if u.id != office}
    told = look.records_of(r.ref, RecordKind.JOINT)
    told = tuple(
        j
        for j in told
        if not (units := set(j.data.get("units", ())))
        or units & between
        or units & {look.office_on(j.on)} - {r.unit_id}  # the office of that day, which may have moved since
    )
    named = "单位" if r.unit_id == office else look.name(office, r.day)
    command = f"record joint {r.ref} --units {named}"
    return proved(r, told, command)


_ROUTE = Duty(opened="发布举行之时", due="发布之前", by="", late="", good_late=False)


@rule(
    "RTE-01",
    replace(
        _ROUTE,
        by="由{word.office_short}提出，并有会同单位的意见、写明的会同或业务单位，或发布之前会同商议、登记的记录（record joint）",
        late="发布之后才会同或才登记的不算；同日须有钟点",
    ),
)
@rule("RTE-02", replace(_ROUTE, by="主要领导审定的意见", late="发布之后不能补签"))
@rule(
    "RTE-03",
    replace(
        _ROUTE,
        by="由业务部门提出；发布之前共同商议的记录（record joint）；分管该单位的领导（record field）或主要领导的意见",
        late="发布之后才商议或才登记的不算；同日须有钟点；分管范围没有记录的为无记录",
    ),
)
def route(look: Look) -> Iterator[Verdict]:
    """Who proposed it, with whom, and who decided: two routes by nature."""
    for r in look.bureau_held:
        by_office = r.unit_id in look.offices_of(r)
        leader = agreed(r, Step.LEADER)
        talked = _discussed(look, r)
        if r.nature is Nature.COMPREHENSIVE:
            yield _proposed_with(look, r, by_office, talked)
            yield _decided(look, r, "RTE-02", leader, "审定")
        else:
            yield of_release(
                r,
                "RTE-03",
                look.judged(not by_office),
                f"由{look.name(r.unit_id, r.day)}提出（专项性工作一般由业务部门提出）。",
                strength=Strength.PRINCIPLE,
                part="proposed",
            )
            yield of_release(
                r,
                "RTE-03",
                Result.PASS if by_office else talked.result,
                f"{Word.OFFICE_SHORT.label}与业务部门共同商议。"
                if by_office or talked.result is Result.PASS
                else f"共同商议：{talked.lacking or f'没有{Word.OFFICE.label}共同商议的记录'}。",
                next=talked.next,
                gone=talked.gone,
                part="joint",
            )
            yield _decided(look, r, "RTE-03", leader, "审核")
            yield from _in_charge(look, r, leader)


def _proposed_with(look: Look, r: Release, by_office: bool, talked: Order) -> Verdict:
    co = {s.unit_id for s in r.steps if s.step is Step.UNIT and s.unit_id is not None}
    co = (co | {*r.joint_units, *r.business_units}) - {r.unit_id}
    if not by_office:
        said = f"由{look.name(r.unit_id, r.day)}提出，应由{Word.OFFICE.label}会同业务部门提出"
        return of_release(r, "RTE-01", look.judged(False), f"综合性工作，{said}。")
    result = Result.PASS if co else talked.result
    said = (
        f"由{Word.OFFICE.label}会同业务部门提出"
        if result is Result.PASS
        else talked.lacking or "没有会同业务部门的记录"
    )
    return of_release(r, "RTE-01", result, f"综合性工作，{said}。", next=talked.next, gone=talked.gone)


def _decided(look: Look, r: Release, rule: str, leader: ApprovalStep | None, word: str) -> Verdict:
    """The final decision by the post that the route names; the chief leader may decide what a deputy may (Q37)."""
    role = look.value(workflow.ROUTES[r.nature], r.held_on).leader
    good = leader is not None and leader.role in workflow.may_sign(role)
    behalf = f"（代{leader.on_behalf_of}）" if leader and leader.on_behalf_of else ""
    said = f"由{leader.title}{leader.by}{behalf}{word}" if leader else f"没有{role.label}的意见"
    return of_release(r, rule, look.judged(good), f"应报{role.label}{word}，{said}。")


def _in_charge(look: Look, r: Release, leader: ApprovalStep | None) -> Iterator[Verdict]:
    """三(三)1 分管领导: the deputy who signed is in charge of the releasing unit (Q30), as far as it is on record."""
    if leader is None or leader.role is not Role.DEPUTY_LEADER:
        return
    who = leader.on_behalf_of or leader.by
    fields = [f for f in look.records(RecordKind.FIELD) if f.on <= leader.on and _is_of(look, f, leader)]
    if not fields:
        yield of_release(
            r,
            "RTE-03",
            Result.NO_EVIDENCE,
            f"{who}分管哪些单位没有记录，看不出是不是分管领导。",
            next=f"用 pressctl record field {who} --units 单位 --on 日期 记录其分管范围。",
            local=True,
            part="in_charge",
        )
        return
    units = set(max(fields, key=lambda f: (f.on, f.id)).data.get("units", ()))
    period = look.facts.unit_by_id[r.unit_id].on(r.day)
    concerned = {r.unit_id, *r.business_units, *({period.parent_id} if period else set())}
    good = bool(units & concerned)
    yield of_release(
        r,
        "RTE-03",
        look.judged(good),
        f"{who}{'' if good else '不'}分管{look.name(r.unit_id, r.day)}。",
        local=True,
        part="in_charge",
    )


def _is_of(look: Look, field: Record, leader: ApprovalStep) -> bool:
    """Whether a record of fields is about the one whose post signed: a delegate signs in another's field."""
    if leader.on_behalf_of is None:
        return field.person_id == leader.person_id
    held = look.facts.appointments_by_person.get(field.person_id or 0, ())
    return any(a.person.name == leader.on_behalf_of for a in held)


@rule(
    "RTE-04",
    replace(
        _ROUTE,
        by="各级环节的意见，次序和时刻不倒置，都不晚于发布；审批以后有变更的须重新报批",
        late="发布之后不能补签",
    ),
)
@rule("RTE-05", replace(_ROUTE, by="签署者当日任该岗位或受其授权，且不签两个环节", late="发布之后不能补签"))
def level_by_level(look: Look) -> Iterator[Verdict]:
    """All three opinions, in order, before the event; each signer in post; nobody twice; filing has a handler."""
    for r in look.bureau_held:
        steps = r.current_steps()
        levels = look.value(keys.ROUTE_LEVELS, r.day)
        lacking = [s.label for s in Step if agreed(r, s) is None and not (levels == 2 and s is Step.UNIT)]
        moments = [Moment(s.on, s.at) for s in steps if not _carried(r, s)]
        backwards = any(b.before(a) for a, b in itertools.combinations(moments, 2))
        after = any(r.event.before(Moment(s.on, s.at)) or s.on > r.day for s in steps)
        wrong = ["审批以后有变更，没有重新报送、审批"] * r.void
        wrong += [f"缺{'、'.join(lacking)}"] * (bool(lacking) and not r.void)
        wrong += ["日期倒置"] * backwards + ["发布之后才签署"] * after
        told = r.steps if r.void else steps
        said = "、".join(f"{s.step.short} {Moment(s.on, s.at)}" for s in told) or "没有任何环节"
        said += "；发布之后才登记" * any(map(r.entered_after, told))
        yield of_release(
            r, "RTE-04", look.judged(not wrong), f"{'；'.join(wrong) or '各环节依次签署'}（{said}）。"
        )
        filings = _filings(look, r)
        if filings:
            by = next((f.data.get("by") for f in filings if f.data.get("by")), None)
            yield of_release(
                r,
                "RTE-04",
                Result.PASS if by else Result.NO_EVIDENCE,
                f"{Word.FILING.label}经办人：{by or '没有写明'}。",
                strength=Strength.PRINCIPLE,
                next=f"用 pressctl record filed {r.ref} --by 姓名 补记经办人。",
            )
        yield from _signers(look, r, steps)


def _carried(r: Release, step: ApprovalStep) -> bool:
    """Whether an opinion stands in this round because the leader returned the release straight to himself: it was given
    in an earlier one, before the unit handed in again."""
    return any(replace(step, round=s.round) == s for s in r.steps if s.round < step.round)


def _signers(look: Look, r: Release, steps: tuple[ApprovalStep, ...]) -> Iterator[Verdict]:
    for s in steps:
        if s.step is not Step.UNIT and s.decision is Decision.AGREE:
            held = {a.role for a in look.posts(s.person_id, s.on)} if s.person_id else set()
            good = s.role in held or s.on_behalf_of is not None
            post = s.role.label if s.role else "（未写明岗位）"
            behalf = f"，代{s.on_behalf_of}" if s.on_behalf_of else ""
            yield of_release(
                r,
                "RTE-05",
                look.judged(good),
                f"{s.step.label}由{s.by}签署，{s.on} {'在任' if good else '不在任'}{post}{behalf}。",
            )
    signers: dict[str | int, set[Step]] = defaultdict(set)
    for s in steps:
        if s.decision is Decision.AGREE:
            signers[s.person_id or s.by].add(s.step)
    twice = [s.by for s in steps if len(signers[s.person_id or s.by]) > 1]
    yield of_release(
        r,
        "RTE-05",
        look.judged(not twice),
        f"{'、'.join(dict.fromkeys(twice))}签署了两个环节。" if twice else "没有人签署两个环节。",
        strength=Strength.PRINCIPLE,
    )


# -- elsewhere: answered in time ----------------------------------------------------------------------


@rule(
    "RTE-09",
    Duty(
        opened="报送之时；在答复日之后才报送的不作要求",
        due="发布日往前数规定的工作日（含当日）",
        by="领导批准或不予批准，或退回组织单位的意见",
        late="答复日以后才签署，只能说明",
        good_late=False,
    ),
)
def answered(look: Look) -> Iterator[Verdict]:
    """The leader's answer, so many working days before the event; a return or a refusal is one, too."""
    for r in look.submitted:
        last = workflow.answer_day(r, look.policy, look.calendar, r.submitted_on or look.day)
        if last is None:
            continue
        day, answer = last.end, _answer(r)
        if r.submitted_on is not None and r.submitted_on > day:
            told = f"{r.submitted_on} 报送时已过答复日 {day}，不作要求。"
            yield of_release(r, "RTE-09", Result.NOT_DUE, told)
            continue
        good = answer is not None and answer.on <= day
        said = f"{answer.by}于 {answer.on} {answer.decision.label}" if answer else "还没有答复"
        yield of_release(
            r,
            "RTE-09",
            look.judged(good, None if answer else day),
            f"最迟应于 {day} 答复，{said}。",
            due=None if answer else day,
            provisional=last.provisional,
            evidence={"answer_by": day.isoformat(), "answered": answer.on.isoformat() if answer else None},
        )


def _answer(r: Release) -> ApprovalStep | None:
    """What ended the round: the leader's decision, or a return to the unit; what went back to the office ended nothing."""
    steps = r.current_steps()
    for s in steps:
        if s.step is Step.UNIT:
            continue
        if s.decision is Decision.RETURN:
            if s is steps[-1] and r.status is Status.RETURNED:
                return s
        elif s.step is Step.LEADER or s.decision is Decision.REJECT:
            return s
    return None


# -- 三(三)1: filed before it is held ------------------------------------------------------------------


def _filings(look: Look, r: Release) -> list[Record]:
    """The records of the filing that stands: none where a change of the release undid it."""
    if r.filed_on is None:
        return []
    filings = [f for f in look.records_of(r.ref, RecordKind.FILED) if f.on == r.filed_on]
    # entered when nothing stood filed: what was filed before it had been undone
    anew = next((f.id for f in filings if f.data.get("late")), None)
    return [f for f in filings if anew is None or f.id >= anew]


@rule(
    "FIL-01",
    Duty(
        opened="须{word.filing}的发布列入计划之日",
        due="发布之前；规定在发布之后{word.filing}的，规定天数的最后一天",
        by="发布之前{word.filing}的时刻（record filed），在发布之前登记；规定在发布之后的，期限内{word.filing}并登记",
        late="发布之后（期限以后）{word.filing}，或其后才登记：补{word.filing}；同日须有钟点才看得出先后",
        good_late=False,
    ),
)
@rule(
    "FIL-02",
    Duty(
        opened="{word.filing}之时",
        due="发布之前",
        by="{word.filing}和登记都在发布之前",
        late="登记之日在发布之后，或在记录举行之后：补{word.filing}，不论所称日期",
        good_late=False,
    ),
)
def filing(look: Look) -> Iterator[Verdict]:
    """Filed after approval and before the event; what is entered after the event is late, whatever day it claims."""
    for r in look.held:
        if not workflow.filing_required(r, look.policy, r.day):
            continue
        filings = _filings(look, r)
        last = workflow.last_to_file(r, look.policy, look.calendar, r.day)
        if last is not None:
            yield _filed_after(look, r, last, filings)
            continue
        moments = [f.moment for f in filings] + ([Moment(r.filed_on, r.filed_time)] if r.filed_on else [])
        late = bool(filings) and all(entered_late(r, f) for f in filings)
        result, lacking, hour, *_ = ordered(r, moments, f"record filed {r.ref}")
        filed = min(moments, key=lambda m: m.key, default=None)
        entered = next((f.entered for f in filings if f.entered), None)
        said = (
            f"称于 {filed} {Word.FILING.label}"
            if late
            else f"于 {filed} {Word.FILING.label}"
            if filed
            else f"没有{Word.FILING.label}的记录"
        )
        if filed is None and (undone := look.records_of(r.ref, RecordKind.FILED)):
            said = f"{undone[-1].on} 的{Word.FILING.label}因变更作废，变更后没有再{Word.FILING.label}的记录"
        if late:
            result, hour = look.judged(False), None
            lacking = f"{f'于 {entered} ' if entered else ''}在召开之后才登记，属补{Word.FILING.label}"
        elif filed is None:
            result = look.judged(False)
        yield of_release(
            r,
            "FIL-01",
            result,
            f"{said}，{r.event} 召开{f'；{lacking}' if lacking else ''}。",
            next=hour,
            evidence={
                "filed": r.filed_on.isoformat() if r.filed_on else None,
                "entered": entered.isoformat() if entered else None,
            },
        )
        if filed is not None:
            yield _filed_once(look, r, filed, late, Order(result, lacking, hour), entered)
        leader = agreed(r, Step.LEADER)
        at = Moment(r.filed_on, r.filed_time) if r.filed_on is not None else None
        if leader is not None and at is not None and at.before(Moment(leader.on, leader.at)):
            yield of_release(
                r,
                "FIL-01",
                Result.FAIL,
                f"{at} {Word.FILING.label}早于领导审批（{Moment(leader.on, leader.at)}）。",
                strength=Strength.PRINCIPLE,
            )


def _filed_after(look: Look, r: Release, last: Span, filings: list[Record]) -> Verdict:
    """Filed by the last of the days after the event, and entered by then."""
    day = last.end
    entered = next((f.entered for f in filings if f.entered), None)
    late = entered is not None and entered > day
    good = r.filed_on is not None and r.filed_on <= day and not late
    filing = Word.FILING.label
    said = f"于 {r.filed_on} {filing}" if r.filed_on else f"还没有{filing}"
    said += f"，{entered} 才登记，属补{filing}" * late
    return of_release(
        r,
        "FIL-01",
        look.judged(good, None if r.filed_on else day),
        f"{r.event} 召开，最迟应于 {day} {filing}，{said}。",
        due=None if r.filed_on else day,
        provisional=last.provisional,
        next=None
        if r.filed_on or look.day > day
        else f"用 pressctl record filed {r.ref} --on 日期 记录{filing}。",
        evidence={
            "file_by": day.isoformat(),
            "filed": r.filed_on.isoformat() if r.filed_on else None,
            "entered": entered.isoformat() if entered else None,
        },
    )


def _filed_once(look: Look, r: Release, filed: Moment, late: bool, order: Order, entered: object) -> Verdict:
    if late or order.result is Result.FAIL:
        when = f"（称于 {filed}，登记于 {entered}）" if entered and late else f"（{filed}）"
        return of_release(r, "FIL-02", look.judged(False), f"召开之后补{Word.FILING.label}{when}。")
    told = (
        f"不是补{Word.FILING.label}。"
        if order.result is Result.PASS
        else f"{filed} {Word.FILING.label}与召开同日，没有钟点，看不出是不是补{Word.FILING.label}。"
    )
    return of_release(r, "FIL-02", order.result, told, next=order.next)
