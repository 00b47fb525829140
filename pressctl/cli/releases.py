"""plan, submit and approve."""

from __future__ import annotations

import re
from datetime import date, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pressctl.cli import output
from pressctl.cli.commands import Words
from pressctl.cli.desk import desk, present
from pressctl.cli.imports import run_import
from pressctl.cli.options import DryRun, Force, Hidden, On, Reason, Sheet, SkipBad, Year, Yes
from pressctl.cli.values import choices, clock, day, day_or_moment, given_file, one_of, period, word_of, year
from pressctl.core.moments import Moment
from pressctl.core.period import Period
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    RecordKind,
    Status,
    Step,
    Word,
)
from pressctl.core.words import AskedWord
from pressctl.errors import UsageError

if TYPE_CHECKING:
    from pressctl.usecases.progress import Progress
    from pressctl.usecases.releases import StageClauses, Story, Submitted, Waiting
    from pressctl.usecases.views import DeadlineCount, ReleaseView

app = Words()
plan = Words(
    "年度新闻发布计划（{clause:PLN-04|plan.due}）。\n\n每项计划有编号，如 2026-003，此后报送、审批、发布都用它。"
)
app.add_typer(plan, name="plan")

Ref = Annotated[str, typer.Argument(metavar="编号", help="发布编号，如 2026-003")]
FormOption = typer.Option("--form", parser=word_of(Form), metavar="形式", help=f"形式：{choices(Form)}")
Time = Annotated[time | None, typer.Option("--time", parser=clock, metavar="HH:MM", help="发布时间")]
Venue = Annotated[str | None, typer.Option("--venue", metavar="地点", help="发布地点")]
Topic = Annotated[str | None, typer.Option("--topic", metavar="主题", help="发布会主题")]


# -- plan ------------------------------------------------------------------------------------------


@plan.command("add")
def plan_add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="发布会名称")],
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="组织单位")],
    form: Annotated[AskedWord[Form], FormOption],
    on: Annotated[date | None, typer.Option("--date", parser=day, metavar="日期", help="拟发布日期")] = None,
    in_period: Annotated[
        Period | None,
        typer.Option(
            "--period",
            parser=period,
            metavar="时段",
            help="还没有定日期的，写时段：2026-06、2026-06下旬、2026Q4 或 2026；以后用 plan move 定日期",
        ),
    ] = None,
    topic: Topic = None,
    category: Annotated[
        list[int] | None,
        typer.Option("--category", metavar="1-8", min=1, max=8, help="发布内容类别（{clause:CNT-01}）"),
    ] = None,
    occasion: Annotated[
        Occasion,
        typer.Option(
            "--occasion", parser=one_of(Occasion), metavar="类型", help=f"类型：{choices(Occasion)}"
        ),
    ] = Occasion.OWN,
    nature: Annotated[
        Nature,
        typer.Option("--nature", parser=one_of(Nature), metavar="性质", help=f"性质：{choices(Nature)}"),
    ] = Nature.SPECIAL,
    in_bureau_name: Annotated[
        bool | None,
        typer.Option(
            "--in-bureau-name/--own-name",
            help="{word.in_bureau_name}，或以本单位名义；缺省为本单位，{word.superior}和{word.office_short}组织的即{word.in_bureau_name}",
        ),
    ] = None,
    key_matter: Annotated[
        bool, typer.Option("--key-matter", help="{word.key_matter}（{clause:OCC-01|ATT-02}）")
    ] = False,
    venue: Venue = None,
    at: Time = None,
    business: Annotated[list[str] | None, typer.Option("--business", metavar="单位", help="业务部门")] = None,
    joint: Annotated[list[str] | None, typer.Option("--joint", metavar="单位", help="会同组织的单位")] = None,
    local: Annotated[str | None, typer.Option("--local", metavar="单位", help="{word.local}")] = None,
    dry_run: DryRun = False,
) -> None:
    """列入一项发布计划。"""
    from pressctl.usecases.releases import NewRelease, plan_add

    if (on is None) == (in_period is None):
        raise UsageError(
            "date_or_period",
            "日期和时段须写明一个，也只能写一个。",
            next_step="请用 --date 或 --period 写明。",
        )
    if in_period is not None and in_period.rough:
        output.warn([f"按 {in_period.text} 列入。"])
    new = NewRelease(
        name, unit, form, in_period.last if in_period else on or date.min, topic, tuple(category or ()), occasion, nature,
        in_bureau_name, key_matter, venue, at, tuple(business or ()), tuple(joint or ()), local,
        in_period.text if in_period else None,
    )  # fmt: skip
    added, warnings = plan_add(desk(ctx), new, dry_run=dry_run)
    output.warn(warnings)
    present(ctx, added, lambda r: print_line(r, "已列入计划"))


