"""二, 三(三)2, 4, 6, 附件: what a release says, who organises and prepares it, where, under which name, on which form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pressctl.core import policy_keys as keys
from pressctl.core import workflow
from pressctl.core.facts import Record, Release
from pressctl.core.moments import Moment
from pressctl.core.rules.look import (
    Duty,
    Look,
    Order,
    Verdict,
    entered_late,
    late_by,
    of_release,
    ordered,
    proved,
    rule,
)
from pressctl.core.rules.route import agreed
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Party,
    RecordKind,
    Result,
    Role,
    Status,
    Step,
    Strength,
    UnitKind,
    Word,
)

_MET = frozenset({Form.CONFERENCE, Form.BRIEFING})
_HELD = Duty(
    opened="{word.in_bureau_name}的发布举行之时",
    due="发布之日",
    by="",
    late="发布之后不能补，只能说明",
    good_late=False,
)
_BEFORE = replace(_HELD, due="发布之前", late="发布之后的、发布之后才登记的不算；同日须有钟点才看得出先后")


# -- 二: what a release says -----------------------------------------------------------------------


@rule(
    "CNT-01",
    Duty(
        opened="列入计划之日",
        due="随时",
        by="发布写明的内容类别；第8类写明主题",
        late="不适用：取消后重新列入",
        good_late=None,
    ),
)
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
            next="已经举行，不能再补，只能如实说明原因。"
            if r.held_on
            else f"报送以后不能再从计划文件补上，请用 pressctl plan cancel {r.ref} --reason 原因 取消后重新列入计划。"
            if r.status is not Status.PLANNED
            else None,
        )


@rule("CNT-02", replace(_HELD, by="报送的发布对象或拟邀请媒体"))
def audience(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        if r.form in _MET:
            told = bool((r.audience or r.media or "").strip())
            yield of_release(
                r, "CNT-02", look.judged(told), f"发布对象：{r.audience or r.media or '没有写明'}。"
            )


# -- 三(三)2, 三(四)3: who organises ------------------------------------------------------------------


@rule(
    "COO-01",
    replace(
        _BEFORE,
        by="审核时的认定（approve --wide-impact），或发布之前的认定（record impact）；认定为是的，发布之前报请共同组织（record coorganise）",
        late="发布之后才认定、才报请的不算；审核时没有写明、发布之后才登记的发布之前的认定，照算并写明是补记；同日须有钟点才看得出先后",
    ),
)
@rule("COO-02", replace(_HELD, by="{word.office_short}审核的意见"))
def organisers(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        yield _impact(look, r)
        reviewed = agreed(r, Step.OFFICE)
        yield of_release(
            r,
            "COO-02",
            look.judged(reviewed is not None),
            f"{Word.OFFICE.label}{f'于 {reviewed.on} 审核' if reviewed else '没有经手'}。",
        )


def _impact(look: Look, r: Release) -> Verdict:
    wide, order, afterwards = _decided_wide(look, r)
    if wide is None:
        hour = order.next if order else None
        late = order.lacking if order else "审核时没有写明"
        return of_release(
            r,
            "COO-01",
            order.result if order and hour else look.judged(False),
            f"是否{Word.WIDE.label}，{late}。",
            next=hour
            or f"发布之前认定过的，用 pressctl record impact {r.ref} --no-wide --on 日期（属于的用 --wide）补记；"
            "没有认定的，只能说明。",
        )
    if not wide:
        return of_release(r, "COO-01", Result.PASS, f"{afterwards}认为不属于{Word.WIDE.label}。")
    asked = look.records_of(r.ref, RecordKind.COORGANISE)
    command = f"record coorganise {r.ref} --asked-on {r.event.day}"
    found = proved(r, asked, command, moment=_asked)
    result, lacking = found.result, found.lacking
    if found.gone:
        result, lacking = look.judged(False), lacking or "没有报请共同组织的记录"
    return of_release(
        r,
        "COO-01",
        result,
        f"{Word.WIDE.label}，于 {found.first} 报请共同组织。"
        if result is Result.PASS
        else f"{Word.WIDE.label}；{lacking}。",
        next=found.next,
    )


def _decided_wide(look: Look, r: Release) -> tuple[bool | None, Order | None, str]:
    """What was decided last before the event of its reach, at the review or by a record; what was written down only
    afterwards stands in where nothing was decided in time, and says so. Where nothing counts, what is lacking."""
    told = look.records_of(r.ref, RecordKind.IMPACT)
    before = sorted((t for t in told if t.moment.before(r.event) is True), key=lambda t: (t.moment.key, t.id))
    timely = [t for t in before if not entered_late(r, t)]
    reviewed = agreed(r, Step.OFFICE)
    later = bool(timely) and (reviewed is None or timely[-1].on >= reviewed.on)
    if r.wide_impact is not None and not r.void and not later:
        return r.wide_impact, None, "审核"
    for decided, how in ((timely, "发布之前"), (before, "发布之后补记的认定")):
        if decided:
            return bool(decided[-1].data.get("wide")), None, how
    if not told:
        return None, None, ""
    wide = "--wide" if told[-1].data.get("wide") else "--no-wide"
    order = ordered(r, (t.moment for t in told), f"record impact {r.ref} {wide}")
    return None, order if order.next else order._replace(lacking="发布之后才认定"), ""


def _asked(record: Record) -> Moment:
    """When it was asked: the day told, with the hour of the record."""
    told = record.data.get("asked_on")
    return Moment(date.fromisoformat(told), record.at) if told else record.moment


@rule(
    "COO-03",
    Duty(
        opened="{unit_kind.county_bureau}{word.in_bureau_name}或就重点工作发布之时",
        due="发布之前",
        by="{word.office_short}为会同单位，或发布之前商议的记录（record joint）写明{word.office_short}",
        late="发布之后的不算；同日须有钟点才看得出先后",
        good_late=False,
    ),
)
def county(look: Look) -> Iterator[Verdict]:
    """A county bureau's release in the bureau's name, or on a key matter, is coordinated by the office."""
    for r in look.held:
        unit = look.facts.unit_by_id.get(r.unit_id)
        period = unit.on(r.day) if unit else None
        if period is None or period.kind is not UnitKind.COUNTY_BUREAU:
            continue
        if not (r.in_bureau_name or r.key_matter):
            continue
        office = look.office_on(r.day)
        with_it = [j for j in look.records_of(r.ref, RecordKind.JOINT) if office in j.data.get("units", ())]
        command = f"record joint {r.ref} --units {look.name(office, r.day)}"
        found = Order(Result.PASS) if office in r.joint_units else proved(r, with_it, command)
        said = (
            f"由{Word.OFFICE.label}协调共同组织"
            if found.result is Result.PASS
            else found.lacking or f"没有{Word.OFFICE.label}协调的记录"
        )
        yield of_release(
            r, "COO-03", look.judged(False) if found.gone else found.result, f"{said}。", next=found.next
        )


@rule("LOG-01", replace(_HELD, by="报送写明的联络员，发布当日在任"))
def liaison(look: Look) -> Iterator[Verdict]:
    for r in look.bureau_held:
        if r.form not in _MET:
            continue
        posts = look.posts(r.liaison_id, r.day) if r.liaison_id else ()
        good = any(a.role is Role.LIAISON for a in posts)
        name = posts[0].person.name if posts else ""
        said = f"联络员{name}当日在任" if good else f"{name or '没有写明的人'}当日不是在任的联络员"
        yield of_release(r, "LOG-01", look.judged(good), f"{said}。")


# -- 三(三)4: material and invitations -----------------------------------------------------------------

_PREPARED = Duty(
    opened="{word.in_bureau_name}的发布举行之时",
    due="发布之日",
    by="",
    late="发布以后才准备的不算；没有记录的为无记录",
    good_late=False,
)


@rule("MAT-01", replace(_PREPARED, by="材料准备的记录（record material），没有的以报送新闻素材的单位为准"))
@rule("MAT-02", replace(_PREPARED, by="材料准备的记录写明提供素材的单位（record material --supplied）"))
@rule("MAT-04", replace(_PREPARED, by="材料准备的记录写明的起草人，当日是在任的联络员"))
def material(look: Look) -> Iterator[Verdict]:
    """Who prepared the material, by the table; who supplied it; whether a liaison wrote it."""
    for r in look.bureau_held:
        records = [m for m in look.records_of(r.ref, RecordKind.MATERIAL) if m.on <= r.day]
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
            names = "、".join(look.name(u, r.day) for u in sorted(by)) or "没有记录"
            yield of_release(
                r,
                "MAT-01",
                Result.NO_EVIDENCE if not by else look.judged(not lacking),
                f"材料由{names}准备" + (f"，应有{'、'.join(lacking)}。" if lacking else "。"),
                cite=row.occasion.value if row.occasion else row.nature.value if row.nature else None,
                next=None
                if by
                else f"发布之前准备了的，用 pressctl record material {r.ref} --by 单位 --on 日期 记录由谁准备。",
            )
            if row.supplied:
                supplied = {u for record in records for u in record.data.get("supplied", ())}
                supplied -= {look.office_on(r.day)}
                yield of_release(
                    r,
                    "MAT-02",
                    Result.PASS if supplied else Result.NO_EVIDENCE,
                    f"素材由{'、'.join(look.name(u, r.day) for u in sorted(supplied))}提供。"
                    if supplied
                    else "没有各单位提供素材的记录。",
                    next=f"提供过的，用 pressctl record material {r.ref} --by 单位 --supplied 单位 --on 日期 记录。",
                )
        for record in records:
            author = record.data.get("author")
            if author is not None:
                own = record.data.get("by", ())
                posts = look.posts(int(author), record.on)
                good = any(a.role is Role.LIAISON and a.unit_id in own for a in posts)
                said = "是" if good else "不是"
                yield of_release(r, "MAT-04", look.judged(good), f"起草人当日{said}准备单位在任的联络员。")


def _is_by(look: Look, r: Release, who: Party, by: set[int]) -> bool:
    match who:
        case Party.OFFICE:
            return bool(look.offices_of(r) & by)
        case Party.BUSINESS:
            return bool(by & set(look.business_units(r)))
        case _:
            return r.local_unit_id in by


@rule(
    "MAT-03",
    replace(
        _BEFORE,
        by="审阅的记录（record reviewed），或在任的新闻发言人在{word.approval_form}上签署，发布之前签署并登记",
    ),
)
def reviewed(look: Look) -> Iterator[Verdict]:
    """A spokesperson in post read the press text before it went out: by record, or by signing the form."""
    for r in look.bureau_held:
        signed = [
            s
            for s in r.current_steps()
            if s.decision is Decision.AGREE and look.is_spokesperson(s.person_id, s.on)
        ]
        timely = {Moment(s.on, s.at): s for s in reversed(signed) if not r.entered_after(s)}
        since = _text_since(r)
        read = [
            record
            for record in look.records_of(r.ref, RecordKind.REVIEWED)
            if record.on >= since and look.is_spokesperson(record.data.get("person"), record.on)
        ]
        command = f"record reviewed {r.ref} --person 人员"
        result, lacking, hour, first, gone = proved(r, read, command)
        said = f"新闻通稿于 {first} 经在任的新闻发言人审阅（记录）" if first else ""
        if timely and result is not Result.PASS:
            by_hand = ordered(r, timely, command)
            if by_hand.result is Result.PASS and by_hand.first is not None:
                signer = timely[by_hand.first]
                result, lacking = Result.PASS, ""
                said = (
                    f"新闻通稿于 {by_hand.first} 经在任的新闻发言人审阅（{signer.by}签署{signer.step.label}）"
                )
            elif first is None and by_hand.result is Result.NO_EVIDENCE:
                result, lacking, hour, gone = by_hand.result, by_hand.lacking, by_hand.next, by_hand.gone
        elif signed and first is None:
            lacking = f"{signed[0].by}的签署在发布之后才登记，不能证明事前已审阅"
        yield of_release(
            r,
            "MAT-03",
            result,
            f"{said}。"
            if result is Result.PASS
            else f"新闻通稿的审阅：{lacking or '没有新闻发言人审阅的记录'}。",
            next=hour,
            gone=gone,
        )


def _text_since(r: Release) -> date:
    """Since when the press text is the one in force: what was read before it was changed was another text."""
    texts = [a for a in r.attachments if a.kind is AttachmentKind.PRESS_TEXT]
    if len({a.sha256 for a in texts}) < 2:
        return date.min  # a first text is read before it is handed in
    return next(a.added_on for a in texts if a.sha256 == texts[-1].sha256)


@rule(
    "INV-01",
    replace(_BEFORE, by="发布之前邀请记者的记录（record invitation），由规定的处室邀请；发布会写明媒体"),
)
def invitations(look: Look) -> Iterator[Verdict]:
    """The publicity unit invites, before the event; a conference has someone invited."""
    for r in _conferences(look):
        records = look.records_of(r.ref, RecordKind.INVITATION)
        inviters = dict.fromkeys(record.data.get("by") for record in records)
        inviting = look.value(keys.OFFICE_NAME, r.held_on)
        named = {u.id for u in look.facts.units_by_name.get(inviting, ()) if u.named_on(r.day) == inviting}
        right = set(inviters) <= {*named, look.office_on(r.day)}
        command = f"record invitation {r.ref} --by {inviting} --media 媒体"
        result, lacking, hour, _, gone = proved(r, records, command)
        if records and not right:
            result = look.judged(False)
        names = "、".join(look.name(u, r.day) for u in inviters)
        said = f"由{names}邀请记者，应由{inviting}邀请" if records else f"没有{inviting}邀请记者的记录"
        yield of_release(
            r,
            "INV-01",
            result,
            f"{said}{f'；{lacking}' if lacking else ''}。",
            next=hour,
            gone=gone,
        )
        told = bool((r.media or "").strip()) or any(record.data.get("media") for record in records)
        yield of_release(
            r,
            "INV-01",
            look.judged(told),
            f"拟邀请媒体：{r.media or '见邀请记录' if told else '没有写明'}。",
            strength=Strength.PRINCIPLE,
            part="media",
        )


@rule("INV-02", replace(_BEFORE, by="邀请记录（record invitation）中的媒体都在已公布的名单上"))
def announced_media(look: Look) -> Iterator[Verdict]:
    """Elsewhere only announced media are invited; whom nobody wrote down, nobody can look up."""
    for r in _conferences(look):
        records = look.records_of(r.ref, RecordKind.INVITATION)
        invited = list(dict.fromkeys(m.strip() for record in records for m in record.data.get("media") or ()))
        if not records or look.policy.find(keys.ANNOUNCED_MEDIA, r.day) is None:
            continue
        allowed = look.value(keys.ANNOUNCED_MEDIA, r.day)
        outside = [m for m in invited if m not in allowed]
        yield of_release(
            r,
            "INV-02",
            look.judged(not outside) if invited else Result.NO_EVIDENCE,
            f"邀请的{'、'.join(outside)}不在已公布的媒体名单上。"
            if outside
            else f"邀请的{len(invited)}家媒体都在已公布的名单上。"
            if invited
            else "邀请记录没有写明媒体。",
            evidence={"invited": invited, "outside": outside},
        )


# -- 三(三)6: where and under which name -----------------------------------------------------------------


@rule(
    "NAM-01",
    replace(
        _HELD,
        by="发布的名称含统一名称；由{word.superior}或{word.office_short}组织的登记为{word.in_bureau_name}",
        late="发布之后不能改，只能说明或豁免",
    ),
)
def unified_name(look: Look) -> Iterator[Verdict]:
    for r in _conferences(look):
        pattern = look.value(keys.NAME_PATTERN, r.held_on)
        yield of_release(
            r,
            "NAM-01",
            look.judged(pattern in r.name),
            f"名称{'' if pattern in r.name else '不'}含“{pattern}”。",
        )
    for r in look.releases:
        if r.claimed_own and r.status is not Status.CANCELLED:
            yield of_release(
                r,
                "NAM-01",
                Result.FAIL,
                f"由{look.name(r.unit_id, r.day)}组织而没有登记为{Word.IN_BUREAU_NAME.label}；这里按{Word.IN_BUREAU_NAME.label}判断。",
                next=f"用 pressctl plan move {r.ref} --in-bureau-name --reason 更正 更正。"
                if r.held_on is None
                else f"已举行的按{Word.IN_BUREAU_NAME.label}判断，请说明。",
                local=True,
            )


def _conferences(look: Look) -> Iterator[Release]:
    return (r for r in look.bureau_held if r.form is Form.CONFERENCE)


@rule("VEN-01", replace(_HELD, by="发布地点是固定的场所之一", late="发布之后不能改，只能说明或豁免"))
def fixed_place(look: Look) -> Iterator[Verdict]:
    for r in _conferences(look):
        places = look.value(keys.VENUES, r.held_on)
        yield of_release(
            r,
            "VEN-01",
            look.judged(r.venue in places),
            f"在{r.venue or '没有写明的地点'}举行，固定场所为{'、'.join(places)}。",
        )


# -- 附件: the form, its text, its copies ------------------------------------------------------------------


@rule("FRM-01", replace(_HELD, by="{word.approval_form}各栏（submit）"))
@rule("FRM-03", replace(_HELD, by="随表报送的新闻发布稿（submit --attach press_text=文件）"))
@rule("FRM-04", replace(_HELD, by="组织单位意见的签署者当日在组织单位或会同单位，或不在册而写明职务"))
@rule("RTE-06", replace(_HELD, by="实际发布的稿子（record held --press-text）与审批的相同"))
def form(look: Look) -> Iterator[Verdict]:
    """附件1 as it was signed: every cell filled, by the organiser, with the text that was then released."""
    for r in look.bureau_held:
        missing = workflow.missing_fields(
            r, look.value(keys.REQUIRED_FIELDS, r.held_on).get(r.named_form, ())
        )
        yield of_release(
            r,
            "FRM-01",
            look.judged(not missing),
            f"{Word.APPROVAL_FORM.label}缺{'、'.join(missing)}。"
            if missing
            else f"{Word.APPROVAL_FORM.label}各栏齐全。",
        )
        if AttachmentKind.PRESS_TEXT in look.value(keys.PAPERS, r.held_on).get(r.named_form, ()):
            text = r.attached(AttachmentKind.PRESS_TEXT)
            yield of_release(
                r,
                "FRM-03",
                look.judged(text is not None),
                f"新闻发布稿“{text.name}”随表报送。" if text else "没有随表报送新闻发布稿。",
            )
            yield _as_approved(look, r)
        if look.value(keys.ROUTE_LEVELS, r.day) == 3:
            yield _filled_by(look, r)


def _filled_by(look: Look, r: Release) -> Verdict:
    """附件1注1: whose people filled the form. A signer who is on the register stands in a unit; one who is not (the
    head of a branch often is not) is told by the title."""
    steps = [s for s in r.current_steps() if s.step is Step.UNIT and s.unit_id == r.unit_id]
    if not steps:
        return of_release(r, "FRM-04", look.judged(False), "没有组织单位的意见。")
    s = steps[0]
    own = {r.unit_id, *r.joint_units}
    known = [
        a for a in look.facts.appointments_by_name.get(s.by, ()) if a.active_on(s.on)
        and (s.person_id is None or a.person.id == s.person_id)
    ]  # fmt: skip
    if known and not any(a.unit_id in own for a in known):
        where = "、".join(dict.fromkeys(look.name(a.unit_id, s.on) for a in known))
        return of_release(
            r,
            "FRM-04",
            look.judged(False),
            f"签署组织单位意见的{s.by}在{where}，不在{look.name(r.unit_id, s.on)}。",
        )
    if not known and not s.title.strip():
        return of_release(
            r,
            "FRM-04",
            Result.NO_EVIDENCE,
            f"签署组织单位意见的{s.by}不在册，也没有写明职务，看不出属于哪个单位。",
        )
    return of_release(
        r,
        "FRM-04",
        Result.PASS,
        f"{Word.APPROVAL_FORM.label}由{look.name(r.unit_id, s.on)}填写（{s.title}{s.by}签署）。",
    )


def _as_approved(look: Look, r: Release) -> Verdict:
    """附件1注3: the text that went out against the one that the leader signed."""
    leader = agreed(r, Step.LEADER)
    signed = next(
        (
            a
            for a in reversed(r.attachments)
            if a.kind is AttachmentKind.PRESS_TEXT
            and leader is not None
            and a.round <= leader.round
            and a.added_on <= leader.on
        ),
        None,
    )
    released = r.attached(AttachmentKind.RELEASED_TEXT)
    if released is None:
        return of_release(
            r,
            "RTE-06",
            Result.NO_EVIDENCE,
            "没有实际发布的稿子，看不出与审批的是否相同。",
            next=f"用 pressctl record held {r.ref} --press-text 文件 补记实际发布的稿子。",
        )
    same = signed is not None and signed.sha256 == released.sha256
    said = "与审批的相同" if same else f"与审批的“{signed.name}”不同" if signed else "没有经过审批"
    return of_release(r, "RTE-06", look.judged(same), f"实际发布的“{released.name}”{said}。")


@rule(
    "FRM-02",
    Duty(
        opened="{word.in_bureau_name}的发布举行之时",
        due="举行后规定的工作日之内",
        by="两份存档的记录（record archived），{word.office_short}、组织单位各一份，在举行之后",
        late="最后一天之后归档：不符合，并写明迟了几天",
        good_late=True,
    ),
)
@rule(
    "ARC-01",
    Duty(
        opened="发布举行之时",
        due="举行后规定的工作日之内",
        by="存档记录中一并归档的资料（record archived --item）",
        late="最后一天之后才存齐：不符合，并写明迟了几天",
        good_late=True,
    ),
)
def archive(look: Look) -> Iterator[Verdict]:
    """Two copies with their two holders, so many working days after the event; under a profile, what else is kept."""
    for r in look.bureau_held:
        assert r.held_on is not None
        records = look.records_of(r.ref, RecordKind.ARCHIVED)
        copies = {record.data.get("copy", n): record for n, record in enumerate(records, start=1)}
        last = [record for record in copies.values() if record.on >= r.held_on]
        holders = {record.unit_id for record in last}
        good = len(last) >= 2 and holders == {r.unit_id, look.office_on(r.day)}
        items = look.policy.find(keys.ARCHIVE_ITEMS, r.held_on)
        if look.open_only and good and items is None:
            continue
        due = look.calendar.add(r.held_on, look.value(keys.ARCHIVE_DAYS, r.held_on))
        done = max((record.on for record in last), default=None)
        names = "、".join(look.name(u, r.day) for u in sorted(h for h in holders if h is not None))
        early = records and not last
        said = (
            f"{records[0].on} 的存档早于发布，不算"
            if early
            else f"于 {done} 存于{names}"
            if records
            else "没有存档的记录"
        )
        late = late_by(done, due.end) if good and done else ""
        yield of_release(
            r,
            "FRM-02",
            look.judged(good and not late, None if records else due.end),
            f"{Word.APPROVAL_FORM.label}一式两份，{said}{late}。",
            due=None if good else due.end,
            provisional=due.provisional,
            next=None
            if good
            else f"用 pressctl record archived {r.ref} 记录两份的存放；已有的记录会被新的代替。",
        )
        if items is not None:
            yield _kept_with_it(look, r, records, items.typed, due.end)


def _kept_with_it(
    look: Look, r: Release, records: tuple[Record, ...], items: tuple[str, ...], due: date
) -> Verdict:
    """What else the profile asks to be kept, and the day on which the last of it was."""
    stored: dict[str, date] = {}
    for record in records:
        for item in record.data.get("items", ()):
            stored[item] = min(record.on, stored.get(item, record.on))
    lacking = [item for item in items if item not in stored]
    if lacking:
        said = f"归档资料缺{'、'.join(lacking)}。"
        return of_release(r, "ARC-01", look.judged(False, due), said, due=due)
    last = max((stored[item] for item in items), default=due)
    return of_release(r, "ARC-01", look.judged(last <= due), f"归档资料齐全{late_by(last, due)}。")
