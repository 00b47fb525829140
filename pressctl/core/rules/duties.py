"""三(四): yearly reports, meetings, training, assessment, the county bureaus' own systems; and what the program asks of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pressctl.core import policy_keys as keys
from pressctl.core.dates import in_all, last_of_month, months_later
from pressctl.core.facts import Appointment, covers
from pressctl.core.own import Among
from pressctl.core.rules.look import Duty, Look, Verdict, late_by, of_unit, rule
from pressctl.core.terms import RecordKind, Result, Role, UnitKind

_ONE = timedelta(1)
_A_MONTH = timedelta(31)


@rule(
    "REP-01",
    Duty(
        opened="当年任新闻发言人满规定月数（各段任期合计）；中途离任的也在内",
        due="当年工作报告的最后一天",
        by="本人当年的工作报告（record statement），在当年任满规定月数之后收到",
        late="最后一天之后收到：不符合，并写明迟了几天；任满之前收到的不算",
        good_late=True,
    ),
)
def statements(look: Look) -> Iterator[Verdict]:
    """One from each who was a spokesperson long enough in the year, also after leaving; station liaisons owe none (Q20)."""
    due = look.due_day(look.value(keys.STATEMENT_DUE, look.last))
    months = look.value(keys.STATEMENT_MONTHS, look.last)
    kinds = look.value(keys.STATEMENT_KINDS)
    served: dict[int, list[tuple[date, date, Appointment]]] = {}
    for a in look.facts.spokespersons:
        if (a.since is not None and a.since > look.last) or (a.until is not None and a.until <= look.first):
            continue
        for first, last in _in_kinds(look, a, kinds):
            served.setdefault(a.person.id, []).append((first, last, a))
    for spans in served.values():
        yield _statement(look, spans, months, due)


def _in_kinds(look: Look, a: Appointment, kinds: Among[UnitKind]) -> Iterator[tuple[date, date]]:
    """First and last days of the year in which the post was at a unit of one of the kinds."""
    unit = look.facts.unit_by_id.get(a.unit_id)
    for period in unit.periods if unit else ():
        if kinds.holds(period.kind, period.kind_name):
            first, last = look.first, look.last
            for since in (a.since, period.since):
                if since is not None and since > first:
                    first = since
            for until in (a.until, period.until):
                if until is not None and until <= last:
                    last = until - _ONE
            if first <= last:
                yield first, last


def _statement(look: Look, spans: list[tuple[date, date, Appointment]], months: int, due: date) -> Verdict:
    spans.sort(key=lambda s: s[:2])
    post = spans[-1][2]
    served, enough = in_all(((first, last) for first, last, _ in spans), months)
    unit = look.facts.unit_by_id[post.unit_id]
    who = f"{unit.named_on(spans[-1][1])}新闻发言人{post.person.name}"
    if enough is None:
        return Verdict(
            "REP-01",
            Result.NOT_DUE,
            f"{who}{look.year}年在任{served}天，不足{months}个月，不要求报告。",
            unit.id,
            post.person,
        )
    # a year's work is told when it is served, or in the last month of a service that ends sooner or began late
    since = min(enough, max(last for _, last, _ in spans) - _A_MONTH)
    record = look.yearly(RecordKind.STATEMENT, post.person.id, since=since)
    early = look.too_early(RecordKind.STATEMENT, post.person.id, None, since) if record is None else None
    said = f"于 {record.on} 收到{late_by(record.on, due)}" if record else "尚未收到"
    if early is not None:
        said += f"（{early.on} 收到的早于 {since}，当年的工作还没有做，不算当年的报告）"
    return Verdict(
        "REP-01",
        look.judged(record is not None and record.on <= due, None if record else due),
        f"{who}{look.year}年工作报告应于 {due} 前提交，{said}。",
        unit.id,
        post.person,
        due=None if record else due,
        evidence={"due": due.isoformat(), "received": record.on.isoformat() if record else None},
    )


@rule(
    "REP-02",
    Duty(
        opened="在该半年最后一天是{unit_kind.county_bureau}的单位",
        due="该半年报送的最后一天",
        by="该半年的工作情况（record half-year），在半年的最后一天或以后收到",
        late="最后一天之后收到：不符合，并写明迟了几天；半年未完就收到的不算；单位撤销以后无从补报，不再列入待办",
        good_late=True,
    ),
)
def half_years(look: Look) -> Iterator[Verdict]:
    for row in look.value(keys.HALF_YEAR_DUE, look.last):
        end = last_of_month(look.year, 6 * row.half)
        due = look.due_day(row.on, row.years_after)
        for m in look.members_on(end, Among.of((UnitKind.COUNTY_BUREAU,))):
            record = look.yearly(RecordKind.HALF_YEAR, m.unit.id, row.half, since=end)
            early = look.too_early(RecordKind.HALF_YEAR, m.unit.id, row.half, end) if record is None else None
            said = f"于 {record.on} 收到{late_by(record.on, due)}" if record else "尚未收到"
            if early is not None:
                said += f"（{early.on} 收到的早于半年结束，不算）"
            gone = None if record else look.past_asking(m.unit, due)
            yield of_unit(
                m,
                "REP-02",
                look.judged(record is not None and record.on <= due, None if record else due),
                f"{m.period.name}{look.year}年{'上' if row.half == 1 else '下'}半年工作情况应于 {due} 前报送，{said}。",
                period=f"{look.year}H{row.half}",
                due=None if record or gone else due,
                next=gone,
            )


@rule(
    "MTG-01",
    Duty(
        opened="每个规定的周期开始之日",
        due="周期的最后一天",
        by="周期之内的例会记录（record meeting）",
        late="周期过后不能补开，只能说明或豁免；没有记录的为无记录",
        good_late=False,
        recorded="record meeting --topics 议题 --on 日期",
    ),
)
@rule(
    "MTG-02",
    Duty(
        opened="例会召开之日",
        due="随时",
        by="例会记录中的纪要（--minutes、--text 或 --file）；后来补记的写明同一天，合为一次例会",
        late="不适用：随时补上",
        good_late=None,
    ),
)
def meetings(look: Look) -> Iterator[Verdict]:
    """A meeting in every period of so many months; and each has its minutes, which may be entered later for its day."""
    months = look.value(keys.MEETING_MONTHS, look.last)
    held = [r for r in look.records(RecordKind.MEETING) if r.on.year == look.year]
    for start in range(1, 13, months):
        last = last_of_month(look.year, min(start + months - 1, 12))
        days = {r.on for r in held if start <= r.on.month < start + months}
        result = Result.PASS if days else Result.NOT_DUE if look.day <= last else Result.NO_EVIDENCE
        span = f"{start}至{last.month}月" if last.month != start else f"{start}月"
        yield Verdict(
            "MTG-01",
            result,
            f"{look.year}年{span}{f'召开例会{len(days)}次' if days else '没有例会的记录'}。",
            look.office_on(last) or look.office_id,
            period=f"{look.year}-{start:02}",
            due=None if days else last,
        )
    noted = {r.on for r in held if r.data.get("minutes") or r.sha256 or r.text}
    for day in sorted({r.on for r in held}):
        yield Verdict(
            "MTG-02",
            look.judged(day in noted),
            f"{day} 的例会{'有纪要' if day in noted else '没有纪要'}。",
            look.office_on(day) or look.office_id,
            at=day,
            next=f"用 pressctl record meeting --topics 议题 --minutes 纪要 --on {day} 补记，同日的记录合为一次例会。",
        )


@rule(
    "TRN-01",
    Duty(
        opened="每年1月1日",
        due="当年12月31日",
        by="当年的培训记录（record training）中在任者的比例",
        late="年度过后不能补，只能说明或豁免",
        good_late=False,
        recorded="record training --topic 内容 --people 人员 --on 日期",
    ),
)
@rule(
    "TRN-02",
    Duty(
        opened="新闻发言人、联络员到任之日",
        due="到任满规定月数之日，也跨年计算",
        by="到任以后的培训记录（record training）",
        late="满规定月数之后受训：不符合",
        good_late=True,
    ),
)
def training(look: Look) -> Iterator[Verdict]:
    """What share of those in post were trained this year; and newcomers within so many months."""
    attended: dict[int, list[date]] = {}
    for record in look.records(RecordKind.TRAINING):
        for person in record.data.get("people", ()):
            attended.setdefault(person, []).append(record.on)
    least, months = look.value(keys.TRAINING_SHARE), look.value(keys.TRAINING_MONTHS)
    if look.asks("TRN-02"):
        yield from _newcomers(look, attended, months)
    if not look.asks("TRN-01") or not look.begun:
        return
    people = {a.person.id for a in look.facts.appointments if a.role in _TRAINED and a.active_on(look.upto)}
    trained = sum(any(d.year == look.year for d in attended.get(p, ())) for p in people)
    if people:
        good = trained / len(people) >= least
        over = look.day > look.last
        yield Verdict(
            "TRN-01",
            Result.NO_EVIDENCE if not trained and over else look.judged(good, look.last),
            f"{look.year}年在任的新闻发言人和联络员{len(people)}人，受训{trained}人"
            f"（{trained / len(people):.0%}，以{least:.0%}为限）。",
            look.office_id,
            due=None if good else look.last,
            evidence={"in_post": len(people), "trained": trained},
        )


_TRAINED = frozenset({Role.SPOKESPERSON, Role.LIAISON})


def _newcomers(look: Look, attended: dict[int, list[date]], months: int) -> Iterator[Verdict]:
    """Those whose time to be trained ran out this year: one verdict with the names of the late ones, and one a day for
    those still to be trained. Where training comes before the post, its time runs out on the first day in it."""
    fresh: dict[int, tuple[date, Appointment]] = {}
    first = look.value(keys.TRAINING_FIRST)
    begun = look.facts.appointments_by_start
    for a in (*begun.get(look.year - 1, ()), *begun.get(look.year, ())):  # the months are twelve at most
        if a.role not in _TRAINED:
            continue
        assert a.since is not None
        due = a.since if first else months_later(a.since, months)
        if due.year == look.year and covers(a.since, a.until, due):  # who left before is owed no training
            fresh.setdefault(a.person.id, (due, a))
    late: list[tuple[date, Appointment, date | None]] = []
    waiting: dict[date, list[str]] = {}
    for person, (due, a) in fresh.items():
        assert a.since is not None
        days = [d for d in attended.get(person, ()) if first or d >= a.since]
        if not days and due >= look.day:
            waiting.setdefault(due, []).append(a.person.name)
        elif not days or min(days) > due:
            late.append((due, a, min(days, default=None)))
    told = f"{look.year}年到任{'' if first else f'满{months}个月'}的{len(fresh)}人，"
    untrained = [x for x in late if x[2] is None]
    if late:
        names = _some(a.person.name for _, a, _ in late)
        yield Verdict(
            "TRN-02",
            Result.NO_EVIDENCE if untrained else Result.FAIL,
            f"{told}其中{'到任时' if first else '满期'}没有受训的{len(late)}人：{names}。",
            look.office_id,
            due=min((due for due, *_ in untrained), default=None),
            evidence={"new": len(fresh), "untrained": [a.person.name for _, a, _ in untrained]},
        )
    for due, people in sorted(waiting.items()):
        yield Verdict(
            "TRN-02",
            Result.NOT_DUE,
            f"{told}于 {due} {'到任' if first else '满期'}、还没有受训的{len(people)}人：{_some(people)}。",
            look.office_id,
            due=due,
            evidence={"new": len(fresh), "waiting": people},
            part=due.isoformat(),
        )
    if fresh and not late and not waiting:
        yield Verdict(
            "TRN-02",
            Result.PASS,
            f"{told}都已{'受训以后到任' if first else '按期受训'}。",
            look.office_id,
            evidence={"new": len(fresh), "untrained": []},
        )


def _some(names: Iterable[str]) -> str:
    """The first five names, and that there are more."""
    listed = list(names)
    return "、".join(listed[:5]) + ("等" if len(listed) > 5 else "")


@rule(
    "PRF-01",
    Duty(
        opened="当年12月31日存在的、须考评类别的单位",
        due="次年考评的最后一天",
        by="当年的考评记录（record assessment）",
        late="最后一天之后记录：不符合，并写明迟了几天",
        good_late=True,
    ),
)
def assessments(look: Look) -> Iterator[Verdict]:
    due = look.due_day(look.value(keys.ASSESSMENT_DUE, look.last), 1)
    for m in look.members_on(look.last, look.value(keys.ROSTER_KINDS)):
        record = look.yearly(RecordKind.ASSESSMENT, m.unit.id, since=look.last - _A_MONTH)
        said = f"得分 {record.data.get('score')}{late_by(record.on, due)}" if record else "尚无记录"
        yield of_unit(
            m,
            "PRF-01",
            look.judged(record is not None and record.on <= due, None if record else due),
            f"{m.period.name}{look.year}年新闻发布工作考评（{due} 前）：{said}。",
            due=None if record else due,
        )


_ITEMS = (
    ("spokesperson", "新闻发言人"),
    ("department", "主管部门"),
    ("flow", "审批和发布流程"),
    ("requirements", "工作要求"),
)


@rule(
    "CTY-01",
    Duty(
        opened="单位成为{unit_kind.county_bureau}之日",
        due="随时",
        by="制度的记录（record county-system），四项都明确",
        late="不适用：随时补登",
        good_late=None,
    ),
)
def county_systems(look: Look) -> Iterator[Verdict]:
    systems = {r.unit_id: r for r in look.records(RecordKind.COUNTY_SYSTEM)}
    for m in look.members_of(frozenset({UnitKind.COUNTY_BUREAU})):
        record = systems.get(m.unit.id)
        lacking = [label for key, label in _ITEMS if record is None or not record.data.get(key)]
        yield of_unit(
            m,
            "CTY-01",
            Result.NO_EVIDENCE if record is None else look.judged(not lacking),
            f"{m.period.name}的新闻发布工作制度"
            + (
                "没有记录。"
                if record is None
                else f"没有明确{'、'.join(lacking)}。"
                if lacking
                else "四项都已明确。"
            ),
        )


@rule(
    "CAL-01",
    Duty(
        opened="当年的发布涉及某一年",
        due="随时",
        by="该年的放假安排已公布",
        late="不适用：公布并导入以后即符合",
        good_late=None,
    ),
)
def official_years(look: Look) -> Iterator[Verdict]:
    """Years that the releases of the year touch have their notice."""
    years = {look.year} | {d.year for r in look.releases for d in (r.on, r.submitted_on) if d is not None}
    for year in sorted(years):
        known = look.calendar.year(year)
        yield Verdict(
            "CAL-01",
            Result.PASS if known.official else Result.PROVISIONAL,
            f"{year}年放假安排{'已公布' if known.official else '尚未公布，工作日为推定'}（{known.source}）。",
            period=str(year),
        )


@rule(
    "AUD-01",
    Duty(
        opened="第一条日志",
        due="随时",
        by="整本日志逐条相接，校验值相符",
        late="不适用：发现之日即不符合",
        good_late=None,
    ),
)
def log(look: Look) -> Iterator[Verdict]:
    if look.facts.log_sound is None:
        return
    said = "完整，逐条相接" if look.facts.log_sound else "校验不符，有人改动过"
    yield Verdict("AUD-01", look.judged(look.facts.log_sound), f"日志{said}。")
