"""Years of invented bureaus, of every size and every trouble, for tests that need many reports."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from pressctl.core.annual import AnnualReport, Quarter, UnitYear, beyond
from pressctl.core.facts import Record, Release
from pressctl.core.findings import Finding
from pressctl.core.policy import Rule
from pressctl.core.terms import Form, Nature, Occasion, RecordKind, Result, Status, Strength, UnitKind
from pressctl.core.wording import Genre
from pressctl.documents.annual_data import AnnualPaper, figures
from pressctl.regulation import loader, wording

NAMES = (
    "国庆交通安全新闻发布会",
    "关于“三所联动”工作情况的新闻发布会",
    "《治安管理处罚法》修订施行新闻通气会",
    '全市"净网"专项行动2026年第3号通报',
    "“百日攻坚”、‘夏季行动’和2026-001号案件侦破情况（第二次）新闻发布会",
    "春运" * 30,
    "A1",
)
UNIT = ("天宁", "钟楼", "高新区", "经济开发区恐龙园景区及周边地带", "阿依古丽·买买提", "水上", "一")
LAW = "关于进一步加强和改进全市公安机关新闻发布工作的意见（常公局〔2009〕36号）"
MADE = dt.datetime(2027, 1, 20, 1, 30, tzinfo=dt.UTC)
HEAD = "45ca359d7be2d586ea147a3df044b732fdf7135815dfa737070b143e77cda30f"


def units(random: random.Random, number: int) -> list[tuple[int, str, UnitKind]]:
    """The bureau and so many others, each name once."""
    kinds = (
        UnitKind.COUNTY_BUREAU,
        UnitKind.SUB_BUREAU,
        UnitKind.DETACHMENT,
        UnitKind.DIVISION,
        UnitKind.STATION,
    )
    found = [(1, "常州市公安局", UnitKind.BUREAU)]
    for n in range(2, number + 2):
        kind = random.choice(kinds)
        found.append((n, f"{random.choice(UNIT)}第{n}{kind.label.replace('(区)', '')[-2:]}", kind))
    return found


def year(
    seed: int, *, number: int | None = None, releases: int | None = None, failing: int | None = None
) -> AnnualReport:
    """A report made up from a seed: `number` units, so many releases, so many findings that fell short."""
    dice = random.Random(seed)
    of = dice.randint(2026 - 8, 2026)
    places = units(dice, dice.choice((0, 1, 5, 12, 29, 60)) if number is None else number)
    kinds = {i: k for i, _, k in places}
    names = {i: n for i, n, _ in places}
    many = dice.choice((0, 1, 4, 20, 45)) if releases is None else releases
    held = tuple(_release(dice, of, n, list(names)) for n in range(1, many + 1))
    wanted = dice.choice((0, 1, 3, 12, 40, 90)) if failing is None else failing
    rules = list(loader.shipped().rules.values())
    found = tuple(_finding(dice, of, dice.choice(rules), names, held) for _ in range(wanted))
    counts = {r: sum(f.result is r for f in found) for r in Result}
    counts[Result.PASS] = dice.randint(0, 999)
    waivers = tuple(
        Record(n, RecordKind.WAIVER, dt.date(of, 9, 30), data={"rule": "NAM-01", "subject": r.ref, "by": "朱一鸣", "reason": f"需写明“{r.name}”"})
        for n, r in enumerate(held[:2])
        if dice.random() < 0.5
    )  # fmt: skip
    years = tuple(_unit(dice, i, names[i], kinds[i], found, held) for i in names)
    return AnnualReport(
        of, dt.date(of, 12, 31), "常州市公安局", LAW, years, _quarters(dice, held), found, waivers,
        tuple(sorted(held, key=lambda r: (r.held_on or r.on, r.ref))), names, counts,
        {c: n for c in range(1, 9) if (n := sum(c in r.categories for r in held if r.status in DONE))},
        dice.random() < 0.2, HEAD, ("市委宣传部", "市政府新闻办", "省厅政治部", "省厅政治部宣传处")[: dice.randint(0, 4)],
        beyond(loader.shipped()),
    )  # fmt: skip


DONE = (Status.HELD, Status.ARCHIVED)


def _release(dice: random.Random, of: int, n: int, ids: list[int]) -> Release:
    day = dt.date(of, 1, 1) + dt.timedelta(dice.randrange(365))
    status = dice.choice(
        (Status.HELD, Status.ARCHIVED, Status.HELD, Status.PLANNED, Status.CANCELLED, Status.APPROVED)
    )
    urgent = dice.random() < 0.2
    return Release(
        f"{of}-{n:03}", dice.choice(NAMES), dice.choice(ids), dice.choice(list(Form)), day, day,
        occasion=dice.choice(list(Occasion)), nature=dice.choice(list(Nature)), status=status,
        in_bureau_name=dice.random() < 0.3, categories=tuple(sorted(dice.sample(range(1, 9), dice.randint(0, 3)))),
        urgent=urgent, urgent_reason="启用“新站”仪式日期由上级确定" if urgent else None,
        consulted_on=day - dt.timedelta(3) if urgent else None, submitted_on=day if dice.random() < 0.5 else None,
        held_on=day if status in DONE else None, joint_units=tuple(dice.sample(ids, min(2, len(ids)))) if dice.random() < 0.2 else (),
    )  # fmt: skip


def _finding(
    dice: random.Random, of: int, rule: Rule, names: dict[int, str], held: tuple[Release, ...]
) -> Finding:
    unit = dice.choice(list(names))
    release = (
        dice.choice(held) if held and rule.id[:3] in ("RTE", "ATT", "MAT", "FIL", "LED", "NAM") else None
    )
    result = dice.choice((Result.FAIL, Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED, Result.NOT_DUE))
    due = dt.date(of + 1, dice.randint(1, 3), 15) if result is Result.NOT_DUE else None
    person = rule.id in ("REP-01", "ROS-09")
    told = f"{release.ref}“{release.name}”：" if release else names[unit]
    return Finding(
        rule.id, rule.clause, rule.quote, dice.choice((rule.strength, Strength.MUST)), result,
        f"{told}应于 {of}-07-15 前办理，尚未办理。", unit, names[unit],
        release.ref if release else "张三" if person else dice.choice((None, f"{of}Q4", f"{of}H1")),
        release.ref if release else None, 7 if person else None, due, local_reading=dice.random() < 0.3,
    )  # fmt: skip


def _unit(
    dice: random.Random,
    i: int,
    name: str,
    kind: UnitKind,
    found: tuple[Finding, ...],
    held: tuple[Release, ...],
) -> UnitYear:
    owes = kind in (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION) and dice.random() < 0.9
    mine = tuple(r for r in held if i in (r.unit_id, *r.joint_units))
    done = sum(r.status in DONE for r in mine)
    return UnitYear(
        i, name, kind, int(owes), "新闻发布会" if owes else "", len(mine), done, done, done > 0 if owes else None,
        dice.randint(0, 2) * bool(mine), sum(r.urgent for r in mine), dice.randint(0, 3), dice.randint(0, 3),
        tuple(f for f in found if f.unit_id == i and f.result in (Result.FAIL, Result.NO_EVIDENCE, Result.WAIVED)), mine,
        score=dice.choice((None, 88)), state="" if not owes else "是" if done else ("否", "未结束")[i % 2],
    )  # fmt: skip


def _quarters(dice: random.Random, held: tuple[Release, ...]) -> tuple[Quarter, ...]:
    refs = [
        tuple(r.ref for r in held if r.held_on and (r.held_on.month + 2) // 3 == q and r.in_bureau_name)
        for q in range(1, 5)
    ]
    return tuple(Quarter(q, len(r), bool(r), dice.random() < 0.9, r) for q, r in enumerate(refs, 1))


def paper(
    report: AnnualReport, *, before: int = 0, genre: Genre = Genre.REPORT, **more: object
) -> AnnualPaper:
    """The report ready to be printed, with so many earlier years beside it."""
    own = figures(report)
    past = [
        replace(own, year=report.year - n, held=max(own.held - n, 0), planned=own.planned + n)
        for n in range(before, 0, -1)
    ]
    return AnnualPaper(
        report, (*past, own), wording.wording_of(None, loader.shipped().names), "常州市公安局新闻发言人办公室", "常公局", dt.date(2027, 1, 20), MADE, genre, **more,  # type: ignore[arg-type]
    )  # fmt: skip
