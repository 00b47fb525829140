"""三(二)2-3, 三(三)5: what must be answered, how soon, and by whom the line was decided; interviews (三(一))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.facts import Matter, Record, Release, line_decided
from pressctl.core.moments import Moment
from pressctl.core.policy_keys import Key
from pressctl.core.quota import DONE
from pressctl.core.rules.look import Duty, Look, Verdict, of_release, proved, rule
from pressctl.core.terms import Form, Occasion, RecordKind, Result, Role, Strength, Word


def _matters(look: Look, kind: Occasion) -> Iterator[Matter]:
    """Those of a kind that happened in the year."""
    return (m for m in look.facts.matters if m.kind is kind and m.happened.day.year == look.year)


def _answers(look: Look, matter: Matter) -> list[tuple[Moment, str | None]]:
    """Moments at which a matter was answered: what is on record, and releases about it held since, with their number.
    What was held before it happened answers nothing."""
    found: list[tuple[Moment, str | None]] = [(m, None) for m in (matter.responded, matter.conference) if m]
    for ref in matter.refs:
        release = look.facts.release_by_ref.get(ref)
        if release is not None and release.status in DONE:
            found.append((release.event, ref))
    since = (a for a in found if a[0].before(matter.happened) is not True and a[0].day <= look.day)
    return sorted(since, key=lambda a: a[0].key)


def _told(matter: Matter) -> str:
    return f"{matter.happened}“{matter.what}”"


# -- major matters -----------------------------------------------------------------------------------


@rule(
    "OCC-01",
    Duty(
        opened="重大事项发生之时（record trigger --happened；没有写明的从记录之日起算）",
        due="发生后规定的天数之内",
        by="发生以后举行的对应发布，或首次发布的时间（record response）；发生之前的发布不算",
        late="超过天数才发布：不符合，并写明几天；没有发布的一直列入待办",
        good_late=True,
    ),
)
def answered(look: Look) -> Iterator[Verdict]:
    """Every recorded matter of weight was released, and how soon."""
    for m in _matters(look, Occasion.MAJOR):
        most = look.value(keys.MAJOR_DAYS, m.happened.day)
        due = m.happened.day + timedelta(most)
        answers = _answers(look, m)
        days = ((answers[0][0].day if answers else look.day) - m.happened.day).days
        said = f"{days}天后发布" if answers else f"{days}天仍未发布"
        # of one day, without an hour on both sides, nobody can tell which came first
        unclear = (
            bool(answers)
            and m.dated
            and m.happened.hour is not None
            and all(a.before(m.happened) is None for a, _ in answers)
        )
        if unclear:
            said = "当日发布，没有写明钟点，看不出是否在发生之后"
        yield Verdict(
            "OCC-01",
            Result.NO_EVIDENCE
            if unclear
            else look.judged(bool(answers) and days <= most, None if answers else due),
            f"{_told(m)}{said}（以{most}天为限）。",
            m.unit_id,
            ref=answers[0][1] if answers else next(iter(m.refs), None),
            at=m.happened.day,
            due=None if answers else due,
            next=f"用 pressctl record held {answers[0][1]} --at 时刻 补记发布的钟点。"
            if unclear and answers[0][1]
            else None
            if answers
            else _how_to_answer(m),
            evidence={"matter": m.id, "days": days},
        )


def _how_to_answer(matter: Matter) -> str:
    return f"安排发布；发布以后用 pressctl record response {matter.id} --ref 发布编号 --responded 时间 记录。"


# -- opinion and emergencies that nobody answered ----------------------------------------------------------


def _limit(look: Look, m: Matter, hours: Key[float], own: float | None = None) -> Moment:
    """The last moment for a first answer: by the hours of its own or of the policy, else by working days (Q38)."""
    given = own or look.value(hours, m.happened.day)
    if given:
        stamp = datetime.combine(m.happened.day, m.happened.hour or time.max) + timedelta(hours=given)
        return Moment(stamp.date(), stamp.time())
    return Moment(look.calendar.add(m.happened.day, look.value(keys.ANSWER_DAYS, m.happened.day)).end)


def _in_time(
    look: Look,
    m: Matter,
    answers: list[tuple[Moment, str | None]],
    id: str,
    hours: Key[float],
    what: str,
    own: float | None = None,
) -> Verdict:
    """及时: the first answer against the last moment for it; what nobody answered stays owed."""
    limit = _limit(look, m, hours, own)
    first = answers[0] if answers else None
    late = first is not None and limit.before(first[0]) is True
    took = _hours(m.happened, first[0]) if first else None
    said = f"，发生后{took:.1f}小时" if took is not None else ""
    return Verdict(
        id,
        look.judged(first is not None and not late, None if first else limit.day),
        f"{_told(m)}于 {first[0]} {what}{said}（应在 {limit} 以前）。"
        if first
        else f"{_told(m)}至 {look.day} 没有{what}的记录（应在 {limit} 以前）。",
        m.unit_id,
        ref=(first[1] if first else None) or next(iter(m.refs), None),
        at=m.happened.day,
        due=None if first else limit.day,
        strength=Strength.ADVISORY,
        next=None if first else _how_to_answer(m),
        local=own is None and not look.value(hours, m.happened.day),
        evidence={"matter": m.id, "limit": str(limit)}
        | ({"hours": round(took, 2)} if took is not None else {}),
    )


def _hours(start: Moment, end: Moment) -> float | None:
    if start.hour is None or end.hour is None:
        return None
    begun, done = (datetime.combine(m.day, m.hour or time()) for m in (start, end))
    return (done - begun).total_seconds() / 3600


def _on(look: Look, occasion: Occasion) -> Iterator[Release]:
    return (r for r in look.held if r.occasion is occasion)


def _of(look: Look, release: Release) -> tuple[Matter, ...]:
    """What a release was about; what happened only after it is none of that."""
    told = look.facts.matters_by_ref.get(release.ref, ())
    return tuple(m for m in told if release.event.before(m.happened) is not True)


def _released(look: Look, matter: Matter) -> bool:
    """Whether a release of its own kind was held about it, of whatever year: what that release owes is judged in the
    year in which it was held, and only there."""
    found = (look.facts.release_by_ref.get(ref) for ref in matter.refs)
    return any(
        r is not None
        and r.status in DONE
        and r.occasion is matter.kind
        and r.event.before(matter.happened) is not True
        for r in found
    )


_LINE = Duty(
    opened="首次回应之时：发布举行，或只有回应而没有举行发布的，回应之时",
    due="首次回应之前（没有写明的，发布之前）",
    by="",
    late="回应以后才定、才登记的口径不算；同日须有钟点才看得出先后",
    good_late=False,
)


@rule(
    "OPN-01",
    replace(
        _LINE,
        by="在首次回应之前，由在任的新闻发言人、{word.office_head}或领导决定的口径（record line；没有发布的，record response --line）",
    ),
)
@rule(
    "OPN-03",
    Duty(
        opened="舆情发布举行之时",
        due="发布之日",
        by="发布写明的{word.local}（plan add、plan move --local）",
        late="发布之后不再补登，只能说明或豁免",
        good_late=False,
    ),
)
def opinion(look: Look) -> Iterator[Verdict]:
    """Answers to public opinion: one line first, whether a release was held or not; and the place of incident named."""
    yield from _lines_of_matters(look, Occasion.OPINION, "OPN-01", "回应前已定统一口径", _DECIDERS)
    for r in _on(look, Occasion.OPINION):
        yield _line_before(look, r, "OPN-01", "回应前已定统一口径", _DECIDERS)
        place = r.local_unit_id
        yield of_release(
            r,
            "OPN-03",
            look.judged(place is not None),
            f"{Word.LOCAL.label}为{look.name(place, r.day)}。"
            if place is not None
            else f"没有写明{Word.LOCAL.label}。",
        )


_DECIDERS = frozenset({Role.SPOKESPERSON, Role.OFFICE_DIRECTOR, Role.CHIEF_LEADER, Role.DEPUTY_LEADER})
_SPOKESPERSON = frozenset({Role.SPOKESPERSON})


@rule(
    "OPN-02",
    Duty(
        opened="舆情发生（发现）之时",
        due="规定的小时数之内；没有数字的，满规定的工作日",
        by="对应的发布或回应的时间，以及公布的事实真相和处理情况（record trigger、record response）",
        late="超过时限才回应：不符合（及时）；没有回应的一直列入待办",
        good_late=True,
    ),
)
def opinion_told(look: Look) -> Iterator[Verdict]:
    """Facts and handling both told, and in time; and what nobody answered."""
    for r in _on(look, Occasion.OPINION):
        told = _of(look, r)
        lacking = _untold(told)
        yield of_release(
            r,
            "OPN-02",
            Result.NO_EVIDENCE if not told else look.judged(not lacking),
            f"没有{'、'.join(lacking)}的记录。" if lacking else "事实真相和处理情况都已公布。",
            next=_tell(told[-1]) if told else None,
        )
    for m in _matters(look, Occasion.OPINION):
        answers = _answers(look, m)
        yield _in_time(look, m, answers, "OPN-02", keys.OPINION_HOURS, "回应")
        if answers and not _released(look, m):
            lacking = _untold((m,))
            yield Verdict(
                "OPN-02",
                Result.NO_EVIDENCE if lacking else Result.PASS,
                f"{_told(m)}"
                + (f"没有{'、'.join(lacking)}的记录。" if lacking else "事实真相和处理情况都已公布。"),
                m.unit_id,
                at=m.happened.day,
                next=_tell(m),
                evidence={"matter": m.id},
                part="told",
            )


_TOLD = (("facts", "事实真相"), ("handling", "处理情况"))


def _untold(told: tuple[Matter, ...]) -> list[str]:
    return [label for key, label in _TOLD if not any(getattr(m, key) for m in told)]


def _tell(matter: Matter) -> str:
    return f"用 pressctl record response {matter.id} --facts 事实 --handling 处理 补记。"


# -- emergencies ------------------------------------------------------------------------------------------


@rule(
    "EMG-01",
    Duty(
        opened="突发事件现场发布举行之时",
        due="发布之日",
        by="发布写明的属地单位（plan add、plan move --local），和所依的规定（record trigger、record response --regulation）",
        late="随时补登所依规定",
        good_late=None,
    ),
)
@rule(
    "EMG-02",
    Duty(
        opened="突发事件发生之时",
        due="随时",
        by="发生、知悉和首次发布的时间（record trigger、record response）；首次发布即对应的发布的，以举行的钟点为准",
        late="不适用：随时补登，没有即为无记录",
        good_late=None,
    ),
)
@rule(
    "EMG-03",
    replace(
        _LINE,
        by="在首次发布之前，由在任的新闻发言人决定的口径（record line；没有发布的，record response --line）",
    ),
)
def emergencies(look: Look) -> Iterator[Verdict]:
    """On-site releases: the territorial unit, the rules followed, and who decided the line; of every emergency, whether
    held a release or not, the moments on record."""
    for r in _on(look, Occasion.EMERGENCY):
        told = _of(look, r)
        place = r.local_unit_id
        yield of_release(
            r,
            "EMG-01",
            look.judged(place is not None),
            f"属地单位为{look.name(place, r.day)}。" if place is not None else "没有写明属地单位。",
        )
        cited = any(m.regulation for m in told)
        yield of_release(
            r,
            "EMG-01",
            look.judged(cited) if told else Result.NO_EVIDENCE,
            "写明了所依的规定。" if cited else "没有写明所依的规定。",
            strength=Strength.PRINCIPLE,
            next=f"用 pressctl record response {told[-1].id} --regulation 规定 补记。" if told else None,
        )
        timed = r.event.hour is not None  # where nothing was told before, it is the first itself
        lacking = [
            label
            for key, label in _TIMES
            if not any(getattr(m, key) for m in told) and not (key == "responded" and told and timed)
        ]
        yield of_release(
            r,
            "EMG-02",
            look.judged(not lacking) if told else Result.NO_EVIDENCE,
            f"没有{'、'.join(lacking)}的记录。" if lacking else "发生、知悉和首次发布的时间都有记录。",
            next=_moments(told[-1]) if told else None,
        )
        yield _line_before(look, r, "EMG-03", "口径由在任的新闻发言人在首次发布前决定", _SPOKESPERSON)
    yield from _lines_of_matters(
        look, Occasion.EMERGENCY, "EMG-03", "口径由在任的新闻发言人在首次发布前决定", _SPOKESPERSON
    )
    for m in _matters(look, Occasion.EMERGENCY):
        if not _released(look, m):
            lacking = [label for key, label in _TIMES[:2] if not getattr(m, key)]
            yield Verdict(
                "EMG-02",
                Result.NO_EVIDENCE if lacking else Result.PASS,
                f"{_told(m)}"
                + (f"没有{'、'.join(lacking)}的记录。" if lacking else "的发生、知悉时间有记录。"),
                m.unit_id,
                at=m.happened.day,
                next=_moments(m),
                evidence={"matter": m.id},
                part="told",
            )


def _moments(matter: Matter) -> str:
    asked = {"dated": "--happened", "informed": "--informed", "responded": "--responded"}
    options = " ".join(f"{asked[key]} 时间" for key, _ in _TIMES if not getattr(matter, key))
    return f"用 pressctl record response {matter.id} {options} 补记。"


_TIMES = (("dated", "发生时间"), ("informed", "知悉时间"), ("responded", "首次发布时间"))


@rule(
    "EMG-04",
    Duty(
        opened="突发事件发生之时",
        due="规定的小时数之内；没有数字的，满规定的工作日",
        by="首次发布的时间（record trigger、record response），或对应的发布",
        late="超过时限才发布：不符合（及时）；没有发布的一直列入待办",
        good_late=True,
    ),
)
def fast(look: Look) -> Iterator[Verdict]:
    """How soon each emergency was answered, and where a policy asks for it, how soon by a conference."""
    for m in _matters(look, Occasion.EMERGENCY):
        yield _by_level(look, m)
    for r in _on(look, Occasion.EMERGENCY):
        if r.form is Form.CONFERENCE and look.value(keys.EMERGENCY_CONFERENCE, r.held_on):
            yield _conference_in_time(look, r)


def _by_level(look: Look, m: Matter) -> Verdict:
    """By the hours of its level where the law counts by levels: 特别重大 sooner than 重大."""
    told = look.policy.find(keys.EMERGENCY_LEVELS, m.happened.day)
    answers = _answers(look, m)
    if told is None:
        return _in_time(look, m, answers, "EMG-04", keys.EMERGENCY_HOURS, "首次发布")
    levels = look.value(keys.EMERGENCY_LEVELS, m.happened.day)
    limit = levels.get(m.level) if m.level else None
    judged = _in_time(look, m, answers, "EMG-04", keys.EMERGENCY_HOURS, "首次发布", limit)
    if m.level is None:
        return judged._replace(
            result=judged.result if judged.result is Result.NOT_DUE else Result.NO_EVIDENCE,
            message=f"{judged.message.removesuffix('。')}；没有写明级别（{'、'.join(levels)}），时限无从确定。",
            next=f"用 pressctl record response {m.id} --level 级别 写明级别。",
        )
    if limit is None:
        said = f"；级别“{m.level}”没有单列时限（{'、'.join(levels)}），按一般时限。"
        return judged._replace(message=judged.message.removesuffix("。") + said)
    return judged._replace(message=f"{m.level}：{judged.message}")


def _conference_in_time(look: Look, r: Release) -> Verdict:
    """The hours from an emergency to its conference; without an hour on both sides nothing is known."""
    limit = look.value(keys.EMERGENCY_CONFERENCE, r.held_on)
    spans = [
        hours
        for m in _of(look, r)
        if (hours := _hours(m.happened, m.conference or r.event)) is not None and hours >= 0
    ]
    if not spans:
        return of_release(
            r, "EMG-04", Result.NO_EVIDENCE, "没有召开发布会的时间。", strength=Strength.ADVISORY
        )
    hours = min(spans)
    return of_release(
        r,
        "EMG-04",
        look.judged(hours <= limit),
        f"召开发布会在发生{hours:.1f}小时之后（以{limit:g}小时为限）。",
        strength=Strength.ADVISORY,
        evidence={"hours": round(hours, 2), "limit": limit},
    )


def _line_before(look: Look, r: Release, id: str, good: str, who: frozenset[Role]) -> Verdict:
    """A line decided, by somebody who may, before the first answer went out."""
    told = _of(look, r)
    lines = [*look.records_of(r.ref, RecordKind.LINE), *(line for m in told for line in m.lines)]
    first = min((m.responded for m in told if m.responded), key=lambda m: m.key, default=r.event)
    before = min(first, r.event, key=lambda m: m.key)
    command = f"record line {r.ref} --decided-by 人员 --line 口径"
    result, said, hour = _line(look, r, lines, before, command, good, who)
    return of_release(r, id, result, said, next=hour)


def _lines_of_matters(
    look: Look, kind: Occasion, id: str, good: str, who: frozenset[Role]
) -> Iterator[Verdict]:
    """The same of what was answered without a release of its kind."""
    for m in _matters(look, kind):
        answers = _answers(look, m)
        if not answers or _released(look, m):
            continue
        lines = [*m.lines, *(x for ref in m.refs for x in look.records_of(ref, RecordKind.LINE))]
        command = f"record response {m.id} --decided-by 人员 --line 口径"
        result, said, hour = _line(look, None, lines, answers[0][0], command, good, who)
        yield Verdict(
            id,
            result,
            f"{_told(m)}：{said}",
            m.unit_id,
            ref=next(iter(m.refs), None),
            at=answers[0][0].day,
            next=hour,
            evidence={"matter": m.id},
        )


def _line(
    look: Look,
    r: Release | None,
    lines: list[Record],
    before: Moment,
    command: str,
    good: str,
    who: frozenset[Role],
) -> tuple[Result, str, str | None]:
    """Of a release or, without one, of a matter: the lines against the first answer; what is said of them, and next."""
    may = [x for x in lines if look.holds(x.data.get("decided_by"), line_decided(x).day, who)]
    result, lacking, hour, first, gone = proved(r, may, command, event=before, moment=line_decided)
    if not lines:
        return Result.FAIL, f"没有“{good}”的记录。", None
    if not may:
        return Result.FAIL, "决定口径的人当日不在可以决定的岗位上。", None
    if result is Result.PASS:
        return result, f"{good}（{first}）。", None
    if gone:
        return Result.FAIL, f"口径{lacking}。".replace("在发布之后", "在首次回应之后"), None
    late = f"在首次回应（{before}）之后才定" if result is Result.FAIL else lacking
    return result, f"口径（{first}）{late}。", hour


# -- interviews ---------------------------------------------------------------------------------------


@rule(
    "DUT-02",
    Duty(
        opened="记者采访之日",
        due="采访之日",
        by="采访记录（record interview）中在任的新闻发言人",
        late="采访之后不能补，只能说明或豁免",
        good_late=False,
    ),
)
def interviews(look: Look) -> Iterator[Verdict]:
    """Interviews on record were given or arranged by a spokesperson in post."""
    for record in look.records(RecordKind.INTERVIEW):
        if record.on.year != look.year:
            continue
        good = look.is_spokesperson(record.data.get("arranged_by"), record.on)
        said = "由在任的新闻发言人安排" if good else "没有由在任的新闻发言人安排"
        yield Verdict(
            "DUT-02",
            look.judged(good),
            f"{record.on} {record.data.get('outlet', '')}采访{said}。",
            record.unit_id,
            at=record.on,
            part=str(record.id),
        )