def print_line(r: ReleaseView, said: str) -> None:
    """One line about a release, and its deadline where it has one."""
    print(f"{said} {r.ref}：{r.name}（{r.unit}，{r.named_form.label}，{r.when}）—— {r.status.label}")
    if r.deadline and r.status in (Status.PLANNED, Status.RETURNED, Status.WITHDRAWN):
        print(f"最迟报送：{Moment(r.deadline, r.deadline_time)}" + ("（推定）" if r.provisional else ""))


@plan.command("import")
def plan_import(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV 或工作簿：发布名称、单位、形式、日期……")],
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="单位", help="没有单位一列的，都由这个单位组织")
    ] = None,
    form: Annotated[
        AskedWord[Form] | None,
        typer.Option("--form", parser=word_of(Form), metavar="形式", help="没有写形式的，都用这种形式"),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", parser=year, metavar="年份", help="时间没有写年份的，都是这一年；缺省看标题"),
    ] = None,
    dry_run: DryRun = False,
    skip_bad: SkipBad = False,
    sheet: Sheet = None,
    hidden: Hidden = False,
    yes: Yes = False,
) -> None:
    """从表格导入计划；同一项（名称、单位、年份相同）再导入一次不会重复。"""
    from pressctl.usecases.plans import plan_import

    file = given_file(ctx, file, skip_bad=skip_bad)
    run = partial(
        plan_import,
        desk(ctx),
        file,
        unit=unit,
        form=form,
        year=year,
        skip_bad=skip_bad,
        sheet=sheet,
        hidden=hidden,
    )
    run_import(ctx, file, run, dry_run=dry_run, yes=yes)


@plan.command("list")
def plan_list(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Option("--year", parser=year, metavar="年份", help="只看这一年")
    ] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")] = None,
    status: Annotated[
        Status | None,
        typer.Option("--status", parser=one_of(Status), metavar="状态", help=f"状态：{choices(Status)}"),
    ] = None,
) -> None:
    """按日期列出发布。"""
    from pressctl.usecases.releases import plan_list

    def show(releases: list[ReleaseView]) -> None:
        rows = [
            (r.ref, r.when, r.unit, r.named_form.label, r.name, r.status.label, r.deadline) for r in releases
        ]
        output.table(
            ["编号", "日期", "单位", "形式", "名称", "状态", "最迟报送"],
            rows,
            empty="没有计划；用 plan add 或 plan import 列入。",
        )

    present(ctx, plan_list(desk(ctx), year=year, unit=unit, status=status), show)


@plan.command("show")
def plan_show(ctx: typer.Context, ref: Ref) -> None:
    """一项发布的全程：各环节的日期、签署人、意见、附件、期限和下一步。"""
    from pressctl.usecases.releases import plan_show

    present(ctx, plan_show(desk(ctx), ref), _print_story)


def _print_story(story: Story) -> None:
    """The whole story of a release on one screen."""
    r = story.release
    _print_particulars(r)
    if story.deadline_count:
        _print_count(story.deadline_count)
    _print_stages(r, story.clauses)
    if r.seats:
        print("\n席位")
        output.table(
            ["席位", "姓名", "", "代"],
            [(s.seat.label, s.person, "实际" if s.actual else "拟定", s.substitute_for) for s in r.seats],
        )
    if r.attachments:
        print("\n附件")
        output.table(
            ["种类", "文件", "次", "SHA-256"],
            [(a.kind.label, a.name, a.round, a.sha256[:16]) for a in r.attachments],
        )
    print("\n经过")
    output.table(["日期", "操作人", "事项", "原因"], story.history)
    output.warn(story.warnings)
    if waits := story.waits_for:
        who = "、".join(waits.who) or "当日无人在任"
        print(f"\n等待：{waits.step.label}，由{waits.role.label}签署（{who}）")
    if story.can:
        print(f"现在可以：{'、'.join(action.label for action in story.can)}")


