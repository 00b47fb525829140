"""三(三): lead time, opinions level by level, filing, who organises and who prepares. Judged on releases in the bureau's name."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import ApprovalStep, Release
from pressctl.core.rules.look import Look, Verdict, check, of_release
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Party,
    RecordKind,
    Result,
    Role,
    Status,
    Step,
    Strength,
    UnitKind,
)

_MET = frozenset({Form.CONFERENCE, Form.BRIEFING})


# -- 二: what a release says -----------------------------------------------------------------------


@check("CNT-01")
def categories(look: Look) -> Iterator[Verdict]:
    """Each release falls into one of the eight categories; the eighth says what it is."""
    for r in look.releases:
        if r.status is Status.CANCELLED:
            continue
        bare = 8 in r.categories and not (r.topic or "").strip()
        said = "、".join(map(str, r.categories)) or "未写明"
        more = "，属“其他”而没有写明主题" if bare else ""
        yield of_release(
            r,
            "CNT-01",
            look.judged(bool(r.categories) and not bare),
            f"内容类别：{said}{more}。",
            strength=Strength.PRINCIPLE if bare else None,
        )


@check("CNT-02")
def audience(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        if r.form in _MET:
            told = bool((r.audience or r.media or "").strip())
            yield of_release(
                r, "CNT-02", look.judged(told), f"发布对象：{r.audience or r.media or '没有写明'}。"
            )


# -- 三(三)3: in time and complete -----------------------------------------------------------------


@check("LED-01")
def lead(look: Look) -> Iterator[Verdict]:
    """Five working days ahead, or the urgent path; counted by the calendar known today."""
    for r in look.submitted:
        assert r.submitted_on is not None
        deadline = workflow.submission_deadline(r, look.policy, look.calendar, r.submitted_on)
        if deadline is None:
            continue
        late = r.submitted_on > deadline.date
        urgent = "，按特殊情况报送" if r.urgent else ""
        yield of_release(
            r,
            "LED-01",
            look.judged(not late or r.urgent),
            f"最迟应于 {deadline.date} 报送，实于 {r.submitted_on} 报送{urgent}。",
            provisional=deadline.provisional,
            evidence={
                "deadline": deadline.date.isoformat(),
                "submitted": r.submitted_on.isoformat(),
                "counted": [c.date.isoformat() for c in deadline.counted],
                "urgent": r.urgent,
            },
        )


@check("LED-02")
def papers(look: Look) -> Iterator[Verdict]:
    for r in look.submitted:
        if not r.in_bureau_name:
            continue
        wanted = look.value(keys.BUREAU_PAPERS, r.submitted_on).get(r.form, ())
        lacking = [k.label for k in wanted if not r.attached(k)]
        if wanted:
            yield of_release(
                r,
                "LED-02",
                look.judged(not lacking),
                f"缺{'、'.join(lacking)}。" if lacking else "发布方案、新闻素材齐全。",
            )


@check("URG-01")
def urgent(look: Look) -> Iterator[Verdict]:
    """The proof of each urgent submission."""
    for r in look.submitted:
        if not r.urgent:
            continue
        day = r.held_on or r.on
        good = bool((r.urgent_reason or "").strip()) and r.consulted_on is not None and r.consulted_on < day
        yield of_release(
            r,
            "URG-01",
            look.judged(good),
            f"{r.consulted_on} 事先沟通，原因：{r.urgent_reason}。"
            if good
            else "没有事先沟通的日期，或没有原因。",
        )


@check("URG-02")
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
                f"{look.name(unit_id)}{look.year}年报送{len(releases)}次，其中紧急{count}次（以{most:.0%}为限）。",
                unit_id,
                evidence={"urgent": count, "submitted": len(releases)},
            )


# -- 三(三)1: level by level -----------------------------------------------------------------------


def _agreed(r: Release, step: Step) -> ApprovalStep | None:
    """The opinion of a step that the release went ahead with."""
    return next(
        (s for s in reversed(r.current_steps()) if s.step is step and s.decision is Decision.AGREE), None
    )


def _co_units(look: Look, r: Release) -> set[int]:
    """Units other than the organiser that gave an opinion, are named on the release, or discussed it."""
    units = {s.unit_id for s in r.steps if s.step is Step.UNIT and s.unit_id is not None}
    units |= {*r.joint_units, *r.business_units}
    if look.records_of(r.ref, RecordKind.JOINT):
        units.add(-1)
    return units - {r.unit_id}


@check("RTE-01", "RTE-02", "RTE-03")
def route(look: Look) -> Iterator[Verdict]:
    """Who proposed it, with whom, and who decided: two routes by nature."""
    for r in look.bureau_held:
        unit = look.facts.unit_by_id[r.unit_id].on(r.held_on or r.on)
        by_office = unit is not None and unit.office
        leader = _agreed(r, Step.LEADER)
        if r.nature is Nature.COMPREHENSIVE:
            co = bool(_co_units(look, r))
            result = look.judged(by_office) if not by_office or co else Result.NO_EVIDENCE
            said = (
                "由新闻发言人办公室会同业务部门提出"
                if by_office and co
                else "没有会同业务部门的记录"
                if by_office
                else f"由{look.name(r.unit_id)}提出，应由新闻发言人办公室会同业务部门提出"
            )
            yield of_release(r, "RTE-01", result, f"综合性工作，{said}。")
            yield _decided(look, r, "RTE-02", leader, "审定")
        else:
            yield of_release(
                r,
                "RTE-03",
                look.judged(not by_office),
                f"由{look.name(r.unit_id)}提出（专项性工作一般由业务部门提出）。",
                strength=Strength.PRINCIPLE,
            )
            joint = bool(look.records_of(r.ref, RecordKind.JOINT)) or by_office
            yield of_release(
                r,
                "RTE-03",
                Result.PASS if joint else Result.NO_EVIDENCE,
                "办公室与业务部门共同商议。" if joint else "没有新闻发言人办公室共同商议的记录。",
            )
            yield _decided(look, r, "RTE-03", leader, "审核")


def _decided(look: Look, r: Release, rule: str, leader: ApprovalStep | None, word: str) -> Verdict:
    """The final decision by the post that the route names."""
    role = look.value(workflow.ROUTES[r.nature], r.held_on).leader
    good = leader is not None and leader.role is role
    behalf = f"（代{leader.on_behalf_of}）" if leader and leader.on_behalf_of else ""
    said = f"由{leader.title}{leader.by}{behalf}{word}" if leader else f"没有{role.label}的意见"
    return of_release(r, rule, look.judged(good), f"应报{role.label}{word}，{said}。")


@check("RTE-04", "RTE-05")
def level_by_level(look: Look) -> Iterator[Verdict]:
    """All three opinions, in order, before the event; each signer in post; nobody twice; filing has a handler."""
    for r in look.bureau_held:
        steps = r.current_steps()
        lacking = [s.label for s in Step if _agreed(r, s) is None]
        days = [s.on for s in steps]
        backwards = any(b < a for a, b in itertools.pairwise(days))
        after = bool(days) and r.held_on is not None and max(days) > r.held_on
        wrong = [f"缺{'、'.join(lacking)}"] * bool(lacking)
        wrong += ["日期倒置"] * backwards + ["发布之后才签署"] * after
        said = "、".join(f"{s.step.label[:6]} {s.on}" for s in steps)
        yield of_release(
            r, "RTE-04", look.judged(not wrong), f"{'；'.join(wrong) or '各环节依次签署'}（{said}）。"
        )
        for record in look.records_of(r.ref, RecordKind.FILED):
            named = bool(record.data.get("by"))
            yield of_release(
                r,
                "RTE-04",
                Result.PASS if named else Result.NO_EVIDENCE,
                f"报备经办人：{record.data.get('by') or '没有写明'}。",
                strength=Strength.PRINCIPLE,
                next="报备时用 --by 写明经办人。",
            )
        yield from _signers(look, r, steps)


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


@check("FIL-01", "FIL-02")
def filing(look: Look) -> Iterator[Verdict]:
    """Filed after approval and before the event; a filing after the event is late, whatever it says."""
    for r in look.bureau_held:
        if not workflow.filing_required(r, look.policy, r.held_on or r.on):
            continue
        filed = r.filed_on
        late = filed is not None and r.held_on is not None and filed >= r.held_on
        yield of_release(
            r,
            "FIL-01",
            look.judged(filed is not None and not late),
            f"{f'于 {filed} 报备' if filed else '没有报备的记录'}，{r.held_on} 召开。",
            evidence={"filed": filed.isoformat() if filed else None},
        )
        if filed is None:
            continue
        yield of_release(
            r,
            "FIL-02",
            look.judged(not late),
            f"召开之后于 {filed} 补报备。" if late else "不是补报备。",
        )
        leader = _agreed(r, Step.LEADER)
        early = leader is not None and filed < leader.on
        if early:
            yield of_release(
                r,
                "FIL-01",
                Result.FAIL,
                f"{filed} 报备早于领导审批。",
                strength=Strength.PRINCIPLE,
            )


# -- 三(三)2, 4, 6: who organises, who prepares, where and under which name --------------------------


@check("COO-01", "COO-02")
def organisers(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        asked = look.records_of(r.ref, RecordKind.COORGANISE)
        if r.wide_impact is None:
            verdict = Result.FAIL, "是否涉及面广、影响较大，审核时没有写明。"
        elif not r.wide_impact:
            verdict = Result.PASS, "审核认为不属于涉及面广、影响较大。"
        else:
            verdict = (
                look.judged(bool(asked)),
                (
                    f"于 {asked[0].data.get('asked_on') or asked[0].on} 报请市政府新闻办共同组织。"
                    if asked
                    else "涉及面广、影响较大，没有报请市政府新闻办共同组织的记录。"
                ),
            )
        yield of_release(r, "COO-01", *verdict)
        reviewed = _agreed(r, Step.OFFICE)
        yield of_release(
            r,
            "COO-02",
            look.judged(reviewed is not None),
            f"新闻发言人办公室{f'于 {reviewed.on} 审核' if reviewed else '没有经手'}。",
        )


@check("COO-03")
def county(look: Look) -> Iterator[Verdict]:
    """A county bureau's release in the bureau's name, or on a key matter, is coordinated by the office."""
    for r in look.held:
        period = look.facts.unit_by_id[r.unit_id].on(r.held_on or r.on)
        if period is None or period.kind is not UnitKind.COUNTY_BUREAU:
            continue
        if r.in_bureau_name or r.key_matter:
            joint = look.office_id in r.joint_units or bool(look.records_of(r.ref, RecordKind.JOINT))
            said = "由新闻发言人办公室协调共同组织" if joint else "没有新闻发言人办公室协调的记录"
            yield of_release(r, "COO-03", look.judged(joint), f"{said}。")


@check("LOG-01")
def liaison(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        if r.form not in _MET:
            continue
        day = r.held_on or r.on
        posts = look.posts(r.liaison_id, day) if r.liaison_id else ()
        good = any(a.role is Role.LIAISON for a in posts)
        name = posts[0].person.name if posts else ""
        said = f"联络员{name}当日在任" if good else f"{name or '没有写明的人'}当日不是在任的联络员"
        yield of_release(r, "LOG-01", look.judged(good), f"{said}。")


@check("MAT-01", "MAT-02", "MAT-04")
def material(look: Look) -> Iterator[Verdict]:
    """Who prepared the material, by the table; who supplied it; whether a liaison wrote it."""
    for r in look.bureau_held:
        records = look.records_of(r.ref, RecordKind.MATERIAL)
        row = next(
            (
                row
                for row in look.value(keys.MATERIAL, r.held_on)
                if row.occasion in (None, r.occasion) and row.nature in (None, r.nature)
            ),
            None,
        )
        by = {u for record in records for u in record.data.get("by", ())}
        if not by and r.attached(AttachmentKind.SOURCE_MATERIAL):
            by = {r.unit_id}  # what a unit hands in, it prepared
        if row is not None:
            lacking = [who.label for who in row.by if not _is_by(look, r, who, by)]
            names = "、".join(look.name(u) for u in sorted(by)) or "没有记录"
            yield of_release(
                r,
                "MAT-01",
                Result.NO_EVIDENCE if not by else look.judged(not lacking),
                f"材料由{names}准备" + (f"，应有{'、'.join(lacking)}。" if lacking else "。"),
            )
            if row.supplied:
                supplied = {u for record in records for u in record.data.get("supplied", ())}
                yield of_release(
                    r,
                    "MAT-02",
                    Result.PASS if supplied else Result.NO_EVIDENCE,
                    f"素材由{'、'.join(look.name(u) for u in sorted(supplied))}提供。"
                    if supplied
                    else "没有各单位提供素材的记录。",
                )
        for record in records:
            author = record.data.get("author")
            if author is not None:
                good = any(a.role is Role.LIAISON for a in look.posts(int(author), record.on))
                said = "是" if good else "不是"
                yield of_release(r, "MAT-04", look.judged(good), f"起草人当日{said}在任的联络员。")


def _is_by(look: Look, r: Release, who: Party, by: set[int]) -> bool:
    match who:
        case Party.OFFICE:
            return look.office_id in by
        case Party.BUSINESS:
            return bool(by & set(look.business_units(r)))
        case _:
            return r.local_unit_id in by


@check("MAT-03")
def reviewed(look: Look) -> Iterator[Verdict]:
    """A spokesperson in post read the press text before it went out: by record, or by signing the form."""
    for r in look.bureau_held:
        day = r.held_on or r.on
        readers: list[tuple[date, str]] = [
            (record.on, "记录")
            for record in look.records_of(r.ref, RecordKind.REVIEWED)
            if record.on <= day and look.is_spokesperson(int(record.data.get("person") or 0), record.on)
        ]
        readers += [
            (s.on, f"{s.by}签署{s.step.label}")
            for s in r.current_steps()
            if s.person_id is not None
            and s.decision is Decision.AGREE
            and look.is_spokesperson(s.person_id, s.on)
        ]
        first = min(readers, default=None)
        said = f"于 {first[0]} 经在任的新闻发言人审阅（{first[1]}）" if first else "没有新闻发言人审阅的记录"
        yield of_release(r, "MAT-03", Result.PASS if first else Result.NO_EVIDENCE, f"新闻通稿{said}。")


@check("INV-01")
def invitations(look: Look) -> Iterator[Verdict]:
    """The publicity unit invites; a conference has someone invited."""
    for r in _conferences(look):
        records = look.records_of(r.ref, RecordKind.INVITATION)
        inviters = dict.fromkeys(record.data.get("by") for record in records)
        result = look.judged(set(inviters) == {look.office_id}) if records else Result.NO_EVIDENCE
        names = "、".join(look.name(u) for u in inviters)
        inviting = look.value(keys.OFFICE_NAME, r.held_on)
        said = f"由{names}邀请记者，应由{inviting}邀请" if records else f"没有{inviting}邀请记者的记录"
        yield of_release(r, "INV-01", result, f"{said}。")
        told = bool((r.media or "").strip()) or any(record.data.get("media") for record in records)
        yield of_release(
            r,
            "INV-01",
            look.judged(told),
            f"拟邀请媒体：{r.media or '见邀请记录' if told else '没有写明'}。",
            strength=Strength.PRINCIPLE,
        )


@check("DUT-02")
def interviews(look: Look) -> Iterator[Verdict]:
    """Interviews on record were given or arranged by a spokesperson in post."""
    for record in look.records(RecordKind.INTERVIEW):
        if record.on.year != look.year:
            continue
        arranged = record.data.get("arranged_by")
        good = arranged is not None and look.is_spokesperson(int(arranged), record.on)
        said = "由在任的新闻发言人安排" if good else "没有由在任的新闻发言人安排"
        yield Verdict(
            "DUT-02",
            look.judged(good),
            f"{record.on} {record.data.get('outlet', '')}采访{said}。",
            record.unit_id,
            at=record.on,
        )


@check("NAM-01")
def unified_name(look: Look) -> Iterator[Verdict]:
    for r in _conferences(look):
        pattern = look.value(keys.NAME_PATTERN, r.held_on)
        yield of_release(
            r,
            "NAM-01",
            look.judged(pattern in r.name),
            f"名称{'' if pattern in r.name else '不'}含“{pattern}”。",
        )


def _conferences(look: Look) -> Iterator[Release]:
    return (r for r in look.bureau_held if r.form is Form.CONFERENCE)


@check("VEN-01")
def fixed_place(look: Look) -> Iterator[Verdict]:
    for r in _conferences(look):
        places = look.value(keys.VENUES, r.held_on)
        yield of_release(
            r,
            "VEN-01",
            look.judged(r.venue in places),
            f"在{r.venue or '没有写明的地点'}举行，固定场所为{'、'.join(places)}。",
        )


@check("FRM-01", "FRM-03", "FRM-04", "RTE-06")
def form(look: Look) -> Iterator[Verdict]:
    """附件1 as it was signed: every cell filled, by the organiser, with the text that was then released."""
    for r in look.bureau_held:
        if not r.round:
            continue
        missing = workflow.missing_fields(r, look.value(keys.REQUIRED_FIELDS, r.held_on).get(r.form, ()))
        yield of_release(
            r,
            "FRM-01",
            look.judged(not missing),
            f"审批表缺{'、'.join(missing)}。" if missing else "审批表各栏齐全。",
        )
        text = r.attached(AttachmentKind.PRESS_TEXT)
        wanted = look.value(keys.PAPERS, r.held_on).get(r.form, ())
        if AttachmentKind.PRESS_TEXT in wanted:
            yield of_release(
                r,
                "FRM-03",
                look.judged(text is not None),
                f"新闻发布稿“{text.name}”随表报送。" if text else "没有随表报送新闻发布稿。",
            )
        fillers = [s.unit_id for s in r.current_steps() if s.step is Step.UNIT]
        filler = "、".join(look.name(u) for u in fillers) or "没有记录的单位"
        yield of_release(r, "FRM-04", look.judged(r.unit_id in fillers), f"审批表由{filler}填写。")
        leader = _agreed(r, Step.LEADER)
        if text is not None and leader is not None:
            good = text.added_on <= leader.on and text.round <= leader.round
            said = "与审批时相同" if good else f"在审批（{leader.on}）之后于 {text.added_on} 更换"
            yield of_release(r, "RTE-06", look.judged(good), f"新闻发布稿{said}。")


@check("FRM-02", "ARC-01")
def archive(look: Look) -> Iterator[Verdict]:
    """Two copies with their two holders, so many working days after the event; under a profile, what else is kept."""
    for r in look.bureau_held:
        assert r.held_on is not None
        records = look.records_of(r.ref, RecordKind.ARCHIVED)
        holders = {record.unit_id for record in records}
        due = look.calendar.add(r.held_on, look.value(keys.ARCHIVE_DAYS, r.held_on))
        good = len(records) >= 2 and holders == {r.unit_id, look.office_id}
        names = "、".join(look.name(u) for u in sorted(h for h in holders if h is not None))
        said = f"存于{names}" if records else "没有存档的记录"
        yield of_release(
            r,
            "FRM-02",
            look.judged(good, None if records else due.end),
            f"审批表一式两份，{said}。",
            due=None if good else due.end,
            provisional=due.provisional,
        )
        items = look.policy.find(keys.ARCHIVE_ITEMS, r.held_on)
        if items is not None:
            kept = {item for record in records for item in record.data.get("items", ())}
            lacking = [item for item in items.typed if item not in kept]
            yield of_release(
                r,
                "ARC-01",
                look.judged(not lacking, due.end),
                f"归档资料缺{'、'.join(lacking)}。" if lacking else "归档资料齐全。",
            )
