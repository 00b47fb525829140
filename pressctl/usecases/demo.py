"""demo: a whole year of an invented bureau, through the same use cases that the commands call.

The story is data: who is late, who is returned, who forgets. It shows what the program takes, what it
refuses, and what the year's end says of it.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pressctl import bundled, durable
from pressctl.core.moments import Moment
from pressctl.core.record_kinds import SHAPES
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    FormKind,
    Nature,
    Role,
    Seat,
    Status,
    UnitKind,
    Word,
)
from pressctl.documents.annual_data import AnnualSummary
from pressctl.errors import Refused, UsageError
from pressctl.usecases import forms, history, plans, records, register, releases, reports, units, upkeep
from pressctl.usecases.desk import Desk
from pressctl.usecases.views import ReleaseView

YEAR = 2026
_FORGOTTEN = frozenset({"天宁分局", "信访处", "科技处"})
"""Units that never held what they planned."""
_MOVED = {"交巡警支队": dt.date(2026, 2, 26), "治安支队": dt.date(2026, 10, 13)}
"""Planned on a day off; moved to a working day."""


@dataclass
class _Story:
    """The demo's folder, its clock, and what it has written."""

    folder: Path
    now: Callable[[], dt.datetime]
    tell: Callable[[str], None]
    on_written: Callable[[bool], None] | None = None
    files: list[Path] = field(default_factory=list)

    def desk(self, day: dt.date, actor: str = "演示") -> Desk:
        return Desk(self.folder / "data" / "pressctl.db", actor, day, self.now, on_written=self.on_written)

    def on(self, month: int, day: int) -> Desk:
        return self.desk(dt.date(YEAR, month, day))

    def wrote(self, files: Iterable[Path]) -> None:
        self.files += files


@dataclass(frozen=True)
class Played:
    """What the year left: the files, the annual report's totals, the log's head, and the refusals that were shown."""

    files: tuple[Path, ...]
    summary: AnnualSummary
    log_head: str
    dir: Path
    refused: tuple[str, ...]


def run(
    folder: Path,
    *,
    now: Callable[[], dt.datetime],
    tell: Callable[[str], None],
    force: bool = False,
    on_written: Callable[[bool], None] | None = None,
) -> Played:
    """Play the year in `folder`. Returns what was written and what the report says."""
    folder = folder.absolute()
    if kept := durable.holds_data(folder):
        raise UsageError("holds_data", f"{folder} {kept}，不写入。", next_step="请换一个目录。")
    if folder.is_symlink():
        raise UsageError("symlink", f"{folder} 是符号链接，不写入。", next_step="请换一个目录。")
    if folder.exists():
        if not force:
            raise UsageError(
                "folder_exists", f"{folder} 已存在。", next_step="换一个目录，或加 --force 重做。"
            )
        if any(folder.iterdir()) and not (folder / _MARK).exists():
            raise UsageError("not_a_demo", f"{folder} 不是演示目录，不会清空它。", next_step="请换一个目录。")
        _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("pressctl demo 写出的演示目录，可以整个删除。\n", encoding="utf-8")
    story = _Story(folder, now, tell, on_written)
    _open_the_books(story)
    refused = _the_year(story)
    _the_duties(story)
    papers = _the_papers(story)
    return Played(tuple(story.files), papers.summary, papers.log_head, folder, tuple(refused))


_MARK = "演示.txt"


def _clear(folder: Path) -> None:
    """All but the mark: whoever is killed over it leaves what is still known for a demonstration."""
    for inside in folder.iterdir():
        if inside.is_dir() and not inside.is_symlink():
            shutil.rmtree(inside)
        elif inside.name != _MARK:
            inside.unlink()


def _open_the_books(story: _Story) -> None:
    sample = bundled.sample_dir()
    desk = story.on(1, 5)
    upkeep.init(desk)
    story.tell(f"1月5日　建立数据库 {desk.path}")
    taken = units.unit_import(desk, sample / "units.csv")
    story.tell(f"　　　　导入单位 {taken.added} 个")
    roster = register.register_import(desk, sample / "roster.csv")
    story.tell(
        f"　　　　导入名册 {roster.added} 人（{roster.encoding}），名册仍缺 {len(roster.lacking or ())} 项"
    )
    desk = story.on(1, 15)
    plan = plans.plan_import(desk, sample / "plan-2026.csv")
    story.tell(f"1月15日　导入年度计划 {plan.added} 项")
    frozen = register.register_freeze(story.on(3, 13), YEAR)
    story.tell(f"3月13日　封存 {YEAR} 年名册 {frozen.appointments} 人次")