def _print_particulars(r: ReleaseView) -> None:
    moved = f"（计划 {r.planned_date}）" if r.planned_date != r.date else ""
    flags = [
        label
        for label, raised in (
            (Word.IN_BUREAU_NAME.label, r.in_bureau_name),
            (Word.KEY_MATTER.label, r.key_matter),
            ("紧急", r.urgent),
        )
        if raised
    ]
    form = f"{r.named_form.label}，{r.occasion.label}，{r.nature.label}"
    output.pairs([
        ("编号", f"{r.ref}　{r.status.label}"), ("名称", r.name), ("单位", r.unit),
        ("形式", form + (f"（{'、'.join(flags)}）" if flags else "")),
        ("时间", r.when + (f" {r.time:%H:%M}" if r.time else "") + moved), ("地点", r.venue), ("主题", r.topic),
        ("主持", r.host), ("联络员", r.liaison and f"{r.liaison}　{r.phone or ''}"), ("对象", r.audience), ("媒体", r.media),
        ("会同单位", "、".join(r.joint_units)), ("业务部门", "、".join(r.business_units)), ("事发地", r.local_unit),
    ])  # fmt: skip


def _print_count(count: DeadlineCount) -> None:
    provisional = "（推定）" if count.provisional else ""
    print(f"\n报送期限：{Moment(count.deadline, count.hour)}{provisional}")
    print(count.sentence)
    if count.counted:
        print("　往前数：" + "，".join(f"{c.n} {c.date:%m-%d}" for c in count.counted))
    if count.skipped:
        print("　不计：" + "，".join(f"{s.date:%m-%d} {s.why}" for s in count.skipped))


def _print_stages(r: ReleaseView, clauses: StageClauses) -> None:
    print("\n环节")
    rows: list[tuple[object, ...]] = [
        (
            s.on,
            s.step.label,
            s.clause,
            s.decision.label,
            s.by + (f"（代{s.on_behalf_of}）" if s.on_behalf_of else ""),
            s.title,
            s.opinion,
        )
        for s in r.steps
    ]
    if r.filed_on:
        rows.append((r.filed_on, RecordKind.FILED.label, clauses.filed_on, "", "", "", r.receipt))
    if r.held_on:
        rows.append((r.held_on, "发布", clauses.held_on, "", "", "", ""))
    output.table(["日期", "环节", "依据", "决定", "签署", "职务", "意见"], rows, empty="尚未报送。")


@plan.command("move")
def plan_move(
    ctx: typer.Context,
    ref: Ref,
    reason: Reason,
    new_date: Annotated[
        date | None, typer.Option("--date", parser=day, metavar="日期", help="新的发布日期")
    ] = None,
    at: Time = None,
    venue: Venue = None,
    presenters: Annotated[
        list[str] | None, typer.Option("--presenter", metavar="人员", help="新的发布人，可多次")
    ] = None,
    business: Annotated[
        list[str] | None, typer.Option("--business", metavar="单位", help="业务部门，可多次")
    ] = None,
    joint: Annotated[
        list[str] | None, typer.Option("--joint", metavar="单位", help="会同组织的单位，可多次")
    ] = None,
    local: Annotated[str | None, typer.Option("--local", metavar="单位", help="{word.local}")] = None,
    in_bureau_name: Annotated[
        bool | None, typer.Option("--in-bureau-name/--own-name", help="更正以谁的名义")
    ] = None,
    press_text: Annotated[
        Path | None, typer.Option("--press-text", metavar="文件", help="改动后的新闻发布稿，须重新审批")
    ] = None,
    on: On = None,
) -> None:
    """改期，或变更时间、地点、发布人、单位、发布稿：编号和原计划日期保留；已报送的须重新报送、审批。"""
    from pressctl.usecases.releases import Change, plan_move

    change = Change(
        new_date,
        at,
        venue,
        tuple(presenters or ()),
        tuple(business or ()),
        tuple(joint or ()),
        local,
        in_bureau_name,
        press_text,
    )
    moved, warnings = plan_move(desk(ctx), ref, change, reason, on)
    output.warn(warnings)
    present(ctx, moved, lambda r: print_line(r, "已变更"))


@plan.command("cancel")
def plan_cancel(ctx: typer.Context, ref: Ref, reason: Reason, on: On = None) -> None:
    """取消一项发布。"""
    from pressctl.usecases.releases import plan_cancel

    present(ctx, plan_cancel(desk(ctx), ref, reason, on), lambda r: print_line(r, "已取消"))


@plan.command("export")
def plan_export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=".csv、.xlsx 或 .ics")],
    year: Annotated[
        int | None, typer.Option("--year", parser=year, metavar="年份", help="只导出这一年")
    ] = None,
    force: Force = False,
) -> None:
    """导出计划；CSV 和 XLSX 可原样再导入，ICS 可用日历软件打开。"""
    from pressctl.usecases.plans import plan_export

    present(
        ctx,
        plan_export(desk(ctx), file, year=year, force=force),
        lambda w: print(f"已导出 {w.rows} 项：{w.file}"),
    )


@plan.command("progress")
def plan_progress(
    ctx: typer.Context,
    year: Annotated[int | None, typer.Argument(parser=year, metavar="年份", help="年份；缺省为今年")] = None,
    unit: Annotated[str | None, typer.Option("--unit", metavar="单位", help="只看这个单位")] = None,
) -> None:
    """各单位的计划是否齐全（{clause:PLN-04|plan.due}），计划与实际对照：按期、改期、取消、未举行。"""
    from pressctl.usecases.progress import progress

    def show(rows: list[Progress]) -> None:
        table = [
            (
                r.unit,
                r.planned_on or "未报送",
                f"{r.planned}" + (f"（应有{r.required}，{'已含' if r.complete else '缺'}）" if r.required else ""),
                r.on_time,
                r.moved,
                r.unplanned,
                r.cancelled,
                r.open,
            )
            for r in rows
        ]  # fmt: skip
        heads = ["单位", "计划列入", "计划数", "按期>", "改期>", "计划外>", "取消>", "未举行>"]
        output.table(heads, table, empty="没有应排计划的单位。")

    present(ctx, progress(desk(ctx), year, unit=unit), show)


@plan.command("calendar")
def plan_calendar(ctx: typer.Context, year: Year) -> None:
    """一年一览：各月的发布、放假与调休上班。"""
    from pressctl.cli.calendar import print_year
    from pressctl.usecases.calendar import year_overview

    present(ctx, year_overview(desk(ctx), year), print_year)


# -- submit ----------------------------------------------------------------------------------------


def attachment(text: str) -> tuple[AttachmentKind, Path]:
    """KIND=FILE."""
    kind, separator, file = text.partition("=")
    if not separator or not file:
        raise typer.BadParameter(f"“{text}”应写作 种类=文件，如 press_text=通稿.docx。")
    return one_of(AttachmentKind)(kind), Path(file)


def joint_opinion(text: str) -> tuple[str, str, str]:
    """UNIT:NAME:OPINION."""
    parts = re.split("[:：]", text, maxsplit=2)  # a colon within the opinion stays as it is written
    if len(parts) != 3 or not all(p.strip() for p in parts):
        raise typer.BadParameter(f"“{text}”应写作 单位:姓名:意见。")
    unit, name, opinion = (p.strip() for p in parts)
    return unit, name, opinion