def _the_year(story: _Story) -> list[str]:
    """Every planned release in the order of its day. Returns the refusals that were shown."""
    refused: list[str] = []
    cast = _Cast.of(story.on(1, 15))
    for planned in releases.plan_list(story.on(1, 15), year=YEAR):
        unit, day = planned.unit, planned.date
        assert day is not None, "the sample plan names days"
        if unit in _FORGOTTEN:
            story.tell(f"{_said(day)}　{unit}计划的发布没有举行")
            continue
        if moved := _MOVED.get(unit):
            change = releases.Change(on=moved)
            releases.plan_move(story.desk(day - dt.timedelta(10)), planned.ref, change, "原定日期为休息日")
            story.tell(f"{_said(day)}　{unit}的发布改期到 {_said(moved)}（原定为休息日）")
            day = moved
        if planned.in_bureau_name:
            refused += _in_bureau_name(story, cast, planned, day)
        else:
            _own(story, cast, planned, day)
    return refused


def _said(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


@dataclass(frozen=True)
class _Cast:
    """Who plays whom, read from the roster."""

    people: dict[tuple[str, Role], list[str]]

    @classmethod
    def of(cls, desk: Desk) -> _Cast:
        people: dict[tuple[str, Role], list[str]] = {}
        for p in register.register_list(desk):
            people.setdefault((p.unit, p.role), []).append(p.name)
        return cls(people)

    def one(self, unit: str, role: Role, number: int = 0) -> str:
        return self.people[unit, role][number]

    @property
    def bureau(self) -> str:
        return next(unit for unit, role in self.people if role is Role.CHIEF_LEADER)

    @property
    def office(self) -> str:
        return next(unit for unit, role in self.people if role is Role.OFFICE_DIRECTOR)


def _own(story: _Story, cast: _Cast, planned: ReleaseView, day: dt.date) -> None:
    """A unit's own release: no approval by the bureau; recorded when held."""
    unit = planned.unit
    seats = (
        (Seat.PRESENTER, cast.one(unit, Role.SPOKESPERSON), None),
        (Seat.HOST, cast.one(unit, Role.LIAISON), None),
    )
    event = releases.Held(seats=seats if planned.form is not Form.WRITTEN else ())
    releases.held(story.desk(day), planned.ref, event)
    story.tell(f"{_said(day)}　{unit}：{planned.name}")


def _in_bureau_name(story: _Story, cast: _Cast, planned: ReleaseView, day: dt.date) -> list[str]:
    """Submission, review, approval, filing, event; 高新区分局 comes late, 公交分局 is returned once."""
    ref, unit = planned.ref, planned.unit
    # the office submits to nobody, but takes its time all the same
    last = planned.deadline or story.desk(day).calendar().add(day, -5).end
    refused: list[str] = []
    submission = _submission(story, cast, unit, ref, day)
    submitted = last
    if unit == "高新区分局":
        submitted = last + dt.timedelta(1)
        try:
            releases.submit(story.desk(submitted), ref, submission)
        except Refused as refusal:
            refused.append(refusal.message)
            story.tell(f"{_said(submitted)}　{unit}报送被退：{refusal.message}（{refusal.clause}）")
        urgent = {
            **submission.__dict__,
            "urgent": True,
            "reason": "启用仪式日期由上级确定",
            "consulted": Moment(last),
        }
        submission = releases.Submission(**urgent)
    releases.submit(story.desk(submitted), ref, submission)
    urgently = f"，按{Word.URGENT.label}报送" if submission.urgent else ""
    story.tell(f"{_said(submitted)}　{unit}报送 {ref}（最迟 {_said(last)}{urgently}）")
    _prepared(story.desk(submitted), cast, planned, day)
    if unit == "公交分局":
        submitted = _returned_once(story, cast, ref, submission, submitted)
    _approved(story, cast, planned, submitted)
    _held(story, cast, planned, day)
    return refused


def _submission(story: _Story, cast: _Cast, unit: str, ref: str, day: dt.date) -> releases.Submission:
    folder = story.folder / "材料" / ref
    folder.mkdir(parents=True, exist_ok=True)
    attach = []
    for kind in (AttachmentKind.PROGRAMME, AttachmentKind.SOURCE_MATERIAL, AttachmentKind.PRESS_TEXT):
        file = folder / f"{kind.label}.txt"
        file.write_text(f"{unit}{kind.label}（演示内容）\n", encoding="utf-8")
        attach.append((kind, file))
    own, quarter = unit == cast.office, (day.month + 2) // 3
    presenter = cast.one(cast.bureau if own else unit, Role.SPOKESPERSON)
    return releases.Submission(
        opinion="材料齐备，会场落实，拟同意召开，请审核。",
        by=cast.one(unit, Role.SPOKESPERSON, -1),
        attach=tuple(attach),
        presenters=(presenter,),
        host=cast.one(cast.bureau, Role.SPOKESPERSON, 1) if own else None,
        liaison=cast.one(unit, Role.LIAISON),
        phone="0519-81000000",
        venue="市局新闻发布厅",
        at=dt.time(10, 0),
        audience="面向社会公众，到会记者约30人",
        media="中央驻苏、省级和市级媒体12家",
        joint=tuple(
            (other, cast.one(other, Role.SPOKESPERSON), "同意，已提供有关情况。")
            for other in (("办公室", "指挥中心") if own and quarter < 4 else ())
        ),
    )


def _prepared(desk: Desk, cast: _Cast, planned: ReleaseView, day: dt.date) -> None:
    """Who prepared the material, who discussed it, who invites the reporters; here and there something is amiss.

    The fourth quarter's conference comes without the other departments, 公交分局's was never discussed with the
    office, and 高新区分局 invites the reporters by itself.
    """
    ref, unit = planned.ref, planned.unit
    own, complete = unit == cast.office, (day.month - 1) // 3 < 3
    material = {"by": [unit], "author": cast.one(unit, Role.LIAISON)}
    if own and complete:
        material["supplied"] = ["刑警支队", "治安支队"]
    _record(desk, "material", ref, **material)
    if not own and unit != "公交分局":
        _record(desk, "joint", ref, units=[cast.office])
    inviting = unit if unit == "高新区分局" else cast.office
    _record(desk, "invitation", ref, by=inviting, media=["日报", "晚报", "电视台"])


def _record(desk: Desk, word: str, about: str | None = None, **details: Any) -> None:
    records.record(desk, SHAPES[word], about, details)


def _the_duties(story: _Story) -> None:
    """The year's duties that are no release. What is left out is left out on purpose: the report must find it."""
    listed = units.unit_list(story.on(1, 20))
    kinds = {u.name: u.kind for u in listed}
    people = register.register_list(story.on(1, 20))

    def of(role: Role, *but: str) -> list[str]:
        stations = {name for name, kind in kinds.items() if kind is UnitKind.STATION}
        left_out = stations | set(but)
        return [p.name for p in people if p.role is role and p.unit not in left_out]

    for name, kind in kinds.items():
        if kind is UnitKind.SUB_BUREAU:
            _record(story.on(1, 20), "office-setup", name, document="〔2009〕12号")
        if kind is UnitKind.COUNTY_BUREAU:
            items = {"spokesperson": True, "department": True, "requirements": True}
            _record(story.on(1, 20), "county-system", name, flow=name != "溧阳市公安局", **items)
    planning = (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION)
    makers = {p.unit: p.name for p in people if p.role is Role.SPOKESPERSON}
    for name, kind in kinds.items():
        if kind in planning:
            _record(story.on(1, 15), "plan", name, year=YEAR, by=makers[name])
    deputies = [p.name for p in people if p.role is Role.DEPUTY_LEADER]
    fields = [name for name, kind in kinds.items() if kind is UnitKind.SUB_BUREAU]
    _record(story.on(1, 15), "field", deputies[0], units=fields)
    registered = of(Role.SPOKESPERSON, "常州市公安局", "水警支队", *_COUNTIES)
    for name in registered:
        _record(story.on(1, 20), "registration", name)
    for month, day, topic in ((1, 9, "全年安排"), (4, 10, "二季度安排"), (7, 10, "三季度安排")):
        _record(story.on(month, day), "meeting", topics=topic, minutes=f"工作例会纪要（{topic}）")
    trained = of(Role.SPOKESPERSON) + of(Role.LIAISON)
    _record(story.on(5, 20), "training", topic="突发事件现场媒体应对", hours=6, people=trained)
    _record(story.on(7, 10), "half-year", "武进区公安局", year=YEAR, half=1)
    _record(story.on(7, 20), "half-year", "金坛市公安局", year=YEAR, half=1)
    waiver = {
        "rule": "NAM-01",
        "subject": f"{YEAR}-009",
        "by": "朱一鸣",
        "reason": "节前安保主题需在名称中写明",
    }
    _record(story.on(9, 30), "waiver", **waiver)
    stated = of(Role.SPOKESPERSON, *_FORGOTTEN - {"信访处"})
    for name in stated:
        _record(story.on(12, 18), "statement", name, year=YEAR)
    story.tell(
        f"　　　　记录例会3次、培训{len(trained)}人、登记表{len(registered)}份、年度报告{len(stated)}份等履职事项"
    )


_COUNTIES = ("武进区公安局", "金坛市公安局", "溧阳市公安局")


def _returned_once(
    story: _Story, cast: _Cast, ref: str, submission: releases.Submission, day: dt.date
) -> dt.date:
    """The office sends it back; the unit mends it the same day, still in time."""
    director = cast.one(cast.office, Role.OFFICE_DIRECTOR)
    decided = releases.Decided(director, "客流数据请与市局指挥中心核对后再报。", Decision.RETURN)
    releases.approve(story.desk(day), ref, decided)
    (path,) = (p for k, p in submission.attach if k is AttachmentKind.PRESS_TEXT)
    path.write_text("公交分局新闻发布稿（演示内容，数据已核对）\n", encoding="utf-8")
    releases.submit(story.desk(day), ref, submission)
    story.tell(f"{_said(day)}　{ref} 被办公室退回一次，核对后当日重新报送")
    return day


def _approved(story: _Story, cast: _Cast, planned: ReleaseView, submitted: dt.date) -> None:
    ref = planned.ref
    desk = story.desk(submitted)
    calendar = desk.calendar()
    reviewed, approved, filed = (calendar.add(submitted, n).end for n in (1, 2, 3))
    director = cast.one(cast.office, Role.OFFICE_DIRECTOR)
    releases.approve(
        story.desk(reviewed), ref, releases.Decided(director, "拟同意，请领导审批。", wide_impact=False)
    )
    role = Role.CHIEF_LEADER if planned.nature is Nature.COMPREHENSIVE else Role.DEPUTY_LEADER
    leader = cast.one(cast.bureau, role)
    releases.approve(story.desk(approved), ref, releases.Decided(leader, "同意。"))
    clerk = cast.one(cast.office, Role.LIAISON)
    releases.filed(story.desk(filed), ref, by=clerk, receipt=f"新闻办备{ref}")
    story.tell(f"{_said(reviewed)}　{ref} 经{director}审核、{leader}审批，{_said(filed)}向市政府新闻办报备")


def _held(story: _Story, cast: _Cast, planned: ReleaseView, day: dt.date) -> None:
    unit, director = planned.unit, cast.one(cast.office, Role.OFFICE_DIRECTOR)
    first, second = (cast.one(cast.bureau, Role.SPOKESPERSON, n) for n in (0, 1))
    if unit == cast.office:
        seats = [(Seat.PRESENTER, first, None), (Seat.HOST, second, None)]
    else:
        own = cast.one(unit, Role.SPOKESPERSON)
        seats = [
            (Seat.HOST, director, None),
            (Seat.ATTENDEE, first, None),
            (Seat.PRESENTER, own, None),
            (Seat.ANSWERER, own, None),
        ]
    text = story.folder / "材料" / planned.ref / f"{AttachmentKind.PRESS_TEXT.label}.txt"
    releases.held(story.desk(day), planned.ref, releases.Held(seats=tuple(seats), press_text=text))
    releases.archived(story.desk(day), planned.ref, ())
    story.tell(f"{_said(day)}　{planned.name}（{unit}）")


class _Papers(NamedTuple):
    summary: AnnualSummary
    log_head: str


def _the_papers(story: _Story) -> _Papers:
    """The forms of the register and of every approval, the annual report, and the smaller ones."""
    desk = story.on(12, 31)
    out = story.folder / "表格"
    out.mkdir()
    for kind in (FormKind.SPOKESPERSON, FormKind.LIAISON):
        batch = forms.Batch(everyone=True, out=out / kind.label)
        story.wrote(forms.registration_forms(desk, kind, batch).files)
    for r in releases.plan_list(desk, year=YEAR):
        if r.in_bureau_name and r.status in (Status.HELD, Status.ARCHIVED):
            target = out / f"审批表-{r.ref}-{r.unit}.docx"
            story.wrote(forms.approval_form(desk, r.ref, target, copies=2).files)
    for kind in FormKind:
        story.wrote(forms.blank_form(desk, kind, out / f"空白-{kind.label}.docx").files)
    targets = [
        story.folder / f"{YEAR}年度报告{suffix}" for suffix in (".docx", ".xlsx", ".html", ".csv", ".json")
    ]
    report = reports.annual_report(desk, YEAR, targets=targets)
    story.wrote(report.files)
    unit = "公交分局"
    papers = story.folder
    story.wrote(reports.quarter_report(desk, YEAR, 3, targets=[papers / f"{YEAR}年第三季度报告.docx"]).files)
    story.wrote(
        reports.roster_report(desk, targets=[papers / "名册报告.docx", papers / "名册报告.xlsx"]).files
    )
    story.wrote(reports.unit_report(desk, unit, YEAR, targets=[papers / f"{unit}{YEAR}年度情况.docx"]).files)
    verdict = history.log_verify(desk)
    summary = report.report.summary
    story.tell(
        f"12月31日　写出表格和年度报告：应完成 {summary.units_due} 个单位，完成 {summary.units_met} 个"
    )
    story.tell(f"　　　　日志 {verdict.entries} 条，校验通过，末条校验值 {verdict.head[:16]}…")
    return _Papers(summary, verdict.head)