@app.command("submit")
def submit(
    ctx: typer.Context,
    ref: Ref,
    opinion: Annotated[str, typer.Option("--opinion", metavar="意见", help="组织单位意见（准备情况）")] = "",
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="组织单位签名的负责人")] = "",
    title: Annotated[str, typer.Option("--title", metavar="职务", help="签名人职务")] = "",
    attach: Annotated[
        list[Any] | None,
        typer.Option(
            "--attach", parser=attachment, metavar="种类=文件", help=f"附件；种类：{choices(AttachmentKind)}"
        ),
    ] = None,
    presenter: Annotated[list[str] | None, typer.Option("--presenter", metavar="人员", help="发布人")] = None,
    host: Annotated[str | None, typer.Option("--host", metavar="人员", help="主持人")] = None,
    liaison: Annotated[str | None, typer.Option("--liaison", metavar="人员", help="联络员")] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="电话", help="联系电话")] = None,
    venue: Venue = None,
    at: Time = None,
    topic: Topic = None,
    audience: Annotated[str | None, typer.Option("--audience", metavar="对象", help="发布对象及规模")] = None,
    media: Annotated[str | None, typer.Option("--media", metavar="媒体", help="拟邀请媒体")] = None,
    joint: Annotated[
        list[Any] | None,
        typer.Option(
            "--joint",
            parser=joint_opinion,
            metavar="单位:姓名:意见",
            help="会同单位的意见；不在名册的人，姓名后空一格写职务",
        ),
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="日期", help="收到报送的日期；缺省为今天")
    ] = None,
    hour: Annotated[
        time | None,
        typer.Option("--at", parser=clock, metavar="时刻", help="收到报送的钟点；规定按小时提前的须写明"),
    ] = None,
    urgent: Annotated[
        bool, typer.Option("--urgent", help="{word.urgent}临时决定（{clause:URG-01|submission.urgent}）")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", metavar="原因", help="紧急或撤回的原因")] = None,
    consulted: Annotated[
        Moment | None,
        typer.Option(
            "--consulted",
            parser=day_or_moment,
            metavar="日期",
            help="与{word.office}事先沟通的日期；与发布同日的写明钟点，如 2026-06-10T10:00",
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="撤回报送（{word.office_short}审核之前）")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """报送：收下发布方案、新闻素材、新闻发布稿和组织单位意见。

    {word.in_bureau_name}的发布会应提前 {value:submission.lead}报送（{clause:LED-01|submission.lead_days}）；材料不全的一次列出所缺各项。
    退回后再次报送时，没有重写的项目沿用上次的内容。
    """
    from pressctl.usecases import releases

    if withdraw:
        if not reason:
            raise UsageError("no_reason", "撤回须写明原因。", next_step="请加 --reason。")
        present(ctx, releases.withdraw(desk(ctx), ref, reason, on), lambda r: print_line(r, "已撤回"))
        return
    submission = releases.Submission(
        opinion, by, title, tuple(attach or ()), tuple(presenter or ()), host, liaison, phone, venue, at, topic,
        audience, media, tuple(joint or ()), urgent, reason, consulted, hour,
    )  # fmt: skip
    taken, warnings = releases.submit(desk(ctx), ref, submission, on=on, dry_run=dry_run)
    output.warn(warnings)
    present(ctx, taken, _print_submitted)


_CHANGED = {
    "date": "日期", "time": "时间", "venue": "地点", "topic": "主题", "host": "主持", "liaison": "联络员", "phone": "联系电话",
    "audience": "对象", "media": "媒体", "presenters": "发布人", "attachments": "附件",
}  # fmt: skip


def _print_submitted(submitted: Submitted) -> None:
    print_line(submitted.release, "已收到报送")
    if submitted.changed:
        print("与上次报送相比：")
        rows = [(_CHANGED[c.field], _text(c.old), _text(c.new)) for c in submitted.changed]
        output.table(["项目", "原", "现"], rows)


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return f"{value:%H:%M}" if isinstance(value, time) else str(value or "")


# -- approve ---------------------------------------------------------------------------------------


@app.command("approve")
def approve(
    ctx: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="编号", help="发布编号；不带则列出待办")] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="人员", help="签署人：当日在任的{word.office_head}或{word.leaders}"),
    ] = None,
    opinion: Annotated[str, typer.Option("--opinion", metavar="意见", help="审核或审批意见")] = "",
    step: Annotated[
        Step | None,
        typer.Option("--step", parser=one_of(Step), metavar="环节", help="确认是哪一环节：office 或 leader"),
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="日期", help="签署日期；缺省为今天")
    ] = None,
    at: Annotated[time | None, typer.Option("--at", parser=clock, metavar="HH:MM", help="签署的钟点")] = None,
    returned: Annotated[bool, typer.Option("--return", help="退回")] = False,
    rejected: Annotated[bool, typer.Option("--reject", help="不予批准")] = False,
    to: Annotated[
        Step,
        typer.Option(
            "--to",
            parser=one_of(Step),
            metavar="环节",
            help="退回到：unit 组织单位，office {word.office_short}",
        ),
    ] = Step.UNIT,
    resume: Annotated[
        bool, typer.Option("--resume", help="退回后再报送时直接回到本环节，不从头审核")
    ] = False,
    wide_impact: Annotated[
        bool | None,
        typer.Option("--wide-impact/--no-wide-impact", help="是否{word.wide}（审核时认定；{clause:COO-01}）"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """审核、审批；不带编号时列出等待谁签署。

    先由{word.office}审核，再由{word.chief}审定（综合性工作）或{word.deputy}审核（专项性工作）（{clause:route.order}）。
    """
    from pressctl.usecases import releases

    if ref is None:
        present(ctx, releases.inbox(desk(ctx)), _print_inbox)
        return
    if by is None:
        raise UsageError("no_signer", "缺少选项 --by。", next_step="请用 --by 写明签署人。")
    if returned and rejected:
        raise UsageError("two_decisions", "--return 与 --reject 只能选一个。")
    decision = Decision.REJECT if rejected else Decision.RETURN if returned else Decision.AGREE
    decided = releases.Decided(by, opinion, decision, step, to, resume, wide_impact, at)
    present(
        ctx,
        releases.approve(desk(ctx), ref, decided, on=on, dry_run=dry_run),
        lambda r: print_line(r, "已签署"),
    )


def _print_inbox(waiting: list[Waiting]) -> None:
    rows = [
        (w.since, w.ref, w.unit, w.name, w.date, w.awaited.step.label, "、".join(w.awaited.who) or "当日无人在任")
        for w in waiting
    ]  # fmt: skip
    output.table(["自", "编号", "单位", "名称", "发布日", "等待", "签署人"], rows, empty="没有待办。")
